// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSG_ZEROCOPY: what may be asked for, which bytes of device memory and of the
 * application's go to the wire, and the limits. When calls are complete is in
 * zerocopy_done.c.
 */
#include "send_rig.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/sched/user.h>
#include <net/netdev_lock.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "fixture.h"
#include "libpagepool/devmem.h"

/* --- The option ---------------------------------------------------------- */

START_TEST(who_has_the_option)
{
	int dgram = udm_socket(AF_INET6, SOCK_DGRAM, 0), netlink, val = 2, off = 0;
	socklen_t len = sizeof(val);

	netlink = udm_socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	ck_assert_int_eq(udm_setsockopt(out.fd, SOL_SOCKET, SO_ZEROCOPY, &val, sizeof(val)), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_getsockopt(out.fd, SOL_SOCKET, SO_ZEROCOPY, &val, &len), 0);
	ck_assert_int_eq(val, 1);
	ck_assert_int_eq(udm_setsockopt(dgram, SOL_SOCKET, SO_ZEROCOPY, &val, sizeof(val)), 0);
	ck_assert_int_eq(udm_setsockopt(dgram, SOL_SOCKET, SO_ZEROCOPY, &off, sizeof(off)), 0);
	ck_assert_int_eq(udm_setsockopt(netlink, SOL_SOCKET, SO_ZEROCOPY, &val, sizeof(val)), -1);
	ck_assert_int_eq(errno, EOPNOTSUPP);
	udm_close(netlink);
	udm_close(dgram);
}
END_TEST

/* --- What is refused ----------------------------------------------------- */

/* sendmsg of 100 bytes at offset 0 with this control buffer. */
static int send_control(const void *control, size_t len, int flags)
{
	struct iovec iov = { .iov_len = 100 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = (void *)control,
			      .msg_controllen = len };
	ssize_t ret = udm_sendmsg(out.fd, &msg, flags | MSG_NOSIGNAL);

	return ret < 0 ? -errno : ret;
}

struct control {
	struct cmsghdr h;
	u32 id, more;
	struct cmsghdr h2;
	u32 id2, more2;
};

static const struct {
	size_t cmsg_len;
	int level, type;
	size_t room;
	int err;
} controls[] = {
	{ 20, SOL_SOCKET, SCM_DEVMEM_DMABUF, 24, 100 },
	{ 20, SOL_SOCKET, SCM_DEVMEM_DMABUF, 20, 100 },
	{ 18, SOL_SOCKET, SCM_DEVMEM_DMABUF, 24, -EINVAL },
	{ 24, SOL_SOCKET, SCM_DEVMEM_DMABUF, 24, -EINVAL },
	{ 20, SOL_SOCKET, SCM_DEVMEM_DMABUF, 19, -EINVAL },
	{ 15, SOL_SOCKET, SCM_DEVMEM_DMABUF, 24, -EINVAL },
	{ SIZE_MAX, SOL_SOCKET, SCM_DEVMEM_DMABUF, 24, -EINVAL },
	{ 20, SOL_SOCKET, SCM_DEVMEM_LINEAR, 24, -EINVAL },
	{ 20, SOL_SOCKET, 12345, 24, -EINVAL },
	/* Nobody's, nothing at all: the bytes are then the application's at NULL. */
	{ 20, SOL_IP, SCM_DEVMEM_DMABUF, 24, -EFAULT },
	{ 20, SOL_SOCKET, SCM_RIGHTS, 24, -EFAULT },
	{ 20, SOL_SOCKET, SCM_DEVMEM_DMABUF, 15, -EFAULT },
};

START_TEST(control_messages)
{
	const struct control c = { .h = { .cmsg_len = controls[_i].cmsg_len,
					  .cmsg_level = controls[_i].level,
					  .cmsg_type = controls[_i].type },
				   .id = nic.binding->id };

	ck_assert_int_eq(send_control(&c, controls[_i].room, MSG_ZEROCOPY), controls[_i].err);
	ck_assert_uint_eq(send_unacked(), controls[_i].err > 0 ? 100 : 0);
	if (controls[_i].err < 0)
		ck_assert_int_eq(send_device(0, 50), 50);
	send_ack(1000);
	expect_report(0, 0, 0);
	expect_no_report();
}
END_TEST

START_TEST(control_buffers)
{
	static u8 huge[200000];
	const struct cmsghdr h = { .cmsg_len = 20, .cmsg_level = SOL_SOCKET,
				   .cmsg_type = SCM_DEVMEM_DMABUF };
	struct control c = { .h = h, .id = 12345, .h2 = h, .id2 = nic.binding->id };

	/* The last one counts, and one that is broken spoils all. */
	ck_assert_int_eq(send_control(&c, sizeof(c), MSG_ZEROCOPY), 100);
	c.h2.cmsg_len = 19;
	ck_assert_int_eq(send_control(&c, sizeof(c), MSG_ZEROCOPY), -EINVAL);
	ck_assert_int_eq(send_control(huge, sizeof(huge), MSG_ZEROCOPY), -ENOBUFS);
	ck_assert_int_eq(udm_user_fault(&c, sizeof(c)), 0);
	ck_assert_int_eq(send_control(&c, sizeof(c), MSG_ZEROCOPY), -EFAULT);
	udm_user_ok(NULL);
	ck_assert_int_eq(atomic_read(&out.sk->sk_omem_alloc) > 0, 1);
	send_ack(100);
	expect_report(0, 0, 0);
	ck_assert_int_eq(atomic_read(&out.sk->sk_omem_alloc), 0);
}
END_TEST

enum route { VIA_NIC, VIA_LO, NO_ROUTE, NO_SG };

static const struct {
	bool off, foreign, rx;
	int flags;
	enum route route;
	size_t len;
	int err;
} refusals[] = {
	{ .flags = MSG_ZEROCOPY, .len = 100, .err = 100 },
	{ .flags = MSG_ZEROCOPY, .len = 100, .foreign = true, .err = -EINVAL },
	{ .flags = MSG_ZEROCOPY, .len = 100, .rx = true, .err = -EINVAL },
	{ .len = 100, .err = -EINVAL },
	{ .flags = MSG_ZEROCOPY, .off = true, .len = 100, .err = -EINVAL },
	{ .flags = MSG_ZEROCOPY, .route = VIA_LO, .len = 100, .err = -ENODEV },
	{ .flags = MSG_ZEROCOPY, .route = NO_ROUTE, .len = 100, .err = -EHOSTUNREACH },
	{ .flags = MSG_ZEROCOPY, .route = NO_SG, .len = 100, .err = -EFAULT },
	/* Nothing is looked at for nothing. */
	{ .flags = MSG_ZEROCOPY, .foreign = true, .len = 0, .err = 0 },
	{ .len = 0, .err = -EINVAL },
};

static void set_route(enum route route)
{
	struct net_device *dev = route == VIA_LO ? init_net.loopback_dev : nic.dev;

	rcu_assign_pointer(out.route.dev_rcu, dev);
	rcu_assign_pointer(out.sk->sk_dst_cache, route == NO_ROUTE ? NULL : &out.route);
	if (route == NO_SG)
		nic.dev->features &= ~NETIF_F_SG;
	else
		nic.dev->features |= NETIF_F_SG;
}

/* The same memory, for receiving. */
static struct net_devmem_dmabuf_binding *bind_receiving(void)
{
	struct net_devmem_dmabuf_binding *rx;

	mutex_lock(&nic.owner.lock);
	netdev_lock(nic.dev);
	rx = net_devmem_bind_dmabuf(nic.dev, NULL, udm_netdev_device(nic.nic), DMA_FROM_DEVICE,
				    nic.dmabuf, &nic.owner, NULL);
	netdev_unlock(nic.dev);
	mutex_unlock(&nic.owner.lock);
	ck_assert(!IS_ERR(rx));
	return rx;
}

static void unbind(struct net_devmem_dmabuf_binding *binding)
{
	mutex_lock(&nic.owner.lock);
	netdev_lock(nic.dev);
	net_devmem_unbind_dmabuf(binding);
	netdev_unlock(nic.dev);
	mutex_unlock(&nic.owner.lock);
}

/* No refusal costs an id, and each comes before the connection is looked at. */
START_TEST(device_memory_is_refused)
{
	struct iovec iov = { .iov_base = (void *)16, .iov_len = refusals[_i].len };
	struct net_devmem_dmabuf_binding *rx = bind_receiving();
	u32 id = refusals[_i].foreign ? 12345 : refusals[_i].rx ? rx->id : nic.binding->id;

	send_option(SO_ZEROCOPY, !refusals[_i].off);
	set_route(refusals[_i].route);
	ck_assert_int_eq(send_iov(id, &iov, 1, refusals[_i].flags), refusals[_i].err);
	send_option(SO_ZEROCOPY, 1);
	set_route(VIA_NIC);
	send_ack(100);
	if (refusals[_i].err <= 0)
		ck_assert_int_eq(send_device(0, 50), 50);
	send_ack(1000);
	expect_report(0, 0, 0);
	expect_no_report();
	unbind(rx);
}
END_TEST

/* --- Device memory on the wire ------------------------------------------- */

START_TEST(segments_become_fragments_page_by_page)
{
	const struct iovec iov[] = {
		{ (void *)100, 1024 }, { (void *)2000, 2048 }, { (void *)3, 0 },
		{ (void *)4000, 200 }, { (void *)(MEMORY - 5), 5 },
	};
	const u32 sizes[] = { 1024, 2048, 96, 104, 5 }, offs[] = { 100, 2000, 4000, 0, 4091 };
	struct sk_buff *seg;
	u8 *want = out.stream;

	ck_assert_int_eq(send_iov(nic.binding->id, iov, 5, MSG_ZEROCOPY), 3277);
	seg = tcp_send_segment(out.sk, SEND_ISS, 100000, 0);
	ck_assert_uint_eq(seg->len, 3277);
	ck_assert(seg->unreadable && skb_zcopy(seg));
	ck_assert_uint_eq(skb_shinfo(seg)->nr_frags, 5);
	for (int i = 0; i < 5; i++) {
		ck_assert_uint_eq(skb_frag_size(&skb_shinfo(seg)->frags[i]), sizes[i]);
		ck_assert_uint_eq(skb_frag_off(&skb_shinfo(seg)->frags[i]), offs[i]);
	}
	for (int i = 0; i < 5; want += iov[i++].iov_len)
		memcpy(want, nic.map + (size_t)iov[i].iov_base, iov[i].iov_len);
	send_expect(0, out.stream, 3277);
	kfree_skb(seg);
	send_ack(3277);
	expect_report(0, 0, 0);
}
END_TEST

/* More pieces than an skb has room for: several skbs, one call. */
START_TEST(many_pieces_are_one_call)
{
	ck_assert_int_eq(send_device(10, 40 * PAGE_SIZE), 40 * PAGE_SIZE);
	ck_assert_uint_eq(skb_queue_len(&out.sk->sk_write_queue), 3);
	send_expect(0, nic.map + 10, 40 * PAGE_SIZE);
	send_ack(40 * PAGE_SIZE - 1);
	ck_assert_uint_eq(skb_queue_len(&out.sk->sk_write_queue), 1);
	expect_no_report();
	send_expect(40 * PAGE_SIZE - 1, nic.map + 9 + 40 * PAGE_SIZE, 1);
	send_ack(40 * PAGE_SIZE);
	expect_report(0, 0, 0);
	expect_no_report();
	ck_assert_int_eq(out.sk->sk_wmem_queued, 0);
}
END_TEST

START_TEST(small_pieces_are_cut_into_segments)
{
	struct iovec iov[100];

	send_option(SO_SNDBUF, 1 << 20);
	for (int i = 0; i < 100; i++)
		iov[i] = (struct iovec){ (void *)(i * 600L), 9 };
	ck_assert_int_eq(send_iov(nic.binding->id, iov, 100, MSG_ZEROCOPY), 900);
	for (int i = 0; i < 100; i++)
		memcpy(out.stream + 9 * i, nic.map + 600 * i, 9);
	ck_assert_uint_eq(send_wire(4, 896, out.stream + 1000), 6);
	ck_assert(!memcmp(out.stream + 4, out.stream + 1000, 896));
}
END_TEST

START_TEST(beyond_the_end_nothing_is_sent)
{
	const struct iovec iov[] = { { (void *)1, 20 * PAGE_SIZE }, { (void *)MEMORY, 1 } };
	const struct iovec cut[] = { { (void *)100, 100 }, { (void *)(MEMORY - 10), 11 } };

	ck_assert_int_eq(send_device(MEMORY - 100, 200), -EFAULT);
	ck_assert_int_eq(send_device(MEMORY, 1), -EFAULT);
	ck_assert_int_eq(send_device(-4096UL, 8192), -EFAULT);
	ck_assert_int_eq(send_iov(nic.binding->id, cut, 2, MSG_ZEROCOPY), -EFAULT);
	ck_assert_uint_eq(send_unacked(), 0);
	expect_no_report();
	/* The second skb is undone as a whole; the first one counts, and so does the call. */
	ck_assert_int_eq(send_iov(nic.binding->id, iov, 2, MSG_ZEROCOPY), 17 * PAGE_SIZE - 1);
	send_expect(0, nic.map + 1, 17 * PAGE_SIZE - 1);
	send_ack(17 * PAGE_SIZE);
	expect_report(0, 0, 0);
	expect_no_report();
	ck_assert_int_eq(send_device(0, 1), 1);
	send_ack(18 * PAGE_SIZE);
	expect_report(1, 1, 0);
}
END_TEST

/* Copied bytes, device memory and copied bytes again: one stream. */
START_TEST(kinds_are_mixed)
{
	u8 want[3 * 500 + 1000];
	struct sk_buff *seg;

	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(send_bytes(out.stream + i * 500, 500, 0), 500);
		memcpy(want + i * 1000, out.stream + i * 500, 500);
		if (i == 2)
			break;
		ck_assert_int_eq(send_device(i * 7000, 500), 500);
		memcpy(want + i * 1000 + 500, nic.map + i * 7000, 500);
	}
	send_expect(0, want, sizeof(want));
	/* One segment, one completion: it goes on through copied bytes up to the next. */
	seg = tcp_send_segment(out.sk, SEND_ISS + 250, 5000, 0);
	ck_assert_uint_eq(seg->len, 1250);
	ck_assert(seg->unreadable);
	kfree_skb(seg);
	seg = tcp_send_segment(out.sk, SEND_ISS + 1000, 500, 0);
	ck_assert(skb_frags_readable(seg) && !skb_zcopy(seg));
	kfree_skb(seg);
	send_ack(2500);
	expect_report(0, 1, 0);
}
END_TEST

/* --- Pages of the application -------------------------------------------- */

START_TEST(whole_pages_are_not_copied)
{
	u8 *at = app_pages(40);

	ck_assert_int_eq(send_bytes(at, 20 * PAGE_SIZE, MSG_ZEROCOPY), 20 * PAGE_SIZE);
	ck_assert_int_eq(send_bytes(at + 20 * PAGE_SIZE, 20 * PAGE_SIZE, MSG_ZEROCOPY),
			 20 * PAGE_SIZE);
	send_expect(0, at, 40 * PAGE_SIZE);
	/* What changes meanwhile is what a retransmission has. */
	at[7 * PAGE_SIZE + 5] ^= 1;
	send_expect(0, at, 40 * PAGE_SIZE);
	send_ack(20 * PAGE_SIZE);
	send_expect(20 * PAGE_SIZE, at + 20 * PAGE_SIZE, 20 * PAGE_SIZE);
	send_ack(40 * PAGE_SIZE);
	expect_report(0, 1, 0);
	expect_no_report();
	munmap(at, 40 * PAGE_SIZE);
}
END_TEST

/* Edges that share their page with who knows what are copied, and the call says so. */
START_TEST(edges_are_copied)
{
	const size_t len = 3 * PAGE_SIZE - 100;
	u8 *at = app_pages(4);

	ck_assert_int_eq(send_bytes(at + 1000, len, MSG_ZEROCOPY), len);
	at[PAGE_SIZE + 5] ^= 1;
	send_expect(0, at + 1000, len);
	at[1001] ^= 1;
	send_expect(2, at + 1002, len - 2);
	send_expect(1, (u8[]){ at[1001] ^ 1 }, 1);
	expect_no_report();
	send_ack(len);
	expect_report(0, 0, SO_EE_CODE_ZEROCOPY_COPIED);
	munmap(at, 4 * PAGE_SIZE);
}
END_TEST

/* Copied altogether, it is complete at once. */
START_TEST(what_is_copied_is_complete)
{
	ck_assert_int_eq(send_bytes(out.stream + 1, 100, MSG_ZEROCOPY), 100);
	expect_report(0, 0, SO_EE_CODE_ZEROCOPY_COPIED);
	set_route(NO_SG);
	ck_assert_int_eq(send_bytes(out.stream, 2 * PAGE_SIZE, MSG_ZEROCOPY), 2 * PAGE_SIZE);
	expect_report(1, 1, SO_EE_CODE_ZEROCOPY_COPIED);
	send_option(SO_ZEROCOPY, 0);
	ck_assert_int_eq(send_bytes(out.stream, 100, MSG_ZEROCOPY), 100);
	expect_no_report();
	set_route(VIA_NIC);
}
END_TEST

START_TEST(memory_that_is_not_there)
{
	u8 *at = app_pages(4);

	munmap(at + 2 * PAGE_SIZE, 2 * PAGE_SIZE);
	ck_assert_int_eq(udm_user_fault(at + 2 * PAGE_SIZE, 2 * PAGE_SIZE), 0);
	ck_assert_int_eq(send_bytes(at + 2 * PAGE_SIZE, 100, MSG_ZEROCOPY), -EFAULT);
	ck_assert_int_eq(send_bytes(at + 2 * PAGE_SIZE, PAGE_SIZE, MSG_ZEROCOPY), -EFAULT);
	expect_no_report();
	ck_assert_int_eq(send_bytes(at + PAGE_SIZE, 2 * PAGE_SIZE, MSG_ZEROCOPY), PAGE_SIZE);
	send_ack(PAGE_SIZE);
	udm_user_ok(NULL);
	munmap(at, 2 * PAGE_SIZE);
}
END_TEST

/* --- Limits -------------------------------------------------------------- */

START_TEST(option_memory_is_limited)
{
	const int old = init_net.core.sysctl_optmem_max;

	WRITE_ONCE(init_net.core.sysctl_optmem_max, 500);
	ck_assert_int_eq(send_device(0, 10), -ENOBUFS);
	ck_assert_int_eq(send_bytes(out.stream, 10, MSG_ZEROCOPY), -ENOBUFS);
	ck_assert_int_eq(send_bytes(out.stream, 10, 0), 10);
	WRITE_ONCE(init_net.core.sysctl_optmem_max, old);
	expect_no_report();
	ck_assert_int_eq(send_device(0, 10), 10);
	send_ack(20);
	expect_report(0, 0, 0);
	ck_assert_int_eq(atomic_read(&out.sk->sk_omem_alloc), 0);
}
END_TEST

START_TEST(locked_memory_is_limited)
{
	struct rlimit old, few = { .rlim_cur = 10 * PAGE_SIZE };
	u8 *at = app_pages(16);

	getrlimit(RLIMIT_MEMLOCK, &old);
	few.rlim_max = old.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_MEMLOCK, &few), 0);
	udm_task_drop_cap(CAP_IPC_LOCK);
	ck_assert_int_eq(send_bytes(at, 9 * PAGE_SIZE, MSG_ZEROCOPY), -ENOBUFS);
	ck_assert_int_eq(send_bytes(at, 4 * PAGE_SIZE, MSG_ZEROCOPY), 4 * PAGE_SIZE);
	/* More of it for the same object, and more than there is. */
	ck_assert_int_eq(send_bytes(at, 2 * PAGE_SIZE, MSG_ZEROCOPY), 2 * PAGE_SIZE);
	ck_assert_int_eq(send_bytes(at, PAGE_SIZE, MSG_ZEROCOPY), -ENOBUFS);
	ck_assert_int_eq(send_device(0, 16 * PAGE_SIZE), 16 * PAGE_SIZE);
	ck_assert_int_eq(atomic_long_read(&root_user.locked_vm), 10);
	udm_task_raise_cap(CAP_IPC_LOCK);
	ck_assert_int_eq(send_bytes(at, 16 * PAGE_SIZE, MSG_ZEROCOPY), 16 * PAGE_SIZE);
	send_ack(1 << 20);
	expect_report(0, 3, 0);
	ck_assert_int_eq(atomic_long_read(&root_user.locked_vm), 0);
	setrlimit(RLIMIT_MEMLOCK, &old);
	munmap(at, 16 * PAGE_SIZE);
}
END_TEST

/* A call that waits in vain gives its id back; one that got something in does not. */
START_TEST(ids_are_for_calls_that_queued)
{
	send_option(SO_SNDBUF, 20000);
	ck_assert_int_eq(send_device(0, 40 * PAGE_SIZE), 17 * PAGE_SIZE);
	ck_assert_int_eq(send_device(0, 10), -EAGAIN);
	ck_assert_int_eq(send_device(0, 10), -EAGAIN);
	send_ack(20 * PAGE_SIZE);
	ck_assert_int_eq(send_device(0, 10), 10);
	WRITE_ONCE(out.sk->sk_err, EPIPE);
	ck_assert_int_eq(send_device(0, 10), -EPIPE);
	send_ack(20 * PAGE_SIZE);
	expect_report(0, 1, 0);
	expect_no_report();
}
END_TEST

static void add_refusals(TCase *tc)
{
	tcase_add_test(tc, who_has_the_option);
	tcase_add_loop_test(tc, control_messages, 0, ARRAY_SIZE(controls));
	tcase_add_test(tc, control_buffers);
	tcase_add_loop_test(tc, device_memory_is_refused, 0, ARRAY_SIZE(refusals));
	tcase_add_test(tc, option_memory_is_limited);
	tcase_add_test(tc, locked_memory_is_limited);
}

static void add_bytes(TCase *tc)
{
	tcase_add_test(tc, segments_become_fragments_page_by_page);
	tcase_add_test(tc, many_pieces_are_one_call);
	tcase_add_test(tc, small_pieces_are_cut_into_segments);
	tcase_add_test(tc, beyond_the_end_nothing_is_sent);
	tcase_add_test(tc, kinds_are_mixed);
	tcase_add_test(tc, whole_pages_are_not_copied);
	tcase_add_test(tc, edges_are_copied);
	tcase_add_test(tc, what_is_copied_is_complete);
	tcase_add_test(tc, memory_that_is_not_there);
}

Suite *zerocopy_suite(void)
{
	Suite *s = suite_create("zerocopy");
	TCase *tc = tcase_create("sim");

	tcase_add_checked_fixture(tc, zc_open, send_close);
	add_refusals(tc);
	add_bytes(tc);
	tcase_add_test(tc, ids_are_for_calls_that_queued);
	suite_add_tcase(s, tc);
	return s;
}
