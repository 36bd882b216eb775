// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failing DMA mappings. The settings are those of the debugfs directory fail_dma_map,
 * of the boot parameter fail_dma_map= and of UDM_FAULT. A task with fail_nth counts
 * mappings only when ignore-fail-nth is N, so that the numbers of those who count
 * allocations do not depend on who maps.
 */
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/sched.h>

#include "fail_dma_map.h"

struct fail_dma_map_state fail_dma_map = {
	.attr = FAULT_ATTR_INITIALIZER,
	.ignore_fail_nth = true,
};

bool dma_map_should_fail(size_t size)
{
	const struct task_struct *task = udm_current_or_null();

	if (task && task->fail_nth && fail_dma_map.ignore_fail_nth)
		return false;
	return should_fail(&fail_dma_map.attr, size);
}

bool dma_map_sg_should_fail(struct scatterlist *sg, int nents)
{
	size_t size = 0;

	for (; sg && nents > 0; nents--, sg = sg_next(sg))
		size += sg->length;
	return dma_map_should_fail(size);
}

/* The sweep knows the first one by its place. */
static const struct udm_fault_knob knobs[] = {
	{ .name = "ignore-fail-nth", .flag = &fail_dma_map.ignore_fail_nth },
	{ }
};
UDM_FAULT_SOURCE(.name = "fail_dma_map", .attr = &fail_dma_map.attr, .knobs = knobs)

static int __init setup_fail_dma_map(char *str)
{
	return setup_fault_attr(&fail_dma_map.attr, str);
}
__setup("fail_dma_map=", setup_fail_dma_map);

static int __init fail_dma_map_debugfs(void)
{
	struct dentry *dir = fault_create_debugfs_attr("fail_dma_map", NULL, &fail_dma_map.attr);

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	debugfs_create_bool("ignore-fail-nth", S_IFREG | 0600, dir,
			    &fail_dma_map.ignore_fail_nth);
	return 0;
}
late_initcall(fail_dma_map_debugfs);
