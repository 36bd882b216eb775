/* SPDX-License-Identifier: GPL-2.0-only */
/* Frame number rounding. Kernel path: linux/pfn.h. */
#ifndef _UDM_LINUX_PFN_H
#define _UDM_LINUX_PFN_H

#include <linux/types.h>
#include <vdso/page.h>

#define PFN_ALIGN(x) (((unsigned long)(x) + (PAGE_SIZE - 1)) & PAGE_MASK)
#define PFN_UP(x) (((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x) ((x) >> PAGE_SHIFT)
#define PFN_PHYS(pfn) ((phys_addr_t)(pfn) << PAGE_SHIFT)
#define PHYS_PFN(phys) ((unsigned long)((phys) >> PAGE_SHIFT))

#endif
