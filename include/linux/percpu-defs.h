/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Per-CPU variables: definition and access.
 *
 * Kernel path: linux/percpu-defs.h. Every vCPU has a unit, an address range of
 * its own; the copy of a variable lies at the same place in each. A per-CPU
 * pointer is a cookie: an address in a range in front of the units that is
 * never mapped, so using it directly faults. A variable made by DEFINE_PER_CPU
 * is the initialiser its copies start from, in a section of its module; the
 * section gets its place in the units on first use.
 *
 * this_cpu_*: one access to the caller's copy, atomic against everything else
 * on that vCPU. __this_cpu_*: the caller is in a non-preemptible region.
 */
#ifndef _UDM_LINUX_PERCPU_DEFS_H
#define _UDM_LINUX_PERCPU_DEFS_H

#include <asm/thread_info.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/preempt.h>
#include <linux/types.h>

#define UDM_PERCPU_UNIT_SHIFT 23
#define UDM_PERCPU_UNIT (1UL << UDM_PERCPU_UNIT_SHIFT)

#define __PCPU_ATTRS(sec) __percpu __attribute__((__section__("udm_percpu")))
#define DECLARE_PER_CPU_SECTION(type, name, sec) extern __PCPU_ATTRS(sec) __typeof__(type) name
#define DEFINE_PER_CPU_SECTION(type, name, sec) __PCPU_ATTRS(sec) __typeof__(type) name

#define DECLARE_PER_CPU(type, name) DECLARE_PER_CPU_SECTION(type, name, "")
#define DEFINE_PER_CPU(type, name) DEFINE_PER_CPU_SECTION(type, name, "")
#define DECLARE_PER_CPU_CACHE_HOT(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_CACHE_HOT(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_FIRST(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_FIRST(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_SHARED_ALIGNED(type, name) DECLARE_PER_CPU_ALIGNED(type, name)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU_ALIGNED(type, name)
#define DECLARE_PER_CPU_ALIGNED(type, name) DECLARE_PER_CPU(type, name) ____cacheline_aligned
#define DEFINE_PER_CPU_ALIGNED(type, name) DEFINE_PER_CPU(type, name) ____cacheline_aligned
#define DECLARE_PER_CPU_PAGE_ALIGNED(type, name) DECLARE_PER_CPU(type, name) __aligned(4096)
#define DEFINE_PER_CPU_PAGE_ALIGNED(type, name) DEFINE_PER_CPU(type, name) __aligned(4096)
#define DECLARE_PER_CPU_READ_MOSTLY(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_READ_MOSTLY(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_DECRYPTED(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_DECRYPTED(type, name) DEFINE_PER_CPU(type, name)
#define EXPORT_PER_CPU_SYMBOL(var)
#define EXPORT_PER_CPU_SYMBOL_GPL(var)

/* The section of the module this file is linked into; NULL bounds if it has none. */
extern char __start_udm_percpu[] __attribute__((weak, visibility("hidden")));
extern char __stop_udm_percpu[] __attribute__((weak, visibility("hidden")));
/* From an address in that section to its cookie; 0 until the first use. One per module. */
unsigned long udm_percpu_delta __attribute__((weak, visibility("hidden")));

/* The cookie range. Constant once reserved. */
extern unsigned long udm_percpu_base;

/* Finds, or makes, the place of a variable. libkern/kernel/percpu.c. Any context. */
unsigned long udm_percpu_resolve(unsigned long addr, char *start, char *stop,
				 unsigned long *delta);

static __always_inline unsigned long udm_percpu_cookie(unsigned long addr)
{
	unsigned long delta;

	if (likely(addr - udm_percpu_base < UDM_PERCPU_UNIT))
		return addr;
	delta = __atomic_load_n(&udm_percpu_delta, __ATOMIC_ACQUIRE);
	if (likely(delta && addr - (unsigned long)__start_udm_percpu <
		   (unsigned long)(__stop_udm_percpu - __start_udm_percpu)))
		return addr + delta;
	return udm_percpu_resolve(addr, __start_udm_percpu, __stop_udm_percpu, &udm_percpu_delta);
}

/* The cast through an integer hides from the compiler which object it was. */
#define udm_percpu_at(ptr, offset)                                                                 \
	({                                                                                         \
		unsigned long __cookie = (unsigned long)(ptr);                                     \
		OPTIMIZER_HIDE_VAR(__cookie);                                                      \
		(typeof(*(ptr)) __force *)(udm_percpu_cookie(__cookie) + (offset));                \
	})

#define per_cpu_ptr(ptr, cpu)                                                                      \
	udm_percpu_at(ptr, ((unsigned long)(cpu) + 1) << UDM_PERCPU_UNIT_SHIFT)
#define raw_cpu_ptr(ptr)                                                                           \
	udm_percpu_at(ptr, __atomic_load_n(&current_thread_info()->cpu_offset, __ATOMIC_RELAXED))
#define this_cpu_ptr(ptr) raw_cpu_ptr(ptr)
#define arch_raw_cpu_ptr(ptr) raw_cpu_ptr(ptr)
#define per_cpu(var, cpu) (*per_cpu_ptr(&(var), cpu))
#define SHIFT_PERCPU_PTR(ptr, offset) udm_percpu_at(ptr, offset)

#define get_cpu_var(var) (*({ preempt_disable(); this_cpu_ptr(&(var)); }))
#define put_cpu_var(var) do { (void)&(var); preempt_enable(); } while (0)
#define get_cpu_ptr(var) ({ preempt_disable(); this_cpu_ptr(var); })
#define put_cpu_ptr(var) do { (void)(var); preempt_enable(); } while (0)

/*
 * Accesses. In a region only its owner writes the copies of a vCPU, so a plain
 * load and store make an atomic update; relaxed atomics keep remote sums sane.
 */
#define __this_cpu_read(pcp) __atomic_load_n(raw_cpu_ptr(&(pcp)), __ATOMIC_RELAXED)
#define __this_cpu_write(pcp, val)                                                                 \
	__atomic_store_n(raw_cpu_ptr(&(pcp)), (typeof(pcp))(val), __ATOMIC_RELAXED)
/* Stores what @expr makes of __now, the value; gives @result. */
#define udm_pcpu_update(pcp, expr, result)                                                         \
	({                                                                                         \
		typeof(pcp) *__copy = raw_cpu_ptr(&(pcp));                                         \
		typeof(pcp) __now = __atomic_load_n(__copy, __ATOMIC_RELAXED);                     \
		typeof(pcp) __next = (typeof(pcp))(expr);                                          \
		__atomic_store_n(__copy, __next, __ATOMIC_RELAXED);                                \
		(result);                                                                          \
	})
#define __this_cpu_add(pcp, val) ((void)udm_pcpu_update(pcp, __now + (val), __next))
#define __this_cpu_and(pcp, val) ((void)udm_pcpu_update(pcp, __now & (val), __next))
#define __this_cpu_or(pcp, val) ((void)udm_pcpu_update(pcp, __now | (val), __next))
#define __this_cpu_add_return(pcp, val) udm_pcpu_update(pcp, __now + (val), __next)
#define __this_cpu_xchg(pcp, val) udm_pcpu_update(pcp, val, __now)
#define __this_cpu_cmpxchg(pcp, oval, nval)                                                        \
	({                                                                                         \
		typeof(pcp) __expected = (oval);                                                   \
		udm_pcpu_update(pcp, __now == __expected ? (nval) : __now, __now);                 \
	})
#define __this_cpu_try_cmpxchg(pcp, ovalp, nval)                                                   \
	({                                                                                         \
		typeof(ovalp) __oldp = (ovalp);                                                    \
		typeof(pcp) __wanted = *__oldp;                                                    \
		*__oldp = __this_cpu_cmpxchg(pcp, __wanted, nval);                                 \
		*__oldp == __wanted;                                                               \
	})

#define udm_in_region(stmt)                                                                        \
	do {                                                                                       \
		preempt_disable();                                                                 \
		stmt;                                                                              \
		preempt_enable();                                                                  \
	} while (0)
#define udm_value_in_region(expr)                                                                  \
	({                                                                                         \
		preempt_disable();                                                                 \
		typeof(expr) __value = (expr);                                                     \
		preempt_enable();                                                                  \
		__value;                                                                           \
	})

#define this_cpu_read(pcp) __this_cpu_read(pcp)
#define this_cpu_write(pcp, val) udm_in_region(__this_cpu_write(pcp, val))
#define this_cpu_add(pcp, val) udm_in_region(__this_cpu_add(pcp, val))
#define this_cpu_and(pcp, val) udm_in_region(__this_cpu_and(pcp, val))
#define this_cpu_or(pcp, val) udm_in_region(__this_cpu_or(pcp, val))
#define this_cpu_add_return(pcp, val) udm_value_in_region(__this_cpu_add_return(pcp, val))
#define this_cpu_xchg(pcp, nval) udm_value_in_region(__this_cpu_xchg(pcp, nval))
#define this_cpu_cmpxchg(pcp, oval, nval) udm_value_in_region(__this_cpu_cmpxchg(pcp, oval, nval))
#define this_cpu_try_cmpxchg(pcp, ovalp, nval)                                                     \
	udm_value_in_region(__this_cpu_try_cmpxchg(pcp, ovalp, nval))

#define this_cpu_sub(pcp, val) this_cpu_add(pcp, -(typeof(pcp))(val))
#define this_cpu_inc(pcp) this_cpu_add(pcp, 1)
#define this_cpu_dec(pcp) this_cpu_sub(pcp, 1)
#define this_cpu_sub_return(pcp, val) this_cpu_add_return(pcp, -(typeof(pcp))(val))
#define this_cpu_inc_return(pcp) this_cpu_add_return(pcp, 1)
#define this_cpu_dec_return(pcp) this_cpu_add_return(pcp, -1)

#define __this_cpu_sub(pcp, val) __this_cpu_add(pcp, -(typeof(pcp))(val))
#define __this_cpu_inc(pcp) __this_cpu_add(pcp, 1)
#define __this_cpu_dec(pcp) __this_cpu_sub(pcp, 1)
#define __this_cpu_sub_return(pcp, val) __this_cpu_add_return(pcp, -(typeof(pcp))(val))
#define __this_cpu_inc_return(pcp) __this_cpu_add_return(pcp, 1)
#define __this_cpu_dec_return(pcp) __this_cpu_add_return(pcp, -1)

#define raw_cpu_read(pcp) __this_cpu_read(pcp)
#define raw_cpu_write(pcp, val) __this_cpu_write(pcp, val)
#define raw_cpu_add(pcp, val) this_cpu_add(pcp, val)
#define raw_cpu_inc(pcp) this_cpu_inc(pcp)
#define raw_cpu_dec(pcp) this_cpu_dec(pcp)
#define raw_cpu_cmpxchg(pcp, oval, nval) this_cpu_cmpxchg(pcp, oval, nval)

#endif
