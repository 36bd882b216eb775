/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Application threads and what a host program may do to tasks.
 *
 * udm_thread_create() is pthread_create() for programs that shall also run in
 * sim mode, where a thread of the program is a fiber. Threads that the program
 * made by itself (threads mode only) become tasks when they first enter
 * kernel-side code.
 */
#ifndef _UDEVMEM_TASK_H
#define _UDEVMEM_TASK_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct task_struct;
struct udm_thread;

/*
 * udm_thread_create - start a thread of the application
 * @name: what task_struct.comm shows, cut to 15 characters
 *
 * The thread is ready on return. NULL when there is no memory or no thread.
 * May sleep.
 */
struct udm_thread *udm_thread_create(const char *name, void *(*fn)(void *ctx), void *ctx);

/* Waits for the end of the thread, frees the handle, returns what fn returned. May sleep. */
void *udm_thread_join(struct udm_thread *thread);

/* The task of a thread; valid until udm_thread_join(). */
struct task_struct *udm_thread_task(struct udm_thread *thread);

/*
 * udm_task_signal - make signal_pending() true for a task
 * @fatal: fatal_signal_pending() too, so killable sleeps end as well
 *
 * Any context. Stays until udm_task_clear_signal().
 */
void udm_task_signal(struct task_struct *task, bool fatal);
void udm_task_clear_signal(struct task_struct *task);

/*
 * udm_task_set_cpu - bind the calling thread to one emulated CPU
 *
 * 0 or -EINVAL for a CPU that does not exist. May sleep.
 */
int udm_task_set_cpu(unsigned int cpu);

/* Number of tasks alive, the caller's included. */
unsigned int udm_task_count(void);

#ifdef __cplusplus
}
#endif

#endif
