// SPDX-License-Identifier: GPL-2.0-only
/*
 * One recvmsg call among others: flags that cross with device memory, the order
 * of control messages, urgent bytes, ends of the stream, readers beside readers,
 * and lack of memory. What is told of plain device memory is in tcp_devmem.c.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "stack_rig.h"

#define CMSG_DMABUF	CMSG_SPACE(sizeof(struct dmabuf_cmsg))

static struct reading rd;
static u8 bytes[RIG_STREAM];

/* A segment of the flow every test here follows; payload byte 0 is sequence number 1. */
static void rx(enum payload where, unsigned int at, unsigned int linear, unsigned int len)
{
	segment_rx(&(struct segment){ .seq = 1 + at, .at = at, .linear = linear, .len = len,
				      .where = where });
}

static void rx_urgent(enum payload where, unsigned int at, unsigned int linear,
		      unsigned int len, unsigned int urgent)
{
	segment_rx(&(struct segment){ .seq = 1 + at, .at = at, .linear = linear, .len = len,
				      .where = where, .flags = TCPHDR_ACK | TCPHDR_URG,
				      .urg_ptr = urgent + 1 - at });
}

static void expect_read(int fd, int flags, unsigned int at, unsigned int len)
{
	stack_read(fd, &rd, 1 << 20, 32, flags);
	ck_assert_int_eq(rd.ret, len);
	ck_assert_uint_eq(reading_bytes(&rd, bytes), len);
	ck_assert_mem_eq(bytes, rig->stream + at, len);
	reading_return(fd, &rd);
}

static void expect_error(int fd, int flags, int err)
{
	stack_read(fd, &rd, 1 << 20, 8, flags);
	ck_assert_int_eq(rd.ret, -1);
	ck_assert_int_eq(rd.err, err);
}

/* --- Flags --------------------------------------------------------------- */

START_TEST(truncating_crosses_from_one_kind_to_the_other)
{
	int fd;

	rx(IN_LINEAR, 0, 0, 100);
	rx(IN_DEVMEM, 100, 20, 500);
	rx(IN_PAGES, 600, 0, 50);
	rx(IN_DEVMEM, 650, 0, 50);
	fd = stack_accept();
	stack_read(fd, &rd, 130, 8, MSG_TRUNC | MSG_PEEK | MSG_SOCK_DEVMEM);
	ck_assert_int_eq(rd.ret, 130);
	stack_read(fd, &rd, 130, 8, MSG_TRUNC);
	ck_assert_int_eq(rd.ret, 130);
	ck_assert_uint_eq(rd.n, 0);
	stack_read(fd, &rd, 520, 8, MSG_TRUNC | MSG_SOCK_DEVMEM);
	ck_assert_int_eq(rd.ret, 520);
	ck_assert_uint_eq(rd.n, 0);
	ck_assert_int_eq(stack_dontneed(fd, 1, 10), 0);
	/* Only what is still queued is out. */
	ck_assert_uint_eq(stack_out(), 1);
	expect_read(fd, MSG_SOCK_DEVMEM, 650, 50);
	udm_close(fd);
}
END_TEST

START_TEST(a_read_of_nothing_takes_nothing)
{
	int fd;

	rx(IN_DEVMEM, 0, 10, 500);
	fd = stack_accept();
	stack_read(fd, &rd, 0, 8, MSG_SOCK_DEVMEM);
	ck_assert_int_eq(rd.ret, 0);
	ck_assert_uint_eq(rd.n, 0);
	ck_assert_int_eq(stack_dontneed(fd, 1, 10), 0);
	expect_read(fd, MSG_SOCK_DEVMEM, 0, 500);
	udm_close(fd);
}
END_TEST

START_TEST(not_waiting_is_for_one_call)
{
	int first, fd;

	rx(IN_DEVMEM, 0, 0, 500);
	first = stack_accept();
	segment_rx(&(struct segment){ .seq = 1, .sport = 7, .len = 500, .where = IN_DEVMEM });
	fd = udm_accept(rig->listener, NULL, NULL);
	ck_assert_int_ge(fd, 0);
	stack_read(fd, &rd, 1 << 20, 8, MSG_DONTWAIT | MSG_WAITALL | MSG_SOCK_DEVMEM);
	ck_assert_int_eq(rd.ret, 500);
	ck_assert_int_eq(rd.flags, 0);
	reading_return(fd, &rd);
	expect_error(fd, MSG_DONTWAIT, EAGAIN);
	expect_error(fd, MSG_DONTWAIT | MSG_SOCK_DEVMEM, EAGAIN);
	udm_close(fd);
	udm_close(first);
}
END_TEST

START_TEST(a_datagram_has_no_device_memory)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(2) };
	int fd = udm_socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	struct sk_buff *skb = segment_skb(&(struct segment){ .seq = 1, .len = 64 });
	struct iphdr *h = (struct iphdr *)skb->data;
	struct udphdr *uh = (struct udphdr *)(h + 1);

	ck_assert_int_eq(udm_bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	h->protocol = IPPROTO_UDP;
	h->check = 0;
	h->check = ip_fast_csum(h, h->ihl);
	uh->len = htons(skb->len - sizeof(*h));
	uh->check = 0;
	stack_rx(skb);
	stack_read(fd, &rd, 200, 8, MSG_SOCK_DEVMEM);
	/* All behind the UDP header: the rest of what was a TCP one, too. */
	ck_assert_int_eq(rd.ret, 64 + sizeof(struct tcphdr) - sizeof(*uh));
	ck_assert_uint_eq(rd.n, 0);
	ck_assert_mem_eq(rd.data + sizeof(struct tcphdr) - sizeof(*uh), rig->stream, 64);
	udm_close(fd);
}
END_TEST

/* --- Control messages ---------------------------------------------------- */

START_TEST(each_segment_tells_its_linear_bytes_first)
{
	static const int types[] = {
		SCM_DEVMEM_LINEAR, SCM_DEVMEM_DMABUF, SCM_DEVMEM_DMABUF,
		SCM_DEVMEM_LINEAR, SCM_DEVMEM_DMABUF, SCM_DEVMEM_DMABUF,
	};
	unsigned int i;
	int fd;

	rx(IN_DEVMEM, 0, 10, 10 + PAGE_SIZE + 5);
	fd = stack_accept();
	rx(IN_DEVMEM, 15 + PAGE_SIZE, 20, 20 + PAGE_SIZE + 5);
	stack_read(fd, &rd, 1 << 20, 8, MSG_SOCK_DEVMEM | MSG_PEEK);
	ck_assert_uint_eq(rd.n, ARRAY_SIZE(types));
	for (i = 0; i < rd.n; i++)
		ck_assert_int_eq(rd.msg[i].type, types[i]);
	ck_assert_int_eq(stack_dontneed(fd, 1, 8), 4);
	expect_read(fd, MSG_SOCK_DEVMEM, 0, 40 + 2 * PAGE_SIZE);
	udm_close(fd);
}
END_TEST

START_TEST(linear_bytes_that_are_not_told_come_again)
{
	char control[CMSG_DMABUF] = {};
	struct iovec iov = { .iov_base = bytes, .iov_len = 500 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = CMSG_LEN(sizeof(struct dmabuf_cmsg)) - 1 };
	int fd;

	rx(IN_DEVMEM, 0, 10, 500);
	fd = stack_accept();
	ck_assert_int_eq(udm_recvmsg(fd, &msg, MSG_SOCK_DEVMEM), -1);
	ck_assert_int_eq(errno, 525);
	/* The iovec is written all the same. */
	ck_assert_mem_eq(bytes, rig->stream, 10);
	expect_read(fd, MSG_SOCK_DEVMEM, 0, 500);
	udm_close(fd);
}
END_TEST

/* TCP_CM_INQ comes last, and it alone may be cut. */
START_TEST(the_queue_length_comes_last)
{
	char control[CMSG_DMABUF + CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = bytes, .iov_len = 300 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control };
	const bool room = _i;
	struct cmsghdr *c;
	int one = 1, inq, fd;

	rx(IN_DEVMEM, 0, 0, 500);
	fd = stack_accept();
	ck_assert_int_eq(udm_setsockopt(fd, SOL_TCP, TCP_INQ, &one, sizeof(one)), 0);
	msg.msg_controllen = room ? sizeof(control) : CMSG_DMABUF;
	ck_assert_int_eq(udm_recvmsg(fd, &msg, MSG_SOCK_DEVMEM), 300);
	ck_assert_int_eq(msg.msg_flags, room ? 0 : MSG_CTRUNC);
	c = CMSG_FIRSTHDR(&msg);
	ck_assert_int_eq(c->cmsg_type, SCM_DEVMEM_DMABUF);
	c = CMSG_NXTHDR(&msg, c);
	ck_assert_int_eq(c != NULL, room);
	if (c) {
		ck_assert_int_eq(c->cmsg_type, TCP_CM_INQ);
		memcpy(&inq, CMSG_DATA(c), sizeof(inq));
		ck_assert_int_eq(inq, 200);
	}
	udm_close(fd);
}
END_TEST

/* --- Urgent bytes -------------------------------------------------------- */

/* It cannot be fetched: the mark is dropped and the byte stays where it is. */
START_TEST(an_urgent_byte_in_device_memory_stays_in_the_stream)
{
	char byte;
	int fd;

	rx_urgent(IN_DEVMEM, 0, 10, 500, 100);
	fd = stack_accept();
	ck_assert_int_eq(udm_recv(fd, &byte, 1, MSG_OOB), -1);
	ck_assert_int_eq(errno, EINVAL);
	expect_read(fd, MSG_SOCK_DEVMEM, 0, 500);
	udm_close(fd);
}
END_TEST

START_TEST(an_urgent_byte_before_device_memory_is_skipped)
{
	char byte;
	int fd;

	rx_urgent(IN_DEVMEM, 0, 10, 500, 9);
	fd = stack_accept();
	ck_assert_int_eq(udm_recv(fd, &byte, 1, MSG_OOB | MSG_SOCK_DEVMEM), 1);
	ck_assert_uint_eq((u8)byte, rig->stream[9]);
	expect_read(fd, MSG_SOCK_DEVMEM, 0, 9);
	expect_read(fd, MSG_SOCK_DEVMEM, 10, 490);
	udm_close(fd);
}
END_TEST

/* The mark is in front of a segment of device memory that has not come yet. */
START_TEST(an_announced_byte_that_turns_out_unreadable)
{
	int fd;

	rx_urgent(IN_LINEAR, 0, 0, 100, 150);
	fd = stack_accept();
	expect_read(fd, 0, 0, 100);
	rx(IN_DEVMEM, 100, 0, 100);
	expect_read(fd, MSG_SOCK_DEVMEM, 100, 100);
	udm_close(fd);
}
END_TEST

/* --- Ends ---------------------------------------------------------------- */

static const struct {
	u8 flags;
	int err;
} ends[] = { { TCPHDR_ACK | TCPHDR_FIN, 0 }, { TCPHDR_RST, ECONNRESET } };

START_TEST(tokens_outlive_the_stream)
{
	int fd;

	rx(IN_DEVMEM, 0, 0, 2 * PAGE_SIZE);
	fd = stack_accept();
	stack_read(fd, &rd, PAGE_SIZE, 8, MSG_SOCK_DEVMEM);
	segment_rx(&(struct segment){ .seq = 1 + 2 * PAGE_SIZE, .flags = ends[_i].flags });
	/* What was queued can be read behind it. */
	stack_read(fd, &rd, 1 << 20, 8, MSG_SOCK_DEVMEM | MSG_WAITALL);
	ck_assert_int_eq(rd.ret, PAGE_SIZE);
	if (ends[_i].err)
		expect_error(fd, MSG_SOCK_DEVMEM, ends[_i].err);
	stack_read(fd, &rd, 1 << 20, 8, MSG_SOCK_DEVMEM);
	ck_assert_int_eq(rd.ret, 0);
	ck_assert_uint_eq(stack_out(), 2);
	ck_assert_int_eq(stack_dontneed(fd, 1, 8), 2);
	ck_assert_uint_eq(stack_out(), 0);
	udm_close(fd);
}
END_TEST

START_TEST(descriptors_of_a_socket_share_its_tokens)
{
	int fd, twin;

	rx(IN_DEVMEM, 0, 0, 3 * PAGE_SIZE);
	fd = stack_accept();
	twin = udm_dup(fd);
	ck_assert_int_ge(twin, 0);
	stack_read(fd, &rd, 1 << 20, 8, MSG_SOCK_DEVMEM);
	ck_assert_int_eq(stack_dontneed(twin, 1, 1), 1);
	udm_close(fd);
	ck_assert_uint_eq(stack_out(), 2);
	ck_assert_int_eq(stack_dontneed(twin, 1, 3), 2);
	udm_close(twin);
}
END_TEST

/* --- Strange packets ----------------------------------------------------- */

START_TEST(a_readable_member_ends_the_walk)
{
	struct segment part = { .seq = 1, .len = 100, .where = IN_DEVMEM };
	struct sk_buff *head = segment_skb(&part), *child;
	struct iphdr *h = (struct iphdr *)head->data;
	int fd;

	part.at = 100;
	part.where = IN_PAGES;
	child = segment_skb(&part);
	skb_pull(child, sizeof(struct iphdr) + sizeof(struct tcphdr));
	skb_shinfo(head)->frag_list = child;
	head->len += child->len;
	head->data_len += child->len;
	h->tot_len = htons(head->len);
	h->check = 0;
	h->check = ip_fast_csum(h, h->ihl);
	stack_rx(head);
	fd = stack_accept();
	expect_read(fd, MSG_SOCK_DEVMEM, 0, 100);
	expect_error(fd, MSG_SOCK_DEVMEM, ENODEV);
	udm_close(fd);
}
END_TEST

/* --- Lack of memory ------------------------------------------------------ */

static void fail_allocations(int times)
{
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "cache-filter", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_set("failslab", "times", times);
	udm_fault_set("failslab", "probability", 100);
}

/* Without memory for a token nothing is told and nothing lost. */
START_TEST(no_memory_for_tokens)
{
	int fd;

	rx(IN_DEVMEM, 0, 0, 3 * PAGE_SIZE);
	fd = stack_accept();
	fail_allocations(-1);
	expect_error(fd, MSG_SOCK_DEVMEM, ENOMEM);
	udm_fault_reset();
	ck_assert_int_eq(stack_dontneed(fd, 1, 8), 0);
	/* The array tries a second time, where it may sleep. */
	fail_allocations(1);
	expect_read(fd, MSG_SOCK_DEVMEM, 0, 3 * PAGE_SIZE);
	udm_fault_reset();
	ck_assert_uint_eq(stack_out(), 0);
	udm_close(fd);
}
END_TEST

/* A flow stays where it is until there is memory for its socket, file and descriptor. */
START_TEST(no_memory_to_accept)
{
	unsigned int nth = 0;
	int fd;

	segment_rx(&(struct segment){ .seq = 101, .len = 10 });
	ck_assert_int_eq(udm_fault_set("failslab", "ignore-gfp-wait", 0), 0);
	do {
		udm_fault_nth(++nth);
		fd = udm_accept4(rig->listener, NULL, NULL, SOCK_NONBLOCK);
		udm_fault_nth(0);
		if (fd < 0)
			ck_assert(errno == ENOMEM || errno == ENFILE);
	} while (fd < 0);
	ck_assert_uint_gt(nth, 2);
	stack_read(fd, &rd, sizeof(rd.data), 0, 0);
	ck_assert_int_eq(rd.ret, 10);
	ck_assert_mem_eq(rd.data, rig->stream, 10);
	udm_close(fd);
	ck_assert_int_eq(stack_accept(), -1);
}
END_TEST

START_TEST(no_memory_to_return_tokens)
{
	int fd;

	rx(IN_DEVMEM, 0, 0, 3 * PAGE_SIZE);
	fd = stack_accept();
	stack_read(fd, &rd, 1 << 20, 8, MSG_SOCK_DEVMEM);
	fail_allocations(-1);
	ck_assert_int_eq(stack_dontneed(fd, 1, 3), -1);
	ck_assert_int_eq(errno, ENOMEM);
	udm_fault_reset();
	ck_assert_uint_eq(stack_out(), 3);
	ck_assert_int_eq(stack_dontneed(fd, 1, 3), 3);
	udm_close(fd);
}
END_TEST

/* --- SO_DEVMEM_DONTNEED: the first thing wrong decides ------------------- */

static const struct {
	bool tcp;
	void *tokens;		/* NULL: good ones */
	int len, err;
} refusals[] = {
	{ false, NULL, -1, EINVAL },
	{ false, (void *)16, 3, EINVAL },
	{ false, (void *)16, 12, EFAULT },
	{ false, NULL, 12, EBADF },
	{ false, NULL, 1032, EBADF },
	{ true, (void *)16, 12, EFAULT },
	{ true, NULL, 12, EINVAL },
	{ true, NULL, -1, EINVAL },
};

START_TEST(dontneed_checks_one_thing_after_another)
{
	static struct dmabuf_token tokens[129];
	int fd;

	if (refusals[_i].tcp) {
		rx(IN_LINEAR, 0, 0, 10);
		fd = stack_accept();
	} else {
		fd = udm_socket(AF_INET6, SOCK_DGRAM, 0);
	}
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED,
					refusals[_i].tokens ? refusals[_i].tokens : tokens,
					refusals[_i].len), -1);
	ck_assert_int_eq(errno, refusals[_i].err);
	udm_close(fd);
}
END_TEST

/* The first four bytes can be read, the rest cannot: nothing is freed. */
START_TEST(dontneed_is_all_or_nothing_about_its_array)
{
	static char area[2 * PAGE_SIZE] __aligned(PAGE_SIZE);
	struct dmabuf_token *t = (void *)(area + PAGE_SIZE - 8);
	int fd;

	rx(IN_DEVMEM, 0, 0, 100);
	fd = stack_accept();
	stack_read(fd, &rd, 100, 8, MSG_SOCK_DEVMEM);
	*t = (struct dmabuf_token){ 1, 1 };
	udm_user_fault(area + PAGE_SIZE, PAGE_SIZE);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, t, 16), -1);
	ck_assert_int_eq(errno, EFAULT);
	udm_user_ok(NULL);
	ck_assert_uint_eq(stack_out(), 1);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, t, 8), 1);
	udm_close(fd);
}
END_TEST

/* --- Readers beside readers ---------------------------------------------- */

struct peeker {
	int fd;
	unsigned int len;
	ssize_t ret;
	u8 data[512];
	u8 control[8 * CMSG_DMABUF];
	struct msghdr msg;
};

static void *peek_and_wait(void *ctx)
{
	struct peeker *p = ctx;
	struct iovec iov = { .iov_base = p->data, .iov_len = p->len };

	p->msg.msg_iov = &iov;
	p->msg.msg_iovlen = 1;
	p->msg.msg_control = p->control;
	p->msg.msg_controllen = sizeof(p->control);
	p->ret = udm_recvmsg(p->fd, &p->msg, MSG_PEEK | MSG_WAITALL | MSG_SOCK_DEVMEM);
	return NULL;
}

/* The bytes the peeker was shown, put together in @out. */
static unsigned int peeker_bytes(struct peeker *p, u8 *out)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(&p->msg);
	unsigned int done = 0;

	if (!c)
		memcpy(out, p->data, done = p->ret);
	for (; c; c = CMSG_NXTHDR(&p->msg, c)) {
		struct dmabuf_cmsg d;

		memcpy(&d, CMSG_DATA(c), sizeof(d));
		ck_assert_uint_le(d.frag_offset % PAGE_SIZE + d.frag_size, PAGE_SIZE);
		memcpy(out + done, rig->shadow + d.frag_offset, d.frag_size);
		done += d.frag_size;
	}
	return done;
}

static void let_others_run(void)
{
	for (int i = 0; i < 20; i++)
		udm_yield();
}

/*
 * One peeks and waits for more while another reads past what was peeked at. The
 * peeker goes on where the stream now begins, not in front of it.
 */
START_TEST(a_peeker_is_overtaken_by_a_reader)
{
	const enum payload where = _i ? IN_DEVMEM : IN_LINEAR;
	struct peeker p = { .len = 250 };
	struct udm_thread *thread;

	rx(where, 0, 0, 100);
	p.fd = udm_accept(rig->listener, NULL, NULL);
	ck_assert_int_ge(p.fd, 0);
	thread = udm_thread_create("peeker", peek_and_wait, &p);
	let_others_run();
	stack_read(p.fd, &rd, 100, 8, MSG_SOCK_DEVMEM);
	ck_assert_int_eq(rd.ret, 100);
	rx(where, 100, 0, 50);
	stack_read(p.fd, &rd, 50, 8, MSG_SOCK_DEVMEM);
	ck_assert_int_eq(rd.ret, 50);
	rx(where, 150, 0, 300);
	udm_thread_join(thread);
	ck_assert_int_eq(p.ret, 250);
	ck_assert_uint_eq(peeker_bytes(&p, bytes), 250);
	ck_assert_mem_eq(bytes, rig->stream, 100);
	ck_assert_mem_eq(bytes + 100, rig->stream + 150, 150);
	udm_close(p.fd);
}
END_TEST

/* What comes is joined to the segment that is queued: still a reason to look again. */
START_TEST(a_peeker_sees_the_last_segment_grow)
{
	struct peeker p = { .len = 150 };
	struct udm_thread *thread;

	rx(IN_LINEAR, 0, 0, 100);
	p.fd = udm_accept(rig->listener, NULL, NULL);
	ck_assert_int_ge(p.fd, 0);
	thread = udm_thread_create("peeker", peek_and_wait, &p);
	let_others_run();
	rx(IN_LINEAR, 100, 0, 50);
	udm_thread_join(thread);
	ck_assert_int_eq(p.ret, 150);
	ck_assert_mem_eq(p.data, rig->stream, 150);
	stack_read(p.fd, &rd, 1 << 20, 0, 0);
	ck_assert_int_eq(rd.ret, 150);
	udm_close(p.fd);
}
END_TEST

static void add_reads(TCase *tc)
{
	tcase_add_test(tc, truncating_crosses_from_one_kind_to_the_other);
	tcase_add_test(tc, a_read_of_nothing_takes_nothing);
	tcase_add_test(tc, not_waiting_is_for_one_call);
	tcase_add_test(tc, a_datagram_has_no_device_memory);
	tcase_add_test(tc, each_segment_tells_its_linear_bytes_first);
	tcase_add_test(tc, linear_bytes_that_are_not_told_come_again);
	tcase_add_loop_test(tc, the_queue_length_comes_last, 0, 2);
	tcase_add_test(tc, an_urgent_byte_in_device_memory_stays_in_the_stream);
	tcase_add_test(tc, an_urgent_byte_before_device_memory_is_skipped);
	tcase_add_test(tc, an_announced_byte_that_turns_out_unreadable);
	tcase_add_loop_test(tc, tokens_outlive_the_stream, 0, ARRAY_SIZE(ends));
	tcase_add_test(tc, descriptors_of_a_socket_share_its_tokens);
	tcase_add_test(tc, a_readable_member_ends_the_walk);
}

Suite *tcp_recvmsg_suite(void)
{
	Suite *s = suite_create("tcp_recvmsg");
	TCase *tc = tcase_create("sim"), *threads = tcase_create("threads");

	tcase_add_checked_fixture(tc, stack_open, stack_close);
	suite_add_tcase(s, tc);
	add_reads(tc);
	tcase_add_test(tc, no_memory_for_tokens);
	tcase_add_test(tc, no_memory_to_accept);
	tcase_add_test(tc, no_memory_to_return_tokens);
	tcase_add_loop_test(tc, dontneed_checks_one_thing_after_another, 0,
			    ARRAY_SIZE(refusals));
	tcase_add_test(tc, dontneed_is_all_or_nothing_about_its_array);
	tcase_add_loop_test(tc, a_peeker_is_overtaken_by_a_reader, 0, 2);
	tcase_add_test(tc, a_peeker_sees_the_last_segment_grow);
	tcase_add_checked_fixture(threads, stack_open_threads, stack_close);
	suite_add_tcase(s, threads);
	tcase_add_test(threads, a_peeker_sees_the_last_segment_grow);
	return s;
}
