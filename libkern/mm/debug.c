// SPDX-License-Identifier: GPL-2.0-only
/* Showing the state of a page in the log (mm/debug.c). Any context. */
#include <linux/printk.h>

#include "internal.h"
#include "mem_debug.h"

static const char *type_name(const struct page *page)
{
	if (udm_page_has_type(page, PGTY_slab))
		return "slab";
	if (PageBuddy(page))
		return "buddy";
	if (PageLargeKmalloc(page))
		return "large_kmalloc";
	return NULL;
}

static void dump_owner(const struct page *page)
{
	const struct alloc_tag *tag = owner_tag(page->memcg_data);

	if (tag)
		pr_warn("page last allocated at %s:%u %s(), order %u, %s\n", tag->file, tag->line,
			tag->function, owner_order(page->memcg_data),
			page->memcg_data & OWNER_LIVE ? "in use" : "freed");
}

void dump_page(const struct page *page, const char *reason)
{
	const struct page *head = compound_head(page);

	pr_warn("page: refcount:%d mapcount:%d mapping:%p index:%#lx pfn:%#lx\n",
		page_ref_count(head), atomic_read(&page->_mapcount) + 1, page->mapping,
		page->__folio_index, page_to_pfn(page));
	if (PageCompound(page))
		pr_warn("head: order:%u pfn:%#lx\n", compound_order(head), page_to_pfn(head));
	pr_warn("flags: %#lx node=%d zone=%d\n", page->flags.f & ~PAGE_CHUNK_MASK,
		page_to_nid(page), page_zonenum(page));
	if (type_name(page))
		pr_warn("page_type: %s\n", type_name(page));
	dump_owner(head);
	page_owner_print(head);
	if (reason)
		pr_warn("page dumped because: %s\n", reason);
}
