// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory provider: host memory in huge pages (udevmem/provider.h).
 *
 * A block of 2 MiB is one DMA mapping and 512 net_iovs, which keep the stack from
 * looking into it; its creator reads it by address. So caches of the CPU matter, and
 * the pool's sync flags stay on: it syncs what it recycles, this file what it hands out.
 * free[] is a stack of indices. Softirqs and tasks use it: a _bh lock, taken once per
 * refill of a pool's cache, as one page is as good as another.
 */
#include <errno.h>
#include <linux/dma-mapping.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <net/page_pool/memory_provider.h>
#include <udevmem/provider.h>

#include "libpagepool/page_pool_dma.h"

#define BLOCK_ORDER	9
#define BLOCK_PAGES	(1U << BLOCK_ORDER)
#define BLOCK_SIZE	(PAGE_SIZE << BLOCK_ORDER)
#define BYTES_MAX	(INT_MAX / sizeof(struct net_iov) * PAGE_SIZE)

struct hugepage_block {
	struct page *page;
	dma_addr_t dma;
};

struct udm_mp_hugepage {
	struct device *dev;
	refcount_t users;
	struct net_iov_area area;
	struct hugepage_block *blocks;
	spinlock_t lock;	/* of free[], n_free */
	unsigned int n_free, *free;
};

static int block_make(struct udm_mp_hugepage *mp, struct hugepage_block *block)
{
	block->page = alloc_pages_node(dev_to_node(mp->dev),
				       GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN, BLOCK_ORDER);
	if (!block->page)
		return -ENOMEM;
	block->dma = dma_map_page(mp->dev, block->page, 0, BLOCK_SIZE, DMA_BIDIRECTIONAL);
	return dma_mapping_error(mp->dev, block->dma) ? -EIO : 0;
}

static int niov_make(struct udm_mp_hugepage *mp, unsigned int i)
{
	struct net_iov *niov = &mp->area.niovs[i];

	net_iov_init(niov, &mp->area, NET_IOV_IOURING);
	mp->free[mp->area.num_niovs - 1 - i] = i;
	return net_mp_niov_set_dma_addr(niov, mp->blocks[i / BLOCK_PAGES].dma +
					      i % BLOCK_PAGES * PAGE_SIZE) ? -EIO : 0;
}

static int hugepage_make(struct udm_mp_hugepage *mp, struct device *dev, size_t blocks)
{
	int err = 0;

	mp->dev = get_device(dev);
	refcount_set(&mp->users, 1);
	spin_lock_init(&mp->lock);
	mp->n_free = mp->area.num_niovs = blocks * BLOCK_PAGES;
	mp->blocks = kvcalloc(blocks, sizeof(*mp->blocks), GFP_KERNEL);
	mp->area.niovs = kvcalloc(mp->n_free, sizeof(*mp->area.niovs), GFP_KERNEL);
	mp->free = kvcalloc(mp->n_free, sizeof(*mp->free), GFP_KERNEL);
	if (!mp->blocks || !mp->area.niovs || !mp->free)
		return -ENOMEM;
	for (size_t i = 0; !err && i < blocks; i++)
		err = block_make(mp, &mp->blocks[i]);
	for (unsigned int i = 0; !err && i < mp->n_free; i++)
		err = niov_make(mp, i);
	return err;
}

static void block_free(struct udm_mp_hugepage *mp, const struct hugepage_block *block)
{
	if (block->page && !dma_mapping_error(mp->dev, block->dma))
		dma_unmap_page(mp->dev, block->dma, BLOCK_SIZE, DMA_BIDIRECTIONAL);
	if (block->page)
		__free_pages(block->page, BLOCK_ORDER);
}

static void hugepage_free(struct udm_mp_hugepage *mp)
{
	for (size_t i = 0; mp->blocks && i < mp->area.num_niovs / BLOCK_PAGES; i++)
		block_free(mp, &mp->blocks[i]);
	kvfree(mp->blocks);
	kvfree(mp->area.niovs);
	kvfree(mp->free);
	put_device(mp->dev);
	kfree(mp);
}

struct udm_mp_hugepage *udm_mp_hugepage_create(struct device *dev, size_t bytes)
{
	struct udm_mp_hugepage *mp;
	int err;

	errno = EINVAL;
	if (!dev || !bytes || bytes % BLOCK_SIZE || bytes > BYTES_MAX)
		return NULL;
	mp = kzalloc(sizeof(*mp), GFP_KERNEL);
	err = mp ? hugepage_make(mp, dev, bytes / BLOCK_SIZE) : -ENOMEM;
	if (!err)
		return mp;
	if (mp)
		hugepage_free(mp);
	errno = -err;
	return NULL;
}

void udm_mp_hugepage_put(struct udm_mp_hugepage *mp)
{
	if (mp && refcount_dec_and_test(&mp->users))
		hugepage_free(mp);
}

void *udm_mp_hugepage_addr(const struct udm_mp_hugepage *mp, const struct net_iov *niov)
{
	const unsigned int i = net_iov_idx(niov);

	if (net_iov_owner(niov) != &mp->area)
		return NULL;
	return (char *)page_address(mp->blocks[i / BLOCK_PAGES].page) + i % BLOCK_PAGES * PAGE_SIZE;
}

static int mp_hugepage_init(struct page_pool *pool)
{
	struct udm_mp_hugepage *mp = pool->mp_priv;

	/* Another device has other addresses, or none, for this memory. */
	if (WARN_ON_ONCE(!mp || pool->p.dev != mp->dev) || pool->p.order)
		return -EINVAL;
	if (pool->p.dma_dir != DMA_FROM_DEVICE)
		return -EOPNOTSUPP;
	refcount_inc(&mp->users);
	return 0;
}

static void mp_hugepage_destroy(struct page_pool *pool)
{
	udm_mp_hugepage_put(pool->mp_priv);
}

static netmem_ref enter(struct page_pool *pool, struct net_iov *niov)
{
	net_mp_niov_set_page_pool(pool, niov);
	page_pool_dma_sync_for_device(pool, net_iov_to_netmem(niov), pool->p.max_len);
	return net_iov_to_netmem(niov);
}

static netmem_ref mp_hugepage_alloc_netmems(struct page_pool *pool, gfp_t gfp)
{
	struct udm_mp_hugepage *mp = pool->mp_priv;
	unsigned int batch[PP_ALLOC_CACHE_REFILL], n;

	spin_lock_bh(&mp->lock);
	n = min_t(unsigned int, mp->n_free, PP_ALLOC_CACHE_REFILL);
	mp->n_free -= n;
	memcpy(batch, &mp->free[mp->n_free], n * sizeof(*batch));
	spin_unlock_bh(&mp->lock);
	if (!n)
		return 0;
	/* The last of the batch is the top of the stack: it is the one that goes out now. */
	for (unsigned int i = 0; i < n - 1; i++)
		net_mp_netmem_place_in_cache(pool, enter(pool, &mp->area.niovs[batch[i]]));
	return enter(pool, &mp->area.niovs[batch[n - 1]]);
}

static bool mp_hugepage_release_netmem(struct page_pool *pool, netmem_ref netmem)
{
	struct udm_mp_hugepage *mp = pool->mp_priv;

	net_mp_niov_clear_page_pool(netmem_to_net_iov(netmem));
	spin_lock_bh(&mp->lock);
	mp->free[mp->n_free++] = net_iov_idx(netmem_to_net_iov(netmem));
	spin_unlock_bh(&mp->lock);
	return false;
}

static int mp_hugepage_nl_fill(void *mp_priv, struct sk_buff *rsp, struct netdev_rx_queue *rxq)
{
	return 0;
}

/* nl_fill: no attribute is for such memory. No uninstall: queues are not remembered here. */
const struct memory_provider_ops udm_mp_hugepage_ops = {
	.alloc_netmems = mp_hugepage_alloc_netmems,
	.release_netmem = mp_hugepage_release_netmem,
	.init = mp_hugepage_init,
	.destroy = mp_hugepage_destroy,
	.nl_fill = mp_hugepage_nl_fill,
};
