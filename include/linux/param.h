/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HZ, the number of jiffies per second.
 *
 * The system header of this name supplies the user-space value 100; kernel-side
 * code sees CONFIG_HZ instead, whichever header came first.
 */
#ifndef _UDM_LINUX_PARAM_H
#define _UDM_LINUX_PARAM_H

#include <sys/param.h>
#include_next <linux/param.h>

#undef HZ
#define HZ CONFIG_HZ
#define USER_HZ 100
#define CLOCKS_PER_JIFFY_US (1000000 / HZ)

#endif
