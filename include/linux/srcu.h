/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RCU whose readers may sleep, in domains of their own.
 *
 * A grace period of a domain waits for its readers only: each read section is named by
 * the number that srcu_read_lock() returned, which must go to the srcu_read_unlock() of
 * the same domain. Sections may nest. Any context may read, the forms below that wait
 * need process context. Callbacks run in a work item with BH off.
 * Kernel path: linux/srcu.h, kernel/rcu/srcutree.c.
 */
#ifndef _UDM_LINUX_SRCU_H
#define _UDM_LINUX_SRCU_H

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/* Readers of one of the two groups that take turns. */
struct srcu_ctr {
	atomic_long_t readers;
};

struct srcu_struct {
	struct srcu_ctr srcu_ctrs[2];
	unsigned int srcu_idx;		/* the group of new readers is its lowest bit */
	struct mutex srcu_gp_mutex;	/* one grace period at a time */
	unsigned long srcu_gp_started;	/* numbers of grace periods */
	unsigned long srcu_gp_done;
	wait_queue_head_t srcu_wq;	/* for a group to be empty */
	spinlock_t srcu_lock;		/* what follows */
	unsigned long srcu_gp_wanted;
	struct rcu_head *srcu_cbs;
	struct rcu_head **srcu_cbs_tail;
	struct work_struct srcu_work;
};

void udm_srcu_work(struct work_struct *work);

#define __SRCU_STRUCT_INIT(name)                                                                   \
	{                                                                                          \
		.srcu_gp_mutex = __MUTEX_INITIALIZER(name.srcu_gp_mutex),                          \
		.srcu_wq = __WAIT_QUEUE_HEAD_INITIALIZER(name.srcu_wq),                            \
		.srcu_lock = __SPIN_LOCK_UNLOCKED(name.srcu_lock),                                 \
		.srcu_cbs_tail = &name.srcu_cbs,                                                   \
		.srcu_work = __WORK_INITIALIZER(name.srcu_work, udm_srcu_work),                    \
	}
#define DEFINE_SRCU(name) struct srcu_struct name = __SRCU_STRUCT_INIT(name)
#define DEFINE_STATIC_SRCU(name) static struct srcu_struct name = __SRCU_STRUCT_INIT(name)
#define DEFINE_SRCU_FAST(name) DEFINE_SRCU(name)
#define DEFINE_STATIC_SRCU_FAST(name) DEFINE_STATIC_SRCU(name)

/* 0. */
int init_srcu_struct(struct srcu_struct *ssp);
#define init_srcu_struct_fast(ssp) init_srcu_struct(ssp)
/* No readers and no callbacks may be left, else WARN. May sleep. */
void cleanup_srcu_struct(struct srcu_struct *ssp);

/* Full barriers: what a reader sees belongs to one side of each grace period. */
static inline struct srcu_ctr *srcu_read_lock_fast(struct srcu_struct *ssp)
{
	struct srcu_ctr *ctr = &ssp->srcu_ctrs[READ_ONCE(ssp->srcu_idx) & 1];

	atomic_long_inc_return(&ctr->readers);
	return ctr;
}

static inline void srcu_read_unlock_fast(struct srcu_struct *ssp, struct srcu_ctr *ctr)
{
	if (atomic_long_dec_and_test(&ctr->readers) && wq_has_sleeper(&ssp->srcu_wq))
		wake_up_all(&ssp->srcu_wq);
}

static inline int srcu_read_lock(struct srcu_struct *ssp) __acquires(ssp)
{
	return srcu_read_lock_fast(ssp) - ssp->srcu_ctrs;
}

static inline void srcu_read_unlock(struct srcu_struct *ssp, int idx) __releases(ssp)
{
	srcu_read_unlock_fast(ssp, &ssp->srcu_ctrs[idx]);
}

#define srcu_read_lock_nmisafe(ssp) srcu_read_lock(ssp)
#define srcu_read_unlock_nmisafe(ssp, idx) srcu_read_unlock((ssp), (idx))
#define srcu_read_lock_notrace(ssp) srcu_read_lock(ssp)
#define srcu_read_unlock_notrace(ssp, idx) srcu_read_unlock((ssp), (idx))
/* A section that another task, or an interrupt, ends. */
#define srcu_down_read(ssp) srcu_read_lock(ssp)
#define srcu_up_read(ssp, idx) srcu_read_unlock((ssp), (idx))
#define srcu_down_read_fast(ssp) srcu_read_lock_fast(ssp)
#define srcu_up_read_fast(ssp, ctr) srcu_read_unlock_fast((ssp), (ctr))

/* Whether anybody reads: who does is not known. */
static inline int srcu_read_lock_held(const struct srcu_struct *ssp)
{
	return atomic_long_read(&ssp->srcu_ctrs[0].readers) ||
	       atomic_long_read(&ssp->srcu_ctrs[1].readers);
}

#define srcu_dereference_check(p, ssp, c) rcu_dereference_raw(p)
#define srcu_dereference(p, ssp) srcu_dereference_check((p), (ssp), 0)
#define srcu_dereference_notrace(p, ssp) srcu_dereference_check((p), (ssp), 1)

/* Wait until every section that has begun is over. May sleep, not inside such a section. */
void synchronize_srcu(struct srcu_struct *ssp);
void synchronize_srcu_expedited(struct srcu_struct *ssp);
/* Any context. */
void call_srcu(struct srcu_struct *ssp, struct rcu_head *head, rcu_callback_t func);
/* Waits for all callbacks that were queued. May sleep. */
void srcu_barrier(struct srcu_struct *ssp);

/* A ticket for a grace period that begins after now; start: somebody has to see to it. */
unsigned long get_state_synchronize_srcu(struct srcu_struct *ssp);
unsigned long start_poll_synchronize_srcu(struct srcu_struct *ssp);
bool poll_state_synchronize_srcu(struct srcu_struct *ssp, unsigned long cookie);
unsigned long srcu_batches_completed(struct srcu_struct *ssp);

static inline void srcu_expedite_current(struct srcu_struct *ssp __always_unused)
{
}

DEFINE_LOCK_GUARD_1(srcu, struct srcu_struct, _T->idx = srcu_read_lock(_T->lock),
		    srcu_read_unlock(_T->lock, _T->idx), int idx)
DEFINE_LOCK_GUARD_1(srcu_fast, struct srcu_struct, _T->ctr = srcu_read_lock_fast(_T->lock),
		    srcu_read_unlock_fast(_T->lock, _T->ctr), struct srcu_ctr *ctr)

#endif
