// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive coalescing of the bare device: which frames become one packet, and that what is
 * different in any way stays what it is.
 */
#include <linux/unaligned.h>
#include <string.h>
#include <udevmem/sim.h>

#include "emu-nic/hw/checksum.h"
#include "fixture.h"
#include "coalesce_rig.h"

/* --- What becomes one packet --------------------------------------------- */

static const struct shape {
	struct frame_spec spec;
	unsigned int n, last;	/* segments, and the payload of the last */
} shapes[] = {
	{ { .payload = 1448, .tcp_options = 12 }, 10, 1448 },
	{ { .payload = 1448, .tcp_options = 12 }, 10, 1 },
	{ { .payload = 1001 }, 5, 777 },
	{ { .payload = 1001, .ipv6 = true }, 6, 1001 },
	{ { .payload = 1, .ipv6 = true, .vlans = 2, .tcp_options = 40 }, 9, 1 },
	{ { .payload = 4096, .vlans = 1 }, 3, 4095 },
	{ { .payload = 10 }, 128, 3 },
};

START_TEST(segments_become_one_packet)
{
	const struct shape *s = &shapes[_i / 2];
	unsigned int payload = (s->n - 1) * s->spec.payload + s->last;
	struct frame_spec f = s->spec;
	struct co_packet p;

	rig_post(&co.rig, 0, 1, 8);
	for (unsigned int i = 0; i < s->n; i++) {
		f.seq = 0xfffff000 + i * s->spec.payload;
		f.payload = i == s->n - 1 ? s->last : s->spec.payload;
		f.tcp_flags = i == s->n - 1 && _i & 1 ? 0x18 : 0x10;
		co_offer(&f);
	}
	udm_run_until_idle();
	ck_assert(co_next(&p));
	co_check(&p, 0xfffff000, payload);
	ck_assert_uint_eq(p.segments, s->n);
	ck_assert_uint_eq(p.mss, s->spec.payload);
	ck_assert_uint_eq(p.buffers, DIV_ROUND_UP(payload, RIG_PAY_SIZE));
	ck_assert_int_eq(!!(co.packet[p.info.l4_offset + 13] & 8), _i & 1);
	ck_assert(p.flags & EMUNIC_CQE_SPLIT && p.flags & EMUNIC_CQE_CSUM_L4_OK);
	co_expect_nothing();
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_PACKETS), 1);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_SEGMENTS), s->n);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_FRAMES), s->n);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_BYTES), payload + s->n * p.info.payload_offset);
	ck_assert_uint_eq(readl(co.rig.bar + EMUNIC_Q(0) + EMUNIC_Q_PROGRESS), s->n);
}
END_TEST

/* Not split, the headers are in front of the payload; nor are there any of the others. */
START_TEST(without_split_it_is_the_same_packet)
{
	struct co_packet p;

	rig_post(&co.rig, 0, 0, 8);
	co_offer_row(5, 10);
	udm_run_until_idle();
	ck_assert(co_next(&p));
	co_check(&p, 5, 10 * CO_MSS);
	ck_assert_uint_eq(p.segments, 10);
	ck_assert_uint_eq(p.buffers, 3);
	ck_assert(!(p.flags & EMUNIC_CQE_SPLIT));
}
END_TEST

/* The threshold is about what is delivered. */
START_TEST(threshold_sees_the_whole_packet)
{
	struct frame_spec s;

	writel(200, co.rig.bar + EMUNIC_HDS_THRESH);
	rig_post(&co.rig, 0, 2, 2);
	for (u32 at = 0; at < 300; at += 50) {
		s = co_segment(at, 50);
		co_offer(&s);
	}
	udm_run_until_idle();
	ck_assert(rig_peek(&co.rig, 0)->flags & EMUNIC_CQE_SPLIT);
	co_expect(0, 300, 6);
	s = co_segment(300, 50);
	co_offer(&s);
	udm_run_until_idle();
	ck_assert(!(rig_peek(&co.rig, 0)->flags & EMUNIC_CQE_SPLIT));
}
END_TEST

/* --- What does not ------------------------------------------------------- */

/* A byte of the Ethernet, IP or TCP header, or of the payload, that is not what it was. */
enum layer { ETHER, IP, TCP };
static const struct difference {
	const char *what;
	enum layer layer;
	unsigned int at;
	u8 flip;
	bool ipv6, wrong;	/* wrong: checksums are left as they were */
	unsigned int vlans;
} differences[] = {
	{ "destination address", ETHER, 0, 1 },
	{ "source address", ETHER, 11, 1 },
	{ "vlan", ETHER, 15, 1, .vlans = 1 },
	{ "type of service", IP, 1, 2 },
	{ "identification", IP, 5, 3 },
	{ "do not fragment", IP, 6, 0x40 },
	{ "a fragment", IP, 6, 0x20 },
	{ "time to live", IP, 8, 1 },
	{ "header checksum", IP, 10, 1, .wrong = true },
	{ "flow label", IP, 3, 1, .ipv6 = true },
	{ "traffic class", IP, 1, 0x20, .ipv6 = true },
	{ "hop limit", IP, 7, 1, .ipv6 = true },
	{ "a gap", TCP, 7, 1 },
	{ "far behind", TCP, 4, 0x80 },
	{ "acknowledgement", TCP, 11, 1 },
	{ "reserved bits", TCP, 12, 1 },
	{ "fin", TCP, 13, 0x01 },
	{ "syn", TCP, 13, 0x02 },
	{ "rst", TCP, 13, 0x04 },
	{ "no acknowledgement", TCP, 13, 0x10 },
	{ "urg", TCP, 13, 0x20 },
	{ "ece", TCP, 13, 0x40 },
	{ "cwr", TCP, 13, 0x80 },
	{ "window", TCP, 15, 1 },
	{ "checksum", TCP, 16, 1, .wrong = true },
	{ "urgent pointer", TCP, 19, 1 },
	{ "option", TCP, 31, 2 },
	{ "payload", TCP, 40, 1, .wrong = true },
};

/* As a router or a sender would have left them. */
static void sum_again(u8 *ip, size_t tcp_len, bool ipv6)
{
	u8 *tcp = ip + (ipv6 ? 40 : 20);
	uint64_t sum = checksum_add(0, ip + (ipv6 ? 8 : 12), ipv6 ? 32 : 8) + tcp_len + 6;

	if (!ipv6) {
		put_unaligned_be16(0, ip + 10);
		put_unaligned_be16((u16)~checksum_fold(checksum_add(0, ip, 20)), ip + 10);
	}
	put_unaligned_be16(0, tcp + 16);
	sum = checksum_add(sum, tcp, tcp_len);
	put_unaligned_be16((u16)~checksum_fold(sum), tcp + 16);
}

static size_t different(const struct difference *d, const struct frame_spec *s)
{
	size_t len = frame_build(s, co.frame);
	u8 *ip = co.frame + 14 + 4 * d->vlans, *tcp = ip + (d->ipv6 ? 40 : 20);
	u8 *of[] = { co.frame, ip, tcp };

	of[d->layer][d->at] ^= d->flip;
	if (!d->wrong)
		sum_again(ip, len - (size_t)(tcp - co.frame), d->ipv6);
	return len;
}

static struct frame_spec shape_of(const struct difference *d, u32 seq)
{
	struct frame_spec s = co_segment(seq, 100);

	s.ipv6 = d->ipv6;
	s.vlans = d->vlans;
	return s;
}

/* Two that belong together, one that differs and comes as it is, two behind it. */
START_TEST(a_difference_ends_the_packet)
{
	const struct difference *d = &differences[_i];
	struct frame_spec s = shape_of(d, 0);
	static u8 as_sent[2000];
	struct co_packet p;
	size_t len;

	rig_post(&co.rig, 0, 8, 8);
	co_offer(&s);
	s = shape_of(d, 100);
	co_offer(&s);
	s = shape_of(d, 200);
	len = different(d, &s);
	memcpy(as_sent, co.frame, len);
	ck_assert_int_eq(emunic_hw_rx(co.rig.hw, co.frame, len), 0);
	s = shape_of(d, 300);
	co_offer(&s);
	s = shape_of(d, 400);
	co_offer(&s);
	udm_run_until_idle();
	co_expect(0, 200, 2);
	ck_assert_msg(co_next(&p), "%s", d->what);
	ck_assert_msg(p.len == len && !memcmp(co.packet, as_sent, len), "%s", d->what);
	ck_assert_uint_eq(p.segments, 1);
	co_expect(300, 200, 2);
	co_expect_nothing();
	/* Of a fragment it is not known what it belongs to. */
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_END_ORDER), 1);
}
END_TEST

/* Other frames of the flow, that no packet could be made of either. */
static const struct frame_spec others[] = {
	{ .payload = 0 },				/* acknowledges, and nothing else */
	{ .payload = 0, .tcp_flags = 0x11 },
	{ .payload = 101, .tcp_flags = 0x18 },		/* more than those before */
	{ .payload = 100, .ip_options = 4 },
	{ .payload = 100, .tcp_options = 4 },
	{ .payload = 100, .padding = 3 },
};

START_TEST(other_frames_keep_their_place)
{
	struct frame_spec s = co_segment(0, 100), o = co_segment(200, others[_i].payload);

	o.ip_options = others[_i].ip_options;
	o.tcp_options += others[_i].tcp_options;
	o.padding = others[_i].padding;
	o.tcp_flags = others[_i].tcp_flags;
	rig_post(&co.rig, 0, 8, 8);
	co_offer(&s);
	s.seq = 100;
	co_offer(&s);
	co_offer(&o);
	s.seq = 200 + o.payload;
	co_offer(&s);
	udm_run_until_idle();
	co_expect(0, 200, 2);
	ck_assert_uint_eq(co_counter(EMUNIC_Q_GRO_END_ORDER), 1);
	rig_consume(&co.rig, 0, 1);
	co_expect(200 + o.payload, 100, 1);
	co_expect_nothing();
}
END_TEST

/* The identification counts, or stays; nothing else, and not first one and then the other. */
static const struct ids {
	u16 id[4];
	unsigned int packets[4];	/* segments in each */
} identifications[] = {
	{ { 7, 7, 7, 7 }, { 4 } },
	{ { 0xfffe, 0xffff, 0, 1 }, { 4 } },
	{ { 7, 7, 8, 9 }, { 2, 2 } },
	{ { 7, 8, 8, 8 }, { 2, 2 } },
	{ { 7, 9, 11, 10 }, { 1, 1, 1, 1 } },
};

START_TEST(identification_tells_packets_apart)
{
	const struct ids *ids = &identifications[_i];
	u32 seq = 0;

	rig_post(&co.rig, 0, 4, 4);
	for (unsigned int i = 0; i < 4; i++) {
		struct frame_spec s = co_segment(i * 100, 100);
		size_t len = frame_build(&s, co.frame);

		put_unaligned_be16(ids->id[i], co.frame + 14 + 4);
		sum_again(co.frame + 14, len - 34, false);
		ck_assert_int_eq(emunic_hw_rx(co.rig.hw, co.frame, len), 0);
	}
	udm_run_until_idle();
	for (unsigned int i = 0; i < 4 && ids->packets[i]; i++) {
		co_expect(seq, ids->packets[i] * 100, ids->packets[i]);
		seq += ids->packets[i] * 100;
	}
	co_expect_nothing();
}
END_TEST

Suite *hw_coalesce_suite(void)
{
	Suite *s = suite_create("hw_coalesce");
	TCase *tc = co_split_case(s);

	tcase_add_loop_test(tc, segments_become_one_packet, 0, 2 * ARRAY_SIZE(shapes));
	tcase_add_test(tc, threshold_sees_the_whole_packet);
	tcase_add_loop_test(tc, a_difference_ends_the_packet, 0, ARRAY_SIZE(differences));
	tcase_add_loop_test(tc, other_frames_keep_their_place, 0, ARRAY_SIZE(others));
	tcase_add_loop_test(tc, identification_tells_packets_apart, 0,
			    ARRAY_SIZE(identifications));
	tc = co_whole_case(s);
	tcase_add_test(tc, without_split_it_is_the_same_packet);
	return s;
}
