// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between a device and the protocols.
 *
 * Receive: a frame comes with its Ethernet header taken off. VLAN tags are taken
 * off here and kept beside it; then packet taps see it. The stack listens to everything
 * that goes by, whoever it was sent to: receivers are passive. Softirq or BH disabled.
 *
 * Transmit: a frame comes whole, is made fit for the device and goes to its
 * driver at once, one at a time per queue, or waits in sch_generic.c while that is
 * stopped; a caller that chose the queue has its packet back then.
 */
#include <linux/export.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/init.h>
#include <linux/jhash.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <net/busy_poll.h>
#include <net/checksum.h>
#include <net/gso.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "libpagepool/devmem.h"
#include "inet_if.h"
#include "ptype.h"
#include "sch_generic.h"

#define MAX_VLAN_TAGS	4

static u8 rss_key[NETDEV_RSS_KEY_LEN];

/* --- Receive ------------------------------------------------------------- */

/* The Ethernet header closes the gap that a tag has left, for those who want to see it. */
static void skb_vlan_close_gap(struct sk_buff *skb)
{
	unsigned char *mac = skb_mac_header(skb);

	if (skb->data - mac < ETH_HLEN + VLAN_HLEN)
		return;
	memmove(mac + VLAN_HLEN, mac, 2 * ETH_ALEN);
	skb->mac_header += VLAN_HLEN;
}

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
		skb_vlan_close_gap(skb);
	}
	return true;
}

static int netif_deliver(struct sk_buff *skb)
{
	bool taken;

	skb_reset_network_header(skb);
	skb_reset_transport_header(skb);
	taken = ptype_received(skb);
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb)
		return NET_RX_DROP;
	switch (ntohs(skb->protocol)) {
	case ETH_P_IP:
		return ip_rcv(skb, skb->dev);
	case ETH_P_IPV6:
		return ipv6_rcv(skb, skb->dev);
	case ETH_P_ARP:
		if (inet_if_rcv(skb))
			return NET_RX_SUCCESS;
		fallthrough;
	default:
		if (taken) {
			consume_skb(skb);
			return NET_RX_SUCCESS;
		}
		kfree_skb_reason(skb, SKB_DROP_REASON_UNHANDLED_PROTO);
		return NET_RX_DROP;
	}
}

int netif_receive_skb(struct sk_buff *skb)
{
	guard(rcu)();
	skb->skb_iif = skb->dev->ifindex;
	/* Receivers may keep it for ever: no sender can wait for that. */
	if (skb_orphan_frags_rx(skb, GFP_ATOMIC)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_SKB_UCOPY_FAULT);
		return NET_RX_DROP;
	}
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

/* --- Transmit: making a packet fit --------------------------------------- */

/* Is this memory the device's to read? Other kinds of net_iov are nobody's business here. */
static bool frag_is_bound_to(const skb_frag_t *frag, const struct net_device *dev)
{
	struct net_iov *niov = skb_frag_net_iov(frag);

	if (!niov || !net_is_devmem_iov(niov))
		return true;
	return READ_ONCE(net_devmem_iov_binding(niov)->dev) == dev;
}

/* A device that leaves the DMA to another lets the packet through to that one. */
static bool xmit_unreadable_ok(const struct sk_buff *skb, const struct net_device *dev)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);

	if (skb_frags_readable(skb) || dev->netmem_tx == NETMEM_TX_NO_DMA)
		return true;
	if (dev->netmem_tx == NETMEM_TX_NONE)
		return false;
	for (int i = 0; i < shinfo->nr_frags; i++)
		if (!frag_is_bound_to(&shinfo->frags[i], dev))
			return false;
	return true;
}

/* Sum what is to be summed and store the result, which is never 0. */
static int skb_store_checksum(struct sk_buff *skb)
{
	int start = skb_checksum_start_offset(skb), field = start + skb->csum_offset;
	__sum16 sum;
	int err;

	if (WARN_ON_ONCE(start < 0 || start >= (int)skb->len ||
			 field + (int)sizeof(sum) > (int)skb->len))
		return -EINVAL;
	sum = csum_fold(skb_checksum(skb, start, skb->len - start, 0));
	err = skb_ensure_writable(skb, field + sizeof(sum));
	if (err)
		return err;
	sum = sum ? sum : CSUM_MANGLED_0;
	memcpy(skb->data + field, &sum, sizeof(sum));
	skb->ip_summed = CHECKSUM_NONE;
	return 0;
}

int skb_checksum_help(struct sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_COMPLETE) {
		skb->ip_summed = CHECKSUM_NONE;
		return 0;
	}
	if (WARN_ON_ONCE(skb_is_gso(skb)))
		return -EINVAL;
	return skb_frags_readable(skb) ? skb_store_checksum(skb) : -EFAULT;
}
EXPORT_SYMBOL(skb_checksum_help);

/* The tag that is kept beside the packet goes into it. */
static int skb_vlan_push_inside(struct sk_buff *skb)
{
	__be16 tag[2] = { skb->vlan_proto, htons(skb_vlan_tag_get(skb)) };
	int err = 0;

	if (skb_headroom(skb) < VLAN_HLEN || skb_cloned(skb))
		err = pskb_expand_head(skb, VLAN_HLEN, 0, GFP_ATOMIC);
	if (err)
		return err;
	skb_push(skb, VLAN_HLEN);
	memmove(skb->data, skb->data + VLAN_HLEN, 2 * ETH_ALEN);
	memcpy(skb->data + 2 * ETH_ALEN, tag, sizeof(tag));
	skb_reset_mac_header(skb);
	skb->vlan_present = 0;
	return 0;
}

netdev_features_t netif_skb_features(struct sk_buff *skb)
{
	netdev_features_t features = READ_ONCE(skb->dev->features);

	if (skb->ip_summed == CHECKSUM_PARTIAL && !can_checksum_protocol(features, skb->protocol))
		features &= ~(NETIF_F_CSUM_MASK | NETIF_F_GSO_MASK);
	/* A device inserts 802.1Q tags only. */
	if (skb->vlan_proto != htons(ETH_P_8021Q))
		features &= ~NETIF_F_HW_VLAN_CTAG_TX;
	return features;
}
EXPORT_SYMBOL(netif_skb_features);

/* The packet, or the segments that it has become; an error: it is still there. */
static struct sk_buff *xmit_segment(struct sk_buff *skb, netdev_features_t features)
{
	struct sk_buff *segs = skb_gso_segment(skb, features);

	if (IS_ERR(segs))
		return segs;
	if (!segs)
		return skb;
	consume_skb(skb);
	return segs;
}

/* What the device can be given in the packet's place, or why not: it is still there then. */
static struct sk_buff *xmit_adapt(struct sk_buff *skb)
{
	netdev_features_t features = netif_skb_features(skb);
	int err = 0;

	if (skb_vlan_tag_present(skb) && !(features & NETIF_F_HW_VLAN_CTAG_TX))
		err = skb_vlan_push_inside(skb);
	if (err)
		return ERR_PTR(err);
	if (netif_needs_gso(skb, features))
		return xmit_segment(skb, features);
	/* Nobody here walks a list of packets that are one. */
	if (skb_has_frag_list(skb) || (skb_is_nonlinear(skb) && !(features & NETIF_F_SG)))
		err = skb_linearize(skb);
	if (!err && skb->ip_summed == CHECKSUM_PARTIAL && !(features & NETIF_F_CSUM_MASK))
		err = skb_checksum_help(skb);
	return err ? ERR_PTR(err) : skb;
}

/* What is left of the packet: itself, its segments, or NULL. */
static struct sk_buff *validate_xmit_skb(struct sk_buff *skb, struct net_device *dev)
{
	struct sk_buff *fit = ERR_PTR(-EFAULT);

	if (xmit_unreadable_ok(skb, dev))
		fit = xmit_adapt(skb);
	if (!IS_ERR(fit))
		return fit;
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb(skb);
	return NULL;
}

struct sk_buff *validate_xmit_skb_list(struct sk_buff *skb, struct net_device *dev,
				       bool *again __always_unused)
{
	struct sk_buff *good = NULL, **last = &good, *next;

	for (; skb; skb = next) {
		next = skb->next;
		skb->next = NULL;
		*last = validate_xmit_skb(skb, dev);
		while (*last)
			last = &(*last)->next;
	}
	return good;
}
EXPORT_SYMBOL(validate_xmit_skb_list);

/* --- Transmit: choosing a queue ------------------------------------------ */

static u32 flow_hash_ports(const struct sk_buff *skb, unsigned int at, u8 proto, u32 sum)
{
	__be32 ports;

	if ((proto != IPPROTO_TCP && proto != IPPROTO_UDP) ||
	    skb_copy_bits(skb, at, &ports, sizeof(ports)))
		return sum;
	return jhash_1word((__force u32)ports, sum);
}

/* Packets of one flow get one number; what is no IP gets 0. */
static u32 flow_hash(const struct sk_buff *skb)
{
	union {
		struct iphdr v4;
		struct ipv6hdr v6;
	} h;
	unsigned int at = ETH_HLEN;

	if (skb->protocol == htons(ETH_P_IP) && !skb_copy_bits(skb, at, &h.v4, sizeof(h.v4))) {
		u32 sum = jhash(&h.v4.saddr, 8, h.v4.protocol);

		return ip_is_fragment(&h.v4) ? sum :
			flow_hash_ports(skb, at + h.v4.ihl * 4, h.v4.protocol, sum);
	}
	if (skb->protocol == htons(ETH_P_IPV6) && !skb_copy_bits(skb, at, &h.v6, sizeof(h.v6)))
		return flow_hash_ports(skb, at + sizeof(h.v6), h.v6.nexthdr,
				       jhash(&h.v6.saddr, 32, h.v6.nexthdr));
	return 0;
}

/* What goes back the way it came takes the queue it came in by. */
u16 netdev_pick_tx(struct net_device *dev, struct sk_buff *skb)
{
	unsigned int queues = READ_ONCE(dev->real_num_tx_queues);

	if (queues == 1)
		return 0;
	if (skb_rx_queue_recorded(skb))
		return skb_get_rx_queue(skb) % queues;
	return reciprocal_scale(skb->hash ? skb->hash : flow_hash(skb), queues);
}
EXPORT_SYMBOL(netdev_pick_tx);

/* --- Transmit: handing over ---------------------------------------------- */

static int netdev_start_xmit(struct sk_buff *skb, struct net_device *dev,
			     struct netdev_queue *txq, bool more)
{
	int ret;

	ptype_sent(skb);
	__this_cpu_write(softnet_data.xmit.more, more);
	ret = dev->netdev_ops->ndo_start_xmit(skb, dev);
	if (ret == NETDEV_TX_OK)
		txq_trans_cond_update(txq);
	return ret;
}

struct sk_buff *dev_hard_start_xmit(struct sk_buff *first, struct net_device *dev,
				    struct netdev_queue *txq, int *ret)
{
	struct sk_buff *next;

	for (*ret = NETDEV_TX_OK; first; first = next) {
		next = first->next;
		first->next = NULL;
		*ret = netdev_start_xmit(first, dev, txq, next != NULL);
		if (!dev_xmit_complete(*ret)) {
			first->next = next;
			return first;
		}
		if (next && netif_tx_queue_stopped(txq)) {
			*ret = NETDEV_TX_BUSY;
			return next;
		}
	}
	return NULL;
}
EXPORT_SYMBOL(dev_hard_start_xmit);

static bool can_transmit(const struct net_device *dev)
{
	return netif_running(dev) && netif_carrier_ok(dev) && netif_device_present(dev) &&
	       dev->netdev_ops->ndo_start_xmit;
}

static void xmit_drop(struct net_device *dev, struct sk_buff *skb)
{
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
}

/* Segments of one packet go the same way. */
static int xmit_to_queue(struct sk_buff *skb, struct net_device *dev)
{
	const u16 queue = netdev_pick_tx(dev, skb);
	struct netdev_queue *txq = netdev_get_tx_queue(dev, queue);
	struct sk_buff *seg;
	int ret;

	for (seg = skb; seg; seg = seg->next)
		skb_set_queue_mapping(seg, queue);
	HARD_TX_LOCK(dev, txq, smp_processor_id());
	ret = txq_send(skb, txq);
	HARD_TX_UNLOCK(dev, txq);
	return ret;
}

int dev_queue_xmit(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	int ret = NET_XMIT_DROP;

	guard(rcu)();
	skb_reset_mac_header(skb);
	if (!can_transmit(dev)) {
		xmit_drop(dev, skb);
		return -ENETDOWN;
	}
	local_bh_disable();
	skb = validate_xmit_skb(skb, dev);
	if (skb)
		ret = xmit_to_queue(skb, dev);
	local_bh_enable();
	return ret;
}
EXPORT_SYMBOL(dev_queue_xmit);

static int xmit_directly(struct sk_buff *skb, struct net_device *dev, u16 queue_id)
{
	struct netdev_queue *txq = netdev_get_tx_queue(dev, queue_id);
	int ret = NETDEV_TX_BUSY;

	skb_set_queue_mapping(skb, queue_id);
	HARD_TX_LOCK(dev, txq, smp_processor_id());
	if (!netif_xmit_frozen_or_drv_stopped(txq))
		dev_hard_start_xmit(skb, dev, txq, &ret);
	HARD_TX_UNLOCK(dev, txq);
	return ret;
}

int __dev_direct_xmit(struct sk_buff *skb, u16 queue_id)
{
	struct net_device *dev = skb->dev;
	struct sk_buff *fit;
	int ret = NET_XMIT_DROP;

	guard(rcu)();
	if (!can_transmit(dev) || queue_id >= READ_ONCE(dev->real_num_tx_queues)) {
		xmit_drop(dev, skb);
		return ret;
	}
	skb_reset_mac_header(skb);
	local_bh_disable();
	fit = validate_xmit_skb(skb, dev);
	if (fit == skb) {
		ret = xmit_directly(skb, dev, queue_id);
	} else if (fit) {
		/* The caller would have one packet back of many. */
		dev_core_stats_tx_dropped_inc(dev);
		kfree_skb_list(fit);
	}
	local_bh_enable();
	return ret;
}
EXPORT_SYMBOL(__dev_direct_xmit);

/* --- RSS ----------------------------------------------------------------- */

void netdev_rss_key_fill(void *buffer, size_t len)
{
	BUG_ON(len > sizeof(rss_key));
	memcpy(buffer, rss_key, len);
}
EXPORT_SYMBOL(netdev_rss_key_fill);

static int __init net_dev_init(void)
{
	get_random_bytes(rss_key, sizeof(rss_key));
	txq_backlog_init();
	return 0;
}
subsys_initcall(net_dev_init);

static void __exit net_dev_exit(void)
{
	txq_backlog_exit();
}
__exitcall(net_dev_exit);
