/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/ip.h. */
#ifndef _UDM_UAPI_LINUX_IP_H
#define _UDM_UAPI_LINUX_IP_H

#include <linux/ip.h>

#endif
