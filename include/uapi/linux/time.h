/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/time.h. */
#ifndef _UDM_UAPI_LINUX_TIME_H
#define _UDM_UAPI_LINUX_TIME_H

#include <linux/time.h>

#endif
