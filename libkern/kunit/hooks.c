// SPDX-License-Identifier: GPL-2.0-only
/* What code under test may ask for and do to the current test: see kunit/test-bug.h. */
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/export.h>
#include <linux/stdarg.h>

DEFINE_STATIC_KEY_FALSE(kunit_running);
EXPORT_SYMBOL(kunit_running);

void __kunit_fail_current_test(const char *file, int line, const char *fmt, ...)
{
	struct kunit *test = kunit_get_current_test();
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	if (!test)
		return;
	kunit_set_failure(test);
	va_start(args, fmt);
	vaf.va = &args;
	kunit_err(test, "%s:%d: %pV\n", file, line, &vaf);
	va_end(args);
}
EXPORT_SYMBOL(__kunit_fail_current_test);
