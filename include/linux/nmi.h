/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watchdogs over stuck CPUs: there are none to feed. Kernel path: linux/nmi.h.
 */
#ifndef LINUX_NMI_H
#define LINUX_NMI_H

static inline void touch_softlockup_watchdog(void)
{
}

static inline void touch_nmi_watchdog(void)
{
}

static inline void touch_all_softlockup_watchdogs(void)
{
}

#endif
