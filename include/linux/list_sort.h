/* SPDX-License-Identifier: GPL-2.0-only */
/* Sorting a list: stable, no memory. Kernel path: linux/list_sort.h, lib/list_sort.c. */
#ifndef _UDM_LINUX_LIST_SORT_H
#define _UDM_LINUX_LIST_SORT_H

#include <linux/types.h>

typedef int (*list_cmp_func_t)(void *priv, const struct list_head *a, const struct list_head *b);

/* cmp > 0: a comes after b. */
void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp);

#endif
