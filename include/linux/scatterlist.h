/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scatter/gather lists: memory described as a chain of arrays of entries.
 *
 * An entry names a run of consecutive pages (page, offset, length) and, once
 * mapped, a run of bus addresses (dma_address, dma_length). The two views are
 * independent: mapping may merge entries, so bus entry k need not describe the
 * memory of entry k. The two low bits of page_link say whether the entry is
 * the last one (SG_END) or no data at all but a link to the next array
 * (SG_CHAIN). Lists do not own the pages they name; tables own their arrays.
 *
 * Contract: include/linux/scatterlist.h, lib/scatterlist.c, lib/sg_pool.c,
 * lib/sg_split.c. Everything here works in any context unless it says otherwise;
 * callers provide mutual exclusion per list.
 */
#ifndef _LINUX_SCATTERLIST_H
#define _LINUX_SCATTERLIST_H

#include <linux/string.h>
#include <linux/types.h>
#include <linux/bug.h>
#include <linux/mm.h>
#include <asm/io.h>

struct scatterlist {
	unsigned long	page_link;
	unsigned int	offset;
	unsigned int	length;
	dma_addr_t	dma_address;
#ifdef CONFIG_NEED_SG_DMA_LENGTH
	unsigned int	dma_length;
#endif
#ifdef CONFIG_NEED_SG_DMA_FLAGS
	unsigned int	dma_flags;
#endif
};

/* Only valid for the first sg_table.nents entries, after a successful mapping. */
#define sg_dma_address(sg)	((sg)->dma_address)
#ifdef CONFIG_NEED_SG_DMA_LENGTH
#define sg_dma_len(sg)		((sg)->dma_length)
#else
#define sg_dma_len(sg)		((sg)->length)
#endif

struct sg_table {
	struct scatterlist *sgl;	/* the first entry */
	unsigned int nents;		/* entries valid in the bus view */
	unsigned int orig_nents;	/* entries that describe memory */
};

struct sg_append_table {
	struct sg_table sgt;
	struct scatterlist *prv;	/* last entry that holds data */
	unsigned int total_nents;	/* data capacity of all arrays: what freeing goes by */
};

#define SG_CHAIN		0x01UL
#define SG_END			0x02UL
#define SG_PAGE_LINK_MASK	(SG_CHAIN | SG_END)

#define SG_MAX_SINGLE_ALLOC	(PAGE_SIZE / sizeof(struct scatterlist))
#define SG_CHUNK_SIZE		128
#ifdef CONFIG_ARCH_NO_SG_CHAIN
#define SG_MAX_SEGMENTS		SG_CHUNK_SIZE
#else
#define SG_MAX_SEGMENTS		2048
#endif

#ifdef CONFIG_DEBUG_SG
#define __SG_BUG_ON_LINK(sg)	BUG_ON(sg_is_chain(sg))
#else
#define __SG_BUG_ON_LINK(sg)	((void)(sg))
#endif

/* Flags and links. */
static inline unsigned int __sg_flags(struct scatterlist *sg)
{
	return sg->page_link & SG_PAGE_LINK_MASK;
}

static inline struct scatterlist *sg_chain_ptr(struct scatterlist *sg)
{
	return (struct scatterlist *)(sg->page_link & ~SG_PAGE_LINK_MASK);
}

static inline bool sg_is_chain(struct scatterlist *sg)
{
	return (__sg_flags(sg) & SG_CHAIN) != 0;
}

static inline bool sg_is_last(struct scatterlist *sg)
{
	return (__sg_flags(sg) & SG_END) != 0;
}

/* sg_assign_page - replace the page of an entry; keeps SG_CHAIN and SG_END. BUGs on an odd page. */
static inline void sg_assign_page(struct scatterlist *sg, struct page *page)
{
	unsigned long bits = (unsigned long)page;

	BUG_ON(bits & SG_PAGE_LINK_MASK);
	__SG_BUG_ON_LINK(sg);
	sg->page_link = bits | __sg_flags(sg);
}

/*
 * sg_set_page - make an entry describe [offset, offset + len) from a page on.
 * The pages have to follow each other in the memory map; DMA fields stay.
 */
static inline void sg_set_page(struct scatterlist *sg, struct page *page, unsigned int len,
			       unsigned int offset)
{
	VM_WARN_ON_ONCE(!page_range_contiguous(page, ALIGN((u64)len + offset, PAGE_SIZE) /
						     PAGE_SIZE));
	sg->offset = offset;
	sg->length = len;
	sg_assign_page(sg, page);
}

/* sg_set_folio - sg_set_page from a folio's first page; warns once if a size does not fit. */
static inline void sg_set_folio(struct scatterlist *sg, struct folio *folio, size_t len,
				size_t offset)
{
	WARN_ON_ONCE(len > UINT_MAX);
	WARN_ON_ONCE(offset > UINT_MAX);
	sg_set_page(sg, &folio->page, (unsigned int)len, (unsigned int)offset);
}

static inline struct page *sg_page(struct scatterlist *sg)
{
	__SG_BUG_ON_LINK(sg);
	return (struct page *)sg_chain_ptr(sg);
}

/* sg_set_buf - make an entry describe a buffer in the linear map. */
static inline void sg_set_buf(struct scatterlist *sg, const void *buf, unsigned int buflen)
{
#ifdef CONFIG_DEBUG_SG
	BUG_ON(!virt_addr_valid(buf));
#endif
	sg_set_page(sg, virt_to_page(buf), buflen, offset_in_page(buf));
}

/* __sg_chain - turn an entry into a link; its DMA fields stay. */
static inline void __sg_chain(struct scatterlist *chain_sg, struct scatterlist *sgl)
{
	chain_sg->page_link = (unsigned long)sgl | SG_CHAIN;
	chain_sg->length = 0;
	chain_sg->offset = 0;
}

/* sg_chain - link two arrays; the last of prv's prv_nents slots is given up for it. */
static inline void sg_chain(struct scatterlist *prv, unsigned int prv_nents,
			    struct scatterlist *sgl)
{
	__sg_chain(prv + prv_nents - 1, sgl);
}

static inline void sg_mark_end(struct scatterlist *sg)
{
	sg->page_link = (sg->page_link | SG_END) & ~SG_CHAIN;
}

static inline void sg_unmark_end(struct scatterlist *sg)
{
	sg->page_link &= ~SG_END;
}

/* sg_init_marker - set the end mark of an array without clearing it. */
static inline void sg_init_marker(struct scatterlist *sgl, unsigned int nents)
{
	sg_mark_end(sgl + nents - 1);
}

/* sg_phys, sg_virt - address of an entry's first byte. */
static inline dma_addr_t sg_phys(struct scatterlist *sg)
{
	return sg->offset + page_to_phys(sg_page(sg));
}

static inline void *sg_virt(struct scatterlist *sg)
{
	return sg->offset + (char *)page_address(sg_page(sg));
}

/*
 * Marks of the bus view. SG_DMA_BUS_ADDRESS: the bus address is a peer's own, so
 * that unmapping has nothing to undo. SG_DMA_SWIOTLB, on a list's first entry:
 * some entries may be bounced. Zeroing the entry clears both.
 */
#ifdef CONFIG_NEED_SG_DMA_FLAGS
#define SG_DMA_BUS_ADDRESS	(1 << 0)
#define SG_DMA_SWIOTLB		(1 << 1)
#define __sg_dma_test(sg, flag)		(((sg)->dma_flags & (flag)) != 0)
#define __sg_dma_mark(sg, flag)		((void)((sg)->dma_flags |= (flag)))
#define __sg_dma_unmark(sg, flag)	((void)((sg)->dma_flags &= ~(flag)))
#else
#define __sg_dma_test(sg, flag)		((void)(sg), false)
#define __sg_dma_mark(sg, flag)		((void)(sg))
#define __sg_dma_unmark(sg, flag)	((void)(sg))
#endif

static inline bool sg_dma_is_bus_address(struct scatterlist *sg)
{
	return __sg_dma_test(sg, SG_DMA_BUS_ADDRESS);
}

static inline void sg_dma_mark_bus_address(struct scatterlist *sg)
{
	__sg_dma_mark(sg, SG_DMA_BUS_ADDRESS);
}

static inline void sg_dma_unmark_bus_address(struct scatterlist *sg)
{
	__sg_dma_unmark(sg, SG_DMA_BUS_ADDRESS);
}

static inline bool sg_dma_is_swiotlb(struct scatterlist *sg)
{
	return __sg_dma_test(sg, SG_DMA_SWIOTLB);
}

static inline void sg_dma_mark_swiotlb(struct scatterlist *sg)
{
	__sg_dma_mark(sg, SG_DMA_SWIOTLB);
}

/* sg_next - the following data entry, NULL after the last. sg must be a data entry. */
static inline struct scatterlist *sg_next(struct scatterlist *sg)
{
	struct scatterlist *slot = sg + 1;

	if (sg_is_last(sg))
		return NULL;
	return unlikely(sg_is_chain(slot)) ? sg_chain_ptr(slot) : slot;
}

/* for_each_sg - the count bounds the walk, not the end mark; sglist must be that long. */
#define for_each_sg(sglist, sg, nr, __i)	\
	for (__i = 0, sg = (sglist); __i < (nr); __i++, sg = sg_next(sg))

/* The memory view and the bus view of a table. */
#define for_each_sgtable_sg(sgt, sg, i)		\
	for_each_sg((sgt)->sgl, sg, (sgt)->orig_nents, i)
#define for_each_sgtable_dma_sg(sgt, sg, i)	\
	for_each_sg((sgt)->sgl, sg, (sgt)->nents, i)

/*
 * Counting and initialising.
 *
 * sg_nents: data entries up to the end mark, 0 for NULL.
 * sg_nents_for_len: smallest number of leading entries that hold len bytes; 0 for
 * len 0, -EINVAL if the list is shorter.
 * sg_nents_for_dma: pieces of at most len bytes the first sglen mapped entries make.
 * sg_last: the nents-th entry; BUGs unless it carries the end mark.
 * sg_init_table: zeroes nents (>= 1) entries and marks the last.
 */
int sg_nents(struct scatterlist *sg);
int sg_nents_for_len(struct scatterlist *sg, u64 len);
int sg_nents_for_dma(struct scatterlist *sgl, unsigned int sglen, size_t len);
struct scatterlist *sg_last(struct scatterlist *sgl, unsigned int nents);
void sg_init_table(struct scatterlist *sgl, unsigned int nents);
void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int buflen);

typedef struct scatterlist *(sg_alloc_fn)(unsigned int, gfp_t);
typedef void (sg_free_fn)(struct scatterlist *, unsigned int);

/*
 * Tables. Context: as the gfp mask allows; sg_alloc_table_chained never sleeps.
 *
 * __sg_alloc_table: -EINVAL for no entries, -ENOMEM with the arrays so far still
 * attached (release with __sg_free_table and the same max_ents and
 * nents_first_chunk). sg_alloc_table cleans up by itself. Freeing goes by
 * orig_nents and may be repeated. In the chained form the table's sgl must already
 * point at first_chunk; arrays come from mempools (lib/sg_pool.c).
 */
int __sg_alloc_table(struct sg_table *table, unsigned int nents, unsigned int max_ents,
		     struct scatterlist *first_chunk, unsigned int nents_first_chunk,
		     gfp_t gfp_mask, sg_alloc_fn *alloc_fn);
void __sg_free_table(struct sg_table *table, unsigned int max_ents,
		     unsigned int nents_first_chunk, sg_free_fn *free_fn, unsigned int num_ents);
int sg_alloc_table(struct sg_table *table, unsigned int nents, gfp_t gfp_mask);
void sg_free_table(struct sg_table *table);
#ifdef CONFIG_SG_POOL
int sg_alloc_table_chained(struct sg_table *table, int nents, struct scatterlist *first_chunk,
			   unsigned int nents_first_chunk);
void sg_free_table_chained(struct sg_table *table, unsigned int nents_first_chunk);
#endif

/*
 * Tables from page arrays: contiguous pages are merged into one entry of at most
 * max_segment bytes (rounded down to pages). May sleep as gfp_mask allows.
 *
 * Append form: *sgt_append is zeroed before the first call; left_pages bounds the
 * pages still to come, 0 ends the list. -EINVAL for a max_segment below a page or an
 * offset when appending (both WARN), -ENOMEM with the table still to be released by
 * sg_free_append_table. The others write *sgt only on success.
 */
int sg_alloc_append_table_from_pages(struct sg_append_table *sgt_append, struct page **pages,
				     unsigned int n_pages, unsigned int offset,
				     unsigned long size, unsigned int max_segment,
				     unsigned int left_pages, gfp_t gfp_mask);
void sg_free_append_table(struct sg_append_table *sgt);
int sg_alloc_table_from_pages_segment(struct sg_table *sgt, struct page **pages,
				      unsigned int n_pages, unsigned int offset,
				      unsigned long size, unsigned int max_segment,
				      gfp_t gfp_mask);

static inline int sg_alloc_table_from_pages(struct sg_table *sgt, struct page **pages,
					    unsigned int n_pages, unsigned int offset,
					    unsigned long size, gfp_t gfp_mask)
{
	return sg_alloc_table_from_pages_segment(sgt, pages, n_pages, offset, size, UINT_MAX,
						 gfp_mask);
}

/*
 * Lists that own their pages: blocks of 2^order pages for length bytes. NULL when out
 * of memory, or when the rounded length reaches 4 GiB. *nent_p counts data entries,
 * not the spare slot of a chainable list. Freed by sgl_free* with the same order.
 */
#ifdef CONFIG_SGL_ALLOC
struct scatterlist *sgl_alloc_order(unsigned long long length, unsigned int order,
				    bool chainable, gfp_t gfp, unsigned int *nent_p);
struct scatterlist *sgl_alloc(unsigned long long length, gfp_t gfp, unsigned int *nent_p);
void sgl_free_n_order(struct scatterlist *sgl, int nents, int order);
void sgl_free_order(struct scatterlist *sgl, int order);
void sgl_free(struct scatterlist *sgl);
#endif

/*
 * sg_split - cut [skip, skip + sum of sizes) of a list into nb_splits lists. out[i] are
 * fresh arrays for kfree; with in_mapped_nents > 0 their bus view is cut alike.
 * -EINVAL if the list is shorter, -ENOMEM; then nothing is written. May sleep as gfp_mask allows.
 */
int sg_split(struct scatterlist *in, const int in_mapped_nents, const off_t skip,
	     const int nb_splits, const size_t *split_sizes, struct scatterlist **out,
	     int *out_mapped_nents, gfp_t gfp_mask);

/*
 * Copying between a list and a buffer: at most the first nents entries, skip bytes left
 * out. Return the bytes copied (or zeroed), 0 if skip reaches the end. Never sleep.
 */
size_t sg_copy_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
		      off_t skip, bool to_buffer);
size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			   size_t buflen);
size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen);
size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			    size_t buflen, off_t skip);
size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
			  off_t skip);
size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int nents, size_t buflen, off_t skip);

/* Page iterators: sg and sg_pgoffset (pages into the entry) are valid after a true next. */
struct sg_page_iter {
	struct scatterlist	*sg;
	unsigned int		sg_pgoffset;
	unsigned int		__nents;
	int			__pg_advance;
};

/* The same walk over the bus view. */
struct sg_dma_page_iter {
	struct sg_page_iter base;
};

void __sg_page_iter_start(struct sg_page_iter *piter, struct scatterlist *sglist,
			  unsigned int nents, unsigned long pgoffset);
bool __sg_page_iter_next(struct sg_page_iter *piter);
bool __sg_page_iter_dma_next(struct sg_dma_page_iter *dma_iter);

static inline struct page *sg_page_iter_page(struct sg_page_iter *piter)
{
	return piter->sg_pgoffset + sg_page(piter->sg);
}

static inline dma_addr_t sg_page_iter_dma_address(struct sg_dma_page_iter *dma_iter)
{
	const struct sg_page_iter *at = &dma_iter->base;

	return sg_dma_address(at->sg) + ((dma_addr_t)at->sg_pgoffset << PAGE_SHIFT);
}

#define for_each_sg_page(sglist, piter, nents, pgoffset)			\
	for (__sg_page_iter_start((piter), (sglist), (nents), (pgoffset));	\
	     __sg_page_iter_next(piter);)
#define for_each_sg_dma_page(sglist, dma_iter, dma_nents, pgoffset)		\
	for (__sg_page_iter_start(&(dma_iter)->base, (sglist), (dma_nents),	\
				  (pgoffset));					\
	     __sg_page_iter_dma_next(dma_iter);)
#define for_each_sgtable_page(sgt, piter, pgoffset)	\
	for_each_sg_page((sgt)->sgl, piter, (sgt)->orig_nents, pgoffset)
#define for_each_sgtable_dma_page(sgt, dma_iter, pgoffset)	\
	for_each_sg_dma_page((sgt)->sgl, dma_iter, (sgt)->nents, pgoffset)

/*
 * Mapping iterator: CPU access piece by piece, a piece never crossing a page or an entry.
 *
 * After a true next, addr/length describe the piece and the user may lower consumed to
 * come back to the rest. ATOMIC and LOCAL mappings must be stopped by the task that made
 * them, in reverse order; without either flag next may sleep. skip leaves nothing mapped;
 * it is false if the list ends before offset bytes.
 */
#define SG_MITER_ATOMIC		(1 << 0)
#define SG_MITER_TO_SG		(1 << 1)	/* the user writes: flush on unmap */
#define SG_MITER_FROM_SG	(1 << 2)
#define SG_MITER_LOCAL		(1 << 3)

struct sg_mapping_iter {
	struct page		*page;
	void			*addr;
	size_t			length;
	size_t			consumed;
	struct sg_page_iter	piter;
	unsigned int		__offset;
	unsigned int		__remaining;
	unsigned int		__flags;
};

void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl, unsigned int nents,
		    unsigned int flags);
bool sg_miter_skip(struct sg_mapping_iter *miter, off_t offset);
bool sg_miter_next(struct sg_mapping_iter *miter);
void sg_miter_stop(struct sg_mapping_iter *miter);

#endif
