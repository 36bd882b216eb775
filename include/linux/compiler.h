/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hints to the compiler and accesses it must not optimise.
 *
 * Kernel path: linux/compiler.h.
 */
#ifndef _UDM_LINUX_COMPILER_H
#define _UDM_LINUX_COMPILER_H

#include <linux/compiler_types.h>
#include <linux/const.h>
#include <asm/rwonce.h>

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define likely_notrace(x) likely(x)
#define unlikely_notrace(x) unlikely(x)

#define barrier() __asm__ __volatile__("" : : : "memory")
#define barrier_data(ptr) __asm__ __volatile__("" : : "r"(ptr) : "memory")
#define barrier_before_unreachable() __asm__ __volatile__("")
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "=r"(var) : "0"(var))
#define RELOC_HIDE(ptr, off)                                                                       \
	({                                                                                         \
		unsigned long __reloc = (unsigned long)(ptr);                                      \
		OPTIMIZER_HIDE_VAR(__reloc);                                                       \
		(typeof(ptr))(__reloc + (off));                                                    \
	})
#define absolute_pointer(val) RELOC_HIDE((void *)(val), 0)
#ifndef unreachable
#define unreachable() __builtin_unreachable()
#endif

/* True when the optimiser already knows that x holds. */
#define statically_true(x) (__builtin_constant_p(x) && (x))
#define const_true(x) __builtin_choose_expr(__is_constexpr(x), x, 0)

#define data_race(expr) ({ expr; })
#define __must_be_array(a) (sizeof(struct { int : -(!!__same_type((a), &(a)[0])); }))
#define __must_be_cstr(p) 0
#define __ADDRESSABLE(sym)

#define is_signed_type(type) (((type)(-1)) < (type)1)
#define is_unsigned_type(type) (!is_signed_type(type))

#define offset_to_ptr(off) ((void *)((unsigned long)(off) + *(off)))
#define ASSERT_EXCLUSIVE_WRITER(var) ((void)sizeof(var))
#define ASSERT_EXCLUSIVE_ACCESS(var) ((void)sizeof(var))

#endif
