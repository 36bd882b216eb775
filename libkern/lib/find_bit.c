// SPDX-License-Identifier: GPL-2.0-only
/*
 * Searching bit maps: the out-of-line half of linux/find.h.
 *
 * A search for clear bits is a search for set bits in the inverted words.
 * Words are read once each, so a map may change under a search; the answer is
 * then one that was true for every word at the moment it was read.
 */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/find.h>
#include <linux/random.h>

unsigned long udm_find_next_bit(const unsigned long *addr, unsigned long size,
				unsigned long start, unsigned long invert)
{
	return __find_next(READ_ONCE(addr[i]) ^ invert, size, start);
}
EXPORT_SYMBOL(udm_find_next_bit);

unsigned long udm_find_last_bit(const unsigned long *addr, unsigned long size)
{
	unsigned long mask = BITMAP_LAST_WORD_MASK(size);

	for (unsigned long i = BITS_TO_LONGS(size); i--; mask = ~0UL) {
		unsigned long word = READ_ONCE(addr[i]) & mask;

		if (word)
			return i * BITS_PER_LONG + __fls(word);
	}
	return size;
}
EXPORT_SYMBOL(udm_find_last_bit);

/* Position of the n-th set bit of a word that has more than n of them. */
static unsigned int nth_in_word(unsigned long word, unsigned long n)
{
	while (n--)
		word &= word - 1;
	return __ffs(word);
}

/* The n-th set bit of FETCH, an expression in the word index i. */
#define FIND_NTH(FETCH, size, n)                                                                   \
	({                                                                                         \
		unsigned long __left = (n), __found = (size);                                      \
		for (unsigned long i = 0; i < BITS_TO_LONGS(size); i++) {                          \
			unsigned long __word = (FETCH), __weight = hweight_long(__word);           \
			if (__left < __weight) {                                                   \
				__found = min(i * BITS_PER_LONG + nth_in_word(__word, __left),     \
					      size);                                               \
				break;                                                             \
			}                                                                          \
			__left -= __weight;                                                        \
		}                                                                                  \
		__found;                                                                           \
	})

unsigned long find_nth_bit(const unsigned long *addr, unsigned long size, unsigned long n)
{
	return FIND_NTH(READ_ONCE(addr[i]), size, n);
}
EXPORT_SYMBOL(find_nth_bit);

unsigned long find_nth_and_bit(const unsigned long *addr1, const unsigned long *addr2,
			       unsigned long size, unsigned long n)
{
	return FIND_NTH(READ_ONCE(addr1[i]) & READ_ONCE(addr2[i]), size, n);
}
EXPORT_SYMBOL(find_nth_and_bit);

unsigned long find_nth_andnot_bit(const unsigned long *addr1, const unsigned long *addr2,
				  unsigned long size, unsigned long n)
{
	return FIND_NTH(READ_ONCE(addr1[i]) & ~READ_ONCE(addr2[i]), size, n);
}
EXPORT_SYMBOL(find_nth_andnot_bit);

unsigned long find_nth_and_andnot_bit(const unsigned long *addr1, const unsigned long *addr2,
				      const unsigned long *addr3, unsigned long size,
				      unsigned long n)
{
	return FIND_NTH(READ_ONCE(addr1[i]) & READ_ONCE(addr2[i]) & ~READ_ONCE(addr3[i]), size, n);
}
EXPORT_SYMBOL(find_nth_and_andnot_bit);

unsigned long find_random_bit(const unsigned long *addr, unsigned long size)
{
	unsigned int weight = bitmap_weight(addr, size);

	return weight ? find_nth_bit(addr, size, get_random_u32_below(weight)) : size;
}
EXPORT_SYMBOL(find_random_bit);

unsigned long find_next_clump8(unsigned long *clump, const unsigned long *addr,
			       unsigned long size, unsigned long offset)
{
	unsigned long bit = find_next_bit(addr, size, offset), start = bit & ~7UL;

	if (bit < size)
		*clump = bitmap_get_value8(addr, start);
	return bit < size ? start : size;
}
EXPORT_SYMBOL(find_next_clump8);
