// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who allocated and who freed a page block (mm/page_owner.c).
 *
 * One record per frame, in a range that the host backs on demand. It is written by
 * whoever allocates or frees the block and read by reports.
 */
#include <sys/mman.h>

#include <linux/memblock.h>

#include "mem_debug.h"

static struct page_origin *origins;

/* 0 or -ENOMEM. */
int page_owner_boot(void)
{
	void *range;

	if (!(mem_debug & (UDM_DEBUG_STACKS | UDM_DEBUG_REDZONE)))
		return 0;
	range = mmap(NULL, max_pfn * sizeof(*origins), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (range == MAP_FAILED)
		return -ENOMEM;
	origins = range;
	return 0;
}

void page_owner_shutdown(void)
{
	if (origins)
		munmap(origins, max_pfn * sizeof(*origins));
	origins = NULL;
}

struct page_origin *page_origin(const struct page *page)
{
	return origins ? &origins[page_to_pfn(page)] : NULL;
}

void page_owner_print(const struct page *page)
{
	const struct page_origin *origin = page_origin(page);

	if (!origin)
		return;
	mem_origin_print("page last allocated", &origin->alloc);
	mem_origin_print("page last freed", &origin->free);
}
