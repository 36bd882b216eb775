/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptors and the life of struct file.
 *
 * A descriptor number is a real descriptor of the process, reserved so that it
 * cannot collide with others, plus a slot in our table. A number that is open in
 * the process but not in the table stands for a file of the host: fget() makes a
 * struct file for it on the fly (a memfd of the application, a pipe ...).
 *
 * The last fput() never calls release in place. In an ordinary thread inside a
 * host API call it happens when that call ends; elsewhere (kernel threads,
 * interrupt context, kernel-style code called directly) from a work item about
 * one jiffy later. Contract: fs/file.c, fs/file_table.c.
 */
#ifndef _LINUX_FILE_H
#define _LINUX_FILE_H

#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/types.h>

struct dentry;
struct file;
struct file_operations;
struct inode;
struct vfsmount;

/* fput: any context. __fput_sync: releases at once; may sleep, for kernel threads. */
void fput(struct file *file);
void __fput_sync(struct file *file);
/* Runs every deferred release that is queued now. May sleep. */
void flush_delayed_fput(void);

/* A reference on the file of a descriptor, NULL if it is not open. fget may sleep. */
struct file *fget(unsigned int fd);
struct file *fget_raw(unsigned int fd);

/*
 * Lowest free descriptor, -EMFILE, -ENOMEM; of flags only O_CLOEXEC counts. It is
 * reserved until fd_install() ties it to a file, consuming the caller's file
 * reference, or put_unused_fd() gives it back. From fd_install on another thread
 * may close it at any time. May sleep.
 */
int get_unused_fd_flags(unsigned int flags);
void put_unused_fd(unsigned int fd);
void fd_install(unsigned int fd, struct file *file);
/* Takes the descriptor away and drops its reference: 0 or -EBADF. May sleep. */
int close_fd(unsigned int fd);

/*
 * A file without a path. The inode reference is taken over on success only.
 * alloc_file_pseudo_noaccount is the same. ERR_PTR(-ENOMEM). May sleep.
 */
struct file *alloc_file_pseudo(struct inode *inode, struct vfsmount *mnt, const char *name,
			       int flags, const struct file_operations *fops);
struct file *alloc_file_pseudo_noaccount(struct inode *inode, struct vfsmount *mnt,
					 const char *name, int flags,
					 const struct file_operations *fops);
struct file *alloc_file_clone(struct file *base, int flags, const struct file_operations *fops);

/* A descriptor looked up for the length of a call. */
struct fd {
	unsigned long word;
};

#define FDPUT_FPUT 1
#define EMPTY_FD (struct fd){ 0 }
#define fd_file(f) ((struct file *)((f).word & ~3UL))
#define fd_empty(f) unlikely(!(f).word)

static inline struct fd fdget(unsigned int fd)
{
	struct file *file = fget(fd);

	return (struct fd){ file ? (unsigned long)file | FDPUT_FPUT : 0 };
}

static inline void fdput(struct fd fd)
{
	if (fd.word & FDPUT_FPUT)
		fput(fd_file(fd));
}

DEFINE_CLASS(fd, struct fd, fdput(_T), fdget(fd), int fd)
DEFINE_FREE(fput, struct file *, if (!IS_ERR_OR_NULL(_T)) fput(_T))

DEFINE_CLASS(get_unused_fd, int, if (_T >= 0) put_unused_fd(_T), get_unused_fd_flags(flags),
	     unsigned flags)
#define take_fd(fd)			\
	({				\
		int __taken = (fd);	\
					\
		(fd) = -1;		\
		__taken;		\
	})

#endif
