// SPDX-License-Identifier: GPL-2.0-only
/* Breakpoints: who stops, where, and who does not. */
#include "fixture.h"

#include <errno.h>
#include <linux/delay.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <udevmem/breakpoint.h>

#include "trace/sample.h"

static unsigned int passed;

static void *pack(void *ids)
{
	for (const int *id = ids; *id; id++) {
		trace_sample_pack(*id, "packer", NULL, 0);
		passed++;
	}
	return NULL;
}

static struct udm_thread *start_packing(const int *ids)
{
	passed = 0;
	return udm_thread_create("packer", pack, (void *)ids);
}

static const int one_to_four[] = { 1, 2, 3, 4, 0 };

START_TEST(stops_at_the_nth)
{
	struct udm_breakpoint *bp = udm_break_at("sample_pack", NULL, 2);
	struct udm_thread *packer = start_packing(one_to_four);

	ck_assert_ptr_nonnull(bp);
	ck_assert_str_eq(udm_break_text(bp), "");
	ck_assert_ptr_null(udm_break_task(bp));
	ck_assert(udm_break_wait(bp, 0));
	ck_assert_uint_eq(passed, 1);
	ck_assert_str_eq(udm_break_task(bp), "packer");
	ck_assert_ptr_nonnull(strstr(udm_break_text(bp), "id=2 "));
	udm_run_until_idle();
	ck_assert_uint_eq(passed, 1);
	ck_assert(udm_break_wait(bp, NSEC_PER_SEC));
	udm_break_continue(bp, 2);
	ck_assert(udm_break_wait(bp, 0));
	ck_assert_uint_eq(passed, 3);
	udm_break_clear(bp);
	udm_thread_join(packer);
	ck_assert_uint_eq(passed, 4);
}
END_TEST

START_TEST(text_selects)
{
	struct udm_breakpoint *bp = udm_break_at("sample:sample_pack", "doubled=6", 1);
	struct udm_thread *packer = start_packing(one_to_four);

	ck_assert(udm_break_wait(bp, 0));
	ck_assert_uint_eq(passed, 2);
	udm_break_continue(bp, 1);
	ck_assert(!udm_break_wait(bp, NSEC_PER_SEC));
	ck_assert_uint_eq(passed, 4);
	udm_break_clear(bp);
	udm_thread_join(packer);
}
END_TEST

/* The time a wait may take is virtual and bounds it. */
static void *pack_later(void *unused)
{
	msleep(10);
	return pack((void *)one_to_four);
}

START_TEST(waits_as_long_as_told)
{
	struct udm_breakpoint *bp = udm_break_at("sample_pack", NULL, 1);
	struct udm_thread *packer = udm_thread_create("later", pack_later, NULL);

	passed = 0;
	ck_assert(!udm_break_wait(bp, 0));
	ck_assert(!udm_break_wait(bp, 9 * NSEC_PER_MSEC));
	ck_assert_uint_eq(udm_now(), 9 * NSEC_PER_MSEC);
	ck_assert(udm_break_wait(bp, 5 * NSEC_PER_MSEC));
	ck_assert_uint_eq(udm_now(), 10 * NSEC_PER_MSEC);
	udm_break_clear(bp);
	udm_thread_join(packer);
}
END_TEST

/* A task that is stopped in a region keeps its lock. */
static DEFINE_SPINLOCK(lock);

static void *pack_locked(void *unused)
{
	spin_lock(&lock);
	pack((void *)one_to_four);
	spin_unlock(&lock);
	return NULL;
}

static void *take_lock(void *got)
{
	spin_lock(&lock);
	*(unsigned int *)got = passed;
	spin_unlock(&lock);
	return NULL;
}

START_TEST(stopped_tasks_keep_their_locks)
{
	struct udm_breakpoint *bp = udm_break_at("sample_pack", NULL, 3);
	struct udm_thread *packer = udm_thread_create("packer", pack_locked, NULL), *other;
	unsigned int got = 99;

	passed = 0;
	ck_assert(udm_break_wait(bp, 0));
	ck_assert(spin_is_locked(&lock));
	other = udm_thread_create("other", take_lock, &got);
	udm_run_until_idle();
	ck_assert_uint_eq(got, 99);
	udm_break_clear(bp);
	udm_thread_join(packer);
	udm_thread_join(other);
	ck_assert_uint_eq(got, 4);
}
END_TEST

static void work_packs(struct work_struct *work)
{
	pack((void *)one_to_four);
}

static DECLARE_WORK(packing, work_packs);

START_TEST(workers_stop_and_the_owner_does_not)
{
	struct udm_breakpoint *bp = udm_break_at("sample_pack", NULL, 1);

	passed = 0;
	pack((void *)one_to_four);
	ck_assert_uint_eq(passed, 4);
	ck_assert_ptr_null(udm_break_task(bp));
	schedule_work(&packing);
	ck_assert(udm_break_wait(bp, 0));
	ck_assert_uint_eq(passed, 4);
	ck_assert(work_busy(&packing));
	udm_break_clear(bp);
	flush_work(&packing);
	ck_assert_uint_eq(passed, 8);
}
END_TEST

START_TEST(two_breakpoints_stop_two_tasks)
{
	struct udm_breakpoint *second = udm_break_at("sample_pack", "id=2 ", 1);
	struct udm_breakpoint *fourth = udm_break_at("sample_pack", "id=4 ", 1);
	struct udm_thread *a = start_packing(one_to_four), *b;

	ck_assert(udm_break_wait(second, 0));
	b = udm_thread_create("other", pack, (void *)one_to_four);
	ck_assert(udm_break_wait(fourth, 0));
	ck_assert_str_eq(udm_break_task(second), "packer");
	ck_assert_str_eq(udm_break_task(fourth), "other");
	udm_break_clear(fourth);
	udm_thread_join(b);
	udm_break_clear(second);
	udm_thread_join(a);
	ck_assert_uint_eq(passed, 8);
}
END_TEST

START_TEST(bad_requests)
{
	errno = 0;
	ck_assert_ptr_null(udm_break_at("no_such_event", NULL, 1));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_ptr_null(udm_break_at("other:sample_pack", NULL, 1));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_ptr_null(udm_break_at("sample_pack", NULL, 0));
	ck_assert_int_eq(errno, EINVAL);
	udm_break_clear(NULL);
}
END_TEST

START_TEST(threads_have_none)
{
	errno = 0;
	ck_assert_ptr_null(udm_break_at("sample_pack", NULL, 1));
	ck_assert_int_eq(errno, EOPNOTSUPP);
}
END_TEST

Suite *breakpoint_suite(void)
{
	Suite *s = suite_create("breakpoint");
	TCase *tc = machine_tcase(s, "sim"), *threads = machine_tcase_threads(s, "threads");

	tcase_add_test(tc, stops_at_the_nth);
	tcase_add_test(tc, text_selects);
	tcase_add_test(tc, waits_as_long_as_told);
	tcase_add_test(tc, stopped_tasks_keep_their_locks);
	tcase_add_test(tc, workers_stop_and_the_owner_does_not);
	tcase_add_test(tc, two_breakpoints_stop_two_tasks);
	tcase_add_test(tc, bad_requests);
	tcase_add_test(threads, threads_have_none);
	return s;
}
