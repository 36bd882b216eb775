// SPDX-License-Identifier: GPL-2.0-only
/* Sets of CPUs and of nodes: searches, walks, what there is on this machine. */
#include "fixture.h"

#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/nodemask.h>
#include <linux/smp.h>
#include <linux/topology.h>

static struct cpumask mask_of(unsigned long bits)
{
	struct cpumask mask = CPU_MASK_NONE;

	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++)
		if (bits & (1UL << cpu))
			cpumask_set_cpu(cpu, &mask);
	return mask;
}

static unsigned long bits_of(const struct cpumask *mask)
{
	unsigned long bits = 0;
	unsigned int cpu;

	for_each_cpu(cpu, mask)
		bits |= 1UL << cpu;
	return bits;
}

static void setup(void)
{
	machine_boot_with(&(struct udm_config){ .cpus = 6, .nodes = 3 });
}

START_TEST(searches_end_beyond_the_last_cpu)
{
	struct cpumask mask = mask_of(0x2a), none = CPU_MASK_NONE;

	ck_assert_uint_eq(cpumask_first(&mask), 1);
	ck_assert_uint_eq(cpumask_next(1, &mask), 3);
	ck_assert_uint_eq(cpumask_last(&mask), 5);
	ck_assert_uint_ge(cpumask_next(5, &mask), nr_cpu_ids);
	ck_assert_uint_ge(cpumask_first(&none), nr_cpu_ids);
	ck_assert_uint_ge(cpumask_first_and(&mask, cpumask_of(2)), nr_cpu_ids);
	ck_assert_uint_eq(cpumask_any_but(&mask, 1), 3);
	ck_assert_uint_eq(cpumask_next_wrap(5, &mask), 1);
	ck_assert_uint_eq(cpumask_nth(2, &mask), 5);
	ck_assert_uint_ge(cpumask_nth(3, &mask), nr_cpu_ids);
	ck_assert_uint_eq(cpumask_weight(&mask), 3);
	ck_assert(cpumask_empty(&none) && !cpumask_empty(&mask));
	ck_assert(cpumask_full(cpu_possible_mask) && cpumask_full(cpu_all_mask));
}
END_TEST

START_TEST(sets_are_combined)
{
	struct cpumask a = mask_of(0x0f), b = mask_of(0x3c), c;

	cpumask_and(&c, &a, &b);
	ck_assert_uint_eq(bits_of(&c), 0x0c);
	cpumask_or(&c, &a, &b);
	ck_assert_uint_eq(bits_of(&c), 0x3f);
	cpumask_andnot(&c, &a, &b);
	ck_assert_uint_eq(bits_of(&c), 0x03);
	cpumask_copy(&c, &b);
	ck_assert(cpumask_equal(&c, &b) && cpumask_intersects(&c, &a));
	cpumask_setall(&c);
	ck_assert_uint_eq(cpumask_weight(&c), 6);
	cpumask_complement(&c, &a);
	ck_assert_uint_eq(bits_of(&c), 0x30);
	ck_assert_uint_eq(cpumask_weight(&c), 2);
	ck_assert(cpumask_subset(cpumask_of(2), &a) && !cpumask_subset(&a, &b));
	ck_assert_uint_eq(cpumask_weight_and(&a, &b), 2);
	ck_assert(cpumask_test_and_set_cpu(2, &a) && !cpumask_test_and_set_cpu(5, &a));
	cpumask_clear_cpu(0, &a);
	ck_assert_uint_eq(bits_of(&a), 0x2e);
}
END_TEST

START_TEST(walks_visit_every_member_once)
{
	struct cpumask a = mask_of(0x2b), b = mask_of(0x29);
	unsigned int cpu, n = 0, order[8];
	unsigned long seen = 0;

	for_each_cpu_wrap(cpu, &a, 3)
		order[n++] = cpu;
	ck_assert_uint_eq(n, 4);
	ck_assert(order[0] == 3 && order[1] == 5 && order[2] == 0 && order[3] == 1);
	for_each_cpu_and(cpu, &a, &b)
		seen = seen * 8 + cpu;
	ck_assert_uint_eq(seen, 035);
	seen = 0;
	for_each_cpu_andnot(cpu, &a, &b)
		seen = seen * 8 + cpu;
	ck_assert_uint_eq(seen, 01);
	n = 0;
	for_each_possible_cpu(cpu)
		n++;
	ck_assert_uint_eq(n, num_possible_cpus());
	ck_assert(cpu_online(5) && !cpu_online(6) && cpu_possible(0));
}
END_TEST

START_TEST(lists_are_parsed)
{
	struct cpumask mask;

	ck_assert_int_eq(cpulist_parse("0-2,5", &mask), 0);
	ck_assert_uint_eq(bits_of(&mask), 0x27);
	ck_assert_int_eq(cpulist_parse("2-1", &mask), -EINVAL);
	ck_assert_int_eq(cpulist_parse("x", &mask), -EINVAL);
}
END_TEST

START_TEST(nodes_have_cpus_and_memory)
{
	unsigned int node, n = 0;
	nodemask_t set = NODE_MASK_NONE;

	ck_assert_uint_eq(nr_node_ids, 3);
	ck_assert_uint_eq(num_online_nodes(), 3);
	for_each_online_node(node) {
		ck_assert_uint_eq(node, n++);
		ck_assert(node_online(node) && node_state(node, N_MEMORY));
		ck_assert_uint_eq(cpumask_weight(cpumask_of_node(node)), 2);
		ck_assert_uint_eq(cpu_to_node(cpumask_first(cpumask_of_node(node))), node);
	}
	ck_assert_uint_eq(n, 3);
	ck_assert(!node_online(3) && !node_state(NUMA_NO_NODE, N_ONLINE));
	ck_assert_uint_eq(first_memory_node, 0);
	ck_assert_ptr_eq(cpumask_of_node(NUMA_NO_NODE), cpu_online_mask);
	ck_assert_int_eq(node_distance(1, 1), LOCAL_DISTANCE);
	ck_assert_int_gt(node_distance(1, 2), LOCAL_DISTANCE);
	node_set(2, set);
	ck_assert_uint_eq(next_node_in(2, set), 2);
	ck_assert_uint_eq(next_node(2, set), MAX_NUMNODES);
}
END_TEST

START_TEST(the_callers_node_follows_its_cpu)
{
	struct device dev = { };

	ck_assert_int_eq(udm_task_set_cpu(3), 0);
	ck_assert_int_eq(numa_node_id(), 1);
	ck_assert_int_eq(numa_mem_id(), 1);
	ck_assert_int_eq(cpu_to_mem(5), 2);
	ck_assert_int_eq(udm_task_set_cpu(0), 0);
	ck_assert_int_eq(numa_mem_id(), 0);
	device_initialize(&dev);
	ck_assert_int_eq(dev_to_node(&dev), NUMA_NO_NODE);
	set_dev_node(&dev, 2);
	ck_assert_int_eq(dev_to_node(&dev), 2);
}
END_TEST

Suite *cpus_suite(void)
{
	Suite *s = suite_create("cpus");
	TCase *tc = tcase_create("six on three nodes");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, machine_shutdown);
	tcase_add_test(tc, searches_end_beyond_the_last_cpu);
	tcase_add_test(tc, sets_are_combined);
	tcase_add_test(tc, walks_visit_every_member_once);
	tcase_add_test(tc, lists_are_parsed);
	tcase_add_test(tc, nodes_have_cpus_and_memory);
	tcase_add_test(tc, the_callers_node_follows_its_cpu);
	return s;
}
