// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frame delivery: place, DMA, complete, interrupt.
 *
 * A frame is either delivered whole or not at all. First its placement is
 * computed and checked against what the driver has posted; then the data goes
 * out; the completions follow, in order, flags last. Only the queue's engine runs
 * this, under the queue's run_lock.
 */
#include "delivery.h"

#include <string.h>
#include <udevmem/bus.h>
#include <udevmem/engine.h>

#include "hw.h"

#define MAX_PAY_BUFS 272u

enum outcome { DELIVERED, DROPPED, WAIT };

struct placement {
	uint32_t hdr_len;
	uint32_t pay_offset, pay_len;	/* part of the frame that goes to payload buffers */
	uint32_t pay_bufs;
	uint32_t completions;
	uint32_t skip;		/* buffers left out: a fault */
	uint64_t astray;	/* added to addresses: a fault */
	bool use_hdr;
	bool split;
};

/* Split behind the transport header; Ethernet padding behind the packet stays out. */
static bool place_split(const struct hw_queue *q, const struct hw_frame *f, struct placement *p)
{
	uint32_t cut = f->info.payload_offset;

	if (!cut || cut > q->hdr.buf_size || f->info.malformed)
		return false;
	if (f->len <= atomic_load(&q->hw->hds_thresh) && f->len <= q->hdr.buf_size)
		return false;
	p->split = true;
	p->hdr_len = cut;
	p->pay_offset = cut;
	p->pay_len = f->info.ip_end - cut;
	return true;
}

static void place(const struct hw_queue *q, const struct hw_frame *f, struct placement *p)
{
	memset(p, 0, sizeof(*p));
	p->use_hdr = atomic_load(&q->hw->hds_ctrl) & EMUNIC_HDS_ENABLE;
	if (!p->use_hdr) {
		p->pay_len = f->len;
	} else if (!place_split(q, f, p)) {
		p->hdr_len = f->len < q->hdr.buf_size ? f->len : q->hdr.buf_size;
		p->pay_offset = p->hdr_len;
		p->pay_len = f->len - p->hdr_len;
	}
	if (p->pay_len)
		p->pay_bufs = q->pay.buf_size ?
			(p->pay_len + q->pay.buf_size - 1) / q->pay.buf_size : MAX_PAY_BUFS + 1;
	p->completions = p->pay_bufs ? p->pay_bufs : 1;
}

/* Posted and not taken; free-running indices, so the difference survives the wrap. */
static uint32_t posted(struct hw_ring *r)
{
	return atomic_load(&r->driver) - r->device;
}

static enum outcome drop(struct hw_queue *q, const struct hw_frame *f,
			 enum emunic_queue_counter why)
{
	hw_queue_count(q, why, f->more.segments);
	return DROPPED;
}

/* Behind the head, which is at work. */
static void fifo_put_back(struct hw_queue *q, struct hw_frame *head, struct hw_frame *rest)
{
	pthread_mutex_lock(&q->fifo_lock);
	rest->next = head->next;
	head->next = rest;
	if (!rest->next)
		q->last = &rest->next;
	pthread_mutex_unlock(&q->fifo_lock);
}

/* Bytes of a packet's payload part that there are buffers and completions for. */
static uint64_t room(struct hw_queue *q)
{
	uint32_t bufs = posted(&q->pay), cqes = hw_ring_room(&q->cq);

	bufs = bufs < q->pay.entries ? bufs : q->pay.entries;
	bufs = bufs < cqes ? bufs : cqes;
	return (uint64_t)(bufs < MAX_PAY_BUFS ? bufs : MAX_PAY_BUFS) * q->pay.buf_size;
}

/*
 * A packet that was gathered uses no more than there is: the segments that do not fit stay
 * at the head of the FIFO. The first one is up to check_resources(), and so are all while
 * nothing is there and the wire waits.
 */
static void fit(struct hw_queue *q, struct hw_frame *f, struct placement *p)
{
	uint32_t first = f->own_len - p->pay_offset, limit = atomic_load(&q->gro_bytes), n;
	uint64_t bytes;

	if (f->more.segments == 1)
		return;
	limit = limit > p->pay_offset ? limit - p->pay_offset : 0;
	bytes = room(q);
	bytes = bytes < limit ? bytes : limit;
	if (p->pay_len <= bytes ||
	    (!bytes && limit && atomic_load(&q->hw->ctrl) & EMUNIC_CTRL_PAUSE))
		return;
	n = bytes > first ? 1 + (uint32_t)(bytes - first) / coalesce_mss(f) : 1;
	fifo_put_back(q, f, coalesce_cut(f, n));
	hw_queue_count(q, EMUNIC_Q_GRO_CUT, 1);
	place(q, f, p);
}

/* DELIVERED here means: the driver has posted what the frame needs. */
static enum outcome check_resources(struct hw_queue *q, const struct hw_frame *f,
				    const struct placement *p)
{
	bool hold = atomic_load(&q->hw->ctrl) & EMUNIC_CTRL_PAUSE;

	if (!q->enabled)
		return hold ? WAIT : drop(q, f, EMUNIC_Q_DROP_STOPPED);
	if (p->pay_bufs > MAX_PAY_BUFS || p->pay_bufs > q->pay.entries ||
	    p->completions > q->cq.entries)
		return drop(q, f, EMUNIC_Q_DROP_TOO_BIG);
	if (p->use_hdr && !posted(&q->hdr))
		return hold ? WAIT : drop(q, f, EMUNIC_Q_DROP_NO_HDR_BUF);
	if (posted(&q->pay) < p->pay_bufs)
		return hold ? WAIT : drop(q, f, EMUNIC_Q_DROP_NO_PAY_BUF);
	if (hw_ring_room(&q->cq) < p->completions)
		return hold ? WAIT : drop(q, f, EMUNIC_Q_DROP_NO_CQE);
	return DELIVERED;
}

/* Where in a packet the next byte comes from: a segment, and an offset in its frame. */
struct source {
	const struct hw_frame *segment;
	uint32_t at;
};

/* A packet of several segments is its first frame, and the payload of the others. */
static bool write_data(struct hw_queue *q, uint64_t addr, struct source *from, uint32_t len)
{
	bool ok = true;

	while (len) {
		uint32_t left = from->segment->own_len - from->at, n = len < left ? len : left;

		ok &= !udm_bus_write(q->hw->bus, addr, from->segment->data + from->at, n);
		addr += n;
		len -= n;
		from->at += n;
		if (n == left && len) {
			from->segment = from->segment->more.next;
			from->at = from->segment->info.payload_offset;
		}
	}
	return ok;
}

/* DMA len bytes into the buffer of ring slot `slot`; its id comes back in any case. */
static bool fill_buffer(struct hw_queue *q, struct hw_ring *r, uint32_t slot, uint64_t astray,
			struct source *from, uint32_t len, uint32_t *id)
{
	struct emunic_buf_desc desc;
	uint64_t at = hw_ring_at(r, slot, sizeof(desc));

	*id = EMUNIC_NO_BUF;
	if (udm_bus_read(q->hw->bus, at, &desc, sizeof(desc)))
		return false;
	*id = desc.id;
	return write_data(q, desc.addr + astray, from, len);
}

/* Move the data; false when any access faulted. Ids of all buffers are filled in. */
static bool move_data(struct hw_queue *q, const struct hw_frame *f, const struct placement *p,
		      uint32_t *hdr_id, uint32_t *pay_ids)
{
	struct source from = { .segment = f };
	uint32_t size = q->pay.buf_size;
	bool ok = true;

	*hdr_id = EMUNIC_NO_BUF;
	if (p->use_hdr)
		ok = fill_buffer(q, &q->hdr, q->hdr.device + p->skip, p->astray, &from,
				 p->hdr_len, hdr_id);
	from = (struct source){ .segment = f, .at = p->pay_offset };
	for (uint32_t i = 0; i < p->pay_bufs; i++) {
		uint32_t done = i * size, left = p->pay_len - done;

		ok &= fill_buffer(q, &q->pay, q->pay.device + p->skip + i, p->astray,
				  &from, left < size ? left : size, &pay_ids[i]);
	}
	return ok;
}

static uint32_t frame_flags(const struct hw_frame *f, const struct placement *p)
{
	const struct frame_info *i = &f->info;

	return (i->ipv4 ? EMUNIC_CQE_IPV4 : 0) | (i->ipv6 ? EMUNIC_CQE_IPV6 : 0) |
	       (i->tcp ? EMUNIC_CQE_TCP : 0) | (i->udp ? EMUNIC_CQE_UDP : 0) |
	       (i->vlan ? EMUNIC_CQE_VLAN : 0) | (i->fragment ? EMUNIC_CQE_FRAG : 0) |
	       (i->l3_csum_ok ? EMUNIC_CQE_CSUM_L3_OK : 0) |
	       (i->l4_csum_ok ? EMUNIC_CQE_CSUM_L4_OK : 0) |
	       (i->csum_bad ? EMUNIC_CQE_CSUM_BAD : 0) |
	       (i->malformed ? EMUNIC_CQE_MALFORMED : 0) |
	       (p->split ? EMUNIC_CQE_SPLIT : 0) | f->steer.hash_flags |
	       (f->more.segments > 1 ? EMUNIC_CQE_GRO : 0);
}

/* The faults that show where the data goes. */
static void misplace(struct hw_queue *q, struct placement *p)
{
	if ((!p->use_hdr || posted(&q->hdr) > 1) &&
	    (!p->pay_bufs || posted(&q->pay) > p->pay_bufs) &&
	    hw_fault_take(q, EMUNIC_HW_FAULT_REORDER))
		p->skip = 1;
	if (hw_fault_take(q, EMUNIC_HW_FAULT_WILD_DMA))
		p->astray = 1ull << 44;
}

/* Those that show in a frame's last completion. */
static void misreport(struct hw_queue *q, struct emunic_rx_cqe *cqe)
{
	if (hw_fault_take(q, EMUNIC_HW_FAULT_UNKNOWN)) {
		if (cqe->pay_id != EMUNIC_NO_BUF)
			cqe->pay_id ^= 1u << 30;
		else
			cqe->hdr_id ^= 1u << 30;
	}
	if (hw_fault_take(q, EMUNIC_HW_FAULT_OVERLONG)) {
		if (cqe->pay_id != EMUNIC_NO_BUF)
			cqe->pay_len += q->pay.buf_size;
		else
			cqe->hdr_len = (uint16_t)(cqe->hdr_len + q->hdr.buf_size);
	}
}

/* Everything but the flags first; the flags publish the entry. */
static bool write_completion(struct hw_queue *q, uint32_t index, const struct emunic_rx_cqe *cqe)
{
	uint64_t at = hw_ring_at(&q->cq, index, sizeof(*cqe));
	size_t body = offsetof(struct emunic_rx_cqe, flags);

	return !udm_bus_write(q->hw->bus, at, cqe, body) &&
	       !udm_bus_store32(q->hw->bus, at + body, cqe->flags | hw_ring_phase(&q->cq, index));
}

static bool write_completions(struct hw_queue *q, const struct hw_frame *f,
			      const struct placement *p, uint32_t flags, uint32_t hdr_id,
			      const uint32_t *pay_ids)
{
	for (uint32_t i = 0; i < p->completions; i++) {
		bool first = !i, last = i == p->completions - 1;
		struct emunic_rx_cqe cqe = {
			.hdr_id = first ? hdr_id : EMUNIC_NO_BUF,
			.pay_id = p->pay_bufs ? pay_ids[i] : EMUNIC_NO_BUF,
			.frame_len = f->len,
			.rss_hash = f->steer.hash,
			.hdr_len = first ? (uint16_t)p->hdr_len : 0,
			.l4_offset = f->info.l4_offset,
			.segments = (uint16_t)f->more.segments,
			.mss = f->more.segments > 1 ? (uint16_t)coalesce_mss(f) : 0,
			.flags = flags | (first ? EMUNIC_CQE_SOP : 0) | (last ? EMUNIC_CQE_EOP : 0),
		};

		if (p->pay_bufs)
			cqe.pay_len = last ? p->pay_len - i * q->pay.buf_size : q->pay.buf_size;
		if (last)
			misreport(q, &cqe);
		if (!write_completion(q, q->cq.device + i, &cqe))
			return false;
	}
	return true;
}

static void count_delivered(struct hw_queue *q, const struct hw_frame *f, const struct placement *p)
{
	uint32_t frames = f->more.segments;

	hw_queue_count_own(q, EMUNIC_Q_FRAMES, frames);
	hw_queue_count_own(q, EMUNIC_Q_BYTES, f->more.wire_len);
	if (p->split)
		hw_queue_count_own(q, EMUNIC_Q_SPLIT, frames);
	if (f->steer.by_rule)
		hw_queue_count_own(q, EMUNIC_Q_STEERED, frames);
	if (frames > 1) {
		hw_queue_count_own(q, EMUNIC_Q_GRO_PACKETS, 1);
		hw_queue_count_own(q, EMUNIC_Q_GRO_SEGMENTS, frames);
	}
	if (f->info.csum_bad)
		hw_queue_count_own(q, EMUNIC_Q_CSUM_BAD, 1);
}

static enum outcome deliver(struct hw_queue *q, struct hw_frame *f)
{
	uint32_t hdr_id, pay_ids[MAX_PAY_BUFS], flags;
	enum outcome verdict;
	struct placement p;
	bool moved;

	place(q, f, &p);
	fit(q, f, &p);
	verdict = check_resources(q, f, &p);
	if (verdict != DELIVERED)
		return verdict;
	coalesce_finish(f);
	misplace(q, &p);
	moved = move_data(q, f, &p, &hdr_id, pay_ids);
	flags = frame_flags(f, &p) | (moved ? 0 : EMUNIC_CQE_ERROR);
	if (!write_completions(q, f, &p, flags, hdr_id, pay_ids))
		return drop(q, f, EMUNIC_Q_DROP_IOMMU);	/* nothing was taken: no index moves */
	q->hdr.device += p.use_hdr;
	q->pay.device += p.pay_bufs;
	q->cq.device += p.completions;
	if (hw_ring_room(&q->cq) >= p.completions &&
	    hw_fault_take(q, EMUNIC_HW_FAULT_DUPLICATE) &&
	    write_completions(q, f, &p, flags, hdr_id, pay_ids))
		q->cq.device += p.completions;
	hw_queue_count_own(q, EMUNIC_Q_COMPLETIONS, p.completions);
	if (moved)
		count_delivered(q, f, &p);
	else
		hw_queue_count(q, EMUNIC_Q_DROP_IOMMU, f->more.segments);
	return DELIVERED;
}

static struct hw_frame *fifo_head(struct hw_queue *q)
{
	struct hw_frame *f;

	pthread_mutex_lock(&q->fifo_lock);
	f = q->first;
	if (f)
		coalesce_close(q, f);
	pthread_mutex_unlock(&q->fifo_lock);
	return f;
}

/* Drop the head; true when another frame follows. */
static bool fifo_advance(struct hw_queue *q, struct hw_frame *head, bool *room)
{
	bool more;

	pthread_mutex_lock(&q->fifo_lock);
	q->first = head->next;
	if (!q->first)
		q->last = &q->first;
	q->fifo_bytes -= head->more.wire_len;
	more = q->first;
	*room = q->fifo_bytes <= q->hw->fifo_limit / 2;
	hw_frame_free_locked(q, head);
	pthread_mutex_unlock(&q->fifo_lock);
	return more;
}

/*
 * A frame cannot move. The first time mark the queue stalled and have the step run
 * again, so that a doorbell written before the mark was visible is not missed (see
 * write_doorbell()); the second time wait for the kick.
 */
static bool stall(struct hw_queue *q)
{
	return !atomic_exchange(&q->stalled, true);
}

bool hw_queue_step(void *queue)
{
	struct hw_queue *q = queue;
	struct hw_frame *f;
	enum outcome verdict;
	uint32_t frames;
	bool more, room;

	hw_queue_moderate(q);
	pthread_mutex_lock(&q->run_lock);
	hw_fault_late_run(q);
	f = fifo_head(q);
	if (f && q->enabled && hw_fault_take(q, EMUNIC_HW_FAULT_RX_STUCK))
		q->stuck = true;
	if (q->stuck) {
		pthread_mutex_unlock(&q->run_lock);
		return false;
	}
	if (!f) {
		atomic_store(&q->stalled, false);
		pthread_mutex_unlock(&q->run_lock);
		return false;
	}
	verdict = deliver(q, f);
	if (verdict == WAIT) {
		pthread_mutex_unlock(&q->run_lock);
		return stall(q);
	}
	atomic_store(&q->stalled, false);
	atomic_store(&q->cq_written, q->cq.device);
	frames = f->more.segments;
	more = fifo_advance(q, f, &room);
	atomic_fetch_add(&q->progress, frames);
	pthread_mutex_unlock(&q->run_lock);
	/* See write_irq() for the order of cq_written and irq_armed. */
	if (verdict == DELIVERED)
		hw_queue_completed(q);
	/* A wire that was held goes on when half is empty, not for each frame. */
	if (room)
		hw_room(q->hw);
	return more;
}
