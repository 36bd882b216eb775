// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel threads.
 *
 * What the thread and those who control it share is a struct kthread, found
 * through task->worker_private. It lives as long as the task, so whoever holds a
 * reference to that may stop a thread that has ended. Before its function runs, the
 * thread waits for its first wake-up; a stop that comes first keeps the function from
 * running at all.
 */
#include <stdlib.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/fault-inject.h>
#include <linux/kthread.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/stdarg.h>
#include <linux/topology.h>
#include <udevmem/task.h>

#include "../sched/exec.h"
#include "../sched/vcpu.h"

enum kthread_bits {
	KTHREAD_SHOULD_STOP,
	KTHREAD_SHOULD_PARK,
};

struct kthread {
	unsigned long flags;
	int (*threadfn)(void *data);
	void *data;
	int result;
	struct completion parked;
	struct completion exited;
};

static struct kthread *to_kthread(struct task_struct *k)
{
	WARN_ON(!(READ_ONCE(k->flags) & PF_KTHREAD));
	return k->worker_private;
}

/* It lives as long as its task, so it is the host's memory as that is. */
void kthread_free(struct task_struct *task)
{
	if (task->flags & PF_KTHREAD)
		free(task->worker_private);
}

bool kthread_should_stop(void)
{
	return test_bit(KTHREAD_SHOULD_STOP, &to_kthread(current)->flags);
}
EXPORT_SYMBOL(kthread_should_stop);

bool kthread_should_park(void)
{
	return test_bit(KTHREAD_SHOULD_PARK, &to_kthread(current)->flags);
}
EXPORT_SYMBOL_GPL(kthread_should_park);

/* False for tasks that are no kernel threads. */
bool kthread_should_stop_or_park(void)
{
	struct kthread *kthread = current->flags & PF_KTHREAD ? current->worker_private : NULL;

	return kthread && (READ_ONCE(kthread->flags) &
			   (BIT(KTHREAD_SHOULD_STOP) | BIT(KTHREAD_SHOULD_PARK)));
}

bool kthread_freezable_should_stop(bool *was_frozen)
{
	if (was_frozen)
		*was_frozen = false;
	return kthread_should_stop();
}
EXPORT_SYMBOL_GPL(kthread_freezable_should_stop);

void *kthread_func(struct task_struct *k)
{
	return to_kthread(k)->threadfn;
}
EXPORT_SYMBOL_GPL(kthread_func);

void *kthread_data(struct task_struct *k)
{
	return to_kthread(k)->data;
}
EXPORT_SYMBOL_GPL(kthread_data);

void *kthread_probe_data(struct task_struct *k)
{
	struct kthread *kthread = READ_ONCE(k->flags) & PF_KTHREAD ? k->worker_private : NULL;

	return kthread ? kthread->data : NULL;
}

static void park_while_asked(struct kthread *kthread)
{
	for (;;) {
		set_current_state(TASK_PARKED);
		if (!test_bit(KTHREAD_SHOULD_PARK, &kthread->flags))
			break;
		complete(&kthread->parked);
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

void kthread_parkme(void)
{
	park_while_asked(to_kthread(current));
}
EXPORT_SYMBOL_GPL(kthread_parkme);

void kthread_exit(long result)
{
	struct kthread *kthread = to_kthread(current);

	kthread->result = result;
	current->exit_code = result;
	task_is_ending(current);
	complete_all(&kthread->exited);
	task_exit();
}
EXPORT_SYMBOL(kthread_exit);

void kthread_complete_and_exit(struct completion *comp, long code)
{
	if (comp)
		complete(comp);
	kthread_exit(code);
}
EXPORT_SYMBOL(kthread_complete_and_exit);

static void kthread_main(void *arg)
{
	struct kthread *kthread = arg;
	int result = -EINTR;

	if (!test_bit(KTHREAD_SHOULD_STOP, &kthread->flags)) {
		if (test_bit(KTHREAD_SHOULD_PARK, &kthread->flags))
			park_while_asked(kthread);
		result = kthread->threadfn(kthread->data);
	}
	kthread_exit(result);
}

static struct kthread *make_kthread(int (*threadfn)(void *data), void *data)
{
	struct kthread *kthread;

	if (should_failslab(NULL, GFP_KERNEL))
		return NULL;
	kthread = calloc(1, sizeof(*kthread));
	if (!kthread)
		return NULL;
	kthread->threadfn = threadfn;
	kthread->data = data;
	init_completion(&kthread->parked);
	init_completion(&kthread->exited);
	return kthread;
}

static struct task_struct *create(int (*threadfn)(void *data), void *data, int node, int cpu,
				  const char *name)
{
	struct kthread *kthread = make_kthread(threadfn, data);
	struct task_struct *task;

	if (!kthread)
		return ERR_PTR(-ENOMEM);
	task = task_create(name, kthread_main, kthread, PF_KTHREAD, cpu);
	if (!task) {
		free(kthread);
		return ERR_PTR(-ENOMEM);
	}
	task->worker_private = kthread;
	task->numa_node = node;
	return task;
}

struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char namefmt[], ...)
{
	char name[64];
	va_list args;

	va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	va_end(args);
	return create(threadfn, data, node, -1, name);
}
EXPORT_SYMBOL(kthread_create_on_node);

struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data,
					  unsigned int cpu, const char *namefmt)
{
	struct task_struct *task;

	task = kthread_create_on_node(threadfn, data, cpu_to_node(cpu), namefmt, cpu);
	if (!IS_ERR(task))
		kthread_bind(task, cpu);
	return task;
}
EXPORT_SYMBOL(kthread_create_on_cpu);

/* The thread has not run yet, so it holds no seat. */
void kthread_bind_mask(struct task_struct *k, const struct cpumask *mask)
{
	unsigned int cpu = cpumask_first_and(mask, cpu_possible_mask);

	if (WARN_ON(k->exec->started || cpu >= nr_cpu_ids))
		return;
	cpumask_copy(&k->cpus_mask, mask);
	k->nr_cpus_allowed = cpumask_weight(mask);
	WRITE_ONCE(k->flags, k->flags | PF_NO_SETAFFINITY);
	if (!cpumask_test_cpu(task_cpu(k), mask))
		vcpu_assign(k, cpu);
}
EXPORT_SYMBOL_GPL(kthread_bind_mask);

void kthread_bind(struct task_struct *k, unsigned int cpu)
{
	kthread_bind_mask(k, cpumask_of(cpu));
}
EXPORT_SYMBOL(kthread_bind);

/* A parked thread waits in TASK_PARKED, which only this wakes. */
void kthread_unpark(struct task_struct *k)
{
	struct kthread *kthread = to_kthread(k);

	if (!test_bit(KTHREAD_SHOULD_PARK, &kthread->flags))
		return;
	reinit_completion(&kthread->parked);
	clear_bit(KTHREAD_SHOULD_PARK, &kthread->flags);
	wake_up_state(k, TASK_PARKED);
}
EXPORT_SYMBOL_GPL(kthread_unpark);

int kthread_park(struct task_struct *k)
{
	struct kthread *kthread = to_kthread(k);

	if (WARN_ON(READ_ONCE(k->flags) & PF_EXITING))
		return -ENOSYS;
	if (WARN_ON_ONCE(test_bit(KTHREAD_SHOULD_PARK, &kthread->flags)))
		return -EBUSY;
	set_bit(KTHREAD_SHOULD_PARK, &kthread->flags);
	if (k != current) {
		wake_up_process(k);
		wait_for_completion(&kthread->parked);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(kthread_park);

/*
 * The flag, the pending signal and the wake-up: whatever the thread does next, it
 * either sees the flag or does not sleep interruptibly.
 */
int kthread_stop(struct task_struct *k)
{
	struct kthread *kthread = to_kthread(k);
	int result;

	get_task_struct(k);
	set_bit(KTHREAD_SHOULD_STOP, &kthread->flags);
	kthread_unpark(k);
	set_ti_thread_flag(&k->thread_info, TIF_SIGPENDING);
	wake_up_process(k);
	wait_for_completion(&kthread->exited);
	result = kthread->result;
	put_task_struct(k);
	return result;
}
EXPORT_SYMBOL(kthread_stop);

int kthread_stop_put(struct task_struct *k)
{
	int result = kthread_stop(k);

	put_task_struct(k);
	return result;
}
EXPORT_SYMBOL(kthread_stop_put);

void kthread_ask_to_stop(struct task_struct *task)
{
	struct kthread *kthread = task->worker_private;

	if (kthread)
		set_bit(KTHREAD_SHOULD_STOP, &kthread->flags);
}

struct completion *kthread_exited(struct task_struct *task)
{
	return &to_kthread(task)->exited;
}

void kthread_use_mm(struct mm_struct *mm)
{
	WARN_ON_ONCE(!(current->flags & PF_KTHREAD) || current->mm);
	current->mm = current->active_mm = mm;
}
EXPORT_SYMBOL_GPL(kthread_use_mm);

void kthread_unuse_mm(struct mm_struct *mm)
{
	WARN_ON_ONCE(current->mm != mm);
	current->mm = NULL;
}
EXPORT_SYMBOL_GPL(kthread_unuse_mm);
