/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel threads.
 *
 * Kernel path: linux/kthread.h. Creation and stopping may sleep. The task stays
 * valid until kthread_stop() returns or, if nobody stops it, until its function
 * returns. From kthread_stop() on signal_pending() is true for the thread, so
 * its interruptible sleeps end at once; other sleeps are woken once.
 */
#ifndef _UDM_LINUX_KTHREAD_H
#define _UDM_LINUX_KTHREAD_H

#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/numa.h>
#include <linux/sched.h>

struct completion;
struct mm_struct;

/*
 * kthread_create_on_node - make a stopped thread that will run threadfn(data)
 * @node: memory preference, NUMA_NO_NODE for none
 *
 * wake_up_process() starts it. ERR_PTR(-ENOMEM) or ERR_PTR(-EINTR). kernel/kthread.c.
 */
__printf(4, 5)
struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char namefmt[], ...);
/* Bound to @cpu; @namefmt has one %u for it. */
struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data,
					  unsigned int cpu, const char *namefmt);

#define kthread_create(threadfn, data, namefmt, arg...)                                            \
	kthread_create_on_node(threadfn, data, NUMA_NO_NODE, namefmt, ##arg)
#define kthread_run(threadfn, data, namefmt, ...)                                                  \
	({                                                                                         \
		struct task_struct *__new = kthread_create(threadfn, data, namefmt, ##__VA_ARGS__);\
		if (!IS_ERR(__new))                                                                \
			wake_up_process(__new);                                                    \
		__new;                                                                             \
	})
#define kthread_run_on_cpu(threadfn, data, cpu, namefmt)                                           \
	({                                                                                         \
		struct task_struct *__new = kthread_create_on_cpu(threadfn, data, cpu, namefmt);   \
		if (!IS_ERR(__new))                                                                \
			wake_up_process(__new);                                                    \
		__new;                                                                             \
	})

/* Only before the first wake-up, WARN_ON otherwise. */
void kthread_bind(struct task_struct *k, unsigned int cpu);
void kthread_bind_mask(struct task_struct *k, const struct cpumask *mask);

/*
 * kthread_stop - ask the thread to stop and wait for it
 *
 * Its function's value, or -EINTR if it was never woken: then the function
 * does not run. _put also drops a reference of the caller.
 */
int kthread_stop(struct task_struct *k);
int kthread_stop_put(struct task_struct *k);
bool kthread_should_stop(void);
bool kthread_should_park(void);
bool kthread_should_stop_or_park(void);
bool kthread_freezable_should_stop(bool *was_frozen);

/*
 * kthread_park - ask the thread to call kthread_parkme() and wait for that
 *
 * 0; -EBUSY if it is parked already, -ENOSYS if it has exited. Parking itself: 0 at once.
 */
int kthread_park(struct task_struct *k);
void kthread_unpark(struct task_struct *k);
void kthread_parkme(void);

/* Ends the calling thread with @result. */
void __noreturn kthread_exit(long result);
#define module_put_and_kthread_exit(code) kthread_exit(code)
void __noreturn kthread_complete_and_exit(struct completion *comp, long code);

void *kthread_func(struct task_struct *k);
void *kthread_data(struct task_struct *k);
void *kthread_probe_data(struct task_struct *k);

/* Kernel threads borrow an address space; all tasks share one here. */
void kthread_use_mm(struct mm_struct *mm);
void kthread_unuse_mm(struct mm_struct *mm);

#include <linux/kthread_worker.h>

#endif
