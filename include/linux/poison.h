/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values that mark memory and pointers as dead. The pointers are non-canonical
 * addresses, so using one faults. Kernel path: linux/poison.h.
 */
#ifndef _UDM_LINUX_POISON_H
#define _UDM_LINUX_POISON_H

#include <linux/const.h>

#define CONFIG_ILLEGAL_POINTER_VALUE 0xdead000000000000
#define POISON_POINTER_DELTA _AC(CONFIG_ILLEGAL_POINTER_VALUE, UL)

#define LIST_POISON1 ((void *)(0x100 + POISON_POINTER_DELTA))
#define LIST_POISON2 ((void *)(0x122 + POISON_POINTER_DELTA))
#define TIMER_ENTRY_STATIC ((void *)(0x300 + POISON_POINTER_DELTA))
#define TAIL_MAPPING ((void *)(0x400 + POISON_POINTER_DELTA))
#define PP_SIGNATURE (0x40 + POISON_POINTER_DELTA)
#define NET_PTR_POISON ((void *)(0x801 + POISON_POINTER_DELTA))
#define SKB_LIST_POISON_NEXT ((void *)(0x800 + POISON_POINTER_DELTA))
#define PAGE_POISON 0xaa
#define POISON_INUSE 0x5a
#define POISON_FREE 0x6b
#define POISON_END 0xa5
#define SLUB_RED_INACTIVE 0xbb
#define SLUB_RED_ACTIVE 0xcc
#define POISON_FREE_INITMEM 0xcc
#define MUTEX_DEBUG_INIT 0x11
#define MUTEX_DEBUG_FREE 0x22
#define MUTEX_POISON_WW_CTX ((void *)(0x500 + POISON_POINTER_DELTA))
#define VMEMMAP_POISON 0x33

#endif
