/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Queue configuration, queue management and per-queue statistics: what a driver
 * offers for single queues; and the stop/wake protocol of transmit queues.
 *
 * All queue_mgmt_ops run under the device's instance lock. A restart builds the
 * new queue memory aside, stops the queue, starts it on the new memory and frees
 * the old, or goes back to the old; traffic of other queues goes on.
 */
#ifndef _LINUX_NET_QUEUES_H
#define _LINUX_NET_QUEUES_H

#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <net/netlink.h>

/* What ethtool configured, as far as the core keeps it. */
struct netdev_config {
	u32 hds_thresh;		/* header-data split above this many bytes */
	u8 hds_config;		/* ETHTOOL_TCP_DATA_SPLIT_* asked for by the user */
};

/* Configuration of one rx queue; 0 stands for the driver's default. */
struct netdev_queue_config {
	u32 rx_page_size;
};

/* Members of netdev_queue_config that a driver obeys. */
enum {
	QCFG_RX_PAGE_SIZE = 0x1,
};

/* Per-queue counters. All ones in a field: the driver does not provide it. */
struct netdev_queue_stats_rx {
	u64 bytes;
	u64 packets;
	u64 alloc_fail;

	u64 hw_drops;
	u64 hw_drop_overruns;

	u64 csum_complete;
	u64 csum_unnecessary;
	u64 csum_none;
	u64 csum_bad;

	u64 hw_gro_packets;
	u64 hw_gro_bytes;
	u64 hw_gro_wire_packets;
	u64 hw_gro_wire_bytes;

	u64 hw_drop_ratelimits;
};

struct netdev_queue_stats_tx {
	u64 bytes;
	u64 packets;

	u64 hw_drops;
	u64 hw_drop_errors;

	u64 csum_none;
	u64 needs_csum;

	u64 hw_gso_packets;
	u64 hw_gso_bytes;
	u64 hw_gso_wire_packets;
	u64 hw_gso_wire_bytes;

	u64 hw_drop_ratelimits;

	u64 stop;
	u64 wake;
};

/*
 * Statistics callbacks, each may be NULL. A queue's numbers only grow while the
 * device is registered; base is what queues that no longer exist counted.
 */
struct netdev_stat_ops {
	void (*get_queue_stats_rx)(struct net_device *dev, int idx,
				   struct netdev_queue_stats_rx *stats);
	void (*get_queue_stats_tx)(struct net_device *dev, int idx,
				   struct netdev_queue_stats_tx *stats);
	void (*get_base_stats)(struct net_device *dev, struct netdev_queue_stats_rx *rx,
			       struct netdev_queue_stats_tx *tx);
};

/*
 * mem_alloc: build everything that can fail into the zeroed blob of
 * ndo_queue_mem_size bytes, without touching the live queue; also while the
 * interface is down. mem_free: undo it, for memory that never started or was
 * stopped. stop: quiesce the live queue and move its state into the blob. start:
 * the reverse; must succeed with memory that was just stopped. default_qcfg
 * fills in defaults, validate_qcfg refuses what the driver cannot do,
 * queue_get_dma_dev names the device that does the queue's DMA (default: the
 * parent); these three are optional.
 */
struct netdev_queue_mgmt_ops {
	size_t ndo_queue_mem_size;
	int (*ndo_queue_mem_alloc)(struct net_device *dev, struct netdev_queue_config *qcfg,
				   void *per_queue_mem, int idx);
	void (*ndo_queue_mem_free)(struct net_device *dev, void *per_queue_mem);
	int (*ndo_queue_start)(struct net_device *dev, struct netdev_queue_config *qcfg,
			       void *per_queue_mem, int idx);
	int (*ndo_queue_stop)(struct net_device *dev, void *per_queue_mem, int idx);
	void (*ndo_default_qcfg)(struct net_device *dev, struct netdev_queue_config *qcfg);
	int (*ndo_validate_qcfg)(struct net_device *dev, struct netdev_queue_config *qcfg,
				 struct netlink_ext_ack *extack);
	struct device *(*ndo_queue_get_dma_dev)(struct net_device *dev, int idx);
	unsigned int supported_params;	/* QCFG_* */
};

/*
 * The configuration rx queue @rxq would be given now: driver defaults, then what
 * its memory provider asks for. Needs queue_mgmt_ops; instance lock.
 * net/core/netdev_config.c.
 */
void netdev_queue_config(struct net_device *dev, int rxq, struct netdev_queue_config *qcfg);

/*
 * The same, and the driver's verdict on both steps: 0 or its error, @qcfg then
 * being unspecified.
 */
int netdev_queue_config_validate(struct net_device *dev, int rxq_idx,
				 struct netdev_queue_config *qcfg,
				 struct netlink_ext_ack *extack);

/*
 * The device that does queue @idx's DMA, or NULL if there is none that can be
 * used for mapping. Instance lock. net/core/netdev_queues.c.
 */
struct device *netdev_queue_get_dma_dev(struct net_device *dev, unsigned int idx,
					enum netdev_queue_type type);

/* Has queue @idx a memory provider? False for an index out of range. Instance lock. */
bool netif_rxq_has_unreadable_mp(struct net_device *dev, unsigned int idx);
bool netif_rxq_has_mp(struct net_device *dev, unsigned int idx);

/*
 * Add the counters of the queues in [rx_start, rx_end) and [tx_start, tx_end) to
 * the sums, field by field where both sides provide it.
 */
void netdev_stat_queue_sum(struct net_device *netdev, int rx_start, int rx_end,
			   struct netdev_queue_stats_rx *rx_sum, int tx_start, int tx_end,
			   struct netdev_queue_stats_tx *tx_sum);

/*
 * Transmit queue stop and wake. One thread transmits, one completes, without a
 * common lock: the transmitter stops first and then looks for room, the completer
 * makes room first and then looks whether the queue is stopped, each with a full
 * barrier in between, so at least one of them sees the other. @get_desc yields
 * the free descriptors; it is evaluated several times and must be fresh.
 */

/* Stop; -1 if room appeared meanwhile and the queue runs again, else 0. */
#define netif_txq_try_stop(txq, get_desc, start_thrs)				\
({										\
	int __stopped = 0;							\
										\
	netif_tx_stop_queue(txq);						\
	smp_mb__after_atomic();							\
	if (unlikely((get_desc) >= (start_thrs))) {				\
		netif_tx_start_queue(txq);					\
		__stopped = -1;							\
	}									\
	__stopped;								\
})

/* 1: left running; 0: stopped; -1: stopped and running again. */
#define netif_txq_maybe_stop(txq, get_desc, stop_thrs, start_thrs)		\
	(likely((get_desc) >= (stop_thrs)) ? 1 :				\
	 netif_txq_try_stop(txq, get_desc, start_thrs))

/* Report completed work; a full barrier if @bytes != 0, with or without BQL. */
static inline void netdev_txq_completed_mb(struct netdev_queue *dev_queue, unsigned int pkts,
					   unsigned int bytes)
{
	if (IS_ENABLED(CONFIG_BQL))
		netdev_tx_completed_queue(dev_queue, pkts, bytes);
	else if (bytes)
		smp_mb();
}

/* -1: nothing done or not enough room; 0: woken; 1: was running or @down_cond. */
#define __netif_txq_completed_wake(txq, pkts, bytes, get_desc, start_thrs, down_cond)	\
({										\
	int __woken = -1;							\
										\
	netdev_txq_completed_mb(txq, pkts, bytes);				\
	if ((pkts) && (get_desc) >= (start_thrs)) {				\
		__woken = !netif_tx_queue_stopped(txq) || (down_cond);		\
		if (!__woken)							\
			netif_tx_wake_queue(txq);				\
	}									\
	__woken;								\
})

#define netif_txq_completed_wake(txq, pkts, bytes, get_desc, start_thrs)	\
	__netif_txq_completed_wake(txq, pkts, bytes, get_desc, start_thrs, false)

/* The same by queue index. */
#define netif_subqueue_try_stop(dev, idx, get_desc, start_thrs)			\
	netif_txq_try_stop(netdev_get_tx_queue(dev, idx), get_desc, start_thrs)

#define netif_subqueue_maybe_stop(dev, idx, get_desc, stop_thrs, start_thrs)	\
({										\
	struct netdev_queue *__txq = netdev_get_tx_queue(dev, idx);		\
										\
	netif_txq_maybe_stop(__txq, get_desc, stop_thrs, start_thrs);		\
})

#define netif_subqueue_completed_wake(dev, idx, pkts, bytes, get_desc, start_thrs)	\
({										\
	struct netdev_queue *__txq = netdev_get_tx_queue(dev, idx);		\
										\
	netif_txq_completed_wake(__txq, pkts, bytes, get_desc, start_thrs);	\
})

static inline void netif_subqueue_sent(const struct net_device *dev, unsigned int idx,
				       unsigned int bytes)
{
	netdev_tx_sent_queue(netdev_get_tx_queue(dev, idx), bytes);
}

/* Milliseconds since the last transmit of a queue stopped for longer than allowed; or 0. */
static inline unsigned int netif_xmit_timeout_ms(struct netdev_queue *txq)
{
	unsigned long since = READ_ONCE(txq->trans_start);

	if (!netif_xmit_stopped(txq) || !time_after(jiffies, since + txq->dev->watchdog_timeo))
		return 0;
	return jiffies_to_msecs(jiffies - since);
}

#endif
