// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failing object allocations (mm/failslab.c). The settings are those of the
 * debugfs directory failslab and of the boot parameter failslab=.
 */
#include <linux/debugfs.h>
#include <linux/error-injection.h>
#include <linux/init.h>

#include "fault.h"
#include "slab.h"

struct failslab_state udm_failslab = {
	.attr = FAULT_ATTR_INITIALIZER,
	.ignore_gfp_reclaim = true,
	.cache_filter = false,
};

int should_failslab(struct kmem_cache *cache, gfp_t gfpflags)
{
	int flags = gfpflags & __GFP_NOWARN ? FAULT_NOWARN : 0;

	udm_inject_return(should_failslab);
	if (unlikely(!slab_is_available()) || (gfpflags & __GFP_NOFAIL))
		return 0;
	if (READ_ONCE(udm_failslab.ignore_gfp_reclaim) && (gfpflags & __GFP_DIRECT_RECLAIM))
		return 0;
	/* Per-CPU memory comes from no cache. */
	if (READ_ONCE(udm_failslab.cache_filter) && !(cache && cache->flags & SLAB_FAILSLAB))
		return 0;
	return should_fail_ex(&udm_failslab.attr, cache ? cache->object_size : 0, flags) ? -ENOMEM :
											   0;
}
ALLOW_ERROR_INJECTION(should_failslab, ERRNO);

static const struct udm_fault_knob knobs[] = {
	{ .name = "ignore-gfp-wait", .flag = &udm_failslab.ignore_gfp_reclaim },
	{ .name = "cache-filter", .flag = &udm_failslab.cache_filter },
	{ }
};
UDM_FAULT_SOURCE(.name = "failslab", .attr = &udm_failslab.attr, .knobs = knobs)

static int __init setup_failslab(char *str)
{
	return setup_fault_attr(&udm_failslab.attr, str);
}
__setup("failslab=", setup_failslab);

static int __init failslab_debugfs(void)
{
	struct dentry *dir = fault_create_debugfs_attr("failslab", NULL, &udm_failslab.attr);

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	debugfs_create_bool("ignore-gfp-wait", S_IFREG | 0600, dir,
			    &udm_failslab.ignore_gfp_reclaim);
	debugfs_create_bool("cache-filter", S_IFREG | 0600, dir, &udm_failslab.cache_filter);
	return 0;
}
late_initcall(failslab_debugfs);
