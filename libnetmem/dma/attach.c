// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaching devices to the bus and its IOMMU, and the start and end of all that.
 *
 * The type of a device's domain is that of the machine at the time it is attached:
 * udm_config.iommu, overridden by iommu.passthrough= and iommu.strict= on the kernel command
 * line. The granule of all domains is that of iommu.granule=. When the device is released, or
 * the machine stops, the domain goes and the bus object waits to be used again.
 */
#include <linux/dma-map-ops.h>
#include <linux/init.h>
#include <linux/iommu.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <stdlib.h>
#include <udevmem/boot.h>

#include "attach.h"
#include "cpu_trap.h"
#include "debug.h"
#include "failure.h"

pthread_mutex_t bus_lock = PTHREAD_MUTEX_INITIALIZER;
struct udm_bus *all_buses;

static u64 bus_ids;
static unsigned int bus_indices;

/* The domain type devices get, settled at boot. */
static unsigned int default_type;

/* Command line; -1: not given. */
static int opt_passthrough = -1;
static int opt_strict = -1;

static int __init parse_passthrough(char *arg)
{
	bool on;

	if (!arg || kstrtobool(arg, &on))
		return -EINVAL;
	opt_passthrough = on;
	return 0;
}
early_param("iommu.passthrough", parse_passthrough);

static int __init parse_strict(char *arg)
{
	bool on;

	if (!arg || kstrtobool(arg, &on))
		return -EINVAL;
	opt_strict = on;
	return 0;
}
early_param("iommu.strict", parse_strict);

#define LARGEST_GRANULE	SZ_2M

static int __init parse_granule(char *arg)
{
	u64 granule;
	char *end;

	granule = arg ? memparse(arg, &end) : 0;
	if (!granule || *end || !is_power_of_2(granule) || granule < PAGE_SIZE ||
	    granule > LARGEST_GRANULE) {
		pr_warn("iommu.granule=%s is no power of two from %lu to %u: %lu is used\n",
			arg ? arg : "", PAGE_SIZE, LARGEST_GRANULE, PAGE_SIZE);
		granule = PAGE_SIZE;
	}
	iommu_granule_shift = ilog2(granule);
	return 0;
}
early_param("iommu.granule", parse_granule);

size_t udm_iommu_granule(void)
{
	return IOMMU_GRANULE;
}

/*
 * The device's own domain, not yet in use; NULL when out of memory. A device with DMA operations
 * of its own translates by itself.
 */
static struct udm_domain *default_domain(struct device *dev)
{
	unsigned int type = get_dma_ops(dev) ? IOMMU_DOMAIN_IDENTITY : default_type;

	return type == IOMMU_DOMAIN_IDENTITY ? &identity_domain : domain_create(type, GFP_ATOMIC);
}

static struct udm_bus *bus_new(void)
{
	struct udm_bus *bus = calloc(1, sizeof(*bus));

	if (!bus)
		return NULL;
	pthread_mutex_init(&bus->faults.lock, NULL);
	bus->index = bus_indices++;
	bus->next = all_buses;
	/* Release: the list is walked without the lock. */
	__atomic_store_n(&all_buses, bus, __ATOMIC_RELEASE);
	return bus;
}

/* A bus that nobody uses. */
static struct udm_bus *bus_unused(void)
{
	struct udm_bus *bus = all_buses;

	while (bus && bus->dev)
		bus = bus->next;
	return bus ? bus : bus_new();
}

static struct udm_bus *bus_by_device(const struct device *dev)
{
	struct udm_bus *bus = all_buses;

	while (bus && bus->dev != dev)
		bus = bus->next;
	return bus;
}

static void bus_forget_faults(struct fault_log *log)
{
	memset(&log->total, 0, sizeof(*log) - offsetof(struct fault_log, total));
}

/* Under bus_lock: take the device off. Returns its own domain, for destruction. */
static struct udm_domain *bus_detach(struct udm_bus *bus)
{
	struct udm_domain *own = bus->own;
	struct bus_peer *peer;

	bus_set_domain(bus, &blocked_domain);
	ports_release(bus);
	while ((peer = bus->peers)) {
		bus->peers = peer->next;
		free(peer);
	}
	bus->own = NULL;
	bus->check_stale = false;
	bus_forget_faults(&bus->faults);
	__atomic_store_n(&bus->dev, NULL, __ATOMIC_RELAXED);
	return own;
}

void domain_drop(struct udm_domain *domain)
{
	bool pinned;

	if (!domain || !domain_is_paging(domain))
		return;
	pthread_mutex_lock(&bus_lock);
	pinned = domain->pins;
	domain->dropped = true;
	pthread_mutex_unlock(&bus_lock);
	if (!pinned)
		domain_destroy(domain);
}

void domain_unpin(struct udm_domain *domain)
{
	bool last;

	pthread_mutex_lock(&bus_lock);
	last = !--domain->pins && domain->dropped;
	pthread_mutex_unlock(&bus_lock);
	if (last)
		domain_destroy(domain);
}

/* The release hook of the device: nobody uses it any more. */
static void bus_device_released(struct device *dev)
{
	struct udm_bus *bus = bus_of_attached(dev);
	struct udm_domain *own;

	if (!bus)
		return;
	debug_dma_device_released(dev);
	cpu_trap_forget(bus);
	pthread_mutex_lock(&bus_lock);
	own = bus_detach(bus);
	pthread_mutex_unlock(&bus_lock);
	domain_drop(own);
	dev->archdata.udm_bus = NULL;
}

/* Under bus_lock: put the device on a bus, with its domain in front. */
static struct udm_bus *bus_bind(struct device *dev, struct udm_domain *domain)
{
	struct udm_bus *bus = bus_unused();

	if (!bus)
		return NULL;
	bus->id = ++bus_ids;
	bus->own = domain;
	if (domain_is_paging(domain))
		domain->bus = bus;
	bus_set_domain(bus, domain);
	dev->dma_iommu = domain != &identity_domain;
	dev->archdata.udm_bus_release = bus_device_released;
	__atomic_store_n(&bus->dev, dev, __ATOMIC_RELAXED);
	/* Release: whoever finds the bus finds it complete, and dev->dma_iommu set. */
	__atomic_store_n(&dev->archdata.udm_bus, bus, __ATOMIC_RELEASE);
	return bus;
}

struct udm_bus *bus_attach(struct device *dev)
{
	struct udm_domain *domain = default_domain(dev), *left_over = NULL;
	struct udm_bus *bus, *old = NULL;

	if (!domain)
		return NULL;
	pthread_mutex_lock(&bus_lock);
	bus = bus_of_attached(dev);
	if (!bus) {
		/* Another device lived at this address and was never released. */
		old = bus_by_device(dev);
		if (old)
			left_over = bus_detach(old);
		bus = bus_bind(dev, domain);
		if (bus)
			domain = NULL;
	}
	pthread_mutex_unlock(&bus_lock);
	domain_drop(domain);
	domain_drop(left_over);
	if (old)
		cpu_trap_forget(old);
	return bus;
}

void arch_setup_dma_ops(struct device *dev, bool coherent)
{
	dev->dma_coherent = coherent;
	bus_of(dev);
}

struct udm_bus *udm_bus_of(struct device *dev)
{
	return bus_of(dev);
}

/* Wait for the accesses of one bus. */
static void bus_quiesce(struct udm_bus *bus)
{
	struct bus_port *port = __atomic_load_n(&bus->ports, __ATOMIC_SEQ_CST);

	for (; port; port = port->next)
		port_wait(port, 0, U64_MAX);
}

void bus_set_domain(struct udm_bus *bus, struct udm_domain *domain)
{
	__atomic_store_n(&bus->domain, domain, __ATOMIC_SEQ_CST);
	bus_quiesce(bus);
}

void buses_quiesce(void)
{
	struct udm_bus *bus = __atomic_load_n(&all_buses, __ATOMIC_ACQUIRE);

	for (; bus; bus = bus->next)
		bus_quiesce(bus);
}

static void attach_exit(void)
{
	struct udm_bus *bus;
	struct udm_domain *own;

	dma_atomic_pools_stop();
	for (bus = all_buses; bus; bus = bus->next) {
		pthread_mutex_lock(&bus_lock);
		own = bus->dev ? bus_detach(bus) : NULL;
		pthread_mutex_unlock(&bus_lock);
		domain_drop(own);
		cpu_trap_forget(bus);
	}
	cpu_trap_stop();
	windows_stop();
	dma_failures_clear();
	opt_passthrough = -1;
	opt_strict = -1;
	iommu_granule_shift = PAGE_SHIFT;
}
__exitcall(attach_exit);

static int __init attach_init(void)
{
	const struct udm_config *cfg = udm_config();
	bool off = cfg->iommu == UDM_IOMMU_OFF, lazy = cfg->iommu == UDM_IOMMU_LAZY;

	if (opt_passthrough >= 0)
		off = opt_passthrough;
	if (opt_strict >= 0)
		lazy = !opt_strict;
	if (off)
		default_type = IOMMU_DOMAIN_IDENTITY;
	else
		default_type = lazy ? IOMMU_DOMAIN_DMA_FQ : IOMMU_DOMAIN_DMA;
	windows_start();
	cpu_trap_start();
	return 0;
}
/* Early, so that the exitcall comes after those of everything that maps. */
core_initcall(attach_init);
