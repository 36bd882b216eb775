# SPDX-License-Identifier: GPL-2.0-only
lib_LTLIBRARIES += libnetmem.la
pkgconfig_DATA += libnetmem/libnetmem.pc
EXTRA_DIST += libnetmem/libnetmem.map
libnetmem_la_SOURCES = libnetmem/initcalls.c
libnetmem_la_CPPFLAGS = $(AM_CPPFLAGS) -DUDM_INIT_RANK=20
libnetmem_la_LIBADD = libgenpool.la libkern.la
libnetmem_la_LDFLAGS = $(AM_LDFLAGS) $(LIB_VERSION) -Wl,--version-script=$(srcdir)/libnetmem/libnetmem.map
libnetmem_la_DEPENDENCIES = $(libnetmem_la_LIBADD) $(srcdir)/libnetmem/libnetmem.map

# netmem
libnetmem_la_SOURCES += libnetmem/netmem.c libnetmem/netmem.h

# Scatter/gather lists
libnetmem_la_SOURCES += libnetmem/kfifo.c libnetmem/scatterlist.c libnetmem/sg_extract.c libnetmem/sg_pool.c \
	libnetmem/sg_split.c

# DMA mapping and the IOMMU
libnetmem_la_SOURCES += \
	libnetmem/dma/attach.c libnetmem/dma/attach.h libnetmem/dma/backend.h libnetmem/dma/bounce.h libnetmem/dma/bus.c \
	libnetmem/dma/contiguous.c libnetmem/dma/cpu_trap.c libnetmem/dma/cpu_trap.h \
	libnetmem/dma/debug.h libnetmem/dma/dmapool.c libnetmem/dma/direct.c libnetmem/dma/direct.h libnetmem/dma/domain.c \
	libnetmem/dma/domain.h libnetmem/dma/dummy.c \
	libnetmem/dma/fail_dma_map.c libnetmem/dma/fail_dma_map.h libnetmem/dma/failure.c \
	libnetmem/dma/failure.h libnetmem/dma/fault.c libnetmem/dma/flush_queue.c \
	libnetmem/dma/flush_queue.h libnetmem/dma/introspect.c libnetmem/dma/iommu.c \
	libnetmem/dma/iommu_alloc.c libnetmem/dma/iommu_memory.h \
	libnetmem/dma/iommu_range.h libnetmem/dma/iova.c \
	libnetmem/dma/managed.c libnetmem/dma/mapping.c libnetmem/dma/ops_helpers.c libnetmem/dma/page_table.c \
	libnetmem/dma/page_table.h libnetmem/dma/pool.c libnetmem/dma/port.c \
	libnetmem/dma/port.h libnetmem/dma/remap.c libnetmem/dma/swiotlb.c \
	libnetmem/dma/window.c libnetmem/dma/window.h
if DEBUG
libnetmem_la_SOURCES += libnetmem/dma/debug.c libnetmem/dma/debug_files.c \
	libnetmem/dma/debug_memory.c libnetmem/dma/debug_memory.h libnetmem/dma/debug_table.c \
	libnetmem/dma/debug_table.h
endif

# dma-buf
libnetmem_la_SOURCES += \
	libnetmem/dma-buf/dma-buf-file.c libnetmem/dma-buf/dma-buf-internal.h \
	libnetmem/dma-buf/dma-buf-mapping.c libnetmem/dma-buf/dma-buf.c \
	libnetmem/dma-buf/dma-fence-array.c libnetmem/dma-buf/dma-fence-chain.c \
	libnetmem/dma-buf/dma-fence-unwrap.c libnetmem/dma-buf/dma-fence.c \
	libnetmem/dma-buf/dma-heap.c libnetmem/dma-buf/heaps/system_heap.c \
	libnetmem/dma-buf/dma-resv.c libnetmem/dma-buf/memfd-backing.c \
	libnetmem/dma-buf/memfd-backing.h libnetmem/dma-buf/peer-memory.c \
	libnetmem/dma-buf/sync_file.c libnetmem/dma-buf/udmabuf.c
