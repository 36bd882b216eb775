// SPDX-License-Identifier: GPL-2.0-only
/*
 * A memory provider over an array of net_iovs (fake_provider.h).
 */
#include "fixture.h"

#include <linux/slab.h>

#include "fake_provider.h"
#include "libpagepool/page_pool_priv.h"

static int mp_init(struct page_pool *pool)
{
	struct fake_provider *mp = pool->mp_priv;

	mp->inits++;
	if (mp->init_err)
		return mp->init_err;
	if (!mp->keep_sync) {
		pool->dma_sync = false;
		pool->dma_sync_for_cpu = false;
	}
	return 0;
}

static void mp_destroy(struct page_pool *pool)
{
	struct fake_provider *mp = pool->mp_priv;

	mp->destroys++;
	/* Nothing of the pool's is out any more. */
	ck_assert_int_eq(page_pool_inflight(pool, false), 0);
}

static struct net_iov *niov_take(struct fake_provider *mp)
{
	struct net_iov *niov = NULL;

	spin_lock_bh(&mp->lock);
	if (mp->n_free)
		niov = mp->free[--mp->n_free];
	spin_unlock_bh(&mp->lock);
	return niov;
}

static netmem_ref mp_alloc(struct page_pool *pool, gfp_t gfp)
{
	struct fake_provider *mp = pool->mp_priv;
	netmem_ref first = 0;

	mp->allocs++;
	ck_assert_uint_eq(pool->alloc.count, 0);
	for (unsigned int i = 0; i < mp->batch; i++) {
		struct net_iov *niov = niov_take(mp);

		if (!niov)
			break;
		net_mp_niov_set_page_pool(pool, niov);
		if (first)
			net_mp_netmem_place_in_cache(pool, net_iov_to_netmem(niov));
		else
			first = net_iov_to_netmem(niov);
	}
	return first;
}

static bool mp_release(struct page_pool *pool, netmem_ref netmem)
{
	struct fake_provider *mp = pool->mp_priv;
	struct net_iov *niov = netmem_to_net_iov(netmem);

	net_mp_niov_clear_page_pool(niov);
	spin_lock_bh(&mp->lock);
	mp->free[mp->n_free++] = niov;
	spin_unlock_bh(&mp->lock);
	atomic_inc(&mp->releases);
	return false;
}

static int mp_nl_fill(void *mp_priv, struct sk_buff *rsp, struct netdev_rx_queue *rxq)
{
	struct fake_provider *mp = mp_priv;

	mp->fills++;
	return mp->fill_err;
}

static void mp_uninstall(void *mp_priv, struct netdev_rx_queue *rxq)
{
	struct fake_provider *mp = mp_priv;

	mp->uninstalls++;
}

const struct memory_provider_ops fake_provider_ops = {
	.alloc_netmems = mp_alloc,
	.release_netmem = mp_release,
	.init = mp_init,
	.destroy = mp_destroy,
	.nl_fill = mp_nl_fill,
	.uninstall = mp_uninstall,
};

const struct memory_provider_ops fake_provider_ops_no_uninstall = {
	.alloc_netmems = mp_alloc,
	.release_netmem = mp_release,
	.init = mp_init,
	.destroy = mp_destroy,
	.nl_fill = mp_nl_fill,
};

struct fake_provider *fake_provider_get(unsigned int niovs)
{
	struct fake_provider *mp = kzalloc(sizeof(*mp), GFP_KERNEL);

	ck_assert_ptr_nonnull(mp);
	spin_lock_init(&mp->lock);
	mp->batch = 1;
	mp->area.num_niovs = niovs;
	mp->area.niovs = kvcalloc(niovs, sizeof(*mp->area.niovs), GFP_KERNEL);
	mp->free = kvcalloc(niovs, sizeof(*mp->free), GFP_KERNEL);
	ck_assert(mp->area.niovs && mp->free);
	for (unsigned int i = 0; i < niovs; i++) {
		net_iov_init(&mp->area.niovs[i], &mp->area, NET_IOV_IOURING);
		ck_assert(!net_mp_niov_set_dma_addr(&mp->area.niovs[i], (i + 1) * PAGE_SIZE));
		mp->free[mp->n_free++] = &mp->area.niovs[i];
	}
	return mp;
}

void fake_provider_put(struct fake_provider *mp)
{
	ck_assert_uint_eq(mp->n_free, mp->area.num_niovs);
	for (size_t i = 0; i < mp->area.num_niovs; i++) {
		ck_assert_ptr_null(mp->area.niovs[i].desc.pp);
		ck_assert_uint_eq(mp->area.niovs[i].desc.pp_magic, 0);
	}
	if (!mp->init_err)
		ck_assert_uint_eq(mp->inits, mp->destroys);
	kvfree(mp->area.niovs);
	kvfree(mp->free);
	kfree(mp);
}
