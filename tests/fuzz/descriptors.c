// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that writes any bytes as completions, to a driver that has to live with it.
 *
 * The input is a row of completions, of receiving or of sending, each written where the
 * device would write its next one, behind frames that really came and packets that really
 * went. Nothing may warn, no buffer may be lost or be with two; and when the driver has
 * had time to start the queue afresh, a frame comes through and a packet goes out.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/bus.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>
#include <udevmem/netlink.h>
#include <udevmem/netdev.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>
#include <udevmem/udevmem.h>

#include "emu-nic/driver/emunic.h"
#include "emu-nic/hw/emunic_hw.h"

enum { PAGES = 96, MS = 1000000, WATCHDOG_MS = 50, FRAME = 60, MOST = 16 };

static struct udm_netdev *nic;
static struct emunic_queue *queue;
static const uint8_t frame[FRAME] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5 };

static void must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "descriptors: %s\n", what);
		abort();
	}
}

static struct emunic_queue *driver_queue(int ifindex)
{
	struct net_device *dev;

	udm_call_begin();
	rtnl_lock();
	dev = __dev_get_by_index(&init_net, ifindex);
	rtnl_unlock();
	udm_call_end();
	must(dev != NULL, "no interface");
	return ((struct emunic_priv *)netdev_priv(dev))->queues;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const struct udm_netdev_config small = { .queues = 1, .ring_entries = 64,
							.tx_entries = 64,
							.watchdog_ms = WATCHDOG_MS };
	unsigned int rxq = 0;
	uint32_t id;
	char err[256];
	int nl;

	must(!udm_boot(NULL), "no boot");
	nic = udm_netdev_create(&small);
	must(nic != NULL, "no NIC");
	nl = udm_netlink_open();
	must(!udm_ethtool_set_data_split(nl, udm_netdev_ifindex(nic), true, 0, err, sizeof(err)),
	     err);
	must(!udm_netdev_up(nic), "the NIC stays down");
	must(!udm_netdev_bind_rx(nl, udm_netdev_ifindex(nic),
				 udm_gpu_create_dmabuf(PAGES * PAGE_SIZE, NULL), &rxq, 1, &id, err,
				 sizeof(err)), err);
	queue = driver_queue(udm_netdev_ifindex(nic));
	return 0;
}

/* The entry the driver looks at next; the low bits of pick choose one of those behind it. */
static void write_completion(const struct emunic_ring *cq, size_t size, uint8_t pick,
			     const uint8_t *bytes, u32 phase)
{
	const u32 index = cq->tail + pick % 4;
	uint8_t *entry = (uint8_t *)cq->cpu + (index & (cq->entries - 1)) * size;
	u32 flags;

	memcpy(entry, bytes, size - sizeof(flags));
	memcpy(&flags, bytes + size - sizeof(flags), sizeof(flags));
	/* Mostly one that is valid in this pass, or the driver would not look at it. */
	if (pick < 224)
		flags = index & cq->entries ? flags & ~phase : flags | phase;
	*(volatile u32 *)(entry + size - sizeof(flags)) = flags;
}

static void poll_queue(void)
{
	udm_call_begin();
	local_bh_disable();
	napi_schedule(&queue->napi);
	local_bh_enable();
	udm_call_end();
	udm_run_until_idle();
}

static uint64_t frames_in(void)
{
	return u64_stats_read(&queue->stats.packets);
}

static void still_works(void)
{
	const uint64_t before = frames_in();

	for (int i = 0; i < 10 && frames_in() == before; i++) {
		emunic_hw_rx(udm_netdev_hw(nic), frame, sizeof(frame));
		udm_advance(i ? 4 * WATCHDOG_MS * MS : 0);
	}
	must(frames_in() != before, "the queue stays dead");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { RX = sizeof(struct emunic_rx_cqe), TX = sizeof(struct emunic_tx_cqe) };

	for (int n = 0; n < MOST && size >= 2 + RX; n++, data += 2 + RX, size -= 2 + RX) {
		if (data[0] & 1)
			emunic_hw_rx(udm_netdev_hw(nic), frame, sizeof(frame));
		if (data[0] & 2)
			udm_run_until_idle();
		if (data[0] & 4)
			write_completion(&queue->tx.cq, TX, data[1], data + 2, EMUNIC_CQE_PHASE);
		else
			write_completion(&queue->rx.cq, RX, data[1], data + 2, EMUNIC_CQE_PHASE);
		if (data[0] & 8)
			poll_queue();
	}
	poll_queue();
	still_works();
	must(!udm_pagepool_check() && !udm_warn_count(), udm_warn_last());
	return 0;
}
