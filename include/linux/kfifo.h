/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Queues of elements of any type, or of records of bytes, in a ring of 2^n elements.
 *
 * One producer and one consumer need no lock; more of either exclude each other, for
 * which the _spinlocked forms take a lock with interrupts off. Macros take a fifo of any
 * type made by the declarations below. Counts are elements, in record fifos bytes; a
 * record fifo of length size 1 or 2 keeps the boundaries of what was put in. No function
 * but kfifo_alloc(), kfifo_free() and the user copies may sleep.
 * Kernel path: linux/kfifo.h, lib/kfifo.c.
 */
#ifndef _UDM_LINUX_KFIFO_H
#define _UDM_LINUX_KFIFO_H

#include <linux/array_size.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/numa.h>
#include <linux/spinlock.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct scatterlist;

/* in and out run freely; their difference is the fill, wrapped or not. */
struct __kfifo {
	unsigned int in;	/* the producer's */
	unsigned int out;	/* the consumer's */
	unsigned int mask;	/* elements - 1; 0 until there is a buffer */
	unsigned int esize;
	void *data;
};

/* The pointers are never used: their types say what is in the fifo. */
#define __STRUCT_KFIFO_COMMON(datatype, recsize, ptrtype)                                          \
	union {                                                                                    \
		struct __kfifo kfifo;                                                              \
		datatype *type;                                                                    \
		const datatype *const_type;                                                        \
		char (*rectype)[recsize];                                                          \
		ptrtype *ptr;                                                                      \
		ptrtype const *ptr_const;                                                          \
	}
#define __STRUCT_KFIFO(type, size, recsize, ptrtype)                                               \
	{                                                                                          \
		__STRUCT_KFIFO_COMMON(type, recsize, ptrtype);                                     \
		type buf[((size) < 2 || ((size) & ((size) - 1))) ? -1 : (size)];                   \
	}
#define STRUCT_KFIFO(type, size) struct __STRUCT_KFIFO(type, size, 0, type)
#define __STRUCT_KFIFO_PTR(type, recsize, ptrtype)                                                 \
	{                                                                                          \
		__STRUCT_KFIFO_COMMON(type, recsize, ptrtype);                                     \
		type buf[0];                                                                       \
	}
#define STRUCT_KFIFO_PTR(type) struct __STRUCT_KFIFO_PTR(type, 0, type)

/* Bytes, and records with lengths of one and two bytes, whose buffer is allocated. */
struct kfifo __STRUCT_KFIFO_PTR(unsigned char, 0, void);
#define STRUCT_KFIFO_REC_1(size) struct __STRUCT_KFIFO(unsigned char, size, 1, void)
#define STRUCT_KFIFO_REC_2(size) struct __STRUCT_KFIFO(unsigned char, size, 2, void)
struct kfifo_rec_ptr_1 __STRUCT_KFIFO_PTR(unsigned char, 1, void);
struct kfifo_rec_ptr_2 __STRUCT_KFIFO_PTR(unsigned char, 2, void);

#define __is_kfifo_ptr(fifo) (sizeof(*(fifo)) == sizeof(struct __kfifo))

/* A fifo with a buffer to come, and one with its buffer inside. */
#define DECLARE_KFIFO_PTR(fifo, type) STRUCT_KFIFO_PTR(type) fifo
#define DECLARE_KFIFO(fifo, type, size) STRUCT_KFIFO(type, size) fifo

#define __KFIFO_INIT(fifo)                                                                         \
	{                                                                                          \
		.mask = __is_kfifo_ptr(&(fifo)) ? 0 :                                              \
						  sizeof((fifo).buf) / sizeof(*(fifo).buf) - 1,    \
		.esize = sizeof(*(fifo).buf),                                                      \
		.data = __is_kfifo_ptr(&(fifo)) ? NULL : (fifo).buf,                               \
	}
#define INIT_KFIFO(fifo)                                                                           \
	(void)({                                                                                   \
		typeof(&(fifo)) __fifo = &(fifo);                                                  \
		__fifo->kfifo = (struct __kfifo)__KFIFO_INIT(*__fifo);                             \
	})
#define DEFINE_KFIFO(fifo, type, size)                                                             \
	DECLARE_KFIFO(fifo, type, size) = (typeof(fifo)){ { __KFIFO_INIT(fifo) }, {} }

/* 0, -EINVAL (fewer than two elements) or -ENOMEM. @size elements, rounded up to 2^n. */
int __kfifo_alloc_node(struct __kfifo *fifo, unsigned int size, size_t esize, gfp_t gfp_mask,
		       int node);
void __kfifo_free(struct __kfifo *fifo);
/* @size bytes, of which 2^n elements are used. */
int __kfifo_init(struct __kfifo *fifo, void *buffer, unsigned int size, size_t esize);

/* @rec: the size of the length in front of a record, 0: plain elements. */
unsigned int __kfifo_in(struct __kfifo *fifo, const void *buf, unsigned int len, size_t rec);
unsigned int __kfifo_out(struct __kfifo *fifo, void *buf, unsigned int len, size_t rec);
unsigned int __kfifo_out_peek(struct __kfifo *fifo, void *buf, unsigned int len, size_t rec);
unsigned int __kfifo_out_linear(struct __kfifo *fifo, unsigned int *tail, unsigned int n,
				size_t rec);
int __kfifo_from_user(struct __kfifo *fifo, const void __user *from, unsigned long len,
		      unsigned int *copied, size_t rec);
int __kfifo_to_user(struct __kfifo *fifo, void __user *to, unsigned long len,
		    unsigned int *copied, size_t rec);
unsigned int __kfifo_max(const struct __kfifo *fifo, size_t rec);
unsigned int __kfifo_peek_len(const struct __kfifo *fifo, size_t rec);
void __kfifo_skip(struct __kfifo *fifo, unsigned int count, size_t rec);

/* These are part of libnetmem, as scatterlists are. */
unsigned int __kfifo_dma_in_prepare(struct __kfifo *fifo, struct scatterlist *sgl, int nents,
				    unsigned int len, size_t rec, dma_addr_t dma);
void __kfifo_dma_in_finish(struct __kfifo *fifo, unsigned int len, size_t rec);
unsigned int __kfifo_dma_out_prepare(struct __kfifo *fifo, struct scatterlist *sgl, int nents,
				     unsigned int len, size_t rec, dma_addr_t dma);
void __kfifo_dma_out_finish(struct __kfifo *fifo, unsigned int len, size_t rec);

#define kfifo_initialized(fifo) ((fifo)->kfifo.mask)
#define kfifo_esize(fifo) ((fifo)->kfifo.esize)
#define kfifo_recsize(fifo) (sizeof(*(fifo)->rectype))
#define kfifo_size(fifo) ((fifo)->kfifo.mask + 1)

/* Both sides must be excluded from kfifo_reset(), the producer may go on in the other. */
#define kfifo_reset(fifo)                                                                          \
	(void)({                                                                                   \
		typeof((fifo) + 1) __fifo = (fifo);                                                \
		__fifo->kfifo.in = __fifo->kfifo.out = 0;                                          \
	})
#define kfifo_reset_out(fifo)                                                                      \
	(void)({                                                                                   \
		typeof((fifo) + 1) __fifo = (fifo);                                                \
		__fifo->kfifo.out = READ_ONCE(__fifo->kfifo.in);                                   \
	})

#define kfifo_len(fifo)                                                                            \
	({                                                                                         \
		typeof((fifo) + 1) __fifo = (fifo);                                                \
		READ_ONCE(__fifo->kfifo.in) - READ_ONCE(__fifo->kfifo.out);                        \
	})
#define kfifo_is_empty(fifo) (kfifo_len(fifo) == 0)
#define kfifo_is_full(fifo)                                                                        \
	({                                                                                         \
		typeof((fifo) + 1) __full = (fifo);                                                \
		kfifo_len(__full) > __full->kfifo.mask;                                            \
	})
#define kfifo_is_empty_spinlocked(fifo, lock)                                                      \
	({                                                                                         \
		unsigned long __flags;                                                             \
		bool __empty;                                                                      \
		spin_lock_irqsave(lock, __flags);                                                  \
		__empty = kfifo_is_empty(fifo);                                                    \
		spin_unlock_irqrestore(lock, __flags);                                             \
		__empty;                                                                           \
	})
#define kfifo_is_empty_spinlocked_noirqsave(fifo, lock)                                            \
	({                                                                                         \
		bool __empty;                                                                      \
		spin_lock(lock);                                                                   \
		__empty = kfifo_is_empty(fifo);                                                    \
		spin_unlock(lock);                                                                 \
		__empty;                                                                           \
	})

/* What can be put in: elements, or the bytes of one record. */
#define kfifo_avail(fifo) __kfifo_uint(__kfifo_max(&(fifo)->kfifo, kfifo_recsize(fifo)))
/* The length in bytes of the next record, or of everything. */
#define kfifo_peek_len(fifo) __kfifo_peek_len(&(fifo)->kfifo, kfifo_recsize(fifo))
/* Drop the next record or element; drop @count elements. */
#define kfifo_skip(fifo) __kfifo_skip(&(fifo)->kfifo, 1, kfifo_recsize(fifo))
#define kfifo_skip_count(fifo, count) __kfifo_skip(&(fifo)->kfifo, (count), kfifo_recsize(fifo))

#define kfifo_alloc(fifo, size, gfp_mask) kfifo_alloc_node(fifo, size, gfp_mask, NUMA_NO_NODE)
#define kfifo_alloc_node(fifo, size, gfp_mask, node)                                               \
	__kfifo_int(({                                                                             \
		typeof((fifo) + 1) __fifo = (fifo);                                                \
		__is_kfifo_ptr(__fifo) ? __kfifo_alloc_node(&__fifo->kfifo, size,                  \
							    sizeof(*__fifo->type), gfp_mask, node) \
				       : -EINVAL;                                                  \
	}))
#define kfifo_free(fifo)                                                                           \
	({                                                                                         \
		typeof((fifo) + 1) __fifo = (fifo);                                                \
		if (__is_kfifo_ptr(__fifo))                                                        \
			__kfifo_free(&__fifo->kfifo);                                              \
	})
#define kfifo_init(fifo, buffer, size)                                                             \
	({                                                                                         \
		typeof((fifo) + 1) __fifo = (fifo);                                                \
		__is_kfifo_ptr(__fifo) ? __kfifo_init(&__fifo->kfifo, buffer, size,                \
						      sizeof(*__fifo->type))                       \
				       : -EINVAL;                                                  \
	})

/* One element (a record of its size): the number put in or taken out, 1 or 0. */
#define kfifo_put(fifo, val)                                                                       \
	({                                                                                         \
		typeof((fifo) + 1) __fifo = (fifo);                                                \
		typeof(*__fifo->const_type) __val = (val);                                         \
		size_t __rec = kfifo_recsize(__fifo);                                              \
		unsigned int __n = __kfifo_in(&__fifo->kfifo, &__val,                              \
					      __rec ? sizeof(__val) : 1, __rec);                   \
		__n ? 1U : 0U;                                                                     \
	})
#define __kfifo_take_one(fifo, val, how)                                                           \
	({                                                                                         \
		typeof((fifo) + 1) __fifo = (fifo);                                                \
		typeof(__fifo->ptr) __val = (val);                                                 \
		size_t __rec = kfifo_recsize(__fifo);                                              \
		unsigned int __n = how(&__fifo->kfifo, __val,                                      \
				       __rec ? sizeof(*__val) : 1, __rec);                         \
		__n ? 1U : 0U;                                                                     \
	})
#define kfifo_get(fifo, val) __kfifo_uint(__kfifo_take_one(fifo, val, __kfifo_out))
#define kfifo_peek(fifo, val) __kfifo_uint(__kfifo_take_one(fifo, val, __kfifo_out_peek))

/* Up to @n elements, or one record of @n bytes: the number moved; a record fits or not. */
#define kfifo_in(fifo, buf, n)                                                                     \
	({                                                                                         \
		typeof((fifo) + 1) __fifo = (fifo);                                                \
		typeof(__fifo->ptr_const) __from = (buf);                                          \
		__kfifo_in(&__fifo->kfifo, __from, (n), kfifo_recsize(__fifo));                    \
	})
#define __kfifo_take(fifo, buf, n, how)                                                            \
	({                                                                                         \
		typeof((fifo) + 1) __fifo = (fifo);                                                \
		typeof(__fifo->ptr) __to = (buf);                                                  \
		how(&__fifo->kfifo, __to, (n), kfifo_recsize(__fifo));                             \
	})
#define kfifo_out(fifo, buf, n) __kfifo_uint(__kfifo_take(fifo, buf, n, __kfifo_out))
#define kfifo_out_peek(fifo, buf, n) __kfifo_uint(__kfifo_take(fifo, buf, n, __kfifo_out_peek))

#define __kfifo_irqsave(lock, expr)                                                                \
	({                                                                                         \
		unsigned long __flags;                                                             \
		unsigned int __moved;                                                              \
		spin_lock_irqsave(lock, __flags);                                                  \
		__moved = expr;                                                                    \
		spin_unlock_irqrestore(lock, __flags);                                             \
		__moved;                                                                           \
	})
#define __kfifo_locked(lock, expr)                                                                 \
	({                                                                                         \
		unsigned int __moved;                                                              \
		spin_lock(lock);                                                                   \
		__moved = expr;                                                                    \
		spin_unlock(lock);                                                                 \
		__moved;                                                                           \
	})
#define kfifo_in_spinlocked(fifo, buf, n, lock) __kfifo_irqsave(lock, kfifo_in(fifo, buf, n))
#define kfifo_in_spinlocked_noirqsave(fifo, buf, n, lock)                                          \
	__kfifo_locked(lock, kfifo_in(fifo, buf, n))
#define kfifo_in_locked(fifo, buf, n, lock) kfifo_in_spinlocked(fifo, buf, n, lock)
#define kfifo_out_spinlocked(fifo, buf, n, lock)                                                   \
	__kfifo_uint(__kfifo_irqsave(lock, kfifo_out(fifo, buf, n)))
#define kfifo_out_spinlocked_noirqsave(fifo, buf, n, lock)                                         \
	__kfifo_uint(__kfifo_locked(lock, kfifo_out(fifo, buf, n)))
#define kfifo_out_locked(fifo, buf, n, lock) kfifo_out_spinlocked(fifo, buf, n, lock)

/* The elements that lie in a row at the front: their number, and where (tail: an index). */
#define kfifo_out_linear(fifo, tail, n)                                                            \
	__kfifo_uint(__kfifo_out_linear(&(fifo)->kfifo, (tail), (n), kfifo_recsize(fifo)))
#define kfifo_out_linear_ptr(fifo, ptr, n)                                                         \
	__kfifo_uint(({                                                                            \
		typeof((fifo) + 1) __front = (fifo);                                               \
		unsigned int __tail, __row = kfifo_out_linear(__front, &__tail, (n));              \
		*(ptr) = (typeof(__front->type))__front->kfifo.data + __tail;                      \
		__row;                                                                             \
	}))

/* @len in bytes: 0 and the bytes moved in *@copied, or -EFAULT. May sleep. */
#define kfifo_from_user(fifo, from, len, copied)                                                   \
	__kfifo_int(__kfifo_from_user(&(fifo)->kfifo, (from), (len), (copied), kfifo_recsize(fifo)))
#define kfifo_to_user(fifo, to, len, copied)                                                       \
	__kfifo_int(__kfifo_to_user(&(fifo)->kfifo, (to), (len), (copied), kfifo_recsize(fifo)))

/* Describe free or filled space to hardware (at most 2 entries), then say how much was used. */
#define kfifo_dma_in_prepare_mapped(fifo, sgl, nents, len, dma)                                    \
	__kfifo_dma_in_prepare(&(fifo)->kfifo, (sgl), (nents), (len), kfifo_recsize(fifo), (dma))
/* What DMA_MAPPING_ERROR is: the buffer has no bus address yet. */
#define __KFIFO_NOT_MAPPED (~(dma_addr_t)0)
#define kfifo_dma_in_prepare(fifo, sgl, nents, len)                                                \
	kfifo_dma_in_prepare_mapped(fifo, sgl, nents, len, __KFIFO_NOT_MAPPED)
#define kfifo_dma_in_finish(fifo, len)                                                             \
	__kfifo_dma_in_finish(&(fifo)->kfifo, (len), kfifo_recsize(fifo))
#define kfifo_dma_out_prepare_mapped(fifo, sgl, nents, len, dma)                                   \
	__kfifo_dma_out_prepare(&(fifo)->kfifo, (sgl), (nents), (len), kfifo_recsize(fifo), (dma))
#define kfifo_dma_out_prepare(fifo, sgl, nents, len)                                               \
	kfifo_dma_out_prepare_mapped(fifo, sgl, nents, len, __KFIFO_NOT_MAPPED)
#define kfifo_dma_out_finish(fifo, len)                                                            \
	__kfifo_dma_out_finish(&(fifo)->kfifo, (len), kfifo_recsize(fifo))

/* Results that the caller must not drop. */
static inline unsigned int __must_check __kfifo_uint(unsigned int val)
{
	return val;
}

static inline int __must_check __kfifo_int(int val)
{
	return val;
}

#endif
