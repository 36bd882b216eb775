/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/rtnetlink.h. */
#ifndef _UDM_UAPI_LINUX_RTNETLINK_H
#define _UDM_UAPI_LINUX_RTNETLINK_H

#include <linux/rtnetlink.h>

#endif
