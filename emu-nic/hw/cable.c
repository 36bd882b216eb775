// SPDX-License-Identifier: GPL-2.0-only
/*
 * The socket at the back of the device: who is at the other end of its cable.
 *
 * The peer's callbacks run under the read side of peer_lock, so on return from a
 * detach none of them runs.
 */
#include <errno.h>
#include <udevmem/irq.h>

#include "hw.h"

/* Whoever pulls the cable out does not wait for the traffic to end. */
void hw_cable_init(struct emunic_hw *hw)
{
	pthread_rwlockattr_t attr;

	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&hw->peer_lock, &attr);
	pthread_rwlockattr_destroy(&attr);
}

int emunic_hw_attach(struct emunic_hw *hw, const struct emunic_peer *peer, void *ctx)
{
	int ret = 0;

	pthread_rwlock_wrlock(&hw->peer_lock);
	if (hw->peer) {
		ret = -EBUSY;
	} else {
		hw->peer = peer;
		hw->peer_ctx = ctx;
	}
	pthread_rwlock_unlock(&hw->peer_lock);
	return ret;
}

void emunic_hw_detach(struct emunic_hw *hw)
{
	emunic_hw_set_link(hw, false);
	pthread_rwlock_wrlock(&hw->peer_lock);
	hw->peer = NULL;
	pthread_rwlock_unlock(&hw->peer_lock);
}

void hw_cable_cut(struct emunic_hw *hw)
{
	const struct emunic_peer *peer = hw->peer;
	void *ctx = hw->peer_ctx;

	if (!peer)
		return;
	peer->gone(ctx);
	emunic_hw_detach(hw);
}

void emunic_hw_set_link(struct emunic_hw *hw, bool up)
{
	uint32_t vector;

	if (atomic_exchange(&hw->link, up) == up)
		return;
	/* What waited for room is dropped now. */
	emunic_hw_tx_room(hw);
	vector = atomic_load(&hw->link_vector);
	if (vector && !atomic_load(&hw->gone))
		udm_irq_raise((int)vector);
}

void emunic_hw_tx_room(struct emunic_hw *hw)
{
	for (unsigned int i = 0; i < hw->num_queues; i++)
		hw_tx_kick(&hw->queues[i].tx);
}

int hw_cable_send(struct emunic_hw *hw, const void *frame, size_t len)
{
	int ret = -ENOLINK;

	pthread_rwlock_rdlock(&hw->peer_lock);
	if (hw->peer && atomic_load(&hw->link))
		ret = hw->peer->take ? hw->peer->take(hw->peer_ctx, frame, len) : 0;
	pthread_rwlock_unlock(&hw->peer_lock);
	return ret;
}

/*
 * The refusing side sets wire_held and offers once more before it gives up; this
 * side frees space first and looks at wire_held second. One of them sees the other.
 */
void hw_room(struct emunic_hw *hw)
{
	if (!atomic_load(&hw->wire_held) || !atomic_exchange(&hw->wire_held, false))
		return;
	pthread_rwlock_rdlock(&hw->peer_lock);
	if (hw->peer && hw->peer->room)
		hw->peer->room(hw->peer_ctx);
	pthread_rwlock_unlock(&hw->peer_lock);
}
