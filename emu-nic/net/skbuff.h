/* SPDX-License-Identifier: GPL-2.0-only */
/* What the skb files share. */
#ifndef _EMUNIC_NET_SKBUFF_H
#define _EMUNIC_NET_SKBUFF_H

#include <linux/skbuff.h>

/* One more reference on @frag of the kind an skb like @owner gives back. */
__internal void skb_ref_frag_as(const struct sk_buff *owner, skb_frag_t *frag);
/*
 * Appends fragments to @to for bytes [@at, @at + @len) behind the linear part of @from, which
 * keeps its own. False if there are fewer bytes or slots: @to is to be freed.
 */
__internal bool skb_share_frags(struct sk_buff *to, const struct sk_buff *from, unsigned int at,
				unsigned int len);
/* Everything that describes a packet but is not its data. */
__internal void skb_copy_header(struct sk_buff *to, const struct sk_buff *from);

#endif
