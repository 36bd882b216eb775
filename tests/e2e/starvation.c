// SPDX-License-Identifier: GPL-2.0-only
/*
 * An application that keeps its tokens: the dma-buf runs dry, nothing is corrupted,
 * and traffic moves again as tokens come back. Loop index 0 is sim, 1 is threads.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>

#include "device_memory.h"
#include "fixture.h"

enum { PAGES = 64 };

static struct e2e_rig rig;

static enum udm_mode mode_of(int i)
{
	return i ? UDM_MODE_THREADS : UDM_MODE_SIM;
}

/* Send pages until the device has no buffer left; all that came is with the application. */
static void exhaust(void)
{
	rig_pages(&rig, PAGES);
	rig_receive(&rig);
	ck_assert_uint_eq(rig.held, PAGES);
}

/* Every page of the dma-buf reaches the application; the next frame is dropped and counted. */
START_TEST(kept_tokens_exhaust_the_buffer)
{
	rig_start(&rig, mode_of(_i), PAGES, false);
	exhaust();
	for (unsigned int i = 0; i < 10; i++)
		ck_assert_int_eq(rig_segment(&rig, rig.next_seq + i * RIG_PAGE, RIG_PAGE), 0);
	rig_settle(&rig);
	ck_assert_uint_eq(rig_drops(&rig, "no_payload_buffer"), 10);
	ck_assert_uint_eq(rig_receive(&rig), 0);
	rig_check_held(&rig);
	rig_return(&rig, rig.held);
	rig_stop(&rig);
}
END_TEST

/* After drops and returned tokens, what is sent again arrives, and in order. */
START_TEST(returned_tokens_restart_traffic)
{
	rig_start(&rig, mode_of(_i), PAGES, false);
	exhaust();
	rig_segment(&rig, rig.next_seq, RIG_PAGE);
	rig_settle(&rig);
	ck_assert_uint_eq(rig_drops(&rig, "no_payload_buffer"), 1);
	for (unsigned int round = 0; round < 5; round++) {
		rig_return(&rig, 16);
		rig_wait_posted(&rig);
		rig_pages(&rig, 16);
		ck_assert_uint_eq(rig_receive(&rig), 16 * RIG_PAGE);
		rig_check_held(&rig);
	}
	ck_assert_uint_eq(rig_drops(&rig, "no_payload_buffer"), 1);
	rig_return(&rig, rig.held);
	rig_stop(&rig);
}
END_TEST

struct life {
	unsigned int n;
	char names[UDM_NIOV_HISTORY][32];
};

static bool live(void *ctx, const struct udm_niov_event *event)
{
	struct life *life = ctx;

	snprintf(life->names[life->n++], sizeof(life->names[0]), "%s", event->name);
	return true;
}

/* What a net_iov remembers is its life: into the pool, out to the application, and back. */
START_TEST(a_net_iov_remembers_its_life)
{
	static const char *const steps[] = {
		"page_pool_state_hold", "emunic_post", "emunic_fill", "devmem_deliver",
		"devmem_return", "emunic_post", "emunic_fill", "devmem_deliver",
	};
	struct life life = { .n = 0 };

	uint64_t offset;

	setenv("UDM_DEBUG", "none,history", 1);
	rig_start(&rig, mode_of(_i), PAGES, false);
	exhaust();
	offset = rig.pieces[0].offset / RIG_PAGE * RIG_PAGE;
	rig_return(&rig, 16);
	rig_wait_posted(&rig);
	rig_pages(&rig, 16);
	rig_receive(&rig);
	ck_assert_int_eq(udm_niov_history(rig.binding, offset, live, &life), 0);
	ck_assert_uint_eq(life.n, sizeof(steps) / sizeof(steps[0]));
	for (unsigned int i = 0; i < life.n; i++)
		ck_assert_str_eq(life.names[i], steps[i]);
	rig_return(&rig, rig.held);
	rig_stop(&rig);
	unsetenv("UDM_DEBUG");
}
END_TEST

/* With pause the wire is held instead, and goes on by itself when tokens return. */
START_TEST(pause_loses_nothing)
{
	unsigned int sent = 0, total = 4 * PAGES;
	size_t got = 0;

	rig_start(&rig, mode_of(_i), PAGES, true);
	while (got < total * RIG_PAGE) {
		while (sent < total && !rig_segment(&rig, rig.next_seq + sent * RIG_PAGE, RIG_PAGE))
			sent++;
		got += rig_receive(&rig);
		rig_check_held(&rig);
		ck_assert_uint_le(rig.held, PAGES);
		rig_return(&rig, rig.held);
		rig_let_run();
	}
	ck_assert_uint_eq(got, total * RIG_PAGE);
	ck_assert_uint_eq(rig_drops(&rig, "no_payload_buffer"), 0);
	ck_assert_uint_eq(rig_drops(&rig, "fifo_full"), 0);
	rig_stop(&rig);
}
END_TEST

/* Unbinding takes the queue away at once, but the memory only with the last token. */
START_TEST(unbind_waits_for_the_last_token)
{
	struct udm_binding_info info;

	rig_start(&rig, mode_of(_i), PAGES, false);
	rig_pages(&rig, 20);
	rig_receive(&rig);
	ck_assert_uint_eq(rig.held, 20);
	udm_close(rig.netlink);
	rig.netlink = -1;
	ck_assert(rig_binding_stays(&rig));
	ck_assert_int_eq(udm_binding_get(rig.binding, &info), 0);
	ck_assert(info.unbound);
	ck_assert_uint_eq(info.queues, 0);
	ck_assert_uint_eq(info.niovs_out, 20);
	rig_check_held(&rig);
	rig_return(&rig, 19);
	ck_assert(rig_binding_stays(&rig));
	rig_check_held(&rig);
	rig_return(&rig, 1);
	ck_assert(rig_binding_goes(&rig));
	rig_stop(&rig);
}
END_TEST

/* Data still queued on the socket holds the memory too; closing the socket lets it go. */
START_TEST(unread_data_holds_the_binding)
{
	rig_start(&rig, mode_of(_i), PAGES, false);
	rig_pages(&rig, 5);
	rig_receive(&rig);
	rig_pages(&rig, 5);
	udm_close(rig.netlink);
	rig.netlink = -1;
	ck_assert(rig_binding_stays(&rig));
	udm_close(rig.sock);	/* five unread pages and five tokens */
	rig.sock = -1;
	rig.held = 0;
	ck_assert(rig_binding_goes(&rig));
	rig_stop(&rig);
}
END_TEST

/* The interface goes away under a binding with tokens out. */
START_TEST(device_removal_with_tokens_held)
{
	rig_start(&rig, mode_of(_i), PAGES, false);
	rig_pages(&rig, 7);
	rig_receive(&rig);
	ck_assert_uint_eq(rig.held, 7);
	udm_netdev_destroy(rig.nic);
	rig.nic = NULL;
	rig_check_held(&rig);
	rig_return(&rig, 7);
	rig_stop(&rig);
}
END_TEST

static const unsigned int orders[][4] = {
	{ 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 1, 0, 3, 2 }, { 2, 3, 0, 1 }, { 1, 3, 0, 2 },
	{ 0, 2, 1, 3 },
};

/* Socket, netlink socket, device and dma-buf may go in any order. */
START_TEST(teardown_in_any_order)
{
	const unsigned int *order = orders[_i / 2];

	rig_start(&rig, mode_of(_i % 2), PAGES, false);
	rig_pages(&rig, 6);
	rig_receive(&rig);
	for (int step = 0; step < 4; step++) {
		switch (order[step]) {
		case 0:
			udm_close(rig.sock);
			rig.sock = -1;
			break;
		case 1:
			udm_close(rig.netlink);
			rig.netlink = -1;
			break;
		case 2:
			udm_netdev_destroy(rig.nic);
			rig.nic = NULL;
			break;
		default:
			rig_check_held(&rig);
			if (udm_sim())
				udm_advance(1500 * 1000000ull);
			break;
		}
	}
	ck_assert(rig_binding_goes(&rig));
	rig_stop(&rig);
}
END_TEST

Suite *starvation_suite(void)
{
	Suite *s = suite_create("starvation");
	TCase *tc = tcase_create("tokens");

	tcase_set_timeout(tc, 120);

	tcase_add_loop_test(tc, kept_tokens_exhaust_the_buffer, 0, 2);
	tcase_add_loop_test(tc, returned_tokens_restart_traffic, 0, 2);
	tcase_add_loop_test(tc, a_net_iov_remembers_its_life, 0, 2);
	tcase_add_loop_test(tc, pause_loses_nothing, 0, 2);
	tcase_add_loop_test(tc, unbind_waits_for_the_last_token, 0, 2);
	tcase_add_loop_test(tc, unread_data_holds_the_binding, 0, 2);
	tcase_add_loop_test(tc, device_removal_with_tokens_held, 0, 2);
	tcase_add_loop_test(tc, teardown_in_any_order, 0, 12);
	suite_add_tcase(s, tc);
	return s;
}
