// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device memory: sizes, pools that do not fit, queues that refuse, devices behind
 * others, and memory that a queue cannot be made to give up.
 */
#include "fixture.h"

#include <linux/genalloc.h>
#include <linux/netlink.h>
#include <net/dst.h>
#include <net/inet_connection_sock.h>
#include <udevmem/file.h>

#include "pools.h"
#include "provider_rig.h"

static struct netdev_nl_sock mine;

static void limits_setup(void)
{
	machine_boot();
	mutex_init(&mine.lock);
	INIT_LIST_HEAD(&mine.bindings);
	provider_rig_open();
}

static void limits_teardown(void)
{
	provider_rig_close();
	ck_assert(list_empty(&mine.bindings));
	machine_shutdown();
}

static struct net_devmem_dmabuf_binding *bind_memory(struct fake_dmabuf *buf, void *vdev,
						     enum dma_data_direction dir,
						     struct netlink_ext_ack *extack)
{
	struct net_devmem_dmabuf_binding *binding;

	udm_call_begin();
	mutex_lock(&mine.lock);
	netdev_lock(rig_nic->netdev);
	binding = net_devmem_bind_dmabuf(rig_nic->netdev, vdev, fake_nic_dma(rig_nic), dir,
					 buf->fd, &mine, extack);
	netdev_unlock(rig_nic->netdev);
	mutex_unlock(&mine.lock);
	udm_call_end();
	return binding;
}

static int bind_queue(struct net_devmem_dmabuf_binding *binding, unsigned int queue,
		      struct netlink_ext_ack *extack)
{
	int err;

	netdev_lock(rig_nic->netdev);
	err = net_devmem_bind_dmabuf_to_queue(rig_nic->netdev, queue, binding, extack);
	netdev_unlock(rig_nic->netdev);
	return err;
}

static const void *nic_provider(unsigned int queue)
{
	return rig_nic->netdev->_rx[queue].mp_params.mp_priv;
}

static struct page_pool *create(const struct page_pool_params *params)
{
	struct page_pool *pool;

	netdev_lock(rig_nic->netdev);
	pool = page_pool_create(params);
	netdev_unlock(rig_nic->netdev);
	return pool;
}

/* To be received into it is enough that what is mapped is whole pages. */
START_TEST(a_size_that_is_no_multiple_of_a_page)
{
	const size_t len[] = { PAGE_SIZE, PAGE_SIZE };
	struct fake_dmabuf *buf = fake_dmabuf_get_sized(len, 2, PAGE_SIZE + 100);
	struct net_devmem_dmabuf_binding *binding;
	struct netlink_ext_ack extack = { };

	binding = bind_memory(buf, NULL, DMA_TO_DEVICE, &extack);
	ck_assert_int_eq(PTR_ERR_OR_ZERO(binding), -EINVAL);
	ck_assert_str_eq(extack._msg, "TX dma-buf size must be a multiple of PAGE_SIZE");
	binding = bind_memory(buf, NULL, DMA_FROM_DEVICE, NULL);
	ck_assert(!IS_ERR(binding));
	/* The failed one used no id. */
	ck_assert_uint_eq(binding->id, rig_binding->id + 1);
	ck_assert_uint_eq(udm_devmem_niovs(binding), 2);
	rig_unbind_this(binding);
	fake_dmabuf_put(buf);
}
END_TEST

static unsigned int introduced;

static void introduce(netmem_ref netmem, void *pool)
{
	ck_assert(netmem_is_net_iov(netmem));
	introduced++;
}

START_TEST(pools_that_do_not_fit)
{
	struct page_pool_params params = rig_pool_params(0, 16);
	struct page_pool *pool;

	ck_assert_int_eq(bind_queue(rig_binding, 0, NULL), 0);
	params.order = 1;
	log_look_for("page_pool_init() mem-provider init failed -7\n");
	ck_assert_int_eq(PTR_ERR_OR_ZERO(create(&params)), -E2BIG);
	ck_assert_uint_eq(log_found(), 1);
	params.order = 0;
	params.flags &= ~PP_FLAG_DMA_SYNC_DEV;
	ck_assert_int_eq(PTR_ERR_OR_ZERO(create(&params)), -EOPNOTSUPP);
	params.flags &= ~PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	pool = create(&params);
	ck_assert(!IS_ERR(pool) && !page_pool_is_unreadable(pool));
	page_pool_destroy(pool);
	/* None of them has kept anything of the binding. */
	rig_unbind();
	ck_assert_uint_eq(rig_buf->mapped, 0);
}
END_TEST

START_TEST(net_iovs_are_introduced_once)
{
	struct page_pool_params params = rig_pool_params(0, 16);
	struct page_pool *pool;
	netmem_ref netmem;

	ck_assert_int_eq(bind_queue(rig_binding, 0, NULL), 0);
	params.init_callback = introduce;
	pool = create(&params);
	introduced = 0;
	for (int i = 0; i < 5; i++) {
		netmem = must_alloc(pool);
		put_direct(pool, netmem);
	}
	ck_assert_uint_eq(introduced, 1);
	/* It leaves, and enters again. */
	page_pool_update_nid(pool, 0);
	ck_assert_uint_eq(must_alloc(pool), netmem);
	ck_assert_uint_eq(introduced, 2);
	put_direct(pool, netmem);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(queues_that_refuse)
{
	struct net_devmem_dmabuf_binding *other = bind_memory(rig_buf, NULL, DMA_FROM_DEVICE, NULL);
	struct netlink_ext_ack extack = { };

	ck_assert_int_eq(bind_queue(rig_binding, 1, NULL), 0);
	ck_assert_int_eq(bind_queue(other, 1, &extack), -EEXIST);
	ck_assert_str_eq(extack._msg, "designated queue already memory provider bound");
	ck_assert_int_eq(bind_queue(other, RIG_QUEUES, &extack), -ERANGE);
	ck_assert_str_eq(extack._msg, "rx queue index out of range");
	ck_assert(xa_empty(&other->bound_rxqs));
	ck_assert_int_eq(bind_queue(other, 2, NULL), 0);
	ck_assert_ptr_eq(nic_provider(1), rig_binding);
	ck_assert_ptr_eq(nic_provider(2), other);
	rig_unbind_this(other);
	ck_assert_ptr_null(nic_provider(2));
	ck_assert_ptr_eq(nic_provider(1), rig_binding);
}
END_TEST

/* The memory stays with the queue, and goes with the pool that the queue could not let go. */
START_TEST(a_queue_that_does_not_restart_keeps_the_memory)
{
	struct page_pool *pool;

	ck_assert_int_eq(bind_queue(rig_binding, 1, NULL), 0);
	pool = rig_nic->live[1].pool;
	rig_nic->alloc_err = -EIO;
	udm_warn_expect("", 1);
	rig_unbind();
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_ptr_eq(rig_nic->live[1].pool, pool);
	ck_assert_ptr_null(nic_provider(1));
	put_ring(pool, must_alloc(pool));
	ck_assert_uint_eq(rig_buf->mapped, 1);
	rig_nic->alloc_err = 0;
	ck_assert_int_eq(rig_restart_queue(1), 0);
	settle();
	ck_assert_uint_eq(rig_buf->mapped, 0);
	ck_assert(!page_pool_is_unreadable(rig_nic->live[1].pool));
}
END_TEST

START_TEST(references_can_be_had_until_the_last_is_gone)
{
	struct net_devmem_dmabuf_binding *binding = rig_binding;
	struct page_pool *pool;
	netmem_ref netmem;

	ck_assert_ptr_null(net_devmem_lookup_dmabuf(0));
	ck_assert_int_eq(bind_queue(binding, 1, NULL), 0);
	pool = rig_nic->live[1].pool;
	netmem = must_alloc(pool);
	rig_unbind();
	ck_assert(net_devmem_dmabuf_binding_get(binding));
	put_ring(pool, netmem);
	pass_ms(1100);
	ck_assert_uint_eq(rig_buf->mapped, 1);
	net_devmem_dmabuf_binding_put(binding);
	settle();
	ck_assert_uint_eq(rig_buf->mapped, 0);
}
END_TEST

START_TEST(what_is_no_part_of_the_memory_is_not_freed)
{
	struct net_iov *niov = net_devmem_alloc_dmabuf(rig_binding), stranger;
	struct dmabuf_genpool_chunk_owner forged = *net_devmem_iov_to_chunk_owner(niov);
	const size_t avail = gen_pool_avail(rig_binding->chunk_pool);

	forged.area.base_virtual = RIG_NIOVS * PAGE_SIZE;
	forged.area.niovs = &stranger;
	net_iov_init(&stranger, &forged.area, NET_IOV_DMABUF);
	udm_warn_expect("", 1);
	net_devmem_free_dmabuf(&stranger);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(gen_pool_avail(rig_binding->chunk_pool), avail);
	net_devmem_free_dmabuf(niov);
}
END_TEST

/* Sending, by a socket whose route leads through @netdev. */
static int may_send(struct net_device *netdev, u32 id)
{
	struct dst_entry route = { .dev_rcu = netdev };
	struct inet_connection_sock csk = { };
	struct sock *sk = (struct sock *)&csk;
	struct net_devmem_dmabuf_binding *found;

	RCU_INIT_POINTER(sk->sk_dst_cache, &route);
	found = net_devmem_get_binding(sk, id);
	if (!IS_ERR(found))
		net_devmem_dmabuf_binding_put(found);
	return PTR_ERR_OR_ZERO(found);
}

START_TEST(nothing_is_sent_after_the_device_is_gone)
{
	struct net_devmem_dmabuf_binding *tx = bind_memory(rig_buf, NULL, DMA_TO_DEVICE, NULL);

	ck_assert_int_eq(may_send(rig_nic->netdev, tx->id), 0);
	fake_nic_unregister(rig_nic);
	ck_assert_int_eq(may_send(rig_nic->netdev, tx->id), -ENODEV);
	ck_assert_ptr_null(rig_binding->dev);
	rig_unbind_this(tx);
	ck_assert_int_eq(may_send(rig_nic->netdev, 2), -EINVAL);
}
END_TEST

START_TEST(a_device_in_front_of_the_device)
{
	struct fake_nic *front = fake_nic_get(1);
	struct net_devmem_dmabuf_binding *tx;

	tx = bind_memory(rig_buf, front->netdev, DMA_TO_DEVICE, NULL);
	ck_assert_int_eq(may_send(rig_nic->netdev, tx->id), 0);
	ck_assert_int_eq(may_send(front->netdev, tx->id), 0);
	fake_nic_unregister(front);
	ck_assert_ptr_null(tx->vdev);
	ck_assert_ptr_eq(tx->dev, rig_nic->netdev);
	ck_assert_int_eq(may_send(front->netdev, tx->id), -ENODEV);
	ck_assert_int_eq(may_send(rig_nic->netdev, tx->id), 0);
	fake_nic_put(front);
	rig_unbind_this(tx);
}
END_TEST

Suite *devmem_limits_suite(void)
{
	Suite *s = suite_create("devmem_limits");
	TCase *tc = tcase_create("limits");

	tcase_add_checked_fixture(tc, limits_setup, limits_teardown);
	tcase_add_test(tc, a_size_that_is_no_multiple_of_a_page);
	tcase_add_test(tc, pools_that_do_not_fit);
	tcase_add_test(tc, net_iovs_are_introduced_once);
	tcase_add_test(tc, queues_that_refuse);
	tcase_add_test(tc, a_queue_that_does_not_restart_keeps_the_memory);
	tcase_add_test(tc, references_can_be_had_until_the_last_is_gone);
	tcase_add_test(tc, what_is_no_part_of_the_memory_is_not_freed);
	tcase_add_test(tc, nothing_is_sent_after_the_device_is_gone);
	tcase_add_test(tc, a_device_in_front_of_the_device);
	suite_add_tcase(s, tc);
	return s;
}
