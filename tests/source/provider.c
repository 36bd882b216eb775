// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver with a memory provider of its own: coherent memory cut into net_iovs that a
 * gen_pool hands out by bus address, beside an ordinary page pool of mapped pages.
 */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/genalloc.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/dma-buf.h>
#include <linux/vmalloc.h>
#include <net/netdev_rx_queue.h>
#include <net/netdev_queues.h>
#include <net/page_pool/helpers.h>
#include <net/page_pool/memory_provider.h>
#include <net/netdev_lock.h>
#include <trace/events/page_pool.h>

struct area {
	struct net_iov_area nia;
	struct gen_pool *free;
	dma_addr_t base;
	void *mem;
	atomic_t out;
	struct device *dev;
	spinlock_t lock;
};

int provider_result = -EAGAIN;
EXPORT_SYMBOL_GPL(provider_result);

static struct area *area;

static netmem_ref my_alloc(struct page_pool *pp, gfp_t gfp)
{
	struct area *a = pp->mp_priv;
	unsigned long addr;
	struct net_iov *niov;
	netmem_ref netmem;

	if (pp->alloc.count)
		return pp->alloc.cache[--pp->alloc.count];
	addr = gen_pool_alloc(a->free, PAGE_SIZE);
	if (!addr)
		return 0;
	niov = &a->nia.niovs[(addr - a->base) >> PAGE_SHIFT];
	netmem = net_iov_to_netmem(niov);
	net_mp_niov_set_page_pool(pp, niov);
	atomic_inc(&a->out);
	return netmem;
}

static bool my_release(struct page_pool *pp, netmem_ref netmem)
{
	struct area *a = pp->mp_priv;
	struct net_iov *niov;

	if (WARN_ON_ONCE(!netmem_is_net_iov(netmem)))
		return false;
	niov = netmem_to_net_iov(netmem);
	net_mp_niov_clear_page_pool(niov);
	gen_pool_free(a->free, a->base + ((dma_addr_t)net_iov_idx(niov) << PAGE_SHIFT), PAGE_SIZE);
	atomic_dec(&a->out);
	return false;
}

static int my_init(struct page_pool *pp)
{
	if (!pp->mp_priv || !pp->dma_map || pp->p.order)
		return -EOPNOTSUPP;
	return 0;
}

static void my_destroy(struct page_pool *pp)
{
	struct area *a = pp->mp_priv;

	WARN_ON(atomic_read(&a->out));
}

static int my_nl_fill(void *mp_priv, struct sk_buff *rsp, struct netdev_rx_queue *rxq)
{
	return 0;
}

static void my_uninstall(void *mp_priv, struct netdev_rx_queue *rxq)
{
}

static const struct memory_provider_ops my_ops = {
	.alloc_netmems = my_alloc,
	.release_netmem = my_release,
	.init = my_init,
	.destroy = my_destroy,
	.nl_fill = my_nl_fill,
	.uninstall = my_uninstall,
};


static struct platform_device *pdev;

static int area_create(struct device *dev, unsigned int pages)
{
	unsigned int i;
	int ret = -ENOMEM;

	area = kzalloc_obj(*area);
	if (!area)
		return -ENOMEM;
	area->nia.niovs = kvmalloc_objs(*area->nia.niovs, pages, GFP_KERNEL | __GFP_ZERO);
	if (!area->nia.niovs)
		goto err_area;
	area->nia.num_niovs = pages;
	area->mem = dma_alloc_coherent(dev, pages * PAGE_SIZE, &area->base, GFP_KERNEL);
	if (!area->mem)
		goto err_niovs;
	area->dev = dev;
	spin_lock_init(&area->lock);
	area->free = gen_pool_create(PAGE_SHIFT, dev_to_node(dev));
	if (!area->free)
		goto err_mem;
	gen_pool_set_algo(area->free, gen_pool_best_fit, NULL);
	ret = gen_pool_add_owner(area->free, area->base, area->base, pages * PAGE_SIZE,
				 dev_to_node(dev), area);
	if (ret)
		goto err_pool;
	for (i = 0; i < pages; i++) {
		struct net_iov *niov = &area->nia.niovs[i];

		niov->type = NET_IOV_DMABUF;
		niov->owner = &area->nia;
		net_mp_niov_set_dma_addr(niov, area->base + i * PAGE_SIZE);
	}
	return 0;
err_pool:
	gen_pool_destroy(area->free);
err_mem:
	dma_free_coherent(dev, pages * PAGE_SIZE, area->mem, area->base);
err_niovs:
	kvfree(area->nia.niovs);
err_area:
	kfree(area);
	return ret;
}

static void area_destroy(void)
{
	gen_pool_destroy(area->free);
	dma_free_coherent(area->dev, area->nia.num_niovs * PAGE_SIZE, area->mem, area->base);
	kvfree(area->nia.niovs);
	kfree(area);
}

static int use_pages(struct device *dev)
{
	struct page_pool_params params = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.dev = dev,
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE,
		.nid = NUMA_NO_NODE,
		.pool_size = 32,
	};
	struct page_pool *pp = page_pool_create(&params);
	struct page_pool_stats stats = {};
	unsigned int off, size = 700;
	struct page *page;
	dma_addr_t addr;
	void *va;

	if (IS_ERR(pp))
		return PTR_ERR(pp);
	page = page_pool_dev_alloc_pages(pp);
	addr = page_pool_get_dma_addr(page);
	dma_sync_single_range_for_cpu(dev, addr, 0, 64, DMA_FROM_DEVICE);
	page_pool_dma_sync_for_cpu(pp, page, 0, 64);
	page_pool_put_full_page(pp, page, false);
	page = page_pool_dev_alloc_frag(pp, &off, size);
	page_pool_put_page(pp, page, size, false);
	va = page_pool_dev_alloc_va(pp, &size);
	page_pool_free_va(pp, va, false);
	page = page_pool_dev_alloc(pp, &off, &size);
	page_pool_put_page(pp, page, size, false);
	page_pool_get_stats(pp, &stats);
	page_pool_destroy(pp);
	return stats.alloc_stats.slow ? 0 : -EIO;
}

static int use_provider(struct device *dev, struct net_device *netdev)
{
	struct pp_memory_provider_params mp = { .mp_priv = area, .mp_ops = &my_ops };
	struct page_pool_params params = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
		.dev = dev,
		.netdev = netdev,
		.queue_idx = 0,
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE,
		.nid = NUMA_NO_NODE,
		.pool_size = 32,
	};
	struct netdev_rx_queue *rxq = __netif_get_rx_queue(netdev, 0);
	struct page_pool *pp;
	netmem_ref got[4];
	int i, ret = 0;

	netdev_lock(netdev);
	rxq->mp_params = mp;
	pp = page_pool_create(&params);
	memset(&rxq->mp_params, 0, sizeof(rxq->mp_params));
	netdev_unlock(netdev);
	if (IS_ERR(pp))
		return PTR_ERR(pp);
	for (i = 0; i < 4; i++) {
		got[i] = page_pool_alloc_netmems(pp, GFP_KERNEL);
		if (!got[i] || !netmem_is_net_iov(got[i]) || netmem_address(got[i]))
			ret = -EIO;
		if (page_pool_get_dma_addr_netmem(got[i]) != area->base + i * PAGE_SIZE)
			ret = -ERANGE;
	}
	for (i = 0; i < 4; i++)
		page_pool_put_full_netmem(pp, got[i], false);
	page_pool_destroy(pp);
	return ret;
}

static const struct net_device_ops nops;

static int queue_mem(struct net_device *dev, struct netdev_queue_config *qcfg, void *mem, int idx)
{
	return 0;
}

static void queue_mem_free(struct net_device *dev, void *mem)
{
}

static int queue_stop(struct net_device *dev, void *mem, int idx)
{
	return 0;
}

static const struct netdev_queue_mgmt_ops qops = {
	.ndo_queue_mem_size = sizeof(int),
	.ndo_queue_mem_alloc = queue_mem,
	.ndo_queue_mem_free = queue_mem_free,
	.ndo_queue_start = queue_mem,
	.ndo_queue_stop = queue_stop,
};

static int use_sg(struct platform_device *p)
{
	struct scatterlist sg[3], *s;
	int i, n;
	void *buf;

	buf = devm_kzalloc(&p->dev, 4096, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	sg_init_table(sg, ARRAY_SIZE(sg));
	for (i = 0; i < 3; i++)
		sg_set_buf(&sg[i], buf + i * 1024, 512);
	n = dma_map_sg(&p->dev, sg, 3, DMA_BIDIRECTIONAL);
	for_each_sg(sg, s, n, i)
		dev_dbg(&p->dev, "%pad %u\n", &sg_dma_address(s), sg_dma_len(s));
	dma_unmap_sg(&p->dev, sg, 3, DMA_BIDIRECTIONAL);
	return n ? 0 : -EIO;
}

static int probe(struct platform_device *p)
{
	struct net_device *netdev;
	int ret;

	ret = dma_set_mask_and_coherent(&p->dev, DMA_BIT_MASK(48));
	if (ret)
		return dev_err_probe(&p->dev, ret, "mask\n");
	ret = use_sg(p);
	if (ret)
		return ret;
	netdev = alloc_etherdev_mqs(0, 2, 2);
	if (!netdev)
		return -ENOMEM;
	SET_NETDEV_DEV(netdev, &p->dev);
	netdev->netdev_ops = &nops;
	netdev->queue_mgmt_ops = &qops;
	netdev->cfg->hds_config = ETHTOOL_TCP_DATA_SPLIT_ENABLED;
	netdev->cfg->hds_thresh = 0;
	eth_hw_addr_random(netdev);
	ret = register_netdev(netdev);
	if (ret)
		goto out_free;
	ret = area_create(&p->dev, 16);
	if (!ret) {
		ret = use_pages(&p->dev) ?: use_provider(&p->dev, netdev);
		area_destroy();
	}
	unregister_netdev(netdev);
out_free:
	free_netdev(netdev);
	dev_dbg(&p->dev, "probe %pe\n", ERR_PTR(ret));
	provider_result = ret;
	return ret;
}

static struct platform_driver my_driver = {
	.probe = probe,
	.driver = { .name = "my-provider" },
};

static int __init my_module_init(void)
{
	int ret = platform_driver_register(&my_driver);

	if (ret)
		return ret;
	pdev = platform_device_register_simple("my-provider", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(pdev)) {
		platform_driver_unregister(&my_driver);
		return PTR_ERR(pdev);
	}
	return platform_get_drvdata(pdev) ? -EINVAL : 0;
}

static void __exit my_module_exit(void)
{
	platform_device_unregister(pdev);
	platform_driver_unregister(&my_driver);
}
module_init(my_module_init);
module_exit(my_module_exit);
MODULE_LICENSE("GPL");
