/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/ethtool_netlink.h. */
#ifndef _UDM_UAPI_LINUX_ETHTOOL_NETLINK_H
#define _UDM_UAPI_LINUX_ETHTOOL_NETLINK_H

#include <linux/ethtool_netlink.h>

#endif
