// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSG_ZEROCOPY: when calls are complete. Objects and their ids, skbs that are tied to
 * them, the device, ends in any order, lack of memory, and all sides at a time.
 */
#include "send_rig.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "fixture.h"
#include "libpagepool/devmem.h"

/* --- Objects ------------------------------------------------------------- */

static struct ubuf_info *object_of(u32 at)
{
	struct sk_buff *seg = tcp_send_segment(out.sk, SEND_ISS + at, 1, 0);
	struct ubuf_info *uarg = skb_zcopy(seg);

	kfree_skb(seg);
	return uarg;
}

/* Calls share an object while it is the last one's and not too much. */
START_TEST(calls_share_an_object)
{
	send_option(SO_SNDBUF, 1 << 22);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(send_device(0, 200000), 200000);
	ck_assert_ptr_eq(object_of(0), object_of(200000));
	ck_assert_ptr_ne(object_of(0), object_of(400000));
	ck_assert_uint_eq(uarg_to_msgzc(object_of(0))->len, 2);
	ck_assert_uint_eq(uarg_to_msgzc(object_of(0))->bytelen, 400000);
	send_ack(200000);
	expect_no_report();
	send_ack(400000);
	expect_report(0, 1, 0);
	send_ack(600000);
	expect_report(2, 2, 0);
}
END_TEST

/* Somebody else's object at the end of the queue cannot be added to. */
START_TEST(an_object_of_another_kind)
{
	static const struct ubuf_info_ops other;
	struct ubuf_info uarg = { .ops = &other };

	lock_sock(out.sk);
	ck_assert_ptr_null(msg_zerocopy_realloc(out.sk, 10, &uarg, true));
	release_sock(out.sk);
	ck_assert_int_eq(atomic_read(&out.sk->sk_zckey), 0);
}
END_TEST

/* Three calls with objects of their own, and a segment that holds the n-th. */
static struct sk_buff *three_calls(int n)
{
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(send_device(0, 10), 10);
		ck_assert_int_eq(send_bytes("x", 1, 0), 1);
	}
	return n < 0 ? NULL : tcp_send_segment(out.sk, SEND_ISS + 11 * n, 10, 0);
}

START_TEST(completions_in_order_are_one_entry)
{
	three_calls(-1);
	send_ack(10);
	send_ack(21);
	send_ack(33);
	ck_assert_int_eq(send_events(0), POLLERR);
	expect_report(0, 2, 0);
	ck_assert_int_eq(send_events(0), 0);
	expect_no_report();
}
END_TEST

START_TEST(only_the_last_entry_grows)
{
	struct sk_buff *held = three_calls(1);

	send_ack(33);
	kfree_skb(held);
	expect_report(0, 0, 0);
	ck_assert_int_eq(send_events(0), POLLERR);
	expect_report(2, 2, 0);
	expect_report(1, 1, 0);
	expect_no_report();
}
END_TEST

/* The counter is 32 bits and goes round. */
START_TEST(ids_go_round)
{
	atomic_set(&out.sk->sk_zckey, -2);
	three_calls(-1);
	send_ack(33);
	expect_report(U32_MAX - 1, 0, 0);
	expect_no_report();
}
END_TEST

/* An id that another call has followed cannot be given back: nothing is reported twice. */
START_TEST(an_id_that_was_followed_is_reported)
{
	struct ubuf_info *first, *second;

	lock_sock(out.sk);
	first = msg_zerocopy_realloc(out.sk, 10, NULL, true);
	second = msg_zerocopy_realloc(out.sk, 10, NULL, true);
	net_zcopy_put_abort(first, true);
	net_zcopy_put(second);
	net_zcopy_put_abort(msg_zerocopy_realloc(out.sk, 10, NULL, true), true);
	release_sock(out.sk);
	expect_report(0, 1, 0);
	expect_no_report();
	ck_assert_int_eq(atomic_read(&out.sk->sk_zckey), 2);
}
END_TEST

/* --- skbs that are tied -------------------------------------------------- */

/* Whatever is made of an skb holds the object as well. */
START_TEST(every_copy_holds_the_object)
{
	struct sk_buff *seg, *twin, *copy, *rest = alloc_skb(0, GFP_KERNEL), *all[4];

	ck_assert_int_eq(send_device(0, 5000), 5000);
	seg = tcp_send_segment(out.sk, SEND_ISS, 5000, 64);
	send_ack(5000);
	skb_split(seg, rest, 1000);
	twin = skb_clone(seg, GFP_KERNEL);
	copy = pskb_copy(seg, GFP_KERNEL);
	ck_assert_int_eq(pskb_expand_head(twin, 100, 0, GFP_KERNEL), 0);
	all[0] = seg;
	all[1] = twin;
	all[2] = copy;
	all[3] = rest;
	for (int i = 0; i < 4; i++) {
		expect_no_report();
		ck_assert_ptr_nonnull(skb_zcopy(all[i]));
		kfree_skb(all[i]);
	}
	expect_report(0, 0, 0);
}
END_TEST

START_TEST(a_receiver_gets_a_copy)
{
	u8 *at = app_pages(2), got[2 * PAGE_SIZE];
	struct sk_buff *seg, *twin;

	ck_assert_int_eq(send_bytes(at, 2 * PAGE_SIZE, MSG_ZEROCOPY), 2 * PAGE_SIZE);
	seg = tcp_send_segment(out.sk, SEND_ISS, 2 * PAGE_SIZE, 64);
	send_ack(2 * PAGE_SIZE);
	twin = skb_clone(seg, GFP_KERNEL);
	/* Who may wait shares; who may not does not. */
	ck_assert_int_eq(skb_orphan_frags(twin, GFP_KERNEL), 0);
	ck_assert_ptr_nonnull(skb_zcopy(twin));
	ck_assert_int_eq(skb_orphan_frags_rx(twin, GFP_KERNEL), 0);
	ck_assert_ptr_null(skb_zcopy(twin));
	expect_no_report();
	skb_get(seg);
	ck_assert_int_eq(skb_copy_ubufs(seg, GFP_KERNEL), -EINVAL);
	consume_skb(seg);
	consume_skb(seg);
	expect_report(0, 0, SO_EE_CODE_ZEROCOPY_COPIED);
	memset(at, 0, sizeof(got));
	segment_bytes(twin, got);
	ck_assert(!memcmp(got, out.stream, sizeof(got)));
	kfree_skb(twin);
	munmap(at, 2 * PAGE_SIZE);
}
END_TEST

START_TEST(device_memory_is_never_copied)
{
	struct sk_buff *seg;

	ck_assert_int_eq(send_device(0, 100), 100);
	seg = tcp_send_segment(out.sk, SEND_ISS, 100, 64);
	ck_assert_int_eq(skb_copy_ubufs(seg, GFP_KERNEL), -EFAULT);
	seg->dev = nic.dev;
	local_bh_disable();
	ck_assert_int_eq(netif_receive_skb(seg), NET_RX_DROP);
	local_bh_enable();
	send_ack(100);
	expect_report(0, 0, 0);
}
END_TEST

/* --- Through the device -------------------------------------------------- */

/* A frame of 64 bytes of header, of a protocol nobody knows, and this segment. */
static int xmit(u32 at, u32 len)
{
	struct sk_buff *seg = tcp_send_segment(out.sk, SEND_ISS + at, len, 64);

	ck_assert_uint_eq(seg->len, len);
	memset(skb_push(seg, 64), 0xee, 64);
	seg->protocol = htons(0xeeee);
	seg->dev = nic.dev;
	return dev_queue_xmit(seg);
}

START_TEST(the_device_reads_what_was_named)
{
	u8 *at = app_pages(2);

	ck_assert_int_eq(send_device(100, 3000), 3000);
	ck_assert_int_eq(send_bytes("copied", 6, 0), 6);
	ck_assert_int_eq(send_bytes(at, 2 * PAGE_SIZE, MSG_ZEROCOPY), 2 * PAGE_SIZE);
	ck_assert_int_eq(xmit(0, 3006), NET_XMIT_SUCCESS);
	ck_assert_int_eq(xmit(3006, 2 * PAGE_SIZE), NET_XMIT_SUCCESS);
	nic_settle();
	ck_assert_uint_eq(sent.n, 2);
	ck_assert(!memcmp(sent_bytes(0) + 64, nic.map + 100, 3000));
	ck_assert(!memcmp(sent_bytes(0) + 3064, "copied", 6));
	ck_assert(!memcmp(sent_bytes(1) + 64, at, 2 * PAGE_SIZE));
	send_ack(3006 + 2 * PAGE_SIZE);
	expect_report(0, 1, 0);
	munmap(at, 2 * PAGE_SIZE);
}
END_TEST

/* Acknowledged, but the driver still has a retransmission: the memory is in use. */
START_TEST(the_driver_has_it_still)
{
	ck_assert_int_eq(send_device(0, 1000), 1000);
	sent_hold(0);
	ck_assert_int_eq(xmit(0, 1000), NET_XMIT_SUCCESS);
	udm_run_until_idle();
	send_ack(1000);
	expect_no_report();
	sent_release(udm_netdev_hw(nic.nic));
	nic_settle();
	expect_report(0, 0, 0);
}
END_TEST

START_TEST(a_device_that_cannot_loses_segments)
{
	nic.dev->netmem_tx = NETMEM_TX_NONE;
	ck_assert_int_eq(send_device(0, 1000), 1000);
	ck_assert_int_eq(xmit(0, 1000), NET_XMIT_DROP);
	ck_assert_int_eq(atomic_long_read(&nic.dev->core_tx_dropped), 1);
	/* They are still there to be sent again. */
	nic.dev->netmem_tx = NETMEM_TX_DMA;
	expect_no_report();
	ck_assert_int_eq(xmit(0, 1000), NET_XMIT_SUCCESS);
	nic_settle();
	ck_assert(!memcmp(sent_bytes(0) + 64, nic.map, 1000));
	send_ack(1000);
	expect_report(0, 0, 0);
}
END_TEST

/* --- Ends in any order --------------------------------------------------- */

START_TEST(the_binding_ends_first)
{
	const u32 id = nic.binding->id;
	const struct iovec iov = { .iov_len = 10 };

	ck_assert_int_eq(send_device(0, 3 * PAGE_SIZE), 3 * PAGE_SIZE);
	nic_unbind();
	ck_assert_int_eq(send_iov(id, &iov, 1, MSG_ZEROCOPY), -EINVAL);
	send_expect(0, nic.map, 3 * PAGE_SIZE);
	ck_assert_int_eq(xmit(0, 2 * PAGE_SIZE), NET_XMIT_SUCCESS);
	nic_settle();
	ck_assert(!memcmp(sent_bytes(0) + 64, nic.map, 2 * PAGE_SIZE));
	send_ack(2 * PAGE_SIZE);
	ck_assert(send_memory_bound());
	send_ack(3 * PAGE_SIZE);
	ck_assert(!send_memory_bound());
	expect_report(0, 0, 0);
}
END_TEST

/* Socket, segment on the wire, binding: whichever is last has the memory. */
START_TEST(ends_in_any_order)
{
	static const char *const orders[] = { "swb", "sbw", "wsb", "wbs", "bsw", "bws" };
	struct sk_buff *seg;

	ck_assert_int_eq(send_device(0, 2 * PAGE_SIZE), 2 * PAGE_SIZE);
	seg = tcp_send_segment(out.sk, SEND_ISS + 5, PAGE_SIZE, 0);
	for (const char *c = orders[_i]; *c; c++) {
		ck_assert(send_memory_bound());
		if (*c == 'w')
			kfree_skb(seg);
		if (*c == 'b')
			nic_unbind();
		if (*c == 's') {
			udm_close(out.fd);
			out.fd = -1;
		}
	}
	ck_assert(!send_memory_bound());
}
END_TEST

/* What completes after the socket is closed is told to nobody. */
START_TEST(nobody_is_left_to_tell)
{
	struct sk_buff *seg;

	ck_assert_int_eq(send_device(0, 100), 100);
	seg = tcp_send_segment(out.sk, SEND_ISS, 100, 0);
	sock_hold(out.sk);
	udm_close(out.fd);
	out.fd = -1;
	kfree_skb(seg);
	ck_assert(skb_queue_empty(&out.sk->sk_error_queue));
	ck_assert_int_eq(atomic_read(&out.sk->sk_omem_alloc), 0);
	sock_put(out.sk);
}
END_TEST

/* Entries that nobody read go with the socket. */
START_TEST(entries_are_left)
{
	three_calls(-1);
	send_ack(33);
	ck_assert_int_gt(atomic_read(&out.sk->sk_omem_alloc), 0);
}
END_TEST

/* --- Without memory ------------------------------------------------------ */

static int send_all_kinds(void *ctx)
{
	u8 *at = ctx;
	int err = 0;
	ssize_t n;

	n = send_device(100, 20 * PAGE_SIZE);
	if (n != 20 * PAGE_SIZE)
		err = -ENOMEM;
	n = send_bytes(at, 4 * PAGE_SIZE, MSG_ZEROCOPY);
	if (n != 4 * PAGE_SIZE)
		err = -ENOMEM;
	tcp_send_acked(out.sk, tcp_sk(out.sk)->write_seq);
	skb_queue_purge(&out.sk->sk_error_queue);
	return err;
}

START_TEST(a_machine_without_memory)
{
	u8 *at = app_pages(4);
	int points;

	/* The pages become the machine's before they are counted. */
	ck_assert_int_eq(send_all_kinds(at), 0);
	points = udm_fault_sweep(send_all_kinds, at);
	ck_assert_msg(points > 8, "%d %s", points, udm_fault_sweep_message());
	ck_assert_int_eq(out.sk->sk_wmem_queued, 0);
	munmap(at, 4 * PAGE_SIZE);
}
END_TEST

/* --- Both sides at a time ------------------------------------------------ */

#define CALLS 300

/* Each id once, whoever is faster. */
static void *read_reports(void *ctx)
{
	bool seen[CALLS] = {};
	unsigned int n = 0;
	struct report r;

	while (n < CALLS) {
		if (send_report(&r, 128)) {
			udm_yield();
			continue;
		}
		ck_assert_uint_eq(r.ee.ee_code, 0);
		for (u32 id = r.ee.ee_info; id <= r.ee.ee_data; id++, n++) {
			ck_assert(id < CALLS && !seen[id]);
			seen[id] = true;
		}
	}
	return NULL;
}

static void *acknowledge(void *ctx)
{
	u32 total = CALLS * 5000, acked = 0, n;
	struct sk_buff *held = NULL;

	while (acked < total) {
		n = READ_ONCE(tcp_sk(out.sk)->write_seq) - SEND_ISS - acked;
		if (!n) {
			udm_yield();
			continue;
		}
		kfree_skb(held);
		held = tcp_send_segment(out.sk, SEND_ISS + acked + n / 2, n, 0);
		acked += (n + 1) / 2;
		send_ack(acked);
	}
	kfree_skb(held);
	return NULL;
}

START_TEST(sending_acknowledging_and_reading_reports)
{
	struct udm_thread *t[2];
	int sent_calls = 0;

	t[0] = udm_thread_create("acks", acknowledge, NULL);
	t[1] = udm_thread_create("reports", read_reports, NULL);
	while (sent_calls < CALLS) {
		ssize_t n = send_device(sent_calls % 50 * 1000, 5000);

		if (n < 0)
			udm_yield();
		else
			ck_assert_int_eq(n, 5000);
		sent_calls += n > 0;
	}
	udm_thread_join(t[0]);
	udm_thread_join(t[1]);
	ck_assert_int_eq(atomic_read(&out.sk->sk_omem_alloc), 0);
}
END_TEST

static void zc_open_threads(void)
{
	send_open_threads();
	send_option(SO_ZEROCOPY, 1);
}

static void add_device(TCase *tc)
{
	tcase_add_test(tc, the_device_reads_what_was_named);
	tcase_add_test(tc, the_driver_has_it_still);
	tcase_add_test(tc, a_device_that_cannot_loses_segments);
}

static void add_objects(TCase *tc)
{
	tcase_add_test(tc, calls_share_an_object);
	tcase_add_test(tc, an_object_of_another_kind);
	tcase_add_test(tc, completions_in_order_are_one_entry);
	tcase_add_test(tc, only_the_last_entry_grows);
	tcase_add_test(tc, ids_go_round);
	tcase_add_test(tc, an_id_that_was_followed_is_reported);
	tcase_add_test(tc, every_copy_holds_the_object);
	tcase_add_test(tc, a_receiver_gets_a_copy);
	tcase_add_test(tc, device_memory_is_never_copied);
}

static void add_ends(TCase *tc)
{
	tcase_add_test(tc, the_binding_ends_first);
	tcase_add_loop_test(tc, ends_in_any_order, 0, 6);
	tcase_add_test(tc, nobody_is_left_to_tell);
	tcase_add_test(tc, entries_are_left);
	tcase_add_test(tc, a_machine_without_memory);
}

Suite *zerocopy_done_suite(void)
{
	Suite *s = suite_create("zerocopy_done");
	TCase *tc = tcase_create("sim"), *threads = tcase_create("threads");

	tcase_add_checked_fixture(tc, zc_open, send_close);
	add_objects(tc);
	add_device(tc);
	add_ends(tc);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(threads, zc_open_threads, send_close);
	tcase_add_test(threads, sending_acknowledging_and_reading_reports);
	suite_add_tcase(s, threads);
	return s;
}
