// SPDX-License-Identifier: GPL-2.0-only
/*
 * libkern: nanoseconds of the primitives that fast paths are made of.
 *
 *	tls		a load from thread-local memory: yardstick of what says where we are
 *	branch		the same, and a branch on it: yardstick of predicates, which are
 *			measured as conditions
 *	atomic		one locked addition: yardstick of what excludes others
 *	array		push and pop of a plain array: yardstick of tables and queues
 *	chase		a load from where the last one said: yardstick of lookups
 *
 * Each line is the median of ROUNDS runs and its ratio to the yardstick of its
 * group, measured in the same program; "bh" means inside a BH-off section, where
 * NAPI polls are. Both executors, one after the other. One thread, its
 * processor time, but wall time where a worker takes part. A debug build
 * (--enable-debug) measures its checks.
 */
#include <linux/completion.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu_counter.h>
#include <linux/refcount.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <udevmem/udevmem.h>

#include "report.h"

#define ROUNDS 15
#define OPS 200000UL

/* The value must be there; nothing is assumed about memory after it. */
#define USE(value)                                                                                 \
	do {                                                                                       \
		__auto_type used_ = (value);                                                       \
		asm volatile("" : : "r"(used_) : "memory");                                        \
	} while (0)

/* A condition that does not hold. */
#define UNLESS(condition)                                                                          \
	do {                                                                                       \
		if (unlikely(condition))                                                           \
			asm volatile("nop" : : : "memory");                                        \
	} while (0)

#define STEP(stmt)                                                                                 \
	do {                                                                                       \
		stmt;                                                                              \
		barrier();                                                                         \
	} while (0)

/* A function that does `stmt` OPS times; `i` counts them in eights. */
#define OPERATION(name, stmt)                                                                      \
	static void name(void)                                                                     \
	{                                                                                          \
		for (unsigned long i = 0; i < OPS; i += 8) {                                       \
			STEP(stmt);                                                                \
			STEP(stmt);                                                                \
			STEP(stmt);                                                                \
			STEP(stmt);                                                                \
			STEP(stmt);                                                                \
			STEP(stmt);                                                                \
			STEP(stmt);                                                                \
			STEP(stmt);                                                                \
		}                                                                                  \
	}

/* The yardsticks. */
static __thread volatile unsigned long own;
static unsigned long shared;
static unsigned long array[1024];
static unsigned long depth;
static void **ring[32];
static void **place = (void **)&ring[0];

OPERATION(tls_load, USE(own))
OPERATION(tls_branch, UNLESS(own))
OPERATION(atomic_addition, __atomic_fetch_add(&shared, 1, __ATOMIC_SEQ_CST))
OPERATION(array_push_pop, array[depth++] = i; barrier(); USE(array[--depth]))
OPERATION(pointer_chase, place = *place)

/* Where am I. */
OPERATION(get_task, USE(current))
OPERATION(get_preempt_count, USE(preempt_count()))
OPERATION(test_in_softirq, UNLESS(in_softirq()))
OPERATION(test_not_in_softirq, UNLESS(!in_softirq()))
OPERATION(test_in_serving_softirq, UNLESS(in_serving_softirq()))
OPERATION(test_in_interrupt, UNLESS(in_interrupt()))
OPERATION(test_in_task, UNLESS(!in_task()))
OPERATION(test_irqs_disabled, UNLESS(irqs_disabled()))
OPERATION(get_processor_id, USE(raw_smp_processor_id()))
OPERATION(test_rcu_held, UNLESS(rcu_read_lock_held()))

/* Data of this vCPU. */
static DEFINE_PER_CPU(unsigned long, slot);
static struct percpu_counter counter;

OPERATION(read_slot, USE(this_cpu_read(slot)))
OPERATION(inc_slot, this_cpu_inc(slot))
OPERATION(inc_slot_in_region, __this_cpu_inc(slot))
OPERATION(add_to_counter, percpu_counter_add(&counter, 1); percpu_counter_add(&counter, -1))

/* Sections and locks. */
static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);

OPERATION(preempt_section, preempt_disable(); preempt_enable())
OPERATION(bh_section, local_bh_disable(); local_bh_enable())
OPERATION(irq_section, unsigned long flags; local_irq_save(flags); local_irq_restore(flags))
OPERATION(rcu_section, rcu_read_lock(); rcu_read_unlock())
OPERATION(spin_section, spin_lock(&lock); spin_unlock(&lock))
OPERATION(spin_bh_section, spin_lock_bh(&lock); spin_unlock_bh(&lock))
OPERATION(mutex_section, mutex_lock(&mutex); mutex_unlock(&mutex))

/* References. */
static refcount_t refs = REFCOUNT_INIT(1);
static struct percpu_ref pcpu_ref;

OPERATION(refcount_pair, refcount_inc(&refs); USE(refcount_dec_and_test(&refs)))
OPERATION(percpu_ref_pair, percpu_ref_get(&pcpu_ref); percpu_ref_put(&pcpu_ref))

/* Tables. */
static DEFINE_XARRAY(small);
static DEFINE_XARRAY(large);
static DEFINE_XARRAY_ALLOC(ids);
static DEFINE_XARRAY_ALLOC(many);
static DEFINE_IDA(numbers);

static u32 take_id(struct xarray *xa)
{
	u32 id;

	if (xa_alloc(xa, &id, &ids, xa_limit_32b, GFP_KERNEL))
		abort();
	return id;
}

/* Many ids at once: each node is filled, and all of them are given back at the end. */
static void alloc_many(void)
{
	for (unsigned long i = 0; i < OPS; i++)
		take_id(&many);
	xa_destroy(&many);
	udm_run_until_idle();
}

static void walk_large(void)
{
	XA_STATE(xas, &large, 0);
	void *entry;

	rcu_read_lock();
	xas_for_each(&xas, entry, OPS - 1)
		USE(entry);
	rcu_read_unlock();
}

OPERATION(load_small, USE(xa_load(&small, i & 31)))
OPERATION(load_large, USE(xa_load(&large, (i * 977) & 0xfffff)))
OPERATION(replace_small, USE(xa_store(&small, i & 31, xa_mk_value(i), GFP_KERNEL)))
OPERATION(alloc_id, xa_erase(&ids, take_id(&ids)))
OPERATION(alloc_number, ida_free(&numbers, ida_alloc(&numbers, GFP_KERNEL)))

/* Deferred work. */
static struct work_struct idle_work;
static struct timer_list timer;
static struct completion done;
static struct tasklet_struct tasklet;

static void work_nothing(struct work_struct *work)
{
}

static void timer_nothing(struct timer_list *t)
{
}

static void tasklet_nothing(struct tasklet_struct *t)
{
}

OPERATION(queue_and_cancel, queue_work(system_percpu_wq, &idle_work); cancel_work(&idle_work))
OPERATION(arm_and_delete, mod_timer(&timer, jiffies + 100 * HZ); timer_delete(&timer))
OPERATION(complete_and_take, complete(&done); USE(try_wait_for_completion(&done)))
OPERATION(run_tasklet, local_bh_disable(); tasklet_schedule(&tasklet); local_bh_enable())

#define ROUND_TRIPS (OPS / 100)

static void queue_and_flush(void)
{
	for (unsigned long i = 0; i < ROUND_TRIPS; i++) {
		queue_work(system_percpu_wq, &idle_work);
		flush_work(&idle_work);
	}
}

/* What is measured. */
enum yardstick { TLS, BRANCH, ATOMIC, ARRAY, CHASE, YARDSTICKS };

struct measure {
	const char *name;
	void (*run)(void);
	enum yardstick yardstick;
	unsigned long ops;	/* 0: OPS */
	bool bh;		/* in a BH-off section */
	bool wall;
};

#define MEASURE(what, fn, by, ...)                                                                 \
	{ .name = (what), .run = (fn), .yardstick = (by), ##__VA_ARGS__ }

static const struct measure yardsticks[YARDSTICKS] = {
	[TLS] = MEASURE("tls load", tls_load, TLS),
	[BRANCH] = MEASURE("tls load and branch", tls_branch, BRANCH),
	[ATOMIC] = MEASURE("atomic add", atomic_addition, ATOMIC),
	[ARRAY] = MEASURE("array push and pop", array_push_pop, ARRAY),
	[CHASE] = MEASURE("pointer chase", pointer_chase, CHASE),
};

static const struct measure measures[] = {
	MEASURE("current", get_task, TLS),
	MEASURE("preempt_count", get_preempt_count, TLS),
	MEASURE("in_softirq", test_in_softirq, BRANCH),
	MEASURE("!in_softirq, bh", test_not_in_softirq, BRANCH, .bh = true),
	MEASURE("in_serving_softirq", test_in_serving_softirq, BRANCH),
	MEASURE("in_interrupt", test_in_interrupt, BRANCH),
	MEASURE("in_task", test_in_task, BRANCH),
	MEASURE("irqs_disabled", test_irqs_disabled, BRANCH),
	MEASURE("raw_smp_processor_id", get_processor_id, TLS),
	MEASURE("rcu_read_lock_held", test_rcu_held, BRANCH),
	MEASURE("this_cpu_read", read_slot, TLS),
	MEASURE("__this_cpu_inc, bh", inc_slot_in_region, ATOMIC, .bh = true),
	MEASURE("this_cpu_inc, bh", inc_slot, ATOMIC, .bh = true),
	MEASURE("this_cpu_inc", inc_slot, ATOMIC),
	MEASURE("percpu_counter_add, two", add_to_counter, ATOMIC),
	MEASURE("preempt_disable, enable", preempt_section, ATOMIC),
	MEASURE("local_bh_disable, enable", bh_section, ATOMIC),
	MEASURE("local_irq_save, restore", irq_section, ATOMIC),
	MEASURE("rcu_read_lock, unlock", rcu_section, ATOMIC),
	MEASURE("rcu_read_lock, unlock, bh", rcu_section, ATOMIC, .bh = true),
	MEASURE("spin_lock, unlock", spin_section, ATOMIC),
	MEASURE("spin_lock, unlock, bh", spin_section, ATOMIC, .bh = true),
	MEASURE("spin_lock_bh, unlock_bh", spin_bh_section, ATOMIC),
	MEASURE("mutex_lock, unlock", mutex_section, ATOMIC),
	MEASURE("refcount_inc, dec_and_test", refcount_pair, ATOMIC),
	MEASURE("percpu_ref_get, put", percpu_ref_pair, ATOMIC),
	MEASURE("complete, try_wait", complete_and_take, ATOMIC),
	MEASURE("xa_load of 32, bh", load_small, CHASE, .bh = true),
	MEASURE("xa_load of 32", load_small, CHASE),
	MEASURE("xa_load of 2^20, bh", load_large, CHASE, .bh = true),
	MEASURE("xas_for_each, one step", walk_large, CHASE),
	MEASURE("xa_store over an entry", replace_small, ARRAY),
	MEASURE("xa_alloc, xa_erase", alloc_id, ARRAY),
	MEASURE("xa_alloc, ascending", alloc_many, ARRAY),
	MEASURE("ida_alloc, ida_free", alloc_number, ARRAY),
	MEASURE("mod_timer, timer_delete", arm_and_delete, ARRAY),
	MEASURE("tasklet, to its end", run_tasklet, ARRAY),
	MEASURE("queue_work, cancel_work", queue_and_cancel, ARRAY),
	MEASURE("queue_work, flush_work", queue_and_flush, ARRAY, .ops = ROUND_TRIPS, .wall = true),
};

static double clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static double run_once(const struct measure *m)
{
	clockid_t clock = m->wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
	double start;

	if (m->bh)
		local_bh_disable();
	start = clock_ns(clock);
	m->run();
	start = clock_ns(clock) - start;
	if (m->bh)
		local_bh_enable();
	return start / (m->ops ?: OPS);
}

static double median_ns(const struct measure *m)
{
	double runs[ROUNDS];

	run_once(m);
	for (unsigned int i = 0; i < ROUNDS; i++)
		runs[i] = run_once(m);
	return report_median(runs, ROUNDS);
}

static void show(const char *mode, const char *name, double ns)
{
	char row[64];

	snprintf(row, sizeof(row), "%s: %s", mode, name);
	report_value(row, "ns", ns);
	printf("  %-28s %9.2f ns", name, ns);
}

static void print_table(const char *mode)
{
	double base[YARDSTICKS];

	printf("%s\n", mode);
	for (unsigned int i = 0; i < YARDSTICKS; i++) {
		base[i] = median_ns(&yardsticks[i]);
		show(mode, yardsticks[i].name, base[i]);
		printf("\n");
	}
	for (unsigned int i = 0; i < sizeof(measures) / sizeof(measures[0]); i++) {
		const struct measure *m = &measures[i];
		double ns = median_ns(m);

		show(mode, m->name, ns);
		printf(" %9.2f x %s\n", ns / base[m->yardstick], yardsticks[m->yardstick].name);
	}
}

static void fill(struct xarray *xa, unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		if (xa_err(xa_store(xa, i, xa_mk_value(i), GFP_KERNEL)))
			exit(EXIT_FAILURE);
}

static void ref_released(struct percpu_ref *ref)
{
	complete(&done);
}

static void prepare(void)
{
	INIT_WORK(&idle_work, work_nothing);
	timer_setup(&timer, timer_nothing, 0);
	tasklet_setup(&tasklet, tasklet_nothing);
	init_completion(&done);
	for (unsigned int i = 0; i < ARRAY_SIZE(ring); i++)
		ring[i] = (void **)&ring[(i + 1) % ARRAY_SIZE(ring)];
	fill(&small, 32);
	fill(&large, 1 << 20);
	for (unsigned int i = 0; i < 8; i++)
		take_id(&ids);
	if (percpu_counter_init(&counter, 0, GFP_KERNEL) ||
	    percpu_ref_init(&pcpu_ref, ref_released, 0, GFP_KERNEL))
		exit(EXIT_FAILURE);
}

static void clean_up(void)
{
	percpu_ref_kill(&pcpu_ref);
	wait_for_completion(&done);
	percpu_ref_exit(&pcpu_ref);
	percpu_counter_destroy(&counter);
	xa_destroy(&small);
	xa_destroy(&large);
	xa_destroy(&ids);
	ida_destroy(&numbers);
}

static int measure_in(enum udm_mode mode, const char *name)
{
	const struct udm_config cfg = { .mode = mode };

	if (udm_boot(&cfg))
		return EXIT_FAILURE;
	prepare();
	print_table(name);
	clean_up();
	return udm_shutdown() ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	int err;

	report_begin(argc, argv, "libkern", "\nPrimitives of the kernel, see libkern.c.");
	err = measure_in(UDM_MODE_THREADS, "threads mode") ?: measure_in(UDM_MODE_SIM, "sim mode");
	return report_end() || err ? EXIT_FAILURE : EXIT_SUCCESS;
}
