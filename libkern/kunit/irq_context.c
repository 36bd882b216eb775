// SPDX-License-Identifier: GPL-2.0-only
/*
 * One function in three contexts: see kunit/run-in-irq-context.h.
 *
 * A timer calls it and queues work for the softirq context of its vCPU, then
 * comes again. The task sleeps for as long after each call, since nothing
 * interrupts a running task; it goes on until the other two had their turns.
 */
#include <kunit/run-in-irq-context.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/jiffies.h>

#define IRQ_TEST_PERIOD_US 5

struct context_count {
	atomic_t calls;
	atomic_t failures;
};

struct irq_test {
	bool (*func)(void *state);
	void *state;
	struct context_count task, softirq, hardirq;
	struct hrtimer timer;
	struct work_struct work;
};

static void one_call(struct irq_test *t, struct context_count *count)
{
	if (!t->func(t->state))
		atomic_inc(&count->failures);
	atomic_inc(&count->calls);
}

static enum hrtimer_restart in_hardirq_context(struct hrtimer *timer)
{
	struct irq_test *t = container_of(timer, struct irq_test, timer);

	WARN_ON_ONCE(!in_hardirq());
	one_call(t, &t->hardirq);
	queue_work(system_bh_wq, &t->work);
	hrtimer_forward_now(timer, us_to_ktime(IRQ_TEST_PERIOD_US));
	return HRTIMER_RESTART;
}

static void in_softirq_context(struct work_struct *work)
{
	struct irq_test *t = container_of(work, struct irq_test, work);

	WARN_ON_ONCE(!in_serving_softirq());
	one_call(t, &t->softirq);
}

static bool enough_calls(struct irq_test *t, int wanted)
{
	return atomic_read(&t->task.calls) >= wanted && atomic_read(&t->softirq.calls) &&
	       atomic_read(&t->hardirq.calls);
}

static void report_context(struct kunit *test, const char *name, struct context_count *count)
{
	KUNIT_EXPECT_GT_MSG(test, atomic_read(&count->calls), 0, "no call in %s context", name);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&count->failures), 0,
			    "incorrect results in %s context", name);
}

void kunit_run_irq_test(struct kunit *test, bool (*func)(void *), int max_iterations,
			void *test_specific_state)
{
	struct irq_test t = { .func = func, .state = test_specific_state };
	unsigned long end = jiffies + HZ;

	hrtimer_setup_on_stack(&t.timer, in_hardirq_context, CLOCK_MONOTONIC,
			       HRTIMER_MODE_REL_HARD);
	INIT_WORK_ONSTACK(&t.work, in_softirq_context);
	hrtimer_start(&t.timer, us_to_ktime(IRQ_TEST_PERIOD_US), HRTIMER_MODE_REL_HARD);
	do {
		one_call(&t, &t.task);
		usleep_range(IRQ_TEST_PERIOD_US, 2 * IRQ_TEST_PERIOD_US);
	} while (!enough_calls(&t, max_iterations) && time_before(jiffies, end));
	hrtimer_cancel(&t.timer);
	flush_work(&t.work);
	destroy_hrtimer_on_stack(&t.timer);
	destroy_work_on_stack(&t.work);
	report_context(test, "task", &t.task);
	report_context(test, "softirq", &t.softirq);
	report_context(test, "hardirq", &t.hardirq);
}
EXPORT_SYMBOL_GPL(kunit_run_irq_test);
