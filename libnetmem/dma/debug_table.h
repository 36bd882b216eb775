/* SPDX-License-Identifier: GPL-2.0-only */
/* Records of live mappings, and the switches of dma-debug. */
#ifndef LIBNETMEM_DMA_DEBUG_TABLE_H
#define LIBNETMEM_DMA_DEBUG_TABLE_H

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/types.h>

struct device;

enum dma_debug_kind {
	DMA_DEBUG_SINGLE,
	DMA_DEBUG_SG,
	DMA_DEBUG_COHERENT,
	DMA_DEBUG_NONCOHERENT,
	DMA_DEBUG_PHY,
};

enum dma_debug_check { DMA_DEBUG_NOT_APPLICABLE, DMA_DEBUG_NOT_CHECKED, DMA_DEBUG_CHECKED };

struct dma_debug_record {
	struct hlist_node node;
	struct hlist_node line_node;	/* by cache line; not for what the device only reads */
	struct device *dev;
	u64 addr;
	u64 size;
	phys_addr_t paddr;
	enum dma_debug_kind kind;
	int direction;
	int sg_call_ents;
	int sg_mapped_ents;
	enum dma_debug_check state;
	bool uncached;			/* not RAM */
};

struct dma_debug_state {
	bool disabled;
	u32 error_count;
	u32 all_errors;
	u32 num_errors;			/* errors still to be printed */
	u32 nr_total_entries;
	u32 num_free_entries;
	u32 min_free_entries;
	char driver_filter[64];		/* empty: every driver */
};

extern __internal struct dma_debug_state dma_debug;

__internal const char *dma_debug_kind(const struct dma_debug_record *rec);
__internal const char *dma_debug_direction(const struct dma_debug_record *rec);
__internal bool dma_debug_filter_passes(struct device *dev);

/*
 * All of them take the table's lock. insert: copies the record; how many live ones the device may
 * write to begin in its cache line, if it is one of those, or -ENOMEM. look:
 * finds the record of (dev, addr) that fits ref best. take: the same and removes it.
 * look_around: the record ref lies in, or begins at. Found records are copied to *rec.
 */
__internal int dma_debug_insert(const struct dma_debug_record *rec);
__internal bool dma_debug_look(const struct dma_debug_record *ref, struct dma_debug_record *rec);
__internal bool dma_debug_take(const struct dma_debug_record *ref, struct dma_debug_record *rec);
__internal bool dma_debug_look_around(const struct dma_debug_record *ref,
				      struct dma_debug_record *rec);
/* Mark the first unmarked mapping at the address as checked by dma_mapping_error(). */
__internal void dma_debug_mark_checked(struct device *dev, u64 addr);
/* Count, or remove, all records of a device (drop: NULL for all); one of them goes to *rec. */
__internal int dma_debug_count_device(struct device *dev, struct dma_debug_record *rec);
__internal int dma_debug_drop_device(struct device *dev, struct dma_debug_record *rec);
/* Call fn for each record, under the lock; idx: its place in the table. */
__internal void dma_debug_visit(void (*fn)(void *ctx, const struct dma_debug_record *rec,
					   unsigned int idx), void *ctx);

#endif
