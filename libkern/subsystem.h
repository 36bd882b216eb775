/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The subsystems of libkern, as boot.c starts and stops them.
 *
 * NAME_boot() puts the subsystem into its initial state, whatever an earlier
 * boot left behind; 0 or -errno, and then it has undone its own work.
 * NAME_shutdown() is called in reverse order, only after a successful boot. It
 * stops the subsystem's tasks and frees what it owns. Both run in task context
 * on the main task and may sleep, except those marked "no tasks" in the table
 * of boot.c, which run before the first task exists or after the last is gone.
 */
#ifndef _UDM_LIBKERN_SUBSYSTEM_H
#define _UDM_LIBKERN_SUBSYSTEM_H

#include <linux/compiler_types.h>

struct udm_config;

#define UDM_SUBSYSTEM(name)                                                                        \
	__internal int name##_boot(const struct udm_config *cfg);                                  \
	__internal void name##_shutdown(void)

/* libkern/sched, libkern/locking, libkern/rcu, libkern/kernel */
UDM_SUBSYSTEM(topology);
UDM_SUBSYSTEM(event);
UDM_SUBSYSTEM(vcpu);
UDM_SUBSYSTEM(lockdep);
UDM_SUBSYSTEM(percpu);
UDM_SUBSYSTEM(task);
UDM_SUBSYSTEM(engine);
UDM_SUBSYSTEM(softirqd);
UDM_SUBSYSTEM(rcu);
/* What the program left behind: at shutdown, when its own tasks should be gone. */
UDM_SUBSYSTEM(leftover_tasks);

/* libkern/mm */
UDM_SUBSYSTEM(mm);

/* libkern/time, and the rest of libkern/kernel */
UDM_SUBSYSTEM(timekeeping);
UDM_SUBSYSTEM(softirq);
UDM_SUBSYSTEM(timers);
UDM_SUBSYSTEM(hrtimers);
UDM_SUBSYSTEM(irq);
UDM_SUBSYSTEM(workqueue);
/* Lets the items of the system's queues end. True if there was none, or one does not end. */
__internal bool workqueue_settle(void);

/* libkern/net */
UDM_SUBSYSTEM(net);

/* libkern/kernel (printk and panic first: the others report), libkern/drivers/char */
UDM_SUBSYSTEM(printk);
UDM_SUBSYSTEM(panic);
UDM_SUBSYSTEM(params);
UDM_SUBSYSTEM(tracepoint);
UDM_SUBSYSTEM(random);

/* libkern/lib, libkern/drivers, libkern/fs: after slab, RCU and workqueues, in this order */
UDM_SUBSYSTEM(xarray);
UDM_SUBSYSTEM(fs);
UDM_SUBSYSTEM(device);
UDM_SUBSYSTEM(debugfs);

/* libkern/kunit: last, as what it sets up uses the others */
UDM_SUBSYSTEM(kunit);

#endif
