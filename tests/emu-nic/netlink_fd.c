// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink on descriptors of the host: what is written is answered as a netlink
 * socket would, whatever it is; what a slow reader gets; whose capabilities count;
 * and what is left when descriptors or the machine go.
 */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <poll.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/netlink.h>
#include <udevmem/sim.h>
#include <unistd.h>

enum { CMD_ECHO = 1, CMD_ADMIN, CMD_COUNT, CMD_PRIV };
enum { A_VALUE = 1, A_FILLER };

static unsigned int privs, objects, dumps;
static struct genl_family ant;
static int fd;

static int ant_echo(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *rsp = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr = genlmsg_iput(rsp, info);

	if (nla_put_u32(rsp, A_VALUE, nla_get_u32_default(info->attrs[A_VALUE], 0)))
		return -EMSGSIZE;
	genlmsg_end(rsp, hdr);
	return genlmsg_reply(rsp, info);
}

static int ant_priv(struct sk_buff *skb, struct genl_info *info)
{
	return PTR_ERR_OR_ZERO(genl_sk_priv_get(&ant, NETLINK_CB(skb).sk));
}

static int ant_count_start(struct netlink_callback *cb)
{
	dumps++;
	return 0;
}

static int ant_count_done(struct netlink_callback *cb)
{
	dumps--;
	return 0;
}

static int ant_count(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const char filler[1000];
	const struct genl_info *info = genl_info_dump(cb);
	long *next = cb->args;
	void *hdr;

	for (; *next < objects; (*next)++) {
		hdr = genlmsg_iput(skb, info);
		if (!hdr || nla_put_u32(skb, A_VALUE, *next) ||
		    nla_put(skb, A_FILLER, sizeof(filler), filler)) {
			genlmsg_cancel(skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(skb, hdr);
	}
	return 0;
}

static void ant_priv_init(void *priv)
{
	privs++;
}

static void ant_priv_destroy(void *priv)
{
	privs--;
}

static const struct nla_policy ant_policy[] = { [A_VALUE] = { .type = NLA_U32 } };

static const struct genl_split_ops ant_ops[] = {
	{ .cmd = CMD_ECHO, .doit = ant_echo, .policy = ant_policy, .maxattr = A_VALUE,
	  .flags = GENL_CMD_CAP_DO },
	{ .cmd = CMD_ADMIN, .doit = ant_echo, .policy = ant_policy, .maxattr = A_VALUE,
	  .flags = GENL_CMD_CAP_DO | GENL_ADMIN_PERM },
	{ .cmd = CMD_COUNT, .start = ant_count_start, .dumpit = ant_count,
	  .done = ant_count_done, .flags = GENL_CMD_CAP_DUMP },
	{ .cmd = CMD_PRIV, .doit = ant_priv, .flags = GENL_CMD_CAP_DO },
};

static const struct genl_multicast_group ant_groups[] = { { .name = "hill" } };

static struct genl_family ant = {
	.name = "ant", .version = 1, .parallel_ops = true,
	.split_ops = ant_ops, .n_split_ops = ARRAY_SIZE(ant_ops),
	.mcgrps = ant_groups, .n_mcgrps = ARRAY_SIZE(ant_groups), .sock_priv_size = 1,
	.sock_priv_init = ant_priv_init, .sock_priv_destroy = ant_priv_destroy,
};

static void ant_open(void)
{
	machine_boot();
	privs = dumps = 0;
	objects = 40;
	ck_assert_int_eq(genl_register_family(&ant), 0);
	fd = udm_netlink_socket();
	ck_assert_int_ge(fd, 0);
}

static void ant_close(void)
{
	close(fd);
	udm_netlink_serve();
	ck_assert_uint_eq(privs, 0);
	ck_assert_int_eq(genl_unregister_family(&ant), 0);
	machine_shutdown();
}

struct request {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char rest[64];
};

static struct request request(uint8_t cmd, uint16_t flags)
{
	struct request r = {
		.nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN), .nlh.nlmsg_type = ant.id,
		.nlh.nlmsg_flags = NLM_F_REQUEST | flags, .nlh.nlmsg_seq = 77,
		.genl.cmd = cmd, .genl.version = 1,
	};

	return r;
}

static void say(const void *bytes, size_t len)
{
	ck_assert_int_eq(send(fd, bytes, len, 0), len);
	udm_netlink_serve();
}

static void ask(struct request r)
{
	say(&r, r.nlh.nlmsg_len);
}

static union {
	struct nlmsghdr nlh;
	char bytes[32768];
} in;

/* The next datagram, 0 if there is none. */
static ssize_t hear(void)
{
	ssize_t len = recv(fd, &in, sizeof(in), MSG_DONTWAIT);

	ck_assert(len >= 0 || errno == EAGAIN);
	return max(len, (ssize_t)0);
}

/* The next datagram is an acknowledgement; its error. */
static int hear_ack(void)
{
	ck_assert_int_ge(hear(), NLMSG_LENGTH(sizeof(struct nlmsgerr)));
	ck_assert_uint_eq(in.nlh.nlmsg_type, NLMSG_ERROR);
	return ((struct nlmsgerr *)nlmsg_data(&in.nlh))->error;
}

/* --- Answers ------------------------------------------------------------- */

START_TEST(a_reply_and_its_acknowledgement_are_two_datagrams)
{
	uint32_t port;
	ssize_t len;

	ck_assert_int_eq(udm_netlink_portid(fd, &port), 0);
	ask(request(CMD_ECHO, NLM_F_ACK));
	len = hear();
	ck_assert_uint_eq(in.nlh.nlmsg_len, len);
	ck_assert_uint_eq(in.nlh.nlmsg_type, ant.id);
	ck_assert_uint_eq(in.nlh.nlmsg_seq, 77);
	ck_assert_uint_eq(in.nlh.nlmsg_pid, port);
	ck_assert_int_eq(hear_ack(), 0);
	ck_assert_int_eq(hear(), 0);
}
END_TEST

/* What clients check before they believe that it came from the kernel. */
START_TEST(the_sender_looks_like_the_kernel)
{
	struct sockaddr_nl from = {};
	socklen_t len = sizeof(from);

	ask(request(CMD_ECHO, 0));
	ck_assert_int_gt(recvfrom(fd, &in, sizeof(in), 0, (struct sockaddr *)&from, &len), 0);
	ck_assert_uint_eq(len, sizeof(from));
	ck_assert_uint_eq(from.nl_pid, 0);
}
END_TEST

START_TEST(nothing_happens_before_it_is_served)
{
	struct request r = request(CMD_ECHO, NLM_F_ACK);
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	ck_assert_int_gt(send(fd, &r, r.nlh.nlmsg_len, 0), 0);
	ck_assert_int_gt(send(fd, &r, r.nlh.nlmsg_len, 0), 0);
	ck_assert_int_eq(poll(&pfd, 1, 0), 0);
	ck_assert_int_eq(udm_netlink_serve(), 2);
	ck_assert_int_eq(poll(&pfd, 1, 0), 1);
	ck_assert_int_eq(udm_netlink_serve(), 0);
}
END_TEST

START_TEST(several_requests_in_one_datagram_are_all_answered)
{
	struct request both[2] = { request(CMD_ECHO, NLM_F_ACK), request(99, NLM_F_ACK) };

	memmove((char *)both + both[0].nlh.nlmsg_len, &both[1], both[1].nlh.nlmsg_len);
	say(both, 2 * both[0].nlh.nlmsg_len);
	ck_assert_int_gt(hear(), 0);
	ck_assert_int_eq(hear_ack(), 0);
	ck_assert_int_eq(hear_ack(), -EOPNOTSUPP);
}
END_TEST

/* --- What is no request -------------------------------------------------- */

START_TEST(short_and_lying_messages_are_passed_over)
{
	struct request r = request(CMD_ECHO, NLM_F_ACK);
	size_t len;

	for (len = 0; len < sizeof(r.nlh); len++)
		say(&r, len);
	r.nlh.nlmsg_len = 3;
	say(&r, sizeof(r));
	r.nlh.nlmsg_len = sizeof(r) + 1;
	say(&r, sizeof(r));
	r.nlh.nlmsg_len = 0xffffffff;
	say(&r, sizeof(r));
	r = request(CMD_ECHO, NLM_F_ACK);
	r.nlh.nlmsg_flags &= ~NLM_F_REQUEST;
	ask(r);
	ck_assert_int_eq(hear(), 0);
	/* It lives. */
	ask(request(CMD_ECHO, NLM_F_ACK));
	ck_assert_int_gt(hear(), 0);
	ck_assert_int_eq(hear_ack(), 0);
}
END_TEST

START_TEST(lies_inside_of_a_message_are_refused)
{
	struct request r = request(CMD_ECHO, NLM_F_ACK);
	struct nlattr *at = (struct nlattr *)r.rest;

	r.nlh.nlmsg_len = NLMSG_HDRLEN + 1;
	ask(r);
	ck_assert_int_eq(hear_ack(), -EINVAL);
	r.nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN) + 8;
	at->nla_type = A_VALUE;
	at->nla_len = 4000;
	ask(r);
	ck_assert_int_eq(hear_ack(), -EINVAL);
	at->nla_len = 2;
	ask(r);
	ck_assert_int_eq(hear_ack(), -EINVAL);
	/* The second of the datagram has no room for what it says. */
	at->nla_len = 8;
	memset((char *)&r + r.nlh.nlmsg_len, 0xff, 20);
	say(&r, r.nlh.nlmsg_len + 20);
	ck_assert_int_gt(hear(), 0);
	ck_assert_int_eq(hear_ack(), 0);
	ck_assert_int_eq(hear(), 0);
}
END_TEST

START_TEST(a_request_may_be_long_but_not_endless)
{
	size_t most = 208 * 1024 - 32, big = 1 << 20;
	struct request *r = calloc(1, big);

	*r = request(CMD_COUNT, NLM_F_DUMP);
	r->nlh.nlmsg_len = most;
	say(r, most);
	ck_assert_int_gt(hear(), 0);
	while (hear())
		;
	/* The host takes more from who asks for it; this is dropped. */
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &(int){ 1 << 20 },
				    sizeof(int)), 0);
	say(r, big - 4096);
	ck_assert_int_eq(hear(), 0);
	free(r);
}
END_TEST

/* Descriptors sent along are nobody's: the host closes them. */
START_TEST(descriptors_are_not_taken)
{
	struct request r = request(CMD_ECHO, 0);
	struct iovec iov = { &r, r.nlh.nlmsg_len };
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS } };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	int before = dup(fd), after;

	close(before);
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	ck_assert_int_gt(sendmsg(fd, &msg, 0), 0);
	udm_netlink_serve();
	ck_assert_int_gt(hear(), 0);
	after = dup(fd);
	ck_assert_int_eq(after, before);
	close(after);
}
END_TEST

/* --- Dumps and notifications --------------------------------------------- */

/* Reads to the end of a dump; the messages. */
static unsigned int read_dump(void)
{
	unsigned int messages = 0;

	for (;;) {
		struct nlmsghdr *nlh = &in.nlh;
		int left = hear();

		if (!left) {
			ck_assert_int_eq(udm_netlink_serve(), 0);
			left = hear();
		}
		ck_assert_int_gt(left, 0);
		ck_assert_int_le(left, 4096);
		for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left), messages++) {
			ck_assert(nlh->nlmsg_flags & NLM_F_MULTI);
			if (nlh->nlmsg_type == NLMSG_DONE)
				return messages;
		}
		ck_assert_int_eq(left, 0);
	}
}

/* Longer than all buffers on the way: it goes on when the reader has made room. */
START_TEST(a_long_dump_waits_for_its_reader)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	objects = 3000;
	ask(request(CMD_COUNT, NLM_F_DUMP));
	ck_assert_int_eq(poll(&pfd, 1, 0), 1);
	ck_assert_uint_eq(read_dump(), 3000);
}
END_TEST

static int notify(uint32_t value)
{
	struct sk_buff *ntf = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct genl_info info;
	void *hdr;

	genl_info_init_ntf(&info, &ant, CMD_ECHO);
	hdr = genlmsg_iput(ntf, &info);
	nla_put_u32(ntf, A_VALUE, value);
	genlmsg_end(ntf, hdr);
	return genlmsg_multicast_netns(&ant, &init_net, ntf, 0, 0, GFP_KERNEL);
}

START_TEST(a_reader_that_is_too_slow_is_told)
{
	unsigned int i = 0, heard = 0, told = 0;

	ck_assert_int_eq(udm_netlink_setsockopt(fd, NETLINK_ADD_MEMBERSHIP,
						ant.mcgrp_offset + 1), 0);
	while (!notify(i)) {
		udm_netlink_serve();
		ck_assert_uint_lt(++i, 100000);
	}
	for (;;) {
		udm_netlink_serve();
		if (!hear())
			break;
		if (in.nlh.nlmsg_type == NLMSG_OVERRUN)
			told++;
		else
			heard++;
	}
	ck_assert_uint_eq(told, 1);
	ck_assert_uint_eq(heard, i);
	ck_assert_int_eq(notify(i), 0);
	udm_netlink_serve();
	ck_assert_int_gt(hear(), 0);
	ck_assert_uint_eq(in.nlh.nlmsg_type, ant.id);
}
END_TEST

/* --- Options ------------------------------------------------------------- */

START_TEST(options_are_those_of_a_netlink_socket)
{
	struct request bad = request(99, NLM_F_ACK);

	ask(bad);
	ck_assert_int_eq(hear_ack(), -EOPNOTSUPP);
	ck_assert(!(in.nlh.nlmsg_flags & NLM_F_CAPPED));
	ck_assert_int_eq(udm_netlink_setsockopt(fd, NETLINK_CAP_ACK, 1), 0);
	ask(bad);
	ck_assert_int_eq(hear_ack(), -EOPNOTSUPP);
	ck_assert(in.nlh.nlmsg_flags & NLM_F_CAPPED);
	ck_assert_int_eq(udm_netlink_setsockopt(fd, NETLINK_GET_STRICT_CHK, 1), 0);
	ck_assert_int_eq(udm_netlink_setsockopt(fd, 99, 1), -1);
	ck_assert_int_eq(errno, ENOPROTOOPT);
	ck_assert_int_eq(udm_netlink_setsockopt(fd, NETLINK_ADD_MEMBERSHIP, 0), -1);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

START_TEST(other_descriptors_are_none)
{
	uint32_t port;

	ck_assert_int_eq(udm_netlink_setsockopt(0, NETLINK_CAP_ACK, 1), -1);
	ck_assert_int_eq(errno, ENOTSOCK);
	ck_assert_int_eq(udm_netlink_portid(999, &port), -1);
	ck_assert_int_eq(errno, ENOTSOCK);
	ck_assert_int_eq(udm_netlink_close(0), -1);
	ck_assert_int_eq(errno, ENOTSOCK);
	ck_assert_int_ge(fcntl(0, F_GETFD), 0);
}
END_TEST

/* Those of who opened it, whoever serves. */
START_TEST(capabilities_are_the_openers)
{
	udm_task_drop_cap(CAP_NET_ADMIN);
	ask(request(CMD_ADMIN, NLM_F_ACK));
	ck_assert_int_gt(hear(), 0);
	ck_assert_int_eq(hear_ack(), 0);
	close(fd);
	fd = udm_netlink_socket();
	udm_task_raise_cap(CAP_NET_ADMIN);
	ask(request(CMD_ADMIN, NLM_F_ACK));
	ck_assert_int_eq(hear_ack(), -EPERM);
}
END_TEST

/* --- The end ------------------------------------------------------------- */

START_TEST(a_copy_of_the_descriptor_keeps_the_socket)
{
	int copy = dup(fd);

	ask(request(CMD_PRIV, 0));
	ck_assert_uint_eq(privs, 1);
	ck_assert_int_eq(udm_netlink_close(fd), 0);
	ck_assert_uint_eq(privs, 1);
	fd = copy;
	ck_assert_int_eq(udm_netlink_setsockopt(copy, NETLINK_CAP_ACK, 1), 0);
	ck_assert_int_eq(udm_netlink_close(copy), 0);
	ck_assert_uint_eq(privs, 0);
	fd = udm_netlink_socket();
}
END_TEST

/* Also when answers were not read, which the host tells the other end as an error. */
START_TEST(what_was_written_before_the_end_is_handled)
{
	struct request r = request(CMD_PRIV, 0);
	unsigned int inits = privs;
	int other = udm_netlink_socket();

	ask(request(CMD_ECHO, 0));
	ck_assert_int_gt(send(fd, &r, r.nlh.nlmsg_len, 0), 0);
	ck_assert_int_gt(send(fd, "", 0, 0), -1);
	close(fd);
	ck_assert_int_eq(udm_netlink_serve(), 1);
	ck_assert_uint_eq(privs, inits);
	fd = other;
	ck_assert_int_eq(udm_netlink_serve(), 0);
}
END_TEST

START_TEST(a_dump_nobody_reads_ends_with_the_socket)
{
	objects = 3000;
	ask(request(CMD_COUNT, NLM_F_DUMP));
	udm_netlink_serve();
	ck_assert_uint_eq(dumps, 1);
	close(fd);
	udm_netlink_serve();
	ck_assert_uint_eq(dumps, 0);
	fd = udm_netlink_socket();
	ck_assert_int_ge(fd, 0);
}
END_TEST

START_TEST(the_end_of_the_machine_is_the_end_of_the_socket)
{
	struct pollfd pfd = { .fd = fd };

	ask(request(CMD_PRIV, 0));
	ck_assert_uint_eq(privs, 1);
	ck_assert_int_eq(genl_unregister_family(&ant), 0);
	machine_shutdown();
	ck_assert_uint_eq(privs, 0);
	ck_assert_int_eq(poll(&pfd, 1, 0), 1);
	ck_assert(pfd.revents & POLLHUP);
	close(fd);
	ant_open();
}
END_TEST

static int open_and_close(void *ctx)
{
	int one = udm_netlink_socket(), err = -errno;

	if (one < 0)
		return err;
	return udm_netlink_close(one) ? -errno : 0;
}

START_TEST(every_allocation_of_an_opening_may_fail)
{
	close(fd);
	udm_netlink_serve();
	ck_assert_msg(udm_fault_sweep(open_and_close, NULL) > 2, "%s",
		      udm_fault_sweep_message());
	fd = udm_netlink_socket();
}
END_TEST

Suite *netlink_fd_suite(void)
{
	Suite *s = suite_create("netlink_fd");
	TCase *tc = tcase_create("netlink_fd");

	tcase_add_checked_fixture(tc, ant_open, ant_close);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_reply_and_its_acknowledgement_are_two_datagrams);
	tcase_add_test(tc, the_sender_looks_like_the_kernel);
	tcase_add_test(tc, nothing_happens_before_it_is_served);
	tcase_add_test(tc, several_requests_in_one_datagram_are_all_answered);
	tcase_add_test(tc, short_and_lying_messages_are_passed_over);
	tcase_add_test(tc, lies_inside_of_a_message_are_refused);
	tcase_add_test(tc, a_request_may_be_long_but_not_endless);
	tcase_add_test(tc, descriptors_are_not_taken);
	tcase_add_test(tc, a_long_dump_waits_for_its_reader);
	tcase_add_test(tc, a_reader_that_is_too_slow_is_told);
	tcase_add_test(tc, options_are_those_of_a_netlink_socket);
	tcase_add_test(tc, other_descriptors_are_none);
	tcase_add_test(tc, capabilities_are_the_openers);
	tcase_add_test(tc, a_copy_of_the_descriptor_keeps_the_socket);
	tcase_add_test(tc, what_was_written_before_the_end_is_handled);
	tcase_add_test(tc, a_dump_nobody_reads_ends_with_the_socket);
	tcase_add_test(tc, the_end_of_the_machine_is_the_end_of_the_socket);
	tcase_add_test(tc, every_allocation_of_an_opening_may_fail);
	return s;
}
