// SPDX-License-Identifier: GPL-2.0-only
/* linux/string.h, linux/kstrtox.h, linux/hex.h, the command line's pieces. */
#include "plain.h"

#include <linux/glob.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/string_choices.h>
#include <asm/sections.h>

START_TEST(bounded_copy)
{
	static const struct {
		const char *src;
		size_t size;
		ssize_t result;
		const char *dst;
	} cases[] = {
		{ "abc", 8, 3, "abc" }, { "abc", 4, 3, "abc" }, { "abc", 3, -E2BIG, "ab" },
		{ "abc", 1, -E2BIG, "" }, { "", 1, 0, "" },
	};
	char dst[8], padded[8];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(dst, '#', sizeof(dst));
		memset(padded, '#', sizeof(padded));
		ck_assert_int_eq(strscpy(dst, cases[i].src, cases[i].size), cases[i].result);
		ck_assert_str_eq(dst, cases[i].dst);
		ck_assert_int_eq(strscpy_pad(padded, cases[i].src, cases[i].size),
				 cases[i].result);
		for (size_t at = strlen(padded); at < cases[i].size; at++)
			ck_assert_int_eq(padded[at], 0);
		if (cases[i].size < sizeof(dst))
			ck_assert_int_eq(padded[cases[i].size], '#');
	}
	dst[0] = '#';
	ck_assert_int_eq(strscpy(dst, "x", 0), -E2BIG);
	udm_warn_expect("INT_MAX", 1);
	ck_assert_int_eq(strscpy(dst, "x", (size_t)INT_MAX + 1), -E2BIG);
	ck_assert_int_eq(dst[0], '#');
	ck_assert_int_eq(strscpy(dst, "seventh"), 7);
	ck_assert_int_eq(strscpy(dst, "seventh!"), -E2BIG);
}
END_TEST

START_TEST(first_other_byte)
{
	unsigned char buf[100];
	unsigned int wrong = 0;

	memset(buf, 7, sizeof(buf));
	for (size_t n = 0; n <= sizeof(buf); n++) {
		wrong += memchr_inv(buf, 7, n) != NULL;
		for (size_t at = 0; at < n; at++) {
			buf[at] = 8;
			wrong += memchr_inv(buf, 7, n) != buf + at;
			buf[at] = 7;
		}
	}
	ck_assert_uint_eq(wrong, 0);
	memset(buf, 0, sizeof(buf));
	ck_assert(mem_is_zero(buf, sizeof(buf)) && mem_is_zero(buf, 0));
	buf[99] = 1;
	ck_assert(!mem_is_zero(buf, sizeof(buf)) && mem_is_zero(buf, 99));
}
END_TEST

START_TEST(pieces_of_strings)
{
	char text[] = "  a-b-c \t\n", path[] = "/x/y/z";
	static const char *const words[] = { "on", "off", NULL, "never" };

	ck_assert_str_eq(strim(text), "a-b-c");
	ck_assert_str_eq(strreplace(path, '/', '!'), "!x!y!z");
	ck_assert_str_eq(kbasename("/a/b"), "b");
	ck_assert_str_eq(kbasename("b"), "b");
	ck_assert(sysfs_streq("on\n", "on") && sysfs_streq("on", "on\n"));
	ck_assert(!sysfs_streq("on\n\n", "on") && !sysfs_streq("on", "off"));
	ck_assert_int_eq(match_string(words, ARRAY_SIZE(words), "off"), 1);
	ck_assert_int_eq(match_string(words, ARRAY_SIZE(words), "never"), -EINVAL);
	ck_assert_int_eq(sysfs_match_string(words, "off\n"), 1);
	ck_assert_ptr_null(strnchr("abc", 2, 'c'));
	ck_assert_str_eq(strnchr("abc", 3, 'c'), "c");
	ck_assert_ptr_null(strnstr("abcd", "cd", 3));
	ck_assert_str_eq(strnstr("abcd", "cd", 4), "cd");
	ck_assert(strstarts("abc", "ab") && !strstarts("a", "ab"));
	ck_assert_uint_eq(str_has_prefix("abc", "ab"), 2);
	ck_assert_str_eq(str_plural(2), "s");
}
END_TEST

static const struct {
	const char *text;
	unsigned int base;
	int err;
	unsigned long long value;
} numbers[] = {
	{ "0", 0, 0, 0 },
	{ "42\n", 0, 0, 42 },
	{ "+7", 10, 0, 7 },
	{ "0x1F", 0, 0, 31 },
	{ "0x1F", 16, 0, 31 },
	{ "1f", 16, 0, 31 },
	{ "017", 0, 0, 15 },
	{ "018", 0, -EINVAL, 0 },
	{ "18446744073709551615", 10, 0, ULLONG_MAX },
	{ "18446744073709551616", 10, -ERANGE, 0 },
	{ "", 0, -EINVAL, 0 },
	{ " 1", 0, -EINVAL, 0 },
	{ "1 ", 0, -EINVAL, 0 },
	{ "1\n\n", 0, -EINVAL, 0 },
	{ "0x", 0, -EINVAL, 0 },
	{ "-1", 0, -EINVAL, 0 },
	{ "12a", 10, -EINVAL, 0 },
};

START_TEST(whole_numbers)
{
	unsigned long long value = 99;

	ck_assert_int_eq(kstrtoull(numbers[_i].text, numbers[_i].base, &value), numbers[_i].err);
	ck_assert_uint_eq(value, numbers[_i].err ? 99 : numbers[_i].value);
}
END_TEST

START_TEST(narrow_numbers)
{
	unsigned long ul;
	long l;
	int i = 5;
	u8 byte;
	s8 sbyte;
	s16 half;

	ck_assert_int_eq(kstrtoul("18446744073709551615", 0, &ul), 0);
	ck_assert_int_eq(kstrtol("-9223372036854775808", 0, &l), 0);
	ck_assert_int_eq(l, LONG_MIN);
	ck_assert_int_eq(kstrtol("-9223372036854775809", 0, &l), -ERANGE);
	ck_assert_int_eq(kstrtol("9223372036854775808", 0, &l), -ERANGE);
	ck_assert_int_eq(kstrtoint("2147483648", 0, &i), -ERANGE);
	ck_assert_int_eq(i, 5);
	ck_assert_int_eq(kstrtou8("256", 0, &byte), -ERANGE);
	ck_assert_int_eq(kstrtou8("255", 0, &byte), 0);
	ck_assert_int_eq(kstrtos8("-128", 0, &sbyte), 0);
	ck_assert_int_eq(sbyte, -128);
	ck_assert_int_eq(kstrtos16("-0x8000", 0, &half), 0);
}
END_TEST

START_TEST(truth_values)
{
	static const struct {
		const char *text;
		int err;
		bool value;
	} cases[] = {
		{ "y", 0, true },     { "Yes", 0, true },   { "1", 0, true },  { "t", 0, true },
		{ "enable", 0, true }, { "on", 0, true },   { "n", 0, false }, { "0", 0, false },
		{ "OFF", 0, false },  { "d", 0, false },    { "f", 0, false }, { "o", -EINVAL, 0 },
		{ "", -EINVAL, 0 },   { "2", -EINVAL, 0 },  { NULL, -EINVAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool value = !cases[i].value;

		ck_assert_int_eq(kstrtobool(cases[i].text, &value), cases[i].err);
		ck_assert_int_eq(value, cases[i].err ? true : cases[i].value);
	}
}
END_TEST

START_TEST(sizes_with_suffix)
{
	static const struct {
		const char *text;
		unsigned long long value;
		const char *rest;
	} cases[] = {
		{ "4096", 4096, "" },	 { "4k", 4096, "" },	   { "1M,", 1 << 20, "," },
		{ "0x10g", 1ULL << 34, "" }, { "3t", 3ULL << 40, "" }, { "1P", 1ULL << 50, "" },
		{ "1e", 1ULL << 60, "" }, { "5kk", 5120, "k" },	   { "x", 0, "x" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *rest;

		ck_assert_uint_eq(memparse(cases[i].text, &rest), cases[i].value);
		ck_assert_str_eq(rest, cases[i].rest);
	}
}
END_TEST

START_TEST(arguments_of_a_command_line)
{
	char line[] = "quiet  name=\"two words\" \"a b=c\" last= x=1=2";
	static const char *const want[][2] = {
		{ "quiet", NULL }, { "name", "two words" }, { "a b", "c" }, { "last", "" },
		{ "x", "1=2" },
	};
	char *at = line, *param, *val;

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		at = next_arg(at, &param, &val);
		ck_assert_str_eq(param, want[i][0]);
		ck_assert_pstr_eq(val, want[i][1]);
	}
	ck_assert_str_eq(at, "");
}
END_TEST

START_TEST(integer_options)
{
	char text[] = "5,-3-9,x", *at = text;
	int value = 0;

	ck_assert_int_eq(get_option(&at, &value), 2);
	ck_assert_int_eq(value, 5);
	ck_assert_int_eq(get_option(&at, &value), 3);
	ck_assert_int_eq(value, -3);
	ck_assert_int_eq(get_option(&at, &value), 2);
	ck_assert_int_eq(value, -9);
	ck_assert_int_eq(get_option(&at, &value), 0);
}
END_TEST

START_TEST(hex_digits)
{
	u8 bytes[3];
	char text[7] = "";

	ck_assert_int_eq(hex_to_bin('f'), 15);
	ck_assert_int_eq(hex_to_bin('A'), 10);
	ck_assert_int_eq(hex_to_bin('g'), -1);
	ck_assert_int_eq(hex_to_bin('/'), -1);
	ck_assert_int_eq(hex2bin(bytes, "00fFa5", 3), 0);
	ck_assert_mem_eq(bytes, "\x00\xff\xa5", 3);
	ck_assert_int_eq(hex2bin(bytes, "0g", 1), -EINVAL);
	bin2hex(text, bytes, 3);
	ck_assert_str_eq(text, "00ffa5");
}
END_TEST

START_TEST(dumps)
{
	static const u8 bytes[] = "0123456789abcde\x01tail";
	char line[160];

	ck_assert_int_eq(hex_dump_to_buffer(bytes, 16, 16, 1, line, sizeof(line), true), 65);
	ck_assert_str_eq(line, "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 01  0123456789abcde.");
	hex_dump_to_buffer(bytes, 8, 16, 4, line, sizeof(line), false);
	ck_assert_str_eq(line, "33323130 37363534");
	hex_dump_to_buffer(bytes, 3, 16, 2, line, sizeof(line), true);
	ck_assert_str_eq(line, "30 31 32                                         012");
	ck_assert_int_eq(hex_dump_to_buffer(bytes, 4, 16, 1, line, 6, false), 11);
	ck_assert_str_eq(line, "30 31");
}
END_TEST

struct record {
	int key;
	char pad[61];
};

static int by_key(const void *a, const void *b)
{
	return ((const struct record *)a)->key - ((const struct record *)b)->key;
}

static int by_key_times(const void *a, const void *b, const void *sign)
{
	return *(const int *)sign * by_key(a, b);
}

START_TEST(array_sort)
{
	unsigned long seed = 1;

	for (int n = 0; n < 40; n++) {
		struct record records[40];
		int down = -1, sum = 0;

		for (int i = 0; i < n; i++) {
			records[i].key = test_random(&seed) % 20;
			memset(records[i].pad, records[i].key, sizeof(records[i].pad));
			sum += records[i].key;
		}
		sort(records, n, sizeof(*records), by_key, NULL);
		for (int i = 0; i < n; i++) {
			ck_assert(i == 0 || records[i - 1].key <= records[i].key);
			ck_assert_ptr_null(memchr_inv(records[i].pad, records[i].key, 61));
			sum -= records[i].key;
		}
		ck_assert_int_eq(sum, 0);
		sort_r(records, n, sizeof(*records), by_key_times, NULL, &down);
		for (int i = 1; i < n; i++)
			ck_assert(records[i - 1].key >= records[i].key);
	}
}
END_TEST

static const char *const table_of_pointers[] = { "literal", "another" };
static char writable[] = "text";

START_TEST(read_only_data)
{
	char on_stack;

	ck_assert(is_kernel_rodata((unsigned long)"some literal"));
	ck_assert(is_kernel_rodata((unsigned long)table_of_pointers));
	ck_assert(!is_kernel_rodata((unsigned long)writable));
	ck_assert(!is_kernel_rodata((unsigned long)&on_stack));
	ck_assert(!is_kernel_rodata(0));
}
END_TEST

static const struct {
	const char *pat;
	const char *str;
	bool matches;
} globs[] = {
	{ "", "", true }, { "", "a", false }, { "a", "", false }, { "abc", "abc", true },
	{ "abc", "abcd", false }, { "a?c", "abc", true }, { "a?c", "ac", false },
	{ "*", "", true }, { "*", "abc", true }, { "a*c", "ac", true }, { "a*c", "abbc", true },
	{ "a*c", "abcb", false }, { "*a*b*", "xaxbx", true }, { "*a*b*", "xbxax", false },
	{ "a**b", "axb", true }, { "*ab", "aab", true }, { "[abc]", "b", true },
	{ "[a-c]x", "bx", true }, { "[a-c]", "d", false }, { "[!a-c]", "d", true },
	{ "[!a-c]", "b", false }, { "[]]", "]", true }, { "[a-]", "-", true },
	{ "[", "[", true }, { "[a", "[a", true }, { "[a", "a", false }, { "\\*", "*", true },
	{ "\\*", "a", false }, { "\\?", "?", true }, { "\\?", "a", false }, { "A", "a", false },
	{ "*[0-9]", "abc7", true }, { "*[0-9]", "7abc", false }, { "??", "a", false },
};

START_TEST(glob)
{
	ck_assert_msg(glob_match(globs[_i].pat, globs[_i].str) == globs[_i].matches,
		      "pattern \"%s\", text \"%s\"", globs[_i].pat, globs[_i].str);
}
END_TEST

Suite *string_suite(void)
{
	Suite *s = suite_create("string");
	TCase *tc = plain_tcase(s, "text");

	tcase_add_test(tc, bounded_copy);
	tcase_add_test(tc, first_other_byte);
	tcase_add_test(tc, pieces_of_strings);
	tcase_add_loop_test(tc, whole_numbers, 0, ARRAY_SIZE(numbers));
	tcase_add_test(tc, narrow_numbers);
	tcase_add_test(tc, truth_values);
	tcase_add_test(tc, sizes_with_suffix);
	tcase_add_test(tc, arguments_of_a_command_line);
	tcase_add_test(tc, integer_options);
	tcase_add_test(tc, hex_digits);
	tcase_add_test(tc, dumps);
	tcase_add_test(tc, array_sort);
	tcase_add_test(tc, read_only_data);
	tcase_add_loop_test(tc, glob, 0, ARRAY_SIZE(globs));
	return s;
}
