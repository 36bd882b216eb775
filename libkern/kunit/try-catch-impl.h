/* SPDX-License-Identifier: GPL-2.0-only */
/* What only the makers of a try-catch need. See kunit/try-catch.h. */
#ifndef _KUNIT_TRY_CATCH_IMPL_H
#define _KUNIT_TRY_CATCH_IMPL_H

#include <kunit/try-catch.h>

/* @timeout: jiffies that try() may take. */
static inline void kunit_try_catch_init(struct kunit_try_catch *try_catch, struct kunit *test,
					kunit_try_catch_func_t try, kunit_try_catch_func_t catch,
					unsigned long timeout)
{
	try_catch->test = test;
	try_catch->try = try;
	try_catch->catch = catch;
	try_catch->timeout = timeout;
}

/*
 * The calling task ran into a BUG. If it is the thread of a try-catch, in task
 * context, that thread ends here, and whoever runs it sees a fault; otherwise
 * this returns.
 */
__internal void kunit_end_faulted_thread(void);

#endif
