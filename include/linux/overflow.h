/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arithmetic that notices overflow, and sizes that saturate at SIZE_MAX (which
 * no allocator can serve). Kernel path: linux/overflow.h.
 */
#ifndef _UDM_LINUX_OVERFLOW_H
#define _UDM_LINUX_OVERFLOW_H

#include <linux/compiler.h>
#include <linux/const.h>
#include <linux/limits.h>
#include <linux/stddef.h>

#define __type_half_max(type) ((type)1 << (8 * sizeof(type) - 1 - is_signed_type(type)))
#define __type_max(T) type_max(T)
#define __type_min(T) type_min(T)
#define type_max(T) ((typeof(T))((__type_half_max(typeof(T)) - 1) + __type_half_max(typeof(T))))
#define type_min(T) ((typeof(T))((typeof(T))-type_max(T) - (typeof(T))1))

static inline bool __must_check __must_check_overflow(bool overflow)
{
	return unlikely(overflow);
}

/* True on overflow; *d gets the wrapped value in any case. */
#define check_add_overflow(a, b, d) __must_check_overflow(__builtin_add_overflow(a, b, d))
#define check_sub_overflow(a, b, d) __must_check_overflow(__builtin_sub_overflow(a, b, d))
#define check_mul_overflow(a, b, d) __must_check_overflow(__builtin_mul_overflow(a, b, d))
#define check_shl_overflow(a, s, d)                                                                \
	__must_check_overflow(({                                                                   \
		typeof(a) __a = (a);                                                               \
		typeof(s) __s = (s);                                                               \
		typeof(d) __d = (d);                                                               \
		bool __fits = __s >= 0 && __s < 8 * sizeof(*__d);                                  \
		unsigned int __shift = __fits ? __s : 0;                                           \
		*__d = (u64)__a << __shift;                                                        \
		!__fits || *__d < 0 || __a < 0 || (*__d >> __shift) != __a;                        \
	}))
#define wrapping_add(type, a, b)                                                                   \
	({                                                                                         \
		type __wrapped;                                                                    \
		(void)__builtin_add_overflow(a, b, &__wrapped);                                    \
		__wrapped;                                                                         \
	})
#define wrapping_sub(type, a, b)                                                                   \
	({                                                                                         \
		type __wrapped;                                                                    \
		(void)__builtin_sub_overflow(a, b, &__wrapped);                                    \
		__wrapped;                                                                         \
	})
#define wrapping_mul(type, a, b)                                                                   \
	({                                                                                         \
		type __wrapped;                                                                    \
		(void)__builtin_mul_overflow(a, b, &__wrapped);                                    \
		__wrapped;                                                                         \
	})
#define wrapping_assign_add(var, offset)                                                           \
	({                                                                                         \
		typeof(var) *__var = &(var);                                                       \
		*__var = wrapping_add(typeof(var), *__var, offset);                                \
	})
#define wrapping_assign_sub(var, offset)                                                           \
	({                                                                                         \
		typeof(var) *__var = &(var);                                                       \
		*__var = wrapping_sub(typeof(var), *__var, offset);                                \
	})
#define is_non_negative(a) ((a) > 0 || (a) == 0)
#define is_negative(a) (!is_non_negative(a))

/* Whether a value does not fit in a type, which may be given as an expression. */
#define __overflows_type_constexpr(n, T)                                                           \
	__const_overflows(__builtin_choose_expr(__is_constexpr(n), (n), 0), T)
#define __const_overflows(n, T)                                                                    \
	(is_negative(n) ? !is_signed_type(typeof(T)) || (long long)(n) < (long long)type_min(T) :  \
			  (unsigned long long)(n) > (unsigned long long)type_max(T))
#define __overflows_type(n, T)                                                                     \
	({                                                                                         \
		typeof(T) __narrow;                                                                \
		__builtin_add_overflow(n, 0, &__narrow);                                           \
	})
#define overflows_type(n, T)                                                                       \
	__builtin_choose_expr(__is_constexpr(n), __overflows_type_constexpr(n, T),                 \
			      __overflows_type(n, T))
/* A constant must fit, anything else have the type. */
#define castable_to_type(n, T)                                                                     \
	__builtin_choose_expr(__is_constexpr(n), !__overflows_type_constexpr(n, T),                \
			      __same_type(n, T))
#define range_overflows(start, size, max)                                                          \
	({                                                                                         \
		typeof(start) __at = (start);                                                      \
		typeof(size) __len = (size);                                                       \
		typeof(max) __end = (max);                                                         \
		__at >= __end || __len > __end - __at;                                             \
	})

#define range_overflows_t(type, start, size, max)                                                  \
	range_overflows((type)(start), (type)(size), (type)(max))
/* Here a range of no elements may begin at the end. */
#define range_end_overflows(start, size, max)                                                      \
	({                                                                                         \
		typeof(start) __at = (start);                                                      \
		typeof(size) __len = (size);                                                       \
		typeof(max) __end = (max);                                                         \
		__at > __end || __len > __end - __at;                                              \
	})
#define range_end_overflows_t(type, start, size, max)                                              \
	range_end_overflows((type)(start), (type)(size), (type)(max))

static inline size_t __must_check size_mul(size_t factor1, size_t factor2)
{
	size_t bytes;

	return check_mul_overflow(factor1, factor2, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t __must_check size_add(size_t addend1, size_t addend2)
{
	size_t bytes;

	return check_add_overflow(addend1, addend2, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t __must_check size_sub(size_t minuend, size_t subtrahend)
{
	size_t bytes;

	if (minuend == SIZE_MAX || subtrahend == SIZE_MAX ||
	    check_sub_overflow(minuend, subtrahend, &bytes))
		return SIZE_MAX;
	return bytes;
}

#define array_size(a, b) size_mul(a, b)
#define array3_size(a, b, c) size_mul(size_mul(a, b), c)
#define flex_array_size(p, member, count)                                                          \
	__builtin_choose_expr(__is_constexpr(count), (count) * sizeof(*(p)->member),               \
			      size_mul(count, sizeof(*(p)->member)))
#define struct_size(p, member, count)                                                              \
	__builtin_choose_expr(__is_constexpr(count),                                               \
			      sizeof(*(p)) + (count) * sizeof(*(p)->member),                       \
			      size_add(sizeof(*(p)), flex_array_size(p, member, count)))
#define struct_size_t(type, member, count) struct_size((type *)NULL, member, count)
#define struct_offset(p, member) (offsetof(typeof(*(p)), member))

/* No compiler this is built with can reach a counter from its array. */
#define typeof_flex_counter(FAM) size_t
#define overflows_flex_counter_type(TYPE, FAM, COUNT) (!!overflows_type(COUNT, size_t))
#define __set_flex_counter(FAM, COUNT)                                                             \
	do {                                                                                       \
		(void)(COUNT);                                                                     \
	} while (0)

#ifndef __struct_size
#define __struct_size(p) __builtin_object_size(p, 0)
#define __member_size(p) __builtin_object_size(p, 1)
#endif
/* The elements that DEFINE_FLEX() made room for. */
#define STACK_FLEX_ARRAY_SIZE(name, array)                                                         \
	(__member_size((name)->array) / sizeof(*(name)->array))

/* An on-stack structure with room for `count` elements of its flexible array. */
#define DEFINE_RAW_FLEX(type, name, member, count)                                                 \
	union {                                                                                    \
		u8 bytes[struct_size_t(type, member, count)];                                      \
		type obj;                                                                          \
	} name##_u = {};                                                                           \
	type *name = (type *)&name##_u
#define DEFINE_FLEX(type, name, member, counter, count)                                            \
	DEFINE_RAW_FLEX(type, name, member, count);                                                \
	name->counter = count

#endif
