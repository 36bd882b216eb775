/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which heads wait for their callback: CONFIG_DEBUG_OBJECTS_RCU_HEAD.
 *
 * A head that is queued a second time would become a link of two lists, or of one
 * list twice. Debug builds keep the set of all heads that wait and refuse it.
 */
#ifndef _UDM_LIBKERN_RCU_PENDING_H
#define _UDM_LIBKERN_RCU_PENDING_H

#include <linux/types.h>

#ifdef CONFIG_DEBUG_OBJECTS_RCU_HEAD

/* False if @head is in the set already. Any context. */
__internal bool rcu_pending_add(const struct rcu_head *head);
/* Before the callback, which may free @head or queue it again. */
__internal void rcu_pending_del(const struct rcu_head *head);

#else

static inline bool rcu_pending_add(const struct rcu_head *head __always_unused)
{
	return true;
}

static inline void rcu_pending_del(const struct rcu_head *head __always_unused)
{
}

#endif

#endif
