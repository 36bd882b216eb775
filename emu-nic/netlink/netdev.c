// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "netdev": devices, queues, and the table of its commands.
 *
 * Page-pool commands are answered by libpagepool; the others are in netdev_*.c.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/netdevice.h>
#include <net/genetlink.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>
#include <net/page_pool/memory_provider.h>
#include <net/busy_poll.h>
#include <net/xdp_sock_drv.h>

#include "libkern/net/dev.h"
#include "netdev-genl-gen.h"
#include "libpagepool/page_pool_priv.h"

/* Where a dump stopped: the next device, and the next queue of it. */
struct netdev_nl_dump_ctx {
	unsigned long ifindex;
	unsigned int rxq_idx;
	unsigned int txq_idx;
};

static struct netdev_nl_dump_ctx *dump_ctx(struct netlink_callback *cb)
{
	NL_ASSERT_CTX_FITS(struct netdev_nl_dump_ctx);
	return (struct netdev_nl_dump_ctx *)cb->ctx;
}

/* Send the reply a fill function made, or free it. */
static int reply_or_free(struct sk_buff *rsp, int err, struct genl_info *info)
{
	if (!err)
		return genlmsg_reply(rsp, info);
	nlmsg_free(rsp);
	return err;
}

static u64 rx_metadata_features(const struct net_device *dev)
{
	const struct xdp_metadata_ops *ops = dev->xdp_metadata_ops;

	if (!ops)
		return 0;
	return (ops->xmo_rx_timestamp ? NETDEV_XDP_RX_METADATA_TIMESTAMP : 0) |
	       (ops->xmo_rx_hash ? NETDEV_XDP_RX_METADATA_HASH : 0) |
	       (ops->xmo_rx_vlan_tag ? NETDEV_XDP_RX_METADATA_VLAN_TAG : 0);
}

static u64 xsk_features(const struct net_device *dev)
{
	const struct xsk_tx_metadata_ops *ops = dev->xsk_tx_metadata_ops;

	if (!ops)
		return 0;
	return (ops->tmo_fill_timestamp ? NETDEV_XSK_FLAGS_TX_TIMESTAMP : 0) |
	       (ops->tmo_request_checksum ? NETDEV_XSK_FLAGS_TX_CHECKSUM : 0) |
	       (ops->tmo_request_launch_time ? NETDEV_XSK_FLAGS_TX_LAUNCH_TIME_FIFO : 0);
}

static int dev_fill(struct net_device *dev, struct sk_buff *rsp, const struct genl_info *info)
{
	void *hdr = genlmsg_iput(rsp, info);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(rsp, NETDEV_A_DEV_IFINDEX, dev->ifindex) ||
	    nla_put_u64_64bit(rsp, NETDEV_A_DEV_XDP_FEATURES, dev->xdp_features,
			      NETDEV_A_DEV_PAD) ||
	    nla_put_u64_64bit(rsp, NETDEV_A_DEV_XDP_RX_METADATA_FEATURES,
			      rx_metadata_features(dev), NETDEV_A_DEV_PAD) ||
	    nla_put_u64_64bit(rsp, NETDEV_A_DEV_XSK_FEATURES, xsk_features(dev),
			      NETDEV_A_DEV_PAD) ||
	    ((dev->xdp_features & NETDEV_XDP_ACT_XSK_ZEROCOPY) &&
	     nla_put_u32(rsp, NETDEV_A_DEV_XDP_ZC_MAX_SEGS, dev->xdp_zc_max_segs))) {
		genlmsg_cancel(rsp, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(rsp, hdr);
	return 0;
}

int netdev_nl_dev_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct net_device *dev;
	struct sk_buff *rsp;
	int err = -ENODEV;

	if (GENL_REQ_ATTR_CHECK(info, NETDEV_A_DEV_IFINDEX))
		return -EINVAL;
	rsp = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!rsp)
		return -ENOMEM;
	dev = netdev_get_by_index_lock(genl_info_net(info),
				       nla_get_u32(info->attrs[NETDEV_A_DEV_IFINDEX]));
	if (dev) {
		err = dev_fill(dev, rsp, info);
		netdev_unlock(dev);
	}
	return reply_or_free(rsp, err, info);
}

int netdev_nl_dev_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genl_info *info = genl_info_dump(cb);
	struct netdev_nl_dump_ctx *ctx = dump_ctx(cb);

	for_each_netdev_lock_scoped(genl_info_net(info), dev, ctx->ifindex) {
		int err = dev_fill(dev, skb, info);

		if (err)
			return err;
	}
	return 0;
}

/* What a receive queue's memory provider and AF_XDP pool add. */
static int rxq_fill_owner(struct netdev_rx_queue *rxq, struct sk_buff *rsp)
{
	const struct pp_memory_provider_params *mp = &rxq->mp_params;

	if (mp->mp_ops && mp->mp_ops->nl_fill(mp->mp_priv, rsp, rxq))
		return -EMSGSIZE;
	if (rxq->pool && nla_put_empty_nest(rsp, NETDEV_A_QUEUE_XSK))
		return -EMSGSIZE;
	return 0;
}

static int queue_fill_napi(struct sk_buff *rsp, const struct napi_struct *napi)
{
	if (!napi || !napi_id_valid(napi->napi_id))
		return 0;
	return nla_put_u32(rsp, NETDEV_A_QUEUE_NAPI_ID, napi->napi_id);
}

static int queue_fill(struct net_device *dev, u32 id, u32 type, struct sk_buff *rsp,
		      const struct genl_info *info)
{
	struct netdev_rx_queue *rxq = type == NETDEV_QUEUE_TYPE_RX ?
					      __netif_get_rx_queue(dev, id) : NULL;
	struct netdev_queue *txq = rxq ? NULL : netdev_get_tx_queue(dev, id);
	void *hdr = genlmsg_iput(rsp, info);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(rsp, NETDEV_A_QUEUE_ID, id) ||
	    nla_put_u32(rsp, NETDEV_A_QUEUE_TYPE, type) ||
	    nla_put_u32(rsp, NETDEV_A_QUEUE_IFINDEX, dev->ifindex) ||
	    queue_fill_napi(rsp, rxq ? rxq->napi : txq->napi) ||
	    (rxq && rxq_fill_owner(rxq, rsp)) ||
	    (txq && txq->pool && nla_put_empty_nest(rsp, NETDEV_A_QUEUE_XSK))) {
		genlmsg_cancel(rsp, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(rsp, hdr);
	return 0;
}

static int queue_get(struct net_device *dev, u32 id, u32 type, struct sk_buff *rsp,
		     const struct genl_info *info)
{
	unsigned int queues = type == NETDEV_QUEUE_TYPE_RX ? dev->real_num_rx_queues :
							     dev->real_num_tx_queues;

	if (!dev->up)
		return -ENOENT;
	return id < queues ? queue_fill(dev, id, type, rsp, info) : -EINVAL;
}

int netdev_nl_queue_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct net_device *dev;
	struct sk_buff *rsp;
	int err = -ENODEV;

	if (GENL_REQ_ATTR_CHECK(info, NETDEV_A_QUEUE_ID) ||
	    GENL_REQ_ATTR_CHECK(info, NETDEV_A_QUEUE_TYPE) ||
	    GENL_REQ_ATTR_CHECK(info, NETDEV_A_QUEUE_IFINDEX))
		return -EINVAL;
	rsp = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!rsp)
		return -ENOMEM;
	dev = netdev_get_by_index_lock_ops_compat(genl_info_net(info),
						  nla_get_u32(attrs[NETDEV_A_QUEUE_IFINDEX]));
	if (dev) {
		err = queue_get(dev, nla_get_u32(attrs[NETDEV_A_QUEUE_ID]),
				nla_get_u32(attrs[NETDEV_A_QUEUE_TYPE]), rsp, info);
		netdev_unlock_ops_compat(dev);
	}
	return reply_or_free(rsp, err, info);
}

/* Receive queues first, from where the last message ended. */
static int queues_dump_one(struct net_device *dev, struct sk_buff *rsp,
			   const struct genl_info *info, struct netdev_nl_dump_ctx *ctx)
{
	int err = 0;

	if (!dev->up)
		return 0;
	for (; ctx->rxq_idx < dev->real_num_rx_queues; ctx->rxq_idx++) {
		err = queue_fill(dev, ctx->rxq_idx, NETDEV_QUEUE_TYPE_RX, rsp, info);
		if (err)
			return err;
	}
	for (; ctx->txq_idx < dev->real_num_tx_queues; ctx->txq_idx++) {
		err = queue_fill(dev, ctx->txq_idx, NETDEV_QUEUE_TYPE_TX, rsp, info);
		if (err)
			return err;
	}
	ctx->rxq_idx = 0;
	ctx->txq_idx = 0;
	return 0;
}

int netdev_nl_queue_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genl_info *info = genl_info_dump(cb);
	struct netdev_nl_dump_ctx *ctx = dump_ctx(cb);
	struct net *net = genl_info_net(info);
	struct net_device *one;
	int err;

	if (info->attrs[NETDEV_A_QUEUE_IFINDEX]) {
		one = netdev_get_by_index_lock_ops_compat(
			net, nla_get_u32(info->attrs[NETDEV_A_QUEUE_IFINDEX]));
		if (!one)
			return -ENODEV;
		/* A finished walk starts over at queue 0; remember that it is finished. */
		err = ctx->ifindex ? 0 : queues_dump_one(one, skb, info, ctx);
		ctx->ifindex = !err;
		netdev_unlock_ops_compat(one);
		return err;
	}
	for_each_netdev_lock_ops_compat_scoped(net, dev, ctx->ifindex) {
		err = queues_dump_one(dev, skb, info, ctx);
		if (err)
			return err;
	}
	return 0;
}

static void device_notify(struct net_device *dev, u8 cmd)
{
	struct genl_info info;
	struct sk_buff *ntf;

	if (!genl_has_listeners(&netdev_nl_family, dev_net(dev), NETDEV_NLGRP_MGMT))
		return;
	ntf = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!ntf)
		return;
	genl_info_init_ntf(&info, &netdev_nl_family, cmd);
	if (dev_fill(dev, ntf, &info))
		nlmsg_free(ntf);
	else
		genlmsg_multicast_netns(&netdev_nl_family, dev_net(dev), ntf, 0,
					NETDEV_NLGRP_MGMT, GFP_KERNEL);
}

static int netdev_genl_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	switch (event) {
	case NETDEV_REGISTER:
		netdev_lock_ops_to_full(dev);
		device_notify(dev, NETDEV_CMD_DEV_ADD_NTF);
		netdev_unlock_full_to_ops(dev);
		break;
	case NETDEV_UNREGISTER:
		netdev_lock(dev);
		device_notify(dev, NETDEV_CMD_DEV_DEL_NTF);
		netdev_unlock(dev);
		break;
	case NETDEV_XDP_FEAT_CHANGE:
		device_notify(dev, NETDEV_CMD_DEV_CHANGE_NTF);
		break;
	default:
		break;
	}
	return NOTIFY_OK;
}

static struct notifier_block netdev_genl_notifier = {
	.notifier_call = netdev_genl_event,
};

static const struct nla_policy dev_get_policy[] = {
	[NETDEV_A_DEV_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct netlink_range_validation pool_id_range = { .min = 1, .max = U32_MAX };

static const struct nla_policy pool_get_policy[] = {
	[NETDEV_A_PAGE_POOL_ID] = NLA_POLICY_FULL_RANGE(NLA_UINT, &pool_id_range),
};

static const struct nla_policy pool_stats_policy[] = {
	[NETDEV_A_PAGE_POOL_STATS_INFO] = _NLA_POLICY_NESTED(NETDEV_A_PAGE_POOL_IFINDEX,
							     netdev_page_pool_info_nl_policy),
};

static const struct nla_policy queue_get_do_policy[] = {
	[NETDEV_A_QUEUE_ID] = { .type = NLA_U32 },
	[NETDEV_A_QUEUE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[NETDEV_A_QUEUE_TYPE] = NLA_POLICY_MAX(NLA_U32, 1),
};

static const struct nla_policy queue_get_dump_policy[] = {
	[NETDEV_A_QUEUE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy bind_rx_policy[] = {
	[NETDEV_A_DMABUF_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[NETDEV_A_DMABUF_FD] = { .type = NLA_U32 },
	[NETDEV_A_DMABUF_QUEUES] = _NLA_POLICY_NESTED(NETDEV_A_QUEUE_TYPE,
						      netdev_queue_id_nl_policy),
};

static const struct nla_policy bind_tx_policy[] = {
	[NETDEV_A_DMABUF_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[NETDEV_A_DMABUF_FD] = { .type = NLA_U32 },
};

static const struct nla_policy napi_get_do_policy[] = {
	[NETDEV_A_NAPI_ID] = { .type = NLA_U32 },
};

static const struct nla_policy napi_get_dump_policy[] = {
	[NETDEV_A_NAPI_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct netlink_range_validation defer_range = { .max = S32_MAX };

static const struct nla_policy napi_set_policy[] = {
	[NETDEV_A_NAPI_ID] = { .type = NLA_U32 },
	[NETDEV_A_NAPI_DEFER_HARD_IRQS] = NLA_POLICY_FULL_RANGE(NLA_U32, &defer_range),
	[NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT] = { .type = NLA_UINT },
	[NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT] = { .type = NLA_UINT },
	[NETDEV_A_NAPI_THREADED] = NLA_POLICY_MAX(NLA_U32, NETDEV_NAPI_THREADED_BUSY_POLL),
};

static const struct nla_policy qstats_get_policy[] = {
	[NETDEV_A_QSTATS_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[NETDEV_A_QSTATS_SCOPE] = NLA_POLICY_MASK(NLA_UINT, NETDEV_QSTATS_SCOPE_QUEUE),
};

#define DO(command, fn, pol, perm)					\
	{ .cmd = command, .doit = fn, .policy = pol, .maxattr = ARRAY_SIZE(pol) - 1, \
	  .flags = GENL_CMD_CAP_DO | (perm) }
#define DUMP(command, fn)						\
	{ .cmd = command, .dumpit = fn, .flags = GENL_CMD_CAP_DUMP }
#define DUMP_SOME(command, fn, pol)					\
	{ .cmd = command, .dumpit = fn, .policy = pol, .maxattr = ARRAY_SIZE(pol) - 1, \
	  .flags = GENL_CMD_CAP_DUMP }

static const struct genl_split_ops netdev_nl_ops[] = {
	DO(NETDEV_CMD_DEV_GET, netdev_nl_dev_get_doit, dev_get_policy, 0),
	DUMP(NETDEV_CMD_DEV_GET, netdev_nl_dev_get_dumpit),
	DO(NETDEV_CMD_PAGE_POOL_GET, netdev_nl_page_pool_get_doit, pool_get_policy, 0),
	DUMP(NETDEV_CMD_PAGE_POOL_GET, netdev_nl_page_pool_get_dumpit),
	DO(NETDEV_CMD_PAGE_POOL_STATS_GET, netdev_nl_page_pool_stats_get_doit, pool_stats_policy,
	   0),
	DUMP(NETDEV_CMD_PAGE_POOL_STATS_GET, netdev_nl_page_pool_stats_get_dumpit),
	DO(NETDEV_CMD_QUEUE_GET, netdev_nl_queue_get_doit, queue_get_do_policy, 0),
	DUMP_SOME(NETDEV_CMD_QUEUE_GET, netdev_nl_queue_get_dumpit, queue_get_dump_policy),
	DO(NETDEV_CMD_NAPI_GET, netdev_nl_napi_get_doit, napi_get_do_policy, 0),
	DUMP_SOME(NETDEV_CMD_NAPI_GET, netdev_nl_napi_get_dumpit, napi_get_dump_policy),
	DUMP_SOME(NETDEV_CMD_QSTATS_GET, netdev_nl_qstats_get_dumpit, qstats_get_policy),
	DO(NETDEV_CMD_BIND_RX, netdev_nl_bind_rx_doit, bind_rx_policy, GENL_ADMIN_PERM),
	DO(NETDEV_CMD_NAPI_SET, netdev_nl_napi_set_doit, napi_set_policy, GENL_ADMIN_PERM),
	DO(NETDEV_CMD_BIND_TX, netdev_nl_bind_tx_doit, bind_tx_policy, 0),
};

static void sock_priv_init(void *priv)
{
	netdev_nl_sock_priv_init(priv);
}

static void sock_priv_destroy(void *priv)
{
	netdev_nl_sock_priv_destroy(priv);
}

static int __init netdev_genl_init(void)
{
	int err = register_netdevice_notifier(&netdev_genl_notifier);

	if (err)
		return err;
	netdev_nl_family.split_ops = netdev_nl_ops;
	netdev_nl_family.n_split_ops = ARRAY_SIZE(netdev_nl_ops);
	netdev_nl_family.sock_priv_size = sizeof(struct netdev_nl_sock);
	netdev_nl_family.sock_priv_init = sock_priv_init;
	netdev_nl_family.sock_priv_destroy = sock_priv_destroy;
	err = genl_register_family(&netdev_nl_family);
	if (err) {
		unregister_netdevice_notifier(&netdev_genl_notifier);
		return err;
	}
	udm_page_pool_set_family(&netdev_nl_family, NETDEV_NLGRP_PAGE_POOL);
	return 0;
}
subsys_initcall(netdev_genl_init);

static void __exit netdev_genl_exit(void)
{
	udm_page_pool_set_family(NULL, 0);
	genl_unregister_family(&netdev_nl_family);
	unregister_netdevice_notifier(&netdev_genl_notifier);
}
__exitcall(netdev_genl_exit);
