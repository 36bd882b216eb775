/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Network namespaces: init_net and those tests create.
 *
 * A namespace owns its device list, its loopback device and its netlink
 * sockets. The device list is written under RTNL and read under RTNL or RCU.
 * Contract: include/net/net_namespace.h, net/core/net_namespace.c.
 */
#ifndef __NET_NET_NAMESPACE_H
#define __NET_NET_NAMESPACE_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/xarray.h>
#include <net/netns/core.h>
#include <linux/nsproxy.h>
#include <linux/user_namespace.h>
#include <linux/workqueue.h>
#include <net/flow.h>
#include <net/net_trackers.h>

struct net_device;
struct sock;

struct net {
	refcount_t count;		/* users; the last one starts the clean-up */
	struct user_namespace *user_ns;
	struct list_head list;		/* all namespaces, under RTNL */
	struct work_struct cleanup;
	struct xarray dev_by_index;	/* ifindex -> device; RTNL to change, RCU to look up */
	u32 ifindex_rover;
	struct net_device *loopback_dev;
	struct sock *genl_sock;		/* the kernel's generic netlink socket */
	u64 net_cookie;
	struct netns_core core;
};

extern struct net init_net;

typedef struct {
	struct net *net;
} possible_net_t;

static inline void write_pnet(possible_net_t *pnet, struct net *net)
{
	pnet->net = net;
}

static inline struct net *read_pnet(const possible_net_t *pnet)
{
	return pnet->net;
}

static inline int net_eq(const struct net *net1, const struct net *net2)
{
	return net1 == net2;
}

static inline struct net *get_net(struct net *net)
{
	refcount_inc(&net->count);
	return net;
}

/* NULL if the namespace is already being taken down. */
static inline struct net *maybe_get_net(struct net *net)
{
	return refcount_inc_not_zero(&net->count) ? net : NULL;
}

static inline int check_net(const struct net *net)
{
	return refcount_read(&net->count) != 0;
}

/* The last reference has the namespace taken down by a work item: devices, netlink, memory. */
void put_net(struct net *net);

/**
 * copy_net_ns - a further namespace with its own loopback device
 *
 * Task context, takes RTNL. Without CLONE_NEWNET in @flags: one more reference
 * on @old_net. ERR_PTR(-ENOMEM) on failure. Drop it with put_net().
 */
struct net *copy_net_ns(unsigned long flags, struct user_namespace *user_ns, struct net *old_net);

/**
 * struct pernet_operations - what a subsystem does when a namespace comes and goes
 *
 * Initialised in order of registration, undone in reverse. Task context, RTNL
 * not held; @init may fail, which undoes the namespace.
 */
struct pernet_operations {
	struct list_head list;
	int (*init)(struct net *net);
	void (*exit)(struct net *net);
};

int register_pernet_subsys(struct pernet_operations *ops);
void unregister_pernet_subsys(struct pernet_operations *ops);

/* Under RTNL. */
extern struct list_head net_namespace_list;
#define for_each_net(net)	list_for_each_entry(net, &net_namespace_list, list)

#endif
