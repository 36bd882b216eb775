/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory encryption attributes: always 0, a process has none. Kernel path: asm/set_memory.h. */
#ifndef _UDM_ASM_SET_MEMORY_H
#define _UDM_ASM_SET_MEMORY_H

static inline int set_memory_encrypted(unsigned long address, int numpages)
{
	return 0;
}

static inline int set_memory_decrypted(unsigned long address, int numpages)
{
	return 0;
}

#endif
