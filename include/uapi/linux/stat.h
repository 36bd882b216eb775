/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/stat.h. */
#ifndef _UDM_UAPI_LINUX_STAT_H
#define _UDM_UAPI_LINUX_STAT_H

#include <linux/stat.h>

#endif
