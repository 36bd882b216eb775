// SPDX-License-Identifier: GPL-2.0-only
/* Workqueues in threads mode: races between queueing, running and cancelling. */
#include "fixture.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <string.h>

#define THREADS 4

static struct work_struct shared;
static struct delayed_work delayed;
static int inside, overlaps, runs;
static int published, seen;
static bool stop;

static void run_threads(void *(*fn)(void *), void *ctx)
{
	struct udm_thread *threads[THREADS];

	for (int n = 0; n < THREADS; n++)
		threads[n] = udm_thread_create("user", fn, ctx);
	for (int n = 0; n < THREADS; n++)
		udm_thread_join(threads[n]);
}

static void count_overlap(struct work_struct *work)
{
	if (__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) != 1)
		__atomic_add_fetch(&overlaps, 1, __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&runs, 1, __ATOMIC_SEQ_CST);
	seen = __atomic_load_n(&published, __ATOMIC_RELAXED);
	__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
}

static void *queue_often(void *ctx)
{
	for (int n = 0; n < 3000; n++) {
		__atomic_add_fetch(&published, 1, __ATOMIC_RELAXED);
		queue_work(n % 2 ? system_dfl_wq : system_percpu_wq, &shared);
	}
	return NULL;
}

static void reset(void)
{
	inside = overlaps = runs = published = seen = 0;
	stop = false;
	INIT_WORK(&shared, count_overlap);
	INIT_DELAYED_WORK(&delayed, count_overlap);
}

/* Each attempt, successful or not, is followed by a run that sees what came before it. */
START_TEST(last_run_sees_everything)
{
	reset();
	run_threads(queue_often, NULL);
	while (flush_work(&shared))
		;
	ck_assert_int_eq(overlaps, 0);
	ck_assert_int_ge(runs, 1);
	ck_assert_int_eq(seen, THREADS * 3000);
}
END_TEST

static void *cancel_often(void *ctx)
{
	for (int n = 0; n < 300; n++) {
		schedule_work(&shared);
		if (n % 3 == 0)
			cancel_work_sync(&shared);
		else if (n % 3 == 1)
			flush_work(&shared);
		else
			disable_work_sync(&shared), enable_work(&shared);
	}
	return NULL;
}

START_TEST(cancel_flush_and_disable_race)
{
	reset();
	run_threads(cancel_often, NULL);
	cancel_work_sync(&shared);
	ck_assert_int_eq(overlaps, 0);
	ck_assert_int_eq(inside, 0);
	ck_assert_uint_eq(work_busy(&shared), 0);
	ck_assert(schedule_work(&shared));
	ck_assert(flush_work(&shared));
}
END_TEST

static void *delay_often(void *ctx)
{
	for (int n = 0; n < 300; n++) {
		switch (n % 4) {
		case 0:
			queue_delayed_work(system_percpu_wq, &delayed, n % 3);
			break;
		case 1:
			mod_delayed_work(system_dfl_wq, &delayed, n % 2);
			break;
		case 2:
			cancel_delayed_work(&delayed);
			break;
		default:
			usleep_range(100, 1200);
			if (n % 8 == 3)
				flush_delayed_work(&delayed);
			else
				cancel_delayed_work_sync(&delayed);
		}
	}
	return NULL;
}

START_TEST(delayed_work_races)
{
	reset();
	run_threads(delay_often, NULL);
	cancel_delayed_work_sync(&delayed);
	ck_assert_int_eq(overlaps, 0);
	ck_assert_int_eq(inside, 0);
	ck_assert(!delayed_work_pending(&delayed));
}
END_TEST

struct object {
	struct work_struct work;
	struct delayed_work dwork;
	int *freed;
};

static void free_object(struct work_struct *work)
{
	struct object *o = container_of(work, struct object, work);

	__atomic_add_fetch(o->freed, 1, __ATOMIC_SEQ_CST);
	memset(o, 0x5a, sizeof(*o));
	kfree(o);
}

static void *free_by_work(void *ctx)
{
	for (int n = 0; n < 500; n++) {
		struct object *o = kzalloc(sizeof(*o), GFP_KERNEL);

		o->freed = ctx;
		INIT_WORK(&o->work, free_object);
		queue_work(n % 3 ? system_percpu_wq : system_bh_wq, &o->work);
	}
	return NULL;
}

START_TEST(items_free_themselves)
{
	int freed = 0;

	run_threads(free_by_work, &freed);
	for (int n = 0; n < 5000 && __atomic_load_n(&freed, __ATOMIC_SEQ_CST) < THREADS * 500; n++)
		msleep(1);
	ck_assert_int_eq(freed, THREADS * 500);
}
END_TEST

static void nothing(struct work_struct *work)
{
}

/* After a delayed work was cancelled its memory is free for other use. */
static void *free_after_cancel(void *ctx)
{
	for (int n = 0; n < 100; n++) {
		struct object *o = kzalloc(sizeof(*o), GFP_KERNEL);

		INIT_DELAYED_WORK(&o->dwork, nothing);
		schedule_delayed_work(&o->dwork, 1);
		usleep_range(500, 1500);
		cancel_delayed_work_sync(&o->dwork);
		memset(o, 0x5a, sizeof(*o));
		kfree(o);
	}
	return NULL;
}

START_TEST(cancelled_delayed_work_is_left_alone)
{
	run_threads(free_after_cancel, NULL);
}
END_TEST

static struct completion together;
static int arrived;

static void meet(struct work_struct *work)
{
	if (__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST) == 20)
		complete_all(&together);
	wait_for_completion(&together);
}

/* Items of one vCPU that wait for each other all get a worker. */
START_TEST(sleeping_items_make_room)
{
	struct work_struct works[20];

	arrived = 0;
	init_completion(&together);
	for (int n = 0; n < 20; n++) {
		INIT_WORK(&works[n], meet);
		schedule_work_on(1, &works[n]);
	}
	for (int n = 0; n < 20; n++)
		flush_work(&works[n]);
	ck_assert_int_eq(arrived, 20);
}
END_TEST

struct ticket {
	struct work_struct work;
	int number;
};

static int next_ticket, misordered;

static void check_ticket(struct work_struct *work)
{
	struct ticket *t = container_of(work, struct ticket, work);

	if (t->number != next_ticket++)
		misordered++;
	kfree(t);
}

START_TEST(ordered_queue_keeps_order_across_threads)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("tickets", 0);

	next_ticket = misordered = 0;
	for (int n = 0; n < 2000; n++) {
		struct ticket *t = kzalloc(sizeof(*t), GFP_KERNEL);

		INIT_WORK(&t->work, check_ticket);
		t->number = n;
		queue_work(wq, &t->work);
	}
	destroy_workqueue(wq);
	ck_assert_int_eq(next_ticket, 2000);
	ck_assert_int_eq(misordered, 0);
}
END_TEST

static void *flush_often(void *ctx)
{
	for (int n = 0; n < 200; n++) {
		queue_work(ctx, &shared);
		flush_workqueue(ctx);
	}
	return NULL;
}

START_TEST(flush_workqueue_race)
{
	struct workqueue_struct *wq = alloc_workqueue("flushed", WQ_UNBOUND, 2);

	reset();
	run_threads(flush_often, wq);
	destroy_workqueue(wq);
	ck_assert_int_eq(overlaps, 0);
}
END_TEST

static void bh_chain(struct work_struct *work)
{
	count_overlap(work);
	if (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		queue_work(system_bh_wq, work);
}

START_TEST(bh_item_cancelled_while_it_requeues_itself)
{
	reset();
	INIT_WORK(&shared, bh_chain);
	for (int n = 0; n < 50; n++) {
		queue_work_on(n % 4, system_bh_wq, &shared);
		usleep_range(50, 200);
		local_bh_disable();
		cancel_work_sync(&shared);
		local_bh_enable();
		ck_assert_uint_eq(work_busy(&shared), 0);
		ck_assert_int_eq(__atomic_load_n(&inside, __ATOMIC_SEQ_CST), 0);
	}
	ck_assert_int_eq(overlaps, 0);
}
END_TEST

Suite *workqueue_race_suite(void)
{
	Suite *s = suite_create("workqueue_race");
	TCase *tc = machine_tcase_threads(s, "threads");

	tcase_add_test(tc, last_run_sees_everything);
	tcase_add_test(tc, cancel_flush_and_disable_race);
	tcase_add_test(tc, delayed_work_races);
	tcase_add_test(tc, items_free_themselves);
	tcase_add_test(tc, cancelled_delayed_work_is_left_alone);
	tcase_add_test(tc, sleeping_items_make_room);
	tcase_add_test(tc, ordered_queue_keeps_order_across_threads);
	tcase_add_test(tc, flush_workqueue_race);
	tcase_add_test(tc, bh_item_cancelled_while_it_requeues_itself);
	return s;
}
