/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake NIC with four rx queues, a bound dma-buf of 64 pages in three segments, and the
 * three providers to try on them.
 */
#ifndef TESTS_PROVIDER_RIG_H
#define TESTS_PROVIDER_RIG_H

#include "fake_dmabuf.h"
#include "fake_provider.h"
#include "libpagepool/devmem.h"

#define RIG_QUEUES	4
#define RIG_NIOVS	64
#define RIG_NIOVS_MAX	1025

extern struct fake_nic *rig_nic;
extern struct fake_dmabuf *rig_buf;
extern struct net_devmem_dmabuf_binding *rig_binding;	/* NULL when unbound */

struct provider_kind {
	const struct memory_provider_ops *ops;
	void *(*create)(void);		/* huge pages: one block; partition: all queues */
	void (*put)(void *mp);
	unsigned int per_queue;		/* buffers one queue can have */
	bool of_binding;
};

/* Huge pages, partition, locality. */
extern const struct provider_kind provider_kinds[3];

/* On a booted machine. Closing unbinds if that was not done, and checks everything. */
void provider_rig_open(void);
void provider_rig_close(void);
void rig_unbind(void);

/* One more binding of the same dma-buf, for sending; and its end. */
struct net_devmem_dmabuf_binding *rig_bind_tx(void);
void rig_unbind_this(struct net_devmem_dmabuf_binding *binding);

/* Is the memory behind this kind still mapped? */
bool rig_memory_is_held(const struct provider_kind *kind);

int rig_open_queue(const struct provider_kind *kind, void *mp, unsigned int queue);
void rig_close_queue(const struct provider_kind *kind, void *mp, unsigned int queue);
int rig_restart_queue(unsigned int queue);

/* A pool beside the one of the NIC: its parameters, and making it on a provider. */
struct page_pool_params rig_pool_params(unsigned int queue, unsigned int ring);
struct page_pool *rig_pool(const struct provider_kind *kind, void *mp,
			   const struct page_pool_params *params);

#endif
