// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network devices: allocation, registration, up and down, notifiers.
 *
 * All changes run under RTNL. A device is looked up through its namespace's
 * array of indices. Unregistering takes it out of there, tells the notifiers and
 * puts it on a list; when RTNL is dropped, the dropping task waits for the last
 * reference and, for devices that ask for it, frees the device.
 */
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/wait.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>
#include <net/page_pool/memory_provider.h>
#include <linux/ethtool.h>
#include <udevmem/boot.h>
#include "dev.h"
#include "net.h"

DEFINE_PER_CPU_ALIGNED(struct softnet_data, softnet_data);
EXPORT_PER_CPU_SYMBOL(softnet_data);

static RAW_NOTIFIER_HEAD(netdev_chain);
static LIST_HEAD(todo_list);			/* RTNL */
static DECLARE_WAIT_QUEUE_HEAD(unref_wq);

const char *netdev_reg_state(const struct net_device *dev)
{
	static const char *const texts[] = {
		[NETREG_UNINITIALIZED] = " (uninitialized)",
		[NETREG_REGISTERED] = "",
		[NETREG_UNREGISTERING] = " (unregistering)",
		[NETREG_UNREGISTERED] = " (unregistered)",
		[NETREG_RELEASED] = " (released)",
		[NETREG_DUMMY] = " (dummy)",
	};
	unsigned int state = READ_ONCE(dev->reg_state);

	if (WARN_ONCE(state >= ARRAY_SIZE(texts), "%s: unknown reg_state %u\n", dev->name, state))
		return " (unknown)";
	return texts[state];
}
EXPORT_SYMBOL(netdev_reg_state);

/* One line about a device: its parent's driver and name too, once it has one. */
void netdev_printk(const char *level, const struct net_device *dev, const char *format, ...)
{
	struct va_format vaf = { .fmt = format };
	const struct device *parent = dev ? dev->dev.parent : NULL;
	va_list args;

	va_start(args, format);
	vaf.va = &args;
	if (parent)
		printk("%s%s %s %s%s: %pV", level, dev_driver_string(parent), dev_name(parent),
		       netdev_name(dev), netdev_reg_state(dev), &vaf);
	else if (dev)
		printk("%s%s%s: %pV", level, netdev_name(dev), netdev_reg_state(dev), &vaf);
	else
		printk("%s(NULL net_device): %pV", level, &vaf);
	va_end(args);
}
EXPORT_SYMBOL(netdev_printk);

/* --- Notifiers ----------------------------------------------------------- */

static int call_netdevice_notifier(struct notifier_block *nb, unsigned long val,
				   struct net_device *dev)
{
	struct netdev_notifier_info info = { .dev = dev };

	return nb->notifier_call(nb, val, &info);
}

int call_netdevice_notifiers(unsigned long val, struct net_device *dev)
{
	struct netdev_notifier_info info = { .dev = dev };

	ASSERT_RTNL();
	return raw_notifier_call_chain(&netdev_chain, val, &info);
}
EXPORT_SYMBOL(call_netdevice_notifiers);

static void notifier_replay(struct notifier_block *nb)
{
	struct net_device *dev;
	struct net *net;

	for_each_net(net) {
		for_each_netdev(net, dev) {
			netdev_lock_ops(dev);
			call_netdevice_notifier(nb, NETDEV_REGISTER, dev);
			if (dev->flags & IFF_UP)
				call_netdevice_notifier(nb, NETDEV_UP, dev);
			netdev_unlock_ops(dev);
		}
	}
}

int register_netdevice_notifier(struct notifier_block *nb)
{
	int err;

	guard(rtnl)();
	err = raw_notifier_chain_register(&netdev_chain, nb);
	if (!err)
		notifier_replay(nb);
	return err;
}
EXPORT_SYMBOL(register_netdevice_notifier);

static void notifier_unplay(struct notifier_block *nb)
{
	struct net_device *dev;
	struct net *net;

	for_each_net(net) {
		for_each_netdev(net, dev) {
			if (dev->flags & IFF_UP) {
				call_netdevice_notifier(nb, NETDEV_GOING_DOWN, dev);
				call_netdevice_notifier(nb, NETDEV_DOWN, dev);
			}
			call_netdevice_notifier(nb, NETDEV_UNREGISTER, dev);
		}
	}
}

int unregister_netdevice_notifier(struct notifier_block *nb)
{
	int err;

	guard(rtnl)();
	err = raw_notifier_chain_unregister(&netdev_chain, nb);
	if (!err)
		notifier_unplay(nb);
	return err;
}
EXPORT_SYMBOL(unregister_netdevice_notifier);

int netdev_debug_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (event == NETDEV_REGISTER || event == NETDEV_UP)
		netdev_ops_assert_locked(dev);
	else if (event == NETDEV_XDP_FEAT_CHANGE)
		netdev_assert_locked(dev);
	else
		ASSERT_RTNL();
	return NOTIFY_DONE;
}
EXPORT_SYMBOL(netdev_debug_event);

/* --- Allocation ---------------------------------------------------------- */

static void netdev_release(struct device *device)
{
	struct net_device *dev = to_net_dev(device);

	if (dev->priv_destructor)
		dev->priv_destructor(dev);
	kfree(dev->napi_config);
	kfree(dev->ethtool);
	if (dev->cfg_pending != dev->cfg)
		kfree(dev->cfg_pending);
	kfree(dev->cfg);
	kvfree(dev->_rx);
	kvfree(dev->_tx);
	kvfree(dev);
}

static int netdev_alloc_queues(struct net_device *dev, unsigned int txqs, unsigned int rxqs)
{
	unsigned int i;

	dev->_tx = kvcalloc(txqs, sizeof(*dev->_tx), GFP_KERNEL);
	dev->_rx = kvcalloc(rxqs, sizeof(*dev->_rx), GFP_KERNEL);
	if (!dev->_tx || !dev->_rx)
		return -ENOMEM;
	for (i = 0; i < txqs; i++) {
		dev->_tx[i].dev = dev;
		dev->_tx[i].xmit_lock_owner = -1;
		spin_lock_init(&dev->_tx[i]._xmit_lock);
		__skb_queue_head_init(&dev->_tx[i].backlog);
		INIT_LIST_HEAD(&dev->_tx[i].woken);
	}
	for (i = 0; i < rxqs; i++) {
		dev->_rx[i].dev = dev;
		xdp_rxq_info_reg(&dev->_rx[i].xdp_rxq, dev, i, 0);
	}
	dev->num_tx_queues = dev->real_num_tx_queues = txqs;
	dev->num_rx_queues = dev->real_num_rx_queues = rxqs;
	return 0;
}

static int netdev_alloc_config(struct net_device *dev)
{
	unsigned int napis = max(dev->num_rx_queues, dev->num_tx_queues);

	dev->cfg = kzalloc(sizeof(*dev->cfg), GFP_KERNEL);
	dev->cfg_pending = dev->cfg;
	dev->ethtool = kzalloc(sizeof(*dev->ethtool), GFP_KERNEL);
	dev->napi_config = kcalloc(napis, sizeof(*dev->napi_config), GFP_KERNEL);
	if (!dev->cfg || !dev->ethtool || !dev->napi_config)
		return -ENOMEM;
	dev->num_napi_configs = napis;
	mutex_init(&dev->ethtool->rss_lock);
	xa_init_flags(&dev->ethtool->rss_ctx, XA_FLAGS_ALLOC);
	return 0;
}

static void netdev_init_members(struct net_device *dev)
{
	refcount_set(&dev->dev_refcnt, 1);
	mutex_init(&dev->lock);
	INIT_LIST_HEAD(&dev->napi_list);
	INIT_LIST_HEAD(&dev->todo_list);
	INIT_HLIST_HEAD(&dev->page_pools);
	dev_net_set(dev, &init_net);
	dev->xdp_zc_max_segs = 1;
	/* Host threads of their own poll the queues, where there are host threads. */
	dev->threaded = udm_sim() ? NETDEV_NAPI_THREADED_DISABLED : NETDEV_NAPI_THREADED_ENABLED;
	dev->watchdog_timeo = 5 * HZ;
	set_bit(__LINK_STATE_PRESENT, &dev->state);
	device_initialize(&dev->dev);
	dev->dev.release = netdev_release;
}

struct net_device *alloc_netdev_mqs(int sizeof_priv, const char *name,
				    unsigned char name_assign_type,
				    void (*setup)(struct net_device *dev),
				    unsigned int txqs, unsigned int rxqs)
{
	struct net_device *dev;

	if (strlen(name) >= IFNAMSIZ || txqs < 1 || rxqs < 1) {
		pr_err("alloc_netdev: bad name or no queues\n");
		return NULL;
	}
	dev = kvzalloc(struct_size(dev, priv, sizeof_priv), GFP_KERNEL);
	if (!dev)
		return NULL;
	netdev_init_members(dev);
	if (netdev_alloc_queues(dev, txqs, rxqs) || netdev_alloc_config(dev)) {
		put_device(&dev->dev);
		return NULL;
	}
	setup(dev);
	strscpy(dev->name, name, sizeof(dev->name));
	return dev;
}
EXPORT_SYMBOL(alloc_netdev_mqs);

void free_netdev(struct net_device *dev)
{
	WARN_ON(!list_empty(&dev->napi_list));
	if (dev->reg_state == NETREG_UNREGISTERING) {
		dev->needs_free_netdev = true;
		return;
	}
	BUG_ON(dev->reg_state == NETREG_REGISTERED);
	dev->reg_state = NETREG_RELEASED;
	put_device(&dev->dev);
}
EXPORT_SYMBOL(free_netdev);

void dev_put(struct net_device *dev)
{
	if (!dev)
		return;
	/* The waiter's own reference is the last one: it never gets to zero here. */
	if (!READ_ONCE(dev->dismantle)) {
		WARN_ON(refcount_dec_and_test(&dev->dev_refcnt));
		return;
	}
	rcu_read_lock();
	WARN_ON(refcount_dec_and_test(&dev->dev_refcnt));
	wake_up_all(&unref_wq);
	rcu_read_unlock();
}
EXPORT_SYMBOL(dev_put);

/* --- Names and indices --------------------------------------------------- */

static bool dev_valid_name(const char *name)
{
	if (!*name || strnlen(name, IFNAMSIZ) == IFNAMSIZ)
		return false;
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	return !strpbrk(name, "/: \t\n\v\f\r");
}

/* Replaces the one %d in the name by the lowest number that makes it unique. */
static int dev_number_name(struct net *net, struct net_device *dev)
{
	char pattern[IFNAMSIZ], *mark;
	int i;

	strscpy(pattern, dev->name, sizeof(pattern));
	mark = strchr(pattern, '%');
	if (mark[1] != 'd' || strchr(mark + 2, '%'))
		return -EINVAL;
	*mark = 0;
	for (i = 0; i < 8 * PAGE_SIZE; i++) {
		int len = snprintf(dev->name, IFNAMSIZ, "%s%d%s", pattern, i, mark + 2);

		if (len >= IFNAMSIZ)
			break;
		if (!__dev_get_by_name(net, dev->name))
			return 0;
	}
	return -ENFILE;
}

static int dev_settle_name(struct net *net, struct net_device *dev)
{
	if (!dev_valid_name(dev->name))
		return -EINVAL;
	if (strchr(dev->name, '%'))
		return dev_number_name(net, dev);
	return __dev_get_by_name(net, dev->name) ? -EEXIST : 0;
}

/* Indices count up and are not used again before the numbers run out. */
int list_netdevice(struct net_device *dev)
{
	struct net *net = dev_net(dev);
	u32 index = dev->ifindex;
	int err;

	ASSERT_RTNL();
	if (index)
		return xa_insert(&net->dev_by_index, index, dev, GFP_KERNEL);
	err = xa_alloc_cyclic(&net->dev_by_index, &index, dev, xa_limit_31b,
			      &net->ifindex_rover, GFP_KERNEL);
	if (err < 0)
		return err;
	dev->ifindex = index;
	return 0;
}

void unlist_netdevice(struct net_device *dev)
{
	ASSERT_RTNL();
	xa_erase(&dev_net(dev)->dev_by_index, dev->ifindex);
}

/* --- Registration -------------------------------------------------------- */

static void netdev_set_state(struct net_device *dev, enum netdev_reg_state state)
{
	netdev_lock(dev);
	WRITE_ONCE(dev->reg_state, state);
	netdev_unlock(dev);
}

static void netdev_notify_registered(struct net_device *dev)
{
	netdev_lock_ops(dev);
	call_netdevice_notifiers(NETDEV_REGISTER, dev);
	netdev_unlock_ops(dev);
}

/* Names are unique in a namespace only, those of struct device everywhere. */
static int netdev_add_device(struct net_device *dev, const struct net *net)
{
	int err;

	if (net_eq(net, &init_net))
		err = dev_set_name(&dev->dev, "%s", dev->name);
	else
		err = dev_set_name(&dev->dev, "%s@%llu", dev->name, net->net_cookie);
	return err ?: device_add(&dev->dev);
}

int register_netdevice(struct net_device *dev)
{
	struct net *net = dev_net(dev);
	int err;

	ASSERT_RTNL();
	BUG_ON(dev->reg_state != NETREG_UNINITIALIZED);
	err = dev_settle_name(net, dev);
	if (err)
		return err;
	if (dev->netdev_ops->ndo_init) {
		err = dev->netdev_ops->ndo_init(dev);
		if (err)
			return err > 0 ? -EIO : err;
	}
	dev->wanted_features = dev->features & dev->hw_features;
	err = list_netdevice(dev);
	if (err)
		goto uninit;
	err = netdev_add_device(dev, net);
	if (err)
		goto unlist;
	netdev_set_state(dev, NETREG_REGISTERED);
	netdev_notify_registered(dev);
	return 0;
unlist:
	unlist_netdevice(dev);
uninit:
	if (dev->netdev_ops->ndo_uninit)
		dev->netdev_ops->ndo_uninit(dev);
	return err;
}
EXPORT_SYMBOL(register_netdevice);

int register_netdev(struct net_device *dev)
{
	guard(rtnl)();
	return register_netdevice(dev);
}
EXPORT_SYMBOL(register_netdev);

static void dev_memory_provider_uninstall(struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < dev->real_num_rx_queues; i++) {
		struct netdev_rx_queue *rxq = &dev->_rx[i];
		const struct pp_memory_provider_params *mp = &rxq->mp_params;

		if (mp->mp_ops && mp->mp_ops->uninstall)
			mp->mp_ops->uninstall(mp->mp_priv, rxq);
	}
}

static void netdev_forget_contexts(struct net_device *dev)
{
	struct xarray *contexts = &dev->ethtool->rss_ctx;
	struct ethtool_rxfh_context *gone;
	unsigned long id;

	guard(mutex)(&dev->ethtool->rss_lock);
	xa_for_each(contexts, id, gone) {
		dev->ethtool_ops->remove_rxfh_context(dev, gone, id, NULL);
		kfree(xa_erase(contexts, id));
	}
}

void unregister_netdevice(struct net_device *dev)
{
	ASSERT_RTNL();
	if (dev->reg_state == NETREG_UNINITIALIZED) {
		WARN(1, "unregister_netdevice: device %s/%p never was registered\n", dev->name,
		     dev);
		return;
	}
	dev_close(dev);
	netdev_set_state(dev, NETREG_UNREGISTERING);
	WRITE_ONCE(dev->dismantle, true);
	unlist_netdevice(dev);
	synchronize_net();
	netdev_lock_ops(dev);
	dev_memory_provider_uninstall(dev);
	netdev_unlock_ops(dev);
	call_netdevice_notifiers(NETDEV_UNREGISTER, dev);
	netdev_forget_contexts(dev);
	if (dev->netdev_ops->ndo_uninit)
		dev->netdev_ops->ndo_uninit(dev);
	device_del(&dev->dev);
	list_add_tail(&dev->todo_list, &todo_list);
}
EXPORT_SYMBOL(unregister_netdevice);

void unregister_netdev(struct net_device *dev)
{
	guard(rtnl)();
	unregister_netdevice(dev);
}
EXPORT_SYMBOL(unregister_netdev);

static void netdev_wait_unreferenced(struct net_device *dev)
{
	while (!wait_event_timeout(unref_wq, refcount_read(&dev->dev_refcnt) == 1, 10 * HZ))
		pr_emerg("unregister_netdevice: waiting for %s to become free. Usage count = %d\n",
			 dev->name, refcount_read(&dev->dev_refcnt));
}

void netdev_run_todo(void)
{
	struct net_device *dev, *next;
	LIST_HEAD(gone);

	list_splice_init(&todo_list, &gone);
	__rtnl_unlock();
	list_for_each_entry_safe(dev, next, &gone, todo_list) {
		list_del_init(&dev->todo_list);
		netdev_wait_unreferenced(dev);
		/* A look-up that found the device before it left may still be in dev_put(). */
		synchronize_net();
		netdev_set_state(dev, NETREG_UNREGISTERED);
		if (dev->needs_free_netdev)
			free_netdev(dev);
	}
}

/* --- Up and down --------------------------------------------------------- */

int netif_open(struct net_device *dev, struct netlink_ext_ack *extack)
{
	int err = 0;

	ASSERT_RTNL();
	netdev_ops_assert_locked(dev);
	if (dev->flags & IFF_UP)
		return 0;
	if (!netif_device_present(dev))
		return -ENODEV;
	set_bit(__LINK_STATE_START, &dev->state);
	if (dev->netdev_ops->ndo_validate_addr)
		err = dev->netdev_ops->ndo_validate_addr(dev);
	if (!err && dev->netdev_ops->ndo_open)
		err = dev->netdev_ops->ndo_open(dev);
	if (err) {
		clear_bit(__LINK_STATE_START, &dev->state);
		return err;
	}
	WRITE_ONCE(dev->flags, dev->flags | IFF_UP);
	dev->up = true;
	call_netdevice_notifiers(NETDEV_UP, dev);
	return 0;
}
EXPORT_SYMBOL(netif_open);

int dev_open(struct net_device *dev, struct netlink_ext_ack *extack)
{
	int err;

	netdev_lock_ops(dev);
	err = netif_open(dev, extack);
	netdev_unlock_ops(dev);
	return err;
}
EXPORT_SYMBOL(dev_open);

void netif_close(struct net_device *dev)
{
	ASSERT_RTNL();
	netdev_ops_assert_locked(dev);
	if (!(dev->flags & IFF_UP))
		return;
	call_netdevice_notifiers(NETDEV_GOING_DOWN, dev);
	clear_bit(__LINK_STATE_START, &dev->state);
	if (dev->netdev_ops->ndo_stop)
		dev->netdev_ops->ndo_stop(dev);
	WRITE_ONCE(dev->flags, dev->flags & ~IFF_UP);
	dev->up = false;
	call_netdevice_notifiers(NETDEV_DOWN, dev);
}
EXPORT_SYMBOL(netif_close);

void dev_close(struct net_device *dev)
{
	netdev_lock_ops(dev);
	netif_close(dev);
	netdev_unlock_ops(dev);
}
EXPORT_SYMBOL(dev_close);
