/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netmem: one handle for a page or for a piece of device memory.
 *
 * A netmem_ref is an integer. Bit 0 clear: it is a struct page pointer. Bit 0
 * set: it is a struct net_iov pointer plus NET_IOV. Zero is "no memory". A
 * net_iov has no struct page and no page refcount; what a page pool keeps per
 * buffer lies in its netmem_desc, which has the layout of the first words of
 * struct page, so both kinds are reached through the same six fields.
 *
 * Everything here is pure and callable from any context without locks unless a
 * comment says otherwise. (P) page-backed, (N) niov-backed.
 */
#ifndef _NET_NETMEM_H
#define _NET_NETMEM_H

#include <linux/build_bug.h>
#include <linux/dma-mapping.h>
#include <linux/jump_label.h>
#include <linux/mm.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <net/net_debug.h>

struct page_pool;

/* What a page pool knows about a buffer; overlays the start of struct page. */
struct netmem_desc {
	unsigned long _flags;
	unsigned long pp_magic;
	struct page_pool *pp;
	unsigned long _pp_mapping_pad;
	unsigned long dma_addr;
	atomic_long_t pp_ref_count;
};

#define __netmem_desc_overlays(page_field, desc_field)				\
	static_assert(offsetof(struct page, page_field) ==			\
		      offsetof(struct netmem_desc, desc_field))
__netmem_desc_overlays(flags, _flags);
__netmem_desc_overlays(pp_magic, pp_magic);
__netmem_desc_overlays(pp, pp);
__netmem_desc_overlays(_pp_mapping_pad, _pp_mapping_pad);
__netmem_desc_overlays(dma_addr, dma_addr);
__netmem_desc_overlays(pp_ref_count, pp_ref_count);
#undef __netmem_desc_overlays

/* The page's own refcount is not part of the description. */
static_assert(sizeof(struct netmem_desc) <= offsetof(struct page, _refcount));

/* Set in a netmem_ref that names a net_iov. */
#define NET_IOV 0x01UL

/* Which provider owns a net_iov, i.e. what its area is embedded in. */
enum net_iov_type {
	NET_IOV_DMABUF,
	NET_IOV_IOURING,
};

struct net_iov_area;

/* One PAGE_SIZE piece of memory without a struct page. */
struct net_iov {
	union {
		struct netmem_desc desc;
		/* The fields of desc under the names that Linux 6.18 gives them here. */
		struct {
			unsigned long _flags;
			unsigned long pp_magic;
			struct page_pool *pp;
			unsigned long _pp_mapping_pad;
			unsigned long dma_addr;
			atomic_long_t pp_ref_count;
		};
	};
	enum net_iov_type type;
	struct net_iov_area *owner;
};

/* The handle arithmetic and netmem_to_nmdesc() rest on these two. */
static_assert(offsetof(struct net_iov, desc) == 0);
static_assert(offsetof(struct net_iov, pp_ref_count) ==
	      offsetof(struct net_iov, desc.pp_ref_count));
static_assert(__alignof__(struct net_iov) > NET_IOV);

/* A run of net_iovs; @base_virtual is the byte offset of niovs[0] in the user's view. */
struct net_iov_area {
	struct net_iov *niovs;
	size_t num_niovs;
	unsigned long base_virtual;
};

typedef unsigned long __bitwise netmem_ref;

/* On while at least one page pool has a memory provider. Defined in libnetmem. */
DECLARE_STATIC_KEY_FALSE(page_pool_mem_providers);

static inline struct net_iov_area *net_iov_owner(const struct net_iov *niov)
{
	return niov->owner;
}

/* Index of @niov in its area. */
static inline unsigned int net_iov_idx(const struct net_iov *niov)
{
	return niov - net_iov_owner(niov)->niovs;
}

/*
 * Give @niov its owner and type and nothing else; desc is left as it was.
 * The caller is the area's creator and nobody else sees the niov yet.
 */
static inline void net_iov_init(struct net_iov *niov, struct net_iov_area *owner,
				enum net_iov_type type)
{
	niov->type = type;
	niov->owner = owner;
}

/* True if a dma-buf binding owns @niov. */
static inline bool net_is_devmem_iov(const struct net_iov *niov)
{
	return IS_ENABLED(CONFIG_NET_DEVMEM) && niov->type == NET_IOV_DMABUF;
}

static inline bool netmem_is_net_iov(const netmem_ref netmem)
{
	return (__force unsigned long)netmem & NET_IOV;
}

/* NULL, and a report of an access through it will name @netmem. Any context. */
void *udm_netmem_refuse(netmem_ref netmem);

/* The page, unchecked: undefined for (N). */
static inline struct page *__netmem_to_page(netmem_ref netmem)
{
	return (__force struct page *)netmem;
}

/* The page; (N) WARNs once and gives NULL. */
static inline struct page *netmem_to_page(netmem_ref netmem)
{
	return WARN_ON_ONCE(netmem_is_net_iov(netmem)) ? udm_netmem_refuse(netmem)
						       : __netmem_to_page(netmem);
}

/* The niov; (P) gives NULL, with a warning once in debug builds. */
static inline struct net_iov *netmem_to_net_iov(netmem_ref netmem)
{
	bool is_niov = netmem_is_net_iov(netmem);

	DEBUG_NET_WARN_ON_ONCE(!is_niov);
	return is_niov ? (struct net_iov *)((__force unsigned long)netmem - NET_IOV) : NULL;
}

static inline netmem_ref net_iov_to_netmem(struct net_iov *niov)
{
	return (__force netmem_ref)((unsigned long)niov + NET_IOV);
}

/* The handle of a page, const or not; any other pointer does not compile. NULL gives 0. */
#define page_to_netmem(p)							\
	((__force netmem_ref)_Generic((p),					\
		const struct page *: (unsigned long)(p),			\
		struct page *: (unsigned long)(p)))

/* The handle of the page that holds the byte at @data. */
static inline netmem_ref virt_to_netmem(const void *data)
{
	return page_to_netmem(virt_to_page(data));
}

/* A page of a page pool seen as its description; keeps constness. */
#define __pp_page_to_nmdesc(p)							\
	_Generic((p),								\
		const struct page *: (const struct netmem_desc *)(p),		\
		struct page *: (struct netmem_desc *)(p))

/* The same, with a debug-only warning if the page belongs to no pool. */
#define pp_page_to_nmdesc(p)							\
({										\
	DEBUG_NET_WARN_ON_ONCE(!page_pool_page_is_pp(p));			\
	__pp_page_to_nmdesc(p);							\
})

/* (P) only, unchecked: the description of the page. */
static inline struct netmem_desc *__netmem_to_nmdesc(netmem_ref netmem)
{
	return (__force struct netmem_desc *)netmem;
}

/* The description of either kind: one mask, no branch. */
static inline struct netmem_desc *netmem_to_nmdesc(netmem_ref netmem)
{
	return (struct netmem_desc *)((__force unsigned long)netmem & ~NET_IOV);
}

/* The page's own refcount; always 1 for (N). */
static inline int netmem_ref_count(netmem_ref netmem)
{
	return netmem_is_net_iov(netmem) ? 1 : page_ref_count(__netmem_to_page(netmem));
}

/* For trace events: the pfn, 0 for (N). */
static inline unsigned long netmem_pfn_trace(netmem_ref netmem)
{
	return netmem_is_net_iov(netmem) ? 0 : page_to_pfn(__netmem_to_page(netmem));
}

/* (P) only, unchecked: the owning pool. */
static inline struct page_pool *__netmem_get_pp(netmem_ref netmem)
{
	return __netmem_to_nmdesc(netmem)->pp;
}

/* The owning pool; stale or NULL unless the buffer is in a pool. */
static inline struct page_pool *netmem_get_pp(netmem_ref netmem)
{
	return netmem_to_nmdesc(netmem)->pp;
}

static inline atomic_long_t *netmem_get_pp_ref_count_ref(netmem_ref netmem)
{
	return &netmem_to_nmdesc(netmem)->pp_ref_count;
}

/* Is the memory on node @pref_nid? (N) has no node and is as good as any. */
static inline bool netmem_is_pref_nid(netmem_ref netmem, int pref_nid)
{
	return netmem_is_net_iov(netmem) ||
	       page_to_nid(__netmem_to_page(netmem)) == pref_nid;
}

/* The handle of the compound head; (N) is its own head. */
static inline netmem_ref netmem_compound_head(netmem_ref netmem)
{
	if (netmem_is_net_iov(netmem))
		return netmem;
	return page_to_netmem(compound_head(__netmem_to_page(netmem)));
}

/* (P) only, unchecked: the kernel address. */
static inline void *__netmem_address(netmem_ref netmem)
{
	return page_address(__netmem_to_page(netmem));
}

/* The kernel address; NULL for (N): kernel-side code cannot reach that memory. */
static inline void *netmem_address(const netmem_ref netmem)
{
	return netmem_is_net_iov(netmem) ? udm_netmem_refuse(netmem) : __netmem_address(netmem);
}

/* Did the page come from the emergency reserves? */
static inline bool netmem_is_pfmemalloc(netmem_ref netmem)
{
	return !netmem_is_net_iov(netmem) && page_is_pfmemalloc(__netmem_to_page(netmem));
}

/* The stored DMA address word; page_pool_get_dma_addr_netmem() decodes it. */
static inline unsigned long netmem_get_dma_addr(netmem_ref netmem)
{
	return netmem_to_nmdesc(netmem)->dma_addr;
}

/*
 * Keep or give back memory, whichever kind it is: (P) the page's refcount, (N)
 * the reference on whatever lends the niov its memory (a dma-buf binding; other
 * types have none). pp_ref_count is not touched. Any context.
 * net/core/skbuff.c.
 */
void __get_netmem(netmem_ref netmem);
void __put_netmem(netmem_ref netmem);

static __always_inline void get_netmem(netmem_ref netmem)
{
	if (likely(!netmem_is_net_iov(netmem)))
		get_page(__netmem_to_page(netmem));
	else
		__get_netmem(netmem);
}

static __always_inline void put_netmem(netmem_ref netmem)
{
	if (likely(!netmem_is_net_iov(netmem)))
		put_page(__netmem_to_page(netmem));
	else
		__put_netmem(netmem);
}

/* Remember VAL for the unmap at transmit completion; 0 for (N), which is never unmapped. */
#define netmem_dma_unmap_addr_set(NETMEM, PTR, ADDR_NAME, VAL)			\
	dma_unmap_addr_set(PTR, ADDR_NAME, netmem_is_net_iov(NETMEM) ? 0 : (VAL))

/* The matching unmap: nothing for address 0. */
static inline void netmem_dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size,
					       enum dma_data_direction dir, unsigned long attrs)
{
	if (addr)
		dma_unmap_page_attrs(dev, addr, size, dir, attrs);
}

#endif
