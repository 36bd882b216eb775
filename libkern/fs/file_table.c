// SPDX-License-Identifier: GPL-2.0-only
/*
 * struct file: allocation, the last put, release.
 *
 * fput() may be called with locks held and in interrupt context, release may
 * sleep and take locks. So the last put only queues the file: with the calling
 * task if that is inside a host API call, else on a list drained by a delayed
 * work item. The memory is freed after a grace period, for lookups under RCU.
 */
#include <linux/cdev.h>
#include <linux/cred.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/workqueue.h>
#include <udevmem/file.h>

#include <unistd.h>

#include "libkern/fs/internal.h"

static struct kmem_cache *filp_cache;
static LLIST_HEAD(delayed_list);
static struct delayed_work delayed_work;

static void run_delayed_list(struct work_struct *work);

int file_table_init(void)
{
	init_llist_head(&delayed_list);
	INIT_DELAYED_WORK(&delayed_work, run_delayed_list);
	filp_cache = kmem_cache_create("filp", sizeof(struct file), 0, SLAB_HWCACHE_ALIGN, NULL);
	return filp_cache ? 0 : -ENOMEM;
}

void file_table_exit(void)
{
	flush_delayed_fput();
	rcu_barrier();
	kmem_cache_destroy(filp_cache);
	filp_cache = NULL;
}

struct file *alloc_empty_file(int flags, const struct cred *cred)
{
	struct file *f = kmem_cache_zalloc(filp_cache, GFP_KERNEL);

	if (!f)
		return ERR_PTR(-ENOMEM);
	f->f_cred = get_cred(cred);
	f->f_flags = flags;
	f->f_mode = OPEN_FMODE(flags);
	f->f_host_fd = -1;
	spin_lock_init(&f->f_lock);
	mutex_init(&f->f_pos_lock);
	file_ref_init(&f->f_ref, 1);
	return f;
}

static void file_rcu_free(struct rcu_head *head)
{
	kmem_cache_free(filp_cache, container_of(head, struct file, f_rcuhead));
}

void file_set_dentry(struct file *file, struct vfsmount *mnt, struct dentry *dentry)
{
	file->f_path.mnt = mntget(mnt);
	file->f_path.dentry = dentry;
	file->f_inode = d_inode(dentry);
	file->f_mapping = file->f_inode->i_mapping;
}

static void set_operations(struct file *file, const struct file_operations *fops)
{
	file->f_op = fops;
	file->f_mode |= FMODE_OPENED | FMODE_PREAD | FMODE_PWRITE;
	if (fops->llseek)
		file->f_mode |= FMODE_LSEEK;
}

struct file *alloc_file_pseudo(struct inode *inode, struct vfsmount *mnt, const char *name,
			       int flags, const struct file_operations *fops)
{
	struct file *file = alloc_empty_file(flags, current_cred());
	struct dentry *dentry;

	if (IS_ERR(file))
		return file;
	dentry = d_alloc_pseudo(mnt->mnt_sb, name);
	if (!dentry) {
		put_cred(file->f_cred);
		kmem_cache_free(filp_cache, file);
		return ERR_PTR(-ENOMEM);
	}
	dentry->d_inode = inode;
	file_set_dentry(file, mnt, dentry);
	set_operations(file, fops);
	return file;
}
EXPORT_SYMBOL(alloc_file_pseudo);

struct file *alloc_file_pseudo_noaccount(struct inode *inode, struct vfsmount *mnt,
					 const char *name, int flags,
					 const struct file_operations *fops)
{
	return alloc_file_pseudo(inode, mnt, name, flags, fops);
}
EXPORT_SYMBOL_GPL(alloc_file_pseudo_noaccount);

struct file *alloc_file_clone(struct file *base, int flags, const struct file_operations *fops)
{
	struct file *file = alloc_empty_file(flags, current_cred());

	if (IS_ERR(file))
		return file;
	file_set_dentry(file, base->f_path.mnt, dget(base->f_path.dentry));
	set_operations(file, fops);
	return file;
}

void udm_file_set_backing(struct file *file, int host_fd)
{
	if (file->f_host_fd >= 0)
		close(file->f_host_fd);
	file->f_host_fd = host_fd;
}

static void __fput(struct file *file)
{
	might_sleep();
	if (file->f_op && file->f_op->release)
		file->f_op->release(file->f_inode, file);
	if (file->f_inode && file->f_inode->i_cdev)
		kobject_put(&file->f_inode->i_cdev->kobj);
	fops_put(file->f_op);
	path_put(&file->f_path);
	put_cred(file->f_cred);
	if (file->f_host_fd >= 0)
		close(file->f_host_fd);
	call_rcu(&file->f_rcuhead, file_rcu_free);
}

static void fput_task_work(struct callback_head *work)
{
	__fput(container_of(work, struct file, f_task_work));
}

static void run_delayed_list(struct work_struct *work)
{
	struct llist_node *batch = llist_reverse_order(llist_del_all(&delayed_list));
	struct file *file, *next;

	llist_for_each_entry_safe(file, next, batch, f_llist)
		__fput(file);
}

void flush_delayed_fput(void)
{
	/* A release may put further files. */
	while (!llist_empty(&delayed_list))
		run_delayed_list(NULL);
	flush_delayed_work(&delayed_work);
}
EXPORT_SYMBOL_GPL(flush_delayed_fput);

static noinline void fput_last(struct file *file)
{
	if (!in_interrupt()) {
		init_task_work(&file->f_task_work, fput_task_work);
		if (!task_work_add(current, &file->f_task_work, TWA_RESUME))
			return;
	}
	if (llist_add(&file->f_llist, &delayed_list))
		schedule_delayed_work(&delayed_work, 1);
}

void fput(struct file *file)
{
	if (file_ref_put(&file->f_ref))
		fput_last(file);
}
EXPORT_SYMBOL(fput);

void __fput_sync(struct file *file)
{
	if (file_ref_put(&file->f_ref))
		__fput(file);
}
EXPORT_SYMBOL(__fput_sync);
