/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual functions as a driver reports them. Adds to the UAPI header.
 * Kernel path: linux/if_link.h.
 */
#ifndef _KERN_LINUX_IF_LINK_H
#define _KERN_LINUX_IF_LINK_H

#include_next <linux/if_link.h>

#include <linux/types.h>

struct ifla_vf_stats {
	__u64 rx_packets;
	__u64 tx_packets;
	__u64 rx_bytes;
	__u64 tx_bytes;
	__u64 broadcast;
	__u64 multicast;
	__u64 rx_dropped;
	__u64 tx_dropped;
};

struct ifla_vf_info {
	__u32 vf;
	__u8 mac[32];
	__u32 vlan;
	__u32 qos;
	__u32 spoofchk;
	__u32 linkstate;
	__u32 min_tx_rate;
	__u32 max_tx_rate;
	__u32 rss_query_en;
	__u32 trusted;
	__be16 vlan_proto;
};

#endif
