/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Free pages and objects that a host thread keeps at hand.
 *
 * A thread uses its own cache between thread_cache_enter() and _leave(), which
 * cost no atomic read-modify-write: the owner announces itself with a plain store
 * and looks whether somebody blocks it; whoever wants to empty other threads'
 * caches blocks them, makes every thread pass a memory barrier (membarrier(2)),
 * and waits until the owner is out. Inside, the owner must not allocate through
 * the public interfaces, print, or sleep. Fibers of one thread share its cache.
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

/* Free objects of one kmem_cache on one node; memory of libc's heap. */
struct magazine {
	unsigned int count;
	unsigned int limit;
	void *objects[];
};

/* Tables and entries that do not exist yet are these, full and empty at the same time. */
__internal extern struct magazine no_magazine;
__internal extern struct magazine *no_magazines[SLAB_CACHES_MAX];

struct thread_cache {
	int busy;		/* owner: stored by the thread alone */
	int blocked;		/* stored by whoever empties caches */
	struct magazine **magazines[MAX_NUMNODES];	/* by node and cache id */
	struct list_head link;
	struct page_cache pages[NR_ZONES];
};

__internal extern __thread struct thread_cache *thread_cache_self
	__attribute__((tls_model("initial-exec")));
/* Set when the host has no membarrier(2): then entering is a real barrier. */
__internal extern bool thread_cache_fence;

/* Creates the cache if need be, and waits until nobody blocks it. */
__internal struct thread_cache *thread_cache_enter_slow(void);

static __always_inline void thread_cache_leave(struct thread_cache *cache)
{
	__atomic_store_n(&cache->busy, 0, __ATOMIC_RELEASE);
}

/* For fast paths: NULL also when somebody wants the caches right now; calls nothing. */
static __always_inline struct thread_cache *thread_cache_try_enter(void)
{
	struct thread_cache *cache = thread_cache_self;

	if (unlikely(!cache))
		return NULL;
	/*
	 * The store must be visible before the load is done: either the barrier
	 * is here, or the other side's membarrier() acts as one in this thread.
	 */
	if (unlikely(thread_cache_fence)) {
		__atomic_exchange_n(&cache->busy, 1, __ATOMIC_SEQ_CST);
	} else {
		__atomic_store_n(&cache->busy, 1, __ATOMIC_RELAXED);
		barrier();
	}
	if (likely(!__atomic_load_n(&cache->blocked, __ATOMIC_ACQUIRE)))
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

__internal void thread_caches_boot(void);
/* Forgets everything that is cached: the memory itself is going away. */
__internal void thread_caches_shutdown(void);

/* slub.c: all objects of one magazine go back to where they came from. */
__internal void magazine_flush(unsigned int cache_id, struct magazine *magazine);
/* Frees an empty magazine; its place in the table says so. */
__internal void magazine_drop(struct magazine **place);

#endif
