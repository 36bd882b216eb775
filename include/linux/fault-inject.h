/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault injection. Kernel path: linux/fault-inject.h, lib/fault-inject.c.
 *
 * An attribute decides whether one call of a kind fails. A task with fail_nth
 * set fails exactly its n-th eligible call, whatever the attributes say.
 * Deciding is allowed in any context; changing an attribute is not synchronised
 * with decisions. Host programs use udevmem/fault.h.
 */
#ifndef _UDM_LINUX_FAULT_INJECT_H
#define _UDM_LINUX_FAULT_INJECT_H

#include <linux/err.h>
#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/ratelimit.h>

struct dentry;
struct kmem_cache;

enum fault_flags {
	FAULT_NOWARN = 1 << 0,
};

struct fault_attr {
	unsigned long probability;	/* percent */
	unsigned long interval;
	atomic_t times;			/* failures left, -1 without limit */
	atomic_t space;			/* size budget before failures start */
	unsigned long verbose;		/* 0 silent, 1 a line, 2 a stack as well */
	bool task_filter;		/* only tasks with make_it_fail */
	unsigned long stacktrace_depth;
	unsigned long require_start;
	unsigned long require_end;
	unsigned long reject_start;
	unsigned long reject_end;
	unsigned long count;
	struct ratelimit_state ratelimit_state;
	struct dentry *dname;
	const char *udm_name;		/* shown when there is no debugfs name */
};

/* A setting that an attribute has besides the common ones: one of the two. */
struct udm_fault_knob {
	const char *name;
	bool *flag;
	u32 *number;
};

/*
 * An attribute with a name, for udm_fault_set() and UDM_FAULT. Everything goes back
 * to what it was at registration by udm_fault_reset(), and when a machine starts.
 */
struct udm_fault_source {
	struct udm_fault_source *next;
	const char *name;
	struct fault_attr *attr;
	const struct udm_fault_knob *knobs;	/* up to one without a name; may be NULL */
	/* Settings that are no numbers: 0, -ENOENT, -EINVAL. Without @apply only a check. */
	int (*text)(const char *setting, const char *value, bool apply);
	void (*reset)(void);			/* in addition, while a machine runs */
	struct fault_attr initial;
	u32 initial_knobs[4];
};

void udm_fault_source_add(struct udm_fault_source *source);
void udm_fault_source_remove(struct udm_fault_source *source);

/* UDM_FAULT_SOURCE(.name = "fail_it", .attr = &fail_it, ...): known while its object is loaded. */
#define UDM_FAULT_SOURCE(inits...) \
	__udm_register(udm_fault_source, __UNIQUE_ID(fault_source), udm_fault_source_add, \
		       udm_fault_source_remove, inits)

#define FAULT_ATTR_INITIALIZER {						\
	.interval = 1,								\
	.times = ATOMIC_INIT(1),						\
	.require_end = ULONG_MAX,						\
	.stacktrace_depth = 32,							\
	.ratelimit_state = RATELIMIT_STATE_INIT_DISABLED,			\
	.verbose = 2,								\
	.dname = NULL,								\
}

#define DECLARE_FAULT_ATTR(name) struct fault_attr name = FAULT_ATTR_INITIALIZER

/* "interval,probability,space,times". 1, or 0 for a bad string, which changes nothing. */
int setup_fault_attr(struct fault_attr *attr, char *str);
bool should_fail(struct fault_attr *attr, ssize_t size);
bool should_fail_ex(struct fault_attr *attr, ssize_t size, int flags);
/* Directory with the files of the attribute; ERR_PTR on failure. May sleep. */
struct dentry *fault_create_debugfs_attr(const char *name, struct dentry *parent,
					 struct fault_attr *attr);

/* 0 or -ENOMEM (mm/failslab.c); true if the page allocation shall fail (mm/fail_page_alloc.c). */
int should_failslab(struct kmem_cache *cache, gfp_t gfpflags);
bool should_fail_alloc_page(gfp_t gfp_mask, unsigned int order);
/* true if the copy shall fail (lib/fault-inject-usercopy.c). */
bool should_fail_usercopy(void);

#endif
