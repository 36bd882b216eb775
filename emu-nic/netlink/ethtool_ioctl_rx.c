// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool by ioctl: flow rules and receive-side scaling.
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

/* A rule that lets a context's table choose: there is only context 0 here. */
static int rxnfc_check_rss(struct net_device *dev, const struct ethtool_rxnfc *info)
{
	if (!(info->fs.flow_type & FLOW_RSS))
		return 0;
	if (info->fs.ring_cookie && !dev->ethtool_ops->cap_rss_rxnfc_adds)
		return -EINVAL;
	return info->rss_context ? -EINVAL : 0;
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
#define RXFH_FIELDS_SIZE	(offsetof(struct ethtool_rxnfc, data) + sizeof(u64))

static int rxfh_fields_in(struct ethtool_rxnfc *info, const void __user *useraddr)
{
	memset(info, 0, sizeof(*info));
	if (copy_from_user(info, useraddr, RXFH_FIELDS_SIZE))
		return -EFAULT;
	/* There is only context 0 here. */
	return info->flow_type & FLOW_RSS ? -EOPNOTSUPP : 0;
}

int ethtool_get_rxfh_fields(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_rxfh_fields fields = {};
	struct ethtool_rxnfc info;
	int err;

	if (!dev->ethtool_ops->get_rxfh_fields)
		return -EOPNOTSUPP;
	err = rxfh_fields_in(&info, useraddr);
	if (err)
		return err;
	fields.flow_type = info.flow_type;
	err = dev->ethtool_ops->get_rxfh_fields(dev, &fields);
	if (err)
		return err;
	info.data = fields.data;
	return copy_to_user(useraddr, &info, RXFH_FIELDS_SIZE) ? -EFAULT : 0;
}

int ethtool_set_rxfh_fields(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_rxfh_fields fields = {};
	struct ethtool_rxnfc info;
	int err;

	if (!dev->ethtool_ops->set_rxfh_fields)
		return -EOPNOTSUPP;
	err = rxfh_fields_in(&info, useraddr);
	if (err)
		return err;
	fields.flow_type = info.flow_type;
	fields.data = (u32)info.data;
	mutex_lock(&dev->ethtool->rss_lock);
	err = dev->ethtool_ops->set_rxfh_fields(dev, &fields, NULL);
	mutex_unlock(&dev->ethtool->rss_lock);
	return err;
}

/* --- Indirection table and key ------------------------------------------- */

static u32 rxfh_table_size(struct net_device *dev)
{
	return dev->ethtool_ops->get_rxfh_indir_size ?
	       dev->ethtool_ops->get_rxfh_indir_size(dev) : 0;
}

static u32 rxfh_key_size(struct net_device *dev)
{
	return dev->ethtool_ops->get_rxfh_key_size ? dev->ethtool_ops->get_rxfh_key_size(dev) : 0;
}

/* Asking with size 0 gives the size. */
int ethtool_get_rxfh_indir(struct net_device *dev, void __user *useraddr)
{
	u32 size = rxfh_table_size(dev), user_size;
	struct ethtool_rxfh_param rxfh = {};
	char __user *at = useraddr;
	int err;

	if (!dev->ethtool_ops->get_rxfh || !size)
		return -EOPNOTSUPP;
	at += offsetof(struct ethtool_rxfh_indir, size);
	if (copy_from_user(&user_size, at, sizeof(user_size)) ||
	    copy_to_user(at, &size, sizeof(size)))
		return -EFAULT;
	if (user_size < size)
		return user_size ? -EINVAL : 0;
	rxfh.indir_size = size;
	rxfh.indir = kcalloc(size, sizeof(u32), GFP_KERNEL);
	if (!rxfh.indir)
		return -ENOMEM;
	err = dev->ethtool_ops->get_rxfh(dev, &rxfh);
	at = (char __user *)useraddr + offsetof(struct ethtool_rxfh_indir, ring_index);
	if (!err && copy_to_user(at, rxfh.indir, size * sizeof(u32)))
		err = -EFAULT;
	kfree(rxfh.indir);
	return err;
}

static u32 *rxfh_table_in(const void __user *from, u32 size)
{
	return memdup_user(from, size * sizeof(u32));
}

int ethtool_set_rxfh_indir(struct net_device *dev, void __user *useraddr)
{
	u32 size = rxfh_table_size(dev), *table;
	struct ethtool_rxfh_indir head;
	int err;

	if (!dev->ethtool_ops->set_rxfh || !size)
		return -EOPNOTSUPP;
	if (copy_from_user(&head, useraddr, sizeof(head)))
		return -EFAULT;
	if (!head.size)
		return ethtool_rss_reset(dev, NULL);
	if (head.size != size)
		return -EINVAL;
	table = rxfh_table_in((char __user *)useraddr + sizeof(head), size);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = ethtool_rss_apply(dev, table, size, NULL, 0, NULL);
	kfree(table);
	return err;
}

static bool rxfh_reserved_used(const struct ethtool_rxfh *head)
{
	return head->rsvd8[0] || head->rsvd8[1] || head->rsvd32;
}

/* Table, then key, behind the structure; sizes of 0 ask for the sizes only. */
int ethtool_get_rxfh(struct net_device *dev, void __user *useraddr)
{
	u32 size = rxfh_table_size(dev), key = rxfh_key_size(dev);
	struct ethtool_rxfh_param rxfh = { .indir_size = size, .key_size = key };
	struct ethtool_rxfh head;
	char __user *at = (char __user *)useraddr + sizeof(head);
	bool table_too, key_too;
	int err;

	if (!dev->ethtool_ops->get_rxfh)
		return -EOPNOTSUPP;
	if (copy_from_user(&head, useraddr, sizeof(head)))
		return -EFAULT;
	if (rxfh_reserved_used(&head) || (head.indir_size && head.indir_size != size) ||
	    (head.key_size && head.key_size != key))
		return -EINVAL;
	if (head.rss_context)
		return -EOPNOTSUPP;
	table_too = head.indir_size;
	key_too = head.key_size;
	rxfh.indir = kcalloc(size + 1, sizeof(u32), GFP_KERNEL);
	rxfh.key = kzalloc(key + 1, GFP_KERNEL);
	err = rxfh.indir && rxfh.key ? dev->ethtool_ops->get_rxfh(dev, &rxfh) : -ENOMEM;
	head.indir_size = size;
	head.key_size = key;
	head.hfunc = rxfh.hfunc;
	if (!err && (copy_to_user(useraddr, &head, sizeof(head)) ||
		     (table_too && copy_to_user(at, rxfh.indir, size * sizeof(u32))) ||
		     (key_too && copy_to_user(at + (table_too ? size * sizeof(u32) : 0), rxfh.key,
					      key))))
		err = -EFAULT;
	kfree(rxfh.indir);
	kfree(rxfh.key);
	return err;
}

/* What a request's sizes say about its table: a new one, the default one, none. */
static int rxfh_apply(struct net_device *dev, const struct ethtool_rxfh *head,
		      char __user *config)
{
	bool table_too = head->indir_size && head->indir_size != ETH_RXFH_INDIR_NO_CHANGE;
	u32 table_bytes = table_too ? head->indir_size * sizeof(u32) : 0;
	u8 *data = memdup_user(config, table_bytes + head->key_size);
	int err = 0;

	if (IS_ERR(data))
		return PTR_ERR(data);
	if (!head->indir_size)
		err = ethtool_rss_reset(dev, NULL);
	if (!err && (table_too || head->key_size || head->hfunc))
		err = ethtool_rss_apply(dev, table_too ? (u32 *)data : NULL, head->indir_size,
					head->key_size ? data + table_bytes : NULL, head->hfunc,
					NULL);
	kfree(data);
	return err;
}

int ethtool_set_rxfh(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_rxfh head;

	if (!dev->ethtool_ops->get_rxfh || !dev->ethtool_ops->set_rxfh)
		return -EOPNOTSUPP;
	if (copy_from_user(&head, useraddr, sizeof(head)))
		return -EFAULT;
	if (rxfh_reserved_used(&head))
		return -EINVAL;
	if (head.rss_context)
		return -EOPNOTSUPP;
	if ((head.indir_size && head.indir_size != ETH_RXFH_INDIR_NO_CHANGE &&
	     head.indir_size != rxfh_table_size(dev)) ||
	    (head.key_size && head.key_size != rxfh_key_size(dev)))
		return -EINVAL;
	return rxfh_apply(dev, &head, (char __user *)useraddr + sizeof(head));
}
