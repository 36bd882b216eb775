// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "netdev": binding device memory to a device, to receive into and
 * to send from.
 *
 * Bindings belong to the netlink socket that made them; closing it is the only way
 * to unbind. Lock order: the socket's private lock, then the device's instance
 * lock.
 */
#include <linux/bitmap.h>
#include <linux/dma-direction.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>

#include "libkern/net/dev.h"
#include "netdev-genl-gen.h"
#include "libpagepool/devmem.h"

/* --- The queues of a request --------------------------------------------- */

/* One QUEUES nest into the bitmap. */
static int bind_parse_queue(struct genl_info *info, struct net_device *dev,
			    const struct nlattr *nest, unsigned long *queues)
{
	struct nlattr *tb[ARRAY_SIZE(netdev_queue_id_nl_policy)];
	u32 id;
	int err = nla_parse_nested(tb, ARRAY_SIZE(netdev_queue_id_nl_policy) - 1, nest,
				   netdev_queue_id_nl_policy, info->extack);

	if (err < 0)
		return err;
	if (NL_REQ_ATTR_CHECK(info->extack, nest, tb, NETDEV_A_QUEUE_ID) ||
	    NL_REQ_ATTR_CHECK(info->extack, nest, tb, NETDEV_A_QUEUE_TYPE))
		return -EINVAL;
	if (nla_get_u32(tb[NETDEV_A_QUEUE_TYPE]) != NETDEV_QUEUE_TYPE_RX) {
		NL_SET_BAD_ATTR(info->extack, tb[NETDEV_A_QUEUE_TYPE]);
		return -EINVAL;
	}
	id = nla_get_u32(tb[NETDEV_A_QUEUE_ID]);
	if (id >= dev->real_num_rx_queues) {
		NL_SET_BAD_ATTR(info->extack, tb[NETDEV_A_QUEUE_ID]);
		return -EINVAL;
	}
	__set_bit(id, queues);
	return 0;
}

static int bind_parse_queues(struct genl_info *info, struct net_device *dev,
			     unsigned long *queues)
{
	struct nlattr *nest;
	int rem, err;

	nla_for_each_attr_type(nest, NETDEV_A_DMABUF_QUEUES, genlmsg_data(info->genlhdr),
			       genlmsg_len(info->genlhdr), rem) {
		err = bind_parse_queue(info, dev, nest, queues);
		if (err)
			return err;
	}
	return 0;
}

/* The one device that does the DMA of all listed queues; NULL if none of them has one. */
static struct device *bind_dma_dev(struct net_device *dev, const unsigned long *queues,
				   struct netlink_ext_ack *extack)
{
	struct device *common = NULL, *dma_dev;
	u32 id, before = 0;

	for_each_set_bit(id, queues, dev->real_num_rx_queues) {
		dma_dev = netdev_queue_get_dma_dev(dev, id, NETDEV_QUEUE_TYPE_RX);
		if (common && dma_dev != common) {
			NL_SET_ERR_MSG_FMT(
				extack,
				"DMA device mismatch between queue %u and %u (multi-PF device?)",
				id, before);
			return ERR_PTR(-EOPNOTSUPP);
		}
		common = dma_dev;
		before = id;
	}
	return common;
}

static int bind_attach_queues(struct net_device *dev, const unsigned long *queues,
			      struct net_devmem_dmabuf_binding *binding,
			      struct netlink_ext_ack *extack)
{
	u32 id;
	int err;

	for_each_set_bit(id, queues, dev->real_num_rx_queues) {
		err = net_devmem_bind_dmabuf_to_queue(dev, id, binding, extack);
		if (err)
			return err;
	}
	return 0;
}

/* --- Commands ------------------------------------------------------------ */

/* Instance lock held. The new binding with its queues attached, or ERR_PTR. */
static struct net_devmem_dmabuf_binding *
bind_rx_locked(struct net_device *dev, struct netdev_nl_sock *priv, u32 fd, struct genl_info *info)
{
	struct net_devmem_dmabuf_binding *binding;
	unsigned long *queues;
	struct device *dma_dev;
	int err;

	queues = bitmap_zalloc(dev->real_num_rx_queues, GFP_KERNEL);
	if (!queues)
		return ERR_PTR(-ENOMEM);
	err = bind_parse_queues(info, dev, queues);
	binding = ERR_PTR(err);
	if (err)
		goto out;
	dma_dev = bind_dma_dev(dev, queues, info->extack);
	binding = ERR_CAST(dma_dev);
	if (IS_ERR(dma_dev))
		goto out;
	binding = net_devmem_bind_dmabuf(dev, NULL, dma_dev, DMA_FROM_DEVICE, fd, priv,
					 info->extack);
	if (IS_ERR(binding))
		goto out;
	err = bind_attach_queues(dev, queues, binding, info->extack);
	if (err) {
		net_devmem_unbind_dmabuf(binding);
		binding = ERR_PTR(err);
	}
out:
	bitmap_free(queues);
	return binding;
}

static int bind_check_dev(struct net_device *dev, struct genl_info *info)
{
	int err = 0;

	if (!netif_device_present(dev))
		err = -ENODEV;
	else if (!netdev_need_ops_lock(dev))
		err = -EOPNOTSUPP;
	if (err)
		NL_SET_BAD_ATTR(info->extack, info->attrs[NETDEV_A_DEV_IFINDEX]);
	return err;
}

/* The binding's id goes into the reply; negative errno without a binding. */
static int bind_rx(struct genl_info *info, struct netdev_nl_sock *priv, struct sk_buff *rsp)
{
	u32 ifindex = nla_get_u32(info->attrs[NETDEV_A_DEV_IFINDEX]);
	u32 fd = nla_get_u32(info->attrs[NETDEV_A_DMABUF_FD]);
	struct net_devmem_dmabuf_binding *binding;
	struct net_device *dev;
	int err;

	guard(mutex)(&priv->lock);
	dev = netdev_get_by_index_lock(genl_info_net(info), ifindex);
	if (!dev)
		return -ENODEV;
	err = bind_check_dev(dev, info);
	if (!err) {
		binding = bind_rx_locked(dev, priv, fd, info);
		err = PTR_ERR_OR_ZERO(binding);
	}
	if (!err)
		nla_put_u32(rsp, NETDEV_A_DMABUF_ID, binding->id);
	netdev_unlock(dev);
	return err;
}

/* Instance lock held. The new binding, or ERR_PTR. */
static struct net_devmem_dmabuf_binding *
bind_tx_locked(struct net_device *dev, struct netdev_nl_sock *priv, u32 fd, struct genl_info *info)
{
	struct device *dma_dev;

	if (dev->netmem_tx == NETMEM_TX_NONE) {
		NL_SET_ERR_MSG(info->extack, "Driver does not support netmem TX");
		return ERR_PTR(-EOPNOTSUPP);
	}
	/* Whoever leases its queues from a physical device would have that one's DMA. */
	if (dev->netmem_tx == NETMEM_TX_NO_DMA) {
		NL_SET_ERR_MSG(info->extack, "No DMA-capable device found for netmem TX");
		return ERR_PTR(-EOPNOTSUPP);
	}
	dma_dev = netdev_queue_get_dma_dev(dev, 0, NETDEV_QUEUE_TYPE_TX);
	return net_devmem_bind_dmabuf(dev, NULL, dma_dev, DMA_TO_DEVICE, fd, priv, info->extack);
}

static int bind_tx(struct genl_info *info, struct netdev_nl_sock *priv, struct sk_buff *rsp)
{
	u32 ifindex = nla_get_u32(info->attrs[NETDEV_A_DMABUF_IFINDEX]);
	u32 fd = nla_get_u32(info->attrs[NETDEV_A_DMABUF_FD]);
	struct net_devmem_dmabuf_binding *binding = ERR_PTR(-ENODEV);
	struct net_device *dev;
	int err;

	guard(mutex)(&priv->lock);
	dev = netdev_get_by_index_lock(genl_info_net(info), ifindex);
	if (!dev)
		return -ENODEV;
	if (netif_device_present(dev))
		binding = bind_tx_locked(dev, priv, fd, info);
	err = PTR_ERR_OR_ZERO(binding);
	if (!err)
		nla_put_u32(rsp, NETDEV_A_DMABUF_ID, binding->id);
	netdev_unlock(dev);
	return err;
}

/* Asks @bind for a binding and answers with its id. */
static int bind_doit(struct sk_buff *skb, struct genl_info *info,
		     int (*bind)(struct genl_info *info, struct netdev_nl_sock *priv,
				 struct sk_buff *rsp))
{
	struct netdev_nl_sock *priv = genl_sk_priv_get(&netdev_nl_family, NETLINK_CB(skb).sk);
	struct sk_buff *rsp;
	void *hdr;
	int err;

	if (IS_ERR(priv))
		return PTR_ERR(priv);
	rsp = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!rsp)
		return -ENOMEM;
	hdr = genlmsg_iput(rsp, info);
	err = hdr ? bind(info, priv, rsp) : -EMSGSIZE;
	if (err) {
		nlmsg_free(rsp);
		return err;
	}
	genlmsg_end(rsp, hdr);
	/* A reply that cannot be sent leaves the binding to the socket all the same. */
	return genlmsg_reply(rsp, info);
}

int netdev_nl_bind_rx_doit(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, NETDEV_A_DMABUF_IFINDEX) ||
	    GENL_REQ_ATTR_CHECK(info, NETDEV_A_DMABUF_FD) ||
	    GENL_REQ_ATTR_CHECK(info, NETDEV_A_DMABUF_QUEUES))
		return -EINVAL;
	return bind_doit(skb, info, bind_rx);
}

int netdev_nl_bind_tx_doit(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, NETDEV_A_DMABUF_IFINDEX) ||
	    GENL_REQ_ATTR_CHECK(info, NETDEV_A_DMABUF_FD))
		return -EINVAL;
	return bind_doit(skb, info, bind_tx);
}

/* --- The socket ---------------------------------------------------------- */

void netdev_nl_sock_priv_init(struct netdev_nl_sock *priv)
{
	INIT_LIST_HEAD(&priv->bindings);
	mutex_init(&priv->lock);
}

/*
 * The device of a binding may go away at any moment until its instance lock is
 * held: take a reference under the binding's lock, drop that, lock the device, and
 * look again.
 */
static void sock_unbind_one(struct netdev_nl_sock *priv, struct net_devmem_dmabuf_binding *binding)
{
	netdevice_tracker tracker;
	struct net_device *dev;

	scoped_guard(mutex, &binding->lock) {
		dev = binding->dev;
		if (dev)
			netdev_hold(dev, &tracker, GFP_KERNEL);
	}
	if (!dev) {
		net_devmem_unbind_dmabuf(binding);
		return;
	}
	netdev_lock(dev);
	net_devmem_unbind_dmabuf(binding);
	netdev_unlock(dev);
	netdev_put(dev, &tracker);
}

void netdev_nl_sock_priv_destroy(struct netdev_nl_sock *priv)
{
	struct net_devmem_dmabuf_binding *binding, *next;

	guard(mutex)(&priv->lock);
	list_for_each_entry_safe(binding, next, &priv->bindings, list)
		sock_unbind_one(priv, binding);
}
