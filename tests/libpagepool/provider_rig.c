// SPDX-License-Identifier: GPL-2.0-only
/*
 * A NIC, device memory and providers (provider_rig.h).
 */
#include "fixture.h"

#include <udevmem/file.h>
#include <udevmem/pagepool.h>
#include <udevmem/provider.h>

#include "pools.h"
#include "provider_rig.h"

struct fake_nic *rig_nic;
struct fake_dmabuf *rig_buf;
struct net_devmem_dmabuf_binding *rig_binding;
static struct netdev_nl_sock owner;

static void *hugepage(void)
{
	return udm_mp_hugepage_create(fake_nic_dma(rig_nic), 2 << 20);
}

static void *partition(void)
{
	return udm_mp_partition_create(rig_binding, RIG_QUEUES);
}

static void *locality(void)
{
	return udm_mp_locality_create(rig_binding);
}

static void hugepage_put(void *mp)
{
	udm_mp_hugepage_put(mp);
}

static void partition_put(void *mp)
{
	udm_mp_partition_put(mp);
}

static void locality_put(void *mp)
{
	udm_mp_locality_put(mp);
}

const struct provider_kind provider_kinds[3] = {
	{ &udm_mp_hugepage_ops, hugepage, hugepage_put, 512, false },
	{ &udm_mp_partition_ops, partition, partition_put, RIG_NIOVS / RIG_QUEUES, true },
	{ &udm_mp_locality_ops, locality, locality_put, RIG_NIOVS, true },
};

static struct net_devmem_dmabuf_binding *bind_memory(enum dma_data_direction dir)
{
	struct net_devmem_dmabuf_binding *binding;

	udm_call_begin();
	mutex_lock(&owner.lock);
	netdev_lock(rig_nic->netdev);
	binding = net_devmem_bind_dmabuf(rig_nic->netdev, NULL, fake_nic_dma(rig_nic), dir,
					 rig_buf->fd, &owner, NULL);
	netdev_unlock(rig_nic->netdev);
	mutex_unlock(&owner.lock);
	udm_call_end();
	ck_assert(!IS_ERR(binding));
	return binding;
}

void provider_rig_open(void)
{
	static const size_t len[] = { 16 * PAGE_SIZE, 8 * PAGE_SIZE, 40 * PAGE_SIZE };

	mutex_init(&owner.lock);
	INIT_LIST_HEAD(&owner.bindings);
	rig_nic = fake_nic_get(RIG_QUEUES);
	rig_buf = fake_dmabuf_get(len, 3);
	rig_binding = bind_memory(DMA_FROM_DEVICE);
}

struct net_devmem_dmabuf_binding *rig_bind_tx(void)
{
	return bind_memory(DMA_TO_DEVICE);
}

void rig_unbind_this(struct net_devmem_dmabuf_binding *binding)
{
	struct net_device *netdev;

	mutex_lock(&owner.lock);
	mutex_lock(&binding->lock);
	netdev = binding->dev;
	mutex_unlock(&binding->lock);
	if (netdev)
		netdev_lock(netdev);
	net_devmem_unbind_dmabuf(binding);
	if (netdev)
		netdev_unlock(netdev);
	mutex_unlock(&owner.lock);
	settle();
}

void rig_unbind(void)
{
	rig_unbind_this(rig_binding);
	rig_binding = NULL;
}

void provider_rig_close(void)
{
	ck_assert_uint_eq(udm_pagepool_check(), 0);
	if (rig_binding)
		rig_unbind();
	fake_dmabuf_put(rig_buf);
	fake_nic_put(rig_nic);
	ck_assert(list_empty(&owner.bindings));
	ck_assert_uint_eq(udm_pagepool_check(), 0);
}

bool rig_memory_is_held(const struct provider_kind *kind)
{
	return kind->of_binding ? rig_buf->mapped : fake_dma_live(rig_nic->dma);
}

static struct pp_memory_provider_params params_of(const struct provider_kind *kind, void *mp)
{
	return (struct pp_memory_provider_params){ .mp_priv = mp, .mp_ops = kind->ops };
}

int rig_open_queue(const struct provider_kind *kind, void *mp, unsigned int queue)
{
	const struct pp_memory_provider_params p = params_of(kind, mp);
	int err;

	ck_assert_ptr_nonnull(mp);
	netdev_lock(rig_nic->netdev);
	err = netif_mp_open_rxq(rig_nic->netdev, queue, &p, NULL);
	netdev_unlock(rig_nic->netdev);
	return err;
}

void rig_close_queue(const struct provider_kind *kind, void *mp, unsigned int queue)
{
	const struct pp_memory_provider_params p = params_of(kind, mp);

	netdev_lock(rig_nic->netdev);
	netif_mp_close_rxq(rig_nic->netdev, queue, &p);
	netdev_unlock(rig_nic->netdev);
}

int rig_restart_queue(unsigned int queue)
{
	int err;

	netdev_lock(rig_nic->netdev);
	err = netdev_rx_queue_restart(rig_nic->netdev, queue);
	netdev_unlock(rig_nic->netdev);
	return err;
}

struct page_pool_params rig_pool_params(unsigned int queue, unsigned int ring)
{
	return (struct page_pool_params){
		.nid = NUMA_NO_NODE, .dev = fake_nic_dma(rig_nic), .dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE, .netdev = rig_nic->netdev, .queue_idx = queue,
		.pool_size = ring,
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
	};
}

struct page_pool *rig_pool(const struct provider_kind *kind, void *mp,
			   const struct page_pool_params *params)
{
	struct netdev_rx_queue *rxq = &rig_nic->netdev->_rx[params->queue_idx];
	const struct pp_memory_provider_params before = rxq->mp_params;
	struct page_pool *pool;

	netdev_lock(rig_nic->netdev);
	rxq->mp_params = params_of(kind, mp);
	pool = page_pool_create(params);
	rxq->mp_params = before;
	netdev_unlock(rig_nic->netdev);
	return pool;
}
