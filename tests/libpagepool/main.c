// SPDX-License-Identifier: GPL-2.0-only
/* All suites of libpagepool. */
#include "fixture.h"

#define SUITES(X) \
	X(netmem) \
	X(ptr_ring) \
	X(page_pool_create) \
	X(page_pool_alloc) \
	X(page_pool_dma) \
	X(page_pool_frag) \
	X(page_pool_return) \
	X(page_pool_life) \
	X(page_pool_netlink) \
	X(page_pool_events) \
	X(page_pool_stress) \
	X(rx_queue) \
	X(devmem) \
	X(devmem_limits) \
	X(introspect) \
	X(consistency) \
	X(niov_trap) \
	X(providers) \
	X(providers_stress) \
	X(provider_load) \
	X(races) \
	X(fault_sweeps) \
	/* end */

#define DECLARE(name) Suite *name##_suite(void);
SUITES(DECLARE)
#define ENTRY(name) name##_suite,

int main(void)
{
	static const suite_fn suites[] = { SUITES(ENTRY) };

	return run_suites("libpagepool", suites, sizeof(suites) / sizeof(suites[0]));
}
