/* SPDX-License-Identifier: GPL-2.0-only */
/* Page size of the emulated machine: 4 KiB on every host. Kernel path: vdso/page.h. */
#ifndef _UDM_VDSO_PAGE_H
#define _UDM_VDSO_PAGE_H

#define PAGE_SHIFT 12
/*
 * <limits.h> and <sys/user.h> of some systems define these with the same
 * meaning but other text.
 */
#undef PAGE_SIZE
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#undef PAGE_MASK
#define PAGE_MASK (~(PAGE_SIZE - 1))

#endif
