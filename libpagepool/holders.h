/* SPDX-License-Identifier: GPL-2.0-only */
/* Who has the net_iovs that are in no pool's cache or ring: what udm_holder_add() knows. */
#ifndef LIBPAGEPOOL_HOLDERS_H
#define LIBPAGEPOOL_HOLDERS_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <udevmem/pagepool.h>

struct net_iov;

/* What all holders had when they were asked. Empty: all zero. */
struct held_set {
	struct udm_held *held;
	size_t count, room;
	bool out_of_memory;
};

/* Asks all holders. Process context, may sleep; no pool or binding locked. */
__internal void held_set_fill(struct held_set *set);
/*
 * Who has @niov, which is at @dma_addr for @dev; NULL if nobody says so. Of several, one
 * that knows the net_iov before one that knows an address.
 */
__internal const struct udm_held *held_set_find(const struct held_set *set,
						const struct net_iov *niov,
						const struct device *dev, u64 dma_addr);
__internal void held_set_free(struct held_set *set);

#endif
