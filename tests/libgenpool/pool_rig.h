/* SPDX-License-Identifier: GPL-2.0-only */
/* What the gen_pool tests share: catching BUG(), pools of one chunk, checking invariants. */
#ifndef UDM_TESTS_GENPOOL_RIG_H
#define UDM_TESTS_GENPOOL_RIG_H

#include "fixture.h"

#include <setjmp.h>
#include <linux/genalloc.h>

extern jmp_buf bug_exit;
void bug_leaves(void *ctx, const char *text);

/* True if the statement ran into a BUG(). */
#define HITS_BUG(statement)                                                                        \
	({                                                                                         \
		volatile bool __hit = true;                                                        \
		udm_bug_set_hook(bug_leaves, NULL);                                                \
		if (!setjmp(bug_exit)) {                                                           \
			statement;                                                                 \
			__hit = false;                                                             \
		}                                                                                  \
		udm_bug_set_hook(NULL, NULL);                                                      \
		__hit;                                                                             \
	})

/* A pool with one chunk. */
struct gen_pool *pool_of(int order, unsigned long start, size_t size);
/* Every chunk: avail is what the bitmap says, and no bit behind the last granule is set. */
void check_counters(struct gen_pool *pool);
/* For gen_pool_for_each_chunk(): frees whatever the chunk has allocated. */
void free_used(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *unused);
/* Destroys a pool after checking that nothing is allocated in it. */
void destroy_empty(struct gen_pool *pool);

#endif
