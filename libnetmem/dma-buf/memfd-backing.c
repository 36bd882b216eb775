// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the memory file behind a buffer, for mmap of its descriptor.
 *
 * The file is opened anew, so that the application's descriptor and the one of
 * the buffer do not share a file position.
 */
#include <linux/fs.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libnetmem/dma-buf/memfd-backing.h"

static int reopen(int host_fd)
{
	char path[32];
	int fd, parked;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", host_fd);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -1;
	parked = udm_fd_park(fd);
	close(fd);
	return parked;
}

static bool same_file(int a, int b)
{
	struct stat sa, sb;

	return !fstat(a, &sa) && !fstat(b, &sb) && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}

void memfd_backing_add(struct memfd_backing *backing, struct file *memfd, u64 offset, u64 size)
{
	if (backing->spoilt)
		return;
	if (offset != backing->length || (backing->length &&
					  !same_file(backing->fd, memfd->f_host_fd))) {
		memfd_backing_drop(backing);
		backing->spoilt = true;
		return;
	}
	if (!backing->length)
		backing->fd = reopen(memfd->f_host_fd);
	backing->spoilt = backing->fd < 0;
	backing->length += size;
}

int memfd_backing_take(struct memfd_backing *backing)
{
	int fd = backing->fd;

	backing->fd = -1;
	return fd;
}

void memfd_backing_drop(struct memfd_backing *backing)
{
	if (backing->fd >= 0)
		close(backing->fd);
	backing->fd = -1;
}
