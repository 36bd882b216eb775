/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system's UAPI headers decide here, once, which definitions they leave to
 * libc. They leave out what libc has defined already, and libc does not do the
 * same for them, so libc comes first: then any later order works.
 */
#ifndef _KERN_LINUX_LIBC_COMPAT_H
#define _KERN_LINUX_LIBC_COMPAT_H

#include <net/if.h>
#include <netinet/in.h>
#include_next <linux/libc-compat.h>

#endif
