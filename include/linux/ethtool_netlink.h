/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of generic netlink family "ethtool": the system's UAPI plus what an
 * older copy of it lacks. Macros, so that a newer copy's enumerators may exist.
 */
#ifndef _KERN_LINUX_ETHTOOL_NETLINK_H
#define _KERN_LINUX_ETHTOOL_NETLINK_H

#include <linux/ethtool.h>
#include_next <linux/ethtool_netlink.h>

#ifndef ETHTOOL_TCP_DATA_SPLIT_UNKNOWN
#define ETHTOOL_TCP_DATA_SPLIT_UNKNOWN		0
#define ETHTOOL_TCP_DATA_SPLIT_DISABLED		1
#define ETHTOOL_TCP_DATA_SPLIT_ENABLED		2
#endif

#define ETHTOOL_A_RINGS_RX_PUSH			14
#define ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN		15
#define ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN_MAX	16
#define ETHTOOL_A_RINGS_HDS_THRESH		17
#define ETHTOOL_A_RINGS_HDS_THRESH_MAX		18

#define ETHTOOL_A_COALESCE_TX_AGGR_MAX_BYTES	26
#define ETHTOOL_A_COALESCE_TX_AGGR_MAX_FRAMES	27
#define ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS	28

#define ETHTOOL_MSG_RSS_GET			38
#define ETHTOOL_MSG_RSS_SET			48
#define ETHTOOL_MSG_RSS_GET_REPLY		38
#define ETHTOOL_MSG_RSS_NTF			50

#define ETHTOOL_A_RSS_HEADER			1
#define ETHTOOL_A_RSS_CONTEXT			2
#define ETHTOOL_A_RSS_HFUNC			3
#define ETHTOOL_A_RSS_INDIR			4
#define ETHTOOL_A_RSS_HKEY			5
#define ETHTOOL_A_RSS_INPUT_XFRM		6
#define ETHTOOL_A_RSS_START_CONTEXT		7
#define ETHTOOL_A_RSS_FLOW_HASH			8

#endif
