/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/ioctl.h. */
#ifndef _UDM_UAPI_LINUX_IOCTL_H
#define _UDM_UAPI_LINUX_IOCTL_H

#include <linux/ioctl.h>

#endif
