// SPDX-License-Identifier: GPL-2.0-only
/*
 * The debugfs tree as files of the host.
 *
 * A directory of debugfs and the descriptor of its copy go down the tree together.
 * What the host refuses ends the copying; what a file of debugfs refuses leaves
 * out that file. Nothing is locked while a file is read, so the copy is no snapshot.
 */
#include <linux/debugfs.h>
#include <linux/file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <udevmem/debugfs.h>
#include <udevmem/file.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libkern/fs/debugfs/internal.h"
#include "libkern/fs/internal.h"

#define CHUNK 4096

struct copy {
	int dir;	/* of the host */
	int files;
};

static int write_all(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			buf += n;
			len -= n;
		}
	}
	return 0;
}

/* 1 if the text was copied to its end, 0 if the file failed, or what ends the copying. */
static int copy_text(struct file *file, int fd, char *buf)
{
	for (;;) {
		ssize_t n = vfs_read(file, buf, CHUNK, &file->f_pos);
		int err;

		if (n <= 0)
			return n == -ENOMEM ? n : !n;
		err = write_all(fd, buf, n);
		if (err)
			return err;
	}
}

static int copy_open_file(struct copy *copy, const char *name, struct file *file)
{
	int fd = openat(copy->dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	char *buf = kmalloc(CHUNK, GFP_KERNEL);
	int res = fd < 0 ? -errno : -ENOMEM;

	if (fd >= 0 && buf)
		res = copy_text(file, fd, buf);
	kfree(buf);
	if (fd >= 0 && close(fd) && res > 0)
		res = -errno;
	if (fd >= 0 && res <= 0)
		unlinkat(copy->dir, name, 0);
	copy->files += res > 0;
	return min(res, 0);
}

static int copy_file(struct copy *copy, const char *name, struct dentry *entry)
{
	struct file *file = debugfs_open_entry(entry, O_RDONLY);
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file) == -ENOMEM ? -ENOMEM : 0;
	err = copy_open_file(copy, name, file);
	fput(file);
	return err;
}

static int copy_link(struct copy *copy, const char *name, struct dentry *entry)
{
	if (unlinkat(copy->dir, name, 0) && errno != ENOENT)
		return -errno;
	return symlinkat(debugfs_node(entry)->link, copy->dir, name) ? -errno : 0;
}

static int copy_entry(void *ctx, struct dentry *entry);

static int copy_directory(struct copy *copy, const char *name, struct dentry *entry)
{
	struct copy below = { .files = copy->files };
	int err;

	if (mkdirat(copy->dir, name, 0755) && errno != EEXIST)
		return -errno;
	below.dir = openat(copy->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (below.dir < 0)
		return -errno;
	err = debugfs_for_each(entry, copy_entry, &below);
	close(below.dir);
	copy->files = below.files;
	return err;
}

/* A name the host would take for something else is left out. */
static bool is_plain_name(const char *name)
{
	return *name && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..");
}

static int copy_entry(void *ctx, struct dentry *entry)
{
	const char *name = (const char *)entry->d_name.name;
	umode_t mode = d_inode(entry)->i_mode;

	if (!is_plain_name(name))
		return 0;
	if (S_ISDIR(mode))
		return copy_directory(ctx, name, entry);
	if (S_ISLNK(mode))
		return copy_link(ctx, name, entry);
	return copy_file(ctx, name, entry);
}

int udm_debugfs_export(const char *dir)
{
	struct copy copy = { .dir = AT_FDCWD };
	struct dentry *root;
	int err;

	udm_call_begin();
	root = debugfs_walk("");
	err = PTR_ERR_OR_ZERO(root);
	if (!err) {
		err = copy_directory(&copy, dir, root);
		dput(root);
	}
	udm_call_end();
	if (!err)
		return copy.files;
	errno = -err;
	return -1;
}
