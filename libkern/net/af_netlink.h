/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A netlink socket, as the files of libkern/net share it.
 *
 * User sockets and the kernel's end of a protocol are both netlink_socks; the
 * latter have port 0 and an input function. sk_receive_queue holds whole
 * datagrams. A dump belongs to its socket: cb_mutex covers cb and cb_running and
 * is held while the dump callback runs.
 */
#ifndef _UDM_AF_NETLINK_H
#define _UDM_AF_NETLINK_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <net/sock.h>

#define NLGRPLONGS(x)	(ALIGN(x, BITS_PER_LONG) / BITS_PER_LONG)
#define NETLINK_MAX_GROUPS	256

enum {
	NETLINK_F_KERNEL_SOCKET = BIT(0),
	NETLINK_F_CAP_ACK = BIT(1),
	NETLINK_F_EXT_ACK = BIT(2),
	NETLINK_F_STRICT_CHK = BIT(3),
	NETLINK_F_RECV_PKTINFO = BIT(4),
	NETLINK_F_NO_ENOBUFS = BIT(5),
};

struct netlink_sock {
	struct sock sk;
	u32 portid;
	u32 dst_portid;
	u32 dst_group;
	unsigned long groups[NLGRPLONGS(NETLINK_MAX_GROUPS)];	/* under nl_table_lock */
	unsigned long flags;
	size_t max_recvmsg_len;
	struct list_head node;		/* all user sockets; under nl_table_lock */
	struct mutex cb_mutex;
	bool cb_running;
	int dump_done_errno;
	struct netlink_callback cb;
	void (*netlink_rcv)(struct sk_buff *skb);	/* kernel sockets */
};

static inline struct netlink_sock *nlk_sk(struct sock *sk)
{
	return container_of(sk, struct netlink_sock, sk);
}

/* netlink_dump.c: continue the dump while the reader has room; stop it for good. */
__internal int netlink_dump_continue(struct sock *sk);
__internal void netlink_dump_abort(struct netlink_sock *nlk);
/* netlink_dump.c: bytes the extended acknowledgement takes, and its attributes. */
__internal size_t netlink_ack_tlv_len(const struct netlink_sock *nlk, const struct nlmsghdr *nlh,
				      int err, const struct netlink_ext_ack *extack);
__internal void netlink_ack_tlv_fill(struct sk_buff *skb, const struct nlmsghdr *nlh, int err,
				     const struct netlink_ext_ack *extack);
/* af_netlink.c: queue a datagram on a user socket; consumes @skb. */
__internal int netlink_queue(struct sock *sk, struct sk_buff *skb);

#endif
