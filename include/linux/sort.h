/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sorting an array in place: O(n log n) always, no memory, not stable.
 *
 * Kernel path: linux/sort.h, lib/sort.c. swap may be NULL. Any context.
 */
#ifndef _UDM_LINUX_SORT_H
#define _UDM_LINUX_SORT_H

#include <linux/types.h>

/* -1, 0 or 1, for comparison functions. Both arguments twice. */
#define cmp_int(l, r) (((l) > (r)) - ((l) < (r)))

void sort_r(void *base, size_t num, size_t size, cmp_r_func_t cmp_func, swap_r_func_t swap_func,
	    const void *priv);
void sort(void *base, size_t num, size_t size, cmp_func_t cmp_func, swap_func_t swap_func);
#define sort_nonatomic(base, num, size, cmp, swap) sort(base, num, size, cmp, swap)
#define sort_r_nonatomic(base, num, size, cmp, swap, priv) sort_r(base, num, size, cmp, swap, priv)

#endif
