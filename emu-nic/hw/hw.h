/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device as its own files see it.
 */
#ifndef EMUNIC_HW_PRIVATE_H
#define EMUNIC_HW_PRIVATE_H

#include "queue.h"

#define HW_MAX_FRAME 65600u	/* 64 KiB super-frame with Ethernet and VLAN headers */
#define HW_MIN_FRAME 14u

/*
 * In cache lines of its own: what all queues read for each frame, what they write now and then,
 * what each frame writes, each queue.
 */
struct emunic_hw {
	struct udm_bus *bus;
	void *bar;
	uint8_t mac[6];
	unsigned int num_queues;
	size_t fifo_limit;
	_Atomic uint32_t ctrl;
	_Atomic uint32_t hds_ctrl, hds_thresh;
	_Atomic bool gone;		/* pulled out: nothing answers, nothing works */
	_Atomic bool wire_held;		/* a frame was refused since the last room call */
	_Alignas(HW_CACHE_LINE) pthread_rwlock_t peer_lock; /* read: the peer's callbacks run */
	const struct emunic_peer *peer;	/* peer_lock; NULL: no cable */
	void *peer_ctx;			/* peer_lock */
	_Atomic bool link;
	_Atomic uint32_t link_vector;
	/* What the queues have taken is counted there. */
	_Atomic uint64_t counters[EMUNIC_PORT_COUNTERS];
	_Alignas(HW_CACHE_LINE) pthread_mutex_t steering_lock;
	struct steering steering;	/* steering_lock */
	struct steering_memo memo;	/* steering_lock */
	struct flow_rule flow_key;	/* steering_lock: the rule being written */
	uint32_t flow_loc, flow_status;	/* steering_lock */
	struct hw_queue queues[];
};

/* What the port counts of everything. */
uint64_t hw_port_counter(struct emunic_hw *hw, enum emunic_port_counter c);

/* cable.c. */
void hw_cable_init(struct emunic_hw *hw);
/* FIFO space came free: let a held wire try again. */
void hw_room(struct emunic_hw *hw);
/* 0: the frame is the wire's; -EAGAIN: later, after emunic_hw_tx_room(); -ENOLINK. */
int hw_cable_send(struct emunic_hw *hw, const void *frame, size_t len);
/* The device goes: tell the peer. */
void hw_cable_cut(struct emunic_hw *hw);
void hw_port_reset(struct emunic_hw *hw);

extern const struct udm_mmio_ops hw_mmio_ops;

#endif
