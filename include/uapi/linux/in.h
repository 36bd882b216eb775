/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/in.h. */
#ifndef _UDM_UAPI_LINUX_IN_H
#define _UDM_UAPI_LINUX_IN_H

#include <linux/in.h>

#endif
