/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/tcp.h. */
#ifndef _UDM_UAPI_LINUX_TCP_H
#define _UDM_UAPI_LINUX_TCP_H

#include <linux/tcp.h>

#endif
