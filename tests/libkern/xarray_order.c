// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray: entries that occupy more than one index, and ranges: results at the edges,
 * counts of the nodes, what memory they need and what is left when there is none.
 */
#include <linux/bitops.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <udevmem/fault.h>
#include <udevmem/warn.h>

#include "fixture.h"
#include "xarray_rig.h"

START_TEST(an_entry_of_any_order_is_one_entry)
{
	DEFINE_XARRAY(xa);

	for (unsigned int order = 0; order <= BITS_PER_LONG; order++) {
		unsigned long size = order < BITS_PER_LONG ? 1UL << order : 0;
		unsigned long first = order < BITS_PER_LONG - 3 ? 5 * size : 0;
		unsigned long last = first + size - 1, index;
		void *e;

		ck_assert_int_eq(store_order(&xa, last, order, item(1), GFP_KERNEL), 0);
		ck_assert_ptr_eq(xa_load(&xa, first), item(1));
		ck_assert_ptr_eq(xa_load(&xa, last), item(1));
		if (first)
			ck_assert_ptr_null(xa_load(&xa, first - 1));
		if (last != ULONG_MAX)
			ck_assert_ptr_null(xa_load(&xa, last + 1));
		ck_assert_int_eq(xa_get_order(&xa, first + (last - first) / 2), order);
		index = 0;
		ck_assert_ptr_eq(xa_find(&xa, &index, ULONG_MAX, XA_PRESENT), item(1));
		ck_assert_uint_eq(index, first);
		ck_assert_ptr_null(xa_find_after(&xa, &index, ULONG_MAX, XA_PRESENT));
		xa_for_each(&xa, index, e)
			ck_assert_ptr_eq(xa_erase(&xa, last), item(1));
		ck_assert(xa_empty(&xa));
	}
}
END_TEST

START_TEST(a_store_inside_replaces_the_whole)
{
	DEFINE_XARRAY(xa);

	/* The rule for each pair of orders: the larger one of the two stays. */
	for (unsigned int i = 0; i < 20; i++) {
		for (unsigned int j = 0; j < 20; j++) {
			unsigned int stays = i > j ? i : j;

			store_order(&xa, 0, i, item(1), GFP_KERNEL);
			store_order(&xa, 0, j, item(2), GFP_KERNEL);
			ck_assert_ptr_eq(xa_load(&xa, (1UL << stays) - 1), item(2));
			ck_assert_ptr_null(xa_load(&xa, 1UL << stays));
			ck_assert_int_eq(xa_get_order(&xa, 0), stays);
			check_nodes(&xa, false);
			xa_erase(&xa, 0);
			ck_assert(xa_empty(&xa));
		}
	}
}
END_TEST

static void expect_counts(struct xarray *xa, unsigned int count, unsigned int values)
{
	struct xa_node *node;

	xa_lock(xa);
	node = xa_to_node(xa_head_locked(xa));
	ck_assert_uint_eq(node->count, count);
	ck_assert_uint_eq(node->nr_values, values);
	xa_unlock(xa);
}

START_TEST(nodes_count_slots_and_values)
{
	DEFINE_XARRAY(xa);

	store_order(&xa, 0, 1, xa_mk_value(0), GFP_KERNEL);
	expect_counts(&xa, 2, 2);
	xa_store(&xa, 3, item(0), GFP_KERNEL);
	expect_counts(&xa, 3, 2);
	store_order(&xa, 0, 2, xa_mk_value(1), GFP_KERNEL);
	expect_counts(&xa, 4, 4);
	ck_assert_ptr_eq(xa_load(&xa, 3), xa_mk_value(1));
	xa_store(&xa, 2, item(0), GFP_KERNEL);
	expect_counts(&xa, 4, 0);
	store_order(&xa, 0, BITS_PER_LONG - 1, NULL, GFP_KERNEL);
	ck_assert(xa_empty(&xa));
	xa_store(&xa, 1, item(0), GFP_KERNEL);
	xa_store(&xa, 2, item(0), GFP_KERNEL);
	store_order(&xa, 0, 2, NULL, GFP_KERNEL);
	ck_assert(xa_empty(&xa));
}
END_TEST

START_TEST(marks_of_a_range_join)
{
	DEFINE_XARRAY(xa);

	for (unsigned int order = 2; order < 15; order++) {
		unsigned long last = (2UL << order) - 1, first = 1UL << order, index;
		unsigned int n = 0;
		void *e;

		xa_store(&xa, first + 1, item(1), GFP_KERNEL);
		xa_set_mark(&xa, first + 1, XA_MARK_0);
		xa_store(&xa, last, item(2), GFP_KERNEL);
		xa_set_mark(&xa, last, XA_MARK_2);
		xa_store(&xa, last + 1, item(3), GFP_KERNEL);
		store_order(&xa, first, order, item(4), GFP_KERNEL);
		for (index = first; index <= last; index += 1UL << (order - 2)) {
			ck_assert(xa_get_mark(&xa, index, XA_MARK_0));
			ck_assert(!xa_get_mark(&xa, index, XA_MARK_1));
			ck_assert(xa_get_mark(&xa, index, XA_MARK_2));
		}
		ck_assert(!xa_get_mark(&xa, last + 1, XA_MARK_0));
		xa_for_each_marked(&xa, index, e, XA_MARK_2)
			n++;
		ck_assert_uint_eq(n, 1);
		xa_clear_mark(&xa, last - 1, XA_MARK_0);
		ck_assert(!xa_marked(&xa, XA_MARK_0));
		xa_destroy(&xa);
		ck_assert(!xa_marked(&xa, XA_MARK_2));
	}
}
END_TEST

START_TEST(ids_go_around_larger_entries)
{
	DEFINE_XARRAY_ALLOC(xa);
	u32 id;

	store_order(&xa, 0, 3, item(0), GFP_KERNEL);
	store_order(&xa, 64, 6, item(1), GFP_KERNEL);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(2), xa_limit_32b, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 8);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(2), XA_LIMIT(70, 127), GFP_KERNEL), -EBUSY);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(2), XA_LIMIT(70, 200), GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 128);
	/* NULL keeps all of them, erasing frees all of them. */
	ck_assert_ptr_eq(xa_store(&xa, 5, NULL, GFP_KERNEL), item(0));
	ck_assert_int_eq(xa_alloc(&xa, &id, item(2), XA_LIMIT(0, 7), GFP_KERNEL), -EBUSY);
	ck_assert_ptr_null(xa_erase(&xa, 5));
	ck_assert_int_eq(xa_alloc(&xa, &id, item(2), XA_LIMIT(3, 7), GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 3);
	ck_assert_ptr_eq(xa_erase(&xa, 100), item(1));
	ck_assert_int_eq(xa_alloc(&xa, &id, item(2), XA_LIMIT(70, 200), GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 70);
	check_nodes(&xa, false);
	xa_destroy(&xa);
}
END_TEST

START_TEST(ranges_are_stored_at_each_index)
{
	static const unsigned long at[] = { 0, 4095, 4096, 123456, 1UL << 24, -256UL };
	DEFINE_XARRAY(xa);

	for (unsigned int a = 0; a < ARRAY_SIZE(at); a++) {
		for (unsigned int i = 0; i < 128; i += 3) {
			for (unsigned int j = i; j < 128; j += 5) {
				unsigned long first = at[a] + i, last = at[a] + j;

				same(xa_store_range(&xa, first, last, item(1), GFP_KERNEL), NULL);
				same(xa_load(&xa, first), item(1));
				same(xa_load(&xa, last), item(1));
				same(xa_load(&xa, first - 1), NULL);
				same(xa_load(&xa, last + 1), NULL);
				same(xa_store_range(&xa, first, last, NULL, GFP_KERNEL), NULL);
				same(xa_empty(&xa), true);
			}
		}
	}
}
END_TEST

START_TEST(a_range_takes_the_nodes_of_its_ends)
{
	DEFINE_XARRAY(xa);

	/* One leaf at each end, two nodes above, and the top. */
	xa_store_range(&xa, 5, (1UL << 18) + 5, item(1), GFP_KERNEL);
	ck_assert_uint_eq(check_nodes(&xa, false), 7);
	ck_assert_int_eq(xa_get_order(&xa, 5), 0);
	ck_assert_int_eq(xa_get_order(&xa, 200), 7);
	ck_assert_int_eq(xa_get_order(&xa, 1UL << 17), 17);
	ck_assert_int_eq(xa_get_order(&xa, (1UL << 18) + 3), 2);
	xa_destroy(&xa);
	xa_store_range(&xa, 0, ULONG_MAX, item(1), GFP_KERNEL);
	ck_assert_uint_eq(check_nodes(&xa, false), 1);
	ck_assert_ptr_eq(xa_store_range(&xa, 0, ULONG_MAX, NULL, GFP_KERNEL), NULL);
	ck_assert(xa_empty(&xa));
}
END_TEST

START_TEST(a_range_takes_no_more_nodes_than_it_keeps)
{
	static const unsigned long at[] = { 1, 64, 100, 4095, 4096, 5000, 1UL << 18, 1UL << 40 };
	DEFINE_XARRAY(xa);

	for (unsigned int i = 0; i < ARRAY_SIZE(at) * ARRAY_SIZE(at) * 3; i++) {
		unsigned long first = at[i % ARRAY_SIZE(at)], last;
		unsigned int nodes, kind = i / ARRAY_SIZE(at) / ARRAY_SIZE(at);

		last = first + at[i / ARRAY_SIZE(at) % ARRAY_SIZE(at)];
		/* Into nothing, beside an entry in the head, below nodes that are there. */
		if (kind)
			xa_store(&xa, kind == 1 ? 0 : 1UL << 50, item(0), GFP_KERNEL);
		nodes = check_nodes(&xa, false);
		udm_fault_nth(1000);
		same(xa_store_range(&xa, first, last, item(1), GFP_KERNEL), NULL);
		same(1000 - udm_fault_nth_left(), check_nodes(&xa, false) - nodes);
		udm_fault_nth(0);
		xa_destroy(&xa);
	}
}
END_TEST

START_TEST(bad_ranges_are_refused)
{
	DEFINE_XARRAY(xa);

	ck_assert_int_eq(xa_err(xa_store_range(&xa, 2, 1, item(0), GFP_KERNEL)), -EINVAL);
	udm_warn_expect("", 1);
	ck_assert_int_eq(xa_err(xa_store_range(&xa, 1, 2, XA_ZERO_ENTRY, GFP_KERNEL)), -EINVAL);
	ck_assert(xa_empty(&xa));
}
END_TEST

/* Divides; with ahead by xas_split, else by xas_try_split. What the cursor says. */
static int split(struct xarray *xa, unsigned long index, unsigned int order, unsigned int to,
		 bool ahead)
{
	XA_STATE_ORDER(xas, xa, index, to);
	int err;

	if (ahead)
		xas_split_alloc(&xas, item(7), order, GFP_KERNEL);
	xas_lock(&xas);
	if (ahead)
		xas_split(&xas, item(7), order);
	else
		xas_try_split(&xas, item(7), order);
	xas_unlock(&xas);
	err = xas_error(&xas);
	xas_destroy(&xas);
	return err;
}

START_TEST(pieces_have_the_order_and_the_marks)
{
	DEFINE_XARRAY(xa);

	for (unsigned int order = 1; order < 15; order++) {
		for (unsigned int to = 0; to < order; to++) {
			unsigned long size = 1UL << order, index;
			unsigned int n = 0;
			void *e;

			store_order(&xa, size, order, item(1), GFP_KERNEL);
			xa_set_mark(&xa, size, XA_MARK_1);
			ck_assert_int_eq(split(&xa, size + size / 2, order, to, true), 0);
			xa_for_each_marked(&xa, index, e, XA_MARK_1) {
				same(index, size + ((unsigned long)n++ << to));
				same(e, item(7));
				same(xa_get_order(&xa, index), to);
			}
			ck_assert_uint_eq(n, 1U << (order - to));
			check_nodes(&xa, false);
			/* They are on their own now. */
			xa_erase(&xa, size);
			ck_assert_ptr_null(xa_load(&xa, size + (1UL << to) - 1));
			ck_assert_ptr_eq(xa_load(&xa, size + (1UL << to)), item(7));
			xa_destroy(&xa);
		}
	}
}
END_TEST

START_TEST(try_split_takes_one_node)
{
	DEFINE_XARRAY(xa);

	ck_assert_uint_eq(xas_try_split_min_order(0), 0);
	ck_assert_uint_eq(xas_try_split_min_order(5), 0);
	ck_assert_uint_eq(xas_try_split_min_order(6), 5);
	ck_assert_uint_eq(xas_try_split_min_order(9), 6);
	for (unsigned int order = 1; order < 14; order++) {
		unsigned int least = xas_try_split_min_order(order);

		store_order(&xa, 0, order, item(1), GFP_KERNEL);
		for (unsigned int to = 0; to < least; to++)
			ck_assert_int_eq(split(&xa, 0, order, to, false), -EINVAL);
		ck_assert_int_eq(xa_get_order(&xa, 0), order);
		ck_assert_int_eq(split(&xa, 0, order, least, false), 0);
		ck_assert_int_eq(xa_get_order(&xa, 0), least);
		ck_assert_ptr_eq(xa_load(&xa, (1UL << order) - 1), item(7));
		check_nodes(&xa, false);
		xa_destroy(&xa);
	}
}
END_TEST

START_TEST(a_split_of_something_else_warns)
{
	DEFINE_XARRAY(xa);

	store_order(&xa, 0, 3, item(1), GFP_KERNEL);
	/* Not larger than the pieces: nothing to do. */
	ck_assert_int_eq(split(&xa, 0, 3, 3, true), 0);
	udm_warn_expect("", 1);
	ck_assert_int_eq(split(&xa, 0, 4, 1, true), -EINVAL);
	ck_assert_int_eq(xa_get_order(&xa, 0), 3);
	xa_destroy(&xa);
}
END_TEST

static int sweep_orders(void *ctx)
{
	static const unsigned int orders[] = { 0, 3, 6, 7, 13, 30, 50 };
	DEFINE_XARRAY(xa);
	int err = 0;

	xa_store(&xa, 0, item(0), GFP_KERNEL);
	for (unsigned int i = 0; !err && i < ARRAY_SIZE(orders); i++) {
		err = store_order(&xa, 3UL << 50, orders[i], item(i), GFP_KERNEL);
		same(xa_load(&xa, 3UL << 50), err ? i ? item(i - 1) : NULL : item(i));
		check_nodes(&xa, false);
	}
	same(xa_load(&xa, 0), item(0));
	xa_destroy(&xa);
	return err;
}

static int sweep_ranges(void *ctx)
{
	DEFINE_XARRAY(xa);
	int err;

	xa_store(&xa, 77, item(0), GFP_KERNEL);
	err = xa_err(xa_store_range(&xa, 70, 1UL << 40, item(1), GFP_KERNEL));
	/* All of it or nothing. */
	for (unsigned int shift = 0; shift <= 40; shift++)
		same(xa_load(&xa, 1UL << shift), !err && shift > 6 ? item(1) : NULL);
	same(xa_load(&xa, 77), item(!err));
	check_nodes(&xa, false);
	xa_destroy(&xa);
	return err;
}

static int sweep_splits(void *ctx)
{
	DEFINE_XARRAY(xa);
	int err;

	if (store_order(&xa, 1UL << 20, 13, item(1), GFP_KERNEL))
		return -ENOMEM;
	err = split(&xa, 1UL << 20, 13, 5, true);
	same(xa_get_order(&xa, 1UL << 20), err ? 13 : 5);
	same(xa_load(&xa, 1UL << 20), item(err ? 1 : 7));
	if (!err)
		err = split(&xa, 1UL << 20, 5, 1, false);
	check_nodes(&xa, false);
	xa_destroy(&xa);
	return err;
}

static int sweep_try_split(void *ctx)
{
	DEFINE_XARRAY(xa);
	int err = store_order(&xa, 0, 6, item(1), GFP_KERNEL);

	if (!err)
		err = split(&xa, 0, 6, 5, false);
	xa_destroy(&xa);
	return err;
}

static int sweep_create_range(void *ctx)
{
	DEFINE_XARRAY(xa);
	XA_STATE_ORDER(xas, &xa, 1UL << 20, 13);
	int err;

	do {
		xas_lock(&xas);
		xas_create_range(&xas);
		/* A failure adds nothing. */
		same(xa_empty(&xa), xas_error(&xas) == -ENOMEM);
		xas_unlock(&xas);
	} while (xas_nomem(&xas, GFP_KERNEL));
	err = xas_error(&xas);
	xas_destroy(&xas);
	xa_destroy(&xa);
	return err;
}

START_TEST(every_allocation_may_fail)
{
	static int (*const scenarios[])(void *) = {
		sweep_orders, sweep_ranges, sweep_splits, sweep_try_split, sweep_create_range,
	};

	ck_assert_msg(udm_fault_sweep(scenarios[_i], NULL) > 1, "%s", udm_fault_sweep_message());
}
END_TEST

/* What is taken without waiting first is not needed again: one failure is never seen. */
START_TEST(one_failure_is_made_good_with_the_callers_flags)
{
	DEFINE_XARRAY(xa);

	udm_fault_nth(2);
	ck_assert_ptr_null(xa_store_range(&xa, 5, 70, item(1), GFP_KERNEL));
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	check_nodes(&xa, false);
	xa_destroy(&xa);
	udm_fault_nth(1);
	ck_assert_int_eq(store_order(&xa, 1, 8, item(1), GFP_KERNEL), 0);
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	xa_destroy(&xa);
}
END_TEST

Suite *xarray_order_suite(void)
{
	Suite *s = suite_create("xarray_order");
	TCase *tc = machine_tcase(s, "orders");

	tcase_add_test(tc, an_entry_of_any_order_is_one_entry);
	tcase_add_test(tc, a_store_inside_replaces_the_whole);
	tcase_add_test(tc, nodes_count_slots_and_values);
	tcase_add_test(tc, marks_of_a_range_join);
	tcase_add_test(tc, ids_go_around_larger_entries);
	tc = machine_tcase(s, "ranges");
	tcase_add_test(tc, ranges_are_stored_at_each_index);
	tcase_add_test(tc, a_range_takes_the_nodes_of_its_ends);
	tcase_add_test(tc, a_range_takes_no_more_nodes_than_it_keeps);
	tcase_add_test(tc, bad_ranges_are_refused);
	tc = machine_tcase(s, "splits");
	tcase_add_test(tc, pieces_have_the_order_and_the_marks);
	tcase_add_test(tc, try_split_takes_one_node);
	tcase_add_test(tc, a_split_of_something_else_warns);
	tc = machine_tcase(s, "memory");
	tcase_add_loop_test(tc, every_allocation_may_fail, 0, 5);
	tcase_add_test(tc, one_failure_is_made_good_with_the_callers_flags);
	return s;
}
