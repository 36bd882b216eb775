/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The emulated IOMMU, seen from outside: what devices have mapped, what they were refused, and
 * the switches tests use. It needs no kernel header.
 *
 * Each device has one domain. Its type at first use follows the boot configuration
 * (udm_config.iommu, or iommu.passthrough= and iommu.strict= on the kernel command line).
 * All calls may be made from kernel context or from the host program; counters are read
 * without stopping anybody, so they may lag behind accesses still running.
 *
 * Translation is by granules, of one size for the whole machine: a page, or what
 * iommu.granule= on the kernel command line says (bytes, K or M behind them): a power of two
 * from the page size (4096) to 2M. Smaller ones no IOMMU has, and neighbours on a page would no
 * longer be pages of the API; larger ones the page allocator cannot supply as blocks to
 * speak of. Anything else gets a warning, and a page is used. With granules larger than a page
 *
 *	a mapping shows the device every granule it touches: more of the neighbourhood is in
 *	its reach, which the byte-exact mode finds and bouncing hides
 *	entries of lists are joined only where they meet at the edge of a granule, and
 *	dma_get_merge_boundary() says so
 *	an allocation takes whole, aligned granules of memory, zeroed, whatever it is long
 *	iommu_map() refuses what is not made of granules
 *	a peer's window takes all granules it touches from the device's address space
 */
#ifndef UDEVMEM_IOMMU_H
#define UDEVMEM_IOMMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct device;

enum udm_iommu_type {
	UDM_IOMMU_TYPE_IDENTITY,	/* bus address = physical address */
	UDM_IOMMU_TYPE_STRICT,		/* translated; an unmap takes effect at once */
	UDM_IOMMU_TYPE_LAZY,		/* translated; flushes are batched */
	UDM_IOMMU_TYPE_BLOCKED,		/* every access faults, every mapping fails */
};

enum udm_iommu_reason {
	UDM_IOMMU_NOT_MAPPED,
	UDM_IOMMU_NO_PERMISSION,
	UDM_IOMMU_BEYOND_APERTURE,	/* outside the domain, the mask, RAM and windows */
	UDM_IOMMU_IS_BLOCKED,
	UDM_IOMMU_STALE,		/* a stale translation, with stale checking on */
	UDM_IOMMU_PADDING,		/* mapped, but no byte of a buffer; byte-exact mode */
	UDM_IOMMU_REASONS,
};

struct udm_iommu_fault {
	uint64_t number;		/* counts the device's faults from 1 */
	uint64_t addr;			/* first byte of the refused part */
	uint64_t granule;		/* base of its granule */
	enum udm_iommu_reason reason;
	bool write;
};

struct udm_iommu_stats {
	uint64_t maps;			/* successful mappings: single, list, allocation */
	uint64_t unmaps;
	uint64_t map_failures;
	uint64_t mapped_entries;	/* granules mapped now */
	uint64_t mapped_bytes;
	uint64_t page_tables;		/* page-table pages in use */
	uint64_t flushes;		/* of a range */
	uint64_t full_flushes;		/* of the whole domain */
	uint64_t queued;		/* lazy: ranges that wait for a flush now */
	uint64_t faults;
	uint64_t faults_by_reason[UDM_IOMMU_REASONS];
	uint64_t reads;			/* bus accesses that went through */
	uint64_t writes;
	uint64_t read_bytes;
	uint64_t write_bytes;
	uint64_t iotlb_hits;
	uint64_t iotlb_misses;
	uint64_t stale_hits;		/* lazy: used after the unmap, before the flush */
};

/* udm_iommu_stats - 0, or -ENOENT for a device that never did DMA (*stats is zeroed). */
int udm_iommu_stats(struct device *dev, struct udm_iommu_stats *stats);

/*
 * udm_iommu_set_type - change the domain type of a quiet device. 0, -EBUSY if anything is
 * mapped, -EINVAL, -ENOMEM. udm_iommu_get_type attaches the device if need be.
 */
int udm_iommu_set_type(struct device *dev, enum udm_iommu_type type);
enum udm_iommu_type udm_iommu_get_type(struct device *dev);

/* udm_iommu_granule - bytes, the same for all devices of the machine. */
size_t udm_iommu_granule(void);

/* udm_iommu_flush - lazy mode: flush now and give waiting addresses back. */
void udm_iommu_flush(struct device *dev);

/*
 * Fault records wait in a bounded queue per device. next: takes the oldest, false if there is
 * none. overflowed: have records been dropped since the last call?
 */
bool udm_iommu_next_fault(struct device *dev, struct udm_iommu_fault *fault);
bool udm_iommu_faults_overflowed(struct device *dev);

/*
 * udm_iommu_on_fault - call fn for every fault, on the device's thread, outside of any access;
 * NULL ends it. fn must not sleep. It comes on top of the domain's own handler.
 */
void udm_iommu_on_fault(struct device *dev,
			void (*fn)(void *ctx, struct device *dev, const struct udm_iommu_fault *),
			void *ctx);

/*
 * Checking modes. stale: a stale hit is a fault. exact: an access to the padding between a
 * buffer and its granule's edge is a fault (streaming mappings made from now on; slower).
 */
void udm_iommu_check_stale(struct device *dev, bool on);
void udm_iommu_check_exact(struct device *dev, bool on);

/*
 * Trapping the CPU: dma_cpu_trap=1 on the kernel command line, for the whole machine. From map,
 * or sync for device, to unmap, or sync for CPU, a buffer belongs to its device. A page of the
 * direct map that wholly does is taken from the CPU: it cannot be read or written, or, mapped
 * DMA_TO_DEVICE, not be written. Whoever tries is reported (udevmem/trap.h) with the device, the
 * mapping's address, size and direction, and who made it, and gets SIGSEGV. Devices reach the
 * memory all the same. A page stays accessible
 *
 *	that the buffer covers in part, or that other mappings touch, until it has none
 *	of which a byte was synced for the CPU and not back (the synced bytes of a page count
 *	as one range, with what lies between them)
 *	that was mapped with DMA_ATTR_SKIP_CPU_SYNC, until it is synced for the device
 *	of a buffer that is bounced, of a device with DMA operations of its own, of what was
 *	allocated or linked (dma_iova_link()), and when some 16000 pages are taken
 *	by another address: the vmalloc range, mappings of the application
 *
 * It costs system calls per mapping and sync and makes bus accesses slower. As devices use other
 * addresses than the CPU, the address and thread sanitizers see less of what they do.
 * udm_iommu_closed_pages - how many pages are taken from the CPU now.
 */
size_t udm_iommu_closed_pages(void);

/*
 * udm_iommu_force_bounce - bounce the mappings of the device, as one that is not trusted: behind
 * an IOMMU those that are not made of whole granules, without one all. 0, or -ENODEV without
 * bounce buffers (swiotlb= on the kernel command line).
 *
 * udm_iommu_set_noncoherent - a device that shares no memory with the CPU but what is allocated
 * for both (dma_alloc_coherent() and its like): every streaming mapping, list entries and whole
 * pages too, with an IOMMU or without, is a copy of its own at the device's side, as with caches
 * that nobody keeps coherent. Bytes move in these calls only:
 *
 *	map			CPU to device, all of the buffer, whatever the direction, so that
 *				what the device leaves alone comes back as it was
 *	sync for device		CPU to device, the range synced: DMA_TO_DEVICE, DMA_BIDIRECTIONAL
 *	sync for CPU		device to CPU, the range synced: DMA_FROM_DEVICE, DMA_BIDIRECTIONAL
 *	unmap			device to CPU, all of it, likewise; not DMA_ATTR_SKIP_CPU_SYNC
 *
 * A sync that is missing, too short or of the wrong direction thus shows as stale data. What is
 * mapped at once is limited by the bounce buffers, and a mapping to 256 KiB
 * (dma_max_mapping_size()); memory of peers cannot be mapped. It concerns mappings made from now
 * on; the device needs syncs from now on. 0 or -ENODEV, as above.
 */
int udm_iommu_force_bounce(struct device *dev, bool on);
int udm_iommu_set_noncoherent(struct device *dev, bool on);

/*
 * udm_iommu_fail - make calls fail on purpose: let `after` calls of the kind pass, then fail
 * `times` of them (all devices; times 0 switches it off). udm_iommu_failed counts the failures.
 */
enum udm_iommu_step {
	UDM_IOMMU_STEP_MAP,		/* single mappings */
	UDM_IOMMU_STEP_MAP_SG,
	UDM_IOMMU_STEP_IOVA,		/* address allocation */
	UDM_IOMMU_STEP_PAGE_TABLE,
	UDM_IOMMU_STEP_POOL,		/* growth of the atomic pools */
	UDM_IOMMU_STEP_POOL_BLOCK,	/* each order tried for a block of them */
	UDM_IOMMU_STEP_RECORD,		/* dma-debug's memory of a mapping */
	UDM_IOMMU_STEPS,
};

void udm_iommu_fail(enum udm_iommu_step step, unsigned int after, unsigned int times);
unsigned int udm_iommu_failed(enum udm_iommu_step step);

#ifdef __cplusplus
}
#endif

#endif
