// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: disconnecting, which is connecting to AF_UNSPEC.
 *
 * The socket leaves its connection, its listeners' list or the flow it followed, forgets all
 * of it, and may be used for another one. Options stay, and so does what belongs to the
 * application: device memory it has tokens for, completions it has not read.
 *
 * First nobody may know the socket any more who could bring something of the past: neither
 * the stack, under its lock, nor the table of flows, nor softirqs that found it there before
 * and wait for its spinlock. Only then what they write may be reset. Contract: net/ipv4/tcp.c.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/in6.h>
#include <linux/skbuff.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "tcp_active.h"
#include "tcp_flow.h"
#include "tcp_send.h"

/* True if that breaks something off. */
static bool tcp_leave(struct sock *sk)
{
	bool going_on = sk->sk_state != TCP_CLOSE;

	if (sk->sk_state == TCP_LISTEN) {
		tcp_listen_stop(sk);
		return false;
	}
	if (!tcp_sk(sk)->listener)
		return tcp_active_abort(sk);
	tcp_flow_leave(sk);
	return going_on;
}

/* What came while the caller has had the socket. Followers have a listener: it is none now. */
static void tcp_forget_pending(struct sock *sk)
{
	struct sk_buff *skb, *next;
	struct sock *listener;

	spin_lock_bh(&sk->sk_lock.slock);
	/* Of a connection that had failed already this keeps the reason. */
	tcp_release_cb(sk);
	listener = tcp_sk(sk)->listener;
	tcp_sk(sk)->listener = NULL;
	skb = sk->sk_backlog.head;
	sk->sk_backlog.head = sk->sk_backlog.tail = NULL;
	sk->sk_backlog.len = 0;
	spin_unlock_bh(&sk->sk_lock.slock);
	for (; skb; skb = next) {
		next = skb->next;
		skb->next = NULL;
		kfree_skb_reason(skb, SKB_DROP_REASON_TCP_CLOSE);
	}
	if (listener)
		sock_put(listener);
}

/* What is queued in either direction, and how far either had come. */
static void tcp_forget_streams(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	__skb_queue_purge(&sk->sk_receive_queue);
	__skb_queue_purge(&tp->out_of_order_queue);
	tcp_send_purge(sk);
	WRITE_ONCE(tp->copied_seq, tp->rcv_nxt);
	tp->read_seq = tp->copied_seq;
	WRITE_ONCE(tp->urg_data, 0);
	WRITE_ONCE(tp->transport, NULL);
	WRITE_ONCE(tp->total_retrans, 0);
	tp->started = tp->syn_seen = tp->fin_seen = tp->rst_seen = false;
	tp->announced = tp->superseded = false;
	tp->active = tp->fin_wanted = tp->fin_sent = false;
	tp->conn_err = 0;
}

static void tcp_forget_ends(struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);

	inet->inet_daddr = in6addr_any;
	inet->inet_dport = 0;
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK))
		inet->inet_rcv_saddr = in6addr_any;
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
		inet->inet_sport = 0;
	RCU_INIT_POINTER(sk->sk_dst_cache, NULL);
}

int tcp_disconnect(struct sock *sk, int flags)
{
	bool broken_off = tcp_leave(sk);

	WRITE_ONCE(sk->sk_disconnects, sk->sk_disconnects + 1);
	tcp_forget_pending(sk);
	tcp_forget_streams(sk);
	tcp_forget_ends(sk);
	WRITE_ONCE(sk->sk_state, TCP_CLOSE);
	WRITE_ONCE(sk->sk_shutdown, 0);
	sock_reset_flag(sk, SOCK_DONE);
	if (broken_off)
		WRITE_ONCE(sk->sk_err, ECONNRESET);
	sk_error_report(sk);
	return 0;
}
EXPORT_SYMBOL(tcp_disconnect);
