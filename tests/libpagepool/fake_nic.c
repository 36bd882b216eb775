// SPDX-License-Identifier: GPL-2.0-only
/*
 * A NIC that is nothing but rx queue memory (fake_provider.h).
 *
 * Each queue owns one page pool, which wants provider memory unless told to
 * ignore it. ndo_open and ndo_stop build and free all of them; the queue ops move
 * one of them between the device and a blob, with the queue's poll lock held: who
 * allocates under it has the queue to itself.
 */
#include "fixture.h"

#include <linux/ethtool_netlink.h>
#include <linux/slab.h>
#include <net/page_pool/helpers.h>

#include "fake_provider.h"

struct nic_priv {
	struct fake_nic *nic;
};

static struct fake_nic *nic_of(struct net_device *dev)
{
	return ((struct nic_priv *)netdev_priv(dev))->nic;
}

/* One more call that may fail: what it is to answer. */
static int answer(struct fake_nic *nic, int err)
{
	if (nic->fail_call && !--nic->fail_call)
		return -EIO;
	return err;
}

static void mem_install(struct fake_nic *nic, int idx, const struct fake_queue_mem *mem)
{
	spin_lock_bh(&nic->poll[idx]);
	nic->live[idx] = *mem;
	spin_unlock_bh(&nic->poll[idx]);
}

static struct fake_queue_mem mem_remove(struct fake_nic *nic, int idx)
{
	struct fake_queue_mem mem;

	spin_lock_bh(&nic->poll[idx]);
	mem = nic->live[idx];
	memset(&nic->live[idx], 0, sizeof(nic->live[idx]));
	spin_unlock_bh(&nic->poll[idx]);
	return mem;
}

static void mem_destroy(struct fake_queue_mem *mem)
{
	while (mem->n_posted)
		page_pool_put_full_netmem(mem->pool, mem->posted[--mem->n_posted], false);
	page_pool_destroy(mem->pool);
}

/* Buffers for the device to write to. */
static int mem_post(struct fake_queue_mem *mem, unsigned int n)
{
	while (mem->n_posted < n) {
		netmem_ref netmem = page_pool_dev_alloc_netmems(mem->pool);

		if (!netmem)
			return -ENOMEM;
		mem->posted[mem->n_posted++] = netmem;
	}
	return 0;
}

static int mem_build(struct fake_nic *nic, struct netdev_queue_config *qcfg,
		     struct fake_queue_mem *mem, int idx)
{
	struct page_pool_params params = {
		.nid = NUMA_NO_NODE, .dev = fake_nic_dma(nic), .dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE, .netdev = nic->netdev, .queue_idx = idx,
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
	};

	if (!nic->ignore_provider)
		params.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	*mem = (struct fake_queue_mem){ .pool = page_pool_create(&params) };
	if (IS_ERR(mem->pool))
		return PTR_ERR(mem->pool);
	mem->serial = ++nic->serial;
	mem->rx_page_size = qcfg->rx_page_size;
	if (!mem_post(mem, nic->post))
		return 0;
	mem_destroy(mem);
	return -ENOMEM;
}

static int nic_mem_alloc(struct net_device *dev, struct netdev_queue_config *qcfg, void *mem,
			 int idx)
{
	struct fake_nic *nic = nic_of(dev);
	int err;

	ck_assert_ptr_null(memchr_inv(mem, 0, sizeof(struct fake_queue_mem)));
	nic->last_cfg_rx_page_size = qcfg->rx_page_size;
	err = answer(nic, nic->alloc_err);
	if (err)
		return err;
	err = mem_build(nic, qcfg, mem, idx);
	if (!err)
		nic->allocs++;
	return err;
}

static void nic_mem_free(struct net_device *dev, void *per_queue_mem)
{
	mem_destroy(per_queue_mem);
	nic_of(dev)->frees++;
}

static int nic_queue_stop(struct net_device *dev, void *per_queue_mem, int idx)
{
	struct fake_nic *nic = nic_of(dev);
	const int err = answer(nic, nic->stop_err);

	nic->stops++;
	if (!err)
		*(struct fake_queue_mem *)per_queue_mem = mem_remove(nic, idx);
	return err;
}

static int nic_queue_start(struct net_device *dev, struct netdev_queue_config *qcfg,
			   void *per_queue_mem, int idx)
{
	struct fake_nic *nic = nic_of(dev);
	const int err = answer(nic, nic->start_err[0]);

	nic->starts++;
	nic->last_start_rx_page_size = qcfg->rx_page_size;
	nic->start_err[0] = nic->start_err[1];
	nic->start_err[1] = 0;
	if (!err)
		mem_install(nic, idx, per_queue_mem);
	return err;
}

static void nic_default_qcfg(struct net_device *dev, struct netdev_queue_config *qcfg)
{
	qcfg->rx_page_size = nic_of(dev)->default_rx_page_size;
}

static int nic_validate_qcfg(struct net_device *dev, struct netdev_queue_config *qcfg,
			     struct netlink_ext_ack *extack)
{
	struct fake_nic *nic = nic_of(dev);
	const int err = answer(nic, nic->validate_err[0]);

	nic->validates++;
	nic->validate_err[0] = nic->validate_err[1];
	nic->validate_err[1] = 0;
	if (err)
		NL_SET_ERR_MSG(extack, "fake nic says no");
	return err;
}

static struct device *nic_get_dma_dev(struct net_device *dev, int idx)
{
	struct fake_nic *nic = nic_of(dev);

	return nic->no_dma_dev ? nic->no_dma_dev : fake_nic_dma(nic);
}

static const struct netdev_queue_mgmt_ops nic_queue_ops = {
	.ndo_queue_mem_size = sizeof(struct fake_queue_mem),
	.ndo_queue_mem_alloc = nic_mem_alloc,
	.ndo_queue_mem_free = nic_mem_free,
	.ndo_queue_start = nic_queue_start,
	.ndo_queue_stop = nic_queue_stop,
	.ndo_default_qcfg = nic_default_qcfg,
	.ndo_validate_qcfg = nic_validate_qcfg,
	.ndo_queue_get_dma_dev = nic_get_dma_dev,
	.supported_params = QCFG_RX_PAGE_SIZE,
};

static int nic_open(struct net_device *dev)
{
	struct fake_nic *nic = nic_of(dev);
	struct netdev_queue_config qcfg;
	struct fake_queue_mem mem;
	int err = 0;

	for (unsigned int i = 0; !err && i < dev->real_num_rx_queues; i++) {
		netdev_queue_config(dev, i, &qcfg);
		err = mem_build(nic, &qcfg, &mem, i);
		if (!err)
			mem_install(nic, i, &mem);
	}
	return err;
}

static int nic_stop(struct net_device *dev)
{
	struct fake_nic *nic = nic_of(dev);

	for (unsigned int i = 0; i < dev->real_num_rx_queues; i++) {
		struct fake_queue_mem mem = mem_remove(nic, i);

		mem_destroy(&mem);
	}
	return 0;
}

static const struct net_device_ops nic_ops = {
	.ndo_open = nic_open,
	.ndo_stop = nic_stop,
};

static void nic_setup(struct net_device *dev)
{
	dev->netdev_ops = &nic_ops;
	dev->queue_mgmt_ops = &nic_queue_ops;
}

struct fake_nic *fake_nic_get(unsigned int queues)
{
	return fake_nic_get_in(&init_net, queues);
}

struct fake_nic *fake_nic_get_in(struct net *net, unsigned int queues)
{
	struct fake_nic *nic = kzalloc(sizeof(*nic), GFP_KERNEL);

	ck_assert_ptr_nonnull(nic);
	nic->dma = fake_dma_get();
	for (unsigned int i = 0; i < FAKE_NIC_QUEUES; i++)
		spin_lock_init(&nic->poll[i]);
	nic->netdev = alloc_netdev_mqs(sizeof(struct nic_priv), "fake%d", NET_NAME_ENUM, nic_setup,
				       queues, queues);
	ck_assert_ptr_nonnull(nic->netdev);
	dev_net_set(nic->netdev, net);
	((struct nic_priv *)netdev_priv(nic->netdev))->nic = nic;
	SET_NETDEV_DEV(nic->netdev, fake_nic_dma(nic));
	nic->netdev->cfg->hds_config = ETHTOOL_TCP_DATA_SPLIT_ENABLED;
	ck_assert_int_eq(register_netdev(nic->netdev), 0);
	fake_nic_up(nic);
	return nic;
}

void fake_nic_up(struct fake_nic *nic)
{
	rtnl_lock();
	ck_assert_int_eq(dev_open(nic->netdev, NULL), 0);
	rtnl_unlock();
}

void fake_nic_down(struct fake_nic *nic)
{
	rtnl_lock();
	dev_close(nic->netdev);
	rtnl_unlock();
}

void fake_nic_unregister(struct fake_nic *nic)
{
	unregister_netdev(nic->netdev);
}

void fake_nic_put(struct fake_nic *nic)
{
	if (nic->netdev->reg_state == NETREG_REGISTERED)
		fake_nic_unregister(nic);
	ck_assert_uint_eq(nic->allocs, nic->frees);
	free_netdev(nic->netdev);
	fake_dma_put(nic->dma);
	kfree(nic);
}

void fake_nic_set_provider(struct fake_nic *nic, unsigned int queue, struct fake_provider *mp)
{
	nic->netdev->_rx[queue].mp_params = (struct pp_memory_provider_params){
		.mp_priv = mp,
		.mp_ops = mp ? &fake_provider_ops : NULL,
	};
}

int fake_nic_open_mp(struct fake_nic *nic, unsigned int queue, struct fake_provider *mp,
		     struct netlink_ext_ack *extack)
{
	const struct pp_memory_provider_params p = { .mp_priv = mp, .mp_ops = &fake_provider_ops };
	int err;

	netdev_lock(nic->netdev);
	err = netif_mp_open_rxq(nic->netdev, queue, &p, extack);
	netdev_unlock(nic->netdev);
	return err;
}

void fake_nic_close_mp(struct fake_nic *nic, unsigned int queue, struct fake_provider *mp)
{
	const struct pp_memory_provider_params p = { .mp_priv = mp, .mp_ops = &fake_provider_ops };

	netdev_lock(nic->netdev);
	netif_mp_close_rxq(nic->netdev, queue, &p);
	netdev_unlock(nic->netdev);
}
