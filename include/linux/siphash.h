/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SipHash: hashing with a secret key, so that nobody outside can make keys collide.
 *
 * siphash() is SipHash-2-4 with a 64-bit result. hsiphash() is meant for hash tables
 * only: SipHash-1-3 cut to 32 bits, as on 64-bit kernels. The forms for integers hash
 * their bytes in little-endian order, first argument first. Any context.
 * Kernel path: linux/siphash.h, lib/siphash.c.
 */
#ifndef _UDM_LINUX_SIPHASH_H
#define _UDM_LINUX_SIPHASH_H

#include <linux/kernel.h>
#include <linux/types.h>

#define SIPHASH_ALIGNMENT __alignof__(u64)
#define HSIPHASH_ALIGNMENT __alignof__(unsigned long)

typedef struct {
	u64 key[2];
} siphash_key_t;

typedef struct {
	unsigned long key[2];
} hsiphash_key_t;

#define siphash_aligned_key_t siphash_key_t __aligned(16)

static inline bool siphash_key_is_zero(const siphash_key_t *key)
{
	return !(key->key[0] | key->key[1]);
}

u64 siphash(const void *data, size_t len, const siphash_key_t *key);
u64 siphash_1u64(u64 a, const siphash_key_t *key);
u64 siphash_2u64(u64 a, u64 b, const siphash_key_t *key);
u64 siphash_3u64(u64 a, u64 b, u64 c, const siphash_key_t *key);
u64 siphash_4u64(u64 a, u64 b, u64 c, u64 d, const siphash_key_t *key);
u64 siphash_1u32(u32 a, const siphash_key_t *key);
u64 siphash_3u32(u32 a, u32 b, u32 c, const siphash_key_t *key);

static inline u64 siphash_2u32(u32 a, u32 b, const siphash_key_t *key)
{
	return siphash_1u64((u64)b << 32 | a, key);
}

static inline u64 siphash_4u32(u32 a, u32 b, u32 c, u32 d, const siphash_key_t *key)
{
	return siphash_2u64((u64)b << 32 | a, (u64)d << 32 | c, key);
}

u32 hsiphash(const void *data, size_t len, const hsiphash_key_t *key);
u32 hsiphash_1u32(u32 a, const hsiphash_key_t *key);
u32 hsiphash_2u32(u32 a, u32 b, const hsiphash_key_t *key);
u32 hsiphash_3u32(u32 a, u32 b, u32 c, const hsiphash_key_t *key);
u32 hsiphash_4u32(u32 a, u32 b, u32 c, u32 d, const hsiphash_key_t *key);

/* One round over a state of four words, as an expression; and the same for 32 bits. */
#define __SIP_ROTATE(x, n, width) ((x) = (x) << (n) | (x) >> ((width) - (n)))
#define __SIP_MIX(a, b, n, width) ((a) += (b), __SIP_ROTATE(b, n, width), (b) ^= (a))
#define SIPHASH_PERMUTATION(a, b, c, d)                                                            \
	(__SIP_MIX(a, b, 13, 64), __SIP_ROTATE(a, 32, 64), __SIP_MIX(c, d, 16, 64),                \
	 __SIP_MIX(a, d, 21, 64), __SIP_MIX(c, b, 17, 64), __SIP_ROTATE(c, 32, 64))
#define HSIPHASH_PERMUTATION(a, b, c, d)                                                           \
	(__SIP_MIX(a, b, 5, 32), __SIP_ROTATE(a, 16, 32), __SIP_MIX(c, d, 8, 32),                  \
	 __SIP_MIX(a, d, 7, 32), __SIP_MIX(c, b, 13, 32), __SIP_ROTATE(c, 16, 32))

#define SIPHASH_CONST_0 0x736f6d6570736575ULL
#define SIPHASH_CONST_1 0x646f72616e646f6dULL
#define SIPHASH_CONST_2 0x6c7967656e657261ULL
#define SIPHASH_CONST_3 0x7465646279746573ULL
#define HSIPHASH_CONST_0 0U
#define HSIPHASH_CONST_1 0U
#define HSIPHASH_CONST_2 0x6c796765U
#define HSIPHASH_CONST_3 0x74656462U

#endif
