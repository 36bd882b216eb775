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
#include <sys/mman.h>

#include <linux/log2.h>
#include <linux/memblock.h>
#include <linux/minmax.h>

#include "slab.h"

static LIST_HEAD(tracks);
static struct mem_lock tracks_lock;
static size_t words_bytes;

struct slab_map slab_map __read_mostly;

/* Slots are at least as far apart as the shift says, so no two share an entry. */
static unsigned int slot_shift(size_t slot)
{
	return min_t(unsigned int, ilog2(slot), PAGE_SHIFT);
}

static struct slab_track *new_track(struct page *page, size_t slot)
{
	unsigned int nr = PAGE_SIZE >> slot_shift(slot);
	size_t bytes = sizeof(struct slab_track) + nr * sizeof(struct slab_entry);
	struct slab_track *track = aligned_alloc(64, round_up(bytes, 64));

	if (!track)
		return NULL;
	memset(track, 0, bytes);
	track->page = page;
	track->slot = slot;
	track->nr = nr;
	return track;
}

static void set_word(struct page *page, unsigned long word)
{
	/* Pairs with the load in slab_word(): the track is complete. */
	smp_store_release(&slab_map.words[page_to_pfn(page)], word);
}

static void drop_track(struct page *page)
{
	struct slab_track *track = page_track(page);

	if (!track)
		return;
	list_del(&track->link);
	set_word(page, 0);
	free(track->origins);
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
	set_word(page, (unsigned long)track | slot_shift(slot));
	return track;
}

/* What a page knows that holds a piece of such an object: nothing that is out of date. */
static bool piece_is_known(const struct page *page, size_t slot)
{
	const struct slab_track *track = page_track(page);

	return udm_page_has_type(page, PGTY_slab) && (!track || track->slot == slot);
}

/* Every page that the object covers is slab memory, whether others start in it or not. */
static void mark_pieces(struct page *page, const struct page *last, size_t slot)
{
	for (; page <= last; page++) {
		if (piece_is_known(page, slot))
			continue;
		if (page_track(page) && page_track(page)->slot != slot)
			drop_track(page);
		page_set_type(page, PGTY_slab);
	}
}

static noinline struct slab_track *track_create(struct page *page, const struct page *last,
						size_t slot)
{
	struct slab_track *track;

	mem_lock(&tracks_lock);
	track = replace_track(page, slot);
	if (track)
		mark_pieces(page, last, slot);
	mem_unlock(&tracks_lock);
	return track;
}

struct slab_entry *slab_track_object(void *object, const struct object_shape *shape)
{
	struct page *page = virt_to_page(object);
	const struct page *last = virt_to_page((char *)object + shape->size - 1);
	struct slab_track *track = page_track(page);

	if (!track || track->slot != shape->slot ||
	    (last > page && (last > page + 1 || !piece_is_known(last, shape->slot))))
		track = track_create(page, last, shape->slot);
	return track ? word_entry(slab_word(object), object) : NULL;
}

struct slab_origin *slab_origin(const void *object)
{
	unsigned long word = slab_word(object);
	struct slab_track *track = word_track(word);
	struct slab_origin *origins = smp_load_acquire(&track->origins);

	if (unlikely(!origins)) {
		mem_lock(&tracks_lock);
		origins = track->origins;
		if (!origins)
			origins = calloc(track->nr, sizeof(*origins));
		/* Pairs with the load above: the records read as zeroes. */
		smp_store_release(&track->origins, origins);
		mem_unlock(&tracks_lock);
	}
	return origins ? &origins[word_entry(word, object) - track->entries] : NULL;
}

const struct mem_origin *slab_origin_known(const void *object)
{
	unsigned long word = slab_word(object);
	const struct slab_track *track = word_track(word);
	struct slab_origin *origins = track ? smp_load_acquire(&track->origins) : NULL;

	return origins ? &origins[word_entry(word, object) - track->entries].alloc : NULL;
}

void slab_origin_print(const void *object)
{
	const struct slab_origin *origin;

	if (!slab_origin_known(object))
		return;
	origin = slab_origin(object);
	mem_origin_print("allocated", &origin->alloc);
	mem_origin_print("freed", &origin->free);
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

/* Where in its page the object of an entry that was ever used starts. */
static unsigned long entry_offset(const struct slab_entry *entry)
{
	return (READ_ONCE(entry->info) >> ENTRY_TOP_SHIFT) & ~PAGE_MASK & ~7UL;
}

static void walk_track(struct slab_track *track, slab_visit_fn *fn, void *ctx)
{
	char *start = page_address(track->page);
	unsigned int i;

	for (i = 0; i < track->nr; i++) {
		const struct slab_entry *entry = &track->entries[i];
		const struct kmem_cache *cache = slab_caches[entry_cache_id(entry)];

		if (entry_is_live(entry) && cache)
			fn(ctx, cache, entry, start + entry_offset(entry));
	}
}

void slab_for_each_live(slab_visit_fn *fn, void *ctx)
{
	struct slab_track *track;

	mem_lock(&tracks_lock);
	list_for_each_entry(track, &tracks, link)
		walk_track(track, fn, ctx);
	mem_unlock(&tracks_lock);
}

/* 0 or -ENOMEM. The words are touched on demand. */
int slab_tracks_boot(void)
{
	void *words;

	words_bytes = max_pfn * sizeof(*slab_map.words);
	words = mmap(NULL, words_bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (words == MAP_FAILED)
		return -ENOMEM;
	slab_map.base = udm_physmap.virt_base;
	slab_map.span = udm_physmap.span;
	slab_map.words = words;
	return 0;
}

void slab_tracks_shutdown(void)
{
	struct slab_track *track, *next;

	list_for_each_entry_safe(track, next, &tracks, link) {
		free(track->origins);
		free(track);
	}
	INIT_LIST_HEAD(&tracks);
	if (slab_map.words)
		munmap(slab_map.words, words_bytes);
	slab_map = (struct slab_map){ .span = 0 };
}

/* The last entry used for an object that starts at or before @offset, NULL if there is none. */
static struct slab_entry *entry_before(struct slab_track *track, unsigned long offset)
{
	unsigned int i = offset >> slot_shift(track->slot);

	do {
		if (track->entries[i].owner && entry_offset(&track->entries[i]) <= offset)
			return &track->entries[i];
	} while (i--);
	return NULL;
}

/*
 * The entry of the object that covers @address, live or not, and where that object
 * starts; NULL if there never was one. It may start in a page before.
 */
static struct slab_entry *entry_around(const void *address, const char **start)
{
	unsigned long offset = offset_in_page(address);
	const struct page *page;
	struct slab_track *track;
	struct slab_entry *entry;

	if (!virt_addr_valid(address))
		return NULL;
	for (page = virt_to_page(address); udm_page_has_type(page, PGTY_slab); page--) {
		track = page_track(page);
		entry = track ? entry_before(track, offset) : NULL;
		if (entry) {
			*start = (char *)page_address(page) + entry_offset(entry);
			return (char *)address < *start + track->slot ? entry : NULL;
		}
		offset = PAGE_SIZE - 1;
	}
	return NULL;
}

static const char *cache_name(const struct slab_entry *entry)
{
	const struct kmem_cache *cache = slab_caches[entry_cache_id(entry)];

	return cache ? cache->name : "a destroyed cache";
}

static void report_double_free(const void *object, const struct slab_entry *entry, unsigned long ip)
{
	const struct alloc_tag *tag = owner_tag(entry->owner);
	void *first = (void *)(entry->info & ENTRY_LOW_MASK);

	WARN(1, "double free of object at phys %#llx of %s: allocated at %s:%u %s(), freed by %pS, freed again by %pS\n",
	     __pa(object), cache_name(entry), tag ? tag->file : "?", tag ? tag->line : 0,
	     tag ? tag->function : "?", first, (void *)ip);
	slab_origin_print(object);
}

static void report_inner_pointer(const void *address, const char *start,
				 const struct slab_entry *entry, unsigned long ip)
{
	const struct alloc_tag *tag = owner_tag(entry->owner);

	WARN(1, "free by %pS of phys %#llx, which is inside of an object of %s%s, not its start: allocated at %s:%u %s()\n",
	     (void *)ip, __pa(address), cache_name(entry), entry_is_live(entry) ? "" : ", freed",
	     tag ? tag->file : "?", tag ? tag->line : 0, tag ? tag->function : "?");
	slab_origin_print(start);
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
	const char *start = NULL;
	const struct slab_entry *entry = entry_around(object, &start);

	if (!entry)
		WARN(1, "free by %pS of %px, which is %s\n", (void *)ip, object,
		     address_kind(object));
	else if (object == start)
		report_double_free(object, entry, ip);
	else
		report_inner_pointer(object, start, entry, ip);
}
