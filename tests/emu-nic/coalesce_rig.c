// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device of the coalescing tests.
 */
#include <linux/unaligned.h>
#include <string.h>
#include <udevmem/sim.h>

#include "fixture.h"
#include "coalesce_rig.h"

struct co_rig co;

static void begin(u32 ctrl, bool split)
{
	co.hdr_back = co.pay_back = 0;
	rig_up(&co.rig, ctrl, split);
	rig_q_write(&co.rig, 0, EMUNIC_Q_GRO_BYTES, CO_LIMIT);
}

static void split_up(void)
{
	begin(0, true);
}

static void pause_up(void)
{
	begin(EMUNIC_CTRL_PAUSE, true);
}

static void whole_up(void)
{
	begin(0, false);
}

static void down(void)
{
	rig_down(&co.rig);
}

u64 co_counter(enum emunic_queue_counter c)
{
	return rig_counter(&co.rig, 0, c);
}

struct frame_spec co_segment(u32 seq, unsigned int payload)
{
	return (struct frame_spec){ .payload = payload, .seq = seq, .tcp_options = 12,
				    .src = { 10, 0, 0, 1 }, .dst = { 10, 0, 0, 2 },
				    .sport = 80, .dport = 5000 };
}

void co_offer(const struct frame_spec *s)
{
	ck_assert_int_eq(emunic_hw_rx(co.rig.hw, co.frame, frame_build(s, co.frame)), 0);
}

void co_offer_row(u32 seq, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct frame_spec s = co_segment(seq + i * CO_MSS, CO_MSS);

		co_offer(&s);
	}
}

bool co_next(struct co_packet *p)
{
	const struct emunic_rx_cqe *c = rig_peek(&co.rig, 0);

	*p = (struct co_packet){ 0 };
	if (!c)
		return false;
	ck_assert(c->flags & EMUNIC_CQE_SOP);
	p->segments = c->flags & EMUNIC_CQE_GRO ? c->segments : 1;
	p->mss = c->flags & EMUNIC_CQE_GRO ? c->mss : 0;
	if (c->hdr_id != EMUNIC_NO_BUF) {
		memcpy(co.packet, co.rig.q[0].hdr_bufs + c->hdr_id * RIG_HDR_SIZE, c->hdr_len);
		co.hdr_back++;
	}
	p->len = c->hdr_len;
	do {
		c = rig_peek(&co.rig, 0);
		ck_assert_ptr_nonnull(c);
		p->flags |= c->flags;
		if (c->pay_id != EMUNIC_NO_BUF) {
			memcpy(co.packet + p->len, co.rig.q[0].pay_bufs + c->pay_id * RIG_PAY_SIZE,
			       c->pay_len);
			p->len += c->pay_len;
			p->buffers++;
			co.pay_back++;
		}
		rig_consume(&co.rig, 0, 1);
	} while (!(p->flags & EMUNIC_CQE_EOP));
	frame_parse(co.packet, p->len, &p->info);
	return true;
}

void co_check(const struct co_packet *p, u32 seq, unsigned int payload)
{
	unsigned int i = 0;

	ck_assert_uint_eq(p->info.ip_end, p->len);
	ck_assert_ptr_null(p->info.malformed);
	ck_assert(p->info.l4_csum_ok && !p->info.csum_bad);
	ck_assert_uint_eq(p->len - p->info.payload_offset, payload);
	ck_assert_uint_eq(get_unaligned_be32(co.packet + p->info.l4_offset + 4), seq);
	while (i < payload && co.packet[p->info.payload_offset + i] == frame_pattern(seq, i))
		i++;
	ck_assert_msg(i == payload, "byte %u", i);
}

void co_expect(u32 seq, unsigned int payload, unsigned int segments)
{
	struct co_packet p;

	ck_assert(co_next(&p));
	co_check(&p, seq, payload);
	ck_assert_uint_eq(p.segments, segments);
	ck_assert_int_eq(!!(p.flags & EMUNIC_CQE_GRO), segments > 1);
}

void co_expect_nothing(void)
{
	struct co_packet p;

	ck_assert(!co_next(&p));
}

static TCase *device_case(Suite *s, const char *name, void (*up)(void))
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, up, down);
	suite_add_tcase(s, tc);
	return tc;
}

TCase *co_split_case(Suite *s)
{
	return device_case(s, "split", split_up);
}

TCase *co_pause_case(Suite *s)
{
	return device_case(s, "pause", pause_up);
}

TCase *co_whole_case(Suite *s)
{
	return device_case(s, "whole", whole_up);
}
