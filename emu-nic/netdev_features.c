// SPDX-License-Identifier: GPL-2.0-only
/* Host API: switching offload features of an interface. */
#include <udevmem/netdev.h>

#include <errno.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include <net/netdev_lock.h>
#include <udevmem/file.h>

#include "netdev_host.h"

/* RTNL held. */
static int feature_switch(struct net_device *dev, netdev_features_t feature, bool on)
{
	int err;

	if (!(dev->hw_features & feature))
		return -EOPNOTSUPP;
	netdev_lock_ops(dev);
	if (on)
		dev->wanted_features |= feature;
	else
		dev->wanted_features &= ~feature;
	netdev_update_features(dev);
	err = !(dev->features & feature) == !on ? 0 : -EIO;
	netdev_unlock_ops(dev);
	return err;
}

int udm_netdev_set_gro_hw(struct udm_netdev *nic, bool on)
{
	struct net_device *dev;
	int err = -ENODEV;

	udm_call_begin();
	rtnl_lock();
	dev = __dev_get_by_index(&init_net, udm_netdev_ifindex(nic));
	if (dev)
		err = feature_switch(dev, NETIF_F_GRO_HW, on);
	rtnl_unlock();
	udm_call_end();
	return host_result(err);
}
