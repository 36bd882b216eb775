/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory barriers, from the compiler's atomics.
 *
 * Kernel path: asm/barrier.h. In one process the device forms equal the SMP
 * forms. ThreadSanitizer does not follow fences, so its build uses a
 * read-modify-write on one shared word instead: that orders at least as much,
 * and the sanitizer sees it.
 */
#ifndef _UDM_ASM_BARRIER_H
#define _UDM_ASM_BARRIER_H

#include <linux/compiler.h>

extern int udm_tsan_fence_word;

#ifdef __UDM_TSAN__
#define __smp_fence(order) ((void)__atomic_fetch_add(&udm_tsan_fence_word, 0, __ATOMIC_SEQ_CST))
#else
/* A fence of the language may let accesses pass that no kernel barrier lets pass. */
#define __smp_fence(order)                                                                         \
	({                                                                                         \
		barrier();                                                                         \
		__atomic_thread_fence(order);                                                      \
		barrier();                                                                         \
	})
#endif

#define smp_mb() __smp_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() __smp_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __smp_fence(__ATOMIC_RELEASE)
#define mb() smp_mb()
#define rmb() smp_rmb()
#define wmb() smp_wmb()
#define dma_mb() smp_mb()
#define dma_rmb() smp_rmb()
#define dma_wmb() smp_wmb()
#define io_stop_wc() ((void)0)
#define barrier_nospec() barrier()

#define __smp_mb() smp_mb()
#define virt_mb() smp_mb()
#define virt_rmb() smp_rmb()
#define virt_wmb() smp_wmb()

/* x86's locked instructions are full barriers, however relaxed the source says they are. */
#if (defined(__x86_64__) || defined(__i386__)) && !defined(__UDM_TSAN__)
#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic() barrier()
#define smp_mb__after_spinlock() barrier()
#else
#define smp_mb__before_atomic() smp_mb()
#define smp_mb__after_atomic() smp_mb()
#define smp_mb__after_spinlock() smp_mb()
#endif
#define smp_mb__after_unlock_lock() smp_mb()
#define smp_mb__after_srcu_read_unlock() smp_mb()

#define smp_load_acquire(p)                                                                        \
	({                                                                                         \
		__unqual_scalar_typeof(*(p)) __acquired;                                           \
		compiletime_assert_atomic_type(__acquired);                                        \
		__atomic_load((typeof(__acquired) *)(p), &__acquired, __ATOMIC_ACQUIRE);           \
		__acquired;                                                                        \
	})
#define smp_store_release(p, v)                                                                    \
	do {                                                                                       \
		__unqual_scalar_typeof(*(p)) __released = (v);                                     \
		compiletime_assert_atomic_type(__released);                                        \
		__atomic_store((typeof(__released) *)(p), &__released, __ATOMIC_RELEASE);          \
	} while (0)
#define smp_store_mb(var, value)                                                                   \
	do {                                                                                       \
		WRITE_ONCE(var, value);                                                            \
		smp_mb();                                                                          \
	} while (0)
#define smp_acquire__after_ctrl_dep() smp_rmb()
#define virt_load_acquire(p) smp_load_acquire(p)
#define virt_store_release(p, v) smp_store_release(p, v)
#define virt_store_mb(var, value) smp_store_mb(var, value)

/* Spins until cond_expr, in terms of VAL, holds for the value that `load` gives. */
#define __smp_cond_load(ptr, cond_expr, load)                                                      \
	({                                                                                         \
		typeof(ptr) __watched = (ptr);                                                     \
		__unqual_scalar_typeof(*(ptr)) VAL;                                                \
		while (VAL = load(__watched), !(cond_expr))                                        \
			cpu_relax();                                                               \
		(typeof(*(ptr)))VAL;                                                               \
	})
#define __smp_load_relaxed(p) READ_ONCE(*(p))
#define smp_cond_load_relaxed(ptr, cond_expr) __smp_cond_load(ptr, cond_expr, __smp_load_relaxed)
#define smp_cond_load_acquire(ptr, cond_expr) __smp_cond_load(ptr, cond_expr, smp_load_acquire)

#include <linux/build_bug.h>
#include <asm/vdso/processor.h>

#endif
