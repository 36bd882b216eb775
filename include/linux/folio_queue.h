/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Queues of folios for ITER_FOLIOQ. Kernel path: linux/folio_queue.h. A segment
 * holds up to 31 folios with their orders; segments form a list. The queue takes
 * no references; the caller serialises changes.
 */
#ifndef _UDM_LINUX_FOLIO_QUEUE_H
#define _UDM_LINUX_FOLIO_QUEUE_H

#include <linux/mm.h>

#define FOLIOQ_SLOTS 31

struct folio_queue {
	struct folio *folios[FOLIOQ_SLOTS];
	u8 orders[FOLIOQ_SLOTS];
	u8 nr;			/* slots in use */
	struct folio_queue *next;
	struct folio_queue *prev;
	unsigned long marks;
	unsigned long marks2;
	unsigned int rreq_id;
	unsigned int debug_id;
};

static inline void folioq_init(struct folio_queue *folioq, unsigned int rreq_id)
{
	__builtin_memset(folioq, 0, sizeof(*folioq));
	folioq->rreq_id = rreq_id;
}

static inline unsigned int folioq_nr_slots(const struct folio_queue *folioq __always_unused)
{
	return FOLIOQ_SLOTS;
}

static inline unsigned int folioq_count(struct folio_queue *folioq)
{
	return folioq->nr;
}

static inline bool folioq_full(struct folio_queue *folioq)
{
	return folioq->nr == FOLIOQ_SLOTS;
}

/* Adds a folio behind the last one; returns its slot. The segment must not be full. */
static inline unsigned int folioq_append(struct folio_queue *folioq, struct folio *folio)
{
	unsigned int slot = folioq->nr++;

	folioq->folios[slot] = folio;
	folioq->orders[slot] = folio_order(folio);
	return slot;
}

static inline struct folio *folioq_folio(const struct folio_queue *folioq, unsigned int slot)
{
	return folioq->folios[slot];
}

static inline unsigned int folioq_folio_order(const struct folio_queue *folioq, unsigned int slot)
{
	return folioq->orders[slot];
}

static inline size_t folioq_folio_size(const struct folio_queue *folioq, unsigned int slot)
{
	return PAGE_SIZE << folioq->orders[slot];
}

static inline void folioq_clear(struct folio_queue *folioq, unsigned int slot)
{
	folioq->folios[slot] = NULL;
}

#endif
