// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chained tables: arrays from mempools, for those who may not sleep and may not fail
 * easily (block and transport drivers).
 *
 * Five pools serve arrays of up to 8, 16, 32, 64 and 128 entries. A caller may bring the
 * first array itself; it is then never given to a pool.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/log2.h>
#include <linux/mempool.h>
#include <linux/printk.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#define SG_POOL_RESERVE	2	/* arrays each pool keeps for bad times */

static struct sg_pool {
	unsigned int entries;
	const char *name;
	struct kmem_cache *slab;
	mempool_t *pool;
} sg_pools[] = {
	{ 8, "sgpool-8" },
	{ 16, "sgpool-16" },
	{ 32, "sgpool-32" },
	{ 64, "sgpool-64" },
	{ SG_CHUNK_SIZE, "sgpool-128" },
};

/* The pool for arrays of n entries: sizes double from pool to pool. */
static struct sg_pool *pool_for(unsigned int n)
{
	BUG_ON(n > SG_CHUNK_SIZE);
	return &sg_pools[n <= 8 ? 0 : order_base_2(n) - 3];
}

static struct scatterlist *chunk_alloc(unsigned int nents, gfp_t gfp_mask)
{
	mempool_t *pool = pool_for(nents)->pool;

	/* The machine may have started without its pools. */
	return pool ? mempool_alloc(pool, gfp_mask) : NULL;
}

static void chunk_free(struct scatterlist *chunk, unsigned int nents)
{
	mempool_free(chunk, pool_for(nents)->pool);
}

void sg_free_table_chained(struct sg_table *table, unsigned int nents_first_chunk)
{
	if (table->orig_nents <= nents_first_chunk)
		return;
	/* A first chunk of one entry could hold only the link, so it was not used. */
	__sg_free_table(table, SG_CHUNK_SIZE, nents_first_chunk == 1 ? 0 : nents_first_chunk,
			chunk_free, table->orig_nents);
}
EXPORT_SYMBOL_GPL(sg_free_table_chained);

int sg_alloc_table_chained(struct sg_table *table, int nents, struct scatterlist *first_chunk,
			   unsigned int nents_first_chunk)
{
	int err;

	BUG_ON(nents == 0);
	if (first_chunk && nents_first_chunk && nents <= nents_first_chunk) {
		sg_init_table(table->sgl, nents);
		table->orig_nents = nents;
		table->nents = nents;
		return 0;
	}
	if (nents_first_chunk <= 1) {
		nents_first_chunk = 0;
		first_chunk = NULL;
	}
	err = __sg_alloc_table(table, nents, SG_CHUNK_SIZE, first_chunk, nents_first_chunk,
			       GFP_ATOMIC, chunk_alloc);
	if (unlikely(err))
		sg_free_table_chained(table, nents_first_chunk);
	return err;
}
EXPORT_SYMBOL_GPL(sg_alloc_table_chained);

static void sg_pool_drop(struct sg_pool *sp)
{
	mempool_destroy(sp->pool);
	kmem_cache_destroy(sp->slab);
	sp->pool = NULL;
	sp->slab = NULL;
}

static void sg_pool_exit(void)
{
	unsigned int k;

	for (k = 0; k < ARRAY_SIZE(sg_pools); k++)
		sg_pool_drop(&sg_pools[k]);
}
__exitcall(sg_pool_exit);

static int sg_pool_make(struct sg_pool *sp)
{
	sp->slab = kmem_cache_create(sp->name, sp->entries * sizeof(struct scatterlist), 0,
				     SLAB_HWCACHE_ALIGN, NULL);
	if (!sp->slab) {
		pr_err("SG_POOL: can't init sg slab %s\n", sp->name);
		return -ENOMEM;
	}
	sp->pool = mempool_create_slab_pool(SG_POOL_RESERVE, sp->slab);
	if (!sp->pool) {
		pr_err("SG_POOL: can't init sg mempool %s\n", sp->name);
		return -ENOMEM;
	}
	return 0;
}

static int __init sg_pool_init(void)
{
	unsigned int k;
	int err;

	for (k = 0; k < ARRAY_SIZE(sg_pools); k++) {
		err = sg_pool_make(&sg_pools[k]);
		if (err) {
			sg_pool_exit();
			return err;
		}
	}
	return 0;
}
subsys_initcall(sg_pool_init);
