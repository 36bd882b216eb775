/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/threads.h. */
#ifndef _UDM_LINUX_THREADS_H
#define _UDM_LINUX_THREADS_H

#define NR_CPUS CONFIG_NR_CPUS
#define PID_MAX_DEFAULT 0x8000
#define PID_MAX_LIMIT (4 * 1024 * 1024)

#endif
