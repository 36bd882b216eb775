/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct page, struct folio and the descriptions of mappings. Kernel path:
 * linux/mm_types.h.
 *
 * A page descriptor has 64 bytes. Words 1 to 5 are one union: whoever owns the
 * page decides which view is valid. page_pool's view has the layout of struct
 * netmem_desc, a tail page stores its head in word 1, and pointers to pages
 * carry tags in their low four bits.
 */
#ifndef _UDM_LINUX_MM_TYPES_H
#define _UDM_LINUX_MM_TYPES_H

#include <linux/types.h>
#include <linux/stddef.h>
#include <linux/build_bug.h>
#include <linux/llist.h>
#include <linux/atomic.h>
#include <linux/rwsem.h>
#include <asm/page.h>
#include <asm/pgtable_types.h>

struct address_space;
struct alloc_tag;
struct file;
struct page_pool;
struct vm_operations_struct;

typedef struct {
	unsigned long f;
} memdesc_flags_t;

struct page {
	memdesc_flags_t flags;
	union {
		struct {	/* page cache, free lists, anonymous owners */
			union {
				struct list_head lru;
				struct list_head buddy_list;
				struct list_head pcp_list;
				struct {
					struct llist_node pcp_llist;
					unsigned int order;
				};
			};
			struct address_space *mapping;
			union {
				pgoff_t __folio_index;
				unsigned long share;
			};
			unsigned long private;
		};
		struct {	/* page_pool; same offsets as struct netmem_desc */
			unsigned long pp_magic;
			struct page_pool *pp;
			unsigned long _pp_mapping_pad;
			unsigned long dma_addr;
			atomic_long_t pp_ref_count;
		};
		struct {	/* tail of a compound page: head address + 1 */
			unsigned long compound_head;
		};
		struct {	/* device memory */
			void *_unused_pgmap_compound_head;
			void *zone_device_data;
		};
		struct rcu_head rcu_head;
	};
	union {
		unsigned int page_type;
		atomic_t _mapcount;
	};
	atomic_t _refcount;
	unsigned long memcg_data;	/* libkern/mm: call site of the allocation */
} __aligned(16);

static_assert(sizeof(struct page) == 64);
static_assert(offsetof(struct page, lru) == 8);
static_assert(offsetof(struct page, mapping) == 24);
static_assert(offsetof(struct page, private) == 40);
static_assert(offsetof(struct page, page_type) == 48);
static_assert(offsetof(struct page, _refcount) == 52);

/*
 * A folio overlays the descriptors of a whole block: the head, and for blocks of
 * two or more pages the next descriptor, which records the order.
 */
struct folio {
	union {
		struct {
			memdesc_flags_t flags;
			union {
				struct list_head lru;
				unsigned int mlock_count;
			};
			struct address_space *mapping;
			union {
				pgoff_t index;
				unsigned long share;
			};
			union {
				void *private;
				unsigned long swap;
			};
			atomic_t _mapcount;
			atomic_t _refcount;
			unsigned long memcg_data;
		};
		struct page page;
	};
	union {
		struct {
			unsigned long _flags_1;		/* low byte: order of the block */
			unsigned long _head_1;
			atomic_t _large_mapcount;
			atomic_t _nr_pages_mapped;
			atomic_t _entire_mapcount;
			atomic_t _pincount;
		};
		struct page __page_1;
	};
};

static_assert(offsetof(struct folio, mapping) == offsetof(struct page, mapping));
static_assert(offsetof(struct folio, private) == offsetof(struct page, private));
static_assert(offsetof(struct folio, _refcount) == offsetof(struct page, _refcount));
static_assert(offsetof(struct folio, __page_1) == sizeof(struct page));

typedef unsigned int __bitwise vm_fault_t;
typedef unsigned long vm_flags_t;

enum vm_fault_reason {
	VM_FAULT_OOM = 0x000001,
	VM_FAULT_SIGBUS = 0x000002,
	VM_FAULT_MAJOR = 0x000004,
	VM_FAULT_HWPOISON = 0x000010,
	VM_FAULT_HWPOISON_LARGE = 0x000020,
	VM_FAULT_SIGSEGV = 0x000040,
	VM_FAULT_NOPAGE = 0x000100,
	VM_FAULT_LOCKED = 0x000200,
	VM_FAULT_RETRY = 0x000400,
	VM_FAULT_FALLBACK = 0x000800,
	VM_FAULT_DONE_COW = 0x001000,
	VM_FAULT_NEEDDSYNC = 0x002000,
	VM_FAULT_COMPLETED = 0x004000,
};

#define VM_FAULT_ERROR (VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV | VM_FAULT_HWPOISON | \
			VM_FAULT_HWPOISON_LARGE | VM_FAULT_FALLBACK)

struct mm_struct {
	struct rw_semaphore mmap_lock;
	atomic_t mm_users;
	atomic_t mm_count;
	atomic64_t pinned_vm;
	unsigned long locked_vm;
	unsigned long total_vm;
};

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	struct mm_struct *vm_mm;
	pgprot_t vm_page_prot;
	union {
		const vm_flags_t vm_flags;	/* change through vm_flags_set() and friends */
		vm_flags_t __vm_flags;
	};
	const struct vm_operations_struct *vm_ops;
	unsigned long vm_pgoff;
	struct file *vm_file;
	void *vm_private_data;
};

/* A fragment of a page, as struct sk_buff and the network caches use it. */
struct page_frag {
	struct page *page;
	__u32 offset;
	__u32 size;
};

#define PAGE_FRAG_CACHE_MAX_SIZE 32768UL
#define PAGE_FRAG_CACHE_MAX_ORDER 3

#endif
