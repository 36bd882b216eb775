/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two halves of NAPI share. */
#ifndef _EMUNIC_NET_NAPI_H
#define _EMUNIC_NET_NAPI_H

#include <linux/hrtimer.h>
#include <linux/netdevice.h>

/* napi.c: the timer behind deferred interrupts, and the body of a NAPI's thread. */
__internal enum hrtimer_restart napi_watchdog(struct hrtimer *timer);
__internal int napi_threaded_poll(void *data);
/* napi_life.c: ids start over with each machine. */
__internal void napi_ids_reset(void);

#endif
