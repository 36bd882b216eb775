/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A dma-buf and the application's mapping of it.
 */
#ifndef UDM_TOOLS_BUFFER_H
#define UDM_TOOLS_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum exporter { EXPORTER_UDMABUF, EXPORTER_GPU };

struct buffer {
	int memfd, fd;		/* fd is the dma-buf's; -1: there is none */
	void *map;
	size_t size;
};

#define NO_BUFFER ((struct buffer){ .memfd = -1, .fd = -1 })

/* What makes udmabuf allow one of so many bytes: room for a kernel command line. */
void buffer_cmdline(size_t size, char *out, size_t out_size);

/*
 * Make one, mapped for prot. False with one line in err; buffer_free() in any case.
 */
bool buffer_make(struct buffer *b, enum exporter exporter, size_t size, int prot, char *err,
		 size_t err_size);
void buffer_free(struct buffer *b);

/* Are these bytes in it? */
static inline bool buffer_has(const struct buffer *b, uint64_t offset, uint64_t len)
{
	return b->map && offset <= b->size && len <= b->size - offset;
}

/* DMA_BUF_IOCTL_SYNC with these flags: brackets for the CPU's access. */
void buffer_sync(const struct buffer *b, uint64_t flags);

#endif
