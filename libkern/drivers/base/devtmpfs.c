// SPDX-License-Identifier: GPL-2.0-only
/*
 * The nodes under /dev: names of device numbers.
 *
 * A device with a number gets a node when it is added. The class, or the type,
 * may give it another path than the device's name; '!' in a name stands for '/'.
 */
#include <linux/device.h>
#include <linux/kdev_t.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "libkern/drivers/base/base.h"
#include "libkern/fs/internal.h"

struct dev_node {
	struct list_head list;
	dev_t devt;
	char path[];
};

static DEFINE_MUTEX(nodes_mutex);
static LIST_HEAD(nodes);

/* A kmalloc'ed path, or NULL without memory. */
static char *node_path(struct device *dev)
{
	char *path = NULL;
	umode_t mode = 0;

	if (dev->type && dev->type->devnode)
		path = dev->type->devnode(dev, &mode, NULL, NULL);
	if (!path && dev->class && dev->class->devnode)
		path = dev->class->devnode(dev, &mode);
	if (!path)
		path = kstrdup(dev_name(dev), GFP_KERNEL);
	return path ? strreplace(path, '!', '/') : NULL;
}

static struct dev_node *find_node(const char *path)
{
	struct dev_node *node;

	list_for_each_entry(node, &nodes, list)
		if (!strcmp(node->path, path))
			return node;
	return NULL;
}

int devtmpfs_create_node(struct device *dev)
{
	char *path = node_path(dev);
	struct dev_node *node;
	int err = 0;

	if (!path)
		return -ENOMEM;
	node = kzalloc(sizeof(*node) + strlen(path) + 1, GFP_KERNEL);
	if (!node) {
		kfree(path);
		return -ENOMEM;
	}
	node->devt = dev->devt;
	strcpy(node->path, path);
	kfree(path);
	mutex_lock(&nodes_mutex);
	if (find_node(node->path))
		err = -EEXIST;
	else
		list_add_tail(&node->list, &nodes);
	mutex_unlock(&nodes_mutex);
	if (err)
		kfree(node);
	return err;
}

void devtmpfs_delete_node(struct device *dev)
{
	struct dev_node *node, *tmp;

	mutex_lock(&nodes_mutex);
	list_for_each_entry_safe(node, tmp, &nodes, list) {
		if (node->devt != dev->devt)
			continue;
		list_del(&node->list);
		kfree(node);
	}
	mutex_unlock(&nodes_mutex);
}

int devtmpfs_lookup(const char *path, dev_t *devt)
{
	struct dev_node *node;

	mutex_lock(&nodes_mutex);
	node = find_node(path);
	if (node)
		*devt = node->devt;
	mutex_unlock(&nodes_mutex);
	return node ? 0 : -ENOENT;
}
