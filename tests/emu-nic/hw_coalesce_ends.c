// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive coalescing of the bare device: where a packet ends, what becomes of it when
 * something is short, stops or faults, and that streams stay what they are.
 */
#include <linux/prandom.h>
#include <string.h>
#include <udevmem/sim.h>

#include "fixture.h"
#include "coalesce_rig.h"

/* --- Where a packet ends ------------------------------------------------- */

START_TEST(push_and_short_segments_end_a_packet)
{
	struct frame_spec s = co_segment(0, 100);

	rig_post(&co.rig, 0, 8, 8);
	co_offer(&s);
	s = co_segment(100, 100);
	s.tcp_flags = 0x18;
	co_offer(&s);
	s = co_segment(200, 100);
	co_offer(&s);
	s = co_segment(300, 40);
	co_offer(&s);
	s = co_segment(340, 40);
	s.tcp_flags = 0x18;
	co_offer(&s);
	udm_run_until_idle();
	co_expect(0, 200, 2);
	co_expect(200, 140, 2);
	co_expect(340, 40, 1);
	co_expect_nothing();
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_END_PUSH), 2);
}
END_TEST

START_TEST(limits_end_a_packet)
{
	rig_post(&co.rig, 0, 8, 8);
	/* The headers are 66 bytes. */
	rig_q_write(&co.rig, 0, EMUNIC_Q_GRO_BYTES, 66 + 3 * CO_MSS);
	co_offer_row(0, 7);
	udm_run_until_idle();
	co_expect(0, 3 * CO_MSS, 3);
	co_expect(3 * CO_MSS, 3 * CO_MSS, 3);
	co_expect(6 * CO_MSS, CO_MSS, 1);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_END_FULL), 2);
	rig_q_write(&co.rig, 0, EMUNIC_Q_GRO_BYTES, 66 + 3 * CO_MSS - 1);
	co_offer_row(0, 4);
	udm_run_until_idle();
	co_expect(0, 2 * CO_MSS, 2);
	co_expect(2 * CO_MSS, 2 * CO_MSS, 2);
	rig_q_write(&co.rig, 0, EMUNIC_Q_GRO_BYTES, CO_LIMIT);
	for (u32 seq = 0; seq < EMUNIC_GRO_MAX_SEGMENTS + 2; seq++) {
		struct frame_spec s = co_segment(seq, 1);

		co_offer(&s);
	}
	udm_run_until_idle();
	co_expect(0, EMUNIC_GRO_MAX_SEGMENTS, EMUNIC_GRO_MAX_SEGMENTS);
	co_expect(EMUNIC_GRO_MAX_SEGMENTS, 2, 2);
	co_expect_nothing();
}
END_TEST

/* As soon as nothing is in front of it, also if the next segment comes right after. */
START_TEST(nothing_is_held_back)
{
	struct frame_spec s = co_segment(0, 100);

	rig_post(&co.rig, 0, 2, 2);
	co_offer(&s);
	udm_run_until_idle();
	co_expect(0, 100, 1);
	s = co_segment(100, 100);
	co_offer(&s);
	udm_run_until_idle();
	co_expect(100, 100, 1);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_PACKETS), 0);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_END_TURN), 0);
}
END_TEST

static void offer_flow(unsigned int flow, u32 seq)
{
	struct frame_spec s = co_segment(seq, 50);

	s.sport = (u16)(1000 + flow);
	co_offer(&s);
}

/* Segments of eight flows may come mixed; with one more, one of them gives way. */
START_TEST(flows_are_gathered_side_by_side)
{
	unsigned int flows = 8 + _i;

	for (u32 seq = 0; seq < 150; seq += 50)
		for (unsigned int f = 0; f < flows; f++)
			offer_flow(f, seq);
	rig_post(&co.rig, 0, 8, 8);
	udm_run_until_idle();
	if (!_i) {
		for (unsigned int f = 0; f < flows; f++)
			co_expect(0, 150, 3);
		ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_END_EVICTED), 0);
		return;
	}
	/* Round and round, the one that comes next is always the one that had to go. */
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_END_EVICTED), 0);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_PACKETS), 0);
}
END_TEST

START_TEST(a_packet_that_is_evicted_counts)
{
	rig_post(&co.rig, 0, 8, 8);
	offer_flow(0, 0);
	offer_flow(0, 50);
	for (unsigned int f = 1; f <= 8; f++)
		offer_flow(f, 0);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_END_EVICTED), 1);
	offer_flow(0, 100);
	udm_run_until_idle();
	co_expect(0, 100, 2);
}
END_TEST

/* --- Off ----------------------------------------------------------------- */

START_TEST(off_by_default_and_after_a_reset)
{
	ck_assert_uint_eq(readl(co.rig.bar + EMUNIC_FEATURES), EMUNIC_FEATURE_GRO);
	ck_assert_uint_eq(readl(co.rig.bar + EMUNIC_Q(0) + EMUNIC_Q_GRO_BYTES), CO_LIMIT);
	ck_assert_uint_eq(readl(co.rig.bar + EMUNIC_Q(1) + EMUNIC_Q_GRO_BYTES), 0);
	writel(EMUNIC_CTRL_RESET, co.rig.bar + EMUNIC_CTRL);
	ck_assert_uint_eq(readl(co.rig.bar + EMUNIC_Q(0) + EMUNIC_Q_GRO_BYTES), 0);
}
END_TEST

/* What was gathered before comes out as it came in, bit by bit. */
START_TEST(switched_off_with_packets_inside)
{
	static u8 first[2000];
	struct frame_spec s = co_segment(0, CO_MSS);
	struct co_packet p;
	size_t len;

	rig_post(&co.rig, 0, 8, 8);
	len = frame_build(&s, first);
	co_offer_row(0, 4);
	rig_q_write(&co.rig, 0, EMUNIC_Q_GRO_BYTES, 0);
	co_offer_row(4 * CO_MSS, 2);
	udm_run_until_idle();
	ck_assert(co_next(&p));
	ck_assert_uint_eq(p.len, len);
	ck_assert_mem_eq(co.packet, first, len);
	for (u32 i = 1; i < 6; i++)
		co_expect(i * CO_MSS, CO_MSS, 1);
	co_expect_nothing();
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_PACKETS), 0);
}
END_TEST

START_TEST(a_smaller_limit_cuts)
{
	rig_post(&co.rig, 0, 8, 8);
	co_offer_row(0, 5);
	rig_q_write(&co.rig, 0, EMUNIC_Q_GRO_BYTES, 66 + 2 * CO_MSS + 5);
	udm_run_until_idle();
	co_expect(0, 2 * CO_MSS, 2);
	co_expect(2 * CO_MSS, 2 * CO_MSS, 2);
	co_expect(4 * CO_MSS, CO_MSS, 1);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_CUT), 2);
}
END_TEST

/* --- Shortage, stop, faults ---------------------------------------------- */

/* Five segments want two buffers. */
START_TEST(too_few_buffers_cut_the_packet)
{
	rig_post(&co.rig, 0, 3, 1);
	co_offer_row(0, 5);
	udm_run_until_idle();
	co_expect(0, 4 * CO_MSS, 4);
	co_expect_nothing();
	ck_assert_uint_eq(co_counter(EMUNIC_Q_DROP_NO_PAY_BUF), 1);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_CUT), 1);
	rig_post(&co.rig, 0, 0, 1);
	co_offer_row(0, 1);
	udm_run_until_idle();
	co_expect(0, CO_MSS, 1);
}
END_TEST

/* Then the rest waits, and nothing is lost. */
START_TEST(too_few_buffers_cut_and_hold)
{
	co_offer_row(0, 5);
	udm_run_until_idle();
	co_expect_nothing();
	ck_assert(emunic_hw_stalled(co.rig.hw));
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_CUT), 0);
	co_offer_row(5 * CO_MSS, 2);
	rig_post(&co.rig, 0, 4, 1);
	co_expect(0, 4 * CO_MSS, 4);
	co_expect_nothing();
	rig_post(&co.rig, 0, 0, 2);
	co_expect(4 * CO_MSS, CO_MSS, 1);
	co_expect(5 * CO_MSS, 2 * CO_MSS, 2);
	ck_assert(emunic_hw_idle(co.rig.hw));
	ck_assert_uint_eq(co_counter(EMUNIC_Q_FRAMES), 7);
}
END_TEST

/* Segments larger than a buffer: at least the first one is delivered whole. */
START_TEST(segments_of_many_buffers)
{
	struct frame_spec s = co_segment(0, 5000);

	co_offer(&s);
	s = co_segment(5000, 5000);
	co_offer(&s);
	rig_post(&co.rig, 0, 2, 1);
	co_expect_nothing();
	rig_post(&co.rig, 0, 0, 1);
	co_expect(0, 5000, 1);
	rig_post(&co.rig, 0, 0, 2);
	co_expect(5000, 5000, 1);
}
END_TEST

/* Completions are as scarce as buffers. */
START_TEST(too_few_completions_cut_the_packet)
{
	struct frame_spec ack = co_segment(0, 0);

	rig_post(&co.rig, 0, 8, 8);
	for (unsigned int i = 0; i < RIG_RING - 1; i++)
		co_offer(&ack);
	udm_run_until_idle();
	rig_post(&co.rig, 0, 2, 0);
	co_offer_row(0, 5);
	udm_run_until_idle();
	ck_assert_uint_eq(co_counter(EMUNIC_Q_FRAMES), RIG_RING - 1 + 4);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_DROP_NO_CQE), 1);
	rig_consume(&co.rig, 0, RIG_RING - 1);
	co_expect(0, 4 * CO_MSS, 4);
	co_expect_nothing();
}
END_TEST

START_TEST(stop_and_reset_count_every_segment)
{
	rig_post(&co.rig, 0, 2, 8);
	rig_q_write(&co.rig, 0, EMUNIC_Q_CTRL, 0);
	co_offer_row(0, 3);
	udm_run_until_idle();
	ck_assert_uint_eq(co_counter(EMUNIC_Q_DROP_STOPPED), 3);
	co_offer_row(0, 4);
	writel(EMUNIC_CTRL_RESET, co.rig.bar + EMUNIC_CTRL);
	udm_run_until_idle();
	ck_assert_uint_eq(co_counter(EMUNIC_Q_DROP_RESET), 4);
	ck_assert(emunic_hw_idle(co.rig.hw));
}
END_TEST

/* With pause, a queue that is stopped keeps its packets, and they grow no more once seen. */
START_TEST(stopped_queue_keeps_packets)
{
	rig_q_write(&co.rig, 0, EMUNIC_Q_CTRL, 0);
	co_offer_row(0, 3);
	udm_run_until_idle();
	co_offer_row(3 * CO_MSS, 3);
	rig_q_write(&co.rig, 0, EMUNIC_Q_CTRL, EMUNIC_Q_ENABLE | EMUNIC_Q_RESET);
	co.rig.q[0].hdr_posted = co.rig.q[0].pay_posted = 0;
	rig_post(&co.rig, 0, 4, 8);
	co_expect(0, 3 * CO_MSS, 3);
	co_expect(3 * CO_MSS, 3 * CO_MSS, 3);
	ck_assert(emunic_hw_idle(co.rig.hw));
}
END_TEST

START_TEST(fault_takes_the_whole_packet)
{
	struct emunic_buf_desc *desc = co.rig.q[0].pay.cpu;

	rig_post(&co.rig, 0, 2, 8);
	desc[1].addr = 0x7000000000ull;
	co_offer_row(0, 9);
	udm_run_until_idle();
	for (unsigned int i = 0; i < 3; i++) {
		ck_assert(rig_peek(&co.rig, 0) && rig_peek(&co.rig, 0)->flags & EMUNIC_CQE_ERROR);
		ck_assert_uint_eq(rig_peek(&co.rig, 0)->pay_id, i);
		rig_consume(&co.rig, 0, 1);
	}
	ck_assert_uint_eq(co_counter(EMUNIC_Q_DROP_IOMMU), 9);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_FRAMES), 0);
	co_offer_row(0, 5);
	udm_run_until_idle();
	co_expect(0, 5 * CO_MSS, 5);
}
END_TEST

/* --- Anything ------------------------------------------------------------ */

enum { FLOWS = 10 };

struct flow {
	u32 sent, received;	/* sequence numbers */
};

/* One of several flows goes on; now and then it pushes, is short, or is nothing but headers. */
static bool offer_random(struct rnd_state *rnd, struct flow *flows)
{
	unsigned int i = prandom_u32_state(rnd) % (2 * FLOWS), dice = prandom_u32_state(rnd) % 16;
	struct frame_spec s;

	i = i < FLOWS ? i : 0;
	s = co_segment(flows[i].sent, !dice ? 17 : i & 1 ? 400 : 1300);

	s.sport = (u16)(100 + i);
	s.ipv6 = i & 2;
	if (dice == 1)
		s.tcp_flags = 0x18;
	if (dice == 2)
		s.payload = 0;
	if (emunic_hw_rx(co.rig.hw, co.frame, frame_build(&s, co.frame)))
		return false;
	flows[i].sent += s.payload;
	return true;
}

/* As many payload buffers as there may be, or fewer. */
static void post_again(u32 pay)
{
	rig_post(&co.rig, 0, RIG_RING - (co.rig.q[0].hdr_posted - co.hdr_back),
		 min(pay, RIG_RING - (co.rig.q[0].pay_posted - co.pay_back)));
}

static void receive_all(struct flow *flows)
{
	struct co_packet p;

	while (co_next(&p)) {
		struct flow *f = &flows[p.info.sport - 100];
		unsigned int payload = (unsigned int)(p.len - p.info.payload_offset);

		co_check(&p, f->received, payload);
		f->received += payload;
	}
}

/* Each flow's bytes come once and in order, while buffers, frames and room come and go. */
START_TEST(streams_stay_what_they_are)
{
	struct flow flows[FLOWS] = { 0 };
	struct rnd_state rnd;

	prandom_seed_state(&rnd, (u64)_i + 1);
	for (unsigned int round = 0; round < test_rounds(600); round++) {
		u32 what = prandom_u32_state(&rnd);

		for (unsigned int n = what % 12; n && offer_random(&rnd, flows); n--)
			;
		if (what & 0x100)
			udm_run_until_idle();
		if (what & 0x200)
			receive_all(flows);
		if (what & 0x400)
			post_again(what >> 16 & 7);
	}
	while (!emunic_hw_idle(co.rig.hw) || rig_peek(&co.rig, 0)) {
		receive_all(flows);
		post_again(RIG_RING);
	}
	for (unsigned int i = 0; i < FLOWS; i++)
		ck_assert_uint_eq(flows[i].received, flows[i].sent);
	ck_assert_uint_gt(co_counter(EMUNIC_Q_GRO_PACKETS), 0);
	ck_assert_uint_gt(co_counter(EMUNIC_Q_GRO_CUT), 0);
}
END_TEST

Suite *hw_coalesce_ends_suite(void)
{
	Suite *s = suite_create("hw_coalesce_ends");
	TCase *tc = co_split_case(s);

	tcase_add_test(tc, push_and_short_segments_end_a_packet);
	tcase_add_test(tc, limits_end_a_packet);
	tcase_add_test(tc, nothing_is_held_back);
	tcase_add_loop_test(tc, flows_are_gathered_side_by_side, 0, 2);
	tcase_add_test(tc, a_packet_that_is_evicted_counts);
	tcase_add_test(tc, off_by_default_and_after_a_reset);
	tcase_add_test(tc, switched_off_with_packets_inside);
	tcase_add_test(tc, a_smaller_limit_cuts);
	tcase_add_test(tc, too_few_buffers_cut_the_packet);
	tcase_add_test(tc, too_few_completions_cut_the_packet);
	tcase_add_test(tc, stop_and_reset_count_every_segment);
	tcase_add_test(tc, fault_takes_the_whole_packet);
	tc = co_pause_case(s);
	tcase_add_test(tc, too_few_buffers_cut_and_hold);
	tcase_add_test(tc, segments_of_many_buffers);
	tcase_add_test(tc, stopped_queue_keeps_packets);
	tcase_add_loop_test(tc, streams_stay_what_they_are, 0, 8);
	return s;
}
