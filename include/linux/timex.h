/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cycle counter, and libc's struct timex in place of the system header of
 * this name, which would define it a second time.
 */
#ifndef _UDM_LINUX_TIMEX_H
#define _UDM_LINUX_TIMEX_H

#include <sys/timex.h>
#include <asm/timex.h>
#include <linux/param.h>

#endif
