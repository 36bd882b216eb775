// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Internet address families: sockets of AF_INET and AF_INET6.
 *
 * Addresses are kept as IPv6 ones inside; the socket's family decides how they
 * are written. TCP sockets listen, connect or are returned by accept(); UDP sockets are
 * bound, and only receive.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/init.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <net/inet_connection_sock.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include "tcp_active.h"
#include "tcp_flow.h"
#include "udp.h"

/* --- Addresses ----------------------------------------------------------- */

static int inet_addr_in(const struct sock *sk, const struct sockaddr *addr, int len,
			struct in6_addr *ip, __be16 *port)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)addr;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)addr;
	bool inet6 = sk->sk_family == AF_INET6;

	if (len < (inet6 ? (int)offsetofend(struct sockaddr_in6, sin6_addr) : (int)sizeof(*v4)))
		return -EINVAL;
	if (addr->sa_family != sk->sk_family)
		return -EAFNOSUPPORT;
	*port = inet6 ? v6->sin6_port : v4->sin_port;
	if (inet6)
		*ip = v6->sin6_addr;
	else if (v4->sin_addr.s_addr == htonl(INADDR_ANY))
		*ip = in6addr_any;
	else
		ipv6_addr_set_v4mapped(v4->sin_addr.s_addr, ip);
	return 0;
}

static int inet_addr_out(const struct sock *sk, struct sockaddr *addr, const struct in6_addr *ip,
			 __be16 port)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)addr;
	struct sockaddr_in *v4 = (struct sockaddr_in *)addr;

	if (sk->sk_family == AF_INET6) {
		*v6 = (struct sockaddr_in6){
			.sin6_family = AF_INET6,
			.sin6_port = port,
			.sin6_addr = *ip,
		};
		return sizeof(*v6);
	}
	*v4 = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = port,
		.sin_addr.s_addr = ipv6_addr_any(ip) ? htonl(INADDR_ANY) : ip->s6_addr32[3],
	};
	return sizeof(*v4);
}

static int inet_getname(struct socket *sock, struct sockaddr *addr, int peer)
{
	struct sock *sk = sock->sk;
	struct inet_sock *inet = inet_sk(sk);
	int ret;

	lock_sock(sk);
	if (!peer)
		ret = inet_addr_out(sk, addr, &inet->inet_rcv_saddr, inet->inet_sport);
	else if (!inet->inet_dport || sk->sk_state == TCP_SYN_SENT)
		ret = -ENOTCONN;
	else
		ret = inet_addr_out(sk, addr, &inet->inet_daddr, inet->inet_dport);
	release_sock(sk);
	return ret;
}

/* --- Life ---------------------------------------------------------------- */

static int inet_release(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (!sk)
		return 0;
	sock->sk = NULL;
	sk->sk_prot->close(sk, sock_flag(sk, SOCK_LINGER) ? (long)sk->sk_lingertime : 0);
	return 0;
}

/* Port 0 is no ephemeral port: a passive socket bound to it takes every port. */
static int inet_bind(struct socket *sock, struct sockaddr *addr, int len)
{
	struct sock *sk = sock->sk;
	struct in6_addr ip;
	__be16 port;
	int err;

	err = inet_addr_in(sk, addr, len, &ip, &port);
	if (err)
		return err;
	lock_sock(sk);
	if (sk->sk_state != TCP_CLOSE || inet_sk(sk)->inet_sport) {
		err = -EINVAL;
	} else {
		inet_sk(sk)->inet_rcv_saddr = ip;
		inet_sk(sk)->inet_sport = port;
		WRITE_ONCE(sk->sk_userlocks, (ipv6_addr_any(&ip) ? 0 : SOCK_BINDADDR_LOCK) |
					     (port ? SOCK_BINDPORT_LOCK : 0));
		if (sk->sk_protocol == IPPROTO_UDP)
			err = udp_get_port(sk);
	}
	release_sock(sk);
	return err;
}

static int inet_listen(struct socket *sock, int backlog)
{
	struct sock *sk = sock->sk;
	int err = 0;

	if (sock->type != SOCK_STREAM)
		return -EOPNOTSUPP;
	lock_sock(sk);
	if (sock->state != SS_UNCONNECTED || inet_sk(sk)->inet_dport)
		err = -EINVAL;
	else if (sk->sk_state == TCP_CLOSE)
		err = tcp_listen_start(sk, backlog);
	else
		WRITE_ONCE(inet_csk(sk)->icsk_backlog, clamp_t(u32, backlog, 0, SOMAXCONN));
	release_sock(sk);
	return err;
}

/* --- Connecting ---------------------------------------------------------- */

/* Begins, if the socket is in a state for that. Socket lock held. */
static int inet_connect_start(struct socket *sock, struct sockaddr *addr, int len)
{
	struct sock *sk = sock->sk;
	struct in6_addr ip;
	__be16 port;
	int err;

	if (sock->state == SS_CONNECTED)
		return -EISCONN;
	if (sock->state == SS_CONNECTING)
		return 0;
	if (sk->sk_state != TCP_CLOSE)
		return -EISCONN;
	err = inet_addr_in(sk, addr, len, &ip, &port);
	if (!err && inet_sk(sk)->ipv6only && IN6_IS_ADDR_V4MAPPED(&ip))
		err = -ENETUNREACH;
	if (!err)
		err = tcp_active_connect(sk, &ip, port);
	if (!err)
		sock->state = SS_CONNECTING;
	return err;
}

/* Socket lock held. */
static int inet_disconnect(struct socket *sock, int flags)
{
	int err = sock->sk->sk_prot->disconnect(sock->sk, flags);

	sock->state = err ? SS_DISCONNECTING : SS_UNCONNECTED;
	return err;
}

/*
 * Waits, with the socket lock dropped, while the connection is on its way. -EPIPE if that was
 * given up meanwhile: who did that may have begun another one.
 */
static int inet_connect_wait(struct sock *sk, long timeo)
{
	unsigned int disconnects = sk->sk_disconnects;

	while (sk->sk_state == TCP_SYN_SENT && timeo) {
		release_sock(sk);
		timeo = wait_event_interruptible_timeout(sk->sk_wait,
				READ_ONCE(sk->sk_state) != TCP_SYN_SENT ||
				READ_ONCE(sk->sk_disconnects) != disconnects, timeo);
		lock_sock(sk);
		if (timeo < 0)
			return sock_intr_errno(sk->sk_sndtimeo);
		if (disconnects != sk->sk_disconnects)
			return -EPIPE;
	}
	return sk->sk_state == TCP_SYN_SENT ? -EINPROGRESS : 0;
}

/* Socket lock held. */
static int inet_stream_connect_to(struct socket *sock, struct sockaddr *addr, int len, int flags)
{
	struct sock *sk = sock->sk;
	bool again = sock->state == SS_CONNECTING;
	int err;

	err = inet_connect_start(sock, addr, len);
	if (!err)
		err = inet_connect_wait(sk, sock_sndtimeo(sk, flags & O_NONBLOCK));
	if (err == -EINPROGRESS && again)
		err = -EALREADY;
	if (!err && sk->sk_state == TCP_CLOSE && !sock_flag(sk, SOCK_DONE)) {
		err = sock_error(sk) ?: -ECONNABORTED;
		inet_disconnect(sock, flags);
	} else if (!err) {
		sock->state = SS_CONNECTED;
	}
	return err;
}

static int inet_stream_connect(struct socket *sock, struct sockaddr *addr, int len, int flags)
{
	int err;

	if (len < (int)sizeof(addr->sa_family))
		return -EINVAL;
	lock_sock(sock->sk);
	if (addr->sa_family == AF_UNSPEC)
		err = inet_disconnect(sock, flags);
	else
		err = inet_stream_connect_to(sock, addr, len, flags);
	release_sock(sock->sk);
	return err;
}

/* A listener only receives, and what is not connected yet has no halves. Socket lock held. */
static int inet_shutdown_halves(struct socket *sock, u8 halves)
{
	struct sock *sk = sock->sk;

	switch (sk->sk_state) {
	case TCP_CLOSE:
		return -ENOTCONN;
	case TCP_LISTEN:
		return halves & RCV_SHUTDOWN ? inet_disconnect(sock, O_NONBLOCK) : 0;
	case TCP_SYN_SENT:
		return inet_disconnect(sock, O_NONBLOCK);
	default:
		WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | halves);
		if (halves & SEND_SHUTDOWN)
			tcp_active_shutdown(sk);
		return 0;
	}
}

/* SHUT_RD is 0, and the halves are bits from 1 on. */
static int inet_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err;

	how++;
	if ((how & ~SHUTDOWN_MASK) || !how)
		return -EINVAL;
	lock_sock(sk);
	err = inet_shutdown_halves(sock, how);
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}

/* --- Accepting ----------------------------------------------------------- */

/* The next follower, waiting for one if that is allowed. */
static struct sock *inet_accept_wait(struct sock *sk, bool nonblock, int *err)
{
	long timeo = sock_rcvtimeo(sk, nonblock);
	struct sock *child;

	for (;;) {
		if (READ_ONCE(sk->sk_state) != TCP_LISTEN) {
			*err = -EINVAL;
			return NULL;
		}
		child = tcp_accept_next(sk);
		if (child)
			return child;
		if (!timeo) {
			*err = -EAGAIN;
			return NULL;
		}
		timeo = wait_event_interruptible_timeout(sk->sk_wait,
				tcp_accept_ready(sk) || READ_ONCE(sk->sk_state) != TCP_LISTEN,
				timeo);
		if (timeo < 0) {
			*err = sock_intr_errno(sk->sk_rcvtimeo);
			return NULL;
		}
	}
}

static int inet_accept(struct socket *sock, struct socket *newsock, int nonblock)
{
	int err = -EINVAL;
	struct sock *child = inet_accept_wait(sock->sk, nonblock, &err);

	if (!child)
		return err;
	lock_sock(child);
	child->sk_socket = newsock;
	newsock->sk = child;
	newsock->state = SS_CONNECTED;
	release_sock(child);
	return 0;
}

/* --- Operations ---------------------------------------------------------- */

static int inet_sendmsg(struct socket *sock, struct msghdr *m, size_t total_len)
{
	return sock->sk->sk_prot->sendmsg(sock->sk, m, total_len);
}

static int inet_recvmsg(struct socket *sock, struct msghdr *m, size_t total_len, int flags)
{
	return sock->sk->sk_prot->recvmsg(sock->sk, m, total_len, flags);
}

static int inet_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	return dev_ioctl(sock_net(sock->sk), cmd, (void __user *)arg);
}

static int inet_set_v6only(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	int val;

	if (optlen < sizeof(int))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	if (inet_sk(sk)->inet_sport || sk->sk_state != TCP_CLOSE)
		return -EINVAL;
	inet_sk(sk)->ipv6only = val != 0;
	return 0;
}

static int inet_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
			   unsigned int optlen)
{
	struct sock *sk = sock->sk;

	if (level == IPPROTO_IPV6 && optname == IPV6_V6ONLY && sk->sk_family == AF_INET6)
		return inet_set_v6only(sk, optval, optlen);
	if (!sk->sk_prot->setsockopt)
		return -ENOPROTOOPT;
	return sk->sk_prot->setsockopt(sk, level, optname, optval, optlen);
}

static int inet_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
			   int __user *optlen)
{
	struct sock *sk = sock->sk;

	if (!sk->sk_prot->getsockopt)
		return -ENOPROTOOPT;
	return sk->sk_prot->getsockopt(sk, level, optname, optval, optlen);
}

static const struct proto_ops inet_stream_ops = {
	.family = PF_INET,
	.release = inet_release,
	.bind = inet_bind,
	.connect = inet_stream_connect,
	.accept = inet_accept,
	.getname = inet_getname,
	.poll = tcp_poll,
	.ioctl = inet_ioctl,
	.listen = inet_listen,
	.shutdown = inet_shutdown,
	.setsockopt = inet_setsockopt,
	.getsockopt = inet_getsockopt,
	.sendmsg = inet_sendmsg,
	.recvmsg = inet_recvmsg,
};

static const struct proto_ops inet_dgram_ops = {
	.family = PF_INET,
	.release = inet_release,
	.bind = inet_bind,
	.getname = inet_getname,
	.poll = datagram_poll,
	.ioctl = inet_ioctl,
	.setsockopt = inet_setsockopt,
	.getsockopt = inet_getsockopt,
	.recvmsg = inet_recvmsg,
};

/* --- Families ------------------------------------------------------------ */

static const struct inet_protosw {
	short type;
	int protocol;
	struct proto *prot;
	const struct proto_ops *ops;
} inetsw[] = {
	{ SOCK_STREAM, IPPROTO_TCP, &tcp_prot, &inet_stream_ops },
	{ SOCK_DGRAM, IPPROTO_UDP, &udp_prot, &inet_dgram_ops },
};

static const struct inet_protosw *inet_find_protosw(short type, int protocol, int *err)
{
	int i;

	*err = -ESOCKTNOSUPPORT;
	for (i = 0; i < ARRAY_SIZE(inetsw); i++) {
		if (inetsw[i].type != type)
			continue;
		if (!protocol || protocol == inetsw[i].protocol)
			return &inetsw[i];
		*err = -EPROTONOSUPPORT;
	}
	return NULL;
}

static int inet_create_family(struct net *net, struct socket *sock, int protocol, int kern,
			      int family)
{
	const struct inet_protosw *sw;
	struct sock *sk;
	int err;

	sw = inet_find_protosw(sock->type, protocol, &err);
	if (!sw)
		return err;
	sk = sk_alloc(net, family, GFP_KERNEL, sw->prot, kern);
	if (!sk)
		return -ENOBUFS;
	sock_init_data(sock, sk);
	sk->sk_protocol = sw->protocol;
	sw->prot->init(sk);
	sock->ops = sw->ops;
	return 0;
}

static int inet_create(struct net *net, struct socket *sock, int protocol, int kern)
{
	return inet_create_family(net, sock, protocol, kern, AF_INET);
}

static int inet6_create(struct net *net, struct socket *sock, int protocol, int kern)
{
	return inet_create_family(net, sock, protocol, kern, AF_INET6);
}

static const struct net_proto_family inet_family_ops = {
	.family = PF_INET,
	.create = inet_create,
};

static const struct net_proto_family inet6_family_ops = {
	.family = PF_INET6,
	.create = inet6_create,
};

static int __init inet_init(void)
{
	int err = sock_register(&inet_family_ops);

	if (err)
		return err;
	err = sock_register(&inet6_family_ops);
	if (err)
		goto no_inet6;
	err = tcp_active_init();
	if (err)
		goto no_stack;
	tcp_receivers_init();
	return 0;
no_stack:
	sock_unregister(PF_INET6);
no_inet6:
	sock_unregister(PF_INET);
	return err;
}
fs_initcall(inet_init);

static void __exit inet_exit(void)
{
	sock_unregister(PF_INET6);
	sock_unregister(PF_INET);
	tcp_active_exit();
	tcp_receivers_exit();
	tcp_flow_exit();
}
__exitcall(inet_exit);
