// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault injection for programs: the settings of the debugfs files by name, and
 * the per-task counter, as calls. See udevmem/fault.h.
 */
#include <errno.h>

#include <linux/sched.h>
#include <linux/string.h>
#include <udevmem/fault.h>

#include "../kernel/fail_function.h"
#include "../mm/fault.h"

void udm_fault_nth(unsigned int n)
{
	fault_set_nth(n);
}

unsigned int udm_fault_nth_left(void)
{
	return current->fail_nth;
}

void udm_fault_task(bool make_it_fail)
{
	current->make_it_fail = make_it_fail;
}

static struct fault_attr *attr_by_name(const char *name)
{
	if (!strcmp(name, "failslab"))
		return &udm_failslab.attr;
	if (!strcmp(name, "fail_page_alloc"))
		return &udm_fail_page_alloc.attr;
	if (!strcmp(name, "fail_usercopy"))
		return &udm_fail_usercopy.attr;
	if (!strcmp(name, "fail_function"))
		return &udm_fail_function;
	return NULL;
}

/* 0, or -ENOENT if it is none of the settings that every attribute has. */
static int set_common(struct fault_attr *attr, const char *setting, long long value)
{
	if (!strcmp(setting, "probability"))
		attr->probability = value;
	else if (!strcmp(setting, "interval"))
		attr->interval = value;
	else if (!strcmp(setting, "times"))
		atomic_set(&attr->times, value);
	else if (!strcmp(setting, "space"))
		atomic_set(&attr->space, value);
	else if (!strcmp(setting, "verbose"))
		attr->verbose = value;
	else if (!strcmp(setting, "task-filter"))
		attr->task_filter = value;
	else
		return -ENOENT;
	return 0;
}

static int set_failslab(const char *setting, long long value)
{
	if (!strcmp(setting, "ignore-gfp-wait"))
		udm_failslab.ignore_gfp_reclaim = value;
	else if (!strcmp(setting, "cache-filter"))
		udm_failslab.cache_filter = value;
	else
		return -ENOENT;
	return 0;
}

static int set_fail_page_alloc(const char *setting, long long value)
{
	if (!strcmp(setting, "ignore-gfp-wait"))
		udm_fail_page_alloc.ignore_gfp_reclaim = value;
	else if (!strcmp(setting, "ignore-gfp-highmem"))
		udm_fail_page_alloc.ignore_gfp_highmem = value;
	else if (!strcmp(setting, "min-order"))
		udm_fail_page_alloc.min_order = value;
	else
		return -ENOENT;
	return 0;
}

int udm_fault_set(const char *attr, const char *setting, long long value)
{
	struct fault_attr *found = attr_by_name(attr);
	int err = -ENOENT;

	if (value < 0 && strcmp(setting, "times")) {
		errno = EINVAL;
		return -1;
	}
	if (found)
		err = set_common(found, setting, value);
	if (err && found == &udm_failslab.attr)
		err = set_failslab(setting, value);
	if (err && found == &udm_fail_page_alloc.attr)
		err = set_fail_page_alloc(setting, value);
	fault_settings_changed();
	if (!err)
		return 0;
	errno = -err;
	return -1;
}

/* The debugfs name belongs to the machine, not to the settings. */
static void reset_attr(struct fault_attr *attr, void (*reset)(void))
{
	struct dentry *dname = attr->dname;

	reset();
	attr->dname = dname;
}

void udm_fault_reset(void)
{
	reset_attr(&udm_failslab.attr, failslab_reset);
	reset_attr(&udm_fail_page_alloc.attr, fail_page_alloc_reset);
	reset_attr(&udm_fail_usercopy.attr, fail_usercopy_reset);
	fail_function_restore();
	current->make_it_fail = 0;
	fault_set_nth(0);
	fault_settings_changed();
}
