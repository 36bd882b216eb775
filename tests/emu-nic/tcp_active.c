// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets that take part in connections: bytes from end to end, however the wire loses
 * frames; how connections begin, fail and end. Cases with "ways" run in sim and threads
 * mode, over IPv4 and IPv6.
 */
#include "fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "link_rig.h"

static void close_pair(const struct link_pair *p)
{
	ck_assert_int_eq(udm_close(p->client), 0);
	ck_assert_int_eq(udm_close(p->server), 0);
}

/* --- Bytes --------------------------------------------------------------- */

START_TEST(bytes_arrive_in_both_directions)
{
	struct link_pair p;

	link_open_way(_i);
	p = link_pair(way_is_v6(_i));
	link_transfer(p.client, p.server, 1, 2000000);
	link_transfer(p.server, p.client, 2, 1000000);
	close_pair(&p);
	link_close();
}
END_TEST

START_TEST(reading_all_of_more_than_a_window_at_once)
{
	static unsigned char buf[300000];
	struct link_pair p;
	int err;

	link_open(UDM_MODE_SIM, 1);
	p = link_pair(false);
	err = send_stream(p.client, 3, 0, 100000);
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(udm_recv(p.server, buf, 100000, MSG_WAITALL), 100000);
	for (size_t i = 0; i < 100000; i++)
		if (buf[i] != stream_byte(3, i))
			ck_abort_msg("byte %zu", i);
	close_pair(&p);
	link_close();
}
END_TEST

/* Small writes, small reads, nothing held back for long. */
START_TEST(questions_and_answers)
{
	struct link_pair p;
	int on = 1;

	link_open_way(_i);
	p = link_pair(way_is_v6(_i));
	ck_assert_int_eq(udm_setsockopt(p.client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), 0);
	for (unsigned int n = 1; n < 200; n += 7) {
		ck_assert_int_eq(send_stream(p.client, n, 0, n), 0);
		ck_assert_int_eq(recv_stream(p.server, n, 0, n), n);
		ck_assert_int_eq(send_stream(p.server, n, 0, 3 * n), 0);
		ck_assert_int_eq(recv_stream(p.client, n, 0, 3 * n), 3 * n);
	}
	close_pair(&p);
	link_close();
}
END_TEST

/* --- Loss ---------------------------------------------------------------- */

struct lossy {
	unsigned int per_million;
	bool v6;
	size_t bytes;
};

static const struct lossy lossy[] = {
	{ 10000, false, 1000000 },
	{ 10000, true, 1000000 },
	{ 50000, false, 400000 },
	{ 50000, true, 400000 },
};

START_TEST(lost_frames_are_sent_again)
{
	const struct lossy *l = &lossy[_i % 4];
	struct link_pair p;

	link_open(UDM_MODE_SIM, _i / 4 + 1);
	p = link_pair(l->v6);
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, l->per_million, _i + 1), 0);
	link_transfer(p.client, p.server, 4, l->bytes);
	close_pair(&p);
	link_close();
}
END_TEST

START_TEST(lost_frames_are_sent_again_in_real_time)
{
	struct udm_wire_stats st;
	struct link_pair p;

	link_open(UDM_MODE_THREADS, 1);
	p = link_pair(_i);
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 5000, 1), 0);
	link_transfer(p.client, p.server, 4, 600000);
	udm_wire_stats(cable.wire, &st);
	ck_assert_uint_gt(st.lost, 0);
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 0, 1), 0);
	close_pair(&p);
	link_close();
}
END_TEST

/* The same seed, the same packets at the same times. */
START_TEST(a_seed_decides_everything)
{
	struct udm_wire_stats st[2];
	uint64_t now[2];

	for (int i = 0; i < 2; i++) {
		struct link_pair p;

		link_open(UDM_MODE_SIM, 7);
		p = link_pair(false);
		udm_wire_set_loss(cable.wire, 30000, 5);
		link_transfer(p.client, p.server, 5, 200000);
		now[i] = udm_now();
		udm_wire_stats(cable.wire, &st[i]);
		close_pair(&p);
		link_close();
	}
	ck_assert_uint_eq(now[0], now[1]);
	ck_assert_uint_eq(st[0].frames, st[1].frames);
	ck_assert_uint_eq(st[0].bytes, st[1].bytes);
	ck_assert_uint_eq(st[0].lost, st[1].lost);
}
END_TEST

/* --- Several ------------------------------------------------------------- */

enum { CROWD = 12, CROWD_BYTES = 60000 };

static void *crowd_client(void *ctx)
{
	unsigned int n = (unsigned int)(long)ctx;
	int fd = link_socket(n & 1, 0);

	ck_assert_int_eq(link_connect(fd, n & 1, 8), 0);
	ck_assert_int_eq(send_stream(fd, 0, 0, CROWD_BYTES + n), 0);
	udm_close(fd);
	return NULL;
}

START_TEST(many_connections_at_once)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(8) };
	struct udm_thread *threads[CROWD];
	size_t sum = 0;
	int listener;

	link_open_way(_i);
	listener = link_socket(true, 0);
	ck_assert_int_eq(udm_bind(listener, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(listener, CROWD), 0);
	for (long n = 0; n < CROWD; n++)
		threads[n] = udm_thread_create("client", crowd_client, (void *)n);
	for (unsigned int n = 0; n < CROWD; n++) {
		int fd = udm_accept(listener, NULL, NULL);

		ck_assert_int_ge(fd, 0);
		sum += recv_stream(fd, 0, 0, 1 << 20);
		udm_close(fd);
	}
	ck_assert_uint_eq(sum, CROWD * CROWD_BYTES + CROWD * (CROWD - 1) / 2);
	for (unsigned int n = 0; n < CROWD; n++)
		udm_thread_join(threads[n]);
	udm_close(listener);
	link_close();
}
END_TEST

/* --- Room ---------------------------------------------------------------- */

static size_t fill(int fd)
{
	static unsigned char buf[10000];
	size_t done = 0;
	ssize_t n;

	do {
		for (size_t i = 0; i < sizeof(buf); i++)
			buf[i] = stream_byte(6, done + i);
		n = udm_send(fd, buf, sizeof(buf), MSG_DONTWAIT);
		done += n > 0 ? n : 0;
		udm_run_until_idle();
	} while (n > 0);
	ck_assert_int_eq(errno, EAGAIN);
	return done;
}

START_TEST(a_reader_that_waits_makes_the_sender_wait)
{
	struct link_pair p;
	size_t n;

	link_open(UDM_MODE_SIM, 1);
	p = link_pair(_i);
	ck_assert_int_eq(link_events(p.client), POLLOUT);
	n = fill(p.client);
	ck_assert_uint_gt(n, 65535);
	ck_assert_int_eq(link_events(p.client), 0);
	ck_assert_int_eq(link_events(p.server), POLLIN | POLLOUT);
	/* Longer than a window stays closed without being asked about. */
	udm_advance(20000000000);
	ck_assert_int_eq(recv_stream(p.server, 6, 0, n), n);
	udm_run_until_idle();
	ck_assert_int_eq(link_events(p.client), POLLOUT);
	ck_assert_int_eq(link_events(p.server), POLLOUT);
	close_pair(&p);
	link_close();
}
END_TEST

/* --- Ends ---------------------------------------------------------------- */

START_TEST(one_half_closes_the_other_goes_on)
{
	bool v6 = way_is_v6(_i);
	struct link_pair p;
	char c;

	link_open_way(_i);
	p = link_pair(v6);
	ck_assert_int_eq(send_stream(p.client, 1, 0, 5000), 0);
	ck_assert_int_eq(udm_shutdown_socket(p.client, SHUT_WR), 0);
	ck_assert_int_eq(recv_stream(p.server, 1, 0, 100000), 5000);
	ck_assert_int_eq(link_events(p.server), POLLIN | POLLOUT | POLLRDHUP);
	ck_assert_int_eq(udm_send(p.client, "x", 1, MSG_NOSIGNAL), -1);
	ck_assert_int_eq(errno, EPIPE);
	link_transfer(p.server, p.client, 2, 300000);
	ck_assert_int_eq(udm_close(p.server), 0);
	ck_assert_int_eq(udm_recv(p.client, &c, 1, 0), 0);
	ck_assert(link_events(p.client) & POLLHUP);
	ck_assert_int_eq(udm_recv(p.client, &c, 1, 0), 0);
	ck_assert_int_eq(udm_close(p.client), 0);
	link_close();
}
END_TEST

/* Closing does not lose what was sent before, though there is no window for it yet. */
START_TEST(what_was_sent_before_close_arrives)
{
	struct link_pair p;
	size_t n;

	link_open(UDM_MODE_SIM, 1);
	p = link_pair(_i);
	n = fill(p.client);
	ck_assert_int_eq(udm_close(p.client), 0);
	ck_assert_int_eq(recv_stream(p.server, 6, 0, n + 1), n);
	ck_assert_int_eq(udm_close(p.server), 0);
	link_close();
}
END_TEST

static void *closer(void *ctx)
{
	udm_close(*(int *)ctx);
	return NULL;
}

static void linger(int fd, int seconds)
{
	struct linger l = { .l_onoff = 1, .l_linger = seconds };

	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l)), 0);
}

START_TEST(lingering_waits_for_the_peer)
{
	struct udm_thread *thread;
	struct link_pair p;
	uint64_t before;
	size_t n;

	link_open(UDM_MODE_SIM, 1);
	p = link_pair(false);
	n = fill(p.client);
	linger(p.client, 100);
	thread = udm_thread_create("closer", closer, &p.client);
	udm_advance(5000000000);
	ck_assert_int_eq(recv_stream(p.server, 6, 0, n + 1), n);
	udm_thread_join(thread);
	ck_assert_int_eq(udm_close(p.server), 0);
	/* And not for longer than it was told to. */
	p = link_pair(false);
	fill(p.client);
	linger(p.client, 3);
	before = udm_now();
	ck_assert_int_eq(udm_close(p.client), 0);
	ck_assert_uint_ge(udm_now() - before, 3000000000);
	ck_assert_uint_lt(udm_now() - before, 4000000000);
	ck_assert_int_eq(udm_close(p.server), 0);
	link_close();
}
END_TEST

static void expect_reset(int fd)
{
	char c;

	udm_run_until_idle();
	ck_assert_int_eq(link_events(fd) & (POLLERR | POLLHUP), POLLERR | POLLHUP);
	ck_assert_int_eq(udm_recv(fd, &c, 1, 0), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	ck_assert_int_eq(udm_recv(fd, &c, 1, 0), 0);
	ck_assert_int_eq(udm_send(fd, &c, 1, MSG_NOSIGNAL), -1);
	ck_assert_int_eq(errno, EPIPE);
}

START_TEST(a_reset_is_told)
{
	struct link_pair p;

	link_open_way(_i);
	p = link_pair(way_is_v6(_i));
	linger(p.client, 0);
	ck_assert_int_eq(udm_close(p.client), 0);
	if (!(_i & 1))
		expect_reset(p.server);
	ck_assert_int_eq(udm_close(p.server), 0);
	link_close();
}
END_TEST

START_TEST(closing_on_unread_bytes_resets)
{
	struct link_pair p;
	char c;

	link_open(UDM_MODE_SIM, 1);
	p = link_pair(_i);
	ck_assert_int_eq(send_stream(p.client, 1, 0, 100), 0);
	udm_run_until_idle();
	ck_assert_int_eq(udm_close(p.server), 0);
	expect_reset(p.client);
	/* And so does writing to who reads no more. */
	ck_assert_int_eq(udm_close(p.client), 0);
	p = link_pair(_i);
	ck_assert_int_eq(udm_close(p.server), 0);
	udm_run_until_idle();
	ck_assert_int_eq(send_stream(p.client, 1, 0, 100), 0);
	udm_run_until_idle();
	ck_assert_int_eq(udm_recv(p.client, &c, 1, 0), 0);
	ck_assert_int_eq(link_events(p.client) & (POLLERR | POLLHUP), POLLERR | POLLHUP);
	ck_assert_int_eq(send_stream(p.client, 1, 0, 1), EPIPE);
	ck_assert_int_eq(udm_close(p.client), 0);
	link_close();
}
END_TEST

struct reader {
	int fd;
	ssize_t ret;
	int err;
};

static void *read_one(void *ctx)
{
	struct reader *r = ctx;
	char c;

	r->ret = udm_recv(r->fd, &c, 1, 0);
	r->err = errno;
	return NULL;
}

START_TEST(a_reset_wakes_who_waits)
{
	struct udm_thread *thread;
	struct link_pair p;
	struct reader r;

	link_open_way(_i);
	p = link_pair(way_is_v6(_i));
	r = (struct reader){ .fd = p.server };
	thread = udm_thread_create("reader", read_one, &r);
	udm_run_until_idle();
	linger(p.client, 0);
	ck_assert_int_eq(udm_close(p.client), 0);
	udm_thread_join(thread);
	ck_assert_int_eq(r.ret, -1);
	ck_assert_int_eq(r.err, ECONNRESET);
	ck_assert_int_eq(udm_close(p.server), 0);
	link_close();
}
END_TEST

/* Nobody answers any more: after many attempts it is over. */
START_TEST(a_cut_cable_ends_a_connection)
{
	struct link_pair p;

	link_open(UDM_MODE_SIM, 1);
	p = link_pair(_i);
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 1000000, 1), 0);
	ck_assert_int_eq(send_stream(p.client, 1, 0, 1000), 0);
	udm_advance(10000000000000);
	ck_assert_int_eq(udm_send(p.client, "x", 1, MSG_NOSIGNAL), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	/* The other end does not know. */
	ck_assert_int_eq(link_events(p.server), POLLOUT);
	close_pair(&p);
	link_close();
}
END_TEST

/* Both ends at once, in every order of what the schedule makes of it. */
START_TEST(both_close_at_once)
{
	struct udm_thread *thread;
	struct link_pair p;

	link_open(UDM_MODE_SIM, _i + 1);
	for (int i = 0; i < 8; i++) {
		p = link_pair(i & 1);
		if (i & 2)
			ck_assert_int_eq(send_stream(p.client, 1, 0, 3000), 0);
		thread = udm_thread_create("closer", closer, &p.client);
		ck_assert_int_eq(udm_close(p.server), 0);
		udm_thread_join(thread);
	}
	udm_advance(300000000000);
	link_close();
}
END_TEST

/* Real threads: acknowledgements and FINs come in while the application goes. */
START_TEST(closing_while_the_stack_works)
{
	const int on = 1;
	struct link_pair p;
	int waiting[4], fd, n = sizeof(waiting) / sizeof(waiting[0]);

	link_open(UDM_MODE_THREADS, 1);
	for (int round = 0; round < 60; round++) {
		p = link_pair(round & 1);
		ck_assert_int_eq(send_stream(p.client, 1, 0, 100), 0);
		ck_assert_int_eq(udm_send(p.server, "x", 1, 0), 1);
		if (round & 2)
			ck_assert_int_eq(udm_shutdown_socket(p.client, SHUT_WR), 0);
		close_pair(&p);
	}
	/* Connections that nobody has accepted go with their listener, bytes in flight. */
	for (int round = 0; round < 20; round++) {
		fd = link_listen(false, 6000, 8);
		for (int i = 0; i < n; i++) {
			waiting[i] = link_socket(false, SOCK_NONBLOCK);
			ck_assert_int_eq(link_connect(waiting[i], false, 6000), EINPROGRESS);
			ck_assert_int_eq(udm_setsockopt(waiting[i], IPPROTO_TCP, TCP_NODELAY, &on,
							sizeof(on)), 0);
		}
		for (int i = 0; i < n; i++) {
			struct pollfd ready = { .fd = waiting[i], .events = POLLOUT };

			ck_assert_int_eq(udm_poll(&ready, 1, -1), 1);
			udm_send(waiting[i], "hello", 5, MSG_NOSIGNAL);
		}
		ck_assert_int_eq(udm_close(fd), 0);
		for (int i = 0; i < n; i++)
			ck_assert_int_eq(udm_close(waiting[i]), 0);
	}
	link_close();
}
END_TEST

static void ends_cases(Suite *s)
{
	TCase *tc = tcase_create("ends");

	tcase_add_loop_test(tc, one_half_closes_the_other_goes_on, 0, LINK_WAYS);
	tcase_add_loop_test(tc, what_was_sent_before_close_arrives, 0, 2);
	tcase_add_test(tc, lingering_waits_for_the_peer);
	tcase_add_loop_test(tc, a_reset_is_told, 0, LINK_WAYS);
	tcase_add_loop_test(tc, closing_on_unread_bytes_resets, 0, 2);
	tcase_add_loop_test(tc, a_reset_wakes_who_waits, 0, LINK_WAYS);
	tcase_add_loop_test(tc, a_cut_cable_ends_a_connection, 0, 2);
	tcase_add_loop_test(tc, both_close_at_once, 0, 5);
	tcase_add_test(tc, closing_while_the_stack_works);
	suite_add_tcase(s, tc);
}

Suite *tcp_active_suite(void)
{
	Suite *s = suite_create("tcp_active");
	TCase *tc = tcase_create("bytes");

	tcase_add_loop_test(tc, bytes_arrive_in_both_directions, 0, LINK_WAYS);
	tcase_add_test(tc, reading_all_of_more_than_a_window_at_once);
	tcase_add_loop_test(tc, questions_and_answers, 0, LINK_WAYS);
	tcase_add_loop_test(tc, lost_frames_are_sent_again, 0, 4 * 3);
	tcase_add_loop_test(tc, lost_frames_are_sent_again_in_real_time, 0, 2);
	tcase_add_test(tc, a_seed_decides_everything);
	tcase_add_loop_test(tc, many_connections_at_once, 0, 2);
	tcase_add_loop_test(tc, a_reader_that_waits_makes_the_sender_wait, 0, 2);
	suite_add_tcase(s, tc);
	ends_cases(s);
	return s;
}
