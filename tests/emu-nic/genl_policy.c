// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the controller says a family's commands take: numbers of policies, their
 * attributes with types and limits, nests by number; and the one attribute that
 * goes with a refusal.
 */
#include "fixture.h"

#include <errno.h>
#include <net/genetlink.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>

#include "nl_rig.h"

enum { CMD_BOTH = 1, CMD_BARE, CMD_DUMP };
enum { A_U8 = 1, A_U16, A_U32_MAX, A_U64_RANGE, A_UINT_MASK, A_S8, A_S16_RANGE, A_S64_PTR, A_SINT,
       A_FLAG, A_STRING, A_NUL_STRING, A_BINARY, A_BINARY_EXACT, A_NEST, A_ARRAY, A_BITS, A_HOLE,
       A_REJECT, A_BE16, A_MSECS };

static const struct netlink_range_validation wide = { .min = 5, .max = 1ull << 40 };
static const struct netlink_range_validation_signed cold = { .min = -(1ll << 40), .max = -5 };

/* It nests itself. */
static const struct nla_policy inner_policy[3] = {
	[1] = { .type = NLA_U32 },
	[2] = _NLA_POLICY_NESTED(2, inner_policy),
};

static const struct nla_policy all_policy[] = {
	[A_U8] = { .type = NLA_U8 },
	[A_U16] = NLA_POLICY_MIN(NLA_U16, 7),
	[A_U32_MAX] = NLA_POLICY_MAX(NLA_U32, 9),
	[A_U64_RANGE] = NLA_POLICY_FULL_RANGE(NLA_U64, &wide),
	[A_UINT_MASK] = NLA_POLICY_MASK(NLA_UINT, 0x5),
	[A_S8] = { .type = NLA_S8 },
	[A_S16_RANGE] = NLA_POLICY_RANGE(NLA_S16, -3, 4),
	[A_S64_PTR] = { .type = NLA_S64, .validation_type = NLA_VALIDATE_RANGE_PTR,
			.range_signed = &cold },
	[A_SINT] = NLA_POLICY_MAX(NLA_SINT, 3),
	[A_FLAG] = { .type = NLA_FLAG },
	[A_STRING] = { .type = NLA_STRING, .len = 15 },
	[A_NUL_STRING] = { .type = NLA_NUL_STRING },
	[A_BINARY] = NLA_POLICY_MIN_LEN(4),
	[A_BINARY_EXACT] = NLA_POLICY_EXACT_LEN(6),
	[A_NEST] = NLA_POLICY_NESTED(inner_policy),
	[A_ARRAY] = NLA_POLICY_NESTED_ARRAY(inner_policy),
	[A_BITS] = NLA_POLICY_BITFIELD32(0xf0),
	[A_REJECT] = { .type = NLA_REJECT, .reject_message = "not here" },
	[A_BE16] = { .type = NLA_BE16 },
	[A_MSECS] = { .type = NLA_MSECS },
};

static const struct nla_policy dump_policy[] = { [1] = NLA_POLICY_MIN(NLA_S32, -2) };

static int nothing(struct sk_buff *skb, struct genl_info *info)
{
	return 0;
}

static int nothing_more(struct sk_buff *skb, struct netlink_callback *cb)
{
	return 0;
}

static const struct genl_split_ops ops[] = {
	{ .cmd = CMD_BOTH, .doit = nothing, .policy = all_policy,
	  .maxattr = ARRAY_SIZE(all_policy) - 1, .flags = GENL_CMD_CAP_DO },
	{ .cmd = CMD_BOTH, .dumpit = nothing_more, .policy = dump_policy, .maxattr = 1,
	  .flags = GENL_CMD_CAP_DUMP },
	{ .cmd = CMD_BARE, .doit = nothing, .flags = GENL_CMD_CAP_DO },
	{ .cmd = CMD_DUMP, .dumpit = nothing_more, .policy = dump_policy, .maxattr = 1,
	  .flags = GENL_CMD_CAP_DUMP },
};

static struct genl_family bee = {
	.name = "bee", .version = 1, .split_ops = ops, .n_split_ops = ARRAY_SIZE(ops),
};

static int nl;

static void bee_open(void)
{
	machine_boot();
	ck_assert_int_eq(genl_register_family(&bee), 0);
	nl = nl_open(true, true);
}

static void bee_close(void)
{
	udm_close(nl);
	genl_unregister_family(&bee);
	machine_shutdown();
}

/* --- All that is said ---------------------------------------------------- */

struct told {
	bool there;
	uint32_t type, min_len, max_len, index, maxtype, bits;
	uint64_t min, max, mask;
	int64_t smin, smax;
};

static struct {
	struct told attr[4][32];	/* by policy and attribute */
	int doit[4], dumpit[4];		/* by command: a policy, or -1 */
	int err;
} all;

static void take_limits(struct told *t, const struct nlattr *nest)
{
	const struct nlattr *at;
	int left;

	ck_assert(!t->there);
	t->there = true;
	nla_for_each_nested(at, nest, left) {
		switch (nla_type(at)) {
		case NL_POLICY_TYPE_ATTR_TYPE: t->type = nla_get_u32(at); break;
		case NL_POLICY_TYPE_ATTR_MIN_VALUE_S: t->smin = nla_get_s64(at); break;
		case NL_POLICY_TYPE_ATTR_MAX_VALUE_S: t->smax = nla_get_s64(at); break;
		case NL_POLICY_TYPE_ATTR_MIN_VALUE_U: t->min = nla_get_u64(at); break;
		case NL_POLICY_TYPE_ATTR_MAX_VALUE_U: t->max = nla_get_u64(at); break;
		case NL_POLICY_TYPE_ATTR_MIN_LENGTH: t->min_len = nla_get_u32(at); break;
		case NL_POLICY_TYPE_ATTR_MAX_LENGTH: t->max_len = nla_get_u32(at); break;
		case NL_POLICY_TYPE_ATTR_POLICY_IDX: t->index = nla_get_u32(at); break;
		case NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE: t->maxtype = nla_get_u32(at); break;
		case NL_POLICY_TYPE_ATTR_BITFIELD32_MASK: t->bits = nla_get_u32(at); break;
		case NL_POLICY_TYPE_ATTR_MASK: t->mask = nla_get_u64(at); break;
		default: ck_abort_msg("attribute %d", nla_type(at));
		}
	}
}

static void take_policy(const struct nlattr *nest)
{
	const struct nlattr *policy, *at;
	int left, inner;

	nla_for_each_nested(policy, nest, left) {
		ck_assert_int_lt(nla_type(policy), 4);
		nla_for_each_nested(at, policy, inner) {
			ck_assert_int_lt(nla_type(at), 32);
			take_limits(&all.attr[nla_type(policy)][nla_type(at)], at);
		}
	}
}

static void take_command(const struct nlattr *nest)
{
	const struct nlattr *cmd, *at;
	int left;

	nla_for_each_nested(cmd, nest, left) {
		at = nla_find_nested(cmd, CTRL_ATTR_POLICY_DO);
		all.doit[nla_type(cmd)] = at ? nla_get_u32(at) : -1;
		at = nla_find_nested(cmd, CTRL_ATTR_POLICY_DUMP);
		all.dumpit[nla_type(cmd)] = at ? nla_get_u32(at) : -1;
	}
}

static void take_message(const struct nlmsghdr *nlh)
{
	const struct nlattr *at;
	int left;

	ck_assert_uint_eq(((struct genlmsghdr *)nlmsg_data(nlh))->cmd, CTRL_CMD_GETPOLICY);
	nla_for_each_attr(at, nlmsg_attrdata(nlh, GENL_HDRLEN), nlmsg_attrlen(nlh, GENL_HDRLEN),
			  left) {
		if (nla_type(at) == CTRL_ATTR_FAMILY_ID)
			ck_assert_uint_eq(nla_get_u16(at), bee.id);
		else if (nla_type(at) == CTRL_ATTR_POLICY)
			take_policy(at);
		else if (nla_type(at) == CTRL_ATTR_OP_POLICY)
			take_command(at);
	}
}

/* True at the end of the dump. */
static bool take_datagram(void)
{
	static char buf[8192] __aligned(8);
	const struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	int left = udm_recv(nl, buf, sizeof(buf), MSG_DONTWAIT);

	ck_assert_int_gt(left, 0);
	for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_type == GENL_ID_CTRL) {
			take_message(nlh);
			continue;
		}
		all.err = *(int *)nlmsg_data(nlh);
		return true;
	}
	return false;
}

static struct nl_request policy_request(void)
{
	struct nl_request r = nl_request(GENL_ID_CTRL, CTRL_CMD_GETPOLICY);

	memset(&all, 0, sizeof(all));
	r.nlh->nlmsg_flags |= NLM_F_DUMP;
	nl_put(&r, CTRL_ATTR_FAMILY_NAME, "bee", 4);
	return r;
}

static void ask_policies(void)
{
	struct nl_request r = policy_request();

	nl_send(nl, &r);
	while (!take_datagram())
		;
	ck_assert_int_eq(all.err, 0);
}

START_TEST(commands_name_their_policies)
{
	ask_policies();
	ck_assert_int_eq(all.doit[CMD_BOTH], 0);
	/* Between the two is what the first nests: found first, numbered first. */
	ck_assert_int_eq(all.dumpit[CMD_BOTH], 2);
	ck_assert_int_eq(all.dumpit[CMD_DUMP], 2);
	ck_assert_int_eq(all.doit[CMD_DUMP], -1);
	ck_assert_int_eq(all.doit[CMD_BARE], 0);
	ck_assert_int_eq(all.dumpit[CMD_BARE], 0);
}
END_TEST

static const struct told want[] = {
	[A_U8] = { .type = NL_ATTR_TYPE_U8, .max = 255 },
	[A_U16] = { .type = NL_ATTR_TYPE_U16, .min = 7, .max = 65535 },
	[A_U32_MAX] = { .type = NL_ATTR_TYPE_U32, .max = 9 },
	[A_U64_RANGE] = { .type = NL_ATTR_TYPE_U64, .min = 5, .max = 1ull << 40 },
	[A_UINT_MASK] = { .type = 17, .mask = 5 },
	[A_S8] = { .type = NL_ATTR_TYPE_S8, .smin = -128, .smax = 127 },
	[A_S16_RANGE] = { .type = NL_ATTR_TYPE_S16, .smin = -3, .smax = 4 },
	[A_S64_PTR] = { .type = NL_ATTR_TYPE_S64, .smin = -(1ll << 40), .smax = -5 },
	[A_SINT] = { .type = 16, .smin = S64_MIN, .smax = 3 },
	[A_FLAG] = { .type = NL_ATTR_TYPE_FLAG },
	[A_STRING] = { .type = NL_ATTR_TYPE_STRING, .max_len = 15 },
	[A_NUL_STRING] = { .type = NL_ATTR_TYPE_NUL_STRING },
	[A_BINARY] = { .type = NL_ATTR_TYPE_BINARY, .min_len = 4 },
	[A_BINARY_EXACT] = { .type = NL_ATTR_TYPE_BINARY, .min_len = 6, .max_len = 6 },
	[A_NEST] = { .type = NL_ATTR_TYPE_NESTED, .index = 1, .maxtype = 2 },
	[A_ARRAY] = { .type = NL_ATTR_TYPE_NESTED_ARRAY, .index = 1, .maxtype = 2 },
	[A_BITS] = { .type = NL_ATTR_TYPE_BITFIELD32, .bits = 0xf0 },
	[A_BE16] = { .type = NL_ATTR_TYPE_BINARY, .min_len = 2, .max_len = 2 },
	[A_MSECS] = { .type = NL_ATTR_TYPE_U64, .max = U64_MAX },
};

START_TEST(attributes_have_types_and_limits)
{
	struct told expected = want[_i];

	ask_policies();
	expected.there = expected.type;
	ck_assert_mem_eq(&all.attr[0][_i], &expected, sizeof(expected));
}
END_TEST

START_TEST(nests_are_policies_too)
{
	ask_policies();
	ck_assert_uint_eq(all.attr[1][1].type, NL_ATTR_TYPE_U32);
	ck_assert_uint_eq(all.attr[1][2].type, NL_ATTR_TYPE_NESTED);
	ck_assert_uint_eq(all.attr[1][2].index, 1);
	ck_assert_int_eq(all.attr[2][1].smin, -2);
	ck_assert_int_eq(all.attr[2][1].smax, 0x7fffffff);
}
END_TEST

START_TEST(one_command_is_told_alone)
{
	struct nl_request r = policy_request();

	nl_put_u32(&r, CTRL_ATTR_OP, CMD_DUMP);
	nl_send(nl, &r);
	while (!take_datagram())
		;
	ck_assert_int_eq(all.dumpit[CMD_DUMP], 0);
	ck_assert_uint_eq(all.attr[0][1].type, NL_ATTR_TYPE_S32);
	ck_assert(!all.attr[1][1].there);
}
END_TEST

START_TEST(a_command_without_policy_has_none_to_tell)
{
	struct nl_request r = policy_request();

	nl_put_u32(&r, CTRL_ATTR_OP, CMD_BARE);
	ck_assert_int_eq(nl_ask(nl, &r).err, -ENODATA);
}
END_TEST

/* More than one datagram holds; the first is there before the family goes. */
START_TEST(a_family_that_goes_ends_the_dump)
{
	static struct genl_split_ops many[200];
	struct genl_family hive = { .name = "hive", .split_ops = many,
				    .n_split_ops = ARRAY_SIZE(many) };
	struct nl_request r = nl_request(GENL_ID_CTRL, CTRL_CMD_GETPOLICY);
	struct nl_answer a;
	int fresh = nl_open(true, true);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct genl_split_ops){
			.cmd = i, .doit = nothing, .policy = all_policy,
			.maxattr = ARRAY_SIZE(all_policy) - 1, .flags = GENL_CMD_CAP_DO };
	ck_assert_int_eq(genl_register_family(&hive), 0);
	r.nlh->nlmsg_flags |= NLM_F_DUMP;
	nl_put(&r, CTRL_ATTR_FAMILY_NAME, "hive", 5);
	a = nl_ask(nl, &r);
	ck_assert_int_eq(a.err, 0);
	/* One message per command, and one per attribute that has a type. */
	ck_assert_uint_eq(a.messages, ARRAY_SIZE(many) + 19 + 2);
	ck_assert_uint_ge(a.datagrams, 2);
	/* A socket that has not read yet gets small ones. */
	nl_send(fresh, &r);
	ck_assert_int_eq(genl_unregister_family(&hive), 0);
	do {
		a = nl_receive(fresh);
	} while (!a.done);
	ck_assert_int_eq(a.err, -ENOENT);
	udm_close(fresh);
}
END_TEST

/* --- With a refusal ------------------------------------------------------ */

static const struct nlattr *refused_policy(struct nl_request *r)
{
	static char buf[1024] __aligned(8);
	const struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	const struct nlmsgerr *e = nlmsg_data(nlh);
	int len;

	nl_send(nl, r);
	len = udm_recv(nl, buf, sizeof(buf), MSG_DONTWAIT);
	ck_assert_int_gt(len, 0);
	ck_assert_uint_eq(nlh->nlmsg_len, len);
	ck_assert_int_ne(e->error, 0);
	return nla_find((struct nlattr *)(e + 1), nlmsg_len(nlh) - sizeof(*e),
			NLMSGERR_ATTR_POLICY);
}

START_TEST(a_refused_value_is_told_its_limits)
{
	struct nl_request r = nl_request(bee.id, CMD_BOTH);
	const struct nlattr *at;
	struct told t = {};

	nl_put_u32(&r, A_U32_MAX, 10);
	at = refused_policy(&r);
	ck_assert_ptr_nonnull(at);
	take_limits(&t, at);
	ck_assert_uint_eq(t.type, NL_ATTR_TYPE_U32);
	ck_assert_uint_eq(t.max, 9);
	r = nl_request(bee.id, CMD_BOTH);
	nl_put_u32(&r, A_NEST, 10);
	at = refused_policy(&r);
	ck_assert_ptr_nonnull(at);
	t.there = false;
	take_limits(&t, at);
	ck_assert_uint_eq(t.type, NL_ATTR_TYPE_NESTED);
	r = nl_request(bee.id, CMD_BOTH);
	nl_put_u32(&r, A_HOLE, 10);
	ck_assert_ptr_null(refused_policy(&r));
}
END_TEST

/*
 * The family's policies, read over a socket of their own. A datagram of the dump that could
 * not be made is made at the next read; an acknowledgement that could not is lost.
 */
static int policies_once(void *ctx)
{
	static char buf[8192] __aligned(8);
	struct nl_request r = policy_request();
	int other = udm_socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), len, err = -ENOMEM;

	if (other < 0)
		return -errno;
	len = udm_send(other, r.nlh, r.nlh->nlmsg_len, 0);
	while (len > 0) {
		const struct nlmsghdr *nlh = (struct nlmsghdr *)buf;

		len = udm_recv(other, buf, sizeof(buf), MSG_DONTWAIT);
		for (int left = len; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left))
			if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR)
				err = *(int *)nlmsg_data(nlh);
	}
	udm_close(other);
	return err;
}

START_TEST(every_allocation_may_fail)
{
	ck_assert_msg(udm_fault_sweep(policies_once, NULL) > 5, "%s", udm_fault_sweep_message());
}
END_TEST

Suite *genl_policy_suite(void)
{
	Suite *s = suite_create("genl_policy");
	TCase *tc = tcase_create("genl_policy");

	tcase_add_checked_fixture(tc, bee_open, bee_close);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, commands_name_their_policies);
	tcase_add_loop_test(tc, attributes_have_types_and_limits, 0, ARRAY_SIZE(want));
	tcase_add_test(tc, nests_are_policies_too);
	tcase_add_test(tc, one_command_is_told_alone);
	tcase_add_test(tc, a_command_without_policy_has_none_to_tell);
	tcase_add_test(tc, a_family_that_goes_ends_the_dump);
	tcase_add_test(tc, a_refused_value_is_told_its_limits);
	tcase_add_test(tc, every_allocation_may_fail);
	return s;
}
