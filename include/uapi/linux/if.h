/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/if.h. */
#ifndef _UDM_UAPI_LINUX_IF_H
#define _UDM_UAPI_LINUX_IF_H

#include <linux/if.h>

#endif
