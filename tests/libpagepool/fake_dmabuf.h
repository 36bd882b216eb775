/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A dma-buf exporter that maps whatever list of segments it is told to.
 *
 * It has no memory: bus addresses are made up. It refuses to attach or to map on
 * request and counts, so that a test can tell whether everything was undone.
 */
#ifndef TESTS_FAKE_DMABUF_H
#define TESTS_FAKE_DMABUF_H

#include <linux/types.h>

#define FAKE_SEGMENTS	8

struct fake_dmabuf {
	int fd;
	size_t size;				/* dmabuf->size */
	unsigned int n;
	size_t len[FAKE_SEGMENTS];
	dma_addr_t addr[FAKE_SEGMENTS];
	int attach_err, map_err;
	unsigned int map_fail_at;	/* map_err is for the n-th map only; 0: all */
	unsigned int fail_call;		/* the n-th attach or map from now says -EIO */
	unsigned int maps;
	unsigned int attached, mapped, released;
};

/* @n segments of these lengths, 1 MiB apart from 16 MiB on; size is their sum. */
struct fake_dmabuf *fake_dmabuf_get(const size_t *len, unsigned int n);
/* The same, but the dma-buf says it has @size bytes. */
struct fake_dmabuf *fake_dmabuf_get_sized(const size_t *len, unsigned int n, size_t size);
/* One segment of @pages pages. */
struct fake_dmabuf *fake_dmabuf_pages(unsigned int pages);
/* Close the descriptor (once). */
void fake_dmabuf_close(struct fake_dmabuf *buf);
/* Close it and check that nothing is attached and that it was released. */
void fake_dmabuf_put(struct fake_dmabuf *buf);
/* Let files and work items that are due go. */
void settle(void);

#endif
