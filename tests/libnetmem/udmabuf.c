// SPDX-License-Identifier: GPL-2.0-only
/*
 * udmabuf: what is accepted, and one memory seen from everywhere.
 */
#include <linux/dma-buf.h>
#include <linux/udmabuf.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/warn.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dma_rig.h"
#include "fixture.h"
#include "sigbus.h"

#define ANY_SEALS (-1)

static int dev_fd;

static void setup(void)
{
	machine_boot();
	dev_fd = udm_open("/dev/udmabuf", O_RDWR);
	ck_assert_int_ge(dev_fd, 0);
}

static void teardown(void)
{
	ck_assert_int_eq(udm_close(dev_fd), 0);
	machine_shutdown();
}

static int memfd_sealed(size_t size, int seals)
{
	int fd = memfd_create("udmabuf-test", seals == ANY_SEALS ? 0 : MFD_ALLOW_SEALING);

	ck_assert_int_eq(ftruncate(fd, size), 0);
	if (seals > 0)
		ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

static int memfd_of(unsigned int pages)
{
	return memfd_sealed(pages * PAGE_SIZE, F_SEAL_SHRINK);
}

static int create_flags(int memfd, u64 offset, u64 size, u32 flags)
{
	struct udmabuf_create arg = { .memfd = memfd, .flags = flags, .offset = offset,
				      .size = size };
	int fd = udm_ioctl(dev_fd, UDMABUF_CREATE, &arg);

	return fd < 0 ? -errno : fd;
}

static int create(int memfd, u64 offset, u64 size)
{
	return create_flags(memfd, offset, size, 0);
}

static int create_list(const struct udmabuf_create_item *items, u32 count)
{
	struct udmabuf_create_list *list = calloc(1, sizeof(*list) + count * sizeof(*items));
	int fd;

	list->count = count;
	memcpy(list->list, items, count * sizeof(*items));
	fd = udm_ioctl(dev_fd, UDMABUF_CREATE_LIST, list);
	free(list);
	return fd < 0 ? -errno : fd;
}

START_TEST(seals_decide)
{
	static const struct {
		int seals, want;
	} cases[] = {
		{ ANY_SEALS, -EINVAL }, { 0, -EINVAL }, { F_SEAL_GROW, -EINVAL },
		{ F_SEAL_SHRINK, 0 }, { F_SEAL_SHRINK | F_SEAL_WRITE, -EINVAL },
		{ F_SEAL_SHRINK | F_SEAL_FUTURE_WRITE, -EINVAL },
		{ F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int memfd = memfd_sealed(PAGE_SIZE, cases[i].seals);
		int fd = create(memfd, 0, PAGE_SIZE);

		ck_assert_int_eq(fd >= 0 ? 0 : fd, cases[i].want);
		if (fd >= 0)
			udm_close(fd);
		close(memfd);
	}
}
END_TEST

START_TEST(only_memory_files_will_do)
{
	char path[] = "/tmp/udmabuf-XXXXXX";
	int pipefd[2], disk = mkstemp(path), memfd = memfd_of(1), buf;

	unlink(path);
	ck_assert_int_eq(pipe(pipefd), 0);
	ck_assert_int_eq(ftruncate(disk, PAGE_SIZE), 0);
	ck_assert_int_eq(create(pipefd[0], 0, PAGE_SIZE), -EBADFD);
	ck_assert_int_eq(create(dev_fd, 0, PAGE_SIZE), -EBADFD);
	buf = create(memfd, 0, PAGE_SIZE);
	ck_assert_int_eq(create(buf, 0, PAGE_SIZE), -EBADFD);
	udm_close(buf);
	close(memfd);
	ck_assert_int_eq(create(memfd, 0, PAGE_SIZE), -EBADFD);
	/* Geometry is looked at first. */
	ck_assert_int_eq(create(memfd, 0, 0), -EINVAL);
	ck_assert_int_eq(create(memfd, 1, PAGE_SIZE), -EINVAL);
	close(disk);
	close(pipefd[0]);
	close(pipefd[1]);
}
END_TEST

/* A file on tmpfs has seals, but not the right ones; elsewhere there are none. */
START_TEST(files_with_a_name_lack_the_seal)
{
	char shm[] = "/dev/shm/udmabuf-XXXXXX";
	int fd = mkstemp(shm), disk = open("/proc/self/exe", O_RDONLY);

	ck_assert_int_eq(create(disk, 0, PAGE_SIZE), -EBADFD);
	close(disk);
	if (fd < 0)
		return;
	unlink(shm);
	ck_assert_int_eq(ftruncate(fd, PAGE_SIZE), 0);
	ck_assert_int_eq(create(fd, 0, PAGE_SIZE), -EINVAL);
	close(fd);
}
END_TEST

START_TEST(geometry)
{
	int memfd = memfd_of(4), fd;

	ck_assert_int_eq(create(memfd, 1, PAGE_SIZE), -EINVAL);
	ck_assert_int_eq(create(memfd, 0, PAGE_SIZE - 1), -EINVAL);
	ck_assert_int_eq(create(memfd, 0, 0), -EINVAL);
	ck_assert_int_eq(create(memfd, 0, 5 * PAGE_SIZE), -EINVAL);
	ck_assert_int_eq(create(memfd, 3 * PAGE_SIZE, 2 * PAGE_SIZE), -EINVAL);
	ck_assert_int_eq(create(memfd, 1ULL << 63, PAGE_SIZE), -EINVAL);
	fd = create_flags(memfd, PAGE_SIZE, 3 * PAGE_SIZE, ~0U);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(udm_lseek(fd, 0, SEEK_END), 3 * PAGE_SIZE);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	udm_close(fd);
	ck_assert_int_eq(udm_ioctl(dev_fd, 0x7577, 0), -1);
	ck_assert_int_eq(errno, ENOTTY);
	ck_assert_int_eq(udm_ioctl(dev_fd, UDMABUF_CREATE, NULL), -1);
	ck_assert_int_eq(errno, EFAULT);
	close(memfd);
}
END_TEST

START_TEST(the_size_limit_is_inclusive)
{
	int memfd = memfd_of(65 << 8), fd = create(memfd, 0, 64ULL << 20);

	ck_assert_int_ge(fd, 0);
	udm_close(fd);
	ck_assert_int_eq(create(memfd, 0, (64ULL << 20) + PAGE_SIZE), -EINVAL);
	close(memfd);
}
END_TEST

START_TEST(list_length_is_limited)
{
	static struct udmabuf_create_item items[1025];
	int memfd = memfd_of(1), fd;

	for (int i = 0; i < 1025; i++)
		items[i] = (struct udmabuf_create_item){ .memfd = memfd, .size = PAGE_SIZE };
	ck_assert_int_eq(create_list(items, 1025), -EINVAL);
	ck_assert_int_eq(create_list(items, 0), -EINVAL);
	fd = create_list(items, 1024);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(udm_lseek(fd, 0, SEEK_END), 1024 * PAGE_SIZE);
	udm_close(fd);
	items[5].size = 0;
	ck_assert_int_eq(create_list(items, 10), -EINVAL);
	items[5].size = PAGE_SIZE;
	items[9].memfd = 999;
	ck_assert_int_eq(create_list(items, 10), -EBADFD);
	close(memfd);
}
END_TEST

/* The buffer of a descriptor attached and mapped for a device. */
struct mapped {
	struct device *dev;
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;
};

static struct mapped map_for_device(int fd, enum dma_data_direction dir)
{
	struct mapped m = { .dev = rig_device("nic"), .dmabuf = dma_buf_get(fd) };

	m.attach = dma_buf_attach(m.dmabuf, m.dev);
	ck_assert(!IS_ERR(m.attach));
	m.sgt = dma_buf_map_attachment_unlocked(m.attach, dir);
	ck_assert(!IS_ERR(m.sgt));
	return m;
}

static void unmap_for_device(struct mapped *m, enum dma_data_direction dir)
{
	dma_buf_unmap_attachment_unlocked(m->attach, m->sgt, dir);
	dma_buf_detach(m->dmabuf, m->attach);
	dma_buf_put(m->dmabuf);
	flush_delayed_fput();
	put_device(m->dev);
}

/* The bus address of byte pos of the buffer. */
static dma_addr_t dma_at(const struct mapped *m, size_t pos)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(m->sgt, sg, i) {
		if (pos < sg_dma_len(sg))
			return sg_dma_address(sg) + pos;
		pos -= sg_dma_len(sg);
	}
	ck_abort_msg("beyond the buffer");
	return 0;
}

START_TEST(one_memory_seen_from_everywhere)
{
	int memfd = memfd_of(8), fd = create(memfd, 0, 8 * PAGE_SIZE);
	char *file, *direct, *mapped, word[8];
	struct mapped m = map_for_device(fd, DMA_BIDIRECTIONAL);
	struct iosys_map vmap;

	file = mmap(NULL, 8 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	close(memfd);
	direct = mmap(NULL, 8 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	mapped = udm_mmap(NULL, 8 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ck_assert(file != MAP_FAILED && direct != MAP_FAILED && mapped != MAP_FAILED);
	ck_assert_int_eq(dma_buf_vmap_unlocked(m.dmabuf, &vmap), 0);
	for (size_t pos = 100; pos < 8 * PAGE_SIZE; pos += PAGE_SIZE) {
		ck_assert_int_eq(udm_bus_write(m.dev, dma_at(&m, pos), "device", 7), 0);
		ck_assert_str_eq(file + pos, "device");
		ck_assert_str_eq(direct + pos, "device");
		ck_assert_str_eq(mapped + pos, "device");
		ck_assert_str_eq((char *)vmap.vaddr + pos, "device");
		strcpy(mapped + pos, "user");
		ck_assert_int_eq(udm_bus_read(m.dev, dma_at(&m, pos), word, 5), 0);
		ck_assert_str_eq(word, "user");
	}
	dma_buf_vunmap_unlocked(m.dmabuf, &vmap);
	unmap_for_device(&m, DMA_BIDIRECTIONAL);
	munmap(file, 8 * PAGE_SIZE);
	munmap(direct, 8 * PAGE_SIZE);
	udm_munmap(mapped, 8 * PAGE_SIZE);
	udm_close(fd);
}
END_TEST

/* The number the application got over a socket, or by dup(), shows the memory too. */
START_TEST(a_twin_maps_the_memory)
{
	int memfd = memfd_of(2), fd = create(memfd, 0, 2 * PAGE_SIZE), twin = dup(fd);
	char *map = udm_mmap(NULL, 2 * PAGE_SIZE, PROT_READ, MAP_SHARED, twin, 0);

	ck_assert_ptr_ne(map, MAP_FAILED);
	udm_close(fd);
	/* The memory file and the buffer are not the same file. */
	ck_assert_int_eq(create(twin, 0, PAGE_SIZE), -EBADFD);
	ck_assert_int_eq(pwrite(memfd, "x", 1, PAGE_SIZE), 1);
	ck_assert_int_eq(map[PAGE_SIZE], 'x');
	udm_munmap(map, 2 * PAGE_SIZE);
	udm_close(twin);
	close(memfd);
}
END_TEST

START_TEST(items_are_concatenated_and_may_repeat)
{
	int a = memfd_of(4), b = memfd_of(4), fd;
	struct udmabuf_create_item items[] = {
		{ .memfd = b, .offset = 2 * PAGE_SIZE, .size = PAGE_SIZE },
		{ .memfd = a, .offset = PAGE_SIZE, .size = 2 * PAGE_SIZE },
		{ .memfd = b, .offset = 2 * PAGE_SIZE, .size = PAGE_SIZE },
	};
	char *map;

	fd = create_list(items, 3);
	ck_assert_int_ge(fd, 0);
	map = udm_mmap(NULL, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ck_assert_ptr_ne(map, MAP_FAILED);
	ck_assert_int_eq(pwrite(a, "second", 7, 2 * PAGE_SIZE), 7);
	ck_assert_str_eq(map + 2 * PAGE_SIZE, "second");
	strcpy(map, "twice");
	ck_assert_str_eq(map + 3 * PAGE_SIZE, "twice");
	udm_munmap(map, 4 * PAGE_SIZE);
	udm_close(fd);
	close(a);
	close(b);
}
END_TEST

static unsigned int table_entries(int fd)
{
	struct device *dev = rig_device("nic");
	struct dma_buf *dmabuf = dma_buf_get(fd);
	struct dma_buf_attachment *attach = dma_buf_attach(dmabuf, dev);
	unsigned int entries;
	struct sg_table *sgt;

	/* The exporter's own table, which an importer would not see. */
	dma_resv_lock(dmabuf->resv, NULL);
	sgt = dmabuf->ops->map_dma_buf(attach, DMA_TO_DEVICE);
	entries = sgt->orig_nents;
	dmabuf->ops->unmap_dma_buf(attach, sgt, DMA_TO_DEVICE);
	dma_resv_unlock(dmabuf->resv);
	dma_buf_detach(dmabuf, attach);
	dma_buf_put(dmabuf);
	flush_delayed_fput();
	put_device(dev);
	return entries;
}

START_TEST(one_entry_per_page)
{
	int memfd = memfd_of(16), fd = create(memfd, 0, 16 * PAGE_SIZE);

	ck_assert_uint_eq(table_entries(fd), 16);
	udm_close(fd);
	close(memfd);
}
END_TEST

static void boot_merging(void)
{
	boot_cmdline("udmabuf.merge_runs=1 udmabuf.size_limit_mb=1 udmabuf.list_limit=2",
		     UDM_IOMMU_OFF);
	dev_fd = udm_open("/dev/udmabuf", O_RDWR);
}

START_TEST(runs_are_merged_on_request)
{
	struct udmabuf_create_item items[3] = { };
	int memfd = memfd_of(300), fd = create(memfd, 0, 16 * PAGE_SIZE);
	struct mapped m = map_for_device(fd, DMA_TO_DEVICE);
	char word[8];

	ck_assert_uint_lt(table_entries(fd), 16);
	ck_assert_int_eq(pwrite(memfd, "merged", 7, 9 * PAGE_SIZE), 7);
	ck_assert_int_eq(udm_bus_read(m.dev, dma_at(&m, 9 * PAGE_SIZE), word, 7), 0);
	ck_assert_str_eq(word, "merged");
	unmap_for_device(&m, DMA_TO_DEVICE);
	udm_close(fd);
	ck_assert_int_eq(create(memfd, 0, 257 * PAGE_SIZE), -EINVAL);
	ck_assert_int_eq(create_list(items, 3), -EINVAL);
	close(memfd);
}
END_TEST

static void boot_unlimited(void)
{
	boot_cmdline("udmabuf.list_limit=-1", UDM_IOMMU_OFF);
	dev_fd = udm_open("/dev/udmabuf", O_RDWR);
}

START_TEST(a_negative_list_limit_is_none)
{
	static struct udmabuf_create_item items[2000];
	int memfd = memfd_of(1), fd;

	for (int i = 0; i < 2000; i++)
		items[i] = (struct udmabuf_create_item){ .memfd = memfd, .size = PAGE_SIZE };
	fd = create_list(items, 2000);
	ck_assert_int_ge(fd, 0);
	udm_close(fd);
	close(memfd);
}
END_TEST

static int sync_ioctl(int fd, u64 flags)
{
	struct dma_buf_sync arg = { .flags = flags };

	return udm_ioctl(fd, DMA_BUF_IOCTL_SYNC, &arg);
}

START_TEST(end_of_access_needs_a_begin)
{
	int memfd = memfd_of(2), fd = create(memfd, 0, 2 * PAGE_SIZE);

	ck_assert_int_eq(sync_ioctl(fd, DMA_BUF_SYNC_RW | DMA_BUF_SYNC_END), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(sync_ioctl(fd, DMA_BUF_SYNC_WRITE), 0);
	ck_assert_int_eq(sync_ioctl(fd, DMA_BUF_SYNC_RW), 0);
	ck_assert_int_eq(sync_ioctl(fd, DMA_BUF_SYNC_RW | DMA_BUF_SYNC_END), 0);
	udm_close(fd);
	close(memfd);
}
END_TEST

START_TEST(mapping_rules)
{
	int memfd = memfd_of(2), fd = create(memfd, 0, 2 * PAGE_SIZE);
	char *map;

	ck_assert_ptr_eq(udm_mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE, fd, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_ptr_eq(udm_mmap(NULL, 3 * PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0), MAP_FAILED);
	map = udm_mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, PAGE_SIZE);
	ck_assert_ptr_ne(map, MAP_FAILED);
	ck_assert_int_eq(pwrite(memfd, "x", 1, PAGE_SIZE), 1);
	ck_assert_int_eq(*map, 'x');
	udm_close(fd);
	ck_assert_int_eq(*map, 'x');
	udm_munmap(map, PAGE_SIZE);
	close(memfd);
}
END_TEST

START_TEST(beyond_the_end_of_an_offset_buffer_is_sigbus)
{
	int memfd = memfd_of(2), fd = create(memfd, 0, PAGE_SIZE);
	struct dma_buf *dmabuf = dma_buf_get(fd);
	char *map;

	/* Past the check of the size, as a caller that grew the mapping would be. */
	dmabuf->size = 2 * PAGE_SIZE;
	map = udm_mmap(NULL, 2 * PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
	ck_assert_ptr_ne(map, MAP_FAILED);
	ck_assert(raises_sigbus(map + PAGE_SIZE));
	ck_assert_int_eq(map[0], 0);
	udm_munmap(map, 2 * PAGE_SIZE);
	dma_buf_put(dmabuf);
	flush_delayed_fput();
	udm_close(fd);
	close(memfd);
}
END_TEST

static int scenario(void *ctx)
{
	int memfd = *(int *)ctx, fd = create(memfd, 0, 3 * PAGE_SIZE), err = 0;
	void *map;

	if (fd < 0)
		return fd;
	if (sync_ioctl(fd, DMA_BUF_SYNC_RW))
		err = -errno;
	map = udm_mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		err = -errno;
	else
		udm_munmap(map, PAGE_SIZE);
	udm_close(fd);
	return err;
}

START_TEST(every_allocation_may_fail)
{
	int memfd = memfd_of(3);

	ck_assert_msg(udm_fault_sweep(scenario, &memfd) > 10, "%s", udm_fault_sweep_message());
	close(memfd);
}
END_TEST

START_TEST(many_large_buffers_at_once)
{
	int memfd[6], fd[6];

	for (int i = 0; i < 6; i++) {
		memfd[i] = memfd_of(64 << 8);
		fd[i] = create(memfd[i], 0, 64ULL << 20);
		ck_assert_int_ge(fd[i], 0);
	}
	for (int i = 0; i < 6; i++) {
		udm_close(fd[i]);
		close(memfd[i]);
	}
}
END_TEST

static TCase *udmabuf_case(Suite *s, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	return tc;
}

Suite *udmabuf_suite(void)
{
	Suite *s = suite_create("udmabuf");
	TCase *tc = udmabuf_case(s, "create");

	tcase_add_test(tc, seals_decide);
	tcase_add_test(tc, only_memory_files_will_do);
	tcase_add_test(tc, files_with_a_name_lack_the_seal);
	tcase_add_test(tc, geometry);
	tcase_add_test(tc, the_size_limit_is_inclusive);
	tcase_add_test(tc, list_length_is_limited);
	tcase_add_test(tc, every_allocation_may_fail);
	tcase_add_test(tc, many_large_buffers_at_once);
	tc = udmabuf_case(s, "memory");
	tcase_add_test(tc, one_memory_seen_from_everywhere);
	tcase_add_test(tc, a_twin_maps_the_memory);
	tcase_add_test(tc, items_are_concatenated_and_may_repeat);
	tcase_add_test(tc, one_entry_per_page);
	tcase_add_test(tc, end_of_access_needs_a_begin);
	tcase_add_test(tc, mapping_rules);
	tcase_add_test(tc, beyond_the_end_of_an_offset_buffer_is_sigbus);
	tc = tcase_create("parameters");
	tcase_add_checked_fixture(tc, boot_merging, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, runs_are_merged_on_request);
	tc = tcase_create("no limit");
	tcase_add_checked_fixture(tc, boot_unlimited, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_negative_list_limit_is_none);
	return s;
}
