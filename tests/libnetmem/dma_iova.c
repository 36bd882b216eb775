// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O virtual addresses by themselves: against a map of granules, and by many threads.
 */
#include "dma_rig.h"

#include <linux/iova.h>
#include <linux/log2.h>
#include <setjmp.h>
#include <udevmem/fault.h>
#include <udevmem/task.h>

Suite *dma_iova_suite(void);

#define GRANULES	600UL
#define LIMIT		(GRANULES - 1)

static struct iova_domain iovad;
static bool taken[GRANULES];

static void setup(void)
{
	boot_strict();
	init_iova_domain(&iovad, PAGE_SIZE, 1);
	memset(taken, 0, sizeof(taken));
	taken[0] = true;
}

static void teardown(void)
{
	put_iova_domain(&iovad);
	machine_shutdown();
}

static void mark(unsigned long pfn, unsigned long size, bool to)
{
	ck_assert_uint_le(pfn + size, GRANULES);
	for (unsigned long k = pfn; k < pfn + size; k++) {
		ck_assert(taken[k] != to);
		taken[k] = to;
	}
}

/* Is there a free run of that size up to limit, at a multiple of align? */
static bool there_is_room(unsigned long size, unsigned long limit, unsigned long align)
{
	for (unsigned long at = 0; at + size <= limit + 1; at += align) {
		unsigned long run = 0;

		while (run < size && !taken[at + run])
			run++;
		if (run == size)
			return true;
	}
	return false;
}

static unsigned long throw_dice(unsigned long sides)
{
	static u64 x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (x >> 20) % sides;
}

/* What there is room for is found, whatever was taken, reserved and given back before. */
START_TEST(room_is_found_if_there_is_any)
{
	struct iova *held[64] = { NULL };

	for (unsigned int round = 0; round < 20000; round++) {
		unsigned long size = throw_dice(40) + 1, limit = throw_dice(GRANULES);
		struct iova **slot = &held[throw_dice(ARRAY_SIZE(held))];
		bool aligned = throw_dice(2);

		if (*slot) {
			mark((*slot)->pfn_lo, iova_size(*slot), false);
			if (throw_dice(2))
				__free_iova(&iovad, *slot);
			else
				free_iova(&iovad, (*slot)->pfn_lo + iova_size(*slot) / 2);
			*slot = NULL;
		} else if (throw_dice(8)) {
			unsigned long align = aligned ? roundup_pow_of_two(size) : 1;

			*slot = alloc_iova(&iovad, size, limit, aligned);
			ck_assert(!*slot == !there_is_room(size, limit, align));
			if (!*slot)
				continue;
			ck_assert_uint_le((*slot)->pfn_hi, limit);
			ck_assert_uint_eq((*slot)->pfn_lo % align, 0);
			mark((*slot)->pfn_lo, size, true);
		} else {
			unsigned long at = throw_dice(GRANULES - size);
			bool free = true;

			for (unsigned long k = at; k < at + size; k++)
				free &= !taken[k];
			*slot = reserve_iova(&iovad, at, at + size - 1);
			ck_assert(!*slot == !free);
			if (*slot)
				mark(at, size, true);
		}
	}
}
END_TEST

START_TEST(ranges_are_found_by_any_granule)
{
	struct iova *a = reserve_iova(&iovad, 100, 131), *b = reserve_iova(&iovad, 132, 132);

	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_nonnull(b);
	ck_assert_ptr_eq(find_iova(&iovad, 100), a);
	ck_assert_ptr_eq(find_iova(&iovad, 131), a);
	ck_assert_ptr_eq(find_iova(&iovad, 132), b);
	ck_assert_ptr_null(find_iova(&iovad, 99));
	ck_assert_ptr_null(find_iova(&iovad, 133));
	ck_assert_ptr_null(find_iova(&iovad, ~0UL));
	/* What is not there is not freed. */
	free_iova(&iovad, 99);
	free_iova(&iovad, 133);
	ck_assert_ptr_null(reserve_iova(&iovad, 90, 100));
	ck_assert_ptr_null(reserve_iova(&iovad, 131, 140));
	ck_assert_ptr_null(reserve_iova(&iovad, 0, 0));
	free_iova(&iovad, 115);
	ck_assert_ptr_null(find_iova(&iovad, 115));
	ck_assert_uint_eq(iova_dma_addr(&iovad, b), 132 << PAGE_SHIFT);
}
END_TEST

/* A small size that was freed serves any size of its class, within the limit. */
START_TEST(caches_go_by_class_and_limit)
{
	unsigned long high, low;

	ck_assert_int_eq(iova_domain_init_rcaches(&iovad), 0);
	low = alloc_iova_fast(&iovad, 3, 31, true);
	high = alloc_iova_fast(&iovad, 4, LIMIT, true);
	ck_assert_uint_ne(low, 0);
	ck_assert_uint_le(low + 3, 31);
	free_iova_fast(&iovad, low, 3);
	free_iova_fast(&iovad, high, 4);
	/* The newest one is out of reach; the one below is not. */
	ck_assert_uint_eq(alloc_iova_fast(&iovad, 4, 31, true), low);
	ck_assert_uint_eq(alloc_iova_fast(&iovad, 3, LIMIT, true), high);
	free_iova_fast(&iovad, low, 4);
	free_iova_fast(&iovad, high, 3);
	/* Cached ranges are in the way of a large one until they are given back. */
	ck_assert_uint_eq(alloc_iova_fast(&iovad, 256, 511, false), 256);
	ck_assert_uint_eq(alloc_iova_fast(&iovad, 512, 1023, true), 512);
	free_iova_fast(&iovad, 256, 256);
	free_iova_fast(&iovad, 512, 512);
	ck_assert_uint_eq(iova_rcache_range(), PAGE_SIZE << 5);
}
END_TEST

static jmp_buf after_bug;

static void leave_bug(void *ctx, const char *text)
{
	longjmp(after_bug, 1);
}

START_TEST(granules_are_powers_of_two)
{
	static struct iova_domain odd;
	volatile bool bugged = true;

	udm_bug_set_hook(leave_bug, NULL);
	if (!setjmp(after_bug)) {
		init_iova_domain(&odd, 3 * PAGE_SIZE, 1);
		bugged = false;
	}
	udm_bug_set_hook(NULL, NULL);
	ck_assert(bugged);
}
END_TEST

/* Without memory for a record, or for the caches, there is nothing, or no cache. */
START_TEST(memory_may_be_short)
{
	unsigned long pfn;

	fail_nth(1);
	ck_assert_ptr_null(alloc_iova(&iovad, 1, LIMIT, true));
	fail_nth(1);
	ck_assert_ptr_null(reserve_iova(&iovad, 5, 5));
	fail_nth(1);
	ck_assert_int_eq(iova_domain_init_rcaches(&iovad), -ENOMEM);
	udm_fault_nth(0);
	pfn = alloc_iova_fast(&iovad, 2, LIMIT, true);
	ck_assert_uint_ne(pfn, 0);
	free_iova_fast(&iovad, pfn, 2);
	ck_assert_ptr_null(find_iova(&iovad, pfn));
	ck_assert_int_eq(iova_domain_init_rcaches(&iovad), 0);
	pfn = alloc_iova_fast(&iovad, 2, LIMIT, true);
	fail_nth(1);
	free_iova_fast(&iovad, pfn, 2);
	udm_fault_nth(0);
	/* No cache could be made for this CPU: the range went back to the tree. */
	ck_assert_ptr_null(find_iova(&iovad, pfn));
	udm_iommu_fail(UDM_IOMMU_STEP_IOVA, 0, 2);
	ck_assert_ptr_null(alloc_iova(&iovad, 1, LIMIT, true));
	ck_assert_uint_eq(alloc_iova_fast(&iovad, 1, LIMIT, true), 0);
	ck_assert_uint_ne(alloc_iova_fast(&iovad, 1, LIMIT, true), 0);
}
END_TEST

/* --- Many threads --- */

#define THREADS		8
#define MAPPINGS	125000U		/* a million in all */

static struct device *dev;
static unsigned char owners[1 << 16];

static bool claim(dma_addr_t addr, size_t size, int by)
{
	size_t first = addr >> PAGE_SHIFT;
	bool ok = true;

	for (size_t k = first; k < first + (size >> PAGE_SHIFT); k++)
		ok &= __atomic_fetch_add(&owners[k], by, __ATOMIC_RELAXED) == (by > 0 ? 0 : 1);
	return ok;
}

/* Mostly small ranges, some that no cache holds. */
static void *map_and_unmap(void *ctx)
{
	struct { dma_addr_t addr; size_t size; } held[8] = { { 0 } };
	u64 x = 0x9e3779b97f4a7c15ULL * ((unsigned long)ctx + 1);
	unsigned int round, todo = test_rounds(MAPPINGS);
	bool ok = true;

	for (round = 0; round < todo + ARRAY_SIZE(held) && ok; round++) {
		unsigned int k = round % ARRAY_SIZE(held);

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		if (held[k].size) {
			ok &= claim(held[k].addr, held[k].size, -1);
			dma_unmap_phys(dev, held[k].addr, held[k].size, DMA_TO_DEVICE,
				       DMA_ATTR_MMIO);
			held[k].size = 0;
		}
		if (round >= todo)
			continue;
		held[k].size = (x % 16 ? x % 4 + 1 : x % 48 + 1) << PAGE_SHIFT;
		held[k].addr = dma_map_phys(dev, 1ULL << 40, held[k].size, DMA_TO_DEVICE,
					    DMA_ATTR_MMIO);
		if (dma_mapping_error(dev, held[k].addr))
			held[k].size = 0;
		else
			ok &= claim(held[k].addr, held[k].size, 1);
	}
	return (void *)(unsigned long)ok;
}

START_TEST(a_million_mappings_by_many_threads)
{
	struct udm_thread *threads[THREADS];
	bool all = true;

	if (_i)
		boot_threads_lazy();
	else
		boot_threads_strict();
	dev = rig_device("rig");
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(28)), 0);
	for (unsigned long k = 0; k < THREADS; k++)
		threads[k] = udm_thread_create("mapper", map_and_unmap, (void *)k);
	for (unsigned int k = 0; k < THREADS; k++)
		all &= udm_thread_join(threads[k]) != NULL;
	ck_assert(all);
	udm_iommu_flush(dev);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	ck_assert_uint_eq(rig_stats(dev).maps + rig_stats(dev).map_failures,
			  THREADS * test_rounds(MAPPINGS));
	ck_assert_uint_eq(rig_stats(dev).unmaps, rig_stats(dev).maps);
	ck_assert(all_bytes(owners, 0, sizeof(owners)));
	put_device(dev);
	machine_shutdown();
}
END_TEST

Suite *dma_iova_suite(void)
{
	Suite *s = suite_create("dma_iova");
	TCase *tc = tcase_create("addresses");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, room_is_found_if_there_is_any);
	tcase_add_test(tc, ranges_are_found_by_any_granule);
	tcase_add_test(tc, caches_go_by_class_and_limit);
	tcase_add_test(tc, granules_are_powers_of_two);
	tcase_add_test(tc, memory_may_be_short);

	tc = tcase_create("threads");
	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, a_million_mappings_by_many_threads, 0, 2);
	return s;
}
