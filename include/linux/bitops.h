/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bits of maps of unsigned long, and bit searches in a word.
 *
 * Kernel path: linux/bitops.h (asm/bitops.h). Bit n of a map is bit n % 64 of
 * word n / 64. set/clear/change_bit are atomic and order nothing; the test_and_
 * forms are fully ordered whether or not they change the bit; the __ forms are
 * not atomic.
 */
#ifndef _UDM_LINUX_BITOPS_H
#define _UDM_LINUX_BITOPS_H

#include <strings.h>
#include <asm/cmpxchg.h>
#include <linux/bits.h>
#include <linux/typecheck.h>
#include <linux/types.h>

#define __KERNEL_DIV_ROUND_UP_BITS(n, d) (((n) + (d) - 1) / (d))
#define BITS_TO_LONGS(nr) __KERNEL_DIV_ROUND_UP_BITS(nr, BITS_PER_TYPE(long))
#define BITS_TO_U64(nr) __KERNEL_DIV_ROUND_UP_BITS(nr, BITS_PER_TYPE(u64))
#define BITS_TO_U32(nr) __KERNEL_DIV_ROUND_UP_BITS(nr, BITS_PER_TYPE(u32))
#define BITS_TO_BYTES(nr) __KERNEL_DIV_ROUND_UP_BITS(nr, BITS_PER_TYPE(char))
#define BYTES_TO_BITS(nb) ((nb) * BITS_PER_BYTE)

#define __bit_word(nr, addr) ((unsigned long *)(addr) + BIT_WORD(nr))

static __always_inline void set_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_or(__bit_word(nr, addr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void clear_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_and(__bit_word(nr, addr), ~BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void change_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_xor(__bit_word(nr, addr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

#define __BIT_TEST_AND(name, op, mask)                                                             \
	static __always_inline bool test_and_##name##_bit(long nr, volatile unsigned long *addr)   \
	{                                                                                          \
		unsigned long __was;                                                               \
		__udm_pre_full();                                                                  \
		__was = __atomic_fetch_##op(__bit_word(nr, addr), mask, __UDM_FULL);               \
		__udm_post_full();                                                                 \
		return __was & BIT_MASK(nr);                                                       \
	}
__BIT_TEST_AND(set, or, BIT_MASK(nr))
__BIT_TEST_AND(clear, and, ~BIT_MASK(nr))
__BIT_TEST_AND(change, xor, BIT_MASK(nr))
#undef __BIT_TEST_AND

static __always_inline void __set_bit(unsigned long nr, volatile unsigned long *addr)
{
	*__bit_word(nr, addr) |= BIT_MASK(nr);
}

static __always_inline void __clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	*__bit_word(nr, addr) &= ~BIT_MASK(nr);
}

static __always_inline void __change_bit(unsigned long nr, volatile unsigned long *addr)
{
	*__bit_word(nr, addr) ^= BIT_MASK(nr);
}

static __always_inline bool test_bit(unsigned long nr, const volatile unsigned long *addr)
{
	return READ_ONCE(addr[BIT_WORD(nr)]) >> (nr % BITS_PER_LONG) & 1;
}

static __always_inline bool test_bit_acquire(unsigned long nr, const volatile unsigned long *addr)
{
	return smp_load_acquire(addr + BIT_WORD(nr)) >> (nr % BITS_PER_LONG) & 1;
}

static __always_inline bool __test_and_set_bit(unsigned long nr, volatile unsigned long *addr)
{
	bool was = test_bit(nr, addr);

	__set_bit(nr, addr);
	return was;
}

static __always_inline bool __test_and_clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	bool was = test_bit(nr, addr);

	__clear_bit(nr, addr);
	return was;
}

static __always_inline bool __test_and_change_bit(unsigned long nr, volatile unsigned long *addr)
{
	bool was = test_bit(nr, addr);

	__change_bit(nr, addr);
	return was;
}

/* Bit locks: acquire on success, release. The __ form: nobody else changes the word. */
static __always_inline bool test_and_set_bit_lock(unsigned long nr, volatile unsigned long *addr)
{
	return __atomic_fetch_or(__bit_word(nr, addr), BIT_MASK(nr), __ATOMIC_ACQUIRE) &
	       BIT_MASK(nr);
}

static __always_inline void clear_bit_unlock(unsigned long nr, volatile unsigned long *addr)
{
	__atomic_fetch_and(__bit_word(nr, addr), ~BIT_MASK(nr), __ATOMIC_RELEASE);
}

static __always_inline void __clear_bit_unlock(unsigned long nr, volatile unsigned long *addr)
{
	clear_bit_unlock(nr, addr);
}

/* Clears the bit of @mask (a lock), with release; whether bit 7 was set. */
static __always_inline bool xor_unlock_is_negative_byte(unsigned long mask,
							volatile unsigned long *addr)
{
	return __atomic_fetch_xor(addr, mask, __ATOMIC_RELEASE) & BIT(7);
}

#define assign_bit(nr, addr, value) ((value) ? set_bit((nr), (addr)) : clear_bit((nr), (addr)))
#define __assign_bit(nr, addr, value)                                                              \
	((value) ? __set_bit((nr), (addr)) : __clear_bit((nr), (addr)))

/* ffs() is libc's: 1-based, 0 for none. The __ forms are 0-based, undefined for none. */
static __always_inline __attribute_const__ int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static __always_inline __attribute_const__ int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

static __always_inline __attribute_const__ unsigned int fls_long(unsigned long l)
{
	return fls64(l);
}

static __always_inline __attribute_const__ unsigned int __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static __always_inline __attribute_const__ unsigned int __ffs64(u64 word)
{
	return __builtin_ctzll(word);
}

static __always_inline __attribute_const__ unsigned int __fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - __builtin_clzl(word);
}

#define ffz(x) __ffs(~(x))

static __always_inline __attribute_const__ unsigned int hweight8(unsigned int w)
{
	return __builtin_popcount(w & 0xff);
}

static __always_inline __attribute_const__ unsigned int hweight16(unsigned int w)
{
	return __builtin_popcount(w & 0xffff);
}

static __always_inline __attribute_const__ unsigned int hweight32(unsigned int w)
{
	return __builtin_popcount(w);
}

static __always_inline __attribute_const__ unsigned long hweight64(u64 w)
{
	return __builtin_popcountll(w);
}

static __always_inline __attribute_const__ unsigned long hweight_long(unsigned long w)
{
	return __builtin_popcountl(w);
}

#define HWEIGHT8(w) __builtin_popcount((w) & 0xff)
#define HWEIGHT16(w) __builtin_popcount((w) & 0xffff)
#define HWEIGHT32(w) __builtin_popcount(w)
#define HWEIGHT64(w) __builtin_popcountll(w)

/* The number of sizes of power of two that hold `count` items; -1 for 0. */
static inline int get_count_order(unsigned int count)
{
	return count ? fls(count - 1) : -1;
}

static inline int get_count_order_long(unsigned long count)
{
	return count ? (int)fls_long(count - 1) : -1;
}

#define __BIT_ROTATE(bits)                                                                         \
	static inline __attribute_const__ u##bits rol##bits(u##bits word, unsigned int shift)      \
	{                                                                                          \
		shift %= bits;                                                                     \
		return word << shift | word >> ((bits - shift) % bits);                            \
	}                                                                                          \
	static inline __attribute_const__ u##bits ror##bits(u##bits word, unsigned int shift)      \
	{                                                                                          \
		shift %= bits;                                                                     \
		return word >> shift | word << ((bits - shift) % bits);                            \
	}
__BIT_ROTATE(8)
__BIT_ROTATE(16)
__BIT_ROTATE(32)
__BIT_ROTATE(64)
#undef __BIT_ROTATE

static __always_inline s32 sign_extend32(u32 value, int index)
{
	return (s32)(value << (31 - index)) >> (31 - index);
}

static __always_inline s64 sign_extend64(u64 value, int index)
{
	return (s64)(value << (63 - index)) >> (63 - index);
}

/* The n-th (from 0) set bit of a word; 64 if it has not so many. */
static inline unsigned int fns(unsigned long word, unsigned int n)
{
	while (word && n--)
		word &= word - 1;
	return word ? __ffs(word) : BITS_PER_LONG;
}

static inline __attribute_const__ bool parity8(u8 val)
{
	return __builtin_parity(val);
}

/* Bytes of little-endian words are numbered like bits of words here. */
#define test_bit_le(nr, addr) test_bit((nr), (const unsigned long *)(addr))
#define set_bit_le(nr, addr) set_bit((nr), (unsigned long *)(addr))
#define clear_bit_le(nr, addr) clear_bit((nr), (unsigned long *)(addr))
#define __set_bit_le(nr, addr) __set_bit((nr), (unsigned long *)(addr))
#define __clear_bit_le(nr, addr) __clear_bit((nr), (unsigned long *)(addr))
#define test_and_set_bit_le(nr, addr) test_and_set_bit((nr), (unsigned long *)(addr))
#define test_and_clear_bit_le(nr, addr) test_and_clear_bit((nr), (unsigned long *)(addr))

/* Tag bits of a pointer, where its alignment leaves some. */
#define __ptr_set_bit(nr, addr) __set_bit((nr), (unsigned long *)(addr))
#define __ptr_clear_bit(nr, addr) __clear_bit((nr), (unsigned long *)(addr))
#define __ptr_test_bit(nr, addr) test_bit((nr), (unsigned long *)(addr))

/* Atomic read-modify-write of the masked bits; returns the word before or after. */
#define set_mask_bits(ptr, mask, bits)                                                             \
	({                                                                                         \
		const typeof(*(ptr)) __mask = (mask), __bits = (bits);                             \
		__unqual_scalar_typeof(*(ptr)) __seen = READ_ONCE(*(ptr));                         \
		while (!try_cmpxchg(ptr, &__seen, (__seen & ~__mask) | __bits))                    \
			;                                                                          \
		__seen;                                                                            \
	})
#define bit_clear_unless(ptr, clear, test)                                                         \
	({                                                                                         \
		const typeof(*(ptr)) __clear = (clear), __test = (test);                           \
		__unqual_scalar_typeof(*(ptr)) __seen = READ_ONCE(*(ptr));                         \
		while (!(__seen & __test) && !try_cmpxchg(ptr, &__seen, __seen & ~__clear))        \
			;                                                                          \
		!(__seen & __test);                                                                \
	})

#define aligned_byte_mask(n) ((1UL << 8 * (n)) - 1)

#define __test_and_set_bit_le(nr, addr) __test_and_set_bit((nr), (unsigned long *)(addr))
#define __test_and_clear_bit_le(nr, addr) __test_and_clear_bit((nr), (unsigned long *)(addr))

#endif
