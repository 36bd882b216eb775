// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory provider: what was freed last goes out first (udevmem/provider.h).
 *
 * Memory that was used a moment ago is in some cache, or in the TLB of the IOMMU; so
 * few pages circulate however large the dma-buf is. The net_iovs are the binding's, all
 * borrowed at creation and given back with the last user.
 *
 * A stack does it: it begins with the lowest offset on top. One net_iov per call: a batch
 * in the pool's cache would be taken before what comes back meanwhile, and the
 * order is the point. (What a pool recycles stays in its own cache and ring, and so is
 * recent anyway.) Pools of several queues share the stack, from softirq and from
 * tasks: one lock, _bh.
 */
#include <errno.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <net/page_pool/memory_provider.h>
#include <udevmem/provider.h>

#include "libpagepool/devmem.h"

struct udm_mp_locality {
	struct net_devmem_dmabuf_binding *binding;
	refcount_t users;

	spinlock_t lock;	/* of the rest */
	size_t n;		/* on the stack */
	struct net_iov **stack;
};

static int locality_make(struct udm_mp_locality *mp, size_t all)
{
	mp->stack = kvcalloc(all, sizeof(*mp->stack), GFP_KERNEL);
	if (!mp->stack)
		return -ENOMEM;
	mp->n = udm_devmem_borrow(mp->binding, mp->stack, all);
	if (mp->n < all)
		return -EBUSY;
	for (size_t i = 0; i < all / 2; i++)
		swap(mp->stack[i], mp->stack[all - 1 - i]);
	return 0;
}

static void locality_free(struct udm_mp_locality *mp)
{
	udm_devmem_give_back(mp->stack, mp->n);
	kvfree(mp->stack);
	kfree(mp);
}

struct udm_mp_locality *udm_mp_locality_create(struct net_devmem_dmabuf_binding *binding)
{
	const size_t all = udm_devmem_niovs(binding);
	struct udm_mp_locality *mp;
	int err = -EINVAL;

	if (!all)
		goto fail;
	err = -ENOMEM;
	mp = kzalloc(sizeof(*mp), GFP_KERNEL);
	if (!mp)
		goto fail;
	mp->binding = binding;
	refcount_set(&mp->users, 1);
	spin_lock_init(&mp->lock);
	err = locality_make(mp, all);
	if (!err)
		return mp;
	locality_free(mp);
fail:
	errno = -err;
	return NULL;
}

void udm_mp_locality_put(struct udm_mp_locality *mp)
{
	if (mp && refcount_dec_and_test(&mp->users))
		locality_free(mp);
}

static int mp_locality_init(struct page_pool *pool)
{
	struct udm_mp_locality *mp = pool->mp_priv;
	int err = mp ? udm_devmem_pool_init(pool, mp->binding) : -EINVAL;

	if (!err)
		refcount_inc(&mp->users);
	return err;
}

static void mp_locality_destroy(struct page_pool *pool)
{
	udm_mp_locality_put(pool->mp_priv);
}

static netmem_ref mp_locality_alloc_netmems(struct page_pool *pool, gfp_t gfp)
{
	struct udm_mp_locality *mp = pool->mp_priv;
	struct net_iov *niov = NULL;

	spin_lock_bh(&mp->lock);
	if (mp->n)
		niov = mp->stack[--mp->n];
	spin_unlock_bh(&mp->lock);
	if (!niov)
		return 0;
	net_mp_niov_set_page_pool(pool, niov);
	return net_iov_to_netmem(niov);
}

static bool mp_locality_release_netmem(struct page_pool *pool, netmem_ref netmem)
{
	struct udm_mp_locality *mp = pool->mp_priv;
	struct net_iov *niov = netmem_to_net_iov(netmem);

	net_mp_niov_clear_page_pool(niov);
	spin_lock_bh(&mp->lock);
	mp->stack[mp->n++] = niov;
	spin_unlock_bh(&mp->lock);
	return false;
}

static int mp_locality_nl_fill(void *mp_priv, struct sk_buff *rsp, struct netdev_rx_queue *rxq)
{
	const struct udm_mp_locality *mp = mp_priv;

	return udm_devmem_nl_fill(mp->binding, rsp, rxq);
}

/* No uninstall: see mp_partition.c. */
const struct memory_provider_ops udm_mp_locality_ops = {
	.alloc_netmems = mp_locality_alloc_netmems,
	.release_netmem = mp_locality_release_netmem,
	.init = mp_locality_init,
	.destroy = mp_locality_destroy,
	.nl_fill = mp_locality_nl_fill,
};
