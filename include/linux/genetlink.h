/* SPDX-License-Identifier: GPL-2.0-only */
/* Generic netlink's family lock, and the system's UAPI. */
#ifndef _KERN_LINUX_GENETLINK_H
#define _KERN_LINUX_GENETLINK_H

#include <linux/netlink.h>
#include_next <linux/genetlink.h>

/* Serialises the families that do not set parallel_ops. May sleep. */
void genl_lock(void);
void genl_unlock(void);

#ifndef GENL_UNS_ADMIN_PERM
#define GENL_UNS_ADMIN_PERM	0x10
#endif

#endif
