/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files in memory. shmem_file() is true for memfds and files on a tmpfs of the
 * host. Contract: mm/shmem.c.
 */
#ifndef _LINUX_SHMEM_FS_H
#define _LINUX_SHMEM_FS_H

#include <linux/fs.h>

bool shmem_mapping(const struct address_space *mapping);

static inline bool shmem_file(struct file *file)
{
	return file->f_mapping && shmem_mapping(file->f_mapping);
}

#endif
