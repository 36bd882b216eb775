// SPDX-License-Identifier: GPL-2.0-only
/* Flow rules and hash fields as ethtool sets them, and where frames then go. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/netlink.h>
#include <udevmem/udevmem.h>

#include "fixture.h"
#include "rx_rig.h"

enum { QUEUES = 4 };

static void steer_open(int i)
{
	static const struct udm_netdev_config cfg = { .queues = QUEUES, .ring_entries = 32 };

	rx_open(i & 1, &cfg);
}

static int rule_insert(struct ethtool_rx_flow_spec *fs)
{
	struct ethtool_rxnfc nfc = { .cmd = ETHTOOL_SRXCLSRLINS, .fs = *fs };
	int err = rx_ethtool(&nfc);

	fs->location = nfc.fs.location;
	return err;
}

static int rule_delete(uint32_t loc)
{
	struct ethtool_rxnfc nfc = { .cmd = ETHTOOL_SRXCLSRLDEL, .fs.location = loc };

	return rx_ethtool(&nfc);
}

static struct ethtool_rx_flow_spec tcp4_to(uint16_t dport, uint64_t queue, uint32_t loc)
{
	struct ethtool_rx_flow_spec fs = { .flow_type = TCP_V4_FLOW, .ring_cookie = queue,
					   .location = loc };

	fs.h_u.tcp_ip4_spec.pdst = htons(dport);
	fs.m_u.tcp_ip4_spec.pdst = 0xffff;
	return fs;
}

/* The queue a frame is steered to by a rule; -1: dropped; -2: by none. */
static int goes_to(const struct frame_spec *s)
{
	struct udm_queue_stats before[QUEUES], after;
	uint64_t dropped = rx_drops("flow_rule");

	for (unsigned int q = 0; q < QUEUES; q++)
		udm_netdev_queue_stats(rx.nic, q, &before[q]);
	ck_assert_int_eq(rx_send(s), 0);
	ck_assert(udm_netdev_quiesce(rx.nic, 5000));
	if (rx_drops("flow_rule") != dropped)
		return -1;
	for (unsigned int q = 0; q < QUEUES; q++) {
		udm_netdev_queue_stats(rx.nic, q, &after);
		if (after.steered != before[q].steered)
			return (int)q;
	}
	return -2;
}

START_TEST(specific_rules_beat_general_ones)
{
	struct ethtool_rx_flow_spec fs = tcp4_to(2000, 1, 7);
	struct frame_spec s = rx_segment(1, 10), udp;

	steer_open(_i);
	s.dport = 2000;
	udp = s;
	udp.udp = true;
	ck_assert_int_eq(goes_to(&s), -2);
	ck_assert_int_eq(rule_insert(&fs), 0);
	ck_assert_int_eq(goes_to(&s), 1);
	ck_assert_int_eq(goes_to(&udp), -2);
	/* A lower location wins, and the kind of packet counts. */
	memcpy(&fs.h_u.tcp_ip4_spec.ip4src, s.src, 4);
	memcpy(&fs.m_u.tcp_ip4_spec.ip4src, "\xff\xff\xff\x00", 4);
	fs.ring_cookie = 2;
	fs.location = 3;
	ck_assert_int_eq(rule_insert(&fs), 0);
	ck_assert_int_eq(goes_to(&s), 2);
	s.src[3] ^= 0xff;
	ck_assert_int_eq(goes_to(&s), 2);
	s.src[2] ^= 1;
	ck_assert_int_eq(goes_to(&s), 1);
	/* Rules outlive the interface's going down. */
	udm_netdev_down(rx.nic);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	ck_assert_int_eq(goes_to(&s), 1);
	ck_assert_int_eq(rule_delete(7), 0);
	ck_assert_int_eq(goes_to(&s), -2);
	ck_assert_int_eq(rule_delete(7), -ENOENT);
	rx_close();
}
END_TEST

START_TEST(rules_drop)
{
	struct ethtool_rx_flow_spec fs = tcp4_to(2000, RX_CLS_FLOW_DISC, RX_CLS_LOC_ANY);
	struct frame_spec s = rx_segment(1, 10);

	steer_open(_i);
	s.dport = 2000;
	ck_assert_int_eq(rule_insert(&fs), 0);
	ck_assert_uint_eq(fs.location, 0);
	ck_assert_int_eq(goes_to(&s), -1);
	ck_assert_uint_eq(rx_drops("flow_rule"), 1);
	rx_close();
}
END_TEST

START_TEST(rules_see_addresses_tags_and_protocols)
{
	struct ethtool_rx_flow_spec v6 = { .flow_type = UDP_V6_FLOW, .ring_cookie = 1 };
	struct ethtool_rx_flow_spec tag = { .flow_type = TCP_V4_FLOW | FLOW_EXT, .ring_cookie = 2,
					    .location = 1 };
	struct ethtool_rx_flow_spec any = { .flow_type = IPV4_USER_FLOW, .ring_cookie = 3,
					    .location = 900 };
	struct frame_spec s = rx_segment(1, 10);

	steer_open(_i);
	memcpy(v6.h_u.udp_ip6_spec.ip6dst, "\x20\x01\x0d\xb8", 4);
	v6.m_u.udp_ip6_spec.ip6dst[0] = 0xffffffff;
	tag.h_ext.vlan_tci = htons(100);
	tag.m_ext.vlan_tci = htons(0xfff);
	any.h_u.usr_ip4_spec.ip_ver = ETH_RX_NFC_IP4;
	any.h_u.usr_ip4_spec.proto = 17;
	any.m_u.usr_ip4_spec.proto = 0xff;
	ck_assert_int_eq(rule_insert(&v6), 0);
	ck_assert_int_eq(rule_insert(&tag), 0);
	ck_assert_int_eq(rule_insert(&any), 0);
	ck_assert_int_eq(goes_to(&s), -2);
	s.vlans = 2;
	ck_assert_int_eq(goes_to(&s), 2);
	s.udp = true;
	ck_assert_int_eq(goes_to(&s), 3);
	s.ipv6 = true;
	ck_assert_int_eq(goes_to(&s), -2);
	memcpy(s.dst, "\x20\x01\x0d\xb8\x77", 5);
	ck_assert_int_eq(goes_to(&s), 1);
	s.ip_options = 16;
	ck_assert_int_eq(goes_to(&s), 1);
	rx_close();
}
END_TEST

static const struct refusal {
	uint32_t flow_type, location;
	uint64_t cookie;
	uint8_t ip_ver;
	uint32_t l4_4_bytes;
	int err;
} refusals[] = {
	{ .flow_type = SCTP_V4_FLOW, .err = -EOPNOTSUPP },
	{ .flow_type = ETHER_FLOW, .err = -EOPNOTSUPP },
	{ .flow_type = TCP_V4_FLOW | FLOW_MAC_EXT, .err = -EOPNOTSUPP },
	{ .flow_type = TCP_V4_FLOW, .cookie = QUEUES, .err = -EINVAL },
	{ .flow_type = TCP_V4_FLOW, .cookie = 1ull << 32, .err = -EINVAL },
	{ .flow_type = TCP_V4_FLOW, .cookie = RX_CLS_FLOW_WAKE, .err = -EOPNOTSUPP },
	{ .flow_type = TCP_V4_FLOW, .location = 1024, .err = -EINVAL },
	{ .flow_type = TCP_V4_FLOW, .location = RX_CLS_LOC_SPECIAL | 5, .err = -EINVAL },
	{ .flow_type = IPV4_USER_FLOW, .err = -EINVAL },
	{ .flow_type = IPV4_USER_FLOW, .ip_ver = ETH_RX_NFC_IP4, .l4_4_bytes = 1,
	  .err = -EOPNOTSUPP },
};

START_TEST(unusable_rules_are_refused)
{
	const struct refusal *r = &refusals[_i];
	struct ethtool_rx_flow_spec fs = { .flow_type = r->flow_type, .location = r->location,
					   .ring_cookie = r->cookie };
	struct ethtool_rxnfc count = { .cmd = ETHTOOL_GRXCLSRLCNT };

	steer_open(0);
	if (r->flow_type == IPV4_USER_FLOW) {
		fs.h_u.usr_ip4_spec.ip_ver = r->ip_ver;
		fs.m_u.usr_ip4_spec.l4_4_bytes = r->l4_4_bytes;
	}
	ck_assert_int_eq(rule_insert(&fs), r->err);
	ck_assert_int_eq(rx_ethtool(&count), 0);
	ck_assert_uint_eq(count.rule_cnt, 0);
	ck_assert_uint_eq(count.data, 1024 | RX_CLS_LOC_SPECIAL);
	rx_close();
}
END_TEST

/* The device chooses from either end until nothing is left. */
START_TEST(locations_run_out)
{
	struct ethtool_rx_flow_spec fs;

	steer_open(0);
	for (unsigned int i = 0; i < 1024; i++) {
		bool last = i % 2;

		fs = tcp4_to((uint16_t)i, i % QUEUES, last ? RX_CLS_LOC_LAST : RX_CLS_LOC_ANY);
		ck_assert_int_eq(rule_insert(&fs), 0);
		ck_assert_uint_eq(fs.location, last ? 1023 - i / 2 : i / 2);
	}
	fs = tcp4_to(1, 1, RX_CLS_LOC_FIRST);
	ck_assert_int_eq(rule_insert(&fs), -ENOSPC);
	fs.location = RX_CLS_LOC_LAST;
	ck_assert_int_eq(rule_insert(&fs), -ENOSPC);
	/* Replacing needs no room. */
	fs.location = 1023;
	ck_assert_int_eq(rule_insert(&fs), 0);
	rx_close();
}
END_TEST

static void want(const char *feature, bool on)
{
	int nl = udm_netlink_open();
	char err[128];

	ck_assert_msg(!udm_ethtool_set_feature(nl, udm_netdev_ifindex(rx.nic), feature, on, err,
					       sizeof(err)), "%s", err);
	udm_close(nl);
}

/* Switched off, rules are gone for good, and none can be made. */
START_TEST(rules_are_switched_off)
{
	struct ethtool_rx_flow_spec fs = tcp4_to(2000, 1, 7);
	struct frame_spec s = rx_segment(1, 10);

	steer_open(_i);
	s.dport = 2000;
	ck_assert_int_eq(rule_insert(&fs), 0);
	want("rx-ntuple-filter", false);
	ck_assert_int_eq(goes_to(&s), -2);
	ck_assert_int_eq(rule_insert(&fs), -EOPNOTSUPP);
	want("rx-ntuple-filter", true);
	ck_assert_int_eq(goes_to(&s), -2);
	ck_assert_int_eq(rule_delete(7), -ENOENT);
	ck_assert_int_eq(rule_insert(&fs), 0);
	want("rx-hashing", false);
	ck_assert_int_eq(goes_to(&s), 1);
	rx_close();
}
END_TEST

/* --- Hash fields --------------------------------------------------------- */

static int fields_of(uint32_t cmd, uint32_t flow_type, uint64_t *data)
{
	struct ethtool_rxnfc nfc = { .cmd = cmd, .flow_type = flow_type, .data = *data };
	int err = rx_ethtool(&nfc);

	*data = nfc.data;
	return err;
}

/* How many queues frames that differ in the source port only are spread over. */
static unsigned int spread(bool udp)
{
	struct udm_queue_stats before, after;
	unsigned int n = 0;
	uint64_t was[QUEUES];

	for (unsigned int q = 0; q < QUEUES; q++) {
		udm_netdev_queue_stats(rx.nic, q, &before);
		was[q] = before.frames;
	}
	for (uint16_t port = 0; port < 64; port++) {
		struct frame_spec s = rx_segment(1, 10);

		s.udp = udp;
		s.sport = (uint16_t)(1000 + port * 37);
		ck_assert_int_eq(rx_send(&s), 0);
	}
	ck_assert(udm_netdev_quiesce(rx.nic, 5000));
	for (unsigned int q = 0; q < QUEUES; q++) {
		udm_netdev_queue_stats(rx.nic, q, &after);
		n += after.frames != was[q];
	}
	return n;
}

START_TEST(hash_fields_are_set)
{
	uint64_t data = 0;

	steer_open(_i);
	ck_assert_int_eq(fields_of(ETHTOOL_GRXFH, UDP_V4_FLOW, &data), 0);
	ck_assert_uint_eq(data, RXH_IP_SRC | RXH_IP_DST | RXH_L4_B_0_1 | RXH_L4_B_2_3);
	ck_assert_uint_gt(spread(true), 1);
	data = RXH_IP_SRC | RXH_IP_DST;
	ck_assert_int_eq(fields_of(ETHTOOL_SRXFH, UDP_V4_FLOW, &data), 0);
	ck_assert_int_eq(fields_of(ETHTOOL_GRXFH, UDP_V4_FLOW, &data), 0);
	ck_assert_uint_eq(data, RXH_IP_SRC | RXH_IP_DST);
	ck_assert_uint_eq(spread(true), 1);
	ck_assert_uint_gt(spread(false), 1);
	udm_netdev_down(rx.nic);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	ck_assert_uint_eq(spread(true), 1);
	rx_close();
}
END_TEST

START_TEST(hash_fields_are_checked)
{
	uint64_t data = RXH_L4_B_0_1;

	steer_open(0);
	ck_assert_int_eq(fields_of(ETHTOOL_SRXFH, IPV4_FLOW, &data), -EINVAL);
	data = RXH_VLAN;
	ck_assert_int_eq(fields_of(ETHTOOL_SRXFH, TCP_V4_FLOW, &data), -EINVAL);
	ck_assert_int_eq(fields_of(ETHTOOL_GRXFH, ETHER_FLOW, &data), -EINVAL);
	ck_assert_int_eq(fields_of(ETHTOOL_GRXFH, TCP_V4_FLOW | FLOW_RSS, &data), 0);
	ck_assert_int_eq(fields_of(ETHTOOL_GRXFH, IPV6_FLOW, &data), 0);
	ck_assert_uint_eq(data, RXH_IP_SRC | RXH_IP_DST);
	rx_close();
}
END_TEST

Suite *nic_steering_suite(void)
{
	Suite *s = suite_create("nic_steering");
	TCase *tc = tcase_create("steering");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, specific_rules_beat_general_ones, 0, 2);
	tcase_add_loop_test(tc, rules_drop, 0, 2);
	tcase_add_loop_test(tc, rules_see_addresses_tags_and_protocols, 0, 2);
	tcase_add_loop_test(tc, unusable_rules_are_refused, 0,
			    sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(tc, locations_run_out);
	tcase_add_loop_test(tc, rules_are_switched_off, 0, 2);
	tcase_add_loop_test(tc, hash_fields_are_set, 0, 2);
	tcase_add_test(tc, hash_fields_are_checked);
	suite_add_tcase(s, tc);
	return s;
}
