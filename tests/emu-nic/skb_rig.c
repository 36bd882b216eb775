// SPDX-License-Identifier: GPL-2.0-only
/* Socket buffers built by hand (skb_rig.h). */
#include "fixture.h"

#include <net/page_pool/helpers.h>
#include <string.h>

#include "../libpagepool/pools.h"
#include "skb_rig.h"

struct net_iov skb_niov;
struct net_iov_area skb_area = { .niovs = &skb_niov, .num_niovs = 1 };
u8 want[TOTAL];

void skb_open(void)
{
	machine_boot();
	for (unsigned int i = 0; i < TOTAL; i++)
		want[i] = 3 * i + 1;
}

struct sk_buff *linear_skb(unsigned int room)
{
	struct sk_buff *skb = alloc_skb(room, GFP_KERNEL);

	ck_assert_ptr_nonnull(skb);
	skb_put_data(skb, want, LINEAR);
	return skb;
}

struct sk_buff *unreadable_skb(void)
{
	struct sk_buff *skb = linear_skb(LINEAR);

	net_iov_init(&skb_niov, &skb_area, NET_IOV_IOURING);
	skb_add_rx_frag_netmem(skb, 0, net_iov_to_netmem(&skb_niov), 0, FRAG, PAGE_SIZE);
	return skb;
}

struct sk_buff *readable_skb(void)
{
	struct sk_buff *skb = linear_skb(LINEAR);
	struct page *page = alloc_page(GFP_KERNEL);

	memcpy((char *)page_address(page) + 8, want + LINEAR, FRAG);
	skb_add_rx_frag(skb, 0, page, 8, FRAG, PAGE_SIZE);
	return skb;
}

struct sk_buff *pool_skb(struct page_pool *pool, unsigned int frags)
{
	struct sk_buff *skb = linear_skb(LINEAR);

	for (unsigned int i = 0; i < frags; i++)
		skb_add_rx_frag_netmem(skb, i, must_alloc(pool), 0, FRAG, PAGE_SIZE);
	skb_mark_for_recycle(skb);
	return skb;
}

struct sk_buff *payload_only(struct sk_buff *skb)
{
	skb_pull(skb, LINEAR);
	return skb;
}

s32 out_of(const struct page_pool *pool)
{
	return inflight(pool) - pool->alloc.count -
	       (s32)(pool->ring.producer - pool->ring.consumer_head);
}
