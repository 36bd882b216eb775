// SPDX-License-Identifier: GPL-2.0-only
/*
 * The debugfs tree: creating, finding and removing entries.
 *
 * One mutex protects the tree. The tree holds a reference on each entry, a child
 * one on its directory; open files hold entries beyond their removal.
 */
#include <linux/debugfs.h>
#include <linux/export.h>
#include <linux/mount.h>
#include <linux/mutex.h>
#include <linux/pseudo_fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/linux/magic.h>

#include "libkern/fs/debugfs/internal.h"
#include "libkern/fs/internal.h"
#include "libkern/subsystem.h"

#define LINKS_MAX 8

static DEFINE_MUTEX(tree_lock);
static struct vfsmount *mnt;

static void node_free(struct dentry *dentry)
{
	struct debugfs_node *node = debugfs_node(dentry);

	if (node)
		kfree(node->link);
	kfree(node);
}

static const struct dentry_operations debugfs_dops = {
	.d_release = node_free,
};

static int debugfs_init_context(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = init_pseudo(fc, DEBUGFS_MAGIC);

	if (!ctx)
		return -ENOMEM;
	ctx->dops = &debugfs_dops;
	return 0;
}

static struct file_system_type debugfs_type = {
	.name = "debugfs",
	.init_fs_context = debugfs_init_context,
	.kill_sb = kill_litter_super,
};

int debugfs_boot(const struct udm_config *cfg)
{
	mnt = kern_mount(&debugfs_type);
	return PTR_ERR_OR_ZERO(mnt);
}

void debugfs_shutdown(void)
{
	struct dentry *root = mnt->mnt_root;

	while (!list_empty(&root->d_children))
		debugfs_remove(list_first_entry(&root->d_children, struct dentry, d_sib));
	kern_unmount(mnt);
	mnt = NULL;
}

bool debugfs_initialized(void)
{
	return mnt;
}
EXPORT_SYMBOL_GPL(debugfs_initialized);

struct vfsmount *debugfs_mount(void)
{
	return mnt;
}

static struct dentry *child_of(struct dentry *dir, const char *name, size_t len)
{
	struct dentry *entry;

	list_for_each_entry(entry, &dir->d_children, d_sib)
		if (entry->d_name.len == len && !memcmp(entry->d_name.name, name, len))
			return entry;
	return NULL;
}

/* An entry outside of the tree, with inode and node. */
static struct dentry *entry_alloc(const char *name, umode_t mode, void *data,
				  const struct file_operations *fops)
{
	struct dentry *entry = d_alloc_pseudo(mnt->mnt_sb, name);
	struct debugfs_node *node;
	struct inode *inode;

	if (!entry)
		return NULL;
	node = kzalloc(sizeof(*node), GFP_KERNEL);
	inode = new_inode(mnt->mnt_sb);
	entry->d_fsdata = node;
	entry->d_inode = inode;
	if (!node || !inode) {
		dput(entry);
		return NULL;
	}
	init_rwsem(&node->guard);
	node->fops = fops;
	inode->i_ino = get_next_ino();
	inode->i_mode = mode;
	inode->i_private = data;
	inode->i_fop = &debugfs_proxy_fops;
	return entry;
}

/* Links the entry below parent (NULL: the root). The tree takes over the reference. */
static struct dentry *entry_link(struct dentry *entry, struct dentry *parent)
{
	const char *name = (const char *)entry->d_name.name;
	bool taken;

	if (!parent)
		parent = mnt->mnt_root;
	mutex_lock(&tree_lock);
	taken = child_of(parent, name, entry->d_name.len);
	if (!taken) {
		entry->d_parent = dget(parent);
		list_add_tail(&entry->d_sib, &parent->d_children);
	}
	mutex_unlock(&tree_lock);
	if (!taken)
		return entry;
	pr_err("debugfs: '%s' already exists in '%s'\n", name,
	       (const char *)parent->d_name.name);
	dput(entry);
	return ERR_PTR(-EEXIST);
}

static struct dentry *entry_create(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops)
{
	struct dentry *entry;

	if (IS_ERR(parent))
		return parent;
	if (!mnt)
		return ERR_PTR(-ENOENT);
	entry = entry_alloc(name, mode, data, fops);
	if (!entry) {
		pr_err("debugfs: out of free dentries, can not create '%s'\n", name);
		return ERR_PTR(-ENOMEM);
	}
	return entry_link(entry, parent);
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	return entry_create(name, S_IFDIR | 0755, parent, NULL, NULL);
}
EXPORT_SYMBOL_GPL(debugfs_create_dir);

static const struct file_operations no_fops = { .open = simple_open };

struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops)
{
	return entry_create(name, S_IFREG | (mode & S_IALLUGO), parent, data,
			    fops ? fops : &no_fops);
}
EXPORT_SYMBOL_GPL(debugfs_create_file);

struct dentry *debugfs_create_file_unsafe(const char *name, umode_t mode, struct dentry *parent,
					  void *data, const struct file_operations *fops)
{
	return debugfs_create_file(name, mode, parent, data, fops);
}
EXPORT_SYMBOL_GPL(debugfs_create_file_unsafe);

struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent, const char *dest)
{
	char *link = kstrdup(dest, GFP_KERNEL);
	struct dentry *entry;

	if (!link)
		return ERR_PTR(-ENOMEM);
	if (IS_ERR(parent) || !mnt) {
		kfree(link);
		return IS_ERR(parent) ? parent : ERR_PTR(-ENOENT);
	}
	entry = entry_alloc(name, S_IFLNK | S_IRWXUGO, NULL, NULL);
	if (!entry) {
		kfree(link);
		return ERR_PTR(-ENOMEM);
	}
	debugfs_node(entry)->link = link;
	return entry_link(entry, parent);
}
EXPORT_SYMBOL_GPL(debugfs_create_symlink);

struct dentry *debugfs_lookup(const char *name, struct dentry *parent)
{
	struct dentry *entry;

	if (!mnt || IS_ERR(parent) || !name)
		return NULL;
	mutex_lock(&tree_lock);
	entry = dget(child_of(parent ? parent : mnt->mnt_root, name, strlen(name)));
	mutex_unlock(&tree_lock);
	return entry;
}
EXPORT_SYMBOL_GPL(debugfs_lookup);

/*
 * Waits for calls inside the file's operations; new ones fail from now on. The caller
 * may be inside those of another file, whose guard is of the same class.
 */
static void entry_drain(struct dentry *entry)
{
	struct debugfs_node *node = debugfs_node(entry);

	down_write_nested(&node->guard, SINGLE_DEPTH_NESTING);
	node->removed = true;
	up_write(&node->guard);
}

/* Takes the tree below top out, leaves first. */
static void unlink_tree(struct dentry *top)
{
	struct dentry *entry = top;

	for (;;) {
		struct dentry *parent;

		mutex_lock(&tree_lock);
		while (!list_empty(&entry->d_children))
			entry = list_first_entry(&entry->d_children, struct dentry, d_sib);
		parent = entry->d_parent;
		list_del_init(&entry->d_sib);
		mutex_unlock(&tree_lock);
		entry_drain(entry);
		if (entry == top) {
			dput(entry);
			return;
		}
		dput(entry);
		entry = parent;
	}
}

void debugfs_remove(struct dentry *dentry)
{
	if (!IS_ERR_OR_NULL(dentry) && mnt)
		unlink_tree(dentry);
}
EXPORT_SYMBOL_GPL(debugfs_remove);

void debugfs_lookup_and_remove(const char *name, struct dentry *parent)
{
	struct dentry *entry = debugfs_lookup(name, parent);

	debugfs_remove(entry);
	dput(entry);
}
EXPORT_SYMBOL_GPL(debugfs_lookup_and_remove);

/* One component of a path; tree_lock held. */
static struct dentry *walk_step(struct dentry *at, const char *name, size_t len)
{
	if (!len || (len == 1 && name[0] == '.'))
		return at;
	if (len == 2 && !memcmp(name, "..", 2))
		return at->d_parent;
	return child_of(at, name, len);
}

static struct dentry *walk_from(struct dentry *at, const char *path, unsigned int links)
{
	while (at && *path) {
		struct dentry *dir = at;
		size_t len = strcspn(path, "/");

		at = walk_step(at, path, len);
		path += len;
		path += strspn(path, "/");
		if (!at || !debugfs_node(at) || !debugfs_node(at)->link)
			continue;
		if (!links)
			return ERR_PTR(-ELOOP);
		at = walk_from(dir, debugfs_node(at)->link, links - 1);
		if (IS_ERR(at))
			return at;
	}
	return at ? at : ERR_PTR(-ENOENT);
}

struct dentry *debugfs_walk(const char *path)
{
	struct dentry *entry;

	if (!mnt)
		return ERR_PTR(-ENOENT);
	mutex_lock(&tree_lock);
	entry = walk_from(mnt->mnt_root, path + strspn(path, "/"), LINKS_MAX);
	if (!IS_ERR(entry))
		dget(entry);
	mutex_unlock(&tree_lock);
	return entry;
}

/* What a directory has now, each with a reference; NULL without memory. */
static struct dentry **children_of(struct dentry *dir, size_t *n)
{
	struct dentry **children, *entry;

	guard(mutex)(&tree_lock);
	*n = list_count_nodes(&dir->d_children);
	children = kmalloc_array(*n + 1, sizeof(*children), GFP_KERNEL);
	*n = 0;
	if (!children)
		return NULL;
	list_for_each_entry(entry, &dir->d_children, d_sib)
		children[(*n)++] = dget(entry);
	return children;
}

int debugfs_for_each(struct dentry *dir, int (*fn)(void *ctx, struct dentry *entry), void *ctx)
{
	size_t n;
	struct dentry **children = children_of(dir, &n);
	int res = children ? 0 : -ENOMEM;

	for (size_t i = 0; i < n; i++) {
		if (!res)
			res = fn(ctx, children[i]);
		dput(children[i]);
	}
	kfree(children);
	return res;
}
