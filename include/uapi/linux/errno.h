/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/errno.h. */
#ifndef _UDM_UAPI_LINUX_ERRNO_H
#define _UDM_UAPI_LINUX_ERRNO_H

#include <linux/errno.h>

#endif
