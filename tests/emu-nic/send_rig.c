// SPDX-License-Identifier: GPL-2.0-only
/* Sending on a TCP socket without a connection (send_rig.h). */
#include "send_rig.h"

#include <errno.h>
#include <linux/dma-buf.h>
#include <linux/file.h>
#include <linux/net.h>
#include <linux/prandom.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>

#include "fixture.h"
#include "libpagepool/devmem.h"

struct send_rig out;

/* --- The machine --------------------------------------------------------- */

static void count_push(struct sock *sk)
{
	atomic_inc(&out.pushes);
}

static const struct tcp_transport_ops counting = { .push = count_push };

void send_socket(int family)
{
	struct file *file;

	out.fd = udm_socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	ck_assert_int_ge(out.fd, 0);
	file = fget(out.fd);
	out.sk = sock_from_file(file)->sk;
	fput(file);
	if (nic.dev)
		rcu_assign_pointer(out.sk->sk_dst_cache, &out.route);
	tcp_send_start(out.sk, SEND_ISS, &counting);
	WRITE_ONCE(out.sk->sk_state, TCP_ESTABLISHED);
}

static void send_set_up(void)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 1);
	prandom_bytes_state(&rnd, out.stream, sizeof(out.stream));
	atomic_set(&out.pushes, 0);
	rcu_assign_pointer(out.route.dev_rcu, nic.dev);
	send_socket(AF_INET);
}

static const struct udm_netdev_config one_queue = { .queues = 1 };

void send_open(void)
{
	nic_open(UDM_MODE_SIM, &one_queue);
	send_set_up();
}

void send_open_threads(void)
{
	nic_open(UDM_MODE_THREADS, &one_queue);
	send_set_up();
}

void send_open_bare(const struct udm_config *cfg)
{
	machine_boot_with(cfg);
	memset(&nic, 0, sizeof(nic));
	send_set_up();
}

void send_close_bare(void)
{
	if (out.fd >= 0)
		udm_close(out.fd);
	machine_shutdown();
}

void send_close(void)
{
	if (out.fd >= 0)
		udm_close(out.fd);
	nic_close();
}

void zc_open(void)
{
	struct rnd_state rnd;

	send_open();
	send_option(SO_ZEROCOPY, 1);
	prandom_seed_state(&rnd, 2);
	prandom_bytes_state(&rnd, nic.map, MEMORY);
}

/* --- The wire ------------------------------------------------------------ */

u32 send_unacked(void)
{
	return READ_ONCE(tcp_sk(out.sk)->write_seq) - READ_ONCE(tcp_sk(out.sk)->snd_una);
}

void send_ack(u32 bytes)
{
	local_bh_disable();
	tcp_send_acked(out.sk, SEND_ISS + bytes);
	local_bh_enable();
}

void segment_bytes(const struct sk_buff *seg, u8 *to)
{
	const struct skb_shared_info *shinfo = skb_shinfo(seg);

	ck_assert_uint_eq(skb_headlen(seg), 0);
	for (int i = 0; i < shinfo->nr_frags; i++) {
		const skb_frag_t *frag = &shinfo->frags[i];
		struct net_iov *niov = skb_frag_net_iov(frag);
		const void *from = niov ? nic.map + net_iov_virtual_addr(niov) + skb_frag_off(frag)
					: skb_frag_address(frag);

		ck_assert(!niov || seg->unreadable);
		memcpy(to, from, skb_frag_size(frag));
		to += skb_frag_size(frag);
	}
}

unsigned int send_wire(u32 at, u32 len, u8 *to)
{
	unsigned int n;

	for (n = 0; len; n++) {
		struct sk_buff *seg = tcp_send_segment(out.sk, SEND_ISS + at, len, 64);
		u32 got;

		ck_assert_ptr_nonnull(seg);
		got = seg->len;
		ck_assert(got > 0 && got <= len && skb_headroom(seg) == 64);
		segment_bytes(seg, to);
		kfree_skb(seg);
		to += got;
		at += got;
		len -= got;
	}
	return n;
}

void send_expect(u32 at, const void *want, u32 len)
{
	static u8 got[SEND_BYTES];

	ck_assert_uint_le(len, sizeof(got));
	send_wire(at, len, got);
	ck_assert(!memcmp(got, want, len));
}

/* --- Calls --------------------------------------------------------------- */

ssize_t send_iov(u32 dmabuf_id, const struct iovec *iov, size_t n, int flags)
{
	char control[CMSG_SPACE(sizeof(u32))] __aligned(8) = {};
	struct msghdr msg = { .msg_iov = (struct iovec *)iov, .msg_iovlen = n };
	struct cmsghdr *c = (struct cmsghdr *)control;
	ssize_t ret;

	if (dmabuf_id) {
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		*c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(u32)),
				       .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_DEVMEM_DMABUF };
		memcpy(CMSG_DATA(c), &dmabuf_id, sizeof(dmabuf_id));
	}
	ret = udm_sendmsg(out.fd, &msg, flags | MSG_NOSIGNAL);
	return ret < 0 ? -errno : ret;
}

ssize_t send_bytes(const void *buf, size_t len, int flags)
{
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = len };

	return send_iov(0, &iov, 1, flags);
}

ssize_t send_device(size_t at, size_t len)
{
	struct iovec iov = { .iov_base = (void *)at, .iov_len = len };

	return send_iov(nic.binding->id, &iov, 1, MSG_ZEROCOPY);
}

void send_option(int option, int value)
{
	ck_assert_int_eq(udm_setsockopt(out.fd, SOL_SOCKET, option, &value, sizeof(value)), 0);
}

u8 *app_pages(unsigned int n)
{
	u8 *at = mmap(NULL, n * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);

	ck_assert(at != MAP_FAILED);
	memcpy(at, out.stream, n * PAGE_SIZE);
	return at;
}

/* --- Reports ------------------------------------------------------------- */

int send_report(struct report *r, size_t room)
{
	char control[128] __aligned(8);
	struct msghdr msg = { .msg_control = control, .msg_controllen = room };
	struct cmsghdr *c;

	memset(r, 0, sizeof(*r));
	r->ret = udm_recvmsg(out.fd, &msg, MSG_ERRQUEUE);
	if (r->ret < 0)
		return errno;
	r->flags = msg.msg_flags;
	r->controllen = msg.msg_controllen;
	c = CMSG_FIRSTHDR(&msg);
	if (!c)
		return 0;
	r->level = c->cmsg_level;
	r->type = c->cmsg_type;
	r->cmsg_len = c->cmsg_len;
	memcpy(&r->ee, CMSG_DATA(c), min(sizeof(r->ee), c->cmsg_len - CMSG_LEN(0)));
	return 0;
}

void expect_report(u32 low, u32 high, u8 code)
{
	struct report r;

	ck_assert_int_eq(send_report(&r, 128), 0);
	ck_assert_int_eq(r.ret, 0);
	ck_assert_int_eq(r.flags, MSG_ERRQUEUE);
	ck_assert_uint_eq(r.ee.ee_errno, 0);
	ck_assert_uint_eq(r.ee.ee_origin, SO_EE_ORIGIN_ZEROCOPY);
	ck_assert_uint_eq(r.ee.ee_type, 0);
	ck_assert_uint_eq(r.ee.ee_info, low);
	ck_assert_uint_eq(r.ee.ee_data, high);
	ck_assert_uint_eq(r.ee.ee_code, code);
}

void expect_no_report(void)
{
	struct report r;

	ck_assert_int_eq(send_report(&r, 128), EAGAIN);
}

short send_events(short ask)
{
	struct pollfd p = { .fd = out.fd, .events = ask };

	ck_assert_int_ge(udm_poll(&p, 1, 0), 0);
	return p.revents;
}

bool send_memory_bound(void)
{
	struct dma_buf *buf = dma_buf_get(nic.dmabuf);
	bool bound;

	ck_assert(!IS_ERR(buf));
	udm_run_until_idle();
	dma_resv_lock(buf->resv, NULL);
	bound = !list_empty(&buf->attachments);
	dma_resv_unlock(buf->resv);
	dma_buf_put(buf);
	return bound;
}
