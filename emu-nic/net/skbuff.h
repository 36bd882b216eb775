/* SPDX-License-Identifier: GPL-2.0-only */
/* What the skb files share. */
#ifndef _EMUNIC_NET_SKBUFF_H
#define _EMUNIC_NET_SKBUFF_H

#include <linux/skbuff.h>

/* One more reference on @frag of the kind an skb like @owner gives back. */
__internal void skb_ref_frag_as(const struct sk_buff *owner, skb_frag_t *frag);
/* Everything that describes a packet but is not its data. */
__internal void skb_copy_header(struct sk_buff *to, const struct sk_buff *from);

#endif
