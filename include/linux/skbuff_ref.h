/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * References on the fragments of an skb.
 *
 * A fragment is kept by one of two schemes, and skb->pp_recycle says which: with
 * it, pool references, given back with napi_pp_put_page(); without it, the
 * reference of the memory itself (page refcount, or the binding of a niov).
 */
#ifndef _LINUX_SKBUFF_REF_H
#define _LINUX_SKBUFF_REF_H

#include <linux/skbuff.h>
#include <net/netmem.h>

/*
 * Return @netmem to its page pool if it belongs to one: true, and the caller's
 * pool reference is gone; otherwise nothing is done. Softirq or process context.
 * net/core/skbuff.c.
 */
bool napi_pp_put_page(netmem_ref netmem);

/* One more reference of the memory itself. Any context. */
static inline void __skb_frag_ref(skb_frag_t *frag)
{
	get_netmem(skb_frag_netmem(frag));
}

static inline void skb_frag_ref(struct sk_buff *skb, int f)
{
	__skb_frag_ref(skb_shinfo(skb)->frags + f);
}

/* Drop one reference: a pool one if @recycle and the memory is a pool's. */
static inline void skb_page_unref(netmem_ref netmem, bool recycle)
{
	bool returned = false;

	if (IS_ENABLED(CONFIG_PAGE_POOL) && recycle)
		returned = napi_pp_put_page(netmem);
	if (!returned)
		put_netmem(netmem);
}

static inline void __skb_frag_unref(skb_frag_t *frag, bool recycle)
{
	skb_page_unref(skb_frag_netmem(frag), recycle);
}

/* The zerocopy owner of managed fragments drops them itself. */
static inline void skb_frag_unref(struct sk_buff *skb, int f)
{
	if (!skb_zcopy_managed(skb))
		__skb_frag_unref(skb_shinfo(skb)->frags + f, skb->pp_recycle);
}

#endif
