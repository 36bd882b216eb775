/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flush queues: unmapped addresses of a lazy domain that wait for a flush.
 *
 * One ring per CPU of 256 slots, one of which stays empty. A range may be given out again once
 * a flush has ended that began after the range was queued.
 */
#ifndef LIBNETMEM_DMA_FLUSH_QUEUE_H
#define LIBNETMEM_DMA_FLUSH_QUEUE_H

#include <linux/compiler.h>
#include <linux/types.h>

struct flush_queue;
struct udm_domain;

/* NULL when out of memory. Any context that gfp allows. */
__internal struct flush_queue *flush_queue_create(struct udm_domain *domain, gfp_t gfp);
/* Frees what waits, without a flush: no device may use the domain any more. */
__internal void flush_queue_destroy(struct flush_queue *fq);

/* Queue [pfn, pfn + pages), already out of the page table. Flushes first if the ring is full. */
__internal void flush_queue_add(struct flush_queue *fq, unsigned long pfn, unsigned long pages);
/* Flush and free everything that waits. */
__internal void flush_queue_drain(struct flush_queue *fq);
__internal unsigned long flush_queue_length(const struct flush_queue *fq);

#endif
