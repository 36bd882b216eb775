// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failures on purpose, by step and index. A step that is set counts its calls: the first
 * `after` pass, the next `times` fail, the rest pass. All counters are plain atomics, so any
 * thread may set, count and read them.
 */
#include "failure.h"

static struct failure_plan {
	unsigned int calls;
	unsigned int after;
	unsigned int times;
	unsigned int failed;
} plans[UDM_IOMMU_STEPS];

bool dma_failures_armed;

bool dma_step_check(enum udm_iommu_step step)
{
	struct failure_plan *plan = &plans[step];
	unsigned int times = __atomic_load_n(&plan->times, __ATOMIC_ACQUIRE);
	unsigned int call;

	if (!times)
		return false;
	call = __atomic_fetch_add(&plan->calls, 1, __ATOMIC_RELAXED);
	/* Unsigned: calls before the window wrap to a large distance. */
	if (call - __atomic_load_n(&plan->after, __ATOMIC_RELAXED) >= times)
		return false;
	__atomic_fetch_add(&plan->failed, 1, __ATOMIC_RELAXED);
	return true;
}

void udm_iommu_fail(enum udm_iommu_step step, unsigned int after, unsigned int times)
{
	struct failure_plan *plan = &plans[step];

	__atomic_store_n(&plan->times, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&plan->calls, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&plan->failed, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&plan->after, after, __ATOMIC_RELAXED);
	/* Release: whoever sees the plan switched on sees its window. */
	__atomic_store_n(&plan->times, times, __ATOMIC_RELEASE);
	if (times)
		__atomic_store_n(&dma_failures_armed, true, __ATOMIC_RELAXED);
}

unsigned int udm_iommu_failed(enum udm_iommu_step step)
{
	return __atomic_load_n(&plans[step].failed, __ATOMIC_RELAXED);
}

/* The next boot starts without failures. */
void dma_failures_clear(void)
{
	unsigned int k;

	dma_failures_armed = false;
	for (k = 0; k < UDM_IOMMU_STEPS; k++)
		plans[k] = (struct failure_plan){ 0 };
}
