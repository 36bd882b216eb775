/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory encryption: this machine has none, so the encrypted and the plain view of an address
 * are the same. Contract: include/linux/mem_encrypt.h.
 */
#ifndef _LINUX_MEM_ENCRYPT_H
#define _LINUX_MEM_ENCRYPT_H

#define dma_addr_encrypted(x)	(x)
#define dma_addr_unencrypted(x)	(x)
#define dma_addr_canonical(x)	(x)

#endif
