// SPDX-License-Identifier: GPL-2.0-only
/* Family "ethtool" through libmnl: reading, setting, and who hears of it. */
#include "fixture.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>

#include "mnl_rig.h"

static struct nlmsghdr *begin(uint8_t cmd)
{
	struct nlmsghdr *nlh = ask_begin(nl.ethtool, cmd, 0);
	struct nlattr *nest = mnl_attr_nest_start(nlh, 1);

	mnl_attr_put_u32(nlh, ETHTOOL_A_HEADER_DEV_INDEX, nic_ifindex);
	mnl_attr_nest_end(nlh, nest);
	return nlh;
}

static struct said get(uint8_t cmd)
{
	struct said s = ask(&nl, begin(cmd));

	ck_assert_int_eq(s.err, 0);
	ck_assert(said_has(&s, 1));
	return s;
}

START_TEST(rings)
{
	struct client ear = client_open();
	struct nlmsghdr *nlh = begin(ETHTOOL_MSG_RINGS_SET);
	struct said s = get(ETHTOOL_MSG_RINGS_GET);

	ck_assert_uint_eq(s.cmd, ETHTOOL_MSG_RINGS_GET_REPLY);
	ck_assert_uint_eq(said_u32(&s, ETHTOOL_A_RINGS_RX), 32);
	join(&ear, "ethtool", "monitor");
	mnl_attr_put_u32(nlh, ETHTOOL_A_RINGS_RX, 64);
	ck_assert_int_eq(ask(&nl, nlh).err, 0);
	ck_assert_uint_eq(notified(&ear, &s), ETHTOOL_MSG_RINGS_NTF);
	ck_assert_uint_eq(said_u32(&s, ETHTOOL_A_RINGS_RX), 64);
	client_close(&ear);
}
END_TEST

START_TEST(channels)
{
	struct nlmsghdr *nlh = begin(ETHTOOL_MSG_CHANNELS_SET);
	struct said s;

	mnl_attr_put_u32(nlh, ETHTOOL_A_CHANNELS_COMBINED_COUNT, 2);
	ck_assert_int_eq(ask(&nl, nlh).err, 0);
	s = get(ETHTOOL_MSG_CHANNELS_GET);
	ck_assert_uint_eq(said_u32(&s, ETHTOOL_A_CHANNELS_COMBINED_COUNT), 2);
	nlh = begin(ETHTOOL_MSG_CHANNELS_SET);
	mnl_attr_put_u32(nlh, ETHTOOL_A_CHANNELS_COMBINED_COUNT, MNL_QUEUES + 1);
	s = ask(&nl, nlh);
	ck_assert_int_eq(s.err, -EINVAL);
	ck_assert_str_eq(s.text, "requested channel count exceeds maximum");
	ck_assert_uint_eq(s.offs, 32);
}
END_TEST

START_TEST(scaling)
{
	static const uint32_t table[] = { 2, 3 };
	struct nlmsghdr *nlh = begin(ETHTOOL_MSG_RSS_SET);
	const uint32_t *now;
	struct said s;

	mnl_attr_put(nlh, ETHTOOL_A_RSS_INDIR, sizeof(table), table);
	ck_assert_int_eq(ask(&nl, nlh).err, 0);
	s = get(ETHTOOL_MSG_RSS_GET);
	now = mnl_attr_get_payload(said_attr(&s, ETHTOOL_A_RSS_INDIR));
	ck_assert_uint_eq(now[0], 2);
	ck_assert_uint_eq(now[5], 3);
}
END_TEST

/* A context over two queues; its number. */
static uint32_t create_context(void)
{
	static const uint32_t table[] = { 1, 3 };
	struct nlmsghdr *nlh = begin(ETHTOOL_MSG_RSS_CREATE_ACT);
	struct said s;

	mnl_attr_put(nlh, ETHTOOL_A_RSS_INDIR, sizeof(table), table);
	s = ask(&nl, nlh);
	ck_assert_int_eq(s.err, 0);
	ck_assert_uint_eq(s.cmd, ETHTOOL_MSG_RSS_CREATE_ACT_REPLY);
	return said_u32(&s, ETHTOOL_A_RSS_CONTEXT);
}

static int set_context(uint8_t cmd, uint32_t context, const uint32_t *queue)
{
	struct nlmsghdr *nlh = begin(cmd);

	mnl_attr_put_u32(nlh, ETHTOOL_A_RSS_CONTEXT, context);
	if (queue)
		mnl_attr_put(nlh, ETHTOOL_A_RSS_INDIR, sizeof(*queue), queue);
	return ask(&nl, nlh).err;
}

static struct said dump_contexts(uint32_t from)
{
	struct nlmsghdr *nlh = ask_begin(nl.ethtool, ETHTOOL_MSG_RSS_GET, NLM_F_DUMP);

	if (from)
		mnl_attr_put_u32(nlh, ETHTOOL_A_RSS_START_CONTEXT, from);
	return ask(&nl, nlh);
}

/* Who listens hears of each, once. */
START_TEST(contexts)
{
	static const uint32_t two = 2, three = 3;
	struct client ear = client_open();
	uint32_t context;
	struct said s;

	join(&ear, "ethtool", "monitor");
	context = create_context();
	ck_assert_uint_eq(notified(&ear, &s), ETHTOOL_MSG_RSS_CREATE_NTF);
	ck_assert_uint_eq(said_u32(&s, ETHTOOL_A_RSS_CONTEXT), context);
	ck_assert(said_has(&s, ETHTOOL_A_RSS_HKEY) && !said_has(&s, ETHTOOL_A_RSS_FLOW_HASH));
	ck_assert_int_eq(set_context(ETHTOOL_MSG_RSS_SET, context, &two), 0);
	ck_assert_uint_eq(notified(&ear, &s), ETHTOOL_MSG_RSS_NTF);
	ck_assert_uint_eq(said_u32(&s, ETHTOOL_A_RSS_CONTEXT), context);
	ck_assert_uint_eq(said_u32(&s, ETHTOOL_A_RSS_HFUNC), 1);
	/* The same again is no change. */
	ck_assert_int_eq(set_context(ETHTOOL_MSG_RSS_SET, context, &two), 0);
	ck_assert_int_eq(set_context(ETHTOOL_MSG_RSS_SET, 0, &three), 0);
	ck_assert_uint_eq(notified(&ear, &s), ETHTOOL_MSG_RSS_NTF);
	ck_assert(!said_has(&s, ETHTOOL_A_RSS_CONTEXT));
	ck_assert_int_eq(set_context(ETHTOOL_MSG_RSS_DELETE_ACT, context, NULL), 0);
	ck_assert_uint_eq(notified(&ear, &s), ETHTOOL_MSG_RSS_DELETE_NTF);
	ck_assert_uint_eq(said_u32(&s, ETHTOOL_A_RSS_CONTEXT), context);
	ck_assert(!said_has(&s, ETHTOOL_A_RSS_INDIR));
	ck_assert_int_eq(set_context(ETHTOOL_MSG_RSS_DELETE_ACT, context, NULL), -ENOENT);
	client_close(&ear);
}
END_TEST

/* Dumps go on where the last datagram was full. */
START_TEST(all_contexts_are_dumped)
{
	struct said s;

	for (uint32_t i = 1; i < 32; i++)
		ck_assert_uint_eq(create_context(), i);
	ck_assert_int_eq(set_context(ETHTOOL_MSG_RSS_DELETE_ACT, 17, NULL), 0);
	s = dump_contexts(0);
	ck_assert_int_eq(s.err, 0);
	ck_assert_uint_eq(s.messages, 31);
	ck_assert_uint_gt(s.datagrams, 2);
	ck_assert_uint_eq(said_u32(&s, ETHTOOL_A_RSS_CONTEXT), 31);
	s = dump_contexts(17);
	ck_assert_uint_eq(s.messages, 14);
	ck_assert_uint_eq(dump_contexts(32).messages, 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, rings);
	tcase_add_test(tc, channels);
	tcase_add_test(tc, scaling);
	tcase_add_test(tc, contexts);
	tcase_add_test(tc, all_contexts_are_dumped);
}

Suite *mnl_ethtool_suite(void)
{
	return mnl_suite("mnl_ethtool", add_tests);
}
