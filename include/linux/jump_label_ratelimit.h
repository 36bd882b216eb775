/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Static keys that are switched off late: what would turn one off waits for its
 * timeout first, so that a key that goes on and off often stays on. Not for
 * interrupt context. Kernel path: linux/jump_label_ratelimit.h, kernel/jump_label.c.
 */
#ifndef _UDM_LINUX_JUMP_LABEL_RATELIMIT_H
#define _UDM_LINUX_JUMP_LABEL_RATELIMIT_H

#include <linux/jump_label.h>
#include <linux/workqueue.h>

#define __STATIC_KEY_DEFERRED(type)                                                                \
	{                                                                                          \
		type key;                                                                          \
		unsigned long timeout;                                                             \
		struct delayed_work work;                                                          \
	}
struct static_key_deferred __STATIC_KEY_DEFERRED(struct static_key);
struct static_key_true_deferred __STATIC_KEY_DEFERRED(struct static_key_true);
struct static_key_false_deferred __STATIC_KEY_DEFERRED(struct static_key_false);
#undef __STATIC_KEY_DEFERRED

/* Takes one off, at once unless that turns the key off. @work is next to @key. */
void __static_key_slow_dec_deferred(struct static_key *key, struct delayed_work *work,
				    unsigned long timeout);
/* What waits happens now. May sleep. */
void __static_key_deferred_flush(void *key, struct delayed_work *work);
void jump_label_update_timeout(struct work_struct *work);
/* @rl: jiffies */
void jump_label_rate_limit(struct static_key_deferred *key, unsigned long rl);

#define __static_key_deferred_init(name, keyinit, rl)                                              \
	{                                                                                          \
		.key = keyinit,                                                                    \
		.timeout = (rl),                                                                   \
		.work = __DELAYED_WORK_INITIALIZER((name).work, jump_label_update_timeout, 0),     \
	}
#define DEFINE_STATIC_KEY_DEFERRED_TRUE(name, rl)                                                  \
	struct static_key_true_deferred name =                                                     \
		__static_key_deferred_init(name, STATIC_KEY_TRUE_INIT, rl)
#define DEFINE_STATIC_KEY_DEFERRED_FALSE(name, rl)                                                 \
	struct static_key_false_deferred name =                                                    \
		__static_key_deferred_init(name, STATIC_KEY_FALSE_INIT, rl)

#define static_key_slow_dec_deferred(x)                                                            \
	__static_key_slow_dec_deferred(&(x)->key, &(x)->work, (x)->timeout)
#define static_branch_slow_dec_deferred(x)                                                         \
	__static_key_slow_dec_deferred(&(x)->key.key, &(x)->work, (x)->timeout)
#define static_key_deferred_flush(x) __static_key_deferred_flush((x), &(x)->work)
#define static_branch_deferred_inc(x) static_branch_inc(&(x)->key)

#endif
