/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /proc as in a kernel without it (CONFIG_PROC_FS off): operations can be
 * declared, entries are not made. Kernel path: linux/proc_fs.h.
 */
#ifndef _UDM_LINUX_PROC_FS_H
#define _UDM_LINUX_PROC_FS_H

#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/types.h>

struct proc_dir_entry;

struct proc_ops {
	unsigned int proc_flags;
	int (*proc_open)(struct inode *inode, struct file *file);
	ssize_t (*proc_read)(struct file *file, char __user *buf, size_t n, loff_t *pos);
	ssize_t (*proc_write)(struct file *file, const char __user *buf, size_t n, loff_t *pos);
	loff_t (*proc_lseek)(struct file *file, loff_t off, int whence);
	int (*proc_release)(struct inode *inode, struct file *file);
	__poll_t (*proc_poll)(struct file *file, struct poll_table_struct *wait);
	long (*proc_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*proc_mmap)(struct file *file, struct vm_area_struct *vma);
};

#define __proc_none(...) ((struct proc_dir_entry *)NULL)
#define proc_symlink(name, parent, dest) __proc_none(name)
#define proc_mkdir(name, parent) __proc_none(name)
#define proc_mkdir_data(name, mode, parent, data) __proc_none(name)
#define proc_mkdir_mode(name, mode, parent) __proc_none(name)
#define proc_create(name, mode, parent, proc_ops) __proc_none(name)
#define proc_create_data(name, mode, parent, proc_ops, data) __proc_none(name)
#define proc_create_seq(name, mode, parent, ops) __proc_none(name)
#define proc_create_seq_data(name, mode, parent, ops, data) __proc_none(name)
#define proc_create_single(name, mode, parent, show) __proc_none(name)
#define proc_create_single_data(name, mode, parent, show, data) __proc_none(name)
#define proc_create_net(name, mode, parent, ops, state_size) __proc_none(name)
#define proc_create_net_single(name, mode, parent, show, data) __proc_none(name)
#define remove_proc_entry(name, parent) ((void)0)
#define remove_proc_subtree(name, parent) 0
#define proc_remove(de) ((void)(de))

#endif
