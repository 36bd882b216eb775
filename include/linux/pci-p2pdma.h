/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Peer-to-peer pages in scatter/gather lists: this machine has no struct page for device
 * memory, so every page is ordinary. Peer memory is reached by physical address
 * (dma_map_resource) instead. Contract: include/linux/pci-p2pdma.h.
 */
#ifndef _LINUX_PCI_P2PDMA_H
#define _LINUX_PCI_P2PDMA_H

#include <linux/types.h>

struct device;
struct page;

enum pci_p2pdma_map_type {
	PCI_P2PDMA_MAP_UNKNOWN = 0,
	PCI_P2PDMA_MAP_NONE,
	PCI_P2PDMA_MAP_NOT_SUPPORTED,
	PCI_P2PDMA_MAP_BUS_ADDR,
	PCI_P2PDMA_MAP_THRU_HOST_BRIDGE,
};

/*
 * A device that offers its memory to peers. The bus address of physical address p is
 * p + bus_offset. map_type decides how an importing device reaches the memory.
 */
struct p2pdma_provider {
	struct device *owner;
	u64 bus_offset;
	enum pci_p2pdma_map_type (*map_type)(struct p2pdma_provider *provider, struct device *dev);
};

static inline enum pci_p2pdma_map_type pci_p2pdma_map_type(struct p2pdma_provider *provider,
							   struct device *dev)
{
	return provider->map_type ? provider->map_type(provider, dev) :
				    PCI_P2PDMA_MAP_NOT_SUPPORTED;
}

struct pci_p2pdma_map_state {
	struct p2pdma_provider *mem;
	enum pci_p2pdma_map_type map;
};

/* How dev reaches page: PCI_P2PDMA_MAP_NONE for everything that is not a peer's. */
static inline enum pci_p2pdma_map_type
pci_p2pdma_state(struct pci_p2pdma_map_state *state __always_unused,
		 struct device *dev __always_unused, struct page *page __always_unused)
{
	return PCI_P2PDMA_MAP_NONE;
}

/* The bus address of peer memory. */
static inline dma_addr_t pci_p2pdma_bus_addr_map(struct p2pdma_provider *provider,
						 phys_addr_t paddr)
{
	return paddr + provider->bus_offset;
}

#endif
