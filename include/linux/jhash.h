/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bob Jenkins's lookup3 hash. Kernel path: linux/jhash.h. jhash() takes bytes at
 * any alignment, jhash2() words, jhash_nwords() and its short forms registers.
 */
#ifndef _UDM_LINUX_JHASH_H
#define _UDM_LINUX_JHASH_H

#include <string.h>
#include <linux/bitops.h>
#include <linux/types.h>

#define jhash_size(n) ((u32)1 << (n))
#define jhash_mask(n) (jhash_size(n) - 1)
#define JHASH_INITVAL 0xdeadbeef

struct __jhash {
	u32 a, b, c;
};

/* One line of lookup3's mixing schedules. */
#define __jhash_step(x, y, z, rot) (x -= z, x ^= rol32(z, rot), z += y)
#define __jhash_last(x, y, rot) (x ^= y, x -= rol32(y, rot))

static inline void __jhash_mix(struct __jhash *h)
{
	__jhash_step(h->a, h->b, h->c, 4);
	__jhash_step(h->b, h->c, h->a, 6);
	__jhash_step(h->c, h->a, h->b, 8);
	__jhash_step(h->a, h->b, h->c, 16);
	__jhash_step(h->b, h->c, h->a, 19);
	__jhash_step(h->c, h->a, h->b, 4);
}

static inline u32 __jhash_final(struct __jhash *h)
{
	__jhash_last(h->c, h->b, 14);
	__jhash_last(h->a, h->c, 11);
	__jhash_last(h->b, h->a, 25);
	__jhash_last(h->c, h->b, 16);
	__jhash_last(h->a, h->c, 4);
	__jhash_last(h->b, h->a, 14);
	__jhash_last(h->c, h->b, 24);
	return h->c;
}

static inline void __jhash_feed(struct __jhash *h, const u32 words[3])
{
	h->a += words[0];
	h->b += words[1];
	h->c += words[2];
}

static inline u32 jhash(const void *key, u32 length, u32 initval)
{
	u32 start = JHASH_INITVAL + length + initval, block[3] = {};
	struct __jhash h = { start, start, start };
	const char *at = key;

	for (; length > sizeof(block); length -= sizeof(block), at += sizeof(block)) {
		memcpy(block, at, sizeof(block));
		__jhash_feed(&h, block);
		__jhash_mix(&h);
	}
	if (!length)
		return h.c;
	memset(block, 0, sizeof(block));
	memcpy(block, at, length);
	__jhash_feed(&h, block);
	return __jhash_final(&h);
}

static inline u32 jhash2(const u32 *k, u32 length, u32 initval)
{
	return jhash(k, length * sizeof(u32), initval);
}

static inline u32 __jhash_nwords(u32 a, u32 b, u32 c, u32 initval)
{
	struct __jhash h = { a + initval, b + initval, c + initval };

	return __jhash_final(&h);
}

static inline u32 jhash_3words(u32 a, u32 b, u32 c, u32 initval)
{
	return __jhash_nwords(a, b, c, initval + JHASH_INITVAL + (3 << 2));
}

static inline u32 jhash_2words(u32 a, u32 b, u32 initval)
{
	return __jhash_nwords(a, b, 0, initval + JHASH_INITVAL + (2 << 2));
}

static inline u32 jhash_1word(u32 a, u32 initval)
{
	return __jhash_nwords(a, 0, 0, initval + JHASH_INITVAL + (1 << 2));
}

#endif
