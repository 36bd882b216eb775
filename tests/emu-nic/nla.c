// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes: how they are laid out, and what strict parsing says to
 * every kind of mistake.
 */
#include "fixture.h"

#include <linux/errno.h>
#include <net/netlink.h>

#define ROOM	256

static struct sk_buff *message(void)
{
	struct sk_buff *skb = nlmsg_new(ROOM - NLMSG_HDRLEN, GFP_KERNEL);

	ck_assert_ptr_nonnull(skb);
	return skb;
}

/* Header, payload, zero padding to four. */
START_TEST(attributes_are_padded_with_zeroes)
{
	static const u8 want[] = { 7, 0, 5, 0, 'a', 'b', 'c', 0 };
	struct sk_buff *skb = message();

	memset(skb_tail_pointer(skb), 0xee, skb_tailroom(skb));
	ck_assert_int_eq(nla_put(skb, 5, 3, "abc"), 0);
	ck_assert_uint_eq(skb->len, 8);
	ck_assert_mem_eq(skb->data, want, sizeof(want));
	nlmsg_free(skb);
}
END_TEST

START_TEST(a_builder_without_room_changes_nothing)
{
	struct sk_buff *skb = message();
	unsigned int before;

	while (!nla_put_u64_64bit(skb, 1, 1, 2))
		;
	before = skb->len;
	ck_assert_int_eq(nla_put(skb, 1, skb_tailroom(skb), skb->data), -EMSGSIZE);
	ck_assert_uint_eq(skb->len, before);
	while (!nla_put_flag(skb, 3))
		;
	ck_assert_ptr_null(nla_nest_start(skb, 4));
	nlmsg_free(skb);
}
END_TEST

static const struct in6_addr address = { .s6_addr = { 1, 2, 3 } };

static int put_one(unsigned int which, struct sk_buff *skb)
{
	switch (which) {
	case 0: return nla_put_u8(skb, 1, 1);
	case 1: return nla_put_u16(skb, 1, 1);
	case 2: return nla_put_u32(skb, 1, 1);
	case 3: return nla_put_s8(skb, 1, 1);
	case 4: return nla_put_s16(skb, 1, 1);
	case 5: return nla_put_s32(skb, 1, 1);
	case 6: return nla_put_s64(skb, 1, 1, 0);
	case 7: return nla_put_u64_64bit(skb, 1, 1, 0);
	case 8: return nla_put_uint(skb, 1, 1);
	case 9: return nla_put_uint(skb, 1, 1ULL << 32);
	case 10: return nla_put_sint(skb, 1, -1);
	case 11: return nla_put_sint(skb, 1, 1LL << 40);
	case 12: return nla_put_be16(skb, 1, htons(1));
	case 13: return nla_put_be32(skb, 1, htonl(1));
	case 14: return nla_put_be64(skb, 1, cpu_to_be64(1), 0);
	case 15: return nla_put_le16(skb, 1, cpu_to_le16(1));
	case 16: return nla_put_le32(skb, 1, cpu_to_le32(1));
	case 17: return nla_put_le64(skb, 1, cpu_to_le64(1), 0);
	case 18: return nla_put_string(skb, 1, "text");
	case 19: return nla_put_flag(skb, 1);
	case 20: return nla_put_empty_nest(skb, 1);
	case 21: return nla_put_in_addr(skb, 1, htonl(0x7f000001));
	case 22: return nla_put_in6_addr(skb, 1, &address);
	case 23: return nla_put_bitfield32(skb, 1, 1, 3);
	case 24: return nla_put_msecs(skb, 1, 5, 0);
	case 25: return nla_put_net32(skb, 1, htonl(7));
	case 26: return nla_append(skb, 5, "12345");
	case 27: return nla_reserve(skb, 1, 9) ? 0 : -EMSGSIZE;
	default: return 1;
	}
}

/* Every helper in every amount of room: the whole attribute or nothing. */
START_TEST(helpers_put_all_or_nothing)
{
	for (unsigned int which = 0; ; which++) {
		struct sk_buff *skb = message();
		unsigned int size = skb->len, room, before;
		int err = put_one(which, skb);

		size = skb->len - size;
		nlmsg_free(skb);
		if (err > 0)
			break;
		ck_assert_int_eq(err, 0);
		ck_assert_uint_eq(size % 4, 0);
		for (room = 0; room <= size; room++) {
			skb = message();
			skb_put_zero(skb, skb_tailroom(skb) - room);
			before = skb->len;
			ck_assert_int_eq(put_one(which, skb), room < size ? -EMSGSIZE : 0);
			ck_assert_uint_eq(skb->len - before, room < size ? 0 : size);
			nlmsg_free(skb);
		}
	}
}
END_TEST

START_TEST(values_come_back)
{
	struct sk_buff *skb = message();
	const struct nlattr *at = (const struct nlattr *)skb->data;
	struct nla_bitfield32 bits;
	struct in6_addr in6;
	char *copy;
	int left;

	nla_put_in6_addr(skb, 1, &address);
	nla_put_bitfield32(skb, 2, 1, 3);
	nla_put_msecs(skb, 3, msecs_to_jiffies(250), 0);
	nla_put_net32(skb, 4, htonl(9));
	nla_put(skb, 5, 3, "abc");
	left = skb->len;
	in6 = nla_get_in6_addr(at);
	ck_assert_mem_eq(&in6, &address, sizeof(in6));
	bits = nla_get_bitfield32(at = nla_next(at, &left));
	ck_assert_uint_eq(bits.value * 10 + bits.selector, 13);
	ck_assert_uint_eq(nla_get_msecs(at = nla_next(at, &left)), msecs_to_jiffies(250));
	at = nla_next(at, &left);
	ck_assert_uint_eq(at->nla_type, 4 | NLA_F_NET_BYTEORDER);
	ck_assert_int_eq(nla_type(at), 4);
	ck_assert_uint_eq(ntohl(nla_get_be32(at)), 9);
	at = nla_next(at, &left);
	copy = nla_strdup(at, GFP_KERNEL);
	ck_assert_str_eq(copy, "abc");
	kfree(copy);
	copy = nla_memdup(at, GFP_KERNEL);
	ck_assert_int_eq(nla_memcmp(at, copy, 3), 0);
	ck_assert_int_gt(nla_memcmp(at, copy, 2), 0);
	kfree(copy);
	nlmsg_free(skb);
}
END_TEST

START_TEST(a_nest_has_its_flag_and_its_length)
{
	struct sk_buff *skb = message();
	struct nlattr *nest = nla_nest_start(skb, 9);

	ck_assert_uint_eq(nest->nla_type, 9 | NLA_F_NESTED);
	ck_assert_int_eq(nla_type(nest), 9);
	ck_assert_int_eq(nla_put_u32(skb, 1, 42), 0);
	ck_assert_int_eq(nla_nest_end(skb, nest), 12);
	ck_assert_uint_eq(nla_len(nest), 8);
	nest = nla_nest_start(skb, 9);
	nla_put_u32(skb, 1, 42);
	nla_nest_cancel(skb, nest);
	ck_assert_uint_eq(skb->len, 12);
	nlmsg_free(skb);
}
END_TEST

START_TEST(uint_takes_eight_bytes_only_when_it_must)
{
	struct sk_buff *skb = message();
	const struct nlattr *at = (const struct nlattr *)skb->data;
	int left;

	nla_put_uint(skb, 1, U32_MAX);
	nla_put_uint(skb, 2, 1ULL + U32_MAX);
	nla_put_sint(skb, 3, S32_MIN);
	nla_put_sint(skb, 4, (s64)S32_MIN - 1);
	left = skb->len;
	ck_assert_uint_eq(nla_len(at), 4);
	ck_assert_uint_eq(nla_get_uint(at), U32_MAX);
	at = nla_next(at, &left);
	ck_assert_uint_eq(nla_len(at), 8);
	ck_assert_uint_eq(nla_get_uint(at), 1ULL + U32_MAX);
	at = nla_next(at, &left);
	ck_assert_uint_eq(nla_len(at), 4);
	ck_assert_int_eq(nla_get_sint(at), S32_MIN);
	at = nla_next(at, &left);
	ck_assert_uint_eq(nla_len(at), 8);
	ck_assert_int_eq(nla_get_sint(at), (s64)S32_MIN - 1);
	nlmsg_free(skb);
}
END_TEST

START_TEST(a_64_bit_attribute_needs_no_padding_here)
{
	struct sk_buff *skb = message();

	ck_assert_int_eq(nla_put_u64_64bit(skb, 1, 77, 2), 0);
	ck_assert_uint_eq(skb->len, 12);
	ck_assert_uint_eq(nla_get_u64((struct nlattr *)skb->data), 77);
	nlmsg_free(skb);
}
END_TEST

/* --- Strict parsing ------------------------------------------------------ */

static const struct netlink_range_validation wide = { .min = 2, .max = 1ULL << 40 };

static const struct nla_policy inner_policy[] = {
	[1] = { .type = NLA_U32 },
	[2] = NLA_POLICY_MAX(NLA_U32, 1),
};

static const struct nla_policy policy[] = {
	[1] = { .type = NLA_U32 },
	[2] = NLA_POLICY_MIN(NLA_U32, 1),
	[3] = NLA_POLICY_NESTED(inner_policy),
	[4] = NLA_POLICY_FULL_RANGE(NLA_UINT, &wide),
	[5] = NLA_POLICY_MASK(NLA_UINT, 0x1),
	[6] = { .type = NLA_NUL_STRING, .len = 3 },
	[7] = { .type = NLA_FLAG },
	[8] = NLA_POLICY_EXACT_LEN(6),
	[9] = NLA_POLICY_RANGE(NLA_S16, -2, 2),
	[11] = { .type = NLA_REJECT, .reject_message = "go away" },
	[12] = NLA_POLICY_MAX_LEN(2),
};
#define MAXTYPE	(ARRAY_SIZE(policy) - 1)

/* One attribute as bytes: type, payload; @inside: the offender is the first inner one. */
static const struct {
	const char *name;
	u16 type, len;
	u8 payload[12];
	int err;
	const char *text;
	bool inside;
} mistakes[] = {
	{ "right", 1, 4, { 1 }, 0, NULL },
	{ "type 0", 0, 4, {}, -EINVAL, "Unknown attribute type" },
	{ "type above all", MAXTYPE + 1, 4, {}, -EINVAL, "Unknown attribute type" },
	{ "no policy", 10, 4, {}, -EINVAL, "Unsupported attribute" },
	{ "short", 1, 2, {}, -EINVAL, "invalid attribute length" },
	{ "long", 1, 8, {}, -EINVAL, "invalid attribute length" },
	{ "minimum", 2, 4, { 0 }, -ERANGE, "integer out of range" },
	{ "minimum met", 2, 4, { 1 }, 0, NULL },
	{ "nest flag on u32", 1 | NLA_F_NESTED, 4, {}, -EINVAL, "NLA_F_NESTED not expected" },
	{ "nest without flag", 3, 8, { 8, 0, 1, 0 }, -EINVAL, "NLA_F_NESTED is missing" },
	{ "empty nest", 3 | NLA_F_NESTED, 0, {}, 0, NULL },
	{ "nest of 3 bytes", 3 | NLA_F_NESTED, 3, {}, -ERANGE,
	  "Attribute failed policy validation" },
	{ "good nest", 3 | NLA_F_NESTED, 8, { 8, 0, 1, 0, 1 }, 0, NULL },
	{ "inner range", 3 | NLA_F_NESTED, 8, { 8, 0, 2, 0, 2 }, -ERANGE,
	  "integer out of range", true },
	{ "inner unknown", 3 | NLA_F_NESTED, 8, { 8, 0, 3, 0, 2 }, -EINVAL,
	  "Unknown attribute type", true },
	{ "uint of 2", 4, 2, { 2 }, -EINVAL, "invalid attribute length" },
	{ "uint of 4", 4, 4, { 2 }, 0, NULL },
	{ "uint of 8", 4, 8, { 0, 0, 0, 0, 1 }, 0, NULL },
	{ "uint above", 4, 8, { 0, 0, 0, 0, 0, 2 }, -ERANGE, "integer out of range" },
	{ "uint below", 4, 4, { 1 }, -ERANGE, "integer out of range" },
	{ "mask", 5, 4, { 2 }, -EINVAL, "reserved bit set" },
	{ "string", 6, 4, "abc", 0, NULL },
	{ "string too long", 6, 5, "abcd", -EINVAL, "Attribute failed policy validation" },
	{ "string without NUL", 6, 3, "abc", -EINVAL, "Attribute failed policy validation" },
	{ "flag", 7, 0, {}, 0, NULL },
	{ "flag with payload", 7, 1, {}, -ERANGE, "Attribute failed policy validation" },
	{ "exact length", 8, 6, {}, 0, NULL },
	{ "inexact length", 8, 5, {}, -ERANGE, "binary attribute size out of range" },
	{ "signed", 9, 2, { 0xfe, 0xff }, 0, NULL },
	{ "signed out of range", 9, 2, { 0xfd, 0xff }, -ERANGE, "integer out of range" },
	{ "rejected", 11, 0, {}, -EINVAL, "go away" },
	{ "binary too long", 12, 3, {}, -ERANGE, "binary attribute size out of range" },
};

START_TEST(strict_parsing_names_the_mistake)
{
	struct netlink_ext_ack extack = {};
	struct sk_buff *skb = message();
	struct nlattr *tb[MAXTYPE + 1];
	const u8 *offender = skb->data;
	int err;

	ck_assert_int_eq(nla_put(skb, mistakes[_i].type, mistakes[_i].len, mistakes[_i].payload),
			 0);
	err = nla_parse(tb, MAXTYPE, (struct nlattr *)skb->data, skb->len, policy, &extack);
	ck_assert_msg(err == mistakes[_i].err, "%s: %d", mistakes[_i].name, err);
	ck_assert_pstr_eq(extack._msg, mistakes[_i].text);
	if (err) {
		ck_assert_ptr_eq(extack.bad_attr,
				 offender + (mistakes[_i].inside ? NLA_HDRLEN : 0));
	} else {
		ck_assert_ptr_eq(tb[mistakes[_i].type & NLA_TYPE_MASK], skb->data);
		ck_assert_ptr_null(extack.bad_attr);
	}
	nlmsg_free(skb);
}
END_TEST

START_TEST(of_a_repeated_attribute_the_last_wins)
{
	struct sk_buff *skb = message();
	struct nlattr *tb[MAXTYPE + 1];

	nla_put_u32(skb, 1, 10);
	nla_put_u32(skb, 1, 20);
	ck_assert_int_eq(nla_parse(tb, MAXTYPE, (struct nlattr *)skb->data, skb->len, policy,
				   NULL), 0);
	ck_assert_uint_eq(nla_get_u32(tb[1]), 20);
	nlmsg_free(skb);
}
END_TEST

START_TEST(the_first_offender_decides)
{
	struct netlink_ext_ack extack = {};
	struct sk_buff *skb = message();
	struct nlattr *tb[MAXTYPE + 1];

	nla_put_u32(skb, 1, 10);
	nla_put_u32(skb, 2, 0);
	nla_put_u32(skb, 10, 0);
	ck_assert_int_eq(nla_parse(tb, MAXTYPE, (struct nlattr *)skb->data, skb->len, policy,
				   &extack), -ERANGE);
	ck_assert_ptr_eq(extack.bad_attr, skb->data + 8);
	nlmsg_free(skb);
}
END_TEST

START_TEST(bytes_behind_the_last_attribute_are_refused)
{
	struct netlink_ext_ack extack = {};
	struct sk_buff *skb = message();
	struct nlattr *tb[MAXTYPE + 1];

	nla_put_u32(skb, 1, 10);
	skb_put_zero(skb, 3);
	ck_assert_int_eq(nla_parse(tb, MAXTYPE, (struct nlattr *)skb->data, skb->len, policy,
				   &extack), -EINVAL);
	ck_assert_str_eq(extack._msg, "bytes leftover after parsing attributes");
	ck_assert_ptr_null(extack.bad_attr);
	nlmsg_free(skb);
}
END_TEST

static const struct nla_policy endless[2] = { [1] = _NLA_POLICY_NESTED(1, endless) };

START_TEST(nesting_has_a_limit)
{
	struct netlink_ext_ack extack = {};
	struct nlattr *start[12], *tb[2];
	struct sk_buff *skb = message();
	int depth, i;

	for (depth = 9; depth <= 11; depth++) {
		skb_trim(skb, 0);
		for (i = 0; i < depth; i++)
			start[i] = nla_nest_start(skb, 1);
		while (i--)
			nla_nest_end(skb, start[i]);
		/* The innermost one is empty and not entered. */
		ck_assert_int_eq(nla_parse(tb, 1, (struct nlattr *)skb->data, skb->len, endless,
					   &extack), depth > 10 ? -EINVAL : 0);
	}
	ck_assert_str_eq(extack._msg, "allowed policy recursion depth exceeded");
	nlmsg_free(skb);
}
END_TEST

START_TEST(parsing_a_nest_wants_its_flag)
{
	struct netlink_ext_ack extack = {};
	struct sk_buff *skb = message();
	struct nlattr *tb[ARRAY_SIZE(inner_policy)];
	struct nlattr *nest = nla_nest_start_noflag(skb, 3);

	nla_put_u32(skb, 1, 5);
	nla_nest_end(skb, nest);
	ck_assert_int_eq(nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, inner_policy, &extack),
			 -EINVAL);
	ck_assert_str_eq(extack._msg, "NLA_F_NESTED is missing");
	nest->nla_type |= NLA_F_NESTED;
	ck_assert_int_eq(nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, inner_policy, NULL), 0);
	ck_assert_uint_eq(nla_get_u32(tb[1]), 5);
	nlmsg_free(skb);
}
END_TEST

/* Lenient, but for the types from strict_start_type on. */
START_TEST(strictness_may_begin_at_a_type)
{
	static const struct nla_policy old[] = {
		[0] = { .strict_start_type = 3 },
		[1] = { .type = NLA_U32 },
		[2] = { .type = NLA_BITFIELD32, .bitfield32_valid = 3 },
		[3] = { .type = NLA_U32 },
	};
	struct netlink_ext_ack extack = {};
	struct sk_buff *skb = message();
	struct nlattr *tb[4];

	nla_put(skb, 1, 5, "12345");
	nla_put_u8(skb, 9, 1);
	ck_assert_int_eq(nla_parse_deprecated(tb, 3, (void *)skb->data, skb->len, old, &extack), 0);
	ck_assert_int_eq(nla_parse_deprecated_strict(tb, 3, (void *)skb->data, skb->len, old,
						     &extack), -EINVAL);
	ck_assert_str_eq(extack._msg, "Unknown attribute type");
	nla_put(skb, 3, 5, "12345");
	ck_assert_int_eq(nla_validate_deprecated((void *)skb->data, skb->len, 3, old, &extack),
			 -EINVAL);
	ck_assert_str_eq(extack._msg, "invalid attribute length");
	nlmsg_free(skb);
	skb = message();
	nla_put_u32(skb, 2, 1);
	ck_assert_int_eq(nla_validate_deprecated((void *)skb->data, skb->len, 3, old, &extack),
			 -ERANGE);
	nlmsg_free(skb);
}
END_TEST

START_TEST(extack_texts_are_cut_and_replaced)
{
	struct netlink_ext_ack extack = {};
	char big[100];

	NL_SET_ERR_MSG(&extack, "one");
	NL_SET_ERR_MSG_WEAK(&extack, "two");
	ck_assert_str_eq(extack._msg, "one");
	NL_SET_ERR_MSG_FMT(&extack, "%d", 3);
	ck_assert_str_eq(extack._msg, "3");
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = 0;
	NL_SET_ERR_MSG_FMT(&extack, "%s", big);
	ck_assert_uint_eq(strlen(extack._msg), 79);
	NL_SET_ERR_MSG((struct netlink_ext_ack *)NULL, "nobody hears");
	NL_SET_ERR_MSG_MOD(&extack, "text");
	ck_assert_str_eq(extack._msg, KBUILD_MODNAME ": text");
}
END_TEST

START_TEST(strings_are_copied_and_compared)
{
	struct sk_buff *skb = message();
	const struct nlattr *at = (const struct nlattr *)skb->data;
	char out[4];

	nla_put_string(skb, 1, "abcd");
	ck_assert_int_eq(nla_strscpy(out, at, sizeof(out)), -E2BIG);
	ck_assert_str_eq(out, "abc");
	ck_assert_int_eq(nla_strcmp(at, "abcd"), 0);
	ck_assert_int_ne(nla_strcmp(at, "abc"), 0);
	ck_assert_ptr_eq(nla_find(at, skb->len, 1), at);
	ck_assert_ptr_null(nla_find(at, skb->len, 2));
	nlmsg_free(skb);
}
END_TEST

Suite *nla_suite(void)
{
	Suite *s = suite_create("nla");
	TCase *tc = machine_tcase(s, "build");

	tcase_add_test(tc, attributes_are_padded_with_zeroes);
	tcase_add_test(tc, a_builder_without_room_changes_nothing);
	tcase_add_test(tc, helpers_put_all_or_nothing);
	tcase_add_test(tc, values_come_back);
	tcase_add_test(tc, a_nest_has_its_flag_and_its_length);
	tcase_add_test(tc, uint_takes_eight_bytes_only_when_it_must);
	tcase_add_test(tc, a_64_bit_attribute_needs_no_padding_here);
	tcase_add_test(tc, strings_are_copied_and_compared);
	tc = machine_tcase(s, "parse");
	tcase_add_loop_test(tc, strict_parsing_names_the_mistake, 0, ARRAY_SIZE(mistakes));
	tcase_add_test(tc, of_a_repeated_attribute_the_last_wins);
	tcase_add_test(tc, the_first_offender_decides);
	tcase_add_test(tc, bytes_behind_the_last_attribute_are_refused);
	tcase_add_test(tc, nesting_has_a_limit);
	tcase_add_test(tc, parsing_a_nest_wants_its_flag);
	tcase_add_test(tc, strictness_may_begin_at_a_type);
	tcase_add_test(tc, extack_texts_are_cut_and_replaced);
	return s;
}
