// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receiving device memory: what recvmsg tells, what it refuses, and the life of
 * the tokens it hands out.
 */
#include "fixture.h"

#include <errno.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/page_pool/helpers.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>
#include <udevmem/warn.h>

#include "libpagepool/devmem.h"
#include "stack_rig.h"
#include "../libpagepool/fake_dmabuf.h"

static struct reading rd, other;
static u8 bytes[RIG_STREAM];

/* The only follower, of a flow whose first segment this is. */
static int follow(const struct segment *s)
{
	int fd;

	segment_rx(s);
	fd = stack_accept();
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Three fragments of a page each. */
static int follow_three(void)
{
	return follow(&(struct segment){ .seq = 1, .len = 3 * PAGE_SIZE, .where = IN_DEVMEM });
}

static void read_devmem(int fd, size_t len, unsigned int cmsgs)
{
	stack_read(fd, &rd, len, cmsgs, MSG_SOCK_DEVMEM);
}

static void expect_piece(unsigned int i, int type, unsigned int size, u32 token)
{
	ck_assert_int_eq(rd.msg[i].type, type);
	ck_assert_uint_eq(rd.msg[i].c.frag_size, size);
	ck_assert_uint_eq(rd.msg[i].c.frag_token, token);
}

static void expect_bytes(unsigned int at, unsigned int len)
{
	ck_assert_uint_eq(reading_bytes(&rd, bytes), len);
	ck_assert_mem_eq(bytes, rig->stream + at, len);
}

static void expect_error(int err)
{
	ck_assert_int_eq(rd.ret, -1);
	ck_assert_int_eq(rd.err, err);
}

/* --- What is told -------------------------------------------------------- */

START_TEST(each_fragment_has_a_message_and_a_token)
{
	int fd = follow_three();
	unsigned int i;

	read_devmem(fd, 1 << 20, 8);
	ck_assert_uint_eq(rd.n, 3);
	ck_assert_int_eq(rd.flags, 0);
	ck_assert_uint_eq(rd.controllen, 3 * CMSG_SPACE(sizeof(struct dmabuf_cmsg)));
	for (i = 0; i < 3; i++)
		expect_piece(i, SCM_DEVMEM_DMABUF, PAGE_SIZE, i + 1);
	expect_bytes(0, 3 * PAGE_SIZE);
	/* The skb is gone: only the tokens hold the memory. */
	ck_assert_uint_eq(stack_out(), 3);
	ck_assert_int_eq(stack_dontneed(fd, 1, 3), 3);
	ck_assert_uint_eq(stack_out(), 0);
	udm_close(fd);
}
END_TEST

START_TEST(linear_bytes_come_first_and_into_the_iovec)
{
	int fd = follow(&(struct segment){ .seq = 1, .linear = 10, .len = 10 + 2000,
					   .where = IN_DEVMEM, .piece = 1000, .frag_at = 64 });

	read_devmem(fd, 1 << 20, 8);
	ck_assert_uint_eq(rd.n, 3);
	expect_piece(0, SCM_DEVMEM_LINEAR, 10, 0);
	ck_assert_uint_eq(rd.msg[0].c.frag_offset, 0);
	expect_piece(1, SCM_DEVMEM_DMABUF, 1000, 1);
	expect_piece(2, SCM_DEVMEM_DMABUF, 1000, 2);
	ck_assert_uint_eq(rd.msg[1].c.frag_offset % PAGE_SIZE, 64);
	expect_bytes(0, 2010);
	reading_return(fd, &rd);
	udm_close(fd);
}
END_TEST

/* A fragment read in two halves has two tokens and comes back after both. */
START_TEST(a_fragment_may_be_read_in_parts)
{
	int fd = follow(&(struct segment){ .seq = 1, .len = 1000, .where = IN_DEVMEM });

	read_devmem(fd, 400, 8);
	expect_piece(0, SCM_DEVMEM_DMABUF, 400, 1);
	other = rd;
	read_devmem(fd, 4000, 8);
	expect_piece(0, SCM_DEVMEM_DMABUF, 600, 2);
	ck_assert_uint_eq(rd.msg[0].c.frag_offset, other.msg[0].c.frag_offset + 400);
	ck_assert_int_eq(stack_dontneed(fd, 1, 1), 1);
	ck_assert_uint_eq(stack_out(), 1);
	ck_assert_int_eq(stack_dontneed(fd, 2, 1), 1);
	ck_assert_uint_eq(stack_out(), 0);
	udm_close(fd);
}
END_TEST

START_TEST(a_full_control_buffer_makes_a_short_read)
{
	int fd = follow(&(struct segment){ .seq = 1, .len = 5000, .where = IN_DEVMEM,
					   .piece = 1000 });

	read_devmem(fd, 1 << 20, 2);
	ck_assert_int_eq(rd.ret, 2000);
	ck_assert_int_eq(rd.flags, 0);
	other = rd;
	read_devmem(fd, 1 << 20, 8);
	ck_assert_uint_eq(rd.n, 3);
	expect_piece(0, SCM_DEVMEM_DMABUF, 1000, 3);
	expect_bytes(2000, 3000);
	reading_return(fd, &other);
	reading_return(fd, &rd);
	udm_close(fd);
}
END_TEST

START_TEST(no_room_for_a_message_is_an_error_that_changes_nothing)
{
	int fd = follow_three();
	struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	char control[CMSG_SPACE(sizeof(struct dmabuf_cmsg))];
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = CMSG_LEN(sizeof(struct dmabuf_cmsg)) - 1 };

	read_devmem(fd, 1 << 20, 0);
	expect_error(525);
	ck_assert_int_eq(udm_recvmsg(fd, &msg, MSG_SOCK_DEVMEM), -1);
	ck_assert_int_eq(errno, 525);
	ck_assert_int_eq(udm_recv(fd, bytes, 10, MSG_SOCK_DEVMEM), -1);
	ck_assert_int_eq(errno, 525);
	ck_assert_int_eq(stack_dontneed(fd, 1, 10), 0);
	read_devmem(fd, 1 << 20, 3);
	expect_piece(0, SCM_DEVMEM_DMABUF, PAGE_SIZE, 1);
	expect_bytes(0, 3 * PAGE_SIZE);
	reading_return(fd, &rd);
	udm_close(fd);
}
END_TEST

START_TEST(without_the_flag_device_memory_cannot_be_read)
{
	int fd = follow(&(struct segment){ .seq = 1, .linear = 10, .len = 1000,
					   .where = IN_DEVMEM });

	stack_read(fd, &rd, 5, 8, 0);
	expect_error(EFAULT);
	stack_read(fd, &rd, 5000, 8, 0);
	expect_error(EFAULT);
	read_devmem(fd, 5000, 8);
	expect_bytes(0, 1000);
	reading_return(fd, &rd);
	udm_close(fd);
}
END_TEST

START_TEST(one_call_never_mixes_both_kinds)
{
	int fd = follow(&(struct segment){ .seq = 1, .len = 100 });

	segment_rx(&(struct segment){ .seq = 101, .at = 100, .len = 500, .where = IN_DEVMEM });
	segment_rx(&(struct segment){ .seq = 601, .at = 600, .len = 50 });
	stack_read(fd, &rd, 1 << 20, 8, MSG_WAITALL);
	ck_assert_int_eq(rd.ret, 100);
	ck_assert_uint_eq(rd.n, 0);
	stack_read(fd, &rd, 1 << 20, 8, 0);
	expect_error(EFAULT);
	read_devmem(fd, 1 << 20, 8);
	ck_assert_int_eq(rd.ret, 500);
	reading_return(fd, &rd);
	read_devmem(fd, 1 << 20, 8);
	ck_assert_int_eq(rd.ret, 50);
	ck_assert_uint_eq(rd.n, 0);
	expect_bytes(600, 50);
	udm_close(fd);
}
END_TEST

START_TEST(peeking_takes_tokens_too)
{
	int fd = follow(&(struct segment){ .seq = 1, .len = 500, .where = IN_DEVMEM });
	unsigned int i;

	for (i = 0; i < 2; i++) {
		stack_read(fd, &rd, 5000, 8, MSG_SOCK_DEVMEM | MSG_PEEK);
		expect_piece(0, SCM_DEVMEM_DMABUF, 500, i + 1);
	}
	read_devmem(fd, 5000, 8);
	expect_piece(0, SCM_DEVMEM_DMABUF, 500, 3);
	ck_assert_int_eq(stack_dontneed(fd, 1, 2), 2);
	ck_assert_uint_eq(stack_out(), 1);
	ck_assert_int_eq(stack_dontneed(fd, 3, 1), 1);
	ck_assert_uint_eq(stack_out(), 0);
	udm_close(fd);
}
END_TEST

START_TEST(truncating_discards_without_tokens)
{
	int fd = follow_three();

	stack_read(fd, &rd, 2 * PAGE_SIZE + 10, 0, MSG_TRUNC);
	ck_assert_int_eq(rd.ret, 2 * PAGE_SIZE + 10);
	stack_read(fd, &rd, 1 << 20, 0, MSG_TRUNC);
	ck_assert_int_eq(rd.ret, PAGE_SIZE - 10);
	ck_assert_uint_eq(stack_out(), 0);
	ck_assert_int_eq(stack_dontneed(fd, 1, 8), 0);
	udm_close(fd);
}
END_TEST

START_TEST(fragments_are_never_merged)
{
	int fd = follow(&(struct segment){ .seq = 1, .len = 100, .where = IN_DEVMEM });

	segment_rx(&(struct segment){ .seq = 101, .at = 100, .len = 100, .where = IN_DEVMEM });
	read_devmem(fd, 1 << 20, 8);
	ck_assert_uint_eq(rd.n, 2);
	expect_bytes(0, 200);
	reading_return(fd, &rd);
	udm_close(fd);
}
END_TEST

START_TEST(overlapping_device_memory_is_read_once)
{
	int fd = follow(&(struct segment){ .seq = 1, .len = 1000, .where = IN_DEVMEM });

	segment_rx(&(struct segment){ .seq = 501, .at = 500, .len = 1000, .where = IN_DEVMEM });
	read_devmem(fd, 1 << 20, 8);
	ck_assert_uint_eq(rd.n, 2);
	expect_bytes(0, 1500);
	reading_return(fd, &rd);
	ck_assert_uint_eq(stack_out(), 0);
	udm_close(fd);
}
END_TEST

START_TEST(a_frag_list_is_walked_in_order)
{
	struct segment part = { .seq = 1, .linear = 7, .len = 107, .where = IN_DEVMEM };
	struct sk_buff *head, *child, **link;
	unsigned int i;
	int fd;

	head = segment_skb(&part);
	link = &skb_shinfo(head)->frag_list;
	for (i = 1; i < 3; i++) {
		part.at = i * 107;
		child = segment_skb(&part);
		skb_pull(child, sizeof(struct iphdr) + sizeof(struct tcphdr));
		head->len += child->len;
		head->data_len += child->len;
		*link = child;
		link = &child->next;
	}
	((struct iphdr *)head->data)->tot_len = htons(head->len);
	((struct iphdr *)head->data)->check = 0;
	((struct iphdr *)head->data)->check = ip_fast_csum(head->data, 5);
	stack_rx(head);
	fd = stack_accept();
	read_devmem(fd, 1 << 20, 8);
	ck_assert_uint_eq(rd.n, 6);
	for (i = 0; i < 6; i++)
		ck_assert_int_eq(rd.msg[i].type, i % 2 ? SCM_DEVMEM_DMABUF : SCM_DEVMEM_LINEAR);
	expect_bytes(0, 3 * 107);
	reading_return(fd, &rd);
	udm_close(fd);
}
END_TEST

/* --- What is refused ----------------------------------------------------- */

static struct net_iov_area uring_area = { .num_niovs = 1 };

START_TEST(memory_that_is_no_dma_buf_is_refused)
{
	struct sk_buff *skb = segment_skb(&(struct segment){ .seq = 1 });
	static struct net_iov niov;
	int fd;

	uring_area.niovs = &niov;
	net_iov_init(&niov, &uring_area, NET_IOV_IOURING);
	skb_add_rx_frag_netmem(skb, 0, net_iov_to_netmem(&niov), 0, 100, PAGE_SIZE);
	((struct iphdr *)skb->data)->tot_len = htons(skb->len);
	((struct iphdr *)skb->data)->check = 0;
	((struct iphdr *)skb->data)->check = ip_fast_csum(skb->data, 5);
	stack_rx(skb);
	fd = stack_accept();
	read_devmem(fd, 1 << 20, 8);
	expect_error(ENODEV);
	udm_close(fd);
}
END_TEST

START_TEST(a_page_among_device_memory_is_refused)
{
	struct sk_buff *skb = segment_skb(&(struct segment){ .seq = 1, .len = 100,
							     .where = IN_DEVMEM });
	struct page *page = alloc_page(GFP_KERNEL);
	int fd;

	skb_add_rx_frag(skb, 1, page, 0, 100, PAGE_SIZE);
	((struct iphdr *)skb->data)->tot_len = htons(skb->len);
	((struct iphdr *)skb->data)->check = 0;
	((struct iphdr *)skb->data)->check = ip_fast_csum(skb->data, 5);
	stack_rx(skb);
	fd = stack_accept();
	/* What comes before it can be had. */
	read_devmem(fd, 1 << 20, 8);
	ck_assert_int_eq(rd.ret, 100);
	reading_return(fd, &rd);
	read_devmem(fd, 1 << 20, 8);
	expect_error(ENODEV);
	udm_close(fd);
}
END_TEST

START_TEST(a_control_buffer_that_faults)
{
	int fd = follow_three();
	static char area[2 * PAGE_SIZE] __aligned(PAGE_SIZE);
	struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	size_t one = CMSG_SPACE(sizeof(struct dmabuf_cmsg));
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = area + PAGE_SIZE - one, .msg_controllen = 4 * one };

	udm_user_fault(area + PAGE_SIZE, PAGE_SIZE);
	ck_assert_int_eq(udm_recvmsg(fd, &msg, MSG_SOCK_DEVMEM), PAGE_SIZE);
	msg.msg_control = area + PAGE_SIZE;
	msg.msg_controllen = 4 * one;
	ck_assert_int_eq(udm_recvmsg(fd, &msg, MSG_SOCK_DEVMEM), -1);
	ck_assert_int_eq(errno, EFAULT);
	udm_user_ok(NULL);
	ck_assert_int_eq(stack_dontneed(fd, 1, 8), 1);
	stack_read(fd, &rd, 1 << 20, 8, MSG_SOCK_DEVMEM);
	expect_bytes(PAGE_SIZE, 2 * PAGE_SIZE);
	reading_return(fd, &rd);
	udm_close(fd);
}
END_TEST

START_TEST(an_iovec_too_short_for_linear_bytes)
{
	int fd = follow(&(struct segment){ .seq = 1, .linear = 100, .len = 200,
					   .where = IN_DEVMEM });
	char control[4 * CMSG_SPACE(sizeof(struct dmabuf_cmsg))];
	struct iovec iov = { .iov_base = (void *)16, .iov_len = 200 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };

	ck_assert_int_eq(udm_recvmsg(fd, &msg, MSG_SOCK_DEVMEM), -1);
	ck_assert_int_eq(errno, EFAULT);
	read_devmem(fd, 200, 4);
	expect_bytes(0, 200);
	reading_return(fd, &rd);
	udm_close(fd);
}
END_TEST

START_TEST(other_conditions_are_as_for_any_socket)
{
	int fd = follow(&(struct segment){ .seq = 1, .len = 10 }), udp;

	read_devmem(rig->listener, 10, 1);
	expect_error(ENOTCONN);
	stack_read(fd, &rd, 10, 4, MSG_SOCK_DEVMEM);
	ck_assert_int_eq(rd.ret, 10);
	ck_assert_uint_eq(rd.n, 0);
	ck_assert_uint_eq(rd.controllen, 0);
	read_devmem(fd, 10, 1);
	expect_error(EAGAIN);
	stack_read(fd, &rd, 10, 1, MSG_ERRQUEUE);
	expect_error(EAGAIN);
	udp = udm_socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	read_devmem(udp, 10, 1);
	expect_error(EAGAIN);
	ck_assert_int_eq(stack_dontneed(udp, 1, 1), -1);
	ck_assert_int_eq(errno, EBADF);
	udm_close(udp);
	udm_close(fd);
}
END_TEST

/* --- SO_DEVMEM_DONTNEED -------------------------------------------------- */

static const struct {
	socklen_t len;
	int ret, err;
} dontneed_lengths[] = {
	{ 0, -1, EINVAL }, { 3, -1, EINVAL }, { 4, -1, EINVAL }, { 12, -1, EINVAL },
	{ 8, 0, 0 }, { 1024, 0, 0 }, { 1032, -1, EINVAL },
};

START_TEST(dontneed_takes_whole_tokens_and_not_too_many)
{
	static struct dmabuf_token tokens[129];
	int fd = follow(&(struct segment){ .seq = 1, .len = 10 }), ret;

	memset(tokens, 1, sizeof(tokens));
	errno = 0;
	ret = udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, tokens,
			     dontneed_lengths[_i].len);
	ck_assert_int_eq(ret, dontneed_lengths[_i].ret);
	ck_assert_int_eq(errno, dontneed_lengths[_i].err);
	udm_close(fd);
}
END_TEST

START_TEST(dontneed_faults_and_neighbours)
{
	int fd = follow(&(struct segment){ .seq = 1, .len = 10 });
	socklen_t len = sizeof(u64);
	u64 val = 0;

	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, (void *)16, 8), -1);
	ck_assert_int_eq(errno, EFAULT);
	ck_assert_int_eq(udm_getsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, &val, &len), -1);
	ck_assert_int_eq(errno, ENOPROTOOPT);
	ck_assert_int_eq(udm_getsockopt(fd, SOL_SOCKET, SO_DEVMEM_LINEAR, &val, &len), -1);
	ck_assert_int_eq(errno, ENOPROTOOPT);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DMABUF, &val, 8), -1);
	ck_assert_int_eq(errno, ENOPROTOOPT);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DMABUF, &val, 3), -1);
	ck_assert_int_eq(errno, EINVAL);
	udm_close(fd);
}
END_TEST

/* 40 pages with tokens 1 to 40. */
static int with_forty_tokens(void)
{
	unsigned int at = 0, got = 0;
	int fd = -1;

	for (; at < 40; at += 10) {
		segment_rx(&(struct segment){ .seq = 1 + at * 100, .at = at * 100, .len = 1000,
					      .piece = 100, .where = IN_DEVMEM });
		if (fd < 0)
			fd = stack_accept();
	}
	while (got < 40) {
		read_devmem(fd, 1 << 20, 64);
		got += rd.n;
	}
	ck_assert_uint_eq(stack_out(), 40);
	return fd;
}

START_TEST(dontneed_counts_what_it_freed)
{
	int fd = with_forty_tokens();
	struct dmabuf_token t[] = { { 0xffffffff, 3 }, { 5, 2 }, { 5, 2 }, { 40, 100 }, { 9, 0 } };

	/* 0xffffffff wraps to 0 and 1; doubles count once; 41 and up are unknown. */
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, t, sizeof(t)), 4);
	ck_assert_uint_eq(stack_out(), 36);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, t, sizeof(t)), 0);
	ck_assert_int_eq(stack_dontneed(fd, 2, 1000), 36);
	ck_assert_uint_eq(stack_out(), 0);
	udm_close(fd);
}
END_TEST

START_TEST(dontneed_gives_up_after_1024_attempts)
{
	int fd = with_forty_tokens();
	struct dmabuf_token t[] = { { 5000, 1020 }, { 1, 40 } };

	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, t, sizeof(t)), 4);
	t[0].token_count = 1024;
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, t, sizeof(t)), 0);
	ck_assert_int_eq(stack_dontneed(fd, 1, 2000), 36);
	udm_close(fd);
}
END_TEST

START_TEST(the_lowest_free_token_is_used_next)
{
	int fd = with_forty_tokens();

	ck_assert_int_eq(stack_dontneed(fd, 7, 1), 1);
	ck_assert_int_eq(stack_dontneed(fd, 3, 1), 1);
	segment_rx(&(struct segment){ .seq = 4001, .at = 4000, .len = 300, .piece = 100,
				      .where = IN_DEVMEM });
	read_devmem(fd, 1 << 20, 8);
	expect_piece(0, SCM_DEVMEM_DMABUF, 100, 3);
	expect_piece(1, SCM_DEVMEM_DMABUF, 100, 7);
	expect_piece(2, SCM_DEVMEM_DMABUF, 100, 41);
	ck_assert_int_eq(stack_dontneed(fd, 1, 100), 41);
	udm_close(fd);
}
END_TEST

/* Of a packet with more fragments than there are free ones in a row, and across 64. */
START_TEST(free_tokens_are_used_in_order)
{
	static const unsigned int want[] = { 10, 11, 12, 20 };
	int fd = with_forty_tokens();
	unsigned int i;

	ck_assert_int_eq(stack_dontneed(fd, 20, 1), 1);
	ck_assert_int_eq(stack_dontneed(fd, 10, 3), 3);
	segment_rx(&(struct segment){ .seq = 4001, .at = 4000, .len = 600, .piece = 100,
				      .where = IN_DEVMEM });
	read_devmem(fd, 1 << 20, 8);
	for (i = 0; i < 6; i++)
		expect_piece(i, SCM_DEVMEM_DMABUF, 100, i < 4 ? want[i] : 41 + i - 4);
	for (unsigned int token = 43, at = 4600; token < 70; token += 6, at += 600) {
		segment_rx(&(struct segment){ .seq = 1 + at, .at = at, .len = 600, .piece = 100,
					      .where = IN_DEVMEM });
		read_devmem(fd, 1 << 20, 8);
		for (i = 0; i < 6; i++)
			expect_piece(i, SCM_DEVMEM_DMABUF, 100, token + i);
	}
	ck_assert_int_eq(stack_dontneed(fd, 1, 100), 72);
	udm_close(fd);
}
END_TEST

START_TEST(tokens_belong_to_their_socket)
{
	int fd = follow_three(), sibling;

	read_devmem(fd, 1 << 20, 8);
	segment_rx(&(struct segment){ .seq = 1, .sport = 9, .len = 100, .where = IN_DEVMEM });
	sibling = stack_accept();
	ck_assert_int_eq(stack_dontneed(sibling, 1, 3), 0);
	stack_read(sibling, &other, 1 << 20, 8, MSG_SOCK_DEVMEM);
	ck_assert_uint_eq(other.msg[0].c.frag_token, 1);
	reading_return(sibling, &other);
	reading_return(fd, &rd);
	udm_close(sibling);
	udm_close(fd);
}
END_TEST

/* --- Lives --------------------------------------------------------------- */

START_TEST(closing_a_socket_returns_everything)
{
	int fd = follow_three();

	segment_rx(&(struct segment){ .seq = 1 + 3 * PAGE_SIZE, .at = 3 * PAGE_SIZE, .len = 100,
				      .where = IN_DEVMEM });
	segment_rx(&(struct segment){ .seq = 1 + 5 * PAGE_SIZE, .at = 5 * PAGE_SIZE, .len = 100,
				      .where = IN_DEVMEM });
	read_devmem(fd, 2 * PAGE_SIZE, 8);
	ck_assert_uint_eq(stack_out(), 5);
	udm_close(fd);
	udm_run_until_idle();
	ck_assert_uint_eq(stack_out(), 0);
}
END_TEST

START_TEST(tokens_outlive_the_binding)
{
	int fd = follow_three();

	read_devmem(fd, 1 << 20, 8);
	stack_unbind();
	udm_run_until_idle();
	ck_assert_uint_eq(rig->buf->mapped, 1);
	ck_assert_int_eq(stack_dontneed(fd, 1, 2), 2);
	udm_advance(1100 * 1000000ull);
	ck_assert_uint_eq(rig->buf->mapped, 1);
	ck_assert_int_eq(stack_dontneed(fd, 3, 1), 1);
	udm_advance(2100 * 1000000ull);
	ck_assert_uint_eq(rig->buf->mapped, 0);
	udm_close(fd);
}
END_TEST

START_TEST(data_outlives_the_binding)
{
	int fd = follow_three();

	stack_unbind();
	udm_advance(1100 * 1000000ull);
	ck_assert_uint_eq(rig->buf->mapped, 1);
	read_devmem(fd, 1 << 20, 8);
	expect_bytes(0, 3 * PAGE_SIZE);
	udm_close(fd);
	udm_advance(2100 * 1000000ull);
	ck_assert_uint_eq(rig->buf->mapped, 0);
}
END_TEST

START_TEST(a_waiting_reader_is_woken)
{
	int fd = follow(&(struct segment){ .seq = 1, .len = 10 });
	struct pollfd p = { .fd = fd, .events = POLLIN };

	stack_read(fd, &rd, 10, 0, 0);
	ck_assert_int_eq(udm_poll(&p, 1, 0), 0);
	segment_rx(&(struct segment){ .seq = 11, .at = 10, .len = 10, .where = IN_DEVMEM });
	ck_assert_int_eq(udm_poll(&p, 1, 0), 1);
	ck_assert_int_eq(p.revents, POLLIN);
	read_devmem(fd, 10, 1);
	reading_return(fd, &rd);
	udm_close(fd);
}
END_TEST

/* --- Two at once --------------------------------------------------------- */

#define ROUNDS	300

struct freer {
	int fd;
	atomic_t freed;
	atomic_t over;
};

static void *free_all_the_time(void *ctx)
{
	struct freer *f = ctx;

	while (!atomic_read(&f->over)) {
		atomic_add(stack_dontneed(f->fd, 1, 200), &f->freed);
		udm_yield();
	}
	return NULL;
}

/* Tokens are returned by two threads that do not wait to be told them; none is lost or doubled. */
START_TEST(threads_that_free_race_with_the_reader)
{
	int fd = follow(&(struct segment){ .seq = 1, .len = 100, .where = IN_DEVMEM });
	struct freer f = { .fd = fd };
	struct udm_thread *t[2];
	unsigned int i;
	int told = 0;

	t[0] = udm_thread_create("free0", free_all_the_time, &f);
	t[1] = udm_thread_create("free1", free_all_the_time, &f);
	for (i = 1; i < ROUNDS; i++) {
		segment_rx(&(struct segment){ .seq = 1 + i * 100, .at = i * 100, .len = 100,
					      .piece = 25, .where = IN_DEVMEM });
		read_devmem(fd, 1 << 20, 16);
		told += rd.n;
		while (told - atomic_read(&f.freed) > 100)
			udm_yield();
	}
	while (atomic_read(&f.freed) < told)
		udm_yield();
	atomic_set(&f.over, 1);
	udm_thread_join(t[0]);
	udm_thread_join(t[1]);
	ck_assert_int_eq(atomic_read(&f.freed), told);
	ck_assert_uint_eq(stack_out(), 0);
	udm_close(fd);
}
END_TEST

static void add_told(TCase *tc)
{
	tcase_add_test(tc, each_fragment_has_a_message_and_a_token);
	tcase_add_test(tc, linear_bytes_come_first_and_into_the_iovec);
	tcase_add_test(tc, a_fragment_may_be_read_in_parts);
	tcase_add_test(tc, a_full_control_buffer_makes_a_short_read);
	tcase_add_test(tc, no_room_for_a_message_is_an_error_that_changes_nothing);
	tcase_add_test(tc, without_the_flag_device_memory_cannot_be_read);
	tcase_add_test(tc, one_call_never_mixes_both_kinds);
	tcase_add_test(tc, peeking_takes_tokens_too);
	tcase_add_test(tc, truncating_discards_without_tokens);
	tcase_add_test(tc, fragments_are_never_merged);
	tcase_add_test(tc, overlapping_device_memory_is_read_once);
	tcase_add_test(tc, a_frag_list_is_walked_in_order);
}

static void add_refused(TCase *tc)
{
	tcase_add_test(tc, memory_that_is_no_dma_buf_is_refused);
	tcase_add_test(tc, a_page_among_device_memory_is_refused);
	tcase_add_test(tc, a_control_buffer_that_faults);
	tcase_add_test(tc, an_iovec_too_short_for_linear_bytes);
	tcase_add_test(tc, other_conditions_are_as_for_any_socket);
}

static void add_tokens(TCase *tc)
{
	tcase_add_loop_test(tc, dontneed_takes_whole_tokens_and_not_too_many, 0,
			    ARRAY_SIZE(dontneed_lengths));
	tcase_add_test(tc, dontneed_faults_and_neighbours);
	tcase_add_test(tc, dontneed_counts_what_it_freed);
	tcase_add_test(tc, dontneed_gives_up_after_1024_attempts);
	tcase_add_test(tc, the_lowest_free_token_is_used_next);
	tcase_add_test(tc, free_tokens_are_used_in_order);
	tcase_add_test(tc, tokens_belong_to_their_socket);
	tcase_add_test(tc, closing_a_socket_returns_everything);
	tcase_add_test(tc, tokens_outlive_the_binding);
	tcase_add_test(tc, data_outlives_the_binding);
	tcase_add_test(tc, a_waiting_reader_is_woken);
}

Suite *tcp_devmem_suite(void)
{
	Suite *s = suite_create("tcp_devmem");
	TCase *tc = tcase_create("sim"), *threads = tcase_create("threads");

	tcase_add_checked_fixture(tc, stack_open, stack_close);
	suite_add_tcase(s, tc);
	add_told(tc);
	add_refused(tc);
	add_tokens(tc);
	tcase_add_test(tc, threads_that_free_race_with_the_reader);
	tcase_add_checked_fixture(threads, stack_open_threads, stack_close);
	suite_add_tcase(s, threads);
	tcase_add_test(threads, each_fragment_has_a_message_and_a_token);
	tcase_add_test(threads, closing_a_socket_returns_everything);
	tcase_add_test(threads, threads_that_free_race_with_the_reader);
	return s;
}
