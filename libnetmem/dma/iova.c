// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocation of I/O virtual addresses.
 *
 * The ranges in use form a treap: ordered by address, heap-ordered by a hash of the address,
 * so that its shape depends on nothing but its content. Every range knows the free gap
 * directly below it and the largest such gap in its subtree; the anchor above all addresses
 * makes every free address belong to some gap. Allocation takes the highest gap that fits.
 *
 * In front of it each CPU has a stack of freed ranges per power-of-two size up to 32 granules.
 * A cached range stays in the tree. Lock order: a CPU's cache, then the tree. Both locks are
 * taken with interrupts off, as mappings are made in any context.
 */
#include <linux/export.h>
#include <linux/iova.h>
#include <linux/log2.h>
#include <linux/smp.h>

#include "failure.h"
#include "iommu_memory.h"

#define IOVA_ANCHOR		(~0UL)
#define CACHED_ORDERS		6	/* 1 .. 32 granules */
#define CACHED_RANGES		256	/* per CPU and order; a flush frees up to 255 at once */

struct iova_rcache {
	spinlock_t lock;
	unsigned int count[CACHED_ORDERS];
	unsigned long pfns[CACHED_ORDERS][CACHED_RANGES];
};

/* --- The tree: every function below is called with the domain's lock held. --- */

static u32 treap_priority(unsigned long pfn)
{
	u64 x = pfn;

	/* Two rounds of multiply and fold: neighbouring addresses get unrelated priorities. */
	x = (x ^ (x >> 31)) * 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 29)) * 0xd6e8feb86659fd93ULL;
	return x >> 32;
}

static unsigned long subtree_gap(const struct iova *t)
{
	return t ? t->max_gap : 0;
}

static struct iova *treap_fix(struct iova *t)
{
	t->max_gap = max3(t->gap, subtree_gap(t->left), subtree_gap(t->right));
	return t;
}

/* Cut t into the ranges below pfn and the others. */
static void treap_split(struct iova *t, unsigned long pfn, struct iova **below,
			struct iova **above)
{
	if (!t) {
		*below = NULL;
		*above = NULL;
	} else if (t->pfn_lo < pfn) {
		treap_split(t->right, pfn, &t->right, above);
		*below = treap_fix(t);
	} else {
		treap_split(t->left, pfn, below, &t->left);
		*above = treap_fix(t);
	}
}

/* Join two treaps, all of below lying below all of above. */
static struct iova *treap_join(struct iova *below, struct iova *above)
{
	if (!below || !above)
		return below ? below : above;
	if (below->priority > above->priority) {
		below->right = treap_join(below->right, above);
		return treap_fix(below);
	}
	above->left = treap_join(below, above->left);
	return treap_fix(above);
}

static struct iova *treap_insert(struct iova *t, struct iova *node)
{
	if (!t || node->priority > t->priority) {
		treap_split(t, node->pfn_lo, &node->left, &node->right);
		return treap_fix(node);
	}
	if (node->pfn_lo < t->pfn_lo)
		t->left = treap_insert(t->left, node);
	else
		t->right = treap_insert(t->right, node);
	return treap_fix(t);
}

static struct iova *treap_erase(struct iova *t, struct iova *node)
{
	if (t == node)
		return treap_join(t->left, t->right);
	if (node->pfn_lo < t->pfn_lo)
		t->left = treap_erase(t->left, node);
	else
		t->right = treap_erase(t->right, node);
	return treap_fix(t);
}

/* Recompute the sums on the way to a node whose gap has changed. */
static void treap_refresh(struct iova *t, const struct iova *node)
{
	if (t != node)
		treap_refresh(node->pfn_lo < t->pfn_lo ? t->left : t->right, node);
	treap_fix(t);
}

/* The lowest range that ends at or above pfn; the anchor if no other does. */
static struct iova *range_at_or_above(struct iova_domain *iovad, unsigned long pfn)
{
	struct iova *t = iovad->root, *best = &iovad->anchor;

	while (t) {
		if (t->pfn_hi >= pfn) {
			best = t;
			t = t->left;
		} else {
			t = t->right;
		}
	}
	return best;
}

/* What is looked for in the gaps. */
struct gap_request {
	unsigned long size;
	unsigned long align;
	unsigned long end;		/* first granule that may not be used */
	unsigned long start;		/* answer */
};

/* Highest placement in the gap below t. */
static bool gap_fits(const struct iova *t, struct gap_request *req)
{
	unsigned long top = min(t->pfn_lo, req->end), bottom = t->pfn_lo - t->gap;

	if (top < bottom || top - bottom < req->size)
		return false;
	req->start = (top - req->size) & ~(req->align - 1);
	return req->start >= bottom;
}

/* The range above the highest gap that fits, NULL if none does. */
static struct iova *gap_search(struct iova *t, struct gap_request *req)
{
	struct iova *found = NULL;

	if (!t || t->max_gap < req->size)
		return NULL;
	/* Gaps to the right begin above this range. */
	if (t->pfn_hi < req->end)
		found = gap_search(t->right, req);
	if (found)
		return found;
	return gap_fits(t, req) ? t : gap_search(t->left, req);
}

/* Put a range into the gap below `above`. */
static void range_insert(struct iova_domain *iovad, struct iova *above, struct iova *node)
{
	node->gap = node->pfn_lo - (above->pfn_lo - above->gap);
	node->priority = treap_priority(node->pfn_lo);
	above->gap = above->pfn_lo - node->pfn_hi - 1;
	treap_refresh(iovad->root, above);
	iovad->root = treap_insert(iovad->root, node);
}

static void range_remove(struct iova_domain *iovad, struct iova *node)
{
	struct iova *above = range_at_or_above(iovad, node->pfn_hi + 1);

	iovad->root = treap_erase(iovad->root, node);
	above->gap += iova_size(node) + node->gap;
	treap_refresh(iovad->root, above);
}

/* --- The domain --- */

void init_iova_domain(struct iova_domain *iovad, unsigned long granule, unsigned long start_pfn)
{
	BUG_ON(!is_power_of_2(granule));
	spin_lock_init(&iovad->lock);
	iovad->granule = granule;
	/* Address 0 is never given out. */
	iovad->start_pfn = max(start_pfn, 1UL);
	iovad->rcaches = NULL;
	iovad->anchor = (struct iova){
		.pfn_lo = IOVA_ANCHOR,
		.pfn_hi = IOVA_ANCHOR,
		.gap = IOVA_ANCHOR - iovad->start_pfn,
		.priority = treap_priority(IOVA_ANCHOR),
	};
	iovad->root = treap_fix(&iovad->anchor);
}
EXPORT_SYMBOL_GPL(init_iova_domain);

int iova_domain_init_rcaches(struct iova_domain *iovad)
{
	iovad->rcaches = iommu_zalloc(nr_cpu_ids * sizeof(*iovad->rcaches), GFP_ATOMIC);
	return iovad->rcaches ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_GPL(iova_domain_init_rcaches);

void put_iova_domain(struct iova_domain *iovad)
{
	unsigned int cpu;
	struct iova *node;

	for (cpu = 0; iovad->rcaches && cpu < nr_cpu_ids; cpu++)
		iommu_free(iovad->rcaches[cpu]);
	iommu_free(iovad->rcaches);
	iovad->rcaches = NULL;
	while ((node = range_at_or_above(iovad, 0)) != &iovad->anchor) {
		range_remove(iovad, node);
		iommu_free(node);
	}
}
EXPORT_SYMBOL_GPL(put_iova_domain);

/* The highest free range below the limit; NULL if there is no room or no memory. */
static struct iova *range_alloc(struct iova_domain *iovad, unsigned long size,
				unsigned long limit_pfn, unsigned long align)
{
	struct gap_request req = {
		.size = size,
		.align = align,
		.end = limit_pfn < IOVA_ANCHOR ? limit_pfn + 1 : IOVA_ANCHOR,
	};
	struct iova *node = iommu_zalloc(sizeof(struct iova), GFP_ATOMIC), *above;
	unsigned long flags;

	if (!node)
		return NULL;
	spin_lock_irqsave(&iovad->lock, flags);
	above = gap_search(iovad->root, &req);
	if (above) {
		node->pfn_lo = req.start;
		node->pfn_hi = req.start + size - 1;
		range_insert(iovad, above, node);
	}
	spin_unlock_irqrestore(&iovad->lock, flags);
	if (!above) {
		iommu_free(node);
		return NULL;
	}
	return node;
}

struct iova *alloc_iova(struct iova_domain *iovad, unsigned long size, unsigned long limit_pfn,
			bool size_aligned)
{
	if (dma_step_fails(UDM_IOMMU_STEP_IOVA))
		return NULL;
	return range_alloc(iovad, size, limit_pfn, size_aligned ? roundup_pow_of_two(size) : 1);
}
EXPORT_SYMBOL_GPL(alloc_iova);

struct iova *reserve_iova(struct iova_domain *iovad, unsigned long pfn_lo, unsigned long pfn_hi)
{
	struct iova *node = iommu_zalloc(sizeof(struct iova), GFP_ATOMIC);
	unsigned long flags;
	struct iova *above;
	bool is_free;

	if (!node)
		return NULL;
	node->pfn_lo = pfn_lo;
	node->pfn_hi = pfn_hi;
	spin_lock_irqsave(&iovad->lock, flags);
	above = range_at_or_above(iovad, pfn_lo);
	is_free = pfn_hi < above->pfn_lo && pfn_lo >= above->pfn_lo - above->gap;
	if (is_free)
		range_insert(iovad, above, node);
	spin_unlock_irqrestore(&iovad->lock, flags);
	if (!is_free) {
		iommu_free(node);
		return NULL;
	}
	return node;
}
EXPORT_SYMBOL_GPL(reserve_iova);

struct iova *find_iova(struct iova_domain *iovad, unsigned long pfn)
{
	unsigned long flags;
	struct iova *node;

	spin_lock_irqsave(&iovad->lock, flags);
	node = range_at_or_above(iovad, pfn);
	spin_unlock_irqrestore(&iovad->lock, flags);
	return node->pfn_lo <= pfn && node != &iovad->anchor ? node : NULL;
}
EXPORT_SYMBOL_GPL(find_iova);

void __free_iova(struct iova_domain *iovad, struct iova *iova)
{
	unsigned long flags;

	spin_lock_irqsave(&iovad->lock, flags);
	range_remove(iovad, iova);
	spin_unlock_irqrestore(&iovad->lock, flags);
	iommu_free(iova);
}
EXPORT_SYMBOL_GPL(__free_iova);

void free_iova(struct iova_domain *iovad, unsigned long pfn)
{
	unsigned long flags;
	struct iova *node;

	spin_lock_irqsave(&iovad->lock, flags);
	node = range_at_or_above(iovad, pfn);
	if (node == &iovad->anchor || node->pfn_lo > pfn)
		node = NULL;
	else
		range_remove(iovad, node);
	spin_unlock_irqrestore(&iovad->lock, flags);
	if (node)
		iommu_free(node);
}
EXPORT_SYMBOL_GPL(free_iova);

/* --- The caches --- */

unsigned long iova_rcache_range(void)
{
	return PAGE_SIZE << (CACHED_ORDERS - 1);
}
EXPORT_SYMBOL_GPL(iova_rcache_range);

static bool is_cached_size(unsigned long size)
{
	return size <= 1UL << (CACHED_ORDERS - 1);
}

/* This CPU's cache; NULL if there is none (or, without make, not yet). */
static struct iova_rcache *cpu_rcache(struct iova_domain *iovad, bool make)
{
	struct iova_rcache **slot, *fresh;

	if (!iovad->rcaches)
		return NULL;
	slot = &iovad->rcaches[raw_smp_processor_id()];
	if (smp_load_acquire(slot) || !make)
		return smp_load_acquire(slot);
	fresh = iommu_zalloc(sizeof(*fresh), GFP_ATOMIC);
	if (!fresh)
		return NULL;
	spin_lock_init(&fresh->lock);
	if (cmpxchg(slot, NULL, fresh))
		iommu_free(fresh);
	return smp_load_acquire(slot);
}

/* Take the newest cached range that ends at or below limit_pfn; 0 if there is none. */
static unsigned long rcache_get(struct iova_domain *iovad, unsigned long size,
				unsigned long limit_pfn)
{
	struct iova_rcache *cache = cpu_rcache(iovad, false);
	unsigned int order = order_base_2(size), k;
	unsigned long flags, pfn = 0;

	if (!cache)
		return 0;
	spin_lock_irqsave(&cache->lock, flags);
	for (k = cache->count[order]; k && !pfn; k--) {
		if (cache->pfns[order][k - 1] + size - 1 > limit_pfn)
			continue;
		pfn = cache->pfns[order][k - 1];
		cache->pfns[order][k - 1] = cache->pfns[order][--cache->count[order]];
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	return pfn;
}

static bool rcache_put(struct iova_domain *iovad, unsigned long pfn, unsigned long size)
{
	struct iova_rcache *cache = cpu_rcache(iovad, true);
	unsigned int order = order_base_2(size);
	unsigned long flags;
	bool kept;

	if (!cache)
		return false;
	spin_lock_irqsave(&cache->lock, flags);
	kept = cache->count[order] < CACHED_RANGES;
	if (kept)
		cache->pfns[order][cache->count[order]++] = pfn;
	spin_unlock_irqrestore(&cache->lock, flags);
	return kept;
}

/* Give every cached range back to the tree. */
static void rcaches_flush(struct iova_domain *iovad)
{
	unsigned int cpu, order;
	unsigned long flags;

	for (cpu = 0; iovad->rcaches && cpu < nr_cpu_ids; cpu++) {
		struct iova_rcache *cache = smp_load_acquire(&iovad->rcaches[cpu]);

		if (!cache)
			continue;
		spin_lock_irqsave(&cache->lock, flags);
		for (order = 0; order < CACHED_ORDERS; order++)
			while (cache->count[order])
				free_iova(iovad, cache->pfns[order][--cache->count[order]]);
		spin_unlock_irqrestore(&cache->lock, flags);
	}
}

unsigned long alloc_iova_fast(struct iova_domain *iovad, unsigned long size,
			      unsigned long limit_pfn, bool flush_rcache)
{
	unsigned long align = roundup_pow_of_two(size), pfn = 0;
	struct iova *node;

	if (dma_step_fails(UDM_IOMMU_STEP_IOVA))
		return 0;
	if (is_cached_size(size)) {
		/* One size per cache, so that what is freed serves what is asked next. */
		size = align;
		pfn = rcache_get(iovad, size, limit_pfn);
	}
	if (pfn)
		return pfn;
	node = range_alloc(iovad, size, limit_pfn, align);
	if (!node && flush_rcache) {
		rcaches_flush(iovad);
		node = range_alloc(iovad, size, limit_pfn, align);
	}
	return node ? node->pfn_lo : 0;
}
EXPORT_SYMBOL_GPL(alloc_iova_fast);

void free_iova_fast(struct iova_domain *iovad, unsigned long pfn, unsigned long size)
{
	if (!is_cached_size(size) || !rcache_put(iovad, pfn, size))
		free_iova(iovad, pfn);
}
EXPORT_SYMBOL_GPL(free_iova_fast);
