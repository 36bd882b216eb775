/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the page protections; they are in asm/pgtable_types.h. */
#ifndef _UDM_LINUX_PGTABLE_H
#define _UDM_LINUX_PGTABLE_H

#include <asm/pgtable_types.h>

#endif
