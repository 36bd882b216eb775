/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reference counts that saturate instead of wrapping.
 *
 * Kernel path: linux/refcount.h. An increment orders nothing (the caller holds
 * a reference already), a decrement releases, and the one that reaches 0 also
 * acquires, so the last owner sees what all others did. Misuse is reported once
 * per kind and pins the counter at REFCOUNT_SATURATED, so the object leaks
 * rather than being freed under somebody.
 */
#ifndef _UDM_LINUX_REFCOUNT_H
#define _UDM_LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/refcount_types.h>
#include <linux/spinlock_types.h>

struct mutex;

#define REFCOUNT_INIT(n) { .refs = ATOMIC_INIT(n) }
#define REFCOUNT_MAX INT_MAX
#define REFCOUNT_SATURATED (INT_MIN / 2)

enum refcount_saturation_type {
	REFCOUNT_ADD_NOT_ZERO_OVF,
	REFCOUNT_ADD_OVF,
	REFCOUNT_ADD_UAF,
	REFCOUNT_SUB_UAF,
	REFCOUNT_DEC_LEAK,
};

/* Pins r and reports; kernel: lib/refcount.c. */
__cold void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t);

static inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static inline void refcount_set_release(refcount_t *r, int n)
{
	atomic_set_release(&r->refs, n);
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return atomic_read(&r->refs);
}

/* old + i, computed by the atomic, does not fit; saturated counters are negative. */
static __always_inline bool __refcount_left_range(int i, int old)
{
	return old < 0 || (int)((unsigned int)old + i) < 0;
}

static inline void __refcount_add(int i, refcount_t *r, int *oldp)
{
	int old = atomic_fetch_add_relaxed(i, &r->refs);

	if (oldp)
		*oldp = old;
	if (unlikely(!old))
		refcount_warn_saturate(r, REFCOUNT_ADD_UAF);
	else if (unlikely(__refcount_left_range(i, old)))
		refcount_warn_saturate(r, REFCOUNT_ADD_OVF);
}

static inline void refcount_add(int i, refcount_t *r)
{
	__refcount_add(i, r, NULL);
}

static inline void __refcount_inc(refcount_t *r, int *oldp)
{
	__refcount_add(1, r, oldp);
}

static inline void refcount_inc(refcount_t *r)
{
	refcount_add(1, r);
}

/* The two orderings of "take a reference unless there is none". */
#define __REFCOUNT_NOT_ZERO(suffix, cas)                                                           \
	static inline __must_check bool __refcount_add_not_zero##suffix(int i, refcount_t *r,      \
									 int *oldp)                \
	{                                                                                          \
		int old = refcount_read(r);                                                        \
		while (old && !cas(&r->refs, &old, old + i))                                       \
			;                                                                          \
		if (oldp)                                                                          \
			*oldp = old;                                                               \
		if (unlikely(__refcount_left_range(i, old)))                                       \
			refcount_warn_saturate(r, REFCOUNT_ADD_NOT_ZERO_OVF);                      \
		return old;                                                                        \
	}                                                                                          \
	static inline __must_check bool refcount_add_not_zero##suffix(int i, refcount_t *r)        \
	{                                                                                          \
		return __refcount_add_not_zero##suffix(i, r, NULL);                                \
	}                                                                                          \
	static inline __must_check bool __refcount_inc_not_zero##suffix(refcount_t *r, int *oldp)  \
	{                                                                                          \
		return __refcount_add_not_zero##suffix(1, r, oldp);                                \
	}                                                                                          \
	static inline __must_check bool refcount_inc_not_zero##suffix(refcount_t *r)               \
	{                                                                                          \
		return __refcount_add_not_zero##suffix(1, r, NULL);                                \
	}
__REFCOUNT_NOT_ZERO(, atomic_try_cmpxchg_relaxed)
__REFCOUNT_NOT_ZERO(_acquire, atomic_try_cmpxchg_acquire)
#undef __REFCOUNT_NOT_ZERO

/*
 * Only the decrement to 0 needs to acquire. Doing it always costs nothing on
 * most machines, and is the form race detectors understand.
 */
static inline __must_check bool __refcount_sub_and_test(int i, refcount_t *r, int *oldp)
{
	int old = __atomic_fetch_sub(&r->refs.counter, i, __ATOMIC_ACQ_REL);

	if (oldp)
		*oldp = old;
	if (old == i && old > 0)
		return true;
	if (unlikely(old <= 0 || old < i))
		refcount_warn_saturate(r, REFCOUNT_SUB_UAF);
	return false;
}

static inline __must_check bool refcount_sub_and_test(int i, refcount_t *r)
{
	return __refcount_sub_and_test(i, r, NULL);
}

static inline __must_check bool __refcount_dec_and_test(refcount_t *r, int *oldp)
{
	return __refcount_sub_and_test(1, r, oldp);
}

static inline __must_check bool refcount_dec_and_test(refcount_t *r)
{
	return __refcount_sub_and_test(1, r, NULL);
}

static inline void __refcount_dec(refcount_t *r, int *oldp)
{
	int old = atomic_fetch_sub_release(1, &r->refs);

	if (oldp)
		*oldp = old;
	if (unlikely(old <= 1))
		refcount_warn_saturate(r, REFCOUNT_DEC_LEAK);
}

static inline void refcount_dec(refcount_t *r)
{
	__refcount_dec(r, NULL);
}

/* kernel: lib/refcount.c */
__must_check bool refcount_dec_if_one(refcount_t *r);
__must_check bool refcount_dec_not_one(refcount_t *r);
__must_check bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock);
__must_check bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock);
__must_check bool refcount_dec_and_lock_irqsave(refcount_t *r, spinlock_t *lock,
						unsigned long *flags);

#endif
