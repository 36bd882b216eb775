/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * High-resolution timers.
 *
 * A callback runs on the vCPU that started the timer, in hardirq context with
 * irqs off, or in softirq context for the _SOFT modes, never before `expires`,
 * in order of expiry on one vCPU. HRTIMER_RESTART queues the timer again for
 * the expiry the callback has set (hrtimer_forward). After HRTIMER_NORESTART
 * the callback may have freed the timer. All functions may be called from any
 * context unless they say otherwise. Contract: include/linux/hrtimer.h.
 */
#ifndef _LINUX_HRTIMER_H
#define _LINUX_HRTIMER_H

#include <linux/hrtimer_defs.h>
#include <linux/hrtimer_types.h>
#include <linux/ktime.h>
#include <linux/timer.h>
#include <linux/timerqueue.h>

enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0x00,
	HRTIMER_MODE_REL = 0x01,
	HRTIMER_MODE_PINNED = 0x02,
	HRTIMER_MODE_SOFT = 0x04,
	HRTIMER_MODE_HARD = 0x08,

	HRTIMER_MODE_ABS_PINNED = HRTIMER_MODE_ABS | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_REL_PINNED = HRTIMER_MODE_REL | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_ABS_SOFT = HRTIMER_MODE_ABS | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_REL_SOFT = HRTIMER_MODE_REL | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_ABS_PINNED_SOFT = HRTIMER_MODE_ABS_PINNED | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_REL_PINNED_SOFT = HRTIMER_MODE_REL_PINNED | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_ABS_HARD = HRTIMER_MODE_ABS | HRTIMER_MODE_HARD,
	HRTIMER_MODE_REL_HARD = HRTIMER_MODE_REL | HRTIMER_MODE_HARD,
	HRTIMER_MODE_ABS_PINNED_HARD = HRTIMER_MODE_ABS_PINNED | HRTIMER_MODE_HARD,
	HRTIMER_MODE_REL_PINNED_HARD = HRTIMER_MODE_REL_PINNED | HRTIMER_MODE_HARD,
};

#define HRTIMER_STATE_INACTIVE 0x00
#define HRTIMER_STATE_ENQUEUED 0x01

/*
 * Prepares an idle timer. @clock_id (CLOCK_MONOTONIC, _REALTIME, _BOOTTIME or
 * _TAI; anything else counts as CLOCK_MONOTONIC) is the clock of absolute
 * expiries. Must not race with any other call on the timer.
 */
void hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *),
		   clockid_t clock_id, enum hrtimer_mode mode);
void hrtimer_setup_on_stack(struct hrtimer *timer,
			    enum hrtimer_restart (*function)(struct hrtimer *),
			    clockid_t clock_id, enum hrtimer_mode mode);
static inline void destroy_hrtimer_on_stack(struct hrtimer *timer __always_unused)
{
}

/* Changes the callback of a timer that is not queued. */
void hrtimer_update_function(struct hrtimer *timer,
			     enum hrtimer_restart (*function)(struct hrtimer *));

/*
 * (Re)starts the timer for @tim, absolute or relative as @mode says; it may
 * fire as much as @range_ns later. The current vCPU serves it.
 */
void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t tim, u64 range_ns,
			    const enum hrtimer_mode mode);

static inline void hrtimer_start(struct hrtimer *timer, ktime_t tim, const enum hrtimer_mode mode)
{
	hrtimer_start_range_ns(timer, tim, 0, mode);
}

/*
 * 1 if the timer was queued and now is not, 0 if it was idle. hrtimer_cancel
 * spins until a running callback has returned: must not be called from the
 * callback, nor with a lock held that it takes. The try form gives -1 then.
 */
int hrtimer_cancel(struct hrtimer *timer);
int hrtimer_try_to_cancel(struct hrtimer *timer);

/* Queued or its callback is running. */
bool hrtimer_active(const struct hrtimer *timer);

/* The callback of this timer is running now. */
bool hrtimer_callback_running(struct hrtimer *timer);

static inline bool hrtimer_is_queued(struct hrtimer *timer)
{
	return __atomic_load_n(&timer->state, __ATOMIC_RELAXED) & HRTIMER_STATE_ENQUEUED;
}

/* The present time of the timer's own clock. */
ktime_t hrtimer_cb_get_time(const struct hrtimer *timer);

/* Time until expiry by the timer's clock; negative if it has passed. */
ktime_t __hrtimer_get_remaining(const struct hrtimer *timer, bool adjust);

static inline ktime_t hrtimer_get_remaining(const struct hrtimer *timer)
{
	return __hrtimer_get_remaining(timer, false);
}

/*
 * Moves the expiry past @now in whole steps of @interval and gives the number
 * of steps; 0 if it has not expired. For an idle timer or its own callback:
 * WARN_ON and 0 while it is queued.
 */
u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval);

static inline u64 hrtimer_forward_now(struct hrtimer *timer, ktime_t interval)
{
	return hrtimer_forward(timer, hrtimer_cb_get_time(timer), interval);
}

/* The expiry; setting it is for idle timers and the callback. */
static inline void hrtimer_set_expires(struct hrtimer *timer, ktime_t time)
{
	timer->node.expires = time;
	timer->_softexpires = time;
}

static inline void hrtimer_set_expires_range_ns(struct hrtimer *timer, ktime_t time, u64 delta)
{
	timer->_softexpires = time;
	timer->node.expires = ktime_add_safe(time, ns_to_ktime(delta));
}

static inline void hrtimer_add_expires(struct hrtimer *timer, ktime_t time)
{
	timer->node.expires = ktime_add_safe(timer->node.expires, time);
	timer->_softexpires = ktime_add_safe(timer->_softexpires, time);
}

static inline void hrtimer_add_expires_ns(struct hrtimer *timer, u64 ns)
{
	hrtimer_add_expires(timer, ns_to_ktime(ns));
}

static inline ktime_t hrtimer_get_expires(const struct hrtimer *timer)
{
	return timer->node.expires;
}

static inline ktime_t hrtimer_get_softexpires(const struct hrtimer *timer)
{
	return timer->_softexpires;
}

static inline s64 hrtimer_get_expires_ns(const struct hrtimer *timer)
{
	return ktime_to_ns(timer->node.expires);
}

static inline ktime_t hrtimer_expires_remaining(const struct hrtimer *timer)
{
	return ktime_sub(timer->node.expires, hrtimer_cb_get_time(timer));
}

/* Starts for the expiry and slack already set. */
static inline void hrtimer_start_expires(struct hrtimer *timer, enum hrtimer_mode mode)
{
	ktime_t soft = hrtimer_get_softexpires(timer);

	hrtimer_start_range_ns(timer, soft, ktime_to_ns(ktime_sub(timer->node.expires, soft)),
			       mode);
}

static inline void hrtimer_restart(struct hrtimer *timer)
{
	hrtimer_start_expires(timer, HRTIMER_MODE_ABS);
}

/*
 * schedule() with a limit: the task state must have been set. @expires NULL
 * means no limit. 0 if the time ran out, -EINTR if woken before. May sleep.
 */
int schedule_hrtimeout_range_clock(ktime_t *expires, u64 delta, const enum hrtimer_mode mode,
				   clockid_t clock_id);
int schedule_hrtimeout_range(ktime_t *expires, u64 delta, const enum hrtimer_mode mode);
int schedule_hrtimeout(ktime_t *expires, const enum hrtimer_mode mode);

#endif
