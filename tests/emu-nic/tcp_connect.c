// SPDX-License-Identifier: GPL-2.0-only
/*
 * How connections begin and why they do not: connect, listen, accept, and the choice of
 * addresses, ports and interfaces. Cases with "ways" run in sim and threads mode, over
 * IPv4 and IPv6.
 */
#include "fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "link_rig.h"

static void expect_name(int fd, bool peer, bool v6, unsigned int end, int port)
{
	struct sockaddr_storage ss = {}, want;
	socklen_t len = sizeof(ss), want_len = link_addr(&want, v6, end, port);
	struct sockaddr_in *in = (struct sockaddr_in *)&ss;

	if (peer)
		ck_assert_int_eq(udm_getpeername(fd, (struct sockaddr *)&ss, &len), 0);
	else
		ck_assert_int_eq(udm_getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	ck_assert_uint_eq(len, want_len);
	/* The ports of both families are in the same place. */
	if (port)
		ck_assert_uint_eq(ntohs(in->sin_port), port);
	in->sin_port = ((struct sockaddr_in *)&want)->sin_port;
	ck_assert_mem_eq(&ss, &want, len);
}

/* --- Connecting ---------------------------------------------------------- */

START_TEST(both_ends_know_their_names)
{
	bool v6 = way_is_v6(_i);
	struct link_pair p;
	char c;

	link_open_way(_i);
	p = link_pair(v6);
	expect_name(p.client, false, v6, 0, 0);
	expect_name(p.client, true, v6, 1, 7);
	expect_name(p.server, false, v6, 1, 7);
	expect_name(p.server, true, v6, 0, 0);
	ck_assert_int_eq(link_connect(p.client, v6, 7), EISCONN);
	ck_assert_int_eq(link_connect(p.server, v6, 7), EISCONN);
	ck_assert_int_eq(link_so_error(p.client), 0);
	ck_assert_int_eq(udm_recv(p.client, &c, 1, MSG_DONTWAIT), -1);
	ck_assert_int_eq(errno, EAGAIN);
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

START_TEST(nobody_listens)
{
	bool v6 = way_is_v6(_i);
	int fd, listener;

	link_open_way(_i);
	fd = link_socket(v6, 0);
	ck_assert_int_eq(link_connect(fd, v6, 9), ECONNREFUSED);
	ck_assert_int_eq(link_so_error(fd), 0);
	/* It may try again, and somebody may be there then. */
	ck_assert_int_eq(link_connect(fd, v6, 9), ECONNREFUSED);
	listener = link_listen(v6, 9, 1);
	ck_assert_int_eq(link_connect(fd, v6, 9), 0);
	ck_assert_int_eq(link_connect(fd, v6, 9), EISCONN);
	udm_close(fd);
	udm_close(listener);
	link_close();
}
END_TEST

START_TEST(connecting_without_waiting)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int fd, listener;

	link_open(UDM_MODE_SIM, 1);
	listener = link_listen(_i, 7, 1);
	fd = link_socket(_i, SOCK_NONBLOCK);
	ck_assert_int_eq(link_connect(fd, _i, 7), EINPROGRESS);
	ck_assert_int_eq(link_connect(fd, _i, 7), EALREADY);
	ck_assert_int_eq(link_events(fd), 0);
	ck_assert_int_eq(udm_getpeername(fd, (struct sockaddr *)&ss, &len), -1);
	ck_assert_int_eq(errno, ENOTCONN);
	ck_assert_int_eq(udm_send(fd, "x", 1, MSG_NOSIGNAL), -1);
	ck_assert_int_eq(errno, EAGAIN);
	udm_run_until_idle();
	ck_assert_int_eq(link_events(fd), POLLOUT);
	ck_assert_int_eq(link_so_error(fd), 0);
	ck_assert_int_eq(link_connect(fd, _i, 7), 0);
	ck_assert_int_eq(link_connect(fd, _i, 7), EISCONN);
	udm_close(fd);
	udm_close(listener);
	/* Refused. */
	fd = link_socket(_i, SOCK_NONBLOCK);
	ck_assert_int_eq(link_connect(fd, _i, 7), EINPROGRESS);
	udm_run_until_idle();
	ck_assert_int_eq(link_events(fd) & (POLLERR | POLLHUP), POLLERR | POLLHUP);
	ck_assert_int_eq(link_so_error(fd), ECONNREFUSED);
	ck_assert_int_eq(link_connect(fd, _i, 7), ECONNABORTED);
	ck_assert_int_eq(link_connect(fd, _i, 7), EINPROGRESS);
	udm_close(fd);
	link_close();
}
END_TEST

START_TEST(nobody_answers)
{
	struct timeval tv = { .tv_sec = 2 };
	uint64_t before;
	int fd;

	link_open(UDM_MODE_SIM, 1);
	ck_assert_int_eq(udm_wire_set_loss(cable.wire, 1000000, 1), 0);
	fd = link_socket(_i, 0);
	ck_assert_int_eq(link_connect(fd, _i, 7), ETIMEDOUT);
	/* For as long as the program likes. */
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)), 0);
	before = udm_now();
	ck_assert_int_eq(link_connect(fd, _i, 7), EINPROGRESS);
	ck_assert_uint_ge(udm_now() - before, 2000000000);
	ck_assert_int_eq(link_connect(fd, _i, 7), EALREADY);
	/* Giving up. */
	ck_assert_int_eq(udm_close(fd), 0);
	fd = link_socket(_i, SOCK_NONBLOCK);
	ck_assert_int_eq(link_connect(fd, _i, 7), EINPROGRESS);
	ck_assert_int_eq(udm_shutdown_socket(fd, SHUT_RDWR), 0);
	ck_assert_int_eq(udm_shutdown_socket(fd, SHUT_RDWR), -1);
	ck_assert_int_eq(errno, ENOTCONN);
	ck_assert_int_eq(udm_close(fd), 0);
	link_close();
}
END_TEST

static int connect_to(int fd, const char *address)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(7) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(7) };
	int ret;

	if (inet_pton(AF_INET, address, &in.sin_addr) == 1)
		ret = udm_connect(fd, (struct sockaddr *)&in, sizeof(in));
	else if (inet_pton(AF_INET6, address, &in6.sin6_addr) == 1)
		ret = udm_connect(fd, (struct sockaddr *)&in6, sizeof(in6));
	else
		abort();
	return ret ? errno : 0;
}

static void bind_to_end(int fd, unsigned int end)
{
	const char *name = udm_netdev_name(cable.nic[end]);

	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, strlen(name) + 1),
			 0);
}

START_TEST(addresses_that_cannot_be_reached)
{
	static const char *const nowhere[] = { "10.2.0.1", "0.0.0.0", "10.1.0.255", "224.0.0.1",
					       "255.255.255.255" };
	static const char *const nowhere6[] = { "fd01::1", "::", "ff02::1", "::ffff:10.2.0.1" };
	int fd;

	link_open(UDM_MODE_SIM, 1);
	fd = link_socket(false, 0);
	for (size_t i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++)
		ck_assert_int_eq(connect_to(fd, nowhere[i]), ENETUNREACH);
	ck_assert_int_eq(connect_to(fd, "fd00::2"), EAFNOSUPPORT);
	ck_assert_int_eq(udm_connect(fd, &(struct sockaddr){ .sa_family = AF_INET }, 3), -1);
	ck_assert_int_eq(errno, EINVAL);
	/* The way to an address of the interface's own would be inside the machine. */
	bind_to_end(fd, 1);
	ck_assert_int_eq(connect_to(fd, "10.1.0.2"), ENETUNREACH);
	udm_close(fd);
	fd = link_socket(true, 0);
	for (size_t i = 0; i < sizeof(nowhere6) / sizeof(*nowhere6); i++)
		ck_assert_int_eq(connect_to(fd, nowhere6[i]), ENETUNREACH);
	udm_close(fd);
	/* Down. */
	udm_netdev_down(cable.nic[0]);
	fd = link_socket(false, 0);
	ck_assert_int_eq(connect_to(fd, "10.1.0.2"), ENETUNREACH);
	udm_close(fd);
	link_close();
}
END_TEST

START_TEST(the_gateway_is_for_other_subnets)
{
	int fd;

	link_open(UDM_MODE_SIM, 1);
	ck_assert_int_eq(udm_netdev_set_gateway(cable.nic[0], "10.1.0.2"), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_netdev_set_gateway(cable.nic[0], "10.1.0.77"), 0);
	fd = link_socket(false, SOCK_NONBLOCK);
	ck_assert_int_eq(connect_to(fd, "192.168.3.4"), EINPROGRESS);
	udm_close(fd);
	ck_assert_int_eq(udm_netdev_set_gateway(cable.nic[0], NULL), 0);
	fd = link_socket(false, SOCK_NONBLOCK);
	ck_assert_int_eq(connect_to(fd, "192.168.3.4"), ENETUNREACH);
	udm_close(fd);
	link_close();
}
END_TEST

/* --- Bound sockets ------------------------------------------------------- */

START_TEST(a_bound_socket_connects_from_there)
{
	struct link_pair p;
	int listener, other;

	link_open(UDM_MODE_SIM, 1);
	listener = link_listen(_i, 7, 4);
	p.client = link_socket(_i, 0);
	ck_assert_int_eq(link_bind(p.client, _i, 0, 5555), 0);
	ck_assert_int_eq(link_connect(p.client, _i, 7), 0);
	p.server = udm_accept(listener, NULL, NULL);
	expect_name(p.server, true, _i, 0, 5555);
	/* The same ends once more: not while that exists, nor just after. */
	other = link_socket(_i, 0);
	ck_assert_int_eq(link_bind(other, _i, 0, 5555), 0);
	ck_assert_int_eq(link_connect(other, _i, 7), EADDRINUSE);
	udm_close(p.client);
	udm_run_until_idle();
	udm_close(p.server);
	udm_run_until_idle();
	ck_assert_int_eq(link_connect(other, _i, 7), EADDRINUSE);
	udm_advance(130000000000);
	ck_assert_int_eq(link_connect(other, _i, 7), 0);
	udm_close(other);
	udm_close(listener);
	link_close();
}
END_TEST

START_TEST(a_socket_bound_elsewhere_cannot)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(5) };
	int fd;

	link_open(UDM_MODE_SIM, 1);
	fd = link_socket(false, 0);
	inet_pton(AF_INET, "10.9.9.9", &in.sin_addr);
	ck_assert_int_eq(udm_bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	ck_assert_int_eq(link_connect(fd, false, 7), EADDRNOTAVAIL);
	udm_close(fd);
	/* Or to the end that owns the destination. */
	fd = link_socket(false, 0);
	ck_assert_int_eq(link_bind(fd, false, 1, 5), 0);
	ck_assert_int_eq(link_connect(fd, false, 7), ENETUNREACH);
	udm_close(fd);
	/* Or to the wrong device. */
	fd = link_socket(false, 0);
	ck_assert_int_eq(link_bind(fd, false, 0, 5), 0);
	bind_to_end(fd, 1);
	ck_assert_int_eq(link_connect(fd, false, 7), ENETUNREACH);
	udm_close(fd);
	link_close();
}
END_TEST

START_TEST(a_listener_bound_to_a_device_hears_that_one)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(7) };
	int fd, listener;

	link_open(UDM_MODE_SIM, 1);
	listener = link_socket(false, 0);
	bind_to_end(listener, 0);
	ck_assert_int_eq(udm_bind(listener, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(listener, 1), 0);
	fd = link_socket(false, 0);
	ck_assert_int_eq(link_connect(fd, false, 7), ECONNREFUSED);
	/* From the other end it is the device the SYN comes to. */
	udm_close(fd);
	fd = link_socket(false, 0);
	ck_assert_int_eq(connect_to(fd, "10.1.0.1"), 0);
	udm_close(fd);
	udm_close(listener);
	link_close();
}
END_TEST

/* --- Both families ------------------------------------------------------- */

START_TEST(mapped_addresses_are_ipv4)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(7) };
	struct sockaddr_in6 name;
	char text[INET6_ADDRSTRLEN];
	socklen_t len = sizeof(name);
	int listener, fd, server, on = 1;

	link_open(UDM_MODE_SIM, 1);
	listener = link_socket(true, 0);
	ck_assert_int_eq(udm_bind(listener, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(listener, 3), 0);
	fd = link_socket(true, 0);
	ck_assert_int_eq(connect_to(fd, "::ffff:10.1.0.2"), 0);
	server = udm_accept(listener, (struct sockaddr *)&name, &len);
	ck_assert_int_ge(server, 0);
	ck_assert_str_eq(inet_ntop(AF_INET6, &name.sin6_addr, text, sizeof(text)),
			 "::ffff:10.1.0.1");
	link_transfer(fd, server, 1, 100000);
	udm_close(fd);
	udm_close(server);
	udm_close(listener);
	/* Only IPv6. */
	listener = link_socket(true, 0);
	ck_assert_int_eq(udm_setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)), 0);
	ck_assert_int_eq(udm_bind(listener, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(listener, 3), 0);
	fd = link_socket(false, 0);
	ck_assert_int_eq(connect_to(fd, "10.1.0.2"), ECONNREFUSED);
	udm_close(fd);
	fd = link_socket(true, 0);
	ck_assert_int_eq(udm_setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)), 0);
	ck_assert_int_eq(connect_to(fd, "::ffff:10.1.0.2"), ENETUNREACH);
	ck_assert_int_eq(connect_to(fd, "fd00::2"), 0);
	udm_close(fd);
	udm_close(listener);
	link_close();
}
END_TEST

/* --- Accepting ----------------------------------------------------------- */

START_TEST(a_full_backlog_makes_them_wait)
{
	int listener, fd[3], server;

	link_open(UDM_MODE_SIM, 1);
	listener = link_listen(_i, 7, 1);
	for (int i = 0; i < 3; i++) {
		fd[i] = link_socket(_i, SOCK_NONBLOCK);
		ck_assert_int_eq(link_connect(fd[i], _i, 7), EINPROGRESS);
		udm_run_until_idle();
		/* One more may wait than was said. */
		ck_assert_int_eq(link_events(fd[i]), i < 2 ? POLLOUT : 0);
	}
	server = udm_accept(listener, NULL, NULL);
	ck_assert_int_ge(server, 0);
	udm_advance(20000000000);
	ck_assert_int_eq(link_events(fd[2]), POLLOUT);
	for (int i = 0; i < 3; i++)
		udm_close(fd[i]);
	udm_close(server);
	udm_close(listener);
	link_close();
}
END_TEST

START_TEST(who_was_not_accepted_is_reset)
{
	int listener, fd;
	char c;

	link_open(UDM_MODE_SIM, 1);
	listener = link_listen(_i, 7, 1);
	fd = link_socket(_i, 0);
	ck_assert_int_eq(link_connect(fd, _i, 7), 0);
	udm_close(listener);
	ck_assert_int_eq(udm_recv(fd, &c, 1, 0), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	udm_close(fd);
	/* In the middle of the handshake, too. */
	listener = link_listen(_i, 7, 1);
	fd = link_socket(_i, SOCK_NONBLOCK);
	ck_assert_int_eq(link_connect(fd, _i, 7), EINPROGRESS);
	for (int i = 0; i < 12; i++)
		udm_yield();
	udm_close(listener);
	udm_run_until_idle();
	ck_assert(link_events(fd) & POLLHUP);
	udm_close(fd);
	link_close();
}
END_TEST

/* What was sent and ended before anybody accepted is there all the same. */
START_TEST(accepting_late)
{
	int listener, fd, server;

	link_open(UDM_MODE_SIM, 1);
	listener = link_listen(_i, 7, 1);
	fd = link_socket(_i, 0);
	ck_assert_int_eq(link_connect(fd, _i, 7), 0);
	ck_assert_int_eq(send_stream(fd, 1, 0, 3000), 0);
	udm_close(fd);
	udm_run_until_idle();
	server = udm_accept(listener, NULL, NULL);
	ck_assert_int_ge(server, 0);
	ck_assert_int_eq(recv_stream(server, 1, 0, 5000), 3000);
	udm_close(server);
	udm_close(listener);
	link_close();
}
END_TEST

/* --- Failures ------------------------------------------------------------ */

static int expect(bool ok)
{
	return ok ? 0 : -ENOMEM;
}

static int exchange(int client, int listener, bool v6)
{
	const struct timeval second = { .tv_sec = 1 };
	int server, err;

	/* For the end of the handshake. */
	udm_setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	err = link_connect(client, v6, 7);
	if (err)
		return -err;
	server = udm_accept(listener, NULL, NULL);
	if (server < 0)
		return -errno;
	err = send_stream(client, 1, 0, 9000);
	if (!err)
		err = -expect(recv_stream(server, 1, 0, 9000) == 9000);
	udm_close(server);
	return -err;
}

static int conversation(bool v6)
{
	int client, listener, err = -ENOMEM;
	struct sockaddr_storage ss;
	socklen_t len = link_addr(&ss, v6, 1, 7);

	client = udm_socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	listener = udm_socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	if (client >= 0 && listener >= 0 && !udm_bind(listener, (struct sockaddr *)&ss, len) &&
	    !udm_listen(listener, 1))
		err = exchange(client, listener, v6);
	if (client >= 0)
		udm_close(client);
	if (listener >= 0)
		udm_close(listener);
	return err;
}

/* A connection, bytes, and the end: nothing is left behind whatever fails. */
static int talk(void *ctx)
{
	int err = conversation(*(bool *)ctx);

	udm_advance(200000000000);
	return err;
}

START_TEST(no_allocation_is_vital)
{
	bool v6 = _i;
	int points;

	link_open(UDM_MODE_SIM, 1);
	link_grow_pools();
	points = udm_fault_sweep(talk, &v6);
	ck_assert_msg(points > 10, "%d: %s", points, udm_fault_sweep_message());
	link_close();
}
END_TEST

/* Some allocations of everybody fail: slower, and right. */
START_TEST(memory_is_short_for_all)
{
	struct link_pair p;

	link_open(UDM_MODE_SIM, _i + 1);
	p = link_pair(_i & 1);
	udm_fault_set("failslab", "probability", 8);
	udm_fault_set("failslab", "times", 2000);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_set("failslab", "ignore-gfp-wait", 1);
	ck_assert_int_eq(send_stream(p.client, 1, 0, 50000), 0);
	ck_assert_int_eq(recv_stream(p.server, 1, 0, 50000), 50000);
	udm_fault_reset();
	udm_close(p.client);
	udm_close(p.server);
	link_close();
}
END_TEST

Suite *tcp_connect_suite(void)
{
	Suite *s = suite_create("tcp_connect");
	TCase *tc = tcase_create("connect"), *bound = tcase_create("bound");
	TCase *accept = tcase_create("accept"), *memory = tcase_create("memory");

	tcase_add_loop_test(tc, both_ends_know_their_names, 0, LINK_WAYS);
	tcase_add_loop_test(tc, nobody_listens, 0, LINK_WAYS);
	tcase_add_loop_test(tc, connecting_without_waiting, 0, 2);
	tcase_add_loop_test(tc, nobody_answers, 0, 2);
	tcase_add_test(tc, addresses_that_cannot_be_reached);
	tcase_add_test(tc, the_gateway_is_for_other_subnets);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(bound, a_bound_socket_connects_from_there, 0, 2);
	tcase_add_test(bound, a_socket_bound_elsewhere_cannot);
	tcase_add_test(bound, a_listener_bound_to_a_device_hears_that_one);
	tcase_add_test(bound, mapped_addresses_are_ipv4);
	suite_add_tcase(s, bound);
	tcase_add_loop_test(accept, a_full_backlog_makes_them_wait, 0, 2);
	tcase_add_loop_test(accept, who_was_not_accepted_is_reset, 0, 2);
	tcase_add_loop_test(accept, accepting_late, 0, 2);
	suite_add_tcase(s, accept);
	tcase_add_loop_test(memory, no_allocation_is_vital, 0, 2);
	tcase_add_loop_test(memory, memory_is_short_for_all, 0, 4);
	suite_add_tcase(s, memory);
	return s;
}
