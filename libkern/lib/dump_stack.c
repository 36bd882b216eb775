// SPDX-License-Identifier: GPL-2.0-only
/*
 * The caller's call chain in the log.
 *
 * Functions are named by the dynamic symbol table, so static ones appear as an
 * offset into their object; no absolute address is printed, and the text is the
 * same in every run of the same program.
 */
#include <execinfo.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#define MAX_FRAMES 32

void dump_stack_lvl(const char *log_lvl)
{
	void *frames[MAX_FRAMES];
	int depth = backtrace(frames, MAX_FRAMES);

	printk("%sCall Trace:\n", log_lvl);
	for (int i = 1; i < depth; i++)
		printk("%s %pS\n", log_lvl, frames[i]);
}
EXPORT_SYMBOL(dump_stack_lvl);

void dump_stack(void)
{
	dump_stack_lvl(KERN_DEFAULT);
}
EXPORT_SYMBOL(dump_stack);
