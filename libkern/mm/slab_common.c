// SPDX-License-Identifier: GPL-2.0-only
/*
 * Caches: creation, destruction, the kmalloc() buckets, and what is built on
 * kmalloc() and kfree() alone (mm/slab_common.c).
 *
 * Caches live in libc's heap and are never merged. Their list and their ids are
 * protected by one mutex of the host; an id is free again once its cache is
 * destroyed, when no magazine and no live entry carries it.
 */
#include <pthread.h>
#include <stdlib.h>

#include <linux/minmax.h>
#include <linux/log2.h>
#include <linux/panic.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kmalloc.h"
#include "slab.h"

const unsigned char udm_kmalloc_small[24] = {
	0, 1, 2, 2, 3, 3, 3, 3,		/* 8 16 32 64 */
	4, 4, 4, 4, 5, 5, 5, 5,		/* 96 128 */
	6, 6, 6, 6, 6, 6, 6, 6,		/* 192 */
};

static const struct {
	const char *name[2];
	unsigned int size;
} kmalloc_info[KMALLOC_BUCKETS] = {
	{ { "kmalloc-8", "dma-kmalloc-8" }, 8 },
	{ { "kmalloc-16", "dma-kmalloc-16" }, 16 },
	{ { "kmalloc-32", "dma-kmalloc-32" }, 32 },
	{ { "kmalloc-64", "dma-kmalloc-64" }, 64 },
	{ { "kmalloc-96", "dma-kmalloc-96" }, 96 },
	{ { "kmalloc-128", "dma-kmalloc-128" }, 128 },
	{ { "kmalloc-192", "dma-kmalloc-192" }, 192 },
	{ { "kmalloc-256", "dma-kmalloc-256" }, 256 },
	{ { "kmalloc-512", "dma-kmalloc-512" }, 512 },
	{ { "kmalloc-1k", "dma-kmalloc-1k" }, 1024 },
	{ { "kmalloc-2k", "dma-kmalloc-2k" }, 2048 },
	{ { "kmalloc-4k", "dma-kmalloc-4k" }, 4096 },
	{ { "kmalloc-8k", "dma-kmalloc-8k" }, 8192 },
};

#define RED_ZONE_MIN 16

static LIST_HEAD(cache_list);
static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;

/* --- Creation ------------------------------------------------------------------------ */

/* Larger objects are kept in smaller numbers; at most 128 KiB per thread and cache. */
static unsigned int magazine_limit(size_t slot, unsigned int debug)
{
	if (!BACKEND_REUSE || (debug & MEM_DEBUG_OBJECTS))
		return 0;
	return clamp_t(unsigned int, SZ_128K / slot, 4, MAGAZINE_MAX);
}

static unsigned int cache_alignment(unsigned int size, unsigned int align, slab_flags_t flags)
{
	unsigned int line = L1_CACHE_BYTES;

	if (flags & SLAB_HWCACHE_ALIGN) {
		while (size <= line / 2)
			line /= 2;
		align = max(align, line);
	}
	return max_t(unsigned int, align, ARCH_SLAB_MINALIGN);
}

/* What is on for all caches, and what the flags ask for besides. */
static unsigned int cache_debug(slab_flags_t flags)
{
	unsigned int debug = mem_debug;

	if (flags & SLAB_STORE_USER)
		debug |= UDM_DEBUG_STACKS;
	if (BACKEND_REUSE && (flags & SLAB_POISON))
		debug |= UDM_DEBUG_POISON;
	if (BACKEND_REUSE && (flags & SLAB_RED_ZONE))
		debug |= UDM_DEBUG_REDZONE;
	return debug;
}

/* Objects with large alignment have the red zone of the neighbour in front of them. */
static void shape_room(struct object_shape *shape, unsigned int debug)
{
	if (!(debug & MEM_DEBUG_ROOM))
		return;
	shape->front = shape->align <= 64 ? max_t(size_t, shape->align, RED_ZONE_MIN) : 0;
	shape->rear = RED_ZONE_MIN;
}

/* Under the lowest free id that is not below @id. */
static bool cache_add(struct kmem_cache *cache, unsigned int id)
{
	pthread_mutex_lock(&cache_lock);
	while (id < SLAB_CACHES_MAX && slab_caches[id])
		id++;
	if (id < SLAB_CACHES_MAX) {
		cache->id = id;
		slab_caches[id] = cache;
		list_add_tail(&cache->link, &cache_list);
	}
	pthread_mutex_unlock(&cache_lock);
	return id < SLAB_CACHES_MAX;
}

static struct kmem_cache *cache_create(const char *name, unsigned int id, unsigned int size,
				       unsigned int align, slab_flags_t flags,
				       void (*ctor)(void *object))
{
	struct kmem_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return NULL;
	cache->name = name;
	cache->object_size = size;
	cache->flags = flags;
	cache->ctor = ctor;
	if (flags & SLAB_CACHE_DMA)
		cache->zone_flags = GFP_DMA;
	else if (flags & SLAB_CACHE_DMA32)
		cache->zone_flags = GFP_DMA32;
	cache->shape.size = size;
	cache->shape.align = cache_alignment(size, align, flags);
	cache->debug = cache_debug(flags);
	shape_room(&cache->shape, cache->debug);
	backend_shape(&cache->shape);
	cache->magazine_limit = magazine_limit(cache->shape.slot, cache->debug);
	if (cache_add(cache, id))
		return cache;
	free(cache);
	return NULL;
}

struct kmem_cache *__kmem_cache_create_args(const char *name, unsigned int object_size,
					    struct kmem_cache_args *args, slab_flags_t flags)
{
	struct kmem_cache *cache = NULL;

	if (!WARN_ON(!name || !object_size || object_size > KMALLOC_MAX_SIZE ||
		     (args->align && !is_power_of_2(args->align))))
		cache = cache_create(name, 1, object_size, args->align, flags, args->ctor);
	if (!cache && (flags & SLAB_PANIC))
		panic("%s: Failed to create slab '%s'. Error %d\n", __func__, name, -ENOMEM);
	return cache;
}

struct kmem_cache *udm_kmem_cache_create(const char *name, unsigned int size, unsigned int align,
					 slab_flags_t flags, void (*ctor)(void *object))
{
	struct kmem_cache_args args = { .align = align, .ctor = ctor };

	return __kmem_cache_create_args(name, size, &args, flags);
}

struct kmem_cache *udm_kmem_cache_create_args(const char *name, unsigned int size,
					      struct kmem_cache_args *args, slab_flags_t flags)
{
	struct kmem_cache_args defaults = { .align = 0 };

	return __kmem_cache_create_args(name, size, args ? args : &defaults, flags);
}

struct kmem_cache *kmem_cache_create_usercopy(const char *name, unsigned int size,
					      unsigned int align, slab_flags_t flags,
					      unsigned int useroffset, unsigned int usersize,
					      void (*ctor)(void *object))
{
	return udm_kmem_cache_create(name, size, align, flags, ctor);
}

/* --- The end of a cache ------------------------------------------------------------------ */

struct live_count {
	const struct kmem_cache *cache;
	size_t objects;
};

static void count_live(void *ctx, const struct kmem_cache *cache, const struct slab_entry *entry,
		       void *object)
{
	struct live_count *count = ctx;

	count->objects += cache == count->cache;
}

static size_t cache_live_objects(const struct kmem_cache *cache)
{
	struct live_count count = { .cache = cache };

	slab_for_each_live(count_live, &count);
	return count.objects;
}

static void flush_one_cache(void *ctx, struct thread_cache *thread)
{
	const struct kmem_cache *cache = ctx;
	unsigned int nid;

	for (nid = 0; nid < udm_physmap.nodes; nid++) {
		struct magazine **place = &thread->magazines[nid][cache->id];

		if (*place == &no_magazine)
			continue;
		magazine_flush(cache->id, *place);
		magazine_drop(place);
	}
}

/* Free objects that are elsewhere than on the shelf go there, or to the backend. */
static void cache_flush(struct kmem_cache *cache)
{
	thread_caches_visit(flush_one_cache, cache);
	if (cache->debug & UDM_DEBUG_QUARANTINE)
		slab_debug_drain(cache);
}

static void cache_remove(struct kmem_cache *cache)
{
	pthread_mutex_lock(&cache_lock);
	slab_caches[cache->id] = NULL;
	list_del(&cache->link);
	pthread_mutex_unlock(&cache_lock);
	free(cache);
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	if (!cache)
		return;
	might_sleep();
	kvfree_rcu_barrier();
	if (WARN(cache_live_objects(cache), "%s %s: Slab cache still has objects when called from %pS",
		 __func__, cache->name, __builtin_return_address(0)))
		return;
	if (cache->flags & SLAB_TYPESAFE_BY_RCU)
		rcu_barrier();
	cache_flush(cache);
	slab_shelf_empty(cache);
	cache_remove(cache);
}

int kmem_cache_shrink(struct kmem_cache *cache)
{
	cache_flush(cache);
	if (!(cache->flags & SLAB_TYPESAFE_BY_RCU))
		slab_shelf_empty(cache);
	return cache_live_objects(cache) || cache->shelf_count;
}

unsigned int kmem_cache_size(struct kmem_cache *cache)
{
	return cache->object_size;
}

bool slab_is_available(void)
{
	return slab_caches[kmalloc_cache_id(0, 0)] != NULL;
}

void slab_for_each_cache(void (*fn)(void *ctx, struct kmem_cache *cache), void *ctx)
{
	struct kmem_cache *cache;

	pthread_mutex_lock(&cache_lock);
	list_for_each_entry(cache, &cache_list, link)
		fn(ctx, cache);
	pthread_mutex_unlock(&cache_lock);
}

static void relieve_cache(void *ctx, struct kmem_cache *cache)
{
	if (cache->shelf_count && !(cache->flags & SLAB_TYPESAFE_BY_RCU))
		slab_shelf_empty(cache);
}

void slab_relieve_pressure(void)
{
	slab_debug_drain(NULL);
	slab_for_each_cache(relieve_cache, NULL);
}

/* --- Boot ----------------------------------------------------------------------------------- */

/* Power-of-two sizes are aligned to themselves, 96 and 192 to their largest such divisor. */
static bool create_bucket(unsigned int bucket, bool dma)
{
	unsigned int size = kmalloc_info[bucket].size;

	return cache_create(kmalloc_info[bucket].name[dma],
			    kmalloc_cache_id(bucket, dma ? GFP_DMA : 0), size, size & -size,
			    dma ? SLAB_CACHE_DMA : 0, NULL);
}

int slab_boot(void)
{
	unsigned int bucket;
	int err = slab_tracks_boot();

	for (bucket = 0; !err && bucket < KMALLOC_BUCKETS; bucket++)
		if (!create_bucket(bucket, false) || !create_bucket(bucket, true))
			err = -ENOMEM;
	if (err)
		slab_shutdown();
	return err;
}

void slab_shutdown(void)
{
	struct kmem_cache *cache, *next;

	list_for_each_entry_safe(cache, next, &cache_list, link) {
		free(cache->shelf);
		cache_remove(cache);
	}
	slab_tracks_shutdown();
}

/* --- On top of kmalloc ------------------------------------------------------------------------ */

size_t kmalloc_size_roundup(size_t size)
{
	if (size && size <= KMALLOC_MAX_CACHE_SIZE)
		return kmalloc_info[udm_kmalloc_index(size)].size;
	if (size && size <= KMALLOC_MAX_SIZE)
		return PAGE_SIZE << get_order(size);
	return size;
}

/* Bytes there are, wherever the object is from; 0 for what is no object. */
static size_t object_room(const void *object)
{
	const struct slab_entry *entry = slab_find_live(object);
	struct page *page;

	if (entry)
		return slab_caches[entry_cache_id(entry)]->object_size;
	if (WARN_ON(!virt_addr_valid(object)))
		return 0;
	page = virt_to_page(object);
	return WARN_ON(!PageLargeKmalloc(page)) ? 0 : page_size(page);
}

static void set_size(struct slab_entry *entry, const void *object, size_t size)
{
	struct kmem_cache *cache = slab_caches[entry_cache_id(entry)];

	if (unlikely(cache->debug))
		slab_debug_resize(cache, (void *)object, entry_size(entry), size);
	WRITE_ONCE(entry->info, entry_live_key(object) | size);
}

/* Who asks may use all of it. */
size_t ksize(const void *object)
{
	size_t room = ZERO_OR_NULL_PTR(object) ? 0 : object_room(object);
	struct slab_entry *entry = slab_find_live(object);

	if (entry && entry_size(entry) != room)
		set_size(entry, object, room);
	else if (room && !entry && unlikely(mem_debug))
		large_debug_resize(virt_to_page(object), room);
	return room;
}

void kfree_sensitive(const void *object)
{
	size_t size = ksize(object);

	if (size) {
		mem_unpoison(object, size);
		memzero_explicit((void *)object, size);
	}
	kfree(object);
}

/* Stays where it is: the entry and, under a sanitizer, the accessible part change. */
static void *resize_in_place(void *object, size_t old, size_t room, size_t size, gfp_t flags)
{
	struct slab_entry *entry = slab_find_live(object);

	if (entry)
		set_size(entry, object, size);
	else if (unlikely(mem_debug))
		large_debug_resize(virt_to_page(object), size);
	mem_unpoison(object, size);
	if (size > old && (flags & __GFP_ZERO))
		memset((char *)object + old, 0, size - old);
	if (entry)
		mem_poison((char *)object + size, room - size);
	return object;
}

void *krealloc_noprof(const void *p, size_t size, gfp_t flags)
{
	const struct slab_entry *entry;
	size_t room, old;
	void *moved;

	if (unlikely(!size)) {
		kfree(p);
		return ZERO_SIZE_PTR;
	}
	if (unlikely(ZERO_OR_NULL_PTR(p)))
		return kmalloc_noprof(size, flags);
	room = object_room(p);
	entry = slab_find_live(p);
	old = entry ? entry_size(entry) : room;
	if (size <= room)
		return resize_in_place((void *)p, old, room, size, flags);
	moved = kmalloc_noprof(size, flags);
	if (moved) {
		memcpy(moved, p, min(old, size));
		kfree(p);
	}
	return moved;
}

/* --- kmalloc() or vmalloc() ------------------------------------------------------------ */

/* Above a page the first attempt is quiet and, if the caller can do without, cheap. */
static gfp_t kvmalloc_first_flags(gfp_t flags, size_t size)
{
	if (size <= PAGE_SIZE)
		return flags;
	flags |= __GFP_NOWARN;
	if (!(flags & __GFP_RETRY_MAYFAIL))
		flags &= ~__GFP_DIRECT_RECLAIM;
	return flags & ~__GFP_NOFAIL;
}

void *kvmalloc_node_noprof(size_t size, gfp_t flags, int node)
{
	void *addr = kmalloc_node_noprof(size, kvmalloc_first_flags(flags, size), node);

	if (addr || size <= PAGE_SIZE)
		return addr;
	if (unlikely(size > INT_MAX)) {
		WARN_ON_ONCE(!(flags & __GFP_NOWARN));
		return NULL;
	}
	return __vmalloc_node_noprof(size, 1, flags, node, __builtin_return_address(0));
}

void kvfree(const void *addr)
{
	if (is_vmalloc_addr(addr))
		vfree(addr);
	else
		kfree(addr);
}

void kvfree_sensitive(const void *addr, size_t len)
{
	if (unlikely(ZERO_OR_NULL_PTR(addr)))
		return;
	memzero_explicit((void *)addr, len);
	kvfree(addr);
}

/* Bytes that were asked for. */
static size_t kv_size(const void *p)
{
	const struct slab_entry *entry;

	if (is_vmalloc_addr(p))
		return find_vm_area(p)->requested_size;
	entry = slab_find_live(p);
	return entry ? entry_size(entry) : ksize(p);
}

void *kvrealloc_noprof(const void *p, size_t size, gfp_t flags)
{
	void *moved;

	if (!ZERO_OR_NULL_PTR(p) && !is_vmalloc_addr(p)) {
		moved = krealloc_noprof(p, size, kvmalloc_first_flags(flags, size));
		if (moved || size <= PAGE_SIZE)
			return moved;
	} else if (!size) {
		kvfree(p);
		return ZERO_SIZE_PTR;
	}
	moved = kvmalloc_node_noprof(size, flags, NUMA_NO_NODE);
	if (moved && !ZERO_OR_NULL_PTR(p)) {
		memcpy(moved, p, min(kv_size(p), size));
		kvfree(p);
	}
	return moved;
}
