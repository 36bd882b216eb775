// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray: entries that are pointers of any alignment, and the retry entry. One pointer
 * in four looks like something of the array's own; alone at its index it is kept all
 * the same, only never without a node.
 */
#include <linux/bitops.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <udevmem/fault.h>

#include "fixture.h"
#include "xarray_rig.h"

#define TEXTS 8

static char text[TEXTS + 1] __aligned(8) = "unalignd";

static bool looks_like_node(const void *p)
{
	return (unsigned long)p % 4 == 2;
}

START_TEST(ids_of_unaligned_pointers)
{
	DEFINE_XARRAY_ALLOC(xa);
	unsigned long index, n = 0;
	void *p;
	u32 id;

	for (unsigned int i = 0; i < TEXTS; i++) {
		ck_assert_int_eq(xa_alloc(&xa, &id, text + i, xa_limit_32b, GFP_KERNEL), 0);
		ck_assert_uint_eq(id, i);
	}
	check_nodes(&xa, false);
	xa_for_each(&xa, index, p) {
		ck_assert_ptr_eq(p, text + index);
		ck_assert_ptr_eq(xa_load(&xa, index), p);
		ck_assert(!xa_is_err(p));
		n++;
	}
	ck_assert_uint_eq(n, TEXTS);
	for (unsigned int i = TEXTS; i-- > 0;) {
		ck_assert_ptr_eq(xa_erase(&xa, i), text + i);
		check_nodes(&xa, false);
	}
	ck_assert(xa_empty(&xa));
}
END_TEST

/* In the head only nodes may look like nodes. */
START_TEST(alone_at_index_zero)
{
	DEFINE_XARRAY(xa);

	for (unsigned int i = 0; i < TEXTS; i++) {
		ck_assert_ptr_null(xa_store(&xa, 0, text + i, GFP_KERNEL));
		ck_assert_uint_eq(check_nodes(&xa, false), looks_like_node(text + i));
		ck_assert_ptr_eq(xa_load(&xa, 0), text + i);
		ck_assert_int_eq(xa_insert(&xa, 0, text, GFP_KERNEL), -EBUSY);
		ck_assert_ptr_eq(xa_cmpxchg(&xa, 0, text + i, text, GFP_KERNEL), text + i);
		ck_assert_ptr_eq(xa_erase(&xa, 0), text);
		ck_assert(xa_empty(&xa));
	}
	/* What takes its place may need the node that the other did without. */
	for (unsigned int i = 0; i < TEXTS; i++) {
		void *old = xa_store(&xa, 0, text + i, GFP_KERNEL);

		ck_assert_ptr_eq(old, i ? text + i - 1 : NULL);
		ck_assert_ptr_eq(xa_load(&xa, 0), text + i);
	}
	xa_destroy(&xa);
}
END_TEST

START_TEST(a_reservation_is_room_for_any_pointer)
{
	DEFINE_XARRAY(xa);

	for (unsigned int i = 0; i < TEXTS; i++) {
		for (unsigned long index = 0; index <= 1UL << 40; index = index * 64 + 1) {
			ck_assert_int_eq(xa_reserve(&xa, index, GFP_KERNEL), 0);
			udm_fault_nth(1);
			ck_assert_ptr_null(xa_store(&xa, index, text + i, 0));
			ck_assert_uint_eq(udm_fault_nth_left(), 1);
			udm_fault_nth(0);
			ck_assert_ptr_eq(xa_erase(&xa, index), text + i);
			ck_assert(xa_empty(&xa));
		}
	}
}
END_TEST

START_TEST(walks_over_unaligned_pointers)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 0);
	unsigned long at = 0, index;
	void *p;

	/* Within a leaf even with an order. */
	for (unsigned int order = 0; order < XA_CHUNK_SHIFT; order++)
		ck_assert_int_eq(store_order(&xa, 1UL << order, order, text + 2, GFP_KERNEL), 0);
	check_nodes(&xa, false);
	rcu_read_lock();
	xas_for_each(&xas, p, ULONG_MAX) {
		ck_assert_ptr_eq(p, text + 2);
		ck_assert_uint_eq(xas.xa_index, 1UL << at);
		ck_assert_int_eq(xas_get_order(&xas), at++);
		ck_assert_ptr_eq(xas_reload(&xas), p);
		xas_pause(&xas);
	}
	rcu_read_unlock();
	ck_assert_uint_eq(at, XA_CHUNK_SHIFT);
	xa_set_mark(&xa, 37, XA_MARK_1);
	for (index = 0; index < 70; index++)
		ck_assert_int_eq(xa_get_mark(&xa, index, XA_MARK_1), index > 31 && index < 64);
	index = 1;
	ck_assert_ptr_eq(xa_find_after(&xa, &index, 9, XA_PRESENT), text + 2);
	ck_assert_uint_eq(index, 2);
	/* Larger ones take its place, and go. */
	ck_assert_int_eq(store_order(&xa, 0, 12, item(0), GFP_KERNEL), 0);
	check_nodes(&xa, false);
	ck_assert_ptr_eq(xa_erase(&xa, 4095), item(0));
	ck_assert(xa_empty(&xa));
}
END_TEST

/* What moves to the head leaves a note for those who stand where it was. */
START_TEST(a_leaf_left_for_the_head_says_retry)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 1);
	struct xa_node *node;

	xa_store(&xa, 0, item(0), GFP_KERNEL);
	xa_store(&xa, 1, item(1), GFP_KERNEL);
	xas_lock(&xas);
	ck_assert_ptr_eq(xas_load(&xas), item(1));
	node = xas.xa_node;
	ck_assert_ptr_eq(xa_entry_locked(&xa, node, 0), item(0));
	ck_assert_ptr_eq(xas_store(&xas, NULL), item(1));
	ck_assert_ptr_eq(xas.xa_node, XAS_BOUNDS);
	ck_assert_ptr_eq(xa_entry_locked(&xa, node, 0), XA_RETRY_ENTRY);
	xas_unlock(&xas);
	ck_assert_ptr_eq(xa_load(&xa, 0), item(0));
	xa_destroy(&xa);
}
END_TEST

START_TEST(what_needs_its_node_stays_in_it)
{
	DEFINE_XARRAY(xa);

	xa_store(&xa, 0, text + 2, GFP_KERNEL);
	xa_store(&xa, 1, item(1), GFP_KERNEL);
	xa_erase(&xa, 1);
	ck_assert_uint_eq(check_nodes(&xa, false), 1);
	ck_assert_ptr_eq(xa_load(&xa, 0), text + 2);
	xa_erase(&xa, 0);
	ck_assert_int_eq(xa_reserve(&xa, 0, GFP_KERNEL), 0);
	xa_store(&xa, 100, item(1), GFP_KERNEL);
	xa_erase(&xa, 100);
	ck_assert_uint_eq(check_nodes(&xa, false), 1);
	xa_release(&xa, 0);
	ck_assert(xa_empty(&xa));
}
END_TEST

START_TEST(retry_entries_may_be_stored_and_replaced)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 0);
	unsigned int n = 0;
	void *e;

	xas_lock(&xas);
	for (unsigned long i = 0; i < 130; i += 65) {
		do {
			xas_set(&xas, i);
			xas_store(&xas, XA_RETRY_ENTRY);
		} while (xas_nomem(&xas, GFP_NOWAIT));
	}
	xas_set(&xas, 0);
	xas_for_each(&xas, e, ULONG_MAX) {
		ck_assert(xa_is_retry(e) && xa_is_advanced(e));
		xas_store(&xas, item(xas.xa_index));
		n++;
	}
	xas_unlock(&xas);
	ck_assert_uint_eq(n, 2);
	ck_assert_ptr_eq(xa_load(&xa, 0), item(0));
	ck_assert_ptr_eq(xa_load(&xa, 65), item(65));
	check_nodes(&xa, false);
	xa_destroy(&xa);
}
END_TEST

static int sweep_pointers(void *ctx)
{
	DEFINE_XARRAY(xa);
	int err = 0;

	for (unsigned int i = 0; !err && i < TEXTS; i++) {
		err = xa_err(xa_store(&xa, 0, text + i, GFP_KERNEL));
		same(xa_load(&xa, 0), err ? i ? text + i - 1 : NULL : text + i);
		check_nodes(&xa, false);
		if (!err)
			err = xa_insert(&xa, 63, text + i, GFP_KERNEL);
		xa_erase(&xa, 63);
	}
	xa_destroy(&xa);
	return err;
}

START_TEST(every_allocation_may_fail)
{
	ck_assert_msg(udm_fault_sweep(sweep_pointers, NULL) > 1, "%s", udm_fault_sweep_message());
}
END_TEST

Suite *xarray_align_suite(void)
{
	Suite *s = suite_create("xarray_align");
	TCase *tc = machine_tcase(s, "any pointer");

	tcase_add_test(tc, ids_of_unaligned_pointers);
	tcase_add_test(tc, alone_at_index_zero);
	tcase_add_test(tc, a_reservation_is_room_for_any_pointer);
	tcase_add_test(tc, walks_over_unaligned_pointers);
	tcase_add_test(tc, every_allocation_may_fail);
	tc = machine_tcase(s, "retry");
	tcase_add_test(tc, a_leaf_left_for_the_head_says_retry);
	tcase_add_test(tc, what_needs_its_node_stays_in_it);
	tcase_add_test(tc, retry_entries_may_be_stored_and_replaced);
	return s;
}
