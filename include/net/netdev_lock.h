/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which lock protects a device's operations.
 *
 * Devices with queue management, or that ask for it, are "ops-locked": their
 * ops run under the instance lock. For all others the ops lock is RTNL. The
 * _compat forms take whichever of the two it is. Order: RTNL, then instance
 * locks; two instance locks only under RTNL. Contract: include/net/netdev_lock.h.
 */
#ifndef _NET_NETDEV_LOCK_H
#define _NET_NETDEV_LOCK_H

#include <linux/lockdep.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

static inline bool netdev_trylock(struct net_device *dev)
{
	return mutex_trylock(&dev->lock);
}

static inline void netdev_assert_locked(const struct net_device *dev)
{
	lockdep_assert_held(&dev->lock);
}

/* Before registration and after unregistration nobody else can see the device. */
static inline void netdev_assert_locked_or_invisible(const struct net_device *dev)
{
	if (dev->reg_state == NETREG_REGISTERED || dev->reg_state == NETREG_UNREGISTERING)
		netdev_assert_locked(dev);
}

static inline bool netdev_need_ops_lock(const struct net_device *dev)
{
	return dev->request_ops_lock || dev->queue_mgmt_ops;
}

static inline void netdev_lock_ops(struct net_device *dev)
{
	if (netdev_need_ops_lock(dev))
		netdev_lock(dev);
}

static inline void netdev_unlock_ops(struct net_device *dev)
{
	if (netdev_need_ops_lock(dev))
		netdev_unlock(dev);
}

/* The caller has the ops lock and needs the instance lock as well. */
static inline void netdev_lock_ops_to_full(struct net_device *dev)
{
	if (!netdev_need_ops_lock(dev))
		netdev_lock(dev);
	else
		netdev_assert_locked(dev);
}

static inline void netdev_unlock_full_to_ops(struct net_device *dev)
{
	if (!netdev_need_ops_lock(dev))
		netdev_unlock(dev);
	else
		netdev_assert_locked(dev);
}

static inline void netdev_lock_ops_compat(struct net_device *dev)
{
	if (!netdev_need_ops_lock(dev))
		rtnl_lock();
	else
		netdev_lock(dev);
}

static inline void netdev_unlock_ops_compat(struct net_device *dev)
{
	if (!netdev_need_ops_lock(dev))
		rtnl_unlock();
	else
		netdev_unlock(dev);
}

static inline void netdev_ops_assert_locked(const struct net_device *dev)
{
	if (netdev_need_ops_lock(dev))
		netdev_assert_locked(dev);
	else
		ASSERT_RTNL();
}

static inline void netdev_ops_assert_locked_or_invisible(const struct net_device *dev)
{
	if (dev->reg_state == NETREG_REGISTERED || dev->reg_state == NETREG_UNREGISTERING)
		netdev_ops_assert_locked(dev);
}

/* All devices share one lock class. */
#define netdev_lockdep_set_classes(dev)	do { (void)(dev); } while (0)

/* A notifier that does nothing but check the locks of @event. */
int netdev_debug_event(struct notifier_block *nb, unsigned long event, void *ptr);

#endif
