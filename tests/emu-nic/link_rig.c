// SPDX-License-Identifier: GPL-2.0-only
/* Two NICs and a cable (link_rig.h). */
#include "link_rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/minmax.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "fixture.h"

struct link_rig cable;

static const char *const subnets[2][2] = {
	{ "10.1.0.1/24", "fd00::1/64" },
	{ "10.1.0.2/24", "fd00::2/64" },
};

static int end_up(unsigned int end)
{
	struct udm_netdev *nic = cable.nic[end];

	if (udm_netdev_up(nic) || udm_netdev_add_address(nic, subnets[end][0]))
		return -1;
	return udm_netdev_add_address(nic, subnets[end][1]);
}

int link_try_up(const struct udm_netdev_config *cfg)
{
	for (unsigned int i = 0; i < 2; i++) {
		cable.nic[i] = udm_netdev_create(cfg);
		if (!cable.nic[i])
			return -1;
	}
	cable.wire = udm_wire_loopback(udm_netdev_hw(cable.nic[0]), udm_netdev_hw(cable.nic[1]));
	if (!cable.wire || end_up(0) || end_up(1))
		return -1;
	udm_run_until_idle();
	return 0;
}

void link_up(void)
{
	const struct udm_netdev_config cfg = { .queues = 2 };

	ck_assert_int_eq(link_try_up(&cfg), 0);
}

void link_down(void)
{
	udm_wire_destroy(cable.wire);
	for (unsigned int i = 0; i < 2; i++)
		udm_netdev_destroy(cable.nic[i]);
	cable = (struct link_rig){};
}

void link_open(enum udm_mode mode, uint64_t seed)
{
	const struct udm_config cfg = { .mode = mode, .seed = seed };

	machine_boot_with(&cfg);
	link_up();
}

void link_open_way(int way)
{
	link_open(way & 1 ? UDM_MODE_THREADS : UDM_MODE_SIM, 1);
}

void link_close(void)
{
	link_down();
	udm_run_until_idle();
	machine_shutdown();
}

/* --- Sockets ------------------------------------------------------------- */

socklen_t link_addr(struct sockaddr_storage *ss, bool v6, unsigned int end, uint16_t port)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;
	struct sockaddr_in *in = (struct sockaddr_in *)ss;

	memset(ss, 0, sizeof(*ss));
	if (v6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		inet_pton(AF_INET6, end ? "fd00::2" : "fd00::1", &in6->sin6_addr);
		return sizeof(*in6);
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	inet_pton(AF_INET, end ? "10.1.0.2" : "10.1.0.1", &in->sin_addr);
	return sizeof(*in);
}

int link_socket(bool v6, int flags)
{
	int fd = udm_socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | flags, 0);

	ck_assert_int_ge(fd, 0);
	return fd;
}

int link_bind(int fd, bool v6, unsigned int end, uint16_t port)
{
	struct sockaddr_storage ss;
	socklen_t len = link_addr(&ss, v6, end, port);

	return udm_bind(fd, (struct sockaddr *)&ss, len) ? errno : 0;
}

int link_listen(bool v6, uint16_t port, int backlog)
{
	int fd = link_socket(v6, 0);

	ck_assert_int_eq(link_bind(fd, v6, 1, port), 0);
	ck_assert_int_eq(udm_listen(fd, backlog), 0);
	return fd;
}

int link_connect(int fd, bool v6, uint16_t port)
{
	struct sockaddr_storage ss;
	socklen_t len = link_addr(&ss, v6, 1, port);

	return udm_connect(fd, (struct sockaddr *)&ss, len) ? errno : 0;
}

int link_disconnect(int fd)
{
	const struct sockaddr unspec = { .sa_family = AF_UNSPEC };

	return udm_connect(fd, &unspec, sizeof(unspec)) ? errno : 0;
}

struct link_pair link_pair(bool v6)
{
	struct link_pair p = { .client = link_socket(v6, 0) };
	int listener = link_listen(v6, 7, 1);

	ck_assert_int_eq(link_connect(p.client, v6, 7), 0);
	p.server = udm_accept(listener, NULL, NULL);
	ck_assert_int_ge(p.server, 0);
	udm_close(listener);
	return p;
}

/* --- Streams ------------------------------------------------------------- */

unsigned char stream_byte(unsigned int stream, size_t at)
{
	return (at * 7 + (at >> 8) * 13 + (at >> 16) * 31 + stream * 101) ^ (at >> 3);
}

int send_stream(int fd, unsigned int stream, size_t at, size_t n)
{
	unsigned char buf[20000];
	size_t done = 0, len;
	ssize_t sent;

	while (done < n) {
		len = min(n - done, sizeof(buf));
		for (size_t i = 0; i < len; i++)
			buf[i] = stream_byte(stream, at + done + i);
		sent = udm_send(fd, buf, len, MSG_NOSIGNAL);
		if (sent < 0)
			return errno;
		done += sent;
	}
	return 0;
}

ssize_t recv_stream(int fd, unsigned int stream, size_t at, size_t n)
{
	unsigned char buf[30000];
	size_t done = 0;
	ssize_t got;

	while (done < n) {
		got = udm_recv(fd, buf, min(n - done, sizeof(buf)), 0);
		if (got < 0)
			return -errno;
		if (!got)
			break;
		for (ssize_t i = 0; i < got; i++)
			/* An assertion is a message to the test's parent: not for each byte. */
			if (buf[i] != stream_byte(stream, at + done + i))
				ck_abort_msg("byte %zu of the stream is wrong", at + done + i);
		done += got;
	}
	return done;
}

struct sending {
	int fd;
	unsigned int stream;
	size_t n;
	int err;
};

static void *sender(void *ctx)
{
	struct sending *s = ctx;

	s->err = send_stream(s->fd, s->stream, 0, s->n);
	return NULL;
}

void link_transfer(int from, int to, unsigned int stream, size_t n)
{
	struct sending s = { .fd = from, .stream = stream, .n = n };
	struct udm_thread *thread = udm_thread_create("sender", sender, &s);

	ck_assert_ptr_nonnull(thread);
	ck_assert_int_eq(recv_stream(to, stream, 0, n), n);
	udm_thread_join(thread);
	ck_assert_int_eq(s.err, 0);
}

void link_grow_pools(void)
{
	struct link_pair p[6];

	for (int i = 0; i < 6; i++) {
		p[i] = link_pair(i & 1);
		ck_assert_int_eq(send_stream(p[i].client, 1, 0, 60000), 0);
		ck_assert_int_eq(send_stream(p[i].server, 1, 0, 60000), 0);
	}
	udm_run_until_idle();
	for (int i = 0; i < 6; i++) {
		udm_close(p[i].client);
		udm_close(p[i].server);
	}
	udm_run_until_idle();
}

/* --- What sockets say ---------------------------------------------------- */

int link_so_error(int fd)
{
	socklen_t len = sizeof(int);
	int err;

	ck_assert_int_eq(udm_getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len), 0);
	return err;
}

int link_state(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	ck_assert_int_eq(udm_getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len), 0);
	return info.tcpi_state;
}

short link_events(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP };

	ck_assert_int_ge(udm_poll(&p, 1, 0), 0);
	return p.revents;
}

void link_use_again(int fd, bool v6, uint16_t port)
{
	int listener = link_listen(v6, port, 1), server;

	ck_assert_int_eq(link_connect(fd, v6, port), 0);
	ck_assert_int_eq(link_so_error(fd), 0);
	server = udm_accept(listener, NULL, NULL);
	ck_assert_int_ge(server, 0);
	link_transfer(fd, server, 1, 70000);
	link_transfer(server, fd, 2, 70000);
	ck_assert_int_eq(udm_close(server), 0);
	ck_assert_int_eq(udm_close(listener), 0);
}
