// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contiguous areas for devices: which there are, and who is served by which.
 *
 * The command line asks for areas; the first initcall of the machine sets them aside, when hardly
 * any memory is in use. A device with an area of its own uses only that. Others use their
 * node's, if there is one and any zone will do, and then the default area. Freeing finds the
 * owner by the pages alone, so a device may change its area in between.
 */
#include <linux/cma.h>
#include <linux/dma-map-ops.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>

struct cma *dma_contiguous_default_area;

static struct cma *node_areas[MAX_NUMNODES];

/* --- The command line; sizes are 0 for no area ----------------------------------------- */

static struct {
	phys_addr_t size;
	phys_addr_t base;
	phys_addr_t limit;		/* 0: base is the very place, unless that is 0 too */
} asked;

static phys_addr_t asked_per_node;
static phys_addr_t asked_of_node[MAX_NUMNODES];

static int __init early_cma(char *p)
{
	if (!p)
		return -EINVAL;
	asked.size = memparse(p, &p);
	asked.base = 0;
	asked.limit = 0;
	if (*p == '@')
		asked.base = memparse(p + 1, &p);
	if (*p == '-')
		asked.limit = memparse(p + 1, &p);
	return 0;
}
early_param("cma", early_cma);

static int __init early_cma_pernuma(char *p)
{
	if (!p)
		return -EINVAL;
	asked_per_node = memparse(p, &p);
	return 0;
}
early_param("cma_pernuma", early_cma_pernuma);

/* What comes before a mistake counts. */
static int __init early_numa_cma(char *p)
{
	while (p && *p) {
		unsigned long nid = simple_strtoul(p, &p, 0);

		if (*p != ':' || nid >= MAX_NUMNODES)
			return -EINVAL;
		asked_of_node[nid] = memparse(p + 1, &p);
		if (*p && *p++ != ',')
			return -EINVAL;
	}
	return p ? 0 : -EINVAL;
}
early_param("numa_cma", early_numa_cma);

/* --- Setting areas aside ---------------------------------------------------------------- */

static void __init reserve_of_node(int nid)
{
	phys_addr_t size = asked_of_node[nid] ? asked_of_node[nid] : asked_per_node;
	char name[CMA_MAX_NAME];
	int err;

	if (!size)
		return;
	snprintf(name, sizeof(name), asked_of_node[nid] ? "numa%d" : "pernuma%d", nid);
	err = cma_declare_contiguous_nid(0, size, 0, 0, 0, false, name, &node_areas[nid], nid);
	if (err)
		pr_warn("%s: reservation failed: err %d, node %d\n", "dma_numa_cma_reserve", err,
			nid);
}

void __init dma_contiguous_reserve(phys_addr_t limit)
{
	bool fixed = asked.base && !asked.limit;
	int nid;

	for_each_online_node(nid)
		reserve_of_node(nid);
	if (asked.size && !dma_contiguous_default_area)
		dma_contiguous_reserve_area(asked.size, asked.base,
					    min_not_zero(asked.limit, limit),
					    &dma_contiguous_default_area, fixed);
}

int __init dma_contiguous_reserve_area(phys_addr_t size, phys_addr_t base, phys_addr_t limit,
				       struct cma **res_cma, bool fixed)
{
	return cma_declare_contiguous(base, size, limit, 0, 0, fixed, "reserved", res_cma);
}

static int __init dma_contiguous_init(void)
{
	dma_contiguous_reserve(0);
	return 0;
}
early_initcall(dma_contiguous_init);

/* The areas themselves end with the machine's memory. */
static void __exit dma_contiguous_exit(void)
{
	dma_contiguous_default_area = NULL;
	memset(node_areas, 0, sizeof(node_areas));
	memset(&asked, 0, sizeof(asked));
	memset(asked_of_node, 0, sizeof(asked_of_node));
	asked_per_node = 0;
}
__exitcall(dma_contiguous_exit);

/* --- Use ---------------------------------------------------------------------------------- */

struct page *dma_alloc_from_contiguous(struct device *dev, size_t count, unsigned int order,
				       bool no_warn)
{
	return cma_alloc(dev_get_cma_area(dev), count, min(order, CONFIG_CMA_ALIGNMENT), no_warn);
}

bool dma_release_from_contiguous(struct device *dev, struct page *pages, int count)
{
	return cma_release(dev_get_cma_area(dev), pages, count);
}

static struct page *area_alloc(struct cma *cma, size_t size, gfp_t gfp)
{
	unsigned int order = min(get_order(size), CONFIG_CMA_ALIGNMENT);

	return cma_alloc(cma, PFN_UP(size), order, gfp & __GFP_NOWARN);
}

/* The area of the device's node, if its memory will do. */
static struct cma *node_area(struct device *dev, gfp_t gfp)
{
	int nid = dev_to_node(dev);

	if (gfp & (GFP_DMA | GFP_DMA32))
		return NULL;
	return nid >= 0 && nid < MAX_NUMNODES ? node_areas[nid] : NULL;
}

struct page *dma_alloc_contiguous(struct device *dev, size_t size, gfp_t gfp)
{
	struct page *page;

	if (!gfpflags_allow_blocking(gfp))
		return NULL;
	if (dev->cma_area)
		return area_alloc(dev->cma_area, size, gfp);
	/* A single page is contiguous anyhow. */
	if (size <= PAGE_SIZE)
		return NULL;
	page = area_alloc(node_area(dev, gfp), size, gfp);
	return page ? page : area_alloc(dma_contiguous_default_area, size, gfp);
}

struct page_run {
	struct page *first;
	unsigned long count;
};

static int run_release(struct cma *cma, void *data)
{
	struct page_run *run = data;

	return cma_release(cma, run->first, run->count);
}

void dma_free_contiguous(struct device *dev, struct page *page, size_t size)
{
	struct page_run run = { page, PFN_UP(size) };

	if (!cma_for_each_area(run_release, &run))
		__free_pages(page, get_order(size));
}
