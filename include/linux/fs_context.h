/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parameters of a mount in the making.
 *
 * A file system's init_fs_context fills ops and fs_private; get_tree leaves the
 * root dentry in fc->root. ops->free gives back fs_private. Contract: fs/fs_context.c.
 */
#ifndef _LINUX_FS_CONTEXT_H
#define _LINUX_FS_CONTEXT_H

#include <linux/types.h>

struct dentry;
struct file_system_type;
struct fs_context;
struct super_block;

struct fs_context_operations {
	void (*free)(struct fs_context *fc);
	int (*get_tree)(struct fs_context *fc);
};

struct fs_context {
	const struct fs_context_operations *ops;
	struct file_system_type *fs_type;
	void *fs_private;
	struct dentry *root;
	void *s_fs_info;
	unsigned int sb_flags;
};

/* get_tree for file systems without a device: a fresh super block filled by fill_super. */
int get_tree_nodev(struct fs_context *fc,
		   int (*fill_super)(struct super_block *sb, struct fs_context *fc));

#endif
