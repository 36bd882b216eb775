/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * emunic: an ordinary network driver for the emulated NIC.
 *
 * Each queue has a live set of receive memory (struct emunic_rx): three rings, a
 * pool of pages for headers and a pool for payload, which may be unreadable when
 * a memory provider is installed on the queue. queue_mgmt_ops build and exchange
 * such sets; NAPI poll is the only user of a live one. Each queue also has a
 * transmit ring (struct emunic_tx), which lives as long as the interface is up and
 * goes on while the receive memory is exchanged. Everything else runs under the
 * device's instance lock.
 */
#ifndef EMUNIC_H
#define EMUNIC_H

#include <linux/device.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/netdevice.h>
#include <linux/sizes.h>
#include <linux/timer.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <net/netdev_queues.h>
#include <net/netmem.h>

#include "../emunic_regs.h"

struct page_pool;

#define EMUNIC_HDR_BUF_SIZE	256
#define EMUNIC_MAX_PAY_SIZE	SZ_64K
#define EMUNIC_MIN_RING		32
#define EMUNIC_MAX_RING		4096
#define EMUNIC_MIN_TX_RING	64
#define EMUNIC_MAX_IRQ_USECS	100000
#define EMUNIC_TX_CLEAN_MAX	256	/* completions per poll */

/* A ring in coherent memory. tail runs freely, as the doorbells do. */
struct emunic_ring {
	void *cpu;
	dma_addr_t dma;
	unsigned int entries;
	u32 tail;	/* buffers posted, or completions consumed */
	u32 done;	/* buffer and transmit rings: how many came back */
};

struct emunic_hdr_slot {
	struct page *page;
	unsigned int offset;
};

/* Receive memory of one queue: the blob of queue_mgmt_ops. */
struct emunic_rx {
	struct emunic_ring hdr, pay, cq;
	struct page_pool *hdr_pool;	/* NULL with header split off */
	struct page_pool *pay_pool;
	struct emunic_hdr_slot *hdr_slots;	/* by buffer id */
	netmem_ref *pay_slots;
	u32 pay_size;		/* of a payload buffer */
	struct sk_buff *skb;	/* frame being put together, NULL between frames */
	bool discard;		/* the rest of the current frame is thrown away */
	bool in_frame;		/* its last completion is still to come */
	bool used;		/* has been live before */
};

/* Written by the poll function only. */
struct emunic_rx_stats {
	struct u64_stats_sync syncp;
	u64_stats_t packets, bytes, alloc_fail;	/* packets on the wire, as bytes */
	u64_stats_t gro_packets, gro_bytes, gro_wire_packets, gro_wire_bytes;
	u64_stats_t csum_unnecessary, csum_none, csum_bad;
	u64_stats_t malformed, dma_error, too_many_frags;
	u64_stats_t posted, filled;	/* payload buffers */
	u64_stats_t starved;		/* refills that got less than wanted */
};

/* One descriptor; its packet's skb is in the last one. */
struct emunic_tx_slot {
	struct sk_buff *skb;
	DEFINE_DMA_UNMAP_ADDR(addr);	/* 0: not to be unmapped */
	DEFINE_DMA_UNMAP_LEN(len);
};

/* tail belongs to ndo_start_xmit(), done and cq to the poll function. */
struct emunic_tx {
	struct emunic_ring ring, cq;
	struct emunic_tx_slot *slots;
};

/* Two of them: what ndo_start_xmit() counts, and what the poll function does. */
struct emunic_tx_stats {
	struct u64_stats_sync syncp;
	u64_stats_t packets, bytes;	/* on the wire, segments by themselves */
	u64_stats_t needs_csum, csum_none;
	u64_stats_t gso_packets, gso_bytes, gso_wire_packets, gso_wire_bytes;
	u64_stats_t stop, wake;
	u64_stats_t dropped;		/* no mapping, or no packet the device can send */
	u64_stats_t errors;		/* the device did not send it */
	u64_stats_t discarded;		/* in the ring when the interface went down */
};

/* What hardware can do wrong, and what was done about it. Counters; each has one writer. */
enum emunic_trouble {
	EMUNIC_DUPLICATE,	/* a completion for a buffer that came back before */
	EMUNIC_REORDERED,	/* for one that was posted, but is not next */
	EMUNIC_UNKNOWN_BUF,	/* for one that there is not */
	EMUNIC_OVERLONG,	/* more bytes than the buffer has */
	EMUNIC_BROKEN_FRAME,	/* a frame without beginning or end */
	EMUNIC_RX_STUCK,
	EMUNIC_TX_STUCK,
	EMUNIC_TX_BAD_HEAD,	/* gives back what was not posted */
	EMUNIC_LOST_DOORBELL,	/* rung again */
	EMUNIC_STOP_FORCED,	/* a queue that stopped only when it was reset */
	EMUNIC_RX_RESET,
	EMUNIC_TX_RESET,
	EMUNIC_TROUBLES,
};

/* Bits of emunic_queue.state. */
enum {
	EMUNIC_CHECK,		/* the poll function is to compare its books with the device */
	EMUNIC_RX_FAILED,	/* condemned: not polled until it was reset */
	EMUNIC_TX_FAILED,
};

struct emunic_queue {
	struct napi_struct napi ____cacheline_aligned_in_smp;
	struct emunic_priv *priv;
	unsigned int index;
	int irq;
	struct emunic_rx rx;
	struct emunic_tx tx;
	struct timer_list refill;	/* after a refill that got nothing */
	struct emunic_rx_stats stats;
	struct emunic_tx_stats tx_sent, tx_done;
	unsigned long state;
	u64_stats_t troubles[EMUNIC_TROUBLES];
	/* At the last check. Poll function, or while there is none. */
	bool rx_was_busy, tx_was_busy;
	u32 rx_progress, tx_head;
};

/* What of a packet is hashed: RXH_*. Of a context, it is the driver's part. */
struct emunic_rss_fields {
	u32 rxh[EMUNIC_RSS_KINDS];
};

struct emunic_flow {
	struct ethtool_rx_flow_spec fs;
	u32 context;		/* FLOW_RSS */
};

struct emunic_priv {
	struct net_device *netdev;
	struct device *dev;
	void __iomem *bar;
	int link_irq;		/* 0: none, the link is taken to be up */
	unsigned int ring_entries, tx_entries;
	bool pause;
	bool can_gro;		/* so the device says */
	bool up;		/* instance lock */
	bool gone;		/* the device was pulled out */
	u32 irq_usecs, irq_frames;	/* moderation */
	unsigned int watchdog_ms;
	struct delayed_work watchdog;
	struct work_struct reset;
	u8 rss_key[EMUNIC_RSS_KEY_BYTES];
	u32 rss_table[EMUNIC_RSS_TABLE_SIZE];
	struct emunic_rss_fields rss_fields;
	struct emunic_flow *flows;	/* EMUNIC_MAX_FLOWS, by location */
	DECLARE_BITMAP(flow_used, EMUNIC_MAX_FLOWS);
	unsigned int num_queues;
	struct emunic_queue queues[];
};

/* What the bus found; num_irqs is the number of queue pairs used. */
struct emunic_resources {
	void __iomem *bar;
	const int *irqs;
	unsigned int num_irqs;
	int link_irq;			/* 0: none, the link is taken to be up */
	unsigned int ring_entries;	/* 0: 256 */
	unsigned int tx_entries;	/* 0: 256 */
	unsigned int watchdog_ms;	/* period; 0: 5000 */
	bool pause;			/* hold the wire instead of dropping */
	const char *name;		/* NULL: "eth%d" */
};

/*
 * emunic_probe - set up a device and register its network interface. May sleep.
 *
 * The interface is down. ERR_PTR(-ENODEV) if the registers are not those of an
 * emunic, -EINVAL for unusable resources, -ENOMEM, or what register_netdev() said.
 */
struct net_device *emunic_probe(struct device *dev, const struct emunic_resources *res);
/* Unregister, reset the device and free everything. May sleep. */
void emunic_remove(struct net_device *netdev);

/* emunic_main.c: bring all queues up or down. Instance lock. */
int emunic_up(struct emunic_priv *priv);
void emunic_down(struct emunic_priv *priv);
bool emunic_hds_enabled(const struct emunic_priv *priv);

/* emunic_queue.c */
extern const struct netdev_queue_mgmt_ops emunic_queue_mgmt_ops;
int emunic_queue_create(struct emunic_priv *priv, unsigned int idx);
void emunic_queue_delete(struct emunic_priv *priv, unsigned int idx);

/* A ring in coherent memory. 0 or -ENOMEM; free is for any ring that was zeroed once. */
int emunic_ring_alloc(struct emunic_priv *priv, struct emunic_ring *ring, size_t entry,
		      unsigned int entries);
void emunic_ring_free(struct emunic_priv *priv, struct emunic_ring *ring, size_t entry);
/* Tell the device; base is the register of its address. */
void emunic_program_ring(struct emunic_queue *q, const struct emunic_ring *ring, u32 base,
			 u32 buf_size);

/* emunic_tx.c. Memory: alloc and free. Device: start, halt. In between, discard what is left. */
netdev_tx_t emunic_start_xmit(struct sk_buff *skb, struct net_device *netdev);
/* Poll function only; false if there may be more. */
bool emunic_tx_clean(struct emunic_queue *q, int budget);
int emunic_tx_alloc(struct emunic_queue *q);
void emunic_tx_free(struct emunic_queue *q);
void emunic_tx_start(struct emunic_queue *q);
void emunic_tx_halt(struct emunic_queue *q);
void emunic_tx_discard(struct emunic_queue *q);
/* An empty ring counts from 0 again, as the device does after emunic_tx_start(). */
void emunic_tx_rewind(struct emunic_queue *q);

/* emunic_rx.c */
int emunic_poll(struct napi_struct *napi, int budget);
/* Post what the rings have room for; false if memory ran out before. */
bool emunic_refill(struct emunic_priv *priv, struct emunic_rx *rx, gfp_t gfp);
/* Tell the device what was posted. */
void emunic_ring_doorbells(struct emunic_queue *q, struct emunic_rx *rx);

/* emunic_gro.c */
void emunic_program_gro(struct emunic_queue *q, netdev_features_t features);
int emunic_set_features(struct net_device *netdev, netdev_features_t features);
/*
 * Poll function: a packet with EMUNIC_CQE_GRO, from its Ethernet header on. Returns how many
 * packets it was on the wire, and bytes.
 */
unsigned int emunic_gro_packet(struct emunic_queue *q, struct sk_buff *skb,
			       const struct emunic_rx_cqe *cqe, u32 flags,
			       unsigned int *wire_bytes);

/* emunic_health.c */
extern const char emunic_trouble_names[EMUNIC_TROUBLES][ETH_GSTRING_LEN];
bool emunic_gone(const struct emunic_priv *priv);
/* Poll function: what the device says cannot be true. That direction waits for its reset. */
void emunic_condemn(struct emunic_queue *q, enum emunic_trouble why);
/* Poll function: compare with the registers. */
void emunic_check(struct emunic_queue *q);
/* The part of it that an interrupt for nothing asks for: does the device know what we consumed? */
void emunic_check_heads(struct emunic_queue *q);
/* Stop, and if need be reset, one direction. -ETIMEDOUT when not even that helps. */
int emunic_stop_direction(struct emunic_queue *q, u32 ctrl, u32 status);
void emunic_health_init(struct emunic_priv *priv);
void emunic_watchdog_start(struct emunic_priv *priv);
/* The interface is unregistered. May sleep. */
void emunic_health_exit(struct emunic_priv *priv);

/* emunic_ethtool.c */
extern const struct ethtool_ops emunic_ethtool_ops;
extern const struct netdev_stat_ops emunic_stat_ops;

/* emunic_rss.c */
int emunic_get_rxfh_fields(struct net_device *netdev, struct ethtool_rxfh_fields *fields);
int emunic_set_rxfh_fields(struct net_device *netdev, const struct ethtool_rxfh_fields *fields,
			   struct netlink_ext_ack *extack);
u32 emunic_get_rxfh_key_size(struct net_device *netdev);
u32 emunic_get_rxfh_indir_size(struct net_device *netdev);
int emunic_get_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh);
int emunic_set_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh,
		    struct netlink_ext_ack *extack);
int emunic_create_rxfh_context(struct net_device *netdev, struct ethtool_rxfh_context *ctx,
			       const struct ethtool_rxfh_param *rxfh,
			       struct netlink_ext_ack *extack);
int emunic_modify_rxfh_context(struct net_device *netdev, struct ethtool_rxfh_context *ctx,
			       const struct ethtool_rxfh_param *rxfh,
			       struct netlink_ext_ack *extack);
int emunic_remove_rxfh_context(struct net_device *netdev, struct ethtool_rxfh_context *ctx,
			       u32 rss_context, struct netlink_ext_ack *extack);
/* Of all contexts. Those the device does not take are lost, with the rules that use them. */
void emunic_program_rss(struct emunic_priv *priv);
/* Spread the indirection table evenly over n queues. */
void emunic_spread_rss(struct emunic_priv *priv, unsigned int n);
void emunic_default_rss_fields(struct emunic_rss_fields *fields);
/* The table of a context, NULL if there is none; and the highest queue in a table. */
const u32 *emunic_rss_table(struct emunic_priv *priv, u32 context);
u32 emunic_rss_max(const u32 *table);

/* emunic_flow.c */
int emunic_set_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *info);
int emunic_get_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *info, u32 *rule_locs);
void emunic_program_flows(struct emunic_priv *priv);
/* The most that a rule adds to the queues of a context; 0 if none uses it. */
u32 emunic_context_flow_ring(struct emunic_priv *priv, u32 context);
void emunic_forget_context_flows(struct emunic_priv *priv, u32 context);
void emunic_forget_flows(struct emunic_priv *priv);

static inline void emunic_write(struct emunic_priv *priv, u32 reg, u32 val)
{
	writel(val, priv->bar + reg);
}

static inline void emunic_q_write(struct emunic_queue *q, u32 reg, u32 val)
{
	emunic_write(q->priv, EMUNIC_Q(q->index) + reg, val);
}

/* A device that is gone has counted nothing. */
static inline u64 emunic_counter(struct emunic_priv *priv, u32 reg)
{
	u64 val = readq(priv->bar + reg);

	return val == U64_MAX ? 0 : val;
}

static inline u64 emunic_q_counter(struct emunic_queue *q, enum emunic_queue_counter c)
{
	return emunic_counter(q->priv, EMUNIC_Q(q->index) + EMUNIC_Q_COUNTER(c));
}

static inline u64 emunic_tx_counter(struct emunic_queue *q, enum emunic_tx_counter c)
{
	return emunic_counter(q->priv, EMUNIC_Q(q->index) + EMUNIC_TQ_COUNTER(c));
}

#endif
