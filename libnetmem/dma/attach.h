/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attachment of devices to the bus and its IOMMU.
 *
 * A device is attached at its first DMA call or bus access and stays so until it is released
 * or the machine stops. Its struct udm_bus comes from host memory and is only ever reused as
 * one, so that a stale pointer in a device that outlived the machine is harmless: it is
 * recognised by the dev field.
 *
 * bus_lock (a host mutex) orders attaching, releasing, ports and windows. Nothing of the
 * kernel side is called under it.
 */
#ifndef LIBNETMEM_DMA_ATTACH_H
#define LIBNETMEM_DMA_ATTACH_H

#include <linux/device.h>
#include <pthread.h>
#include <udevmem/bus.h>
#include <udevmem/iommu.h>

#include "domain.h"
#include "port.h"

#define FAULT_RECORDS	256

/* Faults of a device; the lock is taken by bus threads and readers alike. */
struct fault_log {
	pthread_mutex_t lock;
	u64 total;
	u64 by_reason[UDM_IOMMU_REASONS];
	unsigned int head;		/* oldest record */
	unsigned int count;
	bool overflowed;
	struct udm_iommu_fault records[FAULT_RECORDS];
	void (*fn)(void *ctx, struct device *dev, const struct udm_iommu_fault *fault);
	void *ctx;
};

/* A range of a peer's addresses the device may use untranslated. */
struct bus_peer {
	u64 first;
	u64 last;
	struct bus_peer *next;		/* of the device, read without the lock */
	struct udm_domain *own;		/* pinned, and set with next_gone, once it is unlinked */
	struct bus_peer *next_gone;
};

struct udm_bus {
	struct device *dev;		/* NULL: not in use */
	u64 id;				/* never used twice in a process */
	unsigned int index;
	struct udm_domain *domain;	/* what accesses go through */
	struct udm_domain *own;		/* what the DMA API maps into; identity: direct mapping */
	struct bus_port *ports;
	struct bus_peer *peers;
	bool check_stale;
	unsigned long frames;		/* of RAM it has mapped, see cpu_trap.c */
	struct fault_log faults;
	struct udm_bus *next;		/* of all */
};

extern __internal pthread_mutex_t bus_lock;
extern __internal struct udm_bus *all_buses;	/* only ever grows; read without the lock */

/* The machine's part in it, from attach.c. */
__internal struct udm_bus *bus_attach(struct device *dev);
__internal void bus_set_domain(struct udm_bus *bus, struct udm_domain *domain);
/* A device's own domain that is it no more, paging or not: destroyed when nobody pins it. */
__internal void domain_drop(struct udm_domain *domain);
/* Under bus_lock: keep it for a while. Without: no more. */
static inline void domain_pin(struct udm_domain *domain)
{
	domain->pins++;
}
__internal void domain_unpin(struct udm_domain *domain);
/* Wait until no access that may have begun before now is running, on any bus. */
__internal void buses_quiesce(void);

/* The device's bus; attaches it on first use. NULL when out of memory. */
static inline struct udm_bus *bus_of(struct device *dev)
{
	struct udm_bus *bus = __atomic_load_n(&dev->archdata.udm_bus, __ATOMIC_ACQUIRE);

	if (likely(bus && __atomic_load_n(&bus->dev, __ATOMIC_RELAXED) == dev))
		return bus;
	return bus_attach(dev);
}

/* The device's bus if it has one. */
static inline struct udm_bus *bus_of_attached(struct device *dev)
{
	struct udm_bus *bus = __atomic_load_n(&dev->archdata.udm_bus, __ATOMIC_ACQUIRE);

	return bus && __atomic_load_n(&bus->dev, __ATOMIC_RELAXED) == dev ? bus : NULL;
}

/* The calling thread's port on a bus; NULL when out of host memory. */
static inline struct bus_port *port_get(struct udm_bus *bus)
{
	struct bus_port *port = recent_ports[bus->index % PORT_CACHE];

	if (likely(port && __atomic_load_n(&port->bus_id, __ATOMIC_RELAXED) == bus->id))
		return port;
	return port_find(bus);
}

/* Refusing an access: counts, records, logs, reports. Called outside of any access. */
__internal void bus_report_fault(struct udm_bus *bus, struct udm_iommu_fault *fault);

/* Called at the end of the machine, from attach.c: other parts of dma/ that have to be last. */
__internal void windows_start(void);
__internal void windows_stop(void);
__internal void dma_atomic_pools_stop(void);

#endif
