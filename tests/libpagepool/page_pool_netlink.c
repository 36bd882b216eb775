// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page pools over netlink: requests, dumps, notifications, devices that go.
 *
 * The family stands in for the one of the library above: same name, same numbers,
 * the handlers of libpagepool.
 */
#include "fixture.h"

#include <linux/ktime.h>
#include <linux/netlink.h>
#include <linux/poison.h>
#include <linux/user_namespace.h>
#include <net/genetlink.h>
#include <net/netlink.h>
#include <sched.h>
#include <uapi/linux/netdev.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>

#include "fake_provider.h"
#include "pools.h"

static const struct netlink_range_validation id_range = { .min = 1, .max = U32_MAX };

static const struct nla_policy get_policy[NETDEV_A_PAGE_POOL_ID + 1] = {
	[NETDEV_A_PAGE_POOL_ID] = NLA_POLICY_FULL_RANGE(NLA_UINT, &id_range),
};

static const struct nla_policy info_policy[NETDEV_A_PAGE_POOL_IFINDEX + 1] = {
	[NETDEV_A_PAGE_POOL_ID] = NLA_POLICY_FULL_RANGE(NLA_UINT, &id_range),
	[NETDEV_A_PAGE_POOL_IFINDEX] = { .type = NLA_U32 },
};

static const struct nla_policy stats_policy[NETDEV_A_PAGE_POOL_STATS_INFO + 1] = {
	[NETDEV_A_PAGE_POOL_STATS_INFO] = NLA_POLICY_NESTED(info_policy),
};

static const struct genl_split_ops ops[] = {
	{
		.cmd = NETDEV_CMD_PAGE_POOL_GET, .flags = GENL_CMD_CAP_DO,
		.doit = netdev_nl_page_pool_get_doit,
		.policy = get_policy, .maxattr = NETDEV_A_PAGE_POOL_ID,
	}, {
		.cmd = NETDEV_CMD_PAGE_POOL_GET, .flags = GENL_CMD_CAP_DUMP,
		.dumpit = netdev_nl_page_pool_get_dumpit,
	}, {
		.cmd = NETDEV_CMD_PAGE_POOL_STATS_GET, .flags = GENL_CMD_CAP_DO,
		.doit = netdev_nl_page_pool_stats_get_doit,
		.policy = stats_policy, .maxattr = NETDEV_A_PAGE_POOL_STATS_INFO,
	}, {
		.cmd = NETDEV_CMD_PAGE_POOL_STATS_GET, .flags = GENL_CMD_CAP_DUMP,
		.dumpit = netdev_nl_page_pool_stats_get_dumpit,
	},
};

enum { GROUP_MGMT, GROUP_PAGE_POOL };
static const struct genl_multicast_group groups[] = {
	[GROUP_MGMT] = { .name = "mgmt" },
	[GROUP_PAGE_POOL] = { .name = "page-pool" },
};

static struct genl_family family;
static int sock;

/* One message at a time of what was received. */
static char inbox[65536];
static ssize_t inbox_len;
static struct nlmsghdr *inbox_at;

static void netlink_setup(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };

	machine_boot();
	family = (struct genl_family){
		.name = "netdev", .version = 1, .netnsok = true, .parallel_ops = true,
		.split_ops = ops, .n_split_ops = ARRAY_SIZE(ops),
		.mcgrps = groups, .n_mcgrps = ARRAY_SIZE(groups),
	};
	ck_assert_int_eq(genl_register_family(&family), 0);
	udm_page_pool_set_family(&family, GROUP_PAGE_POOL);
	sock = udm_socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, NETLINK_GENERIC);
	ck_assert_int_ge(sock, 0);
	ck_assert_int_eq(udm_bind(sock, (struct sockaddr *)&addr, sizeof(addr)), 0);
	inbox_len = 0;
}

static void netlink_teardown(void)
{
	udm_close(sock);
	udm_page_pool_set_family(NULL, 0);
	genl_unregister_family(&family);
	machine_shutdown();
}

static void subscribe(void)
{
	/* As the controller tells: numbers count from 1. */
	int group = family.mcgrp_offset + GROUP_PAGE_POOL + 1;

	ck_assert_int_eq(udm_setsockopt(sock, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
					sizeof(group)), 0);
}

/* The next message, or NULL when there is none. */
static struct nlmsghdr *next_message(void)
{
	if (!inbox_len || !NLMSG_OK(inbox_at, (size_t)inbox_len)) {
		inbox_len = udm_recv(sock, inbox, sizeof(inbox), MSG_DONTWAIT);
		if (inbox_len <= 0) {
			inbox_len = 0;
			return NULL;
		}
		inbox_at = (void *)inbox;
	}
	struct nlmsghdr *msg = inbox_at;

	inbox_at = NLMSG_NEXT(inbox_at, inbox_len);
	return msg;
}

/* Ask for @cmd with one u32 attribute, in a nest if @nest, and one more in there. */
static void request(u8 cmd, u16 flags, u16 nest, u16 attr, u32 value, u16 second, u32 second_value)
{
	char buf[128] = { };
	struct sk_buff *skb = nlmsg_new(100, GFP_KERNEL);
	struct nlmsghdr *nlh = nlmsg_put(skb, 0, 7, family.id, GENL_HDRLEN, NLM_F_REQUEST | flags);
	struct genlmsghdr *genl = nlmsg_data(nlh);
	struct nlattr *start = NULL;

	*genl = (struct genlmsghdr){ .cmd = cmd, .version = 1 };
	if (nest)
		start = nla_nest_start(skb, nest);
	if (attr)
		nla_put_u32(skb, attr, value);
	if (second)
		nla_put_u32(skb, second, second_value);
	if (start)
		nla_nest_end(skb, start);
	nlmsg_end(skb, nlh);
	memcpy(buf, nlh, nlh->nlmsg_len);
	ck_assert_int_eq(udm_send(sock, buf, nlh->nlmsg_len, 0), nlh->nlmsg_len);
	nlmsg_free(skb);
}

static const struct nlattr *attr_of(const struct nlmsghdr *msg, int type)
{
	return nla_find(nlmsg_attrdata(msg, GENL_HDRLEN), nlmsg_attrlen(msg, GENL_HDRLEN), type);
}

static u64 uint_of(const struct nlmsghdr *msg, int type)
{
	const struct nlattr *attr = attr_of(msg, type);

	ck_assert_msg(attr, "attribute %d is missing", type);
	return nla_get_uint(attr);
}

static u8 cmd_of(const struct nlmsghdr *msg)
{
	return ((struct genlmsghdr *)nlmsg_data(msg))->cmd;
}

static struct nlmsghdr *get_pool(u32 id)
{
	struct nlmsghdr *msg;

	request(NETDEV_CMD_PAGE_POOL_GET, 0, 0, NETDEV_A_PAGE_POOL_ID, id, 0, 0);
	msg = next_message();
	ck_assert_ptr_nonnull(msg);
	return msg;
}

static int error_of(const struct nlmsghdr *msg)
{
	ck_assert_ptr_nonnull(msg);
	ck_assert_int_eq(msg->nlmsg_type, NLMSG_ERROR);
	return ((struct nlmsgerr *)nlmsg_data(msg))->error;
}

static struct page_pool *listed_pool(struct fake_nic *nic)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .netdev = nic->netdev };

	return pool_new(&params);
}

START_TEST(get_shows_a_pool)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool *pool = listed_pool(nic);
	netmem_ref netmem = must_alloc(pool);
	struct nlmsghdr *msg = get_pool(pool->user.id);

	ck_assert_int_eq(cmd_of(msg), NETDEV_CMD_PAGE_POOL_GET);
	ck_assert_uint_eq(uint_of(msg, NETDEV_A_PAGE_POOL_ID), pool->user.id);
	ck_assert_uint_eq(nla_get_u32(attr_of(msg, NETDEV_A_PAGE_POOL_IFINDEX)),
			  nic->netdev->ifindex);
	ck_assert_uint_eq(uint_of(msg, NETDEV_A_PAGE_POOL_INFLIGHT), 64);
	ck_assert_uint_eq(uint_of(msg, NETDEV_A_PAGE_POOL_INFLIGHT_MEM), 64 * PAGE_SIZE);
	ck_assert_ptr_null(attr_of(msg, NETDEV_A_PAGE_POOL_NAPI_ID));
	ck_assert_ptr_null(attr_of(msg, NETDEV_A_PAGE_POOL_DETACH_TIME));
	put_ring(pool, netmem);
	page_pool_destroy(pool);
	fake_nic_put(nic);
}
END_TEST

START_TEST(get_shows_a_valid_napi_only)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct napi_struct napi = { .napi_id = MIN_NAPI_ID - 1, .list_owner = -1 };
	struct page_pool_params params = {
		.nid = NUMA_NO_NODE, .netdev = nic->netdev, .napi = &napi,
	};
	struct page_pool *pool = pool_new(&params);

	ck_assert_ptr_null(attr_of(get_pool(pool->user.id), NETDEV_A_PAGE_POOL_NAPI_ID));
	napi.napi_id = MIN_NAPI_ID + 3;
	ck_assert_uint_eq(uint_of(get_pool(pool->user.id), NETDEV_A_PAGE_POOL_NAPI_ID),
			  MIN_NAPI_ID + 3);
	page_pool_destroy(pool);
	fake_nic_put(nic);
}
END_TEST

START_TEST(get_refuses)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool *invisible = plain_pool();

	ck_assert_int_eq(error_of(get_pool(4711)), -ENOENT);
	ck_assert_int_eq(error_of(get_pool(invisible->user.id)), -ENOENT);
	ck_assert_int_eq(error_of(get_pool(0)), -ERANGE);
	request(NETDEV_CMD_PAGE_POOL_GET, 0, 0, 0, 0, 0, 0);
	ck_assert_int_eq(error_of(next_message()), -EINVAL);
	page_pool_destroy(invisible);
	fake_nic_put(nic);
}
END_TEST

START_TEST(stats_count)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool *pool = listed_pool(nic);
	const struct nlattr *info;
	struct nlmsghdr *msg;

	put_direct(pool, must_alloc(pool));
	put_ring(pool, must_alloc(pool));
	request(NETDEV_CMD_PAGE_POOL_STATS_GET, 0, NETDEV_A_PAGE_POOL_STATS_INFO,
		NETDEV_A_PAGE_POOL_ID, pool->user.id, 0, 0);
	msg = next_message();
	info = attr_of(msg, NETDEV_A_PAGE_POOL_STATS_INFO);
	ck_assert_ptr_nonnull(info);
	ck_assert_uint_eq(nla_get_uint(nla_find_nested(info, NETDEV_A_PAGE_POOL_ID)),
			  pool->user.id);
	ck_assert_uint_eq(nla_get_u32(nla_find_nested(info, NETDEV_A_PAGE_POOL_IFINDEX)),
			  nic->netdev->ifindex);
	ck_assert_uint_eq(uint_of(msg, NETDEV_A_PAGE_POOL_STATS_ALLOC_SLOW), 1);
	ck_assert_uint_eq(uint_of(msg, NETDEV_A_PAGE_POOL_STATS_ALLOC_FAST), 1);
	ck_assert_uint_eq(uint_of(msg, NETDEV_A_PAGE_POOL_STATS_RECYCLE_CACHED), 1);
	ck_assert_uint_eq(uint_of(msg, NETDEV_A_PAGE_POOL_STATS_RECYCLE_RING), 1);
	for (int i = NETDEV_A_PAGE_POOL_STATS_ALLOC_FAST;
	     i <= NETDEV_A_PAGE_POOL_STATS_RECYCLE_RELEASED_REFCNT; i++)
		ck_assert_ptr_nonnull(attr_of(msg, i));
	page_pool_destroy(pool);
	fake_nic_put(nic);
}
END_TEST

START_TEST(stats_refuse)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool *pool = listed_pool(nic);

	request(NETDEV_CMD_PAGE_POOL_STATS_GET, 0, 0, 0, 0, 0, 0);
	ck_assert_int_eq(error_of(next_message()), -EINVAL);
	request(NETDEV_CMD_PAGE_POOL_STATS_GET, 0, NETDEV_A_PAGE_POOL_STATS_INFO, 0, 0, 0, 0);
	ck_assert_int_eq(error_of(next_message()), -EINVAL);
	request(NETDEV_CMD_PAGE_POOL_STATS_GET, 0, NETDEV_A_PAGE_POOL_STATS_INFO,
		NETDEV_A_PAGE_POOL_ID, pool->user.id, NETDEV_A_PAGE_POOL_IFINDEX, 1);
	ck_assert_int_eq(error_of(next_message()), -EINVAL);
	request(NETDEV_CMD_PAGE_POOL_STATS_GET, 0, NETDEV_A_PAGE_POOL_STATS_INFO,
		NETDEV_A_PAGE_POOL_ID, 4711, 0, 0);
	ck_assert_int_eq(error_of(next_message()), -ENOENT);
	page_pool_destroy(pool);
	fake_nic_put(nic);
}
END_TEST

START_TEST(what_is_not_supported_is_said)
{
	struct fake_nic *nic = fake_nic_get(1);
	const int on = 1;
	const struct nlmsghdr *msg;
	const struct nlmsgerr *err;
	const struct nlattr *text;

	ck_assert_int_eq(udm_setsockopt(sock, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)), 0);
	ck_assert_int_eq(udm_setsockopt(sock, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)), 0);
	request(NETDEV_CMD_PAGE_POOL_STATS_GET, 0, NETDEV_A_PAGE_POOL_STATS_INFO,
		NETDEV_A_PAGE_POOL_ID, 1, NETDEV_A_PAGE_POOL_IFINDEX, 1);
	msg = next_message();
	ck_assert_int_eq(error_of(msg), -EINVAL);
	err = nlmsg_data(msg);
	text = nla_find((const struct nlattr *)(err + 1),
			nlmsg_len(msg) - sizeof(*err), NLMSGERR_ATTR_MSG);
	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(nla_data(text), "selecting by ifindex not supported");
	fake_nic_put(nic);
}
END_TEST

/* Dumps. */

static unsigned int dump_ids(u8 cmd, u32 *ids, unsigned int max)
{
	struct nlmsghdr *msg;
	unsigned int n = 0;

	request(cmd, NLM_F_DUMP, 0, 0, 0, 0, 0);
	while ((msg = next_message()) && msg->nlmsg_type != NLMSG_DONE) {
		ck_assert_uint_lt(n, max);
		ids[n++] = uint_of(msg, NETDEV_A_PAGE_POOL_ID);
	}
	ck_assert_ptr_nonnull(msg);
	return n;
}

START_TEST(dump_is_newest_first_by_device)
{
	struct fake_nic *one = fake_nic_get(1), *two = fake_nic_get(1);
	struct page_pool *pool[4] = {
		listed_pool(one), listed_pool(two), listed_pool(one), plain_pool(),
	};
	u32 ids[16];

	/* Each device has a pool of its own for its queue. */
	ck_assert_uint_eq(dump_ids(NETDEV_CMD_PAGE_POOL_GET, ids, 16), 5);
	ck_assert_uint_eq(ids[0], pool[2]->user.id);
	ck_assert_uint_eq(ids[1], pool[0]->user.id);
	ck_assert_uint_eq(ids[2], one->live[0].pool->user.id);
	ck_assert_uint_eq(ids[3], pool[1]->user.id);
	ck_assert_uint_eq(ids[4], two->live[0].pool->user.id);
	for (int i = 0; i < 4; i++)
		page_pool_destroy(pool[i]);
	fake_nic_put(one);
	fake_nic_put(two);
}
END_TEST

#define MANY	400

START_TEST(dump_goes_over_many_messages)
{
	struct fake_nic *nic = fake_nic_get(1);
	static struct page_pool *pool[MANY];
	static u32 ids[MANY + 1];

	for (int i = 0; i < MANY; i++)
		pool[i] = listed_pool(nic);
	ck_assert_uint_eq(dump_ids(NETDEV_CMD_PAGE_POOL_GET, ids, MANY + 1), MANY + 1);
	for (int i = 0; i < MANY; i++)
		ck_assert_uint_eq(ids[i], pool[MANY - 1 - i]->user.id);
	for (int i = 0; i < MANY; i++)
		page_pool_destroy(pool[i]);
	fake_nic_put(nic);
}
END_TEST

START_TEST(dump_survives_a_pool_that_vanishes)
{
	struct fake_nic *nic = fake_nic_get(1);
	static struct page_pool *pool[MANY];
	struct nlmsghdr *msg;
	u32 last = U32_MAX;
	int seen = 0;

	for (int i = 0; i < MANY; i++)
		pool[i] = listed_pool(nic);
	request(NETDEV_CMD_PAGE_POOL_GET, NLM_F_DUMP, 0, 0, 0, 0, 0);
	while ((msg = next_message()) && msg->nlmsg_type != NLMSG_DONE) {
		const u32 id = uint_of(msg, NETDEV_A_PAGE_POOL_ID);

		ck_assert_uint_lt(id, last);
		last = id;
		/* The last one of the first part and the one after it. */
		if (!seen++) {
			for (int i = 0; i < MANY - 1; i += 2) {
				page_pool_destroy(pool[i]);
				pool[i] = NULL;
			}
		}
	}
	ck_assert_int_ge(seen, MANY / 2);
	for (int i = 0; i < MANY; i++)
		page_pool_destroy(pool[i]);
	fake_nic_put(nic);
}
END_TEST

START_TEST(dump_of_orphans_shows_each_once)
{
	struct fake_nic *one = fake_nic_get(1), *two = fake_nic_get(1);
	static struct page_pool *pool[MANY];
	static netmem_ref out[MANY];
	static u32 ids[MANY];
	unsigned int n;

	for (int i = 0; i < MANY; i++) {
		struct page_pool_params params = {
			.nid = NUMA_NO_NODE, .pool_size = 4,
			.netdev = i < MANY / 2 ? one->netdev : two->netdev,
		};

		pool[i] = pool_new(&params);
		out[i] = must_alloc(pool[i]);
	}
	/* The younger pools end up behind the older ones. */
	fake_nic_put(two);
	fake_nic_put(one);
	n = dump_ids(NETDEV_CMD_PAGE_POOL_GET, ids, MANY);
	ck_assert_uint_eq(n, MANY);
	ck_assert_uint_eq(ids[0], pool[MANY / 2 - 1]->user.id);
	ck_assert_uint_eq(ids[MANY - 1], pool[MANY / 2]->user.id);
	for (int i = 0; i < MANY; i++) {
		put_ring(pool[i], out[i]);
		page_pool_destroy(pool[i]);
	}
}
END_TEST

/* Notifications. */

static struct nlmsghdr *expect_ntf(u8 cmd, u32 id)
{
	struct nlmsghdr *msg = next_message();

	ck_assert_msg(msg, "no notification");
	ck_assert_int_eq(cmd_of(msg), cmd);
	ck_assert_uint_eq(uint_of(msg, NETDEV_A_PAGE_POOL_ID), id);
	return msg;
}

START_TEST(short_life_is_add_and_del)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool *pool;
	u32 id;

	subscribe();
	pool = listed_pool(nic);
	id = pool->user.id;
	expect_ntf(NETDEV_CMD_PAGE_POOL_ADD_NTF, id);
	page_pool_destroy(pool);
	expect_ntf(NETDEV_CMD_PAGE_POOL_DEL_NTF, id);
	pool = plain_pool();
	page_pool_destroy(pool);
	ck_assert_ptr_null(next_message());
	fake_nic_put(nic);
}
END_TEST

START_TEST(waiting_pool_changes)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool *pool = listed_pool(nic);
	netmem_ref netmem = must_alloc(pool);
	const u32 id = pool->user.id;
	struct nlmsghdr *msg;

	pass_ms(3200);
	subscribe();
	page_pool_destroy(pool);
	msg = expect_ntf(NETDEV_CMD_PAGE_POOL_CHANGE_NTF, id);
	ck_assert_uint_eq(uint_of(msg, NETDEV_A_PAGE_POOL_DETACH_TIME),
			  ktime_divns(pool->user.detach_time, NSEC_PER_SEC));
	ck_assert_uint_ge(uint_of(msg, NETDEV_A_PAGE_POOL_DETACH_TIME), 3);
	ck_assert_uint_eq(uint_of(msg, NETDEV_A_PAGE_POOL_INFLIGHT), 1);
	put_ring(pool, netmem);
	pass_ms(1000);
	expect_ntf(NETDEV_CMD_PAGE_POOL_DEL_NTF, id);
	fake_nic_put(nic);
}
END_TEST

START_TEST(orphans_move_to_loopback)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool *pool = listed_pool(nic);
	const u32 id = pool->user.id;
	struct nlmsghdr *msg;

	fake_nic_down(nic);
	subscribe();
	fake_nic_put(nic);
	msg = expect_ntf(NETDEV_CMD_PAGE_POOL_CHANGE_NTF, id);
	ck_assert_ptr_null(attr_of(msg, NETDEV_A_PAGE_POOL_IFINDEX));
	msg = get_pool(id);
	ck_assert_ptr_null(attr_of(msg, NETDEV_A_PAGE_POOL_IFINDEX));
	page_pool_destroy(pool);
	expect_ntf(NETDEV_CMD_PAGE_POOL_DEL_NTF, id);
}
END_TEST

START_TEST(a_pool_that_failed_was_never_there)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool_params params = { .netdev = nic->netdev, .flags = BIT(4) };

	subscribe();
	pool_refused(&params, -EINVAL);
	params.flags = 0;
	fail_whatever_flags();
	for (unsigned int n = 1; n < 3; n++) {
		udm_fault_nth(n);
		pool_refused(&params, -ENOMEM);
	}
	udm_fault_reset();
	ck_assert_ptr_null(next_message());
	fake_nic_put(nic);
}
END_TEST

/* Namespaces. */

START_TEST(other_namespaces_are_not_shown)
{
	struct net *net = copy_net_ns(CLONE_NEWNET, &init_user_ns, &init_net);
	struct fake_nic *nic = fake_nic_get_in(net, 1);
	struct page_pool *pool = listed_pool(nic);
	u32 ids[4];

	ck_assert_int_eq(error_of(get_pool(pool->user.id)), -ENOENT);
	ck_assert_uint_eq(dump_ids(NETDEV_CMD_PAGE_POOL_GET, ids, 4), 0);
	page_pool_destroy(pool);
	fake_nic_put(nic);
	put_net(net);
	pass_ms(100);
}
END_TEST

START_TEST(pools_of_a_dead_namespace_are_invisible)
{
	struct net *net = copy_net_ns(CLONE_NEWNET, &init_user_ns, &init_net);
	struct fake_nic *nic = fake_nic_get_in(net, 1);
	struct page_pool *pool = listed_pool(nic);
	netmem_ref netmem = must_alloc(pool);
	const u32 id = pool->user.id;

	fake_nic_put(nic);
	ck_assert_ptr_eq(pool->slow.netdev, net->loopback_dev);
	put_net(net);
	pass_ms(100);
	ck_assert_ptr_eq(pool->slow.netdev, NET_PTR_POISON);
	ck_assert(hlist_unhashed(&pool->user.list));
	ck_assert_int_eq(error_of(get_pool(id)), -ENOENT);
	page_pool_destroy(pool);
	ck_assert(pool_exists(id));
	put_ring(pool, netmem);
	pass_ms(1000);
	ck_assert(!pool_exists(id));
}
END_TEST

START_TEST(provider_describes_itself)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);

	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	ck_assert_uint_eq(mp->fills, 0);
	get_pool(nic->live[0].pool->user.id);
	ck_assert_uint_eq(mp->fills, 1);
	fake_nic_close_mp(nic, 0, mp);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

/* No part of a message is better than a part. */
START_TEST(provider_may_spoil_the_message)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);
	u32 ids[4];

	mp->fill_err = 1;
	subscribe();
	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	ck_assert_uint_eq(mp->fills, 1);
	/* Of the new pool nothing was heard, but of the end of the old one. */
	ck_assert_int_eq(cmd_of(next_message()), NETDEV_CMD_PAGE_POOL_DEL_NTF);
	ck_assert_ptr_null(next_message());
	ck_assert_int_eq(error_of(get_pool(nic->live[0].pool->user.id)), -EMSGSIZE);
	mp->fill_err = 0;
	ck_assert_uint_eq(dump_ids(NETDEV_CMD_PAGE_POOL_GET, ids, 4), 1);
	fake_nic_close_mp(nic, 0, mp);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

Suite *page_pool_netlink_suite(void)
{
	Suite *s = suite_create("page_pool_netlink");
	TCase *tc = tcase_create("netlink");

	tcase_add_checked_fixture(tc, netlink_setup, netlink_teardown);
	tcase_add_test(tc, get_shows_a_pool);
	tcase_add_test(tc, get_shows_a_valid_napi_only);
	tcase_add_test(tc, get_refuses);
	tcase_add_test(tc, stats_count);
	tcase_add_test(tc, stats_refuse);
	tcase_add_test(tc, dump_is_newest_first_by_device);
	tcase_add_test(tc, dump_goes_over_many_messages);
	tcase_add_test(tc, dump_survives_a_pool_that_vanishes);
	tcase_add_test(tc, dump_of_orphans_shows_each_once);
	tcase_add_test(tc, short_life_is_add_and_del);
	tcase_add_test(tc, waiting_pool_changes);
	tcase_add_test(tc, orphans_move_to_loopback);
	tcase_add_test(tc, other_namespaces_are_not_shown);
	tcase_add_test(tc, pools_of_a_dead_namespace_are_invisible);
	tcase_add_test(tc, provider_describes_itself);
	tcase_add_test(tc, provider_may_spoil_the_message);
	tcase_add_test(tc, what_is_not_supported_is_said);
	tcase_add_test(tc, a_pool_that_failed_was_never_there);
	suite_add_tcase(s, tc);
	return s;
}
