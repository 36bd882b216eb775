// SPDX-License-Identifier: GPL-2.0-only
/*
 * CRC-32 in both bit orders and CRC-32C, a nibble at a time: sixteen-entry tables that
 * the compiler folds from the polynomial, small enough to need no set-up.
 */
#include <linux/crc32.h>
#include <linux/export.h>

/* What four zero bits shifted through the register make of remainder @r. */
#define STEP_LE(r, poly) ((r) >> 1 ^ ((r) & 1 ? (poly) : 0))
#define NIBBLE_LE(r, poly) STEP_LE(STEP_LE(STEP_LE(STEP_LE((u32)(r), poly), poly), poly), poly)
#define ROW_LE(r, poly)                                                                            \
	NIBBLE_LE(r, poly), NIBBLE_LE((r) + 1, poly), NIBBLE_LE((r) + 2, poly),                    \
		NIBBLE_LE((r) + 3, poly)
#define TABLE_LE(poly) { ROW_LE(0, poly), ROW_LE(4, poly), ROW_LE(8, poly), ROW_LE(12, poly) }

static u32 nibbles_le(u32 crc, const u8 *p, size_t len, const u32 *table)
{
	while (len--) {
		crc ^= *p++;
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return crc;
}

u32 crc32_le(u32 crc, const void *p, size_t len)
{
	static const u32 table[16] = TABLE_LE(0xedb88320);

	return nibbles_le(crc, p, len, table);
}
EXPORT_SYMBOL(crc32_le);

u32 crc32c(u32 crc, const void *p, size_t len)
{
	static const u32 table[16] = TABLE_LE(0x82f63b78);

	return nibbles_le(crc, p, len, table);
}
EXPORT_SYMBOL(crc32c);

u32 crc32_be(u32 crc, const void *p, size_t len)
{
	const u8 *byte = p;

	while (len--) {
		crc ^= (u32)*byte++ << 24;
		for (int bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ (crc >> 31 ? 0x04c11db7 : 0);
	}
	return crc;
}
EXPORT_SYMBOL(crc32_be);
