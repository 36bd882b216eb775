// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: reporting device memory to the application.
 *
 * The bytes of an unreadable skb are told by control messages: linear ones are
 * copied and counted, fragments are named by their place in the dma-buf and a
 * token. A token holds one pool reference on its net_iov until it is returned.
 * Tokens are reserved in the socket's array before they are used, several at a
 * time, and the reservation becomes visible, or is given up, when the fragments
 * of an skb are done. The socket lock serialises reservations; returning tokens
 * goes on meanwhile under the array's own lock and takes a reserved token for
 * unknown.
 */
#include <linux/errno.h>
#include <linux/net.h>
#include <linux/skbuff.h>
#include <linux/skbuff_ref.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <linux/xarray.h>
#include <net/netmem.h>
#include <net/page_pool/helpers.h>
#include <net/tcp.h>
#include <trace/events/devmem.h>
#include "libpagepool/devmem.h"
#include "devmem_token.h"
#include "tcp_flow.h"

/* Tokens [idx, max) are reserved; [0, idx) are used for netmems[]. */
struct tcp_xa_pool {
	u8 max;
	u8 idx;
	__u32 tokens[MAX_SKB_FRAGS];
	netmem_ref netmems[MAX_SKB_FRAGS];
};

/* One call's walk over an skb: what is still wanted, where it goes. */
struct devmem_read {
	struct sock *sk;
	struct msghdr *msg;
	struct iov_iter *to;
	struct tcp_xa_pool tokens;
	int offset;		/* bytes to skip from here on */
	int remaining;
	int sent;
};

/* --- Tokens -------------------------------------------------------------- */

/*
 * Reservations become the tokens of their netmems, or, never used, are free again. None is
 * anybody else's meanwhile, and storing over one needs no memory.
 */
static void tcp_xa_pool_commit_locked(struct sock *sk, struct tcp_xa_pool *p)
{
	XA_STATE(xas, &sk->sk_user_frags, 0);

	for (u8 i = 0; i < p->max; i++) {
		netmem_ref netmem = i < p->idx ? p->netmems[i] : 0;

		devmem_token_seek(&xas, p->tokens[i]);
		xas_store(&xas, (__force void *)netmem);
		if (netmem)
			trace_devmem_deliver(netmem, p->tokens[i]);
	}
	p->idx = p->max = 0;
}

static void tcp_xa_pool_commit(struct sock *sk, struct tcp_xa_pool *p)
{
	if (!p->max)
		return;
	xa_lock_bh(&sk->sk_user_frags);
	tcp_xa_pool_commit_locked(sk, p);
	xa_unlock_bh(&sk->sk_user_frags);
}

/* Is what follows the cursor free, and the place for it there already? Goes there. */
static bool tcp_xa_pool_next_is_free(struct xa_state *xas)
{
	return xas_is_node(xas) && !xas_next(xas) && xas_is_node(xas) && !xas->xa_node->shift;
}

/*
 * The lowest that are free, as many as there is memory for; why there are not more. Behind a
 * lowest one its neighbour is the next.
 */
static unsigned int tcp_xa_pool_reserve_locked(struct sock *sk, struct tcp_xa_pool *p,
					       unsigned int want, int *err)
{
	XA_STATE(xas, &sk->sk_user_frags, 0);
	unsigned int got;

	for (got = 0; got < want; got++) {
		if (got && tcp_xa_pool_next_is_free(&xas)) {
			xas_store(&xas, XA_ZERO_ENTRY);
			p->tokens[got] = xas.xa_index;
			continue;
		}
		*err = __xa_alloc(&sk->sk_user_frags, &p->tokens[got], XA_ZERO_ENTRY,
				  xa_limit_31b, GFP_KERNEL);
		if (*err)
			break;
		devmem_token_seek(&xas, p->tokens[got]);
	}
	return got;
}

/* Makes sure that there is a token to use; 0, or why there is none. */
static int tcp_xa_pool_refill(struct sock *sk, struct tcp_xa_pool *p, unsigned int max_frags)
{
	unsigned int got;
	int err = 0;

	if (p->idx < p->max)
		return 0;
	xa_lock_bh(&sk->sk_user_frags);
	tcp_xa_pool_commit_locked(sk, p);
	got = tcp_xa_pool_reserve_locked(sk, p, max_frags, &err);
	xa_unlock_bh(&sk->sk_user_frags);
	p->max = got;
	return got ? 0 : err;
}

void tcp_put_user_frags(struct sock *sk)
{
	unsigned long index;
	void *entry;

	xa_for_each(&sk->sk_user_frags, index, entry) {
		netmem_ref netmem = (__force netmem_ref)(unsigned long)entry;

		trace_devmem_return(netmem, index);
		WARN_ON_ONCE(!napi_pp_put_page(netmem));
	}
	xa_destroy(&sk->sk_user_frags);
}

/* --- Pieces -------------------------------------------------------------- */

/* Counts @n more bytes as reported; true when that is all. */
static bool devmem_reported(struct devmem_read *rd, int n)
{
	rd->sent += n;
	rd->remaining -= n;
	return !rd->remaining;
}

/* How much of a piece of @size bytes is wanted now; moves the offset on over what is skipped. */
static int devmem_wanted(struct devmem_read *rd, int size)
{
	int n = min(size - rd->offset, rd->remaining);

	if (n > 0)
		return n;
	rd->offset -= size;
	return 0;
}

static int devmem_linear(struct devmem_read *rd, const struct sk_buff *skb)
{
	struct dmabuf_cmsg cmsg = {};
	int n = devmem_wanted(rd, skb_headlen(skb)), err;

	if (!n)
		return 0;
	if (copy_to_iter(skb->data + rd->offset, n, rd->to) != n)
		return -EFAULT;
	cmsg.frag_size = n;
	err = put_cmsg_notrunc(rd->msg, SOL_SOCKET, SO_DEVMEM_LINEAR, sizeof(cmsg), &cmsg);
	if (err)
		return err;
	rd->offset = 0;
	devmem_reported(rd, n);
	return 0;
}

/* The device memory behind @frag, or NULL and a word in the log if it has none. */
static struct net_iov *devmem_frag_niov(const skb_frag_t *frag)
{
	struct net_iov *niov = skb_frag_net_iov(frag);

	if (!niov) {
		net_err_ratelimited("Found non-dmabuf skb with net_iov");
		return NULL;
	}
	return net_is_devmem_iov(niov) ? niov : NULL;
}

/* @left: fragments from this one on, for as many of which tokens are reserved at once. */
static int devmem_frag(struct devmem_read *rd, const skb_frag_t *frag, unsigned int left)
{
	struct tcp_xa_pool *p = &rd->tokens;
	struct net_iov *niov = devmem_frag_niov(frag);
	struct dmabuf_cmsg cmsg = {};
	int n, err;

	if (!niov)
		return -ENODEV;
	n = devmem_wanted(rd, skb_frag_size(frag));
	if (!n)
		return 0;
	err = tcp_xa_pool_refill(rd->sk, p, left);
	if (err)
		return err;
	cmsg.frag_offset = net_iov_virtual_addr(niov) + skb_frag_off(frag) + rd->offset;
	cmsg.frag_size = n;
	cmsg.frag_token = p->tokens[p->idx];
	cmsg.dmabuf_id = net_devmem_iov_binding_id(niov);
	err = put_cmsg_notrunc(rd->msg, SOL_SOCKET, SO_DEVMEM_DMABUF, sizeof(cmsg), &cmsg);
	if (err)
		return err;
	page_pool_ref_netmem(skb_frag_netmem(frag));
	p->netmems[p->idx++] = skb_frag_netmem(frag);
	rd->offset = 0;
	devmem_reported(rd, n);
	return 0;
}

static int devmem_frags(struct devmem_read *rd, const struct sk_buff *skb)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	int i, err = 0;

	for (i = 0; i < shinfo->nr_frags && rd->remaining && !err; i++)
		err = devmem_frag(rd, &shinfo->frags[i], shinfo->nr_frags - i);
	tcp_xa_pool_commit(rd->sk, &rd->tokens);
	return err;
}

/* Linear part, fragments, then the skbs of the frag_list, each in the same way. */
static int devmem_skb(struct devmem_read *rd, const struct sk_buff *skb)
{
	struct sk_buff *member;
	int err;

	if (skb_frags_readable(skb))
		return -ENODEV;
	err = devmem_linear(rd, skb);
	if (err || !rd->remaining)
		return err;
	err = devmem_frags(rd, skb);
	if (err || !rd->remaining)
		return err;
	skb_walk_frags(skb, member) {
		err = devmem_skb(rd, member);
		if (err || !rd->remaining)
			return err;
	}
	return 0;
}

/* Bytes reported from @offset of @skb on; a negative errno if there are none. */
int tcp_recvmsg_dmabuf(struct sock *sk, const struct sk_buff *skb, unsigned int offset,
		       struct msghdr *msg, struct iov_iter *to, int remaining_len)
{
	struct devmem_read rd = {
		.sk = sk,
		.msg = msg,
		.to = to,
		.offset = offset,
		.remaining = remaining_len,
	};
	int err;

	if (!remaining_len)
		return 0;
	err = devmem_skb(&rd, skb);
	if (rd.sent)
		return rd.sent;
	return err ?: -EFAULT;
}
