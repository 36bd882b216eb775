/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running a function so that it can be left from nested calls.
 *
 * Kernel path: kunit/try-catch.h, lib/kunit/try-catch.c. The function gets a
 * kernel thread of its own, and leaving it ends that thread: what was on its
 * stack is gone when the runner goes on. Runs may be nested.
 */
#ifndef _KUNIT_TRY_CATCH_H
#define _KUNIT_TRY_CATCH_H

#include <linux/compiler.h>
#include <linux/types.h>

typedef void (*kunit_try_catch_func_t)(void *);

struct kunit;

struct kunit_try_catch {
	struct kunit *test;		/* whose name messages carry */
	int try_result;
	kunit_try_catch_func_t try;
	kunit_try_catch_func_t catch;
	unsigned long timeout;		/* jiffies */
	void *context;
};

/*
 * kunit_try_catch_run - run try(@context) in a thread and wait for its end
 *
 * Afterwards try_result is 0 when it returned or was left by
 * kunit_try_catch_throw(), -EINTR when its thread ended in any other way,
 * -ETIMEDOUT when it took longer than the limit (it is then asked to stop, and
 * waited for), or the error of creating the thread. Unless it simply returned,
 * catch(@context) has run in the caller's thread. May sleep.
 */
void kunit_try_catch_run(struct kunit_try_catch *try_catch, void *context);

/*
 * kunit_try_catch_throw - leave the function that @try_catch runs
 *
 * Ends the calling kernel thread. If that is not the thread of @try_catch but
 * one that was started inside of it, whoever runs that one sees it fail. A
 * panic in a task that is no kernel thread.
 */
void __noreturn kunit_try_catch_throw(struct kunit_try_catch *try_catch);

static inline int kunit_try_catch_get_result(struct kunit_try_catch *try_catch)
{
	return try_catch->try_result;
}

#endif
