/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/sockios.h. */
#ifndef _UDM_UAPI_LINUX_SOCKIOS_H
#define _UDM_UAPI_LINUX_SOCKIOS_H

#include <linux/sockios.h>

#endif
