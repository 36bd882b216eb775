// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device's checksum against RFC 1071 taken word by word, and its published example.
 */
#include <stdint.h>
#include <string.h>

#include "emu-nic/hw/checksum.h"
#include "fixture.h"

static uint16_t word_by_word(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++) {
		sum += i & 1 ? p[i] : p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return (uint16_t)sum;
}

/* 0 and 0xffff are the same number; a sum of anything but zeros is the latter. */
static void same(uint16_t a, uint16_t b)
{
	ck_assert_uint_eq(a % 0xffff, b % 0xffff);
	ck_assert_int_eq(!a, !b);
}

START_TEST(published_example)
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	ck_assert_uint_eq(checksum_fold(checksum_add(0, bytes, sizeof(bytes))), 0xddf2);
}
END_TEST

START_TEST(any_length_and_place)
{
	static uint8_t bytes[700];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 151 + 7);
	for (size_t at = 0; at < 16; at++)
		for (size_t len = 0; at + len <= sizeof(bytes); len++)
			same(checksum_fold(checksum_add(0, bytes + at, len)),
			     word_by_word(bytes + at, len));
}
END_TEST

/* As many carries as a frame can have, and what was there before. */
START_TEST(carries)
{
	static uint8_t ones[65600], zeros[64];

	memset(ones, 0xff, sizeof(ones));
	ck_assert_uint_eq(checksum_fold(checksum_add(0, ones, sizeof(ones))), 0xffff);
	ck_assert_uint_eq(checksum_fold(checksum_add(0, zeros, sizeof(zeros))), 0);
	same(checksum_fold(checksum_add(0x1234, ones, 1001)),
	     checksum_fold(0x1234 + word_by_word(ones, 1001)));
}
END_TEST

Suite *hw_checksum_suite(void)
{
	Suite *s = suite_create("hw_checksum");
	TCase *tc = tcase_create("checksum");

	tcase_add_test(tc, published_example);
	tcase_add_test(tc, any_length_and_place);
	tcase_add_test(tc, carries);
	suite_add_tcase(s, tc);
	return s;
}
