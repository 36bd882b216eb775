/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Per-CPU sections with a name.
 *
 * Kernel path: linux/local_lock.h. Without PREEMPT_RT a local lock is the
 * region itself (preemption, irqs or BH off); the object exists for checking.
 */
#ifndef _UDM_LINUX_LOCAL_LOCK_H
#define _UDM_LINUX_LOCAL_LOCK_H

#include <linux/bottom_half.h>
#include <linux/cleanup.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/percpu-defs.h>
#include <linux/preempt.h>

typedef struct {
#ifdef CONFIG_LOCKDEP
	struct lockdep_map dep_map;
#else
	char unused[0];
#endif
} local_lock_t;

#define INIT_LOCAL_LOCK(lockname) { __DEP_MAP_INIT(lockname, LD_WAIT_CONFIG) }
#define local_lock_init(lock) do { (void)sizeof(*(lock)); } while (0)

#define local_lock(lock) do { (void)sizeof(lock); preempt_disable(); } while (0)
#define local_unlock(lock) do { (void)sizeof(lock); preempt_enable(); } while (0)
#define local_lock_irq(lock) do { (void)sizeof(lock); local_irq_disable(); } while (0)
#define local_unlock_irq(lock) do { (void)sizeof(lock); local_irq_enable(); } while (0)
#define local_lock_irqsave(lock, flags)                                                            \
	do { (void)sizeof(lock); local_irq_save(flags); } while (0)
#define local_unlock_irqrestore(lock, flags)                                                       \
	do { (void)sizeof(lock); local_irq_restore(flags); } while (0)
/* Under local_bh_disable(): only a check that BH is off. */
#define local_lock_nested_bh(lock)                                                                 \
	do { (void)sizeof(lock); lockdep_assert_in_softirq_func(); } while (0)
#define local_unlock_nested_bh(lock) do { (void)sizeof(lock); } while (0)

DEFINE_LOCK_GUARD_1(local_lock, local_lock_t, local_lock(_T->lock), local_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(local_lock_irq, local_lock_t, local_lock_irq(_T->lock),
		    local_unlock_irq(_T->lock))

#endif
