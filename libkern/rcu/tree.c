// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks and the waiting side of RCU, for both executors.
 *
 * call_rcu() pushes the head on a lock-free stack. The RCU task takes the whole
 * stack, waits for a grace period and runs the callbacks in the order they were
 * queued, in softirq context, some at a time. As there is one queue and one
 * task, a callback queued last has run when all earlier ones have: that is
 * rcu_barrier(). While no RCU task exists nobody reads, and callbacks run at once.
 *
 * A grace period in threads mode interrupts every thread of the process, so callbacks that
 * nobody waits for are collected for a while first, as they are on a real machine.
 *
 * Grace periods are numbered when they start. A cookie is the number of the next
 * one; it has passed when a grace period of that number or a later one is over.
 */
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <udevmem/boot.h>
#include <udevmem/sim.h>

#include "../sched/clock.h"
#include "../sched/exec.h"
#include "../sched/host.h"
#include "../sched/vcpu.h"
#include "../subsystem.h"
#include "pending.h"
#include "rcu.h"

/* Callbacks per stretch of softirq context. */
#define BATCH 32
/* How long callbacks are collected in threads mode. */
#define COLLECT_NS 3000000ULL
/* func values below this are the offset of the head in an object to be freed. */
#define KVFREE_OFFSETS 4096

static struct {
	struct task_struct *task;
	struct rcu_head *queued;	/* newest first */
	bool stop;
	unsigned long started;
	unsigned long completed;
	unsigned long wanted;		/* somebody polls for this one */
	u32 hurry;			/* somebody waits: see pace() */
} rcu = { .started = RCU_GET_STATE_COMPLETED, .completed = RCU_GET_STATE_COMPLETED };

bool rcu_running(void)
{
	return READ_ONCE(rcu.task);
}

/* Grace periods. */

static unsigned long next_cookie(void)
{
	smp_mb();
	return READ_ONCE(rcu.started) + 1;
}

static void note_completed(unsigned long number)
{
	unsigned long completed = READ_ONCE(rcu.completed);

	while (ULONG_CMP_LT(completed, number) && !try_cmpxchg(&rcu.completed, &completed, number))
		;
}

static void run_grace_period(void)
{
	unsigned long number = __atomic_add_fetch(&rcu.started, 1, __ATOMIC_SEQ_CST);

	if (udm_exec_sim) {
		rcu_sim_synchronize();
	} else {
		/* In this order: a reader may go from a region to liburcu, not back. */
		vcpus_wait_for_favourites();
		rcu_urcu_synchronize();
	}
	note_completed(number);
}

static bool waits_for_itself(void)
{
	struct thread_info *ti = current_thread_info();

	return WARN(ti->context || ti->rcu_nesting,
		    "Illegal synchronize_rcu() in RCU read-side critical section\n");
}

struct rcu_waiter {
	struct rcu_head head;
	struct completion done;
};

static void waiter_called(struct rcu_head *head)
{
	complete(&container_of(head, struct rcu_waiter, head)->done);
}

/* The store comes before the task's look at it or wakes it: the host's futex sees to that. */
static void hurry_up(void)
{
	if (udm_exec_sim)
		return;
	if (!xchg(&rcu.hurry, 1))
		host_futex_wake(&rcu.hurry, 1);
}

static void wait_for_own_callback(void)
{
	struct rcu_waiter waiter;

	init_completion(&waiter.done);
	call_rcu_hurry(&waiter.head, waiter_called);
	wait_for_completion(&waiter.done);
}

void synchronize_rcu(void)
{
	might_sleep();
	if (waits_for_itself() || !rcu_running())
		return;
	/* Sim mode: only the RCU task may run grace periods. */
	if (udm_exec_sim)
		wait_for_own_callback();
	else
		run_grace_period();
}
EXPORT_SYMBOL_GPL(synchronize_rcu);

void synchronize_rcu_expedited(void)
{
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(synchronize_rcu_expedited);

void rcu_barrier(void)
{
	might_sleep();
	if (!waits_for_itself() && rcu_running())
		wait_for_own_callback();
}
EXPORT_SYMBOL_GPL(rcu_barrier);

void kvfree_rcu_barrier(void)
{
	rcu_barrier();
}
EXPORT_SYMBOL_GPL(kvfree_rcu_barrier);

unsigned long get_state_synchronize_rcu(void)
{
	return next_cookie();
}
EXPORT_SYMBOL_GPL(get_state_synchronize_rcu);

unsigned long start_poll_synchronize_rcu(void)
{
	unsigned long cookie = next_cookie();

	if (!rcu_running()) {
		note_completed(cookie);
		return cookie;
	}
	WRITE_ONCE(rcu.wanted, cookie);
	hurry_up();
	task_wake(rcu.task, TASK_NORMAL);
	return cookie;
}
EXPORT_SYMBOL_GPL(start_poll_synchronize_rcu);

bool poll_state_synchronize_rcu(unsigned long oldstate)
{
	bool passed = ULONG_CMP_GE(READ_ONCE(rcu.completed), oldstate);

	smp_mb();
	return passed;
}
EXPORT_SYMBOL_GPL(poll_state_synchronize_rcu);

void cond_synchronize_rcu(unsigned long oldstate)
{
	if (!poll_state_synchronize_rcu(oldstate))
		synchronize_rcu();
}
EXPORT_SYMBOL_GPL(cond_synchronize_rcu);

/* Callbacks. */

static void invoke(struct rcu_head *head)
{
	unsigned long offset = (unsigned long)head->func;

	rcu_pending_del(head);
	if (offset < KVFREE_OFFSETS)
		kvfree((char *)head - offset);
	else
		head->func(head);
}

/* The push and the look at the task's state are ordered by task_wake(). */
static void push_and_wake(struct rcu_head *head, struct task_struct *task)
{
	struct rcu_head *older = READ_ONCE(rcu.queued);

	do {
		head->next = older;
	} while (!try_cmpxchg(&rcu.queued, &older, head));
	if (!older)
		task_wake(task, TASK_NORMAL);
}

/*
 * Threads that end put their tasks while the machine stops. Being a reader they keep
 * the RCU task in memory, and rcu_shutdown() from its last look at the queue.
 */
static bool queue_if_running(struct rcu_head *head)
{
	struct task_struct *task;

	rcu_caller_begin();
	task = READ_ONCE(rcu.task);
	if (likely(task))
		push_and_wake(head, task);
	rcu_caller_end();
	return task;
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	/* The callback that waits runs, and runs once. */
	if (WARN(!rcu_pending_add(head), "%s(): Double-freed CB %p->%pS()!!!\n", __func__, head,
		 head->func))
		return;
	head->func = func;
	if (unlikely(!queue_if_running(head)))
		invoke(head);
}
EXPORT_SYMBOL_GPL(call_rcu);

void call_rcu_hurry(struct rcu_head *head, rcu_callback_t func)
{
	call_rcu(head, func);
	hurry_up();
}
EXPORT_SYMBOL_GPL(call_rcu_hurry);

void kvfree_call_rcu(struct rcu_head *head, void *ptr)
{
	if (head) {
		call_rcu(head, (rcu_callback_t)((char *)head - (char *)ptr));
		return;
	}
	synchronize_rcu();
	kvfree(ptr);
}
EXPORT_SYMBOL_GPL(kvfree_call_rcu);

/* The RCU task. */

static struct rcu_head *take_queued(void)
{
	struct rcu_head *newest = xchg(&rcu.queued, NULL), *oldest = NULL;

	while (newest) {
		struct rcu_head *older = newest->next;

		newest->next = oldest;
		oldest = newest;
		newest = older;
	}
	return oldest;
}

/* In softirq context: BH off and being served. The callback may free its head. */
static struct rcu_head *invoke_some(struct rcu_head *list)
{
	local_bh_disable();
	preempt_count_add(SOFTIRQ_OFFSET);
	for (unsigned int i = 0; list && i < BATCH; i++) {
		struct rcu_head *head = list;

		list = head->next;
		invoke(head);
	}
	preempt_count_sub(SOFTIRQ_OFFSET);
	local_bh_enable();
	return list;
}

/*
 * A tick's time for others to queue theirs, unless somebody waits. The mark is taken back
 * before the queue is taken: what is queued in a hurry after that causes another round, and
 * what was queued before it is in this one.
 */
static void pace(void)
{
	struct timespec until;

	if (udm_exec_sim)
		return;
	until = clock_deadline(udm_now() + COLLECT_NS);
	while (!READ_ONCE(rcu.hurry) && !host_futex_wait(&rcu.hurry, 0, &until))
		;
	xchg(&rcu.hurry, 0);
}

static void serve(void)
{
	struct rcu_head *list;

	pace();
	list = take_queued();
	run_grace_period();
	while (list) {
		list = invoke_some(list);
		__cond_resched();
	}
}

static bool has_work(void)
{
	return READ_ONCE(rcu.queued) ||
	       ULONG_CMP_LT(READ_ONCE(rcu.completed), READ_ONCE(rcu.wanted));
}

static void rcu_task(void *unused)
{
	(void)unused;
	for (;;) {
		set_current_state(TASK_IDLE);
		if (has_work()) {
			__set_current_state(TASK_RUNNING);
			serve();
		} else if (READ_ONCE(rcu.stop)) {
			break;
		} else {
			schedule();
		}
	}
	__set_current_state(TASK_RUNNING);
}

int rcu_boot(const struct udm_config *cfg)
{
	struct task_struct *task = task_create("rcu_gp", rcu_task, NULL, PF_KTHREAD, cfg->cpus - 1);

	if (!task)
		return -ENOMEM;
	rcu.stop = false;
	rcu.hurry = 0;
	rcu.wanted = rcu.completed;
	WRITE_ONCE(rcu.task, task);
	wake_up_process(task);
	return 0;
}

void rcu_shutdown(void)
{
	struct task_struct *task = rcu.task;

	rcu_barrier();
	get_task_struct(task);
	WRITE_ONCE(rcu.stop, true);
	task_wake(task, TASK_NORMAL);
	while (READ_ONCE(task->__state) != TASK_DEAD)
		yield();
	WRITE_ONCE(rcu.task, NULL);
	/* From here on nobody queues anything or wakes the task: see queue_if_running(). */
	if (!udm_exec_sim)
		rcu_urcu_synchronize();
	/* What came in after the task's last look. */
	for (struct rcu_head *list = take_queued(); list;) {
		struct rcu_head *head = list;

		list = head->next;
		invoke(head);
	}
	put_task_struct(task);
}
