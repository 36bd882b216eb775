/* SPDX-License-Identifier: GPL-2.0-only */
/* Single bits and masks. Kernel path: linux/bits.h, vdso/bits.h. */
#ifndef _UDM_LINUX_BITS_H
#define _UDM_LINUX_BITS_H

#include <asm/bitsperlong.h>
#include <linux/build_bug.h>
#include <linux/const.h>
#include <linux/types.h>

#define BITS_PER_BYTE 8
#define BITS_PER_TYPE(type) (sizeof(type) * BITS_PER_BYTE)

#define BIT(nr) (UL(1) << (nr))
#define BIT_ULL(nr) (ULL(1) << (nr))
#define BIT_MASK(nr) (UL(1) << ((nr) % BITS_PER_LONG))
#define BIT_WORD(nr) ((nr) / BITS_PER_LONG)
#define BIT_ULL_MASK(nr) (ULL(1) << ((nr) % BITS_PER_LONG_LONG))
#define BIT_ULL_WORD(nr) ((nr) / BITS_PER_LONG_LONG)

/* Bits l ... h set. Constant arguments in the wrong order fail the build. */
#define __GENMASK_ORDER(h, l)                                                                      \
	BUILD_BUG_ON_ZERO(__builtin_choose_expr(__is_constexpr((l) > (h)), (l) > (h), 0))
#undef __GENMASK
#define __GENMASK(h, l) ((~UL(0) << (l)) & (~UL(0) >> (BITS_PER_LONG - 1 - (h))))
#undef __GENMASK_ULL
#define __GENMASK_ULL(h, l) ((~ULL(0) << (l)) & (~ULL(0) >> (BITS_PER_LONG_LONG - 1 - (h))))
#define GENMASK(h, l) (__GENMASK_ORDER(h, l) + __GENMASK(h, l))
#define GENMASK_ULL(h, l) (__GENMASK_ORDER(h, l) + __GENMASK_ULL(h, l))
#define __GENMASK_TYPE(t, h, l)                                                                    \
	((t)(__GENMASK_ORDER(h, l) +                                                               \
	     ((t)-1 << (l) & (t)((t)-1 >> (BITS_PER_TYPE(t) - 1 - (h))))))
#define GENMASK_U8(h, l) __GENMASK_TYPE(u8, h, l)
#define GENMASK_U16(h, l) __GENMASK_TYPE(u16, h, l)
#define GENMASK_U32(h, l) __GENMASK_TYPE(u32, h, l)
#define GENMASK_U64(h, l) __GENMASK_TYPE(u64, h, l)
#define BIT_U8(nr) ((u8)BIT(nr))
#define BIT_U16(nr) ((u16)BIT(nr))
#define BIT_U32(nr) ((u32)BIT(nr))
#define BIT_U64(nr) ((u64)BIT_ULL(nr))

#endif
