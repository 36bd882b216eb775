/* SPDX-License-Identifier: GPL-2.0-only */
/* Address sanitizer annotations: the host sanitizer needs none. Kernel path: linux/kasan.h. */
#ifndef _UDM_LINUX_KASAN_H
#define _UDM_LINUX_KASAN_H

#include <linux/types.h>

#define kasan_enabled() false
#define kasan_disable_current() ((void)0)
#define kasan_enable_current() ((void)0)
#define kasan_unpoison_range(addr, size) ((void)(addr))
#define kasan_poison_pages(page, order, init) ((void)(page))
#define kasan_unpoison_pages(page, order, init) ((void)(page))
#define kasan_reset_tag(addr) ((void *)(addr))
#define page_kasan_tag(page) 0xff
#define page_kasan_tag_reset(page) ((void)(page))
#define kasan_mempool_poison_object(ptr) true
#define kasan_mempool_unpoison_object(ptr, size) ((void)(ptr))
#define kasan_mempool_poison_pages(page, order) true
#define kasan_mempool_unpoison_pages(page, order) ((void)(page))
#define kasan_check_byte(addr) true

#endif
