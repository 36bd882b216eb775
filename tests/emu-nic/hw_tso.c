// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit offloads of the bare device: checksums, tags and TCP segments, held
 * against frames built here one by one and checksums summed here.
 */
#include <string.h>
#include <udevmem/sim.h>

#include "fixture.h"
#include "frames.h"
#include "tx_rig.h"

static struct rig rig;

static void up(void)
{
	tx_up(&rig);
}

static void down(void)
{
	tx_down(&rig);
}

enum { WHOLE = EMUNIC_TX_SOP | EMUNIC_TX_EOP | EMUNIC_TX_REPORT };
enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16, URG = 32, ECE = 64, CWR = 128 };

static struct frame_spec spec(bool ipv6, bool udp, unsigned int payload)
{
	return (struct frame_spec){
		.ipv6 = ipv6, .udp = udp, .payload = payload, .sport = 4711, .dport = 80,
		.src = { 0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 },
		.dst = { 0x20, 1, 0xd, 0xb8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 250 },
		.seq = 0xfffff000,
	};
}

static u32 network_at(const struct frame_spec *s)
{
	return 14 + 4 * s->vlans;
}

/* Leave the sum of the pseudo header in the checksum field, as a stack does. */
static void to_partial(u8 *frame, const struct frame_spec *s, u32 len)
{
	u32 l4 = frame_l4(s), ip = network_at(s), l4_len = len - l4;
	u8 *field = frame + l4 + (s->udp ? 6 : 16);
	u16 sum = ones_sum(frame + ip + (s->ipv6 ? 8 : 12), s->ipv6 ? 32 : 8,
			   l4_len + (s->udp ? 17 : 6));

	field[0] = sum >> 8;
	field[1] = sum;
}

/* --- Checksums and tags -------------------------------------------------- */

START_TEST(transport_checksum_is_inserted)
{
	static u8 want[70000];
	struct frame_spec s = spec(_i & 1, _i & 2, 0);

	for (unsigned int payload = 1; payload < 9000; payload = payload * 3 + 1) {
		struct emunic_tx_desc *d;
		u32 len;

		s.payload = payload;
		len = frame_build(&s, want);
		memcpy(txq[0].data, want, len);
		to_partial(txq[0].data, &s, len);
		sent_clear();
		d = tx_piece(0, 0, len, WHOLE | EMUNIC_TX_CSUM);
		d->csum_start = frame_l4(&s);
		d->csum_offset = s.udp ? 6 : 16;
		tx_ring(&rig, 0);
		ck_assert_uint_eq(sent.n, 1);
		ck_assert_mem_eq(sent_bytes(0), want, len);
		ck_assert(sums_right(sent_bytes(0), len));
		tx_done(0);
		tx_ack(&rig, 0);
	}
	ck_assert_uint_gt(tx_counter(&rig, 0, EMUNIC_TQ_CSUM), 5);
}
END_TEST

/* A UDP checksum that comes out as 0 would mean that there is none. */
START_TEST(zero_checksum_is_written_as_ones)
{
	struct frame_spec s = spec(false, true, 2);
	struct emunic_tx_desc *d;
	u32 len = frame_build(&s, txq[0].data), at = frame_l4(&s);
	u16 sum;

	to_partial(txq[0].data, &s, len);
	txq[0].data[len - 2] = txq[0].data[len - 1] = 0;
	sum = ~ones_sum(txq[0].data + at, len - at, 0);
	txq[0].data[len - 2] = sum >> 8;
	txq[0].data[len - 1] = sum;
	d = tx_piece(0, 0, len, WHOLE | EMUNIC_TX_CSUM);
	d->csum_start = at;
	d->csum_offset = 6;
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent_bytes(0)[at + 6], 0xff);
	ck_assert_uint_eq(sent_bytes(0)[at + 7], 0xff);
	ck_assert(sums_right(sent_bytes(0), len));
}
END_TEST

START_TEST(ipv4_header_checksum_is_inserted)
{
	static u8 want[2000];

	for (unsigned int options = 0; options <= 40; options += 4) {
		struct frame_spec s = spec(false, false, 11);
		u32 len;

		s.ip_options = options;
		len = frame_build(&s, want);
		memcpy(txq[0].data, want, len);
		memset(txq[0].data + 24, 0x5a, 2);
		sent_clear();
		tx_piece(0, 0, len, WHOLE | EMUNIC_TX_IP_CSUM)->l3_offset = 14;
		tx_ring(&rig, 0);
		ck_assert_uint_eq(sent.n, 1);
		ck_assert_mem_eq(sent_bytes(0), want, len);
		tx_done(0);
		tx_ack(&rig, 0);
	}
}
END_TEST

START_TEST(tag_goes_behind_the_addresses)
{
	struct frame_spec s = spec(true, true, 33);
	struct emunic_tx_desc *d;
	u32 len = frame_build(&s, txq[0].data);
	const u8 *out;

	to_partial(txq[0].data, &s, len);
	d = tx_piece(0, 0, len, WHOLE | EMUNIC_TX_VLAN | EMUNIC_TX_CSUM);
	d->vlan_tci = 0xe123;
	d->csum_start = frame_l4(&s);
	d->csum_offset = 6;
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.frames[0].len, len + 4);
	out = sent_bytes(0);
	ck_assert_mem_eq(out, txq[0].data, 12);
	ck_assert_mem_eq(out + 12, "\x81\x00\xe1\x23", 4);
	ck_assert_mem_eq(out + 16, txq[0].data + 12, 2);
	ck_assert(sums_right(out, len + 4));
}
END_TEST

/* --- Segments ------------------------------------------------------------ */

static const struct tso_case {
	bool ipv6;
	unsigned int payload, mss, ip_options, tcp_options;
	u8 flags;
	bool tag;
	unsigned int vlans;
} tso_cases[] = {
	{ .payload = 10000, .mss = 1460, .flags = ACK | PSH },
	{ .payload = 10000, .mss = 1440, .flags = ACK | PSH, .ipv6 = true },
	{ .payload = 1460, .mss = 1460, .flags = ACK | FIN },
	{ .payload = 1461, .mss = 1460, .flags = ACK | FIN | PSH | CWR | ECE },
	{ .payload = 1459, .mss = 1460, .flags = ACK | CWR },
	{ .payload = 0, .mss = 100, .flags = ACK | FIN | CWR },
	{ .payload = 777, .mss = 7, .flags = ACK | FIN | PSH | CWR, .tcp_options = 12 },
	{ .payload = 777, .mss = 11, .flags = ACK | CWR | FIN, .tcp_options = 40, .ipv6 = true },
	{ .payload = 300, .mss = 1, .flags = ACK | PSH },
	{ .payload = 65000, .mss = 8961, .flags = ACK | PSH, .tcp_options = 12 },
	{ .payload = 65400, .mss = 65400, .flags = ACK },
	{ .payload = 65500, .mss = 1449, .flags = ACK | URG, .ipv6 = true, .tcp_options = 20 },
	{ .payload = 5000, .mss = 999, .flags = ACK | PSH, .ip_options = 24 },
	{ .payload = 5000, .mss = 999, .flags = ACK | PSH, .ip_options = 16, .ipv6 = true },
	{ .payload = 5000, .mss = 1001, .flags = ACK | PSH, .tag = true },
	{ .payload = 5000, .mss = 1001, .flags = ACK | PSH, .tag = true, .ipv6 = true },
	{ .payload = 5000, .mss = 1001, .flags = ACK | PSH, .vlans = 2, .ipv6 = true },
	{ .payload = 5000, .mss = 1001, .flags = ACK | PSH, .vlans = 1 },
};

static void set_ip_id(u8 *frame, const struct frame_spec *s, u16 id)
{
	u8 *ip = frame + network_at(s);
	u16 sum;

	if (s->ipv6)
		return;
	ip[4] = id >> 8;
	ip[5] = id;
	ip[10] = ip[11] = 0;
	sum = ~ones_sum(ip, (ip[0] & 15) * 4, 0);
	ip[10] = sum >> 8;
	ip[11] = sum;
}

enum { FIRST_ID = 0xfffe };

/* The segment that begins at a byte of the payload, built on its own. */
static u32 build_segment(const struct tso_case *c, struct frame_spec s, u32 done, u8 *out)
{
	u32 n = min(c->mss, c->payload - done), len;
	u8 flags = c->flags;

	if (done)
		flags &= ~CWR;
	if (done + n < c->payload)
		flags &= ~(FIN | PSH);
	s.seq += done;
	s.payload = n;
	s.tcp_flags = flags;
	len = frame_build(&s, out);
	set_ip_id(out, &s, FIRST_ID + (c->mss ? done / c->mss : 0));
	if (!c->tag)
		return len;
	memmove(out + 16, out + 12, len - 12);
	memcpy(out + 12, "\x81\x00\x00\x2a", 4);
	return len + 4;
}

static struct frame_spec tso_spec(const struct tso_case *c)
{
	struct frame_spec s = spec(c->ipv6, false, c->payload);

	s.ip_options = c->ip_options;
	s.tcp_options = c->tcp_options;
	s.tcp_flags = c->flags;
	s.vlans = c->vlans;
	return s;
}

/* Posted in pieces cut at odd places, the first within the headers. */
static void post_tso(const struct tso_case *c, const struct frame_spec *s, u32 len)
{
	static const u32 cuts[] = { 17, 61, 4096, 33001 };
	u16 flags = EMUNIC_TX_SOP | EMUNIC_TX_REPORT | EMUNIC_TX_TSO;
	struct emunic_tx_desc *d = NULL;
	u32 at = 0;

	for (unsigned int i = 0; i <= ARRAY_SIZE(cuts) && at < len; i++) {
		u32 end = i < ARRAY_SIZE(cuts) && cuts[i] < len ? cuts[i] : len;

		d = tx_piece(0, at, end - at, i ? 0 : flags | (c->tag ? EMUNIC_TX_VLAN : 0));
		if (!i) {
			d->l3_offset = network_at(s);
			d->csum_start = frame_l4(s);
			d->hdr_len = frame_l4(s) + 20 + s->tcp_options;
			d->mss = c->mss;
			d->vlan_tci = 42;
		}
		at = end;
	}
	d->flags |= EMUNIC_TX_EOP;
}

START_TEST(segments_are_right)
{
	static u8 want[70000];
	const struct tso_case *c = &tso_cases[_i];
	struct frame_spec s = tso_spec(c);
	u32 len = frame_build(&s, txq[0].data), n = max(1u, DIV_ROUND_UP(c->payload, c->mss));
	const struct emunic_tx_cqe *done;

	set_ip_id(txq[0].data, &s, FIRST_ID);
	post_tso(c, &s, len);
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.n, n);
	for (u32 i = 0; i < n; i++) {
		u32 want_len = build_segment(c, s, i * c->mss, want);

		ck_assert_uint_eq(sent.frames[i].len, want_len);
		ck_assert_msg(!memcmp(sent_bytes(i), want, want_len), "segment %u", i);
		if (!c->vlans && !c->ip_options)
			ck_assert(sums_right(sent_bytes(i), want_len));
	}
	done = tx_done(0);
	ck_assert_ptr_nonnull(done);
	ck_assert_uint_eq(done->frames, n);
	ck_assert_uint_eq(tx_counter(&rig, 0, EMUNIC_TQ_TSO), 1);
	ck_assert_uint_eq(tx_counter(&rig, 0, EMUNIC_TQ_PACKETS), 1);
	ck_assert_uint_eq(tx_counter(&rig, 0, EMUNIC_TQ_FRAMES), n);
}
END_TEST

/* More segments than an IPv4 identification can count. */
START_TEST(as_many_segments_as_bytes)
{
	static const struct tso_case c = { .payload = 65495, .mss = 1, .flags = ACK };
	struct frame_spec s = tso_spec(&c);
	u32 len = frame_build(&s, txq[0].data);

	post_tso(&c, &s, len);
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.n, c.payload);
	ck_assert_uint_eq(sent.frames[c.payload - 1].len, 55);
	ck_assert(sums_right(sent_bytes(c.payload - 1), 55));
}
END_TEST

/* The wire may hold it between any two segments; none is lost or sent twice. */
START_TEST(held_between_segments)
{
	const struct tso_case *c = &tso_cases[6];
	struct frame_spec s = tso_spec(c);
	u32 len = frame_build(&s, txq[0].data), seq;

	sent.refuse = 3;
	post_tso(c, &s, len);
	tx_ring(&rig, 0);
	while (!tx_done(0)) {
		ck_assert(sent.full);
		sent.refuse = 2;
		sent.full = false;
		emunic_hw_tx_room(rig.hw);
		udm_run_until_idle();
	}
	ck_assert_uint_eq(sent.n, 111);
	for (u32 i = 0; i < sent.n; i++) {
		const u8 *p = sent_bytes(i) + 38;

		seq = (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
		ck_assert_uint_eq(seq, s.seq + i * 7);
	}
}
END_TEST

/* --- Offload fields that lie --------------------------------------------- */

static struct emunic_tx_desc *lie;

static void csum_outside(void)
{
	lie->flags = WHOLE | EMUNIC_TX_CSUM;
	lie->csum_offset = 0xffff;
}

static void csum_at_the_end(void)
{
	lie->flags = WHOLE | EMUNIC_TX_CSUM;
	lie->csum_start = lie->len - 1;
	lie->csum_offset = 0;
}

static void csum_in_ethernet(void)
{
	lie->flags = WHOLE | EMUNIC_TX_CSUM;
	lie->csum_start = 13;
}

static void ip_csum_of_nothing(void)
{
	lie->flags = WHOLE | EMUNIC_TX_IP_CSUM;
	lie->l3_offset = 15;
}

static void ip_csum_outside(void)
{
	lie->flags = WHOLE | EMUNIC_TX_IP_CSUM;
	lie->l3_offset = 0xfff0;
}

static void ip_header_too_long(void)
{
	lie->flags = WHOLE | EMUNIC_TX_IP_CSUM;
	lie->len = 40;
	txq[0].data[14] = 0x4f;
}

static void no_mss(void)
{
	lie->mss = 0;
}

static void headers_longer_than_the_packet(void)
{
	lie->hdr_len = lie->len + 1;
}

static void headers_that_end_elsewhere(void)
{
	lie->hdr_len += 4;
}

static void tcp_header_too_short(void)
{
	txq[0].data[34 + 12] = 0x40;
	lie->hdr_len = 34 + 16;
}

static void tcp_elsewhere(void)
{
	lie->csum_start += 4;
	lie->hdr_len += 4;
}

static void no_ip(void)
{
	txq[0].data[14] = 0x55;
}

static void no_tcp(void)
{
	txq[0].data[14 + 9] = 17;
}

static void network_outside(void)
{
	lie->l3_offset = 0xffff;
}

static void (*const lies[])(void) = {
	csum_outside, csum_at_the_end, csum_in_ethernet, ip_csum_of_nothing, ip_csum_outside,
	ip_header_too_long, no_mss, headers_longer_than_the_packet, headers_that_end_elsewhere,
	tcp_header_too_short, tcp_elsewhere, no_ip, no_tcp, network_outside,
};

START_TEST(offload_fields_that_lie)
{
	struct frame_spec s = spec(false, false, 500);
	const struct emunic_tx_cqe *c;
	u32 len = frame_build(&s, txq[0].data);

	lie = tx_piece(0, 0, len, WHOLE | EMUNIC_TX_TSO);
	lie->l3_offset = 14;
	lie->csum_start = 34;
	lie->hdr_len = 54;
	lie->mss = 100;
	lies[_i]();
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.n, 0);
	c = tx_done(0);
	ck_assert(c && c->flags & EMUNIC_TXC_ERROR);
	ck_assert_uint_eq(EMUNIC_TXC_WHY(c->flags), EMUNIC_TQ_DROP_OFFLOAD);
	tx_send(&rig, 0, 60, 0);
	ck_assert_uint_eq(sent.n, 1);
}
END_TEST

Suite *hw_tso_suite(void)
{
	Suite *s = suite_create("hw_tso");
	TCase *tc = tcase_create("offload");

	tcase_add_checked_fixture(tc, up, down);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, transport_checksum_is_inserted, 0, 4);
	tcase_add_test(tc, zero_checksum_is_written_as_ones);
	tcase_add_test(tc, ipv4_header_checksum_is_inserted);
	tcase_add_test(tc, tag_goes_behind_the_addresses);
	tcase_add_loop_test(tc, segments_are_right, 0, ARRAY_SIZE(tso_cases));
	tcase_add_test(tc, as_many_segments_as_bytes);
	tcase_add_test(tc, held_between_segments);
	tcase_add_loop_test(tc, offload_fields_that_lie, 0, ARRAY_SIZE(lies));
	suite_add_tcase(s, tc);
	return s;
}
