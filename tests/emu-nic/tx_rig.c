// SPDX-License-Identifier: GPL-2.0-only
/* Sending by hand (tx_rig.h). */
#include "tx_rig.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <udevmem/sim.h>

#include "fixture.h"

struct tx_queue txq[RIG_QUEUES];
struct sent_log sent;

/* --- The peer ------------------------------------------------------------ */

static pthread_mutex_t sent_lock = PTHREAD_MUTEX_INITIALIZER;

static int keep_locked(const void *frame, size_t len)
{
	if (sent.full)
		return -EAGAIN;
	ck_assert_uint_lt(sent.n, SENT_MAX);
	ck_assert_uint_le(sent.bytes + len, sizeof(sent.data));
	memcpy(sent.data + sent.bytes, frame, len);
	sent.frames[sent.n++] = (struct sent_frame){ sent.bytes, len };
	sent.bytes += len;
	sent.full = sent.refuse && !--sent.refuse;
	return 0;
}

/* Engines of several queues come at a time. */
static int keep(void *ctx, const void *frame, size_t len)
{
	int ret;

	pthread_mutex_lock(&sent_lock);
	ret = keep_locked(frame, len);
	pthread_mutex_unlock(&sent_lock);
	return ret;
}

static void ignore_gone(void *ctx)
{
}

const struct emunic_peer sent_peer = { .take = keep, .gone = ignore_gone };

void sent_hold(unsigned int after)
{
	pthread_mutex_lock(&sent_lock);
	sent.refuse = after;
	sent.full = !after;
	pthread_mutex_unlock(&sent_lock);
}

void sent_release(struct emunic_hw *hw)
{
	pthread_mutex_lock(&sent_lock);
	sent.refuse = 0;
	sent.full = false;
	pthread_mutex_unlock(&sent_lock);
	emunic_hw_tx_room(hw);
}

unsigned int sent_count(void)
{
	unsigned int n;

	pthread_mutex_lock(&sent_lock);
	n = sent.n;
	pthread_mutex_unlock(&sent_lock);
	return n;
}

void sent_clear(void)
{
	sent.n = 0;
	sent.bytes = 0;
	sent.refuse = 0;
	sent.full = false;
}

const u8 *sent_bytes(unsigned int i)
{
	ck_assert_uint_lt(i, sent.n);
	return sent.data + sent.frames[i].at;
}

u16 ones_sum(const u8 *data, size_t len, u32 start)
{
	u64 sum = start;

	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? data[i] : (u32)data[i] << 8;
	while (sum > 0xffff)
		sum = sum % 65536 + sum / 65536;
	return sum;
}

static bool transport_right(const u8 *l4, u32 len, u8 proto, const u8 *addrs, u32 addr_bytes)
{
	return ones_sum(l4, len, ones_sum(addrs, addr_bytes, proto + len)) == 0xffff;
}

bool sums_right(const u8 *frame, size_t len)
{
	const u8 *ip = frame + (frame[12] == 0x81 ? 18 : 14);
	u32 total;

	if (ip[0] >> 4 == 4) {
		u32 header = (ip[0] & 15) * 4;

		total = ip[2] << 8 | ip[3];
		return ip + total == frame + len && ones_sum(ip, header, 0) == 0xffff &&
		       transport_right(ip + header, total - header, ip[9], ip + 12, 8);
	}
	total = ip[4] << 8 | ip[5];
	return ip + 40 + total == frame + len &&
	       transport_right(ip + 40, total, ip[6], ip + 8, 32);
}

/* --- The driver ---------------------------------------------------------- */

static void ring_up(struct rig *r, unsigned int q, struct rig_ring *ring, unsigned int entry,
		    u32 base)
{
	ring->entry = entry;
	ring->cpu = dma_alloc_coherent(&r->dev, TX_RING * entry, &ring->dma, GFP_KERNEL);
	ck_assert_ptr_nonnull(ring->cpu);
	memset(ring->cpu, 0, TX_RING * entry);
	rig_q_write(r, q, base, lower_32_bits(ring->dma));
	rig_q_write(r, q, base + 4, upper_32_bits(ring->dma));
	rig_q_write(r, q, base + 8, TX_RING);
}

void tx_rings_up(struct rig *r)
{
	memset(txq, 0, sizeof(txq));
	for (unsigned int q = 0; q < RIG_QUEUES; q++) {
		struct tx_queue *t = &txq[q];

		ring_up(r, q, &t->ring, sizeof(struct emunic_tx_desc), EMUNIC_TQ_BASE);
		ring_up(r, q, &t->cq, sizeof(struct emunic_tx_cqe), EMUNIC_TQ_CQ_BASE);
		t->data = dma_alloc_coherent(&r->dev, TX_DATA, &t->dma, GFP_KERNEL);
		ck_assert_ptr_nonnull(t->data);
		rig_q_write(r, q, EMUNIC_TQ_CTRL, EMUNIC_TQ_ENABLE);
	}
}

void tx_rings_down(struct rig *r)
{
	for (unsigned int q = 0; q < RIG_QUEUES; q++) {
		struct tx_queue *t = &txq[q];

		rig_q_write(r, q, EMUNIC_TQ_CTRL, EMUNIC_TQ_RESET);
		dma_free_coherent(&r->dev, TX_RING * t->ring.entry, t->ring.cpu, t->ring.dma);
		dma_free_coherent(&r->dev, TX_RING * t->cq.entry, t->cq.cpu, t->cq.dma);
		dma_free_coherent(&r->dev, TX_DATA, t->data, t->dma);
	}
}

void tx_up(struct rig *r)
{
	rig_up(r, 0, false);
	tx_rings_up(r);
	sent_clear();
	ck_assert_int_eq(emunic_hw_attach(r->hw, &sent_peer, NULL), 0);
	emunic_hw_set_link(r->hw, true);
}

void tx_down(struct rig *r)
{
	tx_rings_down(r);
	rig_down(r);
}

struct emunic_tx_desc *tx_next(unsigned int q)
{
	struct emunic_tx_desc *d = txq[q].ring.cpu;

	d += txq[q].posted++ % TX_RING;
	memset(d, 0, sizeof(*d));
	return d;
}

struct emunic_tx_desc *tx_piece(unsigned int q, u32 at, u32 len, u16 flags)
{
	struct emunic_tx_desc *d = tx_next(q);

	d->addr = txq[q].dma + at;
	d->len = len;
	d->flags = flags;
	return d;
}

void tx_ring(struct rig *r, unsigned int q)
{
	rig_q_write(r, q, EMUNIC_TQ_TAIL, txq[q].posted);
	udm_run_until_idle();
}

void tx_send(struct rig *r, unsigned int q, u32 len, u16 flags)
{
	tx_piece(q, 0, len, EMUNIC_TX_SOP | EMUNIC_TX_EOP | EMUNIC_TX_REPORT | flags);
	tx_ring(r, q);
}

const struct emunic_tx_cqe *tx_done(unsigned int q)
{
	const struct emunic_tx_cqe *c = txq[q].cq.cpu;
	u32 phase = txq[q].consumed / TX_RING & 1 ? 0 : EMUNIC_TXC_PHASE;

	c += txq[q].consumed % TX_RING;
	/* Flags are written last here too. */
	if ((smp_load_acquire(&c->flags) & EMUNIC_TXC_PHASE) != phase)
		return NULL;
	txq[q].consumed++;
	return c;
}

void tx_ack(struct rig *r, unsigned int q)
{
	rig_q_write(r, q, EMUNIC_TQ_CQ_HEAD, txq[q].consumed);
	udm_run_until_idle();
}

u64 tx_counter(struct rig *r, unsigned int q, enum emunic_tx_counter c)
{
	return readq(r->bar + EMUNIC_Q(q) + EMUNIC_TQ_COUNTER(c));
}

u32 tx_reg(struct rig *r, unsigned int q, u32 reg)
{
	return readl(r->bar + EMUNIC_Q(q) + reg);
}
