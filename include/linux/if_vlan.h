/* SPDX-License-Identifier: GPL-2.0-only */
/* The 802.1Q tag, in a frame and beside an skb. */
#ifndef _KERN_LINUX_IF_VLAN_H
#define _KERN_LINUX_IF_VLAN_H

#include_next <linux/if_vlan.h>
#include <linux/types.h>
#include <linux/if_ether.h>
#include <linux/skbuff.h>

#define VLAN_HLEN	4
#define VLAN_ETH_HLEN	18
#define VLAN_VID_MASK	0x0fff
#define VLAN_PRIO_MASK	0xe000
#define VLAN_PRIO_SHIFT	13

/* What follows the outer EtherType in a tagged frame. */
struct vlan_hdr {
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

static inline bool eth_type_vlan(__be16 ethertype)
{
	return ethertype == htons(ETH_P_8021Q) || ethertype == htons(ETH_P_8021AD);
}

/* The tag is kept beside the packet, not in it. */
static inline void __vlan_hwaccel_put_tag(struct sk_buff *skb, __be16 vlan_proto, u16 vlan_tci)
{
	skb->vlan_proto = vlan_proto;
	skb->vlan_tci = vlan_tci;
	skb->vlan_present = 1;
}

static inline bool skb_vlan_tag_present(const struct sk_buff *skb)
{
	return skb->vlan_present;
}

static inline u16 skb_vlan_tag_get(const struct sk_buff *skb)
{
	return skb->vlan_tci;
}

#endif
