/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device memory: a dma-buf bound to a net_device.
 *
 * A binding is one attached and mapped dma-buf, cut into net_iovs of one page
 * each. An RX binding hands them to page pools; a TX binding lets sendmsg() name
 * them by byte offset. Its reference is a percpu_ref:
 *   the owning netlink socket	from bind to unbind
 *   each page pool on it	from the provider's init to destroy
 *   get_netmem() on a niov	to put_netmem()
 *   a lookup			to net_devmem_dmabuf_binding_put()
 *   each net_iov that is lent	from udm_devmem_borrow() to udm_devmem_give_back()
 * With the last one gone the dma-buf is unmapped and put, from a work item.
 *
 * Lock order: netdev_nl_sock.lock, instance lock, binding->lock (a leaf that
 * protects dev and vdev).
 */
#ifndef LIBPAGEPOOL_DEVMEM_H
#define LIBPAGEPOOL_DEVMEM_H

#include <linux/dma-direction.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/scatterlist.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/netdev_netlink.h>
#include <net/netmem.h>

struct device;
struct dma_buf;
struct dma_buf_attachment;
struct gen_pool;
struct net_device;
struct netdev_rx_queue;
struct netlink_ext_ack;
struct page_pool;
struct sk_buff;
struct sock;

struct net_devmem_dmabuf_binding {
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attachment;
	struct sg_table *sgt;
	/* Whose DMA addresses these are; NULL once it is gone. READ_ONCE to compare. */
	struct net_device *dev;
	/* Free niovs, by offset (see devmem.c). */
	struct gen_pool *chunk_pool;

	struct mutex lock;
	struct percpu_ref ref;

	/* In netdev_nl_sock.bindings, under its lock; zeroed: not linked. */
	struct list_head list;

	/* Queues bound to this, from index 0; under the instance lock. */
	struct xarray bound_rxqs;

	/* Nonzero, unique in the system. */
	u32 id;

	/* DMA_FROM_DEVICE: RX. DMA_TO_DEVICE: TX. */
	enum dma_data_direction direction;

	/* TX only: entry k is the niov for bytes [k * PAGE_SIZE, (k + 1) * PAGE_SIZE). */
	struct net_iov **tx_vec;

	struct work_struct unbind_w;

	/* TX asked for on this virtual device, dev being the one that does its DMA. */
	void *vdev;

	/* Net_iovs that other providers have (udm_devmem_borrow()). */
	atomic_long_t lent;

	/* In the list of all bindings that exist, unbound ones included. */
	struct list_head all;
	bool unbound;
};

#if defined(CONFIG_NET_DEVMEM)

/* The net_iovs of one DMA segment of a binding. */
struct dmabuf_genpool_chunk_owner {
	struct net_iov_area area;
	struct net_devmem_dmabuf_binding *binding;
	dma_addr_t base_dma_addr;
};

/* The work item that frees a binding; only its address is of use outside. */
void __net_devmem_dmabuf_binding_free(struct work_struct *wq);

/*
 * Bind dma-buf @dmabuf_fd to @dev, whose DMA @dma_dev does. Process context, may
 * sleep; @priv->lock and the instance lock are held. The binding, owned by @priv
 * until net_devmem_unbind_dmabuf(); or ERR_PTR and nothing changed: -EOPNOTSUPP
 * no DMA, -EBADF, -EINVAL not a dma-buf or badly shaped, -ENOMEM, -EBUSY no id,
 * or what attaching and mapping said. net/core/devmem.c.
 */
struct net_devmem_dmabuf_binding *
net_devmem_bind_dmabuf(struct net_device *dev, void *vdev, struct device *dma_dev,
		       enum dma_data_direction direction, unsigned int dmabuf_fd,
		       struct netdev_nl_sock *priv, struct netlink_ext_ack *extack);

/* The live binding with this id, with a reference, or NULL. Any context. */
struct net_devmem_dmabuf_binding *net_devmem_lookup_dmabuf(u32 id);

/*
 * Give up the binding: its id, its place in the owner's list, its queues and the
 * initial reference. Same locks as bind (no instance lock if dev is NULL); waits
 * for a grace period, not for users.
 */
void net_devmem_unbind_dmabuf(struct net_devmem_dmabuf_binding *binding);

/*
 * Let rx queue @rxq_idx take its memory from @binding. 0, or what
 * netif_mp_open_rxq() says; -ENOMEM, -EBUSY. Same locks as bind.
 */
int net_devmem_bind_dmabuf_to_queue(struct net_device *dev, u32 rxq_idx,
				    struct net_devmem_dmabuf_binding *binding,
				    struct netlink_ext_ack *extack);

static inline struct dmabuf_genpool_chunk_owner *
net_devmem_iov_to_chunk_owner(const struct net_iov *niov)
{
	return container_of(net_iov_owner(niov), struct dmabuf_genpool_chunk_owner, area);
}

static inline struct net_devmem_dmabuf_binding *net_devmem_iov_binding(const struct net_iov *niov)
{
	return net_devmem_iov_to_chunk_owner(niov)->binding;
}

static inline u32 net_devmem_iov_binding_id(const struct net_iov *niov)
{
	return net_devmem_iov_binding(niov)->id;
}

/* Byte offset of @niov in the dma-buf. */
static inline unsigned long net_iov_virtual_addr(const struct net_iov *niov)
{
	return net_iov_owner(niov)->base_virtual + ((unsigned long)net_iov_idx(niov) << PAGE_SHIFT);
}

/* False only if the count reached zero; true after unbind while references remain. */
static inline bool net_devmem_dmabuf_binding_get(struct net_devmem_dmabuf_binding *binding)
{
	return percpu_ref_tryget(&binding->ref);
}

/* Any context. */
static inline void net_devmem_dmabuf_binding_put(struct net_devmem_dmabuf_binding *binding)
{
	percpu_ref_put(&binding->ref);
}

/* The binding's reference through one of its niovs: what get_netmem() does. */
void net_devmem_get_net_iov(struct net_iov *niov);
void net_devmem_put_net_iov(struct net_iov *niov);

/* One page of @binding, NULL if none is free; and back. Any context, no locks. */
struct net_iov *net_devmem_alloc_dmabuf(struct net_devmem_dmabuf_binding *binding);
void net_devmem_free_dmabuf(struct net_iov *niov);

/*
 * For providers that hand out a binding's memory in their own way. Borrowing puts up
 * to @n free net_iovs of an RX binding in @niovs, sorted by offset, and returns how many.
 * Each holds a reference on the binding until it is given back, then belonging to no pool.
 * The caller has a reference of its own while it borrows. Process context.
 */
size_t udm_devmem_borrow(struct net_devmem_dmabuf_binding *binding, struct net_iov **niovs,
			 size_t n);
void udm_devmem_give_back(struct net_iov **niovs, size_t n);

/* Net_iovs of an RX binding, free or not; 0 for TX. */
size_t udm_devmem_niovs(const struct net_devmem_dmabuf_binding *binding);

/*
 * What such a provider's init has to do: no syncing, -EINVAL for another device than
 * the one the memory is mapped for, -E2BIG for buffers of more than a page.
 */
int udm_devmem_pool_init(struct page_pool *pool, const struct net_devmem_dmabuf_binding *binding);

/* And its nl_fill: the binding's id. */
int udm_devmem_nl_fill(const struct net_devmem_dmabuf_binding *binding, struct sk_buff *rsp,
		       struct netdev_rx_queue *rxq);

/*
 * The TX binding @dmabuf_id for sending on @sk, with a reference. ERR_PTR:
 * -EINVAL unknown or not TX, -EHOSTUNREACH no route, -ENODEV the route leads to
 * another device. Socket lock held, may sleep.
 */
struct net_devmem_dmabuf_binding *net_devmem_get_binding(struct sock *sk, unsigned int dmabuf_id);

/*
 * TX: the niov that holds byte @addr of the dma-buf, the byte's offset in it and
 * what follows in it. NULL beyond the end. No reference.
 */
struct net_iov *net_devmem_get_niov_at(struct net_devmem_dmabuf_binding *binding, size_t addr,
				       size_t *off, size_t *size);

#else

static inline void net_devmem_put_net_iov(struct net_iov *niov)
{
}

static inline void net_devmem_get_net_iov(struct net_iov *niov)
{
}

static inline void __net_devmem_dmabuf_binding_free(struct work_struct *wq)
{
}

static inline struct net_devmem_dmabuf_binding *
net_devmem_bind_dmabuf(struct net_device *dev, void *vdev, struct device *dma_dev,
		       enum dma_data_direction direction, unsigned int dmabuf_fd,
		       struct netdev_nl_sock *priv, struct netlink_ext_ack *extack)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline struct net_devmem_dmabuf_binding *net_devmem_lookup_dmabuf(u32 id)
{
	return NULL;
}

static inline void net_devmem_unbind_dmabuf(struct net_devmem_dmabuf_binding *binding)
{
}

static inline int net_devmem_bind_dmabuf_to_queue(struct net_device *dev, u32 rxq_idx,
						  struct net_devmem_dmabuf_binding *binding,
						  struct netlink_ext_ack *extack)
{
	return -EOPNOTSUPP;
}

static inline struct net_iov *
net_devmem_alloc_dmabuf(struct net_devmem_dmabuf_binding *binding)
{
	return NULL;
}

static inline void net_devmem_free_dmabuf(struct net_iov *niov)
{
}

static inline size_t udm_devmem_borrow(struct net_devmem_dmabuf_binding *binding,
				       struct net_iov **niovs, size_t n)
{
	return 0;
}

static inline void udm_devmem_give_back(struct net_iov **niovs, size_t n)
{
}

static inline size_t udm_devmem_niovs(const struct net_devmem_dmabuf_binding *binding)
{
	return 0;
}

static inline int udm_devmem_pool_init(struct page_pool *pool,
				       const struct net_devmem_dmabuf_binding *binding)
{
	return -EOPNOTSUPP;
}

static inline int udm_devmem_nl_fill(const struct net_devmem_dmabuf_binding *binding,
				     struct sk_buff *rsp, struct netdev_rx_queue *rxq)
{
	return 0;
}

static inline unsigned long net_iov_virtual_addr(const struct net_iov *niov)
{
	return 0;
}

static inline u32 net_devmem_iov_binding_id(const struct net_iov *niov)
{
	return 0;
}

static inline struct net_devmem_dmabuf_binding *net_devmem_iov_binding(const struct net_iov *niov)
{
	return NULL;
}

static inline void net_devmem_dmabuf_binding_put(struct net_devmem_dmabuf_binding *binding)
{
}

static inline struct net_devmem_dmabuf_binding *
net_devmem_get_binding(struct sock *sk, unsigned int dmabuf_id)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline struct net_iov *
net_devmem_get_niov_at(struct net_devmem_dmabuf_binding *binding, size_t addr,
		       size_t *off, size_t *size)
{
	return NULL;
}

#endif

#endif
