/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Run one function in task, softirq and hardirq context, by turns.
 *
 * Kernel path: kunit/run-in-irq-context.h. For code that may be called from
 * any of them, such as checksums.
 */
#ifndef _KUNIT_RUN_IN_IRQ_CONTEXT_H
#define _KUNIT_RUN_IN_IRQ_CONTEXT_H

#include <kunit/test.h>
#include <linux/hrtimer.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

/*
 * Calls @func(@test_specific_state) up to @max_iterations times in task context while a timer
 * does so in hardirq and work in softirq context, for no more than a second. The case fails if
 * one call says false, or if a context had no turn. Called by the case itself; may sleep.
 */
void kunit_run_irq_test(struct kunit *test, bool (*func)(void *), int max_iterations,
			void *test_specific_state);

#endif
