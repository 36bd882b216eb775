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

/* Add len bytes to a running sum; an odd length counts as padded with zero. Any thread. */
uint64_t checksum_add(uint64_t sum, const void *data, size_t len);

#endif
