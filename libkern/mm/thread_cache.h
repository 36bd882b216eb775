/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Free pages and objects that a host thread keeps at hand.
 *
 * A thread uses its own cache between thread_cache_enter() and _leave(), which
 * cost no atomic read-modify-write: the owner announces itself with a plain store
 * and looks whether the cache is closed; whoever wants to empty other threads'
 * caches closes them, makes every thread pass a memory barrier (membarrier(2)),
 * and waits until the owner is out. Inside, the owner must not allocate through
 * the public interfaces, print, or sleep. Fibers of one thread share its cache.
 *
 * Whatever else the paths of the allocators must look at first also closes the
 * cache, but only for thread_cache_enter_fast(): so a fast path asks one question.
 */
#ifndef _UDM_LIBKERN_MM_THREAD_CACHE_H
#define _UDM_LIBKERN_MM_THREAD_CACHE_H

#include "internal.h"

#define SLAB_CACHES_MAX 1024
#define PAGE_CACHE_MAX 64
#define PAGE_CACHE_BATCH 32

struct page_cache {
	unsigned int count;
	struct page *pages[PAGE_CACHE_MAX];
};

/* A free object and what says so. */
struct magazine_item {
	void *object;
	struct slab_entry *entry;
};

/* Free objects of one kmem_cache on one node; memory of libc's heap. */
struct magazine {
	unsigned int count;
	unsigned int limit;
	struct magazine_item items[];
};

/* Why caches are closed. Only the first two and the third matter outside of fast paths. */
#define THREAD_CACHE_VISITED	0x01u	/* somebody is at it */
#define THREAD_CACHE_ABSENT	0x02u	/* the thread has none yet */
#define THREAD_CACHE_FENCE	0x04u	/* no membarrier(2): entering is a real barrier */
#define THREAD_CACHE_NODES	0x08u	/* there is more than one node */
#define THREAD_CACHE_FAULTS	0x10u	/* an allocation may be made to fail */
#define THREAD_CACHE_DEBUG	0x20u	/* call chains are recorded */

/* Tables and entries that do not exist yet are these, full and empty at the same time. */
__internal extern struct magazine no_magazine;
__internal extern struct magazine *no_magazines[SLAB_CACHES_MAX];

struct thread_cache {
	int busy;		/* stored by the thread alone */
	unsigned int closed;	/* stored under the lock of the registry */
	struct magazine *home[SLAB_CACHES_MAX];		/* of node 0, by cache id */
	struct magazine **magazines[MAX_NUMNODES];	/* by node and cache id */
	struct list_head link;
	struct page_cache pages[NR_ZONES];
};

__internal extern __thread struct thread_cache *thread_cache_self
	__attribute__((tls_model("initial-exec")));
/* Creates the cache if need be, and waits until nobody blocks it. */
__internal struct thread_cache *thread_cache_enter_slow(void);

static __always_inline void thread_cache_leave(struct thread_cache *cache)
{
	__atomic_store_n(&cache->busy, 0, __ATOMIC_RELEASE);
}

/* NULL also when somebody wants the caches right now; calls nothing. */
static __always_inline struct thread_cache *thread_cache_try_enter(void)
{
	struct thread_cache *cache = thread_cache_self;

	/*
	 * The store must be visible before the load is done: either the barrier
	 * is here, or the other side's membarrier() acts as one in this thread.
	 */
	if (unlikely(__atomic_load_n(&cache->closed, __ATOMIC_RELAXED) & THREAD_CACHE_FENCE)) {
		__atomic_exchange_n(&cache->busy, 1, __ATOMIC_SEQ_CST);
	} else {
		__atomic_store_n(&cache->busy, 1, __ATOMIC_RELAXED);
		barrier();
	}
	if (likely(!(__atomic_load_n(&cache->closed, __ATOMIC_ACQUIRE) &
		     (THREAD_CACHE_VISITED | THREAD_CACHE_ABSENT))))
		return cache;
	thread_cache_leave(cache);
	return NULL;
}

/* NULL also when there is any reason to take the long way. */
static __always_inline struct thread_cache *thread_cache_enter_fast(void)
{
	struct thread_cache *cache = thread_cache_self;

	/* As above; where that is not enough the cache is always closed. */
	__atomic_store_n(&cache->busy, 1, __ATOMIC_RELAXED);
	barrier();
	if (likely(!__atomic_load_n(&cache->closed, __ATOMIC_ACQUIRE)))
		return cache;
	thread_cache_leave(cache);
	return NULL;
}

/* NULL only when the host has no memory. */
static inline struct thread_cache *thread_cache_enter(void)
{
	struct thread_cache *cache = thread_cache_try_enter();

	return likely(cache) ? cache : thread_cache_enter_slow();
}

/* Calls @fn for every thread's cache while its owner is kept out. Not between enter and leave. */
__internal void thread_caches_visit(void (*fn)(void *ctx, struct thread_cache *cache), void *ctx);

/* Gives everything in the cache back to zones and backends; also for the owner at exit. */
__internal void thread_cache_empty(struct thread_cache *cache);

/* Closes and opens all caches for fast paths, for these reasons. Takes the registry's lock. */
__internal void thread_caches_close(unsigned int reasons);
__internal void thread_caches_open(unsigned int reasons);

__internal void thread_caches_boot(void);
/* Forgets everything that is cached: the memory itself is going away. */
__internal void thread_caches_shutdown(void);

/* slub.c: all objects of one magazine go back to where they came from. */
__internal void magazine_flush(unsigned int cache_id, struct magazine *magazine);
/* Frees an empty magazine; its place in the table says so. */
__internal void magazine_drop(struct magazine **place);

#endif
