/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Iterators over memory of several kinds. Kernel path: linux/uio.h,
 * lib/iov_iter.c.
 *
 * An iterator describes what is left: count bytes, starting iov_offset bytes
 * into the first segment. It does not own the memory. ITER_SOURCE (WRITE) is
 * data that flows out of the memory, ITER_DEST (READ) into it. An iterator
 * belongs to one thread. Copies to and from user kinds may sleep.
 */
#ifndef _UDM_LINUX_UIO_H
#define _UDM_LINUX_UIO_H

#include <sys/uio.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/bug.h>
#include <uapi/linux/uio.h>

struct bio_vec;
struct folio;
struct folio_queue;
struct page;
struct sg_table;
struct xarray;

#ifndef READ
#define READ 0
#define WRITE 1
#endif

#define UIO_FASTIOV 8

typedef unsigned int __bitwise iov_iter_extraction_t;

#define ITER_ALLOW_P2PDMA ((__force iov_iter_extraction_t)0x01)

struct kvec {
	void *iov_base;
	size_t iov_len;
};

enum iter_type {
	ITER_UBUF,
	ITER_IOVEC,
	ITER_BVEC,
	ITER_KVEC,
	ITER_FOLIOQ,
	ITER_XARRAY,
	ITER_DISCARD,
};

#define ITER_SOURCE 1
#define ITER_DEST 0

struct iov_iter_state {
	size_t iov_offset;
	size_t count;
	unsigned long nr_segs;
};

struct iov_iter {
	u8 iter_type;
	bool nofault;
	bool data_source;
	size_t iov_offset;
	/* __ubuf_iovec makes an ITER_UBUF iterator look like one segment of ITER_IOVEC. */
	union {
		struct iovec __ubuf_iovec;
		struct {
			union {
				const struct iovec *__iov;
				const struct kvec *kvec;
				const struct bio_vec *bvec;
				const struct folio_queue *folioq;
				struct xarray *xarray;
				void __user *ubuf;
			};
			size_t count;
		};
	};
	union {
		unsigned long nr_segs;
		u8 folioq_slot;
		loff_t xarray_start;
	};
};

static inline enum iter_type iov_iter_type(const struct iov_iter *i)
{
	return (enum iter_type)i->iter_type;
}

static inline bool iter_is_ubuf(const struct iov_iter *i)
{
	return i->iter_type == ITER_UBUF;
}

static inline bool iter_is_iovec(const struct iov_iter *i)
{
	return i->iter_type == ITER_IOVEC;
}

static inline bool iov_iter_is_kvec(const struct iov_iter *i)
{
	return i->iter_type == ITER_KVEC;
}

static inline bool iov_iter_is_bvec(const struct iov_iter *i)
{
	return i->iter_type == ITER_BVEC;
}

static inline bool iov_iter_is_folioq(const struct iov_iter *i)
{
	return i->iter_type == ITER_FOLIOQ;
}

static inline bool iov_iter_is_xarray(const struct iov_iter *i)
{
	return i->iter_type == ITER_XARRAY;
}

static inline bool iov_iter_is_discard(const struct iov_iter *i)
{
	return i->iter_type == ITER_DISCARD;
}

static inline bool user_backed_iter(const struct iov_iter *i)
{
	return i->iter_type == ITER_UBUF || i->iter_type == ITER_IOVEC;
}

static inline unsigned char iov_iter_rw(const struct iov_iter *i)
{
	return i->data_source ? WRITE : READ;
}

static inline size_t iov_iter_count(const struct iov_iter *i)
{
	return i->count;
}

/* The segments of a user-backed iterator; an ITER_UBUF has one. */
static inline const struct iovec *iter_iov(const struct iov_iter *i)
{
	return iter_is_ubuf(i) ? &i->__ubuf_iovec : i->__iov;
}

#define iter_iov_addr(i) ((char __user *)iter_iov(i)->iov_base + (i)->iov_offset)

static inline size_t iter_iov_len(const struct iov_iter *i)
{
	size_t left = iter_iov(i)->iov_len - i->iov_offset;

	return iter_is_ubuf(i) ? i->count : left;
}

static inline void iov_iter_truncate(struct iov_iter *i, u64 count)
{
	if (i->count > count)
		i->count = count;
}

static inline void iov_iter_reexpand(struct iov_iter *i, size_t count)
{
	i->count = count;
}

static inline void iov_iter_save_state(struct iov_iter *i, struct iov_iter_state *state)
{
	state->iov_offset = i->iov_offset;
	state->count = i->count;
	state->nr_segs = i->nr_segs;
}

static inline size_t iov_length(const struct iovec *iov, unsigned long nr_segs)
{
	size_t sum = 0;

	while (nr_segs--)
		sum += (iov++)->iov_len;
	return sum;
}

void iov_iter_init(struct iov_iter *i, unsigned int direction, const struct iovec *iov,
		   unsigned long nr_segs, size_t count);
void iov_iter_ubuf(struct iov_iter *i, unsigned int direction, void __user *buf, size_t count);
void iov_iter_kvec(struct iov_iter *i, unsigned int direction, const struct kvec *kvec,
		   unsigned long nr_segs, size_t count);
void iov_iter_bvec(struct iov_iter *i, unsigned int direction, const struct bio_vec *bvec,
		   unsigned long nr_segs, size_t count);
void iov_iter_folio_queue(struct iov_iter *i, unsigned int direction,
			  const struct folio_queue *folioq, unsigned int first_slot,
			  unsigned int offset, size_t count);
void iov_iter_xarray(struct iov_iter *i, unsigned int direction, struct xarray *xarray,
		     loff_t start, size_t count);
void iov_iter_discard(struct iov_iter *i, unsigned int direction, size_t count);

/* 0 or -EFAULT; lengths are cut to MAX_RW_COUNT. */
int import_ubuf(int rw, void __user *buf, size_t len, struct iov_iter *i);

/* Moves by at most count bytes; revert goes back over what was consumed. */
void iov_iter_advance(struct iov_iter *i, size_t bytes);
void iov_iter_revert(struct iov_iter *i, size_t bytes);
void iov_iter_restore(struct iov_iter *i, struct iov_iter_state *state);
/* Bytes left in the first segment. */
size_t iov_iter_single_seg_count(const struct iov_iter *i);
/* Pages that the next bytes touch, at most @maxpages. */
int iov_iter_npages(const struct iov_iter *i, int maxpages);
unsigned long iov_iter_alignment(const struct iov_iter *i);

/* Copy, advance, return the bytes copied: short after a fault or at the end. */
size_t _copy_to_iter(const void *addr, size_t bytes, struct iov_iter *i);
size_t _copy_from_iter(void *addr, size_t bytes, struct iov_iter *i);
size_t copy_page_to_iter(struct page *page, size_t offset, size_t bytes, struct iov_iter *i);
size_t copy_page_from_iter(struct page *page, size_t offset, size_t bytes, struct iov_iter *i);
size_t iov_iter_zero(size_t bytes, struct iov_iter *i);

static __always_inline __must_check size_t copy_to_iter(const void *addr, size_t bytes,
							struct iov_iter *i)
{
	return _copy_to_iter(addr, bytes, i);
}

static __always_inline __must_check size_t copy_from_iter(void *addr, size_t bytes,
							  struct iov_iter *i)
{
	return _copy_from_iter(addr, bytes, i);
}

/* All or nothing: true, or false with the iterator where it was. */
bool copy_to_iter_full(const void *addr, size_t bytes, struct iov_iter *i);
bool copy_from_iter_full(void *addr, size_t bytes, struct iov_iter *i);

/* Must the pages of iov_iter_extract_pages() be unpinned afterwards? */
static inline bool iov_iter_extract_will_pin(const struct iov_iter *i)
{
	return user_backed_iter(i);
}

/*
 * The pages of the next bytes, pinned for user-backed kinds, borrowed otherwise.
 * *pages NULL: the array is allocated (kvfree() it). Returns the bytes covered,
 * *offset0 is the offset in the first page; advances. -EFAULT, -EIO, -ENOMEM.
 * May sleep.
 */
ssize_t iov_iter_extract_pages(struct iov_iter *i, struct page ***pages, size_t maxsize,
			       unsigned int maxpages, iov_iter_extraction_t extraction_flags,
			       size_t *offset0);
/* The same with an ordinary reference to each page, whatever the kind. */
ssize_t iov_iter_get_pages2(struct iov_iter *i, struct page **pages, size_t maxsize,
			    unsigned int maxpages, size_t *start);

/*
 * Appends up to @sg_max entries for up to @maxsize bytes to a table, behind its
 * nents entries, for which its (single) array must have room; advances the
 * iterator. Pages of user kinds are pinned. Bytes added; 0 or the error of
 * iov_iter_extract_pages() with nothing left added, -EIO for other kinds.
 * Kernel: lib/scatterlist.c.
 */
ssize_t extract_iter_to_sg(struct iov_iter *iter, size_t maxsize, struct sg_table *sgtable,
			   unsigned int sg_max, iov_iter_extraction_t extraction_flags);

#endif
