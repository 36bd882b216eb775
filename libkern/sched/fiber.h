/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fibers: stacks that take turns on one host thread.
 *
 * Only the sim scheduler uses them. The sanitizers and valgrind are told about
 * every stack and every switch.
 */
#ifndef _UDM_LIBKERN_SCHED_FIBER_H
#define _UDM_LIBKERN_SCHED_FIBER_H

#include <setjmp.h>
#include <stddef.h>
#include <ucontext.h>
#include <linux/compiler_types.h>
#include <linux/types.h>

struct fiber {
	ucontext_t context;		/* how it begins */
	jmp_buf left;			/* where it left for another one, if has_left */
	bool has_left;
	void (*entry)(void *arg);
	void *arg;
	void *map;			/* guard page and stack; NULL for the boot thread */
	unsigned int valgrind_id;
	void *tsan;			/* ThreadSanitizer's handle */
	void *asan_fake;		/* AddressSanitizer: saved while switched out */
	const void *asan_bottom;	/* and the bounds of this stack */
	size_t asan_size;
};

/* Makes the calling thread itself a fiber. */
__internal void fiber_adopt(struct fiber *fiber);

/* A stack on which @entry will run at the first switch to it; it must not return. 0 or -ENOMEM. */
__internal int fiber_create(struct fiber *fiber, void (*entry)(void *arg), void *arg);

/* Runs @to until something switches back. @last: @from is never run again. */
__internal void fiber_switch(struct fiber *from, struct fiber *to, bool last);

/* Frees the stack of a fiber that is not running. */
__internal void fiber_destroy(struct fiber *fiber);

/* Gives back the stacks kept for reuse. */
__internal void fiber_trim(void);

#endif
