// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trees of address ranges and who has them.
 *
 * A lock for all trees. The nodes are the callers', but those of regions, which are made
 * and freed here.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct resource ioport_resource = {
	.name = "PCI IO", .start = 0, .end = 0xffff, .flags = IORESOURCE_IO,
};
EXPORT_SYMBOL(ioport_resource);

struct resource iomem_resource = {
	.name = "PCI mem", .start = 0, .end = U64_MAX, .flags = IORESOURCE_MEM,
};
EXPORT_SYMBOL(iomem_resource);

static DEFINE_SPINLOCK(resource_lock);

/* The link that leads to the first child that ends at or after `start`. */
static struct resource **child_link(struct resource *parent, resource_size_t start)
{
	struct resource **link = &parent->child;

	while (*link && (*link)->end < start)
		link = &(*link)->sibling;
	return link;
}

/* What is in the way of a new child: the parent itself if it does not fit into it. */
static struct resource *add_child(struct resource *parent, struct resource *new_res)
{
	struct resource **link;

	if (new_res->end < new_res->start || new_res->start < parent->start ||
	    new_res->end > parent->end)
		return parent;
	link = child_link(parent, new_res->start);
	if (*link && (*link)->start <= new_res->end)
		return *link;
	new_res->parent = parent;
	new_res->sibling = *link;
	*link = new_res;
	return NULL;
}

struct resource *request_resource_conflict(struct resource *root, struct resource *new_res)
{
	struct resource *conflict;

	spin_lock(&resource_lock);
	conflict = add_child(root, new_res);
	spin_unlock(&resource_lock);
	return conflict;
}
EXPORT_SYMBOL(request_resource_conflict);

int request_resource(struct resource *root, struct resource *new_res)
{
	return request_resource_conflict(root, new_res) ? -EBUSY : 0;
}
EXPORT_SYMBOL(request_resource);

/* The children from *link on that lie in new_res, which takes them; false: one sticks out. */
static bool adopt_children(struct resource **link, struct resource *new_res)
{
	struct resource *last = NULL;

	for (struct resource *at = *link; at && at->start <= new_res->end; at = at->sibling) {
		if (at->start < new_res->start || at->end > new_res->end)
			return false;
		last = at;
	}
	new_res->child = *link;
	new_res->sibling = last->sibling;
	last->sibling = NULL;
	for (struct resource *at = new_res->child; at; at = at->sibling)
		at->parent = new_res;
	*link = new_res;
	return true;
}

static int insert_locked(struct resource *parent, struct resource *new_res)
{
	struct resource *conflict;

	/* Down to the smallest one that it fits into. */
	while ((conflict = add_child(parent, new_res))) {
		struct resource **link;

		if (conflict == parent || conflict == new_res)
			return -EBUSY;
		if (conflict->start <= new_res->start && conflict->end >= new_res->end &&
		    !(conflict->start == new_res->start && conflict->end == new_res->end)) {
			parent = conflict;
			continue;
		}
		link = child_link(parent, new_res->start);
		if (!adopt_children(link, new_res))
			return -EBUSY;
		new_res->parent = parent;
		return 0;
	}
	return 0;
}

int insert_resource(struct resource *parent, struct resource *new_res)
{
	int err;

	spin_lock(&resource_lock);
	err = insert_locked(parent, new_res);
	spin_unlock(&resource_lock);
	return err;
}
EXPORT_SYMBOL_GPL(insert_resource);

int release_resource(struct resource *old)
{
	struct resource **link;
	int err = -EINVAL;

	spin_lock(&resource_lock);
	for (link = old->parent ? &old->parent->child : NULL; link && *link;
	     link = &(*link)->sibling) {
		if (*link != old)
			continue;
		*link = old->sibling;
		old->parent = NULL;
		err = 0;
		break;
	}
	spin_unlock(&resource_lock);
	return err;
}
EXPORT_SYMBOL(release_resource);

struct resource *lookup_resource(struct resource *root, resource_size_t start)
{
	struct resource *at;

	spin_lock(&resource_lock);
	at = *child_link(root, start);
	spin_unlock(&resource_lock);
	return at && at->start == start ? at : NULL;
}

int remove_resource(struct resource *old)
{
	struct resource *child = old->child, *last, *parent = old->parent;
	int err = release_resource(old);

	if (err || !child)
		return err;
	spin_lock(&resource_lock);
	for (last = child; last->sibling; last = last->sibling)
		last->parent = parent;
	last->parent = parent;
	last->sibling = *child_link(parent, child->start);
	*child_link(parent, child->start) = child;
	old->child = NULL;
	spin_unlock(&resource_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(remove_resource);

/* Whether [start, end] holds the children, and no neighbour. Under the lock. */
static bool may_become(const struct resource *res, resource_size_t start, resource_size_t end)
{
	const struct resource *parent = res->parent, *at;

	if (parent && (start < parent->start || end > parent->end))
		return false;
	for (at = parent ? parent->child : NULL; at; at = at->sibling)
		if (at != res && at->start <= end && at->end >= start)
			return false;
	for (at = res->child; at; at = at->sibling)
		if (at->start < start || at->end > end)
			return false;
	return true;
}

int adjust_resource(struct resource *res, resource_size_t start, resource_size_t size)
{
	int err = -EBUSY;

	spin_lock(&resource_lock);
	if (may_become(res, start, start + size - 1)) {
		resource_set_range(res, start, size);
		err = 0;
	}
	spin_unlock(&resource_lock);
	return err;
}
EXPORT_SYMBOL(adjust_resource);

struct resource *__request_region(struct resource *parent, resource_size_t start,
				  resource_size_t n, const char *name, int flags)
{
	struct resource *res = kzalloc(sizeof(*res), GFP_KERNEL), *conflict;

	if (!res)
		return NULL;
	*res = (struct resource){ .start = start, .end = start + n - 1, .name = name };
	spin_lock(&resource_lock);
	for (;;) {
		res->flags = resource_type(parent) | IORESOURCE_BUSY | flags;
		res->desc = parent->desc;
		conflict = add_child(parent, res);
		/* Whoever only says what is there is no obstacle. */
		if (!conflict || conflict == parent || (conflict->flags & IORESOURCE_BUSY))
			break;
		parent = conflict;
	}
	spin_unlock(&resource_lock);
	if (!conflict)
		return res;
	kfree(res);
	return NULL;
}
EXPORT_SYMBOL(__request_region);

/* The region's node, unlinked, or NULL. Under the lock. */
static struct resource *unlink_region(struct resource *parent, resource_size_t start,
				      resource_size_t end)
{
	struct resource **link = child_link(parent, start), *at;

	while ((at = *link) && at->start <= start && at->end >= end) {
		if (!(at->flags & IORESOURCE_BUSY)) {
			link = child_link(at, start);
			continue;
		}
		if (at->start != start || at->end != end)
			return NULL;
		*link = at->sibling;
		return at;
	}
	return NULL;
}

void __release_region(struct resource *parent, resource_size_t start, resource_size_t n)
{
	struct resource *res;

	spin_lock(&resource_lock);
	res = unlink_region(parent, start, start + n - 1);
	spin_unlock(&resource_lock);
	if (!res)
		pr_warn("Trying to free nonexistent resource <%#018llx-%#018llx>\n", start,
			start + n - 1);
	kfree(res);
}
EXPORT_SYMBOL(__release_region);

/* Counts the kinds of what lies in [start, end]: resources that have children say it by them. */
static void count_kinds(const struct resource *parent, resource_size_t start, resource_size_t end,
			unsigned long flags, unsigned long desc, bool *same, bool *other)
{
	for (const struct resource *at = parent->child; at; at = at->sibling) {
		bool is_type = (at->flags & flags) == flags &&
			       (desc == IORES_DESC_NONE || desc == at->desc);

		if (at->start > end || at->end < start)
			continue;
		if (is_type)
			*same = true;
		else if (at->child)
			count_kinds(at, start, end, flags, desc, same, other);
		else
			*other = true;
		/* What the children of another kind leave over is of that kind. */
		if (!is_type && at->child) {
			resource_size_t covered = max(at->start, start);

			for (const struct resource *c = at->child; c && c->start <= covered;
			     c = c->sibling)
				covered = max(covered, c->end + 1);
			if (covered <= min(at->end, end))
				*other = true;
		}
	}
}

int region_intersects(resource_size_t offset, size_t size, unsigned long flags, unsigned long desc)
{
	bool same = false, other = false;

	spin_lock(&resource_lock);
	count_kinds(&iomem_resource, offset, offset + size - 1, flags, desc, &same, &other);
	spin_unlock(&resource_lock);
	if (!same)
		return REGION_DISJOINT;
	return other ? REGION_MIXED : REGION_INTERSECTS;
}
EXPORT_SYMBOL_GPL(region_intersects);

/* Whoever forgot a region has lost it with the machine. */
static void __exit forget_resources(void)
{
	ioport_resource.child = NULL;
	iomem_resource.child = NULL;
}
__exitcall(forget_resources);
