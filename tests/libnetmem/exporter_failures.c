// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exporters and sync files without what they need: descriptors, memory, mappings, an argument
 * that can be read. Whatever fails, nothing stays behind, and the next try works.
 */
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/sizes.h>
#include <linux/sync_file.h>
#include <linux/udmabuf.h>
#include <udevmem/dmabuf.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/leak.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dma_rig.h"
#include "fake_exporter.h"
#include "fixture.h"

Suite *exporter_failures_suite(void);

#define SIZE (3 * PAGE_SIZE)

static int udmabuf_dev, heap_dev, memfd, fake_fd;
static struct fake_exporter fake;

static int memory_file(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, SIZE), 0);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	return fd;
}

static void setup_with(void (*boot)(void))
{
	boot();
	udmabuf_dev = udm_open("/dev/udmabuf", O_RDWR);
	heap_dev = udm_open("/dev/dma_heap/system", O_RDWR);
	memfd = memory_file();
	fake_exporter_init(&fake, SIZE);
	fake_fd = dma_buf_fd(fake_export(&fake, SIZE, O_RDWR, NULL), 0);
	ck_assert(udmabuf_dev >= 0 && heap_dev >= 0 && fake_fd >= 0);
}

static void setup(void)
{
	setup_with(boot_strict);
}

static void setup_off(void)
{
	setup_with(boot_off);
}

static void teardown(void)
{
	udm_close(fake_fd);
	close(memfd);
	udm_close(heap_dev);
	udm_close(udmabuf_dev);
	machine_shutdown();
}

/* Ways to a descriptor: the number, or a negative errno. */

static int result(int fd)
{
	return fd < 0 ? -errno : fd;
}

static int new_udmabuf(void)
{
	struct udmabuf_create arg = { .memfd = memfd, .size = SIZE };

	return result(udm_ioctl(udmabuf_dev, UDMABUF_CREATE, &arg));
}

static int udmabuf_of(struct udmabuf_create_item a, struct udmabuf_create_item b)
{
	struct {
		struct udmabuf_create_list head;
		struct udmabuf_create_item items[2];
	} arg = { .head = { .count = 2 }, .items = { a, b } };

	return result(udm_ioctl(udmabuf_dev, UDMABUF_CREATE_LIST, &arg));
}

static int new_udmabuf_list(void)
{
	return udmabuf_of((struct udmabuf_create_item){ .memfd = memfd, .size = PAGE_SIZE },
			  (struct udmabuf_create_item){ .memfd = memfd, .offset = PAGE_SIZE,
							.size = 2 * PAGE_SIZE });
}

static int new_heap_buffer(void)
{
	struct dma_heap_allocation_data arg = { .len = SIZE, .fd_flags = O_RDWR };
	int res = result(udm_ioctl(heap_dev, DMA_HEAP_IOCTL_ALLOC, &arg));

	return res < 0 ? res : (int)arg.fd;
}

static int new_peer_memory(void)
{
	return result(udm_gpu_create_dmabuf(SIZE, NULL));
}

static int new_sync_file(void)
{
	struct dma_buf_export_sync_file arg = { .flags = DMA_BUF_SYNC_RW, .fd = -1 };
	int res = result(udm_ioctl(fake_fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &arg));

	return res < 0 ? res : arg.fd;
}

static int (*const ways[])(void) = {
	new_udmabuf, new_udmabuf_list, new_heap_buffer, new_peer_memory, new_sync_file,
};

/* Descriptors. */

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static int with_limit(rlim_t most, int (*make)(void))
{
	struct rlimit limit, lower;
	int fd;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	lower = limit;
	lower.rlim_cur = most;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &lower), 0);
	fd = make();
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	return fd;
}

/* What ended is gone. */
static void settle(void)
{
	flush_delayed_fput();
	rcu_barrier();
}

static void close_at_once(int fd)
{
	udm_close(fd);
	settle();
}

/* One more descriptor may be used each time, until they are enough. */
START_TEST(every_descriptor_may_be_missing)
{
	int fd, next, before, limit;

	close_at_once(ways[_i]());
	before = open_descriptors();
	next = dup(memfd);
	close(next);
	for (limit = next;; limit++) {
		size_t objects = udm_live_objects();

		udm_call_begin();
		fd = with_limit(limit, ways[_i]);
		udm_call_end();
		if (fd >= 0)
			break;
		/* A file of the host that cannot be taken over is none. */
		ck_assert(fd == -EMFILE || (fd == -EBADFD && _i < 2));
		settle();
		ck_assert_int_eq(open_descriptors(), before);
		ck_assert_uint_eq(udm_live_objects(), objects);
	}
	ck_assert_int_gt(limit, next);
	close_at_once(fd);
	ck_assert_int_eq(open_descriptors(), before);
}
END_TEST

static void memory_ends_after(unsigned int bytes)
{
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_set("failslab", "space", bytes);
	udm_fault_set("failslab", "times", -1);
	udm_fault_set("failslab", "probability", 100);
}

/* So that the next number is one of 64 for which the table of numbers has no memory yet. */
static int hold_numbers(int *held)
{
	int n = 0;

	do
		held[n++] = dup(memfd);
	while ((held[n - 1] + 1) % 64);
	return n;
}

/* Unlike in a sweep there is no memory for a second try, nor for what undoes the first one. */
START_TEST(memory_may_end_at_any_point)
{
	unsigned int bytes, failures = 0;
	int fd, held[64], n = hold_numbers(held);

	close_at_once(ways[_i]());
	for (bytes = 1;; bytes += 8) {
		size_t objects = udm_live_objects();

		udm_call_begin();
		memory_ends_after(bytes);
		fd = ways[_i]();
		udm_fault_reset();
		udm_call_end();
		if (fd >= 0)
			break;
		ck_assert(fd == -ENOMEM || (fd == -EBADFD && _i < 2));
		settle();
		ck_assert_uint_eq(udm_live_objects(), objects);
		failures++;
	}
	ck_assert_uint_gt(failures, 10);
	close_at_once(fd);
	while (n--)
		close(held[n]);
}
END_TEST

/* Memory of the host. */

START_TEST(peer_memory_has_limits)
{
	struct rlimit limit, lower;
	int before = open_descriptors();
	size_t objects = udm_live_objects();

	/* A file may be that long, but not all of it can be mapped. */
	ck_assert_int_eq(udm_gpu_create_dmabuf(1UL << 50, NULL), -1);
	ck_assert_int_eq(errno, ENOMEM);
	/* A file may not be that long. */
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	lower = limit;
	lower.rlim_cur = PAGE_SIZE;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &lower), 0);
	ck_assert_int_eq(udm_gpu_create_dmabuf(SIZE, NULL), -1);
	ck_assert_int_eq(errno, ENOMEM);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, SIG_DFL);
	ck_assert_int_eq(open_descriptors(), before);
	ck_assert_uint_eq(udm_live_objects(), objects);
	close_at_once(new_peer_memory());
}
END_TEST

/* Arguments. */

START_TEST(a_list_that_cannot_be_read_makes_nothing)
{
	struct udmabuf_create_list *arg = udm_mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
						   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t objects = udm_live_objects();

	ck_assert_ptr_ne(arg, MAP_FAILED);
	arg->count = 1;
	arg->list[0] = (struct udmabuf_create_item){ .memfd = memfd, .size = SIZE };
	udm_user_fault(&arg->list[0].size, 1);
	ck_assert_int_eq(udm_ioctl(udmabuf_dev, UDMABUF_CREATE_LIST, arg), -1);
	ck_assert_int_eq(errno, EFAULT);
	udm_user_fault(&arg->count, 1);
	ck_assert_int_eq(udm_ioctl(udmabuf_dev, UDMABUF_CREATE_LIST, arg), -1);
	ck_assert_int_eq(errno, EFAULT);
	ck_assert_int_eq(udm_ioctl(udmabuf_dev, UDMABUF_CREATE, arg), -1);
	ck_assert_int_eq(errno, EFAULT);
	udm_user_ok(NULL);
	ck_assert_uint_eq(udm_live_objects(), objects);
	close_at_once(result(udm_ioctl(udmabuf_dev, UDMABUF_CREATE_LIST, arg)));
	udm_munmap(arg, 2 * PAGE_SIZE);
}
END_TEST

/* Without help from the library: that needs one file that holds the buffer from its start. */
static bool plain_mmap_works(int fd, char want)
{
	char *map = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	bool works = map != MAP_FAILED;

	if (works) {
		ck_assert_int_eq(map[2 * PAGE_SIZE], want);
		munmap(map, SIZE);
	}
	return works;
}

START_TEST(one_file_in_order_is_shown_as_such)
{
	struct udmabuf_create_item items[] = {
		{ .memfd = memfd, .size = PAGE_SIZE },
		{ .memfd = memory_file(), .offset = PAGE_SIZE, .size = 2 * PAGE_SIZE },
	};
	int fd = new_udmabuf_list();

	ck_assert_int_eq(pwrite(memfd, "a", 1, 2 * PAGE_SIZE), 1);
	ck_assert(plain_mmap_works(fd, 'a'));
	udm_close(fd);
	/* The places fit, but the files are two. */
	fd = udmabuf_of(items[0], items[1]);
	ck_assert_int_ge(fd, 0);
	ck_assert(!plain_mmap_works(fd, 0));
	udm_close(fd);
	close(items[1].memfd);
}
END_TEST

/* Use. */

static int map_and_access(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
	struct iosys_map map;
	int err = PTR_ERR_OR_ZERO(sgt);

	if (err)
		return err;
	err = dma_buf_begin_cpu_access(dmabuf, DMA_TO_DEVICE);
	if (!err)
		err = dma_buf_end_cpu_access(dmabuf, DMA_TO_DEVICE);
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_BIDIRECTIONAL);
	if (err)
		return err;
	udm_warn_expect("", 1);
	err = dma_buf_vmap_unlocked(dmabuf, &map);
	if (err)
		ck_assert(iosys_map_is_null(&map));
	else
		dma_buf_vunmap_unlocked(dmabuf, &map);
	return err;
}

struct use {
	int (*make)(void);
	struct device *dev;
};

static int use_once(const struct use *use)
{
	struct dma_buf_attachment *attach;
	struct dma_buf *dmabuf;
	int err, fd = use->make();

	if (fd < 0)
		return fd;
	dmabuf = dma_buf_get(fd);
	attach = dma_buf_attach(dmabuf, use->dev);
	err = PTR_ERR_OR_ZERO(attach);
	if (!err) {
		err = map_and_access(dmabuf, attach);
		dma_buf_detach(dmabuf, attach);
	}
	ck_assert(list_empty(&dmabuf->attachments));
	ck_assert_uint_eq(dmabuf->vmapping_counter, 0);
	dma_buf_put(dmabuf);
	udm_close(fd);
	return err;
}

/* Inside a call, so that files are released when it ends and not by a worker. */
static int scenario(void *use)
{
	int err;

	udm_call_begin();
	err = use_once(use);
	udm_call_end();
	return err;
}

START_TEST(every_allocation_and_mapping_may_fail)
{
	struct use use = { .make = _i ? new_udmabuf_list : new_udmabuf, .dev = rig_device("nic") };
	int plain = udm_fault_sweep(scenario, &use), all;

	ck_assert_msg(plain > 12, "%d: %s", plain, udm_fault_sweep_message());
	all = udm_fault_sweep_with(UDM_SWEEP_DMA_MAP, scenario, &use);
	/* The importer's, and that of the udmabuf device. */
	ck_assert_msg(all == plain + 2, "%d %d: %s", plain, all, udm_fault_sweep_message());
	put_device(use.dev);
}
END_TEST

/* The heap's number is not told when it cannot be copied out, so memory for that is not swept. */
START_TEST(a_heap_buffer_may_not_be_mappable)
{
	struct device *dev = rig_device("nic");
	int fd = new_heap_buffer();
	struct dma_buf *dmabuf = dma_buf_get(fd);
	struct dma_buf_attachment *attach = dma_buf_attach(dmabuf, dev);
	struct sg_table *sgt;

	udm_fault_set("fail_dma_map", "verbose", 0);
	udm_fault_set("fail_dma_map", "times", 1);
	udm_fault_set("fail_dma_map", "probability", 100);
	ck_assert_int_eq(PTR_ERR(dma_buf_map_attachment_unlocked(attach, DMA_TO_DEVICE)), -ENOMEM);
	/* It is not taken for mapped: no sync, no complaint about a second mapping. */
	ck_assert_int_eq(dma_buf_begin_cpu_access(dmabuf, DMA_FROM_DEVICE), 0);
	ck_assert_int_eq(dma_buf_end_cpu_access(dmabuf, DMA_FROM_DEVICE), 0);
	sgt = dma_buf_map_attachment_unlocked(attach, DMA_TO_DEVICE);
	ck_assert(!IS_ERR(sgt));
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_TO_DEVICE);
	dma_buf_detach(dmabuf, attach);
	dma_buf_put(dmabuf);
	udm_close(fd);
	put_device(dev);
}
END_TEST

/* Waiting for a sync file. */

static void *poll_until_ready(void *arg)
{
	struct pollfd pfd = { .fd = (long)arg, .events = POLLIN };

	return (void *)(long)udm_poll(&pfd, 1, -1);
}

static int sync_file_of(struct dma_fence *fence)
{
	int fd = get_unused_fd_flags(0);

	fd_install(fd, sync_file_create(fence)->file);
	return fd;
}

START_TEST(a_sync_file_wakes_its_pollers)
{
	struct dma_fence *fence = fake_fence(1, 1), *other = fake_fence(2, 1);
	int fd = sync_file_of(fence), unready = sync_file_of(other);
	struct udm_thread *t[2];

	for (int i = 0; i < 2; i++)
		t[i] = udm_thread_create("poller", poll_until_ready, (void *)(long)fd);
	udm_run_until_idle();
	ck_assert(!list_empty(&fence->cb_list));
	dma_fence_signal(fence);
	for (int i = 0; i < 2; i++)
		ck_assert_ptr_eq(udm_thread_join(t[i]), (void *)1L);
	/* Signalled already: there is nothing to wait for. */
	ck_assert_ptr_eq(poll_until_ready((void *)(long)fd), (void *)1L);
	ck_assert_int_eq(udm_poll(&(struct pollfd){ .fd = unready, .events = POLLIN }, 1, 1), 0);
	ck_assert(!list_empty(&other->cb_list));
	/* Its callback goes with the file. */
	close_at_once(unready);
	ck_assert(list_empty(&other->cb_list));
	close_at_once(fd);
	dma_fence_signal(other);
	dma_fence_put(other);
	dma_fence_put(fence);
}
END_TEST

Suite *exporter_failures_suite(void)
{
	static void (*const boots[])(void) = { setup, setup_off };
	static const char *const names[] = { "translated", "direct" };
	Suite *s = suite_create("exporter_failures");

	for (int i = 0; i < 2; i++) {
		TCase *tc = tcase_create(names[i]);

		tcase_add_checked_fixture(tc, boots[i], teardown);
		suite_add_tcase(s, tc);
		tcase_add_loop_test(tc, every_descriptor_may_be_missing, 0, ARRAY_SIZE(ways));
		tcase_add_loop_test(tc, memory_may_end_at_any_point, 0, ARRAY_SIZE(ways));
		tcase_add_test(tc, peer_memory_has_limits);
		tcase_add_test(tc, a_list_that_cannot_be_read_makes_nothing);
		tcase_add_test(tc, one_file_in_order_is_shown_as_such);
		tcase_add_loop_test(tc, every_allocation_and_mapping_may_fail, 0, 2);
		tcase_add_test(tc, a_heap_buffer_may_not_be_mappable);
		tcase_add_test(tc, a_sync_file_wakes_its_pollers);
	}
	return s;
}
