// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue pair: life, FIFO, registers of the receive direction, interrupt. Moving
 * frames is in delivery.c.
 */
#include "queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/engine.h>
#include <udevmem/irq.h>
#include <udevmem/sim.h>

#include "delivery.h"
#include "hw.h"

/* In us: how long a line is held back that waits for a number of completions only. */
#define HW_MOD_LONGEST 10000u

int hw_queue_init(struct hw_queue *q, struct emunic_hw *hw, unsigned int index)
{
	char name[16] = { 'r', 'x', (char)('0' + index / 10), (char)('0' + index % 10) };

	q->hw = hw;
	q->last = &q->first;
	pthread_mutex_init(&q->run_lock, NULL);
	pthread_mutex_init(&q->fifo_lock, NULL);
	q->engine = udm_engine_create(name, hw_queue_step, q);
	return q->engine ? hw_tx_init(&q->tx, q, index) : -ENOMEM;
}

static void fifo_discard(struct hw_queue *q)
{
	struct hw_frame *f, *next;

	pthread_mutex_lock(&q->fifo_lock);
	f = q->first;
	q->first = NULL;
	q->last = &q->first;
	q->fifo_bytes = 0;
	coalesce_close_all(q);
	pthread_mutex_unlock(&q->fifo_lock);
	for (; f; f = next) {
		next = f->next;
		hw_queue_count(q, EMUNIC_Q_DROP_RESET, f->more.segments);
		hw_frame_free(q, f);
	}
}

void hw_queue_destroy(struct hw_queue *q)
{
	if (!q->hw)
		return;
	hw_tx_destroy(&q->tx);
	if (q->engine)
		udm_engine_destroy(q->engine);
	fifo_discard(q);
	hw_frames_discard(q);
	pthread_mutex_destroy(&q->fifo_lock);
	pthread_mutex_destroy(&q->run_lock);
}

void hw_queue_count(struct hw_queue *q, enum emunic_queue_counter c, uint64_t n)
{
	atomic_fetch_add_explicit(&q->counters[c], n, memory_order_relaxed);
}

bool hw_queue_push(struct hw_queue *q, struct hw_frame *f)
{
	bool taken;

	pthread_mutex_lock(&q->fifo_lock);
	/* One frame always fits, whatever the limit. */
	taken = !q->first || q->fifo_bytes + f->len <= q->hw->fifo_limit;
	if (taken) {
		q->fifo_bytes += f->len;
		hw_count_locked(&q->taken_frames, 1);
		hw_count_locked(&q->taken_bytes, f->len);
		if (!coalesce_take(q, f)) {
			f->next = NULL;
			*q->last = f;
			q->last = &f->next;
		}
	}
	pthread_mutex_unlock(&q->fifo_lock);
	if (taken)
		udm_engine_kick(q->engine);
	return taken;
}

bool hw_queue_empty(struct hw_queue *q)
{
	bool empty;

	pthread_mutex_lock(&q->fifo_lock);
	empty = !q->first;
	pthread_mutex_unlock(&q->fifo_lock);
	return empty;
}

static void forget_descriptors(struct hw_queue *q)
{
	q->stuck = false;
	hw_ring_forget(&q->hdr);
	hw_ring_forget(&q->pay);
	hw_ring_forget(&q->cq);
	atomic_store(&q->cq_written, 0);
	atomic_store(&q->irq_armed, 0);
}

void hw_queue_reset(struct hw_queue *q)
{
	pthread_mutex_lock(&q->run_lock);
	q->enabled = false;
	q->faults.late_at = 0;
	atomic_store(&q->mod_usecs, 0);
	atomic_store(&q->mod_frames, 0);
	atomic_store(&q->mod_due, 0);
	atomic_store(&q->gro_bytes, 0);
	forget_descriptors(q);
	fifo_discard(q);
	pthread_mutex_unlock(&q->run_lock);
	hw_tx_reset(&q->tx);
	hw_room(q->hw);
}

static void write_ctrl(struct hw_queue *q, uint32_t val)
{
	pthread_mutex_lock(&q->run_lock);
	if (!(val & EMUNIC_Q_ENABLE) && q->enabled)
		hw_fault_late_begin(q);
	if (val & EMUNIC_Q_RESET)
		forget_descriptors(q);
	q->enabled = val & EMUNIC_Q_ENABLE || q->stuck;
	if (q->enabled)
		q->faults.late_at = 0;
	pthread_mutex_unlock(&q->run_lock);
	/* Frames that waited for the queue move now, or are dropped now. */
	udm_engine_kick(q->engine);
}

/* Completions of both directions that the driver has not taken. */
static uint32_t unconsumed(struct hw_queue *q)
{
	return atomic_load(&q->cq_written) - atomic_load(&q->cq.driver) +
	       atomic_load(&q->tx.cq_written) - atomic_load(&q->tx.cq.driver);
}

/*
 * Pairs with the engine's "write cq_written, then look at irq_armed": both sides
 * store first and load second, sequentially consistent, so at least one sees the
 * other and an interrupt for an unconsumed completion is never missed. The
 * exchange makes exactly one of them raise it.
 */
static void write_irq(struct hw_queue *q, uint32_t val)
{
	atomic_store(&q->irq_armed, val & EMUNIC_Q_IRQ_ARM);
	if (!(val & EMUNIC_Q_IRQ_ARM))
		return;
	if (unconsumed(q))
		hw_queue_completed(q);
}

static void fire(struct hw_queue *q)
{
	if (atomic_load(&q->irq_armed) && atomic_exchange(&q->irq_armed, 0))
		udm_irq_raise((int)atomic_load(&q->vector));
}

/*
 * Without a timer running, one is started for the completion that was counted before the
 * call. The end of the timer stores mod_due first and looks at what was counted second, so
 * a completion that found the timer running is seen by its end.
 */
void hw_queue_completed(struct hw_queue *q)
{
	uint64_t usecs = atomic_load(&q->mod_usecs), none = 0, due;
	uint32_t frames = atomic_load(&q->mod_frames);

	if (!atomic_load(&q->irq_armed))
		return;
	if ((!usecs && !frames) || (frames && unconsumed(q) >= frames)) {
		fire(q);
		return;
	}
	/* Frames alone would hold the last ones back for ever. */
	due = udm_now() + (usecs ? usecs : HW_MOD_LONGEST) * 1000;
	if (atomic_compare_exchange_strong(&q->mod_due, &none, due))
		udm_engine_kick_at(q->engine, due);
}

void hw_queue_moderate(struct hw_queue *q)
{
	uint64_t due = atomic_load(&q->mod_due);

	if (!due)
		return;
	if (udm_now() < due) {
		/* The alarm may have been set for something else since. */
		udm_engine_kick_at(q->engine, due);
		return;
	}
	atomic_store(&q->mod_due, 0);
	if (unconsumed(q))
		fire(q);
}

/*
 * A doorbell. The engine stores stalled before it looks at the doorbells a last
 * time; here it is the other way round, so a frame that waits for what is posted
 * now is either seen as stalled or sees the new value itself.
 */
static void write_doorbell(struct hw_queue *q, struct hw_ring *r, uint32_t val)
{
	if (hw_fault_take(q, EMUNIC_HW_FAULT_DOORBELL))
		return;
	atomic_store(&r->driver, val);
	if (atomic_load(&q->stalled))
		udm_engine_kick(q->engine);
}

/* What was gathered beyond a smaller limit is cut as it is delivered. */
static void write_gro_bytes(struct hw_queue *q, uint32_t val)
{
	atomic_store(&q->gro_bytes, val);
	pthread_mutex_lock(&q->fifo_lock);
	coalesce_close_all(q);
	pthread_mutex_unlock(&q->fifo_lock);
}

static void write_ring(struct hw_queue *q, struct hw_ring *r, uint32_t reg, uint64_t val,
		       unsigned int width)
{
	pthread_mutex_lock(&q->run_lock);
	hw_ring_write(r, reg, val, width);
	pthread_mutex_unlock(&q->run_lock);
}

void hw_queue_reg_write(struct hw_queue *q, uint32_t reg, uint64_t val, unsigned int width)
{
	switch (reg) {
	case EMUNIC_Q_CTRL:
		write_ctrl(q, (uint32_t)val);
		break;
	case EMUNIC_Q_HDR_TAIL:
		write_doorbell(q, &q->hdr, (uint32_t)val);
		break;
	case EMUNIC_Q_PAY_TAIL:
		write_doorbell(q, &q->pay, (uint32_t)val);
		break;
	case EMUNIC_Q_CQ_HEAD:
		write_doorbell(q, &q->cq, (uint32_t)val);
		break;
	case EMUNIC_Q_VECTOR:
		atomic_store(&q->vector, (uint32_t)val);
		break;
	case EMUNIC_Q_IRQ:
		write_irq(q, (uint32_t)val);
		break;
	case EMUNIC_Q_MOD_USECS:
		atomic_store(&q->mod_usecs, (uint32_t)val);
		break;
	case EMUNIC_Q_MOD_FRAMES:
		atomic_store(&q->mod_frames, (uint32_t)val);
		break;
	case EMUNIC_Q_GRO_BYTES:
		write_gro_bytes(q, (uint32_t)val);
		break;
	case EMUNIC_Q_HDR_BASE ... EMUNIC_Q_HDR_BUF_SIZE:
		write_ring(q, &q->hdr, reg - EMUNIC_Q_HDR_BASE, val, width);
		break;
	case EMUNIC_Q_PAY_BASE ... EMUNIC_Q_PAY_BUF_SIZE:
		write_ring(q, &q->pay, reg - EMUNIC_Q_PAY_BASE, val, width);
		break;
	case EMUNIC_Q_CQ_BASE ... EMUNIC_Q_CQ_ENTRIES:
		write_ring(q, &q->cq, reg - EMUNIC_Q_CQ_BASE, val, width);
		break;
	default:	/* a write to nothing does nothing */
		if (reg >= EMUNIC_TQ_CTRL)
			hw_tx_reg_write(&q->tx, reg, val, width);
		break;
	}
}

static uint32_t read_status(struct hw_queue *q)
{
	bool pending = !hw_queue_empty(q), enabled, waiting;

	pthread_mutex_lock(&q->run_lock);
	enabled = q->enabled;
	waiting = !q->stuck && atomic_load(&q->stalled);
	pthread_mutex_unlock(&q->run_lock);
	return (enabled ? EMUNIC_Q_RUNNING : 0) | (pending ? EMUNIC_Q_PENDING : 0) |
	       (pending && waiting ? EMUNIC_Q_WAITING : 0);
}

uint64_t hw_queue_reg_read(struct hw_queue *q, uint32_t reg, unsigned int width)
{
	switch (reg) {
	case EMUNIC_Q_CTRL:
		return read_status(q) & EMUNIC_Q_RUNNING ? EMUNIC_Q_ENABLE : 0;
	case EMUNIC_Q_STATUS:
		return read_status(q);
	case EMUNIC_Q_PROGRESS:
		return atomic_load(&q->progress);
	case EMUNIC_Q_HDR_TAIL:
		return atomic_load(&q->hdr.driver);
	case EMUNIC_Q_PAY_TAIL:
		return atomic_load(&q->pay.driver);
	case EMUNIC_Q_CQ_HEAD:
		return atomic_load(&q->cq.driver);
	case EMUNIC_Q_CQ_TAIL:
		return atomic_load(&q->cq_written);
	case EMUNIC_Q_VECTOR:
		return atomic_load(&q->vector);
	case EMUNIC_Q_MOD_USECS:
		return atomic_load(&q->mod_usecs);
	case EMUNIC_Q_MOD_FRAMES:
		return atomic_load(&q->mod_frames);
	case EMUNIC_Q_GRO_BYTES:
		return atomic_load(&q->gro_bytes);
	default:
		if (reg >= EMUNIC_TQ_CTRL)
			return hw_tx_reg_read(&q->tx, reg, width);
		return reg < EMUNIC_Q_COUNTER(0) ? 0 :
			hw_counter_read(q->counters, EMUNIC_Q_COUNTERS, reg - EMUNIC_Q_COUNTER(0),
					width);
	}
}
