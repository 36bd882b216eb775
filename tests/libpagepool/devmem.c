// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device memory: binding, its failures, ids, allocation order, the provider, and
 * who holds what until when.
 */
#include "fixture.h"

#include <linux/genalloc.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/inet_connection_sock.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>

#include "fake_dmabuf.h"
#include "fake_provider.h"
#include "libpagepool/devmem.h"
#include "libpagepool/mp_dmabuf_devmem.h"
#include "pools.h"

static struct netdev_nl_sock owner;
static struct fake_nic *nic;

static void devmem_setup(void)
{
	machine_boot();
	mutex_init(&owner.lock);
	INIT_LIST_HEAD(&owner.bindings);
	nic = fake_nic_get(2);
}

static void devmem_teardown(void)
{
	ck_assert(list_empty(&owner.bindings));
	fake_nic_put(nic);
	machine_shutdown();
}

static struct net_devmem_dmabuf_binding *bind_with(struct device *dma_dev, int fd,
						   enum dma_data_direction dir,
						   struct netlink_ext_ack *extack)
{
	struct net_devmem_dmabuf_binding *binding;

	udm_call_begin();
	mutex_lock(&owner.lock);
	netdev_lock(nic->netdev);
	binding = net_devmem_bind_dmabuf(nic->netdev, NULL, dma_dev, dir, fd, &owner, extack);
	netdev_unlock(nic->netdev);
	mutex_unlock(&owner.lock);
	udm_call_end();
	return binding;
}

static struct net_devmem_dmabuf_binding *bind_dir(struct fake_dmabuf *buf,
						  enum dma_data_direction dir)
{
	struct netlink_ext_ack extack = { };
	struct net_devmem_dmabuf_binding *binding =
		bind_with(fake_nic_dma(nic), buf->fd, dir, &extack);

	ck_assert_msg(!IS_ERR(binding), "bind: %ld %s", PTR_ERR(binding),
		      extack._msg ? extack._msg : "");
	return binding;
}

static struct net_devmem_dmabuf_binding *bind_rx(struct fake_dmabuf *buf)
{
	return bind_dir(buf, DMA_FROM_DEVICE);
}

static int bind_queue(struct net_devmem_dmabuf_binding *binding, u32 queue)
{
	int err;

	netdev_lock(nic->netdev);
	err = net_devmem_bind_dmabuf_to_queue(nic->netdev, queue, binding, NULL);
	netdev_unlock(nic->netdev);
	return err;
}

/* As the owning socket does when it is closed. */
static void unbind(struct net_devmem_dmabuf_binding *binding)
{
	struct net_device *netdev;

	mutex_lock(&owner.lock);
	mutex_lock(&binding->lock);
	netdev = binding->dev;
	mutex_unlock(&binding->lock);
	if (netdev)
		netdev_lock(netdev);
	net_devmem_unbind_dmabuf(binding);
	if (netdev)
		netdev_unlock(netdev);
	mutex_unlock(&owner.lock);
	settle();
}

/* Binding fails like this and leaves no trace; the next one succeeds. */
static void bind_fails(struct device *dma_dev, int fd, enum dma_data_direction dir, int err,
		       const char *text)
{
	struct netlink_ext_ack extack = { };
	struct net_devmem_dmabuf_binding *binding = bind_with(dma_dev, fd, dir, &extack);

	ck_assert(IS_ERR(binding));
	ck_assert_int_eq(PTR_ERR(binding), err);
	if (text)
		ck_assert_str_eq(extack._msg, text);
	else
		ck_assert_ptr_null(extack._msg);
	ck_assert(list_empty(&owner.bindings));
}

START_TEST(device_without_dma)
{
	bind_fails(NULL, -1, DMA_FROM_DEVICE, -EOPNOTSUPP, "Device doesn't support DMA");
}
END_TEST

START_TEST(bad_descriptor)
{
	const int fd = udm_socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);

	ck_assert_int_ge(fd, 0);
	bind_fails(fake_nic_dma(nic), fd, DMA_FROM_DEVICE, -EINVAL, NULL);
	udm_close(fd);
	bind_fails(fake_nic_dma(nic), 4095, DMA_FROM_DEVICE, -EBADF, NULL);
}
END_TEST

START_TEST(exporter_refuses)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(4);
	struct net_devmem_dmabuf_binding *binding;

	buf->attach_err = -EIO;
	bind_fails(fake_nic_dma(nic), buf->fd, DMA_FROM_DEVICE, -EIO,
		   "Failed to bind dmabuf to device");
	buf->attach_err = 0;
	buf->map_err = -ENOMEM;
	bind_fails(fake_nic_dma(nic), buf->fd, DMA_FROM_DEVICE, -ENOMEM,
		   "Failed to map dmabuf attachment");
	buf->map_err = 0;
	ck_assert_uint_eq(buf->attached, 0);
	binding = bind_rx(buf);
	ck_assert_uint_eq(binding->id, 1);
	unbind(binding);
	fake_dmabuf_put(buf);
}
END_TEST

/* The second binding fails; the first, of the same buffer, does not notice. */
START_TEST(a_later_map_may_fail)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(4);
	struct net_devmem_dmabuf_binding *first, *third;

	buf->map_err = -ENODEV;
	buf->map_fail_at = 2;
	first = bind_rx(buf);
	third = bind_with(fake_nic_dma(nic), buf->fd, DMA_FROM_DEVICE, NULL);
	ck_assert_int_eq(PTR_ERR(third), -ENODEV);
	ck_assert(list_is_singular(&owner.bindings));
	ck_assert_uint_eq(buf->mapped, 1);
	ck_assert_uint_eq(buf->attached, 1);
	third = bind_rx(buf);
	unbind(first);
	unbind(third);
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(segments_must_be_whole_pages)
{
	const size_t len[] = { PAGE_SIZE, PAGE_SIZE / 2 };
	struct fake_dmabuf *buf = fake_dmabuf_get(len, 2);

	bind_fails(fake_nic_dma(nic), buf->fd, DMA_FROM_DEVICE, -EINVAL,
		   "dma-buf SG length must be PAGE_SIZE aligned");
	bind_fails(fake_nic_dma(nic), buf->fd, DMA_TO_DEVICE, -EINVAL,
		   "TX dma-buf size must be a multiple of PAGE_SIZE");
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(size_counts_for_tx_only)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(1);

	/* The exporter maps more than it says it has. */
	buf->n = 2;
	buf->len[1] = PAGE_SIZE;
	buf->addr[1] = 64 << 20;
	bind_fails(fake_nic_dma(nic), buf->fd, DMA_TO_DEVICE, -EINVAL, NULL);
	unbind(bind_rx(buf));
	buf->n = 1;
	unbind(bind_dir(buf, DMA_TO_DEVICE));
	fake_dmabuf_put(buf);
}
END_TEST

struct sweep {
	struct fake_dmabuf *buf;
	enum dma_data_direction dir;
};

static int bind_and_unbind(void *ctx)
{
	const struct sweep *sweep = ctx;
	struct net_devmem_dmabuf_binding *binding =
		bind_with(fake_nic_dma(nic), sweep->buf->fd, sweep->dir, NULL);

	if (IS_ERR(binding)) {
		ck_assert_uint_eq(sweep->buf->attached, 0);
		return PTR_ERR(binding);
	}
	unbind(binding);
	return 0;
}

START_TEST(every_failed_allocation_is_undone)
{
	const size_t len[] = { PAGE_SIZE, 3 * PAGE_SIZE };
	struct sweep sweep = { fake_dmabuf_get(len, 2), _i ? DMA_TO_DEVICE : DMA_FROM_DEVICE };
	int points = udm_fault_sweep(bind_and_unbind, &sweep);

	ck_assert_msg(points >= 8, "%d: %s", points, udm_fault_sweep_message());
	fake_dmabuf_put(sweep.buf);
}
END_TEST

static int bind_queue_and_unbind(void *ctx)
{
	struct fake_dmabuf *buf = ctx;
	struct net_devmem_dmabuf_binding *binding =
		bind_with(fake_nic_dma(nic), buf->fd, DMA_FROM_DEVICE, NULL);
	int err;

	if (IS_ERR(binding))
		return PTR_ERR(binding);
	err = bind_queue(binding, 1);
	if (err) {
		ck_assert(!netif_rxq_has_mp(nic->netdev, 1));
		ck_assert(!page_pool_is_unreadable(nic->live[1].pool));
	}
	fail_each_over();
	unbind(binding);
	return err;
}

START_TEST(failed_queue_leaves_the_binding)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(4);

	ck_assert_uint_ge(fail_each(bind_queue_and_unbind, buf, -EINVAL), 10);
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(ids_rise)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(1);
	struct net_devmem_dmabuf_binding *b[4];

	for (int i = 0; i < 3; i++) {
		b[i] = bind_rx(buf);
		ck_assert_uint_eq(b[i]->id, i + 1);
	}
	unbind(b[1]);
	b[3] = bind_rx(buf);
	ck_assert_uint_eq(b[3]->id, 4);
	unbind(b[0]);
	unbind(b[2]);
	unbind(b[3]);
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(lookup_ends_with_unbind)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(1);
	struct net_devmem_dmabuf_binding *binding = bind_rx(buf);
	const u32 id = binding->id;

	ck_assert_ptr_eq(net_devmem_lookup_dmabuf(id), binding);
	ck_assert_ptr_null(net_devmem_lookup_dmabuf(id + 1));
	unbind(binding);
	ck_assert_ptr_null(net_devmem_lookup_dmabuf(id));
	/* The reference of the first look-up keeps everything. */
	ck_assert_uint_eq(buf->mapped, 1);
	net_devmem_dmabuf_binding_put(binding);
	settle();
	ck_assert_uint_eq(buf->mapped, 0);
	fake_dmabuf_put(buf);
}
END_TEST

/* Niovs. */

START_TEST(last_segment_first_lowest_address_first)
{
	const size_t len[] = { 2 * PAGE_SIZE, 2 * PAGE_SIZE };
	static const unsigned int order[] = { 2, 3, 0, 1 };
	struct fake_dmabuf *buf = fake_dmabuf_get(len, 2);
	struct net_devmem_dmabuf_binding *binding = bind_rx(buf);
	struct net_iov *niov[4];

	for (int i = 0; i < 4; i++) {
		niov[i] = net_devmem_alloc_dmabuf(binding);
		ck_assert_ptr_nonnull(niov[i]);
		ck_assert_uint_eq(net_iov_virtual_addr(niov[i]), order[i] * PAGE_SIZE);
		ck_assert_uint_eq(page_pool_get_dma_addr_netmem(net_iov_to_netmem(niov[i])),
				  buf->addr[order[i] / 2] + order[i] % 2 * PAGE_SIZE);
		ck_assert_ptr_eq(net_devmem_iov_binding(niov[i]), binding);
		ck_assert_uint_eq(net_devmem_iov_binding_id(niov[i]), binding->id);
		ck_assert(net_is_devmem_iov(niov[i]));
	}
	ck_assert_ptr_null(net_devmem_alloc_dmabuf(binding));
	net_devmem_free_dmabuf(niov[1]);
	ck_assert_ptr_eq(net_devmem_alloc_dmabuf(binding), niov[1]);
	for (int i = 0; i < 4; i++)
		net_devmem_free_dmabuf(niov[i]);
	unbind(binding);
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(bus_address_zero_is_an_address)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(2);
	struct net_devmem_dmabuf_binding *binding;
	struct net_iov *niov[2];

	buf->addr[0] = 0;
	binding = bind_rx(buf);
	for (int i = 0; i < 2; i++) {
		niov[i] = net_devmem_alloc_dmabuf(binding);
		ck_assert_ptr_nonnull(niov[i]);
		ck_assert_uint_eq(net_iov_idx(niov[i]), i);
	}
	ck_assert_ptr_null(net_devmem_alloc_dmabuf(binding));
	net_devmem_free_dmabuf(niov[0]);
	net_devmem_free_dmabuf(niov[1]);
	unbind(binding);
	fake_dmabuf_put(buf);
}
END_TEST

/* Without an IOMMU a udmabuf that names a page twice has it twice at one bus address. */
START_TEST(memory_may_be_mapped_twice)
{
	const size_t len[] = { 2 * PAGE_SIZE, 2 * PAGE_SIZE, PAGE_SIZE };
	static const unsigned int order[] = { 4, 2, 3, 0, 1 };
	struct fake_dmabuf *buf = fake_dmabuf_get(len, 3);
	struct net_devmem_dmabuf_binding *binding;
	struct net_iov *niov[5];

	buf->addr[1] = buf->addr[0];
	buf->addr[2] = buf->addr[0] + PAGE_SIZE;
	binding = bind_rx(buf);
	for (int i = 0; i < 5; i++) {
		niov[i] = net_devmem_alloc_dmabuf(binding);
		ck_assert_uint_eq(net_iov_virtual_addr(niov[i]), order[i] * PAGE_SIZE);
	}
	ck_assert_ptr_null(net_devmem_alloc_dmabuf(binding));
	/* Each comes back to where it was taken. */
	for (int i = 0; i < 5; i++) {
		net_devmem_free_dmabuf(niov[i]);
		ck_assert_ptr_eq(net_devmem_alloc_dmabuf(binding), niov[i]);
	}
	for (int i = 0; i < 5; i++)
		net_devmem_free_dmabuf(niov[i]);
	unbind(binding);
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(a_segment_may_be_empty)
{
	const size_t len[] = { 0, PAGE_SIZE, 0, PAGE_SIZE };
	struct fake_dmabuf *buf = fake_dmabuf_get(len, 4);
	struct net_devmem_dmabuf_binding *binding = bind_dir(buf, _i);
	struct net_iov *niov[2];

	for (int i = 0; i < 2; i++) {
		niov[i] = net_devmem_alloc_dmabuf(binding);
		ck_assert_uint_eq(net_iov_virtual_addr(niov[i]), (1 - i) * PAGE_SIZE);
	}
	ck_assert_ptr_null(net_devmem_alloc_dmabuf(binding));
	net_devmem_free_dmabuf(niov[0]);
	net_devmem_free_dmabuf(niov[1]);
	unbind(binding);
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(tx_niovs_are_found_by_offset)
{
	const size_t len[] = { PAGE_SIZE, 3 * PAGE_SIZE };
	struct fake_dmabuf *buf = fake_dmabuf_get(len, 2);
	struct net_devmem_dmabuf_binding *binding = bind_dir(buf, DMA_TO_DEVICE);
	size_t off = 77, size = 77;

	for (size_t addr = 0; addr < 4 * PAGE_SIZE; addr += PAGE_SIZE / 2) {
		struct net_iov *niov = net_devmem_get_niov_at(binding, addr, &off, &size);

		ck_assert_uint_eq(net_iov_virtual_addr(niov), addr & PAGE_MASK);
		ck_assert_uint_eq(off, addr % PAGE_SIZE);
		ck_assert_uint_eq(size, PAGE_SIZE - off);
	}
	off = 77;
	ck_assert_ptr_null(net_devmem_get_niov_at(binding, 4 * PAGE_SIZE, &off, &size));
	ck_assert_uint_eq(off, 77);
	unbind(binding);
	fake_dmabuf_put(buf);
}
END_TEST

/* What the sender asks for before it names device memory: a socket with a route. */

static struct net_device *route_via;	/* found again by rebuild_header */
static struct dst_entry route;
static int route_err;

static int rebuild_route(struct sock *sk)
{
	route.dev_rcu = route_via;
	if (!route_err && route_via)
		RCU_INIT_POINTER(sk->sk_dst_cache, &route);
	return route_err;
}

static const struct inet_connection_sock_af_ops af_ops = { .rebuild_header = rebuild_route };

static const struct {
	bool cached, foreign, routed, follower;
	int rebuild, err;
} senders[] = {
	{ .cached = true, .routed = true },
	{ .routed = true },
	{ .rebuild = -EHOSTDOWN, .err = -EHOSTUNREACH },
	{ .follower = true, .err = -EHOSTUNREACH },
	{ .err = -ENODEV },
	{ .foreign = true, .routed = true, .err = -ENODEV },
	{ .cached = true, .foreign = true, .routed = true, .err = -ENODEV },
	{ .cached = true, .err = -ENODEV },
};

START_TEST(sending_needs_a_route_through_the_device)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(1);
	struct net_devmem_dmabuf_binding *tx = bind_dir(buf, DMA_TO_DEVICE), *found;
	struct net_devmem_dmabuf_binding *rx = bind_rx(buf);
	struct inet_connection_sock csk = { .icsk_af_ops = senders[_i].follower ? NULL : &af_ops };
	struct sock *sk = (struct sock *)&csk;
	struct net_device other = { };

	route_err = senders[_i].rebuild;
	route_via = !senders[_i].routed ? NULL : senders[_i].foreign ? &other : nic->netdev;
	if (senders[_i].cached) {
		route.dev_rcu = route_via;
		RCU_INIT_POINTER(sk->sk_dst_cache, &route);
	}
	found = net_devmem_get_binding(sk, tx->id);
	ck_assert_int_eq(PTR_ERR_OR_ZERO(found), senders[_i].err);
	if (!senders[_i].err) {
		ck_assert_ptr_eq(found, tx);
		net_devmem_dmabuf_binding_put(found);
	}
	/* Not for sending, or no binding: said before the route is looked for. */
	ck_assert_int_eq(PTR_ERR(net_devmem_get_binding(sk, rx->id)), -EINVAL);
	ck_assert_int_eq(PTR_ERR(net_devmem_get_binding(sk, 77)), -EINVAL);
	unbind(rx);
	unbind(tx);
	/* No reference is left. */
	ck_assert_uint_eq(buf->mapped, 0);
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(netmem_references_hold_the_binding)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(2);
	struct net_devmem_dmabuf_binding *binding = bind_dir(buf, DMA_TO_DEVICE);
	size_t off, size;
	netmem_ref netmem = net_iov_to_netmem(net_devmem_get_niov_at(binding, 0, &off, &size));
	const long refs = atomic_long_read(netmem_get_pp_ref_count_ref(netmem));

	get_netmem(netmem);
	get_netmem(netmem);
	unbind(binding);
	ck_assert_uint_eq(buf->mapped, 1);
	put_netmem(netmem);
	settle();
	ck_assert_uint_eq(buf->mapped, 1);
	ck_assert_int_eq(atomic_long_read(netmem_get_pp_ref_count_ref(netmem)), refs);
	put_netmem(netmem);
	settle();
	ck_assert_uint_eq(buf->mapped, 0);
	fake_dmabuf_put(buf);
}
END_TEST

/* The provider. */

START_TEST(pool_takes_niovs_of_the_binding)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(4);
	struct net_devmem_dmabuf_binding *binding = bind_rx(buf);
	struct page_pool *pool;
	netmem_ref netmem;

	ck_assert_int_eq(bind_queue(binding, 1), 0);
	pool = nic->live[1].pool;
	ck_assert(page_pool_is_unreadable(pool));
	ck_assert(!pool->dma_sync && !pool->dma_sync_for_cpu);
	netmem = must_alloc(pool);
	ck_assert(netmem_is_net_iov(netmem));
	ck_assert_ptr_null(netmem_address(netmem));
	ck_assert_uint_eq(pool->pages_state_hold_cnt, 1);
	put_direct(pool, netmem);
	ck_assert_uint_eq(must_alloc(pool), netmem);
	page_pool_ref_netmem(netmem);
	put_ring(pool, netmem);
	ck_assert_stat(pool, recycle, ring, 0);
	put_ring(pool, netmem);
	ck_assert_stat(pool, recycle, ring, 1);
	ck_assert_int_eq(atomic_read(&nic->dma->maps), 0);
	unbind(binding);
	ck_assert(!netif_rxq_has_mp(nic->netdev, 1));
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(niovs_out_keep_the_memory)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(4);
	struct net_devmem_dmabuf_binding *binding = bind_rx(buf);
	struct page_pool *pool;
	netmem_ref netmem;
	u32 id;

	ck_assert_int_eq(bind_queue(binding, 0), 0);
	pool = nic->live[0].pool;
	id = pool->user.id;
	netmem = must_alloc(pool);
	unbind(binding);
	fake_dmabuf_close(buf);
	settle();
	ck_assert_ptr_ne(nic->live[0].pool, pool);
	ck_assert(pool_exists(id));
	ck_assert_uint_eq(buf->mapped, 1);
	ck_assert_uint_eq(buf->released, 0);
	put_ring(pool, netmem);
	pass_ms(1000);
	ck_assert(!pool_exists(id));
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(provider_serves_single_pages_only)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(4);
	struct net_devmem_dmabuf_binding *binding = bind_rx(buf);
	struct page_pool pool = { .mp_priv = binding, .p.order = 1 };

	ck_assert_int_eq(mp_dmabuf_devmem_init(&pool), -E2BIG);
	pool.mp_priv = NULL;
	ck_assert_int_eq(mp_dmabuf_devmem_init(&pool), -EINVAL);
	unbind(binding);
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(driver_that_ignores_the_binding)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(4);
	struct net_devmem_dmabuf_binding *binding = bind_rx(buf);

	nic->ignore_provider = true;
	ck_assert_int_eq(bind_queue(binding, 0), -ENODATA);
	ck_assert(xa_empty(&binding->bound_rxqs));
	unbind(binding);
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(release_of_a_shared_niov_leaks_it)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(2);
	struct net_devmem_dmabuf_binding *binding = bind_rx(buf);
	struct gen_pool *leaked;
	struct page_pool *pool;
	netmem_ref netmem;

	ck_assert_int_eq(bind_queue(binding, 0), 0);
	pool = nic->live[0].pool;
	netmem = must_alloc(pool);
	leaked = binding->chunk_pool;
	page_pool_ref_netmem(netmem);
	udm_warn_expect("", 1);
	/* Straight to the provider, as if the pool let it go. */
	ck_assert(!mp_dmabuf_devmem_release_page(pool, netmem));
	ck_assert_ptr_eq(netmem_get_pp(netmem), pool);
	atomic_inc(&pool->pages_state_release_cnt);
	udm_warn_expect("can't destroy genpool. size=8192, avail=4096", 1);
	unbind(binding);
	fake_dmabuf_put(buf);
	/* Leaked as promised; the machine must end clean. */
	gen_pool_free(leaked, PAGE_SIZE, PAGE_SIZE);
	gen_pool_destroy(leaked);
}
END_TEST

START_TEST(foreign_page_is_not_released)
{
	struct page_pool *pool = plain_pool();
	netmem_ref netmem = must_alloc(pool);

	udm_warn_expect("", 1);
	ck_assert(!mp_dmabuf_devmem_release_page(pool, netmem));
	put_ring(pool, netmem);
	page_pool_destroy(pool);
}
END_TEST

/* Devices that go. */

START_TEST(unregister_forgets_the_device_with_its_last_queue)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(4);
	struct net_devmem_dmabuf_binding *binding = bind_rx(buf);
	const struct memory_provider_ops *ops;

	ck_assert_int_eq(bind_queue(binding, 0), 0);
	ck_assert_int_eq(bind_queue(binding, 1), 0);
	ops = nic->netdev->_rx[0].mp_params.mp_ops;
	rtnl_lock();
	netdev_lock(nic->netdev);
	ops->uninstall(binding, &nic->netdev->_rx[0]);
	ck_assert_ptr_eq(binding->dev, nic->netdev);
	/* Not in the array any more: nothing happens. */
	ops->uninstall(binding, &nic->netdev->_rx[0]);
	ck_assert_ptr_eq(binding->dev, nic->netdev);
	netdev_unlock(nic->netdev);
	rtnl_unlock();
	fake_nic_unregister(nic);
	ck_assert_ptr_null(binding->dev);
	ck_assert_ptr_eq(net_devmem_lookup_dmabuf(binding->id), binding);
	net_devmem_dmabuf_binding_put(binding);
	unbind(binding);
	fake_dmabuf_put(buf);
}
END_TEST

START_TEST(unregister_forgets_the_device_of_tx)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(4);
	struct net_devmem_dmabuf_binding *binding = bind_dir(buf, DMA_TO_DEVICE);

	ck_assert_ptr_eq(binding->dev, nic->netdev);
	fake_nic_unregister(nic);
	ck_assert_ptr_null(binding->dev);
	unbind(binding);
	fake_dmabuf_put(buf);
}
END_TEST

/* Unbound with memory out, then the device goes: nothing may keep its address. */
START_TEST(unregister_after_the_unbind)
{
	struct fake_dmabuf *buf = fake_dmabuf_pages(4);
	struct net_devmem_dmabuf_binding *binding = bind_rx(buf);
	netmem_ref netmem;

	ck_assert_int_eq(bind_queue(binding, 0), 0);
	netmem = must_alloc(nic->live[0].pool);
	page_pool_ref_netmem(netmem);
	net_devmem_dmabuf_binding_get(binding);
	unbind(binding);
	ck_assert(xa_empty(&binding->bound_rxqs));
	ck_assert_ptr_eq(binding->dev, nic->netdev);
	fake_nic_unregister(nic);
	ck_assert_ptr_null(binding->dev);
	page_pool_put_full_netmem(netmem_get_pp(netmem), netmem, false);
	page_pool_put_full_netmem(netmem_get_pp(netmem), netmem, false);
	net_devmem_dmabuf_binding_put(binding);
	pass_ms(2000);
	fake_dmabuf_put(buf);
}
END_TEST

Suite *devmem_suite(void)
{
	Suite *s = suite_create("devmem");
	TCase *tc = tcase_create("devmem");

	tcase_add_checked_fixture(tc, devmem_setup, devmem_teardown);
	tcase_add_test(tc, device_without_dma);
	tcase_add_test(tc, bad_descriptor);
	tcase_add_test(tc, exporter_refuses);
	tcase_add_test(tc, a_later_map_may_fail);
	tcase_add_test(tc, segments_must_be_whole_pages);
	tcase_add_test(tc, size_counts_for_tx_only);
	tcase_add_loop_test(tc, every_failed_allocation_is_undone, 0, 2);
	tcase_add_test(tc, failed_queue_leaves_the_binding);
	tcase_add_test(tc, ids_rise);
	tcase_add_test(tc, lookup_ends_with_unbind);
	tcase_add_test(tc, last_segment_first_lowest_address_first);
	tcase_add_test(tc, bus_address_zero_is_an_address);
	tcase_add_test(tc, memory_may_be_mapped_twice);
	tcase_add_loop_test(tc, a_segment_may_be_empty, DMA_TO_DEVICE, DMA_FROM_DEVICE + 1);
	tcase_add_test(tc, tx_niovs_are_found_by_offset);
	tcase_add_loop_test(tc, sending_needs_a_route_through_the_device, 0, ARRAY_SIZE(senders));
	tcase_add_test(tc, netmem_references_hold_the_binding);
	tcase_add_test(tc, pool_takes_niovs_of_the_binding);
	tcase_add_test(tc, niovs_out_keep_the_memory);
	tcase_add_test(tc, provider_serves_single_pages_only);
	tcase_add_test(tc, driver_that_ignores_the_binding);
	tcase_add_test(tc, release_of_a_shared_niov_leaks_it);
	tcase_add_test(tc, foreign_page_is_not_released);
	tcase_add_test(tc, unregister_forgets_the_device_with_its_last_queue);
	tcase_add_test(tc, unregister_forgets_the_device_of_tx);
	tcase_add_test(tc, unregister_after_the_unbind);
	suite_add_tcase(s, tc);
	return s;
}
