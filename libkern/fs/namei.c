// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths: a mount and a dentry counted together.
 */
#include <linux/dcache.h>
#include <linux/export.h>
#include <linux/mount.h>
#include <linux/path.h>

void path_get(const struct path *path)
{
	mntget(path->mnt);
	dget(path->dentry);
}
EXPORT_SYMBOL(path_get);

void path_put(const struct path *path)
{
	dput(path->dentry);
	mntput(path->mnt);
}
EXPORT_SYMBOL(path_put);
