// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host API: an emulated NIC as one object.
 *
 * Plays the bus: makes the device, its interrupt lines and its struct device, hands
 * their resources to the driver, and takes everything apart in reverse order.
 */
#include <udevmem/netdev.h>

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <udevmem/bus.h>
#include <udevmem/file.h>
#include <udevmem/irq.h>
#include <udevmem/pagepool.h>

#include "driver/emunic.h"
#include "hw/emunic_hw.h"
#include "netdev_host.h"

struct udm_netdev {
	struct device dev;
	u64 dma_mask;
	struct device_dma_parameters dma_parms;
	struct emunic_hw *hw;
	struct net_device *netdev;
	unsigned int queues;
	int irqs[EMUNIC_MAX_QUEUES];
	struct udm_holder holder;	/* of what is in its rings */
	int link_irq;
	unsigned int number;	/* the lowest no other device has: the end of its MAC address */
};

static DECLARE_BITMAP(numbers, 256);

static void nic_release(struct device *dev)
{
	kfree(container_of(dev, struct udm_netdev, dev));
}

static int irqs_alloc(struct udm_netdev *nic)
{
	for (unsigned int i = 0; i < nic->queues; i++) {
		nic->irqs[i] = udm_irq_alloc(i % num_online_cpus());
		if (nic->irqs[i] <= 0)
			return -ENOMEM;
	}
	nic->link_irq = udm_irq_alloc(0);
	return nic->link_irq > 0 ? 0 : -ENOMEM;
}

static void irqs_free(struct udm_netdev *nic)
{
	for (unsigned int i = 0; i < nic->queues; i++)
		if (nic->irqs[i] > 0)
			udm_irq_free(nic->irqs[i]);
	if (nic->link_irq > 0)
		udm_irq_free(nic->link_irq);
}

static int hardware_create(struct udm_netdev *nic, const struct udm_netdev_config *cfg)
{
	struct emunic_hw_config hw = {
		.queues = nic->queues,
		.bus = udm_bus_of(&nic->dev),
		.mac = { 0x02, 'u', 'd', 'm', 0, (uint8_t)(nic->number + 1) },
		.fifo_bytes = cfg->fifo_bytes,
	};

	if (!hw.bus)
		return -ENOMEM;
	nic->hw = emunic_hw_create(&hw);
	return nic->hw ? 0 : -errno;
}

static int driver_probe(struct udm_netdev *nic, const struct udm_netdev_config *cfg)
{
	struct emunic_resources res = {
		.bar = (void __iomem *)emunic_hw_bar(nic->hw),
		.irqs = nic->irqs,
		.num_irqs = nic->queues,
		.link_irq = nic->link_irq,
		.ring_entries = cfg->ring_entries,
		.tx_entries = cfg->tx_entries,
		.watchdog_ms = cfg->watchdog_ms,
		.pause = cfg->pause,
		.name = cfg->name,
	};
	struct net_device *netdev = emunic_probe(&nic->dev, &res);

	if (IS_ERR(netdev))
		return PTR_ERR(netdev);
	nic->netdev = netdev;
	return 0;
}

struct asking {
	const struct udm_netdev *nic;
	udm_held_fn found;
	void *ctx;
	enum udm_niov_state state;
};

static void buffer_tell(void *ctx, unsigned int queue, uint64_t addr, size_t len)
{
	const struct asking *ask = ctx;

	ask->found(ask->ctx, &(struct udm_held){
		.state = ask->state, .dev = &ask->nic->dev, .dma_addr = addr, .len = len,
		.ifindex = ask->nic->netdev->ifindex, .queue = queue,
	});
}

static int rings_walk(struct udm_holder *holder, udm_held_fn found, void *ctx)
{
	struct asking ask = {
		.nic = container_of(holder, struct udm_netdev, holder), .found = found, .ctx = ctx,
	};

	ask.state = UDM_NIOV_POSTED;
	emunic_hw_posted(ask.nic->hw, buffer_tell, &ask);
	ask.state = UDM_NIOV_SENDING;
	emunic_hw_sending(ask.nic->hw, buffer_tell, &ask);
	return 0;
}

static void take_apart(struct udm_netdev *nic)
{
	udm_holder_remove(&nic->holder);
	if (nic->netdev)
		emunic_remove(nic->netdev);
	if (nic->hw)
		emunic_hw_destroy(nic->hw);
	irqs_free(nic);
	clear_bit(nic->number, numbers);
	device_del(&nic->dev);
	put_device(&nic->dev);
}

static struct udm_netdev *nic_alloc(const struct udm_netdev_config *cfg)
{
	static int serial;
	struct udm_netdev *nic = kzalloc(sizeof(*nic), GFP_KERNEL);

	if (!nic)
		return NULL;
	nic->queues = cfg->queues ? cfg->queues : 4;
	nic->dma_mask = DMA_BIT_MASK(64);
	device_initialize(&nic->dev);
	nic->dev.release = nic_release;
	nic->dev.dma_mask = &nic->dma_mask;
	nic->dev.dma_parms = &nic->dma_parms;
	nic->dev.coherent_dma_mask = nic->dma_mask;
	if (!dev_set_name(&nic->dev, "emunic%d", serial) && !device_add(&nic->dev)) {
		serial++;
		nic->number = find_first_zero_bit(numbers, 255);
		set_bit(nic->number, numbers);
		return nic;
	}
	put_device(&nic->dev);
	return NULL;
}

static struct udm_netdev *nic_create(const struct udm_netdev_config *cfg, int *err)
{
	struct udm_netdev *nic;

	*err = -EINVAL;
	if (cfg->queues > EMUNIC_MAX_QUEUES)
		return NULL;
	*err = -ENOMEM;
	nic = nic_alloc(cfg);
	if (!nic)
		return NULL;
	*err = irqs_alloc(nic);
	if (!*err)
		*err = hardware_create(nic, cfg);
	if (!*err)
		*err = driver_probe(nic, cfg);
	if (!*err) {
		nic->holder.walk = rings_walk;
		udm_holder_add(&nic->holder);
		return nic;
	}
	take_apart(nic);
	return NULL;
}

struct udm_netdev *udm_netdev_create(const struct udm_netdev_config *cfg)
{
	static const struct udm_netdev_config defaults;
	struct udm_netdev *nic;
	int err;

	udm_call_begin();
	nic = nic_create(cfg ? cfg : &defaults, &err);
	udm_call_end();
	if (!nic)
		errno = -err;
	else if (cfg && cfg->gro_hw)
		udm_netdev_set_gro_hw(nic, true);
	return nic;
}

void udm_netdev_destroy(struct udm_netdev *nic)
{
	if (!nic)
		return;
	udm_call_begin();
	take_apart(nic);
	udm_call_end();
}

int udm_netdev_up(struct udm_netdev *nic)
{
	int err;

	udm_call_begin();
	rtnl_lock();
	err = dev_open(nic->netdev, NULL);
	rtnl_unlock();
	udm_call_end();
	return host_result(err);
}

int udm_netdev_down(struct udm_netdev *nic)
{
	udm_call_begin();
	rtnl_lock();
	dev_close(nic->netdev);
	rtnl_unlock();
	udm_call_end();
	return 0;
}

int udm_netdev_ifindex(const struct udm_netdev *nic)
{
	return nic->netdev->ifindex;
}

const char *udm_netdev_name(const struct udm_netdev *nic)
{
	return nic->netdev->name;
}

unsigned int udm_netdev_queues(const struct udm_netdev *nic)
{
	return nic->queues;
}

struct emunic_hw *udm_netdev_hw(const struct udm_netdev *nic)
{
	return nic->hw;
}

struct device *udm_netdev_device(const struct udm_netdev *nic)
{
	return (struct device *)&nic->dev;
}

static struct emunic_queue *queue_of(struct udm_netdev *nic, unsigned int i)
{
	struct emunic_priv *priv = netdev_priv(nic->netdev);

	return &priv->queues[i];
}

static_assert((int)UDM_NIC_FAULTS == (int)EMUNIC_HW_FAULTS);
static_assert((int)UDM_NIC_GONE == (int)EMUNIC_HW_FAULT_GONE);

int udm_netdev_fault(struct udm_netdev *nic, unsigned int queue, enum udm_nic_fault kind,
		     unsigned int times)
{
	int err = emunic_hw_fault(nic->hw, queue, (enum emunic_hw_fault)kind, times);

	return host_result(err);
}

static bool backlogs_empty(struct udm_netdev *nic)
{
	for (unsigned int i = 0; i < nic->queues; i++)
		if (!skb_queue_empty_lockless(&netdev_get_tx_queue(nic->netdev, i)->backlog))
			return false;
	return true;
}

/*
 * The order matters: what is sent moves from the backlog to the ring, what comes from
 * the FIFO to the completion ring to the poll, so looking in that order never misses
 * a packet that moves meanwhile.
 */
bool udm_netdev_idle(struct udm_netdev *nic)
{
	if (!backlogs_empty(nic) || !emunic_hw_idle(nic->hw))
		return false;
	for (unsigned int i = 0; i < nic->queues; i++) {
		void __iomem *regs = (void __iomem *)emunic_hw_bar(nic->hw) + EMUNIC_Q(i);

		if (readl(regs + EMUNIC_Q_CQ_TAIL) != readl(regs + EMUNIC_Q_CQ_HEAD) ||
		    readl(regs + EMUNIC_TQ_CQ_TAIL) != readl(regs + EMUNIC_TQ_CQ_HEAD))
			return false;
		if (netif_running(nic->netdev) &&
		    test_bit(NAPI_STATE_SCHED, &queue_of(nic, i)->napi.state))
			return false;
	}
	return true;
}

bool udm_netdev_quiesce(struct udm_netdev *nic, unsigned int timeout_ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(timeout_ms);
	bool idle;

	udm_call_begin();
	while (!(idle = udm_netdev_idle(nic)) && time_before(jiffies, end))
		usleep_range(100, 200);
	udm_call_end();
	return idle;
}

int udm_netdev_queue_stats(struct udm_netdev *nic, unsigned int i, struct udm_queue_stats *s)
{
	struct emunic_queue *q;

	if (i >= nic->queues) {
		errno = ENOENT;
		return -1;
	}
	q = queue_of(nic, i);
	*s = (struct udm_queue_stats){
		.frames = emunic_q_counter(q, EMUNIC_Q_FRAMES),
		.bytes = emunic_q_counter(q, EMUNIC_Q_BYTES),
		.completions = emunic_q_counter(q, EMUNIC_Q_COMPLETIONS),
		.split = emunic_q_counter(q, EMUNIC_Q_SPLIT),
		.gro_packets = emunic_q_counter(q, EMUNIC_Q_GRO_PACKETS),
		.gro_frames = emunic_q_counter(q, EMUNIC_Q_GRO_SEGMENTS),
		.steered = emunic_q_counter(q, EMUNIC_Q_STEERED),
		.posted = u64_stats_read(&q->stats.posted),
		.filled = u64_stats_read(&q->stats.filled),
		.starved = u64_stats_read(&q->stats.starved),
		.tx_packets = emunic_tx_counter(q, EMUNIC_TQ_PACKETS),
		.tx_frames = emunic_tx_counter(q, EMUNIC_TQ_FRAMES),
		.tx_bytes = emunic_tx_counter(q, EMUNIC_TQ_BYTES),
	};
	return 0;
}

static const struct drop_name {
	int counter;
	const char *reason;
} queue_drops[] = {
	{ EMUNIC_Q_DROP_NO_HDR_BUF, "no_header_buffer" },
	{ EMUNIC_Q_DROP_NO_PAY_BUF, "no_payload_buffer" },
	{ EMUNIC_Q_DROP_NO_CQE, "no_completion_entry" },
	{ EMUNIC_Q_DROP_STOPPED, "queue_stopped" },
	{ EMUNIC_Q_DROP_FIFO, "fifo_full" },
	{ EMUNIC_Q_DROP_IOMMU, "iommu_fault" },
	{ EMUNIC_Q_DROP_TOO_BIG, "too_many_buffers" },
	{ EMUNIC_Q_DROP_RESET, "reset" },
}, tx_drops[] = {
	{ EMUNIC_TQ_DROP_IOMMU, "tx_iommu_fault" },
	{ EMUNIC_TQ_DROP_CHAIN, "tx_malformed_chain" },
	{ EMUNIC_TQ_DROP_OFFLOAD, "tx_wrong_offload" },
	{ EMUNIC_TQ_DROP_TOO_BIG, "tx_too_big" },
	{ EMUNIC_TQ_DROP_DISABLED, "tx_port_disabled" },
	{ EMUNIC_TQ_DROP_LINK, "tx_no_link" },
	{ EMUNIC_TQ_DROP_STOPPED, "tx_queue_stopped" },
}, port_drops[] = {
	{ EMUNIC_PORT_DROP_DISABLED, "port_disabled" },
	{ EMUNIC_PORT_DROP_RUNT, "runt" },
	{ EMUNIC_PORT_DROP_GIANT, "giant" },
	{ EMUNIC_PORT_DROP_MEMORY, "host_memory" },
	{ EMUNIC_PORT_DROP_RULE, "flow_rule" },
};

typedef void (*drop_fn)(void *ctx, const char *reason, uint64_t count);

static void tell(drop_fn fn, void *ctx, const char *reason, uint64_t count)
{
	if (count)
		fn(ctx, reason, count);
}

static void device_drops(struct udm_netdev *nic, drop_fn fn, void *ctx)
{
	struct emunic_priv *priv = netdev_priv(nic->netdev);

	for (size_t i = 0; i < ARRAY_SIZE(port_drops); i++)
		tell(fn, ctx, port_drops[i].reason,
		     emunic_counter(priv, EMUNIC_PORT_COUNTER(port_drops[i].counter)));
	for (size_t i = 0; i < ARRAY_SIZE(queue_drops); i++) {
		uint64_t sum = 0;

		for (unsigned int q = 0; q < nic->queues; q++)
			sum += emunic_q_counter(queue_of(nic, q), queue_drops[i].counter);
		tell(fn, ctx, queue_drops[i].reason, sum);
	}
	for (size_t i = 0; i < ARRAY_SIZE(tx_drops); i++) {
		uint64_t sum = 0;

		for (unsigned int q = 0; q < nic->queues; q++)
			sum += emunic_tx_counter(queue_of(nic, q), tx_drops[i].counter);
		tell(fn, ctx, tx_drops[i].reason, sum);
	}
}

static void driver_troubles(struct udm_netdev *nic, drop_fn fn, void *ctx)
{
	for (unsigned int t = 0; t < EMUNIC_TROUBLES; t++) {
		uint64_t sum = 0;

		for (unsigned int q = 0; q < nic->queues; q++)
			sum += u64_stats_read(&queue_of(nic, q)->troubles[t]);
		tell(fn, ctx, emunic_trouble_names[t], sum);
	}
}

void udm_netdev_drops(struct udm_netdev *nic, drop_fn fn, void *ctx)
{
	uint64_t csum = 0, malformed = 0, memory = 0, frags = 0, unsent = 0, discarded = 0;

	device_drops(nic, fn, ctx);
	driver_troubles(nic, fn, ctx);
	for (unsigned int i = 0; i < nic->queues; i++) {
		const struct emunic_rx_stats *s = &queue_of(nic, i)->stats;

		csum += u64_stats_read(&s->csum_bad);
		malformed += u64_stats_read(&s->malformed);
		memory += u64_stats_read(&s->alloc_fail);
		frags += u64_stats_read(&s->too_many_frags);
		unsent += u64_stats_read(&queue_of(nic, i)->tx_sent.dropped);
		discarded += u64_stats_read(&queue_of(nic, i)->tx_done.discarded);
	}
	tell(fn, ctx, "bad_checksum", csum);
	tell(fn, ctx, "malformed_header", malformed);
	tell(fn, ctx, "skb_memory", memory);
	tell(fn, ctx, "too_many_frags", frags);
	tell(fn, ctx, "tx_mapping", unsent);
	tell(fn, ctx, "tx_interface_down", discarded);
}
