// SPDX-License-Identifier: GPL-2.0-only
/*
 * Payload buffers of another size: a memory provider asks for it, the driver says whether,
 * and the device fills them. Loops over 2 are sim and threads mode.
 */
#include <errno.h>
#include <linux/dma-mapping.h>
#include <linux/if_ether.h>
#include <linux/sizes.h>
#include <linux/skbuff.h>
#include <net/netdev_lock.h>
#include <net/netdev_rx_queue.h>
#include <net/page_pool/memory_provider.h>
#include <net/page_pool/types.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/netlink.h>

#include "fixture.h"
#include "rx_rig.h"

enum { NIOVS = 64, BIG = 4 * RX_PAGE };

static const struct udm_netdev_config two_queues = { .queues = 2, .ring_entries = 32 };
static const struct udm_netdev_config merging = { .queues = 1, .ring_entries = 32,
						  .gro_hw = true };

/* --- Large net_iovs ------------------------------------------------------ */

static struct large {
	struct net_iov_area area;
	struct net_iov niovs[NIOVS];
	DECLARE_BITMAP(out, NIOVS);
	spinlock_t lock;
	unsigned char *memory;
	dma_addr_t dma;
	unsigned int order;		/* of the pool it was asked for */
	int refuse;
} large;

static int large_init(struct page_pool *pool)
{
	large.order = pool->p.order;
	pool->dma_sync = pool->dma_sync_for_cpu = false;
	return large.refuse;
}

static void large_destroy(struct page_pool *pool)
{
}

static netmem_ref large_alloc(struct page_pool *pool, gfp_t gfp)
{
	unsigned int i;

	spin_lock_bh(&large.lock);
	i = find_first_zero_bit(large.out, NIOVS);
	if (i < NIOVS)
		__set_bit(i, large.out);
	spin_unlock_bh(&large.lock);
	if (i == NIOVS)
		return 0;
	net_mp_niov_set_page_pool(pool, &large.niovs[i]);
	return net_iov_to_netmem(&large.niovs[i]);
}

static bool large_release(struct page_pool *pool, netmem_ref netmem)
{
	struct net_iov *niov = netmem_to_net_iov(netmem);

	net_mp_niov_clear_page_pool(niov);
	spin_lock_bh(&large.lock);
	__clear_bit(net_iov_idx(niov), large.out);
	spin_unlock_bh(&large.lock);
	return false;
}

static int large_nl_fill(void *mp_priv, struct sk_buff *rsp, struct netdev_rx_queue *rxq)
{
	return 0;
}

static void large_uninstall(void *mp_priv, struct netdev_rx_queue *rxq)
{
}

static const struct memory_provider_ops large_ops = {
	.alloc_netmems = large_alloc,
	.release_netmem = large_release,
	.init = large_init,
	.destroy = large_destroy,
	.nl_fill = large_nl_fill,
	.uninstall = large_uninstall,
};

/* --- What arrives -------------------------------------------------------- */

static struct seen {
	unsigned int packets, frags, truesize;
	struct {
		unsigned int len;
		const unsigned char *bytes;
	} frag[MAX_SKB_FRAGS];
} seen;

static int look(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt,
		struct net_device *orig_dev)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);

	/* Of another queue, or of a time without provider. */
	if (!shinfo->nr_frags || !netmem_is_net_iov(skb_frag_netmem(&shinfo->frags[0]))) {
		kfree_skb(skb);
		return 0;
	}
	seen.packets++;
	seen.frags = shinfo->nr_frags;
	seen.truesize = skb->truesize;
	for (unsigned int i = 0; i < seen.frags; i++) {
		const skb_frag_t *frag = &shinfo->frags[i];
		const unsigned int which = net_iov_idx(netmem_to_net_iov(skb_frag_netmem(frag)));

		seen.frag[i].len = skb_frag_size(frag);
		seen.frag[i].bytes = large.memory + which * BIG + skb_frag_off(frag);
	}
	kfree_skb(skb);
	return 0;
}

static struct packet_type tap = { .func = look };

static struct pp_memory_provider_params asking_for(u32 size)
{
	return (struct pp_memory_provider_params){ .mp_priv = &large, .mp_ops = &large_ops,
						   .rx_page_size = size };
}

static int provider_open(u32 size, struct netlink_ext_ack *extack)
{
	const struct pp_memory_provider_params p = asking_for(size);
	struct net_device *dev = rx_device(rx.nic);
	int err;

	netdev_lock(dev);
	err = netif_mp_open_rxq(dev, 0, &p, extack);
	netdev_unlock(dev);
	return err;
}

static void provider_close(u32 size)
{
	const struct pp_memory_provider_params p = asking_for(size);
	struct net_device *dev = rx_device(rx.nic);

	netdev_lock(dev);
	netif_mp_close_rxq(dev, 0, &p);
	netdev_unlock(dev);
}

static u32 configured(unsigned int queue)
{
	struct net_device *dev = rx_device(rx.nic);
	struct netdev_queue_config qcfg;

	netdev_lock(dev);
	netdev_queue_config(dev, queue, &qcfg);
	netdev_unlock(dev);
	return qcfg.rx_page_size;
}

static void open_with(int i, const struct udm_netdev_config *cfg)
{
	struct device *dev;
	char err[128];

	rx_open(i & 1, cfg);
	ck_assert_int_eq(udm_ethtool_set_data_split(rx.netlink, udm_netdev_ifindex(rx.nic), true, 0,
						    err, sizeof(err)), 0);
	memset(&large, 0, sizeof(large));
	memset(&seen, 0, sizeof(seen));
	spin_lock_init(&large.lock);
	dev = udm_netdev_device(rx.nic);
	large.memory = dma_alloc_coherent(dev, NIOVS * BIG, &large.dma, GFP_KERNEL);
	ck_assert_ptr_nonnull(large.memory);
	large.area = (struct net_iov_area){ .niovs = large.niovs, .num_niovs = NIOVS };
	for (unsigned int k = 0; k < NIOVS; k++) {
		net_iov_init(&large.niovs[k], &large.area, NET_IOV_IOURING);
		net_mp_niov_set_dma_addr(&large.niovs[k], large.dma + k * BIG);
	}
	tap.type = htons(ETH_P_ALL);
	dev_add_pack(&tap);
}

/* Everything came back to the provider. */
static void close_all(void)
{
	dev_remove_pack(&tap);
	ck_assert(bitmap_empty(large.out, NIOVS));
	dma_free_coherent(udm_netdev_device(rx.nic), NIOVS * BIG, large.memory, large.dma);
	rx_close();
}

/* To a port nobody listens at. */
static void send_datagram(unsigned int len)
{
	struct frame_spec s = rx_segment(7, len);

	s.udp = true;
	s.dport = 9;
	ck_assert_int_eq(rx_send(&s), 0);
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
}

/* What was accepted for somebody who does not ask for it goes. */
static void forget_connections(void)
{
	udm_close(rx.listener);
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
	rx.listener = udm_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	ck_assert_int_ge(rx.listener, 0);
}

/* The packet seen last has these bytes, from the pattern's start on. */
static void expect_bytes(uint32_t seq, unsigned int len)
{
	unsigned int at = 0;

	for (unsigned int i = 0; i < seen.frags; i++)
		for (unsigned int k = 0; k < seen.frag[i].len; k++, at++)
			if (seen.frag[i].bytes[k] != frame_pattern(seq, at))
				ck_abort_msg("byte %u", at);
	ck_assert_uint_eq(at, len);
}

/* --- Tests --------------------------------------------------------------- */

START_TEST(a_packet_fills_large_buffers)
{
	open_with(_i, &two_queues);
	ck_assert_uint_eq(configured(0), RX_PAGE);
	ck_assert_int_eq(provider_open(BIG, NULL), 0);
	ck_assert_uint_eq(large.order, 2);
	ck_assert_uint_eq(configured(0), BIG);
	ck_assert_uint_eq(configured(1), RX_PAGE);
	send_datagram(9000);
	ck_assert_uint_eq(seen.packets, 1);
	ck_assert_uint_eq(seen.frags, 1);
	ck_assert_uint_ge(seen.truesize, BIG);
	expect_bytes(7, 9000);
	send_datagram(BIG);
	ck_assert_uint_eq(seen.frags, 1);
	expect_bytes(7, BIG);
	send_datagram(3 * BIG + 1);
	ck_assert_uint_eq(seen.frags, 4);
	ck_assert_uint_ge(seen.truesize, 4 * BIG);
	ck_assert_uint_eq(seen.frag[3].len, 1);
	expect_bytes(7, 3 * BIG + 1);
	provider_close(BIG);
	ck_assert_uint_eq(configured(0), RX_PAGE);
	close_all();
}
END_TEST

START_TEST(segments_share_a_large_buffer)
{
	open_with(_i, &merging);
	ck_assert_int_eq(provider_open(BIG, NULL), 0);
	for (unsigned int round = 0; round < 50; round++) {
		for (unsigned int k = 0; k < 8; k++) {
			struct frame_spec s = rx_segment(k * 1448, 1448);

			s.dport = 9;
			ck_assert_int_eq(rx_send(&s), 0);
		}
		ck_assert(udm_netdev_quiesce(rx.nic, 20000));
	}
	ck_assert_uint_gt(seen.packets, 0);
	ck_assert_uint_le(seen.frags, 1);
	if (!(_i & 1)) {
		ck_assert_uint_eq(seen.packets, 50);
		ck_assert_uint_eq(seen.frag[0].len, 8 * 1448);
		for (unsigned int i = 0; i < 8 * 1448; i++)
			ck_assert_uint_eq(seen.frag[0].bytes[i],
					  frame_pattern(i / 1448 * 1448, i % 1448));
	}
	forget_connections();
	provider_close(BIG);
	close_all();
}
END_TEST

static const u32 bad_sizes[] = { RX_PAGE / 2, 3 * RX_PAGE, 2 * SZ_64K, 1, 1u << 31 };

/* The driver says no, and why, and the queue goes on as it was. */
START_TEST(sizes_that_cannot_be)
{
	struct netlink_ext_ack extack = { };

	open_with(0, &two_queues);
	ck_assert_int_eq(provider_open(bad_sizes[_i], &extack), -EINVAL);
	ck_assert_str_eq(extack._msg, "rx_page_size is not a power of two from a page to 64 KiB");
	ck_assert_uint_eq(configured(0), RX_PAGE);
	rx_transfer(5);
	large.refuse = -EBUSY;
	ck_assert_int_eq(provider_open(BIG, NULL), -EBUSY);
	ck_assert_uint_eq(configured(0), RX_PAGE);
	rx_transfer(5);
	close_all();
}
END_TEST

/* Whatever makes the queue anew keeps the size; so does going down and up. */
START_TEST(the_size_stays)
{
	struct net_device *dev;

	open_with(_i, &two_queues);
	ck_assert_int_eq(provider_open(BIG, NULL), 0);
	dev = rx_device(rx.nic);
	netdev_lock(dev);
	ck_assert_int_eq(netdev_rx_queue_restart(dev, 0), 0);
	netdev_unlock(dev);
	send_datagram(9000);
	ck_assert_uint_eq(seen.frags, 1);
	ck_assert_int_eq(udm_netdev_down(rx.nic), 0);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	send_datagram(10000);
	ck_assert_uint_eq(seen.frags, 1);
	expect_bytes(7, 10000);
	provider_close(BIG);
	close_all();
}
END_TEST

/* A completion that tells of more than there is room for is found by the size it has. */
START_TEST(more_than_a_large_buffer)
{
	open_with(_i, &two_queues);
	ck_assert_int_eq(provider_open(BIG, NULL), 0);
	ck_assert_int_eq(udm_netdev_fault(rx.nic, 0, UDM_NIC_OVERLONG, 1), 0);
	send_datagram(100);
	ck_assert_uint_eq(seen.packets, 0);
	ck_assert_uint_eq(rx_drops("overlong_completion"), 1);
	send_datagram(BIG);
	ck_assert_uint_eq(seen.packets, 1);
	expect_bytes(7, BIG);
	provider_close(BIG);
	close_all();
}
END_TEST

START_TEST(the_device_that_does_dma)
{
	struct net_device *dev;

	rx_open(0, &two_queues);
	dev = rx_device(rx.nic);
	netdev_lock(dev);
	for (unsigned int q = 0; q < 2; q++)
		ck_assert_ptr_eq(netdev_queue_get_dma_dev(dev, q, NETDEV_QUEUE_TYPE_RX),
				 udm_netdev_device(rx.nic));
	netdev_unlock(dev);
	rx_close();
}
END_TEST

Suite *nic_page_size_suite(void)
{
	Suite *s = suite_create("nic_page_size");
	TCase *tc = tcase_create("queues");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, a_packet_fills_large_buffers, 0, 2);
	tcase_add_loop_test(tc, segments_share_a_large_buffer, 0, 2);
	tcase_add_loop_test(tc, sizes_that_cannot_be, 0, sizeof(bad_sizes) / sizeof(bad_sizes[0]));
	tcase_add_loop_test(tc, the_size_stays, 0, 2);
	tcase_add_loop_test(tc, more_than_a_large_buffer, 0, 2);
	tcase_add_test(tc, the_device_that_does_dma);
	return s;
}
