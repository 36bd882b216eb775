// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit: fetch a packet, send its frames, complete it.
 *
 * A step does one of the three. A packet is read whole before anything of it is
 * sent, so one that faults or whose descriptors make no sense sends nothing; it
 * is dropped with its chain, and the next packet is looked for behind it. What
 * the driver wrote is copied before it is looked at. Only the queue's engine
 * runs this, under the queue's run_lock.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <udevmem/bus.h>
#include <udevmem/irq.h>

#include "hw.h"

enum progress { MORE, NOTHING, WAIT };

static struct udm_bus *bus(const struct hw_tx *t)
{
	return t->queue->hw->bus;
}

/* --- Fetching ------------------------------------------------------------ */

static void begin_packet(struct hw_tx *t)
{
	t->loaded = true;
	t->report = false;
	t->cookie = 0;
	t->why = 0;
	t->frames = t->bytes = t->frame_len = 0;
	t->packet = (struct segment_packet){ .data = t->packet.data };
}

static void take_offloads(struct hw_tx *t, const struct emunic_tx_desc *d)
{
	struct segment_packet *p = &t->packet;

	t->report = d->flags & EMUNIC_TX_REPORT;
	t->cookie = d->cookie;
	p->flags = d->flags;
	p->vlan_tci = d->vlan_tci;
	p->l3 = d->l3_offset;
	p->l4 = d->csum_start;
	p->csum_offset = d->csum_offset;
	p->hdr_len = d->hdr_len;
	p->mss = d->mss;
}

static uint32_t size_limit(const struct segment_packet *p)
{
	return EMUNIC_TX_MAX_BYTES - (p->flags & EMUNIC_TX_VLAN ? 4 : 0);
}

/* The n-th piece of the packet; 0 or the reason to drop it. */
static uint32_t take_piece(struct hw_tx *t, const struct emunic_tx_desc *d, uint32_t n)
{
	struct segment_packet *p = &t->packet;

	if (!n)
		take_offloads(t, d);
	if (!n != !!(d->flags & EMUNIC_TX_SOP) || d->flags & ~EMUNIC_TX_FLAGS || !d->len ||
	    n == EMUNIC_TX_MAX_DESCS)
		return EMUNIC_TQ_DROP_CHAIN;
	if (d->len > size_limit(p) - p->len)
		return EMUNIC_TQ_DROP_TOO_BIG;
	if (udm_bus_read(bus(t), d->addr, p->data + p->len, d->len))
		return EMUNIC_TQ_DROP_IOMMU;
	p->len += d->len;
	return 0;
}

/*
 * Read a chain out of the posted descriptors; how many belong to it. A broken one
 * ends where its last descriptor says so, or where another packet begins, or
 * with what is posted; without the descriptors themselves nobody can tell.
 */
static uint32_t load_chain(struct hw_tx *t, uint32_t posted)
{
	struct emunic_tx_desc d;
	uint32_t n;

	for (n = 0; n < posted; n++) {
		uint64_t at = hw_ring_at(&t->ring, t->ring.device + n, sizeof(d));

		if (udm_bus_read(bus(t), at, &d, sizeof(d))) {
			t->why = EMUNIC_TQ_DROP_IOMMU;
			return posted;
		}
		if (n && d.flags & EMUNIC_TX_SOP) {
			t->why = EMUNIC_TQ_DROP_CHAIN;
			return n;
		}
		if (!t->why)
			t->why = take_piece(t, &d, n);
		if (d.flags & EMUNIC_TX_EOP)
			return n + 1;
	}
	t->why = EMUNIC_TQ_DROP_CHAIN;
	return posted;
}

static enum progress fetch(struct hw_tx *t)
{
	uint32_t posted = atomic_load(&t->ring.driver) - t->ring.device;

	if (!posted)
		return NOTHING;
	begin_packet(t);
	if (posted > t->ring.entries) {
		t->why = EMUNIC_TQ_DROP_CHAIN;
		t->ring.device += posted;
		return MORE;
	}
	t->ring.device += load_chain(t, posted);
	if (!t->why && t->packet.len < HW_MIN_FRAME)
		t->why = EMUNIC_TQ_DROP_CHAIN;
	if (!t->why && !segment_fits(&t->packet))
		t->why = EMUNIC_TQ_DROP_OFFLOAD;
	if (!t->why && !(atomic_load(&t->queue->hw->ctrl) & EMUNIC_CTRL_ENABLE))
		t->why = EMUNIC_TQ_DROP_DISABLED;
	return MORE;
}

/* --- Sending ------------------------------------------------------------- */

static void count_frame(struct hw_tx *t)
{
	t->frames++;
	t->bytes += t->frame_len;
	hw_tx_count(t, EMUNIC_TQ_FRAMES, 1);
	hw_tx_count(t, EMUNIC_TQ_BYTES, t->frame_len);
	if (t->packet.flags & (EMUNIC_TX_CSUM | EMUNIC_TX_TSO))
		hw_tx_count(t, EMUNIC_TQ_CSUM, 1);
}

/* MORE also when the packet is to be dropped; NOTHING when all its frames are out. */
static enum progress send_frame(struct hw_tx *t)
{
	if (!t->frame_len)
		t->frame_len = segment_next(&t->packet, t->frame);
	if (!t->frame_len)
		return NOTHING;
	t->held = false;
	switch (hw_cable_send(t->queue->hw, t->frame, t->frame_len)) {
	case 0:
		count_frame(t);
		t->frame_len = 0;
		return MORE;
	case -EAGAIN:
		hw_tx_count(t, EMUNIC_TQ_HELD, 1);
		t->held = true;
		return WAIT;
	default:
		t->why = EMUNIC_TQ_DROP_LINK;
		return MORE;
	}
}

/* --- Completing ---------------------------------------------------------- */

static void write_completion(struct hw_tx *t)
{
	struct emunic_tx_cqe cqe = {
		.cookie = t->cookie,
		.head = t->ring.device +
			(hw_fault_take(t->queue, EMUNIC_HW_FAULT_TX_HEAD) ? t->ring.entries : 0),
		.frames = t->frames,
		.flags = t->why ? EMUNIC_TXC_ERROR | t->why << EMUNIC_TXC_WHY_SHIFT : 0,
	};
	size_t body = offsetof(struct emunic_tx_cqe, flags);
	uint64_t at;

	if (!t->cq.entries) {
		hw_tx_count(t, EMUNIC_TQ_CQ_FAULT, 1);
		return;
	}
	at = hw_ring_at(&t->cq, t->cq.device, sizeof(cqe));
	/* Everything but the flags first; the flags publish the entry. */
	if (udm_bus_write(bus(t), at, &cqe, body) ||
	    udm_bus_store32(bus(t), at + body, cqe.flags | hw_ring_phase(&t->cq, t->cq.device))) {
		hw_tx_count(t, EMUNIC_TQ_CQ_FAULT, 1);
		return;
	}
	t->cq.device++;
	atomic_store(&t->cq_written, t->cq.device);
	hw_tx_count(t, EMUNIC_TQ_COMPLETIONS, 1);
}

/*
 * Without room in the completion ring wait for the driver: the first time have the
 * step run again, so that an index written before the mark was visible is not
 * missed; the second time wait for the kick.
 */
static enum progress no_room(struct hw_tx *t)
{
	return atomic_exchange(&t->waiting, true) ? WAIT : MORE;
}

static enum progress finish(struct hw_tx *t)
{
	bool report = t->report || t->why;

	if (report && t->cq.entries && !hw_ring_room(&t->cq))
		return no_room(t);
	atomic_store(&t->waiting, false);
	hw_tx_count(t, t->why ? t->why : EMUNIC_TQ_PACKETS, 1);
	if (!t->why && t->packet.flags & EMUNIC_TX_TSO)
		hw_tx_count(t, EMUNIC_TQ_TSO, 1);
	if (report)
		write_completion(t);
	t->loaded = false;
	atomic_store(&t->taken, t->ring.device);
	return MORE;
}

static enum progress work(struct hw_tx *t)
{
	enum progress p;

	if (t->enabled && t->ring.device != atomic_load(&t->ring.driver) &&
	    hw_fault_take(t->queue, EMUNIC_HW_FAULT_TX_STUCK))
		t->stuck = true;
	if (!t->enabled || t->stuck)
		return NOTHING;
	if (!t->loaded)
		return fetch(t);
	if (t->why)
		return finish(t);
	p = send_frame(t);
	return p == NOTHING ? finish(t) : p;
}

bool hw_tx_step(void *tx)
{
	struct hw_tx *t = tx;
	enum progress p;
	uint32_t before;
	bool completed;

	pthread_mutex_lock(&t->run_lock);
	before = t->cq.device;
	p = work(t);
	completed = t->cq.device != before;
	pthread_mutex_unlock(&t->run_lock);
	if (completed)
		hw_queue_completed(t->queue);
	return p == MORE;
}
