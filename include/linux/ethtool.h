/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ethtool inside the kernel: what drivers offer to be looked at and changed.
 *
 * Every operation runs under RTNL, and under the instance lock too for devices
 * that ask for it. The user-space structures are the system's UAPI.
 * Contract: include/linux/ethtool.h.
 */
#ifndef _KERN_LINUX_ETHTOOL_H
#define _KERN_LINUX_ETHTOOL_H

#include_next <linux/ethtool.h>
#include <linux/types.h>
#include <linux/bits.h>
#include <linux/align.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/xarray.h>

struct net_device;

/* Bits of supported_coalesce_params. */
#define ETHTOOL_COALESCE_RX_USECS	BIT(0)
#define ETHTOOL_COALESCE_RX_MAX_FRAMES	BIT(1)
#define ETHTOOL_COALESCE_RX_USECS_IRQ	BIT(2)
#define ETHTOOL_COALESCE_RX_MAX_FRAMES_IRQ	BIT(3)
#define ETHTOOL_COALESCE_TX_USECS	BIT(4)
#define ETHTOOL_COALESCE_TX_MAX_FRAMES	BIT(5)
#define ETHTOOL_COALESCE_TX_USECS_IRQ	BIT(6)
#define ETHTOOL_COALESCE_TX_MAX_FRAMES_IRQ	BIT(7)
#define ETHTOOL_COALESCE_STATS_BLOCK_USECS	BIT(8)
#define ETHTOOL_COALESCE_USE_ADAPTIVE_RX	BIT(9)
#define ETHTOOL_COALESCE_USE_ADAPTIVE_TX	BIT(10)
#define ETHTOOL_COALESCE_PKT_RATE_LOW	BIT(11)
#define ETHTOOL_COALESCE_RX_USECS_LOW	BIT(12)
#define ETHTOOL_COALESCE_RX_MAX_FRAMES_LOW	BIT(13)
#define ETHTOOL_COALESCE_TX_USECS_LOW	BIT(14)
#define ETHTOOL_COALESCE_TX_MAX_FRAMES_LOW	BIT(15)
#define ETHTOOL_COALESCE_PKT_RATE_HIGH	BIT(16)
#define ETHTOOL_COALESCE_RX_USECS_HIGH	BIT(17)
#define ETHTOOL_COALESCE_RX_MAX_FRAMES_HIGH	BIT(18)
#define ETHTOOL_COALESCE_TX_USECS_HIGH	BIT(19)
#define ETHTOOL_COALESCE_TX_MAX_FRAMES_HIGH	BIT(20)
#define ETHTOOL_COALESCE_RATE_SAMPLE_INTERVAL	BIT(21)
#define ETHTOOL_COALESCE_USE_CQE_RX	BIT(22)
#define ETHTOOL_COALESCE_USE_CQE_TX	BIT(23)
#define ETHTOOL_COALESCE_TX_AGGR_MAX_BYTES	BIT(24)
#define ETHTOOL_COALESCE_TX_AGGR_MAX_FRAMES	BIT(25)
#define ETHTOOL_COALESCE_TX_AGGR_TIME_USECS	BIT(26)
#define ETHTOOL_COALESCE_USECS	(ETHTOOL_COALESCE_RX_USECS | ETHTOOL_COALESCE_TX_USECS)
#define ETHTOOL_COALESCE_MAX_FRAMES					\
	(ETHTOOL_COALESCE_RX_MAX_FRAMES | ETHTOOL_COALESCE_TX_MAX_FRAMES)
#define ETHTOOL_COALESCE_USE_ADAPTIVE					\
	(ETHTOOL_COALESCE_USE_ADAPTIVE_RX | ETHTOOL_COALESCE_USE_ADAPTIVE_TX)
#define ETHTOOL_COALESCE_USE_CQE					\
	(ETHTOOL_COALESCE_USE_CQE_RX | ETHTOOL_COALESCE_USE_CQE_TX)

struct kernel_ethtool_coalesce {
	u8 use_cqe_mode_tx;
	u8 use_cqe_mode_rx;
	u32 tx_aggr_max_bytes;
	u32 tx_aggr_max_frames;
	u32 tx_aggr_time_usecs;
};

enum {
	ETHTOOL_RING_USE_RX_BUF_LEN = BIT(0),
	ETHTOOL_RING_USE_CQE_SIZE = BIT(1),
	ETHTOOL_RING_USE_TX_PUSH = BIT(2),
	ETHTOOL_RING_USE_RX_PUSH = BIT(3),
	ETHTOOL_RING_USE_TX_PUSH_BUF_LEN = BIT(4),
	ETHTOOL_RING_USE_TCP_DATA_SPLIT = BIT(5),
	ETHTOOL_RING_USE_HDS_THRS = BIT(6),
};

enum {
	ETH_RSS_HASH_TOP_BIT,
	ETH_RSS_HASH_XOR_BIT,
	ETH_RSS_HASH_CRC32_BIT,
	ETH_RSS_HASH_FUNCS_COUNT
};
#define __ETH_RSS_HASH(name)	BIT(ETH_RSS_HASH_##name##_BIT)
#define ETH_RSS_HASH_TOP	__ETH_RSS_HASH(TOP)
#define ETH_RSS_HASH_XOR	__ETH_RSS_HASH(XOR)
#define ETH_RSS_HASH_CRC32	__ETH_RSS_HASH(CRC32)
#define ETH_RSS_HASH_UNKNOWN	0
#ifndef ETH_RSS_HASH_NO_CHANGE
#define ETH_RSS_HASH_NO_CHANGE	0
#endif

#ifndef RXH_XFRM_SYM_XOR
#define RXH_XFRM_SYM_XOR	(1 << 0)
#endif
#ifndef RXH_XFRM_SYM_OR_XOR
#define RXH_XFRM_SYM_OR_XOR	(1 << 1)
#endif
#ifndef RXH_XFRM_NO_CHANGE
#define RXH_XFRM_NO_CHANGE	0xff
#endif

struct kernel_ethtool_ringparam {
	u32 rx_buf_len;
	u8 tcp_data_split;
	u8 tx_push;
	u8 rx_push;
	u32 cqe_size;
	u32 tx_push_buf_len;
	u32 tx_push_buf_max_len;
	u32 hds_thresh;
	u32 hds_thresh_max;
};

/* @indir and @key are NULL where not wanted or not to be changed. */
struct ethtool_rxfh_param {
	u8 hfunc;
	u32 indir_size;
	u32 *indir;
	u32 key_size;
	u8 *key;
	u32 rss_context;
	u8 rss_delete : 1;
	u8 input_xfrm;
};

/*
 * A way to spread beside the default one, as the core keeps it: the driver's own bytes, then
 * the table and the key in force. Under RTNL, the ops lock and rss_lock.
 */
struct ethtool_rxfh_context {
	u32 indir_size;
	u32 key_size;
	u16 priv_size;
	u8 hfunc;
	u8 input_xfrm;
	u8 indir_configured : 1;	/* the table is the user's */
	u8 key_configured : 1;
	u32 key_off;			/* in @data */
	u8 data[] __aligned(sizeof(void *));
};

static inline void *ethtool_rxfh_context_priv(struct ethtool_rxfh_context *ctx)
{
	return ctx->data;
}

static inline u32 *ethtool_rxfh_context_indir(struct ethtool_rxfh_context *ctx)
{
	return (u32 *)&ctx->data[ALIGN(ctx->priv_size, sizeof(u32))];
}

static inline u8 *ethtool_rxfh_context_key(struct ethtool_rxfh_context *ctx)
{
	return &ctx->data[ctx->key_off];
}

/*
 * ethtool_rxfh_context_lost - the device has lost a context, and cannot have it back
 * @dev: the device
 * @context_id: which one; it may be one that does not exist
 *
 * For drivers that find so while they set the device up again. The context is forgotten
 * without remove_rxfh_context(), which is said in the log and to listeners. RTNL or
 * rss_lock held; may sleep. Contract: net/ethtool/common.c.
 */
void ethtool_rxfh_context_lost(struct net_device *dev, u32 context_id);

/* What is hashed of packets of a flow type: RXH_* bits in @data. */
struct ethtool_rxfh_fields {
	u32 data;
	u32 flow_type;
	u32 rss_context;
};

/* What the core remembers per device. Under RTNL and the ops lock. */
struct ethtool_netdev_state {
	struct xarray rss_ctx;		/* struct ethtool_rxfh_context, by number; from 1 on */
	struct mutex rss_lock;		/* innermost; rss_ctx and what is in it */
	bool rxfh_configured;		/* the default table is the user's */
};

/* The default spread of a table over @n_rx_rings queues. */
static inline u32 ethtool_rxfh_indir_default(u32 index, u32 n_rx_rings)
{
	return index % n_rx_rings;
}

struct ethtool_ops {
	u32 supported_coalesce_params;
	u32 supported_ring_params;
	u32 supported_input_xfrm : 8;	/* RXH_XFRM_* */
	u32 rxfh_per_ctx_fields : 1;
	u32 rxfh_per_ctx_key : 1;	/* key, function and transform */
	u32 cap_rss_rxnfc_adds : 1;
	u32 rxfh_indir_space;		/* of a context, where tables can grow; 0: as they are */
	u16 rxfh_key_space;
	u16 rxfh_priv_size;		/* ethtool_rxfh_context_priv() */
	u32 rxfh_max_num_contexts;	/* numbers are below; 0: no limit */
	void (*get_drvinfo)(struct net_device *dev, struct ethtool_drvinfo *info);
	u32 (*get_link)(struct net_device *dev);
	int (*get_coalesce)(struct net_device *dev, struct ethtool_coalesce *coal,
			    struct kernel_ethtool_coalesce *kernel_coal,
			    struct netlink_ext_ack *extack);
	int (*set_coalesce)(struct net_device *dev, struct ethtool_coalesce *coal,
			    struct kernel_ethtool_coalesce *kernel_coal,
			    struct netlink_ext_ack *extack);
	void (*get_ringparam)(struct net_device *dev, struct ethtool_ringparam *ring,
			      struct kernel_ethtool_ringparam *kernel_ring,
			      struct netlink_ext_ack *extack);
	int (*set_ringparam)(struct net_device *dev, struct ethtool_ringparam *ring,
			     struct kernel_ethtool_ringparam *kernel_ring,
			     struct netlink_ext_ack *extack);
	void (*get_strings)(struct net_device *dev, u32 stringset, u8 *data);
	void (*get_ethtool_stats)(struct net_device *dev, struct ethtool_stats *stats, u64 *data);
	int (*get_sset_count)(struct net_device *dev, int sset);
	int (*get_rxnfc)(struct net_device *dev, struct ethtool_rxnfc *info, u32 *rule_locs);
	int (*set_rxnfc)(struct net_device *dev, struct ethtool_rxnfc *info);
	u32 (*get_rx_ring_count)(struct net_device *dev);
	u32 (*get_rxfh_key_size)(struct net_device *dev);
	u32 (*get_rxfh_indir_size)(struct net_device *dev);
	int (*get_rxfh)(struct net_device *dev, struct ethtool_rxfh_param *rxfh);
	int (*set_rxfh)(struct net_device *dev, struct ethtool_rxfh_param *rxfh,
			struct netlink_ext_ack *extack);
	int (*get_rxfh_fields)(struct net_device *dev, struct ethtool_rxfh_fields *fields);
	int (*set_rxfh_fields)(struct net_device *dev, const struct ethtool_rxfh_fields *fields,
			       struct netlink_ext_ack *extack);
	/* What @rxfh leaves as it is, create_rxfh_context() fills in in @ctx. */
	int (*create_rxfh_context)(struct net_device *dev, struct ethtool_rxfh_context *ctx,
				   const struct ethtool_rxfh_param *rxfh,
				   struct netlink_ext_ack *extack);
	int (*modify_rxfh_context)(struct net_device *dev, struct ethtool_rxfh_context *ctx,
				   const struct ethtool_rxfh_param *rxfh,
				   struct netlink_ext_ack *extack);
	int (*remove_rxfh_context)(struct net_device *dev, struct ethtool_rxfh_context *ctx,
				   u32 rss_context, struct netlink_ext_ack *extack);
	void (*get_channels)(struct net_device *dev, struct ethtool_channels *channels);
	int (*set_channels)(struct net_device *dev, struct ethtool_channels *channels);
};

/* Always 1: the link of an emulated device is up while it has a carrier. */
u32 ethtool_op_get_link(struct net_device *dev);

/* Its numbers appear in the operations' arguments. */
#include <linux/ethtool_netlink.h>

#endif
