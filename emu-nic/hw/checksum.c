// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Internet checksum.
 *
 * Words of 32 bits in host order are summed in 64-bit lanes, the upper and the lower halves
 * apart, so no carry is lost: all lanes together hold 2^32 of them. The sum of the lower ones
 * is what remains of the sum of all, whose overflows are those of the upper ones alone.
 * Folding is left to the end. The same loop is compiled for vectors of 16 bytes, which every
 * processor of the architecture has, of 32 and of 64.
 */
#include "checksum.h"

#define LINE 64u

/*
 * Of whole vectors, four per turn: loops of one are short of a processor's loads. Each is loaded
 * once, even if two instructions could have it from memory themselves. What comes next is
 * fetched as if it were to be written: lines that are fetched to be read have not always been in
 * the second cache any more when the frame was copied, some dozens of frames later (Zen 5).
 */
#define SUM_LANES(name, bytes, attributes)                                                  \
	attributes static uint64_t name(const uint8_t *data, size_t len, uintptr_t next)    \
	{                                                                                   \
		typedef uint64_t lanes __attribute__((vector_size(bytes)));                 \
		lanes all = { 0 }, upper = { 0 }, a, b, c, d;                               \
		uint64_t sum = 0;                                                           \
                                                                                            \
		for (; len >= 4 * sizeof(a); len -= 4 * sizeof(a)) {                        \
			memcpy(&a, data, sizeof(a));                                        \
			memcpy(&b, data + sizeof(a), sizeof(b));                            \
			memcpy(&c, data + 2 * sizeof(a), sizeof(c));                        \
			memcpy(&d, data + 3 * sizeof(a), sizeof(d));                        \
			data += 4 * sizeof(a);                                              \
			for (size_t i = 0; i < 4 * sizeof(a); i += LINE)                    \
				__builtin_prefetch((const void *)(next + i), 1);            \
			next += 4 * sizeof(a);                                              \
			__asm__("" : IN_REGISTER(a), IN_REGISTER(b), IN_REGISTER(c),        \
				     IN_REGISTER(d));                                       \
			all += (a + b) + (c + d);                                           \
			upper += ((a >> 32) + (b >> 32)) + ((c >> 32) + (d >> 32));         \
		}                                                                           \
		for (; len; len -= sizeof(a), data += sizeof(a)) {                          \
			memcpy(&a, data, sizeof(a));                                        \
			all += a;                                                           \
			upper += a >> 32;                                                   \
		}                                                                           \
		all += upper - (upper << 32);                                               \
		for (size_t i = 0; i < sizeof(lanes) / sizeof(all[0]); i++)                 \
			sum += all[i];                                                      \
		return sum;                                                                 \
	}

#ifdef __x86_64__
#define IN_REGISTER(v) "+v"(v)

SUM_LANES(sum_by_16, 16, )
SUM_LANES(sum_by_32, 32, __attribute__((target("avx2,prfchw"))))
SUM_LANES(sum_by_64, 64, __attribute__((target("avx512f,prfchw"))))

static uint64_t sum_vectors(const uint8_t *data, size_t len, uintptr_t next)
{
	if (__builtin_cpu_supports("avx512f"))
		return sum_by_64(data, len, next);
	if (__builtin_cpu_supports("avx2"))
		return sum_by_32(data, len, next);
	return sum_by_16(data, len, next);
}
#else
#define IN_REGISTER(v) "+w"(v)

SUM_LANES(sum_vectors, 16, )
#endif

#define WIDEST 64u

uint64_t checksum_words(const void *data, size_t len, const void *next)
{
	size_t whole = len - len % WIDEST;
	uint64_t sum = sum_vectors(data, whole, (uintptr_t)next);

	return checksum_plus(sum, checksum_words_short((const uint8_t *)data + whole,
						       len - whole));
}
