/* SPDX-License-Identifier: GPL-2.0-only */
/* Binary search: libc's bsearch() has the kernel's prototype. Kernel path: linux/bsearch.h. */
#ifndef _UDM_LINUX_BSEARCH_H
#define _UDM_LINUX_BSEARCH_H

#include <stdlib.h>
#include <linux/types.h>

static __always_inline void *__inline_bsearch(const void *key, const void *base, size_t num,
					      size_t size, cmp_func_t cmp)
{
	return bsearch(key, base, num, size, cmp);
}

#endif
