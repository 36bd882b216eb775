// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failing page allocations (mm/fail_page_alloc.c). The settings are those of the
 * debugfs directory fail_page_alloc and of the boot parameter fail_page_alloc=.
 */
#include <linux/debugfs.h>
#include <linux/error-injection.h>
#include <linux/init.h>

#include "fault.h"
#include "internal.h"

struct fail_page_alloc_state udm_fail_page_alloc = {
	.attr = FAULT_ATTR_INITIALIZER,
	.ignore_gfp_highmem = true,
	.ignore_gfp_reclaim = true,
	.min_order = 1,
};

static bool out_of_scope(const struct fail_page_alloc_state *fault, gfp_t gfp, unsigned int order)
{
	return order < READ_ONCE(fault->min_order) || (gfp & __GFP_NOFAIL) ||
	       (READ_ONCE(fault->ignore_gfp_highmem) && (gfp & __GFP_HIGHMEM)) ||
	       (READ_ONCE(fault->ignore_gfp_reclaim) && (gfp & __GFP_DIRECT_RECLAIM));
}

bool should_fail_alloc_page(gfp_t gfp_mask, unsigned int order)
{
	int flags = gfp_mask & __GFP_NOWARN ? FAULT_NOWARN : 0;

	udm_inject_return(should_fail_alloc_page);
	if (out_of_scope(&udm_fail_page_alloc, gfp_mask, order))
		return false;
	return should_fail_ex(&udm_fail_page_alloc.attr, 1 << order, flags);
}
ALLOW_ERROR_INJECTION(should_fail_alloc_page, TRUE);

static const struct udm_fault_knob knobs[] = {
	{ .name = "ignore-gfp-wait", .flag = &udm_fail_page_alloc.ignore_gfp_reclaim },
	{ .name = "ignore-gfp-highmem", .flag = &udm_fail_page_alloc.ignore_gfp_highmem },
	{ .name = "min-order", .number = &udm_fail_page_alloc.min_order },
	{ }
};
UDM_FAULT_SOURCE(.name = "fail_page_alloc", .attr = &udm_fail_page_alloc.attr, .knobs = knobs)

static int __init setup_fail_page_alloc(char *str)
{
	return setup_fault_attr(&udm_fail_page_alloc.attr, str);
}
__setup("fail_page_alloc=", setup_fail_page_alloc);

static int __init fail_page_alloc_debugfs(void)
{
	struct dentry *dir = fault_create_debugfs_attr("fail_page_alloc", NULL,
						       &udm_fail_page_alloc.attr);

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	debugfs_create_bool("ignore-gfp-wait", S_IFREG | 0600, dir,
			    &udm_fail_page_alloc.ignore_gfp_reclaim);
	debugfs_create_bool("ignore-gfp-highmem", S_IFREG | 0600, dir,
			    &udm_fail_page_alloc.ignore_gfp_highmem);
	debugfs_create_u32("min-order", S_IFREG | 0600, dir, &udm_fail_page_alloc.min_order);
	return 0;
}
late_initcall(fail_page_alloc_debugfs);
