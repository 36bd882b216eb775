// SPDX-License-Identifier: GPL-2.0-only
/* Host API: the addresses of an interface, written as text. */
#include <udevmem/netdev.h>

#include <arpa/inet.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <udevmem/file.h>

#include "net/inet_if.h"
#include "netdev_host.h"

/* "10.1.0.1" or "fd00::1"; IPv4 addresses are mapped. */
static int address_parse(const char *text, struct in6_addr *ip)
{
	__be32 v4;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		ipv6_addr_set_v4mapped(v4, ip);
		return 0;
	}
	return inet_pton(AF_INET6, text, ip) == 1 ? 0 : -EINVAL;
}

/* The same with "/prefix" behind it. */
static int subnet_parse(const char *text, struct in6_addr *ip, unsigned int *prefix)
{
	const char *slash = strchr(text, '/');
	char address[INET6_ADDRSTRLEN];

	if (!slash || slash - text >= (long)sizeof(address) || kstrtouint(slash + 1, 10, prefix))
		return -EINVAL;
	memcpy(address, text, slash - text);
	address[slash - text] = 0;
	return address_parse(address, ip);
}

typedef int (*change_fn)(struct net_device *dev, const struct in6_addr *ip, unsigned int prefix);

static int change(struct udm_netdev *nic, change_fn fn, const struct in6_addr *ip,
		  unsigned int prefix)
{
	struct net_device *dev;
	int err = -ENODEV;

	rtnl_lock();
	dev = __dev_get_by_index(&init_net, udm_netdev_ifindex(nic));
	if (dev)
		err = fn(dev, ip, prefix);
	rtnl_unlock();
	return err;
}

static int result(int err)
{
	udm_call_end();
	return host_result(err);
}

int udm_netdev_add_address(struct udm_netdev *nic, const char *subnet)
{
	unsigned int prefix;
	struct in6_addr ip;
	int err;

	udm_call_begin();
	err = subnet_parse(subnet, &ip, &prefix);
	return result(err ?: change(nic, inet_if_add_address, &ip, prefix));
}

static int take_away(struct net_device *dev, const struct in6_addr *ip, unsigned int prefix)
{
	return inet_if_remove_address(dev, ip);
}

int udm_netdev_remove_address(struct udm_netdev *nic, const char *address)
{
	struct in6_addr ip;
	int err;

	udm_call_begin();
	err = address_parse(address, &ip);
	return result(err ?: change(nic, take_away, &ip, 0));
}

static int route_by(struct net_device *dev, const struct in6_addr *ip, unsigned int prefix)
{
	return inet_if_set_gateway(dev, ip);
}

int udm_netdev_set_gateway(struct udm_netdev *nic, const char *address)
{
	struct in6_addr ip;
	int err;

	udm_call_begin();
	err = address_parse(address ? address : "0.0.0.0", &ip);
	return result(err ?: change(nic, route_by, &ip, 0));
}
