// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool against an emulated NIC: rings, channels, scaling and flow rules, by
 * netlink and by ioctl, and what a bound queue does not allow.
 */
#include "fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/ethtool_netlink.h>
#include <linux/netdevice.h>
#include <net/netdev_queues.h>
#include <net/netlink.h>
#include <string.h>
#include <sys/ioctl.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/sim.h>
#include <udevmem/wire.h>
#include <udevmem/netlink.h>
#include <udevmem/sim.h>
#include <udevmem/socket.h>

#include "nl_rig.h"

#define QUEUES	4
#ifndef SIOCETHTOOL
#define SIOCETHTOOL	0x8946
#endif

static struct udm_netdev *nic;
static int nl, ifindex, sock;
static uint16_t family;

static void nic_open(void)
{
	static const struct udm_netdev_config cfg = { .queues = QUEUES, .ring_entries = 32 };

	machine_boot();
	nic = udm_netdev_create(&cfg);
	ck_assert_ptr_nonnull(nic);
	ifindex = udm_netdev_ifindex(nic);
	nl = nl_open(true, true);
	family = nl_family(nl, "ethtool");
	sock = udm_socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(udm_netdev_up(nic), 0);
}

static void nic_close(void)
{
	udm_close(sock);
	udm_close(nl);
	udm_advance(2100 * 1000000ull);
	udm_netdev_destroy(nic);
	udm_run_until_idle();
	machine_shutdown();
}

/* Header with the device's number, attribute 1 of every command. */
static struct nl_request request(uint8_t cmd)
{
	struct nl_request r = nl_request(family, cmd);
	struct nlattr *nest = nl_nest(&r, 1);

	nl_put_u32(&r, ETHTOOL_A_HEADER_DEV_INDEX, ifindex);
	nl_nest_end(&r, nest);
	return r;
}

static struct nl_answer get(uint8_t cmd)
{
	struct nl_request r = request(cmd);

	return nl_ask(nl, &r);
}

static struct nl_answer set_u32(uint8_t cmd, uint16_t type, uint32_t value)
{
	struct nl_request r = request(cmd);

	nl_put_u32(&r, type, value);
	return nl_ask(nl, &r);
}

static struct nl_answer set_split(uint8_t split)
{
	struct nl_request r = request(ETHTOOL_MSG_RINGS_SET);

	nl_put(&r, ETHTOOL_A_RINGS_TCP_DATA_SPLIT, &split, 1);
	return nl_ask(nl, &r);
}

/* With split on, a dma-buf on queue @q; closing the returned socket ends it. */
static int bind_queue(unsigned int q)
{
	int owner = nl_open(true, true), buf = udm_gpu_create_dmabuf(1 << 20, NULL);
	char err[128];
	uint32_t id;

	ck_assert_int_eq(set_split(2).err, 0);
	ck_assert_msg(!udm_netdev_bind_rx(owner, ifindex, buf, &q, 1, &id, err, sizeof(err)),
		      "%s", err);
	udm_close(buf);
	return owner;
}

static void unbind(int owner)
{
	udm_close(owner);
	udm_advance(2100 * 1000000ull);
}

static void expect_refusal(struct nl_answer a, int err, const char *text)
{
	ck_assert_int_eq(a.err, err);
	ck_assert_str_eq(a.text, text);
}

/* --- The header ---------------------------------------------------------- */

START_TEST(a_request_names_its_device)
{
	struct nl_request r = nl_request(family, ETHTOOL_MSG_RINGS_GET);
	struct nlattr *nest;
	struct nl_answer a = nl_ask(nl, &r);

	expect_refusal(a, -EINVAL, "");
	ck_assert_uint_eq(a.miss_type, ETHTOOL_A_RINGS_HEADER);
	nest = nl_nest(&r, 1);
	nl_nest_end(&r, nest);
	expect_refusal(nl_ask(nl, &r), -EINVAL, "neither ifindex nor name specified");
	r = nl_request(family, ETHTOOL_MSG_RINGS_GET);
	nest = nl_nest(&r, 1);
	nl_put_u32(&r, ETHTOOL_A_HEADER_DEV_INDEX, 99);
	nl_nest_end(&r, nest);
	a = nl_ask(nl, &r);
	expect_refusal(a, -ENODEV, "no device matches ifindex");
	ck_assert_uint_eq(a.offs, 24);
	r = nl_request(family, ETHTOOL_MSG_RINGS_GET);
	nest = nl_nest(&r, 1);
	nl_put(&r, ETHTOOL_A_HEADER_DEV_NAME, udm_netdev_name(nic),
	       strlen(udm_netdev_name(nic)) + 1);
	nl_nest_end(&r, nest);
	ck_assert_int_eq(nl_ask(nl, &r).err, 0);
}
END_TEST

START_TEST(a_device_without_the_operation)
{
	struct nl_request r = nl_request(family, ETHTOOL_MSG_RINGS_GET);
	struct nlattr *nest = nl_nest(&r, 1);

	nl_put_u32(&r, ETHTOOL_A_HEADER_DEV_INDEX, 1);
	nl_nest_end(&r, nest);
	ck_assert_int_eq(nl_ask(nl, &r).err, -EOPNOTSUPP);
}
END_TEST

START_TEST(setting_wants_the_capability)
{
	udm_task_drop_cap(CAP_NET_ADMIN);
	ck_assert_int_eq(set_split(2).err, -EPERM);
	udm_task_raise_cap(CAP_NET_ADMIN);
}
END_TEST

/* --- Rings --------------------------------------------------------------- */

START_TEST(rings_are_shown)
{
	struct nl_answer a = get(ETHTOOL_MSG_RINGS_GET);

	ck_assert_int_eq(a.err, 0);
	ck_assert_uint_eq(a.cmd, ETHTOOL_MSG_RINGS_GET_REPLY);
	ck_assert_uint_eq(nl_answer_u32(&a, ETHTOOL_A_RINGS_RX), 32);
	ck_assert(nl_answer_has(&a, ETHTOOL_A_RINGS_RX_MAX));
	ck_assert(!nl_answer_has(&a, ETHTOOL_A_RINGS_RX_JUMBO));
	ck_assert(nl_answer_has(&a, ETHTOOL_A_RINGS_TX_PUSH));
	ck_assert(nl_answer_has(&a, ETHTOOL_A_RINGS_RX_PUSH));
	ck_assert_uint_eq(nl_answer_u32(&a, ETHTOOL_A_RINGS_HDS_THRESH), 0);
}
END_TEST

static struct nl_answer rings_try_u8(uint16_t type, uint8_t value)
{
	struct nl_request r = request(ETHTOOL_MSG_RINGS_SET);

	nl_put(&r, type, &value, 1);
	return nl_ask(nl, &r);
}

START_TEST(what_the_device_cannot_do_is_refused)
{
	expect_refusal(set_u32(ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_RX_BUF_LEN, 4096),
		       -EOPNOTSUPP, "setting rx buf len not supported");
	expect_refusal(set_u32(ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_CQE_SIZE, 64), -EOPNOTSUPP,
		       "setting cqe size not supported");
	expect_refusal(rings_try_u8(ETHTOOL_A_RINGS_TX_PUSH, 1), -EOPNOTSUPP,
		       "setting tx push not supported");
	expect_refusal(rings_try_u8(ETHTOOL_A_RINGS_RX_PUSH, 1), -EOPNOTSUPP,
		       "setting rx push not supported");
	expect_refusal(set_u32(ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_RX_MAX, 1), -EINVAL,
		       "Unsupported attribute");
	expect_refusal(set_u32(ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_HDS_THRESH_MAX, 1), -EINVAL,
		       "Unknown attribute type");
	expect_refusal(set_split(3), -ERANGE, "integer out of range");
	expect_refusal(set_u32(ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_RX, 1 << 20), -EINVAL,
		       "requested ring size exceeds maximum");
	expect_refusal(set_u32(ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_HDS_THRESH, 1 << 20),
		       -EINVAL, "requested ring size exceeds maximum");
}
END_TEST

START_TEST(a_change_is_applied_and_told_once)
{
	struct net_device *dev = dev_get_by_index(&init_net, ifindex);
	int ear = nl_open(true, true);
	struct nl_answer a;
	char byte;

	dev_put(dev);
	nl_join(ear, "ethtool", "monitor");
	ck_assert_int_eq(set_split(2).err, 0);
	ck_assert_uint_eq(dev->cfg->hds_config, 2);
	ck_assert_ptr_eq(dev->cfg, dev->cfg_pending);
	a = nl_receive(ear);
	ck_assert_uint_eq(a.cmd, ETHTOOL_MSG_RINGS_NTF);
	ck_assert_int_eq(set_split(2).err, 0);
	ck_assert_int_eq(udm_recv(ear, &byte, 1, MSG_DONTWAIT), -1);
	ck_assert_int_eq(set_u32(ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_RX, 64).err, 0);
	a = get(ETHTOOL_MSG_RINGS_GET);
	ck_assert_uint_eq(nl_answer_u32(&a, ETHTOOL_A_RINGS_RX), 64);
	udm_close(ear);
}
END_TEST

START_TEST(a_bound_queue_keeps_its_split)
{
	int owner = bind_queue(1);

	expect_refusal(set_split(1), -EINVAL,
		       "can't disable tcp-data-split while device has memory provider enabled");
	expect_refusal(set_split(0), -EINVAL,
		       "can't disable tcp-data-split while device has memory provider enabled");
	expect_refusal(set_u32(ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_HDS_THRESH, 1), -EINVAL,
		       "can't set non-zero hds_thresh while device is memory provider enabled");
	ck_assert_int_eq(set_u32(ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_RX, 64).err, 0);
	unbind(owner);
	ck_assert_int_eq(set_split(1).err, 0);
}
END_TEST

/* --- Channels ------------------------------------------------------------ */

static struct nl_answer set_channels(uint32_t combined)
{
	return set_u32(ETHTOOL_MSG_CHANNELS_SET, ETHTOOL_A_CHANNELS_COMBINED_COUNT, combined);
}

START_TEST(channels_can_be_taken_and_given)
{
	struct nl_answer a = get(ETHTOOL_MSG_CHANNELS_GET);

	ck_assert_uint_eq(nl_answer_u32(&a, ETHTOOL_A_CHANNELS_COMBINED_MAX), QUEUES);
	ck_assert_uint_eq(nl_answer_u32(&a, ETHTOOL_A_CHANNELS_COMBINED_COUNT), QUEUES);
	ck_assert_int_eq(set_channels(2).err, 0);
	a = get(ETHTOOL_MSG_CHANNELS_GET);
	ck_assert_uint_eq(nl_answer_u32(&a, ETHTOOL_A_CHANNELS_COMBINED_COUNT), 2);
	ck_assert_int_eq(set_channels(QUEUES).err, 0);
	expect_refusal(set_channels(QUEUES + 1), -EINVAL,
		       "requested channel count exceeds maximum");
	expect_refusal(set_channels(0), -EINVAL,
		"requested channel counts would result in no RX or TX channel being configured");
}
END_TEST

/* With queue i bound the new count must be at least i + 2. */
START_TEST(a_bound_queue_keeps_its_channel)
{
	int owner = bind_queue(1);

	expect_refusal(set_channels(1), -EINVAL,
		"requested channel counts are too low for existing memory provider setting (2)");
	expect_refusal(set_channels(2), -EINVAL,
		"requested channel counts are too low for existing memory provider setting (2)");
	ck_assert_int_eq(set_channels(3).err, 0);
	unbind(owner);
	ck_assert_int_eq(set_channels(2).err, 0);
}
END_TEST

/* --- Scaling ------------------------------------------------------------- */

static void expect_moderation(unsigned int usecs, unsigned int frames)
{
	struct nl_answer a = get(ETHTOOL_MSG_COALESCE_GET);

	ck_assert_uint_eq(nl_answer_u32(&a, ETHTOOL_A_COALESCE_RX_USECS), usecs);
	ck_assert_uint_eq(nl_answer_u32(&a, ETHTOOL_A_COALESCE_RX_MAX_FRAMES), frames);
}

START_TEST(moderation_is_set_or_left_alone)
{
	char err[64] = "";

	expect_moderation(0, 0);
	ck_assert_int_eq(udm_ethtool_set_coalesce(nl, ifindex, 25, 16, err, sizeof(err)), 0);
	expect_moderation(25, 16);
	ck_assert_int_eq(udm_ethtool_set_coalesce(nl, ifindex, UINT_MAX, 1, err, sizeof(err)), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_str_eq(err, "rx-usecs is out of range");
	expect_moderation(25, 16);
}
END_TEST

static struct nl_answer set_table(const uint32_t *table, unsigned int n)
{
	struct nl_request r = request(ETHTOOL_MSG_RSS_SET);

	nl_put(&r, ETHTOOL_A_RSS_INDIR, table, n * sizeof(*table));
	return nl_ask(nl, &r);
}

static void expect_table(uint32_t (*entry)(unsigned int i))
{
	struct nl_answer a = get(ETHTOOL_MSG_RSS_GET);
	const struct nlattr *at = nla_find((const struct nlattr *)a.attrs, a.attrs_len,
					   ETHTOOL_A_RSS_INDIR);
	const uint32_t *table = nla_data(at);
	unsigned int i;

	ck_assert_uint_eq(nla_len(at), 128 * sizeof(u32));
	for (i = 0; i < 128; i++)
		ck_assert_uint_eq(table[i], entry(i));
}

static uint32_t by_default(unsigned int i)
{
	return i % QUEUES;
}

static uint32_t one_and_zero(unsigned int i)
{
	return !(i % 2);
}

START_TEST(tables_are_repeated_and_reset)
{
	static const uint32_t pair[] = { 1, 0 }, far[] = { 0, 9 }, three[] = { 0, 0, 0 };

	expect_table(by_default);
	ck_assert_int_eq(set_table(pair, 2).err, 0);
	expect_table(one_and_zero);
	expect_refusal(set_table(far, 2), -EINVAL, "entry 1: queue out of range (9)");
	expect_refusal(set_table(three, 3), -EINVAL,
		       "size (3) mismatch with device indir table (128)");
	expect_refusal(set_channels(1), -EINVAL,
		"requested channel counts are too low for existing indirection table (1)");
	ck_assert_int_eq(set_table(pair, 0).err, 0);
	expect_table(by_default);
	ck_assert_int_eq(set_channels(1).err, 0);
}
END_TEST

START_TEST(keys_have_the_devices_length)
{
	struct nl_request r = request(ETHTOOL_MSG_RSS_SET);
	uint8_t key[40];
	struct nl_answer a;

	memset(key, 0x5a, sizeof(key));
	nl_put(&r, ETHTOOL_A_RSS_HKEY, key, 39);
	ck_assert_int_eq(nl_ask(nl, &r).err, -EINVAL);
	r = request(ETHTOOL_MSG_RSS_SET);
	nl_put(&r, ETHTOOL_A_RSS_HKEY, key, 40);
	ck_assert_int_eq(nl_ask(nl, &r).err, 0);
	a = get(ETHTOOL_MSG_RSS_GET);
	ck_assert_mem_eq(nla_data(nla_find((const struct nlattr *)a.attrs, a.attrs_len,
					   ETHTOOL_A_RSS_HKEY)), key, 40);
}
END_TEST

/* --- ioctl --------------------------------------------------------------- */

static int ethtool(void *cmd)
{
	struct ifreq ifr = { .ifr_data = cmd };

	strcpy(ifr.ifr_name, udm_netdev_name(nic));
	return udm_ioctl(sock, SIOCETHTOOL, &ifr);
}

static struct ethtool_rxnfc flow_to(unsigned int queue, uint16_t port)
{
	struct ethtool_rxnfc rule = {
		.cmd = ETHTOOL_SRXCLSRLINS,
		.fs.flow_type = TCP_V4_FLOW,
		.fs.h_u.tcp_ip4_spec = { .ip4dst = htonl(0xc0000201), .pdst = htons(port) },
		.fs.m_u.tcp_ip4_spec = { .ip4dst = 0xffffffff, .pdst = 0xffff },
		.fs.ring_cookie = queue,
		.fs.location = RX_CLS_LOC_ANY,
	};

	return rule;
}

START_TEST(flow_rules_come_and_go)
{
	struct {
		struct ethtool_rxnfc head;
		u32 locs[4];
	} all = { .head.cmd = ETHTOOL_GRXCLSRLALL };
	struct ethtool_rxnfc rule = flow_to(3, 80), count = { .cmd = ETHTOOL_GRXCLSRLCNT }, one;

	ck_assert_int_eq(ethtool(&rule), 0);
	ck_assert_uint_lt(rule.fs.location, 256);
	ck_assert_int_eq(ethtool(&count), 0);
	ck_assert_uint_eq(count.rule_cnt, 1);
	all.head.rule_cnt = 1;
	ck_assert_int_eq(ethtool(&all), 0);
	ck_assert_uint_eq(all.locs[0], rule.fs.location);
	one = (struct ethtool_rxnfc){ .cmd = ETHTOOL_GRXCLSRULE,
				      .fs.location = rule.fs.location };
	ck_assert_int_eq(ethtool(&one), 0);
	ck_assert_uint_eq(one.fs.ring_cookie, 3);
	expect_refusal(set_channels(3), -EINVAL,
		"requested channel counts are too low for existing ntuple filter settings");
	rule.cmd = ETHTOOL_SRXCLSRLDEL;
	ck_assert_int_eq(ethtool(&rule), 0);
	ck_assert_int_eq(ethtool(&rule), -1);
	ck_assert_int_eq(set_channels(3).err, 0);
}
END_TEST

START_TEST(flow_rules_are_checked)
{
	struct ethtool_rxnfc rule = flow_to(QUEUES, 80);

	ck_assert_int_eq(ethtool(&rule), -1);
	ck_assert_int_eq(errno, EINVAL);
	rule = flow_to(1, 80);
	rule.fs.flow_type |= FLOW_RSS;
	ck_assert_int_eq(ethtool(&rule), -1);
	ck_assert_int_eq(errno, EINVAL);
	rule = flow_to(1, 80);
	udm_task_drop_cap(CAP_NET_ADMIN);
	ck_assert_int_eq(ethtool(&rule), -1);
	ck_assert_int_eq(errno, EPERM);
	udm_task_raise_cap(CAP_NET_ADMIN);
}
END_TEST

START_TEST(the_old_ring_call_leaves_the_split_alone)
{
	struct ethtool_ringparam ring = { .cmd = ETHTOOL_GRINGPARAM };
	struct nl_answer a;

	ck_assert_int_eq(set_split(2).err, 0);
	ck_assert_int_eq(ethtool(&ring), 0);
	ring.cmd = ETHTOOL_SRINGPARAM;
	ring.rx_pending = 64;
	ck_assert_int_eq(ethtool(&ring), 0);
	a = get(ETHTOOL_MSG_RINGS_GET);
	ck_assert_uint_eq(nl_answer_u32(&a, ETHTOOL_A_RINGS_RX), 64);
	ck_assert(nl_answer_has(&a, ETHTOOL_A_RINGS_TCP_DATA_SPLIT));
	ring.rx_pending = 1 << 20;
	ck_assert_int_eq(ethtool(&ring), -1);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

START_TEST(scaling_by_ioctl)
{
	struct {
		struct ethtool_rxfh_indir head;
		u32 table[128];
	} indir = { .head.cmd = ETHTOOL_GRXFHINDIR };
	struct {
		struct ethtool_rxfh head;
		u32 table[128];
		u8 key[40];
	} rxfh = { .head.cmd = ETHTOOL_GRSSH };
	unsigned int i;

	ck_assert_int_eq(ethtool(&indir), 0);
	ck_assert_uint_eq(indir.head.size, 128);
	ck_assert_int_eq(ethtool(&indir), 0);
	for (i = 0; i < 128; i++)
		ck_assert_uint_eq(indir.table[i], i % QUEUES);
	for (i = 0; i < 128; i++)
		indir.table[i] = one_and_zero(i);
	indir.head.cmd = ETHTOOL_SRXFHINDIR;
	ck_assert_int_eq(ethtool(&indir), 0);
	expect_table(one_and_zero);
	ck_assert_int_eq(ethtool(&rxfh), 0);
	ck_assert_uint_eq(rxfh.head.indir_size, 128);
	ck_assert_uint_eq(rxfh.head.key_size, 40);
	ck_assert_int_eq(ethtool(&rxfh), 0);
	ck_assert_uint_eq(rxfh.table[0], 1);
	rxfh.head.cmd = ETHTOOL_SRSSH;
	rxfh.head.indir_size = 0;
	rxfh.head.key_size = 0;
	ck_assert_int_eq(ethtool(&rxfh), 0);
	expect_table(by_default);
	indir.head.size = 64;
	ck_assert_int_eq(ethtool(&indir), -1);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

START_TEST(names_numbers_and_small_things)
{
	struct ethtool_drvinfo drv = { .cmd = ETHTOOL_GDRVINFO };
	struct ethtool_value link = { .cmd = ETHTOOL_GLINK };
	struct udm_wire *wire;
	struct ifreq ifr = {};
	u32 unknown = 0x7777;
	char err[128];

	strcpy(ifr.ifr_name, udm_netdev_name(nic));
	ck_assert_int_eq(udm_ioctl(sock, SIOCGIFINDEX, &ifr), 0);
	ck_assert_int_eq(ifr.ifr_ifindex, ifindex);
	memset(ifr.ifr_name, 0, sizeof(ifr.ifr_name));
	ck_assert_int_eq(udm_ioctl(sock, SIOCGIFNAME, &ifr), 0);
	ck_assert_str_eq(ifr.ifr_name, udm_netdev_name(nic));
	ck_assert_int_eq(udm_ioctl(sock, SIOCGIFFLAGS, &ifr), 0);
	ck_assert_int_eq(ifr.ifr_flags & (IFF_UP | IFF_RUNNING), IFF_UP);
	wire = udm_wire_capture_out("/dev/null", udm_netdev_hw(nic), err, sizeof(err));
	ck_assert_msg(wire, "%s", err);
	udm_run_until_idle();
	ck_assert_int_eq(udm_ioctl(sock, SIOCGIFFLAGS, &ifr), 0);
	ck_assert_int_eq(ifr.ifr_flags & (IFF_UP | IFF_RUNNING), IFF_UP | IFF_RUNNING);
	udm_wire_destroy(wire);
	ifr.ifr_flags = 0;
	ck_assert_int_eq(udm_ioctl(sock, SIOCSIFFLAGS, &ifr), 0);
	ck_assert_int_eq(udm_ioctl(sock, SIOCGIFFLAGS, &ifr), 0);
	ck_assert_int_eq(ifr.ifr_flags & IFF_UP, 0);
	ck_assert_int_eq(ethtool(&drv), 0);
	ck_assert_uint_gt(strlen(drv.driver), 0);
	ck_assert_int_eq(ethtool(&link), 0);
	ck_assert_uint_eq(link.data, 0);
	ck_assert_int_eq(ethtool(&unknown), -1);
	ck_assert_int_eq(errno, EOPNOTSUPP);
	strcpy(ifr.ifr_name, "nosuch");
	ck_assert_int_eq(udm_ioctl(sock, SIOCGIFINDEX, &ifr), -1);
	ck_assert_int_eq(errno, ENODEV);
}
END_TEST

Suite *ethtool_nl_suite(void)
{
	Suite *s = suite_create("ethtool_nl");
	TCase *tc = tcase_create("netlink"), *io = tcase_create("ioctl");

	tcase_add_checked_fixture(tc, nic_open, nic_close);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_request_names_its_device);
	tcase_add_test(tc, a_device_without_the_operation);
	tcase_add_test(tc, setting_wants_the_capability);
	tcase_add_test(tc, rings_are_shown);
	tcase_add_test(tc, what_the_device_cannot_do_is_refused);
	tcase_add_test(tc, a_change_is_applied_and_told_once);
	tcase_add_test(tc, a_bound_queue_keeps_its_split);
	tcase_add_test(tc, channels_can_be_taken_and_given);
	tcase_add_test(tc, a_bound_queue_keeps_its_channel);
	tcase_add_test(tc, moderation_is_set_or_left_alone);
	tcase_add_test(tc, tables_are_repeated_and_reset);
	tcase_add_test(tc, keys_have_the_devices_length);
	tcase_add_checked_fixture(io, nic_open, nic_close);
	suite_add_tcase(s, io);
	tcase_add_test(io, flow_rules_come_and_go);
	tcase_add_test(io, flow_rules_are_checked);
	tcase_add_test(io, the_old_ring_call_leaves_the_split_alone);
	tcase_add_test(io, scaling_by_ioctl);
	tcase_add_test(io, names_numbers_and_small_things);
	return s;
}
