// SPDX-License-Identifier: GPL-2.0-only
/* The receive queue of sockets that get packets whole: taking from it, waiting for it. */
#include <linux/export.h>
#include <linux/poll.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/wait.h>
#include <net/sock.h>

static struct sk_buff *datagram_take(struct sock *sk, unsigned int flags)
{
	struct sk_buff *skb;

	guard(spinlock_irqsave)(&sk->sk_receive_queue.lock);
	skb = skb_peek(&sk->sk_receive_queue);
	if (!skb)
		return NULL;
	if (flags & MSG_PEEK)
		skb_get(skb);
	else
		__skb_unlink(skb, &sk->sk_receive_queue);
	return skb;
}

struct sk_buff *skb_recv_datagram(struct sock *sk, unsigned int flags, int *err)
{
	long timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT);
	struct sk_buff *skb;

	while (!(skb = datagram_take(sk, flags))) {
		*err = sock_error(sk);
		if (!*err && !timeo)
			*err = -EAGAIN;
		if (*err)
			return NULL;
		timeo = wait_event_interruptible_timeout(sk->sk_wait,
				!skb_queue_empty_lockless(&sk->sk_receive_queue), timeo);
		if (timeo < 0) {
			*err = sock_intr_errno(sk->sk_rcvtimeo);
			return NULL;
		}
	}
	return skb;
}
EXPORT_SYMBOL(skb_recv_datagram);

__poll_t datagram_poll(struct file *file, struct socket *sock, struct poll_table_struct *wait)
{
	struct sock *sk = sock->sk;

	poll_wait(file, &sk->sk_wait, wait);
	if (skb_queue_empty_lockless(&sk->sk_receive_queue))
		return READ_ONCE(sk->sk_err) ? EPOLLERR : 0;
	return EPOLLIN | EPOLLRDNORM | (READ_ONCE(sk->sk_err) ? EPOLLERR : 0);
}
EXPORT_SYMBOL(datagram_poll);
