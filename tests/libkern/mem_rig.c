// SPDX-License-Identifier: GPL-2.0-only
#include "mem_rig.h"

#include <stdio.h>
#include <udevmem/log.h>

#include <linux/sizes.h>

static char captured[65536];
static size_t captured_len;

void boot_small(void)
{
	/* Tests that use all of it up allocate millions of times: no call chains. */
	const struct udm_config cfg = { .ram_bytes = SZ_16M, .debug = "none" };

	machine_boot_with(&cfg);
}

void boot_three_nodes(void)
{
	const struct udm_config cfg = { .ram_bytes = 96 * SZ_1M, .nodes = 3, .cpus = 6 };

	machine_boot_with(&cfg);
}

size_t hoard_all(struct hoard *hoard, gfp_t gfp, unsigned int order)
{
	struct page *page;

	*hoard = (struct hoard){ .order = order };
	while ((page = alloc_pages(gfp | __GFP_NOWARN, order))) {
		set_page_private(page, (unsigned long)hoard->last);
		hoard->last = page;
		hoard->blocks++;
	}
	return hoard->blocks;
}

void hoard_free(struct hoard *hoard)
{
	while (hoard->last) {
		struct page *page = hoard->last;

		hoard->last = (struct page *)page_private(page);
		__free_pages(page, hoard->order);
	}
}

static void keep_line(void *ctx, int level, const char *text)
{
	int len = snprintf(captured + captured_len, sizeof(captured) - captured_len, "%s", text);

	captured_len += (size_t)len;
	if (captured_len >= sizeof(captured))
		captured_len = sizeof(captured) - 1;
}

void log_capture(void)
{
	captured_len = 0;
	captured[0] = '\0';
	udm_log_set_hook(keep_line, NULL);
}

const char *log_text(void)
{
	udm_log_set_hook(NULL, NULL);
	return captured;
}
