/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User namespaces. There is one, init_user_ns; a program may declare further
 * ones to have something to compare with. Nothing is mapped between them.
 */
#ifndef _LINUX_USER_NAMESPACE_H
#define _LINUX_USER_NAMESPACE_H

#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct user_namespace {
	struct user_namespace *parent;
	int level;
	kuid_t owner;
	kgid_t group;
	refcount_t count;
};

static inline struct user_namespace *get_user_ns(struct user_namespace *ns)
{
	if (ns && ns != &init_user_ns)
		refcount_inc(&ns->count);
	return ns;
}

/* The owner of a further namespace frees it; dropping a reference only counts. */
static inline void put_user_ns(struct user_namespace *ns)
{
	if (ns && ns != &init_user_ns)
		refcount_dec(&ns->count);
}

#endif
