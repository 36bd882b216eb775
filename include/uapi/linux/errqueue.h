/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/errqueue.h. */
#ifndef _UDM_UAPI_LINUX_ERRQUEUE_H
#define _UDM_UAPI_LINUX_ERRQUEUE_H

#include <linux/errqueue.h>

#endif
