// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dentries.
 *
 * One allocation holds the dentry and its name. A dentry owns a reference on its
 * inode; in a tree a child owns one on its parent.
 */
#include <linux/dcache.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "libkern/fs/internal.h"

static struct dentry *dentry_alloc(struct super_block *sb, const char *name)
{
	size_t len = strlen(name);
	struct dentry *dentry = kzalloc(sizeof(*dentry) + len + 1, GFP_KERNEL);

	if (!dentry)
		return NULL;
	memcpy(dentry + 1, name, len + 1);
	dentry->d_name.name = (const unsigned char *)(dentry + 1);
	dentry->d_name.len = len;
	dentry->d_sb = sb;
	dentry->d_op = sb->s_d_op;
	refcount_set(&dentry->d_count, 1);
	INIT_LIST_HEAD(&dentry->d_sib);
	INIT_LIST_HEAD(&dentry->d_children);
	return dentry;
}

struct dentry *d_alloc_pseudo(struct super_block *sb, const char *name)
{
	struct dentry *dentry = dentry_alloc(sb, name);

	if (!dentry)
		return NULL;
	dentry->d_parent = dentry;
	if (dentry->d_op && dentry->d_op->d_init && dentry->d_op->d_init(dentry)) {
		kfree(dentry);
		return NULL;
	}
	return dentry;
}

struct dentry *d_make_root_of(struct super_block *sb, struct inode *inode)
{
	struct dentry *root = dentry_alloc(sb, "/");

	if (!root) {
		iput(inode);
		return NULL;
	}
	root->d_parent = root;
	root->d_inode = inode;
	/* The operations are for the files, not for the root. */
	root->d_op = NULL;
	return root;
}

struct dentry *dget(struct dentry *dentry)
{
	if (dentry)
		refcount_inc(&dentry->d_count);
	return dentry;
}
EXPORT_SYMBOL(dget);

static struct dentry *dentry_kill(struct dentry *dentry)
{
	struct dentry *parent = dentry->d_parent == dentry ? NULL : dentry->d_parent;

	iput(dentry->d_inode);
	dentry->d_inode = NULL;
	if (dentry->d_op && dentry->d_op->d_release)
		dentry->d_op->d_release(dentry);
	kfree(dentry);
	return parent;
}

void dput(struct dentry *dentry)
{
	while (dentry && refcount_dec_and_test(&dentry->d_count))
		dentry = dentry_kill(dentry);
}
EXPORT_SYMBOL(dput);
