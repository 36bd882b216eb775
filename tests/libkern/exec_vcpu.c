// SPDX-License-Identifier: GPL-2.0-only
/* Emulated CPUs: exclusivity, binding, cross calls. */
#include "exec_rig.h"

#include <errno.h>
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

static unsigned long counter;

static void *count_on_cpu_0(void *unused)
{
	ck_assert_int_eq(udm_task_set_cpu(0), 0);
	for (unsigned int i = 0; i < rounds(3000); i++) {
		unsigned long seen;

		local_bh_disable();
		ck_assert_int_eq(smp_processor_id(), 0);
		seen = counter;
		dawdle();
		counter = seen + 1;
		local_bh_enable();
	}
	return NULL;
}

static void exclusive_body(void)
{
	counter = 0;
	run_team(4, count_on_cpu_0, NULL);
	ck_assert_uint_eq(counter, 4 * rounds(3000));
}

START_TEST(regions_of_one_vcpu_exclude_each_other)
{
	in_every_mode(exclusive_body);
}
END_TEST

/* Every kind of region, more tasks than CPUs. */
static unsigned long per_cpu_counter[2];

static void *count_in_regions(void *unused)
{
	for (unsigned int i = 0; i < rounds(1000); i++) {
		unsigned long flags;

		preempt_disable();
		per_cpu_counter[smp_processor_id()]++;
		preempt_enable();
		local_irq_save(flags);
		per_cpu_counter[smp_processor_id()]++;
		local_irq_restore(flags);
		local_bh_disable();
		per_cpu_counter[smp_processor_id()]++;
		local_bh_enable();
	}
	return NULL;
}

static void crowded_body(void)
{
	per_cpu_counter[0] = per_cpu_counter[1] = 0;
	run_team(7, count_in_regions, NULL);
	ck_assert_uint_eq(per_cpu_counter[0] + per_cpu_counter[1], 7 * 3 * rounds(1000));
}

static void on_two_cpus(enum udm_mode mode, unsigned int preempt)
{
	machine_boot_with(&(struct udm_config){ .mode = mode, .cpus = 2,
						.preempt_permille = preempt });
	crowded_body();
	machine_shutdown();
}

START_TEST(more_tasks_than_cpus)
{
	on_two_cpus(UDM_MODE_SIM, 0);
	on_two_cpus(UDM_MODE_SIM, 400);
	on_two_cpus(UDM_MODE_THREADS, 0);
}
END_TEST

static DEFINE_SPINLOCK(lock);

static void *lock_then_bh(void *unused)
{
	udm_task_set_cpu(1);
	for (unsigned int i = 0; i < rounds(1000); i++) {
		spin_lock(&lock);
		local_bh_disable();
		counter++;
		local_bh_enable();
		spin_unlock(&lock);
	}
	return NULL;
}

static void *bh_then_lock(void *unused)
{
	udm_task_set_cpu(1);
	for (unsigned int i = 0; i < rounds(1000); i++) {
		local_bh_disable();
		spin_lock(&lock);
		counter++;
		spin_unlock(&lock);
		local_bh_enable();
	}
	return NULL;
}

static void order_body(void)
{
	struct udm_thread *other;

	counter = 0;
	other = udm_thread_create("other", lock_then_bh, NULL);
	run_team(1, bh_then_lock, NULL);
	udm_thread_join(other);
	ck_assert_uint_eq(counter, 2 * rounds(1000));
}

START_TEST(region_and_lock_in_either_order)
{
	in_every_mode(order_body);
}
END_TEST

START_TEST(first_tasks_get_private_cpus)
{
	ck_assert_int_eq(raw_smp_processor_id(), 0);
	ck_assert_int_eq(udm_task_set_cpu(3), 0);
	ck_assert_int_eq(raw_smp_processor_id(), 3);
	ck_assert_int_eq(udm_task_set_cpu(8), -EINVAL);
	ck_assert_int_eq(set_cpus_allowed_ptr(current, cpu_none_mask), -EINVAL);
	ck_assert_int_eq(set_cpus_allowed_ptr(current, cpu_all_mask), 0);
	ck_assert_int_eq(raw_smp_processor_id(), 3);
}
END_TEST

static int in_region, leave;

static void *stay_on_cpu_2(void *unused)
{
	udm_task_set_cpu(2);
	preempt_disable();
	set_flag(&in_region);
	while (!read_flag(&leave)) {
		ck_assert_int_eq(smp_processor_id(), 2);
		cpu_relax();
	}
	ck_assert_int_eq(smp_processor_id(), 2);
	preempt_enable();
	while (read_flag(&leave) == 1)
		udm_yield();
	ck_assert_int_eq(raw_smp_processor_id(), 5);
	return NULL;
}

static void *open_soon(void *unused)
{
	udm_advance(2000000);
	set_flag(&leave);
	return NULL;
}

/* Moving a task that is in a region takes effect, and returns, when it leaves it. */
static void move_body(void)
{
	struct udm_thread *thread, *opener;

	in_region = leave = 0;
	thread = udm_thread_create("moved", stay_on_cpu_2, NULL);
	await_flag(&in_region);
	opener = udm_thread_create("opener", open_soon, NULL);
	ck_assert_int_eq(set_cpus_allowed_ptr(udm_thread_task(thread), cpumask_of(5)), 0);
	ck_assert_int_eq(read_flag(&leave), 1);
	ck_assert_uint_eq(task_cpu(udm_thread_task(thread)), 5);
	__atomic_store_n(&leave, 2, __ATOMIC_RELEASE);
	udm_thread_join(thread);
	udm_thread_join(opener);
}

START_TEST(task_moves_when_it_leaves_its_region)
{
	in_every_mode(move_body);
}
END_TEST

/* Cross calls. */

static unsigned int called_on, context_seen;

/* Several CPUs at once do this in on_each_cpu(). */
static void note_call(void *arg)
{
	__atomic_store_n(&called_on, smp_processor_id(), __ATOMIC_RELAXED);
	__atomic_store_n(&context_seen, preempt_count() & HARDIRQ_MASK, __ATOMIC_RELAXED);
	ck_assert(irqs_disabled());
	__atomic_add_fetch((unsigned int *)arg, 1, __ATOMIC_RELEASE);
}

static void call_body(void)
{
	unsigned int count = 0;
	call_single_data_t csd;

	ck_assert_int_eq(smp_call_function_single(3, note_call, &count, 1), 0);
	ck_assert_uint_eq(called_on, 3);
	ck_assert_uint_eq(context_seen, HARDIRQ_OFFSET);
	ck_assert_uint_eq(count, 1);
	ck_assert_int_eq(smp_call_function_single(raw_smp_processor_id(), note_call, &count, 1), 0);
	ck_assert_uint_eq(context_seen, 0);
	ck_assert_int_eq(smp_call_function_single(nr_cpu_ids, note_call, &count, 1), -ENXIO);
	INIT_CSD(&csd, note_call, &count);
	ck_assert_int_eq(smp_call_function_single_async(nr_cpu_ids, &csd), -ENXIO);
	ck_assert_int_eq(smp_call_function_single_async(2, &csd), 0);
	while (__atomic_load_n(&count, __ATOMIC_ACQUIRE) != 3)
		udm_yield();
	on_each_cpu(note_call, &count, 1);
	ck_assert_uint_eq(count, 3 + nr_cpu_ids);
	ck_assert_int_eq(smp_call_function_single(4, note_call, &count, 0), 0);
	kick_all_cpus_sync();
	ck_assert_uint_eq(count, 4 + nr_cpu_ids);
}

START_TEST(calls_run_on_their_cpu)
{
	in_sim(call_body);
	in_threads(call_body);
}
END_TEST

static unsigned int pings;

static void ping(void *unused)
{
	__atomic_add_fetch(&pings, 1, __ATOMIC_RELAXED);
}

static void *call_other(void *cpus)
{
	unsigned int self = __atomic_fetch_add((unsigned int *)cpus, 1, __ATOMIC_RELAXED) + 1;

	udm_task_set_cpu(self);
	for (unsigned int i = 0; i < rounds(300); i++) {
		local_bh_disable();
		ck_assert_int_eq(smp_call_function_single(3 - self, ping, NULL, 1), 0);
		local_bh_enable();
	}
	return NULL;
}

static void cross_body(void)
{
	unsigned int cpus = 0;

	pings = 0;
	run_team(2, call_other, &cpus);
	ck_assert_uint_eq(pings, 2 * rounds(300));
}

START_TEST(two_callers_wait_for_each_other)
{
	in_every_mode(cross_body);
}
END_TEST

static int return_cpu(void *unused)
{
	return raw_smp_processor_id();
}

START_TEST(call_in_task_context)
{
	ck_assert_int_eq(smp_call_on_cpu(6, return_cpu, NULL, false), 6);
	ck_assert_int_eq(smp_call_on_cpu(nr_cpu_ids, return_cpu, NULL, false), -ENXIO);
	ck_assert_uint_eq(current->nr_cpus_allowed, nr_cpu_ids);
}
END_TEST

/* A busy call of a csd, seen from inside the function of another one. */
static call_single_data_t busy;
static int busy_result;

static void send_busy(void *count)
{
	ck_assert_int_eq(smp_call_function_single_async(1, &busy), 0);
	busy_result = smp_call_function_single_async(1, &busy);
}

START_TEST(queued_csd_is_busy)
{
	unsigned int count = 0;

	INIT_CSD(&busy, note_call, &count);
	ck_assert_int_eq(smp_call_function_single(1, send_busy, NULL, 1), 0);
	/* There it was the own CPU: called at once, so never busy. */
	ck_assert_int_eq(busy_result, 0);
	ck_assert_uint_eq(count, 2);
	preempt_disable();
	ck_assert_int_eq(smp_call_function_single_async(1, &busy), 0);
	ck_assert_int_eq(smp_call_function_single_async(1, &busy), -EBUSY);
	preempt_enable();
	udm_run_until_idle();
	ck_assert_uint_eq(count, 3);
}
END_TEST

Suite *exec_vcpu_suite(void)
{
	Suite *s = suite_create("exec_vcpu");
	TCase *modes = tcase_create("modes");
	TCase *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, regions_of_one_vcpu_exclude_each_other);
	tcase_add_test(modes, more_tasks_than_cpus);
	tcase_add_test(modes, region_and_lock_in_either_order);
	tcase_add_test(modes, task_moves_when_it_leaves_its_region);
	tcase_add_test(modes, calls_run_on_their_cpu);
	tcase_add_test(modes, two_callers_wait_for_each_other);
	tcase_add_test(one, first_tasks_get_private_cpus);
	tcase_add_test(one, call_in_task_context);
	tcase_add_test(one, queued_csd_is_busy);
	return s;
}
