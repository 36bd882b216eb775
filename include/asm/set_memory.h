/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory encryption attributes: always 0, a process has none. Kernel path: asm/set_memory.h. */
#ifndef _UDM_ASM_SET_MEMORY_H
#define _UDM_ASM_SET_MEMORY_H

#include <linux/compiler.h>

static inline int set_memory_encrypted(unsigned long address __always_unused,
				       int numpages __always_unused)
{
	return 0;
}

static inline int set_memory_decrypted(unsigned long address __always_unused,
				       int numpages __always_unused)
{
	return 0;
}

#endif
