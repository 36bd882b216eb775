/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by dma-buf.c (objects, attachments, CPU access) and dma-buf-file.c (what
 * an application can do with the descriptor).
 */
#ifndef LIBNETMEM_DMA_BUF_INTERNAL_H
#define LIBNETMEM_DMA_BUF_INTERNAL_H

#include <linux/dma-buf.h>

extern const struct file_operations dma_buf_fops __internal;

static inline bool is_dma_buf_file(const struct file *file)
{
	return file->f_op == &dma_buf_fops;
}

/* bufinfo under debugfs; seq_file show function. */
__internal int dma_buf_debug_show(struct seq_file *s, void *unused);

#endif
