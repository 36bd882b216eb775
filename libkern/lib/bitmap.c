// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bit maps: operations on whole maps and on ranges.
 *
 * Maps are processed a word at a time. In the last word only the bits of the
 * map count: results that are words are cut to them, comparisons mask them.
 */
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/ctype.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

/* The bits of word i that belong to a map of nbits. */
static inline unsigned long word_mask(unsigned int i, unsigned int nbits)
{
	return i == nbits / BITS_PER_LONG ? BITMAP_LAST_WORD_MASK(nbits) : ~0UL;
}

#define for_each_word(i, nbits) for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)

bool __bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	for_each_word(i, nbits)
		if ((a[i] ^ b[i]) & word_mask(i, nbits))
			return false;
	return true;
}
EXPORT_SYMBOL(__bitmap_equal);

bool __bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	for_each_word(i, nbits)
		if (a[i] & b[i] & word_mask(i, nbits))
			return true;
	return false;
}
EXPORT_SYMBOL(__bitmap_intersects);

bool __bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	for_each_word(i, nbits)
		if (a[i] & ~b[i] & word_mask(i, nbits))
			return false;
	return true;
}
EXPORT_SYMBOL(__bitmap_subset);

unsigned int __bitmap_weight(const unsigned long *map, unsigned int nbits)
{
	unsigned int weight = 0;

	for_each_word(i, nbits)
		weight += hweight_long(map[i] & word_mask(i, nbits));
	return weight;
}
EXPORT_SYMBOL(__bitmap_weight);

unsigned int __bitmap_weight_and(const unsigned long *a, const unsigned long *b,
				 unsigned int nbits)
{
	unsigned int weight = 0;

	for_each_word(i, nbits)
		weight += hweight_long(a[i] & b[i] & word_mask(i, nbits));
	return weight;
}
EXPORT_SYMBOL(__bitmap_weight_and);

unsigned int __bitmap_weight_andnot(const unsigned long *a, const unsigned long *b,
				    unsigned int nbits)
{
	unsigned int weight = 0;

	for_each_word(i, nbits)
		weight += hweight_long(a[i] & ~b[i] & word_mask(i, nbits));
	return weight;
}
EXPORT_SYMBOL(__bitmap_weight_andnot);

unsigned int bitmap_weight_from(const unsigned long *map, unsigned int start, unsigned int nbits)
{
	return start < nbits ? bitmap_weight(map, nbits) - bitmap_weight(map, start) : 0;
}
EXPORT_SYMBOL(bitmap_weight_from);

bool __bitmap_or_equal(const unsigned long *a, const unsigned long *b, const unsigned long *c,
		       unsigned int nbits)
{
	for_each_word(i, nbits)
		if (((a[i] | b[i]) ^ c[i]) & word_mask(i, nbits))
			return false;
	return true;
}
EXPORT_SYMBOL(__bitmap_or_equal);

/* and, andnot: the bits behind the end are cleared, and the value says if any bit is left. */
bool __bitmap_and(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		  unsigned int nbits)
{
	unsigned long any = 0;

	for_each_word(i, nbits)
		any |= dst[i] = a[i] & b[i] & word_mask(i, nbits);
	return any;
}
EXPORT_SYMBOL(__bitmap_and);

bool __bitmap_andnot(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		     unsigned int nbits)
{
	unsigned long any = 0;

	for_each_word(i, nbits)
		any |= dst[i] = a[i] & ~b[i] & word_mask(i, nbits);
	return any;
}
EXPORT_SYMBOL(__bitmap_andnot);

void __bitmap_or(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		 unsigned int nbits)
{
	for_each_word(i, nbits)
		dst[i] = a[i] | b[i];
}
EXPORT_SYMBOL(__bitmap_or);

void __bitmap_xor(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		  unsigned int nbits)
{
	for_each_word(i, nbits)
		dst[i] = a[i] ^ b[i];
}
EXPORT_SYMBOL(__bitmap_xor);

void __bitmap_complement(unsigned long *dst, const unsigned long *src, unsigned int nbits)
{
	for_each_word(i, nbits)
		dst[i] = ~src[i];
}
EXPORT_SYMBOL(__bitmap_complement);

void bitmap_replace(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		    const unsigned long *mask, unsigned int nbits)
{
	for_each_word(i, nbits)
		dst[i] = (a[i] & ~mask[i]) | (b[i] & mask[i]);
}
EXPORT_SYMBOL(bitmap_replace);

/* 64 bits of a map from any bit on; what is behind its end reads as 0. */
static unsigned long word_at(const unsigned long *map, unsigned long start, unsigned int nbits)
{
	unsigned int i = BIT_WORD(start), shift = start % BITS_PER_LONG;
	unsigned int words = BITS_TO_LONGS(nbits);
	unsigned long low = i < words ? map[i] & word_mask(i, nbits) : 0;
	unsigned long high = i + 1 < words ? map[i + 1] & word_mask(i + 1, nbits) : 0;

	return shift ? low >> shift | high << (BITS_PER_LONG - shift) : low;
}

void __bitmap_shift_right(unsigned long *dst, const unsigned long *src, unsigned int shift,
			  unsigned int nbits)
{
	for_each_word(i, nbits)
		dst[i] = word_at(src, (unsigned long)i * BITS_PER_LONG + shift, nbits);
}
EXPORT_SYMBOL(__bitmap_shift_right);

void __bitmap_shift_left(unsigned long *dst, const unsigned long *src, unsigned int shift,
			 unsigned int nbits)
{
	/* From the top down, so that dst may be src. */
	for (unsigned int i = BITS_TO_LONGS(nbits); i--;) {
		unsigned long low = (unsigned long)i * BITS_PER_LONG;

		if (low >= shift)
			dst[i] = word_at(src, low - shift, nbits);
		else if (low + BITS_PER_LONG > shift)
			dst[i] = src[0] << (shift - low);
		else
			dst[i] = 0;
	}
}
EXPORT_SYMBOL(__bitmap_shift_left);

void bitmap_cut(unsigned long *dst, const unsigned long *src, unsigned int first, unsigned int cut,
		unsigned int nbits)
{
	unsigned int whole = BIT_WORD(first);
	unsigned long kept = ~(~0UL << first % BITS_PER_LONG);

	memmove(dst, src, whole * sizeof(*dst));
	for (unsigned int i = whole; i < BITS_TO_LONGS(nbits); i++) {
		unsigned long word = word_at(src, (unsigned long)i * BITS_PER_LONG + cut, nbits);

		dst[i] = i == whole ? (src[i] & kept) | (word & ~kept) : word;
	}
}
EXPORT_SYMBOL(bitmap_cut);

/* Ones from bit `from` to before bit `to`, both within or at the end of one word. */
static inline unsigned long range_mask(unsigned int from, unsigned int to)
{
	return (~0UL << from) & (~0UL >> (BITS_PER_LONG - to));
}

/* Runs over the words that hold bits [start, start + len) with the mask of each. */
#define for_each_range_word(map, word, mask, start, len)                                           \
	for (unsigned long __pos = (start), __end = __pos + (len), mask, *word;                    \
	     __pos < __end &&                                                                      \
	     (word = (map) + BIT_WORD(__pos),                                                      \
	      mask = range_mask(__pos % BITS_PER_LONG,                                             \
				min(__end - (__pos & -(unsigned long)BITS_PER_LONG),               \
				    (unsigned long)BITS_PER_LONG)),                                \
	      true);                                                                               \
	     __pos = (__pos & -(unsigned long)BITS_PER_LONG) + BITS_PER_LONG)

void __bitmap_set(unsigned long *map, unsigned int start, int len)
{
	for_each_range_word(map, word, mask, start, len)
		*word |= mask;
}
EXPORT_SYMBOL(__bitmap_set);

void __bitmap_clear(unsigned long *map, unsigned int start, int len)
{
	for_each_range_word(map, word, mask, start, len)
		*word &= ~mask;
}
EXPORT_SYMBOL(__bitmap_clear);

unsigned long bitmap_find_next_zero_area_off(unsigned long *map, unsigned long size,
					     unsigned long start, unsigned int nr,
					     unsigned long align_mask, unsigned long align_offset)
{
	for (;;) {
		unsigned long from = find_next_zero_bit(map, size, start), end, taken;

		from = __ALIGN_MASK(from + align_offset, align_mask) - align_offset;
		end = from + nr;
		if (end > size)
			return end;
		taken = find_next_bit(map, end, from);
		if (taken >= end)
			return from;
		start = taken + 1;
	}
}
EXPORT_SYMBOL(bitmap_find_next_zero_area_off);

void bitmap_scatter(unsigned long *dst, const unsigned long *src, const unsigned long *mask,
		    unsigned int nbits)
{
	unsigned int bit, k = 0;

	bitmap_zero(dst, nbits);
	for_each_set_bit(bit, mask, nbits)
		__assign_bit(bit, dst, test_bit(k++, src));
}
EXPORT_SYMBOL(bitmap_scatter);

void bitmap_gather(unsigned long *dst, const unsigned long *src, const unsigned long *mask,
		   unsigned int nbits)
{
	unsigned int bit, k = 0;

	bitmap_zero(dst, nbits);
	for_each_set_bit(bit, mask, nbits)
		__assign_bit(k++, dst, test_bit(bit, src));
}
EXPORT_SYMBOL(bitmap_gather);

int bitmap_bitremap(int oldbit, const unsigned long *old, const unsigned long *new, int bits)
{
	unsigned int targets = bitmap_weight(new, bits);

	if (!targets || oldbit < 0 || oldbit >= bits || !test_bit(oldbit, old))
		return oldbit;
	return find_nth_bit(new, bits, bitmap_weight(old, oldbit) % targets);
}
EXPORT_SYMBOL(bitmap_bitremap);

void bitmap_remap(unsigned long *dst, const unsigned long *src, const unsigned long *old,
		  const unsigned long *new, unsigned int nbits)
{
	unsigned int bit;

	if (dst == src)
		return;
	bitmap_zero(dst, nbits);
	for_each_set_bit(bit, src, nbits)
		__set_bit(bitmap_bitremap(bit, old, new, nbits), dst);
}
EXPORT_SYMBOL(bitmap_remap);

void bitmap_onto(unsigned long *dst, const unsigned long *orig, const unsigned long *relmap,
		 unsigned int bits)
{
	if (dst != orig)
		bitmap_scatter(dst, orig, relmap, bits);
}
EXPORT_SYMBOL(bitmap_onto);

void bitmap_fold(unsigned long *dst, const unsigned long *orig, unsigned int sz,
		 unsigned int nbits)
{
	unsigned int bit;

	if (dst == orig)
		return;
	bitmap_zero(dst, nbits);
	for_each_set_bit(bit, orig, nbits)
		__set_bit(bit % sz, dst);
}
EXPORT_SYMBOL(bitmap_fold);

int bitmap_find_free_region(unsigned long *bitmap, unsigned int bits, int order)
{
	unsigned long nr = 1UL << order;
	unsigned long pos = bitmap_find_next_zero_area(bitmap, bits, 0, nr, nr - 1);

	if (pos + nr > bits)
		return -ENOMEM;
	__bitmap_set(bitmap, pos, nr);
	return pos;
}
EXPORT_SYMBOL(bitmap_find_free_region);

void bitmap_release_region(unsigned long *bitmap, unsigned int pos, int order)
{
	__bitmap_clear(bitmap, pos, 1 << order);
}
EXPORT_SYMBOL(bitmap_release_region);

int bitmap_allocate_region(unsigned long *bitmap, unsigned int pos, int order)
{
	unsigned int end = pos + (1U << order);

	if (find_next_bit(bitmap, end, pos) < end)
		return -EBUSY;
	__bitmap_set(bitmap, pos, 1 << order);
	return 0;
}
EXPORT_SYMBOL(bitmap_allocate_region);

void bitmap_from_arr32(unsigned long *bitmap, const u32 *buf, unsigned int nbits)
{
	for_each_word(i, nbits) {
		bool second = 2 * i + 1 < BITS_TO_U32(nbits);

		bitmap[i] = (buf[2 * i] | (second ? (u64)buf[2 * i + 1] << 32 : 0)) &
			    word_mask(i, nbits);
	}
}
EXPORT_SYMBOL(bitmap_from_arr32);

void bitmap_to_arr32(u32 *buf, const unsigned long *bitmap, unsigned int nbits)
{
	for (unsigned int i = 0; i < BITS_TO_U32(nbits); i++)
		buf[i] = word_at(bitmap, 32UL * i, nbits);
}
EXPORT_SYMBOL(bitmap_to_arr32);

void bitmap_from_arr64(unsigned long *bitmap, const u64 *buf, unsigned int nbits)
{
	for_each_word(i, nbits)
		bitmap[i] = buf[i] & word_mask(i, nbits);
}
EXPORT_SYMBOL(bitmap_from_arr64);

void bitmap_to_arr64(u64 *buf, const unsigned long *bitmap, unsigned int nbits)
{
	for_each_word(i, nbits)
		buf[i] = bitmap[i] & word_mask(i, nbits);
}
EXPORT_SYMBOL(bitmap_to_arr64);

unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags)
{
	return kmalloc_array(BITS_TO_LONGS(nbits), sizeof(long), flags);
}
EXPORT_SYMBOL(bitmap_alloc);

unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)
{
	return bitmap_alloc(nbits, flags | __GFP_ZERO);
}
EXPORT_SYMBOL(bitmap_zalloc);

unsigned long *bitmap_alloc_node(unsigned int nbits, gfp_t flags, int node)
{
	return kmalloc_array_node(BITS_TO_LONGS(nbits), sizeof(long), flags, node);
}
EXPORT_SYMBOL(bitmap_alloc_node);

unsigned long *bitmap_zalloc_node(unsigned int nbits, gfp_t flags, int node)
{
	return bitmap_alloc_node(nbits, flags | __GFP_ZERO, node);
}
EXPORT_SYMBOL(bitmap_zalloc_node);

void bitmap_free(const unsigned long *bitmap)
{
	kfree(bitmap);
}
EXPORT_SYMBOL(bitmap_free);

unsigned long *devm_bitmap_alloc(struct device *dev, unsigned int nbits, gfp_t flags)
{
	return devm_kmalloc(dev, bitmap_size(nbits), flags);
}
EXPORT_SYMBOL_GPL(devm_bitmap_alloc);

unsigned long *devm_bitmap_zalloc(struct device *dev, unsigned int nbits, gfp_t flags)
{
	return devm_bitmap_alloc(dev, nbits, flags | __GFP_ZERO);
}
EXPORT_SYMBOL_GPL(devm_bitmap_zalloc);
