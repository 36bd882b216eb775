// SPDX-License-Identifier: GPL-2.0-only
/*
 * Call chains as arrays of addresses (kernel/stacktrace.c). The host's unwinder
 * finds them; it needs neither frame pointers nor memory once it was used.
 */
#include <execinfo.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/stacktrace.h>

#define MAX_FRAMES 64

unsigned int stack_trace_save(unsigned long *store, unsigned int size, unsigned int skipnr)
{
	unsigned int skip = skipnr + 1, want, nr, i;
	void *frames[MAX_FRAMES];

	if (!size || skip >= MAX_FRAMES)
		return 0;
	want = min(size + skip, (unsigned int)MAX_FRAMES);
	nr = backtrace(frames, want);
	for (i = skip; i < nr; i++)
		store[i - skip] = (unsigned long)frames[i];
	return nr > skip ? nr - skip : 0;
}
EXPORT_SYMBOL_GPL(stack_trace_save);

void stack_trace_print(const unsigned long *trace, unsigned int nr_entries, int spaces)
{
	for (unsigned int i = 0; i < nr_entries; i++)
		printk("%*c%pS\n", 1 + spaces, ' ', (void *)trace[i]);
}
EXPORT_SYMBOL_GPL(stack_trace_print);

int stack_trace_snprint(char *buf, size_t size, const unsigned long *entries,
			unsigned int nr_entries, int spaces)
{
	size_t at = 0;

	for (unsigned int i = 0; i < nr_entries && at < size; i++)
		at += scnprintf(buf + at, size - at, "%*c%pS\n", 1 + spaces, ' ',
				(void *)entries[i]);
	return at;
}
EXPORT_SYMBOL_GPL(stack_trace_snprint);
