// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive coalescing behind the driver: a stream is the same with it, in fewer packets, in
 * both modes, with and without device memory, whatever breaks or is switched. Loops over 4
 * are those of rx_open().
 */
#include <errno.h>
#include <linux/file.h>
#include <linux/if_ether.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/prandom.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "emu-nic/driver/emunic.h"
#include "emu-nic/hw/emunic_hw.h"
#include "fixture.h"
#include "link_rig.h"
#include "rx_rig.h"

enum { HEADERS = 54, MSS = 1448 };

static const struct udm_netdev_config gathering = { .queues = 1, .ring_entries = 64,
						    .gro_hw = true };

/* Segments one after the other, of MSS bytes; a machine in sim mode gathers them all. */
static void offer_stream(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct frame_spec s = rx_segment(rx.next_read + i * MSS, MSS);

		ck_assert_int_eq(rx_send(&s), 0);
	}
}

static void settle(void)
{
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
	rx_receive();
}

/* --- Right, and counted -------------------------------------------------- */

START_TEST(what_was_gathered_is_counted)
{
	struct netdev_queue_stats_rx before, s;
	enum { N = 40 };

	rx_open(_i, &gathering);
	before = rx_qstats(rx.nic);
	offer_stream(N);
	settle();
	ck_assert_uint_eq(rx.next_read, 1000 + N * MSS);
	s = rx_qstats(rx.nic);
	/* What was on the wire, whether or not it came that way. */
	ck_assert_uint_eq(s.packets - before.packets, N);
	ck_assert_uint_eq(s.bytes - before.bytes, N * (MSS + HEADERS));
	ck_assert_uint_eq(s.hw_gro_wire_bytes - s.hw_gro_bytes,
			  (s.hw_gro_wire_packets - s.hw_gro_packets) * HEADERS);
	if (udm_sim()) {
		ck_assert_uint_eq(s.hw_gro_packets, 1);
		ck_assert_uint_eq(s.hw_gro_wire_packets, N);
		ck_assert_uint_eq(s.hw_gro_bytes, N * MSS + HEADERS);
	}
	rx_close();
}
END_TEST

/* Payload has no gaps: but for the last one, every buffer of a packet is full. */
START_TEST(buffers_are_full)
{
	enum { N = 45 };	/* as many as an IP packet can hold */

	struct udm_queue_stats s;

	rx_open(2, &gathering);
	offer_stream(2 * N);
	settle();
	ck_assert_uint_eq(rx.next_read, 1000 + 2 * N * MSS);
	ck_assert_int_eq(udm_netdev_queue_stats(rx.nic, 0, &s), 0);
	ck_assert_uint_eq(s.gro_packets, 2);
	ck_assert_uint_eq(s.gro_frames, 2 * N);
	ck_assert_uint_eq(s.filled, 2 * DIV_ROUND_UP(N * MSS, RX_PAGE));
	rx_close();
}
END_TEST

/* The stack is told what a packet was made of, and drops nothing of the largest ones. */
START_TEST(largest_packets)
{
	rx_open(_i, &gathering);
	for (unsigned int round = 0; round < 10; round++) {
		rx_transfer(60);
		rx_return();
	}
	ck_assert_uint_eq(rx_drops("too_many_frags") + rx_drops("too_many_buffers"), 0);
	if (udm_sim())
		ck_assert_uint_gt(rx_qstats(rx.nic).hw_gro_packets, 0);
	rx_close();
}
END_TEST

/* Sixteen at a time, in any order, some twice, some not at all, some cut elsewhere. */
static void offer_mess(struct rnd_state *rnd, uint32_t end)
{
	for (unsigned int i = 0; i < 24; i++) {
		uint32_t at = rx.next_read + prandom_u32_state(rnd) % 16 * MSS;
		unsigned int n = prandom_u32_state(rnd) % 8;

		for (; n && at < end; n--, at += MSS) {
			unsigned int cut = prandom_u32_state(rnd) % 8 ? MSS : MSS - 7;
			struct frame_spec s = rx_segment(at, min(cut, end - at));

			if (prandom_u32_state(rnd) % 16 == 0)
				s.tcp_flags = 0x18;
			ck_assert_int_eq(rx_send(&s), 0);
		}
	}
}

START_TEST(disorder_loss_and_repetition)
{
	const uint32_t end = 1000 + 200 * MSS;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, (u64)_i + 1);
	rx_open(_i % 4, &gathering);
	for (unsigned int tries = 0; rx.next_read != end; tries++) {
		ck_assert_uint_lt(tries, 1000);
		offer_mess(&rnd, end);
		settle();
		rx_return();
	}
	rx_close();
}
END_TEST

/* --- Switching ----------------------------------------------------------- */

static u32 gro_bytes(void)
{
	struct emunic_priv *priv = netdev_priv(rx_device(rx.nic));

	return readl(priv->bar + EMUNIC_Q(0) + EMUNIC_Q_GRO_BYTES);
}

START_TEST(switching_while_it_works)
{
	const struct udm_netdev_config plain = { .queues = 1, .ring_entries = 64 };

	rx_open(_i, &plain);
	ck_assert_uint_eq(gro_bytes(), 0);
	for (unsigned int round = 0; round < 8; round++) {
		offer_stream(20);
		ck_assert_int_eq(udm_netdev_set_gro_hw(rx.nic, round & 1), 0);
		ck_assert_int_eq(gro_bytes() != 0, round & 1);
		ck_assert_int_eq(!!(rx_device(rx.nic)->features & NETIF_F_GRO_HW), round & 1);
		settle();
		rx_return();
	}
	/* It is the interface's, not the queue's: it outlives its memory. */
	ck_assert_int_eq(udm_netdev_down(rx.nic), 0);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	ck_assert_uint_ne(gro_bytes(), 0);
	rx_transfer(40);
	rx_close();
}
END_TEST

/* Down, nothing is written; up, it counts. */
START_TEST(switched_while_down)
{
	const struct udm_netdev_config plain = { .queues = 1 };

	rx_open(_i, &plain);
	ck_assert_int_eq(udm_netdev_down(rx.nic), 0);
	ck_assert_int_eq(udm_netdev_set_gro_hw(rx.nic, true), 0);
	ck_assert_uint_eq(gro_bytes(), 0);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	ck_assert_uint_ne(gro_bytes(), 0);
	rx_transfer(20);
	rx_close();
}
END_TEST

static netdev_features_t without_gro(struct net_device *dev, netdev_features_t features)
{
	return features & ~NETIF_F_GRO_HW;
}

static int refuse(struct net_device *dev, netdev_features_t features)
{
	return -EBUSY;
}

/* What is wanted is not had without the checksums it needs, nor against the driver. */
START_TEST(features_depend_on_each_other)
{
	const struct udm_netdev_config plain = { .queues = 1 };
	const struct net_device_ops *own;
	struct net_device_ops ops;
	struct net_device *dev;

	rx_open(_i, &plain);
	dev = rx_device(rx.nic);
	own = dev->netdev_ops;
	ops = *own;
	dev->wanted_features &= ~NETIF_F_RXCSUM;
	ck_assert_int_eq(udm_netdev_set_gro_hw(rx.nic, true), -1);
	ck_assert_int_eq(errno, EIO);
	dev->wanted_features |= NETIF_F_RXCSUM;
	ops.ndo_fix_features = without_gro;
	dev->netdev_ops = &ops;
	ck_assert_int_eq(udm_netdev_set_gro_hw(rx.nic, true), -1);
	ops.ndo_fix_features = NULL;
	ops.ndo_set_features = refuse;
	ck_assert_int_eq(udm_netdev_set_gro_hw(rx.nic, true), -1);
	ck_assert_uint_eq(gro_bytes(), 0);
	ops.ndo_set_features = NULL;
	ck_assert_int_eq(udm_netdev_set_gro_hw(rx.nic, true), 0);
	dev->netdev_ops = own;
	rx_close();
}
END_TEST

/* --- Trouble ------------------------------------------------------------- */

static const struct misbehaviour {
	enum udm_nic_fault kind;
	const char *name;
} misbehaviours[] = {
	{ UDM_NIC_DUPLICATE, "duplicate_completion" },
	{ UDM_NIC_REORDER, "reordered_completion" },
	{ UDM_NIC_UNKNOWN_BUFFER, "unknown_buffer" },
	{ UDM_NIC_OVERLONG, "overlong_completion" },
	{ UDM_NIC_WILD_DMA, "iommu_fault" },
};

/* A fault costs the whole packet; a device memory page is not lost by it. */
START_TEST(misbehaviour_is_contained)
{
	const struct misbehaviour *m = &misbehaviours[_i / 4];

	rx_open(_i % 4, &gathering);
	for (unsigned int round = 1; round <= 3; round++) {
		ck_assert_int_eq(udm_netdev_fault(rx.nic, 0, m->kind, 1), 0);
		rx_transfer(40);
		ck_assert_uint_ge(rx_drops(m->name), round);
		rx_return();
	}
	rx_close();
}
END_TEST

/* With packets in the FIFO the queue loses its memory, the interface, or its device. */
START_TEST(queue_stops_with_packets_inside)
{
	rx_open(_i, &gathering);
	rx_transfer(4);
	offer_stream(30);
	ck_assert_int_eq(udm_netdev_down(rx.nic), 0);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	rx_transfer(20);
	offer_stream(30);
	if (rx.binding)
		rx_unbind();
	settle();
	offer_stream(30);
	ck_assert_int_eq(udm_netdev_fault(rx.nic, 0, UDM_NIC_GONE, 1), 0);
	udm_netdev_quiesce(rx.nic, 100);
	rx_receive();
	rx_close();
}
END_TEST

START_TEST(memory_is_short)
{
	rx_open(_i, &gathering);
	udm_fault_set("failslab", "probability", 8);
	udm_fault_set("failslab", "times", 2000);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_set("failslab", "ignore-gfp-wait", 1);
	for (unsigned int round = 0; round < 10; round++) {
		rx_transfer(30);
		rx_return();
	}
	udm_fault_reset();
	rx_close();
}
END_TEST

/* All of a queue's memory is with the application: the wire waits, nothing is lost. */
START_TEST(starved_queue_goes_on)
{
	const struct udm_netdev_config held = { .queues = 1, .ring_entries = 64, .pause = true,
						.gro_hw = true };
	uint32_t end;

	rx_open(_i, &held);
	end = rx.next_read + 160 * RX_PAGE;
	for (uint32_t at = rx.next_read; at < end;) {
		struct frame_spec s = rx_segment(at, RX_PAGE / 4);

		if (!rx_send(&s)) {
			at += RX_PAGE / 4;
			continue;
		}
		udm_netdev_quiesce(rx.nic, 1);
		rx_receive();
		rx_return();
	}
	for (unsigned int tries = 0; rx.next_read != end; tries++) {
		ck_assert_uint_lt(tries, 10000);
		udm_netdev_quiesce(rx.nic, 20);
		rx_receive();
		rx_return();
	}
	ck_assert_uint_eq(rx_drops("no_payload_buffer"), 0);
	rx_close();
}
END_TEST

/* --- Connections --------------------------------------------------------- */

static void open_link(int way)
{
	link_open_way(way);
	for (unsigned int i = 0; i < 2; i++)
		ck_assert_int_eq(udm_netdev_set_gro_hw(cable.nic[i], true), 0);
}

static uint64_t gathered(struct udm_netdev *nic)
{
	struct udm_queue_stats s;
	uint64_t sum = 0;

	for (unsigned int q = 0; !udm_netdev_queue_stats(nic, q, &s); q++)
		sum += s.gro_packets;
	return sum;
}

START_TEST(connections_go_on_as_before)
{
	struct link_pair p;

	open_link(_i);
	p = link_pair(way_is_v6(_i));
	link_transfer(p.client, p.server, 1, 3000000);
	link_transfer(p.server, p.client, 2, 300000);
	if (udm_sim())
		ck_assert_uint_gt(gathered(cable.nic[1]), 0);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

static bool unacked(int fd)
{
	struct file *file = fget(fd);
	const struct tcp_sock *tp = tcp_sk(sock_from_file(file)->sk);
	bool some = READ_ONCE(tp->write_seq) != READ_ONCE(tp->snd_una);

	fput(file);
	return some;
}

static void queue_enable(struct udm_netdev *nic, u32 ctrl)
{
	struct emunic_priv *priv = netdev_priv(rx_device(nic));

	writel(ctrl, priv->bar + EMUNIC_Q(0) + EMUNIC_Q_CTRL);
}

/* What is more than one segment is acknowledged at once, without a timer and a reader. */
START_TEST(gathered_segments_are_acknowledged)
{
	const struct udm_netdev_config cfg = { .queues = 1, .pause = true, .gro_hw = true };
	static const u8 stranger[60] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5 };
	const size_t bytes = 2 * (_i ? 1440 : 1460);
	struct link_pair p;

	machine_boot();
	ck_assert_int_eq(link_try_up(&cfg), 0);
	p = link_pair(_i);
	queue_enable(cable.nic[1], 0);
	/* What has nothing in front of it would be seen, and grow no more. */
	ck_assert_int_eq(emunic_hw_rx(udm_netdev_hw(cable.nic[1]), stranger, sizeof(stranger)), 0);
	ck_assert_int_eq(send_stream(p.client, 3, 0, bytes), 0);
	udm_run_until_idle();
	ck_assert(unacked(p.client));
	queue_enable(cable.nic[1], EMUNIC_Q_ENABLE);
	udm_run_until_idle();
	ck_assert_uint_eq(gathered(cable.nic[1]), 1);
	ck_assert(!unacked(p.client));
	ck_assert_int_eq(recv_stream(p.server, 3, 0, bytes), (ssize_t)bytes);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

/* Seeds of the schedule: packets of any number of segments, any time. */
START_TEST(connections_under_any_schedule)
{
	struct link_pair p;

	link_open(UDM_MODE_SIM, (uint64_t)_i + 1);
	ck_assert_int_eq(udm_netdev_set_gro_hw(cable.nic[1], true), 0);
	p = link_pair(_i & 1);
	link_transfer(p.client, p.server, (unsigned int)_i, 200000);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

Suite *nic_coalesce_suite(void)
{
	Suite *s = suite_create("nic_coalesce");
	TCase *tc = tcase_create("stream"), *trouble = tcase_create("trouble");
	TCase *link = tcase_create("link");

	tcase_add_loop_test(tc, what_was_gathered_is_counted, 0, 4);
	tcase_add_test(tc, buffers_are_full);
	tcase_add_loop_test(tc, largest_packets, 0, 4);
	tcase_add_loop_test(tc, disorder_loss_and_repetition, 0, 16);
	tcase_add_loop_test(tc, switching_while_it_works, 0, 4);
	tcase_add_loop_test(tc, switched_while_down, 0, 4);
	tcase_add_loop_test(tc, features_depend_on_each_other, 0, 2);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(trouble, misbehaviour_is_contained, 0, 4 * ARRAY_SIZE(misbehaviours));
	tcase_add_loop_test(trouble, queue_stops_with_packets_inside, 0, 4);
	tcase_add_loop_test(trouble, memory_is_short, 0, 4);
	tcase_add_loop_test(trouble, starved_queue_goes_on, 0, 4);
	suite_add_tcase(s, trouble);
	tcase_add_loop_test(link, connections_go_on_as_before, 0, LINK_WAYS);
	tcase_add_loop_test(link, gathered_segments_are_acknowledged, 0, 2);
	tcase_add_loop_test(link, connections_under_any_schedule, 0, (int)test_seeds(20));
	suite_add_tcase(s, link);
	return s;
}
