// SPDX-License-Identifier: GPL-2.0-only
/* All suites of libnetmem. */
#include "fixture.h"

#define SUITES(X) \
	X(sg_table) X(sg_pages) X(sg_iter) X(sg_extract) X(sg_failures) \
	X(dma_map) X(dma_iommu) X(dma_lazy) \
	X(dma_lists) X(dma_alloc) X(dma_backend) X(dma_iotlb) X(dma_iova) X(dma_unmap_state) \
	X(dma_bus) X(dma_pool) X(dma_bounce) X(dma_threads) X(dma_check) X(dma_fault) X(dmapool) \
	X(dma_granule) X(dma_noncoherent) X(dma_cpu_trap) \
	X(dma_fence) X(fence_containers) X(dma_buf) X(dma_buf_file) X(udmabuf) X(peer_memory) \
	X(dma_heap) X(system_heap) X(exporter_failures) \
	X(boot_fails) X(dma_refusals) \
	X(contiguous) X(dma_pool_boot) X(dma_pool_race) X(dma_window_race) X(ops_helpers) \
	/* end */

#define DECLARE(name) Suite *name##_suite(void);
SUITES(DECLARE)
#define ENTRY(name) name##_suite,

int main(void)
{
	static const suite_fn suites[] = { SUITES(ENTRY) };

	return run_suites("libnetmem", suites, sizeof(suites) / sizeof(suites[0]));
}
