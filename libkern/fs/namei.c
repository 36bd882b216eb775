// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths: a mount and a dentry counted together.
 */
#include <linux/dcache.h>
#include <linux/export.h>
#include <linux/mount.h>
#include <linux/path.h>
#include <linux/string.h>
#include <linux/stringhash.h>

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

unsigned int full_name_hash(const void *salt, const char *name, unsigned int len)
{
	unsigned long hash = init_name_hash(salt);

	for (; len--; name++)
		hash = partial_name_hash((unsigned char)*name, hash);
	return end_name_hash(hash);
}
EXPORT_SYMBOL(full_name_hash);

u64 hashlen_string(const void *salt, const char *name)
{
	unsigned int len = strlen(name);

	return hashlen_create(full_name_hash(salt, name, len), len);
}
EXPORT_SYMBOL(hashlen_string);
