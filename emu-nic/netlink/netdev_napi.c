// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "netdev": NAPI instances, shown and set.
 *
 * A device's NAPIs are listed by falling id, which is what lets a dump go on
 * where it stopped. All under the device's instance lock.
 */
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <net/busy_poll.h>
#include <net/netdev_lock.h>
#include "libkern/net/dev.h"
#include "netdev-genl-gen.h"

struct napi_dump {
	unsigned long ifindex;
	unsigned int napi_id;	/* of the last one told, 0: none yet of this device */
};

static int napi_put(struct sk_buff *rsp, const struct napi_struct *napi)
{
	if (nla_put_u32(rsp, NETDEV_A_NAPI_ID, napi->napi_id) ||
	    nla_put_u32(rsp, NETDEV_A_NAPI_IFINDEX, napi->dev->ifindex) ||
	    (napi->irq >= 0 && nla_put_u32(rsp, NETDEV_A_NAPI_IRQ, napi->irq)) ||
	    nla_put_uint(rsp, NETDEV_A_NAPI_THREADED, napi_get_threaded(napi)) ||
	    (napi->thread && nla_put_u32(rsp, NETDEV_A_NAPI_PID, task_pid_nr(napi->thread))) ||
	    nla_put_s32(rsp, NETDEV_A_NAPI_DEFER_HARD_IRQS, napi_get_defer_hard_irqs(napi)) ||
	    nla_put_uint(rsp, NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT,
			 napi_get_irq_suspend_timeout(napi)) ||
	    nla_put_uint(rsp, NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT,
			 napi_get_gro_flush_timeout(napi)))
		return -EMSGSIZE;
	return 0;
}

static int napi_fill(struct sk_buff *rsp, const struct napi_struct *napi,
		     const struct genl_info *info)
{
	void *hdr = genlmsg_iput(rsp, info);

	if (!hdr)
		return -EMSGSIZE;
	if (napi_put(rsp, napi)) {
		genlmsg_cancel(rsp, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(rsp, hdr);
	return 0;
}

/* The NAPI a request names, its device locked; or NULL, and the attribute to blame noted. */
static struct napi_struct *napi_of_request(struct genl_info *info)
{
	struct nlattr *id = info->attrs[NETDEV_A_NAPI_ID];
	struct napi_struct *napi = netdev_napi_by_id_lock(genl_info_net(info), nla_get_u32(id));

	if (!napi)
		NL_SET_BAD_ATTR(info->extack, id);
	return napi;
}

int netdev_nl_napi_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct napi_struct *napi;
	struct sk_buff *rsp;
	int err = -ENOENT;

	if (GENL_REQ_ATTR_CHECK(info, NETDEV_A_NAPI_ID))
		return -EINVAL;
	rsp = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!rsp)
		return -ENOMEM;
	napi = napi_of_request(info);
	if (napi) {
		struct net_device *dev = napi->dev;

		if (dev->up)
			err = napi_fill(rsp, napi, info);
		netdev_unlock(dev);
	}
	if (!err)
		return genlmsg_reply(rsp, info);
	nlmsg_free(rsp);
	return err;
}

static int napi_dump_dev(struct net_device *dev, struct sk_buff *rsp,
			 const struct genl_info *info, struct napi_dump *at)
{
	unsigned int last = UINT_MAX;
	struct napi_struct *napi;
	int err;

	if (!dev->up)
		return 0;
	list_for_each_entry(napi, &dev->napi_list, dev_list) {
		if (!napi_id_valid(napi->napi_id))
			continue;
		WARN_ON_ONCE(napi->napi_id >= last);
		last = napi->napi_id;
		if (at->napi_id && napi->napi_id >= at->napi_id)
			continue;
		err = napi_fill(rsp, napi, info);
		if (err)
			return err;
		at->napi_id = napi->napi_id;
	}
	return 0;
}

int netdev_nl_napi_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genl_info *info = genl_info_dump(cb);
	const struct nlattr *index = info->attrs[NETDEV_A_NAPI_IFINDEX];
	struct napi_dump *at = (struct napi_dump *)cb->ctx;
	struct net *net = genl_info_net(info);
	int err;

	NL_ASSERT_CTX_FITS(struct napi_dump);
	if (index) {
		struct net_device *dev = netdev_get_by_index_lock(net, nla_get_u32(index));

		if (!dev)
			return -ENODEV;
		err = napi_dump_dev(dev, skb, info, at);
		netdev_unlock(dev);
		return err;
	}
	for_each_netdev_lock_scoped(net, dev, at->ifindex) {
		err = napi_dump_dev(dev, skb, info, at);
		if (err)
			return err;
		at->napi_id = 0;
	}
	return 0;
}

static int napi_set_config(struct napi_struct *napi, struct nlattr **tb)
{
	int err;

	if (tb[NETDEV_A_NAPI_THREADED]) {
		err = napi_set_threaded(napi, nla_get_uint(tb[NETDEV_A_NAPI_THREADED]));
		if (err)
			return err;
	}
	if (tb[NETDEV_A_NAPI_DEFER_HARD_IRQS])
		napi_set_defer_hard_irqs(napi, nla_get_u32(tb[NETDEV_A_NAPI_DEFER_HARD_IRQS]));
	if (tb[NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT])
		napi_set_irq_suspend_timeout(napi,
			nla_get_uint(tb[NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT]));
	if (tb[NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT])
		napi_set_gro_flush_timeout(napi,
			nla_get_uint(tb[NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT]));
	return 0;
}

int netdev_nl_napi_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct napi_struct *napi;
	struct net_device *dev;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, NETDEV_A_NAPI_ID))
		return -EINVAL;
	napi = napi_of_request(info);
	if (!napi)
		return -ENOENT;
	dev = napi->dev;
	err = napi_set_config(napi, info->attrs);
	netdev_unlock(dev);
	return err;
}
