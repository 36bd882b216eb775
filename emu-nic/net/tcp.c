// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP sockets: receiving, polling, options, life. Sending is in tcp_sendmsg.c.
 *
 * A reader takes bytes from the receive queue by sequence number: copied_seq is
 * the next one. Neighbours in the queue may overlap; the reader starts in each
 * skb where it left off. One call returns either ordinary bytes or device
 * memory, never both. The socket lock is held except while waiting.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/net.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "tcp_active.h"
#include "tcp_flow.h"
#include "tcp_send.h"

/* What the bytes returned by one call come from; the first ones decide. */
enum tcp_read_kind {
	READ_NOTHING_YET,
	READ_READABLE,
	READ_DEVMEM,
};

/* One recvmsg call. */
struct tcp_read {
	struct sock *sk;
	struct msghdr *msg;
	struct iov_iter to;
	int flags;
	u32 *seq;		/* copied_seq, or peek_seq with MSG_PEEK */
	u32 peek_seq;
	u32 began;		/* copied_seq when peeking began */
	size_t left;		/* bytes still wanted */
	int copied;
	int target;		/* bytes worth waiting for */
	long timeo;
	enum tcp_read_kind kind;
};

/* --- The receive queue --------------------------------------------------- */

static void tcp_eat_recv_skb(struct sock *sk, struct sk_buff *skb)
{
	__skb_unlink(skb, &sk->sk_receive_queue);
	consume_skb(skb);
}

/* The skb that holds byte @seq, and where in it; NULL if the byte has not come. */
static struct sk_buff *tcp_recv_skb(struct sock *sk, u32 seq, u32 *off)
{
	struct sk_buff *skb;

	skb_queue_walk(&sk->sk_receive_queue, skb) {
		if (before(seq, TCP_SKB_CB(skb)->end_seq)) {
			*off = seq - TCP_SKB_CB(skb)->seq;
			return skb;
		}
	}
	return NULL;
}

/* Frees what the application has had entirely. */
static void tcp_clean_rcv_queue(struct sock *sk)
{
	struct sk_buff *skb;

	while ((skb = skb_peek(&sk->sk_receive_queue)) &&
	       !before(tcp_sk(sk)->copied_seq, TCP_SKB_CB(skb)->end_seq))
		tcp_eat_recv_skb(sk, skb);
}

static int tcp_inq(const struct tcp_sock *tp)
{
	return READ_ONCE(tp->rcv_nxt) - READ_ONCE(tp->copied_seq);
}

/* --- Urgent data --------------------------------------------------------- */

static bool tcp_urg_out_of_line(const struct tcp_sock *tp)
{
	return tp->urg_data && !tp->urg_inline;
}

/* MSG_OOB: the byte that was kept aside. */
static int tcp_recv_urg(struct tcp_read *rd)
{
	struct tcp_sock *tp = tcp_sk(rd->sk);
	u8 byte = tp->urg_data;

	if (tp->urg_inline || !tp->urg_data || tp->urg_data == TCP_URG_READ)
		return -EINVAL;
	if (rd->sk->sk_state == TCP_CLOSE && !sock_flag(rd->sk, SOCK_DONE))
		return -ENOTCONN;
	if (!(tp->urg_data & TCP_URG_VALID))
		return rd->sk->sk_shutdown & RCV_SHUTDOWN ? 0 : -EAGAIN;
	if (!(rd->flags & MSG_PEEK))
		WRITE_ONCE(tp->urg_data, TCP_URG_READ);
	rd->msg->msg_flags |= MSG_OOB;
	if (!rd->left) {
		rd->msg->msg_flags |= MSG_TRUNC;
		return 0;
	}
	if (rd->flags & MSG_TRUNC)
		return 1;
	return copy_to_iter(&byte, 1, &rd->to) == 1 ? 1 : -EFAULT;
}

/*
 * Reading stops in front of the urgent byte once, and skips it when it comes
 * first. Cuts *@used accordingly and steps over the byte; true if one was skipped.
 */
static bool tcp_mind_urg(struct tcp_read *rd, u32 *offset, size_t *used)
{
	const struct tcp_sock *tp = tcp_sk(rd->sk);
	u32 ahead = tp->urg_seq - *rd->seq;

	if (!tp->urg_data || ahead >= *used)
		return false;
	if (ahead) {
		*used = ahead;
		return false;
	}
	if (!tcp_urg_out_of_line(tp))
		return false;
	WRITE_ONCE(*rd->seq, *rd->seq + 1);
	(*offset)++;
	(*used)--;
	return true;
}

/* The reader has passed the mark: it is history. */
static void tcp_forget_urg(struct tcp_sock *tp)
{
	if (tp->urg_data && after(tp->copied_seq, tp->urg_seq))
		WRITE_ONCE(tp->urg_data, 0);
}

/* --- recvmsg ------------------------------------------------------------- */

static enum tcp_read_kind tcp_kind_of(const struct sk_buff *skb)
{
	return skb_frags_readable(skb) ? READ_READABLE : READ_DEVMEM;
}

/* Hands out @used bytes of @skb. Bytes done, a negative errno, or 0: not in this call. */
static int tcp_read_bytes(struct tcp_read *rd, struct sk_buff *skb, u32 offset, size_t used)
{
	enum tcp_read_kind kind = tcp_kind_of(skb);

	if (rd->flags & MSG_TRUNC)
		return used;
	if (rd->kind != READ_NOTHING_YET && rd->kind != kind)
		return 0;
	if (kind == READ_READABLE)
		return skb_copy_datagram_iter(skb, offset, &rd->to, used) ? -EFAULT : (int)used;
	if (!(rd->flags & MSG_SOCK_DEVMEM))
		return -EFAULT;
	return tcp_recvmsg_dmabuf(rd->sk, skb, offset, rd->msg, &rd->to, used);
}

/* Takes what it can of @skb from @offset on; false ends the call. */
static bool tcp_read_skb(struct tcp_read *rd, struct sk_buff *skb, u32 offset)
{
	size_t used = min_t(size_t, TCP_SKB_CB(skb)->end_seq - *rd->seq, rd->left);
	int n = 0;

	tcp_mind_urg(rd, &offset, &used);
	if (used) {
		n = tcp_read_bytes(rd, skb, offset, used);
		if (n <= 0) {
			if (!rd->copied)
				rd->copied = n;
			return false;
		}
		rd->kind = tcp_kind_of(skb);
		WRITE_ONCE(*rd->seq, *rd->seq + n);
		rd->copied += n;
		rd->left -= n;
	}
	if (rd->flags & MSG_PEEK)
		return true;
	tcp_forget_urg(tcp_sk(rd->sk));
	tcp_clean_rcv_queue(rd->sk);
	return true;
}

/* Nothing more is queued: why the call ends now, in rd->copied; false if it should wait. */
static bool tcp_read_over(struct tcp_read *rd)
{
	struct sock *sk = rd->sk;

	if (rd->copied)
		return rd->copied >= rd->target || sk->sk_err || sk->sk_state == TCP_CLOSE ||
		       (sk->sk_shutdown & RCV_SHUTDOWN) || !rd->timeo || signal_pending(current);
	if (sock_flag(sk, SOCK_DONE))
		return true;
	if (sk->sk_err)
		rd->copied = sock_error(sk);
	else if (sk->sk_shutdown & RCV_SHUTDOWN)
		return true;
	else if (sk->sk_state == TCP_CLOSE)
		rd->copied = -ENOTCONN;
	else if (!rd->timeo)
		rd->copied = -EAGAIN;
	else if (signal_pending(current))
		rd->copied = sock_intr_errno(rd->timeo);
	return rd->copied != 0;
}

static bool tcp_at_urgent_mark(const struct tcp_read *rd)
{
	const struct tcp_sock *tp = tcp_sk(rd->sk);

	return tp->urg_data && tp->urg_seq == *rd->seq;
}

/*
 * The lock is dropped meanwhile, and another reader may take what this one peeked
 * at: it then goes on from the first byte that is left. False ends the call: the stream
 * it was reading is no more.
 */
static bool tcp_wait_data(struct tcp_read *rd)
{
	const struct tcp_sock *tp = tcp_sk(rd->sk);
	int err;

	tcp_cleanup_rbuf(rd->sk);
	err = sk_wait_data(rd->sk, &rd->timeo, skb_peek_tail(&rd->sk->sk_receive_queue));
	if (err < 0) {
		rd->copied = rd->copied ?: err;
		return false;
	}
	if ((rd->flags & MSG_PEEK) && tp->copied_seq != rd->began)
		rd->began = rd->peek_seq = tp->copied_seq;
	return true;
}

static void tcp_read_loop(struct tcp_read *rd)
{
	struct sock *sk = rd->sk;
	struct sk_buff *skb;
	u32 offset;

	do {
		if (rd->copied && tcp_at_urgent_mark(rd))
			return;
		skb = tcp_recv_skb(sk, *rd->seq, &offset);
		if (skb) {
			if (!tcp_read_skb(rd, skb, offset))
				return;
		} else if (tcp_read_over(rd) || !tcp_wait_data(rd)) {
			return;
		}
	} while (rd->left > 0);
}

static int tcp_recvmsg_locked(struct tcp_read *rd)
{
	struct tcp_sock *tp = tcp_sk(rd->sk);

	if (rd->sk->sk_state == TCP_LISTEN)
		return -ENOTCONN;
	rd->began = rd->peek_seq = tp->copied_seq;
	rd->seq = rd->flags & MSG_PEEK ? &rd->peek_seq : &tp->copied_seq;
	if (rd->flags & MSG_OOB)
		return tcp_recv_urg(rd);
	tcp_read_loop(rd);
	return rd->copied;
}

int tcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags)
{
	struct tcp_read rd = {
		.sk = sk,
		.msg = msg,
		.flags = flags,
		.left = len,
		.timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT),
		.target = flags & MSG_WAITALL ? len
					      : min_t(size_t, READ_ONCE(sk->sk_rcvlowat), len),
	};
	bool tell_inq;
	int ret, inq;

	if (flags & MSG_ERRQUEUE)
		return inet_recv_error(sk, msg, len);
	iov_iter_init(&rd.to, ITER_DEST, msg->msg_iov, msg->msg_iovlen, len);
	lock_sock(sk);
	ret = tcp_recvmsg_locked(&rd);
	inq = tcp_inq(tcp_sk(sk));
	tell_inq = ret >= 0 && tcp_sk(sk)->recvmsg_inq;
	tcp_cleanup_rbuf(sk);
	release_sock(sk);
	if (tell_inq)
		put_cmsg(msg, SOL_TCP, TCP_CM_INQ, sizeof(inq), &inq);
	if (ret >= 0)
		msg->msg_namelen = 0;
	return ret;
}
EXPORT_SYMBOL(tcp_recvmsg);

int tcp_read_sock(struct sock *sk, read_descriptor_t *desc, sk_read_actor_t recv_actor)
{
	struct tcp_sock *tp = tcp_sk(sk);
	int copied = 0, used;
	struct sk_buff *skb;
	u32 offset;

	if (sk->sk_state == TCP_LISTEN)
		return -ENOTCONN;
	while ((skb = tcp_recv_skb(sk, tp->copied_seq, &offset))) {
		used = recv_actor(desc, skb, offset, TCP_SKB_CB(skb)->end_seq - tp->copied_seq);
		if (used <= 0) {
			if (!copied)
				copied = used;
			break;
		}
		WRITE_ONCE(tp->copied_seq, tp->copied_seq + used);
		copied += used;
		tcp_forget_urg(tp);
		tcp_clean_rcv_queue(sk);
		if (!desc->count)
			break;
	}
	tcp_cleanup_rbuf(sk);
	return copied;
}
EXPORT_SYMBOL(tcp_read_sock);

/* --- poll ---------------------------------------------------------------- */

/*
 * Read without the socket lock. Each word is whole, but they may be of different moments;
 * every change is followed by a wake-up and another look, and recvmsg takes the lock.
 */
static bool tcp_readable(const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	int target = READ_ONCE(sk->sk_rcvlowat);

	if (READ_ONCE(tp->urg_data) && !READ_ONCE(tp->urg_inline) &&
	    READ_ONCE(tp->urg_seq) == READ_ONCE(tp->copied_seq))
		target++;
	return tcp_inq(tp) >= target;
}

/* As above; acknowledgements that make room are followed by a wake-up, too. */
static bool tcp_writable(const struct sock *sk, u8 shutdown)
{
	if (!READ_ONCE(tcp_sk(sk)->transport))
		return false;
	if (shutdown & SEND_SHUTDOWN)
		return true;
	return !(1 << READ_ONCE(sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) &&
	       sk_stream_is_writeable(sk);
}

__poll_t tcp_poll(struct file *file, struct socket *sock, struct poll_table_struct *wait)
{
	struct sock *sk = sock->sk;
	const struct tcp_sock *tp = tcp_sk(sk);
	u8 shutdown;
	__poll_t mask = 0;

	poll_wait(file, &sk->sk_wait, wait);
	if (READ_ONCE(sk->sk_state) == TCP_LISTEN)
		return tcp_accept_ready(sk) ? EPOLLIN | EPOLLRDNORM : 0;
	shutdown = READ_ONCE(sk->sk_shutdown);
	if (shutdown == SHUTDOWN_MASK || READ_ONCE(sk->sk_state) == TCP_CLOSE)
		mask |= EPOLLHUP;
	if (shutdown & RCV_SHUTDOWN)
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;
	if (tcp_readable(sk))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (tcp_writable(sk, shutdown))
		mask |= EPOLLOUT | EPOLLWRNORM;
	if (READ_ONCE(tp->urg_data) & TCP_URG_VALID)
		mask |= EPOLLPRI;
	/* The error must be seen before it is taken; pairs with the writer's order. */
	smp_rmb();
	if (READ_ONCE(sk->sk_err) || !skb_queue_empty_lockless(&sk->sk_error_queue))
		mask |= EPOLLERR;
	return mask;
}
EXPORT_SYMBOL(tcp_poll);

/* --- Options ------------------------------------------------------------- */

static int tcp_setsockopt(struct sock *sk, int level, int optname, sockptr_t optval,
			  unsigned int optlen)
{
	int val;

	if (level != SOL_TCP)
		return -ENOPROTOOPT;
	if (optlen < sizeof(int))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	if (optname != TCP_NODELAY && optname != TCP_INQ)
		return -ENOPROTOOPT;
	if (optname == TCP_INQ && (val < 0 || val > 1))
		return -EINVAL;
	lock_sock(sk);
	if (optname == TCP_NODELAY)
		tcp_active_nodelay(sk, val != 0);
	else
		WRITE_ONCE(tcp_sk(sk)->recvmsg_inq, val);
	release_sock(sk);
	return 0;
}

union tcp_optval {
	int val;
	struct tcp_info info;
};

/* Its size, or -ENOPROTOOPT. */
static int tcp_option(struct sock *sk, int optname, union tcp_optval *opt)
{
	if (optname == TCP_INFO) {
		tcp_get_info(sk, &opt->info);
		return sizeof(opt->info);
	}
	if (optname != TCP_INQ && optname != TCP_NODELAY)
		return -ENOPROTOOPT;
	lock_sock(sk);
	opt->val = optname == TCP_INQ ? tcp_sk(sk)->recvmsg_inq : tcp_sk(sk)->nodelay;
	release_sock(sk);
	return sizeof(opt->val);
}

static int tcp_getsockopt(struct sock *sk, int level, int optname, char __user *optval,
			  int __user *optlen)
{
	union tcp_optval opt;
	int size, len;

	size = level == SOL_TCP ? tcp_option(sk, optname, &opt) : -ENOPROTOOPT;
	if (size < 0)
		return size;
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	len = min(len, size);
	return put_user(len, optlen) || copy_to_user(optval, &opt, len) ? -EFAULT : 0;
}

/* --- Life ---------------------------------------------------------------- */

/* The last reference is gone. */
static void tcp_sock_destruct(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	tcp_receiver_remove(sk);
	__skb_queue_purge(&tp->out_of_order_queue);
	if (tp->listener)
		sock_put(tp->listener);
}

int tcp_init_sock(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct inet_connection_sock *icsk = inet_csk(sk);

	sk->sk_rcvbuf = SK_RCVBUF_UNLIMITED;
	skb_queue_head_init(&tp->out_of_order_queue);
	INIT_LIST_HEAD(&tp->child_node);
	INIT_LIST_HEAD(&tp->receiver_node);
	spin_lock_init(&icsk->icsk_accept_lock);
	INIT_LIST_HEAD(&icsk->icsk_pending);
	INIT_LIST_HEAD(&icsk->icsk_accept_queue);
	INIT_LIST_HEAD(&icsk->icsk_closed);
	sk->sk_write_space = sk_stream_write_space;
	sk->sk_destruct = tcp_sock_destruct;
	return 0;
}
EXPORT_SYMBOL(tcp_init_sock);

static void tcp_purge_received(struct sock *sk)
{
	tcp_put_user_frags(sk);
	__skb_queue_purge(&sk->sk_receive_queue);
	__skb_queue_purge(&tcp_sk(sk)->out_of_order_queue);
}

void tcp_v4_destroy_sock(struct sock *sk)
{
	tcp_purge_received(sk);
	tcp_send_purge(sk);
}
EXPORT_SYMBOL(tcp_v4_destroy_sock);

/* Has all that was sent arrived, or will it never? */
static bool tcp_sent_all(const struct sock *sk)
{
	return READ_ONCE(tcp_sk(sk)->snd_una) == READ_ONCE(tcp_sk(sk)->write_seq) ||
	       READ_ONCE(sk->sk_state) == TCP_CLOSE;
}

/* SO_LINGER: stay until the peer has everything, but not longer than that. */
static void tcp_linger(struct sock *sk, long timeout)
{
	if (!timeout || !tcp_sk(sk)->active)
		return;
	lock_sock(sk);
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | SEND_SHUTDOWN);
	tcp_active_shutdown(sk);
	release_sock(sk);
	wait_event_interruptible_timeout(sk->sk_wait, tcp_sent_all(sk), timeout);
}

/*
 * The application is gone. A follower's place in the table may stay, its memory does not;
 * a connection's bytes stay until they have arrived.
 */
void tcp_close(struct sock *sk, long timeout)
{
	bool sending = false;

	if (READ_ONCE(sk->sk_state) == TCP_LISTEN)
		tcp_listen_stop(sk);
	tcp_linger(sk, timeout);
	lock_sock(sk);
	if (tcp_sk(sk)->active)
		sending = tcp_active_close(sk);
	else
		tcp_sk(sk)->closed = true;
	WRITE_ONCE(sk->sk_state, TCP_CLOSE);
	WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);
	sock_orphan(sk);
	tcp_purge_received(sk);
	if (!sending)
		tcp_send_purge(sk);
	release_sock(sk);
	if (tcp_sk(sk)->listener)
		tcp_flow_closed(sk);
	else
		sock_put(sk);
}
EXPORT_SYMBOL(tcp_close);

struct proto tcp_prot = {
	.name = "TCP",
	.obj_size = sizeof(struct tcp_sock),
	.init = tcp_init_sock,
	.destroy = tcp_v4_destroy_sock,
	.close = tcp_close,
	.disconnect = tcp_disconnect,
	.setsockopt = tcp_setsockopt,
	.getsockopt = tcp_getsockopt,
	.sendmsg = tcp_sendmsg,
	.recvmsg = tcp_recvmsg,
	.backlog_rcv = tcp_backlog_rcv,
	.release_cb = tcp_release_cb,
};
EXPORT_SYMBOL(tcp_prot);
