/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU is near which memory.
 *
 * Kernel path: linux/topology.h. CPU n belongs to node n * nodes / cpus: the
 * CPUs are dealt to the nodes in equal runs. Any context; the answer for the
 * calling task is stable only inside a non-preemptible region.
 */
#ifndef _UDM_LINUX_TOPOLOGY_H
#define _UDM_LINUX_TOPOLOGY_H

#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/numa.h>
#include <linux/smp.h>

#define LOCAL_DISTANCE 10
#define REMOTE_DISTANCE 20

/* Written at boot. */
extern int udm_cpu_node[NR_CPUS];

static inline int cpu_to_node(int cpu)
{
	return udm_cpu_node[cpu];
}

static inline int numa_node_id(void)
{
	return cpu_to_node(raw_smp_processor_id());
}

#define cpu_to_mem(cpu) cpu_to_node(cpu)
#define numa_mem_id() numa_node_id()
#define node_distance(a, b) ((a) == (b) ? LOCAL_DISTANCE : REMOTE_DISTANCE)
#define nr_cpus_node(node) cpumask_weight(cpumask_of_node(node))

/* NUMA_NO_NODE means every CPU. */
static inline const struct cpumask *cpumask_of_node(int node)
{
	return node == NUMA_NO_NODE ? cpu_online_mask : &udm_cpumask_of_node[node];
}

#define topology_core_id(cpu) (cpu)
#define topology_physical_package_id(cpu) cpu_to_node(cpu)
#define topology_sibling_cpumask(cpu) cpumask_of(cpu)
#define topology_core_cpumask(cpu) cpumask_of_node(cpu_to_node(cpu))

#endif
