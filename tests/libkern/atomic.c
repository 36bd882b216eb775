// SPDX-License-Identifier: GPL-2.0-only
/* linux/atomic.h and asm/cmpxchg.h: values, orderings that can be observed, C11 beside them. */
#include "plain.h"

#include <pthread.h>
#include <linux/atomic.h>
#include <linux/kernel.h>

/* One family, every operation from the value 10. */
#define FAMILY_TEST(P, T, I)                                                                       \
	START_TEST(P##_values)                                                                     \
	{                                                                                          \
		T v = { 10 };                                                                      \
		I old = 3;                                                                         \
                                                                                                   \
		P##_add(5, &v);                                                                    \
		P##_sub(3, &v);                                                                    \
		P##_inc(&v);                                                                       \
		P##_dec(&v);                                                                       \
		ck_assert_int_eq(P##_read(&v), 12);                                                \
		P##_and(0xc, &v);                                                                  \
		P##_or(0x3, &v);                                                                   \
		P##_xor(0x1, &v);                                                                  \
		P##_andnot(0x8, &v);                                                               \
		ck_assert_int_eq(P##_read_acquire(&v), 6);                                         \
		ck_assert_int_eq(P##_add_return(4, &v), 10);                                       \
		ck_assert_int_eq(P##_sub_return_relaxed(1, &v), 9);                                \
		ck_assert_int_eq(P##_inc_return_acquire(&v), 10);                                  \
		ck_assert_int_eq(P##_dec_return_release(&v), 9);                                   \
		ck_assert_int_eq(P##_fetch_add(2, &v), 9);                                         \
		ck_assert_int_eq(P##_fetch_sub(1, &v), 11);                                        \
		ck_assert_int_eq(P##_fetch_inc(&v), 10);                                           \
		ck_assert_int_eq(P##_fetch_dec_relaxed(&v), 11);                                   \
		ck_assert_int_eq(P##_fetch_or(5, &v), 10);                                         \
		ck_assert_int_eq(P##_fetch_and(6, &v), 15);                                        \
		ck_assert_int_eq(P##_fetch_xor(7, &v), 6);                                         \
		ck_assert_int_eq(P##_fetch_andnot(1, &v), 1);                                      \
		ck_assert_int_eq(P##_xchg(&v, 7), 0);                                              \
		ck_assert_int_eq(P##_cmpxchg(&v, 8, 9), 7);                                        \
		ck_assert_int_eq(P##_cmpxchg_acquire(&v, 7, 9), 7);                                \
		ck_assert(!P##_try_cmpxchg(&v, &old, 1));                                          \
		ck_assert_int_eq(old, 9);                                                          \
		ck_assert(P##_try_cmpxchg_release(&v, &old, -1));                                  \
		ck_assert(!P##_inc_unless_negative(&v));                                           \
		ck_assert(P##_dec_unless_positive(&v));                                            \
		ck_assert_int_eq(P##_read(&v), -2);                                                \
		ck_assert_int_eq(P##_dec_if_positive(&v), -3);                                     \
		ck_assert_int_eq(P##_read(&v), -2);                                                \
		ck_assert(P##_add_unless(&v, 2, 5));                                               \
		ck_assert(!P##_inc_not_zero(&v));                                                  \
		ck_assert_int_eq(P##_fetch_add_unless(&v, 1, 9), 0);                               \
		ck_assert_int_eq(P##_fetch_add_unless(&v, 1, 1), 1);                               \
		ck_assert(P##_inc_unless_negative(&v));                                            \
		ck_assert(!P##_dec_and_test(&v));                                                  \
		ck_assert(P##_sub_and_test(1, &v));                                                \
		ck_assert(P##_add_negative(-1, &v));                                               \
		ck_assert(P##_inc_and_test(&v));                                                   \
		ck_assert(P##_add_negative_release(-1, &v));                                       \
		ck_assert(!P##_add_negative_acquire(1, &v));                                       \
		P##_set_release(&v, 1);                                                            \
		ck_assert_int_eq(P##_dec_if_positive(&v), 0);                                      \
	}                                                                                          \
	END_TEST

FAMILY_TEST(atomic, atomic_t, int)
FAMILY_TEST(atomic64, atomic64_t, s64)
FAMILY_TEST(atomic_long, atomic_long_t, long)

START_TEST(arithmetic_wraps)
{
	atomic_t v = ATOMIC_INIT(INT_MAX);
	atomic64_t w = ATOMIC64_INIT(S64_MIN);

	ck_assert_int_eq(atomic_inc_return(&v), INT_MIN);
	ck_assert_int_eq(atomic64_dec_return(&w), S64_MAX);
}
END_TEST

/* The five names C11 has too work both ways round. */
START_TEST(c11_forms)
{
	atomic_t kernel = ATOMIC_INIT(12);
	_Atomic(int) c11 = 12;
	_Atomic(long) wide = 5;

	ck_assert_int_eq(atomic_fetch_add(1, &kernel), 12);
	ck_assert_int_eq(atomic_fetch_add(&c11, 1), 12);
	ck_assert_int_eq(atomic_fetch_sub(&c11, 3), 13);
	ck_assert_int_eq(atomic_fetch_or(&c11, 5), 10);
	ck_assert_int_eq(atomic_fetch_and(&c11, 6), 15);
	ck_assert_int_eq(atomic_fetch_xor(&c11, 6), 6);
	ck_assert_int_eq(atomic_fetch_add(&wide, 1L << 40), 5);
	ck_assert_int_eq(atomic_load(&wide), (1L << 40) + 5);
	ck_assert_int_eq(atomic_read(&kernel), 13);
	ck_assert_int_eq(atomic_load(&c11), 0);
}
END_TEST

START_TEST(any_object)
{
	u8 byte = 1;
	u16 half = 2;
	void *pointer = &byte;
	const void *seen = NULL;
	unsigned long word = 7, expected = 6;

	ck_assert_uint_eq(xchg(&byte, 9), 1);
	ck_assert_uint_eq(cmpxchg(&half, 2, 3), 2);
	ck_assert_uint_eq(cmpxchg(&half, 2, 4), 3);
	ck_assert_ptr_eq(xchg(&pointer, NULL), &byte);
	ck_assert_ptr_null(cmpxchg(&seen, NULL, &half));
	ck_assert_ptr_eq(seen, &half);
	ck_assert(!try_cmpxchg(&word, &expected, 1));
	ck_assert_uint_eq(expected, 7);
	ck_assert(try_cmpxchg_local(&word, &expected, 1));
	ck_assert_uint_eq(word, 1);
}
END_TEST

START_TEST(single_accesses)
{
	struct pair {
		u16 a, b;
	} pair = { 1, 2 }, copy;
	const int constant = 5;
	volatile u8 byte = 3;
	int *pointer = NULL, value = 4;

	copy = READ_ONCE(pair);
	ck_assert_uint_eq(copy.b, 2);
	ck_assert_int_eq(READ_ONCE(constant) + READ_ONCE(byte), 8);
	WRITE_ONCE(pointer, &value);
	ck_assert_int_eq(*READ_ONCE(pointer), 4);
	smp_store_release(&value, 6);
	ck_assert_int_eq(smp_load_acquire(pointer), 6);
	smp_store_mb(value, 7);
	ck_assert_int_eq(smp_cond_load_acquire(&value, VAL == 7), 7);
}
END_TEST

/* A message passed through release and acquire arrives whole (a race detector watches). */
static struct {
	long payload[4];
	int ready;
	atomic_t sum;
} message;

static void *receive(void *unused)
{
	smp_cond_load_acquire(&message.ready, VAL);
	for (int i = 0; i < 4; i++)
		atomic_add(message.payload[i], &message.sum);
	return NULL;
}

START_TEST(publication)
{
	pthread_t receivers[2];

	memset(&message, 0, sizeof(message));
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_create(&receivers[i], NULL, receive, NULL), 0);
	for (int i = 0; i < 4; i++)
		message.payload[i] = i + 1;
	smp_store_release(&message.ready, 1);
	for (int i = 0; i < 2; i++)
		pthread_join(receivers[i], NULL);
	ck_assert_int_eq(atomic_read(&message.sum), 20);
}
END_TEST

/*
 * Conditional updates of many threads: once somebody took the counter to 0 it stays
 * there, and every success was paired with one decrement.
 */
static struct {
	atomic_t users;
	atomic_t ended;
	atomic_t revived;
} shared;

static void *take_and_drop(void *unused)
{
	for (int i = 0; i < 20000; i++) {
		bool over = atomic_read_acquire(&shared.ended);

		if (!atomic_inc_not_zero(&shared.users))
			break;
		if (over)
			atomic_inc(&shared.revived);
		if (atomic_dec_and_test(&shared.users))
			atomic_inc_return(&shared.ended);
	}
	return NULL;
}

START_TEST(zero_stays_zero)
{
	for (int round = 0; round < 20; round++) {
		pthread_t threads[3];

		atomic_set(&shared.users, 1);
		atomic_set(&shared.ended, 0);
		atomic_set(&shared.revived, 0);
		for (int i = 0; i < 3; i++)
			ck_assert_int_eq(pthread_create(&threads[i], NULL, take_and_drop, NULL),
					 0);
		sched_yield();
		if (atomic_dec_and_test(&shared.users))
			atomic_inc_return(&shared.ended);
		for (int i = 0; i < 3; i++)
			pthread_join(threads[i], NULL);
		ck_assert_int_eq(atomic_read(&shared.users), 0);
		ck_assert_int_eq(atomic_read(&shared.ended), 1);
		ck_assert_int_eq(atomic_read(&shared.revived), 0);
	}
}
END_TEST

/* A failed try changes the expected value and nothing else. */
START_TEST(failed_exchanges)
{
	struct {
		long before;
		atomic_t v;
		int behind;
	} words = { 0x5a5a, ATOMIC_INIT(7), 0x5a };
	int old = 6;

	for (int i = 0; i < 2; i++) {
		bool done = i ? atomic_try_cmpxchg_relaxed(&words.v, &old, 9) :
				atomic_try_cmpxchg(&words.v, &old, 8);

		ck_assert_int_eq(done, i);
		ck_assert_int_eq(old, 7);
		ck_assert_int_eq(atomic_read(&words.v), i ? 9 : 7);
	}
	ck_assert(words.before == 0x5a5a && words.behind == 0x5a);
}
END_TEST

/* Store, full barrier, load: at least one of two threads sees the other's store. */
static int flags[2], observed[2];

static void *raise_flag(void *arg)
{
	long me = (long)arg;

	WRITE_ONCE(flags[me], 1);
	smp_mb();
	observed[me] = READ_ONCE(flags[1 - me]);
	return NULL;
}

START_TEST(full_barrier)
{
	for (int round = 0; round < 300; round++) {
		pthread_t other;

		flags[0] = flags[1] = 0;
		ck_assert_int_eq(pthread_create(&other, NULL, raise_flag, (void *)1L), 0);
		raise_flag((void *)0L);
		pthread_join(other, NULL);
		ck_assert(observed[0] || observed[1]);
	}
}
END_TEST

Suite *atomic_suite(void)
{
	Suite *s = suite_create("atomic");
	TCase *tc = plain_tcase(s, "operations");

	tcase_add_test(tc, atomic_values);
	tcase_add_test(tc, atomic64_values);
	tcase_add_test(tc, atomic_long_values);
	tcase_add_test(tc, arithmetic_wraps);
	tcase_add_test(tc, c11_forms);
	tcase_add_test(tc, any_object);
	tcase_add_test(tc, single_accesses);
	tcase_add_test(tc, publication);
	tcase_add_test(tc, zero_stays_zero);
	tcase_add_test(tc, failed_exchanges);
	tcase_add_test(tc, full_barrier);
	return s;
}
