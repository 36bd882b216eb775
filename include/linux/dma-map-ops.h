/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For those who implement the DMA API: the operations of a back end and the parts they
 * share. Drivers use linux/dma-mapping.h.
 *
 * Order of preference in every operation: direct mapping, IOMMU, the device's operations.
 * This machine is coherent: no cache maintenance hooks exist. Contract:
 * include/linux/dma-map-ops.h, kernel/dma/ops_helpers.c, pool.c, contiguous.c, coherent.c.
 */
#ifndef _LINUX_DMA_MAP_OPS_H
#define _LINUX_DMA_MAP_OPS_H

#include <linux/dma-mapping.h>
#include <linux/pgtable.h>
#include <linux/slab.h>

struct bus_type;
struct cma;
struct iommu_ops;

struct dma_map_ops {
	void *(*alloc)(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp,
		       unsigned long attrs);
	void (*free)(struct device *dev, size_t size, void *vaddr, dma_addr_t dma_handle,
		     unsigned long attrs);
	struct page *(*alloc_pages_op)(struct device *dev, size_t size, dma_addr_t *dma_handle,
				       enum dma_data_direction dir, gfp_t gfp);
	void (*free_pages)(struct device *dev, size_t size, struct page *vaddr,
			   dma_addr_t dma_handle, enum dma_data_direction dir);
	int (*mmap)(struct device *, struct vm_area_struct *, void *, dma_addr_t, size_t,
		    unsigned long attrs);
	int (*get_sgtable)(struct device *dev, struct sg_table *sgt, void *cpu_addr,
			   dma_addr_t dma_addr, size_t size, unsigned long attrs);

	/* RAM, or with DMA_ATTR_MMIO anything else; DMA_MAPPING_ERROR on failure. */
	dma_addr_t (*map_phys)(struct device *dev, phys_addr_t phys, size_t size,
			       enum dma_data_direction dir, unsigned long attrs);
	void (*unmap_phys)(struct device *dev, dma_addr_t dma_handle, size_t size,
			   enum dma_data_direction dir, unsigned long attrs);
	/*
	 * The same split in two, as Linux 6.18 has it: used where map_phys (unmap_phys) is
	 * absent, map_page for RAM and map_resource for DMA_ATTR_MMIO.
	 */
	dma_addr_t (*map_page)(struct device *dev, struct page *page, unsigned long offset,
			       size_t size, enum dma_data_direction dir, unsigned long attrs);
	void (*unmap_page)(struct device *dev, dma_addr_t dma_handle, size_t size,
			   enum dma_data_direction dir, unsigned long attrs);
	dma_addr_t (*map_resource)(struct device *dev, phys_addr_t phys_addr, size_t size,
				   enum dma_data_direction dir, unsigned long attrs);
	void (*unmap_resource)(struct device *dev, dma_addr_t dma_handle, size_t size,
			       enum dma_data_direction dir, unsigned long attrs);
	/* Number of bus entries, or a negative error. */
	int (*map_sg)(struct device *dev, struct scatterlist *sg, int nents,
		      enum dma_data_direction dir, unsigned long attrs);
	void (*unmap_sg)(struct device *dev, struct scatterlist *sg, int nents,
			 enum dma_data_direction dir, unsigned long attrs);
	void (*sync_single_for_cpu)(struct device *dev, dma_addr_t dma_handle, size_t size,
				    enum dma_data_direction dir);
	void (*sync_single_for_device)(struct device *dev, dma_addr_t dma_handle, size_t size,
				       enum dma_data_direction dir);
	void (*sync_sg_for_cpu)(struct device *dev, struct scatterlist *sg, int nents,
				enum dma_data_direction dir);
	void (*sync_sg_for_device)(struct device *dev, struct scatterlist *sg, int nents,
				   enum dma_data_direction dir);
	void (*cache_sync)(struct device *dev, void *vaddr, size_t size,
			   enum dma_data_direction direction);
	int (*dma_supported)(struct device *dev, u64 mask);
	u64 (*get_required_mask)(struct device *dev);
	size_t (*max_mapping_size)(struct device *dev);
	size_t (*opt_mapping_size)(void);
	unsigned long (*get_merge_boundary)(struct device *dev);
};

#ifdef CONFIG_ARCH_HAS_DMA_OPS
#include <asm/dma-mapping.h>

static inline const struct dma_map_ops *get_dma_ops(struct device *dev)
{
	const struct dma_map_ops *own = dev->dma_ops;

	return own ? own : get_arch_dma_ops();
}

static inline void set_dma_ops(struct device *dev, const struct dma_map_ops *dma_ops)
{
	dev->dma_ops = dma_ops;
}
#else
static inline const struct dma_map_ops *get_dma_ops(struct device *dev)
{
	return NULL;
}

static inline void set_dma_ops(struct device *dev, const struct dma_map_ops *dma_ops)
{
}
#endif

/* Operations that refuse everything. */
extern const struct dma_map_ops dma_dummy_ops;

/*
 * kernel/dma/contiguous.c: memory for devices from contiguous areas (linux/cma.h). The machine
 * has none unless its command line asks for some:
 *
 *	cma=SIZE[@START[-END]]	the default area; with START alone exactly there
 *	cma_pernuma=SIZE	one more in each node
 *	numa_cma=NODE:SIZE,...	the same for some nodes, each with its own size
 *
 * A device with an area of its own (cma_area) uses no other.
 */
extern struct cma *dma_contiguous_default_area;

/* The area that serves the device: its own or the default one; NULL if there is none. */
static inline struct cma *dev_get_cma_area(struct device *dev)
{
	return dev && dev->cma_area ? dev->cma_area : dma_contiguous_default_area;
}

/*
 * dma_contiguous_reserve - set the areas of the command line aside, below limit (0: anywhere);
 * boot calls it. dma_contiguous_reserve_area - one more, for devices to share; fixed: exactly
 * at base. 0, -EINVAL, -EBUSY, -ENOMEM or -ENOSPC.
 */
void dma_contiguous_reserve(phys_addr_t limit);
int dma_contiguous_reserve_area(phys_addr_t size, phys_addr_t base, phys_addr_t limit,
				struct cma **res_cma, bool fixed);

/*
 * dma_alloc_from_contiguous - count pages of the device's area, aligned to 1 << order pages but
 * to no more than 1 << CONFIG_CMA_ALIGNMENT; NULL without an area or room, which is logged
 * unless no_warn. May sleep. dma_release_from_contiguous - false: not pages of that area.
 */
struct page *dma_alloc_from_contiguous(struct device *dev, size_t count, unsigned int order,
				       bool no_warn);
bool dma_release_from_contiguous(struct device *dev, struct page *pages, int count);

/*
 * dma_alloc_contiguous - size bytes (whole pages, as aligned as above) from the device's own
 * area; or, if it has none, for more than a page, from its node's or the default one. NULL if
 * that cannot be, and always if gfp does not allow to sleep: callers then ask the page allocator.
 * dma_free_contiguous - pages of either source go back to it.
 */
struct page *dma_alloc_contiguous(struct device *dev, size_t size, gfp_t gfp);
void dma_free_contiguous(struct device *dev, struct page *page, size_t size);

/* Private coherent memory of a device or of the machine: this machine has none. */
static inline int dma_declare_coherent_memory(struct device *dev __always_unused,
					      phys_addr_t phys_addr __always_unused,
					      dma_addr_t device_addr __always_unused,
					      size_t size __always_unused)
{
	return -ENOSYS;
}

#define dma_alloc_from_dev_coherent(dev, size, handle, ret) (0)
#define dma_release_from_dev_coherent(dev, order, vaddr) (0)
#define dma_mmap_from_dev_coherent(dev, vma, vaddr, order, ret) (0)

static inline void dma_release_coherent_memory(struct device *dev __always_unused)
{
}

static inline void *dma_alloc_from_global_coherent(struct device *dev __always_unused,
						   ssize_t size __always_unused,
						   dma_addr_t *dma_handle __always_unused)
{
	return NULL;
}

static inline int dma_release_from_global_coherent(int order __always_unused,
						   void *vaddr __always_unused)
{
	return 0;
}

static inline int dma_mmap_from_global_coherent(struct vm_area_struct *vma __always_unused,
						void *cpu_addr __always_unused,
						size_t size __always_unused,
						int *ret __always_unused)
{
	return 0;
}

/*
 * kernel/dma/ops_helpers.c, for back ends whose memory is ordinary pages.
 * get_sgtable: a one-entry, unmapped table; 0 or -ENOMEM. mmap: 0 or -ENXIO.
 * alloc_pages: zeroed pages mapped for the device, or NULL. free_pages: unmaps first.
 */
int dma_common_get_sgtable(struct device *dev, struct sg_table *sgt, void *cpu_addr,
			   dma_addr_t dma_addr, size_t size, unsigned long attrs);
int dma_common_mmap(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
		    dma_addr_t dma_addr, size_t size, unsigned long attrs);
struct page *dma_common_alloc_pages(struct device *dev, size_t size, dma_addr_t *dma_handle,
				    enum dma_data_direction dir, gfp_t gfp);
void dma_common_free_pages(struct device *dev, size_t size, struct page *page,
			   dma_addr_t dma_handle, enum dma_data_direction dir);

/*
 * kernel/dma/remap.c: a second kernel mapping of pages, NULL on failure; may sleep.
 * dma_common_find_pages gives the page array of such a mapping, or NULL.
 */
struct page **dma_common_find_pages(void *cpu_addr);
void *dma_common_contiguous_remap(struct page *page, size_t size, pgprot_t prot,
				  const void *caller);
void *dma_common_pages_remap(struct page **pages, size_t size, pgprot_t prot,
			     const void *caller);
void dma_common_free_remap(void *cpu_addr, size_t size);

/*
 * kernel/dma/pool.c, the atomic pools: memory prepared ahead for those who cannot sleep.
 * Any context. dma_alloc_from_pool: NULL with a warning if no pool can serve;
 * phys_addr_ok, if given, may refuse a candidate. dma_free_from_pool: false, and nothing
 * done, for memory that is not a pool's.
 */
struct page *dma_alloc_from_pool(struct device *dev, size_t size, void **cpu_addr, gfp_t flags,
				 bool (*phys_addr_ok)(struct device *, phys_addr_t, size_t));
bool dma_free_from_pool(struct device *dev, void *start, size_t size);

/* Coherence: constant on a machine without cache maintenance. */
#if defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE) || defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU) || \
	defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU_ALL)
extern bool dma_default_coherent;
static inline bool dev_is_dma_coherent(struct device *dev)
{
	return dev->dma_coherent;
}
#else
#define dma_default_coherent true

static inline bool dev_is_dma_coherent(struct device *dev __always_unused)
{
	return true;
}
#endif

/* dma_reset_need_sync - from now on the device needs sync calls: a buffer was bounced. */
static inline void dma_reset_need_sync(struct device *dev)
{
#ifdef CONFIG_DMA_NEED_SYNC
	if (unlikely(dev->dma_skip_sync))
		dev->dma_skip_sync = false;
#endif
}

/* Only small kmalloc buffers of a non-coherent device have to be bounced. */
static inline bool dma_kmalloc_needs_bounce(struct device *dev __always_unused,
					    size_t size __always_unused,
					    enum dma_data_direction dir __always_unused)
{
	return false;
}

/*
 * kernel/dma/debug.c. debug_dma_dump_mappings: prints a device's live mappings (NULL:
 * everybody's) to the log; any context. dma_debug_add_bus: from now on drivers of devices on
 * the bus that are unbound and leave mappings behind are reported, as those of the platform
 * bus always are; may sleep.
 */
#ifdef CONFIG_DMA_API_DEBUG
void dma_debug_add_bus(const struct bus_type *bus);
void debug_dma_dump_mappings(struct device *dev);
#else
static inline void dma_debug_add_bus(const struct bus_type *bus __always_unused)
{
}

static inline void debug_dma_dump_mappings(struct device *dev __always_unused)
{
}
#endif

#ifndef pgprot_dmacoherent
#define pgprot_dmacoherent(prot)	pgprot_noncached(prot)
#endif

/* dma_pgprot - page protection for application and kernel mappings of coherent memory. */
#ifdef CONFIG_MMU
pgprot_t dma_pgprot(struct device *dev, pgprot_t prot, unsigned long attrs);
#else
static inline pgprot_t dma_pgprot(struct device *dev, pgprot_t prot, unsigned long attrs)
{
	return prot;
}
#endif

/* Hooks of architectures with caches to maintain, or uncached views of memory. */
static inline void arch_sync_dma_for_device(phys_addr_t paddr __always_unused,
					    size_t size __always_unused,
					    enum dma_data_direction dir __always_unused)
{
}

static inline void arch_sync_dma_for_cpu(phys_addr_t paddr __always_unused,
					 size_t size __always_unused,
					 enum dma_data_direction dir __always_unused)
{
}

static inline void arch_sync_dma_for_cpu_all(void)
{
}

static inline void arch_dma_prep_coherent(struct page *page __always_unused,
					  size_t size __always_unused)
{
}

static inline void arch_dma_mark_clean(phys_addr_t paddr __always_unused,
				       size_t size __always_unused)
{
}

void *arch_dma_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp,
		     unsigned long attrs);
void arch_dma_free(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_addr,
		   unsigned long attrs);
void *arch_dma_set_uncached(void *addr, size_t size);
void arch_dma_clear_uncached(void *addr, size_t size);

#define arch_dma_map_phys_direct(d, a)		(false)
#define arch_dma_unmap_phys_direct(d, a)	(false)
#define arch_dma_map_sg_direct(d, s, n)		(false)
#define arch_dma_unmap_sg_direct(d, s, n)	(false)
#define arch_dma_set_mask(dev, mask)		do { } while (0)

/*
 * Called by bus code before a driver is bound and after it is unbound. Any DMA call
 * attaches a device to its IOMMU by itself, so that calling them is optional.
 */
void arch_setup_dma_ops(struct device *dev, bool coherent);

static inline void arch_teardown_dma_ops(struct device *dev __always_unused)
{
}

#endif
