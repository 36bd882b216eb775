/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Idle mark: which buffers of a pool are in its cache or ring, and which are out.
 *
 * A buffer that was returned carries the mark, in the word of netmem_desc that the
 * pool does not use otherwise, until it is handed out again or leaves the pool. A
 * return that finds it is the second one of the same buffer: it is reported and
 * ignored, where the kernel would hand the buffer out twice. The introspection
 * reads it to tell what is in use. Written by whoever holds the buffer.
 */
#ifndef LIBPAGEPOOL_IDLE_MARK_H
#define LIBPAGEPOOL_IDLE_MARK_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <net/netmem.h>

#define IDLE_MARK	0x1d7eUL

static __always_inline bool idle_mark_test(const struct netmem_desc *desc)
{
	return READ_ONCE(desc->_pp_mapping_pad) == IDLE_MARK;
}

static __always_inline void idle_mark_clear(netmem_ref netmem)
{
	WRITE_ONCE(netmem_to_nmdesc(netmem)->_pp_mapping_pad, 0);
}

/* True if the buffer is idle already: leave it alone. */
static __always_inline bool idle_mark_set(netmem_ref netmem)
{
	struct netmem_desc *desc = netmem_to_nmdesc(netmem);

	if (WARN(unlikely(idle_mark_test(desc)), "page_pool: %s %p of pool %p returned twice",
		 netmem_is_net_iov(netmem) ? "net_iov" : "page", desc, desc->pp))
		return true;
	WRITE_ONCE(desc->_pp_mapping_pad, IDLE_MARK);
	return false;
}

#endif
