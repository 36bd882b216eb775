// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleepable RCU.
 *
 * Readers count themselves into one of two groups. A grace period first waits until the
 * group that takes no readers is empty: somebody may have read its number before the
 * last change and counted himself in after it. Then it sends new readers there, and
 * waits for the other group. So no stream of readers can hold it up for ever. Counting
 * has full barriers: a reader that is not waited for sees all that was done before.
 *
 * Grace periods are numbered; the one that begins next is over for everybody whose
 * ticket says its number or less.
 */
#include <linux/bottom_half.h>
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/srcu.h>

int init_srcu_struct(struct srcu_struct *ssp)
{
	*ssp = (struct srcu_struct){};
	mutex_init(&ssp->srcu_gp_mutex);
	spin_lock_init(&ssp->srcu_lock);
	init_waitqueue_head(&ssp->srcu_wq);
	INIT_WORK(&ssp->srcu_work, udm_srcu_work);
	ssp->srcu_cbs_tail = &ssp->srcu_cbs;
	return 0;
}
EXPORT_SYMBOL_GPL(init_srcu_struct);

void cleanup_srcu_struct(struct srcu_struct *ssp)
{
	if (WARN_ON(srcu_read_lock_held(ssp)))
		return;
	flush_work(&ssp->srcu_work);
	WARN_ON(ssp->srcu_cbs);
}
EXPORT_SYMBOL_GPL(cleanup_srcu_struct);

static void wait_for_group(struct srcu_struct *ssp, unsigned int group)
{
	wait_event(ssp->srcu_wq, !atomic_long_read_acquire(&ssp->srcu_ctrs[group & 1].readers));
	/* The readers' accesses come before what the caller does next. */
	smp_mb();
}

/* Under the mutex. */
static void run_grace_period(struct srcu_struct *ssp)
{
	unsigned int old = ssp->srcu_idx;
	unsigned long number = ssp->srcu_gp_started + 1;

	WRITE_ONCE(ssp->srcu_gp_started, number);
	smp_mb();
	wait_for_group(ssp, old + 1);
	WRITE_ONCE(ssp->srcu_idx, old + 1);
	smp_mb();
	wait_for_group(ssp, old);
	smp_store_release(&ssp->srcu_gp_done, number);
}

void synchronize_srcu(struct srcu_struct *ssp)
{
	might_sleep();
	mutex_lock(&ssp->srcu_gp_mutex);
	run_grace_period(ssp);
	mutex_unlock(&ssp->srcu_gp_mutex);
}
EXPORT_SYMBOL_GPL(synchronize_srcu);

void synchronize_srcu_expedited(struct srcu_struct *ssp)
{
	synchronize_srcu(ssp);
}
EXPORT_SYMBOL_GPL(synchronize_srcu_expedited);

/* Takes the callbacks there are; true if a grace period is needed. */
static bool take_work(struct srcu_struct *ssp, struct rcu_head **cbs)
{
	bool wanted;

	spin_lock_irq(&ssp->srcu_lock);
	*cbs = ssp->srcu_cbs;
	ssp->srcu_cbs = NULL;
	ssp->srcu_cbs_tail = &ssp->srcu_cbs;
	wanted = *cbs || (long)(ssp->srcu_gp_wanted - ssp->srcu_gp_done) > 0;
	spin_unlock_irq(&ssp->srcu_lock);
	return wanted;
}

void udm_srcu_work(struct work_struct *work)
{
	struct srcu_struct *ssp = container_of(work, struct srcu_struct, srcu_work);
	struct rcu_head *cbs, *next;

	while (take_work(ssp, &cbs)) {
		synchronize_srcu(ssp);
		for (; cbs; cbs = next) {
			next = cbs->next;
			local_bh_disable();
			cbs->func(cbs);
			local_bh_enable();
		}
	}
}
EXPORT_SYMBOL_GPL(udm_srcu_work);

void call_srcu(struct srcu_struct *ssp, struct rcu_head *head, rcu_callback_t func)
{
	unsigned long flags;

	head->func = func;
	head->next = NULL;
	spin_lock_irqsave(&ssp->srcu_lock, flags);
	*ssp->srcu_cbs_tail = head;
	ssp->srcu_cbs_tail = &head->next;
	spin_unlock_irqrestore(&ssp->srcu_lock, flags);
	schedule_work(&ssp->srcu_work);
}
EXPORT_SYMBOL_GPL(call_srcu);

struct barrier {
	struct rcu_head head;
	struct completion reached;
};

static void barrier_reached(struct rcu_head *head)
{
	complete(&container_of(head, struct barrier, head)->reached);
}

/* Callbacks run in the order in which they were queued. */
void srcu_barrier(struct srcu_struct *ssp)
{
	struct barrier barrier;

	init_completion(&barrier.reached);
	call_srcu(ssp, &barrier.head, barrier_reached);
	wait_for_completion(&barrier.reached);
}
EXPORT_SYMBOL_GPL(srcu_barrier);

unsigned long get_state_synchronize_srcu(struct srcu_struct *ssp)
{
	/* What the caller did comes before the grace period that its ticket is for. */
	smp_mb();
	return READ_ONCE(ssp->srcu_gp_started) + 1;
}
EXPORT_SYMBOL_GPL(get_state_synchronize_srcu);

unsigned long start_poll_synchronize_srcu(struct srcu_struct *ssp)
{
	unsigned long flags, cookie = get_state_synchronize_srcu(ssp);

	spin_lock_irqsave(&ssp->srcu_lock, flags);
	if ((long)(cookie - ssp->srcu_gp_wanted) > 0)
		ssp->srcu_gp_wanted = cookie;
	spin_unlock_irqrestore(&ssp->srcu_lock, flags);
	schedule_work(&ssp->srcu_work);
	return cookie;
}
EXPORT_SYMBOL_GPL(start_poll_synchronize_srcu);

bool poll_state_synchronize_srcu(struct srcu_struct *ssp, unsigned long cookie)
{
	bool over = (long)(smp_load_acquire(&ssp->srcu_gp_done) - cookie) >= 0;

	smp_mb();
	return over;
}
EXPORT_SYMBOL_GPL(poll_state_synchronize_srcu);

unsigned long srcu_batches_completed(struct srcu_struct *ssp)
{
	return READ_ONCE(ssp->srcu_gp_done);
}
EXPORT_SYMBOL_GPL(srcu_batches_completed);
