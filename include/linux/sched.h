/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tasks, their states, and sleeping.
 *
 * Kernel path: linux/sched.h. A task is a kernel thread, an application thread
 * or the thread that booted. Sim mode runs each as a fiber, threads mode as a
 * host thread. The protocol of sleeping is the kernel's: set the state, test
 * the condition, schedule(); a wake-up between the store and schedule() makes
 * schedule() return at once.
 */
#ifndef _UDM_LINUX_SCHED_H
#define _UDM_LINUX_SCHED_H

#include <asm/current.h>
#include <asm/thread_info.h>
#include <asm/processor.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/cpumask_types.h>
#include <linux/irqflags.h>
#include <linux/instruction_pointer.h>
#include <linux/kernel.h>
#include <linux/lockdep_types.h>
#include <linux/preempt.h>
#include <linux/spinlock_types.h>
#include <linux/thread_info.h>
#include <linux/types.h>

struct backing_dev_info;
struct cred;
struct files_struct;
struct fs_struct;
struct kunit;
struct mm_struct;
struct mutex_waiter;
struct net;
struct nsproxy;
struct signal_struct;
struct task_exec;
struct user_struct;

#define TASK_RUNNING 0x00000000
#define TASK_INTERRUPTIBLE 0x00000001
#define TASK_UNINTERRUPTIBLE 0x00000002
#define __TASK_STOPPED 0x00000004
#define __TASK_TRACED 0x00000008
#define TASK_PARKED 0x00000040
#define TASK_DEAD 0x00000080
#define TASK_WAKEKILL 0x00000100
#define TASK_WAKING 0x00000200
#define TASK_NOLOAD 0x00000400
#define TASK_NEW 0x00000800
#define TASK_ANY 0x00008000
#define TASK_KILLABLE (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

#define TASK_COMM_LEN 16
#define MAX_SCHEDULE_TIMEOUT LONG_MAX

/* task_struct.flags */
#define PF_EXITING 0x00000004
#define PF_WQ_WORKER 0x00000020
#define PF_MEMALLOC 0x00000800
#define PF_KSWAPD 0x00020000
#define PF_MEMALLOC_NOFS 0x00040000
#define PF_MEMALLOC_NOIO 0x00080000
#define PF_KTHREAD 0x00200000
#define PF_NO_SETAFFINITY 0x04000000

/* Locks a task can hold at one time, for lock checking. */
#define MAX_LOCK_DEPTH 48UL

struct held_lock {
	struct lockdep_map *map;
	unsigned long ip;
	u16 class_nr;
	u8 read;
	u8 nested;	/* under a nest lock: no order among such locks */
};

struct task_struct {
	struct thread_info thread_info;

	/* Written by whoever wakes the task. */
	unsigned int __state ____cacheline_aligned_in_smp;
	unsigned int parked;		/* threads mode: the host thread waits on __state */

	pid_t pid;
	pid_t tgid;
	unsigned int flags;
	char comm[TASK_COMM_LEN];
	atomic_t usage;			/* get_task_struct */
	struct rcu_head rcu;

	/* Which vCPUs it may use; nr_cpus_allowed counts cpus_mask. */
	const cpumask_t *cpus_ptr;
	cpumask_t cpus_mask;
	int nr_cpus_allowed;
	int numa_node;			/* preference for allocations of kthreads */

	int exit_code;
	void *worker_private;		/* struct kthread, or the worker of a workqueue */
	struct task_struct *group_leader;
	struct task_struct *parent;
	struct nsproxy *nsproxy;
	struct files_struct *files;
	struct fs_struct *fs;
	struct mm_struct *mm;
	struct mm_struct *active_mm;
	const struct cred *cred;
	const struct cred *real_cred;
	struct signal_struct *signal;
	struct callback_head *task_works;
	unsigned int call_depth;	/* host API calls it is inside of */
	struct kunit *kunit_test;
	void *journal_info;
	void *kunit_private;

	/* Fault injection. */
	unsigned int fail_nth;		/* set by udm_fault_nth() only */
	int make_it_fail;

	/* Sections that nest, counted by the task itself. */
	int pagefault_disabled;
	int non_block_count;
	int kmap_depth;
	unsigned long kmap_addr[16];

	/* Sleeping checks: where the state was last set. */
	unsigned long task_state_change;
	raw_spinlock_t pi_lock;
	struct mutex_waiter *blocked_on;

#ifdef CONFIG_LOCKDEP
	unsigned int lockdep_depth;
	unsigned int lockdep_recursion;
	struct held_lock held_locks[MAX_LOCK_DEPTH];
#endif

	/* Private to libkern/sched. */
	struct task_exec *exec;
	struct list_head tasks;
};

/*
 * State. set_current_state() is a store and a full barrier, so that the test of
 * the condition that follows cannot be ordered before it; the __ form is the
 * store alone. Task context.
 */
#ifdef CONFIG_DEBUG_ATOMIC_SLEEP
#define udm_note_state_change() (current->task_state_change = _THIS_IP_)
#else
#define udm_note_state_change() do { } while (0)
#endif

#define __set_current_state(state_value)                                                           \
	do {                                                                                       \
		udm_note_state_change();                                                           \
		__atomic_store_n(&current->__state, (state_value), __ATOMIC_RELAXED);              \
	} while (0)
#define set_current_state(state_value)                                                             \
	do {                                                                                       \
		udm_note_state_change();                                                           \
		__atomic_store_n(&current->__state, (state_value), __ATOMIC_SEQ_CST);              \
		smp_mb();                                                                          \
	} while (0)
#define set_special_state(state_value) set_current_state(state_value)
#define get_current_state() __atomic_load_n(&current->__state, __ATOMIC_RELAXED)
#define task_is_running(task) (__atomic_load_n(&(task)->__state, __ATOMIC_RELAXED) == TASK_RUNNING)
/* R S D I P X, as in ps. */
char task_state_to_char(struct task_struct *task);

/*
 * schedule - give up the CPU
 *
 * Returns at once in state TASK_RUNNING; otherwise sleeps until a wake-up has
 * set TASK_RUNNING, or at once if a signal is pending that the state reacts to.
 * May sleep. kernel/sched/core.c.
 */
void schedule(void);

/*
 * schedule_timeout - sleep with a limit
 * @timeout: jiffies; MAX_SCHEDULE_TIMEOUT is no limit and is returned as it is
 *
 * Returns the jiffies that were left, 0 when the time ran out. The caller has
 * set the state; in TASK_RUNNING it does not sleep. A negative limit is
 * reported and gives 0. May sleep. kernel/time/sleep_timeout.c.
 */
long schedule_timeout(long timeout);
long schedule_timeout_interruptible(long timeout);
long schedule_timeout_killable(long timeout);
long schedule_timeout_uninterruptible(long timeout);
long schedule_timeout_idle(long timeout);
void io_schedule(void);
long io_schedule_timeout(long timeout);

/*
 * wake_up_process - make a sleeping task run
 *
 * Any context. 1 if it changed a task that was not TASK_RUNNING, else 0. What
 * the caller wrote before is visible to the woken task. wake_up_state() wakes
 * only from the states of @state.
 */
int wake_up_process(struct task_struct *task);
int wake_up_state(struct task_struct *task, unsigned int state);

/* A place where other tasks may run; 1 if one did. May sleep. */
int __cond_resched(void);
#define cond_resched()                                                                             \
	({                                                                                         \
		might_sleep();                                                                     \
		__cond_resched();                                                                  \
	})
#define cond_resched_lock(lock)                                                                    \
	({                                                                                         \
		spin_unlock(lock);                                                                 \
		__cond_resched();                                                                  \
		spin_lock(lock);                                                                   \
		1;                                                                                 \
	})
#define cond_resched_tasks_rcu_qs() cond_resched()
void yield(void);

static inline bool need_resched(void)
{
	return false;
}

static inline int spin_needbreak(spinlock_t *lock)
{
	(void)lock;
	return 0;
}

/* Between them every sleep is a bug. might_sleep() itself is in linux/kernel.h. */
void non_block_start(void);
void non_block_end(void);

/* Tasks. */
static inline struct task_struct *get_task_struct(struct task_struct *task)
{
	__atomic_fetch_add(&task->usage.counter, 1, __ATOMIC_RELAXED);
	return task;
}

/* Any context; the last reference frees the task after a grace period. */
void put_task_struct(struct task_struct *task);

DEFINE_FREE(put_task, struct task_struct *, if (_T) put_task_struct(_T))

#define task_pid_nr(task) ((task)->pid)
#define task_tgid_nr(task) ((task)->tgid)
#define task_pid_vnr(task) ((task)->pid)
#define task_tgid_vnr(task) ((task)->tgid)
#define task_pid_nr_ns(task, ns) ((task)->pid)
#define task_thread_info(task) (&(task)->thread_info)
#define is_global_init(task) ((task)->pid == 1)

static inline unsigned int task_cpu(const struct task_struct *task)
{
	return __atomic_load_n(&task->thread_info.cpu, __ATOMIC_RELAXED);
}

/* Cut to TASK_COMM_LEN - 1 characters. Any context. */
void set_task_comm(struct task_struct *task, const char *name);
#define get_task_comm(buf, task)                                                                   \
	({                                                                                         \
		BUILD_BUG_ON(sizeof(buf) < TASK_COMM_LEN);                                         \
		memcpy(buf, (task)->comm, TASK_COMM_LEN);                                          \
		buf;                                                                               \
	})

/*
 * set_cpus_allowed_ptr - restrict a task to some vCPUs
 *
 * On return the task is on one of them, also one that kthread_bind() has bound. 0,
 * or -EINVAL if @mask has no usable vCPU. May sleep; not from a region.
 * kernel/sched/core.c.
 */
int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask);

/* Signals reach a task only by kthread_stop() and udm_task_signal(). Any context. */
static inline int signal_pending(struct task_struct *task)
{
	return unlikely(test_ti_thread_flag(&task->thread_info, TIF_SIGPENDING));
}

int fatal_signal_pending(struct task_struct *task);

static inline int signal_pending_state(unsigned int state, struct task_struct *task)
{
	if (!(state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) || !signal_pending(task))
		return 0;
	return (state & TASK_INTERRUPTIBLE) || fatal_signal_pending(task);
}

/* Scheduling policy has no effect here; the calls check their arguments only. */
void set_user_nice(struct task_struct *task, long nice);
void sched_set_fifo(struct task_struct *task);
void sched_set_fifo_low(struct task_struct *task);
void sched_set_normal(struct task_struct *task, int nice);

/*
 * sched_point - sim mode: a place where the seed may switch tasks
 *
 * Called by lock releases, wake-ups and before a sleeping lock is taken. Does
 * nothing unless the configuration has preempt_permille; then another ready task
 * may run first, except tasks that need a vCPU the caller owns. Any task context.
 */
extern unsigned int udm_preempt_permille;
void udm_preempt_point(void);

static __always_inline void sched_point(void)
{
	if (unlikely(udm_preempt_permille))
		udm_preempt_point();
}

#endif
