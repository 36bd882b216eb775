/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cyclic redundancy checks, bit by bit what the name says: no inversion before or after,
 * the caller passes the seed. Any context. Kernel path: linux/crc32.h, lib/crc/crc32.c.
 */
#ifndef _LINUX_CRC32_H
#define _LINUX_CRC32_H

#include <linux/bitrev.h>
#include <linux/types.h>

/* Polynomial 0x04c11db7, least significant bit first; of Ethernet, with ~0 as seed. */
u32 crc32_le(u32 crc, const void *p, size_t len);
/* The same polynomial, most significant bit first. */
u32 crc32_be(u32 crc, const void *p, size_t len);
/* Polynomial 0x1edc6f41 (Castagnoli), least significant bit first. */
u32 crc32c(u32 crc, const void *p, size_t len);

#define crc32(seed, data, length) crc32_le(seed, data, length)
#define ether_crc_le(length, data) crc32_le(~0, data, length)
#define ether_crc(length, data) bitrev32(crc32_le(~0, data, length))

#endif
