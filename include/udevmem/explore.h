/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running a scenario under many schedules.
 *
 * In sim mode the seed decides which task goes first and where one is preempted.
 * udm_explore() boots a machine per schedule, runs the scenario on it and shuts it
 * down, each time in a child process of its own: a schedule may crash, hang or
 * BUG() without taking the program along. A schedule fails when the scenario
 * returns an error, anything warns that was not expected, an object leaks, or the
 * child dies or takes more than two minutes. Boot and shutdown are the same in all of them.
 *
 * The first failing schedule is made smaller, with fewer preemptions and fewer
 * random choices, as long as it fails, and is printed as one line:
 *
 *	explore: fails after 16 good schedules: it returned -5
 *	explore: to repeat it: UDM_SCHEDULE="seed=17 choices=3 preempt=41,66"
 *
 * With that variable in the environment udm_explore() runs this schedule alone, in
 * the calling process, where a debugger can follow.
 */
#ifndef _UDEVMEM_EXPLORE_H
#define _UDEVMEM_EXPLORE_H

#include <stddef.h>
#include <stdint.h>
#include <udevmem/boot.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * UDM_EXPLORE_RANDOM: each lock release, wake-up and taking of a sleeping lock may preempt,
 * with a chance of `permille`. UDM_EXPLORE_BOUNDED: at most `preemptions` of them do, anywhere
 * in the run; most races need one or two, and few preemptions are easy to understand.
 */
enum udm_explore_mode {
	UDM_EXPLORE_RANDOM = 0,
	UDM_EXPLORE_BOUNDED,
};

/* Zero means the default for each field but the first. */
struct udm_explore {
	int (*scenario)(void *ctx);	/* main task of a booted machine; 0: all is well */
	void *ctx;
	const struct udm_config *config;/* of each machine; must be sim mode */
	enum udm_explore_mode mode;
	unsigned int schedules;		/* how many to try; 200 */
	unsigned int preemptions;	/* bounded: at most so many, up to 40; 2 */
	unsigned int permille;		/* random: chance in 1/1000; 200 */
	uint64_t seed;			/* of the first schedule, the next ones count up; 1 */
};

struct udm_explore_result {
	unsigned int schedules;		/* run without failure */
	char schedule[512];		/* what fails, as in UDM_SCHEDULE; "" if nothing does */
	char why[256];
};

/*
 * udm_explore - look for a schedule under which the scenario fails
 * @result: may be NULL
 *
 * The scenario is to report errors by its return value, not to leave by longjmp()
 * or exit(). No machine may be running. Returns 0 when no schedule failed, 1
 * when one did, or -EBUSY, -EINVAL (what, or UDM_SCHEDULE), -ENOMEM, -EAGAIN
 * (fork() failed).
 */
int udm_explore(const struct udm_explore *what, struct udm_explore_result *result);

#ifdef __cplusplus
}
#endif

#endif
