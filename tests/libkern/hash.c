// SPDX-License-Identifier: GPL-2.0-only
/* linux/jhash.h against the published vectors of lookup3, linux/hash.h, linux/hashtable.h. */
#include "plain.h"

#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/kernel.h>

START_TEST(published_vectors)
{
	static const char text[] = "Four score and seven years ago";

	ck_assert_uint_eq(jhash("", 0, 0), 0xdeadbeef);
	ck_assert_uint_eq(jhash("", 0, 0xdeadbeef), 0xbd5b7dde);
	ck_assert_uint_eq(jhash(text, 30, 0), 0x17770551);
	ck_assert_uint_eq(jhash(text, 30, 1), 0xcd628161);
}
END_TEST

/* Words in memory, words in registers and bytes at any alignment hash alike. */
START_TEST(forms_agree)
{
	u32 words[7] = { 1, 0xffffffff, 3, 0x80000000, 5, 6, 7 };
	char shifted[sizeof(words) + 1];

	for (u32 n = 1; n <= 7; n++) {
		memcpy(shifted + 1, words, 4 * n);
		ck_assert_uint_eq(jhash2(words, n, 5), jhash(shifted + 1, 4 * n, 5));
	}
	ck_assert_uint_eq(jhash_3words(1, 0xffffffff, 3, 9), jhash2(words, 3, 9));
	ck_assert_uint_eq(jhash_2words(1, 0xffffffff, 9), jhash2(words, 2, 9));
	ck_assert_uint_eq(jhash_1word(1, 9), jhash2(words, 1, 9));
}
END_TEST

START_TEST(multiplicative)
{
	ck_assert_uint_eq(hash_32(1, 32), 0x61C88647);
	ck_assert_uint_eq(hash_32(1, 8), 0x61);
	ck_assert_uint_eq(hash_64(1, 16), 0x61C8);
	ck_assert_uint_eq(hash_min((u8)1, 4), hash_32(1, 4));
	ck_assert_uint_eq(hash_min(1UL, 4), hash_long(1, 4));
}
END_TEST

struct entry {
	int key;
	struct hlist_node node;
};

START_TEST(tables)
{
	DEFINE_HASHTABLE(table, 3);
	struct entry entries[20], *e;
	struct hlist_node *next;
	unsigned int bucket, seen = 0;

	ck_assert_uint_eq(HASH_SIZE(table), 8);
	ck_assert_uint_eq(HASH_BITS(table), 3);
	for (int i = 0; i < 20; i++) {
		entries[i].key = i % 10;
		hash_add(table, &entries[i].node, entries[i].key);
	}
	hash_for_each(table, bucket, e, node)
		seen++;
	ck_assert_uint_eq(seen, 20);
	seen = 0;
	hash_for_each_possible(table, e, node, 7)
		seen += e->key == 7;
	ck_assert_uint_eq(seen, 2);
	hash_for_each_safe(table, bucket, next, e, node) {
		hash_del(&e->node);
		ck_assert(!hash_hashed(&e->node));
	}
	ck_assert(hash_empty(table));
}
END_TEST

Suite *hash_suite(void)
{
	Suite *s = suite_create("hash");
	TCase *tc = plain_tcase(s, "hashes");

	tcase_add_test(tc, published_vectors);
	tcase_add_test(tc, forms_agree);
	tcase_add_test(tc, multiplicative);
	tcase_add_test(tc, tables);
	return s;
}
