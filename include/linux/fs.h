/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files, inodes and super blocks.
 *
 * There is no disk and no path lookup: a file is either made by kernel-side code
 * (dma-buf, anonymous inode, socket), opened through the registry of devices and
 * debugfs, or stands for a descriptor of the host process (a memfd, for one).
 *
 * A struct file is counted by f_ref. The put that drops the last reference does
 * not release the file in place; see fput() in <linux/file.h>. An inode is
 * counted by i_count, a super block lives as long as its mount.
 */
#ifndef _KERN_LINUX_FS_H
#define _KERN_LINUX_FS_H

#include <sys/stat.h>
#include_next <linux/fs.h>
#include <linux/atomic.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/fcntl.h>
#include <linux/file_ref.h>
#include <linux/kdev_t.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mm_types.h>
#include <linux/mutex.h>
#include <linux/path.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/stat.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/xarray.h>

struct cdev;
struct cred;
struct file_operations;
struct file_system_type;
struct fs_context;
struct io_uring_cmd;
struct iov_iter;
struct kiocb;
struct module;
struct poll_table_struct;
struct seq_file;
struct vfsmount;
struct vm_area_struct;

typedef void *fl_owner_t;

#define FMODE_READ ((__force fmode_t)(1 << 0))
#define FMODE_WRITE ((__force fmode_t)(1 << 1))
#define FMODE_LSEEK ((__force fmode_t)(1 << 2))
#define FMODE_PREAD ((__force fmode_t)(1 << 3))
#define FMODE_PWRITE ((__force fmode_t)(1 << 4))
#define FMODE_EXEC ((__force fmode_t)(1 << 5))
#define FMODE_ATOMIC_POS ((__force fmode_t)(1 << 15))
#define FMODE_STREAM ((__force fmode_t)(1 << 16))
#define FMODE_OPENED ((__force fmode_t)(1 << 19))

/* O_RDONLY, O_WRONLY, O_RDWR to FMODE_READ | FMODE_WRITE. */
#define OPEN_FMODE(flags) ((__force fmode_t)(((flags) + 1) & O_ACCMODE))

struct address_space_operations {
	bool (*dirty_folio)(struct address_space *mapping, struct folio *folio);
};

struct address_space {
	struct inode *host;
	const struct address_space_operations *a_ops;
};

struct inode {
	umode_t i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	dev_t i_rdev;
	u64 i_ino;
	loff_t i_size;
	blkcnt_t i_blocks;
	unsigned short i_bytes;
	unsigned int i_flags;
	atomic_t i_count;
	spinlock_t i_lock;
	struct rw_semaphore i_rwsem;
	struct super_block *i_sb;
	struct address_space *i_mapping;
	struct address_space i_data;
	const struct file_operations *i_fop;
	struct cdev *i_cdev;
	void *i_private;
};

struct file {
	spinlock_t f_lock;
	fmode_t f_mode;
	const struct file_operations *f_op;
	struct address_space *f_mapping;
	void *private_data;
	struct inode *f_inode;
	unsigned int f_flags;
	/* The descriptor of the host that can be mapped in this file's place, or -1. */
	int f_host_fd;
	const struct cred *f_cred;
	struct path f_path;
	struct mutex f_pos_lock;
	loff_t f_pos;
	union {
		struct llist_node f_llist;
		struct callback_head f_task_work;
		struct rcu_head f_rcuhead;
	};
	file_ref_t f_ref;
};

struct file_operations {
	struct module *owner;
	unsigned int fop_flags;
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *buf, size_t count, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t count, loff_t *pos);
	ssize_t (*read_iter)(struct kiocb *iocb, struct iov_iter *iter);
	ssize_t (*write_iter)(struct kiocb *iocb, struct iov_iter *iter);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *pt);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	long (*compat_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	int (*open)(struct inode *inode, struct file *file);
	int (*flush)(struct file *file, fl_owner_t id);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file, loff_t start, loff_t end, int datasync);
	int (*fasync)(int fd, struct file *file, int on);
	void (*show_fdinfo)(struct seq_file *m, struct file *file);
	int (*uring_cmd)(struct io_uring_cmd *ioucmd, unsigned int issue_flags);
};

struct super_operations {
	void (*free_inode)(struct inode *inode);
	void (*evict_inode)(struct inode *inode);
	void (*put_super)(struct super_block *sb);
};

struct super_block {
	struct file_system_type *s_type;
	const struct super_operations *s_op;
	const struct dentry_operations *s_d_op;
	unsigned long s_flags;
	unsigned long s_magic;
	struct dentry *s_root;
	void *s_fs_info;
};

struct file_system_type {
	const char *name;
	int fs_flags;
	int (*init_fs_context)(struct fs_context *fc);
	void (*kill_sb)(struct super_block *sb);
	struct module *owner;
};

/* References. file_count is a snapshot; get_file needs a reference to start from. */
#define file_count(f) file_ref_read(&(f)->f_ref)

static inline struct file *get_file(struct file *f)
{
	file_ref_inc(&f->f_ref);
	return f;
}

/*
 * Under RCU: a reference on the file *f points to, or NULL. The pointer is read
 * again after the count was raised, so the file is the one *f holds.
 */
struct file *get_file_rcu(struct file __rcu **f);
struct file *get_file_active(struct file **f);

static inline struct inode *file_inode(const struct file *f)
{
	return f->f_inode;
}

static inline struct dentry *file_dentry(const struct file *f)
{
	return f->f_path.dentry;
}

/* Inodes. new_inode, alloc_anon_inode: one reference; alloc_anon_inode gives ERR_PTR(-ENOMEM). */
struct inode *new_inode(struct super_block *sb);
struct inode *alloc_anon_inode(struct super_block *sb);
void ihold(struct inode *inode);
void iput(struct inode *inode);
unsigned int get_next_ino(void);
/* Sets i_blocks and i_bytes from a size in bytes. */
void inode_set_bytes(struct inode *inode, loff_t bytes);

static inline loff_t i_size_read(const struct inode *inode)
{
	return READ_ONCE(inode->i_size);
}

static inline void i_size_write(struct inode *inode, loff_t size)
{
	WRITE_ONCE(inode->i_size, size);
}

static inline unsigned int iminor(const struct inode *inode)
{
	return MINOR(inode->i_rdev);
}

static inline unsigned int imajor(const struct inode *inode)
{
	return MAJOR(inode->i_rdev);
}

/* The inode lock; may sleep. */
static inline void inode_lock(struct inode *inode)
{
	down_write(&inode->i_rwsem);
}

static inline void inode_unlock(struct inode *inode)
{
	up_write(&inode->i_rwsem);
}

static inline void inode_lock_shared(struct inode *inode)
{
	down_read(&inode->i_rwsem);
}

static inline void inode_unlock_shared(struct inode *inode)
{
	up_read(&inode->i_rwsem);
}

static inline int inode_trylock(struct inode *inode)
{
	return down_write_trylock(&inode->i_rwsem);
}

/* Super blocks. */
void kill_anon_super(struct super_block *sb);
void kill_litter_super(struct super_block *sb);
int register_filesystem(struct file_system_type *fs);
int unregister_filesystem(struct file_system_type *fs);

/* Ready-made file operations. fs/libfs.c, fs/open.c, fs/read_write.c, fs/ioctl.c. */
int simple_open(struct inode *inode, struct file *file);
int nonseekable_open(struct inode *inode, struct file *file);
int stream_open(struct inode *inode, struct file *file);
ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *ppos, const void *from,
				size_t available);
ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos, const void __user *from,
			       size_t count);
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);
loff_t default_llseek(struct file *file, loff_t offset, int whence);
loff_t noop_llseek(struct file *file, loff_t offset, int whence);
loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size);
loff_t vfs_llseek(struct file *file, loff_t offset, int whence);
long vfs_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos);
ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos);
/* Usable as compat_ioctl: the argument is a pointer and needs no conversion here. */
long compat_ptr_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* Attribute files: one number, read and written with a printf format. */
int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *),
		     int (*set)(void *, u64), const char *fmt);
int simple_attr_release(struct inode *inode, struct file *file);
ssize_t simple_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos);
ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t len, loff_t *ppos);
ssize_t simple_attr_write_signed(struct file *file, const char __user *buf, size_t len,
				 loff_t *ppos);

#define DEFINE_SIMPLE_ATTRIBUTE_XSIGNED(__fops, __get, __set, __fmt, __write)	\
static int __fops##_open(struct inode *inode, struct file *file)		\
{										\
	return simple_attr_open(inode, file, __get, __set, __fmt);		\
}										\
static const struct file_operations __fops = {					\
	.owner = THIS_MODULE,							\
	.open = __fops##_open,							\
	.release = simple_attr_release,						\
	.read = simple_attr_read,						\
	.write = __write,							\
	.llseek = generic_file_llseek,						\
}

/* __get and __set move a u64; the signed form takes negative text, too. */
#define DEFINE_SIMPLE_ATTRIBUTE(__fops, __get, __set, __fmt)			\
	DEFINE_SIMPLE_ATTRIBUTE_XSIGNED(__fops, __get, __set, __fmt, simple_attr_write)
#define DEFINE_SIMPLE_ATTRIBUTE_SIGNED(__fops, __get, __set, __fmt)		\
	DEFINE_SIMPLE_ATTRIBUTE_XSIGNED(__fops, __get, __set, __fmt, simple_attr_write_signed)

/* Character devices: number regions. fs/char_dev.c; see <linux/cdev.h>. */
int register_chrdev_region(dev_t from, unsigned int count, const char *name);
int alloc_chrdev_region(dev_t *dev, unsigned int baseminor, unsigned int count, const char *name);
void unregister_chrdev_region(dev_t from, unsigned int count);

#define fops_get(fops) ((fops) && try_module_get((fops)->owner) ? (fops) : NULL)
#define fops_put(fops)					\
	do {						\
		if (fops)				\
			module_put((fops)->owner);	\
	} while (0)
#define replace_fops(f, fops)				\
	do {						\
		struct file *__replaced = (f);		\
							\
		fops_put(__replaced->f_op);		\
		__replaced->f_op = (fops);		\
	} while (0)

#endif
