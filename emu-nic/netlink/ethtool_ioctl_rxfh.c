// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool by ioctl: indirection tables and keys, and contexts of them.
 *
 * Sizes in a request say what of it is meant. Contract: net/ethtool/ioctl.c.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "ethtool_ioctl.h"

/* Asking with size 0 gives the size. */
int ethtool_get_rxfh_indir(struct net_device *dev, void __user *useraddr)
{
	u32 size = ethtool_rss_table_size(dev), user_size;
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

int ethtool_set_rxfh_indir(struct net_device *dev, void __user *useraddr)
{
	u32 size = ethtool_rss_table_size(dev), *table = NULL;
	struct ethtool_rss_change change = ETHTOOL_RSS_NO_CHANGE;
	struct ethtool_rxfh_indir head;
	int err;

	if (!dev->ethtool_ops->set_rxfh || !size)
		return -EOPNOTSUPP;
	if (copy_from_user(&head, useraddr, sizeof(head)))
		return -EFAULT;
	if (head.size && head.size != size)
		return -EINVAL;
	if (head.size) {
		table = memdup_user((char __user *)useraddr + sizeof(head), size * sizeof(u32));
		if (IS_ERR(table))
			return PTR_ERR(table);
		change.table = table;
		change.entries = size;
		err = ethtool_rss_apply(dev, &change, NULL);
	} else {
		err = ethtool_rss_reset(dev, NULL);
	}
	kfree(table);
	if (!err)
		ethtool_rss_notify(dev, ETHTOOL_MSG_RSS_NTF, 0);
	return err;
}

/* --- All of it ----------------------------------------------------------- */

/* The byte behind the function, which older headers call reserved. */
#define RXFH_INPUT_XFRM	(offsetof(struct ethtool_rxfh, hfunc) + 1)

static u8 *rxfh_input_xfrm(struct ethtool_rxfh *head)
{
	return (u8 *)head + RXFH_INPUT_XFRM;
}

static bool rxfh_reserved_used(const struct ethtool_rxfh *head)
{
	return ((const u8 *)head)[RXFH_INPUT_XFRM + 1] ||
	       ((const u8 *)head)[RXFH_INPUT_XFRM + 2] || head->rsvd32;
}

static int rxfh_out(void __user *useraddr, const struct ethtool_rxfh *head,
		    const struct ethtool_rxfh_param *rxfh, bool table_too, bool key_too)
{
	size_t table_bytes = table_too ? rxfh->indir_size * sizeof(u32) : 0;
	char __user *at = (char __user *)useraddr + sizeof(*head);

	return copy_to_user(useraddr, head, sizeof(*head)) ||
	       copy_to_user(at, rxfh->indir, table_bytes) ||
	       copy_to_user(at + table_bytes, rxfh->key, key_too ? rxfh->key_size : 0) ?
	       -EFAULT : 0;
}

/* Table, then key, behind the structure; sizes of 0 ask for the sizes only. */
int ethtool_get_rxfh(struct net_device *dev, void __user *useraddr)
{
	u32 size = ethtool_rss_table_size(dev), key = ethtool_rss_key_size(dev);
	struct ethtool_rxfh_param rxfh;
	struct ethtool_rxfh head;
	bool table_too, key_too;
	int err;

	if (!dev->ethtool_ops->get_rxfh)
		return -EOPNOTSUPP;
	if (copy_from_user(&head, useraddr, sizeof(head)))
		return -EFAULT;
	if (rxfh_reserved_used(&head) || (head.indir_size && head.indir_size != size) ||
	    (head.key_size && head.key_size != key))
		return -EINVAL;
	if (head.rss_context && !dev->ethtool_ops->create_rxfh_context)
		return -EOPNOTSUPP;
	table_too = head.indir_size;
	key_too = head.key_size;
	err = ethtool_rss_read(dev, head.rss_context, &rxfh);
	head.indir_size = size;
	head.key_size = key;
	head.hfunc = rxfh.hfunc;
	*rxfh_input_xfrm(&head) = rxfh.input_xfrm;
	err = err ?: rxfh_out(useraddr, &head, &rxfh, table_too, key_too);
	ethtool_rss_free(&rxfh);
	return err;
}

/* What the sizes say about the table: a new one, or that it stays. */
static bool rxfh_has_table(const struct ethtool_rxfh *head)
{
	return head->indir_size && head->indir_size != ETH_RXFH_INDIR_NO_CHANGE;
}

static bool rxfh_asks_nothing(struct ethtool_rxfh *head)
{
	return head->indir_size == ETH_RXFH_INDIR_NO_CHANGE && !head->key_size &&
	       head->hfunc == ETH_RSS_HASH_NO_CHANGE &&
	       *rxfh_input_xfrm(head) == RXH_XFRM_NO_CHANGE;
}

static int rxfh_check(struct net_device *dev, struct ethtool_rxfh *head)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	const bool own_key = !head->rss_context || ops->rxfh_per_ctx_key;
	const u8 xfrm = *rxfh_input_xfrm(head);

	if (rxfh_reserved_used(head))
		return -EINVAL;
	if (head->rss_context && !ops->create_rxfh_context)
		return -EOPNOTSUPP;
	if (xfrm != RXH_XFRM_NO_CHANGE && xfrm & ~ops->supported_input_xfrm)
		return -EOPNOTSUPP;
	if ((rxfh_has_table(head) && head->indir_size != ethtool_rss_table_size(dev)) ||
	    (head->key_size && head->key_size != ethtool_rss_key_size(dev)) ||
	    rxfh_asks_nothing(head))
		return -EINVAL;
	return own_key || (!head->key_size && !head->hfunc) ? 0 : -EOPNOTSUPP;
}

static int rxfh_modify(struct net_device *dev, const struct ethtool_rxfh *head,
		       struct ethtool_rss_change *change)
{
	bool more = change->table || change->key || change->hfunc != ETH_RSS_HASH_NO_CHANGE;
	int err = 0;

	if (!head->indir_size)
		err = ethtool_rss_reset(dev, NULL);
	if (!err && (more || head->indir_size))
		err = ethtool_rss_apply(dev, change, NULL);
	if (!err)
		ethtool_rss_notify(dev, ETHTOOL_MSG_RSS_NTF, change->context);
	return err;
}

/* The number of the new context goes back. */
static int rxfh_create(struct net_device *dev, struct ethtool_rss_change *change,
		       char __user *useraddr)
{
	u32 context;
	int err = ethtool_rss_create(dev, change, NULL, &context);

	if (err)
		return err;
	ethtool_rss_notify(dev, ETHTOOL_MSG_RSS_CREATE_NTF, context);
	useraddr += offsetof(struct ethtool_rxfh, rss_context);
	return copy_to_user(useraddr, &context, sizeof(context)) ? -EFAULT : 0;
}

/* Of other contexts there is no default table: a request for it takes them away. */
static int rxfh_delete(struct net_device *dev, u32 context)
{
	int err;

	if (context == ETH_RXFH_CONTEXT_ALLOC)
		return -EINVAL;
	err = ethtool_rss_delete(dev, context, NULL);
	if (!err)
		ethtool_rss_notify(dev, ETHTOOL_MSG_RSS_DELETE_NTF, context);
	return err;
}

static int rxfh_apply(struct net_device *dev, struct ethtool_rxfh *head, char __user *useraddr)
{
	u32 table_bytes = rxfh_has_table(head) ? head->indir_size * sizeof(u32) : 0;
	u8 *data = memdup_user(useraddr + sizeof(*head), table_bytes + head->key_size);
	struct ethtool_rss_change change = {
		.context = head->rss_context,
		.hfunc = head->hfunc,
		.input_xfrm = *rxfh_input_xfrm(head),
		.entries = head->indir_size,
	};
	int err;

	if (IS_ERR(data))
		return PTR_ERR(data);
	change.table = table_bytes ? (u32 *)data : NULL;
	change.key = head->key_size ? data + table_bytes : NULL;
	if (head->rss_context == ETH_RXFH_CONTEXT_ALLOC)
		err = rxfh_create(dev, &change, useraddr);
	else
		err = rxfh_modify(dev, head, &change);
	kfree(data);
	return err;
}

int ethtool_set_rxfh(struct net_device *dev, void __user *useraddr)
{
	struct ethtool_rxfh head;
	int err;

	if (!dev->ethtool_ops->get_rxfh || !dev->ethtool_ops->set_rxfh)
		return -EOPNOTSUPP;
	if (copy_from_user(&head, useraddr, sizeof(head)))
		return -EFAULT;
	err = rxfh_check(dev, &head);
	if (err)
		return err;
	if (head.rss_context && !head.indir_size)
		return rxfh_delete(dev, head.rss_context);
	return rxfh_apply(dev, &head, useraddr);
}
