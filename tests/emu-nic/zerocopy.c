// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSG_ZEROCOPY: what may be asked for, which bytes of device memory and of the
 * application's go to the wire, when calls are complete, and ends in any order.
 */
#include "send_rig.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/prandom.h>
#include <poll.h>
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

#define MEMORY (NIC_PAGES * PAGE_SIZE)

static void zc_open(void)
{
	struct rnd_state rnd;

	send_open();
	send_option(SO_ZEROCOPY, 1);
	prandom_seed_state(&rnd, 2);
	prandom_bytes_state(&rnd, nic.map, MEMORY);
}

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

static u8 *app_pages(unsigned int n)
{
	u8 *at = mmap(NULL, n * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);

	ck_assert(at != MAP_FAILED);
	memcpy(at, out.stream, n * PAGE_SIZE);
	return at;
}

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

/* --- Objects ------------------------------------------------------------- */

static struct ubuf_info *object_of(u32 at)
{
	struct sk_buff *seg = tcp_send_segment(out.sk, SEND_ISS + at, 1, 0);
	struct ubuf_info *uarg = skb_zcopy(seg);

	kfree_skb(seg);
	return uarg;
}

/* Calls share an object while it is the last one's and not too much. */
START_TEST(calls_share_an_object)
{
	send_option(SO_SNDBUF, 1 << 22);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(send_device(0, 200000), 200000);
	ck_assert_ptr_eq(object_of(0), object_of(200000));
	ck_assert_ptr_ne(object_of(0), object_of(400000));
	ck_assert_uint_eq(uarg_to_msgzc(object_of(0))->len, 2);
	ck_assert_uint_eq(uarg_to_msgzc(object_of(0))->bytelen, 400000);
	send_ack(200000);
	expect_no_report();
	send_ack(400000);
	expect_report(0, 1, 0);
	send_ack(600000);
	expect_report(2, 2, 0);
}
END_TEST

/* Somebody else's object at the end of the queue cannot be added to. */
START_TEST(an_object_of_another_kind)
{
	static const struct ubuf_info_ops other;
	struct ubuf_info uarg = { .ops = &other };

	lock_sock(out.sk);
	ck_assert_ptr_null(msg_zerocopy_realloc(out.sk, 10, &uarg, true));
	release_sock(out.sk);
	ck_assert_int_eq(atomic_read(&out.sk->sk_zckey), 0);
}
END_TEST

/* Three calls with objects of their own, and a segment that holds the n-th. */
static struct sk_buff *three_calls(int n)
{
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(send_device(0, 10), 10);
		ck_assert_int_eq(send_bytes("x", 1, 0), 1);
	}
	return n < 0 ? NULL : tcp_send_segment(out.sk, SEND_ISS + 11 * n, 10, 0);
}

START_TEST(completions_in_order_are_one_entry)
{
	three_calls(-1);
	send_ack(10);
	send_ack(21);
	send_ack(33);
	ck_assert_int_eq(send_events(0), POLLERR);
	expect_report(0, 2, 0);
	ck_assert_int_eq(send_events(0), 0);
	expect_no_report();
}
END_TEST

START_TEST(only_the_last_entry_grows)
{
	struct sk_buff *held = three_calls(1);

	send_ack(33);
	kfree_skb(held);
	expect_report(0, 0, 0);
	ck_assert_int_eq(send_events(0), POLLERR);
	expect_report(2, 2, 0);
	expect_report(1, 1, 0);
	expect_no_report();
}
END_TEST

/* The counter is 32 bits and goes round. */
START_TEST(ids_go_round)
{
	atomic_set(&out.sk->sk_zckey, -2);
	three_calls(-1);
	send_ack(33);
	expect_report(U32_MAX - 1, 0, 0);
	expect_no_report();
}
END_TEST

/* An id that another call has followed cannot be given back: nothing is reported twice. */
START_TEST(an_id_that_was_followed_is_reported)
{
	struct ubuf_info *first, *second;

	lock_sock(out.sk);
	first = msg_zerocopy_realloc(out.sk, 10, NULL, true);
	second = msg_zerocopy_realloc(out.sk, 10, NULL, true);
	net_zcopy_put_abort(first, true);
	net_zcopy_put(second);
	net_zcopy_put_abort(msg_zerocopy_realloc(out.sk, 10, NULL, true), true);
	release_sock(out.sk);
	expect_report(0, 1, 0);
	expect_no_report();
	ck_assert_int_eq(atomic_read(&out.sk->sk_zckey), 2);
}
END_TEST

/* --- skbs that are tied -------------------------------------------------- */

/* Whatever is made of an skb holds the object as well. */
START_TEST(every_copy_holds_the_object)
{
	struct sk_buff *seg, *twin, *copy, *rest = alloc_skb(0, GFP_KERNEL);

	ck_assert_int_eq(send_device(0, 5000), 5000);
	seg = tcp_send_segment(out.sk, SEND_ISS, 5000, 64);
	send_ack(5000);
	skb_split(seg, rest, 1000);
	twin = skb_clone(seg, GFP_KERNEL);
	copy = pskb_copy(seg, GFP_KERNEL);
	ck_assert_int_eq(pskb_expand_head(twin, 100, 0, GFP_KERNEL), 0);
	for (struct sk_buff **skb = (struct sk_buff *[]){ seg, twin, copy, rest, NULL }; *skb; skb++) {
		expect_no_report();
		ck_assert_ptr_nonnull(skb_zcopy(*skb));
		kfree_skb(*skb);
	}
	expect_report(0, 0, 0);
}
END_TEST

START_TEST(a_receiver_gets_a_copy)
{
	u8 *at = app_pages(2), got[2 * PAGE_SIZE];
	struct sk_buff *seg, *twin;

	ck_assert_int_eq(send_bytes(at, 2 * PAGE_SIZE, MSG_ZEROCOPY), 2 * PAGE_SIZE);
	seg = tcp_send_segment(out.sk, SEND_ISS, 2 * PAGE_SIZE, 64);
	send_ack(2 * PAGE_SIZE);
	twin = skb_clone(seg, GFP_KERNEL);
	/* Who may wait shares; who may not does not. */
	ck_assert_int_eq(skb_orphan_frags(twin, GFP_KERNEL), 0);
	ck_assert_ptr_nonnull(skb_zcopy(twin));
	ck_assert_int_eq(skb_orphan_frags_rx(twin, GFP_KERNEL), 0);
	ck_assert_ptr_null(skb_zcopy(twin));
	expect_no_report();
	skb_get(seg);
	ck_assert_int_eq(skb_copy_ubufs(seg, GFP_KERNEL), -EINVAL);
	consume_skb(seg);
	consume_skb(seg);
	expect_report(0, 0, SO_EE_CODE_ZEROCOPY_COPIED);
	memset(at, 0, sizeof(got));
	segment_bytes(twin, got);
	ck_assert(!memcmp(got, out.stream, sizeof(got)));
	kfree_skb(twin);
	munmap(at, 2 * PAGE_SIZE);
}
END_TEST

START_TEST(device_memory_is_never_copied)
{
	struct sk_buff *seg;

	ck_assert_int_eq(send_device(0, 100), 100);
	seg = tcp_send_segment(out.sk, SEND_ISS, 100, 64);
	ck_assert_int_eq(skb_copy_ubufs(seg, GFP_KERNEL), -EFAULT);
	seg->dev = nic.dev;
	local_bh_disable();
	ck_assert_int_eq(netif_receive_skb(seg), NET_RX_DROP);
	local_bh_enable();
	send_ack(100);
	expect_report(0, 0, 0);
}
END_TEST

/* --- Through the device -------------------------------------------------- */

/* A frame of 64 bytes of header, of a protocol nobody knows, and this segment. */
static int xmit(u32 at, u32 len)
{
	struct sk_buff *seg = tcp_send_segment(out.sk, SEND_ISS + at, len, 64);

	ck_assert_uint_eq(seg->len, len);
	memset(skb_push(seg, 64), 0xee, 64);
	seg->protocol = htons(0xeeee);
	seg->dev = nic.dev;
	return dev_queue_xmit(seg);
}

START_TEST(the_device_reads_what_was_named)
{
	u8 *at = app_pages(2);

	ck_assert_int_eq(send_device(100, 3000), 3000);
	ck_assert_int_eq(send_bytes("copied", 6, 0), 6);
	ck_assert_int_eq(send_bytes(at, 2 * PAGE_SIZE, MSG_ZEROCOPY), 2 * PAGE_SIZE);
	ck_assert_int_eq(xmit(0, 3006), NET_XMIT_SUCCESS);
	ck_assert_int_eq(xmit(3006, 2 * PAGE_SIZE), NET_XMIT_SUCCESS);
	nic_settle();
	ck_assert_uint_eq(sent.n, 2);
	ck_assert(!memcmp(sent_bytes(0) + 64, nic.map + 100, 3000));
	ck_assert(!memcmp(sent_bytes(0) + 3064, "copied", 6));
	ck_assert(!memcmp(sent_bytes(1) + 64, at, 2 * PAGE_SIZE));
	send_ack(3006 + 2 * PAGE_SIZE);
	expect_report(0, 1, 0);
	munmap(at, 2 * PAGE_SIZE);
}
END_TEST

/* Acknowledged, but the driver still has a retransmission: the memory is in use. */
START_TEST(the_driver_has_it_still)
{
	ck_assert_int_eq(send_device(0, 1000), 1000);
	sent_hold(0);
	ck_assert_int_eq(xmit(0, 1000), NET_XMIT_SUCCESS);
	udm_run_until_idle();
	send_ack(1000);
	expect_no_report();
	sent_release(udm_netdev_hw(nic.nic));
	nic_settle();
	expect_report(0, 0, 0);
}
END_TEST

START_TEST(a_device_that_cannot_loses_segments)
{
	nic.dev->netmem_tx = NETMEM_TX_NONE;
	ck_assert_int_eq(send_device(0, 1000), 1000);
	ck_assert_int_eq(xmit(0, 1000), NET_XMIT_DROP);
	ck_assert_int_eq(atomic_long_read(&nic.dev->core_tx_dropped), 1);
	/* They are still there to be sent again. */
	nic.dev->netmem_tx = NETMEM_TX_DMA;
	expect_no_report();
	ck_assert_int_eq(xmit(0, 1000), NET_XMIT_SUCCESS);
	nic_settle();
	ck_assert(!memcmp(sent_bytes(0) + 64, nic.map, 1000));
	send_ack(1000);
	expect_report(0, 0, 0);
}
END_TEST

/* --- Ends in any order --------------------------------------------------- */

START_TEST(the_binding_ends_first)
{
	const u32 id = nic.binding->id;
	const struct iovec iov = { .iov_len = 10 };

	ck_assert_int_eq(send_device(0, 3 * PAGE_SIZE), 3 * PAGE_SIZE);
	nic_unbind();
	ck_assert_int_eq(send_iov(id, &iov, 1, MSG_ZEROCOPY), -EINVAL);
	send_expect(0, nic.map, 3 * PAGE_SIZE);
	ck_assert_int_eq(xmit(0, 2 * PAGE_SIZE), NET_XMIT_SUCCESS);
	nic_settle();
	ck_assert(!memcmp(sent_bytes(0) + 64, nic.map, 2 * PAGE_SIZE));
	send_ack(2 * PAGE_SIZE);
	ck_assert(send_memory_bound());
	send_ack(3 * PAGE_SIZE);
	ck_assert(!send_memory_bound());
	expect_report(0, 0, 0);
}
END_TEST

/* Socket, segment on the wire, binding: whichever is last has the memory. */
START_TEST(ends_in_any_order)
{
	static const char *const orders[] = { "swb", "sbw", "wsb", "wbs", "bsw", "bws" };
	struct sk_buff *seg;

	ck_assert_int_eq(send_device(0, 2 * PAGE_SIZE), 2 * PAGE_SIZE);
	seg = tcp_send_segment(out.sk, SEND_ISS + 5, PAGE_SIZE, 0);
	for (const char *c = orders[_i]; *c; c++) {
		ck_assert(send_memory_bound());
		if (*c == 'w')
			kfree_skb(seg);
		if (*c == 'b')
			nic_unbind();
		if (*c == 's') {
			udm_close(out.fd);
			out.fd = -1;
		}
	}
	ck_assert(!send_memory_bound());
}
END_TEST

/* What completes after the socket is closed is told to nobody. */
START_TEST(nobody_is_left_to_tell)
{
	struct sk_buff *seg;

	ck_assert_int_eq(send_device(0, 100), 100);
	seg = tcp_send_segment(out.sk, SEND_ISS, 100, 0);
	sock_hold(out.sk);
	udm_close(out.fd);
	out.fd = -1;
	kfree_skb(seg);
	ck_assert(skb_queue_empty(&out.sk->sk_error_queue));
	ck_assert_int_eq(atomic_read(&out.sk->sk_omem_alloc), 0);
	sock_put(out.sk);
}
END_TEST

/* Entries that nobody read go with the socket. */
START_TEST(entries_are_left)
{
	three_calls(-1);
	send_ack(33);
	ck_assert_int_gt(atomic_read(&out.sk->sk_omem_alloc), 0);
}
END_TEST

/* --- Without memory ------------------------------------------------------ */

static int send_all_kinds(void *ctx)
{
	u8 *at = ctx;
	int err = 0;
	ssize_t n;

	n = send_device(100, 20 * PAGE_SIZE);
	if (n != 20 * PAGE_SIZE)
		err = -ENOMEM;
	n = send_bytes(at, 4 * PAGE_SIZE, MSG_ZEROCOPY);
	if (n != 4 * PAGE_SIZE)
		err = -ENOMEM;
	tcp_send_acked(out.sk, tcp_sk(out.sk)->write_seq);
	skb_queue_purge(&out.sk->sk_error_queue);
	return err;
}

START_TEST(a_machine_without_memory)
{
	u8 *at = app_pages(4);
	int points;

	/* The pages become the machine's before they are counted. */
	ck_assert_int_eq(send_all_kinds(at), 0);
	points = udm_fault_sweep(send_all_kinds, at);
	ck_assert_msg(points > 8, "%d %s", points, udm_fault_sweep_message());
	ck_assert_int_eq(out.sk->sk_wmem_queued, 0);
	munmap(at, 4 * PAGE_SIZE);
}
END_TEST

/* --- Both sides at a time ------------------------------------------------ */

#define CALLS 300

/* Each id once, whoever is faster. */
static void *read_reports(void *ctx)
{
	bool seen[CALLS] = {};
	unsigned int n = 0;
	struct report r;

	while (n < CALLS) {
		if (send_report(&r, 128)) {
			udm_yield();
			continue;
		}
		ck_assert_uint_eq(r.ee.ee_code, 0);
		for (u32 id = r.ee.ee_info; id <= r.ee.ee_data; id++, n++) {
			ck_assert(id < CALLS && !seen[id]);
			seen[id] = true;
		}
	}
	return NULL;
}

static void *acknowledge(void *ctx)
{
	u32 total = CALLS * 5000, acked = 0, n;
	struct sk_buff *held = NULL;

	while (acked < total) {
		n = READ_ONCE(tcp_sk(out.sk)->write_seq) - SEND_ISS - acked;
		if (!n) {
			udm_yield();
			continue;
		}
		kfree_skb(held);
		held = tcp_send_segment(out.sk, SEND_ISS + acked + n / 2, n, 0);
		acked += (n + 1) / 2;
		send_ack(acked);
	}
	kfree_skb(held);
	return NULL;
}

START_TEST(sending_acknowledging_and_reading_reports)
{
	struct udm_thread *t[2];
	int sent_calls = 0;

	t[0] = udm_thread_create("acks", acknowledge, NULL);
	t[1] = udm_thread_create("reports", read_reports, NULL);
	while (sent_calls < CALLS) {
		ssize_t n = send_device(sent_calls % 50 * 1000, 5000);

		if (n < 0)
			udm_yield();
		else
			ck_assert_int_eq(n, 5000);
		sent_calls += n > 0;
	}
	udm_thread_join(t[0]);
	udm_thread_join(t[1]);
	ck_assert_int_eq(atomic_read(&out.sk->sk_omem_alloc), 0);
}
END_TEST

static void zc_open_threads(void)
{
	send_open_threads();
	send_option(SO_ZEROCOPY, 1);
}

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
	tcase_add_test(tc, the_device_reads_what_was_named);
	tcase_add_test(tc, the_driver_has_it_still);
	tcase_add_test(tc, a_device_that_cannot_loses_segments);
}

static void add_objects(TCase *tc)
{
	tcase_add_test(tc, ids_are_for_calls_that_queued);
	tcase_add_test(tc, calls_share_an_object);
	tcase_add_test(tc, an_object_of_another_kind);
	tcase_add_test(tc, completions_in_order_are_one_entry);
	tcase_add_test(tc, only_the_last_entry_grows);
	tcase_add_test(tc, ids_go_round);
	tcase_add_test(tc, an_id_that_was_followed_is_reported);
	tcase_add_test(tc, every_copy_holds_the_object);
	tcase_add_test(tc, a_receiver_gets_a_copy);
	tcase_add_test(tc, device_memory_is_never_copied);
}

Suite *zerocopy_suite(void)
{
	Suite *s = suite_create("zerocopy");
	TCase *tc = tcase_create("sim"), *threads = tcase_create("threads");

	tcase_add_checked_fixture(tc, zc_open, send_close);
	add_refusals(tc);
	add_bytes(tc);
	add_objects(tc);
	tcase_add_test(tc, the_binding_ends_first);
	tcase_add_loop_test(tc, ends_in_any_order, 0, 6);
	tcase_add_test(tc, nobody_is_left_to_tell);
	tcase_add_test(tc, entries_are_left);
	tcase_add_test(tc, a_machine_without_memory);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(threads, zc_open_threads, send_close);
	tcase_add_test(threads, sending_acknowledging_and_reading_reports);
	suite_add_tcase(s, threads);
	return s;
}
