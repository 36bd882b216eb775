// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device memory: bindings and the dma-buf memory provider (see devmem.h).
 *
 * A binding's free niovs live in a gen_pool with one chunk per DMA segment, and
 * are named there by their offset in the dma-buf plus CHUNK_BIAS, as address 0
 * means failure to a gen_pool. Bus addresses would not do: an exporter may map
 * the same memory twice, or at 0. Segments are added in order and searched
 * newest first, lowest offset first.
 *
 * Three sets of bindings: by id (net_devmem_dmabuf_bindings, what may be looked
 * up), by owner (netdev_nl_sock.bindings), and all of them until they are freed
 * (bindings_all, for devices that go and for introspection).
 */
#include <linux/dma-buf.h>
#include <linux/export.h>
#include <linux/genalloc.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <net/dst.h>
#include <net/inet_connection_sock.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>
#include <net/netlink.h>
#include <net/page_pool/helpers.h>
#include <net/page_pool/memory_provider.h>
#include <net/sock.h>
#include <trace/events/devmem.h>
#include <uapi/linux/netdev.h>

#include "libnetmem/netmem.h"
#include "libpagepool/binding_walk.h"
#include "libpagepool/devmem.h"
#include "libpagepool/mp_dmabuf_devmem.h"
#include "libpagepool/niov_history.h"
#include "libpagepool/page_pool_priv.h"

#if defined(CONFIG_NET_DEVMEM)

#define CHUNK_BIAS	PAGE_SIZE

static DEFINE_XARRAY_FLAGS(net_devmem_dmabuf_bindings, XA_FLAGS_ALLOC1);
static u32 next_binding_id;

/* Bindings from bind to their last breath. bindings_all_lock is outside binding->lock. */
static LIST_HEAD(bindings_all);
static DEFINE_MUTEX(bindings_all_lock);

static const struct memory_provider_ops dmabuf_devmem_ops;

/* Where the chunk of a segment begins in the gen_pool. */
static unsigned long chunk_addr(const struct dmabuf_genpool_chunk_owner *owner)
{
	return owner->area.base_virtual + CHUNK_BIAS;
}

static dma_addr_t net_devmem_get_dma_addr(const struct net_iov *niov)
{
	return net_devmem_iov_to_chunk_owner(niov)->base_dma_addr +
	       ((dma_addr_t)net_iov_idx(niov) << PAGE_SHIFT);
}

/* Building a binding, bottom up; each step has its undoing next to it. */

static void binding_released(struct percpu_ref *ref)
{
	struct net_devmem_dmabuf_binding *binding =
		container_of(ref, struct net_devmem_dmabuf_binding, ref);

	/* Atomic context here, and unmapping may sleep. */
	INIT_WORK(&binding->unbind_w, __net_devmem_dmabuf_binding_free);
	schedule_work(&binding->unbind_w);
}

static struct net_devmem_dmabuf_binding *binding_create(struct net_device *dev, void *vdev,
							struct dma_buf *dmabuf,
							enum dma_data_direction direction)
{
	struct net_devmem_dmabuf_binding *binding =
		kzalloc_node(sizeof(*binding), GFP_KERNEL, dev_to_node(&dev->dev));
	int err;

	if (!binding)
		return ERR_PTR(-ENOMEM);
	err = percpu_ref_init(&binding->ref, binding_released, 0, GFP_KERNEL);
	if (err) {
		kfree(binding);
		return ERR_PTR(err);
	}
	xa_init_flags(&binding->bound_rxqs, XA_FLAGS_ALLOC);
	mutex_init(&binding->lock);
	INIT_LIST_HEAD(&binding->all);
	binding->dev = dev;
	binding->vdev = vdev;
	binding->dmabuf = dmabuf;
	binding->direction = direction;
	return binding;
}

static void binding_destroy(struct net_devmem_dmabuf_binding *binding)
{
	xa_destroy(&binding->bound_rxqs);
	percpu_ref_exit(&binding->ref);
	kfree(binding);
}

static int binding_map(struct net_devmem_dmabuf_binding *binding, struct device *dma_dev,
		       struct netlink_ext_ack *extack)
{
	binding->attachment = dma_buf_attach(binding->dmabuf, dma_dev);
	if (IS_ERR(binding->attachment)) {
		NL_SET_ERR_MSG(extack, "Failed to bind dmabuf to device");
		return PTR_ERR(binding->attachment);
	}
	binding->sgt = dma_buf_map_attachment_unlocked(binding->attachment, binding->direction);
	if (IS_ERR(binding->sgt)) {
		NL_SET_ERR_MSG(extack, "Failed to map dmabuf attachment");
		dma_buf_detach(binding->dmabuf, binding->attachment);
		return PTR_ERR(binding->sgt);
	}
	return 0;
}

static void binding_unmap(struct net_devmem_dmabuf_binding *binding)
{
	dma_buf_unmap_attachment_unlocked(binding->attachment, binding->sgt, binding->direction);
	dma_buf_detach(binding->dmabuf, binding->attachment);
}

static void chunk_free(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *unused)
{
	struct dmabuf_genpool_chunk_owner *owner = chunk->owner;

	niov_history_forget(&owner->area);
	kvfree(owner->area.niovs);
	kfree(owner);
}

/* False, and the pool leaks, if a niov never came back: somebody may still free it. */
static void chunk_pool_destroy(struct gen_pool *pool)
{
	const size_t size = gen_pool_size(pool), avail = gen_pool_avail(pool);

	gen_pool_for_each_chunk(pool, chunk_free, NULL);
	if (!WARN(size != avail, "can't destroy genpool. size=%zu, avail=%zu", size, avail))
		gen_pool_destroy(pool);
}

/* Give every niov of the chunk its address, and TX its place in tx_vec. */
static void chunk_init_niovs(struct dmabuf_genpool_chunk_owner *owner)
{
	struct net_iov_area *area = &owner->area;
	struct net_iov **slot = owner->binding->tx_vec;

	for (size_t i = 0; i < area->num_niovs; i++) {
		struct net_iov *niov = &area->niovs[i];

		net_iov_init(niov, area, NET_IOV_DMABUF);
		net_mp_niov_set_dma_addr(niov, net_devmem_get_dma_addr(niov));
		if (slot)
			slot[area->base_virtual / PAGE_SIZE + i] = niov;
	}
}

/* One DMA segment, @base_virtual bytes into the dma-buf. */
static int chunk_add(struct net_devmem_dmabuf_binding *binding, struct scatterlist *sg,
		     unsigned long base_virtual)
{
	const int node = dev_to_node(&binding->dev->dev);
	struct dmabuf_genpool_chunk_owner *owner = kzalloc_node(sizeof(*owner), GFP_KERNEL, node);

	if (!owner)
		return -ENOMEM;
	owner->binding = binding;
	owner->base_dma_addr = sg_dma_address(sg);
	owner->area.base_virtual = base_virtual;
	owner->area.num_niovs = sg_dma_len(sg) / PAGE_SIZE;
	if (gen_pool_add_owner(binding->chunk_pool, chunk_addr(owner), owner->base_dma_addr,
			       sg_dma_len(sg), node, owner)) {
		kfree(owner);
		return -EINVAL;
	}
	owner->area.niovs = kvzalloc_objs(*owner->area.niovs, owner->area.num_niovs);
	if (!owner->area.niovs)
		return -ENOMEM;
	chunk_init_niovs(owner);
	return 0;
}

static int chunks_add(struct net_devmem_dmabuf_binding *binding, struct netlink_ext_ack *extack)
{
	unsigned long base_virtual = 0;
	struct scatterlist *sg;
	unsigned int i;
	int err;

	for_each_sgtable_dma_sg(binding->sgt, sg, i) {
		if (!IS_ALIGNED(sg_dma_len(sg), PAGE_SIZE)) {
			NL_SET_ERR_MSG(extack, "dma-buf SG length must be PAGE_SIZE aligned");
			return -EINVAL;
		}
		/* tx_vec has room for dmabuf->size, whatever the exporter mapped. */
		if (binding->tx_vec && base_virtual + sg_dma_len(sg) > binding->dmabuf->size)
			return -EINVAL;
		err = sg_dma_len(sg) ? chunk_add(binding, sg, base_virtual) : 0;
		if (err)
			return err;
		base_virtual += sg_dma_len(sg);
	}
	return binding->tx_vec && base_virtual != binding->dmabuf->size ? -EINVAL : 0;
}

static int tx_vec_alloc(struct net_devmem_dmabuf_binding *binding, struct netlink_ext_ack *extack)
{
	if (!IS_ALIGNED(binding->dmabuf->size, PAGE_SIZE)) {
		NL_SET_ERR_MSG(extack, "TX dma-buf size must be a multiple of PAGE_SIZE");
		return -EINVAL;
	}
	binding->tx_vec = kvzalloc_objs(*binding->tx_vec, binding->dmabuf->size / PAGE_SIZE);
	return binding->tx_vec ? 0 : -ENOMEM;
}

static int binding_carve(struct net_devmem_dmabuf_binding *binding, struct netlink_ext_ack *extack)
{
	int err = 0;

	if (binding->direction == DMA_TO_DEVICE)
		err = tx_vec_alloc(binding, extack);
	if (err)
		return err;
	binding->chunk_pool = gen_pool_create(PAGE_SHIFT, dev_to_node(&binding->dev->dev));
	if (!binding->chunk_pool) {
		err = -ENOMEM;
		goto free_tx_vec;
	}
	err = chunks_add(binding, extack);
	if (!err)
		return 0;
	chunk_pool_destroy(binding->chunk_pool);
free_tx_vec:
	kvfree(binding->tx_vec);
	return err;
}

static void binding_uncarve(struct net_devmem_dmabuf_binding *binding)
{
	chunk_pool_destroy(binding->chunk_pool);
	kvfree(binding->tx_vec);
}

/* Everything but the references: on the dma-buf, and of others on the binding. */
static struct net_devmem_dmabuf_binding *
binding_build(struct net_device *dev, void *vdev, struct device *dma_dev, struct dma_buf *dmabuf,
	      enum dma_data_direction direction, struct netlink_ext_ack *extack)
{
	struct net_devmem_dmabuf_binding *binding = binding_create(dev, vdev, dmabuf, direction);
	int err;

	if (IS_ERR(binding))
		return binding;
	err = binding_map(binding, dma_dev, extack);
	if (err)
		goto destroy;
	err = binding_carve(binding, extack);
	if (!err)
		return binding;
	binding_unmap(binding);
destroy:
	binding_destroy(binding);
	return ERR_PTR(err);
}

static void binding_unbuild(struct net_devmem_dmabuf_binding *binding)
{
	binding_uncarve(binding);
	binding_unmap(binding);
	binding_destroy(binding);
}

/* The id comes last: a bind that fails before uses none up. */
static int binding_publish(struct net_devmem_dmabuf_binding *binding, struct netdev_nl_sock *priv)
{
	int err = xa_alloc_cyclic(&net_devmem_dmabuf_bindings, &binding->id, binding, xa_limit_32b,
				  &next_binding_id, GFP_KERNEL);

	if (err < 0)
		return err;
	list_add(&binding->list, &priv->bindings);
	mutex_lock(&bindings_all_lock);
	list_add_tail(&binding->all, &bindings_all);
	mutex_unlock(&bindings_all_lock);
	trace_devmem_bind(binding->id, binding->dev->ifindex, binding->dmabuf->size);
	return 0;
}

void __net_devmem_dmabuf_binding_free(struct work_struct *wq)
{
	struct net_devmem_dmabuf_binding *binding =
		container_of(wq, struct net_devmem_dmabuf_binding, unbind_w);
	struct dma_buf *dmabuf = binding->dmabuf;

	mutex_lock(&bindings_all_lock);
	list_del(&binding->all);
	mutex_unlock(&bindings_all_lock);
	binding_unbuild(binding);
	dma_buf_put(dmabuf);
}

/* Free niovs. */

struct net_iov *net_devmem_alloc_dmabuf(struct net_devmem_dmabuf_binding *binding)
{
	struct dmabuf_genpool_chunk_owner *owner;
	unsigned long addr;
	struct net_iov *niov;

	addr = gen_pool_alloc_owner(binding->chunk_pool, PAGE_SIZE, (void **)&owner);
	if (!addr)
		return NULL;
	niov = &owner->area.niovs[(addr - chunk_addr(owner)) / PAGE_SIZE];
	niov->desc.pp = NULL;
	niov->desc.pp_magic = 0;
	atomic_long_set(&niov->desc.pp_ref_count, 0);
	return niov;
}

void net_devmem_free_dmabuf(struct net_iov *niov)
{
	struct gen_pool *pool = net_devmem_iov_binding(niov)->chunk_pool;
	const unsigned long addr = net_iov_virtual_addr(niov) + CHUNK_BIAS;

	if (!WARN_ON(!gen_pool_has_addr(pool, addr, PAGE_SIZE)))
		gen_pool_free(pool, addr, PAGE_SIZE);
}

/* Net_iovs for other providers. */

static int by_offset(const void *a, const void *b)
{
	const unsigned long x = net_iov_virtual_addr(*(struct net_iov *const *)a);
	const unsigned long y = net_iov_virtual_addr(*(struct net_iov *const *)b);

	return (x > y) - (x < y);
}

size_t udm_devmem_niovs(const struct net_devmem_dmabuf_binding *binding)
{
	return binding->tx_vec ? 0 : gen_pool_size(binding->chunk_pool) / PAGE_SIZE;
}

size_t udm_devmem_borrow(struct net_devmem_dmabuf_binding *binding, struct net_iov **niovs,
			 size_t n)
{
	const size_t most = min(n, udm_devmem_niovs(binding));
	size_t got = 0;

	while (got < most && (niovs[got] = net_devmem_alloc_dmabuf(binding)))
		got++;
	percpu_ref_get_many(&binding->ref, got);
	atomic_long_add(got, &binding->lent);
	sort(niovs, got, sizeof(*niovs), by_offset, NULL);
	return got;
}

void udm_devmem_give_back(struct net_iov **niovs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct net_devmem_dmabuf_binding *binding = net_devmem_iov_binding(niovs[i]);

		net_devmem_free_dmabuf(niovs[i]);
		atomic_long_dec(&binding->lent);
		/* Last: it may have been the one that kept the binding. */
		net_devmem_dmabuf_binding_put(binding);
	}
}

int udm_devmem_pool_init(struct page_pool *pool, const struct net_devmem_dmabuf_binding *binding)
{
	/* The CPU does not touch this memory: nothing to sync. */
	pool->dma_sync_for_cpu = false;
	pool->dma_sync = false;
	if (pool->p.dev != binding->attachment->dev)
		return -EINVAL;
	return pool->p.order ? -E2BIG : 0;
}

int udm_devmem_nl_fill(const struct net_devmem_dmabuf_binding *binding, struct sk_buff *rsp,
		       struct netdev_rx_queue *rxq)
{
	return nla_put_u32(rsp, rxq ? NETDEV_A_QUEUE_DMABUF : NETDEV_A_PAGE_POOL_DMABUF,
			   binding->id);
}

/* Binding and unbinding. */

static const struct pp_memory_provider_params *
provider_params(struct net_devmem_dmabuf_binding *binding, struct pp_memory_provider_params *p)
{
	*p = (struct pp_memory_provider_params){
		.mp_priv = binding,
		.mp_ops = &dmabuf_devmem_ops,
	};
	return p;
}

void net_devmem_unbind_dmabuf(struct net_devmem_dmabuf_binding *binding)
{
	struct pp_memory_provider_params p;
	struct netdev_rx_queue *rxq;
	unsigned long i;

	trace_devmem_unbind(binding->id);
	xa_erase(&net_devmem_dmabuf_bindings, binding->id);
	/* From here on no lookup can find it; those that did have their reference. */
	synchronize_net();
	if (binding->list.next)
		list_del(&binding->list);
	WRITE_ONCE(binding->unbound, true);
	provider_params(binding, &p);
	/* Without queues left, the binding is told when its device goes by binding_leaves(). */
	xa_for_each(&binding->bound_rxqs, i, rxq) {
		netif_mp_close_rxq(binding->dev, get_netdev_rx_queue_index(rxq), &p);
		xa_erase(&binding->bound_rxqs, i);
	}
	percpu_ref_kill(&binding->ref);
}

int net_devmem_bind_dmabuf_to_queue(struct net_device *dev, u32 rxq_idx,
				    struct net_devmem_dmabuf_binding *binding,
				    struct netlink_ext_ack *extack)
{
	struct pp_memory_provider_params p;
	u32 slot;
	int err;

	err = netif_mp_open_rxq(dev, rxq_idx, provider_params(binding, &p), extack);
	if (err)
		return err;
	err = xa_alloc(&binding->bound_rxqs, &slot, __netif_get_rx_queue(dev, rxq_idx),
		       xa_limit_32b, GFP_KERNEL);
	if (err)
		netif_mp_close_rxq(dev, rxq_idx, &p);
	return err;
}

struct net_devmem_dmabuf_binding *
net_devmem_bind_dmabuf(struct net_device *dev, void *vdev, struct device *dma_dev,
		       enum dma_data_direction direction, unsigned int dmabuf_fd,
		       struct netdev_nl_sock *priv, struct netlink_ext_ack *extack)
{
	struct net_devmem_dmabuf_binding *binding = ERR_PTR(-EOPNOTSUPP);
	struct dma_buf *dmabuf;
	int err;

	if (!dma_dev) {
		NL_SET_ERR_MSG(extack, "Device doesn't support DMA");
		return binding;
	}
	dmabuf = dma_buf_get(dmabuf_fd);
	if (IS_ERR(dmabuf))
		return ERR_CAST(dmabuf);
	binding = binding_build(dev, vdev, dma_dev, dmabuf, direction, extack);
	if (!IS_ERR(binding)) {
		err = binding_publish(binding, priv);
		if (!err)
			return binding;
		binding_unbuild(binding);
		binding = ERR_PTR(err);
	}
	dma_buf_put(dmabuf);
	return binding;
}

struct net_devmem_dmabuf_binding *net_devmem_lookup_dmabuf(u32 id)
{
	struct net_devmem_dmabuf_binding *binding;

	rcu_read_lock();
	binding = xa_load(&net_devmem_dmabuf_bindings, id);
	if (binding && !net_devmem_dmabuf_binding_get(binding))
		binding = NULL;
	rcu_read_unlock();
	return binding;
}

static void visit_all(bool (*visit)(struct net_devmem_dmabuf_binding *binding, void *ctx),
		      void *ctx)
{
	struct net_devmem_dmabuf_binding *binding;

	list_for_each_entry(binding, &bindings_all, all) {
		if (!visit(binding, ctx))
			break;
	}
}

void binding_walk(bool (*visit)(struct net_devmem_dmabuf_binding *binding, void *ctx), void *ctx)
{
	mutex_lock(&bindings_all_lock);
	visit_all(visit, ctx);
	mutex_unlock(&bindings_all_lock);
}

bool binding_trywalk(bool (*visit)(struct net_devmem_dmabuf_binding *binding, void *ctx),
		     void *ctx)
{
	if (!mutex_trylock(&bindings_all_lock))
		return false;
	visit_all(visit, ctx);
	mutex_unlock(&bindings_all_lock);
	return true;
}

void net_devmem_get_net_iov(struct net_iov *niov)
{
	net_devmem_dmabuf_binding_get(net_devmem_iov_binding(niov));
}

void net_devmem_put_net_iov(struct net_iov *niov)
{
	net_devmem_dmabuf_binding_put(net_devmem_iov_binding(niov));
}

static const struct udm_net_iov_refs devmem_iov_refs = {
	.get = net_devmem_get_net_iov,
	.put = net_devmem_put_net_iov,
};

struct net_iov *net_devmem_get_niov_at(struct net_devmem_dmabuf_binding *binding, size_t addr,
				       size_t *off, size_t *size)
{
	if (addr >= binding->dmabuf->size)
		return NULL;
	*off = addr % PAGE_SIZE;
	*size = PAGE_SIZE - *off;
	return binding->tx_vec[addr / PAGE_SIZE];
}

/* 0 if @sk sends through the device whose DMA addresses @binding has. */
static int tx_route_check(struct sock *sk, const struct net_devmem_dmabuf_binding *binding)
{
	const struct inet_connection_sock_af_ops *af_ops = inet_csk(sk)->icsk_af_ops;
	struct dst_entry *dst = __sk_dst_get(sk);
	const struct net_device *via;
	bool ours;

	/* A socket that only follows a flow has no way to find a route. */
	if (!dst && (!af_ops || af_ops->rebuild_header(sk)))
		return -EHOSTUNREACH;
	dst = __sk_dst_get(sk);
	if (!dst)
		return -ENODEV;
	rcu_read_lock();
	via = dst_dev_rcu(dst);
	ours = via && (via == READ_ONCE(binding->dev) || via == READ_ONCE(binding->vdev));
	rcu_read_unlock();
	return ours ? 0 : -ENODEV;
}

struct net_devmem_dmabuf_binding *net_devmem_get_binding(struct sock *sk, unsigned int dmabuf_id)
{
	struct net_devmem_dmabuf_binding *binding = net_devmem_lookup_dmabuf(dmabuf_id);
	int err;

	if (!binding)
		return ERR_PTR(-EINVAL);
	err = binding->tx_vec ? tx_route_check(sk, binding) : -EINVAL;
	if (!err)
		return binding;
	net_devmem_dmabuf_binding_put(binding);
	return ERR_PTR(err);
}

/* The memory provider. */

int mp_dmabuf_devmem_init(struct page_pool *pool)
{
	struct net_devmem_dmabuf_binding *binding = pool->mp_priv;

	if (!binding)
		return -EINVAL;
	/* The CPU does not touch this memory: nothing to sync. */
	pool->dma_sync_for_cpu = false;
	pool->dma_sync = false;
	if (pool->p.order)
		return -E2BIG;
	net_devmem_dmabuf_binding_get(binding);
	return 0;
}

netmem_ref mp_dmabuf_devmem_alloc_netmems(struct page_pool *pool, gfp_t gfp)
{
	struct net_iov *niov = net_devmem_alloc_dmabuf(pool->mp_priv);

	if (!niov)
		return 0;
	net_mp_niov_set_page_pool(pool, niov);
	return net_iov_to_netmem(niov);
}

void mp_dmabuf_devmem_destroy(struct page_pool *pool)
{
	net_devmem_dmabuf_binding_put(pool->mp_priv);
}

bool mp_dmabuf_devmem_release_page(struct page_pool *pool, netmem_ref netmem)
{
	if (WARN_ON_ONCE(!netmem_is_net_iov(netmem)))
		return false;
	if (WARN_ON_ONCE(atomic_long_read(netmem_get_pp_ref_count_ref(netmem)) != 1))
		return false;
	page_pool_clear_pp_info(netmem);
	net_devmem_free_dmabuf(netmem_to_net_iov(netmem));
	return false;
}

static int mp_dmabuf_devmem_nl_fill(void *mp_priv, struct sk_buff *rsp,
				    struct netdev_rx_queue *rxq)
{
	return udm_devmem_nl_fill(mp_priv, rsp, rxq);
}

static void binding_forget_device(struct net_devmem_dmabuf_binding *binding)
{
	mutex_lock(&binding->lock);
	WRITE_ONCE(binding->dev, NULL);
	WRITE_ONCE(binding->vdev, NULL);
	mutex_unlock(&binding->lock);
}

static void mp_dmabuf_devmem_uninstall(void *mp_priv, struct netdev_rx_queue *rxq)
{
	struct net_devmem_dmabuf_binding *binding = mp_priv;
	struct netdev_rx_queue *bound;
	unsigned long i;

	xa_for_each(&binding->bound_rxqs, i, bound) {
		if (bound != rxq)
			continue;
		xa_erase(&binding->bound_rxqs, i);
		if (xa_empty(&binding->bound_rxqs))
			binding_forget_device(binding);
		return;
	}
}

static const struct memory_provider_ops dmabuf_devmem_ops = {
	.alloc_netmems = mp_dmabuf_devmem_alloc_netmems,
	.release_netmem = mp_dmabuf_devmem_release_page,
	.init = mp_dmabuf_devmem_init,
	.destroy = mp_dmabuf_devmem_destroy,
	.nl_fill = mp_dmabuf_devmem_nl_fill,
	.uninstall = mp_dmabuf_devmem_uninstall,
};

/* Devices that go. */

/*
 * A binding without queues is not told by uninstall, so a device would leave its
 * address behind in it: TX bindings, and RX ones that never got a queue.
 */
static bool binding_leaves(struct net_devmem_dmabuf_binding *binding, void *netdev)
{
	if (READ_ONCE(binding->dev) == netdev && xa_empty(&binding->bound_rxqs)) {
		binding_forget_device(binding);
	} else if (READ_ONCE(binding->vdev) == netdev) {
		mutex_lock(&binding->lock);
		WRITE_ONCE(binding->vdev, NULL);
		mutex_unlock(&binding->lock);
	}
	return true;
}

static int devmem_netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	if (event != NETDEV_UNREGISTER)
		return NOTIFY_DONE;
	binding_walk(binding_leaves, netdev_notifier_info_to_dev(ptr));
	return NOTIFY_OK;
}

static struct notifier_block devmem_netdev_nb = {
	.notifier_call = devmem_netdev_event,
};

static int __init net_devmem_init(void)
{
	next_binding_id = 0;
	udm_net_iov_set_refs(NET_IOV_DMABUF, &devmem_iov_refs);
	return register_netdevice_notifier(&devmem_netdev_nb);
}
subsys_initcall(net_devmem_init);

static void __exit net_devmem_exit(void)
{
	unregister_netdevice_notifier(&devmem_netdev_nb);
	udm_net_iov_set_refs(NET_IOV_DMABUF, NULL);
	xa_destroy(&net_devmem_dmabuf_bindings);
}
__exitcall(net_devmem_exit);

#endif
