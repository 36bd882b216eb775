// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host API of files: calls of the application, one bracket each.
 *
 * Inside a call results are negative errnos; the boundary turns them into -1 and
 * errno. Waits that a signal cut short come out as EINTR.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <udevmem/file.h>
#include <uapi/linux/magic.h>

#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libkern/fs/internal.h"
#include "libkern/fs/select.h"

#define DEBUGFS_PREFIX "/sys/kernel/debug/"
#define DEV_PREFIX "/dev/"
#define FDINFO_MAX SZ_64K

static struct vfsmount *dev_mnt;

static int dev_init_context(struct fs_context *fc)
{
	return init_pseudo(fc, TMPFS_MAGIC) ? 0 : -ENOMEM;
}

static struct file_system_type dev_fs_type = {
	.name = "devtmpfs",
	.init_fs_context = dev_init_context,
	.kill_sb = kill_anon_super,
};

int host_calls_init(void)
{
	dev_mnt = kern_mount(&dev_fs_type);
	return PTR_ERR_OR_ZERO(dev_mnt);
}

void host_calls_exit(void)
{
	kern_unmount(dev_mnt);
}

static long host_result(long res)
{
	if (res >= 0)
		return res;
	errno = res == -ERESTARTSYS ? EINTR : -res;
	return -1;
}

static const struct file_operations unopened_fops;

static struct file *open_device(const char *name, int flags)
{
	struct inode *inode;
	struct file *file;
	dev_t devt;
	int err = devtmpfs_lookup(name, &devt);

	if (err)
		return ERR_PTR(err);
	inode = alloc_anon_inode(dev_mnt->mnt_sb);
	if (IS_ERR(inode))
		return ERR_CAST(inode);
	inode->i_mode = S_IFCHR | 0600;
	file = alloc_file_pseudo(inode, dev_mnt, name, flags, &unopened_fops);
	if (IS_ERR(file)) {
		iput(inode);
		return file;
	}
	err = chrdev_open_by_number(devt, file);
	if (!err)
		return file;
	/* What open did it has undone: release must not see this file. */
	replace_fops(file, &unopened_fops);
	__fput_sync(file);
	return ERR_PTR(err);
}

static struct file *open_path(const char *path, int flags)
{
	if (!strncmp(path, DEBUGFS_PREFIX, sizeof(DEBUGFS_PREFIX) - 1))
		return debugfs_open_path(path + sizeof(DEBUGFS_PREFIX) - 1, flags);
	if (!strncmp(path, DEV_PREFIX, sizeof(DEV_PREFIX) - 1))
		return open_device(path + sizeof(DEV_PREFIX) - 1, flags);
	return ERR_PTR(-ENOENT);
}

/* Gives file (a reference, taken over) the lowest free descriptor. */
static int install_new(struct file *file, int flags)
{
	int fd = get_unused_fd_flags(flags);

	if (fd < 0)
		fput(file);
	else
		fd_install(fd, file);
	return fd;
}

int udm_open(const char *path, int flags)
{
	struct file *file;
	int res;

	udm_call_begin();
	file = open_path(path, flags);
	res = IS_ERR(file) ? (int)PTR_ERR(file) : install_new(file, flags);
	udm_call_end();
	return host_result(res);
}

int udm_close(int fd)
{
	int res;

	udm_call_begin();
	res = close_fd(fd);
	udm_call_end();
	return res == -EBADF ? close(fd) : (int)host_result(res);
}

int udm_dup(int fd)
{
	struct file *file;
	int res;

	udm_call_begin();
	file = files_lookup(fd);
	res = file ? install_new(file, 0) : -EBADF;
	udm_call_end();
	return file ? (int)host_result(res) : dup(fd);
}

int udm_ioctl(int fd, unsigned long cmd, ...)
{
	struct file *file;
	unsigned long arg;
	long res = 0;
	va_list ap;

	va_start(ap, cmd);
	arg = va_arg(ap, unsigned long);
	va_end(ap);
	udm_call_begin();
	file = files_lookup(fd);
	if (file) {
		res = vfs_ioctl(file, cmd, arg);
		fput(file);
	}
	udm_call_end();
	return file ? (int)host_result(res) : ioctl(fd, cmd, arg);
}

ssize_t udm_read(int fd, void *buf, size_t len)
{
	struct file *file;
	ssize_t res = 0;

	udm_call_begin();
	file = files_lookup(fd);
	if (file) {
		res = vfs_read(file, buf, len, &file->f_pos);
		fput(file);
	}
	udm_call_end();
	return file ? host_result(res) : read(fd, buf, len);
}

ssize_t udm_write(int fd, const void *buf, size_t len)
{
	struct file *file;
	ssize_t res = 0;

	udm_call_begin();
	file = files_lookup(fd);
	if (file) {
		res = vfs_write(file, buf, len, &file->f_pos);
		fput(file);
	}
	udm_call_end();
	return file ? host_result(res) : write(fd, buf, len);
}

off_t udm_lseek(int fd, off_t offset, int whence)
{
	struct file *file;
	loff_t res = 0;

	udm_call_begin();
	file = files_lookup(fd);
	if (file) {
		res = vfs_llseek(file, offset, whence);
		fput(file);
	}
	udm_call_end();
	return file ? host_result(res) : lseek(fd, offset, whence);
}

static void inode_stat(const struct inode *inode, struct stat *st)
{
	*st = (struct stat){
		.st_ino = inode->i_ino,
		.st_mode = inode->i_mode,
		.st_nlink = 1,
		.st_uid = __kuid_val(inode->i_uid),
		.st_gid = __kgid_val(inode->i_gid),
		.st_rdev = inode->i_rdev,
		.st_size = i_size_read(inode),
		.st_blksize = PAGE_SIZE,
		.st_blocks = inode->i_blocks,
	};
}

int udm_fstat(int fd, struct stat *st)
{
	struct file *file;

	udm_call_begin();
	file = files_lookup(fd);
	if (file) {
		inode_stat(file_inode(file), st);
		fput(file);
	}
	udm_call_end();
	return file ? 0 : fstat(fd, st);
}

void *udm_mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	struct file *file;
	void *res = NULL;

	udm_call_begin();
	file = files_lookup(fd);
	if (file) {
		res = file_mmap(file, addr, len, prot, flags, offset);
		fput(file);
	}
	udm_call_end();
	if (!file)
		return mmap(addr, len, prot, flags, fd, offset);
	if (!IS_ERR(res))
		return res;
	host_result(PTR_ERR(res));
	return MAP_FAILED;
}

int udm_munmap(void *addr, size_t len)
{
	int res;

	udm_call_begin();
	res = vma_unmap(addr, len);
	udm_call_end();
	return host_result(res);
}

int udm_poll(struct pollfd *fds, nfds_t nfds, int timeout)
{
	int res;

	udm_call_begin();
	res = files_poll(fds, nfds, timeout);
	udm_call_end();
	return host_result(res);
}

static void show_fdinfo(struct seq_file *m, struct file *file)
{
	seq_printf(m, "pos:\t%lli\nflags:\t0%o\nmnt_id:\t%i\nino:\t%llu\n",
		   (long long)file->f_pos, file->f_flags, 0, file_inode(file)->i_ino);
	if (file->f_op->show_fdinfo)
		file->f_op->show_fdinfo(m, file);
}

/* What happens to an open file is text of at most size - 1 bytes, NUL added. */
static ssize_t text_out(char *buf, size_t size, const char *text, size_t len)
{
	if (len >= size)
		return -ENAMETOOLONG;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return len;
}

static ssize_t render_fdinfo(struct file *file, char *buf, size_t size)
{
	struct seq_file m = { .file = file, .size = FDINFO_MAX };
	ssize_t res = -ENAMETOOLONG;

	m.buf = kvmalloc(m.size, GFP_KERNEL);
	if (!m.buf)
		return -ENOMEM;
	show_fdinfo(&m, file);
	if (!seq_has_overflowed(&m))
		res = text_out(buf, size, m.buf, m.count);
	kvfree(m.buf);
	return res;
}

static ssize_t render_link(struct file *file, char *buf, size_t size)
{
	char text[PATH_MAX];
	const char *name = d_path(&file->f_path, text, sizeof(text));

	return IS_ERR(name) ? PTR_ERR(name) : text_out(buf, size, name, strlen(name));
}

static ssize_t describe(int fd, char *buf, size_t size,
			ssize_t (*render)(struct file *file, char *buf, size_t size))
{
	struct file *file;
	ssize_t res = -EBADF;

	udm_call_begin();
	file = fget(fd);
	if (file) {
		res = render(file, buf, size);
		fput(file);
	}
	udm_call_end();
	return host_result(res);
}

ssize_t udm_fdinfo(int fd, char *buf, size_t size)
{
	return describe(fd, buf, size, render_fdinfo);
}

ssize_t udm_fdlink(int fd, char *buf, size_t size)
{
	return describe(fd, buf, size, render_link);
}
