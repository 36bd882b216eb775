// SPDX-License-Identifier: GPL-2.0-only
/*
 * NAPI: who polls a queue, and when.
 *
 * SCHED is the ownership bit. Whoever sets it owns the NAPI until
 * napi_complete_done() clears it: the softirq of the vCPU it was scheduled on,
 * the NAPI's own thread, or a busy poller. Scheduling an owned NAPI sets MISSED,
 * which makes its completion schedule it again, so no event is lost. A disabled
 * NAPI is owned by whoever disabled it (SCHED and NPSVC). list_owner names the
 * vCPU that polls, or will; on it, with BH disabled, the poll function does not
 * run. The life of a NAPI is in napi_life.c.
 */
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <net/busy_poll.h>
#include "libkern/net/dev.h"
#include "napi.h"

#define NET_RX_BUDGET		300
#define NET_RX_TIME_LIMIT	(2 * HZ / 1000)

/* --- Scheduling ---------------------------------------------------------- */

bool napi_schedule_prep(struct napi_struct *n)
{
	unsigned long old = READ_ONCE(n->state), owned;

	do {
		if (old & NAPIF_STATE_DISABLE)
			return false;
		owned = old | NAPIF_STATE_SCHED;
		if (old & NAPIF_STATE_SCHED)
			owned |= NAPIF_STATE_MISSED;
	} while (!try_cmpxchg(&n->state, &old, owned));
	return !(old & NAPIF_STATE_SCHED);
}
EXPORT_SYMBOL(napi_schedule_prep);

/* Hands a NAPI the caller owns to its thread or to this vCPU's softirq; interrupts off. */
void __napi_schedule_irqoff(struct napi_struct *n)
{
	struct softnet_data *sd = this_cpu_ptr(&softnet_data);

	if (test_bit(NAPI_STATE_THREADED, &n->state)) {
		set_bit(NAPI_STATE_SCHED_THREADED, &n->state);
		wake_up_process(n->thread);
		return;
	}
	list_add_tail(&n->poll_list, &sd->poll_list);
	WRITE_ONCE(n->list_owner, smp_processor_id());
	/* The running loop looks at the list again before it ends. */
	if (!sd->in_net_rx_action)
		raise_softirq_irqoff(NET_RX_SOFTIRQ);
}
EXPORT_SYMBOL(__napi_schedule_irqoff);

void __napi_schedule(struct napi_struct *n)
{
	unsigned long flags;

	local_irq_save(flags);
	__napi_schedule_irqoff(n);
	local_irq_restore(flags);
}
EXPORT_SYMBOL(__napi_schedule);

bool napi_if_scheduled_mark_missed(struct napi_struct *n)
{
	unsigned long old = READ_ONCE(n->state);

	do {
		if (old & NAPIF_STATE_DISABLE)
			return true;
		if (!(old & NAPIF_STATE_SCHED))
			return false;
	} while (!try_cmpxchg(&n->state, &old, old | NAPIF_STATE_MISSED));
	return true;
}
EXPORT_SYMBOL(napi_if_scheduled_mark_missed);

/* Interrupts stay masked a while longer if the settings say so: the timer to start then, or 0. */
static u64 napi_defer(struct napi_struct *n, int work_done)
{
	if (work_done)
		n->defer_hard_irqs_count = napi_get_defer_hard_irqs(n);
	if (!n->defer_hard_irqs_count)
		return 0;
	n->defer_hard_irqs_count--;
	return napi_get_gro_flush_timeout(n);
}

/* Gives ownership up, or keeps it because of MISSED; the state before. */
static unsigned long napi_give_up(struct napi_struct *n)
{
	const unsigned long gone = NAPIF_STATE_MISSED | NAPIF_STATE_SCHED |
				   NAPIF_STATE_SCHED_THREADED | NAPIF_STATE_PREFER_BUSY_POLL;
	unsigned long old = READ_ONCE(n->state), now;

	do {
		WARN_ON_ONCE(!(old & NAPIF_STATE_SCHED));
		now = old & ~gone;
		if (old & NAPIF_STATE_MISSED)
			now |= NAPIF_STATE_SCHED;
	} while (!try_cmpxchg(&n->state, &old, now));
	return old;
}

bool napi_complete_done(struct napi_struct *n, int work_done)
{
	unsigned long flags;
	u64 timeout;

	if (READ_ONCE(n->state) & (NAPIF_STATE_NPSVC | NAPIF_STATE_IN_BUSY_POLL))
		return false;
	timeout = napi_defer(n, work_done);
	if (!list_empty(&n->poll_list)) {
		/* Taken off while another one of the list was polled. */
		local_irq_save(flags);
		list_del_init(&n->poll_list);
		local_irq_restore(flags);
	}
	WRITE_ONCE(n->list_owner, -1);
	if (napi_give_up(n) & NAPIF_STATE_MISSED) {
		__napi_schedule(n);
		return false;
	}
	if (timeout)
		hrtimer_start(&n->timer, ns_to_ktime(timeout), HRTIMER_MODE_REL);
	return !timeout;
}
EXPORT_SYMBOL(napi_complete_done);

/* The interrupt stayed masked: look whether something came. Hard interrupt context. */
enum hrtimer_restart napi_watchdog(struct hrtimer *timer)
{
	struct napi_struct *n = container_of(timer, struct napi_struct, timer);

	if (!napi_disable_pending(n) && !test_and_set_bit(NAPI_STATE_SCHED, &n->state)) {
		clear_bit(NAPI_STATE_PREFER_BUSY_POLL, &n->state);
		__napi_schedule_irqoff(n);
	}
	return HRTIMER_NORESTART;
}

/* --- Polling ------------------------------------------------------------- */

/* One call of the poll function; true if it wants to be polled again. BH off. */
static bool napi_poll_once(struct napi_struct *n, int *work)
{
	int weight = n->weight;

	*work = 0;
	if (test_bit(NAPI_STATE_SCHED, &n->state))
		*work = n->poll(n, weight);
	if (*work > weight)
		netdev_err_once(n->dev,
				"NAPI poll function %pS returned %d, exceeding its budget of %d.\n",
				n->poll, *work, weight);
	if (*work < weight)
		return false;
	/* It did not complete. Somebody who waits to disable it does so instead. */
	if (napi_disable_pending(n)) {
		napi_complete(n);
		return false;
	}
	return true;
}

/* The list the softirq works on is its own; what is scheduled meanwhile waits in @sd. */
static void net_rx_round(struct list_head *list, struct list_head *again)
{
	unsigned long limit = jiffies + NET_RX_TIME_LIMIT;
	int budget = NET_RX_BUDGET, work;

	while (!list_empty(list) && budget > 0 && time_before_eq(jiffies, limit)) {
		struct napi_struct *n = list_first_entry(list, struct napi_struct, poll_list);

		list_del_init(&n->poll_list);
		if (napi_poll_once(n, &work))
			list_add_tail(&n->poll_list, again);
		budget -= work;
	}
}

static void net_rx_action(void)
{
	struct softnet_data *sd = this_cpu_ptr(&softnet_data);
	LIST_HEAD(list);
	LIST_HEAD(again);

	sd->in_net_rx_action = true;
	local_irq_disable();
	list_splice_init(&sd->poll_list, &list);
	local_irq_enable();
	net_rx_round(&list, &again);
	local_irq_disable();
	/* The fresh ones go behind those not reached, before those that had their turn. */
	list_splice_tail_init(&sd->poll_list, &list);
	list_splice_tail_init(&again, &list);
	list_splice_init(&list, &sd->poll_list);
	sd->in_net_rx_action = false;
	if (!list_empty(&sd->poll_list))
		raise_softirq_irqoff(NET_RX_SOFTIRQ);
	local_irq_enable();
}

/* --- Threads ------------------------------------------------------------- */

/* Asleep until the NAPI is handed over; false when the thread is to end. */
static bool napi_thread_wait(struct napi_struct *n)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		/* Acquire: what its scheduler did before is seen by the poll, sleep or not. */
		if (test_bit_acquire(NAPI_STATE_SCHED_THREADED, &n->state)) {
			__set_current_state(TASK_RUNNING);
			return true;
		}
		if (test_bit(NAPI_STATE_THREADED_BUSY_POLL, &n->state)) {
			__set_current_state(TASK_RUNNING);
			napi_schedule(n);
			usleep_range(20, 50);
			continue;
		}
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return false;
}

int napi_threaded_poll(void *data)
{
	struct napi_struct *n = data;
	bool again;
	int work;

	while (napi_thread_wait(n)) {
		do {
			local_bh_disable();
			WRITE_ONCE(n->list_owner, smp_processor_id());
			again = napi_poll_once(n, &work);
			/* Between two polls the thread may move to another vCPU. */
			if (again)
				WRITE_ONCE(n->list_owner, -1);
			local_bh_enable();
			cond_resched();
		} while (again);
	}
	return 0;
}

/* --- Busy polling -------------------------------------------------------- */

/* Takes the NAPI if nobody has it. */
static struct napi_struct *busy_poll_take(unsigned int napi_id)
{
	struct napi_struct *n;
	unsigned long old;

	guard(rcu)();
	n = napi_by_id(napi_id);
	if (!n)
		return NULL;
	old = READ_ONCE(n->state);
	do {
		if (old & (NAPIF_STATE_DISABLE | NAPIF_STATE_SCHED | NAPIF_STATE_IN_BUSY_POLL))
			return NULL;
	} while (!try_cmpxchg(&n->state, &old,
			      old | NAPIF_STATE_IN_BUSY_POLL | NAPIF_STATE_SCHED));
	return n;
}

static int busy_poll_once(struct napi_struct *n, u16 budget)
{
	int work;

	local_bh_disable();
	WRITE_ONCE(n->list_owner, smp_processor_id());
	work = n->poll(n, budget);
	WRITE_ONCE(n->list_owner, -1);
	local_bh_enable();
	return work;
}

/* Polls once more as an ordinary owner, so that the driver arms its interrupt again. */
static void busy_poll_stop(struct napi_struct *n, u16 budget)
{
	clear_bit(NAPI_STATE_MISSED, &n->state);
	clear_bit(NAPI_STATE_IN_BUSY_POLL, &n->state);
	local_bh_disable();
	WRITE_ONCE(n->list_owner, smp_processor_id());
	if (n->poll(n, budget) == budget)
		__napi_schedule(n);
	local_bh_enable();
}

static bool napi_id_exists(unsigned int napi_id)
{
	guard(rcu)();
	return napi_by_id(napi_id) != NULL;
}

void napi_busy_loop(unsigned int napi_id, bool (*loop_end)(void *arg, unsigned long start),
		    void *loop_end_arg, bool prefer_busy_poll, u16 budget)
{
	unsigned long start = ktime_to_us(ktime_get());
	struct napi_struct *n = NULL;

	if (!napi_id_exists(napi_id))
		return;
	do {
		if (!n)
			n = busy_poll_take(napi_id);
		if (n)
			busy_poll_once(n, budget);
		cond_resched();
	} while (loop_end && !loop_end(loop_end_arg, start) && (n || napi_id_exists(napi_id)));
	if (n)
		busy_poll_stop(n, budget);
}
EXPORT_SYMBOL(napi_busy_loop);

static int __init napi_init(void)
{
	napi_ids_reset();
	open_softirq(NET_RX_SOFTIRQ, net_rx_action);
	return 0;
}
subsys_initcall(napi_init);
