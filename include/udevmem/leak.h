/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is allocated right now, and where from.
 *
 * Every page block, slab object and vmalloc area remembers the call site that
 * allocated it. Counting walks all of them, so it costs time in proportion to the
 * memory in use and nothing per allocation. Other threads may allocate
 * meanwhile; then the result is a snapshot of a moving target.
 */
#ifndef _UDEVMEM_LEAK_H
#define _UDEVMEM_LEAK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum udm_leak_kind {
	UDM_LEAK_SLAB,		/* kmalloc and kmem_cache objects up to 8 KiB, larger caches too */
	UDM_LEAK_PAGES,		/* page blocks, large kmalloc included */
	UDM_LEAK_VMALLOC,	/* areas, in addition to their pages */
};

/*
 * One call site with live objects. @cache is "" except for UDM_LEAK_SLAB. The last
 * four are of the latest of the objects: the task that allocated it and its call
 * chain, for udm_debug_stack(); 0 and "" unless UDM_DEBUG=stacks is on.
 */
struct udm_leak_site {
	enum udm_leak_kind kind;
	const char *file;
	const char *function;
	unsigned int line;
	const char *cache;
	size_t objects;
	size_t bytes;
	unsigned long latest;	/* its number among all allocations */
	unsigned int stack;
	int pid;
	char comm[16];
};

/* Live objects of all kinds, and the bytes they occupy (vmalloc counts as its pages). */
size_t udm_live_objects(void);
size_t udm_live_bytes(void);
/* Live objects whose allocating function is @function (as __func__ spells it). */
size_t udm_live_objects_of(const char *function);

/*
 * A snapshot of the live objects, to be compared with a later state and freed.
 * NULL without memory. udm_leak_since() calls @fn for every site that has more
 * objects now than in @before, with the excess in objects and bytes, sites in
 * order of file and line, and returns the sum of the excess objects; @fn may
 * be NULL.
 */
struct udm_leak_snapshot;
struct udm_leak_snapshot *udm_leak_snapshot(void);
void udm_leak_snapshot_free(struct udm_leak_snapshot *snapshot);
size_t udm_leak_since(const struct udm_leak_snapshot *before,
		      void (*fn)(void *ctx, const struct udm_leak_site *site), void *ctx);

/*
 * Writes one line per call site with live objects to the log, and who allocated the
 * latest of them where that is known; returns the object count. Before that, whoever
 * knows more about what is left says so.
 */
size_t udm_leak_report(void);

/*
 * Somebody who knows more: @tell writes to the log. The struct stays the caller's, and
 * nobody reports between add and remove. The library of page pools is one.
 */
struct udm_leak_teller {
	void (*tell)(void);
	struct udm_leak_teller *next;
};
void udm_leak_teller_add(struct udm_leak_teller *teller);
void udm_leak_teller_remove(struct udm_leak_teller *teller);

#ifdef __cplusplus
}
#endif

#endif
