// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables for peer memory.
 *
 * The table is kept with what is needed to undo it: for each range its DMA address
 * and length if it was mapped. An entry cannot hold 4 GiB, so longer ranges are
 * split at the largest multiple of the page size that fits.
 */
#include <linux/dma-buf-mapping.h>
#include <linux/export.h>
#include <linux/math.h>
#include <linux/slab.h>

#define ENTRY_MAX ((size_t)ALIGN_DOWN(UINT_MAX, PAGE_SIZE))

struct mapped_range {
	dma_addr_t addr;
	size_t len;
};

struct peer_table {
	struct sg_table sgt;
	/* 0: bus addresses, nothing to undo. */
	size_t nr_mapped;
	struct mapped_range ranges[];
};

static unsigned int entries_for(size_t len)
{
	return DIV_ROUND_UP(len, ENTRY_MAX);
}

static unsigned int count_entries(const struct phys_vec *vec, size_t nr_ranges)
{
	unsigned int entries = 0;
	size_t i;

	for (i = 0; i < nr_ranges; i++)
		entries += entries_for(vec[i].len);
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

static void unmap_ranges(struct device *dev, struct peer_table *table, enum dma_data_direction dir)
{
	while (table->nr_mapped) {
		struct mapped_range *range = &table->ranges[--table->nr_mapped];

		dma_unmap_phys(dev, range->addr, range->len, dir, DMA_ATTR_MMIO);
	}
}

static int map_ranges(struct device *dev, struct peer_table *table, const struct phys_vec *vec,
		      size_t nr_ranges, enum dma_data_direction dir)
{
	size_t i;

	for (i = 0; i < nr_ranges; i++) {
		dma_addr_t addr = dma_map_phys(dev, vec[i].paddr, vec[i].len, dir, DMA_ATTR_MMIO);
		int err = dma_mapping_error(dev, addr);

		if (err) {
			unmap_ranges(dev, table, dir);
			return err;
		}
		table->ranges[i] = (struct mapped_range){ addr, vec[i].len };
		table->nr_mapped++;
	}
	return 0;
}

static int resolve(struct peer_table *table, struct dma_buf_attachment *attach,
		   struct p2pdma_provider *provider, const struct phys_vec *vec,
		   size_t nr_ranges, enum dma_data_direction dir)
{
	struct scatterlist *sg = table->sgt.sgl;
	size_t i;
	int err;

	switch (pci_p2pdma_map_type(provider, attach->dev)) {
	case PCI_P2PDMA_MAP_BUS_ADDR:
		for (i = 0; i < nr_ranges; i++)
			sg = fill_range(sg, pci_p2pdma_bus_addr_map(provider, vec[i].paddr),
					vec[i].len);
		return 0;
	case PCI_P2PDMA_MAP_THRU_HOST_BRIDGE:
		err = map_ranges(attach->dev, table, vec, nr_ranges, dir);
		for (i = 0; !err && i < nr_ranges; i++)
			sg = fill_range(sg, table->ranges[i].addr, vec[i].len);
		return err;
	default:
		return -EINVAL;
	}
}

static void table_free(struct peer_table *table)
{
	/* Freeing goes by the memory view, which this table does not have. */
	table->sgt.orig_nents = table->sgt.nents;
	sg_free_table(&table->sgt);
	kfree(table);
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
	err = sg_alloc_table(&table->sgt, count_entries(phys_vec, nr_ranges), GFP_KERNEL);
	if (err) {
		kfree(table);
		return ERR_PTR(err);
	}
	err = resolve(table, attach, provider, phys_vec, nr_ranges, dir);
	if (err) {
		table_free(table);
		return ERR_PTR(err);
	}
	/* "No CPU list": the entries describe no memory. */
	table->sgt.orig_nents = 0;
	return &table->sgt;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_phys_vec_to_sgt, "DMA_BUF");

void dma_buf_free_sgt(struct dma_buf_attachment *attach, struct sg_table *sgt,
		      enum dma_data_direction dir)
{
	struct peer_table *table = container_of(sgt, struct peer_table, sgt);

	dma_resv_assert_held(attach->dmabuf->resv);
	unmap_ranges(attach->dev, table, dir);
	table_free(table);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_free_sgt, "DMA_BUF");
