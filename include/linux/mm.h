/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages, folios and mappings. Kernel path: linux/mm.h.
 *
 * Reference rules: get_page() and put_page() act on the head of a compound
 * page; the last put frees the block. Slab memory and large kmalloc memory keep
 * a count of 0 and cannot be referenced that way. All of it may be used in any
 * context unless noted.
 */
#ifndef _UDM_LINUX_MM_H
#define _UDM_LINUX_MM_H

#include <asm/sections.h>
#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mmdebug.h>
#include <linux/mm_types.h>
#include <linux/mmzone.h>
#include <linux/overflow.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/percpu-refcount.h>
#include <linux/pfn.h>
#include <linux/poison.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <asm/page.h>
#include <asm/pgtable.h>

struct user_struct;
struct vm_fault;

#define PAGE_ALIGN(addr) ALIGN(addr, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(addr) ALIGN_DOWN(addr, PAGE_SIZE)
#define PAGE_ALIGNED(addr) IS_ALIGNED((unsigned long)(addr), PAGE_SIZE)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)
#define offset_in_folio(folio, p) ((unsigned long)(p) & (folio_size(folio) - 1))

extern unsigned long max_mapnr;

/* Pages of RAM that the allocator was given; constant after boot. */
unsigned long totalram_pages(void);

/* --- Where a page is ------------------------------------------------------- */

static inline int page_to_nid(const struct page *page)
{
	return udm_pfn_to_nid(page_to_pfn(page));
}

static inline int folio_nid(const struct folio *folio)
{
	return page_to_nid(&folio->page);
}

/* Never NULL: all memory is in the direct map. */
#define page_address(page) page_to_virt(page)

static inline void *folio_address(const struct folio *folio)
{
	return page_to_virt(&folio->page);
}

static inline unsigned long folio_pfn(const struct folio *folio)
{
	return page_to_pfn(&folio->page);
}

static inline phys_addr_t folio_to_phys(const struct folio *folio)
{
	return page_to_phys(&folio->page);
}

static inline struct folio *pfn_folio(unsigned long pfn)
{
	return page_folio(pfn_to_page(pfn));
}

static inline struct page *virt_to_head_page(const void *addr)
{
	return compound_head(virt_to_page(addr));
}

static inline struct folio *virt_to_folio(const void *addr)
{
	return page_folio(virt_to_page(addr));
}

/* mem_map is one array. */
#define nth_page(page, n) ((page) + (n))
#define folio_page_idx(folio, p) ((unsigned long)((p) - &(folio)->page))

static inline bool page_range_contiguous(const struct page *page __always_unused,
					 unsigned long nr_pages __always_unused)
{
	return true;
}

static inline bool is_vmalloc_addr(const void *addr)
{
	return (unsigned long)addr - udm_physmap.vmalloc_start <
	       udm_physmap.vmalloc_end - udm_physmap.vmalloc_start;
}

#define is_vmalloc_or_module_addr(addr) is_vmalloc_addr(addr)

/* Page behind a mapped vmalloc or vmap address; NULL if nothing is mapped there. */
struct page *vmalloc_to_page(const void *addr);
unsigned long vmalloc_to_pfn(const void *addr);

/* --- Blocks ---------------------------------------------------------------- */

/* Order of the block that @folio heads; 0 for a single page. */
static inline unsigned int folio_order(const struct folio *folio)
{
	return folio_test_large(folio) ? folio->_flags_1 & 0xff : 0;
}

/* 0 for anything that is not the head of a compound page. */
static inline unsigned int compound_order(const struct page *page)
{
	return PageHead(page) ? folio_order((const struct folio *)page) : 0;
}

static inline unsigned long compound_nr(const struct page *page)
{
	return 1UL << compound_order(page);
}

static inline unsigned long page_size(const struct page *page)
{
	return PAGE_SIZE << compound_order(page);
}

static inline unsigned int page_shift(const struct page *page)
{
	return PAGE_SHIFT + compound_order(page);
}

static inline unsigned int thp_order(const struct page *page)
{
	return compound_order(page);
}

static inline long folio_nr_pages(const struct folio *folio)
{
	return 1L << folio_order(folio);
}

static inline size_t folio_size(const struct folio *folio)
{
	return PAGE_SIZE << folio_order(folio);
}

static inline unsigned int folio_shift(const struct folio *folio)
{
	return PAGE_SHIFT + folio_order(folio);
}

/* Makes a block of 1 << @order pages, not compound, into independent pages. */
void split_page(struct page *page, unsigned int order);

/* Makes a block compound, as __GFP_COMP does. The caller owns the whole block. */
void prep_compound_page(struct page *page, unsigned int order);

/* --- Reference counts ------------------------------------------------------ */

static inline int put_page_testzero(struct page *page)
{
	VM_BUG_ON_PAGE(page_ref_count(page) == 0, page);
	return page_ref_dec_and_test(page);
}

static inline int folio_put_testzero(struct folio *folio)
{
	return put_page_testzero(&folio->page);
}

static inline bool get_page_unless_zero(struct page *page)
{
	return page_ref_add_unless(page, 1, 0);
}

static inline struct folio *folio_get_nontail_page(struct page *page)
{
	return get_page_unless_zero(page) ? (struct folio *)page : NULL;
}

/* True for a count of 0 and for one that is about to overflow. */
static inline bool folio_ref_zero_or_close_to_overflow(const struct folio *folio)
{
	return (unsigned int)folio_ref_count(folio) + 127u <= 127u;
}

static inline void folio_get(struct folio *folio)
{
	VM_BUG_ON_FOLIO(folio_ref_zero_or_close_to_overflow(folio), folio);
	folio_ref_inc(folio);
}

static inline bool folio_test_large_kmalloc_or_slab(const struct folio *folio)
{
	return folio_test_slab(folio) || folio_test_large_kmalloc(folio);
}

static inline void get_page(struct page *page)
{
	struct folio *head = page_folio(page);

	if (!WARN_ON_ONCE(folio_test_large_kmalloc_or_slab(head)))
		folio_get(head);
}

/* False if the count is 0 or negative, with a warning. */
static inline bool try_get_page(struct page *page)
{
	page = compound_head(page);
	if (WARN_ON_ONCE(page_ref_count(page) <= 0))
		return false;
	page_ref_inc(page);
	return true;
}

/* Frees a folio whose count has reached 0 (mm/swap.c). */
void __folio_put(struct folio *folio);

static inline void folio_put(struct folio *folio)
{
	if (folio_put_testzero(folio))
		__folio_put(folio);
}

static inline void folio_put_refs(struct folio *folio, int refs)
{
	if (folio_ref_sub_and_test(folio, refs))
		__folio_put(folio);
}

/* The full barrier is in the decrement. */
static inline void put_page(struct page *page)
{
	struct folio *head = page_folio(page);

	if (likely(!folio_test_large_kmalloc_or_slab(head)))
		folio_put(head);
}

/* --- Words of the descriptor ----------------------------------------------- */

#define page_private(page) ((page)->private)

static inline void set_page_private(struct page *page, unsigned long value)
{
	page->private = value;
}

static inline void *folio_get_private(const struct folio *folio)
{
	return folio->private;
}

/* Count of page table entries; the stored value is one less. */
static inline int folio_mapcount(const struct folio *folio)
{
	int stored = atomic_read(&folio->_mapcount);

	return stored < -1 ? 0 : stored + 1;
}

static inline void page_mapcount_reset(struct page *page)
{
	atomic_set(&page->_mapcount, -1);
}

/* The page came from the reserves; valid until its owner uses lru. */
static inline bool page_is_pfmemalloc(const struct page *page)
{
	return (uintptr_t)page->lru.next & 2;
}

static inline bool folio_is_pfmemalloc(const struct folio *folio)
{
	return page_is_pfmemalloc(&folio->page);
}

static inline void set_page_pfmemalloc(struct page *page)
{
	page->lru.next = (void *)2UL;
}

static inline void clear_page_pfmemalloc(struct page *page)
{
	page->lru.next = NULL;
}

/*
 * page_pool marks its pages with PP_SIGNATURE in pp_magic and keeps an index into
 * its DMA map above the signature's bits: as many as the poison address leaves
 * unused, at most 32.
 */
#define PP_DMA_INDEX_SHIFT (1 + __fls(PP_SIGNATURE - POISON_POINTER_DELTA))
#if POISON_POINTER_DELTA > 0
#define PP_DMA_INDEX_BITS MIN(32, __ffs(POISON_POINTER_DELTA) - PP_DMA_INDEX_SHIFT)
#else
#define PP_DMA_INDEX_BITS MIN(32, __fls(PAGE_OFFSET) - PP_DMA_INDEX_SHIFT)
#endif
#define PP_DMA_INDEX_MASK \
	GENMASK(PP_DMA_INDEX_BITS + PP_DMA_INDEX_SHIFT - 1, PP_DMA_INDEX_SHIFT)
#define PP_MAGIC_MASK (~(PP_DMA_INDEX_MASK | 0x3UL))

static inline bool page_pool_page_is_pp(const struct page *page)
{
	return (page->pp_magic & PP_MAGIC_MASK) == PP_SIGNATURE;
}

/* --- Pinned user memory (mm/gup.c) ------------------------------------------ */

#define FOLL_WRITE 0x01
#define FOLL_GET 0x02
#define FOLL_FORCE 0x08
#define FOLL_LONGTERM 0x100

/*
 * References to the pages behind [start, start + nr_pages * PAGE_SIZE) of the
 * calling process. Returns how many pages were pinned (possibly fewer), or
 * -EFAULT, -ENOMEM. May sleep. Drop each with unpin_user_page().
 */
int pin_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			struct page **pages);
int get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			struct page **pages);
void unpin_user_page(struct page *page);
void unpin_user_pages(struct page **pages, unsigned long npages);
void unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages, bool make_dirty);
void unpin_user_page_range_dirty_lock(struct page *page, unsigned long npages, bool make_dirty);
void unpin_folio(struct folio *folio);
void unpin_folios(struct folio **folios, unsigned long nfolios);

/*
 * References to the folios of a shmem file between byte @start and byte @end,
 * which is included. Missing pages are created. Returns the number of folios;
 * *offset is the position of @start in the first. -EINVAL, -ENOMEM. May sleep.
 */
long memfd_pin_folios(struct file *memfd, loff_t start, loff_t end, struct folio **folios,
		      unsigned int max_folios, pgoff_t *offset);

/* --- Mappings (mm/memory.c, mm/util.c) --------------------------------------- */

#define VM_NONE 0x00000000UL
#define VM_READ 0x00000001UL
#define VM_WRITE 0x00000002UL
#define VM_EXEC 0x00000004UL
#define VM_SHARED 0x00000008UL
#define VM_MAYREAD 0x00000010UL
#define VM_MAYWRITE 0x00000020UL
#define VM_MAYEXEC 0x00000040UL
#define VM_MAYSHARE 0x00000080UL
#define VM_PFNMAP 0x00000400UL
#define VM_LOCKED 0x00002000UL
#define VM_IO 0x00004000UL
#define VM_DONTCOPY 0x00020000UL
#define VM_DONTEXPAND 0x00040000UL
#define VM_ACCOUNT 0x00100000UL
#define VM_NORESERVE 0x00200000UL
#define VM_HUGETLB 0x00400000UL
#define VM_DONTDUMP 0x04000000UL
#define VM_MIXEDMAP 0x10000000UL

enum fault_flag {
	FAULT_FLAG_WRITE = 1 << 0,
	FAULT_FLAG_MKWRITE = 1 << 1,
	FAULT_FLAG_ALLOW_RETRY = 1 << 2,
	FAULT_FLAG_USER = 1 << 6,
};

/* One fault: the handler fills the address by itself or hands back a page. */
struct vm_fault {
	struct vm_area_struct *vma;
	gfp_t gfp_mask;
	pgoff_t pgoff;
	unsigned long address;
	unsigned long real_address;
	enum fault_flag flags;
	struct page *page;
};

struct vm_operations_struct {
	void (*open)(struct vm_area_struct *vma);
	void (*close)(struct vm_area_struct *vma);
	int (*mprotect)(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			unsigned long newflags);
	vm_fault_t (*fault)(struct vm_fault *vmf);
	vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
	vm_fault_t (*pfn_mkwrite)(struct vm_fault *vmf);
	const char *(*name)(struct vm_area_struct *vma);
};

static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

/* Whether writes go to private copies. */
static inline bool is_cow_mapping(vm_flags_t flags)
{
	return (flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
}

static inline void vm_flags_init(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->__vm_flags = flags;
}

static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->__vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->__vm_flags &= ~flags;
}

static inline void vm_flags_mod(struct vm_area_struct *vma, vm_flags_t set, vm_flags_t clear)
{
	vma->__vm_flags = (vma->__vm_flags | set) & ~clear;
}

/* Takes a reference on @file for the mapping and drops the one it had. */
void vma_set_file(struct vm_area_struct *vma, struct file *file);

/*
 * Shows frames [pfn, pfn + size / PAGE_SIZE) at @addr of the mapping and marks it
 * VM_PFNMAP. 0, -EINVAL for a range outside the mapping, of no RAM, or of a part of a
 * mapping whose writes are private; -ENOMEM.
 */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long size, pgprot_t prot);
/*
 * The same for pages, which the mapping holds until they are unmapped. vm_insert_page():
 * -EINVAL for a page nobody holds, -EFAULT outside of the mapping, -EBUSY where something
 * is mapped already. vm_map_pages() fills all of it from pages[vm_pgoff] on; -ENXIO if
 * there are fewer, else what the insertion says. May sleep.
 */
int vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long num);
int vm_insert_page(struct vm_area_struct *vma, unsigned long addr, struct page *page);
int remap_vmalloc_range(struct vm_area_struct *vma, void *addr, unsigned long pgoff);

/*
 * vm_mmap - map a file, or anonymous memory if it is NULL, for the application
 * @offset: bytes, of whole pages
 *
 * The address, or a negative errno (IS_ERR_VALUE). May sleep. mm/util.c, mm/mmap.c.
 */
unsigned long vm_mmap(struct file *file, unsigned long addr, unsigned long len,
		      unsigned long prot, unsigned long flag, unsigned long offset);
/* 0 or -EINVAL. May sleep. */
int vm_munmap(unsigned long start, size_t len);

/* For fault handlers: VM_FAULT_NOPAGE once the frame is visible at @addr. */
vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn);
vm_fault_t vmf_insert_pfn_prot(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
			       pgprot_t prot);

static inline vm_fault_t vmf_error(int err)
{
	return err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
}

/*
 * Adds or subtracts pages of the limit RLIMIT_MEMLOCK. @bypass_rlim skips the
 * limit. 0 or -ENOMEM. Caller holds mm->mmap_lock for writing.
 */
int __account_locked_vm(struct mm_struct *mm, unsigned long pages, bool inc,
			struct user_struct *user, bool bypass_rlim);

#endif
