/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running what linux/init.h registers; used by boot.c.
 */
#ifndef _UDM_LIBKERN_KERNEL_INITCALL_H
#define _UDM_LIBKERN_KERNEL_INITCALL_H

#include <linux/compiler_types.h>

/*
 * Runs every initcall, level by level. A failure is reported and changes
 * nothing else. Task context, may sleep.
 */
__internal void initcalls_run(void);
/* Runs the exitcalls of files whose initcalls succeeded, last first. */
__internal void exitcalls_run(void);
/*
 * Applies a command line: early parameters first, then module parameters and
 * __setup() ones. Before the initcalls. Unknown names are ignored, as the
 * kernel does (they belong to init).
 */
__internal void parse_command_line(const char *cmdline);

#endif
