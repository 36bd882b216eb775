/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains: what lies behind struct iommu_domain.
 *
 * A leaf word of the page table holds the physical address, the IOMMU_* permissions in its
 * low bits and marks: HEAD and TAIL delimit what one map call made. The epoch counts the
 * flushes of the domain; a translation remembered from an older epoch is void.
 */
#ifndef LIBNETMEM_DMA_DOMAIN_H
#define LIBNETMEM_DMA_DOMAIN_H

#include <linux/bits.h>
#include <linux/iommu.h>
#include <linux/iova.h>
#include <udevmem/iommu.h>

#include "page_table.h"

struct flush_queue;
struct udm_bus;

#define PTE_PROT	GENMASK_ULL(5, 0)
#define PTE_VALID	BIT_ULL(6)
#define PTE_HEAD	BIT_ULL(7)
#define PTE_TAIL	BIT_ULL(8)
#define PTE_RAM		BIT_ULL(9)	/* all of it in the direct map, for sure */
#define PTE_EXACT	BIT_ULL(10)	/* only part of the granule is a buffer's */
#define PTE_ADDR	GENMASK_ULL(51, 12)

/* The machine's granule, settled at boot: see udevmem/iommu.h. */
extern __internal unsigned int iommu_granule_shift;

#define IOMMU_GRANULE_SHIFT	iommu_granule_shift
#define IOMMU_GRANULE		(1UL << IOMMU_GRANULE_SHIFT)
#define IOMMU_GRANULE_MASK	(IOMMU_GRANULE - 1)

struct iommu_dma_cookie {
	struct iova_domain iovad;
	struct flush_queue *fq;		/* lazy domains */
};

#define DOMAIN_SHARDS	16

/* Written by mapping CPUs; each mostly keeps to one line. */
struct domain_counters {
	u64 maps;
	u64 unmaps;
	u64 map_failures;
	u64 entries;			/* granules mapped minus unmapped, modulo 2^64 */
} ____cacheline_aligned;

struct udm_domain {
	struct iommu_domain api;
	struct page_table pt;
	struct page_table exact;	/* used part of PTE_EXACT granules; no root: never needed */
	bool check_exact;
	struct iommu_dma_cookie cookie;
	struct udm_bus *bus;		/* whose own domain it is; NULL: made by hand */
	unsigned int attached;		/* by hand: devices that use it */
	unsigned int pins;		/* bus_lock; see domain_pin() */
	bool dropped;			/* bus_lock: the last to unpin it destroys it */
	u64 flushes;
	u64 full_flushes;
	/* Read by every bus access of a lazy domain, written by flushes. */
	u64 epoch ____cacheline_aligned;
	struct domain_counters counters[DOMAIN_SHARDS];
};

extern __internal struct udm_domain identity_domain, blocked_domain;

static inline struct udm_domain *to_udm_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct udm_domain, api);
}

static inline bool domain_is_paging(const struct udm_domain *domain)
{
	return domain->api.type & __IOMMU_DOMAIN_PAGING;
}

static inline bool domain_is_lazy(const struct udm_domain *domain)
{
	return domain->api.type & __IOMMU_DOMAIN_DMA_FQ;
}

/* A paging domain of the type, NULL when out of memory. Any context that gfp allows. */
__internal struct udm_domain *domain_create(unsigned int type, gfp_t gfp);
/* No device may use it any more; leftover mappings go with it. */
__internal void domain_destroy(struct udm_domain *domain);

/*
 * domain_map, domain_unmap - iommu_map and iommu_unmap without flush; marks: PTE_EXACT or 0.
 */
__internal int domain_map(struct udm_domain *domain, u64 iova, u64 paddr, u64 size, int prot,
			  u64 marks, gfp_t gfp);
__internal size_t domain_unmap(struct udm_domain *domain, u64 iova, u64 size);

/*
 * domain_flush - make unmapped addresses [first, last] of the domain unusable: on return no bus
 * access through them succeeds or is still running. domain_flush_all does it for all addresses.
 * Any context; waits for running accesses, which are bounded, by spinning.
 */
__internal void domain_flush(struct udm_domain *domain, u64 first, u64 last);
__internal void domain_flush_all(struct udm_domain *domain);

/*
 * Marking what part [first, last] of the granules it spans is a buffer's, before they are mapped:
 * for byte-exact checking. 0 or -ENOMEM. domain_in_exact_part: is
 * [first, last], within one granule, part of the buffer there?
 */
__internal int domain_set_exact(struct udm_domain *domain, u64 first, u64 last, gfp_t gfp);
__internal bool domain_in_exact_part(struct udm_domain *domain, u64 first, u64 last);

/* Counting, for statistics: one call of the DMA API each. */
enum domain_event { DOMAIN_MAP, DOMAIN_UNMAP, DOMAIN_MAP_FAILURE };

__internal void domain_count(struct udm_domain *domain, enum domain_event event);
__internal struct domain_counters domain_sum_counters(const struct udm_domain *domain);

#endif
