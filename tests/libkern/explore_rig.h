/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scenarios that have to come out right under every schedule.
 *
 * A scenario runs in a child process of the explorer, where libcheck's assertions
 * cannot leave by longjmp: EXPECT() notes the first line that is wrong, and the
 * scenario returns it, so that "it returned 42" is a line of its file.
 */
#ifndef UDM_TESTS_LIBKERN_EXPLORE_RIG_H
#define UDM_TESTS_LIBKERN_EXPLORE_RIG_H

#include "exec_rig.h"

#include <udevmem/explore.h>

extern int wrong_line;

#define EXPECT(cond)                                                                               \
	do {                                                                                       \
		if (!(cond) && !wrong_line)                                                        \
			wrong_line = __LINE__;                                                     \
	} while (0)

/*
 * Under few preemptions anywhere and under many, and then by real threads; fails the
 * test with what to repeat.
 */
void explore(void (*scenario)(void));

/* Two tasks at once, until both have ended. */
void both(void *(*a)(void *unused), void *(*b)(void *unused));

#endif
