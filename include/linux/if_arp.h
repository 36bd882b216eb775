/* SPDX-License-Identifier: GPL-2.0-only */
/* ARP and the hardware types of devices, as the C library has them. */
#ifndef _KERN_LINUX_IF_ARP_H
#define _KERN_LINUX_IF_ARP_H

#include <net/if_arp.h>

#endif
