/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IPv6 addresses: the host's, brought in through libc so that <netinet/in.h>
 * may also come later.
 */
#ifndef _KERN_LINUX_IN6_H
#define _KERN_LINUX_IN6_H

#include <netinet/in.h>
#include_next <linux/in6.h>
#include <linux/types.h>

#endif
