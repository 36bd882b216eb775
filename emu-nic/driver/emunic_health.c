// SPDX-License-Identifier: GPL-2.0-only
/*
 * Living with broken hardware: notice it, count it, say it once, start the queue afresh.
 *
 * What a completion claims is checked where it is consumed; the first claim that
 * cannot be true condemns the direction of the queue (emunic_condemn()): its poll
 * touches the ring no more, so every buffer is where the driver's books say it is,
 * and the reset work stops it, gives all of them back and starts it anew. What
 * cannot be seen in completions is looked for by a watchdog: it asks each poll
 * function, which owns the books, to compare them with the registers, and it notices
 * when the device itself has gone.
 */
#include "emunic.h"

#include <linux/iopoll.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>
#include <net/netdev_lock.h>

static_assert(EMUNIC_Q_RESET == EMUNIC_TQ_RESET && EMUNIC_Q_RUNNING == EMUNIC_TQ_RUNNING);

const char emunic_trouble_names[EMUNIC_TROUBLES][ETH_GSTRING_LEN] = {
	[EMUNIC_DUPLICATE] = "duplicate_completion",
	[EMUNIC_REORDERED] = "reordered_completion",
	[EMUNIC_UNKNOWN_BUF] = "unknown_buffer",
	[EMUNIC_OVERLONG] = "overlong_completion",
	[EMUNIC_BROKEN_FRAME] = "broken_frame",
	[EMUNIC_RX_STUCK] = "rx_stuck",
	[EMUNIC_TX_STUCK] = "tx_stuck",
	[EMUNIC_TX_BAD_HEAD] = "tx_bad_head",
	[EMUNIC_LOST_DOORBELL] = "lost_doorbell",
	[EMUNIC_STOP_FORCED] = "forced_stop",
	[EMUNIC_RX_RESET] = "rx_reset",
	[EMUNIC_TX_RESET] = "tx_reset",
};

static void count_trouble(struct emunic_queue *q, enum emunic_trouble what)
{
	u64_stats_inc(&q->troubles[what]);
}

bool emunic_gone(const struct emunic_priv *priv)
{
	return readl(priv->bar + EMUNIC_ID) == EMUNIC_GONE;
}

/* Poll function, and only one direction's worth of trouble at a time: said once. */
void emunic_condemn(struct emunic_queue *q, enum emunic_trouble why)
{
	bool tx = why == EMUNIC_TX_STUCK || why == EMUNIC_TX_BAD_HEAD;

	if (test_and_set_bit(tx ? EMUNIC_TX_FAILED : EMUNIC_RX_FAILED, &q->state))
		return;
	count_trouble(q, why);
	netdev_err(q->priv->netdev, "queue %u: %s, resetting it\n", q->index,
		   emunic_trouble_names[why]);
	schedule_work(&q->priv->reset);
}

/* --- What the poll function compares ------------------------------------- */

/* A doorbell that was not heard is rung again. */
static void check_doorbell(struct emunic_queue *q, u32 reg, u32 mine)
{
	u32 heard = readl(q->priv->bar + EMUNIC_Q(q->index) + reg);

	if (heard == mine || heard == EMUNIC_GONE)
		return;
	count_trouble(q, EMUNIC_LOST_DOORBELL);
	emunic_q_write(q, reg, mine);
}

/* With frames inside, none of which moved since the last look, and none waits for us. */
static void check_rx(struct emunic_queue *q)
{
	void __iomem *regs = q->priv->bar + EMUNIC_Q(q->index);
	u32 status = readl(regs + EMUNIC_Q_STATUS), progress = readl(regs + EMUNIC_Q_PROGRESS);
	bool busy = (status & EMUNIC_Q_PENDING) && !(status & EMUNIC_Q_WAITING);

	if (q->rx.hdr_pool)
		check_doorbell(q, EMUNIC_Q_HDR_TAIL, q->rx.hdr.tail);
	check_doorbell(q, EMUNIC_Q_PAY_TAIL, q->rx.pay.tail);
	if (busy && q->rx_was_busy && progress == q->rx_progress)
		emunic_condemn(q, EMUNIC_RX_STUCK);
	q->rx_was_busy = busy;
	q->rx_progress = progress;
}

static void check_tx(struct emunic_queue *q)
{
	void __iomem *regs = q->priv->bar + EMUNIC_Q(q->index);
	struct netdev_queue *txq = netdev_get_tx_queue(q->priv->netdev, q->index);
	u32 head = readl(regs + EMUNIC_TQ_HEAD);
	bool busy = head != readl(regs + EMUNIC_TQ_TAIL) &&
		    !(readl(regs + EMUNIC_TQ_STATUS) & EMUNIC_TQ_WAITING);

	/* Whoever sends holds the lock until the doorbell is rung. */
	if (__netif_tx_trylock(txq)) {
		check_doorbell(q, EMUNIC_TQ_TAIL, q->tx.ring.tail);
		__netif_tx_unlock(txq);
	}
	if (busy && q->tx_was_busy && head == q->tx_head)
		emunic_condemn(q, EMUNIC_TX_STUCK);
	q->tx_was_busy = busy;
	q->tx_head = head;
}

void emunic_check_heads(struct emunic_queue *q)
{
	if (!test_bit(EMUNIC_RX_FAILED, &q->state))
		check_doorbell(q, EMUNIC_Q_CQ_HEAD, q->rx.cq.tail);
	if (!test_bit(EMUNIC_TX_FAILED, &q->state))
		check_doorbell(q, EMUNIC_TQ_CQ_HEAD, q->tx.cq.tail);
}

void emunic_check(struct emunic_queue *q)
{
	emunic_check_heads(q);
	if (!test_bit(EMUNIC_RX_FAILED, &q->state))
		check_rx(q);
	if (!test_bit(EMUNIC_TX_FAILED, &q->state))
		check_tx(q);
}

/* --- Stopping and starting afresh ---------------------------------------- */

static int wait_stopped(struct emunic_queue *q, u32 status_reg)
{
	u32 status;

	return read_poll_timeout(readl, status,
				 !(status & EMUNIC_Q_RUNNING) || status == EMUNIC_GONE, 10, 100000,
				 false, q->priv->bar + EMUNIC_Q(q->index) + status_reg);
}

int emunic_stop_direction(struct emunic_queue *q, u32 ctrl, u32 status)
{
	emunic_q_write(q, ctrl, 0);
	if (!wait_stopped(q, status))
		return 0;
	count_trouble(q, EMUNIC_STOP_FORCED);
	/* The device counts from 0 from now on: the poll function is not to compare. */
	set_bit(ctrl == EMUNIC_Q_CTRL ? EMUNIC_RX_FAILED : EMUNIC_TX_FAILED, &q->state);
	emunic_q_write(q, ctrl, EMUNIC_Q_RESET);
	return wait_stopped(q, status);
}

/* The same memory again, rewound: nothing that was posted or waits to be polled is lost. */
static void reset_rx(struct emunic_queue *q)
{
	struct net_device *netdev = q->priv->netdev;
	struct netdev_queue_config qcfg;
	struct emunic_rx rx = { 0 };

	netdev_queue_config(netdev, q->index, &qcfg);
	if (emunic_queue_mgmt_ops.ndo_queue_stop(netdev, &rx, q->index))
		return;
	count_trouble(q, EMUNIC_RX_RESET);
	q->rx_was_busy = false;
	emunic_queue_mgmt_ops.ndo_queue_start(netdev, &qcfg, &rx, q->index);
}

/* Packets in the ring are lost. Who sends is kept out by the lock, the poll by napi_disable(). */
static void reset_tx(struct emunic_queue *q)
{
	struct net_device *netdev = q->priv->netdev;
	struct netdev_queue *txq = netdev_get_tx_queue(netdev, q->index);

	napi_disable_locked(&q->napi);
	emunic_tx_halt(q);
	__netif_tx_lock_bh(txq);
	emunic_tx_discard(q);
	emunic_tx_rewind(q);
	emunic_tx_start(q);
	__netif_tx_unlock_bh(txq);
	count_trouble(q, EMUNIC_TX_RESET);
	q->tx_was_busy = false;
	napi_enable_locked(&q->napi);
	if (netif_carrier_ok(netdev))
		netif_tx_wake_queue(txq);
	local_bh_disable();
	napi_schedule(&q->napi);
	local_bh_enable();
}

static void emunic_reset_work(struct work_struct *work)
{
	struct emunic_priv *priv = container_of(work, struct emunic_priv, reset);

	netdev_lock(priv->netdev);
	for (unsigned int i = 0; priv->up && i < priv->netdev->real_num_rx_queues; i++) {
		struct emunic_queue *q = &priv->queues[i];

		if (test_bit(EMUNIC_TX_FAILED, &q->state))
			reset_tx(q);
		if (test_bit(EMUNIC_RX_FAILED, &q->state))
			reset_rx(q);
	}
	netdev_unlock(priv->netdev);
}

/* --- The watchdog -------------------------------------------------------- */

/* Nothing can be asked of it any more: the interface stays until it is removed. */
static void lose_device(struct emunic_priv *priv)
{
	if (priv->gone)
		return;
	priv->gone = true;
	netdev_err(priv->netdev, "the device is gone\n");
	netif_carrier_off(priv->netdev);
}

static void emunic_watchdog(struct work_struct *work)
{
	struct emunic_priv *priv = container_of(work, struct emunic_priv, watchdog.work);

	netdev_lock(priv->netdev);
	if (priv->up && emunic_gone(priv)) {
		lose_device(priv);
	} else if (priv->up) {
		local_bh_disable();
		for (unsigned int i = 0; i < priv->netdev->real_num_rx_queues; i++) {
			set_bit(EMUNIC_CHECK, &priv->queues[i].state);
			napi_schedule(&priv->queues[i].napi);
		}
		local_bh_enable();
		emunic_watchdog_start(priv);
	}
	netdev_unlock(priv->netdev);
}

void emunic_health_init(struct emunic_priv *priv)
{
	INIT_WORK(&priv->reset, emunic_reset_work);
	INIT_DELAYED_WORK(&priv->watchdog, emunic_watchdog);
}

void emunic_watchdog_start(struct emunic_priv *priv)
{
	schedule_delayed_work(&priv->watchdog, msecs_to_jiffies(priv->watchdog_ms));
}

void emunic_health_exit(struct emunic_priv *priv)
{
	disable_delayed_work_sync(&priv->watchdog);
	disable_work_sync(&priv->reset);
}
