/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page protections: opaque values that travel through the kernel API. Kernel
 * path: asm/pgtable_types.h. Bit 0 asks for write access, which is all that a
 * mapping in a process can honour; the other bits only keep kinds apart.
 */
#ifndef _UDM_ASM_PGTABLE_TYPES_H
#define _UDM_ASM_PGTABLE_TYPES_H

typedef struct {
	unsigned long pgprot;
} pgprot_t;

#define pgprot_val(prot) ((prot).pgprot)
#define __pgprot(value) ((pgprot_t){ (value) })

#define _PAGE_RW 0x1UL
#define _PAGE_NOCACHE 0x2UL
#define _PAGE_WC 0x4UL
#define _PAGE_ENCRYPTED 0x8UL

#define PAGE_KERNEL __pgprot(_PAGE_RW)
#define PAGE_KERNEL_RO __pgprot(0)
#define PAGE_SHARED __pgprot(_PAGE_RW)
#define PAGE_READONLY __pgprot(0)

#define pgprot_noncached(prot) __pgprot(pgprot_val(prot) | _PAGE_NOCACHE)
#define pgprot_writecombine(prot) __pgprot(pgprot_val(prot) | _PAGE_WC)
#define pgprot_device(prot) pgprot_noncached(prot)
#define pgprot_dmacoherent(prot) pgprot_noncached(prot)
#define pgprot_encrypted(prot) __pgprot(pgprot_val(prot) | _PAGE_ENCRYPTED)
#define pgprot_decrypted(prot) __pgprot(pgprot_val(prot) & ~_PAGE_ENCRYPTED)

#endif
