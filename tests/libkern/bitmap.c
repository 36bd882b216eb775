// SPDX-License-Identifier: GPL-2.0-only
/* linux/bitmap.h and linux/find.h against definitions that look at one bit at a time. */
#include "plain.h"

#include <linux/bitmap.h>
#include <linux/kernel.h>

#define MAX_BITS 200
#define WORDS BITS_TO_LONGS(MAX_BITS)

static unsigned long seed;

/* Random maps of differing density; the bits behind the end are random as well. */
static void random_map(unsigned long *map)
{
	unsigned long kind = test_random(&seed) % 4;

	for (unsigned int i = 0; i < WORDS; i++) {
		unsigned long a = test_random(&seed), b = test_random(&seed);

		if (kind == 0)
			map[i] = a;
		else if (kind == 1)
			map[i] = a & b & test_random(&seed);
		else
			map[i] = kind == 2 ? a | b : 0;
	}
}

static unsigned long naive_next(const unsigned long *map, unsigned long size, unsigned long start,
				bool want)
{
	while (start < size && test_bit(start, map) != want)
		start++;
	return min(start, size);
}

START_TEST(next_bit_of_every_size_and_start)
{
	unsigned long map[WORDS];
	unsigned int wrong = 0;

	for (unsigned int size = 0; size <= MAX_BITS; size++) {
		random_map(map);
		for (unsigned int start = 0; start <= size + 2; start++) {
			wrong += find_next_bit(map, size, start) != naive_next(map, size, start, 1);
			wrong += find_next_zero_bit(map, size, start) !=
				 naive_next(map, size, start, 0);
		}
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(small_constant_sizes)
{
	unsigned long map = 0xf0f0;

	ck_assert_uint_eq(find_first_bit(&map, 4), 4);
	ck_assert_uint_eq(find_first_bit(&map, 5), 4);
	ck_assert_uint_eq(find_first_zero_bit(&map, 64), 0);
	ck_assert_uint_eq(find_next_zero_bit(&map, 8, 4), 8);
	ck_assert_uint_eq(find_next_bit(&map, 64, 16), 64);
	ck_assert_uint_eq(bitmap_weight(&map, 6), 2);
	ck_assert(bitmap_empty(&map, 4) && !bitmap_empty(&map, 5));
	map = ~0UL;
	ck_assert(bitmap_full(&map, 64) && bitmap_full(&map, 1));
}
END_TEST

START_TEST(last_and_nth_bit)
{
	unsigned long map[WORDS];
	unsigned int wrong = 0;

	for (unsigned int size = 0; size <= MAX_BITS; size++) {
		unsigned long last = size, seen = 0;

		random_map(map);
		for (unsigned int i = 0; i < size; i++) {
			if (!test_bit(i, map))
				continue;
			last = i;
			wrong += find_nth_bit(map, size, seen++) != i;
		}
		ck_assert_uint_eq(find_nth_bit(map, size, seen), size);
		ck_assert_uint_eq(find_last_bit(map, size), last);
		ck_assert_uint_eq(bitmap_weight(map, size), seen);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(two_maps)
{
	unsigned long a[WORDS], b[WORDS], dst[WORDS];

	for (unsigned int size = 1; size <= MAX_BITS; size++) {
		bool any_and = false, any_andnot = false, equal = true;

		random_map(a);
		random_map(b);
		for (unsigned int i = 0; i < size; i++) {
			any_and |= test_bit(i, a) && test_bit(i, b);
			any_andnot |= test_bit(i, a) && !test_bit(i, b);
			equal &= test_bit(i, a) == test_bit(i, b);
		}
		ck_assert_int_eq(bitmap_and(dst, a, b, size), any_and);
		ck_assert_int_eq(bitmap_intersects(a, b, size), any_and);
		ck_assert_int_eq(bitmap_andnot(dst, a, b, size), any_andnot);
		ck_assert_int_eq(bitmap_subset(a, b, size), !any_andnot);
		ck_assert_int_eq(bitmap_equal(a, b, size), equal);
		ck_assert(bitmap_equal(a, a, size));
		bitmap_xor(dst, a, b, size);
		bitmap_xor(dst, dst, b, size);
		ck_assert(bitmap_equal(dst, a, size));
		ck_assert_uint_eq(find_first_and_bit(a, b, size) < size, any_and);
		ck_assert_uint_eq(find_first_andnot_bit(a, b, size) < size, any_andnot);
	}
}
END_TEST

/* Setting and clearing a range changes its bits and no other. */
START_TEST(ranges)
{
	unsigned long map[WORDS], before[WORDS];
	unsigned int wrong = 0;

	for (unsigned int round = 0; round < 4000; round++) {
		unsigned int start = test_random(&seed) % MAX_BITS;
		unsigned int len = test_random(&seed) % (MAX_BITS - start + 1);
		bool set = test_random(&seed) & 1;

		random_map(map);
		memcpy(before, map, sizeof(map));
		if (set)
			bitmap_set(map, start, len);
		else
			bitmap_clear(map, start, len);
		for (unsigned int i = 0; i < WORDS * BITS_PER_LONG; i++)
			wrong += test_bit(i, map) !=
				 (i >= start && i < start + len ? set : test_bit(i, before));
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(shifts)
{
	unsigned long map[WORDS], right[WORDS], left[WORDS];
	unsigned int wrong = 0;

	for (unsigned int round = 0; round < 2000; round++) {
		unsigned int size = 1 + test_random(&seed) % MAX_BITS;
		unsigned int shift = test_random(&seed) % (size + 1);

		random_map(map);
		bitmap_shift_right(right, map, shift, size);
		bitmap_shift_left(left, map, shift, size);
		for (unsigned int i = 0; i < size; i++) {
			wrong += test_bit(i, right) !=
				 (i + shift < size && test_bit(i + shift, map));
			wrong += test_bit(i, left) != (i >= shift && test_bit(i - shift, map));
		}
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

static unsigned long naive_area(const unsigned long *map, unsigned long size, unsigned long start,
				unsigned int nr, unsigned long mask, unsigned long offset)
{
	for (unsigned long i = start; i + nr <= size; i++)
		if (!((i + offset) & mask) && naive_next(map, i + nr, i, 1) == i + nr)
			return i;
	return size + 1;
}

START_TEST(zero_areas)
{
	unsigned long map[WORDS];
	unsigned int wrong = 0;

	for (unsigned int round = 0; round < 20000; round++) {
		unsigned long size = 1 + test_random(&seed) % MAX_BITS;
		unsigned long start = test_random(&seed) % (size + 3);
		unsigned int nr = 1 + test_random(&seed) % (round % 3 ? 6 : size + 2);
		unsigned long mask = (1UL << test_random(&seed) % 6) - 1;
		unsigned long offset = test_random(&seed) % 70, want, got;

		random_map(map);
		want = naive_area(map, size, start, nr, mask, offset);
		got = bitmap_find_next_zero_area_off(map, size, start, nr, mask, offset);
		wrong += want > size ? got <= size : got != want;
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* No bits wanted: the aligned position at or after the first clear bit. */
START_TEST(zero_area_of_no_bits)
{
	unsigned long map = 0x7, full = ~0UL;

	ck_assert_uint_eq(bitmap_find_next_zero_area(&map, 64, 0, 0, 0), 3);
	ck_assert_uint_eq(bitmap_find_next_zero_area(&map, 64, 0, 0, 7), 8);
	ck_assert_uint_eq(bitmap_find_next_zero_area(&full, 60, 0, 0, 7), 64);
}
END_TEST

START_TEST(iterators)
{
	DECLARE_BITMAP(map, 130);
	unsigned int bit, end, sum = 0, count = 0;

	bitmap_zero(map, 130);
	bitmap_set(map, 60, 10);
	bitmap_set(map, 129, 1);
	for_each_set_bit(bit, map, 130)
		sum += bit;
	ck_assert_uint_eq(sum, 645 + 129);
	for_each_clear_bit(bit, map, 130)
		count++;
	ck_assert_uint_eq(count, 119);
	count = 0;
	for_each_set_bitrange(bit, end, map, 130)
		sum = 10 * count++ + end - bit;
	ck_assert_uint_eq(sum, 11);
	count = 0;
	for_each_clear_bitrange(bit, end, map, 130)
		count += end - bit;
	ck_assert_uint_eq(count, 119);
	count = 0;
	for_each_set_bit_wrap(bit, map, 130, 65) {
		ck_assert_uint_eq(bit, count < 5 ? 65 + count : count == 5 ? 129 : 54 + count);
		count++;
	}
	ck_assert_uint_eq(count, 11);
}
END_TEST

START_TEST(regions)
{
	DECLARE_BITMAP(map, 64) = { 0 };

	ck_assert_int_eq(bitmap_find_free_region(map, 64, 3), 0);
	ck_assert_int_eq(bitmap_find_free_region(map, 64, 0), 8);
	ck_assert_int_eq(bitmap_find_free_region(map, 64, 5), 32);
	ck_assert_int_eq(bitmap_find_free_region(map, 64, 5), -ENOMEM);
	ck_assert_int_eq(bitmap_allocate_region(map, 32, 2), -EBUSY);
	bitmap_release_region(map, 32, 5);
	ck_assert_int_eq(bitmap_allocate_region(map, 32, 2), 0);
	ck_assert_uint_eq(map[0], 0xf000001ffUL);
}
END_TEST

START_TEST(arrays_of_words)
{
	u32 words[3] = { 0x11111111, 0x22222222, 0xffffffff }, back[3];
	DECLARE_BITMAP(map, 80);

	bitmap_from_arr32(map, words, 80);
	ck_assert_uint_eq(map[0], 0x2222222211111111UL);
	ck_assert_uint_eq(map[1], 0xffff);
	bitmap_to_arr32(back, map, 70);
	ck_assert_uint_eq(back[2], 0x3f);
	ck_assert_uint_eq(bitmap_read(map, 60, 10), 0x3f2);
	bitmap_write(map, 0x155, 60, 10);
	ck_assert_uint_eq(bitmap_read(map, 60, 10), 0x155);
}
END_TEST

START_TEST(text)
{
	static const struct {
		const char *text, *printed;
		int err;
	} cases[] = {
		{ "0-3,7", "0-3,7", 0 },       { "", "", 0 },
		{ "5\n", "5", 0 },	       { "0-9:2/4", "0-1,4-5,8-9", 0 },
		{ "63-64", "63-64", 0 },       { "70", NULL, -ERANGE },
		{ "3-1", NULL, -EINVAL },      { "a", NULL, -EINVAL },
		{ "1-", NULL, -EINVAL },       { "1x", NULL, -EINVAL },
		{ "0-9:5/4", NULL, -EINVAL },  { "0-9:0/4", "", 0 },
		{ "0-9:0/0", NULL, -EINVAL },  { "0-9:2", NULL, -EINVAL },
		{ "N", "69", 0 },	       { "all", "0-69", 0 },
		{ "67-N,1", "1,67-69", 0 },    { "all:1/30", "0,30,60", 0 },
		{ "4294967296", NULL, -EOVERFLOW },
	};
	DECLARE_BITMAP(map, 70);
	char buf[64];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ck_assert_int_eq(bitmap_parselist(cases[i].text, map, 70), cases[i].err);
		if (cases[i].err)
			continue;
		bitmap_scnlistprintf(buf, sizeof(buf), map, 70);
		ck_assert_str_eq(buf, cases[i].printed);
	}
	bitmap_zero(map, 70);
	bitmap_set(map, 30, 40);
	snprintf(buf, sizeof(buf), "%*pb|%*pbl", 70, map, 70, map);
	ck_assert_str_eq(buf, "3f,ffffffff,c0000000|30-69");
}
END_TEST

START_TEST(hexadecimal_text)
{
	static const struct {
		const char *text;
		int err;
		unsigned long low, high;
	} cases[] = {
		{ "0", 0, 0, 0 },
		{ "ff\n", 0, 0xff, 0 },
		{ "1,00000002", 0, 0x100000002, 0 },
		{ " 1,2,3 ", 0, 0x0000000200000003, 1 },
		{ "3f,ffffffff,c0000000", 0, 0xffffffffc0000000, 0x3f },
		{ "1,,5", 0, 0x100000005, 0 },
		{ "", 0, 0, 0 },
		{ ",", 0, 0, 0 },
		{ "40,0,0", -EOVERFLOW, 0, 0 },
		{ "1,0,0,0", -EOVERFLOW, 0, 0 },
		{ "123456789", -EOVERFLOW, 0, 0 },
		{ "1g", -EINVAL, 0, 0 },
	};
	DECLARE_BITMAP(map, 70);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int err = bitmap_parse(cases[i].text, UINT_MAX, map, 70);

		ck_assert_int_eq(err, cases[i].err);
		if (err)
			continue;
		ck_assert_uint_eq(map[0], cases[i].low);
		ck_assert_uint_eq(map[1], cases[i].high);
	}
	ck_assert_int_eq(bitmap_parse("12345", 2, map, 70), 0);
	ck_assert_uint_eq(map[0], 0x12);
}
END_TEST

Suite *bitmap_suite(void)
{
	Suite *s = suite_create("bitmap");
	TCase *tc = plain_tcase(s, "maps");

	tcase_add_test(tc, next_bit_of_every_size_and_start);
	tcase_add_test(tc, small_constant_sizes);
	tcase_add_test(tc, last_and_nth_bit);
	tcase_add_test(tc, two_maps);
	tcase_add_test(tc, ranges);
	tcase_add_test(tc, shifts);
	tcase_add_test(tc, zero_areas);
	tcase_add_test(tc, zero_area_of_no_bits);
	tcase_add_test(tc, iterators);
	tcase_add_test(tc, regions);
	tcase_add_test(tc, arrays_of_words);
	tcase_add_test(tc, text);
	tcase_add_test(tc, hexadecimal_text);
	return s;
}
