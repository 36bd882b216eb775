// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray: results and errors of each operation, ids, marks, memory failure.
 */
#include <linux/xarray.h>
#include <udevmem/fault.h>
#include <udevmem/warn.h>

#include "fixture.h"
#include "xarray_rig.h"

START_TEST(store_load_erase_at_far_apart_indices)
{
	static const unsigned long at[] = { 0, 1, 63, 64, 4095, 4096, 1UL << 32, ULONG_MAX - 1,
					    ULONG_MAX };
	DEFINE_XARRAY(xa);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(at); i++)
		ck_assert_ptr_null(xa_store(&xa, at[i], item(i), GFP_KERNEL));
	for (i = 0; i < ARRAY_SIZE(at); i++)
		ck_assert_ptr_eq(xa_load(&xa, at[i]), item(i));
	ck_assert_ptr_null(xa_load(&xa, 2));
	ck_assert_ptr_eq(xa_store(&xa, 64, item(99), GFP_KERNEL), item(3));
	for (i = 0; i < ARRAY_SIZE(at); i++)
		ck_assert_ptr_nonnull(xa_erase(&xa, at[i]));
	ck_assert(xa_empty(&xa));
	ck_assert_ptr_null(xa_erase(&xa, 64));
}
END_TEST

START_TEST(values_and_errors_are_told_apart)
{
	DEFINE_XARRAY(xa);
	void *e;

	ck_assert_ptr_null(xa_store(&xa, 7, xa_mk_value(12345), GFP_KERNEL));
	e = xa_load(&xa, 7);
	ck_assert(xa_is_value(e));
	ck_assert_uint_eq(xa_to_value(e), 12345);
	ck_assert(!xa_is_err(e));
	ck_assert_int_eq(xa_err(e), 0);
	ck_assert_int_eq(xa_err(XA_ERROR(-ENOMEM)), -ENOMEM);
	ck_assert_int_eq(xa_err(XA_ERROR(-MAX_ERRNO)), -MAX_ERRNO);
	ck_assert_int_eq(xa_err(NULL), 0);
	ck_assert_int_eq(xa_err(XA_ZERO_ENTRY), 0);
	xa_destroy(&xa);
}
END_TEST

START_TEST(internal_entries_are_refused)
{
	DEFINE_XARRAY(xa);

	udm_warn_expect("", 1);
	ck_assert_int_eq(xa_err(xa_store(&xa, 0, xa_mk_internal(0), GFP_KERNEL)), -EINVAL);
	ck_assert_int_eq(xa_err(xa_store(&xa, 0, XA_RETRY_ENTRY, GFP_KERNEL)), -EINVAL);
	ck_assert_int_eq(xa_insert(&xa, 0, xa_mk_internal(300), GFP_KERNEL), -EINVAL);
	ck_assert_int_eq(xa_insert(&xa, 0, XA_ERROR(-EIO), GFP_KERNEL), -EINVAL);
	ck_assert(xa_empty(&xa));
}
END_TEST

START_TEST(cmpxchg_stores_only_on_a_match)
{
	DEFINE_XARRAY(xa);

	ck_assert_ptr_null(xa_cmpxchg(&xa, 5, NULL, item(1), GFP_KERNEL));
	ck_assert_ptr_eq(xa_cmpxchg(&xa, 5, NULL, item(2), GFP_KERNEL), item(1));
	ck_assert_ptr_eq(xa_cmpxchg(&xa, 5, item(1), item(2), GFP_KERNEL), item(1));
	ck_assert_ptr_eq(xa_load(&xa, 5), item(2));
	ck_assert_ptr_eq(xa_cmpxchg(&xa, 5, item(2), NULL, GFP_KERNEL), item(2));
	ck_assert(xa_empty(&xa));
}
END_TEST

START_TEST(insert_and_reserve)
{
	DEFINE_XARRAY(xa);

	ck_assert_int_eq(xa_insert(&xa, 3, item(0), GFP_KERNEL), 0);
	ck_assert_int_eq(xa_insert(&xa, 3, item(1), GFP_KERNEL), -EBUSY);
	ck_assert_int_eq(xa_reserve(&xa, 3, GFP_KERNEL), 0);
	ck_assert_ptr_eq(xa_load(&xa, 3), item(0));
	ck_assert_int_eq(xa_reserve(&xa, 9, GFP_KERNEL), 0);
	ck_assert_ptr_null(xa_load(&xa, 9));
	ck_assert_int_eq(xa_insert(&xa, 9, item(1), GFP_KERNEL), -EBUSY);
	ck_assert_ptr_null(xa_cmpxchg(&xa, 9, NULL, item(1), GFP_KERNEL));
	ck_assert_ptr_null(xa_load(&xa, 9));
	xa_release(&xa, 9);
	ck_assert_int_eq(xa_insert(&xa, 9, item(1), GFP_KERNEL), 0);
	xa_release(&xa, 9);
	ck_assert_ptr_eq(xa_load(&xa, 9), item(1));
	xa_destroy(&xa);
}
END_TEST

START_TEST(reservations_are_invisible_until_stored)
{
	DEFINE_XARRAY_ALLOC(xa);
	unsigned long index;
	void *e;
	u32 id;

	ck_assert_int_eq(xa_alloc(&xa, &id, NULL, xa_limit_32b, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 0);
	ck_assert_ptr_null(xa_load(&xa, 0));
	ck_assert(!xa_empty(&xa));
	xa_for_each(&xa, index, e)
		ck_abort_msg("a reservation was visited");
	ck_assert_ptr_null(xa_store(&xa, 0, item(0), GFP_KERNEL));
	ck_assert_ptr_eq(xa_load(&xa, 0), item(0));
	/* Storing NULL keeps the id busy, erasing frees it. */
	ck_assert_ptr_eq(xa_store(&xa, 0, NULL, GFP_KERNEL), item(0));
	ck_assert_int_eq(xa_alloc(&xa, &id, item(1), xa_limit_32b, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 1);
	xa_erase(&xa, 0);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(2), xa_limit_32b, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 0);
	xa_destroy(&xa);
}
END_TEST

START_TEST(store_of_null_at_a_free_id_makes_it_busy)
{
	DEFINE_XARRAY_ALLOC(xa);
	u32 id;

	ck_assert_ptr_null(xa_store(&xa, 0, NULL, GFP_KERNEL));
	ck_assert_int_eq(xa_alloc(&xa, &id, item(0), xa_limit_32b, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 1);
	ck_assert_ptr_eq(xa_cmpxchg(&xa, 1, item(0), NULL, GFP_KERNEL), item(0));
	ck_assert_int_eq(xa_alloc(&xa, &id, item(0), xa_limit_32b, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 1);
	xa_destroy(&xa);
}
END_TEST

START_TEST(alloc_gives_the_lowest_free_id)
{
	DEFINE_XARRAY_ALLOC(xa);
	DEFINE_XARRAY_ALLOC1(xa1);
	u32 id, i;

	for (i = 0; i < 200; i++) {
		ck_assert_int_eq(xa_alloc(&xa, &id, item(i % 128), xa_limit_32b, GFP_KERNEL), 0);
		ck_assert_uint_eq(id, i);
	}
	xa_erase(&xa, 130);
	xa_erase(&xa, 1);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(0), xa_limit_32b, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 1);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(0), xa_limit_32b, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 130);
	ck_assert_int_eq(xa_alloc(&xa1, &id, item(0), xa_limit_32b, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 1);
	xa_destroy(&xa);
	xa_destroy(&xa1);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(0), xa_limit_32b, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 0);
	xa_destroy(&xa);
}
END_TEST

START_TEST(alloc_respects_its_limit)
{
	DEFINE_XARRAY_ALLOC(xa);
	u32 id, i;

	for (i = 5; i <= 7; i++) {
		ck_assert_int_eq(xa_alloc(&xa, &id, item(i), XA_LIMIT(5, 7), GFP_KERNEL), 0);
		ck_assert_uint_eq(id, i);
	}
	id = 4711;
	ck_assert_int_eq(xa_alloc(&xa, &id, item(0), XA_LIMIT(5, 7), GFP_KERNEL), -EBUSY);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(0), XA_LIMIT(9, 8), GFP_KERNEL), -EBUSY);
	ck_assert_uint_eq(id, 4711);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(0), XA_LIMIT(UINT_MAX, UINT_MAX), GFP_KERNEL), 0);
	ck_assert_uint_eq(id, UINT_MAX);
	xa_destroy(&xa);
}
END_TEST

START_TEST(alloc_from_a_plain_array_warns)
{
	DEFINE_XARRAY(xa);
	u32 id;

	udm_warn_expect("", 1);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(0), xa_limit_32b, GFP_KERNEL), -EINVAL);
}
END_TEST

static int cyclic(struct xarray *xa, u32 *id, struct xa_limit limit, u32 *next)
{
	int res;

	xa_lock(xa);
	res = __xa_alloc_cyclic(xa, id, item(0), limit, next, GFP_KERNEL);
	xa_unlock(xa);
	return res;
}

START_TEST(cyclic_wraps_at_the_limit)
{
	DEFINE_XARRAY_ALLOC(xa);
	u32 id, next = INT_MAX;

	ck_assert_int_eq(cyclic(&xa, &id, xa_limit_31b, &next), 0);
	ck_assert_uint_eq(id, INT_MAX);
	ck_assert_int_eq(cyclic(&xa, &id, xa_limit_31b, &next), 1);
	ck_assert_uint_eq(id, 0);
	ck_assert_uint_eq(next, 1);
	next = INT_MAX;
	ck_assert_int_eq(xa_alloc_cyclic(&xa, &id, item(0), xa_limit_31b, &next, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, 1);
	xa_destroy(&xa);
}
END_TEST

START_TEST(cyclic_counter_overflows_to_zero)
{
	DEFINE_XARRAY_ALLOC(xa);
	u32 id, next = UINT_MAX;

	ck_assert_int_eq(cyclic(&xa, &id, xa_limit_32b, &next), 0);
	ck_assert_uint_eq(id, UINT_MAX);
	ck_assert_uint_eq(next, 0);
	ck_assert_int_eq(cyclic(&xa, &id, xa_limit_32b, &next), 1);
	ck_assert_uint_eq(id, 0);
	ck_assert_int_eq(cyclic(&xa, &id, xa_limit_32b, &next), 0);
	ck_assert_uint_eq(id, 1);
	ck_assert_int_eq(cyclic(&xa, &id, XA_LIMIT(0, 1), &next), -EBUSY);
	xa_destroy(&xa);
}
END_TEST

/* The same life of an id in each flavour; a lock left in another flavour would warn. */
#define LIFE_IN_FLAVOUR(flavour, flags)							\
	do {										\
		DEFINE_XARRAY_FLAGS(xa, XA_FLAGS_ALLOC | (flags));			\
		u32 id, next = 5;							\
											\
		ck_assert_int_eq(xa_alloc##flavour(&xa, &id, item(0), xa_limit_16b,	\
						   GFP_KERNEL), 0);			\
		ck_assert_int_eq(xa_alloc_cyclic##flavour(&xa, &id, item(1),		\
							  xa_limit_16b, &next, GFP_KERNEL), 0);	\
		ck_assert_uint_eq(id, 5);						\
		ck_assert_int_eq(xa_insert##flavour(&xa, 5, item(2), GFP_KERNEL), -EBUSY); \
		ck_assert_int_eq(xa_reserve##flavour(&xa, 1, GFP_KERNEL), 0);		\
		ck_assert_ptr_null(xa_store##flavour(&xa, 1, item(3), GFP_KERNEL));	\
		ck_assert_ptr_eq(xa_cmpxchg##flavour(&xa, 1, item(3), item(4), GFP_KERNEL), \
				 item(3));						\
		ck_assert_ptr_eq(xa_erase##flavour(&xa, 1), item(4));			\
		xa_destroy(&xa);							\
	} while (0)

START_TEST(flavours_of_the_lock_do_the_same)
{
	/* Each array gets its memory from the second step, which drops and takes the lock. */
	udm_fault_nth(1);
	LIFE_IN_FLAVOUR(, 0);
	udm_fault_nth(1);
	LIFE_IN_FLAVOUR(_bh, XA_FLAGS_LOCK_BH);
	udm_fault_nth(1);
	LIFE_IN_FLAVOUR(_irq, XA_FLAGS_LOCK_IRQ);
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
}
END_TEST

START_TEST(locks_of_two_arrays_nest)
{
	DEFINE_XARRAY_FLAGS(outer, XA_FLAGS_LOCK_IRQ);
	struct xarray inner;
	unsigned long flags;

	xa_init_flags(&inner, XA_FLAGS_LOCK_IRQ);
	xa_lock_irqsave(&outer, flags);
	xa_lock_nested(&inner, SINGLE_DEPTH_NESTING);
	ck_assert(!xa_trylock(&inner));
	xa_unlock(&inner);
	xa_unlock_irqrestore(&outer, flags);
	xa_lock_irq_nested(&outer, SINGLE_DEPTH_NESTING);
	ck_assert(irqs_disabled());
	xa_unlock_irq(&outer);
	xa_lock_irqsave_nested(&outer, flags, SINGLE_DEPTH_NESTING);
	xa_unlock_irqrestore(&outer, flags);
	xa_init(&inner);
	xa_lock_bh_nested(&inner, SINGLE_DEPTH_NESTING);
	ck_assert(in_softirq() && !preemptible());
	xa_unlock_bh(&inner);
	ck_assert(preemptible());
}
END_TEST

START_TEST(find_and_iteration_ascend)
{
	static const unsigned long at[] = { 0, 5, 64, 70, 5000, 1UL << 40, ULONG_MAX };
	DEFINE_XARRAY(xa);
	unsigned long index = 0;
	unsigned int i, n = 0;
	void *e;

	for (i = 0; i < ARRAY_SIZE(at); i++)
		xa_store(&xa, at[i], item(i), GFP_KERNEL);
	xa_for_each(&xa, index, e) {
		ck_assert_uint_eq(index, at[n]);
		ck_assert_ptr_eq(e, item(n++));
	}
	ck_assert_uint_eq(n, ARRAY_SIZE(at));
	ck_assert_ptr_null(e);
	index = 6;
	ck_assert_ptr_eq(xa_find(&xa, &index, 64, XA_PRESENT), item(2));
	index = 65;
	ck_assert_ptr_null(xa_find(&xa, &index, 69, XA_PRESENT));
	ck_assert_uint_eq(index, 65);
	index = 70;
	ck_assert_ptr_eq(xa_find_after(&xa, &index, ULONG_MAX, XA_PRESENT), item(4));
	index = ULONG_MAX;
	ck_assert_ptr_null(xa_find_after(&xa, &index, ULONG_MAX, XA_PRESENT));
	xa_for_each_range(&xa, index, e, 5, 70)
		n--;
	ck_assert_uint_eq(n, 4);
	xa_destroy(&xa);
}
END_TEST

START_TEST(the_body_may_erase_while_iterating)
{
	DEFINE_XARRAY(xa);
	unsigned long index;
	unsigned int n = 0;
	void *e;

	for (index = 0; index < 1000; index += 7)
		xa_store(&xa, index, item(index % 128), GFP_KERNEL);
	xa_for_each(&xa, index, e) {
		xa_erase(&xa, index);
		n++;
	}
	ck_assert_uint_eq(n, 143);
	ck_assert(xa_empty(&xa));
}
END_TEST

START_TEST(marks_follow_entries)
{
	DEFINE_XARRAY(xa);
	unsigned long index;
	unsigned int n = 0;
	void *e, *got[4];

	for (index = 0; index < 300; index++)
		xa_store(&xa, index, item(index % 128), GFP_KERNEL);
	xa_set_mark(&xa, 5, XA_MARK_1);
	xa_set_mark(&xa, 260, XA_MARK_1);
	xa_set_mark(&xa, 1000, XA_MARK_1);
	ck_assert(xa_get_mark(&xa, 5, XA_MARK_1));
	ck_assert(!xa_get_mark(&xa, 5, XA_MARK_0));
	ck_assert(!xa_get_mark(&xa, 1000, XA_MARK_1));
	ck_assert(xa_marked(&xa, XA_MARK_1));
	ck_assert(!xa_marked(&xa, XA_MARK_2));
	xa_for_each_marked(&xa, index, e, XA_MARK_1)
		n++;
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(xa_extract(&xa, got, 6, ULONG_MAX, 4, XA_MARK_1), 1);
	ck_assert_ptr_eq(got[0], item(260 % 128));
	xa_store(&xa, 5, NULL, GFP_KERNEL);
	xa_store(&xa, 5, item(5), GFP_KERNEL);
	ck_assert(!xa_get_mark(&xa, 5, XA_MARK_1));
	xa_clear_mark(&xa, 260, XA_MARK_1);
	ck_assert(!xa_marked(&xa, XA_MARK_1));
	xa_destroy(&xa);
}
END_TEST

START_TEST(a_lone_entry_in_the_head_keeps_its_marks)
{
	DEFINE_XARRAY(xa);

	xa_store(&xa, 0, item(0), GFP_KERNEL);
	xa_set_mark(&xa, 0, XA_MARK_2);
	ck_assert(xa_get_mark(&xa, 0, XA_MARK_2));
	/* Growing the tree carries the mark along. */
	xa_store(&xa, 100000, item(1), GFP_KERNEL);
	ck_assert(xa_get_mark(&xa, 0, XA_MARK_2));
	ck_assert(!xa_get_mark(&xa, 100000, XA_MARK_2));
	xa_erase(&xa, 100000);
	ck_assert(xa_get_mark(&xa, 0, XA_MARK_2));
	xa_erase(&xa, 0);
	ck_assert(xa_empty(&xa));
	ck_assert(!xa_marked(&xa, XA_MARK_2));
}
END_TEST

START_TEST(cursor_walks_and_pauses)
{
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 0);
	unsigned int n = 0;
	void *e;

	for (unsigned long i = 0; i < 200; i += 3)
		xa_store(&xa, i, item(i % 128), GFP_KERNEL);
	ck_assert_int_eq(xa_reserve(&xa, 1, GFP_KERNEL), 0);
	rcu_read_lock();
	xas_for_each(&xas, e, ULONG_MAX) {
		if (xas_retry(&xas, e))
			continue;
		ck_assert_uint_eq(xas.xa_index, 3 * n++);
		if (n == 10) {
			xas_pause(&xas);
			rcu_read_unlock();
			rcu_read_lock();
		}
	}
	rcu_read_unlock();
	ck_assert_uint_eq(n, 67);
	xas_set(&xas, 3);
	ck_assert_ptr_eq(xas_load(&xas), item(3));
	ck_assert_ptr_null(xas_next(&xas));
	ck_assert_ptr_eq(xas_prev(&xas), item(3));
	xa_destroy(&xa);
}
END_TEST

START_TEST(index_zero_of_an_empty_array_needs_no_memory)
{
	DEFINE_XARRAY(xa);

	udm_fault_nth(1);
	ck_assert_ptr_null(xa_store(&xa, 0, item(0), GFP_KERNEL));
	ck_assert_uint_eq(udm_fault_nth_left(), 1);
	udm_fault_nth(0);
	xa_erase(&xa, 0);
}
END_TEST

START_TEST(out_of_memory_leaves_the_array_unchanged)
{
	DEFINE_XARRAY(xa);
	u32 id;

	xa_store(&xa, 0, item(0), GFP_KERNEL);
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "probability", 100);
	udm_fault_set("failslab", "times", -1);
	ck_assert_int_eq(xa_err(xa_store(&xa, 1UL << 30, item(1), GFP_KERNEL)), -ENOMEM);
	ck_assert_int_eq(xa_insert(&xa, 77, item(1), GFP_ATOMIC), -ENOMEM);
	udm_fault_reset();
	ck_assert_ptr_eq(xa_load(&xa, 0), item(0));
	ck_assert_ptr_null(xa_load(&xa, 77));
	xa_erase(&xa, 0);
	ck_assert(xa_empty(&xa));
	/* One node is refused: the retry with the caller's flags gets it. */
	udm_fault_nth(1);
	ck_assert_int_eq(xa_insert(&xa, 77, item(1), GFP_KERNEL), 0);
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	xa_erase(&xa, 77);
	xa_init_flags(&xa, XA_FLAGS_ALLOC);
	ck_assert_int_eq(xa_alloc(&xa, &id, item(0), xa_limit_32b, GFP_NOWAIT), 0);
	xa_destroy(&xa);
}
END_TEST

static int sweep_store(void *ctx)
{
	DEFINE_XARRAY_ALLOC(xa);
	int err = 0;
	u32 id;

	for (int i = 0; !err && i < 70; i++)
		err = xa_alloc(&xa, &id, item(0), xa_limit_32b, GFP_KERNEL);
	if (!err)
		err = xa_err(xa_store(&xa, 1UL << 50, item(0), GFP_KERNEL));
	xa_destroy(&xa);
	return err;
}

START_TEST(every_allocation_may_fail)
{
	ck_assert_msg(udm_fault_sweep(sweep_store, NULL) > 5, "%s", udm_fault_sweep_message());
}
END_TEST

Suite *xarray_suite(void)
{
	Suite *s = suite_create("xarray");
	TCase *tc = machine_tcase(s, "operations");

	tcase_add_test(tc, store_load_erase_at_far_apart_indices);
	tcase_add_test(tc, values_and_errors_are_told_apart);
	tcase_add_test(tc, internal_entries_are_refused);
	tcase_add_test(tc, cmpxchg_stores_only_on_a_match);
	tcase_add_test(tc, insert_and_reserve);
	tcase_add_test(tc, flavours_of_the_lock_do_the_same);
	tcase_add_test(tc, locks_of_two_arrays_nest);
	tcase_add_test(tc, find_and_iteration_ascend);
	tcase_add_test(tc, the_body_may_erase_while_iterating);
	tcase_add_test(tc, marks_follow_entries);
	tcase_add_test(tc, a_lone_entry_in_the_head_keeps_its_marks);
	tcase_add_test(tc, cursor_walks_and_pauses);
	tc = machine_tcase(s, "ids");
	tcase_add_test(tc, reservations_are_invisible_until_stored);
	tcase_add_test(tc, store_of_null_at_a_free_id_makes_it_busy);
	tcase_add_test(tc, alloc_gives_the_lowest_free_id);
	tcase_add_test(tc, alloc_respects_its_limit);
	tcase_add_test(tc, alloc_from_a_plain_array_warns);
	tcase_add_test(tc, cyclic_wraps_at_the_limit);
	tcase_add_test(tc, cyclic_counter_overflows_to_zero);
	tc = machine_tcase(s, "memory");
	tcase_add_test(tc, index_zero_of_an_empty_array_needs_no_memory);
	tcase_add_test(tc, out_of_memory_leaves_the_array_unchanged);
	tcase_add_test(tc, every_allocation_may_fail);
	return s;
}
