// SPDX-License-Identifier: GPL-2.0-only
/* Futexes, threads and barriers of the host. */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/compiler.h>

#include "host.h"

#define LOCK_SPINS 100

bool host_futex_wait(const u32 *word, u32 val, const struct timespec *deadline)
{
	/* FUTEX_WAIT_BITSET takes an absolute time. */
	long ret = syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, val, deadline, NULL,
			   FUTEX_BITSET_MATCH_ANY);

	return ret == -1 && errno == ETIMEDOUT;
}

void host_futex_wake(const u32 *word, int nr)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, nr, NULL, NULL, 0);
}

bool host_trylock(u32 *word)
{
	u32 expected = 0;

	return __atomic_compare_exchange_n(word, &expected, 1, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

void host_lock(u32 *word)
{
	for (unsigned int i = 0; i < LOCK_SPINS; i++) {
		if (host_trylock(word))
			return;
		host_pause();
	}
	/* From here on the word says 2, also if nobody else waits any more: one wake too many. */
	while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE) != 0)
		host_futex_wait(word, 2, NULL);
}

void host_unlock(u32 *word)
{
	if (__atomic_exchange_n(word, 0, __ATOMIC_RELEASE) == 2)
		host_futex_wake(word, 1);
}

int host_thread_start(pthread_t *thread, const char *name, void *(*fn)(void *), void *arg)
{
	char shown[16];
	sigset_t all, saved;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &saved);
	err = pthread_create(thread, NULL, fn, arg);
	pthread_sigmask(SIG_SETMASK, &saved, NULL);
	if (err)
		return -err;
	snprintf(shown, sizeof(shown), "%s", name);
	pthread_setname_np(*thread, shown);
	return 0;
}

bool host_membarrier_usable(void)
{
#ifdef __UDM_TSAN__
	return false;
#else
	return !syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
#endif
}

void host_membarrier(void)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
}
