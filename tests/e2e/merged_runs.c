// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device memory whose table has one entry per run of pages, as long as a run is.
 */
#include "device_memory.h"

#include <stdlib.h>
#include <udevmem/warn.h>

#include "fixture.h"

Suite *merged_runs_suite(void);

/* 32 pages: twice what a device that says nothing can have in one segment. */
START_TEST(the_device_takes_runs_of_any_length)
{
	static struct e2e_rig rig;

	setenv("UDM_CMDLINE", "udmabuf.merge_runs=1", 1);
	rig_start(&rig, _i ? UDM_MODE_THREADS : UDM_MODE_SIM, RIG_RING, false);
	unsetenv("UDM_CMDLINE");
	ck_assert_uint_eq(udm_warn_unexpected(), 0);
	rig_wait_posted(&rig);
	rig_pages(&rig, 8);
	ck_assert_uint_eq(rig_receive(&rig), 8 * RIG_PAGE);
	rig_check_held(&rig);
	rig_return(&rig, rig.held);
	ck_assert_uint_eq(udm_warn_unexpected(), 0);
	rig_stop(&rig);
}
END_TEST

Suite *merged_runs_suite(void)
{
	Suite *s = suite_create("merged_runs");
	TCase *tc = tcase_create("runs");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, the_device_takes_runs_of_any_length, 0, 2);
	return s;
}
