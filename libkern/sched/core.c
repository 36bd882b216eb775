// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's scheduling calls.
 *
 * A task sleeps by its __state: whoever stores TASK_RUNNING there wakes it.
 * Threads mode waits on the word itself with a futex, so nothing can get
 * between the last look at the state and the sleep; `parked` only saves wakers
 * the system call when nobody sleeps. Sim mode blocks the fiber.
 */
#include <errno.h>
#include <sched.h>
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <udevmem/boot.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "../kernel/workqueue_internal.h"
#include "../rcu/rcu.h"
#include "clock.h"
#include "event.h"
#include "exec.h"
#include "host.h"
#include "vcpu.h"

#define TICK_NS (NSEC_PER_SEC / HZ)

/* Waking. */

int task_wake(struct task_struct *task, unsigned int states)
{
	unsigned int state;

	/* What the waker wrote before is ordered before its look at the state. */
	smp_mb();
	state = READ_ONCE(task->__state);
	do {
		if (!(state & states))
			return 0;
	} while (!try_cmpxchg(&task->__state, &state, TASK_RUNNING));
	if (udm_exec_sim) {
		if (task->exec->block == SIM_BLOCKED_STATE)
			sim_unblock(task->exec);
	} else if (__atomic_load_n(&task->parked, __ATOMIC_SEQ_CST)) {
		host_futex_wake(&task->__state, 1);
	}
	return 1;
}

int wake_up_state(struct task_struct *task, unsigned int state)
{
	int woken;

	/* A reader: a task that has just run to its end stays in memory. */
	rcu_read_lock();
	woken = task_wake(task, state);
	rcu_read_unlock();
	sched_point();
	return woken;
}
EXPORT_SYMBOL(wake_up_state);

int wake_up_process(struct task_struct *task)
{
	return wake_up_state(task, TASK_NORMAL);
}
EXPORT_SYMBOL(wake_up_process);

/* Sleeping. */

static bool thread_sleep(struct task_struct *self, const struct timespec *deadline)
{
	bool late = false;
	unsigned int state;

	__atomic_store_n(&self->parked, 1, __ATOMIC_SEQ_CST);
	while (!late && (state = __atomic_load_n(&self->__state, __ATOMIC_SEQ_CST)))
		late = host_futex_wait(&self->__state, state, deadline);
	__atomic_store_n(&self->parked, 0, __ATOMIC_RELAXED);
	return late;
}

bool task_sleep(const struct timespec *deadline)
{
	struct task_struct *self = current;

	if (!udm_exec_sim)
		return thread_sleep(self, deadline);
	while (READ_ONCE(self->__state) != TASK_RUNNING)
		sim_block(SIM_BLOCKED_STATE);
	return false;
}

/* While a worker sleeps in a work item, its pool may run another. */
static void sleep_in_schedule(struct task_struct *self, const struct timespec *deadline)
{
	bool worker = self->flags & PF_WQ_WORKER;

	if (unlikely(worker))
		wq_worker_sleeping(self);
	task_sleep(deadline);
	if (unlikely(worker))
		wq_worker_running(self);
}

static __cold void report_atomic_schedule(struct task_struct *self)
{
	pr_err("BUG: scheduling while atomic: %s/%d/0x%08x\n", self->comm, self->pid,
	       preempt_count());
	dump_stack();
	add_taint(TAINT_WARN, LOCKDEP_STILL_OK);
}

/* What every way into a sleep checks; true if there is nothing to wait for. */
static bool ready_already(struct task_struct *self)
{
	if (unlikely(self->thread_info.context))
		report_atomic_schedule(self);
	if (unlikely(self->thread_info.rcu_nesting))
		WARN_ONCE(1, "Voluntary context switch within RCU read-side critical section!");
	if (signal_pending_state(READ_ONCE(self->__state), self))
		__set_current_state(TASK_RUNNING);
	return READ_ONCE(self->__state) == TASK_RUNNING;
}

void schedule(void)
{
	struct task_struct *self = current;

	if (ready_already(self))
		return;
	self->exec->where = _RET_IP_;
	sleep_in_schedule(self, NULL);
}
EXPORT_SYMBOL(schedule);

void io_schedule(void)
{
	schedule();
}
EXPORT_SYMBOL(io_schedule);

/* An event that ends a sim sleep. */
struct sleep_limit {
	struct kern_event event;
	struct task_struct *task;
};

static void limit_reached(struct kern_event *event)
{
	struct sleep_limit *limit = container_of(event, struct sleep_limit, event);

	task_wake(limit->task, TASK_ANY - 1);
}

static void sleep_until(struct task_struct *self, u64 when)
{
	struct sleep_limit limit = { .task = self };
	struct timespec deadline;

	if (udm_exec_sim) {
		kern_event_init(&limit.event, limit_reached);
		kern_event_post(&limit.event, when);
		sleep_in_schedule(self, NULL);
		kern_event_cancel(&limit.event);
		return;
	}
	deadline = clock_deadline(when);
	sleep_in_schedule(self, &deadline);
}

static long limited_schedule(long timeout)
{
	struct task_struct *self = current;
	u64 start = udm_now(), end, now;

	if (ready_already(self))
		return timeout;
	end = start + (u64)timeout * TICK_NS;
	if ((u64)timeout > (U64_MAX - start) / TICK_NS)
		end = U64_MAX - 1;
	sleep_until(self, end);
	__set_current_state(TASK_RUNNING);
	now = udm_now();
	return now >= end ? 0 : min_t(u64, timeout, DIV_ROUND_UP_ULL(end - now, TICK_NS));
}

long schedule_timeout(long timeout)
{
	current->exec->where = _RET_IP_;
	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (unlikely(timeout < 0)) {
		pr_err("%s: wrong timeout value %lx\n", __func__, timeout);
		dump_stack();
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	return limited_schedule(timeout);
}
EXPORT_SYMBOL(schedule_timeout);

static long timeout_in_state(unsigned int state, long timeout)
{
	__set_current_state(state);
	return schedule_timeout(timeout);
}

long schedule_timeout_interruptible(long timeout)
{
	return timeout_in_state(TASK_INTERRUPTIBLE, timeout);
}
EXPORT_SYMBOL(schedule_timeout_interruptible);

long schedule_timeout_killable(long timeout)
{
	return timeout_in_state(TASK_KILLABLE, timeout);
}
EXPORT_SYMBOL(schedule_timeout_killable);

long schedule_timeout_uninterruptible(long timeout)
{
	return timeout_in_state(TASK_UNINTERRUPTIBLE, timeout);
}
EXPORT_SYMBOL(schedule_timeout_uninterruptible);

long schedule_timeout_idle(long timeout)
{
	return timeout_in_state(TASK_IDLE, timeout);
}
EXPORT_SYMBOL(schedule_timeout_idle);

long io_schedule_timeout(long timeout)
{
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(io_schedule_timeout);

int __cond_resched(void)
{
	if (!udm_exec_sim || !sim_others_ready())
		return 0;
	sim_yield();
	return 1;
}
EXPORT_SYMBOL(__cond_resched);

void yield(void)
{
	if (udm_exec_sim)
		sim_yield();
	else
		sched_yield();
}
EXPORT_SYMBOL(yield);

/* Sleeping checks. */

#ifdef CONFIG_DEBUG_ATOMIC_SLEEP
static DEFINE_RATELIMIT_STATE(sleep_reports, HZ, 1);

static bool may_sleep_now(const struct task_struct *self)
{
	return !self->thread_info.context && !self->thread_info.rcu_nesting &&
	       !self->non_block_count;
}

static __cold void report_invalid_sleep(struct task_struct *self, const char *file, int line)
{
	pr_err("BUG: sleeping function called from invalid context at %s:%d\n", file, line);
	pr_err("in_atomic(): %d, irqs_disabled(): %d, non_block: %d, pid: %d, name: %s\n",
	       in_atomic(), irqs_disabled(), self->non_block_count, self->pid, self->comm);
	pr_err("preempt_count: %x, expected: %x\n", preempt_count(), 0);
	pr_err("RCU nest depth: %d, expected: %u\n", rcu_preempt_depth(), 0);
	dump_stack();
	add_taint(TAINT_WARN, LOCKDEP_STILL_OK);
}

void __might_sleep(const char *file, int line)
{
	struct task_struct *self = current;

	WARN_ONCE(READ_ONCE(self->__state) != TASK_RUNNING && self->task_state_change,
		  "do not call blocking ops when !TASK_RUNNING; state=%x set at [<%p>] %pS\n",
		  READ_ONCE(self->__state), (void *)self->task_state_change,
		  (void *)self->task_state_change);
	if (unlikely(!may_sleep_now(self)) && __ratelimit(&sleep_reports))
		report_invalid_sleep(self, file, line);
}
EXPORT_SYMBOL(__might_sleep);

unsigned int debug_smp_processor_id(void)
{
	struct task_struct *self = current;

	if (unlikely(preemptible() && self->nr_cpus_allowed != 1))
		pr_err_ratelimited("BUG: using %s in preemptible [%08x] code: %s/%d\ncaller is %pS\n",
				   "smp_processor_id()", preempt_count(), self->comm, self->pid,
				   __builtin_return_address(0));
	return raw_smp_processor_id();
}
EXPORT_SYMBOL(debug_smp_processor_id);
#endif

void non_block_start(void)
{
	current->non_block_count++;
}
EXPORT_SYMBOL(non_block_start);

void non_block_end(void)
{
	WARN_ON(current->non_block_count-- == 0);
}
EXPORT_SYMBOL(non_block_end);

/* vCPUs of a task. */

static void move_to(struct task_struct *task, unsigned int cpu)
{
	struct vcpu *old = task->thread_info.vcpu;

	vcpu_seize(old);
	if (task->thread_info.vcpu == old)
		vcpu_assign(task, cpu);
	vcpu_release_seat(old);
}

int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask)
{
	unsigned int cpu = cpumask_first_and(mask, cpu_possible_mask);

	might_sleep();
	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	raw_spin_lock(&task->pi_lock);
	cpumask_and(&task->cpus_mask, mask, cpu_possible_mask);
	task->nr_cpus_allowed = cpumask_weight(&task->cpus_mask);
	raw_spin_unlock(&task->pi_lock);
	while (!cpumask_test_cpu(task_cpu(task), &task->cpus_mask))
		move_to(task, cpu);
	return 0;
}
EXPORT_SYMBOL_GPL(set_cpus_allowed_ptr);

void set_user_nice(struct task_struct *task, long nice)
{
	WARN_ON_ONCE(nice < -20 || nice > 19);
	(void)task;
}
EXPORT_SYMBOL(set_user_nice);

void sched_set_fifo(struct task_struct *task)
{
	(void)task;
}
EXPORT_SYMBOL_GPL(sched_set_fifo);

void sched_set_fifo_low(struct task_struct *task)
{
	(void)task;
}
EXPORT_SYMBOL_GPL(sched_set_fifo_low);

void sched_set_normal(struct task_struct *task, int nice)
{
	set_user_nice(task, nice);
}
EXPORT_SYMBOL_GPL(sched_set_normal);

/* States and signals. */

char task_state_to_char(struct task_struct *task)
{
	unsigned int state = READ_ONCE(task->__state);

	if (state & TASK_DEAD)
		return 'X';
	if (state & TASK_PARKED)
		return 'P';
	if (state & TASK_NOLOAD)
		return 'I';
	if (state & TASK_UNINTERRUPTIBLE)
		return 'D';
	return state & TASK_INTERRUPTIBLE ? 'S' : 'R';
}
EXPORT_SYMBOL_GPL(task_state_to_char);

int fatal_signal_pending(struct task_struct *task)
{
	return signal_pending(task) &&
	       test_ti_thread_flag(&task->thread_info, TIF_NOTIFY_SIGNAL);
}
EXPORT_SYMBOL(fatal_signal_pending);

void udm_task_signal(struct task_struct *task, bool fatal)
{
	if (fatal)
		set_ti_thread_flag(&task->thread_info, TIF_NOTIFY_SIGNAL);
	set_ti_thread_flag(&task->thread_info, TIF_SIGPENDING);
	wake_up_state(task, TASK_INTERRUPTIBLE | (fatal ? TASK_WAKEKILL : 0));
}

void udm_task_clear_signal(struct task_struct *task)
{
	clear_ti_thread_flag(&task->thread_info, TIF_NOTIFY_SIGNAL);
	clear_ti_thread_flag(&task->thread_info, TIF_SIGPENDING);
}

int udm_task_set_cpu(unsigned int cpu)
{
	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	return set_cpus_allowed_ptr(current, cpumask_of(cpu));
}
