// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps that take many datagrams, for readers whose buffers are small: every
 * object once, in order, whatever comes and goes meanwhile; and the mark of a dump
 * that does not fit together.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/netlink.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/sim.h>
#include <udevmem/socket.h>
#include <uapi/linux/netdev.h>

#include "nl_rig.h"

#define QUEUES		64
#define BARE_DEVICES	60
#define SMALL		4096

static struct udm_netdev *nic;
static struct net_device *bare[BARE_DEVICES];
static int nl, ifindex;
static uint16_t family;

static const struct net_device_ops no_ops = {};

static void no_setup(struct net_device *dev)
{
	dev->netdev_ops = &no_ops;
}

static void devices_open(void)
{
	static const struct udm_netdev_config cfg = { .queues = QUEUES, .ring_entries = 32 };
	unsigned int i;

	machine_boot();
	nic = udm_netdev_create(&cfg);
	ck_assert_ptr_nonnull(nic);
	ck_assert_int_eq(udm_netdev_up(nic), 0);
	ifindex = udm_netdev_ifindex(nic);
	for (i = 0; i < BARE_DEVICES; i++) {
		bare[i] = alloc_netdev(0, "bare%d", NET_NAME_UNKNOWN, no_setup);
		ck_assert_int_eq(register_netdev(bare[i]), 0);
	}
	nl = nl_open(true, true);
	family = nl_family(nl, "netdev");
	/* The socket has not shown yet that it reads more than that. */
	udm_close(nl);
	nl = nl_open(true, true);
}

static void bare_remove(unsigned int i)
{
	unregister_netdev(bare[i]);
	free_netdev(bare[i]);
	bare[i] = NULL;
}

static void devices_close(void)
{
	unsigned int i;

	udm_close(nl);
	for (i = 0; i < BARE_DEVICES; i++)
		if (bare[i])
			bare_remove(i);
	udm_netdev_destroy(nic);
	udm_run_until_idle();
	machine_shutdown();
}

/* What a dump showed: a number for each object, in order. */
static struct {
	uint64_t id[512];
	unsigned int n, datagrams;
	int err;
	bool over, interrupted;
} seen;

typedef uint64_t (*number_fn)(const struct nlattr *attrs, int len);

static uint32_t u32_of(const struct nlattr *attrs, int len, uint16_t type)
{
	const struct nlattr *at = nla_find(attrs, len, type);

	ck_assert_ptr_nonnull(at);
	return nla_get_u32(at);
}

static void read_one(number_fn number)
{
	static char buf[SMALL] __aligned(8);
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	const struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	int left = udm_recvmsg(nl, &msg, MSG_DONTWAIT);

	ck_assert_int_gt(left, 0);
	ck_assert(!(msg.msg_flags & MSG_TRUNC));
	seen.datagrams++;
	for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left)) {
		ck_assert(nlh->nlmsg_flags & NLM_F_MULTI);
		seen.interrupted |= nlh->nlmsg_flags & NLM_F_DUMP_INTR;
		if (nlh->nlmsg_type == NLMSG_DONE) {
			seen.err = *(int *)nlmsg_data(nlh);
			seen.over = true;
			continue;
		}
		ck_assert_uint_lt(seen.n, ARRAY_SIZE(seen.id));
		seen.id[seen.n++] = number(nlmsg_attrdata(nlh, GENL_HDRLEN),
					 nlmsg_attrlen(nlh, GENL_HDRLEN));
	}
	ck_assert_int_eq(left, 0);
}

static void start(struct nl_request *r)
{
	memset(&seen, 0, sizeof(seen));
	r->nlh->nlmsg_flags |= NLM_F_DUMP;
	nl_send(nl, r);
}

static void start_cmd(uint8_t cmd)
{
	struct nl_request r = nl_request(family, cmd);

	start(&r);
}

static void read_on(number_fn number)
{
	while (!seen.over)
		read_one(number);
	ck_assert_int_eq(seen.err, 0);
	ck_assert(!seen.interrupted);
}

static uint64_t device_number(const struct nlattr *attrs, int len)
{
	return u32_of(attrs, len, NETDEV_A_DEV_IFINDEX);
}

static uint64_t queue_number(const struct nlattr *attrs, int len)
{
	return (uint64_t)u32_of(attrs, len, NETDEV_A_QUEUE_IFINDEX) << 32 |
	       u32_of(attrs, len, NETDEV_A_QUEUE_TYPE) << 16 |
	       u32_of(attrs, len, NETDEV_A_QUEUE_ID);
}

static uint64_t stats_number(const struct nlattr *attrs, int len)
{
	return (uint64_t)u32_of(attrs, len, NETDEV_A_QSTATS_IFINDEX) << 32 |
	       u32_of(attrs, len, NETDEV_A_QSTATS_QUEUE_TYPE) << 16 |
	       u32_of(attrs, len, NETDEV_A_QSTATS_QUEUE_ID);
}

static uint64_t napi_number(const struct nlattr *attrs, int len)
{
	return u32_of(attrs, len, NETDEV_A_NAPI_ID);
}

static uint64_t pool_number(const struct nlattr *attrs, int len)
{
	return u32_of(attrs, len, NETDEV_A_PAGE_POOL_ID);
}

static void expect_rising(unsigned int n)
{
	unsigned int i;

	ck_assert_uint_eq(seen.n, n);
	ck_assert_uint_gt(seen.datagrams, 1);
	for (i = 1; i < n; i++)
		ck_assert_uint_gt(seen.id[i], seen.id[i - 1]);
}

static void expect_falling(unsigned int n)
{
	unsigned int i;

	ck_assert_uint_eq(seen.n, n);
	ck_assert_uint_gt(seen.datagrams, 1);
	for (i = 1; i < n; i++)
		ck_assert_uint_lt(seen.id[i], seen.id[i - 1]);
}

START_TEST(devices_come_once_each)
{
	start_cmd(NETDEV_CMD_DEV_GET);
	read_on(device_number);
	expect_rising(2 + BARE_DEVICES);
}
END_TEST

START_TEST(queues_come_once_each)
{
	struct nl_request r = nl_request(family, NETDEV_CMD_QUEUE_GET);

	start_cmd(NETDEV_CMD_QUEUE_GET);
	read_on(queue_number);
	expect_rising(2 * QUEUES);
	nl_put_u32(&r, NETDEV_A_QUEUE_IFINDEX, ifindex);
	start(&r);
	read_on(queue_number);
	expect_rising(2 * QUEUES);
}
END_TEST

START_TEST(napis_come_once_each)
{
	struct nl_request r = nl_request(family, NETDEV_CMD_NAPI_GET);

	start_cmd(NETDEV_CMD_NAPI_GET);
	read_on(napi_number);
	expect_falling(QUEUES);
	nl_put_u32(&r, NETDEV_A_NAPI_IFINDEX, ifindex);
	start(&r);
	read_on(napi_number);
	expect_falling(QUEUES);
}
END_TEST

START_TEST(statistics_come_once_each)
{
	struct nl_request r = nl_request(family, NETDEV_CMD_QSTATS_GET);

	nl_put_u32(&r, NETDEV_A_QSTATS_SCOPE, NETDEV_QSTATS_SCOPE_QUEUE);
	start(&r);
	read_on(stats_number);
	expect_rising(2 * QUEUES);
	nl_put_u32(&r, NETDEV_A_QSTATS_IFINDEX, ifindex);
	start(&r);
	read_on(stats_number);
	expect_rising(2 * QUEUES);
}
END_TEST

START_TEST(pools_come_once_each)
{
	unsigned int pools;

	start_cmd(NETDEV_CMD_PAGE_POOL_GET);
	read_on(pool_number);
	pools = seen.n;
	ck_assert_uint_ge(pools, QUEUES);
	expect_falling(pools);
}
END_TEST

/* --- Names: one message for each device, whatever it is ------------------- */

static void names_start(uint32_t set, bool counts_only)
{
	struct nl_request r = nl_request(nl_family(nl, "ethtool"), ETHTOOL_MSG_STRSET_GET);
	struct nlattr *sets, *one;

	/* A socket that has not shown yet how much it reads, again. */
	udm_close(nl);
	nl = nl_open(true, true);
	sets = nl_nest(&r, ETHTOOL_A_STRSET_STRINGSETS);
	one = nl_nest(&r, ETHTOOL_A_STRINGSETS_STRINGSET);
	nl_put_u32(&r, ETHTOOL_A_STRINGSET_ID, set);
	nl_nest_end(&r, one);
	nl_nest_end(&r, sets);
	if (counts_only)
		nl_put(&r, ETHTOOL_A_STRSET_COUNTS_ONLY, NULL, 0);
	start(&r);
}

static const struct nlattr *inside(const struct nlattr *attrs, int len, uint16_t type)
{
	const struct nlattr *nest = nla_find(attrs, len, type);

	ck_assert_ptr_nonnull(nest);
	ck_assert(nest->nla_type & NLA_F_NESTED);
	return nest;
}

/* The device, and how many names of the set it has. */
static uint64_t names_number(const struct nlattr *attrs, int len)
{
	const struct nlattr *header = inside(attrs, len, ETHTOOL_A_STRSET_HEADER);
	const struct nlattr *sets = inside(attrs, len, ETHTOOL_A_STRSET_STRINGSETS);
	uint64_t index = u32_of(nla_data(header), nla_len(header), ETHTOOL_A_HEADER_DEV_INDEX);
	const struct nlattr *set;

	/* An empty set is left out. */
	if (!nla_len(sets))
		return index << 32;
	set = inside(nla_data(sets), nla_len(sets), ETHTOOL_A_STRINGSETS_STRINGSET);
	return index << 32 | u32_of(nla_data(set), nla_len(set), ETHTOOL_A_STRINGSET_COUNT);
}

START_TEST(names_come_once_for_each_device)
{
	unsigned int i;

	names_start(ETH_SS_RSS_HASH_FUNCS, false);
	read_on(names_number);
	expect_rising(2 + BARE_DEVICES);
	for (i = 0; i < seen.n; i++)
		ck_assert_uint_eq((uint32_t)seen.id[i], ETH_RSS_HASH_FUNCS_COUNT);
	/* Those of its own only one of them has. */
	names_start(ETH_SS_STATS, true);
	read_on(names_number);
	ck_assert_uint_eq(seen.n, 2 + BARE_DEVICES);
	for (i = 0; i < seen.n; i++)
		ck_assert_int_eq((uint32_t)seen.id[i] > 0, seen.id[i] >> 32 == (uint64_t)ifindex);
}
END_TEST

START_TEST(names_of_devices_that_come_and_go)
{
	unsigned int i;

	names_start(ETH_SS_RSS_HASH_FUNCS, false);
	for (i = 0; i < BARE_DEVICES; i += 2)
		bare_remove(i);
	read_on(names_number);
	for (i = 1; i < seen.n; i++)
		ck_assert_uint_gt(seen.id[i], seen.id[i - 1]);
	ck_assert_uint_ge(seen.n, 2 + BARE_DEVICES / 2);
	ck_assert_uint_lt(seen.n, 2 + BARE_DEVICES);
}
END_TEST

/* What a device has to say is one message: one that is too long is the end. */
START_TEST(names_that_do_not_fit)
{
	names_start(ETH_SS_STATS, false);
	while (!seen.over)
		read_one(names_number);
	ck_assert_int_eq(seen.err, -EMSGSIZE);
	ck_assert_uint_eq(seen.n, 1);
	ck_assert_uint_eq(seen.id[0] >> 32, 1);
}
END_TEST

START_TEST(names_byte_by_byte)
{
	static const uint16_t wanted[] = {
		/* The header: the first device, the loopback one. */
		20, NLA_F_NESTED | ETHTOOL_A_STRSET_HEADER,
		8, ETHTOOL_A_HEADER_DEV_INDEX, 1, 0,
		7, ETHTOOL_A_HEADER_DEV_NAME, 'l' | 'o' << 8, 0,
		24, NLA_F_NESTED | ETHTOOL_A_STRSET_STRINGSETS,
		20, NLA_F_NESTED | ETHTOOL_A_STRINGSETS_STRINGSET,
		8, ETHTOOL_A_STRINGSET_ID, ETH_SS_FEATURES, 0,
		8, ETHTOOL_A_STRINGSET_COUNT, NETDEV_FEATURE_COUNT, 0,
	};
	static char buf[SMALL] __aligned(8);
	const struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	const struct genlmsghdr *genl = nlmsg_data(nlh);

	names_start(ETH_SS_FEATURES, true);
	ck_assert_int_gt(udm_recv(nl, buf, sizeof(buf), MSG_DONTWAIT), 0);
	ck_assert_uint_eq(nlh->nlmsg_len, NLMSG_LENGTH(GENL_HDRLEN) + sizeof(wanted));
	ck_assert_uint_eq(nlh->nlmsg_flags, NLM_F_MULTI);
	ck_assert_uint_eq(genl->cmd, ETHTOOL_MSG_STRSET_GET_REPLY);
	ck_assert_mem_eq(nlmsg_attrdata(nlh, GENL_HDRLEN), wanted, sizeof(wanted));
	while (!seen.over)
		read_one(names_number);
	ck_assert_int_eq(seen.err, 0);
}
END_TEST

/*
 * The first datagram is there when the request was sent, the others are made as it is read.
 * Those that are there all the time are shown, once; the others perhaps.
 */
START_TEST(devices_come_and_go_during_a_dump)
{
	struct net_device *late;
	unsigned int i, j;

	start_cmd(NETDEV_CMD_DEV_GET);
	bare_remove(0);
	for (i = 1; i < BARE_DEVICES; i += 2)
		bare_remove(i);
	late = alloc_netdev(0, "late%d", NET_NAME_UNKNOWN, no_setup);
	ck_assert_int_eq(register_netdev(late), 0);
	read_on(device_number);
	for (i = 1; i < seen.n; i++)
		ck_assert_uint_gt(seen.id[i], seen.id[i - 1]);
	for (i = 2; i < BARE_DEVICES; i += 2) {
		for (j = 0; j < seen.n && seen.id[j] != bare[i]->ifindex; j++)
			;
		ck_assert_uint_lt(j, seen.n);
	}
	unregister_netdev(late);
	free_netdev(late);
}
END_TEST

START_TEST(a_device_goes_down_during_a_dump)
{
	start_cmd(NETDEV_CMD_QUEUE_GET);
	ck_assert_int_eq(udm_netdev_down(nic), 0);
	read_on(queue_number);
	ck_assert_uint_lt(seen.n, 2 * QUEUES);
}
END_TEST

START_TEST(the_one_device_of_a_dump_goes)
{
	struct nl_request r = nl_request(family, NETDEV_CMD_QUEUE_GET);

	nl_put_u32(&r, NETDEV_A_QUEUE_IFINDEX, ifindex);
	start(&r);
	udm_netdev_destroy(nic);
	nic = NULL;
	while (!seen.over)
		read_one(queue_number);
	ck_assert_int_eq(seen.err, -ENODEV);
}
END_TEST

/* --- A dump that says what it is a picture of ---------------------------- */

static unsigned int generation;

static int bits_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const char filler[1000];
	const struct genl_info *info = genl_info_dump(cb);
	long *next = cb->args;
	void *hdr;

	cb->seq = generation;
	for (; *next < 20; (*next)++) {
		hdr = genlmsg_iput(skb, info);
		if (!hdr || nla_put_u32(skb, 1, *next + 1) ||
		    nla_put(skb, 2, sizeof(filler), filler)) {
			genlmsg_cancel(skb, hdr);
			return -EMSGSIZE;
		}
		genl_dump_check_consistent(cb, hdr);
		genlmsg_end(skb, hdr);
	}
	return 0;
}

static const struct genl_split_ops bits_ops[] = {
	{ .cmd = 1, .dumpit = bits_dump, .flags = GENL_CMD_CAP_DUMP },
};

static struct genl_family bits = {
	.name = "bits", .version = 1, .split_ops = bits_ops, .n_split_ops = ARRAY_SIZE(bits_ops),
};

static uint64_t bit_number(const struct nlattr *attrs, int len)
{
	return u32_of(attrs, len, 1);
}

static void bits_start(void)
{
	struct nl_request r = nl_request(bits.id, 1);

	start(&r);
}

START_TEST(what_changes_during_a_dump_is_marked)
{
	generation = 5;
	ck_assert_int_eq(genl_register_family(&bits), 0);
	bits_start();
	while (!seen.over)
		read_one(bit_number);
	ck_assert(!seen.interrupted);
	expect_rising(20);
	bits_start();
	read_one(bit_number);
	generation++;
	while (!seen.over)
		read_one(bit_number);
	ck_assert(seen.interrupted);
	ck_assert_uint_eq(seen.n, 20);
	ck_assert_int_eq(genl_unregister_family(&bits), 0);
}
END_TEST

Suite *nl_dumps_suite(void)
{
	Suite *s = suite_create("nl_dumps");
	TCase *tc = tcase_create("nl_dumps");

	tcase_add_checked_fixture(tc, devices_open, devices_close);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, devices_come_once_each);
	tcase_add_test(tc, queues_come_once_each);
	tcase_add_test(tc, napis_come_once_each);
	tcase_add_test(tc, statistics_come_once_each);
	tcase_add_test(tc, pools_come_once_each);
	tcase_add_test(tc, names_come_once_for_each_device);
	tcase_add_test(tc, names_of_devices_that_come_and_go);
	tcase_add_test(tc, names_that_do_not_fit);
	tcase_add_test(tc, names_byte_by_byte);
	tcase_add_test(tc, devices_come_and_go_during_a_dump);
	tcase_add_test(tc, a_device_goes_down_during_a_dump);
	tcase_add_test(tc, the_one_device_of_a_dump_goes);
	tcase_add_test(tc, what_changes_during_a_dump_is_marked);
	return s;
}
