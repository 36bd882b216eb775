// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray under every schedule: readers in the middle of a walk while the array grows,
 * shrinks, joins and divides around them; modifiers that give up the lock for memory.
 */
#include "explore_rig.h"

#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/xarray.h>
#include <udevmem/fault.h>

#include "xarray_rig.h"

static struct xarray xa;
static DEFINE_SPINLOCK(door);

/* A place to be preempted in, inside a reader section too. */
static void breath(void)
{
	spin_lock(&door);
	spin_unlock(&door);
}

static void finish(void)
{
	check_nodes(&xa, false);
	xa_destroy(&xa);
}

static void *come_and_go(void *unused)
{
	static const unsigned long places[] = { 1, 64, 1UL << 30, 63, 4096 };

	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		EXPECT(xa_insert(&xa, places[i], item(1), GFP_KERNEL) == 0);
		EXPECT(xa_erase(&xa, places[i]) == item(1));
	}
	return NULL;
}

static void *stay_at_zero(void *unused)
{
	for (unsigned int i = 0; i < 5; i++) {
		XA_STATE(xas, &xa, 0);
		unsigned long index = 0;
		void *e;

		EXPECT(xa_load(&xa, 0) == item(0));
		EXPECT(xa_find(&xa, &index, 0, XA_PRESENT) == item(0));
		EXPECT(xa_get_mark(&xa, 0, XA_MARK_1));
		EXPECT(xa_get_order(&xa, 0) == 0);
		rcu_read_lock();
		do {
			e = xas_load(&xas);
			breath();
		} while (xas_retry(&xas, e));
		EXPECT(e == item(0));
		/* Where it was alone in the head there may be a node now. */
		e = xas_reload(&xas);
		EXPECT(e == item(0) || xa_is_retry(e) || xa_is_node(e));
		rcu_read_unlock();
	}
	return NULL;
}

static void growing_and_shrinking(void)
{
	xa_init(&xa);
	xa_store(&xa, 0, item(0), GFP_KERNEL);
	xa_set_mark(&xa, 0, XA_MARK_1);
	both(come_and_go, stay_at_zero);
	EXPECT(xa_load(&xa, 0) == item(0));
	finish();
}

START_TEST(the_first_entry_is_always_there)
{
	explore(growing_and_shrinking);
}
END_TEST

/* Every eighth entry stays, the others come and go. */
#define SPAN 72UL

static void *replace_others(void *unused)
{
	for (unsigned long i = 1; i < SPAN; i += 4) {
		if (i & 2)
			xa_erase(&xa, i);
		else
			xa_store(&xa, i, item(1), GFP_KERNEL);
	}
	EXPECT(!store_order(&xa, 128, 6, item(2), GFP_KERNEL));
	xa_erase(&xa, 130);
	return NULL;
}

static void *walk_in_pieces(void *unused)
{
	unsigned long seen = 0, at = 0;
	XA_STATE(xas, &xa, 0);
	void *e;

	rcu_read_lock();
	xas_for_each(&xas, e, SPAN) {
		if (xas_retry(&xas, e))
			continue;
		EXPECT(!at || xas.xa_index >= at);
		at = xas.xa_index + 1;
		if (e == item(0)) {
			EXPECT(xas.xa_index == seen);
			seen += 8;
		}
		if (xas.xa_index % 16 == 8) {
			xas_pause(&xas);
			rcu_read_unlock();
			breath();
			rcu_read_lock();
		}
		breath();
	}
	rcu_read_unlock();
	EXPECT(seen == SPAN);
	return NULL;
}

static void walking(void)
{
	xa_init(&xa);
	for (unsigned long i = 0; i < SPAN; i += 8)
		xa_store(&xa, i, item(0), GFP_KERNEL);
	both(replace_others, walk_in_pieces);
	finish();
}

START_TEST(what_stays_is_visited_once)
{
	explore(walking);
}
END_TEST

static unsigned int taken[12];

static void *take_ids(void *unused)
{
	u32 id;

	for (unsigned int i = 0; i < 6; i++) {
		/* The first try has no memory: the lock is given up in the middle. */
		udm_fault_nth(1);
		EXPECT(xa_alloc(&xa, &id, item(0), xa_limit_32b, GFP_KERNEL) == 0);
		udm_fault_nth(0);
		EXPECT(id < ARRAY_SIZE(taken));
		if (id < ARRAY_SIZE(taken))
			EXPECT(!__atomic_fetch_add(&taken[id], 1, __ATOMIC_RELAXED));
	}
	return NULL;
}

static void taking_ids(void)
{
	memset(taken, 0, sizeof(taken));
	xa_init_flags(&xa, XA_FLAGS_ALLOC);
	both(take_ids, take_ids);
	for (unsigned int i = 0; i < ARRAY_SIZE(taken); i++)
		EXPECT(taken[i] == 1);
	finish();
}

START_TEST(an_id_is_given_once_and_none_is_left_out)
{
	explore(taking_ids);
}
END_TEST

static int winners;

static void *insert_first(void *unused)
{
	static const unsigned long places[] = { 0, 5, 64, 5000, ULONG_MAX };

	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		int err;

		udm_fault_nth(1 + i % 3);
		err = xa_insert(&xa, places[i], item(i), GFP_KERNEL);
		udm_fault_nth(0);
		EXPECT(err == 0 || err == -EBUSY);
		if (!err)
			__atomic_fetch_add(&winners, 1, __ATOMIC_RELAXED);
		EXPECT(xa_load(&xa, places[i]) == item(i));
	}
	return NULL;
}

static void inserting(void)
{
	winners = 0;
	xa_init(&xa);
	both(insert_first, insert_first);
	EXPECT(winners == 5);
	finish();
}

START_TEST(one_of_two_inserts_wins)
{
	explore(inserting);
}
END_TEST

/* An entry of 256 indices is divided, joined again, and cut down from inside. */
static void *divide_and_join(void *unused)
{
	static const unsigned int orders[] = { 6, 2, 7, 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(orders); i++) {
		XA_STATE_ORDER(xas, &xa, 0, orders[i]);

		xas_split_alloc(&xas, item(0), 8, GFP_KERNEL);
		xas_lock(&xas);
		xas_split(&xas, item(0), 8);
		xas_unlock(&xas);
		EXPECT(!xas_error(&xas));
		xas_destroy(&xas);
		EXPECT(xa_get_order(&xa, 0) == (int)orders[i]);
		EXPECT(!store_order(&xa, 0, 8, item(0), GFP_KERNEL));
	}
	return NULL;
}

static void *read_all_over(void *unused)
{
	for (unsigned long i = 0; i < 256; i += 51) {
		unsigned long index = i;
		XA_STATE(xas, &xa, i);
		void *e;

		EXPECT(xa_load(&xa, i) == item(0));
		EXPECT(xa_find(&xa, &index, 255, XA_PRESENT) == item(0) && index == i);
		EXPECT(xa_get_mark(&xa, i, XA_MARK_0));
		rcu_read_lock();
		e = xas_load(&xas);
		breath();
		EXPECT(e == item(0));
		e = xas_find(&xas, 255);
		breath();
		EXPECT(!e || e == item(0) || xa_is_retry(e));
		rcu_read_unlock();
	}
	return NULL;
}

static void dividing(void)
{
	xa_init(&xa);
	EXPECT(!store_order(&xa, 0, 8, item(0), GFP_KERNEL));
	xa_set_mark(&xa, 0, XA_MARK_0);
	both(divide_and_join, read_all_over);
	finish();
}

START_TEST(each_index_has_its_entry_while_it_is_divided)
{
	explore(dividing);
}
END_TEST

Suite *explore_xarray_suite(void)
{
	Suite *s = suite_create("explore_xarray");
	TCase *tc = tcase_create("every schedule");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, the_first_entry_is_always_there);
	tcase_add_test(tc, what_stays_is_visited_once);
	tcase_add_test(tc, an_id_is_given_once_and_none_is_left_out);
	tcase_add_test(tc, one_of_two_inserts_wins);
	tcase_add_test(tc, each_index_has_its_entry_while_it_is_divided);
	return s;
}
