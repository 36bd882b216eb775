// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flush queues: batching the flushes of lazy domains.
 *
 * Flushes are numbered when they begin. `begun` is the number of flushes begun, `ended` that of
 * the latest flush known to have ended; a range queued when `begun` was n may go once `ended` is
 * above n, as that flush began after it was queued. Rings are filled and emptied under their
 * own lock; the flush itself is made without any, so that CPUs do not wait for each other.
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/overflow.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "domain.h"
#include "flush_queue.h"
#include "iommu_memory.h"

#define FQ_SLOTS	256
#define FQ_TIMEOUT_MS	10

struct fq_entry {
	unsigned long pfn;
	unsigned long pages;
	u64 begun;
};

struct fq_ring {
	spinlock_t lock;
	unsigned int head;		/* oldest entry; == tail: empty */
	unsigned int tail;
	struct fq_entry entries[FQ_SLOTS];
};

struct flush_queue {
	struct udm_domain *domain;
	u64 begun;
	u64 ended;
	struct timer_list timer;
	u32 timer_armed;
	unsigned int cpus;
	struct fq_ring *rings[];
};

static unsigned int fq_next(unsigned int slot)
{
	return (slot + 1) % FQ_SLOTS;
}

/* Give back every range of a ring that a flush has covered. Ring lock held. */
static void ring_release(struct flush_queue *fq, struct fq_ring *ring)
{
	u64 ended = __atomic_load_n(&fq->ended, __ATOMIC_ACQUIRE);

	while (ring->head != ring->tail && ring->entries[ring->head].begun < ended) {
		struct fq_entry *entry = &ring->entries[ring->head];

		free_iova_fast(&fq->domain->cookie.iovad, entry->pfn, entry->pages);
		__atomic_store_n(&ring->head, fq_next(ring->head), __ATOMIC_RELAXED);
	}
}

static void fq_flush(struct flush_queue *fq)
{
	u64 number = __atomic_add_fetch(&fq->begun, 1, __ATOMIC_SEQ_CST), ended;

	domain_flush_all(fq->domain);
	/* Flushes may end in any order; the latest one counts. */
	ended = __atomic_load_n(&fq->ended, __ATOMIC_RELAXED);
	while (ended < number && !__atomic_compare_exchange_n(&fq->ended, &ended, number, false,
							      __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

void flush_queue_drain(struct flush_queue *fq)
{
	unsigned long flags;
	unsigned int cpu;

	fq_flush(fq);
	for (cpu = 0; cpu < fq->cpus; cpu++) {
		spin_lock_irqsave(&fq->rings[cpu]->lock, flags);
		ring_release(fq, fq->rings[cpu]);
		spin_unlock_irqrestore(&fq->rings[cpu]->lock, flags);
	}
}

static void fq_timeout(struct timer_list *timer)
{
	struct flush_queue *fq = container_of(timer, struct flush_queue, timer);

	/* Before the flush: what is queued from now on arms it again. */
	__atomic_store_n(&fq->timer_armed, 0, __ATOMIC_SEQ_CST);
	flush_queue_drain(fq);
}

void flush_queue_add(struct flush_queue *fq, unsigned long pfn, unsigned long pages)
{
	struct fq_ring *ring = fq->rings[raw_smp_processor_id() % fq->cpus];
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	ring_release(fq, ring);
	if (fq_next(ring->tail) == ring->head) {
		fq_flush(fq);
		ring_release(fq, ring);
	}
	ring->entries[ring->tail] = (struct fq_entry){
		.pfn = pfn,
		.pages = pages,
		.begun = __atomic_load_n(&fq->begun, __ATOMIC_SEQ_CST),
	};
	__atomic_store_n(&ring->tail, fq_next(ring->tail), __ATOMIC_RELAXED);
	spin_unlock_irqrestore(&ring->lock, flags);

	if (!__atomic_load_n(&fq->timer_armed, __ATOMIC_SEQ_CST) &&
	    !__atomic_exchange_n(&fq->timer_armed, 1, __ATOMIC_SEQ_CST))
		mod_timer(&fq->timer, jiffies + msecs_to_jiffies(FQ_TIMEOUT_MS));
}

unsigned long flush_queue_length(const struct flush_queue *fq)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < fq->cpus; cpu++) {
		const struct fq_ring *ring = fq->rings[cpu];

		sum += (__atomic_load_n(&ring->tail, __ATOMIC_RELAXED) -
			__atomic_load_n(&ring->head, __ATOMIC_RELAXED)) % FQ_SLOTS;
	}
	return sum;
}

static void fq_free(struct flush_queue *fq)
{
	unsigned int cpu;

	for (cpu = 0; cpu < fq->cpus; cpu++)
		iommu_free(fq->rings[cpu]);
	iommu_free(fq);
}

struct flush_queue *flush_queue_create(struct udm_domain *domain, gfp_t gfp)
{
	unsigned int cpus = num_possible_cpus();
	struct flush_queue *fq = iommu_zalloc(struct_size(fq, rings, cpus), gfp);

	if (!fq)
		return NULL;
	fq->domain = domain;
	timer_setup(&fq->timer, fq_timeout, 0);
	for (fq->cpus = 0; fq->cpus < cpus; fq->cpus++) {
		struct fq_ring *ring = iommu_zalloc(sizeof(*ring), gfp);

		if (!ring) {
			fq_free(fq);
			return NULL;
		}
		spin_lock_init(&ring->lock);
		fq->rings[fq->cpus] = ring;
	}
	return fq;
}

void flush_queue_destroy(struct flush_queue *fq)
{
	timer_delete_sync(&fq->timer);
	fq_free(fq);
}
