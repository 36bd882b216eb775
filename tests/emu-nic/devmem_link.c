// SPDX-License-Identifier: GPL-2.0-only
/* Two NICs and a cable, with device memory (devmem_link.h). */
#include "fixture.h"

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/netdev_lock.h>
#include <net/netdev_netlink.h>
#include <string.h>
#include <sys/mman.h>
#include <udevmem/dmabuf.h>
#include <udevmem/netlink.h>

#include "devmem_link.h"
#include "libpagepool/devmem.h"

enum { DEVICE_BYTES = 4 << 20, QUEUE = 1 };

struct devmem_link mem;

static unsigned char *map(int fd)
{
	unsigned char *at = udm_mmap(NULL, DEVICE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	ck_assert(at != MAP_FAILED);
	return at;
}

/* What goes to this port of end 1 goes to the queue with device memory. */
static void steer(u16 port)
{
	struct ethtool_rxnfc info = {
		.cmd = ETHTOOL_SRXCLSRLINS,
		.fs = {
			.flow_type = TCP_V4_FLOW,
			.h_u.tcp_ip4_spec.pdst = htons(port),
			.m_u.tcp_ip4_spec.pdst = htons(0xffff),
			.ring_cookie = QUEUE,
			.location = RX_CLS_LOC_ANY,
		},
	};
	struct ifreq ifr = { .ifr_data = (void *)&info };
	int fd = link_socket(false, 0);

	strcpy(ifr.ifr_name, udm_netdev_name(cable.nic[1]));
	ck_assert_int_eq(udm_ioctl(fd, SIOCETHTOOL, (unsigned long)&ifr), 0);
	udm_close(fd);
}

static void bind_receiver(void)
{
	unsigned int queue = QUEUE;
	char err[128] = "";
	int ifindex = udm_netdev_ifindex(cable.nic[1]);

	mem.in = udm_gpu_create_dmabuf(DEVICE_BYTES, NULL);
	mem.in_map = map(mem.in);
	mem.netlink = udm_netlink_open();
	ck_assert_msg(!udm_ethtool_set_data_split(mem.netlink, ifindex, true, 0, err, sizeof(err)),
		      "%s", err);
	ck_assert_msg(!udm_netdev_bind_rx(mem.netlink, ifindex, mem.in, &queue, 1, &mem.in_id,
					  err, sizeof(err)), "%s", err);
	steer(7);
}

static void bind_sender(void)
{
	struct net_device *dev = dev_get_by_index(&init_net, udm_netdev_ifindex(cable.nic[0]));

	mem.out = udm_gpu_create_dmabuf(DEVICE_BYTES, NULL);
	mem.out_map = map(mem.out);
	mutex_init(&mem.owner.lock);
	INIT_LIST_HEAD(&mem.owner.bindings);
	mutex_lock(&mem.owner.lock);
	netdev_lock(dev);
	mem.binding = net_devmem_bind_dmabuf(dev, NULL, udm_netdev_device(cable.nic[0]),
					     DMA_TO_DEVICE, mem.out, &mem.owner, NULL);
	netdev_unlock(dev);
	mutex_unlock(&mem.owner.lock);
	ck_assert(!IS_ERR(mem.binding));
	dev_put(dev);
}

static void unbind_sender(void)
{
	struct net_device *dev = dev_get_by_index(&init_net, udm_netdev_ifindex(cable.nic[0]));

	mutex_lock(&mem.owner.lock);
	netdev_lock(dev);
	net_devmem_unbind_dmabuf(mem.binding);
	netdev_unlock(dev);
	mutex_unlock(&mem.owner.lock);
	dev_put(dev);
	udm_munmap(mem.out_map, DEVICE_BYTES);
	udm_close(mem.out);
}

void open_memory(enum udm_mode mode, u64 seed)
{
	link_open(mode, seed);
	bind_receiver();
	bind_sender();
}

void close_memory(void)
{
	unbind_sender();
	udm_close(mem.netlink);
	udm_munmap(mem.in_map, DEVICE_BYTES);
	udm_close(mem.in);
	link_close();
}
