// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disconnecting sockets that follow flows: they stop following, nobody else begins to in the
 * middle of the flow, and device memory the application has tokens for stays its own.
 */
#include "fixture.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "stack_rig.h"

static struct reading rd;

static int disconnect(int fd)
{
	const struct sockaddr unspec = { .sa_family = AF_UNSPEC };

	return udm_connect(fd, &unspec, sizeof(unspec)) ? errno : 0;
}

static int so_error(int fd)
{
	socklen_t len = sizeof(int);
	int err;

	ck_assert_int_eq(udm_getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len), 0);
	return err;
}

static void rx(u32 isn, unsigned int at, unsigned int len, enum payload where)
{
	segment_rx(&(struct segment){ .seq = isn + 1 + at, .at = at, .len = len,
				      .where = where });
}

static void syn(u32 isn)
{
	segment_rx(&(struct segment){ .seq = isn, .flags = TCPHDR_SYN });
}

static void expect_error(int fd, int err)
{
	stack_read(fd, &rd, 16, 0, MSG_DONTWAIT);
	ck_assert_int_eq(rd.ret, -1);
	ck_assert_int_eq(rd.err, err);
}

static void expect_bytes(int fd, unsigned int at, unsigned int len)
{
	stack_read(fd, &rd, sizeof(rd.data), 0, 0);
	ck_assert_int_eq(rd.ret, len);
	ck_assert_mem_eq(rd.data, rig->stream + at, len);
}

/* A follower of a flow that begins at @isn, 100 bytes of it unread. */
static int follow(u32 isn)
{
	int fd;

	syn(isn);
	rx(isn, 0, 100, IN_PAGES);
	fd = stack_accept();
	ck_assert_int_ge(fd, 0);
	return fd;
}

static int listen_on(int fd, u16 port)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };

	if (udm_bind(fd, (struct sockaddr *)&any, sizeof(any)))
		return errno;
	return udm_listen(fd, 4) ? errno : 0;
}

/* --- Following no more --------------------------------------------------- */

START_TEST(a_follower_stops)
{
	unsigned long dropped = stack_drops("tcp_close");
	struct sockaddr_in name;
	socklen_t len = sizeof(name);
	int fd = follow(1000), next;

	/* Beside what can be read there is what waits for bytes before it. */
	rx(1000, 500, 100, IN_PAGES);
	ck_assert_int_eq(disconnect(fd), 0);
	ck_assert_int_eq(so_error(fd), ECONNRESET);
	ck_assert_int_eq(so_error(fd), 0);
	expect_error(fd, ENOTCONN);
	ck_assert_int_eq(udm_getpeername(fd, (struct sockaddr *)&name, &len), -1);
	ck_assert_int_eq(errno, ENOTCONN);
	ck_assert_int_eq(udm_getsockname(fd, (struct sockaddr *)&name, &len), 0);
	ck_assert_uint_eq(name.sin_port, 0);
	ck_assert_uint_eq(name.sin_addr.s_addr, INADDR_ANY);
	/* The flow goes on, without anybody to take it for one that begins. */
	rx(1000, 100, 100, IN_PAGES);
	rx(1000, 600, 100, IN_PAGES);
	syn(1000);
	segment_rx(&(struct segment){ .seq = 1701, .flags = TCPHDR_FIN | TCPHDR_ACK });
	ck_assert_int_eq(stack_accept(), -1);
	ck_assert_uint_eq(stack_drops("tcp_close"), dropped + 2);
	expect_error(fd, ENOTCONN);
	/* Another connection between these ends is another matter. */
	next = follow(90000);
	expect_bytes(next, 0, 100);
	expect_error(fd, ENOTCONN);
	udm_close(fd);
	rx(90000, 100, 100, IN_PAGES);
	expect_bytes(next, 100, 100);
	udm_close(next);
}
END_TEST

/* Whatever the follower knew of the end. */
START_TEST(a_follower_that_saw_the_end)
{
	int fd = follow(1000);

	segment_rx(&(struct segment){ .seq = 1101, .flags = TCPHDR_FIN | TCPHDR_ACK });
	ck_assert_int_eq(disconnect(fd), 0);
	ck_assert_int_eq(so_error(fd), ECONNRESET);
	expect_error(fd, ENOTCONN);
	udm_close(fd);
	fd = follow(200000);
	segment_rx(&(struct segment){ .seq = 200101, .flags = TCPHDR_RST });
	ck_assert_int_eq(so_error(fd), ECONNRESET);
	ck_assert_int_eq(disconnect(fd), 0);
	ck_assert_int_eq(so_error(fd), 0);
	udm_close(fd);
	/* Its place was taken by a newer flow, of which it knows nothing. */
	fd = follow(400000);
	syn(800000);
	ck_assert_int_eq(disconnect(fd), 0);
	rx(800000, 0, 50, IN_PAGES);
	expect_error(fd, ECONNRESET);
	udm_close(fd);
	fd = stack_accept();
	expect_bytes(fd, 0, 50);
	udm_close(fd);
}
END_TEST

/* Without memory for who keeps the place, the flow begins anew; nothing else changes. */
START_TEST(a_place_that_cannot_be_kept)
{
	int fd = follow(1000), again;

	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	/* The first that may fail is reading the address. */
	udm_fault_nth(2);
	ck_assert_int_eq(disconnect(fd), 0);
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	udm_fault_nth(0);
	udm_fault_reset();
	expect_error(fd, ECONNRESET);
	rx(1000, 100, 100, IN_PAGES);
	again = stack_accept();
	expect_bytes(again, 100, 100);
	udm_close(fd);
	udm_close(again);
}
END_TEST

START_TEST(a_follower_outlives_its_listener)
{
	int fd = follow(1000);

	if (_i)
		ck_assert_int_eq(disconnect(rig->listener), 0);
	else
		ck_assert_int_eq(udm_close(rig->listener), 0);
	ck_assert_int_eq(disconnect(fd), 0);
	rx(1000, 100, 100, IN_PAGES);
	/* It can listen itself, and follow what its listener would have. */
	ck_assert_int_eq(listen_on(fd, 2), 0);
	if (!_i)
		rig->listener = fd;
	rx(1000, 200, 100, IN_PAGES);
	if (_i)
		ck_assert_int_eq(udm_close(rig->listener), 0);
	rig->listener = fd;
	fd = udm_accept4(rig->listener, NULL, NULL, SOCK_NONBLOCK);
	expect_bytes(fd, 200, 100);
	udm_close(fd);
}
END_TEST

/* --- Listeners ----------------------------------------------------------- */

/* Of its flows those that nobody accepted go; what was accepted goes on. */
START_TEST(a_listener_of_flows_stops)
{
	unsigned long nobody = stack_drops("no_socket");
	int fd = follow(1000);
	struct segment other = { .sport = 77, .seq = 1, .len = 10 };

	segment_rx(&other);
	other.sport = 78;
	other.flags = TCPHDR_SYN;
	other.len = 0;
	segment_rx(&other);
	ck_assert_int_eq(disconnect(rig->listener), 0);
	ck_assert_int_eq(udm_accept(rig->listener, NULL, NULL), -1);
	ck_assert_int_eq(errno, EINVAL);
	rx(1000, 100, 100, IN_PAGES);
	expect_bytes(fd, 0, 200);
	segment_rx(&(struct segment){ .sport = 77, .seq = 11, .len = 10 });
	segment_rx(&(struct segment){ .sport = 78, .seq = 2, .len = 10 });
	ck_assert_uint_eq(stack_drops("no_socket"), nobody + 2);
	/* Listening again is beginning again. */
	ck_assert_int_eq(udm_listen(rig->listener, 4), 0);
	ck_assert_int_eq(stack_accept(), -1);
	segment_rx(&(struct segment){ .sport = 77, .seq = 21, .at = 20, .len = 10 });
	rx(1000, 200, 100, IN_PAGES);
	expect_bytes(fd, 200, 100);
	udm_close(fd);
	fd = stack_accept();
	expect_bytes(fd, 20, 10);
	udm_close(fd);
	ck_assert_int_eq(stack_accept(), -1);
	/* And what it listens to may be something else: it had no port of its own. */
	ck_assert_int_eq(disconnect(rig->listener), 0);
	ck_assert_int_eq(listen_on(rig->listener, 5), 0);
	segment_rx(&(struct segment){ .sport = 80, .seq = 1, .len = 10 });
	ck_assert_int_eq(stack_accept(), -1);
	segment_rx(&(struct segment){ .sport = 80, .dport = 5, .seq = 1, .len = 10 });
	fd = stack_accept();
	expect_bytes(fd, 0, 10);
	udm_close(fd);
}
END_TEST

/* --- Device memory ------------------------------------------------------- */

START_TEST(tokens_are_kept)
{
	u32 last;
	int fd;

	syn(1000);
	rx(1000, 0, 3 * PAGE_SIZE, IN_DEVMEM);
	fd = stack_accept();
	stack_read(fd, &rd, 1 << 20, 8, MSG_SOCK_DEVMEM);
	ck_assert_int_eq(rd.ret, 3 * PAGE_SIZE);
	ck_assert_uint_eq(rd.n, 3);
	/* What was not read goes, what was read stays. */
	rx(1000, 3 * PAGE_SIZE, 2 * PAGE_SIZE, IN_DEVMEM);
	rx(1000, 8 * PAGE_SIZE, PAGE_SIZE, IN_DEVMEM);
	ck_assert_uint_eq(stack_out(), 6);
	ck_assert_int_eq(disconnect(fd), 0);
	ck_assert_uint_eq(stack_out(), 3);
	last = rd.msg[2].c.frag_token;
	ck_assert_int_eq(stack_dontneed(fd, rd.msg[0].c.frag_token, 1), 1);
	ck_assert_int_eq(stack_dontneed(fd, rd.msg[0].c.frag_token, 1), 0);
	/* It listens, and is disconnected once more. */
	ck_assert_int_eq(listen_on(fd, 5), 0);
	ck_assert_int_eq(stack_dontneed(fd, rd.msg[1].c.frag_token, 1), 1);
	ck_assert_int_eq(disconnect(fd), 0);
	ck_assert_uint_eq(stack_out(), 1);
	if (_i)
		ck_assert_int_eq(stack_dontneed(fd, last, 1), 1);
	udm_close(fd);
	ck_assert_uint_eq(stack_out(), 0);
}
END_TEST

/* --- Threads ------------------------------------------------------------- */

static void *read_one(void *ctx)
{
	int fd = *(int *)ctx;
	char c;

	return (void *)(long)(udm_recv(fd, &c, 1, 0) < 0 ? errno : 0);
}

START_TEST(a_reader_is_woken)
{
	struct udm_thread *thread;
	int fd;

	rx(1000, 0, 100, IN_PAGES);
	/* Unlike those of stack_accept() it waits. */
	fd = udm_accept(rig->listener, NULL, NULL);
	expect_bytes(fd, 0, 100);
	thread = udm_thread_create("reader", read_one, &fd);
	udm_run_until_idle();
	ck_assert_int_eq(disconnect(fd), 0);
	ck_assert_int_eq((long)udm_thread_join(thread), EPIPE);
	udm_close(fd);
}
END_TEST

struct feed {
	u32 isn;
	atomic_t over;
};

/* One flow, whatever becomes of who follows it. */
static void *feed_flow(void *ctx)
{
	struct feed *f = ctx;

	for (unsigned int at = 0; !atomic_read(&f->over); at += 100) {
		segment_rx(&(struct segment){ .seq = f->isn + 1 + at, .len = 100 });
		udm_yield();
	}
	return NULL;
}

/* Segments find the socket in the table, or wait on its backlog, while it leaves. */
START_TEST(a_follower_stops_while_segments_come)
{
	struct udm_thread *thread;
	struct feed f = {};
	int fd;

	for (unsigned int round = 0; round < test_rounds(40); round++) {
		f.isn = (round + 1) << 25;
		atomic_set(&f.over, 0);
		syn(f.isn);
		thread = udm_thread_create("feed", feed_flow, &f);
		do {
			fd = stack_accept();
			udm_yield();
		} while (fd < 0);
		if (round & 1)
			stack_read(fd, &rd, 100, 0, MSG_DONTWAIT);
		ck_assert_int_eq(disconnect(fd), 0);
		expect_error(fd, ECONNRESET);
		if (round & 2)
			ck_assert_int_eq(listen_on(fd, 9), 0);
		else
			expect_error(fd, ENOTCONN);
		udm_close(fd);
		ck_assert_int_eq(stack_accept(), -1);
		atomic_set(&f.over, 1);
		udm_thread_join(thread);
	}
}
END_TEST

Suite *tcp_disconnect_flows_suite(void)
{
	Suite *s = suite_create("tcp_disconnect_flows");
	TCase *tc = tcase_create("flows"), *threads = tcase_create("threads");

	tcase_add_checked_fixture(tc, stack_open, stack_close);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_follower_stops);
	tcase_add_test(tc, a_follower_that_saw_the_end);
	tcase_add_test(tc, a_place_that_cannot_be_kept);
	tcase_add_loop_test(tc, a_follower_outlives_its_listener, 0, 2);
	tcase_add_test(tc, a_listener_of_flows_stops);
	tcase_add_loop_test(tc, tokens_are_kept, 0, 2);
	tcase_add_test(tc, a_reader_is_woken);
	tcase_add_test(tc, a_follower_stops_while_segments_come);
	tcase_add_checked_fixture(threads, stack_open_threads, stack_close);
	suite_add_tcase(s, threads);
	tcase_add_test(threads, a_follower_stops_while_segments_come);
	return s;
}
