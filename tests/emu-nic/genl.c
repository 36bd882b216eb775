// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink as an application meets it: what a request is refused for, what
 * answers look like, dumps, notifications, private areas, namespaces.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <sched.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>
#include <udevmem/socket.h>

#include "nl_rig.h"

enum { CMD_ECHO = 1, CMD_ADMIN, CMD_COUNT, CMD_PRIV, CMD_NOATTR, CMD_NTF };
enum { A_VALUE = 1, A_TEXT, A_MAX = A_TEXT };

static struct {
	unsigned int inits, destroys, pre, post, starts, dones;
	int pre_err, do_err;
} seen;

static struct genl_family zoo;

static int reply_value(struct genl_info *info, u32 value)
{
	struct sk_buff *rsp = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr = genlmsg_iput(rsp, info);

	nla_put_u32(rsp, A_VALUE, value);
	genlmsg_end(rsp, hdr);
	return genlmsg_reply(rsp, info);
}

static int zoo_pre(const struct genl_split_ops *ops, struct sk_buff *skb, struct genl_info *info)
{
	seen.pre++;
	return seen.pre_err;
}

static void zoo_post(const struct genl_split_ops *ops, struct sk_buff *skb,
		     struct genl_info *info)
{
	seen.post++;
}

static int zoo_echo(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, A_VALUE))
		return -EINVAL;
	if (seen.do_err) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[A_VALUE], "no such luck");
		return seen.do_err;
	}
	return reply_value(info, nla_get_u32(info->attrs[A_VALUE]));
}

static int zoo_noattr(struct sk_buff *skb, struct genl_info *info)
{
	ck_assert_ptr_null(info->attrs);
	return 0;
}

static int zoo_priv(struct sk_buff *skb, struct genl_info *info)
{
	u32 *count = genl_sk_priv_get(&zoo, NETLINK_CB(skb).sk);

	ck_assert(!IS_ERR(count));
	return reply_value(info, ++*count);
}

/* 40 objects of 1000 bytes: several datagrams. */
static int zoo_count_start(struct netlink_callback *cb)
{
	seen.starts++;
	return 0;
}

static int zoo_count(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const char filler[1000];
	const struct genl_info *info = genl_info_dump(cb);
	long *next = cb->args;
	void *hdr;

	for (; *next < 40; (*next)++) {
		hdr = genlmsg_iput(skb, info);
		if (!hdr || nla_put_u32(skb, A_VALUE, *next) ||
		    nla_put(skb, A_TEXT, sizeof(filler), filler)) {
			genlmsg_cancel(skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(skb, hdr);
	}
	if (seen.do_err)
		NL_SET_ERR_MSG(info->extack, "counted too far");
	return seen.do_err;
}

static int zoo_count_done(struct netlink_callback *cb)
{
	seen.dones++;
	return 0;
}

static const struct nla_policy zoo_policy[] = {
	[A_VALUE] = NLA_POLICY_MIN(NLA_U32, 1),
	[A_TEXT] = { .type = NLA_NUL_STRING },
};

static const struct genl_split_ops zoo_ops[] = {
	{ .cmd = CMD_ECHO, .pre_doit = zoo_pre, .doit = zoo_echo, .post_doit = zoo_post,
	  .policy = zoo_policy, .maxattr = A_MAX, .flags = GENL_CMD_CAP_DO },
	{ .cmd = CMD_ADMIN, .doit = zoo_echo, .policy = zoo_policy, .maxattr = A_MAX,
	  .flags = GENL_CMD_CAP_DO | GENL_ADMIN_PERM },
	{ .cmd = CMD_COUNT, .start = zoo_count_start, .dumpit = zoo_count,
	  .done = zoo_count_done, .policy = zoo_policy, .maxattr = A_MAX,
	  .flags = GENL_CMD_CAP_DUMP },
	{ .cmd = CMD_PRIV, .doit = zoo_priv, .flags = GENL_CMD_CAP_DO },
	{ .cmd = CMD_NOATTR, .doit = zoo_noattr, .flags = GENL_CMD_CAP_DO },
};

static const struct genl_multicast_group zoo_groups[] = {
	{ .name = "mammals" }, { .name = "birds" },
};

static void zoo_priv_init(void *priv)
{
	ck_assert_uint_eq(*(u32 *)priv, 0);
	seen.inits++;
}

static void zoo_priv_destroy(void *priv)
{
	seen.destroys++;
}

static struct genl_family zoo = {
	.name = "zoo", .version = 3, .maxattr = A_MAX,
	.split_ops = zoo_ops, .n_split_ops = ARRAY_SIZE(zoo_ops),
	.mcgrps = zoo_groups, .n_mcgrps = ARRAY_SIZE(zoo_groups),
	.sock_priv_size = sizeof(u32),
	.sock_priv_init = zoo_priv_init, .sock_priv_destroy = zoo_priv_destroy,
};

static int nl;

static void zoo_open(void)
{
	machine_boot();
	memset(&seen, 0, sizeof(seen));
	zoo.netnsok = false;
	ck_assert_int_eq(genl_register_family(&zoo), 0);
	nl = nl_open(true, true);
}

static void zoo_close(void)
{
	udm_close(nl);
	udm_run_until_idle();
	ck_assert_int_eq(genl_unregister_family(&zoo), 0);
	machine_shutdown();
}

static struct nl_answer ask(struct nl_request *r)
{
	return nl_ask(nl, r);
}

/* --- Refusals ------------------------------------------------------------ */

START_TEST(an_unknown_family_does_not_exist)
{
	struct nl_request r = nl_request(0x7fff, CMD_ECHO);

	ck_assert_int_eq(ask(&r).err, -ENOENT);
}
END_TEST

START_TEST(a_short_generic_header_is_invalid)
{
	struct nl_request r = nl_request(zoo.id, CMD_ECHO);

	r.nlh->nlmsg_len = NLMSG_HDRLEN + 2;
	ck_assert_int_eq(ask(&r).err, -EINVAL);
}
END_TEST

/* Reserved bits come before the question whether the command exists. */
START_TEST(reserved_bits_must_be_clear)
{
	struct nl_request r = nl_request(zoo.id, 99);
	struct nl_answer a;

	r.genl->reserved = 1;
	a = ask(&r);
	ck_assert_int_eq(a.err, -EINVAL);
	ck_assert_str_eq(a.text, "genlmsghdr.reserved field is not 0");
	r = nl_request(zoo.id, 99);
	r.nlh->nlmsg_flags |= NLM_F_ROOT;
	a = ask(&r);
	ck_assert_int_eq(a.err, -EINVAL);
	ck_assert_str_eq(a.text, "ambiguous or reserved bits set in nlmsg_flags");
	r = nl_request(zoo.id, 99);
	ck_assert_int_eq(ask(&r).err, -EOPNOTSUPP);
	r = nl_request(zoo.id, CMD_ECHO);
	r.nlh->nlmsg_flags |= NLM_F_DUMP;
	ck_assert_int_eq(ask(&r).err, -EOPNOTSUPP);
}
END_TEST

/* Permission comes before the attributes. */
START_TEST(an_admin_command_wants_the_capability)
{
	struct nl_request r = nl_request(zoo.id, CMD_ADMIN);

	nl_put_u32(&r, 77, 1);
	udm_task_drop_cap(CAP_NET_ADMIN);
	ck_assert_int_eq(ask(&r).err, -EPERM);
	udm_task_raise_cap(CAP_NET_ADMIN);
	ck_assert_int_eq(ask(&r).err, -EINVAL);
}
END_TEST

START_TEST(a_bad_attribute_is_pointed_at)
{
	struct nl_request r = nl_request(zoo.id, CMD_ECHO);
	struct nl_answer a;

	nl_put(&r, A_TEXT, "x", 2);
	nl_put_u32(&r, A_VALUE, 0);
	a = ask(&r);
	ck_assert_int_eq(a.err, -ERANGE);
	ck_assert_str_eq(a.text, "integer out of range");
	ck_assert_uint_eq(a.offs, 28);
	ck_assert_uint_eq(seen.pre, 0);
}
END_TEST

START_TEST(a_missing_attribute_is_named)
{
	struct nl_request r = nl_request(zoo.id, CMD_ECHO);
	struct nl_answer a = ask(&r);

	ck_assert_int_eq(a.err, -EINVAL);
	ck_assert_str_eq(a.text, "");
	ck_assert_uint_eq(a.miss_type, A_VALUE);
	ck_assert_uint_eq(a.offs, 0);
}
END_TEST

/* --- Answers ------------------------------------------------------------- */

START_TEST(a_reply_comes_before_its_own_acknowledgement)
{
	struct nl_request r = nl_request(zoo.id, CMD_ECHO);
	struct nl_answer a;

	nl_put_u32(&r, A_VALUE, 7);
	a = ask(&r);
	ck_assert_int_eq(a.err, 0);
	ck_assert_uint_eq(a.messages, 1);
	ck_assert_uint_eq(nl_answer_u32(&a, A_VALUE), 7);
	ck_assert(a.capped);
	ck_assert_uint_eq(seen.pre, 1);
	ck_assert_uint_eq(seen.post, 1);
}
END_TEST

START_TEST(a_refusal_before_the_handler_skips_the_handler_and_what_follows)
{
	struct nl_request r = nl_request(zoo.id, CMD_ECHO);

	nl_put_u32(&r, A_VALUE, 7);
	seen.pre_err = -EAGAIN;
	ck_assert_int_eq(ask(&r).err, -EAGAIN);
	ck_assert_uint_eq(seen.post, 0);
	seen.pre_err = 0;
	seen.do_err = -EXDEV;
	ck_assert_int_eq(ask(&r).err, -EXDEV);
	ck_assert_uint_eq(seen.post, 1);
}
END_TEST

/* Without CAP_ACK an error echoes the request, and the attributes come behind it. */
START_TEST(an_error_echoes_the_request_unless_told_not_to)
{
	int plain = nl_open(false, true), silent = nl_open(true, false);
	struct nl_request r = nl_request(zoo.id, CMD_ECHO);
	struct nl_answer a;

	nl_put_u32(&r, A_VALUE, 9);
	seen.do_err = -EXDEV;
	a = nl_ask(plain, &r);
	ck_assert(!a.capped);
	ck_assert_uint_eq(a.echoed, r.nlh->nlmsg_len);
	ck_assert_str_eq(a.text, "no such luck");
	ck_assert_uint_eq(a.offs, 20);
	a = nl_ask(silent, &r);
	ck_assert_int_eq(a.err, -EXDEV);
	ck_assert(a.capped);
	ck_assert_str_eq(a.text, "");
	seen.do_err = 0;
	a = nl_ask(plain, &r);
	ck_assert(a.capped);
	udm_close(plain);
	udm_close(silent);
}
END_TEST

START_TEST(attributes_of_a_command_that_takes_none_are_not_looked_at)
{
	struct nl_request r = nl_request(zoo.id, CMD_NOATTR);

	nl_put_u32(&r, 999, 0);
	ck_assert_int_eq(ask(&r).err, 0);
}
END_TEST

START_TEST(several_requests_in_one_datagram_are_all_answered)
{
	struct nl_request one = nl_request(zoo.id, CMD_ECHO), two = nl_request(zoo.id, 99);
	char both[512];
	struct nl_answer a;

	nl_put_u32(&one, A_VALUE, 5);
	memcpy(both, one.nlh, one.nlh->nlmsg_len);
	memcpy(both + one.nlh->nlmsg_len, two.nlh, two.nlh->nlmsg_len);
	ck_assert_int_eq(udm_send(nl, both, one.nlh->nlmsg_len + two.nlh->nlmsg_len, 0),
			 one.nlh->nlmsg_len + two.nlh->nlmsg_len);
	a = nl_receive(nl);
	ck_assert_uint_eq(nl_answer_u32(&a, A_VALUE), 5);
	ck_assert_int_eq(nl_receive(nl).err, 0);
	ck_assert_int_eq(nl_receive(nl).err, -EOPNOTSUPP);
}
END_TEST

/* --- Dumps --------------------------------------------------------------- */

START_TEST(a_dump_visits_everything_once_and_ends_with_done)
{
	struct nl_request r = nl_request(zoo.id, CMD_COUNT);
	struct nl_answer a;

	r.nlh->nlmsg_flags |= NLM_F_DUMP;
	a = ask(&r);
	ck_assert(a.done);
	ck_assert_int_eq(a.err, 0);
	ck_assert_uint_eq(a.messages, 40);
	ck_assert_uint_ge(a.datagrams, 3);
	ck_assert_uint_eq(seen.starts, 1);
	ck_assert_uint_eq(seen.dones, 1);
}
END_TEST

START_TEST(the_error_of_a_dump_is_in_done_with_its_text)
{
	struct nl_request r = nl_request(zoo.id, CMD_COUNT);
	struct nl_answer a;

	r.nlh->nlmsg_flags |= NLM_F_DUMP;
	seen.do_err = -ENODEV;
	a = ask(&r);
	ck_assert(a.done);
	ck_assert_int_eq(a.err, -ENODEV);
	ck_assert_str_eq(a.text, "counted too far");
}
END_TEST

START_TEST(a_dump_refused_for_its_attributes_never_starts)
{
	struct nl_request r = nl_request(zoo.id, CMD_COUNT);
	struct nl_answer a;

	r.nlh->nlmsg_flags |= NLM_F_DUMP;
	nl_put_u32(&r, 77, 1);
	a = ask(&r);
	ck_assert(!a.done);
	ck_assert_int_eq(a.err, -EINVAL);
	ck_assert_str_eq(a.text, "Unknown attribute type");
	ck_assert_uint_eq(a.offs, 20);
	ck_assert_uint_eq(seen.starts, 0);
}
END_TEST

START_TEST(one_dump_at_a_time_per_socket)
{
	struct nl_request r = nl_request(zoo.id, CMD_COUNT);
	struct nl_answer a;

	r.nlh->nlmsg_flags |= NLM_F_DUMP;
	nl_send(nl, &r);
	nl_send(nl, &r);
	/* The first datagram of the first dump, then the refusal of the second. */
	a = nl_receive(nl);
	ck_assert_uint_ge(a.messages, 1);
	a = nl_receive(nl);
	ck_assert_int_eq(a.err, -EBUSY);
	/* Closing the socket in the middle ends it. */
	udm_close(nl);
	udm_run_until_idle();
	ck_assert_uint_eq(seen.dones, 1);
	nl = nl_open(true, true);
}
END_TEST

/* --- Private areas, notifications, namespaces ---------------------------- */

START_TEST(a_private_area_is_the_sockets_own_and_goes_with_it)
{
	struct nl_request r = nl_request(zoo.id, CMD_PRIV);
	int other = nl_open(true, true);
	struct nl_answer a;

	nl_ask(nl, &r);
	a = nl_ask(nl, &r);
	ck_assert_uint_eq(nl_answer_u32(&a, A_VALUE), 2);
	a = nl_ask(other, &r);
	ck_assert_uint_eq(nl_answer_u32(&a, A_VALUE), 1);
	ck_assert_uint_eq(seen.inits, 2);
	udm_close(other);
	udm_run_until_idle();
	ck_assert_uint_eq(seen.destroys, 1);
	ck_assert_int_eq(genl_unregister_family(&zoo), 0);
	ck_assert_uint_eq(seen.destroys, 2);
	ck_assert_int_eq(genl_unregister_family(&zoo), -ENOENT);
	ck_assert_int_eq(genl_register_family(&zoo), 0);
}
END_TEST

static int notify(struct net *net, unsigned int group, u32 value)
{
	struct sk_buff *ntf = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct genl_info info;
	void *hdr;
	int err;

	genl_info_init_ntf(&info, &zoo, CMD_NTF);
	ck_assert(genl_info_is_ntf(&info));
	hdr = genlmsg_iput(ntf, &info);
	nla_put_u32(ntf, A_VALUE, value);
	genlmsg_end(ntf, hdr);
	err = genlmsg_multicast_netns(&zoo, net, ntf, 0, group, GFP_KERNEL);
	if (err == -EINVAL)
		nlmsg_free(ntf);
	return err;
}

START_TEST(members_of_a_group_are_notified)
{
	struct nl_answer a;

	ck_assert_int_eq(genl_has_listeners(&zoo, &init_net, 1), 0);
	ck_assert_int_eq(notify(&init_net, 1, 1), -ESRCH);
	nl_join(nl, "zoo", "birds");
	ck_assert_int_eq(genl_has_listeners(&zoo, &init_net, 0), 0);
	ck_assert_int_ne(genl_has_listeners(&zoo, &init_net, 1), 0);
	ck_assert_int_eq(notify(&init_net, 0, 2), -ESRCH);
	ck_assert_int_eq(notify(&init_net, 1, 3), 0);
	a = nl_receive(nl);
	ck_assert_uint_eq(a.cmd, CMD_NTF);
	ck_assert_uint_eq(nl_answer_u32(&a, A_VALUE), 3);
	udm_warn_expect("genetlink.c", 1);
	ck_assert_int_eq(notify(&init_net, 2, 4), -EINVAL);
}
END_TEST

/* A listener that does not read is told that it missed something. */
START_TEST(a_full_queue_loses_messages_and_says_so)
{
	char buf[8192];
	int i = 0;

	nl_join(nl, "zoo", "birds");
	while (!notify(&init_net, 1, i))
		ck_assert_int_lt(i++, 1000);
	ck_assert_int_eq(udm_recv(nl, buf, sizeof(buf), MSG_DONTWAIT), -1);
	ck_assert_int_eq(errno, ENOBUFS);
	ck_assert_int_gt(udm_recv(nl, buf, sizeof(buf), MSG_DONTWAIT), 0);
}
END_TEST

START_TEST(a_family_of_the_first_namespace_is_not_in_others)
{
	struct net *net = copy_net_ns(CLONE_NEWNET, &init_user_ns, &init_net);
	struct nl_request r = nl_request(zoo.id, CMD_NOATTR);
	int there;

	ck_assert(!IS_ERR(net));
	ck_assert_ptr_nonnull(net->loopback_dev);
	current->nsproxy->net_ns = net;
	there = nl_open(true, true);
	current->nsproxy->net_ns = &init_net;
	ck_assert_int_eq(nl_ask(there, &r).err, -ENOENT);
	zoo.netnsok = true;
	ck_assert_int_eq(nl_ask(there, &r).err, 0);
	nl_join(there, "zoo", "birds");
	ck_assert_int_eq(notify(&init_net, 1, 1), -ESRCH);
	ck_assert_int_eq(notify(net, 1, 1), 0);
	udm_close(there);
	put_net(net);
	udm_run_until_idle();
}
END_TEST

START_TEST(families_must_have_sound_tables)
{
	static const struct genl_split_ops falling[] = {
		{ .cmd = 2, .doit = zoo_noattr, .flags = GENL_CMD_CAP_DO },
		{ .cmd = 1, .doit = zoo_noattr, .flags = GENL_CMD_CAP_DO },
	};
	static const struct genl_split_ops both[] = {
		{ .cmd = 1, .doit = zoo_noattr, .flags = GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP },
	};
	struct genl_family bad = { .name = "bad", .split_ops = falling, .n_split_ops = 2 };
	struct genl_family twin = { .name = "zoo" };

	ck_assert_int_eq(genl_register_family(&bad), -EINVAL);
	bad.split_ops = both;
	bad.n_split_ops = 1;
	ck_assert_int_eq(genl_register_family(&bad), -EINVAL);
	ck_assert_int_eq(genl_register_family(&twin), -EEXIST);
}
END_TEST

/* What a client that resolves names sees, attribute by attribute. */
START_TEST(the_controller_describes_a_family)
{
	static const u16 order[] = { CTRL_ATTR_FAMILY_NAME, CTRL_ATTR_FAMILY_ID,
				     CTRL_ATTR_VERSION, CTRL_ATTR_HDRSIZE, CTRL_ATTR_MAXATTR,
				     CTRL_ATTR_OPS, CTRL_ATTR_MCAST_GROUPS };
	struct nl_request r = nl_request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	const struct nlattr *at;
	struct nl_answer a;
	int left, i = 0;

	nl_put(&r, CTRL_ATTR_FAMILY_NAME, "zoo", 4);
	a = ask(&r);
	ck_assert_int_eq(a.err, 0);
	ck_assert_uint_eq(a.cmd, CTRL_CMD_NEWFAMILY);
	nla_for_each_attr(at, (const struct nlattr *)a.attrs, a.attrs_len, left)
		ck_assert_int_eq(nla_type(at), order[i++]);
	ck_assert_int_eq(i, ARRAY_SIZE(order));
	ck_assert_uint_eq(nl_answer_u32(&a, CTRL_ATTR_VERSION), 3);
	ck_assert_uint_eq(a.family_id, zoo.id);
	nl_put(&r, CTRL_ATTR_FAMILY_NAME, "ark", 4);
	ck_assert_int_eq(ask(&r).err, -ENOENT);
	r = nl_request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	ck_assert_int_eq(ask(&r).err, -EINVAL);
}
END_TEST

Suite *genl_suite(void)
{
	Suite *s = suite_create("genl");
	TCase *tc = tcase_create("genl");

	tcase_add_checked_fixture(tc, zoo_open, zoo_close);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, an_unknown_family_does_not_exist);
	tcase_add_test(tc, a_short_generic_header_is_invalid);
	tcase_add_test(tc, reserved_bits_must_be_clear);
	tcase_add_test(tc, an_admin_command_wants_the_capability);
	tcase_add_test(tc, a_bad_attribute_is_pointed_at);
	tcase_add_test(tc, a_missing_attribute_is_named);
	tcase_add_test(tc, a_reply_comes_before_its_own_acknowledgement);
	tcase_add_test(tc, a_refusal_before_the_handler_skips_the_handler_and_what_follows);
	tcase_add_test(tc, an_error_echoes_the_request_unless_told_not_to);
	tcase_add_test(tc, attributes_of_a_command_that_takes_none_are_not_looked_at);
	tcase_add_test(tc, several_requests_in_one_datagram_are_all_answered);
	tcase_add_test(tc, a_dump_visits_everything_once_and_ends_with_done);
	tcase_add_test(tc, the_error_of_a_dump_is_in_done_with_its_text);
	tcase_add_test(tc, a_dump_refused_for_its_attributes_never_starts);
	tcase_add_test(tc, one_dump_at_a_time_per_socket);
	tcase_add_test(tc, a_private_area_is_the_sockets_own_and_goes_with_it);
	tcase_add_test(tc, members_of_a_group_are_notified);
	tcase_add_test(tc, a_full_queue_loses_messages_and_says_so);
	tcase_add_test(tc, a_family_of_the_first_namespace_is_not_in_others);
	tcase_add_test(tc, families_must_have_sound_tables);
	tcase_add_test(tc, the_controller_describes_a_family);
	return s;
}
