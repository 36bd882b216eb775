// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hand-driven driver of the device tests.
 */
#include "hw_rig.h"

#include <string.h>
#include <udevmem/bus.h>
#include <udevmem/irq.h>
#include <udevmem/sim.h>

#include "fixture.h"

static void release_nothing(struct device *dev)
{
}

static irqreturn_t count_interrupt(int irq, void *data)
{
	struct rig_queue *q = data;

	q->interrupts++;
	return IRQ_HANDLED;
}

void rig_q_write(struct rig *r, unsigned int q, u32 reg, u32 val)
{
	writel(val, r->bar + EMUNIC_Q(q) + reg);
}

static void ring_up(struct rig *r, unsigned int q, struct rig_ring *ring, unsigned int entry,
		    u32 base, u32 buf_size)
{
	ring->entry = entry;
	ring->cpu = dma_alloc_coherent(&r->dev, RIG_RING * entry, &ring->dma, GFP_KERNEL);
	ck_assert_ptr_nonnull(ring->cpu);
	memset(ring->cpu, 0, RIG_RING * entry);
	rig_q_write(r, q, base, lower_32_bits(ring->dma));
	rig_q_write(r, q, base + 4, upper_32_bits(ring->dma));
	rig_q_write(r, q, base + 8, RIG_RING);
	if (buf_size)
		rig_q_write(r, q, base + 12, buf_size);
}

static void queue_up(struct rig *r, unsigned int n)
{
	struct rig_queue *q = &r->q[n];

	ring_up(r, n, &q->hdr, sizeof(struct emunic_buf_desc), EMUNIC_Q_HDR_BASE, RIG_HDR_SIZE);
	ring_up(r, n, &q->pay, sizeof(struct emunic_buf_desc), EMUNIC_Q_PAY_BASE, RIG_PAY_SIZE);
	ring_up(r, n, &q->cq, sizeof(struct emunic_rx_cqe), EMUNIC_Q_CQ_BASE, 0);
	q->hdr_bufs = dma_alloc_coherent(&r->dev, RIG_RING * RIG_HDR_SIZE, &q->hdr_dma, GFP_KERNEL);
	q->pay_bufs = dma_alloc_coherent(&r->dev, RIG_RING * RIG_PAY_SIZE, &q->pay_dma, GFP_KERNEL);
	ck_assert(q->hdr_bufs && q->pay_bufs);
	q->irq = udm_irq_alloc(n);
	ck_assert_int_gt(q->irq, 0);
	ck_assert_int_eq(request_irq(q->irq, count_interrupt, 0, "rig", q), 0);
	rig_q_write(r, n, EMUNIC_Q_VECTOR, q->irq);
	rig_q_write(r, n, EMUNIC_Q_CTRL, EMUNIC_Q_ENABLE);
}

void rig_device_up(struct rig *r, const char *name, u32 ctrl, bool split)
{
	struct emunic_hw_config cfg = { .queues = RIG_QUEUES, .mac = { 2, 0, 0, 0, 0, 1 } };

	memset(r, 0, sizeof(*r));
	device_initialize(&r->dev);
	ck_assert_int_eq(dev_set_name(&r->dev, "%s", name), 0);
	r->dev.release = release_nothing;
	r->dma_mask = DMA_BIT_MASK(64);
	r->dev.dma_mask = &r->dma_mask;
	r->dev.coherent_dma_mask = r->dma_mask;
	cfg.bus = udm_bus_of(&r->dev);
	cfg.fifo_bytes = 16 << 10;
	r->hw = emunic_hw_create(&cfg);
	ck_assert_ptr_nonnull(r->hw);
	r->bar = (void __iomem *)emunic_hw_bar(r->hw);
	for (unsigned int n = 0; n < RIG_QUEUES; n++)
		queue_up(r, n);
	writel(split ? EMUNIC_HDS_ENABLE : 0, r->bar + EMUNIC_HDS_CTRL);
	writel(EMUNIC_CTRL_ENABLE | ctrl, r->bar + EMUNIC_CTRL);
}

void rig_up(struct rig *r, u32 ctrl, bool split)
{
	machine_boot();
	rig_device_up(r, "rig", ctrl, split);
}

static void ring_down(struct rig *r, struct rig_ring *ring)
{
	dma_free_coherent(&r->dev, RIG_RING * ring->entry, ring->cpu, ring->dma);
}

void rig_device_down(struct rig *r)
{
	writel(EMUNIC_CTRL_RESET, r->bar + EMUNIC_CTRL);
	for (unsigned int n = 0; n < RIG_QUEUES; n++) {
		struct rig_queue *q = &r->q[n];

		free_irq(q->irq, q);
		udm_irq_free(q->irq);
		ring_down(r, &q->hdr);
		ring_down(r, &q->pay);
		ring_down(r, &q->cq);
		dma_free_coherent(&r->dev, RIG_RING * RIG_HDR_SIZE, q->hdr_bufs, q->hdr_dma);
		dma_free_coherent(&r->dev, RIG_RING * RIG_PAY_SIZE, q->pay_bufs, q->pay_dma);
	}
	emunic_hw_destroy(r->hw);
	put_device(&r->dev);
}

void rig_down(struct rig *r)
{
	rig_device_down(r);
	machine_shutdown();
}

static void post(struct rig_ring *ring, u32 *posted, dma_addr_t bufs, unsigned int size)
{
	struct emunic_buf_desc *desc = ring->cpu;
	u32 slot = *posted % RIG_RING;

	desc[slot].addr = bufs + slot * size;
	desc[slot].id = slot;
	(*posted)++;
}

void rig_post(struct rig *r, unsigned int n, unsigned int hdr, unsigned int pay)
{
	struct rig_queue *q = &r->q[n];

	while (hdr--)
		post(&q->hdr, &q->hdr_posted, q->hdr_dma, RIG_HDR_SIZE);
	while (pay--)
		post(&q->pay, &q->pay_posted, q->pay_dma, RIG_PAY_SIZE);
	rig_q_write(r, n, EMUNIC_Q_HDR_TAIL, q->hdr_posted);
	rig_q_write(r, n, EMUNIC_Q_PAY_TAIL, q->pay_posted);
	udm_run_until_idle();
}

u64 rig_counter(struct rig *r, unsigned int q, enum emunic_queue_counter c)
{
	return readq(r->bar + EMUNIC_Q(q) + EMUNIC_Q_COUNTER(c));
}

int rig_send(struct rig *r, const void *frame, size_t len)
{
	int ret = emunic_hw_rx(r->hw, frame, len);

	udm_run_until_idle();
	return ret;
}

const struct emunic_rx_cqe *rig_peek(struct rig *r, unsigned int n)
{
	struct rig_queue *q = &r->q[n];
	const struct emunic_rx_cqe *cqe = q->cq.cpu;
	u32 phase = q->consumed / RIG_RING & 1 ? 0 : EMUNIC_CQE_PHASE;

	cqe += q->consumed % RIG_RING;
	/* The device writes flags last: what else the entry says is seen from here on. */
	return (smp_load_acquire(&cqe->flags) & EMUNIC_CQE_PHASE) == phase ? cqe : NULL;
}

void rig_consume(struct rig *r, unsigned int n, unsigned int count)
{
	r->q[n].consumed += count;
	rig_q_write(r, n, EMUNIC_Q_CQ_HEAD, r->q[n].consumed);
	udm_run_until_idle();
}
