/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Slab layer internals.
 *
 * A page in which an object starts has a track: one entry per object that can
 * start there, found by shifting the offset in the page. The entry says whether
 * the object is live, who allocated it with which size and cache, and, after it
 * was freed, where that happened. A table of words, by frame, finds the track; it
 * needs no look at the page, so it answers for any address. Objects of several
 * caches may share a page when their slots are equal. A track is created when the
 * first object of a page is handed out and lives until the page is used for
 * something else. Pages with a piece of an object have type PGTY_slab.
 */
#ifndef _UDM_LIBKERN_MM_SLAB_H
#define _UDM_LIBKERN_MM_SLAB_H

#include <linux/slab.h>

#include "backend.h"
#include "mem_debug.h"
#include "thread_cache.h"

struct slab_entry {
	/* call site | OWNER_HIDDEN | cache id << 48 */
	unsigned long owner;
	/* requested size while live, address of the free after, | key << 48 */
	unsigned long info;
};

/* Aligned, so that the word which finds it has room for the shift below. */
struct slab_track {
	struct list_head link;
	struct page *page;
	struct slab_origin *origins;	/* one per entry, when they are recorded */
	unsigned int slot;
	unsigned int nr;
	struct slab_entry entries[] __aligned(64);
};

/* Written by boot and shutdown, the words under the tracks' lock. */
struct slab_map {
	unsigned long base;		/* of the direct map */
	unsigned long span;
	unsigned long *words;		/* by frame: track | shift, 0 without a track */
};

__internal extern struct slab_map slab_map;

struct kmem_cache {
	unsigned int id;
	unsigned int object_size;
	slab_flags_t flags;
	gfp_t zone_flags;		/* where its memory must lie */
	unsigned int magazine_limit;	/* 0: no magazines */
	unsigned int debug;		/* UDM_DEBUG_*: what is on for this cache */
	struct object_shape shape;
	void (*ctor)(void *object);
	const char *name;
	struct list_head link;

	/*
	 * Caches with a constructor, TYPESAFE_BY_RCU or debugging keep freed
	 * objects here, in libc memory, instead of handing them to the backend:
	 * constructed state and poison survive, and the memory keeps its type.
	 */
	struct mem_lock shelf_lock;
	unsigned int shelf_count;
	unsigned int shelf_size;
	void **shelf;
};

__internal extern struct kmem_cache *slab_caches[SLAB_CACHES_MAX];

#define MAGAZINE_MAX 128

static inline bool cache_is_typed(const struct kmem_cache *cache)
{
	return cache->ctor || (cache->flags & SLAB_TYPESAFE_BY_RCU);
}

static inline bool cache_has_shelf(const struct kmem_cache *cache)
{
	return cache_is_typed(cache) || (cache->debug & MEM_DEBUG_OBJECTS);
}

#define ENTRY_TOP_SHIFT 48
#define ENTRY_LOW_MASK ((1UL << ENTRY_TOP_SHIFT) - 1)
#define ENTRY_LIVE (1UL << ENTRY_TOP_SHIFT)

/*
 * The low 16 bits of a live object's address, plus 1: objects are aligned to 8, so
 * no other address in the page gives the same key, and a freed one's key is even.
 */
static inline unsigned long entry_live_key(const void *object)
{
	return ((unsigned long)object + 1) << ENTRY_TOP_SHIFT;
}

static inline bool entry_matches(const struct slab_entry *entry, const void *object)
{
	return ((READ_ONCE(entry->info) ^ entry_live_key(object)) & ~ENTRY_LOW_MASK) == 0;
}

static inline struct slab_track *word_track(unsigned long word)
{
	return (struct slab_track *)(word & -64UL);
}

static inline struct slab_entry *word_entry(unsigned long word, const void *object)
{
	/* The CPU shifts by the low six bits; the mask tells the compiler so. */
	return &word_track(word)->entries[offset_in_page(object) >> (word & 63)];
}

/* Pairs with the release in slab_track.c: who sees the word sees the whole track. */
static inline unsigned long slab_word(const void *object)
{
	unsigned long offset = (unsigned long)object - slab_map.base;

	if (unlikely(offset >= slab_map.span))
		return 0;
	return smp_load_acquire(&slab_map.words[offset >> PAGE_SHIFT]);
}

static inline struct slab_track *page_track(const struct page *page)
{
	return word_track(smp_load_acquire(&slab_map.words[page_to_pfn(page)]));
}

/*
 * The entry of the live object that starts exactly at @object, NULL if there is
 * none, whatever @object is.
 */
static __always_inline struct slab_entry *slab_find_live(const void *object)
{
	unsigned long word = slab_word(object);
	struct slab_entry *entry;

	if (unlikely(!word))
		return NULL;
	entry = word_entry(word, object);
	return likely(entry_matches(entry, object)) ? entry : NULL;
}

/* The entry of an object that was handed out, live or not. */
static inline struct slab_entry *slab_entry_of(const void *object)
{
	return word_entry(slab_word(object), object);
}

static inline bool entry_is_live(const struct slab_entry *entry)
{
	return READ_ONCE(entry->info) & ENTRY_LIVE;
}

static inline unsigned int entry_cache_id(const struct slab_entry *entry)
{
	return READ_ONCE(entry->owner) >> ENTRY_TOP_SHIFT;
}

static inline size_t entry_size(const struct slab_entry *entry)
{
	return READ_ONCE(entry->info) & UINT_MAX;
}

/* slab_track.c */

/* Makes the pages of a fresh object slab pages; its entry, NULL without libc memory. */
__internal struct slab_entry *slab_track_object(void *object, const struct object_shape *shape);
/* From now on some larger thing accounts for the live object. NULL is ignored. */
__internal void slab_hide_owner(const void *object);
/* The page is about to be used for something else. */
__internal void slab_page_forget(struct page *page);
__internal void slab_block_forget(struct page *page, unsigned int order);
/* Calls @fn for every live object; takes the tracks' lock. */
typedef void slab_visit_fn(void *ctx, const struct kmem_cache *cache,
			   const struct slab_entry *entry, void *object);
__internal void slab_for_each_live(slab_visit_fn *fn, void *ctx);
__internal int slab_tracks_boot(void);
__internal void slab_tracks_shutdown(void);
/* What is wrong with freeing @object at @ip, as a WARN. */
__internal void slab_report_bad_free(const void *object, unsigned long ip);

/* slub.c */
__internal void slab_objects_give(struct kmem_cache *cache, void **objects, unsigned int nr);
__internal unsigned int slab_shelf_empty(struct kmem_cache *cache);

/* slab_common.c */
__internal int slab_boot(void);
__internal void slab_shutdown(void);
__internal void slab_for_each_cache(void (*fn)(void *ctx, struct kmem_cache *cache), void *ctx);
/* Gives unused objects that are not typed for RCU back to the backend. */
__internal void slab_relieve_pressure(void);

#endif
