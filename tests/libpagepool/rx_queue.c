// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue restart, its roll-back, and installing memory providers.
 */
#include "fixture.h"

#include <linux/ethtool_netlink.h>
#include <linux/netlink.h>

#include "fake_provider.h"
#include "libpagepool/page_pool_priv.h"
#include "pools.h"

static int restart(struct fake_nic *nic, unsigned int queue)
{
	int err;

	netdev_lock(nic->netdev);
	err = netdev_rx_queue_restart(nic->netdev, queue);
	netdev_unlock(nic->netdev);
	return err;
}

/* Calls of mem_alloc, mem_free, stop and start so far. */
#define ck_assert_calls(nic, a, f, p, s)					\
do {										\
	ck_assert_uint_eq((nic)->allocs, a);					\
	ck_assert_uint_eq((nic)->frees, f);					\
	ck_assert_uint_eq((nic)->stops, p);					\
	ck_assert_uint_eq((nic)->starts, s);					\
} while (0)

START_TEST(restart_swaps_the_memory)
{
	struct fake_nic *nic = fake_nic_get(2);
	const unsigned int before = nic->live[1].serial, other = nic->live[0].serial;

	nic->default_rx_page_size = 8192;
	ck_assert_int_eq(restart(nic, 1), 0);
	ck_assert_calls(nic, 1, 1, 1, 1);
	ck_assert_uint_ne(nic->live[1].serial, before);
	ck_assert_uint_eq(nic->live[0].serial, other);
	ck_assert_uint_eq(nic->live[1].rx_page_size, 8192);
	fake_nic_put(nic);
}
END_TEST

START_TEST(restart_while_down_only_tries)
{
	struct fake_nic *nic = fake_nic_get(1);

	fake_nic_down(nic);
	ck_assert_int_eq(restart(nic, 0), 0);
	ck_assert_calls(nic, 1, 1, 0, 0);
	ck_assert_ptr_null(nic->live[0].pool);
	fake_nic_put(nic);
}
END_TEST

START_TEST(failed_alloc_frees_nothing)
{
	struct fake_nic *nic = fake_nic_get(1);
	const unsigned int before = nic->live[0].serial;

	nic->alloc_err = -EINVAL;
	ck_assert_int_eq(restart(nic, 0), -EINVAL);
	ck_assert_calls(nic, 0, 0, 0, 0);
	ck_assert_uint_eq(nic->live[0].serial, before);
	fake_nic_put(nic);
}
END_TEST

START_TEST(failed_stop_keeps_the_queue)
{
	struct fake_nic *nic = fake_nic_get(1);
	const unsigned int before = nic->live[0].serial;

	nic->stop_err = -EAGAIN;
	ck_assert_int_eq(restart(nic, 0), -EAGAIN);
	ck_assert_calls(nic, 1, 1, 1, 0);
	ck_assert_uint_eq(nic->live[0].serial, before);
	fake_nic_put(nic);
}
END_TEST

START_TEST(failed_start_goes_back)
{
	struct fake_nic *nic = fake_nic_get(1);
	const unsigned int before = nic->live[0].serial;

	nic->start_err[0] = -EIO;
	ck_assert_int_eq(restart(nic, 0), -EIO);
	ck_assert_calls(nic, 1, 1, 1, 2);
	ck_assert_uint_eq(nic->live[0].serial, before);
	fake_nic_put(nic);
}
END_TEST

START_TEST(failed_restart_of_the_old_memory_warns)
{
	struct fake_nic *nic = fake_nic_get(1);

	nic->start_err[0] = -EIO;
	nic->start_err[1] = -ENXIO;
	udm_warn_expect("Failed to restart old queue in error path. RX queue 0 may be unhealthy.",
			1);
	ck_assert_int_eq(restart(nic, 0), -EIO);
	/* Both memories are gone: the new one and the one that was live. */
	ck_assert_calls(nic, 1, 2, 1, 2);
	ck_assert_ptr_null(nic->live[0].pool);
	nic->allocs++;
	fake_nic_put(nic);
}
END_TEST

static int restart_queue_0(void *nic)
{
	return restart(nic, 0);
}

START_TEST(restart_survives_lack_of_memory)
{
	struct fake_nic *nic = fake_nic_get(1);

	ck_assert_uint_ge(fail_each(restart_queue_0, nic, -ENOMEM), 4);
	ck_assert_ptr_nonnull(nic->live[0].pool);
	fake_nic_put(nic);
}
END_TEST

START_TEST(restart_needs_all_ops)
{
	struct fake_nic *nic = fake_nic_get(1);
	const struct netdev_queue_mgmt_ops *full = nic->netdev->queue_mgmt_ops;

	for (int i = 0; i < 4; i++) {
		struct netdev_queue_mgmt_ops partial = *full;

		if (i == 0)
			partial.ndo_queue_mem_alloc = NULL;
		else if (i == 1)
			partial.ndo_queue_mem_free = NULL;
		else if (i == 2)
			partial.ndo_queue_start = NULL;
		else
			partial.ndo_queue_stop = NULL;
		nic->netdev->queue_mgmt_ops = &partial;
		ck_assert_int_eq(restart(nic, 0), -EOPNOTSUPP);
	}
	nic->netdev->queue_mgmt_ops = full;
	ck_assert_calls(nic, 0, 0, 0, 0);
	fake_nic_put(nic);
}
END_TEST

/* The driver built a pool, but not the one that was asked for. */
START_TEST(a_missing_provider_frees_the_new_memory)
{
	struct fake_nic *nic = fake_nic_get(2);
	struct fake_provider *mp = fake_provider_get(4);
	const unsigned int before = nic->live[0].serial;
	struct netdev_rx_queue *rxq = nic->netdev->_rx;

	ck_assert_int_eq(page_pool_check_memory_provider(nic->netdev, &rxq[0]), 0);
	ck_assert_int_eq(fake_nic_open_mp(nic, 1, mp, NULL), 0);
	ck_assert_int_eq(page_pool_check_memory_provider(nic->netdev, &rxq[1]), 0);
	/* A pool on this provider exists, but for another queue. */
	fake_nic_set_provider(nic, 0, mp);
	ck_assert_int_eq(page_pool_check_memory_provider(nic->netdev, &rxq[0]), -ENODATA);
	nic->ignore_provider = true;
	ck_assert_int_eq(restart(nic, 0), -ENODATA);
	ck_assert_calls(nic, 2, 2, 1, 1);
	ck_assert_uint_eq(nic->live[0].serial, before);
	fake_nic_set_provider(nic, 0, NULL);
	fake_nic_close_mp(nic, 1, mp);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

/* Opening. Each row spoils one thing; rows are in the order of the checks. */

static const char *const spoiled_text[] = {
	"rx queue index out of range",
	"tcp-data-split is disabled",
	"hds-thresh is not zero",
	"unable to custom memory provider to device with XDP program attached",
	"device does not support: rx_page_size",
	"designated queue already memory provider bound",
	"designated queue already in use by AF_XDP",
	"fake nic says no",
	NULL,
};

static const int spoiled_err[] = {
	-ERANGE, -EINVAL, -EINVAL, -EEXIST, -EOPNOTSUPP, -EEXIST, -EBUSY, -EPERM, -ENODATA,
};

struct opening {
	struct fake_nic *nic;
	struct netdev_queue_mgmt_ops ops;
	struct pp_memory_provider_params p;
	unsigned int queue;
};

static void spoil(struct opening *o, int what)
{
	struct net_device *netdev = o->nic->netdev;

	switch (what) {
	case 0: o->queue = netdev->real_num_rx_queues; break;
	case 1: netdev->cfg->hds_config = ETHTOOL_TCP_DATA_SPLIT_UNKNOWN; break;
	case 2: netdev->cfg->hds_thresh = 1; break;
	case 3: netdev->xdp_prog = (void *)o; break;
	case 4: o->ops.supported_params = 0; break;
	case 5: netdev->_rx[0].mp_params = o->p; break;
	case 6: netdev->_rx[0].pool = (void *)o; break;
	case 7: o->nic->validate_err[1] = -EPERM; break;
	case 8: o->nic->ignore_provider = true; break;
	}
}

static void unspoil(struct opening *o)
{
	struct net_device *netdev = o->nic->netdev;

	netdev->xdp_prog = NULL;
	netdev->_rx[0].pool = NULL;
	memset(&netdev->_rx[0].mp_params, 0, sizeof(netdev->_rx[0].mp_params));
}

static void open_spoiled(int first, int second)
{
	struct opening o = { .nic = fake_nic_get(2) };
	struct fake_provider *mp = fake_provider_get(4);
	const struct netdev_queue_mgmt_ops *ops = o.nic->netdev->queue_mgmt_ops;
	struct netlink_ext_ack extack = { };
	int err;

	o.p = (struct pp_memory_provider_params){ mp, &fake_provider_ops, 8192 };
	o.ops = *ops;
	o.nic->netdev->queue_mgmt_ops = &o.ops;
	spoil(&o, first);
	spoil(&o, second);
	netdev_lock(o.nic->netdev);
	err = netif_mp_open_rxq(o.nic->netdev, o.queue, &o.p, &extack);
	netdev_unlock(o.nic->netdev);
	ck_assert_int_eq(err, spoiled_err[first]);
	if (spoiled_text[first])
		ck_assert_str_eq(extack._msg, spoiled_text[first]);
	else
		ck_assert_ptr_null(extack._msg);
	if (first != 5 && second != 5)
		ck_assert_ptr_null(o.nic->netdev->_rx[0].mp_params.mp_ops);
	unspoil(&o);
	o.nic->netdev->queue_mgmt_ops = ops;
	fake_nic_put(o.nic);
	fake_provider_put(mp);
}

START_TEST(open_checks_one_thing_after_another)
{
	for (int second = _i; second < (int)ARRAY_SIZE(spoiled_err); second++)
		open_spoiled(_i, second);
}
END_TEST

START_TEST(open_needs_an_ops_locked_device)
{
	struct fake_nic *nic = fake_nic_get(1);
	const struct netdev_queue_mgmt_ops *ops = nic->netdev->queue_mgmt_ops;
	struct fake_provider *mp = fake_provider_get(4);

	nic->netdev->queue_mgmt_ops = NULL;
	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), -EOPNOTSUPP);
	nic->netdev->request_ops_lock = true;
	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), -EOPNOTSUPP);
	nic->netdev->request_ops_lock = false;
	nic->netdev->queue_mgmt_ops = ops;
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(open_and_close)
{
	struct fake_nic *nic = fake_nic_get(2);
	struct fake_provider *mp = fake_provider_get(4);

	ck_assert_int_eq(fake_nic_open_mp(nic, 1, mp, NULL), 0);
	ck_assert(page_pool_is_unreadable(nic->live[1].pool));
	ck_assert(!page_pool_is_unreadable(nic->live[0].pool));
	ck_assert(netif_rxq_has_unreadable_mp(nic->netdev, 1));
	ck_assert(netif_rxq_has_mp(nic->netdev, 1));
	ck_assert(!netif_rxq_has_mp(nic->netdev, 0));
	ck_assert(!netif_rxq_has_unreadable_mp(nic->netdev, 2));
	/* It stays over down and up. */
	fake_nic_down(nic);
	ck_assert_uint_eq(mp->destroys, 1);
	fake_nic_up(nic);
	ck_assert(page_pool_is_unreadable(nic->live[1].pool));
	fake_nic_close_mp(nic, 1, mp);
	ck_assert(!page_pool_is_unreadable(nic->live[1].pool));
	ck_assert(!netif_rxq_has_mp(nic->netdev, 1));
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(page_size_of_the_provider_wins)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);
	const struct pp_memory_provider_params p = { mp, &fake_provider_ops, 16384 };

	nic->default_rx_page_size = 4096;
	netdev_lock(nic->netdev);
	ck_assert_int_eq(netif_mp_open_rxq(nic->netdev, 0, &p, NULL), 0);
	netdev_unlock(nic->netdev);
	ck_assert_uint_eq(nic->live[0].rx_page_size, 16384);
	ck_assert_uint_eq(nic->validates, 2);
	fake_nic_close_mp(nic, 0, mp);
	ck_assert_uint_eq(nic->live[0].rx_page_size, 4096);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

/* What does not start goes back to the old memory with the old configuration. */
START_TEST(each_memory_starts_with_its_configuration)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);
	const struct pp_memory_provider_params p = { mp, &fake_provider_ops, 16384 };

	nic->default_rx_page_size = 8192;
	netdev_lock(nic->netdev);
	nic->start_err[0] = -EIO;
	ck_assert_int_eq(netif_mp_open_rxq(nic->netdev, 0, &p, NULL), -EIO);
	ck_assert_uint_eq(nic->last_cfg_rx_page_size, 16384);
	ck_assert_uint_eq(nic->last_start_rx_page_size, 8192);
	ck_assert_int_eq(netif_mp_open_rxq(nic->netdev, 0, &p, NULL), 0);
	ck_assert_uint_eq(nic->last_start_rx_page_size, 16384);
	netdev_unlock(nic->netdev);
	fake_nic_close_mp(nic, 0, mp);
	ck_assert_uint_eq(nic->last_start_rx_page_size, 8192);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

/* Its defaults are refused before what the provider asks for is looked at. */
START_TEST(the_driver_is_asked_twice)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);
	struct netlink_ext_ack extack = { };

	nic->validate_err[0] = -EPERM;
	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, &extack), -EPERM);
	ck_assert_uint_eq(nic->validates, 1);
	ck_assert_str_eq(extack._msg, "fake nic says no");
	ck_assert(!netif_rxq_has_mp(nic->netdev, 0));
	ck_assert_calls(nic, 0, 0, 0, 0);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(defaults_and_checks_are_optional)
{
	struct fake_nic *nic = fake_nic_get(1);
	const struct netdev_queue_mgmt_ops *full = nic->netdev->queue_mgmt_ops;
	struct netdev_queue_mgmt_ops partial = *full;
	struct netdev_queue_config cfg = { .rx_page_size = 77 };

	nic->default_rx_page_size = 8192;
	netdev_queue_config(nic->netdev, 0, &cfg);
	ck_assert_uint_eq(cfg.rx_page_size, 8192);
	partial.ndo_default_qcfg = NULL;
	partial.ndo_validate_qcfg = NULL;
	nic->netdev->queue_mgmt_ops = &partial;
	nic->validate_err[0] = -EPERM;
	netdev_queue_config(nic->netdev, 0, &cfg);
	ck_assert_uint_eq(cfg.rx_page_size, 0);
	cfg.rx_page_size = 77;
	ck_assert_int_eq(netdev_queue_config_validate(nic->netdev, 0, &cfg, NULL), 0);
	ck_assert_uint_eq(cfg.rx_page_size, 0);
	nic->netdev->queue_mgmt_ops = full;
	fake_nic_put(nic);
}
END_TEST

/* Who takes queues away looks at providers, not this. */
START_TEST(number_of_queues_in_use)
{
	struct fake_nic *nic = fake_nic_get(3);
	struct fake_provider *mp = fake_provider_get(4);

	ck_assert_int_eq(fake_nic_open_mp(nic, 2, mp, NULL), 0);
	netdev_lock(nic->netdev);
	ck_assert_int_eq(netif_set_real_num_rx_queues(nic->netdev, 0), -EINVAL);
	ck_assert_int_eq(netif_set_real_num_rx_queues(nic->netdev, 4), -EINVAL);
	ck_assert_uint_eq(nic->netdev->real_num_rx_queues, 3);
	ck_assert_int_eq(netif_set_real_num_rx_queues(nic->netdev, 2), 0);
	ck_assert(!netif_rxq_has_mp(nic->netdev, 2));
	ck_assert(!netif_rxq_has_unreadable_mp(nic->netdev, 2));
	ck_assert_int_eq(netif_set_real_num_rx_queues(nic->netdev, 3), 0);
	ck_assert(netif_rxq_has_mp(nic->netdev, 2));
	netdev_unlock(nic->netdev);
	for (unsigned int i = 0; i < 3; i++)
		ck_assert_uint_eq(get_netdev_rx_queue_index(&nic->netdev->_rx[i]), i);
	fake_nic_close_mp(nic, 2, mp);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(failed_open_restores_the_queue)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);
	const unsigned int before = nic->live[0].serial;

	nic->start_err[0] = -EIO;
	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), -EIO);
	ck_assert_uint_eq(nic->live[0].serial, before);
	ck_assert(!netif_rxq_has_mp(nic->netdev, 0));
	ck_assert_uint_eq(mp->inits, 1);
	ck_assert_uint_eq(mp->destroys, 1);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(close_of_another_provider_warns)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4), *other = fake_provider_get(4);
	const struct pp_memory_provider_params ops = { mp, &fake_provider_ops_no_uninstall, 0 };

	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	udm_warn_expect("", 3);
	fake_nic_close_mp(nic, 0, other);
	fake_nic_close_mp(nic, 1, mp);
	netdev_lock(nic->netdev);
	netif_mp_close_rxq(nic->netdev, 0, &ops);
	netdev_unlock(nic->netdev);
	ck_assert(netif_rxq_has_mp(nic->netdev, 0));
	ck_assert(page_pool_is_unreadable(nic->live[0].pool));
	fake_nic_close_mp(nic, 0, mp);
	fake_provider_put(other);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(close_tolerates_a_closed_interface_only)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);

	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	nic->alloc_err = -ENETDOWN;
	fake_nic_close_mp(nic, 0, mp);
	ck_assert(!netif_rxq_has_mp(nic->netdev, 0));
	nic->alloc_err = 0;
	ck_assert_int_eq(restart(nic, 0), 0);
	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	nic->alloc_err = -EIO;
	udm_warn_expect("", 1);
	fake_nic_close_mp(nic, 0, mp);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	/* The queue goes on with what it has, although nothing is bound any more. */
	ck_assert(!netif_rxq_has_mp(nic->netdev, 0));
	ck_assert(page_pool_is_unreadable(nic->live[0].pool));
	fake_nic_put(nic);
	fake_provider_put(mp);
}
END_TEST

START_TEST(unregister_tells_each_bound_queue)
{
	struct fake_nic *nic = fake_nic_get(3);
	struct fake_provider *mp = fake_provider_get(8);

	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	ck_assert_int_eq(fake_nic_open_mp(nic, 2, mp, NULL), 0);
	fake_nic_unregister(nic);
	ck_assert_uint_eq(mp->uninstalls, 2);
	/* The core left mp_params alone; a provider that clears them makes close silent. */
	fake_nic_set_provider(nic, 0, NULL);
	fake_nic_close_mp(nic, 0, mp);
	fake_nic_put(nic);
	fake_provider_put(mp);
}
END_TEST

START_TEST(uninstall_is_optional)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(8);
	const struct pp_memory_provider_params p = { mp, &fake_provider_ops_no_uninstall, 0 };

	__netif_mp_uninstall_rxq(&nic->netdev->_rx[0], &p);
	__netif_mp_uninstall_rxq(&nic->netdev->_rx[0], &nic->netdev->_rx[0].mp_params);
	fake_nic_put(nic);
	fake_provider_put(mp);
}
END_TEST

START_TEST(older_spellings)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(8);
	struct pp_memory_provider_params p = { mp, &fake_provider_ops, 0 };

	ck_assert_int_eq(net_mp_open_rxq(nic->netdev, 0, &p), 0);
	net_mp_close_rxq(nic->netdev, 0, &p);
	netdev_lock(nic->netdev);
	ck_assert_int_eq(__net_mp_open_rxq(nic->netdev, 0, &p, NULL), 0);
	__net_mp_close_rxq(nic->netdev, 0, &p);
	netdev_unlock(nic->netdev);
	fake_nic_put(nic);
	fake_provider_put(mp);
}
END_TEST

static struct device *no_device(struct net_device *dev, int idx)
{
	return NULL;
}

START_TEST(dma_device_of_a_queue)
{
	struct fake_nic *nic = fake_nic_get(1);
	const struct netdev_queue_mgmt_ops *full = nic->netdev->queue_mgmt_ops;
	struct netdev_queue_mgmt_ops partial = *full;
	struct device no_mask = { };

	netdev_lock(nic->netdev);
	/* The answer counts, even no; without anybody to ask it is the parent. */
	nic->netdev->queue_mgmt_ops = &partial;
	partial.ndo_queue_get_dma_dev = no_device;
	ck_assert_ptr_null(netdev_queue_get_dma_dev(nic->netdev, 0, NETDEV_QUEUE_TYPE_TX));
	partial.ndo_queue_get_dma_dev = NULL;
	ck_assert_ptr_eq(netdev_queue_get_dma_dev(nic->netdev, 0, NETDEV_QUEUE_TYPE_TX),
			 nic->netdev->dev.parent);
	nic->netdev->queue_mgmt_ops = full;
	ck_assert_ptr_eq(netdev_queue_get_dma_dev(nic->netdev, 0, NETDEV_QUEUE_TYPE_RX),
			 fake_nic_dma(nic));
	nic->no_dma_dev = &no_mask;
	ck_assert_ptr_null(netdev_queue_get_dma_dev(nic->netdev, 0, NETDEV_QUEUE_TYPE_RX));
	netdev_unlock(nic->netdev);
	nic->no_dma_dev = NULL;
	fake_nic_put(nic);
}
END_TEST

Suite *rx_queue_suite(void)
{
	Suite *s = suite_create("rx_queue");
	TCase *tc = machine_tcase(s, "queue");

	tcase_add_test(tc, restart_swaps_the_memory);
	tcase_add_test(tc, restart_while_down_only_tries);
	tcase_add_test(tc, failed_alloc_frees_nothing);
	tcase_add_test(tc, failed_stop_keeps_the_queue);
	tcase_add_test(tc, failed_start_goes_back);
	tcase_add_test(tc, failed_restart_of_the_old_memory_warns);
	tcase_add_test(tc, restart_survives_lack_of_memory);
	tcase_add_test(tc, restart_needs_all_ops);
	tcase_add_test(tc, a_missing_provider_frees_the_new_memory);
	tcase_add_loop_test(tc, open_checks_one_thing_after_another, 0, ARRAY_SIZE(spoiled_err));
	tcase_add_test(tc, open_needs_an_ops_locked_device);
	tcase_add_test(tc, open_and_close);
	tcase_add_test(tc, page_size_of_the_provider_wins);
	tcase_add_test(tc, each_memory_starts_with_its_configuration);
	tcase_add_test(tc, the_driver_is_asked_twice);
	tcase_add_test(tc, defaults_and_checks_are_optional);
	tcase_add_test(tc, number_of_queues_in_use);
	tcase_add_test(tc, failed_open_restores_the_queue);
	tcase_add_test(tc, close_of_another_provider_warns);
	tcase_add_test(tc, close_tolerates_a_closed_interface_only);
	tcase_add_test(tc, unregister_tells_each_bound_queue);
	tcase_add_test(tc, uninstall_is_optional);
	tcase_add_test(tc, older_spellings);
	tcase_add_test(tc, dma_device_of_a_queue);
	return s;
}
