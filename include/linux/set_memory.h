/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the memory attribute calls; they are in asm/set_memory.h. */
#ifndef _UDM_LINUX_SET_MEMORY_H
#define _UDM_LINUX_SET_MEMORY_H

#include <asm/set_memory.h>

#endif
