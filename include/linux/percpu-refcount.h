/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * percpu_ref: a reference count that costs one per-CPU addition while its owner
 * is alive, and counts exactly once its owner starts to take it down.
 *
 * Two modes. Per-CPU: every vCPU adds to a counter of its own and nobody knows
 * the sum. Atomic: one counter, and the put that brings it to 0 calls
 * `release`. Killing, or asking for atomic mode, switches: after an RCU grace
 * period the per-CPU counters are added to the atomic one, which holds a bias
 * until then so that it cannot reach 0 early.
 *
 * Gets and puts run inside an RCU read section, so a grace period separates
 * everybody who saw per-CPU mode from the sum. They may be called from any
 * context; so `release` may not sleep. In per-CPU mode the section is a
 * non-preemptible region, which the addition needs anyway; atomic mode is out of
 * line. Contract: include/linux/percpu-refcount.h, lib/percpu-refcount.c.
 */
#ifndef _LINUX_PERCPU_REFCOUNT_H
#define _LINUX_PERCPU_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/gfp_types.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct percpu_ref;

typedef void(percpu_ref_func_t)(struct percpu_ref *);

/* Low bits of percpu_count_ptr; above them the per-CPU cookie, or the last count after exit. */
enum {
	__PERCPU_REF_ATOMIC = 1 << 0,
	__PERCPU_REF_DEAD = 1 << 1,
	__PERCPU_REF_ATOMIC_DEAD = __PERCPU_REF_ATOMIC | __PERCPU_REF_DEAD,
	__PERCPU_REF_FLAG_BITS = 2,
};

enum {
	PERCPU_REF_INIT_ATOMIC = 1 << 0, /* atomic mode until switched to per-CPU */
	PERCPU_REF_INIT_DEAD = 1 << 1, /* no reference; reinit brings it to life */
	PERCPU_REF_ALLOW_REINIT = 1 << 2, /* keep the counters after a kill */
};

struct percpu_ref_data {
	atomic_long_t count;
	percpu_ref_func_t *release;
	percpu_ref_func_t *confirm_switch;
	bool force_atomic : 1;
	bool allow_reinit : 1;
	struct rcu_head rcu;
	struct percpu_ref *ref;
};

struct percpu_ref {
	unsigned long percpu_count_ptr;
	struct percpu_ref_data *data;
};

/*
 * One reference, held by the caller, unless INIT_DEAD. May sleep as @gfp says.
 * 0 or -ENOMEM, then percpu_count_ptr is 0 and data is as it was.
 */
int __must_check percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release,
				 unsigned int flags, gfp_t gfp);

/* Frees the counters. Idempotent; legal in `release`; must not race with gets and puts. */
void percpu_ref_exit(struct percpu_ref *ref);

/*
 * Mode switches. Each first waits for one that is under way, and then may
 * sleep. @confirm_switch runs when every vCPU counts atomically, in RCU callback
 * context; if that is so already, at once. Atomic mode asked for stays across
 * kill and reinit until per-CPU mode is asked for; that takes effect at reinit
 * if the ref is dying.
 */
void percpu_ref_switch_to_atomic(struct percpu_ref *ref, percpu_ref_func_t *confirm_switch);
void percpu_ref_switch_to_atomic_sync(struct percpu_ref *ref);
void percpu_ref_switch_to_percpu(struct percpu_ref *ref);

/*
 * Marks the ref dead and drops the initial reference. @confirm_kill (may be
 * NULL) runs once no tryget_live can succeed any more. A second kill: WARN_ONCE.
 * May sleep only if a mode switch is under way.
 */
void percpu_ref_kill_and_confirm(struct percpu_ref *ref, percpu_ref_func_t *confirm_kill);

/*
 * Bring a dying ref back to life with a reference for the caller: needs
 * ALLOW_REINIT (else BUG). reinit requires that the count has reached 0.
 */
void percpu_ref_resurrect(struct percpu_ref *ref);
void percpu_ref_reinit(struct percpu_ref *ref);

/* No reference is left; false in per-CPU mode. From init on, also after exit. */
bool percpu_ref_is_zero(struct percpu_ref *ref);

static inline void percpu_ref_kill(struct percpu_ref *ref)
{
	percpu_ref_kill_and_confirm(ref, NULL);
}

/* Killed and not brought back. */
static inline bool percpu_ref_is_dying(struct percpu_ref *ref)
{
	return READ_ONCE(ref->percpu_count_ptr) & __PERCPU_REF_DEAD;
}

/*
 * The fast path of all: adds to the local counter, or nothing in atomic mode.
 * DEAD is tested too: it is set before the switch to atomic mode has begun.
 */
static __always_inline bool __percpu_ref_add_local(struct percpu_ref *ref, unsigned long nr)
{
	unsigned long word;
	bool local;

	preempt_disable();
	word = READ_ONCE(ref->percpu_count_ptr);
	local = likely(!(word & __PERCPU_REF_ATOMIC_DEAD));
	if (local)
		__this_cpu_add(*(unsigned long __percpu *)word, nr);
	preempt_enable();
	return local;
}

/* The slow halves, in either mode and inside rcu_read_lock(). Not to be called directly. */
void __percpu_ref_get_slow(struct percpu_ref *ref, unsigned long nr);
void __percpu_ref_put_slow(struct percpu_ref *ref, unsigned long nr);
bool __percpu_ref_tryget_slow(struct percpu_ref *ref, unsigned long nr, bool live);

/* The caller holds a reference already. */
static inline void percpu_ref_get_many(struct percpu_ref *ref, unsigned long nr)
{
	if (unlikely(!__percpu_ref_add_local(ref, nr)))
		__percpu_ref_get_slow(ref, nr);
}

static inline void percpu_ref_get(struct percpu_ref *ref)
{
	percpu_ref_get_many(ref, 1);
}

/* True unless the count has reached 0; a killed ref with references left gives more. */
static inline bool percpu_ref_tryget_many(struct percpu_ref *ref, unsigned long nr)
{
	return likely(__percpu_ref_add_local(ref, nr)) || __percpu_ref_tryget_slow(ref, nr, false);
}

static inline bool percpu_ref_tryget(struct percpu_ref *ref)
{
	return percpu_ref_tryget_many(ref, 1);
}

/* False once the kill is seen; it is seen by all when confirm_kill has run. */
static inline bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	return likely(__percpu_ref_add_local(ref, 1)) || __percpu_ref_tryget_slow(ref, 1, true);
}

/* The same for callers inside rcu_read_lock() already. */
static inline bool percpu_ref_tryget_live_rcu(struct percpu_ref *ref)
{
	WARN_ON_ONCE(!rcu_read_lock_held());
	return percpu_ref_tryget_live(ref);
}

/* The last put in atomic mode calls release(), which may free what embeds @ref. */
static inline void percpu_ref_put_many(struct percpu_ref *ref, unsigned long nr)
{
	if (unlikely(!__percpu_ref_add_local(ref, -nr)))
		__percpu_ref_put_slow(ref, nr);
}

static inline void percpu_ref_put(struct percpu_ref *ref)
{
	percpu_ref_put_many(ref, 1);
}

#endif
