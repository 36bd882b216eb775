/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/genetlink.h. */
#ifndef _UDM_UAPI_LINUX_GENETLINK_H
#define _UDM_UAPI_LINUX_GENETLINK_H

#include <linux/genetlink.h>

#endif
