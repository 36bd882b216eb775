/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of emulated CPUs.
 *
 * Kernel path: linux/cpumask.h. CPUs 0 ... nr_cpu_ids - 1 are possible, present,
 * online and active for the whole boot. Searches return nr_cpu_ids or more
 * when nothing is found.
 */
#ifndef _UDM_LINUX_CPUMASK_H
#define _UDM_LINUX_CPUMASK_H

#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/cpumask_types.h>
#include <linux/gfp_types.h>
#include <linux/numa.h>
#include <linux/types.h>

/* Written at boot. */
extern unsigned int nr_cpu_ids;
extern struct cpumask __cpu_possible_mask;
extern const struct cpumask udm_cpu_all_mask;
extern const struct cpumask udm_cpu_none_mask;

#define cpu_possible_mask ((const struct cpumask *)&__cpu_possible_mask)
#define cpu_online_mask cpu_possible_mask
#define cpu_enabled_mask cpu_possible_mask
#define cpu_present_mask cpu_possible_mask
#define cpu_active_mask cpu_possible_mask
#define cpu_all_mask (&udm_cpu_all_mask)
#define cpu_none_mask (&udm_cpu_none_mask)
/* What can be set; searches and copies go over all that could be. */
#define nr_cpumask_bits nr_cpu_ids
#define small_cpumask_bits ((unsigned int)NR_CPUS)
#define large_cpumask_bits ((unsigned int)NR_CPUS)

#define CPU_MASK_NONE (cpumask_t){ { 0 } }
#define CPU_MASK_ALL (cpumask_t){ { [0 ... BITS_TO_LONGS(NR_CPUS) - 1] = ~0UL } }
#define CPU_BITS_NONE { 0 }

#define num_possible_cpus() nr_cpu_ids
#define num_online_cpus() nr_cpu_ids
#define num_present_cpus() nr_cpu_ids
#define num_active_cpus() nr_cpu_ids

static inline bool cpu_possible(unsigned int cpu)
{
	return cpu < nr_cpu_ids;
}

#define cpu_online(cpu) cpu_possible(cpu)
#define cpu_present(cpu) cpu_possible(cpu)
#define cpu_active(cpu) cpu_possible(cpu)
#define cpu_is_offline(cpu) (!cpu_online(cpu))

static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *dst)
{
	set_bit(cpu, dst->bits);
}

static inline void __cpumask_set_cpu(unsigned int cpu, struct cpumask *dst)
{
	__set_bit(cpu, dst->bits);
}

static inline void cpumask_clear_cpu(int cpu, struct cpumask *dst)
{
	clear_bit(cpu, dst->bits);
}

static inline void __cpumask_clear_cpu(int cpu, struct cpumask *dst)
{
	__clear_bit(cpu, dst->bits);
}

static inline bool cpumask_test_cpu(int cpu, const struct cpumask *mask)
{
	return test_bit(cpu, mask->bits);
}

static inline bool cpumask_test_and_set_cpu(int cpu, struct cpumask *mask)
{
	return test_and_set_bit(cpu, mask->bits);
}

static inline bool cpumask_test_and_clear_cpu(int cpu, struct cpumask *mask)
{
	return test_and_clear_bit(cpu, mask->bits);
}

static inline unsigned int cpumask_first(const struct cpumask *mask)
{
	return find_first_bit(mask->bits, NR_CPUS);
}

static inline unsigned int cpumask_first_zero(const struct cpumask *mask)
{
	return find_first_zero_bit(mask->bits, NR_CPUS);
}

static inline unsigned int cpumask_last(const struct cpumask *mask)
{
	return find_last_bit(mask->bits, NR_CPUS);
}

/* @n: -1 to begin with. */
static inline unsigned int cpumask_next(int n, const struct cpumask *mask)
{
	return find_next_bit(mask->bits, NR_CPUS, n + 1);
}

static inline unsigned int cpumask_next_zero(int n, const struct cpumask *mask)
{
	return find_next_zero_bit(mask->bits, NR_CPUS, n + 1);
}

static inline unsigned int cpumask_next_and(int n, const struct cpumask *a,
					    const struct cpumask *b)
{
	return find_next_and_bit(a->bits, b->bits, NR_CPUS, n + 1);
}

static inline unsigned int cpumask_first_and(const struct cpumask *a, const struct cpumask *b)
{
	return cpumask_next_and(-1, a, b);
}

static inline unsigned int cpumask_next_wrap(int n, const struct cpumask *mask)
{
	unsigned int next = cpumask_next(n, mask);

	return next < NR_CPUS ? next : cpumask_first(mask);
}

static inline unsigned int cpumask_any_but(const struct cpumask *mask, int cpu)
{
	unsigned int first = cpumask_first(mask);

	return first == (unsigned int)cpu ? cpumask_next(first, mask) : first;
}

#define cpumask_any(mask) cpumask_first(mask)
#define cpumask_any_and(a, b) cpumask_first_and((a), (b))
#define cpumask_any_distribute(mask) cpumask_first(mask)
#define cpumask_any_and_distribute(a, b) cpumask_first_and((a), (b))

/* The @n-th set CPU, near @node first where that matters; every n gives some CPU. */
unsigned int cpumask_local_spread(unsigned int n, int node);

static inline unsigned int cpumask_nth(unsigned int n, const struct cpumask *mask)
{
	unsigned int cpu = cpumask_first(mask);

	while (n-- && cpu < NR_CPUS)
		cpu = cpumask_next(cpu, mask);
	return cpu;
}

#define for_each_cpu(cpu, mask)                                                                    \
	for ((cpu) = cpumask_first(mask); (cpu) < nr_cpu_ids; (cpu) = cpumask_next((cpu), (mask)))
#define for_each_cpu_and(cpu, a, b)                                                                \
	for ((cpu) = cpumask_first_and((a), (b)); (cpu) < nr_cpu_ids;                              \
	     (cpu) = cpumask_next_and((cpu), (a), (b)))
#define for_each_cpu_or(cpu, a, b)                                                                 \
	for_each_possible_cpu(cpu)                                                                 \
		if (!cpumask_test_cpu(cpu, a) && !cpumask_test_cpu(cpu, b)) {                      \
		} else
#define for_each_cpu_andnot(cpu, a, b)                                                             \
	for_each_cpu(cpu, a)                                                                       \
		if (cpumask_test_cpu(cpu, b)) {                                                    \
		} else
#define for_each_cpu_from(cpu, mask)                                                               \
	for ((cpu) = cpumask_next((int)(cpu) - 1, mask); (cpu) < nr_cpu_ids;                       \
	     (cpu) = cpumask_next(cpu, mask))
#define for_each_cpu_wrap(cpu, mask, start)                                                        \
	for (unsigned int __round = 0, __start = (start);                                          \
	     __round < nr_cpu_ids && ((cpu) = (__start + __round) % nr_cpu_ids, true); __round++)  \
		if (!cpumask_test_cpu((cpu), (mask))) {                                            \
		} else
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)

#define cpumask_clear(dst) bitmap_zero((dst)->bits, NR_CPUS)
#define cpumask_and(dst, a, b) bitmap_and((dst)->bits, (a)->bits, (b)->bits, NR_CPUS)
#define cpumask_or(dst, a, b) bitmap_or((dst)->bits, (a)->bits, (b)->bits, NR_CPUS)
#define cpumask_xor(dst, a, b) bitmap_xor((dst)->bits, (a)->bits, (b)->bits, NR_CPUS)
#define cpumask_andnot(dst, a, b) bitmap_andnot((dst)->bits, (a)->bits, (b)->bits, NR_CPUS)
#define cpumask_equal(a, b) bitmap_equal((a)->bits, (b)->bits, NR_CPUS)
#define cpumask_intersects(a, b) bitmap_intersects((a)->bits, (b)->bits, NR_CPUS)
#define cpumask_subset(a, b) bitmap_subset((a)->bits, (b)->bits, NR_CPUS)
#define cpumask_empty(src) bitmap_empty((src)->bits, NR_CPUS)
#define cpumask_full(src) bitmap_full((src)->bits, nr_cpu_ids)
#define cpumask_weight(src) bitmap_weight((src)->bits, NR_CPUS)
#define cpumask_copy(dst, src) bitmap_copy((dst)->bits, (src)->bits, NR_CPUS)
#define cpumask_size() ((unsigned int)sizeof(struct cpumask))
#define cpumask_pr_args(mask) nr_cpu_ids, cpumask_bits(mask)

/* One set per CPU and per node, filled at boot. */
extern struct cpumask udm_cpumask_of_cpu[NR_CPUS];
extern struct cpumask udm_cpumask_of_node[MAX_NUMNODES];
#define cpumask_of(cpu) ((const struct cpumask *)&udm_cpumask_of_cpu[cpu])
#define get_cpu_mask(cpu) cpumask_of(cpu)

/* Masks "off the stack" are on it here; allocation cannot fail. */
static inline bool alloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	(void)mask, (void)flags;
	return true;
}

static inline bool alloc_cpumask_var_node(cpumask_var_t *mask, gfp_t flags, int node)
{
	(void)node;
	return alloc_cpumask_var(mask, flags);
}

static inline bool zalloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	(void)flags;
	cpumask_clear(*mask);
	return true;
}

static inline bool zalloc_cpumask_var_node(cpumask_var_t *mask, gfp_t flags, int node)
{
	(void)node;
	return zalloc_cpumask_var(mask, flags);
}

static inline void free_cpumask_var(cpumask_var_t mask)
{
	(void)mask;
}

static inline bool cpumask_available(cpumask_var_t mask)
{
	return mask != NULL;
}

/* "0-3,5" into a mask: 0 or -EINVAL, -ERANGE. */
static inline int cpulist_parse(const char *buf, struct cpumask *dst)
{
	return bitmap_parselist(buf, cpumask_bits(dst), NR_CPUS);
}

static inline void cpumask_assign_cpu(int cpu, struct cpumask *dst, bool value)
{
	if (value)
		cpumask_set_cpu(cpu, dst);
	else
		cpumask_clear_cpu(cpu, dst);
}

static inline unsigned int cpumask_weight_and(const struct cpumask *a, const struct cpumask *b)
{
	unsigned int cpu, n = 0;

	for_each_cpu_and(cpu, a, b)
		n++;
	return n;
}

/* Both give possible CPUs only. */
static inline void cpumask_setall(struct cpumask *dst)
{
	cpumask_copy(dst, cpu_possible_mask);
}

static inline void cpumask_complement(struct cpumask *dst, const struct cpumask *src)
{
	cpumask_andnot(dst, cpu_possible_mask, src);
}

static __always_inline unsigned int cpumask_check(unsigned int cpu)
{
	return cpu;
}

static inline unsigned int cpumask_first_andnot(const struct cpumask *a, const struct cpumask *b)
{
	return find_first_andnot_bit(a->bits, b->bits, NR_CPUS);
}

static inline unsigned int cpumask_first_and_and(const struct cpumask *a, const struct cpumask *b,
						 const struct cpumask *c)
{
	return find_first_and_and_bit(a->bits, b->bits, c->bits, NR_CPUS);
}

static inline unsigned int cpumask_next_andnot(int n, const struct cpumask *a,
					       const struct cpumask *b)
{
	return find_next_andnot_bit(a->bits, b->bits, NR_CPUS, n + 1);
}

static inline unsigned int cpumask_next_and_wrap(int n, const struct cpumask *a,
						 const struct cpumask *b)
{
	return find_next_and_bit_wrap(a->bits, b->bits, NR_CPUS, n + 1);
}

static inline unsigned int cpumask_any_and_but(const struct cpumask *a, const struct cpumask *b,
					       int cpu)
{
	unsigned int first = cpumask_first_and(a, b);

	return first == (unsigned int)cpu ? cpumask_next_and(first, a, b) : first;
}

static inline unsigned int cpumask_any_andnot_but(const struct cpumask *a,
						  const struct cpumask *b, int cpu)
{
	unsigned int first = cpumask_first_andnot(a, b);

	return first == (unsigned int)cpu ? cpumask_next_andnot(first, a, b) : first;
}

static inline unsigned int cpumask_nth_and(unsigned int n, const struct cpumask *a,
					   const struct cpumask *b)
{
	return find_nth_and_bit(a->bits, b->bits, NR_CPUS, n);
}

static inline unsigned int cpumask_nth_andnot(unsigned int n, const struct cpumask *a,
					      const struct cpumask *b)
{
	return find_nth_andnot_bit(a->bits, b->bits, NR_CPUS, n);
}

static inline unsigned int cpumask_random(const struct cpumask *mask)
{
	return find_random_bit(mask->bits, NR_CPUS);
}

#define cpumask_weight_andnot(a, b) bitmap_weight_andnot((a)->bits, (b)->bits, NR_CPUS)
#define cpumask_or_equal(a, b, c) bitmap_or_equal((a)->bits, (b)->bits, (c)->bits, NR_CPUS)
#define cpumask_shift_left(dst, src, n) bitmap_shift_left((dst)->bits, (src)->bits, (n), NR_CPUS)
#define cpumask_shift_right(dst, src, n) bitmap_shift_right((dst)->bits, (src)->bits, (n), NR_CPUS)

/* Text: as the functions for bit maps. */
#define cpumask_parse(buf, dst) bitmap_parse((buf), UINT_MAX, cpumask_bits(dst), nr_cpumask_bits)
#define cpumask_parse_user(buf, len, dst)                                                          \
	bitmap_parse_user((buf), (len), cpumask_bits(dst), nr_cpumask_bits)
#define cpumask_parselist_user(buf, len, dst)                                                      \
	bitmap_parselist_user((buf), (len), cpumask_bits(dst), nr_cpumask_bits)
#define cpumap_print_to_pagebuf(list, buf, mask)                                                   \
	bitmap_print_to_pagebuf((list), (buf), cpumask_bits(mask), nr_cpu_ids)
#define cpumap_print_bitmask_to_buf(buf, mask, off, count)                                         \
	bitmap_print_bitmask_to_buf((buf), cpumask_bits(mask), nr_cpu_ids, (off), (count))
#define cpumap_print_list_to_buf(buf, mask, off, count)                                            \
	bitmap_print_list_to_buf((buf), cpumask_bits(mask), nr_cpu_ids, (off), (count))

#endif
