// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offload features of a device, from what is wanted to what is in force. Contract:
 * net/core/dev.c.
 */
#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/printk.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>

/* Each of these needs one of those. */
static const struct dependency {
	netdev_features_t features, needs;
} dependencies[] = {
	{ NETIF_F_SG, NETIF_F_CSUM_MASK },
	{ NETIF_F_ALL_TSO, NETIF_F_SG },
	{ NETIF_F_GRO_HW, NETIF_F_RXCSUM },
};

/* Without what they need they go, in an order in which what went is missed by the others. */
static netdev_features_t without_dependents(netdev_features_t features)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(dependencies); i++)
		if (!(features & dependencies[i].needs))
			features &= ~dependencies[i].features;
	/* Both would merge packets; this way they can be told apart again. */
	if (features & NETIF_F_GRO_HW)
		features &= ~NETIF_F_LRO;
	return features;
}

static netdev_features_t features_possible(struct net_device *dev)
{
	netdev_features_t features = dev->features & ~dev->hw_features;

	features |= dev->wanted_features;
	if (dev->netdev_ops->ndo_fix_features)
		features = dev->netdev_ops->ndo_fix_features(dev, features);
	return without_dependents(features);
}

int __netdev_update_features(struct net_device *dev)
{
	netdev_features_t features;
	int err = 0;

	ASSERT_RTNL();
	netdev_ops_assert_locked(dev);
	features = features_possible(dev);
	if (dev->features == features)
		return 0;
	if (dev->netdev_ops->ndo_set_features)
		err = dev->netdev_ops->ndo_set_features(dev, features);
	if (err < 0) {
		netdev_err(dev, "set_features() failed (%d); wanted %#llx, left %#llx\n", err,
			   features, dev->features);
		return -1;
	}
	if (!err)
		WRITE_ONCE(dev->features, features);	/* packets are on their way */
	return 1;
}
EXPORT_SYMBOL(__netdev_update_features);

void netdev_update_features(struct net_device *dev)
{
	if (__netdev_update_features(dev))
		call_netdevice_notifiers(NETDEV_FEAT_CHANGE, dev);
}
EXPORT_SYMBOL(netdev_update_features);

void netdev_change_features(struct net_device *dev)
{
	__netdev_update_features(dev);
	call_netdevice_notifiers(NETDEV_FEAT_CHANGE, dev);
}
EXPORT_SYMBOL(netdev_change_features);
