/* SPDX-License-Identifier: GPL-2.0-only */
/* Filling skbs with memory of the sender's instead of copies: zerocopy.c. */
#ifndef _EMUNIC_NET_ZEROCOPY_H
#define _EMUNIC_NET_ZEROCOPY_H

#include <linux/skbuff.h>
#include <linux/uio.h>

struct net_devmem_dmabuf_binding;

/* How many of the next bytes of a user-backed iterator, all in one segment, can be pinned. */
__internal size_t zerocopy_span(const struct iov_iter *from);

/*
 * Ties up to @length bytes of @from to @skb as fragments: of @binding's memory, for which
 * the addresses in @from are offsets, or if it is NULL the pages behind them. Returns the
 * bytes added, and then @skb is tied to @uarg; or, with @skb and @from as before: -EEXIST
 * it is tied to another object, -EMSGSIZE no room, -EFAULT beyond the dma-buf, pages that
 * cannot be had, or pages for an unreadable skb. Process context, may sleep. Contract:
 * net/core/skbuff.c, the filling in net/core/datagram.c.
 */
__internal int skb_zerocopy_iter_stream(struct sk_buff *skb, struct iov_iter *from, int length,
					struct ubuf_info *uarg,
					struct net_devmem_dmabuf_binding *binding);

#endif
