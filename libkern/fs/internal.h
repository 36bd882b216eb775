/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the file layer share with each other.
 *
 * Kinds of files: kernel-made ones have a dentry and an inode of a pseudo file
 * system; host files stand for a descriptor of the process and carry a duplicate
 * of it. f_host_fd is the host descriptor behind a file of either kind, -1 if
 * there is none; the file closes it at release.
 */
#ifndef LIBKERN_FS_INTERNAL_H
#define LIBKERN_FS_INTERNAL_H

#include <linux/fs.h>
#include <linux/mount.h>

/* file_table.c: a bare file with one reference; f_op may still be replaced by open. */
__internal struct file *alloc_empty_file(int flags, const struct cred *cred);
/* Ties inode and dentry (reference taken over) to an empty file. */
__internal void file_set_dentry(struct file *file, struct vfsmount *mnt, struct dentry *dentry);
__internal int file_table_init(void);
__internal void file_table_exit(void);

/* file.c */
__internal int files_init(void);
__internal void files_exit(void);
__internal void files_close_all(void);
/* The file of a descriptor of ours, with a reference; NULL for host descriptors. */
__internal struct file *files_lookup(unsigned int fd);

/* host_file.c: a file for a descriptor that is open in the process, or NULL. */
__internal struct file *host_file_get(unsigned int fd);
__internal bool is_host_file(const struct file *file);
__internal int host_file_init(void);
__internal void host_file_exit(void);

/* host_calls.c */
__internal int host_calls_init(void);
__internal void host_calls_exit(void);

/* dcache.c: one reference; d_make_root_of takes over the inode, also on failure. */
__internal struct dentry *d_alloc_pseudo(struct super_block *sb, const char *name);
__internal struct dentry *d_make_root_of(struct super_block *sb, struct inode *inode);

/* inode.c, anon_inodes.c */
__internal int inode_init(void);
__internal void inode_exit(void);
__internal int anon_inode_init(void);
__internal void anon_inode_exit(void);

/* char_dev.c: opens the device number; file is still without operations. */
__internal int chrdev_open_by_number(dev_t devt, struct file *file);
__internal void chrdev_init(void);
__internal int devtmpfs_lookup(const char *path, dev_t *devt);

/* drivers/char/misc.c */
__internal int misc_init(void);
__internal void misc_exit(void);

/* debugfs/file.c: a file below the root by path, opened; ERR_PTR otherwise. */
__internal struct file *debugfs_open_path(const char *path, int flags);

/* mmap.c: ERR_PTR or the address; 0 or a negative errno. */
__internal void *file_mmap(struct file *file, void *addr, size_t len, int prot, int flags,
			   loff_t offset);
__internal int vma_unmap(void *addr, size_t len);

#endif
