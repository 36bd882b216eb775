// SPDX-License-Identifier: GPL-2.0-only
/*
 * Family "netdev" against an emulated NIC: what bind-rx refuses and in which
 * order, that it takes all queues or none, what the other commands show, and that
 * the binding is the socket's.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/ethtool_netlink.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>
#include <net/netlink.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/netlink.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>
#include <unistd.h>

#include "nl_rig.h"

#define QUEUES	4

static struct udm_netdev *nic;
static struct net_device *dev;
static int nl, ifindex, dmabuf;
static uint16_t family;

static void nic_open(void)
{
	static const struct udm_netdev_config cfg = { .queues = QUEUES, .ring_entries = 32 };

	machine_boot();
	nic = udm_netdev_create(&cfg);
	ck_assert_ptr_nonnull(nic);
	ifindex = udm_netdev_ifindex(nic);
	dev = dev_get_by_index(&init_net, ifindex);
	dev_put(dev);
	nl = nl_open(true, true);
	family = nl_family(nl, "netdev");
	ck_assert_int_eq(udm_ethtool_set_data_split(nl, ifindex, true, 0, NULL, 0), 0);
	ck_assert_int_eq(udm_netdev_up(nic), 0);
	dmabuf = udm_gpu_create_dmabuf(1 << 20, NULL);
	ck_assert_int_ge(dmabuf, 0);
}

static void nic_close(void)
{
	udm_close(nl);
	udm_advance(2100 * 1000000ull);
	udm_close(dmabuf);
	udm_netdev_destroy(nic);
	udm_run_until_idle();
	machine_shutdown();
}

/* --- bind-rx ------------------------------------------------------------- */

/* A request as an array of parts. */
enum { NO = -1 };

struct bind_try {
	const char *name;
	int ifindex, fd;		/* NO: attribute missing */
	struct {
		int id, type;		/* NO: missing; the nest itself is there */
	} queue[3];
	int queues;			/* nests */
	int err;
	const char *text;
	uint32_t offs, miss_type, miss_nest;
};

#define GOOD	0		/* stands for the right number */
#define ABSENT	1000

static int bind_ifindex(const struct bind_try *t)
{
	return t->ifindex == GOOD ? ifindex : t->ifindex == ABSENT ? 0 : t->ifindex;
}

static struct nl_answer bind_ask(int fd, const struct bind_try *t)
{
	struct nl_request r = nl_request(family, NETDEV_CMD_BIND_RX);
	struct nlattr *nest;
	int i;

	if (t->ifindex != NO)
		nl_put_u32(&r, NETDEV_A_DMABUF_IFINDEX, bind_ifindex(t));
	if (t->fd != NO)
		nl_put_u32(&r, NETDEV_A_DMABUF_FD, t->fd == GOOD ? dmabuf : t->fd);
	for (i = 0; i < t->queues; i++) {
		nest = nl_nest(&r, NETDEV_A_DMABUF_QUEUES);
		if (t->queue[i].id != NO)
			nl_put_u32(&r, NETDEV_A_QUEUE_ID, t->queue[i].id);
		if (t->queue[i].type != NO)
			nl_put_u32(&r, NETDEV_A_QUEUE_TYPE, t->queue[i].type);
		nl_nest_end(&r, nest);
	}
	return nl_ask(fd, &r);
}

static const struct bind_try tries[] = {
	{ "no ifindex", NO, GOOD, { { 0, 0 } }, 1, -EINVAL, "", 0, NETDEV_A_DMABUF_IFINDEX, 0 },
	{ "no fd", GOOD, NO, { { 0, 0 } }, 1, -EINVAL, "", 0, NETDEV_A_DMABUF_FD, 0 },
	{ "no queues", GOOD, GOOD, {}, 0, -EINVAL, "", 0, NETDEV_A_DMABUF_QUEUES, 0 },
	{ "no ifindex and no fd", NO, NO, {}, 0, -EINVAL, "", 0, NETDEV_A_DMABUF_IFINDEX, 0 },
	{ "ifindex 0", ABSENT, GOOD, { { 0, 0 } }, 1, -ERANGE, "integer out of range", 20, 0, 0 },
	{ "unknown ifindex", 77, GOOD, { { 0, 0 } }, 1, -ENODEV, "", 0, 0, 0 },
	{ "nest without id", GOOD, GOOD, { { NO, 0 } }, 1, -EINVAL, "", 0, NETDEV_A_QUEUE_ID,
	  36 },
	{ "nest without type", GOOD, GOOD, { { 0, NO } }, 1, -EINVAL, "", 0,
	  NETDEV_A_QUEUE_TYPE, 36 },
	{ "empty nest", GOOD, GOOD, { { NO, NO } }, 1, -EINVAL, "", 0, NETDEV_A_QUEUE_ID, 36 },
	{ "tx queue", GOOD, GOOD, { { 0, 1 } }, 1, -EINVAL, "", 48, 0, 0 },
	{ "queue type 2", GOOD, GOOD, { { 0, 2 } }, 1, -ERANGE, "integer out of range", 48, 0, 0 },
	{ "bad nest before bad ifindex", 77, GOOD, { { 0, 2 } }, 1, -ERANGE,
	  "integer out of range", 48, 0, 0 },
	{ "queue out of range", GOOD, GOOD, { { QUEUES, 0 } }, 1, -EINVAL, "", 40, 0, 0 },
	{ "second queue out of range", GOOD, GOOD, { { 1, 0 }, { 9, 0 } }, 2, -EINVAL, "", 60, 0,
	  0 },
	{ "fd not open", GOOD, 9999, { { 0, 0 } }, 1, -EBADF, "", 0, 0, 0 },
	{ "fd no dma-buf", GOOD, 1, { { 0, 0 } }, 1, -EINVAL, "", 0, 0, 0 },
	{ "right", GOOD, GOOD, { { 1, 0 } }, 1, 0, "", 0, 0, 0 },
	{ "right, repeated", GOOD, GOOD, { { 1, 0 }, { 3, 0 }, { 1, 0 } }, 3, 0, "", 0, 0, 0 },
};

static bool queue_bound(unsigned int q)
{
	return dev->_rx[q].mp_params.mp_ops;
}

START_TEST(bind_rx_checks)
{
	const struct bind_try *t = &tries[_i];
	struct nl_answer a = bind_ask(nl, t);
	unsigned int q;

	ck_assert_msg(a.err == t->err, "%s: %d", t->name, a.err);
	ck_assert_str_eq(a.text, t->text);
	ck_assert_msg(a.offs == t->offs, "%s: offs %u", t->name, a.offs);
	ck_assert_uint_eq(a.miss_type, t->miss_type);
	ck_assert_uint_eq(a.miss_nest, t->miss_nest);
	if (!t->err)
		ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_DMABUF_ID), 1);
	for (q = 0; q < QUEUES; q++)
		ck_assert_int_eq(queue_bound(q), !t->err && (q == 1 || (q == 3 && t->queues > 1)));
}
END_TEST

static const struct bind_try bind_one = { "one", GOOD, GOOD, { { 1, 0 } }, 1 };
static const struct bind_try bind_three = { "three", GOOD, GOOD, { { 0, 0 }, { 1, 0 }, { 2, 0 } },
					    3 };

START_TEST(bind_rx_needs_the_capability)
{
	udm_task_drop_cap(CAP_NET_ADMIN);
	ck_assert_int_eq(bind_ask(nl, &bind_one).err, -EPERM);
	udm_task_raise_cap(CAP_NET_ADMIN);
}
END_TEST

START_TEST(bind_rx_needs_a_device_with_queues_to_manage)
{
	struct bind_try lo = bind_one;
	struct nl_answer a;

	lo.ifindex = 1;
	a = bind_ask(nl, &lo);
	ck_assert_int_eq(a.err, -EOPNOTSUPP);
	ck_assert_uint_eq(a.offs, 20);
	ck_assert_str_eq(a.text, "");
}
END_TEST

/* The device that cannot do DMA is refused whatever the descriptor is. */
START_TEST(bind_rx_needs_dma)
{
	struct device *parent = dev->dev.parent;
	struct bind_try bad = bind_one;
	struct nl_answer a;

	bad.fd = 9999;
	dev->dev.parent = NULL;
	a = bind_ask(nl, &bad);
	dev->dev.parent = parent;
	ck_assert_int_eq(a.err, -EOPNOTSUPP);
	ck_assert_str_eq(a.text, "Device doesn't support DMA");
}
END_TEST

static struct device second_function;

/* Queues 0 and 3 do DMA as the NIC, 1 as another device, 2 not at all. */
static struct device *dma_dev_of(struct net_device *netdev, int idx)
{
	return idx == 1 ? &second_function : idx == 2 ? NULL : netdev->dev.parent;
}

static const struct {
	struct bind_try ask;
	const char *text;
} functions[] = {
	{ { "two", GOOD, GOOD, { { 0, 0 }, { 1, 0 } }, 2 },
	  "DMA device mismatch between queue 1 and 0 (multi-PF device?)" },
	{ { "three", GOOD, GOOD, { { 3, 0 }, { 1, 0 } }, 2 },
	  "DMA device mismatch between queue 3 and 1 (multi-PF device?)" },
	{ { "one that cannot, last", GOOD, GOOD, { { 0, 0 }, { 2, 0 } }, 2 },
	  "DMA device mismatch between queue 2 and 0 (multi-PF device?)" },
	{ { "one that cannot", GOOD, 9999, { { 2, 0 } }, 1 }, "Device doesn't support DMA" },
	{ { "one that cannot, first", GOOD, GOOD, { { 2, 0 }, { 3, 0 } }, 2 }, NULL },
};

START_TEST(bind_rx_needs_one_dma_device)
{
	const struct netdev_queue_mgmt_ops *ops = dev->queue_mgmt_ops;
	struct netdev_queue_mgmt_ops by_queue = *ops;
	struct nl_answer a;

	second_function.dma_mask = dev->dev.parent->dma_mask;
	by_queue.ndo_queue_get_dma_dev = dma_dev_of;
	dev->queue_mgmt_ops = &by_queue;
	a = bind_ask(nl, &functions[_i].ask);
	dev->queue_mgmt_ops = ops;
	ck_assert_int_eq(a.err, functions[_i].text ? -EOPNOTSUPP : 0);
	ck_assert_str_eq(a.text, functions[_i].text ?: "");
}
END_TEST

START_TEST(bind_rx_needs_a_device_that_is_there)
{
	struct nl_answer a;

	netif_device_detach(dev);
	a = bind_ask(nl, &bind_one);
	netif_device_attach(dev);
	ck_assert_int_eq(a.err, -ENODEV);
	ck_assert_uint_eq(a.offs, 20);
	ck_assert_str_eq(a.text, "");
}
END_TEST

START_TEST(bind_rx_needs_header_split)
{
	struct nl_answer a;

	ck_assert_int_eq(udm_ethtool_set_data_split(nl, ifindex, false, 0, NULL, 0), 0);
	a = bind_ask(nl, &bind_one);
	ck_assert_int_eq(a.err, -EINVAL);
	ck_assert_str_eq(a.text, "tcp-data-split is disabled");
	ck_assert_int_eq(udm_ethtool_set_data_split(nl, ifindex, true, 64, NULL, 0), 0);
	a = bind_ask(nl, &bind_one);
	ck_assert_int_eq(a.err, -EINVAL);
	ck_assert_str_eq(a.text, "hds-thresh is not zero");
	ck_assert_int_eq(udm_ethtool_set_data_split(nl, ifindex, true, 0, NULL, 0), 0);
	ck_assert_int_eq(bind_ask(nl, &bind_one).err, 0);
}
END_TEST

/* The second of three queues is taken: the first is released, the third never touched. */
START_TEST(bind_rx_takes_all_or_none)
{
	int other = nl_open(true, true);
	struct nl_answer a;

	ck_assert_int_eq(bind_ask(nl, &bind_one).err, 0);
	a = bind_ask(other, &bind_three);
	ck_assert_int_eq(a.err, -EEXIST);
	ck_assert_str_eq(a.text, "designated queue already memory provider bound");
	ck_assert(!queue_bound(0) && queue_bound(1) && !queue_bound(2));
	udm_close(nl);
	udm_advance(1100 * 1000000ull);
	ck_assert(!queue_bound(1));
	/* The failed attempt has used up its id. */
	a = bind_ask(other, &bind_three);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_DMABUF_ID), 3);
	nl = other;
}
END_TEST

START_TEST(the_binding_is_the_sockets)
{
	struct udm_binding_info info;
	int other = nl_open(true, true);

	ck_assert_int_eq(bind_ask(nl, &bind_one).err, 0);
	udm_close(other);
	udm_run_until_idle();
	ck_assert_int_eq(udm_binding_get(1, &info), 0);
	ck_assert_uint_eq(info.queues, 1);
	udm_close(nl);
	udm_advance(2100 * 1000000ull);
	ck_assert_int_ne(udm_binding_get(1, &info), 0);
	nl = nl_open(true, true);
}
END_TEST

START_TEST(a_binding_survives_down_and_up)
{
	ck_assert_int_eq(bind_ask(nl, &bind_one).err, 0);
	ck_assert_int_eq(udm_netdev_down(nic), 0);
	ck_assert(queue_bound(1));
	ck_assert_int_eq(udm_netdev_up(nic), 0);
	ck_assert(queue_bound(1));
}
END_TEST

START_TEST(a_queue_may_be_bound_while_down)
{
	struct nl_answer a;

	ck_assert_int_eq(udm_netdev_down(nic), 0);
	a = bind_ask(nl, &bind_one);
	ck_assert_int_eq(a.err, 0);
	ck_assert_int_eq(udm_netdev_up(nic), 0);
	ck_assert(queue_bound(1));
}
END_TEST

/* --- The other commands -------------------------------------------------- */

static struct nl_answer get(uint8_t cmd, bool dump, uint16_t type, int value)
{
	struct nl_request r = nl_request(family, cmd);

	if (dump)
		r.nlh->nlmsg_flags |= NLM_F_DUMP;
	if (type)
		nl_put_u32(&r, type, value);
	return nl_ask(nl, &r);
}

static struct nl_answer queue_get(int id, int type)
{
	struct nl_request r = nl_request(family, NETDEV_CMD_QUEUE_GET);

	nl_put_u32(&r, NETDEV_A_QUEUE_IFINDEX, ifindex);
	nl_put_u32(&r, NETDEV_A_QUEUE_ID, id);
	nl_put_u32(&r, NETDEV_A_QUEUE_TYPE, type);
	return nl_ask(nl, &r);
}

START_TEST(dev_get)
{
	struct nl_answer a = get(NETDEV_CMD_DEV_GET, false, NETDEV_A_DEV_IFINDEX, ifindex);

	ck_assert_int_eq(a.err, 0);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_DEV_IFINDEX), ifindex);
	ck_assert(nl_answer_has(&a, NETDEV_A_DEV_XDP_FEATURES));
	ck_assert(!nl_answer_has(&a, NETDEV_A_DEV_XDP_ZC_MAX_SEGS));
	ck_assert_int_eq(get(NETDEV_CMD_DEV_GET, false, NETDEV_A_DEV_IFINDEX, 99).err, -ENODEV);
	ck_assert_uint_eq(get(NETDEV_CMD_DEV_GET, true, 0, 0).messages, 2);
}
END_TEST

START_TEST(queue_get_shows_binding_and_napi)
{
	struct nl_answer a = queue_get(1, NETDEV_QUEUE_TYPE_RX);

	ck_assert_int_eq(a.err, 0);
	ck_assert(nl_answer_has(&a, NETDEV_A_QUEUE_NAPI_ID));
	ck_assert(!nl_answer_has(&a, NETDEV_A_QUEUE_DMABUF));
	ck_assert_int_eq(bind_ask(nl, &bind_one).err, 0);
	a = queue_get(1, NETDEV_QUEUE_TYPE_RX);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_QUEUE_DMABUF), 1);
	ck_assert_int_eq(queue_get(QUEUES, NETDEV_QUEUE_TYPE_RX).err, -EINVAL);
	ck_assert_int_eq(queue_get(0, 2).err, -ERANGE);
	ck_assert_uint_eq(get(NETDEV_CMD_QUEUE_GET, true, NETDEV_A_QUEUE_IFINDEX,
			      ifindex).messages, QUEUES + dev->real_num_tx_queues);
	ck_assert_int_eq(get(NETDEV_CMD_QUEUE_GET, true, NETDEV_A_QUEUE_IFINDEX, 99).err,
			 -ENODEV);
	ck_assert_int_eq(udm_netdev_down(nic), 0);
	ck_assert_int_eq(queue_get(1, NETDEV_QUEUE_TYPE_RX).err, -ENOENT);
	ck_assert_uint_eq(get(NETDEV_CMD_QUEUE_GET, true, 0, 0).messages, 0);
}
END_TEST

static uint32_t napi_of_queue(int q)
{
	struct nl_answer a = queue_get(q, NETDEV_QUEUE_TYPE_RX);

	return nl_answer_u32(&a, NETDEV_A_QUEUE_NAPI_ID);
}

START_TEST(napi_get_and_set)
{
	uint32_t id = napi_of_queue(0);
	struct nl_request r = nl_request(family, NETDEV_CMD_NAPI_SET);
	struct nl_answer a;

	a = get(NETDEV_CMD_NAPI_GET, false, NETDEV_A_NAPI_ID, id);
	ck_assert_int_eq(a.err, 0);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_NAPI_IFINDEX), ifindex);
	ck_assert(nl_answer_has(&a, NETDEV_A_NAPI_IRQ));
	ck_assert(!nl_answer_has(&a, NETDEV_A_NAPI_PID));
	a = get(NETDEV_CMD_NAPI_GET, false, NETDEV_A_NAPI_ID, 1);
	ck_assert_int_eq(a.err, -ENOENT);
	ck_assert_uint_eq(a.offs, 20);
	ck_assert_uint_eq(get(NETDEV_CMD_NAPI_GET, true, 0, 0).messages, QUEUES);
	nl_put_u32(&r, NETDEV_A_NAPI_ID, id);
	nl_put_u32(&r, NETDEV_A_NAPI_DEFER_HARD_IRQS, 7);
	nl_put_u32(&r, NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT, 12345);
	nl_put_u32(&r, NETDEV_A_NAPI_THREADED, 1);
	ck_assert_int_eq(nl_ask(nl, &r).err, 0);
	ck_assert_int_eq(udm_netdev_down(nic), 0);
	ck_assert_int_eq(get(NETDEV_CMD_NAPI_GET, false, NETDEV_A_NAPI_ID, id).err, -ENOENT);
	ck_assert_int_eq(udm_netdev_up(nic), 0);
	a = get(NETDEV_CMD_NAPI_GET, false, NETDEV_A_NAPI_ID, id);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_NAPI_DEFER_HARD_IRQS), 7);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT), 12345);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_NAPI_THREADED), 1);
	ck_assert(nl_answer_has(&a, NETDEV_A_NAPI_PID));
}
END_TEST

START_TEST(page_pools_of_the_device)
{
	struct nl_answer a = get(NETDEV_CMD_PAGE_POOL_GET, true, 0, 0);
	unsigned int before = a.messages;

	ck_assert_uint_ge(before, QUEUES);
	ck_assert_int_eq(bind_ask(nl, &bind_one).err, 0);
	a = get(NETDEV_CMD_PAGE_POOL_GET, true, 0, 0);
	ck_assert_uint_eq(a.messages, before);
	ck_assert_int_eq(get(NETDEV_CMD_PAGE_POOL_GET, false, NETDEV_A_PAGE_POOL_ID, 9999).err,
			 -ENOENT);
	ck_assert_uint_eq(get(NETDEV_CMD_PAGE_POOL_STATS_GET, true, 0, 0).messages, before);
}
END_TEST

START_TEST(queue_statistics)
{
	struct nl_request r = nl_request(family, NETDEV_CMD_QSTATS_GET);
	struct nl_answer a = get(NETDEV_CMD_QSTATS_GET, true, 0, 0);

	/* One device has statistics; loopback has none. */
	ck_assert_uint_eq(a.messages, 1);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_QSTATS_RX_PACKETS), 0);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_QSTATS_TX_PACKETS), 0);
	ck_assert(nl_answer_has(&a, NETDEV_A_QSTATS_TX_STOP));
	ck_assert(!nl_answer_has(&a, NETDEV_A_QSTATS_TX_HW_DROP_RATELIMITS));
	ck_assert(!nl_answer_has(&a, NETDEV_A_QSTATS_QUEUE_ID));
	r.nlh->nlmsg_flags |= NLM_F_DUMP;
	nl_put_u32(&r, NETDEV_A_QSTATS_SCOPE, NETDEV_QSTATS_SCOPE_QUEUE);
	a = nl_ask(nl, &r);
	/* First all receive queues, then all transmit queues. */
	ck_assert_uint_eq(a.messages, 2 * QUEUES);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_QSTATS_QUEUE_ID), QUEUES - 1);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_QSTATS_QUEUE_TYPE), NETDEV_QUEUE_TYPE_TX);
	a = get(NETDEV_CMD_QSTATS_GET, true, NETDEV_A_QSTATS_IFINDEX, 99);
	ck_assert(a.done);
	ck_assert_int_eq(a.err, -ENODEV);
	ck_assert_uint_eq(a.offs, 20);
	a = get(NETDEV_CMD_QSTATS_GET, true, NETDEV_A_QSTATS_IFINDEX, 1);
	ck_assert_int_eq(a.err, -EOPNOTSUPP);
	a = get(NETDEV_CMD_QSTATS_GET, true, NETDEV_A_QSTATS_SCOPE, 2);
	ck_assert(!a.done);
	ck_assert_int_eq(a.err, -EINVAL);
	ck_assert_str_eq(a.text, "reserved bit set");
	ck_assert_int_eq(get(NETDEV_CMD_QSTATS_GET, false, 0, 0).err, -EOPNOTSUPP);
}
END_TEST

START_TEST(listeners_hear_of_devices_and_pools)
{
	static const struct udm_netdev_config cfg = { .queues = 1, .ring_entries = 32 };
	int ear = nl_open(true, true);
	struct udm_netdev *other;
	struct nl_answer a;

	nl_join(ear, "netdev", "mgmt");
	other = udm_netdev_create(&cfg);
	a = nl_receive(ear);
	ck_assert_uint_eq(a.cmd, NETDEV_CMD_DEV_ADD_NTF);
	ck_assert_uint_eq(nl_answer_u32(&a, NETDEV_A_DEV_IFINDEX), udm_netdev_ifindex(other));
	nl_join(ear, "netdev", "page-pool");
	ck_assert_int_eq(udm_netdev_up(other), 0);
	ck_assert_uint_eq(nl_receive(ear).cmd, NETDEV_CMD_PAGE_POOL_ADD_NTF);
	udm_close(ear);
	ear = nl_open(true, true);
	nl_join(ear, "netdev", "mgmt");
	udm_netdev_destroy(other);
	ck_assert_uint_eq(nl_receive(ear).cmd, NETDEV_CMD_DEV_DEL_NTF);
	udm_close(ear);
	udm_run_until_idle();
}
END_TEST

/* Commands with their capabilities, none for notifications. */
START_TEST(the_controller_knows_the_commands)
{
	static const struct {
		uint32_t cmd, flags;
	} want[] = {
		{ 1, 0xe }, { 5, 0xe }, { 9, 0xe }, { 10, 0xe }, { 11, 0xe }, { 12, 0xc },
		{ 13, 0xb }, { 14, 0xb }, { 15, 0xa },
	};
	struct nl_request r = nl_request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	const struct nlattr *ops, *op;
	struct nl_answer a;
	int left, i = 0;

	nl_put(&r, CTRL_ATTR_FAMILY_NAME, "netdev", 7);
	a = nl_ask(nl, &r);
	ck_assert_uint_eq(nl_answer_u32(&a, CTRL_ATTR_VERSION), 1);
	ck_assert_uint_eq(nl_answer_u32(&a, CTRL_ATTR_MAXATTR), 0);
	ops = nla_find((const struct nlattr *)a.attrs, a.attrs_len, CTRL_ATTR_OPS);
	nla_for_each_nested(op, ops, left) {
		ck_assert_int_lt(i, ARRAY_SIZE(want));
		ck_assert_uint_eq(nla_get_u32(nla_find_nested(op, CTRL_ATTR_OP_ID)), want[i].cmd);
		ck_assert_uint_eq(nla_get_u32(nla_find_nested(op, CTRL_ATTR_OP_FLAGS)),
				  want[i].flags);
		i++;
	}
	ck_assert_int_eq(i, ARRAY_SIZE(want));
}
END_TEST

Suite *netdev_genl_suite(void)
{
	Suite *s = suite_create("netdev_genl");
	TCase *tc = tcase_create("bind_rx"), *show = tcase_create("show");

	tcase_add_checked_fixture(tc, nic_open, nic_close);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, bind_rx_checks, 0, ARRAY_SIZE(tries));
	tcase_add_test(tc, bind_rx_needs_the_capability);
	tcase_add_test(tc, bind_rx_needs_a_device_with_queues_to_manage);
	tcase_add_test(tc, bind_rx_needs_dma);
	tcase_add_loop_test(tc, bind_rx_needs_one_dma_device, 0, ARRAY_SIZE(functions));
	tcase_add_test(tc, bind_rx_needs_a_device_that_is_there);
	tcase_add_test(tc, bind_rx_needs_header_split);
	tcase_add_test(tc, bind_rx_takes_all_or_none);
	tcase_add_test(tc, the_binding_is_the_sockets);
	tcase_add_test(tc, a_binding_survives_down_and_up);
	tcase_add_test(tc, a_queue_may_be_bound_while_down);
	tcase_add_checked_fixture(show, nic_open, nic_close);
	suite_add_tcase(s, show);
	tcase_add_test(show, dev_get);
	tcase_add_test(show, queue_get_shows_binding_and_napi);
	tcase_add_test(show, napi_get_and_set);
	tcase_add_test(show, page_pools_of_the_device);
	tcase_add_test(show, queue_statistics);
	tcase_add_test(show, listeners_hear_of_devices_and_pools);
	tcase_add_test(show, the_controller_knows_the_commands);
	return s;
}
