/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Internet checksum (RFC 1071): add bytes in network order as 16-bit words,
 * fold the carries. Data that includes its own right checksum folds to 0xffff.
 */
#ifndef EMUNIC_CHECKSUM_H
#define EMUNIC_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Add len bytes to a running sum; an odd length counts as padded with zero. */
static inline uint64_t checksum_add(uint64_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (; len >= 2; len -= 2, p += 2)
		sum += (uint64_t)(p[0] << 8 | p[1]);
	return len ? sum + (uint64_t)(p[0] << 8) : sum;
}

static inline uint16_t checksum_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

#endif
