// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared objects for udm_provider_load(): a provider of nothing, and what is wrong with
 * it by LOADABLE: a letter.
 */
#include <net/page_pool/memory_provider.h>

static __maybe_unused int mp_init(struct page_pool *pool)
{
	return 0;
}

static __maybe_unused void mp_destroy(struct page_pool *pool)
{
}

static __maybe_unused netmem_ref mp_alloc_netmems(struct page_pool *pool, gfp_t gfp)
{
	return 0;
}

static __maybe_unused bool mp_release_netmem(struct page_pool *pool, netmem_ref netmem)
{
	return false;
}

static __maybe_unused int mp_nl_fill(void *mp_priv, struct sk_buff *rsp,
				     struct netdev_rx_queue *rxq)
{
	return 0;
}

extern void udm_nobody_has_this(void);

#if LOADABLE == 's'		/* another name for the symbol */
#define memory_provider my_provider
#elif LOADABLE == 'w'		/* writable */
#define OPS_CONST
#elif LOADABLE == 'u'		/* a symbol that is not there when it is loaded */
static void __used (*nobody)(void) = udm_nobody_has_this;
#endif
#ifndef OPS_CONST
#define OPS_CONST const
#endif

#if LOADABLE == 'i'		/* no struct of ops */
extern const int memory_provider;
const int memory_provider = 1;
#else
extern OPS_CONST struct memory_provider_ops memory_provider;
OPS_CONST struct memory_provider_ops memory_provider = {
	.init = mp_init,
	.destroy = mp_destroy,
	.alloc_netmems = mp_alloc_netmems,
	.release_netmem = mp_release_netmem,
#if LOADABLE != 'o'		/* an op is missing */
	.nl_fill = mp_nl_fill,
#endif
};
#endif
