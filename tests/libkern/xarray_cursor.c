// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray: the cursor. Its states, steps, what it shows of changes made under it, the
 * update callback, and preparing a range.
 */
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <udevmem/fault.h>

#include "fixture.h"
#include "xarray_rig.h"

START_TEST(entries_of_each_kind_are_told_apart)
{
	void *e = item(0);

	for (unsigned int tag = 0; tag < 4; tag += tag + 1) {
		void *tagged = xa_tag_pointer(e, tag);

		ck_assert_uint_eq(xa_pointer_tag(tagged), tag);
		ck_assert_ptr_eq(xa_untag_pointer(tagged), e);
	}
	ck_assert(xa_is_sibling(xa_mk_sibling(0)) && xa_is_sibling(xa_mk_sibling(62)));
	ck_assert(!xa_is_sibling(xa_mk_sibling(63)) && !xa_is_sibling(NULL));
	ck_assert_uint_eq(xa_to_sibling(xa_mk_sibling(17)), 17);
	ck_assert(xa_is_advanced(xa_mk_sibling(3)) && xa_is_advanced(XA_RETRY_ENTRY));
	ck_assert(!xa_is_advanced(XA_ZERO_ENTRY) && !xa_is_advanced(e));
	ck_assert(xa_is_node(xa_mk_node(e)) && xa_to_node(xa_mk_node(e)) == e);
	ck_assert(!xa_is_node(XA_ZERO_ENTRY) && !xa_is_node(xa_mk_value(5000)));
	ck_assert(xa_is_retry(XA_RETRY_ENTRY) && !xa_is_retry(XA_ZERO_ENTRY));
}
END_TEST

START_TEST(states_of_a_cursor)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 5);

	ck_assert(xas_invalid(&xas) && !xas_is_node(&xas) && xas_top(xas.xa_node));
	rcu_read_lock();
	ck_assert_ptr_null(xas_load(&xas));
	rcu_read_unlock();
	ck_assert_ptr_eq(xas.xa_node, XAS_BOUNDS);
	xas_set_err(&xas, -EEXIST);
	ck_assert_int_eq(xas_error(&xas), -EEXIST);
	ck_assert(xas_not_node(xas.xa_node) && !xas_top(xas.xa_node));
	/* An error stays, whatever is tried, until it is forgotten. */
	rcu_read_lock();
	ck_assert_ptr_null(xas_load(&xas));
	ck_assert_ptr_null(xas_next(&xas));
	ck_assert_ptr_null(xas_find(&xas, ULONG_MAX));
	rcu_read_unlock();
	xas_lock(&xas);
	ck_assert_ptr_null(xas_store(&xas, item(0)));
	ck_assert_ptr_null(xas_find_conflict(&xas));
	xas_create_range(&xas);
	xas_unlock(&xas);
	ck_assert(!xas_nomem(&xas, GFP_KERNEL));
	ck_assert_int_eq(xas_error(&xas), -EEXIST);
	ck_assert_uint_eq(xas.xa_index, 5);
	ck_assert(xa_empty(&xa));
	xas_reset(&xas);
	ck_assert_int_eq(xas_error(&xas), 0);
}
END_TEST

/* Where a search ends tells where a store may follow. */
START_TEST(the_end_of_a_search)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 9);

	xa_store(&xa, 3, item(3), GFP_KERNEL);
	xa_store(&xa, 40, item(40), GFP_KERNEL);
	rcu_read_lock();
	ck_assert_ptr_null(xas_find(&xas, 8));
	ck_assert_ptr_eq(xas.xa_node, XAS_RESTART);
	ck_assert_ptr_null(xas_find(&xas, 20));
	ck_assert_ptr_eq(xas.xa_node, XAS_RESTART);
	ck_assert_ptr_eq(xas_find(&xas, ULONG_MAX), item(40));
	ck_assert_ptr_null(xas_find(&xas, ULONG_MAX));
	ck_assert_ptr_eq(xas.xa_node, XAS_BOUNDS);
	ck_assert_uint_eq(xas.xa_index, 64);
	ck_assert_ptr_null(xas_find(&xas, ULONG_MAX));
	xas_set(&xas, 0);
	ck_assert_ptr_null(xas_find_marked(&xas, ULONG_MAX, XA_MARK_0));
	ck_assert_uint_eq(xas.xa_index, 64);
	rcu_read_unlock();
	do {
		xas_lock(&xas);
		xas_store(&xas, item(64));
		xas_unlock(&xas);
	} while (xas_nomem(&xas, GFP_KERNEL));
	ck_assert_ptr_eq(xa_load(&xa, 64), item(64));
	xa_destroy(&xa);
}
END_TEST

START_TEST(one_index_after_the_other)
{
	static const unsigned long far[] = { 2, 5, 64, 4096, 70000 };
	DEFINE_XARRAY(xa);

	for (unsigned int k = 0; k < ARRAY_SIZE(far); k++) {
		XA_STATE(xas, &xa, 0);
		unsigned long i, end = far[k] + 300;

		xa_store(&xa, 0, item(0), GFP_KERNEL);
		xa_store(&xa, far[k], item(k), GFP_KERNEL);
		rcu_read_lock();
		for (i = 0; i < end; i++) {
			same(xas_next(&xas), i == far[k] ? item(k) : i ? NULL : item(0));
			same(xas.xa_index, i);
			/* Inside the array there is always a place. */
			same(i > far[k] || xas_valid(&xas), true);
		}
		while (i-- > 1) {
			xas_prev(&xas);
			same(xas.xa_index, i - 1);
		}
		ck_assert_ptr_null(xas_prev(&xas));
		ck_assert_uint_eq(xas.xa_index, ULONG_MAX);
		ck_assert_ptr_eq(xas_next(&xas), item(0));
		ck_assert_uint_eq(xas.xa_index, 0);
		rcu_read_unlock();
		xa_destroy(&xa);
	}
}
END_TEST

START_TEST(steps_show_siblings_which_are_no_retry)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 4);
	void *e;

	store_order(&xa, 4, 2, item(4), GFP_KERNEL);
	store_order(&xa, 64, 6, item(64), GFP_KERNEL);
	rcu_read_lock();
	ck_assert_ptr_eq(xas_next(&xas), item(4));
	for (unsigned long i = 5; i < 8; i++) {
		e = xas_next(&xas);
		ck_assert(xa_is_sibling(e));
		ck_assert(!xas_retry(&xas, e));
		ck_assert_uint_eq(xas.xa_index, i);
		ck_assert_ptr_eq(xas_reload(&xas), item(4));
	}
	ck_assert_ptr_null(xas_next(&xas));
	xas_set(&xas, 4);
	ck_assert_ptr_eq(xas_load(&xas), item(4));
	xas_advance(&xas, 7);
	ck_assert_ptr_null(xas_next(&xas));
	ck_assert_uint_eq(xas.xa_index, 8);
	xas_set(&xas, 99);
	ck_assert_ptr_eq(xas_load(&xas), item(64));
	ck_assert_uint_eq(xas.xa_index, 99);
	ck_assert_int_eq(xas_get_order(&xas), 6);
	rcu_read_unlock();
	xa_destroy(&xa);
}
END_TEST

START_TEST(a_place_that_left_the_array_says_retry)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 0);

	xa_store(&xa, 0, item(0), GFP_KERNEL);
	xa_store(&xa, 1, item(1), GFP_KERNEL);
	rcu_read_lock();
	ck_assert_ptr_eq(xas_find(&xas, ULONG_MAX), item(0));
	/* One entry at index 0 needs no node. */
	xa_erase(&xa, 1);
	ck_assert(xa_is_retry(xas_reload(&xas)));
	ck_assert(!xas_retry(&xas, NULL) && !xas_retry(&xas, item(0)));
	ck_assert(xas_retry(&xas, XA_RETRY_ENTRY));
	ck_assert_ptr_eq(xas.xa_node, XAS_RESTART);
	ck_assert_ptr_eq(xas_next_entry(&xas, ULONG_MAX), item(0));
	ck_assert_ptr_null(xas.xa_node);
	ck_assert_ptr_eq(xas_reload(&xas), item(0));
	rcu_read_unlock();
	xa_destroy(&xa);
}
END_TEST

/* A walk in a node that goes, and is replaced, sees what is in the array. */
START_TEST(walks_leave_dead_nodes)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 64);

	for (unsigned long i = 64; i < 70; i++)
		xa_store(&xa, i, item(i), GFP_KERNEL);
	rcu_read_lock();
	ck_assert_ptr_eq(xas_find(&xas, ULONG_MAX), item(64));
	store_order(&xa, 64, 6, NULL, GFP_NOWAIT);
	ck_assert(xa_empty(&xa));
	xa_store(&xa, 68, item(1), GFP_NOWAIT);
	ck_assert_ptr_eq(xas_next_entry(&xas, ULONG_MAX), item(1));
	ck_assert_uint_eq(xas.xa_index, 68);
	xa_destroy(&xa);
	xa_store(&xa, 69, item(2), GFP_NOWAIT);
	ck_assert_ptr_eq(xas_next(&xas), item(2));
	store_order(&xa, 64, 6, item(3), GFP_NOWAIT);
	ck_assert_ptr_eq(xas_prev(&xas), item(3));
	rcu_read_unlock();
	xa_destroy(&xa);
}
END_TEST

START_TEST(erasing_during_a_walk)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 0);
	unsigned int n = 0;
	void *e;

	for (unsigned int order = 0; order < 20; order++)
		store_order(&xa, 1UL << order, order, item(order), GFP_KERNEL);
	xas_lock(&xas);
	xas_for_each(&xas, e, ULONG_MAX) {
		ck_assert_ptr_eq(e, item(n));
		ck_assert_uint_eq(xas.xa_index, 1UL << n);
		if (n++ % 2)
			ck_assert_ptr_eq(xas_store(&xas, NULL), e);
	}
	xas_unlock(&xas);
	ck_assert_uint_eq(n, 20);
	check_nodes(&xa, false);
	xas_set(&xas, 0);
	xas_lock(&xas);
	xas_for_each(&xas, e, ULONG_MAX)
		xas_store(&xas, NULL);
	xas_unlock(&xas);
	ck_assert(xa_empty(&xa));
}
END_TEST

START_TEST(a_pause_goes_behind_the_entry)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 0);
	unsigned int n = 0;
	void *e;

	for (unsigned int order = 0; order < 30; order++)
		store_order(&xa, 1UL << order, order, item(order), GFP_KERNEL);
	rcu_read_lock();
	xas_for_each(&xas, e, ULONG_MAX) {
		ck_assert_ptr_eq(e, item(n++));
		xas_pause(&xas);
		ck_assert_uint_eq(xas.xa_index, 1UL << n);
	}
	ck_assert_uint_eq(n, 30);
	xas_set(&xas, 0);
	store_order(&xa, 0, 64, item(1), GFP_NOWAIT);
	ck_assert_ptr_eq(xas_find(&xas, ULONG_MAX), item(1));
	xas_pause(&xas);
	ck_assert_ptr_eq(xas.xa_node, XAS_BOUNDS);
	ck_assert_ptr_null(xas_find(&xas, ULONG_MAX));
	rcu_read_unlock();
	xa_destroy(&xa);
}
END_TEST

START_TEST(conflicts_of_a_range)
{
	DEFINE_XARRAY(xa);
	XA_STATE_ORDER(xas, &xa, 64, 6);
	unsigned int n = 0;
	void *e;

	xa_store(&xa, 63, item(63), GFP_KERNEL);
	xa_store(&xa, 66, item(66), GFP_KERNEL);
	store_order(&xa, 96, 4, item(96), GFP_KERNEL);
	xa_store(&xa, 128, item(128), GFP_KERNEL);
	xas_lock(&xas);
	xas_for_each_conflict(&xas, e)
		ck_assert_ptr_eq(e, n++ ? item(96) : item(66));
	ck_assert_uint_eq(n, 2);
	/* Then it is ready for the store. */
	ck_assert_uint_eq(xas.xa_index, 64);
	xas_store(&xas, item(1));
	ck_assert_int_eq(xas_error(&xas), 0);
	/* A part of it meets all of it. */
	xas_set_order(&xas, 80, 3);
	ck_assert_ptr_eq(xas_find_conflict(&xas), item(1));
	ck_assert_int_eq(xas_get_order(&xas), 6);
	ck_assert_ptr_null(xas_find_conflict(&xas));
	xas_set_order(&xas, 0, 5);
	ck_assert_ptr_null(xas_find_conflict(&xas));
	xas_set_order(&xas, 0, 64);
	for (n = 0; xas_find_conflict(&xas); n++)
		;
	ck_assert_uint_eq(n, 3);
	xas_unlock(&xas);
	xa_destroy(&xa);
	xa_store(&xa, 0, item(0), GFP_KERNEL);
	xas_set_order(&xas, 0, 3);
	xas_lock(&xas);
	ck_assert_ptr_eq(xas_find_conflict(&xas), item(0));
	ck_assert_ptr_null(xas_find_conflict(&xas));
	xas_unlock(&xas);
	xa_destroy(&xa);
}
END_TEST

/* The nodes somebody would want to free: with values only, on a list as long as they are so. */
static LIST_HEAD(values_only);

static void keep_list(struct xa_node *node)
{
	list_del_init(&node->private_list);
	if (node->nr_values && node->nr_values == node->count)
		list_add_tail(&node->private_list, &values_only);
}

/* Stores with the callback; the first node that is listed then, or NULL. */
static struct xa_node *store_listed(struct xarray *xa, unsigned long index, void *entry)
{
	XA_STATE(xas, xa, index);

	xas_set_update(&xas, keep_list);
	do {
		xas_lock(&xas);
		xas_store(&xas, entry);
		xas_unlock(&xas);
	} while (xas_nomem(&xas, GFP_KERNEL));
	return list_first_entry_or_null(&values_only, struct xa_node, private_list);
}

START_TEST(updates_and_deleting_a_node)
{
	static const unsigned long at[] = { 0, 64, 4096, 1UL << 40 };
	DEFINE_XARRAY(xa);

	for (unsigned int k = 0; k < ARRAY_SIZE(at); k++) {
		struct xa_node *node;

		store_listed(&xa, at[k] + 1, xa_mk_value(7));
		node = store_listed(&xa, at[k], xa_mk_value(8));
		ck_assert_ptr_nonnull(node);
		ck_assert_ptr_eq(node->array, &xa);
		ck_assert_uint_eq(node->count, 2);
		/* A pointer among them, and none again. */
		ck_assert_ptr_null(store_listed(&xa, at[k] + 2, item(2)));
		ck_assert_ptr_eq(store_listed(&xa, at[k] + 2, xa_mk_value(9)), node);
		ck_assert(list_is_singular(&values_only));
		xa_lock(&xa);
		xa_delete_node(node, keep_list);
		xa_unlock(&xa);
		ck_assert(list_empty(&values_only));
		ck_assert(xa_empty(&xa));
	}
}
END_TEST

static unsigned int empty_reports;

static void count_empty(struct xa_node *node)
{
	empty_reports += !node->count;
}

START_TEST(every_node_is_reported_before_it_goes)
{
	DEFINE_XARRAY(xa);
	XA_STATE_ORDER(xas, &xa, 0, 12);
	unsigned int nodes;

	for (unsigned long i = 0; i < 4096; i += 64)
		xa_store(&xa, i, item(0), GFP_KERNEL);
	xa_store(&xa, 4096, item(0), GFP_KERNEL);
	nodes = check_nodes(&xa, false);
	xas_set_update(&xas, count_empty);
	empty_reports = 0;
	xas_lock(&xas);
	xas_store(&xas, item(1));
	xas_unlock(&xas);
	ck_assert_uint_eq(empty_reports, nodes - check_nodes(&xa, false));
	ck_assert_uint_eq(empty_reports, 65);
	xa_destroy(&xa);
}
END_TEST

/* All stores of the range without memory, after one preparation. */
static void fill_range(struct xarray *xa, unsigned long index, unsigned int order)
{
	XA_STATE_ORDER(xas, xa, index, order);
	unsigned long first = xas.xa_index;

	do {
		xas_lock(&xas);
		xas_create_range(&xas);
		if (!xas_error(&xas))
			break;
		xas_unlock(&xas);
	} while (xas_nomem(&xas, GFP_KERNEL));
	same(xas_error(&xas), 0);
	same(xas.xa_index, first);
	/* Not too much was taken either. */
	same(xas.xa_alloc, NULL);
	udm_fault_nth(1);
	for (unsigned long i = 0; i < 1UL << order; i++) {
		xas_store(&xas, xa_mk_value(first + i));
		same(xas_error(&xas), 0);
		xas_next(&xas);
	}
	same(udm_fault_nth_left(), 1);
	udm_fault_nth(0);
	xas_unlock(&xas);
	xas_destroy(&xas);
	for (unsigned long i = first; i < first + (1UL << order); i++)
		same(xa_load(xa, i), xa_mk_value(i));
	check_nodes(xa, false);
}

START_TEST(a_created_range_needs_no_memory)
{
	DEFINE_XARRAY(xa);

	for (unsigned int order = 0; order < 14; order++) {
		/* Nothing, an entry before, one inside, a larger one beside, a taller tree. */
		fill_range(&xa, 0, order);
		xa_destroy(&xa);
		fill_range(&xa, 5UL << order, order);
		xa_destroy(&xa);
		xa_store(&xa, 0, item(0), GFP_KERNEL);
		fill_range(&xa, 3, order);
		xa_destroy(&xa);
		xa_store(&xa, (1UL << order) + 1, item(0), GFP_KERNEL);
		fill_range(&xa, 0, order);
		xa_destroy(&xa);
		store_order(&xa, 2UL << order, order, item(0), GFP_KERNEL);
		fill_range(&xa, 3UL << order, order);
		xa_destroy(&xa);
		xa_store(&xa, 1UL << 40, item(0), GFP_KERNEL);
		fill_range(&xa, 0, order);
		xa_destroy(&xa);
		xa_store(&xa, 70, item(0), GFP_KERNEL);
		fill_range(&xa, 0, order);
		xa_destroy(&xa);
	}
}
END_TEST

START_TEST(a_created_range_goes_with_its_entries)
{
	DEFINE_XARRAY(xa);
	XA_STATE_ORDER(xas, &xa, 0, 12);

	xas_lock(&xas);
	xas_create_range(&xas);
	ck_assert_int_eq(xas_error(&xas), 0);
	ck_assert_uint_eq(check_nodes_locked(&xa, true), 65);
	for (unsigned long i = 0; i < 4096; i += 64) {
		xas_set(&xas, i);
		xas_store(&xas, NULL);
	}
	xas_unlock(&xas);
	ck_assert(xa_empty(&xa));
	/* Under an entry that is large enough nothing is needed. */
	store_order(&xa, 0, 13, item(0), GFP_KERNEL);
	xas_set_order(&xas, 0, 12);
	udm_fault_nth(1);
	xas_lock(&xas);
	xas_create_range(&xas);
	xas_unlock(&xas);
	ck_assert_uint_eq(udm_fault_nth_left(), 1);
	udm_fault_nth(0);
	ck_assert_uint_eq(check_nodes(&xa, false), 1);
	xa_destroy(&xa);
}
END_TEST

START_TEST(marks_at_a_cursor)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 66);

	store_order(&xa, 64, 3, item(0), GFP_KERNEL);
	xas_lock(&xas);
	/* Not walked to an entry yet, or to where none is. */
	xas_set_mark(&xas, XA_MARK_1);
	ck_assert(!xas_marked(&xas, XA_MARK_1));
	xas_load(&xas);
	xas_set_mark(&xas, XA_MARK_1);
	ck_assert(xas_get_mark(&xas, XA_MARK_1));
	xas_set(&xas, 90);
	xas_load(&xas);
	xas_set_mark(&xas, XA_MARK_2);
	ck_assert(!xas_marked(&xas, XA_MARK_2));
	xas_set(&xas, 71);
	xas_load(&xas);
	ck_assert(xas_get_mark(&xas, XA_MARK_1));
	xas_init_marks(&xas);
	ck_assert(!xas_marked(&xas, XA_MARK_1));
	xas_unlock(&xas);
	xa_destroy(&xa);
}
END_TEST

Suite *xarray_cursor_suite(void)
{
	Suite *s = suite_create("xarray_cursor");
	TCase *tc = machine_tcase(s, "cursor");

	tcase_add_test(tc, entries_of_each_kind_are_told_apart);
	tcase_add_test(tc, states_of_a_cursor);
	tcase_add_test(tc, the_end_of_a_search);
	tcase_add_test(tc, one_index_after_the_other);
	tcase_add_test(tc, steps_show_siblings_which_are_no_retry);
	tcase_add_test(tc, a_place_that_left_the_array_says_retry);
	tcase_add_test(tc, walks_leave_dead_nodes);
	tcase_add_test(tc, erasing_during_a_walk);
	tcase_add_test(tc, a_pause_goes_behind_the_entry);
	tcase_add_test(tc, conflicts_of_a_range);
	tcase_add_test(tc, updates_and_deleting_a_node);
	tcase_add_test(tc, every_node_is_reported_before_it_goes);
	tcase_add_test(tc, a_created_range_needs_no_memory);
	tcase_add_test(tc, a_created_range_goes_with_its_entries);
	tcase_add_test(tc, marks_at_a_cursor);
	return s;
}
