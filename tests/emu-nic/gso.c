// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets cut up in software: what comes out of a device that cannot do it, held against
 * frames built here one by one; what is in the segments before that; what is refused.
 */
#include "fixture.h"

#include <linux/if_vlan.h>
#include <linux/unaligned.h>
#include <net/gso.h>
#include <net/netdev_queues.h>
#include <net/tcp.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/sim.h>

#include "../libpagepool/pools.h"
#include "frames.h"
#include "libpagepool/devmem.h"
#include "nic_rig.h"
#include "send_rig.h"

static const struct udm_netdev_config small = { .queues = 2, .tx_entries = 64 };

static void open_sim(void)
{
	nic_open(UDM_MODE_SIM, &small);
}

static long tx_dropped(void)
{
	return atomic_long_read(&nic.dev->core_tx_dropped);
}

/* --- Frames that must come out ------------------------------------------- */

/* IPv4 packets are numbered; the header sums differ by that. */
static void number_packet(u8 *ip, u16 id)
{
	put_unaligned_be16(id, ip + 4);
	put_unaligned_be16(0, ip + 10);
	put_unaligned_be16(~ones_sum(ip, (ip[0] & 15) * 4, 0), ip + 10);
}

/* The i-th of n segments of a packet with this spec; its length. */
static size_t segment_frame(const struct frame_spec *whole, unsigned int gso, unsigned int i,
			    u8 *out)
{
	struct frame_spec spec = *whole;
	bool last = (i + 1) * gso >= whole->payload;
	size_t len;

	spec.seq += i * gso;
	spec.payload = min(gso, whole->payload - i * gso);
	if (!last)
		spec.tcp_flags &= ~9;		/* FIN PSH */
	len = frame_build(&spec, out);
	if (!spec.ipv6)
		number_packet(out + 14, i);
	return len;
}

static void expect_frames(const struct shape *s)
{
	struct frame_spec spec = {
		.ipv6 = s->ipv6, .payload = s->payload, .seq = s->seq, .sport = 1000,
		.dport = 2000, .src = { 10, 0, 0, 1, 5 }, .dst = { 10, 0, 0, 2, 6 },
		.tcp_flags = 0x19,
	};
	unsigned int n = DIV_ROUND_UP(s->payload, s->gso), tag = s->tagged ? VLAN_HLEN : 0;
	static u8 frame[70000];

	ck_assert_uint_eq(sent.n, n);
	for (unsigned int i = 0; i < n; i++) {
		size_t len = segment_frame(&spec, s->gso, i, frame);
		const u8 *got = sent_bytes(i);

		ck_assert_uint_eq(sent.frames[i].len, len + tag);
		ck_assert_mem_eq(got, frame, 12);
		if (tag)
			ck_assert_mem_eq(got + 12, "\x81\x00\x20\x64", 4);
		ck_assert_msg(!memcmp(got + 12 + tag, frame + 12, len - 12), "segment %u", i);
	}
}

#define V6		.ipv6 = true
#define PAGES(n)	.where = IN_PAGES, .piece = n
#define DEVICE(n)	.where = IN_DEVICE, .piece = n
#define BOTH(n)		.where = IN_BOTH, .piece = n

static const struct cut {
	struct shape shape;
	netdev_features_t without;	/* besides TSO */
	bool refused;
} cuts[] = {
	{ { .payload = 14601, .gso = 1460 } },
	{ { .payload = 14600, .gso = 1460, V6 } },
	{ { .payload = 60000, .gso = 1460, .seq = 0xffffff00, PAGES(0) } },
	{ { .payload = 9999, .gso = 1001, V6, PAGES(1000) } },
	{ { .payload = 60000, .gso = 1448, DEVICE(4000) } },
	{ { .payload = 60000, .gso = 1440, V6, DEVICE(0) } },
	{ { .payload = 17, .gso = 16, DEVICE(1) } },
	{ { .payload = 9000, .gso = 8948, .linear = 500, V6, BOTH(900) } },
	{ { .payload = 9000, .gso = 700, .linear = 1500, BOTH(900), .tagged = true } },
	{ { .payload = 4000, .gso = 1000, DEVICE(0), .tagged = true }, NETIF_F_HW_VLAN_CTAG_TX },
	{ { .payload = 4000, .gso = 1000, V6, .tagged = true },
	  NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_CSUM },
	{ { .payload = 8001, .gso = 1000, .linear = 10, PAGES(0) }, NETIF_F_HW_CSUM },
	{ { .payload = 8001, .gso = 1001, V6, PAGES(77 * 17) }, NETIF_F_HW_CSUM },
	{ { .payload = 8001, .gso = 1000, PAGES(1500) }, NETIF_F_SG },
	{ { .payload = 8001, .gso = 1000, V6, .linear = 300, PAGES(1500) },
	  NETIF_F_SG | NETIF_F_HW_CSUM },
	{ { .payload = 8001, .gso = 1000, .summed = true } },
	{ { .payload = 8001, .gso = 1000, V6, PAGES(0), .summed = true }, NETIF_F_HW_CSUM },
	{ { .payload = 8001, .gso = 1000, DEVICE(0), .summed = true } },
	/* What would have to be read. */
	{ { .payload = 8001, .gso = 1000, DEVICE(0) }, NETIF_F_HW_CSUM, true },
	{ { .payload = 8001, .gso = 1000, V6, BOTH(1000) }, NETIF_F_SG, true },
};

START_TEST(a_device_that_cannot_gets_segments)
{
	const struct cut *c = &cuts[_i / 2];
	struct netdev_queue_stats_tx a, b;

	nic_open(_i & 1 ? UDM_MODE_THREADS : UDM_MODE_SIM, &small);
	nic.dev->features &= ~(NETIF_F_ALL_TSO | c->without);
	ck_assert_int_eq(nic_send(&c->shape), c->refused ? NET_XMIT_DROP : NET_XMIT_SUCCESS);
	nic_settle();
	ck_assert_int_eq(tx_dropped(), c->refused);
	if (c->refused)
		ck_assert_uint_eq(sent.n, 0);
	else
		expect_frames(&c->shape);
	nic_qstats(0, &a);
	nic_qstats(1, &b);
	ck_assert_uint_eq(a.hw_gso_packets + b.hw_gso_packets, 0);
	ck_assert(!a.packets || !b.packets);
	nic_close();
}
END_TEST

/* A device that can is asked to, also by who had summed already, or is not to be trusted. */
START_TEST(a_device_that_can_gets_the_packet)
{
	static const struct shape summed = { .payload = 5000, .gso = 1000, .summed = true };
	static const struct shape plain = { .payload = 5000, .gso = 1000, V6 };
	struct netdev_queue_stats_tx a, b;
	static u8 frame[6000];
	struct sk_buff *skb;
	size_t len;

	skb = nic_skb(_i ? &plain : &summed, frame, &len);
	if (_i) {
		skb_shinfo(skb)->gso_type |= SKB_GSO_DODGY;
		skb_shinfo(skb)->gso_segs = 77;
		ck_assert_ptr_null(skb_gso_segment(skb, nic.dev->features));
		ck_assert_uint_eq(skb_shinfo(skb)->gso_segs, 5);
		ck_assert_uint_eq(skb->len, len);
	}
	ck_assert_int_eq(dev_queue_xmit(skb), NET_XMIT_SUCCESS);
	nic_settle();
	expect_frames(_i ? &plain : &summed);
	nic_qstats(0, &a);
	nic_qstats(1, &b);
	ck_assert_uint_eq(a.hw_gso_packets + b.hw_gso_packets, 1);
}
END_TEST

/* --- Segments ------------------------------------------------------------ */

static struct sk_buff *cut_up(struct sk_buff *skb, netdev_features_t features)
{
	struct sk_buff *segs = skb_gso_segment(skb, features);

	ck_assert(!IS_ERR_OR_NULL(segs));
	return segs;
}

static unsigned int count_segments(const struct sk_buff *segs)
{
	unsigned int n = 0;

	for (; segs; segs = segs->next)
		n++;
	return n;
}

/* Whose memory a segment has, its own references, and its place in the list. */
START_TEST(segments_have_parts_of_the_packet)
{
	static const struct shape s = { .payload = 3 * 1000 + 500, .gso = 1000, .linear = 500,
					BOTH(1000), .tagged = true };
	static const bool readable[] = { true, false, false, true };
	static u8 frame[5000];
	size_t len;
	struct sk_buff *skb = nic_skb(&s, frame, &len), *segs, *seg;
	struct page *page = skb_frag_page(&skb_shinfo(skb)->frags[0]);
	unsigned int i = 0;

	skb->priority = 7;
	segs = cut_up(skb, NETIF_F_SG | NETIF_F_HW_CSUM);
	ck_assert_uint_eq(skb->len, len);
	ck_assert_ptr_eq(skb->data, skb_mac_header(skb));
	ck_assert_int_eq(page_ref_count(page), 3);
	for (seg = segs; seg; seg = seg->next, i++) {
		ck_assert_uint_eq(skb_headroom(seg), skb_headroom(skb));
		ck_assert_uint_eq(skb_headlen(seg), i ? 54 : 554);
		ck_assert_uint_eq(seg->len, i < 3 ? 1054 : 554);
		ck_assert_uint_eq(skb_shinfo(seg)->nr_frags, i == 1 || i == 2 ? 2 : 1);
		ck_assert(skb_frags_readable(seg) == readable[i]);
		ck_assert(!skb_is_gso(seg) && seg->priority == 7 && seg->dev == nic.dev);
		ck_assert_uint_eq(skb_vlan_tag_get(seg), 0x2064);
		ck_assert_int_eq(seg->ip_summed, CHECKSUM_PARTIAL);
		ck_assert_uint_eq(seg->truesize,
				  SKB_TRUESIZE(skb_end_offset(seg)) + seg->data_len);
		if (!seg->next)
			ck_assert_ptr_eq(segs->prev, seg);
	}
	ck_assert_uint_eq(i, 4);
	kfree_skb(_i ? skb : NULL);
	ck_assert_int_eq(page_ref_count(page), _i ? 2 : 3);
	kfree_skb_list(segs);
	kfree_skb(_i ? NULL : skb);
}
END_TEST

/* The binding lives as long as any of them. */
START_TEST(segments_hold_device_memory)
{
	static const struct shape s = { .payload = 2000, .gso = 1000, DEVICE(2000) };
	static u8 frame[3000];
	size_t len;
	struct sk_buff *skb = nic_skb(&s, frame, &len), *segs, *rest;

	segs = cut_up(skb, NETIF_F_SG | NETIF_F_HW_CSUM);
	rest = segs->next;
	nic_unbind();
	kfree_skb(skb);
	kfree_skb(segs);
	udm_run_until_idle();
	ck_assert(send_memory_bound());
	kfree_skb(rest);
	udm_run_until_idle();
	ck_assert(!send_memory_bound());
}
END_TEST

/* Of a pool's pages they have the pages: what frees them knows no pool. */
START_TEST(segments_of_pool_memory)
{
	static const struct shape s = { .payload = 100, .gso = 150 };
	struct page_pool *pool = plain_pool();
	static u8 frame[3000];
	size_t len;
	struct sk_buff *skb = nic_skb(&s, frame, &len), *segs;

	for (int i = 0; i < 3; i++)
		skb_add_rx_frag_netmem(skb, i, must_alloc(pool), 0, 200, PAGE_SIZE);
	skb_mark_for_recycle(skb);
	segs = cut_up(skb, NETIF_F_SG | NETIF_F_HW_CSUM);
	ck_assert_uint_eq(count_segments(segs), 5);
	ck_assert(!segs->pp_recycle);
	kfree_skb(_i ? skb : NULL);
	kfree_skb_list(segs);
	kfree_skb(_i ? NULL : skb);
	ck_assert_int_eq(inflight(pool) - pool->alloc.count -
				 (s32)(pool->ring.producer - pool->ring.consumer_head), 0);
	page_pool_destroy(pool);
}
END_TEST

static unsigned int completions;

static void complete(struct sk_buff *skb, struct ubuf_info *uarg, bool success)
{
	ck_assert(success);
	refcount_dec(&uarg->refcnt);
	completions++;
}

/* Those with fragments are tied to what the packet is tied to. */
START_TEST(segments_of_a_zerocopy_packet)
{
	static const struct shape s = { .payload = 2500, .gso = 1000, .linear = 1000,
					DEVICE(1500) };
	static const struct ubuf_info_ops ops = { .complete = complete };
	struct ubuf_info uarg = { .ops = &ops, .flags = SKBFL_ZEROCOPY_FRAG | SKBFL_DONT_ORPHAN };
	static u8 frame[3000];
	size_t len;
	struct sk_buff *skb = nic_skb(&s, frame, &len), *segs;

	completions = 0;
	refcount_set(&uarg.refcnt, 2);
	skb_zcopy_init(skb, &uarg);
	segs = cut_up(skb, NETIF_F_SG | NETIF_F_HW_CSUM);
	ck_assert_uint_eq(refcount_read(&uarg.refcnt), 4);
	ck_assert(!skb_has_zcopy(segs) && skb_has_zcopy(segs->next));
	ck_assert_uint_eq(skb_shinfo(segs->next)->flags, uarg.flags);
	kfree_skb(skb);
	kfree_skb_list(segs);
	ck_assert_uint_eq(completions, 3);
}
END_TEST

/* --- Headers ------------------------------------------------------------- */

/* All in the linear part, as a sender with options leaves it. */
static struct sk_buff *frame_skb(const struct frame_spec *spec, unsigned int gso)
{
	static u8 frame[70000];
	size_t len = frame_build(spec, frame);
	struct sk_buff *skb = alloc_skb(64 + len, GFP_KERNEL);

	skb_reserve(skb, 64);
	skb_put_data(skb, frame, len);
	skb->dev = nic.dev;
	skb->protocol = htons(spec->ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	skb->network_header = skb_headroom(skb) + ETH_HLEN;
	skb_shinfo(skb)->gso_size = gso;
	skb_shinfo(skb)->gso_type = spec->ipv6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
	return skb;
}

START_TEST(options_and_extension_headers_are_repeated)
{
	const struct frame_spec spec = {
		.ipv6 = _i & 1, .ip_options = _i & 2 ? 16 : 0, .tcp_options = _i & 4 ? 12 : 40,
		.payload = 3333, .seq = 0xfffff800, .sport = 5, .dport = 6, .tcp_flags = 0x19,
		.src = { 9, 8, 7, 6, 5 }, .dst = { 1, 2, 3, 4, 5 },
	};
	struct sk_buff *skb = frame_skb(&spec, 1000);
	struct sk_buff *segs = cut_up(skb, 0), *seg;
	static u8 frame[5000];
	unsigned int i = 0;

	for (seg = segs; seg; seg = seg->next, i++) {
		size_t len = segment_frame(&spec, 1000, i, frame);

		ck_assert_uint_eq(seg->len, len);
		ck_assert(!skb_is_nonlinear(seg));
		ck_assert_int_eq(seg->ip_summed, CHECKSUM_NONE);
		ck_assert_msg(!memcmp(seg->data, frame, len), "segment %u", i);
	}
	ck_assert_uint_eq(i, 4);
	kfree_skb(skb);
	kfree_skb_list(segs);
}
END_TEST

/* Congestion was answered once, or each segment counts; a packet may say that all are one. */
START_TEST(types_of_segments)
{
	const struct frame_spec spec = { .payload = 3000, .tcp_flags = 0x90 };	/* CWR ACK */
	static const int types[] = { 0, SKB_GSO_TCP_ECN, SKB_GSO_TCP_ACCECN, SKB_GSO_TCP_FIXEDID };
	struct sk_buff *skb = frame_skb(&spec, 1000), *segs, *seg;
	unsigned int i = 0;

	skb_shinfo(skb)->gso_type |= types[_i];
	number_packet(skb->data + 14, 0xffff);
	segs = cut_up(skb, NETIF_F_SG | NETIF_F_HW_CSUM);
	for (seg = segs; seg; seg = seg->next, i++) {
		bool cwr = !i || (types[_i] & SKB_GSO_TCP_ACCECN);
		u16 id = types[_i] & SKB_GSO_TCP_FIXEDID ? 0xffff : 0xffff + i;

		ck_assert_uint_eq(seg->data[47], cwr ? 0x90 : 0x10);
		ck_assert_uint_eq(get_unaligned_be16(seg->data + 18), id);
		ck_assert_uint_eq(ones_sum(seg->data + 14, 20, 0), 0xffff);
	}
	kfree_skb(skb);
	kfree_skb_list(segs);
}
END_TEST

/* --- Refusals ------------------------------------------------------------ */

static const struct refusal {
	bool ipv6;
	unsigned int at;	/* of the frame, a byte is ... */
	u8 value;
	__be16 protocol;
	unsigned int len;	/* the frame is so short */
	unsigned int gso, type;
	int err;
} refusals[] = {
	{ .gso = 3000, .err = -EINVAL },
	{ .type = SKB_GSO_TCPV6, .err = -EINVAL },
	{ .ipv6 = true, .type = SKB_GSO_TCPV4, .err = -EINVAL },
	{ .type = SKB_GSO_UDP_L4, .err = -EINVAL },
	{ .protocol = ETH_P_ARP, .err = -EPROTONOSUPPORT },
	{ .protocol = 0xffff, .err = -EINVAL },
	{ .at = 14, .value = 0x44, .err = -EINVAL },		/* an IPv4 header of 16 bytes */
	{ .at = 14, .value = 0x4f, .len = 60, .err = -EINVAL },
	{ .at = 23, .value = 17, .err = -EPROTONOSUPPORT },
	{ .at = 46, .value = 0x40, .err = -EINVAL },		/* a TCP header of 16 bytes */
	{ .at = 46, .value = 0xf0, .len = 80, .err = -EINVAL },
	{ .len = 14, .err = -EINVAL },
	{ .len = 33, .err = -EINVAL },
	{ .len = 53, .err = -EINVAL },
	{ .len = 54, .err = -EINVAL },
	{ .ipv6 = true, .len = 53, .err = -EINVAL },
	{ .ipv6 = true, .len = 73, .err = -EINVAL },
	{ .ipv6 = true, .at = 20, .value = 17, .err = -EPROTONOSUPPORT },
	{ .ipv6 = true, .at = 20, .value = 59, .err = -EINVAL },
	{ .ipv6 = true, .at = 20, .value = 0, .len = 55, .err = -EINVAL },
};

START_TEST(no_segments)
{
	const struct refusal *r = &refusals[_i];
	const struct frame_spec spec = { .ipv6 = r->ipv6, .payload = 3000 };
	struct sk_buff *skb = frame_skb(&spec, r->gso ? r->gso : 1000);
	unsigned int len;

	if (r->at)
		skb->data[r->at] = r->value;
	if (r->protocol)
		skb->protocol = r->protocol == 0xffff ? 0 : htons(r->protocol);
	if (r->len)
		skb_trim(skb, r->len);
	if (r->type)
		skb_shinfo(skb)->gso_type = r->type;
	len = skb->len;
	ck_assert_int_eq(PTR_ERR(skb_gso_segment(skb, NETIF_F_SG | NETIF_F_HW_CSUM)), r->err);
	ck_assert_uint_eq(skb->len, len);
	ck_assert_ptr_eq(skb->data, skb_mac_header(skb));
	/* Nor from a device that has no way to send it. */
	nic.dev->features &= ~NETIF_F_ALL_TSO;
	ck_assert_int_eq(dev_queue_xmit(skb), NET_XMIT_DROP);
	ck_assert_int_eq(tx_dropped(), 1);
}
END_TEST

START_TEST(nothing_to_cut_by)
{
	const struct frame_spec spec = { .payload = 100 };
	struct sk_buff *skb = frame_skb(&spec, 0);

	skb_reset_mac_header(skb);
	skb_pull(skb, 54);
	ck_assert_int_eq(PTR_ERR(skb_segment(skb, NETIF_F_SG)), -EINVAL);
	ck_assert_uint_eq(skb->len, 154);
	kfree_skb(skb);
}
END_TEST

/* Packets that are one become one first, if they can be read. */
START_TEST(a_list_of_packets)
{
	static const struct shape s = { .payload = 3000, .gso = 1000, PAGES(0) };
	static const struct shape cannot = { .payload = 3000, .gso = 1000, DEVICE(0) };
	static u8 frame[4000];
	size_t len;
	struct sk_buff *skb = nic_skb(&s, frame, &len), *member;

	kfree_skb(skb);
	skb = nic_skb(&s, frame, &len);
	member = nic_skb(_i ? &s : &cannot, frame, &len);
	/* The payload is the member's alone. */
	skb_pull(member, skb_headlen(member));
	ck_assert_int_eq(___pskb_trim(skb, skb_headlen(skb)), 0);
	skb_shinfo(skb)->frag_list = member;
	skb->len += 3000;
	skb->data_len = 3000;
	nic.dev->features &= ~NETIF_F_ALL_TSO;
	ck_assert_int_eq(dev_queue_xmit(skb), _i ? NET_XMIT_SUCCESS : NET_XMIT_DROP);
	nic_settle();
	ck_assert_int_eq(tx_dropped(), !_i);
	if (_i)
		expect_frames(&s);
}
END_TEST

/* Who asked for a queue and an answer has one packet. */
START_TEST(direct_is_for_whole_packets)
{
	static const struct shape s = { .payload = 3000, .gso = 1000 };
	static u8 frame[4000];
	size_t len;

	ck_assert_int_eq(dev_direct_xmit(nic_skb(&s, frame, &len), 0), NETDEV_TX_OK);
	nic_settle();
	expect_frames(&s);
	nic.dev->features &= ~NETIF_F_ALL_TSO;
	ck_assert_int_eq(dev_direct_xmit(nic_skb(&s, frame, &len), 0), NET_XMIT_DROP);
	ck_assert_int_eq(tx_dropped(), 1);
	ck_assert_uint_eq(sent.n, 3);
}
END_TEST

/* --- Queues and memory --------------------------------------------------- */

START_TEST(segments_take_their_place_in_a_list)
{
	static const struct shape s[] = { { .payload = 3000, .gso = 1000 }, { .payload = 10 },
					  { .payload = 999, .gso = 500, V6 },
					  { .payload = 5, .gso = 500 } };
	static const unsigned int lens[] = { 1054, 1054, 1054, 64, 574, 573 };
	struct sk_buff *first = NULL, **next = &first, *skb;
	static u8 frame[4000];
	bool again = false;
	unsigned int n = 0;
	size_t len;

	nic.dev->features &= ~NETIF_F_ALL_TSO;
	for (unsigned int i = 0; i < ARRAY_SIZE(s); i++, next = &(*next)->next)
		*next = nic_skb(&s[i], frame, &len);
	local_bh_disable();
	first = validate_xmit_skb_list(first, nic.dev, &again);
	local_bh_enable();
	for (skb = first; skb; skb = skb->next)
		ck_assert_uint_eq(skb->len, lens[n++]);
	ck_assert_uint_eq(n, ARRAY_SIZE(lens));
	ck_assert_int_eq(tx_dropped(), 1);
	kfree_skb_list(first);
}
END_TEST

/* There are more segments than may wait: the first ones do. */
START_TEST(more_segments_than_a_queue_takes)
{
	static const struct shape s = { .payload = 1500, .gso = 1, DEVICE(1500) };

	nic.dev->features &= ~NETIF_F_ALL_TSO;
	sent_hold(0);
	ck_assert_int_eq(nic_send(&s), NET_XMIT_SUCCESS);
	udm_run_until_idle();
	ck_assert_int_eq(tx_dropped(), 500);
	ck_assert_int_eq(nic_send(&s), NET_XMIT_SUCCESS);
	ck_assert_int_gt(tx_dropped(), 1500);
	sent_release(udm_netdev_hw(nic.nic));
	nic_settle();
	ck_assert_uint_eq(sent.n, 3000 - tx_dropped());
	for (unsigned int i = 0; i < 1000; i++)
		ck_assert_uint_eq(sent_bytes(i)[54], frame_pattern(0, i));
}
END_TEST

static int send_cut(void *shape)
{
	int ret = nic_send(shape);

	nic_settle();
	return ret == NET_XMIT_DROP ? -ENOMEM : ret;
}

/* Segments are sent all, or none is. */
START_TEST(without_memory)
{
	static const struct cut c[] = {
		{ { .payload = 3500, .gso = 1000, .linear = 200, BOTH(700) }, 0 },
		{ { .payload = 3500, .gso = 1000, V6, PAGES(0) }, NETIF_F_SG | NETIF_F_HW_CSUM },
		{ { .payload = 3500, .gso = 1000, DEVICE(0), .summed = true }, 0 },
	};

	nic.dev->features &= ~(NETIF_F_ALL_TSO | c[_i].without);
	ck_assert_int_gt(udm_fault_sweep(send_cut, (void *)&c[_i].shape), 8);
	ck_assert_uint_eq(sent.n % 4, 0);
	ck_assert_uint_ge(sent.n, 8);
	sent_clear();
	ck_assert_int_eq(nic_send(&c[_i].shape), NET_XMIT_SUCCESS);
	nic_settle();
	expect_frames(&c[_i].shape);
}
END_TEST

/* A clone's headers are not changed by what becomes of the other one. */
START_TEST(clones_are_left_alone)
{
	static const struct shape s = { .payload = 3000, .gso = 1000, PAGES(0), .summed = true };
	static u8 frame[4000], got[4000];
	size_t len;
	struct sk_buff *skb = nic_skb(&s, frame, &len), *twin = skb_clone(skb, GFP_KERNEL);

	nic.dev->features &= ~NETIF_F_ALL_TSO;
	ck_assert_int_eq(dev_queue_xmit(skb), NET_XMIT_SUCCESS);
	nic_settle();
	expect_frames(&s);
	ck_assert_int_eq(skb_copy_bits(twin, 0, got, len), 0);
	ck_assert_mem_eq(got, frame, len);
	kfree_skb(twin);
}
END_TEST

static void add_segments(TCase *tc)
{
	tcase_add_loop_test(tc, a_device_that_can_gets_the_packet, 0, 2);
	tcase_add_loop_test(tc, segments_have_parts_of_the_packet, 0, 2);
	tcase_add_test(tc, segments_hold_device_memory);
	tcase_add_loop_test(tc, segments_of_pool_memory, 0, 2);
	tcase_add_test(tc, segments_of_a_zerocopy_packet);
	tcase_add_loop_test(tc, options_and_extension_headers_are_repeated, 0, 8);
	tcase_add_loop_test(tc, types_of_segments, 0, 4);
}

static void add_refusals(TCase *tc)
{
	tcase_add_loop_test(tc, no_segments, 0, ARRAY_SIZE(refusals));
	tcase_add_test(tc, nothing_to_cut_by);
	tcase_add_loop_test(tc, a_list_of_packets, 0, 2);
	tcase_add_test(tc, direct_is_for_whole_packets);
	tcase_add_test(tc, segments_take_their_place_in_a_list);
	tcase_add_test(tc, more_segments_than_a_queue_takes);
	tcase_add_loop_test(tc, without_memory, 0, 3);
	tcase_add_test(tc, clones_are_left_alone);
}

Suite *gso_suite(void)
{
	Suite *s = suite_create("gso");
	TCase *wire = tcase_create("wire"), *tc = tcase_create("segments");

	tcase_add_loop_test(wire, a_device_that_cannot_gets_segments, 0, 2 * ARRAY_SIZE(cuts));
	suite_add_tcase(s, wire);
	tcase_add_checked_fixture(tc, open_sim, nic_close);
	add_segments(tc);
	add_refusals(tc);
	suite_add_tcase(s, tc);
	return s;
}
