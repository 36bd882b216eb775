// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool by ioctl: flow rules, and what is hashed.
 *
 * Which rules a device can have, where they go and which wins is the driver's
 * business; here only what any device would refuse. Contract:
 * net/ethtool/ioctl.c.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "ethtool_ioctl.h"

/* Before the list of locations. */
#define RXNFC_SIZE	offsetof(struct ethtool_rxnfc, rule_locs)
#define MAX_LOCATIONS	65536

/* --- Flow rules ---------------------------------------------------------- */

static int rxnfc_out(void __user *useraddr, const struct ethtool_rxnfc *info, const u32 *locs)
{
	if (copy_to_user(useraddr, info, RXNFC_SIZE))
		return -EFAULT;
	if (!locs)
		return 0;
	return copy_to_user((char __user *)useraddr + RXNFC_SIZE, locs,
			    info->rule_cnt * sizeof(u32)) ? -EFAULT : 0;
}

static int rxnfc_get_rings(struct net_device *dev, struct ethtool_rxnfc *info)
{
	if (dev->ethtool_ops->get_rx_ring_count)
		info->data = dev->ethtool_ops->get_rx_ring_count(dev);
	else if (dev->ethtool_ops->get_rxnfc)
		return dev->ethtool_ops->get_rxnfc(dev, info, NULL);
	else
		return -EOPNOTSUPP;
	return 0;
}

static int rxnfc_get_all(struct net_device *dev, struct ethtool_rxnfc *info, void __user *useraddr)
{
	u32 *locs;
	int err;

	if (info->rule_cnt > MAX_LOCATIONS)
		return -ENOMEM;
	locs = kvcalloc(info->rule_cnt + 1, sizeof(*locs), GFP_KERNEL);
	if (!locs)
		return -ENOMEM;
	err = dev->ethtool_ops->get_rxnfc(dev, info, locs) ?: rxnfc_out(useraddr, info, locs);
	kvfree(locs);
	return err;
}

int ethtool_get_rxnfc(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_rxnfc info;
	int err;

	if (copy_from_user(&info, useraddr, RXNFC_SIZE))
		return -EFAULT;
	if (info.cmd == ETHTOOL_GRXRINGS)
		err = rxnfc_get_rings(dev, &info);
	else if (!dev->ethtool_ops->get_rxnfc)
		err = -EOPNOTSUPP;
	else if (info.cmd == ETHTOOL_GRXCLSRLALL)
		return rxnfc_get_all(dev, &info, useraddr);
	else
		err = dev->ethtool_ops->get_rxnfc(dev, &info, NULL);
	return err ?: rxnfc_out(useraddr, &info, NULL);
}

/* A rule that lets a context's table choose: its ring is added, by devices that do. */
static int rxnfc_check_rss(struct net_device *dev, const struct ethtool_rxnfc *info)
{
	if (!(info->fs.flow_type & FLOW_RSS))
		return 0;
	if (info->fs.ring_cookie && !dev->ethtool_ops->cap_rss_rxnfc_adds)
		return -EINVAL;
	return ethtool_rss_exists(dev, info->rss_context) ? 0 : -EINVAL;
}

/* The location the driver chose goes back. */
int ethtool_set_rxnfc(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_rxnfc info;
	int err;

	if (!dev->ethtool_ops->set_rxnfc)
		return -EOPNOTSUPP;
	if (copy_from_user(&info, useraddr, RXNFC_SIZE))
		return -EFAULT;
	if (info.cmd == ETHTOOL_SRXCLSRLINS) {
		err = rxnfc_check_rss(dev, &info);
		if (err)
			return err;
	}
	err = dev->ethtool_ops->set_rxnfc(dev, &info);
	if (err)
		return err;
	return info.cmd == ETHTOOL_SRXCLSRLINS ? rxnfc_out(useraddr, &info, NULL) : 0;
}

/* --- Hash fields --------------------------------------------------------- */

/* Requests are short: nothing behind data is meant, unless a context is. */
static size_t rxfh_fields_size(const struct ethtool_rxnfc *info)
{
	return info->flow_type & FLOW_RSS ? RXNFC_SIZE :
					    offsetof(struct ethtool_rxnfc, data) + sizeof(u64);
}

static int rxfh_fields_in(struct net_device *dev, struct ethtool_rxnfc *info,
			  const void __user *useraddr, struct ethtool_rxfh_fields *fields)
{
	memset(info, 0, sizeof(*info));
	if (copy_from_user(info, useraddr, rxfh_fields_size(info)))
		return -EFAULT;
	if (info->flow_type & FLOW_RSS && copy_from_user(info, useraddr, RXNFC_SIZE))
		return -EFAULT;
	*fields = (struct ethtool_rxfh_fields){ .flow_type = info->flow_type & ~FLOW_RSS,
						.data = (u32)info->data };
	if (!(info->flow_type & FLOW_RSS) || !info->rss_context)
		return 0;
	if (!dev->ethtool_ops->rxfh_per_ctx_fields)
		return -EINVAL;
	fields->rss_context = info->rss_context;
	return ethtool_rss_exists(dev, info->rss_context) ? 0 : -ENOENT;
}

int ethtool_get_rxfh_fields(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_rxfh_fields fields;
	struct ethtool_rxnfc info;
	int err;

	if (!dev->ethtool_ops->get_rxfh_fields)
		return -EOPNOTSUPP;
	err = rxfh_fields_in(dev, &info, useraddr, &fields) ?:
	      dev->ethtool_ops->get_rxfh_fields(dev, &fields);
	if (err)
		return err;
	info.data = fields.data;
	return copy_to_user(useraddr, &info, rxfh_fields_size(&info)) ? -EFAULT : 0;
}

int ethtool_set_rxfh_fields(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_rxfh_fields fields;
	struct ethtool_rxnfc info;
	int err;

	if (!dev->ethtool_ops->set_rxfh_fields)
		return -EOPNOTSUPP;
	err = rxfh_fields_in(dev, &info, useraddr, &fields);
	if (err)
		return err;
	mutex_lock(&dev->ethtool->rss_lock);
	err = dev->ethtool_ops->set_rxfh_fields(dev, &fields, NULL);
	mutex_unlock(&dev->ethtool->rss_lock);
	if (!err)
		ethtool_rss_notify(dev, ETHTOOL_MSG_RSS_NTF, fields.rss_context);
	return err;
}
