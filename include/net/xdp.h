/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * XDP: what rx queues, page pools and skbs built from XDP buffers need of it.
 *
 * No XDP program can be attached. The receive-queue registration and the flags
 * that carry a buffer's properties over to its skb are here because drivers and
 * pools use them. Contract: include/net/xdp.h, net/core/xdp.c.
 */
#ifndef __LINUX_NET_XDP_H__
#define __LINUX_NET_XDP_H__

#include <linux/bpf.h>
#include <linux/types.h>
#include <linux/bits.h>
#include <linux/skbuff.h>
#include <linux/cache.h>

struct net_device;
struct page_pool;

enum xdp_mem_type {
	MEM_TYPE_PAGE_SHARED = 0,
	MEM_TYPE_PAGE_ORDER0,
	MEM_TYPE_PAGE_POOL,
	MEM_TYPE_XSK_BUFF_POOL,
	MEM_TYPE_MAX,
};

struct xdp_mem_info {
	u32 type;
	u32 id;
};

struct xdp_rxq_info {
	struct net_device *dev;
	u32 queue_index;
	u32 reg_state;
	struct xdp_mem_info mem;
	u32 frag_size;
} ____cacheline_aligned;

#define XDP_BULK_QUEUE_SIZE	16

enum xdp_buff_flags {
	XDP_FLAGS_HAS_FRAGS = BIT(0),
	XDP_FLAGS_FRAGS_PF_MEMALLOC = BIT(1),
	XDP_FLAGS_FRAGS_UNREADABLE = BIT(2),
};

struct xdp_buff {
	void *data;
	void *data_end;
	void *data_meta;
	void *data_hard_start;
	struct xdp_rxq_info *rxq;
	u32 frame_sz;
	u32 flags;
};

/* The metadata a driver can give to XDP programs. */
enum xdp_rss_hash_type {
	XDP_RSS_TYPE_NONE = 0,
	XDP_RSS_TYPE_L4_IPV4_TCP = 1,
	XDP_RSS_TYPE_L4_IPV6_TCP = 2,
};

#define XDP_METADATA_KFUNC_xxx							\
	XDP_METADATA_KFUNC(XDP_METADATA_KFUNC_RX_TIMESTAMP,			\
			   NETDEV_XDP_RX_METADATA_TIMESTAMP,			\
			   bpf_xdp_metadata_rx_timestamp, xmo_rx_timestamp)	\
	XDP_METADATA_KFUNC(XDP_METADATA_KFUNC_RX_HASH,				\
			   NETDEV_XDP_RX_METADATA_HASH,				\
			   bpf_xdp_metadata_rx_hash, xmo_rx_hash)		\
	XDP_METADATA_KFUNC(XDP_METADATA_KFUNC_RX_VLAN_TAG,			\
			   NETDEV_XDP_RX_METADATA_VLAN_TAG,			\
			   bpf_xdp_metadata_rx_vlan_tag, xmo_rx_vlan_tag)

enum xdp_rx_metadata {
#define XDP_METADATA_KFUNC(name, _, __, ___) name,
	XDP_METADATA_KFUNC_xxx
#undef XDP_METADATA_KFUNC
	MAX_XDP_METADATA_KFUNC,
};

struct xdp_md;
struct xdp_metadata_ops {
	int (*xmo_rx_timestamp)(const struct xdp_md *ctx, u64 *timestamp);
	int (*xmo_rx_hash)(const struct xdp_md *ctx, u32 *hash, enum xdp_rss_hash_type *type);
	int (*xmo_rx_vlan_tag)(const struct xdp_md *ctx, __be16 *vlan_proto, u16 *vlan_tci);
};

typedef u32 xdp_features_t;

/* Sets @val and, on a registered device where it changes, tells NETDEV_XDP_FEAT_CHANGE. */
void xdp_set_features_flag_locked(struct net_device *dev, xdp_features_t val);
/* As above, taking the instance lock. */
void xdp_set_features_flag(struct net_device *dev, xdp_features_t val);

/**
 * xdp_rxq_info_reg - tie a receive queue's XDP information to its device
 *
 * Task context. 0; -ENODEV without a device. Registering twice is a WARN and
 * starts over. Contract: net/core/xdp.c, as the rest.
 */
int xdp_rxq_info_reg(struct xdp_rxq_info *xdp_rxq, struct net_device *dev, u32 queue_index,
		     unsigned int napi_id);
void xdp_rxq_info_unreg(struct xdp_rxq_info *xdp_rxq);
bool xdp_rxq_info_is_reg(struct xdp_rxq_info *xdp_rxq);

static __always_inline void xdp_init_buff(struct xdp_buff *xdp, u32 frame_sz,
					  struct xdp_rxq_info *rxq)
{
	xdp->rxq = rxq;
	xdp->frame_sz = frame_sz;
	xdp->flags = 0;
}

/* The packet in a buffer; without metadata, data_meta lies behind data to say so. */
static __always_inline void xdp_prepare_buff(struct xdp_buff *xdp, unsigned char *hard_start,
					     int headroom, int data_len, const bool meta_valid)
{
	xdp->data_hard_start = hard_start;
	xdp->data = hard_start + headroom;
	xdp->data_end = hard_start + headroom + data_len;
	xdp->data_meta = hard_start + headroom + !meta_valid;
}

/* The end of the packet's room: behind it lies the shared info of the skb it may become. */
#define xdp_data_hard_end(xdp)							\
	((xdp)->data_hard_start + (xdp)->frame_sz -				\
	 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

static inline struct skb_shared_info *xdp_get_shared_info_from_buff(const struct xdp_buff *xdp)
{
	return (struct skb_shared_info *)xdp_data_hard_end(xdp);
}

static inline bool xdp_buff_has_frags(const struct xdp_buff *xdp)
{
	return xdp->flags & XDP_FLAGS_HAS_FRAGS;
}

/* Bytes of the packet in the linear part and in fragments. */
static inline u32 xdp_get_buff_len(const struct xdp_buff *xdp)
{
	u32 len = (u8 *)xdp->data_end - (u8 *)xdp->data;

	if (xdp_buff_has_frags(xdp))
		len += xdp_get_shared_info_from_buff(xdp)->xdp_frags_size;
	return len;
}

/* Devices hold what is above, so they come last. */
#include <linux/netdevice.h>

#endif
