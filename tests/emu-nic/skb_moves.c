// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers: bytes made one's own, and bytes of one for another by reference.
 */
#include "fixture.h"

#include <linux/errno.h>
#include <linux/skbuff.h>
#include <string.h>
#include <udevmem/fault.h>

#include "../libpagepool/pools.h"
#include "send_rig.h"
#include "skb_rig.h"

/* --- Writing ------------------------------------------------------------- */

static const struct {
	bool readable;
	unsigned int len;
	int err;
	unsigned int linear;	/* afterwards */
} writable[] = {
	{ true, 0, 0, LINEAR },
	{ true, LINEAR, 0, LINEAR },
	{ true, LINEAR + 30, 0, LINEAR + 30 },
	{ true, TOTAL, 0, TOTAL },
	{ true, TOTAL + 1, -ENOMEM, LINEAR },
	{ false, LINEAR, 0, LINEAR },
	{ false, LINEAR + 1, -ENOMEM, LINEAR },
	{ false, TOTAL + 1, -ENOMEM, LINEAR },
};

START_TEST(bytes_to_write_are_linear)
{
	struct sk_buff *skb = writable[_i].readable ? readable_skb() : unreadable_skb();

	ck_assert_int_eq(skb_ensure_writable(skb, writable[_i].len), writable[_i].err);
	ck_assert_uint_eq(skb_headlen(skb), writable[_i].linear);
	ck_assert_uint_eq(skb->len, TOTAL);
	ck_assert_mem_eq(skb->data, want, writable[_i].linear);
	ck_assert(skb_frags_readable(skb) == writable[_i].readable);
	kfree_skb(skb);
}
END_TEST

/* What one of two writes the other one does not see, whatever the fragments are. */
START_TEST(bytes_to_write_are_private)
{
	struct sk_buff *skb = _i ? readable_skb() : unreadable_skb();
	struct sk_buff *twin = skb_clone(skb, GFP_KERNEL);

	ck_assert_int_eq(skb_ensure_writable(twin, 10), 0);
	ck_assert(!skb_cloned(twin) && !skb_cloned(skb));
	memset(twin->data, 0xaa, 10);
	ck_assert_mem_eq(skb->data, want, LINEAR);
	kfree_skb(skb);
	ck_assert_mem_eq(twin->data + 10, want + 10, LINEAR - 10);
	ck_assert_uint_eq(twin->len, TOTAL);
	ck_assert(skb_frags_readable(twin) == _i);
	kfree_skb(twin);
}
END_TEST

/* Nobody's pages go back to the pool early, nor twice. */
START_TEST(a_private_head_keeps_the_fragments)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *skb = pool_skb(pool, 2), *twin = skb_clone(skb, GFP_KERNEL);

	ck_assert_int_eq(skb_ensure_writable(skb, LINEAR), 0);
	kfree_skb(_i ? skb : twin);
	kfree_skb(_i ? twin : skb);
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

static int write_clone(void *ctx)
{
	struct sk_buff *skb = ctx, *twin = skb_clone(skb, GFP_KERNEL | __GFP_NOWARN);
	int err;

	if (!twin)
		return -ENOMEM;
	err = skb_ensure_writable(twin, LINEAR + 20);
	ck_assert_uint_eq(twin->len, TOTAL);
	ck_assert_mem_eq(twin->data, want, skb_headlen(twin));
	kfree_skb(twin);
	return err;
}

START_TEST(writing_without_memory)
{
	struct sk_buff *skb = readable_skb();

	ck_assert_int_gt(udm_fault_sweep(write_clone, skb), 1);
	ck_assert_uint_eq(skb->len, TOTAL);
	kfree_skb(skb);
}
END_TEST

static void add_writing(Suite *s)
{
	TCase *tc = tcase_create("writing");

	tcase_add_checked_fixture(tc, skb_open, machine_shutdown);
	tcase_add_loop_test(tc, bytes_to_write_are_linear, 0, ARRAY_SIZE(writable));
	tcase_add_loop_test(tc, bytes_to_write_are_private, 0, 2);
	tcase_add_loop_test(tc, a_private_head_keeps_the_fragments, 0, 2);
	tcase_add_test(tc, writing_without_memory);
	suite_add_tcase(s, tc);
}

/* --- Sharing ------------------------------------------------------------- */

static const struct {
	bool readable;
	int len;
	unsigned int room;	/* of the target, which is rounded up to 64 */
	int hlen, err;
	unsigned int linear;	/* of the target, afterwards */
} zerocopies[] = {
	{ true, TOTAL, TOTAL, LINEAR, 0, TOTAL },
	{ false, TOTAL, TOTAL, LINEAR, -EFAULT, 0 },
	{ false, LINEAR, LINEAR, LINEAR, 0, LINEAR },
	{ true, TOTAL, LINEAR, LINEAR, 0, LINEAR },
	{ false, TOTAL, LINEAR, LINEAR, 0, LINEAR },
	{ true, TOTAL - 30, LINEAR, LINEAR, 0, LINEAR },
	{ false, TOTAL - 30, LINEAR, LINEAR, 0, LINEAR },
	{ true, TOTAL, LINEAR, LINEAR + 10, 0, LINEAR + 10 },
	{ false, TOTAL, LINEAR, LINEAR + 10, -EFAULT, 0 },
	/* Linear bytes that are neither asked for nor can be shared; bytes that are not there. */
	{ true, TOTAL, LINEAR, LINEAR - 1, -EFAULT, LINEAR - 1 },
	{ false, TOTAL + 1, LINEAR, LINEAR, -EFAULT, LINEAR },
};

static void expect_shared(const struct sk_buff *to, const struct sk_buff *from, int len)
{
	const skb_frag_t *frag = &skb_shinfo(to)->frags[0], *source = &skb_shinfo(from)->frags[0];
	unsigned int cut = skb_headlen(to) - LINEAR;
	u8 got[TOTAL];

	ck_assert_uint_eq(skb_shinfo(to)->nr_frags, 1);
	ck_assert_uint_eq(skb_frag_netmem(frag), skb_frag_netmem(source));
	ck_assert_uint_eq(skb_frag_off(frag), skb_frag_off(source) + cut);
	ck_assert_uint_eq(to->len, len);
	ck_assert_uint_eq(to->truesize, SKB_TRUESIZE(skb_end_offset(to)) + to->data_len);
	ck_assert(skb_frags_readable(to) == skb_frags_readable(from));
	if (!skb_frags_readable(to))
		return;
	ck_assert_int_eq(page_ref_count(skb_frag_page(frag)), 2);
	ck_assert_int_eq(skb_copy_bits(to, 0, got, len), 0);
	ck_assert_mem_eq(got, want, len);
}

START_TEST(small_ones_are_copied_others_shared)
{
	const typeof(zerocopies[0]) *z = &zerocopies[_i / 2];
	struct sk_buff *from = z->readable ? readable_skb() : unreadable_skb();
	struct sk_buff *to = alloc_skb(z->room, GFP_KERNEL);

	ck_assert_int_eq(skb_zerocopy(to, from, z->len, z->hlen), z->err);
	ck_assert_uint_eq(skb_headlen(to), z->linear);
	ck_assert_mem_eq(to->data, want, min(z->linear, (unsigned int)TOTAL));
	if (!z->err && z->room < (unsigned int)z->len)
		expect_shared(to, from, z->len);
	ck_assert_uint_eq(from->len, TOTAL);
	kfree_skb(_i & 1 ? to : from);
	kfree_skb(_i & 1 ? from : to);
}
END_TEST

/* An skb in a page of its own, with so many linear bytes. */
static struct sk_buff *page_headed(unsigned int linear)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct sk_buff *skb = build_skb(page_address(page), PAGE_SIZE);

	skb_reserve(skb, 16);
	skb_put(skb, linear);
	for (unsigned int i = 0; i < linear; i++)
		skb->data[i] = 5 * i;
	return skb;
}

START_TEST(how_much_linear_room)
{
	struct sk_buff *skb = readable_skb(), *head = page_headed(64), *small = page_headed(63);
	struct page *page = alloc_page(GFP_KERNEL);

	ck_assert_uint_eq(skb_zerocopy_headlen(skb), LINEAR);
	ck_assert_uint_eq(skb_zerocopy_headlen(payload_only(skb)), FRAG);
	ck_assert_uint_eq(skb_zerocopy_headlen(head), 0);
	ck_assert_uint_eq(skb_zerocopy_headlen(small), 63);
	for (int i = 0; i < MAX_SKB_FRAGS; i++) {
		get_page(page);
		skb_add_rx_frag(head, i, page, i, 1, 1);
	}
	put_page(page);
	ck_assert_uint_eq(skb_zerocopy_headlen(head), 64);
	skb_shinfo(small)->frag_list = skb;
	small->len += FRAG;
	small->data_len += FRAG;
	ck_assert_uint_eq(skb_zerocopy_headlen(small), 63 + FRAG);
	kfree_skb(head);
	kfree_skb(small);
}
END_TEST

/* The page that the head is in, then the fragments; some of it may have been copied. */
START_TEST(a_head_in_a_page_is_shared)
{
	struct sk_buff *from = page_headed(1000), *to = alloc_skb(64, GFP_KERNEL);
	int hlen = _i & 1 ? 50 : 0;
	u8 got[1000];

	net_iov_init(&skb_niov, &skb_area, NET_IOV_IOURING);
	skb_add_rx_frag_netmem(from, 0, net_iov_to_netmem(&skb_niov), 7, FRAG, PAGE_SIZE);
	ck_assert_int_eq(skb_zerocopy(to, from, 1000 + FRAG - 1, hlen), 0);
	ck_assert_uint_eq(skb_headlen(to), hlen);
	ck_assert_uint_eq(skb_shinfo(to)->nr_frags, 2);
	ck_assert_uint_eq(skb_frag_size(&skb_shinfo(to)->frags[0]), 1000 - hlen);
	ck_assert_uint_eq(skb_frag_size(&skb_shinfo(to)->frags[1]), FRAG - 1);
	ck_assert(!skb_frags_readable(to));
	kfree_skb(_i & 2 ? from : NULL);
	memcpy(got, to->data, hlen);
	memcpy(got + hlen, skb_frag_address(&skb_shinfo(to)->frags[0]), 1000 - hlen);
	for (int i = 0; i < 1000; i++)
		ck_assert_uint_eq(got[i], (u8)(5 * i));
	kfree_skb(to);
	kfree_skb(_i & 2 ? NULL : from);
}
END_TEST

/* Of the page itself where the other has a reference of the pool's. */
START_TEST(shared_pool_memory)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *from = pool_skb(pool, 3), *to = alloc_skb(LINEAR, GFP_KERNEL);

	if (_i & 2)
		skb_mark_for_recycle(to);
	ck_assert_int_eq(skb_zerocopy(to, from, LINEAR + 2 * FRAG, LINEAR), 0);
	ck_assert_uint_eq(skb_shinfo(to)->nr_frags, 2);
	kfree_skb(_i & 1 ? from : to);
	kfree_skb(_i & 1 ? to : from);
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(a_list_of_packets_is_copied)
{
	struct sk_buff *from = linear_skb(LINEAR), *to = alloc_skb(2 * TOTAL, GFP_KERNEL);

	skb_shinfo(from)->frag_list = _i ? readable_skb() : unreadable_skb();
	from->len += TOTAL;
	from->data_len += TOTAL;
	ck_assert_int_eq(skb_zerocopy(to, from, from->len, skb_zerocopy_headlen(from)),
			 _i ? 0 : -EFAULT);
	ck_assert_uint_eq(to->len, _i ? LINEAR + TOTAL : 0);
	if (_i)
		ck_assert_mem_eq(to->data + LINEAR, want, TOTAL);
	kfree_skb(from);
	kfree_skb(to);
}
END_TEST

static unsigned int objects_done;

static void object_done(struct sk_buff *skb, struct ubuf_info *uarg, bool success)
{
	objects_done++;
}

/* Who does not wait for receivers keeps his pages: the other has copies, or nothing. */
START_TEST(memory_of_somebody_who_does_not_wait)
{
	static const struct ubuf_info_ops ops = { .complete = object_done };
	struct ubuf_info uarg = { .ops = &ops, .flags = SKBFL_ZEROCOPY_FRAG };
	struct sk_buff *from = _i ? readable_skb() : unreadable_skb();
	struct sk_buff *to = alloc_skb(LINEAR, GFP_KERNEL);

	objects_done = 0;
	refcount_set(&uarg.refcnt, 1);
	skb_zcopy_init(from, &uarg);
	fail_whatever_flags();
	udm_fault_nth(1);
	ck_assert_int_eq(skb_zerocopy(to, from, TOTAL, LINEAR), -ENOMEM);
	udm_fault_reset();
	ck_assert_uint_eq(objects_done, 0);
	kfree_skb(to);
	if (_i) {
		to = alloc_skb(LINEAR, GFP_KERNEL);
		ck_assert_int_eq(skb_zerocopy(to, from, TOTAL, LINEAR), 0);
		ck_assert_uint_eq(objects_done, 1);
		expect_shared(to, from, TOTAL);
		ck_assert_ptr_null(skb_zcopy(to));
		kfree_skb(to);
	}
	kfree_skb(from);
	ck_assert_uint_eq(objects_done, 1);
}
END_TEST

/* The call is complete, and the memory free of the device, when both have gone. */
START_TEST(device_memory_is_held_by_both)
{
	struct sk_buff *seg, *to = alloc_skb(64, GFP_KERNEL);

	ck_assert_int_eq(send_device(0, 5000), 5000);
	seg = tcp_send_segment(out.sk, SEND_ISS, 5000, 64);
	send_ack(5000);
	skb_push(seg, 64);
	ck_assert_int_eq(skb_zerocopy(to, seg, 5064, 64), 0);
	ck_assert_ptr_eq(skb_zcopy(to), skb_zcopy(seg));
	nic_unbind();
	kfree_skb(_i ? to : seg);
	expect_no_report();
	ck_assert(send_memory_bound());
	kfree_skb(_i ? seg : to);
	expect_report(0, 0, 0);
	ck_assert(!send_memory_bound());
}
END_TEST

static void add_sharing(Suite *s)
{
	TCase *tc = tcase_create("sharing"), *sent = tcase_create("device memory");

	tcase_add_checked_fixture(tc, skb_open, machine_shutdown);
	tcase_add_loop_test(tc, small_ones_are_copied_others_shared, 0,
			    2 * ARRAY_SIZE(zerocopies));
	tcase_add_test(tc, how_much_linear_room);
	tcase_add_loop_test(tc, a_head_in_a_page_is_shared, 0, 4);
	tcase_add_loop_test(tc, shared_pool_memory, 0, 4);
	tcase_add_loop_test(tc, a_list_of_packets_is_copied, 0, 2);
	tcase_add_loop_test(tc, memory_of_somebody_who_does_not_wait, 0, 2);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(sent, zc_open, send_close);
	tcase_add_loop_test(sent, device_memory_is_held_by_both, 0, 2);
	suite_add_tcase(s, sent);
}

/* --- Shifting ------------------------------------------------------------ */

/* Fragments without linear bytes: the first @n slots have a byte each, then comes @skb's. */
static struct sk_buff *crowded(struct sk_buff *skb, int n)
{
	struct page *page = alloc_page(GFP_KERNEL);
	skb_frag_t last = skb_shinfo(skb)->frags[0];

	skb_pull(skb, LINEAR);
	for (int i = 0; i < n; i++) {
		get_page(page);
		skb_fill_page_desc(skb, i, page, 2 * i, 1);
	}
	skb_len_add(skb, n);
	skb_shinfo(skb)->frags[n] = last;
	skb_shinfo(skb)->nr_frags = n + 1;
	put_page(page);
	return skb;
}

/* Kinds of memory do not matter, nor how much of a fragment it is. */
START_TEST(fragments_move)
{
	struct sk_buff *tgt = _i & 1 ? readable_skb() : unreadable_skb();
	struct sk_buff *skb = crowded(_i & 2 ? readable_skb() : unreadable_skb(), 1);
	unsigned int n = _i & 4 ? 31 : 1 + FRAG, sizes = tgt->truesize + skb->truesize;
	const struct skb_shared_info *to = skb_shinfo(tgt), *left = skb_shinfo(skb);
	skb_frag_t frag = left->frags[1];

	ck_assert_int_eq(skb_shift(tgt, skb, n), n);
	ck_assert_uint_eq(tgt->len, TOTAL + n);
	ck_assert_uint_eq(skb->len, 1 + FRAG - n);
	ck_assert_uint_eq(skb->data_len, skb->len);
	ck_assert_uint_eq(tgt->truesize + skb->truesize, sizes);
	ck_assert_uint_eq(to->nr_frags, 3);
	ck_assert_uint_eq(to->frags[2].netmem, frag.netmem);
	ck_assert_uint_eq(to->frags[2].offset, frag.offset);
	ck_assert_uint_eq(to->frags[2].len, n - 1);
	ck_assert_uint_eq(left->nr_frags, skb->len != 0);
	ck_assert(skb_frags_readable(tgt) == ((_i & 3) == 3));
	ck_assert(skb_frags_readable(skb) == ((_i & 2) || !skb->len));
	if (skb->len) {
		ck_assert_uint_eq(left->frags[0].netmem, frag.netmem);
		ck_assert_uint_eq(left->frags[0].offset, frag.offset + n - 1);
		ck_assert_uint_eq(left->frags[0].len, skb->len);
	}
	ck_assert_int_eq(tgt->ip_summed, CHECKSUM_PARTIAL);
	ck_assert_int_eq(skb->ip_summed, CHECKSUM_PARTIAL);
	kfree_skb(_i & 8 ? tgt : skb);
	kfree_skb(_i & 8 ? skb : tgt);
}
END_TEST

/* An skb of pages only whose first bytes are readable stays so for whom only gets those. */
START_TEST(readable_bytes_of_an_unreadable_skb)
{
	struct sk_buff *tgt = readable_skb(), *skb = crowded(unreadable_skb(), 2);

	ck_assert_int_eq(skb_shift(tgt, skb, 2), 2);
	ck_assert(skb_frags_readable(tgt));
	ck_assert(!skb_frags_readable(skb));
	kfree_skb(tgt);
	kfree_skb(skb);
}
END_TEST

/* Of a page the same fragment goes on, and needs no slot; a net_iov begins another. */
START_TEST(bytes_that_go_on)
{
	struct sk_buff *tgt = _i & 1 ? readable_skb() : unreadable_skb();
	struct sk_buff *skb = payload_only(linear_skb(LINEAR));
	unsigned int n = _i & 2 ? 8 : 20;
	skb_frag_t next = skb_shinfo(tgt)->frags[0];

	get_netmem(next.netmem);
	skb_add_rx_frag_netmem(skb, 0, next.netmem, next.offset + FRAG, 20, 20);
	ck_assert_int_eq(skb_shift(tgt, skb, n), n);
	ck_assert_uint_eq(skb_shinfo(tgt)->nr_frags, _i & 1 ? 1 : 2);
	ck_assert_uint_eq(skb_shinfo(tgt)->frags[0].len, _i & 1 ? FRAG + n : FRAG);
	ck_assert_uint_eq(skb->len, 20 - n);
	if (_i & 1)
		ck_assert_int_eq(page_ref_count(skb_frag_page(&next)), n == 20 ? 1 : 2);
	kfree_skb(tgt);
	kfree_skb(skb);
}
END_TEST

START_TEST(slots_run_out)
{
	struct sk_buff *tgt = crowded(readable_skb(), MAX_SKB_FRAGS - 2);
	struct sk_buff *skb = crowded(unreadable_skb(), 1), *next = linear_skb(LINEAR);
	skb_frag_t last = skb_shinfo(tgt)->frags[MAX_SKB_FRAGS - 2];

	ck_assert_int_eq(skb_shift(tgt, skb, 2), 0);
	ck_assert_uint_eq(skb_shinfo(tgt)->nr_frags, MAX_SKB_FRAGS - 1);
	ck_assert_uint_eq(skb->len, 1 + FRAG);
	ck_assert_int_eq(skb_shift(tgt, skb, 1), 1);
	ck_assert_int_eq(skb_shift(tgt, skb, 1), 0);
	ck_assert_uint_eq(skb_shinfo(tgt)->nr_frags, MAX_SKB_FRAGS);
	/* What needs none is moved all the same. */
	last = skb_shinfo(tgt)->frags[MAX_SKB_FRAGS - 1];
	get_netmem(last.netmem);
	skb_add_rx_frag_netmem(payload_only(next), 0, last.netmem, last.offset + 1, 9, 9);
	ck_assert_int_eq(skb_shift(tgt, next, 9), 9);
	ck_assert_uint_eq(skb_shinfo(tgt)->nr_frags, MAX_SKB_FRAGS);
	ck_assert_uint_eq(skb_shinfo(tgt)->frags[MAX_SKB_FRAGS - 1].len, 10);
	kfree_skb(tgt);
	kfree_skb(skb);
	kfree_skb(next);
}
END_TEST

START_TEST(nothing_is_shifted)
{
	static const struct ubuf_info_ops ops = { .complete = object_done };
	struct ubuf_info uarg = { .ops = &ops, .flags = SKBFL_ZEROCOPY_FRAG };
	struct sk_buff *tgt = readable_skb(), *linear = readable_skb();
	struct sk_buff *skb = payload_only(readable_skb());

	ck_assert_int_eq(skb_shift(tgt, skb, 0), 0);
	ck_assert_int_eq(skb_shift(tgt, linear, 1), 0);
	for (int i = 0; i < 2; i++) {
		struct sk_buff *other = i ? tgt : skb;

		skb_zcopy_init(other, &uarg);
		ck_assert_int_eq(skb_shift(tgt, skb, FRAG), 0);
		skb_zcopy_clear(other, true);
		skb_shinfo(other)->frag_list = linear;
		ck_assert_int_eq(skb_shift(tgt, skb, FRAG), 0);
		skb_shinfo(other)->frag_list = NULL;
	}
	/* More than there is in its own fragments. */
	skb->len++;
	ck_assert_int_eq(skb_shift(tgt, skb, FRAG + 1), 0);
	skb->len--;
	udm_warn_expect("pp_recycle", 1);
	tgt->pp_recycle = 1;
	ck_assert_int_eq(skb_shift(tgt, skb, FRAG), 0);
	tgt->pp_recycle = 0;
	ck_assert_uint_eq(tgt->len, TOTAL);
	ck_assert_uint_eq(skb->len, FRAG);
	kfree_skb(tgt);
	kfree_skb(linear);
	kfree_skb(skb);
}
END_TEST

START_TEST(shifted_pool_memory)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *tgt = pool_skb(pool, 1), *skb = payload_only(pool_skb(pool, 3));
	const int n = _i & 1 ? 2 * FRAG : 2 * FRAG + 7;

	ck_assert_int_eq(skb_shift(tgt, skb, n), n);
	kfree_skb(_i & 2 ? tgt : skb);
	ck_assert_int_eq(out_of(pool), _i & 2 ? 1 : 3 + !(_i & 1));
	kfree_skb(_i & 2 ? skb : tgt);
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

/* A clone gets a head of its own, and references of its own with it: those do not mix. */
START_TEST(a_clone_of_pool_memory_is_not_shifted)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *tgt = pool_skb(pool, 1), *skb = payload_only(pool_skb(pool, 2));
	struct sk_buff *twin = skb_clone(_i ? tgt : skb, GFP_KERNEL);

	ck_assert_int_eq(skb_shift(tgt, skb, FRAG), 0);
	ck_assert_uint_eq(tgt->len, LINEAR + FRAG);
	ck_assert_uint_eq(skb->len, 2 * FRAG);
	kfree_skb(tgt);
	kfree_skb(skb);
	kfree_skb(twin);
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

/* Both are clones: what the others have is as it was. */
static int shift_clones(void *ctx)
{
	struct sk_buff **from = ctx, *tgt = skb_clone(from[0], GFP_KERNEL | __GFP_NOWARN);
	struct sk_buff *skb = tgt ? skb_clone(from[1], GFP_KERNEL | __GFP_NOWARN) : NULL;
	int n = skb ? skb_shift(tgt, skb, 60) : 0;

	if (skb)
		ck_assert_uint_eq(tgt->len + skb->len, TOTAL + FRAG);
	ck_assert(!n || tgt->len == TOTAL + 60);
	kfree_skb(tgt);
	kfree_skb(skb);
	ck_assert_uint_eq(from[0]->len + from[1]->len, TOTAL + FRAG);
	ck_assert_uint_eq(skb_shinfo(from[0])->nr_frags, 1);
	ck_assert_uint_eq(skb_shinfo(from[1])->frags[0].len, FRAG);
	return n ? 0 : -ENOMEM;
}

START_TEST(shifting_clones)
{
	struct sk_buff *from[] = { readable_skb(), _i ? readable_skb() : unreadable_skb() };

	payload_only(from[1]);
	ck_assert_int_ge(udm_fault_sweep(shift_clones, from), 4);
	kfree_skb(from[0]);
	kfree_skb(from[1]);
}
END_TEST

/* The binding lives as long as either has a part of its memory. */
START_TEST(shifted_device_memory)
{
	static const struct shape one = { .payload = 2000, .where = IN_DEVICE, .piece = 2000 };
	static u8 frame[3000];
	struct sk_buff *tgt, *skb;
	size_t len;

	tgt = nic_skb(&one, frame, &len);
	skb = nic_skb(&one, frame, &len);
	skb_pull(skb, skb_headlen(skb));
	ck_assert_int_eq(skb_shift(tgt, skb, _i & 1 ? 2000 : 999), _i & 1 ? 2000 : 999);
	nic_unbind();
	kfree_skb(_i & 2 ? tgt : skb);
	ck_assert(send_memory_bound() == ((_i & 3) != 3));
	kfree_skb(_i & 2 ? skb : tgt);
	ck_assert(!send_memory_bound());
}
END_TEST

static void add_shifting(Suite *s)
{
	TCase *tc = tcase_create("shifting"), *sent = tcase_create("shifting device memory");

	tcase_add_checked_fixture(tc, skb_open, machine_shutdown);
	tcase_add_loop_test(tc, fragments_move, 0, 16);
	tcase_add_test(tc, readable_bytes_of_an_unreadable_skb);
	tcase_add_loop_test(tc, bytes_that_go_on, 0, 4);
	tcase_add_test(tc, slots_run_out);
	tcase_add_test(tc, nothing_is_shifted);
	tcase_add_loop_test(tc, shifted_pool_memory, 0, 4);
	tcase_add_loop_test(tc, a_clone_of_pool_memory_is_not_shifted, 0, 2);
	tcase_add_loop_test(tc, shifting_clones, 0, 2);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(sent, zc_open, send_close);
	tcase_add_loop_test(sent, shifted_device_memory, 0, 4);
	suite_add_tcase(s, sent);
}

/* --- Extracting ---------------------------------------------------------- */

static const struct {
	int off, len;
	unsigned int linear;
	bool fragment;		/* some of it is in one */
} extracts[] = {
	{ 0, TOTAL, LINEAR, true },
	{ 0, 10, 10, false },
	{ 7, LINEAR - 7, LINEAR - 7, false },
	{ 7, LINEAR, LINEAR - 7, true },
	{ LINEAR, FRAG, 0, true },
	{ LINEAR + 9, 20, 0, true },
	{ TOTAL, 0, 0, false },
};

START_TEST(a_part_of_a_packet)
{
	struct sk_buff *skb = _i & 1 ? readable_skb() : unreadable_skb();
	const typeof(extracts[0]) *x = &extracts[_i / 2];
	struct sk_buff *part = pskb_extract(skb, x->off, x->len, GFP_KERNEL);
	u8 got[TOTAL];

	ck_assert_ptr_nonnull(part);
	ck_assert_uint_eq(part->len, x->len);
	ck_assert_uint_eq(skb_headlen(part), x->linear);
	ck_assert_uint_eq(skb_shinfo(part)->nr_frags, x->fragment);
	ck_assert(skb_frags_readable(part) == ((_i & 1) || !x->fragment));
	memset(part->data, 0xaa, x->linear);
	kfree_skb(_i & 2 ? NULL : part);
	ck_assert_uint_eq(skb->len, TOTAL);
	ck_assert_mem_eq(skb->data, want, LINEAR);
	kfree_skb(skb);
	if (!(_i & 2))
		return;
	if (skb_frags_readable(part) && x->fragment) {
		ck_assert_int_eq(skb_copy_bits(part, 0, got, x->len), 0);
		ck_assert_mem_eq(got + x->linear, want + x->off + x->linear, x->len - x->linear);
	}
	kfree_skb(part);
}
END_TEST

START_TEST(parts_that_are_not_there)
{
	struct sk_buff *skb = readable_skb();

	ck_assert_ptr_null(pskb_extract(skb, 0, TOTAL + 1, GFP_KERNEL));
	ck_assert_ptr_null(pskb_extract(skb, TOTAL, 1, GFP_KERNEL));
	ck_assert_ptr_null(pskb_extract(skb, TOTAL + 1, 0, GFP_KERNEL));
	ck_assert_ptr_null(pskb_extract(skb, -1, 1, GFP_KERNEL));
	ck_assert_ptr_null(pskb_extract(skb, 1, -1, GFP_KERNEL));
	kfree_skb(skb);
}
END_TEST

START_TEST(parts_of_pool_memory)
{
	struct page_pool *pool = plain_pool();
	struct sk_buff *skb = pool_skb(pool, 3);
	struct sk_buff *part = pskb_extract(skb, LINEAR + FRAG + 1, FRAG, GFP_KERNEL);

	ck_assert_uint_eq(skb_shinfo(part)->nr_frags, 2);
	kfree_skb(_i ? part : skb);
	kfree_skb(_i ? skb : part);
	ck_assert_int_eq(out_of(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

/* Behind the packet's own bytes come those of another, which is left as it is. */
START_TEST(a_part_of_a_list)
{
	struct sk_buff *skb = readable_skb(), *member = _i ? readable_skb() : unreadable_skb();
	struct sk_buff *part;

	skb_shinfo(skb)->frag_list = member;
	skb->len += TOTAL;
	skb->data_len += TOTAL;
	part = pskb_extract(skb, TOTAL + 10, 20, GFP_KERNEL);
	ck_assert_ptr_nonnull(part);
	ck_assert_ptr_ne(skb_shinfo(part)->frag_list, member);
	ck_assert_uint_eq(part->len, 20);
	ck_assert_uint_eq(skb_shinfo(part)->frag_list->len, 20);
	ck_assert_mem_eq(skb_shinfo(part)->frag_list->data, want + 10, 20);
	kfree_skb(part);
	part = pskb_extract(skb, TOTAL + LINEAR + 1, 20, GFP_KERNEL);
	ck_assert(!part == !_i);
	kfree_skb(part);
	ck_assert_uint_eq(member->len, TOTAL);
	kfree_skb(skb);
}
END_TEST

static int extract(void *ctx)
{
	struct sk_buff *part = pskb_extract(ctx, LINEAR + 3, 50, GFP_KERNEL | __GFP_NOWARN);

	kfree_skb(part);
	return part ? 0 : -ENOMEM;
}

START_TEST(extracting_without_memory)
{
	struct sk_buff *skb = readable_skb();

	ck_assert_int_ge(udm_fault_sweep(extract, skb), 2);
	kfree_skb(skb);
}
END_TEST

static void add_extracting(Suite *s)
{
	TCase *tc = tcase_create("extracting");

	tcase_add_checked_fixture(tc, skb_open, machine_shutdown);
	tcase_add_loop_test(tc, a_part_of_a_packet, 0, 2 * ARRAY_SIZE(extracts));
	tcase_add_test(tc, parts_that_are_not_there);
	tcase_add_loop_test(tc, parts_of_pool_memory, 0, 2);
	tcase_add_loop_test(tc, a_part_of_a_list, 0, 2);
	tcase_add_test(tc, extracting_without_memory);
	suite_add_tcase(s, tc);
}

Suite *skb_moves_suite(void)
{
	Suite *s = suite_create("skb_moves");

	add_writing(s);
	add_sharing(s);
	add_shifting(s);
	add_extracting(s);
	return s;
}
