// SPDX-License-Identifier: GPL-2.0-only
/* Sleepable RCU, and works for hardirq context. */
#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/srcu.h>

#include "fixture.h"

DEFINE_STATIC_SRCU(domain);
static DECLARE_COMPLETION(begun);
static bool over;

static int slow_reader(void *unused __always_unused)
{
	int idx = srcu_read_lock(&domain);

	complete(&begun);
	schedule_timeout_uninterruptible(30);
	WRITE_ONCE(over, true);
	srcu_read_unlock(&domain, idx);
	return 0;
}

static struct task_struct *start_reader(void)
{
	struct task_struct *t = kthread_create(slow_reader, NULL, "reader");

	ck_assert(!IS_ERR(t));
	over = false;
	reinit_completion(&begun);
	get_task_struct(t);
	wake_up_process(t);
	wait_for_completion(&begun);
	return t;
}

/* A grace period waits for a reader that sleeps, not for other domains. */
START_TEST(grace_period_waits_for_sleepers)
{
	struct task_struct *t = start_reader();
	struct srcu_struct other;
	int idx;

	ck_assert_int_eq(init_srcu_struct(&other), 0);
	idx = srcu_read_lock(&other);
	ck_assert(srcu_read_lock_held(&domain));
	synchronize_srcu(&domain);
	ck_assert(READ_ONCE(over));
	ck_assert(!srcu_read_lock_held(&domain));
	srcu_read_unlock(&other, idx);
	cleanup_srcu_struct(&other);
	kthread_stop_put(t);
}
END_TEST

static unsigned int ran, in_order;

static void callback(struct rcu_head *head __always_unused)
{
	in_order += READ_ONCE(over) && in_softirq();
	ran++;
}

START_TEST(callbacks_wait_too)
{
	struct task_struct *t = start_reader();
	struct rcu_head heads[3];

	ran = in_order = 0;
	for (int i = 0; i < 3; i++)
		call_srcu(&domain, &heads[i], callback);
	srcu_barrier(&domain);
	ck_assert_uint_eq(ran, 3);
	ck_assert_uint_eq(in_order, 3);
	kthread_stop_put(t);
	cleanup_srcu_struct(&domain);
}
END_TEST

START_TEST(tickets)
{
	struct task_struct *t = start_reader();
	unsigned long plain = get_state_synchronize_srcu(&domain);
	unsigned long cookie = start_poll_synchronize_srcu(&domain);

	ck_assert(!poll_state_synchronize_srcu(&domain, plain));
	while (!poll_state_synchronize_srcu(&domain, cookie))
		schedule_timeout_uninterruptible(1);
	ck_assert(READ_ONCE(over));
	ck_assert(poll_state_synchronize_srcu(&domain, plain));
	ck_assert(!poll_state_synchronize_srcu(&domain, get_state_synchronize_srcu(&domain)));
	kthread_stop_put(t);
	cleanup_srcu_struct(&domain);
}
END_TEST

START_TEST(reader_left_behind_warns)
{
	struct srcu_struct forgotten;

	init_srcu_struct(&forgotten);
	srcu_read_lock(&forgotten);
	udm_warn_expect("", 1);
	cleanup_srcu_struct(&forgotten);
}
END_TEST

struct probe {
	struct irq_work work;
	unsigned int runs, hard;
	int cpu;
};

static void probe_runs(struct irq_work *work)
{
	struct probe *p = container_of(work, struct probe, work);

	p->runs++;
	p->hard += in_hardirq() && irqs_disabled();
	p->cpu = smp_processor_id();
}

START_TEST(irq_work_runs_once)
{
	struct probe p = { .work = IRQ_WORK_INIT_HARD(probe_runs) };
	int cpu;

	local_irq_disable();
	cpu = smp_processor_id();
	ck_assert(irq_work_queue(&p.work));
	ck_assert(!irq_work_queue(&p.work));
	ck_assert(irq_work_is_pending(&p.work) && irq_work_is_hard(&p.work));
	ck_assert_uint_eq(p.runs, 0);
	local_irq_enable();
	irq_work_sync(&p.work);
	ck_assert_uint_eq(p.runs, 1);
	ck_assert_uint_eq(p.hard, 1);
	ck_assert_int_eq(p.cpu, cpu);
	ck_assert(!irq_work_is_busy(&p.work));
	ck_assert(irq_work_queue_on(&p.work, nr_cpu_ids - 1));
	irq_work_sync(&p.work);
	ck_assert_int_eq(p.cpu, (int)nr_cpu_ids - 1);
}
END_TEST

static void again(struct irq_work *work)
{
	struct probe *p = container_of(work, struct probe, work);

	if (++p->runs < 5)
		p->hard += irq_work_queue(work);
}

/* It may queue itself, and stays busy then. */
START_TEST(irq_work_queues_itself)
{
	struct probe p = {};

	init_irq_work(&p.work, again);
	ck_assert(irq_work_queue(&p.work));
	while (READ_ONCE(p.runs) < 5)
		schedule_timeout_uninterruptible(1);
	irq_work_sync(&p.work);
	ck_assert_uint_eq(p.hard, 4);
}
END_TEST

static void add_all(TCase *tc)
{
	tcase_add_test(tc, grace_period_waits_for_sleepers);
	tcase_add_test(tc, callbacks_wait_too);
	tcase_add_test(tc, tickets);
	tcase_add_test(tc, irq_work_runs_once);
	tcase_add_test(tc, irq_work_queues_itself);
}

Suite *srcu_suite(void)
{
	Suite *s = suite_create("srcu");
	TCase *sim = machine_tcase(s, "sim");

	add_all(sim);
	tcase_add_test(sim, reader_left_behind_warns);
	add_all(machine_tcase_threads(s, "threads"));
	return s;
}
