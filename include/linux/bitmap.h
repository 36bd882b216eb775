/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bit maps of any length.
 *
 * Kernel path: linux/bitmap.h. Nothing here is atomic. Bits of the last word
 * behind the end of the map may have any value; results never depend on them.
 */
#ifndef _UDM_LINUX_BITMAP_H
#define _UDM_LINUX_BITMAP_H

#include <string.h>
#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/find.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>

struct device;

#define BITMAP_MEM_ALIGNMENT 8
#define BITMAP_MEM_MASK (BITMAP_MEM_ALIGNMENT - 1)
#define BITMAP_FIRST_WORD_MASK(start) (~0UL << ((start) & (BITS_PER_LONG - 1)))
#define BITMAP_LAST_WORD_MASK(nbits) (~0UL >> (-(nbits) & (BITS_PER_LONG - 1)))
#define bitmap_size(nbits) (BITS_TO_LONGS(nbits) * sizeof(long))

/* Slab semantics: may sleep as gfp says; NULL on failure; bitmap_free(NULL) is fine. */
unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags);
unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags);
unsigned long *bitmap_alloc_node(unsigned int nbits, gfp_t flags, int node);
unsigned long *bitmap_zalloc_node(unsigned int nbits, gfp_t flags, int node);
void bitmap_free(const unsigned long *bitmap);
unsigned long *devm_bitmap_alloc(struct device *dev, unsigned int nbits, gfp_t flags);
unsigned long *devm_bitmap_zalloc(struct device *dev, unsigned int nbits, gfp_t flags);

bool __bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int nbits);
bool __bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int nbits);
bool __bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int nbits);
unsigned int __bitmap_weight(const unsigned long *map, unsigned int nbits);
unsigned int __bitmap_weight_and(const unsigned long *a, const unsigned long *b,
				 unsigned int nbits);
unsigned int __bitmap_weight_andnot(const unsigned long *a, const unsigned long *b,
				    unsigned int nbits);
bool __bitmap_or_equal(const unsigned long *a, const unsigned long *b, const unsigned long *c,
		       unsigned int nbits);
bool __bitmap_and(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		  unsigned int nbits);
void __bitmap_or(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		 unsigned int nbits);
void __bitmap_xor(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		  unsigned int nbits);
bool __bitmap_andnot(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		     unsigned int nbits);
void __bitmap_complement(unsigned long *dst, const unsigned long *src, unsigned int nbits);
void __bitmap_shift_right(unsigned long *dst, const unsigned long *src, unsigned int shift,
			  unsigned int nbits);
void __bitmap_shift_left(unsigned long *dst, const unsigned long *src, unsigned int shift,
			 unsigned int nbits);
void __bitmap_set(unsigned long *map, unsigned int start, int len);
void __bitmap_clear(unsigned long *map, unsigned int start, int len);

/*
 * Smallest i >= start with bits i ... i+nr-1 clear, i + nr <= size and
 * ((i + align_offset) & align_mask) == 0; a value greater than size if there is
 * none. align_mask is 0 or 2^k - 1. Reads only; a hint if bits change meanwhile.
 * lib/bitmap.c
 */
unsigned long bitmap_find_next_zero_area_off(unsigned long *map, unsigned long size,
					     unsigned long start, unsigned int nr,
					     unsigned long align_mask,
					     unsigned long align_offset);

static __always_inline unsigned long bitmap_find_next_zero_area(unsigned long *map,
								unsigned long size,
								unsigned long start,
								unsigned int nr,
								unsigned long align_mask)
{
	return bitmap_find_next_zero_area_off(map, size, start, nr, align_mask, 0);
}

static __always_inline void bitmap_zero(unsigned long *dst, unsigned int nbits)
{
	memset(dst, 0, bitmap_size(nbits));
}

static __always_inline void bitmap_fill(unsigned long *dst, unsigned int nbits)
{
	memset(dst, 0xff, bitmap_size(nbits));
}

static __always_inline void bitmap_copy(unsigned long *dst, const unsigned long *src,
					unsigned int nbits)
{
	memcpy(dst, src, bitmap_size(nbits));
}

static __always_inline void bitmap_copy_clear_tail(unsigned long *dst, const unsigned long *src,
						   unsigned int nbits)
{
	bitmap_copy(dst, src, nbits);
	if (nbits % BITS_PER_LONG)
		dst[nbits / BITS_PER_LONG] &= BITMAP_LAST_WORD_MASK(nbits);
}

static __always_inline bool bitmap_and(unsigned long *dst, const unsigned long *a,
				       const unsigned long *b, unsigned int nbits)
{
	return __bitmap_and(dst, a, b, nbits);
}

static __always_inline void bitmap_or(unsigned long *dst, const unsigned long *a,
				      const unsigned long *b, unsigned int nbits)
{
	__bitmap_or(dst, a, b, nbits);
}

static __always_inline void bitmap_xor(unsigned long *dst, const unsigned long *a,
				       const unsigned long *b, unsigned int nbits)
{
	__bitmap_xor(dst, a, b, nbits);
}

static __always_inline bool bitmap_andnot(unsigned long *dst, const unsigned long *a,
					  const unsigned long *b, unsigned int nbits)
{
	return __bitmap_andnot(dst, a, b, nbits);
}

static __always_inline void bitmap_complement(unsigned long *dst, const unsigned long *src,
					      unsigned int nbits)
{
	__bitmap_complement(dst, src, nbits);
}

static __always_inline bool bitmap_equal(const unsigned long *a, const unsigned long *b,
					 unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !((*a ^ *b) & BITMAP_LAST_WORD_MASK(nbits));
	return __bitmap_equal(a, b, nbits);
}

static __always_inline bool bitmap_intersects(const unsigned long *a, const unsigned long *b,
					      unsigned int nbits)
{
	return __bitmap_intersects(a, b, nbits);
}

static __always_inline bool bitmap_subset(const unsigned long *a, const unsigned long *b,
					  unsigned int nbits)
{
	return __bitmap_subset(a, b, nbits);
}

static __always_inline bool bitmap_empty(const unsigned long *map, unsigned int nbits)
{
	return find_first_bit(map, nbits) == nbits;
}

static __always_inline bool bitmap_full(const unsigned long *map, unsigned int nbits)
{
	return find_first_zero_bit(map, nbits) == nbits;
}

static __always_inline unsigned int bitmap_weight(const unsigned long *map, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return hweight_long(*map & BITMAP_LAST_WORD_MASK(nbits));
	return __bitmap_weight(map, nbits);
}

static __always_inline unsigned int bitmap_weight_and(const unsigned long *a,
						      const unsigned long *b, unsigned int nbits)
{
	return __bitmap_weight_and(a, b, nbits);
}

static __always_inline unsigned int bitmap_weight_andnot(const unsigned long *a,
							 const unsigned long *b,
							 unsigned int nbits)
{
	return __bitmap_weight_andnot(a, b, nbits);
}

/* Whether a | b equals c. */
static __always_inline bool bitmap_or_equal(const unsigned long *a, const unsigned long *b,
					    const unsigned long *c, unsigned int nbits)
{
	return __bitmap_or_equal(a, b, c, nbits);
}

/* These return the weight of the result. */
static __always_inline unsigned int bitmap_weighted_or(unsigned long *dst, const unsigned long *a,
						       const unsigned long *b, unsigned int nbits)
{
	__bitmap_or(dst, a, b, nbits);
	return bitmap_weight(dst, nbits);
}

static __always_inline unsigned int bitmap_weighted_xor(unsigned long *dst, const unsigned long *a,
							const unsigned long *b, unsigned int nbits)
{
	__bitmap_xor(dst, a, b, nbits);
	return bitmap_weight(dst, nbits);
}

static __always_inline void bitmap_set(unsigned long *map, unsigned int start, unsigned int nbits)
{
	if (__builtin_constant_p(nbits) && nbits == 1)
		__set_bit(start, map);
	else
		__bitmap_set(map, start, nbits);
}

static __always_inline void bitmap_clear(unsigned long *map, unsigned int start,
					 unsigned int nbits)
{
	if (__builtin_constant_p(nbits) && nbits == 1)
		__clear_bit(start, map);
	else
		__bitmap_clear(map, start, nbits);
}

static __always_inline void bitmap_shift_right(unsigned long *dst, const unsigned long *src,
					       unsigned int shift, unsigned int nbits)
{
	__bitmap_shift_right(dst, src, shift, nbits);
}

static __always_inline void bitmap_shift_left(unsigned long *dst, const unsigned long *src,
					      unsigned int shift, unsigned int nbits)
{
	__bitmap_shift_left(dst, src, shift, nbits);
}

/* Of the bits from @start to before @nbits. */
unsigned int bitmap_weight_from(const unsigned long *map, unsigned int start, unsigned int nbits);

/* dst = mask ? b : a, bit by bit. */
void bitmap_replace(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		    const unsigned long *mask, unsigned int nbits);
/* Bits first ... first+cut-1 are taken out and those above move down; dst may be src. */
void bitmap_cut(unsigned long *dst, const unsigned long *src, unsigned int first, unsigned int cut,
		unsigned int nbits);
/* Bit k of src to the place of the k-th set bit of mask, and back. dst is another map. */
void bitmap_scatter(unsigned long *dst, const unsigned long *src, const unsigned long *mask,
		    unsigned int nbits);
void bitmap_gather(unsigned long *dst, const unsigned long *src, const unsigned long *mask,
		   unsigned int nbits);
/*
 * The n-th bit of old becomes the n-th (modulo their number) of new; a bit that old has
 * not, or any if new is empty, stays where it is. dst is another map.
 */
void bitmap_remap(unsigned long *dst, const unsigned long *src, const unsigned long *old,
		  const unsigned long *new_map, unsigned int nbits);
int bitmap_bitremap(int oldbit, const unsigned long *old, const unsigned long *new_map, int bits);
/* The n-th set bit of relmap is set in dst if bit n of orig is. dst is another map. */
void bitmap_onto(unsigned long *dst, const unsigned long *orig, const unsigned long *relmap,
		 unsigned int bits);
/* Bit n of orig becomes bit n % sz. dst is another map. */
void bitmap_fold(unsigned long *dst, const unsigned long *orig, unsigned int sz,
		 unsigned int nbits);
/* 2^order aligned regions of a map. -ENOMEM when none is free, -EBUSY when taken. */
int bitmap_find_free_region(unsigned long *bitmap, unsigned int bits, int order);
void bitmap_release_region(unsigned long *bitmap, unsigned int pos, int order);
int bitmap_allocate_region(unsigned long *bitmap, unsigned int pos, int order);

void bitmap_from_arr32(unsigned long *bitmap, const u32 *buf, unsigned int nbits);
void bitmap_to_arr32(u32 *buf, const unsigned long *bitmap, unsigned int nbits);
void bitmap_from_arr64(unsigned long *bitmap, const u64 *buf, unsigned int nbits);
void bitmap_to_arr64(u64 *buf, const unsigned long *bitmap, unsigned int nbits);

#define BITMAP_FROM_U64(n) (n)

static __always_inline void bitmap_from_u64(unsigned long *dst, u64 mask)
{
	bitmap_from_arr64(dst, &mask, 64);
}

/* `nbits` (1 ... 64) bits that start at any bit of the map. */
static __always_inline unsigned long bitmap_read(const unsigned long *map, unsigned long start,
						 unsigned long nbits)
{
	unsigned long shift = start % BITS_PER_LONG, i = BIT_WORD(start);
	unsigned long low;

	if (!nbits || nbits > BITS_PER_LONG)
		return 0;
	low = map[i] >> shift;
	if (shift + nbits > BITS_PER_LONG)
		low |= map[i + 1] << (BITS_PER_LONG - shift);
	return low & BITMAP_LAST_WORD_MASK(nbits);
}

static __always_inline void bitmap_write(unsigned long *map, unsigned long value,
					 unsigned long start, unsigned long nbits)
{
	for (unsigned long bit = 0; bit < nbits && nbits <= BITS_PER_LONG; bit++)
		__assign_bit(start + bit, map, value >> bit & 1);
}

#define bitmap_get_value8(map, start) bitmap_read(map, start, BITS_PER_BYTE)
#define bitmap_set_value8(map, value, start) bitmap_write(map, value, start, BITS_PER_BYTE)

/*
 * As text: lists of ranges ("0-3,7", also "all", "N" for the last bit and "a-b:used/group"),
 * or hexadecimal groups of 32 bits ("3,ffffffff"). The parsers give 0 or -EINVAL, -ERANGE,
 * -EOVERFLOW, from user memory -EFAULT; a text may end at a newline. The printers give the
 * length; those to a buffer begin at @off of the text, for reading it in pieces.
 */
int bitmap_parse(const char *buf, unsigned int buflen, unsigned long *maskp, int nmaskbits);
int bitmap_parse_user(const char __user *ubuf, unsigned int ulen, unsigned long *maskp,
		      int nmaskbits);
int bitmap_parselist(const char *buf, unsigned long *maskp, int nmaskbits);
int bitmap_parselist_user(const char __user *ubuf, unsigned int ulen, unsigned long *maskp,
			  int nmaskbits);
int bitmap_print_to_pagebuf(bool list, char *buf, const unsigned long *maskp, int nmaskbits);
int bitmap_print_bitmask_to_buf(char *buf, const unsigned long *maskp, int nmaskbits, loff_t off,
				size_t count);
int bitmap_print_list_to_buf(char *buf, const unsigned long *maskp, int nmaskbits, loff_t off,
			     size_t count);
int bitmap_scnlistprintf(char *buf, unsigned int buflen, const unsigned long *maskp,
			 int nmaskbits);

#endif
