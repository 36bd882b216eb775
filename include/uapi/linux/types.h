/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/types.h. */
#ifndef _UDM_UAPI_LINUX_TYPES_H
#define _UDM_UAPI_LINUX_TYPES_H

#include <linux/types.h>

#endif
