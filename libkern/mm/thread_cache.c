// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registry of the threads' caches: creation at a thread's first allocation,
 * return of the contents at its end, and visits by other threads when memory
 * runs short, a kmem_cache goes away, or the machine stops.
 */
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "thread_cache.h"

/* What threads have that have none: fast paths need not ask. */
static struct thread_cache no_cache = { .closed = THREAD_CACHE_ABSENT };
__thread struct thread_cache *thread_cache_self
	__attribute__((tls_model("initial-exec"))) = &no_cache;

struct magazine no_magazine;
struct magazine *no_magazines[SLAB_CACHES_MAX] = {
	[0 ... SLAB_CACHES_MAX - 1] = &no_magazine,
};

static LIST_HEAD(caches);
static unsigned int closed;		/* of every cache, under the lock */
static pthread_mutex_t caches_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

void mem_lock_slow(struct mem_lock *lock)
{
	unsigned int spins = 0;

	do {
		while (__atomic_load_n(&lock->held, __ATOMIC_RELAXED))
			if (++spins % 64 == 0)
				sched_yield();
	} while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE));
}

static int membarrier(int cmd)
{
	return syscall(__NR_membarrier, cmd, 0, 0);
}

void magazine_drop(struct magazine **place)
{
	if (*place != &no_magazine)
		free(*place);
	*place = &no_magazine;
}

static void free_magazines(struct thread_cache *cache)
{
	unsigned int nid, i;

	for (nid = 0; nid < MAX_NUMNODES; nid++) {
		if (cache->magazines[nid] == no_magazines)
			continue;
		for (i = 0; i < SLAB_CACHES_MAX; i++)
			magazine_drop(&cache->magazines[nid][i]);
		if (!nid)
			continue;
		free(cache->magazines[nid]);
		cache->magazines[nid] = no_magazines;
	}
}

/* The lock keeps visitors away, so there is nobody to wait for. */
static void thread_exits(void *arg)
{
	struct thread_cache *cache = arg;

	pthread_mutex_lock(&caches_lock);
	list_del(&cache->link);
	thread_cache_empty(cache);
	pthread_mutex_unlock(&caches_lock);
	free_magazines(cache);
	free(cache);
	thread_cache_self = &no_cache;
}

static void make_key(void)
{
	pthread_key_create(&key, thread_exits);
}

static struct thread_cache *create(void)
{
	struct thread_cache *cache = calloc(1, sizeof(*cache));
	unsigned int nid;

	if (!cache)
		return NULL;
	memcpy(cache->home, no_magazines, sizeof(cache->home));
	cache->magazines[0] = cache->home;
	for (nid = 1; nid < MAX_NUMNODES; nid++)
		cache->magazines[nid] = no_magazines;
	pthread_once(&key_once, make_key);
	pthread_setspecific(key, cache);
	pthread_mutex_lock(&caches_lock);
	cache->closed = closed;
	list_add_tail(&cache->link, &caches);
	pthread_mutex_unlock(&caches_lock);
	thread_cache_self = cache;
	return cache;
}

struct thread_cache *thread_cache_enter_slow(void)
{
	struct thread_cache *cache = thread_cache_self;

	if (cache == &no_cache)
		cache = create();
	while (cache && !thread_cache_try_enter())
		sched_yield();
	return cache;
}

static void block_owners(void)
{
	struct thread_cache *cache;

	list_for_each_entry(cache, &caches, link)
		__atomic_store_n(&cache->closed, closed | THREAD_CACHE_VISITED, __ATOMIC_SEQ_CST);
	if (!(closed & THREAD_CACHE_FENCE))
		membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
	list_for_each_entry(cache, &caches, link)
		while (__atomic_load_n(&cache->busy, __ATOMIC_ACQUIRE))
			sched_yield();
}

void thread_caches_visit(void (*fn)(void *ctx, struct thread_cache *cache), void *ctx)
{
	struct thread_cache *cache;

	pthread_mutex_lock(&caches_lock);
	block_owners();
	list_for_each_entry(cache, &caches, link) {
		fn(ctx, cache);
		__atomic_store_n(&cache->closed, closed, __ATOMIC_RELEASE);
	}
	pthread_mutex_unlock(&caches_lock);
}

static void set_closed(unsigned int reasons)
{
	struct thread_cache *cache;

	closed = reasons;
	list_for_each_entry(cache, &caches, link)
		__atomic_store_n(&cache->closed, reasons, __ATOMIC_RELEASE);
}

void thread_caches_close(unsigned int reasons)
{
	pthread_mutex_lock(&caches_lock);
	set_closed(closed | reasons);
	pthread_mutex_unlock(&caches_lock);
}

void thread_caches_open(unsigned int reasons)
{
	pthread_mutex_lock(&caches_lock);
	set_closed(closed & ~reasons);
	pthread_mutex_unlock(&caches_lock);
}

static void empty_pages(struct page_cache *pages, struct zone *zone)
{
	while (pages->count)
		zone_block_give(zone, pages->pages[--pages->count], 0);
}

void thread_cache_empty(struct thread_cache *cache)
{
	unsigned int nid, i;

	for (i = 0; i < udm_nr_zones; i++)
		empty_pages(&cache->pages[i], &udm_zones[i]);
	for (nid = 0; nid < MAX_NUMNODES; nid++)
		for (i = 0; cache->magazines[nid] != no_magazines && i < SLAB_CACHES_MAX; i++)
			magazine_flush(i, cache->magazines[nid][i]);
}

static void forget(void *ctx, struct thread_cache *cache)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		cache->pages[i].count = 0;
	free_magazines(cache);
}

void thread_caches_boot(void)
{
	unsigned int reasons = 0;

	if (membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED))
		reasons |= THREAD_CACHE_FENCE;
	if (udm_physmap.nodes > 1)
		reasons |= THREAD_CACHE_NODES;
	pthread_mutex_lock(&caches_lock);
	set_closed(reasons);
	pthread_mutex_unlock(&caches_lock);
}

void thread_caches_shutdown(void)
{
	thread_caches_visit(forget, NULL);
}
