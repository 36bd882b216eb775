/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fields of packets: big endian, of any alignment.
 */
#ifndef EMUNIC_BYTES_H
#define EMUNIC_BYTES_H

#include <stdint.h>

static inline uint32_t get_be(const uint8_t *p, unsigned int bytes)
{
	uint32_t v = 0;

	while (bytes--)
		v = v << 8 | *p++;
	return v;
}

static inline void put_be(uint8_t *p, unsigned int bytes, uint32_t v)
{
	while (bytes--) {
		p[bytes] = (uint8_t)v;
		v >>= 8;
	}
}

#endif
