// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: which socket follows which flow.
 *
 * A listener does not answer anybody: it says which flow directions are followed.
 * The first segment with a SYN or payload of a direction makes a follower, which
 * is put into the table and waits with its listener until it has payload; then
 * accept() can take it. A follower the application closed keeps its place, so
 * that late segments do not look like a flow that begins; a new connection
 * between the same ends takes the place over.
 *
 * The table is looked up under RCU and changed under flow_lock; it holds a
 * reference on each follower, and a follower one on its listener. A listener's
 * lists are under its accept lock. Order: socket lock, accept lock; socket lock,
 * flow_lock.
 */
#include <linux/hash.h>
#include <linux/in6.h>
#include <linux/jhash.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include "tcp_active.h"
#include "tcp_flow.h"

#define FLOW_BITS	10
#define MAX_IDLE	16384	/* followers a listener keeps that nobody reads */

static struct hlist_head flows[1 << FLOW_BITS];
static LIST_HEAD(listeners);
static DEFINE_SPINLOCK(flow_lock);

static struct hlist_head *flow_bucket(const struct tcp_flow *flow)
{
	u32 words[9];

	memcpy(words, &flow->saddr, 16);
	memcpy(words + 4, &flow->daddr, 16);
	words[8] = (u32)(__force u16)flow->source << 16 | (__force u16)flow->dest;
	return &flows[jhash2(words, ARRAY_SIZE(words), 0) >> (32 - FLOW_BITS)];
}

void tcp_flow_of(const struct sock *sk, struct tcp_flow *flow)
{
	const struct inet_sock *inet = inet_sk(sk);

	*flow = (struct tcp_flow){
		.saddr = inet->inet_daddr,
		.daddr = inet->inet_rcv_saddr,
		.source = inet->inet_dport,
		.dest = inet->inet_sport,
	};
}

static bool flow_is(const struct sock *sk, const struct net *net, const struct tcp_flow *flow)
{
	const struct inet_sock *inet = inet_sk(sk);

	return inet->inet_sport == flow->dest && inet->inet_dport == flow->source &&
	       ipv6_addr_equal(&inet->inet_rcv_saddr, &flow->daddr) &&
	       ipv6_addr_equal(&inet->inet_daddr, &flow->saddr) && net_eq(sock_net(sk), net);
}

static struct tcp_sock *flow_find(const struct net *net, const struct tcp_flow *flow)
{
	struct tcp_sock *tp;

	hlist_for_each_entry_rcu(tp, flow_bucket(flow), flow_node)
		if (flow_is((struct sock *)tp, net, flow))
			return tp;
	return NULL;
}

struct sock *tcp_flow_lookup(const struct net *net, const struct tcp_flow *flow)
{
	struct tcp_sock *tp;
	struct sock *sk;

	guard(rcu)();
	tp = flow_find(net, flow);
	sk = (struct sock *)tp;
	return sk && refcount_inc_not_zero(&sk->sk_refcnt) ? sk : NULL;
}

void tcp_flow_remove(struct sock *sk)
{
	struct tcp_flow flow;
	bool was;

	tcp_flow_of(sk, &flow);
	spin_lock_bh(&flow_lock);
	was = tcp_sk(sk)->hashed;
	if (was)
		hlist_del_rcu(&tcp_sk(sk)->flow_node);
	tcp_sk(sk)->hashed = false;
	spin_unlock_bh(&flow_lock);
	if (was)
		sock_put(sk);
}

/* --- Listeners ----------------------------------------------------------- */

static bool listens_to_family(const struct sock *sk, const struct tcp_flow *flow)
{
	bool four = IN6_IS_ADDR_V4MAPPED(&flow->daddr);

	if (sk->sk_family == AF_INET)
		return four;
	return !four || !inet_sk(sk)->ipv6only;
}

/* 0: not for this listener; more: the better the more exactly it asked for it. */
static int listener_score(const struct sock *sk, const struct net *net,
			  const struct tcp_flow *flow, int ifindex)
{
	const struct inet_sock *inet = inet_sk(sk);
	int score = 1, bound = READ_ONCE(sk->sk_bound_dev_if);

	if (!net_eq(sock_net(sk), net) || !listens_to_family(sk, flow))
		return 0;
	if (inet->inet_sport && inet->inet_sport != flow->dest)
		return 0;
	if (bound && bound != ifindex)
		return 0;
	if (!ipv6_addr_any(&inet->inet_rcv_saddr)) {
		if (!ipv6_addr_equal(&inet->inet_rcv_saddr, &flow->daddr))
			return 0;
		score += 4;
	}
	if (IN6_IS_ADDR_V4MAPPED(&flow->daddr) == (sk->sk_family == AF_INET))
		score += 1;
	return score + (inet->inet_sport ? 8 : 0) + (bound ? 2 : 0);
}

/* The best listener, the first among equals. Flow lock held. */
static struct sock *listener_best(const struct net *net, const struct tcp_flow *flow, int ifindex)
{
	struct sock *best = NULL;
	struct tcp_sock *tp;
	int score, high = 0;

	list_for_each_entry(tp, &listeners, child_node) {
		score = listener_score((struct sock *)tp, net, flow, ifindex);
		if (score > high) {
			high = score;
			best = (struct sock *)tp;
		}
	}
	return best;
}

/* With a reference. */
static struct sock *listener_find(const struct net *net, const struct tcp_flow *flow, int ifindex)
{
	struct sock *sk;

	guard(spinlock_bh)(&flow_lock);
	sk = listener_best(net, flow, ifindex);
	if (sk)
		sock_hold(sk);
	return sk;
}

/* May @sk listen on what it is bound to beside those that listen already? */
static bool listener_conflicts(const struct sock *sk, const struct sock *other)
{
	const struct inet_sock *a = inet_sk(sk), *b = inet_sk(other);

	/* Port 0 is every port: several may watch, the first gets what nobody asked for. */
	if (!a->inet_sport || a->inet_sport != b->inet_sport)
		return false;
	if (!net_eq(sock_net(sk), sock_net(other)) || sk->sk_family != other->sk_family ||
	    sk->sk_bound_dev_if != other->sk_bound_dev_if)
		return false;
	return ipv6_addr_equal(&a->inet_rcv_saddr, &b->inet_rcv_saddr) &&
	       !(sk->sk_reuse && other->sk_reuse);
}

struct sock *tcp_listener_find(const struct net *net, const struct tcp_flow *flow, int ifindex)
{
	struct sock *sk;

	guard(spinlock_bh)(&flow_lock);
	sk = listener_best(net, flow, ifindex);
	/* Whoever watches all ports does not answer on each. */
	if (!sk || !inet_sk(sk)->inet_sport)
		return NULL;
	sock_hold(sk);
	return sk;
}

int tcp_listen_start(struct sock *sk, int backlog)
{
	struct tcp_sock *tp;

	guard(spinlock_bh)(&flow_lock);
	list_for_each_entry(tp, &listeners, child_node)
		if (listener_conflicts(sk, (struct sock *)tp))
			return -EADDRINUSE;
	WRITE_ONCE(inet_csk(sk)->icsk_backlog, clamp_t(u32, backlog, 0, SOMAXCONN));
	WRITE_ONCE(sk->sk_state, TCP_LISTEN);
	list_add_tail(&tcp_sk(sk)->child_node, &listeners);
	return 0;
}

/* --- Followers ----------------------------------------------------------- */

static void child_init(struct sock *sk, struct sock *listener, const struct tcp_flow *flow)
{
	struct inet_sock *inet = inet_sk(sk);

	sk->sk_type = SOCK_STREAM;
	sk->sk_protocol = IPPROTO_TCP;
	sk->sk_state = TCP_ESTABLISHED;
	sk->sk_rcvbuf = READ_ONCE(listener->sk_rcvbuf);
	sk->sk_rcvlowat = READ_ONCE(listener->sk_rcvlowat);
	sk->sk_rcvtimeo = READ_ONCE(listener->sk_rcvtimeo);
	sk->sk_bound_dev_if = READ_ONCE(listener->sk_bound_dev_if);
	sk->sk_userlocks = READ_ONCE(listener->sk_userlocks) & ~SOCK_BINDPORT_LOCK;
	sock_valbool_flag(sk, SOCK_ZEROCOPY, sock_flag(listener, SOCK_ZEROCOPY));
	inet->inet_daddr = flow->saddr;
	inet->inet_rcv_saddr = flow->daddr;
	inet->inet_dport = flow->source;
	inet->inet_sport = flow->dest;
	tcp_sk(sk)->urg_inline = READ_ONCE(tcp_sk(listener)->urg_inline);
	tcp_sk(sk)->recvmsg_inq = READ_ONCE(tcp_sk(listener)->recvmsg_inq);
}

struct sock *tcp_child_alloc(struct net *net, struct sock *listener, const struct tcp_flow *flow)
{
	struct sock *sk = sk_alloc(net, listener->sk_family, GFP_ATOMIC | __GFP_NOWARN, &tcp_prot,
				   0);

	if (!sk)
		return NULL;
	sock_init_data(NULL, sk);
	tcp_init_sock(sk);
	child_init(sk, listener, flow);
	tcp_receiver_add(sk);
	return sk;
}

static struct sock *follower_alloc(struct net *net, struct sock *listener,
				   const struct tcp_flow *flow)
{
	struct sock *sk = tcp_child_alloc(net, listener, flow);

	if (sk) {
		sock_hold(listener);
		tcp_sk(sk)->listener = listener;
	}
	return sk;
}

/* Gives up a follower nobody else has or can find. */
static void follower_drop(struct sock *sk)
{
	tcp_v4_destroy_sock(sk);
	sock_put(sk);
}

/*
 * Followers without payload and closed ones are kept only to understand later
 * segments; of too many, the oldest one comes off its list. Accept lock held.
 */
static struct tcp_sock *follower_evict(struct inet_connection_sock *lc)
{
	struct list_head *from = list_empty(&lc->icsk_closed) ? &lc->icsk_pending
							      : &lc->icsk_closed;
	struct tcp_sock *tp;

	if (lc->icsk_idle_len <= MAX_IDLE)
		return NULL;
	tp = list_first_entry(from, struct tcp_sock, child_node);
	list_del_init(&tp->child_node);
	lc->icsk_idle_len--;
	return tp;
}

static void follower_evicted(struct tcp_sock *tp)
{
	if (!tp)
		return;
	tcp_flow_remove((struct sock *)tp);
	sock_put((struct sock *)tp);
}

/* Publishes @sk; false if the flow has a follower by now or the listener is closing. */
static bool follower_publish(struct sock *sk, const struct net *net, const struct tcp_flow *flow)
{
	struct tcp_sock *tp = tcp_sk(sk), *old;
	struct inet_connection_sock *lc = inet_csk(tp->listener);

	spin_lock_bh(&flow_lock);
	if (tp->listener->sk_state != TCP_LISTEN || flow_find(net, flow)) {
		spin_unlock_bh(&flow_lock);
		return false;
	}
	spin_lock(&lc->icsk_accept_lock);
	list_add_tail(&tp->child_node, &lc->icsk_pending);
	lc->icsk_idle_len++;
	old = follower_evict(lc);
	spin_unlock(&lc->icsk_accept_lock);
	tp->hashed = true;
	hlist_add_head_rcu(&tp->flow_node, flow_bucket(flow));
	/* One reference is the listener's list's, one the table's, one the caller's. */
	sock_hold(sk);
	sock_hold(sk);
	spin_unlock_bh(&flow_lock);
	follower_evicted(old);
	return true;
}

struct sock *tcp_flow_create(struct net *net, const struct tcp_flow *flow,
			     const struct sk_buff *skb)
{
	int ifindex = skb->dev ? skb->dev->ifindex : 0;
	struct sock *listener = listener_find(net, flow, ifindex);
	struct sock *sk;

	if (!listener)
		return NULL;
	sk = follower_alloc(net, listener, flow);
	sock_put(listener);
	if (!sk)
		return NULL;
	if (follower_publish(sk, net, flow))
		return sk;
	follower_drop(sk);
	return tcp_flow_lookup(net, flow);
}

/* --- From follower to accept --------------------------------------------- */

void tcp_flow_announce(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct inet_connection_sock *lc = inet_csk(tp->listener);
	bool ready = false;

	spin_lock_bh(&lc->icsk_accept_lock);
	/* A listener that stops has taken its lists away before this lock was free. */
	if (READ_ONCE(tp->listener->sk_state) == TCP_LISTEN && !list_empty(&tp->child_node)) {
		list_move_tail(&tp->child_node, &lc->icsk_accept_queue);
		lc->icsk_idle_len--;
		ready = true;
	}
	spin_unlock_bh(&lc->icsk_accept_lock);
	if (ready)
		tp->listener->sk_data_ready(tp->listener);
}

bool tcp_accept_enqueue(struct sock *listener, struct sock *sk)
{
	struct inet_connection_sock *lc = inet_csk(listener);
	bool open;

	spin_lock_bh(&lc->icsk_accept_lock);
	open = READ_ONCE(listener->sk_state) == TCP_LISTEN;
	if (open) {
		list_add_tail(&tcp_sk(sk)->child_node, &lc->icsk_accept_queue);
		WRITE_ONCE(lc->icsk_accept_len, lc->icsk_accept_len + 1);
	}
	spin_unlock_bh(&lc->icsk_accept_lock);
	if (open)
		listener->sk_data_ready(listener);
	return open;
}

bool tcp_accept_ready(const struct sock *listener)
{
	return !list_empty_careful(&inet_csk(listener)->icsk_accept_queue);
}

struct sock *tcp_accept_next(struct sock *listener)
{
	struct inet_connection_sock *lc = inet_csk(listener);
	struct tcp_sock *tp;

	guard(spinlock_bh)(&lc->icsk_accept_lock);
	tp = list_first_entry_or_null(&lc->icsk_accept_queue, struct tcp_sock, child_node);
	if (!tp)
		return NULL;
	list_del_init(&tp->child_node);
	if (tp->active)
		WRITE_ONCE(lc->icsk_accept_len, lc->icsk_accept_len - 1);
	return (struct sock *)tp;
}

/* --- The end of a follower ----------------------------------------------- */

/* Off the list of closed or waiting ones; true if it was on it, then with its reference. */
static bool follower_unlink(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct inet_connection_sock *lc = inet_csk(tp->listener);

	guard(spinlock_bh)(&lc->icsk_accept_lock);
	if (READ_ONCE(tp->listener->sk_state) != TCP_LISTEN || list_empty(&tp->child_node))
		return false;
	list_del_init(&tp->child_node);
	lc->icsk_idle_len--;
	return true;
}

void tcp_flow_forget(struct sock *sk)
{
	tcp_flow_remove(sk);
	if (follower_unlink(sk))
		sock_put(sk);
}

/* Takes over the caller's reference. */
void tcp_flow_closed(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk), *old = NULL;
	struct inet_connection_sock *lc = inet_csk(tp->listener);
	bool kept;

	spin_lock_bh(&flow_lock);
	spin_lock(&lc->icsk_accept_lock);
	kept = tp->listener->sk_state == TCP_LISTEN && tp->hashed;
	if (kept) {
		list_add_tail(&tp->child_node, &lc->icsk_closed);
		lc->icsk_idle_len++;
		old = follower_evict(lc);
	}
	spin_unlock(&lc->icsk_accept_lock);
	spin_unlock_bh(&flow_lock);
	if (!kept) {
		tcp_flow_remove(sk);
		sock_put(sk);
	}
	follower_evicted(old);
}

/* A closed follower of the flow of @sk, who knows as much of it; NULL without memory. */
static struct sock *follower_stand_in(struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	struct sock *other;
	struct tcp_flow flow;

	tcp_flow_of(sk, &flow);
	other = follower_alloc(sock_net(sk), tp->listener, &flow);
	if (!other)
		return NULL;
	other->sk_state = sk->sk_state;
	tcp_sk(other)->closed = true;
	tcp_sk(other)->announced = true;
	tcp_sk(other)->started = tp->started;
	tcp_sk(other)->syn_seen = tp->syn_seen;
	tcp_sk(other)->start_seq = tp->start_seq;
	tcp_sk(other)->rcv_nxt = tcp_sk(other)->copied_seq = tp->rcv_nxt;
	return other;
}

/* Both are found for a moment, the newer one first. */
void tcp_flow_leave(struct sock *sk)
{
	struct sock *other = tcp_sk(sk)->hashed ? follower_stand_in(sk) : NULL;
	struct tcp_flow flow;

	tcp_flow_of(sk, &flow);
	spin_lock_bh(&flow_lock);
	if (other && tcp_sk(sk)->hashed) {
		tcp_sk(other)->hashed = true;
		hlist_add_head_rcu(&tcp_sk(other)->flow_node, flow_bucket(&flow));
		sock_hold(other);
	}
	spin_unlock_bh(&flow_lock);
	tcp_flow_remove(sk);
	if (other)
		tcp_flow_closed(other);
	/* Who walks the table may look at its addresses, which will change. */
	synchronize_rcu();
}

static void followers_release(struct list_head *list)
{
	struct tcp_sock *tp, *next;

	list_for_each_entry_safe(tp, next, list, child_node) {
		struct sock *sk = (struct sock *)tp;

		list_del_init(&tp->child_node);
		lock_sock(sk);
		if (tp->active)
			tcp_active_abort(sk);
		tp->closed = true;
		tcp_v4_destroy_sock(sk);
		release_sock(sk);
		tcp_flow_remove(sk);
		sock_put(sk);
	}
}

/* Followers that were accepted live on; the others go. */
void tcp_listen_stop(struct sock *sk)
{
	struct inet_connection_sock *lc = inet_csk(sk);
	LIST_HEAD(orphans);

	spin_lock_bh(&flow_lock);
	WRITE_ONCE(sk->sk_state, TCP_CLOSE);
	list_del_init(&tcp_sk(sk)->child_node);
	spin_lock(&lc->icsk_accept_lock);
	list_splice_init(&lc->icsk_pending, &orphans);
	list_splice_tail_init(&lc->icsk_accept_queue, &orphans);
	list_splice_tail_init(&lc->icsk_closed, &orphans);
	lc->icsk_idle_len = 0;
	WRITE_ONCE(lc->icsk_accept_len, 0);
	spin_unlock(&lc->icsk_accept_lock);
	spin_unlock_bh(&flow_lock);
	tcp_active_listen_stop(sk);
	followers_release(&orphans);
}

void tcp_flow_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(flows); i++)
		WARN_ON(!hlist_empty(&flows[i]));
	WARN_ON(!list_empty(&listeners));
}
