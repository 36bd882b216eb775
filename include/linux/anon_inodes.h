/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that need operations and private data but no inode of their own.
 *
 * anon_inode_getfile shares one inode, anon_inode_create_getfile makes one per
 * file. Both give a file with one reference or ERR_PTR (-ENOMEM, -ENOENT when the
 * owner of fops is gone); anon_inode_getfd gives a close-on-request descriptor.
 * May sleep. Contract: fs/anon_inodes.c.
 */
#ifndef _LINUX_ANON_INODES_H
#define _LINUX_ANON_INODES_H

#include <linux/types.h>

struct file;
struct file_operations;
struct inode;

struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv,
				int flags);
struct file *anon_inode_getfile_fmode(const char *name, const struct file_operations *fops,
				      void *priv, int flags, fmode_t f_mode);
struct file *anon_inode_create_getfile(const char *name, const struct file_operations *fops,
				       void *priv, int flags, const struct inode *context_inode);
int anon_inode_getfd(const char *name, const struct file_operations *fops, void *priv, int flags);

#endif
