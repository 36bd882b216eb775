/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/fs.h. */
#ifndef _UDM_UAPI_LINUX_FS_H
#define _UDM_UAPI_LINUX_FS_H

#include <linux/fs.h>

#endif
