// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register window: dispatch to the port and to the queues.
 */
#include <string.h>
#include <udevmem/mmio.h>

#include "fault.h"
#include "hw.h"

static void store_bytes(uint8_t *at, uint64_t val)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(val >> 8 * i);
}

static uint32_t load_bytes(const uint8_t *at)
{
	return (uint32_t)at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static void write_flow_cmd(struct emunic_hw *hw, uint32_t cmd)
{
	if (cmd == EMUNIC_FLOW_INSERT)
		hw->flow_status = steering_insert(&hw->steering, hw->flow_loc, &hw->flow_key,
						  hw->num_queues);
	else if (cmd == EMUNIC_FLOW_DELETE)
		hw->flow_status = steering_delete(&hw->steering, hw->flow_loc);
	else
		hw->flow_status = EMUNIC_FLOW_BAD;
}

/* Values and masks have the same registers, only elsewhere. False: not one of them. */
static bool write_fields(union flow_fields *f, unsigned long off, uint32_t val, bool mask)
{
	const unsigned long src = mask ? EMUNIC_FLOW_SRC_MASK(0) : EMUNIC_FLOW_SRC(0);
	const unsigned long dst = mask ? EMUNIC_FLOW_DST_MASK(0) : EMUNIC_FLOW_DST(0);

	if (off >= src && off < src + 16)
		store_bytes(f->src + (off - src), val);
	else if (off >= dst && off < dst + 16)
		store_bytes(f->dst + (off - dst), val);
	else if (off == (mask ? EMUNIC_FLOW_SPORT_MASK : EMUNIC_FLOW_SPORT))
		f->sport = (uint16_t)val;
	else if (off == (mask ? EMUNIC_FLOW_DPORT_MASK : EMUNIC_FLOW_DPORT))
		f->dport = (uint16_t)val;
	else if (off == (mask ? EMUNIC_FLOW_VLAN_MASK : EMUNIC_FLOW_VLAN))
		f->vlan_tci = (uint16_t)val;
	else if (off == (mask ? EMUNIC_FLOW_PROTO_MASK : EMUNIC_FLOW_PROTO))
		f->proto = (uint8_t)val;
	else if (off == (mask ? EMUNIC_FLOW_TOS_MASK : EMUNIC_FLOW_TOS))
		f->tos = (uint8_t)val;
	else
		return false;
	return true;
}

static void write_flow(struct emunic_hw *hw, unsigned long off, uint32_t val)
{
	struct flow_rule *key = &hw->flow_key;

	if (write_fields(&key->value, off, val, false) || write_fields(&key->mask, off, val, true))
		return;
	switch (off) {
	case EMUNIC_FLOW_LOC:
		hw->flow_loc = val;
		break;
	case EMUNIC_FLOW_TYPE:
		key->type = val;
		break;
	case EMUNIC_FLOW_ACTION:
		key->action = val;
		break;
	case EMUNIC_FLOW_QUEUE:
		key->queue = val;
		break;
	case EMUNIC_FLOW_CONTEXT:
		key->context = val;
		break;
	case EMUNIC_FLOW_CMD:
		write_flow_cmd(hw, val);
		break;
	default:
		break;
	}
}

/* --- RSS ----------------------------------------------------------------- */

/* The context a register is of, and where it is in it. NULL: it is of none. */
static struct rss_context *context_at(struct emunic_hw *hw, unsigned long *off)
{
	unsigned long context = 0;

	if (*off >= EMUNIC_RSS_CONTEXT(1) && *off < EMUNIC_RSS_CONTEXT_END) {
		context = 1 + (*off - EMUNIC_RSS_CONTEXT(1)) /
			      (EMUNIC_RSS_CONTEXT(2) - EMUNIC_RSS_CONTEXT(1));
		*off -= EMUNIC_RSS_CONTEXT(context);
	}
	if (*off == EMUNIC_RSS_CTRL ||
	    (*off >= EMUNIC_RSS_KEY(0) && *off < EMUNIC_RSS_KEY(EMUNIC_RSS_KEY_BYTES / 4)) ||
	    (*off >= EMUNIC_RSS_FIELDS(0) && *off < EMUNIC_RSS_FIELDS(EMUNIC_RSS_KINDS)) ||
	    (*off >= EMUNIC_RSS_TABLE(0) && *off < EMUNIC_RSS_TABLE(EMUNIC_RSS_TABLE_SIZE)))
		return &hw->steering.contexts[context];
	return NULL;
}

static void write_context(struct emunic_hw *hw, struct rss_context *ctx, unsigned long off,
			  uint32_t val)
{
	uint8_t bytes[sizeof(val)];

	if (off == EMUNIC_RSS_CTRL) {
		ctx->enabled = val & EMUNIC_RSS_ENABLE;
		if (ctx->enabled && ctx != &hw->steering.contexts[0])
			ctx->enabled = !hw_fault_take(&hw->queues[0], EMUNIC_HW_FAULT_CONTEXT);
	} else if (off < EMUNIC_RSS_KEY(EMUNIC_RSS_KEY_BYTES / 4)) {
		store_bytes(bytes, val);
		steering_set_key(ctx, (unsigned int)(off - EMUNIC_RSS_KEY(0)), bytes,
				 sizeof(bytes));
	} else if (off < EMUNIC_RSS_FIELDS(EMUNIC_RSS_KINDS)) {
		ctx->fields[(off - EMUNIC_RSS_FIELDS(0)) / 4] = val;
	} else {
		ctx->table[(off - EMUNIC_RSS_TABLE(0)) / 4] = val;
	}
}

static uint32_t read_context(const struct rss_context *ctx, unsigned long off)
{
	if (off == EMUNIC_RSS_CTRL)
		return ctx->enabled ? EMUNIC_RSS_ENABLE : 0;
	if (off < EMUNIC_RSS_KEY(EMUNIC_RSS_KEY_BYTES / 4))
		return load_bytes(ctx->key + (off - EMUNIC_RSS_KEY(0)));
	if (off < EMUNIC_RSS_FIELDS(EMUNIC_RSS_KINDS))
		return ctx->fields[(off - EMUNIC_RSS_FIELDS(0)) / 4];
	return ctx->table[(off - EMUNIC_RSS_TABLE(0)) / 4];
}

/* --- Dispatch ------------------------------------------------------------ */

static bool is_flow(unsigned long off)
{
	return off >= EMUNIC_FLOW_LOC && off < EMUNIC_FLOW_END;
}

/* False: not one of these registers. */
static bool write_steering(struct emunic_hw *hw, unsigned long off, uint32_t val)
{
	struct rss_context *ctx = context_at(hw, &off);

	if (!ctx && !is_flow(off))
		return false;
	pthread_mutex_lock(&hw->steering_lock);
	if (ctx)
		write_context(hw, ctx, off, val);
	else
		write_flow(hw, off, val);
	steering_forget(&hw->memo);
	pthread_mutex_unlock(&hw->steering_lock);
	return true;
}

static bool read_steering(struct emunic_hw *hw, unsigned long off, uint64_t *val)
{
	struct rss_context *ctx = context_at(hw, &off);

	if (!ctx && !is_flow(off))
		return false;
	pthread_mutex_lock(&hw->steering_lock);
	if (ctx)
		*val = read_context(ctx, off);
	else
		*val = off == EMUNIC_FLOW_STATUS ? hw->flow_status : 0;
	pthread_mutex_unlock(&hw->steering_lock);
	return true;
}

static void port_write(struct emunic_hw *hw, unsigned long off, uint32_t val)
{
	if (off & 3 || write_steering(hw, off, val))
		return;
	if (off == EMUNIC_CTRL) {
		if (val & EMUNIC_CTRL_RESET)
			hw_port_reset(hw);
		else
			atomic_store(&hw->ctrl, val & (EMUNIC_CTRL_ENABLE | EMUNIC_CTRL_PAUSE));
	} else if (off == EMUNIC_LINK_VECTOR) {
		atomic_store(&hw->link_vector, val);
	} else if (off == EMUNIC_HDS_CTRL) {
		atomic_store(&hw->hds_ctrl, val & EMUNIC_HDS_ENABLE);
	} else if (off == EMUNIC_HDS_THRESH) {
		atomic_store(&hw->hds_thresh, val);
	}
}

static uint64_t read_counter(struct emunic_hw *hw, uint32_t off, unsigned int width)
{
	if (off / 8 >= EMUNIC_PORT_COUNTERS)
		return 0;
	return hw_counter_part(hw_port_counter(hw, off / 8), off, width);
}

static uint64_t port_read(struct emunic_hw *hw, unsigned long off, unsigned int width)
{
	uint64_t val;

	if (off & 3)
		return 0;
	if (read_steering(hw, off, &val))
		return val;
	switch (off) {
	case EMUNIC_ID:
		return EMUNIC_ID_VALUE;
	case EMUNIC_VERSION:
		return EMUNIC_VERSION_VALUE;
	case EMUNIC_NUM_QUEUES:
		return hw->num_queues;
	case EMUNIC_FEATURES:
		return EMUNIC_FEATURE_GRO;
	case EMUNIC_CTRL:
		return atomic_load(&hw->ctrl);
	case EMUNIC_STATUS:
		return atomic_load(&hw->link) ? EMUNIC_STATUS_LINK : 0;
	case EMUNIC_MAC_LO:
		return load_bytes(hw->mac);
	case EMUNIC_MAC_HI:
		return (uint32_t)hw->mac[4] | hw->mac[5] << 8;
	case EMUNIC_LINK_VECTOR:
		return atomic_load(&hw->link_vector);
	case EMUNIC_HDS_CTRL:
		return atomic_load(&hw->hds_ctrl);
	case EMUNIC_HDS_THRESH:
		return atomic_load(&hw->hds_thresh);
	default:
		return off < EMUNIC_PORT_COUNTER(0) ? 0 :
			read_counter(hw, (uint32_t)(off - EMUNIC_PORT_COUNTER(0)), width);
	}
}

static struct hw_queue *queue_at(struct emunic_hw *hw, unsigned long off)
{
	unsigned long q = (off - EMUNIC_Q(0)) / (EMUNIC_Q(1) - EMUNIC_Q(0));

	return off >= EMUNIC_Q(0) && q < hw->num_queues ? &hw->queues[q] : NULL;
}

static u64 mmio_read(void *ctx, unsigned long off, unsigned int width)
{
	struct emunic_hw *hw = ctx;
	struct hw_queue *q = queue_at(hw, off);

	if (atomic_load(&hw->gone))
		return ~0ull;
	if (q)
		return hw_queue_reg_read(q, off & (EMUNIC_Q(1) - EMUNIC_Q(0) - 1), width);
	return off < EMUNIC_Q(0) ? port_read(hw, off, width) : 0;
}

static void mmio_write(void *ctx, unsigned long off, u64 val, unsigned int width)
{
	struct emunic_hw *hw = ctx;
	struct hw_queue *q = queue_at(hw, off);

	if (atomic_load(&hw->gone))
		return;
	if (q)
		hw_queue_reg_write(q, off & (EMUNIC_Q(1) - EMUNIC_Q(0) - 1), val, width);
	else if (off < EMUNIC_Q(0))
		port_write(hw, off, (uint32_t)val);
}

const struct udm_mmio_ops hw_mmio_ops = {
	.read = mmio_read,
	.write = mmio_write,
};
