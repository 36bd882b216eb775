/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pool as the specification describes it, one byte per granule and every
 * search a plain loop: what the library must agree with, step by step.
 */
#ifndef UDM_TESTS_GENPOOL_MODEL_H
#define UDM_TESTS_GENPOOL_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#define MODEL_MAX_CHUNKS 300

enum model_algo { FIRST_FIT, FIRST_FIT_ALIGN, FIXED, ORDER_ALIGN, BEST_FIT, MODEL_ALGOS };

struct model_chunk {
	unsigned long start;
	size_t size;
	unsigned long granules;
	unsigned char *used;
	long avail;
};

struct model {
	int order;
	unsigned int nr_chunks;
	struct model_chunk chunks[MODEL_MAX_CHUNKS];	/* in the order they were added */
};

void model_init(struct model *m, int order);
void model_add(struct model *m, unsigned long start, size_t size);
void model_destroy(struct model *m);

/* param: the alignment or the offset in bytes. The address, 0 for none. */
unsigned long model_alloc(struct model *m, size_t size, enum model_algo algo, unsigned long param);
/* The range is allocated and inside one chunk. */
void model_free(struct model *m, unsigned long addr, size_t size);
size_t model_avail(const struct model *m);

/* The index an algorithm has to return on a map of bytes; size for none. */
unsigned long model_search(const unsigned char *used, unsigned long size, unsigned long start,
			   unsigned long nr, enum model_algo algo, unsigned long param, int order,
			   unsigned long start_addr);

#endif
