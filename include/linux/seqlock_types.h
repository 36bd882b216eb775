/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/seqlock_types.h. */
#ifndef _UDM_LINUX_SEQLOCK_TYPES_H
#define _UDM_LINUX_SEQLOCK_TYPES_H

#include <linux/lockdep_types.h>
#include <linux/mutex_types.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

/* Odd while a writer is inside. */
typedef struct seqcount {
	unsigned int sequence;
#ifdef CONFIG_LOCKDEP
	struct lockdep_map dep_map;
#endif
} seqcount_t;

/* A counter whose writers hold the lock named; the lock is noted for checks only. */
#define UDM_SEQCOUNT_TYPE(name, locktype)                                                          \
	typedef struct seqcount_##name {                                                           \
		seqcount_t seqcount;                                                               \
		locktype *lock;                                                                    \
	} seqcount_##name##_t

UDM_SEQCOUNT_TYPE(raw_spinlock, raw_spinlock_t);
UDM_SEQCOUNT_TYPE(spinlock, spinlock_t);
UDM_SEQCOUNT_TYPE(rwlock, rwlock_t);
UDM_SEQCOUNT_TYPE(mutex, struct mutex);
#undef UDM_SEQCOUNT_TYPE

typedef struct {
	seqcount_spinlock_t seqcount;
	spinlock_t lock;
} seqlock_t;

#endif
