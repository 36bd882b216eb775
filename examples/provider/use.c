// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue on a memory provider that is loaded at run time (provider.c).
 *
 * The NIC has header split on, as a queue of foreign memory needs; with the provider
 * bound, its payload buffers are net_iovs. A pool of our own on the same queue takes some
 * more, as the pools of two incarnations of a queue share their provider.
 */
#include <linux/err.h>
#include <linux/netdevice.h>
#include <net/netdev_lock.h>
#include <net/page_pool/helpers.h>
#include <net/page_pool/memory_provider.h>
#include <stdio.h>
#include <stdlib.h>
#include <udevmem/file.h>
#include <udevmem/udevmem.h>

#define QUEUE	1

static bool show_pool(void *ctx, const struct udm_pool_info *info)
{
	if (info->unreadable)
		printf("queue %u: %u buffers of the provider, %u of them out\n", info->queue,
		       info->inflight, info->out);
	return true;
}

static void use_buffers(struct net_device *netdev, struct device *dma_dev)
{
	const struct page_pool_params params = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
		.dev = dma_dev, .dma_dir = DMA_FROM_DEVICE, .max_len = PAGE_SIZE,
		.netdev = netdev, .queue_idx = QUEUE, .nid = NUMA_NO_NODE,
	};
	struct page_pool *pool = page_pool_create(&params);
	netmem_ref netmem[3];

	for (int i = 0; i < 3; i++)
		netmem[i] = page_pool_alloc_netmems(pool, GFP_KERNEL);
	printf("ours: a %s without an address\n",
	       netmem_is_net_iov(netmem[0]) && !netmem_address(netmem[0]) ? "net_iov" : "page?");
	for (int i = 0; i < 3; i++)
		page_pool_put_full_netmem(pool, netmem[i], false);
	/* From the ring this time. */
	page_pool_put_full_netmem(pool, page_pool_alloc_netmems(pool, GFP_KERNEL), true);
	udm_pools_walk(show_pool, NULL);
	page_pool_destroy(pool);
}

static int use_queue(struct udm_netdev *nic, const struct memory_provider_ops *ops)
{
	struct net_device *netdev = dev_get_by_index(&init_net, udm_netdev_ifindex(nic));
	/* What mp_priv is, provider and user agree on: here, whose DMA it is for. */
	const struct pp_memory_provider_params provider = {
		.mp_priv = udm_netdev_device(nic), .mp_ops = ops,
	};
	struct netlink_ext_ack extack = { };
	int err;

	netdev_lock(netdev);
	err = netif_mp_open_rxq(netdev, QUEUE, &provider, &extack);
	if (!err) {
		use_buffers(netdev, udm_netdev_device(nic));
		netif_mp_close_rxq(netdev, QUEUE, &provider);
	} else {
		printf("not bound: %d %s\n", err, extack._msg ? extack._msg : "");
	}
	netdev_unlock(netdev);
	dev_put(netdev);
	return err;
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "examples/provider/.libs/provider.so";
	const struct udm_netdev_config config = { .queues = 2, .ring_entries = 64 };
	const struct memory_provider_ops *ops;
	struct udm_netdev *nic;
	char why[128];
	int err, nl;

	if (udm_boot(NULL))
		return EXIT_FAILURE;
	ops = udm_provider_load(path);
	nic = udm_netdev_create(&config);
	nl = udm_netlink_open();
	err = !ops || !nic || nl < 0 || udm_netdev_up(nic) ||
	      udm_ethtool_set_data_split(nl, udm_netdev_ifindex(nic), true, 0, why, sizeof(why));
	if (!err)
		err = use_queue(nic, ops);
	udm_close(nl);
	udm_netdev_destroy(nic);
	/* -EBUSY while a queue is bound or a buffer is out. */
	if (ops)
		printf("unloaded: %d\n", udm_provider_unload(ops));
	return udm_shutdown() || err ? EXIT_FAILURE : EXIT_SUCCESS;
}
