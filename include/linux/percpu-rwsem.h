/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reader-writer semaphores for many readers and few writers.
 *
 * Kernel path: linux/percpu-rwsem.h. The contract is the kernel's; inside is an
 * ordinary rw_semaphore, so readers share a cache line. Task context, may sleep.
 */
#ifndef _UDM_LINUX_PERCPU_RWSEM_H
#define _UDM_LINUX_PERCPU_RWSEM_H

#include <linux/cleanup.h>
#include <linux/rwsem.h>

struct percpu_rw_semaphore {
	struct rw_semaphore rw;
};

#define __PERCPU_RWSEM_INIT(name) { .rw = __RWSEM_INITIALIZER((name).rw) }
#define DEFINE_PERCPU_RWSEM(name) struct percpu_rw_semaphore name = __PERCPU_RWSEM_INIT(name)
#define DEFINE_STATIC_PERCPU_RWSEM(name) static DEFINE_PERCPU_RWSEM(name)

/* 0; in the kernel -ENOMEM as well. */
#define percpu_init_rwsem(sem)                                                                     \
	({                                                                                         \
		init_rwsem(&(sem)->rw);                                                            \
		0;                                                                                 \
	})
#define percpu_free_rwsem(sem) ((void)(sem))

static inline void percpu_down_read(struct percpu_rw_semaphore *sem)
{
	down_read(&sem->rw);
}

/* The kernel's differs in where it may freeze. */
#define percpu_down_read_freezable(sem, freeze) ((void)(freeze), percpu_down_read(sem))

static inline bool percpu_down_read_trylock(struct percpu_rw_semaphore *sem)
{
	return down_read_trylock(&sem->rw);
}

static inline void percpu_up_read(struct percpu_rw_semaphore *sem)
{
	up_read(&sem->rw);
}

static inline void percpu_down_write(struct percpu_rw_semaphore *sem)
{
	down_write(&sem->rw);
}

static inline void percpu_up_write(struct percpu_rw_semaphore *sem)
{
	up_write(&sem->rw);
}

static inline bool percpu_is_write_locked(struct percpu_rw_semaphore *sem)
{
	return atomic_long_read(&sem->rw.count) & UDM_RWSEM_WRITER;
}

static inline bool percpu_is_read_locked(struct percpu_rw_semaphore *sem)
{
	return rwsem_is_locked(&sem->rw) && !percpu_is_write_locked(sem);
}

#define percpu_rwsem_is_held(sem) lockdep_is_held(&(sem)->rw)
#define percpu_rwsem_assert_held(sem) lockdep_assert_held(&(sem)->rw)

DEFINE_GUARD(percpu_read, struct percpu_rw_semaphore *, percpu_down_read(_T), percpu_up_read(_T))
DEFINE_GUARD_COND(percpu_read, _try, percpu_down_read_trylock(_T))
DEFINE_GUARD(percpu_write, struct percpu_rw_semaphore *, percpu_down_write(_T), percpu_up_write(_T))

#endif
