/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct pages for device memory: this machine makes none.
 *
 * Peer memory has physical addresses without a struct page, so no page ever belongs
 * to a pagemap and a driver that asks for one is refused, as a kernel without
 * CONFIG_ZONE_DEVICE refuses it. Contract: include/linux/memremap.h.
 */
#ifndef _LINUX_MEMREMAP_H
#define _LINUX_MEMREMAP_H

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/mmzone.h>
#include <linux/types.h>

struct device;
struct dev_pagemap;

enum memory_type {
	MEMORY_DEVICE_PRIVATE = 1,
	MEMORY_DEVICE_COHERENT,
	MEMORY_DEVICE_FS_DAX,
	MEMORY_DEVICE_GENERIC,
	MEMORY_DEVICE_PCI_P2PDMA,
};

/* May sleep. Always ERR_PTR(-ENXIO), with a warning: the caller should have asked the config. */
static inline void *devm_memremap_pages(struct device *dev __always_unused,
					struct dev_pagemap *pgmap __always_unused)
{
	WARN_ON_ONCE(1);
	return ERR_PTR(-ENXIO);
}

static inline void devm_memunmap_pages(struct device *dev __always_unused,
				       struct dev_pagemap *pgmap __always_unused)
{
}

/* The pagemap a frame belongs to, with a reference: none. */
static inline struct dev_pagemap *get_dev_pagemap(unsigned long pfn __always_unused)
{
	return NULL;
}

static inline void put_dev_pagemap(struct dev_pagemap *pgmap __always_unused)
{
}

static inline bool is_device_private_page(const struct page *page __always_unused)
{
	return false;
}

static inline bool is_pci_p2pdma_page(const struct page *page __always_unused)
{
	return false;
}

static inline bool is_device_coherent_page(const struct page *page __always_unused)
{
	return false;
}

#endif
