// SPDX-License-Identifier: GPL-2.0-only
/*
 * Capabilities: a bit in the credentials of a task.
 */
#include <linux/bug.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/export.h>
#include <linux/fs.h>

#include "libkern/kernel/cred.h"

static bool cred_capable(const struct cred *cred, int cap)
{
	if (unlikely(!cap_valid(cap))) {
		pr_crit("capable() called with invalid cap=%d\n", cap);
		BUG();
	}
	return cap_raised(cred->cap_effective, cap);
}

bool capable(int cap)
{
	return cred_capable(current_cred(), cap);
}
EXPORT_SYMBOL(capable);

bool ns_capable(struct user_namespace *ns, int cap)
{
	return cred_capable(current_cred(), cap);
}
EXPORT_SYMBOL(ns_capable);

bool ns_capable_setid(struct user_namespace *ns, int cap)
{
	return cred_capable(current_cred(), cap);
}
EXPORT_SYMBOL(ns_capable_setid);

bool has_capability(struct task_struct *task, int cap)
{
	return cred_capable(task_cred(task), cap);
}
EXPORT_SYMBOL(has_capability);

bool has_ns_capability(struct task_struct *task, struct user_namespace *ns, int cap)
{
	return cred_capable(task_cred(task), cap);
}
EXPORT_SYMBOL(has_ns_capability);

bool ns_capable_noaudit(struct user_namespace *ns, int cap)
{
	return cred_capable(current_cred(), cap);
}
EXPORT_SYMBOL(ns_capable_noaudit);

bool has_capability_noaudit(struct task_struct *task, int cap)
{
	return cred_capable(task_cred(task), cap);
}
EXPORT_SYMBOL(has_capability_noaudit);

bool file_ns_capable(const struct file *file, struct user_namespace *ns, int cap)
{
	return cred_capable(file->f_cred, cap);
}
EXPORT_SYMBOL(file_ns_capable);

static void change_cap(int cap, bool on)
{
	struct cred *cred = prepare_creds();

	BUG_ON(!cred);
	if (on)
		cap_raise(cred->cap_effective, cap);
	else
		cap_lower(cred->cap_effective, cap);
	commit_creds(cred);
}

void udm_task_drop_cap(int cap)
{
	change_cap(cap, false);
}

void udm_task_raise_cap(int cap)
{
	change_cap(cap, true);
}
