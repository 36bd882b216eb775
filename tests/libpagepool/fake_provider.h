/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A NIC whose queue ops do as they are told, and a memory provider over an array
 * of net_iovs. Both count what is asked of them.
 */
#ifndef TESTS_FAKE_PROVIDER_H
#define TESTS_FAKE_PROVIDER_H

#include <linux/atomic.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>
#include <net/page_pool/memory_provider.h>

#include "fake_dma.h"

struct fake_provider {
	struct net_iov_area area;
	spinlock_t lock;		/* free[], n_free */
	struct net_iov **free;
	unsigned int n_free;
	unsigned int batch;		/* buffers per alloc call, one returned, the rest cached */
	bool keep_sync;			/* leave the pool's sync flags on */
	int init_err, fill_err;
	unsigned int inits, destroys, allocs, uninstalls, fills;
	atomic_t releases;
};

extern const struct memory_provider_ops fake_provider_ops;
/* The same without uninstall. */
extern const struct memory_provider_ops fake_provider_ops_no_uninstall;

struct fake_provider *fake_provider_get(unsigned int niovs);
/* Checks that every niov is back and that inits and destroys pair. */
void fake_provider_put(struct fake_provider *mp);

#define FAKE_NIC_QUEUES	8

/* The memory of one queue, as the ops' blob carries it. */
struct fake_queue_mem {
	struct page_pool *pool;
	unsigned int serial;		/* which mem_alloc made it */
	u32 rx_page_size;
	unsigned int n_posted;
	netmem_ref posted[4];
};

struct fake_nic {
	struct net_device *netdev;
	struct fake_dma *dma;
	spinlock_t poll[FAKE_NIC_QUEUES];	/* live[], and allocation from its pools */
	struct fake_queue_mem live[FAKE_NIC_QUEUES];
	unsigned int serial;
	/* Calls, and what they are told to answer. */
	unsigned int allocs, frees, stops, starts, validates;
	int alloc_err, stop_err;
	int start_err[2];		/* of the next start and the one after */
	int validate_err[2];
	unsigned int fail_call;		/* the n-th of these calls from now says -EIO */
	bool ignore_provider;		/* build pools of ordinary pages */
	unsigned int post;		/* buffers a queue's memory has from the start, up to 4 */
	u32 default_rx_page_size;
	u32 last_cfg_rx_page_size, last_start_rx_page_size;
	struct device *no_dma_dev;	/* returned by ndo_queue_get_dma_dev if set */
};

/* A registered, running device with @queues rx queues, header split on. */
struct fake_nic *fake_nic_get(unsigned int queues);
/* The same in another namespace. */
struct fake_nic *fake_nic_get_in(struct net *net, unsigned int queues);
/* Unregister, if it is not yet, and free; checks that memory was freed as allocated. */
void fake_nic_put(struct fake_nic *nic);
void fake_nic_unregister(struct fake_nic *nic);
void fake_nic_up(struct fake_nic *nic);
void fake_nic_down(struct fake_nic *nic);

static inline struct device *fake_nic_dma(struct fake_nic *nic)
{
	return &nic->dma->dev;
}

/* Write mp_params directly; NULL clears them. */
void fake_nic_set_provider(struct fake_nic *nic, unsigned int queue, struct fake_provider *mp);

/* netif_mp_open_rxq() and _close_rxq() under the instance lock. */
int fake_nic_open_mp(struct fake_nic *nic, unsigned int queue, struct fake_provider *mp,
		     struct netlink_ext_ack *extack);
void fake_nic_close_mp(struct fake_nic *nic, unsigned int queue, struct fake_provider *mp);

#endif
