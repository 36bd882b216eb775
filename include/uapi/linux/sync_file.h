/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/sync_file.h. */
#ifndef _UDM_UAPI_LINUX_SYNC_FILE_H
#define _UDM_UAPI_LINUX_SYNC_FILE_H

#include <linux/sync_file.h>

#endif
