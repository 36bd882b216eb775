// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests on network devices made through a socket: names and numbers, flags,
 * and the way to ethtool. Task context; the request is the application's memory.
 */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <net/netdev_lock.h>
#include <sys/ioctl.h>

#ifndef SIOCETHTOOL
#define SIOCETHTOOL	0x8946
#endif

static unsigned int dev_shown_flags(const struct net_device *dev)
{
	unsigned int flags = dev->flags;

	if (netif_running(dev) && netif_carrier_ok(dev))
		flags |= IFF_RUNNING;
	return flags;
}

/* Brings the device up or down; the other flags are not the user's. */
static int dev_change_flags(struct net_device *dev, unsigned int flags)
{
	if (!ns_capable(dev_net(dev)->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (flags & IFF_UP)
		return dev_open(dev, NULL);
	dev_close(dev);
	return 0;
}

static int dev_get_name(struct net *net, struct ifreq *ifr)
{
	struct net_device *dev = __dev_get_by_index(net, ifr->ifr_ifindex);

	if (!dev)
		return -ENODEV;
	strscpy(ifr->ifr_name, dev->name, sizeof(ifr->ifr_name));
	return 0;
}

/* RTNL held. */
static int dev_ifreq(struct net *net, unsigned int cmd, struct ifreq *ifr)
{
	struct net_device *dev;

	if (cmd == SIOCGIFNAME)
		return dev_get_name(net, ifr);
	dev = __dev_get_by_name(net, ifr->ifr_name);
	if (!dev)
		return -ENODEV;
	switch (cmd) {
	case SIOCGIFINDEX:
		ifr->ifr_ifindex = dev->ifindex;
		return 0;
	case SIOCGIFFLAGS:
		ifr->ifr_flags = dev_shown_flags(dev);
		return 0;
	case SIOCSIFFLAGS:
		return dev_change_flags(dev, ifr->ifr_flags);
	case SIOCGIFMTU:
		ifr->ifr_mtu = dev->mtu;
		return 0;
	case SIOCGIFHWADDR:
		ifr->ifr_hwaddr.sa_family = dev->type;
		memcpy(ifr->ifr_hwaddr.sa_data, dev->dev_addr, sizeof(ifr->ifr_hwaddr.sa_data));
		return 0;
	default:
		return -ENOTTY;
	}
}

int dev_ioctl(struct net *net, unsigned int cmd, void __user *arg)
{
	struct ifreq ifr;
	int err;

	if (copy_from_user(&ifr, arg, sizeof(ifr)))
		return -EFAULT;
	ifr.ifr_name[IFNAMSIZ - 1] = 0;
	rtnl_lock();
	if (cmd == SIOCETHTOOL)
		err = dev_ethtool(net, &ifr, (void __user *)ifr.ifr_data);
	else
		err = dev_ifreq(net, cmd, &ifr);
	rtnl_unlock();
	if (err < 0 || cmd == SIOCETHTOOL)
		return err;
	return copy_to_user(arg, &ifr, sizeof(ifr)) ? -EFAULT : err;
}
EXPORT_SYMBOL(dev_ioctl);
