// SPDX-License-Identifier: GPL-2.0-only
/* Allocation: rounding, the order of chunks, owners, the DMA forms, queries, edges. */
#include "pool_rig.h"

#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/string.h>

#define KB 1024UL

/* 16 granules and a tail of 100 bytes that counts but cannot be had. */
START_TEST(tail)
{
	struct gen_pool *pool = pool_of(12, 0x100000, 0x10064);

	ck_assert_uint_eq(gen_pool_avail(pool), 0x10064);
	ck_assert_uint_eq(gen_pool_size(pool), 0x10064);
	ck_assert_uint_eq(gen_pool_alloc(pool, 0x10000), 0x100000);
	ck_assert_uint_eq(gen_pool_avail(pool), 0x64);
	ck_assert_uint_eq(gen_pool_alloc(pool, 50), 0);
	ck_assert(gen_pool_has_addr(pool, 0x110000, 100));
	ck_assert(!gen_pool_has_addr(pool, 0x110000, 101));
	gen_pool_free(pool, 0x100000, 0x10000);
	destroy_empty(pool);
}
END_TEST

static const struct {
	unsigned long start;
	int order;
	size_t chunk, size;
	unsigned long addr;
	size_t taken;
} rounding[] = {
	{ 0x1000, 12, 64 * KB, 1, 0x1000, 4096 },
	{ 0x1000, 12, 64 * KB, 4096, 0x1000, 4096 },
	{ 0x1000, 12, 64 * KB, 4097, 0x1000, 8192 },
	{ 0x7008, 4, 256, 17, 0x7008, 32 },
	{ 0x7001, 0, 10, 10, 0x7001, 10 },
	{ 0x1000, 12, 64 * KB, 0, 0, 0 },
	{ 0x1000, 12, 64 * KB, 64 * KB + 1, 0, 0 },
	{ 0x1000, 12, 64 * KB, SIZE_MAX, 0, 0 },
	{ 0x1000, 12, 64 * KB, SIZE_MAX - 4094, 0, 0 },
	{ 0x1000, 12, 4095, 1, 0, 0 },
	{ 0x1000, 12, 0, 1, 0, 0 },
};

START_TEST(rounds_up_to_granules)
{
	struct gen_pool *pool = pool_of(rounding[_i].order, rounding[_i].start, rounding[_i].chunk);
	void *owner = &owner;

	ck_assert_uint_eq(gen_pool_alloc_owner(pool, rounding[_i].size, &owner), rounding[_i].addr);
	ck_assert_ptr_null(owner);
	ck_assert_uint_eq(gen_pool_avail(pool), rounding[_i].chunk - rounding[_i].taken);
	check_counters(pool);
	if (rounding[_i].addr)
		gen_pool_free(pool, rounding[_i].addr, rounding[_i].size);
	destroy_empty(pool);
}
END_TEST

START_TEST(newest_chunk_first)
{
	struct gen_pool *pool = pool_of(12, 0x100000, 16 * 4096);

	ck_assert_int_eq(gen_pool_add(pool, 0x900000, 4 * 4096, -1), 0);
	ck_assert_uint_eq(gen_pool_alloc(pool, 4096), 0x900000);
	ck_assert_uint_eq(gen_pool_alloc(pool, 4 * 4096), 0x100000);
	ck_assert_uint_eq(gen_pool_alloc(pool, 3 * 4096), 0x901000);
	ck_assert_uint_eq(gen_pool_alloc(pool, 4096), 0x104000);
	gen_pool_free(pool, 0x902000, 4096);
	ck_assert_uint_eq(gen_pool_alloc(pool, 4096), 0x902000);
	ck_assert_uint_eq(gen_pool_alloc(pool, 12 * 4096), 0);
	ck_assert_uint_eq(gen_pool_alloc(pool, 11 * 4096), 0x105000);
	gen_pool_free(pool, 0x100000, 16 * 4096);
	gen_pool_free(pool, 0x900000, 4 * 4096);
	destroy_empty(pool);
}
END_TEST

/* No run over two chunks, even adjacent ones: more than one holds, less than all. */
START_TEST(no_run_over_two_chunks)
{
	struct gen_pool *pool = pool_of(0, 1000, 10);

	ck_assert_int_eq(gen_pool_add(pool, 1010, 10, -1), 0);
	ck_assert_uint_eq(gen_pool_alloc(pool, 11), 0);
	ck_assert(!gen_pool_has_addr(pool, 1009, 2));
	ck_assert(gen_pool_has_addr(pool, 1010, 10));
	destroy_empty(pool);
}
END_TEST

static void collect(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *data)
{
	unsigned long **at = data;

	*(*at)++ = chunk->start_addr;
	*(*at)++ = chunk->end_addr;
	*(*at)++ = (unsigned long)chunk->owner;
	*(*at)++ = chunk->phys_addr;
}

START_TEST(chunks_and_owners)
{
	struct gen_pool *pool = gen_pool_create(4, -1);
	int a, b;
	unsigned long seen[8], *at = seen;
	const unsigned long want[8] = { 0x2000, 0x20ff, (unsigned long)&b, 0xb0000,
					0x1000, 0x107f, (unsigned long)&a, 0xa0000 };
	void *owner;

	ck_assert_int_eq(gen_pool_add_owner(pool, 0x1000, 0xa0000, 0x80, -1, &a), 0);
	ck_assert_int_eq(gen_pool_add_owner(pool, 0x2000, 0xb0000, 0x100, -1, &b), 0);
	gen_pool_for_each_chunk(pool, collect, &at);
	ck_assert_mem_eq(seen, want, sizeof(want));
	ck_assert_uint_eq(gen_pool_alloc_owner(pool, 0x100, &owner), 0x2000);
	ck_assert_ptr_eq(owner, &b);
	ck_assert_uint_eq(gen_pool_alloc_owner(pool, 16, &owner), 0x1000);
	ck_assert_ptr_eq(owner, &a);
	ck_assert_uint_eq(gen_pool_alloc_owner(pool, 0x80, &owner), 0);
	ck_assert_ptr_null(owner);
	gen_pool_free_owner(pool, 0x2000, 0x100, &owner);
	ck_assert_ptr_eq(owner, &b);
	gen_pool_free_owner(pool, 0x1000, 16, &owner);
	ck_assert_ptr_eq(owner, &a);
	destroy_empty(pool);
}
END_TEST

/* A chunk from 0: its first granule is handed out as 0, which looks like failure. */
START_TEST(address_zero)
{
	struct gen_pool *pool = gen_pool_create(0, -1);
	void *owner;

	ck_assert_int_eq(gen_pool_add_owner(pool, 0, 0, 16, -1, &owner), 0);
	ck_assert_uint_eq(gen_pool_alloc_owner(pool, 4, &owner), 0);
	ck_assert_ptr_eq(owner, &owner);
	ck_assert_uint_eq(gen_pool_avail(pool), 12);
	ck_assert_uint_eq(gen_pool_alloc(pool, 4), 4);
	ck_assert(!gen_pool_has_addr(pool, 0, 0));
	gen_pool_free(pool, 0, 8);
	destroy_empty(pool);
}
END_TEST

START_TEST(top_of_the_address_space)
{
	unsigned long start = ULONG_MAX - 0xffff;
	struct gen_pool *pool = pool_of(12, start, 0x10000);

	ck_assert_uint_eq(gen_pool_size(pool), 0x10000);
	ck_assert(gen_pool_has_addr(pool, ULONG_MAX, 1));
	ck_assert_uint_eq(gen_pool_alloc(pool, 0xf000), start);
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), ULONG_MAX - 0xfff);
	ck_assert_uint_eq(gen_pool_virt_to_phys(pool, 5), (phys_addr_t)-1);
	gen_pool_free(pool, ULONG_MAX - 0xfff, 4096);
	gen_pool_free(pool, start, 0xf000);
	destroy_empty(pool);
}
END_TEST

START_TEST(physical_addresses)
{
	struct gen_pool *pool = gen_pool_create(4, -1);

	ck_assert_int_eq(gen_pool_add_virt(pool, 0x1000, 0x77000, 0x100, -1), 0);
	ck_assert_int_eq(gen_pool_add(pool, 0x5000, 0x100, -1), 0);
	ck_assert_uint_eq(gen_pool_virt_to_phys(pool, 0x1000), 0x77000);
	ck_assert_uint_eq(gen_pool_virt_to_phys(pool, 0x10ff), 0x770ff);
	ck_assert_uint_eq(gen_pool_virt_to_phys(pool, 0x1100), (phys_addr_t)-1);
	ck_assert_uint_eq(gen_pool_virt_to_phys(pool, 0xfff), (phys_addr_t)-1);
	ck_assert_uint_eq(gen_pool_virt_to_phys(pool, 0x5000), (phys_addr_t)-1);
	ck_assert_uint_eq(gen_pool_virt_to_phys(pool, 0x5004), 3);
	ck_assert(gen_pool_has_addr(pool, 0x1010, 0) && !gen_pool_has_addr(pool, 0x2000, 0));
	destroy_empty(pool);
}
END_TEST

static bool all_bytes(const char *mem, char c, size_t n)
{
	return !memchr_inv(mem, c, n);
}

START_TEST(dma_forms)
{
	char *mem = kmalloc(4096, GFP_KERNEL);
	unsigned long base = (unsigned long)mem;
	struct gen_pool *pool = gen_pool_create(6, -1);
	dma_addr_t dma = 42;

	memset(mem, 'x', 4096);
	ck_assert_int_eq(gen_pool_add_virt(pool, base, 0x9000, 4096, -1), 0);
	ck_assert_ptr_eq(gen_pool_dma_alloc(pool, 100, &dma), mem);
	ck_assert_uint_eq(dma, 0x9000);
	ck_assert(all_bytes(mem, 'x', 4096));
	ck_assert_ptr_eq(gen_pool_dma_zalloc(pool, 70, &dma), mem + 128);
	ck_assert_uint_eq(dma, 0x9080);
	ck_assert(all_bytes(mem + 128, 0, 70) && all_bytes(mem + 198, 'x', 4096 - 198));
	ck_assert_ptr_eq(gen_pool_dma_alloc_align(pool, 1, NULL, 64), mem + 256);
	ck_assert_ptr_eq(gen_pool_dma_zalloc_align(pool, 1, &dma, 64), mem + 320);
	ck_assert_ptr_eq(gen_pool_dma_zalloc_algo(pool, 1, &dma, gen_pool_best_fit, NULL),
			 mem + 384);
	ck_assert_uint_eq(dma, 0x9180);
	ck_assert_ptr_null(gen_pool_dma_alloc(pool, 4096, &dma));
	ck_assert_ptr_null(gen_pool_dma_zalloc(pool, 4096, &dma));
	ck_assert_ptr_null(gen_pool_dma_alloc_algo(NULL, 1, &dma, gen_pool_first_fit, NULL));
	ck_assert_ptr_null(gen_pool_dma_zalloc_algo(NULL, 1, &dma, gen_pool_first_fit, NULL));
	ck_assert_ptr_null(gen_pool_dma_alloc_align(NULL, 1, &dma, 64));
	ck_assert_ptr_null(gen_pool_dma_zalloc_align(NULL, 1, &dma, 64));
	ck_assert_uint_eq(dma, 0x9180);
	gen_pool_free(pool, base, 448);
	destroy_empty(pool);
	kfree(mem);
}
END_TEST

/* The bitmap of so large a chunk would not fit anywhere, its size not even in a size_t. */
START_TEST(a_chunk_too_large_to_describe)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 62, SIZE_MAX / 2 };
	struct gen_pool *pool = gen_pool_create(0, NUMA_NO_NODE);

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++)
		ck_assert_int_eq(gen_pool_add(pool, 0x1000, sizes[i], NUMA_NO_NODE), -ENOMEM);
	ck_assert_uint_eq(gen_pool_size(pool), 0);
	gen_pool_destroy(pool);
}
END_TEST

/* A pool without chunks, and with ones that hold nothing. */
START_TEST(empty_pools)
{
	struct gen_pool *pool = gen_pool_create(3, 0);
	void *owner = pool;

	ck_assert_uint_eq(gen_pool_alloc_owner(pool, 1, &owner), 0);
	ck_assert_ptr_null(owner);
	ck_assert_uint_eq(gen_pool_avail(pool) + gen_pool_size(pool), 0);
	ck_assert(!gen_pool_has_addr(pool, 0, 1));
	ck_assert_int_eq(gen_pool_add(pool, 0x100, 0, -1), 0);
	ck_assert_int_eq(gen_pool_add(pool, 0x200, 7, -1), 0);
	ck_assert_uint_eq(gen_pool_size(pool), 7);
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0);
	ck_assert(!gen_pool_has_addr(pool, 0x100, 1) && gen_pool_has_addr(pool, 0x206, 1));
	destroy_empty(pool);
}
END_TEST

static struct {
	unsigned long size, start, nr, start_addr, result;
	void *data;
	struct gen_pool *pool;
	unsigned int calls;
} algo_call;

static unsigned long spy(unsigned long *map, unsigned long size, unsigned long start,
			 unsigned int nr, void *data, struct gen_pool *pool,
			 unsigned long start_addr)
{
	algo_call.size = size;
	algo_call.start = start;
	algo_call.nr = nr;
	algo_call.data = data;
	algo_call.pool = pool;
	algo_call.start_addr = start_addr;
	algo_call.calls++;
	return size == 16 ? size + 5 : 3;
}

/* What a caller's own algorithm is given, and what its answers mean. */
START_TEST(custom_algorithm)
{
	struct gen_pool *pool = pool_of(4, 0x1000, 0x200);
	int data;

	ck_assert_int_eq(gen_pool_add(pool, 0x5000, 0x105, -1), 0);
	gen_pool_set_algo(pool, spy, &data);
	memset(&algo_call, 0, sizeof(algo_call));
	ck_assert_uint_eq(gen_pool_alloc(pool, 33), 0x1030);
	ck_assert_uint_eq(algo_call.calls, 2);
	ck_assert_uint_eq(algo_call.size, 32);
	ck_assert_uint_eq(algo_call.start, 0);
	ck_assert_uint_eq(algo_call.nr, 3);
	ck_assert_ptr_eq(algo_call.data, &data);
	ck_assert_ptr_eq(algo_call.pool, pool);
	ck_assert_uint_eq(algo_call.start_addr, 0x1000);
	gen_pool_set_algo(pool, NULL, &data);
	ck_assert_ptr_eq(pool->algo, gen_pool_first_fit);
	ck_assert_ptr_eq(pool->data, &data);
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0x5000);
	gen_pool_free(pool, 0x5000, 1);
	gen_pool_free(pool, 0x1030, 33);
	destroy_empty(pool);
}
END_TEST

/* A chunk that is full but for its tail is still offered: it passes the size filter. */
START_TEST(full_chunk_with_a_tail_is_offered)
{
	struct gen_pool *pool = pool_of(4, 0x5000, 0x105);

	ck_assert_uint_eq(gen_pool_alloc(pool, 0x100), 0x5000);
	memset(&algo_call, 0, sizeof(algo_call));
	ck_assert_uint_eq(gen_pool_alloc_algo(pool, 5, spy, NULL), 0);
	ck_assert_uint_eq(algo_call.calls, 1);
	ck_assert_uint_eq(gen_pool_alloc_algo(pool, 6, spy, NULL), 0);
	ck_assert_uint_eq(algo_call.calls, 1);
	gen_pool_free(pool, 0x5000, 0x100);
	destroy_empty(pool);
}
END_TEST

/* Chunks that overlap are a caller's bug, but a defined one: the newest that has the address. */
START_TEST(overlapping_chunks)
{
	struct gen_pool *pool = gen_pool_create(4, -1);
	int old, new;
	void *owner;

	ck_assert_int_eq(gen_pool_add_owner(pool, 0x1000, 0xa0000, 0x100, -1, &old), 0);
	ck_assert_int_eq(gen_pool_add_owner(pool, 0x1080, 0xb0000, 0x40, -1, &new), 0);
	ck_assert_uint_eq(gen_pool_virt_to_phys(pool, 0x1090), 0xb0010);
	ck_assert_uint_eq(gen_pool_virt_to_phys(pool, 0x10c0), 0xa00c0);
	ck_assert(gen_pool_has_addr(pool, 0x1080, 0x41));
	ck_assert(!gen_pool_has_addr(pool, 0x1080, 0x81));
	ck_assert_uint_eq(gen_pool_alloc(pool, 0x40), 0x1080);
	ck_assert_uint_eq(gen_pool_alloc(pool, 0x100), 0x1000);
	gen_pool_free_owner(pool, 0x1080, 0x40, &owner);
	ck_assert_ptr_eq(owner, &new);
	gen_pool_free_owner(pool, 0x1000, 0x80, &owner);
	ck_assert_ptr_eq(owner, &old);
	ck_assert_uint_eq(gen_pool_alloc(pool, 0x40), 0x1080);
	gen_pool_free(pool, 0x1080, 0x40);
	gen_pool_free(pool, 0x10c0, 0x40);
	check_counters(pool);
	/* The rest of the older chunk cannot be reached any more. */
	ck_assert_uint_eq(gen_pool_avail(pool), 0x100);
	ck_assert(HITS_BUG(gen_pool_free(pool, 0x1080, 0x40)));
	atomic_long_set(&list_last_entry(&pool->chunks, struct gen_pool_chunk, next_chunk)->avail,
			0x100);
	bitmap_zero(list_last_entry(&pool->chunks, struct gen_pool_chunk, next_chunk)->bits, 16);
	destroy_empty(pool);
}
END_TEST

/* Chunks of every size, each with both neighbours' addresses beside it. */
START_TEST(found_by_any_address)
{
	struct gen_pool *pool = gen_pool_create(0, -1);
	unsigned long start = 0x1003, end, addr;
	size_t size;

	for (unsigned int i = 0; i < 50; i++, start += size + 1) {
		size = i % 3 ? i : (1UL << i / 3) - 1;
		ck_assert_int_eq(gen_pool_add_virt(pool, start, start + 7, size, -1), 0);
	}
	end = start;
	start = 0x1003;
	for (unsigned int i = 0; i < 50; i++, start += size + 1) {
		size = i % 3 ? i : (1UL << i / 3) - 1;
		for (addr = start; addr < start + size; addr++)
			ck_assert_uint_eq(gen_pool_virt_to_phys(pool, addr), addr + 7);
		ck_assert_uint_eq(gen_pool_virt_to_phys(pool, start + size), (phys_addr_t)-1);
	}
	ck_assert_uint_eq(start, end);
	destroy_empty(pool);
}
END_TEST

/* The largest and the last ranges there can be; the bits of such a chunk need a large granule. */
START_TEST(extreme_chunks)
{
	struct gen_pool *pool = pool_of(56, 1UL << 56, ULONG_MAX - (1UL << 56) - 1);

	ck_assert_int_eq(gen_pool_add_virt(pool, ULONG_MAX, 5, 1, -1), 0);
	for (unsigned int bit = 57; bit < 64; bit++)
		ck_assert(gen_pool_has_addr(pool, 1UL << bit, 3));
	ck_assert(gen_pool_has_addr(pool, ULONG_MAX - 2, 1));
	ck_assert(!gen_pool_has_addr(pool, ULONG_MAX - 1, 1));
	ck_assert_uint_eq(gen_pool_virt_to_phys(pool, ULONG_MAX), 5);
	ck_assert(!gen_pool_has_addr(pool, 5, 1));
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 1UL << 56);
	gen_pool_free(pool, 1UL << 56, 1);
	destroy_empty(pool);
}
END_TEST

/* Addresses that run over: usable to allocate from, but never found again. */
START_TEST(chunk_that_wraps)
{
	struct gen_pool *pool = pool_of(12, ULONG_MAX - 0x1fff, 0x4000);

	ck_assert_uint_eq(gen_pool_alloc(pool, 1), ULONG_MAX - 0x1fff);
	ck_assert(!gen_pool_has_addr(pool, ULONG_MAX - 0x1fff, 1));
	ck_assert(HITS_BUG(gen_pool_free(pool, ULONG_MAX - 0x1fff, 1)));
	bitmap_zero(list_first_entry(&pool->chunks, struct gen_pool_chunk, next_chunk)->bits, 4);
	gen_pool_destroy(pool);
}
END_TEST

Suite *alloc_suite(void)
{
	Suite *s = suite_create("genpool_alloc");
	TCase *tc = machine_tcase(s, "alloc");

	tcase_add_test(tc, tail);
	tcase_add_loop_test(tc, rounds_up_to_granules, 0, ARRAY_SIZE(rounding));
	tcase_add_test(tc, newest_chunk_first);
	tcase_add_test(tc, no_run_over_two_chunks);
	tcase_add_test(tc, chunks_and_owners);
	tcase_add_test(tc, address_zero);
	tcase_add_test(tc, top_of_the_address_space);
	tcase_add_test(tc, physical_addresses);
	tcase_add_test(tc, dma_forms);
	tcase_add_test(tc, a_chunk_too_large_to_describe);
	tcase_add_test(tc, empty_pools);
	tcase_add_test(tc, custom_algorithm);
	tcase_add_test(tc, full_chunk_with_a_tail_is_offered);
	tcase_add_test(tc, overlapping_chunks);
	tcase_add_test(tc, found_by_any_address);
	tcase_add_test(tc, extreme_chunks);
	tcase_add_test(tc, chunk_that_wraps);
	return s;
}
