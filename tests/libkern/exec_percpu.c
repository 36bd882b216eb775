// SPDX-License-Identifier: GPL-2.0-only
/* Per-CPU data: static, dynamic, counters. */
#include "exec_rig.h"

#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/percpu_counter.h>
#include <linux/sched.h>

struct point {
	int x, y;
	void *self;
};

static int target;

DEFINE_PER_CPU(int, plain_number) = 5;
static DEFINE_PER_CPU(struct point, place) = { .x = 1, .y = 2, .self = &target };
static DEFINE_PER_CPU_ALIGNED(u64, aligned_word);
static DEFINE_PER_CPU(unsigned long, shared_count);
static DEFINE_PER_CPU(u8, small);

START_TEST(every_cpu_starts_with_the_initialiser)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		ck_assert_int_eq(per_cpu(plain_number, cpu), 5);
		ck_assert_int_eq(per_cpu(place, cpu).y, 2);
		ck_assert_ptr_eq(per_cpu_ptr(&place, cpu)->self, &target);
		ck_assert_uint_eq((unsigned long)per_cpu_ptr(&aligned_word, cpu) % 64, 0);
		per_cpu(plain_number, cpu) = cpu * 10;
	}
	for_each_possible_cpu(cpu)
		ck_assert_int_eq(per_cpu(plain_number, cpu), cpu * 10);
	udm_task_set_cpu(3);
	ck_assert_int_eq(this_cpu_read(plain_number), 30);
	get_cpu_var(plain_number)++;
	put_cpu_var(plain_number);
	ck_assert_int_eq(per_cpu(plain_number, 3), 31);
	ck_assert_int_eq(per_cpu(plain_number, 2), 20);
}
END_TEST

START_TEST(a_new_boot_starts_over)
{
	for (unsigned int i = 0; i < 2; i++) {
		ck_assert_int_eq(udm_boot(NULL), 0);
		ck_assert_int_eq(per_cpu(place, 7).x, 1);
		per_cpu(place, 7).x = 99;
		ck_assert_int_eq(udm_shutdown(), 0);
	}
}
END_TEST

START_TEST(operations)
{
	ck_assert_uint_eq(this_cpu_read(shared_count), 0);
	this_cpu_write(shared_count, 6);
	this_cpu_add(shared_count, 4);
	this_cpu_sub(shared_count, 1);
	this_cpu_inc(shared_count);
	this_cpu_dec(shared_count);
	ck_assert_uint_eq(this_cpu_read(shared_count), 9);
	ck_assert_uint_eq(this_cpu_add_return(shared_count, 3), 12);
	ck_assert_uint_eq(this_cpu_xchg(shared_count, 1), 12);
	ck_assert_uint_eq(this_cpu_cmpxchg(shared_count, 2, 7), 1);
	ck_assert_uint_eq(this_cpu_cmpxchg(shared_count, 1, 7), 1);
	this_cpu_or(shared_count, 8);
	this_cpu_and(shared_count, 12);
	ck_assert_uint_eq(__this_cpu_read(shared_count), 12);
	this_cpu_add(small, 250);
	this_cpu_add(small, 10);
	ck_assert_uint_eq(this_cpu_read(small), 4);
	this_cpu_add(place.x, 3);
	ck_assert_int_eq(raw_cpu_ptr(&place)->x, 4);
	ck_assert(preemptible());
}
END_TEST

START_TEST(dynamic_memory)
{
	struct point __percpu *p = alloc_percpu(struct point);
	u8 __percpu *bytes = __alloc_percpu(100, 1);
	unsigned int cpu;

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq((unsigned long)p & 3, 0);
	ck_assert_uint_eq(pcpu_alloc_size(bytes), 100);
	for_each_possible_cpu(cpu) {
		ck_assert_int_eq(per_cpu_ptr(p, cpu)->y, 0);
		per_cpu_ptr(p, cpu)->y = cpu;
		per_cpu_ptr(bytes, cpu)[99] = cpu;
	}
	for_each_possible_cpu(cpu) {
		ck_assert_int_eq(per_cpu_ptr(p, cpu)->y, cpu);
		ck_assert_uint_eq(per_cpu_ptr(bytes, cpu)[99], cpu);
		ck_assert(is_kernel_percpu_address((unsigned long)per_cpu_ptr(p, cpu)));
	}
	free_percpu(p);
	p = alloc_percpu(struct point);
	ck_assert_int_eq(per_cpu_ptr(p, 5)->y, 0);
	free_percpu(p);
	free_percpu(bytes);
	free_percpu(NULL);
}
END_TEST

START_TEST(alignment_and_limits)
{
	void __percpu *p[5];

	for (unsigned int i = 0; i < 5; i++) {
		size_t align = 1UL << (i + 8);

		p[i] = __alloc_percpu(24, align);
		ck_assert_ptr_nonnull(p[i]);
		ck_assert_uint_eq((unsigned long)per_cpu_ptr(p[i], 1) % align, 0);
	}
	for (unsigned int i = 0; i < 5; i++)
		free_percpu(p[i]);
	udm_warn_expect("illegal size", 2);
	ck_assert_ptr_null(__alloc_percpu(0, 8));
	ck_assert_ptr_null(__alloc_percpu(8, 8192));
	p[0] = __alloc_percpu_gfp(4 << 20, 8, GFP_KERNEL | __GFP_NOWARN);
	ck_assert_ptr_nonnull(p[0]);
	ck_assert_ptr_null(__alloc_percpu_gfp(8, 8, GFP_KERNEL | __GFP_NOWARN));
	free_percpu(p[0]);
}
END_TEST

/* Blocks of all sizes in random order: never overlapping, and all of it is there in the end. */
START_TEST(blocks_do_not_overlap)
{
	static struct {
		u32 __percpu *p;
		unsigned int words;
	} blocks[200];

	for (unsigned int i = 0; i < rounds(5000); i++) {
		unsigned int n = udm_random() % ARRAY_SIZE(blocks);

		if (blocks[n].p) {
			for (unsigned int w = 0; w < blocks[n].words; w++)
				ck_assert_uint_eq(per_cpu_ptr(blocks[n].p, 1)[w], n);
			free_percpu(blocks[n].p);
			blocks[n].p = NULL;
			continue;
		}
		blocks[n].words = udm_random() % 300 + 1;
		blocks[n].p = __alloc_percpu(blocks[n].words * 4, 4);
		ck_assert_ptr_nonnull(blocks[n].p);
		for (unsigned int w = 0; w < blocks[n].words; w++)
			per_cpu_ptr(blocks[n].p, 1)[w] = n;
	}
	for (unsigned int n = 0; n < ARRAY_SIZE(blocks); n++) {
		free_percpu(blocks[n].p);
		blocks[n].p = NULL;
	}
	blocks[0].p = __alloc_percpu(4 << 20, 8);
	ck_assert_ptr_nonnull(blocks[0].p);
	free_percpu(blocks[0].p);
	blocks[0].p = NULL;
}
END_TEST

static unsigned long __percpu *sums;

static void *add_to_sums(void *unused)
{
	for (unsigned int i = 0; i < rounds(2000); i++) {
		this_cpu_inc(*sums);
		this_cpu_add(*sums, 2);
	}
	return NULL;
}

static void sum_body(void)
{
	unsigned long sum = 0;
	unsigned int cpu;

	sums = alloc_percpu(unsigned long);
	run_team(10, add_to_sums, NULL);
	for_each_possible_cpu(cpu)
		sum += *per_cpu_ptr(sums, cpu);
	ck_assert_uint_eq(sum, 10 * 3 * rounds(2000));
	free_percpu(sums);
}

START_TEST(sums_are_exact_with_more_tasks_than_cpus)
{
	in_every_mode(sum_body);
}
END_TEST

static struct percpu_counter counter;

static void *count_both_ways(void *unused)
{
	for (unsigned int i = 0; i < rounds(2000); i++) {
		percpu_counter_add(&counter, 3);
		percpu_counter_dec(&counter);
	}
	return NULL;
}

static void counter_body(void)
{
	ck_assert_int_eq(percpu_counter_init(&counter, 100, GFP_KERNEL), 0);
	run_team(6, count_both_ways, NULL);
	ck_assert_int_eq(percpu_counter_sum(&counter), 100 + 6 * 2 * (s64)rounds(2000));
	percpu_counter_set(&counter, 50);
	ck_assert_int_eq(percpu_counter_compare(&counter, 50), 0);
	ck_assert_int_lt(percpu_counter_compare(&counter, 1000000), 0);
	ck_assert(percpu_counter_limited_add(&counter, 60, 10));
	ck_assert(!percpu_counter_limited_add(&counter, 60, 1));
	ck_assert_int_eq(percpu_counter_read_positive(&counter), 60);
	percpu_counter_destroy(&counter);
}

START_TEST(counter_adds_up)
{
	in_every_mode(counter_body);
}
END_TEST

START_TEST(leaked_percpu_memory_is_counted)
{
	ck_assert_int_eq(udm_boot(&(struct udm_config){ .quiet = true }), 0);
	ck_assert_ptr_nonnull(alloc_percpu(int));
	ck_assert_int_eq(udm_shutdown(), 1);
}
END_TEST

Suite *exec_percpu_suite(void)
{
	Suite *s = suite_create("exec_percpu");
	TCase *modes = tcase_create("modes");
	TCase *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, a_new_boot_starts_over);
	tcase_add_test(modes, sums_are_exact_with_more_tasks_than_cpus);
	tcase_add_test(modes, counter_adds_up);
	tcase_add_test(modes, leaked_percpu_memory_is_counted);
	tcase_add_test(one, every_cpu_starts_with_the_initialiser);
	tcase_add_test(one, operations);
	tcase_add_test(one, dynamic_memory);
	tcase_add_test(one, alignment_and_limits);
	tcase_add_test(one, blocks_do_not_overlap);
	return s;
}
