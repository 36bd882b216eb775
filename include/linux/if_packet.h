/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packet sockets: the UAPI header, of which the C library has parts under other
 * names. The structures both define are the C library's here.
 */
#ifndef _KERN_LINUX_IF_PACKET_H
#define _KERN_LINUX_IF_PACKET_H

#include <net/if_packet.h>
#include <netpacket/packet.h>

#define sockaddr_ll __udm_uapi_sockaddr_ll
#define packet_mreq __udm_uapi_packet_mreq
#define sockaddr_pkt __udm_uapi_sockaddr_pkt
#include_next <linux/if_packet.h>
#undef sockaddr_pkt
#undef packet_mreq
#undef sockaddr_ll

#endif
