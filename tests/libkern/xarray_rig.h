/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of XArray share: storing with an order, and looking at the nodes. */
#ifndef UDM_TESTS_LIBKERN_XARRAY_RIG_H
#define UDM_TESTS_LIBKERN_XARRAY_RIG_H

#include <check.h>
#include <linux/xarray.h>

/* For comparisons by the million: libcheck notes each assertion it comes by. */
#define same(a, b)									\
	do {										\
		unsigned long __a = (unsigned long)(a), __b = (unsigned long)(b);	\
											\
		if (unlikely(__a != __b))						\
			ck_abort_msg("%s is %lx, %s is %lx", #a, __a, #b, __b);		\
	} while (0)

/* Entry for the 2^order indices around index, by a cursor; 0 or -errno. */
int store_order(struct xarray *xa, unsigned long index, unsigned int order, void *entry,
		gfp_t gfp);

/*
 * Compares everything a node says of itself with what is in it: place, counts, marks
 * and ties of each, and that none is superfluous unless empties are to be expected.
 * Returns the number of nodes.
 */
unsigned int check_nodes(struct xarray *xa, bool empties);
unsigned int check_nodes_locked(struct xarray *xa, bool empties);

/* A distinct pointer, aligned as entries must be. */
void *item(unsigned int i);

#endif
