// SPDX-License-Identifier: GPL-2.0-only
/*
 * Passing ioctls to a file.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fs.h>

long vfs_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long res = -ENOTTY;

	if (file->f_op->unlocked_ioctl)
		res = file->f_op->unlocked_ioctl(file, cmd, arg);
	return res == -ENOIOCTLCMD ? -ENOTTY : res;
}
EXPORT_SYMBOL(vfs_ioctl);

long compat_ptr_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (!file->f_op->unlocked_ioctl)
		return -ENOIOCTLCMD;
	return file->f_op->unlocked_ioctl(file, cmd, arg);
}
EXPORT_SYMBOL(compat_ptr_ioctl);
