/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/if_packet.h. */
#ifndef _UDM_UAPI_LINUX_IF_PACKET_H
#define _UDM_UAPI_LINUX_IF_PACKET_H

#include <linux/if_packet.h>

#endif
