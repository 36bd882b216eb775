// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the configuration of a device refuses for lack of something in its driver, and
 * in which words.
 */
#include "fixture.h"

#include <linux/ethtool_netlink.h>
#include <linux/netdevice.h>
#include <net/netdev_queues.h>
#include <udevmem/netdev.h>
#include <udevmem/sim.h>
#include <udevmem/socket.h>
#include <udevmem/file.h>

#include "../emu-nic/nl_rig.h"

static struct udm_netdev *nic;
static struct net_device *dev;
static const struct ethtool_ops *ops_of_driver;
static struct ethtool_ops ops;		/* in their place */
static int nl;
static uint16_t family;

static void nic_open(void)
{
	static const struct udm_netdev_config cfg = { .queues = 2, .ring_entries = 32 };

	machine_boot();
	nic = udm_netdev_create(&cfg);
	ck_assert_ptr_nonnull(nic);
	dev = dev_get_by_index(&init_net, udm_netdev_ifindex(nic));
	dev_put(dev);
	nl = nl_open(true, true);
	family = nl_family(nl, "ethtool");
	ops_of_driver = dev->ethtool_ops;
	ops = *ops_of_driver;
	dev->ethtool_ops = &ops;
}

static void nic_close(void)
{
	dev->ethtool_ops = ops_of_driver;
	udm_close(nl);
	udm_netdev_destroy(nic);
	udm_run_until_idle();
	machine_shutdown();
}

/* Of the device with this number, if any, and this name, if any. */
static struct nl_request request_of(uint8_t cmd, int ifindex, const char *name)
{
	struct nl_request r = nl_request(family, cmd);
	struct nlattr *nest = nl_nest(&r, 1);

	if (ifindex)
		nl_put_u32(&r, ETHTOOL_A_HEADER_DEV_INDEX, ifindex);
	if (name)
		nl_put(&r, ETHTOOL_A_HEADER_DEV_NAME, name, strlen(name) + 1);
	nl_nest_end(&r, nest);
	return r;
}

static void expect(struct nl_request *r, int err, const char *text)
{
	const struct nl_answer a = nl_ask(nl, r);

	ck_assert_int_eq(a.err, err);
	ck_assert_str_eq(a.text, text);
}

/* In the order in which they are looked at. */
static const struct {
	u32 capability;
	u16 attr;
	u8 len;
	const char *text;
} settings[] = {
	{ ETHTOOL_RING_USE_RX_BUF_LEN, ETHTOOL_A_RINGS_RX_BUF_LEN, 4,
	  "setting rx buf len not supported" },
	{ ETHTOOL_RING_USE_TCP_DATA_SPLIT, ETHTOOL_A_RINGS_TCP_DATA_SPLIT, 1,
	  "setting TCP data split is not supported" },
	{ ETHTOOL_RING_USE_HDS_THRS, ETHTOOL_A_RINGS_HDS_THRESH, 4,
	  "setting hds-thresh is not supported" },
	{ ETHTOOL_RING_USE_CQE_SIZE, ETHTOOL_A_RINGS_CQE_SIZE, 4,
	  "setting cqe size not supported" },
	{ ETHTOOL_RING_USE_TX_PUSH, ETHTOOL_A_RINGS_TX_PUSH, 1, "setting tx push not supported" },
	{ ETHTOOL_RING_USE_RX_PUSH, ETHTOOL_A_RINGS_RX_PUSH, 1, "setting rx push not supported" },
	{ ETHTOOL_RING_USE_TX_PUSH_BUF_LEN, ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN, 4,
	  "setting tx push buf len is not supported" },
};

static void put_setting(struct nl_request *r, int i)
{
	const u32 one = 1;

	nl_put(r, settings[i].attr, &one, settings[i].len);
}

/* The first one that is missing is named, also where those before it are there. */
START_TEST(settings_the_driver_does_not_have)
{
	struct nl_request r = request_of(ETHTOOL_MSG_RINGS_SET, dev->ifindex, NULL);

	ops.supported_ring_params = 0;
	for (int i = 0; i < _i; i++) {
		ops.supported_ring_params |= settings[i].capability;
		put_setting(&r, i);
	}
	for (int i = ARRAY_SIZE(settings) - 1; i >= _i; i--)
		put_setting(&r, i);
	expect(&r, -EOPNOTSUPP, settings[_i].text);
	ck_assert_uint_eq(dev->cfg->hds_thresh, 0);
}
END_TEST

START_TEST(without_rings_to_get_or_set)
{
	const u32 entries = 64;

	for (int i = 0; i < 2; i++) {
		struct nl_request r = request_of(ETHTOOL_MSG_RINGS_SET, dev->ifindex, NULL);

		nl_put_u32(&r, ETHTOOL_A_RINGS_RX, entries);
		ops = *ops_of_driver;
		if (i)
			ops.get_ringparam = NULL;
		else
			ops.set_ringparam = NULL;
		expect(&r, -EOPNOTSUPP, "");
	}
}
END_TEST

START_TEST(a_push_buffer_that_is_too_long)
{
	struct nl_request r = request_of(ETHTOOL_MSG_RINGS_SET, dev->ifindex, NULL);

	ops.supported_ring_params = ~0U;
	nl_put_u32(&r, ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN, 1);
	expect(&r, -EINVAL, "Requested TX push buffer exceeds the maximum of 0");
}
END_TEST

START_TEST(the_table_of_a_context_is_not_reset)
{
	struct nl_request r = request_of(ETHTOOL_MSG_RSS_SET, dev->ifindex, NULL);
	const unsigned int queue = 0;
	uint32_t context;

	ck_assert_int_eq(udm_ethtool_rss_create(nl, dev->ifindex, &queue, 1, &context, NULL, 0), 0);
	nl_put_u32(&r, ETHTOOL_A_RSS_CONTEXT, context);
	nl_put(&r, ETHTOOL_A_RSS_INDIR, NULL, 0);
	expect(&r, -EINVAL, "can't reset table for a context");
}
END_TEST

START_TEST(names_that_lead_elsewhere)
{
	struct nl_request r = request_of(ETHTOOL_MSG_RINGS_GET, dev->ifindex, "lo");

	expect(&r, -ENODEV, "ifindex and name do not match");
	r = request_of(ETHTOOL_MSG_RINGS_GET, 0, "nosuch0");
	expect(&r, -ENODEV, "no device matches name");
	r = request_of(ETHTOOL_MSG_RINGS_GET, 4711, dev->name);
	expect(&r, -ENODEV, "no device matches ifindex");
	r = request_of(ETHTOOL_MSG_RINGS_GET, dev->ifindex, dev->name);
	expect(&r, 0, "");
}
END_TEST

Suite *refusals_suite(void)
{
	Suite *s = suite_create("refusals");
	TCase *tc = tcase_create("refusals");

	tcase_add_checked_fixture(tc, nic_open, nic_close);
	tcase_add_loop_test(tc, settings_the_driver_does_not_have, 0, ARRAY_SIZE(settings));
	tcase_add_test(tc, without_rings_to_get_or_set);
	tcase_add_test(tc, a_push_buffer_that_is_too_long);
	tcase_add_test(tc, the_table_of_a_context_is_not_reset);
	tcase_add_test(tc, names_that_lead_elsewhere);
	suite_add_tcase(s, tc);
	return s;
}
