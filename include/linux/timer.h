/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Timers with jiffies resolution.
 *
 * A callback runs in softirq context on the vCPU that armed the timer, never
 * before `expires`, and in no fixed order among timers due together. The timer
 * may be freed or armed again by its callback: the runtime does not touch it
 * after the call. All functions may be called from any context unless they say
 * otherwise; calls on one timer may race, except timer_setup.
 * Contract: include/linux/timer.h, kernel/time/timer.c.
 */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <time.h>
#include <linux/container_of.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/lockdep_types.h>
#include <linux/stddef.h>
#include <linux/timer_types.h>

/*
 * timer_list.flags. The low bits hold the vCPU whose base the timer is in,
 * MIGRATING says that it is between two bases; the rest is the user's.
 */
#define TIMER_CPUMASK 0x0003FFFF
#define TIMER_MIGRATING 0x00040000
#define TIMER_BASEMASK (TIMER_CPUMASK | TIMER_MIGRATING)
#define TIMER_DEFERRABLE 0x00080000
#define TIMER_PINNED 0x00100000
#define TIMER_IRQSAFE 0x00200000
#define TIMER_INIT_FLAGS (TIMER_DEFERRABLE | TIMER_PINNED | TIMER_IRQSAFE)
#define TIMER_ARRAYSHIFT 22
#define TIMER_ARRAYMASK 0xFFC00000

#define NEXT_TIMER_MAX_DELTA ((1UL << 30) - 1)

#define __TIMER_INITIALIZER(_function, _flags)                                                     \
	{                                                                                          \
		.entry = { .next = NULL, .pprev = NULL }, .function = (_function),                 \
		.flags = (_flags),                                                                 \
	}

#define DEFINE_TIMER(_name, _function)                                                             \
	struct timer_list _name = __TIMER_INITIALIZER(_function, 0)

/* Prepares a timer that is not armed. @func may be NULL until it is armed. */
void timer_init_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags, const char *name, struct lock_class_key *key);

#define timer_setup(timer, callback, flags)                                                        \
	timer_init_key((timer), (callback), (flags), #timer, NULL)
#define timer_setup_on_stack(timer, callback, flags) timer_setup(timer, callback, flags)
static inline void timer_destroy_on_stack(struct timer_list *timer __always_unused)
{
}

#define timer_container_of(var, callback_timer, timer_fieldname)                                   \
	container_of(callback_timer, __typeof__(*var), timer_fieldname)
#define from_timer(var, callback_timer, timer_fieldname)                                           \
	timer_container_of(var, callback_timer, timer_fieldname)

/* Armed and not yet handed to its callback. */
static inline int timer_pending(const struct timer_list *timer)
{
	return !hlist_unhashed_lockless(&timer->entry);
}

/* Arms an idle timer for timer->expires: WARN_ON_ONCE, and no effect, if pending. */
void add_timer(struct timer_list *timer);
void add_timer_local(struct timer_list *timer);
void add_timer_global(struct timer_list *timer);
void add_timer_on(struct timer_list *timer, int cpu);

/*
 * Arms or moves a timer. 1 if it was pending, else 0. 0 without effect after
 * timer_shutdown.
 */
int mod_timer(struct timer_list *timer, unsigned long expires);
/* Only if it is pending already. */
int mod_timer_pending(struct timer_list *timer, unsigned long expires);
/* Only to an earlier expiry, or if it is idle. */
int timer_reduce(struct timer_list *timer, unsigned long expires);

/*
 * Disarms. 1 if the timer was pending, else 0. The plain form does not wait for
 * a running callback. The _sync form does: it spins, so a lock that the
 * callback takes must not be held; WARN_ON in hardirq unless TIMER_IRQSAFE.
 * timer_delete_sync_try gives -1 instead of waiting.
 */
int timer_delete_sync(struct timer_list *timer);
int timer_delete_sync_try(struct timer_list *timer);
#define try_to_del_timer_sync(timer) timer_delete_sync_try(timer)

/* As deleting, and from then on arming has no effect until timer_setup. */
int timer_shutdown(struct timer_list *timer);
int timer_shutdown_sync(struct timer_list *timer);

/*
 * POSIX has a timer_delete of its own, so the kernel's is linked under another
 * name and chosen by the type of its argument.
 */
int udm_timer_delete(struct timer_list *timer);
#define timer_delete(timer)                                                                        \
	_Generic((timer), struct timer_list *: udm_timer_delete, default: timer_delete)(timer)

/*
 * @j moved to a whole second, so that timers without need for precision fire
 * together: rounded down within the first quarter of a second, else up. @j
 * itself if the result is not in the future. The _relative forms take and give
 * a delay; the _up forms never round down.
 */
unsigned long __round_jiffies(unsigned long j, int cpu);
unsigned long __round_jiffies_relative(unsigned long j, int cpu);
unsigned long round_jiffies(unsigned long j);
unsigned long round_jiffies_relative(unsigned long j);
unsigned long __round_jiffies_up(unsigned long j, int cpu);
unsigned long __round_jiffies_up_relative(unsigned long j, int cpu);
unsigned long round_jiffies_up(unsigned long j);
unsigned long round_jiffies_up_relative(unsigned long j);

#endif
