/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parts of the device core that the kernel keeps private: look-ups that return
 * a locked device, walks that lock one device at a time, and access to NAPI
 * settings. Contract: net/core/dev.h, net/core/dev.c.
 */
#ifndef _NET_CORE_DEV_H
#define _NET_CORE_DEV_H

#include <linux/netdevice.h>
#include <net/netdev_lock.h>

/* libkern/net/dev_lookup.c. All may sleep; no reference is taken. */

/* As netdev_get_by_index_lock(), with the lock netdev_lock_ops_compat() takes. */
struct net_device *netdev_get_by_index_lock_ops_compat(struct net *net, int ifindex);
/* Locks @dev, found by the caller under RTNL or RCU with a reference, if it is still there. */
struct net_device *__netdev_put_lock(struct net_device *dev, struct net *net);

/*
 * Drops the lock of @prev, if any, and returns the next device with an index of
 * *@ifindex or more (after @prev: more than its), locked; *@ifindex becomes its
 * index. NULL at the end.
 */
struct net_device *netdev_walk_lock(struct net *net, struct net_device *prev,
				    unsigned long *ifindex);
struct net_device *netdev_walk_lock_ops_compat(struct net *net, struct net_device *prev,
					       unsigned long *ifindex);

DEFINE_FREE(netdev_unlock_ops_compat, struct net_device *, if (_T) netdev_unlock_ops_compat(_T));

#define for_each_netdev_lock_scoped(net, var_name, ifindex)			\
	for (struct net_device *var_name __free(netdev_unlock) =		\
		     netdev_walk_lock(net, NULL, &(ifindex));			\
	     var_name; var_name = netdev_walk_lock(net, var_name, &(ifindex)))

#define for_each_netdev_lock_ops_compat_scoped(net, var_name, ifindex)		\
	for (struct net_device *var_name __free(netdev_unlock_ops_compat) =	\
		     netdev_walk_lock_ops_compat(net, NULL, &(ifindex));	\
	     var_name;								\
	     var_name = netdev_walk_lock_ops_compat(net, var_name, &(ifindex)))

/* RTNL held. Marks the device as gone from the namespace, or publishes it. */
int list_netdevice(struct net_device *dev);
void unlist_netdevice(struct net_device *dev);

/* emu-nic/net/napi.c. Instance lock held. */

/* The NAPI with this id and its device locked (netdev_unlock), or NULL; may sleep. */
struct napi_struct *netdev_napi_by_id_lock(struct net *net, unsigned int napi_id);
struct napi_struct *napi_by_id(unsigned int napi_id);

static inline u32 napi_get_defer_hard_irqs(const struct napi_struct *n)
{
	return READ_ONCE(n->defer_hard_irqs);
}

static inline void napi_set_defer_hard_irqs(struct napi_struct *n, u32 defer)
{
	WRITE_ONCE(n->defer_hard_irqs, defer);
}

static inline unsigned long napi_get_gro_flush_timeout(const struct napi_struct *n)
{
	return READ_ONCE(n->gro_flush_timeout);
}

static inline void napi_set_gro_flush_timeout(struct napi_struct *n, unsigned long timeout)
{
	WRITE_ONCE(n->gro_flush_timeout, timeout);
}

static inline unsigned long napi_get_irq_suspend_timeout(const struct napi_struct *n)
{
	return READ_ONCE(n->irq_suspend_timeout);
}

static inline void napi_set_irq_suspend_timeout(struct napi_struct *n, unsigned long timeout)
{
	WRITE_ONCE(n->irq_suspend_timeout, timeout);
}

static inline enum netdev_napi_threaded napi_get_threaded(const struct napi_struct *n)
{
	if (test_bit(NAPI_STATE_THREADED_BUSY_POLL, &n->state))
		return NETDEV_NAPI_THREADED_BUSY_POLL;
	return test_bit(NAPI_STATE_THREADED, &n->state) ? NETDEV_NAPI_THREADED_ENABLED
							 : NETDEV_NAPI_THREADED_DISABLED;
}

/* 0, or the error of making the thread; instance lock held, may sleep. */
int napi_set_threaded(struct napi_struct *n, enum netdev_napi_threaded threaded);

/* The holder of @napi relies on it not being polled: WARN unless that is certain. */
static inline void napi_assert_will_not_race(const struct napi_struct *napi)
{
	/* Never added: nothing will ever poll it. */
	if (!napi->poll_list.next)
		return;
	WARN_ON(!test_bit(NAPI_STATE_SCHED, &napi->state));
	WARN_ON(READ_ONCE(napi->list_owner) != -1);
}

#endif
