// SPDX-License-Identifier: GPL-2.0-only
/* Softirqs and tasklets: when and where they run, limits, disabling, killing. */
#include "fixture.h"

#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <string.h>
#include <udevmem/irq.h>
#include <udevmem/warn.h>

static int order[64], nr_order;
static int raises_left;
static bool serving, irqs_on;

static void note(int what)
{
	order[nr_order++ % 64] = what;
}

static void block_action(void)
{
	serving = in_serving_softirq();
	irqs_on = !irqs_disabled();
	note(BLOCK_SOFTIRQ);
	if (raises_left-- > 0)
		raise_softirq(BLOCK_SOFTIRQ);
}

static void poll_action(void)
{
	note(IRQ_POLL_SOFTIRQ);
}

static void prepare(void)
{
	nr_order = raises_left = 0;
	open_softirq(BLOCK_SOFTIRQ, block_action);
	open_softirq(IRQ_POLL_SOFTIRQ, poll_action);
}

START_TEST(bh_predicates)
{
	ck_assert(!in_softirq() && in_task() && !in_interrupt() && preemptible());
	local_bh_disable();
	ck_assert(in_softirq() && !in_serving_softirq() && in_task() && in_interrupt());
	local_bh_disable();
	local_bh_enable();
	ck_assert(in_softirq());
	local_bh_enable();
	ck_assert(!in_softirq() && preemptible());
}
END_TEST

START_TEST(raised_with_bh_off_runs_at_the_outermost_enable)
{
	prepare();
	local_bh_disable();
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	ck_assert_uint_eq(local_softirq_pending(), 1u << BLOCK_SOFTIRQ);
	local_bh_enable();
	ck_assert_int_eq(nr_order, 0);
	local_bh_enable();
	ck_assert_int_eq(nr_order, 1);
	ck_assert(serving && irqs_on && !in_softirq());
}
END_TEST

START_TEST(raised_in_task_context_runs_in_the_softirq_thread)
{
	prepare();
	raise_softirq(BLOCK_SOFTIRQ);
	ck_assert_int_eq(nr_order, 0);
	udm_run_until_idle();
	ck_assert_int_eq(nr_order, 1);
}
END_TEST

START_TEST(spin_unlock_does_not_run_softirqs)
{
	static DEFINE_SPINLOCK(lock);

	prepare();
	spin_lock(&lock);
	raise_softirq(BLOCK_SOFTIRQ);
	spin_unlock(&lock);
	ck_assert_int_eq(nr_order, 0);
	udm_run_until_idle();
	ck_assert_int_eq(nr_order, 1);
	spin_lock_bh(&lock);
	raise_softirq(BLOCK_SOFTIRQ);
	spin_unlock_bh(&lock);
	ck_assert_int_eq(nr_order, 2);
}
END_TEST

START_TEST(a_pass_is_in_ascending_order)
{
	prepare();
	local_bh_disable();
	raise_softirq(IRQ_POLL_SOFTIRQ);
	raise_softirq(BLOCK_SOFTIRQ);
	local_bh_enable();
	ck_assert_int_eq(nr_order, 2);
	ck_assert(order[0] == BLOCK_SOFTIRQ && order[1] == IRQ_POLL_SOFTIRQ);
}
END_TEST

START_TEST(ten_passes_then_the_thread)
{
	prepare();
	raises_left = 25;
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	local_bh_enable();
	ck_assert_int_eq(nr_order, 10);
	ck_assert_uint_ne(local_softirq_pending(), 0);
	udm_run_until_idle();
	ck_assert_int_eq(nr_order, 26);
}
END_TEST

static void slow_action(void)
{
	note(BLOCK_SOFTIRQ);
	mdelay(1);
	if (raises_left-- > 0)
		raise_softirq(BLOCK_SOFTIRQ);
}

START_TEST(two_milliseconds_then_the_thread)
{
	prepare();
	open_softirq(BLOCK_SOFTIRQ, slow_action);
	raises_left = 5;
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	local_bh_enable();
	ck_assert_int_eq(nr_order, 2);
	udm_run_until_idle();
	ck_assert_int_eq(nr_order, 6);
}
END_TEST

static void unbalanced_action(void)
{
	preempt_disable();
}

static char last_error[256];

static void keep_error(void *ctx, int level, const char *text)
{
	if (strstr(text, "huh, entered"))
		strncpy(last_error, text, sizeof(last_error) - 1);
}

START_TEST(changed_preempt_count_is_reported_and_restored)
{
	prepare();
	open_softirq(BLOCK_SOFTIRQ, unbalanced_action);
	udm_log_set_hook(keep_error, NULL);
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	local_bh_enable();
	udm_log_set_hook(NULL, NULL);
	ck_assert_ptr_nonnull(strstr(last_error, "huh, entered softirq 4 BLOCK"));
	ck_assert_ptr_nonnull(strstr(last_error, "with preempt_count"));
	ck_assert(preemptible());
}
END_TEST

START_TEST(bh_enable_in_hardirq_warns)
{
	local_bh_disable();
	local_irq_disable();
	irq_enter();
	local_bh_disable();
	udm_warn_expect("__local_bh_enable_ip", 1);
#ifdef CONFIG_PROVE_LOCKING
	udm_warn_expect("", 1);
#endif
	local_bh_enable();
	irq_exit();
	local_irq_enable();
	local_bh_enable();
	ck_assert_uint_ge(udm_warn_count(), 1);
}
END_TEST

struct probe {
	struct tasklet_struct t;
	int runs;
	int again;
	bool serving;
	unsigned int cpu;
};

static void probe_fn(struct tasklet_struct *t)
{
	struct probe *p = from_tasklet(p, t, t);

	p->runs++;
	p->serving = in_serving_softirq();
	p->cpu = smp_processor_id();
	if (p->again-- > 0)
		tasklet_schedule(t);
}

static void probe_init(struct probe *p)
{
	memset(p, 0, sizeof(*p));
	tasklet_setup(&p->t, probe_fn);
}

START_TEST(tasklet_scheduled_twice_runs_once)
{
	struct probe p;

	probe_init(&p);
	tasklet_schedule(&p.t);
	tasklet_schedule(&p.t);
	tasklet_hi_schedule(&p.t);
	ck_assert_int_eq(p.runs, 0);
	udm_run_until_idle();
	ck_assert(p.runs == 1 && p.serving);
	local_bh_disable();
	tasklet_hi_schedule(&p.t);
	local_bh_enable();
	ck_assert_int_eq(p.runs, 2);
}
END_TEST

START_TEST(tasklet_may_schedule_itself)
{
	struct probe p;

	probe_init(&p);
	p.again = 40;
	tasklet_schedule(&p.t);
	udm_run_until_idle();
	ck_assert_int_eq(p.runs, 41);
}
END_TEST

START_TEST(tasklet_runs_on_the_vcpu_that_scheduled_it)
{
	struct probe p;

	probe_init(&p);
	ck_assert_int_eq(udm_task_set_cpu(3), 0);
	tasklet_schedule(&p.t);
	udm_task_set_cpu(0);
	udm_run_until_idle();
	ck_assert_int_eq(p.runs, 1);
	ck_assert_uint_eq(p.cpu, 3);
}
END_TEST

START_TEST(disabled_tasklet_stays_scheduled)
{
	struct probe p;

	probe_init(&p);
	tasklet_disable(&p.t);
	tasklet_disable_nosync(&p.t);
	local_bh_disable();
	tasklet_schedule(&p.t);
	local_bh_enable();
	udm_advance(NSEC_PER_SEC);
	tasklet_enable(&p.t);
	udm_run_until_idle();
	ck_assert_int_eq(p.runs, 0);
	ck_assert(test_bit(TASKLET_STATE_SCHED, &p.t.state));
	tasklet_enable(&p.t);
	udm_run_until_idle();
	ck_assert_int_eq(p.runs, 1);
}
END_TEST

START_TEST(one_disabled_tasklet_does_not_hold_up_another)
{
	struct probe off, on;

	probe_init(&off);
	probe_init(&on);
	tasklet_disable(&off.t);
	local_bh_disable();
	tasklet_schedule(&off.t);
	tasklet_schedule(&on.t);
	local_bh_enable();
	ck_assert(on.runs == 1 && off.runs == 0);
	tasklet_enable(&off.t);
	udm_run_until_idle();
	ck_assert_int_eq(off.runs, 1);
}
END_TEST

START_TEST(kill_waits_for_a_scheduled_tasklet)
{
	struct probe p;

	probe_init(&p);
	tasklet_schedule(&p.t);
	tasklet_kill(&p.t);
	ck_assert_int_eq(p.runs, 1);
	ck_assert_uint_eq(p.t.state, 0);
	tasklet_kill(&p.t);
	tasklet_schedule(&p.t);
	tasklet_kill(&p.t);
	ck_assert_int_eq(p.runs, 2);
}
END_TEST

static int running, go_on;

static void run_until_told(struct tasklet_struct *t)
{
	WRITE_ONCE(running, 1);
	while (!READ_ONCE(go_on))
		cpu_relax();
	WRITE_ONCE(running, 0);
}

static void *let_it_go_on(void *unused)
{
	WRITE_ONCE(go_on, 1);
	return NULL;
}

/* The form for who must not sleep spins until the function has returned. */
START_TEST(disabling_in_atomic_context_spins)
{
	struct tasklet_struct t;
	struct udm_thread *thread;

	running = go_on = 0;
	tasklet_setup(&t, run_until_told);
	udm_task_set_cpu(3);
	tasklet_schedule(&t);
	udm_task_set_cpu(0);
	while (!READ_ONCE(running))
		udm_yield();
	thread = udm_thread_create("helper", let_it_go_on, NULL);
	preempt_disable();
	tasklet_disable_in_atomic(&t);
	ck_assert_int_eq(READ_ONCE(running), 0);
	tasklet_schedule(&t);
	preempt_enable();
	udm_run_until_idle();
	ck_assert(test_bit(TASKLET_STATE_SCHED, &t.state));
	tasklet_enable(&t);
	tasklet_kill(&t);
	udm_thread_join(thread);
}
END_TEST

static char notice[256];

static void keep_notice(void *ctx, int level, const char *text)
{
	if (strstr(text, "Attempt to kill"))
		snprintf(notice, sizeof(notice), "%d %s", level, text);
}

START_TEST(killing_in_interrupt_context_is_noted)
{
	struct probe p;

	probe_init(&p);
	udm_log_set_hook(keep_notice, NULL);
	local_bh_disable();
	tasklet_kill(&p.t);
	local_bh_enable();
	udm_log_set_hook(NULL, NULL);
	ck_assert_str_eq(notice, "5 Attempt to kill tasklet from interrupt\n");
}
END_TEST

static void old_fn(unsigned long data)
{
	*(int *)data += 1;
}

START_TEST(old_style_and_static_tasklets)
{
	static DECLARE_TASKLET(fresh, probe_fn);
	static DECLARE_TASKLET_DISABLED(off, probe_fn);
	struct tasklet_struct old;
	int calls = 0;

	ck_assert(atomic_read(&fresh.count) == 0 && atomic_read(&off.count) == 1);
	tasklet_init(&old, old_fn, (unsigned long)&calls);
	tasklet_schedule(&old);
	udm_run_until_idle();
	ck_assert_int_eq(calls, 1);
}
END_TEST

START_TEST(forgotten_tasklet_is_reported_at_shutdown)
{
	static struct probe p;

	machine_boot();
	probe_init(&p);
	tasklet_disable(&p.t);
	tasklet_schedule(&p.t);
	udm_run_until_idle();
	ck_assert_int_eq(udm_shutdown(), 1);
}
END_TEST

static struct tasklet_struct shared;
static int inside, worst, done;

static void count_overlap(struct tasklet_struct *t)
{
	int now = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);

	if (now > __atomic_load_n(&worst, __ATOMIC_RELAXED))
		__atomic_store_n(&worst, now, __ATOMIC_RELAXED);
	udelay(2);
	__atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
	__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
}

static void *schedule_often(void *ctx)
{
	for (int i = 0; i < 2000; i++) {
		tasklet_schedule(&shared);
		if (i % 100 == 0) {
			tasklet_disable(&shared);
			ck_assert_int_eq(__atomic_load_n(&inside, __ATOMIC_SEQ_CST), 0);
			tasklet_enable(&shared);
		}
	}
	return NULL;
}

START_TEST(threads_never_run_one_tasklet_twice)
{
	struct udm_thread *threads[4];

	inside = worst = done = 0;
	tasklet_setup(&shared, count_overlap);
	for (int i = 0; i < 4; i++)
		threads[i] = udm_thread_create("scheduler", schedule_often, NULL);
	for (int i = 0; i < 4; i++)
		udm_thread_join(threads[i]);
	tasklet_kill(&shared);
	ck_assert_int_eq(worst, 1);
	ck_assert_int_gt(done, 0);
	ck_assert_int_eq(inside, 0);
}
END_TEST

static DEFINE_PER_CPU(unsigned long, plain_counter);

static void *count_on_vcpu_0(void *ctx)
{
	udm_task_set_cpu(0);
	for (int i = 0; i < 5000; i++) {
		local_bh_disable();
		__this_cpu_add(plain_counter, 1);
		if (i % 50 == 0)
			raise_softirq(BLOCK_SOFTIRQ);
		local_bh_enable();
	}
	return NULL;
}

static void count_too(void)
{
	__this_cpu_add(plain_counter, 1000000);
}

/* BH-off regions and softirqs of one vCPU exclude each other. */
START_TEST(threads_share_a_vcpu_without_lost_updates)
{
	struct udm_thread *threads[4];
	unsigned long sum;

	open_softirq(BLOCK_SOFTIRQ, count_too);
	for (int i = 0; i < 4; i++)
		threads[i] = udm_thread_create("counter", count_on_vcpu_0, NULL);
	for (int i = 0; i < 4; i++)
		udm_thread_join(threads[i]);
	udm_run_until_idle();
	sum = per_cpu(plain_counter, 0);
	ck_assert_uint_eq(sum % 1000000, 20000);
	ck_assert_uint_ge(sum / 1000000, 1);
}
END_TEST

Suite *softirq_suite(void)
{
	Suite *s = suite_create("softirq");
	TCase *tc = machine_tcase(s, "sim");
	TCase *tasklets = machine_tcase(s, "tasklets");
	TCase *threads = machine_tcase_threads(s, "threads");
	TCase *reboot = tcase_create("shutdown");

	suite_add_tcase(s, reboot);
	tcase_add_test(tc, bh_predicates);
	tcase_add_test(tc, raised_with_bh_off_runs_at_the_outermost_enable);
	tcase_add_test(tc, raised_in_task_context_runs_in_the_softirq_thread);
	tcase_add_test(tc, spin_unlock_does_not_run_softirqs);
	tcase_add_test(tc, a_pass_is_in_ascending_order);
	tcase_add_test(tc, ten_passes_then_the_thread);
	tcase_add_test(tc, two_milliseconds_then_the_thread);
	tcase_add_test(tc, changed_preempt_count_is_reported_and_restored);
	tcase_add_test(tc, bh_enable_in_hardirq_warns);
	tcase_add_test(tasklets, tasklet_scheduled_twice_runs_once);
	tcase_add_test(tasklets, tasklet_may_schedule_itself);
	tcase_add_test(tasklets, tasklet_runs_on_the_vcpu_that_scheduled_it);
	tcase_add_test(tasklets, disabled_tasklet_stays_scheduled);
	tcase_add_test(tasklets, one_disabled_tasklet_does_not_hold_up_another);
	tcase_add_test(tasklets, kill_waits_for_a_scheduled_tasklet);
	tcase_add_test(tasklets, disabling_in_atomic_context_spins);
	tcase_add_test(tasklets, killing_in_interrupt_context_is_noted);
	tcase_add_test(tasklets, old_style_and_static_tasklets);
	tcase_add_test(threads, threads_never_run_one_tasklet_twice);
	tcase_add_test(threads, threads_share_a_vcpu_without_lost_updates);
	tcase_add_test(reboot, forgotten_tasklet_is_reported_at_shutdown);
	return s;
}
