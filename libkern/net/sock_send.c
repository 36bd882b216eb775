// SPDX-License-Identifier: GPL-2.0-only
/*
 * struct sock: option memory, and control messages from the application.
 *
 * Memory that an application can make the kernel side hold without sending anything
 * (control messages, notifications to come) is limited per socket. What comes with
 * sendmsg is the kernel side's copy by the time it is looked at here. Contract:
 * net/core/sock.c.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <net/sock.h>

/* --- Option memory ------------------------------------------------------- */

static int sock_optmem_max(const struct sock *sk)
{
	return READ_ONCE(sock_net(sk)->core.sysctl_optmem_max);
}

static void sock_ofree(struct sk_buff *skb)
{
	atomic_sub(skb->truesize, &skb->sk->sk_omem_alloc);
}

static void skb_set_owner_o(struct sk_buff *skb, struct sock *sk)
{
	atomic_add(skb->truesize, &sk->sk_omem_alloc);
	skb->destructor = sock_ofree;
	skb->sk = sk;
}

struct sk_buff *sock_omalloc(struct sock *sk, unsigned long size, gfp_t priority)
{
	long room = sock_optmem_max(sk) - atomic_read(&sk->sk_omem_alloc);
	struct sk_buff *skb = room < (long)SKB_TRUESIZE(size) ? NULL : alloc_skb(size, priority);

	if (skb)
		skb_set_owner_o(skb, sk);
	return skb;
}
EXPORT_SYMBOL(sock_omalloc);

/* Charged before it is there, so that two calls cannot both take the last bytes. */
void *sock_kmalloc(struct sock *sk, int size, gfp_t priority)
{
	void *mem = NULL;

	if (atomic_add_return(size, &sk->sk_omem_alloc) <= sock_optmem_max(sk))
		mem = kmalloc(size, priority);
	if (!mem)
		atomic_sub(size, &sk->sk_omem_alloc);
	return mem;
}
EXPORT_SYMBOL(sock_kmalloc);

void sock_kfree_s(struct sock *sk, void *mem, int size)
{
	if (WARN_ON_ONCE(!mem))
		return;
	kfree(mem);
	atomic_sub(size, &sk->sk_omem_alloc);
}
EXPORT_SYMBOL(sock_kfree_s);

/* --- Control messages ---------------------------------------------------- */

int __sock_cmsg_send(struct sock *sk, struct cmsghdr *cmsg, struct sockcm_cookie *sockc)
{
	switch (cmsg->cmsg_type) {
	case SCM_DEVMEM_DMABUF:
		if (cmsg->cmsg_len != CMSG_LEN(sizeof(u32)))
			return -EINVAL;
		memcpy(&sockc->dmabuf_id, CMSG_DATA(cmsg), sizeof(u32));
		return 0;
	case SCM_RIGHTS:
	case SCM_CREDENTIALS:
		/* For sockets of other families; here they say nothing. */
		return 0;
	default:
		return -EINVAL;
	}
}
EXPORT_SYMBOL(__sock_cmsg_send);

/* Is the message complete in what is left of the buffer? */
static bool cmsg_fits(const struct msghdr *msg, const struct cmsghdr *cmsg)
{
	size_t at = (const char *)cmsg - (const char *)msg->msg_control;

	return cmsg->cmsg_len >= sizeof(*cmsg) && cmsg->cmsg_len <= msg->msg_controllen - at;
}

/* The next one. libc's macro gives up on the broken ones that are to be refused. */
static struct cmsghdr *cmsg_after(const struct msghdr *msg, const struct cmsghdr *cmsg)
{
	size_t at = (const char *)cmsg - (const char *)msg->msg_control;
	size_t next = at + CMSG_ALIGN(cmsg->cmsg_len);

	if (next + sizeof(*cmsg) > msg->msg_controllen)
		return NULL;
	return (struct cmsghdr *)((char *)msg->msg_control + next);
}

int sock_cmsg_send(struct sock *sk, struct msghdr *msg, struct sockcm_cookie *sockc)
{
	struct cmsghdr *cmsg;
	int err;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = cmsg_after(msg, cmsg)) {
		if (!cmsg_fits(msg, cmsg))
			return -EINVAL;
		if (cmsg->cmsg_level != SOL_SOCKET)
			continue;
		err = __sock_cmsg_send(sk, cmsg, sockc);
		if (err)
			return err;
	}
	return 0;
}
EXPORT_SYMBOL(sock_cmsg_send);
