/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory debugging: what is on, who allocated what, and the marks of valgrind.
 *
 * mem_debug is settled by mem_debug_boot() and then constant. The slow paths of
 * the allocators ask it, the fast ones never: while objects are debugged they
 * have no magazines, and while call chains are recorded the thread caches are
 * closed. See udevmem/memdebug.h.
 */
#ifndef _UDM_LIBKERN_MM_MEM_DEBUG_H
#define _UDM_LIBKERN_MM_MEM_DEBUG_H

#include <linux/sched.h>
#include <linux/stackdepot.h>
#include <udevmem/memdebug.h>

#include "internal.h"

struct kmem_cache;
struct udm_config;

/* What concerns the memory of objects, not only who they belong to. */
#define MEM_DEBUG_OBJECTS (UDM_DEBUG_POISON | UDM_DEBUG_REDZONE | UDM_DEBUG_QUARANTINE | \
			   UDM_DEBUG_VALGRIND)
/* What puts room between objects. */
#define MEM_DEBUG_ROOM (UDM_DEBUG_REDZONE | UDM_DEBUG_VALGRIND)

__internal extern unsigned int mem_debug;

/* One allocation or free. seq is its place among all of them, 0 if nothing is known. */
struct mem_origin {
	unsigned long seq;
	depot_stack_handle_t stack;
	pid_t pid;
	char comm[TASK_COMM_LEN];
};

/* Notes the task, and its call chain from where the call returns to @ip on (0: all of it). */
__internal void mem_origin_record(struct mem_origin *origin, unsigned long ip);
/* "@what by COMM/PID:" and the chain, if anything is known. */
__internal void mem_origin_print(const char *what, const struct mem_origin *origin);

/* slab_track.c: of an object that was handed out. NULL without libc memory. */
struct slab_origin {
	struct mem_origin alloc;
	struct mem_origin free;
};

__internal struct slab_origin *slab_origin(const void *object);
__internal void slab_origin_print(const void *object);
/* Who allocated the object, NULL if nothing was ever recorded in its page. */
__internal const struct mem_origin *slab_origin_known(const void *object);

/* page_owner.c: of the block that starts with @page. Origins are NULL when not recorded. */
struct page_origin {
	struct mem_origin alloc;
	struct mem_origin free;
	size_t size;			/* asked of a large kmalloc(), 0 otherwise */
};

__internal int page_owner_boot(void);
__internal void page_owner_shutdown(void);
__internal struct page_origin *page_origin(const struct page *page);
__internal void page_owner_print(const struct page *page);

/* page_poison.c: a block is about to be used, or is free now. */
__internal void page_debug_alloc(struct page *page, unsigned int order, gfp_t gfp);
__internal void page_debug_free(struct page *page, unsigned int order);
/* Nobody used the block before. */
__internal void page_debug_fresh(struct page *page, unsigned int order);
/* The block was free and goes to the slab layer. */
__internal void page_debug_take(struct page *page, unsigned int order);
/* Memory of @size bytes at @addr with @room bytes, for large kmalloc() and vmalloc(). */
__internal void slack_fill(void *addr, size_t size, size_t room);
__internal bool slack_check(const void *addr, size_t size, size_t room, const char *what,
			    const struct alloc_tag *tag);

/*
 * slab_debug.c. Of an object that is about to be handed out, is being freed by
 * @ip, changes its size in place, and of all. The cache's debug says what is on.
 */
__internal void slab_debug_alloc(struct kmem_cache *cache, void *object, gfp_t flags, size_t size,
				 unsigned long ip);
__internal void slab_debug_free(struct kmem_cache *cache, void *object, unsigned long ip);
__internal void slab_debug_resize(struct kmem_cache *cache, void *object, size_t old, size_t size);
/* The same of large kmalloc() memory. */
__internal void large_debug_alloc(struct page *page, size_t size, gfp_t flags);
__internal void large_debug_free(struct page *page);
__internal void large_debug_resize(struct page *page, size_t size);
/* A freed object leaves the free ones. */
__internal void slab_debug_reuse(struct kmem_cache *cache, void *object);
/* Where freed objects of a debugged cache go. */
__internal void slab_debug_give(struct kmem_cache *cache, void *object);
/* Ends the quarantine for the objects of @cache, of all caches if that is NULL. */
__internal void slab_debug_drain(struct kmem_cache *cache);
__internal size_t slab_debug_check(void);
__internal void slab_debug_boot(void);
__internal void slab_debug_shutdown(void);

/* mem_debug.c. -EINVAL for an unknown word. */
__internal int mem_debug_boot(const struct udm_config *cfg);
__internal void mem_debug_shutdown(void);

#endif
