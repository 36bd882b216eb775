// SPDX-License-Identifier: GPL-2.0-only
/* Features through libmnl: what is wanted, what comes of it, who hears of it, their names. */
#include "fixture.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <string.h>

#include "mnl_rig.h"

static struct nlmsghdr *begin(uint8_t cmd, uint32_t flags)
{
	struct nlmsghdr *nlh = ask_begin(nl.ethtool, cmd, 0);
	struct nlattr *nest = mnl_attr_nest_start(nlh, ETHTOOL_A_FEATURES_HEADER);

	mnl_attr_put_u32(nlh, ETHTOOL_A_HEADER_DEV_INDEX, nic_ifindex);
	mnl_attr_put_u32(nlh, ETHTOOL_A_HEADER_FLAGS, flags);
	mnl_attr_nest_end(nlh, nest);
	return nlh;
}

static const struct nlattr *inside(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *at;

	mnl_attr_for_each_nested(at, nest)
		if (mnl_attr_get_type(at) == type)
			return at;
	return NULL;
}

/* How a list speaks of a bit: 1 on, 0 off, -1 not. A list without mask speaks of those it has. */
static int listed(const struct said *s, uint16_t set, const char *name)
{
	const struct nlattr *nest = said_attr(s, set), *bit;
	bool no_mask = inside(nest, ETHTOOL_A_BITSET_NOMASK);

	mnl_attr_for_each_nested(bit, inside(nest, ETHTOOL_A_BITSET_BITS)) {
		const struct nlattr *its = inside(bit, ETHTOOL_A_BITSET_BIT_NAME);

		if (its && !strcmp(mnl_attr_get_str(its), name))
			return no_mask || inside(bit, ETHTOOL_A_BITSET_BIT_VALUE);
	}
	return -1;
}

static unsigned int count(const struct said *s, uint16_t set)
{
	const struct nlattr *bit;
	unsigned int n = 0;

	mnl_attr_for_each_nested(bit, inside(said_attr(s, set), ETHTOOL_A_BITSET_BITS))
		n++;
	return n;
}

static uint64_t words(const struct said *s, uint16_t set, uint16_t which)
{
	uint64_t bits = 0;

	memcpy(&bits, mnl_attr_get_payload(inside(said_attr(s, set), which)), sizeof(bits));
	return bits;
}

static struct said want(const char *name, bool on, uint32_t flags)
{
	struct nlmsghdr *nlh = begin(ETHTOOL_MSG_FEATURES_SET, flags);
	struct nlattr *wanted = mnl_attr_nest_start(nlh, ETHTOOL_A_FEATURES_WANTED);
	struct nlattr *bits = mnl_attr_nest_start(nlh, ETHTOOL_A_BITSET_BITS);
	struct nlattr *bit = mnl_attr_nest_start(nlh, ETHTOOL_A_BITSET_BITS_BIT);

	mnl_attr_put_strz(nlh, ETHTOOL_A_BITSET_BIT_NAME, name);
	if (on)
		mnl_attr_put(nlh, ETHTOOL_A_BITSET_BIT_VALUE, 0, NULL);
	mnl_attr_nest_end(nlh, bit);
	mnl_attr_nest_end(nlh, bits);
	mnl_attr_nest_end(nlh, wanted);
	return ask(&nl, nlh);
}

static struct said get(uint32_t flags)
{
	struct said s = ask(&nl, begin(ETHTOOL_MSG_FEATURES_GET, flags));

	ck_assert_int_eq(s.err, 0);
	return s;
}

START_TEST(shown)
{
	struct said list = get(0), compact = get(ETHTOOL_FLAG_COMPACT_BITSETS);

	ck_assert_int_eq(listed(&list, ETHTOOL_A_FEATURES_HW, "tx-tcp-segmentation"), 1);
	ck_assert_int_eq(listed(&list, ETHTOOL_A_FEATURES_HW, "loopback"), 0);
	ck_assert_int_eq(listed(&list, ETHTOOL_A_FEATURES_WANTED, "tx-tcp-segmentation"), 1);
	ck_assert_int_eq(listed(&list, ETHTOOL_A_FEATURES_ACTIVE, "highdma"), 1);
	ck_assert_int_eq(listed(&list, ETHTOOL_A_FEATURES_ACTIVE, "loopback"), -1);
	ck_assert_int_eq(listed(&list, ETHTOOL_A_FEATURES_NOCHANGE, "vlan-challenged"), 1);
	ck_assert_uint_eq(words(&compact, ETHTOOL_A_FEATURES_HW, ETHTOOL_A_BITSET_MASK),
			  (1ull << count(&list, ETHTOOL_A_FEATURES_HW)) - 1);
	ck_assert_uint_eq((unsigned int)__builtin_popcountll(
				  words(&compact, ETHTOOL_A_FEATURES_ACTIVE,
					ETHTOOL_A_BITSET_VALUE)),
			  count(&list, ETHTOOL_A_FEATURES_ACTIVE));
}
END_TEST

/* What needs the feature goes with it, and comes back with it, since it is still wanted. */
START_TEST(wanted)
{
	struct client ear = client_open();
	struct said s, told;

	join(&ear, "ethtool", "monitor");
	s = want("tx-scatter-gather", false, 0);
	ck_assert_int_eq(s.err, 0);
	ck_assert_uint_eq(s.cmd, ETHTOOL_MSG_FEATURES_SET_REPLY);
	ck_assert_uint_eq(count(&s, ETHTOOL_A_FEATURES_WANTED), 0);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_ACTIVE, "tx-scatter-gather"), 0);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_ACTIVE, "tx-tcp-segmentation"), 0);
	ck_assert_uint_eq(notified(&ear, &told), ETHTOOL_MSG_FEATURES_NTF);
	ck_assert_int_eq(listed(&told, ETHTOOL_A_FEATURES_ACTIVE, "tx-scatter-gather"), -1);
	ck_assert_int_eq(listed(&told, ETHTOOL_A_FEATURES_WANTED, "tx-tcp-segmentation"), 1);
	s = want("tx-scatter-gather", false, 0);
	ck_assert_uint_eq(count(&s, ETHTOOL_A_FEATURES_ACTIVE), 0);
	s = want("tx-tcp-segmentation", true, 0);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_WANTED, "tx-tcp-segmentation"), 1);
	s = want("tx-scatter-gather", true, ETHTOOL_FLAG_OMIT_REPLY);
	ck_assert_int_eq(s.err, 0);
	ck_assert_uint_eq(s.messages, 0);
	ck_assert_uint_eq(notified(&ear, &told), ETHTOOL_MSG_FEATURES_NTF);
	ck_assert_int_eq(listed(&told, ETHTOOL_A_FEATURES_ACTIVE, "tx-tcp-segmentation"), 1);
	client_close(&ear);
}
END_TEST

/* Packets are merged only if their checksums were verified. */
START_TEST(receive_checksums)
{
	struct said s = want("rx-gro-hw", true, 0);

	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_ACTIVE, "rx-gro-hw"), 1);
	s = want("rx-checksum", false, 0);
	ck_assert_int_eq(s.err, 0);
	ck_assert_uint_eq(count(&s, ETHTOOL_A_FEATURES_WANTED), 0);
	ck_assert_uint_eq(count(&s, ETHTOOL_A_FEATURES_ACTIVE), 2);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_ACTIVE, "rx-checksum"), 0);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_ACTIVE, "rx-gro-hw"), 0);
	s = want("rx-gro-hw", true, 0);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_WANTED, "rx-gro-hw"), 1);
	ck_assert_uint_eq(count(&s, ETHTOOL_A_FEATURES_ACTIVE), 0);
	s = get(0);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_HW, "rx-checksum"), 1);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_WANTED, "rx-gro-hw"), 1);
	s = want("rx-checksum", true, 0);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_ACTIVE, "rx-checksum"), 1);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_ACTIVE, "rx-gro-hw"), 1);
}
END_TEST

/* Wanting what the device has not changes nothing, and says so. */
START_TEST(impossible)
{
	struct said s = want("loopback", true, 0), now;

	ck_assert_int_eq(s.err, 0);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_WANTED, "loopback"), 1);
	ck_assert_uint_eq(count(&s, ETHTOOL_A_FEATURES_ACTIVE), 0);
	now = get(0);
	ck_assert_int_eq(listed(&now, ETHTOOL_A_FEATURES_WANTED, "loopback"), -1);
	s = want("highdma", false, 0);
	ck_assert_int_eq(listed(&s, ETHTOOL_A_FEATURES_WANTED, "highdma"), 0);
}
END_TEST

static struct said strings(uint32_t set, bool of_nic)
{
	struct nlmsghdr *nlh = of_nic ? begin(ETHTOOL_MSG_STRSET_GET, 0) :
					ask_begin(nl.ethtool, ETHTOOL_MSG_STRSET_GET, 0);
	struct nlattr *sets = mnl_attr_nest_start(nlh, ETHTOOL_A_STRSET_STRINGSETS);
	struct nlattr *one = mnl_attr_nest_start(nlh, ETHTOOL_A_STRINGSETS_STRINGSET);

	mnl_attr_put_u32(nlh, ETHTOOL_A_STRINGSET_ID, set);
	mnl_attr_nest_end(nlh, one);
	mnl_attr_nest_end(nlh, sets);
	return ask(&nl, nlh);
}

/* The number of a string in the answer, or -1. */
static int find_string(const struct said *s, const char *name)
{
	const struct nlattr *set = inside(said_attr(s, ETHTOOL_A_STRSET_STRINGSETS),
					  ETHTOOL_A_STRINGSETS_STRINGSET);
	const struct nlattr *string;

	mnl_attr_for_each_nested(string, inside(set, ETHTOOL_A_STRINGSET_STRINGS))
		if (!strcmp(mnl_attr_get_str(inside(string, ETHTOOL_A_STRING_VALUE)), name))
			return (int)mnl_attr_get_u32(inside(string, ETHTOOL_A_STRING_INDEX));
	return -1;
}

/* A client that knows numbers only finds the bit by its name. */
START_TEST(named)
{
	struct said s = strings(ETH_SS_FEATURES, false), now = get(ETHTOOL_FLAG_COMPACT_BITSETS);
	int tso = find_string(&s, "tx-tcp-segmentation");

	ck_assert_int_ge(tso, 0);
	ck_assert(words(&now, ETHTOOL_A_FEATURES_ACTIVE, ETHTOOL_A_BITSET_VALUE) >> tso & 1);
	s = strings(ETH_SS_RSS_HASH_FUNCS, false);
	ck_assert_int_eq(find_string(&s, "toeplitz"), 0);
	s = strings(ETH_SS_STATS, true);
	ck_assert_int_eq(find_string(&s, "rx0_frames"), 0);
	ck_assert_int_gt(find_string(&s, "q3_rx_reset"), 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, shown);
	tcase_add_test(tc, wanted);
	tcase_add_test(tc, receive_checksums);
	tcase_add_test(tc, impossible);
	tcase_add_test(tc, named);
}

Suite *mnl_features_suite(void)
{
	return mnl_suite("mnl_features", add_tests);
}
