/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Searching bit maps.
 *
 * Kernel path: linux/find.h. Each search returns an index, or exactly `size`
 * if there is none (also when it starts at or behind size), and never reads a
 * word that holds no bit below size. Bits may change meanwhile: each word is
 * read once. The words searched are `a op b`; one loop, inlined, serves all.
 */
#ifndef _UDM_LINUX_FIND_H
#define _UDM_LINUX_FIND_H

#include <linux/bitops.h>
#include <linux/minmax.h>

unsigned long udm_find_next_bit(const unsigned long *addr, unsigned long size,
				unsigned long start, unsigned long invert);
unsigned long udm_find_last_bit(const unsigned long *addr, unsigned long size);

/* First set bit of FETCH (an expression in the word index i) from start on. */
#define __find_next(FETCH, size, start)                                                            \
	({                                                                                         \
		unsigned long __size = (size), __start = (start), __at = __size, __word, i;        \
		if (likely(__start < __size)) {                                                    \
			i = BIT_WORD(__start);                                                     \
			__word = (FETCH) & (~0UL << (__start % BITS_PER_LONG));                    \
			while (!__word && (i + 1) * BITS_PER_LONG < __size) {                      \
				i++;                                                               \
				__word = (FETCH);                                                  \
			}                                                                          \
			if (__word)                                                                \
				__at = min(i * BITS_PER_LONG + __ffs(__word), __size);             \
		}                                                                                  \
		__at;                                                                              \
	})

static inline unsigned long find_next_bit(const unsigned long *addr, unsigned long size,
					  unsigned long start)
{
	if (small_const_nbits(size))
		return __find_next(READ_ONCE(addr[i]), size, start);
	return udm_find_next_bit(addr, size, start, 0);
}

static inline unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
					       unsigned long start)
{
	if (small_const_nbits(size))
		return __find_next(~READ_ONCE(addr[i]), size, start);
	return udm_find_next_bit(addr, size, start, ~0UL);
}

static inline unsigned long find_first_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_bit(addr, size, 0);
}

static inline unsigned long find_first_zero_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_zero_bit(addr, size, 0);
}

static inline unsigned long find_next_and_bit(const unsigned long *addr1,
					      const unsigned long *addr2, unsigned long size,
					      unsigned long start)
{
	return __find_next(READ_ONCE(addr1[i]) & READ_ONCE(addr2[i]), size, start);
}

static inline unsigned long find_next_andnot_bit(const unsigned long *addr1,
						 const unsigned long *addr2, unsigned long size,
						 unsigned long start)
{
	return __find_next(READ_ONCE(addr1[i]) & ~READ_ONCE(addr2[i]), size, start);
}

static inline unsigned long find_next_or_bit(const unsigned long *addr1,
					     const unsigned long *addr2, unsigned long size,
					     unsigned long start)
{
	return __find_next(READ_ONCE(addr1[i]) | READ_ONCE(addr2[i]), size, start);
}

static inline unsigned long find_first_and_bit(const unsigned long *addr1,
					       const unsigned long *addr2, unsigned long size)
{
	return find_next_and_bit(addr1, addr2, size, 0);
}

static inline unsigned long find_first_andnot_bit(const unsigned long *addr1,
						  const unsigned long *addr2, unsigned long size)
{
	return find_next_andnot_bit(addr1, addr2, size, 0);
}

static inline unsigned long find_last_bit(const unsigned long *addr, unsigned long size)
{
	return udm_find_last_bit(addr, size);
}

static inline unsigned long find_first_and_and_bit(const unsigned long *addr1,
						   const unsigned long *addr2,
						   const unsigned long *addr3, unsigned long size)
{
	return __find_next(READ_ONCE(addr1[i]) & READ_ONCE(addr2[i]) & READ_ONCE(addr3[i]), size,
			   0);
}

/* The n-th (from 0) set bit, of one map or of several together. */
unsigned long find_nth_bit(const unsigned long *addr, unsigned long size, unsigned long n);
unsigned long find_nth_and_bit(const unsigned long *addr1, const unsigned long *addr2,
			       unsigned long size, unsigned long n);
unsigned long find_nth_andnot_bit(const unsigned long *addr1, const unsigned long *addr2,
				  unsigned long size, unsigned long n);
unsigned long find_nth_and_andnot_bit(const unsigned long *addr1, const unsigned long *addr2,
				      const unsigned long *addr3, unsigned long size,
				      unsigned long n);
/* Any set bit, each with the same probability. */
unsigned long find_random_bit(const unsigned long *addr, unsigned long size);

/* The next aligned 8 bits that are not all zero: where they are, and in *clump what. */
unsigned long find_next_clump8(unsigned long *clump, const unsigned long *addr,
			       unsigned long size, unsigned long offset);
#define find_first_clump8(clump, bits, size) find_next_clump8((clump), (bits), (size), 0)
#define for_each_set_clump8(start, clump, bits, size)                                              \
	for ((start) = find_first_clump8(&(clump), (bits), (size)); (start) < (size);              \
	     (start) = find_next_clump8(&(clump), (bits), (size), (start) + 8))

/* Searches on behind the end from the beginning; size only if there is no such bit at all. */
static inline unsigned long find_next_bit_wrap(const unsigned long *addr, unsigned long size,
					       unsigned long start)
{
	unsigned long bit = find_next_bit(addr, size, start);

	if (bit < size || !start)
		return bit;
	bit = find_first_bit(addr, start);
	return bit < start ? bit : size;
}

static inline unsigned long find_next_and_bit_wrap(const unsigned long *addr1,
						   const unsigned long *addr2, unsigned long size,
						   unsigned long start)
{
	unsigned long bit = find_next_and_bit(addr1, addr2, size, start);

	if (bit < size || !start)
		return bit;
	bit = find_first_and_bit(addr1, addr2, start);
	return bit < start ? bit : size;
}

#define __for_each_found(bit, size, find, ...)                                                     \
	for ((bit) = 0; (bit) = find(__VA_ARGS__, (size), (bit)), (bit) < (size); (bit)++)
#define for_each_set_bit(bit, addr, size) __for_each_found(bit, size, find_next_bit, addr)
#define for_each_clear_bit(bit, addr, size) __for_each_found(bit, size, find_next_zero_bit, addr)
#define for_each_and_bit(bit, addr1, addr2, size)                                                  \
	__for_each_found(bit, size, find_next_and_bit, addr1, addr2)
#define for_each_andnot_bit(bit, addr1, addr2, size)                                               \
	__for_each_found(bit, size, find_next_andnot_bit, addr1, addr2)
#define for_each_or_bit(bit, addr1, addr2, size)                                                   \
	__for_each_found(bit, size, find_next_or_bit, addr1, addr2)
#define for_each_set_bit_from(bit, addr, size)                                                     \
	for (; (bit) = find_next_bit((addr), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_clear_bit_from(bit, addr, size)                                                   \
	for (; (bit) = find_next_zero_bit((addr), (size), (bit)), (bit) < (size); (bit)++)

/* Runs of equal bits: [b, e). */
#define for_each_set_bitrange(b, e, addr, size)                                                    \
	for ((b) = 0; (b) = find_next_bit((addr), (size), (b)),                                    \
	    (e) = find_next_zero_bit((addr), (size), (b) + 1), (b) < (size); (b) = (e) + 1)
#define for_each_set_bitrange_from(b, e, addr, size)                                               \
	for (; (b) = find_next_bit((addr), (size), (b)),                                           \
	     (e) = find_next_zero_bit((addr), (size), (b) + 1), (b) < (size); (b) = (e) + 1)
#define for_each_clear_bitrange(b, e, addr, size)                                                  \
	for ((b) = 0; (b) = find_next_zero_bit((addr), (size), (b)),                               \
	    (e) = find_next_bit((addr), (size), (b) + 1), (b) < (size); (b) = (e) + 1)
#define for_each_clear_bitrange_from(b, e, addr, size)                                             \
	for (; (b) = find_next_zero_bit((addr), (size), (b)),                                      \
	     (e) = find_next_bit((addr), (size), (b) + 1), (b) < (size); (b) = (e) + 1)

#define for_each_set_clump8(start, clump, bits, size)                                              \
	for ((start) = find_first_clump8(&(clump), (bits), (size)); (start) < (size);              \
	     (start) = find_next_clump8(&(clump), (bits), (size), (start) + 8))

/* Each set bit once, beginning at start and wrapping around. */
#define for_each_set_bit_wrap(bit, addr, size, start)                                              \
	for (unsigned long __steps = 0,                                                            \
			   __base = ((bit) = find_next_bit_wrap((addr), (size), (start)));         \
	     (bit) < (size) && (!__steps || (bit) != __base);                                      \
	     __steps++, (bit) = find_next_bit_wrap((addr), (size), ((bit) + 1) % (size)))

/* Maps of little-endian words: the same here, in bytes. */
#define find_next_bit_le(addr, size, start) find_next_bit((addr), (size), (start))
#define find_next_zero_bit_le(addr, size, start) find_next_zero_bit((addr), (size), (start))
#define find_first_zero_bit_le(addr, size) find_first_zero_bit((addr), (size))

#endif
