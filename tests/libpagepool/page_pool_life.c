// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a pool: users, waiting for buffers, warnings; direct recycling.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/poison.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>
#include <net/xdp.h>
#include <sched.h>
#include <udevmem/log.h>
#include <udevmem/trace.h>

#include "fake_provider.h"
#include "pools.h"

START_TEST(nothing_out_frees_at_once)
{
	struct page_pool *pool = plain_pool();
	const u32 id = pool->user.id;

	put_ring(pool, must_alloc(pool));
	page_pool_destroy(pool);
	ck_assert(!pool_exists(id));
	page_pool_destroy(NULL);
}
END_TEST

static struct page_pool *disconnected;

static void on_disconnect(void *pool)
{
	ck_assert_ptr_null(disconnected);
	disconnected = pool;
	ck_assert_uint_eq(((struct page_pool *)pool)->xdp_mem_id, 42);
	/* Not yet unlisted, and no lock is held. */
	ck_assert(pool_exists(((struct page_pool *)pool)->user.id));
}

START_TEST(xdp_registration_is_a_user)
{
	const struct xdp_mem_info mem = { .type = MEM_TYPE_PAGE_POOL, .id = 42 };
	struct page_pool *pool = plain_pool();
	const u32 id = pool->user.id;

	disconnected = NULL;
	page_pool_use_xdp_mem(pool, on_disconnect, &mem);
	page_pool_destroy(pool);
	ck_assert(pool_exists(id));
	ck_assert_ptr_null(disconnected);
	put_ring(pool, must_alloc(pool));
	page_pool_destroy(pool);
	ck_assert_ptr_eq(disconnected, pool);
	ck_assert(!pool_exists(id));
}
END_TEST

START_TEST(last_buffer_frees_the_pool)
{
	struct page_pool *pool = plain_pool();
	const u32 id = pool->user.id;
	netmem_ref netmem = must_alloc(pool);

	page_pool_destroy(pool);
	ck_assert(pool_exists(id));
	pass_ms(5000);
	ck_assert(pool_exists(id));
	put_ring(pool, netmem);
	pass_ms(1000);
	ck_assert(!pool_exists(id));
}
END_TEST

static void count_looks(void *looks, const struct udm_trace_event *event, const void *record,
			size_t size)
{
	++*(unsigned int *)looks;
}

/* At its destruction, and then each second, whenever the last buffer comes back. */
START_TEST(a_destroyed_pool_is_looked_at_each_second)
{
	const struct udm_trace_event *look = udm_trace_find("page_pool", "page_pool_release");
	struct page_pool *pool = plain_pool();
	const u32 id = pool->user.id;
	netmem_ref netmem = must_alloc(pool);
	unsigned int looks = 0;

	ck_assert_int_eq(udm_trace_attach(look, count_looks, &looks), 0);
	page_pool_destroy(pool);
	ck_assert_uint_eq(looks, 1);
	pass_ms(5500);
	ck_assert_uint_eq(looks, 6);
	put_ring(pool, netmem);
	pass_ms(450);
	ck_assert(pool_exists(id));
	ck_assert_uint_eq(looks, 6);
	pass_ms(100);
	ck_assert(!pool_exists(id));
	ck_assert_uint_eq(looks, 7);
	pass_ms(5000);
	ck_assert_uint_eq(looks, 7);
	ck_assert_int_eq(udm_trace_detach(look, count_looks, &looks), 0);
}
END_TEST

/* What the log said about stalled pools. */
static char stalled[256];
static unsigned int stalls;

static void log_stalls(void *ctx, int level, const char *text)
{
	if (!strstr(text, "stalled pool shutdown"))
		return;
	stalls++;
	snprintf(stalled, sizeof(stalled), "%s", text);
}

/* Destroy with a buffer out and watch: first warning after 60 s, then each 60 s. */
static void watch_stall(struct page_pool *pool, netmem_ref netmem, bool warns)
{
	const u32 id = pool->user.id;
	char want[128];

	stalls = 0;
	udm_log_set_hook(log_stalls, NULL);
	page_pool_destroy(pool);
	pass_ms(59500);
	ck_assert_uint_eq(stalls, 0);
	pass_ms(1000);
	ck_assert_uint_eq(stalls, warns);
	snprintf(want, sizeof(want),
		 "page_pool_release_retry() stalled pool shutdown: id %u, 1 inflight 60 sec", id);
	if (warns)
		ck_assert_msg(strstr(stalled, want), "%s", stalled);
	pass_ms(59000);
	ck_assert_uint_eq(stalls, warns);
	pass_ms(1000);
	ck_assert_uint_eq(stalls, 2 * warns);
	udm_log_set_hook(NULL, NULL);
	put_ring(pool, netmem);
	pass_ms(1000);
	ck_assert(!pool_exists(id));
}

START_TEST(invisible_pool_that_stalls_warns)
{
	struct page_pool *pool = plain_pool();

	watch_stall(pool, must_alloc(pool), true);
}
END_TEST

START_TEST(visible_pool_that_stalls_does_not_warn)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .netdev = nic->netdev };
	struct page_pool *pool = pool_new(&params);

	watch_stall(pool, must_alloc(pool), false);
	fake_nic_put(nic);
}
END_TEST

START_TEST(orphan_that_stalls_does_not_warn)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .netdev = nic->netdev };
	struct page_pool *pool = pool_new(&params);
	netmem_ref netmem = must_alloc(pool);

	fake_nic_put(nic);
	ck_assert_int_eq(pool->slow.netdev->ifindex, 1);
	watch_stall(pool, netmem, false);
}
END_TEST

START_TEST(pool_of_a_dead_namespace_that_stalls_warns)
{
	struct net *net = copy_net_ns(CLONE_NEWNET, &init_user_ns, &init_net);
	struct fake_nic *nic = fake_nic_get_in(net, 1);
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .netdev = nic->netdev };
	struct page_pool *pool = pool_new(&params);
	netmem_ref netmem = must_alloc(pool);

	fake_nic_put(nic);
	put_net(net);
	pass_ms(100);
	ck_assert_ptr_eq(pool->slow.netdev, NET_PTR_POISON);
	watch_stall(pool, netmem, true);
}
END_TEST

START_TEST(too_many_returns_are_noticed)
{
	struct page_pool *pool = plain_pool();
	netmem_ref netmem;
	const u32 id = pool->user.id;

	netmem = must_alloc(pool);
	/* As if a buffer had left twice. */
	atomic_add(2, &pool->pages_state_release_cnt);
	udm_warn_expect("Negative(-1) inflight packet-pages", 2);
	page_pool_destroy(pool);
	pass_ms(3000);
	/* Kept for good, and not looked at again. */
	ck_assert(pool_exists(id));
	ck_assert_uint_eq(pool->destroy_cnt, 2);
	/* Undo the damage, so that the machine ends clean. */
	atomic_sub(2, &pool->pages_state_release_cnt);
	put_ring(pool, netmem);
	schedule_delayed_work(&pool->release_dw, 0);
	pass_ms(10);
	ck_assert(!pool_exists(id));
}
END_TEST

static void napi_init(struct napi_struct *napi)
{
	memset(napi, 0, sizeof(*napi));
	INIT_LIST_HEAD(&napi->poll_list);
	/* Disabled: owned by nobody who polls. */
	napi->state = NAPIF_STATE_SCHED;
	napi->list_owner = -1;
}

START_TEST(direct_recycling_is_set_once)
{
	struct page_pool *pool = plain_pool();
	struct napi_struct one, two;

	napi_init(&one);
	napi_init(&two);
	page_pool_enable_direct_recycling(pool, &one);
	page_pool_enable_direct_recycling(pool, &one);
	ck_assert_ptr_eq(pool->p.napi, &one);
	udm_warn_expect("", 1);
	page_pool_enable_direct_recycling(pool, &two);
	ck_assert_ptr_eq(pool->p.napi, &two);
	page_pool_disable_direct_recycling(pool);
	ck_assert_ptr_null(pool->p.napi);
	page_pool_disable_direct_recycling(pool);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(direct_recycling_of_a_polled_napi_warns)
{
	struct page_pool *pool = page_pool_create_percpu(&PLAIN_PARAMS, 3);
	struct napi_struct napi;

	napi_init(&napi);
	page_pool_enable_direct_recycling(pool, &napi);
	napi.list_owner = 1;
	udm_warn_expect("", 1);
	page_pool_disable_direct_recycling(pool);
	ck_assert_int_eq(pool->cpuid, -1);
	page_pool_destroy(pool);
}
END_TEST

/* Of a NAPI that was never added nothing is known, and nothing can poll it. */
START_TEST(direct_recycling_of_an_enabled_napi_warns)
{
	struct page_pool *pool = plain_pool();
	struct napi_struct napi, never_added = { };

	napi_init(&napi);
	page_pool_enable_direct_recycling(pool, &napi);
	napi.state = 0;
	udm_warn_expect("", 1);
	page_pool_disable_direct_recycling(pool);
	ck_assert_ptr_null(pool->p.napi);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	page_pool_enable_direct_recycling(pool, &never_added);
	page_pool_disable_direct_recycling(pool);
	page_pool_enable_direct_recycling(pool, &never_added);
	/* Not the way to switch it off, but it does. */
	udm_warn_expect("", 1);
	page_pool_enable_direct_recycling(pool, NULL);
	ck_assert_ptr_null(pool->p.napi);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	page_pool_enable_direct_recycling(pool, NULL);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(users_are_counted)
{
	struct page_pool *pool = plain_pool();
	const u32 id = pool->user.id;

	page_pool_get(pool);
	ck_assert(!page_pool_put(pool));
	page_pool_get(pool);
	page_pool_destroy(pool);
	ck_assert(pool_exists(id));
	/* Still served: nothing has been taken down. */
	put_direct(pool, must_alloc(pool));
	ck_assert_uint_eq(cached(pool), 64);
	page_pool_destroy(pool);
	ck_assert(!pool_exists(id));
}
END_TEST

START_TEST(net_iovs_go_through_cache_and_ring)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(100);
	struct page_pool *pool;
	netmem_ref out[64];

	mp->batch = 64;
	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	pool = nic->live[0].pool;
	ck_assert(page_pool_is_unreadable(pool));
	for (int i = 0; i < 64; i++)
		out[i] = must_alloc(pool);
	ck_assert_uint_eq(mp->allocs, 1);
	ck_assert_stat(pool, alloc, fast, 63);
	ck_assert_stat(pool, alloc, slow, 0);
	for (int i = 0; i < 64; i++)
		put_ring(pool, out[i]);
	ck_assert_uint_eq(must_alloc(pool), out[63]);
	put_direct(pool, out[63]);
	ck_assert_int_eq(inflight(pool), 64);
	fake_nic_close_mp(nic, 0, mp);
	ck_assert_uint_eq(mp->destroys, 1);
	ck_assert_int_eq(atomic_read(&mp->releases), 64);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

/* Asking a provider's pool for pages is a mistake that costs a warning, not the buffers. */
START_TEST(page_forms_give_net_iovs_back)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);
	unsigned int offset, size = 100;
	struct page_pool *pool;

	mp->batch = 4;
	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	pool = nic->live[0].pool;
	udm_warn_expect("", 1);
	for (int i = 0; i < 10; i++) {
		ck_assert_ptr_null(page_pool_alloc_pages(pool, GFP_ATOMIC));
		ck_assert_ptr_null(page_pool_alloc_frag(pool, &offset, 100, GFP_ATOMIC));
		ck_assert_ptr_null(page_pool_dev_alloc(pool, &offset, &size));
		ck_assert_ptr_null(page_pool_dev_alloc_va(pool, &size));
	}
	fake_nic_close_mp(nic, 0, mp);
	ck_assert_uint_eq(mp->destroys, 1);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(provider_goes_after_the_last_buffer)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);
	struct page_pool *pool;
	netmem_ref netmem;

	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	pool = nic->live[0].pool;
	netmem = must_alloc(pool);
	for (int i = 0; i < 3; i++)
		must_alloc(pool);
	ck_assert(!page_pool_alloc_netmems(pool, GFP_ATOMIC));
	for (int i = 1; i < 4; i++)
		put_ring(pool, net_iov_to_netmem(&mp->area.niovs[3 - i]));
	fake_nic_close_mp(nic, 0, mp);
	ck_assert(static_key_enabled(&page_pool_mem_providers));
	ck_assert_uint_eq(mp->destroys, 0);
	put_ring(pool, netmem);
	pass_ms(1000);
	ck_assert_uint_eq(mp->destroys, 1);
	ck_assert(!static_key_enabled(&page_pool_mem_providers));
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(net_iovs_are_synced_if_the_provider_keeps_it)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);
	struct page_pool *pool;
	int syncs;

	mp->keep_sync = true;
	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	pool = nic->live[0].pool;
	syncs = atomic_read(&nic->dma->syncs_for_device);
	/* The debugging of DMA calls does not know the provider's addresses. */
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		udm_warn_expect("DMA-API", 1);
	put_ring(pool, must_alloc(pool));
	ck_assert_int_eq(atomic_read(&nic->dma->syncs_for_device), syncs + 1);
	fake_nic_close_mp(nic, 0, mp);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

Suite *page_pool_life_suite(void)
{
	Suite *s = suite_create("page_pool_life");
	TCase *tc = machine_tcase(s, "life");

	tcase_add_test(tc, nothing_out_frees_at_once);
	tcase_add_test(tc, xdp_registration_is_a_user);
	tcase_add_test(tc, last_buffer_frees_the_pool);
	tcase_add_test(tc, a_destroyed_pool_is_looked_at_each_second);
	tcase_add_test(tc, invisible_pool_that_stalls_warns);
	tcase_add_test(tc, visible_pool_that_stalls_does_not_warn);
	tcase_add_test(tc, orphan_that_stalls_does_not_warn);
	tcase_add_test(tc, pool_of_a_dead_namespace_that_stalls_warns);
	tcase_add_test(tc, too_many_returns_are_noticed);
	tcase_add_test(tc, direct_recycling_is_set_once);
	tcase_add_test(tc, direct_recycling_of_a_polled_napi_warns);
	tcase_add_test(tc, direct_recycling_of_an_enabled_napi_warns);
	tcase_add_test(tc, users_are_counted);
	tcase_add_test(tc, net_iovs_go_through_cache_and_ring);
	tcase_add_test(tc, provider_goes_after_the_last_buffer);
	tcase_add_test(tc, page_forms_give_net_iovs_back);
	tcase_add_test(tc, net_iovs_are_synced_if_the_provider_keeps_it);
	return s;
}
