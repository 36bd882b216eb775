/* SPDX-License-Identifier: GPL-2.0-only */
/* How functions are linked: as C does it. Kernel path: linux/linkage.h. */
#ifndef _UDM_LINUX_LINKAGE_H
#define _UDM_LINUX_LINKAGE_H

#include <linux/compiler_types.h>
#include <linux/export.h>
#include <linux/stringify.h>

#define CPP_ASMLINKAGE
#define asmlinkage
#define __page_aligned_data __aligned(4096)
#define __page_aligned_bss __aligned(4096)

#endif
