/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks of the memory code. Kernel path: linux/mmdebug.h. They exist with
 * CONFIG_DEBUG_VM only; without it the condition is compiled, not evaluated.
 */
#ifndef _UDM_LINUX_MMDEBUG_H
#define _UDM_LINUX_MMDEBUG_H

#include <linux/bug.h>
#include <linux/stringify.h>

struct page;
struct folio;

/* Writes the state of a page and @reason to the log at KERN_WARNING. Any context. */
void dump_page(const struct page *page, const char *reason);

#ifdef CONFIG_DEBUG_VM

#define __udm_vm_check_page(report, cond, page)				\
({									\
	bool __udm_bad = !!(cond);					\
	if (unlikely(__udm_bad)) {					\
		dump_page((page), "check failed: " __stringify(cond));	\
		report;							\
	}								\
	unlikely(__udm_bad);						\
})

#define VM_BUG_ON(cond) BUG_ON(cond)
#define VM_BUG_ON_PAGE(cond, page) ((void)__udm_vm_check_page(BUG(), cond, page))
#define VM_BUG_ON_FOLIO(cond, folio) VM_BUG_ON_PAGE(cond, &(folio)->page)
#define VM_WARN_ON(cond) ((void)WARN_ON(cond))
#define VM_WARN_ON_ONCE(cond) ((void)WARN_ON_ONCE(cond))
#define VM_WARN_ONCE(cond, format...) ((void)WARN_ONCE(cond, format))
#define VM_WARN(cond, format...) ((void)WARN(cond, format))
#define VM_WARN_ON_ONCE_PAGE(cond, page) __udm_vm_check_page(WARN_ON_ONCE(1), cond, page)
#define VM_WARN_ON_ONCE_FOLIO(cond, folio) VM_WARN_ON_ONCE_PAGE(cond, &(folio)->page)
#define VM_WARN_ON_FOLIO(cond, folio) \
	((void)__udm_vm_check_page(WARN_ON(1), cond, &(folio)->page))

#else

#define VM_BUG_ON(cond) BUILD_BUG_ON_INVALID(cond)
#define VM_BUG_ON_PAGE(cond, page) VM_BUG_ON(cond)
#define VM_BUG_ON_FOLIO(cond, folio) VM_BUG_ON(cond)
#define VM_WARN_ON(cond) BUILD_BUG_ON_INVALID(cond)
#define VM_WARN_ON_ONCE(cond) BUILD_BUG_ON_INVALID(cond)
#define VM_WARN_ONCE(cond, format...) BUILD_BUG_ON_INVALID(cond)
#define VM_WARN(cond, format...) BUILD_BUG_ON_INVALID(cond)
#define VM_WARN_ON_ONCE_PAGE(cond, page) BUILD_BUG_ON_INVALID(cond)
#define VM_WARN_ON_ONCE_FOLIO(cond, folio) BUILD_BUG_ON_INVALID(cond)
#define VM_WARN_ON_FOLIO(cond, folio) BUILD_BUG_ON_INVALID(cond)

#endif

#define VM_BUG_ON_PGFLAGS(cond, page) VM_BUG_ON_PAGE(cond, page)
#define VM_WARN_ON_ONCE_PGFLAGS(cond, page) VM_WARN_ON_ONCE_PAGE(cond, page)
/* Addresses are checked where they are converted, without these. */
#define VIRTUAL_BUG_ON(cond) do { } while (0)
#define VIRTUAL_WARN_ON(cond) do { } while (0)

#endif
