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

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, rings);
	tcase_add_test(tc, channels);
	tcase_add_test(tc, scaling);
}

Suite *mnl_ethtool_suite(void)
{
	Suite *s = suite_create("mnl_ethtool");
	TCase *sim = tcase_create("sim"), *threads = tcase_create("threads");

	tcase_add_checked_fixture(sim, mnl_open_sim, mnl_close);
	add_tests(sim);
	suite_add_tcase(s, sim);
	tcase_add_checked_fixture(threads, mnl_open_threads, mnl_close);
	add_tests(threads);
	suite_add_tcase(s, threads);
	return s;
}
