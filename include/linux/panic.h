/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of the machine, and what tainted it. Kernel path: linux/panic.h. */
#ifndef _UDM_LINUX_PANIC_H
#define _UDM_LINUX_PANIC_H

#include <linux/compiler.h>
#include <linux/types.h>

enum lockdep_ok {
	LOCKDEP_STILL_OK,
	LOCKDEP_NOW_UNRELIABLE,
};

extern int panic_on_warn;

/* Prints "Kernel panic - not syncing: ..." and ends like BUG(). kernel/panic.c */
__printf(1, 2) __noreturn __cold void panic(const char *fmt, ...);
void add_taint(unsigned int flag, enum lockdep_ok lockdep_ok);
int test_taint(unsigned int flag);
unsigned long get_taint(void);

#endif
