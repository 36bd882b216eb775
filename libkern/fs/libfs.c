// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ready-made parts of file systems and files: pseudo file systems, reading from
 * a buffer, attribute files.
 */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/pseudo_fs.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/uaccess.h>
#include <uapi/linux/magic.h>

#include "libkern/fs/internal.h"

int simple_open(struct inode *inode, struct file *file)
{
	if (inode->i_private)
		file->private_data = inode->i_private;
	return 0;
}
EXPORT_SYMBOL(simple_open);

static int pseudo_fs_fill_super(struct super_block *sb, struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = fc->fs_private;
	struct inode *inode;

	sb->s_magic = ctx->magic;
	sb->s_op = ctx->ops;
	sb->s_d_op = ctx->dops;
	inode = new_inode(sb);
	if (!inode)
		return -ENOMEM;
	inode->i_ino = 1;
	inode->i_mode = S_IFDIR | S_IRUSR | S_IWUSR;
	sb->s_root = d_make_root_of(sb, inode);
	return sb->s_root ? 0 : -ENOMEM;
}

static int pseudo_fs_get_tree(struct fs_context *fc)
{
	return get_tree_nodev(fc, pseudo_fs_fill_super);
}

static void pseudo_fs_free(struct fs_context *fc)
{
	kfree(fc->fs_private);
}

static const struct fs_context_operations pseudo_fs_context_ops = {
	.free = pseudo_fs_free,
	.get_tree = pseudo_fs_get_tree,
};

struct pseudo_fs_context *init_pseudo(struct fs_context *fc, unsigned long magic)
{
	struct pseudo_fs_context *ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);

	if (!ctx)
		return NULL;
	ctx->magic = magic;
	fc->fs_private = ctx;
	fc->ops = &pseudo_fs_context_ops;
	return ctx;
}
EXPORT_SYMBOL(init_pseudo);

/*
 * Both directions: how much of the available bytes at *ppos a transfer of count
 * covers, or a negative errno.
 */
static ssize_t window_at(loff_t pos, size_t count, size_t available)
{
	if (pos < 0)
		return -EINVAL;
	if ((size_t)pos >= available)
		return 0;
	return min(count, available - (size_t)pos);
}

ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *ppos, const void *from,
				size_t available)
{
	ssize_t len = window_at(*ppos, count, available);
	size_t left;

	if (len <= 0)
		return len;
	left = copy_to_user(to, from + *ppos, len);
	if (left == (size_t)len)
		return -EFAULT;
	*ppos += len - left;
	return len - left;
}
EXPORT_SYMBOL(simple_read_from_buffer);

ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *ppos, const void *from,
				size_t available)
{
	ssize_t len = window_at(*ppos, count, available);

	if (len <= 0)
		return len;
	memcpy(to, from + *ppos, len);
	*ppos += len;
	return len;
}
EXPORT_SYMBOL(memory_read_from_buffer);

ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos, const void __user *from,
			       size_t count)
{
	ssize_t len = window_at(*ppos, count, available);
	size_t left;

	if (len <= 0)
		return len;
	left = copy_from_user(to + *ppos, from, len);
	if (left == (size_t)len)
		return -EFAULT;
	*ppos += len - left;
	return len - left;
}
EXPORT_SYMBOL(simple_write_to_buffer);

/* An open attribute file. The text of one read-through is fixed when it starts. */
struct simple_attr {
	int (*get)(void *data, u64 *val);
	int (*set)(void *data, u64 val);
	void *data;
	const char *fmt;
	struct mutex lock;
	char text[24];
};

int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *),
		     int (*set)(void *, u64), const char *fmt)
{
	struct simple_attr *attr = kzalloc(sizeof(*attr), GFP_KERNEL);

	if (!attr)
		return -ENOMEM;
	attr->get = get;
	attr->set = set;
	attr->data = inode->i_private;
	attr->fmt = fmt;
	mutex_init(&attr->lock);
	file->private_data = attr;
	return nonseekable_open(inode, file);
}
EXPORT_SYMBOL_GPL(simple_attr_open);

int simple_attr_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}
EXPORT_SYMBOL_GPL(simple_attr_release);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static int attr_render(struct simple_attr *attr)
{
	u64 val;
	int err = attr->get(attr->data, &val);

	if (!err)
		scnprintf(attr->text, sizeof(attr->text), attr->fmt, (unsigned long long)val);
	return err;
}
#pragma GCC diagnostic pop

ssize_t simple_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos)
{
	struct simple_attr *attr = file->private_data;
	ssize_t res = 0;

	if (!attr->get)
		return -EACCES;
	mutex_lock(&attr->lock);
	if (!*ppos || !attr->text[0])
		res = attr_render(attr);
	if (!res)
		res = simple_read_from_buffer(buf, len, ppos, attr->text, strlen(attr->text));
	mutex_unlock(&attr->lock);
	return res;
}
EXPORT_SYMBOL_GPL(simple_attr_read);

static int parse_signed(const char *text, u64 *val)
{
	return kstrtos64(text, 0, (s64 *)val);
}

static int parse_unsigned(const char *text, u64 *val)
{
	return kstrtou64(text, 0, val);
}

static ssize_t attr_write(struct file *file, const char __user *buf, size_t len,
			  int (*parse)(const char *text, u64 *val))
{
	struct simple_attr *attr = file->private_data;
	char text[24];
	size_t size = min(sizeof(text) - 1, len);
	u64 val;
	int err;

	if (!attr->set)
		return -EACCES;
	if (copy_from_user(text, buf, size))
		return -EFAULT;
	text[size] = '\0';
	err = parse(text, &val);
	if (err)
		return err;
	mutex_lock(&attr->lock);
	err = attr->set(attr->data, val);
	mutex_unlock(&attr->lock);
	return err ? err : (ssize_t)len;
}

ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t len, loff_t *ppos)
{
	return attr_write(file, buf, len, parse_unsigned);
}
EXPORT_SYMBOL_GPL(simple_attr_write);

ssize_t simple_attr_write_signed(struct file *file, const char __user *buf, size_t len,
				 loff_t *ppos)
{
	return attr_write(file, buf, len, parse_signed);
}
EXPORT_SYMBOL_GPL(simple_attr_write_signed);
