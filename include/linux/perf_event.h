/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Performance counters from kernel-side code: the machine has no PMU, so creating a
 * counter fails with -EOPNOTSUPP and nothing else here is ever reached with one.
 * The attributes are the system's UAPI. Kernel path: linux/perf_event.h.
 */
#ifndef _KERN_LINUX_PERF_EVENT_H
#define _KERN_LINUX_PERF_EVENT_H

#include_next <linux/perf_event.h>

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/types.h>

struct perf_event;
struct perf_sample_data;
struct pt_regs;
struct task_struct;

typedef void (*perf_overflow_handler_t)(struct perf_event *event, struct perf_sample_data *data,
					struct pt_regs *regs);

/* May sleep. Always ERR_PTR(-EOPNOTSUPP), what the kernel says for an event no PMU takes. */
static inline struct perf_event *
perf_event_create_kernel_counter(struct perf_event_attr *attr __always_unused,
				 int cpu __always_unused,
				 struct task_struct *task __always_unused,
				 perf_overflow_handler_t callback __always_unused,
				 void *context __always_unused)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline int perf_event_release_kernel(struct perf_event *event)
{
	BUG_ON(!IS_ERR_OR_NULL(event));
	return 0;
}

static inline void perf_event_enable(struct perf_event *event)
{
	BUG_ON(!IS_ERR_OR_NULL(event));
}

static inline void perf_event_disable(struct perf_event *event)
{
	BUG_ON(!IS_ERR_OR_NULL(event));
}

static inline u64 perf_event_read_value(struct perf_event *event, u64 *enabled, u64 *running)
{
	BUG_ON(!IS_ERR_OR_NULL(event));
	*enabled = *running = 0;
	return 0;
}

#endif
