/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Call chains as arrays of addresses. Kernel path: linux/stacktrace.h,
 * kernel/stacktrace.c.
 *
 * Addresses are those of the process; names come from the dynamic symbol table.
 * Any context and thread. Saving costs some 200 ns per frame.
 */
#ifndef _UDM_LINUX_STACKTRACE_H
#define _UDM_LINUX_STACKTRACE_H

#include <linux/types.h>

/*
 * The caller's chain, innermost first, without its @skipnr innermost functions, the
 * caller of stack_trace_save() being the first of them. Returns how many were stored.
 */
unsigned int stack_trace_save(unsigned long *store, unsigned int size, unsigned int skipnr);
/* One line per address at KERN_DEFAULT, behind @spaces spaces. */
void stack_trace_print(const unsigned long *trace, unsigned int nr_entries, int spaces);
/* The same into @buf, always terminated; returns the length without the terminator. */
int stack_trace_snprint(char *buf, size_t size, const unsigned long *entries,
			unsigned int nr_entries, int spaces);

#endif
