// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding network devices: by index, by name, and with their lock taken.
 *
 * A look-up that returns a locked device pins it with a reference, takes the
 * lock, checks that the device is still registered in the namespace, and drops
 * the reference: from then on the lock keeps it from being unregistered.
 */
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <net/netdev_lock.h>
#include "dev.h"
#include "net.h"

struct net_device *dev_get_by_index_rcu(struct net *net, int ifindex)
{
	return ifindex > 0 ? xa_load(&net->dev_by_index, ifindex) : NULL;
}
EXPORT_SYMBOL(dev_get_by_index_rcu);

struct net_device *__dev_get_by_index(struct net *net, int ifindex)
{
	return dev_get_by_index_rcu(net, ifindex);
}
EXPORT_SYMBOL(__dev_get_by_index);

struct net_device *dev_get_by_name_rcu(struct net *net, const char *name)
{
	struct net_device *dev;

	for_each_netdev(net, dev)
		if (!strncmp(dev->name, name, IFNAMSIZ))
			return dev;
	return NULL;
}
EXPORT_SYMBOL(dev_get_by_name_rcu);

struct net_device *__dev_get_by_name(struct net *net, const char *name)
{
	return dev_get_by_name_rcu(net, name);
}
EXPORT_SYMBOL(__dev_get_by_name);

struct net_device *dev_get_by_index(struct net *net, int ifindex)
{
	struct net_device *dev;

	guard(rcu)();
	dev = dev_get_by_index_rcu(net, ifindex);
	dev_hold(dev);
	return dev;
}
EXPORT_SYMBOL(dev_get_by_index);

struct net_device *dev_get_by_name(struct net *net, const char *name)
{
	struct net_device *dev;

	guard(rcu)();
	dev = dev_get_by_name_rcu(net, name);
	dev_hold(dev);
	return dev;
}
EXPORT_SYMBOL(dev_get_by_name);

struct net_device *netdev_get_by_index(struct net *net, int ifindex, netdevice_tracker *tracker,
				       gfp_t gfp)
{
	return dev_get_by_index(net, ifindex);
}
EXPORT_SYMBOL(netdev_get_by_index);

static bool netdev_reachable(const struct net_device *dev, const struct net *net)
{
	return dev->reg_state <= NETREG_REGISTERED && !dev->moving_ns &&
	       net_eq(dev_net(dev), net);
}

struct net_device *__netdev_put_lock(struct net_device *dev, struct net *net)
{
	netdev_lock(dev);
	if (!netdev_reachable(dev, net)) {
		netdev_unlock(dev);
		dev_put(dev);
		return NULL;
	}
	dev_put(dev);
	return dev;
}

static struct net_device *netdev_put_lock_ops_compat(struct net_device *dev, struct net *net)
{
	netdev_lock_ops_compat(dev);
	if (!netdev_reachable(dev, net)) {
		netdev_unlock_ops_compat(dev);
		dev_put(dev);
		return NULL;
	}
	dev_put(dev);
	return dev;
}

struct net_device *netdev_get_by_index_lock(struct net *net, int ifindex)
{
	struct net_device *dev = dev_get_by_index(net, ifindex);

	return dev ? __netdev_put_lock(dev, net) : NULL;
}
EXPORT_SYMBOL(netdev_get_by_index_lock);

struct net_device *netdev_get_by_index_lock_ops_compat(struct net *net, int ifindex)
{
	struct net_device *dev = dev_get_by_index(net, ifindex);

	return dev ? netdev_put_lock_ops_compat(dev, net) : NULL;
}

/* The first device at or after *@ifindex that @lock can get hold of. */
static struct net_device *netdev_walk_to(struct net *net, unsigned long *ifindex,
					 struct net_device *(*lock)(struct net_device *dev,
								    struct net *net))
{
	struct net_device *dev;

	for (;; (*ifindex)++) {
		rcu_read_lock();
		dev = xa_find(&net->dev_by_index, ifindex, ULONG_MAX, XA_PRESENT);
		dev_hold(dev);
		rcu_read_unlock();
		if (!dev)
			return NULL;
		dev = lock(dev, net);
		if (dev)
			return dev;
	}
}

struct net_device *netdev_walk_lock(struct net *net, struct net_device *prev,
				    unsigned long *ifindex)
{
	if (prev) {
		netdev_unlock(prev);
		(*ifindex)++;
	}
	return netdev_walk_to(net, ifindex, __netdev_put_lock);
}

struct net_device *netdev_walk_lock_ops_compat(struct net *net, struct net_device *prev,
					       unsigned long *ifindex)
{
	if (prev) {
		netdev_unlock_ops_compat(prev);
		(*ifindex)++;
	}
	return netdev_walk_to(net, ifindex, netdev_put_lock_ops_compat);
}
