// SPDX-License-Identifier: GPL-2.0-only
/* Where am I, and may I sleep here: predicates, the irq flag, what debug builds say. */
#include "exec_rig.h"

#include <pthread.h>
#include <string.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <udevmem/log.h>

#ifdef CONFIG_PROVE_LOCKING
#define CHECKED 1
#else
#define CHECKED 0
#endif

static void values_body(void)
{
	unsigned long flags;

	ck_assert_uint_eq(in_softirq() | in_interrupt() | in_hardirq() | in_nmi(), 0);
	ck_assert(in_task() == 1 && in_atomic() == 0 && preemptible());
	local_bh_disable();
	ck_assert_uint_eq(in_softirq(), SOFTIRQ_DISABLE_OFFSET);
	ck_assert_uint_eq(in_interrupt(), SOFTIRQ_DISABLE_OFFSET);
	ck_assert_uint_eq(in_serving_softirq(), 0);
	ck_assert(in_task() == 1 && in_atomic() == 1);
	local_bh_disable();
	ck_assert_int_eq(preempt_count(), 2 * SOFTIRQ_DISABLE_OFFSET);
	local_bh_enable();
	local_bh_enable();
	ck_assert_int_eq(preempt_count(), 0);
	local_irq_save(flags);
	nmi_enter();
	ck_assert_uint_eq(in_nmi(), NMI_OFFSET);
	ck_assert_uint_eq(in_hardirq(), HARDIRQ_OFFSET);
	ck_assert_int_eq(in_task(), 0);
	nmi_exit();
	ck_assert(!in_nmi() && in_task());
	local_irq_restore(flags);
	ck_assert(!irqs_disabled() && preemptible());
}

START_TEST(predicates_give_the_masked_count)
{
	in_every_mode(values_body);
}
END_TEST

static void irq_body(void)
{
	unsigned long outer, inner;

	local_irq_save(outer);
	ck_assert(irqs_disabled_flags(outer) == 0);
	local_irq_save(inner);
	ck_assert(irqs_disabled_flags(inner));
	local_irq_restore(inner);
	ck_assert(irqs_disabled() && !preemptible());
	ck_assert_int_eq(in_atomic(), 0);
	local_irq_restore(outer);
	ck_assert(!irqs_disabled());
	local_irq_disable();
	local_irq_disable();
	local_irq_enable();
	ck_assert(!irqs_disabled());
}

START_TEST(saved_irq_state_comes_back)
{
	in_every_mode(irq_body);
}
END_TEST

static int entered, seen, leave_now;

static void *stay_in_bh(void *unused)
{
	local_bh_disable();
	set_flag(&entered);
	while (!read_flag(&leave_now)) {
		cpu_relax();
		ck_assert_uint_eq(in_softirq(), SOFTIRQ_DISABLE_OFFSET);
	}
	local_bh_enable();
	ck_assert_uint_eq(in_softirq(), 0);
	return NULL;
}

static void *look(void *unused)
{
	await_flag(&entered);
	ck_assert(!in_softirq() && preemptible());
	local_irq_disable();
	ck_assert(!in_softirq() && irqs_disabled());
	local_irq_enable();
	set_flag(&seen);
	return NULL;
}

/* Fibers share a host thread, but not what they are in the middle of. */
static void own_body(void)
{
	struct udm_thread *a, *b;

	entered = seen = leave_now = 0;
	a = udm_thread_create("in", stay_in_bh, NULL);
	b = udm_thread_create("out", look, NULL);
	await_flag(&seen);
	ck_assert(!in_softirq() && preemptible());
	set_flag(&leave_now);
	udm_thread_join(a);
	udm_thread_join(b);
}

START_TEST(each_task_is_in_its_own_context)
{
	in_every_mode(own_body);
}
END_TEST

static void *ask_only(void *unused)
{
	ck_assert(!in_softirq() && in_task() && !irqs_disabled());
	return NULL;
}

/* A thread that asks where it is has not entered the kernel. */
START_TEST(asking_makes_no_task)
{
	unsigned int tasks;
	pthread_t thread;

	machine_boot_threads();
	tasks = udm_task_count();
	pthread_create(&thread, NULL, ask_only, NULL);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(udm_task_count(), tasks);
	machine_shutdown();
}
END_TEST

/* What debug builds say. */

static char reported[4096];

static void collect(void *ctx, int level, const char *text)
{
	strncat(reported, text, sizeof(reported) - strlen(reported) - 1);
}

static unsigned int times_reported(const char *text)
{
	unsigned int n = 0;

	for (const char *at = reported; (at = strstr(at, text)); at++)
		n++;
	return n;
}

static void collect_log(void)
{
	reported[0] = '\0';
	udm_log_set_hook(collect, NULL);
}

#define SLEEPS "BUG: sleeping function called from invalid context at"

/* How often the statement makes a sleep known, each time anew. */
#define REPORTS(stmt)                                                                              \
	({                                                                                         \
		collect_log();                                                                     \
		stmt;                                                                              \
		udm_log_set_hook(NULL, NULL);                                                      \
		udm_advance(2 * NSEC_PER_SEC);                                                     \
		times_reported(SLEEPS);                                                            \
	})

#define IN_REGION(stmt)                                                                            \
	do {                                                                                       \
		preempt_disable();                                                                 \
		stmt;                                                                              \
		preempt_enable();                                                                  \
	} while (0)

START_TEST(a_read_section_must_not_sleep)
{
	collect_log();
	rcu_read_lock();
	might_sleep();
	rcu_read_unlock();
	udm_log_set_hook(NULL, NULL);
	ck_assert_uint_eq(times_reported("in_atomic(): 0, irqs_disabled(): 0"), CHECKED);
	ck_assert_uint_eq(times_reported("RCU nest depth: 1, expected: 0"), CHECKED);
}
END_TEST

START_TEST(sleeping_is_reported_once_a_second)
{
	ck_assert_uint_eq(REPORTS(IN_REGION(might_sleep(); might_sleep())), CHECKED);
	ck_assert_uint_eq(REPORTS(IN_REGION(might_sleep())), CHECKED);
}
END_TEST

START_TEST(what_might_sleep)
{
	struct completion done;

	init_completion(&done);
	ck_assert_uint_eq(REPORTS(IN_REGION(might_sleep_if(0))), 0);
	ck_assert_uint_eq(REPORTS(IN_REGION(might_sleep_if(1))), CHECKED);
	ck_assert_uint_eq(REPORTS(IN_REGION(might_alloc(GFP_ATOMIC))), 0);
	ck_assert_uint_eq(REPORTS(IN_REGION(might_alloc(GFP_NOWAIT))), 0);
	ck_assert_uint_eq(REPORTS(IN_REGION(might_alloc(GFP_KERNEL))), CHECKED);
	ck_assert_uint_eq(REPORTS(IN_REGION(might_fault())), CHECKED);
	ck_assert_uint_eq(REPORTS(IN_REGION(wait_for_completion_timeout(&done, 0))), CHECKED);
	ck_assert_uint_eq(REPORTS(IN_REGION(try_wait_for_completion(&done))), 0);
	ck_assert_uint_eq(REPORTS(might_sleep(); might_alloc(GFP_KERNEL)), 0);
}
END_TEST

static DEFINE_MUTEX(outer);
static DEFINE_MUTEX(inner);

/* It counts as taking the lock, without doing so. */
START_TEST(might_lock_teaches_the_order)
{
	mutex_lock(&inner);
	might_lock(&outer);
	ck_assert(!mutex_is_locked(&outer));
	mutex_unlock(&inner);
	udm_warn_expect("possible circular locking dependency", CHECKED);
	mutex_lock(&outer);
	mutex_lock(&inner);
	mutex_unlock(&inner);
	mutex_unlock(&outer);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

#define NUMBER "BUG: using smp_processor_id() in preemptible [00000000] code: main/1"

START_TEST(cpu_number_outside_of_a_region_is_reported)
{
	unsigned int cpu;

	collect_log();
	cpu = smp_processor_id();
	ck_assert_uint_eq(times_reported(NUMBER), CHECKED);
	ck_assert_uint_eq(cpu, raw_smp_processor_id());
	preempt_disable();
	ck_assert_uint_eq(smp_processor_id(), cpu);
	preempt_enable();
	cpu = get_cpu();
	ck_assert_uint_eq(smp_processor_id(), cpu);
	put_cpu();
	/* Bound to one CPU it cannot change. */
	ck_assert_int_eq(set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
	ck_assert_uint_eq(smp_processor_id(), cpu);
	udm_log_set_hook(NULL, NULL);
	ck_assert_uint_eq(times_reported(NUMBER), CHECKED);
}
END_TEST

Suite *exec_context_suite(void)
{
	Suite *s = suite_create("exec_context");
	TCase *modes = tcase_create("modes"), *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, predicates_give_the_masked_count);
	tcase_add_test(modes, saved_irq_state_comes_back);
	tcase_add_test(modes, each_task_is_in_its_own_context);
	tcase_add_test(modes, asking_makes_no_task);
	tcase_add_test(one, a_read_section_must_not_sleep);
	tcase_add_test(one, sleeping_is_reported_once_a_second);
	tcase_add_test(one, what_might_sleep);
	tcase_add_test(one, might_lock_teaches_the_order);
	tcase_add_test(one, cpu_number_outside_of_a_region_is_reported);
	return s;
}
