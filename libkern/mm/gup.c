// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages behind user memory (mm/gup.c).
 *
 * Memory that is already a view of emulated RAM or of an adopted file has its
 * page. Private memory of the process (heap, bss, anonymous mappings) has none:
 * it is moved, once, by copying its contents into a fresh page and mapping that
 * page in its place, so that application, kernel side and devices share it from
 * then on. The application must not write to the page during that call. The
 * move lasts until the application unmaps the address; the record of it holds
 * one reference. The page of the caller's own stack frame cannot be moved.
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/memfd.h>
#include <linux/hugetlb.h>
#include <linux/kernel.h>
#include <linux/shmem_fs.h>
#include <udevmem/memory.h>

#include "host_maps.h"
#include "internal.h"

#define STACK_SLACK 65536UL
#define SWEEP_MIN 256

struct moved_page {
	struct moved_page *next;
	unsigned long addr;
	struct page *page;
};

static struct moved_page *moved;
static unsigned long nr_moved;
static unsigned long sweep_at = SWEEP_MIN;
static pthread_mutex_t moved_lock = PTHREAD_MUTEX_INITIALIZER;

static bool map_is_ram(const struct host_map *map)
{
	struct stat st;

	return map->ino && !fstat(udm_ram_fd, &st) && st.st_ino == map->ino;
}

static struct page *ram_page_at(const struct host_map *map, unsigned long addr)
{
	unsigned long pfn = PHYS_PFN(map->offset + (addr - map->start));

	return pfn_valid(pfn) ? pfn_to_page(pfn) : NULL;
}

static bool move_is_current(const struct moved_page *record)
{
	struct host_map map;

	return host_map_find(record->addr, &map) && map_is_ram(&map) &&
	       ram_page_at(&map, record->addr) == record->page;
}

/* Drops the records of addresses that the application has unmapped meanwhile. */
static void sweep_moved(void)
{
	struct moved_page **link = &moved;

	while (*link) {
		struct moved_page *record = *link;

		if (move_is_current(record)) {
			link = &record->next;
			continue;
		}
		*link = record->next;
		put_page(record->page);
		free(record);
		nr_moved--;
	}
	sweep_at = 2 * nr_moved + SWEEP_MIN;
}

static int record_move(unsigned long addr, struct page *page)
{
	struct moved_page *record = malloc(sizeof(*record));

	if (!record)
		return -ENOMEM;
	if (nr_moved >= sweep_at)
		sweep_moved();
	record->addr = addr;
	record->page = page;
	record->next = moved;
	moved = record;
	nr_moved++;
	page_hide_owner(page);
	return 0;
}

/* The host copies: neither a hole in the mapping nor a sanitizer's poison stops it. */
static bool copy_from_process(void *to, unsigned long addr)
{
	struct iovec local = { .iov_base = to, .iov_len = PAGE_SIZE };
	struct iovec remote = { .iov_base = (void *)addr, .iov_len = PAGE_SIZE };

	return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == (ssize_t)PAGE_SIZE;
}

static bool near_own_stack(unsigned long addr)
{
	unsigned long sp = (unsigned long)__builtin_frame_address(0);

	return addr + PAGE_SIZE > sp - STACK_SLACK && addr < sp + STACK_SLACK;
}

static int move_page(unsigned long addr, const struct host_map *map, struct page **result)
{
	struct page *page;
	int err = -EFAULT;

	if (map->shared || !(map->prot & PROT_READ) || near_own_stack(addr))
		return -EFAULT;
	page = alloc_page(GFP_HIGHUSER);
	if (!page)
		return -ENOMEM;
	if (!copy_from_process(page_address(page), addr))
		goto free;
	err = record_move(addr, page);
	if (err)
		goto free;
	if (udm_phys_mmap((void *)addr, page_to_phys(page), PAGE_SIZE, map->prot))
		return -ENOMEM;	/* the record is swept later */
	*result = page;
	return 0;

free:
	put_page(page);
	return err;
}

static int page_of_user(unsigned long addr, unsigned int gup_flags, struct page **result)
{
	struct host_map map;

	if (virt_addr_valid(addr))
		*result = virt_to_page(addr);
	else if (is_vmalloc_addr((void *)addr))
		*result = vmalloc_to_page((void *)addr);
	else if (!host_map_find(addr, &map) ||
		 ((gup_flags & FOLL_WRITE) && !(map.prot & PROT_WRITE)))
		return -EFAULT;
	else if (map_is_ram(&map))
		*result = ram_page_at(&map, addr);
	else if ((*result = adopted_page_get(map.ino, map.offset + (addr - map.start))))
		return 0;
	else if (move_page(addr, &map, result))
		return -EFAULT;
	if (!*result || !get_page_unless_zero(compound_head(*result)))
		return -EFAULT;
	return 0;
}

static int pin_pages(unsigned long start, int nr_pages, unsigned int gup_flags,
		     struct page **pages)
{
	int got, err = 0;

	might_sleep();
	start &= PAGE_MASK;
	pthread_mutex_lock(&moved_lock);
	for (got = 0; got < nr_pages; got++) {
		err = page_of_user(start + ((unsigned long)got << PAGE_SHIFT), gup_flags,
				   &pages[got]);
		if (err)
			break;
	}
	pthread_mutex_unlock(&moved_lock);
	return got ? got : err;
}

int pin_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			struct page **pages)
{
	return pin_pages(start, nr_pages, gup_flags, pages);
}

int get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			struct page **pages)
{
	return pin_pages(start, nr_pages, gup_flags, pages);
}

void unpin_user_page(struct page *page)
{
	put_page(page);
}

void unpin_user_pages(struct page **pages, unsigned long npages)
{
	while (npages--)
		put_page(*pages++);
}

void unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages, bool make_dirty)
{
	unsigned long i;

	for (i = 0; make_dirty && i < npages; i++)
		SetPageDirty(compound_head(pages[i]));
	unpin_user_pages(pages, npages);
}

void unpin_user_page_range_dirty_lock(struct page *page, unsigned long npages, bool make_dirty)
{
	for (; npages--; page++)
		unpin_user_pages_dirty_lock(&page, 1, make_dirty);
}

void unpin_folio(struct folio *folio)
{
	folio_put(folio);
}

void unpin_folios(struct folio **folios, unsigned long nfolios)
{
	while (nfolios--)
		folio_put(*folios++);
}

/* Is [start, end] a range of a memory file as memfd_pin_folios() takes it? */
static bool memfd_range_ok(struct file *memfd, loff_t start, loff_t end, unsigned int max_folios)
{
	struct stat st;

	if (start < 0 || start > end || !max_folios || !memfd)
		return false;
	if (!shmem_file(memfd) && !is_file_hugepages(memfd))
		return false;
	return memfd->f_host_fd >= 0 && !fstat(memfd->f_host_fd, &st) && end < st.st_size;
}

long memfd_pin_folios(struct file *memfd, loff_t start, loff_t end, struct folio **folios,
		      unsigned int max_folios, pgoff_t *offset)
{
	loff_t at = ALIGN_DOWN(start, PAGE_SIZE);
	unsigned int got;

	might_sleep();
	if (!memfd_range_ok(memfd, start, end, max_folios))
		return -EINVAL;
	for (got = 0; got < max_folios && at <= end; got++, at += PAGE_SIZE) {
		struct page *page = udm_page_adopt(memfd->f_host_fd, at);

		if (!page) {
			unpin_folios(folios, got);
			return -errno;
		}
		folios[got] = page_folio(page);
	}
	*offset = offset_in_page(start);
	return got;
}

void gup_shutdown(void)
{
	while (moved) {
		struct moved_page *record = moved;

		moved = record->next;
		free(record);
	}
	nr_moved = 0;
	sweep_at = SWEEP_MIN;
}
