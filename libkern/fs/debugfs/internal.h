/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The debugfs tree, as inode.c builds it and file.c opens it.
 *
 * Each entry has a node in d_fsdata. Calls into a file's operations hold guard
 * for reading, removal takes it for writing: after that no call is inside, and
 * later ones see removed.
 */
#ifndef LIBKERN_FS_DEBUGFS_INTERNAL_H
#define LIBKERN_FS_DEBUGFS_INTERNAL_H

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/rwsem.h>

struct debugfs_node {
	const struct file_operations *fops;
	struct rw_semaphore guard;
	bool removed;
	/* Where a symbolic link leads; kmalloc'ed. */
	char *link;
};

static inline struct debugfs_node *debugfs_node(const struct dentry *dentry)
{
	return dentry->d_fsdata;
}

extern const struct file_operations debugfs_proxy_fops __internal;

/* The entry of a path below the root, with a reference, links followed; or ERR_PTR. */
__internal struct dentry *debugfs_walk(const char *path);
__internal struct vfsmount *debugfs_mount(void);

/* Opens what an entry is. ERR_PTR: -EISDIR, -EACCES or what its open gave. Keeps no reference. */
__internal struct file *debugfs_open_entry(struct dentry *entry, int flags);

/*
 * Calls fn for each entry a directory has now, in order of creation, with a reference
 * held and nothing locked; some may be removed meanwhile. A result other than 0 ends
 * the walk and is returned; -ENOMEM.
 */
__internal int debugfs_for_each(struct dentry *dir, int (*fn)(void *ctx, struct dentry *entry),
				void *ctx);

#endif
