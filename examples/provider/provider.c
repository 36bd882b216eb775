// SPDX-License-Identifier: GPL-2.0-only
/* A memory provider to be loaded: docs/writing-a-provider.md explains each line. */
#include <linux/dma-mapping.h>
#include <net/page_pool/memory_provider.h>

#define PAGES	256

static struct net_iov_area area = { .niovs = (struct net_iov[PAGES]){ }, .num_niovs = PAGES };
static DEFINE_MUTEX(pools_lock);
static unsigned int pools;
static struct device *dev;
static void *memory;
static dma_addr_t dma;
static DEFINE_SPINLOCK(out_lock);
static DECLARE_BITMAP(out, PAGES);

static int my_init(struct page_pool *pool)
{
	guard(mutex)(&pools_lock);
	if (pool->p.order || pool->p.dev != pool->mp_priv || (pools && pool->p.dev != dev))
		return -EINVAL;
	if (!pools) {
		dev = pool->mp_priv;
		memory = dma_alloc_coherent(dev, PAGES * PAGE_SIZE, &dma, GFP_KERNEL);
		if (!memory)
			return -ENOMEM;
		for (unsigned int i = 0; i < PAGES; i++) {
			net_iov_init(&area.niovs[i], &area, NET_IOV_IOURING);
			net_mp_niov_set_dma_addr(&area.niovs[i], dma + i * PAGE_SIZE);
		}
	}
	pools++;
	pool->dma_sync = pool->dma_sync_for_cpu = false;
	return 0;
}

static void my_destroy(struct page_pool *pool)
{
	guard(mutex)(&pools_lock);
	if (!--pools)
		dma_free_coherent(dev, PAGES * PAGE_SIZE, memory, dma);
}

static netmem_ref my_alloc(struct page_pool *pool, gfp_t gfp)
{
	unsigned int i;

	spin_lock_bh(&out_lock);
	i = find_first_zero_bit(out, PAGES);
	if (i < PAGES)
		__set_bit(i, out);
	spin_unlock_bh(&out_lock);
	if (i == PAGES)
		return 0;
	net_mp_niov_set_page_pool(pool, &area.niovs[i]);
	return net_iov_to_netmem(&area.niovs[i]);
}

static bool my_release(struct page_pool *pool, netmem_ref netmem)
{
	net_mp_niov_clear_page_pool(netmem_to_net_iov(netmem));
	spin_lock_bh(&out_lock);
	__clear_bit(net_iov_idx(netmem_to_net_iov(netmem)), out);
	spin_unlock_bh(&out_lock);
	return false;
}

static int my_nl_fill(void *mp_priv, struct sk_buff *rsp, struct netdev_rx_queue *rxq)
{
	return 0;
}

const struct memory_provider_ops memory_provider = {
	.alloc_netmems = my_alloc,
	.release_netmem = my_release,
	.init = my_init,
	.destroy = my_destroy,
	.nl_fill = my_nl_fill,
};
