// SPDX-License-Identifier: GPL-2.0-only
/*
 * From an I/O iterator to scatter/gather entries.
 *
 * Whatever kind the iterator is, the memory comes in pieces that are appended to a table with
 * room for them. User memory is pinned page by page; all other kinds are described as they
 * are, and stay the property of whoever built the iterator.
 *
 * May sleep for user memory; otherwise any context.
 */
#include <linux/bvec.h>
#include <linux/export.h>
#include <linux/folio_queue.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

/* Where the next piece goes, and what may still come. */
struct extraction {
	struct sg_table *table;
	unsigned int entries;		/* free ones */
	size_t bytes;			/* still wanted */
	size_t got;
};

static bool wants_more(const struct extraction *ex)
{
	return ex->entries && ex->bytes;
}

/* Append up to len bytes of a piece; returns how many were still wanted. */
static size_t add_piece(struct extraction *ex, struct page *page, size_t len, size_t offset)
{
	size_t part = min(len, ex->bytes);

	sg_set_page(ex->table->sgl + ex->table->nents, page, part, offset);
	ex->table->nents++;
	ex->entries--;
	ex->bytes -= part;
	ex->got += part;
	return part;
}

/* Give back what was pinned for the entries behind the caller's own. */
static void unpin_new_entries(struct sg_table *table)
{
	while (table->nents > table->orig_nents)
		unpin_user_page(sg_page(table->sgl + --table->nents));
}

/*
 * One batch of user pages. They are listed at the very end of the free entries: an entry is as
 * large as several pointers, so filling entry k overwrites no pointer behind the k-th.
 */
static ssize_t extract_user_batch(struct iov_iter *iter, struct extraction *ex,
				  iov_iter_extraction_t flags)
{
	struct scatterlist *free = ex->table->sgl + ex->table->nents;
	struct page **pages = (struct page **)(free + ex->entries) - ex->entries;
	ssize_t got, left;
	size_t offset;

	got = iov_iter_extract_pages(iter, &pages, ex->bytes, ex->entries, flags, &offset);
	for (left = got; left > 0; offset = 0)
		left -= add_piece(ex, *pages++, min_t(size_t, left, PAGE_SIZE - offset), offset);
	return got;
}

static ssize_t extract_user(struct iov_iter *iter, struct extraction *ex,
			    iov_iter_extraction_t flags)
{
	while (wants_more(ex)) {
		ssize_t got = extract_user_batch(iter, ex, flags);

		if (got <= 0) {
			unpin_new_entries(ex->table);
			return got;
		}
	}
	return ex->got;
}

static void extract_bvec(const struct iov_iter *iter, struct extraction *ex)
{
	const struct bio_vec *bv = iter->bvec, *end = bv + iter->nr_segs;
	size_t skip = iter->iov_offset;

	for (; bv < end && wants_more(ex); bv++) {
		if (skip >= bv->bv_len) {
			skip -= bv->bv_len;
			continue;
		}
		add_piece(ex, bv->bv_page, bv->bv_len - skip, bv->bv_offset + skip);
		skip = 0;
	}
}

static struct page *kernel_page(const void *addr)
{
	return is_vmalloc_or_module_addr(addr) ? vmalloc_to_page(addr) : virt_to_page(addr);
}

static void extract_kvec(const struct iov_iter *iter, struct extraction *ex)
{
	const struct kvec *kv = iter->kvec, *end = kv + iter->nr_segs;
	size_t done = iter->iov_offset;

	for (; kv < end; kv++, done = 0) {
		while (done < kv->iov_len && wants_more(ex)) {
			const char *addr = (const char *)kv->iov_base + done;
			size_t offset = offset_in_page(addr);

			done += add_piece(ex, kernel_page(addr),
					  min(kv->iov_len - done, PAGE_SIZE - offset), offset);
		}
	}
}

static void extract_folioq(const struct iov_iter *iter, struct extraction *ex)
{
	const struct folio_queue *queue = iter->folioq;
	unsigned int slot = iter->folioq_slot;
	size_t skip = iter->iov_offset;

	for (; queue && wants_more(ex); queue = queue->next, slot = 0) {
		for (; slot < folioq_nr_slots(queue) && wants_more(ex); slot++) {
			size_t size = folioq_folio_size(queue, slot);

			if (skip < size)
				add_piece(ex, folio_page(folioq_folio(queue, slot), 0), size - skip,
					  skip);
			skip = skip < size ? 0 : skip - size;
		}
	}
}

static void extract_xarray(const struct iov_iter *iter, struct extraction *ex)
{
	loff_t pos = iter->xarray_start + iter->iov_offset;
	XA_STATE(xas, iter->xarray, pos >> PAGE_SHIFT);
	struct folio *folio;

	rcu_read_lock();
	xas_for_each(&xas, folio, ULONG_MAX) {
		size_t offset;

		if (xas_retry(&xas, folio))
			continue;
		if (WARN_ON(xa_is_value(folio)) || WARN_ON(folio_test_hugetlb(folio)))
			break;
		offset = offset_in_folio(folio, pos);
		pos += add_piece(ex, folio_page(folio, 0), folio_size(folio) - offset, offset);
		if (!wants_more(ex))
			break;
	}
	rcu_read_unlock();
}

ssize_t extract_iter_to_sg(struct iov_iter *iter, size_t maxsize, struct sg_table *sgtable,
			   unsigned int sg_max, iov_iter_extraction_t extraction_flags)
{
	struct extraction ex = { .table = sgtable, .entries = sg_max, .bytes = maxsize };

	if (!wants_more(&ex))
		return 0;
	if (iov_iter_type(iter) == ITER_UBUF || iov_iter_type(iter) == ITER_IOVEC)
		return extract_user(iter, &ex, extraction_flags);

	ex.bytes = min(maxsize, iov_iter_count(iter));
	if (!ex.bytes)
		return 0;
	switch (iov_iter_type(iter)) {
	case ITER_BVEC:
		extract_bvec(iter, &ex);
		break;
	case ITER_KVEC:
		extract_kvec(iter, &ex);
		break;
	case ITER_FOLIOQ:
		extract_folioq(iter, &ex);
		break;
	case ITER_XARRAY:
		extract_xarray(iter, &ex);
		break;
	default:
		pr_err("%s(%u) unsupported\n", __func__, iov_iter_type(iter));
		WARN_ON_ONCE(1);
		return -EIO;
	}
	iov_iter_advance(iter, ex.got);
	return ex.got;
}
EXPORT_SYMBOL_GPL(extract_iter_to_sg);
