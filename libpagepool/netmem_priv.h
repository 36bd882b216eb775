/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing what net/netmem.h lets everybody read: for the pool and the network
 * core only.
 *
 * pp_magic carries three things: the signature that marks a pool's buffer, the
 * index of its DMA mapping (pages only, PP_DMA_INDEX_MASK), and in its low bits
 * what the page allocator put there (compound tail, pfmemalloc).
 *
 * The holder of the buffer writes these words. Single-copy stores, because the
 * scrub of a dying pool and the introspection look at them from outside.
 */
#ifndef LIBPAGEPOOL_NETMEM_PRIV_H
#define LIBPAGEPOOL_NETMEM_PRIV_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/mm.h>
#include <linux/poison.h>
#include <net/netmem.h>

/* The magic without the mapping's index. */
static inline unsigned long netmem_get_pp_magic(netmem_ref netmem)
{
	return READ_ONCE(netmem_to_nmdesc(netmem)->pp_magic) & ~PP_DMA_INDEX_MASK;
}

static inline void __netmem_set_pp_magic(netmem_ref netmem, unsigned long magic)
{
	WRITE_ONCE(netmem_to_nmdesc(netmem)->pp_magic, magic);
}

/* Add bits; what is there stays. */
static inline void netmem_or_pp_magic(netmem_ref netmem, unsigned long pp_magic)
{
	__netmem_set_pp_magic(netmem, netmem_to_nmdesc(netmem)->pp_magic | pp_magic);
}

/* Forget everything. An index that is still there means a mapping is leaked. */
static inline void netmem_clear_pp_magic(netmem_ref netmem)
{
	WARN_ON_ONCE(netmem_to_nmdesc(netmem)->pp_magic & PP_DMA_INDEX_MASK);
	__netmem_set_pp_magic(netmem, 0);
}

/* Is it a buffer of some page pool? */
static inline bool netmem_is_pp(netmem_ref netmem)
{
	return (netmem_get_pp_magic(netmem) & PP_MAGIC_MASK) == PP_SIGNATURE;
}

static inline void netmem_set_pp(netmem_ref netmem, struct page_pool *pool)
{
	WRITE_ONCE(netmem_to_nmdesc(netmem)->pp, pool);
}

static inline void netmem_set_dma_addr(netmem_ref netmem, unsigned long dma_addr)
{
	WRITE_ONCE(netmem_to_nmdesc(netmem)->dma_addr, dma_addr);
}

/* The index of the page's DMA mapping, 0 for none. Not for net_iovs. */
static inline unsigned long netmem_get_dma_index(netmem_ref netmem)
{
	if (WARN_ON_ONCE(netmem_is_net_iov(netmem)))
		return 0;
	return (__netmem_to_nmdesc(netmem)->pp_magic & PP_DMA_INDEX_MASK) >> PP_DMA_INDEX_SHIFT;
}

/* Replace the index, keep the rest. Not for net_iovs. */
static inline void netmem_set_dma_index(netmem_ref netmem, unsigned long id)
{
	if (!WARN_ON_ONCE(netmem_is_net_iov(netmem)))
		__netmem_set_pp_magic(netmem, netmem_get_pp_magic(netmem) |
					      (id << PP_DMA_INDEX_SHIFT));
}

#endif
