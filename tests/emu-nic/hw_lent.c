// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that are lent to the device: it reads their payload where it is, and gives each
 * back once, whatever becomes of it.
 */
#include "fixture.h"

#include <string.h>
#include <sys/mman.h>
#include <udevmem/sim.h>

#include "frames.h"
#include "hw_rig.h"

enum { HEADERS = 14 + 20 + 20, PAYLOAD = 1000 };

static struct rig rig;

/* One that is on loan. */
struct loan {
	struct emunic_frame lent;
	unsigned int done;
	u8 bytes[9100];
};

static struct loan loans[16];

static void loan_done(struct emunic_frame *lent)
{
	((struct loan *)lent)->done++;
}

/* Not filled in: its bytes. */
static struct loan *loan_of(unsigned int i, size_t len)
{
	struct loan *l = &loans[i];

	l->lent = (struct emunic_frame){ .data = l->bytes, .len = len, .done = loan_done };
	l->done = 0;
	return l;
}

static struct loan *segment(unsigned int i, u32 seq, unsigned int payload)
{
	const struct frame_spec s = { .payload = payload, .seq = seq,
				      .src = { 10, 0, 0, 1 }, .dst = { 10, 0, 0, 2 },
				      .sport = 80, .dport = 5000 };

	return loan_of(i, frame_build(&s, loans[i].bytes));
}

static int lend(struct loan *l)
{
	int ret = emunic_hw_rx_lent(rig.hw, &l->lent);

	udm_run_until_idle();
	return ret;
}

static void split_up(void)
{
	rig_up(&rig, 0, true);
}

static void whole_up(void)
{
	rig_up(&rig, 0, false);
}

static void pause_up(void)
{
	rig_up(&rig, EMUNIC_CTRL_PAUSE, true);
}

static void down(void)
{
	rig_down(&rig);
}

/* --- Where the bytes are ------------------------------------------------- */

START_TEST(payload_stays_where_it_is)
{
	struct loan *l = segment(0, 1, PAYLOAD);
	const struct emunic_rx_cqe *c;

	ck_assert_int_eq(lend(l), 0);
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_DROP_NO_HDR_BUF), 0);
	/* It waits for buffers: what it says then is what arrives, of the headers what it said. */
	ck_assert_uint_eq(l->done, 0);
	memset(l->bytes, 0xee, l->lent.len);
	rig_post(&rig, 0, 1, 1);
	c = rig_peek(&rig, 0);
	ck_assert(c && c->flags & EMUNIC_CQE_CSUM_L4_OK);
	ck_assert_uint_eq(c->pay_len, PAYLOAD);
	ck_assert_uint_eq(rig.q[0].hdr_bufs[12], 0x08);
	for (unsigned int i = 0; i < PAYLOAD; i++)
		ck_assert_uint_eq(rig.q[0].pay_bufs[i], 0xee);
	ck_assert_uint_eq(l->done, 1);
}
END_TEST

/* Where the next frame is said to be is where nothing may be read. */
START_TEST(the_next_frame_is_a_hint)
{
	const size_t len = 2 * RIG_PAY_SIZE;
	void *nowhere = mmap(NULL, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct loan *l = segment(0, 1, len);
	const struct emunic_rx_cqe *c;

	ck_assert_ptr_ne(nowhere, MAP_FAILED);
	l->lent.next = (char *)nowhere + _i;
	rig_post(&rig, 0, 1, 2);
	ck_assert_int_eq(lend(l), 0);
	c = rig_peek(&rig, 0);
	ck_assert(c && c->flags & EMUNIC_CQE_CSUM_L4_OK);
	ck_assert_uint_eq(l->done, 1);
	munmap(nowhere, len);
}
END_TEST

/* Headers and payload come from two places then, and meet in the middle of a buffer. */
START_TEST(without_split_they_meet)
{
	struct loan *l = segment(0, 1, 2 * RIG_PAY_SIZE);

	rig_post(&rig, 0, 0, 3);
	ck_assert_int_eq(lend(l), 0);
	ck_assert_uint_eq(l->done, 1);
	ck_assert_ptr_nonnull(rig_peek(&rig, 0));
	ck_assert_mem_eq(rig.q[0].pay_bufs, l->bytes, l->lent.len);
}
END_TEST

/* No transport header, or nothing behind it: all of it is copied, and goes back at once. */
START_TEST(frames_without_payload_are_not_kept)
{
	struct loan *ack = segment(0, 1, 0), *arp;

	ck_assert_int_eq(lend(ack), 0);
	ck_assert_uint_eq(ack->done, 1);
	arp = loan_of(1, 60);
	memset(arp->bytes, 0x33, 60);
	ck_assert_int_eq(lend(arp), 0);
	ck_assert_uint_eq(arp->done, 1);
	memset(arp->bytes, 0, 60);
	rig_post(&rig, 0, 2, 0);
	ck_assert_ptr_nonnull(rig_peek(&rig, 0));
	rig_consume(&rig, 0, 1);
	ck_assert_ptr_nonnull(rig_peek(&rig, 0));
	for (unsigned int i = 0; i < 60; i++)
		ck_assert_uint_eq(rig.q[0].hdr_bufs[RIG_HDR_SIZE + i], 0x33);
}
END_TEST

/* Gathered segments are read from where each is, copied ones among them. */
START_TEST(segments_are_gathered)
{
	u8 *got = rig.q[0].pay_bufs;
	const struct emunic_rx_cqe *c;

	rig_q_write(&rig, 0, EMUNIC_Q_GRO_BYTES, 30000);
	rig_post(&rig, 0, 1, 3);
	for (unsigned int i = 0; i < 8; i++) {
		struct loan *l = segment(i, i * PAYLOAD, PAYLOAD);

		if (i & 1)
			ck_assert_int_eq(emunic_hw_rx(rig.hw, l->bytes, l->lent.len), 0);
		else
			ck_assert_int_eq(emunic_hw_rx_lent(rig.hw, &l->lent), 0);
	}
	udm_run_until_idle();
	c = rig_peek(&rig, 0);
	ck_assert(c && c->flags & EMUNIC_CQE_GRO);
	ck_assert_uint_eq(c->segments, 8);
	for (unsigned int i = 0; i < 8; i++) {
		ck_assert_uint_eq(loans[i].done, !(i & 1));
		for (unsigned int k = 0; k < PAYLOAD; k++)
			if (got[i * PAYLOAD + k] != frame_pattern(i * PAYLOAD, k))
				ck_abort_msg("byte %u of segment %u", k, i);
	}
}
END_TEST

/* --- What becomes of them ------------------------------------------------ */

START_TEST(dropped_frames_come_back)
{
	struct loan *l;

	/* No buffers. */
	l = segment(0, 1, PAYLOAD);
	rig_post(&rig, 0, 1, 0);
	ck_assert_int_eq(lend(l), 0);
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_DROP_NO_PAY_BUF), 1);
	ck_assert_uint_eq(l->done, 1);
	/* Too short, too long, and not heard at all. */
	l = segment(0, 1, PAYLOAD);
	l->lent.len = 13;
	ck_assert_int_eq(lend(l), 0);
	ck_assert_uint_eq(l->done, 1);
	l->lent.len = 70000;
	ck_assert_int_eq(lend(l), 0);
	ck_assert_uint_eq(l->done, 2);
	l = segment(0, 1, PAYLOAD);
	writel(0, rig.bar + EMUNIC_CTRL);
	ck_assert_int_eq(lend(l), 0);
	ck_assert_uint_eq(l->done, 1);
	ck_assert_int_eq(emunic_hw_fault(rig.hw, 0, EMUNIC_HW_FAULT_GONE, 1), 0);
	ck_assert_int_eq(lend(l), 0);
	ck_assert_uint_eq(l->done, 2);
}
END_TEST

START_TEST(full_fifo_drops_and_returns)
{
	unsigned int done = 0;

	/* 16 KiB of on-chip buffer: four of these fit. */
	for (unsigned int i = 0; i < 6; i++)
		ck_assert_int_eq(emunic_hw_rx_lent(rig.hw, &segment(i, i, 4000)->lent), 0);
	for (unsigned int i = 0; i < 6; i++) {
		ck_assert_uint_eq(loans[i].done, i >= 4);
		done += loans[i].done;
	}
	ck_assert_uint_eq(rig_counter(&rig, 0, EMUNIC_Q_DROP_FIFO), done);
}
END_TEST

START_TEST(refused_frames_stay_the_lenders)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		ck_assert_int_eq(lend(segment(i, i, 4000)), 0);
	ck_assert_int_eq(lend(segment(4, 4, 4000)), -EAGAIN);
	for (i = 0; i < 5; i++)
		ck_assert_uint_eq(loans[i].done, 0);
	/* And are taken when there is room. */
	rig_post(&rig, 0, 4, 4);
	ck_assert_int_eq(lend(&loans[4]), 0);
	rig_consume(&rig, 0, 4);
	rig_post(&rig, 0, 1, 1);
	for (i = 0; i < 5; i++)
		ck_assert_uint_eq(loans[i].done, 1);
}
END_TEST

/* Frames inside go back with a reset of the port and with the device; gathered ones too. */
START_TEST(ends_give_back)
{
	struct rig *r = &rig;

	rig_q_write(r, 0, EMUNIC_Q_GRO_BYTES, 30000);
	for (unsigned int i = 0; i < 3; i++)
		ck_assert_int_eq(emunic_hw_rx_lent(r->hw, &segment(i, i * PAYLOAD, PAYLOAD)->lent),
				 0);
	if (_i)
		writel(EMUNIC_CTRL_RESET, r->bar + EMUNIC_CTRL);
	else
		rig_device_down(r);
	for (unsigned int i = 0; i < 3; i++)
		ck_assert_uint_eq(loans[i].done, 1);
	if (!_i)
		rig_device_up(r, "again", 0, true);
}
END_TEST

Suite *hw_lent_suite(void)
{
	Suite *s = suite_create("hw_lent");
	TCase *tc = tcase_create("split");

	tcase_add_checked_fixture(tc, split_up, down);
	tcase_add_test(tc, segments_are_gathered);
	tcase_add_test(tc, dropped_frames_come_back);
	tcase_add_test(tc, full_fifo_drops_and_returns);
	tcase_add_loop_test(tc, ends_give_back, 0, 2);
	suite_add_tcase(s, tc);
	tc = tcase_create("pause");
	tcase_add_checked_fixture(tc, pause_up, down);
	tcase_add_test(tc, payload_stays_where_it_is);
	tcase_add_loop_test(tc, the_next_frame_is_a_hint, 0, 2);
	tcase_add_test(tc, frames_without_payload_are_not_kept);
	tcase_add_test(tc, refused_frames_stay_the_lenders);
	suite_add_tcase(s, tc);
	tc = tcase_create("whole");
	tcase_add_checked_fixture(tc, whole_up, down);
	tcase_add_test(tc, without_split_they_meet);
	suite_add_tcase(s, tc);
	return s;
}
