// SPDX-License-Identifier: GPL-2.0-only
/*
 * SipHash (Aumasson and Bernstein, "SipHash: a fast short-input PRF").
 *
 * One sponge serves all: words of 64 bits go in with c rounds each, d rounds finish.
 * The last word holds the bytes that are left over and, on top, the length modulo 256.
 */
#include <linux/export.h>
#include <linux/siphash.h>
#include <linux/unaligned.h>

struct sponge {
	u64 v[4];
	int rounds;	/* c */
};

static inline void permute(struct sponge *s, int times)
{
	while (times--)
		SIPHASH_PERMUTATION(s->v[0], s->v[1], s->v[2], s->v[3]);
}

static inline void absorb(struct sponge *s, u64 word)
{
	s->v[3] ^= word;
	permute(s, s->rounds);
	s->v[0] ^= word;
}

static inline u64 sip(const void *data, size_t len, u64 key0, u64 key1, int c, int d)
{
	struct sponge s = {
		.v = { SIPHASH_CONST_0 ^ key0, SIPHASH_CONST_1 ^ key1, SIPHASH_CONST_2 ^ key0,
		       SIPHASH_CONST_3 ^ key1 },
		.rounds = c,
	};
	const u8 *at = data;
	u64 last = (u64)len << 56;

	for (size_t words = len / 8; words--; at += 8)
		absorb(&s, get_unaligned_le64(at));
	for (size_t i = len % 8; i--; )
		last |= (u64)at[i] << (8 * i);
	absorb(&s, last);
	s.v[2] ^= 0xff;
	permute(&s, d);
	return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}

u64 siphash(const void *data, size_t len, const siphash_key_t *key)
{
	return sip(data, len, key->key[0], key->key[1], 2, 4);
}
EXPORT_SYMBOL(siphash);

u32 hsiphash(const void *data, size_t len, const hsiphash_key_t *key)
{
	return sip(data, len, key->key[0], key->key[1], 1, 3);
}
EXPORT_SYMBOL(hsiphash);

/* Integers are hashed as the little-endian bytes they consist of. */
#define HASH64(...) siphash((__le64[]){ __VA_ARGS__ }, sizeof((__le64[]){ __VA_ARGS__ }), key)
#define HASH32(hash, ...) hash((__le32[]){ __VA_ARGS__ }, sizeof((__le32[]){ __VA_ARGS__ }), key)

u64 siphash_1u64(u64 a, const siphash_key_t *key)
{
	return HASH64(cpu_to_le64(a));
}
EXPORT_SYMBOL(siphash_1u64);

u64 siphash_2u64(u64 a, u64 b, const siphash_key_t *key)
{
	return HASH64(cpu_to_le64(a), cpu_to_le64(b));
}
EXPORT_SYMBOL(siphash_2u64);

u64 siphash_3u64(u64 a, u64 b, u64 c, const siphash_key_t *key)
{
	return HASH64(cpu_to_le64(a), cpu_to_le64(b), cpu_to_le64(c));
}
EXPORT_SYMBOL(siphash_3u64);

u64 siphash_4u64(u64 a, u64 b, u64 c, u64 d, const siphash_key_t *key)
{
	return HASH64(cpu_to_le64(a), cpu_to_le64(b), cpu_to_le64(c), cpu_to_le64(d));
}
EXPORT_SYMBOL(siphash_4u64);

u64 siphash_1u32(u32 a, const siphash_key_t *key)
{
	return HASH32(siphash, cpu_to_le32(a));
}
EXPORT_SYMBOL(siphash_1u32);

u64 siphash_3u32(u32 a, u32 b, u32 c, const siphash_key_t *key)
{
	return HASH32(siphash, cpu_to_le32(a), cpu_to_le32(b), cpu_to_le32(c));
}
EXPORT_SYMBOL(siphash_3u32);

u32 hsiphash_1u32(u32 a, const hsiphash_key_t *key)
{
	return HASH32(hsiphash, cpu_to_le32(a));
}
EXPORT_SYMBOL(hsiphash_1u32);

u32 hsiphash_2u32(u32 a, u32 b, const hsiphash_key_t *key)
{
	return HASH32(hsiphash, cpu_to_le32(a), cpu_to_le32(b));
}
EXPORT_SYMBOL(hsiphash_2u32);

u32 hsiphash_3u32(u32 a, u32 b, u32 c, const hsiphash_key_t *key)
{
	return HASH32(hsiphash, cpu_to_le32(a), cpu_to_le32(b), cpu_to_le32(c));
}
EXPORT_SYMBOL(hsiphash_3u32);

u32 hsiphash_4u32(u32 a, u32 b, u32 c, u32 d, const hsiphash_key_t *key)
{
	return HASH32(hsiphash, cpu_to_le32(a), cpu_to_le32(b), cpu_to_le32(c), cpu_to_le32(d));
}
EXPORT_SYMBOL(hsiphash_4u32);
