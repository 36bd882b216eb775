/* SPDX-License-Identifier: GPL-2.0-only */
/* array_index_nospec(i, size): i if it is below size, else 0. Kernel path: linux/nospec.h. */
#ifndef _UDM_LINUX_NOSPEC_H
#define _UDM_LINUX_NOSPEC_H

#include <asm/barrier.h>
#include <linux/compiler.h>

/* All ones if index is below size, else 0. */
static inline unsigned long array_index_mask_nospec(unsigned long index, unsigned long size)
{
	return -(unsigned long)(index < size);
}

#define array_index_nospec(index, size)                                                            \
	({                                                                                         \
		typeof(index) __i = (index);                                                       \
		typeof(size) __s = (size);                                                         \
		(typeof(__i))((unsigned long)__i < (unsigned long)__s ? __i : 0);                  \
	})

#endif
