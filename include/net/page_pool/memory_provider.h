/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory providers: where a page pool gets its buffers instead of the page
 * allocator.
 *
 * A provider is bound to an rx queue (netif_mp_open_rxq()). A pool created for
 * that queue with PP_FLAG_ALLOW_UNREADABLE_NETMEM then takes its buffers from
 * the provider, counts each one it gets as held, and counts it released when
 * release_netmem() returned. Tables of ops are static const: a pool refuses
 * others. Several pools may share one mp_priv.
 */
#ifndef _NET_PAGE_POOL_MEMORY_PROVIDER_H
#define _NET_PAGE_POOL_MEMORY_PROVIDER_H

#include <net/netmem.h>
#include <net/page_pool/types.h>

struct net_device;
struct netdev_rx_queue;
struct netlink_ext_ack;
struct sk_buff;

struct memory_provider_ops {
	/*
	 * The cache and the ring are empty: return one buffer that went through
	 * net_mp_niov_set_page_pool() (or was counted before), or 0; more may be
	 * placed in the cache. Allocation side, often softirq.
	 */
	netmem_ref (*alloc_netmems)(struct page_pool *pool, gfp_t gfp);
	/*
	 * The buffer leaves the pool. False: the provider has it, after
	 * net_mp_niov_clear_page_pool(), the only answer for net_iovs. True: the
	 * pool puts the page. Softirq or process context, no pool lock held.
	 */
	bool (*release_netmem)(struct page_pool *pool, netmem_ref netmem);
	/*
	 * A pool is created on the queue: look at pool->p and pool->mp_priv, clear
	 * pool->dma_sync and dma_sync_for_cpu if there is nothing to sync, take a
	 * reference. 0 or -errno. May sleep; the netdev's instance lock is held.
	 */
	int (*init)(struct page_pool *pool);
	/*
	 * Undo init: every buffer is back. The pool's ring and index are gone,
	 * mp_priv is still there. May sleep, no pool lock held.
	 */
	void (*destroy)(struct page_pool *pool);
	/*
	 * Describe mp_priv in a netlink message: of a page pool (@rxq NULL) or of
	 * a queue. Non-zero aborts the message.
	 */
	int (*nl_fill)(void *mp_priv, struct sk_buff *rsp, struct netdev_rx_queue *rxq);
	/*
	 * The queue's device goes away. RTNL and instance lock held; may be NULL,
	 * as the only one.
	 */
	void (*uninstall)(void *mp_priv, struct netdev_rx_queue *rxq);
};

/* Store the DMA address; true if it could not be represented. */
bool net_mp_niov_set_dma_addr(struct net_iov *niov, dma_addr_t addr);

/* @niov enters @pool: one pool reference, one hold. Allocation side. */
void net_mp_niov_set_page_pool(struct page_pool *pool, struct net_iov *niov);

/* @niov leaves its pool. From release_netmem() only; counts nothing. */
void net_mp_niov_clear_page_pool(struct net_iov *niov);

/*
 * Bind provider @p to rx queue @rxq_idx and restart the queue on it. Instance
 * lock held, may sleep. 0, or with a text in @extack (which may be NULL):
 * -EOPNOTSUPP no queue API or no rx_page_size, -ERANGE, -EINVAL header split
 * off or thresholded, -EEXIST XDP program or another provider, -EBUSY AF_XDP,
 * -ENODATA the driver ignored the provider, or the driver's own error; the
 * queue then runs as before. net/core/netdev_rx_queue.c.
 */
int netif_mp_open_rxq(struct net_device *dev, unsigned int rxq_idx,
		      const struct pp_memory_provider_params *p, struct netlink_ext_ack *extack);

/* Unbind what @old_p names and restart the queue on ordinary memory. */
void netif_mp_close_rxq(struct net_device *dev, unsigned int rxq_idx,
			const struct pp_memory_provider_params *old_p);

/* The device of @rxq is unregistered: tell the provider @p. */
void __netif_mp_uninstall_rxq(struct netdev_rx_queue *rxq,
			      const struct pp_memory_provider_params *p);

/* The 6.18 spellings. The ones without underscores take the instance lock. */
int __net_mp_open_rxq(struct net_device *dev, unsigned int rxq_idx,
		      const struct pp_memory_provider_params *p, struct netlink_ext_ack *extack);
int net_mp_open_rxq(struct net_device *dev, unsigned int ifq_idx,
		    struct pp_memory_provider_params *p);
void __net_mp_close_rxq(struct net_device *dev, unsigned int rxq_idx,
			const struct pp_memory_provider_params *old_p);
void net_mp_close_rxq(struct net_device *dev, unsigned int ifq_idx,
		      struct pp_memory_provider_params *old_p);

/*
 * Push a buffer that is already counted. From alloc_netmems() only, which was
 * called with an empty cache and must not push more than PP_ALLOC_CACHE_SIZE.
 */
static inline void net_mp_netmem_place_in_cache(struct page_pool *pool, netmem_ref netmem)
{
	DEBUG_NET_WARN_ON_ONCE(pool->alloc.count >= PP_ALLOC_CACHE_SIZE);
	pool->alloc.cache[pool->alloc.count++] = netmem;
}

#endif
