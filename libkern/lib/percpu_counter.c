// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters with a part per vCPU.
 *
 * A vCPU's part stays below the batch in size; the change that reaches it moves
 * the part to the shared count under the lock. Reading the parts of other vCPUs
 * while they change gives a value between before and after.
 */
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/math.h>
#include <linux/percpu_counter.h>
#include <linux/spinlock.h>

int percpu_counter_batch __read_mostly = 32;
EXPORT_SYMBOL(percpu_counter_batch);

int __percpu_counter_init_many(struct percpu_counter *fbc, s64 amount, gfp_t gfp, u32 nr_counters,
			       struct lock_class_key *key)
{
	s32 __percpu *parts = __alloc_percpu_gfp(nr_counters * sizeof(s32), sizeof(s32), gfp);

	if (!parts)
		return -ENOMEM;
	for (u32 i = 0; i < nr_counters; i++) {
		__raw_spin_lock_init(&fbc[i].lock, "percpu_counter", key, LD_WAIT_SPIN);
		fbc[i].count = amount;
		fbc[i].counters = parts + i;
	}
	return 0;
}
EXPORT_SYMBOL(__percpu_counter_init_many);

void percpu_counter_destroy_many(struct percpu_counter *fbc, u32 nr_counters)
{
	if (!fbc || !fbc[0].counters)
		return;
	free_percpu(fbc[0].counters);
	for (u32 i = 0; i < nr_counters; i++)
		fbc[i].counters = NULL;
}
EXPORT_SYMBOL(percpu_counter_destroy_many);

/* Lock held. */
static s64 sum_parts(struct percpu_counter *fbc)
{
	s64 sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += __atomic_load_n(per_cpu_ptr(fbc->counters, cpu), __ATOMIC_RELAXED);
	return sum;
}

void percpu_counter_set(struct percpu_counter *fbc, s64 amount)
{
	unsigned long flags;
	unsigned int cpu;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	for_each_possible_cpu(cpu)
		__atomic_store_n(per_cpu_ptr(fbc->counters, cpu), 0, __ATOMIC_RELAXED);
	WRITE_ONCE(fbc->count, amount);
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
}
EXPORT_SYMBOL(percpu_counter_set);

static void move_to_count(struct percpu_counter *fbc, s64 amount)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	WRITE_ONCE(fbc->count, fbc->count + amount + __this_cpu_xchg(*fbc->counters, 0));
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
}

void percpu_counter_add_batch(struct percpu_counter *fbc, s64 amount, s32 batch)
{
	s64 part;

	preempt_disable();
	part = __this_cpu_read(*fbc->counters) + amount;
	if (abs(part) >= batch)
		move_to_count(fbc, amount);
	else
		__this_cpu_write(*fbc->counters, part);
	preempt_enable();
}
EXPORT_SYMBOL(percpu_counter_add_batch);

void percpu_counter_sync(struct percpu_counter *fbc)
{
	move_to_count(fbc, 0);
}
EXPORT_SYMBOL(percpu_counter_sync);

s64 __percpu_counter_sum(struct percpu_counter *fbc)
{
	unsigned long flags;
	s64 sum;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	sum = fbc->count + sum_parts(fbc);
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
	return sum;
}
EXPORT_SYMBOL(__percpu_counter_sum);

static int sign_of_difference(s64 a, s64 b)
{
	return (a > b) - (a < b);
}

int __percpu_counter_compare(struct percpu_counter *fbc, s64 rhs, s32 batch)
{
	s64 approximate = percpu_counter_read(fbc);

	if (abs(approximate - rhs) > (s64)batch * num_online_cpus())
		return sign_of_difference(approximate, rhs);
	return sign_of_difference(percpu_counter_sum(fbc), rhs);
}
EXPORT_SYMBOL(__percpu_counter_compare);

static bool within(s64 value, s64 limit, s64 amount)
{
	return amount > 0 ? value <= limit : value >= limit;
}

bool __percpu_counter_limited_add(struct percpu_counter *fbc, s64 limit, s64 amount, s32 batch)
{
	s64 slack = (s64)batch * num_online_cpus();
	unsigned long flags;
	bool fits;

	if (!amount)
		return true;
	raw_spin_lock_irqsave(&fbc->lock, flags);
	/* Far from the limit the parts do not matter. */
	fits = within(fbc->count + amount + (amount > 0 ? slack : -slack), limit, amount) ||
	       within(fbc->count + sum_parts(fbc) + amount, limit, amount);
	if (fits)
		WRITE_ONCE(fbc->count, fbc->count + amount);
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
	return fits;
}
