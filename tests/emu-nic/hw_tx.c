// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit of the bare device, descriptors written by hand: gathering, completions,
 * what is malformed, faults, stop and reset, back-pressure, link, interrupts.
 */
#include <string.h>
#include <udevmem/iommu.h>
#include <udevmem/sim.h>

#include "fixture.h"
#include "frames.h"
#include "tx_rig.h"

static struct rig rig;

static void up(void)
{
	tx_up(&rig);
}

static void down(void)
{
	tx_down(&rig);
}

enum { WHOLE = EMUNIC_TX_SOP | EMUNIC_TX_EOP | EMUNIC_TX_REPORT };

/* Bytes that tell where they belong. */
static void fill(unsigned int q, u32 at, u32 len)
{
	for (u32 i = 0; i < len; i++)
		txq[q].data[at + i] = frame_pattern(at, i);
}

static void expect_error(unsigned int q, enum emunic_tx_counter why)
{
	const struct emunic_tx_cqe *c = tx_done(q);

	ck_assert_msg(c, "no completion for %d", why);
	ck_assert(c->flags & EMUNIC_TXC_ERROR);
	ck_assert_uint_eq(EMUNIC_TXC_WHY(c->flags), why);
	ck_assert_uint_eq(tx_counter(&rig, q, why), 1);
	ck_assert_uint_eq(c->head, txq[q].posted);
}

/* The queue is as good as before: a packet goes through. */
static void expect_healthy(unsigned int q)
{
	unsigned int before = sent.n;
	const struct emunic_tx_cqe *c;

	fill(q, 0, 100);
	tx_send(&rig, q, 100, 0);
	c = tx_done(q);
	ck_assert_ptr_nonnull(c);
	ck_assert(!(c->flags & EMUNIC_TXC_ERROR));
	ck_assert_uint_eq(sent.n, before + 1);
	ck_assert_uint_eq(sent.frames[before].len, 100);
	ck_assert_mem_eq(sent_bytes(before), txq[q].data, 100);
	tx_ack(&rig, q);
}

START_TEST(one_piece_goes_out_as_it_is)
{
	const struct emunic_tx_cqe *c;

	fill(0, 0, 60);
	tx_piece(0, 0, 60, WHOLE)->cookie = 77;
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.n, 1);
	ck_assert_uint_eq(sent.frames[0].len, 60);
	ck_assert_mem_eq(sent_bytes(0), txq[0].data, 60);
	c = tx_done(0);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->cookie, 77);
	ck_assert_uint_eq(c->head, 1);
	ck_assert_uint_eq(c->frames, 1);
	ck_assert_uint_eq(c->flags, EMUNIC_TXC_PHASE);
	ck_assert_uint_eq(tx_reg(&rig, 0, EMUNIC_TQ_HEAD), 1);
	ck_assert_uint_eq(tx_counter(&rig, 0, EMUNIC_TQ_PACKETS), 1);
	ck_assert_uint_eq(tx_counter(&rig, 0, EMUNIC_TQ_FRAMES), 1);
	ck_assert_uint_eq(tx_counter(&rig, 0, EMUNIC_TQ_BYTES), 60);
	ck_assert(emunic_hw_idle(rig.hw));
}
END_TEST

START_TEST(pieces_are_put_together_in_order)
{
	fill(0, 0, 5000);
	tx_piece(0, 0, 1, EMUNIC_TX_SOP | EMUNIC_TX_REPORT);
	tx_piece(0, 1, 13, 0);
	tx_piece(0, 14, 4099, 0);
	tx_piece(0, 4113, 887, EMUNIC_TX_EOP);
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.n, 1);
	ck_assert_uint_eq(sent.frames[0].len, 5000);
	ck_assert_mem_eq(sent_bytes(0), txq[0].data, 5000);
	ck_assert_uint_eq(tx_done(0)->head, 4);
}
END_TEST

START_TEST(completions_only_where_asked_for)
{
	const struct emunic_tx_cqe *c;

	fill(0, 0, 100);
	tx_piece(0, 0, 100, EMUNIC_TX_SOP | EMUNIC_TX_EOP);
	tx_piece(0, 0, 90, EMUNIC_TX_SOP | EMUNIC_TX_EOP);
	tx_piece(0, 0, 80, WHOLE);
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.n, 3);
	c = tx_done(0);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->head, 3);
	ck_assert_ptr_null(tx_done(0));
}
END_TEST

/* Many times around both rings. */
START_TEST(rings_wrap)
{
	for (unsigned int i = 0; i < 5 * TX_RING; i++)
		expect_healthy(0);
	ck_assert_uint_eq(tx_reg(&rig, 0, EMUNIC_TQ_CQ_TAIL), 5 * TX_RING);
}
END_TEST

/* --- Malformed ----------------------------------------------------------- */

static void no_start(void)
{
	tx_piece(0, 0, 100, EMUNIC_TX_EOP | EMUNIC_TX_REPORT);
}

static void no_length(void)
{
	tx_piece(0, 0, 50, EMUNIC_TX_SOP);
	tx_piece(0, 50, 0, EMUNIC_TX_EOP);
}

static void unknown_flag(void)
{
	tx_piece(0, 0, 100, WHOLE | 0x80);
}

static void no_end(void)
{
	tx_piece(0, 0, 50, EMUNIC_TX_SOP);
	tx_piece(0, 50, 50, 0);
}

static void runt(void)
{
	tx_piece(0, 0, 13, WHOLE);
}

static void giant(void)
{
	tx_piece(0, 0, 40000, EMUNIC_TX_SOP);
	tx_piece(0, 0, EMUNIC_TX_MAX_BYTES - 40000 + 1, EMUNIC_TX_EOP);
}

static void giant_by_its_tag(void)
{
	tx_piece(0, 0, EMUNIC_TX_MAX_BYTES - 3, WHOLE | EMUNIC_TX_VLAN);
}

static void four_gigabytes(void)
{
	tx_piece(0, 0, 0xffffffff, WHOLE);
}

static void more_than_a_ring(void)
{
	tx_piece(0, 0, 100, WHOLE);
	txq[0].posted += TX_RING;
}

static void unmapped_data(void)
{
	tx_piece(0, 0, 50, EMUNIC_TX_SOP);
	tx_next(0)->addr = 0x7f0000000000;
	((struct emunic_tx_desc *)txq[0].ring.cpu)[1].len = 50;
	((struct emunic_tx_desc *)txq[0].ring.cpu)[1].flags = EMUNIC_TX_EOP;
}

static const struct malformed {
	void (*post)(void);
	enum emunic_tx_counter why;
} malformed[] = {
	{ no_start, EMUNIC_TQ_DROP_CHAIN },
	{ no_length, EMUNIC_TQ_DROP_CHAIN },
	{ unknown_flag, EMUNIC_TQ_DROP_CHAIN },
	{ no_end, EMUNIC_TQ_DROP_CHAIN },
	{ runt, EMUNIC_TQ_DROP_CHAIN },
	{ giant, EMUNIC_TQ_DROP_TOO_BIG },
	{ giant_by_its_tag, EMUNIC_TQ_DROP_TOO_BIG },
	{ four_gigabytes, EMUNIC_TQ_DROP_TOO_BIG },
	{ more_than_a_ring, EMUNIC_TQ_DROP_CHAIN },
	{ unmapped_data, EMUNIC_TQ_DROP_IOMMU },
};

START_TEST(malformed_packets_send_nothing)
{
	malformed[_i].post();
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.n, 0);
	expect_error(0, malformed[_i].why);
	ck_assert_ptr_null(tx_done(0));
	tx_ack(&rig, 0);
	expect_healthy(0);
	expect_healthy(1);
}
END_TEST

/* The packet behind one without an end is not swallowed with it. */
START_TEST(lost_end_costs_one_packet)
{
	const struct emunic_tx_cqe *c;

	fill(0, 0, 100);
	tx_piece(0, 0, 50, EMUNIC_TX_SOP | EMUNIC_TX_REPORT);
	tx_piece(0, 0, 100, WHOLE);
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.n, 1);
	ck_assert_uint_eq(sent.frames[0].len, 100);
	c = tx_done(0);
	ck_assert(c && c->flags & EMUNIC_TXC_ERROR);
	ck_assert_uint_eq(c->head, 1);
	c = tx_done(0);
	ck_assert(c && !(c->flags & EMUNIC_TXC_ERROR));
}
END_TEST

START_TEST(chains_have_a_limit)
{
	enum { MANY = 128 };
	struct emunic_tx_desc *ring;
	dma_addr_t dma;

	ring = dma_alloc_coherent(&rig.dev, MANY * sizeof(*ring), &dma, GFP_KERNEL);
	for (unsigned int n = EMUNIC_TX_MAX_DESCS; n <= EMUNIC_TX_MAX_DESCS + 1; n++) {
		rig_q_write(&rig, 1, EMUNIC_TQ_CTRL, EMUNIC_TQ_RESET);
		rig_q_write(&rig, 1, EMUNIC_TQ_BASE, lower_32_bits(dma));
		rig_q_write(&rig, 1, EMUNIC_TQ_BASE + 4, upper_32_bits(dma));
		rig_q_write(&rig, 1, EMUNIC_TQ_ENTRIES, MANY);
		for (unsigned int i = 0; i < n; i++)
			ring[i] = (struct emunic_tx_desc){
				.addr = txq[1].dma + i, .len = 1,
				.flags = (i ? 0 : EMUNIC_TX_SOP) | (i == n - 1 ? EMUNIC_TX_EOP : 0),
			};
		rig_q_write(&rig, 1, EMUNIC_TQ_CTRL, EMUNIC_TQ_ENABLE);
		rig_q_write(&rig, 1, EMUNIC_TQ_TAIL, n);
		udm_run_until_idle();
	}
	ck_assert_uint_eq(sent.n, 1);
	ck_assert_uint_eq(sent.frames[0].len, EMUNIC_TX_MAX_DESCS);
	ck_assert_uint_eq(tx_counter(&rig, 1, EMUNIC_TQ_DROP_CHAIN), 1);
	dma_free_coherent(&rig.dev, MANY * sizeof(*ring), ring, dma);
}
END_TEST

static void set_ring_base(u32 reg, u64 addr)
{
	rig_q_write(&rig, 0, EMUNIC_TQ_CTRL, 0);
	rig_q_write(&rig, 0, reg, lower_32_bits(addr));
	rig_q_write(&rig, 0, reg + 4, upper_32_bits(addr));
	rig_q_write(&rig, 0, EMUNIC_TQ_CTRL, EMUNIC_TQ_ENABLE);
}

START_TEST(descriptors_that_cannot_be_read)
{
	set_ring_base(EMUNIC_TQ_BASE, 0x7f0000000000);
	tx_piece(0, 0, 100, WHOLE);
	tx_piece(0, 0, 100, WHOLE);
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.n, 0);
	expect_error(0, EMUNIC_TQ_DROP_IOMMU);
	set_ring_base(EMUNIC_TQ_BASE, txq[0].ring.dma);
	expect_healthy(0);
}
END_TEST

START_TEST(completion_that_cannot_be_written)
{
	const struct emunic_tx_cqe *c;

	set_ring_base(EMUNIC_TQ_CQ_BASE, 0x7f0000000000);
	fill(0, 0, 100);
	tx_send(&rig, 0, 100, 0);
	ck_assert_uint_eq(sent.n, 1);
	ck_assert_uint_eq(tx_counter(&rig, 0, EMUNIC_TQ_CQ_FAULT), 1);
	ck_assert_uint_eq(tx_reg(&rig, 0, EMUNIC_TQ_HEAD), 1);
	set_ring_base(EMUNIC_TQ_CQ_BASE, txq[0].cq.dma);
	tx_send(&rig, 0, 100, 0);
	c = tx_done(0);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->head, 2);	/* both packets */
}
END_TEST

START_TEST(rings_that_are_none)
{
	rig_q_write(&rig, 0, EMUNIC_TQ_CTRL, EMUNIC_TQ_RESET);
	rig_q_write(&rig, 0, EMUNIC_TQ_ENTRIES, 12);	/* no power of two */
	rig_q_write(&rig, 0, EMUNIC_TQ_CQ_ENTRIES, 1u << 20);	/* too many */
	rig_q_write(&rig, 0, EMUNIC_TQ_CTRL, EMUNIC_TQ_ENABLE);
	rig_q_write(&rig, 0, EMUNIC_TQ_TAIL, 1);
	udm_run_until_idle();
	ck_assert_uint_eq(sent.n, 0);
	ck_assert_uint_eq(tx_counter(&rig, 0, EMUNIC_TQ_DROP_CHAIN), 1);
	ck_assert_uint_eq(tx_counter(&rig, 0, EMUNIC_TQ_CQ_FAULT), 1);
	expect_healthy(1);
}
END_TEST

/* Memory mapped for the device to write is not for it to read. */
START_TEST(data_of_the_wrong_direction)
{
	void *page = (void *)__get_free_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_single(&rig.dev, page, PAGE_SIZE, DMA_FROM_DEVICE);
	struct emunic_tx_desc *d = tx_next(0);

	ck_assert_int_eq(dma_mapping_error(&rig.dev, addr), 0);
	d->addr = addr;
	d->len = 100;
	d->flags = WHOLE;
	tx_ring(&rig, 0);
	ck_assert_uint_eq(sent.n, 0);
	expect_error(0, EMUNIC_TQ_DROP_IOMMU);
	dma_unmap_single(&rig.dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	free_page((unsigned long)page);
}
END_TEST

/* Whatever the driver writes: nothing but a good packet comes out good, nothing breaks. */
START_TEST(random_descriptors)
{
	struct emunic_tx_desc *ring = txq[0].ring.cpu;

	fill(0, 0, TX_DATA);
	for (unsigned int round = 0; round < test_rounds(3000); round++) {
		unsigned int n = 1 + udm_random() % 4;

		for (unsigned int i = 0; i < n; i++) {
			struct emunic_tx_desc *d = &ring[txq[0].posted++ % TX_RING];

			for (size_t b = 0; b < sizeof(*d); b += 8) {
				u64 v = udm_random();

				memcpy((u8 *)d + b, &v, 8);
			}
			d->addr = txq[0].dma + (d->addr % (TX_DATA - 4096));
			d->len = udm_random() % 3 ? d->len % 4096 : d->len;
			d->flags &= EMUNIC_TX_FLAGS;
			d->l3_offset = udm_random() % 2 ? 14 : d->l3_offset;
			if (udm_random() % 8)
				d->flags = (d->flags & ~3) | (i ? 0 : EMUNIC_TX_SOP) |
					   (i == n - 1 ? EMUNIC_TX_EOP : 0);
		}
		tx_ring(&rig, 0);
		while (tx_done(0))
			;
		tx_ack(&rig, 0);
		sent_clear();
	}
	expect_healthy(0);
}
END_TEST

/* --- Stop, reset, waiting ------------------------------------------------ */

START_TEST(stopped_queue_does_no_dma)
{
	fill(0, 0, 100);
	rig_q_write(&rig, 0, EMUNIC_TQ_CTRL, 0);
	ck_assert_uint_eq(tx_reg(&rig, 0, EMUNIC_TQ_STATUS), 0);
	tx_send(&rig, 0, 100, 0);
	ck_assert_uint_eq(sent.n, 0);
	ck_assert_uint_eq(tx_reg(&rig, 0, EMUNIC_TQ_HEAD), 0);
	expect_healthy(1);
	sent_clear();
	rig_q_write(&rig, 0, EMUNIC_TQ_CTRL, EMUNIC_TQ_ENABLE);
	udm_run_until_idle();
	ck_assert_uint_eq(sent.n, 1);
	ck_assert_ptr_nonnull(tx_done(0));
}
END_TEST

START_TEST(stop_throws_away_what_is_half_sent)
{
	sent.refuse = 1;
	fill(0, 0, 100);
	tx_send(&rig, 0, 100, 0);
	tx_send(&rig, 0, 100, 0);	/* read, and held by the wire */
	ck_assert_uint_eq(sent.n, 1);
	ck_assert(!emunic_hw_idle(rig.hw));
	rig_q_write(&rig, 0, EMUNIC_TQ_CTRL, 0);
	ck_assert_uint_eq(tx_counter(&rig, 0, EMUNIC_TQ_DROP_STOPPED), 1);
	ck_assert(emunic_hw_idle(rig.hw));
	sent_clear();
	emunic_hw_tx_room(rig.hw);
	udm_run_until_idle();
	ck_assert_uint_eq(sent.n, 0);
	ck_assert_ptr_nonnull(tx_done(0));
	ck_assert_ptr_null(tx_done(0));	/* the second got none */
	ck_assert_uint_eq(tx_reg(&rig, 0, EMUNIC_TQ_HEAD), 2);
}
END_TEST

START_TEST(reset_begins_at_zero)
{
	for (unsigned int i = 0; i < 5; i++)
		expect_healthy(0);
	expect_healthy(1);
	rig_q_write(&rig, 0, EMUNIC_TQ_CTRL, EMUNIC_TQ_RESET);
	ck_assert_uint_eq(tx_reg(&rig, 0, EMUNIC_TQ_HEAD), 0);
	ck_assert_uint_eq(tx_reg(&rig, 0, EMUNIC_TQ_TAIL), 0);
	ck_assert_uint_eq(tx_reg(&rig, 0, EMUNIC_TQ_CQ_TAIL), 0);
	ck_assert_uint_eq(tx_reg(&rig, 1, EMUNIC_TQ_HEAD), 1);
	memset(txq[0].cq.cpu, 0, TX_RING * sizeof(struct emunic_tx_cqe));
	txq[0].posted = txq[0].consumed = 0;
	rig_q_write(&rig, 0, EMUNIC_TQ_CTRL, EMUNIC_TQ_ENABLE);
	expect_healthy(0);
	expect_healthy(1);
}
END_TEST

/* Receiving of the same queue pair does not notice. */
START_TEST(directions_are_independent)
{
	u8 frame[64] = { 0 };

	rig_q_write(&rig, 0, EMUNIC_TQ_CTRL, EMUNIC_TQ_RESET);
	rig_post(&rig, 0, 0, 2);
	rig_send(&rig, frame, sizeof(frame));
	ck_assert_ptr_nonnull(rig_peek(&rig, 0));
	rig_q_write(&rig, 1, EMUNIC_Q_CTRL, EMUNIC_Q_RESET);
	expect_healthy(1);
}
END_TEST

START_TEST(full_completion_ring_holds_the_queue)
{
	unsigned int n = 0;

	fill(0, 0, 100);
	for (unsigned int i = 0; i < TX_RING + 3; i++)
		tx_send(&rig, 0, 100, 0);
	/* All were sent; what could not be completed yet is still inside. */
	ck_assert_uint_eq(sent.n, TX_RING + 1);
	ck_assert_uint_eq(tx_reg(&rig, 0, EMUNIC_TQ_HEAD), TX_RING);
	while (n < TX_RING && tx_done(0))
		n++;
	tx_ack(&rig, 0);
	while (tx_done(0))
		n++;
	ck_assert_uint_eq(n, TX_RING + 3);
	ck_assert_uint_eq(sent.n, TX_RING + 3);
}
END_TEST

START_TEST(wire_may_ask_to_wait)
{
	fill(0, 0, 4096);
	sent.refuse = 2;
	for (unsigned int i = 0; i < 5; i++)
		tx_send(&rig, 0, 100 + i, 0);
	ck_assert_uint_eq(sent.n, 2);
	ck_assert_uint_ge(tx_counter(&rig, 0, EMUNIC_TQ_HELD), 1);
	sent.full = false;
	emunic_hw_tx_room(rig.hw);
	udm_run_until_idle();
	ck_assert_uint_eq(sent.n, 5);
	for (unsigned int i = 0; i < 5; i++)
		ck_assert_uint_eq(sent.frames[i].len, 100 + i);
}
END_TEST

START_TEST(without_a_link_packets_are_lost)
{
	emunic_hw_set_link(rig.hw, false);
	ck_assert_uint_eq(readl(rig.bar + EMUNIC_STATUS), 0);
	tx_send(&rig, 0, 100, 0);
	expect_error(0, EMUNIC_TQ_DROP_LINK);
	emunic_hw_set_link(rig.hw, true);
	ck_assert_uint_eq(readl(rig.bar + EMUNIC_STATUS), EMUNIC_STATUS_LINK);
	expect_healthy(0);
	emunic_hw_detach(rig.hw);
	tx_send(&rig, 1, 100, 0);
	expect_error(1, EMUNIC_TQ_DROP_LINK);
}
END_TEST

/* A cable that is pulled out lets go of what it held. */
START_TEST(link_loss_frees_a_held_packet)
{
	sent.refuse = 1;
	tx_send(&rig, 0, 100, 0);
	tx_send(&rig, 0, 100, 0);
	ck_assert_ptr_nonnull(tx_done(0));
	ck_assert_ptr_null(tx_done(0));
	emunic_hw_set_link(rig.hw, false);
	udm_run_until_idle();
	expect_error(0, EMUNIC_TQ_DROP_LINK);
}
END_TEST

START_TEST(disabled_port_sends_nothing)
{
	writel(0, rig.bar + EMUNIC_CTRL);
	tx_send(&rig, 0, 100, 0);
	expect_error(0, EMUNIC_TQ_DROP_DISABLED);
	writel(EMUNIC_CTRL_ENABLE, rig.bar + EMUNIC_CTRL);
	expect_healthy(0);
}
END_TEST

START_TEST(one_cable_at_a_time)
{
	ck_assert_int_eq(emunic_hw_attach(rig.hw, &sent_peer, NULL), -EBUSY);
}
END_TEST

/* --- Interrupts ---------------------------------------------------------- */

START_TEST(interrupt_fires_once_when_armed)
{
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);
	udm_run_until_idle();
	ck_assert_uint_eq(rig.q[0].interrupts, 0);
	tx_send(&rig, 0, 100, 0);
	tx_send(&rig, 0, 100, 0);
	ck_assert_uint_eq(rig.q[0].interrupts, 1);
	/* Unconsumed completions fire at once. */
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);
	udm_run_until_idle();
	ck_assert_uint_eq(rig.q[0].interrupts, 2);
	while (tx_done(0))
		;
	tx_ack(&rig, 0);
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);
	udm_run_until_idle();
	ck_assert_uint_eq(rig.q[0].interrupts, 2);
	ck_assert_uint_eq(rig.q[1].interrupts, 0);
}
END_TEST

START_TEST(link_changes_interrupt)
{
	unsigned int before = rig.q[1].interrupts;

	writel(rig.q[1].irq, rig.bar + EMUNIC_LINK_VECTOR);
	emunic_hw_set_link(rig.hw, true);	/* no change */
	udm_run_until_idle();
	ck_assert_uint_eq(rig.q[1].interrupts, before);
	emunic_hw_set_link(rig.hw, false);
	udm_run_until_idle();
	ck_assert_uint_eq(rig.q[1].interrupts, before + 1);
	emunic_hw_detach(rig.hw);
	udm_run_until_idle();
	ck_assert_uint_eq(rig.q[1].interrupts, before + 1);
}
END_TEST

Suite *hw_tx_suite(void)
{
	Suite *s = suite_create("hw_tx");
	TCase *tc = tcase_create("tx");

	tcase_add_checked_fixture(tc, up, down);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, one_piece_goes_out_as_it_is);
	tcase_add_test(tc, pieces_are_put_together_in_order);
	tcase_add_test(tc, completions_only_where_asked_for);
	tcase_add_test(tc, rings_wrap);
	tcase_add_loop_test(tc, malformed_packets_send_nothing, 0, ARRAY_SIZE(malformed));
	tcase_add_test(tc, lost_end_costs_one_packet);
	tcase_add_test(tc, chains_have_a_limit);
	tcase_add_test(tc, descriptors_that_cannot_be_read);
	tcase_add_test(tc, completion_that_cannot_be_written);
	tcase_add_test(tc, rings_that_are_none);
	tcase_add_test(tc, data_of_the_wrong_direction);
	tcase_add_test(tc, random_descriptors);
	tcase_add_test(tc, stopped_queue_does_no_dma);
	tcase_add_test(tc, stop_throws_away_what_is_half_sent);
	tcase_add_test(tc, reset_begins_at_zero);
	tcase_add_test(tc, directions_are_independent);
	tcase_add_test(tc, full_completion_ring_holds_the_queue);
	tcase_add_test(tc, wire_may_ask_to_wait);
	tcase_add_test(tc, without_a_link_packets_are_lost);
	tcase_add_test(tc, link_loss_frees_a_held_packet);
	tcase_add_test(tc, disabled_port_sends_nothing);
	tcase_add_test(tc, one_cable_at_a_time);
	tcase_add_test(tc, interrupt_fires_once_when_armed);
	tcase_add_test(tc, link_changes_interrupt);
	suite_add_tcase(s, tc);
	return s;
}
