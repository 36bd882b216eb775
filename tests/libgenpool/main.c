// SPDX-License-Identifier: GPL-2.0-only
/* All suites of libgenpool. */
#include "fixture.h"

#define SUITES(X) \
	X(full_map) \
	X(alloc) \
	X(free) \
	X(algo) \
	X(managed) \
	X(random) \
	X(race) \
	X(step) \
	X(metadata) \
	X(adders) \
	X(explore) \
	/* end */

#define DECLARE(name) Suite *name##_suite(void);
SUITES(DECLARE)
#define ENTRY(name) name##_suite,

int main(void)
{
	static const suite_fn suites[] = { SUITES(ENTRY) };

	return run_suites("libgenpool", suites, sizeof(suites) / sizeof(suites[0]));
}
