// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "netdev": statistics of queues and devices.
 *
 * A statistics struct is an array of u64 in the order of its members. It is
 * filled with all ones before the driver sees it; a member still all ones was not
 * provided and is not told. A device's numbers are its base plus those of its
 * queues, and only members the base provides are summed. Ops lock held.
 */
#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include "libkern/net/dev.h"
#include "netdev-genl-gen.h"

#define NOT_PROVIDED	(~0ULL)

struct stats_dump {
	unsigned long ifindex;
	unsigned int rxq_idx, txq_idx;
	bool over;		/* of the one device asked for */
};

/* The attribute of each member, in the order of the struct. */
static const u8 rx_attrs[] = {
	NETDEV_A_QSTATS_RX_BYTES,
	NETDEV_A_QSTATS_RX_PACKETS,
	NETDEV_A_QSTATS_RX_ALLOC_FAIL,
	NETDEV_A_QSTATS_RX_HW_DROPS,
	NETDEV_A_QSTATS_RX_HW_DROP_OVERRUNS,
	NETDEV_A_QSTATS_RX_CSUM_COMPLETE,
	NETDEV_A_QSTATS_RX_CSUM_UNNECESSARY,
	NETDEV_A_QSTATS_RX_CSUM_NONE,
	NETDEV_A_QSTATS_RX_CSUM_BAD,
	NETDEV_A_QSTATS_RX_HW_GRO_PACKETS,
	NETDEV_A_QSTATS_RX_HW_GRO_BYTES,
	NETDEV_A_QSTATS_RX_HW_GRO_WIRE_PACKETS,
	NETDEV_A_QSTATS_RX_HW_GRO_WIRE_BYTES,
	NETDEV_A_QSTATS_RX_HW_DROP_RATELIMITS,
};
static_assert(sizeof(struct netdev_queue_stats_rx) == ARRAY_SIZE(rx_attrs) * sizeof(u64));

static const u8 tx_attrs[] = {
	NETDEV_A_QSTATS_TX_BYTES,
	NETDEV_A_QSTATS_TX_PACKETS,
	NETDEV_A_QSTATS_TX_HW_DROPS,
	NETDEV_A_QSTATS_TX_HW_DROP_ERRORS,
	NETDEV_A_QSTATS_TX_CSUM_NONE,
	NETDEV_A_QSTATS_TX_NEEDS_CSUM,
	NETDEV_A_QSTATS_TX_HW_GSO_PACKETS,
	NETDEV_A_QSTATS_TX_HW_GSO_BYTES,
	NETDEV_A_QSTATS_TX_HW_GSO_WIRE_PACKETS,
	NETDEV_A_QSTATS_TX_HW_GSO_WIRE_BYTES,
	NETDEV_A_QSTATS_TX_HW_DROP_RATELIMITS,
	NETDEV_A_QSTATS_TX_STOP,
	NETDEV_A_QSTATS_TX_WAKE,
};
static_assert(sizeof(struct netdev_queue_stats_tx) == ARRAY_SIZE(tx_attrs) * sizeof(u64));

/* What a device or one of its queues has to say. */
union rx_numbers {
	struct netdev_queue_stats_rx stats;
	u64 member[ARRAY_SIZE(rx_attrs)];
};

union tx_numbers {
	struct netdev_queue_stats_tx stats;
	u64 member[ARRAY_SIZE(tx_attrs)];
};

static bool provided_any(const u64 *member, unsigned int n)
{
	while (n--)
		if (member[n] != NOT_PROVIDED)
			return true;
	return false;
}

static int put_members(struct sk_buff *rsp, const u8 *attrs, const u64 *member, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (member[i] != NOT_PROVIDED && nla_put_uint(rsp, attrs[i], member[i]))
			return -EMSGSIZE;
	return 0;
}

#define put_rx(rsp, rx)	put_members(rsp, rx_attrs, (rx)->member, ARRAY_SIZE(rx_attrs))
#define put_tx(rsp, tx)	put_members(rsp, tx_attrs, (tx)->member, ARRAY_SIZE(tx_attrs))

/* --- Per queue ----------------------------------------------------------- */

static int queue_message(struct net_device *dev, u32 type, u32 id, struct sk_buff *rsp,
			 const struct genl_info *info, const u8 *attrs, const u64 *member,
			 unsigned int n)
{
	void *hdr;

	if (!provided_any(member, n))
		return 0;
	hdr = genlmsg_iput(rsp, info);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(rsp, NETDEV_A_QSTATS_IFINDEX, dev->ifindex) ||
	    nla_put_u32(rsp, NETDEV_A_QSTATS_QUEUE_TYPE, type) ||
	    nla_put_u32(rsp, NETDEV_A_QSTATS_QUEUE_ID, id) ||
	    put_members(rsp, attrs, member, n)) {
		genlmsg_cancel(rsp, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(rsp, hdr);
	return 0;
}

static int rx_queue_message(struct net_device *dev, u32 id, struct sk_buff *rsp,
			    const struct genl_info *info)
{
	union rx_numbers rx;

	memset(&rx, 0xff, sizeof(rx));
	dev->stat_ops->get_queue_stats_rx(dev, id, &rx.stats);
	return queue_message(dev, NETDEV_QUEUE_TYPE_RX, id, rsp, info, rx_attrs, rx.member,
			     ARRAY_SIZE(rx_attrs));
}

static int tx_queue_message(struct net_device *dev, u32 id, struct sk_buff *rsp,
			    const struct genl_info *info)
{
	union tx_numbers tx;

	memset(&tx, 0xff, sizeof(tx));
	dev->stat_ops->get_queue_stats_tx(dev, id, &tx.stats);
	return queue_message(dev, NETDEV_QUEUE_TYPE_TX, id, rsp, info, tx_attrs, tx.member,
			     ARRAY_SIZE(tx_attrs));
}

static int stats_by_queue(struct net_device *dev, struct sk_buff *rsp,
			  const struct genl_info *info, struct stats_dump *at)
{
	const struct netdev_stat_ops *ops = dev->stat_ops;
	int err;

	if (!(dev->flags & IFF_UP))
		return 0;
	for (; ops->get_queue_stats_rx && at->rxq_idx < dev->real_num_rx_queues; at->rxq_idx++) {
		err = rx_queue_message(dev, at->rxq_idx, rsp, info);
		if (err)
			return err;
	}
	for (; ops->get_queue_stats_tx && at->txq_idx < dev->real_num_tx_queues; at->txq_idx++) {
		err = tx_queue_message(dev, at->txq_idx, rsp, info);
		if (err)
			return err;
	}
	at->rxq_idx = at->txq_idx = 0;
	return 0;
}

/* --- Sums ---------------------------------------------------------------- */

/* What either side does not provide stays as it is. */
static void sum_members(u64 *sum, const u64 *member, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (sum[i] != NOT_PROVIDED && member[i] != NOT_PROVIDED)
			sum[i] += member[i];
}

void netdev_stat_queue_sum(struct net_device *netdev, int rx_start, int rx_end,
			   struct netdev_queue_stats_rx *rx_sum, int tx_start, int tx_end,
			   struct netdev_queue_stats_tx *tx_sum)
{
	const struct netdev_stat_ops *ops = netdev->stat_ops;
	union rx_numbers rx;
	union tx_numbers tx;
	int i;

	for (i = rx_start; ops->get_queue_stats_rx && i < rx_end; i++) {
		memset(&rx, 0xff, sizeof(rx));
		ops->get_queue_stats_rx(netdev, i, &rx.stats);
		sum_members((u64 *)rx_sum, rx.member, ARRAY_SIZE(rx.member));
	}
	for (i = tx_start; ops->get_queue_stats_tx && i < tx_end; i++) {
		memset(&tx, 0xff, sizeof(tx));
		ops->get_queue_stats_tx(netdev, i, &tx.stats);
		sum_members((u64 *)tx_sum, tx.member, ARRAY_SIZE(tx.member));
	}
}
EXPORT_SYMBOL(netdev_stat_queue_sum);

/* --- Per device ---------------------------------------------------------- */

static int stats_by_netdev(struct net_device *dev, struct sk_buff *rsp,
			   const struct genl_info *info)
{
	union rx_numbers rx;
	union tx_numbers tx;
	void *hdr;

	if (!dev->stat_ops->get_base_stats)
		return 0;
	memset(&rx, 0xff, sizeof(rx));
	memset(&tx, 0xff, sizeof(tx));
	dev->stat_ops->get_base_stats(dev, &rx.stats, &tx.stats);
	if (!provided_any(rx.member, ARRAY_SIZE(rx_attrs)) &&
	    !provided_any(tx.member, ARRAY_SIZE(tx_attrs)))
		return 0;
	netdev_stat_queue_sum(dev, 0, dev->real_num_rx_queues, &rx.stats, 0,
			      dev->real_num_tx_queues, &tx.stats);
	hdr = genlmsg_iput(rsp, info);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(rsp, NETDEV_A_QSTATS_IFINDEX, dev->ifindex) || put_rx(rsp, &rx) ||
	    put_tx(rsp, &tx)) {
		genlmsg_cancel(rsp, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(rsp, hdr);
	return 0;
}

/* --- The dump ------------------------------------------------------------ */

static int stats_of_dev(struct net_device *dev, struct sk_buff *rsp, const struct genl_info *info,
			struct stats_dump *at, bool by_queue)
{
	if (!dev->stat_ops)
		return 0;
	return by_queue ? stats_by_queue(dev, rsp, info, at) : stats_by_netdev(dev, rsp, info);
}

static int stats_of_one(const struct nlattr *index, struct sk_buff *rsp,
			const struct genl_info *info, struct stats_dump *at, bool by_queue)
{
	struct net_device *dev;
	int err = -ENODEV;

	if (at->over)
		return 0;
	dev = netdev_get_by_index_lock_ops_compat(genl_info_net(info), nla_get_u32(index));
	if (dev) {
		err = dev->stat_ops ? stats_of_dev(dev, rsp, info, at, by_queue) : -EOPNOTSUPP;
		netdev_unlock_ops_compat(dev);
	}
	if (err == -ENODEV || err == -EOPNOTSUPP)
		NL_SET_BAD_ATTR(info->extack, index);
	at->over = !err;
	return err;
}

int netdev_nl_qstats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genl_info *info = genl_info_dump(cb);
	const struct nlattr *index = info->attrs[NETDEV_A_QSTATS_IFINDEX];
	const struct nlattr *scope = info->attrs[NETDEV_A_QSTATS_SCOPE];
	struct stats_dump *at = (struct stats_dump *)cb->ctx;
	bool by_queue = scope && nla_get_uint(scope) == NETDEV_QSTATS_SCOPE_QUEUE;
	int err;

	NL_ASSERT_CTX_FITS(struct stats_dump);
	if (index)
		return stats_of_one(index, skb, info, at, by_queue);
	for_each_netdev_lock_ops_compat_scoped(genl_info_net(info), dev, at->ifindex) {
		err = stats_of_dev(dev, skb, info, at, by_queue);
		if (err)
			return err;
	}
	return 0;
}
