// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backend on jemalloc: one arena per zone.
 *
 * The arena's extent hooks hand out frames of the zone and nothing else, so all
 * that mallocx() returns lies in the direct map, on the right node, and ends when
 * the zone is used up. Arenas keep freed extents (the hooks refuse to take them
 * back) and never purge by clock, so behaviour depends on the requests alone.
 * Thread caches of jemalloc are bypassed: one with automatic choice may serve a
 * request from another arena, and the layers above have caches of their own
 * that can be emptied from other threads.
 *
 * Objects of a page and more are page blocks: jemalloc aligns no class above
 * PAGE_SIZE to its size without wasting half of it.
 */
#include <jemalloc/jemalloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/log2.h>
#include <linux/minmax.h>

#include "mem_debug.h"
#include "slab.h"

struct zone_arena {
	extent_hooks_t hooks;
	struct zone *zone;
};

/* Argument of mallctl("experimental.arenas_create_ext"), which jemalloc.h leaves out. */
struct arena_config {
	extent_hooks_t *hooks;
	bool metadata_use_hooks;
};

static pthread_mutex_t create_lock = PTHREAD_MUTEX_INITIALIZER;

static struct zone *hooks_zone(extent_hooks_t *hooks)
{
	return container_of(hooks, struct zone_arena, hooks)->zone;
}

/* Frames that nobody had before read as zeroes; others may not. */
static void *hook_alloc(extent_hooks_t *hooks, void *new_addr, size_t size, size_t alignment,
			bool *zero, bool *commit, unsigned int arena)
{
	struct zone *zone = hooks_zone(hooks);
	unsigned long frames = size >> PAGE_SHIFT;
	void *addr = new_addr;

	if (!new_addr)
		addr = zone_range_alloc(zone, frames, max(alignment >> PAGE_SHIFT, 1UL));
	else if (!zone_range_claim(zone, new_addr, frames))
		return NULL;
	*commit = true;
	if (addr && *zero)
		memset(addr, 0, size);
	return addr;
}

/* True: the arena keeps the extent. */
static bool hook_dalloc(extent_hooks_t *hooks, void *addr, size_t size, bool committed,
			unsigned int arena)
{
	return true;
}

static void hook_destroy(extent_hooks_t *hooks, void *addr, size_t size, bool committed,
			 unsigned int arena)
{
	zone_range_free(hooks_zone(hooks), addr, size >> PAGE_SHIFT);
}

/* False: extents may be cut and joined anywhere. */
static bool hook_split(extent_hooks_t *hooks, void *addr, size_t size, size_t size_a, size_t size_b,
		       bool committed, unsigned int arena)
{
	return false;
}

static bool hook_merge(extent_hooks_t *hooks, void *a, size_t size_a, void *b, size_t size_b,
		       bool committed, unsigned int arena)
{
	return false;
}

static int arena_ctl(int arena, const char *what, void *value, size_t size)
{
	char name[64];

	snprintf(name, sizeof(name), "arena.%d.%s", arena, what);
	return mallctl(name, NULL, NULL, value, size);
}

/* Keeps the arena's own records out of the zone where this jemalloc can. */
static int create_arena(extent_hooks_t *hooks)
{
	struct arena_config config = { .hooks = hooks, .metadata_use_hooks = false };
	size_t len = sizeof(unsigned int);
	ssize_t never = -1;
	unsigned int arena;

	if (mallctl("experimental.arenas_create_ext", &arena, &len, &config, sizeof(config)) &&
	    mallctl("arenas.create", &arena, &len, &hooks, sizeof(hooks)))
		return -1;
	arena_ctl(arena, "dirty_decay_ms", &never, sizeof(never));
	arena_ctl(arena, "muzzy_decay_ms", &never, sizeof(never));
	return arena;
}

static int arena_of_slow(struct zone *zone)
{
	struct zone_arena *za;
	int arena;

	pthread_mutex_lock(&create_lock);
	arena = zone->arena;
	if (arena < 0) {
		za = calloc(1, sizeof(*za));
		if (za) {
			za->zone = zone;
			za->hooks.alloc = hook_alloc;
			za->hooks.dalloc = hook_dalloc;
			za->hooks.destroy = hook_destroy;
			za->hooks.split = hook_split;
			za->hooks.merge = hook_merge;
			arena = create_arena(&za->hooks);
		}
		if (arena < 0) {
			free(za);
		} else {
			zone->backend = za;
			__atomic_store_n(&zone->arena, arena, __ATOMIC_RELEASE);
		}
	}
	pthread_mutex_unlock(&create_lock);
	return arena;
}

/* Flags that keep a call inside the zone's arena; 0 if it has none. */
static int zone_flags(struct zone *zone)
{
	int arena = __atomic_load_n(&zone->arena, __ATOMIC_ACQUIRE);

	if (unlikely(arena < 0))
		arena = arena_of_slow(zone);
	return arena < 0 ? 0 : MALLOCX_ARENA(arena) | MALLOCX_TCACHE_NONE;
}

static bool shape_is_pages(const struct object_shape *shape)
{
	return shape->slot >= PAGE_SIZE;
}

static size_t slot_bytes(const struct object_shape *shape)
{
	return shape->front + shape->size + shape->rear;
}

void backend_shape(struct object_shape *shape)
{
	size_t usable = max(slot_bytes(shape), shape->align);

	if (usable <= PAGE_SIZE / 2)
		usable = nallocx(slot_bytes(shape), MALLOCX_ALIGN(shape->align));
	if (usable > PAGE_SIZE / 2)
		usable = PAGE_SIZE << get_order(max(slot_bytes(shape), shape->align));
	shape->slot = usable;
}

void *backend_span_alloc(struct zone *zone, size_t bytes, size_t align)
{
	int flags = zone_flags(zone);

	return flags ? mallocx(bytes, flags | MALLOCX_ALIGN(align)) : NULL;
}

void backend_span_free(struct zone *zone, void *addr, size_t bytes)
{
	dallocx(addr, zone_flags(zone));
}

static unsigned int pages_alloc(struct zone *zone, const struct object_shape *shape,
				void **objects, unsigned int nr)
{
	unsigned int order = get_order(shape->slot);
	unsigned int got;

	for (got = 0; got < nr; got++) {
		struct page *page = zone_block_take(zone, order);

		if (!page)
			break;
		if (unlikely(mem_debug))
			page_debug_take(page, order);
		objects[got] = page_address(page) + shape->front;
	}
	return got;
}

static void pages_free(struct zone *zone, struct page *page, unsigned int order)
{
	slab_block_forget(page, order);
	zone_block_give(zone, page, order);
}

unsigned int backend_objects_alloc(struct zone *zone, const struct object_shape *shape,
				   void **objects, unsigned int nr)
{
	int flags = zone_flags(zone);
	unsigned int got;

	if (!flags)
		return 0;
	if (shape_is_pages(shape))
		return pages_alloc(zone, shape, objects, nr);
	flags |= MALLOCX_ALIGN(shape->align);
	for (got = 0; got < nr; got++) {
		char *slot = mallocx(slot_bytes(shape), flags);

		if (!slot)
			break;
		objects[got] = slot + shape->front;
	}
	return got;
}

void backend_objects_free(struct zone *zone, const struct object_shape *shape,
			  void **objects, unsigned int nr)
{
	int flags = zone_flags(zone);
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (shape_is_pages(shape))
			pages_free(zone, virt_to_page(objects[i]), get_order(shape->slot));
		else
			dallocx((char *)objects[i] - shape->front, flags);
	}
}

/* Joins free neighbours, which the arena puts off while it expects to reuse them as they are. */
void backend_trim(struct zone *zone)
{
	int arena = __atomic_load_n(&zone->arena, __ATOMIC_ACQUIRE);

	if (arena >= 0)
		arena_ctl(arena, "purge", NULL, 0);
}

void backend_zone_exit(struct zone *zone)
{
	if (zone->arena >= 0)
		arena_ctl(zone->arena, "destroy", NULL, 0);
	free(zone->backend);
	zone->backend = NULL;
	zone->arena = -1;
}
