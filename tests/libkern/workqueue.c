// SPDX-License-Identifier: GPL-2.0-only
/* Workqueues: queueing, context, order, limits, delays, lifetime of items. */
#include "fixture.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/smp.h>
#include <linux/workqueue.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/warn.h>

struct item {
	struct work_struct work;
	int runs;
	int again; /* queues itself as often */
	struct workqueue_struct *wq;
	unsigned int cpu;
	bool in_task, can_sleep, softirq, was_pending;
	unsigned int sleep_ms;
	struct work_struct *running;
};

static int order[64], nr_order;
static int active, most_active;

static void item_fn(struct work_struct *work)
{
	struct item *i = container_of(work, struct item, work);

	if (++active > most_active)
		most_active = active;
	order[nr_order++ % 64] = i->runs;
	i->runs++;
	i->cpu = raw_smp_processor_id();
	i->in_task = in_task();
	i->can_sleep = preemptible();
	i->softirq = in_serving_softirq();
	i->was_pending = work_pending(work);
	i->running = current_work();
	if (i->again-- > 0)
		ck_assert(queue_work(i->wq, work));
	if (i->sleep_ms)
		msleep(i->sleep_ms);
	active--;
}

static void init_item(struct item *i)
{
	memset(i, 0, sizeof(*i));
	INIT_WORK(&i->work, item_fn);
	i->wq = system_percpu_wq;
	nr_order = active = most_active = 0;
}

START_TEST(runs_once_in_task_context)
{
	struct item i;

	init_item(&i);
	ck_assert(schedule_work(&i.work));
	ck_assert(work_pending(&i.work));
	ck_assert(!schedule_work(&i.work));
	ck_assert_int_eq(i.runs, 0);
	udm_run_until_idle();
	ck_assert_int_eq(i.runs, 1);
	ck_assert(i.in_task && i.can_sleep && !i.softirq);
	ck_assert(!i.was_pending && !work_pending(&i.work));
	ck_assert_ptr_eq(i.running, &i.work);
	ck_assert_ptr_null(current_work());
}
END_TEST

START_TEST(system_queues_exist_and_aliases_agree)
{
	ck_assert_ptr_eq(system_wq, system_percpu_wq);
	ck_assert_ptr_eq(system_unbound_wq, system_dfl_wq);
	ck_assert(system_highpri_wq && system_long_wq && system_freezable_wq);
	ck_assert(system_power_efficient_wq && system_freezable_power_efficient_wq);
	ck_assert(system_bh_wq && system_bh_highpri_wq);
}
END_TEST

START_TEST(runs_on_the_vcpu_that_queued_or_was_named)
{
	struct item i;

	init_item(&i);
	udm_task_set_cpu(3);
	schedule_work(&i.work);
	flush_work(&i.work);
	ck_assert_uint_eq(i.cpu, 3);
	ck_assert(queue_work_on(6, system_percpu_wq, &i.work));
	flush_work(&i.work);
	ck_assert_uint_eq(i.cpu, 6);
	ck_assert(schedule_work_on(1, &i.work));
	flush_work(&i.work);
	ck_assert_uint_eq(i.cpu, 1);
}
END_TEST

START_TEST(item_may_queue_itself)
{
	struct item i;

	init_item(&i);
	i.again = 3;
	schedule_work(&i.work);
	udm_run_until_idle();
	ck_assert_int_eq(i.runs, 4);
}
END_TEST

START_TEST(queueing_a_running_item_runs_it_again_afterwards)
{
	struct item i;

	init_item(&i);
	i.sleep_ms = 10;
	schedule_work(&i.work);
	udm_run_until_idle();
	ck_assert_int_eq(i.runs, 1);
	ck_assert_uint_eq(work_busy(&i.work), WORK_BUSY_RUNNING);
	ck_assert(schedule_work(&i.work));
	ck_assert(!schedule_work(&i.work));
	ck_assert_uint_eq(work_busy(&i.work), WORK_BUSY_RUNNING | WORK_BUSY_PENDING);
	udm_run_until_idle();
	ck_assert_int_eq(i.runs, 1);
	ck_assert(queue_work_on(5, system_highpri_wq, &i.work) == false);
	udm_advance(10 * NSEC_PER_MSEC);
	ck_assert_int_eq(i.runs, 2);
	udm_advance(10 * NSEC_PER_MSEC);
	ck_assert_int_eq(most_active, 1);
	ck_assert_uint_eq(work_busy(&i.work), 0);
}
END_TEST

static void free_item(struct work_struct *work)
{
	struct item *i = container_of(work, struct item, work);

	nr_order++;
	memset(i, 0x5a, sizeof(*i));
	free(i);
}

START_TEST(item_may_free_itself)
{
	nr_order = 0;
	for (int n = 0; n < 20; n++) {
		struct item *i = malloc(sizeof(*i));

		INIT_WORK(&i->work, free_item);
		queue_work(n % 2 ? system_percpu_wq : system_bh_wq, &i->work);
	}
	udm_run_until_idle();
	ck_assert_int_eq(nr_order, 20);
}
END_TEST

static struct completion gate;

static void wait_at_gate(struct work_struct *work)
{
	wait_for_completion(&gate);
}

START_TEST(sleeping_item_does_not_hold_up_the_next)
{
	struct work_struct sleeper;
	struct item i;

	init_completion(&gate);
	INIT_WORK(&sleeper, wait_at_gate);
	init_item(&i);
	schedule_work(&sleeper);
	schedule_work(&i.work);
	udm_run_until_idle();
	ck_assert_int_eq(i.runs, 1);
	ck_assert_uint_eq(work_busy(&sleeper), WORK_BUSY_RUNNING);
	complete(&gate);
	flush_work(&sleeper);
}
END_TEST

/* Thirty items that all sleep need thirty workers at a time. */
START_TEST(as_many_workers_as_sleepers)
{
	struct item items[30];

	for (int n = 0; n < 30; n++) {
		init_item(&items[n]);
		items[n].sleep_ms = 10;
	}
	for (int n = 0; n < 30; n++)
		schedule_work(&items[n].work);
	udm_advance(10 * NSEC_PER_MSEC);
	ck_assert_int_eq(most_active, 30);
	for (int n = 0; n < 30; n++)
		ck_assert_int_eq(items[n].runs, 1);
}
END_TEST

START_TEST(initialised_again_it_may_overlap_its_old_run)
{
	struct work_struct work;

	init_completion(&gate);
	INIT_WORK(&work, wait_at_gate);
	schedule_work(&work);
	udm_run_until_idle();
	INIT_WORK(&work, wait_at_gate);
	ck_assert(schedule_work(&work));
	udm_run_until_idle();
	ck_assert(!work_pending(&work));
	complete_all(&gate);
	udm_run_until_idle();
}
END_TEST

static void set_order(struct work_struct *work)
{
	struct item *i = container_of(work, struct item, work);

	if (++active > most_active)
		most_active = active;
	msleep(udm_random() % 3);
	order[nr_order++ % 64] = i->again;
	active--;
}

START_TEST(ordered_queue_is_fifo_one_at_a_time)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("ordered-%d", 0, 7);
	struct item items[20];

	ck_assert_ptr_nonnull(wq);
	for (int n = 0; n < 20; n++) {
		init_item(&items[n]);
		INIT_WORK(&items[n].work, set_order);
		items[n].again = n;
	}
	for (int n = 0; n < 20; n++)
		queue_work_on(n % 4, wq, &items[n].work);
	flush_workqueue(wq);
	ck_assert_int_eq(nr_order, 20);
	for (int n = 0; n < 20; n++)
		ck_assert_int_eq(order[n], n);
	ck_assert_int_eq(most_active, 1);
	destroy_workqueue(wq);
}
END_TEST

START_TEST(max_active_limits_what_runs)
{
	struct workqueue_struct *wq = alloc_workqueue("limited", WQ_UNBOUND, 3);
	struct item items[10];

	for (int n = 0; n < 10; n++) {
		init_item(&items[n]);
		items[n].sleep_ms = 5;
	}
	for (int n = 0; n < 10; n++)
		queue_work(wq, &items[n].work);
	ck_assert(workqueue_congested(WORK_CPU_UNBOUND, wq));
	udm_advance(5 * NSEC_PER_MSEC);
	ck_assert_int_eq(most_active, 3);
	workqueue_set_max_active(wq, 6);
	drain_workqueue(wq);
	ck_assert_int_eq(most_active, 6);
	ck_assert(!workqueue_congested(WORK_CPU_UNBOUND, wq));
	destroy_workqueue(wq);
}
END_TEST

START_TEST(cpu_intensive_item_does_not_hold_up_the_next)
{
	struct workqueue_struct *wq = alloc_workqueue("crunch", WQ_CPU_INTENSIVE | WQ_PERCPU, 0);
	struct item i;

	init_item(&i);
	ck_assert(queue_work(wq, &i.work));
	flush_work(&i.work);
	ck_assert_int_eq(i.runs, 1);
	destroy_workqueue(wq);
}
END_TEST

START_TEST(bh_item_runs_in_softirq_context)
{
	struct item i;

	init_item(&i);
	local_bh_disable();
	ck_assert(queue_work(system_bh_wq, &i.work));
	ck_assert_int_eq(i.runs, 0);
	local_bh_enable();
	ck_assert(i.runs == 1 && i.softirq && !i.in_task && !i.can_sleep);
	queue_work(system_bh_highpri_wq, &i.work);
	ck_assert(flush_work(&i.work));
	ck_assert_int_eq(i.runs, 2);
	queue_work_on(4, system_bh_wq, &i.work);
	udm_run_until_idle();
	ck_assert_uint_eq(i.cpu, 4);
	i.again = 30;
	i.wq = system_bh_wq;
	queue_work(system_bh_wq, &i.work);
	udm_run_until_idle();
	ck_assert_int_eq(i.runs, 34);
}
END_TEST

struct delayed_item {
	struct delayed_work dwork;
	int runs;
	unsigned long at;
};

static void delayed_fn(struct work_struct *work)
{
	struct delayed_item *d = container_of(to_delayed_work(work), struct delayed_item, dwork);

	d->runs++;
	d->at = jiffies;
}

static void init_delayed(struct delayed_item *d)
{
	memset(d, 0, sizeof(*d));
	INIT_DELAYED_WORK(&d->dwork, delayed_fn);
}

START_TEST(delay_is_never_short)
{
	struct delayed_item d;
	unsigned long start = jiffies;

	init_delayed(&d);
	ck_assert(schedule_delayed_work(&d.dwork, msecs_to_jiffies(1000)));
	ck_assert(delayed_work_pending(&d.dwork));
	ck_assert(!schedule_delayed_work(&d.dwork, 1));
	udm_advance(999 * NSEC_PER_MSEC);
	ck_assert_int_eq(d.runs, 0);
	udm_advance(1 * NSEC_PER_MSEC);
	ck_assert_int_eq(d.runs, 1);
	ck_assert_uint_eq(d.at - start, msecs_to_jiffies(1000));
}
END_TEST

START_TEST(zero_delay_does_not_wait_for_a_tick)
{
	struct delayed_item d;

	init_delayed(&d);
	udm_advance(TICK_NSEC / 2);
	ck_assert(queue_delayed_work(system_percpu_wq, &d.dwork, 0));
	udm_run_until_idle();
	ck_assert_int_eq(d.runs, 1);
}
END_TEST

START_TEST(mod_delayed_work_moves_or_starts)
{
	struct delayed_item d;

	init_delayed(&d);
	ck_assert(!mod_delayed_work(system_percpu_wq, &d.dwork, 100));
	ck_assert(mod_delayed_work(system_percpu_wq, &d.dwork, 50));
	udm_advance(jiffies_to_nsecs(50));
	ck_assert_int_eq(d.runs, 1);
	ck_assert(!mod_delayed_work(system_percpu_wq, &d.dwork, 0));
	ck_assert(mod_delayed_work(system_percpu_wq, &d.dwork, 20));
	udm_run_until_idle();
	ck_assert_int_eq(d.runs, 1);
	udm_advance(jiffies_to_nsecs(20));
	ck_assert_int_eq(d.runs, 2);
}
END_TEST

START_TEST(delayed_work_on_a_named_vcpu)
{
	struct item i;
	struct delayed_work *dw = calloc(1, sizeof(*dw));

	(void)i;
	INIT_DELAYED_WORK(dw, wait_at_gate);
	init_completion(&gate);
	complete_all(&gate);
	ck_assert(schedule_delayed_work_on(5, dw, 3));
	udm_advance(jiffies_to_nsecs(3));
	ck_assert(!delayed_work_pending(dw));
	free(dw);
}
END_TEST

static struct rcu_work rwork;

START_TEST(rcu_work_waits_for_a_grace_period)
{
	init_completion(&gate);
	complete_all(&gate);
	INIT_RCU_WORK(&rwork, wait_at_gate);
	ck_assert(queue_rcu_work(system_percpu_wq, &rwork));
	ck_assert(!queue_rcu_work(system_percpu_wq, &rwork));
	ck_assert(flush_rcu_work(&rwork));
	ck_assert(!work_pending(&rwork.work));
}
END_TEST

static int each_mask;

static void mark_cpu(struct work_struct *work)
{
	each_mask |= 1 << raw_smp_processor_id();
}

static long cpu_square(void *arg)
{
	return raw_smp_processor_id() * (long)arg;
}

static void context_fn(struct work_struct *work)
{
	nr_order++;
}

START_TEST(helpers_on_top_of_queues)
{
	struct execute_work ew;

	each_mask = nr_order = 0;
	ck_assert_int_eq(schedule_on_each_cpu(mark_cpu), 0);
	ck_assert_int_eq(each_mask, (1 << nr_cpu_ids) - 1);
	ck_assert_int_eq(work_on_cpu(6, cpu_square, (void *)7), 42);
	ck_assert_int_eq(execute_in_process_context(context_fn, &ew), 0);
	ck_assert_int_eq(nr_order, 1);
	local_bh_disable();
	ck_assert_int_eq(execute_in_process_context(context_fn, &ew), 1);
	local_bh_enable();
	udm_run_until_idle();
	ck_assert_int_eq(nr_order, 2);
}
END_TEST

static void leak_preempt(struct work_struct *work)
{
	preempt_disable();
	rcu_read_lock();
}

static char leak_report[512];

static void keep_error(void *ctx, int level, const char *text)
{
	if (strstr(text, "workqueue leaked") || strstr(text, "workfn="))
		strncat(leak_report, text, sizeof(leak_report) - strlen(leak_report) - 1);
}

START_TEST(leaked_context_is_reported_and_repaired)
{
	struct work_struct bad;
	struct item good;

	leak_report[0] = 0;
	INIT_WORK(&bad, leak_preempt);
	init_item(&good);
	udm_log_set_hook(keep_error, NULL);
	schedule_work(&bad);
	schedule_work(&good.work);
	udm_run_until_idle();
	udm_log_set_hook(NULL, NULL);
	ck_assert_ptr_nonnull(strstr(leak_report, "BUG: workqueue leaked atomic, lock or RCU: kworker/"));
	ck_assert_ptr_nonnull(strstr(leak_report, "     preempt=0x00000001 lock="));
	ck_assert_ptr_nonnull(strstr(leak_report, "RCU=0->1 workfn="));
	ck_assert(good.runs == 1 && good.can_sleep);
}
END_TEST

static int make_queue(void *ctx)
{
	struct workqueue_struct *wq = alloc_workqueue("sweep", 0, 0);

	if (!wq)
		return -ENOMEM;
	destroy_workqueue(wq);
	return 0;
}

START_TEST(queue_creation_failures)
{
	int points = udm_fault_sweep(make_queue, NULL);

	ck_assert_msg(points >= 2, "%d: %s", points, udm_fault_sweep_message());
	udm_warn_expect("flags_go_together", 2);
	ck_assert_ptr_null(alloc_workqueue("bad", WQ_BH | WQ_UNBOUND, 0));
	ck_assert_ptr_null(alloc_workqueue("bad", WQ_UNBOUND | WQ_PERCPU, 0));
}
END_TEST

START_TEST(leftovers_are_reported_at_shutdown)
{
	static DECLARE_DELAYED_WORK(armed, delayed_fn);
	static DECLARE_WORK(quick, context_fn);
	struct workqueue_struct *wq;

	machine_boot();
	nr_order = 0;
	wq = alloc_workqueue("kept", 0, 0);
	queue_work(wq, &quick);
	schedule_delayed_work(&armed, 1000);
	/* The queue and the armed item; the quick one was let finish. */
	ck_assert_int_eq(udm_shutdown(), 2);
	ck_assert_int_eq(nr_order, 1);
	ck_assert(!delayed_work_pending(&armed));
	machine_boot();
	ck_assert(schedule_work(&quick));
	ck_assert(schedule_delayed_work(&armed, 1));
	ck_assert(cancel_delayed_work_sync(&armed));
	flush_work(&quick);
	machine_shutdown();
	ck_assert_int_eq(nr_order, 2);
}
END_TEST

static atomic_t slow_ended, ended_at_exit;
static struct chain {
	struct rcu_head rcu;
	struct work_struct work;
} chain;

static void slow_end(struct work_struct *work)
{
	msleep(5);
	atomic_inc(&slow_ended);
}

static void slow_callback(struct rcu_head *head)
{
	schedule_work(&chain.work);
}

static void slow_start(struct work_struct *work)
{
	msleep(5);
	call_rcu(&chain.rcu, slow_callback);
}

static void __exit note_at_exit(void)
{
	atomic_set(&ended_at_exit, atomic_read(&slow_ended));
}
__exitcall(note_at_exit);

/* Items under way, and what comes of them, still find what the exit calls take apart. */
START_TEST(items_end_before_the_exit_calls)
{
	static DECLARE_WORK(first, slow_start);
	const struct udm_config cfg = { .mode = _i ? UDM_MODE_THREADS : UDM_MODE_SIM };

	machine_boot_with(&cfg);
	atomic_set(&slow_ended, 0);
	INIT_WORK(&chain.work, slow_end);
	schedule_work(&first);
	machine_shutdown();
	ck_assert_int_eq(atomic_read(&ended_at_exit), 1);
}
END_TEST

/* The same seed gives the same run, byte for byte. */
START_TEST(same_seed_same_order)
{
	int first[64];

	for (int round = 0; round < 2; round++) {
		const struct udm_config cfg = { .seed = 77, .preempt_permille = 100 };
		struct item items[16];

		machine_boot_with(&cfg);
		for (int n = 0; n < 16; n++) {
			init_item(&items[n]);
			INIT_WORK(&items[n].work, set_order);
			items[n].again = n;
		}
		for (int n = 0; n < 16; n++)
			queue_work(n % 3 ? system_dfl_wq : system_percpu_wq, &items[n].work);
		udm_advance(100 * NSEC_PER_MSEC);
		ck_assert_int_eq(nr_order, 16);
		if (round == 0)
			memcpy(first, order, sizeof(first));
		ck_assert_mem_eq(first, order, 16 * sizeof(int));
		machine_shutdown();
	}
}
END_TEST

Suite *workqueue_suite(void)
{
	Suite *s = suite_create("workqueue");
	TCase *tc = machine_tcase(s, "sim");
	TCase *delayed = machine_tcase(s, "delayed");
	TCase *own = tcase_create("own machine");

	suite_add_tcase(s, own);
	tcase_add_test(tc, runs_once_in_task_context);
	tcase_add_test(tc, system_queues_exist_and_aliases_agree);
	tcase_add_test(tc, runs_on_the_vcpu_that_queued_or_was_named);
	tcase_add_test(tc, item_may_queue_itself);
	tcase_add_test(tc, queueing_a_running_item_runs_it_again_afterwards);
	tcase_add_test(tc, item_may_free_itself);
	tcase_add_test(tc, sleeping_item_does_not_hold_up_the_next);
	tcase_add_test(tc, as_many_workers_as_sleepers);
	tcase_add_test(tc, initialised_again_it_may_overlap_its_old_run);
	tcase_add_test(tc, ordered_queue_is_fifo_one_at_a_time);
	tcase_add_test(tc, max_active_limits_what_runs);
	tcase_add_test(tc, cpu_intensive_item_does_not_hold_up_the_next);
	tcase_add_test(tc, bh_item_runs_in_softirq_context);
	tcase_add_test(tc, helpers_on_top_of_queues);
	tcase_add_test(tc, leaked_context_is_reported_and_repaired);
	tcase_add_test(tc, queue_creation_failures);
	tcase_add_test(delayed, delay_is_never_short);
	tcase_add_test(delayed, zero_delay_does_not_wait_for_a_tick);
	tcase_add_test(delayed, mod_delayed_work_moves_or_starts);
	tcase_add_test(delayed, delayed_work_on_a_named_vcpu);
	tcase_add_test(delayed, rcu_work_waits_for_a_grace_period);
	tcase_add_test(own, leftovers_are_reported_at_shutdown);
	tcase_add_loop_test(own, items_end_before_the_exit_calls, 0, 2);
	tcase_add_test(own, same_seed_same_order);
	return s;
}
