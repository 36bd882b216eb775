// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scatter/gather tables and the ways to walk them.
 *
 * A table is one or more arrays of entries. All arrays but the last are full and
 * give up their last slot as the link to the next one, so the array sizes follow
 * from the entry count alone (array_shape); that is how tables are freed without
 * remembering how they were made. The copy functions are built on the mapping
 * iterator, the mapping iterator on the page iterator.
 *
 * Nothing here locks: a list belongs to its caller. Allocating calls may sleep as
 * their gfp mask allows, all others run in any context.
 */
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/kmemleak.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

int sg_nents(struct scatterlist *sg)
{
	int count = 0;

	while (sg) {
		sg = sg_next(sg);
		count++;
	}
	return count;
}
EXPORT_SYMBOL(sg_nents);

int sg_nents_for_len(struct scatterlist *sg, u64 len)
{
	u64 missing = len;
	int count = 0;

	while (missing) {
		if (!sg)
			return -EINVAL;
		missing -= min_t(u64, missing, sg->length);
		sg = sg_next(sg);
		count++;
	}
	return count;
}
EXPORT_SYMBOL(sg_nents_for_len);

int sg_nents_for_dma(struct scatterlist *sgl, unsigned int sglen, size_t len)
{
	struct scatterlist *entry;
	int pieces = 0;
	unsigned int k;

	for_each_sg(sgl, entry, sglen, k)
		pieces += DIV_ROUND_UP((size_t)sg_dma_len(entry), len);
	return pieces;
}
EXPORT_SYMBOL(sg_nents_for_dma);

struct scatterlist *sg_last(struct scatterlist *sgl, unsigned int nents)
{
	while (--nents)
		sgl = sg_next(sgl);
	BUG_ON(!sg_is_last(sgl));
	return sgl;
}
EXPORT_SYMBOL(sg_last);

void sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	memset(sgl, 0, array_size(nents, sizeof(*sgl)));
	sg_init_marker(sgl, nents);
}
EXPORT_SYMBOL(sg_init_table);

void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int buflen)
{
	sg_init_table(sg, 1);
	sg_set_buf(sg, buf, buflen);
}
EXPORT_SYMBOL(sg_init_one);

/* The default arrays: a whole page for the full size, slab memory for any other. */
static struct scatterlist *entries_alloc(unsigned int nents, gfp_t gfp_mask)
{
	void *page;

	if (nents != SG_MAX_SINGLE_ALLOC)
		return kmalloc_array(nents, sizeof(struct scatterlist), gfp_mask);

	page = (void *)__get_free_page(gfp_mask);
	/* Pages are not scanned by themselves, and the entries in this one hold references. */
	kmemleak_alloc(page, PAGE_SIZE, 1, gfp_mask);
	return page;
}

static void entries_free(struct scatterlist *entries, unsigned int nents)
{
	if (nents != SG_MAX_SINGLE_ALLOC) {
		kfree(entries);
		return;
	}
	kmemleak_free(entries);
	free_page((unsigned long)entries);
}

/* One array of a table: its slots, and how many of them hold data. */
struct array_shape {
	unsigned int slots;
	unsigned int data;
};

/* The shape of the next array when `left` entries are still to be placed. */
static struct array_shape next_array(unsigned int left, unsigned int capacity)
{
	if (left > capacity)
		return (struct array_shape){ .slots = capacity, .data = capacity - 1 };
	return (struct array_shape){ .slots = left, .data = left };
}

void __sg_free_table(struct sg_table *table, unsigned int max_ents,
		     unsigned int nents_first_chunk, sg_free_fn *free_fn, unsigned int num_ents)
{
	unsigned int capacity = nents_first_chunk ? nents_first_chunk : max_ents;
	struct scatterlist *array = table->sgl;
	bool callers_own = nents_first_chunk;

	while (array && num_ents) {
		struct array_shape shape = next_array(num_ents, capacity);
		struct scatterlist *after = NULL;

		if (shape.slots > shape.data)
			after = sg_chain_ptr(array + shape.data);
		if (!callers_own)
			free_fn(array, shape.slots);
		callers_own = false;
		capacity = max_ents;
		num_ents -= shape.data;
		array = after;
	}
	table->sgl = NULL;
}
EXPORT_SYMBOL(__sg_free_table);

void sg_free_append_table(struct sg_append_table *sgt)
{
	__sg_free_table(&sgt->sgt, SG_MAX_SINGLE_ALLOC, 0, entries_free, sgt->total_nents);
}
EXPORT_SYMBOL(sg_free_append_table);

void sg_free_table(struct sg_table *table)
{
	__sg_free_table(table, SG_MAX_SINGLE_ALLOC, 0, entries_free, table->orig_nents);
}
EXPORT_SYMBOL(sg_free_table);

/* Put an array behind the last one (prev, with its link in slot prev_data), or first. */
static void table_add_array(struct sg_table *table, struct scatterlist *prev,
			    unsigned int prev_data, struct scatterlist *array)
{
	if (prev)
		__sg_chain(prev + prev_data, array);
	else
		table->sgl = array;
}

int __sg_alloc_table(struct sg_table *table, unsigned int nents, unsigned int max_ents,
		     struct scatterlist *first_chunk, unsigned int nents_first_chunk,
		     gfp_t gfp_mask, sg_alloc_fn *alloc_fn)
{
	unsigned int capacity = nents_first_chunk ? nents_first_chunk : max_ents;
	struct scatterlist *prev = NULL, *array;
	struct array_shape shape = { 0 };
	unsigned int placed = 0, link = 0;

	*table = (struct sg_table){ 0 };
	if (!nents)
		return -EINVAL;
	if (IS_ENABLED(CONFIG_ARCH_NO_SG_CHAIN) && WARN_ON_ONCE(nents > max_ents))
		return -EINVAL;

	while (placed < nents) {
		shape = next_array(nents - placed, capacity);
		array = first_chunk ? first_chunk : alloc_fn(shape.slots, gfp_mask);
		if (unlikely(!array))
			goto out_of_memory;
		sg_init_table(array, shape.slots);
		table_add_array(table, prev, link, array);
		placed += shape.data;
		table->nents = table->orig_nents = placed;
		first_chunk = NULL;
		capacity = max_ents;
		prev = array;
		link = shape.data;
	}
	return 0;

out_of_memory:
	/* The slot kept for the link never got one: it counts as data, for freeing's sake. */
	if (prev)
		table->nents = ++table->orig_nents;
	return -ENOMEM;
}
EXPORT_SYMBOL(__sg_alloc_table);

int sg_alloc_table(struct sg_table *table, unsigned int nents, gfp_t gfp_mask)
{
	int err = __sg_alloc_table(table, nents, SG_MAX_SINGLE_ALLOC, NULL, 0, gfp_mask,
				   entries_alloc);

	if (unlikely(err))
		sg_free_table(table);
	return err;
}
EXPORT_SYMBOL(sg_alloc_table);

/* May b be described by the same entry as a, the page before it? */
static bool pages_join(struct page *a, struct page *b)
{
	return page_to_pfn(a) + 1 == page_to_pfn(b) && zone_device_pages_have_same_pgmap(a, b);
}

/* Length of the run of joining pages at the front, at most limit. */
static unsigned int run_length(struct page **pages, unsigned int n_pages, unsigned int limit)
{
	unsigned int len = 1;

	while (len < n_pages && len < limit && pages_join(pages[len - 1], pages[len]))
		len++;
	return len;
}

static unsigned int count_runs(struct page **pages, unsigned int n_pages, unsigned int limit)
{
	unsigned int runs = 0, at;

	for (at = 0; at < n_pages; at += run_length(pages + at, n_pages - at, limit))
		runs++;
	return runs;
}

/* Extend an entry by the pages at the front that follow it; returns how many. */
static unsigned int entry_absorb(struct scatterlist *entry, struct page **pages,
				 unsigned int n_pages, unsigned int max_segment)
{
	unsigned long next_pfn = (sg_phys(entry) + entry->length) >> PAGE_SHIFT;
	unsigned int taken = 0;
	struct page *last;

	if (page_to_pfn(pages[0]) != next_pfn)
		return 0;
	last = pfn_to_page(next_pfn - 1);
	while (taken < n_pages && pages_join(last, pages[taken]) &&
	       entry->length <= max_segment - PAGE_SIZE) {
		entry->length += PAGE_SIZE;
		last = pages[taken++];
	}
	return taken;
}

/*
 * The slot after last, `needed` entries including this one still to come. A new array is
 * linked in when last's array has only the slot for the link left.
 */
static struct scatterlist *append_slot(struct sg_append_table *table, struct scatterlist *last,
				       unsigned int needed, gfp_t gfp_mask)
{
	unsigned int slots = min_t(unsigned int, needed, SG_MAX_SINGLE_ALLOC);
	struct scatterlist *slot = NULL, *array;

	if (last) {
		slot = sg_next(last);
		if (WARN_ON_ONCE(!slot))
			return ERR_PTR(-EINVAL);
		if (needed == 1 || !sg_is_last(slot))
			return slot;
	}
	array = entries_alloc(slots, gfp_mask);
	if (!array)
		return ERR_PTR(-ENOMEM);
	sg_init_table(array, slots);
	table_add_array(&table->sgt, slot, 0, array);
	table->total_nents += slot ? slots - 1 : slots;
	return array;
}

/* Where an append stands: the pages and bytes still to be described. */
struct append_state {
	struct page **pages;
	unsigned int n_pages;
	unsigned int offset;
	unsigned long size;
	unsigned int max_pages;
	unsigned int left_pages;
};

/* Describe all remaining pages; returns the number of entries filled or an error. */
static int append_runs(struct sg_append_table *table, struct append_state *st,
		       struct scatterlist **last, gfp_t gfp_mask)
{
	unsigned int runs = count_runs(st->pages, st->n_pages, st->max_pages), done;

	for (done = 0; done < runs; done++) {
		unsigned int run = run_length(st->pages, st->n_pages, st->max_pages);
		unsigned long bytes = ((unsigned long)run << PAGE_SHIFT) - st->offset;
		struct scatterlist *entry;

		entry = append_slot(table, *last, runs - done + st->left_pages, gfp_mask);
		if (IS_ERR(entry))
			return PTR_ERR(entry);
		sg_set_page(entry, st->pages[0], min(st->size, bytes), st->offset);
		*last = entry;
		st->size -= bytes;
		st->offset = 0;
		st->pages += run;
		st->n_pages -= run;
	}
	return runs;
}

int sg_alloc_append_table_from_pages(struct sg_append_table *sgt_append, struct page **pages,
				     unsigned int n_pages, unsigned int offset,
				     unsigned long size, unsigned int max_segment,
				     unsigned int left_pages, gfp_t gfp_mask)
{
	struct scatterlist *last = sgt_append->prv;
	unsigned int prv_length = 0, taken = 0;
	struct append_state st = { .offset = offset, .size = size, .left_pages = left_pages };
	int filled;

	max_segment &= PAGE_MASK;
	if (WARN_ON(!max_segment))
		return -EINVAL;
	if (IS_ENABLED(CONFIG_ARCH_NO_SG_CHAIN) && last)
		return -EOPNOTSUPP;

	if (last) {
		if (WARN_ON(offset))
			return -EINVAL;
		prv_length = last->length;
		taken = entry_absorb(last, pages, n_pages, max_segment);
	}
	st.pages = pages + taken;
	st.n_pages = n_pages - taken;
	st.max_pages = max_segment >> PAGE_SHIFT;
	filled = append_runs(sgt_append, &st, &last, gfp_mask);
	if (filled < 0) {
		if (sgt_append->prv)
			sgt_append->prv->length = prv_length;
		return filled;
	}
	sgt_append->sgt.nents += filled;
	sgt_append->sgt.orig_nents = sgt_append->sgt.nents;
	sgt_append->prv = last;
	if (!left_pages)
		sg_mark_end(last);
	return 0;
}
EXPORT_SYMBOL(sg_alloc_append_table_from_pages);

int sg_alloc_table_from_pages_segment(struct sg_table *sgt, struct page **pages,
				      unsigned int n_pages, unsigned int offset,
				      unsigned long size, unsigned int max_segment,
				      gfp_t gfp_mask)
{
	struct sg_append_table whole = { 0 };
	int err;

	err = sg_alloc_append_table_from_pages(&whole, pages, n_pages, offset, size, max_segment,
					       0, gfp_mask);
	if (err) {
		sg_free_append_table(&whole);
		return err;
	}
	/* sg_free_table will go by orig_nents. */
	WARN_ON(whole.sgt.orig_nents != whole.total_nents);
	*sgt = whole.sgt;
	return 0;
}
EXPORT_SYMBOL(sg_alloc_table_from_pages_segment);

#ifdef CONFIG_SGL_ALLOC
/* Give each data entry its block of pages; false, with some entries still empty, on failure. */
static bool sgl_fill(struct scatterlist *sgl, unsigned int nents, unsigned long long length,
		     unsigned int order, gfp_t gfp)
{
	unsigned long long block = PAGE_SIZE << order;
	unsigned int k;

	for (k = 0; k < nents; k++, length -= block) {
		struct page *page = alloc_pages(gfp, order);

		if (!page)
			return false;
		sg_set_page(sgl + k, page, min(length, block), 0);
	}
	return true;
}

struct scatterlist *sgl_alloc_order(unsigned long long length, unsigned int order,
				    bool chainable, gfp_t gfp, unsigned int *nent_p)
{
	unsigned int shift = PAGE_SHIFT + order;
	struct scatterlist *sgl;
	unsigned int nents;

	/* Whole blocks have to stay below 4 GiB together; this also bounds the array. */
	if (!length || length > U32_MAX || ALIGN(length, 1ULL << shift) > U32_MAX)
		return NULL;
	nents = ALIGN(length, 1ULL << shift) >> shift;
	sgl = kmalloc_array(nents + chainable, sizeof(*sgl), gfp & ~GFP_DMA);
	if (!sgl)
		return NULL;
	sg_init_table(sgl, nents + chainable);
	if (!sgl_fill(sgl, nents, length, order, gfp)) {
		sgl_free_order(sgl, order);
		return NULL;
	}
	if (nent_p)
		*nent_p = nents;
	return sgl;
}
EXPORT_SYMBOL(sgl_alloc_order);

struct scatterlist *sgl_alloc(unsigned long long length, gfp_t gfp, unsigned int *nent_p)
{
	return sgl_alloc_order(length, 0, false, gfp, nent_p);
}
EXPORT_SYMBOL(sgl_alloc);

void sgl_free_n_order(struct scatterlist *sgl, int nents, int order)
{
	struct scatterlist *entry = sgl;

	for (; entry && nents > 0; nents--, entry = sg_next(entry))
		if (sg_page(entry))
			__free_pages(sg_page(entry), order);
	kfree(sgl);
}
EXPORT_SYMBOL(sgl_free_n_order);

void sgl_free_order(struct scatterlist *sgl, int order)
{
	sgl_free_n_order(sgl, INT_MAX, order);
}
EXPORT_SYMBOL(sgl_free_order);

void sgl_free(struct scatterlist *sgl)
{
	sgl_free_order(sgl, 0);
}
EXPORT_SYMBOL(sgl_free);
#endif

void __sg_page_iter_start(struct sg_page_iter *piter, struct scatterlist *sglist,
			  unsigned int nents, unsigned long pgoffset)
{
	*piter = (struct sg_page_iter){
		.sg = sglist,
		.sg_pgoffset = pgoffset,
		.__nents = nents,
	};
}
EXPORT_SYMBOL(__sg_page_iter_start);

/* Pages an entry spans, counted from the page it names. */
static unsigned int entry_pages(struct scatterlist *sg, unsigned int length)
{
	return PAGE_ALIGN((unsigned long)sg->offset + length) >> PAGE_SHIFT;
}

/* Move on to the next page of the memory view, or of the bus view. */
static bool page_iter_step(struct sg_page_iter *it, bool bus_view)
{
	unsigned int want = it->sg_pgoffset + it->__pg_advance, have;

	it->__pg_advance = 1;
	while (it->__nents && it->sg) {
		have = entry_pages(it->sg, bus_view ? sg_dma_len(it->sg) : it->sg->length);
		if (want < have) {
			it->sg_pgoffset = want;
			return true;
		}
		want -= have;
		it->sg = sg_next(it->sg);
		it->__nents--;
	}
	return false;
}

bool __sg_page_iter_next(struct sg_page_iter *piter)
{
	return page_iter_step(piter, false);
}
EXPORT_SYMBOL(__sg_page_iter_next);

bool __sg_page_iter_dma_next(struct sg_dma_page_iter *dma_iter)
{
	return page_iter_step(&dma_iter->base, true);
}
EXPORT_SYMBOL(__sg_page_iter_dma_next);

void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl, unsigned int nents,
		    unsigned int flags)
{
	WARN_ON(!(flags & SG_MITER_TO_SG) && !(flags & SG_MITER_FROM_SG));
	*miter = (struct sg_mapping_iter){ .__flags = flags };
	__sg_page_iter_start(&miter->piter, sgl, nents, 0);
}
EXPORT_SYMBOL(sg_miter_start);

/*
 * Have a piece at hand: the rest of the current one, or the next. In bytes from the page the
 * entry names, a piece is the part of [offset, offset + length) within one page; pages that
 * lie wholly before the offset are passed over.
 */
static bool miter_piece(struct sg_mapping_iter *miter)
{
	struct sg_page_iter *at = &miter->piter;
	unsigned long begin, end, page_begin;
	unsigned int first;

	if (miter->__remaining)
		return true;
	if (!__sg_page_iter_next(at))
		return false;

	begin = at->sg->offset;
	end = begin + at->sg->length;
	first = min_t(unsigned int, begin >> PAGE_SHIFT, entry_pages(at->sg, at->sg->length) - 1);
	at->sg_pgoffset = max(at->sg_pgoffset, first);
	page_begin = (unsigned long)at->sg_pgoffset << PAGE_SHIFT;
	begin = max(begin, page_begin);
	end = min(end, page_begin + PAGE_SIZE);
	miter->__offset = begin - page_begin;
	miter->__remaining = end - begin;
	return true;
}

static void miter_advance(struct sg_mapping_iter *miter, unsigned int bytes)
{
	miter->__remaining -= bytes;
	miter->__offset += bytes;
}

bool sg_miter_skip(struct sg_mapping_iter *miter, off_t offset)
{
	off_t step;

	for (sg_miter_stop(miter); offset; offset -= step) {
		if (!miter_piece(miter))
			return false;
		step = min_t(off_t, miter->__remaining, offset);
		miter_advance(miter, step);
	}
	return true;
}
EXPORT_SYMBOL(sg_miter_skip);

static void *miter_map(struct sg_mapping_iter *miter)
{
	if (miter->__flags & SG_MITER_ATOMIC)
		return kmap_atomic(miter->page);
	if (miter->__flags & SG_MITER_LOCAL)
		return kmap_local_page(miter->page);
	return kmap(miter->page);
}

static void miter_unmap(struct sg_mapping_iter *miter)
{
	if (miter->__flags & SG_MITER_ATOMIC) {
		WARN_ON_ONCE(!pagefault_disabled());
		kunmap_atomic(miter->addr);
	} else if (miter->__flags & SG_MITER_LOCAL) {
		kunmap_local(miter->addr);
	} else {
		kunmap(miter->page);
	}
}

bool sg_miter_next(struct sg_mapping_iter *miter)
{
	sg_miter_stop(miter);
	if (!miter_piece(miter))
		return false;
	miter->page = sg_page_iter_page(&miter->piter);
	miter->addr = (char *)miter_map(miter) + miter->__offset;
	miter->length = miter->__remaining;
	miter->consumed = miter->length;
	return true;
}
EXPORT_SYMBOL(sg_miter_next);

void sg_miter_stop(struct sg_mapping_iter *miter)
{
	WARN_ON(miter->consumed > miter->length);
	if (!miter->addr)
		return;
	miter_advance(miter, miter->consumed);
	if (miter->__flags & SG_MITER_TO_SG)
		flush_dcache_page(miter->page);
	miter_unmap(miter);
	miter->addr = NULL;
	miter->page = NULL;
	miter->consumed = 0;
	miter->length = 0;
}
EXPORT_SYMBOL(sg_miter_stop);

/* What to do with each piece of a list; buf may be unused. */
enum piece_op { PIECE_TO_BUF, PIECE_FROM_BUF, PIECE_ZERO };

static void piece_do(enum piece_op op, void *piece, void *buf, size_t len)
{
	if (op == PIECE_TO_BUF)
		memcpy(buf, piece, len);
	else if (op == PIECE_FROM_BUF)
		memcpy(piece, buf, len);
	else
		memset(piece, 0, len);
}

static size_t list_walk(struct scatterlist *sgl, unsigned int nents, char *buf, size_t buflen,
			off_t skip, enum piece_op op)
{
	unsigned int to_or_from = op == PIECE_TO_BUF ? SG_MITER_FROM_SG : SG_MITER_TO_SG;
	struct sg_mapping_iter miter;
	size_t done = 0;

	sg_miter_start(&miter, sgl, nents, SG_MITER_LOCAL | to_or_from);
	if (!sg_miter_skip(&miter, skip))
		return 0;
	while (done < buflen && sg_miter_next(&miter)) {
		size_t len = min(miter.length, buflen - done);

		piece_do(op, miter.addr, buf ? buf + done : NULL, len);
		done += len;
	}
	sg_miter_stop(&miter);
	return done;
}

size_t sg_copy_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
		      off_t skip, bool to_buffer)
{
	return list_walk(sgl, nents, buf, buflen, skip, to_buffer ? PIECE_TO_BUF : PIECE_FROM_BUF);
}
EXPORT_SYMBOL(sg_copy_buffer);

size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			   size_t buflen)
{
	return sg_pcopy_from_buffer(sgl, nents, buf, buflen, 0);
}
EXPORT_SYMBOL(sg_copy_from_buffer);

size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen)
{
	return sg_pcopy_to_buffer(sgl, nents, buf, buflen, 0);
}
EXPORT_SYMBOL(sg_copy_to_buffer);

size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			    size_t buflen, off_t skip)
{
	return list_walk(sgl, nents, (char *)buf, buflen, skip, PIECE_FROM_BUF);
}
EXPORT_SYMBOL(sg_pcopy_from_buffer);

size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
			  off_t skip)
{
	return list_walk(sgl, nents, buf, buflen, skip, PIECE_TO_BUF);
}
EXPORT_SYMBOL(sg_pcopy_to_buffer);

size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int nents, size_t buflen, off_t skip)
{
	return list_walk(sgl, nents, NULL, buflen, skip, PIECE_ZERO);
}
EXPORT_SYMBOL(sg_zero_buffer);
