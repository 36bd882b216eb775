/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bits in the opposite order, within a value or within each of its bytes.
 * Kernel path: linux/bitrev.h.
 */
#ifndef _LINUX_BITREV_H
#define _LINUX_BITREV_H

#include <linux/types.h>

static inline u8 bitrev8(u8 x)
{
	x = (x & 0x55) << 1 | (x >> 1 & 0x55);
	x = (x & 0x33) << 2 | (x >> 2 & 0x33);
	return x << 4 | x >> 4;
}

static inline u16 bitrev16(u16 x)
{
	return bitrev8(x) << 8 | bitrev8(x >> 8);
}

static inline u32 bitrev32(u32 x)
{
	return (u32)bitrev16(x) << 16 | bitrev16(x >> 16);
}

static inline u32 bitrev8x4(u32 x)
{
	return (u32)bitrev8(x >> 24) << 24 | (u32)bitrev8(x >> 16) << 16 |
	       (u32)bitrev8(x >> 8) << 8 | bitrev8(x);
}

#endif
