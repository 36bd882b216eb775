// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool by ioctl: the commands, and the small ones.
 *
 * A command is a number at the start of a structure of the application. Those
 * that change something need CAP_NET_ADMIN. Everything a SET refuses, it refuses
 * in the order of its netlink twin, without a text. Contract:
 * net/ethtool/ioctl.c.
 */
#include <linux/capability.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include "ethtool_ioctl.h"

static int ethtool_get_drvinfo(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (dev->ethtool_ops->get_drvinfo)
		dev->ethtool_ops->get_drvinfo(dev, &info);
	if (dev->ethtool_ops->get_sset_count)
		info.n_stats = max(dev->ethtool_ops->get_sset_count(dev, ETH_SS_STATS), 0);
	return copy_to_user(useraddr, &info, sizeof(info)) ? -EFAULT : 0;
}

static int ethtool_get_link(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GLINK };

	if (!dev->ethtool_ops->get_link)
		return -EOPNOTSUPP;
	value.data = netif_running(dev) && dev->ethtool_ops->get_link(dev);
	return copy_to_user(useraddr, &value, sizeof(value)) ? -EFAULT : 0;
}

/* --- Rings and channels -------------------------------------------------- */

static int ethtool_get_ringparam(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_ringparam ring = { .cmd = ETHTOOL_GRINGPARAM };
	struct kernel_ethtool_ringparam kernel = {};

	if (!dev->ethtool_ops->get_ringparam)
		return -EOPNOTSUPP;
	dev->ethtool_ops->get_ringparam(dev, &ring, &kernel, NULL);
	return copy_to_user(useraddr, &ring, sizeof(ring)) ? -EFAULT : 0;
}

/* Split and threshold are not in the old structure: they stay as configured. */
static int ethtool_set_ringparam(struct net_device *dev, void __user *useraddr)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	struct kernel_ethtool_ringparam kernel = {};
	struct ethtool_ringparam ring, max = { .cmd = ETHTOOL_GRINGPARAM };

	if (!ops->get_ringparam || !ops->set_ringparam)
		return -EOPNOTSUPP;
	if (copy_from_user(&ring, useraddr, sizeof(ring)))
		return -EFAULT;
	ops->get_ringparam(dev, &max, &kernel, NULL);
	if (ring.rx_pending > max.rx_max_pending ||
	    ring.rx_mini_pending > max.rx_mini_max_pending ||
	    ring.rx_jumbo_pending > max.rx_jumbo_max_pending ||
	    ring.tx_pending > max.tx_max_pending)
		return -EINVAL;
	kernel.tcp_data_split = dev->cfg->hds_config;
	kernel.hds_thresh = dev->cfg->hds_thresh;
	return ops->set_ringparam(dev, &ring, &kernel, NULL);
}

static int ethtool_get_channels(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_channels ch = { .cmd = ETHTOOL_GCHANNELS };

	if (!dev->ethtool_ops->get_channels)
		return -EOPNOTSUPP;
	dev->ethtool_ops->get_channels(dev, &ch);
	return copy_to_user(useraddr, &ch, sizeof(ch)) ? -EFAULT : 0;
}

static int ethtool_set_channels(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_channels now, old = { .cmd = ETHTOOL_GCHANNELS };
	int err;

	if (!dev->ethtool_ops->set_channels || !dev->ethtool_ops->get_channels)
		return -EOPNOTSUPP;
	if (copy_from_user(&now, useraddr, sizeof(now)))
		return -EFAULT;
	dev->ethtool_ops->get_channels(dev, &old);
	if (now.rx_count == old.rx_count && now.tx_count == old.tx_count &&
	    now.combined_count == old.combined_count && now.other_count == old.other_count)
		return 0;
	err = ethtool_check_channels(dev, &old, &now, NULL);
	return err ?: dev->ethtool_ops->set_channels(dev, &now);
}

/* --- Statistics by name -------------------------------------------------- */

static int ethtool_stats_count(struct net_device *dev)
{
	return dev->ethtool_ops->get_sset_count ?
	       dev->ethtool_ops->get_sset_count(dev, ETH_SS_STATS) : -EOPNOTSUPP;
}

static int ethtool_get_sset_info(struct net_device *dev, void __user *useraddr)
{
	struct {
		struct ethtool_sset_info info;
		u32 count;
	} answer;
	int count = ethtool_stats_count(dev);

	if (copy_from_user(&answer.info, useraddr, sizeof(answer.info)))
		return -EFAULT;
	answer.info.sset_mask &= count >= 0 ? BIT_ULL(ETH_SS_STATS) : 0;
	answer.count = max(count, 0);
	return copy_to_user(useraddr, &answer, sizeof(answer.info) +
			    (answer.info.sset_mask ? sizeof(u32) : 0)) ? -EFAULT : 0;
}

static int ethtool_get_strings(struct net_device *dev, void __user *useraddr)
{
	int count = ethtool_stats_count(dev), err = 0;
	struct ethtool_gstrings head;
	u8 *strings;

	if (copy_from_user(&head, useraddr, sizeof(head)))
		return -EFAULT;
	if (head.string_set != ETH_SS_STATS || count < 0 || !dev->ethtool_ops->get_strings)
		return -EOPNOTSUPP;
	strings = kvcalloc(count + 1, ETH_GSTRING_LEN, GFP_KERNEL);
	if (!strings)
		return -ENOMEM;
	dev->ethtool_ops->get_strings(dev, ETH_SS_STATS, strings);
	head.len = count;
	if (copy_to_user(useraddr, &head, sizeof(head)) ||
	    copy_to_user((char __user *)useraddr + sizeof(head), strings,
			 (size_t)count * ETH_GSTRING_LEN))
		err = -EFAULT;
	kvfree(strings);
	return err;
}

static int ethtool_get_stats(struct net_device *dev, void __user *useraddr)
{
	int count = ethtool_stats_count(dev), err = 0;
	struct ethtool_stats head;
	u64 *data;

	if (count < 0 || !dev->ethtool_ops->get_ethtool_stats)
		return -EOPNOTSUPP;
	if (copy_from_user(&head, useraddr, sizeof(head)))
		return -EFAULT;
	data = kvcalloc(count + 1, sizeof(*data), GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	head.n_stats = count;
	dev->ethtool_ops->get_ethtool_stats(dev, &head, data);
	if (copy_to_user(useraddr, &head, sizeof(head)) ||
	    copy_to_user((char __user *)useraddr + sizeof(head), data, count * sizeof(*data)))
		err = -EFAULT;
	kvfree(data);
	return err;
}

/* --- Dispatch ------------------------------------------------------------ */

static const struct {
	u32 cmd;
	bool admin;
	ethtool_cmd_fn fn;
} commands[] = {
	{ ETHTOOL_GDRVINFO, false, ethtool_get_drvinfo },
	{ ETHTOOL_GLINK, false, ethtool_get_link },
	{ ETHTOOL_GRINGPARAM, false, ethtool_get_ringparam },
	{ ETHTOOL_SRINGPARAM, true, ethtool_set_ringparam },
	{ ETHTOOL_GCHANNELS, false, ethtool_get_channels },
	{ ETHTOOL_SCHANNELS, true, ethtool_set_channels },
	{ ETHTOOL_GSSET_INFO, false, ethtool_get_sset_info },
	{ ETHTOOL_GSTRINGS, false, ethtool_get_strings },
	{ ETHTOOL_GSTATS, false, ethtool_get_stats },
	{ ETHTOOL_GRXRINGS, false, ethtool_get_rxnfc },
	{ ETHTOOL_GRXCLSRLCNT, false, ethtool_get_rxnfc },
	{ ETHTOOL_GRXCLSRULE, false, ethtool_get_rxnfc },
	{ ETHTOOL_GRXCLSRLALL, false, ethtool_get_rxnfc },
	{ ETHTOOL_SRXCLSRLDEL, true, ethtool_set_rxnfc },
	{ ETHTOOL_SRXCLSRLINS, true, ethtool_set_rxnfc },
	{ ETHTOOL_GRXFH, false, ethtool_get_rxfh_fields },
	{ ETHTOOL_SRXFH, true, ethtool_set_rxfh_fields },
	{ ETHTOOL_GRXFHINDIR, false, ethtool_get_rxfh_indir },
	{ ETHTOOL_SRXFHINDIR, true, ethtool_set_rxfh_indir },
	{ ETHTOOL_GRSSH, false, ethtool_get_rxfh },
	{ ETHTOOL_SRSSH, true, ethtool_set_rxfh },
};

static int ethtool_run(struct net_device *dev, u32 cmd, void __user *useraddr)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (commands[i].cmd != cmd)
			continue;
		if (commands[i].admin && !ns_capable(dev_net(dev)->user_ns, CAP_NET_ADMIN))
			return -EPERM;
		return commands[i].fn(dev, useraddr);
	}
	return -EOPNOTSUPP;
}

int dev_ethtool(struct net *net, struct ifreq *ifr, void __user *useraddr)
{
	struct net_device *dev;
	u32 cmd;
	int err;

	ASSERT_RTNL();
	if (copy_from_user(&cmd, useraddr, sizeof(cmd)))
		return -EFAULT;
	dev = __dev_get_by_name(net, ifr->ifr_name);
	if (!dev)
		return -ENODEV;
	if (!dev->ethtool_ops)
		return -EOPNOTSUPP;
	netdev_lock_ops(dev);
	err = netif_device_present(dev) ? ethtool_run(dev, cmd, useraddr) : -ENODEV;
	netdev_unlock_ops(dev);
	return err;
}
