/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of NUMA nodes.
 *
 * Kernel path: linux/nodemask.h. Nodes 0 ... nr_node_ids - 1 exist for the whole
 * boot, each with memory and CPUs; their number is struct udm_config.nodes.
 */
#ifndef _UDM_LINUX_NODEMASK_H
#define _UDM_LINUX_NODEMASK_H

#include <linux/bitmap.h>
#include <linux/nodemask_types.h>
#include <linux/numa.h>

enum node_states {
	N_POSSIBLE,
	N_ONLINE,
	N_NORMAL_MEMORY,
	N_HIGH_MEMORY = N_NORMAL_MEMORY,
	N_MEMORY,
	N_CPU,
	N_GENERIC_INITIATOR,
	NR_NODE_STATES
};

/* Written at boot. */
extern nodemask_t node_states[NR_NODE_STATES];
extern unsigned int nr_node_ids;
extern unsigned int nr_online_nodes;

#define node_online_map node_states[N_ONLINE]
#define node_possible_map node_states[N_POSSIBLE]

#define NODE_MASK_NONE ((nodemask_t){ { 0 } })
#define NODE_MASK_ALL ((nodemask_t){ { [0] = BITMAP_LAST_WORD_MASK(MAX_NUMNODES) } })
#define nodes_addr(src) ((src).bits)

#define node_set(node, dst) set_bit(node, (dst).bits)
#define node_clear(node, dst) clear_bit(node, (dst).bits)
#define node_isset(node, nodemask) test_bit(node, (nodemask).bits)
#define node_test_and_set(node, nodemask) test_and_set_bit(node, (nodemask).bits)
#define nodes_clear(dst) bitmap_zero((dst).bits, MAX_NUMNODES)
#define nodes_setall(dst) bitmap_fill((dst).bits, MAX_NUMNODES)
#define nodes_and(dst, a, b) bitmap_and((dst).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_or(dst, a, b) bitmap_or((dst).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_equal(a, b) bitmap_equal((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_intersects(a, b) bitmap_intersects((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_subset(a, b) bitmap_subset((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_empty(src) bitmap_empty((src).bits, MAX_NUMNODES)
#define nodes_full(src) bitmap_full((src).bits, MAX_NUMNODES)
#define nodes_weight(src) bitmap_weight((src).bits, MAX_NUMNODES)

/* MAX_NUMNODES when there is none. */
#define first_node(src) ((unsigned int)find_first_bit((src).bits, MAX_NUMNODES))
#define next_node(n, src) ((unsigned int)find_next_bit((src).bits, MAX_NUMNODES, (n) + 1))

static inline unsigned int next_node_in(int node, nodemask_t src)
{
	unsigned int next = next_node(node, src);

	return next < MAX_NUMNODES ? next : first_node(src);
}

static inline nodemask_t nodemask_of_node(int node)
{
	nodemask_t mask = NODE_MASK_NONE;

	mask.bits[0] = 1UL << node;
	return mask;
}

#define for_each_node_mask(node, mask)                                                             \
	for ((node) = first_node(mask); (node) < MAX_NUMNODES; (node) = next_node((node), mask))
#define for_each_node_state(node, state) for_each_node_mask(node, node_states[state])
#define for_each_node(node) for_each_node_state(node, N_POSSIBLE)
#define for_each_online_node(node) for_each_node_state(node, N_ONLINE)
#define for_each_node_with_cpus(node) for_each_node_state(node, N_CPU)

static inline int node_state(int node, enum node_states state)
{
	return node >= 0 && node < MAX_NUMNODES && node_isset(node, node_states[state]);
}

static inline int num_node_state(enum node_states state)
{
	return nodes_weight(node_states[state]);
}

#define num_online_nodes() num_node_state(N_ONLINE)
#define num_possible_nodes() num_node_state(N_POSSIBLE)
#define node_online(node) node_state((node), N_ONLINE)
#define node_possible(node) node_state((node), N_POSSIBLE)
#define first_online_node first_node(node_states[N_ONLINE])
#define first_memory_node first_node(node_states[N_MEMORY])
#define next_online_node(nid) next_node((nid), node_states[N_ONLINE])
#define next_memory_node(nid) next_node((nid), node_states[N_MEMORY])

/* For "%*pb" and "%*pbl". */
#define nodemask_pr_args(maskp) MAX_NUMNODES, (maskp)->bits

#endif
