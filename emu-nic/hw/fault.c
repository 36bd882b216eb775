// SPDX-License-Identifier: GPL-2.0-only
/*
 * Broken hardware on request. The places where faults show are in queue.c, delivery.c
 * and transmit.c; here is who asks for them, and the two that have no such place: DMA
 * after a stop, and a device that is pulled out.
 */
#include "fault.h"

#include <errno.h>
#include <string.h>
#include <udevmem/bus.h>
#include <udevmem/engine.h>
#include <udevmem/sim.h>

#include "hw.h"

/* After the stop, in ns: when the driver has given the buffer to somebody else. */
#define LATE_BY 50000000ull

bool hw_fault_take(struct hw_queue *q, enum emunic_hw_fault fault)
{
	uint32_t left = atomic_load_explicit(&q->faults.left[fault], memory_order_relaxed);

	while (left)
		if (atomic_compare_exchange_weak(&q->faults.left[fault], &left, left - 1))
			return true;
	return false;
}

void hw_fault_late_begin(struct hw_queue *q)
{
	struct emunic_buf_desc desc;

	if (!q->pay.entries || q->pay.device == atomic_load(&q->pay.driver) ||
	    !hw_fault_take(q, EMUNIC_HW_FAULT_LATE_DMA))
		return;
	if (udm_bus_read(q->hw->bus, hw_ring_at(&q->pay, q->pay.device, sizeof(desc)), &desc,
			 sizeof(desc)))
		return;
	q->faults.late_addr = desc.addr;
	q->faults.late_at = udm_now() + LATE_BY;
	udm_engine_kick_at(q->engine, q->faults.late_at);
}

void hw_fault_late_run(struct hw_queue *q)
{
	uint8_t junk[64];

	if (!q->faults.late_at || udm_now() < q->faults.late_at)
		return;
	q->faults.late_at = 0;
	memset(junk, 0xdb, sizeof(junk));
	(void)udm_bus_write(q->hw->bus, q->faults.late_addr, junk, sizeof(junk));
}

static void pull_out(struct emunic_hw *hw)
{
	atomic_store(&hw->gone, true);
	emunic_hw_set_link(hw, false);
	/* Nothing of it does DMA any more, and what is inside is lost with it. */
	hw_port_reset(hw);
}

int emunic_hw_fault(struct emunic_hw *hw, unsigned int queue, enum emunic_hw_fault fault,
		    unsigned int times)
{
	if (queue >= hw->num_queues || fault >= EMUNIC_HW_FAULTS)
		return -EINVAL;
	if (fault == EMUNIC_HW_FAULT_GONE) {
		if (times)
			pull_out(hw);
		return 0;
	}
	atomic_store(&hw->queues[queue].faults.left[fault], times);
	return 0;
}
