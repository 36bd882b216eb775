// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: sendmsg.
 *
 * A call queues its bytes piece by piece, each published as soon as it is complete
 * (tcp_send.h), and waits while the send buffer is full. What was queued before an
 * error counts: the call then returns that, and the next one meets the error again.
 * The page that is being filled belongs to the socket, so that small calls share it.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "tcp_send.h"

/* One sendmsg call. */
struct tcp_write {
	struct sock *sk;
	struct iov_iter from;
	long timeo;
	size_t queued;
	struct sk_buff *spare;	/* for the next piece that needs an skb */
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

/* --- The call ------------------------------------------------------------ */

static void tcp_write_push(struct tcp_write *w)
{
	if (w->queued)
		tcp_sk(w->sk)->transport->push(w->sk);
}

/* Queues the next piece, waiting for room if need be; 0 or why not. */
static int tcp_write_some(struct tcp_write *w)
{
	ssize_t n = -ENOMEM;

	if (w->sk->sk_err || (w->sk->sk_shutdown & SEND_SHUTDOWN))
		return -EPIPE;
	if (sk_stream_memory_free(w->sk))
		n = tcp_write_copied(w, SIZE_MAX);
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
		.timeo = sock_sndtimeo(sk, msg->msg_flags & MSG_DONTWAIT),
	};
	int err;

	/* There is neither urgent data nor data in a SYN. */
	if (msg->msg_flags & (MSG_OOB | MSG_FASTOPEN))
		return -EOPNOTSUPP;
	iov_iter_init(&w.from, ITER_SOURCE, msg->msg_iov, msg->msg_iovlen, size);
	err = tcp_write_connected(&w);
	while (!err && iov_iter_count(&w.from))
		err = tcp_write_some(&w);
	consume_skb(w.spare);
	tcp_write_push(&w);
	return w.queued ? (int)w.queued : sk_stream_error(sk, msg->msg_flags, err);
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
