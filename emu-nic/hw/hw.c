// SPDX-License-Identifier: GPL-2.0-only
/*
 * The port: device life, frames from the wire, port registers.
 */
#include "hw.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/engine.h>
#include <udevmem/mmio.h>

static void port_count(struct emunic_hw *hw, enum emunic_port_counter c, uint64_t n)
{
	atomic_fetch_add_explicit(&hw->counters[c], n, memory_order_relaxed);
}

uint64_t hw_port_counter(struct emunic_hw *hw, enum emunic_port_counter c)
{
	uint64_t val = atomic_load_explicit(&hw->counters[c], memory_order_relaxed);

	for (unsigned int i = 0; i < hw->num_queues; i++) {
		struct hw_queue *q = &hw->queues[i];

		if (c == EMUNIC_PORT_RX_FRAMES)
			val += atomic_load_explicit(&q->taken_frames, memory_order_relaxed);
		else if (c == EMUNIC_PORT_RX_BYTES)
			val += atomic_load_explicit(&q->taken_bytes, memory_order_relaxed);
	}
	return val;
}

struct emunic_hw *emunic_hw_create(const struct emunic_hw_config *cfg)
{
	struct emunic_hw *hw;
	size_t size;

	if (!cfg->queues || cfg->queues > EMUNIC_MAX_QUEUES) {
		errno = EINVAL;
		return NULL;
	}
	size = sizeof(*hw) + cfg->queues * sizeof(hw->queues[0]);
	hw = aligned_alloc(HW_CACHE_LINE, size);
	if (!hw)
		return NULL;
	memset(hw, 0, size);
	hw->bus = cfg->bus;
	hw->num_queues = cfg->queues;
	hw->fifo_limit = cfg->fifo_bytes ? cfg->fifo_bytes : 256 << 10;
	memcpy(hw->mac, cfg->mac, sizeof(hw->mac));
	pthread_mutex_init(&hw->steering_lock, NULL);
	steering_reset(&hw->steering);
	hw_cable_init(hw);
	for (unsigned int i = 0; i < hw->num_queues; i++)
		if (hw_queue_init(&hw->queues[i], hw, i))
			goto fail;
	hw->bar = (void *)udm_mmio_register(&hw_mmio_ops, hw, EMUNIC_BAR_SIZE);
	if (hw->bar)
		return hw;
fail:
	emunic_hw_destroy(hw);
	errno = ENOMEM;
	return NULL;
}

void emunic_hw_destroy(struct emunic_hw *hw)
{
	hw_cable_cut(hw);
	if (hw->bar)
		udm_mmio_unregister(hw->bar);
	for (unsigned int i = 0; i < hw->num_queues; i++)
		hw_queue_destroy(&hw->queues[i]);
	pthread_rwlock_destroy(&hw->peer_lock);
	pthread_mutex_destroy(&hw->steering_lock);
	free(hw);
}

void *emunic_hw_bar(struct emunic_hw *hw)
{
	return hw->bar;
}

void hw_port_reset(struct emunic_hw *hw)
{
	atomic_store(&hw->ctrl, 0);
	atomic_store(&hw->hds_ctrl, 0);
	atomic_store(&hw->hds_thresh, 0);
	atomic_store(&hw->link_vector, 0);
	pthread_mutex_lock(&hw->steering_lock);
	steering_reset(&hw->steering);
	steering_forget(&hw->memo);
	pthread_mutex_unlock(&hw->steering_lock);
	for (unsigned int i = 0; i < hw->num_queues; i++)
		hw_queue_reset(&hw->queues[i]);
}

static int drop_frame(struct emunic_hw *hw, enum emunic_port_counter why)
{
	port_count(hw, why, 1);
	return 0;
}

/* The port took it, but no queue did. */
static int drop_taken(struct emunic_hw *hw, size_t len)
{
	port_count(hw, EMUNIC_PORT_RX_FRAMES, 1);
	port_count(hw, EMUNIC_PORT_RX_BYTES, len);
	return 0;
}

static struct hw_queue *pick_queue(struct emunic_hw *hw, const struct frame_info *info,
				   struct steering_result *steer)
{
	pthread_mutex_lock(&hw->steering_lock);
	steering_pick_again(&hw->steering, info, &hw->memo, steer);
	pthread_mutex_unlock(&hw->steering_lock);
	return &hw->queues[steer->queue < hw->num_queues ? steer->queue : 0];
}

/*
 * The mark goes up before the last try, and stays if that succeeds: others may have been
 * refused meanwhile, and a room call for nothing does no harm.
 */
static int hold_wire(struct emunic_hw *hw, struct hw_queue *q, struct hw_frame *f)
{
	atomic_store(&hw->wire_held, true);
	if (hw_queue_push(q, f))
		return 0;
	port_count(hw, EMUNIC_PORT_PAUSES, 1);
	f->lent = NULL;
	hw_frame_free(q, f);
	return -EAGAIN;
}

static int enter_fifo(struct emunic_hw *hw, struct hw_queue *q, struct hw_frame *f)
{
	if (hw_queue_push(q, f))
		return 0;
	if (atomic_load(&hw->ctrl) & EMUNIC_CTRL_PAUSE)
		return hold_wire(hw, q, f);
	hw_queue_count(q, EMUNIC_Q_DROP_FIFO, 1);
	drop_taken(hw, f->len);
	hw_frame_free(q, f);
	return 0;
}

/*
 * A frame that is lent, and has payload, stays where it is from there on: *@lent has gone into
 * what is returned then.
 */
static struct hw_frame *store_frame(struct hw_queue *q, const void *data, size_t len,
				    const struct frame_info *info, struct emunic_frame **lent)
{
	bool keep = *lent && info->payload_offset && info->payload_offset < len;
	size_t head = keep ? info->payload_offset : len;
	struct hw_frame *f = hw_frame_alloc(q, head);

	if (!f)
		return NULL;
	f->info = *info;
	f->len = (uint32_t)len;
	f->head = (uint32_t)head;
	f->lent = NULL;
	if (keep) {
		f->lent = *lent;
		*lent = NULL;
	}
	coalesce_init(f);
	memcpy(f->data, data, head);
	return f;
}

static int accept_frame(struct emunic_hw *hw, const void *data, size_t len,
			struct emunic_frame **lent)
{
	struct steering_result steer;
	struct frame_info info;
	struct hw_queue *q;
	struct hw_frame *f;

	frame_parse_ahead(data, len, *lent && (*lent)->next ? (*lent)->next : data, &info);
	q = pick_queue(hw, &info, &steer);
	if (steer.drop) {
		port_count(hw, EMUNIC_PORT_DROP_RULE, 1);
		return drop_taken(hw, len);
	}
	f = store_frame(q, data, len, &info, lent);
	if (!f)
		return drop_frame(hw, EMUNIC_PORT_DROP_MEMORY);
	f->steer = steer;
	return enter_fifo(hw, q, f);
}

static int receive(struct emunic_hw *hw, const void *data, size_t len, struct emunic_frame **lent)
{
	if (atomic_load(&hw->gone))
		return 0;
	if (!(atomic_load(&hw->ctrl) & EMUNIC_CTRL_ENABLE))
		return drop_frame(hw, EMUNIC_PORT_DROP_DISABLED);
	if (len < HW_MIN_FRAME)
		return drop_frame(hw, EMUNIC_PORT_DROP_RUNT);
	if (len > HW_MAX_FRAME)
		return drop_frame(hw, EMUNIC_PORT_DROP_GIANT);
	return accept_frame(hw, data, len, lent);
}

int emunic_hw_rx(struct emunic_hw *hw, const void *frame, size_t len)
{
	struct emunic_frame *lent = NULL;

	return receive(hw, frame, len, &lent);
}

int emunic_hw_rx_lent(struct emunic_hw *hw, struct emunic_frame *frame)
{
	struct emunic_frame *lent = frame;
	int ret = receive(hw, frame->data, frame->len, &lent);

	/* Taken, but not kept. */
	if (!ret && lent)
		lent->done(lent);
	return ret;
}

bool emunic_hw_idle(struct emunic_hw *hw)
{
	for (unsigned int i = 0; i < hw->num_queues; i++)
		if (!hw_queue_empty(&hw->queues[i]) || !hw_tx_idle(&hw->queues[i].tx))
			return false;
	return true;
}

bool emunic_hw_stalled(struct emunic_hw *hw)
{
	for (unsigned int i = 0; i < hw->num_queues; i++)
		if (atomic_load(&hw->queues[i].stalled))
			return true;
	return false;
}
