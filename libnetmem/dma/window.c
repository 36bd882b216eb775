// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows: memory of peer devices on the bus.
 *
 * The set of windows is an array that is never changed, only replaced, under bus_lock. Bus
 * accesses read it without a lock while they are announced by their port; the old array is
 * freed, and a removed window's mapping given up, after all of them were waited for.
 */
#include <linux/dma-mapping.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <stdlib.h>
#include <udevmem/trap.h>

#include "attach.h"
#include "window.h"

/* Where udm_bus_alloc_window begins to look: above any RAM there can be. */
#define WINDOW_BASE	(1ULL << 44)
#define WINDOW_ALIGN	(2ULL << 20)

struct window {
	u64 phys;
	u64 len;
	char *host;
};

struct window_set {
	unsigned int count;
	struct window at[];		/* by address */
};

static struct window_set *windows;

char *window_host(u64 phys, size_t len)
{
	struct window_set *set = __atomic_load_n(&windows, __ATOMIC_ACQUIRE);
	unsigned int k;

	for (k = 0; set && k < set->count; k++) {
		const struct window *w = &set->at[k];

		if (phys >= w->phys && phys - w->phys < w->len)
			return len <= w->len - (phys - w->phys) ? w->host + (phys - w->phys) : NULL;
	}
	return NULL;
}

/* A copy of the set with room for one more, or NULL. */
static struct window_set *set_copy(void)
{
	unsigned int count = windows ? windows->count : 0;
	struct window_set *copy = malloc(struct_size(copy, at, count + 1));

	if (!copy)
		return NULL;
	copy->count = count;
	if (count)
		memcpy(copy->at, windows->at, count * sizeof(copy->at[0]));
	return copy;
}

/* Put a set in place of the old one; on return nobody reads that any more. */
static void set_replace(struct window_set *set)
{
	struct window_set *old = windows;

	__atomic_store_n(&windows, set, __ATOMIC_SEQ_CST);
	buses_quiesce();
	free(old);
}

static bool overlaps_ram(u64 phys, u64 len)
{
	unsigned long pfn = PHYS_PFN(phys), end = PHYS_PFN(phys + len);

	for (; pfn < min(end, max_pfn); pfn++)
		if (pfn_valid(pfn))
			return true;
	return false;
}

/* Position of the first window that ends above phys. */
static unsigned int window_position(const struct window_set *set, u64 phys)
{
	unsigned int k = 0;

	while (k < set->count && set->at[k].phys + set->at[k].len <= phys)
		k++;
	return k;
}

static int window_add(u64 phys, size_t len, void *mapping)
{
	struct window_set *set = set_copy();
	unsigned int k;

	if (!set)
		return -ENOMEM;
	k = window_position(set, phys);
	if (k < set->count && set->at[k].phys < phys + len) {
		free(set);
		return -EEXIST;
	}
	memmove(&set->at[k + 1], &set->at[k], (set->count - k) * sizeof(set->at[0]));
	set->at[k] = (struct window){ .phys = phys, .len = len, .host = mapping };
	set->count++;
	set_replace(set);
	return 0;
}

int udm_bus_add_window(uint64_t phys, size_t len, void *mapping)
{
	int err;

	if (!len || !mapping || !PAGE_ALIGNED(phys) || !PAGE_ALIGNED(len) || phys + len < phys)
		return -EINVAL;
	if (overlaps_ram(phys, len))
		return -EEXIST;
	pthread_mutex_lock(&bus_lock);
	err = window_add(phys, len, mapping);
	pthread_mutex_unlock(&bus_lock);
	return err;
}

int udm_bus_alloc_window(size_t len, void *mapping, uint64_t *phys)
{
	u64 at = WINDOW_BASE;
	unsigned int k;
	int err;

	if (!len || !mapping || !PAGE_ALIGNED(len))
		return -EINVAL;
	pthread_mutex_lock(&bus_lock);
	for (k = 0; windows && k < windows->count; k++) {
		const struct window *w = &windows->at[k];

		if (w->phys + w->len > at && w->phys < at + len)
			at = ALIGN(w->phys + w->len, WINDOW_ALIGN);
	}
	err = window_add(at, len, mapping);
	pthread_mutex_unlock(&bus_lock);
	if (!err)
		*phys = at;
	return err;
}

/* Under bus_lock: take a window's address away from every device; a list of what to free. */
static struct bus_peer *peers_unlink(u64 phys)
{
	struct bus_peer *gone = NULL, **link, *peer;
	struct udm_bus *bus;

	for (bus = all_buses; bus; bus = bus->next) {
		link = &bus->peers;
		while ((peer = *link)) {
			if (peer->first != phys) {
				link = &peer->next;
				continue;
			}
			__atomic_store_n(link, peer->next, __ATOMIC_RELEASE);
			peer->own = bus->own;
			domain_pin(bus->own);
			/* next stays: an access may just be walking over it. */
			peer->next_gone = gone;
			gone = peer;
		}
	}
	return gone;
}

/*
 * Give the addresses back to the devices' own address spaces. That cannot be done under
 * bus_lock, and a device may be released meanwhile: the pin keeps what was its domain.
 */
static void peers_free(struct bus_peer *peer)
{
	while (peer) {
		struct bus_peer *next = peer->next_gone;
		struct udm_domain *own = peer->own;

		if (own->api.iova_cookie)
			free_iova(&own->cookie.iovad, iova_pfn(&own->cookie.iovad, peer->first));
		domain_unpin(own);
		free(peer);
		peer = next;
	}
}

int udm_bus_remove_window(uint64_t phys)
{
	struct bus_peer *gone = NULL;
	struct window_set *set;
	int err = -ENOENT;
	unsigned int k;

	pthread_mutex_lock(&bus_lock);
	set = windows ? set_copy() : NULL;
	k = set ? window_position(set, phys) : 0;
	if (set && k < set->count && set->at[k].phys == phys) {
		set->count--;
		memmove(&set->at[k], &set->at[k + 1], (set->count - k) * sizeof(set->at[0]));
		/* Unlinked before the wait in set_replace(), so nobody reads them after it. */
		gone = peers_unlink(phys);
		set_replace(set);
		set = NULL;
		err = 0;
	}
	free(set);
	pthread_mutex_unlock(&bus_lock);
	peers_free(gone);
	return err;
}

/* Keep a peer's addresses out of the device's own address space. */
static bool peer_reserve(struct udm_bus *bus, u64 first, u64 last)
{
	struct iova_domain *iovad = &bus->own->cookie.iovad;

	if (!bus->own->api.iova_cookie)
		return true;
	return reserve_iova(iovad, iova_pfn(iovad, first), iova_pfn(iovad, last));
}

static bool peer_allowed(const struct udm_bus *bus, u64 phys)
{
	const struct bus_peer *peer = bus->peers;

	while (peer && peer->first != phys)
		peer = peer->next;
	return peer;
}

int udm_bus_allow_peer(struct device *dev, uint64_t phys)
{
	struct bus_peer *peer = malloc(sizeof(*peer));
	struct udm_bus *bus = bus_of(dev);
	bool found = false;
	unsigned int k;

	if (!peer || !bus) {
		free(peer);
		return -ENOMEM;
	}
	pthread_mutex_lock(&bus_lock);
	if (peer_allowed(bus, phys)) {
		pthread_mutex_unlock(&bus_lock);
		free(peer);
		return 0;
	}
	for (k = 0; windows && k < windows->count && !found; k++) {
		found = windows->at[k].phys == phys;
		peer->first = phys;
		peer->last = phys + windows->at[k].len - 1;
	}
	pthread_mutex_unlock(&bus_lock);
	if (!found || !peer_reserve(bus, peer->first, peer->last)) {
		free(peer);
		return found ? -EBUSY : -ENOENT;
	}
	pthread_mutex_lock(&bus_lock);
	peer->next = bus->peers;
	/* Release: bus accesses walk the list without the lock. */
	__atomic_store_n(&bus->peers, peer, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&bus_lock);
	return 0;
}

/* The CPU's view of physical addresses has nothing behind those of a window. */
static size_t window_explain(uintptr_t addr, char *text, size_t size)
{
	const struct window_set *set = __atomic_load_n(&windows, __ATOMIC_ACQUIRE);
	u64 phys = (u64)addr - PAGE_OFFSET;
	unsigned int k;

	for (k = 0; set && k < set->count; k++) {
		const struct window *w = &set->at[k];

		if (phys - w->phys < w->len)
			return scnprintf(text, size, "physical address %#llx, byte %#llx of a peer device's %#llx bytes at %#llx: only devices and the application reach them\n",
					 phys, phys - w->phys, w->len, w->phys);
	}
	return 0;
}

static struct udm_trap window_trap = { .explain = window_explain };

void windows_start(void)
{
	udm_trap_add(&window_trap);
}

void windows_stop(void)
{
	udm_trap_remove(&window_trap);
	pthread_mutex_lock(&bus_lock);
	set_replace(NULL);
	pthread_mutex_unlock(&bus_lock);
}
