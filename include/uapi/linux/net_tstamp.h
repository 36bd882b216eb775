/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/net_tstamp.h. */
#ifndef _UDM_UAPI_LINUX_NET_TSTAMP_H
#define _UDM_UAPI_LINUX_NET_TSTAMP_H

#include <linux/net_tstamp.h>

#endif
