/* SPDX-License-Identifier: GPL-2.0-only */
/* What timer.c offers to the rest of the runtime. */
#ifndef _UDM_LIBKERN_TIME_TIMER_INTERNAL_H
#define _UDM_LIBKERN_TIME_TIMER_INTERNAL_H

#include <linux/timer.h>

/* Any pending timer with this callback, NULL if there is none. For shutdown. */
__internal struct timer_list *timers_find(void (*function)(struct timer_list *));

#endif
