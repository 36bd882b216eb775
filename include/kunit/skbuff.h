/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets that are freed with the test. Kernel path: kunit/skbuff.h. */
#ifndef _KUNIT_SKBUFF_H
#define _KUNIT_SKBUFF_H

#include <kunit/resource.h>
#include <linux/skbuff.h>
#include <linux/string.h>

static inline void kunit_action_kfree_skb(void *skb)
{
	kfree_skb((struct sk_buff *)skb);
}

/* An empty skb with @len zeroed bytes of room. NULL without memory. May sleep. */
static inline struct sk_buff *kunit_zalloc_skb(struct kunit *test, int len, gfp_t gfp)
{
	struct sk_buff *skb = alloc_skb(len, gfp);

	if (!skb)
		return NULL;
	memset(skb->data, 0, len);
	return kunit_add_action_or_reset(test, kunit_action_kfree_skb, skb) ? NULL : skb;
}

/* Before the end of the test. NULL is fine. */
static inline void kunit_kfree_skb(struct kunit *test, struct sk_buff *skb)
{
	if (skb)
		kunit_release_action(test, kunit_action_kfree_skb, skb);
}

#endif
