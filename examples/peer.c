// SPDX-License-Identifier: GPL-2.0-only
/*
 * A card shares its memory: a dma-buf exporter, and a NIC that imports it.
 *
 * The memory lies on the card. It has bus addresses but no struct page, so the table
 * the exporter hands out has DMA addresses and nothing else. The file descriptor is
 * what an application passes from the card's driver to the NIC's.
 *
 *	card driver  --export-->  dma-buf  --fd-->  application
 *	                             ^                   |
 *	             NIC driver  --attach, map-- fd -----'
 *
 * A buffer lives as long as anybody holds its file: release is the only place that
 * frees the memory, however early the application closes the descriptor.
 */
#include <linux/dma-buf-mapping.h>
#include <linux/slab.h>
#include <stdio.h>
#include <stdlib.h>
#include <udevmem/bus.h>
#include <udevmem/file.h>
#include <udevmem/udevmem.h>

#define SIZE (64 * PAGE_SIZE)

/* The card's side. */

struct card_memory {
	char *cells;			/* what the card itself sees */
	uint64_t phys;			/* where it shows on the bus */
	struct p2pdma_provider provider;
};

/* Below one switch a peer uses the card's own addresses; here everybody goes through the bridge. */
static enum pci_p2pdma_map_type card_path(struct p2pdma_provider *provider, struct device *peer)
{
	return PCI_P2PDMA_MAP_THRU_HOST_BRIDGE;
}

/* Called with the reservation lock held. Each call makes a new table, for one device. */
static struct sg_table *card_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct card_memory *card = attach->dmabuf->priv;
	struct phys_vec all = { .paddr = card->phys, .len = SIZE };

	return dma_buf_phys_vec_to_sgt(attach, &card->provider, &all, 1, SIZE, dir);
}

static void card_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		       enum dma_data_direction dir)
{
	dma_buf_free_sgt(attach, sgt, dir);
}

static void card_release(struct dma_buf *dmabuf)
{
	struct card_memory *card = dmabuf->priv;

	udm_bus_remove_window(card->phys);
	free(card->cells);
	kfree(card);
	printf("card: memory released\n");
}

/* No mmap, no vmap: the CPU stays out. No pin: the memory never moves. */
static const struct dma_buf_ops card_ops = {
	.map_dma_buf = card_map,
	.unmap_dma_buf = card_unmap,
	.release = card_release,
};

static int card_export(struct card_memory *card)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dma_buf *dmabuf;
	int fd;

	card->provider.map_type = card_path;
	card->cells = aligned_alloc(PAGE_SIZE, SIZE);
	/* The next owner must not see what the last one left. */
	memset(card->cells, 0, SIZE);
	udm_bus_alloc_window(SIZE, card->cells, &card->phys);
	info.ops = &card_ops;
	info.size = SIZE;
	info.flags = O_RDWR;
	info.priv = card;
	dmabuf = dma_buf_export(&info);
	/* The reference moves into the descriptor; without one we keep it, and must put it. */
	fd = dma_buf_fd(dmabuf, O_CLOEXEC);
	if (fd < 0)
		dma_buf_put(dmabuf);
	return fd;
}

/* The NIC's side: it knows the descriptor and its own device, nothing about the card. */

static void nic_receive(struct device *nic, struct sg_table *sgt)
{
	struct scatterlist *sg;
	unsigned int i;

	/* Only these two may be looked at: there is no page, no length, no offset. */
	for_each_sgtable_dma_sg(sgt, sg, i) {
		printf("nic: entry of %u KiB\n", sg_dma_len(sg) >> 10);
		udm_bus_dev_write(nic, sg_dma_address(sg), "a frame", 8);
	}
}

static struct dma_buf *nic_import(struct device *nic, int fd)
{
	struct dma_buf *dmabuf = dma_buf_get(fd);
	struct dma_buf_attachment *attach = dma_buf_attach(dmabuf, nic);
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(attach, DMA_FROM_DEVICE);

	/* The application is done with its descriptor; our reference keeps the memory. */
	udm_close(fd);
	nic_receive(nic, sgt);
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_FROM_DEVICE);
	dma_buf_detach(dmabuf, attach);
	return dmabuf;
}

int main(void)
{
	static u64 nic_mask;
	struct card_memory *card;
	struct dma_buf *dmabuf;
	struct device *nic;

	if (udm_boot(NULL))
		return EXIT_FAILURE;
	nic = root_device_register("nic");
	nic->dma_mask = &nic_mask;
	dma_set_mask_and_coherent(nic, DMA_BIT_MASK(64));
	card = kzalloc(sizeof(*card), GFP_KERNEL);

	/* A bracket around kernel-side code: files that were dropped inside go when it ends. */
	udm_call_begin();
	dmabuf = nic_import(nic, card_export(card));
	printf("card: received \"%s\"\n", card->cells);
	dma_buf_put(dmabuf);
	udm_call_end();

	root_device_unregister(nic);
	return udm_shutdown() ? EXIT_FAILURE : EXIT_SUCCESS;
}
