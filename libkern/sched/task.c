// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks: creation, adoption of host threads, end.
 *
 * A task_struct and its task_exec live in one block from the host's heap. The
 * thread of a task owns one reference. Tasks made by the library are freed a
 * grace period after the last reference, because a waker may still look at one
 * that has just run to its end. A host thread that was not made here gets a
 * task on first use and loses it when it ends, through a pthread key, or at
 * shutdown, through the address of its udm_current.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/nsproxy.h>
#include <linux/panic.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>
#include <udevmem/boot.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "libkern/kernel/cred.h"
#include "../kernel/leftover.h"
#include "../rcu/rcu.h"
#include "../subsystem.h"
#include "clock.h"
#include "exec.h"
#include "host.h"

/* How long a host thread may take to end at shutdown. */
#define GRACE_NS 2000000000ULL

__thread struct task_struct *udm_current __attribute__((tls_model("initial-exec")));
__thread u64 udm_context __attribute__((tls_model("initial-exec")));
__thread bool udm_in_hardware __attribute__((tls_model("initial-exec")));
struct task_struct *udm_main_task;
bool udm_exec_sim = true;

static struct {
	pthread_mutex_t lock;
	pthread_cond_t thread_gone;
	struct list_head list;
	unsigned int count;
	unsigned int own_threads;	/* host threads of task_create() that have not ended */
	pthread_t last_ended;		/* the one of them that nobody has joined, if any_ended */
	bool any_ended;
	pid_t last_pid;
	pthread_key_t at_thread_exit;
	bool key_made;
} tasks = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.thread_gone = PTHREAD_COND_INITIALIZER,
	.list = LIST_HEAD_INIT(tasks.list),
};

struct task_block {
	struct task_struct task;
	struct task_exec exec;
};

static struct task_struct *allocate(const char *name, unsigned int flags)
{
	struct task_block *block = aligned_alloc(__alignof__(*block), sizeof(*block));
	struct task_struct *task;

	if (!block)
		return NULL;
	memset(block, 0, sizeof(*block));
	task = &block->task;
	task->exec = &block->exec;
	task->exec->task = task;
	task->exec->entity.slot = -1;
	task->thread_info.region_flags = udm_exec_sim ? UDM_REGION_SIM : 0;
	task->exec->block = SIM_BLOCKED_STATE;
	task->flags = flags;
	task->usage.counter = 1;
	task->numa_node = NUMA_NO_NODE;
	task->nsproxy = &init_nsproxy;
	task->group_leader = udm_main_task ? udm_main_task : task;
	task->cpus_ptr = &task->cpus_mask;
	cpumask_copy(&task->cpus_mask, cpu_possible_mask);
	task->nr_cpus_allowed = nr_cpu_ids;
	raw_spin_lock_init(&task->pi_lock);
	INIT_LIST_HEAD(&task->tasks);
	set_task_comm(task, name);
	return task;
}

static void enlist(struct task_struct *task, int cpu)
{
	pthread_mutex_lock(&tasks.lock);
	task->pid = ++tasks.last_pid;
	task->tgid = task->flags & PF_KTHREAD ? task->pid : 1;
	list_add_tail(&task->tasks, &tasks.list);
	tasks.count++;
	vcpu_assign(task, cpu);
	pthread_mutex_unlock(&tasks.lock);
}

/* The task ends: nobody finds it any more, and its vCPU is somebody else's. */
static void delist(struct task_struct *task)
{
	exit_creds(task);
	WRITE_ONCE(task->__state, TASK_DEAD);
	vcpu_forget(task);
	pthread_mutex_lock(&tasks.lock);
	list_del_init(&task->tasks);
	tasks.count--;
	pthread_mutex_unlock(&tasks.lock);
}

void task_for_each(void (*fn)(struct task_struct *task, void *arg), void *arg)
{
	struct task_struct *task;

	pthread_mutex_lock(&tasks.lock);
	list_for_each_entry(task, &tasks.list, tasks)
		fn(task, arg);
	pthread_mutex_unlock(&tasks.lock);
}

unsigned int udm_task_count(void)
{
	unsigned int count;

	pthread_mutex_lock(&tasks.lock);
	count = tasks.count;
	pthread_mutex_unlock(&tasks.lock);
	return count;
}

void task_free(struct task_struct *task)
{
	if (udm_exec_sim && task != udm_main_task)
		fiber_destroy(&task->exec->fiber);
	kthread_free(task);
	free(container_of(task, struct task_block, task));
}

void set_task_comm(struct task_struct *task, const char *name)
{
	size_t len = strnlen(name, TASK_COMM_LEN - 1);

	memcpy(task->comm, name, len);
	memset(task->comm + len, 0, TASK_COMM_LEN - len);
}

/* First and last thing a library task does, on its own stack. */
static void run_task(struct task_struct *task)
{
	task->exec->started = true;
	task->exec->fn(task->exec->arg);
	task_exit();
}

static void fiber_main(void *arg)
{
	sim_enter(arg);
	run_task(arg);
}

static void *thread_main(void *arg)
{
	struct task_struct *task = arg;

	task_set_current(task);
	task->exec->tls = &udm_current;
	rcu_thread_online();
	task_sleep(NULL);
	run_task(task);
	return NULL;
}

static int start_thread(struct task_struct *task)
{
	int err;

	pthread_mutex_lock(&tasks.lock);
	tasks.own_threads++;
	pthread_mutex_unlock(&tasks.lock);
	task->exec->own_thread = true;
	err = host_thread_start(&task->exec->thread, task->comm, thread_main, task);
	if (!err)
		return 0;
	pthread_mutex_lock(&tasks.lock);
	tasks.own_threads--;
	pthread_mutex_unlock(&tasks.lock);
	return err;
}

static int start_fiber(struct task_struct *task)
{
	int err = sim_reserve();

	if (err)
		return err;
	err = fiber_create(&task->exec->fiber, fiber_main, task);
	if (err)
		sim_unreserve();
	return err;
}

struct task_struct *task_create(const char *name, void (*fn)(void *arg), void *arg,
				unsigned int flags, int cpu)
{
	struct task_struct *task = allocate(name, flags);

	if (!task)
		return NULL;
	task->exec->fn = fn;
	task->exec->arg = arg;
	task->__state = TASK_UNINTERRUPTIBLE;
	enlist(task, cpu);
	if (udm_exec_sim ? start_fiber(task) : start_thread(task)) {
		delist(task);
		task_free(task);
		return NULL;
	}
	return task;
}

/* Takes the thread that is left to be joined and leaves the caller's in its place. */
static bool swap_ended(bool any, pthread_t self, pthread_t *ended)
{
	bool was_any = tasks.any_ended;

	*ended = tasks.last_ended;
	tasks.last_ended = self;
	tasks.any_ended = any;
	return was_any;
}

/*
 * The host thread is about to end. Its task may be freed from here on; only
 * thread-local state and the list's own counters are touched. Each thread joins the
 * one that ended before it, and shutdown the last: then none is left in this library.
 */
static void leave_machine(struct task_struct *task)
{
	bool own_thread = task->exec->own_thread, any;
	pthread_t before;

	delist(task);
	put_task_struct(task);
	task_set_current(NULL);
	rcu_thread_offline();
	if (!own_thread)
		return;
	pthread_mutex_lock(&tasks.lock);
	any = swap_ended(true, pthread_self(), &before);
	tasks.own_threads--;
	pthread_cond_broadcast(&tasks.thread_gone);
	pthread_mutex_unlock(&tasks.lock);
	if (any)
		pthread_join(before, NULL);
}

void task_is_ending(struct task_struct *task)
{
	__atomic_fetch_or(&task->flags, PF_EXITING, __ATOMIC_RELEASE);
}

void task_exit(void)
{
	struct task_struct *task = current;

	task_is_ending(task);
	debug_check_no_locks_held();
	if (udm_exec_sim) {
		delist(task);
		sim_unreserve();
		sim_exit();
	}
	leave_machine(task);
	pthread_exit(NULL);
}

/* A host thread that was adopted ends. Its task may be gone already, after a shutdown. */
static void adopted_thread_ends(void *unused)
{
	(void)unused;
	if (udm_current)
		leave_machine(udm_current);
	else
		rcu_thread_offline();
}

static const char *why_not_adoptable(void)
{
	if (udm_in_hardware)
		return "an engine step or a timed event called the kernel API";
	if (!udm_main_task)
		return "kernel API called before udm_boot() or after udm_shutdown()";
	if (udm_exec_sim)
		return "in sim mode only the thread that booted may call the kernel API";
	return NULL;
}

struct task_struct *udm_task_adopt(void)
{
	const char *refusal = why_not_adoptable();
	struct task_struct *task;

	if (refusal)
		panic("%s", refusal);
	task = allocate("app", 0);
	if (!task)
		panic("no memory for a task");
	task->exec->started = true;
	task->exec->block = SIM_NOT_BLOCKED;
	pthread_getname_np(pthread_self(), task->comm, TASK_COMM_LEN);
	task->exec->tls = &udm_current;
	rcu_thread_online();
	pthread_setspecific(tasks.at_thread_exit, &tasks);
	enlist(task, -1);
	task_set_current(task);
	return task;
}

static int make_main(void)
{
	struct task_struct *task = allocate("main", 0);

	if (!task)
		return -ENOMEM;
	task->exec->started = true;
	task->exec->block = SIM_NOT_BLOCKED;
	task->exec->tls = &udm_current;
	udm_main_task = task;
	task->group_leader = task;
	enlist(task, 0);
	task_set_current(task);
	if (!udm_exec_sim) {
		rcu_thread_online();
		pthread_setspecific(tasks.at_thread_exit, &tasks);
		return 0;
	}
	if (sim_reserve()) {
		task_shutdown();
		return -ENOMEM;
	}
	sim_start(task);
	return 0;
}

int task_boot(const struct udm_config *cfg)
{
	int err;

	udm_exec_sim = cfg->mode == UDM_MODE_SIM;
	tasks.last_pid = 0;
	if (!tasks.key_made && pthread_key_create(&tasks.at_thread_exit, adopted_thread_ends))
		return -EAGAIN;
	tasks.key_made = true;
	err = sim_boot(cfg);
	return err ? err : make_main();
}

/* Tasks left at shutdown. */

int leftover_tasks_boot(const struct udm_config *cfg)
{
	(void)cfg;
	return 0;
}

static void ask_to_end(struct task_struct *task, void *unused)
{
	(void)unused;
	if (!task->exec->fn || __atomic_load_n(&task->flags, __ATOMIC_ACQUIRE) & PF_EXITING)
		return;
	leftover_report("task %s/%d, state %c", task->comm, task->pid, task_state_to_char(task));
	set_ti_thread_flag(&task->thread_info, TIF_NOTIFY_SIGNAL);
	set_ti_thread_flag(&task->thread_info, TIF_SIGPENDING);
	if (READ_ONCE(task->flags) & PF_KTHREAD)
		kthread_ask_to_stop(task);
	task_wake(task, TASK_NORMAL);
}

/*
 * A fiber can be dropped wherever it stands. A host thread cannot: it is asked
 * to end, and given some time.
 */
void leftover_tasks_shutdown(void)
{
	struct timespec until = clock_deadline(udm_now() + GRACE_NS);
	pthread_t last;
	bool any;

	task_for_each(ask_to_end, NULL);
	if (udm_exec_sim)
		return;
	pthread_mutex_lock(&tasks.lock);
	while (tasks.own_threads) {
		if (pthread_cond_clockwait(&tasks.thread_gone, &tasks.lock, CLOCK_MONOTONIC,
					   &until))
			break;
	}
	any = swap_ended(false, tasks.last_ended, &last);
	pthread_mutex_unlock(&tasks.lock);
	if (any)
		pthread_join(last, NULL);
}

/* A host thread that did not end keeps its task. */
static void free_all_tasks(void)
{
	struct task_struct *task, *next;

	list_for_each_entry_safe(task, next, &tasks.list, tasks) {
		list_del_init(&task->tasks);
		tasks.count--;
		if (!udm_exec_sim && task->exec->own_thread)
			continue;
		if (task->exec->tls)
			*task->exec->tls = NULL;
		task_free(task);
	}
}

void task_shutdown(void)
{
	pthread_mutex_lock(&tasks.lock);
	free_all_tasks();
	pthread_mutex_unlock(&tasks.lock);
	udm_main_task = NULL;
	task_set_current(NULL);
	udm_exec_sim = true;
	sim_shutdown();
}
