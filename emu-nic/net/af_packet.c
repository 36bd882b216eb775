// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packet sockets, receive side: what goes by on devices, for the application to look at.
 *
 * A socket gets a clone of each packet of its protocol (ETH_P_ALL: of any, sent ones
 * included), from the Ethernet header on (SOCK_RAW) or from behind it (SOCK_DGRAM).
 * Of an unreadable packet it gets the linear part: the clone is cut there, and lets go of
 * the device memory at once. How long the packet was, PACKET_AUXDATA tells. Addresses and
 * settings are under the socket lock; the hook into the stack is dev.c's.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_vlan.h>
#include <linux/init.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/sock.h>

struct packet_sock {
	struct sock sk;			/* first */
	struct list_head node;		/* in packet_socks, under its lock */
	struct packet_type hook;
	bool hooked;
	bool auxdata;
	int ifindex;			/* 0: all devices, -1: the one that was bound is gone */
	atomic_t received, dropped;	/* since they were asked for last */
};

/* What is known of a packet in the queue beside its bytes. */
struct packet_skb_cb {
	struct sockaddr_ll from;
	u32 len;			/* before it was cut */
};

static_assert(sizeof(struct packet_skb_cb) <= sizeof_field(struct sk_buff, cb));

#define PACKET_SKB_CB(skb)	((struct packet_skb_cb *)&((skb)->cb[0]))

static LIST_HEAD(packet_socks);
static DEFINE_SPINLOCK(packet_socks_lock);

static struct packet_sock *pkt_sk(struct sock *sk)
{
	return container_of(sk, struct packet_sock, sk);
}

/* --- Receiving ----------------------------------------------------------- */

static void packet_say_from(struct sockaddr_ll *from, const struct sk_buff *skb,
			    const struct net_device *dev)
{
	*from = (struct sockaddr_ll){
		.sll_family = AF_PACKET,
		.sll_protocol = skb->protocol,
		.sll_ifindex = dev->ifindex,
		.sll_hatype = dev->type,
		.sll_pkttype = skb->pkt_type,
		.sll_halen = ETH_ALEN,
	};
	memcpy(from->sll_addr, eth_hdr(skb)->h_source, ETH_ALEN);
}

/* Has @skb begin where the socket's packets do, and end where they can be read. */
static int packet_shape(const struct sock *sk, struct sk_buff *skb)
{
	if (sk->sk_type == SOCK_RAW)
		skb_push(skb, skb->data - skb_mac_header(skb));
	else if (skb->pkt_type == PACKET_OUTGOING)
		skb_pull(skb, skb_network_offset(skb));
	PACKET_SKB_CB(skb)->len = skb->len;
	return pskb_trim(skb, skb_frags_readable(skb) ? skb->len : skb_headlen(skb));
}

static bool packet_is_for(const struct packet_sock *po, const struct net_device *dev)
{
	int ifindex = READ_ONCE(po->ifindex);

	return net_eq(dev_net(dev), sock_net(&po->sk)) && (!ifindex || ifindex == dev->ifindex);
}

/* False if there is no room or no memory for it; @skb is gone in any case. */
static bool packet_queue(struct sock *sk, struct sk_buff *skb, const struct net_device *dev)
{
	if (atomic_read(&sk->sk_rmem_alloc) < READ_ONCE(sk->sk_rcvbuf))
		skb = skb_share_check(skb, GFP_ATOMIC);
	else {
		kfree_skb_reason(skb, SKB_DROP_REASON_SOCKET_RCVBUFF);
		skb = NULL;
	}
	if (!skb)
		return false;
	packet_say_from(&PACKET_SKB_CB(skb)->from, skb, dev);
	if (packet_shape(sk, skb)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NOMEM);
		return false;
	}
	skb->dev = NULL;
	skb_set_owner_r(skb, sk);
	skb_queue_tail(&sk->sk_receive_queue, skb);
	sk->sk_data_ready(sk);
	return true;
}

static int packet_rcv(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt,
		      struct net_device *orig_dev)
{
	struct packet_sock *po = pt->af_packet_priv;

	if (!packet_is_for(po, dev)) {
		consume_skb(skb);
		return 0;
	}
	if (packet_queue(&po->sk, skb, orig_dev)) {
		atomic_inc(&po->received);
	} else {
		sk_drops_add(&po->sk, 1);
		atomic_inc(&po->dropped);
	}
	return 0;
}

static void packet_say_aux(struct msghdr *msg, const struct sk_buff *skb)
{
	struct tpacket_auxdata aux = {
		.tp_status = TP_STATUS_USER,
		.tp_len = PACKET_SKB_CB(skb)->len,
		.tp_snaplen = skb->len,
		.tp_net = skb_network_offset(skb),
	};

	if (skb->ip_summed == CHECKSUM_PARTIAL)
		aux.tp_status |= TP_STATUS_CSUMNOTREADY;
	else if (skb->pkt_type != PACKET_OUTGOING && skb->ip_summed == CHECKSUM_UNNECESSARY)
		aux.tp_status |= TP_STATUS_CSUM_VALID;
	if (skb_vlan_tag_present(skb)) {
		aux.tp_vlan_tci = skb_vlan_tag_get(skb);
		aux.tp_vlan_tpid = ntohs(skb->vlan_proto);
		aux.tp_status |= TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID;
	}
	put_cmsg(msg, SOL_PACKET, PACKET_AUXDATA, sizeof(aux), &aux);
}

static int packet_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags)
{
	struct iov_iter to;
	struct sk_buff *skb;
	int err = 0, whole, copied;

	if (flags & ~(MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC))
		return -EINVAL;
	skb = skb_recv_datagram(sk, flags, &err);
	if (!skb)
		return err;
	whole = skb->len;
	copied = min_t(size_t, whole, len);
	if (copied < whole)
		msg->msg_flags |= MSG_TRUNC;
	iov_iter_init(&to, ITER_DEST, msg->msg_iov, msg->msg_iovlen, len);
	err = skb_copy_datagram_iter(skb, 0, &to, copied);
	if (msg->msg_name) {
		memcpy(msg->msg_name, &PACKET_SKB_CB(skb)->from,
		       min_t(size_t, sizeof(struct sockaddr_ll), msg->msg_namelen));
		msg->msg_namelen = sizeof(struct sockaddr_ll);
	}
	if (READ_ONCE(pkt_sk(sk)->auxdata))
		packet_say_aux(msg, skb);
	consume_skb(skb);
	return err ?: flags & MSG_TRUNC ? whole : copied;
}

/* --- Life ---------------------------------------------------------------- */

/* Socket lock held. */
static void packet_unhook(struct packet_sock *po)
{
	if (po->hooked)
		dev_remove_pack(&po->hook);
	po->hooked = false;
}

/* A socket without a protocol hears nothing. Socket lock held. */
static void packet_hook(struct packet_sock *po, __be16 protocol, int ifindex)
{
	packet_unhook(po);
	WRITE_ONCE(po->hook.type, protocol);
	WRITE_ONCE(po->ifindex, ifindex);
	if (protocol)
		dev_add_pack(&po->hook);
	po->hooked = protocol;
}

static int packet_bind(struct socket *sock, struct sockaddr *addr, int len)
{
	const struct sockaddr_ll *to = (const struct sockaddr_ll *)addr;
	struct sock *sk = sock->sk;
	struct net_device *dev;
	int err = 0;

	if (len < (int)sizeof(*to) || to->sll_family != AF_PACKET)
		return -EINVAL;
	/* No device goes meanwhile: who is bound is told when it does. */
	rtnl_lock();
	dev = to->sll_ifindex ? __dev_get_by_index(sock_net(sk), to->sll_ifindex) : NULL;
	lock_sock(sk);
	if (to->sll_ifindex && !dev)
		err = -ENODEV;
	else
		packet_hook(pkt_sk(sk), to->sll_protocol ?: pkt_sk(sk)->hook.type,
			    to->sll_ifindex);
	release_sock(sk);
	rtnl_unlock();
	return err;
}

static int packet_release(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (!sk)
		return 0;
	sock->sk = NULL;
	spin_lock(&packet_socks_lock);
	list_del(&pkt_sk(sk)->node);
	spin_unlock(&packet_socks_lock);
	lock_sock(sk);
	packet_unhook(pkt_sk(sk));
	release_sock(sk);
	sock_orphan(sk);
	skb_queue_purge(&sk->sk_receive_queue);
	sock_put(sk);
	return 0;
}

static int packet_getname(struct socket *sock, struct sockaddr *addr, int peer)
{
	struct packet_sock *po = pkt_sk(sock->sk);
	struct sockaddr_ll *me = (struct sockaddr_ll *)addr;
	struct net_device *dev;

	if (peer)
		return -EOPNOTSUPP;
	*me = (struct sockaddr_ll){
		.sll_family = AF_PACKET,
		.sll_protocol = READ_ONCE(po->hook.type),
		.sll_ifindex = READ_ONCE(po->ifindex),
	};
	guard(rcu)();
	dev = dev_get_by_index_rcu(sock_net(sock->sk), me->sll_ifindex);
	if (dev) {
		me->sll_hatype = dev->type;
		me->sll_halen = ETH_ALEN;
		memcpy(me->sll_addr, dev->dev_addr, ETH_ALEN);
	}
	return sizeof(*me);
}

/* Sockets that were bound to a device that goes hear nothing more, and are told. */
static int packet_device_event(struct notifier_block *nb, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct packet_sock *po;

	if (event != NETDEV_UNREGISTER)
		return NOTIFY_DONE;
	guard(spinlock)(&packet_socks_lock);
	list_for_each_entry(po, &packet_socks, node) {
		if (READ_ONCE(po->ifindex) != dev->ifindex ||
		    !net_eq(sock_net(&po->sk), dev_net(dev)))
			continue;
		WRITE_ONCE(po->ifindex, -1);
		WRITE_ONCE(po->sk.sk_err, ENETDOWN);
		po->sk.sk_error_report(&po->sk);
	}
	return NOTIFY_DONE;
}

static struct notifier_block packet_devices = { .notifier_call = packet_device_event };

/* --- Options ------------------------------------------------------------- */

static int packet_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
			     unsigned int optlen)
{
	struct packet_sock *po = pkt_sk(sock->sk);
	int val;

	if (level != SOL_PACKET || (optname != PACKET_AUXDATA && optname != PACKET_IGNORE_OUTGOING))
		return -ENOPROTOOPT;
	if (optlen < sizeof(val))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	if (optname == PACKET_AUXDATA)
		WRITE_ONCE(po->auxdata, !!val);
	else if (val < 0 || val > 1)
		return -EINVAL;
	else
		WRITE_ONCE(po->hook.ignore_outgoing, !!val);
	return 0;
}

/* Asking sets them back. What was dropped was a packet too. */
static struct tpacket_stats packet_statistics(struct packet_sock *po)
{
	struct tpacket_stats stats = { .tp_drops = atomic_xchg(&po->dropped, 0) };

	stats.tp_packets = atomic_xchg(&po->received, 0) + stats.tp_drops;
	return stats;
}

static int packet_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
			     int __user *optlen)
{
	struct packet_sock *po = pkt_sk(sock->sk);
	struct tpacket_stats stats;
	const void *from = &stats;
	int len, room, val;

	if (level != SOL_PACKET)
		return -ENOPROTOOPT;
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	room = sizeof(val);
	from = &val;
	switch (optname) {
	case PACKET_STATISTICS:
		stats = packet_statistics(po);
		from = &stats;
		room = sizeof(stats);
		break;
	case PACKET_AUXDATA:
		val = READ_ONCE(po->auxdata);
		break;
	case PACKET_IGNORE_OUTGOING:
		val = READ_ONCE(po->hook.ignore_outgoing);
		break;
	default:
		return -ENOPROTOOPT;
	}
	len = min(len, room);
	return put_user(len, optlen) || copy_to_user(optval, from, len) ? -EFAULT : 0;
}

static int packet_ops_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags)
{
	return packet_recvmsg(sock->sk, msg, len, flags);
}

static int packet_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	return dev_ioctl(sock_net(sock->sk), cmd, (void __user *)arg);
}

static const struct proto_ops packet_ops = {
	.family = PF_PACKET,
	.release = packet_release,
	.bind = packet_bind,
	.getname = packet_getname,
	.poll = datagram_poll,
	.ioctl = packet_ioctl,
	.setsockopt = packet_setsockopt,
	.getsockopt = packet_getsockopt,
	.recvmsg = packet_ops_recvmsg,
};

static struct proto packet_proto = {
	.name = "PACKET",
	.obj_size = sizeof(struct packet_sock),
};

static int packet_create(struct net *net, struct socket *sock, int protocol, int kern)
{
	struct packet_sock *po;
	struct sock *sk;

	if (sock->type != SOCK_RAW && sock->type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	sk = sk_alloc(net, PF_PACKET, GFP_KERNEL, &packet_proto, kern);
	if (!sk)
		return -ENOBUFS;
	sock_init_data(sock, sk);
	sock->ops = &packet_ops;
	po = pkt_sk(sk);
	po->hook.func = packet_rcv;
	po->hook.af_packet_priv = po;
	spin_lock(&packet_socks_lock);
	list_add(&po->node, &packet_socks);
	spin_unlock(&packet_socks_lock);
	packet_hook(po, (__force __be16)protocol, 0);
	return 0;
}

static const struct net_proto_family packet_family_ops = {
	.family = PF_PACKET,
	.create = packet_create,
};

static int __init packet_init(void)
{
	int err = sock_register(&packet_family_ops);

	if (err)
		return err;
	err = register_netdevice_notifier(&packet_devices);
	if (err)
		sock_unregister(PF_PACKET);
	return err;
}
fs_initcall(packet_init);

static void __exit packet_exit(void)
{
	unregister_netdevice_notifier(&packet_devices);
	sock_unregister(PF_PACKET);
}
__exitcall(packet_exit);
