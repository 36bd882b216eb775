/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation call sites. Kernel path: linux/alloc_tag.h.
 *
 * alloc_hooks(call) evaluates to the value of @call, an allocation. Every place
 * that uses it owns one static struct alloc_tag; while the call runs the
 * calling thread's udm_alloc_tag points to it, and each page and object that is
 * allocated meanwhile is attributed to it. Leak reports and the reports of bad
 * frees name the place. Nested uses attribute to the innermost place, so an
 * allocating helper is wrapped in alloc_hooks() and calls the _noprof twins.
 */
#ifndef _UDM_LINUX_ALLOC_TAG_H
#define _UDM_LINUX_ALLOC_TAG_H

#include <linux/compiler.h>

struct alloc_tag {
	const char *file;
	const char *function;
	unsigned int line;
};

/* Call site of the allocation that this host thread is in, NULL outside of one. */
extern __thread struct alloc_tag *udm_alloc_tag __attribute__((tls_model("initial-exec")));

#define alloc_hooks(call)						\
({									\
	static struct alloc_tag __udm_tag = {				\
		.file = __FILE__, .function = __func__, .line = __LINE__,	\
	};								\
	struct alloc_tag *__udm_outer = udm_alloc_tag;			\
									\
	udm_alloc_tag = &__udm_tag;					\
	__auto_type __udm_got = (call);					\
	udm_alloc_tag = __udm_outer;					\
	__udm_got;							\
})

#endif
