// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following a TCP flow: whatever order, repetition and cutting the segments come
 * in, the reader gets the sender's bytes; and what is not right is dropped for a
 * reason.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/prandom.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>

#include "stack_rig.h"

static struct reading rd;

static void read_expect(int fd, unsigned int at, unsigned int len)
{
	stack_read(fd, &rd, sizeof(rd.data), 0, 0);
	ck_assert_int_eq(rd.ret, len);
	ck_assert_mem_eq(rd.data, rig->stream + at, len);
}

static void expect_again(int fd)
{
	stack_read(fd, &rd, 16, 0, 0);
	ck_assert_int_eq(rd.ret, -1);
	ck_assert_int_eq(rd.err, EAGAIN);
}

static void expect_end(int fd)
{
	stack_read(fd, &rd, 16, 0, 0);
	ck_assert_int_eq(rd.ret, 0);
}

static void syn(u32 isn)
{
	segment_rx(&(struct segment){ .seq = isn, .flags = TCPHDR_SYN });
}

static void data(u32 isn, unsigned int at, unsigned int len)
{
	segment_rx(&(struct segment){ .seq = isn + 1 + at, .at = at, .len = len });
}

static void fin(u32 seq)
{
	segment_rx(&(struct segment){ .seq = seq, .flags = TCPHDR_FIN | TCPHDR_ACK });
}

static void rst(u32 seq)
{
	segment_rx(&(struct segment){ .seq = seq, .flags = TCPHDR_RST });
}

/* --- One thing at a time ------------------------------------------------- */

START_TEST(a_flow_is_accepted_once_it_has_carried_data)
{
	struct sockaddr_in src, dst;
	socklen_t len = sizeof(src);
	int fd;

	syn(100);
	ck_assert_int_eq(stack_accept(), -1);
	data(100, 0, 10);
	fd = stack_accept();
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(stack_accept(), -1);
	ck_assert_int_eq(udm_getpeername(fd, (struct sockaddr *)&src, &len), 0);
	ck_assert_int_eq(udm_getsockname(fd, (struct sockaddr *)&dst, &len), 0);
	ck_assert_uint_eq(ntohl(src.sin_addr.s_addr), 0xc0000201);
	ck_assert_uint_eq(ntohs(src.sin_port), 1);
	ck_assert_uint_eq(ntohl(dst.sin_addr.s_addr), 0xc0000202);
	ck_assert_uint_eq(ntohs(dst.sin_port), 2);
	read_expect(fd, 0, 10);
	expect_again(fd);
	udm_close(fd);
}
END_TEST

START_TEST(each_direction_is_a_stream_of_its_own)
{
	int a, b;

	segment_rx(&(struct segment){ .seq = 5, .at = 0, .len = 10 });
	segment_rx(&(struct segment){ .seq = 900, .at = 50, .len = 20, .sport = 2, .dport = 1 });
	a = stack_accept();
	b = stack_accept();
	read_expect(a, 0, 10);
	read_expect(b, 50, 20);
	udm_close(a);
	udm_close(b);
}
END_TEST

START_TEST(a_hole_is_waited_for)
{
	int fd;

	syn(0);
	data(0, 100, 100);
	data(0, 300, 100);
	fd = stack_accept();
	expect_again(fd);
	data(0, 0, 100);
	read_expect(fd, 0, 200);
	data(0, 200, 100);
	read_expect(fd, 200, 200);
	udm_close(fd);
}
END_TEST

/* What is repeated brings nothing; what is repeated and more brings the more. */
START_TEST(repetition_and_overlap)
{
	int fd;

	syn(0);
	data(0, 0, 100);
	data(0, 0, 100);
	data(0, 20, 30);
	ck_assert_uint_eq(stack_drops("tcp_old_data"), 2);
	data(0, 50, 100);
	data(0, 0, 200);
	fd = stack_accept();
	read_expect(fd, 0, 200);
	data(0, 190, 20);
	read_expect(fd, 200, 10);
	udm_close(fd);
}
END_TEST

START_TEST(waiting_segments_that_cover_each_other)
{
	int fd;

	syn(0);
	data(0, 100, 50);
	data(0, 110, 10);	/* inside */
	data(0, 90, 100);	/* around */
	data(0, 180, 40);	/* beyond its end */
	data(0, 100, 10);	/* inside again */
	data(0, 90, 120);	/* same start, longer */
	ck_assert_uint_eq(stack_drops("tcp_ofomerge"), 4);
	data(0, 0, 95);
	fd = stack_accept();
	read_expect(fd, 0, 220);
	expect_again(fd);
	udm_close(fd);
}
END_TEST

START_TEST(sequence_numbers_wrap)
{
	u32 isn = U32_MAX - 149;
	int fd;

	syn(isn);
	data(isn, 200, 100);
	data(isn, 100, 100);
	data(isn, 0, 100);
	fin(isn + 1 + 300);
	fd = stack_accept();
	read_expect(fd, 0, 300);
	expect_end(fd);
	udm_close(fd);
}
END_TEST

START_TEST(a_fin_ends_the_stream_when_its_turn_comes)
{
	int fd;

	syn(0);
	data(0, 0, 10);
	fin(1 + 20);
	fd = stack_accept();
	read_expect(fd, 0, 10);
	expect_again(fd);
	data(0, 10, 10);
	read_expect(fd, 10, 10);
	expect_end(fd);
	expect_end(fd);
	data(0, 20, 5);
	ck_assert_uint_eq(stack_drops("tcp_close"), 1);
	udm_close(fd);
}
END_TEST

START_TEST(a_fin_with_data_and_a_repeated_fin)
{
	int fd;

	segment_rx(&(struct segment){ .seq = 1, .len = 10 });
	segment_rx(&(struct segment){ .seq = 1, .len = 10, .flags = TCPHDR_FIN | TCPHDR_ACK });
	fin(11);
	fd = stack_accept();
	read_expect(fd, 0, 10);
	expect_end(fd);
	udm_close(fd);
}
END_TEST

START_TEST(data_behind_the_fin_does_not_belong)
{
	int fd;

	syn(0);
	fin(1 + 10);
	data(0, 5, 10);
	ck_assert_uint_eq(stack_drops("tcp_invalid_sequence"), 1);
	data(0, 0, 10);
	fd = stack_accept();
	read_expect(fd, 0, 10);
	expect_end(fd);
	udm_close(fd);
}
END_TEST

START_TEST(a_reset_is_an_error_after_the_data)
{
	int fd;

	syn(0);
	data(0, 0, 10);
	rst(3);			/* before what we have: a stray */
	rst(1 + 10);
	ck_assert_uint_eq(stack_drops("tcp_invalid_sequence"), 1);
	fd = stack_accept();
	read_expect(fd, 0, 10);
	stack_read(fd, &rd, 16, 0, 0);
	ck_assert_int_eq(rd.ret, -1);
	ck_assert_int_eq(rd.err, ECONNRESET);
	expect_end(fd);
	udm_close(fd);
}
END_TEST

START_TEST(capture_may_begin_in_the_middle)
{
	int fd;

	segment_rx(&(struct segment){ .seq = 5000 });		/* an ACK is no beginning */
	data(4999, 0, 10);
	data(3999, 0, 10);		/* older than the beginning */
	data(4999, 10, 10);
	fd = stack_accept();
	read_expect(fd, 0, 20);
	ck_assert_uint_eq(stack_drops("tcp_old_data"), 1);
	udm_close(fd);
}
END_TEST

START_TEST(a_syn_overtaken_by_its_data)
{
	int fd;

	data(0, 100, 50);
	syn(0);
	syn(0);
	fd = stack_accept();
	expect_again(fd);
	data(0, 0, 100);
	read_expect(fd, 0, 150);
	udm_close(fd);
}
END_TEST

START_TEST(the_same_addresses_begin_another_connection)
{
	int first, second;

	syn(0);
	data(0, 0, 10);
	fin(11);
	first = stack_accept();
	syn(70000);
	data(70000, 20, 10);
	data(70000, 0, 20);
	second = stack_accept();
	read_expect(first, 0, 10);
	expect_end(first);
	read_expect(second, 0, 30);
	udm_close(first);
	udm_close(second);
}
END_TEST

/* A connection that was not closed is cut off by its successor. */
START_TEST(a_successor_resets_a_connection_left_open)
{
	int first, second;

	syn(0);
	data(0, 0, 10);
	syn(1 << 24);
	data(1 << 24, 0, 10);
	first = stack_accept();
	second = stack_accept();
	read_expect(first, 0, 10);
	stack_read(first, &rd, 16, 0, 0);
	ck_assert_int_eq(rd.err, ECONNRESET);
	read_expect(second, 0, 10);
	udm_close(first);
	udm_close(second);
}
END_TEST

START_TEST(late_segments_do_not_bring_a_closed_flow_back)
{
	int fd;

	syn(0);
	data(0, 0, 10);
	fd = stack_accept();
	udm_close(fd);
	data(0, 10, 10);
	data(0, 0, 10);
	ck_assert_int_eq(stack_accept(), -1);
	ck_assert_uint_eq(stack_drops("tcp_close"), 2);
	syn(1 << 24);
	data(1 << 24, 0, 10);
	fd = stack_accept();
	read_expect(fd, 0, 10);
	udm_close(fd);
}
END_TEST

START_TEST(data_with_a_syn)
{
	int fd;

	segment_rx(&(struct segment){ .seq = 9, .flags = TCPHDR_SYN, .len = 10 });
	data(9, 10, 10);
	fd = stack_accept();
	read_expect(fd, 0, 20);
	udm_close(fd);
}
END_TEST

START_TEST(urgent_data_is_taken_out_of_line)
{
	char byte;
	int fd;

	syn(0);
	segment_rx(&(struct segment){ .seq = 1, .len = 10, .flags = TCPHDR_ACK | TCPHDR_URG,
				      .urg_ptr = 5 });
	fd = stack_accept();
	ck_assert_int_eq(udm_recv(fd, &byte, 1, MSG_OOB), 1);
	ck_assert_uint_eq((u8)byte, rig->stream[4]);
	ck_assert_int_eq(udm_recv(fd, &byte, 1, MSG_OOB), -1);
	ck_assert_int_eq(errno, EINVAL);
	read_expect(fd, 0, 4);
	read_expect(fd, 5, 5);
	udm_close(fd);
}
END_TEST

/* --- Refused ------------------------------------------------------------- */

static struct sk_buff *plain_segment(void)
{
	return segment_skb(&(struct segment){ .seq = 1, .len = 32 });
}

static void spoil_ihl(struct sk_buff *skb)
{
	((struct iphdr *)skb->data)->ihl = 4;
}

static void spoil_ip_csum(struct sk_buff *skb)
{
	((struct iphdr *)skb->data)->check ^= 1;
}

static void set_tot_len(struct sk_buff *skb, unsigned int len)
{
	struct iphdr *h = (struct iphdr *)skb->data;

	h->tot_len = htons(len);
	h->check = 0;
	h->check = ip_fast_csum(h, h->ihl);
}

static void spoil_tot_len(struct sk_buff *skb)
{
	set_tot_len(skb, skb->len + 1);
}

static void spoil_tot_len_small(struct sk_buff *skb)
{
	set_tot_len(skb, 19);
}

static void spoil_fragment(struct sk_buff *skb)
{
	struct iphdr *h = (struct iphdr *)skb->data;

	h->frag_off = htons(8);
	h->check = 0;
	h->check = ip_fast_csum(h, h->ihl);
}

static void spoil_protocol(struct sk_buff *skb)
{
	struct iphdr *h = (struct iphdr *)skb->data;

	h->protocol = 200;
	h->check = 0;
	h->check = ip_fast_csum(h, h->ihl);
}

static struct tcphdr *th_of(struct sk_buff *skb)
{
	return (struct tcphdr *)(skb->data + sizeof(struct iphdr));
}

static void spoil_doff_small(struct sk_buff *skb)
{
	th_of(skb)->doff = 4;
}

static void spoil_doff_big(struct sk_buff *skb)
{
	th_of(skb)->doff = 14;
}

static void spoil_csum(struct sk_buff *skb)
{
	skb->ip_summed = CHECKSUM_NONE;
}

static void spoil_flags_none(struct sk_buff *skb)
{
	th_of(skb)->ack = 0;
}

static void spoil_flags_synfin(struct sk_buff *skb)
{
	th_of(skb)->syn = 1;
	th_of(skb)->fin = 1;
}

static void spoil_ethertype(struct sk_buff *skb)
{
	skb->protocol = htons(0x88cc);
}

static void spoil_vlan(struct sk_buff *skb)
{
	skb->protocol = htons(ETH_P_8021Q);
	skb_trim(skb, 3);
}

static void spoil_truncate(struct sk_buff *skb)
{
	skb_trim(skb, 19);
}

static const struct {
	void (*spoil)(struct sk_buff *skb);
	const char *reason;
} malformed[] = {
	{ spoil_ihl, "ip_inhdr" },
	{ spoil_ip_csum, "ip_csum" },
	{ spoil_tot_len, "pkt_too_small" },
	{ spoil_tot_len_small, "ip_inhdr" },
	{ spoil_fragment, "ip_invalid_fragment" },
	{ spoil_protocol, "ip_noproto" },
	{ spoil_doff_small, "pkt_too_small" },
	{ spoil_doff_big, "hdr_trunc" },
	{ spoil_csum, "tcp_csum" },
	{ spoil_flags_none, "tcp_flags" },
	{ spoil_flags_synfin, "tcp_flags" },
	{ spoil_ethertype, "unhandled_proto" },
	{ spoil_vlan, "hdr_trunc" },
	{ spoil_truncate, "pkt_too_small" },
};

START_TEST(malformed_segments_are_dropped_for_a_reason)
{
	struct sk_buff *skb = plain_segment();

	malformed[_i].spoil(skb);
	stack_rx(skb);
	ck_assert_msg(stack_drops(malformed[_i].reason) == 1, "%s", malformed[_i].reason);
	ck_assert_int_eq(stack_accept(), -1);
}
END_TEST

START_TEST(a_checksum_is_computed_where_the_device_did_not)
{
	struct sk_buff *skb = segment_skb(&(struct segment){ .seq = 1, .len = 5001,
							     .where = IN_PAGES, .piece = 333 });
	struct iphdr *h = (struct iphdr *)skb->data;
	int fd;

	skb->ip_summed = CHECKSUM_NONE;
	th_of(skb)->check = csum_tcpudp_magic(h->saddr, h->daddr, skb->len - sizeof(*h),
					      IPPROTO_TCP,
					      skb_checksum(skb, sizeof(*h),
							   skb->len - sizeof(*h), 0));
	stack_rx(skb);
	fd = stack_accept();
	read_expect(fd, 0, 5001);
	udm_close(fd);
}
END_TEST

START_TEST(padding_behind_the_packet_is_cut_off)
{
	struct sk_buff *skb = segment_skb(&(struct segment){ .seq = 1, .len = 3 });
	int fd;

	skb_put_zero(skb, 17);
	stack_rx(skb);
	fd = stack_accept();
	read_expect(fd, 0, 3);
	udm_close(fd);
}
END_TEST

START_TEST(vlan_tags_are_taken_off)
{
	static const u8 tags[] = { 0x20, 0x05, 0x81, 0x00, 0x00, 0x06, 0x08, 0x00 };
	struct sk_buff *skb = plain_segment(), *tagged = alloc_skb(256, GFP_KERNEL);
	int fd;

	skb_put_data(tagged, tags, sizeof(tags));
	skb_put_data(tagged, skb->data, skb->len);
	tagged->dev = skb->dev;
	tagged->protocol = htons(ETH_P_8021AD);
	tagged->ip_summed = CHECKSUM_UNNECESSARY;
	kfree_skb(skb);
	stack_rx(tagged);
	fd = stack_accept();
	read_expect(fd, 0, 32);
	udm_close(fd);
}
END_TEST

START_TEST(a_receive_buffer_may_be_limited)
{
	int size = 8192, fd;
	unsigned int i;

	syn(0);
	data(0, 0, 1);
	fd = stack_accept();
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)), 0);
	for (i = 1; i < 40; i++)
		data(0, i * 1000 - 999, 1000);
	ck_assert_uint_gt(stack_drops("socket_rcvbuff"), 10);
	stack_read(fd, &rd, sizeof(rd.data), 0, 0);
	ck_assert_int_gt(rd.ret, 1000);
	ck_assert_int_lt(rd.ret, 20000);
	udm_close(fd);
}
END_TEST

START_TEST(waitall_lowat_trunc_and_peek)
{
	int fd, low = 20;

	syn(0);
	data(0, 0, 100);
	fd = stack_accept();
	stack_read(fd, &rd, 10, 0, MSG_PEEK);
	ck_assert_int_eq(rd.ret, 10);
	ck_assert_mem_eq(rd.data, rig->stream, 10);
	stack_read(fd, &rd, 30, 0, MSG_TRUNC);
	ck_assert_int_eq(rd.ret, 30);
	stack_read(fd, &rd, 5, 0, 0);
	ck_assert_mem_eq(rd.data, rig->stream + 30, 5);
	stack_read(fd, &rd, 0, 0, 0);
	ck_assert_int_eq(rd.ret, 0);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof(low)), 0);
	stack_read(fd, &rd, 1000, 0, MSG_WAITALL);
	ck_assert_int_eq(rd.ret, 65);
	udm_close(fd);
}
END_TEST

/* --- Any order of anything ----------------------------------------------- */

struct sender {
	struct rnd_state rnd;
	struct segment base;	/* what all segments have in common */
	u32 isn;
	unsigned int len;
};

static unsigned int pick(struct sender *s, unsigned int below)
{
	return prandom_u32_state(&s->rnd) % below;
}

static void send_range(struct sender *s, unsigned int from, unsigned int to)
{
	struct segment seg = s->base;

	seg.seq = s->isn + 1 + from;
	seg.at = from;
	seg.len = to - from;
	if (seg.where == IN_DEVMEM && pick(s, 4) == 0)
		seg.linear = pick(s, seg.len + 1);
	seg.piece = pick(s, 3) ? 0 : 100 + pick(s, 2000);
	seg.frag_at = pick(s, 2) * 64;
	if (seg.piece && seg.len / seg.piece >= MAX_SKB_FRAGS - 1)
		seg.piece = 0;
	segment_rx(&seg);
}

static void read_some(struct sender *s, int fd, unsigned int *got)
{
	static u8 bytes[RIG_STREAM];
	size_t n;

	if (fd < 0)
		return;
	stack_read(fd, &rd, 1 + pick(s, 9000), 1 + pick(s, 12), MSG_SOCK_DEVMEM);
	if (rd.ret <= 0)
		return;
	n = reading_bytes(&rd, bytes);
	ck_assert_uint_le(*got + n, s->len);
	ck_assert_mem_eq(bytes, rig->stream + *got, n);
	*got += n;
	reading_return(fd, &rd);
}

/* Segments begin anywhere a little behind what was sent, and are as long as they like. */
static void chaos(struct sender *s, int *fd, unsigned int *got)
{
	unsigned int front = 0, from, to;

	while (front < s->len) {
		from = front > 6000 ? front - pick(s, 6000) : pick(s, front + 1);
		if (pick(s, 3))
			from = min(front + pick(s, 4) * 1000, s->len - 1);
		to = min(from + 1 + pick(s, 3000), s->len);
		if (pick(s, 5))		/* else lost */
			send_range(s, from, to);
		front = max(front, to);
		if (*fd < 0)
			*fd = stack_accept();
		read_some(s, *fd, got);
	}
}

static void run_sender(struct sender *s, u64 seed)
{
	unsigned int got = 0, at, to;
	int fd = -1;

	prandom_seed_state(&s->rnd, seed);
	s->isn = pick(s, 2) ? prandom_u32_state(&s->rnd) : U32_MAX - pick(s, 30000);
	s->len = 1 + pick(s, 60000);
	s->base.sport = 10 + seed % 1000;
	if (pick(s, 4))
		segment_rx(&(struct segment){ .v6 = s->base.v6, .sport = s->base.sport,
					      .seq = s->isn, .flags = TCPHDR_SYN });
	else
		send_range(s, 0, 1);
	chaos(s, &fd, &got);
	/* The sender repeats everything that may be missing, cut differently. */
	for (at = 0; at < s->len; at = to) {
		to = min(at + 1 + pick(s, 3000), s->len);
		send_range(s, at, to);
		if (fd < 0)
			fd = stack_accept();
		read_some(s, fd, &got);
	}
	segment_rx(&(struct segment){ .v6 = s->base.v6, .sport = s->base.sport,
				      .seq = s->isn + 1 + s->len,
				      .flags = TCPHDR_FIN | TCPHDR_ACK });
	while (got < s->len) {
		at = got;
		read_some(s, fd, &got);
		ck_assert_uint_gt(got, at);
	}
	stack_read(fd, &rd, 16, 4, MSG_SOCK_DEVMEM);
	ck_assert_int_eq(rd.ret, 0);
	udm_close(fd);
}

static const struct {
	bool v6;
	enum payload where;
} kinds[] = {
	{ false, IN_LINEAR }, { false, IN_PAGES }, { false, IN_DEVMEM }, { true, IN_DEVMEM },
};

START_TEST(any_order_of_segments_gives_the_stream)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };
	struct sender s = { .base = { .v6 = kinds[_i].v6, .where = kinds[_i].where } };
	unsigned int i, n = test_seeds(30);

	if (kinds[_i].v6) {
		udm_close(rig->listener);
		rig->listener = udm_socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
		ck_assert_int_eq(udm_bind(rig->listener, (struct sockaddr *)&any, sizeof(any)), 0);
		ck_assert_int_eq(udm_listen(rig->listener, 1), 0);
	}
	for (i = 0; i < n; i++) {
		run_sender(&s, i + 1);
		ck_assert_uint_eq(stack_out(), 0);
	}
}
END_TEST

/* A v6 socket takes IPv4 flows too, unless it was told not to or somebody asked for them. */
START_TEST(a_dual_stack_listener_sees_mapped_addresses)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 }, src;
	socklen_t len = sizeof(src);
	int dual = udm_socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0), fd, on = 1;

	ck_assert_int_eq(udm_bind(dual, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(dual, 1), 0);
	data(0, 0, 10);
	fd = stack_accept();
	ck_assert_int_ge(fd, 0);
	udm_close(fd);
	udm_close(rig->listener);
	data(1000000, 0, 10);
	fd = udm_accept(dual, (struct sockaddr *)&src, &len);
	ck_assert_int_ge(fd, 0);
	ck_assert(IN6_IS_ADDR_V4MAPPED(&src.sin6_addr));
	udm_close(fd);
	udm_close(dual);
	dual = udm_socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(udm_setsockopt(dual, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)), 0);
	ck_assert_int_eq(udm_bind(dual, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(dual, 1), 0);
	data(5000000, 0, 10);
	ck_assert_int_eq(udm_accept(dual, NULL, NULL), -1);
	ck_assert_uint_eq(stack_drops("no_socket"), 1);
	rig->listener = dual;
}
END_TEST

Suite *tcp_stream_suite(void)
{
	Suite *s = suite_create("tcp_stream");
	TCase *tc = tcase_create("tcp_stream");

	tcase_add_checked_fixture(tc, stack_open, stack_close);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_flow_is_accepted_once_it_has_carried_data);
	tcase_add_test(tc, each_direction_is_a_stream_of_its_own);
	tcase_add_test(tc, a_hole_is_waited_for);
	tcase_add_test(tc, repetition_and_overlap);
	tcase_add_test(tc, waiting_segments_that_cover_each_other);
	tcase_add_test(tc, sequence_numbers_wrap);
	tcase_add_test(tc, a_fin_ends_the_stream_when_its_turn_comes);
	tcase_add_test(tc, a_fin_with_data_and_a_repeated_fin);
	tcase_add_test(tc, data_behind_the_fin_does_not_belong);
	tcase_add_test(tc, a_reset_is_an_error_after_the_data);
	tcase_add_test(tc, capture_may_begin_in_the_middle);
	tcase_add_test(tc, a_syn_overtaken_by_its_data);
	tcase_add_test(tc, the_same_addresses_begin_another_connection);
	tcase_add_test(tc, a_successor_resets_a_connection_left_open);
	tcase_add_test(tc, late_segments_do_not_bring_a_closed_flow_back);
	tcase_add_test(tc, data_with_a_syn);
	tcase_add_test(tc, urgent_data_is_taken_out_of_line);
	tcase_add_loop_test(tc, malformed_segments_are_dropped_for_a_reason, 0,
			    ARRAY_SIZE(malformed));
	tcase_add_test(tc, a_checksum_is_computed_where_the_device_did_not);
	tcase_add_test(tc, padding_behind_the_packet_is_cut_off);
	tcase_add_test(tc, vlan_tags_are_taken_off);
	tcase_add_test(tc, a_receive_buffer_may_be_limited);
	tcase_add_test(tc, waitall_lowat_trunc_and_peek);
	tcase_add_loop_test(tc, any_order_of_segments_gives_the_stream, 0, ARRAY_SIZE(kinds));
	tcase_add_test(tc, a_dual_stack_listener_sees_mapped_addresses);
	return s;
}
