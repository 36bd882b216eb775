// SPDX-License-Identifier: GPL-2.0-only
/*
 * NAPI: adding, enabling, disabling and deleting; ids; threads.
 *
 * Ids count up from MIN_NAPI_ID and are unique in the machine. A NAPI has one
 * while it is enabled, and with a persistent configuration always the same. The
 * device's list is kept by falling id. All of it is under the device's instance
 * lock; look-up by id is under RCU.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/xarray.h>
#include <net/busy_poll.h>
#include <net/netdev_lock.h>
#include <net/netdev_rx_queue.h>
#include "libkern/net/dev.h"
#include "napi.h"

static DEFINE_XARRAY_FLAGS(napi_ids, XA_FLAGS_LOCK_BH);
static atomic_t napi_last_id;

void napi_ids_reset(void)
{
	atomic_set(&napi_last_id, MIN_NAPI_ID - 1);
	WARN_ON(!xa_empty(&napi_ids));
}

struct napi_struct *napi_by_id(unsigned int napi_id)
{
	return xa_load(&napi_ids, napi_id);
}

struct napi_struct *netdev_napi_by_id_lock(struct net *net, unsigned int napi_id)
{
	struct net_device *dev = NULL;
	struct napi_struct *n;

	scoped_guard(rcu) {
		n = napi_by_id(napi_id);
		if (n && READ_ONCE(n->dev->reg_state) == NETREG_REGISTERED) {
			dev = n->dev;
			dev_hold(dev);
		}
	}
	dev = dev ? __netdev_put_lock(dev, net) : NULL;
	if (!dev)
		return NULL;
	/* It may have gone while the lock was waited for. */
	n = napi_by_id(napi_id);
	if (n && n->dev == dev)
		return n;
	netdev_unlock(dev);
	return NULL;
}

/* --- Ids ----------------------------------------------------------------- */

static u32 napi_list_id(const struct napi_struct *n)
{
	if (napi_id_valid(n->napi_id))
		return n->napi_id;
	return n->config && napi_id_valid(n->config->napi_id) ? n->config->napi_id : U32_MAX;
}

/* Those that have no id yet will get a higher one than any: they stand in front. */
static void napi_list_insert(struct net_device *dev, struct napi_struct *n)
{
	struct list_head *behind = &dev->napi_list;
	struct napi_struct *at;

	list_for_each_entry(at, &dev->napi_list, dev_list) {
		if (napi_list_id(at) <= napi_list_id(n))
			break;
		behind = &at->dev_list;
	}
	list_add(&n->dev_list, behind);
}

static void napi_id_take(struct napi_struct *n)
{
	u32 id = n->config ? n->config->napi_id : 0;

	if (test_bit(NAPI_STATE_NO_BUSY_POLL, &n->state))
		return;
	if (!napi_id_valid(id))
		id = atomic_inc_return(&napi_last_id);
	if (xa_is_err(xa_store_bh(&napi_ids, id, n, GFP_KERNEL)))
		return;
	WRITE_ONCE(n->napi_id, id);
	if (n->config)
		n->config->napi_id = id;
	list_del(&n->dev_list);
	napi_list_insert(n->dev, n);
}

static void napi_id_drop(struct napi_struct *n)
{
	if (napi_id_valid(n->napi_id))
		xa_erase_bh(&napi_ids, n->napi_id);
	WRITE_ONCE(n->napi_id, 0);
}

/* --- Threads ------------------------------------------------------------- */

static int napi_thread_create(struct napi_struct *n)
{
	struct task_struct *thread;

	thread = kthread_run(napi_threaded_poll, n, "napi/%s-%d", n->dev->name,
			     n->index >= 0 ? n->index : (int)n->napi_id);
	if (IS_ERR(thread)) {
		netdev_err(n->dev, "kthread_run failed with err %ld\n", PTR_ERR(thread));
		return PTR_ERR(thread);
	}
	n->thread = thread;
	return 0;
}

/* The bits that send it to the thread are clear: let the thread finish what it has. */
static void napi_thread_stop(struct napi_struct *n)
{
	if (!n->thread)
		return;
	while (test_bit(NAPI_STATE_SCHED_THREADED, &n->state))
		usleep_range(20, 200);
	kthread_stop(n->thread);
	n->thread = NULL;
}

static void napi_set_thread_bits(struct napi_struct *n, enum netdev_napi_threaded threaded)
{
	assign_bit(NAPI_STATE_THREADED_BUSY_POLL, &n->state,
		   threaded == NETDEV_NAPI_THREADED_BUSY_POLL);
	assign_bit(NAPI_STATE_THREADED, &n->state, threaded != NETDEV_NAPI_THREADED_DISABLED);
}

int napi_set_threaded(struct napi_struct *n, enum netdev_napi_threaded threaded)
{
	int err;

	if (threaded != NETDEV_NAPI_THREADED_DISABLED && !n->thread) {
		err = napi_thread_create(n);
		if (err)
			return err;
	}
	if (n->config)
		n->config->threaded = threaded;
	napi_set_thread_bits(n, threaded);
	/* Seen by a thread that polls without being told to. */
	if (n->thread)
		wake_up_process(n->thread);
	if (threaded == NETDEV_NAPI_THREADED_DISABLED)
		napi_thread_stop(n);
	return 0;
}

/* --- Adding and deleting ------------------------------------------------- */

static void napi_init_members(struct net_device *dev, struct napi_struct *n, napi_poll_fn poll,
			      int weight)
{
	INIT_LIST_HEAD(&n->poll_list);
	hrtimer_setup(&n->timer, napi_watchdog, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	if (weight > NAPI_POLL_WEIGHT)
		netdev_err_once(dev, "%s() called with weight %d\n", __func__, weight);
	n->poll = poll;
	n->weight = weight;
	n->dev = dev;
	n->list_owner = -1;
	n->skb = NULL;
	n->thread = NULL;
	n->napi_id = 0;
	n->irq = -1;
	n->index = -1;
	n->config = NULL;
	n->defer_hard_irqs_count = 0;
	n->defer_hard_irqs = READ_ONCE(dev->napi_defer_hard_irqs);
	n->gro_flush_timeout = READ_ONCE(dev->gro_flush_timeout);
	n->irq_suspend_timeout = 0;
}

static void napi_add(struct net_device *dev, struct napi_struct *n, napi_poll_fn poll, int weight,
		     int index)
{
	enum netdev_napi_threaded threaded = dev->threaded;

	netdev_assert_locked(dev);
	if (WARN_ON(test_and_set_bit(NAPI_STATE_LISTED, &n->state)))
		return;
	napi_init_members(dev, n, poll, weight);
	if (index >= 0) {
		n->index = index;
		n->config = &dev->napi_config[index];
		threaded = n->config->napi_id ? n->config->threaded : threaded;
	}
	set_bit(NAPI_STATE_SCHED, &n->state);
	set_bit(NAPI_STATE_NPSVC, &n->state);
	napi_list_insert(dev, n);
	/* Without a thread the softirq polls it. */
	if (threaded && napi_thread_create(n))
		threaded = NETDEV_NAPI_THREADED_DISABLED;
	if (n->config)
		n->config->threaded = threaded;
	else if (!threaded)
		dev->threaded = threaded;
}

void netif_napi_add_weight_locked(struct net_device *dev, struct napi_struct *napi,
				  int (*poll)(struct napi_struct *, int), int weight)
{
	napi_add(dev, napi, poll, weight, -1);
}
EXPORT_SYMBOL(netif_napi_add_weight_locked);

void netif_napi_add_weight(struct net_device *dev, struct napi_struct *napi,
			   int (*poll)(struct napi_struct *, int), int weight)
{
	netdev_lock(dev);
	napi_add(dev, napi, poll, weight, -1);
	netdev_unlock(dev);
}
EXPORT_SYMBOL(netif_napi_add_weight);

void netif_napi_add_config_locked(struct net_device *dev, struct napi_struct *napi,
				  int (*poll)(struct napi_struct *, int), int index)
{
	napi_add(dev, napi, poll, NAPI_POLL_WEIGHT, index);
}
EXPORT_SYMBOL(netif_napi_add_config_locked);

void netif_napi_add_config(struct net_device *dev, struct napi_struct *napi,
			   int (*poll)(struct napi_struct *, int), int index)
{
	netdev_lock(dev);
	napi_add(dev, napi, poll, NAPI_POLL_WEIGHT, index);
	netdev_unlock(dev);
}
EXPORT_SYMBOL(netif_napi_add_config);

void netif_napi_add_tx(struct net_device *dev, struct napi_struct *napi,
		       int (*poll)(struct napi_struct *, int))
{
	set_bit(NAPI_STATE_NO_BUSY_POLL, &napi->state);
	netif_napi_add(dev, napi, poll);
}
EXPORT_SYMBOL(netif_napi_add_tx);

void __netif_napi_del_locked(struct napi_struct *napi)
{
	netdev_assert_locked(napi->dev);
	if (!test_and_clear_bit(NAPI_STATE_LISTED, &napi->state))
		return;
	/* Enabled: it may be polled any moment, and afterwards, too. */
	WARN_ON(!test_bit(NAPI_STATE_NPSVC, &napi->state));
	clear_bit(NAPI_STATE_SCHED_THREADED, &napi->state);
	napi_thread_stop(napi);
	napi_id_drop(napi);
	list_del(&napi->dev_list);
	napi->config = NULL;
	napi->index = -1;
}
EXPORT_SYMBOL(__netif_napi_del_locked);

/* One that was never added has no device, and no lock to take. */
void __netif_napi_del(struct napi_struct *napi)
{
	if (!test_bit(NAPI_STATE_LISTED, &napi->state))
		return;
	netdev_lock(napi->dev);
	__netif_napi_del_locked(napi);
	netdev_unlock(napi->dev);
}
EXPORT_SYMBOL(__netif_napi_del);

void netif_napi_del(struct napi_struct *napi)
{
	__netif_napi_del(napi);
	synchronize_net();
}
EXPORT_SYMBOL(netif_napi_del);

void netif_napi_del_locked(struct napi_struct *napi)
{
	if (test_bit(NAPI_STATE_LISTED, &napi->state))
		__netif_napi_del_locked(napi);
	synchronize_net();
}
EXPORT_SYMBOL(netif_napi_del_locked);

/* --- Enabling and disabling ---------------------------------------------- */

static void napi_restore_config(struct napi_struct *n)
{
	const struct napi_config *config = n->config;

	if (!config || !napi_id_valid(config->napi_id))
		return;
	n->defer_hard_irqs = config->defer_hard_irqs;
	n->gro_flush_timeout = config->gro_flush_timeout;
	n->irq_suspend_timeout = config->irq_suspend_timeout;
}

static void napi_save_config(struct napi_struct *n)
{
	if (!n->config)
		return;
	n->config->defer_hard_irqs = n->defer_hard_irqs;
	n->config->gro_flush_timeout = n->gro_flush_timeout;
	n->config->irq_suspend_timeout = n->irq_suspend_timeout;
}

static enum netdev_napi_threaded napi_wanted_threaded(const struct napi_struct *n)
{
	if (!n->thread)
		return NETDEV_NAPI_THREADED_DISABLED;
	return n->config ? n->config->threaded : n->dev->threaded;
}

void napi_enable_locked(struct napi_struct *n)
{
	unsigned long old = READ_ONCE(n->state), now;

	netdev_assert_locked(n->dev);
	napi_restore_config(n);
	napi_id_take(n);
	napi_set_thread_bits(n, napi_wanted_threaded(n));
	old = READ_ONCE(n->state);
	do {
		BUG_ON(!(old & NAPIF_STATE_SCHED) || !(old & NAPIF_STATE_NPSVC));
		now = old & ~(NAPIF_STATE_SCHED | NAPIF_STATE_NPSVC | NAPIF_STATE_MISSED);
	} while (!try_cmpxchg(&n->state, &old, now));
}
EXPORT_SYMBOL(napi_enable_locked);

void napi_enable(struct napi_struct *n)
{
	netdev_lock(n->dev);
	napi_enable_locked(n);
	netdev_unlock(n->dev);
}
EXPORT_SYMBOL(napi_enable);

/* Waits for the owner to complete, and owns it then. */
static void napi_seize(struct napi_struct *n)
{
	const unsigned long busy = NAPIF_STATE_SCHED | NAPIF_STATE_NPSVC;
	const unsigned long mine = NAPIF_STATE_SCHED | NAPIF_STATE_NPSVC;
	const unsigned long gone = NAPIF_STATE_THREADED | NAPIF_STATE_THREADED_BUSY_POLL |
				   NAPIF_STATE_PREFER_BUSY_POLL;
	unsigned long old = READ_ONCE(n->state);

	do {
		while (old & busy) {
			usleep_range(20, 200);
			old = READ_ONCE(n->state);
		}
	} while (!try_cmpxchg(&n->state, &old, (old | mine) & ~gone));
}

void napi_disable_locked(struct napi_struct *n)
{
	might_sleep();
	netdev_assert_locked(n->dev);
	set_bit(NAPI_STATE_DISABLE, &n->state);
	napi_seize(n);
	hrtimer_cancel(&n->timer);
	napi_save_config(n);
	napi_id_drop(n);
	clear_bit(NAPI_STATE_DISABLE, &n->state);
}
EXPORT_SYMBOL(napi_disable_locked);

void napi_disable(struct napi_struct *n)
{
	netdev_lock(n->dev);
	napi_disable_locked(n);
	netdev_unlock(n->dev);
}
EXPORT_SYMBOL(napi_disable);

void napi_synchronize(const struct napi_struct *n)
{
	while (test_bit(NAPI_STATE_SCHED, &n->state))
		usleep_range(20, 200);
}
EXPORT_SYMBOL(napi_synchronize);

/* --- What netlink shows -------------------------------------------------- */

void netif_queue_set_napi(struct net_device *dev, unsigned int queue_index,
			  enum netdev_queue_type type, struct napi_struct *napi)
{
	if (WARN_ON_ONCE(napi && !napi->dev))
		return;
	netdev_ops_assert_locked_or_invisible(dev);
	if (type == NETDEV_QUEUE_TYPE_RX)
		__netif_get_rx_queue(dev, queue_index)->napi = napi;
	else
		netdev_get_tx_queue(dev, queue_index)->napi = napi;
}
EXPORT_SYMBOL(netif_queue_set_napi);

void netif_napi_set_irq_locked(struct napi_struct *napi, int irq)
{
	netdev_assert_locked_or_invisible(napi->dev);
	napi->irq = irq;
}
EXPORT_SYMBOL(netif_napi_set_irq_locked);

void netif_napi_set_irq(struct napi_struct *napi, int irq)
{
	netdev_lock(napi->dev);
	netif_napi_set_irq_locked(napi, irq);
	netdev_unlock(napi->dev);
}
EXPORT_SYMBOL(netif_napi_set_irq);
