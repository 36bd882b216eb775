/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Socket buffers.
 *
 * An skb has a linear part, always host memory, and fragments held in the
 * shared info behind it: pages or net_iovs, see net/netmem.h. With at least one
 * net_iov the skb is unreadable: its linear part may be touched, its fragments
 * may only be moved, trimmed and released. The owner of an skb is whoever holds
 * its last reference; queues own what is on them. No function here takes a lock
 * unless it says so. Contract: include/linux/skbuff.h, net/core/skbuff.c.
 */
#ifndef _LINUX_SKBUFF_H
#define _LINUX_SKBUFF_H

#include <sys/socket.h>
#include <linux/types.h>
#include <linux/stddef.h>
#include <linux/cache.h>
#include <linux/bug.h>
#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/ktime.h>
#include <linux/align.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/dma-direction.h>
#include <linux/netdev_features.h>
#include <linux/uio.h>
#include <net/netmem.h>
#include <net/net_debug.h>
#include <net/dropreason-core.h>

struct net_device;
struct sock;
struct sk_buff;
struct device;
struct napi_struct;

#define CHECKSUM_NONE		0	/* nothing known */
#define CHECKSUM_UNNECESSARY	1	/* the device verified it */
#define CHECKSUM_COMPLETE	2	/* skb->csum is the sum over the packet */
#define CHECKSUM_PARTIAL	3	/* transmit: the device fills it in */

#define SKB_DATA_ALIGN(X)	ALIGN(X, SMP_CACHE_BYTES)
#define SKB_WITH_OVERHEAD(X)	((X) - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))
#define SKB_MAX_ORDER(X, ORDER)	SKB_WITH_OVERHEAD((PAGE_SIZE << (ORDER)) - (X))
#define SKB_MAX_HEAD(X)		SKB_MAX_ORDER((X), 0)
#define SKB_TRUESIZE(X)							\
	((X) + SKB_DATA_ALIGN(sizeof(struct sk_buff)) +			\
	 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

#define MAX_SKB_FRAGS		17
#define NET_SKB_PAD		64
#define NET_IP_ALIGN		0

enum pkt_hash_types {
	PKT_HASH_TYPE_NONE,
	PKT_HASH_TYPE_L2,
	PKT_HASH_TYPE_L3,
	PKT_HASH_TYPE_L4,
};

enum {
	SKB_GSO_TCPV4 = 1 << 0,
	SKB_GSO_DODGY = 1 << 1,
	SKB_GSO_TCP_ECN = 1 << 2,
	SKB_GSO_TCP_FIXEDID = 1 << 3,
	SKB_GSO_TCPV6 = 1 << 4,
	SKB_GSO_PARTIAL = 1 << 12,
	SKB_GSO_UDP = 1 << 16,
	SKB_GSO_UDP_L4 = 1 << 17,
	SKB_GSO_FRAGLIST = 1 << 18,
	SKB_GSO_TCP_ACCECN = 1 << 19,
};

/* Flags of skb_shared_info.flags: who owns the fragments of a zerocopy skb. */
enum {
	SKBFL_ZEROCOPY_ENABLE = BIT(0),
	SKBFL_SHARED_FRAG = BIT(1),
	SKBFL_PURE_ZEROCOPY = BIT(2),
	SKBFL_DONT_ORPHAN = BIT(3),
	SKBFL_MANAGED_FRAG_REFS = BIT(4),
};
#define SKBFL_ZEROCOPY_FRAG	(SKBFL_ZEROCOPY_ENABLE | SKBFL_SHARED_FRAG)
#define SKBFL_ALL_ZEROCOPY	(SKBFL_ZEROCOPY_FRAG | SKBFL_PURE_ZEROCOPY | \
				 SKBFL_DONT_ORPHAN | SKBFL_MANAGED_FRAG_REFS)

/* Same layout as struct bio_vec. */
typedef struct skb_frag {
	netmem_ref netmem;
	unsigned int len;
	unsigned int offset;
} skb_frag_t;

struct skb_shared_hwtstamps {
	union {
		ktime_t hwtstamp;
		void *netdev_data;
	};
};

/* Behind the linear part, shared by all clones; dataref counts them. */
struct skb_shared_info {
	u8 flags;
	u8 meta_len;
	u8 nr_frags;
	u8 tx_flags;
	unsigned short gso_size;
	unsigned short gso_segs;
	struct sk_buff *frag_list;
	struct skb_shared_hwtstamps hwtstamps;
	unsigned int gso_type;
	u32 tskey;
	atomic_t dataref;
	unsigned int xdp_frags_size;
	u32 xdp_frags_truesize;
	void *destructor_arg;
	skb_frag_t frags[MAX_SKB_FRAGS];
};

typedef unsigned int sk_buff_data_t;

struct sk_buff_head {
	struct_group_tagged(sk_buff_list, list,
		struct sk_buff *next;
		struct sk_buff *prev;
	);
	u32 qlen;
	spinlock_t lock;
};

struct sk_buff {
	struct sk_buff *next;		/* first two: as in sk_buff_head */
	struct sk_buff *prev;
	struct net_device *dev;
	struct sock *sk;
	ktime_t tstamp;
	char cb[48] __aligned(8);	/* private to the layer that holds the skb */
	void (*destructor)(struct sk_buff *skb);
	unsigned int len;		/* linear and fragments and frag_list */
	unsigned int data_len;		/* all of that but the linear part */
	u16 mac_len;
	u16 hdr_len;
	u16 queue_mapping;
	u8 cloned : 1;
	u8 peeked : 1;
	u8 head_frag : 1;		/* head is a page fragment, not slab memory */
	u8 pfmemalloc : 1;
	u8 pp_recycle : 1;		/* page-pool memory goes back to its pool */

	/* Copied as one piece from skb to skb. */
	struct_group(headers,
		u8 pkt_type : 3;
		u8 ignore_df : 1;
		u8 ip_summed : 2;
		u8 ooo_okay : 1;
		u8 l4_hash : 1;
		u8 sw_hash : 1;
		u8 encapsulation : 1;
		u8 csum_valid : 1;
		u8 csum_level : 2;
		u8 unreadable : 1;	/* at least one own fragment is a net_iov */
		u8 vlan_present : 1;
		union {
			__wsum csum;
			struct {
				u16 csum_start;
				u16 csum_offset;
			};
		};
		u32 priority;
		int skb_iif;
		u32 hash;
		__be16 vlan_proto;
		u16 vlan_tci;
		unsigned int napi_id;
		u32 mark;
		__be16 protocol;
		u16 transport_header;
		u16 network_header;
		u16 mac_header;
	);

	sk_buff_data_t tail;
	sk_buff_data_t end;
	unsigned char *head;
	unsigned char *data;
	unsigned int truesize;
	refcount_t users;
};

/* Packet types, from the receiver's point of view. */
#ifndef PACKET_HOST
#define PACKET_HOST		0
#define PACKET_BROADCAST	1
#define PACKET_MULTICAST	2
#define PACKET_OTHERHOST	3
#endif

/* --- Allocation and release: libkern/net/skbuff.c ------------------------ */

/**
 * __alloc_skb - an empty skb with room for @size bytes
 *
 * Context as @gfp_mask allows. NULL without memory. @node may be NUMA_NO_NODE.
 */
struct sk_buff *__alloc_skb(unsigned int size, gfp_t gfp_mask, int flags, int node);

static inline struct sk_buff *alloc_skb(unsigned int size, gfp_t priority)
{
	return __alloc_skb(size, priority, 0, NUMA_NO_NODE);
}

/* With NET_SKB_PAD of headroom and skb->dev set; any context. */
struct sk_buff *__netdev_alloc_skb(struct net_device *dev, unsigned int length, gfp_t gfp_mask);

static inline struct sk_buff *netdev_alloc_skb(struct net_device *dev, unsigned int length)
{
	return __netdev_alloc_skb(dev, length, GFP_ATOMIC);
}

static inline struct sk_buff *dev_alloc_skb(unsigned int length)
{
	return netdev_alloc_skb(NULL, length);
}

/* As netdev_alloc_skb(), in the poll function of @napi. */
struct sk_buff *napi_alloc_skb(struct napi_struct *napi, unsigned int length);

/* Around an existing page fragment of @frag_size bytes, which the skb takes over on success. */
struct sk_buff *build_skb(void *data, unsigned int frag_size);
struct sk_buff *napi_build_skb(void *data, unsigned int frag_size);

/* Drops a reference; the last one frees the skb and counts @reason. NULL is fine. Any context. */
void sk_skb_reason_drop(struct sock *sk, struct sk_buff *skb, enum skb_drop_reason reason);

static inline void kfree_skb_reason(struct sk_buff *skb, enum skb_drop_reason reason)
{
	sk_skb_reason_drop(NULL, skb, reason);
}

static inline void kfree_skb(struct sk_buff *skb)
{
	kfree_skb_reason(skb, SKB_DROP_REASON_NOT_SPECIFIED);
}

/* As kfree_skb(), for a packet that reached its end: nothing is counted. */
void consume_skb(struct sk_buff *skb);
void napi_consume_skb(struct sk_buff *skb, int budget);
void kfree_skb_list_reason(struct sk_buff *segs, enum skb_drop_reason reason);

static inline void kfree_skb_list(struct sk_buff *segs)
{
	kfree_skb_list_reason(segs, SKB_DROP_REASON_NOT_SPECIFIED);
}

#define dev_kfree_skb(a)	consume_skb(a)
#define dev_kfree_skb_any(a)	kfree_skb_reason(a, SKB_DROP_REASON_NOT_SPECIFIED)
#define dev_consume_skb_any(a)	consume_skb(a)

/* Frees what an skb holds but not the skb itself. */
void __kfree_skb(struct sk_buff *skb);
void skb_release_head_state(struct sk_buff *skb);

/**
 * struct skb_frag_release - how the fragments of an skb are given back
 *
 * The layer that puts fragments on skbs installs it once; without it an skb
 * that still has fragments when it dies is a BUG.
 */
struct skb_frag_release {
	void (*frags)(struct sk_buff *skb, struct skb_shared_info *shinfo);
	bool (*head)(struct sk_buff *skb);	/* page-fragment head: true if it took it */
};

void skb_set_frag_release(const struct skb_frag_release *release);

static inline struct sk_buff *skb_get(struct sk_buff *skb)
{
	refcount_inc(&skb->users);
	return skb;
}

static inline bool skb_shared(const struct sk_buff *skb)
{
	return refcount_read(&skb->users) != 1;
}

/* --- Geometry ------------------------------------------------------------ */

static inline unsigned char *skb_tail_pointer(const struct sk_buff *skb)
{
	return skb->head + skb->tail;
}

static inline unsigned char *skb_end_pointer(const struct sk_buff *skb)
{
	return skb->head + skb->end;
}

static inline unsigned int skb_end_offset(const struct sk_buff *skb)
{
	return skb->end;
}

#define skb_shinfo(SKB)	((struct skb_shared_info *)(skb_end_pointer(SKB)))

static inline void skb_reset_tail_pointer(struct sk_buff *skb)
{
	skb->tail = skb->data - skb->head;
}

static inline void skb_set_tail_pointer(struct sk_buff *skb, const int offset)
{
	skb->tail = skb->data - skb->head + offset;
}

static inline bool skb_is_nonlinear(const struct sk_buff *skb)
{
	return skb->data_len;
}

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->len - skb->data_len;
}

static inline unsigned int skb_headroom(const struct sk_buff *skb)
{
	return skb->data - skb->head;
}

static inline int skb_tailroom(const struct sk_buff *skb)
{
	return skb_is_nonlinear(skb) ? 0 : skb->end - skb->tail;
}

/* Only on an empty skb. */
static inline void skb_reserve(struct sk_buff *skb, int len)
{
	skb->data += len;
	skb->tail += len;
}

/* Each returns the start of the bytes added or what is now the start; overruns are a BUG. */
void *skb_put(struct sk_buff *skb, unsigned int len);
void *skb_push(struct sk_buff *skb, unsigned int len);
void *skb_pull(struct sk_buff *skb, unsigned int len);

static inline void *__skb_put(struct sk_buff *skb, unsigned int len)
{
	return skb_put(skb, len);
}

static inline void *skb_put_zero(struct sk_buff *skb, unsigned int len)
{
	return memset(skb_put(skb, len), 0, len);
}

static inline void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int len)
{
	return memcpy(skb_put(skb, len), data, len);
}

/* Cuts a linear skb to @len bytes. */
void skb_trim(struct sk_buff *skb, unsigned int len);

/* The header offsets count from skb->head. */
static inline unsigned char *skb_mac_header(const struct sk_buff *skb)
{
	return skb->head + skb->mac_header;
}

static inline unsigned char *skb_network_header(const struct sk_buff *skb)
{
	return skb->head + skb->network_header;
}

static inline unsigned char *skb_transport_header(const struct sk_buff *skb)
{
	return skb->head + skb->transport_header;
}

static inline void skb_reset_mac_header(struct sk_buff *skb)
{
	skb->mac_header = skb->data - skb->head;
}

static inline void skb_reset_network_header(struct sk_buff *skb)
{
	skb->network_header = skb->data - skb->head;
}

static inline void skb_reset_transport_header(struct sk_buff *skb)
{
	skb->transport_header = skb->data - skb->head;
}

static inline void skb_set_transport_header(struct sk_buff *skb, const int offset)
{
	skb->transport_header = skb->data - skb->head + offset;
}

static inline void skb_set_network_header(struct sk_buff *skb, const int offset)
{
	skb->network_header = skb->data - skb->head + offset;
}

static inline int skb_transport_offset(const struct sk_buff *skb)
{
	return skb_transport_header(skb) - skb->data;
}

static inline int skb_network_offset(const struct sk_buff *skb)
{
	return skb_network_header(skb) - skb->data;
}

static inline void skb_set_hash(struct sk_buff *skb, u32 hash, enum pkt_hash_types type)
{
	skb->l4_hash = type == PKT_HASH_TYPE_L4;
	skb->sw_hash = 0;
	skb->hash = hash;
}

static inline void skb_record_rx_queue(struct sk_buff *skb, u16 rx_queue)
{
	skb->queue_mapping = rx_queue + 1;
}

static inline u16 skb_get_rx_queue(const struct sk_buff *skb)
{
	return skb->queue_mapping - 1;
}

static inline bool skb_rx_queue_recorded(const struct sk_buff *skb)
{
	return skb->queue_mapping != 0;
}

static inline void skb_checksum_none_assert(const struct sk_buff *skb)
{
	DEBUG_NET_WARN_ON_ONCE(skb->ip_summed != CHECKSUM_NONE);
}

static inline void skb_set_queue_mapping(struct sk_buff *skb, u16 queue_mapping)
{
	skb->queue_mapping = queue_mapping;
}

static inline u16 skb_get_queue_mapping(const struct sk_buff *skb)
{
	return skb->queue_mapping;
}

/* Where the sum that CHECKSUM_PARTIAL asks for begins: an address, an offset from data. */
static inline unsigned char *skb_checksum_start(const struct sk_buff *skb)
{
	return skb->head + skb->csum_start;
}

static inline int skb_checksum_start_offset(const struct sk_buff *skb)
{
	return skb_checksum_start(skb) - skb->data;
}

static inline u32 skb_mac_header_len(const struct sk_buff *skb)
{
	return skb->network_header - skb->mac_header;
}

static inline void skb_reset_mac_len(struct sk_buff *skb)
{
	skb->mac_len = skb_mac_header_len(skb);
}

static inline struct skb_shared_hwtstamps *skb_hwtstamps(struct sk_buff *skb)
{
	return &skb_shinfo(skb)->hwtstamps;
}

static inline bool skb_is_gso(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->gso_size;
}

#include <linux/skbuff_queue.h>
#include <linux/skbuff_frag.h>

#endif
