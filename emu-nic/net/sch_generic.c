// SPDX-License-Identifier: GPL-2.0-only
/*
 * The backlog of a transmit queue: first in, first out, and nothing else.
 *
 * Packets wait while the driver has the queue stopped. Who stops being in the way
 * calls netif_tx_wake_queue(), and a softirq sends on. backlog belongs to the queue's
 * lock; the list of queues to look after has a lock of its own, inside of that. A
 * device that goes down loses what waits.
 */
#include "sch_generic.h"

#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/notifier.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>

#define BACKLOG_MAX	1000

static LIST_HEAD(woken);
static DEFINE_SPINLOCK(woken_lock);

/* Any context. */
static void schedule_queue(struct netdev_queue *txq)
{
	unsigned long flags;

	spin_lock_irqsave(&woken_lock, flags);
	if (list_empty(&txq->woken))
		list_add_tail(&txq->woken, &woken);
	raise_softirq_irqoff(NET_TX_SOFTIRQ);
	spin_unlock_irqrestore(&woken_lock, flags);
}

void netif_tx_wake_queue(struct netdev_queue *txq)
{
	clear_bit(__QUEUE_STATE_DRV_XOFF, &txq->state);
	/* Pairs with txq_send(): one of us sees the other. */
	smp_mb__after_atomic();
	if (!skb_queue_empty_lockless(&txq->backlog))
		schedule_queue(txq);
}
EXPORT_SYMBOL(netif_tx_wake_queue);

/* A driver that refuses has stopped the queue; one that has not is asked again later. */
static void txq_run(struct netdev_queue *txq)
{
	struct sk_buff *skb;
	int ret;

	while (!netif_xmit_stopped(txq) && (skb = __skb_dequeue(&txq->backlog))) {
		if (!dev_hard_start_xmit(skb, txq->dev, txq, &ret))
			continue;
		__skb_queue_head(&txq->backlog, skb);
		if (!netif_xmit_stopped(txq))
			schedule_queue(txq);
		return;
	}
}

/* Checked under the lock: what gets in before the device goes down is purged then. */
static bool txq_enqueue(struct sk_buff *skb, struct netdev_queue *txq)
{
	if (!netif_running(txq->dev) || skb_queue_len(&txq->backlog) >= BACKLOG_MAX) {
		dev_core_stats_tx_dropped_inc(txq->dev);
		kfree_skb(skb);
		return false;
	}
	__skb_queue_tail(&txq->backlog, skb);
	return true;
}

int txq_send(struct sk_buff *skb, struct netdev_queue *txq)
{
	struct sk_buff *next;
	bool queued = false;

	for (; skb; skb = next) {
		next = skb->next;
		queued |= txq_enqueue(skb, txq);
	}
	if (!queued)
		return NET_XMIT_DROP;
	smp_mb();
	txq_run(txq);
	return NET_XMIT_SUCCESS;
}

static struct netdev_queue *next_woken(void)
{
	struct netdev_queue *txq;
	unsigned long flags;

	spin_lock_irqsave(&woken_lock, flags);
	txq = list_first_entry_or_null(&woken, struct netdev_queue, woken);
	if (txq)
		list_del_init(&txq->woken);
	spin_unlock_irqrestore(&woken_lock, flags);
	return txq;
}

/* Softirqs are RCU readers: a queue that was on the list stays while it is looked after. */
static void net_tx_action(void)
{
	struct netdev_queue *txq;

	guard(rcu)();
	while ((txq = next_woken())) {
		__netif_tx_lock(txq, smp_processor_id());
		txq_run(txq);
		__netif_tx_unlock(txq);
	}
}

static void txq_purge(struct netdev_queue *txq)
{
	struct sk_buff *skb;
	unsigned long flags;

	__netif_tx_lock_bh(txq);
	while ((skb = __skb_dequeue(&txq->backlog))) {
		dev_core_stats_tx_dropped_inc(txq->dev);
		kfree_skb_reason(skb, SKB_DROP_REASON_QUEUE_PURGE);
	}
	__netif_tx_unlock_bh(txq);
	spin_lock_irqsave(&woken_lock, flags);
	list_del_init(&txq->woken);
	spin_unlock_irqrestore(&woken_lock, flags);
}

static int backlog_event(struct notifier_block *nb, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);

	if (event == NETDEV_DOWN)
		for (unsigned int i = 0; i < dev->num_tx_queues; i++)
			txq_purge(netdev_get_tx_queue(dev, i));
	return NOTIFY_DONE;
}

static struct notifier_block backlog_nb = { .notifier_call = backlog_event };

void txq_backlog_init(void)
{
	INIT_LIST_HEAD(&woken);
	open_softirq(NET_TX_SOFTIRQ, net_tx_action);
	register_netdevice_notifier(&backlog_nb);
}

void txq_backlog_exit(void)
{
	unregister_netdevice_notifier(&backlog_nb);
}
