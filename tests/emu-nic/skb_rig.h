/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Socket buffers built by hand: 40 linear bytes and a fragment of 100, of which the CPU can
 * read or cannot, with known contents.
 */
#ifndef UDM_TESTS_SKB_RIG_H
#define UDM_TESTS_SKB_RIG_H

#include <linux/skbuff.h>
#include <net/netmem.h>
#include <net/page_pool/types.h>

#define LINEAR	40
#define FRAG	100
#define TOTAL	(LINEAR + FRAG)

/* The memory behind unreadable fragments: nobody may look at it and nobody counts it. */
extern struct net_iov skb_niov;
extern struct net_iov_area skb_area;
/* The bytes of an skb. */
extern u8 want[TOTAL];

/* Fixture: the machine. */
void skb_open(void);

/* The linear bytes in a head with so much room. */
struct sk_buff *linear_skb(unsigned int room);
/* With a fragment that cannot be read. */
struct sk_buff *unreadable_skb(void);
/* With a fragment that can. */
struct sk_buff *readable_skb(void);
/* With so many pages of the pool, marked for recycling. */
struct sk_buff *pool_skb(struct page_pool *pool, unsigned int frags);
/* Without the linear bytes, as a received segment is when TCP has it. */
struct sk_buff *payload_only(struct sk_buff *skb);
/* Pages of the pool that it has not got back. */
s32 out_of(const struct page_pool *pool);

#endif
