// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables for peer memory.
 *
 * The ranges of a table are what the device sees, each with its bus address: those
 * of the peer's window, or of a mapping. A device behind an IOMMU sees one range,
 * filled with all that the memory consists of; where that is not to be had, each
 * piece is mapped by itself. An entry cannot hold 4 GiB, so longer ranges are split
 * at the largest multiple of the page size that fits.
 */
#include <linux/dma-buf-mapping.h>
#include <linux/export.h>
#include <linux/math.h>
#include <linux/slab.h>

#define ENTRY_MAX ((size_t)ALIGN_DOWN(UINT_MAX, PAGE_SIZE))

struct bus_range {
	dma_addr_t addr;
	size_t len;
};

struct peer_table {
	struct sg_table sgt;
	/* In use if the IOMMU shows the memory as one range. */
	struct dma_iova_state iova;
	/* The ranges were mapped one by one. */
	bool mapped;
	size_t nr_ranges;
	struct bus_range ranges[];
};

static unsigned int entries_for(const struct peer_table *table)
{
	unsigned int entries = 0;
	size_t i;

	for (i = 0; i < table->nr_ranges; i++)
		entries += DIV_ROUND_UP(table->ranges[i].len, ENTRY_MAX);
	return entries;
}

/* Puts one range into the table, from sg on; the entry after it. */
static struct scatterlist *fill_range(struct scatterlist *sg, dma_addr_t addr, size_t len)
{
	while (len) {
		size_t part = min(len, ENTRY_MAX);

		sg_set_page(sg, NULL, 0, 0);
		sg_dma_address(sg) = addr;
		sg_dma_len(sg) = part;
		addr += part;
		len -= part;
		sg = sg_next(sg);
	}
	return sg;
}

static void show_range(struct peer_table *table, dma_addr_t addr, size_t len)
{
	table->ranges[table->nr_ranges++] = (struct bus_range){ addr, len };
}

static void undo(struct device *dev, struct peer_table *table, enum dma_data_direction dir)
{
	if (dma_use_iova(&table->iova))
		dma_iova_destroy(dev, &table->iova, table->ranges[0].len, dir, DMA_ATTR_MMIO);
	else
		while (table->mapped && table->nr_ranges) {
			struct bus_range *range = &table->ranges[--table->nr_ranges];

			dma_unmap_phys(dev, range->addr, range->len, dir, DMA_ATTR_MMIO);
		}
}

/* Fills the reserved bus range; what is linked so far is the length of the one range. */
static int link_ranges(struct device *dev, struct peer_table *table, const struct phys_vec *vec,
		       size_t nr, enum dma_data_direction dir)
{
	size_t *linked = &table->ranges[0].len;
	size_t i;

	show_range(table, table->iova.addr, 0);
	for (i = 0; i < nr; i++) {
		int err = dma_iova_link(dev, &table->iova, vec[i].paddr, *linked, vec[i].len, dir,
					DMA_ATTR_MMIO);

		if (err)
			return err;
		*linked += vec[i].len;
	}
	return dma_iova_sync(dev, &table->iova, 0, *linked);
}

static int map_ranges(struct device *dev, struct peer_table *table, const struct phys_vec *vec,
		      size_t nr, enum dma_data_direction dir)
{
	size_t i;

	table->mapped = true;
	for (i = 0; i < nr; i++) {
		dma_addr_t addr = dma_map_phys(dev, vec[i].paddr, vec[i].len, dir, DMA_ATTR_MMIO);
		int err = dma_mapping_error(dev, addr);

		if (err)
			return err;
		show_range(table, addr, vec[i].len);
	}
	return 0;
}

/* Finds or makes the ranges; after an error some may have to be undone. */
static int resolve(struct peer_table *table, struct device *dev, struct p2pdma_provider *provider,
		   const struct phys_vec *vec, size_t nr, size_t size, enum dma_data_direction dir)
{
	size_t i;

	switch (pci_p2pdma_map_type(provider, dev)) {
	case PCI_P2PDMA_MAP_BUS_ADDR:
		for (i = 0; i < nr; i++)
			show_range(table, pci_p2pdma_bus_addr_map(provider, vec[i].paddr),
				   vec[i].len);
		return 0;
	case PCI_P2PDMA_MAP_THRU_HOST_BRIDGE:
		if (nr && dma_iova_try_alloc(dev, &table->iova, 0, size))
			return link_ranges(dev, table, vec, nr, dir);
		return map_ranges(dev, table, vec, nr, dir);
	default:
		return -EINVAL;
	}
}

static int fill_table(struct peer_table *table)
{
	struct scatterlist *sg;
	size_t i;
	int err = sg_alloc_table(&table->sgt, entries_for(table), GFP_KERNEL);

	if (err)
		return err;
	sg = table->sgt.sgl;
	for (i = 0; i < table->nr_ranges; i++)
		sg = fill_range(sg, table->ranges[i].addr, table->ranges[i].len);
	/* "No CPU list": the entries describe no memory. */
	table->sgt.orig_nents = 0;
	return 0;
}

struct sg_table *dma_buf_phys_vec_to_sgt(struct dma_buf_attachment *attach,
					 struct p2pdma_provider *provider,
					 struct phys_vec *phys_vec, size_t nr_ranges, size_t size,
					 enum dma_data_direction dir)
{
	struct peer_table *table;
	int err;

	dma_resv_assert_held(attach->dmabuf->resv);
	if (WARN_ON(!provider))
		return ERR_PTR(-EINVAL);
	table = kzalloc(struct_size(table, ranges, nr_ranges), GFP_KERNEL);
	if (!table)
		return ERR_PTR(-ENOMEM);
	err = resolve(table, attach->dev, provider, phys_vec, nr_ranges, size, dir);
	if (!err)
		err = fill_table(table);
	if (!err)
		return &table->sgt;
	undo(attach->dev, table, dir);
	kfree(table);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_phys_vec_to_sgt, "DMA_BUF");

void dma_buf_free_sgt(struct dma_buf_attachment *attach, struct sg_table *sgt,
		      enum dma_data_direction dir)
{
	struct peer_table *table = container_of(sgt, struct peer_table, sgt);

	dma_resv_assert_held(attach->dmabuf->resv);
	undo(attach->dev, table, dir);
	/* Freeing goes by the memory view, which this table does not have. */
	sgt->orig_nents = sgt->nents;
	sg_free_table(sgt);
	kfree(table);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_free_sgt, "DMA_BUF");
