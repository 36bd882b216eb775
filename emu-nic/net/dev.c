// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a device's poll function to the protocols.
 *
 * A frame comes with its Ethernet header taken off. VLAN tags are taken off here
 * and kept beside it. The stack listens to everything that goes by, whoever it
 * was sent to: receivers are passive. Softirq or BH disabled.
 */
#include <linux/export.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/init.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <net/busy_poll.h>
#include <net/ip.h>
#include <net/ipv6.h>

#define MAX_VLAN_TAGS	4

static u8 rss_key[NETDEV_RSS_KEY_LEN];

/* Takes the tags off; false if one is cut short or there are unreasonably many. */
static bool skb_vlan_untag(struct sk_buff *skb)
{
	const struct vlan_hdr *tag;
	int n;

	for (n = 0; eth_type_vlan(skb->protocol); n++) {
		if (n == MAX_VLAN_TAGS || !pskb_may_pull(skb, VLAN_HLEN))
			return false;
		tag = (const struct vlan_hdr *)skb->data;
		__vlan_hwaccel_put_tag(skb, skb->protocol, ntohs(tag->h_vlan_TCI));
		skb->protocol = tag->h_vlan_encapsulated_proto;
		skb_pull(skb, VLAN_HLEN);
	}
	return true;
}

static int netif_deliver(struct sk_buff *skb)
{
	skb_reset_network_header(skb);
	skb_reset_transport_header(skb);
	switch (ntohs(skb->protocol)) {
	case ETH_P_IP:
		return ip_rcv(skb, skb->dev);
	case ETH_P_IPV6:
		return ipv6_rcv(skb, skb->dev);
	default:
		kfree_skb_reason(skb, SKB_DROP_REASON_UNHANDLED_PROTO);
		return NET_RX_DROP;
	}
}

int netif_receive_skb(struct sk_buff *skb)
{
	guard(rcu)();
	skb->skb_iif = skb->dev->ifindex;
	if (skb_vlan_untag(skb))
		return netif_deliver(skb);
	kfree_skb_reason(skb, SKB_DROP_REASON_HDR_TRUNC);
	return NET_RX_DROP;
}
EXPORT_SYMBOL(netif_receive_skb);

int napi_gro_receive(struct napi_struct *napi, struct sk_buff *skb)
{
	skb_mark_napi_id(skb, napi);
	return netif_receive_skb(skb);
}
EXPORT_SYMBOL(napi_gro_receive);

void netdev_rss_key_fill(void *buffer, size_t len)
{
	BUG_ON(len > sizeof(rss_key));
	memcpy(buffer, rss_key, len);
}
EXPORT_SYMBOL(netdev_rss_key_fill);

static int __init net_dev_init(void)
{
	get_random_bytes(rss_key, sizeof(rss_key));
	return 0;
}
subsys_initcall(net_dev_init);
