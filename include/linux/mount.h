/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mounts made by the kernel side for itself.
 *
 * The UAPI header of this name is left alone: it repeats <sys/mount.h> of libc.
 * kern_mount: ERR_PTR on failure; kern_unmount accepts ERR_PTR and NULL. May
 * sleep. All files of the mount must be gone by then. Contract: fs/namespace.c.
 */
#ifndef _LINUX_MOUNT_H
#define _LINUX_MOUNT_H

#include <linux/types.h>

struct dentry;
struct file_system_type;
struct super_block;

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
	int mnt_flags;
};

struct vfsmount *kern_mount(struct file_system_type *type);
void kern_unmount(struct vfsmount *mnt);
struct vfsmount *mntget(struct vfsmount *mnt);
void mntput(struct vfsmount *mnt);

#endif
