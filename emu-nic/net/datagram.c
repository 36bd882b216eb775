// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers: everything that reads or writes a packet's bytes.
 *
 * One walk presents the bytes of a range piece by piece: the linear part, the
 * fragments, then the packets on the frag_list. Where it would need a fragment
 * of an unreadable skb it stops and says so, having presented the linear bytes.
 * An empty range that starts at the end of the linear part needs fragments too.
 */
#include <linux/crc32c.h>
#include <linux/export.h>
#include <linux/skbuff.h>
#include <linux/uio.h>
#include <net/checksum.h>

/* Consumes @len bytes at @data; false stops the walk as if the skb were unreadable. */
typedef bool (*skb_piece_fn)(void *ctx, void *data, int len);

struct skb_range {
	int offset;	/* from the start of the skb at hand */
	int len;
	skb_piece_fn fn;
	void *ctx;
};

/* Presents what of the range lies in [0, @size) at @data and moves on behind it. */
static bool skb_range_piece(struct skb_range *range, void *data, int size)
{
	int n = min(size - range->offset, range->len);

	if (n > 0) {
		if (!range->fn(range->ctx, (char *)data + range->offset, n))
			return false;
		range->offset += n;
		range->len -= n;
	}
	range->offset -= size;
	return true;
}

static int skb_range_walk(const struct sk_buff *skb, struct skb_range *range);

static int skb_range_list(const struct sk_buff *skb, struct skb_range *range)
{
	struct sk_buff *member;
	int err;

	skb_walk_frags(skb, member) {
		if (range->offset >= (int)member->len) {
			range->offset -= member->len;
			continue;
		}
		err = skb_range_walk(member, range);
		if (err || !range->len)
			return err;
	}
	return 0;
}

/* 0, maybe with something left for who comes behind @skb, or -EFAULT where it had to stop. */
static int skb_range_walk(const struct sk_buff *skb, struct skb_range *range)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	bool in_linear = range->offset < (int)skb_headlen(skb);
	int i;

	if (!skb_range_piece(range, skb->data, skb_headlen(skb)))
		return -EFAULT;
	if (in_linear && !range->len)
		return 0;
	if (!skb_frags_readable(skb))
		return -EFAULT;
	for (i = 0; i < shinfo->nr_frags && range->len; i++) {
		const skb_frag_t *frag = &shinfo->frags[i];

		if (!skb_range_piece(range, skb_frag_address(frag), skb_frag_size(frag)))
			return -EFAULT;
	}
	return range->len ? skb_range_list(skb, range) : 0;
}

static int skb_walk_range(const struct sk_buff *skb, int offset, int len, skb_piece_fn fn,
			  void *ctx)
{
	struct skb_range range = { .offset = offset, .len = len, .fn = fn, .ctx = ctx };
	int err = skb_range_walk(skb, &range);

	return range.len ? -EFAULT : err;
}

/* --- Copying ------------------------------------------------------------- */

static bool piece_load(void *ctx, void *data, int len)
{
	char **to = ctx;

	memcpy(*to, data, len);
	*to += len;
	return true;
}

static bool piece_store(void *ctx, void *data, int len)
{
	const char **from = ctx;

	memcpy(data, *from, len);
	*from += len;
	return true;
}

int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	if (offset > (int)skb->len - len)
		return -EFAULT;
	return skb_walk_range(skb, offset, len, piece_load, &to);
}
EXPORT_SYMBOL(skb_copy_bits);

int skb_store_bits(struct sk_buff *skb, int offset, const void *from, int len)
{
	if (offset > (int)skb->len - len)
		return -EFAULT;
	return skb_walk_range(skb, offset, len, piece_store, &from);
}
EXPORT_SYMBOL(skb_store_bits);

static bool piece_to_iter(void *ctx, void *data, int len)
{
	return copy_to_iter(data, len, ctx) == len;
}

int skb_copy_datagram_iter(const struct sk_buff *from, int offset, struct iov_iter *to, int size)
{
	size_t room = iov_iter_count(to);

	if (!size || !skb_walk_range(from, offset, size, piece_to_iter, to))
		return 0;
	iov_iter_revert(to, room - iov_iter_count(to));
	return -EFAULT;
}
EXPORT_SYMBOL(skb_copy_datagram_iter);

/* --- Checksums ----------------------------------------------------------- */

/* @done: bytes summed so far; an odd number swaps the halves of what follows. */
struct skb_sum {
	__wsum sum;
	int done;
	u8 *copy;
};

static bool piece_sum(void *ctx, void *data, int len)
{
	struct skb_sum *s = ctx;

	s->sum = csum_block_add(s->sum, csum_partial(data, len, 0), s->done);
	if (s->copy)
		memcpy(s->copy + s->done, data, len);
	s->done += len;
	return true;
}

__wsum skb_checksum(const struct sk_buff *skb, int offset, int len, __wsum csum)
{
	struct skb_sum s = { .sum = csum };

	if (WARN_ON_ONCE(skb_walk_range(skb, offset, len, piece_sum, &s)))
		return 0;
	return s.sum;
}
EXPORT_SYMBOL(skb_checksum);

__wsum skb_copy_and_csum_bits(const struct sk_buff *skb, int offset, u8 *to, int len)
{
	struct skb_sum s = { .copy = to };

	return skb_walk_range(skb, offset, len, piece_sum, &s) ? 0 : s.sum;
}
EXPORT_SYMBOL(skb_copy_and_csum_bits);

static bool piece_crc(void *ctx, void *data, int len)
{
	u32 *crc = ctx;

	*crc = crc32c(*crc, data, len);
	return true;
}

u32 skb_crc32c(const struct sk_buff *skb, int offset, int len, u32 crc)
{
	if (WARN_ON_ONCE(skb_walk_range(skb, offset, len, piece_crc, &crc)))
		return 0;
	return crc;
}
EXPORT_SYMBOL(skb_crc32c);

/* --- In place ------------------------------------------------------------ */

/* The piece that byte @at is in, from there on; 0 at the end of what can be read. */
static unsigned int skb_piece_at(const struct sk_buff *skb, unsigned int at, const u8 **data)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	const struct sk_buff *member;

	if (at < skb_headlen(skb)) {
		*data = skb->data + at;
		return skb_headlen(skb) - at;
	}
	at -= skb_headlen(skb);
	if (!skb_frags_readable(skb))
		return 0;
	for (int i = 0; i < shinfo->nr_frags; i++) {
		unsigned int size = skb_frag_size(&shinfo->frags[i]);

		if (at < size) {
			*data = (const u8 *)skb_frag_address(&shinfo->frags[i]) + at;
			return size - at;
		}
		at -= size;
	}
	skb_walk_frags(skb, member) {
		if (at < member->len)
			return skb_piece_at(member, at, data);
		at -= member->len;
	}
	return 0;
}

void skb_prepare_seq_read(struct sk_buff *skb, unsigned int from, unsigned int to,
			  struct skb_seq_state *st)
{
	*st = (struct skb_seq_state){ .lower_offset = from, .upper_offset = to, .root_skb = skb };
}
EXPORT_SYMBOL(skb_prepare_seq_read);

unsigned int skb_seq_read(unsigned int consumed, const u8 **data, struct skb_seq_state *st)
{
	unsigned int at = st->lower_offset + consumed;

	return at < st->upper_offset ? skb_piece_at(st->root_skb, at, data) : 0;
}
EXPORT_SYMBOL(skb_seq_read);

/* Nothing is mapped: all memory always is. */
void skb_abort_seq_read(struct skb_seq_state *st)
{
	st->root_skb = NULL;
}
EXPORT_SYMBOL(skb_abort_seq_read);
