// SPDX-License-Identifier: GPL-2.0-only
/*
 * IDR and IDA: which ids are given, and every way to be refused.
 */
#include <linux/idr.h>
#include <linux/slab.h>
#include <udevmem/fault.h>
#include <udevmem/warn.h>

#include "fixture.h"
#include "xarray_rig.h"

static int compare(int id, void *p, void *bytes)
{
	return p == (char *)bytes + id ? 0 : -EINVAL;
}

static int stop_at_two(int id, void *p, void *data)
{
	++*(int *)data;
	return id == 2 ? 77 : 0;
}

/* An idr keeps what an array would take for something else: odd pointers, values, errors. */
START_TEST(any_pointer_is_kept)
{
	static char bytes[12];
	DEFINE_IDR(idr);
	unsigned long id, tmp;
	int calls = 0;
	void *p;

	for (int i = 0; i < 12; i++)
		ck_assert_int_eq(idr_alloc(&idr, &bytes[i], 0, 0, GFP_KERNEL), i);
	for (int i = 0; i < 12; i++)
		ck_assert_ptr_eq(idr_find(&idr, i), &bytes[i]);
	ck_assert_int_eq(idr_for_each(&idr, compare, bytes), 0);
	ck_assert_int_eq(idr_for_each(&idr, stop_at_two, &calls), 77);
	ck_assert_int_eq(calls, 3);
	idr_for_each_entry_ul(&idr, p, tmp, id)
		ck_assert_ptr_eq(p, &bytes[id]);
	ck_assert_ptr_eq(idr_replace(&idr, ERR_PTR(-ENOMEM), 1), &bytes[1]);
	ck_assert_ptr_eq(idr_replace(&idr, xa_mk_value(77), 1), ERR_PTR(-ENOMEM));
	ck_assert_ptr_eq(idr_remove(&idr, 1), xa_mk_value(77));
	ck_assert_ptr_null(idr_find(&idr, 1UL << 32));
	ck_assert_ptr_null(idr_remove(&idr, 1));
	idr_destroy(&idr);
	ck_assert(idr_is_empty(&idr));
}
END_TEST

START_TEST(ids_of_a_range)
{
	DEFINE_IDR(idr);
	int id;
	void *p;

	ck_assert_int_eq(idr_alloc(&idr, item(0), 10, 12, GFP_KERNEL), 10);
	ck_assert_int_eq(idr_alloc(&idr, NULL, 10, 12, GFP_KERNEL), 11);
	ck_assert_int_eq(idr_alloc(&idr, item(1), 10, 12, GFP_KERNEL), -ENOSPC);
	ck_assert_int_eq(idr_alloc(&idr, item(1), 10, 10, GFP_KERNEL), -ENOSPC);
	ck_assert_ptr_eq(idr_find(&idr, 10), item(0));
	ck_assert_ptr_null(idr_find(&idr, 11));
	ck_assert_ptr_null(idr_replace(&idr, item(2), 11));
	ck_assert_int_eq(PTR_ERR(idr_replace(&idr, item(2), 12)), -ENOENT);
	ck_assert_ptr_eq(idr_remove(&idr, 10), item(0));
	ck_assert_int_eq(idr_alloc(&idr, item(3), INT_MAX, 0, GFP_KERNEL), INT_MAX);
	ck_assert_int_eq(idr_alloc(&idr, item(3), INT_MAX, 0, GFP_KERNEL), -ENOSPC);
	id = 0;
	idr_for_each_entry(&idr, p, id)
		ck_assert(p == item(2) || p == item(3));
	udm_warn_expect("", 1);
	ck_assert_int_eq(idr_alloc(&idr, item(0), -1, 0, GFP_KERNEL), -EINVAL);
	idr_destroy(&idr);
}
END_TEST

START_TEST(cyclic_ids_go_round)
{
	DEFINE_IDR(idr);

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(idr_alloc_cyclic(&idr, item(i), 5, 8, GFP_KERNEL), 5 + i);
	ck_assert_uint_eq(idr_get_cursor(&idr), 8);
	ck_assert_int_eq(idr_alloc_cyclic(&idr, item(3), 5, 8, GFP_KERNEL), -ENOSPC);
	ck_assert_uint_eq(idr_get_cursor(&idr), 8);
	idr_remove(&idr, 6);
	ck_assert_int_eq(idr_alloc_cyclic(&idr, item(3), 5, 8, GFP_KERNEL), 6);
	idr_remove(&idr, 5);
	idr_remove(&idr, 6);
	/* Not the lowest, but the next one. */
	idr_set_cursor(&idr, 6);
	ck_assert_int_eq(idr_alloc_cyclic(&idr, item(3), 5, 8, GFP_KERNEL), 6);
	idr_set_cursor(&idr, INT_MAX);
	ck_assert_int_eq(idr_alloc_cyclic(&idr, item(3), 0, 0, GFP_KERNEL), INT_MAX);
	ck_assert_int_eq(idr_alloc_cyclic(&idr, item(3), 1, 0, GFP_KERNEL), 1);
	idr_destroy(&idr);
}
END_TEST

START_TEST(a_base_shifts_all_ids)
{
	struct idr idr;
	unsigned long ul;
	u32 id;
	int next;

	idr_init_base(&idr, 100);
	ck_assert_int_eq(idr_alloc(&idr, item(0), 0, 0, GFP_KERNEL), 100);
	ck_assert_int_eq(idr_alloc(&idr, item(1), 105, 0, GFP_KERNEL), 105);
	ck_assert_int_eq(idr_alloc(&idr, item(1), 0, 100, GFP_KERNEL), -ENOSPC);
	ck_assert_ptr_null(idr_find(&idr, 0));
	ck_assert_ptr_null(idr_remove(&idr, 99));
	ck_assert_int_eq(PTR_ERR(idr_replace(&idr, item(2), 99)), -ENOENT);
	ck_assert_ptr_eq(idr_find(&idr, 105), item(1));
	next = 0;
	ck_assert_ptr_eq(idr_get_next(&idr, &next), item(0));
	ck_assert_int_eq(next, 100);
	ul = 101;
	ck_assert_ptr_eq(idr_get_next_ul(&idr, &ul), item(1));
	ck_assert_uint_eq(ul, 105);
	ul = 106;
	ck_assert_ptr_null(idr_get_next_ul(&idr, &ul));
	ck_assert_uint_eq(ul, 106);
	/* The last ids there are, and none beyond. */
	id = UINT_MAX;
	ck_assert_int_eq(idr_alloc_u32(&idr, item(3), &id, UINT_MAX, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, UINT_MAX);
	ck_assert_int_eq(idr_alloc_u32(&idr, item(3), &id, ULONG_MAX, GFP_KERNEL), -ENOSPC);
	ck_assert_uint_eq(id, UINT_MAX);
	ck_assert_ptr_eq(idr_remove(&idr, UINT_MAX), item(3));
	idr_destroy(&idr);
}
END_TEST

START_TEST(a_walk_continues_where_told)
{
	DEFINE_IDR(idr);
	unsigned long ul, tmp;
	unsigned int n = 0;
	int id = 4;
	void *p;

	for (int i = 0; i < 10; i++)
		idr_alloc(&idr, i % 3 ? item(i) : NULL, 0, 0, GFP_KERNEL);
	/* Ids for NULL are taken, and not shown. */
	idr_for_each_entry_continue(&idr, p, id) {
		ck_assert_ptr_eq(p, item(id));
		n++;
	}
	ck_assert_uint_eq(n, 4);
	ul = 7;
	idr_for_each_entry_continue_ul(&idr, p, tmp, ul)
		n++;
	ck_assert_uint_eq(n, 6);
	/* The body may remove what it is at. */
	idr_for_each_entry(&idr, p, id)
		ck_assert_ptr_eq(idr_remove(&idr, id), p);
	for (int i = 0; i < 10; i += 3)
		idr_remove(&idr, i);
	ck_assert(idr_is_empty(&idr));
}
END_TEST

START_TEST(ids_beyond_int_do_not_fit_a_walk)
{
	DEFINE_IDR(idr);
	u32 id = INT_MAX + 1U;
	int next = 0, calls = 0;

	ck_assert_int_eq(idr_alloc_u32(&idr, item(0), &id, UINT_MAX, GFP_KERNEL), 0);
	ck_assert_uint_eq(id, INT_MAX + 1U);
	udm_warn_expect("", 2);
	ck_assert_ptr_null(idr_get_next(&idr, &next));
	ck_assert_int_eq(idr_for_each(&idr, stop_at_two, &calls), 0);
	ck_assert_int_eq(calls, 0);
	idr_destroy(&idr);
}
END_TEST

static void fail_slabs(void)
{
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "probability", 100);
	udm_fault_set("failslab", "times", -1);
	udm_fault_set("failslab", "verbose", 0);
}

START_TEST(out_of_memory_leaves_the_id_alone)
{
	DEFINE_IDR(idr);
	DEFINE_IDA(ida);
	u32 id = 5;

	fail_slabs();
	ck_assert_int_eq(idr_alloc_u32(&idr, item(0), &id, UINT_MAX, GFP_KERNEL), -ENOMEM);
	ck_assert_uint_eq(id, 5);
	ck_assert_int_eq(idr_alloc(&idr, item(0), 1, 0, GFP_ATOMIC), -ENOMEM);
	ck_assert_int_eq(idr_alloc_cyclic(&idr, item(0), 1, 0, GFP_ATOMIC), -ENOMEM);
	ck_assert_uint_eq(idr_get_cursor(&idr), 0);
	ck_assert_int_eq(ida_alloc_min(&ida, 1, GFP_KERNEL), -ENOMEM);
	udm_fault_reset();
	ck_assert(idr_is_empty(&idr) && ida_is_empty(&ida));
}
END_TEST

/* The worst case: a lone entry, and an id that needs every level there is. */
START_TEST(preloading_makes_the_next_one_safe)
{
	DEFINE_IDR(idr);
	u32 id = UINT_MAX;

	ck_assert_int_eq(idr_alloc(&idr, item(0), 0, 0, GFP_KERNEL), 0);
	idr_preload(GFP_KERNEL);
	ck_assert(!preemptible());
	fail_slabs();
	idr_lock(&idr);
	ck_assert_int_eq(idr_alloc_u32(&idr, item(1), &id, UINT_MAX, GFP_NOWAIT), 0);
	ck_assert_int_eq(idr_alloc(&idr, item(1), 1 << 20, 0, GFP_NOWAIT), -ENOMEM);
	idr_unlock(&idr);
	idr_preload_end();
	ck_assert(preemptible());
	/* Without memory it does nothing; what is not used is given back. */
	idr_preload(GFP_KERNEL);
	ck_assert_int_eq(idr_alloc(&idr, item(1), 1 << 20, 0, GFP_NOWAIT), -ENOMEM);
	idr_preload_end();
	udm_fault_reset();
	idr_preload(GFP_KERNEL);
	idr_preload_end();
	idr_destroy(&idr);
}
END_TEST

static int sweep_preload(void *ctx)
{
	DEFINE_IDR(idr);
	int id;

	idr_preload(GFP_KERNEL);
	id = idr_alloc(&idr, item(0), 5000, 0, GFP_NOWAIT);
	idr_preload_end();
	idr_destroy(&idr);
	return id < 0 ? id : 0;
}

static int sweep_ids(void *ctx)
{
	DEFINE_IDR(idr);
	DEFINE_IDA(ida);
	int err = 0;

	for (int i = 0; err >= 0 && i < 5; i++)
		err = idr_alloc(&idr, item(i), i * 100, 0, GFP_KERNEL);
	for (int i = 0; err >= 0 && i < 5; i++)
		err = ida_alloc_min(&ida, i * 100, GFP_KERNEL);
	idr_destroy(&idr);
	ida_destroy(&ida);
	return err < 0 ? err : 0;
}

START_TEST(every_allocation_may_fail)
{
	ck_assert_msg(udm_fault_sweep(sweep_preload, NULL) > 5, "%s", udm_fault_sweep_message());
	ck_assert_msg(udm_fault_sweep(sweep_ids, NULL) > 5, "%s", udm_fault_sweep_message());
}
END_TEST

START_TEST(an_id_may_go_with_its_scope)
{
	DEFINE_IDR(idr);
	int kept;

	{
		CLASS(idr_alloc, gone)(&idr, item(0), 3, 0, GFP_KERNEL);
		CLASS(idr_alloc, taken)(&idr, item(1), 3, 0, GFP_KERNEL);
		CLASS(idr_alloc, none)(&idr, item(1), 3, 5, GFP_KERNEL);

		ck_assert_int_eq(gone.id, 3);
		ck_assert_int_eq(none.id, -ENOSPC);
		kept = take_idr_id(taken).id;
	}
	ck_assert_ptr_null(idr_find(&idr, 3));
	ck_assert_ptr_eq(idr_find(&idr, kept), item(1));
	idr_destroy(&idr);
}
END_TEST

START_TEST(numbers_alone)
{
	DEFINE_IDA(ida);

	ck_assert_int_eq(ida_find_first(&ida), -ENOENT);
	ck_assert_int_eq(ida_alloc(&ida, GFP_KERNEL), 0);
	ck_assert_int_eq(ida_alloc_min(&ida, 5, GFP_KERNEL), 5);
	ck_assert_int_eq(ida_alloc_range(&ida, 5, 5, GFP_KERNEL), -ENOSPC);
	ck_assert_int_eq(ida_alloc_range(&ida, 7, 6, GFP_KERNEL), -ENOSPC);
	ck_assert_int_eq(ida_alloc_max(&ida, 0, GFP_KERNEL), -ENOSPC);
	ck_assert(ida_exists(&ida, 5));
	ck_assert(!ida_exists(&ida, 4));
	ck_assert_int_eq(ida_find_first_range(&ida, 1, 4), -ENOENT);
	ck_assert_int_eq(ida_find_first_range(&ida, 1, 5), 5);
	ida_free(&ida, 0);
	ck_assert_int_eq(ida_find_first(&ida), 5);
	ck_assert_int_eq(ida_alloc(&ida, GFP_KERNEL), 0);
	udm_warn_expect("ida_free called for id=9 which is not allocated.", 1);
	ida_free(&ida, 9);
	ida_destroy(&ida);
	ck_assert(ida_is_empty(&ida));
}
END_TEST

START_TEST(numbers_end_at_int_max)
{
	DEFINE_IDA(ida);

	ck_assert_int_eq(ida_alloc_range(&ida, INT_MAX, UINT_MAX, GFP_KERNEL), INT_MAX);
	ck_assert_int_eq(ida_alloc_min(&ida, INT_MAX, GFP_KERNEL), -ENOSPC);
	ck_assert_int_eq(ida_alloc_min(&ida, INT_MAX + 1U, GFP_KERNEL), -ENOSPC);
	ck_assert_int_eq(ida_find_first_range(&ida, INT_MAX + 1U, UINT_MAX), -EINVAL);
	ck_assert(!ida_exists(&ida, UINT_MAX));
	ck_assert(ida_exists(&ida, INT_MAX));
	/* Not an id at all. */
	ida_free(&ida, UINT_MAX);
	ida_free(&ida, INT_MAX);
	ck_assert(ida_is_empty(&ida));
}
END_TEST

Suite *idr_suite(void)
{
	Suite *s = suite_create("idr");
	TCase *tc = machine_tcase(s, "idr");

	tcase_add_test(tc, any_pointer_is_kept);
	tcase_add_test(tc, ids_of_a_range);
	tcase_add_test(tc, cyclic_ids_go_round);
	tcase_add_test(tc, a_base_shifts_all_ids);
	tcase_add_test(tc, a_walk_continues_where_told);
	tcase_add_test(tc, ids_beyond_int_do_not_fit_a_walk);
	tcase_add_test(tc, an_id_may_go_with_its_scope);
	tc = machine_tcase(s, "memory");
	tcase_add_test(tc, out_of_memory_leaves_the_id_alone);
	tcase_add_test(tc, preloading_makes_the_next_one_safe);
	tcase_add_test(tc, every_allocation_may_fail);
	tc = machine_tcase(s, "ida");
	tcase_add_test(tc, numbers_alone);
	tcase_add_test(tc, numbers_end_at_int_max);
	return s;
}
