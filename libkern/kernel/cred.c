// SPDX-License-Identifier: GPL-2.0-only
/*
 * Credentials of tasks.
 *
 * A task that never changed its credentials has none of its own and runs with
 * init_cred: root, every capability. commit_creds gives it a set; the set goes
 * when the task exits or commits another one.
 */
#include <linux/cred.h>
#include <linux/export.h>
#include <linux/nsproxy.h>
#include <linux/slab.h>

#include "libkern/kernel/cred.h"

struct user_namespace init_user_ns = {
	.count = REFCOUNT_INIT(1),
};
EXPORT_SYMBOL_GPL(init_user_ns);

struct cred init_cred = {
	.usage = { 1 },
	.cap_permitted = { CAP_VALID_MASK },
	.cap_effective = { CAP_VALID_MASK },
	.user = &root_user,
	.user_ns = &init_user_ns,
};

struct nsproxy init_nsproxy = {
	.count = REFCOUNT_INIT(1),
};

const struct cred *task_cred(const struct task_struct *task)
{
	const struct cred *cred = READ_ONCE(task->cred);

	return cred ? cred : &init_cred;
}

const struct cred *current_cred(void)
{
	return task_cred(current);
}
EXPORT_SYMBOL(current_cred);

static void cred_rcu_free(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct cred, rcu));
}

void put_cred(const struct cred *_cred)
{
	struct cred *cred = (struct cred *)_cred;

	if (!cred || cred == &init_cred)
		return;
	if (atomic_long_dec_and_test(&cred->usage))
		call_rcu(&cred->rcu, cred_rcu_free);
}
EXPORT_SYMBOL(put_cred);

struct cred *prepare_creds(void)
{
	struct cred *copy = kmalloc(sizeof(*copy), GFP_KERNEL);

	if (!copy)
		return NULL;
	*copy = *current_cred();
	atomic_long_set(&copy->usage, 1);
	return copy;
}
EXPORT_SYMBOL(prepare_creds);

int commit_creds(struct cred *cred)
{
	const struct cred *old = current->cred;

	current->real_cred = cred;
	WRITE_ONCE(current->cred, cred);
	put_cred(old);
	return 0;
}
EXPORT_SYMBOL(commit_creds);

void abort_creds(struct cred *cred)
{
	put_cred(cred);
}
EXPORT_SYMBOL(abort_creds);

const struct cred *override_creds(const struct cred *override_cred)
{
	const struct cred *old = current->cred;

	WRITE_ONCE(current->cred, override_cred);
	return old;
}
EXPORT_SYMBOL(override_creds);

const struct cred *revert_creds(const struct cred *revert_cred)
{
	const struct cred *overridden = current->cred;

	WRITE_ONCE(current->cred, revert_cred);
	return overridden;
}
EXPORT_SYMBOL(revert_creds);

void exit_creds(struct task_struct *task)
{
	const struct cred *cred = task->cred;

	task->cred = NULL;
	task->real_cred = NULL;
	put_cred(cred);
}
