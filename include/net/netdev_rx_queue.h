/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The core's view of one rx queue: its XDP model, its NAPI and the memory
 * provider bound to it. Lives in net_device._rx for as long as the device.
 */
#ifndef _LINUX_NETDEV_RX_QUEUE_H
#define _LINUX_NETDEV_RX_QUEUE_H

#include <linux/bug.h>
#include <linux/kobject.h>
#include <linux/netdevice.h>
#include <linux/sysfs.h>
#include <net/netdev_queues.h>
#include <net/page_pool/types.h>
#include <net/xdp.h>

struct napi_struct;
struct rps_dev_flow_table;
struct rps_map;
struct xsk_buff_pool;

struct netdev_rx_queue {
	struct xdp_rxq_info xdp_rxq;
#ifdef CONFIG_RPS
	struct rps_map __rcu *rps_map;
	struct rps_dev_flow_table __rcu *rps_flow_table;
#endif
	struct kobject kobj;
	const struct attribute_group **groups;
	struct net_device *dev;
	netdevice_tracker dev_tracker;

	/* Everything below is protected by the device's instance lock. */
#ifdef CONFIG_XDP_SOCKETS
	struct xsk_buff_pool *pool;
#endif
	struct napi_struct *napi;
	struct netdev_queue_config qcfg;
	struct pp_memory_provider_params mp_params;
} ____cacheline_aligned_in_smp;

/* Unchecked: @rxq < num_rx_queues. */
static inline struct netdev_rx_queue *__netif_get_rx_queue(struct net_device *dev,
							   unsigned int rxq)
{
	return &dev->_rx[rxq];
}

static inline unsigned int get_netdev_rx_queue_index(struct netdev_rx_queue *queue)
{
	size_t index = queue - queue->dev->_rx;

	BUG_ON(index >= queue->dev->num_rx_queues);
	return index;
}

/*
 * Stop and start queue @rxq_idx (caller: in range) on newly allocated memory,
 * configuration unchanged. Instance lock held, may sleep. 0; -EOPNOTSUPP without
 * all four queue ops; -ENOMEM; -ENODATA if the queue's memory provider was
 * ignored; or the driver's error, after which the queue runs on its old memory.
 * net/core/netdev_rx_queue.c.
 */
int netdev_rx_queue_restart(struct net_device *dev, unsigned int rxq_idx);

#endif
