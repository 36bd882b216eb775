// SPDX-License-Identifier: GPL-2.0-only
/* Bits moved by their number, sets of CPUs, text of both, checksums and addresses. */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/hex.h>
#include <linux/inet.h>
#include <linux/llist.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/skbuff.h>
#include <linux/util_macros.h>
#include <net/ip6_checksum.h>

#include "fixture.h"

#define BITS 100

static void assert_list(const unsigned long *map, unsigned int bits, const char *want)
{
	char text[128];

	bitmap_scnlistprintf(text, sizeof(text), map, bits);
	ck_assert_str_eq(text, want);
}

struct parse_case {
	const char *text;
	int err;
	const char *list;
};

START_TEST(lists_are_read)
{
	static const struct parse_case cases[] = {
		{ "0-31:1/3,1-31:2/9", 0, "0-3,6,9-12,15,18-21,24,27-30" },
		{ "0-31:0/3", 0, "" }, { " 1,, 5\t7-8\n9", 0, "1,5,7-8" },
		{ "all", 0, "0-99" }, { "ALL:1/50", 0, "0,50" }, { "0, 1, all,  ", 0, "0-99" },
		{ "N", 0, "99" }, { "97-N", 0, "97-99" },
		{ "-1", -EINVAL, NULL }, { "10-1", -EINVAL, NULL }, { "0-31:", -EINVAL, NULL },
		{ "0-31:1/0", -EINVAL, NULL }, { "0-31:10/1", -EINVAL, NULL },
		{ "alll", -EINVAL, NULL }, { "al", -EINVAL, NULL }, { "0-\n", -EINVAL, NULL },
		{ "100", -ERANGE, NULL }, { "0-98765432123456789:10/1", -EOVERFLOW, NULL },
	};
	DECLARE_BITMAP(map, BITS);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int err = bitmap_parselist(cases[i].text, map, BITS);

		ck_assert_msg(err == cases[i].err, "\"%s\": %d", cases[i].text, err);
		if (cases[i].list)
			assert_list(map, BITS, cases[i].list);
	}
	ck_assert_int_eq(bitmap_parselist_user((char __user *)"1-3xyz", 3, map, BITS), 0);
	assert_list(map, BITS, "1-3");
}
END_TEST

START_TEST(groups_are_read)
{
	static const struct parse_case cases[] = {
		{ "", 0, "" }, { "  , 1,, ,0 , ", 0, "32" }, { "f,00000001", 0, "0,32-35" },
		{ "deadbeef,\n,0,1", 0, "0-3,5-7,9-13,15-16,18-19,21,23,25-28,30-31" },
		{ "f,0,0,0", 0, "96-99" }, { "10,0,0,0", -EOVERFLOW, NULL },
		{ "0,0,0,0,0", -EOVERFLOW, NULL }, { "123badf00d", -EOVERFLOW, NULL },
		{ "goodfood", -EINVAL, NULL },
	};
	DECLARE_BITMAP(map, BITS);
	char text[64] = "";

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int err = bitmap_parse(cases[i].text, UINT_MAX, map, BITS);

		ck_assert_msg(err == cases[i].err, "\"%s\": %d", cases[i].text, err);
		if (cases[i].list)
			assert_list(map, BITS, cases[i].list);
	}
	ck_assert_int_eq(bitmap_parse_user((char __user *)"30", 2, map, BITS), 0);
	ck_assert_int_eq(bitmap_print_list_to_buf(text, map, BITS, 0, 64), 5);
	ck_assert_str_eq(text, "4-5\n");
	ck_assert_int_eq(bitmap_print_bitmask_to_buf(text, map, 40, 3, 64), 10);
	ck_assert_str_eq(text, "00000030\n");
}
END_TEST

START_TEST(bits_are_moved)
{
	DECLARE_BITMAP(a, BITS);
	DECLARE_BITMAP(b, BITS);
	DECLARE_BITMAP(mask, BITS);
	DECLARE_BITMAP(out, BITS);

	bitmap_parselist("4-7", b, BITS);
	bitmap_parselist("12-15", mask, BITS);
	bitmap_parselist("1,5,7", a, BITS);
	bitmap_remap(out, a, b, mask, BITS);
	assert_list(out, BITS, "1,13,15");
	ck_assert_int_eq(bitmap_bitremap(6, b, mask, BITS), 14);
	bitmap_parselist("30-39", mask, BITS);
	bitmap_parselist("1,3,5,7,9,11", a, BITS);
	bitmap_onto(out, a, mask, BITS);
	assert_list(out, BITS, "31,33,35,37,39");
	bitmap_gather(b, out, mask, BITS);
	assert_list(b, BITS, "1,3,5,7,9");
	bitmap_fold(out, a, 4, BITS);
	assert_list(out, BITS, "1,3");
	bitmap_cut(a, a, 2, 3, BITS);
	assert_list(a, BITS, "1-2,4,6,8");
	ck_assert(bitmap_or_equal(a, out, a, BITS) == false);
	ck_assert_uint_eq(bitmap_weighted_or(b, a, out, BITS), 6);
	ck_assert(bitmap_or_equal(a, out, b, BITS));
	ck_assert_uint_eq(bitmap_weight_andnot(b, a, BITS), 1);
	ck_assert_uint_eq(bitmap_weight_from(b, 4, BITS), 3);
}
END_TEST

START_TEST(bits_are_found)
{
	DECLARE_BITMAP(a, BITS);
	DECLARE_BITMAP(b, BITS);
	unsigned long clump, at, seen = 0;

	bitmap_parselist("3,17,64-70,99", a, BITS);
	bitmap_parselist("17,66-80", b, BITS);
	ck_assert_uint_eq(find_nth_and_bit(a, b, BITS, 2), 67);
	ck_assert_uint_eq(find_nth_and_bit(a, b, BITS, 6), BITS);
	ck_assert_uint_eq(find_nth_andnot_bit(a, b, BITS, 3), 99);
	ck_assert_uint_eq(find_nth_and_andnot_bit(a, a, b, BITS, 1), 64);
	ck_assert_uint_eq(find_first_and_and_bit(a, b, a, BITS), 17);
	at = find_random_bit(a, BITS);
	ck_assert(at < BITS && test_bit(at, a));
	for_each_set_clump8(at, clump, a, BITS)
		seen += at * clump;
	ck_assert_uint_eq(seen, 0 * 8 + 16 * 2 + 64 * 0x7f + 96 * 8);
	ck_assert_uint_eq(fns(0xf0, 2), 6);
	ck_assert_uint_eq(fns(0xf0, 4), BITS_PER_LONG);
	ck_assert(parity8(0x07) && !parity8(0x81));
}
END_TEST

START_TEST(sets_of_cpus)
{
	struct cpumask a, b;
	unsigned int cpu, n = 0;

	cpumask_setall(&a);
	ck_assert_uint_eq(cpumask_weight(&a), nr_cpu_ids);
	ck_assert(cpumask_full(&a) && cpumask_equal(&a, cpu_possible_mask));
	cpumask_clear(&b);
	ck_assert_uint_ge(cpumask_first(&b), nr_cpu_ids);
	ck_assert_int_eq(cpumask_parse("6", &b), 0);
	for_each_cpu_andnot(cpu, &a, &b)
		n++;
	ck_assert_uint_eq(n, nr_cpu_ids - 2);
	ck_assert_uint_eq(cpumask_first_andnot(&a, &b), 0);
	ck_assert_uint_eq(cpumask_next_andnot(0, &a, &b), 3);
	ck_assert_uint_eq(cpumask_nth_and(1, &a, &b), 2);
	ck_assert_uint_eq(cpumask_any_and_but(&a, &b, 1), 2);
	ck_assert_uint_eq(cpumask_any_andnot_but(&a, &b, 0), 3);
	ck_assert_uint_eq(cpumask_next_and_wrap(2, &a, &b), 1);
	ck_assert_uint_eq(cpumask_weight_andnot(&a, &b), nr_cpu_ids - 2);
}
END_TEST

struct flexible {
	u8 counter;
	u32 array[];
};

START_TEST(limits_of_types)
{
	DEFINE_FLEX(struct flexible, on_stack, array, counter, 5);
	u8 small = 250;
	s8 narrow = 100;

	ck_assert(overflows_type(256, u8) && !overflows_type(255, small));
	ck_assert(overflows_type(-1, u64) && overflows_type(128, narrow));
	ck_assert(!overflows_type(-128, narrow) && overflows_type(U64_MAX, s64));
	ck_assert(castable_to_type(16, u8) && !castable_to_type(narrow, u8));
	ck_assert_uint_eq(wrapping_assign_add(small, 10), 4);
	ck_assert_uint_eq(wrapping_assign_sub(small, 5), 255);
	ck_assert(range_overflows(10U, 1U, 10U) && !range_end_overflows(10U, 0U, 10U));
	ck_assert_uint_eq(on_stack->counter, 5);
	on_stack->array[4] = 1;
	ck_assert_uint_eq(mul_u64_u64_div_u64(U64_MAX, 3, 6), U64_MAX / 2);
	ck_assert_uint_eq(mul_u64_u64_div_u64(U64_MAX, 3, 2), U64_MAX);
	ck_assert_uint_eq(mul_u64_u64_div_u64_roundup(7, 3, 2), 11);
	ck_assert_int_eq(mul_s64_u64_shr(-8, 3, 1), -12);
	ck_assert_int_eq(DIV_S64_ROUND_CLOSEST(-7, 2), -4);
	ck_assert_uint_eq(find_closest(7, ((int[]){ 1, 4, 8, 15 }), 4), 2);
	ck_assert_uint_eq(find_closest(-5, ((int[]){ -9, -1 }), 2), 0);
	ck_assert_uint_eq(find_closest_descending(6, ((int[]){ 15, 8, 4 }), 3), 1);
}
END_TEST

struct link {
	struct llist_node node;
};

START_TEST(newest_node_of_a_list)
{
	LLIST_HEAD(list);
	struct link a, b, c;

	llist_add(&a.node, &list);
	b.node.next = &c.node;
	ck_assert(!__llist_add_batch(&b.node, &c.node, &list));
	ck_assert(!llist_del_first_this(&list, &a.node));
	ck_assert(llist_del_first_this(&list, &b.node));
	ck_assert_ptr_eq(llist_del_first_init(&list), &c.node);
	ck_assert(!llist_on_list(&c.node));
	ck_assert_ptr_eq(llist_del_first(&list), &a.node);
	ck_assert_ptr_null(llist_del_first_init(&list));
}
END_TEST

/* A checksum that is mended equals the one made anew. */
START_TEST(checksums_follow_changes)
{
	u8 data[40] = { 1, 2, 3, 250, 17, 0, 0, 9 };
	__be32 old = *(__be32 *)(data + 4), new_word = htonl(0xdeadbeef);
	__sum16 sum = ip_compute_csum(data, sizeof(data)), half;
	__wsum first = csum_partial(data, 13, 0), rest = csum_partial(data + 13, 27, 0), copied;
	struct in6_addr from = {}, to = { .s6_addr = { 0xfe, 0x80, [15] = 1 } };
	u8 copy[40];

	ck_assert_uint_eq(csum_fold(csum_block_add(first, rest, 13)), sum);
	ck_assert_uint_eq(csum_fold(csum_block_sub(csum_partial(data, 40, 0), rest, 13)),
			  csum_fold(first));
	csum_replace4(&sum, old, new_word);
	memcpy(data + 4, &new_word, 4);
	ck_assert_uint_eq(sum, ip_compute_csum(data, sizeof(data)));
	half = sum;
	csum_replace2(&half, *(__be16 *)data, htons(0x1234));
	*(__be16 *)data = htons(0x1234);
	ck_assert_uint_eq(half, ip_compute_csum(data, sizeof(data)));
	copied = csum_and_copy_from_user((void __user *)data, copy, sizeof(copy));
	ck_assert_uint_eq(csum_fold(copied), half);
	ck_assert(!memcmp(copy, data, sizeof(copy)));
	ck_assert_uint_eq(csum_fold(csum_partial_copy_nocheck(data, copy, 40)), half);
	ck_assert_uint_eq(tcp_v6_check(20, &from, &to, 0),
			  csum_ipv6_magic(&from, &to, 20, IPPROTO_TCP, 0));
	ck_assert_uint_eq(csum_from32to16(0x1fffe), 1 + 0xfffe + 1 - 1);
}
END_TEST

START_TEST(packets_follow_changes)
{
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	__be32 from = htonl(0x0a000001), to = htonl(0x0a000002);
	__sum16 sum = (__force __sum16)htons(0x1234);
	__sum16 want = sum;

	skb->ip_summed = CHECKSUM_COMPLETE;
	skb->csum = 1000;
	inet_proto_csum_replace4(&sum, skb, from, to, true);
	csum_replace4(&want, from, to);
	ck_assert_uint_eq(sum, want);
	ck_assert_uint_eq(csum_fold(skb->csum), csum_fold(csum_sub(csum_add(1000, from), to)));
	skb->ip_summed = CHECKSUM_PARTIAL;
	want = sum;
	inet_proto_csum_replace4(&sum, skb, from, to, false);
	ck_assert_uint_eq(sum, want);
	/* The sum in the header is not inverted then. */
	inet_proto_csum_replace4(&sum, skb, from, to, true);
	ck_assert_uint_eq((u16)~sum, csum_fold(csum_add(csum_unfold(want), csum_sub(to, from))));
	kfree_skb(skb);
}
END_TEST

START_TEST(addresses_are_read)
{
	static const struct { const char *text; int good; const char *hex; } cases[] = {
		{ "::", 1, "00000000000000000000000000000000" },
		{ "fe80::1:2", 1, "fe800000000000000000000000010002" },
		{ "1:2:3:4:5:6:7:8", 1, "00010002000300040005000600070008" },
		{ "::ffff:10.1.2.3", 1, "00000000000000000000ffff0a010203" },
		{ "1::2::3", 0, NULL }, { "1:2:3:4:5:6:7", 0, NULL }, { "12345::", 0, NULL },
		{ "1:2:3:4:5:6:7:8:9", 0, NULL }, { "1:", 0, NULL }, { "::1g", 0, NULL },
	};
	const char *end, *text = "192.168.0.255/24";
	u8 out[16], want[16];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ck_assert_msg(in6_pton(cases[i].text, -1, out, -1, NULL) == cases[i].good, "%s",
			      cases[i].text);
		if (cases[i].good) {
			ck_assert_int_eq(hex2bin(want, cases[i].hex, 16), 0);
			ck_assert_msg(!memcmp(out, want, 16), "%s", cases[i].text);
		}
	}
	ck_assert_int_eq(in4_pton(text, -1, out, '/', &end), 1);
	ck_assert(!memcmp(out, "\xc0\xa8\x00\xff", 4) && *end == '/');
	ck_assert_int_eq(in4_pton(text, -1, out, -1, NULL), 0);
	ck_assert_int_eq(in4_pton("1.2.3.256", -1, out, -1, NULL), 0);
	ck_assert_uint_eq(in_aton("10.0.0.7"), htonl(0x0a000007));
	ck_assert(mac_pton("02:0a:FF:00:00:01", out) && out[2] == 0xff);
	ck_assert(!mac_pton("02:0a:FF:00:00", out));
}
END_TEST

Suite *maps_suite(void)
{
	Suite *s = suite_create("maps");
	TCase *tc = machine_tcase(s, "maps");

	tcase_add_test(tc, lists_are_read);
	tcase_add_test(tc, groups_are_read);
	tcase_add_test(tc, bits_are_moved);
	tcase_add_test(tc, bits_are_found);
	tcase_add_test(tc, sets_of_cpus);
	tcase_add_test(tc, limits_of_types);
	tcase_add_test(tc, newest_node_of_a_list);
	tcase_add_test(tc, checksums_follow_changes);
	tcase_add_test(tc, packets_follow_changes);
	tcase_add_test(tc, addresses_are_read);
	return s;
}
