/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/in6.h. */
#ifndef _UDM_UAPI_LINUX_IN6_H
#define _UDM_UAPI_LINUX_IN6_H

#include <linux/in6.h>

#endif
