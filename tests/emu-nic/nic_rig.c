// SPDX-License-Identifier: GPL-2.0-only
/* Sending through the driver (nic_rig.h). */
#include "nic_rig.h"

#include <linux/if_vlan.h>
#include <linux/unaligned.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <string.h>
#include <sys/mman.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>

#include "fixture.h"
#include "frames.h"
#include "libpagepool/devmem.h"

struct nic_rig nic;

/* --- The machine --------------------------------------------------------- */

void nic_bind(void)
{
	nic.dmabuf = udm_gpu_create_dmabuf(NIC_PAGES * PAGE_SIZE, NULL);
	ck_assert_int_ge(nic.dmabuf, 0);
	nic.map = mmap(NULL, NIC_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, nic.dmabuf,
		       0);
	ck_assert(nic.map != MAP_FAILED);
	mutex_init(&nic.owner.lock);
	INIT_LIST_HEAD(&nic.owner.bindings);
	mutex_lock(&nic.owner.lock);
	netdev_lock(nic.dev);
	nic.binding = net_devmem_bind_dmabuf(nic.dev, NULL, udm_netdev_device(nic.nic),
					     DMA_TO_DEVICE, nic.dmabuf, &nic.owner, NULL);
	netdev_unlock(nic.dev);
	mutex_unlock(&nic.owner.lock);
	ck_assert(!IS_ERR(nic.binding));
}

void nic_open(enum udm_mode mode, const struct udm_netdev_config *netdev_cfg)
{
	const struct udm_config cfg = { .mode = mode };

	machine_boot_with(&cfg);
	memset(&nic, 0, sizeof(nic));
	sent_clear();
	nic.nic = udm_netdev_create(netdev_cfg);
	ck_assert_ptr_nonnull(nic.nic);
	nic.dev = dev_get_by_index(&init_net, udm_netdev_ifindex(nic.nic));
	ck_assert_ptr_nonnull(nic.dev);
	dev_put(nic.dev);
	ck_assert_int_eq(emunic_hw_attach(udm_netdev_hw(nic.nic), &sent_peer, NULL), 0);
	emunic_hw_set_link(udm_netdev_hw(nic.nic), true);
	ck_assert_int_eq(udm_netdev_up(nic.nic), 0);
	ck_assert(netif_carrier_ok(nic.dev));
	nic_bind();
}

void nic_unbind(void)
{
	if (!nic.binding)
		return;
	mutex_lock(&nic.owner.lock);
	netdev_lock(nic.dev);
	net_devmem_unbind_dmabuf(nic.binding);
	netdev_unlock(nic.dev);
	mutex_unlock(&nic.owner.lock);
	nic.binding = NULL;
}

void nic_memory_close(void)
{
	nic_unbind();
	munmap(nic.map, NIC_PAGES * PAGE_SIZE);
	udm_close(nic.dmabuf);
}

void nic_close(void)
{
	nic_memory_close();
	udm_netdev_destroy(nic.nic);
	udm_run_until_idle();
	machine_shutdown();
}

/* --- Packets ------------------------------------------------------------- */

static struct frame_spec spec_of(const struct shape *s)
{
	return (struct frame_spec){
		.ipv6 = s->ipv6, .udp = s->udp, .payload = s->payload, .seq = s->seq,
		.sport = s->sport ? s->sport : 1000, .dport = 2000,
		.src = { 10, 0, 0, 1, 5 }, .dst = { 10, 0, 0, 2, 6 },
		.tcp_flags = s->gso ? 0x19 : 0,		/* FIN PSH ACK */
	};
}

static bool add_page(struct sk_buff *skb, const u8 *data, unsigned int len)
{
	struct page *page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);

	if (!page)
		return false;
	memcpy(page_address(page), data, len);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, 0, len, PAGE_SIZE);
	return true;
}

/* Odd places in the pages of the dma-buf, one fragment per page. */
static bool add_device_memory(struct sk_buff *skb, const u8 *data, unsigned int len)
{
	unsigned int at = nic.next++ % NIC_PAGES * PAGE_SIZE, shift = PAGE_SIZE - len;
	size_t off, size;
	struct net_iov *niov;

	at += shift < 3 ? shift : 3;
	niov = net_devmem_get_niov_at(nic.binding, at, &off, &size);
	ck_assert_ptr_nonnull(niov);
	memcpy(nic.map + at, data, len);
	get_netmem(net_iov_to_netmem(niov));
	skb_add_rx_frag_netmem(skb, skb_shinfo(skb)->nr_frags, net_iov_to_netmem(niov), off, len,
			       PAGE_SIZE);
	return true;
}

static bool add_fragments(struct sk_buff *skb, const struct shape *s, const u8 *data)
{
	unsigned int piece = s->piece ? s->piece : PAGE_SIZE, left = s->payload - s->linear, n;
	bool ok = true;

	for (unsigned int i = 0; left && ok; i++, data += n, left -= n) {
		bool device = s->where == IN_DEVICE || (s->where == IN_BOTH && i % 2);

		n = min(left, piece);
		ok = device ? add_device_memory(skb, data, n) : add_page(skb, data, n);
	}
	return ok;
}

/* What the device finds where the checksum goes: the sum of the pseudo header. */
static void leave_checksum(struct sk_buff *skb, const struct shape *s, unsigned int l4,
			   unsigned int len)
{
	unsigned int at = s->udp ? 6 : 16, l4_len = len - l4;
	u16 sum = ones_sum(skb->data + (s->ipv6 ? 22 : 26), s->ipv6 ? 32 : 8,
			   l4_len + (s->udp ? 17 : 6));

	put_unaligned_be16(sum, skb->data + l4 + at);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + l4;
	skb->csum_offset = at;
}

static void set_segments(struct sk_buff *skb, const struct shape *s)
{
	if (!s->gso)
		return;
	skb_shinfo(skb)->gso_size = s->gso;
	skb_shinfo(skb)->gso_type = s->ipv6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(s->payload, s->gso);
}

struct sk_buff *nic_skb(const struct shape *s, u8 *out, size_t *len)
{
	struct frame_spec spec = spec_of(s);
	unsigned int l4 = frame_l4(&spec), headers = l4 + (s->udp ? 8 : 20);
	unsigned int linear = s->where == NO_FRAGS ? s->payload : s->linear;
	struct sk_buff *skb = alloc_skb(64 + headers + linear, GFP_ATOMIC | __GFP_NOWARN);

	*len = frame_build(&spec, out);
	if (!skb)
		return NULL;
	skb_reserve(skb, 64);
	skb_put_data(skb, out, headers + linear);
	skb->dev = nic.dev;
	skb->protocol = htons(s->ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	skb->network_header = skb_headroom(skb) + ETH_HLEN;
	skb_set_transport_header(skb, l4);
	if (s->where != NO_FRAGS && !add_fragments(skb, s, out + headers + linear)) {
		kfree_skb(skb);
		return NULL;
	}
	if (!s->summed)
		leave_checksum(skb, s, l4, *len);
	set_segments(skb, s);
	if (s->tagged)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 0x2064);
	return skb;
}

int nic_send(const struct shape *s)
{
	static u8 frame[70000];
	size_t len;
	struct sk_buff *skb = nic_skb(s, frame, &len);

	return skb ? dev_queue_xmit(skb) : -ENOMEM;
}

void nic_settle(void)
{
	ck_assert(udm_netdev_quiesce(nic.nic, 20000));
}

void nic_expect(unsigned int i, const struct shape *s)
{
	static u8 want[70000];
	struct frame_spec spec = spec_of(s);
	size_t len = frame_build(&spec, want);
	const u8 *got = sent_bytes(i);

	if (s->tagged) {
		memmove(want + 16, want + 12, len - 12);
		memcpy(want + 12, "\x81\x00\x20\x64", 4);
		len += 4;
	}
	ck_assert_uint_eq(sent.frames[i].len, len);
	ck_assert_msg(!memcmp(got, want, len), "frame %u", i);
	ck_assert(sums_right(got, len));
}

void nic_qstats(unsigned int q, struct netdev_queue_stats_tx *stats)
{
	memset(stats, 0, sizeof(*stats));
	netdev_lock(nic.dev);
	nic.dev->stat_ops->get_queue_stats_tx(nic.dev, q, stats);
	netdev_unlock(nic.dev);
}
