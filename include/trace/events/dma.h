/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace events of the DMA API: mappings, allocations and hand-overs, as the caller sees them,
 * after the back end has done its part. Contract: include/trace/events/dma.h.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dma

#if !defined(_TRACE_DMA_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_DMA_H

#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/dma-mapping.h>
#include <linux/tracepoint.h>

#ifndef dma_trace_dir_name
#define dma_trace_dir_name(dir)						\
	((dir) == DMA_BIDIRECTIONAL ? "BIDIRECTIONAL" :			\
	 (dir) == DMA_TO_DEVICE ? "TO_DEVICE" :				\
	 (dir) == DMA_FROM_DEVICE ? "FROM_DEVICE" : "NONE")
#endif

TRACE_EVENT(dma_map_phys,
	TP_PROTO(struct device *dev, phys_addr_t phys_addr, dma_addr_t dma_addr, size_t size,
		 enum dma_data_direction dir, unsigned long attrs),
	TP_ARGS(dev, phys_addr, dma_addr, size, dir, attrs),

	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(u64, phys_addr)
		__field(u64, dma_addr)
		__field(size_t, size)
		__field(int, dir)
		__field(unsigned long, attrs)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->phys_addr = phys_addr;
		__entry->dma_addr = dma_addr;
		__entry->size = size;
		__entry->dir = dir;
		__entry->attrs = attrs;
	),
	TP_printk("%s dir=%s dma_addr=%llx size=%zu phys_addr=%llx attrs=%lx",
		  __get_str(device), dma_trace_dir_name(__entry->dir), __entry->dma_addr,
		  __entry->size, __entry->phys_addr, __entry->attrs)
);

TRACE_EVENT(dma_unmap_phys,
	TP_PROTO(struct device *dev, dma_addr_t addr, size_t size, enum dma_data_direction dir,
		 unsigned long attrs),
	TP_ARGS(dev, addr, size, dir, attrs),

	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(u64, addr)
		__field(size_t, size)
		__field(int, dir)
		__field(unsigned long, attrs)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->addr = addr;
		__entry->size = size;
		__entry->dir = dir;
		__entry->attrs = attrs;
	),
	TP_printk("%s dir=%s dma_addr=%llx size=%zu attrs=%lx", __get_str(device),
		  dma_trace_dir_name(__entry->dir), __entry->addr, __entry->size, __entry->attrs)
);

DECLARE_EVENT_CLASS(dma_alloc_class,
	TP_PROTO(struct device *dev, void *virt_addr, dma_addr_t dma_addr, size_t size,
		 enum dma_data_direction dir, gfp_t flags, unsigned long attrs),
	TP_ARGS(dev, virt_addr, dma_addr, size, dir, flags, attrs),

	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(void *, virt_addr)
		__field(u64, dma_addr)
		__field(size_t, size)
		__field(gfp_t, flags)
		__field(int, dir)
		__field(unsigned long, attrs)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->virt_addr = virt_addr;
		__entry->dma_addr = dma_addr;
		__entry->size = size;
		__entry->flags = flags;
		__entry->dir = dir;
		__entry->attrs = attrs;
	),
	TP_printk("%s dir=%s dma_addr=%llx size=%zu virt_addr=%p flags=%x attrs=%lx",
		  __get_str(device), dma_trace_dir_name(__entry->dir), __entry->dma_addr,
		  __entry->size, __entry->virt_addr, __entry->flags, __entry->attrs)
);

#define DEFINE_DMA_ALLOC_EVENT(name)								\
DEFINE_EVENT(dma_alloc_class, name,								\
	TP_PROTO(struct device *dev, void *virt_addr, dma_addr_t dma_addr, size_t size,		\
		 enum dma_data_direction dir, gfp_t flags, unsigned long attrs),		\
	TP_ARGS(dev, virt_addr, dma_addr, size, dir, flags, attrs))

DEFINE_DMA_ALLOC_EVENT(dma_alloc);
DEFINE_DMA_ALLOC_EVENT(dma_alloc_pages);
DEFINE_DMA_ALLOC_EVENT(dma_alloc_sgt_err);

TRACE_EVENT(dma_alloc_sgt,
	TP_PROTO(struct device *dev, struct sg_table *sgt, size_t size,
		 enum dma_data_direction dir, gfp_t flags, unsigned long attrs),
	TP_ARGS(dev, sgt, size, dir, flags, attrs),

	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(unsigned int, entries)
		__field(u64, dma_addr)
		__field(size_t, size)
		__field(int, dir)
		__field(gfp_t, flags)
		__field(unsigned long, attrs)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->entries = sgt->orig_nents;
		__entry->dma_addr = sg_dma_address(sgt->sgl);
		__entry->size = size;
		__entry->dir = dir;
		__entry->flags = flags;
		__entry->attrs = attrs;
	),
	TP_printk("%s dir=%s dma_addr=%llx size=%zu entries=%u flags=%x attrs=%lx",
		  __get_str(device), dma_trace_dir_name(__entry->dir), __entry->dma_addr,
		  __entry->size, __entry->entries, __entry->flags, __entry->attrs)
);

DECLARE_EVENT_CLASS(dma_free_class,
	TP_PROTO(struct device *dev, void *virt_addr, dma_addr_t dma_addr, size_t size,
		 enum dma_data_direction dir, unsigned long attrs),
	TP_ARGS(dev, virt_addr, dma_addr, size, dir, attrs),

	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(void *, virt_addr)
		__field(u64, dma_addr)
		__field(size_t, size)
		__field(int, dir)
		__field(unsigned long, attrs)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->virt_addr = virt_addr;
		__entry->dma_addr = dma_addr;
		__entry->size = size;
		__entry->dir = dir;
		__entry->attrs = attrs;
	),
	TP_printk("%s dir=%s dma_addr=%llx size=%zu virt_addr=%p attrs=%lx", __get_str(device),
		  dma_trace_dir_name(__entry->dir), __entry->dma_addr, __entry->size,
		  __entry->virt_addr, __entry->attrs)
);

#define DEFINE_DMA_FREE_EVENT(name)								\
DEFINE_EVENT(dma_free_class, name,								\
	TP_PROTO(struct device *dev, void *virt_addr, dma_addr_t dma_addr, size_t size,		\
		 enum dma_data_direction dir, unsigned long attrs),				\
	TP_ARGS(dev, virt_addr, dma_addr, size, dir, attrs))

DEFINE_DMA_FREE_EVENT(dma_free);
DEFINE_DMA_FREE_EVENT(dma_free_pages);

TRACE_EVENT(dma_free_sgt,
	TP_PROTO(struct device *dev, struct sg_table *sgt, size_t size,
		 enum dma_data_direction dir),
	TP_ARGS(dev, sgt, size, dir),

	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(unsigned int, entries)
		__field(u64, dma_addr)
		__field(size_t, size)
		__field(int, dir)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->entries = sgt->orig_nents;
		__entry->dma_addr = sg_dma_address(sgt->sgl);
		__entry->size = size;
		__entry->dir = dir;
	),
	TP_printk("%s dir=%s dma_addr=%llx size=%zu entries=%u", __get_str(device),
		  dma_trace_dir_name(__entry->dir), __entry->dma_addr, __entry->size,
		  __entry->entries)
);

/* Lists: the first bus entry stands for the list; result is the entry count or the error. */
DECLARE_EVENT_CLASS(dma_map_sg_class,
	TP_PROTO(struct device *dev, struct scatterlist *sgl, int nents, int result,
		 enum dma_data_direction dir, unsigned long attrs),
	TP_ARGS(dev, sgl, nents, result, dir, attrs),

	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(int, nents)
		__field(int, result)
		__field(u64, dma_addr)
		__field(int, dir)
		__field(unsigned long, attrs)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->nents = nents;
		__entry->result = result;
		__entry->dma_addr = sg_dma_address(sgl);
		__entry->dir = dir;
		__entry->attrs = attrs;
	),
	TP_printk("%s dir=%s nents=%d result=%d dma_addr=%llx attrs=%lx", __get_str(device),
		  dma_trace_dir_name(__entry->dir), __entry->nents, __entry->result,
		  __entry->dma_addr, __entry->attrs)
);

DEFINE_EVENT(dma_map_sg_class, dma_map_sg,
	TP_PROTO(struct device *dev, struct scatterlist *sgl, int nents, int result,
		 enum dma_data_direction dir, unsigned long attrs),
	TP_ARGS(dev, sgl, nents, result, dir, attrs));

DEFINE_EVENT(dma_map_sg_class, dma_map_sg_err,
	TP_PROTO(struct device *dev, struct scatterlist *sgl, int nents, int result,
		 enum dma_data_direction dir, unsigned long attrs),
	TP_ARGS(dev, sgl, nents, result, dir, attrs));

TRACE_EVENT(dma_unmap_sg,
	TP_PROTO(struct device *dev, struct scatterlist *sgl, int nents,
		 enum dma_data_direction dir, unsigned long attrs),
	TP_ARGS(dev, sgl, nents, dir, attrs),

	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(int, nents)
		__field(u64, dma_addr)
		__field(int, dir)
		__field(unsigned long, attrs)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->nents = nents;
		__entry->dma_addr = sg_dma_address(sgl);
		__entry->dir = dir;
		__entry->attrs = attrs;
	),
	TP_printk("%s dir=%s nents=%d dma_addr=%llx attrs=%lx", __get_str(device),
		  dma_trace_dir_name(__entry->dir), __entry->nents, __entry->dma_addr,
		  __entry->attrs)
);

DECLARE_EVENT_CLASS(dma_sync_single,
	TP_PROTO(struct device *dev, dma_addr_t dma_addr, size_t size,
		 enum dma_data_direction dir),
	TP_ARGS(dev, dma_addr, size, dir),

	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(u64, dma_addr)
		__field(size_t, size)
		__field(int, dir)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->dma_addr = dma_addr;
		__entry->size = size;
		__entry->dir = dir;
	),
	TP_printk("%s dir=%s dma_addr=%llx size=%zu", __get_str(device),
		  dma_trace_dir_name(__entry->dir), __entry->dma_addr, __entry->size)
);

DEFINE_EVENT(dma_sync_single, dma_sync_single_for_cpu,
	TP_PROTO(struct device *dev, dma_addr_t dma_addr, size_t size,
		 enum dma_data_direction dir),
	TP_ARGS(dev, dma_addr, size, dir));

DEFINE_EVENT(dma_sync_single, dma_sync_single_for_device,
	TP_PROTO(struct device *dev, dma_addr_t dma_addr, size_t size,
		 enum dma_data_direction dir),
	TP_ARGS(dev, dma_addr, size, dir));

DECLARE_EVENT_CLASS(dma_sync_sg,
	TP_PROTO(struct device *dev, struct scatterlist *sgl, int nents,
		 enum dma_data_direction dir),
	TP_ARGS(dev, sgl, nents, dir),

	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(int, nents)
		__field(u64, dma_addr)
		__field(int, dir)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->nents = nents;
		__entry->dma_addr = sg_dma_address(sgl);
		__entry->dir = dir;
	),
	TP_printk("%s dir=%s nents=%d dma_addr=%llx", __get_str(device),
		  dma_trace_dir_name(__entry->dir), __entry->nents, __entry->dma_addr)
);

DEFINE_EVENT(dma_sync_sg, dma_sync_sg_for_cpu,
	TP_PROTO(struct device *dev, struct scatterlist *sgl, int nents,
		 enum dma_data_direction dir),
	TP_ARGS(dev, sgl, nents, dir));

DEFINE_EVENT(dma_sync_sg, dma_sync_sg_for_device,
	TP_PROTO(struct device *dev, struct scatterlist *sgl, int nents,
		 enum dma_data_direction dir),
	TP_ARGS(dev, sgl, nents, dir));

#undef DEFINE_DMA_ALLOC_EVENT
#undef DEFINE_DMA_FREE_EVENT

#endif

#include <trace/define_trace.h>
