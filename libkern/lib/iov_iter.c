// SPDX-License-Identifier: GPL-2.0-only
/*
 * Iterators (lib/iov_iter.c).
 *
 * Everything that moves bytes is one loop over chunks: a chunk is as much as lies
 * contiguous in the current segment, given as an address; user chunks go through
 * the user copy functions, all others are ordinary memory in the direct map. A
 * short result of a chunk ends the loop.
 */
#include <linux/bvec.h>
#include <linux/folio_queue.h>
#include <linux/highmem.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

#define MAX_RW_COUNT (INT_MAX & PAGE_MASK)

/* --- Starting -------------------------------------------------------------------- */

static struct iov_iter iter_start(enum iter_type type, unsigned int direction, size_t count)
{
	WARN_ON(direction & ~(READ | WRITE));
	return (struct iov_iter){
		.iter_type = type,
		.data_source = direction == ITER_SOURCE,
		.count = count,
	};
}

void iov_iter_init(struct iov_iter *i, unsigned int direction, const struct iovec *iov,
		   unsigned long nr_segs, size_t count)
{
	*i = iter_start(ITER_IOVEC, direction, count);
	i->__iov = iov;
	i->nr_segs = nr_segs;
}

void iov_iter_ubuf(struct iov_iter *i, unsigned int direction, void __user *buf, size_t count)
{
	*i = iter_start(ITER_UBUF, direction, count);
	i->ubuf = buf;
	i->nr_segs = 1;
}

void iov_iter_kvec(struct iov_iter *i, unsigned int direction, const struct kvec *kvec,
		   unsigned long nr_segs, size_t count)
{
	*i = iter_start(ITER_KVEC, direction, count);
	i->kvec = kvec;
	i->nr_segs = nr_segs;
}

void iov_iter_bvec(struct iov_iter *i, unsigned int direction, const struct bio_vec *bvec,
		   unsigned long nr_segs, size_t count)
{
	*i = iter_start(ITER_BVEC, direction, count);
	i->bvec = bvec;
	i->nr_segs = nr_segs;
}

void iov_iter_folio_queue(struct iov_iter *i, unsigned int direction,
			  const struct folio_queue *folioq, unsigned int first_slot,
			  unsigned int offset, size_t count)
{
	BUG_ON(direction & ~1U);
	*i = iter_start(ITER_FOLIOQ, direction, count);
	i->folioq = folioq;
	i->folioq_slot = first_slot;
	i->iov_offset = offset;
}

void iov_iter_xarray(struct iov_iter *i, unsigned int direction, struct xarray *xarray,
		     loff_t start, size_t count)
{
	BUG_ON(direction & ~1U);
	*i = iter_start(ITER_XARRAY, direction, count);
	i->xarray = xarray;
	i->xarray_start = start;
}

void iov_iter_discard(struct iov_iter *i, unsigned int direction, size_t count)
{
	BUG_ON(direction != READ);
	*i = iter_start(ITER_DISCARD, direction, count);
}

int import_ubuf(int rw, void __user *buf, size_t len, struct iov_iter *i)
{
	len = min_t(size_t, len, MAX_RW_COUNT);
	if (!access_ok(buf, len))
		return -EFAULT;
	iov_iter_ubuf(i, rw, buf, len);
	return 0;
}

/* --- Moving ------------------------------------------------------------------------ */

/* Length of the segment an iovec-like iterator is in. */
static size_t segment_len(const struct iov_iter *i)
{
	switch (i->iter_type) {
	case ITER_IOVEC:
		return i->__iov->iov_len;
	case ITER_KVEC:
		return i->kvec->iov_len;
	default:
		return i->bvec->bv_len;
	}
}

static void segment_move(struct iov_iter *i, int by)
{
	switch (i->iter_type) {
	case ITER_IOVEC:
		i->__iov += by;
		break;
	case ITER_KVEC:
		i->kvec += by;
		break;
	default:
		i->bvec += by;
	}
	i->nr_segs -= by;
}

static void advance_segments(struct iov_iter *i, size_t bytes)
{
	bytes += i->iov_offset;
	while (i->nr_segs && bytes >= segment_len(i)) {
		bytes -= segment_len(i);
		segment_move(i, 1);
	}
	i->iov_offset = bytes;
}

/* At the end of the queue the iterator stays behind the last slot. */
static void advance_folioq(struct iov_iter *i, size_t bytes)
{
	const struct folio_queue *folioq = i->folioq;
	unsigned int slot = i->folioq_slot;

	if (slot >= folioq_nr_slots(folioq) && folioq->next) {
		folioq = folioq->next;
		slot = 0;
	}
	bytes += i->iov_offset;
	while (bytes && bytes >= folioq_folio_size(folioq, slot)) {
		bytes -= folioq_folio_size(folioq, slot++);
		if (slot >= folioq_nr_slots(folioq) && folioq->next) {
			folioq = folioq->next;
			slot = 0;
		}
	}
	i->folioq = folioq;
	i->folioq_slot = slot;
	i->iov_offset = bytes;
}

void iov_iter_advance(struct iov_iter *i, size_t bytes)
{
	bytes = min(bytes, i->count);
	switch (i->iter_type) {
	case ITER_IOVEC:
	case ITER_KVEC:
	case ITER_BVEC:
		advance_segments(i, bytes);
		break;
	case ITER_FOLIOQ:
		advance_folioq(i, bytes);
		break;
	case ITER_UBUF:
	case ITER_XARRAY:
		i->iov_offset += bytes;
		break;
	default:
		break;
	}
	i->count -= bytes;
}

static void revert_segments(struct iov_iter *i, size_t bytes)
{
	while (bytes > i->iov_offset) {
		bytes -= i->iov_offset;
		segment_move(i, -1);
		i->iov_offset = segment_len(i);
	}
	i->iov_offset -= bytes;
}

static void revert_folioq(struct iov_iter *i, size_t bytes)
{
	while (bytes > i->iov_offset) {
		bytes -= i->iov_offset;
		if (!i->folioq_slot) {
			i->folioq = i->folioq->prev;
			i->folioq_slot = folioq_nr_slots(i->folioq);
		}
		i->folioq_slot--;
		i->iov_offset = folioq_folio_size(i->folioq, i->folioq_slot);
	}
	i->iov_offset -= bytes;
}

void iov_iter_revert(struct iov_iter *i, size_t bytes)
{
	if (!bytes || WARN_ON(bytes > MAX_RW_COUNT))
		return;
	i->count += bytes;
	switch (i->iter_type) {
	case ITER_IOVEC:
	case ITER_KVEC:
	case ITER_BVEC:
		revert_segments(i, bytes);
		break;
	case ITER_FOLIOQ:
		revert_folioq(i, bytes);
		break;
	case ITER_UBUF:
	case ITER_XARRAY:
		BUG_ON(bytes > i->iov_offset);
		i->iov_offset -= bytes;
		break;
	default:
		break;
	}
}

void iov_iter_restore(struct iov_iter *i, struct iov_iter_state *state)
{
	if (iter_is_ubuf(i) || iov_iter_is_xarray(i)) {
		i->iov_offset = state->iov_offset;
		i->count = state->count;
		return;
	}
	segment_move(i, (int)(i->nr_segs - state->nr_segs));
	i->iov_offset = state->iov_offset;
	i->count = state->count;
}

/* --- Chunks ------------------------------------------------------------------------- */

static struct folio *xarray_folio(const struct iov_iter *i, size_t *offset)
{
	loff_t at = i->xarray_start + i->iov_offset;
	struct folio *folio = xa_load(i->xarray, at >> PAGE_SHIFT);

	if (WARN_ON(!folio || xa_is_value(folio)))
		return NULL;
	*offset = offset_in_folio(folio, at);
	return folio;
}

static void skip_empty_segments(struct iov_iter *i)
{
	if (iter_is_iovec(i) || iov_iter_is_kvec(i) || iov_iter_is_bvec(i))
		advance_segments(i, 0);
	else if (iov_iter_is_folioq(i))
		advance_folioq(i, 0);
}

/* The next contiguous bytes: their address, or NULL for a discard; returns how many. */
static size_t iter_chunk(struct iov_iter *i, void **addr)
{
	size_t offset = i->iov_offset;
	struct folio *folio;

	skip_empty_segments(i);
	switch (i->iter_type) {
	case ITER_UBUF:
		*addr = (char *)i->ubuf + offset;
		return i->count;
	case ITER_IOVEC:
		*addr = (char *)i->__iov->iov_base + i->iov_offset;
		return min(i->count, i->__iov->iov_len - i->iov_offset);
	case ITER_KVEC:
		*addr = (char *)i->kvec->iov_base + i->iov_offset;
		return min(i->count, i->kvec->iov_len - i->iov_offset);
	case ITER_BVEC:
		*addr = (char *)page_address(i->bvec->bv_page) + i->bvec->bv_offset +
			i->iov_offset;
		return min_t(size_t, i->count, i->bvec->bv_len - i->iov_offset);
	case ITER_FOLIOQ:
		folio = folioq_folio(i->folioq, i->folioq_slot);
		*addr = (char *)folio_address(folio) + i->iov_offset;
		return min(i->count, folioq_folio_size(i->folioq, i->folioq_slot) - i->iov_offset);
	case ITER_XARRAY:
		folio = xarray_folio(i, &offset);
		*addr = folio ? (char *)folio_address(folio) + offset : NULL;
		return folio ? min(i->count, folio_size(folio) - offset) : 0;
	default:
		*addr = NULL;
		return i->count;
	}
}

/* Handles one chunk, returns how many bytes of it; @done is what came before. */
typedef size_t (*chunk_fn)(const struct iov_iter *i, void *chunk, size_t len, size_t done,
			   void *arg);

static size_t iter_walk(struct iov_iter *i, size_t bytes, chunk_fn fn, void *arg)
{
	size_t done = 0;

	bytes = min(bytes, i->count);
	while (done < bytes) {
		void *chunk;
		size_t len = min(iter_chunk(i, &chunk), bytes - done);
		size_t step = len;

		/* An address of NULL is the application's mistake, and faults. */
		if (len && !iov_iter_is_discard(i))
			step = fn(i, chunk, len, done, arg);
		iov_iter_advance(i, step);
		done += step;
		if (!step || step < len)
			break;
	}
	return done;
}

static size_t chunk_from_kernel(const struct iov_iter *i, void *chunk, size_t len, size_t done,
				void *arg)
{
	const char *from = (const char *)arg + done;

	if (user_backed_iter(i))
		return len - copy_to_user(chunk, from, len);
	memcpy(chunk, from, len);
	return len;
}

static size_t chunk_to_kernel(const struct iov_iter *i, void *chunk, size_t len, size_t done,
			      void *arg)
{
	char *to = (char *)arg + done;

	if (user_backed_iter(i))
		return len - copy_from_user(to, chunk, len);
	memcpy(to, chunk, len);
	return len;
}

static size_t chunk_zero(const struct iov_iter *i, void *chunk, size_t len, size_t done, void *arg)
{
	if (user_backed_iter(i))
		return len - clear_user(chunk, len);
	memset(chunk, 0, len);
	return len;
}

size_t _copy_to_iter(const void *addr, size_t bytes, struct iov_iter *i)
{
	if (WARN_ON_ONCE(i->data_source))
		return 0;
	return iter_walk(i, bytes, chunk_from_kernel, (void *)addr);
}

size_t _copy_from_iter(void *addr, size_t bytes, struct iov_iter *i)
{
	if (WARN_ON_ONCE(!i->data_source))
		return 0;
	return iter_walk(i, bytes, chunk_to_kernel, addr);
}

size_t copy_page_to_iter(struct page *page, size_t offset, size_t bytes, struct iov_iter *i)
{
	return _copy_to_iter((char *)page_address(page) + offset, bytes, i);
}

size_t copy_page_from_iter(struct page *page, size_t offset, size_t bytes, struct iov_iter *i)
{
	return _copy_from_iter((char *)page_address(page) + offset, bytes, i);
}

size_t iov_iter_zero(size_t bytes, struct iov_iter *i)
{
	return iter_walk(i, bytes, chunk_zero, NULL);
}

bool copy_to_iter_full(const void *addr, size_t bytes, struct iov_iter *i)
{
	size_t copied = _copy_to_iter(addr, bytes, i);

	if (likely(copied == bytes))
		return true;
	iov_iter_revert(i, copied);
	return false;
}

bool copy_from_iter_full(void *addr, size_t bytes, struct iov_iter *i)
{
	size_t copied = _copy_from_iter(addr, bytes, i);

	if (likely(copied == bytes))
		return true;
	iov_iter_revert(i, copied);
	return false;
}

/* --- Looking ahead -------------------------------------------------------------------- */

size_t iov_iter_single_seg_count(const struct iov_iter *i)
{
	if (i->nr_segs > 1 && (iter_is_iovec(i) || iov_iter_is_kvec(i) || iov_iter_is_bvec(i)))
		return min(i->count, segment_len(i) - i->iov_offset);
	if (iov_iter_is_folioq(i))
		return i->count ? min(folioq_folio_size(i->folioq, i->folioq_slot), i->count) : 0;
	return i->count;
}

int iov_iter_npages(const struct iov_iter *i, int maxpages)
{
	struct iov_iter at = *i;
	unsigned long pages = 0;
	void *chunk;

	if (iov_iter_is_discard(i))
		return 0;
	while (at.count && pages < (unsigned long)maxpages) {
		size_t len = iter_chunk(&at, &chunk);

		if (!len)
			break;
		pages += DIV_ROUND_UP(offset_in_page(chunk) + len, PAGE_SIZE);
		iov_iter_advance(&at, len);
	}
	return min_t(unsigned long, pages, maxpages);
}

unsigned long iov_iter_alignment(const struct iov_iter *i)
{
	struct iov_iter at = *i;
	unsigned long bits = 0;
	void *chunk;

	while (at.count && !iov_iter_is_discard(&at)) {
		size_t len = iter_chunk(&at, &chunk);

		if (!len)
			break;
		bits |= (unsigned long)chunk | len;
		iov_iter_advance(&at, len);
	}
	return bits;
}

/* --- Pages ------------------------------------------------------------------------------ */

/* The array of the caller, or a new one that it will kvfree(). */
static struct page **pages_array(struct page ***pages, unsigned int nr)
{
	if (!*pages)
		*pages = kvmalloc_array(nr, sizeof(**pages), GFP_KERNEL);
	return *pages;
}

static struct page *kernel_page(const void *addr)
{
	return is_vmalloc_or_module_addr(addr) ? vmalloc_to_page(addr) : virt_to_page(addr);
}

static int borrow_pages(unsigned long start, unsigned int nr, struct page **pages)
{
	unsigned int got;

	for (got = 0; got < nr; got++)
		pages[got] = kernel_page((void *)(start + ((unsigned long)got << PAGE_SHIFT)));
	return nr;
}

static int user_pages(const struct iov_iter *i, unsigned long start, unsigned int nr,
		      struct page **pages)
{
	return pin_user_pages_fast(start, nr, i->data_source ? 0 : FOLL_WRITE, pages);
}

ssize_t iov_iter_extract_pages(struct iov_iter *i, struct page ***pages, size_t maxsize,
			       unsigned int maxpages, iov_iter_extraction_t extraction_flags,
			       size_t *offset0)
{
	size_t len, offset;
	struct page **array;
	unsigned int nr;
	void *chunk;
	int got;

	maxsize = min_t(size_t, min(maxsize, i->count), MAX_RW_COUNT);
	if (!maxsize)
		return 0;
	if (iov_iter_is_discard(i))
		return -EFAULT;
	len = min(iter_chunk(i, &chunk), maxsize);
	if (!len)
		return -EIO;
	offset = offset_in_page(chunk);
	nr = min_t(size_t, DIV_ROUND_UP(offset + len, PAGE_SIZE), maxpages);
	array = pages_array(pages, nr);
	if (!array)
		return -ENOMEM;
	if (user_backed_iter(i))
		got = user_pages(i, (unsigned long)chunk - offset, nr, array);
	else
		got = borrow_pages((unsigned long)chunk - offset, nr, array);
	if (got <= 0)
		return got ? got : -EFAULT;
	*offset0 = offset;
	len = min(len, ((size_t)got << PAGE_SHIFT) - offset);
	iov_iter_advance(i, len);
	return len;
}

ssize_t iov_iter_get_pages2(struct iov_iter *i, struct page **pages, size_t maxsize,
			    unsigned int maxpages, size_t *start)
{
	bool pinned = user_backed_iter(i);
	ssize_t len;
	size_t at;

	if (!maxpages)
		return 0;
	len = iov_iter_extract_pages(i, &pages, maxsize, maxpages, 0, start);
	for (at = 0; len > 0 && !pinned && at < *start + len; at += PAGE_SIZE)
		get_page(pages[at >> PAGE_SHIFT]);
	return len;
}
