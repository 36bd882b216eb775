/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/limits.h. */
#ifndef _UDM_UAPI_LINUX_LIMITS_H
#define _UDM_UAPI_LINUX_LIMITS_H

#include <linux/limits.h>

#endif
