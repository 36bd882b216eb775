// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sending bytes that are copied: what the wire gets, the send buffer, who waits for
 * what, what a connection dies of, and the two sides of the write queue at a time.
 */
#include "send_rig.h"

#include <errno.h>
#include <linux/file.h>
#include <linux/kernel.h>
#include <linux/prandom.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "fixture.h"

static int wmem(void)
{
	return READ_ONCE(out.sk->sk_wmem_queued);
}

/* --- What goes in comes out ---------------------------------------------- */

START_TEST(the_wire_gets_the_stream)
{
	u32 queued = 0, acked = 0, n;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 7);
	while (acked < 200000) {
		n = 1 + prandom_u32_state(&rnd) % (queued % 3 ? 100 : 9000);
		ck_assert_int_eq(send_bytes(out.stream + queued, n, 0), n);
		queued += n;
		ck_assert_uint_eq(send_unacked(), queued - acked);
		/* Again and again, from anywhere that is not acknowledged. */
		n = prandom_u32_state(&rnd) % (queued - acked);
		send_expect(acked + n, out.stream + acked + n, queued - acked - n);
		acked += prandom_u32_state(&rnd) % (queued - acked + 1);
		send_ack(acked);
	}
	send_ack(queued);
	ck_assert_int_eq(wmem(), 0);
	ck_assert_int_gt(atomic_read(&out.pushes), 0);
}
END_TEST

START_TEST(a_call_may_have_many_segments)
{
	struct iovec iov[5] = {
		{ out.stream, 10 }, { out.stream + 10, 0 }, { out.stream + 10, 5000 },
		{ NULL, 0 }, { out.stream + 5010, 1 },
	};

	ck_assert_int_eq(send_iov(0, iov, 5, 0), 5011);
	send_expect(0, out.stream, 5011);
	ck_assert_int_eq(send_iov(0, iov, 0, 0), 0);
	ck_assert_int_eq(send_bytes(NULL, 0, 0), 0);
	ck_assert_uint_eq(send_unacked(), 5011);
}
END_TEST

START_TEST(only_what_is_queued_becomes_a_segment)
{
	struct sk_buff *seg;

	ck_assert_ptr_null(tcp_send_segment(out.sk, SEND_ISS, 100, 0));
	ck_assert_int_eq(send_bytes(out.stream, 1000, 0), 1000);
	send_ack(100);
	ck_assert_ptr_null(tcp_send_segment(out.sk, SEND_ISS + 99, 10, 0));
	ck_assert_ptr_null(tcp_send_segment(out.sk, SEND_ISS + 1000, 10, 0));
	ck_assert_ptr_null(tcp_send_segment(out.sk, SEND_ISS + 100, 0, 0));
	seg = tcp_send_segment(out.sk, SEND_ISS + 900, 5000, 0);
	ck_assert_uint_eq(seg->len, 100);
	ck_assert(skb_frags_readable(seg) && !skb_zcopy(seg));
	/* Its memory outlives the queue's. */
	send_ack(1000);
	ck_assert(!memcmp(skb_frag_address(&skb_shinfo(seg)->frags[0]), out.stream + 900, 100));
	kfree_skb(seg);
}
END_TEST

/* Neither old acknowledgements nor one for more than there is do harm. */
START_TEST(acknowledgements_may_be_strange)
{
	ck_assert_int_eq(send_bytes(out.stream, 3000, 0), 3000);
	send_ack(2000);
	send_ack(1000);
	send_ack(0);
	ck_assert_uint_eq(send_unacked(), 1000);
	send_expect(2000, out.stream + 2000, 1000);
	send_ack(3001);
	ck_assert_uint_eq(send_unacked(), 0);
	ck_assert_int_eq(wmem(), 0);
	ck_assert_int_eq(send_bytes(out.stream + 3000, 10, 0), 10);
	send_expect(3000, out.stream + 3000, 10);
}
END_TEST

START_TEST(a_purge_leaves_nothing)
{
	ck_assert_int_eq(send_bytes(out.stream, 30000, 0), 30000);
	tcp_send_purge(out.sk);
	ck_assert_uint_eq(send_unacked(), 0);
	ck_assert_int_eq(wmem(), 0);
	ck_assert_ptr_null(tcp_send_segment(out.sk, SEND_ISS, 10, 0));
	send_ack(10);
}
END_TEST

/* --- What a call fails with ---------------------------------------------- */

static int sigpipes;

static void count_sigpipe(int sig)
{
	sigpipes++;
}

START_TEST(nobody_carries_anything)
{
	struct sigaction count = { .sa_handler = count_sigpipe }, old;
	int fd = udm_socket(AF_INET6, SOCK_STREAM, 0);

	sigpipes = 0;
	sigaction(SIGPIPE, &count, &old);
	ck_assert_int_eq(udm_send(fd, "x", 1, MSG_NOSIGNAL), -1);
	ck_assert_int_eq(errno, EPIPE);
	ck_assert_int_eq(sigpipes, 0);
	ck_assert_int_eq(udm_send(fd, "x", 1, 0), -1);
	ck_assert_int_eq(errno, EPIPE);
	ck_assert_int_eq(sigpipes, 1);
	sigaction(SIGPIPE, &old, NULL);
	udm_close(fd);
	/* In a state to send, but only following. */
	out.sk->sk_state = TCP_CLOSE;
	ck_assert_int_eq(send_bytes("x", 1, 0), -EPIPE);
	out.sk->sk_state = TCP_ESTABLISHED;
	tcp_sk(out.sk)->transport = NULL;
	ck_assert_int_eq(send_bytes("x", 1, 0), -EPIPE);
}
END_TEST

START_TEST(a_connection_dies_of_something)
{
	WRITE_ONCE(out.sk->sk_err, ECONNRESET);
	ck_assert_int_eq(send_events(POLLOUT) & POLLERR, POLLERR);
	ck_assert_int_eq(send_bytes("x", 1, 0), -ECONNRESET);
	ck_assert_int_eq(send_bytes("x", 1, 0), 1);
	WRITE_ONCE(out.sk->sk_shutdown, SEND_SHUTDOWN);
	ck_assert_int_eq(send_bytes("x", 1, 0), -EPIPE);
	ck_assert_int_eq(send_events(POLLOUT), POLLOUT);
	ck_assert_int_eq(send_bytes("", 0, 0), 0);
}
END_TEST

START_TEST(what_cannot_be_read_is_not_sent)
{
	struct iovec iov[2] = { { out.stream, 5000 }, { out.stream + 5000, 100 } };

	ck_assert_int_eq(udm_user_fault(out.stream + 5000, 100), 0);
	ck_assert_int_eq(send_bytes(out.stream + 5000, 100, 0), -EFAULT);
	ck_assert_uint_eq(send_unacked(), 0);
	/* All or nothing of a piece; the page of the first was begun by the other call. */
	ck_assert_int_eq(send_iov(0, iov, 2, 0), PAGE_SIZE);
	send_expect(0, out.stream, PAGE_SIZE);
	udm_user_ok(NULL);
}
END_TEST

START_TEST(flags_that_are_not_for_us)
{
	ck_assert_int_eq(send_bytes("x", 1, MSG_OOB), -EOPNOTSUPP);
	ck_assert_int_eq(send_bytes("x", 1, MSG_FASTOPEN), -EOPNOTSUPP);
}
END_TEST

/* --- The send buffer ----------------------------------------------------- */

START_TEST(options_of_the_buffer)
{
	struct timeval tv = { 1, 500000 };
	socklen_t len = sizeof(int);
	int val;

	send_option(SO_SNDBUF, 10000);
	ck_assert_int_eq(udm_getsockopt(out.fd, SOL_SOCKET, SO_SNDBUF, &val, &len), 0);
	ck_assert_int_eq(val, 20000);
	send_option(SO_SNDBUF, 1);
	udm_getsockopt(out.fd, SOL_SOCKET, SO_SNDBUF, &val, &len);
	ck_assert_int_eq(val, SOCK_MIN_SNDBUF);
	send_option(SO_SNDBUF, INT_MAX);
	udm_getsockopt(out.fd, SOL_SOCKET, SO_SNDBUF, &val, &len);
	ck_assert_int_eq(val, INT_MAX - 1);
	ck_assert_int_eq(udm_setsockopt(out.fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)), 0);
	ck_assert_int_eq(out.sk->sk_sndtimeo, 3 * HZ / 2);
	tv.tv_usec = 1000000;
	ck_assert_int_eq(udm_setsockopt(out.fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)), -1);
	ck_assert_int_eq(errno, EDOM);
}
END_TEST

/* What fits is taken, and room is told of when a third is free. */
START_TEST(a_full_buffer_takes_no_more)
{
	ssize_t n;

	send_option(SO_SNDBUF, 20000);
	ck_assert_int_eq(send_events(POLLOUT), POLLOUT);
	n = send_bytes(out.stream, 200000, 0);
	ck_assert(n >= 36000 && n < 40000 + (int)PAGE_SIZE);
	ck_assert_int_eq(send_bytes(out.stream, 1, 0), -EAGAIN);
	ck_assert_int_eq(send_events(POLLOUT), 0);
	/* The skbs of the front go whole; a byte is no reason to wake anybody. */
	send_ack(1);
	ck_assert_int_eq(send_events(POLLOUT), 0);
	send_ack(n);
	ck_assert_int_eq(send_events(POLLOUT), POLLOUT);
	ck_assert_int_eq(send_bytes(out.stream + n, 1000, 0), 1000);
	send_expect(n, out.stream + n, 1000);
}
END_TEST

struct writer {
	size_t len;
	ssize_t ret;
};

/* Waits where the socket's timeout allows. */
static void *write_and_wait(void *ctx)
{
	struct writer *w = ctx;

	w->ret = send_bytes(out.stream, w->len, 0);
	return NULL;
}

static void make_blocking(void)
{
	struct file *file = fget(out.fd);

	file->f_flags &= ~O_NONBLOCK;
	fput(file);
}

static struct udm_thread *start_writer(struct writer *w)
{
	struct udm_thread *t;

	make_blocking();
	t = udm_thread_create("writer", write_and_wait, w);
	ck_assert_ptr_nonnull(t);
	udm_run_until_idle();
	return t;
}

START_TEST(a_writer_waits_for_acknowledgements)
{
	struct writer w = { .len = 500000 };
	struct udm_thread *t;
	u32 acked = 0, n;

	t = start_writer(&w);
	while (acked < w.len) {
		n = send_unacked();
		ck_assert_uint_gt(n, 0);
		send_expect(acked, out.stream + acked, n);
		acked += n;
		send_ack(acked);
		udm_run_until_idle();
	}
	udm_thread_join(t);
	ck_assert_int_eq(w.ret, w.len);
	ck_assert_int_eq(wmem(), 0);
}
END_TEST

/* What ends the waiting: time, a signal, the end. Bytes that are queued count. */
START_TEST(waiting_ends)
{
	const int said[] = { -EAGAIN, -EINTR, -EPIPE, -ETIMEDOUT };
	struct timeval tv = { 2, 0 };
	struct writer part = { .len = 500000 }, none = { .len = 1 };
	struct udm_thread *t;

	if (_i == 0)
		udm_setsockopt(out.fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	for (struct writer *w = &part; w; w = w == &part ? &none : NULL) {
		t = start_writer(w);
		if (_i == 0)
			udm_advance(2500 * 1000000ull);
		if (_i == 1)
			udm_task_signal(udm_thread_task(t), false);
		if (_i == 2) {
			WRITE_ONCE(out.sk->sk_shutdown, SEND_SHUTDOWN);
			out.sk->sk_state_change(out.sk);
		}
		if (_i == 3) {
			WRITE_ONCE(out.sk->sk_err, ETIMEDOUT);
			sk_error_report(out.sk);
		}
		udm_thread_join(t);
	}
	ck_assert_int_gt(part.ret, 100000);
	ck_assert_int_eq(none.ret, said[_i]);
}
END_TEST

START_TEST(a_writer_waits_for_the_connection)
{
	const int states[] = { TCP_ESTABLISHED, TCP_CLOSE, TCP_CLOSE };
	const int said[] = { 1000, -EPIPE, -ECONNREFUSED };
	struct writer w = { .len = 1000 };
	struct udm_thread *t;

	out.sk->sk_state = TCP_SYN_SENT;
	ck_assert_int_eq(send_bytes("x", 1, 0), -EAGAIN);
	ck_assert_int_eq(send_events(POLLOUT), 0);
	t = start_writer(&w);
	ck_assert_uint_eq(send_unacked(), 0);
	if (_i == 2)
		WRITE_ONCE(out.sk->sk_err, ECONNREFUSED);
	WRITE_ONCE(out.sk->sk_state, states[_i]);
	out.sk->sk_state_change(out.sk);
	udm_thread_join(t);
	ck_assert_int_eq(w.ret, said[_i]);
}
END_TEST

/* --- Without memory ------------------------------------------------------ */

static int send_and_ack(void *ctx)
{
	ssize_t n = send_bytes(out.stream, 30000, 0);
	struct sk_buff *seg;

	if (n > 0) {
		seg = tcp_send_segment(out.sk, tcp_sk(out.sk)->snd_una, n, 64);
		n = seg ? n : -ENOMEM;
		kfree_skb(seg);
	}
	tcp_send_acked(out.sk, tcp_sk(out.sk)->write_seq);
	/* The page that was begun is not this call's. */
	lock_sock(out.sk);
	if (out.sk->sk_frag.page)
		put_page(out.sk->sk_frag.page);
	out.sk->sk_frag.page = NULL;
	release_sock(out.sk);
	return n == 30000 ? 0 : n < 0 ? n : -ENOMEM;
}

/* The next so many allocations fail. */
static void no_memory(const char *which, int times)
{
	ck_assert_int_eq(udm_fault_set(which, "ignore-gfp-wait", 0), 0);
	if (!strcmp(which, "fail_page_alloc"))
		ck_assert_int_eq(udm_fault_set(which, "min-order", 0), 0);
	ck_assert_int_eq(udm_fault_set(which, "times", times), 0);
	ck_assert_int_eq(udm_fault_set(which, "probability", 100), 0);
}

START_TEST(a_machine_without_memory)
{
	int points = udm_fault_sweep(send_and_ack, NULL);

	ck_assert_msg(points > 8, "%d %s", points, udm_fault_sweep_message());
	ck_assert_int_eq(wmem(), 0);
	no_memory("fail_page_alloc", 1);
	ck_assert_int_eq(send_bytes(out.stream, 10, 0), -EAGAIN);
	no_memory("failslab", 1);
	ck_assert_int_eq(send_bytes(out.stream, 10, 0), -EAGAIN);
	ck_assert_uint_eq(send_unacked(), 0);
	ck_assert_int_eq(send_bytes(out.stream, 10, 0), 10);
}
END_TEST

/* Who may wait looks again after a while. */
START_TEST(a_writer_waits_for_the_machine)
{
	make_blocking();
	no_memory("fail_page_alloc", 3);
	ck_assert_int_eq(send_bytes(out.stream, 30000, 0), 30000);
	send_ack(30000);
	no_memory("failslab", 2);
	ck_assert_int_eq(send_bytes(out.stream, 30000, 0), 30000);
	send_expect(30000, out.stream, 30000);
}
END_TEST

/* --- Both sides at a time ------------------------------------------------ */

/* Takes segments, some of them again, and acknowledges at random places. */
static void *transport(void *ctx)
{
	const u32 total = *(u32 *)ctx;
	static u8 got[SEND_BYTES];
	struct rnd_state rnd;
	u32 acked = 0, n, at;

	prandom_seed_state(&rnd, total);
	while (acked < total) {
		n = READ_ONCE(tcp_sk(out.sk)->write_seq) - SEND_ISS - acked;
		if (!n) {
			udm_yield();
			continue;
		}
		at = acked + prandom_u32_state(&rnd) % n;
		send_wire(at, acked + n - at, got);
		ck_assert(!memcmp(got, out.stream + at, acked + n - at));
		acked += 1 + prandom_u32_state(&rnd) % n;
		send_ack(acked);
	}
	return NULL;
}

static void send_against_transport(u32 total)
{
	u32 sent = 0, n = 1;
	struct udm_thread *t;

	send_option(SO_SNDBUF, 20000);
	make_blocking();
	t = udm_thread_create("transport", transport, &total);
	ck_assert_ptr_nonnull(t);
	for (; sent < total; sent += n) {
		n = min(n * 7 % 9001 + 1, total - sent);
		ck_assert_int_eq(send_bytes(out.stream + sent, n, 0), n);
	}
	udm_thread_join(t);
	ck_assert_int_eq(wmem(), 0);
}

START_TEST(appending_against_acknowledging)
{
	send_open_bare(&(const struct udm_config){ .mode = UDM_MODE_THREADS });
	send_against_transport(test_rounds(SEND_BYTES));
	send_close_bare();
}
END_TEST

START_TEST(appending_against_acknowledging_in_any_order)
{
	for (u64 seed = 1; seed <= test_seeds(20); seed++) {
		send_open_bare(&(const struct udm_config){ .seed = seed,
							   .preempt_permille = 200 });
		send_against_transport(60000);
		send_close_bare();
	}
}
END_TEST

static void add_failures(TCase *tc)
{
	tcase_add_test(tc, nobody_carries_anything);
	tcase_add_test(tc, a_connection_dies_of_something);
	tcase_add_test(tc, what_cannot_be_read_is_not_sent);
	tcase_add_test(tc, flags_that_are_not_for_us);
	tcase_add_test(tc, a_machine_without_memory);
	tcase_add_test(tc, a_writer_waits_for_the_machine);
}

static void add_waiting(TCase *tc)
{
	tcase_add_test(tc, options_of_the_buffer);
	tcase_add_test(tc, a_full_buffer_takes_no_more);
	tcase_add_test(tc, a_writer_waits_for_acknowledgements);
	tcase_add_loop_test(tc, waiting_ends, 0, 4);
	tcase_add_loop_test(tc, a_writer_waits_for_the_connection, 0, 3);
}

Suite *tcp_send_suite(void)
{
	Suite *s = suite_create("tcp_send");
	TCase *tc = tcase_create("sim"), *both = tcase_create("both sides");

	tcase_add_checked_fixture(tc, send_open, send_close);
	tcase_add_test(tc, the_wire_gets_the_stream);
	tcase_add_test(tc, a_call_may_have_many_segments);
	tcase_add_test(tc, only_what_is_queued_becomes_a_segment);
	tcase_add_test(tc, acknowledgements_may_be_strange);
	tcase_add_test(tc, a_purge_leaves_nothing);
	add_failures(tc);
	add_waiting(tc);
	suite_add_tcase(s, tc);
	tcase_add_test(both, appending_against_acknowledging);
	tcase_add_test(both, appending_against_acknowledging_in_any_order);
	suite_add_tcase(s, both);
	return s;
}
