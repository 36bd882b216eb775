/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/cache.h. */
#ifndef _UDM_VDSO_CACHE_H
#define _UDM_VDSO_CACHE_H

#include <linux/cache.h>

#endif
