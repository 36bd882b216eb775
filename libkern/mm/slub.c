// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocating and freeing objects (mm/slub.c).
 *
 * A kmem_cache takes its objects from, in this order: the calling thread's
 * magazine for the cache and node, the cache's shelf if it is typed, the
 * backend's zones. Freed objects go the same way back. Each allocation and free
 * also updates the object's entry in its page's track (slab.h), which is what
 * finds double and foreign frees and leaks.
 *
 * kmalloc() of up to 8 KiB uses the caches of slab_common.c; above that a
 * compound page of type PGTY_large_kmalloc, with a reference count of 0.
 */
#include <stdlib.h>

#include <linux/fault-inject.h>
#include <linux/minmax.h>
#include <linux/sched/mm.h>
#include <linux/string.h>

#include "fault.h"
#include "kmalloc.h"
#include "page_alloc.h"
#include "slab.h"

#define REFILL_MAX 32

struct kmem_cache *slab_caches[SLAB_CACHES_MAX];

/* --- Going down: where objects come from and go to ------------------------------- */

static void backend_give(struct kmem_cache *cache, void **objects, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		backend_objects_free(page_zone(virt_to_page(objects[i])), &cache->shape,
				     &objects[i], 1);
}

/* False if the host has no memory to remember it: then the backend gets the object. */
static bool shelf_grow(struct kmem_cache *cache, unsigned int nr)
{
	unsigned int size = max(cache->shelf_size * 2, cache->shelf_count + nr);
	void **shelf;

	if (cache->shelf_count + nr <= cache->shelf_size)
		return true;
	shelf = realloc(cache->shelf, size * sizeof(*shelf));
	if (!shelf)
		return false;
	cache->shelf = shelf;
	cache->shelf_size = size;
	return true;
}

static void shelf_give(struct kmem_cache *cache, void **objects, unsigned int nr)
{
	bool room;

	mem_lock(&cache->shelf_lock);
	room = shelf_grow(cache, nr);
	if (room) {
		memcpy(cache->shelf + cache->shelf_count, objects, nr * sizeof(*objects));
		cache->shelf_count += nr;
	}
	mem_unlock(&cache->shelf_lock);
	/* A lost object keeps its type for ever, which is all that is promised. */
	if (!room && !(cache->flags & SLAB_TYPESAFE_BY_RCU))
		backend_give(cache, objects, nr);
}

static unsigned int shelf_take(struct kmem_cache *cache, int nid, void **objects, unsigned int nr)
{
	unsigned int got = 0, i;

	mem_lock(&cache->shelf_lock);
	for (i = cache->shelf_count; i-- > 0 && got < nr;) {
		void *object = cache->shelf[i];

		if (page_to_nid(virt_to_page(object)) != nid)
			continue;
		cache->shelf[i] = cache->shelf[--cache->shelf_count];
		objects[got++] = object;
	}
	mem_unlock(&cache->shelf_lock);
	return got;
}

/* Everything on the shelf goes back to the backend; returns how many objects. */
unsigned int slab_shelf_empty(struct kmem_cache *cache)
{
	unsigned int nr;
	void **shelf;

	mem_lock(&cache->shelf_lock);
	shelf = cache->shelf;
	nr = cache->shelf_count;
	cache->shelf = NULL;
	cache->shelf_count = 0;
	cache->shelf_size = 0;
	mem_unlock(&cache->shelf_lock);
	backend_give(cache, shelf, nr);
	free(shelf);
	return nr;
}

static void objects_give(struct kmem_cache *cache, void **objects, unsigned int nr)
{
	if (cache_is_typed(cache))
		shelf_give(cache, objects, nr);
	else
		backend_give(cache, objects, nr);
}

static void construct(struct kmem_cache *cache, void **objects, unsigned int nr)
{
	unsigned int i;

	for (i = 0; cache->ctor && i < nr; i++) {
		mem_unpoison(objects[i], cache->object_size);
		cache->ctor(objects[i]);
	}
}

/* A whole batch from the preferred node, or a single object from another one. */
static unsigned int zones_take(struct kmem_cache *cache, gfp_t flags, int nid, void **objects,
			       unsigned int nr)
{
	struct zone *zones[NR_ZONES];
	gfp_t where = cache->zone_flags | (flags & __GFP_THISNODE);
	unsigned int nr_zones = zonelist_fill(zones, where, nid, NULL);
	unsigned int got = 0, i;

	for (i = 0; i < nr_zones && !got; i++)
		got = backend_objects_alloc(zones[i], &cache->shape, objects,
					    zones[i]->node == nid ? nr : 1);
	construct(cache, objects, got);
	return got;
}

/* --- Magazines ------------------------------------------------------------------------ */

/* A table of empty places, for one node. */
static struct magazine **magazines_create(void)
{
	struct magazine **table = malloc(SLAB_CACHES_MAX * sizeof(*table));

	if (table)
		memcpy(table, no_magazines, SLAB_CACHES_MAX * sizeof(*table));
	return table;
}

/* Inside the thread's cache section: uses libc's heap only. */
static struct magazine *magazine_create(struct thread_cache *thread,
					const struct kmem_cache *cache, int nid)
{
	unsigned int limit = cache->magazine_limit;
	struct magazine *magazine;

	if (thread->magazines[nid] == no_magazines) {
		struct magazine **table = magazines_create();

		if (!table)
			return &no_magazine;
		thread->magazines[nid] = table;
	}
	magazine = malloc(sizeof(*magazine) + limit * sizeof(magazine->objects[0]));
	if (!magazine)
		return &no_magazine;
	magazine->count = 0;
	magazine->limit = limit;
	thread->magazines[nid][cache->id] = magazine;
	return magazine;
}

static __always_inline void *magazine_take(unsigned int cache_id, int nid)
{
	struct thread_cache *thread = thread_cache_try_enter();
	struct magazine *magazine;
	void *object = NULL;

	if (unlikely(!thread))
		return NULL;
	magazine = thread->magazines[nid][cache_id];
	if (likely(magazine->count))
		object = magazine->objects[--magazine->count];
	thread_cache_leave(thread);
	return object;
}

static __always_inline bool magazine_put(unsigned int cache_id, int nid, void *object)
{
	struct thread_cache *thread = thread_cache_try_enter();
	struct magazine *magazine;
	bool room;

	if (unlikely(!thread))
		return false;
	magazine = thread->magazines[nid][cache_id];
	room = magazine->count < magazine->limit;
	if (likely(room))
		magazine->objects[magazine->count++] = object;
	thread_cache_leave(thread);
	return room;
}

void magazine_flush(unsigned int cache_id, struct magazine *magazine)
{
	if (!magazine->count)
		return;
	objects_give(slab_caches[cache_id], magazine->objects, magazine->count);
	magazine->count = 0;
}

/* The older half of a full magazine, which is at the front; returns how many. */
static unsigned int magazine_halve(struct magazine *magazine, void **batch)
{
	unsigned int nr = magazine->count / 2;

	memcpy(batch, magazine->objects, nr * sizeof(*batch));
	memmove(magazine->objects, magazine->objects + nr,
		(magazine->count - nr) * sizeof(*batch));
	magazine->count -= nr;
	return nr;
}

/* There is no room: the magazine is created, or half of it leaves, outside of the section. */
static noinline void magazine_overflow(struct kmem_cache *cache, int nid, void *object)
{
	struct thread_cache *thread = cache->magazine_limit ? thread_cache_enter() : NULL;
	void *batch[REFILL_MAX + 1];
	struct magazine *magazine;
	unsigned int nr = 0;

	if (thread) {
		magazine = thread->magazines[nid][cache->id];
		if (magazine == &no_magazine)
			magazine = magazine_create(thread, cache, nid);
		if (magazine->limit && magazine->count == magazine->limit)
			nr = magazine_halve(magazine, batch);
		if (magazine->count < magazine->limit) {
			magazine->objects[magazine->count++] = object;
			object = NULL;
		}
		thread_cache_leave(thread);
	}
	if (object)
		batch[nr++] = object;
	if (nr)
		objects_give(cache, batch, nr);
}

/* Objects that nobody used yet, for later. */
static void magazine_fill(struct kmem_cache *cache, int nid, void **objects, unsigned int nr)
{
	while (nr--)
		if (!magazine_put(cache->id, nid, objects[nr]))
			magazine_overflow(cache, nid, objects[nr]);
}

/* --- Allocation ------------------------------------------------------------------------- */

static noinline gfp_t fix_zone_flags(gfp_t flags)
{
	gfp_t bad = flags & (__GFP_DMA32 | __GFP_HIGHMEM);
	gfp_t fixed = flags & ~bad;

	pr_warn("Unexpected gfp: %#x (%pGg). Fixing up to gfp: %#x (%pGg). Fix your code!\n",
		bad, &bad, fixed, &fixed);
	dump_stack();
	return fixed;
}

/* Drops the objects of a batch for which there is no track; returns how many are left. */
static unsigned int track_batch(struct kmem_cache *cache, void **batch, unsigned int nr)
{
	unsigned int i, kept = 0;

	for (i = 0; i < nr; i++) {
		const struct slab_track *track = page_track(virt_to_page(batch[i]));

		if (!track || track->slot != cache->shape.slot)
			track = slab_track_create(batch[i], &cache->shape);
		if (track)
			batch[kept++] = batch[i];
		else
			objects_give(cache, &batch[i], 1);
	}
	return kept;
}

/* One object for the caller, the rest of the batch for its magazine. */
static void *refill_once(struct kmem_cache *cache, gfp_t flags, int nid)
{
	unsigned int want = max(min(cache->magazine_limit / 2, REFILL_MAX), 1u);
	void *batch[REFILL_MAX];
	unsigned int nr = 0;

	if (cache_is_typed(cache))
		nr = shelf_take(cache, nid, batch, want);
	if (!nr)
		nr = zones_take(cache, flags, nid, batch, want);
	nr = track_batch(cache, batch, nr);
	if (nr > 1)
		magazine_fill(cache, nid, batch + 1, nr - 1);
	return nr ? batch[0] : NULL;
}

static noinline void *alloc_slow(struct kmem_cache *cache, gfp_t flags, int nid)
{
	unsigned int attempt = 0;
	void *object;

	if (unlikely(flags & (__GFP_DMA32 | __GFP_HIGHMEM)))
		flags = fix_zone_flags(flags);
	WARN_ON_ONCE(cache->ctor && (flags & __GFP_ZERO));
	for (;;) {
		object = refill_once(cache, flags, nid);
		if (object)
			return object;
		mem_relieve_pressure();
		object = refill_once(cache, flags, nid);
		if (object || !(flags & __GFP_NOFAIL))
			break;
		nofail_wait(flags, attempt++);
	}
	if (!object)
		warn_alloc_failed(flags, get_order(cache->shape.slot));
	return object;
}

/* Accounts for the object, whose track exists, and makes it what the flags ask for. */
static __always_inline void *object_begin(const struct kmem_cache *cache, void *object, gfp_t flags,
					  size_t size)
{
	struct slab_entry *entry = track_entry(page_track(virt_to_page(object)), object);

	WRITE_ONCE(entry->owner, (unsigned long)entry_key(object) << 48 |
				 (unsigned long)udm_alloc_tag);
	WRITE_ONCE(entry->info, (unsigned long)cache->id << ENTRY_ID_SHIFT | size);
	mem_unpoison(object, size);
	return flags & __GFP_ZERO ? memset(object, 0, size) : object;
}

static __always_inline int alloc_node(int nid)
{
	if (likely(udm_physmap.nodes == 1))
		return 0;
	return nid == NUMA_NO_NODE ? numa_mem_id() : nid;
}

static bool slab_alloc_refused(struct kmem_cache *cache, gfp_t flags)
{
	might_alloc(flags);
	return unlikely(fault_slab_armed()) && should_failslab(cache, flags);
}

/* Without asking whether the allocation shall fail. */
static void *slab_alloc_allowed(struct kmem_cache *cache, gfp_t flags, int nid, size_t size)
{
	void *object = NULL;

	nid = alloc_node(nid);
	if (BACKEND_REUSE)
		object = magazine_take(cache->id, nid);
	if (!object)
		object = alloc_slow(cache, flags, nid);
	return object ? object_begin(cache, object, flags, size) : NULL;
}

static noinline void *slab_alloc_slow(struct kmem_cache *cache, gfp_t flags, int nid, size_t size)
{
	if (slab_alloc_refused(cache, flags))
		return NULL;
	return slab_alloc_allowed(cache, flags, nid, size);
}

/* The whole way when nothing is special; everything else is a tail call. */
static __always_inline void *slab_alloc(struct kmem_cache *cache, gfp_t flags, int nid,
					size_t size)
{
	void *object;

	if (!BACKEND_REUSE || unlikely(fault_slab_armed() || udm_physmap.nodes > 1))
		return slab_alloc_slow(cache, flags, nid, size);
	might_alloc(flags);
	object = magazine_take(cache->id, 0);
	if (unlikely(!object))
		return slab_alloc_slow(cache, flags, nid, size);
	return object_begin(cache, object, flags, size);
}

void *kmem_cache_alloc_noprof(struct kmem_cache *cache, gfp_t flags)
{
	return slab_alloc(cache, flags, NUMA_NO_NODE, cache->object_size);
}

void *kmem_cache_alloc_node_noprof(struct kmem_cache *cache, gfp_t flags, int node)
{
	return slab_alloc(cache, flags, node, cache->object_size);
}

int kmem_cache_alloc_bulk_noprof(struct kmem_cache *cache, gfp_t flags, size_t nr, void **objects)
{
	size_t got;

	if (!nr || slab_alloc_refused(cache, flags))
		return 0;
	for (got = 0; got < nr; got++) {
		objects[got] = slab_alloc_allowed(cache, flags, NUMA_NO_NODE, cache->object_size);
		if (!objects[got])
			break;
	}
	if (got == nr)
		return nr;
	kmem_cache_free_bulk(cache, got, objects);
	return 0;
}

static noinline void *kmalloc_large(size_t size, gfp_t flags, int nid)
{
	unsigned int order = get_order(size);
	struct page *page;

	if (unlikely(flags & (__GFP_DMA32 | __GFP_HIGHMEM)))
		flags = fix_zone_flags(flags);
	page = alloc_frozen_pages(flags | __GFP_COMP, order, alloc_node(nid), NULL);
	if (!page)
		return NULL;
	page_set_type(page, PGTY_large_kmalloc);
	return page_address(page);
}

void *udm_kmalloc_bucket(unsigned int bucket, size_t size, gfp_t flags)
{
	return slab_alloc(kmalloc_caches[!!(flags & __GFP_DMA)][bucket], flags, NUMA_NO_NODE, size);
}

void *kmalloc_node_noprof(size_t size, gfp_t flags, int node)
{
	if (unlikely(size > KMALLOC_MAX_CACHE_SIZE))
		return kmalloc_large(size, flags, node);
	if (unlikely(!size))
		return ZERO_SIZE_PTR;
	return slab_alloc(kmalloc_cache(size, flags), flags, node, size);
}

void *__kmalloc_noprof(size_t size, gfp_t flags)
{
	return kmalloc_node_noprof(size, flags, NUMA_NO_NODE);
}

void *kmalloc_node_track_caller_noprof(size_t size, gfp_t flags, int node)
{
	return kmalloc_node_noprof(size, flags, node);
}

/* --- Freeing ------------------------------------------------------------------------------ */

/*
 * Keeps the call site and the cache, notes who freed it. Late accesses to memory
 * of a type-safe cache are legal, so it is not poisoned.
 */
static __always_inline void object_end(void *object, struct slab_entry *entry, unsigned long ip)
{
	unsigned long info = entry->info;

	WRITE_ONCE(entry->owner, entry->owner & ~OWNER_LIVE);
	WRITE_ONCE(entry->info, (info & ~ENTRY_INFO_MASK) | ip);
#ifdef MEM_ASAN
	if (!(slab_caches[info >> ENTRY_ID_SHIFT]->flags & SLAB_TYPESAFE_BY_RCU))
		mem_poison(object, slab_caches[info >> ENTRY_ID_SHIFT]->object_size);
#endif
}

static noinline void slab_free_slow(void *object, unsigned int id)
{
	struct kmem_cache *cache = slab_caches[id];
	int nid = page_to_nid(virt_to_page(object));

	if (!BACKEND_REUSE)
		objects_give(cache, &object, 1);
	else if (udm_physmap.nodes == 1 || !magazine_put(id, nid, object))
		magazine_overflow(cache, nid, object);
}

static __always_inline void slab_free(void *object, struct slab_entry *entry, unsigned long ip)
{
	unsigned int id = entry_cache_id(entry);

	object_end(object, entry, ip);
	if (!BACKEND_REUSE || unlikely(udm_physmap.nodes > 1) ||
	    unlikely(!magazine_put(id, 0, object)))
		slab_free_slow(object, id);
}

static noinline void free_large(struct page *page, const void *object, unsigned long ip)
{
	if (WARN(page_address(page) != object, "free by %pS of %px, which is inside of a large kmalloc area\n",
		 (void *)ip, object))
		return;
	page_clear_type(page);
	free_frozen_pages(page, compound_order(page));
}

/* Not a live slab object: large kmalloc memory, or a mistake of the caller. */
static noinline void free_other(const void *object, unsigned long ip)
{
	struct page *page;

	if (virt_addr_valid(object)) {
		page = compound_head(virt_to_page(object));
		if (udm_page_has_type(page, PGTY_large_kmalloc)) {
			free_large(page, object, ip);
			return;
		}
	}
	slab_report_bad_free(object, ip);
}

void kfree(const void *object)
{
	unsigned long ip = (unsigned long)__builtin_return_address(0);
	struct slab_entry *entry;

	if (unlikely(ZERO_OR_NULL_PTR(object)))
		return;
	entry = slab_find_live(object);
	if (unlikely(!entry)) {
		free_other(object, ip);
		return;
	}
	slab_free((void *)object, entry, ip);
}

/* The object goes back to where it is from, whatever the caller thinks. */
static __cold noinline void report_wrong_cache(const struct kmem_cache *cache,
					       const struct slab_entry *entry)
{
	WARN(1, "kmem_cache_free: Wrong slab cache. %s but object is from %s\n", cache->name,
	     slab_caches[entry_cache_id(entry)]->name);
}

static __always_inline void cache_free(struct kmem_cache *cache, void *object, unsigned long ip)
{
	struct slab_entry *entry = slab_find_live(object);

	if (unlikely(!entry)) {
		free_other(object, ip);
		return;
	}
	if (unlikely(cache && entry_cache_id(entry) != cache->id))
		report_wrong_cache(cache, entry);
	slab_free(object, entry, ip);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	cache_free(cache, object, (unsigned long)__builtin_return_address(0));
}

void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **objects)
{
	unsigned long ip = (unsigned long)__builtin_return_address(0);

	while (nr--)
		if (!ZERO_OR_NULL_PTR(objects[nr]))
			cache_free(cache, objects[nr], ip);
}
