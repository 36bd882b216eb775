// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory provider: a dma-buf dealt out to rx queues for good (udevmem/provider.h).
 *
 * The net_iovs are the binding's, borrowed all at once and given back all at once when
 * creator and pools are gone; until then the binding stays, unbound or not. To the
 * rest of the stack they are what they were, so sockets deliver them as ever.
 *
 * A part is a run of the array with a bitmap of what is out. It has a lock of its own,
 * as queues are polled on different CPUs and share nothing else; two pools of one queue,
 * as during a restart, share the part. Softirqs take it as well as tasks: _bh.
 */
#include <errno.h>
#include <linux/bitmap.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <net/page_pool/memory_provider.h>
#include <udevmem/provider.h>

#include "libpagepool/devmem.h"

struct part {
	spinlock_t lock;	/* of low and out */
	unsigned int low;	/* what is below is out */
	unsigned long *out;
	unsigned int first, n;	/* of niovs */
} ____cacheline_aligned_in_smp;

struct udm_mp_partition {
	struct net_devmem_dmabuf_binding *binding;
	refcount_t users;
	struct net_iov **niovs;	/* by offset */
	size_t n;		/* so many are there */
	unsigned int queues;
	struct part *parts;
};

static int part_make(struct part *part, size_t first, size_t behind)
{
	spin_lock_init(&part->lock);
	part->first = first;
	part->n = behind - first;
	part->out = bitmap_zalloc(part->n, GFP_KERNEL);
	return part->out ? 0 : -ENOMEM;
}

static int partition_make(struct udm_mp_partition *mp, size_t all)
{
	int err = 0;

	mp->niovs = kvcalloc(all, sizeof(*mp->niovs), GFP_KERNEL);
	mp->parts = kvcalloc(mp->queues, sizeof(*mp->parts), GFP_KERNEL);
	if (!mp->niovs || !mp->parts)
		return -ENOMEM;
	for (size_t q = 0; !err && q < mp->queues; q++)
		err = part_make(&mp->parts[q], q * all / mp->queues, (q + 1) * all / mp->queues);
	if (err)
		return err;
	mp->n = udm_devmem_borrow(mp->binding, mp->niovs, all);
	return mp->n == all ? 0 : -EBUSY;
}

static void partition_free(struct udm_mp_partition *mp)
{
	udm_devmem_give_back(mp->niovs, mp->n);
	for (unsigned int q = 0; mp->parts && q < mp->queues; q++)
		bitmap_free(mp->parts[q].out);
	kvfree(mp->parts);
	kvfree(mp->niovs);
	kfree(mp);
}

struct udm_mp_partition *udm_mp_partition_create(struct net_devmem_dmabuf_binding *binding,
						 unsigned int queues)
{
	const size_t all = udm_devmem_niovs(binding);
	struct udm_mp_partition *mp;
	int err = -EINVAL;

	if (!queues || all < queues)
		goto fail;
	err = -ENOMEM;
	mp = kzalloc(sizeof(*mp), GFP_KERNEL);
	if (!mp)
		goto fail;
	mp->binding = binding;
	mp->queues = queues;
	refcount_set(&mp->users, 1);
	err = partition_make(mp, all);
	if (!err)
		return mp;
	partition_free(mp);
fail:
	errno = -err;
	return NULL;
}

void udm_mp_partition_put(struct udm_mp_partition *mp)
{
	if (mp && refcount_dec_and_test(&mp->users))
		partition_free(mp);
}

static struct part *part_of(const struct page_pool *pool)
{
	const struct udm_mp_partition *mp = pool->mp_priv;

	return &mp->parts[pool->slow.queue_idx];
}

static int mp_partition_init(struct page_pool *pool)
{
	struct udm_mp_partition *mp = pool->mp_priv;
	int err;

	if (!mp || pool->slow.queue_idx >= mp->queues)
		return -EINVAL;
	err = udm_devmem_pool_init(pool, mp->binding);
	if (!err)
		refcount_inc(&mp->users);
	return err;
}

static void mp_partition_destroy(struct page_pool *pool)
{
	udm_mp_partition_put(pool->mp_priv);
}

static netmem_ref mp_partition_alloc_netmems(struct page_pool *pool, gfp_t gfp)
{
	const struct udm_mp_partition *mp = pool->mp_priv;
	struct part *part = part_of(pool);
	struct net_iov *niov;
	unsigned int i;

	spin_lock_bh(&part->lock);
	i = find_next_zero_bit(part->out, part->n, part->low);
	if (i < part->n)
		__set_bit(i, part->out);
	part->low = min(i + 1, part->n);
	spin_unlock_bh(&part->lock);
	if (i >= part->n)
		return 0;
	niov = mp->niovs[part->first + i];
	net_mp_niov_set_page_pool(pool, niov);
	return net_iov_to_netmem(niov);
}

static bool mp_partition_release_netmem(struct page_pool *pool, netmem_ref netmem)
{
	struct net_iov *niov = netmem_to_net_iov(netmem);
	struct part *part = part_of(pool);
	/* All of the dma-buf is here: the place in the array is the place in it. */
	const unsigned int i = (net_iov_virtual_addr(niov) >> PAGE_SHIFT) - part->first;

	net_mp_niov_clear_page_pool(niov);
	spin_lock_bh(&part->lock);
	__clear_bit(i, part->out);
	part->low = min(part->low, i);
	spin_unlock_bh(&part->lock);
	return false;
}

static int mp_partition_nl_fill(void *mp_priv, struct sk_buff *rsp, struct netdev_rx_queue *rxq)
{
	const struct udm_mp_partition *mp = mp_priv;

	return udm_devmem_nl_fill(mp->binding, rsp, rxq);
}

/*
 * No uninstall: queues are not remembered here, and the binding hears of its device
 * by itself, as it does whenever it has no queues of its own.
 */
const struct memory_provider_ops udm_mp_partition_ops = {
	.alloc_netmems = mp_partition_alloc_netmems,
	.release_netmem = mp_partition_release_netmem,
	.init = mp_partition_init,
	.destroy = mp_partition_destroy,
	.nl_fill = mp_partition_nl_fill,
};
