// SPDX-License-Identifier: GPL-2.0-only
/*
 * ptr_ring: order, lazy invalidation, unconsume, resize, and many threads.
 */
#include "fixture.h"

#include <linux/ptr_ring.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <udevmem/fault.h>

#include "pools.h"

#define ITEM(n)	((void *)(unsigned long)((n) + 1))

static void ring_new(struct ptr_ring *r, int size)
{
	ck_assert_int_eq(ptr_ring_init(r, size, GFP_KERNEL), 0);
}

/* Put items @from .. @from + @n - 1. */
static void put(struct ptr_ring *r, int from, int n)
{
	for (int i = 0; i < n; i++)
		ck_assert_int_eq(ptr_ring_produce(r, ITEM(from + i)), 0);
}

static void take(struct ptr_ring *r, int from, int n)
{
	for (int i = 0; i < n; i++)
		ck_assert_ptr_eq(ptr_ring_consume(r), ITEM(from + i));
}

START_TEST(fifo)
{
	struct ptr_ring r;

	ring_new(&r, 8);
	ck_assert(ptr_ring_empty(&r));
	ck_assert_ptr_null(ptr_ring_consume(&r));
	for (int round = 0; round < 5; round++) {
		put(&r, round * 8, 8);
		ck_assert(ptr_ring_full(&r));
		ck_assert_int_eq(ptr_ring_produce(&r, ITEM(99)), -ENOSPC);
		take(&r, round * 8, 8);
		ck_assert(__ptr_ring_empty(&r));
	}
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

START_TEST(batches_follow_the_size)
{
	static const struct {
		int size, batch;
	} sizes[] = { { 1, 1 }, { 31, 1 }, { 32, 16 }, { 1024, 16 }, { 0, 1 } };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct ptr_ring r;

		ring_new(&r, sizes[i].size);
		ck_assert_int_eq(r.batch, sizes[i].batch);
		ptr_ring_cleanup(&r, NULL);
	}
}
END_TEST

START_TEST(slots_are_freed_in_batches)
{
	struct ptr_ring r;

	ring_new(&r, 32);
	put(&r, 0, 32);
	take(&r, 0, 15);
	ck_assert_int_eq(ptr_ring_produce(&r, ITEM(32)), -ENOSPC);
	take(&r, 15, 1);
	put(&r, 32, 16);
	ck_assert_int_eq(ptr_ring_produce(&r, ITEM(48)), -ENOSPC);
	take(&r, 16, 32);
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

START_TEST(small_rings_free_each_slot)
{
	struct ptr_ring r;

	ring_new(&r, 31);
	put(&r, 0, 31);
	for (int i = 0; i < 100; i++) {
		take(&r, i, 1);
		put(&r, 31 + i, 1);
	}
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

START_TEST(the_end_of_the_array_frees_at_once)
{
	struct ptr_ring r;

	ring_new(&r, 40);
	put(&r, 0, 40);
	take(&r, 0, 39);
	/* 32 free; the last slot completes a third, short batch. */
	put(&r, 40, 32);
	ck_assert_int_eq(ptr_ring_produce(&r, ITEM(72)), -ENOSPC);
	take(&r, 39, 1);
	put(&r, 72, 8);
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

static void *destroyed[16];
static int n_destroyed;

static void remember(void *ptr)
{
	destroyed[n_destroyed++] = ptr;
}

START_TEST(size_zero)
{
	void *batch[2] = { ITEM(1), ITEM(2) };
	struct ptr_ring r;

	n_destroyed = 0;
	ring_new(&r, 0);
	ck_assert_int_eq(ptr_ring_produce(&r, ITEM(0)), -ENOSPC);
	ck_assert_ptr_null(ptr_ring_consume(&r));
	ck_assert(ptr_ring_empty_bh(&r));
	ptr_ring_unconsume(&r, batch, 2, remember);
	ck_assert_int_eq(n_destroyed, 2);
	ck_assert_ptr_eq(destroyed[0], ITEM(2));
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

START_TEST(impossible_sizes)
{
	struct ptr_ring r;

	ck_assert_int_eq(ptr_ring_init(&r, -1, GFP_KERNEL), -ENOMEM);
	ck_assert_int_eq(ptr_ring_init(&r, KMALLOC_MAX_SIZE / sizeof(void *) + 1, GFP_KERNEL),
			 -ENOMEM);
}
END_TEST

START_TEST(every_variant)
{
	struct ptr_ring r;
	void *out[4];

	ring_new(&r, 8);
	ck_assert_int_eq(ptr_ring_produce_irq(&r, ITEM(0)), 0);
	ck_assert_int_eq(ptr_ring_produce_any(&r, ITEM(1)), 0);
	ck_assert_int_eq(ptr_ring_produce_bh(&r, ITEM(2)), 0);
	put(&r, 3, 5);
	ck_assert(ptr_ring_full_irq(&r) && ptr_ring_full_any(&r) && ptr_ring_full_bh(&r));
	ck_assert(!ptr_ring_empty_irq(&r) && !ptr_ring_empty_any(&r) && !ptr_ring_empty_bh(&r));
	ck_assert_ptr_eq(ptr_ring_consume_irq(&r), ITEM(0));
	ck_assert_ptr_eq(ptr_ring_consume_any(&r), ITEM(1));
	ck_assert_ptr_eq(ptr_ring_consume_bh(&r), ITEM(2));
	ck_assert_int_eq(ptr_ring_consume_batched_bh(&r, out, 2), 2);
	ck_assert_ptr_eq(out[1], ITEM(4));
	ck_assert_int_eq(ptr_ring_consume_batched_irq(&r, out, 1), 1);
	ck_assert_int_eq(ptr_ring_consume_batched_any(&r, out, 1), 1);
	ck_assert_int_eq(ptr_ring_consume_batched(&r, out, 4), 1);
	ck_assert_ptr_eq(out[0], ITEM(7));
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

static long value_of(void *ptr)
{
	return ptr ? (long)ptr : -5;
}

START_TEST(peek_does_not_take)
{
	struct ptr_ring r;

	ring_new(&r, 4);
	ck_assert_int_eq(PTR_RING_PEEK_CALL(&r, value_of), -5);
	put(&r, 6, 2);
	ck_assert_int_eq(PTR_RING_PEEK_CALL(&r, value_of), 7);
	ck_assert_int_eq(PTR_RING_PEEK_CALL_IRQ(&r, value_of), 7);
	ck_assert_int_eq(PTR_RING_PEEK_CALL_BH(&r, value_of), 7);
	ck_assert_int_eq(PTR_RING_PEEK_CALL_ANY(&r, value_of), 7);
	ck_assert_ptr_eq(__ptr_ring_peek(&r), ITEM(6));
	__ptr_ring_discard_one(&r);
	take(&r, 7, 1);
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

START_TEST(unconsume_puts_in_front)
{
	void *batch[5];
	struct ptr_ring r;

	n_destroyed = 0;
	ring_new(&r, 8);
	put(&r, 0, 8);
	ck_assert_int_eq(ptr_ring_consume_batched(&r, batch, 5), 5);
	put(&r, 8, 2);
	/* Room for 3: 2, 3, 4 go back, 1 and 0 do not. */
	ptr_ring_unconsume(&r, batch, 5, remember);
	ck_assert_int_eq(n_destroyed, 2);
	ck_assert_ptr_eq(destroyed[0], ITEM(1));
	ck_assert_ptr_eq(destroyed[1], ITEM(0));
	take(&r, 2, 8);
	ck_assert(ptr_ring_empty(&r));
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

START_TEST(unconsume_across_the_start)
{
	void *batch[3];
	struct ptr_ring r;

	ring_new(&r, 8);
	put(&r, 0, 7);
	take(&r, 0, 6);
	put(&r, 7, 4);
	ck_assert_int_eq(ptr_ring_consume_batched(&r, batch, 3), 3);
	ptr_ring_unconsume(&r, batch, 3, remember);
	take(&r, 6, 5);
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

START_TEST(unconsume_clears_lazy_slots_first)
{
	void *batch[20];
	struct ptr_ring r;

	ring_new(&r, 64);
	put(&r, 0, 64);
	ck_assert_int_eq(ptr_ring_consume_batched(&r, batch, 20), 20);
	ptr_ring_unconsume(&r, batch, 20, remember);
	take(&r, 0, 64);
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

START_TEST(resize_keeps_the_oldest)
{
	struct ptr_ring r;

	n_destroyed = 0;
	ring_new(&r, 8);
	put(&r, 0, 6);
	ck_assert_int_eq(ptr_ring_resize(&r, 4, GFP_KERNEL, remember), 0);
	ck_assert_int_eq(n_destroyed, 2);
	ck_assert_ptr_eq(destroyed[0], ITEM(4));
	ck_assert_ptr_eq(destroyed[1], ITEM(5));
	ck_assert(ptr_ring_full(&r));
	take(&r, 0, 4);
	put(&r, 10, 3);
	ck_assert_int_eq(ptr_ring_resize(&r, 16, GFP_KERNEL, remember), 0);
	put(&r, 13, 13);
	take(&r, 10, 16);
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

START_TEST(resize_without_memory_changes_nothing)
{
	struct ptr_ring r;

	ring_new(&r, 4);
	put(&r, 0, 4);
	udm_fault_nth(1);
	ck_assert_int_eq(ptr_ring_resize(&r, 8, GFP_ATOMIC | __GFP_NOWARN, remember), -ENOMEM);
	udm_fault_nth(0);
	ck_assert_int_eq(r.size, 4);
	take(&r, 0, 4);
	ptr_ring_cleanup(&r, NULL);
}
END_TEST

static struct ptr_ring trio[3];

/* All three get the new size, or none does. */
static int resize_trio(void *ctx)
{
	struct ptr_ring *rings[3] = { &trio[0], &trio[1], &trio[2] };
	const int before = trio[0].size, size = before == 8 ? 12 : 8;
	int err = ptr_ring_resize_multiple_bh(rings, 3, size, GFP_KERNEL, NULL);

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(trio[i].size, err ? before : size);
	return err;
}

START_TEST(resize_of_many_is_all_or_none)
{
	for (int i = 0; i < 3; i++) {
		ring_new(&trio[i], 8);
		put(&trio[i], i, 5);
	}
	/* The array of arrays, and in each array's turn itself. */
	ck_assert_uint_eq(fail_each(resize_trio, NULL, -ENOMEM), 4);
	for (int i = 0; i < 3; i++) {
		take(&trio[i], i, 5);
		ptr_ring_cleanup(&trio[i], NULL);
	}
}
END_TEST

START_TEST(cleanup_hands_over_what_is_left)
{
	struct ptr_ring r;

	n_destroyed = 0;
	ring_new(&r, 8);
	put(&r, 0, 3);
	ptr_ring_cleanup(&r, remember);
	ck_assert_int_eq(n_destroyed, 3);
	ck_assert_ptr_eq(destroyed[0], ITEM(0));
}
END_TEST

/* Threads. */

#define PRODUCERS	3
#define PER_PRODUCER	8000

struct payload {
	unsigned int producer, seq;
};

static struct ptr_ring shared;
static struct payload payloads[PRODUCERS][PER_PRODUCER];

static void *produce_all(void *ctx)
{
	const unsigned int me = (unsigned long)ctx;

	for (unsigned int i = 0; i < PER_PRODUCER; i++) {
		payloads[me][i] = (struct payload){ .producer = me, .seq = i };
		while (ptr_ring_produce_bh(&shared, &payloads[me][i]))
			cond_resched();
	}
	return NULL;
}

static void *watch_emptiness(void *ctx)
{
	bool *stop = ctx;
	unsigned long looks = 0;

	while (!READ_ONCE(*stop)) {
		looks += __ptr_ring_empty(&shared);
		cond_resched();
	}
	return (void *)looks;
}

START_TEST(nothing_is_lost_between_threads)
{
	unsigned int next[PRODUCERS] = { 0 };
	struct udm_thread *producer[PRODUCERS], *watcher;
	bool stop = false;

	ring_new(&shared, 64);
	watcher = udm_thread_create("watch", watch_emptiness, &stop);
	for (unsigned long i = 0; i < PRODUCERS; i++)
		producer[i] = udm_thread_create("produce", produce_all, (void *)i);
	for (unsigned int n = 0; n < PRODUCERS * PER_PRODUCER;) {
		struct payload *p = ptr_ring_consume_bh(&shared);

		if (!p) {
			cond_resched();
			continue;
		}
		ck_assert_uint_eq(p->seq, next[p->producer]);
		next[p->producer]++;
		n++;
	}
	for (int i = 0; i < PRODUCERS; i++)
		udm_thread_join(producer[i]);
	WRITE_ONCE(stop, true);
	udm_thread_join(watcher);
	ck_assert(ptr_ring_empty(&shared));
	ptr_ring_cleanup(&shared, NULL);
}
END_TEST

Suite *ptr_ring_suite(void)
{
	Suite *s = suite_create("ptr_ring");
	TCase *tc = machine_tcase(s, "ring");
	TCase *threads = machine_tcase_threads(s, "threads");

	tcase_add_test(tc, fifo);
	tcase_add_test(tc, batches_follow_the_size);
	tcase_add_test(tc, slots_are_freed_in_batches);
	tcase_add_test(tc, small_rings_free_each_slot);
	tcase_add_test(tc, the_end_of_the_array_frees_at_once);
	tcase_add_test(tc, size_zero);
	tcase_add_test(tc, impossible_sizes);
	tcase_add_test(tc, every_variant);
	tcase_add_test(tc, peek_does_not_take);
	tcase_add_test(tc, unconsume_puts_in_front);
	tcase_add_test(tc, unconsume_across_the_start);
	tcase_add_test(tc, unconsume_clears_lazy_slots_first);
	tcase_add_test(tc, resize_keeps_the_oldest);
	tcase_add_test(tc, resize_without_memory_changes_nothing);
	tcase_add_test(tc, resize_of_many_is_all_or_none);
	tcase_add_test(tc, cleanup_hands_over_what_is_left);
	tcase_add_test(threads, nothing_is_lost_between_threads);
	return s;
}
