/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Peer memory ("GPU" memory) as a dma-buf.
 *
 * The memory lies on an emulated device. It has bus addresses but no struct
 * pages, and two mappings only: the device side's, through which DMA arrives, and
 * the application's, by mmap() or udm_mmap() of the descriptor. Code of the
 * kernel side has none and faults if it tries.
 */
#ifndef _UDEVMEM_DMABUF_H
#define _UDEVMEM_DMABUF_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How an importing device reaches the memory. */
enum udm_gpu_path {
	/* Bus addresses of the peer's window; nothing is mapped. */
	UDM_GPU_PATH_BUS,
	/* Through the host bridge: a DMA mapping behind the importer's IOMMU. */
	UDM_GPU_PATH_BRIDGE,
	/* Not at all: attach fails with EOPNOTSUPP. */
	UDM_GPU_PATH_NONE,
};

/* Zero is the default for each member. */
struct udm_gpu_config {
	enum udm_gpu_path path;
	/* Refuse static importers, which have not declared that they can do without pages. */
	int need_peer2peer;
	/* The memory consists of ranges of this many bytes (whole pages); 0 = one range. */
	size_t range_size;
	/* O_CLOEXEC, or 0. The buffer is always readable and writable. */
	int fd_flags;
};

/*
 * A buffer of size bytes, a positive multiple of the page size, cleared. Returns
 * its descriptor, or -1 with errno: EINVAL, ENOMEM, EMFILE. config may be NULL.
 */
int udm_gpu_create_dmabuf(size_t size, const struct udm_gpu_config *config);

/*
 * Takes the memory away, as a reset of the peer would: later attaches and maps fail
 * with ENODEV, dynamic importers are told, and DMA to old addresses faults. 0, or -1
 * with EBADF, EINVAL.
 */
int udm_gpu_revoke(int fd);

#ifdef __cplusplus
}
#endif

#endif
