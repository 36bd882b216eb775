/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Idle mark: finds buffers that are returned twice, with UDM_DEBUG_RETURNS.
 *
 * A buffer that was returned carries the mark, in the word of netmem_desc that the
 * pool does not use otherwise, until it is handed out again or leaves the pool. A
 * return that finds it is the second one of the same buffer: it is reported and
 * ignored, where it would be handed out twice otherwise. Written by whoever holds
 * the buffer, in pools with mark_idle only; the others pay nothing.
 */
#ifndef LIBPAGEPOOL_IDLE_MARK_H
#define LIBPAGEPOOL_IDLE_MARK_H

#include <linux/compiler.h>
#include <net/netmem.h>
#include <net/page_pool/types.h>

#define IDLE_MARK	0x1d7eUL

static __always_inline bool idle_mark_test(const struct page_pool *pool, netmem_ref netmem)
{
	return unlikely(pool->mark_idle) &&
	       READ_ONCE(netmem_to_nmdesc(netmem)->_pp_mapping_pad) == IDLE_MARK;
}

static __always_inline void idle_mark_set(const struct page_pool *pool, netmem_ref netmem)
{
	if (unlikely(pool->mark_idle))
		WRITE_ONCE(netmem_to_nmdesc(netmem)->_pp_mapping_pad, IDLE_MARK);
}

static __always_inline void idle_mark_clear(const struct page_pool *pool, netmem_ref netmem)
{
	if (unlikely(pool->mark_idle))
		WRITE_ONCE(netmem_to_nmdesc(netmem)->_pp_mapping_pad, 0);
}

#endif
