/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sleeping locks with readers.
 *
 * Kernel path: linux/rwsem.h. Task context, may sleep. Waiters are served in
 * order of arrival, readers that wait together together; a new reader does not
 * pass a waiting writer. up_*() may touch the semaphore after another task has it.
 */
#ifndef _UDM_LINUX_RWSEM_H
#define _UDM_LINUX_RWSEM_H

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/*
 * count: number of readers in units of UDM_RWSEM_READER, plus the WRITER and
 * WAITERS bits. WAITERS and wait_list change only with wait_lock held.
 */
struct rw_semaphore {
	atomic_long_t count;
	atomic_long_t owner;	/* the writer's task, for checks */
	raw_spinlock_t wait_lock;
	struct list_head wait_list;
#ifdef CONFIG_LOCKDEP
	struct lockdep_map dep_map;
#endif
};

#define UDM_RWSEM_WRITER 1L
#define UDM_RWSEM_WAITERS 2L
#define UDM_RWSEM_READER 256L

#define __RWSEM_INITIALIZER(name)                                                                  \
	{                                                                                          \
		.count = ATOMIC_LONG_INIT(0), .owner = ATOMIC_LONG_INIT(0),                        \
		.wait_lock = __RAW_SPIN_LOCK_INITIALIZER(name.wait_lock),                          \
		.wait_list = LIST_HEAD_INIT((name).wait_list),                                     \
		__DEP_MAP_INIT(name, LD_WAIT_SLEEP)                                                \
	}
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)

/* kernel/locking/rwsem.c */
void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key);
#define init_rwsem(sem)                                                                            \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		__init_rwsem((sem), #sem, &__key);                                                 \
	} while (0)

static inline int rwsem_is_locked(struct rw_semaphore *sem)
{
	return (atomic_long_read(&sem->count) & ~UDM_RWSEM_WAITERS) != 0;
}

static inline int rwsem_is_contended(struct rw_semaphore *sem)
{
	return (atomic_long_read(&sem->count) & UDM_RWSEM_WAITERS) != 0;
}

/* 0, or -EINTR when a signal (_killable: a fatal one) ended the wait; trylocks 1 or 0. */
void down_read(struct rw_semaphore *sem);
int __must_check down_read_interruptible(struct rw_semaphore *sem);
int __must_check down_read_killable(struct rw_semaphore *sem);
int down_read_trylock(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
int __must_check down_write_killable(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
/* The writer becomes a reader without letting another writer in between. */
void downgrade_write(struct rw_semaphore *sem);

void down_read_nested(struct rw_semaphore *sem, int subclass);
void down_write_nested(struct rw_semaphore *sem, int subclass);
int __must_check down_read_killable_nested(struct rw_semaphore *sem, int subclass);
int __must_check down_write_killable_nested(struct rw_semaphore *sem, int subclass);
void _down_write_nest_lock(struct rw_semaphore *sem, struct lockdep_map *nest_lock);
#ifdef CONFIG_LOCKDEP
#define down_write_nest_lock(sem, nest_lock) _down_write_nest_lock(sem, &(nest_lock)->dep_map)
#else
#define down_write_nest_lock(sem, nest_lock) down_write(sem)
#endif
/* Given back by a task other than the one that took it; unknown to lock checking. */
void down_read_non_owner(struct rw_semaphore *sem);
void up_read_non_owner(struct rw_semaphore *sem);

#define rwsem_assert_held(sem) lockdep_assert_held(sem)
#define rwsem_assert_held_write(sem) lockdep_assert_held_write(sem)

DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD_COND(rwsem_read, _try, down_read_trylock(_T))
DEFINE_GUARD_COND(rwsem_read, _intr, down_read_interruptible(_T), _RET == 0)
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
DEFINE_GUARD_COND(rwsem_write, _try, down_write_trylock(_T))
DEFINE_GUARD_COND(rwsem_write, _kill, down_write_killable(_T), _RET == 0)

#endif
