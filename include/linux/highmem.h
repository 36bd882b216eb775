/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Temporary mappings: the direct map already shows every page. Kernel path:
 * linux/highmem.h, mm/highmem.c. kmap_local sections nest, at most 16 deep, and
 * belong to their task: the last one opened is closed first, which debug builds
 * check. kmap_atomic() also disables preemption and page faults until kunmap_atomic().
 */
#ifndef _UDM_LINUX_HIGHMEM_H
#define _UDM_LINUX_HIGHMEM_H

#include <linux/bug.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/cacheflush.h>

#ifdef CONFIG_DEBUG_KMAP_LOCAL
/* Note the start and the end of a section of the current task, and what is wrong with them. */
void udm_kmap_begin(const void *addr);
void udm_kmap_end(const void *addr);
#else
static inline void udm_kmap_begin(const void *addr __always_unused)
{
}

static inline void udm_kmap_end(const void *addr __always_unused)
{
}
#endif

static inline void *kmap(struct page *page)
{
	might_sleep();
	return page_address(page);
}

static inline void kunmap(const struct page *page __always_unused)
{
	might_sleep();
}

static inline void *kmap_local_pfn(unsigned long pfn)
{
	void *addr = pfn_to_kaddr(pfn);

	udm_kmap_begin(addr);
	return addr;
}

static inline void *kmap_local_page(const struct page *page)
{
	return kmap_local_pfn(page_to_pfn(page));
}

static inline void *kmap_local_page_try_from_panic(const struct page *page)
{
	return page_address(page);
}

static inline void *kmap_local_folio(const struct folio *folio, size_t offset)
{
	char *addr = (char *)folio_address(folio) + offset;

	udm_kmap_begin(addr);
	return addr;
}

static inline void *kmap_atomic(const struct page *page)
{
	preempt_disable();
	pagefault_disable();
	return kmap_local_page(page);
}

static inline void __kunmap_local(const void *addr)
{
	udm_kmap_end(addr);
}

static inline void __kunmap_atomic(const void *addr)
{
	udm_kmap_end(addr);
	pagefault_enable();
	preempt_enable();
}

/* Both take the address, not the page. */
#define kunmap_local(addr)						\
do {									\
	BUILD_BUG_ON(__same_type((addr), struct page *));		\
	__kunmap_local(addr);						\
} while (0)

#define kunmap_atomic(addr)						\
do {									\
	BUILD_BUG_ON(__same_type((addr), struct page *));		\
	__kunmap_atomic(addr);						\
} while (0)

static inline void kmap_flush_unused(void)
{
}

static inline void clear_highpage(struct page *page)
{
	clear_page(page_address(page));
}

static inline void copy_highpage(struct page *to, struct page *from)
{
	copy_page(page_address(to), page_address(from));
}

static inline void memcpy_page(struct page *to, size_t to_off, struct page *from, size_t from_off,
			       size_t len)
{
	VM_BUG_ON(to_off + len > PAGE_SIZE || from_off + len > PAGE_SIZE);
	memcpy((char *)page_address(to) + to_off, (char *)page_address(from) + from_off, len);
}

static inline void memset_page(struct page *page, size_t offset, int value, size_t len)
{
	VM_BUG_ON(offset + len > PAGE_SIZE);
	memset((char *)page_address(page) + offset, value, len);
}

static inline void memcpy_from_page(char *to, struct page *page, size_t offset, size_t len)
{
	VM_BUG_ON(offset + len > PAGE_SIZE);
	memcpy(to, (char *)page_address(page) + offset, len);
}

static inline void memcpy_to_page(struct page *page, size_t offset, const char *from, size_t len)
{
	VM_BUG_ON(offset + len > PAGE_SIZE);
	memcpy((char *)page_address(page) + offset, from, len);
}

static inline void memzero_page(struct page *page, size_t offset, size_t len)
{
	memset_page(page, offset, 0, len);
}

static inline void zero_user(struct page *page, unsigned int start, unsigned int size)
{
	memset_page(page, start, 0, size);
}

#endif
