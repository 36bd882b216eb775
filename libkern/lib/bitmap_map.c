// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of lib/bitmap.c that moves bits about: from map to map by their number among
 * the set bits of another one. These go bit by bit.
 */
#include <linux/bitmap.h>
#include <linux/export.h>

unsigned int bitmap_weight_andnot(const unsigned long *a, const unsigned long *b,
				  unsigned int nbits)
{
	return bitmap_weight(a, nbits) - bitmap_weight_and(a, b, nbits);
}
EXPORT_SYMBOL(bitmap_weight_andnot);

unsigned int bitmap_weight_from(const unsigned long *map, unsigned int start, unsigned int nbits)
{
	return start < nbits ? bitmap_weight(map, nbits) - bitmap_weight(map, start) : 0;
}
EXPORT_SYMBOL(bitmap_weight_from);

unsigned int bitmap_weighted_or(unsigned long *dst, const unsigned long *a,
				const unsigned long *b, unsigned int nbits)
{
	bitmap_or(dst, a, b, nbits);
	return bitmap_weight(dst, nbits);
}
EXPORT_SYMBOL(bitmap_weighted_or);

void bitmap_cut(unsigned long *dst, const unsigned long *src, unsigned int first,
		unsigned int cut, unsigned int nbits)
{
	bitmap_copy(dst, src, nbits);
	for (unsigned int to = first, from = first + cut; to < nbits; to++, from++)
		__assign_bit(to, dst, from < nbits && test_bit(from, dst));
}
EXPORT_SYMBOL(bitmap_cut);

void bitmap_scatter(unsigned long *dst, const unsigned long *src, const unsigned long *mask,
		    unsigned int nbits)
{
	unsigned int nth = 0, bit;

	bitmap_zero(dst, nbits);
	for_each_set_bit(bit, mask, nbits)
		__assign_bit(bit, dst, test_bit(nth++, src));
}
EXPORT_SYMBOL(bitmap_scatter);

void bitmap_gather(unsigned long *dst, const unsigned long *src, const unsigned long *mask,
		   unsigned int nbits)
{
	unsigned int nth = 0, bit;

	bitmap_zero(dst, nbits);
	for_each_set_bit(bit, mask, nbits)
		__assign_bit(nth++, dst, test_bit(bit, src));
}
EXPORT_SYMBOL(bitmap_gather);

int bitmap_bitremap(int oldbit, const unsigned long *old, const unsigned long *new_map, int bits)
{
	unsigned int targets = bitmap_weight(new_map, bits);

	if (oldbit >= bits || !test_bit(oldbit, old) || !targets)
		return oldbit;
	return find_nth_bit(new_map, bits, bitmap_weight(old, oldbit) % targets);
}
EXPORT_SYMBOL(bitmap_bitremap);

void bitmap_remap(unsigned long *dst, const unsigned long *src, const unsigned long *old,
		  const unsigned long *new_map, unsigned int nbits)
{
	unsigned int bit;

	/* The maps must differ: dst is read from while it is written otherwise. */
	if (dst == src)
		return;
	bitmap_zero(dst, nbits);
	for_each_set_bit(bit, src, nbits)
		__set_bit(bitmap_bitremap(bit, old, new_map, nbits), dst);
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
