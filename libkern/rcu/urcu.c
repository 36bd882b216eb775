// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readers of both executors, and grace periods in threads mode: liburcu, the
 * flavour that needs no fence in the reader because a grace period issues a
 * membarrier.
 *
 * Every host thread of the machine is registered while it has a task. liburcu
 * is not instrumented, so ThreadSanitizer is told what a grace period orders:
 * sections that end before its end, and sections that begin after its start.
 */
#include <linux/compiler_types.h>

/* Its read side inline, except where the sanitizer would look into it. */
#ifndef __UDM_TSAN__
#define _LGPL_SOURCE
#endif
#include <urcu/urcu-memb.h>
/* The kernel's names are meant from here on. */
#undef rcu_assign_pointer
#undef rcu_dereference

#include <linux/bug.h>
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "../sched/exec.h"
#include "rcu.h"

#ifdef __UDM_TSAN__
#include <sanitizer/tsan_interface.h>
#else
#define __tsan_acquire(addr) do { } while (0)
#define __tsan_release(addr) do { } while (0)
#endif

static __thread bool registered;
static char sections_ended __maybe_unused;
static char updates_published __maybe_unused;

void rcu_thread_online(void)
{
	if (registered)
		return;
	urcu_memb_register_thread();
	registered = true;
}

void rcu_thread_offline(void)
{
	if (!registered)
		return;
	urcu_memb_unregister_thread();
	registered = false;
}

void rcu_reader_begin(struct thread_info *ti)
{
	ti->region_flags |= UDM_REGION_URCU;
	urcu_memb_read_lock();
	__tsan_acquire(&updates_published);
}

void rcu_reader_end(struct thread_info *ti)
{
	__tsan_release(&sections_ended);
	urcu_memb_read_unlock();
	ti->region_flags &= ~UDM_REGION_URCU;
}

void rcu_caller_begin(void)
{
	if (udm_exec_sim)
		return;
	urcu_memb_read_lock();
	__tsan_acquire(&updates_published);
}

void rcu_caller_end(void)
{
	if (udm_exec_sim)
		return;
	__tsan_release(&sections_ended);
	urcu_memb_read_unlock();
}

void rcu_urcu_synchronize(void)
{
	__tsan_release(&updates_published);
	urcu_memb_synchronize_rcu();
	__tsan_acquire(&sections_ended);
}

void udm_rcu_enter(struct thread_info *ti)
{
	if (!udm_exec_sim)
		rcu_reader_begin(ti);
}
EXPORT_SYMBOL(udm_rcu_enter);

void udm_rcu_exit(struct thread_info *ti)
{
	if (likely(!udm_exec_sim)) {
		rcu_reader_end(ti);
		return;
	}
	if (unlikely(ti->rcu_watched))
		rcu_sim_reader_left(ti);
	sched_point();
}
EXPORT_SYMBOL(udm_rcu_exit);

void udm_rcu_underflow(void)
{
	WARN(1, "rcu_read_unlock() without rcu_read_lock()\n");
}
EXPORT_SYMBOL(udm_rcu_underflow);
