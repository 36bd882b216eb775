// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counting what a program left behind in the runtime. Only the main task calls
 * this, during shutdown.
 */
#include <linux/printk.h>
#include <linux/stdarg.h>

#include "leftover.h"

static unsigned int leftovers;

void leftover_report(const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	pr_err("left at shutdown: %pV\n", &vaf);
	va_end(args);
	leftovers++;
}

unsigned int leftover_take_count(void)
{
	unsigned int count = leftovers;

	leftovers = 0;
	return count;
}
