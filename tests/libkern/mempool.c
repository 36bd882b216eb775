// SPDX-License-Identifier: GPL-2.0-only
/* Pools with guaranteed elements. */
#include "mem_rig.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mempool.h>
#include <linux/slab.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>

/* An allocator that can be told to refuse. */
struct source {
	bool refuses;
	unsigned int out;
	unsigned int asked;
	gfp_t last_gfp;
};

static void *source_alloc(gfp_t gfp, void *data)
{
	struct source *source = data;
	void *element = NULL;

	source->asked++;
	source->last_gfp = gfp;
	might_sleep_if(gfpflags_allow_blocking(gfp));
	if (!source->refuses)
		element = kmalloc(24, gfp);
	source->out += !!element;
	return element;
}

static void source_free(void *element, void *data)
{
	struct source *source = data;

	source->out--;
	kfree(element);
}

START_TEST(creation_fills_the_reserve)
{
	struct source source = { .refuses = false };
	mempool_t *pool = mempool_create(5, source_alloc, source_free, &source);

	ck_assert_ptr_nonnull(pool);
	ck_assert_uint_eq(source.out, 5);
	ck_assert_int_eq(pool->curr_nr, 5);
	ck_assert(mempool_is_saturated(pool));
	mempool_destroy(pool);
	ck_assert_uint_eq(source.out, 0);
	mempool_destroy(NULL);
}
END_TEST

START_TEST(the_reserve_is_the_last_resort)
{
	struct source source = { .refuses = false };
	mempool_t *pool = mempool_create(2, source_alloc, source_free, &source);
	void *fresh = mempool_alloc(pool, GFP_KERNEL), *kept[2];

	ck_assert_int_eq(pool->curr_nr, 2);
	/* The first attempt must neither block nor warn nor use the reserves of pages. */
	ck_assert_uint_eq(source.last_gfp & (__GFP_DIRECT_RECLAIM | __GFP_IO), 0);
	ck_assert_uint_eq(source.last_gfp & (__GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN),
			  __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN);
	source.refuses = true;
	kept[0] = mempool_alloc(pool, GFP_ATOMIC);
	kept[1] = mempool_alloc(pool, GFP_KERNEL);
	ck_assert(kept[0] && kept[1] && kept[0] != kept[1]);
	ck_assert_ptr_null(mempool_alloc(pool, GFP_ATOMIC));
	ck_assert_ptr_null(mempool_alloc_preallocated(pool));
	mempool_free(fresh, pool);
	ck_assert_int_eq(pool->curr_nr, 1);
	ck_assert_ptr_eq(mempool_alloc_preallocated(pool), fresh);
	mempool_free(kept[0], pool);
	mempool_free(kept[1], pool);
	mempool_free(fresh, pool);
	mempool_free(NULL, pool);
	ck_assert_int_eq(pool->curr_nr, 2);
	ck_assert_uint_eq(source.out, 2);
	mempool_destroy(pool);
}
END_TEST

struct waiter {
	mempool_t *pool;
	void *got;
	struct completion done;
};

static int wait_for_element(void *data)
{
	struct waiter *w = data;

	w->got = mempool_alloc(w->pool, GFP_NOIO);
	complete(&w->done);
	return 0;
}

static void start_waiter(struct waiter *w, mempool_t *pool)
{
	*w = (struct waiter){ .pool = pool };
	init_completion(&w->done);
	ck_assert(!IS_ERR(kthread_run(wait_for_element, w, "waiter")));
	msleep(100);
	ck_assert(!completion_done(&w->done));
}

/* Also of a pool that guarantees nothing: who waits gets the next element that comes back. */
START_TEST(who_may_block_waits_for_a_free)
{
	struct source source = { .refuses = false };
	mempool_t *pool = mempool_create(_i, source_alloc, source_free, &source);
	void *only = mempool_alloc_preallocated(pool);
	struct waiter w;

	ck_assert_ptr_nonnull(only);
	source.refuses = true;
	start_waiter(&w, pool);
	mempool_free(only, pool);
	ck_assert_uint_gt(wait_for_completion_timeout(&w.done, HZ), 0);
	ck_assert_ptr_eq(w.got, only);
	mempool_free(w.got, pool);
	mempool_destroy(pool);
	ck_assert_uint_eq(source.out, 0);
}
END_TEST

/* Nobody frees an element, but the allocator has some again. */
START_TEST(a_waiter_asks_the_allocator_again)
{
	struct source source = { .refuses = false };
	mempool_t *pool = mempool_create(1, source_alloc, source_free, &source);
	void *only = mempool_alloc_preallocated(pool);
	struct waiter w;

	source.refuses = true;
	start_waiter(&w, pool);
	source.refuses = false;
	wait_for_completion(&w.done);
	ck_assert_ptr_nonnull(w.got);
	ck_assert_ptr_ne(w.got, only);
	mempool_free(w.got, pool);
	mempool_free(only, pool);
	mempool_destroy(pool);
}
END_TEST

START_TEST(the_guarantee_can_change)
{
	struct source source = { .refuses = false };
	mempool_t *pool = mempool_create(2, source_alloc, source_free, &source);

	ck_assert_int_eq(mempool_resize(pool, 6), 0);
	ck_assert_int_eq(pool->curr_nr, 6);
	ck_assert_int_eq(mempool_resize(pool, 3), 0);
	ck_assert_int_eq(pool->curr_nr, 3);
	ck_assert_uint_eq(source.out, 3);
	source.refuses = true;
	ck_assert_int_eq(mempool_resize(pool, 5), 0);
	ck_assert_int_eq(pool->min_nr, 5);
	ck_assert_int_eq(pool->curr_nr, 3);
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_nth(1);
	ck_assert_int_eq(mempool_resize(pool, 50), -ENOMEM);
	ck_assert_int_eq(pool->min_nr, 5);
	mempool_destroy(pool);
	ck_assert_uint_eq(source.out, 0);
}
END_TEST

START_TEST(a_pool_that_cannot_be_filled_is_not_created)
{
	struct source source = { .refuses = true };
	mempool_t pool;

	ck_assert_ptr_null(mempool_create(3, source_alloc, source_free, &source));
	ck_assert_int_eq(mempool_init(&pool, 3, source_alloc, source_free, &source), -ENOMEM);
	ck_assert(!mempool_initialized(&pool));
	ck_assert_uint_eq(udm_live_objects_of(__func__), 0);
}
END_TEST

static int use_ready_made(void *unused)
{
	struct kmem_cache *cache = kmem_cache_create("elements", 56, 0, 0, NULL);
	mempool_t *pools[3] = { NULL }, embedded;
	unsigned int i;
	int err;

	if (!cache)
		return -ENOMEM;
	pools[0] = mempool_create_slab_pool(2, cache);
	pools[1] = mempool_create_kmalloc_pool(2, 9000);
	pools[2] = mempool_create_page_pool(2, 1);
	for (i = 0, err = 0; i < 3; i++) {
		void *element = pools[i] ? mempool_alloc(pools[i], GFP_KERNEL) : NULL;

		if (element)
			mempool_free(element, pools[i]);
		else
			err = -ENOMEM;
		mempool_destroy(pools[i]);
	}
	if (!err)
		err = mempool_init_kmalloc_pool(&embedded, 4, 100);
	if (!err)
		mempool_exit(&embedded);
	kmem_cache_destroy(cache);
	return err;
}

START_TEST(ready_made_pools_survive_failures)
{
	int points = udm_fault_sweep(use_ready_made, NULL);

	ck_assert_msg(points >= 15, "%d %s", points, udm_fault_sweep_message());
}
END_TEST

static struct {
	mempool_t *pool;
	atomic_t left;
	struct completion done;
} crowd;

static int take_and_give(void *unused)
{
	for (unsigned int i = 0; i < test_rounds(2000); i++) {
		void *element = mempool_alloc(crowd.pool, GFP_KERNEL);

		if (i % 16 == 0)
			cond_resched();
		mempool_free(element, crowd.pool);
	}
	if (atomic_dec_and_test(&crowd.left))
		complete(&crowd.done);
	return 0;
}

static void *refuse(gfp_t gfp, void *data)
{
	return atomic_read((atomic_t *)data) ? NULL : kmalloc(8, gfp);
}

/* More takers than elements: each gets one in the end. */
START_TEST(a_crowd_shares_the_reserve)
{
	static atomic_t refuses;

	atomic_set(&refuses, 0);
	crowd.pool = mempool_create(2, refuse, mempool_kfree, &refuses);
	atomic_set(&refuses, 1);
	atomic_set(&crowd.left, 4);
	init_completion(&crowd.done);
	for (unsigned int i = 0; i < 4; i++)
		kthread_run(take_and_give, NULL, "taker%u", i);
	wait_for_completion(&crowd.done);
	ck_assert_int_eq(crowd.pool->curr_nr, 2);
	mempool_destroy(crowd.pool);
}
END_TEST

Suite *mempool_suite(void)
{
	Suite *s = suite_create("mempool");
	TCase *tc = machine_tcase(s, "sim"), *threads = machine_tcase_threads(s, "threads");

	tcase_add_test(tc, creation_fills_the_reserve);
	tcase_add_test(tc, the_reserve_is_the_last_resort);
	tcase_add_loop_test(tc, who_may_block_waits_for_a_free, 0, 2);
	tcase_add_test(tc, a_waiter_asks_the_allocator_again);
	tcase_add_test(tc, the_guarantee_can_change);
	tcase_add_test(tc, a_pool_that_cannot_be_filled_is_not_created);
	tcase_add_test(tc, ready_made_pools_survive_failures);
	tcase_add_test(tc, a_crowd_shares_the_reserve);
	tcase_add_loop_test(threads, who_may_block_waits_for_a_free, 0, 2);
	tcase_add_test(threads, a_crowd_shares_the_reserve);
	return s;
}
