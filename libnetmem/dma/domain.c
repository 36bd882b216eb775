// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOMMU domains: making them, filling them, flushing them, putting them in front of devices.
 *
 * Ranges of a domain belong to whoever maps them, so writers of the page table need no lock. A
 * strict domain is flushed by waiting for the accesses that may still use the old words; as
 * remembered translations are checked against the page table at each use, nothing else is
 * needed. A lazy domain lets remembered translations live on until its epoch changes.
 */
#include <asm/barrier.h>
#include <linux/export.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <udevmem/memory.h>

#include "attach.h"
#include "cpu_trap.h"
#include "domain.h"
#include "flush_queue.h"
#include "iommu_memory.h"

struct udm_domain identity_domain = { .api = { .type = IOMMU_DOMAIN_IDENTITY } };
struct udm_domain blocked_domain = { .api = { .type = IOMMU_DOMAIN_BLOCKED } };

/* Epochs of different domains differ in their upper bits, so they are never mixed up. */
#define EPOCH_BITS	40

/* Addresses have 48 bits whatever the granule; larger granules need fewer of the table's. */
#define APERTURE_END	((PT_GRANULES << PAGE_SHIFT) - 1)

unsigned int iommu_granule_shift __read_mostly = PAGE_SHIFT;

static u64 last_domain;

void domain_count(struct udm_domain *domain, enum domain_event event)
{
	struct domain_counters *c = &domain->counters[raw_smp_processor_id() % DOMAIN_SHARDS];

	__atomic_fetch_add(event == DOMAIN_MAP ? &c->maps :
			   event == DOMAIN_UNMAP ? &c->unmaps : &c->map_failures,
			   1, __ATOMIC_RELAXED);
}

static void domain_count_entries(struct udm_domain *domain, u64 by)
{
	struct domain_counters *c = &domain->counters[raw_smp_processor_id() % DOMAIN_SHARDS];

	__atomic_fetch_add(&c->entries, by, __ATOMIC_RELAXED);
}

struct domain_counters domain_sum_counters(const struct udm_domain *domain)
{
	struct domain_counters sum = { 0 };
	unsigned int k;

	for (k = 0; k < DOMAIN_SHARDS; k++) {
		const struct domain_counters *c = &domain->counters[k];

		sum.maps += __atomic_load_n(&c->maps, __ATOMIC_RELAXED);
		sum.unmaps += __atomic_load_n(&c->unmaps, __ATOMIC_RELAXED);
		sum.map_failures += __atomic_load_n(&c->map_failures, __ATOMIC_RELAXED);
		sum.entries += __atomic_load_n(&c->entries, __ATOMIC_RELAXED);
	}
	return sum;
}

/* --- Making and unmaking --- */

static int domain_init(struct udm_domain *domain, unsigned int type, gfp_t gfp)
{
	int err = page_table_init(&domain->pt, gfp);

	if (err)
		return err;
	domain->api = (struct iommu_domain){
		.type = type,
		.pgsize_bitmap = IOMMU_GRANULE,
		.geometry = {
			.aperture_end = APERTURE_END,
			.force_aperture = true,
		},
	};
	domain->epoch = __atomic_add_fetch(&last_domain, 1, __ATOMIC_RELAXED) << EPOCH_BITS;
	if (!iommu_is_dma_domain(&domain->api))
		return 0;
	domain->api.iova_cookie = &domain->cookie;
	init_iova_domain(&domain->cookie.iovad, IOMMU_GRANULE, 1);
	iova_domain_init_rcaches(&domain->cookie.iovad);
	if (!domain_is_lazy(domain))
		return 0;
	domain->cookie.fq = flush_queue_create(domain, gfp);
	if (!domain->cookie.fq)
		domain->api.type = IOMMU_DOMAIN_DMA;
	return 0;
}

struct udm_domain *domain_create(unsigned int type, gfp_t gfp)
{
	struct udm_domain *domain = iommu_zalloc(sizeof(*domain), gfp);

	if (domain && domain_init(domain, type, gfp)) {
		iommu_free(domain);
		domain = NULL;
	}
	return domain;
}

void domain_destroy(struct udm_domain *domain)
{
	if (domain->cookie.fq)
		flush_queue_destroy(domain->cookie.fq);
	if (domain->api.iova_cookie)
		put_iova_domain(&domain->cookie.iovad);
	page_table_destroy(&domain->exact);
	page_table_destroy(&domain->pt);
	iommu_free(domain);
}

struct iommu_domain *iommu_paging_domain_alloc(struct device *dev)
{
	struct udm_domain *domain = domain_create(IOMMU_DOMAIN_UNMANAGED, GFP_KERNEL);

	return domain ? &domain->api : ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL_GPL(iommu_paging_domain_alloc);

void iommu_domain_free(struct iommu_domain *domain)
{
	struct udm_domain *ud = to_udm_domain(domain);

	if (!WARN_ON(ud->bus || ud->attached))
		domain_destroy(ud);
}
EXPORT_SYMBOL_GPL(iommu_domain_free);

int iommu_attach_device(struct iommu_domain *domain, struct device *dev)
{
	struct udm_bus *bus = bus_of(dev);
	int err = -EBUSY;

	if (!bus)
		return -ENOMEM;
	pthread_mutex_lock(&bus_lock);
	if (bus->domain == bus->own) {
		to_udm_domain(domain)->attached++;
		bus_set_domain(bus, to_udm_domain(domain));
		err = 0;
	}
	pthread_mutex_unlock(&bus_lock);
	return err;
}
EXPORT_SYMBOL_GPL(iommu_attach_device);

void iommu_detach_device(struct iommu_domain *domain, struct device *dev)
{
	struct udm_bus *bus = bus_of_attached(dev);

	if (WARN_ON(!bus))
		return;
	pthread_mutex_lock(&bus_lock);
	if (bus->domain == to_udm_domain(domain) && bus->domain != bus->own) {
		bus_set_domain(bus, bus->own);
		to_udm_domain(domain)->attached--;
	}
	pthread_mutex_unlock(&bus_lock);
}
EXPORT_SYMBOL_GPL(iommu_detach_device);

struct iommu_domain *iommu_get_domain_for_dev(struct device *dev)
{
	struct udm_bus *bus = bus_of(dev);

	return bus ? &bus->domain->api : NULL;
}
EXPORT_SYMBOL_GPL(iommu_get_domain_for_dev);

struct iommu_domain *iommu_get_dma_domain(struct device *dev)
{
	struct udm_bus *bus = bus_of(dev);

	return bus ? &bus->own->api : NULL;
}

/* --- Flushing --- */

static void bus_wait(struct udm_bus *bus, u64 first, u64 last)
{
	struct bus_port *port = __atomic_load_n(&bus->ports, __ATOMIC_SEQ_CST);

	for (; port; port = port->next)
		port_wait(port, first, last);
}

static void domain_wait(struct udm_domain *domain, u64 first, u64 last)
{
	struct udm_bus *bus = domain->bus;

	/* Orders the words cleared before against the announcements read from here on. */
	smp_mb();
	if (bus) {
		bus_wait(bus, first, last);
		return;
	}
	for (bus = __atomic_load_n(&all_buses, __ATOMIC_ACQUIRE); bus; bus = bus->next)
		if (__atomic_load_n(&bus->domain, __ATOMIC_SEQ_CST) == domain)
			bus_wait(bus, first, last);
}

void domain_flush(struct udm_domain *domain, u64 first, u64 last)
{
	__atomic_fetch_add(&domain->flushes, 1, __ATOMIC_RELAXED);
	if (domain_is_lazy(domain))
		__atomic_fetch_add(&domain->epoch, 1, __ATOMIC_SEQ_CST);
	domain_wait(domain, first, last);
}

void domain_flush_all(struct udm_domain *domain)
{
	__atomic_fetch_add(&domain->full_flushes, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&domain->epoch, 1, __ATOMIC_SEQ_CST);
	domain_wait(domain, 0, U64_MAX);
}

/* --- Byte-exact parts: a word holds first and last byte within the granule. --- */

#define EXACT_VALID	BIT_ULL(63)
#define EXACT_SHIFT	32

static u64 exact_word(u64 granule, u64 first, u64 last)
{
	u64 base = granule << IOMMU_GRANULE_SHIFT;
	u64 from = first > base ? first - base : 0;
	u64 to = min_t(u64, last - base, IOMMU_GRANULE_MASK);

	return EXACT_VALID | from << EXACT_SHIFT | to;
}

int domain_set_exact(struct udm_domain *domain, u64 first, u64 last, gfp_t gfp)
{
	u64 granule = first >> IOMMU_GRANULE_SHIFT;

	for (; granule <= last >> IOMMU_GRANULE_SHIFT; granule++) {
		u64 *slot = page_table_slot(&domain->exact, granule, gfp);

		if (!slot)
			return -ENOMEM;
		__atomic_store_n(slot, exact_word(granule, first, last), __ATOMIC_RELAXED);
	}
	return 0;
}

bool domain_in_exact_part(struct udm_domain *domain, u64 first, u64 last)
{
	u64 *slot = page_table_find(&domain->exact, first >> IOMMU_GRANULE_SHIFT), word;

	if (!slot)
		return true;
	word = __atomic_load_n(slot, __ATOMIC_RELAXED);
	return (first & IOMMU_GRANULE_MASK) >= (word >> EXACT_SHIFT & IOMMU_GRANULE_MASK) &&
	       (last & IOMMU_GRANULE_MASK) <= (word & IOMMU_GRANULE_MASK);
}

/* --- Mapping --- */

static bool range_ok(const struct udm_domain *domain, u64 iova, u64 paddr, u64 size)
{
	const struct iommu_domain_geometry *geo = &domain->api.geometry;

	if (!domain_is_paging(domain) || !size || (iova | paddr | size) & IOMMU_GRANULE_MASK)
		return false;
	return iova >= geo->aperture_start && iova + size - 1 <= geo->aperture_end &&
	       iova + size - 1 >= iova;
}

/*
 * Make the tables for the range; *first is its first word. -EEXIST if any of it is in use.
 */
static int words_prepare(struct udm_domain *domain, unsigned long granule, unsigned long count,
			 gfp_t gfp, u64 **first)
{
	*first = NULL;
	while (count) {
		unsigned long run = page_table_run(granule, count), k;
		u64 *slot = page_table_slot(&domain->pt, granule, gfp);

		if (!slot)
			return -ENOMEM;
		if (!*first)
			*first = slot;
		for (k = 0; k < run; k++)
			if (__atomic_load_n(slot + k, __ATOMIC_RELAXED))
				return -EEXIST;
		granule += run;
		count -= run;
	}
	return 0;
}

static u64 leaf_word(u64 paddr, int prot)
{
	u64 word = paddr | PTE_VALID | (prot & PTE_PROT);

	/* With the trap on, each page may be elsewhere. */
	if (!(prot & IOMMU_MMIO) && !cpu_trap_on && udm_phys_ptr(paddr, IOMMU_GRANULE))
		word |= PTE_RAM;
	return word;
}

/* slot: the first word, as words_prepare() found it. */
static void words_fill(struct udm_domain *domain, u64 *slot, unsigned long granule,
		       unsigned long count, u64 paddr, int prot, u64 marks)
{
	u64 head = PTE_HEAD;

	for (;;) {
		unsigned long run = page_table_run(granule, count), k;

		for (k = 0; k < run; k++, paddr += IOMMU_GRANULE) {
			u64 tail = k + 1 == count ? PTE_TAIL : 0;

			/* Release: what the CPU wrote before mapping is there for the device. */
			__atomic_store_n(slot + k, leaf_word(paddr, prot) | marks | head | tail,
					 __ATOMIC_RELEASE);
			head = 0;
		}
		granule += run;
		count -= run;
		if (likely(!count))
			return;
		slot = page_table_find(&domain->pt, granule);
	}
}

int domain_map(struct udm_domain *domain, u64 iova, u64 paddr, u64 size, int prot, u64 marks,
	       gfp_t gfp)
{
	unsigned long granule = iova >> IOMMU_GRANULE_SHIFT, count = size >> IOMMU_GRANULE_SHIFT;
	u64 *slot;
	int err;

	if (!range_ok(domain, iova, paddr, size))
		return -EINVAL;
	err = words_prepare(domain, granule, count, gfp, &slot);
	if (err)
		return err;
	words_fill(domain, slot, granule, count, paddr, prot, marks);
	domain_count_entries(domain, count);
	return 0;
}

int iommu_map_nosync(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
		     size_t size, int prot, gfp_t gfp)
{
	return domain_map(to_udm_domain(domain), iova, paddr, size, prot, 0, gfp);
}

int iommu_sync_map(struct iommu_domain *domain, unsigned long iova, size_t size)
{
	/* Words take effect when they are stored; an unmapped word is never remembered. */
	return 0;
}

int iommu_map(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr, size_t size,
	      int prot, gfp_t gfp)
{
	int err = iommu_map_nosync(domain, iova, paddr, size, prot, gfp);

	return err ? err : iommu_sync_map(domain, iova, size);
}
EXPORT_SYMBOL_GPL(iommu_map);

ssize_t iommu_map_sg(struct iommu_domain *domain, unsigned long iova, struct scatterlist *sg,
		     unsigned int nents, int prot, gfp_t gfp)
{
	struct scatterlist *entry;
	size_t done = 0;
	unsigned int k;
	int err;

	for_each_sg(sg, entry, nents, k) {
		err = iommu_map_nosync(domain, iova + done, sg_phys(entry), entry->length, prot,
				       gfp);
		if (err) {
			iommu_unmap(domain, iova, done);
			return err;
		}
		done += entry->length;
	}
	return done;
}
EXPORT_SYMBOL_GPL(iommu_map_sg);

/* How many words from granule on are in use, and the last of them. */
static unsigned long words_in_use(struct udm_domain *domain, unsigned long granule,
				  unsigned long limit, u64 *last)
{
	unsigned long used = 0;

	while (used < limit) {
		unsigned long run = page_table_run(granule + used, limit - used), k;
		u64 *slot = page_table_find(&domain->pt, granule + used);

		for (k = 0; slot && k < run && slot[k]; k++)
			*last = slot[k];
		if (!slot || k < run)
			return used + (slot ? k : 0);
		used += run;
	}
	return used;
}

static void words_clear(struct udm_domain *domain, unsigned long granule, unsigned long count)
{
	while (count) {
		unsigned long run = page_table_run(granule, count), k;
		u64 *slot = page_table_find(&domain->pt, granule);

		for (k = 0; k < run; k++)
			__atomic_store_n(slot + k, 0, __ATOMIC_RELAXED);
		granule += run;
		count -= run;
	}
}

size_t domain_unmap(struct udm_domain *domain, u64 iova, u64 size)
{
	unsigned long granule = iova >> IOMMU_GRANULE_SHIFT, used;
	u64 last = 0, *head;

	if (!range_ok(domain, iova, 0, size))
		return 0;
	used = words_in_use(domain, granule, size >> IOMMU_GRANULE_SHIFT, &last);
	if (!used)
		return 0;
	head = page_table_find(&domain->pt, granule);
	if (WARN(!(*head & PTE_HEAD) || !(last & PTE_TAIL),
		 "iommu: unmapping %llx+%llx would split a mapping\n", iova, size))
		return 0;
	words_clear(domain, granule, used);
	domain_count_entries(domain, -(u64)used);
	return (size_t)used << IOMMU_GRANULE_SHIFT;
}

size_t iommu_unmap_fast(struct iommu_domain *domain, unsigned long iova, size_t size,
			struct iommu_iotlb_gather *iotlb_gather)
{
	size_t removed = domain_unmap(to_udm_domain(domain), iova, size);

	if (removed) {
		iotlb_gather->start = min(iotlb_gather->start, iova);
		iotlb_gather->end = max(iotlb_gather->end, iova + removed - 1);
		iotlb_gather->pgsize = IOMMU_GRANULE;
	}
	return removed;
}
EXPORT_SYMBOL_GPL(iommu_unmap_fast);

void iommu_iotlb_sync(struct iommu_domain *domain, struct iommu_iotlb_gather *iotlb_gather)
{
	if (iotlb_gather->start <= iotlb_gather->end)
		domain_flush(to_udm_domain(domain), iotlb_gather->start, iotlb_gather->end);
	iommu_iotlb_gather_init(iotlb_gather);
}

void iommu_flush_iotlb_all(struct iommu_domain *domain)
{
	domain_flush_all(to_udm_domain(domain));
}

size_t iommu_unmap(struct iommu_domain *domain, unsigned long iova, size_t size)
{
	struct iommu_iotlb_gather gather;
	size_t removed;

	iommu_iotlb_gather_init(&gather);
	removed = iommu_unmap_fast(domain, iova, size, &gather);
	iommu_iotlb_sync(domain, &gather);
	return removed;
}
EXPORT_SYMBOL_GPL(iommu_unmap);

phys_addr_t iommu_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	struct udm_domain *ud = to_udm_domain(domain);
	u64 *slot, word;

	if (domain->type == IOMMU_DOMAIN_IDENTITY)
		return iova;
	if (!domain_is_paging(ud) || iova > domain->geometry.aperture_end)
		return 0;
	slot = page_table_find(&ud->pt, iova >> IOMMU_GRANULE_SHIFT);
	word = slot ? __atomic_load_n(slot, __ATOMIC_ACQUIRE) : 0;
	return word ? (word & PTE_ADDR) | (iova & IOMMU_GRANULE_MASK) : 0;
}
EXPORT_SYMBOL_GPL(iommu_iova_to_phys);

/* --- Faults --- */

void iommu_set_fault_handler(struct iommu_domain *domain, iommu_fault_handler_t handler,
			     void *token)
{
	domain->handler_token = token;
	/* Release: a device thread that sees the handler sees its token. */
	__atomic_store_n(&domain->handler, handler, __ATOMIC_RELEASE);
}
EXPORT_SYMBOL_GPL(iommu_set_fault_handler);

int report_iommu_fault(struct iommu_domain *domain, struct device *dev, unsigned long iova,
		       int flags)
{
	iommu_fault_handler_t handler = __atomic_load_n(&domain->handler, __ATOMIC_ACQUIRE);

	return handler ? handler(domain, dev, iova, flags, domain->handler_token) : -ENOSYS;
}
EXPORT_SYMBOL_GPL(report_iommu_fault);
