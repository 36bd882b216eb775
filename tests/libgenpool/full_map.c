// SPDX-License-Identifier: GPL-2.0-only
/* The map of what is full: searching, and that a mark never outlives the truth. */
#include "fixture.h"

#include <pthread.h>
#include <stdlib.h>
#include <linux/atomic.h>
#include <linux/kernel.h>

#include "libgenpool/full_map.h"

static struct full_map map;
static unsigned long *words;

static void make_map(unsigned long members, bool full)
{
	size_t n = full_map_words(members);

	words = malloc((n + 1) * sizeof(*words));
	words[n] = 0x5a5a5a5a5a5a5a5a;
	full_map_init(&map, members, words, full);
}

static void drop_map(void)
{
	ck_assert_uint_eq(words[full_map_words(map.members)], 0x5a5a5a5a5a5a5a5a);
	free(words);
}

static const unsigned long sizes[] = { 0, 1, 2, 63, 64, 65, 4095, 4096, 4097, 262144, 262145 };

START_TEST(empty_and_full)
{
	unsigned long n = sizes[_i];

	make_map(n, false);
	ck_assert_uint_eq(full_map_first(&map), 0);
	ck_assert_uint_eq(full_map_next(&map, n), n);
	if (n > 1)
		ck_assert_uint_eq(full_map_next(&map, n - 1), n - 1);
	ck_assert(!full_map_is_full(&map));
	drop_map();
	make_map(n, true);
	if (n > 1) {
		ck_assert(full_map_is_full(&map));
		ck_assert_uint_eq(full_map_first(&map), n);
		full_map_clear(&map, n - 1);
		ck_assert_uint_eq(full_map_first(&map), n - 1);
		ck_assert(!full_map_is_full(&map));
	}
	drop_map();
}
END_TEST

/* Marked one after the other: only the last mark says that all are full. */
/* The short way to clear and the long one leave the same marks. */
START_TEST(clearing)
{
	unsigned long n = sizes[_i], *marks;
	size_t bytes = full_map_words(n) * sizeof(long);

	make_map(n, true);
	if (map.levels && map.levels <= 3) {
		marks = malloc(bytes);
		for (unsigned long i = n; i; i = i * 2 / 3) {
			full_map_clear(&map, i - 1);
			memcpy(marks, words, bytes);
			full_map_init(&map, n, words, true);
			full_map_clear_low(&map, i - 1);
			ck_assert_mem_eq(marks, words, bytes);
			ck_assert_uint_eq(full_map_first(&map), i - 1);
			full_map_init(&map, n, words, true);
		}
		free(marks);
	}
	drop_map();
}
END_TEST

START_TEST(filling)
{
	unsigned long n = sizes[_i], wrong = 0;

	make_map(n, false);
	for (unsigned long i = 0; i < n; i++) {
		wrong += full_map_first(&map) != i;
		wrong += full_map_set(&map, i) != (i == n - 1);
	}
	for (unsigned long i = n; n > 1 && i; i = i * 2 / 3) {
		full_map_clear(&map, i - 1);
		wrong += full_map_first(&map) != i - 1;
		wrong += full_map_next(&map, i) != n;
		full_map_set(&map, i - 1);
	}
	ck_assert_uint_eq(wrong, 0);
	drop_map();
}
END_TEST

/* Searching from everywhere in a map with few gaps. */
START_TEST(gaps)
{
	static const unsigned long open[] = { 0, 5, 63, 64, 200, 4095, 4096, 4100, 9000 };
	unsigned long wrong = 0, want = 0;

	make_map(10000, true);
	for (size_t i = 0; i < ARRAY_SIZE(open); i++)
		full_map_clear(&map, open[i]);
	for (unsigned long from = 0; from <= 10000; from++) {
		while (want < ARRAY_SIZE(open) && open[want] < from)
			want++;
		wrong += full_map_next(&map, from) !=
			 (want < ARRAY_SIZE(open) ? open[want] : 10000);
	}
	ck_assert_uint_eq(wrong, 0);
	drop_map();
}
END_TEST

/*
 * Members that several threads fill and open: each has room for one. Whoever
 * fills it marks it and looks again, whoever opens it clears the mark.
 */
#define MEMBERS 300
#define THREADS 4

static atomic_t taken[MEMBERS];
static int rounds;

static void take(unsigned long i)
{
	if (atomic_cmpxchg(&taken[i], 0, 1))
		return;
	full_map_set(&map, i);
	if (!atomic_read(&taken[i]))
		full_map_clear(&map, i);
}

static void give(unsigned long i)
{
	if (atomic_cmpxchg(&taken[i], 1, 0) != 1)
		return;
	full_map_clear_low(&map, i);
}

static void *fill_and_open(void *arg)
{
	unsigned long x = 88172645463325252UL + (unsigned long)arg;

	for (int i = 0; i < rounds; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		if (x >> 40 & 7)
			take(x % MEMBERS);
		else
			give(x % MEMBERS);
	}
	return NULL;
}

START_TEST(marks_tell_the_truth)
{
	unsigned int hidden = 0;

	rounds = 3000;
	for (int repeat = 0; repeat < 60; repeat++) {
		pthread_t threads[THREADS];
		unsigned long i, next = 0;

		make_map(MEMBERS, false);
		for (i = 0; i < MEMBERS; i++)
			atomic_set(&taken[i], 0);
		for (long t = 0; t < THREADS; t++)
			pthread_create(&threads[t], NULL, fill_and_open, (void *)(t + repeat * 7));
		for (int t = 0; t < THREADS; t++)
			pthread_join(threads[t], NULL);
		for (i = 0; i < MEMBERS; i++) {
			next = full_map_next(&map, i);
			hidden += !atomic_read(&taken[i]) && next != i;
		}
		drop_map();
	}
	ck_assert_uint_eq(hidden, 0);
}
END_TEST

Suite *full_map_suite(void)
{
	Suite *s = suite_create("full_map");
	TCase *tc = tcase_create("map");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, empty_and_full, 0, ARRAY_SIZE(sizes));
	tcase_add_loop_test(tc, filling, 0, ARRAY_SIZE(sizes));
	tcase_add_loop_test(tc, clearing, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, gaps);
	tcase_add_test(tc, marks_tell_the_truth);
	return s;
}
