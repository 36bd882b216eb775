// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device's checksum against RFC 1071 taken word by word, and its published example.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Once more, to get at the widths that this processor would not choose. */
#define checksum_words checksum_words_again
#include "emu-nic/hw/checksum.c"
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

#ifdef __x86_64__
static bool has_any(void)
{
	return true;
}

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

static bool has_avx512f(void)
{
	return __builtin_cpu_supports("avx512f");
}

static const struct width {
	bool (*there)(void);
	uint64_t (*sum)(const uint8_t *data, size_t len, uintptr_t next);
	size_t bytes;
} widths[] = {
	{ has_any, sum_by_16, 16 }, { has_avx2, sum_by_32, 32 }, { has_avx512f, sum_by_64, 64 },
};

enum { WIDTHS = sizeof(widths) / sizeof(widths[0]) };

/* Whole vectors, from none to several turns of four and some more, wherever they begin. */
START_TEST(each_width)
{
	static uint8_t bytes[64 + 11 * 64];
	const struct width *w = &widths[_i];

	if (!w->there()) {
		printf("vectors of %zu bytes: this processor has none, not tested\n", w->bytes);
		return;
	}
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i % 5 ? (uint8_t)(i * 151 + 7) : 0xff;
	for (size_t at = 0; at < 64; at++)
		for (size_t n = 0; n <= 11; n++) {
			uint16_t sum = checksum_fold(w->sum(bytes + at, n * w->bytes, 0));

			same(checksum_swap(sum), word_by_word(bytes + at, n * w->bytes));
		}
}
END_TEST
#endif

Suite *hw_checksum_suite(void)
{
	Suite *s = suite_create("hw_checksum");
	TCase *tc = tcase_create("checksum");

	tcase_add_test(tc, published_example);
	tcase_add_test(tc, any_length_and_place);
	tcase_add_test(tc, carries);
#ifdef __x86_64__
	tcase_add_loop_test(tc, each_width, 0, WIDTHS);
#endif
	suite_add_tcase(s, tc);
	return s;
}
