// SPDX-License-Identifier: GPL-2.0-only
/*
 * IP: which devices have which addresses, where packets to an address leave, and the clock
 * of the stack. See inet_if.h for the locking.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include "inet_if.h"

static DEFINE_SPINLOCK(stack_lock);
static LIST_HEAD(inet_ifs);
static bool any_inet_if;
static bool ticking;		/* the timer of ticks is armed */
static u64 expires;		/* the timer of lost segments is armed for then; 0: it is not */

/* --- Lock and clock ------------------------------------------------------ */

static void stack_timer_fn(struct timer_list *timer)
{
	inet_stack_lock();
	ticking = false;
	stack_tick();
	inet_stack_unlock();
}

static DEFINE_TIMER(stack_timer, stack_timer_fn);

static void loss_timer_fn(struct timer_list *timer)
{
	inet_stack_lock();
	expires = 0;
	stack_expire();
	inet_stack_unlock();
}

static DEFINE_TIMER(loss_timer, loss_timer_fn);

void inet_stack_lock(void)
{
	spin_lock_bh(&stack_lock);
}

/* It is not put off with each acknowledgement: that costs more than to fire in vain. */
static void loss_timer_arm(u64 due)
{
	const u64 now = ktime_to_us(ktime_get());

	expires = due;
	mod_timer(&loss_timer, jiffies + 1 + (due > now ? usecs_to_jiffies(due - now) : 0));
}

/*
 * The timers run only while the stack waits for something: an idle machine stays idle,
 * and a simulated one can tell that nobody will ever be woken.
 */
void inet_stack_unlock(void)
{
	u64 due = stack_due();

	if (due && (!expires || due < expires))
		loss_timer_arm(due);
	if (!ticking && stack_busy()) {
		ticking = true;
		mod_timer(&stack_timer, jiffies + msecs_to_jiffies(STACK_TICK_MS));
	}
	spin_unlock_bh(&stack_lock);
}

/* --- Interfaces ---------------------------------------------------------- */

bool inet_if_any(void)
{
	return READ_ONCE(any_inet_if);
}

struct inet_if *inet_if_of(const struct net_device *dev)
{
	struct inet_if *ifp;

	list_for_each_entry(ifp, &inet_ifs, node)
		if (ifp->dev == dev)
			return ifp;
	return NULL;
}

struct inet_if *inet_if_owning(const struct net_device *dev, const struct in6_addr *ip)
{
	struct inet_if *ifp = inet_if_of(dev);
	struct stack_addr addr = stack_addr_of(ip);

	return ifp && stack_if_has(ifp->stack, &addr) ? ifp : NULL;
}

static struct inet_if *inet_if_create(struct net_device *dev)
{
	struct inet_if *ifp = kzalloc(sizeof(*ifp), GFP_ATOMIC);

	if (!ifp)
		return NULL;
	ifp->dev = dev;
	ifp->stack = stack_if_add(ifp, dev->dev_addr, dev->mtu);
	if (!ifp->stack) {
		kfree(ifp);
		return NULL;
	}
	list_add_tail(&ifp->node, &inet_ifs);
	WRITE_ONCE(any_inet_if, true);
	return ifp;
}

static void inet_if_destroy(struct inet_if *ifp)
{
	list_del(&ifp->node);
	WRITE_ONCE(any_inet_if, !list_empty(&inet_ifs));
	stack_if_remove(ifp->stack);
	kfree(ifp);
}

/* --- Addresses ----------------------------------------------------------- */

int inet_if_add_address(struct net_device *dev, const struct in6_addr *ip, unsigned int prefix)
{
	struct stack_addr addr = stack_addr_of(ip);
	struct inet_if *ifp, *fresh = NULL;
	int err = -ENOMEM;

	inet_stack_lock();
	ifp = inet_if_of(dev);
	if (!ifp)
		ifp = fresh = inet_if_create(dev);
	if (ifp)
		err = stack_if_add_address(ifp->stack, &addr, prefix);
	if (err && fresh)
		inet_if_destroy(fresh);
	inet_stack_unlock();
	return err;
}

/* What only a device with addresses has something to do with. */
static int inet_if_change(struct net_device *dev, const struct in6_addr *ip,
			  int (*fn)(struct stack_if *sif, const struct stack_addr *addr))
{
	struct stack_addr addr = stack_addr_of(ip);
	struct inet_if *ifp;
	int err = -EADDRNOTAVAIL;

	inet_stack_lock();
	ifp = inet_if_of(dev);
	if (ifp)
		err = fn(ifp->stack, &addr);
	inet_stack_unlock();
	return err;
}

int inet_if_remove_address(struct net_device *dev, const struct in6_addr *ip)
{
	return inet_if_change(dev, ip, stack_if_remove_address);
}

int inet_if_set_gateway(struct net_device *dev, const struct in6_addr *ip)
{
	return inet_if_change(dev, ip, stack_if_set_gateway);
}

/* --- Routes -------------------------------------------------------------- */

static bool inet_if_usable(const struct inet_if *ifp, const struct sock *sk,
			   const struct stack_addr *remote)
{
	int bound = READ_ONCE(sk->sk_bound_dev_if);

	return (!bound || bound == ifp->dev->ifindex) && netif_running(ifp->dev) &&
	       net_eq(dev_net(ifp->dev), sock_net(sk)) && stack_if_routes(ifp->stack, remote);
}

struct inet_if *inet_if_with(const struct in6_addr *ip)
{
	struct stack_addr addr = stack_addr_of(ip);
	struct inet_if *ifp;

	list_for_each_entry(ifp, &inet_ifs, node)
		if (stack_if_has(ifp->stack, &addr))
			return ifp;
	return NULL;
}

/* An interface in the destination's subnet is better than one with a gateway. */
struct inet_if *inet_if_route(const struct sock *sk, struct in6_addr *saddr,
			      const struct in6_addr *daddr)
{
	struct stack_addr remote = stack_addr_of(daddr), local = stack_addr_of(saddr);
	bool bound = !ipv6_addr_any(saddr);
	struct inet_if *ifp, *best = NULL;

	if (bound && !inet_if_with(saddr))
		return ERR_PTR(-EADDRNOTAVAIL);
	list_for_each_entry(ifp, &inet_ifs, node) {
		if (!inet_if_usable(ifp, sk, &remote))
			continue;
		if (bound && !stack_if_has(ifp->stack, &local))
			continue;
		if (!best || (stack_if_on_link(ifp->stack, &remote) &&
			      !stack_if_on_link(best->stack, &remote)))
			best = ifp;
	}
	if (!best || (!bound && !stack_if_source(best->stack, &remote, &local)))
		return ERR_PTR(-ENETUNREACH);
	*saddr = stack_addr_to(&local);
	return best;
}

/* --- Life ---------------------------------------------------------------- */

static int inet_if_event(struct notifier_block *nb, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct inet_if *ifp;

	if (event != NETDEV_UNREGISTER)
		return NOTIFY_DONE;
	inet_stack_lock();
	ifp = inet_if_of(dev);
	if (ifp)
		inet_if_destroy(ifp);
	inet_stack_unlock();
	return NOTIFY_DONE;
}

static struct notifier_block inet_if_nb = { .notifier_call = inet_if_event };

int inet_if_init(const struct stack_ops *ops)
{
	int err;

	inet_stack_lock();
	err = stack_start(ops);
	inet_stack_unlock();
	return err ?: register_netdevice_notifier(&inet_if_nb);
}

void inet_if_exit(void)
{
	unregister_netdevice_notifier(&inet_if_nb);
	spin_lock_bh(&stack_lock);
	stack_stop();
	spin_unlock_bh(&stack_lock);
	timer_delete_sync(&stack_timer);
	timer_delete_sync(&loss_timer);
	ticking = false;
	expires = 0;
	WARN_ON(!list_empty(&inet_ifs));
}
