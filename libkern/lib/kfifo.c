// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings of elements and records.
 *
 * A position is a running count of elements, its place in the buffer the count modulo
 * the size, which is a power of two. What is put in becomes visible by a release store
 * of `in`, room becomes free by one of `out`; each side reads the other's with acquire.
 * A record is its length, least significant byte first, and its bytes.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kfifo.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

int __kfifo_alloc_node(struct __kfifo *fifo, unsigned int size, size_t esize, gfp_t gfp_mask,
		       int node)
{
	*fifo = (struct __kfifo){ .esize = esize };
	if (size < 2)
		return -EINVAL;
	size = roundup_pow_of_two(size);
	fifo->data = kmalloc_array_node(size, esize, gfp_mask, node);
	if (!fifo->data)
		return -ENOMEM;
	fifo->mask = size - 1;
	return 0;
}
EXPORT_SYMBOL(__kfifo_alloc_node);

void __kfifo_free(struct __kfifo *fifo)
{
	kfree(fifo->data);
	*fifo = (struct __kfifo){};
}
EXPORT_SYMBOL(__kfifo_free);

int __kfifo_init(struct __kfifo *fifo, void *buffer, unsigned int size, size_t esize)
{
	unsigned int elements = size / esize;

	*fifo = (struct __kfifo){ .esize = esize, .data = buffer };
	if (elements < 2)
		return -EINVAL;
	fifo->mask = rounddown_pow_of_two(elements) - 1;
	return 0;
}
EXPORT_SYMBOL(__kfifo_init);

static unsigned int filled(const struct __kfifo *fifo)
{
	return smp_load_acquire(&fifo->in) - fifo->out;
}

static unsigned int unused(const struct __kfifo *fifo)
{
	return fifo->mask + 1 - (fifo->in - smp_load_acquire(&fifo->out));
}

/* The bytes of up to n elements at position pos that lie in a row. */
static size_t row(const struct __kfifo *fifo, unsigned int pos, unsigned int n, char **start)
{
	unsigned int at = pos & fifo->mask;

	*start = (char *)fifo->data + (size_t)at * fifo->esize;
	return (size_t)min(n, fifo->mask + 1 - at) * fifo->esize;
}

static void write_at(struct __kfifo *fifo, unsigned int pos, const void *from, unsigned int n)
{
	char *start;
	size_t bytes = row(fifo, pos, n, &start);

	memcpy(start, from, bytes);
	memcpy(fifo->data, (const char *)from + bytes, (size_t)n * fifo->esize - bytes);
}

static void read_at(const struct __kfifo *fifo, unsigned int pos, void *to, unsigned int n)
{
	char *start;
	size_t bytes = row(fifo, pos, n, &start);

	memcpy(to, start, bytes);
	memcpy((char *)to + bytes, fifo->data, (size_t)n * fifo->esize - bytes);
}

static void write_length(struct __kfifo *fifo, unsigned int len, size_t rec)
{
	u8 bytes[2] = { len, len >> 8 };

	write_at(fifo, fifo->in, bytes, rec);
}

static unsigned int read_length(const struct __kfifo *fifo, size_t rec)
{
	u8 bytes[2] = {};

	read_at(fifo, fifo->out, bytes, rec);
	return bytes[0] | bytes[1] << 8;
}

unsigned int __kfifo_max(const struct __kfifo *fifo, size_t rec)
{
	unsigned int room = unused(fifo);

	if (!rec)
		return room;
	return room <= rec ? 0 : min(room - (unsigned int)rec, (1U << (8 * rec)) - 1);
}
EXPORT_SYMBOL(__kfifo_max);

/* A record goes in whole or not at all. */
unsigned int __kfifo_in(struct __kfifo *fifo, const void *buf, unsigned int len, size_t rec)
{
	if (!rec)
		len = min(len, unused(fifo));
	else if (len + rec > unused(fifo) || len >> (8 * rec))
		return 0;
	if (rec)
		write_length(fifo, len, rec);
	write_at(fifo, fifo->in + rec, buf, len);
	smp_store_release(&fifo->in, fifo->in + rec + len);
	return len;
}
EXPORT_SYMBOL(__kfifo_in);

/* What a consumer gets: up to n elements, or so much of the next record; *all: what goes. */
static unsigned int offered(const struct __kfifo *fifo, unsigned int n, size_t rec,
			    unsigned int *all)
{
	unsigned int there = filled(fifo), len;

	*all = 0;
	if (!there)
		return 0;
	if (rec) {
		len = read_length(fifo, rec);
		*all = len + rec;
		return min(n, len);
	}
	return *all = min(n, there);
}

unsigned int __kfifo_out_peek(struct __kfifo *fifo, void *buf, unsigned int len, size_t rec)
{
	unsigned int all, n = offered(fifo, len, rec, &all);

	read_at(fifo, fifo->out + rec, buf, n);
	return n;
}
EXPORT_SYMBOL(__kfifo_out_peek);

unsigned int __kfifo_out(struct __kfifo *fifo, void *buf, unsigned int len, size_t rec)
{
	unsigned int all, n = offered(fifo, len, rec, &all);

	read_at(fifo, fifo->out + rec, buf, n);
	smp_store_release(&fifo->out, fifo->out + all);
	return n;
}
EXPORT_SYMBOL(__kfifo_out);

void __kfifo_skip(struct __kfifo *fifo, unsigned int count, size_t rec)
{
	unsigned int all = count;

	if (rec)
		offered(fifo, 0, rec, &all);
	smp_store_release(&fifo->out, fifo->out + all);
}
EXPORT_SYMBOL(__kfifo_skip);

unsigned int __kfifo_peek_len(const struct __kfifo *fifo, size_t rec)
{
	unsigned int there = filled(fifo);

	if (rec)
		return there ? read_length(fifo, rec) : 0;
	return there * fifo->esize;
}
EXPORT_SYMBOL(__kfifo_peek_len);

unsigned int __kfifo_out_linear(struct __kfifo *fifo, unsigned int *tail, unsigned int n,
				size_t rec)
{
	unsigned int all, len = offered(fifo, n, rec, &all), at = fifo->out + rec;

	if (tail)
		*tail = at & fifo->mask;
	return min(len, fifo->mask + 1 - (at & fifo->mask));
}
EXPORT_SYMBOL(__kfifo_out_linear);

/* Copies one way or the other; the bytes that were not copied. */
static unsigned long copy_row(void *start, void __user *user, size_t bytes, bool in)
{
	return in ? copy_from_user(start, user, bytes) : copy_to_user(user, start, bytes);
}

/* Whole elements that were moved between position pos and user memory, of n. */
static unsigned int copy_user(struct __kfifo *fifo, unsigned int pos, void __user *user,
			      unsigned int n, bool in)
{
	char *start;
	size_t total = (size_t)n * fifo->esize, bytes = row(fifo, pos, n, &start);
	size_t left = copy_row(start, user, bytes, in);

	left = left ? left + total - bytes
		    : copy_row(fifo->data, (char __user *)user + bytes, total - bytes, in);
	return (total - left) / fifo->esize;
}

/* What one transfer can move at most: everything, or one record of the greatest length. */
static unsigned int most_elements(const struct __kfifo *fifo, unsigned long bytes, size_t rec)
{
	return min_t(unsigned long, bytes / fifo->esize, rec ? (1U << (8 * rec)) - 1 : UINT_MAX);
}

/* A record that was not copied whole does not go in. */
int __kfifo_from_user(struct __kfifo *fifo, const void __user *from, unsigned long len,
		      unsigned int *copied, size_t rec)
{
	unsigned int n = most_elements(fifo, len, rec), room = unused(fifo), done;

	*copied = 0;
	if (rec && n + rec > room)
		return 0;
	n = rec ? n : min(n, room);
	done = copy_user(fifo, fifo->in + rec, (void __user *)from, n, true);
	if (rec && done < n)
		return -EFAULT;
	if (rec)
		write_length(fifo, n, rec);
	smp_store_release(&fifo->in, fifo->in + rec + done);
	*copied = done * fifo->esize;
	return done < n ? -EFAULT : 0;
}
EXPORT_SYMBOL(__kfifo_from_user);

/* A record that was not copied whole stays. */
int __kfifo_to_user(struct __kfifo *fifo, void __user *to, unsigned long len,
		    unsigned int *copied, size_t rec)
{
	unsigned int all, done;
	unsigned int n = offered(fifo, most_elements(fifo, len, rec), rec, &all);

	*copied = 0;
	done = copy_user(fifo, fifo->out + rec, to, n, false);
	if (rec && done < n)
		return -EFAULT;
	smp_store_release(&fifo->out, fifo->out + (rec ? all : done));
	*copied = done * fifo->esize;
	return done < n ? -EFAULT : 0;
}
EXPORT_SYMBOL(__kfifo_to_user);
