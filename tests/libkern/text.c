// SPDX-License-Identifier: GPL-2.0-only
/* Text for people, UUIDs, options of command lines, and hashes with a key. */
#include <linux/ctype.h>
#include <linux/device.h>
#include <linux/seq_buf.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/string_helpers.h>
#include <linux/stringhash.h>
#include <linux/uuid.h>

#include "fixture.h"

START_TEST(classes_of_latin1)
{
	ck_assert(isprint(0xcf) && isalpha(0xcf) && !isascii(0xcf));
	ck_assert(!isprint(0x90) && iscntrl('\n') && isspace(0xa0) && !isspace('\0'));
	ck_assert(isupper(0xc0) && tolower(0xc0) == 0xe0 && toupper(0xf7) == 0xf7);
	ck_assert(isxdigit('F') && !isxdigit('g') && isdigit('9') && ispunct('~'));
	ck_assert_int_eq(toupper('q'), 'Q');
	ck_assert_int_eq(tolower('@'), '@');
}
END_TEST

static const char *size_text(u64 size, u64 block, unsigned int units)
{
	static char text[32];

	string_get_size(size, block, units, text, sizeof(text));
	return text;
}

START_TEST(sizes_with_units)
{
	ck_assert_str_eq(size_text(0, 1, STRING_UNITS_10), "0 B");
	ck_assert_str_eq(size_text(1100, 1, STRING_UNITS_10), "1.10 kB");
	ck_assert_str_eq(size_text(1100, 1, STRING_UNITS_2), "1.07 KiB");
	ck_assert_str_eq(size_text(16384, 512, STRING_UNITS_10), "8.39 MB");
	ck_assert_str_eq(size_text(500118192, 512, STRING_UNITS_2), "238 GiB");
	ck_assert_str_eq(size_text(8192, 4096, STRING_UNITS_10 | STRING_UNITS_NO_SPACE), "33.6MB");
	ck_assert_str_eq(size_text(1, 512, STRING_UNITS_2 | STRING_UNITS_NO_BYTES), "512 ");
	ck_assert_str_eq(size_text(U64_MAX, 4096, STRING_UNITS_2), "64.0 ZiB");
	ck_assert_str_eq(size_text(999950, 1, STRING_UNITS_10), "1000 kB");
}
END_TEST

START_TEST(escapes_are_read)
{
	char text[32];

	ck_assert_int_eq(string_unescape_any("\\t\\101\\x4a\\\\\\e", text, sizeof(text)), 5);
	ck_assert_str_eq(text, "\tAJ\\\e");
	ck_assert_int_eq(string_unescape("\\q\\400\\n", text, 0, UNESCAPE_OCTAL), 6);
	ck_assert_str_eq(text, "\\q 0\\n");
	ck_assert_int_eq(string_unescape("abcdef", text, 4, UNESCAPE_ANY), 3);
	ck_assert_str_eq(text, "abc");
	strcpy(text, "a\\x");
	ck_assert_int_eq(string_unescape_any_inplace(text), 3);
	ck_assert_str_eq(text, "a\\x");
}
END_TEST

static const char *escaped(const char *src, unsigned int flags, const char *only)
{
	static char text[64];
	int n = string_escape_mem(src, strlen(src), text, sizeof(text) - 1, flags, only);

	text[n] = '\0';
	return text;
}

START_TEST(escapes_are_written)
{
	char small[4] = "....";

	ck_assert_str_eq(escaped("a\n\x90\xcf", ESCAPE_ANY_NP, NULL), "a\\n\\220\xcf");
	ck_assert_str_eq(escaped("a\n\xcf", ESCAPE_HEX | ESCAPE_NA, NULL), "a\n\\xcf");
	ck_assert_str_eq(escaped("a b", ESCAPE_OCTAL, " "), "a\\040b");
	ck_assert_str_eq(escaped("a\"\x01", ESCAPE_ANY | ESCAPE_NAP | ESCAPE_APPEND, "a"),
			 "\\141\"\\001");
	ck_assert_str_eq(escaped("\t", ESCAPE_SPECIAL, NULL), "\t");
	ck_assert_int_eq(string_escape_mem("\0x", 2, small, 3, ESCAPE_ANY, NULL), 6);
	ck_assert(!memcmp(small, "\\0\\.", 4));
}
END_TEST

START_TEST(copies_and_lists)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	char *copy = kstrdup_quotable("a\n\"", GFP_KERNEL), **names;
	int *ints = NULL;

	ck_assert_str_eq(copy, "a\\x0a\\x22");
	kfree(copy);
	ck_assert_ptr_null(kstrdup_quotable(NULL, GFP_KERNEL));
	copy = kstrdup_and_replace("a/b/c", '/', '!', GFP_KERNEL);
	ck_assert_str_eq(copy, "a!b!c");
	kfree(copy);
	copy = kstrdup_quotable_file(NULL, GFP_KERNEL);
	ck_assert_str_eq(copy, "<unknown>");
	kfree(copy);
	names = kasprintf_strarray(GFP_KERNEL, "line", 3);
	ck_assert_str_eq(names[2], "line-2");
	kfree_strarray(names, 3);
	ck_assert_int_eq(parse_int_array("", 0, &ints), -ENOENT);
	ck_assert_int_eq(parse_int_array_user((char __user *)"3,5-7 junk", 6, &ints), 0);
	ck_assert(ints[0] == 4 && ints[1] == 3 && ints[2] == 5 && ints[4] == 7);
	kfree(ints);
	device_initialize(dev);
	names = devm_kasprintf_strarray(dev, "pin", 2);
	ck_assert_str_eq(names[1], "pin-1");
	devres_release_all(dev);
	kfree(dev);
}
END_TEST

START_TEST(string_completions)
{
	int a[3] = { 1, 2, 3 };
	int *first[] = { &a[0], &a[1], NULL }, *second[] = { &a[2], NULL }, **both;
	u16 words[3];
	char text[8] = "abc", field[4] = { 'w', 'x', 'y', 'z' };
	const char unended[2] = { 'a', 'b' };
	loff_t pos = 2;

	both = memcat_p(first, second);
	ck_assert(both[0] == &a[0] && both[2] == &a[2] && !both[3]);
	kfree(both);
	memset16(words, 0xbeef, 3);
	ck_assert_uint_eq(words[2], 0xbeef);
	ck_assert_uint_eq(strlcat(text, "defgh", sizeof(text)), 8);
	ck_assert_str_eq(text, "abcdefg");
	ck_assert(strends(text, "efg") && !strends("g", text));
	ck_assert_ptr_eq(strnchrnul(text, 3, 'd'), text + 3);
	memtostr_pad(text, field);
	ck_assert(!memcmp(text, "wxyz\0\0\0", 8));
	/* A source without an end is not looked at behind its own. */
	memset(field, '.', sizeof(field));
	strtomem(field, unended);
	ck_assert_mem_eq(field, "ab", 2);
	ck_assert_int_eq(field[2], '.');
	strtomem_pad(field, unended, '-');
	ck_assert_mem_eq(field, "ab--", 4);
	strtomem_pad(field, "q", '-');
	ck_assert(!memcmp(field, "q---", 4));
	ck_assert_int_eq(memory_read_from_buffer(text, 9, &pos, "12345", 5), 3);
	ck_assert_int_eq(pos, 5);
	ck_assert_uint_eq(hashlen_len(hashlen_string(text, "name")), 4);
	ck_assert_uint_eq(hashlen_hash(hashlen_string(text, "name")),
			  full_name_hash(text, "names", 4));
}
END_TEST

START_TEST(buffer_that_overflows)
{
	DECLARE_SEQ_BUF(s, 16);
	char *room, out[8] = "";

	ck_assert_int_eq(seq_buf_printf(&s, "%d:", 12), 0);
	ck_assert_int_eq(seq_buf_puts(&s, "abc"), 0);
	ck_assert_int_eq(seq_buf_putc(&s, '!'), 0);
	ck_assert_str_eq(seq_buf_str(&s), "12:abc!");
	ck_assert_uint_eq(seq_buf_used(&s), 7);
	ck_assert_int_eq(seq_buf_to_user(&s, (char __user *)out, 3, 8), 4);
	ck_assert_str_eq(out, "abc!");
	ck_assert_int_eq(seq_buf_to_user(&s, (char __user *)out, 7, 1), -EBUSY);
	ck_assert_uint_eq(seq_buf_get_buf(&s, &room), 9);
	memcpy(room, "xy", 2);
	seq_buf_commit(&s, 2);
	seq_buf_pop(&s);
	ck_assert_int_eq(seq_buf_puts(&s, "12345678"), -1);
	ck_assert(seq_buf_has_overflowed(&s));
	ck_assert_uint_eq(seq_buf_buffer_left(&s), 0);
	ck_assert_uint_eq(seq_buf_used(&s), 16);
	seq_buf_clear(&s);
	ck_assert_int_eq(seq_buf_putmem_hex(&s, "\x01\x02\x03", 3), 0);
	ck_assert_str_eq(seq_buf_str(&s), "030201 ");
	/* Fifteen characters and the zero byte fit, sixteen do not. */
	seq_buf_clear(&s);
	ck_assert_int_eq(seq_buf_printf(&s, "%s", "123456789012345"), 0);
	seq_buf_clear(&s);
	ck_assert_int_eq(seq_buf_printf(&s, "%s", "1234567890123456"), -1);
}
END_TEST

START_TEST(uuids)
{
	const char *text = "c33f4995-3701-450e-9fbf-206a2e98e576 and more";
	guid_t guid, same = GUID_INIT(0xc33f4995, 0x3701, 0x450e, 0x9f, 0xbf, 0x20, 0x6a, 0x2e,
				      0x98, 0xe5, 0x76);
	uuid_t uuid, equal = UUID_INIT(0xc33f4995, 0x3701, 0x450e, 0x9f, 0xbf, 0x20, 0x6a, 0x2e,
				       0x98, 0xe5, 0x76);

	ck_assert_int_eq(guid_parse(text, &guid), 0);
	ck_assert(guid_equal(&guid, &same));
	ck_assert_uint_eq(guid.b[0], 0x95);
	ck_assert_int_eq(uuid_parse(text, &uuid), 0);
	ck_assert(uuid_equal(&uuid, &equal));
	ck_assert_uint_eq(uuid.b[0], 0xc3);
	ck_assert_int_eq(uuid_parse("c33f4995-3701-450e-9fbf206a2e98e576 ", &uuid), -EINVAL);
	ck_assert_int_eq(uuid_parse("64b4371c-77c1-48f9-8221-29f054XX023b", &uuid), -EINVAL);
	ck_assert(!uuid_is_valid("64b4371c-77c1-48f9-8221-29f054fc023"));
	uuid_gen(&uuid);
	ck_assert_uint_eq(uuid.b[6] >> 4, 4);
	ck_assert_uint_eq(uuid.b[8] >> 6, 2);
	guid_gen(&guid);
	ck_assert_uint_eq(guid.b[7] >> 4, 4);
	ck_assert(!guid_is_null(&guid) && uuid_is_null(&uuid_null));
}
END_TEST

static void check_options(const char *text, int n, const int *want)
{
	int ints[16], count;

	memset(ints, 0x5a, sizeof(ints));
	get_options(text, ARRAY_SIZE(ints), ints);
	for (int i = 0; i < n; i++)
		ck_assert_msg(ints[i] == want[i], "\"%s\"[%d]: %d", text, i, ints[i]);
	get_options(text, 0, &count);
	ck_assert_int_eq(count, want[0]);
}

START_TEST(options_and_ranges)
{
	check_options("-7", 2, (int[]){ 1, -7 });
	check_options("--7", 2, (int[]){ 0, 0 });
	check_options("-1-2", 5, (int[]){ 4, -1, 0, 1, 2 });
	check_options("7--9", 2, (int[]){ 0, 7 });
	check_options("7-9,", 5, (int[]){ 3, 7, 8, 9, 0 });
	check_options("5-a", 2, (int[]){ 0, 5 });
	check_options("-3,0-1,6", 5, (int[]){ 4, -3, 0, 1, 6 });
	check_options("4,-", 3, (int[]){ 1, 4, 0 });
	check_options(" +2", 2, (int[]){ 0, 0 });
}
END_TEST

START_TEST(option_stops_where_it_must)
{
	char text[] = "-,7-8", *at = text;
	int value = 5;

	ck_assert_int_eq(get_option(&at, &value), 0);
	ck_assert_ptr_eq(at, text + 1);
	at++;
	ck_assert_int_eq(get_option(&at, &value), 3);
	ck_assert(value == 7 && *at == '-');
	ck_assert_int_eq(get_option(&at, NULL), 1);
	ck_assert_int_eq(*at, '\0');
}
END_TEST

/* The vector of the paper: key 00 ... 0f, message 00 ... 0e. */
START_TEST(siphash_vectors)
{
	siphash_key_t key = { { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } };
	hsiphash_key_t hkey = { { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } };
	u64 unaligned;
	u8 data[65];

	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = i;
	ck_assert_uint_eq(siphash(data, 15, &key), 0xa129ca6149be45e5ULL);
	ck_assert_uint_eq(siphash(data, 0, &key), 0x726fdb47dd0e0e31ULL);
	ck_assert_uint_eq(siphash_1u64(0x0706050403020100ULL, &key), siphash(data, 8, &key));
	ck_assert_uint_eq(siphash_2u64(0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL, &key),
			  siphash(data, 16, &key));
	ck_assert_uint_eq(siphash_3u32(0x03020100, 0x07060504, 0x0b0a0908, &key),
			  siphash(data, 12, &key));
	ck_assert_uint_eq(siphash_4u32(0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c, &key),
			  siphash(data, 16, &key));
	unaligned = siphash(data + 1, 13, &key);
	memmove(data, data + 1, 13);
	ck_assert_uint_eq(siphash(data, 13, &key), unaligned);
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = i;
	ck_assert_uint_eq(hsiphash_3u32(0x03020100, 0x07060504, 0x0b0a0908, &hkey),
			  hsiphash(data, 12, &hkey));
	ck_assert_uint_eq(hsiphash_2u32(0x03020100, 0x07060504, &hkey), hsiphash(data, 8, &hkey));
	ck_assert(!siphash_key_is_zero(&key));
}
END_TEST

Suite *text_suite(void)
{
	Suite *s = suite_create("text");
	TCase *tc = machine_tcase(s, "text");

	tcase_add_test(tc, classes_of_latin1);
	tcase_add_test(tc, sizes_with_units);
	tcase_add_test(tc, escapes_are_read);
	tcase_add_test(tc, escapes_are_written);
	tcase_add_test(tc, copies_and_lists);
	tcase_add_test(tc, string_completions);
	tcase_add_test(tc, buffer_that_overflows);
	tcase_add_test(tc, uuids);
	tcase_add_test(tc, options_and_ranges);
	tcase_add_test(tc, option_stops_where_it_must);
	tcase_add_test(tc, siphash_vectors);
	return s;
}
