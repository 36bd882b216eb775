/* SPDX-License-Identifier: GPL-2.0-only */
/* Internet addresses out of text. Kernel path: linux/inet.h, net/core/utils.c. */
#ifndef _UDM_LINUX_INET_H
#define _UDM_LINUX_INET_H

#include <arpa/inet.h>
#include <linux/types.h>

/* With the longest scope, which libc leaves out. */
#undef INET6_ADDRSTRLEN
#define INET6_ADDRSTRLEN 48

/* Four numbers with dots; what is wrong counts as 0. */
__be32 in_aton(const char *str);
/*
 * An address at the beginning of @src: 1 and the bytes in @dst, or 0. It ends where the
 * text does (@srclen characters, -1: a string) or at a character @delim (-1: none); *@end
 * becomes the place behind it, also if it was none.
 */
int in4_pton(const char *src, int srclen, u8 *dst, int delim, const char **end);
int in6_pton(const char *src, int srclen, u8 *dst, int delim, const char **end);

#endif
