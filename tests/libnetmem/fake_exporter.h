/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An exporter that does what a test tells it, right or wrong, and writes down
 * what was asked of it.
 *
 * Its tables describe made-up bus addresses. Each call checks that the
 * reservation lock is held or free as the contract says. A buffer that is
 * released marks its fake; the fake itself is the test's.
 */
#ifndef TESTS_LIBNETMEM_FAKE_EXPORTER_H
#define TESTS_LIBNETMEM_FAKE_EXPORTER_H

#include <linux/dma-buf.h>

enum { FAKE_MAX_ENTRIES = 8 };

struct fake_exporter {
	/* What it is to do. */
	bool dynamic;			/* has pin and unpin */
	int attach_error;
	int pin_error;
	int map_error;			/* of the map_fail_at-th map; 1: return NULL */
	int map_fail_at;		/* counting from 1; 0: never */
	int cpu_error;
	int vmap_error;
	unsigned int nents;
	/* Bus address and length of each entry; any value goes. */
	u64 addr[FAKE_MAX_ENTRIES];
	unsigned int len[FAKE_MAX_ENTRIES];

	/* What happened. */
	int attached, detached, pinned, unpinned, mapped, unmapped, released;
	int began, ended, vmapped, vunmapped, mmapped;
	enum dma_data_direction last_dir;
	bool in_list_at_attach;
	struct sg_table *last_table;
	struct dma_buf *dmabuf;
};

/* size bytes in one entry, page aligned. */
void fake_exporter_init(struct fake_exporter *fake, size_t size);
struct dma_buf *fake_export(struct fake_exporter *fake, size_t size, int flags,
			    struct dma_resv *resv);
/* The operations of a dynamic or static fake, for tests that export by themselves. */
const struct dma_buf_ops *fake_exporter_ops(bool dynamic);

/* A fence with a lock of its own; freed with its last reference. */
struct dma_fence *fake_fence(u64 context, u64 seqno);
/* Adds one under the lock. */
void fake_add_fence(struct dma_resv *resv, struct dma_fence *fence, enum dma_resv_usage usage);

#endif
