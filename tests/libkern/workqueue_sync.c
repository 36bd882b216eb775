// SPDX-License-Identifier: GPL-2.0-only
/* Workqueues: cancelling, flushing, disabling, draining, destroying. */
#include "fixture.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/workqueue.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/warn.h>

struct item {
	union {
		struct work_struct work;
		struct delayed_work dwork;
	};
	int runs;
	unsigned int sleep_ms;
	int requeues; /* tries to queue itself at the end, counts refusals */
	int refused;
	struct workqueue_struct *wq;
};

static void item_fn(struct work_struct *work)
{
	struct item *i = container_of(work, struct item, work);

	i->runs++;
	if (i->sleep_ms)
		msleep(i->sleep_ms);
	if (i->requeues-- > 0 && !queue_work(i->wq, work))
		i->refused++;
}

static void init_item(struct item *i)
{
	memset(i, 0, sizeof(*i));
	INIT_WORK(&i->work, item_fn);
	i->wq = system_percpu_wq;
}

static void init_delayed(struct item *i)
{
	init_item(i);
	INIT_DELAYED_WORK(&i->dwork, item_fn);
}

START_TEST(cancel_takes_a_pending_item)
{
	struct item i;

	init_item(&i);
	ck_assert(!cancel_work(&i.work));
	schedule_work(&i.work);
	ck_assert(cancel_work(&i.work));
	ck_assert(!work_pending(&i.work));
	schedule_work(&i.work);
	ck_assert(cancel_work_sync(&i.work));
	udm_run_until_idle();
	ck_assert_int_eq(i.runs, 0);
	ck_assert(schedule_work(&i.work));
	ck_assert(flush_work(&i.work));
	ck_assert_int_eq(i.runs, 1);
}
END_TEST

START_TEST(plain_cancel_does_not_wait)
{
	struct item i;
	u64 start;

	init_item(&i);
	i.sleep_ms = 10;
	schedule_work(&i.work);
	udm_run_until_idle();
	start = udm_now();
	ck_assert(!cancel_work(&i.work));
	ck_assert_uint_eq(udm_now(), start);
	ck_assert(!cancel_work_sync(&i.work));
	ck_assert_uint_eq(udm_now() - start, 10 * NSEC_PER_MSEC);
	ck_assert_uint_eq(work_busy(&i.work), 0);
}
END_TEST

START_TEST(nobody_queues_while_cancel_waits)
{
	struct item i;

	init_item(&i);
	i.sleep_ms = 10;
	i.requeues = 5;
	schedule_work(&i.work);
	udm_run_until_idle();
	ck_assert(!cancel_work_sync(&i.work));
	ck_assert(i.runs == 1 && i.refused == 1);
	ck_assert_uint_eq(work_busy(&i.work), 0);
	i.requeues = 0;
	ck_assert(schedule_work(&i.work));
	flush_work(&i.work);
	ck_assert_int_eq(i.runs, 2);
}
END_TEST

START_TEST(cancel_of_a_pending_and_running_item)
{
	struct item i;

	init_item(&i);
	i.sleep_ms = 10;
	schedule_work(&i.work);
	udm_run_until_idle();
	ck_assert(schedule_work(&i.work));
	ck_assert(cancel_work_sync(&i.work));
	ck_assert_int_eq(i.runs, 1);
	ck_assert_uint_eq(work_busy(&i.work), 0);
}
END_TEST

START_TEST(flush_waits_for_the_last_queueing)
{
	struct item i;

	init_item(&i);
	ck_assert(!flush_work(&i.work));
	i.sleep_ms = 10;
	schedule_work(&i.work);
	udm_run_until_idle();
	ck_assert(flush_work(&i.work));
	ck_assert_uint_eq(udm_now(), 10 * NSEC_PER_MSEC);
	ck_assert(!flush_work(&i.work));
	schedule_work(&i.work);
	udm_run_until_idle();
	schedule_work(&i.work);
	ck_assert(flush_work(&i.work));
	ck_assert_int_eq(i.runs, 3);
	ck_assert_uint_eq(udm_now(), 30 * NSEC_PER_MSEC);
}
END_TEST

static void *flush_it(void *ctx)
{
	return (void *)(long)flush_work(ctx);
}

START_TEST(cancelling_releases_the_flushers)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("held", 0);
	struct udm_thread *flusher;
	struct item blocker, i;

	init_item(&blocker);
	blocker.sleep_ms = 100;
	init_item(&i);
	queue_work(wq, &blocker.work);
	queue_work(wq, &i.work);
	flusher = udm_thread_create("flusher", flush_it, &i.work);
	udm_run_until_idle();
	ck_assert(cancel_work(&i.work));
	ck_assert_ptr_nonnull(udm_thread_join(flusher));
	ck_assert_uint_lt(udm_now(), 100 * NSEC_PER_MSEC);
	destroy_workqueue(wq);
	ck_assert(i.runs == 0 && blocker.runs == 1);
}
END_TEST

START_TEST(without_a_function_nobody_waits)
{
	struct work_struct work = { .func = NULL };

	INIT_LIST_HEAD(&work.entry);
	udm_warn_expect("flush_work", 1);
	ck_assert(!flush_work(&work));
	udm_warn_expect("cancel_item_sync", 1);
	ck_assert(!cancel_work_sync(&work));
	ck_assert_uint_eq(udm_warn_count(), 2);
}
END_TEST

START_TEST(delayed_cancel_and_flush)
{
	struct item i;

	init_delayed(&i);
	ck_assert(schedule_delayed_work(&i.dwork, 3600 * HZ));
	ck_assert(!flush_work(&i.work));
	ck_assert(cancel_delayed_work(&i.dwork));
	ck_assert(!cancel_delayed_work(&i.dwork));
	ck_assert(schedule_delayed_work(&i.dwork, 3600 * HZ));
	ck_assert(flush_delayed_work(&i.dwork));
	ck_assert_int_eq(i.runs, 1);
	ck_assert_uint_lt(udm_now(), NSEC_PER_SEC);
	ck_assert(schedule_delayed_work(&i.dwork, 10));
	ck_assert(cancel_delayed_work_sync(&i.dwork));
	udm_advance(jiffies_to_nsecs(20));
	ck_assert_int_eq(i.runs, 1);
}
END_TEST

START_TEST(delayed_item_in_the_queue_is_cancelled_too)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("held", 0);
	struct item blocker, i;

	init_item(&blocker);
	blocker.sleep_ms = 50;
	init_delayed(&i);
	queue_work(wq, &blocker.work);
	queue_delayed_work(wq, &i.dwork, 5);
	udm_advance(jiffies_to_nsecs(10));
	ck_assert(delayed_work_pending(&i.dwork) && !timer_pending(&i.dwork.timer));
	ck_assert(cancel_delayed_work_sync(&i.dwork));
	destroy_workqueue(wq);
	ck_assert_int_eq(i.runs, 0);
}
END_TEST

START_TEST(disabled_item_refuses)
{
	struct item i;

	init_item(&i);
	schedule_work(&i.work);
	ck_assert(disable_work(&i.work));
	ck_assert(!disable_work_sync(&i.work));
	ck_assert(!schedule_work(&i.work));
	ck_assert(!enable_work(&i.work));
	ck_assert(!schedule_work(&i.work));
	ck_assert(enable_work(&i.work));
	udm_run_until_idle();
	ck_assert_int_eq(i.runs, 0);
	ck_assert(schedule_work(&i.work));
	flush_work(&i.work);
	ck_assert_int_eq(i.runs, 1);
	ck_assert(!disable_work(&i.work));
	ck_assert(enable_and_queue_work(system_percpu_wq, &i.work));
	flush_work(&i.work);
	ck_assert_int_eq(i.runs, 2);
}
END_TEST

START_TEST(enabling_too_often_warns_once)
{
	struct item i;

	init_item(&i);
	udm_warn_expect("workqueue: work disable count underflowed", 1);
	enable_work(&i.work);
	enable_work(&i.work);
	ck_assert_uint_eq(udm_warn_count(), 1);
	schedule_work(&i.work);
	enable_work(&i.work);
	flush_work(&i.work);
	ck_assert_int_eq(i.runs, 1);
}
END_TEST

START_TEST(disabled_delayed_item_refuses)
{
	struct item i;

	init_delayed(&i);
	schedule_delayed_work(&i.dwork, 5);
	ck_assert(disable_delayed_work_sync(&i.dwork));
	ck_assert(!schedule_delayed_work(&i.dwork, 5));
	ck_assert(!mod_delayed_work(system_percpu_wq, &i.dwork, 5));
	udm_advance(jiffies_to_nsecs(10));
	ck_assert_int_eq(i.runs, 0);
	ck_assert(enable_delayed_work(&i.dwork));
	ck_assert(schedule_delayed_work(&i.dwork, 5));
	udm_advance(jiffies_to_nsecs(5));
	ck_assert_int_eq(i.runs, 1);
}
END_TEST

START_TEST(flush_workqueue_waits_for_what_was_queued_before)
{
	struct workqueue_struct *wq = alloc_workqueue("flushed", WQ_UNBOUND, 0);
	struct item early[5], late;

	for (int n = 0; n < 5; n++) {
		init_item(&early[n]);
		early[n].sleep_ms = 5 * (n + 1);
		early[n].requeues = 1;
		early[n].wq = wq;
		queue_work(wq, &early[n].work);
	}
	init_item(&late);
	flush_workqueue(wq);
	ck_assert_uint_eq(udm_now(), 25 * NSEC_PER_MSEC);
	for (int n = 0; n < 5; n++)
		ck_assert_int_ge(early[n].runs, 1);
	ck_assert_uint_ne(work_busy(&early[4].work), 0);
	drain_workqueue(wq);
	ck_assert_int_eq(early[4].runs, 2);
	destroy_workqueue(wq);
}
END_TEST

static void *flush_queue(void *ctx)
{
	flush_workqueue(ctx);
	return NULL;
}

/* More flushers at a time than there are colours. */
START_TEST(many_concurrent_flushes)
{
	struct workqueue_struct *wq = alloc_workqueue("flushed", WQ_UNBOUND, 0);
	struct udm_thread *flushers[40];
	struct item items[40];

	for (int n = 0; n < 40; n++) {
		init_item(&items[n]);
		items[n].sleep_ms = 3 + n % 4;
		queue_work(wq, &items[n].work);
		flushers[n] = udm_thread_create("flusher", flush_queue, wq);
		udm_run_until_idle();
	}
	for (int n = 0; n < 40; n++)
		udm_thread_join(flushers[n]);
	for (int n = 0; n < 40; n++)
		ck_assert_int_eq(items[n].runs, 1);
	destroy_workqueue(wq);
}
END_TEST

static void *drain_queue(void *ctx)
{
	drain_workqueue(ctx);
	return NULL;
}

START_TEST(draining_queue_takes_only_its_own_items)
{
	struct workqueue_struct *wq = alloc_workqueue("drained", 0, 0);
	struct udm_thread *drainer;
	struct item chain, outsider;

	init_item(&chain);
	chain.sleep_ms = 5;
	chain.requeues = 3;
	chain.wq = wq;
	init_item(&outsider);
	queue_work(wq, &chain.work);
	drainer = udm_thread_create("drainer", drain_queue, wq);
	udm_run_until_idle();
	udm_warn_expect("on wq drained", 1);
	ck_assert(queue_work(wq, &outsider.work));
	ck_assert_uint_eq(udm_warn_count(), 1);
	udm_thread_join(drainer);
	ck_assert(chain.runs == 4 && chain.refused == 0);
	/* Refused for good, but not lost for its owner. */
	ck_assert(outsider.runs == 0 && work_pending(&outsider.work));
	ck_assert(!queue_work(wq, &outsider.work));
	ck_assert(cancel_work_sync(&outsider.work));
	ck_assert(queue_work(wq, &outsider.work));
	flush_work(&outsider.work);
	ck_assert_int_eq(outsider.runs, 1);
	destroy_workqueue(wq);
}
END_TEST

START_TEST(bh_chain_survives_draining)
{
	struct workqueue_struct *wq = alloc_workqueue("bh", WQ_BH, 0);
	struct item chain;

	init_item(&chain);
	chain.requeues = 25;
	chain.wq = wq;
	queue_work(wq, &chain.work);
	destroy_workqueue(wq);
	ck_assert_int_eq(chain.runs, 26);
}
END_TEST

START_TEST(destroy_finishes_what_is_queued)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("gone", 0);
	struct item items[5];

	for (int n = 0; n < 5; n++) {
		init_item(&items[n]);
		items[n].sleep_ms = 2;
		queue_work(wq, &items[n].work);
	}
	destroy_workqueue(wq);
	for (int n = 0; n < 5; n++)
		ck_assert_int_eq(items[n].runs, 1);
	/* An item remembers no queue that is gone. */
	ck_assert(!cancel_work_sync(&items[0].work));
	ck_assert(schedule_work(&items[0].work));
	flush_work(&items[0].work);
}
END_TEST

/* Queues that are gone refuse items as draining ones do. */
START_TEST(a_destroyed_queue_takes_nothing)
{
	struct workqueue_struct *wq = alloc_workqueue("late", _i ? WQ_UNBOUND : WQ_PERCPU, 0);
	struct item i, later;

	init_item(&i);
	init_delayed(&later);
	destroy_workqueue(wq);
	udm_warn_expect("on wq late", 1);
	ck_assert(queue_work(wq, &i.work));
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert(queue_delayed_work(wq, &later.dwork, 2));
	msleep(10);
	ck_assert(i.runs == 0 && work_pending(&i.work) && work_pending(&later.work));
	ck_assert(cancel_work_sync(&i.work));
	ck_assert(cancel_delayed_work_sync(&later.dwork));
	/* Many more, and none is a leak. */
	for (int n = 0; n < 100; n++)
		destroy_workqueue(alloc_workqueue("more", 0, 0));
}
END_TEST

START_TEST(bh_item_is_cancelled_in_atomic_context)
{
	struct item i;

	init_item(&i);
	queue_work(system_bh_wq, &i.work);
	udm_run_until_idle();
	local_bh_disable();
	ck_assert(queue_work(system_bh_wq, &i.work));
	ck_assert(cancel_work_sync(&i.work));
	ck_assert(!cancel_work_sync(&i.work));
	local_bh_enable();
	ck_assert_int_eq(i.runs, 1);
}
END_TEST

static int under_way, overlaps;

static void overlap_fn(struct work_struct *work)
{
	struct item *i = container_of(work, struct item, work);

	if (under_way++)
		overlaps++;
	i->runs++;
	udm_yield();
	if (i->runs % 3 == 0)
		msleep(1);
	under_way--;
}

static void *queue_and_cancel(void *ctx)
{
	struct item *i = ctx;

	for (int n = 0; n < 15; n++) {
		switch (udm_random() % 5) {
		case 0:
			cancel_work_sync(&i->work);
			break;
		case 1:
			flush_work(&i->work);
			break;
		case 2:
			queue_work(system_dfl_wq, &i->work);
			break;
		default:
			queue_work_on(udm_random() % 4, system_percpu_wq, &i->work);
		}
		udm_yield();
	}
	return NULL;
}

/* Under no schedule does an item overlap itself, whatever queues it is put on. */
START_TEST(no_schedule_lets_an_item_overlap)
{
	for (unsigned int seed = 1; seed <= test_seeds(100); seed++) {
		const struct udm_config cfg = { .seed = seed, .preempt_permille = 100 };
		struct udm_thread *threads[3];
		struct item i;

		machine_boot_with(&cfg);
		init_item(&i);
		INIT_WORK(&i.work, overlap_fn);
		under_way = overlaps = 0;
		for (int n = 0; n < 3; n++)
			threads[n] = udm_thread_create("user", queue_and_cancel, &i);
		for (int n = 0; n < 3; n++)
			udm_thread_join(threads[n]);
		cancel_work_sync(&i.work);
		ck_assert_int_eq(under_way, 0);
		ck_assert_int_eq(overlaps, 0);
		ck_assert_uint_eq(work_busy(&i.work), 0);
		machine_shutdown();
	}
}
END_TEST

Suite *workqueue_sync_suite(void)
{
	Suite *s = suite_create("workqueue_sync");
	TCase *tc = machine_tcase(s, "sim");
	TCase *own = tcase_create("own machine");

	suite_add_tcase(s, own);
	tcase_add_test(tc, cancel_takes_a_pending_item);
	tcase_add_test(tc, plain_cancel_does_not_wait);
	tcase_add_test(tc, nobody_queues_while_cancel_waits);
	tcase_add_test(tc, cancel_of_a_pending_and_running_item);
	tcase_add_test(tc, flush_waits_for_the_last_queueing);
	tcase_add_test(tc, cancelling_releases_the_flushers);
	tcase_add_test(tc, without_a_function_nobody_waits);
	tcase_add_test(tc, delayed_cancel_and_flush);
	tcase_add_test(tc, delayed_item_in_the_queue_is_cancelled_too);
	tcase_add_test(tc, disabled_item_refuses);
	tcase_add_test(tc, enabling_too_often_warns_once);
	tcase_add_test(tc, disabled_delayed_item_refuses);
	tcase_add_test(tc, flush_workqueue_waits_for_what_was_queued_before);
	tcase_add_test(tc, many_concurrent_flushes);
	tcase_add_test(tc, draining_queue_takes_only_its_own_items);
	tcase_add_test(tc, bh_chain_survives_draining);
	tcase_add_test(tc, destroy_finishes_what_is_queued);
	tcase_add_loop_test(tc, a_destroyed_queue_takes_nothing, 0, 2);
	tcase_add_test(tc, bh_item_is_cancelled_in_atomic_context);
	tcase_add_test(own, no_schedule_lets_an_item_overlap);
	return s;
}
