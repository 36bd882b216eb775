/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * atomic_t, atomic64_t and atomic_long_t.
 *
 * Kernel path: linux/atomic.h. The three families are one macro instantiated
 * three times. Void operations order nothing; those that return a value are
 * fully ordered unless suffixed; a conditional one that does nothing orders
 * nothing. Arithmetic wraps.
 *
 * Five names also exist in <stdatomic.h>, with the arguments the other way
 * round; here they accept both forms.
 */
#ifndef _UDM_LINUX_ATOMIC_H
#define _UDM_LINUX_ATOMIC_H

#ifndef __STDC_NO_ATOMICS__
#include <stdatomic.h>
#endif
#include <asm/cmpxchg.h>
#include <linux/compiler.h>
#include <linux/types.h>

#undef atomic_fetch_add
#undef atomic_fetch_sub
#undef atomic_fetch_or
#undef atomic_fetch_xor
#undef atomic_fetch_and

typedef atomic64_t atomic_long_t;
#define ATOMIC_LONG_INIT(i) ATOMIC64_INIT(i)

/* One ordering variant of a read-modify-write: the old value, and the new one. */
#define __ATOMIC_FETCH(P, T, I, op, suffix, order)                                                 \
	static __always_inline I P##_fetch_##op##suffix(I i, T *v)                                 \
	{                                                                                          \
		return __atomic_fetch_##op(&v->counter, i, order);                                 \
	}
#define __ATOMIC_RETURN(P, T, I, op, suffix, order)                                                \
	static __always_inline I P##_##op##_return##suffix(I i, T *v)                              \
	{                                                                                          \
		return __atomic_##op##_fetch(&v->counter, i, order);                               \
	}
#define __ATOMIC_FULL(P, T, I, name)                                                               \
	static __always_inline I P##_##name(I i, T *v)                                             \
	{                                                                                          \
		__udm_pre_full();                                                                  \
		I __value = P##_##name##_full(i, v);                                               \
		__udm_post_full();                                                                 \
		return __value;                                                                    \
	}
#define __ATOMIC_VOID(P, T, I, op)                                                                 \
	static __always_inline void P##_##op(I i, T *v)                                            \
	{                                                                                          \
		(void)P##_fetch_##op##_relaxed(i, v);                                              \
	}
#define __ATOMIC_OP(P, T, I, op)                                                                   \
	__ATOMIC_FETCH(P, T, I, op, _relaxed, __ATOMIC_RELAXED)                                    \
	__ATOMIC_FETCH(P, T, I, op, _acquire, __ATOMIC_ACQUIRE)                                    \
	__ATOMIC_FETCH(P, T, I, op, _release, __ATOMIC_RELEASE)                                    \
	__ATOMIC_FETCH(P, T, I, op, _full, __UDM_FULL)                                             \
	__ATOMIC_FULL(P, T, I, fetch_##op)                                                         \
	__ATOMIC_VOID(P, T, I, op)
#define __ATOMIC_ARITH(P, T, I, op)                                                                \
	__ATOMIC_OP(P, T, I, op)                                                                   \
	__ATOMIC_RETURN(P, T, I, op, _relaxed, __ATOMIC_RELAXED)                                   \
	__ATOMIC_RETURN(P, T, I, op, _acquire, __ATOMIC_ACQUIRE)                                   \
	__ATOMIC_RETURN(P, T, I, op, _release, __ATOMIC_RELEASE)                                   \
	__ATOMIC_RETURN(P, T, I, op, _full, __UDM_FULL)                                            \
	__ATOMIC_FULL(P, T, I, op##_return)

/* inc and dec are add and sub of 1; andnot is and of the complement. */
#define __ATOMIC_STEP(P, T, I, step, op, suffix)                                                   \
	static __always_inline I P##_##step##_return##suffix(T *v)                                 \
	{                                                                                          \
		return P##_##op##_return##suffix(1, v);                                            \
	}                                                                                          \
	static __always_inline I P##_fetch_##step##suffix(T *v)                                    \
	{                                                                                          \
		return P##_fetch_##op##suffix(1, v);                                               \
	}
#define __ATOMIC_STEPS(P, T, I, step, op)                                                          \
	__ATOMIC_STEP(P, T, I, step, op, )                                                         \
	__ATOMIC_STEP(P, T, I, step, op, _relaxed)                                                 \
	__ATOMIC_STEP(P, T, I, step, op, _acquire)                                                 \
	__ATOMIC_STEP(P, T, I, step, op, _release)                                                 \
	static __always_inline void P##_##step(T *v)                                               \
	{                                                                                          \
		P##_##op(1, v);                                                                    \
	}
#define __ATOMIC_ANDNOT(P, T, I, suffix)                                                           \
	static __always_inline I P##_fetch_andnot##suffix(I i, T *v)                               \
	{                                                                                          \
		return P##_fetch_and##suffix(~i, v);                                               \
	}
#define __ATOMIC_ANDNOTS(P, T, I)                                                                  \
	__ATOMIC_ANDNOT(P, T, I, )                                                                 \
	__ATOMIC_ANDNOT(P, T, I, _relaxed)                                                         \
	__ATOMIC_ANDNOT(P, T, I, _acquire)                                                         \
	__ATOMIC_ANDNOT(P, T, I, _release)                                                         \
	static __always_inline void P##_andnot(I i, T *v)                                          \
	{                                                                                          \
		P##_and(~i, v);                                                                    \
	}

#define __ATOMIC_SWAP(P, T, I, suffix)                                                             \
	static __always_inline I P##_xchg##suffix(T *v, I i)                                       \
	{                                                                                          \
		return xchg##suffix(&v->counter, i);                                               \
	}                                                                                          \
	static __always_inline I P##_cmpxchg##suffix(T *v, I old, I i)                             \
	{                                                                                          \
		return cmpxchg##suffix(&v->counter, old, i);                                       \
	}                                                                                          \
	static __always_inline bool P##_try_cmpxchg##suffix(T *v, I *old, I i)                     \
	{                                                                                          \
		return try_cmpxchg##suffix(&v->counter, old, i);                                   \
	}

#define __ATOMIC_ACCESS(P, T, I)                                                                   \
	static __always_inline I P##_read(const T *v)                                              \
	{                                                                                          \
		return READ_ONCE(v->counter);                                                      \
	}                                                                                          \
	static __always_inline void P##_set(T *v, I i)                                             \
	{                                                                                          \
		WRITE_ONCE(v->counter, i);                                                         \
	}                                                                                          \
	static __always_inline I P##_read_acquire(const T *v)                                      \
	{                                                                                          \
		return smp_load_acquire(&v->counter);                                              \
	}                                                                                          \
	static __always_inline void P##_set_release(T *v, I i)                                     \
	{                                                                                          \
		smp_store_release(&v->counter, i);                                                 \
	}

/*
 * A conditional update: `keep` (in terms of c, the value seen) leaves the
 * counter alone, otherwise it becomes `next`. The value seen last is returned.
 */
#define __ATOMIC_UNLESS(P, T, I, name, args, keep, next)                                           \
	static __always_inline I __##P##_##name args                                               \
	{                                                                                          \
		I c = P##_read(v);                                                                 \
		do {                                                                               \
			if (keep)                                                                  \
				break;                                                             \
		} while (!P##_try_cmpxchg(v, &c, next));                                           \
		return c;                                                                          \
	}
#define __ATOMIC_CONDITIONAL(P, T, I)                                                              \
	__ATOMIC_UNLESS(P, T, I, add_not, (T *v, I a, I u), c == u, c + a)                         \
	__ATOMIC_UNLESS(P, T, I, inc_not_neg, (T *v), c < 0, c + 1)                                \
	__ATOMIC_UNLESS(P, T, I, dec_not_pos, (T *v), c > 0, c - 1)                                \
	__ATOMIC_UNLESS(P, T, I, dec_if_pos, (T *v), c <= 0, c - 1)                                \
	static __always_inline I P##_fetch_add_unless(T *v, I a, I u)                              \
	{                                                                                          \
		return __##P##_add_not(v, a, u);                                                   \
	}                                                                                          \
	static __always_inline bool P##_add_unless(T *v, I a, I u)                                 \
	{                                                                                          \
		return __##P##_add_not(v, a, u) != u;                                              \
	}                                                                                          \
	static __always_inline bool P##_inc_not_zero(T *v)                                         \
	{                                                                                          \
		return __##P##_add_not(v, 1, 0) != 0;                                              \
	}                                                                                          \
	static __always_inline bool P##_inc_unless_negative(T *v)                                  \
	{                                                                                          \
		return __##P##_inc_not_neg(v) >= 0;                                                \
	}                                                                                          \
	static __always_inline bool P##_dec_unless_positive(T *v)                                  \
	{                                                                                          \
		return __##P##_dec_not_pos(v) <= 0;                                                \
	}                                                                                          \
	static __always_inline I P##_dec_if_positive(T *v)                                         \
	{                                                                                          \
		return __##P##_dec_if_pos(v) - 1;                                                  \
	}

#define __ATOMIC_NEGATIVE(P, T, I, suffix)                                                         \
	static __always_inline bool P##_add_negative##suffix(I i, T *v)                            \
	{                                                                                          \
		return P##_add_return##suffix(i, v) < 0;                                           \
	}
#define __ATOMIC_TEST(P, T, I)                                                                     \
	static __always_inline bool P##_sub_and_test(I i, T *v)                                    \
	{                                                                                          \
		return P##_sub_return(i, v) == 0;                                                  \
	}                                                                                          \
	static __always_inline bool P##_dec_and_test(T *v)                                         \
	{                                                                                          \
		return P##_sub_return(1, v) == 0;                                                  \
	}                                                                                          \
	static __always_inline bool P##_inc_and_test(T *v)                                         \
	{                                                                                          \
		return P##_add_return(1, v) == 0;                                                  \
	}                                                                                          \
	__ATOMIC_NEGATIVE(P, T, I, )                                                               \
	__ATOMIC_NEGATIVE(P, T, I, _relaxed)                                                       \
	__ATOMIC_NEGATIVE(P, T, I, _acquire)                                                       \
	__ATOMIC_NEGATIVE(P, T, I, _release)

#define __ATOMIC_FAMILY(P, T, I)                                                                   \
	__ATOMIC_ACCESS(P, T, I)                                                                   \
	__ATOMIC_ARITH(P, T, I, add)                                                               \
	__ATOMIC_ARITH(P, T, I, sub)                                                               \
	__ATOMIC_OP(P, T, I, and)                                                                  \
	__ATOMIC_OP(P, T, I, or)                                                                   \
	__ATOMIC_OP(P, T, I, xor)                                                                  \
	__ATOMIC_STEPS(P, T, I, inc, add)                                                          \
	__ATOMIC_STEPS(P, T, I, dec, sub)                                                          \
	__ATOMIC_ANDNOTS(P, T, I)                                                                  \
	__ATOMIC_SWAP(P, T, I, )                                                                   \
	__ATOMIC_SWAP(P, T, I, _relaxed)                                                           \
	__ATOMIC_SWAP(P, T, I, _acquire)                                                           \
	__ATOMIC_SWAP(P, T, I, _release)                                                           \
	__ATOMIC_CONDITIONAL(P, T, I)                                                              \
	__ATOMIC_TEST(P, T, I)

/* <iso646.h> makes operators of these words; they are pasted into names here. */
#pragma push_macro("and")
#pragma push_macro("or")
#pragma push_macro("xor")
#undef and
#undef or
#undef xor
__ATOMIC_FAMILY(atomic, atomic_t, int)
__ATOMIC_FAMILY(atomic64, atomic64_t, s64)
__ATOMIC_FAMILY(atomic_long, atomic_long_t, long)
#pragma pop_macro("xor")
#pragma pop_macro("or")
#pragma pop_macro("and")

/*
 * atomic_fetch_op(i, atomic_t *) is the kernel's, atomic_fetch_op(object *, i)
 * C11's. All branches of _Generic are checked, so the arguments of the branch
 * not taken are replaced by ones of a fitting type.
 */
#ifdef __clang__
#define __udm_c11_fetch(op) __c11_atomic_fetch##op
#else
#define __udm_c11_fetch(op) __atomic_fetch##op
#endif
#define __udm_kernel_form(b, yes, no) _Generic((b), atomic_t *: yes, default: no)
#define __udm_fetch(op, a, b)                                                                      \
	_Generic((b),                                                                              \
		atomic_t *: (atomic_fetch##op)(__udm_kernel_form(b, a, 0),                        \
						__udm_kernel_form(b, b, (atomic_t *)0)),           \
		default: __udm_c11_fetch(op)(__udm_kernel_form(b, (_Atomic(int) *)sizeof(int), a), \
					     __udm_kernel_form(b, 0, b), __ATOMIC_SEQ_CST))
#define atomic_fetch_add(a, b) __udm_fetch(_add, a, b)
#define atomic_fetch_sub(a, b) __udm_fetch(_sub, a, b)
#define atomic_fetch_or(a, b) __udm_fetch(_or, a, b)
#define atomic_fetch_xor(a, b) __udm_fetch(_xor, a, b)
#define atomic_fetch_and(a, b) __udm_fetch(_and, a, b)

#define atomic_cond_read_acquire(v, c) smp_cond_load_acquire(&(v)->counter, (c))
#define atomic_cond_read_relaxed(v, c) smp_cond_load_relaxed(&(v)->counter, (c))
#define atomic64_cond_read_acquire(v, c) smp_cond_load_acquire(&(v)->counter, (c))
#define atomic64_cond_read_relaxed(v, c) smp_cond_load_relaxed(&(v)->counter, (c))
#define atomic_long_cond_read_acquire(v, c) smp_cond_load_acquire(&(v)->counter, (c))
#define atomic_long_cond_read_relaxed(v, c) smp_cond_load_relaxed(&(v)->counter, (c))

#endif
