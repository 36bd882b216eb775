// SPDX-License-Identifier: GPL-2.0-only
/*
 * Start and stop of the memory subsystem (mm/mm_init.c), and what to do when
 * memory runs short.
 *
 * mm starts before everything that allocates and stops after it; whatever is
 * still allocated then is gone with the address ranges, so leaks are counted
 * before. There is no reclaim: relieving pressure means collecting memory that is
 * free but held by a thread, a cache, or the page allocator's spans.
 */
#include <udevmem/boot.h>

#include "../subsystem.h"
#include "backend.h"
#include "fault.h"
#include "mem_debug.h"
#include "slab.h"
#include "thread_cache.h"

static void empty_thread(void *ctx, struct thread_cache *cache)
{
	thread_cache_empty(cache);
}

void drain_all_pages(void)
{
	thread_caches_visit(empty_thread, NULL);
}

void mem_relieve_pressure(void)
{
	unsigned int i;

	drain_all_pages();
	slab_relieve_pressure();
	for (i = 0; i < udm_nr_zones; i++) {
		if (!zone_present(&udm_zones[i]))
			continue;
		backend_trim(&udm_zones[i]);
		if (zone_release_spans(&udm_zones[i]))
			backend_trim(&udm_zones[i]);
	}
}

static void zones_exit(void)
{
	unsigned int i;

	for (i = 0; i < udm_nr_zones; i++) {
		if (!zone_present(&udm_zones[i]))
			continue;
		zone_pages_exit(&udm_zones[i]);
		backend_zone_exit(&udm_zones[i]);
	}
}

int mm_boot(const struct udm_config *cfg)
{
	unsigned int i;
	int err = physmap_boot(cfg);

	if (err)
		return err;
	for (i = 0; i < udm_nr_zones; i++)
		zone_pages_init(&udm_zones[i]);
	thread_caches_boot();
	err = mem_debug_boot(cfg);
	if (err)
		goto out_debug;
	err = vmalloc_boot();
	if (err)
		goto out_debug;
	err = mmio_boot();
	if (err)
		goto out_vmalloc;
	err = slab_boot();
	if (err)
		goto out_mmio;
	fault_settings_reset();
	trap_boot();
	return 0;

out_mmio:
	mmio_shutdown();
out_vmalloc:
	vmalloc_shutdown();
out_debug:
	mem_debug_shutdown();
	physmap_shutdown();
	return err;
}

void mm_shutdown(void)
{
	trap_shutdown();
	gup_shutdown();
	slab_debug_shutdown();
	thread_caches_shutdown();
	slab_shutdown();
	adopt_shutdown();
	mmio_shutdown();
	vmalloc_shutdown();
	cma_shutdown();
	zones_exit();
	mem_debug_shutdown();
	physmap_shutdown();
	fault_settings_reset();
}
