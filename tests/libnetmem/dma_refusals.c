// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests behind the IOMMU that are refused, and their state afterwards: bouncing that is not
 * allowed or finds no room, misuse, a device that cannot be attached, peers that come and go.
 */
#include "dma_rig.h"

#include <linux/slab.h>
#include <linux/swiotlb.h>
#include <pthread.h>
#include <sys/mman.h>
#include <udevmem/fault.h>

Suite *dma_refusals_suite(void);

static struct device *dev;

static void setup_with(enum udm_iommu iommu)
{
	boot_cmdline("swiotlb=2048 dma_debug=off", iommu);
	dev = rig_device("rig");
}

static void setup(void)
{
	setup_with(UDM_IOMMU_STRICT);
}

static void setup_lazy(void)
{
	setup_with(UDM_IOMMU_LAZY);
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

static uint64_t failures(void)
{
	return rig_stats(dev).map_failures;
}

START_TEST(what_must_not_bounce_is_refused)
{
	phys_addr_t phys = virt_to_phys(dev);

	ck_assert_int_eq(udm_iommu_force_bounce(dev, true), 0);
	ck_assert_uint_eq(dma_map_phys(dev, phys, 64, DMA_TO_DEVICE, DMA_ATTR_REQUIRE_COHERENT),
			  DMA_MAPPING_ERROR);
	ck_assert_uint_eq(failures(), 1);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
}
END_TEST

/* Each takes all that one mapping may have. */
START_TEST(a_full_pool_refuses)
{
	size_t size = swiotlb_max_mapping_size(dev) - 100, n, held = 0;
	unsigned int order = get_order(size);
	struct page *pages = alloc_pages(GFP_KERNEL, order);
	dma_addr_t addr[64];

	ck_assert_int_eq(udm_iommu_force_bounce(dev, true), 0);
	while ((addr[held] = dma_map_page(dev, pages, 0, size, DMA_TO_DEVICE)) != DMA_MAPPING_ERROR)
		ck_assert_uint_lt(++held, 64);
	ck_assert_uint_gt(held, 8);
	ck_assert_uint_eq(failures(), 1);
	/* One is given back, and taken again. */
	dma_unmap_page(dev, addr[held - 1], size, DMA_TO_DEVICE);
	addr[held - 1] = dma_map_page(dev, pages, 0, size, DMA_TO_DEVICE);
	ck_assert_int_eq(dma_mapping_error(dev, addr[held - 1]), 0);
	for (n = 0; n < held; n++)
		dma_unmap_page(dev, addr[n], size, DMA_TO_DEVICE);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	__free_pages(pages, order);
}
END_TEST

/* A device that bounces some buffers syncs the others too, which is nothing to them. */
START_TEST(syncs_of_what_did_not_bounce_do_nothing)
{
	struct page *part = rig_page('p'), *whole = rig_page('w');
	dma_addr_t bounced, direct;

	ck_assert_int_eq(udm_iommu_force_bounce(dev, true), 0);
	bounced = dma_map_page(dev, part, 0, 100, DMA_BIDIRECTIONAL);
	direct = dma_map_page(dev, whole, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert(!dma_mapping_error(dev, bounced) && !dma_mapping_error(dev, direct));
	ck_assert_int_eq(udm_bus_write(dev, bounced, "new", 3), 0);
	ck_assert_int_eq(udm_bus_write(dev, direct, "new", 3), 0);
	ck_assert(all_bytes(page_address(part), 'p', PAGE_SIZE));
	dma_sync_single_for_cpu(dev, bounced, 100, DMA_BIDIRECTIONAL);
	dma_sync_single_for_cpu(dev, direct, PAGE_SIZE, DMA_BIDIRECTIONAL);
	dma_sync_single_for_device(dev, direct, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert(!memcmp(page_address(part), "newp", 4));
	ck_assert(!memcmp(page_address(whole), "neww", 4));
	dma_unmap_page(dev, bounced, 100, DMA_BIDIRECTIONAL);
	dma_unmap_page(dev, direct, PAGE_SIZE, DMA_BIDIRECTIONAL);
	__free_page(part);
	__free_page(whole);
}
END_TEST

START_TEST(lists_need_an_alignment_that_can_be_kept)
{
	struct page *page = rig_page('w');
	struct sg_table table;

	ck_assert_int_eq(sg_alloc_table(&table, 1, GFP_KERNEL), 0);
	sg_set_page(table.sgl, page, 100, 0);
	dma_set_min_align_mask(dev, 0x1fff);
	udm_warn_expect("Unsupported alignment constraint", 1);
	ck_assert_int_eq(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0), -EINVAL);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	sg_free_table(&table);
	__free_page(page);
}
END_TEST

/* The entry of a peer was never mapped; its mark goes, and the others are unmapped. */
START_TEST(bus_addresses_in_a_list_are_left_alone)
{
	struct page *page = rig_page('b');
	struct scatterlist sg[2];
	char got;

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], page, 10, 0);
	sg_set_page(&sg[1], page, 20, 100);
	ck_assert_int_eq(dma_map_sg(dev, &sg[1], 1, DMA_TO_DEVICE), 1);
	ck_assert_int_eq(udm_bus_read(dev, sg_dma_address(&sg[1]), &got, 1), 0);
	sg_dma_mark_bus_address(&sg[0]);
	sg_dma_address(&sg[0]) = 1ULL << 45;
	sg_dma_len(&sg[0]) = 10;
	dma_unmap_sg(dev, sg, 2, DMA_TO_DEVICE);
	ck_assert(!sg_dma_is_bus_address(&sg[0]));
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	ck_assert_int_eq(udm_bus_read(dev, sg_dma_address(&sg[1]), &got, 1), -EFAULT);
	__free_page(page);
}
END_TEST

START_TEST(a_range_of_nothing_is_refused)
{
	struct dma_iova_state state = { .addr = 1 };

	udm_warn_expect("", 1);
	ck_assert(!dma_iova_try_alloc(dev, &state, 0, 0));
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert(!dma_use_iova(&state));
	ck_assert_uint_eq(state.addr, 0);
}
END_TEST

/* More than was mapped, with a hole behind it: what was mapped is out of reach even so. */
START_TEST(a_size_too_large_warns)
{
	struct page *page = rig_page('s');
	dma_addr_t addr[3];
	char got;

	for (int i = 0; i < 3; i++) {
		addr[i] = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE);
		ck_assert_int_eq(dma_mapping_error(dev, addr[i]), 0);
		ck_assert_int_eq(udm_bus_read(dev, addr[i], &got, 1), 0);
	}
	ck_assert_uint_eq(addr[2] + PAGE_SIZE, addr[1]);
	dma_unmap_page(dev, addr[1], PAGE_SIZE, DMA_TO_DEVICE);
	/* So that the device remembers the way. */
	ck_assert_int_eq(udm_bus_read(dev, addr[2], &got, 1), 0);
	udm_warn_expect("", 1);
	dma_unmap_page(dev, addr[2], 2 * PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_int_eq(udm_bus_read(dev, addr[2], &got, 1), -EFAULT);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 1);
	/* Nothing of it at all. */
	udm_warn_expect("", 1);
	dma_unmap_page(dev, addr[2], PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_int_eq(udm_bus_read(dev, addr[0], &got, 1), 0);
	dma_unmap_page(dev, addr[0], PAGE_SIZE, DMA_TO_DEVICE);
	__free_page(page);
}
END_TEST

static void bare_release(struct device *bare)
{
	kfree(bare);
}

/* One that nobody has asked for anything yet. */
static struct device *bare_device(void)
{
	struct device *bare = kzalloc(sizeof(*bare), GFP_KERNEL);

	device_initialize(bare);
	bare->release = bare_release;
	ck_assert_int_eq(dev_set_name(bare, "bare"), 0);
	return bare;
}

START_TEST(a_device_that_cannot_be_attached_reaches_nothing)
{
	struct device *late = bare_device();
	struct page *page = rig_page('p');
	unsigned char got[4] = { };

	fail_nth(1);
	ck_assert_int_eq(udm_bus_read(late, page_to_phys(page), got, 4), -EFAULT);
	ck_assert(all_bytes(got, 0xff, 4));
	fail_nth(1);
	ck_assert_int_eq(udm_bus_write(late, page_to_phys(page), got, 4), -EFAULT);
	fail_nth(1);
	ck_assert_int_eq(udm_bus_allow_peer(late, 1ULL << 45), -ENOMEM);
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	ck_assert(all_bytes(page_address(page), 'p', PAGE_SIZE));
	/* With memory it is attached after all. */
	ck_assert_int_eq(udm_bus_allow_peer(late, 1ULL << 45), -ENOENT);
	__free_page(page);
	put_device(late);
}
END_TEST

START_TEST(windows_go_one_by_one)
{
	char *peer = mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			  -1, 0);
	uint64_t phys[2];
	char got;

	ck_assert_ptr_ne(peer, MAP_FAILED);
	for (int i = 0; i < 2; i++) {
		peer[i * PAGE_SIZE] = 'a' + i;
		ck_assert_int_eq(udm_bus_alloc_window(PAGE_SIZE, peer + i * PAGE_SIZE, &phys[i]),
				 0);
		ck_assert_int_eq(udm_bus_allow_peer(dev, phys[i]), 0);
	}
	/* The one allowed first, then the other. */
	ck_assert_int_eq(udm_bus_remove_window(phys[0]), 0);
	ck_assert_int_eq(udm_bus_read(dev, phys[0], &got, 1), -EFAULT);
	ck_assert_int_eq(udm_bus_read(dev, phys[1], &got, 1), 0);
	ck_assert_int_eq(got, 'b');
	ck_assert_int_eq(udm_bus_remove_window(phys[1]), 0);
	ck_assert_int_eq(udm_bus_read(dev, phys[1], &got, 1), -EFAULT);
	munmap(peer, 2 * PAGE_SIZE);
}
END_TEST

/* A thread that outlives a device it reached leaves its place to others. */

struct reader {
	struct device *dev;
	dma_addr_t addr;
	pthread_barrier_t used, gone;
	int err;
};

static void *read_once_and_stay(void *arg)
{
	struct reader *reader = arg;
	char got;

	reader->err = udm_bus_read(reader->dev, reader->addr, &got, 1);
	pthread_barrier_wait(&reader->used);
	pthread_barrier_wait(&reader->gone);
	return NULL;
}

START_TEST(threads_may_outlive_devices)
{
	struct page *page = rig_page('t');

	for (int i = 0; i < 3; i++) {
		struct reader reader = { .dev = rig_device("short") };
		pthread_t thread;

		reader.addr = dma_map_page(reader.dev, page, 0, 1, DMA_TO_DEVICE);
		pthread_barrier_init(&reader.used, NULL, 2);
		pthread_barrier_init(&reader.gone, NULL, 2);
		ck_assert_int_eq(pthread_create(&thread, NULL, read_once_and_stay, &reader), 0);
		pthread_barrier_wait(&reader.used);
		ck_assert_int_eq(reader.err, 0);
		dma_unmap_page(reader.dev, reader.addr, 1, DMA_TO_DEVICE);
		put_device(reader.dev);
		pthread_barrier_wait(&reader.gone);
		pthread_join(thread, NULL);
		pthread_barrier_destroy(&reader.used);
		pthread_barrier_destroy(&reader.gone);
	}
	__free_page(page);
}
END_TEST

Suite *dma_refusals_suite(void)
{
	Suite *s = suite_create("dma_refusals");
	TCase *tc = tcase_create("refusals");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, what_must_not_bounce_is_refused);
	tcase_add_test(tc, a_full_pool_refuses);
	tcase_add_test(tc, syncs_of_what_did_not_bounce_do_nothing);
	tcase_add_test(tc, lists_need_an_alignment_that_can_be_kept);
	tcase_add_test(tc, bus_addresses_in_a_list_are_left_alone);
	tcase_add_test(tc, a_range_of_nothing_is_refused);
	tcase_add_test(tc, a_size_too_large_warns);
	tcase_add_test(tc, a_device_that_cannot_be_attached_reaches_nothing);
	tcase_add_test(tc, windows_go_one_by_one);
	tcase_add_test(tc, threads_may_outlive_devices);
	tc = tcase_create("lazy");
	tcase_add_checked_fixture(tc, setup_lazy, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_size_too_large_warns);
	return s;
}
