/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Capabilities of the current task.
 *
 * Every task starts with all of them. A test takes some away with
 * udm_task_drop_cap() and gives them back with udm_task_raise_cap(); a kthread
 * always has them all. The namespace argument is accepted and, with one user
 * namespace, decides nothing. Contract: kernel/capability.c.
 */
#ifndef _KERN_LINUX_CAPABILITY_H
#define _KERN_LINUX_CAPABILITY_H

#include_next <linux/capability.h>
#include <linux/types.h>
#include <linux/uidgid.h>

typedef struct {
	u64 val;
} kernel_cap_t;

#define CAP_VALID_MASK ((CAP_LAST_CAP < 63 ? 1ULL << (CAP_LAST_CAP + 1) : 0) - 1)
#define CAP_EMPTY_SET ((kernel_cap_t){ 0 })
#define CAP_FULL_SET ((kernel_cap_t){ CAP_VALID_MASK })

#define cap_raise(c, flag) ((c).val |= 1ULL << (flag))
#define cap_lower(c, flag) ((c).val &= ~(1ULL << (flag)))
#define cap_raised(c, flag) (((c).val >> (flag)) & 1)

struct file;
struct task_struct;
struct user_namespace;

/* Any context, no locks. A number that is no capability is a bug (BUG). */
bool capable(int cap);
bool ns_capable(struct user_namespace *ns, int cap);
bool ns_capable_setid(struct user_namespace *ns, int cap);
bool has_capability(struct task_struct *task, int cap);
bool has_ns_capability(struct task_struct *task, struct user_namespace *ns, int cap);
bool ns_capable_noaudit(struct user_namespace *ns, int cap);
bool has_capability_noaudit(struct task_struct *task, int cap);
/* What the task that opened the file had then. */
bool file_ns_capable(const struct file *file, struct user_namespace *ns, int cap);

/* The parts of CAP_SYS_ADMIN that have a capability of their own. */
static inline bool perfmon_capable(void)
{
	return capable(CAP_PERFMON) || capable(CAP_SYS_ADMIN);
}

static inline bool bpf_capable(void)
{
	return capable(CAP_BPF) || capable(CAP_SYS_ADMIN);
}

static inline bool checkpoint_restore_ns_capable(struct user_namespace *ns)
{
	return ns_capable(ns, CAP_CHECKPOINT_RESTORE) || ns_capable(ns, CAP_SYS_ADMIN);
}

/* Host side: change what the calling task may do. */
void udm_task_drop_cap(int cap);
void udm_task_raise_cap(int cap);

#endif
