// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects under memory debugging: patterns, quarantine, origins.
 *
 * Around an object of a cache with red zones lie shape.front and shape.rear bytes,
 * SLUB_RED_ACTIVE while it is live and SLUB_RED_INACTIVE after; what the bucket has
 * more than was asked for is red too. A freed object is POISON_FREE up to its last
 * byte, POISON_END, unless late readers are allowed or its constructed state must
 * survive. Freed objects wait in the quarantine, oldest first, then on the cache's
 * shelf; they are looked at when they leave either.
 *
 * The quarantine is one ring in libc's heap behind one lock, which is never held
 * while something is reported.
 */
#include <stdlib.h>

#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/minmax.h>
#include <linux/poison.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "mem_debug.h"
#include "slab.h"
#include "valgrind.h"

#define QUARANTINE_BYTES SZ_4M
#define QUARANTINE_FRACTION 64
#define RELEASE_BATCH 32
/* How far from an object memcheck looks for it when it names an address. */
#define VALGRIND_RED_ZONE 16

/* The second pool's handle: see chunk_add(). */
static char bare_chunks;

static struct quarantine {
	struct mem_lock lock;
	void **ring;			/* of the objects; a power of two long */
	unsigned int head;
	unsigned int count;
	unsigned int size;
	size_t bytes;
	size_t limit;
} quarantine;

/* --- What is known of an object ------------------------------------------------ */

static struct slab_origin *origin_of(const struct kmem_cache *cache, const void *object)
{
	return cache->debug & UDM_DEBUG_STACKS ? slab_origin(object) : NULL;
}

static bool poisoned_when_free(const struct kmem_cache *cache)
{
	return (cache->debug & UDM_DEBUG_POISON) && !cache_is_typed(cache);
}

/* A damage: @what at @bad, which should be @value. The whole zone is @len bytes from @start. */
struct damage {
	const char *what;
	u8 *start;
	size_t len;
	u8 *bad;
	u8 value;
};

static size_t damaged_bytes(const struct damage *damage)
{
	const u8 *end = damage->start + damage->len;

	while (end > damage->bad + 1 && end[-1] == damage->value)
		end--;
	return end - damage->bad;
}

static void report(const struct kmem_cache *cache, const void *object,
		   const struct damage *damage)
{
	const struct slab_entry *entry = slab_entry_of(object);
	const struct alloc_tag *tag = owner_tag(entry->owner);
	char freed[80] = "";

	if (!entry_is_live(entry))
		snprintf(freed, sizeof(freed), ", freed by %pS",
			 (void *)(entry->info & ENTRY_LOW_MASK));
	WARN(1, "BUG %s: %s overwritten, %zu bytes at offset %td of an object of %zu bytes, the first 0x%02x instead of 0x%02x: allocated at %s:%u %s()%s\n",
	     cache->name, damage->what, damaged_bytes(damage), damage->bad - (const u8 *)object,
	     *freed ? (size_t)cache->object_size : entry_size(entry), *damage->bad, damage->value,
	     tag ? tag->file : "?", tag ? tag->line : 0, tag ? tag->function : "?", freed);
	slab_origin_print(object);
}

/* True if the bytes are what they should be; else they are reported, and put right. */
static bool check_bytes(const struct kmem_cache *cache, const void *object, const char *what,
			void *start, u8 value, size_t len)
{
	u8 *bad = len ? memchr_inv(start, value, len) : NULL;

	if (likely(!bad))
		return true;
	report(cache, object, &(struct damage){ what, start, len, bad, value });
	memset(start, value, len);
	return false;
}

static bool check_zones(const struct kmem_cache *cache, char *object, u8 value)
{
	const struct object_shape *shape = &cache->shape;
	bool good;

	if (!(cache->debug & UDM_DEBUG_REDZONE))
		return true;
	good = check_bytes(cache, object, "Left Redzone", object - shape->front, value,
			   shape->front);
	return check_bytes(cache, object, "Right Redzone", object + cache->object_size, value,
			   shape->rear) && good;
}

static void fill_zones(const struct kmem_cache *cache, char *object, u8 value)
{
	const struct object_shape *shape = &cache->shape;

	if (!(cache->debug & UDM_DEBUG_REDZONE))
		return;
	memset(object - shape->front, value, shape->front);
	memset(object + cache->object_size, value, shape->rear);
}

/* --- Valgrind's view --------------------------------------------------------------- */

/* Everything that belongs to the object may be looked at, or nothing but what late readers may. */
static void show_slot(const struct kmem_cache *cache, char *object, bool shown)
{
	char *start = object - cache->shape.front;
	size_t len = cache->shape.front + cache->object_size + cache->shape.rear;

	if (!(cache->debug & UDM_DEBUG_VALGRIND))
		return;
	if (shown)
		VALGRIND_MAKE_MEM_DEFINED(start, len);
	else
		VALGRIND_MAKE_MEM_NOACCESS(start, len);
	if (cache->flags & SLAB_TYPESAFE_BY_RCU)
		VALGRIND_MAKE_MEM_DEFINED(object, cache->object_size);
}

static bool chunk_is_bare(const struct kmem_cache *cache)
{
	return cache->shape.front < VALGRIND_RED_ZONE;
}

/*
 * Adding a chunk to a pool, and freeing it, hides the pool's red zone on both sides of
 * it; around a @bare one those bytes may be a neighbour's. Such a one is a chunk twice:
 * in a pool without red zones, for what may be read, and in the other to be named. There
 * it begins and ends as nothing at all, somewhere inside itself, where hiding does no
 * harm. It has room for that: its alignment is at least four times as much.
 */
static void chunk_add(char *object, size_t size, bool bare)
{
	char *inside = object + VALGRIND_RED_ZONE;

	if (!bare) {
		VALGRIND_MEMPOOL_ALLOC(&slab_map, object, size);
		return;
	}
	VALGRIND_MEMPOOL_ALLOC(&slab_map, inside, 0);
	VALGRIND_MEMPOOL_CHANGE(&slab_map, inside, object, size);
	VALGRIND_MEMPOOL_ALLOC(&bare_chunks, object, size);
}

static void chunk_drop(char *object, bool bare)
{
	char *inside = object + VALGRIND_RED_ZONE;

	if (!bare) {
		VALGRIND_MEMPOOL_FREE(&slab_map, object);
		return;
	}
	VALGRIND_MEMPOOL_FREE(&bare_chunks, object);
	VALGRIND_MEMPOOL_CHANGE(&slab_map, object, inside, 0);
	VALGRIND_MEMPOOL_FREE(&slab_map, inside);
}

static void show_object(const struct kmem_cache *cache, char *object, size_t size)
{
	if (!(cache->debug & UDM_DEBUG_VALGRIND))
		return;
	chunk_add(object, size, chunk_is_bare(cache));
	/* Constructed contents, or a late reader's. */
	if (cache_is_typed(cache))
		VALGRIND_MAKE_MEM_DEFINED(object, size);
}

static void hide_object(const struct kmem_cache *cache, char *object)
{
	if (!(cache->debug & UDM_DEBUG_VALGRIND))
		return;
	chunk_drop(object, chunk_is_bare(cache));
	show_slot(cache, object, false);
}

/*
 * The object has @size of @room bytes now; @known of them count as initialised, which
 * is what they are as far as anybody has kept account.
 */
static void resize_chunk(char *object, size_t known, size_t size, size_t room, bool bare)
{
	VALGRIND_MEMPOOL_CHANGE(&slab_map, object, object, size);
	if (bare)
		VALGRIND_MEMPOOL_CHANGE(&bare_chunks, object, object, size);
	VALGRIND_MAKE_MEM_NOACCESS(object + size, room - size);
	VALGRIND_MAKE_MEM_DEFINED(object, known);
	VALGRIND_MAKE_MEM_UNDEFINED(object + known, size - known);
}

/* --- Live objects -------------------------------------------------------------------- */

void slab_debug_alloc(struct kmem_cache *cache, void *object, gfp_t flags, size_t size,
		      unsigned long ip)
{
	struct slab_origin *origin = origin_of(cache, object);
	size_t slack = cache->object_size - size;

	if (cache->debug & MEM_DEBUG_OBJECTS) {
		show_slot(cache, object, true);
		if (poisoned_when_free(cache) && !(flags & __GFP_ZERO))
			memset(object, POISON_INUSE, size);
		if (cache->debug & UDM_DEBUG_REDZONE)
			memset((char *)object + size, SLUB_RED_ACTIVE, slack);
		fill_zones(cache, object, SLUB_RED_ACTIVE);
		show_slot(cache, object, false);
		show_object(cache, object, size);
	}
	if (!origin)
		return;
	origin->free.seq = 0;
	mem_origin_record(&origin->alloc, ip);
}

static bool check_live(const struct kmem_cache *cache, char *object, size_t size)
{
	bool good = check_zones(cache, object, SLUB_RED_ACTIVE);

	if (!(cache->debug & UDM_DEBUG_REDZONE))
		return good;
	return check_bytes(cache, object, "kmalloc Redzone", object + size, SLUB_RED_ACTIVE,
			   cache->object_size - size) && good;
}

void slab_debug_resize(struct kmem_cache *cache, void *object, size_t old, size_t size)
{
	size_t slack = cache->object_size - size;

	if (cache->debug & UDM_DEBUG_REDZONE) {
		show_slot(cache, object, true);
		check_live(cache, object, old);
		memset((char *)object + size, SLUB_RED_ACTIVE, slack);
		show_slot(cache, object, false);
	}
	if (cache->debug & UDM_DEBUG_VALGRIND)
		resize_chunk(object, cache->debug & UDM_DEBUG_REDZONE ? size : min(old, size),
			     size, cache->object_size, chunk_is_bare(cache));
}

void slab_debug_free(struct kmem_cache *cache, void *object, unsigned long ip)
{
	struct slab_origin *origin = origin_of(cache, object);
	size_t size = entry_size(slab_entry_of(object));

	if (cache->debug & MEM_DEBUG_OBJECTS) {
		show_slot(cache, object, true);
		check_live(cache, object, size);
		fill_zones(cache, object, SLUB_RED_INACTIVE);
		if (poisoned_when_free(cache)) {
			memset(object, POISON_FREE, cache->object_size - 1);
			((u8 *)object)[cache->object_size - 1] = POISON_END;
		}
		hide_object(cache, object);
	}
	if (origin)
		mem_origin_record(&origin->free, ip);
}

/* --- Large kmalloc() ------------------------------------------------------------------ */

static void large_fill(struct page *page, size_t size)
{
	struct page_origin *origin = page_origin(page);
	char *start = page_address(page);
	size_t room = page_size(page);

	if (origin && (mem_debug & UDM_DEBUG_REDZONE)) {
		origin->size = size;
		slack_fill(start, size, room);
	}
	if (mem_debug & UDM_DEBUG_VALGRIND)
		VALGRIND_MAKE_MEM_NOACCESS(start + size, room - size);
}

static void large_check(struct page *page)
{
	struct page_origin *origin = page_origin(page);

	if (mem_debug & UDM_DEBUG_VALGRIND)
		VALGRIND_MAKE_MEM_DEFINED(page_address(page), page_size(page));
	if (!origin || !origin->size)
		return;
	if (!slack_check(page_address(page), origin->size, page_size(page), "large kmalloc",
			 owner_tag(page->memcg_data)))
		page_owner_print(page);
	origin->size = 0;
}

void large_debug_alloc(struct page *page, size_t size, gfp_t flags)
{
	if (mem_debug & UDM_DEBUG_VALGRIND) {
		chunk_add(page_address(page), size, true);
		if (flags & __GFP_ZERO)
			VALGRIND_MAKE_MEM_DEFINED(page_address(page), size);
	}
	large_fill(page, size);
}

void large_debug_free(struct page *page)
{
	if (mem_debug & UDM_DEBUG_VALGRIND)
		chunk_drop(page_address(page), true);
	large_check(page);
}

void large_debug_resize(struct page *page, size_t size)
{
	large_check(page);
	large_fill(page, size);
	if (mem_debug & UDM_DEBUG_VALGRIND)
		resize_chunk(page_address(page), size, size, page_size(page), true);
}

/* --- Freed objects --------------------------------------------------------------------- */

static bool check_freed(const struct kmem_cache *cache, char *object)
{
	size_t size = cache->object_size;
	bool good;

	if (!(cache->debug & (UDM_DEBUG_POISON | UDM_DEBUG_REDZONE)))
		return true;
	show_slot(cache, object, true);
	good = check_zones(cache, object, SLUB_RED_INACTIVE);
	if (poisoned_when_free(cache)) {
		good &= check_bytes(cache, object, "Poison", object, POISON_FREE, size - 1);
		good &= check_bytes(cache, object, "Poison", object + size - 1, POISON_END, 1);
	}
	show_slot(cache, object, false);
	return good;
}

void slab_debug_reuse(struct kmem_cache *cache, void *object)
{
	check_freed(cache, object);
}

static struct kmem_cache *cache_of(const void *object)
{
	return slab_caches[entry_cache_id(slab_entry_of(object))];
}

static void release(void **objects, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct kmem_cache *cache = cache_of(objects[i]);

		check_freed(cache, objects[i]);
		slab_objects_give(cache, &objects[i], 1);
	}
}

/* Under the lock. */
static bool ring_grow(void)
{
	unsigned int size = quarantine.size ? 2 * quarantine.size : 1024;
	void **ring = malloc(size * sizeof(*ring));
	unsigned int i;

	if (!ring)
		return false;
	for (i = 0; i < quarantine.count; i++)
		ring[i] = quarantine.ring[(quarantine.head + i) & (quarantine.size - 1)];
	free(quarantine.ring);
	quarantine.ring = ring;
	quarantine.head = 0;
	quarantine.size = size;
	return true;
}

/* Under the lock. */
static bool ring_push(void *object)
{
	if (quarantine.count == quarantine.size && !ring_grow())
		return false;
	quarantine.ring[(quarantine.head + quarantine.count++) & (quarantine.size - 1)] = object;
	quarantine.bytes += cache_of(object)->shape.slot;
	return true;
}

/* Under the lock. */
static void *ring_pop(void)
{
	void *object = quarantine.ring[quarantine.head];

	quarantine.head = (quarantine.head + 1) & (quarantine.size - 1);
	quarantine.count--;
	quarantine.bytes -= cache_of(object)->shape.slot;
	return object;
}

/* The oldest ones beyond @limit bytes; returns how many. */
static unsigned int ring_pop_excess(void **objects, size_t limit)
{
	unsigned int nr = 0;

	while (nr < RELEASE_BATCH && quarantine.count && quarantine.bytes > limit)
		objects[nr++] = ring_pop();
	return nr;
}

void slab_debug_give(struct kmem_cache *cache, void *object)
{
	void *oldest[RELEASE_BATCH];
	unsigned int nr = 0;
	bool kept = false;

	if (cache->debug & UDM_DEBUG_QUARANTINE) {
		mem_lock(&quarantine.lock);
		kept = ring_push(object);
		nr = ring_pop_excess(oldest, quarantine.limit);
		mem_unlock(&quarantine.lock);
	}
	if (!kept)
		slab_objects_give(cache, &object, 1);
	release(oldest, nr);
}

/* Under the lock: takes up to a batch of the cache's objects out, the others keep their order. */
static unsigned int ring_take_of(const struct kmem_cache *cache, void **objects)
{
	unsigned int nr = 0, left = quarantine.count;

	while (left--) {
		void *object = ring_pop();

		if (nr < RELEASE_BATCH && (!cache || cache_of(object) == cache))
			objects[nr++] = object;
		else
			ring_push(object);
	}
	return nr;
}

void slab_debug_drain(struct kmem_cache *cache)
{
	void *objects[RELEASE_BATCH];
	unsigned int nr;

	do {
		mem_lock(&quarantine.lock);
		nr = cache ? ring_take_of(cache, objects) : ring_pop_excess(objects, 0);
		mem_unlock(&quarantine.lock);
		release(objects, nr);
	} while (nr);
}

/* --- All of them ---------------------------------------------------------------------------- */

struct checked {
	void **objects;
	size_t nr;
	size_t room;
};

static void collect_object(void *ctx, const struct kmem_cache *cache,
			   const struct slab_entry *entry, void *object)
{
	struct checked *all = ctx;

	if (!(cache->debug & UDM_DEBUG_REDZONE) || all->nr == all->room)
		return;
	all->objects[all->nr++] = object;
}

static void count_object(void *ctx, const struct kmem_cache *cache, const struct slab_entry *entry,
			 void *object)
{
	++*(size_t *)ctx;
}

/* Damage is reported when the lock of the walk is not held any more. */
static size_t check_live_objects(void)
{
	struct checked all = { .nr = 0 };
	size_t damaged = 0, i;

	slab_for_each_live(count_object, &all.room);
	all.objects = malloc(max(all.room, (size_t)1) * sizeof(*all.objects));
	if (!all.objects)
		return 0;
	slab_for_each_live(collect_object, &all);
	for (i = 0; i < all.nr; i++) {
		struct kmem_cache *cache = cache_of(all.objects[i]);
		size_t size = entry_size(slab_entry_of(all.objects[i]));

		show_slot(cache, all.objects[i], true);
		damaged += !check_live(cache, all.objects[i], size);
		if (cache->debug & UDM_DEBUG_VALGRIND) {
			show_slot(cache, all.objects[i], false);
			VALGRIND_MAKE_MEM_DEFINED(all.objects[i], size);
		}
	}
	free(all.objects);
	return damaged;
}

static size_t check_quarantine(void)
{
	size_t damaged = 0;
	unsigned int i;

	for (i = 0; i < quarantine.count; i++) {
		void *object = quarantine.ring[(quarantine.head + i) & (quarantine.size - 1)];

		damaged += !check_freed(cache_of(object), object);
	}
	return damaged;
}

static void check_shelf(void *ctx, struct kmem_cache *cache)
{
	size_t *damaged = ctx;
	unsigned int i;

	for (i = 0; i < cache->shelf_count; i++)
		*damaged += !check_freed(cache, cache->shelf[i]);
}

size_t slab_debug_check(void)
{
	size_t damaged = check_live_objects() + check_quarantine();

	slab_for_each_cache(check_shelf, &damaged);
	return damaged;
}

void slab_debug_boot(void)
{
	quarantine = (struct quarantine){
		.limit = min_t(size_t, QUARANTINE_BYTES,
			       (totalram_pages() << PAGE_SHIFT) / QUARANTINE_FRACTION),
	};
	if (mem_debug & UDM_DEBUG_VALGRIND) {
		VALGRIND_CREATE_MEMPOOL(&slab_map, VALGRIND_RED_ZONE, false);
		VALGRIND_CREATE_MEMPOOL(&bare_chunks, 0, false);
	}
}

/* The memory is about to go away: a last look at all of it. */
void slab_debug_shutdown(void)
{
	slab_debug_check();
	free(quarantine.ring);
	quarantine = (struct quarantine){ .limit = 0 };
	if (mem_debug & UDM_DEBUG_VALGRIND) {
		VALGRIND_DESTROY_MEMPOOL(&slab_map);
		VALGRIND_DESTROY_MEMPOOL(&bare_chunks);
	}
}
