// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs files: the guarded way into their operations, and the ready-made ones
 * for numbers, booleans, strings and blobs.
 */
#include <linux/debugfs.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/kstrtox.h>
#include <linux/mount.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <udevmem/debugfs.h>
#include <udevmem/file.h>

#include <errno.h>

#include "libkern/fs/debugfs/internal.h"
#include "libkern/fs/internal.h"

/* NULL if the file was removed, else the node with its guard held. */
static struct debugfs_node *enter(struct file *file)
{
	struct debugfs_node *node = debugfs_node(file->f_path.dentry);

	down_read(&node->guard);
	if (!node->removed)
		return node;
	up_read(&node->guard);
	return NULL;
}

static void leave(struct debugfs_node *node)
{
	up_read(&node->guard);
}

/* Runs op of the file's own operations if it has one and was not removed. */
#define PROXY(file, res_type, op, missing, ...)				\
	({								\
		struct debugfs_node *__node = enter(file);		\
		res_type __res = -EIO;					\
									\
		if (__node) {						\
			__res = __node->fops->op ?			\
				__node->fops->op(__VA_ARGS__) : (missing); \
			leave(__node);					\
		}							\
		__res;							\
	})

static int proxy_open(struct inode *inode, struct file *file)
{
	return PROXY(file, int, open, 0, inode, file);
}

/* Also after removal, for what open allocated. */
static int proxy_release(struct inode *inode, struct file *file)
{
	struct debugfs_node *node = debugfs_node(file->f_path.dentry);

	return node->fops->release ? node->fops->release(inode, file) : 0;
}

static ssize_t proxy_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	return PROXY(file, ssize_t, read, -EINVAL, file, buf, count, pos);
}

static ssize_t proxy_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	return PROXY(file, ssize_t, write, -EINVAL, file, buf, count, pos);
}

static loff_t proxy_llseek(struct file *file, loff_t offset, int whence)
{
	return PROXY(file, loff_t, llseek, -ESPIPE, file, offset, whence);
}

static long proxy_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return PROXY(file, long, unlocked_ioctl, -ENOTTY, file, cmd, arg);
}

static __poll_t proxy_poll(struct file *file, poll_table *pt)
{
	struct debugfs_node *node = enter(file);
	__poll_t ready = EPOLLHUP;

	if (node) {
		ready = node->fops->poll ? node->fops->poll(file, pt) : DEFAULT_POLLMASK;
		leave(node);
	}
	return ready;
}

const struct file_operations debugfs_proxy_fops = {
	.open = proxy_open,
	.release = proxy_release,
	.read = proxy_read,
	.write = proxy_write,
	.llseek = proxy_llseek,
	.unlocked_ioctl = proxy_ioctl,
	.poll = proxy_poll,
};

static const struct file_operations closed_fops;

static int may_open(const struct inode *inode, int flags)
{
	fmode_t wanted = OPEN_FMODE(flags);

	if (S_ISDIR(inode->i_mode))
		return -EISDIR;
	if (wanted & FMODE_READ && !(inode->i_mode & S_IRUGO))
		return -EACCES;
	if (wanted & FMODE_WRITE && !(inode->i_mode & S_IWUGO))
		return -EACCES;
	return 0;
}

struct file *debugfs_open_entry(struct dentry *entry, int flags)
{
	int err = may_open(d_inode(entry), flags);
	struct file *file = err ? ERR_PTR(err) : alloc_empty_file(flags, current_cred());

	if (IS_ERR(file))
		return file;
	file_set_dentry(file, debugfs_mount(), dget(entry));
	file->f_mode |= FMODE_OPENED | FMODE_LSEEK;
	file->f_op = &debugfs_proxy_fops;
	err = proxy_open(d_inode(entry), file);
	if (err) {
		/* Nothing to release: open undid its own work. */
		file->f_op = &closed_fops;
		__fput_sync(file);
		return ERR_PTR(err);
	}
	return file;
}

struct file *debugfs_open_path(const char *path, int flags)
{
	struct dentry *entry = debugfs_walk(path);
	struct file *file;

	if (IS_ERR(entry))
		return ERR_CAST(entry);
	file = debugfs_open_entry(entry, flags);
	dput(entry);
	return file;
}

/* Numbers. */

#define DEFINE_NUMBER(type, name, fmt)						\
static int name##_get(void *data, u64 *val)					\
{										\
	*val = READ_ONCE(*(type *)data);					\
	return 0;								\
}										\
										\
static int name##_set(void *data, u64 val)					\
{										\
	WRITE_ONCE(*(type *)data, val);						\
	return 0;								\
}										\
										\
DEFINE_DEBUGFS_ATTRIBUTE(name##_fops, name##_get, name##_set, fmt);		\
										\
void debugfs_create_##name(const char *file, umode_t mode, struct dentry *parent, type *value) \
{										\
	debugfs_create_file(file, mode, parent, value, &name##_fops);		\
}										\
EXPORT_SYMBOL_GPL(debugfs_create_##name)

DEFINE_NUMBER(u8, u8, "%llu\n");
DEFINE_NUMBER(u16, u16, "%llu\n");
DEFINE_NUMBER(u32, u32, "%llu\n");
DEFINE_NUMBER(u64, u64, "%llu\n");
DEFINE_NUMBER(unsigned long, ulong, "%llu\n");
DEFINE_NUMBER(size_t, size_t, "%llu\n");
DEFINE_NUMBER(u8, x8, "0x%02llx\n");
DEFINE_NUMBER(u16, x16, "0x%04llx\n");
DEFINE_NUMBER(u32, x32, "0x%08llx\n");
DEFINE_NUMBER(u64, x64, "0x%016llx\n");

static int atomic_t_get(void *data, u64 *val)
{
	*val = (s64)atomic_read((atomic_t *)data);
	return 0;
}

static int atomic_t_set(void *data, u64 val)
{
	atomic_set((atomic_t *)data, val);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(atomic_t_fops, atomic_t_get, atomic_t_set, "%lld\n");

void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent,
			     atomic_t *value)
{
	debugfs_create_file(name, mode, parent, value, &atomic_t_fops);
}
EXPORT_SYMBOL_GPL(debugfs_create_atomic_t);

/* Booleans. */

ssize_t debugfs_read_file_bool(struct file *file, char __user *user_buf, size_t count,
			       loff_t *ppos)
{
	const bool *value = file->private_data;

	return simple_read_from_buffer(user_buf, count, ppos, READ_ONCE(*value) ? "Y\n" : "N\n", 2);
}
EXPORT_SYMBOL_GPL(debugfs_read_file_bool);

ssize_t debugfs_write_file_bool(struct file *file, const char __user *user_buf, size_t count,
				loff_t *ppos)
{
	bool *value = file->private_data;
	char text[8];
	size_t len = min(count, sizeof(text) - 1);
	bool on;
	int err;

	if (copy_from_user(text, user_buf, len))
		return -EFAULT;
	text[len] = '\0';
	err = kstrtobool(text, &on);
	if (err)
		return err;
	WRITE_ONCE(*value, on);
	return count;
}
EXPORT_SYMBOL_GPL(debugfs_write_file_bool);

static const struct file_operations bool_fops = {
	.read = debugfs_read_file_bool,
	.write = debugfs_write_file_bool,
	.open = simple_open,
	.llseek = default_llseek,
};

void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value)
{
	debugfs_create_file(name, mode, parent, value, &bool_fops);
}
EXPORT_SYMBOL_GPL(debugfs_create_bool);

/* Strings. Readers and writers of one string exclude each other. */

static DEFINE_MUTEX(str_lock);

static ssize_t str_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	char **value = file->private_data;
	char *copy;
	ssize_t res;

	mutex_lock(&str_lock);
	copy = kasprintf(GFP_KERNEL, "%s\n", *value ? *value : "");
	mutex_unlock(&str_lock);
	if (!copy)
		return -ENOMEM;
	res = simple_read_from_buffer(buf, count, ppos, copy, strlen(copy));
	kfree(copy);
	return res;
}

static ssize_t str_write(struct file *file, const char __user *buf, size_t count, loff_t *ppos)
{
	char **value = file->private_data;
	char *text, *old;

	if (*ppos || count + 1 > PAGE_SIZE)
		return -EINVAL;
	text = kmalloc(count + 1, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (copy_from_user(text, buf, count)) {
		kfree(text);
		return -EFAULT;
	}
	text[count] = '\0';
	text[strcspn(text, "\n")] = '\0';
	mutex_lock(&str_lock);
	old = *value;
	*value = text;
	mutex_unlock(&str_lock);
	kfree(old);
	return count;
}

static const struct file_operations str_fops = {
	.read = str_read,
	.write = str_write,
	.open = simple_open,
	.llseek = default_llseek,
};

void debugfs_create_str(const char *name, umode_t mode, struct dentry *parent, char **value)
{
	debugfs_create_file(name, mode, parent, value, &str_fops);
}
EXPORT_SYMBOL_GPL(debugfs_create_str);

static ssize_t blob_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	const struct debugfs_blob_wrapper *blob = file->private_data;

	return simple_read_from_buffer(buf, count, ppos, blob->data, blob->size);
}

static const struct file_operations blob_fops = {
	.read = blob_read,
	.open = simple_open,
	.llseek = default_llseek,
};

struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
				   struct debugfs_blob_wrapper *blob)
{
	return debugfs_create_file(name, mode & 0444, parent, blob, &blob_fops);
}
EXPORT_SYMBOL_GPL(debugfs_create_blob);

/* The host's side: whole files by path. */

static int host_result(long res)
{
	if (res >= 0)
		return res;
	errno = -res;
	return -1;
}

/* Reads to the end; one byte more than fits tells a full buffer from the end. */
static ssize_t read_all(struct file *file, char *buf, size_t size)
{
	size_t have = 0;
	char probe;
	ssize_t n;

	for (;;) {
		bool full = have == size - 1;

		n = vfs_read(file, full ? &probe : buf + have, full ? 1 : size - 1 - have,
			     &file->f_pos);
		if (n <= 0)
			break;
		if (full)
			return -ENOBUFS;
		have += n;
	}
	buf[have] = '\0';
	return n < 0 ? n : (ssize_t)have;
}

ssize_t udm_debugfs_read(const char *path, char *buf, size_t size)
{
	struct file *file;
	ssize_t res;

	if (!size)
		return host_result(-ENOBUFS);
	udm_call_begin();
	file = debugfs_open_path(path, O_RDONLY);
	res = PTR_ERR_OR_ZERO(file);
	if (!res) {
		res = read_all(file, buf, size);
		fput(file);
	}
	udm_call_end();
	return host_result(res);
}

ssize_t udm_debugfs_write(const char *path, const void *buf, size_t len)
{
	struct file *file;
	ssize_t res;

	udm_call_begin();
	file = debugfs_open_path(path, O_WRONLY);
	res = PTR_ERR_OR_ZERO(file);
	if (!res) {
		res = vfs_write(file, buf, len, &file->f_pos);
		fput(file);
	}
	udm_call_end();
	return host_result(res);
}

bool udm_debugfs_exists(const char *path)
{
	struct dentry *entry;
	bool exists;

	udm_call_begin();
	entry = debugfs_walk(path);
	exists = !IS_ERR(entry);
	if (exists)
		dput(entry);
	udm_call_end();
	return exists;
}

/* The caller's function, for names instead of entries; its result is no error of ours. */
struct listing {
	int (*fn)(void *ctx, const char *name, bool is_dir);
	void *ctx;
	int result;
};

static int list_entry_name(void *ctx, struct dentry *entry)
{
	struct listing *list = ctx;

	list->result = list->fn(list->ctx, (const char *)entry->d_name.name,
				S_ISDIR(d_inode(entry)->i_mode));
	return list->result;
}

static int list_directory(struct dentry *dir, struct listing *list)
{
	if (!S_ISDIR(d_inode(dir)->i_mode))
		return host_result(-ENOTDIR);
	if (debugfs_for_each(dir, list_entry_name, list) && !list->result)
		return host_result(-ENOMEM);
	return list->result;
}

int udm_debugfs_list(const char *path, int (*fn)(void *ctx, const char *name, bool is_dir),
		     void *ctx)
{
	struct listing list = { .fn = fn, .ctx = ctx };
	struct dentry *dir;
	int res;

	udm_call_begin();
	dir = debugfs_walk(path);
	if (IS_ERR(dir)) {
		res = host_result(PTR_ERR(dir));
	} else {
		res = list_directory(dir, &list);
		dput(dir);
	}
	udm_call_end();
	return res;
}
