/* SPDX-License-Identifier: GPL-2.0-only */
/* Receivers beside the stack: what dev.c hands them. BH disabled. */
#ifndef _EMUNIC_NET_PTYPE_H
#define _EMUNIC_NET_PTYPE_H

#include <linux/netdevice.h>

/* A packet that came in, RCU read side; true if somebody listens to its protocol. */
__internal bool ptype_received(struct sk_buff *skb);
/* A packet on its way out, as the driver gets it. */
__internal void ptype_sent(struct sk_buff *skb);

#endif
