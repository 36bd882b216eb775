// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system heap: its blocks, and one memory seen from everywhere.
 */
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/task.h>
#include <udevmem/warn.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dma_rig.h"
#include "fixture.h"

Suite *system_heap_suite(void);

static int heap_fd;

static void open_heap(void)
{
	heap_fd = udm_open("/dev/dma_heap/system", O_RDWR);
	ck_assert_int_ge(heap_fd, 0);
}

static void setup(void)
{
	boot_strict();
	open_heap();
}

static void setup_bouncing(void)
{
	boot_cmdline("swiotlb=1024", UDM_IOMMU_OFF);
	open_heap();
}

static void setup_threads(void)
{
	boot_threads_strict();
	open_heap();
}

static void teardown(void)
{
	udm_close(heap_fd);
	machine_shutdown();
}

static int allocate_flags(u64 len, u32 fd_flags)
{
	struct dma_heap_allocation_data data = { .len = len, .fd_flags = fd_flags };

	return udm_ioctl(heap_fd, DMA_HEAP_IOCTL_ALLOC, &data) ? -errno : (int)data.fd;
}

static int allocate(u64 len)
{
	return allocate_flags(len, O_RDWR);
}

/* A device that takes blocks of any size. */
static struct device *any_segment(void)
{
	return rig_device_limits("nic", UINT_MAX, 0);
}

/* A buffer attached to a device. */
struct user {
	int fd;
	struct device *dev;
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attach;
};

static struct user user_of(int fd)
{
	struct user u = { .fd = fd, .dev = any_segment(), .dmabuf = dma_buf_get(fd) };

	ck_assert(!IS_ERR(u.dmabuf));
	u.attach = dma_buf_attach(u.dmabuf, u.dev);
	ck_assert(!IS_ERR(u.attach));
	return u;
}

static void user_end(struct user *u)
{
	dma_buf_detach(u->dmabuf, u->attach);
	dma_buf_put(u->dmabuf);
	udm_close(u->fd);
	flush_delayed_fput();
	put_device(u->dev);
}

/* The exporter's own table, which an importer would not see. */
static struct sg_table *map_raw(struct user *u)
{
	struct sg_table *sgt;

	dma_resv_lock(u->dmabuf->resv, NULL);
	sgt = u->dmabuf->ops->map_dma_buf(u->attach, DMA_BIDIRECTIONAL);
	dma_resv_unlock(u->dmabuf->resv);
	return sgt;
}

static void unmap_raw(struct user *u, struct sg_table *sgt)
{
	dma_resv_lock(u->dmabuf->resv, NULL);
	u->dmabuf->ops->unmap_dma_buf(u->attach, sgt, DMA_BIDIRECTIONAL);
	dma_resv_unlock(u->dmabuf->resv);
}

static void expect_blocks(u64 len, const unsigned int *blocks, unsigned int count)
{
	struct user u = user_of(allocate(len));
	struct sg_table *sgt = map_raw(&u);
	struct scatterlist *sg;
	unsigned int i;

	ck_assert_uint_eq(sgt->orig_nents, count);
	for_each_sgtable_sg(sgt, sg, i) {
		ck_assert_uint_eq(sg->length, blocks[i]);
		ck_assert_uint_eq(sg->offset, 0);
	}
	unmap_raw(&u, sgt);
	user_end(&u);
}

START_TEST(blocks_are_as_large_as_fits)
{
	static const unsigned int mixed[] = { SZ_1M, SZ_64K, SZ_4K, SZ_4K };
	static const unsigned int two[] = { SZ_1M, SZ_1M };

	expect_blocks(SZ_1M + SZ_64K + SZ_8K, mixed, 4);
	expect_blocks(2 * SZ_1M - 1, two, 2);
	expect_blocks(1, &mixed[2], 1);
}
END_TEST

/* Only blocks of order and above fail. */
static void fail_orders(unsigned int order)
{
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "ignore-gfp-highmem", 0), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "min-order", order), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "verbose", 0), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "times", -1), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "probability", 100), 0);
}

START_TEST(smaller_blocks_stand_in_for_larger)
{
	unsigned int blocks[32];

	for (int i = 0; i < 32; i++)
		blocks[i] = SZ_64K;
	fail_orders(8);
	expect_blocks(2 * SZ_1M, blocks, 32);
	for (int i = 0; i < 32; i++)
		blocks[i] = SZ_4K;
	fail_orders(1);
	expect_blocks(SZ_128K, blocks, 32);
	udm_fault_reset();
}
END_TEST

/* One failure of the largest is the end of the largest for this buffer. */
START_TEST(blocks_never_grow_again)
{
	unsigned int blocks[32];

	for (int i = 0; i < 32; i++)
		blocks[i] = SZ_64K;
	fail_orders(8);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "times", 1), 0);
	expect_blocks(2 * SZ_1M, blocks, 32);
	udm_fault_reset();
}
END_TEST

static void dirty_pages(unsigned int order)
{
	struct page *page[8];

	for (int i = 0; i < 8; i++) {
		page[i] = alloc_pages(GFP_KERNEL, order);
		memset(page_address(page[i]), 0xff, PAGE_SIZE << order);
	}
	for (int i = 0; i < 8; i++)
		__free_pages(page[i], order);
}

START_TEST(memory_is_cleared)
{
	const size_t size = SZ_1M + SZ_64K + SZ_4K;
	void *map;
	int fd;

	dirty_pages(8);
	dirty_pages(4);
	dirty_pages(0);
	fd = allocate(size);
	map = udm_mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	ck_assert_ptr_ne(map, MAP_FAILED);
	ck_assert(all_bytes(map, 0, size));
	udm_munmap(map, size);
	udm_close(fd);
}
END_TEST

START_TEST(an_attachment_has_one_table)
{
	struct user u = user_of(allocate(SZ_64K));
	struct dma_buf_attachment *other = dma_buf_attach(u.dmabuf, u.dev);
	struct sg_table *a = map_raw(&u), *b;
	dma_addr_t first;

	unmap_raw(&u, a);
	b = map_raw(&u);
	ck_assert_ptr_eq(a, b);
	first = sg_dma_address(a->sgl);
	/* A caller bug: the table loses the address of the first mapping. */
	udm_warn_expect("", 1);
	ck_assert_ptr_eq(map_raw(&u), a);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_ne(sg_dma_address(a->sgl), first);
	unmap_raw(&u, a);
	sg_dma_address(a->sgl) = first;
	sg_dma_len(a->sgl) = SZ_64K;
	dma_unmap_sgtable(u.dev, a, DMA_BIDIRECTIONAL, 0);
	swap(u.attach, other);
	b = map_raw(&u);
	ck_assert_ptr_ne(a, b);
	unmap_raw(&u, b);
	swap(u.attach, other);
	dma_buf_detach(u.dmabuf, other);
	user_end(&u);
}
END_TEST

static dma_addr_t dma_at(const struct sg_table *sgt, size_t pos)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		if (pos < sg_dma_len(sg))
			return sg_dma_address(sg) + pos;
		pos -= sg_dma_len(sg);
	}
	ck_abort_msg("beyond the buffer");
	return 0;
}

START_TEST(one_memory_seen_from_everywhere)
{
	const size_t size = SZ_1M + SZ_64K + SZ_8K;
	struct user u = user_of(allocate(size));
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(u.attach, DMA_BIDIRECTIONAL);
	char *map = udm_mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, u.fd, 0);
	struct iosys_map vmap[2];
	char word[8];

	ck_assert_ptr_ne(map, MAP_FAILED);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(dma_buf_vmap_unlocked(u.dmabuf, &vmap[i]), 0);
	for (size_t pos = 100; pos < size; pos += 15 * PAGE_SIZE) {
		ck_assert_int_eq(udm_bus_write(u.dev, dma_at(sgt, pos), "device", 7), 0);
		ck_assert_str_eq(map + pos, "device");
		ck_assert_str_eq((char *)vmap[1].vaddr + pos, "device");
		strcpy(map + pos, "user");
		ck_assert_int_eq(udm_bus_read(u.dev, dma_at(sgt, pos), word, 5), 0);
		ck_assert_str_eq(word, "user");
	}
	for (int i = 0; i < 2; i++)
		dma_buf_vunmap_unlocked(u.dmabuf, &vmap[i]);
	udm_munmap(map, size);
	dma_buf_unmap_attachment_unlocked(u.attach, sgt, DMA_BIDIRECTIONAL);
	user_end(&u);
}
END_TEST

/* Windows that begin and end inside blocks. */
START_TEST(any_window_can_be_mapped)
{
	static const struct {
		unsigned int first, pages;
	} windows[] = { { 0, 1 }, { 255, 2 }, { 256, 16 }, { 100, 174 }, { 273, 1 }, { 0, 274 } };
	const size_t size = SZ_1M + SZ_64K + SZ_8K;
	int fd = allocate(size);
	u32 *all = udm_mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), *map;

	for (unsigned int i = 0; i < size >> PAGE_SHIFT; i++)
		all[i * 1024] = i;
	for (size_t w = 0; w < ARRAY_SIZE(windows); w++) {
		size_t len = windows[w].pages * PAGE_SIZE;

		map = udm_mmap(NULL, len, PROT_READ, MAP_SHARED, fd, windows[w].first * PAGE_SIZE);
		ck_assert_ptr_ne(map, MAP_FAILED);
		for (unsigned int i = 0; i < windows[w].pages; i++)
			ck_assert_uint_eq(map[i * 1024], windows[w].first + i);
		udm_munmap(map, len);
	}
	ck_assert_ptr_eq(udm_mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, size), MAP_FAILED);
	ck_assert_int_eq(errno, EINVAL);
	udm_munmap(all, size);
	udm_close(fd);
}
END_TEST

START_TEST(private_windows_are_one_page)
{
	int fd = allocate(SZ_64K), ro;
	char *map, *shared = udm_mmap(NULL, PAGE_SIZE, PROT_WRITE, MAP_SHARED, fd, PAGE_SIZE);

	ck_assert_ptr_eq(udm_mmap(NULL, SZ_8K, PROT_READ, MAP_PRIVATE, fd, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EINVAL);
	map = udm_mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, PAGE_SIZE);
	ck_assert_ptr_ne(map, MAP_FAILED);
	strcpy(map, "mine");
	ck_assert_int_eq(shared[0], 0);
	udm_munmap(map, PAGE_SIZE);
	udm_munmap(shared, PAGE_SIZE);
	udm_close(fd);
	/* No access mode means reading. */
	ro = allocate_flags(SZ_64K, O_CLOEXEC);
	ck_assert_ptr_eq(udm_mmap(NULL, SZ_8K, PROT_WRITE, MAP_SHARED, ro, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EACCES);
	map = udm_mmap(NULL, SZ_8K, PROT_READ, MAP_SHARED, ro, 0);
	ck_assert_ptr_ne(map, MAP_FAILED);
	udm_munmap(map, SZ_8K);
	udm_close(ro);
}
END_TEST

static int sync_ioctl(int fd, u64 flags)
{
	struct dma_buf_sync arg = { .flags = flags };

	return udm_ioctl(fd, DMA_BUF_IOCTL_SYNC, &arg);
}

/* A device that bounces sees what the CPU wrote, and the CPU what it wrote, after a sync. */
START_TEST(access_by_the_cpu_syncs_the_mapped)
{
	struct user u = user_of(allocate(SZ_8K));
	char *map = udm_mmap(NULL, SZ_8K, PROT_READ | PROT_WRITE, MAP_SHARED, u.fd, 0), word[8];
	struct sg_table *sgt;

	/* Ending an access needs no begin, and no mapping. */
	ck_assert_int_eq(sync_ioctl(u.fd, DMA_BUF_SYNC_RW | DMA_BUF_SYNC_END), 0);
	ck_assert_int_eq(dma_set_mask_and_coherent(u.dev, DMA_BIT_MASK(32)), 0);
	sgt = dma_buf_map_attachment_unlocked(u.attach, DMA_BIDIRECTIONAL);
	ck_assert(!IS_ERR(sgt));
	ck_assert_int_eq(udm_bus_write(u.dev, dma_at(sgt, 5000), "device", 7), 0);
	ck_assert_int_eq(map[5000], 0);
	ck_assert_int_eq(sync_ioctl(u.fd, DMA_BUF_SYNC_RW), 0);
	ck_assert_str_eq(map + 5000, "device");
	strcpy(map + 5000, "user");
	ck_assert_int_eq(udm_bus_read(u.dev, dma_at(sgt, 5000), word, 7), 0);
	ck_assert_str_eq(word, "device");
	ck_assert_int_eq(sync_ioctl(u.fd, DMA_BUF_SYNC_RW | DMA_BUF_SYNC_END), 0);
	ck_assert_int_eq(udm_bus_read(u.dev, dma_at(sgt, 5000), word, 5), 0);
	ck_assert_str_eq(word, "user");
	dma_buf_unmap_attachment_unlocked(u.attach, sgt, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(sync_ioctl(u.fd, DMA_BUF_SYNC_RW), 0);
	udm_munmap(map, SZ_8K);
	user_end(&u);
}
END_TEST

/* Accesses by the CPU go through the attachments while these come, map, and go. */
static void *keep_syncing(void *arg)
{
	for (unsigned int i = 0; i < test_rounds(300); i++) {
		ck_assert_int_eq(sync_ioctl((long)arg, DMA_BUF_SYNC_RW), 0);
		ck_assert_int_eq(sync_ioctl((long)arg, DMA_BUF_SYNC_RW | DMA_BUF_SYNC_END), 0);
	}
	return NULL;
}

START_TEST(importers_come_and_go_during_access)
{
	struct user u = user_of(allocate(SZ_64K + SZ_8K));
	struct udm_thread *t = udm_thread_create("cpu", keep_syncing, (void *)(long)u.fd);

	for (unsigned int i = 0; i < test_rounds(300); i++) {
		struct dma_buf_attachment *attach = dma_buf_attach(u.dmabuf, u.dev);
		struct sg_table *sgt;

		ck_assert(!IS_ERR(attach));
		sgt = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
		ck_assert(!IS_ERR(sgt));
		dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_BIDIRECTIONAL);
		dma_buf_detach(u.dmabuf, attach);
	}
	udm_thread_join(t);
	user_end(&u);
}
END_TEST

/* Running out, and being killed. */

static void setup_small(void)
{
	const struct udm_config cfg = { .ram_bytes = 64 << 20, .quiet = true };

	machine_boot_with(&cfg);
	open_heap();
}

START_TEST(too_much_is_refused_and_given_back)
{
	int fd;

	ck_assert_int_eq(allocate(128 << 20), -ENOMEM);
	fd = allocate(32 << 20);
	ck_assert_int_ge(fd, 0);
	udm_close(fd);
	ck_assert_int_eq(allocate(ULLONG_MAX - 2 * PAGE_SIZE), -ENOMEM);
}
END_TEST

START_TEST(a_killed_task_stops_allocating)
{
	udm_task_signal(current, true);
	ck_assert_int_eq(allocate(SZ_1M), -EINTR);
	udm_task_clear_signal(current);
}
END_TEST

static int map_everywhere(int fd, struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(attach, DMA_TO_DEVICE);
	struct iosys_map vmap;
	void *map;
	int err = PTR_ERR_OR_ZERO(sgt);

	if (err)
		return err;
	udm_warn_expect("", 1);
	err = dma_buf_vmap_unlocked(dmabuf, &vmap);
	if (!err)
		dma_buf_vunmap_unlocked(dmabuf, &vmap);
	map = udm_mmap(NULL, SZ_8K, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		err = -errno;
	else
		udm_munmap(map, SZ_8K);
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_TO_DEVICE);
	return err;
}

static int use(int fd, struct device *dev)
{
	struct dma_buf *dmabuf = dma_buf_get(fd);
	struct dma_buf_attachment *attach = dma_buf_attach(dmabuf, dev);
	int err = PTR_ERR_OR_ZERO(attach);

	if (!err) {
		err = map_everywhere(fd, dmabuf, attach);
		dma_buf_detach(dmabuf, attach);
	}
	dma_buf_put(dmabuf);
	return err;
}

static int allocate_and_use(struct device *dev)
{
	int next = dup(heap_fd), fd, err;

	close(next);
	fd = allocate(SZ_64K + SZ_8K);
	/* Nobody is told the number when it cannot be copied out. */
	if (fd == -EFAULT && udm_lseek(next, 0, SEEK_END) >= 0)
		udm_close(next);
	if (fd < 0)
		return fd;
	err = use(fd, dev);
	udm_close(fd);
	return err;
}

/* Inside a call, so that files are released when it ends and not by a worker. */
static int scenario(void *dev)
{
	int err;

	udm_call_begin();
	err = allocate_and_use(dev);
	udm_call_end();
	return err;
}

START_TEST(every_allocation_may_fail)
{
	struct device *dev = rig_device("nic");

	ck_assert_msg(udm_fault_sweep(scenario, dev) > 12, "%s", udm_fault_sweep_message());
	put_device(dev);
}
END_TEST

/* Teardown in any order. */

START_TEST(open_buffers_do_not_outlive_the_machine)
{
	int fd = allocate(SZ_1M + SZ_4K);

	ck_assert_ptr_ne(udm_mmap(NULL, SZ_64K, PROT_READ, MAP_SHARED, fd, 0), MAP_FAILED);
	if (_i & 1)
		udm_close(fd);
	ck_assert_int_ge(allocate(SZ_64K), 0);
	if (_i & 2) {
		udm_close(heap_fd);
		heap_fd = -1;
	}
}
END_TEST

static TCase *heap_case(Suite *s, const char *name, void (*boot)(void))
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, boot, teardown);
	suite_add_tcase(s, tc);
	return tc;
}

Suite *system_heap_suite(void)
{
	Suite *s = suite_create("system_heap");
	TCase *tc = heap_case(s, "blocks", setup);

	tcase_add_test(tc, blocks_are_as_large_as_fits);
	tcase_add_test(tc, smaller_blocks_stand_in_for_larger);
	tcase_add_test(tc, blocks_never_grow_again);
	tcase_add_test(tc, memory_is_cleared);
	tcase_add_test(tc, a_killed_task_stops_allocating);
	tcase_add_test(tc, every_allocation_may_fail);
	tc = heap_case(s, "memory", setup);
	tcase_add_test(tc, an_attachment_has_one_table);
	tcase_add_test(tc, one_memory_seen_from_everywhere);
	tcase_add_test(tc, any_window_can_be_mapped);
	tcase_add_test(tc, private_windows_are_one_page);
	tcase_add_loop_test(tc, open_buffers_do_not_outlive_the_machine, 0, 4);
	tc = heap_case(s, "bouncing", setup_bouncing);
	tcase_add_test(tc, access_by_the_cpu_syncs_the_mapped);
	tc = heap_case(s, "threads", setup_threads);
	tcase_add_test(tc, importers_come_and_go_during_access);
	tc = heap_case(s, "small", setup_small);
	tcase_add_test(tc, too_much_is_refused_and_given_back);
	return s;
}
