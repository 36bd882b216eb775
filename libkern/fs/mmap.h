/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Putting memory into mappings, for the kernel's functions that do so.
 *
 * All work on any vm_area_struct with a valid range; for one that file_mmap is
 * filling they also record what is there. Negative errno on failure.
 */
#ifndef LIBKERN_FS_MMAP_H
#define LIBKERN_FS_MMAP_H

#include <linux/mm.h>

/* One frame, gathered with its neighbours. -EFAULT: outside, or no such frame. */
__internal int vma_map_frame(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn);
__internal int vma_map_frames(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
			      size_t len);
/* Takes a reference for as long as the mapping exists. */
__internal int vma_map_page(struct vm_area_struct *vma, unsigned long addr, struct page *page);

__internal int vma_init_host(void);
__internal void vma_exit_host(void);
__internal void vma_close_all(void);

#endif
