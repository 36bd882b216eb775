/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The attributes of memory faults, and the question before should_fail_*(): is
 * there anything that could make the call fail? The fast paths of the allocators
 * do not even ask that: while there is, the thread caches are closed to them.
 */
#ifndef _UDM_LIBKERN_MM_FAULT_H
#define _UDM_LIBKERN_MM_FAULT_H

#include <linux/error-injection.h>
#include <linux/fault-inject.h>
#include <linux/sched.h>

struct failslab_state {
	struct fault_attr attr;
	bool ignore_gfp_reclaim;
	bool cache_filter;
};

struct fail_page_alloc_state {
	struct fault_attr attr;
	bool ignore_gfp_highmem;
	bool ignore_gfp_reclaim;
	u32 min_order;
};

struct fail_usercopy_state {
	struct fault_attr attr;
};

__internal extern struct failslab_state udm_failslab;
__internal extern struct fail_page_alloc_state udm_fail_page_alloc;
__internal extern struct fail_usercopy_state udm_fail_usercopy;

static __always_inline bool fault_armed(const struct fault_attr *attr)
{
	const struct task_struct *task = udm_current_or_null();

	return READ_ONCE(attr->probability) | READ_ONCE(udm_inject_armed) ||
	       (task && task->fail_nth);
}

static __always_inline bool fault_slab_armed(void)
{
	return fault_armed(&udm_failslab.attr);
}

static __always_inline bool fault_page_alloc_armed(void)
{
	return fault_armed(&udm_fail_page_alloc.attr);
}

/* After every change of what fault_armed() looks at, in any context. */
__internal void fault_settings_changed(void);
/* Nothing is armed: at boot and shutdown. */
__internal void fault_settings_reset(void);
/* The only way to set fail_nth of the calling task. */
__internal void fault_set_nth(unsigned int n);

/* fault_control.c: every source back to its initial values. */
__internal void fault_sources_reset(void);
__internal struct udm_fault_source *fault_source_by_name(const char *name);
/* The text of UDM_FAULT: 0 or -EINVAL; without @apply only a check. */
__internal int fault_apply_text(const char *text, bool apply);

#endif
