/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Merging received segments into one skb. Devices here do not ask for it; the
 * merge primitive follows the rules for unreadable fragments.
 */
#ifndef _NET_GRO_H
#define _NET_GRO_H

#include <linux/skbuff.h>

/**
 * skb_gro_receive - append segment @skb to @p by moving its fragments
 *
 * Softirq. @skb's headers are pulled. 0: @skb is empty and may be freed.
 * -ETOOMANYREFS: recycling, readability or zerocopy differ, or unreadable
 * payload lies in the linear part. -E2BIG: too long or no slot left.
 * Contract: net/core/gro.c.
 */
int skb_gro_receive(struct sk_buff *p, struct sk_buff *skb);

#endif
