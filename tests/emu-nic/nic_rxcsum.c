// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive checksums with and without the device (NETIF_F_RXCSUM, "rx-checksum"): who
 * verifies, what is counted, and what becomes of payload nobody else can read. Loops over 2
 * are modes; where bit 1 is given, rx_open() binds device memory.
 */
#include <errno.h>
#include <linux/netdevice.h>
#include <udevmem/file.h>
#include <udevmem/netlink.h>
#include <udevmem/sim.h>

#include "emu-nic/hw/emunic_hw.h"
#include "fixture.h"
#include "link_rig.h"
#include "rx_rig.h"
#include "stack_rig.h"

enum { TCP_FIN_ACK = 0x11, BURST = 16, ETH_HEADER = 14 };

static const struct udm_netdev_config plain = { .queues = 1, .ring_entries = 64 };
static const struct udm_netdev_config gathering = { .queues = 1, .ring_entries = 64,
						    .gro_hw = true };

static void offload(struct udm_netdev *nic, bool on)
{
	char err[128] = "";
	int nl = udm_netlink_open();

	ck_assert_int_ge(nl, 0);
	ck_assert_msg(!udm_ethtool_set_feature(nl, udm_netdev_ifindex(nic), "rx-checksum", on, err,
					       sizeof(err)), "%s", err);
	udm_close(nl);
	ck_assert_int_eq(!!(rx_device(nic)->features & NETIF_F_RXCSUM), on);
}

static bool gathers(void)
{
	return rx_device(rx.nic)->features & NETIF_F_GRO_HW;
}

static void settle(void)
{
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
	rx_receive();
}

/* The next segments of the stream; what is not delivered is the next again. */
static void offer(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct frame_spec s = rx_segment(rx.next_read + i * RX_PAGE, RX_PAGE);

		ck_assert_int_eq(rx_send(&s), 0);
	}
}

/* --- Who verifies -------------------------------------------------------- */

START_TEST(either_way_the_stream_is_right)
{
	struct netdev_queue_stats_rx before, after;

	rx_open(_i, &plain);
	for (unsigned int round = 0; round < 6; round++) {
		bool on = round & 1;

		offload(rx.nic, on);
		before = rx_qstats(rx.nic);
		rx_transfer(20);
		settle();
		after = rx_qstats(rx.nic);
		after.packets -= before.packets;
		ck_assert_uint_ge(after.packets, 20);
		ck_assert_uint_eq(after.csum_none - before.csum_none, on ? 0 : after.packets);
		ck_assert_uint_eq(after.csum_unnecessary - before.csum_unnecessary,
				  on ? after.packets : 0);
	}
	/* It is the interface's, and outlives its queues. */
	offload(rx.nic, false);
	ck_assert_int_eq(udm_netdev_down(rx.nic), 0);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	before = rx_qstats(rx.nic);
	rx_transfer(4);
	ck_assert_uint_gt(rx_qstats(rx.nic).csum_none, before.csum_none);
	rx_close();
}
END_TEST

static const struct wrong {
	bool udp;
	size_t at;	/* of the checksum: in the frame, or 0: */
	size_t l4_at;	/* in the transport header */
	const char *reason;
} wrong[] = {
	{ .l4_at = 16, .reason = "tcp_csum" },
	{ .at = ETH_HEADER + 10, .reason = "ip_csum" },
	{ .udp = true, .l4_at = 6, .reason = "skb_csum" },
};

static void send_wrong(const struct wrong *w)
{
	struct frame_spec s = rx_segment(rx.next_read, 500);
	unsigned char frame[1000];
	size_t len;

	s.udp = w->udp;
	len = frame_build(&s, frame);
	frame[w->at ? w->at : frame_l4(&s) + w->l4_at] ^= 0x40;
	ck_assert_int_eq(emunic_hw_rx(udm_netdev_hw(rx.nic), frame, len), 0);
	settle();
}

/* The driver drops what the device found wrong; without the offload it is for the stack. */
START_TEST(wrong_ones_never_arrive)
{
	const struct wrong *w = &wrong[_i / 2];
	struct netdev_queue_stats_rx before;
	uint32_t at;

	rx_open(_i % 2, &plain);
	rx_transfer(1);
	at = rx.next_read;
	send_wrong(w);
	ck_assert_uint_eq(rx_drops("bad_checksum"), 1);
	ck_assert_uint_eq(stack_drops(w->reason), 0);
	offload(rx.nic, false);
	before = rx_qstats(rx.nic);
	send_wrong(w);
	ck_assert_uint_eq(rx_drops("bad_checksum"), 1);
	ck_assert_uint_eq(stack_drops(w->reason), 1);
	ck_assert_uint_eq(rx_qstats(rx.nic).csum_bad, before.csum_bad);
	ck_assert_uint_eq(rx_qstats(rx.nic).csum_none, before.csum_none + 1);
	ck_assert_uint_eq(rx.next_read, at);
	rx_transfer(2);
	rx_close();
}
END_TEST

/* Packets the device gathered before it was told are right as well. */
START_TEST(gathering_needs_it)
{
	rx_open(_i, &gathering);
	for (unsigned int round = 0; round < 8; round++) {
		bool on = round & 1;
		uint32_t at = rx.next_read;
		uint64_t gathered;

		offer(BURST);
		offload(rx.nic, on);
		ck_assert_int_eq(gathers(), on);
		settle();
		ck_assert_uint_eq(rx.next_read, at + BURST * RX_PAGE);
		if (on)
			continue;
		ck_assert_int_eq(udm_netdev_set_gro_hw(rx.nic, true), -1);
		ck_assert_int_eq(errno, EIO);
		gathered = rx_qstats(rx.nic).hw_gro_packets;
		rx_transfer(BURST);
		ck_assert_uint_eq(rx_qstats(rx.nic).hw_gro_packets, gathered);
	}
	rx_close();
}
END_TEST

START_TEST(connections_do_without)
{
	struct link_pair p;

	link_open_way(_i);
	for (unsigned int end = 0; end < 2; end++)
		offload(cable.nic[end], false);
	p = link_pair(way_is_v6(_i));
	link_transfer(p.client, p.server, 1, 500000);
	link_transfer(p.server, p.client, 2, 100000);
	for (unsigned int end = 0; end < 2; end++)
		ck_assert_uint_eq(rx_qstats(cable.nic[end]).csum_unnecessary, 0);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

/* --- Device memory ------------------------------------------------------- */

/* Nobody can verify what the device did not: it is dropped, and costs no memory. */
START_TEST(unreadable_payload_needs_the_device)
{
	enum { ROUNDS = 2 * RX_PAGES / BURST };
	struct netdev_queue_stats_rx before;
	uint32_t at;

	rx_open(_i | 2, &plain);
	rx_transfer(20);
	at = rx.next_read;
	offload(rx.nic, false);
	before = rx_qstats(rx.nic);
	for (unsigned int round = 0; round < ROUNDS; round++) {
		offer(BURST);
		settle();
	}
	ck_assert_uint_eq(rx.next_read, at);
	ck_assert_uint_eq(stack_drops("tcp_csum"), ROUNDS * BURST);
	ck_assert_uint_eq(rx_qstats(rx.nic).csum_none - before.csum_none, ROUNDS * BURST);
	rx_return();
	offload(rx.nic, true);
	rx_transfer(60);
	ck_assert_uint_eq(stack_drops("tcp_csum"), ROUNDS * BURST);
	rx_close();
}
END_TEST

/* A segment that is all header can be verified wherever payload goes. */
START_TEST(headers_are_readable)
{
	struct frame_spec fin;
	char byte;

	rx_open(_i | 2, &plain);
	rx_transfer(3);
	offload(rx.nic, false);
	fin = rx_segment(rx.next_read, 0);
	fin.tcp_flags = TCP_FIN_ACK;
	ck_assert_int_eq(rx_send(&fin), 0);
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
	ck_assert_int_eq(udm_recv(rx.sock, &byte, 1, MSG_DONTWAIT), 0);
	ck_assert_uint_eq(stack_drops("tcp_csum"), 0);
	rx_close();
}
END_TEST

Suite *nic_rxcsum_suite(void)
{
	Suite *s = suite_create("nic_rxcsum");
	TCase *tc = tcase_create("readable"), *devmem = tcase_create("devmem");

	tcase_add_loop_test(tc, either_way_the_stream_is_right, 0, 2);
	tcase_add_loop_test(tc, wrong_ones_never_arrive, 0, 2 * ARRAY_SIZE(wrong));
	tcase_add_loop_test(tc, gathering_needs_it, 0, 2);
	tcase_add_loop_test(tc, connections_do_without, 0, LINK_WAYS);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(devmem, unreadable_payload_needs_the_device, 0, 2);
	tcase_add_loop_test(devmem, headers_are_readable, 0, 2);
	suite_add_tcase(s, devmem);
	return s;
}
