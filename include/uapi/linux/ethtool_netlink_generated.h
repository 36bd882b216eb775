/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/ethtool_netlink.h. */
#ifndef _UDM_UAPI_LINUX_ETHTOOL_NETLINK_GENERATED_H
#define _UDM_UAPI_LINUX_ETHTOOL_NETLINK_GENERATED_H

#include <linux/ethtool_netlink.h>

#endif
