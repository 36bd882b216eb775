/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/udp.h. */
#ifndef _UDM_UAPI_LINUX_UDP_H
#define _UDM_UAPI_LINUX_UDP_H

#include <linux/udp.h>

#endif
