// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of lost segments: chosen frames of a cable do not arrive, and the stream
 * is whole after a time, and so many repetitions, that do not depend on the machine that
 * runs the test: time is virtual. Cases with an index run over IPv4 and IPv6.
 */
#include "fixture.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "link_rig.h"

enum { MSS = 1460, WINDOW = 40, MS = 1000000 };

#define BITS(n)	((1ull << (n)) - 1)

static void info_of(int fd, struct tcp_info *info)
{
	socklen_t len = sizeof(*info);

	ck_assert_int_eq(udm_getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &len), 0);
	ck_assert_uint_eq(len, sizeof(*info));
}

/* A connection whose sender dares to send WINDOW segments at once, and is idle. */
static struct link_pair wide_pair(bool v6)
{
	struct link_pair p = link_pair(v6);
	struct tcp_info info;

	link_transfer(p.client, p.server, 1, 300000);
	udm_advance(1000 * MS);
	info_of(p.client, &info);
	ck_assert_uint_ge(info.tcpi_snd_cwnd, WINDOW);
	ck_assert_uint_eq(info.tcpi_total_retrans, 0);
	ck_assert_uint_eq(info.tcpi_unacked, 0);
	return p;
}

static void close_pair(const struct link_pair *p)
{
	ck_assert_int_eq(udm_close(p->client), 0);
	ck_assert_int_eq(udm_close(p->server), 0);
}

/* --- One window ---------------------------------------------------------- */

struct disturbance {
	const char *what;
	uint64_t lose, late;	/* of the data */
	uint64_t lose_acks;
	unsigned int segments;	/* the window */
	unsigned int repeated;	/* so many segments, */
	unsigned int late_acks;	/* or more: some were acknowledged late, */
	unsigned int ms;	/* and all has arrived before that */
	bool shrinks;		/* the sender is slower afterwards */
};

static const struct disturbance disturbances[] = {
	{ "nothing", .segments = WINDOW, .ms = 1 },
	{ "the first", 1, .segments = WINDOW, .repeated = 1, .ms = 1, .shrinks = true },
	{ "two", 1 << 3 | 1 << 20, .segments = WINDOW, .repeated = 2, .ms = 1, .shrinks = true },
	{ "every second of twenty", 0x55555, .segments = WINDOW, .repeated = 10, .ms = 1,
	  .shrinks = true },
	{ "the last one, which may just be acknowledged late", 1ull << 39, .segments = WINDOW,
	  .repeated = 1, .late_acks = 1, .ms = 265, .shrinks = true },
	{ "the last two", 3ull << 38, .segments = WINDOW, .repeated = 2,
	  .late_acks = 2, .ms = 25, .shrinks = true },
	{ "one with too few behind it", 1 << 1, .segments = 3, .repeated = 1, .late_acks = 1,
	  .ms = 15, .shrinks = true },
	{ "all", BITS(WINDOW), .segments = WINDOW, .repeated = WINDOW, .ms = 15,
	  .shrinks = true },
	{ "all, and the probe", BITS(WINDOW + 2), .segments = WINDOW, .repeated = WINDOW + 2,
	  .ms = 600, .shrinks = true },
	{ "one and its repetition", 1 | 1ull << WINDOW, .segments = WINDOW, .repeated = 2,
	  .ms = 15, .shrinks = true },
	{ "some acknowledgements", .lose_acks = BITS(5), .segments = WINDOW, .ms = 1 },
	{ "nothing, but one is late", .late = 1 << 5, .segments = WINDOW, .ms = 1 },
	{ "nothing, but many are late", .late = 0x2492492492, .segments = WINDOW, .ms = 1 },
};

#define DISTURBANCES (sizeof(disturbances) / sizeof(*disturbances))

START_TEST(a_window_arrives_whole)
{
	const struct disturbance *d = &disturbances[_i / 2];
	struct tcp_info before, after;
	struct link_pair p;
	uint64_t start;

	link_open(UDM_MODE_SIM, 1);
	p = wide_pair(_i & 1);
	info_of(p.client, &before);
	udm_wire_disturb(cable.wire, 0, d->lose, d->late);
	udm_wire_disturb(cable.wire, 1, d->lose_acks, 0);
	start = udm_now();
	link_transfer(p.client, p.server, 2, (size_t)d->segments * before.tcpi_snd_mss);
	ck_assert_msg(udm_now() - start < (uint64_t)d->ms * MS, "%s: %llu us", d->what,
		      (unsigned long long)(udm_now() - start) / 1000);
	udm_advance(1000 * MS);
	info_of(p.client, &after);
	ck_assert_msg(after.tcpi_total_retrans >= d->repeated &&
		      after.tcpi_total_retrans <= d->repeated + d->late_acks, "%s: %u", d->what,
		      after.tcpi_total_retrans);
	ck_assert_uint_eq(after.tcpi_unacked, 0);
	ck_assert_uint_eq(after.tcpi_ca_state, TCP_CA_Open);
	ck_assert_uint_eq(after.tcpi_retransmits, 0);
	ck_assert_msg((after.tcpi_snd_ssthresh < before.tcpi_snd_ssthresh) == d->shrinks, "%s",
		      d->what);
	close_pair(&p);
	link_close();
}
END_TEST

START_TEST(a_window_whose_acknowledgements_are_lost)
{
	struct tcp_info info;
	struct link_pair p;
	uint64_t start;
	size_t n;

	link_open(UDM_MODE_SIM, 1);
	p = wide_pair(_i);
	info_of(p.client, &info);
	n = WINDOW * info.tcpi_snd_mss;
	udm_wire_disturb(cable.wire, 1, ~0ull, 0);
	ck_assert_int_eq(send_stream(p.client, 2, 0, n), 0);
	udm_run_until_idle();
	info_of(p.client, &info);
	ck_assert_uint_eq(info.tcpi_unacked, WINDOW);
	/* One question, of two segments, is enough to learn of all. */
	udm_wire_disturb(cable.wire, 1, 0, 0);
	start = udm_now();
	do
		udm_advance(MS);
	while (info_of(p.client, &info), info.tcpi_unacked);
	ck_assert_uint_lt(udm_now() - start, 15 * MS);
	ck_assert_uint_eq(info.tcpi_total_retrans, 2);
	ck_assert_int_eq(recv_stream(p.server, 2, 0, n), n);
	close_pair(&p);
	link_close();
}
END_TEST

START_TEST(the_end_of_a_stream_is_repeated)
{
	struct link_pair p;
	uint64_t start;
	char c;

	link_open(UDM_MODE_SIM, 1);
	p = wide_pair(_i);
	start = udm_now();
	udm_wire_disturb(cable.wire, 0, 1, 0);
	ck_assert_int_eq(udm_shutdown_socket(p.client, SHUT_WR), 0);
	ck_assert_int_eq(udm_recv(p.server, &c, 1, 0), 0);
	ck_assert_uint_lt(udm_now() - start, 270 * MS);
	close_pair(&p);
	link_close();
}
END_TEST

/* A question for the address goes first. */
START_TEST(the_beginning_of_a_connection_is_repeated)
{
	struct link_pair p;
	uint64_t start;

	link_open(UDM_MODE_SIM, 1);
	p = link_pair(_i);
	close_pair(&p);
	udm_advance(1000 * MS);
	start = udm_now();
	udm_wire_disturb(cable.wire, 0, 1, 0);
	p = link_pair(_i);
	ck_assert_uint_ge(udm_now() - start, 1000 * MS);
	ck_assert_uint_lt(udm_now() - start, 1010 * MS);
	close_pair(&p);
	link_close();
}
END_TEST

/* --- Many windows -------------------------------------------------------- */

/* One frame in a hundred, both ways. */
START_TEST(much_arrives_in_spite_of_loss)
{
	const size_t bytes = 4000000;
	struct udm_wire_stats st;
	struct tcp_info info;
	struct link_pair p;
	uint64_t start;

	link_open(UDM_MODE_SIM, _i + 1);
	p = wide_pair(_i & 1);
	udm_wire_set_loss(cable.wire, 10000, _i + 1);
	start = udm_now();
	link_transfer(p.client, p.server, 2, bytes);
	ck_assert_uint_lt(udm_now() - start, 2000ull * MS);
	info_of(p.client, &info);
	udm_wire_direction_stats(cable.wire, 0, &st);
	ck_assert_uint_ge(info.tcpi_total_retrans, st.lost);
	/* Little of it is repeated for nothing. */
	ck_assert_uint_lt(info.tcpi_total_retrans, 2 * st.lost);
	close_pair(&p);
	link_close();
}
END_TEST

/* --- TCP_INFO ------------------------------------------------------------ */

START_TEST(info_of_sockets_in_every_state)
{
	struct tcp_info info;
	struct link_pair p;
	socklen_t len = 9;
	int fd;

	link_open(UDM_MODE_SIM, 1);
	fd = link_socket(_i, 0);
	info_of(fd, &info);
	ck_assert_uint_eq(info.tcpi_state, TCP_CLOSE);
	ck_assert_uint_eq(info.tcpi_snd_mss, 0);
	p = link_pair(_i);
	info_of(p.client, &info);
	ck_assert_uint_eq(info.tcpi_state, TCP_ESTABLISHED);
	ck_assert_uint_eq(info.tcpi_snd_mss, _i ? MSS - 20 : MSS);
	ck_assert_uint_gt(info.tcpi_snd_cwnd, 0);
	udm_wire_disturb(cable.wire, 0, ~0ull, 0);
	ck_assert_int_eq(send_stream(p.client, 2, 0, 2 * MSS), 0);
	info_of(p.client, &info);
	ck_assert_uint_eq(info.tcpi_unacked, 2);
	udm_advance(100 * MS);
	info_of(p.client, &info);
	ck_assert_uint_eq(info.tcpi_unacked, 2);
	/* As much as there is room for; nothing at all of what there is not. */
	memset(&info, 0xee, sizeof(info));
	ck_assert_int_eq(udm_getsockopt(p.client, IPPROTO_TCP, TCP_INFO, &info, &len), 0);
	ck_assert_uint_eq(len, 9);
	ck_assert_uint_eq(info.tcpi_state, TCP_ESTABLISHED);
	ck_assert_uint_eq(info.tcpi_ato, 0xeeeeeeee);
	len = -1;
	ck_assert_int_eq(udm_getsockopt(p.client, IPPROTO_TCP, TCP_INFO, &info, &len), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_close(fd), 0);
	close_pair(&p);
	link_close();
}
END_TEST

/* --- Ends ---------------------------------------------------------------- */

static struct link_pair pair_with_a_timer(int way)
{
	struct link_pair p;

	link_open_way(way);
	p = link_pair(way_is_v6(way));
	link_transfer(p.client, p.server, 1, 50000);
	udm_wire_set_loss(cable.wire, 1000000, 1);
	ck_assert_int_eq(send_stream(p.client, 1, 0, 50000), 0);
	ck_assert_int_eq(send_stream(p.server, 1, 0, 50000), 0);
	return p;
}

static void abort_both(const struct link_pair *p)
{
	struct linger l = { .l_onoff = 1 };

	ck_assert_int_eq(udm_setsockopt(p->client, SOL_SOCKET, SO_LINGER, &l, sizeof(l)), 0);
	ck_assert_int_eq(udm_setsockopt(p->server, SOL_SOCKET, SO_LINGER, &l, sizeof(l)), 0);
	close_pair(p);
}

static void address_goes(const struct link_pair *p)
{
	int v6 = 0;
	socklen_t len = sizeof(v6);

	ck_assert_int_eq(udm_getsockopt(p->client, SOL_SOCKET, SO_DOMAIN, &v6, &len), 0);
	v6 = v6 == AF_INET6;
	ck_assert_int_eq(udm_netdev_remove_address(cable.nic[0], v6 ? "fd00::1" : "10.1.0.1"), 0);
	close_pair(p);
}

/* Each ends with the sockets closed; link_close() does the rest. */
static void device_goes_first(const struct link_pair *p)
{
	link_down();
	close_pair(p);
	link_up();
}

static void closed_in_vain(const struct link_pair *p)
{
	close_pair(p);
}

static void closed_and_device_goes(const struct link_pair *p)
{
	close_pair(p);
	link_down();
	link_up();
}

static void closed_after_attempts(const struct link_pair *p)
{
	if (udm_sim())
		udm_advance(3000ull * MS);
	close_pair(p);
}

static void (*const ends[])(const struct link_pair *p) = {
	abort_both, address_goes, device_goes_first, closed_in_vain, closed_and_device_goes,
	closed_after_attempts,
};

enum { ENDS = sizeof(ends) / sizeof(*ends) };

START_TEST(ending_with_a_timer_armed)
{
	struct link_pair p = pair_with_a_timer(_i % LINK_WAYS);

	ends[_i / LINK_WAYS](&p);
	link_close();
}
END_TEST

Suite *tcp_recovery_suite(void)
{
	Suite *s = suite_create("tcp_recovery");
	TCase *tc = tcase_create("window"), *many = tcase_create("many");
	TCase *life = tcase_create("life");

	tcase_add_loop_test(tc, a_window_arrives_whole, 0, 2 * DISTURBANCES);
	tcase_add_loop_test(tc, a_window_whose_acknowledgements_are_lost, 0, 2);
	tcase_add_loop_test(tc, the_end_of_a_stream_is_repeated, 0, 2);
	tcase_add_loop_test(tc, the_beginning_of_a_connection_is_repeated, 0, 2);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(many, much_arrives_in_spite_of_loss, 0, 6);
	suite_add_tcase(s, many);
	tcase_add_loop_test(life, info_of_sockets_in_every_state, 0, 2);
	tcase_add_loop_test(life, ending_with_a_timer_armed, 0, LINK_WAYS * ENDS);
	suite_add_tcase(s, life);
	return s;
}
