/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * READ_ONCE and WRITE_ONCE: one untorn access that the compiler neither
 * repeats, fuses nor removes.
 *
 * Kernel path: asm/rwonce.h. A volatile access in ordinary builds. The thread
 * sanitizer takes volatile accesses for plain ones, so its build uses relaxed
 * atomics, which mean the same to the machine.
 */
#ifndef _UDM_ASM_RWONCE_H
#define _UDM_ASM_RWONCE_H

#include <linux/compiler_types.h>

#ifdef __UDM_TSAN__
#define __READ_ONCE(x)                                                                             \
	({                                                                                         \
		__unqual_scalar_typeof(x) __once_val;                                              \
		__atomic_load((typeof(__once_val) *)&(x), &__once_val, __ATOMIC_RELAXED);          \
		__once_val;                                                                        \
	})
#define __WRITE_ONCE(x, val)                                                                       \
	do {                                                                                       \
		__unqual_scalar_typeof(x) __once_val = (val);                                      \
		__atomic_store((typeof(__once_val) *)&(x), &__once_val, __ATOMIC_RELAXED);         \
	} while (0)
#else
#define __READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define __WRITE_ONCE(x, val)                                                                       \
	do {                                                                                       \
		*(volatile typeof(x) *)&(x) = (val);                                               \
	} while (0)
#endif

#define __udm_once_size(x)                                                                         \
	_Static_assert(__native_word(x) || sizeof(x) == sizeof(long long),                         \
		       "READ_ONCE/WRITE_ONCE take 1, 2, 4 or 8 byte objects")

#define READ_ONCE(x)                                                                               \
	({                                                                                         \
		__udm_once_size(x);                                                                \
		(__unqual_scalar_typeof(x)) __READ_ONCE(x);                                        \
	})
#define WRITE_ONCE(x, val)                                                                         \
	do {                                                                                       \
		__udm_once_size(x);                                                                \
		__WRITE_ONCE(x, val);                                                              \
	} while (0)

#define READ_ONCE_NOCHECK(x) READ_ONCE(x)

#endif
