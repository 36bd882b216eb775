// SPDX-License-Identifier: GPL-2.0-only
/*
 * Broken hardware: each fault is contained, counted by name, and gone after a reset of
 * its queue. Loops over 4 are those of rx_open(), with and without device memory; loops
 * over 2 are sim and threads mode.
 */
#include <errno.h>
#include <string.h>
#include <udevmem/iommu.h>
#include <udevmem/sim.h>

#include "fixture.h"
#include "nic_rig.h"
#include "rx_rig.h"

static const struct udm_netdev_config one_queue = { .queues = 1, .ring_entries = 32 };

/* Two looks of the watchdog find what does not move; others shall have moved meanwhile. */
static struct udm_netdev_config watched(int i)
{
	return (struct udm_netdev_config){ .queues = 1, .ring_entries = 32,
					   .watchdog_ms = i & 1 ? 200 : 20 };
}

static void fault(enum udm_nic_fault kind, unsigned int times)
{
	ck_assert_int_eq(udm_netdev_fault(rx.nic, 0, kind, times), 0);
}

static const struct misbehaviour {
	enum udm_nic_fault kind;
	const char *name;
	unsigned int resets;
} misbehaviours[] = {
	{ UDM_NIC_DUPLICATE, "duplicate_completion", 1 },
	{ UDM_NIC_REORDER, "reordered_completion", 1 },
	{ UDM_NIC_UNKNOWN_BUFFER, "unknown_buffer", 1 },
	{ UDM_NIC_OVERLONG, "overlong_completion", 1 },
	{ UDM_NIC_WILD_DMA, "iommu_fault", 0 },
};

enum { MISBEHAVIOURS = sizeof(misbehaviours) / sizeof(misbehaviours[0]) };

/* What the application holds stays as it is, and what is lost is sent again. */
START_TEST(misbehaviour_is_contained)
{
	const struct misbehaviour *m = &misbehaviours[_i / 4];

	rx_open(_i % 4, &one_queue);
	rx_transfer(20);
	for (unsigned int round = 1; round <= 3; round++) {
		fault(m->kind, 1);
		rx_transfer(20);
		ck_assert_uint_eq(rx_drops(m->name), round);
		ck_assert_uint_eq(rx_drops("rx_reset"), m->resets * round);
		rx_return();
	}
	/* Nothing of it outlives the interface. */
	fault(m->kind, 1);
	ck_assert_int_eq(udm_netdev_down(rx.nic), 0);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	rx_transfer(40);
	ck_assert_uint_eq(rx_drops(m->name), 4);
	ck_assert_uint_eq(rx_drops("tx_reset") + rx_drops("forced_stop"), 0);
	rx_close();
}
END_TEST

/* One after the other, until the driver has seen all, while the binding goes. */
START_TEST(misbehaviour_meets_unbind)
{
	const struct misbehaviour *m = &misbehaviours[_i / 2];

	rx_open((_i & 1) | 2, &one_queue);
	fault(m->kind, 5);
	for (unsigned int at = 0; at < 20; at++) {
		struct frame_spec s = rx_segment(rx.next_read + at * RX_PAGE, RX_PAGE);

		ck_assert_int_eq(rx_send(&s), 0);
	}
	rx_unbind();
	fault(m->kind, 0);
	udm_netdev_quiesce(rx.nic, 1000);
	rx_receive();
	rx_close();
}
END_TEST

START_TEST(stuck_queue_is_found)
{
	struct udm_netdev_config cfg = watched(_i);

	rx_open(_i, &cfg);
	rx_transfer(10);
	for (unsigned int round = 1; round <= 3; round++) {
		fault(UDM_NIC_RX_STUCK, 1);
		rx_transfer(20);
		ck_assert_uint_eq(rx_drops("rx_stuck"), round);
		ck_assert_uint_eq(rx_drops("rx_reset"), round);
		ck_assert_uint_eq(rx_drops("forced_stop"), round);
		rx_return();
	}
	rx_close();
}
END_TEST

/* A queue that does not stop does not keep the interface from going down. */
START_TEST(stuck_queue_goes_down)
{
	struct frame_spec s;

	rx_open(_i, &one_queue);
	s = rx_segment(rx.next_read, RX_PAGE);
	fault(UDM_NIC_RX_STUCK, 1);
	ck_assert_int_eq(rx_send(&s), 0);
	udm_run_until_idle();
	ck_assert_int_eq(udm_netdev_down(rx.nic), 0);
	ck_assert_uint_eq(rx_drops("forced_stop"), 1);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	rx_transfer(40);
	rx_close();
}
END_TEST

static bool doorbell_missed(void)
{
	return rx_drops("lost_doorbell") > 0;
}

START_TEST(lost_doorbells_are_rung_again)
{
	struct udm_netdev_config cfg = watched(_i);

	rx_open(_i, &cfg);
	/* Whether it is about buffers or completions, of which an interrupt speaks for ever. */
	for (unsigned int at = 0; at < 64; at++) {
		struct frame_spec s = rx_segment(rx.next_read + at * RX_PAGE, RX_PAGE);

		fault(UDM_NIC_LOST_DOORBELL, 1 + at % 3);
		ck_assert_int_eq(rx_send(&s), 0);
		udm_run_until_idle();
	}
	rx_receive();
	rx_return();
	ck_assert(rx_eventually(doorbell_missed));
	rx_transfer(64);
	ck_assert_uint_eq(rx_drops("rx_reset"), 0);
	rx_close();
}
END_TEST

static bool iommu_refused(void)
{
	struct udm_iommu_stats stats;

	return !udm_iommu_stats(udm_netdev_device(rx.nic), &stats) && stats.faults > 0;
}

static uint32_t memory_sum(void)
{
	uint32_t sum = 0;

	for (size_t i = 0; rx.map && i < (size_t)RX_PAGES * RX_PAGE; i++)
		sum = sum * 31 + rx.map[i];
	return sum;
}

/* The buffers are somebody else's by then, and the IOMMU knows. */
START_TEST(late_dma_is_refused)
{
	uint32_t before;

	rx_open(_i, &one_queue);
	rx_transfer(10);
	rx_return();
	ck_assert(!iommu_refused());
	fault(UDM_NIC_LATE_DMA, 1);
	ck_assert_int_eq(udm_netdev_down(rx.nic), 0);
	rx_unbind();
	before = memory_sum();
	ck_assert(rx_eventually(iommu_refused));
	ck_assert_uint_eq(memory_sum(), before);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	rx_transfer(40);
	rx_close();
}
END_TEST

/* --- Gone ---------------------------------------------------------------- */

static struct net_device *rx_netdev(void)
{
	struct net_device *dev = dev_get_by_index(&init_net, udm_netdev_ifindex(rx.nic));

	dev_put(dev);
	return dev;
}

static void ignore_count(void *ctx, const char *reason, uint64_t count)
{
	/* All ones would be more than can have happened. */
	ck_assert_msg(count < 1000, "%s %llu", reason, (unsigned long long)count);
}

static bool carrier_lost(void)
{
	return !netif_carrier_ok(rx_netdev());
}

/* The interface stays, useless, until it is removed; what was received stays readable. */
START_TEST(device_is_pulled_out)
{
	struct udm_netdev_config cfg = watched(_i);
	struct udm_queue_stats stats;
	struct frame_spec s;

	rx_open(_i, &cfg);
	rx_transfer(10);
	emunic_hw_attach(udm_netdev_hw(rx.nic), &sent_peer, NULL);
	emunic_hw_set_link(udm_netdev_hw(rx.nic), true);
	udm_run_until_idle();
	ck_assert(!carrier_lost());
	fault(UDM_NIC_GONE, 1);
	s = rx_segment(rx.next_read, RX_PAGE);
	ck_assert_int_eq(rx_send(&s), 0);
	ck_assert(rx_eventually(carrier_lost));
	udm_netdev_drops(rx.nic, ignore_count, NULL);
	ck_assert_int_eq(udm_netdev_queue_stats(rx.nic, 0, &stats), 0);
	ck_assert_uint_eq(stats.frames, 0);
	ck_assert_int_eq(udm_netdev_down(rx.nic), 0);
	ck_assert_int_eq(udm_netdev_up(rx.nic), -1);
	ck_assert_int_eq(errno, ENODEV);
	rx_return();
	rx_close();
}
END_TEST

/* Without anybody noticing before: unbound, then removed. */
START_TEST(pulled_out_device_is_removed)
{
	rx_open(_i, &one_queue);
	rx_transfer(10);
	fault(UDM_NIC_GONE, 1);
	rx_return();
	rx_unbind();
	rx_close();
}
END_TEST

START_TEST(faults_are_checked)
{
	rx_open(0, &one_queue);
	ck_assert_int_eq(udm_netdev_fault(rx.nic, 1, UDM_NIC_RX_STUCK, 1), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_netdev_fault(rx.nic, 0, UDM_NIC_FAULTS, 1), -1);
	ck_assert_int_eq(errno, EINVAL);
	fault(UDM_NIC_GONE, 0);
	fault(UDM_NIC_DUPLICATE, 5);
	fault(UDM_NIC_DUPLICATE, 0);
	rx_transfer(20);
	ck_assert_uint_eq(rx_drops("duplicate_completion"), 0);
	rx_close();
}
END_TEST

/* --- Sending ------------------------------------------------------------- */

static const struct shape small = { .payload = 100, .udp = true };
static const struct shape unreadable = { .payload = 3000, .where = IN_DEVICE };

static void tx_open(int i)
{
	struct udm_netdev_config cfg = watched(i);

	nic_open(i & 1 ? UDM_MODE_THREADS : UDM_MODE_SIM, &cfg);
	rx.nic = nic.nic;
}

static bool tx_was_reset(void)
{
	return rx_drops("tx_reset") > 0;
}

/* What is in the ring is lost, and counted; its memory is given back. */
static void break_and_send(enum udm_nic_fault kind, const char *name)
{
	unsigned int before;

	ck_assert_int_eq(nic_send(&small), NET_XMIT_SUCCESS);
	nic_settle();
	fault(kind, 1);
	for (unsigned int n = 0; n < 4; n++)
		ck_assert_int_eq(nic_send(n & 1 ? &unreadable : &small), NET_XMIT_SUCCESS);
	ck_assert(rx_eventually(tx_was_reset));
	ck_assert_uint_eq(rx_drops(name), 1);
	nic_settle();
	before = sent_count();
	for (unsigned int n = 0; n < 200; n++) {
		ck_assert_int_eq(nic_send(&small), NET_XMIT_SUCCESS);
		nic_settle();
	}
	ck_assert_uint_eq(sent_count(), before + 200);
	nic_expect(before, &small);
	ck_assert_uint_eq(rx_drops("tx_reset"), 1);
	ck_assert_uint_eq(rx_drops("rx_reset"), 0);
	nic_close();
}

START_TEST(stuck_sender_is_found)
{
	tx_open(_i);
	break_and_send(UDM_NIC_TX_STUCK, "tx_stuck");
}
END_TEST

START_TEST(wrong_head_is_not_believed)
{
	tx_open(_i);
	break_and_send(UDM_NIC_TX_BAD_HEAD, "tx_bad_head");
}
END_TEST

START_TEST(lost_doorbell_is_rung_for_sending)
{
	tx_open(_i);
	fault(UDM_NIC_LOST_DOORBELL, 1);
	ck_assert_int_eq(nic_send(&small), NET_XMIT_SUCCESS);
	udm_run_until_idle();
	ck_assert(rx_eventually(doorbell_missed));
	nic_settle();
	ck_assert_uint_eq(sent_count(), 1);
	ck_assert_uint_eq(rx_drops("tx_reset"), 0);
	nic_close();
}
END_TEST

/* A wire that asks to wait is no fault. */
START_TEST(held_sender_is_left_alone)
{
	tx_open(_i);
	sent_hold(0);
	for (unsigned int n = 0; n < 4; n++)
		ck_assert_int_eq(nic_send(&small), NET_XMIT_SUCCESS);
	udm_advance(1000 * 1000000ull);
	ck_assert_uint_eq(rx_drops("tx_stuck"), 0);
	sent_release(udm_netdev_hw(nic.nic));
	nic_settle();
	ck_assert_uint_eq(sent_count(), 4);
	nic_close();
}
END_TEST

START_TEST(device_is_pulled_out_while_sending)
{
	tx_open(_i);
	sent_hold(0);
	for (unsigned int n = 0; n < 10; n++)
		ck_assert_int_eq(nic_send(n & 1 ? &unreadable : &small), NET_XMIT_SUCCESS);
	fault(UDM_NIC_GONE, 1);
	nic_send(&small);
	ck_assert(rx_eventually(carrier_lost));
	nic_close();
}
END_TEST

Suite *nic_faults_suite(void)
{
	Suite *s = suite_create("nic_faults");
	TCase *tc = tcase_create("faults");

	tcase_set_timeout(tc, 20);
	tcase_add_loop_test(tc, misbehaviour_is_contained, 0, 4 * MISBEHAVIOURS);
	tcase_add_loop_test(tc, misbehaviour_meets_unbind, 0, 2 * MISBEHAVIOURS);
	tcase_add_loop_test(tc, stuck_queue_is_found, 0, 4);
	tcase_add_loop_test(tc, stuck_queue_goes_down, 0, 4);
	tcase_add_loop_test(tc, lost_doorbells_are_rung_again, 0, 4);
	tcase_add_loop_test(tc, late_dma_is_refused, 0, 4);
	tcase_add_loop_test(tc, device_is_pulled_out, 0, 4);
	tcase_add_loop_test(tc, pulled_out_device_is_removed, 0, 4);
	tcase_add_test(tc, faults_are_checked);
	tcase_add_loop_test(tc, stuck_sender_is_found, 0, 2);
	tcase_add_loop_test(tc, wrong_head_is_not_believed, 0, 2);
	tcase_add_loop_test(tc, lost_doorbell_is_rung_for_sending, 0, 2);
	tcase_add_loop_test(tc, held_sender_is_left_alone, 0, 2);
	tcase_add_loop_test(tc, device_is_pulled_out_while_sending, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}
