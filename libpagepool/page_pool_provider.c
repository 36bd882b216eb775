// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page pool: taking and leaving a memory provider (see page_pool_provider.h).
 *
 * The static key counts the pools that have one, so that the others pay for the
 * question with a branch that is never taken. Buffers of a provider are no pages:
 * a caller who wanted one is told so.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/mmzone.h>
#include <linux/netdevice.h>
#include <linux/printk.h>
#include <net/netdev_lock.h>
#include <net/netdev_rx_queue.h>
#include <net/page_pool/helpers.h>
#include <net/page_pool/memory_provider.h>
#include <asm/sections.h>

#include "libpagepool/page_pool_provider.h"

/* The provider bound to the queue this pool says it serves, if it wants one. */
static int provider_find(struct page_pool *pool)
{
	const struct pp_memory_provider_params *mp;
	struct net_device *netdev = pool->slow.netdev;

	if (!(pool->slow.flags & PP_FLAG_ALLOW_UNREADABLE_NETMEM))
		return 0;
	if (WARN_ON(!netdev || pool->slow.queue_idx >= netdev->num_rx_queues))
		return -EINVAL;
	netdev_assert_locked(netdev);
	mp = &__netif_get_rx_queue(netdev, pool->slow.queue_idx)->mp_params;
	pool->mp_priv = mp->mp_priv;
	pool->mp_ops = mp->mp_ops;
	return 0;
}

static int provider_attach(struct page_pool *pool)
{
	int err;

	if (!pool->dma_map || !pool->dma_sync)
		return -EOPNOTSUPP;
	if (WARN_ON(!is_kernel_rodata((unsigned long)pool->mp_ops)))
		return -EFAULT;
	err = pool->mp_ops->init(pool);
	if (err)
		pr_warn("%s() mem-provider init failed %d\n", "page_pool_init", err);
	else
		static_branch_inc(&page_pool_mem_providers);
	return err;
}

int page_pool_provider_init(struct page_pool *pool)
{
	int err = provider_find(pool);

	if (err)
		return err;
	if (pool->mp_ops)
		return provider_attach(pool);
	return pool->p.order > MAX_PAGE_ORDER ? -EINVAL : 0;
}

void page_pool_provider_exit(struct page_pool *pool)
{
	if (!pool->mp_ops)
		return;
	pool->mp_ops->destroy(pool);
	static_branch_dec(&page_pool_mem_providers);
}

struct page *udm_page_pool_no_page(struct page_pool *pool, netmem_ref netmem)
{
	WARN_ON_ONCE(1);
	page_pool_put_full_netmem(pool, netmem, true);
	return NULL;
}
EXPORT_SYMBOL(udm_page_pool_no_page);
