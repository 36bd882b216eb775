/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands of SIOCETHTOOL. Each: RTNL and ops lock held; 0 or a negative errno. */
#ifndef _EMUNIC_NETLINK_ETHTOOL_IOCTL_H
#define _EMUNIC_NETLINK_ETHTOOL_IOCTL_H

#include "ethtool.h"

typedef int (*ethtool_cmd_fn)(struct net_device *dev, void __user *useraddr);

__internal int ethtool_get_rxnfc(struct net_device *dev, void __user *useraddr);
__internal int ethtool_set_rxnfc(struct net_device *dev, void __user *useraddr);
__internal int ethtool_get_rxfh_fields(struct net_device *dev, void __user *useraddr);
__internal int ethtool_set_rxfh_fields(struct net_device *dev, void __user *useraddr);
__internal int ethtool_get_rxfh_indir(struct net_device *dev, void __user *useraddr);
__internal int ethtool_set_rxfh_indir(struct net_device *dev, void __user *useraddr);
__internal int ethtool_get_rxfh(struct net_device *dev, void __user *useraddr);
__internal int ethtool_set_rxfh(struct net_device *dev, void __user *useraddr);

#endif
