/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Call chains kept once each, under a small number. Kernel path: linux/stackdepot.h,
 * lib/stackdepot.c.
 *
 * Any context and thread; the memory is the host's. A handle is valid until
 * udm_shutdown(). 0 is the handle of no chain: what cannot be stored has it.
 */
#ifndef _UDM_LINUX_STACKDEPOT_H
#define _UDM_LINUX_STACKDEPOT_H

#include <linux/gfp_types.h>
#include <linux/types.h>

typedef u32 depot_stack_handle_t;

/* There is nothing to set up; 0. */
static inline int stack_depot_init(void)
{
	return 0;
}

/* The handle of the chain, the same one for the same chain. @alloc_flags do not matter. */
depot_stack_handle_t stack_depot_save(unsigned long *entries, unsigned int nr_entries,
				      gfp_t alloc_flags);
/* Points *@entries at the chain, which must not be changed; returns its length. */
unsigned int stack_depot_fetch(depot_stack_handle_t handle, unsigned long **entries);
/* stack_trace_print() and stack_trace_snprint() of a chain. */
void stack_depot_print(depot_stack_handle_t stack);
int stack_depot_snprint(depot_stack_handle_t handle, char *buf, size_t size, int spaces);

#endif
