// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults: what happens when a device is refused.
 *
 * A fault is counted, recorded in the device's bounded queue (the newest is dropped when it is
 * full), logged, and reported to the domain's handler and to the one set from outside. All of
 * it happens after the access was withdrawn, on the thread that made it.
 */
#include <linux/device.h>
#include <linux/iommu.h>

#include "attach.h"

/* Lines logged per device; the counters go on. */
#define FAULTS_LOGGED	16

static const char *const reason_text[UDM_IOMMU_REASONS] = {
	[UDM_IOMMU_NOT_MAPPED] = "not mapped",
	[UDM_IOMMU_NO_PERMISSION] = "no permission",
	[UDM_IOMMU_BEYOND_APERTURE] = "no such address",
	[UDM_IOMMU_IS_BLOCKED] = "device is blocked",
	[UDM_IOMMU_STALE] = "unmapped, not flushed",
	[UDM_IOMMU_PADDING] = "outside of the buffer",
};

static void fault_record(struct fault_log *log, struct udm_iommu_fault *fault)
{
	fault->number = ++log->total;
	log->by_reason[fault->reason]++;
	if (log->count == FAULT_RECORDS) {
		log->overflowed = true;
		return;
	}
	log->records[(log->head + log->count) % FAULT_RECORDS] = *fault;
	log->count++;
}

static void fault_print(struct device *dev, const struct udm_iommu_fault *fault)
{
	if (fault->number > FAULTS_LOGGED)
		return;
	dev_err(dev, "DMA %s fault at 0x%llx: %s%s\n", fault->write ? "write" : "read",
		(unsigned long long)fault->addr, reason_text[fault->reason],
		fault->number == FAULTS_LOGGED ? " (further faults are only counted)" : "");
}

void bus_report_fault(struct udm_bus *bus, struct udm_iommu_fault *fault)
{
	struct udm_domain *domain = __atomic_load_n(&bus->domain, __ATOMIC_ACQUIRE);
	struct device *dev = __atomic_load_n(&bus->dev, __ATOMIC_RELAXED);
	void (*fn)(void *ctx, struct device *dev, const struct udm_iommu_fault *fault);
	void *ctx;

	pthread_mutex_lock(&bus->faults.lock);
	fault_record(&bus->faults, fault);
	fn = bus->faults.fn;
	ctx = bus->faults.ctx;
	pthread_mutex_unlock(&bus->faults.lock);

	if (!dev)
		return;
	fault_print(dev, fault);
	report_iommu_fault(&domain->api, dev, fault->addr,
			   fault->write ? IOMMU_FAULT_WRITE : IOMMU_FAULT_READ);
	if (fn)
		fn(ctx, dev, fault);
}

bool udm_iommu_next_fault(struct device *dev, struct udm_iommu_fault *fault)
{
	struct udm_bus *bus = bus_of_attached(dev);
	bool found;

	if (!bus)
		return false;
	pthread_mutex_lock(&bus->faults.lock);
	found = bus->faults.count > 0;
	if (found) {
		*fault = bus->faults.records[bus->faults.head];
		bus->faults.head = (bus->faults.head + 1) % FAULT_RECORDS;
		bus->faults.count--;
	}
	pthread_mutex_unlock(&bus->faults.lock);
	return found;
}

bool udm_iommu_faults_overflowed(struct device *dev)
{
	struct udm_bus *bus = bus_of_attached(dev);
	bool overflowed;

	if (!bus)
		return false;
	pthread_mutex_lock(&bus->faults.lock);
	overflowed = bus->faults.overflowed;
	bus->faults.overflowed = false;
	pthread_mutex_unlock(&bus->faults.lock);
	return overflowed;
}

void udm_iommu_on_fault(struct device *dev,
			void (*fn)(void *ctx, struct device *dev, const struct udm_iommu_fault *),
			void *ctx)
{
	struct udm_bus *bus = bus_of(dev);

	if (!bus)
		return;
	pthread_mutex_lock(&bus->faults.lock);
	bus->faults.fn = fn;
	bus->faults.ctx = ctx;
	pthread_mutex_unlock(&bus->faults.lock);
}
