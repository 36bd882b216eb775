// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA part of lib/kfifo.c: the free or the filled space of a fifo as a scatterlist.
 * Apart from the rest, because libkern knows no scatterlists. The space wraps at most
 * once, so two entries are enough.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/kfifo.h>
#include <linux/minmax.h>
#include <linux/scatterlist.h>

/* Describes n elements from position pos on; the number of entries used. */
static unsigned int describe(struct __kfifo *fifo, unsigned int pos, unsigned int n,
			     struct scatterlist *sgl, int nents, dma_addr_t dma)
{
	unsigned int at = pos & fifo->mask, row = min(n, fifo->mask + 1 - at);
	unsigned int starts[2] = { at, 0 }, counts[2] = { row, n - row };
	int used = 0;

	for (int i = 0; i < 2 && used < nents; i++) {
		size_t offset = (size_t)starts[i] * fifo->esize;

		if (!counts[i])
			continue;
		sg_set_buf(&sgl[used], (char *)fifo->data + offset, counts[i] * fifo->esize);
		if (dma != DMA_MAPPING_ERROR) {
			sg_dma_address(&sgl[used]) = dma + offset;
			sg_dma_len(&sgl[used]) = counts[i] * fifo->esize;
		}
		used++;
	}
	return used;
}

static unsigned int longest_record(size_t rec)
{
	return (1U << (8 * rec)) - 1;
}

unsigned int __kfifo_dma_in_prepare(struct __kfifo *fifo, struct scatterlist *sgl, int nents,
				    unsigned int len, size_t rec, dma_addr_t dma)
{
	unsigned int room = fifo->mask + 1 - (fifo->in - smp_load_acquire(&fifo->out));

	if (!rec)
		len = min(len, room);
	else if (min(len, longest_record(rec)) + rec > room)
		return 0;
	else
		len = min(len, longest_record(rec));
	return describe(fifo, fifo->in + rec, len, sgl, nents, dma);
}
EXPORT_SYMBOL(__kfifo_dma_in_prepare);

/* @len bytes came. A record gets its length now. */
void __kfifo_dma_in_finish(struct __kfifo *fifo, unsigned int len, size_t rec)
{
	if (rec)
		len = min(len, longest_record(rec));
	for (size_t i = 0; i < rec; i++)
		((u8 *)fifo->data)[(fifo->in + i) & fifo->mask] = len >> (8 * i);
	smp_store_release(&fifo->in, fifo->in + (rec ? len + rec : len / fifo->esize));
}
EXPORT_SYMBOL(__kfifo_dma_in_finish);

unsigned int __kfifo_dma_out_prepare(struct __kfifo *fifo, struct scatterlist *sgl, int nents,
				     unsigned int len, size_t rec, dma_addr_t dma)
{
	unsigned int there = smp_load_acquire(&fifo->in) - fifo->out;

	if (rec)
		there = min(__kfifo_peek_len(fifo, rec), longest_record(rec));
	return describe(fifo, fifo->out + rec, min(len, there), sgl, nents, dma);
}
EXPORT_SYMBOL(__kfifo_dma_out_prepare);

/* @len bytes went; a record goes as a whole. */
void __kfifo_dma_out_finish(struct __kfifo *fifo, unsigned int len, size_t rec)
{
	if (rec)
		__kfifo_skip(fifo, 1, rec);
	else
		__kfifo_skip(fifo, len / fifo->esize, 0);
}
EXPORT_SYMBOL(__kfifo_dma_out_finish);
