/* SPDX-License-Identifier: GPL-2.0-only */
/* AF_XDP: the metadata operations a device may offer. No AF_XDP pool ever exists here. */
#ifndef _LINUX_XDP_SOCK_H
#define _LINUX_XDP_SOCK_H

#include <linux/types.h>

struct net_device;
struct xsk_buff_pool;

struct xsk_tx_metadata_ops {
	void (*tmo_request_timestamp)(void *priv);
	u64 (*tmo_fill_timestamp)(void *priv);
	void (*tmo_request_checksum)(u16 csum_start, u16 csum_offset, void *priv);
	void (*tmo_request_launch_time)(u64 launch_time, void *priv);
};

/* The AF_XDP pool bound to a queue: none. */
static inline struct xsk_buff_pool *xsk_get_pool_from_qid(struct net_device *dev __always_unused,
							  u16 queue_id __always_unused)
{
	return NULL;
}

#endif
