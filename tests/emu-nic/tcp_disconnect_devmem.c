// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disconnecting from a connection whose payload is device memory: what the application has a
 * token for is its own after that, and while the socket is used for other connections.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/uio.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>

#include "devmem_link.h"

enum { STREAM = 3, SEGMENT = 1460 };

/* One segment that begins at byte @at of the stream, out of device memory; its token. */
static u32 take_segment(int fd, size_t at)
{
	char control[CMSG_SPACE(sizeof(struct dmabuf_cmsg))], buf[16];
	struct iovec iov = { .iov_base = buf, .iov_len = SEGMENT };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	const struct dmabuf_cmsg *piece;

	ck_assert_int_eq(udm_recvmsg(fd, &msg, MSG_SOCK_DEVMEM), SEGMENT);
	piece = (const struct dmabuf_cmsg *)CMSG_DATA(CMSG_FIRSTHDR(&msg));
	ck_assert_uint_eq(piece->dmabuf_id, mem.in_id);
	ck_assert_uint_eq(piece->frag_size, SEGMENT);
	for (size_t i = 0; i < SEGMENT; i++)
		if (mem.in_map[piece->frag_offset + i] != stream_byte(STREAM, at + i))
			ck_abort_msg("byte %zu", at + i);
	return piece->frag_token;
}

static int give_back(int fd, u32 token)
{
	struct dmabuf_token t = { .token_start = token, .token_count = 1 };

	return udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, &t, sizeof(t));
}

struct count {
	unsigned int queued, held;
};

static bool count_one(void *ctx, const struct udm_niov_info *info)
{
	struct count *n = ctx;

	n->queued += info->state == UDM_NIOV_QUEUED && info->socket;
	n->held += info->state == UDM_NIOV_HELD && info->socket;
	return true;
}

static void expect_out(unsigned int queued, unsigned int held)
{
	struct count n = {};

	ck_assert_int_eq(udm_niovs_walk(mem.in_id, count_one, &n), 0);
	ck_assert_uint_eq(n.queued, queued);
	ck_assert_uint_eq(n.held, held);
}

/* What was read stays, what was not goes: also what waits in the stack for a lost frame. */
START_TEST(tokens_outlive_their_connection)
{
	struct link_pair p;
	u32 token[2];

	open_memory(UDM_MODE_SIM, 1);
	p = link_pair(false);
	ck_assert_int_eq(send_stream(p.client, STREAM, 0, 3 * SEGMENT), 0);
	for (int i = 0; i < 2; i++)
		token[i] = take_segment(p.server, i * SEGMENT);
	udm_run_until_idle();
	expect_out(1, 2);
	udm_wire_set_loss(cable.wire, 1000000, 1);
	ck_assert_int_eq(send_stream(p.client, STREAM, 0, SEGMENT), 0);
	udm_run_until_idle();
	udm_wire_set_loss(cable.wire, 0, 1);
	ck_assert_int_eq(send_stream(p.client, STREAM, 0, SEGMENT), 0);
	udm_run_until_idle();
	expect_out(2, 2);
	ck_assert_int_eq(link_disconnect(p.server), 0);
	expect_out(0, 2);
	ck_assert_int_eq(give_back(p.server, token[0]), 1);
	ck_assert_int_eq(give_back(p.server, token[0]), 0);
	expect_out(0, 1);
	/* The last one goes with the socket. */
	udm_close(p.client);
	udm_close(p.server);
	expect_out(0, 0);
	close_memory();
}
END_TEST

/* The socket receives again, connects and listens, while tokens of before are out. */
START_TEST(tokens_of_many_connections)
{
	int fd, listener, other;
	u32 token[4];

	open_memory(_i ? UDM_MODE_THREADS : UDM_MODE_SIM, 1);
	listener = link_socket(false, 0);
	ck_assert_int_eq(link_bind(listener, false, 0, 9), 0);
	ck_assert_int_eq(udm_listen(listener, 4), 0);
	/* It is at the end with the memory, and the other end sends. */
	fd = link_socket(false, 0);
	ck_assert_int_eq(link_bind(fd, false, 1, 7), 0);
	for (int i = 0; i < 4; i++) {
		struct sockaddr_storage ss;
		socklen_t len = link_addr(&ss, false, 0, 9);

		ck_assert_int_eq(udm_connect(fd, (struct sockaddr *)&ss, len), 0);
		other = udm_accept(listener, NULL, NULL);
		ck_assert_int_ge(other, 0);
		ck_assert_int_eq(send_stream(other, STREAM, 0, 2 * SEGMENT), 0);
		token[i] = take_segment(fd, 0);
		ck_assert_int_eq(link_disconnect(fd), 0);
		udm_close(other);
		for (int j = 0; j < i; j++)
			ck_assert_uint_ne(token[i], token[j]);
	}
	expect_out(0, 4);
	ck_assert_int_eq(udm_listen(fd, 1), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(give_back(fd, token[i]), 1);
	ck_assert_int_eq(link_disconnect(fd), 0);
	ck_assert_int_eq(give_back(fd, token[3]), 1);
	udm_close(fd);
	udm_close(listener);
	close_memory();
}
END_TEST

Suite *tcp_disconnect_devmem_suite(void)
{
	Suite *s = suite_create("tcp_disconnect_devmem");
	TCase *tc = tcase_create("tokens");

	tcase_add_test(tc, tokens_outlive_their_connection);
	tcase_add_loop_test(tc, tokens_of_many_connections, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}
