/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Things of the runtime that the program left behind at shutdown: armed timers,
 * queued work, queues, interrupt handlers. Memory is counted elsewhere.
 */
#ifndef _UDM_LIBKERN_KERNEL_LEFTOVER_H
#define _UDM_LIBKERN_KERNEL_LEFTOVER_H

#include <linux/compiler.h>

/* Logs one thing and counts it. For NAME_shutdown() functions. */
__internal __printf(1, 2) void leftover_report(const char *fmt, ...);

/* How many were reported since the last call; part of what udm_shutdown() returns. */
__internal unsigned int leftover_take_count(void);

#endif
