/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fields of registers, named by a constant contiguous mask.
 *
 * Kernel path: linux/bitfield.h. A mask that is no constant, zero or has holes,
 * and a constant value that does not fit, fail the build.
 */
#ifndef _UDM_LINUX_BITFIELD_H
#define _UDM_LINUX_BITFIELD_H

#include <asm/byteorder.h>
#include <linux/build_bug.h>
#include <linux/types.h>

#define __bf_shf(mask) (__builtin_ffsll(mask) - 1)
#define __bf_low(mask) ((unsigned long long)(mask) >> __bf_shf(mask))
#define __bf_mask_check(mask)                                                                      \
	({                                                                                         \
		BUILD_BUG_ON_MSG(!__builtin_constant_p(mask), "field mask is not constant");       \
		BUILD_BUG_ON_MSG((mask) == 0, "field mask is zero");                               \
		BUILD_BUG_ON_MSG(__bf_low(mask) & (__bf_low(mask) + 1), "field mask has holes");   \
	})

#define FIELD_MAX(mask)                                                                            \
	({                                                                                         \
		__bf_mask_check(mask);                                                             \
		(typeof(mask))((mask) >> __bf_shf(mask));                                          \
	})
#define FIELD_FIT(mask, val)                                                                       \
	({                                                                                         \
		__bf_mask_check(mask);                                                             \
		!((((typeof(mask))(val)) << __bf_shf(mask)) & ~(mask));                            \
	})
#define FIELD_PREP(mask, val)                                                                      \
	({                                                                                         \
		__bf_mask_check(mask);                                                             \
		BUILD_BUG_ON_MSG(__builtin_constant_p(val) &&                                      \
					 (~__bf_low(mask) & (0ull + (val))),                       \
				 "value does not fit the field");                                  \
		((typeof(mask))(val) << __bf_shf(mask)) & (mask);                                  \
	})
#define FIELD_PREP_CONST(mask, val) (((typeof(mask))(val) << __bf_shf(mask)) & (mask))
#define FIELD_GET(mask, reg)                                                                       \
	({                                                                                         \
		__bf_mask_check(mask);                                                             \
		(typeof(mask))(((reg) & (mask)) >> __bf_shf(mask));                                \
	})
/* With masks that only the run time knows. */
#define field_prep(mask, val)                                                                      \
	({                                                                                         \
		__auto_type __field = (mask);                                                      \
		((typeof(__field))(val) << __bf_shf(__field)) & __field;                           \
	})
#define field_get(mask, reg)                                                                       \
	({                                                                                         \
		__auto_type __field = (mask);                                                      \
		(typeof(__field))(((reg) & __field) >> __bf_shf(__field));                         \
	})
#define FIELD_MODIFY(mask, reg_p, val)                                                             \
	({                                                                                         \
		typeof(reg_p) __reg_p = (reg_p);                                                   \
		*__reg_p = (*__reg_p & ~(mask)) | FIELD_PREP(mask, val);                           \
	})

static __always_inline u64 field_multiplier(u64 field)
{
	return field & -field;
}

static __always_inline u64 field_mask(u64 field)
{
	return field / field_multiplier(field);
}

#define field_max(field) ((typeof(field))field_mask(field))

#define __BF_OPS(type, base, to, from)                                                             \
	static __always_inline __##type type##_encode_bits(base v, base field)                     \
	{                                                                                          \
		return to((v & (base)field_mask(field)) * (base)field_multiplier(field));          \
	}                                                                                          \
	static __always_inline __##type type##_replace_bits(__##type old, base val, base field)    \
	{                                                                                          \
		return (old & ~to(field)) | type##_encode_bits(val, field);                        \
	}                                                                                          \
	static __always_inline void type##p_replace_bits(__##type *p, base val, base field)        \
	{                                                                                          \
		*p = type##_replace_bits(*p, val, field);                                          \
	}                                                                                          \
	static __always_inline base type##_get_bits(__##type v, base field)                        \
	{                                                                                          \
		return (from(v) & field) / (base)field_multiplier(field);                          \
	}
#define __BF_SAME(x) (x)
#define __BF_SIZES(size)                                                                           \
	__BF_OPS(le##size, u##size, cpu_to_le##size, le##size##_to_cpu)                            \
	__BF_OPS(be##size, u##size, cpu_to_be##size, be##size##_to_cpu)                            \
	__BF_OPS(u##size, u##size, __BF_SAME, __BF_SAME)
__BF_OPS(u8, u8, __BF_SAME, __BF_SAME)
__BF_SIZES(16)
__BF_SIZES(32)
__BF_SIZES(64)
#undef __BF_SIZES
#undef __BF_OPS

#endif
