// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtually contiguous memory (mm/vmalloc.c).
 *
 * A second reserved range, disjoint from the direct map. An area is a run of its
 * pages plus an inaccessible guard page; mapping a page means mapping its part
 * of the memory file again, so both addresses show the same bytes. Two arrays
 * beside the range, indexed by page and touched on demand, say which page and
 * which area an address belongs to; reading them needs no lock, because whoever
 * asks about an address keeps its area alive. One lock covers the map of used
 * addresses and the list of areas. Areas themselves are kmalloc() objects.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/llist.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>
#include <udevmem/memory.h>

#include "slab.h"
#include "valgrind.h"
#include "vmalloc.h"

#define VMALLOC_SLACK SZ_256M
#define BULK_BATCH 100

static struct page **page_of;		/* by page of the range */
static struct vmalloc_area **area_of;
static unsigned long *used_map;
static unsigned long nr_slots;
static unsigned long search_from;
static LIST_HEAD(areas);
static struct mem_lock areas_lock;

static void free_deferred(struct work_struct *work);
static LLIST_HEAD(deferred);
static DECLARE_WORK(deferred_work, free_deferred);

/* --- The range ------------------------------------------------------------------ */

static void *reserve(size_t bytes, int prot)
{
	void *addr = mmap(NULL, bytes, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return addr == MAP_FAILED ? NULL : addr;
}

static void release(void *addr, size_t bytes)
{
	if (addr)
		munmap(addr, bytes);
}

int vmalloc_boot(void)
{
	size_t bytes = 2 * (totalram_pages() << PAGE_SHIFT) + VMALLOC_SLACK;
	void *range = reserve(bytes, PROT_NONE);

	nr_slots = bytes >> PAGE_SHIFT;
	search_from = 0;
	page_of = reserve(nr_slots * sizeof(*page_of), PROT_READ | PROT_WRITE);
	area_of = reserve(nr_slots * sizeof(*area_of), PROT_READ | PROT_WRITE);
	used_map = calloc(BITS_TO_LONGS(nr_slots), sizeof(*used_map));
	if (range) {
		udm_physmap.vmalloc_start = (unsigned long)range;
		udm_physmap.vmalloc_end = (unsigned long)range + bytes;
	}
	if (range && page_of && area_of && used_map)
		return 0;
	vmalloc_shutdown();
	return -ENOMEM;
}

/* Whatever is left is gone with the range; the leak report has named it before. */
void vmalloc_shutdown(void)
{
	size_t bytes = udm_physmap.vmalloc_end - udm_physmap.vmalloc_start;

	if (bytes) {
		mem_unpoison_range((void *)udm_physmap.vmalloc_start, bytes);
		munmap((void *)udm_physmap.vmalloc_start, bytes);
	}
	udm_physmap.vmalloc_start = 0;
	udm_physmap.vmalloc_end = 0;
	release(page_of, nr_slots * sizeof(*page_of));
	release(area_of, nr_slots * sizeof(*area_of));
	free(used_map);
	page_of = NULL;
	area_of = NULL;
	used_map = NULL;
	INIT_LIST_HEAD(&areas);
	init_llist_head(&deferred);
}

static unsigned long slot_of(const void *addr)
{
	return ((unsigned long)addr - VMALLOC_START) >> PAGE_SHIFT;
}

/* First fit behind the last area, then from the start: addresses are reused late. */
static unsigned long find_slots(unsigned long nr, unsigned long align)
{
	unsigned long offset = VMALLOC_START >> PAGE_SHIFT;
	unsigned long at = bitmap_find_next_zero_area_off(used_map, nr_slots, search_from, nr,
							  align - 1, offset);

	if (at + nr > nr_slots)
		at = bitmap_find_next_zero_area_off(used_map, nr_slots, 0, nr, align - 1, offset);
	return at;
}

static void *take_slots(struct vmalloc_area *area, unsigned long nr, unsigned long align)
{
	unsigned long at, i;

	mem_lock(&areas_lock);
	at = find_slots(nr, align);
	if (at + nr > nr_slots) {
		mem_unlock(&areas_lock);
		return NULL;
	}
	bitmap_set(used_map, at, nr);
	search_from = at + nr;
	for (i = 0; i < nr; i++)
		area_of[at + i] = area;
	list_add_tail(&area->link, &areas);
	mem_unlock(&areas_lock);
	return (void *)(VMALLOC_START + (at << PAGE_SHIFT));
}

static void give_slots(struct vmalloc_area *area)
{
	unsigned long at = slot_of(area->vm.addr);
	unsigned long nr = area->vm.size >> PAGE_SHIFT;
	unsigned long i;

	mem_lock(&areas_lock);
	for (i = 0; i < nr; i++)
		area_of[at + i] = NULL;
	bitmap_clear(used_map, at, nr);
	list_del(&area->link);
	mem_unlock(&areas_lock);
}

/* An area of @size bytes, a multiple of the page size, without pages. */
static struct vmalloc_area *area_create(unsigned long size, unsigned long align,
					unsigned long flags, gfp_t gfp, int node,
					const void *caller)
{
	struct vmalloc_area *area = kmalloc_node_noprof(sizeof(*area), gfp | __GFP_ZERO, node);

	if (!area)
		return NULL;
	if (!(flags & VM_NO_GUARD))
		size += PAGE_SIZE;
	area->vm.size = size;
	area->vm.flags = flags;
	area->vm.caller = caller;
	area->tag = udm_alloc_tag;
	if (unlikely(mem_debug & UDM_DEBUG_STACKS))
		mem_origin_record(&area->origin, (unsigned long)caller);
	slab_hide_owner(area);
	area->vm.addr = take_slots(area, size >> PAGE_SHIFT, max(align >> PAGE_SHIFT, 1UL));
	if (area->vm.addr)
		return area;
	kfree(area);
	return NULL;
}

/* --- Mapping ---------------------------------------------------------------------- */

static unsigned int contiguous_run(struct page **pages, unsigned int nr)
{
	unsigned int run = 1;

	while (run < nr && pages[run] == pages[0] + run)
		run++;
	return run;
}

/* 0 or -ENOMEM, then some of the pages may be mapped. */
static int map_pages(void *addr, struct page **pages, unsigned int nr, pgprot_t prot)
{
	int access = PROT_READ | (pgprot_val(prot) & _PAGE_RW ? PROT_WRITE : 0);
	unsigned long slot = slot_of(addr);

	while (nr) {
		unsigned int run = contiguous_run(pages, nr);
		unsigned int i;

		if (udm_phys_mmap(addr, page_to_phys(pages[0]), (size_t)run << PAGE_SHIFT, access))
			return -ENOMEM;
		for (i = 0; i < run; i++)
			WRITE_ONCE(page_of[slot++], pages[i]);
		addr = (char *)addr + ((size_t)run << PAGE_SHIFT);
		pages += run;
		nr -= run;
	}
	return 0;
}

static void unmap_area(const struct vm_struct *vm)
{
	size_t bytes = get_vm_area_size(vm);
	unsigned long slot = slot_of(vm->addr);
	unsigned long i;

	for (i = 0; i < bytes >> PAGE_SHIFT; i++)
		WRITE_ONCE(page_of[slot + i], NULL);
	mem_unpoison(vm->addr, bytes);
	BUG_ON(mmap(vm->addr, bytes, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED);
}

struct page *vmalloc_to_page(const void *addr)
{
	return is_vmalloc_addr(addr) ? READ_ONCE(page_of[slot_of(addr)]) : NULL;
}

unsigned long vmalloc_to_pfn(const void *addr)
{
	return page_to_pfn(vmalloc_to_page(addr));
}

struct vm_struct *find_vm_area(const void *addr)
{
	struct vmalloc_area *area = NULL;

	if (is_vmalloc_addr(addr))
		area = READ_ONCE(area_of[slot_of(addr)]);
	return area ? &area->vm : NULL;
}

struct vm_struct *remove_vm_area(const void *addr)
{
	struct vm_struct *vm = find_vm_area(addr);

	if (WARN(!PAGE_ALIGNED(addr), "Trying to vfree() bad address (%p)\n", addr))
		return NULL;
	if (!vm || vm->addr != addr)
		return NULL;
	unmap_area(vm);
	give_slots(container_of(vm, struct vmalloc_area, vm));
	return vm;
}

void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot)
{
	struct vmalloc_area *area;

	might_sleep();
	if (!count || count > totalram_pages())
		return NULL;
	area = area_create((unsigned long)count << PAGE_SHIFT, 1, flags | VM_MAP, GFP_KERNEL,
			   NUMA_NO_NODE, __builtin_return_address(0));
	if (!area)
		return NULL;
	if (map_pages(area->vm.addr, pages, count, prot)) {
		kfree(remove_vm_area(area->vm.addr));
		return NULL;
	}
	if (flags & VM_MAP_PUT_PAGES) {
		area->vm.pages = pages;
		area->vm.nr_pages = count;
	}
	return area->vm.addr;
}

void *vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot)
{
	struct page **pages = kmalloc_array(count, sizeof(*pages), GFP_KERNEL);
	void *addr = NULL;
	unsigned int i;

	for (i = 0; pages && i < count; i++) {
		if (WARN_ON_ONCE(!pfn_valid(pfns[i])))
			break;
		pages[i] = pfn_to_page(pfns[i]);
	}
	if (pages && i == count)
		addr = vmap(pages, count, VM_IOREMAP, prot);
	kfree(pages);
	return addr;
}

void vunmap(const void *addr)
{
	struct vm_struct *vm;

	BUG_ON(in_interrupt());
	might_sleep();
	if (!addr)
		return;
	vm = remove_vm_area(addr);
	if (WARN(!vm, "Trying to vunmap() nonexistent vm area (%p)\n", addr))
		return;
	kfree(vm);
}

void *vm_map_ram(struct page **pages, unsigned int count, int node)
{
	return vmap(pages, count, VM_MAP, PAGE_KERNEL);
}

void vm_unmap_ram(const void *mem, unsigned int count)
{
	const struct vm_struct *vm = find_vm_area(mem);

	might_sleep();
	BUG_ON(!mem || !is_vmalloc_addr(mem) || !PAGE_ALIGNED(mem));
	if (WARN_ON_ONCE(!vm || get_vm_area_size(vm) != (size_t)count << PAGE_SHIFT))
		return;
	kfree(remove_vm_area(mem));
}

/* --- Allocation --------------------------------------------------------------------- */

/* In batches, then page by page: a batch may stop early without meaning it. */
static unsigned int take_pages(gfp_t gfp, int node, unsigned int nr, struct page **pages)
{
	unsigned int got = 0, batch, new;

	while (got < nr) {
		batch = min_t(unsigned int, nr - got, BULK_BATCH);
		new = alloc_pages_bulk_node_noprof(gfp, node, batch, pages + got);
		if (!new) {
			pages[got] = alloc_pages_node_noprof(node, gfp, 0);
			if (!pages[got])
				break;
			new = 1;
		}
		got += new;
	}
	for (batch = 0; batch < got; batch++)
		page_hide_owner(pages[batch]);
	return got;
}

static void put_pages(struct vm_struct *vm)
{
	unsigned int i;

	for (i = 0; i < vm->nr_pages; i++)
		__free_page(vm->pages[i]);
	kvfree(vm->pages);
}

/* A large array is an area itself. */
static void vm_hide_array(struct page **pages)
{
	if (is_vmalloc_addr(pages))
		container_of(find_vm_area(pages), struct vmalloc_area, vm)->hidden = true;
	else
		slab_hide_owner(pages);
}

static int area_fill(struct vm_struct *vm, gfp_t gfp, int node)
{
	unsigned int nr = get_vm_area_size(vm) >> PAGE_SHIFT;
	gfp_t page_gfp = gfp | __GFP_NOWARN;

	vm->pages = kvmalloc_array_node_noprof(nr, sizeof(*vm->pages), gfp | __GFP_ZERO, node);
	if (!vm->pages)
		return -ENOMEM;
	vm_hide_array(vm->pages);
	if (!(gfp & (GFP_DMA | GFP_DMA32)))
		page_gfp |= __GFP_HIGHMEM;
	vm->nr_pages = take_pages(page_gfp, node, nr, vm->pages);
	if (vm->nr_pages < nr)
		return -ENOMEM;
	return map_pages(vm->addr, vm->pages, nr, PAGE_KERNEL);
}

/* What is behind the size asked for, up to the end of the page. */
static void area_debug_alloc(const struct vm_struct *vm, gfp_t gfp)
{
	size_t room = get_vm_area_size(vm);

	if (mem_debug & UDM_DEBUG_REDZONE)
		slack_fill(vm->addr, vm->requested_size, room);
	if (!(mem_debug & UDM_DEBUG_VALGRIND))
		return;
	if (!(gfp & __GFP_ZERO))
		VALGRIND_MAKE_MEM_UNDEFINED(vm->addr, vm->requested_size);
	VALGRIND_MAKE_MEM_NOACCESS((char *)vm->addr + vm->requested_size,
				   room - vm->requested_size);
}

static void area_debug_free(const struct vm_struct *vm)
{
	const struct vmalloc_area *area = container_of(vm, struct vmalloc_area, vm);
	size_t room = get_vm_area_size(vm);

	if (!vm->requested_size || !(mem_debug & UDM_DEBUG_REDZONE))
		return;
	if (mem_debug & UDM_DEBUG_VALGRIND)
		VALGRIND_MAKE_MEM_DEFINED(vm->addr, room);
	if (!slack_check(vm->addr, vm->requested_size, room, "vmalloc", area->tag))
		mem_origin_print("allocated", &area->origin);
}

static void warn_vmalloc(gfp_t gfp, const char *what, unsigned long size)
{
	if (!(gfp & __GFP_NOWARN))
		pr_warn("vmalloc error: size %lu, %s\n", size, what);
}

static void *vmalloc_flags(unsigned long size, unsigned long align, gfp_t gfp, int node,
			   unsigned long flags, const void *caller)
{
	unsigned long bytes = PAGE_ALIGN(size);
	struct vmalloc_area *area;

	might_sleep_if(gfpflags_allow_blocking(gfp));
	if (WARN_ON_ONCE(!size))
		return NULL;
	/* Rounding up may wrap. */
	if (bytes < size || bytes >> PAGE_SHIFT > totalram_pages()) {
		warn_vmalloc(gfp, "exceeds total pages", size);
		return NULL;
	}
	area = area_create(bytes, align, flags, gfp & ~__GFP_ZERO & ~__GFP_HIGHMEM, node, caller);
	if (!area) {
		warn_vmalloc(gfp, "vm_struct allocation failed", size);
		return NULL;
	}
	if (area_fill(&area->vm, gfp, node)) {
		warn_vmalloc(gfp, "failed to allocate pages", size);
		vfree(area->vm.addr);
		return NULL;
	}
	area->vm.requested_size = size;
	mem_poison((char *)area->vm.addr + size, bytes - size);
	if (unlikely(mem_debug))
		area_debug_alloc(&area->vm, gfp);
	return area->vm.addr;
}

void *__vmalloc_node_noprof(unsigned long size, unsigned long align, gfp_t gfp, int node,
			    const void *caller)
{
	return vmalloc_flags(size, align, gfp, node, VM_ALLOC,
			     caller ? caller : __builtin_return_address(0));
}

void *vmalloc_user_noprof(unsigned long size)
{
	return vmalloc_flags(size, PAGE_SIZE, GFP_KERNEL | __GFP_ZERO, NUMA_NO_NODE,
			     VM_ALLOC | VM_USERMAP, __builtin_return_address(0));
}

static void free_deferred(struct work_struct *work)
{
	struct llist_node *node, *next;

	llist_for_each_safe(node, next, llist_del_all(&deferred))
		vfree(node);
}

/* The first bytes of the memory itself link it. */
void vfree_atomic(const void *addr)
{
	BUG_ON(in_nmi());
	if (!addr)
		return;
	if (llist_add((struct llist_node *)addr, &deferred))
		schedule_work(&deferred_work);
}

void vfree(const void *addr)
{
	struct vm_struct *vm;

	if (unlikely(in_interrupt())) {
		vfree_atomic(addr);
		return;
	}
	BUG_ON(in_nmi());
	might_sleep();
	if (!addr)
		return;
	vm = find_vm_area(addr);
	if (vm && vm->addr == addr && unlikely(mem_debug))
		area_debug_free(vm);
	vm = remove_vm_area(addr);
	if (WARN(!vm, "Trying to vfree() nonexistent vm area (%p)\n", addr))
		return;
	put_pages(vm);
	kfree(vm);
}

void vmalloc_for_each_area(void (*fn)(void *ctx, const struct vmalloc_area *area), void *ctx)
{
	struct vmalloc_area *area;

	mem_lock(&areas_lock);
	list_for_each_entry(area, &areas, link)
		fn(ctx, area);
	mem_unlock(&areas_lock);
}
