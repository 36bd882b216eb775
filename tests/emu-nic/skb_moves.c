// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers: bytes made one's own.
 */
#include "fixture.h"

#include <linux/errno.h>
#include <linux/skbuff.h>
#include <string.h>
#include <udevmem/fault.h>

#include "../libpagepool/pools.h"
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

Suite *skb_moves_suite(void)
{
	Suite *s = suite_create("skb_moves");

	add_writing(s);
	return s;
}
