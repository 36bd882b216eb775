/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the kmap calls; they are in linux/highmem.h. */
#ifndef _UDM_LINUX_HIGHMEM_INTERNAL_H
#define _UDM_LINUX_HIGHMEM_INTERNAL_H

#include <linux/highmem.h>

#endif
