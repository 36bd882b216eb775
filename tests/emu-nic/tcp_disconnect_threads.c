// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disconnecting a socket that other threads use: who waits is woken and told so, and who
 * comes later meets a socket that is not connected. Cases with "ways" run in sim and threads
 * mode, over IPv4 and IPv6.
 */
#include "fixture.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "link_rig.h"
#include "link_waiter.h"

static void *wait_to_read(void *ctx)
{
	struct waiter *w = ctx;
	char c;

	w->ret = udm_recv(w->fd, &c, 1, 0);
	w->err = errno;
	return NULL;
}

static void *wait_for_all(void *ctx)
{
	struct waiter *w = ctx;
	char buf[20];

	w->ret = udm_recv(w->fd, buf, sizeof(buf), MSG_WAITALL);
	w->err = errno;
	return NULL;
}

static void *wait_to_write(void *ctx)
{
	struct waiter *w = ctx;

	w->err = send_stream(w->fd, 1, 0, 4 << 20);
	return NULL;
}

/* In sim mode it had been waiting; else it may have come too late for that. */
static void expect_told(const struct waiter *w, int way)
{
	if (way & 1)
		ck_assert_msg(w->err == EPIPE || w->err == ECONNRESET || w->err == ENOTCONN,
			      "%d", w->err);
	else
		ck_assert_int_eq(w->err, EPIPE);
}

/* --- Woken --------------------------------------------------------------- */

START_TEST(who_waits_for_a_connection)
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
		ck_assert_int_eq(link_disconnect(fd), 0);
		udm_thread_join(connecting.thread);
		udm_thread_join(polling.thread);
		ck_assert_int_eq(connecting.err, EPIPE);
		ck_assert_int_eq(polling.ret, 1);
		ck_assert(polling.err & POLLHUP);
	}
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 0, 1), 0);
	link_use_again(fd, v6, 8);
	udm_close(fd);
	link_close();
}
END_TEST

/* That somebody connects once more is not what the first one waits for. */
START_TEST(who_waited_for_the_connection_before)
{
	struct timeval soon = { .tv_usec = 1 };
	struct waiter w;
	int fd;

	link_open_way(_i);
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 1000000, 1), 0);
	fd = link_socket(way_is_v6(_i), 0);
	waiter_start(&w, wait_to_connect, fd, way_is_v6(_i));
	while (link_state(fd) != TCP_SYN_SENT)
		udm_yield();
	udm_run_until_idle();
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof(soon)), 0);
	ck_assert_int_eq(link_disconnect(fd), 0);
	ck_assert_int_eq(link_connect(fd, way_is_v6(_i), 7), EINPROGRESS);
	udm_thread_join(w.thread);
	ck_assert_int_eq(w.err, EPIPE);
	ck_assert_int_eq(link_state(fd), TCP_SYN_SENT);
	udm_close(fd);
	link_close();
}
END_TEST

START_TEST(who_waits_for_bytes)
{
	bool v6 = way_is_v6(_i);
	struct waiter reading, polling;
	struct link_pair p;

	link_open_way(_i);
	p = link_pair(v6);
	waiter_start(&reading, wait_to_read, p.client, v6);
	waiter_start(&polling, wait_for_events, p.client, v6);
	udm_run_until_idle();
	ck_assert_int_eq(link_disconnect(p.client), 0);
	udm_thread_join(reading.thread);
	udm_thread_join(polling.thread);
	ck_assert_int_eq(reading.ret, -1);
	expect_told(&reading, _i);
	ck_assert_int_eq(polling.ret, 1);
	ck_assert(polling.err & POLLHUP);
	link_use_again(p.client, v6, 8);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

/* Half of what it wanted it has: that counts. */
START_TEST(who_waits_for_more_bytes)
{
	struct waiter reading;
	struct link_pair p;

	link_open(UDM_MODE_SIM, 1);
	p = link_pair(_i);
	ck_assert_int_eq(send_stream(p.server, 1, 0, 12), 0);
	waiter_start(&reading, wait_for_all, p.client, _i);
	udm_run_until_idle();
	ck_assert_int_eq(link_disconnect(p.client), 0);
	udm_thread_join(reading.thread);
	ck_assert_int_eq(reading.ret, 12);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

/* A new connection that is there when the thread wakes is not the one it was reading. */
START_TEST(who_wakes_into_another_connection)
{
	struct waiter reading, writing;
	struct link_pair p;
	int listener, server;

	link_open(UDM_MODE_SIM, _i + 1);
	listener = link_listen(_i & 1, 7, 4);
	p.client = link_socket(_i & 1, 0);
	ck_assert_int_eq(link_connect(p.client, _i & 1, 7), 0);
	p.server = udm_accept(listener, NULL, NULL);
	waiter_start(&writing, wait_to_write, p.client, _i & 1);
	waiter_start(&reading, wait_to_read, p.client, _i & 1);
	udm_run_until_idle();
	ck_assert_int_eq(link_disconnect(p.client), 0);
	ck_assert_int_eq(link_connect(p.client, _i & 1, 7), 0);
	server = udm_accept(listener, NULL, NULL);
	ck_assert_int_eq(send_stream(server, 3, 0, 100), 0);
	udm_thread_join(reading.thread);
	ck_assert_int_eq(reading.ret, -1);
	ck_assert_int_eq(reading.err, EPIPE);
	ck_assert_int_eq(recv_stream(p.client, 3, 0, 100), 100);
	/* The writer's next call is on that one. */
	udm_close(server);
	udm_close(p.server);
	udm_thread_join(writing.thread);
	ck_assert(writing.err == EPIPE || writing.err == ECONNRESET);
	udm_close(p.client);
	udm_close(listener);
	link_close();
}
END_TEST

START_TEST(who_waits_for_room)
{
	bool v6 = way_is_v6(_i);
	struct waiter writing;
	struct link_pair p;

	link_open_way(_i);
	p = link_pair(v6);
	waiter_start(&writing, wait_to_write, p.client, v6);
	udm_run_until_idle();
	ck_assert_int_eq(link_disconnect(p.client), 0);
	udm_thread_join(writing.thread);
	ck_assert_msg(writing.err == EPIPE || writing.err == ECONNRESET, "%d", writing.err);
	link_use_again(p.client, v6, 8);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

START_TEST(who_waits_to_accept)
{
	bool v6 = way_is_v6(_i);
	struct waiter accepting, polling;
	int fd;

	link_open_way(_i);
	fd = link_listen(v6, 7, 1);
	waiter_start(&accepting, wait_to_accept, fd, v6);
	waiter_start(&polling, wait_for_events, fd, v6);
	udm_run_until_idle();
	ck_assert_int_eq(link_disconnect(fd), 0);
	udm_thread_join(accepting.thread);
	udm_thread_join(polling.thread);
	ck_assert_int_eq(accepting.ret, -1);
	ck_assert_int_eq(accepting.err, EINVAL);
	ck_assert_int_eq(polling.ret, 1);
	ck_assert_int_eq(polling.err, POLLHUP);
	udm_close(fd);
	link_close();
}
END_TEST

/* --- At once ------------------------------------------------------------- */

static void *disconnect(void *ctx)
{
	struct waiter *w = ctx;

	w->err = link_disconnect(w->fd);
	return NULL;
}

/* Both ends, or one end twice, in every order of what the schedule makes of it. */
START_TEST(both_disconnect_at_once)
{
	struct waiter w[3];
	struct link_pair p;

	link_open(UDM_MODE_SIM, _i + 1);
	for (int i = 0; i < 8; i++) {
		p = link_pair(i & 1);
		if (i & 2)
			ck_assert_int_eq(send_stream(p.client, 1, 0, 3000), 0);
		if (i & 4)
			ck_assert_int_eq(udm_shutdown_socket(p.server, SHUT_WR), 0);
		waiter_start(&w[0], disconnect, p.client, i & 1);
		waiter_start(&w[1], disconnect, p.server, i & 1);
		waiter_start(&w[2], disconnect, p.client, i & 1);
		for (int j = 0; j < 3; j++) {
			udm_thread_join(w[j].thread);
			ck_assert_int_eq(w[j].err, 0);
		}
		link_use_again(p.client, i & 1, 8);
		udm_close(p.client);
		udm_close(p.server);
	}
	link_close();
}
END_TEST

/* Real threads: segments, acknowledgements and ends come in while sockets are used again. */
START_TEST(disconnecting_while_the_stack_works)
{
	bool v6 = _i;
	struct waiter reading, writing;
	int listener, client, server;

	link_open(UDM_MODE_THREADS, 1);
	listener = link_listen(v6, 7, 4);
	client = link_socket(v6, 0);
	for (unsigned int round = 0; round < test_rounds(60); round++) {
		ck_assert_int_eq(link_connect(client, v6, 7), 0);
		server = udm_accept(listener, NULL, NULL);
		ck_assert_int_ge(server, 0);
		waiter_start(&writing, wait_to_write, server, v6);
		waiter_start(&reading, wait_to_read, client, v6);
		if (round & 1)
			udm_thread_join(reading.thread);
		ck_assert_int_eq(link_disconnect(round & 2 ? client : server), 0);
		if (!(round & 1))
			udm_thread_join(reading.thread);
		ck_assert_int_eq(link_disconnect(client), 0);
		udm_thread_join(writing.thread);
		udm_close(server);
		/* Again, without waiting for how it goes; and a listener that stops meanwhile. */
		ck_assert_int_eq(link_disconnect(listener), 0);
		ck_assert_int_eq(udm_listen(listener, 4), 0);
	}
	udm_close(client);
	udm_close(listener);
	link_close();
}
END_TEST

Suite *tcp_disconnect_threads_suite(void)
{
	Suite *s = suite_create("tcp_disconnect_threads");
	TCase *tc = tcase_create("woken"), *race = tcase_create("at once");

	tcase_add_loop_test(tc, who_waits_for_a_connection, 0, LINK_WAYS);
	tcase_add_loop_test(tc, who_waited_for_the_connection_before, 0, LINK_WAYS);
	tcase_add_loop_test(tc, who_waits_for_bytes, 0, LINK_WAYS);
	tcase_add_loop_test(tc, who_waits_for_more_bytes, 0, 2);
	tcase_add_loop_test(tc, who_wakes_into_another_connection, 0, 6);
	tcase_add_loop_test(tc, who_waits_for_room, 0, LINK_WAYS);
	tcase_add_loop_test(tc, who_waits_to_accept, 0, LINK_WAYS);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(race, both_disconnect_at_once, 0, 5);
	tcase_add_loop_test(race, disconnecting_while_the_stack_works, 0, 2);
	suite_add_tcase(s, race);
	return s;
}
