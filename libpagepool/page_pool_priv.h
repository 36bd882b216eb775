/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page pool: what its own files, the providers and the network core share.
 *
 * A buffer enters a pool through page_pool_set_pp_info() and leaves it through
 * page_pool_clear_pp_info(); in between, pp and the signature in pp_magic name
 * the pool it belongs to.
 */
#ifndef LIBPAGEPOOL_PAGE_POOL_PRIV_H
#define LIBPAGEPOOL_PAGE_POOL_PRIV_H

#include <linux/compiler.h>
#include <linux/mutex.h>
#include <net/page_pool/helpers.h>

#include "libpagepool/netmem_priv.h"

struct genl_family;
struct genl_info;
struct net_device;
struct netdev_rx_queue;
struct netlink_callback;
struct sk_buff;

/* Listing, user.*, slow.netdev, p.napi. Inside RTNL and instance locks. */
extern struct mutex page_pools_lock;

/*
 * Buffers that entered and did not leave: cached, in the ring, and out. The
 * strict form is traced and WARNs below 0; the other one never goes below 0.
 */
s32 page_pool_inflight(const struct page_pool *pool, bool strict);

/* Give the pool an id and show it. 0, -ENOMEM or -EBUSY. Takes page_pools_lock. */
int page_pool_list(struct page_pool *pool);
/* The last user is gone, buffers are still out. Takes page_pools_lock. */
void page_pool_detached(struct page_pool *pool);
/* Hide the pool and free its id. Takes page_pools_lock. */
void page_pool_unlist(struct page_pool *pool);

/*
 * -ENODATA if a provider is bound to @rxq but no pool of @dev was built on it,
 * else 0. net/core/page_pool_user.c.
 */
int page_pool_check_memory_provider(struct net_device *dev, struct netdev_rx_queue *rxq);

/* The buffer enters @pool: signature, one pool reference, init callback. */
void page_pool_set_pp_info(struct page_pool *pool, netmem_ref netmem);
/* The buffer is no pool's any more; pp_ref_count stays. */
void page_pool_clear_pp_info(netmem_ref netmem);

/* Store a DMA address; true if it does not fit (it is stored anyway). */
static inline bool page_pool_set_dma_addr_netmem(netmem_ref netmem, dma_addr_t addr)
{
	netmem_set_dma_addr(netmem,
			    PAGE_POOL_32BIT_ARCH_WITH_64BIT_DMA ? addr >> PAGE_SHIFT : addr);
	return page_pool_get_dma_addr_netmem(netmem) != addr;
}

static inline bool page_pool_set_dma_addr(struct page *page, dma_addr_t addr)
{
	return page_pool_set_dma_addr_netmem(page_to_netmem(page), addr);
}

/*
 * The generic netlink family that carries pools lies above this library: it
 * announces itself and the group for notifications, and NULL when it goes.
 * Until then nobody is notified.
 */
void udm_page_pool_set_family(const struct genl_family *family, unsigned int group);

/* Handlers for that family's NETDEV_CMD_PAGE_POOL_GET and _STATS_GET. */
int netdev_nl_page_pool_get_doit(struct sk_buff *skb, struct genl_info *info);
int netdev_nl_page_pool_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int netdev_nl_page_pool_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int netdev_nl_page_pool_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

#endif
