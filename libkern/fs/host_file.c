// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of the host process, as the kernel side sees them.
 *
 * When a descriptor that is not ours is looked up, a struct file is made for it:
 * with its access mode and size, its kind (memory file, huge-page file, other)
 * and a duplicate of the descriptor, so that it stays usable when the program
 * closes the original. The duplicates live at high numbers, to leave the low ones
 * to the program.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/hugetlb.h>
#include <linux/memfd.h>
#include <linux/mount.h>
#include <linux/poll.h>
#include <linux/pseudo_fs.h>
#include <linux/shmem_fs.h>
#include <uapi/linux/magic.h>
#include <udevmem/file.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "libkern/fs/internal.h"

static struct vfsmount *host_mnt;

static const struct address_space_operations shmem_aops;
static const struct address_space_operations hugetlbfs_aops;

static int host_init_context(struct fs_context *fc)
{
	return init_pseudo(fc, 0) ? 0 : -ENOMEM;
}

static struct file_system_type host_fs_type = {
	.name = "host",
	.init_fs_context = host_init_context,
	.kill_sb = kill_anon_super,
};

int host_file_init(void)
{
	host_mnt = kern_mount(&host_fs_type);
	return PTR_ERR_OR_ZERO(host_mnt);
}

void host_file_exit(void)
{
	kern_unmount(host_mnt);
}

static ssize_t host_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	ssize_t n = read(file->f_host_fd, buf, count);

	return n < 0 ? -errno : n;
}

static ssize_t host_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	ssize_t n = write(file->f_host_fd, buf, count);

	return n < 0 ? -errno : n;
}

/* A look only: the host does not tell us when it changes. */
static __poll_t host_poll(struct file *file, poll_table *pt)
{
	struct pollfd pfd = {
		.fd = file->f_host_fd,
		.events = poll_requested_events(pt) & (EPOLLIN | EPOLLOUT | EPOLLPRI),
	};

	return poll(&pfd, 1, 0) > 0 ? (unsigned short)pfd.revents : 0;
}

static const struct file_operations host_file_fops = {
	.read = host_read,
	.write = host_write,
	.poll = host_poll,
};

bool is_host_file(const struct file *file)
{
	return file->f_op == &host_file_fops;
}

bool shmem_mapping(const struct address_space *mapping)
{
	return mapping->a_ops == &shmem_aops;
}

bool is_file_hugepages(const struct file *file)
{
	return file->f_mapping && file->f_mapping->a_ops == &hugetlbfs_aops;
}

long memfd_fcntl(struct file *file, unsigned int cmd, unsigned int arg)
{
	int res;

	if (!is_host_file(file) || (cmd != F_GET_SEALS && cmd != F_ADD_SEALS))
		return -EINVAL;
	res = fcntl(file->f_host_fd, cmd, arg);
	return res < 0 ? -errno : res;
}

/* In the upper half of the table; anywhere if that is full. */
int udm_fd_park(int fd)
{
	struct rlimit limit;
	int high = 0, copy;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur <= INT_MAX)
		high = limit.rlim_cur / 2;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, high);
	return copy < 0 && errno == EMFILE ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : copy;
}

static const struct address_space_operations *kind_of(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs))
		return NULL;
	switch ((unsigned int)fs.f_type) {
	case TMPFS_MAGIC:
		return &shmem_aops;
	case HUGETLBFS_MAGIC:
		return &hugetlbfs_aops;
	default:
		return NULL;
	}
}

static struct inode *host_inode(int fd)
{
	struct inode *inode;
	struct stat st;

	if (fstat(fd, &st))
		return NULL;
	inode = alloc_anon_inode(host_mnt->mnt_sb);
	if (IS_ERR(inode))
		return NULL;
	inode->i_mode = st.st_mode;
	inode->i_size = st.st_size;
	if (S_ISREG(st.st_mode))
		inode->i_data.a_ops = kind_of(fd);
	return inode;
}

struct file *host_file_get(unsigned int fd)
{
	int copy = udm_fd_park(fd);
	struct inode *inode;
	struct file *file;

	if (copy < 0)
		return NULL;
	inode = host_inode(copy);
	if (!inode)
		goto close_copy;
	file = alloc_file_pseudo(inode, host_mnt, "host", fcntl(copy, F_GETFL), &host_file_fops);
	if (IS_ERR(file))
		goto put_inode;
	file->f_host_fd = copy;
	return file;

put_inode:
	iput(inode);
close_copy:
	close(copy);
	return NULL;
}
