// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver for the memory on a chip, and one that uses it: gen_pool at work.
 *
 * Many chips have a few hundred KiB of fast memory beside the processor. Nobody
 * manages it but its driver; engines that need a descriptor ring or a table in
 * it ask that driver for a piece. A gen_pool is made for this: it hands out
 * addresses of memory it never touches itself.
 *
 *	0x40000000  +--------------------+
 *	            | boot loader        |   16 KiB, not ours
 *	            +--------------------+
 *	            | pool, older chunk  |   48 KiB
 *	            +--------------------+
 *	            | "vectors"          |    4 KiB, a pool of its own
 *	            +--------------------+
 *	            | pool, newer chunk  |   60 KiB
 *	0x40020000  +--------------------+
 *
 * The SRAM driver owns both pools; they go with its device. The engine driver
 * finds them there by name, and gives back everything before the device goes.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/genalloc.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <udevmem/udevmem.h>

#define SRAM_PHYS	0x40000000UL	/* where a bus master sees it */
#define SRAM_SIZE	SZ_128K
#define LOADER_SIZE	SZ_16K
#define VECTORS		SZ_64K		/* offset of the reserved 4 KiB */

/* The unit is 32 bytes: small enough for descriptors, few enough bits to search. */
#define SRAM_ORDER	5

struct sram {
	struct device dev;
	char *mem;		/* where this processor sees it */
};

static void sram_release(struct device *dev)
{
	struct sram *sram = container_of(dev, struct sram, dev);

	kfree(sram->mem);
	kfree(sram);
}

/* The part [from, to) of the SRAM goes to the pool. What is behind it stays untouched. */
static int sram_give(struct sram *sram, struct gen_pool *pool, size_t from, size_t to)
{
	return gen_pool_add_virt(pool, (unsigned long)sram->mem + from, SRAM_PHYS + from, to - from,
				 NUMA_NO_NODE);
}

/*
 * One unnamed pool for everybody with a chunk per gap, and one by name for a part
 * with a purpose. devm_ means: destroyed with the device, nothing to undo here.
 */
static int sram_probe(struct sram *sram)
{
	struct gen_pool *pool, *vectors;
	int err;

	pool = devm_gen_pool_create(&sram->dev, SRAM_ORDER, NUMA_NO_NODE, NULL);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	vectors = devm_gen_pool_create(&sram->dev, SRAM_ORDER, NUMA_NO_NODE, "vectors");
	if (IS_ERR(vectors))
		return PTR_ERR(vectors);
	err = sram_give(sram, pool, LOADER_SIZE, VECTORS);
	if (!err)
		err = sram_give(sram, pool, VECTORS + SZ_4K, SRAM_SIZE);
	if (!err)
		err = sram_give(sram, vectors, VECTORS, VECTORS + SZ_4K);
	/* The least waste matters more than speed in so little memory. */
	gen_pool_set_algo(pool, gen_pool_best_fit, NULL);
	return err;
}

/* The memory of the emulated chip comes from kmalloc(); a real one would ioremap() it. */
static struct sram *sram_create(void)
{
	struct sram *sram = kzalloc(sizeof(*sram), GFP_KERNEL);

	if (!sram)
		return NULL;
	device_initialize(&sram->dev);
	sram->dev.release = sram_release;
	sram->mem = kzalloc(SRAM_SIZE, GFP_KERNEL);
	if (!sram->mem || dev_set_name(&sram->dev, "sram") || sram_probe(sram)) {
		devres_release_all(&sram->dev);
		put_device(&sram->dev);
		return NULL;
	}
	return sram;
}

static void sram_destroy(struct sram *sram)
{
	/* Destroying a pool somebody still uses is a BUG: the engine must be gone. */
	devres_release_all(&sram->dev);
	put_device(&sram->dev);
}

/* What the engine keeps in SRAM. */
struct engine {
	struct gen_pool *pool, *vectors;
	void *ring, *table, *handler;
	dma_addr_t ring_dma, table_dma;
};

#define RING_SIZE	(100 * 24)	/* 100 descriptors; takes whole units: 2400 bytes */
#define TABLE_SIZE	SZ_8K
#define HANDLER_AT	0x200		/* the engine jumps here, so it cannot be elsewhere */

static void engine_remove(struct engine *e)
{
	/* The size is the caller's to remember: gen_pool keeps only bits. */
	if (e->handler)
		gen_pool_free(e->vectors, (unsigned long)e->handler, 64);
	if (e->table)
		gen_pool_free(e->pool, (unsigned long)e->table, TABLE_SIZE);
	if (e->ring)
		gen_pool_free(e->pool, (unsigned long)e->ring, RING_SIZE);
	memset(e, 0, sizeof(*e));
}

static int engine_probe(struct engine *e, struct device *sram)
{
	struct genpool_data_fixed place = { .offset = HANDLER_AT };

	memset(e, 0, sizeof(*e));
	/* A driver with a device tree says of_gen_pool_get(node, "sram", 0) instead. */
	e->pool = gen_pool_get(sram, NULL);
	e->vectors = gen_pool_get(sram, "vectors");
	if (!e->pool || !e->vectors)
		return -ENODEV;
	/* Cleared memory, and the address to tell the engine. */
	e->ring = gen_pool_dma_zalloc(e->pool, RING_SIZE, &e->ring_dma);
	/* The hardware wants the table aligned; this overrides the pool's algorithm. */
	e->table = gen_pool_dma_alloc_align(e->pool, TABLE_SIZE, &e->table_dma, TABLE_SIZE);
	/* One place only, or nothing. */
	e->handler = (void *)gen_pool_alloc_algo(e->vectors, 64, gen_pool_fixed_alloc, &place);
	if (e->ring && e->table && e->handler)
		return 0;
	engine_remove(e);
	return -ENOMEM;
}

static void show(const char *what, struct gen_pool *pool)
{
	printf("%-22s %6zu of %6zu bytes free\n", what, gen_pool_avail(pool), gen_pool_size(pool));
}

static void show_chunk(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *unused)
{
	printf("  chunk at %#llx, %lu bytes\n", (unsigned long long)chunk->phys_addr,
	       chunk->end_addr - chunk->start_addr + 1);
}

static int use_sram(struct sram *sram)
{
	struct gen_pool *pool = gen_pool_get(&sram->dev, NULL);
	struct engine first, second;
	int err = engine_probe(&first, &sram->dev);

	if (err)
		return err;
	show("with an engine", pool);
	printf("ring at %#llx, table at %#llx\n", (unsigned long long)first.ring_dma,
	       (unsigned long long)first.table_dma);
	/* The handler's place is taken, so the second one fails, and keeps nothing. */
	err = engine_probe(&second, &sram->dev);
	printf("a second engine: %d\n", err);
	show("after it failed", pool);
	engine_remove(&first);
	show("after the first left", pool);
	return err == -ENOMEM && gen_pool_avail(pool) == gen_pool_size(pool) ? 0 : -EIO;
}

int main(void)
{
	struct sram *sram;
	int err;

	if (udm_boot(NULL))
		return EXIT_FAILURE;
	sram = sram_create();
	if (!sram)
		return EXIT_FAILURE;
	show("at first", gen_pool_get(&sram->dev, NULL));
	/* The chunk that was added last comes first, here and when memory is looked for. */
	gen_pool_for_each_chunk(gen_pool_get(&sram->dev, NULL), show_chunk, NULL);
	err = use_sram(sram);
	sram_destroy(sram);
	/* What is still allocated at shutdown is reported, with the line it came from. */
	return udm_shutdown() || err ? EXIT_FAILURE : EXIT_SUCCESS;
}
