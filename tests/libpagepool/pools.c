// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making pools in tests and looking into them (pools.h).
 */
#include "fixture.h"

#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <udevmem/fault.h>
#include <udevmem/log.h>
#include <udevmem/pagepool.h>

#include "pools.h"

/* Set while a failure is to come; what came of it. */
static bool fault_armed, fault_met;

static bool busy;

void pools_are_busy(void)
{
	busy = true;
}

/*
 * Hold everything against the rules, at random points, the same ones each time. Not
 * where somebody else may be inside of a pool.
 */
static void look_now_and_then(void)
{
	static unsigned int x = 2463534242;

	if (!udm_sim() || busy || fault_armed || in_softirq() || irqs_disabled())
		return;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	if (x % 16 == 0)
		ck_assert_uint_eq(udm_pagepool_check(), 0);
}

struct page_pool *pool_new(const struct page_pool_params *params)
{
	struct page_pool *pool = page_pool_create(params);

	ck_assert_msg(!IS_ERR(pool), "page_pool_create: %ld", PTR_ERR(pool));
	return pool;
}

struct page_pool *plain_pool(void)
{
	return pool_new(&PLAIN_PARAMS);
}

void pool_refused(const struct page_pool_params *params, int err)
{
	struct page_pool *pool = page_pool_create(params);

	ck_assert(IS_ERR(pool));
	ck_assert_int_eq(PTR_ERR(pool), err);
}

netmem_ref must_alloc(struct page_pool *pool)
{
	netmem_ref netmem = page_pool_alloc_netmems(pool, GFP_KERNEL);

	ck_assert(netmem);
	ck_assert_ptr_eq(netmem_get_pp(netmem), pool);
	ck_assert_int_eq(atomic_long_read(netmem_get_pp_ref_count_ref(netmem)), 1);
	look_now_and_then();
	return netmem;
}

struct page *must_alloc_page(struct page_pool *pool)
{
	struct page *page = netmem_to_page(must_alloc(pool));

	ck_assert_int_eq(page_ref_count(page), 1);
	return page;
}

void put_direct(struct page_pool *pool, netmem_ref netmem)
{
	page_pool_put_full_netmem(pool, netmem, true);
	look_now_and_then();
}

void put_ring(struct page_pool *pool, netmem_ref netmem)
{
	page_pool_put_full_netmem(pool, netmem, false);
	look_now_and_then();
}

struct page_pool_stats stats_of(const struct page_pool *pool)
{
	struct page_pool_stats stats = { };

	ck_assert(page_pool_get_stats(pool, &stats));
	return stats;
}

void fail_each_over(void)
{
	if (fault_armed)
		fault_met = !udm_fault_nth_left();
	fault_armed = false;
	udm_fault_nth(0);
}

void fail_whatever_flags(void)
{
	ck_assert_int_eq(udm_fault_set("failslab", "ignore-gfp-wait", 0), 0);
	ck_assert_int_eq(udm_fault_set("failslab", "cache-filter", 0), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "ignore-gfp-wait", 0), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "ignore-gfp-highmem", 0), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "min-order", 0), 0);
}

unsigned int fail_each(int (*fn)(void *ctx), void *ctx, int other)
{
	unsigned int nth = 0, failed = 0;

	fail_whatever_flags();
	do {
		int err;

		fault_armed = true;
		udm_fault_nth(++nth);
		err = fn(ctx);
		fail_each_over();
		ck_assert_msg(!err || err == -ENOMEM || err == other, "failure %u: %d", nth, err);
		ck_assert(fault_met || !err);
		failed += err != 0;
	} while (fault_met);
	udm_fault_reset();
	return failed;
}

bool pool_exists(u32 id)
{
	struct udm_pool_info info;

	return !udm_pool_get(id, &info);
}

static const char *looked_for;
static unsigned int found;

static void look_at_line(void *ctx, int level, const char *text)
{
	found += !!strstr(text, looked_for);
}

void log_look_for(const char *text)
{
	looked_for = text;
	found = 0;
	udm_log_set_hook(look_at_line, NULL);
}

unsigned int log_found(void)
{
	udm_log_set_hook(NULL, NULL);
	return found;
}

void pass_ms(unsigned int ms)
{
	udm_advance(ms * 1000000ULL);
}
