/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/fcntl.h. */
#ifndef _UDM_UAPI_LINUX_FCNTL_H
#define _UDM_UAPI_LINUX_FCNTL_H

#include <linux/fcntl.h>

#endif
