/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/if_ether.h. */
#ifndef _UDM_UAPI_LINUX_IF_ETHER_H
#define _UDM_UAPI_LINUX_IF_ETHER_H

#include <linux/if_ether.h>

#endif
