/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IPv4 addresses and protocol numbers: the host's, brought in through libc so
 * that <netinet/in.h> may also come later.
 */
#ifndef _KERN_LINUX_IN_H
#define _KERN_LINUX_IN_H

#include <netinet/in.h>
#include_next <linux/in.h>
#include <linux/types.h>
#include <linux/socket.h>

static inline bool ipv4_is_loopback(__be32 addr)
{
	return (ntohl((__force u32)addr) >> 24) == 127;
}

static inline bool ipv4_is_multicast(__be32 addr)
{
	return (ntohl((__force u32)addr) >> 28) == 0xe;
}

#endif
