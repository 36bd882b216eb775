/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Slab layer internals.
 *
 * A page that holds objects has type PGTY_slab and, if an object starts in it, a
 * track: one entry per object that can start there, found by dividing the offset
 * by the slot size. The entry says whether the object is live, who allocated it
 * with which size and cache, and, after it was freed, where that happened.
 * Objects of several caches may share a page when their slots are equal. A track
 * is created when the first object of a page is handed out and lives until the
 * page is used for something else.
 */
#ifndef _UDM_LIBKERN_MM_SLAB_H
#define _UDM_LIBKERN_MM_SLAB_H

#include <linux/slab.h>

#include "backend.h"
#include "thread_cache.h"

struct slab_entry {
	/* call site | OWNER_HIDDEN | (offset in page / 8) << 48 | OWNER_LIVE */
	unsigned long owner;
	/* requested size while live, address of the free after, | cache id << 48 */
	unsigned long info;
};

struct slab_track {
	struct list_head link;
	struct page *page;
	unsigned int slot;
	unsigned int reciprocal;	/* 2^32 / slot, rounded up */
	unsigned int nr;
	struct slab_entry entries[];
};

struct kmem_cache {
	unsigned int id;
	unsigned int object_size;
	slab_flags_t flags;
	gfp_t zone_flags;		/* where its memory must lie */
	unsigned int magazine_limit;	/* 0: no magazines */
	struct object_shape shape;
	void (*ctor)(void *object);
	const char *name;
	struct list_head link;

	/*
	 * Caches with a constructor or TYPESAFE_BY_RCU keep freed objects here,
	 * in libc memory, instead of handing them to the backend: constructed
	 * state survives, and the memory keeps its type.
	 */
	struct mem_lock shelf_lock;
	unsigned int shelf_count;
	unsigned int shelf_size;
	void **shelf;
};

__internal extern struct kmem_cache *slab_caches[SLAB_CACHES_MAX];

static inline bool cache_is_typed(const struct kmem_cache *cache)
{
	return cache->ctor || (cache->flags & SLAB_TYPESAFE_BY_RCU);
}

/* Pairs with the release in slab_track.c: who sees the track sees all of it. */
static inline struct slab_track *page_track(const struct page *page)
{
	return (struct slab_track *)smp_load_acquire(&page->mapping);
}

#define ENTRY_ID_SHIFT 48
#define ENTRY_INFO_MASK ((1UL << ENTRY_ID_SHIFT) - 1)

/* The upper 16 bits of a live object's owner word: where in the page it starts. */
static inline unsigned int entry_key(const void *object)
{
	return OWNER_LIVE >> 48 | offset_in_page(object) >> 3;
}

static inline bool entry_matches(const struct slab_entry *entry, const void *object)
{
	return READ_ONCE(entry->owner) >> 48 == entry_key(object);
}

static inline struct slab_entry *track_entry(struct slab_track *track, const void *object)
{
	return &track->entries[((u64)offset_in_page(object) * track->reciprocal) >> 32];
}

/*
 * The entry of a live object that starts exactly at @object, NULL if there is
 * none. Descriptors of holes read as zeroes, so any address of the direct map
 * may be asked about.
 */
static __always_inline struct slab_entry *slab_find_live(const void *object)
{
	const struct page *page = virt_to_page(object);
	struct slab_track *track;
	struct slab_entry *entry;

	if (unlikely(!udm_in_direct_map(object) || !udm_page_has_type(page, PGTY_slab)))
		return NULL;
	track = page_track(page);
	if (unlikely(!track))
		return NULL;
	entry = track_entry(track, object);
	return likely(entry_matches(entry, object)) ? entry : NULL;
}

static inline bool entry_is_live(const struct slab_entry *entry)
{
	return READ_ONCE(entry->owner) & OWNER_LIVE;
}

static inline unsigned int entry_cache_id(const struct slab_entry *entry)
{
	return READ_ONCE(entry->info) >> ENTRY_ID_SHIFT;
}

static inline size_t entry_size(const struct slab_entry *entry)
{
	return READ_ONCE(entry->info) & UINT_MAX;
}

/* slab_track.c */

/* The track for objects of this shape in the page of @object; NULL without libc memory. */
__internal struct slab_track *slab_track_create(void *object, const struct object_shape *shape);
/* From now on some larger thing accounts for the live object. NULL is ignored. */
__internal void slab_hide_owner(const void *object);
/* The page is about to be used for something else. */
__internal void slab_page_forget(struct page *page);
__internal void slab_block_forget(struct page *page, unsigned int order);
/* Calls @fn for every live object; takes the tracks' lock. */
__internal void slab_for_each_live(void (*fn)(void *ctx, const struct kmem_cache *cache,
					      const struct slab_entry *entry), void *ctx);
__internal void slab_tracks_shutdown(void);
/* What is wrong with freeing @object at @ip, as a WARN. */
__internal void slab_report_bad_free(const void *object, unsigned long ip);

/* slub.c */
__internal unsigned int slab_shelf_empty(struct kmem_cache *cache);

/* slab_common.c */
__internal int slab_boot(void);
__internal void slab_shutdown(void);
/* Gives unused objects that are not typed for RCU back to the backend. */
__internal void slab_relieve_pressure(void);

#endif
