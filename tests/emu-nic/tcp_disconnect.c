// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disconnecting sockets that take part in connections: what it says and leaves behind in each
 * state, who is woken, and that the socket is as good as another one then. Cases with "ways"
 * run in sim and threads mode, over IPv4 and IPv6.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "link_rig.h"

static void expect_port(int fd, bool v6, int end, int port)
{
	struct sockaddr_storage ss = {}, want;
	socklen_t len = sizeof(ss);

	ck_assert_int_eq(udm_getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	link_addr(&want, v6, end > 0, port);
	if (end < 0 && v6)
		((struct sockaddr_in6 *)&want)->sin6_addr = in6addr_any;
	else if (end < 0)
		((struct sockaddr_in *)&want)->sin_addr.s_addr = INADDR_ANY;
	ck_assert_mem_eq(&ss, &want, len);
}

static void expect_no_peer(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	ck_assert_int_eq(udm_getpeername(fd, (struct sockaddr *)&ss, &len), -1);
	ck_assert_int_eq(errno, ENOTCONN);
}

/* As if it had just been made; SO_ERROR was read. */
static void expect_fresh(int fd)
{
	char c;

	expect_no_peer(fd);
	ck_assert_int_eq(link_state(fd), TCP_CLOSE);
	ck_assert_int_eq(link_events(fd), POLLHUP);
	ck_assert_int_eq(udm_recv(fd, &c, 1, MSG_DONTWAIT), -1);
	ck_assert_int_eq(errno, ENOTCONN);
	ck_assert_int_eq(udm_send(fd, &c, 1, MSG_NOSIGNAL), -1);
	ck_assert_int_eq(errno, EPIPE);
}

/* A connection from this socket to a listener of the moment, and what it carries. */
/* --- Each state ---------------------------------------------------------- */

START_TEST(a_closed_socket_has_nothing_to_lose)
{
	const struct sockaddr unspec = { .sa_family = AF_UNSPEC };
	bool v6 = way_is_v6(_i);
	int fd;

	link_open_way(_i);
	fd = link_socket(v6, 0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(link_disconnect(fd), 0);
		ck_assert_int_eq(link_so_error(fd), 0);
		expect_fresh(fd);
	}
	/* The family is all that is looked at, and it has to be there. */
	ck_assert_int_eq(udm_connect(fd, &unspec, 1), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_connect(fd, &unspec, sizeof(unspec.sa_family)), 0);
	link_use_again(fd, v6, 7);
	udm_close(fd);
	/* What it was told and has not asked for stays. */
	fd = link_socket(v6, 0);
	ck_assert_int_eq(link_connect(fd, v6, 9), ECONNREFUSED);
	ck_assert_int_eq(link_disconnect(fd), 0);
	ck_assert_int_eq(link_so_error(fd), 0);
	udm_close(fd);
	link_close();
}
END_TEST

START_TEST(an_established_connection_is_reset)
{
	bool v6 = way_is_v6(_i);
	struct link_pair p;
	char c;

	link_open_way(_i);
	p = link_pair(v6);
	for (int i = 0; i < 2; i++) {
		int fd = i ? p.server : p.client, other = i ? p.client : p.server;

		/* Some of it was read, some not. */
		ck_assert_int_eq(send_stream(other, 1, 0, 3000), 0);
		ck_assert_int_eq(recv_stream(fd, 1, 0, 1000), 1000);
		ck_assert_int_eq(send_stream(fd, 2, 0, 100), 0);
		ck_assert_int_eq(recv_stream(other, 2, 0, 100), 100);
		ck_assert_int_eq(link_disconnect(fd), 0);
		ck_assert_int_eq(link_so_error(fd), ECONNRESET);
		ck_assert_int_eq(link_so_error(fd), 0);
		expect_fresh(fd);
		expect_port(fd, v6, i ? 1 : -1, 0);
		ck_assert_int_eq(udm_recv(other, &c, 1, 0), -1);
		ck_assert_int_eq(errno, ECONNRESET);
		udm_close(other);
		/* Again and again. */
		if (!i) {
			link_use_again(fd, v6, 8);
			ck_assert_int_eq(link_disconnect(fd), 0);
			link_use_again(fd, v6, 9);
			udm_close(fd);
			p = link_pair(v6);
		}
	}
	/* What was accepted has the address of its listener still. */
	ck_assert_int_eq(link_bind(p.server, v6, 1, 8), 0);
	ck_assert_int_eq(udm_listen(p.server, 1), 0);
	p.client = link_socket(v6, 0);
	ck_assert_int_eq(link_connect(p.client, v6, 8), 0);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

/* Half closed, by one side or the other, and closed by both. */
START_TEST(a_connection_that_was_ending)
{
	bool v6 = _i;
	struct link_pair p;
	char c;

	link_open(UDM_MODE_SIM, 1);
	p = link_pair(v6);
	ck_assert_int_eq(udm_shutdown_socket(p.client, SHUT_WR), 0);
	udm_run_until_idle();
	ck_assert_int_eq(link_disconnect(p.client), 0);
	ck_assert_int_eq(link_so_error(p.client), ECONNRESET);
	expect_fresh(p.client);
	link_use_again(p.client, v6, 8);
	/* The server had the end of the stream first, and a failure for it is EPIPE. */
	ck_assert_int_eq(udm_recv(p.server, &c, 1, 0), 0);
	ck_assert_int_eq(link_disconnect(p.server), 0);
	ck_assert_int_eq(link_so_error(p.server), EPIPE);
	expect_fresh(p.server);
	udm_close(p.client);
	udm_close(p.server);
	p = link_pair(v6);
	ck_assert_int_eq(udm_shutdown_socket(p.client, SHUT_WR), 0);
	udm_run_until_idle();
	ck_assert_int_eq(link_disconnect(p.server), 0);
	ck_assert_int_eq(link_so_error(p.server), ECONNRESET);
	udm_close(p.client);
	udm_close(p.server);
	p = link_pair(v6);
	ck_assert_int_eq(udm_shutdown_socket(p.client, SHUT_WR), 0);
	ck_assert_int_eq(udm_shutdown_socket(p.server, SHUT_WR), 0);
	udm_run_until_idle();
	ck_assert_int_eq(udm_recv(p.client, &c, 1, 0), 0);
	ck_assert_int_eq(link_disconnect(p.client), 0);
	ck_assert_int_eq(link_so_error(p.client), 0);
	expect_fresh(p.client);
	link_use_again(p.client, v6, 8);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

START_TEST(a_connecting_socket_gives_up)
{
	bool v6 = way_is_v6(_i);
	int fd;

	link_open_way(_i);
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 1000000, 1), 0);
	fd = link_socket(v6, SOCK_NONBLOCK);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(link_connect(fd, v6, 7), EINPROGRESS);
		ck_assert_int_eq(link_disconnect(fd), 0);
		ck_assert_int_eq(link_so_error(fd), ECONNRESET);
		expect_fresh(fd);
		expect_port(fd, v6, -1, 0);
	}
	/* It is not asked for before it tries again. */
	ck_assert_int_eq(link_connect(fd, v6, 7), EINPROGRESS);
	ck_assert_int_eq(link_disconnect(fd), 0);
	ck_assert_int_eq(link_connect(fd, v6, 7), EINPROGRESS);
	ck_assert_int_eq(link_so_error(fd), 0);
	ck_assert_int_eq(link_connect(fd, v6, 7), EALREADY);
	udm_close(fd);
	link_close();
}
END_TEST

/* At any moment of the handshake. */
START_TEST(giving_up_late)
{
	int fd, listener;

	link_open(UDM_MODE_SIM, _i + 1);
	listener = link_listen(_i & 1, 7, 8);
	fd = link_socket(_i & 1, SOCK_NONBLOCK);
	for (int n = 0; n < 24; n++) {
		ck_assert_int_eq(link_connect(fd, _i & 1, 7), EINPROGRESS);
		for (int i = 0; i < n; i++)
			udm_yield();
		ck_assert_int_eq(link_disconnect(fd), 0);
		ck_assert_int_eq(link_so_error(fd), ECONNRESET);
		expect_fresh(fd);
	}
	udm_close(fd);
	udm_close(listener);
	udm_run_until_idle();
	fd = link_socket(_i & 1, 0);
	link_use_again(fd, _i & 1, 7);
	udm_close(fd);
	link_close();
}
END_TEST

START_TEST(a_listener_stops)
{
	bool v6 = way_is_v6(_i);
	int listener, fd[2], server;
	char c;

	link_open_way(_i);
	listener = link_listen(v6, 7, 1);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 2; i++) {
			fd[i] = link_socket(v6, 0);
			ck_assert_int_eq(link_connect(fd[i], v6, 7), 0);
		}
		ck_assert_int_eq(link_disconnect(listener), 0);
		ck_assert_int_eq(link_so_error(listener), 0);
		expect_fresh(listener);
		expect_port(listener, v6, 1, 7);
		for (int i = 0; i < 2; i++) {
			ck_assert_int_eq(udm_recv(fd[i], &c, 1, 0), -1);
			ck_assert_int_eq(errno, ECONNRESET);
			udm_close(fd[i]);
		}
		fd[0] = link_socket(v6, 0);
		ck_assert_int_eq(link_connect(fd[0], v6, 7), ECONNREFUSED);
		ck_assert_int_eq(udm_accept(listener, NULL, NULL), -1);
		ck_assert_int_eq(errno, EINVAL);
		/* Nobody is in its queue now. */
		ck_assert_int_eq(udm_listen(listener, 1), 0);
		ck_assert_int_eq(link_connect(fd[0], v6, 7), 0);
		server = udm_accept(listener, NULL, NULL);
		link_transfer(fd[0], server, 1, 5000);
		udm_close(fd[0]);
		udm_close(server);
	}
	udm_close(listener);
	link_close();
}
END_TEST

START_TEST(a_listener_connects)
{
	bool v6 = way_is_v6(_i);
	int fd;

	link_open_way(_i);
	fd = link_socket(v6, 0);
	ck_assert_int_eq(link_bind(fd, v6, 0, 7000), 0);
	ck_assert_int_eq(udm_listen(fd, 1), 0);
	ck_assert_int_eq(link_connect(fd, v6, 7), EISCONN);
	ck_assert_int_eq(link_disconnect(fd), 0);
	link_use_again(fd, v6, 7);
	ck_assert_int_eq(link_disconnect(fd), 0);
	ck_assert_int_eq(udm_listen(fd, 1), 0);
	udm_close(fd);
	link_close();
}
END_TEST

/* --- Names --------------------------------------------------------------- */

START_TEST(what_was_bound_stays_bound)
{
	struct sockaddr_storage any;
	socklen_t len = link_addr(&any, _i, 0, 5556);
	struct link_pair p;
	int fd;

	link_open(UDM_MODE_SIM, 1);
	fd = link_socket(_i, 0);
	ck_assert_int_eq(link_bind(fd, _i, 0, 5555), 0);
	for (int i = 0; i < 3; i++) {
		/* The same ends each time, and at once. */
		link_use_again(fd, _i, 7);
		ck_assert_int_eq(link_disconnect(fd), 0);
		expect_port(fd, _i, 0, 5555);
		ck_assert_int_eq(link_bind(fd, _i, 0, 5557), EINVAL);
		udm_run_until_idle();
	}
	udm_close(fd);
	/* A port only: the address was that of the connection. */
	fd = link_socket(_i, 0);
	if (_i)
		((struct sockaddr_in6 *)&any)->sin6_addr = in6addr_any;
	else
		((struct sockaddr_in *)&any)->sin_addr.s_addr = INADDR_ANY;
	ck_assert_int_eq(udm_bind(fd, (struct sockaddr *)&any, len), 0);
	link_use_again(fd, _i, 7);
	expect_port(fd, _i, 0, 5556);
	ck_assert_int_eq(link_disconnect(fd), 0);
	expect_port(fd, _i, -1, 5556);
	udm_close(fd);
	/* Nothing: it may be bound now. */
	p = link_pair(_i);
	ck_assert_int_eq(link_disconnect(p.client), 0);
	ck_assert_int_eq(link_bind(p.client, _i, 0, 5557), 0);
	link_use_again(p.client, _i, 8);
	expect_port(p.client, _i, 0, 5557);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

/* How many calls the next completion is for; it will come. */
static unsigned int completed(int fd)
{
	char control[128];
	struct msghdr msg = { .msg_control = control, .msg_controllen = sizeof(control) };
	const struct sock_extended_err *e;

	while (udm_recvmsg(fd, &msg, MSG_ERRQUEUE) < 0) {
		ck_assert_int_eq(errno, EAGAIN);
		udm_yield();
	}
	e = (const struct sock_extended_err *)CMSG_DATA(CMSG_FIRSTHDR(&msg));
	ck_assert_uint_eq(e->ee_origin, SO_EE_ORIGIN_ZEROCOPY);
	return e->ee_data - e->ee_info + 1;
}

/* What the application may still read of it stays with the socket. */
START_TEST(completions_come_after_all)
{
	static char buf[30000];
	unsigned int n = 0;
	struct link_pair p;
	int on = 1;

	link_open_way(_i);
	p = link_pair(way_is_v6(_i));
	ck_assert_int_eq(udm_setsockopt(p.client, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)), 0);
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 1000000, 1), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(udm_send(p.client, buf, sizeof(buf), MSG_ZEROCOPY), sizeof(buf));
	ck_assert_int_eq(link_disconnect(p.client), 0);
	/* The last segment may be with the device still. */
	while (n < 2)
		n += completed(p.client);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 0, 1), 0);
	link_use_again(p.client, way_is_v6(_i), 8);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

Suite *tcp_disconnect_suite(void)
{
	Suite *s = suite_create("tcp_disconnect");
	TCase *tc = tcase_create("states"), *after = tcase_create("what stays");

	tcase_add_loop_test(tc, a_closed_socket_has_nothing_to_lose, 0, LINK_WAYS);
	tcase_add_loop_test(tc, an_established_connection_is_reset, 0, LINK_WAYS);
	tcase_add_loop_test(tc, a_connection_that_was_ending, 0, 2);
	tcase_add_loop_test(tc, a_connecting_socket_gives_up, 0, LINK_WAYS);
	tcase_add_loop_test(tc, giving_up_late, 0, 4);
	tcase_add_loop_test(tc, a_listener_stops, 0, LINK_WAYS);
	tcase_add_loop_test(tc, a_listener_connects, 0, LINK_WAYS);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(after, what_was_bound_stays_bound, 0, 2);
	tcase_add_loop_test(after, completions_come_after_all, 0, LINK_WAYS);
	suite_add_tcase(s, after);
	return s;
}
