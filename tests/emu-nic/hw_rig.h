/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bare device with a hand-driven driver: rings and buffers in coherent memory.
 */
#ifndef UDM_TESTS_HW_RIG_H
#define UDM_TESTS_HW_RIG_H

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/wordpart.h>

#include "emu-nic/emunic_regs.h"
#include "emu-nic/hw/emunic_hw.h"

#define RIG_HDR_SIZE 256
#define RIG_PAY_SIZE 4096
#define RIG_RING 8	/* entries of each ring */
#define RIG_QUEUES 2

struct rig_ring {
	void *cpu;
	dma_addr_t dma;
	unsigned int entry;
};

struct rig_queue {
	struct rig_ring hdr, pay, cq;
	u8 *hdr_bufs, *pay_bufs;
	dma_addr_t hdr_dma, pay_dma;
	u32 hdr_posted, pay_posted, consumed;
	int irq;
	unsigned int interrupts;
};

struct rig {
	struct device dev;
	u64 dma_mask;
	struct emunic_hw *hw;
	void __iomem *bar;
	struct rig_queue q[RIG_QUEUES];
};

/* Boots a sim machine with a device whose queues are set up and enabled, nothing posted. */
void rig_up(struct rig *r, u32 ctrl, bool split);
void rig_down(struct rig *r);
/* The same on a machine that runs. */
void rig_device_up(struct rig *r, const char *name, u32 ctrl, bool split);
void rig_device_down(struct rig *r);
void rig_post(struct rig *r, unsigned int q, unsigned int hdr, unsigned int pay);
void rig_q_write(struct rig *r, unsigned int q, u32 reg, u32 val);
u64 rig_counter(struct rig *r, unsigned int q, enum emunic_queue_counter c);
/* Hand a frame in and let the machine settle. */
int rig_send(struct rig *r, const void *frame, size_t len);
/* The next completion, not yet consumed; NULL when the device wrote none. */
const struct emunic_rx_cqe *rig_peek(struct rig *r, unsigned int q);
void rig_consume(struct rig *r, unsigned int q, unsigned int n);

#endif
