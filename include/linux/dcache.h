/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dentries: names of inodes.
 *
 * Here they only serve files without a real directory (dma-buf, anonymous
 * inodes) and the debugfs tree; there is no lookup cache. A dentry holds a
 * reference on its inode and, in a tree, on its parent. The last dput() drops
 * the inode, then calls d_op->d_release. Contract: fs/dcache.c, fs/d_path.c.
 */
#ifndef _LINUX_DCACHE_H
#define _LINUX_DCACHE_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct dentry;
struct dentry_operations;
struct inode;
struct path;
struct super_block;

struct qstr {
	u32 hash;
	u32 len;
	const unsigned char *name;
};

#define QSTR_INIT(n, l) { .len = (l), .name = (const unsigned char *)(n) }

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	const struct dentry_operations *d_op;
	struct super_block *d_sb;
	void *d_fsdata;
	refcount_t d_count;
	/* Tree links, protected by the file system that builds the tree. */
	struct list_head d_sib;
	struct list_head d_children;
};

struct dentry_operations {
	int (*d_init)(struct dentry *dentry);
	void (*d_release)(struct dentry *dentry);
	/* The text of /proc/<pid>/fd/N, placed at the end of buffer. */
	char *(*d_dname)(struct dentry *dentry, char *buffer, int buflen);
};

struct dentry *dget(struct dentry *dentry);
/* NULL is fine. The last put may sleep. */
void dput(struct dentry *dentry);

static inline struct inode *d_inode(const struct dentry *dentry)
{
	return dentry->d_inode;
}

/*
 * Formats into the end of buffer and returns where the text starts;
 * ERR_PTR(-ENAMETOOLONG) if it does not fit in buflen or in 64 bytes.
 */
char *dynamic_dname(char *buffer, int buflen, const char *fmt, ...) __printf(3, 4);
char *simple_dname(struct dentry *dentry, char *buffer, int buflen);
/* The name of a file as /proc/<pid>/fd shows it, inside buf, or ERR_PTR. */
char *d_path(const struct path *path, char *buf, int buflen);

#endif
