/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Queues and NAPI of network devices: part of linux/netdevice.h, include that.
 *
 * A NAPI is owned by whoever set its SCHED bit; the owner polls it, in softirq
 * or in its thread, and gives it up in napi_complete_done().
 */
#ifndef _LINUX_NETDEVICE_QUEUE_H
#define _LINUX_NETDEVICE_QUEUE_H

#include <linux/netdevice.h>
#include <linux/jiffies.h>

/* --- Transmit queues ----------------------------------------------------- */

static inline struct netdev_queue *netdev_get_tx_queue(const struct net_device *dev,
						       unsigned int index)
{
	return &dev->_tx[index];
}

static inline void netif_tx_start_queue(struct netdev_queue *dev_queue)
{
	clear_bit(__QUEUE_STATE_DRV_XOFF, &dev_queue->state);
}

static inline void netif_tx_wake_queue(struct netdev_queue *dev_queue)
{
	clear_bit(__QUEUE_STATE_DRV_XOFF, &dev_queue->state);
}

static inline void netif_tx_stop_queue(struct netdev_queue *dev_queue)
{
	WRITE_ONCE(dev_queue->trans_start, jiffies);
	set_bit(__QUEUE_STATE_DRV_XOFF, &dev_queue->state);
}

static inline bool netif_tx_queue_stopped(const struct netdev_queue *dev_queue)
{
	return test_bit(__QUEUE_STATE_DRV_XOFF, &dev_queue->state);
}

/* The same for a queue by its index, and for all queues in use. Any context. */
static inline void netif_start_subqueue(struct net_device *dev, u16 queue_index)
{
	netif_tx_start_queue(netdev_get_tx_queue(dev, queue_index));
}

static inline void netif_stop_subqueue(struct net_device *dev, u16 queue_index)
{
	netif_tx_stop_queue(netdev_get_tx_queue(dev, queue_index));
}

static inline void netif_wake_subqueue(struct net_device *dev, u16 queue_index)
{
	netif_tx_wake_queue(netdev_get_tx_queue(dev, queue_index));
}

static inline bool __netif_subqueue_stopped(const struct net_device *dev, u16 queue_index)
{
	return netif_tx_queue_stopped(netdev_get_tx_queue(dev, queue_index));
}

static inline void netif_tx_start_all_queues(struct net_device *dev)
{
	for (unsigned int i = 0; i < dev->num_tx_queues; i++)
		netif_start_subqueue(dev, i);
}

static inline void netif_tx_wake_all_queues(struct net_device *dev)
{
	for (unsigned int i = 0; i < dev->num_tx_queues; i++)
		netif_wake_subqueue(dev, i);
}

static inline void netif_tx_stop_all_queues(struct net_device *dev)
{
	for (unsigned int i = 0; i < dev->num_tx_queues; i++)
		netif_stop_subqueue(dev, i);
}

static inline bool netif_xmit_stopped(const struct netdev_queue *dev_queue)
{
	return READ_ONCE(dev_queue->state) != 0;
}

/* Byte queue limits are not configured: nothing to account. */
static inline void netdev_tx_sent_queue(struct netdev_queue *dev_queue __always_unused,
					unsigned int bytes __always_unused)
{
}

static inline bool __netdev_tx_sent_queue(struct netdev_queue *dev_queue,
					  unsigned int bytes __always_unused, bool xmit_more)
{
	if (!xmit_more)
		return true;
	return netif_tx_queue_stopped(dev_queue);
}

static inline void netdev_tx_completed_queue(struct netdev_queue *dev_queue __always_unused,
					     unsigned int pkts __always_unused,
					     unsigned int bytes __always_unused)
{
}

static inline void netdev_tx_reset_queue(struct netdev_queue *dev_queue __always_unused)
{
}

/* --- NAPI: emu-nic/net/napi.c -------------------------------------------- */

/**
 * netif_napi_add - give a device a NAPI
 *
 * Task context. The NAPI starts disabled. Plain forms take the instance lock,
 * _locked ones need it. Adding twice is a WARN and ignored. The _config form
 * takes settings and id from dev->napi_config[@index]; _tx gives it no id.
 * Contract: net/core/dev.c, as all below.
 */
void netif_napi_add_weight(struct net_device *dev, struct napi_struct *napi,
			   int (*poll)(struct napi_struct *, int), int weight);
void netif_napi_add_weight_locked(struct net_device *dev, struct napi_struct *napi,
				  int (*poll)(struct napi_struct *, int), int weight);
void netif_napi_add_config(struct net_device *dev, struct napi_struct *napi,
			   int (*poll)(struct napi_struct *, int), int index);
void netif_napi_add_config_locked(struct net_device *dev, struct napi_struct *napi,
				  int (*poll)(struct napi_struct *, int), int index);
void netif_napi_add_tx(struct net_device *dev, struct napi_struct *napi,
		       int (*poll)(struct napi_struct *, int));

static inline void netif_napi_add(struct net_device *dev, struct napi_struct *napi,
				  int (*poll)(struct napi_struct *, int))
{
	netif_napi_add_weight(dev, napi, poll, NAPI_POLL_WEIGHT);
}

static inline void netif_napi_add_locked(struct net_device *dev, struct napi_struct *napi,
					 int (*poll)(struct napi_struct *, int))
{
	netif_napi_add_weight_locked(dev, napi, poll, NAPI_POLL_WEIGHT);
}

/* Unlink without (two underscores) or with the grace period that must follow. */
void __netif_napi_del(struct napi_struct *napi);
void __netif_napi_del_locked(struct napi_struct *napi);
void netif_napi_del(struct napi_struct *napi);
void netif_napi_del_locked(struct napi_struct *napi);

/* Enabling an enabled NAPI is a BUG. May sleep (thread creation). */
void napi_enable(struct napi_struct *n);
void napi_enable_locked(struct napi_struct *n);
/* Waits until nobody polls it and keeps it; calling it twice never returns. */
void napi_disable(struct napi_struct *n);
void napi_disable_locked(struct napi_struct *n);
/* Waits until nobody polls it, without disabling it. */
void napi_synchronize(const struct napi_struct *n);

/* Any context: true gives the caller the NAPI, who must call __napi_schedule(). */
bool napi_schedule_prep(struct napi_struct *n);
void __napi_schedule(struct napi_struct *n);
void __napi_schedule_irqoff(struct napi_struct *n);

static inline bool napi_schedule(struct napi_struct *n)
{
	if (!napi_schedule_prep(n))
		return false;
	__napi_schedule(n);
	return true;
}

static inline bool napi_schedule_irqoff(struct napi_struct *n)
{
	if (!napi_schedule_prep(n))
		return false;
	__napi_schedule_irqoff(n);
	return true;
}

/* In the poll function, after less than its budget. True: unmask the interrupt. */
bool napi_complete_done(struct napi_struct *n, int work_done);

static inline bool napi_complete(struct napi_struct *n)
{
	return napi_complete_done(n, 0);
}

/* If it is scheduled, make sure that it is polled once more; returns whether it was. */
bool napi_if_scheduled_mark_missed(struct napi_struct *n);

static inline bool napi_disable_pending(struct napi_struct *n)
{
	return test_bit(NAPI_STATE_DISABLE, &n->state);
}

/* Instance lock held, or the device not visible yet. NULL unlinks. */
void netif_queue_set_napi(struct net_device *dev, unsigned int queue_index,
			  enum netdev_queue_type type, struct napi_struct *napi);
void netif_napi_set_irq_locked(struct napi_struct *napi, int irq);
void netif_napi_set_irq(struct napi_struct *napi, int irq);

/* --- Receive: emu-nic/net/dev.c ------------------------------------------ */

/* Takes @skb, eth_type_trans() done; softirq or BH disabled. NET_RX_SUCCESS or NET_RX_DROP. */
int netif_receive_skb(struct sk_buff *skb);
/* As above from a NAPI poll function. Segments are not merged. */
int napi_gro_receive(struct napi_struct *napi, struct sk_buff *skb);

/* Same key for all devices, random per boot. */
#define NETDEV_RSS_KEY_LEN	256
void netdev_rss_key_fill(void *buffer, size_t len);

static inline void net_prefetch(void *p)
{
	prefetch(p);
}

static inline void dev_core_stats_rx_dropped_inc(struct net_device *dev)
{
	atomic_long_inc(&dev->core_rx_dropped);
}

static inline void dev_core_stats_tx_dropped_inc(struct net_device *dev)
{
	atomic_long_inc(&dev->core_tx_dropped);
}

#endif
