/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IOMMU domains: the address spaces devices see.
 *
 * Every device that does DMA gets a domain of its own on first use; its type follows the
 * boot configuration (see udevmem/iommu.h). iommu_paging_domain_alloc makes further ones
 * that a caller fills by hand and puts in front of a device. A domain's ranges belong to
 * whoever maps them: map and unmap of one address must not race, of different ones may.
 * Any context, nothing here sleeps. Contract: include/linux/iommu.h, drivers/iommu/iommu.c.
 */
#ifndef _LINUX_IOMMU_H
#define _LINUX_IOMMU_H

#include <linux/device.h>
#include <linux/err.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

/* Permissions and properties of a mapping. */
#define IOMMU_READ	(1 << 0)
#define IOMMU_WRITE	(1 << 1)
#define IOMMU_CACHE	(1 << 2)
#define IOMMU_NOEXEC	(1 << 3)
#define IOMMU_MMIO	(1 << 4)
#define IOMMU_PRIV	(1 << 5)

#define IOMMU_FAULT_READ	0x0
#define IOMMU_FAULT_WRITE	0x1

#define __IOMMU_DOMAIN_PAGING	(1U << 0)
#define __IOMMU_DOMAIN_DMA_API	(1U << 1)
#define __IOMMU_DOMAIN_PT	(1U << 2)
#define __IOMMU_DOMAIN_DMA_FQ	(1U << 3)

#define IOMMU_DOMAIN_BLOCKED	(0U)
#define IOMMU_DOMAIN_IDENTITY	(__IOMMU_DOMAIN_PT)
#define IOMMU_DOMAIN_UNMANAGED	(__IOMMU_DOMAIN_PAGING)
#define IOMMU_DOMAIN_DMA	(__IOMMU_DOMAIN_PAGING | __IOMMU_DOMAIN_DMA_API)
#define IOMMU_DOMAIN_DMA_FQ	(IOMMU_DOMAIN_DMA | __IOMMU_DOMAIN_DMA_FQ)

struct iommu_domain;
struct iommu_dma_cookie;

typedef int (*iommu_fault_handler_t)(struct iommu_domain *, struct device *, unsigned long, int,
				     void *);

struct iommu_domain_geometry {
	dma_addr_t aperture_start;
	dma_addr_t aperture_end;	/* inclusive */
	bool force_aperture;
};

struct iommu_domain {
	unsigned int type;
	unsigned long pgsize_bitmap;
	struct iommu_domain_geometry geometry;
	iommu_fault_handler_t handler;
	void *handler_token;
	struct iommu_dma_cookie *iova_cookie;	/* DMA domains: what the DMA API keeps */
};

/* The unmapped range whose flush is still owed. */
struct iommu_iotlb_gather {
	unsigned long start;
	unsigned long end;	/* inclusive; below start: empty */
	size_t pgsize;
	bool queued;
};

static inline void iommu_iotlb_gather_init(struct iommu_iotlb_gather *gather)
{
	*gather = (struct iommu_iotlb_gather){ .start = ULONG_MAX };
}

static inline bool iommu_is_dma_domain(struct iommu_domain *domain)
{
	return domain->type & __IOMMU_DOMAIN_DMA_API;
}

/*
 * iommu_paging_domain_alloc: an empty domain, ERR_PTR(-ENOMEM). attach: the device's accesses
 * go through the domain from now on, -EBUSY if another one was attached by hand. detach:
 * back to the device's own domain. free: no device may be attached.
 */
struct iommu_domain *iommu_paging_domain_alloc(struct device *dev);
void iommu_domain_free(struct iommu_domain *domain);
int iommu_attach_device(struct iommu_domain *domain, struct device *dev);
void iommu_detach_device(struct iommu_domain *domain, struct device *dev);
/* The domain in front of the device; the domain the DMA API uses; NULL without one. */
struct iommu_domain *iommu_get_domain_for_dev(struct device *dev);
struct iommu_domain *iommu_get_dma_domain(struct device *dev);

/*
 * Mapping: -EINVAL unless iova, paddr and size are multiples of the smallest page size and the
 * range lies in the aperture, -EEXIST if a part is mapped already, -ENOMEM; on an error nothing
 * is changed. iommu_map_sg returns the bytes mapped or a negative error. nosync forms need
 * iommu_sync_map before the device may use the range.
 */
int iommu_map(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr, size_t size,
	      int prot, gfp_t gfp);
int iommu_map_nosync(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
		     size_t size, int prot, gfp_t gfp);
int iommu_sync_map(struct iommu_domain *domain, unsigned long iova, size_t size);
ssize_t iommu_map_sg(struct iommu_domain *domain, unsigned long iova, struct scatterlist *sg,
		     unsigned int nents, int prot, gfp_t gfp);

/*
 * Unmapping returns the bytes removed: up to the first hole, and 0 with a warning if the range
 * would split what one map call made. iommu_unmap flushes: after it no access through the range
 * succeeds or is still running. iommu_unmap_fast leaves the flush to iommu_iotlb_sync.
 */
size_t iommu_unmap(struct iommu_domain *domain, unsigned long iova, size_t size);
size_t iommu_unmap_fast(struct iommu_domain *domain, unsigned long iova, size_t size,
			struct iommu_iotlb_gather *iotlb_gather);
void iommu_iotlb_sync(struct iommu_domain *domain, struct iommu_iotlb_gather *iotlb_gather);
void iommu_flush_iotlb_all(struct iommu_domain *domain);

/* iommu_iova_to_phys - 0 if not mapped. */
phys_addr_t iommu_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova);

/*
 * Faults. The handler is called once per faulting access, on the device's thread and outside
 * of any access: it may take its own locks but not sleep. report: the handler's result, or
 * -ENOSYS without one.
 */
void iommu_set_fault_handler(struct iommu_domain *domain, iommu_fault_handler_t handler,
			     void *token);
int report_iommu_fault(struct iommu_domain *domain, struct device *dev, unsigned long iova,
		       int flags);

#endif
