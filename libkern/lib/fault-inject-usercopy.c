// SPDX-License-Identifier: GPL-2.0-only
/* Failing copies between user and kernel (lib/fault-inject-usercopy.c). */
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/fault-inject.h>

#include "../mm/fault.h"

struct fail_usercopy_state udm_fail_usercopy = { .attr = FAULT_ATTR_INITIALIZER };

bool should_fail_usercopy(void)
{
	return fault_armed(&udm_fail_usercopy.attr) && should_fail(&udm_fail_usercopy.attr, 1);
}

UDM_FAULT_SOURCE(.name = "fail_usercopy", .attr = &udm_fail_usercopy.attr)

static int __init setup_fail_usercopy(char *str)
{
	return setup_fault_attr(&udm_fail_usercopy.attr, str);
}
__setup("fail_usercopy=", setup_fail_usercopy);

static int __init fail_usercopy_debugfs(void)
{
	struct dentry *dir = fault_create_debugfs_attr("fail_usercopy", NULL,
						       &udm_fail_usercopy.attr);

	return PTR_ERR_OR_ZERO(dir);
}
late_initcall(fail_usercopy_debugfs);
