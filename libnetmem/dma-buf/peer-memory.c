// SPDX-License-Identifier: GPL-2.0-only
/*
 * Peer memory: the exporter that stands for a GPU.
 *
 * Each buffer is a memory file with two mappings: the device side's, registered
 * on the bus as a window at physical addresses above all RAM, and those an
 * application makes. There are no pages, no address in the kernel side's map, no
 * vmap; DMA addresses are all an importer gets. The storage does not move.
 *
 * Revoking takes the window off the bus: maps fail from then on, DMA to addresses
 * handed out before faults, and the application's mappings keep their bytes.
 */
#undef KBUILD_MODNAME
#define KBUILD_MODNAME "peer_memory"

#include <linux/dma-buf-mapping.h>
#include <linux/file.h>
#include <linux/math.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <udevmem/bus.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

struct peer_buffer {
	struct udm_gpu_config config;
	size_t size;
	/* The file behind it stays open with the dma-buf's file. */
	int host_fd;
	void *device_side;
	phys_addr_t phys;
	/* Under the reservation lock. */
	bool revoked;
	struct p2pdma_provider provider;
};

static enum pci_p2pdma_map_type map_type_of(struct p2pdma_provider *provider, struct device *dev)
{
	struct peer_buffer *peer = container_of(provider, struct peer_buffer, provider);

	switch (peer->config.path) {
	case UDM_GPU_PATH_BUS:
		return PCI_P2PDMA_MAP_BUS_ADDR;
	case UDM_GPU_PATH_BRIDGE:
		return PCI_P2PDMA_MAP_THRU_HOST_BRIDGE;
	default:
		return PCI_P2PDMA_MAP_NOT_SUPPORTED;
	}
}

/* Lock held: a revocation is either over or has not begun. */
static int open_path_to(struct dma_buf_attachment *attach)
{
	struct peer_buffer *peer = attach->dmabuf->priv;

	if (peer->revoked)
		return -ENODEV;
	switch (pci_p2pdma_map_type(&peer->provider, attach->dev)) {
	case PCI_P2PDMA_MAP_BUS_ADDR:
		return udm_bus_allow_peer(attach->dev, peer->phys);
	case PCI_P2PDMA_MAP_THRU_HOST_BRIDGE:
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int peer_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct peer_buffer *peer = dmabuf->priv;
	int err;

	/* The memory cannot become system memory: who needs pages is turned away. */
	if (peer->config.need_peer2peer && !attach->peer2peer)
		return -EOPNOTSUPP;
	dma_resv_lock(dmabuf->resv, NULL);
	err = open_path_to(attach);
	dma_resv_unlock(dmabuf->resv);
	return err;
}

/* The ranges the memory consists of. */
static struct phys_vec *peer_ranges(const struct peer_buffer *peer, size_t *nr)
{
	size_t step = peer->config.range_size ? peer->config.range_size : peer->size;
	size_t i, count = DIV_ROUND_UP(peer->size, step);
	struct phys_vec *vec = kvmalloc_array(count, sizeof(*vec), GFP_KERNEL);

	if (!vec)
		return NULL;
	for (i = 0; i < count; i++)
		vec[i] = (struct phys_vec){
			.paddr = peer->phys + i * step,
			.len = min(step, peer->size - i * step),
		};
	*nr = count;
	return vec;
}

static struct sg_table *peer_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct peer_buffer *peer = attach->dmabuf->priv;
	struct sg_table *sgt;
	struct phys_vec *vec;
	size_t nr;

	if (peer->revoked)
		return ERR_PTR(-ENODEV);
	vec = peer_ranges(peer, &nr);
	if (!vec)
		return ERR_PTR(-ENOMEM);
	sgt = dma_buf_phys_vec_to_sgt(attach, &peer->provider, vec, nr, peer->size, dir);
	kvfree(vec);
	return sgt;
}

static void peer_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		       enum dma_data_direction dir)
{
	dma_buf_free_sgt(attach, sgt, dir);
}

static int peer_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	const struct peer_buffer *peer = dmabuf->priv;

	return udm_vma_map_host(vma, vma->vm_start, vma->vm_end - vma->vm_start, peer->host_fd,
				(off_t)vma->vm_pgoff << PAGE_SHIFT);
}

static void peer_free(struct peer_buffer *peer)
{
	if (peer->phys)
		udm_bus_remove_window(peer->phys);
	if (peer->device_side)
		munmap(peer->device_side, peer->size);
	kfree(peer);
}

static void peer_release(struct dma_buf *dmabuf)
{
	peer_free(dmabuf->priv);
}

static const struct dma_buf_ops peer_ops = {
	.attach = peer_attach,
	.map_dma_buf = peer_map,
	.unmap_dma_buf = peer_unmap,
	.release = peer_release,
	.mmap = peer_mmap,
};

/* The memory file, which the caller has to close, or a negative errno. */
static int peer_open_memory(struct peer_buffer *peer)
{
	int fd = memfd_create("udevmem-peer", MFD_CLOEXEC), parked;

	if (fd < 0)
		return errno == EMFILE ? -EMFILE : -ENOMEM;
	parked = udm_fd_park(fd);
	close(fd);
	if (parked < 0)
		return -EMFILE;
	if (ftruncate(parked, peer->size)) {
		close(parked);
		return -ENOMEM;
	}
	return parked;
}

static int peer_show_on_bus(struct peer_buffer *peer)
{
	uint64_t phys;
	int err;

	peer->device_side = mmap(NULL, peer->size, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_NORESERVE, peer->host_fd, 0);
	if (peer->device_side == MAP_FAILED) {
		peer->device_side = NULL;
		return -ENOMEM;
	}
	err = udm_bus_alloc_window(peer->size, peer->device_side, &phys);
	if (!err)
		peer->phys = phys;
	return err;
}

static struct peer_buffer *peer_alloc(size_t size, const struct udm_gpu_config *config)
{
	struct peer_buffer *peer = kzalloc(sizeof(*peer), GFP_KERNEL);
	int err;

	if (!peer)
		return ERR_PTR(-ENOMEM);
	if (config)
		peer->config = *config;
	peer->size = size;
	peer->provider.map_type = map_type_of;
	peer->host_fd = peer_open_memory(peer);
	if (peer->host_fd < 0) {
		err = peer->host_fd;
		goto free;
	}
	err = peer_show_on_bus(peer);
	if (!err)
		return peer;
	close(peer->host_fd);
free:
	peer_free(peer);
	return ERR_PTR(err);
}

static struct dma_buf *peer_export(struct peer_buffer *peer)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dma_buf *dmabuf;

	info.ops = &peer_ops;
	info.size = peer->size;
	info.flags = O_RDWR;
	info.priv = peer;
	dmabuf = dma_buf_export(&info);
	if (IS_ERR(dmabuf)) {
		close(peer->host_fd);
		peer_free(peer);
	} else {
		udm_file_set_backing(dmabuf->file, peer->host_fd);
	}
	return dmabuf;
}

static bool request_valid(size_t size, const struct udm_gpu_config *config)
{
	if (!size || !PAGE_ALIGNED(size) || size > SSIZE_MAX)
		return false;
	return !config || (PAGE_ALIGNED(config->range_size) && !(config->fd_flags & ~O_CLOEXEC) &&
			   config->path <= UDM_GPU_PATH_NONE);
}

static int create(size_t size, const struct udm_gpu_config *config)
{
	struct peer_buffer *peer;
	struct dma_buf *dmabuf;
	int fd;

	if (!request_valid(size, config))
		return -EINVAL;
	peer = peer_alloc(size, config);
	if (IS_ERR(peer))
		return PTR_ERR(peer);
	dmabuf = peer_export(peer);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	fd = dma_buf_fd(dmabuf, config ? config->fd_flags : 0);
	if (fd < 0)
		dma_buf_put(dmabuf);
	return fd;
}

static int host_result(int res)
{
	if (res >= 0)
		return res;
	errno = -res;
	return -1;
}

int udm_gpu_create_dmabuf(size_t size, const struct udm_gpu_config *config)
{
	int res;

	udm_call_begin();
	res = create(size, config);
	udm_call_end();
	return host_result(res);
}

static void revoke_memory(struct dma_buf *dmabuf)
{
	struct peer_buffer *peer = dmabuf->priv;
	phys_addr_t phys;

	dma_resv_lock(dmabuf->resv, NULL);
	phys = peer->phys;
	peer->revoked = true;
	peer->phys = 0;
	/* Importers first, so that those who care stop using the addresses. */
	dma_buf_invalidate_mappings(dmabuf);
	dma_resv_unlock(dmabuf->resv);
	if (phys)
		udm_bus_remove_window(phys);
}

int udm_gpu_revoke(int fd)
{
	struct dma_buf *dmabuf;
	int res;

	udm_call_begin();
	dmabuf = dma_buf_get(fd);
	res = PTR_ERR_OR_ZERO(dmabuf);
	if (!res) {
		if (dmabuf->ops == &peer_ops)
			revoke_memory(dmabuf);
		else
			res = -EINVAL;
		dma_buf_put(dmabuf);
	}
	udm_call_end();
	return host_result(res);
}
