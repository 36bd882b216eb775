// SPDX-License-Identifier: GPL-2.0-only
/*
 * The providers that come with the library: huge pages, the partition, the locality one.
 * What holds for all of them is tested in a loop over the kinds.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/skbuff.h>
#include <net/netlink.h>
#include <udevmem/fault.h>
#include <udevmem/pagepool.h>
#include <udevmem/provider.h>

#include "pools.h"
#include "provider_rig.h"

static void providers_setup(void)
{
	machine_boot();
	provider_rig_open();
}

static void providers_teardown(void)
{
	provider_rig_close();
	machine_shutdown();
}

/* Everything that a pool can get, in order; how many. */
static unsigned int take_all(struct page_pool *pool, netmem_ref *out)
{
	unsigned int n = 0;
	netmem_ref netmem;

	while (n < RIG_NIOVS_MAX && (netmem = page_pool_alloc_netmems(pool, GFP_ATOMIC)))
		out[n++] = netmem;
	return n;
}

static void put_all(netmem_ref *out, unsigned int n)
{
	while (n--)
		put_ring(netmem_get_pp(out[n]), out[n]);
}

static unsigned long page_of(netmem_ref netmem)
{
	return net_iov_virtual_addr(netmem_to_net_iov(netmem)) / PAGE_SIZE;
}

/* --- All kinds ----------------------------------------------------------- */

START_TEST(exhausted_and_recovers)
{
	const struct provider_kind *kind = &provider_kinds[_i];
	void *mp = kind->create();
	static netmem_ref out[RIG_NIOVS_MAX];
	struct page_pool *pool;
	netmem_ref last;

	ck_assert_int_eq(rig_open_queue(kind, mp, 1), 0);
	pool = rig_nic->live[1].pool;
	ck_assert_uint_eq(take_all(pool, out), kind->per_queue);
	ck_assert_uint_eq(page_pool_alloc_netmems(pool, GFP_ATOMIC), 0);
	ck_assert_uint_eq(inflight(pool), kind->per_queue);
	last = out[kind->per_queue - 1];
	put_direct(pool, last);
	ck_assert_uint_eq(must_alloc(pool), last);
	ck_assert_uint_eq(page_pool_alloc_netmems(pool, GFP_ATOMIC), 0);
	put_ring(pool, last);
	ck_assert_uint_eq(must_alloc(pool), last);
	put_all(out, kind->per_queue);
	/* No buffer is asked of the provider while the ring has some. */
	ck_assert_uint_eq(take_all(pool, out), kind->per_queue);
	put_all(out, kind->per_queue);
	rig_close_queue(kind, mp, 1);
	kind->put(mp);
}
END_TEST

/* What is out stays with the old pool; the new one gets the rest, and that, once it is back. */
START_TEST(restart_with_buffers_out)
{
	const struct provider_kind *kind = &provider_kinds[_i];
	void *mp = kind->create();
	static netmem_ref old[RIG_NIOVS_MAX], new[RIG_NIOVS_MAX];
	unsigned int n;

	ck_assert_int_eq(rig_open_queue(kind, mp, 0), 0);
	for (n = 0; n < 5; n++)
		old[n] = must_alloc(rig_nic->live[0].pool);
	ck_assert_int_eq(rig_restart_queue(0), 0);
	ck_assert_ptr_ne(rig_nic->live[0].pool, netmem_get_pp(old[0]));
	ck_assert_uint_eq(take_all(rig_nic->live[0].pool, new), kind->per_queue - 5);
	for (unsigned int i = 0; i < kind->per_queue - 5; i++) {
		for (unsigned int k = 0; k < 5; k++)
			ck_assert_uint_ne(new[i], old[k]);
	}
	put_all(old, 5);
	pass_ms(1100);
	ck_assert_uint_eq(take_all(rig_nic->live[0].pool, old), 5);
	put_all(old, 5);
	put_all(new, kind->per_queue - 5);
	rig_close_queue(kind, mp, 0);
	kind->put(mp);
}
END_TEST

START_TEST(last_buffer_frees_the_provider)
{
	const struct provider_kind *kind = &provider_kinds[_i];
	void *mp = kind->create();
	netmem_ref out;

	ck_assert_int_eq(rig_open_queue(kind, mp, 0), 0);
	out = must_alloc(rig_nic->live[0].pool);
	rig_close_queue(kind, mp, 0);
	kind->put(mp);
	rig_unbind();
	ck_assert_uint_eq(rig_memory_is_held(kind), true);
	ck_assert_uint_eq(udm_pagepool_check(), 0);
	put_ring(netmem_get_pp(out), out);
	pass_ms(1100);
	settle();
	ck_assert_uint_eq(rig_memory_is_held(kind), false);
}
END_TEST

/* Unbound first: its owner has nothing any more, the queue goes on with what it has. */
START_TEST(unbound_while_a_queue_has_it)
{
	const struct provider_kind *kind = &provider_kinds[_i];
	void *mp = kind->create();
	netmem_ref out;

	ck_assert_int_eq(rig_open_queue(kind, mp, 2), 0);
	rig_unbind();
	out = must_alloc(rig_nic->live[2].pool);
	put_direct(rig_nic->live[2].pool, out);
	ck_assert_int_eq(rig_restart_queue(2), 0);
	out = must_alloc(rig_nic->live[2].pool);
	ck_assert_uint_eq(udm_pagepool_check(), 0);
	put_ring(rig_nic->live[2].pool, out);
	ck_assert(rig_memory_is_held(kind));
	rig_close_queue(kind, mp, 2);
	ck_assert(rig_memory_is_held(kind));
	kind->put(mp);
	settle();
	ck_assert(!rig_memory_is_held(kind));
}
END_TEST

START_TEST(device_goes_with_buffers_out)
{
	const struct provider_kind *kind = &provider_kinds[_i];
	void *mp = kind->create();
	netmem_ref out;

	ck_assert_int_eq(rig_open_queue(kind, mp, 0), 0);
	ck_assert_int_eq(rig_open_queue(kind, mp, 3), 0);
	out = must_alloc(rig_nic->live[3].pool);
	fake_nic_unregister(rig_nic);
	/* The binding hears of it without queues of its own. */
	ck_assert_ptr_null(rig_binding->dev);
	/* As every user does that finds it gone; it does nothing. */
	kind->put(mp);
	rig_unbind();
	ck_assert(rig_memory_is_held(kind));
	put_ring(netmem_get_pp(out), out);
	pass_ms(1100);
	settle();
	ck_assert(!rig_memory_is_held(kind));
}
END_TEST

static int create_and_put(void *ctx)
{
	const struct provider_kind *kind = ctx;
	void *mp = kind->create();

	if (!mp) {
		ck_assert_int_eq(errno, ENOMEM);
		return -ENOMEM;
	}
	kind->put(mp);
	return 0;
}

START_TEST(every_failed_creation_is_undone)
{
	const struct provider_kind *kind = &provider_kinds[_i];
	int points = udm_fault_sweep(create_and_put, (void *)kind);

	ck_assert_msg(points >= 2, "%d: %s", points, udm_fault_sweep_message());
	kind->put(NULL);
}
END_TEST

struct opening {
	const struct provider_kind *kind;
	void *mp;
};

static int open_and_close(void *ctx)
{
	const struct opening *o = ctx;
	int err = rig_open_queue(o->kind, o->mp, 1);

	fail_each_over();
	ck_assert_int_eq(netif_rxq_has_mp(rig_nic->netdev, 1), !err);
	ck_assert_int_eq(page_pool_is_unreadable(rig_nic->live[1].pool), !err);
	if (!err)
		rig_close_queue(o->kind, o->mp, 1);
	return err;
}

START_TEST(every_failed_opening_is_undone)
{
	struct opening o = { &provider_kinds[_i], provider_kinds[_i].create() };
	netmem_ref netmem;

	ck_assert_uint_ge(fail_each(open_and_close, &o, -ENOMEM), 4);
	ck_assert_int_eq(rig_open_queue(o.kind, o.mp, 1), 0);
	netmem = must_alloc(rig_nic->live[1].pool);
	put_ring(rig_nic->live[1].pool, netmem);
	rig_close_queue(o.kind, o.mp, 1);
	o.kind->put(o.mp);
}
END_TEST

/* What a pool may not be like, in the order of the kinds. */
static const struct {
	bool no_priv, other_dev, bidirectional;
	unsigned int order;
	int err[3];
	bool warns;		/* huge pages */
} unfit[] = {
	{ .no_priv = true, .err = { -EINVAL, -EINVAL, -EINVAL }, .warns = true },
	{ .other_dev = true, .err = { -EINVAL, -EINVAL, -EINVAL }, .warns = true },
	{ .order = 1, .err = { -EINVAL, -E2BIG, -E2BIG } },
	{ .bidirectional = true, .err = { -EOPNOTSUPP, 0, 0 } },
};

static void refuses(const struct provider_kind *kind, unsigned int what)
{
	struct device other = { };
	void *mp = kind->create();
	struct page_pool_params params = rig_pool_params(0, 16);
	struct page_pool *pool;

	if (unfit[what].other_dev)
		params.dev = &other;
	if (unfit[what].bidirectional)
		params.dma_dir = DMA_BIDIRECTIONAL;
	params.order = unfit[what].order;
	if (unfit[what].warns && kind == provider_kinds)
		udm_warn_expect("", 1);
	pool = rig_pool(kind, unfit[what].no_priv ? NULL : mp, &params);
	ck_assert_int_eq(PTR_ERR_OR_ZERO(pool), unfit[what].err[kind - provider_kinds]);
	if (!IS_ERR(pool))
		page_pool_destroy(pool);
	/* Nothing is held by the pool that did not come. */
	kind->put(mp);
	rig_unbind();
	settle();
	ck_assert(!rig_memory_is_held(kind));
}

START_TEST(unfit_pools_are_refused)
{
	refuses(&provider_kinds[_i % 3], _i / 3);
}
END_TEST

/* The message tells the dma-buf, if there is one, of a pool and of a queue. */
START_TEST(netlink_names_the_binding)
{
	const struct provider_kind *kind = &provider_kinds[_i];
	struct sk_buff *skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *mp = kind->create();
	const struct nlattr *attr = (void *)skb->data;

	ck_assert_int_eq(kind->ops->nl_fill(mp, skb, NULL), 0);
	ck_assert_int_eq(kind->ops->nl_fill(mp, skb, &rig_nic->netdev->_rx[1]), 0);
	if (kind->of_binding) {
		ck_assert_uint_eq(skb->len, 2 * nla_total_size(sizeof(u32)));
		ck_assert_int_eq(nla_type(attr), NETDEV_A_PAGE_POOL_DMABUF);
		ck_assert_uint_eq(nla_get_u32(attr), rig_binding->id);
		attr = (void *)skb->data + nla_total_size(sizeof(u32));
		ck_assert_int_eq(nla_type(attr), NETDEV_A_QUEUE_DMABUF);
		ck_assert_uint_eq(nla_get_u32(attr), rig_binding->id);
	} else {
		ck_assert_uint_eq(skb->len, 0);
	}
	kfree_skb(skb);
	kind->put(mp);
}
END_TEST

/* --- Huge pages ---------------------------------------------------------- */

#define BLOCK	(2UL << 20)

static void hugepage_fails(struct device *dev, size_t bytes, int err)
{
	errno = 0;
	ck_assert_ptr_null(udm_mp_hugepage_create(dev, bytes));
	ck_assert_int_eq(errno, err);
	ck_assert_int_eq(fake_dma_live(rig_nic->dma), 0);
}

START_TEST(huge_pages_that_cannot_be)
{
	struct device *dev = fake_nic_dma(rig_nic);

	hugepage_fails(NULL, BLOCK, EINVAL);
	hugepage_fails(dev, 0, EINVAL);
	hugepage_fails(dev, BLOCK / 2, EINVAL);
	hugepage_fails(dev, BLOCK + PAGE_SIZE, EINVAL);
	hugepage_fails(dev, -BLOCK, EINVAL);
	/* What was mapped before goes back. */
	rig_nic->dma->fail_mask = 4;
	hugepage_fails(dev, 4 * BLOCK, EIO);
}
END_TEST

static int three_blocks(void *unused)
{
	struct udm_mp_hugepage *mp = udm_mp_hugepage_create(fake_nic_dma(rig_nic), 3 * BLOCK);
	int err = mp ? 0 : -errno;

	ck_assert(!err || err == -ENOMEM);
	udm_mp_hugepage_put(mp);
	ck_assert_int_eq(fake_dma_live(rig_nic->dma), 0);
	return err;
}

START_TEST(huge_pages_that_run_out)
{
	int points = udm_fault_sweep(three_blocks, NULL);

	ck_assert_msg(points >= 6, "%d: %s", points, udm_fault_sweep_message());
}
END_TEST

START_TEST(huge_pages_are_mapped_as_such)
{
	struct udm_mp_hugepage *mp = udm_mp_hugepage_create(fake_nic_dma(rig_nic), 2 * BLOCK);
	const struct provider_kind *kind = &provider_kinds[0];
	static netmem_ref out[RIG_NIOVS_MAX];
	struct net_iov foreign = { .owner = &(struct net_iov_area){ .niovs = &foreign } };
	struct page_pool *pool;

	ck_assert_int_eq(fake_dma_live(rig_nic->dma), 2);
	ck_assert_int_eq(rig_open_queue(kind, mp, 0), 0);
	pool = rig_nic->live[0].pool;
	ck_assert_uint_eq(take_all(pool, out), 1024);
	ck_assert_int_eq(fake_dma_live(rig_nic->dma), 2);
	for (unsigned int i = 0; i < 1024; i++) {
		char *addr = udm_mp_hugepage_addr(mp, netmem_to_net_iov(out[i]));

		ck_assert_ptr_null(netmem_address(out[i]));
		ck_assert(!net_is_devmem_iov(netmem_to_net_iov(out[i])));
		ck_assert_uint_eq(virt_to_phys(addr), page_pool_get_dma_addr_netmem(out[i]));
		/* Clear, and nobody else's. */
		ck_assert_ptr_null(memchr_inv(addr, 0, PAGE_SIZE));
		memset(addr, 1, PAGE_SIZE);
	}
	ck_assert_ptr_null(udm_mp_hugepage_addr(mp, &foreign));
	put_all(out, 1024);
	rig_close_queue(kind, mp, 0);
	udm_mp_hugepage_put(mp);
	ck_assert_int_eq(fake_dma_live(rig_nic->dma), 0);
}
END_TEST

/* The memory is cached by the CPU: the device gets it synced, however it comes. */
START_TEST(huge_pages_are_synced)
{
	const struct provider_kind *kind = &provider_kinds[0];
	void *mp = kind->create();
	struct fake_dma *dma = rig_nic->dma;
	struct page_pool *pool;
	netmem_ref netmem;

	ck_assert_int_eq(rig_open_queue(kind, mp, 0), 0);
	pool = rig_nic->live[0].pool;
	ck_assert(pool->dma_sync && pool->dma_sync_for_cpu);
	ck_assert_int_eq(atomic_read(&dma->syncs_for_device), 0);
	netmem = must_alloc(pool);
	/* A refill of the cache, the one that goes out last. */
	ck_assert_uint_eq(cached(pool), PP_ALLOC_CACHE_REFILL - 1);
	ck_assert_int_eq(atomic_read(&dma->syncs_for_device), PP_ALLOC_CACHE_REFILL);
	ck_assert_uint_eq(dma->sync_addr, page_pool_get_dma_addr_netmem(netmem));
	ck_assert_uint_eq(dma->sync_size, PAGE_SIZE);
	put_direct(pool, netmem);
	ck_assert_int_eq(atomic_read(&dma->syncs_for_device), PP_ALLOC_CACHE_REFILL + 1);
	rig_close_queue(kind, mp, 0);
	kind->put(mp);
}
END_TEST

/* --- Borrowed net_iovs --------------------------------------------------- */

static int try_partition(struct net_devmem_dmabuf_binding *binding, unsigned int queues)
{
	struct udm_mp_partition *mp = udm_mp_partition_create(binding, queues);

	if (!mp)
		return -errno;
	udm_mp_partition_put(mp);
	return 0;
}

static int try_locality(struct net_devmem_dmabuf_binding *binding)
{
	struct udm_mp_locality *mp = udm_mp_locality_create(binding);

	if (!mp)
		return -errno;
	udm_mp_locality_put(mp);
	return 0;
}

START_TEST(all_of_a_binding_or_nothing)
{
	struct net_devmem_dmabuf_binding *tx = rig_bind_tx();
	struct net_iov *taken;

	ck_assert_int_eq(try_partition(rig_binding, 0), -EINVAL);
	ck_assert_int_eq(try_partition(rig_binding, RIG_NIOVS + 1), -EINVAL);
	ck_assert_int_eq(try_partition(rig_binding, RIG_NIOVS), 0);
	ck_assert_int_eq(try_partition(tx, 1), -EINVAL);
	ck_assert_int_eq(try_locality(tx), -EINVAL);
	taken = net_devmem_alloc_dmabuf(rig_binding);
	ck_assert_int_eq(try_partition(rig_binding, 2), -EBUSY);
	ck_assert_int_eq(try_locality(rig_binding), -EBUSY);
	net_devmem_free_dmabuf(taken);
	ck_assert_int_eq(try_partition(rig_binding, 2), 0);
	ck_assert_int_eq(try_locality(rig_binding), 0);
	rig_unbind_this(tx);
}
END_TEST

START_TEST(lent_to_one_only)
{
	struct udm_mp_locality *mp = udm_mp_locality_create(rig_binding);

	ck_assert_ptr_nonnull(mp);
	ck_assert_int_eq(atomic_long_read(&rig_binding->lent), RIG_NIOVS);
	ck_assert_int_eq(try_partition(rig_binding, 1), -EBUSY);
	ck_assert_ptr_null(net_devmem_alloc_dmabuf(rig_binding));
	ck_assert_uint_eq(udm_pagepool_check(), 0);
	udm_mp_locality_put(mp);
	ck_assert_int_eq(atomic_long_read(&rig_binding->lent), 0);
}
END_TEST

START_TEST(lent_net_iovs_are_checked)
{
	struct udm_mp_locality *mp = udm_mp_locality_create(rig_binding);
	struct net_iov *waiting, *out;
	struct page_pool *pool;
	netmem_ref netmem;

	ck_assert_int_eq(rig_open_queue(&provider_kinds[2], mp, 0), 0);
	pool = rig_nic->live[0].pool;
	netmem = must_alloc(pool);
	out = netmem_to_net_iov(netmem);
	waiting = out + 1;
	ck_assert_uint_eq(udm_pagepool_check(), 0);
	udm_warn_expect("are lent, but 63 are counted", 1);
	atomic_long_dec(&rig_binding->lent);
	ck_assert_uint_eq(udm_pagepool_check(), 1);
	atomic_long_inc(&rig_binding->lent);
	udm_warn_expect("has a pool", 1);
	waiting->desc.pp_magic = PP_SIGNATURE;
	ck_assert_uint_eq(udm_pagepool_check(), 1);
	waiting->desc.pp_magic = 0;
	udm_warn_expect("is of no pool on it", 1);
	udm_warn_expect("are lent, but 64 are counted", 1);
	out->desc.pp = (void *)rig_nic;
	ck_assert_uint_eq(udm_pagepool_check(), 2);
	out->desc.pp = pool;
	udm_warn_expect("without references", 1);
	atomic_long_set(&out->desc.pp_ref_count, 0);
	ck_assert_uint_eq(udm_pagepool_check(), 1);
	atomic_long_set(&out->desc.pp_ref_count, 1);
	put_ring(pool, netmem);
	rig_close_queue(&provider_kinds[2], mp, 0);
	udm_mp_locality_put(mp);
}
END_TEST

/* Queue q of Q has pages q * n / Q and on, whatever segments they are in. */
START_TEST(parts_are_dealt_out_by_offset)
{
	static const unsigned int begin[] = { 0, 21, 42, 64 };
	struct udm_mp_partition *mp = udm_mp_partition_create(rig_binding, 3);
	const struct provider_kind *kind = &provider_kinds[1];
	netmem_ref out[3][RIG_NIOVS];

	for (unsigned int q = 0; q < 3; q++) {
		ck_assert_int_eq(rig_open_queue(kind, mp, q), 0);
		ck_assert_uint_eq(take_all(rig_nic->live[q].pool, out[q]), begin[q + 1] - begin[q]);
		for (unsigned int i = 0; i < begin[q + 1] - begin[q]; i++)
			ck_assert_uint_eq(page_of(out[q][i]), begin[q] + i);
	}
	ck_assert_int_eq(rig_open_queue(kind, mp, 3), -EINVAL);
	for (unsigned int q = 0; q < 3; q++) {
		put_all(out[q], begin[q + 1] - begin[q]);
		rig_close_queue(kind, mp, q);
	}
	udm_mp_partition_put(mp);
}
END_TEST

/* With a ring of two, most of what returns leaves the pool. */
START_TEST(lowest_free_page_of_a_part_first)
{
	struct udm_mp_partition *mp = udm_mp_partition_create(rig_binding, 4);
	const struct page_pool_params params = rig_pool_params(1, 2);
	struct page_pool *pool = rig_pool(&provider_kinds[1], mp, &params);
	static const unsigned int back[] = { 20, 29, 25, 17, 31 };
	static const unsigned int again[] = { 20, 29, 17, 25, 31 };
	netmem_ref out[RIG_NIOVS], got[5];

	ck_assert_uint_eq(take_all(pool, out), 16);
	for (int i = 0; i < 5; i++)
		put_ring(pool, out[back[i] - 16]);
	/* First what waits in the ring, in whichever order, then the part by offset. */
	ck_assert_uint_eq(take_all(pool, got), 5);
	ck_assert((page_of(got[0]) == again[0] && page_of(got[1]) == again[1]) ||
		  (page_of(got[0]) == again[1] && page_of(got[1]) == again[0]));
	for (int i = 2; i < 5; i++)
		ck_assert_uint_eq(page_of(got[i]), again[i]);
	put_all(out, 16);
	page_pool_destroy(pool);
	udm_mp_partition_put(mp);
}
END_TEST

/* Untouched ones by offset, then in the reverse order of their return. */
START_TEST(last_freed_page_first)
{
	struct udm_mp_locality *mp = udm_mp_locality_create(rig_binding);
	const struct page_pool_params params = rig_pool_params(3, 2);
	struct page_pool *one = rig_pool(&provider_kinds[2], mp, &params);
	struct page_pool *two = rig_pool(&provider_kinds[2], mp, &params);
	netmem_ref out[8];

	for (unsigned int i = 0; i < 8; i++) {
		out[i] = must_alloc(one);
		ck_assert_uint_eq(page_of(out[i]), i);
	}
	/* The ring keeps 6 and 7; the others are for both pools again, 0 as the last freed. */
	put_all(out, 8);
	for (unsigned int i = 0; i < 6; i++) {
		out[i] = must_alloc(two);
		ck_assert_uint_eq(page_of(out[i]), i);
	}
	out[6] = must_alloc(two);
	ck_assert_uint_eq(page_of(out[6]), 8);
	put_all(out, 7);
	page_pool_destroy(one);
	page_pool_destroy(two);
	udm_mp_locality_put(mp);
}
END_TEST

Suite *providers_suite(void)
{
	Suite *s = suite_create("providers");
	TCase *tc = tcase_create("providers");

	tcase_add_checked_fixture(tc, providers_setup, providers_teardown);
	tcase_add_loop_test(tc, exhausted_and_recovers, 0, 3);
	tcase_add_loop_test(tc, restart_with_buffers_out, 0, 3);
	tcase_add_loop_test(tc, last_buffer_frees_the_provider, 0, 3);
	tcase_add_loop_test(tc, unbound_while_a_queue_has_it, 0, 3);
	tcase_add_loop_test(tc, device_goes_with_buffers_out, 0, 3);
	tcase_add_loop_test(tc, every_failed_creation_is_undone, 0, 3);
	tcase_add_loop_test(tc, every_failed_opening_is_undone, 0, 3);
	tcase_add_loop_test(tc, unfit_pools_are_refused, 0, 3 * ARRAY_SIZE(unfit));
	tcase_add_loop_test(tc, netlink_names_the_binding, 0, 3);
	tcase_add_test(tc, huge_pages_that_cannot_be);
	tcase_add_test(tc, huge_pages_that_run_out);
	tcase_add_test(tc, huge_pages_are_mapped_as_such);
	tcase_add_test(tc, huge_pages_are_synced);
	tcase_add_test(tc, all_of_a_binding_or_nothing);
	tcase_add_test(tc, lent_to_one_only);
	tcase_add_test(tc, lent_net_iovs_are_checked);
	tcase_add_test(tc, parts_are_dealt_out_by_offset);
	tcase_add_test(tc, lowest_free_page_of_a_part_first);
	tcase_add_test(tc, last_freed_page_first);
	suite_add_tcase(s, tc);
	return s;
}
