/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Can an application map a buffer by mapping one memory file instead?
 *
 * Yes, if the buffer is that file from its first byte on. The ranges a buffer is
 * put together from are added in order; the first that does not fit spoils it.
 */
#ifndef LIBNETMEM_DMA_BUF_MEMFD_BACKING_H
#define LIBNETMEM_DMA_BUF_MEMFD_BACKING_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <udevmem/file.h>

struct memfd_backing {
	/* A descriptor of our own, -1 before the first range and after a misfit. */
	int fd;
	u64 length;
	bool spoilt;
};

#define MEMFD_BACKING_INIT { .fd = -1 }

__internal void memfd_backing_add(struct memfd_backing *backing, struct file *memfd, u64 offset,
				  u64 size);
/* Hands the descriptor over: -1 if there is none. */
__internal int memfd_backing_take(struct memfd_backing *backing);
__internal void memfd_backing_drop(struct memfd_backing *backing);

#endif
