// SPDX-License-Identifier: GPL-2.0-only
/* Fifos, heaps and lists with counted nodes. */
#include <linux/kfifo.h>
#include <linux/klist.h>
#include <linux/kthread.h>
#include <linux/min_heap.h>
#include <linux/prandom.h>
#include <linux/sort.h>
#include <udevmem/fault.h>

#include "fixture.h"

static DEFINE_KFIFO(numbers, int, 8);

/* Free-running positions wrap around the ring and around 2^32. */
START_TEST(fifo_wraps)
{
	DECLARE_KFIFO(ring, int, 4);
	int in[4] = { 1, 2, 3, 4 }, out[4];

	INIT_KFIFO(ring);
	ck_assert_uint_eq(kfifo_size(&ring), 4);
	ring.kfifo.in = ring.kfifo.out = UINT_MAX - 2;
	for (int round = 0; round < 5; round++) {
		ck_assert_uint_eq(kfifo_in(&ring, in, 3), 3);
		ck_assert_uint_eq(kfifo_avail(&ring), 1);
		ck_assert_uint_eq(kfifo_in(&ring, in, 3), 1);
		ck_assert(kfifo_is_full(&ring));
		ck_assert(!kfifo_put(&ring, 9));
		ck_assert_uint_eq(kfifo_out(&ring, out, 4), 4);
		ck_assert(out[0] == 1 && out[2] == 3 && out[3] == 1);
		ck_assert(kfifo_is_empty(&ring));
		ck_assert(!kfifo_get(&ring, &out[0]));
		ck_assert_uint_eq(kfifo_in(&ring, in, 1), 1);
		kfifo_reset_out(&ring);
	}
}
END_TEST

START_TEST(fifo_defined_at_build_time)
{
	int value = 0, tail_at = 0, *front;
	unsigned int tail;

	ck_assert_uint_eq(kfifo_size(&numbers), 8);
	ck_assert_uint_eq(kfifo_esize(&numbers), sizeof(int));
	for (int i = 0; i < 8; i++)
		ck_assert(kfifo_put(&numbers, 10 + i));
	ck_assert(kfifo_peek(&numbers, &value));
	ck_assert_int_eq(value, 10);
	kfifo_skip(&numbers);
	kfifo_skip_count(&numbers, 2);
	ck_assert_uint_eq(kfifo_len(&numbers), 5);
	ck_assert_uint_eq(kfifo_peek_len(&numbers), 5 * sizeof(int));
	ck_assert(kfifo_put(&numbers, 18));
	ck_assert_uint_eq(kfifo_out_linear(&numbers, &tail, 8), 5);
	ck_assert_uint_eq(tail, 3);
	ck_assert_uint_eq(kfifo_out_linear_ptr(&numbers, &front, 2), 2);
	ck_assert_int_eq(front[tail_at], 13);
	kfifo_reset(&numbers);
	ck_assert_uint_eq(kfifo_len(&numbers), 0);
}
END_TEST

START_TEST(fifo_sizes)
{
	DECLARE_KFIFO_PTR(fifo, u32) = {};
	struct kfifo bytes;
	u32 room[7];

	INIT_KFIFO(fifo);
	ck_assert(!kfifo_initialized(&fifo));
	ck_assert_int_eq(kfifo_alloc(&fifo, 1, GFP_KERNEL), -EINVAL);
	ck_assert_int_eq(kfifo_alloc(&fifo, 9, GFP_KERNEL), 0);
	ck_assert_uint_eq(kfifo_size(&fifo), 16);
	ck_assert(kfifo_initialized(&fifo));
	kfifo_free(&fifo);
	ck_assert(!kfifo_initialized(&fifo));
	ck_assert_int_eq(kfifo_init(&fifo, room, sizeof(room)), 0);
	ck_assert_uint_eq(kfifo_size(&fifo), 4);
	ck_assert_int_eq(kfifo_init(&fifo, room, 7), -EINVAL);
	ck_assert_int_eq(kfifo_alloc(&bytes, 64, GFP_KERNEL), 0);
	ck_assert_uint_eq(kfifo_avail(&bytes), 64);
	kfifo_free(&bytes);
}
END_TEST

/* Records keep their borders, and go in whole or not at all. */
START_TEST(fifo_of_records)
{
	STRUCT_KFIFO_REC_1(16) fifo;
	char out[32];

	INIT_KFIFO(fifo);
	ck_assert_uint_eq(kfifo_recsize(&fifo), 1);
	ck_assert_uint_eq(kfifo_avail(&fifo), 15);
	ck_assert_uint_eq(kfifo_in(&fifo, "hello", 5), 5);
	ck_assert_uint_eq(kfifo_in(&fifo, "abc", 3), 3);
	ck_assert_uint_eq(kfifo_in(&fifo, "too long", 6), 0);
	ck_assert_uint_eq(kfifo_avail(&fifo), 5);
	ck_assert_uint_eq(kfifo_peek_len(&fifo), 5);
	ck_assert_uint_eq(kfifo_out_peek(&fifo, out, 2), 2);
	ck_assert_uint_eq(kfifo_out(&fifo, out, 2), 2);
	ck_assert(!memcmp(out, "he", 2));
	ck_assert_uint_eq(kfifo_out(&fifo, out, sizeof(out)), 3);
	ck_assert(!memcmp(out, "abc", 3));
	ck_assert_uint_eq(kfifo_out(&fifo, out, sizeof(out)), 0);
	ck_assert_uint_eq(kfifo_peek_len(&fifo), 0);
	ck_assert_uint_eq(kfifo_in(&fifo, "123456789", 9), 9);
	kfifo_skip(&fifo);
	ck_assert(kfifo_is_empty(&fifo));
}
END_TEST

START_TEST(fifo_and_user_memory)
{
	DECLARE_KFIFO(fifo, u16, 8);
	u16 in[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, out[8] = {};
	unsigned int copied;

	INIT_KFIFO(fifo);
	ck_assert_int_eq(kfifo_from_user(&fifo, (void __user *)in, 7, &copied), 0);
	ck_assert_uint_eq(copied, 6);
	ck_assert_int_eq(kfifo_to_user(&fifo, (void __user *)out, 4, &copied), 0);
	ck_assert_uint_eq(copied, 4);
	ck_assert_int_eq(kfifo_from_user(&fifo, (void __user *)in, sizeof(in), &copied), 0);
	ck_assert_uint_eq(copied, 14);
	/* The last two of the five elements lie where nothing can be written. */
	ck_assert_int_eq(udm_user_fault(&out[3], 2 * sizeof(u16)), 0);
	ck_assert_int_eq(kfifo_to_user(&fifo, (void __user *)out, 10, &copied), -EFAULT);
	ck_assert_uint_eq(copied, 6);
	udm_user_ok(NULL);
	ck_assert_int_eq(kfifo_to_user(&fifo, (void __user *)out, 2, &copied), 0);
	ck_assert_uint_eq(out[0], 3);
}
END_TEST

static DECLARE_KFIFO(channel, unsigned int, 64);

static int producer(void *data)
{
	for (unsigned int i = 0; i < *(unsigned int *)data; ) {
		if (kfifo_put(&channel, i))
			i++;
		else
			schedule_timeout_uninterruptible(1);
	}
	return 0;
}

/* One producer and one consumer need no lock. */
START_TEST(fifo_without_locks)
{
	unsigned int n = test_rounds(20000), value;
	struct task_struct *t;

	INIT_KFIFO(channel);
	t = kthread_create(producer, &n, "producer");
	ck_assert(!IS_ERR(t));
	get_task_struct(t);
	wake_up_process(t);
	for (unsigned int i = 0; i < n; ) {
		if (!kfifo_get(&channel, &value)) {
			schedule_timeout_uninterruptible(1);
			continue;
		}
		ck_assert_uint_eq(value, i++);
	}
	kthread_stop_put(t);
}
END_TEST

static bool int_less(const void *a, const void *b, void *args __maybe_unused)
{
	return *(const int *)a < *(const int *)b;
}

static void int_swap(void *a, void *b, void *args)
{
	int keep = *(int *)a;

	*(int *)a = *(int *)b;
	*(int *)b = keep;
	++*(unsigned int *)args;
}

static int int_cmp(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

#define HEAP 100
MIN_HEAP_PREALLOCATED(int, int_heap, HEAP);

/* What comes out is what went in, sorted, through either way of exchanging. */
static void heap_sorts(const struct min_heap_callbacks *func, bool heapify)
{
	struct rnd_state dice;
	struct int_heap heap;
	unsigned int swaps = 0;
	int sorted[HEAP], value;

	prandom_seed_state(&dice, 3);
	min_heap_init(&heap, NULL, HEAP);
	ck_assert_ptr_eq(heap.data, heap.preallocated);
	for (int i = 0; i < HEAP; i++) {
		sorted[i] = value = prandom_u32_state(&dice) % 1000;
		if (heapify)
			heap.data[heap.nr++] = value;
		else
			ck_assert(min_heap_push(&heap, &value, func, &swaps));
	}
	if (heapify)
		min_heapify_all(&heap, func, &swaps);
	ck_assert(min_heap_full(&heap));
	ck_assert_int_eq(func->swp ? swaps > 0 : swaps == 0, 1);
	sort(sorted, HEAP, sizeof(int), int_cmp, NULL);
	for (int i = 0; i < HEAP; i++) {
		ck_assert_int_eq(*min_heap_peek(&heap), sorted[i]);
		ck_assert(min_heap_pop(&heap, func, &swaps));
	}
	ck_assert_ptr_null(min_heap_peek(&heap));
}

START_TEST(heap_orders)
{
	struct min_heap_callbacks plain = { .less = int_less }, own = { int_less, int_swap };

	heap_sorts(&plain, false);
	heap_sorts(&own, false);
	heap_sorts(&plain, true);
	heap_sorts(&own, true);
}
END_TEST

START_TEST(heap_changes_inside)
{
	static const struct min_heap_callbacks func = { .less = int_less };
	int room[7] = { 1, 50, 2, 60, 70, 3, 4 }, value = 55, last = 0;
	struct int_heap heap;

	min_heap_init(&heap, room, 7);
	heap.nr = 7;
	/* The last element, 4, takes the place of 60 and belongs above 50. */
	ck_assert(min_heap_del(&heap, 3, &func, NULL));
	ck_assert_int_eq(room[1], 4);
	min_heap_pop_push(&heap, &value, &func, NULL);
	ck_assert_int_eq(*min_heap_peek(&heap), 2);
	room[0] = 100;
	min_heap_sift_down(&heap, 0, &func, NULL);
	while (heap.nr) {
		ck_assert_int_ge(*min_heap_peek(&heap), last);
		last = *min_heap_peek(&heap);
		min_heap_pop(&heap, &func, NULL);
	}
	ck_assert_int_eq(last, 100);
}
END_TEST

START_TEST(heap_limits_warn)
{
	static const struct min_heap_callbacks func = { .less = int_less };
	int room[1], value = 1;
	struct int_heap heap;

	min_heap_init(&heap, room, 1);
	udm_warn_expect("Popping an empty heap", 1);
	ck_assert(!min_heap_pop(&heap, &func, NULL));
	ck_assert(min_heap_push(&heap, &value, &func, NULL));
	udm_warn_expect("Pushing on a full heap", 1);
	ck_assert(!min_heap_push(&heap, &value, &func, NULL));
}
END_TEST

struct member {
	struct klist_node node;
	int gets, puts;
};

static void member_get(struct klist_node *n)
{
	container_of(n, struct member, node)->gets++;
}

static void member_put(struct klist_node *n)
{
	container_of(n, struct member, node)->puts++;
}

static DEFINE_KLIST(members, member_get, member_put);

/* A node that an iterator stands on leaves with the iterator. */
START_TEST(klist_walk_survives_removal)
{
	struct member m[4] = {};
	struct klist_iter it;

	klist_add_tail(&m[1].node, &members);
	klist_add_head(&m[0].node, &members);
	klist_add_behind(&m[3].node, &m[1].node);
	klist_add_before(&m[2].node, &m[3].node);
	klist_iter_init(&members, &it);
	ck_assert_ptr_eq(klist_next(&it), &m[0].node);
	ck_assert_ptr_eq(klist_next(&it), &m[1].node);
	klist_del(&m[1].node);
	klist_del(&m[2].node);
	ck_assert(klist_node_attached(&m[1].node));
	ck_assert(!klist_node_attached(&m[2].node));
	ck_assert_int_eq(m[1].puts, 0);
	ck_assert_int_eq(m[2].puts, 1);
	ck_assert_ptr_eq(klist_next(&it), &m[3].node);
	ck_assert_int_eq(m[1].puts, 1);
	ck_assert_ptr_eq(klist_prev(&it), &m[0].node);
	ck_assert_ptr_null(klist_prev(&it));
	klist_iter_exit(&it);
	klist_iter_init_node(&members, &it, &m[0].node);
	ck_assert_ptr_eq(klist_next(&it), &m[3].node);
	klist_iter_exit(&it);
	klist_del(&m[0].node);
	klist_remove(&m[3].node);
	ck_assert_int_eq(m[3].gets, 1);
	ck_assert_int_eq(m[3].puts, 1);
}
END_TEST

static int remover(void *data)
{
	klist_remove(&((struct member *)data)->node);
	return 0;
}

START_TEST(klist_remove_waits_for_walkers)
{
	struct member m = {};
	struct klist_iter it;
	struct task_struct *t;

	klist_add_tail(&m.node, &members);
	klist_iter_init(&members, &it);
	ck_assert_ptr_eq(klist_next(&it), &m.node);
	t = kthread_create(remover, &m, "remover");
	ck_assert(!IS_ERR(t));
	get_task_struct(t);
	wake_up_process(t);
	schedule_timeout_uninterruptible(20);
	ck_assert(klist_node_attached(&m.node));
	klist_iter_exit(&it);
	kthread_stop_put(t);
	ck_assert(!klist_node_attached(&m.node));
	ck_assert_int_eq(m.puts, 1);
}
END_TEST

static void add_all(TCase *tc)
{
	tcase_add_test(tc, fifo_wraps);
	tcase_add_test(tc, fifo_defined_at_build_time);
	tcase_add_test(tc, fifo_sizes);
	tcase_add_test(tc, fifo_of_records);
	tcase_add_test(tc, fifo_and_user_memory);
	tcase_add_test(tc, fifo_without_locks);
	tcase_add_test(tc, heap_orders);
	tcase_add_test(tc, heap_changes_inside);
	tcase_add_test(tc, klist_walk_survives_removal);
	tcase_add_test(tc, klist_remove_waits_for_walkers);
}

Suite *containers_suite(void)
{
	Suite *s = suite_create("containers");
	TCase *sim = machine_tcase(s, "sim");

	add_all(sim);
	tcase_add_test(sim, heap_limits_warn);
	add_all(machine_tcase_threads(s, "threads"));
	return s;
}
