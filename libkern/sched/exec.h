/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a task is executed: the private half of struct task_struct.
 *
 * udm_exec_sim says which of the two executors runs; it is constant between
 * boot and shutdown. task.c owns creation and end of tasks, core.c the kernel's
 * scheduling calls on top, sim.c the fibers, vcpu.c the seats.
 */
#ifndef _UDM_LIBKERN_SCHED_EXEC_H
#define _UDM_LIBKERN_SCHED_EXEC_H

#include <pthread.h>
#include <time.h>
#include <linux/list.h>
#include <linux/sched.h>

#include "fiber.h"

struct udm_config;

/* Something the sim scheduler can run: a task or an engine. */
struct sim_entity {
	int slot;		/* place in the vector of ready entities, -1 if not ready */
	bool engine;
};

/* Why a fiber is neither running nor ready. Those after _BREAK are in a list by `link`. */
enum sim_block {
	SIM_NOT_BLOCKED,
	SIM_BLOCKED_STATE,	/* schedule(): until __state is TASK_RUNNING */
	SIM_BLOCKED_BREAK,	/* at a breakpoint: until its owner lets it go on */
	SIM_BLOCKED_SEAT,	/* until its vCPU is free */
	SIM_BLOCKED_SPIN,	/* until the lock at `awaited` is released */
	SIM_BLOCKED_IDLE,	/* until nothing else is to be done up to `until` */
	SIM_BLOCKED_RELAX,	/* polls: until something else has run */
};

struct task_exec {
	struct sim_entity entity;
	struct task_struct *task;
	void (*fn)(void *arg);
	void *arg;

	/* Sim mode. */
	struct fiber fiber;
	enum sim_block block;
	const void *awaited;
	unsigned long where;	/* who called schedule(), for the deadlock report */
	u64 until;
	struct list_head link;	/* in the list that `block` says */
	bool started;		/* the fiber has run */
	bool show_stack;	/* the deadlock report wants its stack */

	/* Threads mode. */
	pthread_t thread;
	bool own_thread;	/* made by task_create(), not adopted */
	struct task_struct **tls;	/* its udm_current, emptied at shutdown */
};

extern bool udm_exec_sim;

/* task.c */

/*
 * task_create - a task that will run fn(arg) on its first wake-up
 * @cpu: vCPU to live on, or -1 for the least used one
 *
 * The task is in state TASK_UNINTERRUPTIBLE. Its thread owns one reference,
 * which it drops when fn has returned. NULL without memory or threads. Any context
 * that may take host locks, with or without a current task.
 */
__internal struct task_struct *task_create(const char *name, void (*fn)(void *arg), void *arg,
					   unsigned int flags, int cpu);

/*
 * From here on the calling task only has to end: others that learn of its end
 * before it is complete may count on it. A shutdown waits for it.
 */
__internal void task_is_ending(struct task_struct *task);

/* Ends the calling task, which task_create() made. */
__internal void __noreturn task_exit(void);

/* Calls @fn for every task under the host lock of the task list. */
__internal void task_for_each(void (*fn)(struct task_struct *task, void *arg), void *arg);

/* Frees a task nobody refers to. */
__internal void task_free(struct task_struct *task);

/* True while engine steps and timed events run on this host thread. */
extern __internal __thread bool udm_in_hardware __attribute__((tls_model("initial-exec")));

/* NULL: this host thread is outside kernel context. */
static inline void task_set_current(struct task_struct *task)
{
	udm_current = task;
	udm_context = task ? task->thread_info.context : 0;
}

/* Sets the stop flag of a kernel thread, without waking it. kernel/kthread.c */
__internal void kthread_ask_to_stop(struct task_struct *task);
/* Frees what a kernel thread has besides its task, which is going too. */
__internal void kthread_free(struct task_struct *task);

/* Completed when a kernel thread ends, however it ends; as long as the caller has the task. */
__internal struct completion *kthread_exited(struct task_struct *task);

/* core.c */

/* wake_up_state() without a region: for hardware level and the scheduler itself. */
__internal int task_wake(struct task_struct *task, unsigned int states);

/* Sleeps until __state is TASK_RUNNING. True when @deadline (threads mode) has passed. */
__internal bool task_sleep(const struct timespec *deadline);

/* sched/random order and virtual time: sim.c */

__internal int sim_boot(const struct udm_config *cfg);
__internal void sim_shutdown(void);
/* Room for one more entity, and giving it back. 0 or -ENOMEM. */
__internal int sim_reserve(void);
__internal void sim_unreserve(void);
__internal void sim_make_ready(struct sim_entity *entity);
__internal void sim_make_unready(struct sim_entity *entity);
__internal bool sim_runs_hardware(void);
/* The boot thread's fiber becomes the running one. */
__internal void sim_start(struct task_struct *task);
/* First thing a fiber does. */
__internal void sim_enter(struct task_struct *task);
/* Blocks the calling fiber for @why until sim_unblock(). */
__internal void sim_block(enum sim_block why);
__internal void sim_unblock(struct task_exec *exec);
__internal void sim_yield(void);
/* True if anything but the calling fiber could run now. */
__internal bool sim_others_ready(void);
__internal void sim_wait_idle(u64 until);
__internal void __noreturn sim_exit(void);
/* For a lock that somebody holds, until sim_wake_spinners_on() is called for it. */
__internal void sim_wait_for_lock(const void *lock);
__internal void sim_wake_spinners_on(const void *lock);
/* One round of polling: everything else goes first, time passes if there is nothing else. */
__internal void sim_relax(void);

/* The caller is busy until then: hardware goes on and time passes, no other task runs. */
__internal void sim_spin_until(u64 until);

/* vcpu.c */

/* Gives a task its vCPU, or another one; before it runs or with its seat seized. */
__internal void vcpu_assign(struct task_struct *task, int cpu);
/* The task never runs again: it gives up what it has on its vCPU. */
__internal void vcpu_forget(struct task_struct *task);
/* No vCPU has pending work. */
__internal bool vcpus_idle(void);

#endif
