// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is allocated, by call site. See udevmem/leak.h.
 *
 * A census walks all page blocks, slab objects and vmalloc areas and adds them up
 * in a hash table keyed by kind, call site and cache. The table is in libc's heap
 * and grows while the lock of what is walked is held, which is fine, since
 * that heap is not what is walked. What finds no room is counted in the total only.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/hash.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <udevmem/leak.h>

#include "internal.h"
#include "mem_debug.h"
#include "slab.h"
#include "vmalloc.h"

#define UNKNOWN_SITE "(unknown)"

struct census_site {
	struct udm_leak_site site;
	const struct alloc_tag *tag;
};

struct udm_leak_snapshot {
	struct census_site *sites;	/* 1 << shift slots, free ones without a file */
	unsigned int shift;
	size_t nr;
	size_t objects;
	size_t bytes;
};

static int compare_sites(const void *left, const void *right)
{
	const struct udm_leak_site *a = left, *b = right;
	int order = strcmp(a->file, b->file);

	if (!order && a->line != b->line)
		order = a->line < b->line ? -1 : 1;
	if (!order)
		order = strcmp(a->cache, b->cache);
	return order ? order : (int)a->kind - (int)b->kind;
}

/* The slot of the site, or the free one where it belongs. NULL: no table yet. */
static struct census_site *site_slot(const struct udm_leak_snapshot *census,
				     enum udm_leak_kind kind, const struct alloc_tag *tag,
				     const char *cache)
{
	size_t mask = (1UL << census->shift) - 1;
	size_t at = hash_64((unsigned long)tag + 3 * (unsigned long)cache + kind, 32) & mask;
	struct census_site *slot;

	if (!census->sites)
		return NULL;
	for (;; at = (at + 1) & mask) {
		slot = &census->sites[at];
		if (!slot->site.file || (slot->tag == tag && slot->site.kind == kind &&
					 !strcmp(slot->site.cache, cache)))
			return slot;
	}
}

/* Keeps a quarter of the slots free, so that searches end. */
static bool census_grow(struct udm_leak_snapshot *census)
{
	struct udm_leak_snapshot larger = *census;
	size_t i;

	if (census->sites && 4 * census->nr < 3 * (1UL << census->shift))
		return true;
	larger.shift = census->sites ? census->shift + 1 : 8;
	larger.sites = calloc(1UL << larger.shift, sizeof(*larger.sites));
	if (!larger.sites)
		return false;
	for (i = 0; census->sites && i < 1UL << census->shift; i++) {
		const struct census_site *old = &census->sites[i];

		if (old->site.file)
			*site_slot(&larger, old->site.kind, old->tag, old->site.cache) = *old;
	}
	free(census->sites);
	*census = larger;
	return true;
}

/* The site shows the latest of its objects. */
static void note_origin(struct udm_leak_site *site, const struct mem_origin *origin)
{
	if (!origin || origin->seq <= site->latest)
		return;
	site->latest = origin->seq;
	site->stack = origin->stack;
	site->pid = origin->pid;
	memcpy(site->comm, origin->comm, sizeof(site->comm));
}

static void count(struct udm_leak_snapshot *census, enum udm_leak_kind kind,
		  const struct alloc_tag *tag, const char *cache, size_t bytes,
		  const struct mem_origin *origin)
{
	struct census_site *slot;

	census->objects++;
	census->bytes += bytes;
	if (!census_grow(census))
		return;
	slot = site_slot(census, kind, tag, cache);
	if (!slot->site.file) {
		slot->tag = tag;
		slot->site.kind = kind;
		slot->site.cache = cache;
		slot->site.file = tag ? tag->file : UNKNOWN_SITE;
		slot->site.function = tag ? tag->function : UNKNOWN_SITE;
		slot->site.line = tag ? tag->line : 0;
		census->nr++;
	}
	slot->site.objects++;
	slot->site.bytes += bytes;
	note_origin(&slot->site, origin);
}

static void count_block(void *ctx, struct page *page)
{
	unsigned long word = READ_ONCE(page->memcg_data);
	const struct page_origin *origin = page_origin(page);

	if (!(word & OWNER_HIDDEN))
		count(ctx, UDM_LEAK_PAGES, owner_tag(word), "", PAGE_SIZE << owner_order(word),
		      origin ? &origin->alloc : NULL);
}

static void count_object(void *ctx, const struct kmem_cache *cache, const struct slab_entry *entry,
			 void *object)
{
	unsigned long word = READ_ONCE(entry->owner);

	if (!(word & OWNER_HIDDEN))
		count(ctx, UDM_LEAK_SLAB, owner_tag(word), cache->name, cache->object_size,
		      slab_origin_known(object));
}

static void count_area(void *ctx, const struct vmalloc_area *area)
{
	if (!area->hidden)
		count(ctx, UDM_LEAK_VMALLOC, area->tag, "",
		      area->vm.flags & VM_ALLOC ? get_vm_area_size(&area->vm) : 0, &area->origin);
}

static void take_census(struct udm_leak_snapshot *census)
{
	unsigned int i;

	memset(census, 0, sizeof(*census));
	for (i = 0; i < udm_nr_zones; i++)
		if (zone_present(&udm_zones[i]))
			zone_for_each_live_block(&udm_zones[i], count_block, census);
	cma_for_each_live_page(count_block, census);
	slab_for_each_live(count_object, census);
	vmalloc_for_each_area(count_area, census);
}

static void drop_census(struct udm_leak_snapshot *census)
{
	free(census->sites);
}

size_t udm_live_objects(void)
{
	struct udm_leak_snapshot census;

	take_census(&census);
	drop_census(&census);
	return census.objects;
}

size_t udm_live_bytes(void)
{
	struct udm_leak_snapshot census;

	take_census(&census);
	drop_census(&census);
	return census.bytes;
}

size_t udm_live_objects_of(const char *function)
{
	struct udm_leak_snapshot census;
	size_t i, objects = 0;

	take_census(&census);
	for (i = 0; census.sites && i < 1UL << census.shift; i++)
		if (census.sites[i].site.file && !strcmp(census.sites[i].site.function, function))
			objects += census.sites[i].site.objects;
	drop_census(&census);
	return objects;
}

struct udm_leak_snapshot *udm_leak_snapshot(void)
{
	struct udm_leak_snapshot *snapshot = malloc(sizeof(*snapshot));

	if (snapshot)
		take_census(snapshot);
	return snapshot;
}

void udm_leak_snapshot_free(struct udm_leak_snapshot *snapshot)
{
	if (snapshot)
		drop_census(snapshot);
	free(snapshot);
}

/* Reduces the site to what it has in addition to @before; false if that is nothing. */
static bool site_excess(const struct udm_leak_snapshot *before, struct census_site *now)
{
	const struct census_site *old = site_slot(before, now->site.kind, now->tag,
						  now->site.cache);

	if (!old || !old->site.file)
		return true;
	if (now->site.objects <= old->site.objects)
		return false;
	now->site.objects -= old->site.objects;
	now->site.bytes -= min(old->site.bytes, now->site.bytes);
	return true;
}

/* The sites with an excess, in order. */
static size_t keep_excess(const struct udm_leak_snapshot *before, struct udm_leak_snapshot *now,
			  struct udm_leak_site *sites)
{
	size_t i, nr = 0;

	for (i = 0; now->sites && i < 1UL << now->shift; i++)
		if (now->sites[i].site.file && site_excess(before, &now->sites[i]))
			sites[nr++] = now->sites[i].site;
	qsort(sites, nr, sizeof(*sites), compare_sites);
	return nr;
}

size_t udm_leak_since(const struct udm_leak_snapshot *before,
		      void (*fn)(void *ctx, const struct udm_leak_site *site), void *ctx)
{
	struct udm_leak_snapshot now;
	struct udm_leak_site *sites;
	size_t i, nr, objects = 0;

	take_census(&now);
	sites = calloc(now.nr + 1, sizeof(*sites));
	nr = sites ? keep_excess(before, &now, sites) : 0;
	for (i = 0; i < nr; i++) {
		objects += sites[i].objects;
		if (fn)
			fn(ctx, &sites[i]);
	}
	free(sites);
	drop_census(&now);
	return objects;
}

static void report_site(void *ctx, const struct udm_leak_site *site)
{
	static const char * const kinds[] = {
		[UDM_LEAK_SLAB] = "object",
		[UDM_LEAK_PAGES] = "page block",
		[UDM_LEAK_VMALLOC] = "vmalloc area",
	};

	pr_err("leak: %zu %s%s%s%s, %zu bytes, allocated at %s:%u %s()\n", site->objects,
	       kinds[site->kind], site->objects == 1 ? "" : "s", *site->cache ? " of " : "",
	       site->cache, site->bytes, site->file, site->line, site->function);
	if (!site->latest)
		return;
	pr_err("leak: the latest of them by %s/%d:\n", site->comm, site->pid);
	stack_depot_print(site->stack);
}

static struct udm_leak_teller *tellers;

void udm_leak_teller_add(struct udm_leak_teller *teller)
{
	teller->next = tellers;
	tellers = teller;
}

void udm_leak_teller_remove(struct udm_leak_teller *teller)
{
	struct udm_leak_teller **at = &tellers;

	while (*at && *at != teller)
		at = &(*at)->next;
	if (*at)
		*at = teller->next;
}

size_t udm_leak_report(void)
{
	const struct udm_leak_snapshot nothing = { .sites = NULL };

	for (const struct udm_leak_teller *teller = tellers; teller; teller = teller->next)
		teller->tell();
	return udm_leak_since(&nothing, report_site, NULL);
}
