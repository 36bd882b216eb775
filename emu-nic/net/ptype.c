// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receivers beside the stack: packet taps, and handlers of further protocols.
 *
 * One list, changed under its lock, walked under RCU. Each receiver gets a reference
 * of its own to what came in. Of what goes out it gets a clone, and none of what a
 * sender waits for and that cannot be copied: device memory never gets that far.
 */
#include <linux/export.h>
#include <linux/if_ether.h>
#include <linux/printk.h>
#include <linux/rculist.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include "ptype.h"

static LIST_HEAD(receivers);
static DEFINE_SPINLOCK(receivers_lock);

void dev_add_pack(struct packet_type *pt)
{
	guard(spinlock_bh)(&receivers_lock);
	list_add_tail_rcu(&pt->list, &receivers);
}
EXPORT_SYMBOL(dev_add_pack);

void __dev_remove_pack(struct packet_type *pt)
{
	struct packet_type *there;

	guard(spinlock_bh)(&receivers_lock);
	list_for_each_entry(there, &receivers, list) {
		if (there == pt) {
			list_del_rcu(&pt->list);
			return;
		}
	}
	pr_warn("dev_remove_pack: %p not found\n", pt);
}
EXPORT_SYMBOL(__dev_remove_pack);

void dev_remove_pack(struct packet_type *pt)
{
	__dev_remove_pack(pt);
	synchronize_net();
}
EXPORT_SYMBOL(dev_remove_pack);

static bool hears_all(const struct packet_type *pt)
{
	return pt->type == htons(ETH_P_ALL);
}

bool ptype_received(struct sk_buff *skb)
{
	struct packet_type *pt;
	bool taken = false;

	list_for_each_entry_rcu(pt, &receivers, list) {
		if ((pt->dev && pt->dev != skb->dev) ||
		    (!hears_all(pt) && pt->type != skb->protocol))
			continue;
		pt->func(skb_get(skb), skb->dev, pt, skb->dev);
		taken |= !hears_all(pt);
	}
	return taken;
}

/* For one receiver; NULL when there is no memory, or none that may be kept. */
static struct sk_buff *sent_clone(struct sk_buff *skb)
{
	struct sk_buff *own = skb_clone(skb, GFP_ATOMIC);

	if (!own)
		return NULL;
	if (skb_orphan_frags_rx(own, GFP_ATOMIC)) {
		kfree_skb(own);
		return NULL;
	}
	own->pkt_type = PACKET_OUTGOING;
	skb_reset_mac_header(own);
	if (skb_network_offset(own) < ETH_HLEN || skb_network_offset(own) > (int)own->len)
		skb_set_network_header(own, ETH_HLEN);
	return own;
}

void ptype_sent(struct sk_buff *skb)
{
	struct packet_type *pt;
	struct sk_buff *own;

	if (likely(list_empty(&receivers)))
		return;
	guard(rcu)();
	list_for_each_entry_rcu(pt, &receivers, list) {
		if (!hears_all(pt) || pt->ignore_outgoing || (pt->dev && pt->dev != skb->dev))
			continue;
		own = sent_clone(skb);
		if (own)
			pt->func(own, skb->dev, pt, skb->dev);
	}
}
