/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/netdevice.h. */
#ifndef _UDM_UAPI_LINUX_NETDEVICE_H
#define _UDM_UAPI_LINUX_NETDEVICE_H

#include <linux/netdevice.h>

#endif
