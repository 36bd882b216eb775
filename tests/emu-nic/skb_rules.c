// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers: what each routine does where the bytes of an unreadable
 * fragment would be needed, that it works as ever where they are not, and that
 * references are kept right when skbs are shared, cut and joined.
 */
#include "fixture.h"

#include <linux/crc32c.h>
#include <linux/errno.h>
#include <linux/skbuff.h>
#include <linux/skbuff_ref.h>
#include <linux/uio.h>
#include <net/checksum.h>
#include <net/gro.h>
#include <net/page_pool/helpers.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/warn.h>

#include "../libpagepool/pools.h"
#include "skb_rig.h"

/* --- Reading and writing ------------------------------------------------- */

static const struct {
	bool readable;
	int offset, len, err, done;
} ranges[] = {
	{ true, 0, TOTAL, 0, TOTAL },
	{ true, LINEAR - 3, 10, 0, 10 },
	{ true, TOTAL - 1, 1, 0, 1 },
	{ true, TOTAL, 0, 0, 0 },
	{ true, TOTAL - 1, 2, -EFAULT, 0 },
	{ false, 0, LINEAR, 0, LINEAR },
	{ false, 5, 0, 0, 0 },
	{ false, LINEAR - 3, 10, -EFAULT, 3 },
	{ false, LINEAR, 1, -EFAULT, 0 },
	{ false, LINEAR, 0, -EFAULT, 0 },
};

START_TEST(copying_bits)
{
	struct sk_buff *skb = ranges[_i].readable ? readable_skb() : unreadable_skb();
	u8 out[TOTAL] = {};
	int i;

	ck_assert_int_eq(skb_copy_bits(skb, ranges[_i].offset, out, ranges[_i].len),
			 ranges[_i].err);
	ck_assert_mem_eq(out, want + ranges[_i].offset, ranges[_i].done);
	for (i = ranges[_i].done; i < TOTAL; i++)
		ck_assert_uint_eq(out[i], 0);
	kfree_skb(skb);
}
END_TEST

START_TEST(storing_bits)
{
	struct sk_buff *skb = ranges[_i].readable ? readable_skb() : unreadable_skb();
	u8 fresh[TOTAL], out[LINEAR];

	memset(fresh, 0xaa, sizeof(fresh));
	ck_assert_int_eq(skb_store_bits(skb, ranges[_i].offset, fresh, ranges[_i].len),
			 ranges[_i].err);
	if (ranges[_i].done && ranges[_i].offset < LINEAR) {
		skb_copy_bits(skb, 0, out, LINEAR);
		ck_assert_uint_eq(out[ranges[_i].offset], 0xaa);
	}
	kfree_skb(skb);
}
END_TEST

START_TEST(checksums)
{
	struct sk_buff *good = readable_skb(), *bad = unreadable_skb();
	u8 copy[TOTAL];

	ck_assert_uint_eq(csum_fold(skb_checksum(good, 0, TOTAL, 0)),
			  ip_compute_csum(want, TOTAL));
	ck_assert_uint_eq(csum_fold(skb_checksum(good, 7, TOTAL - 9, 0)),
			  ip_compute_csum(want + 7, TOTAL - 9));
	ck_assert_uint_eq(csum_fold(skb_checksum(bad, 1, LINEAR - 1, 0)),
			  ip_compute_csum(want + 1, LINEAR - 1));
	udm_warn_expect("datagram.c", 1);
	ck_assert_uint_eq(skb_checksum(bad, 0, LINEAR + 1, 0), 0);
	ck_assert_uint_eq(csum_fold(skb_copy_and_csum_bits(good, 3, copy, TOTAL - 3)),
			  ip_compute_csum(want + 3, TOTAL - 3));
	ck_assert_mem_eq(copy, want + 3, TOTAL - 3);
	ck_assert_uint_eq(skb_copy_and_csum_bits(bad, 3, copy, TOTAL - 3), 0);
	kfree_skb(good);
	kfree_skb(bad);
}
END_TEST

START_TEST(copying_to_the_application)
{
	struct sk_buff *good = readable_skb(), *bad = unreadable_skb();
	struct iov_iter to;
	u8 out[TOTAL];

	iov_iter_ubuf(&to, ITER_DEST, out, sizeof(out));
	ck_assert_int_eq(skb_copy_datagram_iter(good, 2, &to, TOTAL - 2), 0);
	ck_assert_mem_eq(out, want + 2, TOTAL - 2);
	iov_iter_ubuf(&to, ITER_DEST, out, sizeof(out));
	ck_assert_int_eq(skb_copy_datagram_iter(bad, 0, &to, LINEAR), 0);
	ck_assert_uint_eq(iov_iter_count(&to), TOTAL - LINEAR);
	iov_iter_ubuf(&to, ITER_DEST, out, sizeof(out));
	ck_assert_int_eq(skb_copy_datagram_iter(bad, 0, &to, LINEAR + 1), -EFAULT);
	ck_assert_uint_eq(iov_iter_count(&to), TOTAL);
	kfree_skb(good);
	kfree_skb(bad);
}
END_TEST

START_TEST(whole_copies)
{
	struct sk_buff *good = readable_skb(), *bad = unreadable_skb(), *copy;

	copy = skb_copy(good, GFP_KERNEL);
	ck_assert_ptr_nonnull(copy);
	ck_assert(!skb_is_nonlinear(copy));
	ck_assert_mem_eq(copy->data, want, TOTAL);
	kfree_skb(copy);
	ck_assert_ptr_null(skb_copy(bad, GFP_KERNEL));
	kfree_skb(good);
	kfree_skb(bad);
}
END_TEST

START_TEST(copies_with_more_room)
{
	struct sk_buff *good = readable_skb(), *bad = unreadable_skb(), *copy;

	skb_set_transport_header(good, 20);
	copy = skb_copy_expand(good, 70, 30, GFP_KERNEL);
	ck_assert_uint_eq(skb_headroom(copy), 70);
	ck_assert_int_ge(skb_tailroom(copy), 30);
	ck_assert_int_eq(skb_transport_offset(copy), 20);
	ck_assert_mem_eq(copy->data, want, TOTAL);
	kfree_skb(copy);
	ck_assert_ptr_null(skb_copy_expand(bad, 70, 30, GFP_KERNEL));
	udm_fault_nth(2);
	ck_assert_ptr_null(skb_copy_expand(good, 70, 30, GFP_ATOMIC | __GFP_NOWARN));
	udm_fault_nth(0);
	kfree_skb(good);
	kfree_skb(bad);
}
END_TEST

/* The bytes of [from, to) piece by piece; how many there were. */
static unsigned int read_in_place(struct sk_buff *skb, unsigned int from, unsigned int to, u8 *out)
{
	struct skb_seq_state st;
	unsigned int done = 0, n;
	const u8 *data;

	skb_prepare_seq_read(skb, from, to, &st);
	while ((n = skb_seq_read(done, &data, &st))) {
		n = min(n, to - from - done);
		memcpy(out + done, data, n);
		done += n;
	}
	skb_abort_seq_read(&st);
	return done;
}

START_TEST(reading_in_place)
{
	struct sk_buff *good = readable_skb(), *bad = unreadable_skb();
	u8 got[TOTAL];

	ck_assert_uint_eq(read_in_place(good, 3, TOTAL, got), TOTAL - 3);
	ck_assert_mem_eq(got, want + 3, TOTAL - 3);
	ck_assert_uint_eq(read_in_place(good, LINEAR + 3, LINEAR + 10, got), 7);
	ck_assert_mem_eq(got, want + LINEAR + 3, 7);
	ck_assert_uint_eq(read_in_place(good, 0, TOTAL + 1, got), TOTAL);
	ck_assert_uint_eq(read_in_place(good, 9, 9, got), 0);
	ck_assert_uint_eq(read_in_place(bad, 3, TOTAL, got), LINEAR - 3);
	ck_assert_uint_eq(read_in_place(bad, LINEAR, TOTAL, got), 0);
	/* A member of the list is read as far as it can be. */
	skb_shinfo(good)->frag_list = bad;
	good->len += TOTAL;
	good->data_len += TOTAL;
	ck_assert_uint_eq(read_in_place(good, TOTAL - 5, 2 * TOTAL, got), LINEAR + 5);
	ck_assert_mem_eq(got + 5, want, LINEAR);
	kfree_skb(good);
}
END_TEST

START_TEST(crcs)
{
	struct sk_buff *good = readable_skb(), *bad = unreadable_skb();

	ck_assert_uint_eq(skb_crc32c(good, 5, TOTAL - 7, ~0u), crc32c(~0u, want + 5, TOTAL - 7));
	ck_assert_uint_eq(skb_crc32c(bad, 0, LINEAR, 1), crc32c(1, want, LINEAR));
	udm_warn_expect("datagram.c", 1);
	ck_assert_uint_eq(skb_crc32c(bad, 0, LINEAR + 1, 1), 0);
	kfree_skb(good);
	kfree_skb(bad);
}
END_TEST

START_TEST(pulling)
{
	struct sk_buff *good = readable_skb(), *bad = unreadable_skb();

	ck_assert(pskb_may_pull(good, LINEAR + 20));
	ck_assert_uint_eq(skb_headlen(good), LINEAR + 20);
	ck_assert_mem_eq(good->data, want, LINEAR + 20);
	ck_assert(!pskb_may_pull(good, TOTAL + 1));
	ck_assert_int_eq(skb_linearize(good), 0);
	ck_assert_mem_eq(good->data, want, TOTAL);
	ck_assert_uint_eq(skb_shinfo(good)->nr_frags, 0);
	ck_assert(pskb_may_pull(bad, LINEAR));
	ck_assert(!pskb_may_pull(bad, LINEAR + 1));
	ck_assert_ptr_null(pskb_pull(bad, LINEAR + 1));
	ck_assert_int_eq(skb_linearize(bad), -ENOMEM);
	ck_assert_uint_eq(bad->len, TOTAL);
	ck_assert_uint_eq(skb_headlen(bad), LINEAR);
	kfree_skb(good);
	kfree_skb(bad);
}
END_TEST

START_TEST(condensing)
{
	struct sk_buff *roomy = linear_skb(512), *bad = unreadable_skb();
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned int truesize = bad->truesize;

	memcpy(page_address(page), want + LINEAR, FRAG);
	skb_add_rx_frag(roomy, 0, page, 0, FRAG, PAGE_SIZE);
	skb_condense(roomy);
	ck_assert_uint_eq(skb_headlen(roomy), TOTAL);
	ck_assert_uint_eq(roomy->truesize, SKB_TRUESIZE(skb_end_offset(roomy)));
	skb_condense(bad);
	ck_assert_uint_eq(skb_headlen(bad), LINEAR);
	ck_assert_uint_eq(bad->truesize, truesize);
	kfree_skb(roomy);
	kfree_skb(bad);
}
END_TEST

/* A dump names what cannot be read and shows the rest, of the packets on its list too. */
START_TEST(dumping)
{
	struct sk_buff *skb = readable_skb(), *bad = unreadable_skb();
	const u8 *frag = skb_frag_address(&skb_shinfo(skb)->frags[0]);
	char text[64];

	skb_add_rx_frag_netmem(bad, 1, net_iov_to_netmem(&skb_niov), 0, 1, 1);
	skb_shinfo(skb)->frag_list = bad;
	skb->len += bad->len;
	skb->data_len += bad->len;
	log_look_for("skb frag 0: not readable");
	skb_dump(KERN_ERR, skb, true);
	ck_assert_uint_eq(log_found(), 1);
	log_look_for("skb frag 1: not readable");
	skb_dump(KERN_ERR, skb, false);
	ck_assert_uint_eq(log_found(), 1);
	snprintf(text, sizeof(text), "skb frag:     00000000: %02x %02x %02x", frag[0], frag[1],
		 frag[2]);
	log_look_for(text);
	skb_dump(KERN_ERR, skb, true);
	ck_assert_uint_eq(log_found(), 1);
	kfree_skb(skb);
}
END_TEST

/* --- Trimming ------------------------------------------------------------ */

START_TEST(trimming_works_and_may_make_it_readable)
{
	struct sk_buff *skb = unreadable_skb();
	u8 out[LINEAR];

	ck_assert_int_eq(pskb_trim(skb, LINEAR + 30), 0);
	ck_assert_uint_eq(skb->len, LINEAR + 30);
	ck_assert_uint_eq(skb_frag_size(&skb_shinfo(skb)->frags[0]), 30);
	ck_assert(!skb_frags_readable(skb));
	ck_assert_int_eq(pskb_trim(skb, LINEAR - 5), 0);
	ck_assert(skb_frags_readable(skb));
	ck_assert_int_eq(skb_copy_bits(skb, 0, out, LINEAR - 5), 0);
	ck_assert_uint_eq(skb_shinfo(skb)->nr_frags, 0);
	kfree_skb(skb);
}
END_TEST

START_TEST(trimming_under_a_complete_checksum)
{
	struct sk_buff *good = readable_skb(), *bad = unreadable_skb();

	good->ip_summed = CHECKSUM_COMPLETE;
	good->csum = skb_checksum(good, 0, TOTAL, 0);
	ck_assert_int_eq(pskb_trim_rcsum(good, LINEAR + 21), 0);
	ck_assert_uint_eq(csum_fold(good->csum), ip_compute_csum(want, LINEAR + 21));
	bad->ip_summed = CHECKSUM_COMPLETE;
	ck_assert_int_eq(pskb_trim_rcsum(bad, LINEAR + 1), -EFAULT);
	ck_assert_uint_eq(bad->len, TOTAL);
	ck_assert_int_eq(pskb_trim_rcsum(bad, LINEAR), 0);
	ck_assert_uint_eq(bad->ip_summed, CHECKSUM_NONE);
	kfree_skb(good);
	kfree_skb(bad);
}
END_TEST

START_TEST(trimming_cuts_the_frag_list)
{
	struct sk_buff *skb = linear_skb(LINEAR), *one = linear_skb(LINEAR), *two;

	two = linear_skb(LINEAR);
	skb_shinfo(skb)->frag_list = one;
	one->next = two;
	skb->len += 2 * LINEAR;
	skb->data_len = 2 * LINEAR;
	ck_assert_int_eq(pskb_trim(skb, LINEAR + 10), 0);
	ck_assert_uint_eq(one->len, 10);
	ck_assert_ptr_null(one->next);
	ck_assert_int_eq(pskb_trim(skb, 3), 0);
	ck_assert(!skb_has_frag_list(skb));
	kfree_skb(skb);
}
END_TEST

/* Two skbs with a head each have the same list: what one of them cuts the other one keeps. */
START_TEST(a_shared_list_is_not_cut)
{
	struct sk_buff *skb = linear_skb(512), *one = linear_skb(LINEAR), *two = linear_skb(LINEAR);
	struct sk_buff *twin;

	skb_shinfo(skb)->frag_list = one;
	one->next = two;
	skb->len += 2 * LINEAR;
	skb->data_len = 2 * LINEAR;
	twin = skb_clone(skb, GFP_KERNEL);
	if (_i < 3)
		ck_assert_int_eq(pskb_trim(twin, LINEAR * (_i + 1) + 10 * (_i & 1)), 0);
	else
		ck_assert_ptr_nonnull(pskb_pull(twin, 2 * LINEAR + 10 * (_i & 1)));
	ck_assert_ptr_eq(skb_shinfo(skb)->frag_list, one);
	ck_assert_ptr_eq(one->next, two);
	ck_assert_ptr_null(two->next);
	ck_assert_uint_eq(one->len + two->len, 2 * LINEAR);
	ck_assert_int_eq(skb_linearize(skb), 0);
	ck_assert_mem_eq(skb->data + 2 * LINEAR, want, LINEAR);
	kfree_skb(twin);
	kfree_skb(skb);
}
END_TEST

/* --- Sharing: who gives back what ---------------------------------------- */

START_TEST(a_recycled_skb_returns_its_fragments)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *skb = pool_skb(pool, 3);

	ck_assert_int_eq(out_of(pool), 3);
	kfree_skb(skb);
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(the_last_of_two_clones_returns_the_fragments)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *skb = pool_skb(pool, 2), *twin = skb_clone(skb, GFP_KERNEL);

	ck_assert(twin->pp_recycle);
	ck_assert(skb_cloned(skb) && skb_cloned(twin));
	kfree_skb(_i ? skb : twin);
	ck_assert_int_eq(out_of(pool), 2);
	kfree_skb(_i ? twin : skb);
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

/* A clone with a head of its own holds the memory by its own references. */
START_TEST(a_clone_that_takes_a_private_head)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *skb = pool_skb(pool, 2), *twin = skb_clone(skb, GFP_KERNEL);

	ck_assert_int_eq(pskb_expand_head(twin, 64, 64, GFP_KERNEL), 0);
	ck_assert(!twin->pp_recycle);
	ck_assert_mem_eq(twin->data, want, LINEAR);
	ck_assert_uint_ge(skb_headroom(twin), 64);
	ck_assert_int_eq(page_ref_count(skb_frag_page(&skb_shinfo(skb)->frags[0])), 2);
	kfree_skb(_i ? skb : twin);
	kfree_skb(_i ? twin : skb);
	/* Freed while somebody else had the page, it leaves the pool. */
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(a_copied_header_shares_the_fragments)
{
	struct sk_buff *skb = unreadable_skb(), *copy = pskb_copy(skb, GFP_KERNEL);

	ck_assert(!skb_frags_readable(copy));
	ck_assert_uint_eq(copy->len, TOTAL);
	ck_assert_mem_eq(copy->data, want, LINEAR);
	ck_assert_ptr_ne(copy->head, skb->head);
	kfree_skb(copy);
	kfree_skb(skb);
}
END_TEST

START_TEST(splitting_shares_the_fragment_that_is_cut)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *skb = pool_skb(pool, 2), *rest = alloc_skb(LINEAR, GFP_KERNEL);

	skb_split(skb, rest, LINEAR + FRAG + 30);
	ck_assert_uint_eq(skb->len, LINEAR + FRAG + 30);
	ck_assert_uint_eq(rest->len, FRAG - 30);
	ck_assert_uint_eq(skb_frag_off(&skb_shinfo(rest)->frags[0]), 30);
	kfree_skb(skb);
	ck_assert_int_eq(out_of(pool), 1);
	kfree_skb(rest);
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(splitting_passes_unreadable_on)
{
	struct sk_buff *skb = unreadable_skb(), *rest = alloc_skb(LINEAR, GFP_KERNEL);

	skb_split(skb, rest, 10);
	ck_assert_uint_eq(rest->len, TOTAL - 10);
	ck_assert_uint_eq(skb_headlen(rest), LINEAR - 10);
	ck_assert_mem_eq(rest->data, want + 10, LINEAR - 10);
	ck_assert(!skb_frags_readable(rest));
	ck_assert(skb_frags_readable(skb));
	kfree_skb(skb);
	kfree_skb(rest);
}
END_TEST

/* --- Joining ------------------------------------------------------------- */

START_TEST(coalescing_moves_fragments)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *to = payload_only(pool_skb(pool, 1));
	struct sk_buff *from = payload_only(pool_skb(pool, 2));
	bool stolen;
	int delta;

	ck_assert(skb_try_coalesce(to, from, &stolen, &delta));
	ck_assert(!stolen);
	ck_assert_int_eq(delta, 2 * PAGE_SIZE);
	ck_assert_uint_eq(skb_shinfo(to)->nr_frags, 3);
	ck_assert_uint_eq(to->len, 3 * FRAG);
	kfree_skb_partial(from, stolen);
	ck_assert_int_eq(out_of(pool), 3);
	kfree_skb(to);
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(coalescing_a_clone_shares_fragments)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *to = payload_only(pool_skb(pool, 1));
	struct sk_buff *from = payload_only(pool_skb(pool, 1));
	struct sk_buff *twin = skb_clone(from, GFP_KERNEL);
	bool stolen;
	int delta;

	ck_assert(skb_try_coalesce(to, from, &stolen, &delta));
	kfree_skb_partial(from, stolen);
	kfree_skb(to);
	ck_assert_int_eq(out_of(pool), 1);
	kfree_skb(twin);
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(coalescing_copies_into_room)
{
	struct sk_buff *to = linear_skb(512), *from = readable_skb();
	bool stolen;
	int delta;

	ck_assert(skb_try_coalesce(to, from, &stolen, &delta));
	ck_assert_int_eq(delta, 0);
	ck_assert_mem_eq(to->data + LINEAR, want, TOTAL);
	kfree_skb_partial(from, stolen);
	kfree_skb(to);
}
END_TEST

START_TEST(coalescing_is_refused)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *unreadable = unreadable_skb(), *readable = readable_skb();
	struct sk_buff *recycled = payload_only(pool_skb(pool, 1)), *roomy = linear_skb(512);
	struct sk_buff *full = payload_only(pool_skb(pool, MAX_SKB_FRAGS));
	bool stolen;
	int delta;

	ck_assert(!skb_try_coalesce(unreadable, payload_only(readable), &stolen, &delta));
	ck_assert(!skb_try_coalesce(readable, unreadable, &stolen, &delta));
	/* Linear bytes of an unreadable skb stay where they are, room or not. */
	roomy->unreadable = 1;
	ck_assert(!skb_try_coalesce(roomy, unreadable, &stolen, &delta));
	ck_assert(skb_try_coalesce(roomy, payload_only(unreadable), &stolen, &delta));
	ck_assert(!skb_try_coalesce(recycled, readable, &stolen, &delta));
	ck_assert(!skb_try_coalesce(full, recycled, &stolen, &delta));
	kfree_skb(unreadable);
	kfree_skb(readable);
	kfree_skb(recycled);
	kfree_skb(roomy);
	kfree_skb(full);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(merging_received_segments)
{
	struct sk_buff *a = payload_only(unreadable_skb()), *b = payload_only(unreadable_skb());
	struct sk_buff *linear = unreadable_skb(), *readable = payload_only(readable_skb());

	ck_assert_int_eq(skb_gro_receive(a, b), 0);
	ck_assert_uint_eq(skb_shinfo(a)->nr_frags, 2);
	ck_assert_uint_eq(a->len, 2 * FRAG);
	ck_assert(!skb_frags_readable(a));
	ck_assert_int_eq(skb_gro_receive(a, readable), -ETOOMANYREFS);
	ck_assert_int_eq(skb_gro_receive(a, linear), -ETOOMANYREFS);
	kfree_skb(a);
	kfree_skb(b);
	kfree_skb(linear);
	kfree_skb(readable);
}
END_TEST

/* A packet whose own bytes can be read while those of the one on its frag_list cannot. */
START_TEST(an_unreadable_member)
{
	struct sk_buff *skb = linear_skb(512), *member = unreadable_skb(), *to = linear_skb(512);
	u8 out[2 * LINEAR];
	bool stolen;
	int delta;

	skb_shinfo(skb)->frag_list = member;
	skb->len += member->len;
	skb->data_len += member->len;
	ck_assert(skb_frags_readable(skb));
	ck_assert_int_eq(skb_copy_bits(skb, 0, out, 2 * LINEAR), 0);
	ck_assert(!pskb_may_pull(skb, 2 * LINEAR + 1));
	ck_assert_int_eq(skb_linearize(skb), -ENOMEM);
	ck_assert(!skb_try_coalesce(to, skb, &stolen, &delta));
	ck_assert_uint_eq(to->len, LINEAR);
	ck_assert_uint_eq(skb->len, 2 * LINEAR + FRAG);
	ck_assert_uint_eq(skb_headlen(skb), LINEAR);
	/* As far as it can be read it can be pulled. */
	ck_assert(pskb_may_pull(skb, 2 * LINEAR));
	ck_assert_mem_eq(skb->data + LINEAR, want, LINEAR);
	kfree_skb(skb);
	kfree_skb(to);
}
END_TEST

/* --- Fragments ----------------------------------------------------------- */

START_TEST(filling_marks_what_it_makes_of_the_skb)
{
	struct sk_buff *skb = linear_skb(LINEAR);
	netmem_ref netmem = net_iov_to_netmem(&skb_niov);

	net_iov_init(&skb_niov, &skb_area, NET_IOV_IOURING);
	skb_frag_fill_netmem_desc(&skb_shinfo(skb)->frags[0], netmem, 1, 2);
	__skb_fill_netmem_desc_noacc(skb_shinfo(skb), 0, netmem, 1, 2);
	ck_assert(skb_frags_readable(skb));
	__skb_fill_netmem_desc(skb, 0, netmem, 1, 2);
	ck_assert(!skb_frags_readable(skb));
	ck_assert_uint_eq(skb_shinfo(skb)->nr_frags, 0);
	skb_fill_netmem_desc(skb, 0, netmem, 1, 2);
	ck_assert_uint_eq(skb_shinfo(skb)->nr_frags, 1);
	ck_assert_uint_eq(skb->len, LINEAR);
	ck_assert_ptr_null(skb_frag_page(&skb_shinfo(skb)->frags[0]));
	ck_assert_ptr_null(skb_frag_address(&skb_shinfo(skb)->frags[0]));
	ck_assert_ptr_eq(skb_frag_net_iov(&skb_shinfo(skb)->frags[0]), &skb_niov);
	ck_assert(!skb_can_coalesce(skb, 1, NULL, 3));
	ck_assert(skb_can_coalesce_netmem(skb, 1, netmem, 3));
	ck_assert(!skb_can_coalesce_netmem(skb, 1, netmem, 4));
	ck_assert(!skb_can_coalesce_netmem(skb, 0, netmem, 3));
	skb_add_rx_frag_netmem(skb, 1, netmem, 3, 7, 100);
	skb_coalesce_rx_frag(skb, 1, 5, 10);
	ck_assert_uint_eq(skb->len, LINEAR + 12);
	ck_assert_uint_eq(skb->data_len, 12);
	skb->data_len -= 12;
	kfree_skb(skb);
}
END_TEST

/* A net_iov is mapped already: its address plus both offsets. */
START_TEST(mapping_a_net_iov_maps_nothing)
{
	skb_frag_t frag;

	skb_niov.desc.dma_addr = 0x10000;
	skb_frag_fill_netmem_desc(&frag, net_iov_to_netmem(&skb_niov), 0x20, 0x100);
	ck_assert_uint_eq(skb_frag_dma_map(NULL, &frag), 0x10020);
	ck_assert_uint_eq(skb_frag_dma_map(NULL, &frag, 4), 0x10024);
	ck_assert_uint_eq(skb_frag_dma_map(NULL, &frag, 4, 8, DMA_TO_DEVICE), 0x10024);
}
END_TEST

static void add_contents(TCase *tc)
{
	tcase_add_loop_test(tc, copying_bits, 0, ARRAY_SIZE(ranges));
	tcase_add_loop_test(tc, storing_bits, 0, ARRAY_SIZE(ranges));
	tcase_add_test(tc, checksums);
	tcase_add_test(tc, copying_to_the_application);
	tcase_add_test(tc, whole_copies);
	tcase_add_test(tc, copies_with_more_room);
	tcase_add_test(tc, reading_in_place);
	tcase_add_test(tc, crcs);
	tcase_add_test(tc, pulling);
	tcase_add_test(tc, condensing);
	tcase_add_test(tc, dumping);
	tcase_add_test(tc, trimming_works_and_may_make_it_readable);
	tcase_add_test(tc, trimming_under_a_complete_checksum);
	tcase_add_test(tc, trimming_cuts_the_frag_list);
	tcase_add_loop_test(tc, a_shared_list_is_not_cut, 0, 5);
}

static void add_references(TCase *tc)
{
	tcase_add_test(tc, a_recycled_skb_returns_its_fragments);
	tcase_add_loop_test(tc, the_last_of_two_clones_returns_the_fragments, 0, 2);
	tcase_add_loop_test(tc, a_clone_that_takes_a_private_head, 0, 2);
	tcase_add_test(tc, a_copied_header_shares_the_fragments);
	tcase_add_test(tc, splitting_shares_the_fragment_that_is_cut);
	tcase_add_test(tc, splitting_passes_unreadable_on);
	tcase_add_test(tc, coalescing_moves_fragments);
	tcase_add_test(tc, coalescing_a_clone_shares_fragments);
	tcase_add_test(tc, coalescing_copies_into_room);
	tcase_add_test(tc, coalescing_is_refused);
	tcase_add_test(tc, merging_received_segments);
	tcase_add_test(tc, an_unreadable_member);
	tcase_add_test(tc, filling_marks_what_it_makes_of_the_skb);
	tcase_add_test(tc, mapping_a_net_iov_maps_nothing);
}

Suite *skb_rules_suite(void)
{
	Suite *s = suite_create("skb_rules");
	TCase *tc = tcase_create("contents"), *refs = tcase_create("references");

	tcase_add_checked_fixture(tc, skb_open, machine_shutdown);
	suite_add_tcase(s, tc);
	add_contents(tc);
	tcase_add_checked_fixture(refs, skb_open, machine_shutdown);
	suite_add_tcase(s, refs);
	add_references(refs);
	return s;
}
