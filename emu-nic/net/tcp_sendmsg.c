// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: sendmsg.
 *
 * A call queues its bytes piece by piece, each published as soon as it is complete
 * (tcp_send.h), and waits while the send buffer is full. What was queued before an
 * error counts: the call then returns that, and the next one meets the error again.
 * The page that is being filled belongs to the socket, so that small calls share it.
 *
 * With MSG_ZEROCOPY pieces are the application's pages or device memory, each in an
 * skb of its own that is tied to the call's completion object. What cannot be pinned
 * is copied, and the application is told so.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "libpagepool/devmem.h"
#include "tcp_send.h"
#include "zerocopy.h"

/* One sendmsg call. */
struct tcp_write {
	struct sock *sk;
	struct iov_iter from;
	int flags;
	long timeo;
	size_t queued;
	struct sk_buff *spare;		/* for the next piece that needs an skb */
	struct ubuf_info *uarg;		/* the call's completion object, or NULL */
	bool zerocopy;			/* tie memory to it rather than copy */
	struct net_devmem_dmabuf_binding *binding;
	bool devmem;			/* addresses are offsets in a dma-buf */
};

/* --- Pieces: bytes queued, or -EFAULT, or -ENOMEM: wait for it ------------ */

/* The socket's page has room; a full one stays for as long as skbs refer to it. */
static bool sk_page_frag_refill(struct sock *sk, struct page_frag *pf)
{
	struct page *fresh;

	if (pf->page && pf->offset < pf->size)
		return true;
	fresh = alloc_page(GFP_KERNEL | __GFP_NOWARN);
	if (!fresh)
		return false;
	if (pf->page)
		put_page(pf->page);
	*pf = (struct page_frag){ .page = fresh, .size = PAGE_SIZE };
	return true;
}

static bool tcp_write_spare(struct tcp_write *w)
{
	if (!w->spare)
		w->spare = alloc_skb(0, GFP_KERNEL | __GFP_NOWARN);
	return w->spare;
}

static ssize_t tcp_write_copied(struct tcp_write *w, size_t most)
{
	struct page_frag *pf = &w->sk->sk_frag;
	size_t n;

	if (!sk_page_frag_refill(w->sk, pf))
		return -ENOMEM;
	n = min3(most, iov_iter_count(&w->from), (size_t)(pf->size - pf->offset));
	if (!copy_from_iter_full((char *)page_address(pf->page) + pf->offset, n, &w->from))
		return -EFAULT;
	while (!tcp_queue_copied(w->sk, pf, n, &w->spare)) {
		if (tcp_write_spare(w))
			continue;
		iov_iter_revert(&w->from, n);
		return -ENOMEM;
	}
	return n;
}

static ssize_t tcp_write_tied(struct tcp_write *w, size_t most)
{
	struct sk_buff *skb;
	int n;

	if (!tcp_write_spare(w))
		return -ENOMEM;
	n = skb_zerocopy_iter_stream(w->spare, &w->from, min_t(size_t, most, INT_MAX), w->uarg,
				     w->binding);
	if (n <= 0)
		return n;
	skb = w->spare;
	w->spare = NULL;
	tcp_queue_skb(w->sk, skb);
	return n;
}

/* The bytes up to the end of a page that cannot be pinned, or of their segment. */
static ssize_t tcp_write_edge(struct tcp_write *w)
{
	size_t to_page = PAGE_SIZE - offset_in_page(iter_iov_addr(&w->from));

	WRITE_ONCE(uarg_to_msgzc(w->uarg)->zerocopy, 0);
	return tcp_write_copied(w, min(to_page, iter_iov_len(&w->from)));
}

static ssize_t tcp_write_pinned(struct tcp_write *w)
{
	ssize_t n = -EFAULT;
	size_t span;

	iov_iter_advance(&w->from, 0);
	span = zerocopy_span(&w->from);
	if (span)
		n = tcp_write_tied(w, span);
	return n == -EFAULT ? tcp_write_edge(w) : n;
}

static ssize_t tcp_write_piece(struct tcp_write *w)
{
	if (!w->zerocopy)
		/* Offsets are no addresses: nobody may copy from there. */
		return w->devmem ? -EFAULT : tcp_write_copied(w, SIZE_MAX);
	return w->devmem ? tcp_write_tied(w, SIZE_MAX) : tcp_write_pinned(w);
}

/* --- Before and after ---------------------------------------------------- */

/* Without it fragments would be copied together in front of the device. */
static bool tcp_route_has_sg(const struct sock *sk)
{
	const struct dst_entry *dst = __sk_dst_get(sk);
	const struct net_device *dev;

	guard(rcu)();
	dev = dst ? dst_dev_rcu(dst) : NULL;
	return dev && (READ_ONCE(dev->features) & NETIF_F_SG);
}

/* The call's completion object; that of the last skb may do. */
static int tcp_write_object(struct tcp_write *w, size_t size)
{
	struct ubuf_info *last = tcp_queue_tail_zcopy(w->sk);

	w->uarg = msg_zerocopy_realloc(w->sk, size, last, w->devmem);
	net_zcopy_put(last);
	if (!w->uarg)
		return -ENOBUFS;
	w->zerocopy = tcp_route_has_sg(w->sk);
	if (!w->zerocopy)
		WRITE_ONCE(uarg_to_msgzc(w->uarg)->zerocopy, 0);
	return 0;
}

/* What flags and dma-buf ask for, before anybody looks at the connection. */
static int tcp_write_begin(struct tcp_write *w, size_t size, u32 dmabuf_id)
{
	bool wanted = (w->flags & MSG_ZEROCOPY) && sock_flag(w->sk, SOCK_ZEROCOPY);
	int err = 0;

	w->devmem = dmabuf_id != 0;
	if (!wanted)
		return w->devmem ? -EINVAL : 0;
	if (size)
		err = tcp_write_object(w, size);
	if (err || !size || !w->devmem)
		return err;
	w->binding = net_devmem_get_binding(w->sk, dmabuf_id);
	if (!IS_ERR(w->binding))
		return 0;
	err = PTR_ERR(w->binding);
	w->binding = NULL;
	return err;
}

static void tcp_write_end(struct tcp_write *w)
{
	consume_skb(w->spare);
	if (w->queued)
		net_zcopy_put(w->uarg);
	else
		net_zcopy_put_abort(w->uarg, true);
	if (w->binding)
		net_devmem_dmabuf_binding_put(w->binding);
}

/* --- The call ------------------------------------------------------------ */

/* A socket that was disconnected while the call waited has nobody to push. */
static void tcp_write_push(struct tcp_write *w)
{
	const struct tcp_transport_ops *transport = tcp_sk(w->sk)->transport;

	if (w->queued && transport)
		transport->push(w->sk);
}

/* Queues the next piece, waiting for room if need be; 0 or why not. */
static int tcp_write_some(struct tcp_write *w)
{
	ssize_t n = -ENOMEM;

	if (w->sk->sk_err || (w->sk->sk_shutdown & SEND_SHUTDOWN))
		return -EPIPE;
	if (sk_stream_memory_free(w->sk))
		n = tcp_write_piece(w);
	if (n >= 0) {
		w->queued += n;
		return 0;
	}
	if (n != -ENOMEM)
		return n;
	/* What makes room is that this arrives. */
	tcp_write_push(w);
	return sk_stream_wait_memory(w->sk, &w->timeo);
}

/* A follower of a flow has a state, but nobody to carry anything. */
static int tcp_write_connected(struct tcp_write *w)
{
	int err = sk_stream_wait_connect(w->sk, &w->timeo);

	if (!err && !smp_load_acquire(&tcp_sk(w->sk)->transport))
		err = -EPIPE;
	return err;
}

int tcp_sendmsg_locked(struct sock *sk, struct msghdr *msg, size_t size)
{
	struct tcp_write w = {
		.sk = sk,
		.flags = msg->msg_flags,
		.timeo = sock_sndtimeo(sk, msg->msg_flags & MSG_DONTWAIT),
	};
	struct sockcm_cookie sockc = {};
	int cmsg_err, err;

	/* There is neither urgent data nor data in a SYN. */
	if (w.flags & (MSG_OOB | MSG_FASTOPEN))
		return -EOPNOTSUPP;
	iov_iter_init(&w.from, ITER_SOURCE, msg->msg_iov, msg->msg_iovlen, size);
	/* A bad control message is told of after everything else that may be wrong. */
	cmsg_err = sock_cmsg_send(sk, msg, &sockc);
	err = tcp_write_begin(&w, size, cmsg_err ? 0 : sockc.dmabuf_id);
	if (!err)
		err = tcp_write_connected(&w) ?: cmsg_err;
	while (!err && iov_iter_count(&w.from))
		err = tcp_write_some(&w);
	tcp_write_push(&w);
	tcp_write_end(&w);
	return w.queued ? (int)w.queued : sk_stream_error(sk, w.flags, err);
}
EXPORT_SYMBOL(tcp_sendmsg_locked);

int tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size)
{
	int ret;

	lock_sock(sk);
	ret = tcp_sendmsg_locked(sk, msg, size);
	release_sock(sk);
	return ret;
}
EXPORT_SYMBOL(tcp_sendmsg);
