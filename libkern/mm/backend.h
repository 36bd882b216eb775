/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the page allocator and the slab layer need from below.
 *
 * A backend owns the frames of the zones. It gives the page allocator spans, and
 * the slab layer objects: fixed-size pieces of memory without any identity. Two
 * exist: jemalloc.c, one arena per zone, and plain.c for sanitizers, with red
 * zones and delayed reuse. All calls may be made from any thread and may take
 * locks of the host, but never sleep on the kernel side; all return nothing
 * when the zone is used up.
 */
#ifndef _UDM_LIBKERN_MM_BACKEND_H
#define _UDM_LIBKERN_MM_BACKEND_H

#include "internal.h"

/*
 * BACKEND_REUSE: may freed objects be handed out again at once? Not where late
 * accesses shall be found.
 */
#ifdef UDM_PLAIN_ALLOC
#define BACKEND_REUSE 0
#else
#define BACKEND_REUSE 1
#endif

#if defined(__SANITIZE_ADDRESS__)
#define MEM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEM_ASAN 1
#endif
#endif

#ifdef MEM_ASAN
#include <sanitizer/asan_interface.h>
#define mem_poison(addr, size) ASAN_POISON_MEMORY_REGION((addr), (size))
#define mem_unpoison(addr, size) ASAN_UNPOISON_MEMORY_REGION((addr), (size))
/* The same for a large range, most of it never used: drops the marks without writing them. */
void mem_unpoison_range(void *addr, size_t size);
#else
#define mem_poison(addr, size) ((void)(addr), (void)(size))
#define mem_unpoison(addr, size) ((void)(addr), (void)(size))
#define mem_unpoison_range mem_unpoison
#endif

/* To ThreadSanitizer a free is a write: whoever uses the memory at the same time races with it. */
#ifdef __UDM_TSAN__
void __tsan_write_range(void *addr, long size);
#define mem_note_free(addr, size) __tsan_write_range((addr), (size))
#else
#define mem_note_free(addr, size) ((void)(addr), (void)(size))
#endif

/* Shape of an object: what it must hold, where it may start, what is around it. */
struct object_shape {
	size_t size;
	size_t align;		/* power of two, at least 8 */
	size_t front;		/* bytes of nobody before it, and behind it */
	size_t rear;
	size_t slot;		/* distance of neighbours: no page has two closer starts */
};

/* Completes @shape from size, align, front (a multiple of align) and rear. */
__internal void backend_shape(struct object_shape *shape);

/* @bytes and @align are multiples of the page size; @align a power of two. */
__internal void *backend_span_alloc(struct zone *zone, size_t bytes, size_t align);
__internal void backend_span_free(struct zone *zone, void *addr, size_t bytes);

/* Up to @nr objects; returns how many. Contents are undefined. */
__internal unsigned int backend_objects_alloc(struct zone *zone, const struct object_shape *shape,
					      void **objects, unsigned int nr);
__internal void backend_objects_free(struct zone *zone, const struct object_shape *shape,
				     void **objects, unsigned int nr);
/* Returns memory of unused objects to the zone where that is not automatic. */
__internal void backend_trim(struct zone *zone);

__internal void backend_zone_exit(struct zone *zone);

#endif
