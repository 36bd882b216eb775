/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions whose result can be overridden. Kernel path: linux/error-injection.h,
 * lib/error-inject.c, kernel/fail_function.c.
 *
 * ALLOW_ERROR_INJECTION() lists a function and the values it may be made to
 * return. Nothing patches code in a process, so the function asks at its entry:
 *
 *	struct page *take(struct pool *pool)
 *	{
 *		udm_inject_return_ptr(take);
 *		...
 *	}
 *	ALLOW_ERROR_INJECTION(take, NULL);
 *
 * While nothing is armed that costs one load and a branch.
 */
#ifndef _UDM_LINUX_ERROR_INJECTION_H
#define _UDM_LINUX_ERROR_INJECTION_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/list.h>

enum error_injection_type {
	EI_ETYPE_NULL,		/* return NULL if failure */
	EI_ETYPE_ERRNO,		/* return -ERRNO if failure */
	EI_ETYPE_ERRNO_NULL,	/* return -ERRNO or NULL if failure */
	EI_ETYPE_TRUE,		/* return true if failure */
};

/* One overridable function. Lives in the object that defines the function. */
struct error_injection_entry {
	unsigned long addr;
	int etype;
	const char *name;
	struct list_head udm_link;
};

/* Called by constructors and destructors of objects. Any thread. */
void udm_error_injection_register(struct error_injection_entry *entry);
void udm_error_injection_unregister(struct error_injection_entry *entry);

bool within_error_injection_list(unsigned long addr);
/* Type of the function at @addr, -EINVAL if it is not listed. */
int get_injectable_error_type(unsigned long addr);

#define ALLOW_ERROR_INJECTION(fname, _etype)						\
static struct error_injection_entry __udm_ei_##fname = {				\
	.addr = (unsigned long)fname,							\
	.etype = EI_ETYPE_##_etype,							\
	.name = #fname,									\
};											\
static void __attribute__((constructor)) __udm_ei_add_##fname(void)			\
{											\
	udm_error_injection_register(&__udm_ei_##fname);				\
}											\
static void __attribute__((destructor)) __udm_ei_del_##fname(void)			\
{											\
	udm_error_injection_unregister(&__udm_ei_##fname);				\
}											\
struct error_injection_entry

/* Number of functions armed at this moment. */
extern unsigned int udm_inject_armed;

/* True if the call of @addr shall return *value instead of running. Any context. */
bool udm_inject_hit(unsigned long addr, unsigned long *value);

/* At the entry of a listed function that returns an integer or bool, or a pointer. */
#define udm_inject_return(fname) __udm_inject_return(fname, unsigned long)
#define udm_inject_return_ptr(fname) __udm_inject_return(fname, void *)

/* For a function that keeps the question out of line: is anything armed? */
static __always_inline bool udm_inject_is_armed(void)
{
	return unlikely(READ_ONCE(udm_inject_armed));
}

#define __udm_inject_return(fname, type)						\
do {											\
	unsigned long __udm_value;							\
											\
	if (udm_inject_is_armed() &&							\
	    udm_inject_hit((unsigned long)(fname), &__udm_value))			\
		return (type)__udm_value;						\
} while (0)

#endif
