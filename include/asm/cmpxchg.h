/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xchg and cmpxchg on any object of 1, 2, 4 or 8 bytes.
 *
 * Kernel path: asm/cmpxchg.h, linux/atomic/atomic-instrumented.h. Without a
 * suffix a successful operation is fully ordered: as if smp_mb() stood on both
 * sides. A failed compare orders nothing. On x86 every locked instruction is a
 * full barrier; elsewhere a sequentially consistent operation is weaker than
 * that, so fences are put around a relaxed one.
 */
#ifndef _UDM_ASM_CMPXCHG_H
#define _UDM_ASM_CMPXCHG_H

#include <asm/barrier.h>
#include <linux/compiler.h>

#if defined(__x86_64__) || defined(__i386__)
#define __UDM_FULL __ATOMIC_SEQ_CST
#define __udm_pre_full() barrier()
#define __udm_post_full() barrier()
#else
#define __UDM_FULL __ATOMIC_RELAXED
#define __udm_pre_full() smp_mb()
#define __udm_post_full() smp_mb()
#endif

#define __udm_xchg(ptr, v, order)                                                                  \
	({                                                                                         \
		__unqual_scalar_typeof(*(ptr)) __xchg_new = (v), __xchg_old;                       \
		__atomic_exchange((typeof(__xchg_old) *)(ptr), &__xchg_new, &__xchg_old, order);   \
		__xchg_old;                                                                        \
	})
#define __udm_try_cmpxchg(ptr, oldp, v, order)                                                     \
	({                                                                                         \
		__unqual_scalar_typeof(*(ptr)) __cas_new = (v);                                    \
		__atomic_compare_exchange((typeof(__cas_new) *)(ptr),                              \
					  (typeof(__cas_new) *)(oldp), &__cas_new, false, order,   \
					  __ATOMIC_RELAXED);                                       \
	})
#define __udm_cmpxchg(ptr, old, v, order)                                                          \
	({                                                                                         \
		__unqual_scalar_typeof(*(ptr)) __cas_old = (old);                                  \
		(void)__udm_try_cmpxchg(ptr, &__cas_old, v, order);                                \
		__cas_old;                                                                         \
	})

#define xchg_relaxed(ptr, v) __udm_xchg(ptr, v, __ATOMIC_RELAXED)
#define xchg_acquire(ptr, v) __udm_xchg(ptr, v, __ATOMIC_ACQUIRE)
#define xchg_release(ptr, v) __udm_xchg(ptr, v, __ATOMIC_RELEASE)
#define xchg(ptr, v)                                                                               \
	({                                                                                         \
		__udm_pre_full();                                                                  \
		__auto_type __full_old = __udm_xchg(ptr, v, __UDM_FULL);                           \
		__udm_post_full();                                                                 \
		__full_old;                                                                        \
	})

#define xchg_local(ptr, v) xchg_relaxed(ptr, v)

#define try_cmpxchg_relaxed(ptr, oldp, v) __udm_try_cmpxchg(ptr, oldp, v, __ATOMIC_RELAXED)
#define try_cmpxchg_acquire(ptr, oldp, v) __udm_try_cmpxchg(ptr, oldp, v, __ATOMIC_ACQUIRE)
#define try_cmpxchg_release(ptr, oldp, v) __udm_try_cmpxchg(ptr, oldp, v, __ATOMIC_RELEASE)
#define try_cmpxchg(ptr, oldp, v)                                                                  \
	({                                                                                         \
		__udm_pre_full();                                                                  \
		bool __full_done = __udm_try_cmpxchg(ptr, oldp, v, __UDM_FULL);                    \
		__udm_post_full();                                                                 \
		__full_done;                                                                       \
	})

#define cmpxchg_relaxed(ptr, old, v) __udm_cmpxchg(ptr, old, v, __ATOMIC_RELAXED)
#define cmpxchg_acquire(ptr, old, v) __udm_cmpxchg(ptr, old, v, __ATOMIC_ACQUIRE)
#define cmpxchg_release(ptr, old, v) __udm_cmpxchg(ptr, old, v, __ATOMIC_RELEASE)
#define cmpxchg(ptr, old, v)                                                                       \
	({                                                                                         \
		__udm_pre_full();                                                                  \
		__auto_type __full_old = __udm_cmpxchg(ptr, old, v, __UDM_FULL);                   \
		__udm_post_full();                                                                 \
		__full_old;                                                                        \
	})

#define cmpxchg_local(ptr, old, v) cmpxchg_relaxed(ptr, old, v)
#define try_cmpxchg_local(ptr, oldp, v) try_cmpxchg_relaxed(ptr, oldp, v)
#define sync_cmpxchg(ptr, old, v) cmpxchg(ptr, old, v)
#define sync_try_cmpxchg(ptr, oldp, v) try_cmpxchg(ptr, oldp, v)

#define cmpxchg64(ptr, old, v) cmpxchg(ptr, old, v)
#define cmpxchg64_relaxed(ptr, old, v) cmpxchg_relaxed(ptr, old, v)
#define cmpxchg64_acquire(ptr, old, v) cmpxchg_acquire(ptr, old, v)
#define cmpxchg64_release(ptr, old, v) cmpxchg_release(ptr, old, v)
#define cmpxchg64_local(ptr, old, v) cmpxchg_local(ptr, old, v)
#define try_cmpxchg64(ptr, oldp, v) try_cmpxchg(ptr, oldp, v)
#define try_cmpxchg64_relaxed(ptr, oldp, v) try_cmpxchg_relaxed(ptr, oldp, v)
#define try_cmpxchg64_acquire(ptr, oldp, v) try_cmpxchg_acquire(ptr, oldp, v)
#define try_cmpxchg64_release(ptr, oldp, v) try_cmpxchg_release(ptr, oldp, v)
#define try_cmpxchg64_local(ptr, oldp, v) try_cmpxchg_local(ptr, oldp, v)

#endif
