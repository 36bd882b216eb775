// SPDX-License-Identifier: GPL-2.0-only
/*
 * Anonymous inodes: files that are only operations and private data.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <uapi/linux/magic.h>

#include "libkern/fs/internal.h"

static struct vfsmount *anon_mnt;
/* Shared by every file of anon_inode_getfile. */
static struct inode *shared_inode;

static char *anon_dname(struct dentry *dentry, char *buffer, int buflen)
{
	return dynamic_dname(buffer, buflen, "anon_inode:%s", (const char *)dentry->d_name.name);
}

static const struct dentry_operations anon_dentry_ops = {
	.d_dname = anon_dname,
};

static int anon_init_context(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = init_pseudo(fc, ANON_INODE_FS_MAGIC);

	if (!ctx)
		return -ENOMEM;
	ctx->dops = &anon_dentry_ops;
	return 0;
}

static struct file_system_type anon_fs_type = {
	.name = "anon_inodefs",
	.init_fs_context = anon_init_context,
	.kill_sb = kill_anon_super,
};

int anon_inode_init(void)
{
	anon_mnt = kern_mount(&anon_fs_type);
	if (IS_ERR(anon_mnt))
		return PTR_ERR(anon_mnt);
	shared_inode = alloc_anon_inode(anon_mnt->mnt_sb);
	if (!IS_ERR(shared_inode))
		return 0;
	kern_unmount(anon_mnt);
	return PTR_ERR(shared_inode);
}

void anon_inode_exit(void)
{
	iput(shared_inode);
	kern_unmount(anon_mnt);
}

/* The reference on inode is taken over in any case. */
static struct file *anon_file(const char *name, const struct file_operations *fops, void *priv,
			      int flags, struct inode *inode)
{
	struct file *file;

	if (fops->owner && !try_module_get(fops->owner)) {
		iput(inode);
		return ERR_PTR(-ENOENT);
	}
	file = alloc_file_pseudo(inode, anon_mnt, name, flags & (O_ACCMODE | O_NONBLOCK), fops);
	if (IS_ERR(file)) {
		iput(inode);
		module_put(fops->owner);
		return file;
	}
	file->private_data = priv;
	return file;
}

struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv,
				int flags)
{
	ihold(shared_inode);
	return anon_file(name, fops, priv, flags, shared_inode);
}
EXPORT_SYMBOL_GPL(anon_inode_getfile);

struct file *anon_inode_getfile_fmode(const char *name, const struct file_operations *fops,
				      void *priv, int flags, fmode_t f_mode)
{
	struct file *file = anon_inode_getfile(name, fops, priv, flags);

	if (!IS_ERR(file))
		file->f_mode |= f_mode;
	return file;
}
EXPORT_SYMBOL_GPL(anon_inode_getfile_fmode);

struct file *anon_inode_create_getfile(const char *name, const struct file_operations *fops,
				       void *priv, int flags, const struct inode *context_inode)
{
	struct inode *inode = alloc_anon_inode(anon_mnt->mnt_sb);

	return IS_ERR(inode) ? ERR_CAST(inode) : anon_file(name, fops, priv, flags, inode);
}
EXPORT_SYMBOL_GPL(anon_inode_create_getfile);

int anon_inode_getfd(const char *name, const struct file_operations *fops, void *priv, int flags)
{
	int fd = get_unused_fd_flags(flags);
	struct file *file;

	if (fd < 0)
		return fd;
	file = anon_inode_getfile(name, fops, priv, flags);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}
EXPORT_SYMBOL_GPL(anon_inode_getfd);
