/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters that are cheap to change and expensive to read exactly.
 *
 * Kernel path: linux/percpu_counter.h. Each vCPU keeps a difference below the
 * batch; what exceeds it is moved to the shared count. percpu_counter_read()
 * may be off by batch * CPUs, percpu_counter_sum() is exact when nobody writes.
 */
#ifndef _UDM_LINUX_PERCPU_COUNTER_H
#define _UDM_LINUX_PERCPU_COUNTER_H

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct percpu_counter {
	raw_spinlock_t lock;
	s64 count;
	s32 __percpu *counters;
};

extern int percpu_counter_batch;

/* lib/percpu_counter.c; init: 0 or -ENOMEM, gfp decides about sleeping. */
int __percpu_counter_init_many(struct percpu_counter *fbc, s64 amount, gfp_t gfp, u32 nr_counters,
			       struct lock_class_key *key);
#define percpu_counter_init_many(fbc, value, gfp, nr_counters)                                     \
	({                                                                                         \
		static struct lock_class_key __key;                                                \
		__percpu_counter_init_many(fbc, value, gfp, nr_counters, &__key);                  \
	})
#define percpu_counter_init(fbc, value, gfp) percpu_counter_init_many(fbc, value, gfp, 1)

void percpu_counter_destroy_many(struct percpu_counter *fbc, u32 nr_counters);
void percpu_counter_set(struct percpu_counter *fbc, s64 amount);
void percpu_counter_add_batch(struct percpu_counter *fbc, s64 amount, s32 batch);
s64 __percpu_counter_sum(struct percpu_counter *fbc);
/* Sign of the counter minus @rhs, exact when it matters. */
int __percpu_counter_compare(struct percpu_counter *fbc, s64 rhs, s32 batch);
/* Adds unless the result passes @limit; true if added. */
bool __percpu_counter_limited_add(struct percpu_counter *fbc, s64 limit, s64 amount, s32 batch);
void percpu_counter_sync(struct percpu_counter *fbc);

static inline void percpu_counter_destroy(struct percpu_counter *fbc)
{
	percpu_counter_destroy_many(fbc, 1);
}

static inline int percpu_counter_compare(struct percpu_counter *fbc, s64 rhs)
{
	return __percpu_counter_compare(fbc, rhs, percpu_counter_batch);
}

static inline void percpu_counter_add(struct percpu_counter *fbc, s64 amount)
{
	percpu_counter_add_batch(fbc, amount, percpu_counter_batch);
}

static inline void percpu_counter_add_local(struct percpu_counter *fbc, s64 amount)
{
	percpu_counter_add_batch(fbc, amount, S32_MAX);
}

static inline bool percpu_counter_limited_add(struct percpu_counter *fbc, s64 limit, s64 amount)
{
	return __percpu_counter_limited_add(fbc, limit, amount, percpu_counter_batch);
}

static inline s64 percpu_counter_sum(struct percpu_counter *fbc)
{
	return __percpu_counter_sum(fbc);
}

static inline s64 percpu_counter_sum_positive(struct percpu_counter *fbc)
{
	s64 sum = __percpu_counter_sum(fbc);

	return sum < 0 ? 0 : sum;
}

static inline s64 percpu_counter_read(struct percpu_counter *fbc)
{
	return __atomic_load_n(&fbc->count, __ATOMIC_RELAXED);
}

static inline s64 percpu_counter_read_positive(struct percpu_counter *fbc)
{
	s64 approximate = percpu_counter_read(fbc);

	return approximate < 0 ? 0 : approximate;
}

static inline bool percpu_counter_initialized(struct percpu_counter *fbc)
{
	return fbc->counters != NULL;
}

static inline void percpu_counter_inc(struct percpu_counter *fbc)
{
	percpu_counter_add(fbc, 1);
}

static inline void percpu_counter_dec(struct percpu_counter *fbc)
{
	percpu_counter_add(fbc, -1);
}

static inline void percpu_counter_sub(struct percpu_counter *fbc, s64 amount)
{
	percpu_counter_add(fbc, -amount);
}

static inline void percpu_counter_sub_local(struct percpu_counter *fbc, s64 amount)
{
	percpu_counter_add_local(fbc, -amount);
}

#endif
