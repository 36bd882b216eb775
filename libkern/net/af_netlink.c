// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink sockets: ports, groups, sending and receiving datagrams.
 *
 * A datagram sent to port 0 is handled by the kernel's end of the protocol in
 * the sender's context, before the send returns. Everything the kernel sends is
 * queued on the receiver, one datagram per message; a receiver that does not
 * keep up loses messages and is told by ENOBUFS. nl_table_lock protects the list
 * of sockets and group membership; it is a spinlock because notifications are
 * sent from any context.
 */
#include <linux/bitops.h>
#include <linux/capability.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/netlink.h>
#include <net/sock.h>
#include "af_netlink.h"
#include "net.h"

#define NETLINK_FIRST_PORT	4096

static DEFINE_SPINLOCK(nl_table_lock);
static LIST_HEAD(nl_sockets);
static u32 last_port;

/* --- Finding sockets ----------------------------------------------------- */

static bool nl_speaks(const struct sock *sk, const struct net *net, int protocol)
{
	return sk->sk_protocol == protocol && net_eq(sock_net(sk), net);
}

/* With a reference. */
static struct sock *netlink_lookup(const struct net *net, int protocol, u32 portid)
{
	struct netlink_sock *nlk;

	guard(spinlock_irqsave)(&nl_table_lock);
	list_for_each_entry(nlk, &nl_sockets, node) {
		if (nlk->portid == portid && nl_speaks(&nlk->sk, net, protocol)) {
			sock_hold(&nlk->sk);
			return &nlk->sk;
		}
	}
	return NULL;
}

static bool nl_in_group(const struct netlink_sock *nlk, u32 group)
{
	return group >= 1 && group <= NETLINK_MAX_GROUPS && test_bit(group - 1, nlk->groups);
}

int netlink_has_listeners(struct sock *sk, unsigned int group)
{
	struct netlink_sock *nlk;

	guard(spinlock_irqsave)(&nl_table_lock);
	list_for_each_entry(nlk, &nl_sockets, node)
		if (nl_in_group(nlk, group) && nl_speaks(&nlk->sk, sock_net(sk), sk->sk_protocol))
			return 1;
	return 0;
}
EXPORT_SYMBOL(netlink_has_listeners);

/* --- Sending to user sockets --------------------------------------------- */

static bool nl_has_room(const struct sock *sk)
{
	return atomic_read(&sk->sk_rmem_alloc) <= READ_ONCE(sk->sk_rcvbuf);
}

/* The reader learns from ENOBUFS that something is missing. */
static int netlink_overrun(struct sock *sk)
{
	sk_drops_add(sk, 1);
	if (!(nlk_sk(sk)->flags & NETLINK_F_NO_ENOBUFS)) {
		WRITE_ONCE(sk->sk_err, ENOBUFS);
		sk_error_report(sk);
	}
	return -ENOBUFS;
}

int netlink_queue(struct sock *sk, struct sk_buff *skb)
{
	if (!nl_has_room(sk)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_SOCKET_RCVBUFF);
		return netlink_overrun(sk);
	}
	skb_set_owner_r(skb, sk);
	skb_queue_tail(&sk->sk_receive_queue, skb);
	sk->sk_data_ready(sk);
	return 0;
}

static int netlink_unicast_kernel(struct sock *kernel, struct sk_buff *skb, struct sock *ssk)
{
	int len = skb->len;

	NETLINK_CB(skb).sk = ssk;
	nlk_sk(kernel)->netlink_rcv(skb);
	consume_skb(skb);
	return len;
}

int netlink_unicast(struct sock *ssk, struct sk_buff *skb, u32 portid, int nonblock)
{
	struct sock *sk = netlink_lookup(sock_net(ssk), ssk->sk_protocol, portid);
	int len = skb->len, err;

	if (!sk) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NO_SOCKET);
		return -ECONNREFUSED;
	}
	err = netlink_queue(sk, skb);
	sock_put(sk);
	return err ?: len;
}
EXPORT_SYMBOL(netlink_unicast);

/* A private copy for one receiver: messages are linear. */
static struct sk_buff *netlink_copy(const struct sk_buff *skb, gfp_t gfp)
{
	struct sk_buff *copy = alloc_skb(skb->len, gfp);

	if (copy) {
		skb_put_data(copy, skb->data, skb->len);
		memcpy(copy->cb, skb->cb, sizeof(copy->cb));
	}
	return copy;
}

/* One receiver's copy; true if it is queued. */
static bool netlink_broadcast_one(struct netlink_sock *nlk, const struct sk_buff *skb)
{
	struct sk_buff *copy = netlink_copy(skb, GFP_ATOMIC);

	if (copy)
		return !netlink_queue(&nlk->sk, copy);
	netlink_overrun(&nlk->sk);
	return false;
}

int netlink_broadcast(struct sock *ssk, struct sk_buff *skb, u32 portid, u32 group,
		      gfp_t allocation)
{
	bool delivered = false, lost = false;
	struct netlink_sock *nlk;

	NETLINK_CB(skb).dst_group = group;
	scoped_guard(spinlock_irqsave, &nl_table_lock) {
		list_for_each_entry(nlk, &nl_sockets, node) {
			if (nlk->portid == portid || !nl_in_group(nlk, group) ||
			    !nl_speaks(&nlk->sk, sock_net(ssk), ssk->sk_protocol))
				continue;
			if (netlink_broadcast_one(nlk, skb))
				delivered = true;
			else
				lost = true;
		}
	}
	consume_skb(skb);
	if (delivered)
		return 0;
	return lost ? -ENOBUFS : -ESRCH;
}
EXPORT_SYMBOL(netlink_broadcast);

/* --- The kernel's end ---------------------------------------------------- */

static struct proto netlink_proto = {
	.name = "NETLINK",
	.obj_size = sizeof(struct netlink_sock),
};

static void netlink_sock_destruct(struct sock *sk)
{
	netlink_dump_abort(nlk_sk(sk));
	mutex_destroy(&nlk_sk(sk)->cb_mutex);
}

static struct sock *__netlink_create(struct net *net, struct socket *sock, int protocol, int kern)
{
	struct sock *sk = sk_alloc(net, AF_NETLINK, GFP_KERNEL, &netlink_proto, kern);

	if (!sk)
		return NULL;
	sock_init_data(sock, sk);
	sk->sk_protocol = protocol;
	sk->sk_destruct = netlink_sock_destruct;
	INIT_LIST_HEAD(&nlk_sk(sk)->node);
	mutex_init(&nlk_sk(sk)->cb_mutex);
	return sk;
}

struct sock *netlink_kernel_create(struct net *net, int unit, struct netlink_kernel_cfg *cfg)
{
	struct sock *sk;

	if (unit != NETLINK_GENERIC || net->genl_sock)
		return NULL;
	sk = __netlink_create(net, NULL, unit, 1);
	if (!sk)
		return NULL;
	nlk_sk(sk)->flags |= NETLINK_F_KERNEL_SOCKET;
	nlk_sk(sk)->netlink_rcv = cfg->input;
	return sk;
}
EXPORT_SYMBOL(netlink_kernel_create);

void netlink_kernel_release(struct sock *sk)
{
	if (sk)
		sock_put(sk);
}
EXPORT_SYMBOL(netlink_kernel_release);

bool netlink_capable(const struct sk_buff *skb, int cap)
{
	return ns_capable(&init_user_ns, cap);
}
EXPORT_SYMBOL(netlink_capable);

bool netlink_net_capable(const struct sk_buff *skb, int cap)
{
	return ns_capable(sock_net(NETLINK_CB(skb).sk)->user_ns, cap);
}
EXPORT_SYMBOL(netlink_net_capable);

/* --- A user's socket ----------------------------------------------------- */

/* A port is taken at the first use that needs one, or by bind. */
static int netlink_insert(struct sock *sk, u32 portid)
{
	struct netlink_sock *nlk = nlk_sk(sk), *other;

	guard(spinlock_irqsave)(&nl_table_lock);
	if (nlk->portid)
		return nlk->portid == portid ? 0 : -EINVAL;
	list_for_each_entry(other, &nl_sockets, node)
		if (other->portid == portid &&
		    nl_speaks(&other->sk, sock_net(sk), sk->sk_protocol))
			return -EADDRINUSE;
	nlk->portid = portid;
	list_add_tail(&nlk->node, &nl_sockets);
	return 0;
}

static int netlink_autobind(struct sock *sk)
{
	int err;

	if (nlk_sk(sk)->portid)
		return 0;
	do {
		spin_lock_bh(&nl_table_lock);
		last_port = last_port == U32_MAX ? NETLINK_FIRST_PORT : last_port + 1;
		err = last_port;
		spin_unlock_bh(&nl_table_lock);
		err = netlink_insert(sk, err);
	} while (err == -EADDRINUSE);
	return err;
}

static int netlink_set_group(struct sock *sk, unsigned int group, bool member)
{
	if (group < 1 || group > NETLINK_MAX_GROUPS)
		return -EINVAL;
	guard(spinlock_irqsave)(&nl_table_lock);
	if (member)
		__set_bit(group - 1, nlk_sk(sk)->groups);
	else
		__clear_bit(group - 1, nlk_sk(sk)->groups);
	return 0;
}

static int netlink_release(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (!sk)
		return 0;
	spin_lock_bh(&nl_table_lock);
	list_del_init(&nlk_sk(sk)->node);
	spin_unlock_bh(&nl_table_lock);
	sock_orphan(sk);
	sock->sk = NULL;
	genl_sock_release(sk);
	netlink_dump_abort(nlk_sk(sk));
	sock_put(sk);
	return 0;
}

static int netlink_bind(struct socket *sock, struct sockaddr *addr, int len)
{
	const struct sockaddr_nl *name = (const struct sockaddr_nl *)addr;
	struct sock *sk = sock->sk;
	int err, group;

	if (len < (int)sizeof(*name) || name->nl_family != AF_NETLINK)
		return -EINVAL;
	err = name->nl_pid ? netlink_insert(sk, name->nl_pid) : netlink_autobind(sk);
	for (group = 1; !err && group <= 32; group++)
		err = netlink_set_group(sk, group, name->nl_groups & BIT(group - 1));
	return err;
}

static int netlink_getname(struct socket *sock, struct sockaddr *addr, int peer)
{
	struct sockaddr_nl *name = (struct sockaddr_nl *)addr;
	struct netlink_sock *nlk = nlk_sk(sock->sk);

	*name = (struct sockaddr_nl){ .nl_family = AF_NETLINK };
	name->nl_pid = peer ? nlk->dst_portid : nlk->portid;
	name->nl_groups = peer ? 0 : (u32)nlk->groups[0];
	return sizeof(*name);
}

/* The socket flag an option of level SOL_NETLINK stands for, or 0. */
static unsigned long netlink_option_flag(int optname)
{
	switch (optname) {
	case NETLINK_CAP_ACK:
		return NETLINK_F_CAP_ACK;
	case NETLINK_EXT_ACK:
		return NETLINK_F_EXT_ACK;
	case NETLINK_GET_STRICT_CHK:
		return NETLINK_F_STRICT_CHK;
	case NETLINK_PKTINFO:
		return NETLINK_F_RECV_PKTINFO;
	case NETLINK_NO_ENOBUFS:
		return NETLINK_F_NO_ENOBUFS;
	default:
		return 0;
	}
}

static int netlink_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
			      unsigned int optlen)
{
	unsigned long flag = netlink_option_flag(optname);
	struct netlink_sock *nlk = nlk_sk(sock->sk);
	unsigned int val = 0;

	if (level != SOL_NETLINK)
		return -ENOPROTOOPT;
	if (optlen >= sizeof(val) && copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	if (optname == NETLINK_ADD_MEMBERSHIP || optname == NETLINK_DROP_MEMBERSHIP)
		return netlink_autobind(sock->sk) ?:
		       netlink_set_group(sock->sk, val, optname == NETLINK_ADD_MEMBERSHIP);
	if (!flag)
		return -ENOPROTOOPT;
	if (val)
		nlk->flags |= flag;
	else
		nlk->flags &= ~flag;
	return 0;
}

static int netlink_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
			      int __user *optlen)
{
	unsigned long flag = netlink_option_flag(optname);
	int val, len;

	if (level != SOL_NETLINK || !flag)
		return -ENOPROTOOPT;
	if (copy_from_user(&len, optlen, sizeof(len)))
		return -EFAULT;
	if (len < (int)sizeof(int))
		return -EINVAL;
	len = sizeof(val);
	val = !!(nlk_sk(sock->sk)->flags & flag);
	if (copy_to_user(optval, &val, len) || copy_to_user(optlen, &len, sizeof(len)))
		return -EFAULT;
	return 0;
}

/* Where a message goes: what the caller names, else what connect would have set. */
static int netlink_destination(const struct netlink_sock *nlk, const struct msghdr *m, u32 *port,
			       u32 *group)
{
	const struct sockaddr_nl *name = m->msg_name;

	*port = nlk->dst_portid;
	*group = nlk->dst_group;
	if (!m->msg_namelen || !name)
		return 0;
	if (m->msg_namelen < sizeof(*name) || name->nl_family != AF_NETLINK)
		return -EINVAL;
	*port = name->nl_pid;
	*group = name->nl_groups ? ffs(name->nl_groups) : 0;
	return *group && !ns_capable(&init_user_ns, CAP_NET_ADMIN) ? -EPERM : 0;
}

static int netlink_deliver(struct sock *sk, struct sk_buff *skb, u32 port, u32 group)
{
	struct net *net = sock_net(sk);

	if (group) {
		int len = skb->len, err = netlink_broadcast(sk, skb, nlk_sk(sk)->portid, group,
							    GFP_KERNEL);

		return err && err != -ESRCH ? err : len;
	}
	if (port)
		return netlink_unicast(sk, skb, port, 1);
	if (!net->genl_sock || sk->sk_protocol != net->genl_sock->sk_protocol) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NO_SOCKET);
		return -ECONNREFUSED;
	}
	return netlink_unicast_kernel(net->genl_sock, skb, sk);
}

static int netlink_sendmsg(struct socket *sock, struct msghdr *m, size_t total_len)
{
	struct sock *sk = sock->sk;
	struct iov_iter from;
	struct sk_buff *skb;
	u32 port, group;
	int err;

	if (m->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (!total_len)
		return -ENODATA;
	err = netlink_destination(nlk_sk(sk), m, &port, &group) ?: netlink_autobind(sk);
	if (err)
		return err;
	if (total_len > SK_RMEM_DEFAULT - 32)
		return -EMSGSIZE;
	skb = alloc_skb(total_len, GFP_KERNEL);
	if (!skb)
		return -ENOBUFS;
	NETLINK_CB(skb).portid = nlk_sk(sk)->portid;
	iov_iter_init(&from, ITER_SOURCE, m->msg_iov, m->msg_iovlen, total_len);
	if (!copy_from_iter_full(skb_put(skb, total_len), total_len, &from)) {
		kfree_skb(skb);
		return -EFAULT;
	}
	return netlink_deliver(sk, skb, port, group);
}

/* The next datagram, waiting for it unless @flags say not to. Peeked ones get a reference. */
static struct sk_buff *netlink_wait_skb(struct sock *sk, int flags, int *err)
{
	long timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT);
	struct sk_buff *skb;

	for (;;) {
		*err = sock_error(sk);
		if (*err)
			return NULL;
		scoped_guard(spinlock_irqsave, &sk->sk_receive_queue.lock) {
			skb = skb_peek(&sk->sk_receive_queue);
			if (skb && (flags & MSG_PEEK))
				skb_get(skb);
			else if (skb)
				__skb_unlink(skb, &sk->sk_receive_queue);
		}
		if (skb)
			return skb;
		if (!timeo) {
			*err = -EAGAIN;
			return NULL;
		}
		timeo = wait_event_interruptible_timeout(sk->sk_wait,
				!skb_queue_empty_lockless(&sk->sk_receive_queue) ||
				READ_ONCE(sk->sk_err), timeo);
		if (timeo < 0) {
			*err = timeo;
			return NULL;
		}
	}
}

static void netlink_fill_name(struct msghdr *m, const struct sk_buff *skb)
{
	struct sockaddr_nl name = {
		.nl_family = AF_NETLINK,
		.nl_pid = NETLINK_CB(skb).portid,
		.nl_groups = NETLINK_CB(skb).dst_group ? 1U << (NETLINK_CB(skb).dst_group - 1) : 0,
	};

	if (!m->msg_name)
		return;
	memcpy(m->msg_name, &name, min_t(size_t, m->msg_namelen, sizeof(name)));
	m->msg_namelen = sizeof(name);
}

static int netlink_recvmsg(struct socket *sock, struct msghdr *m, size_t total_len, int flags)
{
	struct sock *sk = sock->sk;
	struct netlink_sock *nlk = nlk_sk(sk);
	struct sk_buff *skb;
	struct iov_iter to;
	size_t copied;
	int err, len;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	skb = netlink_wait_skb(sk, flags, &err);
	if (!skb)
		return err;
	/* Dumps fill messages of the size the reader has shown to take. */
	nlk->max_recvmsg_len = min_t(size_t, max(nlk->max_recvmsg_len, total_len), 32768);
	len = skb->len;
	copied = min_t(size_t, len, total_len);
	if (copied < len)
		m->msg_flags |= MSG_TRUNC;
	iov_iter_init(&to, ITER_DEST, m->msg_iov, m->msg_iovlen, total_len);
	err = copy_to_iter(skb->data, copied, &to) == copied ? 0 : -EFAULT;
	netlink_fill_name(m, skb);
	consume_skb(skb);
	if (nlk->cb_running && atomic_read(&sk->sk_rmem_alloc) <= sk->sk_rcvbuf / 2) {
		int dump_err = netlink_dump_continue(sk);

		if (dump_err) {
			WRITE_ONCE(sk->sk_err, -dump_err);
			sk_error_report(sk);
		}
	}
	return err ?: flags & MSG_TRUNC ? len : (int)copied;
}

static __poll_t netlink_poll(struct file *file, struct socket *sock,
			     struct poll_table_struct *wait)
{
	struct sock *sk = sock->sk;
	__poll_t mask = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &sk->sk_wait, wait);
	if (!skb_queue_empty_lockless(&sk->sk_receive_queue))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (READ_ONCE(sk->sk_err))
		mask |= EPOLLERR;
	return mask;
}

static const struct proto_ops netlink_ops = {
	.family = AF_NETLINK,
	.release = netlink_release,
	.bind = netlink_bind,
	.getname = netlink_getname,
	.poll = netlink_poll,
	.setsockopt = netlink_setsockopt,
	.getsockopt = netlink_getsockopt,
	.sendmsg = netlink_sendmsg,
	.recvmsg = netlink_recvmsg,
};

static int netlink_create(struct net *net, struct socket *sock, int protocol, int kern)
{
	if (sock->type != SOCK_RAW && sock->type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	if (protocol != NETLINK_GENERIC)
		return -EPROTONOSUPPORT;
	if (!__netlink_create(net, sock, protocol, kern))
		return -ENOMEM;
	sock->ops = &netlink_ops;
	return 0;
}

static const struct net_proto_family netlink_family_ops = {
	.family = PF_NETLINK,
	.create = netlink_create,
};

int netlink_core_init(void)
{
	last_port = NETLINK_FIRST_PORT;
	return sock_register(&netlink_family_ops);
}

void netlink_core_exit(void)
{
	sock_unregister(PF_NETLINK);
	WARN_ON(!list_empty(&nl_sockets));
}
