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

unsigned long find_nth_bit(const unsigned long *addr, unsigned long size, unsigned long n)
{
	for (unsigned long i = 0; i < BITS_TO_LONGS(size); i++) {
		unsigned long word = READ_ONCE(addr[i]), weight = hweight_long(word);

		if (n < weight)
			return min(i * BITS_PER_LONG + nth_in_word(word, n), size);
		n -= weight;
	}
	return size;
}
EXPORT_SYMBOL(find_nth_bit);
