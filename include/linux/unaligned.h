/* SPDX-License-Identifier: GPL-2.0-only */
/* Accesses at any alignment, in either byte order. Kernel path: linux/unaligned.h. */
#ifndef _UDM_LINUX_UNALIGNED_H
#define _UDM_LINUX_UNALIGNED_H

#include <string.h>
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define get_unaligned(ptr)                                                                         \
	({                                                                                         \
		__unqual_scalar_typeof(*(ptr)) __value;                                            \
		memcpy(&__value, (const void *)(ptr), sizeof(__value));                            \
		__value;                                                                           \
	})
#define put_unaligned(val, ptr)                                                                    \
	do {                                                                                       \
		__unqual_scalar_typeof(*(ptr)) __value = (val);                                    \
		memcpy((void *)(ptr), &__value, sizeof(__value));                                  \
	} while (0)

#define __UNALIGNED(bits, order)                                                                   \
	static inline u##bits get_unaligned_##order##bits(const void *p)                           \
	{                                                                                          \
		return order##bits##_to_cpu(get_unaligned((const __##order##bits *)p));            \
	}                                                                                          \
	static inline void put_unaligned_##order##bits(u##bits val, void *p)                       \
	{                                                                                          \
		put_unaligned(cpu_to_##order##bits(val), (__##order##bits *)p);                    \
	}
__UNALIGNED(16, le)
__UNALIGNED(32, le)
__UNALIGNED(64, le)
__UNALIGNED(16, be)
__UNALIGNED(32, be)
__UNALIGNED(64, be)
#undef __UNALIGNED

static inline u32 get_unaligned_be24(const u8 *p)
{
	return (u32)p[0] << 16 | (u32)p[1] << 8 | p[2];
}

static inline u32 get_unaligned_le24(const u8 *p)
{
	return (u32)p[2] << 16 | (u32)p[1] << 8 | p[0];
}

static inline void put_unaligned_be24(u32 val, u8 *p)
{
	p[0] = val >> 16;
	p[1] = val >> 8;
	p[2] = val;
}

static inline void put_unaligned_le24(u32 val, u8 *p)
{
	p[2] = val >> 16;
	p[1] = val >> 8;
	p[0] = val;
}

#endif
