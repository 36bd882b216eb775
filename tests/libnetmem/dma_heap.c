// SPDX-License-Identifier: GPL-2.0-only
/*
 * The heap framework: registration, the allocation ioctl in all its sizes.
 */
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/slab.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/log.h>

#include <errno.h>
#include <unistd.h>

#include "dma_rig.h"
#include "fake_exporter.h"
#include "fixture.h"

Suite *dma_heap_suite(void);

/* A heap whose buffers are fakes. */
static struct fake_exporter fake;
static struct {
	unsigned long len;
	u32 fd_flags;
	int error, calls;
} asked;

static struct dma_buf *fake_allocate(struct dma_heap *heap, unsigned long len, u32 fd_flags,
				     u64 heap_flags)
{
	asked.calls++;
	asked.len = len;
	asked.fd_flags = fd_flags;
	ck_assert_uint_eq(heap_flags, 0);
	ck_assert_ptr_eq(dma_heap_get_drvdata(heap), &fake);
	ck_assert_str_eq(dma_heap_get_name(heap), "fakes");
	if (asked.error)
		return ERR_PTR(asked.error);
	fake_exporter_init(&fake, len);
	return fake_export(&fake, len, fd_flags, NULL);
}

static const struct dma_heap_ops fake_ops = { .allocate = fake_allocate };

static struct dma_heap *add(const char *name)
{
	const struct dma_heap_export_info info = { .name = name, .ops = &fake_ops, .priv = &fake };

	return dma_heap_add(&info);
}

static int heap_fd;

static void setup(void)
{
	boot_off();
	memset(&asked, 0, sizeof(asked));
	memset(&fake, 0, sizeof(fake));
	ck_assert(!IS_ERR(add("fakes")));
	heap_fd = udm_open("/dev/dma_heap/fakes", O_RDWR);
	ck_assert_int_ge(heap_fd, 0);
}

static void teardown(void)
{
	ck_assert_int_eq(udm_close(heap_fd), 0);
	machine_shutdown();
}

/* Registration. */

static char last_log[256];

static void keep_log(void *ctx, int level, const char *text)
{
	strscpy(last_log, text, sizeof(last_log));
}

static void expect_refusal(const struct dma_heap_export_info *info, const char *message)
{
	last_log[0] = '\0';
	udm_log_set_hook(keep_log, NULL);
	ck_assert_int_eq(PTR_ERR(dma_heap_add(info)), -EINVAL);
	udm_log_set_hook(NULL, NULL);
	ck_assert_msg(strstr(last_log, message), "said: %s", last_log);
}

START_TEST(a_heap_needs_a_new_name_and_an_allocator)
{
	static const struct dma_heap_ops no_allocate = { };
	const struct {
		struct dma_heap_export_info info;
		const char *message;
	} cases[] = {
		{ { .ops = &fake_ops }, "dma_heap: Cannot add heap without a name" },
		{ { .name = "", .ops = &fake_ops }, "dma_heap: Cannot add heap without a name" },
		{ { .name = "x" }, "dma_heap: Cannot add heap with invalid ops struct" },
		{ { .name = "x", .ops = &no_allocate },
		  "dma_heap: Cannot add heap with invalid ops struct" },
		{ { .name = "fakes", .ops = &fake_ops },
		  "dma_heap: Already registered heap named fakes" },
		{ { .name = "system", .ops = &fake_ops },
		  "dma_heap: Already registered heap named system" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect_refusal(&cases[i].info, cases[i].message);
	ck_assert_int_eq(udm_open("/dev/dma_heap/x", O_RDWR), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(minors_run_out)
{
	static char names[128][16];
	struct dma_heap *heap;
	int n = 0;

	udm_log_set_hook(keep_log, NULL);
	do {
		snprintf(names[n], sizeof(names[n]), "heap%d", n);
		heap = add(names[n]);
	} while (!IS_ERR(heap) && ++n < 128);
	udm_log_set_hook(NULL, NULL);
	/* Two are there from the start. */
	ck_assert_int_eq(n, 126);
	ck_assert_ptr_nonnull(strstr(last_log, "dma_heap: Unable to get minor number for heap"));
}
END_TEST

START_TEST(a_failed_registration_leaves_the_name_free)
{
	static char names[64][16];
	int n = 0;

	for (;; n++) {
		struct dma_heap *heap;

		snprintf(names[n], sizeof(names[n]), "try%d", n);
		fail_nth(n + 1);
		heap = add(names[n]);
		if (udm_fault_nth_left()) {
			udm_fault_nth(0);
			ck_assert(!IS_ERR(heap));
			break;
		}
		if (IS_ERR(heap))
			ck_assert(!IS_ERR(add(names[n])));
		ck_assert_int_lt(n, 63);
	}
	ck_assert_int_gt(n, 2);
}
END_TEST

/* The ioctl. */

static int alloc_ioctl(struct dma_heap_allocation_data *data)
{
	return udm_ioctl(heap_fd, DMA_HEAP_IOCTL_ALLOC, data) ? -errno : 0;
}

START_TEST(arguments_are_checked)
{
	static const struct {
		struct dma_heap_allocation_data data;
		int want;
	} cases[] = {
		{ { .len = 4096, .fd = 5, .fd_flags = O_RDWR }, -EINVAL },
		{ { .len = 4096, .fd_flags = O_RDWR | O_NONBLOCK }, -EINVAL },
		{ { .len = 4096, .fd_flags = O_RDWR, .heap_flags = 1 }, -EINVAL },
		{ { .len = 4096, .fd_flags = O_RDWR, .heap_flags = 1ULL << 63 }, -EINVAL },
		{ { .len = 0, .fd_flags = O_RDWR }, -EINVAL },
		{ { .len = ULLONG_MAX, .fd_flags = O_RDWR }, -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct dma_heap_allocation_data data = cases[i].data;

		ck_assert_int_eq(alloc_ioctl(&data), cases[i].want);
		ck_assert_int_eq(asked.calls, 0);
	}
	ck_assert_int_eq(udm_ioctl(heap_fd, DMA_HEAP_IOCTL_ALLOC, NULL), -1);
	ck_assert_int_eq(errno, EFAULT);
	/* Only the number of the command counts, and there is one. */
	ck_assert_int_eq(udm_ioctl(heap_fd, _IO('H', 1), 0), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_ioctl(heap_fd, _IOWR('X', 7, int), 0), -1);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

START_TEST(the_heap_is_asked_for_whole_pages)
{
	struct dma_heap_allocation_data data = { .len = 5000, .fd_flags = O_RDWR | O_CLOEXEC };

	ck_assert_int_eq(alloc_ioctl(&data), 0);
	ck_assert_uint_eq(asked.len, 2 * PAGE_SIZE);
	ck_assert_uint_eq(asked.fd_flags, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(fcntl(data.fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(udm_lseek(data.fd, 0, SEEK_END), 2 * PAGE_SIZE);
	udm_close(data.fd);
	ck_assert_int_eq(fake.released, 1);
	data = (struct dma_heap_allocation_data){ .len = 1 };
	ck_assert_int_eq(alloc_ioctl(&data), 0);
	ck_assert_int_eq(fcntl(data.fd, F_GETFD), 0);
	udm_close(data.fd);
	data = (struct dma_heap_allocation_data){ .len = 1 };
	asked.error = -ENOSPC;
	ck_assert_int_eq(alloc_ioctl(&data), -ENOSPC);
	ck_assert_uint_eq(data.fd, 0);
}
END_TEST

/* A structure as a program of another age would pass it. */
struct sized_argument {
	struct dma_heap_allocation_data data;
	unsigned char more[176];
};

static int sized_ioctl(unsigned int dir, size_t size, struct sized_argument *arg)
{
	memset(arg, 0, sizeof(*arg));
	arg->data.len = PAGE_SIZE;
	arg->data.fd_flags = O_RDWR;
	memset(arg->more, 0x5a, sizeof(arg->more));
	return udm_ioctl(heap_fd, _IOC(dir, 'H', 0, size), arg) ? -errno : 0;
}

START_TEST(other_sizes_of_the_structure_will_do)
{
	static const size_t sizes[] = { 16, 24, 40, 128, 136, 200 };
	struct sized_argument arg;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		ck_assert_int_eq(sized_ioctl(_IOC_READ | _IOC_WRITE, sizes[i], &arg), 0);
		ck_assert_uint_gt(arg.data.fd, 0);
		ck_assert(all_bytes(arg.more, 0x5a, sizeof(arg.more)));
		udm_close(arg.data.fd);
	}
	/* Without a length there is nothing to allocate. */
	ck_assert_int_eq(sized_ioctl(_IOC_READ | _IOC_WRITE, 0, &arg), -EINVAL);
	fail_nth(1);
	ck_assert_int_eq(sized_ioctl(_IOC_READ | _IOC_WRITE, 136, &arg), -ENOMEM);
	udm_fault_nth(0);
}
END_TEST

START_TEST(missing_directions_suppress_the_copies)
{
	struct sized_argument arg;
	int next = dup(heap_fd);

	close(next);
	ck_assert_int_eq(sized_ioctl(_IOC_READ, 24, &arg), -EINVAL);
	/* What was read is zeros, and that is what comes back. */
	ck_assert_uint_eq(arg.data.len, 0);
	ck_assert_int_eq(sized_ioctl(_IOC_NONE, 24, &arg), -EINVAL);
	ck_assert_uint_eq(arg.data.len, PAGE_SIZE);
	ck_assert_int_eq(asked.calls, 0);
	ck_assert_int_eq(sized_ioctl(_IOC_WRITE, 24, &arg), 0);
	ck_assert_uint_eq(arg.data.fd, 0);
	/* The descriptor is there; nobody was told. */
	ck_assert_int_eq(udm_lseek(next, 0, SEEK_END), PAGE_SIZE);
	udm_close(next);
}
END_TEST

/* Past the copy in, the caller's structure goes away. */
static struct dma_buf *allocate_and_break(struct dma_heap *heap, unsigned long len, u32 fd_flags,
					  u64 heap_flags)
{
	udm_user_fault(dma_heap_get_drvdata(heap), sizeof(struct dma_heap_allocation_data));
	fake_exporter_init(&fake, len);
	return fake_export(&fake, len, fd_flags, NULL);
}

static const struct dma_heap_ops breaking_ops = { .allocate = allocate_and_break };

START_TEST(a_failing_copy_back_leaves_the_descriptor)
{
	struct dma_heap_allocation_data data = { .len = PAGE_SIZE, .fd_flags = O_RDWR };
	struct dma_heap_export_info info = { "breaking", &breaking_ops, &data };
	int fd, next;

	ck_assert(!IS_ERR(dma_heap_add(&info)));
	fd = udm_open("/dev/dma_heap/breaking", O_RDWR);
	next = dup(fd);
	close(next);
	ck_assert_int_eq(udm_ioctl(fd, DMA_HEAP_IOCTL_ALLOC, &data), -1);
	ck_assert_int_eq(errno, EFAULT);
	udm_user_ok(NULL);
	ck_assert_uint_eq(data.fd, 0);
	ck_assert_int_eq(udm_lseek(next, 0, SEEK_END), PAGE_SIZE);
	udm_close(next);
	ck_assert_int_eq(fake.released, 1);
	udm_close(fd);
}
END_TEST

/* Whatever fails, the buffer goes at once; but for the copy back, which nobody hears of. */
START_TEST(no_descriptor_no_buffer)
{
	struct dma_heap_allocation_data data = { .len = PAGE_SIZE, .fd_flags = O_RDWR };
	int n, err = -1, next = dup(heap_fd);

	close(next);
	for (n = 1; err && n < 32; n++) {
		fail_nth(n);
		data.fd = 0;
		err = alloc_ioctl(&data);
		udm_fault_nth(0);
		if (err == -EFAULT && udm_lseek(next, 0, SEEK_END) >= 0)
			udm_close(next);
		flush_delayed_fput();
		ck_assert(!err || IS_ERR_OR_NULL(fake.dmabuf) || fake.released == 1);
	}
	ck_assert_int_gt(n, 4);
	udm_close(data.fd);
}
END_TEST

START_TEST(the_device_is_not_seekable)
{
	ck_assert_int_eq(udm_lseek(heap_fd, 0, SEEK_SET), -1);
	ck_assert_int_eq(errno, ESPIPE);
}
END_TEST

START_TEST(open_heaps_do_not_outlive_the_machine)
{
	struct dma_heap_allocation_data data = { .len = PAGE_SIZE, .fd_flags = O_RDWR };

	ck_assert_int_ge(udm_open("/dev/dma_heap/fakes", O_RDWR), 0);
	ck_assert_int_eq(alloc_ioctl(&data), 0);
	/* The teardown closes one descriptor of three. */
}
END_TEST

Suite *dma_heap_suite(void)
{
	Suite *s = suite_create("dma_heap");
	TCase *tc = tcase_create("heap");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_heap_needs_a_new_name_and_an_allocator);
	tcase_add_test(tc, minors_run_out);
	tcase_add_test(tc, a_failed_registration_leaves_the_name_free);
	tcase_add_test(tc, arguments_are_checked);
	tcase_add_test(tc, the_heap_is_asked_for_whole_pages);
	tcase_add_test(tc, other_sizes_of_the_structure_will_do);
	tcase_add_test(tc, missing_directions_suppress_the_copies);
	tcase_add_test(tc, a_failing_copy_back_leaves_the_descriptor);
	tcase_add_test(tc, no_descriptor_no_buffer);
	tcase_add_test(tc, the_device_is_not_seekable);
	tcase_add_test(tc, open_heaps_do_not_outlive_the_machine);
	return s;
}
