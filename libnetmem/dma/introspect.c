// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOMMU seen from outside (udevmem/iommu.h): counters, domain types, checking modes.
 *
 * Counters are added up from where they are kept: the mapping side's in the domain, the bus
 * side's in the ports. Ports outlive their device, so their list is read under bus_lock.
 */
#include <linux/iommu.h>

#include "attach.h"
#include "flush_queue.h"

static void add_ports(const struct udm_bus *bus, struct udm_iommu_stats *stats)
{
	const struct bus_port *port;

	for (port = bus->ports; port; port = port->next) {
		const struct port_counters *c = &port->counters;

		stats->reads += __atomic_load_n(&c->reads, __ATOMIC_RELAXED);
		stats->writes += __atomic_load_n(&c->writes, __ATOMIC_RELAXED);
		stats->read_bytes += __atomic_load_n(&c->read_bytes, __ATOMIC_RELAXED);
		stats->write_bytes += __atomic_load_n(&c->write_bytes, __ATOMIC_RELAXED);
		stats->iotlb_hits += __atomic_load_n(&c->hits, __ATOMIC_RELAXED);
		stats->iotlb_misses += __atomic_load_n(&c->misses, __ATOMIC_RELAXED);
		stats->stale_hits += __atomic_load_n(&c->stale_hits, __ATOMIC_RELAXED);
	}
}

static void add_domain(struct udm_domain *domain, struct udm_iommu_stats *stats)
{
	struct domain_counters sum = domain_sum_counters(domain);

	if (!domain_is_paging(domain))
		return;
	stats->maps = sum.maps;
	stats->unmaps = sum.unmaps;
	stats->map_failures = sum.map_failures;
	stats->mapped_entries = sum.entries;
	stats->mapped_bytes = sum.entries << IOMMU_GRANULE_SHIFT;
	stats->page_tables = atomic_long_read(&domain->pt.pages);
	if (domain->exact.root)
		stats->page_tables += atomic_long_read(&domain->exact.pages);
	stats->flushes = __atomic_load_n(&domain->flushes, __ATOMIC_RELAXED);
	stats->full_flushes = __atomic_load_n(&domain->full_flushes, __ATOMIC_RELAXED);
	if (domain->cookie.fq)
		stats->queued = flush_queue_length(domain->cookie.fq);
}

int udm_iommu_stats(struct device *dev, struct udm_iommu_stats *stats)
{
	struct udm_bus *bus = bus_of_attached(dev);

	*stats = (struct udm_iommu_stats){ 0 };
	if (!bus)
		return -ENOENT;
	pthread_mutex_lock(&bus_lock);
	add_ports(bus, stats);
	pthread_mutex_unlock(&bus_lock);
	add_domain(bus->own, stats);
	pthread_mutex_lock(&bus->faults.lock);
	stats->faults = bus->faults.total;
	memcpy(stats->faults_by_reason, bus->faults.by_reason, sizeof(bus->faults.by_reason));
	pthread_mutex_unlock(&bus->faults.lock);
	return 0;
}

/* --- Domain types --- */

static struct udm_domain *domain_of_type(enum udm_iommu_type type)
{
	switch (type) {
	case UDM_IOMMU_TYPE_IDENTITY:
		return &identity_domain;
	case UDM_IOMMU_TYPE_STRICT:
		return domain_create(IOMMU_DOMAIN_DMA, GFP_KERNEL);
	case UDM_IOMMU_TYPE_LAZY:
		return domain_create(IOMMU_DOMAIN_DMA_FQ, GFP_KERNEL);
	case UDM_IOMMU_TYPE_BLOCKED:
		return &blocked_domain;
	}
	return ERR_PTR(-EINVAL);
}

/* Under bus_lock: the device's domain, unless it is in use. */
static int replace_domain(struct udm_bus *bus, struct udm_domain *next)
{
	if (bus->domain != bus->own)
		return -EBUSY;
	if (domain_is_paging(bus->own) && domain_sum_counters(bus->own).entries)
		return -EBUSY;
	if (domain_is_paging(next))
		next->bus = bus;
	bus->own = next;
	bus->dev->dma_iommu = next != &identity_domain;
	bus_set_domain(bus, next);
	return 0;
}

int udm_iommu_set_type(struct device *dev, enum udm_iommu_type type)
{
	struct udm_bus *bus = bus_of(dev);
	struct udm_domain *next = domain_of_type(type), *old;
	int err;

	if (IS_ERR(next))
		return PTR_ERR(next);
	if (!bus || !next)
		return -ENOMEM;
	pthread_mutex_lock(&bus_lock);
	old = bus->own;
	err = replace_domain(bus, next);
	pthread_mutex_unlock(&bus_lock);
	if (err)
		old = next;
	domain_drop(old);
	return err;
}

enum udm_iommu_type udm_iommu_get_type(struct device *dev)
{
	struct udm_bus *bus = bus_of(dev);

	if (!bus || bus->own == &blocked_domain)
		return UDM_IOMMU_TYPE_BLOCKED;
	if (bus->own == &identity_domain)
		return UDM_IOMMU_TYPE_IDENTITY;
	return domain_is_lazy(bus->own) ? UDM_IOMMU_TYPE_LAZY : UDM_IOMMU_TYPE_STRICT;
}

void udm_iommu_flush(struct device *dev)
{
	struct udm_bus *bus = bus_of_attached(dev);

	if (bus && bus->own->cookie.fq)
		flush_queue_drain(bus->own->cookie.fq);
}

/* --- Checking modes --- */

void udm_iommu_check_stale(struct device *dev, bool on)
{
	struct udm_bus *bus = bus_of(dev);

	if (bus)
		__atomic_store_n(&bus->check_stale, on, __ATOMIC_RELAXED);
}

void udm_iommu_check_exact(struct device *dev, bool on)
{
	struct udm_bus *bus = bus_of(dev);

	if (!bus || !domain_is_paging(bus->own))
		return;
	if (on && !bus->own->exact.root && page_table_init(&bus->own->exact, GFP_KERNEL))
		return;
	__atomic_store_n(&bus->own->check_exact, on, __ATOMIC_RELAXED);
}
