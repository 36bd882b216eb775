/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counting semaphores: up() from any context, down() by tasks that may sleep. A waiter
 * gets the unit that wakes it, in order of arrival. There is no owner.
 * Kernel path: linux/semaphore.h, kernel/locking/semaphore.c.
 */
#ifndef __LINUX_SEMAPHORE_H
#define __LINUX_SEMAPHORE_H

#include <linux/list.h>
#include <linux/spinlock.h>

struct semaphore {
	raw_spinlock_t lock;
	unsigned int count;		/* free units; 0 while somebody waits */
	struct list_head wait_list;
};

#define __SEMAPHORE_INITIALIZER(name, n)					\
	{									\
		.lock = __RAW_SPIN_LOCK_INITIALIZER((name).lock),		\
		.count = n,							\
		.wait_list = LIST_HEAD_INIT((name).wait_list),			\
	}
#define DEFINE_SEMAPHORE(_name, _n) struct semaphore _name = __SEMAPHORE_INITIALIZER(_name, _n)

static inline void sema_init(struct semaphore *sem, int val)
{
	raw_spin_lock_init(&sem->lock);
	sem->count = val;
	INIT_LIST_HEAD(&sem->wait_list);
}

/*
 * Take a unit. These may sleep; 0, or -EINTR on a signal (killable: a fatal one), -ETIME
 * after @timeout jiffies. down() itself cannot fail.
 */
void down(struct semaphore *sem);
int __must_check down_interruptible(struct semaphore *sem);
int __must_check down_killable(struct semaphore *sem);
int __must_check down_timeout(struct semaphore *sem, long timeout);
/* Any context. The other way round than spin_trylock(): 0 if taken, 1 if there is none. */
int __must_check down_trylock(struct semaphore *sem);
/* Any context, by anybody. */
void up(struct semaphore *sem);

#endif
