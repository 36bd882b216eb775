// SPDX-License-Identifier: GPL-2.0-only
/* All end-to-end suites. */
#include "fixture.h"

#define SUITES(X) \
	X(merged_runs) X(starvation) X(lent_memory) X(holders) X(refusals) \
	/* end */

#define DECLARE(name) Suite *name##_suite(void);
SUITES(DECLARE)
#define ENTRY(name) name##_suite,

int main(void)
{
	static const suite_fn suites[] = { SUITES(ENTRY) };

	return run_suites("e2e", suites, sizeof(suites) / sizeof(suites[0]));
}
