// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page pools as user space sees them.
 *
 * Every pool has an id. A pool is
 *   normal	on the list of its netdev,
 *   orphaned	on the list of its namespace's loopback, its netdev being gone,
 *   invisible	on no list: created without a netdev (slow.netdev NULL), or its
 *		namespace is gone (slow.netdev poisoned).
 * page_pools_lock protects ids, lists and slow.netdev; it nests inside RTNL. The
 * generic netlink family lies in a library above and registers itself here.
 */
#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/rtnetlink.h>
#include <linux/timekeeping.h>
#include <linux/xarray.h>
#include <net/busy_poll.h>
#include <net/flow.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/netdev_rx_queue.h>
#include <net/netlink.h>
#include <net/page_pool/memory_provider.h>
#include <net/sock.h>
#include <uapi/linux/netdev.h>

#include "libpagepool/page_pool_priv.h"
#include "libpagepool/pool_walk.h"

/* id -> pool, for all pools. */
static DEFINE_XARRAY_FLAGS(page_pools, XA_FLAGS_ALLOC1);
static u32 next_pool_id;

DEFINE_MUTEX(page_pools_lock);

/* Set and cleared by the family's owner at boot and shutdown. */
static const struct genl_family *pool_family;
static unsigned int pool_group;

void udm_page_pool_set_family(const struct genl_family *family, unsigned int group)
{
	mutex_lock(&page_pools_lock);
	pool_family = family;
	pool_group = group;
	mutex_unlock(&page_pools_lock);
}

typedef int (*fill_fn)(struct sk_buff *rsp, const struct page_pool *pool,
		       const struct genl_info *info);

/* Requests. */

static bool pool_is_visible_to(const struct page_pool *pool, const struct net *net)
{
	return !hlist_unhashed(&pool->user.list) && net_eq(dev_net(pool->slow.netdev), net);
}

static int pool_reply(struct genl_info *info, u32 id, fill_fn fill)
{
	struct page_pool *pool;
	struct sk_buff *rsp = NULL;
	int err = -ENOENT;

	mutex_lock(&page_pools_lock);
	pool = xa_load(&page_pools, id);
	if (pool && pool_is_visible_to(pool, genl_info_net(info))) {
		rsp = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
		err = rsp ? fill(rsp, pool, info) : -ENOMEM;
	}
	mutex_unlock(&page_pools_lock);
	if (!err)
		return genlmsg_reply(rsp, info);
	nlmsg_free(rsp);
	return err;
}

/* Where a dump goes on: the device, and on it the pool that did not fit. */
struct pool_dump {
	unsigned long ifindex;
	u32 pool_id;
};

/*
 * The pool a dump of @netdev starts with. Usually ids fall along the list, but
 * not where orphans were added, so the pool itself is looked for; if it is gone
 * meanwhile, the first one with a smaller id.
 */
static struct page_pool *dump_first(struct net_device *netdev, u32 id)
{
	struct page_pool *pool = id ? xa_load(&page_pools, id) : NULL;

	if (pool && !hlist_unhashed(&pool->user.list) && pool->slow.netdev == netdev)
		return pool;
	hlist_for_each_entry(pool, &netdev->page_pools, user.list) {
		if (!id || pool->user.id < id)
			return pool;
	}
	return NULL;
}

static int dump_netdev(struct sk_buff *skb, struct netlink_callback *cb,
		       struct net_device *netdev, fill_fn fill)
{
	struct pool_dump *at = (void *)cb->ctx;
	struct page_pool *pool = dump_first(netdev, at->pool_id);
	int err;

	hlist_for_each_entry_from(pool, user.list) {
		at->pool_id = pool->user.id;
		err = fill(skb, pool, genl_info_dump(cb));
		if (err)
			return err;
	}
	at->pool_id = 0;
	return 0;
}

static int pool_dump(struct sk_buff *skb, struct netlink_callback *cb, fill_fn fill)
{
	struct pool_dump *at = (void *)cb->ctx;
	struct net *net = sock_net(skb->sk);
	struct net_device *netdev;
	int err = 0;

	NL_ASSERT_CTX_FITS(struct pool_dump);
	rtnl_lock();
	mutex_lock(&page_pools_lock);
	for_each_netdev_dump(net, netdev, at->ifindex) {
		err = dump_netdev(skb, cb, netdev, fill);
		if (err)
			break;
	}
	mutex_unlock(&page_pools_lock);
	rtnl_unlock();
	return err;
}

/* Statistics. */

#ifdef CONFIG_PAGE_POOL_STATS

/* The counters in the order of struct page_pool_stats. */
static const u8 stat_attrs[] = {
	NETDEV_A_PAGE_POOL_STATS_ALLOC_FAST,
	NETDEV_A_PAGE_POOL_STATS_ALLOC_SLOW,
	NETDEV_A_PAGE_POOL_STATS_ALLOC_SLOW_HIGH_ORDER,
	NETDEV_A_PAGE_POOL_STATS_ALLOC_EMPTY,
	NETDEV_A_PAGE_POOL_STATS_ALLOC_REFILL,
	NETDEV_A_PAGE_POOL_STATS_ALLOC_WAIVE,
	NETDEV_A_PAGE_POOL_STATS_RECYCLE_CACHED,
	NETDEV_A_PAGE_POOL_STATS_RECYCLE_CACHE_FULL,
	NETDEV_A_PAGE_POOL_STATS_RECYCLE_RING,
	NETDEV_A_PAGE_POOL_STATS_RECYCLE_RING_FULL,
	NETDEV_A_PAGE_POOL_STATS_RECYCLE_RELEASED_REFCNT,
};

static_assert(sizeof(struct page_pool_stats) == ARRAY_SIZE(stat_attrs) * sizeof(u64));

static bool put_ifindex(struct sk_buff *rsp, const struct page_pool *pool, int attr)
{
	const int ifindex = pool->slow.netdev->ifindex;

	return ifindex != LOOPBACK_IFINDEX && nla_put_u32(rsp, attr, ifindex);
}

static bool put_stats(struct sk_buff *rsp, const struct page_pool *pool)
{
	union {
		struct page_pool_stats stats;
		u64 counter[ARRAY_SIZE(stat_attrs)];
	} now = { };
	struct nlattr *info = nla_nest_start(rsp, NETDEV_A_PAGE_POOL_STATS_INFO);

	if (!info || nla_put_uint(rsp, NETDEV_A_PAGE_POOL_ID, pool->user.id) ||
	    put_ifindex(rsp, pool, NETDEV_A_PAGE_POOL_IFINDEX))
		return true;
	nla_nest_end(rsp, info);
	page_pool_get_stats(pool, &now.stats);
	for (size_t i = 0; i < ARRAY_SIZE(stat_attrs); i++) {
		if (nla_put_uint(rsp, stat_attrs[i], now.counter[i]))
			return true;
	}
	return false;
}

static int stats_fill(struct sk_buff *rsp, const struct page_pool *pool,
		      const struct genl_info *info)
{
	void *hdr = genlmsg_iput(rsp, info);

	if (!hdr)
		return -EMSGSIZE;
	if (put_stats(rsp, pool)) {
		genlmsg_cancel(rsp, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(rsp, hdr);
	return 0;
}

/* What may stand in the INFO nest of a request. */
static const struct netlink_range_validation pool_id_range = {
	.min = 1,
	.max = U32_MAX,
};

static const struct netlink_range_validation ifindex_range = {
	.min = 1,
	.max = S32_MAX,
};

static const struct nla_policy info_policy[NETDEV_A_PAGE_POOL_IFINDEX + 1] = {
	[NETDEV_A_PAGE_POOL_ID] = NLA_POLICY_FULL_RANGE(NLA_UINT, &pool_id_range),
	[NETDEV_A_PAGE_POOL_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &ifindex_range),
};

int netdev_nl_page_pool_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[ARRAY_SIZE(info_policy)];
	struct nlattr *nest;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, NETDEV_A_PAGE_POOL_STATS_INFO))
		return -EINVAL;
	nest = info->attrs[NETDEV_A_PAGE_POOL_STATS_INFO];
	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, info_policy, info->extack);
	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(info->extack, nest, tb, NETDEV_A_PAGE_POOL_ID))
		return -EINVAL;
	if (tb[NETDEV_A_PAGE_POOL_IFINDEX]) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[NETDEV_A_PAGE_POOL_IFINDEX],
				    "selecting by ifindex not supported");
		return -EINVAL;
	}
	return pool_reply(info, nla_get_uint(tb[NETDEV_A_PAGE_POOL_ID]), stats_fill);
}

int netdev_nl_page_pool_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return pool_dump(skb, cb, stats_fill);
}

#else

int netdev_nl_page_pool_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	GENL_SET_ERR_MSG(info, "kernel built without CONFIG_PAGE_POOL_STATS");
	return -EOPNOTSUPP;
}

int netdev_nl_page_pool_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return -EOPNOTSUPP;
}

#endif

/* Pools and their notifications. */

static bool put_napi(struct sk_buff *rsp, const struct page_pool *pool)
{
	const struct napi_struct *napi = READ_ONCE(pool->p.napi);
	const unsigned int id = napi ? READ_ONCE(napi->napi_id) : 0;

	return napi_id_valid(id) && nla_put_uint(rsp, NETDEV_A_PAGE_POOL_NAPI_ID, id);
}

static bool put_inflight(struct sk_buff *rsp, const struct page_pool *pool)
{
	const u64 buffers = page_pool_inflight(pool, false);

	return nla_put_uint(rsp, NETDEV_A_PAGE_POOL_INFLIGHT, buffers) ||
	       nla_put_uint(rsp, NETDEV_A_PAGE_POOL_INFLIGHT_MEM,
			    buffers * (PAGE_SIZE << pool->p.order));
}

static bool put_detach_time(struct sk_buff *rsp, const struct page_pool *pool)
{
	return pool->user.detached &&
	       nla_put_uint(rsp, NETDEV_A_PAGE_POOL_DETACH_TIME,
			    ktime_divns(pool->user.detach_time, NSEC_PER_SEC));
}

static bool put_provider(struct sk_buff *rsp, const struct page_pool *pool)
{
	return pool->mp_ops && pool->mp_ops->nl_fill(pool->mp_priv, rsp, NULL);
}

static int pool_fill(struct sk_buff *rsp, const struct page_pool *pool,
		     const struct genl_info *info)
{
	void *hdr = genlmsg_iput(rsp, info);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_uint(rsp, NETDEV_A_PAGE_POOL_ID, pool->user.id) ||
	    put_ifindex(rsp, pool, NETDEV_A_PAGE_POOL_IFINDEX) || put_napi(rsp, pool) ||
	    put_inflight(rsp, pool) || put_detach_time(rsp, pool) || put_provider(rsp, pool)) {
		genlmsg_cancel(rsp, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(rsp, hdr);
	return 0;
}

/* Under page_pools_lock. A message that cannot be built is not missed. */
static void pool_notify(const struct page_pool *pool, u32 cmd)
{
	struct genl_info info;
	struct sk_buff *ntf;
	struct net *net;

	lockdep_assert_held(&page_pools_lock);
	if (!pool_family || hlist_unhashed(&pool->user.list))
		return;
	net = dev_net(pool->slow.netdev);
	if (!genl_has_listeners(pool_family, net, pool_group))
		return;
	ntf = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!ntf)
		return;
	genl_info_init_ntf(&info, pool_family, cmd);
	if (pool_fill(ntf, pool, &info))
		nlmsg_free(ntf);
	else
		genlmsg_multicast_netns(pool_family, net, ntf, 0, pool_group, GFP_KERNEL);
}

int netdev_nl_page_pool_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, NETDEV_A_PAGE_POOL_ID))
		return -EINVAL;
	return pool_reply(info, nla_get_uint(info->attrs[NETDEV_A_PAGE_POOL_ID]), pool_fill);
}

int netdev_nl_page_pool_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return pool_dump(skb, cb, pool_fill);
}

/* Listing. */

int page_pool_list(struct page_pool *pool)
{
	int err;

	INIT_HLIST_NODE(&pool->user.list);
	mutex_lock(&page_pools_lock);
	err = xa_alloc_cyclic(&page_pools, &pool->user.id, pool, xa_limit_32b, &next_pool_id,
			      GFP_KERNEL);
	if (err >= 0 && pool->slow.netdev) {
		hlist_add_head(&pool->user.list, &pool->slow.netdev->page_pools);
		pool_notify(pool, NETDEV_CMD_PAGE_POOL_ADD_NTF);
	}
	mutex_unlock(&page_pools_lock);
	return err < 0 ? err : 0;
}

void page_pool_detached(struct page_pool *pool)
{
	mutex_lock(&page_pools_lock);
	pool->user.detach_time = ktime_get_boottime();
	pool->user.detached = true;
	pool_notify(pool, NETDEV_CMD_PAGE_POOL_CHANGE_NTF);
	mutex_unlock(&page_pools_lock);
}

void page_pool_unlist(struct page_pool *pool)
{
	mutex_lock(&page_pools_lock);
	pool_notify(pool, NETDEV_CMD_PAGE_POOL_DEL_NTF);
	hlist_del_init(&pool->user.list);
	xa_erase(&page_pools, pool->user.id);
	mutex_unlock(&page_pools_lock);
}

void pool_walk(bool (*visit)(const struct page_pool *pool, void *ctx), void *ctx)
{
	struct page_pool *pool;
	unsigned long id;

	mutex_lock(&page_pools_lock);
	xa_for_each(&page_pools, id, pool) {
		if (!visit(pool, ctx))
			break;
	}
	mutex_unlock(&page_pools_lock);
}

int page_pool_check_memory_provider(struct net_device *dev, struct netdev_rx_queue *rxq)
{
	const unsigned int queue = get_netdev_rx_queue_index(rxq);
	const void *wanted = rxq->mp_params.mp_priv;
	const struct page_pool *pool;
	int err = -ENODATA;

	if (!wanted)
		return 0;
	mutex_lock(&page_pools_lock);
	hlist_for_each_entry(pool, &dev->page_pools, user.list) {
		if (pool->mp_priv == wanted && pool->slow.queue_idx == queue) {
			err = 0;
			break;
		}
	}
	mutex_unlock(&page_pools_lock);
	return err;
}

/* Devices that go. */

/* Pools that outlive their device show up under loopback, newest first. */
static void pools_orphan(struct net_device *netdev, struct net_device *lo)
{
	struct page_pool *pool, *last = NULL;

	hlist_for_each_entry(pool, &netdev->page_pools, user.list) {
		WRITE_ONCE(pool->slow.netdev, lo);
		pool_notify(pool, NETDEV_CMD_PAGE_POOL_CHANGE_NTF);
		last = pool;
	}
	if (last)
		hlist_splice_init(&netdev->page_pools, &last->user.list, &lo->page_pools);
}

static void pools_hide(struct net_device *netdev)
{
	struct hlist_node *next;
	struct page_pool *pool;

	hlist_for_each_entry_safe(pool, next, &netdev->page_pools, user.list) {
		hlist_del_init(&pool->user.list);
		WRITE_ONCE(pool->slow.netdev, NET_PTR_POISON);
	}
}

static int pools_netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *netdev = netdev_notifier_info_to_dev(ptr);

	if (event != NETDEV_UNREGISTER)
		return NOTIFY_DONE;
	mutex_lock(&page_pools_lock);
	if (netdev->ifindex == LOOPBACK_IFINDEX)
		pools_hide(netdev);
	else
		pools_orphan(netdev, dev_net(netdev)->loopback_dev);
	mutex_unlock(&page_pools_lock);
	return NOTIFY_OK;
}

static struct notifier_block pools_netdev_nb = {
	.notifier_call = pools_netdev_event,
};

static int __init page_pool_user_init(void)
{
	/* Ids start over with each machine. */
	next_pool_id = 0;
	return register_netdevice_notifier(&pools_netdev_nb);
}
subsys_initcall(page_pool_user_init);

static void __exit page_pool_user_exit(void)
{
	unregister_netdevice_notifier(&pools_netdev_nb);
	xa_destroy(&page_pools);
}
__exitcall(page_pool_user_exit);
