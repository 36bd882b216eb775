// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: the write queue.
 *
 * What lies in it and who may touch it when is told in tcp_send.h. An skb of the
 * queue never leaves it but to be freed: what goes to the wire are skbs made of the
 * same fragments, each with references of its own, so that an acknowledgement may
 * come while the driver still has a retransmission. send_hint is the skb from which
 * the last segment was taken, where looking for the next one begins.
 */
#include <linux/export.h>
#include <linux/skbuff.h>
#include <linux/skbuff_ref.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "tcp_send.h"

/* Neither side of the queue is better off with bigger ones. */
#define SKB_COPIED_MAX	65536

void tcp_send_start(struct sock *sk, u32 seq, const struct tcp_transport_ops *ops)
{
	struct tcp_sock *tp = tcp_sk(sk);

	scoped_guard(spinlock_irqsave, &sk->sk_write_queue.lock) {
		tp->snd_una = seq;
		WRITE_ONCE(tp->write_seq, seq);
	}
	/* Pairs with the sender's acquire: who finds a transport finds its numbers. */
	smp_store_release(&tp->transport, ops);
}
EXPORT_SYMBOL(tcp_send_start);

/* --- Appending ----------------------------------------------------------- */

/* Queue lock held. */
static void tcp_entail(struct sock *sk, struct sk_buff *skb)
{
	TCP_SKB_CB(skb)->seq = TCP_SKB_CB(skb)->end_seq = tcp_sk(sk)->write_seq;
	__skb_queue_tail(&sk->sk_write_queue, skb);
	sk_wmem_queued_add(sk, skb->truesize);
}

/* The last skb has @n bytes more. Queue lock held. */
static void tcp_extend(struct sock *sk, struct sk_buff *skb, unsigned int n)
{
	TCP_SKB_CB(skb)->end_seq += n;
	WRITE_ONCE(tcp_sk(sk)->write_seq, TCP_SKB_CB(skb)->end_seq);
}

/* May copied bytes join the last skb? Those of zerocopy calls are left as they are. */
static bool tcp_tail_takes(struct sk_buff *skb, const struct page_frag *pf)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);

	if (skb_has_zcopy(skb) || skb->len >= SKB_COPIED_MAX)
		return false;
	return shinfo->nr_frags < MAX_SKB_FRAGS ||
	       skb_can_coalesce(skb, shinfo->nr_frags, pf->page, pf->offset);
}

static void tcp_add_copied(struct sk_buff *skb, struct page_frag *pf, unsigned int n)
{
	int i = skb_shinfo(skb)->nr_frags;

	if (skb_can_coalesce(skb, i, pf->page, pf->offset)) {
		skb_coalesce_rx_frag(skb, i - 1, n, n);
		return;
	}
	get_page(pf->page);
	skb_add_rx_frag(skb, i, pf->page, pf->offset, n, n);
}

bool tcp_queue_copied(struct sock *sk, struct page_frag *pf, unsigned int n,
		      struct sk_buff **spare)
{
	struct sk_buff *skb;

	guard(spinlock_irqsave)(&sk->sk_write_queue.lock);
	skb = skb_peek_tail(&sk->sk_write_queue);
	if (!skb || !tcp_tail_takes(skb, pf)) {
		skb = *spare;
		if (!skb)
			return false;
		*spare = NULL;
		tcp_entail(sk, skb);
	}
	tcp_add_copied(skb, pf, n);
	sk_wmem_queued_add(sk, n);
	tcp_extend(sk, skb, n);
	pf->offset += n;
	return true;
}

struct ubuf_info *tcp_queue_tail_zcopy(struct sock *sk)
{
	struct ubuf_info *uarg;

	guard(spinlock_irqsave)(&sk->sk_write_queue.lock);
	uarg = skb_zcopy(skb_peek_tail(&sk->sk_write_queue));
	if (uarg)
		net_zcopy_get(uarg);
	return uarg;
}

void tcp_queue_skb(struct sock *sk, struct sk_buff *skb)
{
	guard(spinlock_irqsave)(&sk->sk_write_queue.lock);
	tcp_entail(sk, skb);
	tcp_extend(sk, skb, skb->len);
}

/* --- Segments ------------------------------------------------------------ */

/* The skb of the queue that has byte @seq, or NULL. Queue lock held. */
static struct sk_buff *tcp_find_byte(struct sock *sk, u32 seq)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *skb = tp->send_hint;

	if (before(seq, tp->snd_una) || !before(seq, tp->write_seq))
		return NULL;
	if (!skb || before(seq, TCP_SKB_CB(skb)->seq))
		skb = skb_peek(&sk->sk_write_queue);
	while (!before(seq, TCP_SKB_CB(skb)->end_seq))
		skb = skb->next;
	tp->send_hint = skb;
	return skb;
}

/* Room for one more fragment, or the last one goes on. */
static bool segment_add(struct sk_buff *seg, const skb_frag_t *frag, unsigned int at,
			unsigned int n)
{
	netmem_ref netmem = skb_frag_netmem(frag);
	int i = skb_shinfo(seg)->nr_frags, off = skb_frag_off(frag) + at;

	if (skb_can_coalesce_netmem(seg, i, netmem, off)) {
		skb_coalesce_rx_frag(seg, i - 1, n, n);
		return true;
	}
	if (i == MAX_SKB_FRAGS)
		return false;
	get_netmem(netmem);
	skb_add_rx_frag_netmem(seg, i, netmem, off, n, n);
	return true;
}

/* Up to @len bytes of @skb from byte @at on; how many there was room for. */
static unsigned int segment_add_frags(struct sk_buff *seg, const struct sk_buff *skb,
				      unsigned int at, unsigned int len)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	unsigned int done = 0, n;

	for (int i = 0; i < shinfo->nr_frags && done < len; i++) {
		const skb_frag_t *frag = &shinfo->frags[i];

		if (at >= skb_frag_size(frag)) {
			at -= skb_frag_size(frag);
			continue;
		}
		n = min(skb_frag_size(frag) - at, len - done);
		if (!segment_add(seg, frag, at, n))
			break;
		done += n;
		at = 0;
	}
	return done;
}

/* Queue lock held. */
static void segment_fill(struct sock *sk, struct sk_buff *seg, u32 seq, unsigned int len)
{
	struct sk_buff *skb = tcp_find_byte(sk, seq);
	struct ubuf_info *uarg = NULL;
	unsigned int n, want;

	for (; skb && len; skb = skb_peek_next(skb, &sk->sk_write_queue)) {
		if (uarg && skb_zcopy(skb) && skb_zcopy(skb) != uarg)
			break;
		uarg = uarg ?: skb_zcopy(skb);
		want = min(len, TCP_SKB_CB(skb)->end_seq - seq);
		n = segment_add_frags(seg, skb, seq - TCP_SKB_CB(skb)->seq, want);
		seq += n;
		len -= n;
		if (n < want)
			break;
	}
	skb_zcopy_set(seg, uarg, NULL);
}

struct sk_buff *tcp_send_segment(struct sock *sk, u32 seq, unsigned int len,
				 unsigned int headroom)
{
	struct sk_buff *seg = alloc_skb(headroom, GFP_ATOMIC | __GFP_NOWARN);

	if (!seg)
		return NULL;
	skb_reserve(seg, headroom);
	scoped_guard(spinlock_irqsave, &sk->sk_write_queue.lock)
		segment_fill(sk, seg, seq, len);
	if (seg->len)
		return seg;
	consume_skb(seg);
	return NULL;
}
EXPORT_SYMBOL(tcp_send_segment);

/* --- Letting go ---------------------------------------------------------- */

/* Takes the first skb off, to be freed when the lock is. Queue lock held. */
static void tcp_take_head(struct sock *sk, struct sk_buff *skb, struct sk_buff_head *doomed)
{
	if (tcp_sk(sk)->send_hint == skb)
		tcp_sk(sk)->send_hint = NULL;
	__skb_unlink(skb, &sk->sk_write_queue);
	sk_wmem_queued_add(sk, -(int)skb->truesize);
	__skb_queue_tail(doomed, skb);
}

/*
 * Drops the first @n bytes; the references of @freed fragments are the caller's, who
 * drops them when the lock is free. The skb's truesize stays until it goes as a whole.
 */
static unsigned int tcp_trim_head(struct sk_buff *skb, unsigned int n, skb_frag_t *freed)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	unsigned int gone = 0;

	TCP_SKB_CB(skb)->seq += n;
	skb->len -= n;
	skb->data_len -= n;
	while (n >= skb_frag_size(&shinfo->frags[gone])) {
		n -= skb_frag_size(&shinfo->frags[gone]);
		freed[gone] = shinfo->frags[gone];
		gone++;
	}
	shinfo->nr_frags -= gone;
	memmove(shinfo->frags, shinfo->frags + gone, shinfo->nr_frags * sizeof(skb_frag_t));
	skb_frag_off_add(&shinfo->frags[0], n);
	skb_frag_size_sub(&shinfo->frags[0], n);
	return gone;
}

void tcp_send_acked(struct sock *sk, u32 una)
{
	skb_frag_t freed[MAX_SKB_FRAGS];
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff_head doomed;
	unsigned int n = 0;
	struct sk_buff *skb;

	__skb_queue_head_init(&doomed);
	scoped_guard(spinlock_irqsave, &sk->sk_write_queue.lock) {
		if (after(una, tp->write_seq))
			una = tp->write_seq;
		if (!after(una, tp->snd_una))
			return;
		while ((skb = skb_peek(&sk->sk_write_queue)) &&
		       !after(TCP_SKB_CB(skb)->end_seq, una))
			tcp_take_head(sk, skb, &doomed);
		if (skb && before(TCP_SKB_CB(skb)->seq, una))
			n = tcp_trim_head(skb, una - TCP_SKB_CB(skb)->seq, freed);
		tp->snd_una = una;
	}
	while (n--)
		put_netmem(skb_frag_netmem(&freed[n]));
	while ((skb = __skb_dequeue(&doomed)))
		consume_skb(skb);
	sk->sk_write_space(sk);
}
EXPORT_SYMBOL(tcp_send_acked);

void tcp_send_purge(struct sock *sk)
{
	struct sk_buff_head doomed;
	struct sk_buff *skb;

	__skb_queue_head_init(&doomed);
	scoped_guard(spinlock_irqsave, &sk->sk_write_queue.lock) {
		while ((skb = skb_peek(&sk->sk_write_queue)))
			tcp_take_head(sk, skb, &doomed);
		tcp_sk(sk)->snd_una = tcp_sk(sk)->write_seq;
	}
	while ((skb = __skb_dequeue(&doomed)))
		consume_skb(skb);
}
EXPORT_SYMBOL(tcp_send_purge);
