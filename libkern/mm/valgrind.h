/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What memcheck is told when a program runs under valgrind.
 *
 * Objects are chunks of memory pools (slab_debug.c); what belongs to no object is
 * inaccessible. Pages in use count as initialised, since their contents may come
 * from another mapping of the same memory. Everything here compiles to nothing where
 * valgrind's header is missing, and in builds with sanitizers, which have their own
 * marks.
 */
#ifndef _UDM_LIBKERN_MM_VALGRIND_H
#define _UDM_LIBKERN_MM_VALGRIND_H

#include "slab.h"

#if !defined(UDM_PLAIN_ALLOC) && __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_CREATE_MEMPOOL(pool, red_zone, zeroed) ((void)(pool))
#define VALGRIND_DESTROY_MEMPOOL(pool) ((void)(pool))
#define VALGRIND_MEMPOOL_ALLOC(pool, addr, size) ((void)(addr), (void)(size))
#define VALGRIND_MEMPOOL_FREE(pool, addr) ((void)(addr))
#define VALGRIND_MEMPOOL_CHANGE(pool, from, to, size) ((void)(from), (void)(to), (void)(size))
#define VALGRIND_MAKE_MEM_NOACCESS(addr, size) ((void)(addr), (void)(size))
#define VALGRIND_MAKE_MEM_DEFINED(addr, size) ((void)(addr), (void)(size))
#define VALGRIND_MAKE_MEM_UNDEFINED(addr, size) ((void)(addr), (void)(size))
#endif

static inline bool valgrind_watches(void)
{
	return RUNNING_ON_VALGRIND;
}

#endif
