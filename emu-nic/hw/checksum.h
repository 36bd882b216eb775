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

/*
 * Add len bytes to a running sum; an odd length counts as padded with zero. Eight bytes at
 * a time as two halves in host order: the carries of 2^32 of them fit in the sum.
 */
static inline uint64_t checksum_add(uint64_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t even = 0, odd = 0, eight = 0;
	uint16_t words;

	for (; len >= sizeof(eight); len -= sizeof(eight), p += sizeof(eight)) {
		memcpy(&eight, p, sizeof(eight));
		even += eight & UINT32_MAX;
		odd += eight >> 32;
	}
	eight = 0;
	memcpy(&eight, p, len);
	even += eight & UINT32_MAX;
	odd += eight >> 32;
	words = checksum_fold(checksum_fold(even) + checksum_fold(odd));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	words = checksum_swap(words);
#endif
	return sum + words;
}

#endif
