/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device tree, configured out (CONFIG_OF is off): there are no nodes, every
 * lookup finds nothing.
 */
#ifndef _LINUX_OF_H
#define _LINUX_OF_H

#include <linux/errno.h>
#include <linux/types.h>

struct device_node {
	const char *name;
	const char *full_name;
	struct device_node *parent;
};

static inline const char *of_node_full_name(const struct device_node *np __always_unused)
{
	return "<no-node>";
}

static inline struct device_node *of_node_get(struct device_node *node)
{
	return node;
}

static inline void of_node_put(struct device_node *node __always_unused)
{
}

static inline struct device_node *of_get_parent(const struct device_node *node __always_unused)
{
	return NULL;
}

static inline struct device_node *of_parse_phandle(const struct device_node *np __always_unused,
						   const char *phandle_name __always_unused,
						   int index __always_unused)
{
	return NULL;
}

static inline int of_property_read_string(const struct device_node *np __always_unused,
					  const char *propname __always_unused,
					  const char **out_string __always_unused)
{
	return -ENOSYS;
}

#define of_match_ptr(ptr) NULL

#endif
