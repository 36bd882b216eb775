/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sending with a bare device by hand: transmit rings, a data area, and a peer that
 * keeps what comes out.
 */
#ifndef UDM_TESTS_TX_RIG_H
#define UDM_TESTS_TX_RIG_H

#include "hw_rig.h"

#define TX_RING 16
#define TX_DATA (512 << 10)
#define SENT_MAX 70000

/* What came out of the device. The bytes are one after the other. */
struct sent_frame {
	u32 at, len;
};

struct sent_log {
	struct sent_frame frames[SENT_MAX];
	unsigned int n;
	unsigned int refuse;	/* take so many more frames, then ask to wait; 0: take all */
	bool full;
	u32 bytes;
	u8 data[8 << 20];
};

struct tx_queue {
	struct rig_ring ring, cq;
	u32 posted, consumed;
	u8 *data;
	dma_addr_t dma;
};

extern struct tx_queue txq[RIG_QUEUES];
extern struct sent_log sent;
extern const struct emunic_peer sent_peer;

/* Rings for a device that is up; both queues enabled. */
void tx_rings_up(struct rig *r);
void tx_rings_down(struct rig *r);
/* The same with the machine, the device and a recording peer with its link up. */
void tx_up(struct rig *r);
void tx_down(struct rig *r);

/* The next free descriptor of the queue, zeroed; tx_ring() tells the device. */
struct emunic_tx_desc *tx_next(unsigned int q);
void tx_ring(struct rig *r, unsigned int q);
/* One descriptor over data at an offset of the queue's data area. */
struct emunic_tx_desc *tx_piece(unsigned int q, u32 at, u32 len, u16 flags);
/* A packet of one piece at the start of the data area, sent; the machine settles. */
void tx_send(struct rig *r, unsigned int q, u32 len, u16 flags);
/* The next completion, consumed but not told to the device; NULL when there is none. */
const struct emunic_tx_cqe *tx_done(unsigned int q);
void tx_ack(struct rig *r, unsigned int q);
u64 tx_counter(struct rig *r, unsigned int q, enum emunic_tx_counter c);
u32 tx_reg(struct rig *r, unsigned int q, u32 reg);

/* Take so many more frames, then ask to wait; and take again. Any time. */
void sent_hold(unsigned int after);
void sent_release(struct emunic_hw *hw);
/* Only while nothing is on its way, as looking at the log. */
void sent_clear(void);
/* How many there are; any time. */
unsigned int sent_count(void);
const u8 *sent_bytes(unsigned int i);
/* One's complement sum of network-order words, folded; written without the device's code. */
u16 ones_sum(const u8 *data, size_t len, u32 start);
/* Are the IPv4 header and TCP or UDP checksums of a frame (one tag allowed) right? */
bool sums_right(const u8 *frame, size_t len);

#endif
