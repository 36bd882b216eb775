// SPDX-License-Identifier: GPL-2.0-only
/*
 * Super blocks: one per mount, made by get_tree, gone with the mount.
 */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/slab.h>

#include "libkern/fs/internal.h"

int get_tree_nodev(struct fs_context *fc,
		   int (*fill_super)(struct super_block *sb, struct fs_context *fc))
{
	struct super_block *sb = kzalloc(sizeof(*sb), GFP_KERNEL);
	int err;

	if (!sb)
		return -ENOMEM;
	sb->s_type = fc->fs_type;
	sb->s_fs_info = fc->s_fs_info;
	err = fill_super(sb, fc);
	if (err) {
		kfree(sb);
		return err;
	}
	fc->root = sb->s_root;
	return 0;
}
EXPORT_SYMBOL(get_tree_nodev);

void kill_anon_super(struct super_block *sb)
{
	if (sb->s_op && sb->s_op->put_super)
		sb->s_op->put_super(sb);
	dput(sb->s_root);
	kfree(sb);
}
EXPORT_SYMBOL(kill_anon_super);

void kill_litter_super(struct super_block *sb)
{
	kill_anon_super(sb);
}
EXPORT_SYMBOL(kill_litter_super);

/* Nothing is mounted by name. */
int register_filesystem(struct file_system_type *fs)
{
	return fs->name ? 0 : -EINVAL;
}
EXPORT_SYMBOL(register_filesystem);

int unregister_filesystem(struct file_system_type *fs)
{
	return 0;
}
EXPORT_SYMBOL(unregister_filesystem);
