// SPDX-License-Identifier: GPL-2.0-only
/* Pools of small coherent buffers, and fifos as scatterlists. */
#include <linux/device.h>
#include <linux/dmapool.h>
#include <linux/kfifo.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <udevmem/fault.h>

#include "dma_rig.h"
#include "fixture.h"
#include "tests/libkern/mem_rig.h"

#define BLOCKS 200

START_TEST(blocks_are_apart_and_reachable)
{
	struct device *dev = rig_device("rig");
	struct dma_pool *pool = dma_pool_create("small", dev, 96, 32, 256);
	static void *block[BLOCKS];
	static dma_addr_t dma[BLOCKS];
	u32 tag;

	ck_assert_ptr_nonnull(pool);
	for (u32 i = 0; i < BLOCKS; i++) {
		block[i] = dma_pool_zalloc(pool, GFP_KERNEL, &dma[i]);
		ck_assert_ptr_nonnull(block[i]);
		ck_assert(!(dma[i] & 31) && dma[i] / 256 == (dma[i] + 95) / 256);
		ck_assert(mem_is_zero(block[i], 96));
		*(u32 *)block[i] = i;
	}
	for (u32 i = 0; i < BLOCKS; i++) {
		ck_assert_int_eq(udm_bus_read(dev, dma[i], &tag, sizeof(tag)), 0);
		ck_assert_uint_eq(tag, i);
	}
	for (u32 i = 0; i < BLOCKS; i++)
		dma_pool_free(pool, block[i], dma[i]);
	/* The one freed last comes first. */
	ck_assert_ptr_eq(dma_pool_alloc(pool, GFP_ATOMIC, &dma[0]), block[BLOCKS - 1]);
	ck_assert_uint_eq(dma[0], dma[BLOCKS - 1]);
	dma_pool_free(pool, block[BLOCKS - 1], dma[0]);
	dma_pool_destroy(pool);
	dma_pool_destroy(NULL);
	put_device(dev);
}
END_TEST

START_TEST(bad_pools_are_refused)
{
	struct device *dev = rig_device("rig");
	struct dma_pool *pool;
	dma_addr_t dma;
	void *big;

	ck_assert_ptr_null(dma_pool_create("p", NULL, 64, 0, 0));
	ck_assert_ptr_null(dma_pool_create("p", dev, 0, 0, 0));
	ck_assert_ptr_null(dma_pool_create("p", dev, 64, 48, 0));
	ck_assert_ptr_null(dma_pool_create("p", dev, 64, 0, 32));
	ck_assert_ptr_null(dma_pool_create("p", dev, 64, 0, 96));
	pool = dmam_pool_create("big", dev, 3 * PAGE_SIZE, 0, 0);
	ck_assert_ptr_nonnull(pool);
	big = dma_pool_alloc(pool, GFP_KERNEL, &dma);
	ck_assert_ptr_nonnull(big);
	dma_pool_free(pool, big, dma);
	dmam_pool_destroy(pool);
	put_device(dev);
}
END_TEST

START_TEST(fifo_as_scatterlist)
{
	DECLARE_KFIFO_PTR(fifo, u32);
	struct scatterlist sg[2];
	u32 value;

	ck_assert_int_eq(kfifo_alloc(&fifo, 8, GFP_KERNEL), 0);
	sg_init_table(sg, 2);
	fifo.kfifo.in = fifo.kfifo.out = 6;
	ck_assert_uint_eq(kfifo_dma_in_prepare(&fifo, sg, 2, 5), 2);
	ck_assert_uint_eq(sg[0].length, 2 * sizeof(u32));
	ck_assert_uint_eq(sg[1].length, 3 * sizeof(u32));
	*(u32 *)sg_virt(&sg[0]) = 11;
	*(u32 *)sg_virt(&sg[1]) = 13;
	kfifo_dma_in_finish(&fifo, 5 * sizeof(u32));
	ck_assert_uint_eq(kfifo_len(&fifo), 5);
	ck_assert(kfifo_get(&fifo, &value) && value == 11);
	ck_assert_uint_eq(kfifo_dma_out_prepare_mapped(&fifo, sg, 1, 8, 0x1000), 1);
	ck_assert_uint_eq(sg_dma_address(&sg[0]), 0x1000 + 7 * sizeof(u32));
	kfifo_dma_out_finish(&fifo, sizeof(u32));
	ck_assert(kfifo_get(&fifo, &value) && value == 13);
	ck_assert_uint_eq(kfifo_dma_in_prepare(&fifo, sg, 0, 5), 0);
	kfifo_free(&fifo);
}
END_TEST

START_TEST(record_fifo_as_scatterlist)
{
	struct kfifo_rec_ptr_2 fifo;
	struct scatterlist sg[2];
	char out[16];

	ck_assert_int_eq(kfifo_alloc(&fifo, 16, GFP_KERNEL), 0);
	sg_init_table(sg, 2);
	ck_assert_uint_eq(kfifo_dma_in_prepare(&fifo, sg, 2, 15), 0);
	ck_assert_uint_eq(kfifo_dma_in_prepare(&fifo, sg, 2, 6), 1);
	memcpy(sg_virt(&sg[0]), "abcdef", 6);
	kfifo_dma_in_finish(&fifo, 4);
	ck_assert_uint_eq(kfifo_peek_len(&fifo), 4);
	ck_assert_uint_eq(kfifo_dma_out_prepare(&fifo, sg, 2, 16), 1);
	ck_assert_uint_eq(sg[0].length, 4);
	ck_assert_uint_eq(kfifo_out(&fifo, out, 16), 4);
	ck_assert(!memcmp(out, "abcd", 4));
	/* A record goes as a whole, however much of it was taken. */
	ck_assert_uint_eq(kfifo_in(&fifo, "first", 5), 5);
	ck_assert_uint_eq(kfifo_in(&fifo, "next", 4), 4);
	ck_assert_uint_eq(kfifo_dma_out_prepare(&fifo, sg, 2, 2), 1);
	ck_assert_uint_eq(sg[0].length, 2);
	kfifo_dma_out_finish(&fifo, 2);
	ck_assert_uint_eq(kfifo_out(&fifo, out, 16), 4);
	ck_assert(!memcmp(out, "next", 4));
	kfifo_free(&fifo);
}
END_TEST

/* Two blocks of one chunk and one of the next, from a pool that ends with the device. */
static int build_and_use(void *ctx)
{
	struct device *dev = ctx;
	struct dma_pool *pool = dmam_pool_create("swept", dev, 2048, 0, 0);
	void *block[3] = { };
	dma_addr_t dma[3];
	int err = 0;

	if (!pool)
		return -ENOMEM;
	for (int i = 0; i < 3 && !err; i++) {
		block[i] = dma_pool_alloc(pool, GFP_KERNEL, &dma[i]);
		err = block[i] ? 0 : -ENOMEM;
	}
	/* A chunk that could not be had takes nothing away from the others. */
	ck_assert(!err || !block[0] == !block[1]);
	for (int i = 0; i < 3; i++)
		if (block[i])
			dma_pool_free(pool, block[i], dma[i]);
	dmam_pool_destroy(pool);
	return err;
}

START_TEST(every_allocation_may_fail)
{
	struct device *dev = rig_device("rig");
	int points = udm_fault_sweep(build_and_use, dev);

	ck_assert_msg(points >= 6, "%d: %s", points, udm_fault_sweep_message());
	put_device(dev);
}
END_TEST

/* Memory that a device may still write to is not given back. */
START_TEST(a_busy_pool_keeps_its_memory)
{
	struct device *dev = rig_device("rig");
	struct dma_pool *pool = dma_pool_create("busy", dev, 64, 0, 0);
	dma_addr_t dma;
	char *block = dma_pool_alloc(pool, GFP_KERNEL, &dma), byte = 'x';

	ck_assert_ptr_nonnull(block);
	log_capture();
	dma_pool_destroy(pool);
	ck_assert_ptr_nonnull(strstr(log_text(), "dma_pool_destroy busy busy"));
	ck_assert_int_eq(udm_bus_write(dev, dma, &byte, 1), 0);
	ck_assert_int_eq(*block, 'x');
	dma_free_coherent(dev, PAGE_SIZE, (void *)((unsigned long)block & PAGE_MASK),
			  dma & PAGE_MASK);
	put_device(dev);
}
END_TEST

Suite *dmapool_suite(void)
{
	static void (*const boots[])(void) = { boot_strict, boot_off, boot_threads_strict };
	static const char *const names[] = { "translated", "direct", "threads" };
	Suite *s = suite_create("dmapool");

	for (int i = 0; i < 3; i++) {
		TCase *tc = tcase_create(names[i]);

		tcase_add_checked_fixture(tc, boots[i], machine_shutdown);
		tcase_add_test(tc, blocks_are_apart_and_reachable);
		tcase_add_test(tc, bad_pools_are_refused);
		tcase_add_test(tc, fifo_as_scatterlist);
		tcase_add_test(tc, record_fifo_as_scatterlist);
		tcase_add_test(tc, every_allocation_may_fail);
		tcase_add_test(tc, a_busy_pool_keeps_its_memory);
		suite_add_tcase(s, tc);
	}
	return s;
}
