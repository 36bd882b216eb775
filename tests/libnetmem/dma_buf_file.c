// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor of a dma-buf: seeking, names, mmap limits, sync ioctls, sync
 * files, poll.
 */
#include <linux/dma-buf.h>
#include <linux/sync_file.h>
#include <linux/workqueue.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/warn.h>

#include <errno.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake_exporter.h"
#include "fixture.h"

#define SIZE (4 * PAGE_SIZE)

static struct fake_exporter fake;
static struct dma_resv *resv;

static int exported_fd(size_t size, int flags)
{
	struct dma_buf *dmabuf;

	fake_exporter_init(&fake, size);
	dmabuf = fake_export(&fake, size, flags, NULL);
	ck_assert(!IS_ERR(dmabuf));
	resv = dmabuf->resv;
	return dma_buf_fd(dmabuf, 0);
}

static void close_and_check(int fd)
{
	ck_assert_int_eq(udm_close(fd), 0);
	ck_assert_int_eq(fake.released, 1);
}

/* The errno of a call that has to fail. */
#define ck_assert_fails(call, error)			\
	do {						\
		ck_assert_int_eq(call, -1);		\
		ck_assert_int_eq(errno, error);		\
	} while (0)

START_TEST(seeking_tells_the_size)
{
	static const struct {
		off_t offset;
		int whence;
		off_t want;
	} cases[] = {
		{ 0, SEEK_END, 5000 }, { 0, SEEK_SET, 0 }, { 0, SEEK_CUR, -1 },
		{ 1, SEEK_SET, -1 }, { -1, SEEK_END, -1 }, { 0, SEEK_DATA, -1 },
	};
	int fd = exported_fd(5000, O_RDWR);
	struct stat st;
	char c;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		errno = EINVAL;
		ck_assert_int_eq(udm_lseek(fd, cases[i].offset, cases[i].whence), cases[i].want);
		ck_assert_int_eq(errno, EINVAL);
	}
	ck_assert_int_eq(udm_fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, 5000);
	ck_assert_fails(udm_read(fd, &c, 1), EINVAL);
	ck_assert_fails(udm_write(fd, &c, 1), EINVAL);
	ck_assert_fails(udm_ioctl(fd, 0x1234, 0), ENOTTY);
	close_and_check(fd);
}
END_TEST

START_TEST(mmap_is_limited_to_whole_pages)
{
	int fd = exported_fd(5000, O_RDWR);
	void *map;

	map = udm_mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ck_assert_ptr_ne(map, MAP_FAILED);
	ck_assert_int_eq(fake.mmapped, 1);
	ck_assert_int_eq(udm_munmap(map, PAGE_SIZE), 0);
	ck_assert_ptr_eq(udm_mmap(NULL, 2 * PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_ptr_eq(udm_mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, PAGE_SIZE),
			 MAP_FAILED);
	ck_assert_int_eq(errno, EINVAL);
	close_and_check(fd);
	fd = exported_fd(SIZE, O_RDONLY);
	ck_assert_ptr_eq(udm_mmap(NULL, PAGE_SIZE, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EACCES);
	close_and_check(fd);
}
END_TEST

START_TEST(names_show_in_link_and_fdinfo)
{
	int fd = exported_fd(SIZE, O_RDWR);
	char text[256];

	udm_fdlink(fd, text, sizeof(text));
	ck_assert_str_eq(text, "/dmabuf:");
	udm_fdinfo(fd, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "size:\t16384\ncount:\t1\nexp_name:\tfake\n"));
	ck_assert_ptr_null(strstr(text, "\nname:"));
	ck_assert_int_eq(udm_ioctl(fd, DMA_BUF_SET_NAME, "1234567890123456789012345678901"), 0);
	ck_assert_fails(udm_ioctl(fd, DMA_BUF_SET_NAME, "12345678901234567890123456789012"),
			EINVAL);
	ck_assert_fails(udm_ioctl(fd, DMA_BUF_SET_NAME_B, NULL), EFAULT);
	udm_fdlink(fd, text, sizeof(text));
	ck_assert_str_eq(text, "/dmabuf:1234567890123456789012345678901");
	ck_assert_int_eq(udm_ioctl(fd, DMA_BUF_SET_NAME_A, ""), 0);
	udm_fdinfo(fd, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "\nname:\t\n"));
	close_and_check(fd);
}
END_TEST

static int sync_ioctl(int fd, u64 flags)
{
	struct dma_buf_sync arg = { .flags = flags };

	return udm_ioctl(fd, DMA_BUF_IOCTL_SYNC, &arg);
}

START_TEST(sync_flags_choose_call_and_direction)
{
	int fd = exported_fd(SIZE, O_RDWR);
	static const u64 bad[] = { 0, 4, 8, 9, 1ULL << 40 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_fails(sync_ioctl(fd, bad[i]), EINVAL);
	ck_assert_fails(udm_ioctl(fd, DMA_BUF_IOCTL_SYNC, NULL), EFAULT);
	ck_assert_int_eq(sync_ioctl(fd, DMA_BUF_SYNC_READ), 0);
	ck_assert_int_eq(fake.last_dir, DMA_FROM_DEVICE);
	ck_assert_int_eq(sync_ioctl(fd, DMA_BUF_SYNC_WRITE), 0);
	ck_assert_int_eq(fake.last_dir, DMA_TO_DEVICE);
	ck_assert_int_eq(sync_ioctl(fd, DMA_BUF_SYNC_RW | DMA_BUF_SYNC_END), 0);
	ck_assert_int_eq(fake.last_dir, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(fake.began, 2);
	ck_assert_int_eq(fake.ended, 1);
	fake.cpu_error = -EIO;
	ck_assert_fails(sync_ioctl(fd, DMA_BUF_SYNC_READ), EIO);
	ck_assert_fails(sync_ioctl(fd, DMA_BUF_SYNC_READ | DMA_BUF_SYNC_END), EIO);
	close_and_check(fd);
}
END_TEST

START_TEST(begin_waits_for_the_fences_of_its_direction)
{
	int fd = exported_fd(SIZE, O_RDWR);
	struct dma_fence *rd = fake_fence(1, 1), *wr = fake_fence(2, 1);

	fake_add_fence(resv, rd, DMA_RESV_USAGE_READ);
	udm_task_signal(current, false);
	ck_assert_int_eq(sync_ioctl(fd, DMA_BUF_SYNC_READ), 0);
	ck_assert_fails(sync_ioctl(fd, DMA_BUF_SYNC_WRITE), EINTR);
	fake_add_fence(resv, wr, DMA_RESV_USAGE_WRITE);
	ck_assert_fails(sync_ioctl(fd, DMA_BUF_SYNC_READ), EINTR);
	udm_task_clear_signal(current);
	dma_fence_signal(rd);
	dma_fence_signal(wr);
	ck_assert_int_eq(sync_ioctl(fd, DMA_BUF_SYNC_RW), 0);
	dma_fence_put(rd);
	dma_fence_put(wr);
	close_and_check(fd);
}
END_TEST

/* Further numbers for the same file. */

static int by_host_dup(int fd)
{
	return dup(fd);
}

/* To ourselves, over a UNIX socket. */
static int by_message(int fd)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { };
	char byte = 'x';
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.buf,
			      .msg_controllen = sizeof(control.buf) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	int pair[2], got;

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ck_assert_int_eq(sendmsg(pair[0], &msg, 0), 1);
	ck_assert_int_eq(recvmsg(pair[1], &msg, 0), 1);
	memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
	close(pair[0]);
	close(pair[1]);
	return got;
}

static int (*const twins[])(int fd) = { udm_dup, by_host_dup, by_message };

START_TEST(every_number_of_a_file_keeps_it)
{
	int fd = exported_fd(SIZE, O_RDWR), other = eventfd(0, 0), twin = twins[_i / 2](fd);
	struct dma_buf *a, *b;

	ck_assert_int_ne(twin, fd);
	a = dma_buf_get(fd);
	b = dma_buf_get(twin);
	ck_assert_ptr_eq(a, b);
	dma_buf_put(a);
	dma_buf_put(b);
	ck_assert_int_eq(PTR_ERR(dma_buf_get(other)), -EINVAL);
	close(other);
	/* Whichever goes first. */
	udm_close(_i % 2 ? fd : twin);
	flush_delayed_fput();
	ck_assert_int_eq(fake.released, 0);
	ck_assert_int_eq(udm_lseek(_i % 2 ? twin : fd, 0, SEEK_END), SIZE);
	close_and_check(_i % 2 ? twin : fd);
}
END_TEST

/* poll */

static int poll_now(int fd, short events)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	udm_poll(&pfd, 1, 0);
	return pfd.revents;
}

START_TEST(readiness_follows_the_fences)
{
	int fd = exported_fd(SIZE, O_RDWR);
	struct dma_fence *rd = fake_fence(1, 1), *wr = fake_fence(2, 1), *bk = fake_fence(3, 1);

	ck_assert_int_eq(poll_now(fd, POLLIN | POLLOUT), POLLIN | POLLOUT);
	ck_assert_int_eq(poll_now(fd, POLLPRI), 0);
	fake_add_fence(resv, bk, DMA_RESV_USAGE_BOOKKEEP);
	ck_assert_int_eq(poll_now(fd, POLLIN | POLLOUT), POLLIN | POLLOUT);
	fake_add_fence(resv, rd, DMA_RESV_USAGE_READ);
	ck_assert_int_eq(poll_now(fd, POLLIN | POLLOUT), POLLIN);
	/* That armed the slot for writing: not looked at until the fence fires. */
	dma_fence_signal(rd);
	ck_assert_int_eq(poll_now(fd, POLLOUT), POLLOUT);
	fake_add_fence(resv, wr, DMA_RESV_USAGE_WRITE);
	ck_assert_int_eq(poll_now(fd, POLLIN | POLLOUT), 0);
	dma_fence_signal(wr);
	ck_assert_int_eq(poll_now(fd, POLLIN | POLLOUT), POLLIN | POLLOUT);
	dma_fence_signal(bk);
	dma_fence_put(rd);
	dma_fence_put(wr);
	dma_fence_put(bk);
	flush_delayed_fput();
	close_and_check(fd);
}
END_TEST

START_TEST(an_armed_slot_keeps_the_file)
{
	int fd = exported_fd(SIZE, O_RDWR);
	struct dma_fence *wr = fake_fence(2, 1);

	fake_add_fence(resv, wr, DMA_RESV_USAGE_WRITE);
	ck_assert_int_eq(poll_now(fd, POLLIN), 0);
	udm_close(fd);
	ck_assert_int_eq(fake.released, 0);
	dma_fence_signal(wr);
	flush_delayed_fput();
	ck_assert_int_eq(fake.released, 1);
	dma_fence_put(wr);
}
END_TEST

static void *poller(void *arg)
{
	struct pollfd pfd = { .fd = (long)arg, .events = POLLIN };

	return (void *)(long)udm_poll(&pfd, 1, 10000);
}

START_TEST(two_pollers_see_a_sequence_of_fences_through)
{
	int fd = exported_fd(SIZE, O_RDWR);
	struct dma_fence *f[2] = { fake_fence(1, 1), fake_fence(2, 1) };
	struct udm_thread *t[2];

	for (int i = 0; i < 2; i++)
		fake_add_fence(resv, f[i], DMA_RESV_USAGE_WRITE);
	for (int i = 0; i < 2; i++)
		t[i] = udm_thread_create("poller", poller, (void *)(long)fd);
	for (int i = 0; i < 2; i++) {
		schedule_timeout_uninterruptible(5);
		dma_fence_signal(f[i]);
	}
	for (int i = 0; i < 2; i++) {
		ck_assert_ptr_eq(udm_thread_join(t[i]), (void *)1L);
		dma_fence_put(f[i]);
	}
	flush_delayed_fput();
	close_and_check(fd);
}
END_TEST

/* Sync files. */

static int export_sync(int fd, u32 flags)
{
	struct dma_buf_export_sync_file arg = { .flags = flags, .fd = -1 };
	int res = udm_ioctl(fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &arg);

	return res ? res : arg.fd;
}

static int import_sync(int fd, u32 flags, int sync_fd)
{
	struct dma_buf_import_sync_file arg = { .flags = flags, .fd = sync_fd };

	return udm_ioctl(fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &arg);
}

START_TEST(exported_sync_files_are_snapshots)
{
	int fd = exported_fd(SIZE, O_RDWR), none, both, reads;
	struct dma_fence *rd = fake_fence(1, 1), *wr = fake_fence(2, 1), *late = fake_fence(3, 1);

	ck_assert_fails(export_sync(fd, 0), EINVAL);
	ck_assert_fails(export_sync(fd, 4), EINVAL);
	none = export_sync(fd, DMA_BUF_SYNC_RW);
	ck_assert_int_eq(fcntl(none, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(poll_now(none, POLLIN), POLLIN);
	fake_add_fence(resv, rd, DMA_RESV_USAGE_READ);
	fake_add_fence(resv, wr, DMA_RESV_USAGE_WRITE);
	both = export_sync(fd, DMA_BUF_SYNC_WRITE);
	reads = export_sync(fd, DMA_BUF_SYNC_READ);
	fake_add_fence(resv, late, DMA_RESV_USAGE_WRITE);
	ck_assert_int_eq(poll_now(reads, POLLIN), 0);
	dma_fence_signal(wr);
	ck_assert_int_eq(poll_now(reads, POLLIN), POLLIN);
	ck_assert_int_eq(poll_now(both, POLLIN), 0);
	dma_fence_signal(rd);
	ck_assert_int_eq(poll_now(both, POLLIN), POLLIN);
	dma_fence_signal(late);
	udm_close(none);
	udm_close(both);
	udm_close(reads);
	dma_fence_put(rd);
	dma_fence_put(wr);
	dma_fence_put(late);
	close_and_check(fd);
	flush_workqueue(system_percpu_wq);
}
END_TEST

START_TEST(imported_sync_files_become_fences)
{
	int fd = exported_fd(SIZE, O_RDWR), sync_fd = get_unused_fd_flags(0);
	struct dma_fence *fence = fake_fence(1, 1);
	struct sync_file *sync = sync_file_create(fence);

	fd_install(sync_fd, sync->file);
	ck_assert_fails(import_sync(fd, 0, sync_fd), EINVAL);
	ck_assert_fails(import_sync(fd, DMA_BUF_SYNC_READ, fd), EINVAL);
	ck_assert_fails(import_sync(fd, DMA_BUF_SYNC_READ, -1), EINVAL);
	ck_assert_int_eq(import_sync(fd, DMA_BUF_SYNC_READ, sync_fd), 0);
	ck_assert_int_eq(poll_now(fd, POLLIN), POLLIN);
	ck_assert_int_eq(poll_now(fd, POLLOUT), 0);
	ck_assert_int_eq(import_sync(fd, DMA_BUF_SYNC_WRITE, sync_fd), 0);
	ck_assert_int_eq(poll_now(fd, POLLIN), 0);
	udm_close(sync_fd);
	dma_fence_signal(fence);
	dma_fence_put(fence);
	flush_delayed_fput();
	close_and_check(fd);
}
END_TEST

static int sync_scenario(void *ctx)
{
	int fd = *(int *)ctx, sync_fd = export_sync(fd, DMA_BUF_SYNC_RW);
	int err = sync_fd < 0 ? -errno : 0;

	if (err)
		return err;
	if (import_sync(fd, DMA_BUF_SYNC_WRITE, sync_fd))
		err = -errno;
	udm_close(sync_fd);
	/* Start over with an empty object. */
	dma_resv_fini(resv);
	dma_resv_init(resv);
	return err;
}

START_TEST(every_allocation_of_sync_files_may_fail)
{
	int fd = exported_fd(SIZE, O_RDWR);

	ck_assert_msg(udm_fault_sweep(sync_scenario, &fd) > 4, "%s", udm_fault_sweep_message());
	close_and_check(fd);
}
END_TEST

Suite *dma_buf_file_suite(void)
{
	Suite *s = suite_create("dma_buf_file");
	TCase *tc = machine_tcase(s, "descriptor");

	tcase_add_test(tc, seeking_tells_the_size);
	tcase_add_test(tc, mmap_is_limited_to_whole_pages);
	tcase_add_test(tc, names_show_in_link_and_fdinfo);
	tcase_add_test(tc, sync_flags_choose_call_and_direction);
	tcase_add_test(tc, begin_waits_for_the_fences_of_its_direction);
	tcase_add_loop_test(tc, every_number_of_a_file_keeps_it, 0, 2 * ARRAY_SIZE(twins));
	tc = machine_tcase(s, "poll");
	tcase_add_test(tc, readiness_follows_the_fences);
	tcase_add_test(tc, an_armed_slot_keeps_the_file);
	tcase_add_test(tc, two_pollers_see_a_sequence_of_fences_through);
	tc = machine_tcase_threads(s, "poll threads");
	tcase_add_test(tc, two_pollers_see_a_sequence_of_fences_through);
	tc = machine_tcase(s, "sync files");
	tcase_add_test(tc, exported_sync_files_are_snapshots);
	tcase_add_test(tc, imported_sync_files_become_fences);
	tcase_add_test(tc, every_allocation_of_sync_files_may_fail);
	return s;
}
