// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network namespaces and the subsystems that live in each of them.
 *
 * init_net exists from boot to shutdown. Others are made by copy_net_ns() and
 * taken down, in a work item, when their last user is gone. The list of
 * namespaces is changed under RTNL; pernet_lock serialises setting up and
 * taking down, and the list of subsystems.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <sched.h>
#include "net.h"

#define OPTMEM_MAX_DEFAULT	(128 << 10)

struct net init_net;
EXPORT_SYMBOL(init_net);

LIST_HEAD(net_namespace_list);
EXPORT_SYMBOL(net_namespace_list);

static LIST_HEAD(pernet_list);
static DEFINE_MUTEX(pernet_lock);
static struct workqueue_struct *netns_wq;
static u64 next_cookie;

static void net_exit_back_to(struct net *net, struct pernet_operations *stop)
{
	struct pernet_operations *ops;

	list_for_each_entry_reverse(ops, &pernet_list, list) {
		if (ops == stop)
			break;
		if (ops->exit)
			ops->exit(net);
	}
}

/* Undoes the subsystems set up before @failed. */
static void net_undo_before(struct net *net, struct pernet_operations *failed)
{
	struct pernet_operations *ops = failed;

	list_for_each_entry_continue_reverse(ops, &pernet_list, list)
		if (ops->exit)
			ops->exit(net);
}

static void net_unpublish(struct net *net)
{
	rtnl_lock();
	list_del(&net->list);
	rtnl_unlock();
}

static void net_cleanup(struct work_struct *work)
{
	struct net *net = container_of(work, struct net, cleanup);

	mutex_lock(&pernet_lock);
	net_unpublish(net);
	net_exit_back_to(net, NULL);
	mutex_unlock(&pernet_lock);
	synchronize_rcu();
	xa_destroy(&net->dev_by_index);
	if (net != &init_net)
		kfree(net);
}

static int net_setup(struct net *net, struct user_namespace *user_ns)
{
	struct pernet_operations *ops;
	int err;

	refcount_set(&net->count, 1);
	net->user_ns = user_ns;
	net->ifindex_rover = 0;
	net->core.sysctl_optmem_max = OPTMEM_MAX_DEFAULT;
	xa_init_flags(&net->dev_by_index, XA_FLAGS_ALLOC1);
	INIT_WORK(&net->cleanup, net_cleanup);
	net->net_cookie = ++next_cookie;
	list_for_each_entry(ops, &pernet_list, list) {
		err = ops->init ? ops->init(net) : 0;
		if (err) {
			net_undo_before(net, ops);
			xa_destroy(&net->dev_by_index);
			return err;
		}
	}
	rtnl_lock();
	list_add_tail(&net->list, &net_namespace_list);
	rtnl_unlock();
	return 0;
}

struct net *copy_net_ns(unsigned long flags, struct user_namespace *user_ns, struct net *old_net)
{
	struct net *net;
	int err;

	if (!(flags & CLONE_NEWNET))
		return get_net(old_net);
	net = kzalloc(sizeof(*net), GFP_KERNEL);
	if (!net)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&pernet_lock);
	err = net_setup(net, user_ns);
	mutex_unlock(&pernet_lock);
	if (!err)
		return net;
	kfree(net);
	return ERR_PTR(err);
}
EXPORT_SYMBOL(copy_net_ns);

void put_net(struct net *net)
{
	if (refcount_dec_and_test(&net->count))
		queue_work(netns_wq, &net->cleanup);
}
EXPORT_SYMBOL(put_net);

/* Sets @ops up in the namespaces there are; on failure takes it down again. */
int register_pernet_subsys(struct pernet_operations *ops)
{
	struct net *net;
	int err = 0;

	guard(mutex)(&pernet_lock);
	list_add_tail(&ops->list, &pernet_list);
	for_each_net(net) {
		err = ops->init ? ops->init(net) : 0;
		if (err)
			break;
	}
	if (!err)
		return 0;
	list_for_each_entry_continue_reverse(net, &net_namespace_list, list)
		if (ops->exit)
			ops->exit(net);
	list_del(&ops->list);
	return err;
}
EXPORT_SYMBOL(register_pernet_subsys);

void unregister_pernet_subsys(struct pernet_operations *ops)
{
	struct net *net;

	guard(mutex)(&pernet_lock);
	for_each_net(net)
		if (ops->exit)
			ops->exit(net);
	list_del(&ops->list);
}
EXPORT_SYMBOL(unregister_pernet_subsys);

int net_ns_init(void)
{
	int err;

	next_cookie = 0;
	netns_wq = alloc_ordered_workqueue("netns", 0);
	if (!netns_wq)
		return -ENOMEM;
	mutex_lock(&pernet_lock);
	err = net_setup(&init_net, &init_user_ns);
	mutex_unlock(&pernet_lock);
	init_nsproxy.net_ns = &init_net;
	if (err)
		destroy_workqueue(netns_wq);
	return err;
}

/* Namespaces somebody still uses are left alone: the leak report names them. */
void net_ns_exit(void)
{
	put_net(&init_net);
	destroy_workqueue(netns_wq);
	netns_wq = NULL;
	WARN_ON(!list_empty(&net_namespace_list));
	init_nsproxy.net_ns = NULL;
}
