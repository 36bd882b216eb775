// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frame delivery: place, DMA, complete, interrupt.
 *
 * A frame is either delivered whole or not at all. First its placement is
 * computed and checked against what the driver has posted; then the data goes
 * out; the completions follow, and the flags of the first of them publish all. Rings
 * are read and written some entries at a time: an access waits for the data that was
 * written before it. Only the queue's engine runs this, under the queue's run_lock.
 */
#include "delivery.h"

#include <string.h>
#include <udevmem/bus.h>
#include <udevmem/engine.h>

#include "hw.h"

#define MAX_PAY_BUFS 272u
#define RUN 16u			/* ring entries per access, at most */

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
static const uint8_t *source_next(struct source *from, uint32_t *len)
{
	if (from->at == from->segment->own_len) {
		from->segment = from->segment->more.next;
		from->at = from->segment->info.payload_offset;
	}
	return hw_frame_at(from->segment, from->at, len);
}

static bool write_data(struct hw_queue *q, uint64_t addr, struct source *from, uint32_t len)
{
	bool ok = true;

	while (len) {
		uint32_t there, n;
		const uint8_t *data = source_next(from, &there);

		n = len < there ? len : there;
		ok &= !udm_bus_write(q->hw->bus, addr, data, n);
		addr += n;
		len -= n;
		from->at += n;
	}
	return ok;
}

/* Entries from `slot` on that one access covers, of n wanted ones: none is behind the wrap. */
static uint32_t run_length(const struct hw_ring *r, uint32_t slot, uint32_t n)
{
	uint32_t left = r->entries - (slot & (r->entries - 1));

	n = n < left ? n : left;
	return n < RUN ? n : RUN;
}

/* What up to n slots say, how many of them; buffers that cannot be read have no name. */
static uint32_t fetch(struct hw_queue *q, const struct hw_ring *r, uint32_t slot, uint32_t n,
		      struct emunic_buf_desc *descs)
{
	n = run_length(r, slot, n);
	if (udm_bus_read(q->hw->bus, hw_ring_at(r, slot, sizeof(*descs)), descs,
			 n * sizeof(*descs)))
		for (uint32_t i = 0; i < n; i++)
			descs[i].id = EMUNIC_NO_BUF;
	return n;
}

/* DMA len bytes into a buffer. */
static bool fill_buffer(struct hw_queue *q, const struct emunic_buf_desc *desc, uint64_t astray,
			struct source *from, uint32_t len)
{
	return desc->id != EMUNIC_NO_BUF && write_data(q, desc->addr + astray, from, len);
}

static bool move_headers(struct hw_queue *q, const struct hw_frame *f, const struct placement *p,
			 uint32_t *id)
{
	struct source from = { .segment = f };
	struct emunic_buf_desc desc;

	*id = EMUNIC_NO_BUF;
	if (!p->use_hdr)
		return true;
	fetch(q, &q->hdr, q->hdr.device + p->skip, 1, &desc);
	*id = desc.id;
	return fill_buffer(q, &desc, p->astray, &from, p->hdr_len);
}

static bool move_payload(struct hw_queue *q, const struct hw_frame *f, const struct placement *p,
			 uint32_t *ids)
{
	struct source from = { .segment = f, .at = p->pay_offset };
	uint32_t size = q->pay.buf_size, left = p->pay_len, n;
	struct emunic_buf_desc descs[RUN];
	bool ok = true;

	for (uint32_t i = 0; i < p->pay_bufs; i += n) {
		n = fetch(q, &q->pay, q->pay.device + p->skip + i, p->pay_bufs - i, descs);
		for (uint32_t k = 0; k < n; k++) {
			uint32_t len = left < size ? left : size;

			ids[i + k] = descs[k].id;
			ok &= fill_buffer(q, &descs[k], p->astray, &from, len);
			left -= len;
		}
	}
	return ok;
}

/* Move the data; false when any access faulted. Ids of all buffers are filled in. */
static bool move_data(struct hw_queue *q, const struct hw_frame *f, const struct placement *p,
		      uint32_t *hdr_id, uint32_t *pay_ids)
{
	bool ok = move_headers(q, f, p, hdr_id);

	return move_payload(q, f, p, pay_ids) && ok;
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

/* What is told of a frame. */
struct report {
	const struct hw_frame *frame;
	const struct placement *place;
	uint32_t flags;
	uint32_t hdr_id;
	const uint32_t *pay_ids;
};

/* The i-th completion. */
static void completion(struct hw_queue *q, const struct report *r, uint32_t i,
		       struct emunic_rx_cqe *cqe)
{
	const struct hw_frame *f = r->frame;
	const struct placement *p = r->place;
	bool first = !i, last = i == p->completions - 1;

	*cqe = (struct emunic_rx_cqe){
		.hdr_id = first ? r->hdr_id : EMUNIC_NO_BUF,
		.pay_id = p->pay_bufs ? r->pay_ids[i] : EMUNIC_NO_BUF,
		.frame_len = f->len,
		.rss_hash = f->steer.hash,
		.hdr_len = first ? (uint16_t)p->hdr_len : 0,
		.l4_offset = f->info.l4_offset,
		.segments = (uint16_t)f->more.segments,
		.mss = f->more.segments > 1 ? (uint16_t)coalesce_mss(f) : 0,
		.flags = r->flags | (first ? EMUNIC_CQE_SOP : 0) | (last ? EMUNIC_CQE_EOP : 0) |
			 hw_ring_phase(&q->cq, q->cq.device + i),
	};
	if (p->pay_bufs)
		cqe->pay_len = last ? p->pay_len - i * q->pay.buf_size : q->pay.buf_size;
	if (last)
		misreport(q, cqe);
}

/* All but the first: nobody looks at them before that one's flags are there. */
static bool write_followers(struct hw_queue *q, const struct report *r)
{
	struct emunic_rx_cqe cqes[RUN];
	uint32_t n;

	for (uint32_t i = 1; i < r->place->completions; i += n) {
		uint32_t slot = q->cq.device + i;

		n = run_length(&q->cq, slot, r->place->completions - i);
		for (uint32_t k = 0; k < n; k++)
			completion(q, r, i + k, &cqes[k]);
		if (udm_bus_write(q->hw->bus, hw_ring_at(&q->cq, slot, sizeof(cqes[0])), cqes,
				  n * sizeof(cqes[0])))
			return false;
	}
	return true;
}

static bool write_completions(struct hw_queue *q, const struct report *r)
{
	uint64_t at = hw_ring_at(&q->cq, q->cq.device, sizeof(struct emunic_rx_cqe));
	const size_t body = offsetof(struct emunic_rx_cqe, flags);
	struct emunic_rx_cqe first;

	completion(q, r, 0, &first);
	return !udm_bus_write(q->hw->bus, at, &first, body) && write_followers(q, r) &&
	       !udm_bus_store32(q->hw->bus, at + body, first.flags);
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
	uint32_t pay_ids[MAX_PAY_BUFS];
	struct placement p;
	struct report r = { .frame = f, .place = &p, .pay_ids = pay_ids };
	enum outcome verdict;
	bool moved;

	place(q, f, &p);
	fit(q, f, &p);
	verdict = check_resources(q, f, &p);
	if (verdict != DELIVERED)
		return verdict;
	coalesce_finish(f);
	misplace(q, &p);
	moved = move_data(q, f, &p, &r.hdr_id, pay_ids);
	r.flags = frame_flags(f, &p) | (moved ? 0 : EMUNIC_CQE_ERROR);
	if (!write_completions(q, &r))
		return drop(q, f, EMUNIC_Q_DROP_IOMMU);	/* nothing was taken: no index moves */
	q->hdr.device += p.use_hdr;
	q->pay.device += p.pay_bufs;
	q->cq.device += p.completions;
	if (hw_ring_room(&q->cq) >= p.completions &&
	    hw_fault_take(q, EMUNIC_HW_FAULT_DUPLICATE) && write_completions(q, &r))
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
