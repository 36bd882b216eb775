/* SPDX-License-Identifier: GPL-2.0-only */
/* The resolution of hrtimers: one nanosecond. */
#ifndef _LINUX_HRTIMER_DEFS_H
#define _LINUX_HRTIMER_DEFS_H

#define HIGH_RES_NSEC 1
#define KTIME_HIGH_RES (HIGH_RES_NSEC)

#endif
