// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor table.
 *
 * An array indexed by descriptor number. A number is taken by opening an eventfd
 * of the host, which gives the lowest free one and keeps it taken; its slot is
 * reserved until the file is installed. If the file has a host descriptor of its
 * own behind it (memory to mmap), that replaces the eventfd under the same number.
 *
 * A program that closes a number with close() leaves our slot behind. When the
 * host hands out that number again, the old file is dropped.
 *
 * A number that came about without us, by dup() or by a message over a UNIX socket,
 * is recognised when it is used first: it is the same file to the host as one that
 * is in the table. From then on it is in the table too.
 */
#include <linux/export.h>
#include <linux/file.h>
#include <linux/xarray.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libkern/fs/internal.h"

static DEFINE_XARRAY(fd_table);

int files_init(void)
{
	xa_init(&fd_table);
	return 0;
}

void files_close_all(void)
{
	unsigned long fd;
	struct file *file;

	xa_for_each(&fd_table, fd, file)
		close_fd(fd);
}

void files_exit(void)
{
	files_close_all();
	xa_destroy(&fd_table);
}

static struct file *slot_clear(unsigned int fd)
{
	return xa_erase(&fd_table, fd);
}

int get_unused_fd_flags(unsigned int flags)
{
	struct file *stale;
	int fd, err;

	might_sleep();
	fd = eventfd(0, EFD_NONBLOCK | (flags & O_CLOEXEC ? EFD_CLOEXEC : 0));
	if (fd < 0)
		return errno == ENOMEM ? -ENOMEM : -EMFILE;
	stale = slot_clear(fd);
	if (stale)
		fput(stale);
	err = xa_reserve(&fd_table, fd, GFP_KERNEL);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}
EXPORT_SYMBOL(get_unused_fd_flags);

void put_unused_fd(unsigned int fd)
{
	xa_release(&fd_table, fd);
	close(fd);
}
EXPORT_SYMBOL(put_unused_fd);

/* Puts the memory of the file behind the number, keeping its close-on-exec flag. */
static void show_backing(unsigned int fd, int host_fd)
{
	int flags = fcntl(fd, F_GETFD);

	while (dup3(host_fd, fd, flags & FD_CLOEXEC ? O_CLOEXEC : 0) < 0 && errno == EINTR)
		;
}

void fd_install(unsigned int fd, struct file *file)
{
	if (file->f_host_fd >= 0)
		show_backing(fd, file->f_host_fd);
	/* The slot is reserved, so this needs no memory. */
	WARN_ON(xa_store(&fd_table, fd, file, 0));
}
EXPORT_SYMBOL(fd_install);

struct file *get_file_rcu(struct file __rcu **f)
{
	for (;;) {
		struct file *file = rcu_dereference_raw(*f);

		if (!file)
			return NULL;
		if (!file_ref_get(&file->f_ref))
			continue;
		if (file == rcu_access_pointer(*f))
			return file;
		fput(file);
	}
}
EXPORT_SYMBOL_GPL(get_file_rcu);

struct file *get_file_active(struct file **f)
{
	struct file *file;

	rcu_read_lock();
	file = READ_ONCE(*f);
	if (file && !file_ref_get(&file->f_ref))
		file = NULL;
	rcu_read_unlock();
	return file;
}
EXPORT_SYMBOL_GPL(get_file_active);

static struct file *slot_get(unsigned int fd)
{
	struct file *file;

	rcu_read_lock();
	file = xa_load(&fd_table, fd);
	/* A slot that is being closed reads as empty. */
	if (file && !file_ref_get(&file->f_ref))
		file = NULL;
	rcu_read_unlock();
	return file;
}

/* kcmp(2) of KCMP_FILE, which is 0: one open file behind both numbers? */
static bool same_open_file(unsigned int a, unsigned int b)
{
	pid_t self = getpid();

	return !syscall(SYS_kcmp, self, self, 0, (unsigned long)a, (unsigned long)b);
}

/* A reference on the file another number of which this is. */
static struct file *find_twin(unsigned int fd)
{
	unsigned long other;
	struct file *slot;

	xa_for_each(&fd_table, other, slot) {
		struct file *file = slot_get(other);

		if (file && same_open_file(fd, other))
			return file;
		if (file)
			fput(file);
	}
	return NULL;
}

/*
 * Puts a number the host made into the table; a reference for the caller, or NULL. If
 * somebody else was faster, or there is no memory for the slot, this use works all the same.
 */
static struct file *adopt(unsigned int fd)
{
	struct file *file = find_twin(fd);

	if (file && xa_cmpxchg(&fd_table, fd, NULL, get_file(file), GFP_KERNEL))
		fput(file);
	return file;
}

struct file *files_lookup(unsigned int fd)
{
	struct file *file = slot_get(fd);

	return file ? file : adopt(fd);
}

struct file *fget_raw(unsigned int fd)
{
	struct file *file = files_lookup(fd);

	return file ? file : host_file_get(fd);
}
EXPORT_SYMBOL(fget_raw);

struct file *fget(unsigned int fd)
{
	return fget_raw(fd);
}
EXPORT_SYMBOL(fget);

int close_fd(unsigned int fd)
{
	struct file *file = slot_clear(fd);

	if (!file)
		return -EBADF;
	/* Last, so the number is not handed out while the slot is in use. */
	close(fd);
	if (file->f_op->flush)
		file->f_op->flush(file, NULL);
	fput(file);
	return 0;
}
EXPORT_SYMBOL(close_fd);
