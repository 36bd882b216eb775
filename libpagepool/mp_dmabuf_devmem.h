/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dma-buf memory provider, as a page pool calls it: memory_provider_ops whose
 * mp_priv is a struct net_devmem_dmabuf_binding.
 */
#ifndef LIBPAGEPOOL_MP_DMABUF_DEVMEM_H
#define LIBPAGEPOOL_MP_DMABUF_DEVMEM_H

#include <linux/errno.h>
#include <linux/types.h>
#include <net/netmem.h>

struct page_pool;

#if defined(CONFIG_NET_DEVMEM)

/* -EINVAL without a binding, -E2BIG for buffers of more than one page, 0. */
int mp_dmabuf_devmem_init(struct page_pool *pool);

/* One niov of the binding, entered in the pool; 0 if none is left. Never sleeps. */
netmem_ref mp_dmabuf_devmem_alloc_netmems(struct page_pool *pool, gfp_t gfp);

/* Drops what init took. */
void mp_dmabuf_devmem_destroy(struct page_pool *pool);

/* The niov goes back to the binding. Always false: there is no page to put. */
bool mp_dmabuf_devmem_release_page(struct page_pool *pool, netmem_ref netmem);

#else

static inline int mp_dmabuf_devmem_init(struct page_pool *pool)
{
	return -EOPNOTSUPP;
}

static inline netmem_ref mp_dmabuf_devmem_alloc_netmems(struct page_pool *pool, gfp_t gfp)
{
	return 0;
}

static inline void mp_dmabuf_devmem_destroy(struct page_pool *pool)
{
}

static inline bool mp_dmabuf_devmem_release_page(struct page_pool *pool, netmem_ref netmem)
{
	return false;
}

#endif

#endif
