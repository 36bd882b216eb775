// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files and descriptors: release of files, the descriptor table, host files,
 * misc devices, poll, mmap.
 */
#include <linux/anon_inodes.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/hugetlb.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/memfd.h>
#include <linux/miscdevice.h>
#include <linux/poll.h>
#include <linux/shmem_fs.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/warn.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixture.h"
#include "sigbus.h"

/* A file that counts its releases, answers ioctls and can be made ready. */
struct probe {
	int released;
	wait_queue_head_t wq;
	__poll_t ready;
	struct page *page;
	int faults;
};

static int probe_release(struct inode *inode, struct file *file)
{
	struct probe *p = file->private_data;

	might_sleep();
	p->released++;
	return 0;
}

static long probe_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return cmd == 1 ? (long)arg : -ENOIOCTLCMD;
}

static __poll_t probe_poll(struct file *file, poll_table *pt)
{
	struct probe *p = file->private_data;

	poll_wait(file, &p->wq, pt);
	return READ_ONCE(p->ready);
}

static vm_fault_t probe_fault(struct vm_fault *vmf)
{
	struct probe *p = vmf->vma->vm_private_data;

	p->faults++;
	if (vmf->pgoff)
		return VM_FAULT_SIGBUS;
	get_page(p->page);
	vmf->page = p->page;
	return 0;
}

static const struct vm_operations_struct probe_vm_ops = { .fault = probe_fault };

static int probe_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct probe *p = file->private_data;

	if (vma->vm_pgoff > 100)
		return -EINVAL;
	if (vma->vm_pgoff == 100)
		return remap_pfn_range(vma, vma->vm_start, page_to_pfn(p->page), PAGE_SIZE,
				       vma->vm_page_prot);
	vma->vm_ops = &probe_vm_ops;
	vma->vm_private_data = p;
	return 0;
}

static const struct file_operations probe_fops = {
	.release = probe_release,
	.unlocked_ioctl = probe_ioctl,
	.poll = probe_poll,
	.mmap = probe_mmap,
};

static struct probe probe;

static struct file *probe_file(void)
{
	struct file *file;

	probe = (struct probe){ };
	init_waitqueue_head(&probe.wq);
	file = anon_inode_getfile("[probe]", &probe_fops, &probe, O_RDWR);
	ck_assert(!IS_ERR(file));
	return file;
}

static int probe_fd(void)
{
	struct file *file = probe_file();
	int fd = get_unused_fd_flags(O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	fd_install(fd, file);
	return fd;
}

START_TEST(the_last_put_does_not_release_in_place)
{
	struct file *file = probe_file();

	get_file(file);
	ck_assert_int_eq(file_count(file), 2);
	fput(file);
	fput(file);
	ck_assert_int_eq(probe.released, 0);
	udm_advance(2 * NSEC_PER_MSEC);
	ck_assert_int_eq(probe.released, 1);
	fput(probe_file());
	flush_delayed_fput();
	ck_assert_int_eq(probe.released, 1);
	__fput_sync(probe_file());
	ck_assert_int_eq(probe.released, 1);
}
END_TEST

START_TEST(a_put_in_interrupt_context_is_deferred)
{
	struct file *file = probe_file();

	local_bh_disable();
	fput(file);
	local_bh_enable();
	ck_assert_int_eq(probe.released, 0);
	flush_delayed_fput();
	ck_assert_int_eq(probe.released, 1);
	/* Also inside a host call. */
	file = probe_file();
	udm_call_begin();
	local_bh_disable();
	fput(file);
	local_bh_enable();
	udm_call_end();
	ck_assert_int_eq(probe.released, 0);
	flush_delayed_fput();
	ck_assert_int_eq(probe.released, 1);
}
END_TEST

START_TEST(a_host_call_releases_when_it_ends)
{
	int fd = probe_fd();

	ck_assert_int_eq(udm_close(fd), 0);
	ck_assert_int_eq(probe.released, 1);
	fd = probe_fd();
	udm_call_begin();
	udm_close(fd);
	ck_assert_int_eq(probe.released, 0);
	udm_call_end();
	ck_assert_int_eq(probe.released, 1);
}
END_TEST

START_TEST(descriptors_are_the_lowest_free_ones)
{
	int a = get_unused_fd_flags(0), b = get_unused_fd_flags(O_CLOEXEC), c;

	ck_assert_int_lt(a, b);
	ck_assert_int_eq(fcntl(a, F_GETFD), 0);
	ck_assert_int_eq(fcntl(b, F_GETFD), FD_CLOEXEC);
	ck_assert_ptr_null(fget(-1));
	put_unused_fd(a);
	c = get_unused_fd_flags(0);
	ck_assert_int_eq(a, c);
	put_unused_fd(c);
	put_unused_fd(b);
	ck_assert_int_eq(fcntl(b, F_GETFD), -1);
}
END_TEST

START_TEST(lookup_takes_a_reference)
{
	int fd = probe_fd(), twin;
	struct file *file = fget(fd);

	ck_assert_ptr_eq(file->private_data, &probe);
	ck_assert_int_eq(file_count(file), 2);
	twin = udm_dup(fd);
	ck_assert_int_eq(file_count(file), 3);
	{
		CLASS(fd, f)(twin);

		ck_assert(!fd_empty(f));
		ck_assert_ptr_eq(fd_file(f), file);
	}
	udm_close(fd);
	ck_assert_ptr_null(fget(fd));
	ck_assert_int_eq(udm_ioctl(twin, 1, 42), 42);
	ck_assert_int_eq(udm_ioctl(twin, 2, 0), -1);
	ck_assert_int_eq(errno, ENOTTY);
	udm_close(twin);
	fput(file);
	flush_delayed_fput();
	ck_assert_int_eq(probe.released, 1);
}
END_TEST

START_TEST(a_number_closed_behind_our_back_is_dropped_when_reused)
{
	int fd = probe_fd(), again;

	close(fd);
	again = get_unused_fd_flags(0);
	ck_assert_int_eq(again, fd);
	flush_delayed_fput();
	ck_assert_int_eq(probe.released, 1);
	put_unused_fd(again);
}
END_TEST

START_TEST(descriptors_left_open_are_closed_at_shutdown)
{
	probe_fd();
}
END_TEST

START_TEST(dead_files_cannot_be_revived)
{
	struct file *file = probe_file();

	ck_assert(file_ref_get(&file->f_ref));
	fput(file);
	fput(file);
	ck_assert(!file_ref_get(&file->f_ref));
	flush_delayed_fput();
}
END_TEST

/* Files of the host. */

START_TEST(host_files_are_told_apart)
{
	int memfd = memfd_create("m", MFD_ALLOW_SEALING), pipefd[2];
	struct file *file;

	ck_assert_int_eq(ftruncate(memfd, 8192), 0);
	ck_assert_int_eq(fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	file = fget(memfd);
	ck_assert(shmem_file(file) && !is_file_hugepages(file));
	ck_assert_int_eq(i_size_read(file_inode(file)), 8192);
	ck_assert_int_eq(memfd_fcntl(file, F_GET_SEALS, 0), F_SEAL_SHRINK);
	fput(file);
	close(memfd);
	ck_assert_int_eq(pipe(pipefd), 0);
	file = fget(pipefd[0]);
	ck_assert(!shmem_file(file));
	ck_assert_int_eq(memfd_fcntl(file, F_GET_SEALS, 0), -EINVAL);
	fput(file);
	close(pipefd[0]);
	close(pipefd[1]);
	ck_assert_ptr_null(fget(pipefd[0]));
	flush_delayed_fput();
}
END_TEST

START_TEST(pinned_pages_show_the_memory_file)
{
	int memfd = memfd_create("m", 0);
	struct folio *folios[3];
	pgoff_t offset = 99;
	struct file *file;
	char *map;

	ck_assert_int_eq(ftruncate(memfd, 4 * PAGE_SIZE), 0);
	map = mmap(NULL, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	file = fget(memfd);
	ck_assert_int_eq(memfd_pin_folios(file, PAGE_SIZE, 3 * PAGE_SIZE - 1, folios, 3, &offset),
			 2);
	ck_assert_uint_eq(offset, 0);
	strcpy(map + PAGE_SIZE, "hello");
	ck_assert_str_eq(folio_address(folios[0]), "hello");
	strcpy(folio_address(folios[1]), "world");
	ck_assert_str_eq(map + 2 * PAGE_SIZE, "world");
	ck_assert_int_eq(memfd_pin_folios(file, 0, 4 * PAGE_SIZE, folios + 2, 1, &offset), -EINVAL);
	ck_assert_int_eq(memfd_pin_folios(file, 1, 0, folios + 2, 1, &offset), -EINVAL);
	ck_assert_int_eq(memfd_pin_folios(file, -1, 0, folios + 2, 1, &offset), -EINVAL);
	unpin_folios(folios, 2);
	fput(file);
	flush_delayed_fput();
	munmap(map, 4 * PAGE_SIZE);
	close(memfd);
}
END_TEST

/* Misc devices. */

static int opened;

static int gadget_open(struct inode *inode, struct file *file)
{
	struct miscdevice *misc = file->private_data;

	opened += misc->minor == (int)iminor(inode);
	return file->f_flags & O_EXCL ? -EBUSY : 0;
}

static long gadget_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int twice = 2 * cmd;

	return copy_to_user((void __user *)arg, &twice, sizeof(twice)) ? -EFAULT : 0;
}

static const struct file_operations gadget_fops = {
	.owner = THIS_MODULE,
	.open = gadget_open,
	.unlocked_ioctl = gadget_ioctl,
};

START_TEST(misc_devices_open_by_name)
{
	struct miscdevice dev = { .minor = MISC_DYNAMIC_MINOR, .name = "gadget",
				  .fops = &gadget_fops };
	int fd, value = 0;

	opened = 0;
	ck_assert_int_eq(misc_register(&dev), 0);
	ck_assert_ptr_nonnull(dev.this_device);
	fd = udm_open("/dev/gadget", O_RDWR);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(opened, 1);
	ck_assert_int_eq(udm_ioctl(fd, 21, &value), 0);
	ck_assert_int_eq(value, 42);
	ck_assert_int_eq(udm_ioctl(fd, 21, NULL), -1);
	ck_assert_int_eq(errno, EFAULT);
	ck_assert_int_eq(udm_read(fd, &value, 1), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_open("/dev/gadget", O_RDWR | O_EXCL), -1);
	ck_assert_int_eq(errno, EBUSY);
	ck_assert_int_eq(udm_close(fd), 0);
	misc_deregister(&dev);
	ck_assert_int_eq(udm_open("/dev/gadget", O_RDWR), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(misc_minors)
{
	struct miscdevice a = { .minor = 100, .name = "a", .fops = &gadget_fops };
	struct miscdevice b = { .minor = 100, .name = "b", .fops = &gadget_fops };
	struct miscdevice c = { .minor = 256, .name = "c", .fops = &gadget_fops };

	ck_assert_int_eq(misc_register(&a), 0);
	ck_assert_int_eq(misc_register(&b), -EBUSY);
	ck_assert_int_eq(misc_register(&c), -EINVAL);
	misc_deregister(&a);
	ck_assert_int_eq(misc_register(&b), 0);
	misc_deregister(&b);
}
END_TEST

static int misc_scenario(void *ctx)
{
	struct miscdevice dev = { .minor = MISC_DYNAMIC_MINOR, .name = "swept",
				  .fops = &gadget_fops };
	int err = misc_register(&dev), fd;

	if (err)
		return err;
	fd = udm_open("/dev/swept", O_RDWR);
	if (fd >= 0)
		udm_close(fd);
	err = fd < 0 ? -errno : 0;
	misc_deregister(&dev);
	return err;
}

START_TEST(every_allocation_of_a_misc_device_may_fail)
{
	ck_assert_msg(udm_fault_sweep(misc_scenario, NULL) > 5, "%s", udm_fault_sweep_message());
}
END_TEST

/* Poll. */

static void *make_ready(void *ctx)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(10);
	WRITE_ONCE(probe.ready, EPOLLIN);
	wake_up_interruptible(&probe.wq);
	return NULL;
}

START_TEST(poll_waits_for_a_wake_up)
{
	struct pollfd pfd = { .fd = probe_fd(), .events = POLLIN };
	struct udm_thread *thread;

	ck_assert_int_eq(udm_poll(&pfd, 1, 0), 0);
	ck_assert_int_eq(udm_poll(&pfd, 1, 5), 0);
	thread = udm_thread_create("waker", make_ready, NULL);
	ck_assert_int_eq(udm_poll(&pfd, 1, -1), 1);
	ck_assert_int_eq(pfd.revents, POLLIN);
	udm_thread_join(thread);
	udm_close(pfd.fd);
}
END_TEST

START_TEST(poll_mixes_host_and_library_descriptors)
{
	struct pollfd pfd[3] = { { .fd = probe_fd(), .events = POLLIN } };
	int pipefd[2];

	ck_assert_int_eq(pipe(pipefd), 0);
	pfd[1] = (struct pollfd){ .fd = pipefd[0], .events = POLLIN };
	pfd[2] = (struct pollfd){ .fd = -1 };
	ck_assert_int_eq(udm_poll(pfd, 3, 3), 0);
	ck_assert_int_eq(write(pipefd[1], "x", 1), 1);
	ck_assert_int_eq(udm_poll(pfd, 3, -1), 1);
	ck_assert_int_eq(pfd[1].revents, POLLIN);
	ck_assert_int_eq(udm_poll(pfd + 1, 1, -1), 1);
	close(pipefd[0]);
	close(pipefd[1]);
	ck_assert_int_eq(udm_poll(pfd + 1, 1, 0), 1);
	ck_assert_int_eq(pfd[1].revents, POLLNVAL);
	udm_close(pfd[0].fd);
}
END_TEST

/* mmap. */

START_TEST(mmap_shows_pages_of_the_kernel_side)
{
	int fd = probe_fd();
	char *map;

	probe.page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	map = udm_mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ck_assert_ptr_ne(map, MAP_FAILED);
	ck_assert_int_eq(probe.faults, 2);
	ck_assert_int_eq(page_count(probe.page), 2);
	strcpy(map, "from outside");
	ck_assert_str_eq(page_address(probe.page), "from outside");
	ck_assert(raises_sigbus(map + PAGE_SIZE));
	udm_close(fd);
	ck_assert_int_eq(probe.released, 0);
	ck_assert_int_eq(udm_munmap(map, 2 * PAGE_SIZE), 0);
	ck_assert_int_eq(probe.released, 1);
	ck_assert_int_eq(page_count(probe.page), 1);
	put_page(probe.page);
}
END_TEST

START_TEST(mmap_of_frames_and_private_copies)
{
	int fd = probe_fd();
	char *shared, *copy;

	probe.page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	shared = udm_mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 100 * PAGE_SIZE);
	copy = udm_mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 100 * PAGE_SIZE);
	ck_assert(shared != MAP_FAILED && copy != MAP_FAILED);
	strcpy(copy, "mine");
	strcpy(shared, "ours");
	ck_assert_str_eq(copy, "mine");
	ck_assert_str_eq(page_address(probe.page), "ours");
	udm_munmap(shared, PAGE_SIZE);
	udm_munmap(copy, PAGE_SIZE);
	udm_close(fd);
	put_page(probe.page);
}
END_TEST

START_TEST(mmap_errors)
{
	struct file *file = probe_file();
	int fd = get_unused_fd_flags(0);

	file->f_mode &= ~FMODE_WRITE;
	fd_install(fd, file);
	ck_assert_ptr_eq(udm_mmap(NULL, PAGE_SIZE, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EACCES);
	ck_assert_ptr_eq(udm_mmap(NULL, 0, PROT_READ, MAP_SHARED, fd, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_ptr_eq(udm_mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 101 * PAGE_SIZE),
			 MAP_FAILED);
	ck_assert_int_eq(errno, EINVAL);
	udm_close(fd);
	ck_assert_int_eq(probe.released, 1);
}
END_TEST

START_TEST(links_and_fdinfo)
{
	int fd = probe_fd();
	char text[128];

	ck_assert_int_gt(udm_fdlink(fd, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "anon_inode:[probe]");
	ck_assert_int_gt(udm_fdinfo(fd, text, sizeof(text)), 0);
	ck_assert_ptr_nonnull(strstr(text, "flags:\t02\n"));
	udm_close(fd);
	ck_assert_int_eq(udm_fdlink(fd, text, sizeof(text)), -1);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

/* Credentials. */

START_TEST(capabilities_belong_to_the_task)
{
	ck_assert(capable(CAP_NET_ADMIN));
	udm_task_drop_cap(CAP_NET_ADMIN);
	ck_assert(!capable(CAP_NET_ADMIN));
	ck_assert(!ns_capable(&init_user_ns, CAP_NET_ADMIN));
	ck_assert(capable(CAP_SYS_ADMIN));
	udm_task_raise_cap(CAP_NET_ADMIN);
	ck_assert(capable(CAP_NET_ADMIN));
	ck_assert(uid_eq(current_uid(), GLOBAL_ROOT_UID));
}
END_TEST

static void add_life_cases(Suite *s)
{
	TCase *tc = machine_tcase(s, "life");

	tcase_add_test(tc, the_last_put_does_not_release_in_place);
	tcase_add_test(tc, a_put_in_interrupt_context_is_deferred);
	tcase_add_test(tc, a_host_call_releases_when_it_ends);
	tcase_add_test(tc, dead_files_cannot_be_revived);
	tcase_add_test(tc, descriptors_are_the_lowest_free_ones);
	tcase_add_test(tc, lookup_takes_a_reference);
	tcase_add_test(tc, a_number_closed_behind_our_back_is_dropped_when_reused);
	tcase_add_test(tc, descriptors_left_open_are_closed_at_shutdown);
	tcase_add_test(tc, links_and_fdinfo);
	tcase_add_test(tc, capabilities_belong_to_the_task);
}

Suite *file_suite(void)
{
	Suite *s = suite_create("file");
	TCase *tc;

	add_life_cases(s);
	tc = machine_tcase(s, "host");
	tcase_add_test(tc, host_files_are_told_apart);
	tcase_add_test(tc, pinned_pages_show_the_memory_file);
	tc = machine_tcase(s, "misc");
	tcase_add_test(tc, misc_devices_open_by_name);
	tcase_add_test(tc, misc_minors);
	tcase_add_test(tc, every_allocation_of_a_misc_device_may_fail);
	tc = machine_tcase(s, "poll");
	tcase_add_test(tc, poll_waits_for_a_wake_up);
	tcase_add_test(tc, poll_mixes_host_and_library_descriptors);
	tc = machine_tcase_threads(s, "poll threads");
	tcase_add_test(tc, poll_waits_for_a_wake_up);
	tcase_add_test(tc, poll_mixes_host_and_library_descriptors);
	tc = machine_tcase(s, "mmap");
	tcase_add_test(tc, mmap_shows_pages_of_the_kernel_side);
	tcase_add_test(tc, mmap_of_frames_and_private_copies);
	tcase_add_test(tc, mmap_errors);
	return s;
}
