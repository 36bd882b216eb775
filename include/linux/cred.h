/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Credentials: who a task is and what it may do.
 *
 * A struct cred is shared and never changed once a task or file points to it;
 * prepare_creds() makes a private copy, commit_creds() installs it for the
 * current task. Contract: kernel/cred.c.
 */
#ifndef _LINUX_CRED_H
#define _LINUX_CRED_H

#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/user.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

struct cred {
	atomic_long_t usage;
	kuid_t uid;
	kgid_t gid;
	kuid_t euid;
	kgid_t egid;
	kuid_t fsuid;
	kgid_t fsgid;
	kernel_cap_t cap_permitted;
	kernel_cap_t cap_effective;
	struct user_struct *user;
	struct user_namespace *user_ns;
	struct rcu_head rcu;
};

extern struct cred init_cred;

static inline const struct cred *get_cred(const struct cred *cred)
{
	if (cred)
		atomic_long_inc(&((struct cred *)cred)->usage);
	return cred;
}

/* Drops a reference; the last one frees after a grace period. Any context. */
void put_cred(const struct cred *cred);

/* What the current task runs with; valid while the task does not change it. */
const struct cred *current_cred(void);

static inline const struct cred *get_current_cred(void)
{
	return get_cred(current_cred());
}

/* A copy for the caller to change, one reference, or NULL without memory. May sleep. */
struct cred *prepare_creds(void);
/* Takes over the reference; always 0. */
int commit_creds(struct cred *cred);
void abort_creds(struct cred *cred);
/* Exchange the current task's credentials for a while; no reference counts change hands. */
const struct cred *override_creds(const struct cred *override_cred);
const struct cred *revert_creds(const struct cred *revert_cred);

#define current_uid() (current_cred()->uid)
#define current_gid() (current_cred()->gid)
#define current_euid() (current_cred()->euid)
#define current_egid() (current_cred()->egid)
#define current_fsuid() (current_cred()->fsuid)
#define current_fsgid() (current_cred()->fsgid)
#define current_user() (current_cred()->user)
#define current_user_ns() (current_cred()->user_ns)

#endif
