/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * File systems that only carry inodes for kernel-made files. init_pseudo() is
 * called from init_fs_context; NULL without memory. What the caller sets in the
 * returned context ends up in the super block. Contract: fs/libfs.c.
 */
#ifndef _LINUX_PSEUDO_FS_H
#define _LINUX_PSEUDO_FS_H

#include <linux/fs_context.h>

struct dentry_operations;
struct super_operations;

struct pseudo_fs_context {
	const struct super_operations *ops;
	const struct dentry_operations *dops;
	unsigned long magic;
};

struct pseudo_fs_context *init_pseudo(struct fs_context *fc, unsigned long magic);

#endif
