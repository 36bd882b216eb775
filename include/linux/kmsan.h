/* SPDX-License-Identifier: GPL-2.0-only */
/* Uninitialised memory checker annotations. Kernel path: linux/kmsan.h. */
#ifndef _UDM_LINUX_KMSAN_H
#define _UDM_LINUX_KMSAN_H

#include <linux/types.h>

#define kmsan_handle_dma(phys, size, dir) ((void)(phys))
#define kmsan_handle_dma_sg(sg, nents, dir) ((void)(sg))
#define kmsan_alloc_page(page, order, flags) ((void)(page))
#define kmsan_free_page(page, order) ((void)(page))

#endif
