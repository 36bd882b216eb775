// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections whose payload is device memory: from a dma-buf of one NIC into a dma-buf of
 * the other, by header split and flow steering, with what TCP does when frames are lost.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/uio.h>
#include <string.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "devmem_link.h"
#include "libpagepool/devmem.h"

enum { STREAM = 9 };

/* --- Receiving ----------------------------------------------------------- */

struct received {
	size_t bytes, device, linear;
};

static void check_bytes(const unsigned char *at, size_t n, size_t pos)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] != stream_byte(STREAM, pos + i))
			ck_abort_msg("byte %zu", pos + i);
}

static void take_piece(int fd, const struct cmsghdr *c, const unsigned char *linear,
		       struct received *r)
{
	const struct dmabuf_cmsg *piece = (const struct dmabuf_cmsg *)CMSG_DATA(c);
	struct dmabuf_token token = { .token_start = piece->frag_token, .token_count = 1 };

	if (c->cmsg_type == SO_DEVMEM_LINEAR) {
		check_bytes(linear, piece->frag_size, r->bytes);
		r->linear += piece->frag_size;
	} else {
		ck_assert_uint_eq(piece->dmabuf_id, mem.in_id);
		check_bytes(mem.in_map + piece->frag_offset, piece->frag_size, r->bytes);
		r->device += piece->frag_size;
		ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, &token,
						sizeof(token)), 1);
	}
	r->bytes += piece->frag_size;
}

/* One recvmsg; false at the end. Ordinary bytes come without messages. */
static bool take_some(int fd, struct received *r)
{
	static unsigned char buf[1 << 17], control[64 * CMSG_SPACE(sizeof(struct dmabuf_cmsg))];
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = udm_recvmsg(fd, &msg, MSG_SOCK_DEVMEM);
	const size_t before = r->bytes;

	ck_assert_int_ge(n, 0);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		take_piece(fd, c, buf, r);
	if (r->bytes == before && n) {
		check_bytes(buf, n, r->bytes);
		r->bytes += n;
	}
	ck_assert_uint_eq(r->bytes - before, n);
	return n;
}

/* --- Sending ------------------------------------------------------------- */

/* Bytes of the stream out of the dma-buf; the completion. */
static void send_device(int fd, size_t at, size_t n)
{
	char control[CMSG_SPACE(sizeof(u32))] = {};
	struct iovec iov = { .iov_base = (void *)at, .iov_len = n };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	ssize_t sent;

	*c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(u32)), .cmsg_level = SOL_SOCKET,
			       .cmsg_type = SCM_DEVMEM_DMABUF };
	memcpy(CMSG_DATA(c), &mem.binding->id, sizeof(u32));
	sent = udm_sendmsg(fd, &msg, MSG_ZEROCOPY);
	ck_assert_msg(sent == (ssize_t)n, "%zd: %s", sent, strerror(errno));
}

struct sending {
	int fd;
	size_t n;
	bool device;
};

static void *sender(void *ctx)
{
	const struct sending *s = ctx;

	if (!s->device) {
		ck_assert_int_eq(send_stream(s->fd, STREAM, 0, s->n), 0);
	} else {
		for (size_t i = 0; i < s->n; i++)
			mem.out_map[i] = stream_byte(STREAM, i);
		for (size_t at = 0; at < s->n; at += 50001)
			send_device(s->fd, at, s->n - at < 50001 ? s->n - at : 50001);
	}
	udm_shutdown_socket(s->fd, SHUT_WR);
	return NULL;
}

static void transfer(bool device, size_t n, struct received *r)
{
	struct link_pair p = link_pair(false);
	struct sending s = { .fd = p.client, .n = n, .device = device };
	struct udm_thread *thread;
	int on = 1;

	ck_assert_int_eq(udm_setsockopt(p.client, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)), 0);
	thread = udm_thread_create("sender", sender, &s);
	while (take_some(p.server, r))
		;
	udm_thread_join(thread);
	ck_assert_uint_eq(r->bytes, n);
	ck_assert_uint_eq(r->device, n);
	udm_close(p.client);
	udm_close(p.server);
}

/* --- Taps ---------------------------------------------------------------- */

static int open_tap(unsigned int end, int room)
{
	int fd = udm_socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL)), on = 1;
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_ifindex = udm_netdev_ifindex(cable.nic[end]) };

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)), 0);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)), 0);
	ck_assert_int_eq(udm_bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* What a tap saw of one direction. */
struct tapped {
	unsigned int packets;
	size_t payload, readable;	/* bytes behind the headers: on the wire, in the tap */
};

/* All of it; the IPv4 header says how long a packet was, whatever is there of it. */
static void read_tap(int fd, struct tapped *in, struct tapped *out)
{
	unsigned char frame[70000], control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	const struct tpacket_auxdata *aux;
	struct sockaddr_ll from;
	ssize_t n;

	for (;;) {
		struct iovec iov = { frame, sizeof(frame) };
		struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from),
				      .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
				      .msg_controllen = sizeof(control) };
		struct tapped *t;
		size_t headers, ip;

		n = udm_recvmsg(fd, &msg, 0);
		if (n < 0)
			break;
		t = from.sll_pkttype == PACKET_OUTGOING ? out : in;
		aux = (const struct tpacket_auxdata *)CMSG_DATA(CMSG_FIRSTHDR(&msg));
		ck_assert_uint_eq(aux->tp_snaplen, n);
		ck_assert_uint_le(aux->tp_snaplen, aux->tp_len);
		t->packets++;
		if (ntohs(from.sll_protocol) != ETH_P_IP || frame[23] != IPPROTO_TCP)
			continue;
		ip = ETH_HLEN + (size_t)(frame[14] & 15) * 4;
		headers = ip + (size_t)(frame[ip + 12] >> 4) * 4;
		ck_assert_uint_ge(n, headers);
		t->payload += ETH_HLEN + ((size_t)frame[16] << 8 | frame[17]) - headers;
		if ((size_t)n > headers)
			t->readable += n - headers;
	}
	ck_assert_int_eq(errno, EAGAIN);
}

/* --- Tests --------------------------------------------------------------- */

/*
 * Of what is received into device memory taps see headers, and of what is sent from it
 * nothing: nobody may keep what the sender waits for.
 */
START_TEST(taps_see_no_device_memory)
{
	struct tapped in[2] = {}, out[2] = {};
	struct received r = {};
	int taps[2];

	open_memory(_i ? UDM_MODE_THREADS : UDM_MODE_SIM, 1);
	for (unsigned int end = 0; end < 2; end++)
		taps[end] = open_tap(end, 16 << 20);
	transfer(true, 300000, &r);
	for (unsigned int end = 0; end < 2; end++) {
		read_tap(taps[end], &in[end], &out[end]);
		udm_close(taps[end]);
	}
	ck_assert_uint_ge(in[1].payload, 300000);
	ck_assert_uint_eq(in[1].readable, 0);
	/* The handshake and the end, and acknowledgements the other way. */
	ck_assert_uint_gt(out[0].packets, 1);
	ck_assert_uint_eq(out[0].payload, 0);
	ck_assert_uint_gt(in[0].packets, 1);
	ck_assert_uint_eq(in[0].payload + out[1].payload, 0);
	close_memory();
}
END_TEST

/* What is sent from ordinary memory they see, byte for byte as long as it was. */
START_TEST(taps_see_what_is_sent)
{
	struct tapped in = {}, out = {};
	struct received r = {};
	int tap, deaf, on = 1;

	open_memory(_i ? UDM_MODE_THREADS : UDM_MODE_SIM, 1);
	tap = open_tap(0, 16 << 20);
	deaf = open_tap(0, 16 << 20);
	ck_assert_int_eq(udm_setsockopt(deaf, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)),
			 0);
	transfer(false, 300000, &r);
	read_tap(tap, &in, &out);
	ck_assert_uint_ge(out.payload, 300000);
	ck_assert_uint_eq(out.readable, out.payload);
	out.packets = 0;
	read_tap(deaf, &in, &out);
	ck_assert_uint_eq(out.packets, 0);
	udm_close(tap);
	udm_close(deaf);
	close_memory();
}
END_TEST

START_TEST(into_device_memory)
{
	struct received r = {};

	open_memory(_i ? UDM_MODE_THREADS : UDM_MODE_SIM, 1);
	transfer(false, 1500000, &r);
	close_memory();
}
END_TEST

START_TEST(from_device_memory_into_device_memory)
{
	struct received r = {};

	open_memory(_i ? UDM_MODE_THREADS : UDM_MODE_SIM, 1);
	transfer(true, 1500000, &r);
	close_memory();
}
END_TEST

START_TEST(lost_frames_of_device_memory_are_sent_again)
{
	struct received r = {};
	struct udm_wire_stats st;

	open_memory(UDM_MODE_SIM, _i / 2 + 1);
	udm_wire_set_loss(cable.wire, _i & 1 ? 50000 : 10000, _i + 1);
	transfer(true, 300000, &r);
	udm_wire_stats(cable.wire, &st);
	ck_assert_uint_gt(st.lost, 0);
	close_memory();
}
END_TEST

static bool count_queued(void *ctx, const struct udm_niov_info *info)
{
	*(unsigned int *)ctx += info->state == UDM_NIOV_QUEUED && info->socket;
	return true;
}

/* What waits for a lost frame is with its socket, though in no queue of that. */
START_TEST(segments_that_wait_are_known)
{
	unsigned int queued = 0;
	struct received r = {};
	struct link_pair p;

	open_memory(UDM_MODE_SIM, 1);
	p = link_pair(false);
	udm_wire_set_loss(cable.wire, 1000000, 1);
	ck_assert_int_eq(send_stream(p.client, STREAM, 0, 1460), 0);
	udm_run_until_idle();
	udm_wire_set_loss(cable.wire, 0, 1);
	ck_assert_int_eq(send_stream(p.client, STREAM, 1460, 2920), 0);
	udm_run_until_idle();
	ck_assert_int_eq(udm_niovs_walk(mem.in_id, count_queued, &queued), 0);
	ck_assert_uint_eq(queued, 2);
	while (r.bytes < 3 * 1460)
		ck_assert(take_some(p.server, &r));
	udm_close(p.client);
	udm_close(p.server);
	close_memory();
}
END_TEST

Suite *tcp_active_devmem_suite(void)
{
	Suite *s = suite_create("tcp_active_devmem");
	TCase *tc = tcase_create("device memory");

	tcase_add_loop_test(tc, into_device_memory, 0, 2);
	tcase_add_loop_test(tc, from_device_memory_into_device_memory, 0, 2);
	tcase_add_loop_test(tc, taps_see_no_device_memory, 0, 2);
	tcase_add_loop_test(tc, taps_see_what_is_sent, 0, 2);
	tcase_add_loop_test(tc, lost_frames_of_device_memory_are_sent_again, 0, 6);
	tcase_add_test(tc, segments_that_wait_are_known);
	suite_add_tcase(s, tc);
	return s;
}
