// SPDX-License-Identifier: GPL-2.0-only
/*
 * The timer wheel and the time-ordered queue against naive models: every timer
 * comes out exactly at the jiffy it is filed under, in order, whatever was
 * added or removed meanwhile.
 */
#include "fixture.h"

#include <linux/limits.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/timerqueue.h>
#include <stdlib.h>

#include "../../libkern/time/timer_wheel.h"

#define TIMERS 100
#define STEPS 200

static struct {
	struct timer_wheel wheel;
	struct timer_list timers[TIMERS];
	u64 filed[TIMERS];
	u64 now;
} m;

static u64 model_first(void)
{
	u64 first = U64_MAX;

	for (int i = 0; i < TIMERS; i++) {
		if (timer_pending(&m.timers[i]) && m.filed[i] < first)
			first = m.filed[i];
	}
	return first;
}

static void arm(int i, u64 delta)
{
	m.timers[i].expires = m.now + delta;
	m.filed[i] = (s64)(m.now + delta - m.wheel.clk) < 0 ? m.wheel.clk : m.now + delta;
	timer_wheel_add(&m.wheel, &m.timers[i]);
}

/* From "in the past" over neighbouring slots to the top level. */
static u64 any_delta(void)
{
	switch (random() % 5) {
	case 0:
		return random() % 3;
	case 1:
		return random() % 70;
	case 2:
		return random() % 5000;
	case 3:
		return ((u64)random() << random() % 31) & (U64_MAX >> 3);
	default:
		return -(u64)(random() % 100);
	}
}

static void check_due(struct hlist_head *due)
{
	u64 first = model_first();

	ck_assert_uint_le(first, m.now);
	ck_assert_uint_eq(m.wheel.clk, first + 1);
	while (!hlist_empty(due)) {
		struct timer_list *timer = hlist_entry(due->first, struct timer_list, entry);
		int i = timer - m.timers;

		ck_assert_uint_eq(m.filed[i], first);
		timer_wheel_del(timer);
		if (random() % 4 == 0)
			arm(i, random() % 3);
	}
	ck_assert_uint_gt(model_first(), first);
}

static void step(void)
{
	struct hlist_head due = HLIST_HEAD_INIT;
	int i = random() % TIMERS;
	u64 next;

	if (random() % 4) {
		if (timer_pending(&m.timers[i]))
			timer_wheel_del(&m.timers[i]);
		else
			arm(i, any_delta());
		return;
	}
	ck_assert_int_eq(timer_wheel_next(&m.wheel, &next), model_first() != U64_MAX);
	if (model_first() != U64_MAX)
		ck_assert_uint_le(next, model_first());
	m.now += random() % 3 ? random() % 10 : random() % 10000;
	while (timer_wheel_advance(&m.wheel, m.now, &due))
		check_due(&due);
	ck_assert_uint_gt(model_first(), m.now);
	ck_assert_uint_gt(m.wheel.clk, m.now);
}

START_TEST(wheel_is_exact)
{
	for (unsigned int seed = 0; seed < test_seeds(300); seed++) {
		srandom(seed);
		memset(&m, 0, sizeof(m));
		/* One start right before the 32-bit wrap. */
		m.now = seed % 3 ? 4294667296ULL + random() % 1000 : 0xfffffff0ULL;
		timer_wheel_init(&m.wheel, m.now);
		for (int i = 0; i < STEPS; i++)
			step();
	}
}
END_TEST

START_TEST(wheel_finds_by_function)
{
	void (*fn)(struct timer_list *) = (void (*)(struct timer_list *))wheel_is_exact;

	memset(&m, 0, sizeof(m));
	timer_wheel_init(&m.wheel, 0);
	arm(0, 5);
	arm(1, 500000);
	m.timers[1].function = fn;
	ck_assert_ptr_eq(timer_wheel_find(&m.wheel, fn), &m.timers[1]);
	timer_wheel_del(&m.timers[1]);
	ck_assert_ptr_null(timer_wheel_find(&m.wheel, fn));
	ck_assert_ptr_eq(timer_wheel_find(&m.wheel, NULL), &m.timers[0]);
}
END_TEST

static struct timerqueue_node *queue_model_first(struct timerqueue_node *nodes, int nr)
{
	struct timerqueue_node *first = NULL;

	for (struct timerqueue_node *n = nodes; n < nodes + nr; n++) {
		if (!timerqueue_node_queued(n))
			continue;
		if (!first || n->expires < first->expires ||
		    (n->expires == first->expires && n->seq < first->seq))
			first = n;
	}
	return first;
}

START_TEST(queue_gives_the_earliest)
{
	struct timerqueue_node nodes[TIMERS];
	struct timerqueue_head head;

	for (unsigned int seed = 0; seed < test_seeds(100); seed++) {
		srandom(seed);
		memset(nodes, 0, sizeof(nodes));
		timerqueue_init_head(&head);
		for (int i = 0; i < 5 * STEPS; i++) {
			struct timerqueue_node *n = &nodes[random() % TIMERS];

			if (timerqueue_node_queued(n)) {
				ck_assert_int_eq(timerqueue_del(&head, n), head.root != NULL);
			} else {
				n->expires = random() % 50;
				ck_assert_int_eq(timerqueue_add(&head, n), head.root == n);
			}
			ck_assert_ptr_eq(timerqueue_getnext(&head),
					 queue_model_first(nodes, TIMERS));
		}
	}
}
END_TEST

Suite *timer_wheel_suite(void)
{
	Suite *s = suite_create("timer_wheel");
	TCase *tc = tcase_create("model");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, wheel_is_exact);
	tcase_add_test(tc, wheel_finds_by_function);
	tcase_add_test(tc, queue_gives_the_earliest);
	return s;
}
