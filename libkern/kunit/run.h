/* SPDX-License-Identifier: GPL-2.0-only */
/* Between test.c, which runs suites, and those who have them run. */
#ifndef _LIBKERN_KUNIT_RUN_H
#define _LIBKERN_KUNIT_RUN_H

#include <kunit/test.h>
#include <udevmem/kunit.h>

/* test.c: the next suite is number 1; nothing has run. */
__internal void kunit_restart_numbers(void);
__internal void kunit_restart_result(void);
/* As if the suite had never run. */
__internal void kunit_forget_results(struct kunit_suite *suite);

/* executor.c: runs a set-up suite once more, for its file in debugfs. 0 or -EINTR. */
__internal int kunit_run_again(struct kunit_suite *suite);

#endif
