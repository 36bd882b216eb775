// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit through stack and driver: skbs of every shape, what may not leave, what
 * software does instead, failing mappings, full rings, the link, the end. Cases
 * with "modes" run in sim mode (loop index even) and in threads mode.
 */
#include <errno.h>
#include <linux/kthread.h>
#include <linux/unaligned.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>
#include <udevmem/socket.h>

#include "fixture.h"
#include "libpagepool/devmem.h"
#include "nic_rig.h"

static const struct udm_netdev_config small = { .queues = 2, .tx_entries = 64 };

static void open_mode(int i)
{
	nic_open(i & 1 ? UDM_MODE_THREADS : UDM_MODE_SIM, &small);
}

static void open_sim(void)
{
	nic_open(UDM_MODE_SIM, &small);
}

static long tx_dropped(void)
{
	return atomic_long_read(&nic.dev->core_tx_dropped);
}

static const struct shape shapes[] = {
	{ .payload = 0 },
	{ .payload = 1, .ipv6 = true },
	{ .payload = 1001, .udp = true, .tagged = true },
	{ .payload = 1001, .udp = true, .ipv6 = true, .summed = true },
	{ .payload = 9000, .where = IN_PAGES },
	{ .payload = 999, .where = IN_PAGES, .piece = 61, .ipv6 = true },
	{ .payload = 3000, .linear = 77, .where = IN_PAGES, .piece = 1000, .tagged = true },
	{ .payload = 9000, .where = IN_DEVICE, .piece = 4000 },
	{ .payload = 17 * 131, .where = IN_DEVICE, .piece = 131, .ipv6 = true, .udp = true },
	{ .payload = 4000, .linear = 1, .where = IN_BOTH, .piece = 333, .tagged = true },
	{ .payload = 8000, .where = IN_DEVICE, .piece = 2000, .summed = true },
};

START_TEST(every_shape_arrives)
{
	const struct shape *s = &shapes[_i / 2];
	struct netdev_queue_stats_tx a, b;

	open_mode(_i);
	ck_assert_int_eq(nic_send(s), NET_XMIT_SUCCESS);
	nic_settle();
	ck_assert_uint_eq(sent.n, 1);
	nic_expect(0, s);
	nic_qstats(0, &a);
	nic_qstats(1, &b);
	ck_assert_uint_eq(a.packets + b.packets, 1);
	ck_assert_uint_eq(a.needs_csum + b.needs_csum, !s->summed);
	ck_assert_uint_eq(a.csum_none + b.csum_none, s->summed);
	ck_assert_int_eq(tx_dropped(), 0);
	nic_close();
}
END_TEST

static const struct shape gso_shapes[] = {
	{ .payload = 14601, .gso = 1460 },
	{ .payload = 9999, .gso = 1001, .where = IN_PAGES, .ipv6 = true },
	{ .payload = 60000, .gso = 1448, .where = IN_DEVICE, .piece = 4000, .tagged = true },
	{ .payload = 50000, .gso = 8948, .linear = 500, .where = IN_BOTH, .ipv6 = true },
	{ .payload = 500, .gso = 1460, .where = IN_DEVICE, .piece = 400 },
};

/* The payloads of all segments are the packet's, each segment is right by itself. */
static void expect_segments(const struct shape *s)
{
	unsigned int n = DIV_ROUND_UP(s->payload, s->gso), done = 0;
	unsigned int headers = 14 + (s->ipv6 ? 40 : 20) + 20 + (s->tagged ? 4 : 0);
	struct shape whole = *s;
	static u8 want[70000];
	size_t len;

	whole.where = NO_FRAGS;
	kfree_skb(nic_skb(&whole, want, &len));
	ck_assert_uint_eq(sent.n, n);
	for (unsigned int i = 0; i < n; i++) {
		unsigned int bytes = sent.frames[i].len - headers;

		ck_assert(sums_right(sent_bytes(i), sent.frames[i].len));
		ck_assert_uint_eq(bytes, min(s->gso, s->payload - done));
		ck_assert_mem_eq(sent_bytes(i) + headers, want + len - s->payload + done, bytes);
		done += bytes;
	}
}

START_TEST(segmented_packets_arrive)
{
	const struct shape *s = &gso_shapes[_i / 2];
	struct netdev_queue_stats_tx st, other;
	unsigned int segs = DIV_ROUND_UP(s->payload, s->gso);

	open_mode(_i);
	ck_assert_int_eq(nic_send(s), NET_XMIT_SUCCESS);
	nic_settle();
	expect_segments(s);
	nic_qstats(0, &st);
	nic_qstats(1, &other);
	if (!st.packets)
		st = other;
	ck_assert_uint_eq(st.packets, segs);
	ck_assert_uint_eq(st.needs_csum, segs);
	ck_assert_uint_eq(st.hw_gso_packets, 1);
	ck_assert_uint_eq(st.hw_gso_wire_packets, segs);
	ck_assert_uint_eq(st.hw_gso_wire_bytes, sent.bytes - (s->tagged ? 4 * segs : 0));
	ck_assert_uint_eq(st.bytes, st.hw_gso_wire_bytes);
	nic_close();
}
END_TEST

/* --- What may not leave -------------------------------------------------- */

static const struct shape unreadable = { .payload = 3000, .where = IN_DEVICE };

START_TEST(unreadable_needs_a_device_that_can)
{
	nic.dev->netmem_tx = NETMEM_TX_NONE;
	ck_assert_int_eq(nic_send(&unreadable), NET_XMIT_DROP);
	ck_assert_int_eq(tx_dropped(), 1);
	nic.dev->netmem_tx = NETMEM_TX_DMA;
	ck_assert_int_eq(nic_send(&unreadable), NET_XMIT_SUCCESS);
	nic_settle();
	ck_assert_uint_eq(sent.n, 1);
}
END_TEST

/* Also where the foreign memory comes behind pages. */
START_TEST(unreadable_needs_its_own_device)
{
	static const struct shape mixed = { .payload = 3000, .where = IN_BOTH, .piece = 1000 };
	struct net_device *bound = READ_ONCE(nic.binding->dev);

	WRITE_ONCE(nic.binding->dev, NULL);
	ck_assert_int_eq(nic_send(&unreadable), NET_XMIT_DROP);
	ck_assert_int_eq(nic_send(&mixed), NET_XMIT_DROP);
	ck_assert_int_eq(tx_dropped(), 2);
	/* Whose DMA another device does is checked there. */
	nic.dev->netmem_tx = NETMEM_TX_NO_DMA;
	ck_assert_int_eq(nic_send(&unreadable), NET_XMIT_SUCCESS);
	nic_settle();
	WRITE_ONCE(nic.binding->dev, bound);
}
END_TEST

START_TEST(packets_outlive_their_binding)
{
	sent_hold(0);
	ck_assert_int_eq(nic_send(&unreadable), NET_XMIT_SUCCESS);
	nic_unbind();
	udm_run_until_idle();
	sent_release(udm_netdev_hw(nic.nic));
	nic_settle();
	ck_assert_uint_eq(sent.n, 1);
	nic_expect(0, &unreadable);
}
END_TEST

static bool count_sending(void *ctx, const struct udm_niov_info *info)
{
	*(unsigned int *)ctx += info->state == UDM_NIOV_SENDING &&
				info->ifindex == udm_netdev_ifindex(nic.nic);
	return true;
}

static unsigned int niovs_sending(void)
{
	unsigned int n = 0;

	ck_assert_int_eq(udm_niovs_walk(nic.binding->id, count_sending, &n), 0);
	return n;
}

/* The device has taken one packet, two wait in its ring: their pages are being sent. */
START_TEST(device_memory_in_the_ring_is_seen)
{
	static const struct shape two_pages = { .payload = 8192, .where = IN_DEVICE };

	ck_assert_uint_eq(niovs_sending(), 0);
	sent_hold(0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(nic_send(&two_pages), NET_XMIT_SUCCESS);
	udm_run_until_idle();
	ck_assert_uint_eq(niovs_sending(), 4);
	sent_release(udm_netdev_hw(nic.nic));
	nic_settle();
	ck_assert_uint_eq(niovs_sending(), 0);
}
END_TEST

/* --- What software does instead ------------------------------------------ */

static const struct fallback {
	netdev_features_t without;
	struct shape shape;
	bool sent;
} fallbacks[] = {
	{ NETIF_F_HW_CSUM, { .payload = 1001 }, true },
	{ NETIF_F_HW_CSUM, { .payload = 9001, .where = IN_PAGES, .ipv6 = true }, true },
	{ NETIF_F_HW_CSUM, { .payload = 300, .where = IN_DEVICE }, false },
	{ NETIF_F_HW_CSUM, { .payload = 300, .where = IN_DEVICE, .summed = true }, true },
	{ NETIF_F_SG, { .payload = 5001, .where = IN_PAGES, .piece = 999, .udp = true }, true },
	{ NETIF_F_SG, { .payload = 300, .where = IN_DEVICE }, false },
	{ NETIF_F_SG | NETIF_F_HW_CSUM, { .payload = 777, .where = IN_PAGES }, true },
	{ NETIF_F_HW_VLAN_CTAG_TX, { .payload = 100, .tagged = true }, true },
	{ NETIF_F_HW_VLAN_CTAG_TX, { .payload = 4000, .tagged = true, .where = IN_DEVICE,
				     .piece = 1000, .ipv6 = true }, true },
	{ NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_CSUM, { .payload = 100, .tagged = true }, true },
	{ NETIF_F_TSO, { .payload = 5000, .gso = 1000 }, true },
	{ NETIF_F_TSO6, { .payload = 5000, .gso = 1000, .ipv6 = true }, true },
	{ NETIF_F_HW_CSUM, { .payload = 5000, .gso = 1000 }, true },
	{ NETIF_F_TSO, { .payload = 5000, .gso = 5000 }, false },
};

START_TEST(software_does_what_the_device_cannot)
{
	const struct fallback *f = &fallbacks[_i];

	nic.dev->features &= ~f->without;
	ck_assert_int_eq(nic_send(&f->shape), f->sent ? NET_XMIT_SUCCESS : NET_XMIT_DROP);
	nic_settle();
	ck_assert_int_eq(tx_dropped(), !f->sent);
	if (!f->sent)
		ck_assert_uint_eq(sent.n, 0);
	else if (f->shape.gso)
		expect_segments(&f->shape);
	else
		nic_expect(0, &f->shape);
}
END_TEST

/* A clone keeps its bytes when the other one is changed for sending. */
START_TEST(shared_data_is_not_written_to)
{
	static const struct shape s = { .payload = 500, .tagged = true };
	u8 frame[2000], before[2000];
	size_t len;
	struct sk_buff *skb = nic_skb(&s, frame, &len), *clone = skb_clone(skb, GFP_KERNEL);

	memcpy(before, clone->data, clone->len);
	nic.dev->features &= ~(NETIF_F_HW_CSUM | NETIF_F_HW_VLAN_CTAG_TX);
	ck_assert_int_eq(dev_queue_xmit(skb), NET_XMIT_SUCCESS);
	nic_settle();
	nic_expect(0, &s);
	ck_assert_mem_eq(clone->data, before, clone->len);
	kfree_skb(clone);
}
END_TEST

START_TEST(checksum_help_says_why_not)
{
	static const struct shape gso = { .payload = 3000, .gso = 1000 };
	u8 frame[4000];
	size_t len;
	struct sk_buff *skb = nic_skb(&unreadable, frame, &len);

	ck_assert_int_eq(skb_checksum_help(skb), -EFAULT);
	skb->ip_summed = CHECKSUM_COMPLETE;
	ck_assert_int_eq(skb_checksum_help(skb), 0);
	ck_assert_int_eq(skb->ip_summed, CHECKSUM_NONE);
	kfree_skb(skb);
	skb = nic_skb(&gso, frame, &len);
	udm_warn_expect("skb_is_gso", 1);
	ck_assert_int_eq(skb_checksum_help(skb), -EINVAL);
	kfree_skb(skb);
	skb = nic_skb(&shapes[0], frame, &len);
	skb->csum_offset = 60000;
	udm_warn_expect("start", 1);
	ck_assert_int_eq(skb_checksum_help(skb), -EINVAL);
	kfree_skb(skb);
}
END_TEST

/* --- Failures ------------------------------------------------------------ */

static int send_and_settle(void *shape)
{
	int ret = nic_send(shape);

	nic_settle();
	return ret;
}

/* With each allocation and each mapping failing in turn nothing is leaked. */
START_TEST(mapping_failures_are_undone)
{
	static const struct shape s[] = {
		{ .payload = 5000, .linear = 10, .where = IN_PAGES, .piece = 1000 },
		{ .payload = 5000, .linear = 10, .where = IN_BOTH, .piece = 700 },
	};
	int points = udm_fault_sweep_with(UDM_SWEEP_DMA_MAP, send_and_settle,
					  (void *)&s[_i]);
	u64 dropped = 0;

	ck_assert_msg(points > 4, "%d %s", points, udm_fault_sweep_message());
	for (unsigned int q = 0; q < 2; q++) {
		struct rtnl_link_stats64 sum = { 0 };

		nic.dev->netdev_ops->ndo_get_stats64(nic.dev, &sum);
		dropped = sum.tx_dropped;
	}
	/* The linear part and each page is mapped; device memory is not. */
	ck_assert_uint_eq(dropped, _i ? 5 : 6);
	ck_assert_int_eq(nic_send(&s[_i]), NET_XMIT_SUCCESS);
	nic_settle();
	nic_expect(sent.n - 1, &s[_i]);
}
END_TEST

START_TEST(not_a_frame)
{
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);

	skb_put_zero(skb, 13);
	skb->dev = nic.dev;
	ck_assert_int_eq(dev_queue_xmit(skb), NET_XMIT_SUCCESS);
	nic_settle();
	ck_assert_uint_eq(sent.n, 0);
}
END_TEST

START_TEST(direct_needs_a_queue_that_exists)
{
	u8 frame[2000];
	size_t len;

	ck_assert_int_eq(dev_direct_xmit(nic_skb(&shapes[0], frame, &len), 2), NET_XMIT_DROP);
	ck_assert_int_eq(dev_direct_xmit(nic_skb(&shapes[0], frame, &len), 1), NETDEV_TX_OK);
	nic_settle();
	ck_assert_uint_eq(sent.n, 1);
	ck_assert_uint_eq(tx_dropped(), 1);
}
END_TEST

/* --- Full rings ---------------------------------------------------------- */

static int send_direct(u32 seq)
{
	struct shape s = { .payload = 100, .udp = true, .seq = seq };
	u8 frame[2000];
	size_t len;

	return dev_direct_xmit(nic_skb(&s, frame, &len), 0);
}

static void expect_in_order(unsigned int n)
{
	ck_assert_uint_eq(sent.n, n);
	for (unsigned int i = 0; i < n; i++) {
		struct shape s = { .payload = 100, .udp = true, .seq = i };

		nic_expect(i, &s);
	}
}

START_TEST(full_ring_stops_and_wakes_the_queue)
{
	struct netdev_queue *txq;
	struct netdev_queue_stats_tx st;
	unsigned int n = 0;

	open_mode(_i);
	txq = netdev_get_tx_queue(nic.dev, 0);
	sent_hold(0);
	while (!netif_tx_queue_stopped(txq)) {
		ck_assert_int_eq(send_direct(n), NETDEV_TX_OK);
		ck_assert_uint_lt(n++, 64);
	}
	/* Room for one packet of any shape is kept. */
	ck_assert_uint_eq(n, 64 - MAX_SKB_FRAGS);
	ck_assert_int_eq(send_direct(999), NETDEV_TX_BUSY);
	ck_assert(!netif_tx_queue_stopped(netdev_get_tx_queue(nic.dev, 1)));
	sent_release(udm_netdev_hw(nic.nic));
	nic_settle();
	ck_assert(!netif_tx_queue_stopped(txq));
	ck_assert_int_eq(send_direct(n), NETDEV_TX_OK);
	nic_settle();
	expect_in_order(n + 1);
	nic_qstats(0, &st);
	ck_assert_uint_eq(st.stop, 1);
	ck_assert_uint_eq(st.wake, 1);
	nic_close();
}
END_TEST

static int send_queued(u32 seq)
{
	struct shape s = { .payload = 100, .udp = true, .seq = seq };

	return nic_send(&s);
}

/* The stack keeps what the ring has no room for, up to a point. */
START_TEST(packets_wait_behind_a_stopped_queue)
{
	unsigned int n = 0;

	open_mode(_i);
	sent_hold(0);
	while (send_queued(n) == NET_XMIT_SUCCESS)
		n++;
	ck_assert_uint_eq(n, 1000 + 64 - MAX_SKB_FRAGS);
	ck_assert_int_eq(tx_dropped(), 1);
	sent_release(udm_netdev_hw(nic.nic));
	while (sent_count() < n)
		usleep_range(100, 200);
	nic_settle();
	expect_in_order(n);
	nic_close();
}
END_TEST

START_TEST(waiting_packets_are_lost_with_the_interface)
{
	open_mode(_i);
	sent_hold(0);
	for (unsigned int i = 0; i < 300; i++)
		ck_assert_int_eq(send_queued(i), NET_XMIT_SUCCESS);
	ck_assert_int_eq(nic_send(&unreadable), NET_XMIT_SUCCESS);
	udm_netdev_down(nic.nic);
	ck_assert_int_ge(tx_dropped(), 300 - 64);
	ck_assert_int_eq(udm_netdev_up(nic.nic), 0);
	sent_release(udm_netdev_hw(nic.nic));
	ck_assert_int_eq(send_queued(0), NET_XMIT_SUCCESS);
	nic_settle();
	expect_in_order(1);
	nic_close();
}
END_TEST

/* A rumour of room: the driver looks for itself. */
START_TEST(spurious_wake_is_refused)
{
	struct netdev_queue *txq = netdev_get_tx_queue(nic.dev, 0);
	unsigned int n = 0;

	sent_hold(0);
	while (!netif_tx_queue_stopped(txq))
		send_direct(n++);
	netif_tx_wake_queue(txq);
	ck_assert_int_eq(send_direct(999), NETDEV_TX_BUSY);
	ck_assert(netif_tx_queue_stopped(txq));
	sent_release(udm_netdev_hw(nic.nic));
	nic_settle();
	expect_in_order(n);
}
END_TEST

/* More completions than one poll takes. */
START_TEST(completions_beyond_one_poll)
{
	static const struct udm_netdev_config large = { .queues = 1, .tx_entries = 1024 };
	enum { N = 900 };
	struct napi_struct *napi;

	nic_open(_i & 1 ? UDM_MODE_THREADS : UDM_MODE_SIM, &large);
	napi = netdev_get_tx_queue(nic.dev, 0)->napi;
	ck_assert_ptr_nonnull(napi);
	napi_disable(napi);
	for (unsigned int i = 0; i < N; i++)
		ck_assert_int_eq(send_direct(i), NETDEV_TX_OK);
	udm_run_until_idle();
	expect_in_order(N);
	napi_enable(napi);
	local_bh_disable();
	napi_schedule(napi);
	local_bh_enable();
	nic_settle();
	expect_in_order(N);
	nic_close();
}
END_TEST

static struct sk_buff *packet_list(unsigned int n)
{
	struct sk_buff *first = NULL, **last = &first;
	u8 frame[2000];
	size_t len;

	for (unsigned int i = 0; i < n; i++) {
		struct shape s = { .payload = 100, .udp = true, .seq = i };

		*last = nic_skb(&s, frame, &len);
		skb_set_queue_mapping(*last, 0);
		last = &(*last)->next;
	}
	return first;
}

/* One doorbell for many packets; a queue that stops in between has rung it. */
START_TEST(lists_share_a_doorbell)
{
	struct netdev_queue *txq = netdev_get_tx_queue(nic.dev, 0);
	struct sk_buff *rest;
	int ret;

	local_bh_disable();
	HARD_TX_LOCK(nic.dev, txq, smp_processor_id());
	rest = dev_hard_start_xmit(packet_list(60), nic.dev, txq, &ret);
	HARD_TX_UNLOCK(nic.dev, txq);
	local_bh_enable();
	ck_assert_int_eq(ret, NETDEV_TX_BUSY);
	ck_assert_ptr_nonnull(rest);
	kfree_skb_list(rest);
	nic_settle();
	expect_in_order(64 - MAX_SKB_FRAGS);
}
END_TEST

/* --- Link, interface, queue memory --------------------------------------- */

START_TEST(carrier_follows_the_link)
{
	struct emunic_hw *hw = udm_netdev_hw(nic.nic);
	struct netdev_queue *txq = netdev_get_tx_queue(nic.dev, 0);
	struct netdev_queue_stats_tx st;
	unsigned int n = 0;

	sent_hold(0);
	while (!netif_tx_queue_stopped(txq))
		send_direct(n++);
	emunic_hw_set_link(hw, false);
	nic_settle();
	ck_assert(!netif_carrier_ok(nic.dev));
	ck_assert_int_eq(nic_send(&shapes[0]), -ENETDOWN);
	nic_qstats(0, &st);
	ck_assert_uint_eq(st.hw_drop_errors, n);
	sent_hold(1000);
	emunic_hw_set_link(hw, true);
	udm_run_until_idle();
	ck_assert(netif_carrier_ok(nic.dev));
	ck_assert_int_eq(send_direct(0), NETDEV_TX_OK);
	nic_settle();
	expect_in_order(1);
}
END_TEST

START_TEST(interface_goes_down_with_packets_outstanding)
{
	struct netdev_queue_stats_tx st;

	open_mode(_i);
	sent_hold(0);
	for (unsigned int i = 0; i < 10; i++)
		ck_assert_int_eq(send_direct(i), NETDEV_TX_OK);
	ck_assert_int_eq(nic_send(&unreadable), NET_XMIT_SUCCESS);
	udm_netdev_down(nic.nic);
	ck_assert_int_eq(nic_send(&shapes[0]), -ENETDOWN);
	nic_qstats(0, &st);
	ck_assert_uint_ge(st.hw_drops, 10);
	ck_assert_int_eq(udm_netdev_up(nic.nic), 0);
	sent_release(udm_netdev_hw(nic.nic));
	ck_assert_int_eq(send_direct(0), NETDEV_TX_OK);
	nic_settle();
	expect_in_order(1);
	nic_close();
}
END_TEST

START_TEST(device_is_destroyed_with_packets_outstanding)
{
	open_mode(_i);
	sent_hold(0);
	for (unsigned int i = 0; i < 10; i++)
		ck_assert_int_eq(send_direct(i), NETDEV_TX_OK);
	ck_assert_int_eq(nic_send(&unreadable), NET_XMIT_SUCCESS);
	nic_close();
}
END_TEST

/* Exchanging the receive memory leaves what is being sent alone. */
START_TEST(receive_restart_keeps_sending)
{
	open_mode(_i);
	sent_hold(5);
	for (unsigned int i = 0; i < 20; i++)
		ck_assert_int_eq(send_direct(i), NETDEV_TX_OK);
	netdev_lock(nic.dev);
	ck_assert_int_eq(netdev_rx_queue_restart(nic.dev, 0), 0);
	netdev_unlock(nic.dev);
	sent_release(udm_netdev_hw(nic.nic));
	nic_settle();
	expect_in_order(20);
	nic_close();
}
END_TEST

/* --- Many senders -------------------------------------------------------- */

enum { SENDERS = 4, PACKETS = 400 };

static int sender(void *data)
{
	unsigned long id = (unsigned long)data;

	for (unsigned int i = 0; i < PACKETS; i++) {
		struct shape s = { .payload = 50 + i % 40, .udp = true, .seq = i,
				   .sport = 3000 + id, .where = i % 3 ? NO_FRAGS : IN_PAGES };
		u8 frame[2000];
		size_t len;
		int ret;

		do {
			ret = dev_direct_xmit(nic_skb(&s, frame, &len), id % 2);
			if (ret == NETDEV_TX_BUSY)
				usleep_range(50, 100);
		} while (ret == NETDEV_TX_BUSY);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Stop and wake from all sides: nothing is lost, and each sender's packets stay in order. */
START_TEST(senders_share_queues)
{
	struct task_struct *tasks[SENDERS];
	u32 next[SENDERS] = { 0 };

	open_mode(_i);
	for (unsigned long i = 0; i < SENDERS; i++)
		tasks[i] = kthread_run(sender, (void *)i, "sender/%lu", i);
	while (sent_count() < SENDERS * PACKETS)
		usleep_range(1000, 2000);
	nic_settle();
	for (unsigned long i = 0; i < SENDERS; i++)
		kthread_stop(tasks[i]);
	ck_assert_uint_eq(sent.n, SENDERS * PACKETS);
	for (unsigned int i = 0; i < sent.n; i++) {
		unsigned int id = get_unaligned_be16(sent_bytes(i) + 34) - 3000;
		struct shape s = { .udp = true, .sport = 3000 + id };

		ck_assert_uint_lt(id, SENDERS);
		s.seq = next[id]++;
		s.payload = 50 + s.seq % 40;
		nic_expect(i, &s);
	}
	nic_close();
}
END_TEST

static void add_lone_tests(TCase *tc)
{
	tcase_add_test(tc, unreadable_needs_a_device_that_can);
	tcase_add_test(tc, unreadable_needs_its_own_device);
	tcase_add_test(tc, packets_outlive_their_binding);
	tcase_add_test(tc, device_memory_in_the_ring_is_seen);
	tcase_add_loop_test(tc, software_does_what_the_device_cannot, 0, ARRAY_SIZE(fallbacks));
	tcase_add_test(tc, shared_data_is_not_written_to);
	tcase_add_test(tc, checksum_help_says_why_not);
	tcase_add_loop_test(tc, mapping_failures_are_undone, 0, 2);
	tcase_add_test(tc, not_a_frame);
	tcase_add_test(tc, direct_needs_a_queue_that_exists);
	tcase_add_test(tc, spurious_wake_is_refused);
	tcase_add_test(tc, lists_share_a_doorbell);
	tcase_add_test(tc, carrier_follows_the_link);
}

Suite *nic_tx_suite(void)
{
	Suite *s = suite_create("nic_tx");
	TCase *sim = tcase_create("sim"), *modes = tcase_create("modes");

	tcase_add_checked_fixture(sim, open_sim, nic_close);
	tcase_set_timeout(sim, 120);
	add_lone_tests(sim);
	suite_add_tcase(s, sim);
	tcase_set_timeout(modes, 120);
	tcase_add_loop_test(modes, every_shape_arrives, 0, 2 * ARRAY_SIZE(shapes));
	tcase_add_loop_test(modes, segmented_packets_arrive, 0, 2 * ARRAY_SIZE(gso_shapes));
	tcase_add_loop_test(modes, full_ring_stops_and_wakes_the_queue, 0, 2);
	tcase_add_loop_test(modes, packets_wait_behind_a_stopped_queue, 0, 2);
	tcase_add_loop_test(modes, waiting_packets_are_lost_with_the_interface, 0, 2);
	tcase_add_loop_test(modes, completions_beyond_one_poll, 0, 2);
	tcase_add_loop_test(modes, interface_goes_down_with_packets_outstanding, 0, 2);
	tcase_add_loop_test(modes, device_is_destroyed_with_packets_outstanding, 0, 2);
	tcase_add_loop_test(modes, receive_restart_keeps_sending, 0, 2);
	tcase_add_loop_test(modes, senders_share_queues, 0, 2);
	suite_add_tcase(s, modes);
	return s;
}
