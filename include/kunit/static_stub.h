/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Replacing a function for the duration of a test.
 *
 * Kernel path: kunit/static_stub.h, lib/kunit/static_stub.c. The function asks
 * at its entry whether the test of the calling thread has something else to
 * run; so only calls made by the case's own threads are redirected.
 */
#ifndef _KUNIT_STATIC_STUB_H
#define _KUNIT_STATIC_STUB_H

#include <linux/kconfig.h>

#if !IS_ENABLED(CONFIG_KUNIT)

#define KUNIT_STATIC_STUB_REDIRECT(real_fn_name, args...) do { } while (0)

#else

#include <kunit/test-bug.h>
#include <kunit/test.h>

/* First statement of real_fn_name: returns what the stub returns, if there is one. */
#define KUNIT_STATIC_STUB_REDIRECT(real_fn_name, args...)                                  \
	do {                                                                               \
		typeof(&real_fn_name) __stub;                                              \
		struct kunit *__stubbed = kunit_get_current_test();                        \
											   \
		if (likely(!__stubbed))                                                    \
			break;                                                             \
		__stub = __kunit_static_stub_of(__stubbed, (void *)&real_fn_name);         \
		if (unlikely(__stub))                                                      \
			return __stub(args);                                               \
	} while (0)

/* The stub that @test has for the function at @real_fn, or NULL. Any context. */
void *__kunit_static_stub_of(struct kunit *test, void *real_fn);

/*
 * kunit_activate_static_stub - redirect a function of this type to another
 *
 * A stub that is there is replaced; NULL takes it away. Undone when the test
 * is cleaned up. May sleep. An assertion failure without memory.
 */
#define kunit_activate_static_stub(test, real_fn_addr, replacement_addr)                   \
	do {                                                                               \
		typeof(&real_fn_addr) __replacement = (replacement_addr);                  \
											   \
		__kunit_activate_static_stub(test, (void *)&real_fn_addr, __replacement);  \
	} while (0)

void __kunit_activate_static_stub(struct kunit *test, void *real_fn_addr, void *replacement_addr);

/* An assertion failure if the function has no stub. */
void kunit_deactivate_static_stub(struct kunit *test, void *real_fn_addr);

#endif

#endif
