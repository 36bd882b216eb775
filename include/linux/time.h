/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time types for kernel-side code.
 *
 * The system header of this name redefines struct timespec and cannot stand
 * beside <time.h>, so the user-space types and the CLOCK_ numbers come from
 * libc here.
 */
#ifndef _UDM_LINUX_TIME_H
#define _UDM_LINUX_TIME_H

#include <time.h>
#include <sys/time.h>
#include <linux/math64.h>
#include <linux/time64.h>

/* What a 32-bit protocol field of seconds, compared modulo 2^32, says. */
#define time_after32(a, b) ((s32)((u32)(b) - (u32)(a)) < 0)
#define time_before32(b, a) time_after32(a, b)
#define time_between32(t, l, h) ((u32)(h) - (u32)(l) >= (u32)(t) - (u32)(l))

#endif
