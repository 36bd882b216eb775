// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frame delivery of the bare device: placement, completions, interrupts, every
 * reason to drop, and pause in its place.
 */
#include <string.h>
#include <udevmem/iommu.h>
#include <udevmem/sim.h>

#include "fixture.h"
#include "frames.h"
#include "hw_rig.h"

static struct rig rig;
static u8 frame[70000];

static void split_up(void)
{
	rig_up(&rig, 0, true);
}

static void pause_up(void)
{
	rig_up(&rig, EMUNIC_CTRL_PAUSE, true);
}

static void whole_up(void)
{
	rig_up(&rig, 0, false);
}

static void down(void)
{
	rig_down(&rig);
}

static size_t tcp_frame(u32 seq, unsigned int payload)
{
	struct frame_spec s = { .payload = payload, .seq = seq, .tcp_options = 12,
				.src = { 10, 0, 0, 1 }, .dst = { 10, 0, 0, 2 },
				.sport = 80, .dport = 5000 };

	return frame_build(&s, frame);
}

enum { TCP_HEADERS = 14 + 20 + 32 };

static void check_payload(const u8 *data, u32 seq, unsigned int from, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++)
		if (data[i] != frame_pattern(seq, from + i))
			ck_abort_msg("byte %u", from + i);
}

START_TEST(split_cuts_behind_the_tcp_header)
{
	size_t len = tcp_frame(100, 500);
	const struct emunic_rx_cqe *c;

	rig_post(&rig, 0, 2, 2);
	ck_assert_int_eq(rig_send(&rig, frame, len), 0);
	c = rig_peek(&rig, 0);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->hdr_len, TCP_HEADERS);
	ck_assert_uint_eq(c->pay_len, 500);
	ck_assert_uint_eq(c->frame_len, len);
	ck_assert_uint_eq(c->l4_offset, 34);
	ck_assert_uint_eq(c->flags & ~EMUNIC_CQE_PHASE,
			  EMUNIC_CQE_SOP | EMUNIC_CQE_EOP | EMUNIC_CQE_SPLIT | EMUNIC_CQE_IPV4 |
			  EMUNIC_CQE_TCP | EMUNIC_CQE_CSUM_L3_OK | EMUNIC_CQE_CSUM_L4_OK);
	ck_assert_mem_eq(rig.q[0].hdr_bufs + c->hdr_id * RIG_HDR_SIZE, frame, TCP_HEADERS);
	check_payload(rig.q[0].pay_bufs + c->pay_id * RIG_PAY_SIZE, 100, 0, 500);
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_SPLIT), 1);
}
END_TEST

START_TEST(large_frame_spreads_over_buffers)
{
	size_t len = tcp_frame(7, 2 * RIG_PAY_SIZE + 1);

	rig_post(&rig, 0, 1, 4);
	ck_assert_int_eq(rig_send(&rig, frame, len), 0);
	for (unsigned int i = 0; i < 3; i++) {
		const struct emunic_rx_cqe *c = rig_peek(&rig, 0);

		ck_assert_ptr_nonnull(c);
		ck_assert_uint_eq(c->pay_len, i < 2 ? RIG_PAY_SIZE : 1);
		ck_assert_uint_eq(c->hdr_id, i ? EMUNIC_NO_BUF : 0);
		ck_assert_int_eq(!!(c->flags & EMUNIC_CQE_SOP), i == 0);
		ck_assert_int_eq(!!(c->flags & EMUNIC_CQE_EOP), i == 2);
		check_payload(rig.q[0].pay_bufs + c->pay_id * RIG_PAY_SIZE, 7, i * RIG_PAY_SIZE,
			      c->pay_len);
		rig_consume(&rig, 0, 1);
	}
	ck_assert_ptr_null(rig_peek(&rig, 0));
}
END_TEST

/* Buffers and completions on both sides of where the rings begin again, at each place. */
START_TEST(large_frames_go_on_where_rings_begin_again)
{
	for (u32 n = 0; n < 2 * RIG_RING; n++) {
		rig_post(&rig, 0, 1, 3);
		ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(n, 3 * RIG_PAY_SIZE - 9)), 0);
		for (unsigned int i = 0; i < 3; i++) {
			const struct emunic_rx_cqe *c = rig_peek(&rig, 0);

			ck_assert_ptr_nonnull(c);
			ck_assert_int_eq(!!(c->flags & EMUNIC_CQE_SOP), i == 0);
			ck_assert_uint_eq(c->pay_id, (3 * n + i) % RIG_RING);
			ck_assert_uint_eq(c->pay_len, i < 2 ? RIG_PAY_SIZE : RIG_PAY_SIZE - 9);
			check_payload(rig.q[0].pay_bufs + c->pay_id * RIG_PAY_SIZE, n,
				      i * RIG_PAY_SIZE, c->pay_len);
			rig_consume(&rig, 0, 1);
		}
		ck_assert_ptr_null(rig_peek(&rig, 0));
	}
}
END_TEST

/* An acknowledgement with Ethernet padding uses no payload buffer. */
START_TEST(padding_is_not_payload)
{
	struct frame_spec s = { .padding = 6, .src = { 10, 0, 0, 1 }, .dst = { 10, 0, 0, 2 } };
	const struct emunic_rx_cqe *c;

	rig_post(&rig, 0, 1, 0);
	ck_assert_int_eq(rig_send(&rig, frame, frame_build(&s, frame)), 0);
	c = rig_peek(&rig, 0);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->pay_id, EMUNIC_NO_BUF);
	ck_assert_uint_eq(c->hdr_len, 54);
}
END_TEST

START_TEST(what_cannot_be_split_starts_in_the_header_buffer)
{
	size_t len = tcp_frame(1, 1000);
	const struct emunic_rx_cqe *c;

	frame[14 + 6] = 0x20;	/* a fragment */
	rig_post(&rig, 0, 1, 1);
	ck_assert_int_eq(rig_send(&rig, frame, len), 0);
	c = rig_peek(&rig, 0);
	ck_assert_ptr_nonnull(c);
	ck_assert(!(c->flags & EMUNIC_CQE_SPLIT));
	ck_assert(c->flags & EMUNIC_CQE_FRAG);
	ck_assert_uint_eq(c->hdr_len, RIG_HDR_SIZE);
	ck_assert_uint_eq(c->pay_len, len - RIG_HDR_SIZE);
	ck_assert_mem_eq(rig.q[0].hdr_bufs, frame, RIG_HDR_SIZE);
	ck_assert_mem_eq(rig.q[0].pay_bufs, frame + RIG_HDR_SIZE, len - RIG_HDR_SIZE);
}
END_TEST

START_TEST(short_frames_stay_whole_below_the_threshold)
{
	const struct emunic_rx_cqe *c;

	writel(200, rig.bar + EMUNIC_HDS_THRESH);
	rig_post(&rig, 0, 2, 2);
	rig_send(&rig, frame, tcp_frame(1, 200 - TCP_HEADERS));
	c = rig_peek(&rig, 0);
	ck_assert(c && !(c->flags & EMUNIC_CQE_SPLIT));
	ck_assert_uint_eq(c->hdr_len, 200);
	rig_consume(&rig, 0, 1);
	rig_send(&rig, frame, tcp_frame(1, 201 - TCP_HEADERS));
	c = rig_peek(&rig, 0);
	ck_assert(c && c->flags & EMUNIC_CQE_SPLIT);
}
END_TEST

START_TEST(without_split_everything_is_payload)
{
	size_t len = tcp_frame(9, 5000);
	const struct emunic_rx_cqe *c;

	rig_post(&rig, 0, 1, 2);
	ck_assert_int_eq(rig_send(&rig, frame, len), 0);
	c = rig_peek(&rig, 0);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->hdr_id, EMUNIC_NO_BUF);
	ck_assert_uint_eq(c->hdr_len, 0);
	ck_assert_mem_eq(rig.q[0].pay_bufs, frame, len);
}
END_TEST

START_TEST(phase_tells_passes_apart)
{
	for (u32 i = 0; i < 5 * RIG_RING + 3; i++) {
		const struct emunic_rx_cqe *c;

		rig_post(&rig, 0, 1, 1);
		ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(i, 10)), 0);
		c = rig_peek(&rig, 0);
		ck_assert_ptr_nonnull(c);
		check_payload(rig.q[0].pay_bufs + c->pay_id * RIG_PAY_SIZE, i, 0, 10);
		rig_consume(&rig, 0, 1);
		ck_assert_ptr_null(rig_peek(&rig, 0));
	}
}
END_TEST

/* What a frame lacks in each case, and the counter that says so. */
static const struct shortage {
	unsigned int hdr, pay, payload, completions_taken;
	bool stop;
	enum emunic_queue_counter counter;
} shortages[] = {
	{ 0, 1, 10, 0, false, EMUNIC_Q_DROP_NO_HDR_BUF },
	{ 1, 0, 10, 0, false, EMUNIC_Q_DROP_NO_PAY_BUF },
	{ 1, 1, RIG_PAY_SIZE + 1, 0, false, EMUNIC_Q_DROP_NO_PAY_BUF },
	{ 8, 8, 10, RIG_RING, false, EMUNIC_Q_DROP_NO_CQE },
	{ 1, 1, 10, 0, true, EMUNIC_Q_DROP_STOPPED },
};

static void set_shortage(const struct shortage *s)
{
	for (unsigned int i = 0; i < s->completions_taken; i++) {
		rig_post(&rig, 0, 1, 0);
		ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(0, 0)), 0);
	}
	if (s->stop)
		rig_q_write(&rig, 0, EMUNIC_Q_CTRL, 0);
	rig_post(&rig, 0, s->hdr, s->pay);
}

START_TEST(shortage_drops_and_is_counted)
{
	const struct shortage *s = &shortages[_i];
	u64 frames;

	set_shortage(s);
	frames = rig_counter(&rig, 0, EMUNIC_Q_FRAMES);
	ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(1, s->payload)), 0);
	ck_assert_uint_eq(rig_counter(&rig, 0, s->counter), 1);
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_FRAMES), frames);
	ck_assert(emunic_hw_idle(rig.hw));
	ck_assert(rig_counter(&rig, 1, s->counter) == 0);
}
END_TEST

/* With pause the same frame waits, and arrives once the shortage ends. */
START_TEST(shortage_holds_with_pause)
{
	const struct shortage *s = &shortages[_i];

	set_shortage(s);
	ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(77, s->payload)), 0);
	ck_assert_uint_eq(rig_counter(&rig, 0, s->counter), 0);
	ck_assert(emunic_hw_stalled(rig.hw));
	if (s->stop)
		rig_q_write(&rig, 0, EMUNIC_Q_CTRL, EMUNIC_Q_ENABLE);
	if (s->completions_taken)
		rig_consume(&rig, 0, s->completions_taken);
	else
		rig_post(&rig, 0, 1, 2);
	udm_run_until_idle();
	ck_assert(emunic_hw_idle(rig.hw));
	ck_assert(!emunic_hw_stalled(rig.hw));
	ck_assert_ptr_nonnull(rig_peek(&rig, 0));
	check_payload(rig.q[0].pay_bufs, 77, 0, min(s->payload, 4096u));
}
END_TEST

static bool room_called;

static void note_room(void *ctx)
{
	room_called = true;
}

static void ignore_gone(void *ctx)
{
}

static const struct emunic_peer noting_peer = { .room = note_room, .gone = ignore_gone };

START_TEST(full_fifo_holds_the_wire)
{
	size_t len = tcp_frame(1, 4000);
	int taken = 0;

	ck_assert_int_eq(emunic_hw_attach(rig.hw, &noting_peer, NULL), 0);
	room_called = false;
	while (taken < 100 && !rig_send(&rig, frame, len))
		taken++;
	ck_assert_int_eq(taken, 4);	/* 16 KiB of on-chip buffer */
	ck_assert_uint_eq(readq(rig.bar + EMUNIC_PORT_COUNTER(EMUNIC_PORT_PAUSES)), 1);
	ck_assert(!room_called);
	/* Not for each frame that leaves: when half of it is empty. */
	rig_post(&rig, 0, 1, 1);
	ck_assert(!room_called);
	rig_post(&rig, 0, 1, 1);
	ck_assert(room_called);
	ck_assert_int_eq(rig_send(&rig, frame, len), 0);
}
END_TEST

START_TEST(full_fifo_drops_without_pause)
{
	size_t len = tcp_frame(1, 4000);

	/* Frames arrive faster than the engine runs: no settling between them. */
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(emunic_hw_rx(rig.hw, frame, len), 0);
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_DROP_FIFO), 2);
	udm_run_until_idle();
}
END_TEST

/* A rule for source port 80, location 0. */
static void rule_for_port_80(u32 action, u32 queue)
{
	writel(0, rig.bar + EMUNIC_FLOW_LOC);
	writel(EMUNIC_FLOW_L4, rig.bar + EMUNIC_FLOW_TYPE);
	writel(80, rig.bar + EMUNIC_FLOW_SPORT);
	writel(0xffff, rig.bar + EMUNIC_FLOW_SPORT_MASK);
	writel(action, rig.bar + EMUNIC_FLOW_ACTION);
	writel(queue, rig.bar + EMUNIC_FLOW_QUEUE);
	writel(EMUNIC_FLOW_INSERT, rig.bar + EMUNIC_FLOW_CMD);
	ck_assert_uint_eq(readl(rig.bar + EMUNIC_FLOW_STATUS), EMUNIC_FLOW_OK);
}

/* What the port took is the sum of what queues took and of what got no further, each once. */
START_TEST(port_counts_what_it_took)
{
	void __iomem *frames = rig.bar + EMUNIC_PORT_COUNTER(EMUNIC_PORT_RX_FRAMES);
	void __iomem *bytes = rig.bar + EMUNIC_PORT_COUNTER(EMUNIC_PORT_RX_BYTES);
	size_t len = tcp_frame(1, 4000), large = len, small;

	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(emunic_hw_rx(rig.hw, frame, len), 0);
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_DROP_FIFO), 2);
	ck_assert_uint_eq(readq(frames), 6);
	ck_assert_uint_eq(readq(bytes), 6 * large);
	udm_run_until_idle();
	small = tcp_frame(1, 10);
	rule_for_port_80(EMUNIC_FLOW_TO_QUEUE, 1);
	rig_post(&rig, 1, 1, 1);
	ck_assert_int_eq(rig_send(&rig, frame, small), 0);
	ck_assert_uint_eq(rig_counter(&rig, 1, EMUNIC_Q_FRAMES), 1);
	ck_assert_uint_eq(readq(frames), 7);
	rule_for_port_80(EMUNIC_FLOW_DROP, 0);
	ck_assert_int_eq(rig_send(&rig, frame, small), 0);
	ck_assert_uint_eq(readq(rig.bar + EMUNIC_PORT_COUNTER(EMUNIC_PORT_DROP_RULE)), 1);
	ck_assert_uint_eq(readq(frames), 8);
	ck_assert_uint_eq(readq(bytes), 6 * large + 2 * small);
	ck_assert_uint_eq(readl(bytes), 6 * large + 2 * small);
	ck_assert_uint_eq(readl(bytes + 4), 0);
	writel(EMUNIC_CTRL_RESET, rig.bar + EMUNIC_CTRL);
	ck_assert_uint_eq(readq(frames), 8);
}
END_TEST

START_TEST(too_many_buffers_is_dropped_even_with_pause)
{
	rig_post(&rig, 0, 1, 8);
	ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(1, RIG_PAY_SIZE * RIG_RING + 1)), 0);
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_DROP_TOO_BIG), 1);
}
END_TEST

START_TEST(port_refuses_nonsense)
{
	ck_assert_int_eq(rig_send(&rig, frame, 13), 0);
	ck_assert_int_eq(rig_send(&rig, frame, 65601), 0);
	writel(0, rig.bar + EMUNIC_CTRL);
	ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(1, 1)), 0);
	ck_assert_uint_eq(readq(rig.bar + EMUNIC_PORT_COUNTER(EMUNIC_PORT_DROP_RUNT)), 1);
	ck_assert_uint_eq(readq(rig.bar + EMUNIC_PORT_COUNTER(EMUNIC_PORT_DROP_GIANT)), 1);
	ck_assert_uint_eq(readq(rig.bar + EMUNIC_PORT_COUNTER(EMUNIC_PORT_DROP_DISABLED)), 1);
	ck_assert_uint_eq(readq(rig.bar + EMUNIC_PORT_COUNTER(EMUNIC_PORT_RX_FRAMES)), 0);
}
END_TEST

/* A buffer the IOMMU does not know: the frame dies, its buffers come back marked. */
START_TEST(fault_returns_the_buffers)
{
	struct emunic_buf_desc *desc = rig.q[0].pay.cpu;
	const struct emunic_rx_cqe *c;

	rig_post(&rig, 0, 2, 0);
	rig_post(&rig, 0, 0, 2);
	desc[0].addr = 0x7000000000ull;
	memset(rig.q[0].pay_bufs, 0x11, RIG_PAY_SIZE);
	ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(1, 100)), 0);
	c = rig_peek(&rig, 0);
	ck_assert(c && c->flags & EMUNIC_CQE_ERROR);
	ck_assert_uint_eq(c->pay_id, 0);
	ck_assert_uint_eq(c->hdr_id, 0);
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_DROP_IOMMU), 1);
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_FRAMES), 0);
	for (int i = 0; i < RIG_PAY_SIZE; i++)
		ck_assert_uint_eq(rig.q[0].pay_bufs[i], 0x11);
	rig_consume(&rig, 0, 1);
	ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(2, 100)), 0);
	c = rig_peek(&rig, 0);
	ck_assert(c && !(c->flags & EMUNIC_CQE_ERROR));
}
END_TEST

/* Which buffers they were, nobody can tell then: they are taken all the same. */
START_TEST(fault_of_a_ring_names_no_buffers)
{
	const struct emunic_rx_cqe *c;

	rig_q_write(&rig, 0, EMUNIC_Q_PAY_BASE + 4, 0x70);
	rig_post(&rig, 0, 2, 3);
	ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(1, RIG_PAY_SIZE + 1)), 0);
	for (unsigned int i = 0; i < 2; i++) {
		c = rig_peek(&rig, 0);
		ck_assert(c && c->flags & EMUNIC_CQE_ERROR);
		ck_assert_uint_eq(c->hdr_id, i ? EMUNIC_NO_BUF : 0);
		ck_assert_uint_eq(c->pay_id, EMUNIC_NO_BUF);
		rig_consume(&rig, 0, 1);
	}
	ck_assert_ptr_null(rig_peek(&rig, 0));
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_DROP_IOMMU), 1);
	rig_q_write(&rig, 0, EMUNIC_Q_PAY_BASE + 4, (u32)(rig.q[0].pay.dma >> 32));
	ck_assert_int_eq(rig_send(&rig, frame, tcp_frame(2, 100)), 0);
	c = rig_peek(&rig, 0);
	ck_assert(c && !(c->flags & EMUNIC_CQE_ERROR));
	ck_assert_uint_eq(c->pay_id, 2);
}
END_TEST

START_TEST(interrupt_fires_once_when_armed)
{
	struct rig_queue *q = &rig.q[0];

	rig_post(&rig, 0, 8, 8);
	rig_send(&rig, frame, tcp_frame(1, 10));
	ck_assert_uint_eq(q->interrupts, 0);
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);	/* one is waiting: at once */
	udm_run_until_idle();
	ck_assert_uint_eq(q->interrupts, 1);
	rig_send(&rig, frame, tcp_frame(1, 10));
	ck_assert_uint_eq(q->interrupts, 1);
	rig_consume(&rig, 0, 2);
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);
	udm_run_until_idle();
	ck_assert_uint_eq(q->interrupts, 1);
	rig_send(&rig, frame, tcp_frame(1, 10));
	ck_assert_uint_eq(q->interrupts, 2);
	rig_consume(&rig, 0, 1);
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_DISARM);
	rig_send(&rig, frame, tcp_frame(1, 10));
	ck_assert_uint_eq(q->interrupts, 2);
}
END_TEST

/* A stopped queue touches no memory while the other one goes on; reset forgets. */
START_TEST(queues_stop_and_start_alone)
{
	struct steering_rule { u32 reg, val; } rule[] = {
		{ EMUNIC_FLOW_LOC, 0 }, { EMUNIC_FLOW_SPORT, 80 }, { EMUNIC_FLOW_QUEUE, 1 },
		{ EMUNIC_FLOW_TYPE, EMUNIC_FLOW_L4 }, { EMUNIC_FLOW_SPORT_MASK, 0xffff },
		{ EMUNIC_FLOW_CMD, EMUNIC_FLOW_INSERT },
	};

	rig_post(&rig, 0, 4, 4);
	rig_post(&rig, 1, 4, 4);
	for (size_t i = 0; i < ARRAY_SIZE(rule); i++)
		writel(rule[i].val, rig.bar + rule[i].reg);
	ck_assert_uint_eq(readl(rig.bar + EMUNIC_FLOW_STATUS), EMUNIC_FLOW_OK);
	rig_q_write(&rig, 1, EMUNIC_Q_CTRL, 0);
	ck_assert_uint_eq(readl(rig.bar + EMUNIC_Q(1) + EMUNIC_Q_STATUS), 0);
	rig_send(&rig, frame, tcp_frame(3, 30));
	ck_assert_uint_eq(rig_counter(&rig, 1, EMUNIC_Q_DROP_STOPPED), 1);
	writel(EMUNIC_FLOW_DELETE, rig.bar + EMUNIC_FLOW_CMD);
	rig_send(&rig, frame, tcp_frame(4, 30));
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_FRAMES), 1);
	rig_q_write(&rig, 1, EMUNIC_Q_CTRL, EMUNIC_Q_ENABLE | EMUNIC_Q_RESET);
	writel(EMUNIC_FLOW_INSERT, rig.bar + EMUNIC_FLOW_CMD);
	rig_send(&rig, frame, tcp_frame(5, 30));
	ck_assert_uint_eq(rig_counter(&rig, 1, EMUNIC_Q_DROP_NO_HDR_BUF), 1);
}
END_TEST

START_TEST(port_reset_throws_frames_away)
{
	rig_send(&rig, frame, tcp_frame(3, 30));
	rig_send(&rig, frame, tcp_frame(4, 30));
	ck_assert(!emunic_hw_idle(rig.hw));
	writel(EMUNIC_CTRL_RESET, rig.bar + EMUNIC_CTRL);
	ck_assert(emunic_hw_idle(rig.hw));
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_DROP_RESET), 2);
	ck_assert_uint_eq(readl(rig.bar + EMUNIC_CTRL), 0);
}
END_TEST

static TCase *rig_case(Suite *s, const char *name, void (*up)(void))
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, up, down);
	suite_add_tcase(s, tc);
	return tc;
}

Suite *hw_delivery_suite(void)
{
	Suite *s = suite_create("hw_delivery");
	TCase *tc = rig_case(s, "split", split_up);

	tcase_add_test(tc, split_cuts_behind_the_tcp_header);
	tcase_add_test(tc, large_frame_spreads_over_buffers);
	tcase_add_test(tc, large_frames_go_on_where_rings_begin_again);
	tcase_add_test(tc, padding_is_not_payload);
	tcase_add_test(tc, what_cannot_be_split_starts_in_the_header_buffer);
	tcase_add_test(tc, short_frames_stay_whole_below_the_threshold);
	tcase_add_test(tc, phase_tells_passes_apart);
	tcase_add_loop_test(tc, shortage_drops_and_is_counted, 0, ARRAY_SIZE(shortages));
	tcase_add_test(tc, full_fifo_drops_without_pause);
	tcase_add_test(tc, port_counts_what_it_took);
	tcase_add_test(tc, port_refuses_nonsense);
	tcase_add_test(tc, fault_returns_the_buffers);
	tcase_add_test(tc, fault_of_a_ring_names_no_buffers);
	tcase_add_test(tc, interrupt_fires_once_when_armed);
	tcase_add_test(tc, queues_stop_and_start_alone);
	tc = rig_case(s, "pause", pause_up);
	tcase_add_loop_test(tc, shortage_holds_with_pause, 0, ARRAY_SIZE(shortages));
	tcase_add_test(tc, full_fifo_holds_the_wire);
	tcase_add_test(tc, too_many_buffers_is_dropped_even_with_pause);
	tcase_add_test(tc, port_reset_throws_frames_away);
	tc = rig_case(s, "whole", whole_up);
	tcase_add_test(tc, without_split_everything_is_payload);
	return s;
}
