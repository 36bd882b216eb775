/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the execution core needs from the host: futexes, threads, membarrier.
 */
#ifndef _UDM_LIBKERN_SCHED_HOST_H
#define _UDM_LIBKERN_SCHED_HOST_H

#include <pthread.h>
#include <time.h>
#include <linux/compiler_types.h>
#include <linux/types.h>

/*
 * host_futex_wait - sleep while *@word is @val
 * @deadline: CLOCK_MONOTONIC, NULL for none
 *
 * True when the deadline has passed; false after a wake-up, a change of the
 * word or for no reason.
 */
__internal bool host_futex_wait(const u32 *word, u32 val, const struct timespec *deadline);
__internal void host_futex_wake(const u32 *word, int nr);

/* A hint that the caller spins. */
static inline void host_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield");
#endif
}

/* A mutex of one word: 0 free, 1 held, 2 held and awaited. */
__internal bool host_trylock(u32 *word);
__internal void host_lock(u32 *word);
__internal void host_unlock(u32 *word);

/*
 * Starts a thread named @name (cut to 15 characters) that takes no signals of
 * the program. 0 or -errno.
 */
__internal int host_thread_start(pthread_t *thread, const char *name, void *(*fn)(void *),
				 void *arg);

/*
 * host_membarrier - full barrier on every running thread of the process
 *
 * With it, a thread that does "store; compiler barrier; load" is ordered
 * against the caller. host_membarrier_usable() is false where the kernel
 * lacks it, and where a race detector could not follow the reasoning.
 */
__internal bool host_membarrier_usable(void);
__internal void host_membarrier(void);

#endif
