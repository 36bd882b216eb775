/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/netlink.h. */
#ifndef _UDM_UAPI_LINUX_NETLINK_H
#define _UDM_UAPI_LINUX_NETLINK_H

#include <linux/netlink.h>

#endif
