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

/* As above, and what waited for it is sent soon. Any context. emu-nic/net/sch_generic.c. */
void netif_tx_wake_queue(struct netdev_queue *dev_queue);

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

static inline bool netif_xmit_frozen_or_drv_stopped(const struct netdev_queue *dev_queue)
{
	return netif_tx_queue_stopped(dev_queue);
}

/* The lock around ndo_start_xmit(), taken by vCPU @cpu with softirqs off; _bh: from anywhere. */
static inline void __netif_tx_lock(struct netdev_queue *txq, int cpu)
{
	spin_lock(&txq->_xmit_lock);
	WRITE_ONCE(txq->xmit_lock_owner, cpu);
}

static inline bool __netif_tx_trylock(struct netdev_queue *txq)
{
	if (!spin_trylock(&txq->_xmit_lock))
		return false;
	WRITE_ONCE(txq->xmit_lock_owner, smp_processor_id());
	return true;
}

static inline void __netif_tx_unlock(struct netdev_queue *txq)
{
	WRITE_ONCE(txq->xmit_lock_owner, -1);
	spin_unlock(&txq->_xmit_lock);
}

static inline void __netif_tx_lock_bh(struct netdev_queue *txq)
{
	spin_lock_bh(&txq->_xmit_lock);
	WRITE_ONCE(txq->xmit_lock_owner, smp_processor_id());
}

static inline void __netif_tx_unlock_bh(struct netdev_queue *txq)
{
	WRITE_ONCE(txq->xmit_lock_owner, -1);
	spin_unlock_bh(&txq->_xmit_lock);
}

#define HARD_TX_LOCK(dev, txq, cpu)	__netif_tx_lock(txq, cpu)
#define HARD_TX_UNLOCK(dev, txq)	__netif_tx_unlock(txq)

/* Stops all queues; on return no ndo_start_xmit() runs, nor will before a queue is started. */
static inline void netif_tx_disable(struct net_device *dev)
{
	for (unsigned int i = 0; i < dev->num_tx_queues; i++) {
		struct netdev_queue *txq = netdev_get_tx_queue(dev, i);

		__netif_tx_lock_bh(txq);
		netif_tx_stop_queue(txq);
		__netif_tx_unlock_bh(txq);
	}
}

static inline void txq_trans_cond_update(struct netdev_queue *txq)
{
	if (READ_ONCE(txq->trans_start) != jiffies)
		WRITE_ONCE(txq->trans_start, jiffies);
}

/* In ndo_start_xmit(): does another packet for this queue follow, so that a doorbell can wait? */
static inline bool netdev_xmit_more(void)
{
	return __this_cpu_read(softnet_data.xmit.more);
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

/* --- Transmit: emu-nic/net/dev.c ----------------------------------------- */

/**
 * dev_queue_xmit - send a packet through skb->dev
 *
 * @skb begins with its Ethernet header and is consumed in any case. Task or
 * softirq context. Picks the queue, does in software what the device cannot
 * (checksum, tag, linear data; not segmentation), and refuses an unreadable
 * packet whose memory is not bound to this device. Behind a stopped queue up to
 * 1000 packets wait. NET_XMIT_SUCCESS: sent, or waiting; NET_XMIT_DROP: the backlog
 * is full or the packet cannot be sent; -ENETDOWN: the device is not up or has no
 * carrier. Each counts in core_tx_dropped. net/core/dev.c.
 */
int dev_queue_xmit(struct sk_buff *skb);

/*
 * __dev_direct_xmit - the same through a given queue, which must exist. NETDEV_TX_BUSY,
 * and @skb stays the caller's, if that is stopped. dev_direct_xmit() frees it then.
 */
int __dev_direct_xmit(struct sk_buff *skb, u16 queue_id);

static inline int dev_direct_xmit(struct sk_buff *skb, u16 queue_id)
{
	int ret = __dev_direct_xmit(skb, queue_id);

	if (!dev_xmit_complete(ret))
		kfree_skb(skb);
	return ret;
}

/*
 * Hand a list of packets (by ->next) to the driver, which holds its queue's lock, until
 * it refuses one. The packets left, or NULL; @ret is what the driver said last.
 */
struct sk_buff *dev_hard_start_xmit(struct sk_buff *first, struct net_device *dev,
				    struct netdev_queue *txq, int *ret);
/*
 * Make packets fit for the device. Those that cannot be sent are freed and counted; the
 * others, in order, or NULL. @again is left alone. Softirqs off.
 */
struct sk_buff *validate_xmit_skb_list(struct sk_buff *skb, struct net_device *dev, bool *again);

/*
 * Brings dev->features to what is wanted and possible: wanted_features where hw_features says
 * they can be switched, cut down by ndo_fix_features() and by what does not go together, then
 * ndo_set_features(). A device that refuses keeps what it had. RTNL, and the instance lock
 * where the device asks for it; may sleep. net/core/dev.c.
 *
 * __netdev_update_features() returns whether features changed, -1 if the device refused; the
 * others tell NETDEV_FEAT_CHANGE, the second one in any case.
 */
int __netdev_update_features(struct net_device *dev);
void netdev_update_features(struct net_device *dev);
void netdev_change_features(struct net_device *dev);

/* What of its features the device can use on this packet. */
netdev_features_t netif_skb_features(struct sk_buff *skb);
/* The queue a packet goes to unless its sender says otherwise. */
u16 netdev_pick_tx(struct net_device *dev, struct sk_buff *skb);

static inline struct netdev_queue *skb_get_tx_queue(const struct net_device *dev,
						    const struct sk_buff *skb)
{
	return netdev_get_tx_queue(dev, skb_get_queue_mapping(skb));
}

/* An SKB_GSO_ type is sent by a device with the feature at its place. */
static inline bool net_gso_ok(netdev_features_t features, int gso_type)
{
	netdev_features_t feature = (netdev_features_t)gso_type << NETIF_F_GSO_SHIFT;

	return (features & feature) == feature;
}

static inline bool skb_gso_ok(const struct sk_buff *skb, netdev_features_t features)
{
	return net_gso_ok(features, skb_shinfo(skb)->gso_type) &&
	       (!skb_has_frag_list(skb) || (features & NETIF_F_FRAGLIST));
}

/* Is software to cut the packet up? A device that cuts also sums, and must be asked to. */
static inline bool netif_needs_gso(const struct sk_buff *skb, netdev_features_t features)
{
	return skb_is_gso(skb) && (!skb_gso_ok(skb, features) ||
				   (skb->ip_summed != CHECKSUM_PARTIAL &&
				    skb->ip_summed != CHECKSUM_UNNECESSARY));
}

/* Does a device with these features sum packets of this protocol? */
static inline bool can_checksum_protocol(netdev_features_t features, __be16 protocol)
{
	if (features & NETIF_F_HW_CSUM)
		return true;
	return (protocol == htons(ETH_P_IP) && features & NETIF_F_IP_CSUM) ||
	       (protocol == htons(ETH_P_IPV6) && features & NETIF_F_IPV6_CSUM);
}

/*
 * The sum that CHECKSUM_PARTIAL asks for, in software. 0; -EINVAL for a GSO packet or a
 * place outside the packet, -EFAULT if that needs unreadable bytes, -ENOMEM. @skb is not
 * shared; its head may be replaced. net/core/dev.c.
 */
int skb_checksum_help(struct sk_buff *skb);

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
