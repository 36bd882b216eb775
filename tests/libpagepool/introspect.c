// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tools see of pools and bindings.
 */
#include "fixture.h"

#include <linux/netlink.h>
#include <udevmem/file.h>
#include <udevmem/pagepool.h>

#include "fake_dmabuf.h"
#include "fake_provider.h"
#include "libpagepool/devmem.h"
#include "pools.h"

START_TEST(counters_of_a_pool)
{
	struct page_pool *pool = plain_pool();
	struct udm_pool_info info;
	netmem_ref out[5];

	for (int i = 0; i < 5; i++)
		out[i] = must_alloc(pool);
	put_direct(pool, out[0]);
	put_ring(pool, out[1]);
	put_ring(pool, out[2]);
	ck_assert_int_eq(udm_pool_get(pool->user.id, &info), 0);
	ck_assert_uint_eq(info.cache, 60);
	ck_assert_uint_eq(info.ring, 2);
	ck_assert_uint_eq(info.ring_slots, 1024);
	ck_assert_uint_eq(info.out, 2);
	ck_assert_uint_eq(info.inflight, 64);
	ck_assert_uint_eq(info.hold, 64);
	ck_assert_uint_eq(info.release, 0);
	ck_assert_int_eq(info.ifindex, 0);
	ck_assert(!info.unreadable && !info.detached);
	ck_assert_uint_eq(info.counters.slow, 1);
	ck_assert_uint_eq(info.counters.cached, 1);
	ck_assert_uint_eq(info.counters.ring, 2);
	page_pool_destroy(pool);
	ck_assert_int_eq(udm_pool_get(info.id, &info), 0);
	ck_assert(info.detached);
	ck_assert_uint_eq(info.out, 2);
	put_ring(pool, out[3]);
	put_ring(pool, out[4]);
	pass_ms(1000);
	ck_assert_int_eq(udm_pool_get(info.id, &info), -ENOENT);
}
END_TEST

START_TEST(full_and_wrapped_rings)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .pool_size = 4 };
	struct page_pool *pool = pool_new(&params);
	struct udm_pool_info info;
	netmem_ref out[8];

	for (int i = 0; i < 8; i++)
		out[i] = must_alloc(pool);
	for (int i = 0; i < 4; i++)
		put_ring(pool, out[i]);
	ck_assert_int_eq(udm_pool_get(pool->user.id, &info), 0);
	ck_assert_uint_eq(info.ring, 4);
	page_pool_update_nid(pool, NUMA_NO_NODE);
	must_alloc(pool);
	for (int i = 4; i < 7; i++)
		put_ring(pool, out[i]);
	ck_assert_int_eq(udm_pool_get(pool->user.id, &info), 0);
	ck_assert_uint_eq(info.ring, 3);
	ck_assert_uint_eq(info.cache, 3);
	ck_assert_uint_eq(info.out, 2);
	put_ring(pool, out[7]);
	put_ring(pool, out[3]);
	page_pool_destroy(pool);
}
END_TEST

static bool count_pool(void *ctx, const struct udm_pool_info *info)
{
	return ++*(unsigned int *)ctx < 2;
}

START_TEST(walk_stops_when_told)
{
	struct page_pool *pool[3] = { plain_pool(), plain_pool(), plain_pool() };
	unsigned int n = 0;

	udm_pools_walk(count_pool, &n);
	ck_assert_uint_eq(n, 2);
	for (int i = 0; i < 3; i++)
		page_pool_destroy(pool[i]);
}
END_TEST

struct seen {
	unsigned int state[4];
	u64 next;
	u32 pool;
};

static bool look_at_niov(void *ctx, const struct udm_niov_info *info)
{
	struct seen *seen = ctx;

	ck_assert_uint_eq(info->offset, seen->next);
	seen->next += PAGE_SIZE;
	seen->state[info->state]++;
	if (info->state != UDM_NIOV_FREE) {
		ck_assert_uint_eq(info->pool, seen->pool);
		ck_assert_int_ge(info->refs, 1);
	}
	return true;
}

static bool binding_seen(void *ctx, const struct udm_binding_info *info)
{
	*(struct udm_binding_info *)ctx = *info;
	return true;
}

START_TEST(niovs_of_a_binding)
{
	const size_t len[] = { 3 * PAGE_SIZE, 5 * PAGE_SIZE };
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_dmabuf *buf = fake_dmabuf_get(len, 2);
	struct netdev_nl_sock owner = { .bindings = LIST_HEAD_INIT(owner.bindings) };
	struct net_devmem_dmabuf_binding *binding;
	struct udm_binding_info info;
	struct seen seen = { .next = 0 };
	struct page_pool *pool;
	netmem_ref out[4];

	netdev_lock(nic->netdev);
	binding = net_devmem_bind_dmabuf(nic->netdev, NULL, fake_nic_dma(nic), DMA_FROM_DEVICE,
					 buf->fd, &owner, NULL);
	ck_assert(!IS_ERR(binding));
	ck_assert_int_eq(net_devmem_bind_dmabuf_to_queue(nic->netdev, 0, binding, NULL), 0);
	netdev_unlock(nic->netdev);
	pool = nic->live[0].pool;
	for (int i = 0; i < 4; i++)
		out[i] = must_alloc(pool);
	/* Once around the ring and on: slots behind the consumer hold what they held. */
	for (int i = 0; i < 1024 + 24; i++) {
		put_ring(pool, out[1]);
		out[1] = must_alloc(pool);
	}
	put_direct(pool, out[0]);
	put_ring(pool, out[1]);
	ck_assert_int_eq(udm_binding_get(binding->id, &info), 0);
	ck_assert_uint_eq(info.niovs_total, 8);
	ck_assert_uint_eq(info.niovs_free, 4);
	ck_assert_uint_eq(info.niovs_idle, 2);
	ck_assert_uint_eq(info.niovs_out, 2);
	ck_assert_uint_eq(info.chunks, 2);
	ck_assert_uint_eq(info.pools, 1);
	ck_assert_uint_eq(info.queues, 1);
	ck_assert_uint_eq(info.bytes, 8 * PAGE_SIZE);
	ck_assert_int_eq(info.ifindex, nic->netdev->ifindex);
	ck_assert(!info.unbound && !info.tx);
	seen.pool = pool->user.id;
	ck_assert_int_eq(udm_niovs_walk(info.id, look_at_niov, &seen), 0);
	ck_assert_uint_eq(seen.next, 8 * PAGE_SIZE);
	ck_assert_uint_eq(seen.state[UDM_NIOV_FREE], 4);
	ck_assert_uint_eq(seen.state[UDM_NIOV_CACHED], 1);
	ck_assert_uint_eq(seen.state[UDM_NIOV_RINGED], 1);
	ck_assert_uint_eq(seen.state[UDM_NIOV_OUT], 2);

	netdev_lock(nic->netdev);
	net_devmem_unbind_dmabuf(binding);
	netdev_unlock(nic->netdev);
	memset(&info, 0, sizeof(info));
	udm_bindings_walk(binding_seen, &info);
	ck_assert(info.unbound);
	ck_assert_uint_eq(info.niovs_out, 2);
	put_ring(pool, out[2]);
	put_ring(pool, out[3]);
	pass_ms(1000);
	fake_dmabuf_put(buf);
	ck_assert_int_eq(udm_binding_get(info.id, &info), -ENOENT);
	fake_nic_put(nic);
}
END_TEST

Suite *introspect_suite(void)
{
	Suite *s = suite_create("introspect");
	TCase *tc = machine_tcase(s, "introspect");

	tcase_add_test(tc, counters_of_a_pool);
	tcase_add_test(tc, full_and_wrapped_rings);
	tcase_add_test(tc, walk_stops_when_told);
	tcase_add_test(tc, niovs_of_a_binding);
	return s;
}
