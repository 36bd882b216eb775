/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory encryption attributes. Kernel path: asm/set_memory.h.
 *
 * A process has none: both calls return 0 unless they are made to fail by name
 * (udm_inject_arm), which is how code that shares memory with a host is tested. May sleep.
 */
#ifndef _UDM_ASM_SET_MEMORY_H
#define _UDM_ASM_SET_MEMORY_H

int set_memory_encrypted(unsigned long address, int numpages);
int set_memory_decrypted(unsigned long address, int numpages);

#endif
