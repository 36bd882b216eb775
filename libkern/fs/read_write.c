// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading, writing and seeking on a struct file.
 */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/uaccess.h>

#define MAX_RW_COUNT (INT_MAX & PAGE_MASK)

/* Where whence and offset lead in a file of this size that stands at pos; or an errno. */
static loff_t seek_target(loff_t pos, loff_t offset, int whence, loff_t size)
{
	switch (whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		offset += pos;
		break;
	case SEEK_END:
		offset += size;
		break;
	default:
		return -EINVAL;
	}
	return offset < 0 ? -EINVAL : offset;
}

static loff_t seek_within(struct file *file, loff_t offset, int whence, loff_t size, loff_t max)
{
	loff_t target = seek_target(file->f_pos, offset, whence, size);

	if (target > max)
		return -EINVAL;
	if (target >= 0)
		file->f_pos = target;
	return target;
}

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
	return seek_within(file, offset, whence, i_size_read(file_inode(file)), LLONG_MAX);
}
EXPORT_SYMBOL(generic_file_llseek);

loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size)
{
	return seek_within(file, offset, whence, size, size);
}
EXPORT_SYMBOL(fixed_size_llseek);

loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos;
}
EXPORT_SYMBOL(noop_llseek);

loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
	return generic_file_llseek(file, offset, whence);
}
EXPORT_SYMBOL(default_llseek);

loff_t vfs_llseek(struct file *file, loff_t offset, int whence)
{
	if (!(file->f_mode & FMODE_LSEEK))
		return -ESPIPE;
	return file->f_op->llseek(file, offset, whence);
}
EXPORT_SYMBOL(vfs_llseek);

static int check_transfer(const void __user *buf, size_t count, const loff_t *pos)
{
	if (pos && *pos < 0)
		return -EINVAL;
	return access_ok(buf, count) ? 0 : -EFAULT;
}

ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	int err;

	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (!file->f_op->read)
		return -EINVAL;
	err = check_transfer(buf, count, pos);
	return err ? err : file->f_op->read(file, buf, min_t(size_t, count, MAX_RW_COUNT), pos);
}
EXPORT_SYMBOL_GPL(vfs_read);

ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	int err;

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!file->f_op->write)
		return -EINVAL;
	err = check_transfer(buf, count, pos);
	return err ? err : file->f_op->write(file, buf, min_t(size_t, count, MAX_RW_COUNT), pos);
}
EXPORT_SYMBOL_GPL(vfs_write);
