// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network core's place in the boot order. Sockets need netlink, namespaces
 * need loopback devices; the layers above register themselves as initcalls.
 */
#include <linux/errno.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include "../subsystem.h"
#include "dev.h"
#include "net.h"

/* The loopback device is a per-namespace subsystem, the first, so it goes last. */
static int loopback_pernet_init(struct net *net)
{
	return loopback_net_init(net);
}

static void default_device_exit(struct net *net)
{
	struct net_device *dev;

	guard(rtnl)();
	for_each_netdev(net, dev)
		if (dev != net->loopback_dev)
			unregister_netdevice(dev);
	unregister_netdevice(net->loopback_dev);
	net->loopback_dev = NULL;
}

static struct pernet_operations loopback_pernet = {
	.init = loopback_pernet_init,
	.exit = default_device_exit,
};

static void softnet_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct softnet_data *sd = &per_cpu(softnet_data, cpu);

		*sd = (struct softnet_data){};
		INIT_LIST_HEAD(&sd->poll_list);
	}
}

int net_boot(const struct udm_config *cfg)
{
	int err;

	softnet_init();
	skb_drop_counts_reset();
	skb_set_frag_release(NULL);
	sock_set_devmem_ops(NULL);
	err = net_ns_init();
	if (err)
		return err;
	err = register_pernet_subsys(&loopback_pernet);
	if (err)
		goto no_loopback;
	err = netlink_core_init();
	if (err)
		goto no_netlink;
	err = genl_core_init();
	if (!err)
		return 0;
	netlink_core_exit();
no_netlink:
	unregister_pernet_subsys(&loopback_pernet);
no_loopback:
	net_ns_exit();
	return err;
}

void net_shutdown(void)
{
	genl_core_exit();
	netlink_core_exit();
	unregister_pernet_subsys(&loopback_pernet);
	net_ns_exit();
}
