/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The namespaces of a task. Only the network namespace is told apart; the
 * network core fills it in at boot. Every task starts with init_nsproxy.
 */
#ifndef _LINUX_NSPROXY_H
#define _LINUX_NSPROXY_H

#include <linux/refcount.h>
#include <linux/sched.h>

struct net;

struct nsproxy {
	refcount_t count;
	struct net *net_ns;
};

extern struct nsproxy init_nsproxy;

#endif
