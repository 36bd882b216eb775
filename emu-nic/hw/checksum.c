// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Internet checksum over long data.
 *
 * Words of 32 bits in host order are summed in 64-bit lanes, the even ones and the odd
 * ones apart, so no carry is lost: all lanes together hold 2^32 of them. Folding is left to
 * the end. The same loop is compiled for vectors of 16 bytes, which every processor of the
 * architecture has, of 32 and of 64.
 */
#include "checksum.h"

#define SUM_LANES(name, bytes, attributes)                                                  \
	attributes static uint64_t name(const uint8_t **data, size_t *len)                  \
	{                                                                                   \
		typedef uint64_t lanes __attribute__((vector_size(bytes)));                 \
		lanes even = { 0 }, odd = { 0 }, next;                                      \
		uint64_t sum = 0;                                                           \
                                                                                            \
		for (; *len >= sizeof(next); *len -= sizeof(next), *data += sizeof(next)) { \
			memcpy(&next, *data, sizeof(next));                                 \
			even += next & UINT32_MAX;                                          \
			odd += next >> 32;                                                  \
		}                                                                           \
		even += odd;                                                                \
		for (size_t i = 0; i < sizeof(next) / sizeof(next[0]); i++)                 \
			sum += even[i];                                                     \
		return sum;                                                                 \
	}

SUM_LANES(sum_by_16, 16, )

#ifdef __x86_64__
SUM_LANES(sum_by_32, 32, __attribute__((target("avx2"))))
SUM_LANES(sum_by_64, 64, __attribute__((target("avx512f"))))

/* Below this there is nothing to be gained. */
#define LONG 256u

static uint64_t sum_long(const uint8_t **data, size_t *len)
{
	if (*len < LONG)
		return 0;
	if (__builtin_cpu_supports("avx512f"))
		return sum_by_64(data, len);
	return __builtin_cpu_supports("avx2") ? sum_by_32(data, len) : 0;
}
#else
static uint64_t sum_long(const uint8_t **data, size_t *len)
{
	(void)data;
	(void)len;
	return 0;
}
#endif

uint64_t checksum_add(uint64_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t rest[4] = { 0 };
	uint64_t words = sum_long(&p, &len);

	words += sum_by_16(&p, &len);
	memcpy(rest, p, len);
	words += (uint64_t)rest[0] + rest[1] + rest[2] + rest[3];
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return sum + checksum_swap(checksum_fold(words));
#else
	return sum + checksum_fold(words);
#endif
}
