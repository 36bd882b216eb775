/* SPDX-License-Identifier: GPL-2.0-only */
/* Receive packet steering between CPUs: not configured, so the hooks do nothing. */
#ifndef _NET_RPS_H
#define _NET_RPS_H

#include <linux/compiler.h>

struct sock;
struct rps_map;
struct rps_dev_flow_table;

static inline void sock_rps_record_flow(const struct sock *sk __always_unused)
{
}

#endif
