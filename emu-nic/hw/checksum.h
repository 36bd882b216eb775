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
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

/* One's complement addition does not care which byte of a word comes first (RFC 1071, 2.B). */
static inline uint16_t checksum_swap(uint16_t sum)
{
	return (uint16_t)(sum << 8 | sum >> 8);
}

/* What overflows a word comes back at its other end: 2^64 - 1 is a multiple of 2^16 - 1. */
static inline uint64_t checksum_plus(uint64_t sum, uint64_t word)
{
	sum += word;
	return sum + (sum < word);
}

/* Of words in the host's byte order; an odd byte is the first of its word. */
static inline uint64_t checksum_words_short(const uint8_t *data, size_t len)
{
	uint64_t sum = 0, word;
	uint32_t half;
	uint16_t quarter;

	for (; len >= sizeof(word); data += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		sum = checksum_plus(sum, word);
	}
	if (len & 4) {
		memcpy(&half, data, sizeof(half));
		data += sizeof(half);
		sum = checksum_plus(sum, half);
	}
	if (len & 2) {
		memcpy(&quarter, data, sizeof(quarter));
		data += sizeof(quarter);
		sum = checksum_plus(sum, quarter);
	}
	if (len & 1) {
		quarter = 0;
		memcpy(&quarter, data, 1);
		sum = checksum_plus(sum, quarter);
	}
	return sum;
}

/* Headers are shorter, and gain nothing from vectors. */
#define CHECKSUM_LONG 256u

/* The same for more than that; as many bytes from next on are brought closer meanwhile. */
uint64_t checksum_words(const void *data, size_t len, const void *next);

/*
 * Add len bytes to a running sum; an odd length counts as padded with zero. next: what is
 * probably summed up after it. Any thread.
 */
static inline uint64_t checksum_add_ahead(uint64_t sum, const void *data, size_t len,
					  const void *next)
{
	uint16_t words = checksum_fold(len < CHECKSUM_LONG ? checksum_words_short(data, len) :
							     checksum_words(data, len, next));

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	words = checksum_swap(words);
#endif
	return sum + words;
}

static inline uint64_t checksum_add(uint64_t sum, const void *data, size_t len)
{
	return checksum_add_ahead(sum, data, len, data);
}

#endif
