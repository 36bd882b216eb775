// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who touched device memory as if it had an address (udevmem/trap.h).
 *
 * A net_iov has no page and no CPU address. Code that ignores it goes wrong in one of
 * three ways, each of which leaves an address that leads back to the net_iov: it takes
 * the handle for a struct page and computes that page's address; it uses the DMA
 * address as a pointer; or it uses the NULL that netmem_address() gave it.
 */
#include <linux/dma-buf.h>
#include <linux/genalloc.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <net/netmem.h>
#include <net/page_pool/helpers.h>
#include <udevmem/trap.h>

#include "libnetmem/netmem.h"
#include "libpagepool/binding_walk.h"
#include "libpagepool/devmem.h"
#include "libpagepool/niov_history.h"
#include "libpagepool/pool_contents.h"

struct search {
	uintptr_t addr;
	const struct net_iov *refused;
	const struct net_iov *niov;
	const char *how;
};

/* The one whose handle, taken for a struct page, has its page at the address. */
static const struct net_iov *as_page(const struct net_iov_area *area, uintptr_t addr)
{
	long frame = (long)(addr - PAGE_OFFSET) >> PAGE_SHIFT;
	uintptr_t page = (uintptr_t)mem_map + frame * (long)sizeof(struct page);
	uintptr_t first = (uintptr_t)area->niovs;
	size_t idx;

	/* The first that begins there or behind. Both are as long. */
	static_assert(sizeof(struct net_iov) == sizeof(struct page));
	if (page + sizeof(struct page) <= first)
		return NULL;
	idx = page > first ? DIV_ROUND_UP(page - first, sizeof(struct net_iov)) : 0;
	return idx < area->num_niovs ? &area->niovs[idx] : NULL;
}

static const struct net_iov *as_dma_addr(const struct dmabuf_genpool_chunk_owner *owner,
					 uintptr_t addr)
{
	u64 idx = (addr - owner->base_dma_addr) / PAGE_SIZE;

	return addr >= owner->base_dma_addr && idx < owner->area.num_niovs ?
	       &owner->area.niovs[idx] : NULL;
}

static bool area_has(const struct net_iov_area *area, const struct net_iov *niov)
{
	return niov >= area->niovs && niov < area->niovs + area->num_niovs;
}

static void chunk_search(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *data)
{
	const struct dmabuf_genpool_chunk_owner *owner = chunk->owner;
	struct search *search = data;

	if (search->niov)
		return;
	if (search->addr < PAGE_SIZE) {
		search->how = "netmem_address() or netmem_to_page() gave NULL for it last";
		search->niov = area_has(&owner->area, search->refused) ? search->refused : NULL;
		return;
	}
	search->how = "its handle was taken for a struct page";
	search->niov = as_page(&owner->area, search->addr);
	if (!search->niov) {
		search->how = "its DMA address was taken for a pointer";
		search->niov = as_dma_addr(owner, search->addr);
	}
}

static bool binding_search(struct net_devmem_dmabuf_binding *binding, void *ctx)
{
	struct search *search = ctx;

	gen_pool_for_each_chunk(binding->chunk_pool, chunk_search, search);
	return !search->niov;
}

static const char *state_of(const struct net_iov *niov)
{
	const struct page_pool *pool = READ_ONCE(niov->desc.pp);

	if (!pool)
		return "free";
	if (pool_contents_find(pool, net_iov_to_netmem((struct net_iov *)niov)) == UDM_NIOV_OUT)
		return "out of";
	return "idle in";
}

static size_t niov_text(const struct net_iov *niov, const char *how, char *text, size_t size)
{
	const struct net_devmem_dmabuf_binding *binding = net_devmem_iov_binding(niov);
	const struct page_pool *pool = READ_ONCE(niov->desc.pp);
	netmem_ref netmem = net_iov_to_netmem((struct net_iov *)niov);
	unsigned long offset = net_iov_virtual_addr(niov);
	u64 dma = page_pool_get_dma_addr_netmem(netmem);
	size_t len;

	len = scnprintf(text, size, "net_iov %px has no address: %s\n", niov, how);
	len += scnprintf(text + len, size - len,
			 "bytes %#lx to %#lx of the dma-buf \"%s\"", offset,
			 offset + PAGE_SIZE - 1, binding->dmabuf->exp_name);
	len += scnprintf(text + len, size - len, " in %s binding %u, DMA address %#llx\n",
			 binding->tx_vec ? "TX" : "RX", binding->id, dma);
	len += scnprintf(text + len, size - len, "%s", state_of(niov));
	if (pool)
		len += scnprintf(text + len, size - len, " pool %u, %ld references",
				 pool->user.id, atomic_long_read(&niov->desc.pp_ref_count));
	len += scnprintf(text + len, size - len, "\n");
	return len + niov_history_text(niov, text + len, size - len);
}

static size_t explain(uintptr_t addr, char *text, size_t size)
{
	netmem_ref refused = udm_netmem_refused();
	struct search search = { .addr = addr };

	if (addr < PAGE_SIZE && !refused)
		return 0;
	if (refused)
		search.refused = netmem_to_net_iov(refused);
	if (!binding_trywalk(binding_search, &search))
		return scnprintf(text, size, "bindings are in use: not looked at\n");
	return search.niov ? niov_text(search.niov, search.how, text, size) : 0;
}

static struct udm_trap niov_trap = { .explain = explain };

static void __exit niov_trap_stop(void)
{
	udm_trap_remove(&niov_trap);
}
__exitcall(niov_trap_stop);

static int __init niov_trap_start(void)
{
	udm_trap_add(&niov_trap);
	return 0;
}
subsys_initcall(niov_trap_start);
