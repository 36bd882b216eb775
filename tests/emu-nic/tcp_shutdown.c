// SPDX-License-Identifier: GPL-2.0-only
/*
 * shutdown() in states other than connected: of listeners, of sockets that are connecting, of
 * closed ones; and of connected ones that are used again. Cases with "ways" run in sim and
 * threads mode, over IPv4 and IPv6.
 */
#include "fixture.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "link_rig.h"
#include "link_waiter.h"

static const int halves[] = { SHUT_RD, SHUT_WR, SHUT_RDWR };

static int shut(int fd, int how)
{
	return udm_shutdown_socket(fd, how) ? errno : 0;
}

/* --- Listening ----------------------------------------------------------- */

START_TEST(a_listener_stops)
{
	bool v6 = way_is_v6(_i % LINK_WAYS);
	int how = _i < LINK_WAYS ? SHUT_RD : SHUT_RDWR, fd, client;
	struct waiter accepting, polling;
	char c;

	link_open_way(_i % LINK_WAYS);
	fd = link_listen(v6, 7, 2);
	waiter_start(&accepting, wait_to_accept, fd, v6);
	waiter_start(&polling, wait_for_events, fd, v6);
	udm_run_until_idle();
	ck_assert_int_eq(shut(fd, how), 0);
	udm_thread_join(accepting.thread);
	udm_thread_join(polling.thread);
	ck_assert_int_eq(accepting.ret, -1);
	ck_assert_int_eq(accepting.err, EINVAL);
	ck_assert_int_eq(polling.ret, 1);
	ck_assert_int_eq(polling.err, POLLHUP);
	ck_assert_int_eq(shut(fd, how), ENOTCONN);
	ck_assert_int_eq(link_so_error(fd), 0);
	/* Again, and who waits to be accepted then is reset. */
	ck_assert_int_eq(udm_listen(fd, 1), 0);
	client = link_socket(v6, 0);
	ck_assert_int_eq(link_connect(client, v6, 7), 0);
	ck_assert_int_eq(shut(fd, how), 0);
	ck_assert_int_eq(udm_recv(client, &c, 1, 0), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	udm_close(client);
	client = link_socket(v6, 0);
	ck_assert_int_eq(link_connect(client, v6, 7), ECONNREFUSED);
	udm_close(client);
	udm_close(fd);
	link_close();
}
END_TEST

/* It sends nothing anyway. */
START_TEST(a_listener_that_will_not_send)
{
	int fd, client, server;

	link_open_way(_i);
	fd = link_listen(way_is_v6(_i), 7, 2);
	client = link_socket(way_is_v6(_i), 0);
	ck_assert_int_eq(link_connect(client, way_is_v6(_i), 7), 0);
	ck_assert_int_eq(shut(fd, SHUT_WR), 0);
	ck_assert_int_eq(link_state(fd), TCP_LISTEN);
	server = udm_accept(fd, NULL, NULL);
	ck_assert_int_ge(server, 0);
	link_transfer(server, client, 1, 5000);
	udm_close(client);
	udm_close(server);
	client = link_socket(way_is_v6(_i), 0);
	ck_assert_int_eq(link_connect(client, way_is_v6(_i), 7), 0);
	udm_close(client);
	udm_close(fd);
	link_close();
}
END_TEST

/* --- Connecting ---------------------------------------------------------- */

START_TEST(a_connecting_socket_gives_up)
{
	bool v6 = way_is_v6(_i);
	struct waiter connecting, polling;
	int fd;

	link_open_way(_i);
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 1000000, 1), 0);
	fd = link_socket(v6, 0);
	for (int i = 0; i < 3; i++) {
		waiter_start(&connecting, wait_to_connect, fd, v6);
		while (link_state(fd) != TCP_SYN_SENT)
			udm_yield();
		waiter_start(&polling, wait_for_events, fd, v6);
		udm_run_until_idle();
		ck_assert_int_eq(shut(fd, halves[i]), 0);
		udm_thread_join(connecting.thread);
		udm_thread_join(polling.thread);
		ck_assert_int_eq(connecting.err, EPIPE);
		ck_assert_int_eq(polling.ret, 1);
		ck_assert(polling.err & POLLHUP);
		ck_assert_int_eq(link_so_error(fd), ECONNRESET);
		ck_assert_int_eq(shut(fd, halves[i]), ENOTCONN);
	}
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 0, 1), 0);
	link_use_again(fd, v6, 8);
	udm_close(fd);
	link_close();
}
END_TEST

/* --- Closed, connected --------------------------------------------------- */

START_TEST(a_closed_socket)
{
	int fd;

	link_open_way(_i);
	fd = link_socket(way_is_v6(_i), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(shut(fd, halves[i]), ENOTCONN);
	ck_assert_int_eq(shut(fd, 3), EINVAL);
	ck_assert_int_eq(shut(fd, -1), EINVAL);
	link_use_again(fd, way_is_v6(_i), 8);
	udm_close(fd);
	link_close();
}
END_TEST

/* What was shut is open in the next connection. */
START_TEST(a_connected_socket_that_is_used_again)
{
	bool v6 = way_is_v6(_i);
	struct link_pair p;
	char c;

	link_open_way(_i);
	for (int i = 0; i < 3; i++) {
		p = link_pair(v6);
		ck_assert_int_eq(shut(p.client, halves[i]), 0);
		ck_assert_int_eq(link_disconnect(p.client), 0);
		ck_assert_int_eq(shut(p.client, halves[i]), ENOTCONN);
		ck_assert_int_eq(udm_recv(p.client, &c, 1, 0), -1);
		link_use_again(p.client, v6, 8);
		udm_close(p.client);
		udm_close(p.server);
	}
	link_close();
}
END_TEST

Suite *tcp_shutdown_suite(void)
{
	Suite *s = suite_create("tcp_shutdown");
	TCase *tc = tcase_create("states");

	tcase_add_loop_test(tc, a_listener_stops, 0, 2 * LINK_WAYS);
	tcase_add_loop_test(tc, a_listener_that_will_not_send, 0, LINK_WAYS);
	tcase_add_loop_test(tc, a_connecting_socket_gives_up, 0, LINK_WAYS);
	tcase_add_loop_test(tc, a_closed_socket, 0, LINK_WAYS);
	tcase_add_loop_test(tc, a_connected_socket_that_is_used_again, 0, LINK_WAYS);
	suite_add_tcase(s, tc);
	return s;
}
