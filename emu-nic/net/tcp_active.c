// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: sockets over connections of the stack.
 *
 * Segments go to the stack as headers; it keeps what it needs of them in the skb's cb and
 * gives the skbs back in order, which are queued for the reader as they are. What else
 * happens to a connection becomes bits in tcp_sk(sk)->events under the socket's spinlock,
 * which take effect at once, or when the task that owns the socket lets go; behind its
 * backlog, so that the end of the stream does not overtake its bytes.
 */
#include <linux/errno.h>
#include <linux/if_vlan.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <net/busy_poll.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include "inet_if.h"
#include "tcp_active.h"
#include "tcp_flow.h"
#include "tcp_send.h"

enum { PORT_FIRST = 32768, PORTS = 28232 };

enum {
	EV_CONNECTED = 1 << 0,
	EV_FINISHED = 1 << 1,
	EV_FAILED = 1 << 2,
};

/* The skb's cb while it is with the stack. */
struct stack_cb {
	struct tcp_skb_cb tcp;
	unsigned long payload[STACK_PAYLOAD_BYTES / sizeof(long)];
};

static struct stack_cb *stack_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct stack_cb) > sizeof(skb->cb));
	return (struct stack_cb *)skb->cb;
}

static struct sk_buff *payload_skb(void *payload)
{
	return (struct sk_buff *)((char *)payload - offsetof(struct sk_buff, cb) -
				  offsetof(struct stack_cb, payload));
}

/* --- What happened to a connection --------------------------------------- */

static void event_connected(struct sock *sk)
{
	if (sk->sk_state != TCP_SYN_SENT)
		return;
	WRITE_ONCE(sk->sk_state, TCP_ESTABLISHED);
	sk->sk_state_change(sk);
}

static void event_finished(struct sock *sk)
{
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | RCV_SHUTDOWN);
	sock_set_flag(sk, SOCK_DONE);
	if (sk->sk_state == TCP_ESTABLISHED)
		WRITE_ONCE(sk->sk_state, TCP_CLOSE_WAIT);
	else if (sk->sk_state == TCP_FIN_WAIT1)
		WRITE_ONCE(sk->sk_state, TCP_CLOSING);
	sk->sk_state_change(sk);
}

/* What a reset means depends on how far the connection was. */
static int failure_of(const struct sock *sk)
{
	int err = tcp_sk(sk)->conn_err;

	if (err != ECONNRESET)
		return err;
	if (sk->sk_state == TCP_SYN_SENT)
		return ECONNREFUSED;
	return sk->sk_state == TCP_CLOSE_WAIT ? EPIPE : ECONNRESET;
}

static void event_failed(struct sock *sk)
{
	bool connecting = sk->sk_state == TCP_SYN_SENT;
	int err = failure_of(sk);

	if (connecting)
		inet_sk(sk)->inet_dport = 0;
	if (err)
		WRITE_ONCE(sk->sk_err, err);
	WRITE_ONCE(sk->sk_state, TCP_CLOSE);
	/* A socket that never was connected may be once more. */
	if (!connecting)
		WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);
	sk->sk_state_change(sk);
}

static void take_effect(struct sock *sk)
{
	unsigned int events = tcp_sk(sk)->events;

	tcp_sk(sk)->events = 0;
	if (events & EV_CONNECTED)
		event_connected(sk);
	if (events & EV_FINISHED)
		event_finished(sk);
	if (events & EV_FAILED)
		event_failed(sk);
}

void tcp_release_cb(struct sock *sk)
{
	if (tcp_sk(sk)->events)
		take_effect(sk);
}

static void happened(struct sock *sk, unsigned int event)
{
	bh_lock_sock(sk);
	tcp_sk(sk)->events |= event;
	if (!sock_owned_by_user(sk))
		take_effect(sk);
	bh_unlock_sock(sk);
}

/* --- The connection's side of a socket; stack lock held ------------------ */

/* Bytes and FIN that the stack has not been told of. */
static void conn_push(struct tcp_sock *tp)
{
	u32 left = READ_ONCE(tp->write_seq) - stack_conn_next_seq(tp->conn);

	if (tp->fin_sent)
		return;
	if (left)
		left -= stack_conn_send(tp->conn, left);
	if (left || !tp->fin_wanted)
		return;
	tp->fin_sent = true;
	stack_conn_finish(tp->conn);
}

/* A device that goes takes its connections with it, and then waits for readers of routes. */
static void conn_forget(struct tcp_sock *tp)
{
	rcu_assign_pointer(tp->route.dev_rcu, NULL);
	tp->conn = NULL;
	sock_put((struct sock *)tp);
}

/* What is left of the connection, if anything, does without the socket. */
static bool conn_over(const struct tcp_sock *tp)
{
	return tp->fin_sent && READ_ONCE(tp->snd_una) == READ_ONCE(tp->write_seq) &&
	       (tp->closed || tp->fin_seen);
}

static void conn_end_if_over(struct tcp_sock *tp)
{
	if (!conn_over(tp))
		return;
	stack_conn_close(tp->conn);
	conn_forget(tp);
}

/* --- What the stack calls ------------------------------------------------ */

static void conn_started(struct sock *sk, struct stack_conn *conn);

static void on_connected(void *owner)
{
	struct sock *sk = owner;

	conn_started(sk, tcp_sk(sk)->conn);
	happened(sk, EV_CONNECTED);
}

/* @skb ends @end bytes behind its beginning, which may be before what its owner had. */
static bool received_cut(struct sk_buff *skb, unsigned int end)
{
	struct tcp_skb_cb *cb = TCP_SKB_CB(skb);

	cb->end_seq = cb->seq + end;
	return end == skb->len || !pskb_trim(skb, end);
}

static bool on_received(void *owner, void *payload, size_t offset, size_t len)
{
	struct sk_buff *skb = payload_skb(payload);
	struct sock *sk = owner;
	bool wanted = !tcp_sk(sk)->closed && received_cut(skb, offset + len);

	if (!wanted) {
		kfree_skb_reason(skb, SKB_DROP_REASON_TCP_CLOSE);
		return false;
	}
	bh_lock_sock(sk);
	if (!sock_owned_by_user(sk))
		tcp_active_queue(sk, skb);
	else
		sk_add_backlog(sk, skb, UINT_MAX);
	bh_unlock_sock(sk);
	return true;
}

static void on_dropped(void *payload)
{
	kfree_skb_reason(payload_skb(payload), SKB_DROP_REASON_TCP_OLD_DATA);
}

static void on_finished(void *owner)
{
	struct sock *sk = owner;

	tcp_sk(sk)->fin_seen = true;
	happened(sk, EV_FINISHED);
	conn_end_if_over(tcp_sk(sk));
}

static void on_acked(void *owner, u32 una)
{
	struct tcp_sock *tp = tcp_sk(owner);

	tcp_send_acked(owner, una);
	conn_push(tp);
	conn_end_if_over(tp);
}

static void on_failed(void *owner, int err)
{
	struct sock *sk = owner;

	tcp_sk(sk)->conn_err = err;
	tcp_send_purge(sk);
	happened(sk, EV_FAILED);
	conn_forget(tcp_sk(sk));
}

/* --- Accepting ----------------------------------------------------------- */

static void tcp_active_push(struct sock *sk)
{
	inet_stack_lock();
	if (tcp_sk(sk)->conn)
		conn_push(tcp_sk(sk));
	inet_stack_unlock();
}

static const struct tcp_transport_ops active_transport = { .push = tcp_active_push };

/* Both directions have their numbers. */
static void conn_started(struct sock *sk, struct stack_conn *conn)
{
	struct tcp_sock *tp = tcp_sk(sk);
	u32 seq = stack_conn_expects(conn);

	WRITE_ONCE(tp->rcv_nxt, seq);
	WRITE_ONCE(tp->copied_seq, seq);
	tp->read_seq = seq;
	tcp_send_start(sk, stack_conn_next_seq(conn), &active_transport);
	if (tp->nodelay)
		stack_conn_nodelay(conn, true);
}

static void flow_of(const struct stack_conn *conn, struct tcp_flow *flow)
{
	struct stack_ends ends;

	stack_conn_ends(conn, &ends);
	*flow = (struct tcp_flow){
		.saddr = stack_addr_to(&ends.remote),
		.daddr = stack_addr_to(&ends.local),
		.source = htons(ends.remote_port),
		.dest = htons(ends.local_port),
	};
}

static void conn_own(struct sock *sk, const struct inet_if *ifp, struct stack_conn *conn)
{
	struct tcp_sock *tp = tcp_sk(sk);

	sock_hold(sk);
	tp->active = true;
	tp->conn = conn;
	rcu_assign_pointer(tp->route.dev_rcu, ifp->dev);
	rcu_assign_pointer(sk->sk_dst_cache, &tp->route);
}

static void *on_accepted(void *owner, struct stack_conn *conn)
{
	struct sock *listener = owner, *sk;
	struct tcp_flow flow;

	flow_of(conn, &flow);
	sk = tcp_child_alloc(sock_net(listener), listener, &flow);
	if (!sk)
		return NULL;
	tcp_sk(sk)->nodelay = tcp_sk(listener)->nodelay;
	conn_own(sk, inet_if_with(&flow.daddr), conn);
	conn_started(sk, conn);
	if (tcp_accept_enqueue(listener, sk))
		return sk;
	conn_forget(tcp_sk(sk));
	tcp_v4_destroy_sock(sk);
	sock_put(sk);
	return NULL;
}

/* More wait, or are on their way, than the listener said. Stack lock held. */
static bool accept_queue_full(const struct sock *listener)
{
	const struct inet_connection_sock *icsk = inet_csk(listener);

	return READ_ONCE(icsk->icsk_accept_len) + stack_listener_pending(listener) >
	       READ_ONCE(icsk->icsk_backlog);
}

void tcp_active_listen_stop(struct sock *sk)
{
	inet_stack_lock();
	stack_listener_gone(sk);
	inet_stack_unlock();
}

/* --- Segments in --------------------------------------------------------- */

void tcp_active_queue(struct sock *sk, struct sk_buff *skb)
{
	/* The reader may have gone since it was put on the backlog. */
	if (tcp_sk(sk)->closed) {
		kfree_skb_reason(skb, SKB_DROP_REASON_TCP_CLOSE);
		return;
	}
	sk_mark_napi_id(sk, skb);
	tcp_queue_rcv(sk, skb);
	sk->sk_data_ready(sk);
}

/* With a reference. */
static struct sock *listener_for(const struct sk_buff *skb, const struct tcp_flow *flow)
{
	const u8 flags = TCP_SKB_CB(skb)->tcp_flags;

	if (!(flags & TCPHDR_SYN) || (flags & TCPHDR_ACK))
		return NULL;
	return tcp_listener_find(dev_net(skb->dev), flow, skb->dev->ifindex);
}

static struct stack_segment segment_of(struct sk_buff *skb)
{
	struct stack_segment seg = {
		.headers = skb_network_header(skb),
		.ip_len = skb_transport_header(skb) - skb_network_header(skb),
		.tcp_len = tcp_hdrlen(skb),
		.payload = stack_cb(skb)->payload,
		.gathered = skb_is_gso(skb),
	};

	skb_pull(skb, seg.tcp_len);
	seg.payload_len = skb->len;
	return seg;
}

static void segment_in(struct inet_if *ifp, struct sk_buff *skb, struct sock *listener)
{
	struct stack_segment seg;

	if (listener && accept_queue_full(listener)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_SOCKET_RCVBUFF);
		return;
	}
	seg = segment_of(skb);
	seg.listener = listener;
	stack_if_segment(ifp->stack, &seg);
}

bool tcp_active_rcv(struct sk_buff *skb, const struct tcp_flow *flow)
{
	struct stack_addr from = stack_addr_of(&flow->saddr);
	struct sock *listener = NULL;
	struct inet_if *ifp;

	if (!inet_if_any() || skb->pkt_type != PACKET_HOST || skb_vlan_tag_present(skb))
		return false;
	inet_stack_lock();
	ifp = inet_if_owning(skb->dev, &flow->daddr);
	if (ifp && !stack_if_credible(ifp->stack, &from)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_IP_INADDRERRORS);
	} else if (ifp) {
		listener = listener_for(skb, flow);
		segment_in(ifp, skb, listener);
	}
	inet_stack_unlock();
	if (listener)
		sock_put(listener);
	return ifp;
}

/* --- Connecting ---------------------------------------------------------- */

static u16 last_port;	/* stack lock */

/* A port for a connection to these ends; 0 if all are taken. Stack lock held. */
static u16 port_choose(struct stack_ends *ends)
{
	for (unsigned int i = 0; i < PORTS; i++) {
		last_port = (last_port + 1) % PORTS;
		ends->local_port = PORT_FIRST + last_port;
		if (!stack_conn_exists(ends))
			return ends->local_port;
	}
	return 0;
}

static int conn_begin(struct sock *sk, const struct in6_addr *daddr, __be16 dport)
{
	struct inet_sock *inet = inet_sk(sk);
	struct in6_addr saddr = inet->inet_rcv_saddr;
	struct inet_if *ifp = inet_if_route(sk, &saddr, daddr);
	struct stack_ends ends = {
		.local = stack_addr_of(&saddr),
		.remote = stack_addr_of(daddr),
		.local_port = ntohs(inet->inet_sport),
		.remote_port = ntohs(dport),
	};
	struct stack_conn *conn;
	int err;

	if (IS_ERR(ifp))
		return PTR_ERR(ifp);
	if (!ends.local_port && !port_choose(&ends))
		return -EADDRNOTAVAIL;
	err = stack_connect(ifp->stack, sk, &ends, &conn);
	if (err)
		return err;
	conn_own(sk, ifp, conn);
	inet->inet_rcv_saddr = saddr;
	inet->inet_sport = htons(ends.local_port);
	inet->inet_daddr = *daddr;
	inet->inet_dport = dport;
	return 0;
}

int tcp_active_connect(struct sock *sk, const struct in6_addr *daddr, __be16 dport)
{
	struct tcp_sock *tp = tcp_sk(sk);
	int err;

	if (list_empty(&tp->receiver_node))
		tcp_receiver_add(sk);
	WRITE_ONCE(sk->sk_state, TCP_SYN_SENT);
	inet_stack_lock();
	err = conn_begin(sk, daddr, dport);
	inet_stack_unlock();
	if (err)
		WRITE_ONCE(sk->sk_state, TCP_CLOSE);
	else
		/* How it went the last time is not of interest any more. */
		WRITE_ONCE(sk->sk_err, 0);
	return err;
}

/* --- Ending -------------------------------------------------------------- */

void tcp_active_shutdown(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	inet_stack_lock();
	tp->fin_wanted = true;
	if (tp->conn) {
		conn_push(tp);
		conn_end_if_over(tp);
	}
	inet_stack_unlock();
}

/* Bytes nobody read, or nobody wants to see sent: the peer shall know. */
static bool must_reset(const struct sock *sk)
{
	return tcp_sk(sk)->copied_seq != tcp_sk(sk)->rcv_nxt || sk->sk_backlog.head ||
	       (sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime);
}

/*
 * Before it is established, nobody needs to be told. The stack may know more of that than the
 * socket, whose owner has not let go yet.
 */
static void conn_drop(struct sock *sk)
{
	if (sk->sk_state == TCP_SYN_SENT && !(tcp_sk(sk)->events & EV_CONNECTED))
		stack_conn_close(tcp_sk(sk)->conn);
	else
		stack_conn_abort(tcp_sk(sk)->conn);
}

bool tcp_active_abort(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	bool connected;

	inet_stack_lock();
	connected = tp->conn;
	if (connected) {
		conn_drop(sk);
		conn_forget(tp);
	}
	inet_stack_unlock();
	WRITE_ONCE(sk->sk_state, TCP_CLOSE);
	return connected;
}

bool tcp_active_close(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	bool sending;

	inet_stack_lock();
	tp->closed = true;
	if (tp->conn && (sk->sk_state == TCP_SYN_SENT || must_reset(sk))) {
		conn_drop(sk);
		conn_forget(tp);
	} else if (tp->conn) {
		tp->fin_wanted = true;
		conn_push(tp);
		conn_end_if_over(tp);
	}
	sending = tp->conn;
	inet_stack_unlock();
	return sending;
}

/* --- Reading ------------------------------------------------------------- */

void tcp_cleanup_rbuf(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	u32 n;

	if (!tp->active || tp->read_seq == tp->copied_seq)
		return;
	inet_stack_lock();
	n = tp->copied_seq - tp->read_seq;
	tp->read_seq = tp->copied_seq;
	if (tp->conn)
		stack_conn_read(tp->conn, n);
	inet_stack_unlock();
}

void tcp_active_nodelay(struct sock *sk, bool on)
{
	inet_stack_lock();
	tcp_sk(sk)->nodelay = on;
	if (tcp_sk(sk)->conn)
		stack_conn_nodelay(tcp_sk(sk)->conn, on);
	inet_stack_unlock();
}

bool tcp_active_info(struct sock *sk, struct stack_info *info)
{
	bool connected;

	inet_stack_lock();
	connected = tcp_sk(sk)->conn;
	if (connected)
		stack_conn_info(tcp_sk(sk)->conn, info);
	inet_stack_unlock();
	return connected;
}

struct waiting {
	void (*fn)(void *ctx, struct sk_buff *skb);
	void *ctx;
};

static void waiting_skb(void *ctx, void *payload)
{
	struct waiting *w = ctx;

	w->fn(w->ctx, payload_skb(payload));
}

void tcp_active_waiting(struct sock *sk, void (*fn)(void *ctx, struct sk_buff *skb), void *ctx)
{
	struct waiting w = { .fn = fn, .ctx = ctx };

	inet_stack_lock();
	if (tcp_sk(sk)->conn)
		stack_conn_waiting(tcp_sk(sk)->conn, waiting_skb, &w);
	inet_stack_unlock();
}

/* --- Life ---------------------------------------------------------------- */

static u32 on_random(void)
{
	return get_random_u32();
}

static uint64_t on_now(void)
{
	return ktime_to_us(ktime_get());
}

static const struct stack_ops active_ops = {
	.output = inet_if_output,
	.accepted = on_accepted,
	.connected = on_connected,
	.received = on_received,
	.dropped = on_dropped,
	.finished = on_finished,
	.acked = on_acked,
	.failed = on_failed,
	.random = on_random,
	.now = on_now,
};

int tcp_active_init(void)
{
	last_port = 0;
	return inet_if_init(&active_ops);
}

void tcp_active_exit(void)
{
	inet_if_exit();
}
