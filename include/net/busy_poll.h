/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Busy polling: a task polls the NAPI that feeds its socket.
 * Contract: include/net/busy_poll.h, net/core/dev.c.
 */
#ifndef _LINUX_NET_BUSY_POLL_H
#define _LINUX_NET_BUSY_POLL_H

#include <linux/netdevice.h>
#include <net/sock.h>

#define BUSY_POLL_BUDGET	8

/* Smaller numbers in sk_buff.napi_id are sender CPUs. */
static inline bool napi_id_valid(unsigned int napi_id)
{
	return napi_id >= MIN_NAPI_ID;
}

/* Polls the NAPI @napi_id until @loop_end(@loop_end_arg, start) is true; task context. */
void napi_busy_loop(unsigned int napi_id, bool (*loop_end)(void *arg, unsigned long start),
		    void *loop_end_arg, bool prefer_busy_poll, u16 budget);

static inline void skb_mark_napi_id(struct sk_buff *skb, const struct napi_struct *napi)
{
	if (!napi_id_valid(skb->napi_id))
		skb->napi_id = napi->napi_id;
}

static inline void sk_mark_napi_id(struct sock *sk, const struct sk_buff *skb)
{
	if (napi_id_valid(skb->napi_id) && READ_ONCE(sk->sk_napi_id) != skb->napi_id)
		WRITE_ONCE(sk->sk_napi_id, skb->napi_id);
}

#endif
