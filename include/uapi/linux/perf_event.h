/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/perf_event.h. */
#ifndef _UDM_UAPI_LINUX_PERF_EVENT_H
#define _UDM_UAPI_LINUX_PERF_EVENT_H

#include <linux/perf_event.h>

#endif
