/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Internet checksum (RFC 1071): add bytes in network order as 16-bit words,
 * fold the carries. Data that includes its own right checksum folds to 0xffff.
 */
#ifndef EMUNIC_CHECKSUM_H
#define EMUNIC_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t checksum_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* One's complement addition does not care which byte of a word comes first (RFC 1071, 2.B). */
static inline uint16_t checksum_swap(uint16_t sum)
{
	return (uint16_t)(sum << 8 | sum >> 8);
}

typedef uint64_t checksum_pair __attribute__((vector_size(16)));

/*
 * Add len bytes to a running sum; an odd length counts as padded with zero. Sixteen bytes
 * at a time as four words in host order: the carries of 2^32 of each fit in their sums.
 */
static inline uint64_t checksum_add(uint64_t sum, const void *data, size_t len)
{
	const checksum_pair low = { UINT32_MAX, UINT32_MAX };
	checksum_pair even = { 0 }, odd = { 0 }, next;
	const uint8_t *p = data;
	uint16_t words;

	for (; len >= sizeof(next); len -= sizeof(next), p += sizeof(next)) {
		memcpy(&next, p, sizeof(next));
		even += next & low;
		odd += next >> 32;
	}
	next = (checksum_pair){ 0 };
	memcpy(&next, p, len);
	even += next & low;
	odd += next >> 32;
	words = checksum_fold((uint64_t)checksum_fold(even[0]) + checksum_fold(even[1]) +
			      checksum_fold(odd[0]) + checksum_fold(odd[1]));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	words = checksum_swap(words);
#endif
	return sum + words;
}

#endif
