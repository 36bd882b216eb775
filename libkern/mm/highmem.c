// SPDX-License-Identifier: GPL-2.0-only
/*
 * The nesting of kmap_local sections (mm/highmem.c). The direct map shows every
 * page, so there is nothing to map; code that closes sections in another order than
 * the reverse would fail on machines where there is, and is reported in debug builds.
 * The task's own record needs no lock.
 */
#include <linux/highmem.h>
#include <linux/sched.h>

#ifdef CONFIG_DEBUG_KMAP_LOCAL

#define KMAP_MAX ARRAY_SIZE(current->kmap_addr)

static unsigned long page_of(const void *addr)
{
	return (unsigned long)addr & PAGE_MASK;
}

void udm_kmap_begin(const void *addr)
{
	struct task_struct *task = current;

	if (WARN_ON_ONCE(task->kmap_depth >= KMAP_MAX))
		return;
	task->kmap_addr[task->kmap_depth++] = page_of(addr);
}

void udm_kmap_end(const void *addr)
{
	struct task_struct *task = current;
	int depth = task->kmap_depth;

	if (WARN_ONCE(!depth, "kunmap_local: no section is open\n"))
		return;
	/* The address may lie anywhere in the page. */
	WARN_ONCE(task->kmap_addr[depth - 1] != page_of(addr),
		  "kunmap_local: not the section that was opened last\n");
	task->kmap_depth--;
}

#endif
