// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocations of the DMA API that go when the device's driver does (kernel/dma/mapping.c).
 *
 * Each is a resource of the device that knows how to free the memory; freeing it early takes the
 * resource off the list first.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>

struct dma_devres {
	size_t size;
	void *vaddr;
	dma_addr_t dma_handle;
	unsigned long attrs;
};

static void dmam_release(struct device *dev, void *res)
{
	struct dma_devres *owned = res;

	dma_free_attrs(dev, owned->size, owned->vaddr, owned->dma_handle, owned->attrs);
}

static int dmam_match(struct device *dev, void *res, void *match_data)
{
	const struct dma_devres *owned = res, *wanted = match_data;

	if (owned->vaddr != wanted->vaddr)
		return 0;
	WARN_ON(owned->size != wanted->size || owned->dma_handle != wanted->dma_handle);
	return 1;
}

void dmam_free_coherent(struct device *dev, size_t size, void *vaddr, dma_addr_t dma_handle)
{
	struct dma_devres wanted = { .size = size, .vaddr = vaddr, .dma_handle = dma_handle };

	/* First out of the list: the memory must not be found there once it is free. */
	WARN_ON(devres_destroy(dev, dmam_release, dmam_match, &wanted));
	dma_free_coherent(dev, size, vaddr, dma_handle);
}
EXPORT_SYMBOL(dmam_free_coherent);

void *dmam_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp,
		       unsigned long attrs)
{
	struct dma_devres *owned = devres_alloc(dmam_release, sizeof(*owned), gfp);

	if (!owned)
		return NULL;
	owned->vaddr = dma_alloc_attrs(dev, size, dma_handle, gfp, attrs);
	if (!owned->vaddr) {
		devres_free(owned);
		return NULL;
	}
	owned->size = size;
	owned->dma_handle = *dma_handle;
	owned->attrs = attrs;
	devres_add(dev, owned);
	return owned->vaddr;
}
EXPORT_SYMBOL(dmam_alloc_attrs);
