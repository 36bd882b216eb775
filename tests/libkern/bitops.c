// SPDX-License-Identifier: GPL-2.0-only
/* linux/bitops.h, linux/bits.h, linux/bitfield.h, linux/log2.h: words and single bits. */
#include "plain.h"

#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/log2.h>
#include <linux/kernel.h>

/* Every atomic and plain operation on bits at both ends of both words. */
START_TEST(single_bits)
{
	static const unsigned int positions[] = { 0, 1, 62, 63, 64, 65, 126, 127 };
	unsigned long map[2] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(positions); i++) {
		unsigned int n = positions[i];

		set_bit(n, map);
		ck_assert_uint_eq(map[n / 64], 1UL << n % 64);
		ck_assert_uint_eq(map[1 - n / 64], 0);
		ck_assert(test_bit(n, map) && test_bit_acquire(n, map));
		ck_assert(test_and_set_bit(n, map));
		ck_assert(test_and_clear_bit(n, map));
		ck_assert(!test_and_clear_bit(n, map));
		ck_assert(!test_and_change_bit(n, map) && test_and_change_bit(n, map));
		change_bit(n, map);
		clear_bit(n, map);
		ck_assert(!__test_and_set_bit(n, map) && __test_and_clear_bit(n, map));
		ck_assert(!__test_and_change_bit(n, map));
		__change_bit(n, map);
		ck_assert(!test_and_set_bit_lock(n, map) && test_and_set_bit_lock(n, map));
		clear_bit_unlock(n, map);
		ck_assert_uint_eq(map[0] | map[1], 0);
	}
}
END_TEST

START_TEST(searches_in_a_word)
{
	static const struct {
		u64 word;
		int ffs, fls;
	} cases[] = {
		{ 0, 0, 0 }, { 1, 1, 1 }, { 2, 2, 2 }, { 3, 1, 2 }, { 0x80000000, 32, 32 },
		{ 0xffffffff, 1, 32 }, { 0x100000000, 33, 33 }, { 1ULL << 63, 64, 64 },
		{ ~0ULL, 1, 64 }, { 0x00f0000000000100, 9, 56 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 word = cases[i].word;

		ck_assert_int_eq(fls64(word), cases[i].fls);
		ck_assert_int_eq(fls((u32)word), word >> 32 ? fls((u32)word) : cases[i].fls);
		if (!word)
			continue;
		ck_assert_uint_eq(__ffs(word), cases[i].ffs - 1);
		ck_assert_uint_eq(__fls(word), cases[i].fls - 1);
		ck_assert_uint_eq(ffz(~word), cases[i].ffs - 1);
	}
	ck_assert_uint_eq(fns(0x92, 0) * 100 + fns(0x92, 1) * 10 + fns(0x92, 2), 147);
	ck_assert_uint_eq(fns(0x92, 3), 64);
	ck_assert(parity8(0x7) && !parity8(0x3));
	ck_assert_int_eq(ffs(0), 0);
	ck_assert_int_eq(ffs(INT_MIN), 32);
}
END_TEST

START_TEST(weights_and_rotations)
{
	ck_assert_uint_eq(hweight8(0x1ff), 8);
	ck_assert_uint_eq(hweight16(0x10001), 1);
	ck_assert_uint_eq(hweight32(0xf0f0f0f0), 16);
	ck_assert_uint_eq(hweight64(~0ULL), 64);
	ck_assert_uint_eq(rol32(0x80000001, 1), 3);
	ck_assert_uint_eq(ror32(3, 1), 0x80000001);
	ck_assert_uint_eq(rol32(0x12345678, 0), 0x12345678);
	ck_assert_uint_eq(rol32(0x12345678, 32), 0x12345678);
	ck_assert_uint_eq(rol8(0x81, 1), 3);
	ck_assert_uint_eq(ror16(1, 1), 0x8000);
	ck_assert_uint_eq(rol64(1, 63), 1ULL << 63);
	ck_assert_int_eq(sign_extend32(0x80, 7), -128);
	ck_assert_int_eq(sign_extend64(0x7f, 7), 127);
}
END_TEST

START_TEST(masks)
{
	ck_assert_uint_eq(GENMASK(7, 4), 0xf0);
	ck_assert_uint_eq(GENMASK(63, 0), ~0UL);
	ck_assert_uint_eq(GENMASK(0, 0), 1);
	ck_assert_uint_eq(GENMASK_ULL(39, 21), 0x000000ffffe00000ULL);
	ck_assert_uint_eq(GENMASK_U8(7, 1), 0xfe);
	ck_assert_uint_eq(GENMASK_U32(31, 31), 0x80000000u);
	ck_assert_uint_eq(BIT_ULL(40), 1ULL << 40);
	ck_assert_uint_eq(BITS_TO_LONGS(0), 0);
	ck_assert_uint_eq(BITS_TO_LONGS(64), 1);
	ck_assert_uint_eq(BITS_TO_LONGS(65), 2);
}
END_TEST

START_TEST(fields)
{
	ck_assert_uint_eq(FIELD_PREP(0x00f0, 0xa), 0xa0);
	ck_assert_uint_eq(FIELD_GET(GENMASK(15, 8), 0xabcd), 0xab);
	for (u32 mask = 0xf0; mask < 0x10000; mask <<= 4)
		ck_assert_uint_eq(field_get(mask, field_prep(mask, 0x1a)), 0xa);
	ck_assert_uint_eq(FIELD_MAX(GENMASK_ULL(63, 60)), 15);
	ck_assert(FIELD_FIT(GENMASK(3, 1), 7));
	ck_assert(!FIELD_FIT(GENMASK(3, 1), 8));
	ck_assert_uint_eq(le32_get_bits(cpu_to_le32(0x12345678), 0x00ff0000), 0x34);
	ck_assert_uint_eq(be16_to_cpu(be16_encode_bits(0xc, 0x00f0)), 0xc0);
	ck_assert_uint_eq(u32_replace_bits(0xffffffff, 0, 0xff00), 0xffff00ff);
}
END_TEST

START_TEST(powers_of_two)
{
	static const struct {
		unsigned long n, up, down;
		int log, order;
	} cases[] = {
		{ 1, 1, 1, 0, 0 }, { 2, 2, 2, 1, 1 }, { 3, 4, 2, 1, 2 }, { 4, 4, 4, 2, 2 },
		{ 5, 8, 4, 2, 3 }, { 4096, 4096, 4096, 12, 12 }, { 4097, 8192, 4096, 12, 13 },
		{ 1UL << 62, 1UL << 62, 1UL << 62, 62, 62 },
		{ (1UL << 62) + 1, 1UL << 63, 1UL << 62, 62, 63 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		volatile unsigned long n = cases[i].n;

		ck_assert_uint_eq(roundup_pow_of_two(n), cases[i].up);
		ck_assert_uint_eq(rounddown_pow_of_two(n), cases[i].down);
		ck_assert_int_eq(ilog2(n), cases[i].log);
		ck_assert_int_eq(order_base_2(n), cases[i].order);
		ck_assert_int_eq(is_power_of_2(n), cases[i].up == n);
	}
	ck_assert_int_eq(bits_per(0), 1);
	ck_assert_int_eq(bits_per(7), 3);
	ck_assert_int_eq(bits_per(8), 4);
	ck_assert_int_eq(order_base_2(1), 0);
	ck_assert(!is_power_of_2(0));
	ck_assert_int_eq(order_base_2(0), 0);
	ck_assert_int_eq(get_count_order(0), -1);
	ck_assert_int_eq(get_count_order(5), 3);
}
END_TEST

/* Variables are evaluated once; constants stay constant expressions. */
START_TEST(powers_of_two_as_macros)
{
	int n = 4;
	static const char constant[roundup_pow_of_two(5) + order_base_2(9) + ilog2(8)];

	ck_assert_uint_eq(roundup_pow_of_two(n++), 4);
	ck_assert_uint_eq(rounddown_pow_of_two(n++), 4);
	ck_assert_int_eq(order_base_2(n++), 3);
	ck_assert_int_eq(bits_per(n++), 3);
	ck_assert_int_eq(ilog2(n++), 3);
	ck_assert_int_eq(n, 9);
	ck_assert_uint_eq(sizeof(constant), 8 + 4 + 3);
}
END_TEST

Suite *bitops_suite(void)
{
	Suite *s = suite_create("bitops");
	TCase *tc = plain_tcase(s, "words");

	tcase_add_test(tc, single_bits);
	tcase_add_test(tc, searches_in_a_word);
	tcase_add_test(tc, weights_and_rotations);
	tcase_add_test(tc, masks);
	tcase_add_test(tc, fields);
	tcase_add_test(tc, powers_of_two);
	tcase_add_test(tc, powers_of_two_as_macros);
	return s;
}
