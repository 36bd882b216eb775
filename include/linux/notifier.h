/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Notifier chains: lists of callbacks in order of priority, higher first, and
 * in order of registration within one priority.
 *
 * Three kinds share the callback type. Atomic chains may be called from any
 * context, their callbacks must not sleep. Blocking chains are called under a
 * read-write semaphore, may sleep. Raw chains leave all locking to the caller.
 * The caller owns the notifier_block and keeps it alive until unregistered.
 * Contract: include/linux/notifier.h, kernel/notifier.c.
 */
#ifndef _LINUX_NOTIFIER_H
#define _LINUX_NOTIFIER_H

#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/srcu.h>
#include <linux/spinlock.h>

struct notifier_block;

typedef int (*notifier_fn_t)(struct notifier_block *nb, unsigned long action, void *data);

struct notifier_block {
	notifier_fn_t notifier_call;
	struct notifier_block __rcu *next;
	int priority;
};

struct atomic_notifier_head {
	spinlock_t lock;
	struct notifier_block __rcu *head;
};

struct blocking_notifier_head {
	struct rw_semaphore rwsem;
	struct notifier_block __rcu *head;
};

struct raw_notifier_head {
	struct notifier_block __rcu *head;
};

/* Readers are cheap and may sleep; changes wait for them. */
struct srcu_notifier_head {
	struct mutex mutex;
	struct srcu_struct srcu;
	struct notifier_block __rcu *head;
};

#define SRCU_NOTIFIER_INIT(name, unused)                                                           \
	{                                                                                          \
		.mutex = __MUTEX_INITIALIZER((name).mutex), .head = NULL,                          \
		.srcu = __SRCU_STRUCT_INIT((name).srcu),                                           \
	}
#define SRCU_NOTIFIER_HEAD(name)                                                                   \
	struct srcu_notifier_head name = SRCU_NOTIFIER_INIT(name, )
#define SRCU_NOTIFIER_HEAD_STATIC(name)                                                            \
	static struct srcu_notifier_head name = SRCU_NOTIFIER_INIT(name, )
/* Made at run time: before the first use, and after the last. May sleep. */
void srcu_init_notifier_head(struct srcu_notifier_head *nh);
#define srcu_cleanup_notifier_head(name) cleanup_srcu_struct(&(name)->srcu)
/* As the blocking forms. */
int srcu_notifier_chain_register(struct srcu_notifier_head *nh, struct notifier_block *nb);
int srcu_notifier_chain_unregister(struct srcu_notifier_head *nh, struct notifier_block *nb);
int srcu_notifier_call_chain(struct srcu_notifier_head *nh, unsigned long val, void *v);

#define ATOMIC_NOTIFIER_INIT(name) { .lock = __SPIN_LOCK_UNLOCKED(name.lock), .head = NULL }
#define BLOCKING_NOTIFIER_INIT(name) { .rwsem = __RWSEM_INITIALIZER((name).rwsem), .head = NULL }
#define RAW_NOTIFIER_INIT(name) { .head = NULL }

#define ATOMIC_NOTIFIER_HEAD(name)                                                                 \
	struct atomic_notifier_head name = ATOMIC_NOTIFIER_INIT(name)
#define BLOCKING_NOTIFIER_HEAD(name)                                                               \
	struct blocking_notifier_head name = BLOCKING_NOTIFIER_INIT(name)
#define RAW_NOTIFIER_HEAD(name) struct raw_notifier_head name = RAW_NOTIFIER_INIT(name)

#define ATOMIC_INIT_NOTIFIER_HEAD(name)                                                            \
	do {                                                                                       \
		spin_lock_init(&(name)->lock);                                                     \
		(name)->head = NULL;                                                               \
	} while (0)
#define BLOCKING_INIT_NOTIFIER_HEAD(name)                                                          \
	do {                                                                                       \
		init_rwsem(&(name)->rwsem);                                                        \
		(name)->head = NULL;                                                               \
	} while (0)
#define RAW_INIT_NOTIFIER_HEAD(name)                                                               \
	do {                                                                                       \
		(name)->head = NULL;                                                               \
	} while (0)

/* What a callback returns; STOP_MASK in it ends the call of the chain. */
#define NOTIFY_DONE 0x0000
#define NOTIFY_OK 0x0001
#define NOTIFY_STOP_MASK 0x8000
#define NOTIFY_BAD (NOTIFY_STOP_MASK | 0x0002)
#define NOTIFY_STOP (NOTIFY_OK | NOTIFY_STOP_MASK)

/* 0 gives NOTIFY_OK, an errno a value that stops the chain and can be undone. */
static inline int notifier_from_errno(int err)
{
	return err ? NOTIFY_STOP_MASK | (NOTIFY_OK - err) : NOTIFY_OK;
}

static inline int notifier_to_errno(int ret)
{
	int code = ret & ~NOTIFY_STOP_MASK;

	return code > NOTIFY_OK ? NOTIFY_OK - code : 0;
}

/*
 * Adds a callback. 0; -EEXIST with a WARN if @nb is already there; the
 * _unique_prio forms -EBUSY if another callback has the same priority. Atomic:
 * any context. Blocking: may sleep.
 */
int atomic_notifier_chain_register(struct atomic_notifier_head *nh, struct notifier_block *nb);
int blocking_notifier_chain_register(struct blocking_notifier_head *nh,
				     struct notifier_block *nb);
int raw_notifier_chain_register(struct raw_notifier_head *nh, struct notifier_block *nb);
int atomic_notifier_chain_register_unique_prio(struct atomic_notifier_head *nh,
					       struct notifier_block *nb);
int blocking_notifier_chain_register_unique_prio(struct blocking_notifier_head *nh,
						 struct notifier_block *nb);

/*
 * Removes a callback. 0, or -ENOENT. The atomic form waits for callers of the
 * chain (synchronize_rcu, may sleep), so that @nb may be freed on return.
 */
int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh, struct notifier_block *nb);
int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh,
				       struct notifier_block *nb);
int raw_notifier_chain_unregister(struct raw_notifier_head *nh, struct notifier_block *nb);

/* Calls the callbacks; the last one's value, NOTIFY_DONE for an empty chain. */
int atomic_notifier_call_chain(struct atomic_notifier_head *nh, unsigned long val, void *v);
int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long val, void *v);
int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long val, void *v);

/* As above; if one stops with NOTIFY_BAD, those called before it get @val_down. */
int blocking_notifier_call_chain_robust(struct blocking_notifier_head *nh, unsigned long val_up,
					unsigned long val_down, void *v);
int raw_notifier_call_chain_robust(struct raw_notifier_head *nh, unsigned long val_up,
				   unsigned long val_down, void *v);

bool atomic_notifier_call_chain_is_empty(struct atomic_notifier_head *nh);

#endif
