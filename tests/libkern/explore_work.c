// SPDX-License-Identifier: GPL-2.0-only
/* What runs later, under every schedule: work, timers, tasklets, kernel threads. */
#include "explore_rig.h"

#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

/* An item that knows whether it overlaps itself and what it has seen. */
static struct work_struct work;
static struct delayed_work dwork;
static struct workqueue_struct *wq;
static atomic_t inside, starts, queued, written;
static int last_seen;

static void reset(void)
{
	atomic_set(&inside, 0);
	atomic_set(&starts, 0);
	atomic_set(&queued, 0);
	atomic_set(&written, 0);
	last_seen = 0;
}

static void alone(struct work_struct *unused)
{
	EXPECT(atomic_inc_return(&inside) == 1);
	atomic_inc(&starts);
	WRITE_ONCE(last_seen, atomic_read(&written));
	cond_resched();
	atomic_dec(&inside);
}

static void *write_and_queue(void *unused)
{
	for (int i = 0; i < 3; i++) {
		atomic_inc(&written);
		if (schedule_work(&work))
			atomic_inc(&queued);
		udm_yield();
	}
	return NULL;
}

static void queueing(void)
{
	reset();
	INIT_WORK(&work, alone);
	both(write_and_queue, write_and_queue);
	flush_work(&work);
	EXPECT(atomic_read(&starts) == atomic_read(&queued));
	EXPECT(READ_ONCE(last_seen) == 6);
	EXPECT(!work_busy(&work));
}

START_TEST(no_queueing_is_lost)
{
	explore(queueing);
}
END_TEST

static void *arm_and_move(void *unused)
{
	for (int i = 0; i < 3; i++) {
		if (queue_delayed_work(wq, &dwork, i % 2))
			atomic_inc(&queued);
		mod_delayed_work(wq, &dwork, 1);
		udm_yield();
	}
	return NULL;
}

static void *cancel_now_and_then(void *unused)
{
	for (int i = 0; i < 3; i++) {
		if (i % 2)
			cancel_delayed_work(&dwork);
		else
			flush_delayed_work(&dwork);
		udm_yield();
	}
	cancel_delayed_work_sync(&dwork);
	return NULL;
}

static void delayed(void)
{
	int seen;

	reset();
	wq = alloc_workqueue("explored", WQ_UNBOUND, 0);
	INIT_DELAYED_WORK(&dwork, alone);
	both(arm_and_move, cancel_now_and_then);
	cancel_delayed_work_sync(&dwork);
	EXPECT(!delayed_work_pending(&dwork) && !work_busy(&dwork.work));
	seen = atomic_read(&starts);
	udm_advance(10 * NSEC_PER_MSEC);
	EXPECT(atomic_read(&starts) == seen && !atomic_read(&inside));
	EXPECT(queue_delayed_work(wq, &dwork, 2));
	/* It may have run by the time it is waited for: any result. */
	flush_delayed_work(&dwork);
	EXPECT(atomic_read(&starts) == seen + 1);
	destroy_workqueue(wq);
}

START_TEST(cancelled_delayed_work_is_idle)
{
	explore(delayed);
}
END_TEST

/* A chain of items of one ordered queue, destroyed while it runs. */
struct link {
	struct work_struct work;
	int left;
};

static void next_link(struct work_struct *item)
{
	struct link *link = container_of(item, struct link, work), *next;

	EXPECT(atomic_inc_return(&inside) == 1);
	atomic_inc(&starts);
	if (link->left) {
		next = kmalloc(sizeof(*next), GFP_KERNEL);
		next->left = link->left - 1;
		INIT_WORK(&next->work, next_link);
		EXPECT(queue_work(wq, &next->work));
	}
	cond_resched();
	atomic_dec(&inside);
	kfree(link);
}

static void *start_chain(void *unused)
{
	struct link *link = kmalloc(sizeof(*link), GFP_KERNEL);

	link->left = 4;
	INIT_WORK(&link->work, next_link);
	queue_work(wq, &link->work);
	return NULL;
}

static void chains(void)
{
	reset();
	wq = alloc_ordered_workqueue("chain", 0);
	both(start_chain, start_chain);
	destroy_workqueue(wq);
	EXPECT(atomic_read(&starts) == 10);
}

START_TEST(destroying_waits_for_chains)
{
	explore(chains);
}
END_TEST

/* Timers. */


static struct timer_list timer;

static void timer_fires(struct timer_list *t)
{
	EXPECT(in_serving_softirq());
	EXPECT(atomic_inc_return(&inside) == 1);
	atomic_inc(&starts);
	atomic_dec(&inside);
}

static void *arm(void *unused)
{
	for (int i = 0; i < 4; i++) {
		mod_timer(&timer, jiffies + 1);
		schedule_timeout_uninterruptible(i % 2);
	}
	return NULL;
}

static void *disarm(void *unused)
{
	for (int i = 0; i < 4; i++) {
		timer_delete_sync(&timer);
		schedule_timeout_uninterruptible(i % 2);
	}
	return NULL;
}

static void timers(void)
{
	int seen;

	reset();
	timer_setup(&timer, timer_fires, 0);
	both(arm, disarm);
	timer_shutdown_sync(&timer);
	seen = atomic_read(&starts);
	EXPECT(!timer_pending(&timer) && !mod_timer(&timer, jiffies));
	udm_advance(5 * NSEC_PER_MSEC);
	EXPECT(atomic_read(&starts) == seen && !atomic_read(&inside));
}

START_TEST(a_shut_down_timer_is_still)
{
	explore(timers);
}
END_TEST

static struct hrtimer hrtimer;

static enum hrtimer_restart hrtimer_fires(struct hrtimer *t)
{
	EXPECT(in_hardirq() && irqs_disabled());
	atomic_inc(&starts);
	hrtimer_forward_now(t, us_to_ktime(50));
	return HRTIMER_RESTART;
}

static void *start_hrtimer(void *unused)
{
	for (int i = 0; i < 4; i++) {
		hrtimer_start(&hrtimer, us_to_ktime(10), HRTIMER_MODE_REL);
		usleep_range(20, 40);
	}
	return NULL;
}

static void *cancel_hrtimer(void *unused)
{
	for (int i = 0; i < 4; i++) {
		hrtimer_cancel(&hrtimer);
		usleep_range(15, 30);
	}
	return NULL;
}

static void hrtimers(void)
{
	int seen;

	reset();
	hrtimer_setup(&hrtimer, hrtimer_fires, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	both(start_hrtimer, cancel_hrtimer);
	hrtimer_cancel(&hrtimer);
	seen = atomic_read(&starts);
	EXPECT(!hrtimer_active(&hrtimer));
	udm_advance(NSEC_PER_MSEC);
	EXPECT(atomic_read(&starts) == seen);
}

START_TEST(a_cancelled_hrtimer_is_still)
{
	explore(hrtimers);
}
END_TEST

/* Tasklets. */

static struct tasklet_struct tasklet;
static bool held_up;

static void tasklet_runs(struct tasklet_struct *t)
{
	EXPECT(in_serving_softirq());
	EXPECT(atomic_inc_return(&inside) == 1);
	/* Its count may rise meanwhile: who raised it waits. */
	EXPECT(!READ_ONCE(held_up));
	atomic_inc(&starts);
	WRITE_ONCE(last_seen, atomic_read(&written));
	atomic_dec(&inside);
}

static void *schedule_it(void *unused)
{
	for (int i = 0; i < 3; i++) {
		atomic_inc(&written);
		tasklet_schedule(&tasklet);
		udm_yield();
	}
	return NULL;
}

static void *hold_it_up(void *unused)
{
	for (int i = 0; i < 3; i++) {
		tasklet_disable(&tasklet);
		WRITE_ONCE(held_up, true);
		EXPECT(!atomic_read(&inside));
		udm_yield();
		EXPECT(!atomic_read(&inside));
		WRITE_ONCE(held_up, false);
		tasklet_enable(&tasklet);
		udm_yield();
	}
	return NULL;
}

static void tasklets(void)
{
	reset();
	tasklet_setup(&tasklet, tasklet_runs);
	both(schedule_it, hold_it_up);
	tasklet_kill(&tasklet);
	EXPECT(READ_ONCE(last_seen) == 3);
	EXPECT(atomic_read(&starts) >= 1 && atomic_read(&starts) <= 3);
	EXPECT(!tasklet.state);
}

START_TEST(a_disabled_tasklet_does_not_run)
{
	explore(tasklets);
}
END_TEST

/* Kernel threads. */

static int until_told(void *unused)
{
	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
		atomic_inc(&starts);
	}
	return 7;
}

static struct task_struct *kthread;

static void *park_and_unpark(void *unused)
{
	for (int i = 0; i < 2; i++) {
		int seen;

		EXPECT(kthread_park(kthread) == 0);
		seen = atomic_read(&starts);
		udm_yield();
		EXPECT(atomic_read(&starts) == seen);
		kthread_unpark(kthread);
	}
	return NULL;
}

static void *wake_it(void *unused)
{
	for (int i = 0; i < 4; i++) {
		wake_up_process(kthread);
		udm_yield();
	}
	return NULL;
}

static void kthreads(void)
{
	reset();
	kthread = kthread_run(until_told, NULL, "explored");
	both(park_and_unpark, wake_it);
	EXPECT(kthread_stop(kthread) == 7);
}

START_TEST(a_parked_thread_is_stopped)
{
	explore(kthreads);
}
END_TEST

Suite *explore_work_suite(void)
{
	Suite *s = suite_create("explore_work");
	TCase *tc = tcase_create("every schedule");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, no_queueing_is_lost);
	tcase_add_test(tc, cancelled_delayed_work_is_idle);
	tcase_add_test(tc, destroying_waits_for_chains);
	tcase_add_test(tc, a_shut_down_timer_is_still);
	tcase_add_test(tc, a_cancelled_hrtimer_is_still);
	tcase_add_test(tc, a_disabled_tasklet_does_not_run);
	tcase_add_test(tc, a_parked_thread_is_stopped);
	return s;
}
