// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error queue: what is reported of an entry to which family in how much room, what
 * poll says, entries with payload and of other origins, and the room for them.
 */
#include "send_rig.h"

#include <errno.h>
#include <linux/sched/signal.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "fixture.h"

/* Another entry, as a protocol would queue it; 0, or what the queue said. */
static int queue(u8 origin, u32 err, u32 info, const char *payload)
{
	struct sk_buff *skb = alloc_skb(strlen(payload), GFP_KERNEL);
	int ret;

	skb_put_data(skb, payload, strlen(payload));
	memset(SKB_EXT_ERR(skb), 0, sizeof(*SKB_EXT_ERR(skb)));
	SKB_EXT_ERR(skb)->ee = (struct sock_extended_err){
		.ee_errno = err, .ee_origin = origin, .ee_info = info,
	};
	ret = sock_queue_err_skb(out.sk, skb);
	if (ret)
		kfree_skb(skb);
	return ret;
}

/* A MSG_ZEROCOPY call that was copied is complete at once. */
static void complete_one(void)
{
	send_option(SO_ZEROCOPY, 1);
	ck_assert_int_eq(send_bytes(out.stream + 1, 10, MSG_ZEROCOPY), 10);
}

/* --- What is reported ---------------------------------------------------- */

static const struct {
	int family, level, type;
	size_t len, space;
} families[] = {
	{ AF_INET, SOL_IP, IP_RECVERR, CMSG_LEN(32), CMSG_SPACE(32) },
	{ AF_INET6, SOL_IPV6, IPV6_RECVERR, CMSG_LEN(44), CMSG_SPACE(44) },
};

START_TEST(the_family_decides_how)
{
	struct report r;

	udm_close(out.fd);
	send_socket(families[_i].family);
	complete_one();
	ck_assert_int_eq(send_report(&r, 128), 0);
	ck_assert_int_eq(r.ret, 0);
	ck_assert_int_eq(r.flags, MSG_ERRQUEUE);
	ck_assert_int_eq(r.level, families[_i].level);
	ck_assert_int_eq(r.type, families[_i].type);
	ck_assert_uint_eq(r.cmsg_len, families[_i].len);
	ck_assert_uint_eq(r.controllen, families[_i].space);
	ck_assert_uint_eq(r.ee.ee_origin, SO_EE_ORIGIN_ZEROCOPY);
	ck_assert_uint_eq(r.ee.ee_code, SO_EE_CODE_ZEROCOPY_COPIED);
}
END_TEST

/* Behind the entry comes the address of nobody. */
START_TEST(the_offender_is_nobody)
{
	char control[128] __aligned(8);
	struct sockaddr_in name = { .sin_port = 77 };
	struct msghdr msg = { .msg_control = control, .msg_controllen = sizeof(control),
			      .msg_name = &name, .msg_namelen = sizeof(name) };

	complete_one();
	memset(control, 0xff, sizeof(control));
	ck_assert_int_eq(udm_recvmsg(out.fd, &msg, MSG_ERRQUEUE), 0);
	for (size_t i = 0; i < sizeof(struct sockaddr_in); i++)
		ck_assert_int_eq(control[CMSG_LEN(16) + i], 0);
	ck_assert_uint_eq(msg.msg_namelen, 0);
	ck_assert_uint_eq(name.sin_port, 77);
}
END_TEST

static const struct {
	size_t room, len;
	int flags;
} rooms[] = {
	{ CMSG_SPACE(32), CMSG_LEN(32), 0 },
	{ CMSG_LEN(32) - 1, CMSG_LEN(32) - 1, MSG_CTRUNC },
	{ CMSG_LEN(16), CMSG_LEN(16), MSG_CTRUNC },
	{ 16, 16, MSG_CTRUNC },
	{ 10, 0, MSG_CTRUNC },
	{ 0, 0, MSG_CTRUNC },
};

/* With too little room the entry is cut, and gone all the same. */
START_TEST(room_for_control_messages)
{
	struct report r;

	complete_one();
	ck_assert_int_eq(send_report(&r, rooms[_i].room), 0);
	ck_assert_int_eq(r.flags, MSG_ERRQUEUE | rooms[_i].flags);
	ck_assert_uint_eq(r.cmsg_len, rooms[_i].len);
	expect_no_report();
}
END_TEST

START_TEST(one_entry_per_call)
{
	for (u32 i = 0; i < 3; i++)
		ck_assert_int_eq(queue(SO_EE_ORIGIN_LOCAL, i, 2 * i, ""), 0);
	for (u32 i = 0; i < 3; i++) {
		struct report r;

		ck_assert_int_eq(send_events(0), POLLERR);
		ck_assert_int_eq(send_report(&r, 128), 0);
		ck_assert_uint_eq(r.ee.ee_errno, i);
		ck_assert_uint_eq(r.ee.ee_info, 2 * i);
	}
	ck_assert_int_eq(send_events(0), 0);
	expect_no_report();
}
END_TEST

START_TEST(entries_may_have_payload)
{
	char got[8] = {};
	struct iovec iov = { .iov_base = got, .iov_len = sizeof(got) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	ck_assert_int_eq(queue(SO_EE_ORIGIN_LOCAL, 0, 0, "short"), 0);
	ck_assert_int_eq(queue(SO_EE_ORIGIN_LOCAL, 0, 0, "rather long"), 0);
	ck_assert_int_eq(queue(SO_EE_ORIGIN_LOCAL, 0, 0, "unread"), 0);
	ck_assert_int_eq(udm_recvmsg(out.fd, &msg, MSG_ERRQUEUE), 5);
	ck_assert_int_eq(msg.msg_flags, MSG_ERRQUEUE | MSG_CTRUNC);
	ck_assert_str_eq(got, "short");
	ck_assert_int_eq(udm_recvmsg(out.fd, &msg, MSG_ERRQUEUE), 8);
	ck_assert_int_eq(msg.msg_flags, MSG_ERRQUEUE | MSG_CTRUNC | MSG_TRUNC);
	ck_assert(!memcmp(got, "rather l", 8));
	iov.iov_base = NULL;
	ck_assert_int_eq(udm_recvmsg(out.fd, &msg, MSG_ERRQUEUE), -1);
	ck_assert_int_eq(errno, EFAULT);
	expect_no_report();
}
END_TEST

/* No datagram socket has entries here, but each may be asked. */
START_TEST(other_sockets_have_no_entries)
{
	int fd = udm_socket(AF_INET6, SOCK_DGRAM, 0);

	ck_assert_int_eq(udm_recv(fd, NULL, 0, MSG_ERRQUEUE), -1);
	ck_assert_int_eq(errno, EAGAIN);
	udm_close(fd);
}
END_TEST

/* --- Room, and errors of the socket -------------------------------------- */

START_TEST(the_receive_buffer_is_the_limit)
{
	int n;

	out.sk->sk_rcvbuf = 10000;
	for (n = 0; !queue(SO_EE_ORIGIN_LOCAL, 0, n, "x"); n++)
		;
	ck_assert(n > 5 && n < 30);
	ck_assert_int_gt(atomic_read(&out.sk->sk_rmem_alloc), 5000);
	kfree_skb(sock_dequeue_err_skb(out.sk));
	ck_assert_int_eq(queue(SO_EE_ORIGIN_LOCAL, 0, n, "x"), 0);
	ck_assert_int_eq(queue(SO_EE_ORIGIN_LOCAL, 0, n, "x"), -ENOMEM);
	/* Completions have room of their own. */
	complete_one();
	skb_queue_purge(&out.sk->sk_error_queue);
	ck_assert_int_eq(atomic_read(&out.sk->sk_rmem_alloc), 0);
	ck_assert_int_eq(atomic_read(&out.sk->sk_omem_alloc), 0);
}
END_TEST

/* An ICMP error is the socket's own while its entry is the next one. */
START_TEST(icmp_entries_are_errors_of_the_socket)
{
	ck_assert_int_eq(queue(SO_EE_ORIGIN_LOCAL, 1, 0, ""), 0);
	ck_assert_int_eq(queue(SO_EE_ORIGIN_ICMP, EHOSTUNREACH, 0, ""), 0);
	ck_assert_int_eq(queue(SO_EE_ORIGIN_ICMP6, ENETUNREACH, 0, ""), 0);
	ck_assert_int_eq(queue(SO_EE_ORIGIN_LOCAL, 2, 0, ""), 0);
	kfree_skb(sock_dequeue_err_skb(out.sk));
	ck_assert_int_eq(out.sk->sk_err, EHOSTUNREACH);
	kfree_skb(sock_dequeue_err_skb(out.sk));
	ck_assert_int_eq(out.sk->sk_err, ENETUNREACH);
	kfree_skb(sock_dequeue_err_skb(out.sk));
	ck_assert_int_eq(out.sk->sk_err, 0);
	kfree_skb(sock_dequeue_err_skb(out.sk));
	ck_assert_ptr_null(sock_dequeue_err_skb(out.sk));
}
END_TEST

/* A completion is no error: nothing else is disturbed. */
START_TEST(completions_disturb_nobody)
{
	socklen_t len = sizeof(int);
	int err = 77;

	complete_one();
	ck_assert_int_eq(send_events(POLLOUT), POLLOUT | POLLERR);
	ck_assert_int_eq(udm_getsockopt(out.fd, SOL_SOCKET, SO_ERROR, &err, &len), 0);
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(send_bytes("x", 1, 0), 1);
	expect_report(0, 0, SO_EE_CODE_ZEROCOPY_COPIED);
}
END_TEST

static void *poll_for_nothing(void *ctx)
{
	struct pollfd p = { .fd = out.fd };

	*(short *)ctx = udm_poll(&p, 1, -1) == 1 ? p.revents : 0;
	return NULL;
}

/* Nobody need ask for it to be woken by it. */
START_TEST(a_poller_is_woken)
{
	struct udm_thread *t;
	short events = 0;

	t = udm_thread_create("poller", poll_for_nothing, &events);
	udm_run_until_idle();
	ck_assert_int_eq(events, 0);
	complete_one();
	udm_thread_join(t);
	ck_assert_int_eq(events, POLLERR);
}
END_TEST

Suite *errqueue_suite(void)
{
	Suite *s = suite_create("errqueue");
	TCase *tc = tcase_create("sim");

	tcase_add_checked_fixture(tc, send_open, send_close);
	tcase_add_loop_test(tc, the_family_decides_how, 0, 2);
	tcase_add_test(tc, the_offender_is_nobody);
	tcase_add_loop_test(tc, room_for_control_messages, 0, ARRAY_SIZE(rooms));
	tcase_add_test(tc, one_entry_per_call);
	tcase_add_test(tc, entries_may_have_payload);
	tcase_add_test(tc, other_sockets_have_no_entries);
	tcase_add_test(tc, the_receive_buffer_is_the_limit);
	tcase_add_test(tc, icmp_entries_are_errors_of_the_socket);
	tcase_add_test(tc, completions_disturb_nobody);
	tcase_add_test(tc, a_poller_is_woken);
	suite_add_tcase(s, tc);
	return s;
}
