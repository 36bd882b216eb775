// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a coalesced packet looks like to others than its reader: to somebody who takes the
 * whole packet, from the Ethernet header on, as packet taps do, and to the application
 * whose frames come from a capture file. A readable packet is, byte by byte, the one large
 * frame it stands for; of one in device memory the headers are that, and all lengths, and
 * nobody gets at the rest.
 */
#include <errno.h>
#include <linux/file.h>
#include <linux/if_vlan.h>
#include <linux/net.h>
#include <linux/skbuff.h>
#include <linux/uio.h>
#include <net/sock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>
#include <udevmem/wire.h>
#include <unistd.h>

#include "emu-nic/hw/parser.h"
#include "fixture.h"
#include "rx_rig.h"

enum { FIRST_SEQ = 1000, UNTOUCHED = 0xee };

static const struct udm_netdev_config gathering = { .queues = 1, .ring_entries = 64,
						    .gro_hw = true };

/* Segments of mss bytes each but the last one, if last is not 0. */
static const struct row {
	unsigned int n, mss, last;
	struct frame_spec as;
} rows[] = {
	{ 1, 1448 },
	{ 2, 1 },
	{ 2, 1448 },
	{ 5, 1001, .as = { .tcp_flags = 0x18 } },
	{ 10, 1000, 1 },
	{ 4, RX_PAGE },
	{ 9, 1448, .as = { .vlans = 1 } },
	{ 9, 1448, .as = { .vlans = 2 } },
	{ 9, 1448, .as = { .ipv6 = true } },
	{ 9, 1436, 1435, { .tcp_options = 12 } },
	/* As long as an IP packet can be, and as many segments. */
	{ 45, 1456, 65535 - 40 - 44 * 1456 },
	{ 128, 17 },
};

enum { ROWS = ARRAY_SIZE(rows) };

static u8 frame[70000], got[70000];

static unsigned int payload_of(const struct row *r)
{
	return (r->n - 1) * r->mss + (r->last ?: r->mss);
}

/* Segment i, or as i = n the frame they make together: its tag is beside it. */
static struct frame_spec spec_of(const struct row *r, unsigned int i)
{
	struct frame_spec s = rx_segment(rx.next_read, payload_of(r));

	s.ipv6 = r->as.ipv6;
	s.tcp_options = r->as.tcp_options;
	s.tcp_flags = i + 1 < r->n ? 0 : r->as.tcp_flags;
	if (i == r->n)
		return s;
	s.vlans = r->as.vlans;
	s.seq += i * r->mss;
	s.payload = r->last && i == r->n - 1 ? r->last : r->mss;
	return s;
}

/* A listener for both families instead of the rig's. */
static void listen_to_all(void)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };

	udm_close(rx.listener);
	rx.listener = udm_socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
	ck_assert_int_ge(rx.listener, 0);
	ck_assert_int_eq(udm_bind(rx.listener, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(rx.listener, 4), 0);
}

static void offer_row(const struct row *r)
{
	for (unsigned int i = 0; i < r->n; i++) {
		struct frame_spec s = spec_of(r, i);

		ck_assert_int_eq(rx_send(&s), 0);
	}
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
	if (rx.sock < 0)
		rx.sock = udm_accept4(rx.listener, NULL, NULL, SOCK_NONBLOCK);
	ck_assert_int_ge(rx.sock, 0);
}

/* Clones of what waits to be read, each from its Ethernet header on; how many. */
static unsigned int tap(struct sk_buff **clones, unsigned int room)
{
	struct file *file = fget((unsigned int)rx.sock);
	struct sock *sk = sock_from_file(file)->sk;
	struct sk_buff *skb;
	unsigned int n = 0;

	lock_sock(sk);
	skb_queue_walk(&sk->sk_receive_queue, skb) {
		ck_assert_uint_lt(n, room);
		clones[n] = skb_clone(skb, GFP_KERNEL);
		ck_assert_ptr_nonnull(clones[n]);
		skb_push(clones[n], clones[n]->data - skb_mac_header(clones[n]));
		n++;
	}
	release_sock(sk);
	fput(file);
	return n;
}

static struct sk_buff *tap_one(void)
{
	struct sk_buff *skb;

	ck_assert_uint_eq(tap(&skb, 1), 1);
	return skb;
}

/* --- One packet ---------------------------------------------------------- */

/* What is said about a packet, whatever it can be asked for. */
static void check_shape(const struct sk_buff *skb, const struct row *r, size_t len)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	const unsigned int type = r->as.ipv6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;

	ck_assert_uint_eq(skb->len, len);
	ck_assert_int_eq(skb->ip_summed, CHECKSUM_UNNECESSARY);
	ck_assert_uint_eq(info->gso_size, r->n > 1 ? r->mss : 0);
	ck_assert_uint_eq(info->gso_segs, r->n > 1 ? r->n : 0);
	ck_assert_uint_eq(info->gso_type, r->n > 1 ? type : 0);
	ck_assert_int_eq(!!skb_vlan_tag_present(skb), r->as.vlans > 0);
	if (r->as.vlans)
		ck_assert_uint_eq(skb_vlan_tag_get(skb), 100);
}

static bool untouched_from(size_t at)
{
	while (at < sizeof(got) && got[at] == UNTOUCHED)
		at++;
	return at == sizeof(got);
}

static void check_readable(struct sk_buff *skb, size_t len)
{
	struct frame_info info;
	struct sk_buff *copy;

	ck_assert(skb_frags_readable(skb));
	ck_assert_int_eq(skb_copy_bits(skb, 0, got, (int)len), 0);
	ck_assert_mem_eq(got, frame, len);
	ck_assert(untouched_from(len));
	frame_parse(got, len, &info);
	ck_assert(info.l4_csum_ok && !info.csum_bad && !info.malformed);
	ck_assert_uint_eq(info.ip_end, len);
	ck_assert_int_eq(skb_copy_bits(skb, 1, got, (int)len), -EFAULT);
	copy = skb_copy(skb, GFP_KERNEL);
	ck_assert_ptr_nonnull(copy);
	ck_assert(!skb_is_nonlinear(copy));
	ck_assert_mem_eq(copy->data, frame, len);
	kfree_skb(copy);
}

static int copy_out(const struct sk_buff *skb, size_t n, size_t *left)
{
	struct iov_iter to;
	int err;

	memset(got, UNTOUCHED, sizeof(got));
	iov_iter_ubuf(&to, ITER_DEST, got, sizeof(got));
	err = skb_copy_datagram_iter(skb, 0, &to, (int)n);
	*left = iov_iter_count(&to);
	return err;
}

/* Every buffer but the last one is full, and headers are in none. */
static void check_buffers(const struct sk_buff *skb, size_t payload)
{
	const struct skb_shared_info *info = skb_shinfo(skb);

	ck_assert_uint_eq(info->nr_frags, DIV_ROUND_UP(payload, RX_PAGE));
	ck_assert_uint_eq(skb->data_len, payload);
	for (unsigned int i = 0; i < info->nr_frags; i++) {
		ck_assert_ptr_nonnull(skb_frag_net_iov(&info->frags[i]));
		ck_assert_uint_eq(skb_frag_off(&info->frags[i]), 0);
		ck_assert_uint_eq(skb_frag_size(&info->frags[i]),
				  min(payload - i * RX_PAGE, (size_t)RX_PAGE));
	}
}

static void check_unreadable(struct sk_buff *skb, size_t len, size_t headers)
{
	size_t left;

	ck_assert(!skb_frags_readable(skb));
	check_buffers(skb, len - headers);
	ck_assert_uint_eq(skb_headlen(skb), headers);
	ck_assert_int_eq(skb_copy_bits(skb, 0, got, (int)len), -EFAULT);
	ck_assert_mem_eq(got, frame, headers);
	ck_assert(untouched_from(headers));
	ck_assert_int_eq(copy_out(skb, headers, &left), 0);
	ck_assert_mem_eq(got, frame, headers);
	ck_assert_uint_eq(left, sizeof(got) - headers);
	ck_assert_int_eq(copy_out(skb, len, &left), -EFAULT);
	ck_assert_uint_eq(left, sizeof(got));
	ck_assert(untouched_from(headers));
	ck_assert_ptr_null(skb_copy(skb, GFP_KERNEL));
	ck_assert(!pskb_may_pull(skb, (unsigned int)headers + 1));
	ck_assert_int_eq(skb_linearize(skb), -ENOMEM);
	/* Only as much as it may look at, which is then its own and readable. */
	ck_assert_int_eq(pskb_trim(skb, (unsigned int)headers), 0);
	ck_assert(skb_frags_readable(skb));
	ck_assert_int_eq(skb_copy_bits(skb, 0, got, (int)headers), 0);
	ck_assert_mem_eq(got, frame, headers);
}

/* Loops over the rows, with and without device memory; the reader is not disturbed. */
START_TEST(a_packet_is_the_frame_it_stands_for)
{
	const struct row *r = &rows[_i / 2];
	struct frame_spec whole;
	struct sk_buff *skb;
	uint32_t end;
	size_t len;

	rx_open(_i & 1 ? 2 : 0, &gathering);
	listen_to_all();
	whole = spec_of(r, r->n);
	end = rx.next_read + whole.payload;
	len = frame_build(&whole, frame);
	memset(got, UNTOUCHED, sizeof(got));
	offer_row(r);
	skb = tap_one();
	check_shape(skb, r, len);
	if (_i & 1)
		check_unreadable(skb, len, len - whole.payload);
	else
		check_readable(skb, len);
	kfree_skb(skb);
	rx_receive();
	ck_assert_uint_eq(rx.next_read, end);
	rx_return();
	rx_close();
}
END_TEST

/* --- Clones that stay ---------------------------------------------------- */

static bool count_binding(void *ctx, const struct udm_binding_info *info)
{
	++*(unsigned int *)ctx;
	return true;
}

static bool bindings_gone(void)
{
	unsigned int n = 0;

	udm_bindings_walk(count_binding, &n);
	return !n;
}

/* The application has had and returned everything, and the memory is unbound before they go. */
START_TEST(clones_outlive_reader_and_binding)
{
	static const struct row r = { 30, 1448 };
	struct sk_buff *clones[60];
	unsigned int n = 0;

	rx_open(_i, &gathering);
	for (unsigned int round = 0; round < 2; round++) {
		uint32_t end = rx.next_read + payload_of(&r);

		offer_row(&r);
		n += tap(clones + n, ARRAY_SIZE(clones) - n);
		rx_receive();
		ck_assert_uint_eq(rx.next_read, end);
		rx_return();
	}
	ck_assert_uint_ge(n, 2);
	if (_i & 2)
		rx_unbind();
	udm_run_until_idle();
	ck_assert_int_eq(bindings_gone(), !(_i & 2));
	while (n--) {
		ck_assert_int_eq(skb_frags_readable(clones[n]), !(_i & 2));
		ck_assert_uint_eq(udm_pagepool_check(), 0);
		kfree_skb(clones[n]);
	}
	ck_assert(rx_eventually(bindings_gone));
	rx_close();
}
END_TEST

/* --- Frames from a capture file ------------------------------------------ */

static char path[] = "/tmp/udevmem-coalesce-XXXXXX";

static FILE *begin_capture(void)
{
	const uint32_t header[6] = { 0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1 };
	FILE *file;
	int fd;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	file = fdopen(fd, "wb");
	ck_assert_ptr_nonnull(file);
	fwrite(header, sizeof(header), 1, file);
	return file;
}

/* The one's complement sum of what is in front of the TCP header in its checksum. */
static void leave_checksum_to_nic(size_t len)
{
	const uint32_t tcp = (uint32_t)len - 34;
	uint32_t sum = 6 + tcp;

	for (unsigned int i = 26; i < 34; i += 2)
		sum += (uint32_t)frame[i] << 8 | frame[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	frame[50] = (u8)(sum >> 8);
	frame[51] = (u8)sum;
}

/* Every third one was captured before its sender's NIC had it. */
static size_t capture_stream(FILE *file, unsigned int n, unsigned int mss)
{
	size_t bytes = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct frame_spec s = rx_segment(FIRST_SEQ + i * mss, mss);
		uint32_t len = (uint32_t)frame_build(&s, frame);
		const uint32_t header[4] = { i, 0, len, len };

		if (i % 3 == 0)
			leave_checksum_to_nic(len);
		fwrite(header, sizeof(header), 1, file);
		fwrite(frame, len, 1, file);
		bytes += len;
	}
	ck_assert_int_eq(fclose(file), 0);
	return bytes;
}

static struct udm_wire *wire;

static bool capture_is_over(void)
{
	return udm_wire_done(wire);
}

/* The wire counts frames, whatever becomes of them behind it; the stream is the file's. */
START_TEST(a_capture_is_gathered)
{
	enum { N = 40, MSS = 1448 };
	const size_t bytes = capture_stream(begin_capture(), N, MSS);
	struct udm_wire_stats w;
	struct udm_queue_stats q;
	char err[256];

	rx_open(_i, &gathering);
	wire = udm_wire_capture(path, udm_netdev_hw(rx.nic), err, sizeof(err));
	ck_assert_msg(wire, "%s", err);
	udm_wire_start(wire);
	ck_assert(rx_eventually(capture_is_over));
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
	rx_receive();
	ck_assert_uint_eq(rx.next_read, FIRST_SEQ + N * MSS);
	udm_wire_stats(wire, &w);
	ck_assert_uint_eq(w.frames, N);
	ck_assert_uint_eq(w.bytes, bytes);
	ck_assert_uint_eq(w.checksums_completed, DIV_ROUND_UP(N, 3));
	ck_assert_int_eq(udm_netdev_queue_stats(rx.nic, 0, &q), 0);
	/* And the SYN. */
	ck_assert_uint_eq(q.frames, N + 1);
	ck_assert_uint_eq(q.bytes, bytes + 54);
	if (udm_sim())
		ck_assert_uint_gt(q.gro_packets, 0);
	ck_assert_uint_ge(q.gro_frames, 2 * q.gro_packets);
	udm_wire_destroy(wire);
	unlink(path);
	rx_return();
	rx_close();
}
END_TEST

Suite *nic_coalesce_seen_suite(void)
{
	Suite *s = suite_create("nic_coalesce_seen");
	TCase *tc = tcase_create("seen");

	tcase_add_loop_test(tc, a_packet_is_the_frame_it_stands_for, 0, 2 * ROWS);
	tcase_add_loop_test(tc, clones_outlive_reader_and_binding, 0, 4);
	tcase_add_loop_test(tc, a_capture_is_gathered, 0, 4);
	suite_add_tcase(s, tc);
	return s;
}
