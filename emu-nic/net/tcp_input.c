// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: putting the segments of a flow direction in order.
 *
 * rcv_nxt is the next sequence number in order. Segments that begin at or before
 * it and end behind it go to the receive queue as they are; the reader skips
 * what it has had already by sequence number, so nothing is copied or cut. Later
 * segments wait in out_of_order_queue, sorted by their first byte, none inside
 * another. Whatever brings no new byte is dropped. FIN and RST take effect when
 * rcv_nxt reaches them. Capture may begin in the middle: then the first payload
 * seen begins the stream.
 *
 * The socket lock is held, or its spinlock half in softirq.
 */
#include <linux/errno.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/busy_poll.h>
#include <net/tcp.h>
#include "tcp_flow.h"

/* --- Begin and end ------------------------------------------------------- */

static void tcp_start(struct tcp_sock *tp, u32 seq)
{
	tp->started = true;
	tp->start_seq = seq;
	WRITE_ONCE(tp->rcv_nxt, seq);
	WRITE_ONCE(tp->copied_seq, seq);
}

/* The stream is over: what is queued can still be read. */
static void tcp_end(struct sock *sk, int state, int err)
{
	struct tcp_sock *tp = tcp_sk(sk);

	WRITE_ONCE(sk->sk_state, state);
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | RCV_SHUTDOWN);
	if (err)
		WRITE_ONCE(sk->sk_err, err);
	else
		sock_set_flag(sk, SOCK_DONE);
	__skb_queue_purge(&tp->out_of_order_queue);
	sk->sk_state_change(sk);
	/* Without a byte it is nothing accept() would ever return. */
	if (!tp->announced)
		tcp_flow_forget(sk);
}

/* rcv_nxt moved: has it reached the end? */
static void tcp_check_end(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (sk->sk_state != TCP_ESTABLISHED)
		return;
	if (tp->fin_seen && tp->rcv_nxt == tp->fin_seq)
		tcp_end(sk, TCP_CLOSE_WAIT, 0);
	else if (tp->rst_seen && tp->rcv_nxt == tp->rst_seq)
		tcp_end(sk, TCP_CLOSE, ECONNRESET);
}

static void tcp_fin(struct sock *sk, u32 fin_seq)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (tp->fin_seen || before(fin_seq, tp->rcv_nxt) ||
	    after(fin_seq, tp->rcv_nxt + TCP_MAX_AHEAD))
		return;
	tp->fin_seen = true;
	tp->fin_seq = fin_seq;
	tcp_check_end(sk);
}

/* Behind data that is still missing it waits for it; before data we have it is a stray. */
static enum tcp_verdict tcp_rst(struct sock *sk, u32 seq, enum skb_drop_reason *reason)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (!tp->started || before(seq, tp->rcv_nxt) ||
	    after(seq, tp->rcv_nxt + TCP_MAX_AHEAD)) {
		*reason = SKB_DROP_REASON_TCP_INVALID_SEQUENCE;
		return TCP_DROPPED;
	}
	if (!tp->rst_seen) {
		tp->rst_seen = true;
		tp->rst_seq = seq;
		tcp_check_end(sk);
	}
	return TCP_DONE;
}

/* --- SYN ----------------------------------------------------------------- */

/*
 * The SYN was overtaken by payload that began the stream, and the reader has had
 * nothing yet: the stream begins with the SYN, what is queued waits its turn.
 */
static void tcp_rewind(struct tcp_sock *tp, struct sock *sk, u32 seq)
{
	struct sk_buff *skb;

	while ((skb = skb_peek_tail(&sk->sk_receive_queue))) {
		__skb_unlink(skb, &sk->sk_receive_queue);
		__skb_queue_head(&tp->out_of_order_queue, skb);
	}
	tcp_start(tp, seq);
}

/* The addresses begin another connection: whoever follows them now has seen the end. */
static enum tcp_verdict tcp_supersede(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	tp->superseded = true;
	if (sk->sk_state == TCP_ESTABLISHED)
		tcp_end(sk, TCP_CLOSE, ECONNRESET);
	tcp_flow_remove(sk);
	if (tp->closed)
		tcp_flow_forget(sk);
	return TCP_ANEW;
}

#define TCP_OVERTAKE	(1u << 20)	/* how far payload may overtake its SYN */

/* TCP_DONE: go on with what else is in the segment. */
static enum tcp_verdict tcp_syn(struct sock *sk, u32 seq)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (!tp->started) {
		tcp_start(tp, seq);
	} else if (seq == tp->start_seq) {
		/* Retransmitted, or the one that begins what we saw begin. */
	} else if (!tp->syn_seen && !tp->closed && sk->sk_state == TCP_ESTABLISHED &&
		   before(seq, tp->start_seq) && tp->start_seq - seq < TCP_OVERTAKE &&
		   tp->copied_seq == tp->start_seq) {
		tcp_rewind(tp, sk, seq);
	} else {
		return tcp_supersede(sk);
	}
	tp->syn_seen = true;
	return TCP_DONE;
}

/* --- Urgent data --------------------------------------------------------- */

/* The urgent pointer counts from the segment's sequence number to behind the byte. */
static void tcp_check_urg(struct tcp_sock *tp, const struct tcp_skb_cb *cb)
{
	u32 at = cb->seq + cb->urg_ptr - 1;

	if (!cb->urg_ptr || before(at, tp->copied_seq) || before(at, tp->rcv_nxt))
		return;
	if (tp->urg_data && !after(at, tp->urg_seq))
		return;
	WRITE_ONCE(tp->urg_seq, at);
	WRITE_ONCE(tp->urg_data, TCP_URG_NOTYET);
}

/* Takes the byte out of a segment that has it; one that cannot be read stays in the stream. */
static void tcp_fetch_urg(struct sock *sk, const struct sk_buff *skb)
{
	struct tcp_sock *tp = tcp_sk(sk);
	const struct tcp_skb_cb *cb = TCP_SKB_CB(skb);
	u8 byte;

	if (tp->urg_data != TCP_URG_NOTYET || before(tp->urg_seq, cb->seq) ||
	    !before(tp->urg_seq, cb->end_seq))
		return;
	if (skb_copy_bits(skb, tp->urg_seq - cb->seq, &byte, 1)) {
		WRITE_ONCE(tp->urg_data, 0);
		return;
	}
	WRITE_ONCE(tp->urg_data, TCP_URG_VALID | byte);
	sk->sk_data_ready(sk);
}

/* --- Payload ------------------------------------------------------------- */

static bool tcp_try_coalesce(struct sock *sk, struct sk_buff *to, struct sk_buff *from)
{
	bool stolen;
	int delta;

	if (TCP_SKB_CB(from)->seq != TCP_SKB_CB(to)->end_seq)
		return false;
	if (!skb_try_coalesce(to, from, &stolen, &delta))
		return false;
	atomic_add(delta, &sk->sk_rmem_alloc);
	TCP_SKB_CB(to)->end_seq = TCP_SKB_CB(from)->end_seq;
	kfree_skb_partial(from, stolen);
	return true;
}

/* @skb continues the stream. It may be joined to the one before. */
void tcp_queue_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct sk_buff *last = skb_peek_tail(&sk->sk_receive_queue);

	WRITE_ONCE(tcp_sk(sk)->rcv_nxt, TCP_SKB_CB(skb)->end_seq);
	tcp_fetch_urg(sk, skb);
	if (last && tcp_try_coalesce(sk, last, skb))
		return;
	skb_set_owner_r(skb, sk);
	__skb_queue_tail(&sk->sk_receive_queue, skb);
}

/* What waited for the bytes that have just come. */
static void tcp_ofo_queue(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *skb;

	while ((skb = skb_peek(&tp->out_of_order_queue)) &&
	       !after(TCP_SKB_CB(skb)->seq, tp->rcv_nxt)) {
		__skb_unlink(skb, &tp->out_of_order_queue);
		if (after(TCP_SKB_CB(skb)->end_seq, tp->rcv_nxt))
			tcp_queue_rcv(sk, skb);
		else
			kfree_skb_reason(skb, SKB_DROP_REASON_TCP_OLD_DATA);
	}
}

/* The waiting segment behind which one that begins at @seq belongs, or NULL: first. */
static struct sk_buff *tcp_ofo_before(struct tcp_sock *tp, u32 seq)
{
	struct sk_buff *at = skb_peek_tail(&tp->out_of_order_queue);

	while (at && after(TCP_SKB_CB(at)->seq, seq))
		at = skb_peek_prev(at, &tp->out_of_order_queue);
	return at;
}

static enum tcp_verdict tcp_data_queue_ofo(struct sock *sk, struct sk_buff *skb,
					   enum skb_drop_reason *reason)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff_head *queue = &tp->out_of_order_queue;
	struct sk_buff *prev = tcp_ofo_before(tp, TCP_SKB_CB(skb)->seq), *next;
	u32 end = TCP_SKB_CB(skb)->end_seq;

	if (prev && !after(end, TCP_SKB_CB(prev)->end_seq)) {
		*reason = SKB_DROP_REASON_TCP_OFOMERGE;
		return TCP_DROPPED;
	}
	skb_set_owner_r(skb, sk);
	if (prev)
		__skb_queue_after(queue, prev, skb);
	else
		__skb_queue_head(queue, skb);
	/* Those that are inside the new one bring nothing any more. */
	while ((next = skb_peek_next(skb, queue)) && !after(TCP_SKB_CB(next)->end_seq, end)) {
		__skb_unlink(next, queue);
		kfree_skb_reason(next, SKB_DROP_REASON_TCP_OFOMERGE);
	}
	/* Before the new one, too: same first byte, shorter. */
	if (prev && TCP_SKB_CB(prev)->seq == TCP_SKB_CB(skb)->seq) {
		__skb_unlink(prev, queue);
		kfree_skb_reason(prev, SKB_DROP_REASON_TCP_OFOMERGE);
	}
	return TCP_TAKEN;
}

static bool tcp_rcvbuf_full(const struct sock *sk, const struct sk_buff *skb)
{
	unsigned int used = atomic_read(&sk->sk_rmem_alloc);

	return sk->sk_rcvbuf != SK_RCVBUF_UNLIMITED && used &&
	       used + skb->truesize > (unsigned int)sk->sk_rcvbuf;
}

/* Why this payload cannot belong to the stream, or brings nothing. */
static enum skb_drop_reason tcp_payload_check(const struct sock *sk, const struct sk_buff *skb)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	const struct tcp_skb_cb *cb = TCP_SKB_CB(skb);

	if (tp->closed)
		return SKB_DROP_REASON_TCP_CLOSE;
	if (!after(cb->end_seq, tp->rcv_nxt))
		return SKB_DROP_REASON_TCP_OLD_DATA;
	if (sk->sk_state != TCP_ESTABLISHED)
		return SKB_DROP_REASON_TCP_CLOSE;
	if (after(cb->seq, tp->rcv_nxt + TCP_MAX_AHEAD))
		return SKB_DROP_REASON_TCP_OVERWINDOW;
	if (tp->fin_seen && after(cb->end_seq, tp->fin_seq))
		return SKB_DROP_REASON_TCP_INVALID_SEQUENCE;
	return tcp_rcvbuf_full(sk, skb) ? SKB_DROP_REASON_SOCKET_RCVBUFF : SKB_NOT_DROPPED_YET;
}

static enum tcp_verdict tcp_data_queue(struct sock *sk, struct sk_buff *skb,
				       enum skb_drop_reason *reason)
{
	struct tcp_sock *tp = tcp_sk(sk);
	bool announce = !tp->announced;

	*reason = tcp_payload_check(sk, skb);
	if (*reason)
		return TCP_DROPPED;
	sk_mark_napi_id(sk, skb);
	tp->announced = true;
	if (after(TCP_SKB_CB(skb)->seq, tp->rcv_nxt)) {
		enum tcp_verdict verdict = tcp_data_queue_ofo(sk, skb, reason);

		if (announce)
			tcp_flow_announce(sk);
		return verdict;
	}
	tcp_queue_rcv(sk, skb);
	tcp_ofo_queue(sk);
	if (announce)
		tcp_flow_announce(sk);
	sk->sk_data_ready(sk);
	tcp_check_end(sk);
	return TCP_TAKEN;
}

/* The FIN of a segment whose payload we have already is as good as any other. */
static bool tcp_fin_credible(enum tcp_verdict verdict, enum skb_drop_reason reason)
{
	return verdict != TCP_DROPPED || reason == SKB_DROP_REASON_TCP_OLD_DATA ||
	       reason == SKB_DROP_REASON_TCP_OFOMERGE;
}

/* --- One segment --------------------------------------------------------- */

enum tcp_verdict tcp_rcv_segment(struct sock *sk, struct sk_buff *skb,
				 enum skb_drop_reason *reason)
{
	struct tcp_sock *tp = tcp_sk(sk);
	const struct tcp_skb_cb cb = *TCP_SKB_CB(skb);
	enum tcp_verdict verdict = TCP_DONE;

	if (tp->superseded)
		return TCP_ANEW;
	if (cb.tcp_flags & TCPHDR_RST)
		return tcp_rst(sk, cb.seq, reason);
	if (cb.tcp_flags & TCPHDR_SYN)
		verdict = tcp_syn(sk, cb.seq);
	if (verdict == TCP_ANEW)
		return verdict;
	if (!tp->started && skb->len)
		tcp_start(tp, cb.seq);
	if (!tp->started)
		return TCP_DONE;
	tcp_check_urg(tp, &cb);
	if (skb->len)
		verdict = tcp_data_queue(sk, skb, reason);
	if ((cb.tcp_flags & TCPHDR_FIN) && tcp_fin_credible(verdict, *reason))
		tcp_fin(sk, cb.end_seq);
	return verdict;
}
