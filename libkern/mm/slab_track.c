// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which objects are live and who allocated them.
 *
 * Entries are written without a lock by whoever allocates or frees the object;
 * two threads only touch the same entry when one frees what the other still
 * uses. Creating and dropping tracks, and walking over all of them, is
 * serialised by one lock. Tracks live in libc's heap, outside emulated RAM.
 */
#include <stdlib.h>

#include "slab.h"

static LIST_HEAD(tracks);
static struct mem_lock tracks_lock;

static struct slab_track *new_track(struct page *page, size_t slot)
{
	unsigned int nr = slot < PAGE_SIZE ? PAGE_SIZE / slot + 1 : 1;
	struct slab_track *track = calloc(1, sizeof(*track) + nr * sizeof(track->entries[0]));

	if (!track)
		return NULL;
	track->page = page;
	track->slot = slot;
	track->reciprocal = (1ULL << 32) / slot + 1;
	track->nr = nr;
	return track;
}

static void drop_track(struct page *page)
{
	struct slab_track *track = page_track(page);

	if (!track)
		return;
	list_del(&track->link);
	page->mapping = NULL;
	free(track);
}

/* A slab extent may have been used for another class before; its objects are all gone. */
static struct slab_track *replace_track(struct page *page, size_t slot)
{
	struct slab_track *track = page_track(page);

	if (track && track->slot == slot)
		return track;
	track = new_track(page, slot);
	if (!track)
		return NULL;
	drop_track(page);
	list_add(&track->link, &tracks);
	/* Pairs with the load in page_track(): the track is complete. */
	smp_store_release(&page->mapping, (struct address_space *)track);
	return track;
}

/* Every page that the object covers is slab memory, whether others start in it or not. */
static void mark_slab(void *object, size_t size)
{
	struct page *page = virt_to_page(object);
	struct page *last = virt_to_page((char *)object + size - 1);

	for (; page <= last; page++)
		if (!udm_page_has_type(page, PGTY_slab))
			page_set_type(page, PGTY_slab);
}

struct slab_track *slab_track_create(void *object, const struct object_shape *shape)
{
	struct page *page = virt_to_page(object);
	struct slab_track *track;

	mem_lock(&tracks_lock);
	track = replace_track(page, shape->slot);
	if (track)
		mark_slab(object, shape->size);
	mem_unlock(&tracks_lock);
	return track;
}

void slab_hide_owner(const void *object)
{
	struct slab_entry *entry = slab_find_live(object);

	if (entry)
		WRITE_ONCE(entry->owner, entry->owner | OWNER_HIDDEN);
	else if (virt_addr_valid(object) && PageLargeKmalloc(virt_to_page(object)))
		page_hide_owner(virt_to_page(object));
}

void slab_page_forget(struct page *page)
{
	if (!udm_page_has_type(page, PGTY_slab))
		return;
	mem_lock(&tracks_lock);
	drop_track(page);
	mem_unlock(&tracks_lock);
	page_clear_type(page);
}

void slab_block_forget(struct page *page, unsigned int order)
{
	struct page *end = page + (1UL << order);

	for (; page < end; page++)
		slab_page_forget(page);
}

static void walk_track(struct slab_track *track,
		       void (*fn)(void *ctx, const struct kmem_cache *cache,
				  const struct slab_entry *entry), void *ctx)
{
	unsigned int i;

	for (i = 0; i < track->nr; i++) {
		const struct slab_entry *entry = &track->entries[i];
		const struct kmem_cache *cache = slab_caches[entry_cache_id(entry)];

		if (entry_is_live(entry) && cache)
			fn(ctx, cache, entry);
	}
}

void slab_for_each_live(void (*fn)(void *ctx, const struct kmem_cache *cache,
				   const struct slab_entry *entry), void *ctx)
{
	struct slab_track *track;

	mem_lock(&tracks_lock);
	list_for_each_entry(track, &tracks, link)
		walk_track(track, fn, ctx);
	mem_unlock(&tracks_lock);
}

void slab_tracks_shutdown(void)
{
	struct slab_track *track, *next;

	list_for_each_entry_safe(track, next, &tracks, link)
		free(track);
	INIT_LIST_HEAD(&tracks);
}

/* The entry that covers @object, live or not; NULL if it is not slab memory. */
static struct slab_entry *entry_around(const void *object)
{
	struct page *page;

	if (!virt_addr_valid(object))
		return NULL;
	page = virt_to_page(object);
	if (!udm_page_has_type(page, PGTY_slab) || !page_track(page))
		return NULL;
	return track_entry(page_track(page), object);
}

static const char *cache_name(const struct slab_entry *entry)
{
	const struct kmem_cache *cache = slab_caches[entry_cache_id(entry)];

	return cache ? cache->name : "a destroyed cache";
}

static void report_double_free(const void *object, const struct slab_entry *entry, unsigned long ip)
{
	const struct alloc_tag *tag = owner_tag(entry->owner);
	void *first = (void *)(entry->info & ENTRY_INFO_MASK);

	WARN(1, "double free of object at phys %#llx of %s: allocated at %s:%u %s(), freed by %pS, freed again by %pS\n",
	     __pa(object), cache_name(entry), tag ? tag->file : "?", tag ? tag->line : 0,
	     tag ? tag->function : "?", first, (void *)ip);
}

static void report_inner_pointer(const void *object, const struct slab_entry *entry,
				 unsigned long ip)
{
	const struct alloc_tag *tag = owner_tag(entry->owner);

	WARN(1, "free by %pS of phys %#llx, which is inside of an object of %s, not its start: allocated at %s:%u %s()\n",
	     (void *)ip, __pa(object), cache_name(entry), tag ? tag->file : "?",
	     tag ? tag->line : 0, tag ? tag->function : "?");
}

static const char *address_kind(const void *object)
{
	if (is_vmalloc_addr(object))
		return "a vmalloc address";
	if (!virt_addr_valid(object))
		return "not kernel memory";
	if (udm_page_has_type(virt_to_page(object), PGTY_slab))
		return "slab memory without an object";
	return "a page that is not slab memory";
}

void slab_report_bad_free(const void *object, unsigned long ip)
{
	const struct slab_entry *entry = entry_around(object);
	unsigned long offset = offset_in_page(object) >> 3;

	if (entry && entry->owner && ((entry->owner >> 48) & 0x1ff) == offset)
		report_double_free(object, entry, ip);
	else if (entry && entry_is_live(entry))
		report_inner_pointer(object, entry, ip);
	else
		WARN(1, "free by %pS of %px, which is %s\n", (void *)ip, object,
		     address_kind(object));
}
