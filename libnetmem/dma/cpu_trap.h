/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trapping the CPU's accesses to buffers that belong to devices (dma_cpu_trap=; what it does is
 * told in udevmem/iommu.h).
 *
 * The DMA API calls in here after each streaming mapping, before each unmap and with each sync;
 * nothing happens unless it is on. Any context; nothing is allocated and nothing fails.
 */
#ifndef LIBNETMEM_DMA_CPU_TRAP_H
#define LIBNETMEM_DMA_CPU_TRAP_H

#include <linux/compiler.h>
#include <linux/dma-direction.h>
#include <linux/mm.h>
#include <linux/types.h>

struct device;
struct scatterlist;
struct udm_bus;

/* Settled at boot. */
extern __internal bool cpu_trap_on;

__internal void __cpu_trap_map(struct device *dev, phys_addr_t phys, dma_addr_t addr, size_t size,
			       enum dma_data_direction dir, unsigned long attrs);
__internal void __cpu_trap_unmap(struct device *dev, dma_addr_t addr, size_t size);
__internal void __cpu_trap_sync(struct device *dev, dma_addr_t addr, size_t size, bool for_cpu);
__internal void __cpu_trap_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
				  enum dma_data_direction dir, unsigned long attrs);
__internal void __cpu_trap_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents);
__internal void __cpu_trap_sync_sg(struct device *dev, struct scatterlist *sgl, int nents,
				   bool for_cpu);
/* Where a device finds the RAM at phys; called within an announced access. */
__internal char *__cpu_trap_host(u64 phys);

#define CPU_TRAP(call)	do { if (unlikely(cpu_trap_on)) call; } while (0)

#define cpu_trap_map(...)	CPU_TRAP(__cpu_trap_map(__VA_ARGS__))
#define cpu_trap_unmap(...)	CPU_TRAP(__cpu_trap_unmap(__VA_ARGS__))
#define cpu_trap_sync(...)	CPU_TRAP(__cpu_trap_sync(__VA_ARGS__))
#define cpu_trap_map_sg(...)	CPU_TRAP(__cpu_trap_map_sg(__VA_ARGS__))
#define cpu_trap_unmap_sg(...)	CPU_TRAP(__cpu_trap_unmap_sg(__VA_ARGS__))
#define cpu_trap_sync_sg(...)	CPU_TRAP(__cpu_trap_sync_sg(__VA_ARGS__))

static inline char *cpu_trap_host(u64 phys)
{
	return unlikely(cpu_trap_on) ? __cpu_trap_host(phys) : __va(phys);
}

/* The device is gone: what it had mapped is the CPU's again. */
__internal void cpu_trap_forget(struct udm_bus *bus);

/* Start and end of the machine. */
__internal void cpu_trap_start(void);
__internal void cpu_trap_stop(void);

#endif
