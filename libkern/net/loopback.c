// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loopback device: the first device of each namespace and the last to go.
 *
 * It carries no traffic here. It is the home of page pools whose own device was
 * unregistered, and always has interface index LOOPBACK_IFINDEX.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/flow.h>
#include <net/if_arp.h>
#include "net.h"

static const struct net_device_ops loopback_ops = {};

static void loopback_setup(struct net_device *dev)
{
	dev->type = ARPHRD_LOOPBACK;
	dev->mtu = 64 * 1024;
	dev->hard_header_len = ETH_HLEN;
	dev->addr_len = ETH_ALEN;
	dev->flags = IFF_LOOPBACK;
	dev->netdev_ops = &loopback_ops;
	dev->needs_free_netdev = true;
}

int loopback_net_init(struct net *net)
{
	struct net_device *dev;
	int err;

	dev = alloc_netdev(0, "lo", NET_NAME_PREDICTABLE, loopback_setup);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, net);
	err = register_netdev(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}
	BUG_ON(dev->ifindex != LOOPBACK_IFINDEX);
	net->loopback_dev = dev;
	return 0;
}
