/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/if_addr.h. */
#ifndef _UDM_UAPI_LINUX_IF_ADDR_H
#define _UDM_UAPI_LINUX_IF_ADDR_H

#include <linux/if_addr.h>

#endif
