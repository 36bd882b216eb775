// SPDX-License-Identifier: GPL-2.0-only
/* The initcalls of the library, for static links; see libkern/initcalls.h. */
#include "libkern/initcalls.h"

UDM_INITCALLS_OF(netmem);
UDM_INITCALL(attach_init);
UDM_INITCALL(dma_atomic_pool_init);
UDM_INITCALL(dma_buf_init);
#ifdef UDM_DEBUG
UDM_INITCALL(dma_debug_init);
#endif
UDM_INITCALL(dma_contiguous_init);
UDM_INITCALL(dma_fence_init_stub);
UDM_INITCALL(dma_heap_init);
UDM_INITCALL(sg_pool_init);
UDM_INITCALL(swiotlb_start);
UDM_INITCALL(system_heap_create);
UDM_INITCALL(udmabuf_dev_init);
