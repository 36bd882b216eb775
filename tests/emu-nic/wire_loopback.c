// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cable between two devices: what goes in comes out, in order, unless it is
 * lost on purpose; waiting; links; every order of taking things apart. The sender is
 * driven by hand (tx_rig.h), and so is the receiver (hw_rig.h).
 */
#include <errno.h>
#include <linux/unaligned.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/sim.h>
#include <udevmem/socket.h>
#include <udevmem/wire.h>
#include <arpa/inet.h>

#include "fixture.h"
#include "frames.h"
#include "nic_rig.h"

static struct rig a, b;
static struct udm_wire *wire;

static void plug(void)
{
	wire = udm_wire_loopback(a.hw, b.hw);
	ck_assert_ptr_nonnull(wire);
}

static void up(bool threads, u32 ctrl)
{
	if (threads)
		machine_boot_threads();
	else
		machine_boot();
	rig_device_up(&a, "a", 0, false);
	rig_device_up(&b, "b", ctrl, false);
	tx_rings_up(&a);
	plug();
}

static void open_paused(void)
{
	up(false, EMUNIC_CTRL_PAUSE);
}

static void close_all(void)
{
	udm_wire_destroy(wire);
	tx_rings_down(&a);
	rig_device_down(&a);
	rig_device_down(&b);
	machine_shutdown();
}

/* --- Random frames ------------------------------------------------------- */

enum { FRAMES = 1500, MAX_LEN = 3000, SLOT = 4096 };

/* What a frame says about itself: queue, number; the rest follows from these. */
static u32 make_frame(u8 *at, unsigned int q, u32 n)
{
	u32 chance = frame_pattern(n * 2 + q, 1) << 8 | frame_pattern(n, 7);
	u32 len = 60 + chance % (MAX_LEN - 60);

	for (u32 i = 0; i < len; i++)
		at[i] = frame_pattern(n * 131 + q, i);
	memcpy(at + 12, "\x88\xb5", 2);
	at[14] = q;
	put_unaligned_be32(n, at + 16);
	return len;
}

static u32 posted_frames[RIG_QUEUES];

/* Post what the ring has room for, each frame in a slot of its own. */
static void send_some(unsigned int q, u32 total)
{
	u32 free = TX_RING - (txq[q].posted - tx_reg(&a, q, EMUNIC_TQ_HEAD));

	while (free-- && posted_frames[q] < total) {
		u32 at = txq[q].posted % TX_RING * SLOT;
		u32 len = make_frame(txq[q].data + at, q, posted_frames[q]++);

		tx_piece(q, at, len, EMUNIC_TX_SOP | EMUNIC_TX_EOP);
	}
	rig_q_write(&a, q, EMUNIC_TQ_TAIL, txq[q].posted);
}

static u32 arrived[RIG_QUEUES];

/* Take what came; frames of one queue come in order, maybe with gaps. Returns how many. */
static unsigned int receive_some(bool gaps)
{
	static u8 want[MAX_LEN];
	const struct emunic_rx_cqe *c;
	unsigned int n = 0;

	for (; (c = rig_peek(&b, 0)); n++) {
		const u8 *got = b.q[0].pay_bufs + c->pay_id * RIG_PAY_SIZE;
		unsigned int q = got[14];
		u32 seq = get_unaligned_be32(got + 16);

		ck_assert_uint_lt(q, RIG_QUEUES);
		ck_assert(gaps ? seq >= arrived[q] : seq == arrived[q]);
		ck_assert_uint_eq(make_frame(want, q, seq), c->frame_len);
		ck_assert_mem_eq(got, want, c->frame_len);
		arrived[q] = seq + 1;
		rig_consume(&b, 0, 1);
		rig_post(&b, 0, 0, 1);
	}
	return n;
}

static unsigned int send_and_receive(u32 total, bool gaps)
{
	unsigned int got = 0;

	memset(posted_frames, 0, sizeof(posted_frames));
	memset(arrived, 0, sizeof(arrived));
	do {
		send_some(0, total);
		send_some(1, total);
		udm_run_until_idle();
		got += receive_some(gaps);
	} while (posted_frames[0] < total || posted_frames[1] < total || !udm_wire_done(wire) ||
		 !emunic_hw_idle(a.hw) || !emunic_hw_idle(b.hw));
	return got + receive_some(gaps);
}

START_TEST(frames_arrive_identical_and_in_order)
{
	struct udm_wire_stats st, back;

	up(_i, EMUNIC_CTRL_PAUSE);
	rig_post(&b, 0, 0, RIG_RING);
	ck_assert_uint_eq(send_and_receive(FRAMES, false), 2 * FRAMES);
	ck_assert_int_eq(udm_wire_direction_stats(wire, 0, &st), 0);
	ck_assert_int_eq(udm_wire_direction_stats(wire, 1, &back), 0);
	ck_assert_uint_eq(st.frames, 2 * FRAMES);
	ck_assert_uint_eq(st.bytes, tx_counter(&a, 0, EMUNIC_TQ_BYTES) +
				    tx_counter(&a, 1, EMUNIC_TQ_BYTES));
	ck_assert_uint_eq(st.lost, 0);
	ck_assert_uint_eq(back.frames, 0);
	ck_assert_int_eq(udm_wire_direction_stats(wire, 2, &st), -1);
	close_all();
}
END_TEST

/* A receiver without buffers fills its FIFO, the cable and the sender, and loses nothing. */
START_TEST(pause_goes_back_to_the_sender)
{
	struct udm_wire_stats st;
	unsigned int got = 0;

	memset(posted_frames, 0, sizeof(posted_frames));
	memset(arrived, 0, sizeof(arrived));
	for (unsigned int i = 0; i < 20; i++) {
		send_some(0, 200);
		send_some(1, 200);
		udm_run_until_idle();
	}
	udm_wire_stats(wire, &st);
	ck_assert_uint_gt(st.pushed_back, 0);
	ck_assert_uint_gt(st.held, 0);
	ck_assert_uint_gt(tx_counter(&a, 0, EMUNIC_TQ_HELD) + tx_counter(&a, 1, EMUNIC_TQ_HELD), 0);
	ck_assert_uint_lt(tx_reg(&a, 0, EMUNIC_TQ_HEAD), posted_frames[0]);
	ck_assert(!emunic_hw_idle(a.hw));
	rig_post(&b, 0, 0, RIG_RING);
	do {
		udm_run_until_idle();
		got += receive_some(false);
	} while (!emunic_hw_idle(a.hw) || !udm_wire_done(wire) || !emunic_hw_idle(b.hw));
	got += receive_some(false);
	ck_assert_uint_eq(got, posted_frames[0] + posted_frames[1]);
}
END_TEST

/* --- Loss ---------------------------------------------------------------- */

static unsigned int arrive_with_loss(unsigned int per_million, u64 seed)
{
	struct udm_wire_stats before, after;
	unsigned int got;

	udm_wire_stats(wire, &before);
	ck_assert_int_eq(udm_wire_set_loss(wire, per_million, seed), 0);
	got = send_and_receive(500, true);
	udm_wire_stats(wire, &after);
	ck_assert_uint_eq(after.lost - before.lost, 1000 - got);
	ck_assert_uint_eq(after.frames - before.frames, got);
	return got;
}

START_TEST(lost_frames_are_counted)
{
	unsigned int got;

	rig_post(&b, 0, 0, RIG_RING);
	ck_assert_uint_eq(arrive_with_loss(1000000, 1), 0);
	got = arrive_with_loss(200000, 1);
	ck_assert_uint_gt(got, 740);
	ck_assert_uint_lt(got, 860);
	/* The generator starts anew with its seed. */
	ck_assert_uint_eq(arrive_with_loss(200000, 1), got);
	ck_assert_uint_eq(arrive_with_loss(0, 1), 1000);
}
END_TEST

/* The length of the next frame that came, 0: there is none. */
static unsigned int receive_length(void)
{
	const struct emunic_rx_cqe *c = rig_peek(&b, 0);
	unsigned int len = c ? c->frame_len : 0;

	if (!c)
		return 0;
	rig_consume(&b, 0, 1);
	rig_post(&b, 0, 0, 1);
	return len;
}

/* The lengths of the frames that come out at end b, which go in as 100, 101, ... */
static void disturbed(unsigned int n, uint64_t lose, uint64_t late, const unsigned int *want)
{
	ck_assert_int_eq(udm_wire_disturb(wire, 0, lose, late), 0);
	for (unsigned int i = 0; i < n; i++)
		tx_send(&a, 0, 100 + i, 0);
	udm_run_until_idle();
	while (tx_done(0))
		;
	tx_ack(&a, 0);
	for (; *want; want++)
		ck_assert_uint_eq(receive_length(), *want);
	ck_assert_uint_eq(receive_length(), 0);
}

START_TEST(chosen_frames_are_lost_or_late)
{
	struct udm_wire_stats st;

	rig_post(&b, 0, 0, RIG_RING);
	disturbed(4, 0b0101, 0, (unsigned int[]){ 101, 103, 0 });
	disturbed(4, 0, 0b0010, (unsigned int[]){ 100, 102, 101, 103, 0 });
	/* The one behind is late, too; the one behind is lost. */
	disturbed(4, 0, 0b0011, (unsigned int[]){ 101, 100, 102, 103, 0 });
	disturbed(4, 0b0010, 0b0001, (unsigned int[]){ 102, 100, 103, 0 });
	/* Nobody follows, until somebody does. */
	disturbed(2, 0, 0b0010, (unsigned int[]){ 100, 0 });
	disturbed(1, 0, 0, (unsigned int[]){ 100, 101, 0 });
	udm_wire_stats(wire, &st);
	ck_assert_uint_eq(st.lost, 3);
	/* What is left over is forgotten, but for the frame that waits. */
	disturbed(1, ~0ull, 0, (unsigned int[]){ 0 });
	disturbed(1, 0, 1, (unsigned int[]){ 0 });
	disturbed(1, 0, 0, (unsigned int[]){ 100, 100, 0 });
	ck_assert_int_eq(udm_wire_disturb(wire, 2, 0, 0), -1);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

/* --- Links and life ------------------------------------------------------ */

static unsigned int links(void)
{
	return readl(a.bar + EMUNIC_STATUS) + 2 * readl(b.bar + EMUNIC_STATUS);
}

START_TEST(both_ends_see_the_link)
{
	ck_assert_uint_eq(links(), 3);
	ck_assert_int_eq(udm_wire_set_link(wire, false), 0);
	ck_assert_uint_eq(links(), 0);
	tx_send(&a, 0, 100, 0);
	ck_assert_uint_eq(tx_counter(&a, 0, EMUNIC_TQ_DROP_LINK), 1);
	ck_assert_int_eq(udm_wire_set_link(wire, true), 0);
	ck_assert_uint_eq(links(), 3);
	ck_assert_ptr_null(udm_wire_loopback(b.hw, a.hw));
	ck_assert_int_eq(errno, EBUSY);
	ck_assert_uint_eq(links(), 3);
	udm_wire_destroy(wire);
	ck_assert_uint_eq(links(), 0);
	ck_assert_ptr_null(udm_wire_loopback(a.hw, a.hw));
	ck_assert_int_eq(errno, EINVAL);
	plug();
}
END_TEST

enum { END, WIRE_GOES = 'w', A_GOES = 'a', B_GOES = 'b' };

static void take_away(char what)
{
	if (what == WIRE_GOES) {
		udm_wire_destroy(wire);
	} else if (what == A_GOES) {
		tx_rings_down(&a);
		rig_device_down(&a);
	} else {
		rig_device_down(&b);
	}
}

/* With frames in the sender, on the cable and in the receiver. */
START_TEST(any_order_of_teardown)
{
	static const char *const orders[] = { "wab", "awb", "bwa", "abw", "baw", "wba" };
	const char *order = orders[_i / 2];

	up(_i & 1, EMUNIC_CTRL_PAUSE);
	memset(posted_frames, 0, sizeof(posted_frames));
	for (unsigned int i = 0; i < 5; i++) {
		send_some(0, 100);
		send_some(1, 100);
		udm_run_until_idle();
	}
	for (unsigned int i = 0; order[i]; i++) {
		take_away(order[i]);
		udm_run_until_idle();
	}
	machine_shutdown();
}
END_TEST

/* What was on its way to a device that is gone is lost, and the sender goes on. */
START_TEST(sender_outlives_the_receiver)
{
	struct udm_wire_stats st;

	memset(posted_frames, 0, sizeof(posted_frames));
	for (unsigned int i = 0; i < 20; i++) {
		send_some(0, 200);
		udm_run_until_idle();
	}
	rig_device_down(&b);
	udm_run_until_idle();
	ck_assert(emunic_hw_idle(a.hw));
	ck_assert_uint_eq(readl(a.bar + EMUNIC_STATUS), 0);
	udm_wire_stats(wire, &st);
	ck_assert_uint_gt(st.lost, 0);
	ck_assert(udm_wire_done(wire));
	rig_device_up(&b, "b", 0, false);
}
END_TEST

/* --- Two interfaces ------------------------------------------------------ */

enum { ROUNDS = 40, BURST = 12 };

static struct shape datagram(unsigned int from, u32 n)
{
	return (struct shape){
		.udp = true, .seq = n * 7 + from, .payload = 100 + n * 37 % 3000,
		.sport = 5000 + from, .where = n % 3 == 1 ? IN_PAGES : NO_FRAGS, .piece = 500,
	};
}

static int open_socket(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(2000) };
	int fd = udm_socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(udm_bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	return fd;
}

/* A datagram of either sender: the next one of that sender, byte by byte. */
static bool read_one(int fd, u32 *next)
{
	static u8 data[4000];
	struct sockaddr_in from;
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov,
			      .msg_iovlen = 1 };
	ssize_t n = udm_recvmsg(fd, &msg, MSG_DONTWAIT);
	unsigned int who = ntohs(from.sin_port) - 5000;
	struct shape s;

	if (n < 0)
		return false;
	ck_assert_uint_lt(who, 2);
	s = datagram(who, next[who]++);
	ck_assert_uint_eq(n, s.payload);
	for (unsigned int i = 0; i < s.payload; i++)
		ck_assert_uint_eq(data[i], frame_pattern(s.seq, i));
	return true;
}

START_TEST(datagrams_both_ways)
{
	const struct udm_netdev_config cfg = { .queues = 2, .pause = true };
	const struct udm_config machine = { .mode = _i ? UDM_MODE_THREADS : UDM_MODE_SIM };
	struct udm_netdev *nics[2];
	u32 next[2] = { 0 }, sent_now[2] = { 0 };
	struct net_device *devs[2];
	int fd;

	machine_boot_with(&machine);
	for (unsigned int i = 0; i < 2; i++) {
		nics[i] = udm_netdev_create(&cfg);
		ck_assert_ptr_nonnull(nics[i]);
		devs[i] = dev_get_by_index(&init_net, udm_netdev_ifindex(nics[i]));
		dev_put(devs[i]);
		ck_assert_int_eq(udm_netdev_up(nics[i]), 0);
		ck_assert(!netif_carrier_ok(devs[i]));
	}
	ck_assert(memcmp(devs[0]->dev_addr, devs[1]->dev_addr, ETH_ALEN));
	wire = udm_wire_loopback(udm_netdev_hw(nics[0]), udm_netdev_hw(nics[1]));
	udm_run_until_idle();
	fd = open_socket();
	for (unsigned int round = 0; round < ROUNDS; round++) {
		for (unsigned int i = 0; i < 2 * BURST; i++) {
			struct shape s = datagram(i % 2, sent_now[i % 2]++);

			nic.dev = devs[i % 2];
			ck_assert_int_eq(nic_send(&s), NET_XMIT_SUCCESS);
		}
		while (next[0] < sent_now[0] || next[1] < sent_now[1])
			if (!read_one(fd, next))
				udm_run_until_idle();
	}
	udm_close(fd);
	udm_netdev_destroy(nics[_i]);
	udm_wire_destroy(wire);
	udm_netdev_destroy(nics[!_i]);
	machine_shutdown();
}
END_TEST

Suite *wire_loopback_suite(void)
{
	Suite *s = suite_create("wire_loopback");
	TCase *paused = tcase_create("paused"), *modes = tcase_create("modes");

	tcase_add_checked_fixture(paused, open_paused, close_all);
	tcase_set_timeout(paused, 120);
	tcase_add_test(paused, pause_goes_back_to_the_sender);
	tcase_add_test(paused, chosen_frames_are_lost_or_late);
	tcase_add_test(paused, lost_frames_are_counted);
	tcase_add_test(paused, both_ends_see_the_link);
	tcase_add_test(paused, sender_outlives_the_receiver);
	suite_add_tcase(s, paused);
	tcase_set_timeout(modes, 120);
	tcase_add_loop_test(modes, frames_arrive_identical_and_in_order, 0, 2);
	tcase_add_loop_test(modes, any_order_of_teardown, 0, 12);
	tcase_add_loop_test(modes, datagrams_both_ways, 0, 2);
	suite_add_tcase(s, modes);
	return s;
}
