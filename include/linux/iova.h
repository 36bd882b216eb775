/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation of I/O virtual addresses.
 *
 * An iova_domain is an address space cut into granules; ranges are given out top-down,
 * never overlapping, never below start_pfn. Two ways in: alloc_iova with a range object
 * that the caller frees by number or object, and the _fast pair, which keeps ranges of up
 * to iova_rcache_range() bytes in per-CPU caches. Addresses are counted in granules
 * ("pfn"). Any context; the domain locks for itself. Contract: include/linux/iova.h,
 * drivers/iommu/iova.c; exact placement is not part of it.
 */
#ifndef _LINUX_IOVA_H
#define _LINUX_IOVA_H

#include <linux/dma-mapping.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* One range [pfn_lo, pfn_hi]; the rest is the allocator's search tree. */
struct iova {
	unsigned long pfn_lo;
	unsigned long pfn_hi;
	unsigned long gap;		/* free granules directly below pfn_lo */
	unsigned long max_gap;		/* largest gap in this subtree */
	struct iova *left;
	struct iova *right;
	u32 priority;
};

struct iova_rcache;

struct iova_domain {
	spinlock_t	lock;		/* protects the tree */
	struct iova	*root;
	struct iova	anchor;		/* above every address, never given out */
	unsigned long	granule;	/* bytes, a power of two */
	unsigned long	start_pfn;	/* lowest pfn given out */
	struct iova_rcache **rcaches;	/* per CPU; NULL: no caching */
};

static inline unsigned long iova_size(struct iova *iova)
{
	return iova->pfn_hi + 1 - iova->pfn_lo;
}

static inline unsigned long iova_shift(struct iova_domain *iovad)
{
	return (unsigned long)__builtin_ctzl(iovad->granule);
}

static inline unsigned long iova_mask(struct iova_domain *iovad)
{
	return iovad->granule - 1;
}

/* Bytes into the granule; bytes rounded up to granules; bytes rounded down. */
static inline size_t iova_offset(struct iova_domain *iovad, dma_addr_t iova)
{
	return iova & iova_mask(iovad);
}

static inline size_t iova_align(struct iova_domain *iovad, size_t size)
{
	return (size + iova_mask(iovad)) & ~iova_mask(iovad);
}

static inline size_t iova_align_down(struct iova_domain *iovad, size_t size)
{
	return size & ~iova_mask(iovad);
}

static inline unsigned long iova_pfn(struct iova_domain *iovad, dma_addr_t iova)
{
	return iova >> iova_shift(iovad);
}

static inline dma_addr_t iova_dma_addr(struct iova_domain *iovad, struct iova *iova)
{
	return (dma_addr_t)iova->pfn_lo << iova_shift(iovad);
}

/*
 * init: an empty space. init_rcaches: 0 or -ENOMEM, which leaves the domain usable without
 * caches. put: frees every range and cache; nobody may use the domain any more.
 */
void init_iova_domain(struct iova_domain *iovad, unsigned long granule, unsigned long start_pfn);
int iova_domain_init_rcaches(struct iova_domain *iovad);
void put_iova_domain(struct iova_domain *iovad);

/*
 * alloc_iova: size granules ending at or below limit_pfn, NULL if there is no room or no
 * memory; size_aligned aligns the start to the size rounded up to a power of two.
 * alloc_iova_fast: always aligned, 0 on failure; flush_rcache lets a failing call empty all
 * caches and try once more. Ranges go back by the call that matches.
 */
struct iova *alloc_iova(struct iova_domain *iovad, unsigned long size, unsigned long limit_pfn,
			bool size_aligned);
void free_iova(struct iova_domain *iovad, unsigned long pfn);
void __free_iova(struct iova_domain *iovad, struct iova *iova);
unsigned long alloc_iova_fast(struct iova_domain *iovad, unsigned long size,
			      unsigned long limit_pfn, bool flush_rcache);
void free_iova_fast(struct iova_domain *iovad, unsigned long pfn, unsigned long size);

/* reserve_iova: keep [pfn_lo, pfn_hi] from being given out; NULL if taken or no memory. */
struct iova *reserve_iova(struct iova_domain *iovad, unsigned long pfn_lo,
			  unsigned long pfn_hi);
/* find_iova: the range that holds pfn, NULL if none. */
struct iova *find_iova(struct iova_domain *iovad, unsigned long pfn);

/* Largest cached range in bytes, for granules of PAGE_SIZE. */
unsigned long iova_rcache_range(void);

#endif
