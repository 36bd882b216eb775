/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spinning locks: the types and their static initialisers.
 *
 * Kernel paths: linux/spinlock_types.h, linux/spinlock_types_raw.h,
 * linux/rwlock_types.h.
 */
#ifndef _UDM_LINUX_SPINLOCK_TYPES_H
#define _UDM_LINUX_SPINLOCK_TYPES_H

#include <linux/lockdep_types.h>
#include <linux/types.h>

struct task_struct;

/*
 * val: UDM_SPIN_*. Who waits is not recorded in the lock, so an unlock is one
 * store. owner: debug builds, the task that holds the lock.
 */
typedef struct raw_spinlock {
	u32 val;
#ifdef CONFIG_LOCKDEP
	struct task_struct *owner;
	struct lockdep_map dep_map;
#endif
} raw_spinlock_t;

#define UDM_SPIN_FREE 0
#define UDM_SPIN_HELD 1

typedef struct spinlock {
	union {
		struct raw_spinlock rlock;
#ifdef CONFIG_LOCKDEP
		struct {
			u8 __padding[offsetof(struct raw_spinlock, dep_map)];
			struct lockdep_map dep_map;
		};
#endif
	};
} spinlock_t;

/*
 * val: number of readers, or UDM_RW_WRITER. waiting_writers keeps new readers
 * out, except in interrupt context, where a reader may interrupt a reader.
 */
typedef struct {
	u32 val;
	u32 waiting_writers;
#ifdef CONFIG_LOCKDEP
	struct task_struct *owner;
	struct lockdep_map dep_map;
#endif
} rwlock_t;

#define UDM_RW_WRITER 0x80000000u

#define __RAW_SPIN_LOCK_INITIALIZER(lockname) { .val = 0, __DEP_MAP_INIT(lockname, LD_WAIT_SPIN) }
#define __RAW_SPIN_LOCK_UNLOCKED(lockname) (raw_spinlock_t) __RAW_SPIN_LOCK_INITIALIZER(lockname)
#define DEFINE_RAW_SPINLOCK(x) raw_spinlock_t x = __RAW_SPIN_LOCK_INITIALIZER(x)

#define __SPIN_LOCK_INITIALIZER(lockname)                                                          \
	{ { .rlock = __RAW_SPIN_LOCK_INITIALIZER(lockname) } }
#define __SPIN_LOCK_UNLOCKED(lockname) (spinlock_t) __SPIN_LOCK_INITIALIZER(lockname)
#define DEFINE_SPINLOCK(x) spinlock_t x = __SPIN_LOCK_INITIALIZER(x)

#define __RW_LOCK_INITIALIZER(lockname) { .val = 0, __DEP_MAP_INIT(lockname, LD_WAIT_SPIN) }
#define __RW_LOCK_UNLOCKED(lockname) (rwlock_t) __RW_LOCK_INITIALIZER(lockname)
#define DEFINE_RWLOCK(x) rwlock_t x = __RW_LOCK_INITIALIZER(x)

#endif
