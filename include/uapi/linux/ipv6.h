/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/ipv6.h. */
#ifndef _UDM_UAPI_LINUX_IPV6_H
#define _UDM_UAPI_LINUX_IPV6_H

#include <linux/ipv6.h>

#endif
