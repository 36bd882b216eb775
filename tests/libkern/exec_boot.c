// SPDX-License-Identifier: GPL-2.0-only
/* Booting, shutting down, configuration and what a shutdown reports. */
#include "exec_rig.h"

#include <errno.h>
#include <stdlib.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/nodemask.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/topology.h>

static void boot_many_times(enum udm_mode mode, unsigned int times)
{
	for (unsigned int i = 0; i < times; i++) {
		const struct udm_config cfg = { .mode = mode, .seed = i + 1, .quiet = true };

		ck_assert_int_eq(udm_boot(&cfg), 0);
		synchronize_rcu();
		ck_assert_int_eq(udm_shutdown(), 0);
	}
}

START_TEST(boots_100_times_in_sim_mode)
{
	boot_many_times(UDM_MODE_SIM, rounds(100));
}
END_TEST

START_TEST(boots_100_times_in_threads_mode)
{
	boot_many_times(UDM_MODE_THREADS, rounds(100));
}
END_TEST

START_TEST(second_boot_is_busy)
{
	ck_assert_int_eq(udm_boot(NULL), -EBUSY);
	ck_assert(udm_booted());
}
END_TEST

START_TEST(shutdown_needs_a_machine)
{
	ck_assert_int_eq(udm_shutdown(), -EINVAL);
	ck_assert_ptr_null(udm_config());
	ck_assert(!udm_booted());
}
END_TEST

START_TEST(impossible_configurations)
{
	ck_assert_int_eq(udm_boot(&(struct udm_config){ .cpus = NR_CPUS + 1 }), -EINVAL);
	ck_assert_int_eq(udm_boot(&(struct udm_config){ .nodes = MAX_NUMNODES + 1 }), -EINVAL);
	ck_assert_int_eq(udm_boot(&(struct udm_config){ .preempt_permille = 1001 }), -EINVAL);
	ck_assert_int_eq(udm_boot(&(struct udm_config){ .mode = 2 }), -EINVAL);
	ck_assert(!udm_booted());
}
END_TEST

START_TEST(defaults_are_filled_in)
{
	const struct udm_config *cfg = udm_config();

	ck_assert_uint_eq(cfg->cpus, 8);
	ck_assert_uint_eq(cfg->nodes, 1);
	ck_assert_uint_eq(cfg->ram_bytes, 1UL << 30);
	ck_assert_str_eq(cfg->cmdline, "");
	ck_assert(udm_sim());
}
END_TEST

START_TEST(environment_overrides)
{
	static const char *const variables[] = {
		"UDM_CPUS", "UDM_NODES", "UDM_MODE", "UDM_RAM", "UDM_SEED", "UDM_CMDLINE",
	};

	setenv("UDM_CPUS", "3", 1);
	setenv("UDM_NODES", "2", 1);
	setenv("UDM_MODE", "threads", 1);
	setenv("UDM_RAM", "256M", 1);
	setenv("UDM_SEED", "77", 1);
	setenv("UDM_CMDLINE", "a=b", 1);
	ck_assert_int_eq(udm_boot(&(struct udm_config){ .cpus = 8, .seed = 5 }), 0);
	ck_assert_uint_eq(udm_config()->cpus, 3);
	ck_assert_uint_eq(nr_cpu_ids, 3);
	ck_assert_uint_eq(num_online_nodes(), 2);
	ck_assert_uint_eq(udm_config()->ram_bytes, 256UL << 20);
	ck_assert_uint_eq(udm_config()->seed, 77);
	ck_assert_str_eq(udm_config()->cmdline, "a=b");
	ck_assert(!udm_sim());
	ck_assert_int_eq(udm_shutdown(), 0);
	setenv("UDM_MODE", "quantum", 1);
	ck_assert_int_eq(udm_boot(NULL), -EINVAL);
	setenv("UDM_MODE", "sim", 1);
	setenv("UDM_CPUS", "3x", 1);
	ck_assert_int_eq(udm_boot(NULL), -EINVAL);
	for (unsigned int i = 0; i < ARRAY_SIZE(variables); i++)
		unsetenv(variables[i]);
}
END_TEST

START_TEST(cpus_are_dealt_to_nodes)
{
	ck_assert_int_eq(udm_boot(&(struct udm_config){ .cpus = 6, .nodes = 2 }), 0);
	ck_assert_int_eq(cpu_to_node(0), 0);
	ck_assert_int_eq(cpu_to_node(2), 0);
	ck_assert_int_eq(cpu_to_node(3), 1);
	ck_assert_int_eq(cpu_to_node(5), 1);
	ck_assert_uint_eq(cpumask_weight(cpumask_of_node(1)), 3);
	ck_assert_uint_eq(cpumask_first(cpumask_of_node(1)), 3);
	ck_assert_uint_eq(cpumask_local_spread(0, 1), 3);
	ck_assert_uint_eq(cpumask_local_spread(3, 1), 0);
	ck_assert_int_eq(udm_shutdown(), 0);
}
END_TEST

START_TEST(leaked_memory_is_counted)
{
	void *leak;

	ck_assert_int_eq(udm_boot(&(struct udm_config){ .quiet = true }), 0);
	leak = kmalloc(100, GFP_KERNEL);
	ck_assert_ptr_nonnull(leak);
	ck_assert_int_eq(udm_shutdown(), 1);
	ck_assert_int_eq(udm_boot(NULL), 0);
	ck_assert_int_eq(udm_shutdown(), 0);
}
END_TEST

static int sleep_for_ever(void *unused)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(MAX_SCHEDULE_TIMEOUT);
	return 0;
}

static void leave_a_thread(enum udm_mode mode)
{
	struct task_struct *task;

	ck_assert_int_eq(udm_boot(&(struct udm_config){ .mode = mode, .quiet = true }), 0);
	task = kthread_run(sleep_for_ever, NULL, "forgotten");
	ck_assert(!IS_ERR(task));
	udm_run_until_idle();
	ck_assert_int_ge(udm_shutdown(), 1);
	ck_assert_int_eq(udm_boot(NULL), 0);
	ck_assert_int_eq(udm_shutdown(), 0);
}

START_TEST(forgotten_thread_is_counted)
{
	leave_a_thread(UDM_MODE_SIM);
	leave_a_thread(UDM_MODE_THREADS);
}
END_TEST

START_TEST(shutdown_is_refused_in_a_region)
{
	ck_assert_int_eq(udm_boot(NULL), 0);
	preempt_disable();
	ck_assert_int_eq(udm_shutdown(), -EINVAL);
	preempt_enable();
	rcu_read_lock();
	ck_assert_int_eq(udm_shutdown(), -EINVAL);
	rcu_read_unlock();
	ck_assert_int_eq(udm_shutdown(), 0);
}
END_TEST

Suite *exec_boot_suite(void)
{
	Suite *s = suite_create("exec_boot");
	TCase *off = tcase_create("off");
	TCase *on = machine_tcase(s, "on");

	suite_add_tcase(s, off);
	tcase_add_test(off, boots_100_times_in_sim_mode);
	tcase_add_test(off, boots_100_times_in_threads_mode);
	tcase_add_test(off, shutdown_needs_a_machine);
	tcase_add_test(off, impossible_configurations);
	tcase_add_test(off, environment_overrides);
	tcase_add_test(off, cpus_are_dealt_to_nodes);
	tcase_add_test(off, leaked_memory_is_counted);
	tcase_add_test(off, forgotten_thread_is_counted);
	tcase_add_test(off, shutdown_is_refused_in_a_region);
	tcase_add_test(on, second_boot_is_busy);
	tcase_add_test(on, defaults_are_filled_in);
	return s;
}
