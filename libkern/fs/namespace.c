// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mounts of file systems the kernel side mounts for itself.
 *
 * Each mount has its own super block. Files of a mount count it, so the super
 * block is killed when the mount was given up and the last file is gone.
 */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/mount.h>
#include <linux/slab.h>

struct kernel_mount {
	struct vfsmount mnt;
	refcount_t count;
};

static int fs_context_get_tree(struct fs_context *fc)
{
	int err = fc->fs_type->init_fs_context(fc);

	if (!err)
		err = fc->ops->get_tree(fc);
	if (fc->ops && fc->ops->free)
		fc->ops->free(fc);
	return err;
}

struct vfsmount *kern_mount(struct file_system_type *type)
{
	struct kernel_mount *km = kzalloc(sizeof(*km), GFP_KERNEL);
	struct fs_context fc = { .fs_type = type };
	int err;

	if (!km)
		return ERR_PTR(-ENOMEM);
	err = fs_context_get_tree(&fc);
	if (err) {
		kfree(km);
		return ERR_PTR(err);
	}
	refcount_set(&km->count, 1);
	km->mnt.mnt_root = fc.root;
	km->mnt.mnt_sb = fc.root->d_sb;
	return &km->mnt;
}
EXPORT_SYMBOL_GPL(kern_mount);

struct vfsmount *mntget(struct vfsmount *mnt)
{
	if (mnt)
		refcount_inc(&container_of(mnt, struct kernel_mount, mnt)->count);
	return mnt;
}
EXPORT_SYMBOL(mntget);

void mntput(struct vfsmount *mnt)
{
	struct kernel_mount *km;

	if (!mnt)
		return;
	km = container_of(mnt, struct kernel_mount, mnt);
	if (!refcount_dec_and_test(&km->count))
		return;
	mnt->mnt_sb->s_type->kill_sb(mnt->mnt_sb);
	kfree(km);
}
EXPORT_SYMBOL(mntput);

void kern_unmount(struct vfsmount *mnt)
{
	if (!IS_ERR_OR_NULL(mnt))
		mntput(mnt);
}
EXPORT_SYMBOL(kern_unmount);
