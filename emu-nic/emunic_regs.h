/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * emunic register and descriptor layout: the datasheet.
 *
 * The only thing the silicon (hw/) and the driver (driver/) share. Registers are
 * little endian, 32 bits wide unless marked 64, in one BAR. All addresses in
 * rings and descriptors are bus addresses. Rings have a power-of-two number of
 * entries; indices written to doorbells run freely modulo 2^32 and are masked by
 * the device.
 */
#ifndef EMUNIC_REGS_H
#define EMUNIC_REGS_H

#include <linux/types.h>

#define EMUNIC_ID_VALUE		0x75646d31u	/* "udm1" */
#define EMUNIC_VERSION_VALUE	1u
#define EMUNIC_MAX_QUEUES	64
#define EMUNIC_RSS_KEY_BYTES	40
#define EMUNIC_RSS_TABLE_SIZE	128
#define EMUNIC_RSS_CONTEXTS	32	/* ways to spread, the default one included */
#define EMUNIC_MAX_FLOWS	1024
#define EMUNIC_BAR_SIZE		0x80000

/* Port registers. */
#define EMUNIC_GONE		0xffffffffu	/* every register of a device that is not there */

#define EMUNIC_ID		0x0000	/* ro: EMUNIC_ID_VALUE */
#define EMUNIC_VERSION		0x0004	/* ro */
#define EMUNIC_NUM_QUEUES	0x0008	/* ro: queue pairs present */
#define EMUNIC_CTRL		0x000c
#define   EMUNIC_CTRL_ENABLE	(1u << 0)	/* accept frames from the wire */
#define   EMUNIC_CTRL_RESET	(1u << 1)	/* self-clearing: stop and forget everything */
#define   EMUNIC_CTRL_PAUSE	(1u << 2)	/* no buffer: hold the wire instead of dropping */
#define EMUNIC_STATUS		0x0010	/* ro */
#define   EMUNIC_STATUS_LINK	(1u << 0)	/* a wire is there, and its other end too */
#define EMUNIC_MAC_LO		0x0014	/* ro: bytes 0..3 */
#define EMUNIC_MAC_HI		0x0018	/* ro: bytes 4..5 */
#define EMUNIC_LINK_VECTOR	0x001c	/* interrupt line raised when the link changes, 0: none */
#define EMUNIC_HDS_CTRL		0x0020
#define   EMUNIC_HDS_ENABLE	(1u << 0)	/* header-data split */
#define EMUNIC_HDS_THRESH	0x0024	/* frames up to this many bytes stay in the header buffer */
#define EMUNIC_RSS_CTRL		0x0028
#define   EMUNIC_RSS_ENABLE	(1u << 0)	/* off: not hashed, queue 0 */
#define EMUNIC_FEATURES		0x002c	/* ro: what this device can do beside the rest */
#define   EMUNIC_FEATURE_GRO	(1u << 0)	/* EMUNIC_Q_GRO_BYTES */
#define EMUNIC_RSS_KEY(i)	(0x0040 + 4 * (i))	/* 10 words, key bytes in memory order */
#define EMUNIC_RSS_TABLE(i)	(0x0100 + 4 * (i))	/* 128 entries: queue number */

/* What goes into the hash, by kind of packet. After a reset: all that the kind has. */
#define EMUNIC_RSS_FIELDS(k)	(0x0070 + 4 * (k))
enum emunic_rss_kind {
	EMUNIC_RSS_TCP4, EMUNIC_RSS_UDP4, EMUNIC_RSS_IP4,	/* IP: neither, and fragments */
	EMUNIC_RSS_TCP6, EMUNIC_RSS_UDP6, EMUNIC_RSS_IP6,
	EMUNIC_RSS_KINDS,
};
#define   EMUNIC_RSS_SRC	(1u << 0)
#define   EMUNIC_RSS_DST	(1u << 1)
#define   EMUNIC_RSS_SPORT	(1u << 2)	/* not of the IP kinds */
#define   EMUNIC_RSS_DPORT	(1u << 3)

/*
 * Each context has RSS_CTRL, RSS_KEY, RSS_FIELDS and RSS_TABLE of its own, at their offsets
 * from here. Context 0 is for frames without a rule, the others are for rules to name.
 */
#define EMUNIC_RSS_CONTEXT(c)	((c) ? 0x8000 + 0x400 * (c) : 0)
#define EMUNIC_RSS_CONTEXT_END	EMUNIC_RSS_CONTEXT(EMUNIC_RSS_CONTEXTS)

/* Flow steering: fill in the rule, then write FLOW_CMD. A set mask bit is compared. */
#define EMUNIC_FLOW_LOC		0x0400	/* location 0..EMUNIC_MAX_FLOWS-1, lower wins */
#define EMUNIC_FLOW_TYPE	0x0404
#define   EMUNIC_FLOW_IPV6	(1u << 0)	/* else IPv4 */
#define   EMUNIC_FLOW_L4	(1u << 1)	/* only with a TCP or UDP header */
#define   EMUNIC_FLOW_TAGGED	(1u << 2)	/* only with a VLAN tag */
#define EMUNIC_FLOW_SRC(i)	(0x0410 + 4 * (i))	/* 4 words, network byte order in memory */
#define EMUNIC_FLOW_DST(i)	(0x0420 + 4 * (i))	/* IPv4 uses word 0 */
#define EMUNIC_FLOW_SPORT	0x0430	/* host byte order */
#define EMUNIC_FLOW_DPORT	0x0434
#define EMUNIC_FLOW_QUEUE	0x0438
#define EMUNIC_FLOW_CMD		0x043c
#define   EMUNIC_FLOW_INSERT	1u
#define   EMUNIC_FLOW_DELETE	2u
#define EMUNIC_FLOW_STATUS	0x0440	/* ro: result of the last command */
#define   EMUNIC_FLOW_OK	0u
#define   EMUNIC_FLOW_BAD	1u	/* out of range, or a context that is off */
#define EMUNIC_FLOW_ACTION	0x0444
#define   EMUNIC_FLOW_TO_QUEUE	0u
#define   EMUNIC_FLOW_DROP	1u
#define   EMUNIC_FLOW_TO_CONTEXT	2u	/* its queue plus FLOW_QUEUE */
#define EMUNIC_FLOW_PROTO	0x0448	/* IP protocol, behind extension headers */
#define EMUNIC_FLOW_TOS		0x044c	/* type of service, traffic class */
#define EMUNIC_FLOW_VLAN	0x0450	/* outer tag, host byte order */
/* The masks of the same fields. */
#define EMUNIC_FLOW_SRC_MASK(i)	(0x0460 + 4 * (i))
#define EMUNIC_FLOW_DST_MASK(i)	(0x0470 + 4 * (i))
#define EMUNIC_FLOW_SPORT_MASK	0x0480
#define EMUNIC_FLOW_DPORT_MASK	0x0484
#define EMUNIC_FLOW_PROTO_MASK	0x0488
#define EMUNIC_FLOW_TOS_MASK	0x048c
#define EMUNIC_FLOW_VLAN_MASK	0x0490
#define EMUNIC_FLOW_CONTEXT	0x0494
#define EMUNIC_FLOW_END		0x0498

/* Port counters, 64 bits, read only. */
#define EMUNIC_PORT_COUNTER(i)	(0x0800 + 8 * (i))
enum emunic_port_counter {
	EMUNIC_PORT_RX_FRAMES,		/* everything the wire offered and the port took */
	EMUNIC_PORT_RX_BYTES,
	EMUNIC_PORT_DROP_DISABLED,	/* port not enabled */
	EMUNIC_PORT_DROP_RUNT,		/* shorter than an Ethernet header */
	EMUNIC_PORT_DROP_GIANT,		/* longer than the device takes */
	EMUNIC_PORT_DROP_MEMORY,	/* the emulation's host had no memory for the frame */
	EMUNIC_PORT_PAUSES,		/* times the wire was held */
	EMUNIC_PORT_DROP_RULE,		/* a flow rule said so */
	EMUNIC_PORT_COUNTERS,
};

/* Queue registers. */
#define EMUNIC_Q(q)		(0x10000 + 0x1000 * (q))
#define EMUNIC_Q_CTRL		0x000
#define   EMUNIC_Q_ENABLE	(1u << 0)
#define   EMUNIC_Q_RESET	(1u << 1)	/* self-clearing: indices 0, no descriptors */
#define EMUNIC_Q_STATUS		0x004	/* ro */
#define   EMUNIC_Q_RUNNING	(1u << 0)	/* clear: no DMA of this queue runs or will */
#define   EMUNIC_Q_PENDING	(1u << 1)	/* frames are in the FIFO */
#define   EMUNIC_Q_WAITING	(1u << 2)	/* they wait for the driver: buffers, completions */
#define EMUNIC_Q_PROGRESS	0x008	/* ro: frames that left the FIFO, delivered or dropped */
#define EMUNIC_Q_HDR_BASE	0x010	/* 64: ring of emunic_buf_desc */
#define EMUNIC_Q_HDR_ENTRIES	0x018
#define EMUNIC_Q_HDR_BUF_SIZE	0x01c
#define EMUNIC_Q_HDR_TAIL	0x020	/* doorbell: buffers posted so far */
#define EMUNIC_Q_PAY_BASE	0x030	/* 64: ring of emunic_buf_desc */
#define EMUNIC_Q_PAY_ENTRIES	0x038
#define EMUNIC_Q_PAY_BUF_SIZE	0x03c
#define EMUNIC_Q_PAY_TAIL	0x040	/* doorbell */
#define EMUNIC_Q_CQ_BASE	0x050	/* 64: ring of emunic_rx_cqe */
#define EMUNIC_Q_CQ_ENTRIES	0x058
#define EMUNIC_Q_CQ_HEAD	0x05c	/* doorbell: completions consumed so far */
/*
 * Moderation: an armed line waits until so many completions are there, or the oldest has
 * been for so long. Either 0: no such limit; both 0: it fires at once.
 */
#define EMUNIC_Q_MOD_USECS	0x06c
#define EMUNIC_Q_MOD_FRAMES	0x070
/*
 * Receive coalescing: segments that follow each other in a TCP stream become one packet of
 * at most so many bytes, headers included; 0: none do.
 */
#define EMUNIC_Q_GRO_BYTES	0x074
#define EMUNIC_Q_CQ_TAIL	0x068	/* ro: completions written so far */
#define EMUNIC_Q_VECTOR		0x060	/* interrupt line number of the queue */
#define EMUNIC_Q_IRQ		0x064	/* write: arm or disarm */
/* fires once, when a completion of either direction is there, then disarms */
#define   EMUNIC_Q_IRQ_ARM	1u
#define   EMUNIC_Q_IRQ_DISARM	0u

/* Queue counters, 64 bits, read only. */
#define EMUNIC_Q_COUNTER(i)	(0x100 + 8 * (i))
enum emunic_queue_counter {
	EMUNIC_Q_FRAMES,		/* delivered: the last completion was written */
	EMUNIC_Q_BYTES,
	EMUNIC_Q_COMPLETIONS,
	EMUNIC_Q_SPLIT,			/* frames with header-data split */
	EMUNIC_Q_STEERED,		/* chosen by a flow rule */
	EMUNIC_Q_CSUM_BAD,		/* delivered, marked bad */
	EMUNIC_Q_DROP_NO_HDR_BUF,
	EMUNIC_Q_DROP_NO_PAY_BUF,
	EMUNIC_Q_DROP_NO_CQE,
	EMUNIC_Q_DROP_STOPPED,		/* queue not enabled */
	EMUNIC_Q_DROP_FIFO,		/* on-chip buffer full */
	EMUNIC_Q_DROP_IOMMU,		/* a DMA of the frame faulted */
	EMUNIC_Q_DROP_TOO_BIG,		/* needs more buffers than a ring holds */
	EMUNIC_Q_DROP_RESET,		/* thrown away by stop or reset */
	EMUNIC_Q_GRO_PACKETS,		/* delivered, of several segments each */
	EMUNIC_Q_GRO_SEGMENTS,		/* frames in them */
	/* Why a packet of several segments took no more. */
	EMUNIC_Q_GRO_END_PUSH,		/* the last one said PSH, or was a short one */
	EMUNIC_Q_GRO_END_FULL,
	EMUNIC_Q_GRO_END_ORDER,		/* what came next in the flow does not continue it */
	EMUNIC_Q_GRO_END_EVICTED,	/* too many other flows */
	EMUNIC_Q_GRO_END_TURN,		/* nothing was in front of it any more */
	EMUNIC_Q_GRO_CUT,		/* too few buffers: only the first segments went */
	EMUNIC_Q_COUNTERS,
};

/*
 * Transmit registers of a queue. Its two directions share the interrupt and
 * nothing else: each is enabled, stopped and reset alone.
 */
#define EMUNIC_TQ_CTRL		0x800
#define   EMUNIC_TQ_ENABLE	(1u << 0)
#define   EMUNIC_TQ_RESET	(1u << 1)	/* self-clearing: stop, indices 0 */
#define EMUNIC_TQ_STATUS	0x804	/* ro */
#define   EMUNIC_TQ_RUNNING	(1u << 0)	/* clear: no DMA of this direction runs or will */
#define   EMUNIC_TQ_WAITING	(1u << 2)	/* for the wire, or for completion entries */
#define EMUNIC_TQ_BASE		0x810	/* 64: ring of emunic_tx_desc */
#define EMUNIC_TQ_ENTRIES	0x818
#define EMUNIC_TQ_TAIL		0x820	/* doorbell: descriptors posted so far, whole packets */
#define EMUNIC_TQ_HEAD		0x824	/* ro: descriptors taken so far */
#define EMUNIC_TQ_CQ_BASE	0x830	/* 64: ring of emunic_tx_cqe */
#define EMUNIC_TQ_CQ_ENTRIES	0x838
#define EMUNIC_TQ_CQ_HEAD	0x83c	/* doorbell: completions consumed so far */
#define EMUNIC_TQ_CQ_TAIL	0x848	/* ro: completions written so far */

/* Transmit counters, 64 bits, read only. The drops count packets. */
#define EMUNIC_TQ_COUNTER(i)	(0x900 + 8 * (i))
enum emunic_tx_counter {
	EMUNIC_TQ_PACKETS,		/* sent whole */
	EMUNIC_TQ_FRAMES,		/* handed to the wire: a packet is many with TSO */
	EMUNIC_TQ_BYTES,		/* in those frames */
	EMUNIC_TQ_COMPLETIONS,
	EMUNIC_TQ_TSO,			/* packets cut into segments */
	EMUNIC_TQ_CSUM,			/* frames whose transport checksum was inserted */
	EMUNIC_TQ_HELD,			/* times the wire asked to wait */
	EMUNIC_TQ_DROP_IOMMU,		/* a read of a descriptor or of data faulted */
	EMUNIC_TQ_DROP_CHAIN,		/* malformed chain of descriptors */
	EMUNIC_TQ_DROP_OFFLOAD,		/* what the offload fields say does not fit the packet */
	EMUNIC_TQ_DROP_TOO_BIG,
	EMUNIC_TQ_DROP_DISABLED,	/* port not enabled */
	EMUNIC_TQ_DROP_LINK,		/* no wire, or nobody at its other end */
	EMUNIC_TQ_DROP_STOPPED,		/* thrown away half sent, by stop or reset */
	EMUNIC_TQ_CQ_FAULT,		/* completions that could not be written */
	EMUNIC_TQ_COUNTERS,
};

/* Descriptors. */
struct emunic_buf_desc {
	__le64 addr;
	__le32 id;		/* returned in the completion; not EMUNIC_NO_BUF */
	__le32 reserved;
};

/*
 * Where a frame goes.
 *
 * Split on: one header buffer, then as many payload buffers as needed. A frame
 * with a recognised transport header is cut right behind it (EMUNIC_CQE_SPLIT);
 * if nothing follows the headers, or the frame is not longer than HDS_THRESH, it
 * stays in the header buffer. Any other frame fills the header buffer and only
 * what does not fit goes to payload buffers, without EMUNIC_CQE_SPLIT.
 * Split off: payload buffers only, hdr_id is EMUNIC_NO_BUF.
 *
 * One completion per payload buffer, at least one per frame; a completion
 * without payload buffer has pay_id EMUNIC_NO_BUF. All but the first of a frame
 * have hdr_id EMUNIC_NO_BUF. Every payload buffer but the last is full. The device
 * writes flags last; the phase bit in it is 1 on the first pass over the ring and
 * flips with each pass. After a DMA fault all completions of the frame carry
 * EMUNIC_CQE_ERROR: the buffers come back, their contents mean nothing.
 */
#define EMUNIC_NO_BUF		0xffffffffu

struct emunic_rx_cqe {
	__le32 hdr_id;
	__le32 pay_id;
	__le32 pay_len;
	__le32 frame_len;	/* whole frame, valid in the first completion */
	__le32 rss_hash;	/* Toeplitz, valid with EMUNIC_CQE_HASH_L3 or _L4 */
	__le16 hdr_len;
	__le16 l4_offset;	/* 0: no transport header recognised */
	__le16 segments;	/* frames it was made of, valid with EMUNIC_CQE_GRO */
	__le16 mss;		/* payload bytes of each but the last, likewise */
	__le32 flags;
};

#define EMUNIC_CQE_PHASE	(1u << 0)
#define EMUNIC_CQE_SOP		(1u << 1)	/* first completion of a frame */
#define EMUNIC_CQE_EOP		(1u << 2)	/* last */
#define EMUNIC_CQE_SPLIT	(1u << 3)	/* header buffer ends where the payload begins */
#define EMUNIC_CQE_IPV4		(1u << 4)
#define EMUNIC_CQE_IPV6		(1u << 5)
#define EMUNIC_CQE_TCP		(1u << 6)
#define EMUNIC_CQE_UDP		(1u << 7)
#define EMUNIC_CQE_VLAN		(1u << 8)
#define EMUNIC_CQE_FRAG		(1u << 9)	/* IP fragment: no transport header parsed */
#define EMUNIC_CQE_HASH_L3	(1u << 10)
#define EMUNIC_CQE_HASH_L4	(1u << 11)
#define EMUNIC_CQE_CSUM_L3_OK	(1u << 12)	/* IPv4 header checksum checked and right */
#define EMUNIC_CQE_CSUM_L4_OK	(1u << 13)
#define EMUNIC_CQE_CSUM_BAD	(1u << 14)	/* a checked checksum is wrong */
#define EMUNIC_CQE_MALFORMED	(1u << 15)	/* a header length lies; whole frame unsplit */
#define EMUNIC_CQE_ERROR	(1u << 16)	/* a DMA of the frame faulted */
#define EMUNIC_CQE_GRO		(1u << 17)	/* TCP segments in one packet */

#define EMUNIC_GRO_MAX_SEGMENTS	128
#define EMUNIC_GRO_MAX_BYTES	65535	/* from the IP header on */

/*
 * A packet to send: one descriptor per piece, in order, EMUNIC_TX_SOP on the first
 * and EMUNIC_TX_EOP on the last. The first says what the device does to the packet;
 * from l3_offset on its fields count in the others for nothing. Offsets are from
 * the start of the packet as it is in memory, before a VLAN tag is inserted.
 */
struct emunic_tx_desc {
	__le64 addr;
	__le32 len;		/* not 0 */
	__le16 flags;
	__le16 vlan_tci;	/* EMUNIC_TX_VLAN */
	__le16 l3_offset;	/* EMUNIC_TX_IP_CSUM, EMUNIC_TX_TSO */
	__le16 csum_start;	/* EMUNIC_TX_CSUM: sum from here; EMUNIC_TX_TSO: the TCP header */
	__le16 csum_offset;	/* EMUNIC_TX_CSUM: where the result goes, from csum_start on */
	__le16 hdr_len;		/* EMUNIC_TX_TSO: up to the end of the TCP header */
	__le16 mss;		/* EMUNIC_TX_TSO: payload bytes of each segment but the last */
	__le16 reserved;
	__le32 cookie;		/* returned in the completion */
};

#define EMUNIC_TX_SOP		(1u << 0)
#define EMUNIC_TX_EOP		(1u << 1)
#define EMUNIC_TX_REPORT	(1u << 2)	/* write a completion; errors always do */
#define EMUNIC_TX_CSUM		(1u << 3)	/* field holds the pseudo header's sum */
#define EMUNIC_TX_IP_CSUM	(1u << 4)	/* IPv4 header checksum; contents are ignored */
#define EMUNIC_TX_VLAN		(1u << 5)	/* insert an 802.1Q tag behind the addresses */
#define EMUNIC_TX_TSO		(1u << 6)	/* TCP over IPv4 or IPv6; both checksums done */
#define EMUNIC_TX_FLAGS		0x7fu		/* all there are */

#define EMUNIC_TX_MAX_DESCS	64		/* per packet */
#define EMUNIC_TX_MAX_BYTES	65600		/* per packet, and per frame with its tag */

/*
 * Written when the last frame of the packet was handed to the wire or the packet
 * was dropped; flags last, with a phase bit as in the receive ring. Everything before
 * head is the driver's again, packets without EMUNIC_TX_REPORT included.
 */
struct emunic_tx_cqe {
	__le32 cookie;
	__le32 head;		/* descriptors taken, this packet's included; runs freely */
	__le32 frames;		/* handed to the wire */
	__le32 flags;
};

#define EMUNIC_TXC_PHASE	(1u << 0)
#define EMUNIC_TXC_ERROR	(1u << 1)	/* not, or not wholly, sent */
#define EMUNIC_TXC_WHY(flags)	((flags) >> 8 & 0xff)	/* enum emunic_tx_counter */
#define EMUNIC_TXC_WHY_SHIFT	8

#endif
