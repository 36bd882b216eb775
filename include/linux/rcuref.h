/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reference counts of objects that RCU readers find.
 *
 * Kernel path: linux/rcuref.h, lib/rcuref.c. Both take and put are called with
 * RCU held or preemption off; the object may go after a grace period once put
 * says true. A count that goes beyond the limits saturates and leaks.
 */
#ifndef _UDM_LINUX_RCUREF_H
#define _UDM_LINUX_RCUREF_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

/* The count is stored less one: 0 is one reference, NOREF none, from there to RELEASED dead. */
#define RCUREF_ONEREF 0x00000000U
#define RCUREF_MAXREF 0x7fffffffU
#define RCUREF_SATURATED 0xa0000000U
#define RCUREF_RELEASED 0xc0000000U
#define RCUREF_DEAD 0xe0000000U
#define RCUREF_NOREF 0xffffffffU
#define RCUREF_INIT(i) { .refcnt = ATOMIC_INIT((i) - 1) }

static inline void rcuref_init(rcuref_t *ref, unsigned int cnt)
{
	atomic_set(&ref->refcnt, (int)(cnt - 1));
}

static inline unsigned int rcuref_read(rcuref_t *ref)
{
	unsigned int stored = atomic_read(&ref->refcnt);

	return stored >= RCUREF_RELEASED ? 0 : stored + 1;
}

/* False if there was no reference any more. */
static inline __must_check bool rcuref_get(rcuref_t *ref)
{
	unsigned int stored = atomic_read(&ref->refcnt);

	do {
		if (stored >= RCUREF_RELEASED)
			return false;
		if (WARN_ONCE(stored >= RCUREF_MAXREF, "rcuref saturated - leaking memory")) {
			atomic_set(&ref->refcnt, (int)RCUREF_SATURATED);
			return true;
		}
	} while (!atomic_try_cmpxchg_relaxed(&ref->refcnt, (int *)&stored, (int)(stored + 1)));
	return true;
}

/* True: it was the last one, and the object is the caller's to free by RCU. */
static inline __must_check bool rcuref_put_rcusafe(rcuref_t *ref)
{
	unsigned int stored = atomic_read(&ref->refcnt), left;

	do {
		if (WARN_ONCE(stored >= RCUREF_RELEASED, "rcuref - imbalanced put()"))
			return false;
		if (stored > RCUREF_MAXREF)
			return false;
		left = stored ? stored - 1 : RCUREF_DEAD;
	} while (!atomic_try_cmpxchg(&ref->refcnt, (int *)&stored, (int)left));
	return left == RCUREF_DEAD;
}

static inline __must_check bool rcuref_put(rcuref_t *ref)
{
	bool last;

	preempt_disable();
	last = rcuref_put_rcusafe(ref);
	preempt_enable();
	return last;
}

#endif
