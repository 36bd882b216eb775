// SPDX-License-Identifier: GPL-2.0-only
/* linux/minmax.h, linux/math.h, linux/math64.h, linux/overflow.h, linux/align.h. */
#include "plain.h"

#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/unaligned.h>

static int calls;

static int counted(int value)
{
	calls++;
	return value;
}

START_TEST(arguments_are_evaluated_once)
{
	calls = 0;
	ck_assert_int_eq(min(counted(3), counted(2)), 2);
	ck_assert_int_eq(max(counted(3), counted(2)), 3);
	ck_assert_int_eq(clamp(counted(9), counted(1), counted(5)), 5);
	ck_assert_int_eq(min_not_zero(counted(0), counted(4)), 4);
	ck_assert_int_eq(abs_diff(counted(1), counted(4)), 3);
	ck_assert_int_eq(calls, 11);
}
END_TEST

/* Mixed types compile where no value can change meaning, and give the common type. */
START_TEST(common_types)
{
	u8 byte = 200;
	u16 half = 60000;
	u32 word = 4000000000u;
	s64 wide = -5;
	int plain = -1;

	ck_assert_int_eq(min(byte, 255), 200);
	ck_assert_int_eq(max(plain, byte), 200);
	ck_assert_int_eq(min(plain, half), -1);
	ck_assert_uint_eq(max(word, 7), 4000000000u);
	ck_assert_int_eq(min(wide, word), -5);
	ck_assert_uint_eq(min(sizeof(wide), 100), 8);
	ck_assert_uint_eq(sizeof(min(byte, byte)), sizeof(int));
	ck_assert_uint_eq(sizeof(max(word, wide)), 8);
	ck_assert_uint_eq(umax(word, 1ULL << 40), 1ULL << 40);
	ck_assert_uint_eq(umin(plain, 1ULL << 40), 0xffffffff);
	ck_assert_uint_eq(umax(plain, 5u), 0xffffffff);
	ck_assert_uint_eq(umin(wide, 1ULL << 40), 1ULL << 40);
	ck_assert_uint_eq(min_t(u8, 0x1ff, 0x101), 1);
	ck_assert_int_eq(clamp_t(s8, 200, -3, 3), -3);
	ck_assert_int_eq(clamp_val(byte, 0, 100), 100);
	ck_assert_ptr_eq(min(&calls, &calls + 1), &calls);
}
END_TEST

START_TEST(selection)
{
	int values[] = { 4, -2, 9, 0 }, a = 1, b = 2;
	static const char constant[MAX(3, 2) + MIN(1, 5)];

	ck_assert_int_eq(min3(3, 1, 2), 1);
	ck_assert_int_eq(max3(3, 1, 2), 3);
	ck_assert_int_eq(min_not_zero(0, 0), 0);
	ck_assert_int_eq(min_not_zero(5, 3), 3);
	ck_assert_int_eq(min_not_zero(5, 0), 5);
	ck_assert_int_eq(min_array(values, 4), -2);
	ck_assert_int_eq(max_array(values, 4), 9);
	swap(a, b);
	ck_assert_int_eq(a * 10 + b, 21);
	ck_assert_uint_eq(sizeof(constant), 4);
	ck_assert(in_range(5, 5, 1) && !in_range(6, 5, 1) && !in_range(4, 5, 10));
}
END_TEST

START_TEST(rounding)
{
	ck_assert_uint_eq(ALIGN(4097u, 4096), 8192);
	ck_assert_uint_eq(ALIGN(0xfffff001u, 4096), 0);
	ck_assert_uint_eq(ALIGN_DOWN(4097ul, 4096), 4096);
	ck_assert(IS_ALIGNED(8192, 4096) && !IS_ALIGNED(8193, 4096));
	ck_assert_uint_eq((unsigned long)PTR_ALIGN((char *)5, 8), 8);
	ck_assert_uint_eq(round_up(13, 8), 16);
	ck_assert_uint_eq(round_down(13, 8), 8);
	ck_assert_uint_eq(roundup(13, 5), 15);
	ck_assert_uint_eq(rounddown(13, 5), 10);
	ck_assert_uint_eq(DIV_ROUND_UP(10, 4), 3);
	ck_assert_uint_eq(DIV_ROUND_UP(0xfffffffeu, 4u), 0);
	ck_assert_uint_eq(DIV_ROUND_UP_ULL(0xfffffffeu, 4), 0x40000000);
	ck_assert_int_eq(DIV_ROUND_CLOSEST(7, 2), 4);
	ck_assert_int_eq(DIV_ROUND_CLOSEST(-7, 2), -4);
	ck_assert_int_eq(DIV_ROUND_CLOSEST(6, 4), 2);
}
END_TEST

START_TEST(division)
{
	u64 n = 0x123456789abcdef0ULL, copy = n;
	u32 rem;
	s32 srem;

	ck_assert_uint_eq(div_u64_rem(n, 1000, &rem), n / 1000);
	ck_assert_uint_eq(rem, n % 1000);
	ck_assert_uint_eq(do_div(copy, 1000), n % 1000);
	ck_assert_uint_eq(copy, n / 1000);
	ck_assert_int_eq(div_s64_rem(-7, 2, &srem), -3);
	ck_assert_int_eq(srem, -1);
	ck_assert_uint_eq(mul_u64_u32_shr(1ULL << 63, 4, 3), 1ULL << 62);
	ck_assert_uint_eq(mul_u64_u64_div_u64(1ULL << 40, 1ULL << 40, 1ULL << 50), 1ULL << 30);
	ck_assert_uint_eq(mul_u64_u64_div_u64_roundup(~0ULL, 3, 4), 0xc000000000000000ULL);
	ck_assert_uint_eq(mul_u64_add_u64_div_u64(7, 10, 4, 5), 14);
	ck_assert_int_eq(mul_s64_u64_shr(-(1LL << 40), 3, 2), -(3LL << 38));
	ck_assert_int_eq(DIV_S64_ROUND_CLOSEST(-7, 2), -4);
	ck_assert_uint_eq(iter_div_u64_rem(35, 10, &n), 3);
	ck_assert_uint_eq(n, 5);
	ck_assert_uint_eq(gcd(48, 36), 12);
	ck_assert_uint_eq(gcd(0, 5), 5);
	ck_assert_uint_eq(lcm(4, 6), 12);
	ck_assert_uint_eq(int_pow(3, 40), 12157665459056928801ULL);
}
END_TEST

START_TEST(square_roots)
{
	unsigned int wrong = 0;

	for (u64 x = 0; x < 5000; x++)
		wrong += int_sqrt(x) * int_sqrt(x) > x ||
			 (int_sqrt(x) + 1) * (int_sqrt(x) + 1) <= x;
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_eq(int_sqrt64(~0ULL), 0xffffffff);
	ck_assert_uint_eq(int_sqrt64(0xfffffffe00000001ULL), 0xffffffff);
	ck_assert_uint_eq(int_sqrt64(0xfffffffe00000000ULL), 0xfffffffe);
}
END_TEST

START_TEST(overflow_is_noticed)
{
	struct flexible {
		long head;
		u32 tail[];
	} *p;
	size_t huge = SIZE_MAX / 2;
	u8 byte;
	int sum;
	size_t n = 3;

	ck_assert(check_add_overflow(200, 100, &byte));
	ck_assert_uint_eq(byte, 44);
	ck_assert(!check_add_overflow(200, 55, &byte));
	ck_assert(check_sub_overflow(0u, 1u, &byte));
	ck_assert(check_mul_overflow(1 << 20, 1 << 12, &sum));
	ck_assert(check_shl_overflow(1, 31, &sum));
	ck_assert(!check_shl_overflow(1, 30, &sum));
	ck_assert_int_eq(sum, 1 << 30);
	byte = 250;
	ck_assert_uint_eq(wrapping_assign_add(byte, 10), 4);
	ck_assert_uint_eq(wrapping_assign_sub(byte, 5), 255);
	ck_assert(range_overflows(3u, n - 3, n) && !range_end_overflows(n, n - 3, 3u));
	ck_assert(range_end_overflows(2u, n - 1, n) && range_overflows_t(u8, 250, n + 3, 255));
	ck_assert(castable_to_type(255, u8) && !castable_to_type(256, u8));
	ck_assert(castable_to_type(byte, u8) && !castable_to_type(sum, u8));
	ck_assert_uint_eq(size_add(huge, huge), SIZE_MAX - 1);
	ck_assert_uint_eq(size_add(SIZE_MAX, 1), SIZE_MAX);
	ck_assert_uint_eq(size_mul(huge, 3), SIZE_MAX);
	ck_assert_uint_eq(size_sub(1, 2), SIZE_MAX);
	ck_assert_uint_eq(size_sub(SIZE_MAX, 2), SIZE_MAX);
	ck_assert_uint_eq(size_sub(5, 2), 3);
	ck_assert_uint_eq(array3_size(huge, 1, 3), SIZE_MAX);
	ck_assert_uint_eq(struct_size(p, tail, n), 8 + 12);
	ck_assert_uint_eq(struct_size(p, tail, huge), SIZE_MAX);
	ck_assert_uint_eq(flex_array_size(p, tail, n), 12);
}
END_TEST

START_TEST(other_words)
{
	u8 bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	u64 x = 0x1122334455667788ULL;

	ck_assert_uint_eq(upper_32_bits(x), 0x11223344);
	ck_assert_uint_eq(lower_32_bits(x), 0x55667788);
	ck_assert_uint_eq(get_unaligned_be16(bytes + 1), 0x0203);
	ck_assert_uint_eq(get_unaligned_le32(bytes + 3), 0x07060504);
	ck_assert_uint_eq(get_unaligned_be24(bytes), 0x010203);
	put_unaligned_be64(x, bytes);
	ck_assert_uint_eq(bytes[0], 0x11);
	put_unaligned(0xaabbccdd, (u32 *)(bytes + 3));
	ck_assert_uint_eq(get_unaligned((u32 *)(bytes + 3)), 0xaabbccdd);
	ck_assert_uint_eq(array_index_nospec(4, 5), 4);
	ck_assert_uint_eq(array_index_nospec(5, 5), 0);
	ck_assert_uint_eq(array_index_nospec(-1, 5), 0);
	ck_assert_uint_eq(array_index_mask_nospec(4, 5), ~0UL);
	ck_assert_uint_eq(array_index_mask_nospec(5, 5), 0);
}
END_TEST

/* Every value below the limit turns up, none above, for a limit that divides badly. */
START_TEST(bounded_random_numbers)
{
	unsigned int seen[8] = { 0 };
	u8 buf[13] = { 0 };

	for (int i = 0; i < 7000; i++)
		seen[min(get_random_u32_below(7), 7)]++;
	ck_assert_uint_eq(seen[7], 0);
	for (size_t i = 0; i < 7; i++)
		ck_assert_uint_gt(seen[i], 800);
	for (int i = 0; i < 100; i++) {
		u32 r = get_random_u32_inclusive(5, 6);

		ck_assert(r == 5 || r == 6);
	}
	get_random_bytes(buf + 1, 11);
	ck_assert_uint_eq(buf[0], 0);
	ck_assert_uint_eq(buf[12], 0);
}
END_TEST

/* The generator's own sequence, from its published recurrence. */
START_TEST(seeded_generator_repeats)
{
	struct rnd_state a, b;
	u8 bytes[6];
	u32 first;

	prandom_seed_state(&a, 1234567);
	b = a;
	first = prandom_u32_state(&a);
	ck_assert_uint_ne(first, prandom_u32_state(&a));
	prandom_bytes_state(&b, bytes, sizeof(bytes));
	ck_assert_mem_eq(bytes, &first, sizeof(first));
	prandom_seed_state(&b, 0);
	ck_assert(b.s1 >= 2 && b.s2 >= 8 && b.s3 >= 16 && b.s4 >= 128);
}
END_TEST

Suite *arith_suite(void)
{
	Suite *s = suite_create("arith");
	TCase *tc = plain_tcase(s, "numbers");

	tcase_add_test(tc, arguments_are_evaluated_once);
	tcase_add_test(tc, common_types);
	tcase_add_test(tc, selection);
	tcase_add_test(tc, rounding);
	tcase_add_test(tc, division);
	tcase_add_test(tc, square_roots);
	tcase_add_test(tc, overflow_is_noticed);
	tcase_add_test(tc, other_words);
	tcase_add_test(tc, bounded_random_numbers);
	tcase_add_test(tc, seeded_generator_repeats);
	return s;
}
