// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transmit direction of a queue: life and registers. Sending is in transmit.c.
 */
#include "tx_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <udevmem/engine.h>
#include <udevmem/irq.h>

#include "hw.h"

int hw_tx_init(struct hw_tx *t, struct hw_queue *q, unsigned int index)
{
	char name[16] = { 't', 'x', (char)('0' + index / 10), (char)('0' + index % 10) };

	t->queue = q;
	pthread_mutex_init(&t->run_lock, NULL);
	t->packet.data = malloc(EMUNIC_TX_MAX_BYTES);
	t->frame = malloc(EMUNIC_TX_MAX_BYTES);
	if (t->packet.data && t->frame)
		t->engine = udm_engine_create(name, hw_tx_step, t);
	return t->engine ? 0 : -ENOMEM;
}

void hw_tx_destroy(struct hw_tx *t)
{
	if (t->engine)
		udm_engine_destroy(t->engine);
	free(t->packet.data);
	free(t->frame);
	pthread_mutex_destroy(&t->run_lock);
}

void hw_tx_count(struct hw_tx *t, enum emunic_tx_counter c, uint64_t n)
{
	atomic_fetch_add_explicit(&t->counters[c], n, memory_order_relaxed);
}

/* run_lock. What is inside has been read but not completed: its descriptors are gone. */
static void stop(struct hw_tx *t)
{
	if (t->loaded)
		hw_tx_count(t, EMUNIC_TQ_DROP_STOPPED, 1);
	t->loaded = false;
	t->held = false;
	t->enabled = false;
	atomic_store(&t->waiting, false);
	atomic_store(&t->taken, t->ring.device);
}

static void forget_descriptors(struct hw_tx *t)
{
	hw_ring_forget(&t->ring);
	hw_ring_forget(&t->cq);
	atomic_store(&t->taken, 0);
	atomic_store(&t->cq_written, 0);
}

void hw_tx_reset(struct hw_tx *t)
{
	pthread_mutex_lock(&t->run_lock);
	t->stuck = false;
	stop(t);
	forget_descriptors(t);
	pthread_mutex_unlock(&t->run_lock);
}

bool hw_tx_idle(struct hw_tx *t)
{
	bool idle;

	pthread_mutex_lock(&t->run_lock);
	idle = !t->enabled || (!t->loaded && t->ring.device == atomic_load(&t->ring.driver));
	pthread_mutex_unlock(&t->run_lock);
	return idle;
}

void hw_tx_kick(struct hw_tx *t)
{
	udm_engine_kick(t->engine);
}

static void write_ctrl(struct hw_tx *t, uint32_t val)
{
	if (val & EMUNIC_TQ_RESET)
		hw_tx_reset(t);
	pthread_mutex_lock(&t->run_lock);
	if (val & EMUNIC_TQ_ENABLE)
		t->enabled = true;
	else if (!t->stuck)
		stop(t);
	pthread_mutex_unlock(&t->run_lock);
	udm_engine_kick(t->engine);
}

static void write_ring(struct hw_tx *t, struct hw_ring *r, uint32_t reg, uint64_t val,
		       unsigned int width)
{
	pthread_mutex_lock(&t->run_lock);
	hw_ring_write(r, reg, val, width);
	if (r->entries > HW_TX_MAX_ENTRIES)
		r->entries = 0;
	pthread_mutex_unlock(&t->run_lock);
}

/*
 * The engine stores waiting before it looks at the index a last time; here it is
 * the other way round, so one of the two sees the other.
 */
static void consumed(struct hw_tx *t, uint32_t val)
{
	if (hw_fault_take(t->queue, EMUNIC_HW_FAULT_DOORBELL))
		return;
	atomic_store(&t->cq.driver, val);
	if (atomic_load(&t->waiting))
		udm_engine_kick(t->engine);
}

void hw_tx_reg_write(struct hw_tx *t, uint32_t reg, uint64_t val, unsigned int width)
{
	switch (reg) {
	case EMUNIC_TQ_CTRL:
		write_ctrl(t, (uint32_t)val);
		break;
	case EMUNIC_TQ_TAIL:
		if (hw_fault_take(t->queue, EMUNIC_HW_FAULT_DOORBELL))
			break;
		atomic_store(&t->ring.driver, (uint32_t)val);
		udm_engine_kick(t->engine);
		break;
	case EMUNIC_TQ_CQ_HEAD:
		consumed(t, (uint32_t)val);
		break;
	case EMUNIC_TQ_BASE ... EMUNIC_TQ_ENTRIES:
		write_ring(t, &t->ring, reg - EMUNIC_TQ_BASE, val, width);
		break;
	case EMUNIC_TQ_CQ_BASE ... EMUNIC_TQ_CQ_ENTRIES:
		write_ring(t, &t->cq, reg - EMUNIC_TQ_CQ_BASE, val, width);
		break;
	default:
		break;
	}
}

static uint32_t read_status(struct hw_tx *t)
{
	uint32_t status;

	pthread_mutex_lock(&t->run_lock);
	status = (t->enabled ? EMUNIC_TQ_RUNNING : 0) |
		 (t->held || atomic_load(&t->waiting) ? EMUNIC_TQ_WAITING : 0);
	pthread_mutex_unlock(&t->run_lock);
	return status;
}

uint64_t hw_tx_reg_read(struct hw_tx *t, uint32_t reg, unsigned int width)
{
	switch (reg) {
	case EMUNIC_TQ_CTRL:
		return read_status(t) & EMUNIC_TQ_RUNNING ? EMUNIC_TQ_ENABLE : 0;
	case EMUNIC_TQ_STATUS:
		return read_status(t);
	case EMUNIC_TQ_TAIL:
		return atomic_load(&t->ring.driver);
	case EMUNIC_TQ_HEAD:
		return atomic_load(&t->taken);
	case EMUNIC_TQ_CQ_HEAD:
		return atomic_load(&t->cq.driver);
	case EMUNIC_TQ_CQ_TAIL:
		return atomic_load(&t->cq_written);
	default:
		return reg < EMUNIC_TQ_COUNTER(0) ? 0 :
			hw_counter_read(t->counters, EMUNIC_TQ_COUNTERS,
					reg - EMUNIC_TQ_COUNTER(0), width);
	}
}
