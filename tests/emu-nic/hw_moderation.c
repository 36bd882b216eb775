// SPDX-License-Identifier: GPL-2.0-only
/* Interrupt moderation of the bare device, and of the driver that sets it. */
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <net/netdev_lock.h>
#include <string.h>
#include <udevmem/sim.h>

#include "fixture.h"
#include "frames.h"
#include "hw_rig.h"
#include "rx_rig.h"

static struct rig rig;

static void up(void)
{
	rig_up(&rig, 0, false);
	rig_post(&rig, 0, 0, 8);
}

static void down(void)
{
	rig_down(&rig);
}

static void moderate(u32 usecs, u32 frames)
{
	rig_q_write(&rig, 0, EMUNIC_Q_MOD_USECS, usecs);
	rig_q_write(&rig, 0, EMUNIC_Q_MOD_FRAMES, frames);
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);
}

static void receive_one(void)
{
	static u8 frame[200];
	struct frame_spec s = { .payload = 20, .src = { 10 }, .dst = { 11 } };

	ck_assert_int_eq(rig_send(&rig, frame, frame_build(&s, frame)), 0);
}

/* From the first completion on, not from the last; once. */
START_TEST(line_waits_for_time)
{
	struct rig_queue *q = &rig.q[0];

	moderate(50, 0);
	ck_assert_uint_eq(readl(rig.bar + EMUNIC_Q(0) + EMUNIC_Q_MOD_USECS), 50);
	udm_advance(1000000);
	receive_one();
	udm_advance(30000);
	receive_one();
	ck_assert_uint_eq(q->interrupts, 0);
	udm_advance(19000);
	ck_assert_uint_eq(q->interrupts, 0);
	udm_advance(2000);
	ck_assert_uint_eq(q->interrupts, 1);
	udm_advance(1000000);
	ck_assert_uint_eq(q->interrupts, 1);
	/* Armed with something there already: the time starts now. */
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);
	udm_advance(49000);
	ck_assert_uint_eq(q->interrupts, 1);
	udm_advance(2000);
	ck_assert_uint_eq(q->interrupts, 2);
}
END_TEST

START_TEST(line_waits_for_frames)
{
	struct rig_queue *q = &rig.q[0];

	moderate(50, 3);
	receive_one();
	receive_one();
	ck_assert_uint_eq(q->interrupts, 0);
	receive_one();
	ck_assert_uint_eq(q->interrupts, 1);
	rig_consume(&rig, 0, 3);
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);
	receive_one();
	udm_advance(51000);
	ck_assert_uint_eq(q->interrupts, 2);
}
END_TEST

/* A number that is never reached does not hold the last frame back for ever. */
START_TEST(frames_alone_have_a_limit)
{
	moderate(0, 100);
	receive_one();
	udm_advance(9000000);
	ck_assert_uint_eq(rig.q[0].interrupts, 0);
	udm_advance(2000000);
	ck_assert_uint_eq(rig.q[0].interrupts, 1);
}
END_TEST

/* What was consumed or disarmed meanwhile needs no interrupt; a reset forgets the setting. */
START_TEST(nothing_left_to_say)
{
	struct rig_queue *q = &rig.q[0];

	moderate(50, 0);
	receive_one();
	rig_consume(&rig, 0, 1);
	udm_advance(100000);
	ck_assert_uint_eq(q->interrupts, 0);
	receive_one();
	rig_q_write(&rig, 0, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_DISARM);
	udm_advance(100000);
	ck_assert_uint_eq(q->interrupts, 0);
	writel(EMUNIC_CTRL_RESET, rig.bar + EMUNIC_CTRL);
	ck_assert_uint_eq(readl(rig.bar + EMUNIC_Q(0) + EMUNIC_Q_MOD_USECS), 0);
}
END_TEST

/* --- The driver ---------------------------------------------------------- */

static int set_coalesce(u32 usecs, u32 frames)
{
	struct ethtool_coalesce coal = { .rx_coalesce_usecs = usecs,
					 .rx_max_coalesced_frames = frames };
	struct net_device *dev = dev_get_by_index(&init_net, udm_netdev_ifindex(rx.nic));
	int err;

	netdev_lock(dev);
	err = dev->ethtool_ops->set_coalesce(dev, &coal, NULL, NULL);
	memset(&coal, 0, sizeof(coal));
	dev->ethtool_ops->get_coalesce(dev, &coal, NULL, NULL);
	netdev_unlock(dev);
	dev_put(dev);
	if (!err) {
		ck_assert_uint_eq(coal.rx_coalesce_usecs, usecs);
		ck_assert_uint_eq(coal.rx_max_coalesced_frames, frames);
	}
	return err;
}

START_TEST(traffic_moves_whatever_is_set)
{
	static const struct udm_netdev_config cfg = { .queues = 1, .ring_entries = 32 };
	static const u32 settings[][2] = { { 100, 0 }, { 0, 1000 }, { 500, 4 }, { 0, 0 } };

	rx_open(_i, &cfg);
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		ck_assert_int_eq(set_coalesce(settings[i][0], settings[i][1]), 0);
		rx_transfer(20);
		rx_return();
	}
	ck_assert_int_eq(set_coalesce(100, 7), 0);
	udm_netdev_down(rx.nic);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	rx_transfer(20);
	ck_assert_int_eq(set_coalesce(100001, 0), -EINVAL);
	rx_close();
}
END_TEST

Suite *hw_moderation_suite(void)
{
	Suite *s = suite_create("hw_moderation");
	TCase *tc = tcase_create("device"), *driver = tcase_create("driver");

	tcase_add_checked_fixture(tc, up, down);
	tcase_add_test(tc, line_waits_for_time);
	tcase_add_test(tc, line_waits_for_frames);
	tcase_add_test(tc, frames_alone_have_a_limit);
	tcase_add_test(tc, nothing_left_to_say);
	suite_add_tcase(s, tc);
	tcase_set_timeout(driver, 30);
	tcase_add_loop_test(driver, traffic_moves_whatever_is_set, 0, 4);
	suite_add_tcase(s, driver);
	return s;
}
