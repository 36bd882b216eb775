/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/capability.h. */
#ifndef _UDM_UAPI_LINUX_CAPABILITY_H
#define _UDM_UAPI_LINUX_CAPABILITY_H

#include <linux/capability.h>

#endif
