/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory providers to use as they are, and loading one's own from a shared object.
 *
 * A provider is a struct memory_provider_ops (net/page_pool/memory_provider.h). A
 * queue takes its memory from one after netif_mp_open_rxq() with the ops and what
 * they work on:
 *
 *	struct pp_memory_provider_params p = { .mp_priv = mp, .mp_ops = &udm_mp_hugepage_ops };
 *
 * What the three here work on is counted: the creator has a reference and every page
 * pool has one, and all is undone with the last. The creator puts its own when no queue
 * is bound to it any more (netif_mp_close_rxq(), or the device is gone). Creating
 * and putting are process context and may sleep. docs/writing-a-provider.md.
 */
#ifndef UDEVMEM_PROVIDER_H
#define UDEVMEM_PROVIDER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct device;
struct memory_provider_ops;
struct net_devmem_dmabuf_binding;
struct net_iov;
struct udm_mp_hugepage;
struct udm_mp_locality;
struct udm_mp_partition;

/*
 * udm_provider_load - the provider in the shared object @path
 *
 * The file exports it as `const struct memory_provider_ops memory_provider`, with every
 * op but uninstall. It is loaded once however often it is asked for, and counted. NULL
 * with errno and one line in the log that says what is wrong: ENOENT (or what else
 * keeps the path from being resolved), ENOEXEC not a shared object that can be loaded
 * or no such symbol in it, EINVAL an op is missing, EFAULT not const, ENOMEM. Process
 * context; runs the constructors of the file.
 */
const struct memory_provider_ops *udm_provider_load(const char *path);

/*
 * udm_provider_unload - undo one udm_provider_load()
 *
 * The last one unloads the file. 0, -ENOENT these ops are not loaded, or -EBUSY and
 * nothing changed: a queue is bound to it, a page pool has it, or a pool with some
 * provider is just being created or freed. Nobody may be about to bind a queue to it.
 * Takes RTNL and instance locks. udm_shutdown() unloads what is left; what is in use
 * then stays, and counts as leaked.
 */
int udm_provider_unload(const struct memory_provider_ops *ops);

/*
 * Host memory in blocks of 2 MiB, each mapped for @dev once, in both directions.
 * @bytes is a multiple of that. Pools have order 0, @dev, and DMA_FROM_DEVICE. NULL with
 * errno: EINVAL, ENOMEM, EIO (cannot be mapped).
 */
struct udm_mp_hugepage *udm_mp_hugepage_create(struct device *dev, size_t bytes);
/* NULL is ignored. */
void udm_mp_hugepage_put(struct udm_mp_hugepage *mp);
/* Where the CPU sees the page of this net_iov; NULL if it is not of @mp. Any context. */
void *udm_mp_hugepage_addr(const struct udm_mp_hugepage *mp, const struct net_iov *niov);
extern const struct memory_provider_ops udm_mp_hugepage_ops;

/*
 * All n net_iovs of an RX binding, dealt out to @queues rx queues for good: queue q has
 * those from q * n / queues to before (q + 1) * n / queues, by offset in the dma-buf,
 * and takes the lowest free one first. Other queues are -EINVAL. NULL with errno: EINVAL
 * not an RX binding or fewer net_iovs than queues (or none), EBUSY some are in use, ENOMEM.
 * The binding cannot go before its net_iovs are back: the last put gives them.
 */
struct udm_mp_partition *udm_mp_partition_create(struct net_devmem_dmabuf_binding *binding,
						 unsigned int queues);
void udm_mp_partition_put(struct udm_mp_partition *mp);
extern const struct memory_provider_ops udm_mp_partition_ops;

/*
 * All net_iovs of an RX binding for any of its queues: what was freed last goes out
 * first, what never was by offset. Errors and the binding as above.
 */
struct udm_mp_locality *udm_mp_locality_create(struct net_devmem_dmabuf_binding *binding);
void udm_mp_locality_put(struct udm_mp_locality *mp);
extern const struct memory_provider_ops udm_mp_locality_ops;

#ifdef __cplusplus
}
#endif

#endif
