// SPDX-License-Identifier: GPL-2.0-only
/*
 * The records of dma-debug: a hash table by bus address. Records of memory that the device may
 * write are in a second one, by the CPU cache line they begin in.
 */
#include <linux/cache.h>
#include <linux/dma-direction.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <stdlib.h>

#include "debug_table.h"
#include "failure.h"

#define BUCKETS		4096
#define BUCKET_SHIFT	13
#define RECORDS_STEP	64		/* added to the total when all are in use */

static struct hlist_head buckets[BUCKETS], line_buckets[BUCKETS];
static DEFINE_SPINLOCK(table_lock);
static u64 largest;			/* size of the largest record there was */

static struct hlist_head *bucket_of(u64 addr)
{
	return &buckets[(addr >> BUCKET_SHIFT) % BUCKETS];
}

/* --- Records; table_lock is held in the functions that do not take it --- */

static void account(int taken)
{
	if (taken > 0 && !dma_debug.num_free_entries) {
		dma_debug.nr_total_entries += RECORDS_STEP;
		dma_debug.num_free_entries += RECORDS_STEP;
	}
	dma_debug.num_free_entries -= taken;
	dma_debug.min_free_entries = min(dma_debug.min_free_entries, dma_debug.num_free_entries);
}

/* File a record by its cache line; how many are there already. */
static int line_insert(struct dma_debug_record *rec)
{
	phys_addr_t line = rec->paddr >> L1_CACHE_SHIFT;
	struct hlist_head *bucket = &line_buckets[line % BUCKETS];
	struct dma_debug_record *other;
	int count = 0;

	if (rec->direction == DMA_TO_DEVICE || rec->uncached)
		return 0;
	hlist_for_each_entry(other, bucket, line_node)
		count += other->paddr >> L1_CACHE_SHIFT == line;
	hlist_add_head(&rec->line_node, bucket);
	return count;
}

static void unlink_record(struct dma_debug_record *rec)
{
	hlist_del(&rec->node);
	if (!hlist_unhashed(&rec->line_node))
		hlist_del(&rec->line_node);
	account(-1);
}

int dma_debug_insert(const struct dma_debug_record *rec)
{
	struct dma_debug_record *copy;
	unsigned long flags;
	int overlaps;

	copy = dma_step_fails(UDM_IOMMU_STEP_RECORD) ? NULL : malloc(sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = *rec;
	INIT_HLIST_NODE(&copy->line_node);
	spin_lock_irqsave(&table_lock, flags);
	hlist_add_head(&copy->node, bucket_of(rec->addr));
	overlaps = line_insert(copy);
	largest = max(largest, rec->size);
	account(1);
	spin_unlock_irqrestore(&table_lock, flags);
	return overlaps;
}

static int fit(const struct dma_debug_record *rec, const struct dma_debug_record *ref)
{
	return (rec->size == ref->size) + (rec->kind == ref->kind) +
	       (rec->direction == ref->direction) + (rec->sg_call_ents == ref->sg_call_ents);
}

/*
 * With several records at one address only a perfect fit counts, of several of these the oldest,
 * the last in its bucket: an address may be given out again before the record of its last use
 * is looked for.
 */
static struct dma_debug_record *find_best(const struct dma_debug_record *ref)
{
	struct dma_debug_record *rec, *only = NULL, *perfect = NULL;
	int count = 0;

	hlist_for_each_entry(rec, bucket_of(ref->addr), node) {
		if (rec->dev != ref->dev || rec->addr != ref->addr)
			continue;
		if (fit(rec, ref) == 4)
			perfect = rec;
		only = rec;
		count++;
	}
	return perfect || count != 1 ? perfect : only;
}

bool dma_debug_look(const struct dma_debug_record *ref, struct dma_debug_record *rec)
{
	struct dma_debug_record *found;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	found = find_best(ref);
	if (found)
		*rec = *found;
	spin_unlock_irqrestore(&table_lock, flags);
	return found;
}

bool dma_debug_take(const struct dma_debug_record *ref, struct dma_debug_record *rec)
{
	struct dma_debug_record *found;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	found = find_best(ref);
	if (found) {
		unlink_record(found);
		*rec = *found;
	}
	spin_unlock_irqrestore(&table_lock, flags);
	free(found);
	return found;
}

/* A record in this bucket that holds all of ref. */
static struct dma_debug_record *find_around(struct hlist_head *bucket,
					    const struct dma_debug_record *ref)
{
	struct dma_debug_record *rec;

	hlist_for_each_entry(rec, bucket, node)
		if (rec->dev == ref->dev && rec->addr <= ref->addr &&
		    ref->addr + ref->size <= rec->addr + rec->size)
			return rec;
	return NULL;
}

bool dma_debug_look_around(const struct dma_debug_record *ref, struct dma_debug_record *rec)
{
	struct dma_debug_record *found = NULL;
	unsigned long flags;
	u64 back, reach;

	spin_lock_irqsave(&table_lock, flags);
	/* A record that holds the address begins at most the largest size before it. */
	reach = min3(largest + (1ULL << BUCKET_SHIFT), ref->addr, (u64)BUCKETS << BUCKET_SHIFT);
	for (back = 0; !found && back <= reach; back += 1ULL << BUCKET_SHIFT)
		found = find_around(bucket_of(ref->addr - back), ref);
	if (!found)
		found = find_best(ref);
	if (found)
		*rec = *found;
	spin_unlock_irqrestore(&table_lock, flags);
	return found;
}

void dma_debug_mark_checked(struct device *dev, u64 addr)
{
	struct dma_debug_record *rec;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	hlist_for_each_entry(rec, bucket_of(addr), node) {
		if (rec->dev == dev && rec->addr == addr && rec->state == DMA_DEBUG_NOT_CHECKED) {
			rec->state = DMA_DEBUG_CHECKED;
			break;
		}
	}
	spin_unlock_irqrestore(&table_lock, flags);
}

int dma_debug_count_device(struct device *dev, struct dma_debug_record *rec)
{
	struct dma_debug_record *at;
	unsigned long flags;
	unsigned int k;
	int count = 0;

	spin_lock_irqsave(&table_lock, flags);
	for (k = 0; k < BUCKETS; k++) {
		hlist_for_each_entry(at, &buckets[k], node) {
			if (at->dev != dev)
				continue;
			*rec = *at;
			count++;
		}
	}
	spin_unlock_irqrestore(&table_lock, flags);
	return count;
}

int dma_debug_drop_device(struct device *dev, struct dma_debug_record *rec)
{
	struct dma_debug_record *at;
	struct hlist_node *next;
	unsigned long flags;
	unsigned int k;
	int count = 0;

	spin_lock_irqsave(&table_lock, flags);
	for (k = 0; k < BUCKETS; k++) {
		hlist_for_each_entry_safe(at, next, &buckets[k], node) {
			if (dev && at->dev != dev)
				continue;
			unlink_record(at);
			*rec = *at;
			free(at);
			count++;
		}
	}
	if (!dev)
		largest = 0;
	spin_unlock_irqrestore(&table_lock, flags);
	return count;
}

void dma_debug_visit(void (*fn)(void *ctx, const struct dma_debug_record *rec, unsigned int idx),
		     void *ctx)
{
	struct dma_debug_record *rec;
	unsigned long flags;
	unsigned int k;

	spin_lock_irqsave(&table_lock, flags);
	for (k = 0; k < BUCKETS; k++)
		hlist_for_each_entry(rec, &buckets[k], node)
			fn(ctx, rec, k);
	spin_unlock_irqrestore(&table_lock, flags);
}
