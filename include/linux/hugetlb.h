/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Huge-page files. Only the question whether a file is one (a memfd made with
 * MFD_HUGETLB, a file on a hugetlbfs of the host). Contract: fs/hugetlbfs/inode.c.
 */
#ifndef _LINUX_HUGETLB_H
#define _LINUX_HUGETLB_H

#include <linux/fs.h>
#include <linux/mm.h>

bool is_file_hugepages(const struct file *file);

#endif
