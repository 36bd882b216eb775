// SPDX-License-Identifier: GPL-2.0-only
/*
 * Free space in a tree of resources, and claims that end with a driver.
 *
 * Searching takes no lock of its own: a place that is found is then requested,
 * and the search goes on behind it if somebody else was faster.
 */
#include <linux/align.h>
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/ioport.h>
#include <linux/minmax.h>

/* The lowest place in the free [start, end]; false if there is none. */
static bool place_in_gap(resource_size_t start, resource_size_t end, resource_size_t size,
			 const struct resource_constraint *c, struct resource *new_res)
{
	struct resource gap = *new_res;
	resource_size_t at;

	gap.start = max(start, c->min);
	gap.end = min(end, c->max);
	at = ALIGN(gap.start, max_t(resource_size_t, c->align, 1));
	if (at < gap.start || gap.start > gap.end)
		return false;
	gap.start = at;
	if (c->alignf)
		at = c->alignf(c->alignf_data, &gap, size, c->align);
	if (at < gap.start || at > gap.end || size - 1 > gap.end - at)
		return false;
	resource_set_range(new_res, at, size);
	return true;
}

int find_resource_space(struct resource *root, struct resource *new_res, resource_size_t size,
			struct resource_constraint *constraint)
{
	resource_size_t free = root->start;

	for (struct resource *at = root->child; at; at = at->sibling) {
		if (at->start > free &&
		    place_in_gap(free, at->start - 1, size, constraint, new_res))
			return 0;
		if (at->end >= root->end)
			return -EBUSY;
		free = at->end + 1;
	}
	return place_in_gap(free, root->end, size, constraint, new_res) ? 0 : -EBUSY;
}
EXPORT_SYMBOL_GPL(find_resource_space);

int allocate_resource(struct resource *root, struct resource *new_res, resource_size_t size,
		      resource_size_t min, resource_size_t max, resource_size_t align,
		      resource_alignf alignf, void *alignf_data)
{
	struct resource_constraint constraint = {
		.min = min, .max = max, .align = align,
		.alignf = alignf, .alignf_data = alignf_data,
	};
	int err;

	if (new_res->parent)
		return adjust_resource(new_res, new_res->start, size);
	do {
		err = find_resource_space(root, new_res, size, &constraint);
	} while (!err && request_resource(root, new_res));
	return err;
}
EXPORT_SYMBOL(allocate_resource);

static void managed_resource_end(struct device *dev __always_unused, void *res)
{
	release_resource(*(struct resource **)res);
}

static int is_managed_resource(struct device *dev __always_unused, void *res, void *wanted)
{
	return *(struct resource **)res == wanted;
}

int devm_request_resource(struct device *dev, struct resource *root, struct resource *new_res)
{
	struct resource **managed, *conflict;

	managed = devres_alloc(managed_resource_end, sizeof(*managed), GFP_KERNEL);
	if (!managed)
		return -ENOMEM;
	*managed = new_res;
	conflict = request_resource_conflict(root, new_res);
	if (conflict) {
		dev_err(dev, "resource collision: %pR conflicts with %s %pR\n", new_res,
			conflict->name, conflict);
		devres_free(managed);
		return -EBUSY;
	}
	devres_add(dev, managed);
	return 0;
}
EXPORT_SYMBOL(devm_request_resource);

void devm_release_resource(struct device *dev, struct resource *new_res)
{
	WARN_ON(devres_release(dev, managed_resource_end, is_managed_resource, new_res));
}
EXPORT_SYMBOL(devm_release_resource);

struct managed_region {
	struct resource *parent;
	resource_size_t start, n;
};

static void managed_region_end(struct device *dev __always_unused, void *res)
{
	struct managed_region *region = res;

	__release_region(region->parent, region->start, region->n);
}

static int is_managed_region(struct device *dev __always_unused, void *res, void *wanted)
{
	struct managed_region *a = res, *b = wanted;

	return a->parent == b->parent && a->start == b->start && a->n == b->n;
}

struct resource *__devm_request_region(struct device *dev, struct resource *parent,
				       resource_size_t start, resource_size_t n, const char *name)
{
	struct managed_region *region;
	struct resource *res;

	region = devres_alloc(managed_region_end, sizeof(*region), GFP_KERNEL);
	if (!region)
		return NULL;
	*region = (struct managed_region){ .parent = parent, .start = start, .n = n };
	res = __request_region(parent, start, n, name, 0);
	if (res)
		devres_add(dev, region);
	else
		devres_free(region);
	return res;
}
EXPORT_SYMBOL(__devm_request_region);

void __devm_release_region(struct device *dev, struct resource *parent, resource_size_t start,
			   resource_size_t n)
{
	struct managed_region wanted = { .parent = parent, .start = start, .n = n };

	WARN_ON(devres_release(dev, managed_region_end, is_managed_region, &wanted));
}
EXPORT_SYMBOL(__devm_release_region);
