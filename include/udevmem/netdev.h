/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Emulated NICs: make one, bring its interface up, look at it.
 *
 * A udm_netdev is the device (emu-nic/hw) together with its driver and network
 * interface. Calls block, need a booted machine, and return -1 or NULL with errno
 * on failure. A device is destroyed before udm_shutdown(), before or after its wire.
 */
#ifndef UDEVMEM_NETDEV_H
#define UDEVMEM_NETDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct device;
struct emunic_hw;
struct udm_netdev;

/* Zero is the default for each member. */
struct udm_netdev_config {
	unsigned int queues;		/* queue pairs, 1 to 64; default 4 */
	unsigned int ring_entries;	/* buffers per receive ring, a power of two; default 256 */
	unsigned int tx_entries;	/* descriptors per transmit ring, likewise; default 256 */
	const char *name;		/* of the interface; default "eth%d" */
	bool pause;			/* without a buffer hold the wire instead of dropping */
	unsigned int watchdog_ms;	/* how often the driver looks for faults; default 5000 */
	size_t fifo_bytes;		/* on-chip buffer per queue; default 256 KiB */
	bool gro_hw;			/* udm_netdev_set_gro_hw() from the start */
};

/* Device and interface, down. EINVAL, ENOMEM, EEXIST (name taken). cfg may be NULL. */
struct udm_netdev *udm_netdev_create(const struct udm_netdev_config *cfg);
/* Unregisters and frees all. Bindings of its queues are uninstalled. NULL is ignored. */
void udm_netdev_destroy(struct udm_netdev *dev);

int udm_netdev_up(struct udm_netdev *dev);
int udm_netdev_down(struct udm_netdev *dev);

/*
 * Addresses, by which TCP sockets take part in connections (udevmem/socket.h): "10.1.0.1/24"
 * or "fd00::1/64". An interface answers ARP, neighbour discovery and ping for them. It has
 * one IPv4 address (prefix 1 to 30) and up to five IPv6 addresses (prefix 64). Two interfaces
 * may be in one subnet. EINVAL, EEXIST (an interface has it), ENOSPC (no more), ENOMEM.
 */
int udm_netdev_add_address(struct udm_netdev *dev, const char *subnet);
/* Its connections fail. Without the prefix. EINVAL, EADDRNOTAVAIL. */
int udm_netdev_remove_address(struct udm_netdev *dev, const char *address);
/* Where IPv4 packets to other subnets go; NULL: nowhere. EINVAL (not in the subnet, IPv6). */
int udm_netdev_set_gateway(struct udm_netdev *dev, const char *address);

/*
 * Receive coalescing by the device (NETIF_F_GRO_HW), off by default: TCP segments that wait in
 * a queue and follow each other are delivered as one packet of up to 64 KiB. At any time. EIO
 * while the interface does without rx-checksum; it is still wanted, and had once that is back.
 */
int udm_netdev_set_gro_hw(struct udm_netdev *dev, bool on);

int udm_netdev_ifindex(const struct udm_netdev *dev);
const char *udm_netdev_name(const struct udm_netdev *dev);
unsigned int udm_netdev_queues(const struct udm_netdev *dev);
/* For wires, and for udevmem/iommu.h. Owned by the udm_netdev. */
struct emunic_hw *udm_netdev_hw(const struct udm_netdev *dev);
struct device *udm_netdev_device(const struct udm_netdev *dev);

/*
 * True when no frame is in the device, in its completion rings or being polled, and none
 * waits to be sent: all that came is with the sockets, or dropped and counted, and all
 * that was sent is on the wire. A snapshot.
 */
bool udm_netdev_idle(struct udm_netdev *dev);
/* Wait for that; false when it did not come within timeout_ms (of machine time). */
bool udm_netdev_quiesce(struct udm_netdev *dev, unsigned int timeout_ms);

struct udm_queue_stats {
	uint64_t frames, bytes;		/* delivered by the device */
	uint64_t completions;
	uint64_t split;			/* frames cut behind their headers */
	uint64_t gro_packets;		/* made of several frames by the device, */
	uint64_t gro_frames;		/* and how many frames those were */
	uint64_t steered;		/* chosen by a flow rule, not by RSS */
	uint64_t posted;		/* payload buffers given to the device */
	uint64_t filled;		/* payload buffers that came back */
	uint64_t starved;		/* refills that found no memory */
	uint64_t tx_packets;		/* sent whole by the device */
	uint64_t tx_frames, tx_bytes;	/* handed to the wire: a packet is many with TSO */
};

/* 0, or -1 with ENOENT for a queue that does not exist. */
int udm_netdev_queue_stats(struct udm_netdev *dev, unsigned int queue,
			   struct udm_queue_stats *stats);

/*
 * Hardware that breaks, to see the driver live with it. Each fault is of one queue pair and
 * happens the next `times` times that it can; 0 takes back what has not happened yet.
 * The driver counts each under the name given here (udm_netdev_drops(), `ethtool -S`), says so
 * once, and starts that direction of the queue afresh ("rx_reset", "tx_reset").
 */
enum udm_nic_fault {
	UDM_NIC_RX_STUCK,	/* receives nothing more until reset: "rx_stuck" by the watchdog */
	UDM_NIC_TX_STUCK,	/* sends nothing more: "tx_stuck" */
	UDM_NIC_LOST_DOORBELL,	/* "lost_doorbell" by the watchdog; rung again, no reset */
	UDM_NIC_DUPLICATE,	/* a frame is completed twice: "duplicate_completion" */
	UDM_NIC_REORDER,	/* buffers are not used in order: "reordered_completion" */
	UDM_NIC_UNKNOWN_BUFFER,	/* a completion for a buffer never posted: "unknown_buffer" */
	UDM_NIC_OVERLONG,	/* more bytes than the buffer has: "overlong_completion" */
	UDM_NIC_WILD_DMA,	/* data goes far beyond the buffer: "iommu_fault", no reset */
	UDM_NIC_LATE_DMA,	/* data goes to a buffer 50 ms after the queue was stopped */
	UDM_NIC_TX_BAD_HEAD,	/* more is reported sent than was given: "tx_bad_head" */
	UDM_NIC_CONTEXT,	/* an RSS context stays off; queue 0 stands for the device */
	UDM_NIC_GONE,		/* pulled out, for good: registers read all ones, no DMA */
	UDM_NIC_FAULTS,
};

/* 0, or -1 with EINVAL: no such queue or fault. */
int udm_netdev_fault(struct udm_netdev *dev, unsigned int queue, enum udm_nic_fault kind,
		     unsigned int times);

/*
 * Calls fn for each reason to drop that has occurred, device and driver, all queues together,
 * and for each kind of misbehaviour of the device.
 */
void udm_netdev_drops(struct udm_netdev *dev,
		      void (*fn)(void *ctx, const char *reason, uint64_t count), void *ctx);

/*
 * Packets the stack dropped since boot by reason (enum skb_drop_reason), and the
 * reason's name; NULL behind the last one.
 */
const char *udm_net_drop_name(unsigned int reason);
unsigned long udm_net_drops(unsigned int reason);

#ifdef __cplusplus
}
#endif

#endif
