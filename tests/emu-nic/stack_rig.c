// SPDX-License-Identifier: GPL-2.0-only
/* A network stack without a NIC (stack_rig.h). */
#include "fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/random.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netdev_lock.h>
#include <net/page_pool/helpers.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/sim.h>

#include "libpagepool/devmem.h"
#include "libpagepool/page_pool_priv.h"
#include "stack_rig.h"
#include "../libpagepool/fake_dmabuf.h"
#include "../libpagepool/fake_provider.h"

struct stack_rig *rig;

/* --- Set-up -------------------------------------------------------------- */

static void bind_devmem(void)
{
	struct net_device *dev = rig->nic->netdev;

	mutex_init(&rig->owner.lock);
	INIT_LIST_HEAD(&rig->owner.bindings);
	mutex_lock(&rig->owner.lock);
	netdev_lock(dev);
	rig->binding = net_devmem_bind_dmabuf(dev, NULL, fake_nic_dma(rig->nic), DMA_FROM_DEVICE,
					      rig->buf->fd, &rig->owner, NULL);
	ck_assert(!IS_ERR(rig->binding));
	ck_assert_int_eq(net_devmem_bind_dmabuf_to_queue(dev, 0, rig->binding, NULL), 0);
	rig->binding_id = rig->binding->id;
	netdev_unlock(dev);
	mutex_unlock(&rig->owner.lock);
}

void stack_unbind(void)
{
	struct net_device *dev = rig->nic->netdev;

	if (!rig->binding)
		return;
	mutex_lock(&rig->owner.lock);
	netdev_lock(dev);
	net_devmem_unbind_dmabuf(rig->binding);
	netdev_unlock(dev);
	mutex_unlock(&rig->owner.lock);
	rig->binding = NULL;
}

static void stack_set_up(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };

	rig = calloc(1, sizeof(*rig));
	rig->nic = fake_nic_get(1);
	rig->buf = fake_dmabuf_pages(RIG_PAGES);
	bind_devmem();
	for (size_t i = 0; i < sizeof(rig->stream); i++)
		rig->stream[i] = get_random_u32();
	rig->listener = udm_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	ck_assert_int_ge(rig->listener, 0);
	ck_assert_int_eq(udm_bind(rig->listener, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(rig->listener, 16), 0);
}

void stack_open(void)
{
	machine_boot();
	stack_set_up();
}

void stack_open_threads(void)
{
	machine_boot_threads();
	stack_set_up();
}

void stack_close(void)
{
	udm_close(rig->listener);
	stack_unbind();
	fake_dmabuf_close(rig->buf);
	/* Pools that waited for their last buffer look again once a second. */
	udm_advance(2100 * 1000000ull);
	fake_dmabuf_put(rig->buf);
	fake_nic_put(rig->nic);
	free(rig);
	rig = NULL;
	machine_shutdown();
}

/* --- Building segments --------------------------------------------------- */

void skb_add_devmem(struct sk_buff *skb, const u8 *data, unsigned int len, unsigned int at)
{
	struct page_pool *pool = rig->nic->live[0].pool;
	netmem_ref netmem = page_pool_alloc_netmems(pool, GFP_KERNEL);
	struct net_iov *niov;

	ck_assert_msg(netmem != 0, "device memory is exhausted");
	niov = netmem_to_net_iov(netmem);
	memcpy(rig->shadow + net_iov_virtual_addr(niov) + at, data, len);
	skb_add_rx_frag_netmem(skb, skb_shinfo(skb)->nr_frags, netmem, at, len, PAGE_SIZE);
	skb_mark_for_recycle(skb);
}

static void skb_add_page(struct sk_buff *skb, const u8 *data, unsigned int len, unsigned int at)
{
	struct page *page = alloc_page(GFP_KERNEL);

	ck_assert_ptr_nonnull(page);
	memcpy((char *)page_address(page) + at, data, len);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, at, len, PAGE_SIZE);
}

static void add_payload(struct sk_buff *skb, const struct segment *s)
{
	unsigned int piece = s->piece ? s->piece : PAGE_SIZE - s->frag_at;
	unsigned int linear = s->where == IN_LINEAR ? s->len : s->linear;
	unsigned int done, n;

	skb_put_data(skb, rig->stream + s->at, linear);
	for (done = linear; done < s->len; done += n) {
		n = min(piece, s->len - done);
		if (s->where == IN_DEVMEM)
			skb_add_devmem(skb, rig->stream + s->at + done, n, s->frag_at);
		else
			skb_add_page(skb, rig->stream + s->at + done, n, s->frag_at);
	}
}

static void put_ip(struct sk_buff *skb, const struct segment *s)
{
	unsigned int payload = sizeof(struct tcphdr) + s->len;
	struct ipv6hdr *h6;
	struct iphdr *h4;

	if (s->v6) {
		h6 = skb_put_zero(skb, sizeof(*h6));
		h6->version = 6;
		h6->nexthdr = IPPROTO_TCP;
		h6->payload_len = htons(payload);
		inet_pton(AF_INET6, "2001:db8::1", &h6->saddr);
		inet_pton(AF_INET6, "2001:db8::2", &h6->daddr);
		skb->protocol = htons(ETH_P_IPV6);
		return;
	}
	h4 = skb_put_zero(skb, sizeof(*h4));
	h4->version = 4;
	h4->ihl = 5;
	h4->protocol = IPPROTO_TCP;
	h4->tot_len = htons(sizeof(*h4) + payload);
	h4->saddr = htonl(0xc0000201);
	h4->daddr = htonl(0xc0000202);
	h4->check = ip_fast_csum(h4, h4->ihl);
	skb->protocol = htons(ETH_P_IP);
}

static void put_tcp(struct sk_buff *skb, const struct segment *s)
{
	struct tcphdr *th = skb_put_zero(skb, sizeof(*th));
	u8 flags = s->flags ? s->flags : TCPHDR_ACK;

	th->source = htons(s->sport ? s->sport : 1);
	th->dest = htons(s->dport ? s->dport : 2);
	th->seq = htonl(s->seq);
	th->doff = 5;
	th->fin = !!(flags & TCPHDR_FIN);
	th->syn = !!(flags & TCPHDR_SYN);
	th->rst = !!(flags & TCPHDR_RST);
	th->psh = !!(flags & TCPHDR_PSH);
	th->ack = !!(flags & TCPHDR_ACK);
	th->urg = !!(flags & TCPHDR_URG);
	th->urg_ptr = htons(s->urg_ptr);
}

struct sk_buff *segment_skb(const struct segment *s)
{
	struct sk_buff *skb = alloc_skb(128 + s->len, GFP_KERNEL);

	ck_assert_ptr_nonnull(skb);
	skb->dev = rig->nic->netdev;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	put_ip(skb, s);
	put_tcp(skb, s);
	add_payload(skb, s);
	return skb;
}

void stack_rx(struct sk_buff *skb)
{
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
}

void segment_rx(const struct segment *s)
{
	stack_rx(segment_skb(s));
}

/* --- Looking ------------------------------------------------------------- */

int stack_accept(void)
{
	int fd = udm_accept4(rig->listener, NULL, NULL, SOCK_NONBLOCK);

	if (fd < 0)
		ck_assert_int_eq(errno, EAGAIN);
	return fd;
}

unsigned long stack_drops(const char *reason)
{
	const char *name;
	unsigned int i;

	for (i = 0; (name = udm_net_drop_name(i)); i++)
		if (!strcmp(name, reason))
			return udm_net_drops(i);
	ck_abort_msg("no such reason: %s", reason);
}

unsigned int stack_out(void)
{
	const struct page_pool *pool = rig->nic->live[0].pool;

	return page_pool_inflight(pool, false) - pool->alloc.count -
	       (pool->ring.producer - pool->ring.consumer_head);
}

void stack_read(int fd, struct reading *rd, size_t len, unsigned int cmsgs, int flags)
{
	static char control[64 * CMSG_SPACE(sizeof(struct dmabuf_cmsg))];
	struct iovec iov = { .iov_base = rd->data, .iov_len = len };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = cmsgs ? control : NULL,
		.msg_controllen = cmsgs * CMSG_SPACE(sizeof(struct dmabuf_cmsg)),
	};
	struct cmsghdr *c;

	rd->n = 0;
	rd->ret = udm_recvmsg(fd, &msg, flags);
	rd->err = rd->ret < 0 ? errno : 0;
	rd->flags = msg.msg_flags;
	if (rd->ret < 0)
		return;
	rd->controllen = msg.msg_controllen;
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		ck_assert_int_eq(c->cmsg_level, SOL_SOCKET);
		ck_assert_uint_eq(c->cmsg_len, CMSG_LEN(sizeof(struct dmabuf_cmsg)));
		rd->msg[rd->n].type = c->cmsg_type;
		memcpy(&rd->msg[rd->n++].c, CMSG_DATA(c), sizeof(struct dmabuf_cmsg));
	}
}

size_t reading_bytes(const struct reading *rd, u8 *out)
{
	const u8 *linear = rd->data;
	size_t done = 0;
	unsigned int i;

	if (!rd->n) {
		memcpy(out, rd->data, rd->ret);
		return rd->ret;
	}
	for (i = 0; i < rd->n; i++) {
		const struct dmabuf_cmsg *c = &rd->msg[i].c;
		bool dmabuf = rd->msg[i].type == SCM_DEVMEM_DMABUF;

		ck_assert(dmabuf || rd->msg[i].type == SCM_DEVMEM_LINEAR);
		ck_assert_uint_eq(c->flags, 0);
		ck_assert_uint_eq(c->dmabuf_id, dmabuf ? rig->binding_id : 0);
		memcpy(out + done, dmabuf ? rig->shadow + c->frag_offset : linear, c->frag_size);
		linear += dmabuf ? 0 : c->frag_size;
		done += c->frag_size;
	}
	ck_assert_uint_eq(done, rd->ret);
	return done;
}

int stack_dontneed(int fd, u32 token, u32 count)
{
	struct dmabuf_token t = { .token_start = token, .token_count = count };

	return udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, &t, sizeof(t));
}

void reading_return(int fd, const struct reading *rd)
{
	unsigned int i;

	for (i = 0; i < rd->n; i++)
		if (rd->msg[i].type == SCM_DEVMEM_DMABUF)
			ck_assert_int_eq(stack_dontneed(fd, rd->msg[i].c.frag_token, 1), 1);
}
