/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt handlers, softirqs and tasklets.
 *
 * A line belongs to one vCPU (its affinity); its handlers run there in hardirq
 * context with irqs off, one at a time per line. An edge that arrives while the
 * line is disabled or its handler runs is kept and delivered afterwards. Lines
 * are made and raised by hardware: udevmem/irq.h.
 *
 * Softirqs raised on a vCPU run on it, never two at a time: at the outermost
 * local_bh_enable, when the interrupt that raised them returns, or in the
 * vCPU's softirq thread. Contract: include/linux/interrupt.h, kernel/softirq.c,
 * kernel/irq/manage.c.
 */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <asm/sections.h>
#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/container_of.h>
#include <linux/cpumask.h>
#include <linux/hardirq.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/irqreturn.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/preempt.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#define IRQF_TRIGGER_NONE 0x00000000
#define IRQF_TRIGGER_RISING 0x00000001
#define IRQF_TRIGGER_FALLING 0x00000002
#define IRQF_TRIGGER_HIGH 0x00000004
#define IRQF_TRIGGER_LOW 0x00000008
#define IRQF_TRIGGER_MASK 0x0000000f
#define IRQF_TRIGGER_PROBE 0x00000010
#define IRQF_SHARED 0x00000080
#define IRQF_PROBE_SHARED 0x00000100
#define __IRQF_TIMER 0x00000200
#define IRQF_PERCPU 0x00000400
#define IRQF_NOBALANCING 0x00000800
#define IRQF_IRQPOLL 0x00001000
#define IRQF_ONESHOT 0x00002000
#define IRQF_NO_SUSPEND 0x00004000
#define IRQF_FORCE_RESUME 0x00008000
#define IRQF_NO_THREAD 0x00010000
#define IRQF_EARLY_RESUME 0x00020000
#define IRQF_COND_SUSPEND 0x00040000
#define IRQF_NO_AUTOEN 0x00080000
#define IRQF_NO_DEBUG 0x00100000
#define IRQF_COND_ONESHOT 0x00200000
#define IRQF_TIMER (__IRQF_TIMER | IRQF_NO_SUSPEND | IRQF_NO_THREAD)

#define IRQ_NOTCONNECTED (1U << 31)

struct device;

typedef irqreturn_t (*irq_handler_t)(int, void *);

/*
 * Installs a handler on a line. @handler runs in hardirq context; if it gives
 * IRQ_WAKE_THREAD, @thread_fn runs in a kernel thread of its own. @handler NULL
 * with a @thread_fn means "wake the thread" and needs IRQF_ONESHOT, which keeps
 * the line masked until the thread is done. @name must live as long as the
 * handler. With IRQF_SHARED every handler of the line runs for each edge; all
 * must say so, and @dev_id must be non-NULL. IRQF_NO_AUTOEN leaves the line
 * disabled. May sleep. 0; -EINVAL no such line, no function at all, or flags
 * that do not go together; -EBUSY the line is taken by a handler that does not
 * share; -ENOTCONN @irq is IRQ_NOTCONNECTED; -ENOMEM.
 */
int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
			 unsigned long flags, const char *name, void *dev_id);

static inline int __must_check request_irq(unsigned int irq, irq_handler_t handler,
					   unsigned long flags, const char *name, void *dev_id)
{
	return request_threaded_irq(irq, handler, NULL, flags | IRQF_COND_ONESHOT, name, dev_id);
}

/*
 * Removes the handler installed with @dev_id, after the running one and its
 * thread have finished. Its name, or NULL with a WARN if there is none. May
 * sleep; not from the handler.
 */
const void *free_irq(unsigned int irq, void *dev_id);

/* As request_threaded_irq and free_irq, undone when the driver leaves @dev. */
int devm_request_threaded_irq(struct device *dev, unsigned int irq, irq_handler_t handler,
			      irq_handler_t thread_fn, unsigned long irqflags,
			      const char *devname, void *dev_id);
void devm_free_irq(struct device *dev, unsigned int irq, void *dev_id);

static inline int __must_check devm_request_irq(struct device *dev, unsigned int irq,
						irq_handler_t handler, unsigned long irqflags,
						const char *devname, void *dev_id)
{
	return devm_request_threaded_irq(dev, irq, handler, NULL, irqflags | IRQF_COND_ONESHOT,
					 devname, dev_id);
}

/*
 * Disabling nests. disable_irq also waits for a running handler (may sleep);
 * _nosync may be called from any context, as may enable_irq. An enable without
 * a disable: WARN `Unbalanced enable for IRQ %d`.
 */
void disable_irq(unsigned int irq);
void disable_irq_nosync(unsigned int irq);
void enable_irq(unsigned int irq);

/* disable_irq for callers that may not sleep: false if a threaded handler still runs. */
bool disable_hardirq(unsigned int irq);

/* Waits until no handler and no handler thread of the line runs. May sleep. */
void synchronize_irq(unsigned int irq);
/* The same for the hardirq handlers alone; spins. False if a threaded handler still runs. */
bool synchronize_hardirq(unsigned int irq);

DEFINE_LOCK_GUARD_1(disable_irq, int, disable_irq(*_T->lock), enable_irq(*_T->lock))

/*
 * Moves a line to the first online vCPU of @mask. Handlers that are running
 * finish where they are; the next edge is served on the other vCPU. Any
 * context. 0; -EINVAL no such line, or no online vCPU in the mask.
 */
int irq_set_affinity(unsigned int irq, const struct cpumask *cpumask);
int irq_force_affinity(unsigned int irq, const struct cpumask *cpumask);
int irq_can_set_affinity(unsigned int irq);

/* Notes @m (NULL: none) as the driver's wish, and applies it if @setaffinity. */
int __irq_apply_affinity_hint(unsigned int irq, const struct cpumask *m, bool setaffinity);

static inline int irq_update_affinity_hint(unsigned int irq, const struct cpumask *m)
{
	return __irq_apply_affinity_hint(irq, m, false);
}

static inline int irq_set_affinity_and_hint(unsigned int irq, const struct cpumask *m)
{
	return __irq_apply_affinity_hint(irq, m, true);
}

static inline int irq_set_affinity_hint(unsigned int irq, const struct cpumask *m)
{
	return irq_set_affinity_and_hint(irq, m);
}

enum {
	HI_SOFTIRQ = 0,
	TIMER_SOFTIRQ,
	NET_TX_SOFTIRQ,
	NET_RX_SOFTIRQ,
	BLOCK_SOFTIRQ,
	IRQ_POLL_SOFTIRQ,
	TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ,
	HRTIMER_SOFTIRQ,
	RCU_SOFTIRQ,
	NR_SOFTIRQS
};

extern const char *const softirq_to_name[NR_SOFTIRQS];

struct softirq_action {
	void (*action)(void);
};

/*
 * Sets the function of a softirq for every vCPU. At boot; the function runs
 * with irqs on and must leave preempt_count as it found it.
 */
void open_softirq(int nr, void (*action)(void));

/*
 * Marks a softirq pending on the current vCPU. Any context; the _irqoff form
 * requires irqs off. It runs at the end of the present BH-off or interrupt
 * context, or, if there is none, in the softirq thread.
 */
void raise_softirq(unsigned int nr);
void raise_softirq_irqoff(unsigned int nr);
/* Only marks it: the caller sees to it that softirqs are run. */
void __raise_softirq_irqoff(unsigned int nr);

/* Bits of the softirqs pending on the current vCPU. */
unsigned int local_softirq_pending(void);

/* Runs them if the context allows; the end of local_bh_enable. */
void do_softirq(void);

/*
 * Tasklets: run once, later, on the vCPU that scheduled them, in softirq
 * context, never concurrently with themselves.
 */
struct tasklet_struct {
	struct tasklet_struct *next;
	unsigned long state;
	atomic_t count;
	bool use_callback;
	union {
		void (*func)(unsigned long data);
		void (*callback)(struct tasklet_struct *t);
	};
	unsigned long data;
};

enum {
	TASKLET_STATE_SCHED, /* queued on some vCPU */
	TASKLET_STATE_RUN, /* its function is running */
};

#define __TASKLET_INIT(_count, _member, _function, _callback)                                      \
	{                                                                                          \
		.next = NULL, .state = 0, .count = ATOMIC_INIT(_count),                            \
		.use_callback = (_callback), ._member = (_function),                               \
	}

#define DECLARE_TASKLET(name, _callback)                                                           \
	struct tasklet_struct name = __TASKLET_INIT(0, callback, _callback, true)
#define DECLARE_TASKLET_DISABLED(name, _callback)                                                  \
	struct tasklet_struct name = __TASKLET_INIT(1, callback, _callback, true)
#define DECLARE_TASKLET_OLD(name, _func)                                                           \
	struct tasklet_struct name = __TASKLET_INIT(0, func, _func, false)
#define DECLARE_TASKLET_DISABLED_OLD(name, _func)                                                  \
	struct tasklet_struct name = __TASKLET_INIT(1, func, _func, false)

#define from_tasklet(var, callback_tasklet, tasklet_fieldname)                                     \
	container_of(callback_tasklet, __typeof__(*var), tasklet_fieldname)

/* Prepares an idle, enabled tasklet. */
void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *));
void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long), unsigned long data);

/* Queues an already claimed tasklet: the slow halves of the two below. */
void __tasklet_schedule(struct tasklet_struct *t);
void __tasklet_hi_schedule(struct tasklet_struct *t);

/*
 * Any context; no effect if it is scheduled already. The mark is cleared before
 * the function runs, so it may schedule itself again.
 */
static inline void tasklet_schedule(struct tasklet_struct *t)
{
	if (!test_and_set_bit(TASKLET_STATE_SCHED, &t->state))
		__tasklet_schedule(t);
}

static inline void tasklet_hi_schedule(struct tasklet_struct *t)
{
	if (!test_and_set_bit(TASKLET_STATE_SCHED, &t->state))
		__tasklet_hi_schedule(t);
}

/* Wait until the function does not run: the first sleeps, the second spins. */
void tasklet_unlock_wait(struct tasklet_struct *t);
void tasklet_unlock_spin_wait(struct tasklet_struct *t);

/* Disabling is counted; a scheduled tasklet stays queued meanwhile. */
static inline void tasklet_disable_nosync(struct tasklet_struct *t)
{
	atomic_inc(&t->count);
	/* The function that sees the old count is waited for, not raced with. */
	smp_mb__after_atomic();
}

static inline void tasklet_disable(struct tasklet_struct *t)
{
	tasklet_disable_nosync(t);
	tasklet_unlock_wait(t);
	smp_mb();
}

static inline void tasklet_disable_in_atomic(struct tasklet_struct *t)
{
	tasklet_disable_nosync(t);
	tasklet_unlock_spin_wait(t);
	smp_mb();
}

/* The slow half of the last enable: a scheduled tasklet was set aside meanwhile. */
void tasklet_wake_parked(struct tasklet_struct *t);

static inline void tasklet_enable(struct tasklet_struct *t)
{
	if (atomic_dec_and_test(&t->count))
		tasklet_wake_parked(t);
}

/*
 * Waits until the tasklet is neither scheduled nor running, for ever if it is
 * scheduled and stays disabled. May sleep.
 */
void tasklet_kill(struct tasklet_struct *t);

#endif
