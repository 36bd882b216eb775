/* SPDX-License-Identifier: GPL-2.0-only */
/* A cached route: here only the device it leads to. */
#ifndef _NET_DST_H
#define _NET_DST_H

#include <linux/types.h>
#include <linux/rcupdate.h>
#include <linux/netdevice.h>

struct dst_entry {
	struct net_device __rcu *dev_rcu;
	short error;
	short obsolete;
};

/* The route's device, or NULL. Inside an RCU read section. */
static inline struct net_device *dst_dev_rcu(const struct dst_entry *dst)
{
	return rcu_dereference(dst->dev_rcu);
}

#endif
