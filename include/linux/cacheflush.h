/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the cache maintenance calls; they are in asm/cacheflush.h. */
#ifndef _UDM_LINUX_CACHEFLUSH_H
#define _UDM_LINUX_CACHEFLUSH_H

#include <asm/cacheflush.h>

#endif
