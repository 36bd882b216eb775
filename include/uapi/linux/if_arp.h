/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/if_arp.h. */
#ifndef _UDM_UAPI_LINUX_IF_ARP_H
#define _UDM_UAPI_LINUX_IF_ARP_H

#include <linux/if_arp.h>

#endif
