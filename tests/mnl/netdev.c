// SPDX-License-Identifier: GPL-2.0-only
/*
 * Families "netdev" and "nlctrl" through libmnl: every command, notifications,
 * extended acknowledgements, and bindings that end with their socket.
 */
#include "fixture.h"

#include <errno.h>
#include <string.h>
#include <uapi/linux/netdev.h>
#include <udevmem/netdev.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "mnl_rig.h"

static struct said get(uint8_t cmd, uint16_t type, uint32_t value)
{
	struct nlmsghdr *nlh = ask_begin(nl.netdev, cmd, 0);

	mnl_attr_put_u32(nlh, type, value);
	return ask(&nl, nlh);
}

static struct said dump(struct client *c, uint8_t cmd)
{
	struct said s = ask(c, ask_begin(c->netdev, cmd, NLM_F_DUMP));

	ck_assert_int_eq(s.err, 0);
	return s;
}

static struct said queue_get(uint32_t id, uint32_t type)
{
	struct nlmsghdr *nlh = ask_begin(nl.netdev, NETDEV_CMD_QUEUE_GET, 0);

	mnl_attr_put_u32(nlh, NETDEV_A_QUEUE_IFINDEX, nic_ifindex);
	mnl_attr_put_u32(nlh, NETDEV_A_QUEUE_ID, id);
	mnl_attr_put_u32(nlh, NETDEV_A_QUEUE_TYPE, type);
	return ask(&nl, nlh);
}

static struct nlmsghdr *bind_rx_begin(const struct client *c, const uint32_t *queues, int n)
{
	struct nlmsghdr *nlh = ask_begin(c->netdev, NETDEV_CMD_BIND_RX, 0);
	struct nlattr *nest;
	int i;

	mnl_attr_put_u32(nlh, NETDEV_A_DMABUF_IFINDEX, nic_ifindex);
	mnl_attr_put_u32(nlh, NETDEV_A_DMABUF_FD, dmabuf);
	for (i = 0; i < n; i++) {
		nest = mnl_attr_nest_start(nlh, NETDEV_A_DMABUF_QUEUES);
		mnl_attr_put_u32(nlh, NETDEV_A_QUEUE_ID, queues[i]);
		mnl_attr_put_u32(nlh, NETDEV_A_QUEUE_TYPE, NETDEV_QUEUE_TYPE_RX);
		mnl_attr_nest_end(nlh, nest);
	}
	return nlh;
}

static uint32_t bind_rx(struct client *c, uint32_t queue)
{
	struct said s = ask(c, bind_rx_begin(c, &queue, 1));

	ck_assert_msg(!s.err, "%d %s", s.err, s.text);
	ck_assert_uint_eq(s.cmd, NETDEV_CMD_BIND_RX);
	return said_u32(&s, NETDEV_A_DMABUF_ID);
}

static struct said bind_tx(struct client *c)
{
	struct nlmsghdr *nlh = ask_begin(c->netdev, NETDEV_CMD_BIND_TX, 0);

	mnl_attr_put_u32(nlh, NETDEV_A_DMABUF_IFINDEX, nic_ifindex);
	mnl_attr_put_u32(nlh, NETDEV_A_DMABUF_FD, dmabuf);
	return ask(c, nlh);
}

/* --- Commands ------------------------------------------------------------ */

START_TEST(devices)
{
	struct said s = get(NETDEV_CMD_DEV_GET, NETDEV_A_DEV_IFINDEX, nic_ifindex);

	ck_assert_int_eq(s.err, 0);
	ck_assert_uint_eq(s.cmd, NETDEV_CMD_DEV_GET);
	ck_assert_uint_eq(said_u32(&s, NETDEV_A_DEV_IFINDEX), nic_ifindex);
	ck_assert_int_eq(mnl_attr_validate(said_attr(&s, NETDEV_A_DEV_XDP_FEATURES), MNL_TYPE_U64),
			 0);
	ck_assert_uint_eq(dump(&nl, NETDEV_CMD_DEV_GET).messages, 2);
}
END_TEST

START_TEST(queues)
{
	struct said s = queue_get(1, NETDEV_QUEUE_TYPE_RX);

	ck_assert_int_eq(s.err, 0);
	ck_assert_uint_eq(said_u32(&s, NETDEV_A_QUEUE_ID), 1);
	s = get(NETDEV_CMD_NAPI_GET, NETDEV_A_NAPI_ID, said_u32(&s, NETDEV_A_QUEUE_NAPI_ID));
	ck_assert_uint_eq(said_u32(&s, NETDEV_A_NAPI_IFINDEX), nic_ifindex);
	s = queue_get(2, NETDEV_QUEUE_TYPE_TX);
	ck_assert_uint_eq(said_u32(&s, NETDEV_A_QUEUE_TYPE), NETDEV_QUEUE_TYPE_TX);
	ck_assert_uint_eq(dump(&nl, NETDEV_CMD_QUEUE_GET).messages, 2 * MNL_QUEUES);
	ck_assert_uint_eq(dump(&nl, NETDEV_CMD_NAPI_GET).messages, MNL_QUEUES);
}
END_TEST

START_TEST(napis_are_set)
{
	struct said s = queue_get(0, NETDEV_QUEUE_TYPE_RX);
	uint32_t id = said_u32(&s, NETDEV_A_QUEUE_NAPI_ID);
	struct nlmsghdr *nlh = ask_begin(nl.netdev, NETDEV_CMD_NAPI_SET, 0);

	mnl_attr_put_u32(nlh, NETDEV_A_NAPI_ID, id);
	mnl_attr_put_u32(nlh, NETDEV_A_NAPI_DEFER_HARD_IRQS, 3);
	mnl_attr_put_u64(nlh, NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT, 1ull << 33);
	ck_assert_int_eq(ask(&nl, nlh).err, 0);
	s = get(NETDEV_CMD_NAPI_GET, NETDEV_A_NAPI_ID, id);
	ck_assert_uint_eq(said_u32(&s, NETDEV_A_NAPI_DEFER_HARD_IRQS), 3);
	ck_assert_uint_eq(mnl_attr_get_u64(said_attr(&s, NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT)),
			  1ull << 33);
}
END_TEST

START_TEST(page_pools)
{
	struct said s = dump(&nl, NETDEV_CMD_PAGE_POOL_GET);
	uint32_t id = said_u32(&s, NETDEV_A_PAGE_POOL_ID);
	struct nlmsghdr *nlh = ask_begin(nl.netdev, NETDEV_CMD_PAGE_POOL_STATS_GET, 0);
	struct nlattr *nest = mnl_attr_nest_start(nlh, NETDEV_A_PAGE_POOL_STATS_INFO);

	ck_assert_uint_ge(s.messages, MNL_QUEUES);
	mnl_attr_put_u32(nlh, NETDEV_A_PAGE_POOL_ID, id);
	mnl_attr_nest_end(nlh, nest);
	s = ask(&nl, nlh);
	ck_assert_int_eq(s.err, 0);
	ck_assert(said_has(&s, NETDEV_A_PAGE_POOL_STATS_RECYCLE_RELEASED_REFCNT));
	s = get(NETDEV_CMD_PAGE_POOL_GET, NETDEV_A_PAGE_POOL_ID, id);
	ck_assert_uint_eq(said_u32(&s, NETDEV_A_PAGE_POOL_IFINDEX), nic_ifindex);
	ck_assert_uint_ge(dump(&nl, NETDEV_CMD_PAGE_POOL_STATS_GET).messages, MNL_QUEUES);
}
END_TEST

START_TEST(statistics)
{
	struct nlmsghdr *nlh = ask_begin(nl.netdev, NETDEV_CMD_QSTATS_GET, NLM_F_DUMP);
	struct said s = dump(&nl, NETDEV_CMD_QSTATS_GET);

	ck_assert_uint_eq(s.messages, 1);
	ck_assert_uint_eq(said_u32(&s, NETDEV_A_QSTATS_RX_PACKETS), 0);
	mnl_attr_put_u32(nlh, NETDEV_A_QSTATS_SCOPE, NETDEV_QSTATS_SCOPE_QUEUE);
	ck_assert_uint_eq(ask(&nl, nlh).messages, 2 * MNL_QUEUES);
}
END_TEST

START_TEST(bindings)
{
	static const uint32_t two[] = { 1, 3 };
	struct said s = ask(&nl, bind_rx_begin(&nl, two, 2));
	struct udm_binding_info info;

	ck_assert_int_eq(s.err, 0);
	ck_assert_uint_eq(s.datagrams, 2);
	ck_assert_int_eq(udm_binding_get(said_u32(&s, NETDEV_A_DMABUF_ID), &info), 0);
	ck_assert_uint_eq(info.queues, 2);
	ck_assert(!info.tx);
	s = bind_tx(&nl);
	ck_assert_uint_eq(s.cmd, NETDEV_CMD_BIND_TX);
	ck_assert_int_eq(udm_binding_get(said_u32(&s, NETDEV_A_DMABUF_ID), &info), 0);
	ck_assert(info.tx);
	s = queue_get(3, NETDEV_QUEUE_TYPE_RX);
	ck_assert(said_has(&s, NETDEV_A_QUEUE_DMABUF));
}
END_TEST

START_TEST(policies)
{
	struct nlmsghdr *nlh = ask_begin(GENL_ID_CTRL, CTRL_CMD_GETPOLICY, NLM_F_DUMP);
	struct said s;

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, "netdev");
	s = ask(&nl, nlh);
	ck_assert_int_eq(s.err, 0);
	ck_assert_uint_gt(s.messages, 20);
	ck_assert_uint_eq(mnl_attr_get_u16(said_attr(&s, CTRL_ATTR_FAMILY_ID)), nl.netdev);
}
END_TEST

/* --- Refusals ------------------------------------------------------------ */

START_TEST(refusals_say_why_and_where)
{
	static const uint32_t far = MNL_QUEUES;
	struct said s = get(NETDEV_CMD_DEV_GET, NETDEV_A_DEV_IFINDEX, 0);

	ck_assert_int_eq(s.err, -ERANGE);
	ck_assert_str_eq(s.text, "integer out of range");
	ck_assert_uint_eq(s.offs, 20);
	s = ask(&nl, ask_begin(nl.netdev, NETDEV_CMD_NAPI_GET, 0));
	ck_assert_int_eq(s.err, -EINVAL);
	ck_assert_uint_eq(s.miss_type, NETDEV_A_NAPI_ID);
	s = ask(&nl, bind_rx_begin(&nl, &far, 1));
	ck_assert_int_eq(s.err, -EINVAL);
	ck_assert_uint_eq(s.offs, 40);
	bind_rx(&nl, 1);
	s = ask(&nl, bind_rx_begin(&nl, (uint32_t[]){ 0, 1 }, 2));
	ck_assert_int_eq(s.err, -EEXIST);
	ck_assert_str_eq(s.text, "designated queue already memory provider bound");
}
END_TEST

/* --- Notifications ------------------------------------------------------- */

START_TEST(devices_and_pools_are_announced)
{
	static const struct udm_netdev_config cfg = { .queues = 1, .ring_entries = 32 };
	struct udm_netdev *other;
	struct said s;
	int ifindex;

	join(&nl, "netdev", "mgmt");
	other = udm_netdev_create(&cfg);
	ifindex = udm_netdev_ifindex(other);
	ck_assert_uint_eq(notified(&nl, &s), NETDEV_CMD_DEV_ADD_NTF);
	ck_assert_uint_eq(said_u32(&s, NETDEV_A_DEV_IFINDEX), ifindex);
	join(&nl, "netdev", "page-pool");
	ck_assert_int_eq(udm_netdev_up(other), 0);
	ck_assert_uint_eq(notified(&nl, &s), NETDEV_CMD_PAGE_POOL_ADD_NTF);
	ck_assert_uint_eq(said_u32(&s, NETDEV_A_PAGE_POOL_IFINDEX), ifindex);
	udm_netdev_destroy(other);
	while (notified(&nl, &s) != NETDEV_CMD_DEV_DEL_NTF)
		;
	ck_assert_uint_eq(said_u32(&s, NETDEV_A_DEV_IFINDEX), ifindex);
}
END_TEST

START_TEST(who_leaves_a_group_hears_no_more)
{
	uint32_t group = resolve_group(&nl, "netdev", "mgmt");

	join(&nl, "netdev", "mgmt");
	ck_assert_int_eq(udm_netlink_setsockopt(nl.fd, NETLINK_DROP_MEMBERSHIP, group), 0);
	udm_netdev_destroy(udm_netdev_create(NULL));
	ck_assert(nothing_waits(&nl));
}
END_TEST

/* --- The end of a socket ------------------------------------------------- */

static bool is_bound(uint32_t id)
{
	struct udm_binding_info info;

	return !udm_binding_get(id, &info) && !info.unbound;
}

START_TEST(a_binding_ends_with_its_socket)
{
	struct client owner = client_open();
	uint32_t id = bind_rx(&owner, 2);
	struct said s = queue_get(2, NETDEV_QUEUE_TYPE_RX);

	ck_assert_uint_eq(said_u32(&s, NETDEV_A_QUEUE_DMABUF), id);
	client_drop(&owner);
	/* The thread that serves closes the kernel's end when it has seen that. */
	do {
		let_answer();
		udm_run_until_idle();
	} while (is_bound(id));
	s = queue_get(2, NETDEV_QUEUE_TYPE_RX);
	ck_assert(!said_has(&s, NETDEV_A_QUEUE_DMABUF));
	bind_rx(&nl, 2);
}
END_TEST

START_TEST(closing_may_wait_for_that)
{
	struct client owner = client_open();
	uint32_t id = bind_rx(&owner, 2);

	client_close(&owner);
	ck_assert(!is_bound(id));
}
END_TEST

/* --- Several clients ----------------------------------------------------- */

static void *dump_much(void *unused)
{
	struct client c = client_open();
	unsigned int i;

	for (i = 0; i < 20; i++) {
		ck_assert_uint_eq(dump(&c, NETDEV_CMD_QUEUE_GET).messages, 2 * MNL_QUEUES);
		ck_assert_uint_eq(dump(&c, NETDEV_CMD_DEV_GET).messages, 2);
		ck_assert_int_eq(bind_tx(&c).err, 0);
	}
	client_close(&c);
	return NULL;
}

START_TEST(clients_do_not_mix)
{
	struct udm_thread *threads[4];
	unsigned int i;

	for (i = 0; i < 4; i++)
		threads[i] = udm_thread_create("client", dump_much, NULL);
	for (i = 0; i < 4; i++)
		udm_thread_join(threads[i]);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, devices);
	tcase_add_test(tc, queues);
	tcase_add_test(tc, napis_are_set);
	tcase_add_test(tc, page_pools);
	tcase_add_test(tc, statistics);
	tcase_add_test(tc, bindings);
	tcase_add_test(tc, policies);
	tcase_add_test(tc, refusals_say_why_and_where);
	tcase_add_test(tc, devices_and_pools_are_announced);
	tcase_add_test(tc, who_leaves_a_group_hears_no_more);
	tcase_add_test(tc, a_binding_ends_with_its_socket);
	tcase_add_test(tc, closing_may_wait_for_that);
	tcase_add_test(tc, clients_do_not_mix);
}

Suite *mnl_netdev_suite(void)
{
	return mnl_suite("mnl_netdev", add_tests);
}
