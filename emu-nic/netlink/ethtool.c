// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "ethtool": finding the device, staging, notifications.
 *
 * Everything runs under RTNL and the device's ops lock. A SET stages its
 * configuration: cfg_pending becomes a private copy, the subject edits it and
 * calls the driver, and on success the copy is installed; so cfg and cfg_pending
 * agree whenever the locks are free. What changed is told to the listeners.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>
#include "ethtool.h"

static struct genl_family ethtool_genl_family;

/* What a command is about. */
static const struct ethnl_subject *const ethnl_subjects[] = {
	[ETHTOOL_MSG_STRSET_GET] = &ethnl_strset,
	[ETHTOOL_MSG_RINGS_GET] = &ethnl_rings,
	[ETHTOOL_MSG_RINGS_SET] = &ethnl_rings,
	[ETHTOOL_MSG_CHANNELS_GET] = &ethnl_channels,
	[ETHTOOL_MSG_CHANNELS_SET] = &ethnl_channels,
	[ETHTOOL_MSG_COALESCE_GET] = &ethnl_coalesce,
	[ETHTOOL_MSG_COALESCE_SET] = &ethnl_coalesce,
	[ETHTOOL_MSG_FEATURES_GET] = &ethnl_features,
	[ETHTOOL_MSG_RSS_GET] = &ethnl_rss,
	[ETHTOOL_MSG_RSS_SET] = &ethnl_rss,
};

static const struct ethnl_subject *ethnl_subject_of(const struct genl_info *info)
{
	return ethnl_subjects[info->genlhdr->cmd];
}

u32 ethtool_op_get_link(struct net_device *dev)
{
	return netif_carrier_ok(dev);
}
EXPORT_SYMBOL(ethtool_op_get_link);

const struct nla_policy ethnl_header_policy[4] = {
	[ETHTOOL_A_HEADER_DEV_INDEX] = { .type = NLA_U32 },
	[ETHTOOL_A_HEADER_DEV_NAME] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[ETHTOOL_A_HEADER_FLAGS] = NLA_POLICY_MASK(NLA_U32, ETHTOOL_FLAG_ALL),
};

u32 dev_get_min_mp_channel_count(struct net_device *dev)
{
	int i;

	for (i = dev->real_num_rx_queues - 1; i >= 0; i--)
		if (dev->_rx[i].mp_params.mp_priv)
			return i + 1;
	return 0;
}

int ethnl_refuse(struct genl_info *info, u16 attr, int err, const char *why)
{
	if (info && info->extack) {
		info->extack->_msg = why;
		info->extack->bad_attr = info->attrs[attr];
	}
	return err;
}

int ethnl_need(struct genl_info *info, bool capable, u16 attr, const char *why)
{
	if (!info->attrs[attr] || capable)
		return 0;
	return ethnl_refuse(info, attr, -EOPNOTSUPP, why);
}

/* --- The device a request is about --------------------------------------- */

static struct net_device *ethnl_dev_by_index(struct genl_info *info, const struct nlattr *index,
					     const struct nlattr *name)
{
	struct net_device *dev = __dev_get_by_index(genl_info_net(info), nla_get_u32(index));

	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, index, "no device matches ifindex");
		return ERR_PTR(-ENODEV);
	}
	if (name && nla_strcmp(name, dev->name)) {
		NL_SET_ERR_MSG_ATTR(info->extack, name, "ifindex and name do not match");
		return ERR_PTR(-ENODEV);
	}
	return dev;
}

static struct net_device *ethnl_dev_by_name(struct genl_info *info, const struct nlattr *name)
{
	struct net_device *dev = __dev_get_by_name(genl_info_net(info), nla_data(name));

	if (dev)
		return dev;
	NL_SET_ERR_MSG_ATTR(info->extack, name, "no device matches name");
	return ERR_PTR(-ENODEV);
}

struct net_device *ethnl_dev_if_any(struct genl_info *info, u16 attr)
{
	struct nlattr *tb[ARRAY_SIZE(ethnl_header_policy)];
	int err;

	if (!info->attrs[attr])
		return NULL;
	err = nla_parse_nested(tb, ARRAY_SIZE(ethnl_header_policy) - 1, info->attrs[attr],
			       ethnl_header_policy, info->extack);
	if (err)
		return ERR_PTR(err);
	if (tb[ETHTOOL_A_HEADER_DEV_INDEX])
		return ethnl_dev_by_index(info, tb[ETHTOOL_A_HEADER_DEV_INDEX],
					  tb[ETHTOOL_A_HEADER_DEV_NAME]);
	if (tb[ETHTOOL_A_HEADER_DEV_NAME])
		return ethnl_dev_by_name(info, tb[ETHTOOL_A_HEADER_DEV_NAME]);
	return NULL;
}

/* RTNL held. */
static struct net_device *ethnl_dev(struct genl_info *info, u16 attr)
{
	struct net_device *dev;

	if (GENL_REQ_ATTR_CHECK(info, attr))
		return ERR_PTR(-EINVAL);
	dev = ethnl_dev_if_any(info, attr);
	if (dev)
		return dev;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
			    "neither ifindex nor name specified");
	return ERR_PTR(-EINVAL);
}

u32 ethnl_request_flags(const struct genl_info *info, u16 header_attr)
{
	struct nlattr *header = info->attrs ? info->attrs[header_attr] : NULL;

	return header ? nla_get_u32_default(nla_find_nested(header, ETHTOOL_A_HEADER_FLAGS), 0) : 0;
}

/* --- Messages ------------------------------------------------------------ */

int ethnl_put_header(struct sk_buff *rsp, const struct net_device *dev, u16 attr)
{
	struct nlattr *nest = nla_nest_start(rsp, attr);

	if (!nest || nla_put_u32(rsp, ETHTOOL_A_HEADER_DEV_INDEX, dev->ifindex) ||
	    nla_put_string(rsp, ETHTOOL_A_HEADER_DEV_NAME, dev->name))
		return -EMSGSIZE;
	nla_nest_end(rsp, nest);
	return 0;
}

static int ethnl_message(const struct ethnl_subject *subject, struct net_device *dev,
			 struct sk_buff *rsp, const struct genl_info *info, u8 cmd, int flags,
			 u32 item)
{
	void *hdr = genlmsg_put(rsp, info->snd_portid, info->snd_seq, &ethtool_genl_family,
				flags, cmd);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = ethnl_put_header(rsp, dev, subject->header_attr) ?:
	      subject->fill(dev, rsp, info, item);
	if (err)
		genlmsg_cancel(rsp, hdr);
	else
		genlmsg_end(rsp, hdr);
	return err;
}

int ethnl_reply(const struct ethnl_subject *subject, struct net_device *dev, struct sk_buff *rsp,
		const struct genl_info *info, u32 item)
{
	return ethnl_message(subject, dev, rsp, info, subject->reply_cmd, 0, item);
}

void ethnl_notify(const struct ethnl_subject *subject, struct net_device *dev, u32 item)
{
	struct genl_info info;
	struct sk_buff *ntf;

	if (!genl_has_listeners(&ethtool_genl_family, dev_net(dev), 0))
		return;
	ntf = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!ntf)
		return;
	genl_info_init_ntf(&info, &ethtool_genl_family, subject->ntf_cmd);
	if (ethnl_message(subject, dev, ntf, &info, subject->ntf_cmd, 0, item))
		nlmsg_free(ntf);
	else
		genlmsg_multicast_netns(&ethtool_genl_family, dev_net(dev), ntf, 0, 0,
					GFP_KERNEL);
}

/* --- GET ----------------------------------------------------------------- */

static int ethnl_item(const struct ethnl_subject *subject, const struct genl_info *info, bool dump,
		      u32 *item)
{
	*item = 0;
	return subject->item ? subject->item(info, dump, item) : 0;
}

static int ethnl_get_locked(const struct ethnl_subject *subject, struct genl_info *info,
			    struct sk_buff *rsp)
{
	struct net_device *dev = ethnl_dev(info, subject->header_attr);
	u32 item;
	int err;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	err = ethnl_item(subject, info, false, &item);
	if (err)
		return err;
	netdev_lock_ops(dev);
	err = dev->ethtool_ops ? ethnl_reply(subject, dev, rsp, info, item) : -EOPNOTSUPP;
	netdev_unlock_ops(dev);
	return err;
}

static int ethnl_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *rsp = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	int err;

	if (!rsp)
		return -ENOMEM;
	rtnl_lock();
	err = ethnl_get_locked(ethnl_subject_of(info), info, rsp);
	rtnl_unlock();
	if (!err)
		return genlmsg_reply(rsp, info);
	nlmsg_free(rsp);
	return err;
}

/* --- GET of all devices -------------------------------------------------- */

struct ethnl_dump_ctx {
	unsigned long ifindex;		/* the next */
	int only;			/* the one asked for, or 0 */
	u32 first;			/* item of each device, */
	u32 item;			/* and of the next one */
};

static struct ethnl_dump_ctx *ethnl_dump_ctx(struct netlink_callback *cb)
{
	NL_ASSERT_CTX_FITS(struct ethnl_dump_ctx);
	return (struct ethnl_dump_ctx *)cb->ctx;
}

static int ethnl_dump_start(struct netlink_callback *cb)
{
	struct genl_info *info = (struct genl_info *)genl_info_dump(cb);
	const struct ethnl_subject *subject = ethnl_subject_of(info);
	struct ethnl_dump_ctx *ctx = ethnl_dump_ctx(cb);
	struct net_device *dev;
	int err;

	guard(rtnl)();
	dev = ethnl_dev_if_any(info, subject->header_attr);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	if (dev && subject->dump_of_one)
		ctx->only = dev->ifindex;
	err = ethnl_item(subject, info, true, &ctx->first);
	ctx->item = ctx->first;
	return err;
}

/* From ctx->item on, where it stays if there is no more room. Ops lock. */
static int ethnl_dump_items(struct net_device *dev, struct sk_buff *skb,
			    const struct genl_info *info, struct ethnl_dump_ctx *ctx)
{
	const struct ethnl_subject *subject = ethnl_subject_of(info);
	int err;

	for (; subject->next ? subject->next(dev, &ctx->item) : !ctx->item; ctx->item++) {
		err = ethnl_message(subject, dev, skb, info, subject->reply_cmd, NLM_F_MULTI,
				    ctx->item);
		if (err)
			return err;
	}
	return 0;
}

/* Devices that have nothing to say on the subject are left out. */
static int ethnl_dump_one(struct net_device *dev, struct sk_buff *skb,
			  const struct genl_info *info, struct ethnl_dump_ctx *ctx)
{
	int err = -EOPNOTSUPP;

	netdev_lock_ops(dev);
	if (dev->ethtool_ops || ethnl_subject_of(info)->of_all)
		err = ethnl_dump_items(dev, skb, info, ctx);
	netdev_unlock_ops(dev);
	if (err && err != -EOPNOTSUPP)
		return err;
	ctx->item = ctx->first;
	return 0;
}

static int ethnl_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genl_info *info = genl_info_dump(cb);
	struct ethnl_dump_ctx *ctx = ethnl_dump_ctx(cb);
	struct net_device *dev;
	int err;

	guard(rtnl)();
	for_each_netdev_dump(genl_info_net(info), dev, ctx->ifindex) {
		if (ctx->only && dev->ifindex != ctx->only)
			continue;
		err = ethnl_dump_one(dev, skb, info, ctx);
		if (err)
			return err;
	}
	return 0;
}

/* --- SET ----------------------------------------------------------------- */

/* Both locks held. */
static int ethnl_set_staged(const struct ethnl_subject *subject, struct net_device *dev,
			    struct genl_info *info)
{
	struct netdev_config *staged = kmemdup(dev->cfg, sizeof(*staged), GFP_KERNEL);
	u32 item;
	int ret;

	if (!staged)
		return -ENOMEM;
	dev->cfg_pending = staged;
	ret = subject->set(dev, info);
	if (ret >= 0)
		swap(dev->cfg, staged);
	dev->cfg_pending = dev->cfg;
	kfree(staged);
	if (ret > 0 && !ethnl_item(subject, info, false, &item))
		ethnl_notify(subject, dev, item);
	return min(ret, 0);
}

/* Does it to the device that the request names, if that is there and the request is right. */
static int ethnl_on_device(const struct ethnl_subject *subject, struct genl_info *info,
			   ethnl_act_fn fn, struct sk_buff *rsp)
{
	struct net_device *dev = ethnl_dev(info, subject->header_attr);
	int err;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	err = dev->ethtool_ops ? subject->check(dev, info) : -EOPNOTSUPP;
	if (err)
		return err;
	netdev_lock_ops(dev);
	err = netif_device_present(dev) ? fn(dev, info, rsp) : -ENODEV;
	netdev_unlock_ops(dev);
	return err;
}

static int ethnl_set_one(struct net_device *dev, struct genl_info *info, struct sk_buff *rsp)
{
	return ethnl_set_staged(ethnl_subject_of(info), dev, info);
}

static int ethnl_set(struct sk_buff *skb, struct genl_info *info)
{
	guard(rtnl)();
	return ethnl_on_device(ethnl_subject_of(info), info, ethnl_set_one, NULL);
}

/* --- Acts ---------------------------------------------------------------- */

int ethnl_act(const struct ethnl_subject *subject, struct genl_info *info, ethnl_act_fn fn)
{
	/* Before anything is done: there is no way back then. */
	struct sk_buff *rsp = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	int err;

	if (!rsp)
		return -ENOMEM;
	rtnl_lock();
	err = ethnl_on_device(subject, info, fn, rsp);
	rtnl_unlock();
	if (!err && rsp->len)
		return genlmsg_reply(rsp, info);
	nlmsg_free(rsp);
	return err;
}

/* --- The family ---------------------------------------------------------- */

#define ETHNL_GET_BY(command, fn, pol)					\
	{ .cmd = command, .doit = fn, .policy = pol, .maxattr = ARRAY_SIZE(pol) - 1, \
	  .flags = GENL_CMD_CAP_DO },					\
	{ .cmd = command, .start = ethnl_dump_start, .dumpit = ethnl_dump, .policy = pol, \
	  .maxattr = ARRAY_SIZE(pol) - 1, .flags = GENL_CMD_CAP_DUMP }
#define ETHNL_GET(command, pol)	ETHNL_GET_BY(command, ethnl_get, pol)
#define ETHNL_ACT(command, fn, pol)					\
	{ .cmd = command, .doit = fn, .policy = pol, .maxattr = ARRAY_SIZE(pol) - 1, \
	  .flags = GENL_CMD_CAP_DO | GENL_UNS_ADMIN_PERM }
#define ETHNL_SET(command, pol)	ETHNL_ACT(command, ethnl_set, pol)

static const struct genl_split_ops ethtool_genl_ops[] = {
	ETHNL_GET_BY(ETHTOOL_MSG_STRSET_GET, ethnl_get_strset, ethnl_strset_get_policy),
	ETHNL_GET(ETHTOOL_MSG_FEATURES_GET, ethnl_features_get_policy),
	ETHNL_ACT(ETHTOOL_MSG_FEATURES_SET, ethnl_set_features, ethnl_features_set_policy),
	ETHNL_GET(ETHTOOL_MSG_RINGS_GET, ethnl_rings_get_policy),
	ETHNL_SET(ETHTOOL_MSG_RINGS_SET, ethnl_rings_set_policy),
	ETHNL_GET(ETHTOOL_MSG_CHANNELS_GET, ethnl_channels_get_policy),
	ETHNL_SET(ETHTOOL_MSG_CHANNELS_SET, ethnl_channels_set_policy),
	ETHNL_GET(ETHTOOL_MSG_COALESCE_GET, ethnl_coalesce_get_policy),
	ETHNL_SET(ETHTOOL_MSG_COALESCE_SET, ethnl_coalesce_set_policy),
	ETHNL_GET(ETHTOOL_MSG_RSS_GET, ethnl_rss_get_policy),
	ETHNL_SET(ETHTOOL_MSG_RSS_SET, ethnl_rss_set_policy),
	ETHNL_ACT(ETHTOOL_MSG_RSS_CREATE_ACT, ethnl_rss_create, ethnl_rss_create_policy),
	ETHNL_ACT(ETHTOOL_MSG_RSS_DELETE_ACT, ethnl_rss_delete, ethnl_rss_delete_policy),
};

static const struct genl_multicast_group ethtool_nl_mcgrps[] = {
	{ .name = ETHTOOL_MCGRP_MONITOR_NAME },
};

static struct genl_family ethtool_genl_family = {
	.name = ETHTOOL_GENL_NAME,
	.version = ETHTOOL_GENL_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.split_ops = ethtool_genl_ops,
	.n_split_ops = ARRAY_SIZE(ethtool_genl_ops),
	.mcgrps = ethtool_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(ethtool_nl_mcgrps),
};

/* Features change without a request too. */
static int ethnl_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	if (event == NETDEV_FEAT_CHANGE)
		ethnl_notify(&ethnl_features, netdev_notifier_info_to_dev(ptr), 0);
	return NOTIFY_DONE;
}

static struct notifier_block ethnl_notifier = { .notifier_call = ethnl_event };

static int __init ethtool_nl_init(void)
{
	int err = genl_register_family(&ethtool_genl_family);

	if (err)
		return err;
	err = register_netdevice_notifier(&ethnl_notifier);
	if (err)
		genl_unregister_family(&ethtool_genl_family);
	return err;
}
subsys_initcall(ethtool_nl_init);

static void __exit ethtool_nl_exit(void)
{
	unregister_netdevice_notifier(&ethnl_notifier);
	genl_unregister_family(&ethtool_genl_family);
}
__exitcall(ethtool_nl_exit);
