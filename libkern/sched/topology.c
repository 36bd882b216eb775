// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs and nodes of the machine, fixed at boot from the configuration.
 *
 * Outside a boot there is one CPU on one node, so that static data can be
 * initialised.
 */
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/nodemask.h>
#include <linux/smp.h>
#include <linux/topology.h>
#include <udevmem/boot.h>

#include "../subsystem.h"

unsigned int nr_cpu_ids = 1;
EXPORT_SYMBOL(nr_cpu_ids);
struct cpumask __cpu_possible_mask = { { 1 } };
EXPORT_SYMBOL(__cpu_possible_mask);
const struct cpumask udm_cpu_all_mask = { { [0 ... BITS_TO_LONGS(NR_CPUS) - 1] = ~0UL } };
const struct cpumask udm_cpu_none_mask;
struct cpumask udm_cpumask_of_cpu[NR_CPUS];
struct cpumask udm_cpumask_of_node[MAX_NUMNODES];
int udm_cpu_node[NR_CPUS];
nodemask_t node_states[NR_NODE_STATES] = { [0 ... NR_NODE_STATES - 1] = { { 1 } } };
EXPORT_SYMBOL(node_states);
unsigned int nr_node_ids = 1;
EXPORT_SYMBOL(nr_node_ids);
unsigned int nr_online_nodes = 1;
EXPORT_SYMBOL(nr_online_nodes);

unsigned int cpumask_local_spread(unsigned int n, int node)
{
	const struct cpumask *near = cpumask_of_node(node);
	unsigned int on_node = cpumask_weight(near), cpu;

	n %= nr_cpu_ids;
	if (n < on_node)
		return cpumask_nth(n, near);
	n -= on_node;
	for_each_online_cpu(cpu) {
		if (!cpumask_test_cpu(cpu, near) && n-- == 0)
			return cpu;
	}
	return 0;
}
EXPORT_SYMBOL(cpumask_local_spread);

int numa_nearest_node(int node, unsigned int state)
{
	if (node == NUMA_NO_NODE || node_state(node, state))
		return node;
	return first_node(node_states[state]);
}
EXPORT_SYMBOL_GPL(numa_nearest_node);

static void describe_cpu(unsigned int cpu, int node)
{
	udm_cpu_node[cpu] = node;
	cpumask_clear(&udm_cpumask_of_cpu[cpu]);
	cpumask_set_cpu(cpu, &udm_cpumask_of_cpu[cpu]);
	if (cpu < nr_cpu_ids) {
		cpumask_set_cpu(cpu, &__cpu_possible_mask);
		cpumask_set_cpu(cpu, &udm_cpumask_of_node[node]);
	}
}

/* CPUs are dealt to the nodes in equal runs; a node may have none if there are few. */
static void describe(unsigned int cpus, unsigned int nodes)
{
	nr_cpu_ids = cpus;
	nr_node_ids = nr_online_nodes = nodes;
	cpumask_clear(&__cpu_possible_mask);
	for (unsigned int node = 0; node < MAX_NUMNODES; node++)
		cpumask_clear(&udm_cpumask_of_node[node]);
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		describe_cpu(cpu, cpu < cpus ? cpu * nodes / cpus : 0);
	for (unsigned int state = 0; state < NR_NODE_STATES; state++) {
		nodes_clear(node_states[state]);
		for (unsigned int node = 0; node < nodes; node++) {
			if (state != N_CPU || !cpumask_empty(&udm_cpumask_of_node[node]))
				node_set(node, node_states[state]);
		}
	}
}

int topology_boot(const struct udm_config *cfg)
{
	describe(cfg->cpus, cfg->nodes);
	return 0;
}

void topology_shutdown(void)
{
	describe(1, 1);
}
