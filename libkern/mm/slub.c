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
	unsigned int nr, i;
	void **shelf;

	mem_lock(&cache->shelf_lock);
	shelf = cache->shelf;
	nr = cache->shelf_count;
	cache->shelf = NULL;
	cache->shelf_count = 0;
	cache->shelf_size = 0;
	mem_unlock(&cache->shelf_lock);
	for (i = 0; cache->debug && i < nr; i++)
		slab_debug_reuse(cache, shelf[i]);
	backend_give(cache, shelf, nr);
	free(shelf);
	return nr;
}

void slab_objects_give(struct kmem_cache *cache, void **objects, unsigned int nr)
{
	if (cache_has_shelf(cache))
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
	magazine = malloc(sizeof(*magazine) + limit * sizeof(magazine->items[0]));
	if (!magazine)
		return &no_magazine;
	magazine->count = 0;
	magazine->limit = limit;
	thread->magazines[nid][cache->id] = magazine;
	return magazine;
}

static __always_inline bool magazine_take(unsigned int cache_id, int nid,
					  struct magazine_item *item)
{
	struct thread_cache *thread = thread_cache_try_enter();
	struct magazine *magazine;
	bool any;

	if (unlikely(!thread))
		return false;
	magazine = thread->magazines[nid][cache_id];
	any = magazine->count;
	if (likely(any))
		*item = magazine->items[--magazine->count];
	thread_cache_leave(thread);
	return any;
}

static __always_inline bool magazine_put(unsigned int cache_id, int nid, struct magazine_item item)
{
	struct thread_cache *thread = thread_cache_try_enter();
	struct magazine *magazine;
	bool room;

	if (unlikely(!thread))
		return false;
	magazine = thread->magazines[nid][cache_id];
	room = magazine->count < magazine->limit;
	if (likely(room))
		magazine->items[magazine->count++] = item;
	thread_cache_leave(thread);
	return room;
}

static void items_give(struct kmem_cache *cache, const struct magazine_item *items,
		       unsigned int nr)
{
	void *objects[REFILL_MAX];
	unsigned int i;

	while (nr) {
		for (i = 0; i < nr && i < REFILL_MAX; i++)
			objects[i] = items[i].object;
		slab_objects_give(cache, objects, i);
		items += i;
		nr -= i;
	}
}

void magazine_flush(unsigned int cache_id, struct magazine *magazine)
{
	/* An id whose objects nobody has may be given to another cache meanwhile. */
	if (!magazine->count)
		return;
	items_give(slab_caches[cache_id], magazine->items, magazine->count);
	magazine->count = 0;
}

/* The older half of a full magazine, which is at the front; returns how many. */
static unsigned int magazine_halve(struct magazine *magazine, struct magazine_item *batch)
{
	unsigned int nr = magazine->count / 2;

	memcpy(batch, magazine->items, nr * sizeof(*batch));
	memmove(magazine->items, magazine->items + nr, (magazine->count - nr) * sizeof(*batch));
	magazine->count -= nr;
	return nr;
}

/* There is no room: the magazine is created, or half of it leaves, outside of the section. */
static noinline void magazine_overflow(struct kmem_cache *cache, int nid,
				       struct magazine_item item)
{
	struct thread_cache *thread = cache->magazine_limit ? thread_cache_enter() : NULL;
	struct magazine_item batch[MAGAZINE_MAX / 2];
	struct magazine *magazine;
	unsigned int nr = 0;

	if (thread) {
		magazine = thread->magazines[nid][cache->id];
		if (magazine == &no_magazine)
			magazine = magazine_create(thread, cache, nid);
		if (magazine->limit && magazine->count == magazine->limit)
			nr = magazine_halve(magazine, batch);
		if (magazine->count < magazine->limit) {
			magazine->items[magazine->count++] = item;
			item.object = NULL;
		}
		thread_cache_leave(thread);
	}
	items_give(cache, batch, nr);
	if (item.object)
		slab_objects_give(cache, &item.object, 1);
}

/* Objects that nobody used yet, for later. */
static void magazine_fill(struct kmem_cache *cache, int nid, const struct magazine_item *items,
			  unsigned int nr)
{
	while (nr--)
		if (!magazine_put(cache->id, nid, items[nr]))
			magazine_overflow(cache, nid, items[nr]);
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

/* Finds the entries of a batch and drops the objects without; returns how many are left. */
static unsigned int track_batch(struct kmem_cache *cache, void **batch, unsigned int nr,
				struct magazine_item *items)
{
	unsigned int i, kept = 0;

	for (i = 0; i < nr; i++) {
		struct slab_entry *entry = slab_track_object(batch[i], &cache->shape);

		if (entry)
			items[kept++] = (struct magazine_item){ batch[i], entry };
		else
			backend_give(cache, &batch[i], 1);
	}
	return kept;
}

/* Objects that somebody freed, which therefore have entries. */
static unsigned int shelf_batch(struct kmem_cache *cache, int nid, unsigned int want,
				struct magazine_item *items)
{
	void *batch[REFILL_MAX];
	unsigned int nr = shelf_take(cache, nid, batch, want), i;

	for (i = 0; i < nr; i++) {
		if (unlikely(cache->debug))
			slab_debug_reuse(cache, batch[i]);
		items[i] = (struct magazine_item){ batch[i], slab_entry_of(batch[i]) };
	}
	return nr;
}

/* One object for the caller, the rest of the batch for its magazine. */
static bool refill_once(struct kmem_cache *cache, gfp_t flags, int nid, struct magazine_item *item)
{
	unsigned int want = max(min(cache->magazine_limit / 2, REFILL_MAX), 1u);
	struct magazine_item items[REFILL_MAX];
	void *batch[REFILL_MAX];
	unsigned int nr = 0;

	if (cache_has_shelf(cache))
		nr = shelf_batch(cache, nid, want, items);
	if (!nr) {
		nr = zones_take(cache, flags, nid, batch, want);
		nr = track_batch(cache, batch, nr, items);
	}
	if (!nr)
		return false;
	*item = items[0];
	magazine_fill(cache, nid, items + 1, nr - 1);
	return true;
}

static noinline bool refill(struct kmem_cache *cache, gfp_t flags, int nid,
			    struct magazine_item *item)
{
	unsigned int attempt = 0;

	if (unlikely(flags & (__GFP_DMA32 | __GFP_HIGHMEM)))
		flags = fix_zone_flags(flags);
	WARN_ON_ONCE(cache->ctor && (flags & __GFP_ZERO));
	for (;;) {
		if (refill_once(cache, flags, nid, item))
			return true;
		mem_relieve_pressure();
		if (refill_once(cache, flags, nid, item))
			return true;
		if (!(flags & __GFP_NOFAIL))
			break;
		nofail_wait(flags, attempt++);
	}
	warn_alloc_failed(flags, get_order(cache->shape.slot));
	return false;
}

/* Accounts for the object and makes it what the flags ask for. */
static __always_inline void *object_begin(struct magazine_item item, unsigned int cache_id,
					  gfp_t flags, size_t size)
{
	WRITE_ONCE(item.entry->owner, (unsigned long)cache_id << ENTRY_TOP_SHIFT |
				      (unsigned long)udm_alloc_tag);
	WRITE_ONCE(item.entry->info, entry_live_key(item.object) | size);
	mem_unpoison(item.object, size);
	return unlikely(flags & __GFP_ZERO) ? memset(item.object, 0, size) : item.object;
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
static void *slab_alloc_allowed(struct kmem_cache *cache, gfp_t flags, int nid, size_t size,
				unsigned long ip)
{
	struct magazine_item item;

	nid = alloc_node(nid);
	if (!cache->magazine_limit || !magazine_take(cache->id, nid, &item))
		if (!refill(cache, flags, nid, &item))
			return NULL;
	if (unlikely(cache->debug))
		slab_debug_alloc(cache, item.object, flags, size, ip);
	return object_begin(item, cache->id, flags, size);
}

static noinline void *slab_alloc_slow(unsigned int cache_id, gfp_t flags, int nid, size_t size,
				      unsigned long ip)
{
	struct kmem_cache *cache = slab_caches[cache_id];

	if (slab_alloc_refused(cache, flags))
		return NULL;
	return slab_alloc_allowed(cache, flags, nid, size, ip);
}

/* The whole way when nothing is special; everything else is a tail call. */
static __always_inline void *slab_alloc(unsigned int cache_id, gfp_t flags, int nid, size_t size)
{
	unsigned long ip = (unsigned long)__builtin_return_address(0);
	struct thread_cache *thread;
	struct magazine *magazine;
	struct magazine_item item;

	if (!BACKEND_REUSE)
		return slab_alloc_slow(cache_id, flags, nid, size, ip);
	might_alloc(flags);
	thread = thread_cache_enter_fast();
	if (unlikely(!thread))
		return slab_alloc_slow(cache_id, flags, nid, size, ip);
	magazine = thread->home[cache_id];
	if (unlikely(!magazine->count)) {
		thread_cache_leave(thread);
		return slab_alloc_slow(cache_id, flags, nid, size, ip);
	}
	item = magazine->items[--magazine->count];
	thread_cache_leave(thread);
	return object_begin(item, cache_id, flags, size);
}

void *kmem_cache_alloc_noprof(struct kmem_cache *cache, gfp_t flags)
{
	return slab_alloc(cache->id, flags, NUMA_NO_NODE, cache->object_size);
}

void *kmem_cache_alloc_node_noprof(struct kmem_cache *cache, gfp_t flags, int node)
{
	return slab_alloc(cache->id, flags, node, cache->object_size);
}

int kmem_cache_alloc_bulk_noprof(struct kmem_cache *cache, gfp_t flags, size_t nr, void **objects)
{
	unsigned long ip = (unsigned long)__builtin_return_address(0);
	size_t got;

	if (!nr || slab_alloc_refused(cache, flags))
		return 0;
	for (got = 0; got < nr; got++) {
		objects[got] = slab_alloc_allowed(cache, flags, NUMA_NO_NODE, cache->object_size,
						  ip);
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
	if (unlikely(mem_debug))
		large_debug_alloc(page, size, flags);
	return page_address(page);
}

void *udm_kmalloc_bucket(unsigned int bucket, size_t size, gfp_t flags)
{
	return slab_alloc(kmalloc_cache_id(bucket, flags), flags, NUMA_NO_NODE, size);
}

void *kmalloc_node_noprof(size_t size, gfp_t flags, int node)
{
	if (unlikely(size > KMALLOC_MAX_CACHE_SIZE))
		return kmalloc_large(size, flags, node);
	if (unlikely(!size))
		return ZERO_SIZE_PTR;
	return slab_alloc(kmalloc_cache_id(udm_kmalloc_index(size), flags), flags, node, size);
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

/* Keeps the call site and the cache, notes who freed it. */
static __always_inline void object_end(void *object, struct slab_entry *entry, unsigned long ip)
{
	WRITE_ONCE(entry->info, (unsigned long)object << ENTRY_TOP_SHIFT | ip);
}

static void slab_free(void *object, struct slab_entry *entry, unsigned long ip)
{
	struct kmem_cache *cache = slab_caches[entry_cache_id(entry)];
	struct magazine_item item = { object, entry };
	int nid = page_to_nid(virt_to_page(object));

	if (unlikely(cache->debug))
		slab_debug_free(cache, object, ip);
	object_end(object, entry, ip);
	/* Late accesses to memory of a type-safe cache are legal. */
	if (!(cache->flags & SLAB_TYPESAFE_BY_RCU)) {
		mem_note_free(object, cache->object_size);
		mem_poison(object, cache->object_size);
	}
	if (unlikely(cache->debug & MEM_DEBUG_OBJECTS))
		slab_debug_give(cache, object);
	else if (!BACKEND_REUSE)
		slab_objects_give(cache, &object, 1);
	else if (!magazine_put(cache->id, nid, item))
		magazine_overflow(cache, nid, item);
}

/* The whole way when nothing is special, for an object of cache @id, or of any if that is 0. */
static __always_inline bool slab_free_fast(const void *object, unsigned int id, unsigned long ip)
{
	struct magazine *magazine = &no_magazine;
	struct thread_cache *thread;
	struct slab_entry *entry;
	bool room;

	if (!BACKEND_REUSE)
		return false;
	entry = slab_find_live(object);
	if (unlikely(!entry || (id && entry_cache_id(entry) != id)))
		return false;
	thread = thread_cache_enter_fast();
	if (unlikely(!thread))
		return false;
	magazine = thread->home[entry_cache_id(entry)];
	room = magazine->count < magazine->limit;
	if (likely(room)) {
		object_end((void *)object, entry, ip);
		magazine->items[magazine->count++] = (struct magazine_item){
			(void *)object, entry,
		};
	}
	thread_cache_leave(thread);
	return room;
}

static noinline void free_large(struct page *page, const void *object, unsigned long ip)
{
	if (WARN(page_address(page) != object, "free by %pS of %px, which is inside of a large kmalloc area\n",
		 (void *)ip, object))
		return;
	if (unlikely(mem_debug))
		large_debug_free(page);
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

/* The object goes back to where it is from, whatever the caller thinks. */
static __cold noinline void report_wrong_cache(const struct kmem_cache *cache,
					       const struct slab_entry *entry)
{
	WARN(1, "kmem_cache_free: Wrong slab cache. %s but object is from %s\n", cache->name,
	     slab_caches[entry_cache_id(entry)]->name);
}

static noinline void slab_free_slow(const struct kmem_cache *cache, const void *object,
				    unsigned long ip)
{
	struct slab_entry *entry;

	if (ZERO_OR_NULL_PTR(object))
		return;
	entry = slab_find_live(object);
	if (!entry) {
		free_other(object, ip);
		return;
	}
	if (cache && entry_cache_id(entry) != cache->id)
		report_wrong_cache(cache, entry);
	slab_free((void *)object, entry, ip);
}

void kfree(const void *object)
{
	unsigned long ip = (unsigned long)__builtin_return_address(0);

	if (unlikely(!slab_free_fast(object, 0, ip)))
		slab_free_slow(NULL, object, ip);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	unsigned long ip = (unsigned long)__builtin_return_address(0);

	if (unlikely(!slab_free_fast(object, cache->id, ip)))
		slab_free_slow(cache, object, ip);
}

void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **objects)
{
	unsigned long ip = (unsigned long)__builtin_return_address(0);
	unsigned int id = cache ? cache->id : 0;

	while (nr--)
		if (!slab_free_fast(objects[nr], id, ip))
			slab_free_slow(cache, objects[nr], ip);
}
