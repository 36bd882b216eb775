/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a packet was dropped. Every kfree_skb_reason() counts its reason; the
 * counts are read with udm_net_drops(), see udevmem/netdev.h.
 * Contract: include/net/dropreason-core.h (the names).
 */
#ifndef _LINUX_DROPREASON_CORE_H
#define _LINUX_DROPREASON_CORE_H

#define DEFINE_DROP_REASON(FN, FNe)	\
	FN(NOT_SPECIFIED)		\
	FN(NO_SOCKET)			\
	FN(SOCKET_RCVBUFF)		\
	FN(SOCKET_FILTER)		\
	FN(OTHERHOST)			\
	FN(IP_CSUM)			\
	FN(IP_INHDR)			\
	FN(IP_INADDRERRORS)		\
	FN(IP_NOPROTO)			\
	FN(UNHANDLED_PROTO)		\
	FN(PKT_TOO_SMALL)		\
	FN(TCP_CSUM)			\
	FN(TCP_FLAGS)			\
	FN(TCP_ZEROWINDOW)		\
	FN(TCP_OLD_DATA)		\
	FN(TCP_OVERWINDOW)		\
	FN(TCP_OFOMERGE)		\
	FN(TCP_OFO_QUEUE_PRUNE)		\
	FN(TCP_RESET)			\
	FN(TCP_CLOSE)			\
	FN(TCP_INVALID_SEQUENCE)	\
	FN(TCP_INVALID_SYN)		\
	FN(TCP_MINTTL)			\
	FN(QUEUE_PURGE)			\
	FN(FULL_RING)			\
	FN(NOMEM)			\
	FN(HDR_TRUNC)			\
	FN(DEV_READY)			\
	FN(SKB_CSUM)			\
	FN(SKB_UCOPY_FAULT)		\
	FN(IP_INVALID_FRAGMENT)		\
	FNe(MAX)

enum skb_drop_reason {
	SKB_NOT_DROPPED_YET = 0,
	SKB_CONSUMED,
#define UDM_DROP_REASON(name)	SKB_DROP_REASON_##name,
	DEFINE_DROP_REASON(UDM_DROP_REASON, UDM_DROP_REASON)
#undef UDM_DROP_REASON
};

#endif
