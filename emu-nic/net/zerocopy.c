// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments that are the sender's memory.
 *
 * Device memory is named by offsets into a dma-buf, page by page, and each fragment
 * holds a reference on the binding. Ordinary memory is pinned. A page of the process
 * that is no page of the machine yet is moved to become one, which is safe only if
 * nobody writes to it meanwhile: the sender answers for the bytes it sends, not for
 * what else lies on the first and the last page. So of such memory only whole pages
 * are pinned; the caller copies the edges.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/skbuff_ref.h>
#include <linux/uio.h>
#include "libpagepool/devmem.h"
#include "zerocopy.h"

static int zerocopy_fill_skb_from_devmem(struct sk_buff *skb, struct iov_iter *from, int length,
					 struct net_devmem_dmabuf_binding *binding)
{
	struct net_iov *niov;
	size_t off, n;
	int i;

	if (!user_backed_iter(from))
		return -EFAULT;
	/* Segments of no bytes are stepped over. */
	for (iov_iter_advance(from, 0); length && iov_iter_count(from); length -= n) {
		i = skb_shinfo(skb)->nr_frags;
		if (i == MAX_SKB_FRAGS)
			return -EMSGSIZE;
		niov = net_devmem_get_niov_at(binding, (size_t)iter_iov_addr(from), &off, &n);
		if (!niov)
			return -EFAULT;
		n = min3(n, (size_t)length, min(iter_iov_len(from), iov_iter_count(from)));
		get_netmem(net_iov_to_netmem(niov));
		skb_add_rx_frag_netmem(skb, i, net_iov_to_netmem(niov), off, n, PAGE_SIZE);
		iov_iter_advance(from, n);
	}
	return 0;
}

size_t zerocopy_span(const struct iov_iter *from)
{
	size_t len = min(iter_iov_len(from), iov_iter_count(from));
	const void *at = iter_iov_addr(from);

	if (virt_addr_valid(at))
		return len;
	return PAGE_ALIGNED(at) ? len & PAGE_MASK : 0;
}

static int zerocopy_fill_skb_from_iter(struct sk_buff *skb, struct iov_iter *from, size_t length)
{
	struct page *pages[MAX_SKB_FRAGS];
	int i = skb_shinfo(skb)->nr_frags;
	ssize_t got;
	size_t off;

	if (!skb_frags_readable(skb))
		return -EFAULT;
	for (; length && iov_iter_count(from); length -= got) {
		if (i == MAX_SKB_FRAGS)
			return -EMSGSIZE;
		got = iov_iter_get_pages2(from, pages, length, MAX_SKB_FRAGS - i, &off);
		if (got <= 0)
			return -EFAULT;
		for (ssize_t done = 0; done < got; off = 0) {
			struct page *page = pages[(done + off) >> PAGE_SHIFT];
			int n = min_t(size_t, got - done, PAGE_SIZE - off);

			skb_add_rx_frag(skb, i++, page, off, n, PAGE_SIZE);
			done += n;
		}
	}
	return 0;
}

static int __zerocopy_sg_from_iter(struct sk_buff *skb, struct iov_iter *from, size_t length,
				   struct net_devmem_dmabuf_binding *binding)
{
	if (binding)
		return zerocopy_fill_skb_from_devmem(skb, from, length, binding);
	return zerocopy_fill_skb_from_iter(skb, from, length);
}

int skb_zerocopy_iter_stream(struct sk_buff *skb, struct iov_iter *from, int length,
			     struct ubuf_info *uarg, struct net_devmem_dmabuf_binding *binding)
{
	struct ubuf_info *tied = skb_zcopy(skb);
	unsigned int before = skb->len;
	struct iov_iter start = *from;
	int err;

	if (tied && tied != uarg)
		return -EEXIST;
	err = __zerocopy_sg_from_iter(skb, from, length, binding);
	if (err == -EFAULT || (err == -EMSGSIZE && skb->len == before)) {
		*from = start;
		___pskb_trim(skb, before);
		return err;
	}
	skb_zcopy_set(skb, uarg, NULL);
	return skb->len - before;
}
