/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The silicon of the emulated NIC.
 *
 * Knows registers, descriptor rings and bus addresses, and nothing of the kernel
 * side: memory is reached through a bus handle, the driver through registers and
 * interrupt lines. One engine per queue moves that queue's frames; a wire hands
 * frames in from its own engine or thread.
 */
#ifndef EMUNIC_HW_H
#define EMUNIC_HW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct emunic_hw;
struct udm_bus;

struct emunic_hw_config {
	unsigned int queues;		/* 1..EMUNIC_MAX_QUEUES */
	struct udm_bus *bus;		/* the device's view of memory; borrowed */
	uint8_t mac[6];
	size_t fifo_bytes;		/* on-chip buffer per queue, 0: 256 KiB */
};

/*
 * Create a device in reset. Returns NULL with errno EINVAL (queues out of range) or
 * ENOMEM. Destroy it only when nobody hands in frames and the driver is gone; a
 * wire that is still attached is told. Both must run in a thread that may block.
 */
struct emunic_hw *emunic_hw_create(const struct emunic_hw_config *cfg);
void emunic_hw_destroy(struct emunic_hw *hw);

/* The register window, as a cookie for readl() and writel(). */
void *emunic_hw_bar(struct emunic_hw *hw);

/*
 * A frame from the wire, len bytes from the Ethernet header on, without FCS. The
 * bytes are copied. 0: taken (delivered later, or dropped and counted); -EAGAIN:
 * not taken, offer it again after the room callback (only with
 * EMUNIC_CTRL_PAUSE). Any thread, several at a time; frames of one flow keep their order
 * only if one thread offers them.
 */
int emunic_hw_rx(struct emunic_hw *hw, const void *frame, size_t len);

/*
 * The same for a frame that is lent: its payload is not copied, but read when it goes to the
 * driver's buffers. Taken, it belongs to the device, data included, until done() is called:
 * once, maybe before the return, by any thread that makes the device let go of it, so that it
 * may not call the device. Not taken, it stays the caller's. A long frame that is not in a cache
 * is on its way there sooner if the frame before it has told where it is.
 */
struct emunic_frame {
	const void *data;
	size_t len;
	void (*done)(struct emunic_frame *frame);
	const void *next;	/* data of the frame after this one, or NULL: only a hint */
};

int emunic_hw_rx_lent(struct emunic_hw *hw, struct emunic_frame *frame);

/*
 * The other end of the device's cable. The callbacks run in the device's engines, of
 * several queues at a time, and may not call the device back; each may be NULL.
 */
struct emunic_peer {
	/*
	 * A frame the device sends. 0: taken, that is copied or lost; -EAGAIN: not
	 * taken, offered again after emunic_hw_tx_room(). NULL takes all and keeps none.
	 */
	int (*take)(void *ctx, const void *frame, size_t len);
	/* A frame that emunic_hw_rx() refused may be offered again. */
	void (*room)(void *ctx);
	/*
	 * The device is being destroyed, in the destroying thread: on return the peer
	 * has forgotten it. Its other callbacks may still run until then. Required.
	 */
	void (*gone)(void *ctx);
};

/* Plug a cable in; the link is down. -EBUSY when there is one. */
int emunic_hw_attach(struct emunic_hw *hw, const struct emunic_peer *peer, void *ctx);
/* Pull it out; on return no callback runs. May block. */
void emunic_hw_detach(struct emunic_hw *hw);
/* What EMUNIC_STATUS shows; frames are sent while it is up. Any thread. */
void emunic_hw_set_link(struct emunic_hw *hw, bool up);
/* The peer takes frames again after having refused one. Any thread. */
void emunic_hw_tx_room(struct emunic_hw *hw);

/*
 * True when no frame is inside the device and no running queue has packets to send.
 * A snapshot.
 */
bool emunic_hw_idle(struct emunic_hw *hw);

/*
 * Calls fn for each payload buffer that waits in a ring to be filled, and for each piece
 * of a packet that waits to be sent. The device must not be called from fn. May block.
 */
typedef void (*emunic_hw_buffer_fn)(void *ctx, unsigned int queue, uint64_t addr, size_t len);
void emunic_hw_posted(struct emunic_hw *hw, emunic_hw_buffer_fn fn, void *ctx);
void emunic_hw_sending(struct emunic_hw *hw, emunic_hw_buffer_fn fn, void *ctx);

/*
 * Broken hardware on request. Each is for a queue, and happens the next so many times
 * that it can; then the device is well again. What a driver can do about each is in the
 * datasheet.
 */
enum emunic_hw_fault {
	EMUNIC_HW_FAULT_RX_STUCK,	/* receives nothing, cannot be stopped, until reset */
	EMUNIC_HW_FAULT_TX_STUCK,	/* so does sending */
	EMUNIC_HW_FAULT_DOORBELL,	/* a doorbell of either direction is not heard */
	EMUNIC_HW_FAULT_DUPLICATE,	/* the completions of a frame are written twice */
	EMUNIC_HW_FAULT_REORDER,	/* a frame takes other buffers than those that are next */
	EMUNIC_HW_FAULT_UNKNOWN,	/* a completion names a buffer that was never posted */
	EMUNIC_HW_FAULT_OVERLONG,	/* a completion says more than the buffer's size */
	EMUNIC_HW_FAULT_WILD_DMA,	/* the data of a frame goes far beyond its buffers */
	EMUNIC_HW_FAULT_LATE_DMA,	/* to a posted buffer, 50 ms after the queue stopped */
	EMUNIC_HW_FAULT_TX_HEAD,	/* a transmit completion gives back more than was posted */
	EMUNIC_HW_FAULT_CONTEXT,	/* an RSS context is not enabled; ask for it at queue 0 */
	EMUNIC_HW_FAULT_GONE,		/* the device is pulled out: for good, all queues */
	EMUNIC_HW_FAULTS,
};

/* times 0 takes back what has not happened. 0, or -EINVAL. May block. */
int emunic_hw_fault(struct emunic_hw *hw, unsigned int queue, enum emunic_hw_fault fault,
		    unsigned int times);

/* True when a frame waits in the device for buffers or for its queue to start. */
bool emunic_hw_stalled(struct emunic_hw *hw);

#endif
