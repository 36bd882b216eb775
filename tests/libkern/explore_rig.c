// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios that have to come out right under every schedule. */
#include "explore_rig.h"

#include <linux/compiler.h>

#define SCHEDULES 40
#define THREADED_RUNS 20

int wrong_line;

static int run_scenario(void *scenario)
{
	wrong_line = 0;
	((void (*)(void))scenario)();
	return wrong_line;
}

static void explore_mode(void (*scenario)(void), enum udm_explore_mode mode)
{
	struct udm_explore_result result = { };
	int ret = udm_explore(&(struct udm_explore){
		.scenario = run_scenario, .ctx = scenario, .mode = mode,
		.schedules = rounds(SCHEDULES),
	}, &result);

	ck_assert_msg(ret == 0, "%s; UDM_SCHEDULE=\"%s\"", result.why, result.schedule);
}

/* Nobody chooses here; what a sanitizer knows to find it finds on every schedule. */
static void run_threaded(void (*scenario)(void))
{
	machine_boot_threads();
	for (unsigned int i = 0; i < THREADED_RUNS; i++)
		ck_assert_msg(!run_scenario(scenario), "threads: line %d", wrong_line);
	machine_shutdown();
}

void explore(void (*scenario)(void))
{
	explore_mode(scenario, UDM_EXPLORE_BOUNDED);
	explore_mode(scenario, UDM_EXPLORE_RANDOM);
	run_threaded(scenario);
}

void both(void *(*a)(void *unused), void *(*b)(void *unused))
{
	struct udm_thread *first = udm_thread_create("first", a, NULL);
	struct udm_thread *second = udm_thread_create("second", b, NULL);

	EXPECT(first && second);
	udm_thread_join(first);
	udm_thread_join(second);
}
