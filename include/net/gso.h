/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cutting packets into segments, in software.
 *
 * For devices that cannot do it themselves. TCP over IPv4 and IPv6. Payload in fragments
 * is not copied, so it may be memory that cannot be read. Contract: net/core/gso.c.
 */
#ifndef _NET_GSO_H
#define _NET_GSO_H

#include <linux/netdev_features.h>
#include <linux/skbuff.h>

/**
 * __skb_gso_segment - the segments of a packet, fit for a device with these features
 *
 * @skb has gso_size and gso_type, begins at its link layer header, and its network header
 * is set. It is not shared, and stays the caller's and whole, but its headers may have
 * become linear, and its checksum the device's business. Any context. @tx_path: it is being
 * sent; makes no difference here.
 *
 * A list of packets by ->next, the caller's; or NULL: the device can have @skb as it is,
 * whose headers only had to be looked at; or -EINVAL, headers or lengths are wrong, or
 * there is not more payload than for one segment; -EPROTONOSUPPORT, no TCP;
 * -ENOMEM; -EFAULT, bytes are to be copied or summed that cannot be read.
 */
struct sk_buff *__skb_gso_segment(struct sk_buff *skb, netdev_features_t features, bool tx_path);

static inline struct sk_buff *skb_gso_segment(struct sk_buff *skb, netdev_features_t features)
{
	return __skb_gso_segment(skb, features, true);
}

/* The same where mac_header and mac_len are set as well. */
struct sk_buff *skb_mac_gso_segment(struct sk_buff *skb, netdev_features_t features);

#endif
