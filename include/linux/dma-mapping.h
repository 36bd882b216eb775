/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The DMA API: how a driver gives memory to its device.
 *
 * A mapping hands a buffer to the device and yields the bus address the device uses;
 * until it is unmapped, or synced for the CPU, the buffer belongs to the device. The
 * only failure value of a bus address is DMA_MAPPING_ERROR; 0 may be a valid address.
 *
 * Streaming calls (map, unmap, sync) work in any context and never sleep; a direction
 * that is not one of the three valid ones BUGs. Unmapping repeats the address, size (or
 * original entry count), direction and attributes of the mapping. Allocations sleep if
 * their gfp mask lets them. The behaviour of each call comes from
 * include/linux/dma-mapping.h and kernel/dma/mapping.c.
 */
#ifndef _LINUX_DMA_MAPPING_H
#define _LINUX_DMA_MAPPING_H

#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>

/* Hints; an implementation may ignore them. */
#define DMA_ATTR_WEAK_ORDERING		(1UL << 1)
#define DMA_ATTR_WRITE_COMBINE		(1UL << 2)
/* The CPU address of an allocation is only a cookie. */
#define DMA_ATTR_NO_KERNEL_MAPPING	(1UL << 4)
/* Leave out the hand-over work: the caller knows that both sides agree. */
#define DMA_ATTR_SKIP_CPU_SYNC		(1UL << 5)
#define DMA_ATTR_FORCE_CONTIGUOUS	(1UL << 6)
#define DMA_ATTR_ALLOC_SINGLE_PAGES	(1UL << 7)
#define DMA_ATTR_NO_WARN		(1UL << 8)
#define DMA_ATTR_PRIVILEGED		(1UL << 9)
/* Not RAM: no struct page, no bounce, no cache maintenance. */
#define DMA_ATTR_MMIO			(1UL << 10)
/* Both names only tell the overlap check of dma-debug to look away. */
#define DMA_ATTR_DEBUGGING_IGNORE_CACHELINES	(1UL << 11)
#define DMA_ATTR_CPU_CACHE_CLEAN	DMA_ATTR_DEBUGGING_IGNORE_CACHELINES
/* Fail rather than bounce or maintain caches. */
#define DMA_ATTR_REQUIRE_COHERENT	(1UL << 12)
/* Memory that is already shared with the host of a confidential guest. */
#define DMA_ATTR_CC_SHARED		(1UL << 13)

#define DMA_MAPPING_ERROR	(~(dma_addr_t)0)
/* The low n bits, n in 1 .. 64. */
#define DMA_BIT_MASK(n)		(~0ULL >> (64 - (n)))

/* A range of bus addresses that is filled piece by piece, see dma_iova_try_alloc(). */
struct dma_iova_state {
	dma_addr_t addr;
	u64 __size;
};

#define DMA_IOVA_USE_SWIOTLB	(1ULL << 63)

static inline size_t dma_iova_size(struct dma_iova_state *state)
{
	return state->__size & (DMA_IOVA_USE_SWIOTLB - 1);
}

#ifdef CONFIG_DMA_API_DEBUG
void debug_dma_mapping_error(struct device *dev, dma_addr_t dma_addr);
void debug_dma_map_single(struct device *dev, const void *addr, unsigned long len);
#else
static inline void debug_dma_mapping_error(struct device *dev __always_unused,
					   dma_addr_t dma_addr __always_unused)
{
}

static inline void debug_dma_map_single(struct device *dev __always_unused,
					const void *addr __always_unused,
					unsigned long len __always_unused)
{
}
#endif

/*
 * dma_mapping_error - -ENOMEM for DMA_MAPPING_ERROR, else 0. Every single, page or phys
 * mapping has to be tested with it.
 */
static inline int dma_mapping_error(struct device *dev, dma_addr_t dma_addr)
{
	debug_dma_mapping_error(dev, dma_addr);
	return unlikely(dma_addr == DMA_MAPPING_ERROR) ? -ENOMEM : 0;
}

/*
 * Mapping one contiguous range. phys: any RAM, or with DMA_ATTR_MMIO a device's registers
 * or memory. page: RAM only; offset may lie beyond the first page. Warns once and fails if
 * the device has no dma_mask.
 */
dma_addr_t dma_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			enum dma_data_direction dir, unsigned long attrs);
void dma_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
		    enum dma_data_direction dir, unsigned long attrs);
dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page, size_t offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs);
void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs);
dma_addr_t dma_map_resource(struct device *dev, phys_addr_t phys_addr, size_t size,
			    enum dma_data_direction dir, unsigned long attrs);
void dma_unmap_resource(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, unsigned long attrs);

/*
 * Mapping a list. dma_map_sg_attrs returns the number of bus entries, 0 on any error.
 * dma_map_sgtable stores it in sgt->nents and returns 0, or -EINVAL (misuse), -ENOMEM (no
 * resources), -EREMOTEIO (peer memory out of reach), -EOPNOTSUPP (coherence demanded, not
 * there) or -EIO (anything else). On failure nothing stays mapped. Unmapping takes the
 * original count.
 */
unsigned int dma_map_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
			      enum dma_data_direction dir, unsigned long attrs);
void dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs);
int dma_map_sgtable(struct device *dev, struct sg_table *sgt, enum dma_data_direction dir,
		    unsigned long attrs);

/*
 * Allocations: zeroed memory for both sides (kernel/dma/mapping.c). NULL when out of
 * memory; *dma_handle counts only on success. The dma_alloc_attrs family removes zone bits
 * from flag and refuses __GFP_COMP with a warning; dma_alloc_pages refuses both and gives
 * memory whose ownership moves with the sync calls. Freeing must not happen with
 * interrupts disabled. dmam_: freed when the device's driver is unbound.
 */
void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t flag,
		      unsigned long attrs);
void dma_free_attrs(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_handle,
		    unsigned long attrs);
void *dmam_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp,
		       unsigned long attrs);
void dmam_free_coherent(struct device *dev, size_t size, void *vaddr, dma_addr_t dma_handle);
struct page *dma_alloc_pages(struct device *dev, size_t size, dma_addr_t *dma_handle,
			     enum dma_data_direction dir, gfp_t gfp);
void dma_free_pages(struct device *dev, size_t size, struct page *page, dma_addr_t dma_handle,
		    enum dma_data_direction dir);

/*
 * Memory that is contiguous only for the device: one bus range (nents is 1) over one or
 * many pieces of memory. attrs: DMA_ATTR_ALLOC_SINGLE_PAGES or nothing.
 */
struct sg_table *dma_alloc_noncontiguous(struct device *dev, size_t size,
					 enum dma_data_direction dir, gfp_t gfp,
					 unsigned long attrs);
void dma_free_noncontiguous(struct device *dev, size_t size, struct sg_table *sgt,
			    enum dma_data_direction dir);
void *dma_vmap_noncontiguous(struct device *dev, size_t size, struct sg_table *sgt);
void dma_vunmap_noncontiguous(struct device *dev, void *vaddr);

/*
 * Showing an allocation to others: a table of its pages (the caller frees it with
 * sg_free_table), or a mapping for an application. -ENXIO if the window does not lie
 * within the buffer or the back end cannot do it.
 */
int dma_get_sgtable_attrs(struct device *dev, struct sg_table *sgt, void *cpu_addr,
			  dma_addr_t dma_addr, size_t size, unsigned long attrs);
int dma_mmap_attrs(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
		   dma_addr_t dma_addr, size_t size, unsigned long attrs);
int dma_mmap_pages(struct device *dev, struct vm_area_struct *vma, size_t size,
		   struct page *page);
int dma_mmap_noncontiguous(struct device *dev, struct vm_area_struct *vma, size_t size,
			   struct sg_table *sgt);
bool dma_can_mmap(struct device *dev);

/*
 * Masks and limits. dma_set_mask, dma_set_coherent_mask: -EIO and no change if the mask
 * cannot be served (or dma_mask is NULL). Limits are in bytes; a merge boundary of 0
 * means that list entries are never merged.
 */
int dma_set_mask(struct device *dev, u64 mask);
int dma_set_coherent_mask(struct device *dev, u64 mask);
u64 dma_get_required_mask(struct device *dev);
bool dma_addressing_limited(struct device *dev);
size_t dma_max_mapping_size(struct device *dev);
size_t dma_opt_mapping_size(struct device *dev);
unsigned long dma_get_merge_boundary(struct device *dev);
bool dma_pci_p2pdma_supported(struct device *dev);

/*
 * dma_need_unmap - may the driver leave out unmapping? false means yes. Counts only after
 * all the mappings in question were made.
 */
bool dma_need_unmap(struct device *dev);

#ifdef CONFIG_DMA_NEED_SYNC
void __dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
			       enum dma_data_direction dir);
void __dma_sync_single_for_device(struct device *dev, dma_addr_t addr, size_t size,
				  enum dma_data_direction dir);
void __dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg, int nelems,
			   enum dma_data_direction dir);
void __dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg, int nelems,
			      enum dma_data_direction dir);
bool __dma_need_sync(struct device *dev, dma_addr_t dma_addr);
#endif

/* dma_dev_need_sync - false if no mapping of the device needs sync calls. */
static inline bool dma_dev_need_sync(const struct device *dev)
{
#ifdef CONFIG_DMA_NEED_SYNC
	return IS_ENABLED(CONFIG_DMA_API_DEBUG) || !dev->dma_skip_sync;
#else
	return false;
#endif
}

/* dma_need_sync - the same for one mapping. */
static inline bool dma_need_sync(struct device *dev, dma_addr_t dma_addr)
{
#ifdef CONFIG_DMA_NEED_SYNC
	if (dma_dev_need_sync(dev))
		return __dma_need_sync(dev, dma_addr);
#endif
	return false;
}

/*
 * Sync: hand a mapped buffer, or a part of it, to the CPU and back. The list forms go by
 * the entries' memory length and take the original count.
 */
#ifdef CONFIG_DMA_NEED_SYNC
#define __DMA_SYNC(dev, call)	do { if (dma_dev_need_sync(dev)) call; } while (0)
#else
#define __DMA_SYNC(dev, call)	do { } while (0)
#endif

static inline void dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
					   enum dma_data_direction dir)
{
	__DMA_SYNC(dev, __dma_sync_single_for_cpu(dev, addr, size, dir));
}

static inline void dma_sync_single_for_device(struct device *dev, dma_addr_t addr, size_t size,
					      enum dma_data_direction dir)
{
	__DMA_SYNC(dev, __dma_sync_single_for_device(dev, addr, size, dir));
}

static inline void dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg, int nelems,
				       enum dma_data_direction dir)
{
	__DMA_SYNC(dev, __dma_sync_sg_for_cpu(dev, sg, nelems, dir));
}

static inline void dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg, int nelems,
					  enum dma_data_direction dir)
{
	__DMA_SYNC(dev, __dma_sync_sg_for_device(dev, sg, nelems, dir));
}

static inline void dma_sync_single_range_for_cpu(struct device *dev, dma_addr_t addr,
						 unsigned long offset, size_t size,
						 enum dma_data_direction dir)
{
	dma_sync_single_for_cpu(dev, addr + offset, size, dir);
}

static inline void dma_sync_single_range_for_device(struct device *dev, dma_addr_t addr,
						    unsigned long offset, size_t size,
						    enum dma_data_direction dir)
{
	dma_sync_single_for_device(dev, addr + offset, size, dir);
}

static inline void dma_sync_sgtable_for_cpu(struct device *dev, struct sg_table *sgt,
					    enum dma_data_direction dir)
{
	dma_sync_sg_for_cpu(dev, sgt->sgl, sgt->orig_nents, dir);
}

static inline void dma_sync_sgtable_for_device(struct device *dev, struct sg_table *sgt,
					       enum dma_data_direction dir)
{
	dma_sync_sg_for_device(dev, sgt->sgl, sgt->orig_nents, dir);
}

/*
 * dma_map_single_attrs - map a buffer of the linear map. vmalloc memory is refused with a
 * warning and DMA_MAPPING_ERROR.
 */
static inline dma_addr_t dma_map_single_attrs(struct device *dev, void *ptr, size_t size,
					      enum dma_data_direction dir, unsigned long attrs)
{
	if (!dev_WARN_ONCE(dev, is_vmalloc_addr(ptr), "rejecting DMA map of vmalloc memory\n")) {
		debug_dma_map_single(dev, ptr, size);
		return dma_map_page_attrs(dev, virt_to_page(ptr), offset_in_page(ptr), size, dir,
					  attrs);
	}
	return DMA_MAPPING_ERROR;
}

static inline void dma_unmap_single_attrs(struct device *dev, dma_addr_t addr, size_t size,
					  enum dma_data_direction dir, unsigned long attrs)
{
	dma_unmap_page_attrs(dev, addr, size, dir, attrs);
}

static inline void dma_unmap_sgtable(struct device *dev, struct sg_table *sgt,
				     enum dma_data_direction dir, unsigned long attrs)
{
	dma_unmap_sg_attrs(dev, sgt->sgl, sgt->orig_nents, dir, attrs);
}

#define dma_map_single(d, a, s, r)	dma_map_single_attrs(d, a, s, r, 0)
#define dma_unmap_single(d, a, s, r)	dma_unmap_single_attrs(d, a, s, r, 0)
#define dma_map_page(d, p, o, s, r)	dma_map_page_attrs(d, p, o, s, r, 0)
#define dma_unmap_page(d, a, s, r)	dma_unmap_page_attrs(d, a, s, r, 0)
#define dma_map_sg(d, s, n, r)		dma_map_sg_attrs(d, s, n, r, 0)
#define dma_unmap_sg(d, s, n, r)	dma_unmap_sg_attrs(d, s, n, r, 0)
#define dma_get_sgtable(d, t, v, h, s)	dma_get_sgtable_attrs(d, t, v, h, s, 0)
#define dma_mmap_coherent(d, v, c, h, s) dma_mmap_attrs(d, v, c, h, s, 0)

static inline void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *dma_handle,
				       gfp_t gfp)
{
	unsigned long quiet = gfp & __GFP_NOWARN ? DMA_ATTR_NO_WARN : 0;

	return dma_alloc_attrs(dev, size, dma_handle, gfp, quiet);
}

static inline void dma_free_coherent(struct device *dev, size_t size, void *cpu_addr,
				     dma_addr_t dma_handle)
{
	dma_free_attrs(dev, size, cpu_addr, dma_handle, 0);
}

static inline void *dmam_alloc_coherent(struct device *dev, size_t size, dma_addr_t *dma_handle,
					gfp_t gfp)
{
	unsigned long quiet = gfp & __GFP_NOWARN ? DMA_ATTR_NO_WARN : 0;

	return dmam_alloc_attrs(dev, size, dma_handle, gfp, quiet);
}

static inline void *dma_alloc_wc(struct device *dev, size_t size, dma_addr_t *dma_addr, gfp_t gfp)
{
	unsigned long quiet = gfp & __GFP_NOWARN ? DMA_ATTR_NO_WARN : 0;

	return dma_alloc_attrs(dev, size, dma_addr, gfp, quiet | DMA_ATTR_WRITE_COMBINE);
}

static inline void dma_free_wc(struct device *dev, size_t size, void *cpu_addr,
			       dma_addr_t dma_addr)
{
	dma_free_attrs(dev, size, cpu_addr, dma_addr, DMA_ATTR_WRITE_COMBINE);
}

static inline int dma_mmap_wc(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
			      dma_addr_t dma_addr, size_t size)
{
	return dma_mmap_attrs(dev, vma, cpu_addr, dma_addr, size, DMA_ATTR_WRITE_COMBINE);
}

/* dma_alloc_noncoherent - dma_alloc_pages by kernel address. */
static inline void *dma_alloc_noncoherent(struct device *dev, size_t size,
					  dma_addr_t *dma_handle, enum dma_data_direction dir,
					  gfp_t gfp)
{
	struct page *first = dma_alloc_pages(dev, size, dma_handle, dir, gfp);

	if (!first)
		return NULL;
	return page_address(first);
}

static inline void dma_free_noncoherent(struct device *dev, size_t size, void *vaddr,
					dma_addr_t dma_handle, enum dma_data_direction dir)
{
	dma_free_pages(dev, size, virt_to_page(vaddr), dma_handle, dir);
}

/* dma_get_mask - the streaming mask; 32 bits if the device has none. */
static inline u64 dma_get_mask(struct device *dev)
{
	u64 mask = dev->dma_mask ? *dev->dma_mask : 0;

	return mask ? mask : DMA_BIT_MASK(32);
}

/* Both masks; only the streaming mask decides over the result. */
static inline int dma_set_mask_and_coherent(struct device *dev, u64 mask)
{
	int err = dma_set_mask(dev, mask);

	if (!err)
		dma_set_coherent_mask(dev, mask);
	return err;
}

/* For devices whose bus code gave them no streaming mask of their own. */
static inline int dma_coerce_mask_and_coherent(struct device *dev, u64 mask)
{
	dev->dma_mask = &dev->coherent_dma_mask;
	return dma_set_mask_and_coherent(dev, mask);
}

/*
 * Segment limits, kept in dev->dma_parms. The setters warn once and do nothing without it;
 * the getters then give the defaults.
 */
static inline unsigned int dma_get_max_seg_size(struct device *dev)
{
	const struct device_dma_parameters *parms = dev->dma_parms;

	return parms && parms->max_segment_size ? parms->max_segment_size : SZ_64K;
}

static inline void dma_set_max_seg_size(struct device *dev, unsigned int size)
{
	if (!WARN_ON_ONCE(!dev->dma_parms))
		dev->dma_parms->max_segment_size = size;
}

static inline unsigned long dma_get_seg_boundary(struct device *dev)
{
	const struct device_dma_parameters *parms = dev->dma_parms;

	return parms && parms->segment_boundary_mask ? parms->segment_boundary_mask : ULONG_MAX;
}

/* dma_get_seg_boundary_nr_pages - the boundary in pages of 1 << page_shift; dev may be NULL. */
static inline unsigned long dma_get_seg_boundary_nr_pages(struct device *dev,
							  unsigned int page_shift)
{
	unsigned long mask = dev ? dma_get_seg_boundary(dev) : U32_MAX;

	return 1 + (mask >> page_shift);
}

static inline void dma_set_seg_boundary(struct device *dev, unsigned long mask)
{
	if (!WARN_ON_ONCE(!dev->dma_parms))
		dev->dma_parms->segment_boundary_mask = mask;
}

static inline unsigned int dma_get_min_align_mask(struct device *dev)
{
	return dev->dma_parms ? dev->dma_parms->min_align_mask : 0;
}

static inline void dma_set_min_align_mask(struct device *dev, unsigned int min_align_mask)
{
	if (!WARN_ON_ONCE(!dev->dma_parms))
		dev->dma_parms->min_align_mask = min_align_mask;
}

#ifndef dma_get_cache_alignment
static inline int dma_get_cache_alignment(void)
{
#ifdef ARCH_HAS_DMA_MINALIGN
	return ARCH_DMA_MINALIGN;
#else
	return 1;
#endif
}
#endif

/*
 * A bus range that is reserved once and filled piece by piece, for back ends that can
 * (drivers/iommu/dma-iommu.c).
 *
 * dma_iova_try_alloc: false if the device has no IOMMU back end or there is no room;
 * the caller then maps in the ordinary way. dma_iova_link: map a piece, 0, -EIO, -ENOMEM or
 * -EPERM; dma_iova_sync must follow before the device uses it. dma_iova_unlink unmaps a
 * piece and flushes; dma_iova_free gives the empty range back; dma_iova_destroy does both.
 */
#ifdef CONFIG_IOMMU_DMA
static inline bool dma_use_iova(struct dma_iova_state *state)
{
	return state->__size > 0;
}

bool dma_iova_try_alloc(struct device *dev, struct dma_iova_state *state, phys_addr_t phys,
			size_t size);
void dma_iova_free(struct device *dev, struct dma_iova_state *state);
void dma_iova_destroy(struct device *dev, struct dma_iova_state *state, size_t mapped_len,
		      enum dma_data_direction dir, unsigned long attrs);
int dma_iova_sync(struct device *dev, struct dma_iova_state *state, size_t offset, size_t size);
int dma_iova_link(struct device *dev, struct dma_iova_state *state, phys_addr_t phys,
		  size_t offset, size_t size, enum dma_data_direction dir, unsigned long attrs);
void dma_iova_unlink(struct device *dev, struct dma_iova_state *state, size_t offset, size_t size,
		     enum dma_data_direction dir, unsigned long attrs);
#else
static inline bool dma_use_iova(struct dma_iova_state *state)
{
	return false;
}

static inline bool dma_iova_try_alloc(struct device *dev, struct dma_iova_state *state,
				      phys_addr_t phys, size_t size)
{
	return false;
}

static inline void dma_iova_free(struct device *dev, struct dma_iova_state *state)
{
}

static inline void dma_iova_destroy(struct device *dev, struct dma_iova_state *state,
				    size_t mapped_len, enum dma_data_direction dir,
				    unsigned long attrs)
{
}

static inline int dma_iova_sync(struct device *dev, struct dma_iova_state *state, size_t offset,
				size_t size)
{
	return -EOPNOTSUPP;
}

static inline int dma_iova_link(struct device *dev, struct dma_iova_state *state,
				phys_addr_t phys, size_t offset, size_t size,
				enum dma_data_direction dir, unsigned long attrs)
{
	return -EOPNOTSUPP;
}

static inline void dma_iova_unlink(struct device *dev, struct dma_iova_state *state,
				   size_t offset, size_t size, enum dma_data_direction dir,
				   unsigned long attrs)
{
}
#endif

/*
 * What a driver has to remember for unmapping. Without CONFIG_NEED_DMA_MAP_STATE the
 * members vanish, reads give 0 and writes do not even evaluate the value.
 */
#ifdef CONFIG_NEED_DMA_MAP_STATE
#define DEFINE_DMA_UNMAP_ADDR(ADDR_NAME)		dma_addr_t ADDR_NAME
#define DEFINE_DMA_UNMAP_LEN(LEN_NAME)			__u32 LEN_NAME
#define dma_unmap_addr(PTR, ADDR_NAME)			((PTR)->ADDR_NAME)
#define dma_unmap_addr_set(PTR, ADDR_NAME, VAL)		(((PTR)->ADDR_NAME) = (VAL))
#define dma_unmap_len(PTR, LEN_NAME)			((PTR)->LEN_NAME)
#define dma_unmap_len_set(PTR, LEN_NAME, VAL)		(((PTR)->LEN_NAME) = (VAL))
#else
#define DEFINE_DMA_UNMAP_ADDR(ADDR_NAME)
#define DEFINE_DMA_UNMAP_LEN(LEN_NAME)
#define __dma_unmap_ignore(PTR)	do { typeof(PTR) __ptr __maybe_unused = (PTR); } while (0)
#define dma_unmap_addr(PTR, ADDR_NAME)			({ __dma_unmap_ignore(PTR); 0; })
#define dma_unmap_addr_set(PTR, ADDR_NAME, VAL)		__dma_unmap_ignore(PTR)
#define dma_unmap_len(PTR, LEN_NAME)			({ __dma_unmap_ignore(PTR); 0; })
#define dma_unmap_len_set(PTR, LEN_NAME, VAL)		__dma_unmap_ignore(PTR)
#endif

#endif
