// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device memory that a provider of its own hands out reaches the application as ever:
 * frames land in the dma-buf, tokens come back, the provider has the net_iovs again.
 * Loop index: provider, then mode (0 is sim, 1 is threads).
 */
#include <errno.h>
#include <linux/err.h>
#include <linux/netdevice.h>
#include <net/netdev_lock.h>
#include <net/page_pool/memory_provider.h>
#include <udevmem/file.h>
#include <udevmem/provider.h>

#include "device_memory.h"
#include "fixture.h"
#include "libpagepool/devmem.h"

enum { PAGES = 64 };

static struct e2e_rig rig;
static struct netdev_nl_sock owner;
static struct net_devmem_dmabuf_binding *binding;
static struct net_device *netdev;
static struct pp_memory_provider_params provider;

static void *partition(void)
{
	return udm_mp_partition_create(binding, 1);
}

static void *locality(void)
{
	return udm_mp_locality_create(binding);
}

static void put_provider(void)
{
	if (provider.mp_ops == &udm_mp_partition_ops)
		udm_mp_partition_put(provider.mp_priv);
	else
		udm_mp_locality_put(provider.mp_priv);
}

/* In place of the binding that the rig made: one without queues, lent to the provider. */
static void start(int i)
{
	rig_start(&rig, i / 2 ? UDM_MODE_THREADS : UDM_MODE_SIM, PAGES, false);
	udm_close(rig.netlink);
	rig.netlink = -1;
	ck_assert(rig_binding_goes(&rig));
	mutex_init(&owner.lock);
	INIT_LIST_HEAD(&owner.bindings);
	netdev = dev_get_by_index(&init_net, udm_netdev_ifindex(rig.nic));
	udm_call_begin();
	mutex_lock(&owner.lock);
	netdev_lock(netdev);
	binding = net_devmem_bind_dmabuf(netdev, NULL, udm_netdev_device(rig.nic), DMA_FROM_DEVICE,
					 rig.dmabuf, &owner, NULL);
	ck_assert(!IS_ERR(binding));
	rig.binding = binding->id;
	provider.mp_ops = i % 2 ? &udm_mp_locality_ops : &udm_mp_partition_ops;
	provider.mp_priv = i % 2 ? locality() : partition();
	ck_assert_ptr_nonnull(provider.mp_priv);
	ck_assert_int_eq(netif_mp_open_rxq(netdev, 0, &provider, NULL), 0);
	netdev_unlock(netdev);
	mutex_unlock(&owner.lock);
	udm_call_end();
}

/* The queue lets go of the provider, and the owner of both. */
static void stop_queue(void)
{
	mutex_lock(&owner.lock);
	netdev_lock(netdev);
	netif_mp_close_rxq(netdev, 0, &provider);
	put_provider();
	net_devmem_unbind_dmabuf(binding);
	netdev_unlock(netdev);
	mutex_unlock(&owner.lock);
	dev_put(netdev);
}

static bool count_state(void *ctx, const struct udm_niov_info *info)
{
	++((unsigned int *)ctx)[info->state];
	return true;
}

/* All of it is lent: to the device's ring, or idle with the provider. */
START_TEST(lent_memory_is_seen)
{
	unsigned int states[UDM_NIOV_SENDING + 1] = { 0 };
	struct udm_binding_info info;

	start(_i);
	rig_pages(&rig, 1);
	rig_receive(&rig);
	rig_let_run();
	ck_assert_int_eq(udm_binding_get(rig.binding, &info), 0);
	ck_assert_uint_eq(info.niovs_lent, PAGES);
	ck_assert_uint_eq(info.niovs_out, 0);
	ck_assert_int_eq(udm_niovs_walk(rig.binding, count_state, states), 0);
	ck_assert_uint_eq(states[UDM_NIOV_HELD], 1);
	ck_assert_uint_ge(states[UDM_NIOV_POSTED], 1);
	ck_assert_uint_ge(states[UDM_NIOV_LENT], 1);
	ck_assert_uint_eq(states[UDM_NIOV_FREE], 0);
	rig_return(&rig, rig.held);
	stop_queue();
	rig_stop(&rig);
}
END_TEST

/* Ten times the dma-buf passes through it. */
START_TEST(frames_pass_through_lent_memory)
{
	start(_i);
	for (unsigned int round = 0; round < 40; round++) {
		rig_pages(&rig, 16);
		ck_assert_uint_eq(rig_receive(&rig), 16 * RIG_PAGE);
		rig_check_held(&rig);
		rig_return(&rig, rig.held);
	}
	ck_assert_uint_eq(rig_drops(&rig, "no_payload_buffer"), 0);
	stop_queue();
	rig_stop(&rig);
}
END_TEST

/* Every page is with the application, then comes back and is used again. */
START_TEST(kept_tokens_exhaust_lent_memory)
{
	uint64_t before;

	start(_i);
	rig_pages(&rig, PAGES);
	rig_receive(&rig);
	ck_assert_uint_eq(rig.held, PAGES);
	ck_assert_int_eq(rig_segment(&rig, rig.next_seq, RIG_PAGE), 0);
	rig_settle(&rig);
	ck_assert_uint_eq(rig_drops(&rig, "no_payload_buffer"), 1);
	rig_check_held(&rig);
	before = rig_posted(&rig);
	rig_return(&rig, PAGES / 2);
	ck_assert(rig_has_posted(&rig, before + PAGES / 2));
	rig_pages(&rig, PAGES / 2);
	ck_assert_uint_eq(rig_receive(&rig), PAGES / 2 * RIG_PAGE);
	rig_check_held(&rig);
	rig_return(&rig, rig.held);
	stop_queue();
	rig_stop(&rig);
}
END_TEST

/* The queue and both owners are gone; what the application holds keeps the dma-buf. */
START_TEST(tokens_outlive_provider_and_binding)
{
	start(_i);
	rig_pages(&rig, 8);
	ck_assert_uint_eq(rig_receive(&rig), 8 * RIG_PAGE);
	stop_queue();
	ck_assert(rig_binding_stays(&rig));
	if (udm_sim())
		ck_assert_uint_eq(udm_pagepool_check(), 0);
	rig_check_held(&rig);
	rig_return(&rig, rig.held);
	ck_assert(rig_binding_goes(&rig));
	rig_stop(&rig);
}
END_TEST

Suite *lent_memory_suite(void)
{
	Suite *s = suite_create("lent_memory");
	TCase *tc = tcase_create("lent_memory");

	tcase_add_loop_test(tc, lent_memory_is_seen, 0, 4);
	tcase_add_loop_test(tc, frames_pass_through_lent_memory, 0, 4);
	tcase_add_loop_test(tc, kept_tokens_exhaust_lent_memory, 0, 4);
	tcase_add_loop_test(tc, tokens_outlive_provider_and_binding, 0, 4);
	suite_add_tcase(s, tc);
	return s;
}
