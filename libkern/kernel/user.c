// SPDX-License-Identifier: GPL-2.0-only
/* Users. There is root, and whom a program makes by kzalloc(). */
#include <linux/export.h>
#include <linux/sched/user.h>
#include <linux/slab.h>

struct user_struct root_user = { .__count = REFCOUNT_INIT(1) };
EXPORT_SYMBOL_GPL(root_user);

void free_uid(struct user_struct *user)
{
	if (user && refcount_dec_and_test(&user->__count))
		kfree(user);
}
EXPORT_SYMBOL_GPL(free_uid);
