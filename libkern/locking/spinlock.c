// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spinlocks: the contended side, and the checks of debug builds.
 *
 * The holder may have been taken off its host CPU, so a waiter must not spin for
 * long: it yields, and if that does not help it sleeps. There is no queue: who
 * comes first gets the lock.
 */
#include <sched.h>
#include <time.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "../sched/exec.h"
#include "../sched/host.h"
#include "../sched/vcpu.h"
#include "spin.h"

#define SPIN_ROUNDS 100
#define YIELD_ROUNDS 50
#define SLEEP_NS 20000

static void serve_own_interrupts(void)
{
	if (unlikely(READ_ONCE(this_vcpu()->irq_pending)) && !irqs_disabled() && !in_hardirq())
		vcpu_irq_service();
}

static void thread_backoff(unsigned int round)
{
	static const struct timespec nap = { .tv_nsec = SLEEP_NS };

	if (round < SPIN_ROUNDS)
		host_pause();
	else if (round < SPIN_ROUNDS + YIELD_ROUNDS)
		sched_yield();
	else
		nanosleep(&nap, NULL);
}

void spin_backoff(unsigned int *round, const void *lock)
{
	serve_own_interrupts();
	if (udm_exec_sim)
		sim_wait_for_lock(lock);
	else
		thread_backoff((*round)++);
}

/* Reads before it tries, so that waiters do not take the line from the holder. */
void udm_spin_wait(raw_spinlock_t *lock)
{
	unsigned int round = 0;

	do {
		if (udm_spin_is_locked(lock))
			spin_backoff(&round, lock);
	} while (!udm_spin_try(lock));
}
EXPORT_SYMBOL(udm_spin_wait);

void udm_lock_released(const void *lock)
{
	sim_wake_spinners_on(lock);
	sched_point();
}
EXPORT_SYMBOL(udm_lock_released);

#ifdef CONFIG_LOCKDEP
static __cold void report(raw_spinlock_t *lock, const char *what)
{
	struct task_struct *owner = READ_ONCE(lock->owner);

	WARN(1, "BUG: spinlock %s on CPU#%d, %s/%d\n lock: %pS, .owner: %s/%d\n", what,
	     raw_smp_processor_id(), current->comm, current->pid, lock,
	     owner ? owner->comm : "<none>", owner ? owner->pid : -1);
}

void udm_spin_check_lock(raw_spinlock_t *lock)
{
	if (unlikely(READ_ONCE(lock->owner) == current))
		report(lock, "recursion");
}
EXPORT_SYMBOL(udm_spin_check_lock);

void udm_spin_check_unlock(raw_spinlock_t *lock)
{
	if (unlikely(!udm_spin_is_locked(lock)))
		report(lock, "already unlocked");
	else if (unlikely(READ_ONCE(lock->owner) != current))
		report(lock, "wrong owner");
	WRITE_ONCE(lock->owner, NULL);
}
EXPORT_SYMBOL(udm_spin_check_unlock);
#endif
